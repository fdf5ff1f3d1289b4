//! Places that other programs can show and measure: areas that have one, lines that have a length.

use geo::{BoundingRect, Coord, Geometry, Line, LineString, MultiLineString, MultiPolygon, Rect, unary_union};

use crate::geometry::segment::grown;

/// A place is at least so wide, metres: points and straight lines have boxes without an area, neighbours that touch no line between them.
const LEAST_M: f64 = 0.5;
/// What is shorter, metres, may come to a point where coordinates are rounded: degrees of eight decimals are a millimetre.
const POINT_M: f64 = 0.01;

/// A line as it is, or through its place along a direction where its ends coincide; eastward where that is none.
pub(super) fn line_at(line: Line<f64>, along: impl FnOnce() -> Option<Coord<f64>>) -> LineString<f64> {
    if (line.end.x - line.start.x).hypot(line.end.y - line.start.y) >= POINT_M {
        return line.into();
    }
    let unit = along().map(|along| along / along.x.hypot(along.y)).filter(|unit| unit.x.is_finite() && unit.y.is_finite());
    let half = unit.unwrap_or(Coord { x: 1.0, y: 0.0 }) * (LEAST_M / 2.0);
    Line::new(line.start - half, line.start + half).into()
}

/// Lines without those that are points; where there are no others, a short one through each of these.
pub(super) fn lines_at(lines: &MultiLineString<f64>) -> Option<Geometry<f64>> {
    let is_long = |line: &&LineString<f64>| line.bounding_rect().is_some_and(|b| b.width().max(b.height()) >= POINT_M);
    let mut kept: Vec<LineString<f64>> = lines.0.iter().filter(is_long).cloned().collect();
    if kept.is_empty() {
        kept.extend(lines.0.iter().filter_map(|line| line.0.first()).map(|place| line_at(Line::new(*place, *place), || None)));
    }
    (!kept.is_empty()).then_some(Geometry::MultiLineString(MultiLineString(kept)))
}

/// The ground under boxes, as one valid area: boxes of places may overlap.
pub(super) fn ground(boxes: &[Rect<f64>]) -> MultiPolygon<f64> {
    let with_area = |b: &Rect<f64>| if b.width().min(b.height()) < LEAST_M { grown(b, LEAST_M / 2.0) } else { *b };
    let boxes: Vec<_> = boxes.iter().map(|b| with_area(b).to_polygon()).collect();
    if boxes.len() < 2 { MultiPolygon(boxes) } else { unary_union(&boxes) }
}

#[cfg(test)]
mod tests {
    use geo::line_string;

    use super::*;

    #[test]
    fn a_line_of_no_length_runs_through_its_place() {
        let at = Coord { x: 3.0, y: 4.0 };
        let short = |along: Option<Coord<f64>>| line_at(Line::new(at, at), || along);
        assert_eq!(short(Some(Coord { x: 0.0, y: 8.0 })), line_string![(x: 3.0, y: 3.75), (x: 3.0, y: 4.25)]);
        let eastward = line_string![(x: 2.75, y: 4.0), (x: 3.25, y: 4.0)];
        assert_eq!([short(None), short(Some(Coord { x: 0.0, y: 0.0 }))], [eastward.clone(), eastward]);
        let long = Line::new(at, Coord { x: 3.0, y: 4.02 });
        assert_eq!(line_at(long, || unreachable!()), LineString::from(long));
    }

    #[test]
    fn points_among_lines_go_and_stand_where_there_is_nothing_else() {
        let point = |x: f64| line_string![(x: x, y: 0.0), (x: x, y: 0.0)];
        // Drawn in steps of a millimetre.
        let fine: LineString<f64> = (0..500).map(|n| (f64::from(n) * 0.001, 1.0)).collect();
        let shape = |lines: Vec<LineString<f64>>| lines_at(&MultiLineString(lines));
        assert_eq!(shape(vec![point(1.0), fine.clone()]), Some(Geometry::MultiLineString(MultiLineString(vec![fine]))));
        let Some(Geometry::MultiLineString(points)) = shape(vec![LineString(Vec::new()), point(1.0), point(9.0)]) else {
            panic!("no lines")
        };
        assert_eq!(points.0.len(), 2);
        assert_eq!(shape(vec![LineString(Vec::new())]), None);
    }
}
