//! One mesh for the whole picture: triangles and smooth-edged lines, in screen points.
//!
//! egui fills convex paths only and pays for every shape; a map has a hundred thousand lines. Everything goes into one
//! mesh in drawing order, which the canvas keeps until the view changes.

use egui::{Color32, Mesh, Pos2, Vec2};
use rayon::prelude::*;

use crate::map::{AreaShape, LineShape, LineStyle, Placed, Rgba, View, dashes};
use crate::ui::theme::colour;

/// Points nearer than this to the last one are left out of lines, pixels.
const MERGE_PX: f32 = 0.6;
/// Width of the soft edge of a line, pixels.
const FEATHER_PX: f32 = 1.0;
/// Mitres longer than this many half widths are cut.
const MITRE: f32 = 2.0;

/// Rows drawn by one core at a time.
const CHUNK: usize = 1_024;

/// Draws into a mesh.
pub(super) struct Brush {
    /// What was drawn so far.
    pub(super) mesh: Mesh,
    /// Where the map's upper left corner lies in the window.
    origin: Vec2,
    /// Opacity of the layer being drawn.
    opacity: f32,
    /// Scratch for lines.
    points: Vec<Pos2>,
}

impl Brush {
    /// A brush for a map whose upper left corner is there.
    pub(super) fn new(origin: Pos2) -> Self {
        Self { mesh: Mesh::default(), origin: origin.to_vec2(), opacity: 1.0, points: Vec::new() }
    }

    /// Opacity of what is drawn from now on.
    pub(super) fn set_opacity(&mut self, opacity: f32) {
        self.opacity = opacity.clamp(0.0, 1.0);
    }

    /// Draws many rows on all cores; the order of drawing stays that of the rows.
    pub(super) fn in_parallel(&mut self, rows: &[u32], draw: impl Fn(&mut Self, u32) + Sync) {
        let part = |chunk: &[u32]| {
            let mut brush = Self { mesh: Mesh::default(), origin: self.origin, opacity: self.opacity, points: Vec::new() };
            for row in chunk {
                draw(&mut brush, *row);
            }
            brush.mesh
        };
        let parts: Vec<Mesh> = rows.par_chunks(CHUNK).map(part).collect();
        for mesh in parts {
            self.mesh.append(mesh);
        }
    }

    fn ink(&self, rgba: Rgba) -> Color32 {
        colour(rgba.fade(self.opacity))
    }

    fn vertex(&mut self, at: Pos2, colour: Color32) -> u32 {
        let index = u32::try_from(self.mesh.vertices.len()).unwrap_or(u32::MAX);
        self.mesh.colored_vertex(at, colour);
        index
    }

    /// Fills a feature of a layer.
    pub(super) fn fill(&mut self, placed: &Placed<AreaShape<'_>>, fill: Rgba) {
        let ink = self.ink(fill);
        let base = u32::try_from(self.mesh.vertices.len()).unwrap_or(u32::MAX);
        for local in placed.shape.points {
            let at = Pos2::from(placed.view.place(*local)) + self.origin;
            self.mesh.colored_vertex(at, ink);
        }
        for triangle in placed.shape.triangles {
            let [a, b, c] = triangle.map(|i| i + base);
            self.mesh.add_triangle(a, b, c);
        }
    }

    /// Draws the rings of a feature.
    pub(super) fn outline(&mut self, placed: &Placed<AreaShape<'_>>, style: LineStyle) {
        for ring in placed.shape.rings() {
            self.line(ring, true, &placed.view, style);
        }
    }

    /// Draws all parts of a line of a layer.
    pub(super) fn lines(&mut self, placed: &Placed<LineShape<'_>>, style: LineStyle) {
        for part in placed.shape.parts() {
            self.line(part, false, &placed.view, style);
        }
    }

    fn line(&mut self, points: &[[f32; 2]], closed: bool, view: &View, style: LineStyle) {
        if let Some(pattern) = style.dash {
            let screen: Vec<[f32; 2]> = points.iter().map(|p| view.place(*p)).collect();
            for dash in dashes(&screen, closed, pattern) {
                self.screen_line(&dash, false, style.width_px, style.colour);
            }
            return;
        }
        let mut screen = std::mem::take(&mut self.points);
        screen.clear();
        for local in points {
            push_apart(&mut screen, Pos2::from(view.place(*local)) + self.origin);
        }
        self.stroke(&screen, closed, style.width_px, style.colour);
        self.points = screen;
    }

