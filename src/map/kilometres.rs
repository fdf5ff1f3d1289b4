//! The grid of round coordinates of the working CRS, as survey sheets carry it.

use super::Viewport;
use super::viewport::narrow;

/// Lines are at least this far apart, pixels.
const APART_PX: f64 = 96.0;
/// The closest lines, m.
const LEAST_M: f64 = 10.0;

/// A line of the grid: where it lies across the map, and the coordinate it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GridLine {
    /// x of a line that runs north, y of one that runs east; pixels from the map's upper left corner.
    pub at_px: f32,
    /// Easting or northing, m.
    pub value_m: f64,
}

/// The lines that cross a map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KilometreGrid {
    /// Distance of the lines, m: 1, 2 or 5 times a power of ten.
    pub step_m: f64,
    /// Lines that run north, from west to east.
    pub eastings: Vec<GridLine>,
    /// Lines that run east, from north to south.
    pub northings: Vec<GridLine>,
}

impl KilometreGrid {
    /// The lines of a view with a margin.
    #[must_use]
    pub fn new(viewport: &Viewport, margin_px: f32) -> Self {
        let step_m = step(viewport.metres_per_pixel() * APART_PX);
        let (rect, [centre_x, centre_y]) = (viewport.world_rect(margin_px), viewport.size_px().map(|side| f64::from(side) / 2.0));
        let (scale, centre) = (viewport.metres_per_pixel(), viewport.centre());
        let line = |at: f64, value_m| GridLine { at_px: narrow(at), value_m };
        let east = |value_m: f64| line((value_m - centre.x) / scale + centre_x, value_m);
        let north = |value_m: f64| line((centre.y - value_m) / scale + centre_y, value_m);
        let eastings = rounds(rect.min().x, rect.max().x, step_m).map(east).collect();
        let mut northings: Vec<GridLine> = rounds(rect.min().y, rect.max().y, step_m).map(north).collect();
        northings.reverse();
        Self { step_m, eastings, northings }
    }

    /// Decimals of a kilometre that tell the lines apart.
    #[must_use]
    pub fn decimals(&self) -> usize {
        [1_000.0, 100.0].iter().filter(|least| self.step_m < **least).count()
    }
}

/// The first round distance of at least `least_m`.
fn step(least_m: f64) -> f64 {
    let least = least_m.max(LEAST_M);
    let power = 10_f64.powf(least.log10().floor());
    let found = [1.0, 2.0, 5.0, 10.0].into_iter().map(|lead| lead * power).find(|step| *step >= least * (1.0 - 1.0e-9));
    found.unwrap_or(power * 10.0)
}

/// Multiples of a step between two numbers; at most 400, as many as the largest window needs.
fn rounds(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let first = (from / step).ceil();
    (0..400).map(move |n| (first + f64::from(n)) * step).take_while(move |value| *value <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Coord;

    #[test]
    fn lines_are_round_and_where_the_viewport_has_them() {
        for (scale, expected) in [(0.05, 10.0), (0.5, 50.0), (2.0, 200.0), (10.0, 1_000.0), (60.0, 10_000.0)] {
            let view = Viewport::new(Coord { x: 455_321.0, y: 4_860_432.0 }, scale, [1_000.0, 700.0]);
            let grid = KilometreGrid::new(&view, 0.0);
            assert_eq!(grid.step_m, expected, "{scale}");
            assert!(!grid.eastings.is_empty() && grid.northings.len() <= grid.eastings.len());
            for line in &grid.eastings {
                let [x, _] = view.screen_from_world(Coord { x: line.value_m, y: view.centre().y });
                assert!((x - line.at_px).abs() < 0.01 && (0.0..=1_000.0).contains(&x));
                assert_eq!(line.value_m % expected, 0.0);
            }
            for pair in grid.northings.windows(2) {
                assert!(pair[0].at_px < pair[1].at_px && (pair[0].value_m - pair[1].value_m - expected).abs() < 1.0e-6);
            }
        }
        let near = KilometreGrid::new(&Viewport::new(Coord::zero(), 0.5, [100.0, 100.0]), 0.0);
        assert_eq!(near.decimals(), 2);
    }
}
