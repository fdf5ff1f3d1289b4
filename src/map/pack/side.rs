//! The sides of lines and rings, each with what its ends need to meet their neighbours: one instance of a quad on the GPU, which
//! a shader widens to so many pixels.

/// Mitres longer than this many half widths are rounded off instead.
const MITRE: f32 = 2.0;
/// Sides are cut into pieces of at most this length, so that numbers along them stay exact, m.
const LONGEST_M: f32 = 32_768.0;

/// A straight piece of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// One end.
    pub a: [f32; 2],
    /// The other.
    pub b: [f32; 2],
    /// The way from the middle of the line to its left edge at `a`, in half widths: square to the side where the line ends,
    /// the mitre where it goes on. Zero for a round end, where the bend is too sharp for a mitre.
    pub left_a: [f32; 2],
    /// The same at `b`.
    pub left_b: [f32; 2],
    /// How far along the line `a` lies, m: dashes run through the bends.
    pub along_m: f32,
    /// Number of what wears its style.
    pub feature: u32,
}

impl Side {
    /// How long it is, m.
    #[must_use]
    pub fn length_m(&self) -> f32 {
        (self.b[0] - self.a[0]).hypot(self.b[1] - self.a[1])
    }
}

/// A line to be taken apart.
pub(super) struct Line<'a> {
    pub(super) points: &'a [[f32; 2]],
    pub(super) closed: bool,
    pub(super) feature: u32,
}

/// Adds the sides of a line. Sides without length, and such as are no numbers, are left out; a line that is a point gets a
/// side of a millimetre, so that it still shows.
pub(super) fn add_sides(sides: &mut Vec<Side>, line: &Line<'_>) {
    let mut points: Vec<[f32; 2]> = Vec::with_capacity(line.points.len() + 1);
    for point in line.points.iter().filter(|p| p.iter().all(|v| v.is_finite())) {
        if points.last() != Some(point) {
            points.push(*point);
        }
    }
    if line.closed && points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    match points.as_slice() {
        [] => {}
        [only] => sides.push(piece(*only, [only[0] + 1.0e-3, only[1]], line.feature)),
        points => add_distinct(sides, points, line.closed && points.len() > 2, line.feature),
    }
}

fn piece(a: [f32; 2], b: [f32; 2], feature: u32) -> Side {
    let left = left_of(a, b);
    Side { a, b, left_a: left, left_b: left, along_m: 0.0, feature }
}

fn add_distinct(sides: &mut Vec<Side>, points: &[[f32; 2]], closed: bool, feature: u32) {
    let count = points.len();
    let spans = if closed { count } else { count - 1 };
    let left = |span: usize| left_of(points[span % count], points[(span + 1) % count]);
    let mut along_m = 0.0;
    for span in 0..spans {
        let (a, b) = (points[span], points[(span + 1) % count]);
        let own = left(span);
        let before = (span > 0 || closed).then(|| left((span + count - 1) % count));
        let after = (span + 1 < spans || closed).then(|| left((span + 1) % count));
        let side = Side { a, b, left_a: meet(before, own), left_b: meet(after, own), along_m, feature };
        along_m += side.length_m();
        add_pieces(sides, side);
    }
}

/// A side in pieces short enough.
fn add_pieces(sides: &mut Vec<Side>, whole: Side) {
    let length = whole.length_m();
    if length <= LONGEST_M {
        sides.push(whole);
        return;
    }
    let pieces = (length / LONGEST_M).ceil().min(1_000.0);
    let own = left_of(whole.a, whole.b);
    let at = |share: f32| [whole.a[0] + (whole.b[0] - whole.a[0]) * share, whole.a[1] + (whole.b[1] - whole.a[1]) * share];
    let mut number = 0.0;
    while number < pieces {
        let (from, to) = (number / pieces, (number + 1.0) / pieces);
        let left_a = if number == 0.0 { whole.left_a } else { own };
        let left_b = if number + 1.0 >= pieces { whole.left_b } else { own };
        sides.push(Side {
            a: at(from),
            b: at(to),
            left_a,
            left_b,
            along_m: whole.along_m + length * from,
            feature: whole.feature,
        });
        number += 1.0;
    }
}

/// The unit vector to the left of a direction.
fn left_of(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    let (x, y) = (b[0] - a[0], b[1] - a[1]);
    let length = x.hypot(y).max(f32::MIN_POSITIVE);
    [-y / length, x / length]
}

/// The left edge where two sides meet; zero where they bend too sharply.
fn meet(other: Option<[f32; 2]>, own: [f32; 2]) -> [f32; 2] {
    let Some(other) = other else { return own };
    let sum = [own[0] + other[0], own[1] + other[1]];
    let squared = sum[0] * sum[0] + sum[1] * sum[1];
    if squared < 4.0 / (MITRE * MITRE) { [0.0, 0.0] } else { sum.map(|v| v * 2.0 / squared) }
}
