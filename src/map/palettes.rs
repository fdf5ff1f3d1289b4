//! The hands in which the map is drawn: the usual one, one of high contrast, and that of printed sheets.

use serde::{Deserialize, Serialize};

use super::{MapColours, Rgba, Shade, pipe_colour, pipe_colour_exact};
use crate::base::Message;
use crate::policy::PipeClass;

/// A hand of the map. It belongs to the reader, not to the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// Quiet colours on light or dark ground.
    #[default]
    Usual,
    /// 高对比度: black and white ground, strong lines.
    HighContrast,
    /// 打印: white paper and the pipe colours of CJJ 61 as they are, whatever the window's theme.
    Print,
}

impl Hand {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Usual, Self::HighContrast, Self::Print];

    /// Its name.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Usual => Message::new("map.hand-usual"),
            Self::HighContrast => Message::new("map.hand-contrast"),
            Self::Print => Message::new("map.hand-print"),
        }
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Usual => Self::HighContrast,
            Self::HighContrast => Self::Print,
            Self::Print => Self::Usual,
        }
    }
}

/// What parts pipes in their exact colours from white paper, of which some would be lost on it.
const PRINT_CASING: Rgba = Rgba::hex(0x4A_5056);

impl MapColours {
    /// The colours of a hand in a window of that shade.
    #[must_use]
    pub const fn in_hand(hand: Hand, shade: Shade) -> Self {
        let usual = Self::of(shade);
        match (hand, shade) {
            (Hand::Usual, _) => usual,
            (Hand::HighContrast, Shade::Light) => Self {
                paper: Rgba::hex(0xFF_FFFF),
                street: Rgba::hex(0xFF_FFFF),
                street_edge: Rgba::hex(0x8C_9298),
                water: Rgba::hex(0xA9_D3F2),
                no_data: Rgba::hex(0xE4_E6E8),
                building: Rgba::hex(0xB9_BCBF),
                quiet: Rgba::hex(0x5A_6269),
                ink: Rgba::hex(0x00_0000),
                ink_soft: Rgba::hex(0x2A_3036),
                barrier: Rgba::hex(0x4A_5056),
                ..usual
            },
            (Hand::HighContrast, Shade::Dark) => Self {
                paper: Rgba::hex(0x00_0000),
                street: Rgba::hex(0x1A_1D20),
                street_edge: Rgba::hex(0x6A_727A),
                water: Rgba::hex(0x0E_3A57),
                no_data: Rgba::hex(0x26_2A2E),
                building: Rgba::hex(0x50_575E),
                quiet: Rgba::hex(0x9A_A4AC),
                ink: Rgba::hex(0xFF_FFFF),
                ink_soft: Rgba::hex(0xD2_D8DD),
                barrier: Rgba::hex(0xA8_B0B8),
                ..usual
            },
            (Hand::Print, _) => {
                let light = Self::of(Shade::Light);
                Self { paper: Rgba::hex(0xFF_FFFF), exact_pipes: true, ..light }
            }
        }
    }

    /// The colour of a pipe class: exact in print, as far as the screen shows it otherwise.
    #[must_use]
    pub fn pipe(&self, class: PipeClass) -> Rgba {
        if self.exact_pipes { pipe_colour_exact(class) } else { pipe_colour(class, self.shade) }
    }

    /// What lies around a pipe.
    #[must_use]
    pub fn pipe_casing(&self) -> Rgba {
        if self.exact_pipes { PRINT_CASING } else { self.paper.fade(0.8) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::district_hue;

    #[test]
    fn print_is_white_and_exact_in_both_themes() {
        for shade in [Shade::Light, Shade::Dark] {
            let print = MapColours::in_hand(Hand::Print, shade);
            assert_eq!((print.paper, print.shade), (Rgba::hex(0xFF_FFFF), Shade::Light));
            for class in PipeClass::ALL {
                assert_eq!(print.pipe(class), pipe_colour_exact(class));
            }
            assert!(print.pipe_casing().contrast(print.paper) >= 4.5);
        }
    }

    #[test]
    fn high_contrast_is_higher_and_everything_is_seen_on_its_ground() {
        for shade in [Shade::Light, Shade::Dark] {
            let (usual, strong) = (MapColours::of(shade), MapColours::in_hand(Hand::HighContrast, shade));
            let ratio = |colours: &MapColours, of: fn(&MapColours) -> Rgba| of(colours).contrast(colours.paper);
            for of in [|c: &MapColours| c.ink, |c: &MapColours| c.ink_soft, |c: &MapColours| c.quiet, |c: &MapColours| c.barrier]
            {
                assert!(ratio(&strong, of) > ratio(&usual, of) && ratio(&strong, of) >= 4.5, "{shade:?}");
            }
            for class in PipeClass::ALL {
                assert!(strong.pipe(class).contrast(strong.paper) >= 2.5, "{class:?} {shade:?}");
            }
            for hue in 0..8 {
                assert!(district_hue(hue, shade).contrast(strong.paper) >= 2.0, "{hue} {shade:?}");
            }
        }
        assert!(Hand::ALL.into_iter().all(|hand| hand.next().next().next() == hand));
    }
}
