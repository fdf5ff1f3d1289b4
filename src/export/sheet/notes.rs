//! What reviewers wrote and drew, on the maps of sheets. Words without room beside what they mean get a number there and stand
//! with what is said of the sheet, so that nothing that somebody wrote is lost.

use geo::{BoundingRect, Centroid, Geometry, LineString};

use super::atlas::RED;
use super::draw::{PX, rect, run};
use super::face::Face;
use super::layout::Area;
use super::map::Painter;
use super::marks::narrow;
use crate::map::{LineStyle, Rgba, arrow_head, cloud};
use crate::model::{Annotation, AnnotationKind};

/// Width of one bulge of a cloud, and length of the head of an arrow.
pub(super) const BULGE: f64 = 32.0;
const HEAD: f64 = 30.0;
/// Words on the map: so wide, so many lines; longer ones stand with what is said of the sheet.
const WIDE: f64 = 520.0;
const LINES: usize = 4;
/// From line to line.
const STEP: f64 = 36.0;
/// Radius of a number.
const DISC: f64 = 21.0;

/// Words that stand with what is said of the sheet, with their number on its map where there was room for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) number: Option<usize>,
    pub(super) text: String,
}

impl Painter<'_> {
    /// Before any other words: what people wrote goes first.
    pub(super) fn annotations(&mut self) {
        let seen = |note: &&Annotation| self.frame.sees(note.place.as_ref().and_then(BoundingRect::bounding_rect));
        let notes: Vec<&Annotation> = self.input.content.annotations.values().filter(seen).collect();
        let places: Vec<Option<[f64; 2]>> = notes.iter().map(|note| self.annotation_lines(note)).collect();
        self.shown.annotations = notes.len();
        for (note, at) in notes.into_iter().zip(places) {
            let text = note.text.trim();
            if let Some(at) = at.filter(|_| !text.is_empty()) {
                self.annotation_words(text, at, note.kind);
            }
        }
    }

    /// Draws the lines of one; gives where its words belong.
    fn annotation_lines(&mut self, note: &Annotation) -> Option<[f64; 2]> {
        let place = note.place.as_ref()?;
        let on_sheet = |line: &LineString<f64>| line.coords().map(|c| self.frame.place(*c)).collect::<Vec<_>>();
        match (note.kind, place) {
            (AnnotationKind::Arrow, Geometry::LineString(way)) => {
                let points = on_sheet(way);
                self.redline(&run(points.iter().copied(), false), 5.0);
                if let Some(head) = arrow_head(&points, HEAD) {
                    self.svg.path(&run(head.into_iter(), true), Some(RED), Some(line(Rgba::hex(0xFF_FFFF), 2.0)));
                }
                points.first().copied()
            }
            (AnnotationKind::Cloud, Geometry::Polygon(polygon)) => {
                let ring = on_sheet(polygon.exterior());
                self.redline(&run(cloud(&ring, BULGE).into_iter(), true), 4.0);
                ring.into_iter().min_by(|a, b| a[1].total_cmp(&b[1]))
            }
            (_, other) => other.centroid().map(|middle| self.frame.place(middle.0)),
        }
    }

    fn redline(&mut self, d: &str, units: f64) {
        self.stroke(d, Rgba::hex(0xFF_FFFF), units + 5.0, None);
        self.stroke(d, RED, units, None);
    }

    fn annotation_words(&mut self, text: &str, at: [f64; 2], kind: AnnotationKind) {
        let face = Face::new(26.0).colour(RED).middle();
        let lines = face.wrapped(text, WIDE, LINES + 1);
        let free = (lines.len() <= LINES).then(|| self.free_place(&lines, face, at, kind)).flatten();
        let Some(area) = free else { return self.annotation_number(text, at) };
        let [left, top, right, _] = area;
        self.svg.path(&rect(area), Some(Rgba::hex(0xFF_FFFF).fade(0.92)), Some(line(RED, 1.6)));
        let mut line_at = top + 4.0;
        for words in lines {
            self.svg.words([f64::midpoint(left, right), line_at + 26.0], &words, face);
            line_at += STEP;
        }
    }

    /// The box that the lines take: at a place, or above, below and beside what was drawn.
    fn free_place(&mut self, lines: &[String], face: Face, at: [f64; 2], kind: AnnotationKind) -> Option<Area> {
        let wide = lines.iter().map(|line| face.width(line)).fold(0.0, f64::max) + 20.0;
        let tall = lines.iter().map(|_| STEP).sum::<f64>() + 8.0;
        let (up, down, side) = (tall / 2.0 + 26.0, tall / 2.0 + 22.0, wide / 2.0 + 26.0);
        let beside = [[0.0, -up], [0.0, down], [side, 0.0], [-side, 0.0], [side, -up], [-side, -up]];
        let first = if kind == AnnotationKind::Text { [0.0, 0.0] } else { beside[0] };
        let tries = std::iter::once(first).chain(beside).map(|t| [at[0] + t[0], at[1] + t[1]]);
        let [x, y] = tries.into_iter().find(|p| self.room(*p, [wide, tall]))?;
        Some([x - wide / 2.0, y - tall / 2.0, x + wide / 2.0, y + tall / 2.0])
    }

    fn annotation_number(&mut self, text: &str, at: [f64; 2]) {
        let next = self.shown.spoken.iter().filter(|own| own.number.is_some()).count() + 1;
        let number = self.room(at, [DISC * 2.0 + 4.0; 2]).then_some(next);
        if let Some(number) = number {
            self.svg.circle(at, DISC, RED, 4.0);
            let face = Face::new(26.0).bold().middle().colour(Rgba::hex(0xFF_FFFF));
            let (face, number) = face.shrunk(&number.to_string(), DISC * 1.7, 8.0);
            self.svg.words([at[0], at[1] + face.size * 0.36], &number, face);
        }
        self.shown.spoken.push(Spoken { number, text: text.to_owned() });
    }
}

fn line(colour: Rgba, units: f64) -> LineStyle {
    LineStyle { colour, width_px: narrow(units / PX), dash: None }
}
