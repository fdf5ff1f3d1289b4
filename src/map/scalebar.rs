//! A scale bar of a round length.

/// A bar: its length in the world and on the screen, in how many parts it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleBar {
    /// Length in metres: 1, 2 or 5 times a power of ten.
    pub length_m: f64,
    /// Length in pixels, at most what was asked.
    pub length_px: f32,
    /// Parts with a tick between.
    pub parts: u8,
}

/// The longest round bar of at most `max_px` pixels.
#[must_use]
pub fn scale_bar(metres_per_pixel: f64, max_px: f32) -> ScaleBar {
    let most = (metres_per_pixel * f64::from(max_px)).max(1.0e-6);
    let power = 10_f64.powf(most.log10().floor());
    let lead = most / power;
    let (step, parts) = if lead >= 5.0 {
        (5.0, 5)
    } else if lead >= 2.0 {
        (2.0, 2)
    } else {
        (1.0, 2)
    };
    let length_m = step * power;
    ScaleBar { length_m, length_px: super::viewport::narrow(length_m / metres_per_pixel), parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_round_and_fit() {
        let cases = [(0.5, 120.0, 50.0), (1.3, 120.0, 100.0), (2.0, 120.0, 200.0), (50.0, 120.0, 5_000.0), (0.01, 120.0, 1.0)];
        for (scale, room, expected) in cases {
            let bar = scale_bar(scale, room);
            assert!((bar.length_m - expected).abs() < 1.0e-6 * expected, "{scale}: {}", bar.length_m);
            assert!(bar.length_px <= room + 0.01 && bar.length_px > room * 0.39);
        }
    }
}
