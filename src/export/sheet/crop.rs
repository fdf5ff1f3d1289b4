//! What of lines and areas lies on the map or close beside it: a street leads on for kilometres, and every program that draws
//! a sheet would make room for all of it.

use super::layout::Area;
use crate::geometry::segment::shares_in_box;

/// Kept beyond the frame, units: more than half the width of the widest line, so that no end and no edge made here shows.
const BEYOND: f64 = 120.0;

/// A frame with what is kept beyond it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crop {
    area: Area,
}

impl Crop {
    pub(super) fn around(frame: Area) -> Self {
        Self { area: [frame[0] - BEYOND, frame[1] - BEYOND, frame[2] + BEYOND, frame[3] + BEYOND] }
    }

    fn holds(&self, p: [f64; 2]) -> bool {
        let [left, top, right, bottom] = self.area;
        (left..=right).contains(&p[0]) && (top..=bottom).contains(&p[1])
    }

    /// The stretches of a line that lie within, in its order.
    pub(super) fn line(&self, points: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
        if points.iter().all(|p| self.holds(*p)) {
            return vec![points.to_vec()];
        }
        let mut stretches: Vec<Vec<[f64; 2]>> = Vec::new();
        let mut goes_on = false;
        for pair in points.windows(2) {
            let Some([from, to]) = self.segment(pair[0], pair[1]) else {
                goes_on = false;
                continue;
            };
            match stretches.last_mut().filter(|_| goes_on) {
                Some(stretch) => stretch.push(to),
                None => stretches.push(vec![from, to]),
            }
            goes_on = self.holds(pair[1]);
        }
        stretches
    }

    /// A ring, given without its first point again, with everything beyond pulled onto the edge (Sutherland & Hodgman 1974):
    /// within, the even-odd rule finds the same inside.
    pub(super) fn ring(&self, mut ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
        if ring.iter().all(|p| self.holds(*p)) {
            return ring;
        }
        for (side, limit) in self.area.into_iter().enumerate() {
            let axis = side % 2;
            let room = |p: [f64; 2]| if side < 2 { p[axis] - limit } else { limit - p[axis] };
            let mut kept = Vec::with_capacity(ring.len() + 4);
            for (n, to) in ring.iter().enumerate() {
                let from = ring[(n + ring.len() - 1) % ring.len()];
                let (before, after) = (room(from), room(*to));
                if (before < 0.0) != (after < 0.0) {
                    let mut met = between(from, *to, before / (before - after));
                    met[axis] = limit;
                    kept.push(met);
                }
                kept.extend((after >= 0.0).then_some(*to));
            }
            ring = kept;
        }
        ring
    }

    /// The part of a straight line within.
    fn segment(&self, from: [f64; 2], to: [f64; 2]) -> Option<[[f64; 2]; 2]> {
        let (begin, end) = shares_in_box(from, to, self.area)?;
        let start = if begin > 0.0 { between(from, to, begin) } else { from };
        let stop = if end < 1.0 { between(from, to, end) } else { to };
        Some([start, stop])
    }
}

fn between(from: [f64; 2], to: [f64; 2], share: f64) -> [f64; 2] {
    [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const FRAME: Area = [0.0, 0.0, 400.0, 300.0];

    fn points(most: usize) -> impl Strategy<Value = Vec<[f64; 2]>> {
        vec([-900.0..1_300.0_f64, -900.0..1_300.0_f64], 3..most)
    }

    fn is_inside(ring: &[[f64; 2]], p: [f64; 2]) -> bool {
        let edges = ring.iter().zip(ring.iter().cycle().skip(1));
        let crosses = |(a, b): &(&[f64; 2], &[f64; 2])| {
            (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0] + (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1])
        };
        edges.filter(crosses).count() % 2 == 1
    }

    fn length(line: &[[f64; 2]]) -> f64 {
        line.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum()
    }

    proptest! {
        #[test]
        fn within_the_frame_a_ring_holds_the_same(ring in points(12), x in 0.0..400.0_f64, y in 0.0..300.0_f64) {
            let crop = Crop::around(FRAME);
            let cropped = crop.ring(ring.clone());
            prop_assert!(cropped.iter().all(|p| p.iter().all(|v| (-121.0..=521.0).contains(v))), "{cropped:?}");
            prop_assert_eq!(is_inside(&cropped, [x, y]), is_inside(&ring, [x, y]));
        }

        #[test]
        fn a_line_keeps_what_lies_within(line in points(12)) {
            let crop = Crop::around(FRAME);
            let stretches = crop.line(&line);
            let kept: f64 = stretches.iter().map(|stretch| length(stretch)).sum();
            // Counted in small steps.
            let steps = 4_000_u32;
            let counted: f64 = line
                .windows(2)
                .map(|w| {
                    let within = (0..steps).filter(|n| crop.holds(between(w[0], w[1], (f64::from(*n) + 0.5) / f64::from(steps))));
                    length(w) * f64::from(u32::try_from(within.count()).unwrap_or(0)) / f64::from(steps)
                })
                .sum();
            prop_assert!((kept - counted).abs() <= 2.0 * length(&line) / f64::from(steps) + 1e-6, "{kept} {counted}");
            prop_assert!(stretches.iter().all(|stretch| stretch.len() >= 2));
        }
    }

    #[test]
    fn what_lies_within_stays_as_it_is() {
        let crop = Crop::around(FRAME);
        let ring = vec![[10.0, 10.0], [390.0, 10.0], [200.0, 280.0]];
        assert_eq!(crop.ring(ring.clone()), ring);
        assert_eq!(crop.line(&ring), vec![ring]);
    }

    #[test]
    fn what_never_comes_near_is_left_out_and_what_comes_back_is_a_stretch_of_its_own() {
        let crop = Crop::around(FRAME);
        assert!(crop.ring(vec![[900.0, 0.0], [1_000.0, 0.0], [950.0, 90.0]]).is_empty());
        assert!(crop.line(&[[900.0, 0.0], [900.0, 300.0]]).is_empty());
        let there_and_back = [[100.0, 100.0], [900.0, 100.0], [900.0, 200.0], [100.0, 200.0]];
        let stretches = crop.line(&there_and_back);
        assert_eq!(stretches, vec![vec![[100.0, 100.0], [520.0, 100.0]], vec![[520.0, 200.0], [100.0, 200.0]]]);
    }
}
