//! Curves of a drawing, and the chains of chords that stand for them on a map.

use std::f64::consts::TAU;

use geo::Coord;

/// How far a chord may lie from its curve, metres: less than the line is wide on any plan.
pub(super) const CHORD_M: f64 = 0.01;

/// Chords of a full circle, at least: so a small one keeps its area to a sixth of a percent.
const FEWEST_A_TURN: f64 = 64.0;

/// Chords of one arc, at most: with this many a circle of ten kilometres is within the limit.
const MOST_CHORDS: f64 = 4_096.0;

/// The highest degree of a spline: programs draw with 3, and read up to 11.
const HIGHEST_DEGREE: usize = 11;

/// Halvings of the stretch between two knots of a spline.
const MOST_HALVINGS: u32 = 6;

/// A plane map: `(a x + b y + x0, c x + d y + y0)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placing {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    x0: f64,
    y0: f64,
}

impl Placing {
    /// Scales about the origin, along each axis.
    pub(super) fn scale(x: f64, y: f64) -> Self {
        Self { a: x, b: 0.0, c: 0.0, d: y, x0: 0.0, y0: 0.0 }
    }

    pub(super) fn shift(by: Coord<f64>) -> Self {
        Self { x0: by.x, y0: by.y, ..Self::scale(1.0, 1.0) }
    }

    /// Turns about the origin, counter-clockwise.
    pub(super) fn turn(degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self { a: cos, b: -sin, c: sin, d: cos, x0: 0.0, y0: 0.0 }
    }

    /// The plane of an entity seen from above: the arbitrary axis algorithm of the DXF reference. `height` is how far the
    /// entity lies along its normal.
    pub(super) fn plane(normal: [f64; 3], height: f64) -> Self {
        let length = normal.iter().map(|n| n * n).sum::<f64>().sqrt();
        // The reference takes another axis as help below a sixty-fourth.
        const NEAR: f64 = 1.0 / 64.0;
        if !(length.is_finite() && length > 0.0) || (normal[0] == 0.0 && normal[1] == 0.0 && normal[2] > 0.0) {
            return Self::scale(1.0, 1.0);
        }
        let [nx, ny, nz] = normal.map(|n| n / length);
        let (ax, ay) = if nx.abs() < NEAR && ny.abs() < NEAR { (nz, 0.0) } else { (-ny, nx) };
        let az = if nx.abs() < NEAR && ny.abs() < NEAR { -nx } else { 0.0 };
        let size = (ax * ax + ay * ay + az * az).sqrt();
        let (ax, ay, az) = (ax / size, ay / size, az / size);
        let (bx, by) = (ny * az - nz * ay, nz * ax - nx * az);
        Self { a: ax, b: bx, c: ay, d: by, x0: nx * height, y0: ny * height }
    }

    /// This and then `outer`.
    pub(super) fn then(&self, outer: &Self) -> Self {
        let origin = outer.apply(Coord { x: self.x0, y: self.y0 });
        Self {
            a: outer.a * self.a + outer.b * self.c,
            b: outer.a * self.b + outer.b * self.d,
            c: outer.c * self.a + outer.d * self.c,
            d: outer.c * self.b + outer.d * self.d,
            x0: origin.x,
            y0: origin.y,
        }
    }

    pub(super) fn apply(&self, p: Coord<f64>) -> Coord<f64> {
        Coord { x: self.a * p.x + self.b * p.y + self.x0, y: self.c * p.x + self.d * p.y + self.y0 }
    }

    /// What no length is stretched beyond.
    fn stretch(&self) -> f64 {
        (self.a * self.a + self.b * self.b + self.c * self.c + self.d * self.d).sqrt()
    }
}

/// A curve in the plane of its entity.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Curve {
    /// Vertices, each with the bulge of what leads to the next: the tangent of a quarter of the angle of an arc.
    Run { vertices: Vec<(Coord<f64>, f64)>, closed: bool },
    /// An arc of an ellipse: `centre + major cos t + minor sin t`.
    Oval { centre: Coord<f64>, major: Coord<f64>, minor: Coord<f64>, from: f64, to: f64 },
    /// A spline.
    Spline(Spline),
}

