//! What reviewers draw, as plain lines of any picture whose y grows downward: clouds round what they mean, and heads of arrows.

/// Points of each bulge of a cloud.
const TURNS: u8 = 6;
/// Bulges of one side at most.
const MOST: f64 = 400.0;

/// A line of bulges, each about `bulge` wide, outward along a closed ring whose first point is its last. `O(length / bulge)`.
#[must_use]
pub fn cloud(ring: &[[f64; 2]], bulge: f64) -> Vec<[f64; 2]> {
    let twice: f64 = ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum();
    let outward = if twice > 0.0 { 1.0 } else { -1.0 };
    let mut line = Vec::new();
    for pair in ring.windows(2) {
        let along = [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]];
        let bulges = (along[0].hypot(along[1]) / bulge).round().clamp(1.0, MOST);
        let step = along.map(|side| side / bulges);
        let out = [step[1] * outward * 0.5, -step[0] * outward * 0.5];
        let mut done = 0.0;
        while done < bulges {
            for turn in 0..=TURNS {
                let angle = std::f64::consts::PI * f64::from(turn) / f64::from(TURNS);
                let (far, up) = (done + 0.5 - 0.5 * angle.cos(), angle.sin());
                line.push([pair[0][0] + step[0] * far + out[0] * up, pair[0][1] + step[1] * far + out[1] * up]);
            }
            done += 1.0;
        }
    }
    line
}

/// The triangle at the last of some points, so long and pointing as the last stretch does; none where that has no length.
#[must_use]
pub fn arrow_head(points: &[[f64; 2]], long: f64) -> Option<[[f64; 2]; 3]> {
    let [.., before, tip] = points else { return None };
    let way = [tip[0] - before[0], tip[1] - before[1]];
    let length = way[0].hypot(way[1]);
    let along = way.map(|side| side / length * long);
    let across = [-along[1] * 0.42, along[0] * 0.42];
    let corner = |side: f64| [tip[0] - along[0] + across[0] * side, tip[1] - along[1] + across[1] * side];
    (length > 0.0).then(|| [*tip, corner(1.0), corner(-1.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloud_bulges_outward_whichever_way_its_ring_goes() {
        let ring = [[0.0, 0.0], [100.0, 0.0], [100.0, 60.0], [0.0, 60.0], [0.0, 0.0]];
        let back: Vec<_> = ring.iter().rev().copied().collect();
        for ring in [ring.to_vec(), back] {
            let line = cloud(&ring, 20.0);
            let inside = |p: &[f64; 2]| p[0] > 0.1 && p[0] < 99.9 && p[1] > 0.1 && p[1] < 59.9;
            assert!(!line.iter().any(inside), "{line:?}");
            let high = line.iter().map(|p| p[1]).fold(f64::INFINITY, f64::min);
            assert!((high + 10.0).abs() < 0.01, "half a bulge above the side: {high}");
            assert_eq!(line.len(), (5 + 3 + 5 + 3) * 7);
        }
        assert!(cloud(&[], 20.0).is_empty() && !cloud(&[[1.0, 1.0], [1.0, 1.0]], 20.0).iter().flatten().any(|v| v.is_nan()));
    }

    #[test]
    fn an_arrow_points_along_its_last_stretch() {
        let [tip, left, right] = arrow_head(&[[5.0, 5.0], [0.0, 0.0], [10.0, 0.0]], 4.0).unwrap();
        assert_eq!((tip, left[0], right[0]), ([10.0, 0.0], 6.0, 6.0));
        assert!((left[1] + right[1]).abs() < 1e-9 && (left[1] - right[1]).abs() > 1.0);
        assert!(arrow_head(&[[1.0, 1.0], [1.0, 1.0]], 4.0).is_none() && arrow_head(&[[1.0, 1.0]], 4.0).is_none());
    }
}
