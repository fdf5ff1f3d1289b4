//! Ground that lines share: the stretches of each line that lie within reach of another one.
//!
//! Shapes alone count here; who owns a line and when it is opened is for others to say.

use geo::{Coord, LineString, MultiLineString};
use rayon::prelude::*;

use crate::base::{Cancelled, Reporter};
use crate::geometry::clip::{self, Stretch};
use crate::geometry::packed::PackedBoxes;
use crate::geometry::segment::{Segment, grown, line_segments};

/// Lines handled between two reports of progress.
const BATCH: usize = 4_096;

/// A stretch of a line that lies within reach of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedStretch {
    /// Row of the other line.
    pub other: u32,
    /// The stretch, by chainage of the line itself; it runs on from part to part.
    pub stretch: Stretch,
}

/// For each line, by its row, what it shares with others: by row of the other, then along the line, stretches of one other apart.
/// `O(n log n)` for lines that each lie near few others. Runs on all cores; the result does not depend on them.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn shared_ground(
    lines: &[&MultiLineString<f64>],
    reach_m: f64,
    reporter: &dyn Reporter,
) -> Result<Vec<Vec<SharedStretch>>, Cancelled> {
    let reach_m = if reach_m.is_finite() { reach_m.max(0.0) } else { 0.0 };
    let of_line = |(row, line): (usize, &&MultiLineString<f64>)| {
        line.iter().flat_map(line_segments).filter(|s| s.length() > 0.0).map(move |s| (row, s)).collect::<Vec<_>>()
    };
    let segments: Vec<(usize, Segment)> = lines.par_iter().enumerate().flat_map_iter(of_line).collect();
    let boxes: Vec<_> = segments.par_iter().map(|(_, segment)| Some(segment.bounds())).collect();
    let index = PackedBoxes::new(&boxes);
    let mut found = Vec::with_capacity(lines.len());
    for (batch, rows) in lines.chunks(BATCH).enumerate() {
        reporter.check()?;
        reporter.progress(batch * BATCH, lines.len());
        let first = batch * BATCH;
        found.par_extend(rows.par_iter().enumerate().map(|(row, line)| shared_by(first + row, line, reach_m, &segments, &index)));
    }
    Ok(found)
}

fn shared_by(
    row: usize,
    line: &MultiLineString<f64>,
    reach_m: f64,
    segments: &[(usize, Segment)],
    index: &PackedBoxes,
) -> Vec<SharedStretch> {
    let mut found: Vec<(u32, f64, f64)> = Vec::new();
    let mut base = 0.0;
    for segment in line.iter().flat_map(line_segments) {
        let length = segment.length();
        if length.is_nan() || length <= 0.0 {
            continue;
        }
        index.each_in_box(&grown(&segment.bounds(), reach_m), |at| {
            let (other, near) = &segments[at];
            if *other != row
                && let Some((from, to)) = segment.within(near, reach_m)
                && let Ok(other) = u32::try_from(*other)
            {
                found.push((other, base + length * from, base + length * to));
            }
        });
        base += length;
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)));
    let mut joined: Vec<SharedStretch> = Vec::with_capacity(found.len());
    for (other, from_m, to_m) in found {
        match joined.last_mut() {
            Some(last) if last.other == other && from_m <= last.stretch.to_m => {
                last.stretch.to_m = last.stretch.to_m.max(to_m);
            }
            _ => joined.push(SharedStretch { other, stretch: Stretch { from_m, to_m } }),
        }
    }
    joined.retain(|shared| shared.stretch.length_m() > 0.0);
    joined
}

/// Length of a line within reach of another one, m.
#[must_use]
pub fn shared_between(line: &MultiLineString<f64>, other: &MultiLineString<f64>, reach_m: f64) -> f64 {
    let others: Vec<Segment> = other.iter().flat_map(line_segments).filter(|s| s.length() > 0.0).collect();
    let (mut base, mut found) = (0.0, Vec::new());
    for segment in line.iter().flat_map(line_segments) {
        let length = segment.length();
        if length > 0.0 {
            let within = others.iter().filter_map(|other| segment.within(other, reach_m));
            found.extend(within.map(|(from, to)| Stretch { from_m: base + length * from, to_m: base + length * to }));
            base += length;
        }
    }
    clip::union(found).into_iter().map(Stretch::length_m).sum()
}