/// A rational B-spline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Spline {
    pub(super) degree: usize,
    pub(super) knots: Vec<f64>,
    pub(super) control: Vec<Coord<f64>>,
    /// One for each control point, or none.
    pub(super) weights: Vec<f64>,
    pub(super) closed: bool,
}

impl Curve {
    /// Straight from place to place.
    pub(super) fn straight(places: impl IntoIterator<Item = Coord<f64>>, closed: bool) -> Self {
        Self::Run { vertices: places.into_iter().map(|place| (place, 0.0)).collect(), closed }
    }

    /// An arc of a circle, counter-clockwise from one angle to another, degrees.
    pub(super) fn arc(centre: Coord<f64>, radius: f64, from: f64, to: f64) -> Self {
        let (major, minor) = (Coord { x: radius, y: 0.0 }, Coord { x: 0.0, y: radius });
        Self::Oval { centre, major, minor, from: from.to_radians(), to: upward(from, to, 360.0).to_radians() }
    }

    /// Whether it comes back to where it began.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Run { vertices, closed } => {
                let bulges = vertices.iter().any(|(_, bulge)| *bulge != 0.0);
                let comes_back = vertices.len() > 3 && vertices.first().map(|v| v.0) == vertices.last().map(|v| v.0);
                (*closed && (vertices.len() > 2 || bulges && vertices.len() == 2)) || comes_back
            }
            Self::Oval { from, to, .. } => to - from > TAU - 1e-6,
            Self::Spline(spline) => spline.closed || spline.control.len() > 3 && spline.ends().is_some_and(|(a, b)| a == b),
        }
    }

    /// The chain of chords on the map, behind what is in `out`.
    pub(super) fn flatten(&self, placing: &Placing, out: &mut Vec<Coord<f64>>) {
        match self {
            Self::Run { vertices, closed } => {
                let next = |place: usize| vertices.get(place + 1).or_else(|| vertices.first().filter(|_| *closed));
                for (place, (vertex, bulge)) in vertices.iter().enumerate() {
                    out.push(placing.apply(*vertex));
                    if let Some((to, _)) = next(place) {
                        bulged(*vertex, *to, *bulge, placing, out);
                    }
                }
                if let Some((first, _)) = vertices.first().filter(|_| *closed) {
                    out.push(placing.apply(*first));
                }
            }
            Self::Oval { centre, major, minor, from, to } => {
                let radius = major.x.hypot(major.y).max(minor.x.hypot(minor.y));
                let count = chords(radius * placing.stretch(), to - from);
                for step in 0..=count {
                    let (sin, cos) = (from + (to - from) * f64::from(step) / f64::from(count)).sin_cos();
                    out.push(placing.apply(*centre + *major * cos + *minor * sin));
                }
                if self.is_closed() {
                    close(out, count as usize + 1);
                }
            }
            Self::Spline(spline) => {
                let before = out.len();
                spline.flatten(placing, out);
                if spline.closed {
                    let added = out.len() - before;
                    close(out, added);
                }
            }
        }
    }

    /// Whether chords stand for it.
    pub(super) fn is_round(&self) -> bool {
        if let Self::Run { vertices, .. } = self { vertices.iter().any(|(_, bulge)| *bulge != 0.0) } else { true }
    }

    /// Numbers that are held: how much work it is at least.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Run { vertices, .. } => vertices.len(),
            Self::Oval { .. } => 64,
            Self::Spline(spline) => spline.control.len() * 16,
        }
    }
}

/// An angle that lies behind another, by one turn at most.
pub(super) fn upward(from: f64, to: f64, turn: f64) -> f64 {
    let around = (to - from).rem_euclid(turn);
    from + if around < turn * 1e-9 { turn } else { around }
}

/// Makes the last of so many places the first of them, without the rounding of sines.
fn close(out: &mut [Coord<f64>], added: usize) {
    let first = out.len() - added;
    if added > 1
        && let [start, .., end] = &mut out[first..]
    {
        *end = *start;
    }
}