    /// Draws a line given in pixels from the map's corner.
    pub(super) fn screen_line(&mut self, points: &[[f32; 2]], closed: bool, width_px: f32, colour: Rgba) {
        let mut screen = std::mem::take(&mut self.points);
        screen.clear();
        for point in points {
            push_apart(&mut screen, Pos2::from(*point) + self.origin);
        }
        self.stroke(&screen, closed, width_px, colour);
        self.points = screen;
    }

    /// A disc with a soft edge, at pixels from the map's corner.
    pub(super) fn disc(&mut self, middle: [f32; 2], radius: f32, fill: Rgba) {
        let ink = self.ink(fill);
        let at = Pos2::from(middle) + self.origin;
        let centre = self.vertex(at, ink);
        let sides = 12_u16;
        let first = centre + 1;
        for i in 0..sides {
            let way = Vec2::angled(std::f32::consts::TAU * f32::from(i) / f32::from(sides));
            self.vertex(at + way * (radius - FEATHER_PX / 2.0).max(0.1), ink);
            self.vertex(at + way * (radius + FEATHER_PX / 2.0), Color32::TRANSPARENT);
        }
        for i in 0..u32::from(sides) {
            let (a, b) = (first + 2 * i, first + 2 * ((i + 1) % u32::from(sides)));
            self.mesh.add_triangle(centre, a, b);
            self.mesh.add_triangle(a, a + 1, b);
            self.mesh.add_triangle(b, a + 1, b + 1);
        }
    }

    /// Strokes window points: for each point a row of vertices across the line, clear at the edges.
    fn stroke(&mut self, points: &[Pos2], closed: bool, width: f32, rgba: Rgba) {
        let mut count = points.len();
        if closed && count > 2 && points[0].distance(points[count - 1]) < MERGE_PX {
            count -= 1;
        }
        if count < 2 || width <= 0.0 {
            return;
        }
        let thin = width < FEATHER_PX * 1.5;
        let ink = self.ink(if thin { rgba.fade((width / FEATHER_PX).min(1.0)) } else { rgba });
        let (inner, outer) = if thin {
            (0.0, FEATHER_PX.max(width * 0.75))
        } else {
            (width / 2.0 - FEATHER_PX / 2.0, width / 2.0 + FEATHER_PX / 2.0)
        };
        let across: u32 = if thin { 3 } else { 4 };
        let base = u32::try_from(self.mesh.vertices.len()).unwrap_or(u32::MAX);
        for i in 0..count {
            let normal = normal_at(&points[..count], i, closed);
            let at = points[i];
            self.mesh.colored_vertex(at + normal * outer, Color32::TRANSPARENT);
            if thin {
                self.mesh.colored_vertex(at, ink);
            } else {
                self.mesh.colored_vertex(at + normal * inner, ink);
                self.mesh.colored_vertex(at - normal * inner, ink);
            }
            self.mesh.colored_vertex(at - normal * outer, Color32::TRANSPARENT);
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let spans = if closed { count } else { count - 1 };
        for i in 0..spans {
            let (a, b) = (base + i * across, base + (i + 1) % count * across);
            for lane in 0..across - 1 {
                self.mesh.add_triangle(a + lane, a + lane + 1, b + lane);
                self.mesh.add_triangle(b + lane, a + lane + 1, b + lane + 1);
            }
        }
    }
}

fn push_apart(points: &mut Vec<Pos2>, at: Pos2) {
    if points.last().is_none_or(|last| last.distance_sq(at) >= MERGE_PX * MERGE_PX) {
        points.push(at);
    }
}

/// The mitred normal at a point of a line: as long as needed for an even width.
fn normal_at(points: &[Pos2], i: usize, closed: bool) -> Vec2 {
    let count = points.len();
    let before = if i > 0 {
        Some(i - 1)
    } else if closed {
        Some(count - 1)
    } else {
        None
    };
    let after = if i + 1 < count {
        Some(i + 1)
    } else if closed {
        Some(0)
    } else {
        None
    };
    let normal = |a: usize, b: usize| (points[b] - points[a]).normalized().rot90();
    match (before, after) {
        (Some(a), Some(b)) => {
            let (first, second) = (normal(a, i), normal(i, b));
            let sum = first + second;
            let length_sq = sum.length_sq();
            if length_sq < 4.0 / (MITRE * MITRE) { first } else { sum * (2.0 / length_sq) }
        }
        (None, Some(b)) => normal(i, b),
        (Some(a), None) => normal(a, i),
        (None, None) => Vec2::ZERO,
    }
}
