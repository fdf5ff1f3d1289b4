//! The hand of the map: colours and line styles as plain numbers, for the window in two shades and for print.
//!
//! Districts wear eight hues safe for colour-blind readers (Okabe & Ito 2008, yellow darkened), classes differ by shape,
//! colour and letter, verdicts by line, pipes by the hues of CJJ 61-2017 (appendix C).

use geo::Coord;

use crate::base::{CompoundId, DistrictId, ItemId};
use crate::policy::{ItemClass, PipeClass};

/// A colour with alpha, not premultiplied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rgba {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// 255 is opaque.
    pub a: u8,
}

impl Rgba {
    /// From `0xRRGGBB`, opaque.
    #[must_use]
    pub const fn hex(rgb: u32) -> Self {
        let [_, r, g, b] = rgb.to_be_bytes();
        Self { r, g, b, a: 255 }
    }

    /// The same colour, `alpha` (0–1) of its own opacity.
    #[must_use]
    pub fn fade(self, alpha: f32) -> Self {
        Self { a: byte(f32::from(self.a) * alpha), ..self }
    }

    /// This colour with `share` (0–1) of `other`.
    #[must_use]
    pub fn mix(self, other: Self, share: f32) -> Self {
        let blend = |a: u8, b: u8| byte(f32::from(a) + (f32::from(b) - f32::from(a)) * share);
        Self { r: blend(self.r, other.r), g: blend(self.g, other.g), b: blend(self.b, other.b), a: blend(self.a, other.a) }
    }

    /// Relative luminance of WCAG 2, alpha ignored.
    #[must_use]
    pub fn luminance(self) -> f32 {
        let linear = |v: u8| {
            let v = f32::from(v) / 255.0;
            if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.r) + 0.7152 * linear(self.g) + 0.0722 * linear(self.b)
    }

    /// Contrast ratio of WCAG 2 between two opaque colours, 1–21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0–255")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Light paper or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Shade {
    /// Light.
    #[default]
    Light,
    /// Dark.
    Dark,
}

/// Colours of the map itself. The window's palette takes them from here, so that sheets and screen agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapColours {
    /// Light or dark.
    pub shade: Shade,
    /// Ground.
    pub paper: Rgba,
    /// Street surface.
    pub street: Rgba,
    /// Edge of streets.
    pub street_edge: Rgba,
    /// Water.
    pub water: Rgba,
    /// Low-efficiency land and other green.
    pub green: Rgba,
    /// Areas of which nothing is known.
    pub no_data: Rgba,
    /// Footprints.
    pub building: Rgba,
    /// Lines that bound without a hue.
    pub quiet: Rgba,
    /// Labels and the selection.
    pub ink: Rgba,
    /// Labels of lesser things.
    pub ink_soft: Rgba,
    /// Railways and expressways.
    pub barrier: Rgba,
    /// Historic quarters.
    pub heritage: Rgba,
    /// Pipes wear the colours of CJJ 61 as they are.
    pub exact_pipes: bool,
}

impl MapColours {
    /// The colours of a shade.
    #[must_use]
    pub const fn of(shade: Shade) -> Self {
        match shade {
            Shade::Light => Self {
                shade,
                paper: Rgba::hex(0xFB_FAF7),
                street: Rgba::hex(0xFF_FFFF),
                street_edge: Rgba::hex(0xE2_E0DA),
                water: Rgba::hex(0xCF_E3EF),
                green: Rgba::hex(0xDD_E8D3),
                no_data: Rgba::hex(0xEC_EEEF),
                building: Rgba::hex(0xD5_D2CB),
                quiet: Rgba::hex(0x9A_A4AC),
                ink: Rgba::hex(0x1C_2126),
                ink_soft: Rgba::hex(0x5B_6670),
                barrier: Rgba::hex(0x8A_8F94),
                heritage: Rgba::hex(0x8C_5A3C),
                exact_pipes: false,
            },
            Shade::Dark => Self {
                shade,
                paper: Rgba::hex(0x12_1517),
                street: Rgba::hex(0x26_2B30),
                street_edge: Rgba::hex(0x32_383E),
                water: Rgba::hex(0x1C_3442),
                green: Rgba::hex(0x1F_2B20),
                no_data: Rgba::hex(0x24_282C),
                building: Rgba::hex(0x3A_4046),
                quiet: Rgba::hex(0x5E_6872),
                ink: Rgba::hex(0xE6_E9EC),
                ink_soft: Rgba::hex(0x98_A3AD),
                barrier: Rgba::hex(0x75_7D85),
                heritage: Rgba::hex(0xB9_8A6A),
                exact_pipes: false,
            },
        }
    }
}

