//! Ends that nearly meet a pipe of their class: the network breaks there, though the pipes in the ground do not.

use geo::{BoundingRect, Coord, Rect};
use rayon::prelude::*;

use super::{End, Fault, FaultKind, Fix, tips};
use crate::base::PipeId;
use crate::geometry::packed::PackedBoxes;
use crate::geometry::segment::{Segment, distance2, grown, line_segments};
use crate::model::Content;

/// Nearer than this an end meets a pipe, m.
const MEETS_M: f64 = 0.01;

/// Ends farther than [`MEETS_M`] and no farther than `snap_m` from another pipe of their class, each with the place to move it to:
/// the nearest end of another pipe within reach, else the nearest point of one.
pub(super) fn dangling(content: &Content, snap_m: f64, faults: &mut Vec<Fault>) {
    let snap_m = if snap_m.is_finite() { snap_m.max(0.0) } else { 0.0 };
    let boxes: Vec<Option<Rect<f64>>> = content.pipes.iter().map(|pipe| pipe.line.bounding_rect()).collect();
    let index = PackedBoxes::new(&boxes);
    let found = (0..content.pipes.len()).into_par_iter().flat_map_iter(|row| {
        let tips = tips(&content.pipes[row].line).into_iter().flatten().collect::<Vec<_>>();
        let index = &index;
        [End::Start, End::Finish].into_iter().zip(tips).filter_map(move |(end, at)| {
            let (other, to) = nearest(content, index, row, at, snap_m)?;
            let pipe = PipeId::from_index(row);
            Some(Fault { kind: FaultKind::Dangling, pipe, other: Some(other), values_m: None, fix: Some(Fix::Snap(end, to)) })
        })
    });
    faults.par_extend(found);
}

/// A place on another pipe, with the square of its distance, m².
type Near = (f64, PipeId, Coord<f64>);

/// Where an end should be; `None` when it meets a pipe already or is far from all.
fn nearest(content: &Content, index: &PackedBoxes, row: usize, at: Coord<f64>, snap_m: f64) -> Option<(PipeId, Coord<f64>)> {
    let class = content.pipes[row].class;
    let mut rows = Vec::new();
    index.each_in_box(&grown(&Rect::new(at, at), snap_m.max(MEETS_M)), |other| rows.push(other));
    rows.retain(|other| *other != row && content.pipes[*other].class == class);
    rows.sort_unstable();
    let (mut end, mut point): (Option<Near>, Option<Near>) = (None, None);
    for other in rows {
        let line = &content.pipes[other].line;
        let id = PipeId::from_index(other);
        for tip in tips(line).into_iter().flatten() {
            let d2 = distance2(tip, at);
            if end.is_none_or(|(best, ..)| d2 < best) {
                end = Some((d2, id, tip));
            }
        }
        for segment in line.iter().flat_map(line_segments).filter(|segment: &Segment| segment.length() > 0.0) {
            let on = segment.nearest_to(at);
            let d2 = distance2(on, at);
            if point.is_none_or(|(best, ..)| d2 < best) {
                point = Some((d2, id, on));
            }
        }
    }
    let within = |found: Option<Near>| found.filter(|(d2, ..)| *d2 <= snap_m * snap_m);
    let meets = end.into_iter().chain(point).any(|(d2, ..)| d2 <= MEETS_M * MEETS_M);
    if meets {
        return None;
    }
    within(end).or(within(point)).map(|(_, id, to)| (id, to))
}
