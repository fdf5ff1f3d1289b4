//! Four-parameter fits: a turn, a scale and a displacement from control points, for city grids that no register knows.
//!
//! X = a·x − b·y + c, Y = b·x + a·y + d by least squares (四参数 of GB/T 18314 practice; Ghilani, *Adjustment
//! Computations*, ch. 18.3). Residuals are those of the target, metres.

use geo::Coord;

use crate::base::Message;

/// A point known in both systems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlPoint {
    /// As in the file.
    pub source: Coord<f64>,
    /// Where it lies, metres.
    pub target: Coord<f64>,
}

/// A similarity between two planes, with what it leaves at the control points.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    a: f64,
    b: f64,
    /// Middle of the control points in the source: numbers stay small about it.
    middle: Coord<f64>,
    /// Where the middle goes.
    to: Coord<f64>,
    /// Target less fitted, for every control point in order, metres.
    pub residuals: Vec<Coord<f64>>,
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFit {
    /// Fewer than two points.
    #[error("fewer than two control points")]
    TooFew,
    /// All points lie in one place, in the source or in the target.
    #[error("the control points lie in one place")]
    OnePlace,
    /// A number is not finite.
    #[error("a control point is not finite")]
    NotFinite,
}

impl NoFit {
    /// The sentence for the user.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::TooFew => Message::new("geometry.fit-too-few"),
            Self::OnePlace => Message::new("geometry.fit-one-place"),
            Self::NotFinite => Message::new("geometry.fit-not-finite"),
        }
    }
}

impl Fit {
    /// Fits control points.
    ///
    /// # Errors
    /// [`NoFit`] for fewer than two points, or points that do not tell a direction.
    pub fn new(points: &[ControlPoint]) -> Result<Self, NoFit> {
        /// Points nearer to one another than this tell nothing, metres or the unit of the source.
        const NEAREST: f64 = 1e-3;
        if points.len() < 2 {
            return Err(NoFit::TooFew);
        }
        let finite = |c: Coord<f64>| c.x.is_finite() && c.y.is_finite();
        if !points.iter().all(|point| finite(point.source) && finite(point.target)) {
            return Err(NoFit::NotFinite);
        }
        let middle = mean(points.iter().map(|point| point.source));
        let to = mean(points.iter().map(|point| point.target));
        let (mut along, mut across, mut spread, mut target_spread) = (0.0, 0.0, 0.0, 0.0);
        for point in points {
            let (s, t) = (point.source - middle, point.target - to);
            along += s.x * t.x + s.y * t.y;
            across += s.x * t.y - s.y * t.x;
            spread += s.x * s.x + s.y * s.y;
            target_spread += t.x * t.x + t.y * t.y;
        }
        if spread < NEAREST * NEAREST || target_spread < NEAREST * NEAREST || along.hypot(across) == 0.0 {
            return Err(NoFit::OnePlace);
        }
        let mut fit = Self { a: along / spread, b: across / spread, middle, to, residuals: Vec::new() };
        fit.residuals = points.iter().map(|point| point.target - fit.apply(point.source)).collect();
        Ok(fit)
    }

    /// Where a place of the source lies.
    #[must_use]
    pub fn apply(&self, place: Coord<f64>) -> Coord<f64> {
        let s = place - self.middle;
        Coord { x: self.to.x + self.a * s.x - self.b * s.y, y: self.to.y + self.b * s.x + self.a * s.y }
    }

    /// Metres of the target for one unit of the source.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.a.hypot(self.b)
    }

    /// Turn from source to target, degrees, counter-clockwise.
    #[must_use]
    pub fn turn_deg(&self) -> f64 {
        self.b.atan2(self.a).to_degrees()
    }

    /// Root of the mean squared residual, metres. 0 of two points, which leave nothing over.
    #[must_use]
    pub fn rms_m(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few control points")]
        let count = self.residuals.len() as f64;
        (self.residuals.iter().map(|r| r.x * r.x + r.y * r.y).sum::<f64>() / count).sqrt()
    }
}

fn mean(coords: impl Iterator<Item = Coord<f64>>) -> Coord<f64> {
    let (sum, count) = coords.fold((Coord { x: 0.0, y: 0.0 }, 0.0), |(sum, count), coord| (sum + coord, count + 1.0));
    Coord { x: sum.x / count, y: sum.y / count }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    #[test]
    fn what_tells_nothing_is_refused() {
        let point = |x, y, e, n| ControlPoint { source: at(x, y), target: at(e, n) };
        assert_eq!(Fit::new(&[]), Err(NoFit::TooFew));
        assert_eq!(Fit::new(&[point(0.0, 0.0, 1.0, 1.0)]), Err(NoFit::TooFew));
        assert_eq!(Fit::new(&[point(5.0, 5.0, 1.0, 1.0), point(5.0, 5.0, 9.0, 1.0)]), Err(NoFit::OnePlace));
        assert_eq!(Fit::new(&[point(0.0, 0.0, 1.0, 1.0), point(f64::NAN, 0.0, 9.0, 1.0)]), Err(NoFit::NotFinite));
    }

    #[test]
    fn residuals_are_what_is_left() {
        // A square whose one corner is 4 cm off to the east: least squares leaves a quarter of the square sum.
        let corners = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)];
        let points = corners.map(|(x, y)| ControlPoint { source: at(x, y), target: at(x + 500_000.0, y + 4_800_000.0) });
        let mut points = points.to_vec();
        points[2].target.x += 0.04;
        let fit = Fit::new(&points).expect("a fit");
        let sum = fit.residuals.iter().fold(at(0.0, 0.0), |sum, r| sum + *r);
        assert!(sum.x.abs() < 1e-9 && sum.y.abs() < 1e-9);
        assert!((fit.rms_m() - 0.014_142).abs() < 1e-5, "{}", fit.rms_m());
    }

    proptest! {
        #[test]
        fn a_similarity_is_found_again(
            turn in -3.1..3.1_f64, scale in 0.5..2.0_f64, east in -1e6..1e6_f64, north in -6e6..6e6_f64,
            places in prop::collection::vec((0.0..5e4_f64, 0.0..5e4_f64), 3..8),
        ) {
            let (a, b) = (scale * turn.cos(), scale * turn.sin());
            let true_place = |c: Coord<f64>| at(a * c.x - b * c.y + east, b * c.x + a * c.y + north);
            let points: Vec<ControlPoint> =
                places.iter().map(|&(x, y)| ControlPoint { source: at(x, y), target: true_place(at(x, y)) }).collect();
            let spread = points.iter().any(|p| (p.source - points[0].source).x.hypot((p.source - points[0].source).y) > 100.0);
            prop_assume!(spread);
            let fit = Fit::new(&points).expect("a fit");
            let probe = at(2.5e4, -1e4);
            let miss = fit.apply(probe) - true_place(probe);
            prop_assert!(miss.x.hypot(miss.y) < 1e-4, "{miss:?}");
            prop_assert!(fit.rms_m() < 1e-6 && (fit.scale() - scale).abs() < 1e-7);
        }
    }
}
