//! Heights and depths: what pipes that meet in a node say of it, and what is too deep.

use std::collections::BTreeMap;

use super::attributes::{Ends, Said};
use super::{End, Fault, FaultKind, Places};
use crate::base::PipeId;
use crate::policy::PipeClass;

/// Heights and depths that differ by no more than this are the same, m: twice the last digit of a survey.
const SAME_M: f64 = 0.02;

/// What is said of an end.
type Value = fn(&Said) -> Option<f64>;

/// Pipes that say something else of a node than the first that speaks of it. A node is a number of one class or, without
/// numbers, a place.
pub(super) fn at_odds(places: &Places<'_>, faults: &mut Vec<Fault>) {
    let mut nodes: BTreeMap<(PipeClass, String), Vec<(PipeId, End)>> = BTreeMap::new();
    for (place, ends) in &places.at {
        for (pipe, end) in ends {
            let number = places.ends[pipe.index()].of(*end).number.as_deref();
            let name = number.map_or_else(|| format!("{} {}", place.1, place.2), |number| format!("#{number}"));
            nodes.entry((place.0, name)).or_default().push((*pipe, *end));
        }
    }
    let kinds: [(FaultKind, Value); 2] =
        [(FaultKind::NodeHeight, |said| said.height_m), (FaultKind::NodeDepth, |said| said.depth_m)];
    for mut ends in nodes.into_values() {
        ends.sort_unstable();
        for (kind, value) in kinds {
            let said = |(pipe, end): &(PipeId, End)| Some((*pipe, value(places.ends[pipe.index()].of(*end))?));
            let mut spoken = ends.iter().filter_map(said);
            let Some((first, held)) = spoken.next() else { continue };
            for (pipe, other) in spoken.filter(|(pipe, other)| *pipe != first && (other - held).abs() > SAME_M) {
                faults.push(Fault { kind, pipe, other: Some(first), values_m: Some((other, held)), fix: None });
            }
        }
    }
}

/// Ends deeper than the limit; without a limit nothing is.
pub(super) fn too_deep(ends: &[Ends], max_depth_m: Option<f64>, faults: &mut Vec<Fault>) {
    let Some(limit) = max_depth_m.filter(|limit| limit.is_finite() && *limit > 0.0) else { return };
    for (row, ends) in ends.iter().enumerate() {
        let deepest = ends.start.depth_m.into_iter().chain(ends.finish.depth_m).fold(0.0, f64::max);
        if deepest > limit {
            let (kind, pipe) = (FaultKind::TooDeep, PipeId::from_index(row));
            faults.push(Fault { kind, pipe, other: None, values_m: Some((deepest, limit)), fix: None });
        }
    }
}
