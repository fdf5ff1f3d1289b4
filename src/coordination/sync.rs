//! Years of pipes against years of districts (R28) as a table of metres, and the single moves that bring most of them together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use crate::base::{DistrictId, PipeId};
use crate::model::Content;
use crate::pipes::{PipeLengths, PipeRole};
use crate::policy::PipeClass;

/// A pipe that serves compounds of a district, both with a year; its metres in those compounds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pair {
    pipe: PipeId,
    district: DistrictId,
    pipe_year: i32,
    year: i32,
    inside_m: f64,
}

/// Something that could move to another year.
#[derive(Clone, Debug, PartialEq)]
pub enum SyncMove {
    /// A district.
    District(DistrictId),
    /// The pipes of one owner that serve a district and are planned for one year, ascending.
    Pipes {
        /// The district whose year they take.
        district: DistrictId,
        /// 权属单位 as written; `None` where the survey does not tell.
        owner: Option<String>,
        /// Their class, where the owner is unknown.
        class: Option<PipeClass>,
        /// The pipes.
        pipes: Vec<PipeId>,
    },
}

/// A move with what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncRow {
    /// What moves.
    pub what: SyncMove,
    /// From that year.
    pub from: i32,
    /// To that one.
    pub to: i32,
    /// Metres in step after it, less those in step before; more than none.
    pub settled_m: f64,
}

/// Metres by year of the district and year of the pipe, and the moves that settle some, the most first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sync {
    /// Metres in compounds, by year of the district and of the pipe.
    pub metres: BTreeMap<(i32, i32), f64>,
    /// Moves.
    pub moves: Vec<SyncRow>,
}

impl Sync {
    /// Metres whose years agree.
    #[must_use]
    pub fn in_step_m(&self) -> f64 {
        self.metres.iter().filter(|((year, pipe), _)| year == pipe).map(|(_, metres)| metres).sum()
    }

    /// Metres whose years do not.
    #[must_use]
    pub fn out_of_step_m(&self) -> f64 {
        self.metres.iter().filter(|((year, pipe), _)| year != pipe).map(|(_, metres)| metres).sum()
    }
}

/// The table and the moves. Pipes and districts move within the open years only: what was done before stays.
/// `O(shares log shares)`.
#[must_use]
pub fn sync(content: &Content, lengths: &PipeLengths, open: &RangeInclusive<i32>) -> Sync {
    let pairs = pairs(content, lengths);
    let mut metres: BTreeMap<(i32, i32), f64> = BTreeMap::new();
    for pair in &pairs {
        *metres.entry((pair.year, pair.pipe_year)).or_default() += pair.inside_m;
    }
    let mut moves = district_moves(&pairs, open);
    moves.extend(pipe_moves(content, &pairs, open));
    moves.retain(|row| row.settled_m > 0.005);
    moves.sort_by(|a, b| b.settled_m.total_cmp(&a.settled_m));
    Sync { metres, moves }
}

/// Pairs by pipe, then district.
fn pairs(content: &Content, lengths: &PipeLengths) -> Vec<Pair> {
    let mut inside: BTreeMap<(PipeId, DistrictId), f64> = BTreeMap::new();
    for (row, shares) in lengths.per_compound.iter().enumerate() {
        let Some(district) = content.assignment.get(row).copied().flatten() else { continue };
        for share in shares.iter().filter(|share| share.role != PipeRole::Passing) {
            *inside.entry((share.pipe, district)).or_default() += share.inside_m;
        }
    }
    let pair = |((pipe, district), inside_m): ((PipeId, DistrictId), f64)| {
        let year = content.districts.get(&district)?.year?;
        Some(Pair { pipe, district, pipe_year: content.pipe_year(pipe)?, year, inside_m })
    };
    inside.into_iter().filter_map(pair).collect()
}

/// Each district in each year in which some of its pipes are renewed.
fn district_moves(pairs: &[Pair], open: &RangeInclusive<i32>) -> Vec<SyncRow> {
    let mut by_district: BTreeMap<DistrictId, (i32, BTreeMap<i32, f64>)> = BTreeMap::new();
    for pair in pairs {
        let (_, years) = by_district.entry(pair.district).or_insert((pair.year, BTreeMap::new()));
        *years.entry(pair.pipe_year).or_default() += pair.inside_m;
    }
    let mut rows = Vec::new();
    for (district, (from, years)) in by_district {
        let held = years.get(&from).copied().unwrap_or(0.0);
        for (to, metres) in years.into_iter().filter(|(to, _)| *to != from && open.contains(to)) {
            rows.push(SyncRow { what: SyncMove::District(district), from, to, settled_m: metres - held });
        }
    }
    rows
}

