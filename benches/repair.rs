//! What the repair of a grouping costs: a grid of 10,000 units in districts of ten by ten, with some units astray in another
//! district, or with every tenth district in two pieces.

#![expect(clippy::expect_used, reason = "a bench stops at what it did not expect")]

use std::collections::BTreeSet;

use criterion::{Criterion, criterion_group, criterion_main};
use lianpian::base::Silent;
use lianpian::contiguity::Neighbours;
use lianpian::grouping::{RepairInput, repair};

/// Units along a side.
const SIDE: usize = 100;

fn neighbours() -> Neighbours {
    let across = (0..SIDE * SIDE).filter(|unit| unit % SIDE + 1 < SIDE).map(|unit| (unit, unit + 1));
    let down = (0..SIDE * (SIDE - 1)).map(|unit| (unit, unit + SIDE));
    Neighbours::from_pairs(SIDE * SIDE, across.chain(down)).expect("units of the grid")
}

/// The square of ten by ten that a unit lies in.
fn district(unit: usize) -> u32 {
    u32::try_from(unit / SIDE / 10 * 10 + unit % SIDE / 10).expect("a hundred districts")
}

/// Every 997th unit is of the district across the grid.
fn astray() -> Vec<Option<u32>> {
    (0..SIDE * SIDE).map(|unit| Some(if unit % 997 == 500 { 99 - district(unit) } else { district(unit) })).collect()
}

/// A column of three units is of no district in ten districts, and of the neighbour below for the rest of its height.
fn in_two() -> Vec<Option<u32>> {
    let place = |unit: usize| {
        let (district, column, row) = (district(unit), unit % 10, unit / SIDE % 10);
        match (district % 10, column) {
            (4, 7) if row < 3 => None,
            (4, 7) => Some(district + 10).filter(|below| *below < 100),
            _ => Some(district),
        }
    };
    (0..SIDE * SIDE).map(place).collect()
}

fn repairs(c: &mut Criterion) {
    let mut group = c.benchmark_group("repair_10k");
    group.sample_size(10);
    let (neighbours, eligible, locked) = (neighbours(), vec![true; SIDE * SIDE], BTreeSet::new());
    for (name, district) in [("astray", astray()), ("in_two", in_two())] {
        let input =
            RepairInput { neighbours: &neighbours, district: &district, eligible: &eligible, conduct: false, locked: &locked };
        assert!(!repair(&input, &Silent).moves.is_empty(), "nothing is to be repaired");
        group.bench_function(name, |b| b.iter(|| repair(&input, &Silent)));
    }
    group.finish();
}

criterion_group!(benches, repairs);
criterion_main!(benches);
