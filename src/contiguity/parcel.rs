//! Low-efficiency land (低效用地) as stepping stones (R11): it connects compounds and is never one of them.
//!
//! Compounds within the largest gap of one parcel, or of parcels that hang together by gaps no larger, are linked at the
//! largest single gap on the way. Barriers cut these gaps, or add to them, like any other.

use std::collections::{BTreeMap, BinaryHeap};

use super::clear_way::{Passage, passage};
use super::components::components;
use super::connect::{Work, new_link};
use super::pairs::{Boxed, pairs_of};
use super::touch::Shape;
use super::touch::{TOUCH_M, kind_of_touch};
use super::{Link, LinkKind, Via};
use crate::base::{Cancelled, ParcelId, Reporter};
use crate::geometry::distance::{Gap, gap_in_boxes};
use crate::geometry::segment::grown;

/// Around a group of parcels with more compounds than this, only those at one parcel or at two direct neighbours are linked:
/// every pair would be too many, and the shorter links connect the same compounds.
const WHOLE_GROUP: usize = 200;

/// A gap on the way, by what it counts: its length and the cost of the barriers across it, m.
#[derive(Clone, Copy, Default, PartialEq)]
struct Step {
    counted_m: f64,
    /// How much of it is cost.
    extra_m: f64,
}

impl Step {
    /// The one that counts more.
    fn worse(self, other: Self) -> Self {
        if other.counted_m > self.counted_m { other } else { self }
    }
}

/// A compound beside a parcel, with the gap from compound to parcel.
struct Beside {
    row: usize,
    gap: Gap,
    step: Step,
}

pub(super) fn through_parcels(work: &Work<'_>, reporter: &dyn Reporter) -> Result<Vec<Link>, Cancelled> {
    let parcels = Boxed::new(work.input.parcels.iter().map(|parcel| &parcel.shape).collect());
    if parcels.shapes.is_empty() {
        return Ok(Vec::new());
    }
    let limit = work.input.max_gap_m.max(TOUCH_M);
    let mut steps: Vec<Vec<(usize, Step)>> = vec![Vec::new(); parcels.shapes.len()];
    for pair in pairs_of(&parcels, limit, reporter)? {
        let gap = Gap { gap_m: pair.gap_m, a: pair.from, b: pair.to };
        let (Some(a), Some(b)) = (parcels.shape(pair.a), parcels.shape(pair.b)) else { continue };
        if let Some((_, step)) = clear_gap(work, a, b, gap, limit) {
            steps[pair.a].push((pair.b, step));
            steps[pair.b].push((pair.a, step));
        }
    }
    let mut beside = Vec::with_capacity(parcels.shapes.len());
    for row in 0..parcels.shapes.len() {
        reporter.check()?;
        beside.push(compounds_beside(work, &parcels, row, limit));
    }
    let joined = steps.iter().enumerate().flat_map(|(a, to)| to.iter().map(move |(b, _)| (a, *b)));
    let groups = components(parcels.shapes.len(), joined);
    let mut found = BTreeMap::new();
    for group in groups.members() {
        reporter.check()?;
        let whole = group.iter().map(|parcel| beside[*parcel].len()).sum::<usize>() <= WHOLE_GROUP;
        for parcel in group {
            let reached = if whole { worst_gaps(&steps, parcel) } else { neighbours(&steps, parcel) };
            for (other, worst) in reached {
                link_all(&beside, (parcel, other), worst, &mut found);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The gap of two shapes among barriers and what it counts; `None` when they are parted.
fn clear_gap(work: &Work<'_>, a: Shape<'_>, b: Shape<'_>, gap: Gap, limit: f64) -> Option<(Gap, Step)> {
    let touching = gap.gap_m <= TOUCH_M;
    let gap = if touching { Gap { gap_m: 0.0, ..gap } } else { gap };
    if work.ground.walls.is_empty() || (touching && kind_of_touch(a, b) == LinkKind::Overlap) {
        return Some((gap, Step { counted_m: gap.gap_m, extra_m: 0.0 }));
    }
    let (gap, extra_m) = match passage(&work.ground.walls, a, b, &gap, limit) {
        Passage::Open => (gap, 0.0),
        Passage::Way(way, extra_m) => (way, extra_m),
        Passage::Cut(_) => return None,
    };
    Some((gap, Step { counted_m: gap.gap_m + extra_m, extra_m }))
}

fn compounds_beside(work: &Work<'_>, parcels: &Boxed<'_>, parcel: usize, limit: f64) -> Vec<Beside> {
    let Some(land) = parcels.shape(parcel) else { return Vec::new() };
    let beside = |row: usize| {
        let compound = work.shape(row)?;
        let gap = gap_in_boxes(compound, land, limit)?;
        clear_gap(work, compound, land, gap, limit).map(|(gap, step)| Beside { row, gap, step })
    };
    work.rows_in(grown(land.1, limit)).into_iter().filter_map(beside).collect()
}

/// The parcel itself and those one step away.
fn neighbours(steps: &[Vec<(usize, Step)>], from: usize) -> Vec<(usize, Step)> {
    std::iter::once((from, Step::default())).chain(steps[from].iter().copied()).collect()
}

/// Every parcel of the group with the smallest worst gap on the way to it.
fn worst_gaps(steps: &[Vec<(usize, Step)>], from: usize) -> Vec<(usize, Step)> {
    #[derive(PartialEq)]
    struct Reached(Step, usize);
    impl Eq for Reached {}
    impl PartialOrd for Reached {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Reached {
        fn cmp(&self, other: &Self) -> std::cmp::Ordering {
            other.0.counted_m.total_cmp(&self.0.counted_m).then(other.1.cmp(&self.1))
        }
    }
    let mut reached: BTreeMap<usize, Step> = BTreeMap::new();
    let mut heap = BinaryHeap::from([Reached(Step::default(), from)]);
    while let Some(Reached(worst, parcel)) = heap.pop() {
        if reached.contains_key(&parcel) {
            continue;
        }
        reached.insert(parcel, worst);
        heap.extend(steps[parcel].iter().map(|(next, step)| Reached(worst.worse(*step), *next)));
    }
    reached.into_iter().collect()
}

/// Links every compound beside the first parcel with every later one beside the second, where that is the smallest gap yet.
fn link_all(beside: &[Vec<Beside>], parcels: (usize, usize), worst: Step, found: &mut BTreeMap<(usize, usize), Link>) {
    for first in &beside[parcels.0] {
        for second in beside[parcels.1].iter().filter(|second| second.row > first.row) {
            let step = first.step.worse(second.step).worse(worst);
            let key = (first.row, second.row);
            if found.get(&key).is_some_and(|link| link.gap_m <= step.counted_m) {
                continue;
            }
            let gap = Gap { gap_m: step.counted_m, a: first.gap.a, b: second.gap.a };
            let via = Some(Via::Parcel(ParcelId::from_index(parcels.0)));
            found.insert(key, Link { via, extra_m: step.extra_m, ..new_link(key, gap, LinkKind::Parcel) });
        }
    }
}