/// The pipes of each owner in each district and year, into the year of the district.
fn pipe_moves(content: &Content, pairs: &[Pair], open: &RangeInclusive<i32>) -> Vec<SyncRow> {
    let mut of_pipe: BTreeMap<PipeId, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        of_pipe.entry(pair.pipe).or_default().push(pair);
    }
    type Key<'a> = (DistrictId, i32, i32, Option<&'a str>, Option<PipeClass>);
    let mut sets: BTreeMap<Key<'_>, BTreeSet<PipeId>> = BTreeMap::new();
    for pair in pairs.iter().filter(|p| p.pipe_year != p.year && open.contains(&p.pipe_year) && open.contains(&p.year)) {
        let Some(pipe) = content.pipes.get(pair.pipe.index()) else { continue };
        let class = pipe.owner.is_none().then_some(pipe.class);
        sets.entry((pair.district, pair.pipe_year, pair.year, pipe.owner.as_deref(), class)).or_default().insert(pair.pipe);
    }
    let row = |((district, from, to, owner, class), pipes): (Key<'_>, BTreeSet<PipeId>)| {
        let gain = |pair: &&Pair| {
            let agrees = |year: i32| if pair.year == year { pair.inside_m } else { 0.0 };
            agrees(to) - agrees(from)
        };
        let settled_m = pipes.iter().filter_map(|pipe| of_pipe.get(pipe)).flatten().map(gain).sum();
        let pipes = pipes.into_iter().collect();
        SyncRow { what: SyncMove::Pipes { district, owner: owner.map(str::to_owned), class, pipes }, from, to, settled_m }
    };
    sets.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::Silent;
    use crate::model::District;
    use crate::pipes::lengths;
    use crate::pipes::tests::{compound, content, pipe};

    /// The plan after a move.
    fn moved(content: &Content, row: &SyncRow) -> Content {
        let mut content = content.clone();
        match &row.what {
            SyncMove::District(id) => content.districts.get_mut(id).unwrap().year = Some(row.to),
            SyncMove::Pipes { pipes, .. } => content.pipe_years.extend(pipes.iter().map(|pipe| (*pipe, row.to))),
        }
        content
    }

    const OPEN: RangeInclusive<i32> = 2026..=2028;

    #[test]
    fn the_better_of_two_ways_comes_first() {
        let mut pipes = vec![
            pipe("a", PipeClass::Water, &[(0.0, 10.0), (80.0, 10.0)]),
            pipe("b", PipeClass::Heat, &[(0.0, 20.0), (30.0, 20.0)]),
            pipe("c", PipeClass::Gas, &[(0.0, 30.0), (60.0, 30.0)]),
        ];
        for (pipe, (owner, year)) in pipes.iter_mut().zip([("水务", 2027), ("热力", 2026), ("燃气", 2020)]) {
            (pipe.owner, pipe.planned_year) = (Some(owner.to_owned()), Some(year));
        }
        let mut content = content(vec![compound("a", 0.0, 0.0, 100.0)], pipes);
        content.assignment = vec![Some(DistrictId(1))];
        content.districts.insert(DistrictId(1), District { year: Some(2026), ..District::numbered(1) });
        let lengths = lengths(&content, &Silent).unwrap();
        let found = sync(&content, &lengths, &OPEN);
        assert!((found.in_step_m() - 30.0).abs() < 1e-9 && (found.out_of_step_m() - 140.0).abs() < 1e-9, "{found:?}");
        // Gas was laid in 2020: neither it nor the district goes there.
        let view: Vec<_> = found.moves.iter().map(|m| (m.from, m.to, m.settled_m.round())).collect();
        assert_eq!(view, [(2027, 2026, 80.0), (2026, 2027, 50.0)]);
        assert!(matches!(&found.moves[0].what, SyncMove::Pipes { owner: Some(owner), .. } if owner == "水务"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
        #[test]
        fn moves_settle_what_they_say(
            lines in prop::collection::vec(((0.0..300.0_f64, 0.0..100.0_f64), (0.0..300.0_f64, 0.0..100.0_f64), 2025..2029_i32, 0..2_u8), 1..8),
            years in prop::collection::vec(2026..2029_i32, 3),
        ) {
            let pipes = lines.iter().map(|(a, b, year, owner)| {
                let mut pipe = pipe("p", PipeClass::Water, &[*a, *b]);
                (pipe.owner, pipe.planned_year) = ((*owner > 0).then(|| "水务".to_owned()), Some(*year));
                pipe
            });
            let compounds = (0..3).map(|n| compound("c", f64::from(n) * 100.0, 0.0, 100.0)).collect();
            let mut content = content(compounds, pipes.collect());
            for (n, year) in (1..).zip(&years) {
                content.districts.insert(DistrictId(n), District { year: Some(*year), ..District::numbered(n) });
                content.assignment[n as usize - 1] = Some(DistrictId(n));
            }
            let lengths = lengths(&content, &Silent).unwrap();
            let found = sync(&content, &lengths, &OPEN);
            let settled = |row: &SyncRow| sync(&moved(&content, row), &lengths, &OPEN).in_step_m() - found.in_step_m();
            for row in &found.moves {
                prop_assert!((settled(row) - row.settled_m).abs() < 1e-6, "{row:?}");
            }
            // No district does better in another year than the first move says.
            let best = found.moves.first().map_or(0.0, |row| row.settled_m);
            for id in content.districts.keys() {
                for to in OPEN {
                    let row = SyncRow { what: SyncMove::District(*id), from: 0, to, settled_m: 0.0 };
                    prop_assert!(settled(&row) <= best + 0.01);
                }
            }
        }
    }
}
