//! Hatching of areas and dashing of lines, on the screen.

/// Lines at 45° inside the rings (even-odd), `spacing` pixels apart; they keep their place relative to `origin`, so that
/// hatching does not swim when the map moves.
#[must_use]
pub fn hatch_lines(rings: &[Vec<[f32; 2]>], spacing: f32, origin: [f32; 2]) -> Vec<[[f32; 2]; 2]> {
    // Along the hatching `u = x + y` is constant; `v = x - y` runs along it.
    let turn = |p: [f32; 2]| [p[0] - origin[0] + p[1] - origin[1], p[0] - origin[0] - (p[1] - origin[1])];
    let back = |u: f32, v: f32| [f32::midpoint(u, v) + origin[0], f32::midpoint(u, -v) + origin[1]];
    let step = spacing.max(1.0) * std::f32::consts::SQRT_2;
    let turned: Vec<Vec<[f32; 2]>> = rings.iter().map(|ring| ring.iter().map(|p| turn(*p)).collect()).collect();
    let span = turned.iter().flatten().fold((f32::MAX, f32::MIN), |s, p| (s.0.min(p[0]), s.1.max(p[0])));
    let mut lines = Vec::new();
    let mut u = (span.0 / step).ceil() * step;
    // A ring of many screens is not hatched line by line.
    let mut left = 2_000;
    while u <= span.1 && left > 0 {
        let mut cuts: Vec<f32> = turned.iter().flat_map(|ring| cuts(ring, u)).collect();
        cuts.sort_by(f32::total_cmp);
        lines.extend(cuts.chunks_exact(2).map(|pair| [back(u, pair[0]), back(u, pair[1])]));
        u += step;
        left -= 1;
    }
    lines
}

/// Where the line `u` cuts the ring.
fn cuts(ring: &[[f32; 2]], u: f32) -> impl Iterator<Item = f32> + '_ {
    (0..ring.len()).filter_map(move |i| {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        ((a[0] <= u) != (b[0] <= u)).then(|| a[1] + (b[1] - a[1]) * (u - a[0]) / (b[0] - a[0]))
    })
}

/// A line cut into dashes of `[dash, gap]` pixels.
#[must_use]
pub fn dashes(points: &[[f32; 2]], closed: bool, pattern: [f32; 2]) -> Vec<Vec<[f32; 2]>> {
    let [dash, gap] = pattern.map(|v| v.max(0.5));
    let mut out: Vec<Vec<[f32; 2]>> = Vec::new();
    let (mut drawing, mut left) = (true, dash);
    let ends = points.len() + usize::from(closed);
    let mut current: Vec<[f32; 2]> = points.first().copied().into_iter().collect();
    for i in 1..ends {
        let (mut a, b) = (points[i - 1], points[i % points.len()]);
        let mut length = (b[0] - a[0]).hypot(b[1] - a[1]);
        // Lines far longer than a screen are not dashed out there.
        if length > 20_000.0 {
            continue;
        }
        while length > left {
            let t = left / length;
            a = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
            length -= left;
            if drawing {
                current.push(a);
                out.push(std::mem::take(&mut current));
            }
            drawing = !drawing;
            left = if drawing { dash } else { gap };
            current = vec![a];
        }
        left -= length;
        if drawing {
            current.push(b);
        }
    }
    if drawing && current.len() > 1 {
        out.push(current);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(line: &[[f32; 2]]) -> f32 {
        line.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum()
    }

    #[test]
    fn hatching_stays_inside_and_spares_holes() {
        let ring = |low: f32, high: f32| vec![[low, low], [high, low], [high, high], [low, high]];
        let lines = hatch_lines(&[ring(0.0, 100.0), ring(30.0, 70.0)], 5.0, [0.0, 0.0]);
        assert!(lines.len() > 30);
        for [a, b] in lines {
            let middle = [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])];
            assert!(middle.iter().all(|v| (0.0..=100.0).contains(v)));
            assert!(!middle.iter().all(|v| (30.5..=69.5).contains(v)), "{middle:?} lies in the hole");
        }
    }

    #[test]
    fn dashes_take_their_share_of_the_line() {
        let line = [[0.0, 0.0], [50.0, 0.0], [50.0, 50.0]];
        let parts = dashes(&line, false, [6.0, 4.0]);
        let drawn: f32 = parts.iter().map(|p| length(p)).sum();
        assert_eq!(parts.len(), 10);
        assert!((drawn - 60.0).abs() < 1.0e-3, "{drawn}");
    }
}
