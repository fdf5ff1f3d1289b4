//! A survey with its faults put right, as far as they can be without a guess.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, MultiLineString};
use serde_json::Value;

use super::attributes::is_number_of;
use super::{End, FaultKind, Fix, Quality};
use crate::base::PipeId;
use crate::model::{Content, Pipe};

/// Pipes after the fixes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mended {
    /// The pipes that are left.
    pub pipes: Vec<Pipe>,
    /// The row that each had before, ascending.
    pub rows: Vec<PipeId>,
    /// Fixes made.
    pub fixes: usize,
}

/// Makes the fixes of these kinds. A pipe that goes takes its other faults along.
#[must_use]
pub fn mended(content: &Content, quality: &Quality, kinds: &BTreeSet<FaultKind>) -> Mended {
    let mut of_pipe: BTreeMap<PipeId, Vec<&Fix>> = BTreeMap::new();
    for fault in quality.faults.iter().filter(|fault| kinds.contains(&fault.kind)) {
        of_pipe.entry(fault.pipe).or_default().extend(&fault.fix);
    }
    of_pipe.retain(|_, fixes| !fixes.is_empty());
    let mut mended = Mended::default();
    for (row, pipe) in content.pipes.iter().enumerate() {
        let id = PipeId::from_index(row);
        let fixes = of_pipe.get(&id).map_or(&[][..], Vec::as_slice);
        mended.fixes += fixes.len();
        if fixes.iter().any(|fix| matches!(fix, Fix::Remove)) {
            continue;
        }
        let mut pipe = pipe.clone();
        for fix in fixes {
            match fix {
                Fix::Remove => {}
                Fix::Number(end, number) => set_number(content, &mut pipe, *end, number),
                Fix::Snap(end, to) => snap(&mut pipe.line, *end, *to),
            }
        }
        mended.pipes.push(pipe);
        mended.rows.push(id);
    }
    mended
}

/// Writes a number into the field of the pipe, or into one of the name that another pipe of its class uses.
fn set_number(content: &Content, pipe: &mut Pipe, end: End, number: &str) {
    let field = |pipe: &Pipe| pipe.extra.keys().find(|name| is_number_of(name, end)).map(std::borrow::Cow::into_owned);
    let class = pipe.class;
    let of_class = || content.pipes.iter().filter(|other| other.class == class).find_map(field);
    if let Some(name) = field(pipe).or_else(of_class) {
        pipe.extra.insert(name, Value::String(number.to_owned()));
    }
}

fn snap(line: &mut MultiLineString<f64>, end: End, to: Coord<f64>) {
    let tip = match end {
        End::Start => line.0.iter_mut().find_map(|part| part.0.first_mut()),
        End::Finish => line.0.iter_mut().rev().find_map(|part| part.0.last_mut()),
    };
    if let Some(tip) = tip {
        *tip = to;
    }
}
