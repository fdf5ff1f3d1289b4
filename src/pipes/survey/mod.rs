//! Quality of a pipe survey (R37): numbers of end points, depths and heights at shared nodes, pipes that come twice, ends that
//! just miss the network. What can be put right without a guess carries its fix; nothing is changed here.

mod attributes;
mod dangling;
mod fix;
mod nodes;
mod repeats;
#[cfg(test)]
mod tests;

pub use fix::{Mended, mended};

use std::collections::HashMap;

use geo::{Coord, MultiLineString};
use rayon::prelude::*;

use super::Network;
use super::clearance::Clearance;
use crate::base::{Message, PipeId};
use crate::model::Content;
use crate::policy::PipeClass;
pub(super) use attributes::said_of;
use attributes::{Ends, ends_of};

/// What is wrong with a pipe, in the order in which it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The number of an end point is missing, though the survey has numbers.
    EndMissing,
    /// Both end points have one number.
    EndsEqual,
    /// The pipe comes twice.
    Duplicate,
    /// The pipe comes again from its end to its start.
    Reversed,
    /// Pipes that meet in a node say different heights of it.
    NodeHeight,
    /// Pipes that meet in a node say different depths of it.
    NodeDepth,
    /// Deeper than the plan's settings allow.
    TooDeep,
    /// An end that nearly meets the network.
    Dangling,
}

impl FaultKind {
    /// Every kind, in order.
    pub const ALL: [Self; 8] = [
        Self::EndMissing,
        Self::EndsEqual,
        Self::Duplicate,
        Self::Reversed,
        Self::NodeHeight,
        Self::NodeDepth,
        Self::TooDeep,
        Self::Dangling,
    ];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EndMissing => "end_missing",
            Self::EndsEqual => "ends_equal",
            Self::Duplicate => "duplicate",
            Self::Reversed => "reversed",
            Self::NodeHeight => "node_height",
            Self::NodeDepth => "node_depth",
            Self::TooDeep => "too_deep",
            Self::Dangling => "dangling",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::EndMissing => Message::new("pipes.fault-end-missing"),
            Self::EndsEqual => Message::new("pipes.fault-ends-equal"),
            Self::Duplicate => Message::new("pipes.fault-duplicate"),
            Self::Reversed => Message::new("pipes.fault-reversed"),
            Self::NodeHeight => Message::new("pipes.fault-node-height"),
            Self::NodeDepth => Message::new("pipes.fault-node-depth"),
            Self::TooDeep => Message::new("pipes.fault-too-deep"),
            Self::Dangling => Message::new("pipes.fault-dangling"),
        }
    }
}

/// One of the two ends of a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// 起点.
    Start,
    /// 终点.
    Finish,
}

/// What puts a fault right.
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    /// The pipe goes: another is the same.
    Remove,
    /// The end gets the number that others have at its place.
    Number(End, String),
    /// The end moves to the network.
    Snap(End, Coord<f64>),
}

/// Something wrong with a pipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// The pipe.
    pub pipe: PipeId,
    /// The other pipe it is about, such as the one that it repeats.
    pub other: Option<PipeId>,
    /// What the pipe says and what the other one says, m, where numbers are at odds; the depth alone where it is too deep.
    pub values_m: Option<(f64, f64)>,
    /// What puts it right, when that is no guess.
    pub fix: Option<Fix>,
}

/// What was found in a survey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quality {
    /// Faults by kind, then pipe.
    pub faults: Vec<Fault>,
    /// Pipes with the number of an end point.
    pub numbered: usize,
    /// Horizontal clearance, when the plan asks for it (R39).
    pub clearance: Clearance,
    /// Which pipes meet.
    pub network: Network,
}

impl Quality {
    /// Looks at every pipe. `O(n log n)`.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let ends: Vec<Ends> = content.pipes.par_iter().map(ends_of).collect();
        let places = Places::new(content, &ends);
        let mut faults = Vec::new();
        places.numbers(&mut faults);
        repeats::repeats(content, &ends, &mut faults);
        nodes::at_odds(&places, &mut faults);
        nodes::too_deep(&ends, content.settings.works.max_depth_m, &mut faults);
        dangling::dangling(content, content.settings.works.snap_m, &mut faults);
        faults.sort_by_key(|fault| (fault.kind, fault.pipe, fault.other));
        let numbered = ends.iter().filter(|e| e.start.number.is_some() || e.finish.number.is_some()).count();
        Self { faults, numbered, clearance: Clearance::of(content), network: Network::of(content) }
    }

    /// Faults of a kind.
    pub fn of_kind(&self, kind: FaultKind) -> impl Iterator<Item = &Fault> {
        self.faults.iter().filter(move |fault| fault.kind == kind)
    }
}

