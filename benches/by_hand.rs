//! What one frame of a gesture costs on 20,000 compounds: the sums before and after, the parts and the links that carry, for a
//! stroke in a district of usual size, a line round two thousand, and a stroke in a district that is the whole town.

#![expect(clippy::expect_used, reason = "a bench stops at what it did not expect")]

mod made;

use std::collections::BTreeSet;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use lianpian::base::{CompoundId, DistrictId, Seed, Silent};
use lianpian::command::Destination;
use lianpian::contiguity::LinkGraph;
use lianpian::model::{Content, District, Plan};
use lianpian::session::actions::LARGEST_GAP_M;
use lianpian::session::by_hand::{Ground, Taken, look};
use lianpian::session::{State, derive};
use made::{city, compounds};

const COUNT: u32 = 20_000;

/// The town with districts of so many compounds, in the order of their rows.
fn town(each: u32) -> State {
    let districts = (0..=COUNT / each).map(|n| (DistrictId(n + 1), District::numbered(n + 1))).collect();
    let content = Content {
        compounds: Arc::new(compounds(city(COUNT as usize, Seed(7)))),
        assignment: (0..COUNT).map(|row| Some(DistrictId(row / each + 1))).collect(),
        districts,
        ..Content::default()
    };
    let mut state = State { plan: Plan::new(content), is_open: true, ..State::default() };
    let screened = derive::screened(&state.plan);
    state.derived.set_screened(state.revisions.screened(), screened);
    let graph: LinkGraph = derive::graph(&state.plan, LARGEST_GAP_M, &Silent).expect("nobody stops it");
    state.derived.graph.set(state.revisions.links(), graph);
    state.derived.take_links();
    state
}

fn taken(rows: std::ops::Range<u32>) -> Taken {
    let compounds: BTreeSet<CompoundId> = rows.map(CompoundId).collect();
    Taken::Compounds(compounds, Destination::District(DistrictId(1)))
}

fn gestures(c: &mut Criterion) {
    let mut group = c.benchmark_group("gesture_20k");
    let usual = town(40);
    group.bench_function("ground", |b| b.iter(|| Ground::of(&usual)));
    let ground = Ground::of(&usual).expect("links are there");
    let (stroke, ring) = (taken(40..60), taken(4_000..6_000));
    group.bench_function("stroke_of_20", |b| b.iter(|| look(&usual, &ground, &stroke)));
    group.bench_function("ring_of_2000", |b| b.iter(|| look(&usual, &ground, &ring)));
    let one = town(COUNT);
    let whole = Ground::of(&one).expect("links are there");
    let out = Taken::Compounds((0..20).map(CompoundId).collect(), Destination::None);
    group.bench_function("stroke_in_the_whole_town", |b| b.iter(|| look(&one, &whole, &out)));
    assert!(look(&one, &whole, &out).pending.moved == 20, "the stroke moves whom it names");
    group.finish();
}

criterion_group!(benches, gestures);
criterion_main!(benches);