/// The eight district hues: outline strength on light paper.
const DISTRICT_LIGHT: [u32; 8] = [0x00_72B2, 0xD5_5E00, 0x00_9E73, 0xCC_79A7, 0xE6_9F00, 0x7A_5195, 0x56_B4E9, 0x8A_7441];
/// The same, lifted for dark ground.
const DISTRICT_DARK: [u32; 8] = [0x4A_A8E0, 0xF0_8A4B, 0x3C_C79E, 0xE3_9DC4, 0xF2_BC4A, 0xAE_8CCB, 0x8A_CFF5, 0xBF_A86E];

/// Hue of a district by its colour index (see [`super::colour_districts`]).
#[must_use]
pub fn district_hue(index: u8, shade: Shade) -> Rgba {
    let hues = match shade {
        Shade::Light => &DISTRICT_LIGHT,
        Shade::Dark => &DISTRICT_DARK,
    };
    Rgba::hex(hues[usize::from(index) % hues.len()])
}

/// Colour of a pipe class exactly as CJJ 61-2017 has it; exports and print use it.
#[must_use]
pub fn pipe_colour_exact(class: PipeClass) -> Rgba {
    let [r, g, b] = class.exact_rgb();
    Rgba { r, g, b, a: 255 }
}

/// Colour of a pipe class on the screen: the hue of the standard, darkened or lightened until it can be seen.
#[must_use]
pub fn pipe_colour(class: PipeClass, shade: Shade) -> Rgba {
    let exact = pipe_colour_exact(class);
    let changed = match (class, shade) {
        (PipeClass::Water, Shade::Light) => 0x00_A9BD,
        (PipeClass::Telecom, Shade::Light) => 0x18_9A3A,
        (PipeClass::Gas, Shade::Light) => 0xD8_12D8,
        (PipeClass::Heat, Shade::Light) => 0xE8_7400,
        (PipeClass::Power, Shade::Light) => 0xD9_1818,
        (PipeClass::Drainage, Shade::Light) => 0x5A_4510,
        (PipeClass::Drainage, Shade::Dark) => 0xB0_8F45,
        (PipeClass::Water, Shade::Dark) => 0x2F_D3E3,
        (PipeClass::Telecom, Shade::Dark) => 0x4C_CF6A,
        (PipeClass::Gas, Shade::Dark) => 0xF0_64F0,
        (PipeClass::Power, Shade::Dark) => 0xFF_5A52,
        // Black, and the dark purple of what is not known, would be lost among outlines and on dark ground.
        (PipeClass::Industrial, Shade::Light) => 0xBF_00FF,
        (PipeClass::Industrial, Shade::Dark) => 0xC9_6BFF,
        (PipeClass::Other | PipeClass::Unknown, _) => 0x80_8080,
        _ => return exact,
    };
    Rgba::hex(changed)
}

/// Shape of a class's symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClassSign {
    /// 基础类.
    Square,
    /// 完善类.
    Circle,
    /// 提升类.
    Triangle,
}

/// The shape of a class.
#[must_use]
pub fn class_sign(class: ItemClass) -> ClassSign {
    match class {
        ItemClass::Basic => ClassSign::Square,
        ItemClass::Improvement => ClassSign::Circle,
        ItemClass::Upgrade => ClassSign::Triangle,
    }
}

/// The colour of a class; letters on it are white in both shades.
#[must_use]
pub fn class_colour(class: ItemClass) -> Rgba {
    Rgba::hex(match class {
        ItemClass::Basic => 0x1B_4B8F,
        ItemClass::Improvement => 0x1E_8A5A,
        ItemClass::Upgrade => 0xC8_452B,
    })
}

