//! Curves that are given by the places they run through alone.
//!
//! Drawing programs show them as the cubic spline with the smoothest bends: natural at its ends (no bend there), or bent
//! alike where it closes, with the lengths of the chords as its parameter. It is made here in the same way.

use geo::Coord;

use super::curve::Spline;

const ZERO: Coord<f64> = Coord { x: 0.0, y: 0.0 };

/// The spline through these places; `None` where they are too few for a bend. `O(n)`.
pub(super) fn spline(places: &[Coord<f64>], closed: bool) -> Option<Spline> {
    let mut places = places.to_vec();
    places.dedup();
    if closed && places.first() != places.last() {
        places.extend(places.first().copied());
    }
    let steps: Vec<f64> = places.windows(2).map(|pair| (pair[1] - pair[0]).x.hypot((pair[1] - pair[0]).y)).collect();
    if places.len() < 3 || !steps.iter().all(|step| step.is_finite() && *step > 0.0) {
        return None;
    }
    let rises: Vec<Coord<f64>> = places.windows(2).zip(&steps).map(|(pair, step)| (pair[1] - pair[0]) / *step).collect();
    let bends = if closed { bends_of_ring(&steps, &rises) } else { bends_between(&steps, &rises) };
    // Each stretch as a Bézier curve: its slopes at both ends follow from the rise and the bends.
    let mut control = vec![places[0]];
    for (place, (step, rise)) in steps.iter().zip(&rises).enumerate() {
        let (from, to) = (bends[place], bends[place + 1]);
        let leaves = *rise - (from * 2.0 + to) * (step / 6.0);
        let arrives = *rise + (from + to * 2.0) * (step / 6.0);
        control.push(places[place] + leaves * (step / 3.0));
        control.push(places[place + 1] - arrives * (step / 3.0));
        control.push(places[place + 1]);
    }
    let mut knots = vec![0.0];
    let mut at = 0.0;
    for step in std::iter::once(&0.0).chain(&steps) {
        at += step;
        knots.extend([at; 3]);
    }
    knots.push(at);
    Some(Spline { degree: 3, knots, control, weights: Vec::new(), closed })
}

/// Second derivatives at all places, none at the ends.
fn bends_between(steps: &[f64], rises: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let inner = steps.len() - 1;
    let rows = (0..inner).map(|n| (2.0 * (steps[n] + steps[n + 1]), (rises[n + 1] - rises[n]) * 6.0));
    let (diagonal, right): (Vec<f64>, Vec<Coord<f64>>) = rows.unzip();
    let solved = solve(&diagonal, &steps[1..inner.max(1)], right);
    std::iter::once(ZERO).chain(solved).chain([ZERO]).collect()
}

/// Second derivatives at all places of a ring, the last as the first: the corners of the matrix are taken apart (Sherman and
/// Morrison 1950).
fn bends_of_ring(steps: &[f64], rises: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let count = steps.len();
    let before = |n: usize| (n + count - 1) % count;
    let mut diagonal: Vec<f64> = (0..count).map(|n| 2.0 * (steps[before(n)] + steps[n])).collect();
    let right: Vec<Coord<f64>> = (0..count).map(|n| (rises[n] - rises[before(n)]) * 6.0).collect();
    // Between the last place and the first; with two stretches it is the other side of the one between them.
    let corner = steps[count - 1];
    let sides = &steps[..count - 1];
    let gamma = -diagonal[0];
    let last = count - 1;
    diagonal[0] -= gamma;
    diagonal[last] -= corner * corner / gamma;
    let mut column = vec![ZERO; count];
    column[0] = Coord { x: gamma, y: 0.0 };
    column[last] = Coord { x: corner, y: 0.0 };
    let mut bends = solve(&diagonal, sides, right);
    let along: Vec<f64> = solve(&diagonal, sides, column).into_iter().map(|one| one.x).collect();
    let share = (bends[0] + bends[last] * (corner / gamma)) / (1.0 + along[0] + along[last] * corner / gamma);
    for (bend, along) in bends.iter_mut().zip(along) {
        *bend = *bend - share * along;
    }
    bends.push(bends[0]);
    bends
}

