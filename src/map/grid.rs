//! A uniform grid over the boxes of features: which of them touch a rectangle. Built once for a scene.

use geo::{Coord, Rect};

/// So many boxes share a cell of an evenly filled grid: fewer would leave the grid of a country too large for the caches.
const SHARE: f64 = 8.0;
/// From one cell in so many on, a look at every box takes less than to put what the cells hold in order.
const SCAN_FROM: usize = 6;

/// Feature rows by the cells their boxes touch. `O(n)` to build for features of similar size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    origin: Coord<f64>,
    cell_m: f64,
    columns: usize,
    rows: usize,
    /// Start of each cell in `entries`, and the end of the last.
    starts: Vec<u32>,
    entries: Vec<u32>,
    boxes: Vec<Option<Rect<f64>>>,
}

impl Grid {
    /// A grid over the boxes; rows without a box are never found.
    #[must_use]
    pub fn new(boxes: Vec<Option<Rect<f64>>>) -> Self {
        let Some(whole) = union(boxes.iter().flatten()) else {
            return Self { boxes, ..Self::default() };
        };
        let cells = to_f64(boxes.len()).max(1.0) / SHARE;
        let longest = whole.width().max(whole.height()).max(1.0);
        let cell_m = (whole.width() * whole.height() / cells).sqrt().max(longest / 2_000.0).max(1.0e-3);
        let mut grid = Self { origin: whole.min(), cell_m, ..Self::default() };
        grid.columns = whole_cells(whole.width() / cell_m) + 1;
        grid.rows = whole_cells(whole.height() / cell_m) + 1;
        grid.fill(&boxes);
        grid.boxes = boxes;
        grid
    }

    /// The box of a feature.
    #[must_use]
    pub fn box_of(&self, row: usize) -> Option<Rect<f64>> {
        self.boxes.get(row).copied().flatten()
    }

    fn fill(&mut self, boxes: &[Option<Rect<f64>>]) {
        let mut counts = vec![0_u32; self.columns * self.rows + 1];
        for rect in boxes.iter().flatten() {
            self.each_cell(*rect, |cell| counts[cell + 1] += 1);
        }
        for i in 1..counts.len() {
            counts[i] += counts[i - 1];
        }
        let mut next = counts.clone();
        let mut entries = vec![0; counts.last().copied().unwrap_or(0) as usize];
        for (row, rect) in boxes.iter().enumerate() {
            let Some(rect) = rect else { continue };
            let row = u32::try_from(row).unwrap_or(u32::MAX);
            self.each_cell(*rect, |cell| {
                entries[next[cell] as usize] = row;
                next[cell] += 1;
            });
        }
        self.starts = counts;
        self.entries = entries;
    }

    fn each_cell(&self, rect: Rect<f64>, mut visit: impl FnMut(usize)) {
        let (low, high) = self.cells_of(rect);
        for y in low.1..=high.1 {
            for x in low.0..=high.0 {
                visit(y * self.columns + x);
            }
        }
    }

    /// The first and the last cell that a rectangle touches.
    fn cells_of(&self, rect: Rect<f64>) -> ((usize, usize), (usize, usize)) {
        (self.cell_of(rect.min()), self.cell_of(rect.max()))
    }

    fn cell_of(&self, at: Coord<f64>) -> (usize, usize) {
        let x = whole_cells((at.x - self.origin.x) / self.cell_m).min(self.columns.saturating_sub(1));
        let y = whole_cells((at.y - self.origin.y) / self.cell_m).min(self.rows.saturating_sub(1));
        (x, y)
    }

    /// Rows whose boxes touch `rect`, ascending.
    #[must_use]
    pub fn in_rect(&self, rect: Rect<f64>) -> Vec<u32> {
        let mut found = Vec::new();
        if self.starts.is_empty() {
            return found;
        }
        let (low, high) = self.cells_of(rect);
        if (high.0 - low.0 + 1) * (high.1 - low.1 + 1) * SCAN_FROM > self.columns * self.rows {
            let touches = |(row, b): (u32, &Option<Rect<f64>>)| b.is_some_and(|b| touch(b, rect)).then_some(row);
            return (0..).zip(&self.boxes).filter_map(touches).collect();
        }
        self.each_cell(rect, |cell| {
            let entries = &self.entries[self.starts[cell] as usize..self.starts[cell + 1] as usize];
            found.extend(entries.iter().filter(|row| self.boxes[**row as usize].is_some_and(|b| touch(b, rect))));
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The box of all features.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect<f64>> {
        union(self.boxes.iter().flatten())
    }
}

/// Whether two boxes share a point.
pub(super) fn touch(a: Rect<f64>, b: Rect<f64>) -> bool {
    a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
}

/// The box around all boxes.
pub(super) fn union<'a>(boxes: impl Iterator<Item = &'a Rect<f64>>) -> Option<Rect<f64>> {
    boxes.copied().reduce(|a, b| {
        let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        Rect::new(low, Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) })
    })
}

#[expect(clippy::cast_precision_loss, reason = "feature counts stay far below 2^52")]
fn to_f64(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a range that usize holds")]
fn whole_cells(value: f64) -> usize {
    value.clamp(0.0, 1.0e7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rect() -> impl Strategy<Value = Rect<f64>> {
        (-500.0..500.0, -500.0..500.0, 0.0..80.0, 0.0..80.0)
            .prop_map(|(x, y, w, h)| Rect::new(Coord { x, y }, Coord { x: x + w, y: y + h }))
    }

    /// A small rectangle, or one that holds much or all.
    fn query() -> impl Strategy<Value = Rect<f64>> {
        let wide = (-600.0..200.0, -600.0..200.0, 0.0..1400.0, 0.0..1400.0);
        prop_oneof![rect(), wide.prop_map(|(x, y, w, h)| Rect::new(Coord { x, y }, Coord { x: x + w, y: y + h }))]
    }

    proptest! {
        #[test]
        fn the_grid_finds_what_a_linear_scan_finds(boxes in prop::collection::vec(prop::option::of(rect()), 0..60), query in query()) {
            let expected: Vec<u32> = boxes.iter().enumerate()
                .filter(|(_, b)| b.is_some_and(|b| touch(b, query)))
                .filter_map(|(i, _)| u32::try_from(i).ok()).collect();
            prop_assert_eq!(Grid::new(boxes).in_rect(query), expected);
        }
    }
}