/// The piece of a line between two chainages, part by part.
#[must_use]
pub fn piece(line: &MultiLineString<f64>, stretch: Stretch) -> MultiLineString<f64> {
    let mut parts = Vec::new();
    let mut base = 0.0;
    for part in line {
        let mut piece: Vec<Coord<f64>> = Vec::new();
        for segment in line_segments(part) {
            let length = segment.length();
            let (from, to) = ((stretch.from_m - base) / length, (stretch.to_m - base) / length);
            base += length;
            if length <= 0.0 || to <= 0.0 || from >= 1.0 {
                continue;
            }
            if piece.is_empty() {
                piece.push(segment.at(from.max(0.0)));
            }
            piece.push(segment.at(to.min(1.0)));
        }
        if piece.len() > 1 {
            parts.push(LineString(piece));
        }
    }
    MultiLineString(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::Silent;
    use crate::geometry::segment::distance2;

    fn line(coords: &[(f64, f64)]) -> MultiLineString<f64> {
        MultiLineString(vec![LineString::from(coords.to_vec())])
    }

    #[test]
    fn parallel_and_crossing_lines() {
        let lines = [line(&[(0.0, 0.0), (100.0, 0.0)]), line(&[(20.0, 2.0), (60.0, 2.0)]), line(&[(80.0, -9.0), (80.0, 9.0)])];
        let found = shared_ground(&lines.each_ref(), 2.5, &Silent).unwrap();
        let of = |row: usize| found[row].iter().map(|s| (s.other, s.stretch.from_m, s.stretch.to_m)).collect::<Vec<_>>();
        let near = |got: &[(u32, f64, f64)], want: &[(u32, f64, f64)]| {
            assert_eq!(got.len(), want.len(), "{got:?}");
            for (g, w) in got.iter().zip(want) {
                assert!(g.0 == w.0 && (g.1 - w.1).abs() < 1e-9 && (g.2 - w.2).abs() < 1e-9, "{got:?} {want:?}");
            }
        };
        // 1.5 m beyond either end, where the round ends reach.
        near(&of(0), &[(1, 18.5, 61.5), (2, 77.5, 82.5)]);
        near(&of(1), &[(0, 0.0, 40.0)]);
        near(&of(2), &[(0, 6.5, 11.5)]);
    }

    #[test]
    fn pieces_run_over_corners_and_parts() {
        let corner = MultiLineString(vec![
            LineString::from(vec![(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]),
            LineString::from(vec![(50.0, 0.0), (60.0, 0.0)]),
        ]);
        let cut = piece(&corner, Stretch { from_m: 5.0, to_m: 23.0 });
        assert_eq!(cut.0[0], LineString::from(vec![(5.0, 0.0), (10.0, 0.0), (10.0, 10.0)]));
        assert_eq!(cut.0[1], LineString::from(vec![(50.0, 0.0), (53.0, 0.0)]));
        assert!((clip::length_m(&cut) - 18.0).abs() < 1e-9);
    }

    /// Length of a line within reach of another, by points every centimetre.
    fn sampled_m(line: &MultiLineString<f64>, other: &MultiLineString<f64>, reach_m: f64) -> f64 {
        let others: Vec<Segment> = other.iter().flat_map(line_segments).collect();
        let mut sum = 0.0;
        for segment in line.iter().flat_map(line_segments) {
            let steps = (segment.length() / 0.01).ceil().max(1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of steps")]
            let count = steps as u32;
            let near = |n: &u32| {
                let at = segment.at((f64::from(*n) + 0.5) / steps);
                others.iter().any(|o| distance2(o.nearest_to(at), at) <= reach_m * reach_m)
            };
            sum += f64::from(u32::try_from((0..count).filter(near).count()).unwrap()) * segment.length() / steps;
        }
        sum
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
        #[test]
        fn equals_what_points_along_the_lines_say(
            coords in prop::collection::vec(prop::collection::vec((0.0..60.0_f64, 0.0..60.0_f64), 2..5), 2..6),
            reach_m in 0.5..8.0_f64,
        ) {
            let lines: Vec<MultiLineString<f64>> = coords.iter().map(|coords| line(coords)).collect();
            let refs: Vec<&MultiLineString<f64>> = lines.iter().collect();
            let found = shared_ground(&refs, reach_m, &Silent).unwrap();
            for (row, own) in lines.iter().enumerate() {
                for (other, theirs) in lines.iter().enumerate().filter(|(other, _)| *other != row) {
                    let of_other = found[row].iter().filter(|s| s.other as usize == other).map(|s| s.stretch.length_m());
                    let (got, want) = (of_other.sum::<f64>(), sampled_m(own, theirs, reach_m));
                    // Each end of a stretch may be off by a step.
                    prop_assert!((got - want).abs() < 0.25, "{got} {want}");
                }
            }
        }
    }
}
