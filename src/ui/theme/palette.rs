//! The colours of the window, light and dark.

use egui::Color32;

use crate::map::{Hand, MapColours, Rgba, Shade};

/// Every colour of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Ground of the window, behind the panels.
    pub window: Color32,
    /// Panels.
    pub panel: Color32,
    /// Lines between panels.
    pub hairline: Color32,
    /// Text.
    pub text: Color32,
    /// Text of lesser weight.
    pub secondary: Color32,
    /// Text of what cannot be used now.
    pub disabled: Color32,
    /// The one accent.
    pub accent: Color32,
    /// Ground of what is chosen.
    pub accent_wash: Color32,
    /// What is well.
    pub good: Color32,
    /// What wants a look.
    pub warn: Color32,
    /// What is wrong.
    pub bad: Color32,
    /// The map's colours.
    pub map: MapColours,
}

/// A plain colour as egui has it.
#[must_use]
pub fn colour(rgba: Rgba) -> Color32 {
    Color32::from_rgba_unmultiplied(rgba.r, rgba.g, rgba.b, rgba.a)
}

const fn hex(rgb: u32) -> Color32 {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

impl Palette {
    /// The palette of a shade.
    #[must_use]
    pub const fn of(shade: Shade) -> Self {
        match shade {
            Shade::Light => Self {
                window: hex(0xF6_F7F8),
                panel: hex(0xFF_FFFF),
                hairline: hex(0xE3_E6E9),
                text: hex(0x1C_2126),
                secondary: hex(0x5B_6670),
                disabled: hex(0x9A_A4AC),
                accent: hex(0x24_57A6),
                accent_wash: hex(0xEA_F1FB),
                // A shade darker than the class colour, so that small text in it can be read.
                good: hex(0x17_744A),
                warn: hex(0x9A_5B00),
                bad: hex(0xC0_3F26),
                map: MapColours::of(shade),
            },
            Shade::Dark => Self {
                window: hex(0x16_191C),
                panel: hex(0x1D_2125),
                hairline: hex(0x2C_3238),
                text: hex(0xE6_E9EC),
                secondary: hex(0x98_A3AD),
                disabled: hex(0x5E_6872),
                accent: hex(0x7F_B0FF),
                accent_wash: hex(0x22_334D),
                good: hex(0x58_C48F),
                warn: hex(0xE0_A84A),
                bad: hex(0xF0_846C),
                map: MapColours::of(shade),
            },
        }
    }

    /// The palette of a shade with the map in a hand of its own.
    #[must_use]
    pub const fn in_hand(shade: Shade, hand: Hand) -> Self {
        Self { map: MapColours::in_hand(hand, shade), ..Self::of(shade) }
    }

    /// Whether the map is light or dark.
    #[must_use]
    pub const fn shade(&self) -> Shade {
        self.map.shade
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgba(c: Color32) -> Rgba {
        Rgba { r: c.r(), g: c.g(), b: c.b(), a: 255 }
    }

    /// WCAG 2.2 AA for text: at least 4.5 : 1 on every ground that text stands on. Disabled text is exempt there.
    #[test]
    fn text_can_be_read() {
        for shade in [Shade::Light, Shade::Dark] {
            let p = Palette::of(shade);
            let grounds = [("window", p.window), ("panel", p.panel), ("wash", p.accent_wash)];
            let texts = [("text", p.text), ("secondary", p.secondary), ("accent", p.accent)];
            let states = [("good", p.good), ("warn", p.warn), ("bad", p.bad)];
            for (name, text) in texts.into_iter().chain(states) {
                for (ground_name, ground) in grounds {
                    let ratio = rgba(text).contrast(rgba(ground));
                    assert!(ratio >= 4.5, "{name} on {ground_name}, {shade:?}: {ratio:.2}");
                }
            }
            for ground in [p.map.paper, p.map.street, p.map.no_data, p.map.green] {
                assert!(p.map.ink.contrast(ground) >= 4.5);
                assert!(p.map.ink_soft.contrast(ground) >= 4.5, "{shade:?} {ground:?}");
            }
        }
    }
}
