//! An assignment laid out: its districts with their sums, and what is left over as clusters.

use std::collections::BTreeMap;

use super::{Ground, Miss};
use crate::contiguity::Neighbours;
use crate::grouping::part::NONE;
use crate::grouping::prepare::{alone_too_large, contracted_links};
use crate::grouping::problem::{Aim, number};
use crate::model::CommunityRule;

/// Units that are left over together.
pub(super) struct Cluster {
    /// Ascending.
    pub(super) units: Vec<u32>,
    pub(super) sums: Vec<f64>,
    /// One unit that is above a maximum by itself.
    pub(super) is_giant: bool,
}

/// A district that is there.
pub(super) struct District {
    pub(super) sums: Vec<f64>,
    /// Nothing may enter.
    pub(super) closed: bool,
}

/// The limits that a pair crosses although they may not be crossed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossed {
    pub(super) community: bool,
    pub(super) street_office: bool,
}

impl Crossed {
    pub(super) fn any(self) -> bool {
        self.community || self.street_office
    }

    /// Whether all of it is among `opened`.
    pub(super) fn within(self, opened: Self) -> bool {
        (opened.community || !self.community) && (opened.street_office || !self.street_office)
    }
}

/// The assignment of a ground, laid out.
pub(super) struct Layout<'a> {
    pub(super) ground: &'a Ground<'a>,
    /// Who is linked at the gap, with what only carries contracted away.
    pub(super) rows: Neighbours,
    /// Cluster of each unit; [`NONE`] is in none.
    pub(super) cluster_of: Vec<u32>,
    /// The largest first.
    pub(super) clusters: Vec<Cluster>,
    pub(super) districts: BTreeMap<u32, District>,
    /// Whether one more district is welcome.
    pub(super) may_open: bool,
}

impl<'a> Layout<'a> {
    pub(super) fn new(ground: &'a Ground<'a>) -> Self {
        let problem = ground.problem;
        let rows = Neighbours::of_known(problem.units(), &contracted_links(problem));
        let mut layout = Self {
            ground,
            rows,
            cluster_of: vec![NONE; problem.units()],
            clusters: Vec::new(),
            districts: BTreeMap::new(),
            may_open: true,
        };
        layout.sum_districts();
        layout.may_open = match problem.aim {
            Aim::Exactly(count) => layout.districts.len() < count,
            _ => true,
        };
        layout.gather();
        layout
    }

    fn sum_districts(&mut self) {
        let bounds = self.ground.problem.bounds.len();
        for (unit, label) in self.ground.district.iter().enumerate() {
            let Some(label) = label else { continue };
            let sizes: Vec<f64> = self.sizes(unit).collect();
            let problem = self.ground.problem;
            let closed = problem.locked[unit].is_some_and(|lock| !problem.admitting.contains(&lock));
            let district = self.districts.entry(*label).or_insert_with(|| District { sums: vec![0.0; bounds], closed: false });
            district.closed |= closed;
            district.sums.iter_mut().zip(sizes).for_each(|(sum, size)| *sum += size);
        }
    }

