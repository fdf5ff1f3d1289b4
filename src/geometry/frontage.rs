//! Frontage: how much of a boundary lies near another shape.

use geo::{BoundingRect, MultiPolygon, Rect};

use super::distance::{covers, in_box, near_segments};
use super::segment::{Segment, box_distance2, free_of, union_intervals};

/// Length in metres of `a`'s boundary (all rings) within `within_m` of `b`, and of `b`'s within `within_m` of `a`.
///
/// Distances are to the shapes as areas: boundary inside the other shape counts wholly. Exact: every segment is cut
/// where its distance passes `within_m`. `O(n + m + k l)` for `k` and `l` segments near the other shape.
#[must_use]
pub fn frontage(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>, within_m: f64) -> (f64, f64) {
    let (Some(box_a), Some(box_b)) = (a.bounding_rect(), b.bounding_rect()) else {
        return (0.0, 0.0);
    };
    let near_a = near_segments(a, &box_b, within_m);
    let near_b = near_segments(b, &box_a, within_m);
    (one_side(&near_a, &near_b, (b, &box_b), within_m), one_side(&near_b, &near_a, (a, &box_a), within_m))
}

fn one_side(mine: &[Segment], others: &[Segment], other: (&MultiPolygon<f64>, &Rect<f64>), within_m: f64) -> f64 {
    let boxed: Vec<(Rect<f64>, &Segment)> = others.iter().map(|s| (s.bounds(), s)).collect();
    mine.iter().map(|s| s.length() * near_share(s, &boxed, other, within_m)).sum()
}

/// Share of one segment that is near.
fn near_share(s: &Segment, others: &[(Rect<f64>, &Segment)], other: (&MultiPolygon<f64>, &Rect<f64>), within_m: f64) -> f64 {
    let (bounds, reach2) = (s.bounds(), within_m * within_m);
    let mut parts = Vec::new();
    for (other_bounds, t) in others {
        if box_distance2(&bounds, other_bounds) <= reach2 {
            match s.within(t, within_m) {
                Some((low, high)) if low <= 0.0 && high >= 1.0 => return 1.0,
                Some(part) => parts.push(part),
                None => {}
            }
        }
    }
    let near = union_intervals(parts);
    // What is far from the other's boundary is wholly inside the other shape or wholly outside.
    let inside = |(low, high): &(f64, f64)| {
        let middle = s.at(low.midpoint(*high));
        in_box(middle, other.1) && covers(other.0, middle)
    };
    let deep: f64 = free_of(&near).iter().filter(|part| inside(part)).map(|(low, high)| high - low).sum();
    deep + near.iter().map(|(low, high)| high - low).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::distance::distance_to;
    use super::super::distance::tests::{shape, square};
    use super::super::segment::boundary;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_facing_squares() {
        let (a, b) = (square(0.0, 0.0, 10.0, 10.0).into(), square(14.0, 0.0, 10.0, 10.0).into());
        let (on_a, on_b) = frontage(&a, &b, 5.0);
        // The facing side, and one metre of each side that leaves it.
        assert!((on_a - 12.0).abs() < 1e-9 && (on_b - 12.0).abs() < 1e-9, "{on_a} {on_b}");
        assert_eq!(frontage(&a, &b, 3.9), (0.0, 0.0));
    }

    #[test]
    fn a_shape_inside_another_fronts_with_all_of_it() {
        let (a, b) = (square(0.0, 0.0, 100.0, 100.0).into(), square(40.0, 40.0, 10.0, 10.0).into());
        assert_eq!(frontage(&a, &b, 5.0), (0.0, 40.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn equals_sampling(a in shape(), b in shape(), r in 0.5..20.0f64) {
            let other: Vec<Segment> = boundary(&b).collect();
            let sampled: f64 = boundary(&a)
                .map(|s| {
                    let near = (0..200).filter(|i| {
                        let p = s.at((f64::from(*i) + 0.5) / 200.0);
                        covers(&b, p) || distance_to(p, &other) <= r
                    });
                    s.length() * f64::from(u32::try_from(near.count()).unwrap()) / 200.0
                })
                .sum();
            let total: f64 = boundary(&a).map(|s| s.length()).sum();
            prop_assert!((frontage(&a, &b, r).0 - sampled).abs() <= 0.02 * total);
        }
    }
}
