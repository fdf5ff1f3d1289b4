//! Which part of the world the map shows: an immutable value; every movement makes a new one.

use geo::{Coord, Rect};

/// Metres of one pixel on paper at 96 pixels to the inch; turns metres per pixel into a scale 1 : n.
const PIXEL_M: f64 = 0.0254 / 96.0;
/// The nearest and the farthest scale, metres per pixel.
const LIMITS: (f64, f64) = (0.01, 20_000.0);

/// A view of the world: the centre, the scale, and the size of the map in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    centre: Coord<f64>,
    metres_per_pixel: f64,
    size_px: [f32; 2],
}

/// Screen coordinates of a layer's f32 points: `offset + local × scale`, y turned downward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Where the anchor lies on the screen.
    pub offset: [f32; 2],
    /// Pixels a metre.
    pub scale: f32,
}

impl View {
    /// The screen place of a point relative to the anchor.
    #[must_use]
    pub fn place(&self, local: [f32; 2]) -> [f32; 2] {
        [self.offset[0] + local[0] * self.scale, self.offset[1] - local[1] * self.scale]
    }
}

impl Viewport {
    /// A view centred there; a scale out of range is brought into it, one that is no number becomes 1.
    #[must_use]
    pub fn new(centre: Coord<f64>, metres_per_pixel: f64, size_px: [f32; 2]) -> Self {
        let scale = if metres_per_pixel.is_finite() { metres_per_pixel.clamp(LIMITS.0, LIMITS.1) } else { 1.0 };
        let finite = |v: f64| if v.is_finite() { v } else { 0.0 };
        let centre = Coord { x: finite(centre.x), y: finite(centre.y) };
        Self { centre, metres_per_pixel: scale, size_px: size_px.map(|v| v.max(1.0)) }
    }

    /// The whole of `rect` with a margin of `margin_px` on every side, and less of it where the map is small.
    #[must_use]
    pub fn fit(rect: Rect<f64>, size_px: [f32; 2], margin_px: f32) -> Self {
        let room = size_px.map(|v| f64::from((v - 2.0 * margin_px.min(v * 0.12)).max(16.0)));
        let scale = (rect.width() / room[0]).max(rect.height() / room[1]);
        Self::new(rect.center(), if scale > 0.0 { scale } else { 0.5 }, size_px)
    }

    /// The world point in the middle.
    #[must_use]
    pub fn centre(&self) -> Coord<f64> {
        self.centre
    }

    /// Metres a logical pixel.
    #[must_use]
    pub fn metres_per_pixel(&self) -> f64 {
        self.metres_per_pixel
    }

    /// Size in logical pixels.
    #[must_use]
    pub fn size_px(&self) -> [f32; 2] {
        self.size_px
    }

    /// n of the scale 1 : n at 96 pixels to the inch.
    #[must_use]
    pub fn scale_denominator(&self) -> f64 {
        self.metres_per_pixel / PIXEL_M
    }

    /// The same centre at the scale 1 : n.
    #[must_use]
    pub fn at_scale(&self, denominator: f64) -> Self {
        Self::new(self.centre, denominator * PIXEL_M, self.size_px)
    }

    /// The same view in a window of another size.
    #[must_use]
    pub fn resized(&self, size_px: [f32; 2]) -> Self {
        Self::new(self.centre, self.metres_per_pixel, size_px)
    }

    /// The same scale with another point in the middle.
    #[must_use]
    pub fn centred(&self, centre: Coord<f64>) -> Self {
        Self::new(centre, self.metres_per_pixel, self.size_px)
    }

    /// Screen place of a world point; `[0, 0]` is the upper left corner.
    #[must_use]
    pub fn screen_from_world(&self, world: Coord<f64>) -> [f32; 2] {
        let x = (world.x - self.centre.x) / self.metres_per_pixel + f64::from(self.size_px[0]) / 2.0;
        let y = (self.centre.y - world.y) / self.metres_per_pixel + f64::from(self.size_px[1]) / 2.0;
        [narrow(x), narrow(y)]
    }

    /// World point under a screen place.
    #[must_use]
    pub fn world_from_screen(&self, screen: [f32; 2]) -> Coord<f64> {
        let dx = f64::from(screen[0]) - f64::from(self.size_px[0]) / 2.0;
        let dy = f64::from(screen[1]) - f64::from(self.size_px[1]) / 2.0;
        Coord { x: self.centre.x + dx * self.metres_per_pixel, y: self.centre.y - dy * self.metres_per_pixel }
    }

