//! Colours of classes: ramps that rise steadily in lightness, hues for categories, and signs for the state of checks. In the dark
//! window a ramp runs the other way, so that much always stands out from the ground.

use super::{Rgba, Shade, district_hue};
use crate::checks::Severity;
use crate::model::Ramp;

/// From dark to light. Viridis and cividis as their authors published them (van der Walt & Smith 2015; Nuñez, Anderton &
/// Renslow 2018), thinned to some colours between which is mixed.
const VIRIDIS: [u32; 9] = [0x44_0154, 0x47_2D7B, 0x3B_528B, 0x2C_728E, 0x21_908C, 0x27_AD81, 0x5D_C863, 0xAA_DC32, 0xFD_E725];
const CIVIDIS: [u32; 5] = [0x00_204D, 0x41_4D6B, 0x7C_7B78, 0xBC_AF6F, 0xFF_EA46];
const BLUES: [u32; 5] = [0x0A_2F66, 0x22_5F9F, 0x56_94C8, 0x8F_BBDD, 0xC6_DDF0];
const BROWNS: [u32; 5] = [0x5A_2806, 0x98_4A10, 0xCF_7B2A, 0xEC_B673, 0xF8_D9AE];

/// The colour of class `class` of `classes` of numbers, the lowest first.
#[must_use]
pub fn ramp_colour(ramp: Ramp, class: usize, classes: usize, shade: Shade) -> Rgba {
    let colours: &[u32] = match ramp {
        Ramp::Viridis => &VIRIDIS,
        Ramp::Cividis => &CIVIDIS,
        Ramp::Blues => &BLUES,
        Ramp::Browns => &BROWNS,
    };
    let last = classes.max(2) - 1;
    let class = class.min(last);
    let step = if shade == Shade::Light { last - class } else { class };
    let steps = (colours.len() - 1) * step;
    let (whole, rest) = (steps / last, steps % last);
    let mixed = |at: usize| Rgba::hex(colours[at.min(colours.len() - 1)]);
    mixed(whole).mix(mixed(whole + 1), share(rest, last))
}

/// The colour of a category; those beyond the hues share the grey of what is left over.
#[must_use]
pub fn category_colour(class: usize, shade: Shade) -> Rgba {
    u8::try_from(class)
        .ok()
        .filter(|class| usize::from(*class) < super::HUES)
        .map_or_else(|| Rgba::hex(if shade == Shade::Light { 0xA8_AFB5 } else { 0x6B_747C }), |class| district_hue(class, shade))
}

/// The colour of the gravest finding of something; of what has none without.
#[must_use]
pub fn severity_colour(severity: Option<Severity>, shade: Shade) -> Rgba {
    let (light, dark) = match severity {
        Some(Severity::Error) => (0xC8_452B, 0xF0_846C),
        Some(Severity::Warning) => (0xE8_A93A, 0xE0_A84A),
        Some(Severity::Note) => (0x86_B4DD, 0x5B_86B0),
        None => (0xD5_E8DC, 0x2E_4A3B),
    };
    Rgba::hex(if shade == Shade::Light { light } else { dark })
}

#[expect(clippy::cast_precision_loss, reason = "steps between a few colours")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ramps_rise_steadily_and_classes_can_be_told_apart() {
        for ramp in Ramp::ALL {
            for shade in [Shade::Light, Shade::Dark] {
                for classes in 2..=9 {
                    let light: Vec<f32> = (0..classes).map(|n| ramp_colour(ramp, n, classes, shade).luminance()).collect();
                    // Much is dark on light paper, and light on dark.
                    let falls = |pair: &[f32]| if shade == Shade::Light { pair[0] > pair[1] } else { pair[0] < pair[1] };
                    assert!(light.windows(2).all(falls), "{ramp:?} {shade:?} {classes}: {light:?}");
                    let apart = light.windows(2).map(|p| (p[0].max(p[1]) + 0.05) / (p[0].min(p[1]) + 0.05)).fold(9.0, f32::min);
                    assert!(apart >= 1.1, "{ramp:?} {shade:?} {classes}: {apart}");
                }
            }
        }
        assert_eq!(ramp_colour(Ramp::Viridis, 0, 5, Shade::Light), Rgba::hex(0xFD_E725));
        assert_eq!(ramp_colour(Ramp::Viridis, 4, 5, Shade::Light), Rgba::hex(0x44_0154));
    }

    #[test]
    fn one_class_and_many_categories_have_colours() {
        assert_eq!(ramp_colour(Ramp::Blues, 0, 1, Shade::Light), Rgba::hex(0xC6_DDF0));
        assert_eq!(category_colour(8, Shade::Light), category_colour(800, Shade::Light));
        assert_ne!(category_colour(0, Shade::Dark), category_colour(1, Shade::Dark));
    }
}
