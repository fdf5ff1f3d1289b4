//! Units that are left over, each given to the district beside it that suits best.

use std::collections::{BTreeMap, BTreeSet};

use super::{Sum, Terrain};

/// What a field's sum over a district may be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Room {
    /// Index into the fields of the terrain.
    pub field: usize,
    /// Least sum.
    pub min: Option<f64>,
    /// Largest sum.
    pub max: Option<f64>,
}

/// How well a district suits a unit; the least is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// It would be above a maximum.
    over: bool,
    /// It has what it needs already.
    full: bool,
    /// How far the unit is from it, by the bits of a length that is not negative.
    gap: u64,
    unit: u32,
    district: u32,
}

/// Where each of `leftovers` goes: one after another, the unit and district that suit each other best of all that touch.
/// Best is who stays within the maxima, then who is still below a minimum, then who is nearest (`gap`, m, of two linked
/// units). A unit that no district of `into` comes to touch stays out. `O(leftovers × their links × log)`.
#[must_use]
pub fn absorb(
    terrain: &Terrain<'_>,
    leftovers: &BTreeSet<u32>,
    into: &dyn Fn(u32) -> bool,
    bounds: &[Room],
    gap: &dyn Fn(u32, u32) -> f64,
) -> BTreeMap<u32, u32> {
    let mut sums = sums_by_district(terrain);
    let mut went: BTreeMap<u32, u32> = BTreeMap::new();
    let mut open: BTreeSet<Fit> = BTreeSet::new();
    let fits = |unit: u32, went: &BTreeMap<u32, u32>, sums: &BTreeMap<u32, Vec<Sum>>| {
        let mut best: BTreeMap<u32, f64> = BTreeMap::new();
        for next in terrain.near.of(unit as usize) {
            let district = went.get(next).copied().or_else(|| terrain.of(*next)).filter(|id| into(*id));
            if let Some(id) = district {
                let gap = gap(unit, *next).max(0.0);
                let held = best.entry(id).or_insert(gap);
                *held = held.min(gap);
            }
        }
        let of = |(district, gap_m): (u32, f64)| {
            let (over, full) = standing(terrain, bounds, unit, sums.get(&district).map_or(&[], Vec::as_slice));
            Fit { over, full, gap: gap_m.to_bits(), unit, district }
        };
        best.into_iter().map(of).collect::<Vec<_>>()
    };
    for unit in leftovers {
        open.extend(fits(*unit, &went, &sums));
    }
    while let Some(fit) = open.pop_first() {
        if went.contains_key(&fit.unit) {
            continue;
        }
        // The sums may have changed since: what no longer holds is put back where it belongs.
        let now = fits(fit.unit, &went, &sums).into_iter().find(|now| now.district == fit.district);
        if let Some(now) = now.filter(|now| *now != fit) {
            open.insert(now);
            continue;
        }
        went.insert(fit.unit, fit.district);
        add(terrain, fit.unit, sums.entry(fit.district).or_default());
        for next in terrain.near.of(fit.unit as usize).iter().filter(|next| leftovers.contains(next)) {
            if !went.contains_key(next) {
                open.extend(fits(*next, &went, &sums));
            }
        }
    }
    went
}

/// Whether a unit would take a district above a maximum, and whether the district needs nobody any more.
fn standing(terrain: &Terrain<'_>, bounds: &[Room], unit: u32, sums: &[Sum]) -> (bool, bool) {
    let sum = |room: &Room| sums.get(room.field).map_or(0.0, |sum| sum.value);
    let own = |room: &Room| {
        let value = terrain.fields.get(room.field).and_then(|field| field.values.get(unit as usize));
        value.copied().flatten().unwrap_or(0.0)
    };
    let over = bounds.iter().any(|room| room.max.is_some_and(|max| sum(room) + own(room) > max));
    let full = bounds.iter().all(|room| room.min.is_none_or(|min| sum(room) >= min));
    (over, full)
}

fn sums_by_district(terrain: &Terrain<'_>) -> BTreeMap<u32, Vec<Sum>> {
    let mut sums: BTreeMap<u32, Vec<Sum>> = BTreeMap::new();
    for (unit, district) in (0..).zip(terrain.district) {
        if let Some(id) = district {
            add(terrain, unit, sums.entry(*id).or_default());
        }
    }
    sums
}

fn add(terrain: &Terrain<'_>, unit: u32, sums: &mut Vec<Sum>) {
    sums.resize(terrain.fields.len(), Sum::default());
    for (sum, field) in sums.iter_mut().zip(terrain.fields) {
        match field.values.get(unit as usize).copied().flatten() {
            Some(value) => sum.value += value,
            None => sum.unknown += 1,
        }
    }
}
