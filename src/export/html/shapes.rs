//! Shapes as runs of whole decimetres, each place told by its distance from the one before: short, and exact enough for a
//! screen.

use geo::{BoundingRect, Centroid, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Rect};
use serde_json::Value;

use crate::map::{arrow_head, cloud};
use crate::model::AnnotationKind;

/// From the working CRS to the page.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) origin: Coord<f64>,
    /// What the page shows; ground beyond is left out.
    pub(super) around: Rect<f64>,
}

#[expect(clippy::cast_possible_truncation, reason = "decimetres within a city fit; what does not is held at the edge")]
fn decimetres(metres: f64) -> i64 {
    (metres * 10.0).round().clamp(-1.0e12, 1.0e12) as i64
}

impl Frame {
    pub(super) fn place(&self, c: Coord<f64>) -> [i64; 2] {
        [decimetres(c.x - self.origin.x), decimetres(c.y - self.origin.y)]
    }

    fn run<'a>(&self, places: impl Iterator<Item = &'a Coord<f64>>) -> Option<Value> {
        let mut last = [0, 0];
        let mut out: Vec<i64> = Vec::new();
        for place in places.filter(|c| c.x.is_finite() && c.y.is_finite()) {
            let at = self.place(*place);
            if at != last || out.is_empty() {
                out.extend([at[0] - last[0], at[1] - last[1]]);
                last = at;
            }
        }
        (!out.is_empty()).then(|| out.into())
    }

    pub(super) fn area(&self, shape: &MultiPolygon<f64>) -> Vec<Value> {
        let rings = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        rings.filter_map(|ring| self.run(ring.0.iter())).collect()
    }

    fn line(&self, line: &LineString<f64>) -> Option<Value> {
        self.run(line.0.iter())
    }

    /// Any shape; what is no point, line or area has none.
    pub(super) fn any(&self, shape: &Geometry<f64>) -> Vec<Value> {
        match shape {
            Geometry::Polygon(p) => self.area(&MultiPolygon(vec![p.clone()])),
            Geometry::MultiPolygon(p) => self.area(p),
            Geometry::LineString(l) => self.line(l).into_iter().collect(),
            Geometry::MultiLineString(l) => l.iter().filter_map(|line| self.line(line)).collect(),
            Geometry::Point(p) => self.run(std::iter::once(&p.0)).into_iter().collect(),
            Geometry::MultiPoint(points) => points.iter().filter_map(|p| self.run(std::iter::once(&p.0))).collect(),
            Geometry::GeometryCollection(parts) => parts.iter().flat_map(|part| self.any(part)).collect(),
            Geometry::Line(l) => self.line(&LineString::from(*l)).into_iter().collect(),
            Geometry::Rect(r) => self.area(&MultiPolygon(vec![r.to_polygon()])),
            Geometry::Triangle(t) => self.area(&MultiPolygon(vec![t.to_polygon()])),
        }
    }

    /// The lines of what a reviewer drew, bulges of a cloud or an arrow with its head, and where its words stand.
    pub(super) fn annotation(&self, kind: AnnotationKind, place: &Geometry<f64>) -> (Vec<Value>, Option<[i64; 2]>) {
        let at = match place {
            Geometry::LineString(line) => line.0.first().copied(),
            other => other.centroid().map(|middle| middle.0),
        };
        (self.any(&redlines(kind, place)), at.map(|c| self.place(c)))
    }

    /// Whether a shape lies where the page looks.
    pub(super) fn sees(&self, shape: &impl BoundingRect<f64, Output: Into<Option<Rect<f64>>>>) -> bool {
        let Some(b) = shape.bounding_rect().into() else { return false };
        let a = self.around;
        b.min().x <= a.max().x && b.max().x >= a.min().x && b.min().y <= a.max().y && b.max().y >= a.min().y
    }
}

fn redlines(kind: AnnotationKind, place: &Geometry<f64>) -> Geometry<f64> {
    /// Width of a bulge and length of a head, m.
    const SIZE: f64 = 8.0;
    let plain = |line: &LineString<f64>| line.coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
    match (kind, place) {
        (AnnotationKind::Cloud, Geometry::Polygon(polygon)) => LineString::from(cloud(&plain(polygon.exterior()), SIZE)).into(),
        (AnnotationKind::Arrow, Geometry::LineString(line)) => {
            let head = arrow_head(&plain(line), SIZE).map(|[tip, left, right]| LineString::from(vec![left, tip, right]));
            MultiLineString(std::iter::once(line.clone()).chain(head).collect()).into()
        }
        (_, other) => other.clone(),
    }
}
