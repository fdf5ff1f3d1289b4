//! Lines over the map: trenches of two years, and what of them is one ground.

use egui::{Painter, Pos2, Rect, Shape, Stroke};

use super::{CanvasInput, TraceSign};
use crate::map::{Viewport, pipe_colour};
use crate::ui::theme::colour;

/// Draws the traces, each on a halo of paper.
pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect) {
    let paper = colour(input.palette.map.paper);
    for trace in input.traces {
        let (width, ink) = match trace.sign {
            TraceSign::Before => (2.2, input.palette.accent),
            TraceSign::Later => (2.2, input.palette.warn),
            TraceSign::Twice => (5.0, input.palette.bad),
            TraceSign::Selected => (3.4, input.palette.text),
            TraceSign::Class(class) => (2.0, colour(pipe_colour(class, input.palette.map.shade))),
        };
        let path: Vec<Pos2> =
            trace.path.iter().map(|at| Pos2::from(viewport.screen_from_world(*at)) + rect.min.to_vec2()).collect();
        if Rect::from_points(&path).intersects(rect) {
            painter.add(Shape::line(path.clone(), Stroke::new(width + 3.0, paper.gamma_multiply(0.85))));
            painter.add(Shape::line(path, Stroke::new(width, ink)));
        }
    }
}