/// Where a pipe begins and ends; `None` without coordinates.
pub(super) fn tips(line: &MultiLineString<f64>) -> Option<[Coord<f64>; 2]> {
    let first = line.iter().find_map(|part| part.0.first());
    let last = line.0.iter().rev().find_map(|part| part.0.last());
    Some([*first?, *last?])
}

/// A place to the centimetre, in the network of one class.
type Place = (PipeClass, i64, i64);

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates; no plan reaches that far")]
fn place_of(class: PipeClass, at: Coord<f64>) -> Place {
    (class, (at.x * 100.0).round() as i64, (at.y * 100.0).round() as i64)
}

/// Ends by their places.
struct Places<'a> {
    content: &'a Content,
    ends: &'a [Ends],
    at: HashMap<Place, Vec<(PipeId, End)>>,
}

impl<'a> Places<'a> {
    fn new(content: &'a Content, ends: &'a [Ends]) -> Self {
        let mut at: HashMap<Place, Vec<(PipeId, End)>> = HashMap::new();
        for (row, pipe) in content.pipes.iter().enumerate() {
            let id = PipeId::from_index(row);
            for (end, tip) in [End::Start, End::Finish].into_iter().zip(tips(&pipe.line).into_iter().flatten()) {
                at.entry(place_of(pipe.class, tip)).or_default().push((id, end));
            }
        }
        Self { content, ends, at }
    }

    /// The one number that other pipes have at the place of an end; `None` when they have none or several.
    fn number_there(&self, pipe: PipeId, end: End) -> Option<&'a str> {
        let class = self.content.pipes[pipe.index()].class;
        let tip = tips(&self.content.pipes[pipe.index()].line)?[usize::from(end == End::Finish)];
        let others = self.at.get(&place_of(class, tip))?.iter().filter(|(other, _)| *other != pipe);
        let mut found = None;
        for (other, end) in others {
            let ends = &self.ends[other.index()];
            // A pipe whose ends have one number knows neither.
            if ends.start.number.is_some() && ends.start.number == ends.finish.number {
                continue;
            }
            let Some(number) = ends.of(*end).number.as_deref() else { continue };
            if found.is_some_and(|held| held != number) {
                return None;
            }
            found = Some(number);
        }
        found
    }

    /// Missing numbers, where the survey has some, and ends that have one number.
    fn numbers(&self, faults: &mut Vec<Fault>) {
        let classes = self.numbered_classes();
        for (row, ends) in self.ends.iter().enumerate() {
            let pipe = PipeId::from_index(row);
            if !classes.contains(&self.content.pipes[row].class) {
                continue;
            }
            let mut push = |kind, fix| faults.push(Fault { kind, pipe, other: None, values_m: None, fix });
            for end in [End::Start, End::Finish].into_iter().filter(|end| ends.of(*end).number.is_none()) {
                // Never the number that the other end has already.
                let other = ends.of(end.other()).number.as_deref();
                let known = self.number_there(pipe, end).filter(|number| other != Some(*number));
                push(FaultKind::EndMissing, known.map(|number| Fix::Number(end, number.to_owned())));
            }
            if ends.start.number.is_some() && ends.start.number == ends.finish.number {
                let own = ends.start.number.as_deref();
                let known = |end| self.number_there(pipe, end).filter(|number| own != Some(*number)).map(|n| (end, n.to_owned()));
                // Only one of them can be wrong by what stands there; where both are, it is for somebody to look.
                let fix = match (known(End::Start), known(End::Finish)) {
                    (Some((end, number)), None) | (None, Some((end, number))) => Some(Fix::Number(end, number)),
                    _ => None,
                };
                push(FaultKind::EndsEqual, fix);
            }
        }
    }

    /// Classes of which some pipe has a number: who never gave any is not asked for them.
    fn numbered_classes(&self) -> std::collections::HashSet<PipeClass> {
        let numbered =
            self.content.pipes.iter().zip(self.ends).filter(|(_, e)| e.start.number.is_some() || e.finish.number.is_some());
        numbered.map(|(pipe, _)| pipe.class).collect()
    }
}

impl End {
    fn other(self) -> Self {
        if self == Self::Start { Self::Finish } else { Self::Start }
    }
}