    /// What a unit adds to each bound.
    fn sizes(&self, unit: usize) -> impl Iterator<Item = f64> + '_ {
        let problem = self.ground.problem;
        problem.bounds.iter().map(move |bound| problem.fields[bound.field].values[unit].unwrap_or(0.0))
    }

    fn is_left(&self, unit: usize) -> bool {
        let problem = self.ground.problem;
        problem.eligible[unit] && problem.locked[unit].is_none() && self.ground.district[unit].is_none()
    }

    /// Floods what is left over into clusters.
    fn gather(&mut self) {
        let units = self.ground.problem.units();
        let left: Vec<bool> = (0..units).map(|unit| self.is_left(unit)).collect();
        let giant: Vec<bool> =
            (0..units).map(|unit| left[unit] && alone_too_large(self.ground.problem, unit).is_some()).collect();
        let mut seen = vec![false; units];
        let mut clusters = Vec::new();
        for start in (0..units).filter(|unit| left[*unit]) {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let mut reached = vec![number(start)];
            let mut at = 0;
            while let Some(unit) = reached.get(at).copied().filter(|_| !giant[start]) {
                for next in self.rows.of(unit as usize).iter().map(|next| *next as usize) {
                    let joins = left[next] && !giant[next] && !self.crossed(unit as usize, next).any();
                    if joins && !std::mem::replace(&mut seen[next], true) {
                        reached.push(number(next));
                    }
                }
                at += 1;
            }
            reached.sort_unstable();
            let mut sums = vec![0.0; self.ground.problem.bounds.len()];
            for unit in &reached {
                sums.iter_mut().zip(self.sizes(*unit as usize)).for_each(|(sum, size)| *sum += size);
            }
            clusters.push(Cluster { units: reached, sums, is_giant: giant[start] });
        }
        let first = |cluster: &Cluster| cluster.sums.first().copied().unwrap_or(0.0);
        clusters.sort_by(|a, b| {
            let larger = first(b).total_cmp(&first(a)).then(b.units.len().cmp(&a.units.len()));
            larger.then(a.units.cmp(&b.units))
        });
        for (at, cluster) in clusters.iter().enumerate() {
            cluster.units.iter().for_each(|unit| self.cluster_of[*unit as usize] = number(at));
        }
        self.clusters = clusters;
    }

    /// The limits that a pair must not cross and does.
    pub(super) fn crossed(&self, a: usize, b: usize) -> Crossed {
        let problem = self.ground.problem;
        let crosses = |rule: CommunityRule, areas: &[Option<u32>]| rule == CommunityRule::Forbid && areas[a] != areas[b];
        Crossed {
            community: crosses(problem.community, &problem.communities),
            street_office: crosses(problem.street_office, &problem.street_offices),
        }
    }

    /// The open district of a unit.
    pub(super) fn open_district(&self, unit: usize) -> Option<(u32, &District)> {
        let label = self.ground.district[unit]?;
        self.districts.get(&label).filter(|district| !district.closed).map(|district| (label, district))
    }

    /// The cluster of a unit that others may be put together with.
    pub(super) fn cluster(&self, unit: usize) -> Option<usize> {
        let at = self.cluster_of[unit] as usize;
        self.clusters.get(at).filter(|cluster| !cluster.is_giant).map(|_| at)
    }

    pub(super) fn missing(&self, cluster: &Cluster) -> Vec<Vec<u32>> {
        let problem = self.ground.problem;
        let of_bound = |field: usize| {
            let values = &problem.fields[field].values;
            cluster.units.iter().copied().filter(|unit| values[*unit as usize].is_none()).collect()
        };
        problem.bounds.iter().map(|bound| of_bound(bound.field)).collect()
    }

    /// The bounds that sums do not meet; minima first.
    pub(super) fn misses(&self, sums: &[f64]) -> Vec<Miss> {
        let limits = |pick: fn(&crate::grouping::Bound) -> Option<f64>| {
            self.ground.problem.bounds.iter().enumerate().filter_map(move |(at, bound)| Some((at, pick(bound)?)))
        };
        let below = limits(|bound| bound.min).filter(|(at, min)| sums[*at] < *min);
        let above = limits(|bound| bound.max).filter(|(at, max)| !is_within(sums[*at], *max));
        below.chain(above).map(|(bound, limit)| Miss { bound, sum: sums[bound], limit }).collect()
    }

    pub(super) fn is_enough(&self, sums: &[f64]) -> bool {
        self.ground.problem.bounds.iter().zip(sums).all(|(bound, sum)| bound.min.is_none_or(|min| *sum >= min))
    }

    pub(super) fn fits(&self, sums: &[f64]) -> bool {
        self.ground.problem.bounds.iter().zip(sums).all(|(bound, sum)| bound.max.is_none_or(|max| is_within(*sum, max)))
    }
}

/// Whether a sum stays within a maximum in whatever order it is summed: whole numbers exactly, others with room for rounding.
fn is_within(sum: f64, max: f64) -> bool {
    if sum.fract() == 0.0 { sum <= max } else { sum + 1e-9 * sum.abs() <= max }
}

/// Two rows of sums together.
pub(super) fn together(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}