/// Chords for an arc of so many radians.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before the cast")]
fn chords(radius_m: f64, sweep: f64) -> u32 {
    let by_height = 2.0 * (1.0 - (CHORD_M / radius_m).min(1.0)).acos();
    let step = by_height.min(TAU / FEWEST_A_TURN);
    let count = (sweep.abs() / step).ceil();
    if count.is_finite() { count.clamp(1.0, MOST_CHORDS) as u32 } else { 1 }
}

/// What lies between two vertices.
fn bulged(from: Coord<f64>, to: Coord<f64>, bulge: f64, placing: &Placing, out: &mut Vec<Coord<f64>>) {
    let chord = to - from;
    let length = chord.x.hypot(chord.y);
    // So flat that it is straight, so round that it is nothing.
    if !(1e-6..=1e6).contains(&bulge.abs()) || length == 0.0 {
        return;
    }
    let sweep = 4.0 * bulge.atan();
    let side = (1.0 - bulge * bulge) / (4.0 * bulge);
    let centre = (from + to) / 2.0 + Coord { x: -chord.y * side, y: chord.x * side };
    let arm = from - centre;
    let count = chords(arm.x.hypot(arm.y) * placing.stretch(), sweep);
    for step in 1..count {
        let (sin, cos) = (sweep * f64::from(step) / f64::from(count)).sin_cos();
        out.push(placing.apply(centre + Coord { x: arm.x * cos - arm.y * sin, y: arm.x * sin + arm.y * cos }));
    }
}

impl Spline {
    /// Whether knots, degree and control points belong together.
    pub(super) fn is_whole(&self) -> bool {
        let count = self.control.len();
        (1..=HIGHEST_DEGREE).contains(&self.degree)
            && count > self.degree
            && self.knots.len() == count + self.degree + 1
            && self.knots.is_sorted()
            && (self.weights.is_empty() || self.weights.len() == count && self.weights.iter().all(|weight| *weight > 0.0))
    }

    /// The places between which it runs.
    fn ends(&self) -> Option<(Coord<f64>, Coord<f64>)> {
        let last = self.control.len().checked_sub(1)?;
        Some((self.at(self.knots[self.degree], self.degree), self.at(self.knots[last + 1], last)))
    }

    fn flatten(&self, placing: &Placing, out: &mut Vec<Coord<f64>>) {
        let last = self.control.len() - 1;
        out.push(placing.apply(self.at(self.knots[self.degree], self.degree)));
        for span in self.degree..=last {
            let (from, to) = (self.knots[span], self.knots[span + 1]);
            if to <= from {
                continue;
            }
            // Four parts, so that no bend both ways looks straight at its middle.
            let quarter = |part: u32| from + (to - from) * f64::from(part) / 4.0;
            for part in 0..4 {
                self.halve(span, (quarter(part), quarter(part + 1)), MOST_HALVINGS, placing, out);
            }
        }
    }

    fn halve(&self, span: usize, (from, to): (f64, f64), deeper: u32, placing: &Placing, out: &mut Vec<Coord<f64>>) {
        let middle = f64::midpoint(from, to);
        let place = |t: f64| placing.apply(self.at(t, span));
        let (a, b, c) = (place(from), place(middle), place(to));
        let off = (a + c) / 2.0 - b;
        let chord = (c - a).x.hypot((c - a).y);
        if deeper > 0 && off.x.hypot(off.y) > CHORD_M.min(chord / 200.0) {
            self.halve(span, (from, middle), deeper - 1, placing, out);
            self.halve(span, (middle, to), deeper - 1, placing, out);
        } else {
            out.push(c);
        }
    }

