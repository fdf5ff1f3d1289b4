//! Marks where shapes were mended or could be, and the shape as drawn of the mend that is looked at, dashed.

use egui::{Painter, Pos2, Rect, Shape, Stroke};
use geo::{Coord, Geometry, LineString};

use super::CanvasInput;
use crate::map::{MapLayer, MendSign, Viewport, seen_marks};
use crate::ui::theme::{Palette, colour};

/// Marks closer than this are one, px.
const APART_PX: f32 = 9.0;

/// Half the size of a mark, px.
const HALF_PX: f32 = 4.5;

pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect) {
    let Some(view) = input.shown(MapLayer::Mends) else { return };
    for (number, shape) in input.mend_shapes.iter().enumerate() {
        // The feature in the colour of what wants a look, its neighbour quietly.
        let ink = if number == 0 { input.palette.bad } else { input.palette.secondary };
        dashed(painter, shape, viewport, rect, Stroke::new(1.6, ink.gamma_multiply(view.opacity)));
    }
    for ([x, y], sign) in seen_marks(input.mends, viewport, APART_PX) {
        mark(painter, rect.min + egui::vec2(x, y), sign, input.palette, view.opacity);
    }
}

/// One mark: states differ by form and colour.
pub fn mark(painter: &Painter, at: Pos2, sign: MendSign, palette: &Palette, opacity: f32) {
    let paper = colour(palette.map.paper).gamma_multiply(opacity);
    let ink = match sign {
        MendSign::Waiting | MendSign::Offered => palette.warn,
        MendSign::Applied => palette.good,
        MendSign::Refused | MendSign::Noted => palette.secondary,
    };
    let stroke = Stroke::new(1.6, ink.gamma_multiply(opacity));
    let corner = |x: f32, y: f32| at + egui::vec2(x, y) * HALF_PX;
    let diamond = |fill| {
        Shape::convex_polygon(vec![corner(0.0, -1.2), corner(1.2, 0.0), corner(0.0, 1.2), corner(-1.2, 0.0)], fill, stroke)
    };
    match sign {
        MendSign::Waiting => {
            painter.circle_filled(at, HALF_PX + 3.0, paper);
            painter.add(diamond(stroke.color));
        }
        MendSign::Offered => {
            painter.add(diamond(paper));
        }
        MendSign::Applied => {
            painter.circle(at, HALF_PX - 1.0, paper, stroke);
        }
        MendSign::Refused => {
            painter.circle_filled(at, HALF_PX, paper);
            painter.line_segment([corner(-0.8, -0.8), corner(0.8, 0.8)], stroke);
            painter.line_segment([corner(-0.8, 0.8), corner(0.8, -0.8)], stroke);
        }
        MendSign::Noted => {
            painter.circle(at, HALF_PX - 2.0, paper, Stroke::new(1.0, stroke.color));
        }
    }
}

fn dashed(painter: &Painter, shape: &Geometry<f64>, viewport: &Viewport, rect: Rect, stroke: Stroke) {
    match shape {
        Geometry::Polygon(polygon) => {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                dashed_line(painter, ring, viewport, rect, stroke);
            }
        }
        Geometry::MultiPolygon(parts) => parts.iter().for_each(|part| {
            for ring in std::iter::once(part.exterior()).chain(part.interiors()) {
                dashed_line(painter, ring, viewport, rect, stroke);
            }
        }),
        Geometry::LineString(line) => dashed_line(painter, line, viewport, rect, stroke),
        Geometry::MultiLineString(lines) => lines.iter().for_each(|line| dashed_line(painter, line, viewport, rect, stroke)),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| dashed(painter, part, viewport, rect, stroke)),
        // Points are marked already; no layer is drawn as anything else.
        Geometry::Point(_) | Geometry::MultiPoint(_) | Geometry::Line(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {}
    }
}

fn dashed_line(painter: &Painter, line: &LineString<f64>, viewport: &Viewport, rect: Rect, stroke: Stroke) {
    let place = |c: &Coord<f64>| {
        let [x, y] = viewport.screen_from_world(*c);
        rect.min + egui::vec2(x, y)
    };
    // Sides that lie wholly off one edge of the map are left out: a long dashed line is many small ones.
    let room = rect.expand(8.0);
    for side in line.0.windows(2) {
        let ends = [place(&side[0]), place(&side[1])];
        let bounds = Rect::from_two_pos(ends[0], ends[1]);
        if bounds.intersects(room) && bounds.width().max(bounds.height()) < 100_000.0 {
            painter.extend(Shape::dashed_line(&ends, stroke, 6.0, 4.0));
        }
    }
}