/// What the map shows of a compound's verdict; the same five as the policy's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compliance {
    /// 应改.
    Must,
    /// 可改.
    May,
    /// 不在范围.
    OutOfScope,
    /// 不纳入.
    Excluded,
    /// 待核, and whatever was not screened yet.
    #[default]
    Unknown,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineStyle {
    /// Colour.
    pub colour: Rgba,
    /// Width in pixels.
    pub width_px: f32,
    /// Lengths of dash and gap in pixels; `None` is solid.
    pub dash: Option<[f32; 2]>,
}

/// An outline, or none.
pub type Outline = Option<LineStyle>;

/// How an area is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AreaStyle {
    /// Fill.
    pub fill: Option<Rgba>,
    /// Outline.
    pub outline: Outline,
    /// Colour of the hatching, at 45°.
    pub hatch: Option<Rgba>,
    /// A question mark in the middle (待核).
    pub mark: bool,
}

impl AreaStyle {
    /// The same for a boundary that nobody drew: dotted, with a question mark.
    #[must_use]
    pub fn as_placeholder(self, colours: &MapColours) -> Self {
        let line = self.outline.unwrap_or(LineStyle { colour: colours.ink_soft, width_px: 1.0, dash: None });
        Self { outline: Some(LineStyle { width_px: 1.4, dash: Some([1.5, 3.0]), ..line }), mark: true, ..self }
    }
}

/// How a compound without a district is drawn: verdicts differ by line, not by hue.
#[must_use]
pub fn compound_style(verdict: Compliance, colours: &MapColours) -> AreaStyle {
    let line = |colour: Rgba, width_px: f32, dash| Some(LineStyle { colour, width_px, dash });
    let firm = colours.ink_soft;
    match verdict {
        Compliance::Must => AreaStyle { fill: Some(firm.fade(0.16)), outline: line(firm, 1.3, None), ..AreaStyle::default() },
        Compliance::May => AreaStyle {
            fill: Some(colours.street.fade(0.55)),
            outline: line(firm, 1.0, Some([5.0, 3.0])),
            ..AreaStyle::default()
        },
        Compliance::Excluded => {
            AreaStyle { outline: line(colours.quiet, 0.9, None), hatch: Some(colours.quiet.fade(0.75)), ..AreaStyle::default() }
        }
        Compliance::OutOfScope => {
            AreaStyle { fill: Some(colours.no_data), outline: line(colours.quiet.fade(0.55), 0.8, None), ..AreaStyle::default() }
        }
        Compliance::Unknown => AreaStyle {
            fill: Some(colours.no_data),
            outline: line(colours.quiet, 1.0, Some([2.0, 2.5])),
            hatch: None,
            mark: true,
        },
    }
}

/// An item as the map shows it: where, of which class, with which letter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemMark {
    /// Which item.
    pub id: ItemId,
    /// Where its symbol stands, world coordinates.
    pub at: Coord<f64>,
    /// Class: shape and colour.
    pub class: ItemClass,
    /// One Chinese letter of the catalogue.
    pub letter: char,
    /// The compound it serves.
    pub compound: Option<CompoundId>,
    /// The district it belongs to.
    pub district: Option<DistrictId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_can_be_read_on_their_symbols() {
        for class in ItemClass::ALL {
            let ratio = class_colour(class).contrast(Rgba::hex(0xFF_FFFF));
            assert!(ratio >= 4.3, "{class:?}: {ratio}");
        }
    }

    #[test]
    fn pipes_and_districts_are_seen_on_their_ground() {
        for shade in [Shade::Light, Shade::Dark] {
            let paper = MapColours::of(shade).paper;
            for class in PipeClass::ALL {
                let ratio = pipe_colour(class, shade).contrast(paper);
                assert!(ratio >= 2.5, "{class:?} {shade:?}: {ratio}");
            }
            for index in 0..8 {
                assert!(district_hue(index, shade).contrast(paper) >= 2.0, "hue {index} {shade:?}");
            }
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((Rgba::hex(0).contrast(Rgba::hex(0xFF_FFFF)) - 21.0).abs() < 1.0e-3);
        assert_eq!(Rgba::hex(0x10_2030).mix(Rgba::hex(0x30_2010), 0.5), Rgba::hex(0x20_2020));
    }
}