    /// The place at a parameter between the knots `span` and `span + 1`, by de Boor's algorithm.
    fn at(&self, t: f64, span: usize) -> Coord<f64> {
        let degree = self.degree;
        let mut points = [(Coord { x: 0.0, y: 0.0 }, 0.0); HIGHEST_DEGREE + 1];
        for (j, point) in points.iter_mut().enumerate().take(degree + 1) {
            let index = span - degree + j;
            let weight = self.weights.get(index).copied().unwrap_or(1.0);
            *point = (self.control[index] * weight, weight);
        }
        for level in 1..=degree {
            for j in (level..=degree).rev() {
                let low = self.knots[span - degree + j];
                let width = self.knots[span + 1 + j - level] - low;
                let share = if width > 0.0 { (t - low) / width } else { 0.0 };
                points[j].0 = points[j - 1].0 * (1.0 - share) + points[j].0 * share;
                points[j].1 = points[j - 1].1 * (1.0 - share) + points[j].1 * share;
            }
        }
        let (place, weight) = points[degree];
        place / weight
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use geo::{Area, LineString, Polygon};

    use super::*;

    const AS_IT_IS: Placing = Placing { a: 1.0, b: 0.0, c: 0.0, d: 1.0, x0: 0.0, y0: 0.0 };

    fn area(curve: &Curve, placing: &Placing) -> f64 {
        let mut ring = Vec::new();
        curve.flatten(placing, &mut ring);
        Polygon::new(LineString(ring), Vec::new()).signed_area()
    }

    fn c(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    #[test]
    fn circles_keep_their_area_and_their_side() {
        let circle = Curve::arc(c(500.0, 300.0), 100.0, 0.0, 360.0);
        assert!(circle.is_closed());
        assert!((area(&circle, &AS_IT_IS) / (PI * 1e4) - 1.0).abs() < 2e-4);
        // Seen from below it turns the other way.
        let below = Placing::plane([0.0, 0.0, -1.0], 0.0);
        assert_eq!(below.apply(c(3.0, 4.0)), c(-3.0, 4.0));
        assert!((area(&circle, &below) / (PI * 1e4) + 1.0).abs() < 2e-4);
        assert!(!Curve::arc(c(0.0, 0.0), 1.0, 350.0, 10.0).is_closed());
    }

    #[test]
    fn two_half_circles_make_a_circle() {
        let round = Curve::Run { vertices: vec![(c(0.0, 0.0), 1.0), (c(20.0, 0.0), 1.0)], closed: true };
        assert!(round.is_closed());
        assert!((area(&round, &AS_IT_IS) / (PI * 100.0) - 1.0).abs() < 2e-3);
        let mut quarter = Vec::new();
        let bulge = (PI / 8.0).tan();
        Curve::Run { vertices: vec![(c(1.0, 0.0), bulge), (c(0.0, 1.0), 0.0)], closed: false }.flatten(&AS_IT_IS, &mut quarter);
        assert!(quarter.iter().all(|p| (p.x.hypot(p.y) - 1.0).abs() < 1e-12), "{quarter:?}");
    }

    #[test]
    fn splines_run_through_what_they_should() {
        // A quarter of a circle as a rational curve of the second degree.
        let arc = Spline {
            degree: 2,
            knots: vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
            control: vec![c(100.0, 0.0), c(100.0, 100.0), c(0.0, 100.0)],
            weights: vec![1.0, 0.5_f64.sqrt(), 1.0],
            closed: false,
        };
        assert!(arc.is_whole());
        let mut chain = Vec::new();
        Curve::Spline(arc).flatten(&AS_IT_IS, &mut chain);
        assert!(chain.iter().all(|p| (p.x.hypot(p.y) - 100.0).abs() < 1e-9));
        let off = chain.windows(2).map(|pair| 100.0 - ((pair[0] + pair[1]) / 2.0).x.hypot(((pair[0] + pair[1]) / 2.0).y));
        assert!(off.fold(0.0, f64::max) <= CHORD_M * 1.01);
        let broken = Spline { degree: 3, control: vec![c(0.0, 0.0); 4], ..Spline::default() };
        assert!(!broken.is_whole());
    }

    #[test]
    fn placings_follow_one_another() {
        let both = Placing::scale(2.0, 3.0).then(&Placing::turn(90.0)).then(&Placing::shift(c(10.0, 20.0)));
        let there = both.apply(c(1.0, 1.0));
        assert!((there - c(7.0, 22.0)).x.abs() < 1e-12 && (there.y - 22.0).abs() < 1e-12, "{there:?}");
    }
}