/// Solves a symmetric system of three diagonals, the greater of them in the middle (Thomas's elimination).
fn solve(diagonal: &[f64], sides: &[f64], mut right: Vec<Coord<f64>>) -> Vec<Coord<f64>> {
    let mut pivots = diagonal.to_vec();
    for n in 1..pivots.len() {
        let share = sides[n - 1] / pivots[n - 1];
        pivots[n] -= share * sides[n - 1];
        right[n] = right[n] - right[n - 1] * share;
    }
    for n in (0..pivots.len()).rev() {
        let behind = right.get(n + 1).map_or(ZERO, |next| *next * sides[n]);
        right[n] = (right[n] - behind) / pivots[n];
    }
    right
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use proptest::prelude::*;

    use super::super::curve::{CHORD_M, Curve, Placing};
    use super::*;

    fn chain(spline: Spline) -> Vec<Coord<f64>> {
        assert!(spline.is_whole());
        let mut chain = Vec::new();
        Curve::Spline(spline).flatten(&Placing::scale(1.0, 1.0), &mut chain);
        chain
    }

    #[test]
    fn a_ring_of_places_on_a_circle_is_nearly_that_circle() {
        let places: Vec<Coord<f64>> = (0..16_u8)
            .map(|n| (TAU * f64::from(n) / 16.0).sin_cos())
            .map(|(sin, cos)| Coord { x: 100.0 * cos, y: 100.0 * sin })
            .collect();
        let chain = chain(spline(&places, true).expect("a ring"));
        let off = chain.iter().map(|p| (p.x.hypot(p.y) - 100.0).abs()).fold(0.0, f64::max);
        // Straight pieces would lie 1.9 m inside.
        assert!(off < 0.02, "{off}");
        assert_eq!(chain.first(), chain.last());
        assert!(chain.len() > 100);
    }

    #[test]
    fn what_is_straight_stays_straight_and_two_places_have_no_bend() {
        let line: Vec<Coord<f64>> = [0.0, 1.0, 5.0, 6.0].map(|x| Coord { x, y: 2.0 * x }).to_vec();
        let chain = chain(spline(&line, false).expect("four places"));
        assert!(chain.iter().all(|p| (p.y - 2.0 * p.x).abs() < 1e-9));
        assert!(spline(&line[..2], false).is_none());
        assert!(spline(&[line[0], line[0], line[1]], false).is_none());
    }

    #[test]
    fn a_natural_spline_is_that_of_the_textbook() {
        // Through (0, 0), (1, 1), (2, 0) by x: y = 1.5 x - 0.5 x³ up to the middle. Chords are alike, so x is its parameter.
        let places = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)].map(|(x, y)| Coord { x, y });
        let chain = chain(spline(&places, false).expect("three places"));
        let first: Vec<_> = chain.iter().filter(|p| p.x <= 1.0).collect();
        assert!(first.len() > 10);
        assert!(first.iter().all(|p| (p.y - (1.5 * p.x - 0.5 * p.x.powi(3))).abs() < 1e-9), "{first:?}");
    }

    proptest! {
        #[test]
        fn it_runs_through_every_place(places in prop::collection::vec((-500.0..500.0_f64, -500.0..500.0_f64), 3..20), closed: bool) {
            let places: Vec<Coord<f64>> = places.into_iter().map(|(x, y)| Coord { x, y }).collect();
            let spline = spline(&places, closed).expect("different places");
            prop_assert_eq!(&spline.control.iter().step_by(3).take(places.len()).copied().collect::<Vec<_>>(), &places);
            prop_assert_eq!(spline.control.first() == spline.control.last(), closed || places.first() == places.last());
            // Neither slope nor bend jumps at a place.
            for (n, corner) in spline.control.windows(5).enumerate().filter(|(n, _)| n % 3 == 1) {
                let (before, after) = (spline.knots[n + 3] - spline.knots[n + 2], spline.knots[n + 6] - spline.knots[n + 5]);
                let jump = (corner[2] - corner[1]) / before - (corner[3] - corner[2]) / after;
                prop_assert!(jump.x.hypot(jump.y) < 1e-6, "{jump:?}");
                let bend = |a: Coord<f64>, b: Coord<f64>, c: Coord<f64>, step: f64| (a - b * 2.0 + c) / (step * step);
                let jump = bend(corner[0], corner[1], corner[2], before) - bend(corner[2], corner[3], corner[4], after);
                prop_assert!(jump.x.hypot(jump.y) < 1e-6, "{jump:?}");
            }
            let chain = chain(spline);
            let near = |place: &Coord<f64>| chain.iter().any(|own| (*own - *place).x.hypot((*own - *place).y) < CHORD_M);
            prop_assert!(places.iter().all(near));
        }
    }
}
