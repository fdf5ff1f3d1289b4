//! Lines over the map: those of items, trenches of two years, and what of them is one ground.

use egui::{Painter, Pos2, Rect, Shape, Stroke};

use super::{CanvasInput, Trace, TraceSign};
use crate::map::{Viewport, class_colour, pipe_colour};
use crate::ui::theme::colour;

/// Draws the traces, each on a halo of paper.
pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, traces: &[Trace], viewport: &Viewport, rect: Rect, opacity: f32) {
    let paper = colour(input.palette.map.paper);
    for trace in traces {
        let (width, ink) = match trace.sign {
            TraceSign::Before => (2.2, input.palette.accent),
            TraceSign::Later => (2.2, input.palette.warn),
            TraceSign::Twice => (5.0, input.palette.bad),
            TraceSign::Selected => (3.4, input.palette.text),
            TraceSign::Item(class) => (2.2, colour(class_colour(class))),
            TraceSign::Class(class) => (2.0, colour(pipe_colour(class, input.palette.map.shade))),
        };
        let path: Vec<Pos2> =
            trace.path.iter().map(|at| Pos2::from(viewport.screen_from_world(*at)) + rect.min.to_vec2()).collect();
        if Rect::from_points(&path).intersects(rect) {
            painter.add(Shape::line(path.clone(), Stroke::new(width + 3.0, paper.gamma_multiply(0.85 * opacity))));
            painter.add(Shape::line(path, Stroke::new(width, ink.gamma_multiply(opacity))));
        }
    }
}
