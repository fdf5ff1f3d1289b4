//! Small plane geometry of the generator: offsets, bilinear block frames and rings, all in metres.

use geo::{Coord, LineString, Polygon};

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts of a town are far below 2^53")]
pub(crate) const fn real(n: usize) -> f64 {
    n as f64
}

/// A non-negative real number as a count, rounded down.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to 0 and above; counts are small")]
pub(crate) fn whole(x: f64) -> usize {
    x.max(0.0) as usize
}

/// `x` rounded to `digits` decimals.
pub(crate) fn rounded(x: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (x * scale).round() / scale
}

/// A point.
pub(crate) const fn at(x: f64, y: f64) -> Coord<f64> {
    Coord { x, y }
}

/// The point a share `f` of the way from `a` to `b`.
pub(crate) fn along(a: Coord<f64>, b: Coord<f64>, f: f64) -> Coord<f64> {
    a + (b - a) * f
}

/// Length of a vector.
pub(crate) fn length(v: Coord<f64>) -> f64 {
    v.x.hypot(v.y)
}

/// The unit vector from `a` to `b`.
pub(crate) fn direction(a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    let v = b - a;
    v / length(v).max(1e-9)
}

/// The left-hand normal of a unit vector.
pub(crate) fn left(d: Coord<f64>) -> Coord<f64> {
    at(-d.y, d.x)
}

/// Where the line through `p` along `d` meets the line through `q` along `e`; `p` when they run side by side.
fn crossing(p: Coord<f64>, d: Coord<f64>, q: Coord<f64>, e: Coord<f64>) -> Coord<f64> {
    let cross = d.x * e.y - d.y * e.x;
    if cross.abs() < 1e-9 {
        return p;
    }
    let w = q - p;
    p + d * ((w.x * e.y - w.y * e.x) / cross)
}

/// The quadrilateral `corners` (counter-clockwise) with side `k`, from corner `k` to the next, moved inwards by `by[k]`.
pub(crate) fn inset(corners: [Coord<f64>; 4], by: [f64; 4]) -> [Coord<f64>; 4] {
    let side = |k: usize| {
        let (a, b) = (corners[k % 4], corners[(k + 1) % 4]);
        let d = direction(a, b);
        (a + left(d) * by[k % 4], d)
    };
    std::array::from_fn(|k| {
        let ((p, d), (q, e)) = (side(k + 3), side(k));
        crossing(p, d, q, e)
    })
}

/// A block's own frame: `s` runs east from 0 to `width`, `t` north from 0 to `height`, bilinear between four corners.
///
/// Lines of equal `s` or `t` stay straight, so lots that share an edge in the frame share it on the map.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    corners: [Coord<f64>; 4],
    /// Mean length of the south and north sides, m.
    pub(crate) width: f64,
    /// Mean length of the west and east sides, m.
    pub(crate) height: f64,
}

impl Frame {
    /// A frame on corners given south-west first, counter-clockwise.
    pub(crate) fn new(corners: [Coord<f64>; 4]) -> Self {
        let side = |a: usize, b: usize| length(corners[b] - corners[a]);
        let (width, height) = (f64::midpoint(side(0, 1), side(3, 2)), f64::midpoint(side(0, 3), side(1, 2)));
        Self { corners, width: rounded(width, 2), height: rounded(height, 2) }
    }

    /// The place of frame coordinates on the map.
    pub(crate) fn place(&self, s: f64, t: f64) -> Coord<f64> {
        let [sw, se, ne, nw] = self.corners;
        let f = s / self.width;
        along(along(sw, se, f), along(nw, ne, f), t / self.height)
    }

    /// The direction of the rows of buildings: eastwards along the block.
    pub(crate) fn east(&self) -> Coord<f64> {
        direction(self.place(0.0, self.height / 2.0), self.place(self.width, self.height / 2.0))
    }

    /// The outline of the block.
    pub(crate) fn outline(&self) -> Polygon<f64> {
        Polygon::new(LineString::new(self.corners.to_vec()), vec![])
    }

    /// A polygon drawn in the frame, on the map.
    pub(crate) fn polygon(&self, shape: &Polygon<f64>) -> Polygon<f64> {
        let ring = |ring: &LineString<f64>| ring.coords().map(|c| self.place(c.x, c.y)).collect::<LineString<f64>>();
        Polygon::new(ring(shape.exterior()), shape.interiors().iter().map(ring).collect())
    }

    /// A true rectangle on the map, centred on frame coordinates and facing as the block does.
    pub(crate) fn rectangle(&self, s: f64, t: f64, long: f64, deep: f64) -> Polygon<f64> {
        let (centre, east) = (self.place(s, t), self.east());
        let (x, y) = (east * (long / 2.0), left(east) * (deep / 2.0));
        Polygon::new(LineString::new(vec![centre - x - y, centre + x - y, centre + x + y, centre - x + y]), vec![])
    }
}

/// An axis-parallel rectangle of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    /// West edge.
    pub(crate) w: f64,
    /// South edge.
    pub(crate) s: f64,
    /// East edge.
    pub(crate) e: f64,
    /// North edge.
    pub(crate) n: f64,
}

impl Span {
    /// Width, m.
    pub(crate) fn wide(&self) -> f64 {
        self.e - self.w
    }

    /// Height, m.
    pub(crate) fn high(&self) -> f64 {
        self.n - self.s
    }

    /// Area, m².
    pub(crate) fn area(&self) -> f64 {
        self.wide() * self.high()
    }

    /// Its outline, counter-clockwise.
    pub(crate) fn polygon(&self) -> Polygon<f64> {
        let ring = vec![at(self.w, self.s), at(self.e, self.s), at(self.e, self.n), at(self.w, self.n)];
        Polygon::new(LineString::new(ring), vec![])
    }
}

/// The stretches of the horizontal line at `t` that lie inside a polygon of a frame.
pub(crate) fn stretches(shape: &Polygon<f64>, t: f64) -> Vec<(f64, f64)> {
    let rings = std::iter::once(shape.exterior()).chain(shape.interiors());
    let mut cuts: Vec<f64> = rings
        .flat_map(LineString::lines)
        .filter(|line| (line.start.y > t) != (line.end.y > t))
        .map(|line| line.start.x + (line.end.x - line.start.x) * (t - line.start.y) / (line.end.y - line.start.y))
        .collect();
    cuts.sort_by(f64::total_cmp);
    cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// What two lists of stretches have in common.
pub(crate) fn common(a: &[(f64, f64)], b: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x.0.max(y.0), x.1.min(y.1))));
    pairs.filter(|(low, high)| high > low).collect()
}
