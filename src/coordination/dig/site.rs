//! Where a trench lies: in a compound, along a street, or in neither.

use std::collections::HashMap;

use geo::{BoundingRect, Coord, MultiLineString};

use crate::base::{CompoundId, Message};
use crate::geometry::distance::covers;
use crate::geometry::packed::PackedBoxes;
use crate::geometry::segment::{Segment, distance2, grown, line_segments};
use crate::model::Content;

/// Half the width of a street of which none is given, m.
const HALF_WIDTH_M: f64 = 10.0;

/// Where something lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// In a compound; the first where several overlap.
    Compound(CompoundId),
    /// Along a street, by its row; of streets of one name the first.
    Street(u32),
    /// In neither.
    Elsewhere,
}

impl Site {
    /// For people.
    #[must_use]
    pub fn message(self, content: &Content) -> Message {
        match (self.label(content), self) {
            ("", Self::Elsewhere) => Message::new("coordination.site-elsewhere"),
            ("", _) => Message::new("coordination.site-unnamed"),
            (label, _) => Message::new("coordination.site-named").text("name", label),
        }
    }

    /// The name of the street or compound; empty elsewhere and for streets without one.
    #[must_use]
    pub fn label(self, content: &Content) -> &str {
        match self {
            Self::Compound(id) => content.compounds.get(id.index()).map_or("", |c| c.label()),
            Self::Street(row) => content.streets.get(row as usize).map_or("", |s| s.name.as_str()),
            Self::Elsewhere => "",
        }
    }
}

/// Finds the site of a line.
pub struct Sites<'a> {
    content: &'a Content,
    compounds: PackedBoxes,
    streets: PackedBoxes,
    /// Street, its half width and a segment of its centre line.
    segments: Vec<(u32, f64, Segment)>,
    first_of_name: Vec<u32>,
}

impl<'a> Sites<'a> {
    /// Indexes compounds and streets. `O(n log n)`.
    #[must_use]
    pub fn new(content: &'a Content) -> Self {
        let boxes: Vec<_> = content.compounds.iter().map(|c| c.shape.bounding_rect()).collect();
        let (mut segments, mut names, mut first_of_name) = (Vec::new(), HashMap::new(), Vec::new());
        for (row, street) in (0_u32..).zip(content.streets.iter()) {
            let half = street.width_m.filter(|w| w.is_finite() && *w > 0.0).map_or(HALF_WIDTH_M, |width| width / 2.0);
            segments.extend(street.line.iter().flat_map(line_segments).map(|segment| (row, half, segment)));
            let first = if street.name.is_empty() { row } else { *names.entry(street.name.as_str()).or_insert(row) };
            first_of_name.push(first);
        }
        let grounds: Vec<_> = segments.iter().map(|(_, half, segment)| Some(grown(&segment.bounds(), *half))).collect();
        Self { content, compounds: PackedBoxes::new(&boxes), streets: PackedBoxes::new(&grounds), segments, first_of_name }
    }

    /// The site of the middle of a line. `O(log n)` and what lies there.
    #[must_use]
    pub fn of(&self, line: &MultiLineString<f64>) -> Site {
        middle(line).map_or(Site::Elsewhere, |at| self.at(at))
    }

    fn at(&self, at: Coord<f64>) -> Site {
        let here = geo::Rect::new(at, at);
        let mut inside = Vec::new();
        self.compounds.each_in_box(&here, |row| inside.push(row));
        inside.sort_unstable();
        if let Some(row) = inside.into_iter().find(|row| covers(&self.content.compounds[*row].shape, at)) {
            return Site::Compound(CompoundId::from_index(row));
        }
        let mut nearest: Option<(f64, u32)> = None;
        self.streets.each_in_box(&here, |place| {
            let (row, half, segment) = &self.segments[place];
            let d2 = distance2(segment.nearest_to(at), at);
            let first = self.first_of_name[*row as usize];
            if d2 <= half * half && nearest.is_none_or(|(best, held)| (d2, first) < (best, held)) {
                nearest = Some((d2, first));
            }
        });
        nearest.map_or(Site::Elsewhere, |(_, row)| Site::Street(row))
    }
}

/// The point half-way along a line.
fn middle(line: &MultiLineString<f64>) -> Option<Coord<f64>> {
    let segments = || line.iter().flat_map(line_segments);
    let mut left: f64 = segments().map(|s| s.length()).sum::<f64>() / 2.0;
    for segment in segments().filter(|s| s.length() > 0.0) {
        if left <= segment.length() {
            return Some(segment.at(left / segment.length()));
        }
        left -= segment.length();
    }
    line.iter().find_map(|part| part.0.first()).copied()
}
