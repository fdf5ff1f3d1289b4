//! An assignment laid out: its districts with their sums, and what is left over as clusters.

use std::collections::BTreeMap;

use super::mass::{Mass, Scale};
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
    pub(super) mass: Mass,
    /// One unit that is above a maximum by itself.
    pub(super) is_giant: bool,
}

/// A district that is there.
#[derive(Default)]
pub(super) struct District {
    pub(super) mass: Mass,
    /// Some of it is locked.
    locked: bool,
    /// Some of what is locked lets others in.
    admits: bool,
}

impl District {
    /// Nothing may enter.
    fn is_closed(&self) -> bool {
        self.locked && !self.admits
    }
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
    pub(super) scale: Scale<'a>,
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
            scale: Scale::new(problem),
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
        let problem = self.ground.problem;
        for (unit, label) in self.ground.district.iter().enumerate() {
            let Some(label) = label else { continue };
            let district = self.districts.entry(*label).or_default();
            if let Some(lock) = problem.locked[unit] {
                district.locked = true;
                district.admits |= problem.admitting.contains(&lock) && problem.eligible[unit];
            }
            self.scale.put(&mut district.mass, unit);
        }
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
            let mass = self.scale.mass(&reached);
            clusters.push(Cluster { units: reached, mass, is_giant: giant[start] });
        }
        let first = |cluster: &Cluster| cluster.mass.sums.first().copied().unwrap_or(0.0);
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
        self.districts.get(&label).filter(|district| !district.is_closed()).map(|district| (label, district))
    }

    /// The cluster of a unit that others may be put together with.
    pub(super) fn cluster(&self, unit: usize) -> Option<usize> {
        let at = self.cluster_of[unit] as usize;
        self.clusters.get(at).filter(|cluster| !cluster.is_giant).map(|_| at)
    }

    /// For each bound the units without a value.
    pub(super) fn missing(&self, cluster: &Cluster) -> Vec<Vec<u32>> {
        let problem = self.ground.problem;
        let without = |is_missing: &dyn Fn(usize) -> bool| {
            cluster.units.iter().copied().filter(|unit| is_missing(*unit as usize)).collect::<Vec<u32>>()
        };
        let of_bound = |bound: &crate::grouping::Bound| {
            let values = &problem.fields[bound.field].values;
            without(&|unit| values[unit].is_none())
        };
        let outlines = problem.diameter.as_ref().map(|asked| &asked.outlines);
        let shapeless = outlines.map(|outlines| without(&|unit| outlines.get(unit).is_none_or(Vec::is_empty)));
        problem.bounds.iter().map(of_bound).chain(shapeless).collect()
    }

    /// The bounds that a cluster does not meet by itself, as they are told, with what it comes to of each.
    pub(super) fn told(&self, cluster: &Cluster) -> (Vec<f64>, Vec<Miss>) {
        let sums = self.scale.told(&cluster.mass, &cluster.units);
        let told = |miss: Miss| Miss { sum: sums[miss.bound], ..miss };
        // The solver keeps a little off the largest diameter, which is none of the user's business.
        let is_real = |miss: &Miss| miss.bound < self.ground.problem.bounds.len() || miss.sum > miss.limit;
        let misses = self.scale.misses(&cluster.mass).into_iter().map(told).filter(is_real).collect();
        (sums, misses)
    }

    /// Whether a mass may be a district by its sums and its reach, and nobody in it is to be apart.
    pub(super) fn suits(&self, mass: &Mass) -> bool {
        self.scale.is_enough(mass) && self.scale.fits(mass)
    }

    /// Whether nobody who is to be with others stays away from them where `units` come into a district, or make one.
    pub(super) fn keeps_together(&self, units: &[u32], district: Option<u32>) -> bool {
        let problem = self.ground.problem;
        let held = |unit: &u32| {
            let label = self.ground.district[*unit as usize];
            units.binary_search(unit).is_ok() || (label.is_some() && label == district)
        };
        // Whom nothing can move is not waited for.
        let moves = |unit: usize| problem.locked[unit].is_none_or(|lock| problem.admitting.contains(&lock));
        let counts = |unit: &&u32| problem.eligible[**unit as usize] && moves(**unit as usize);
        let is_kept = |set: &Vec<u32>| {
            let touches = set.iter().any(|unit| units.binary_search(unit).is_ok());
            !touches || set.iter().filter(counts).all(held)
        };
        problem.together.iter().all(is_kept)
    }
}
