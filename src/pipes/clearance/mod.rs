//! Horizontal clearance of sewage and rain pipes (GB 50289-2016 §4.1.9, the row for 污水 and 雨水): a screening whose every row
//! wants a look (需复核). Only what lies nearer than the table asks, or may do so because an attribute is missing, is listed;
//! what is missing never passes. Where lines cross or a pipe enters a building the table of vertical clearance would speak,
//! which is not here: such places are counted and not judged.

mod required;
#[cfg(test)]
mod tests;

use geo::{BoundingRect, Coord, Intersects, MultiLineString, Rect};
use rayon::prelude::*;

use super::ground::shared_between;
use crate::base::{BuildingId, PipeId};
use crate::geometry::packed::PackedBoxes;
use crate::geometry::segment::{Segment, boundary, grown, line_segments};
use crate::model::{Content, Pipe};
use crate::policy::PipeClass;

pub use required::{Against, Lacking};
use required::{MOST_DIAMETER_MM, Required};

/// The other thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Beside {
    /// A building.
    Building(BuildingId),
    /// A pipe or cable.
    Pipe(PipeId),
}

/// Two things that may lie too near to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Narrow {
    /// The sewage or rain pipe.
    pub pipe: PipeId,
    /// What lies beside it.
    pub beside: Beside,
    /// Which column of the table speaks.
    pub against: Against,
    /// From centre line to centre line, or to the wall, m.
    pub centres_m: f64,
    /// Between outer surfaces in plan, m; `None` while a diameter is missing.
    pub clear_m: Option<f64>,
    /// What the table asks, m; the largest of the column where the attribute that chooses is missing.
    pub required_m: f64,
    /// What is missing; with nothing missing it is too near.
    pub lacking: Vec<Lacking>,
    /// Where on the sewage or rain pipe.
    pub at: Coord<f64>,
}

/// What the screening found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clearance {
    /// Whether it was asked for.
    pub asked: bool,
    /// By pipe, then by what lies beside it.
    pub rows: Vec<Narrow>,
    /// Pairs that cross, or a pipe that enters a building: not judged.
    pub crossings: usize,
}

/// How two things lie.
enum Found {
    Narrow(Narrow),
    Crossing,
}

impl Clearance {
    /// Looks at every sewage and rain pipe when the plan's settings ask for it. `O(n log n)` where each has few things near.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        if !content.settings.works.clearance {
            return Self::default();
        }
        let pipes: Vec<Option<Rect<f64>>> = content.pipes.iter().map(|pipe| pipe.line.bounding_rect()).collect();
        let buildings: Vec<Option<Rect<f64>>> = content.buildings.iter().map(|one| one.shape.bounding_rect()).collect();
        let (near_pipes, near_buildings) = (PackedBoxes::new(&pipes), PackedBoxes::new(&buildings));
        let of_row = |row: usize| {
            let (pipe, id) = (&content.pipes[row], PipeId::from_index(row));
            let Some(bounds) = pipes[row].filter(|_| pipe.class == PipeClass::Drainage) else { return Vec::new() };
            let reach = grown(&bounds, required::farthest_m());
            let mut others = Vec::new();
            near_buildings.each_in_box(&reach, |other| others.push(Beside::Building(BuildingId::from_index(other))));
            near_pipes.each_in_box(&reach, |other| others.push(Beside::Pipe(PipeId::from_index(other))));
            others.sort_unstable();
            others.into_iter().filter_map(|beside| look(content, (id, pipe), beside)).collect()
        };
        let found: Vec<Found> = (0..content.pipes.len()).into_par_iter().flat_map_iter(of_row).collect();
        let mut all = Self { asked: true, ..Self::default() };
        for one in found {
            match one {
                Found::Narrow(narrow) => all.rows.push(narrow),
                Found::Crossing => all.crossings += 1,
            }
        }
        all
    }
}

/// Judges one pair; `None` when the table says nothing of it or it is far enough apart whatever is missing.
fn look(content: &Content, (id, pipe): (PipeId, &Pipe), beside: Beside) -> Option<Found> {
    let other = match beside {
        Beside::Pipe(other) => content.pipes.get(other.index()),
        Beside::Building(_) => None,
    };
    let required = match (beside, other) {
        (Beside::Pipe(_), Some(other)) => Required::beside(other)?,
        (Beside::Pipe(_), None) => return None,
        (Beside::Building(_), _) => Required::building(),
    };
    let (centres_m, at) = match beside {
        Beside::Pipe(_) => nearest(&pipe.line, &segments(&other?.line))?,
        Beside::Building(building) => {
            let shape = &content.buildings.get(building.index())?.shape;
            if shape.intersects(&pipe.line) {
                return Some(Found::Crossing);
            }
            nearest(&pipe.line, &boundary(shape).collect::<Vec<_>>())?
        }
    };
    let mut lacking = required.lacking.clone();
    let known = |diameter: Option<f64>| diameter.filter(|mm| mm.is_finite() && *mm > 0.0);
    let own = known(pipe.diameter_mm);
    let theirs = if let Some(other) = other { known(other.diameter_mm) } else { Some(0.0) };
    lacking.extend(own.is_none().then_some(Lacking::OwnDiameter));
    lacking.extend((theirs.is_none() && !lacking.contains(&Lacking::TheirDiameter)).then_some(Lacking::TheirDiameter));
    let worst = (own.unwrap_or(MOST_DIAMETER_MM) + theirs.unwrap_or(MOST_DIAMETER_MM)) / 2_000.0;
    if centres_m - worst >= required.metres {
        return None;
    }
    if let Some(other) = other.filter(|_| centres_m <= 0.0)
        && !runs_beside(&pipe.line, &other.line, required.metres + worst)
    {
        return Some(Found::Crossing);
    }
    let clear_m = own.zip(theirs).map(|(own, theirs)| centres_m - (own + theirs) / 2_000.0);
    let (against, required_m) = (required.against, required.metres);
    Some(Found::Narrow(Narrow { pipe: id, beside, against, centres_m, clear_m, required_m, lacking, at }))
}

/// Whether lines that cross also run beside each other: they are near for longer than a crossing at 30° would have them.
fn runs_beside(line: &MultiLineString<f64>, other: &MultiLineString<f64>, reach_m: f64) -> bool {
    shared_between(line, other, reach_m) > 4.0 * reach_m
}

fn segments(line: &MultiLineString<f64>) -> Vec<Segment> {
    line.iter().flat_map(line_segments).collect()
}

/// The least distance from a line to segments, and where on the line.
fn nearest(line: &MultiLineString<f64>, others: &[Segment]) -> Option<(f64, Coord<f64>)> {
    let pairs = line.iter().flat_map(line_segments).flat_map(|own| others.iter().map(move |other| own.nearest(other)));
    pairs.min_by(|a, b| a.d2.total_cmp(&b.d2)).map(|nearest| (nearest.d2.sqrt(), nearest.a))
}
