//! Pipes that come twice, or again from their end to their start: by the numbers of their end points, and by their shape.

use std::collections::HashMap;

use super::attributes::Ends;
use super::{Fault, FaultKind, Fix, place_of};
use crate::base::PipeId;
use crate::model::{Content, Pipe};
use crate::policy::{PipeClass, PipeSubclass};

/// Faults of pipes that repeat one before them. Where the shape is the same, the later one can go.
pub(super) fn repeats(content: &Content, ends: &[Ends], faults: &mut Vec<Fault>) {
    let mut by_shape: HashMap<Vec<(PipeClass, i64, i64)>, PipeId> = HashMap::new();
    type Numbers<'a> = (PipeClass, Option<PipeSubclass>, &'a str, &'a str);
    let mut by_number: HashMap<Numbers<'_>, PipeId> = HashMap::new();
    for (row, pipe) in content.pipes.iter().enumerate() {
        let id = PipeId::from_index(row);
        let forth = shape(pipe);
        let back: Vec<_> = forth.iter().rev().copied().collect();
        let mut push = |kind, other: PipeId, fix| faults.push(Fault { kind, pipe: id, other: Some(other), values_m: None, fix });
        if forth.len() > 1 {
            let alike = |other: &&PipeId| content.pipes[other.index()].subclass == pipe.subclass;
            if let Some(other) = by_shape.get(&forth).filter(alike) {
                push(FaultKind::Duplicate, *other, Some(Fix::Remove));
                continue;
            }
            if let Some(other) = by_shape.get(&back).filter(alike) {
                push(FaultKind::Reversed, *other, Some(Fix::Remove));
                continue;
            }
            by_shape.insert(forth, id);
        }
        let Some((start, finish)) = ends[row].start.number.as_deref().zip(ends[row].finish.number.as_deref()) else { continue };
        if start == finish {
            continue;
        }
        let key = |a, b| (pipe.class, pipe.subclass, a, b);
        if let Some(other) = by_number.get(&key(start, finish)) {
            push(FaultKind::Duplicate, *other, None);
        } else if let Some(other) = by_number.get(&key(finish, start)) {
            push(FaultKind::Reversed, *other, None);
        } else {
            by_number.insert(key(start, finish), id);
        }
    }
}

/// The shape to the centimetre, without points that repeat the one before.
fn shape(pipe: &Pipe) -> Vec<(PipeClass, i64, i64)> {
    let mut points: Vec<_> = pipe.line.iter().flat_map(|part| &part.0).map(|at| place_of(pipe.class, *at)).collect();
    points.dedup();
    points
}
