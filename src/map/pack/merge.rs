//! Lines of a coarse level merged where a pixel or two hold several: points are drawn together into the squares of a grid
//! (vertex clustering, Rossignac & Borrel 1993), and lines that then run alike become one that remembers all their classes.
//!
//! What the eye sees stays: where a class is shown, a line of it or one over it is seen. Nothing is counted by this.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use geo::Coord;

use super::side::{Line, Side, add_sides};
use crate::map::prepare::simplify_into;

/// Side of the grid in pixels at the finest scale of the level.
const GRID_PX: f64 = 2.5;
/// Numbers of merged lines begin here: this plus a bit for each class, by which the style is found.
pub const MERGED: u32 = 32;

/// The classes of a number of a merged line, ascending; none for the number of a kind.
pub fn classes_of(feature: u32) -> impl Iterator<Item = u32> {
    let mask = feature.saturating_sub(MERGED);
    (0..u32::BITS).filter(move |class| mask & (1 << class) != 0)
}

/// Lines being merged.
pub(super) struct Merging {
    /// Corner of the grid, relative to the cell's origin, so that the grid is one over all cells.
    corner: [f64; 2],
    grid_m: f64,
    /// How far the lines of the level may be off, m.
    tolerance_m: f64,
    squares: HashMap<Square, u32, FixedState>,
    /// The square that was asked for last, which the next line often lies in too.
    last: Option<(Square, u32)>,
    /// Sums of the points of each square, and their count.
    nodes: Vec<([f64; 2], f64)>,
    edges: Vec<(u32, u32, u32)>,
    /// The line that is being added, as the level has it.
    simpler: Vec<[f32; 2]>,
}

/// Column and row of the grid.
type Square = (i32, i32);

impl Merging {
    /// Around a cell of that origin, for a level of that tolerance whose pixels are that large.
    pub(super) fn new(origin: Coord<f64>, tolerance_m: f64, pixel_m: f64) -> Self {
        let grid_m = pixel_m * GRID_PX;
        let corner = [-(origin.x.rem_euclid(grid_m)), -(origin.y.rem_euclid(grid_m))];
        Self {
            corner,
            grid_m,
            tolerance_m,
            squares: HashMap::default(),
            last: None,
            nodes: Vec::new(),
            edges: Vec::new(),
            simpler: Vec::new(),
        }
    }

    /// Adds a line as it is.
    pub(super) fn add(&mut self, points: &[[f32; 2]], kind: u8) {
        let class = 1 << u32::from(kind >> 1).min(u32::BITS - 6);
        let is_finite = |point: &[f32; 2]| point.iter().all(|v| v.is_finite());
        let ([first, .., last] | [first @ last]) = points else { return };
        if !points.iter().all(is_finite) {
            let finite: Vec<_> = points.iter().copied().filter(is_finite).collect();
            return self.add(&finite, kind);
        }
        let square = self.square(*first);
        if points.iter().all(|point| self.square(*point) == square) {
            // A line within one square is a point there, unless another line passes.
            let node = self.node(*first);
            self.node(*last);
            return self.join(node, node, class);
        }
        let mut simpler = std::mem::take(&mut self.simpler);
        simpler.clear();
        simplify_into(&mut simpler, points, self.tolerance_m);
        let mut before = self.node(simpler.first().copied().unwrap_or(*first));
        let mut moved = false;
        for point in simpler.iter().skip(1) {
            let node = self.node(*point);
            if node != before {
                self.join(before.min(node), before.max(node), class);
                moved = true;
            }
            before = node;
        }
        if !moved {
            self.join(before, before, class);
        }
        self.simpler = simpler;
    }

    /// Lines that follow each other often go the same way.
    fn join(&mut self, a: u32, b: u32, class: u32) {
        if self.edges.last() != Some(&(a, b, class)) {
            self.edges.push((a, b, class));
        }
    }

    fn square(&self, point: [f32; 2]) -> Square {
        #[expect(clippy::cast_possible_truncation, reason = "squares of a cell of a few kilometres; far points share the last")]
        let step = |axis: usize| ((f64::from(point[axis]) - self.corner[axis]) / self.grid_m).floor() as i32;
        (step(0), step(1))
    }

    fn node(&mut self, point: [f32; 2]) -> u32 {
        let square = self.square(point);
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let known = self.last.filter(|(last, _)| *last == square).map(|(_, node)| node);
        let node = known.unwrap_or_else(|| *self.squares.entry(square).or_insert(next));
        self.last = Some((square, node));
        if node == next {
            self.nodes.push(([0.0; 2], 0.0));
        }
        let (sum, count) = &mut self.nodes[node as usize];
        *sum = [sum[0] + f64::from(point[0]), sum[1] + f64::from(point[1])];
        *count += 1.0;
        node
    }

    /// The merged lines: each way once, with all classes that run there. The same lines give the same sides.
    pub(super) fn sides(mut self) -> Vec<Side> {
        self.edges.sort_unstable();
        let mut merged: Vec<(u32, u32, u32)> = Vec::with_capacity(self.edges.len() / 2);
        for (a, b, class) in &self.edges {
            match merged.last_mut() {
                Some(last) if (last.0, last.1) == (*a, *b) => last.2 |= class,
                _ => merged.push((*a, *b, *class)),
            }
        }
        // Classes that pass a square need no point there.
        let mut passing = vec![0_u32; self.nodes.len()];
        for (a, b, classes) in merged.iter().filter(|(a, b, _)| a != b) {
            passing[*a as usize] |= classes;
            passing[*b as usize] |= classes;
        }
        let mut sides = Vec::with_capacity(merged.len());
        for (a, b, classes) in merged {
            let from = self.place(a);
            if a != b {
                add_sides(&mut sides, &Line { points: &[from, self.place(b)], closed: false, feature: MERGED + classes });
            } else if classes & !passing[a as usize] != 0 {
                let alone = classes & !passing[a as usize];
                let half = super::narrow(self.grid_m / 4.0);
                let points = [[from[0] - half, from[1]], [from[0] + half, from[1]]];
                add_sides(&mut sides, &Line { points: &points, closed: false, feature: MERGED + alone });
            }
        }
        sides
    }

    fn place(&self, node: u32) -> [f32; 2] {
        let (sum, count) = self.nodes[node as usize];
        [super::narrow(sum[0] / count), super::narrow(sum[1] / count)]
    }
}
