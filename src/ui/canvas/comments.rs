//! Flags on things that were commented on, with how many comments there are; filled while one of them waits for an answer.

use egui::{Align2, FontId, Painter, Rect, Stroke};
use geo::Coord;

use crate::map::Viewport;
use crate::ui::theme::{Palette, colour};

/// A flag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommentFlag {
    /// The middle of the thing, world coordinates.
    pub at: Coord<f64>,
    /// Comments on it.
    pub count: usize,
    /// One of them has no answer yet.
    pub open: bool,
}

const RADIUS_PX: f32 = 9.0;

pub(super) fn paint(painter: &Painter, flags: &[CommentFlag], palette: &Palette, viewport: &Viewport, rect: Rect) {
    for flag in flags {
        let [x, y] = viewport.screen_from_world(flag.at);
        let foot = rect.min + egui::vec2(x, y);
        if !rect.expand(30.0).contains(foot) {
            continue;
        }
        // Beside the place and above it: names and symbols stand in the place itself.
        let middle = foot + egui::vec2(12.0, -16.0);
        let paper = colour(palette.map.paper);
        let (fill, ink) = if flag.open { (palette.accent, paper) } else { (paper, palette.accent) };
        painter.line_segment([foot, middle], Stroke::new(1.5, palette.accent));
        painter.circle(middle, RADIUS_PX, fill, Stroke::new(1.5, if flag.open { paper } else { palette.accent }));
        painter.text(middle, Align2::CENTER_CENTER, flag.count.to_string(), FontId::proportional(11.0), ink);
    }
}
