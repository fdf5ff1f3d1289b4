//! What one edit costs the links of 220,000 compounds, kept to the end of the window's slider: a boundary moved there and back,
//! a bridge built and taken away, a link forbidden and let go. Each turn is one edit.

#![expect(clippy::expect_used, reason = "a bench stops at what it did not expect")]

mod made;

use std::collections::BTreeMap;

use criterion::{Criterion, criterion_group, criterion_main};
use geo::{BoundingRect, Coord, Geometry, LineString, Point, Translate};
use lianpian::base::{CompoundId, Seed, Silent};
use lianpian::contiguity::{Changed, ConnectInput, LinkGraph, LinkKind};
use lianpian::model::{Barrier, BarrierKind, Bridge, Compound, ContiguityRule, LinkKey, LinkOverride, LinkRule, Properties};
use lianpian::session::actions::LARGEST_GAP_M;
use made::{city, compounds};

/// The city with a river of 4 km along a street through its middle.
struct Town {
    compounds: Vec<Compound>,
    barriers: Vec<Barrier>,
    bridges: Vec<Bridge>,
    overrides: BTreeMap<LinkKey, LinkOverride>,
    /// Where the river passes the compound in the middle.
    ford: Coord<f64>,
}

impl Town {
    fn new(count: usize) -> Self {
        let compounds = compounds(city(count, Seed(7)));
        let bounds = |row: usize| compounds[row].shape.bounding_rect().expect("a compound has a shape");
        // The last compound of a block of nine lies at its northern street, which is at least 8 m wide.
        let corner = bounds(count / 2 / 9 * 9 + 8).max();
        let ford = Coord { x: corner.x, y: corner.y + 4.0 };
        let (source_id, name, extra) = (String::new(), String::new(), Properties::new());
        let shape = Geometry::from(LineString::from(vec![(ford.x - 2_000.0, ford.y), (ford.x + 2_000.0, ford.y)]));
        let river = Barrier { source_id, kind: BarrierKind::River, name, shape, extra };
        Self { compounds, barriers: vec![river], bridges: Vec::new(), overrides: BTreeMap::new(), ford }
    }

    fn input(&self) -> ConnectInput<'_> {
        let Self { compounds, barriers, bridges, overrides, .. } = self;
        let (rule, max_gap_m) = (ContiguityRule::Gap, LARGEST_GAP_M);
        ConnectInput { compounds, barriers, bridges, parcels: &[], overrides, rule, max_gap_m }
    }

    fn move_boundary(&mut self, there: bool) -> Changed {
        let row = self.compounds.len() / 2;
        self.compounds[row].shape.translate_mut(if there { 0.5 } else { -0.5 }, 0.0);
        Changed { compounds: vec![CompoundId::from_index(row)], ..Changed::default() }
    }

    fn build_bridge(&mut self, there: bool) -> Changed {
        let (source_id, name, extra) = (String::new(), String::new(), Properties::new());
        let bridge = Bridge { source_id, name, shape: Point::from(self.ford).into(), extra };
        self.bridges = if there { vec![bridge] } else { Vec::new() };
        Changed { bridges: true, ..Changed::default() }
    }

    fn forbid_link(&mut self, there: bool) -> Changed {
        let row = self.compounds.len() / 2;
        let key = LinkKey::new(CompoundId::from_index(row), CompoundId::from_index(row + 1));
        let forbidden = LinkOverride { rule: LinkRule::Forbid, note: String::new() };
        self.overrides = key.filter(|_| there).map(|key| (key, forbidden)).into_iter().collect();
        Changed { overrides: true, ..Changed::default() }
    }
}

/// An edit, there or back.
type Deed = fn(&mut Town, bool) -> Changed;

fn edits(c: &mut Criterion) {
    let mut group = c.benchmark_group("edit_220k");
    let mut town = Town::new(220_000);
    let mut graph = LinkGraph::new(&town.input(), &Silent).ok();
    let deeds: [(&str, Deed); 3] =
        [("boundary", Town::move_boundary), ("bridge", Town::build_bridge), ("forbidden", Town::forbid_link)];
    for (name, deed) in deeds {
        let mut there = false;
        group.bench_function(name, |b| {
            b.iter(|| {
                there = !there;
                let changed = deed(&mut town, there);
                graph = graph.take().and_then(|graph| graph.updated(&town.input(), &changed));
            });
        });
    }
    let bridged = |graph: &LinkGraph| graph.links().list.iter().any(|link| link.kind == LinkKind::Bridge);
    town.build_bridge(true);
    let built = graph.and_then(|graph| graph.updated(&town.input(), &Changed { bridges: true, ..Changed::default() }));
    assert!(built.is_some_and(|graph| bridged(&graph)), "the bridge links nothing, or an edit was left to a new graph");
    group.finish();
}

criterion_group!(benches, edits);
criterion_main!(benches);
