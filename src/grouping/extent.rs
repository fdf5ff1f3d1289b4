//! How far a set of units reaches, as running extents: the widths in a fan of directions bound the diameter from both
//! sides, so that a unit enters a region at the cost of a few comparisons. The exact diameter is that of the convex hull.

use std::sync::LazyLock;

use geo::{ConvexHull, Coord, MultiPoint};

use super::problem::Diameter;

/// Directions of the fan. The diameter is at most the largest width over the cosine of half the angle between two of them:
/// 0.5 % more than the largest width with 16.
const FAN: usize = 16;

/// Unit vectors of the fan.
static DIRECTIONS: LazyLock<[[f64; 2]; FAN]> = LazyLock::new(|| {
    std::array::from_fn(|at| {
        let angle = std::f64::consts::PI * super::part::real(at) / super::part::real(FAN);
        [angle.cos(), angle.sin()]
    })
});

/// Extents of a set of units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    low: [f64; FAN],
    high: [f64; FAN],
}

impl Extent {
    /// Of no unit.
    pub(super) const NOTHING: Self = Self { low: [f64::INFINITY; FAN], high: [f64::NEG_INFINITY; FAN] };

    /// Of points, m.
    pub(super) fn of(points: &[[f64; 2]]) -> Self {
        let mut reach = Self::NOTHING;
        for (at, [x, y]) in DIRECTIONS.iter().enumerate() {
            for point in points {
                let along = point[0] * x + point[1] * y;
                reach.low[at] = reach.low[at].min(along);
                reach.high[at] = reach.high[at].max(along);
            }
        }
        reach
    }

    /// Of both together.
    pub(super) fn with(mut self, other: &Self) -> Self {
        for at in 0..FAN {
            self.low[at] = self.low[at].min(other.low[at]);
            self.high[at] = self.high[at].max(other.high[at]);
        }
        self
    }

    /// No less than the diameter, and at most 0.5 % more, m; 0 of nothing.
    pub(super) fn span(&self) -> f64 {
        let width = (0..FAN).map(|at| self.high[at] - self.low[at]).fold(0.0, f64::max);
        width / (std::f64::consts::FRAC_PI_2 / super::part::real(FAN)).cos()
    }

    /// Whether a part of this set could be what makes it reach so far in some direction.
    pub(super) fn ends_with(&self, part: &Self) -> bool {
        (0..FAN).any(|at| part.low[at] <= self.low[at] || part.high[at] >= self.high[at])
    }
}

/// The exact diameter of each district, m. `O(points log points)`, and the square of the corners of a district's hull.
pub(super) fn diameters(asked: &Diameter, district: &[Option<u32>], districts: usize) -> Vec<f64> {
    let mut points: Vec<Vec<[f64; 2]>> = vec![Vec::new(); districts];
    for (outline, district) in asked.outlines.iter().zip(district) {
        if let Some(district) = district {
            points[*district as usize].extend(outline);
        }
    }
    points.into_iter().map(diameter).collect()
}

/// The largest distance between two of the points, m.
pub(super) fn diameter(points: Vec<[f64; 2]>) -> f64 {
    let hull = MultiPoint::from(points).convex_hull().into_inner().0.0;
    let apart = |a: &Coord<f64>, b: &Coord<f64>| (a.x - b.x).hypot(a.y - b.y);
    hull.iter().enumerate().flat_map(|(at, a)| hull[at..].iter().map(move |b| apart(a, b))).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn extents_bound_the_diameter_and_the_hull_has_it(
            points in prop::collection::vec((-500.0_f64..500.0, -500.0_f64..500.0).prop_map(|(x, y)| [x, y]), 1..40),
        ) {
            let all = || points.iter().flat_map(|a| points.iter().map(move |b| (a[0] - b[0]).hypot(a[1] - b[1])));
            let longest = all().fold(0.0, f64::max);
            prop_assert!((diameter(points.clone()) - longest).abs() < 1e-9);
            let span = Extent::of(&points).span();
            prop_assert!(span >= longest - 1e-9 && span <= longest * 1.005, "{span} {longest}");
            let (one, two) = points.split_at(points.len() / 2);
            prop_assert_eq!(Extent::of(one).with(&Extent::of(two)), Extent::of(&points));
        }
    }

    #[test]
    fn nothing_and_a_point_reach_nowhere() {
        assert_eq!((Extent::NOTHING.span(), diameter(Vec::new()), diameter(vec![[3.0, 4.0]])), (0.0, 0.0, 0.0));
    }
}
