//! Styles of many features as a small table: a feature names its style by number, so that another verdict, district or theme
//! changes a few numbers and no geometry.

use super::{AreaStyle, LineStyle, Rgba};

/// Lines drawn one over the other for a feature.
pub const STROKES: usize = 3;
/// Features below this size are not dashed, pixels.
pub const DASH_FROM_PX: f32 = 24.0;
/// Nor hatched below this one.
pub const HATCH_FROM_PX: f32 = 8.0;
/// Outlines of areas are left out below this size, pixels.
pub const OUTLINE_FROM_PX: f32 = 3.0;

/// One of the lines of a feature, the lowest first. Widths are in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stroke {
    /// Colour; clear draws nothing.
    pub colour: Rgba,
    /// Width, or the least of one that grows with the scale.
    pub width_px: f32,
    /// Width in the world, m; 0 for a line that is as wide at every scale.
    pub width_m: f32,
    /// Added where the line is wide enough to show an edge ([`WIDE_PX`]).
    pub edge_px: f32,
    /// Drawn only where the line is wider than [`WIDE_PX`].
    pub wide_only: bool,
    /// Lengths of dash and gap.
    pub dash: Option<[f32; 2]>,
    /// Left out for features below this size.
    pub from_px: f32,
    /// At most this share of the feature's size, and at least so many pixels; `None` for lines that no size thins.
    pub share: Option<(f32, f32)>,
}

/// Wider lines have an edge and a surface.
pub const WIDE_PX: f32 = 3.0;

impl Stroke {
    /// A line that is as wide at every scale.
    #[must_use]
    pub fn line(style: LineStyle) -> Self {
        Self { colour: style.colour, width_px: style.width_px, dash: style.dash, ..Self::default() }
    }

    /// The outline of an area: thinner where the area is small, left out where it is tiny.
    #[must_use]
    pub fn outline(style: LineStyle) -> Self {
        Self { from_px: OUTLINE_FROM_PX, share: Some((1.0 / 12.0, 0.3)), ..Self::line(style) }
    }

    /// The width on a screen of so many pixels a metre for a feature of that size in metres; `None` where it is not drawn.
    #[must_use]
    pub fn width_at(&self, pixels_per_metre: f32, size_m: f32) -> Option<f32> {
        let size_px = size_m * pixels_per_metre;
        if self.colour.a == 0 || size_px < self.from_px {
            return None;
        }
        let wide = self.width_px.max(self.width_m * pixels_per_metre);
        let wide = self.share.map_or(wide, |(share, least)| wide.min(size_px * share).max(least));
        if self.wide_only && wide <= WIDE_PX {
            return None;
        }
        Some(if wide > WIDE_PX { wide + self.edge_px } else { wide })
    }
}

impl From<Stroke> for LineStyle {
    /// Colour, least width and dash.
    fn from(stroke: Stroke) -> Self {
        Self { colour: stroke.colour, width_px: stroke.width_px, dash: stroke.dash }
    }
}

/// How a feature is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Style {
    /// Fill.
    pub fill: Option<Rgba>,
    /// Hatching at 45° over the fill.
    pub hatch: Option<Rgba>,
    /// Lines, the lowest first.
    pub strokes: [Option<Stroke>; STROKES],
}

impl From<AreaStyle> for Style {
    fn from(area: AreaStyle) -> Self {
        Self { fill: area.fill, hatch: area.hatch, strokes: [area.outline.map(Stroke::outline), None, None] }
    }
}

/// Styles, and which of them each feature wears.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StyleTable {
    /// The styles.
    pub styles: Vec<Style>,
    /// By what packed geometry names: the row of a feature, or the kind of a line.
    pub features: Vec<Worn>,
}

/// What a feature wears, and its size, by which small ones are drawn plainer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worn {
    /// Number of the style.
    pub style: u32,
    /// The larger side of its box, m; 0 where no style asks.
    pub size_m: f32,
}

impl StyleTable {
    /// A table of `count` features, whose styles are told by numbers of `kind_of`; each number is looked up once.
    /// `O(count)`.
    pub fn by_kind(
        count: usize,
        kinds: usize,
        size_m: impl Fn(u32) -> f32,
        kind_of: impl Fn(u32) -> usize,
        mut style_of: impl FnMut(usize) -> Style,
    ) -> Self {
        let styles = (0..kinds.max(1)).map(&mut style_of).collect();
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let worn = |row: u32| Worn { style: u32::try_from(kind_of(row).min(kinds.max(1) - 1)).unwrap_or(0), size_m: size_m(row) };
        Self { styles, features: (0..count).map(worn).collect() }
    }

    /// Which passes draw anything: fills, and each of the strokes.
    #[must_use]
    pub fn passes(&self) -> (bool, [bool; STROKES]) {
        let fills = self.styles.iter().any(|style| style.fill.is_some() || style.hatch.is_some());
        (fills, std::array::from_fn(|n| self.styles.iter().any(|style| style.strokes[n].is_some())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_scale_and_size() {
        let ink = Rgba::hex(0x10_2030);
        let outline = Stroke::outline(LineStyle { colour: ink, width_px: 1.3, dash: None });
        assert_eq!(outline.width_at(1.0, 2.0), None);
        assert_eq!(outline.width_at(1.0, 6.0), Some(0.5));
        assert_eq!(outline.width_at(1.0, 100.0), Some(1.3));
        let casing = Stroke { colour: ink, width_px: 2.2, width_m: 20.0, edge_px: 1.6, ..Stroke::default() };
        assert_eq!(casing.width_at(1.0, 0.0), Some(21.6));
        assert_eq!(casing.width_at(0.01, 0.0), Some(2.2));
        assert_eq!(Stroke { wide_only: true, ..casing }.width_at(0.01, 0.0), None);
        assert_eq!(Stroke::default().width_at(1.0, 100.0), None);
    }
}