    /// Nearer by `factor` (above 1) or farther, with the world point under `cursor` staying there.
    #[must_use]
    pub fn zoomed_at(&self, cursor: [f32; 2], factor: f64) -> Self {
        if !(factor.is_finite() && factor > 0.0) {
            return *self;
        }
        let held = self.world_from_screen(cursor);
        let zoomed = Self::new(self.centre, self.metres_per_pixel / factor, self.size_px);
        let moved = zoomed.world_from_screen(cursor);
        let centre = Coord { x: self.centre.x + held.x - moved.x, y: self.centre.y + held.y - moved.y };
        Self::new(centre, zoomed.metres_per_pixel, self.size_px)
    }

    /// The map dragged by so many pixels.
    #[must_use]
    pub fn panned(&self, by_px: [f32; 2]) -> Self {
        let x = self.centre.x - f64::from(by_px[0]) * self.metres_per_pixel;
        let y = self.centre.y + f64::from(by_px[1]) * self.metres_per_pixel;
        Self::new(Coord { x, y }, self.metres_per_pixel, self.size_px)
    }

    /// The part of the world that is seen, with `margin_px` around it.
    #[must_use]
    pub fn world_rect(&self, margin_px: f32) -> Rect<f64> {
        let low = self.world_from_screen([-margin_px, -margin_px]);
        Rect::new(low, self.world_from_screen([self.size_px[0] + margin_px, self.size_px[1] + margin_px]))
    }

    /// The screen transform of points held relative to `anchor`.
    #[must_use]
    pub fn view(&self, anchor: Coord<f64>) -> View {
        View { offset: self.screen_from_world(anchor), scale: narrow(1.0 / self.metres_per_pixel) }
    }
}

/// To f32; far-away places saturate instead of becoming infinite.
#[expect(clippy::cast_possible_truncation, reason = "screen coordinates are clamped before the cast")]
pub(super) fn narrow(value: f64) -> f32 {
    value.clamp(-1.0e9, 1.0e9) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn viewport() -> impl Strategy<Value = Viewport> {
        (-1.0e6..1.0e6, -1.0e6..1.0e6, 0.05..200.0, 100.0f32..2000.0, 100.0f32..2000.0)
            .prop_map(|(x, y, s, w, h)| Viewport::new(Coord { x, y }, s, [w, h]))
    }

    proptest! {
        #[test]
        fn screen_and_world_are_inverse(view in viewport(), x in 0.0f32..2000.0, y in 0.0f32..2000.0) {
            let back = view.screen_from_world(view.world_from_screen([x, y]));
            prop_assert!((back[0] - x).abs() < 0.01 && (back[1] - y).abs() < 0.01);
        }

        #[test]
        fn zooming_holds_the_point_under_the_cursor(view in viewport(), x in 0.0f32..2000.0, y in 0.0f32..2000.0, f in 0.2..5.0) {
            let before = view.world_from_screen([x, y]);
            let after = view.zoomed_at([x, y], f).world_from_screen([x, y]);
            let off = ((before.x - after.x).powi(2) + (before.y - after.y).powi(2)).sqrt();
            prop_assert!(off < 1.0e-6 * (1.0 + before.x.abs() + before.y.abs()));
        }

        #[test]
        fn a_fitted_rect_is_seen_whole(x in -1.0e5..1.0e5, y in -1.0e5..1.0e5, w in 1.0..1.0e5, h in 1.0..1.0e5) {
            let rect = Rect::new(Coord { x, y }, Coord { x: x + w, y: y + h });
            let seen = Viewport::fit(rect, [800.0, 600.0], 20.0).world_rect(0.0);
            prop_assert!(seen.min().x <= x && seen.min().y <= y && seen.max().x >= x + w && seen.max().y >= y + h);
        }
    }

    #[test]
    fn the_layer_transform_agrees_with_the_viewport() {
        let view = Viewport::new(Coord { x: 500_100.0, y: 4_860_050.0 }, 2.0, [800.0, 600.0]);
        let anchor = Coord { x: 500_000.0, y: 4_860_000.0 };
        let (placed, direct) = (view.view(anchor).place([100.0, 50.0]), view.screen_from_world(view.centre()));
        assert!((0..2).all(|i| (placed[i] - direct[i]).abs() < 1.0e-3));
        assert!((view.at_scale(5_000.0).scale_denominator() - 5_000.0).abs() < 1.0e-6);
    }
}
