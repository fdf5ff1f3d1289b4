//! How compact districts are: their members as one shape over the gaps that link them.
//!
//! Gaps and notches of up to the plan's gap limit are closed, whatever lies in them; under queen and rook contiguity only what
//! touches is united. Ground wider than that stays open: a river under a bridge parts the shape, and a hole counts as one.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::base::{CompoundId, DistrictId};
use crate::geometry::{closing, compactness};
use crate::model::{Content, ContiguityRule};

/// Closed beyond the gap, m: what is just as far apart as the limit is linked too.
const SLACK_M: f64 = 0.02;

/// Two shares that tell how compact a shape is, both 1 for a disc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compactness {
    /// Area against perimeter (Polsby & Popper 1991).
    pub polsby_popper: f64,
    /// Area against the smallest circle around it (Reock 1961).
    pub reock: f64,
}

/// The compactness of a district of these members; `None` when they have no area. `O(n log n)` in their corners.
#[must_use]
pub fn compactness(content: &Content, members: &[CompoundId]) -> Option<Compactness> {
    let settings = &content.settings;
    let gap_m = if settings.contiguity == ContiguityRule::Gap { settings.gap_m } else { 0.0 };
    let shapes = members.iter().filter_map(|id| content.compounds.get(id.index())).map(|compound| &compound.shape);
    let shape = closing::closed(shapes, gap_m + SLACK_M);
    Some(Compactness { polsby_popper: compactness::polsby_popper(&shape)?, reock: compactness::reock(&shape)? })
}

/// The compactness of every district of a plan that has an area, on all cores.
#[must_use]
pub fn compactness_by_district(content: &Content) -> BTreeMap<DistrictId, Compactness> {
    let members: Vec<(DistrictId, Vec<CompoundId>)> = content.members_by_district().into_iter().collect();
    members.into_par_iter().filter_map(|(id, members)| Some((id, compactness(content, &members)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compound, CompoundFacts, District, Properties, Settings};
    use std::f64::consts::{FRAC_PI_4, PI};
    use std::sync::Arc;

    fn content(places: &[(f64, f64)], gap_m: f64, rule: ContiguityRule) -> Content {
        let compound = |(x, y): &(f64, f64)| Compound {
            source_id: format!("{x} {y}"),
            shape: geo::MultiPolygon(vec![geo::Rect::new((*x, *y), (x + 90.0, y + 90.0)).to_polygon()]),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        Content {
            compounds: Arc::new(places.iter().map(compound).collect()),
            assignment: vec![Some(DistrictId(1)); places.len()],
            districts: [(DistrictId(1), District::numbered(1)), (DistrictId(2), District::numbered(2))].into(),
            settings: Settings { gap_m, contiguity: rule, ..Settings::default() },
            ..Content::default()
        }
    }

    /// Four compounds of a block with a crossing of two alleys.
    const BLOCK: [(f64, f64); 4] = [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0), (100.0, 100.0)];

    #[test]
    fn gaps_within_the_limit_are_part_of_the_district() {
        let check = |gap_m: f64, rule: ContiguityRule, expected: (f64, f64)| {
            let found = compactness_by_district(&content(&BLOCK, gap_m, rule));
            let shape = found[&DistrictId(1)];
            let apart = (shape.polsby_popper - expected.0).abs().max((shape.reock - expected.1).abs());
            assert!(apart < 1e-3, "{shape:?} at {gap_m} m");
            assert!(!found.contains_key(&DistrictId(2)), "a district without compounds has no shape");
        };
        // One square; at exactly the limit too.
        check(30.0, ContiguityRule::Gap, (FRAC_PI_4, 2.0 / PI));
        check(10.0, ContiguityRule::Gap, (FRAC_PI_4, 2.0 / PI));
        // Four squares that nothing unites.
        let apart = (FRAC_PI_4 / 4.0, 4.0 * 8_100.0 / (PI * 190.0 * 190.0 / 2.0));
        check(5.0, ContiguityRule::Gap, apart);
        check(30.0, ContiguityRule::Queen, apart);
    }

    #[test]
    fn compounds_without_a_shape_have_none() {
        let mut content = content(&BLOCK, 30.0, ContiguityRule::Gap);
        for compound in Arc::make_mut(&mut content.compounds) {
            compound.shape = geo::MultiPolygon(Vec::new());
        }
        assert!(compactness_by_district(&content).is_empty());
        assert_eq!(compactness(&content, &[CompoundId(9)]), None);
    }
}
