//! Features of a layer sorted into square cells of the world: what is packed, uploaded and culled as one.
//!
//! Cells lie on a grid of the world whose side is a power of two, so that an edit elsewhere moves no cell. Coordinates are held
//! relative to the middle of a cell, where an f32 is exact to a millimetre however far the plan's anchor lies. The digest of a
//! cell changes with the shapes in it and with nothing else.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::{fast, quality};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Rect};
use rayon::prelude::*;

use super::grid::{touch, union};

/// About so many points share a cell.
const POINTS: f64 = 20_000.0;
/// The smallest and the largest side, m. Numbers up to half the largest are exact to half a millimetre in f32.
const SIDES_M: (f64, f64) = (64.0, 16_384.0);

/// Features that are drawn together.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Middle of the square, the `[0, 0]` of what is packed.
    pub origin: Coord<f64>,
    /// Box of its features, which may reach beyond the square.
    pub bounds: Rect<f64>,
    /// Rows of its features, ascending.
    pub rows: Vec<u32>,
    /// Another number for other shapes.
    pub digest: u64,
}

/// The cells of a layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// Every cell that holds a feature, from west to east within rows from south to north.
    pub list: Vec<Cell>,
    /// The cell of each row; `None` for a feature without a place.
    cell_of: Vec<Option<u32>>,
}

impl Cells {
    /// Sorts features by the middles of their boxes. `points` is how many they have together. `O(n log n)`.
    #[must_use]
    pub fn new(boxes: &[Option<Rect<f64>>], digests: &[u64], points: usize) -> Self {
        let Some(whole) = union(boxes.iter().flatten().filter(|b| finite(**b))) else {
            return Self { list: Vec::new(), cell_of: vec![None; boxes.len()] };
        };
        let side = side_m(whole, points);
        let mut place_of: HashMap<(i64, i64), usize, fast::FixedState> = HashMap::default();
        let mut squares: Vec<Square> = Vec::new();
        // Features that follow each other often lie side by side.
        let mut last = None;
        for (row, rect) in (0_u32..).zip(boxes) {
            let Some(rect) = rect.filter(|b| finite(*b)) else { continue };
            let middle = rect.center();
            let at = (step(middle.y, side), step(middle.x, side));
            let known = last.filter(|(square, _)| *square == at).map(|(_, place)| place);
            let place = known.unwrap_or_else(|| *place_of.entry(at).or_insert(squares.len()));
            last = Some((at, place));
            match squares.get_mut(place) {
                Some(square) => square.add(row, rect),
                None => squares.push(Square { at, bounds: rect, rows: vec![row] }),
            }
        }
        squares.sort_unstable_by_key(|square| square.at);
        let cell = |Square { at: (y, x), bounds, rows }: Square| {
            let mut digest = digest();
            (x, y, side.to_bits()).hash(&mut digest);
            for row in &rows {
                (row, digests.get(*row as usize)).hash(&mut digest);
            }
            let origin = Coord { x: (wide(x) + 0.5) * side, y: (wide(y) + 0.5) * side };
            Cell { origin, bounds, rows, digest: digest.finish() }
        };
        let list: Vec<Cell> = squares.into_par_iter().map(cell).collect();
        let mut cell_of = vec![None; boxes.len()];
        for (index, cell) in (0_u32..).zip(&list) {
            for row in &cell.rows {
                cell_of[*row as usize] = Some(index);
            }
        }
        Self { list, cell_of }
    }

    /// Where the numbers of a feature are relative to.
    #[must_use]
    pub fn origin_of(&self, row: usize) -> Option<Coord<f64>> {
        let cell = self.cell_of.get(row).copied().flatten()?;
        self.list.get(cell as usize).map(|cell| cell.origin)
    }

    /// The cell of a feature, and its place among the rows there.
    #[must_use]
    pub fn place_of(&self, row: u32) -> Option<(usize, usize)> {
        let cell = self.cell_of.get(row as usize).copied().flatten()? as usize;
        Some((cell, self.list.get(cell)?.rows.binary_search(&row).ok()?))
    }

    /// Cells with features that may touch a rectangle. `O(cells)`.
    #[must_use]
    pub fn in_rect(&self, rect: Rect<f64>) -> Vec<usize> {
        self.list.iter().enumerate().filter(|(_, cell)| touch(cell.bounds, rect)).map(|(index, _)| index).collect()
    }
}

/// A square of the world as it is filled.
struct Square {
    at: (i64, i64),
    bounds: Rect<f64>,
    rows: Vec<u32>,
}

impl Square {
    fn add(&mut self, row: u32, rect: Rect<f64>) {
        let (low, high) = (self.bounds.min(), self.bounds.max());
        let low = Coord { x: low.x.min(rect.min().x), y: low.y.min(rect.min().y) };
        self.bounds = Rect::new(low, Coord { x: high.x.max(rect.max().x), y: high.y.max(rect.max().y) });
        self.rows.push(row);
    }
}

fn finite(b: Rect<f64>) -> bool {
    [b.min().x, b.min().y, b.max().x, b.max().y].iter().all(|v| v.is_finite())
}

/// The side at which cells of an evenly filled box hold about [`POINTS`].
fn side_m(whole: Rect<f64>, points: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of points stay far below 2^52")]
    let cells = (points as f64 / POINTS).max(1.0);
    let side = (whole.width() * whole.height() / cells).sqrt().max(whole.width().max(whole.height()) / 256.0);
    side.log2().ceil().exp2().clamp(SIDES_M.0, SIDES_M.1)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to numbers that an i64 holds")]
fn step(value: f64, side: f64) -> i64 {
    (value / side).floor().clamp(-1.0e15, 1.0e15) as i64
}

#[expect(clippy::cast_precision_loss, reason = "steps stay below 2^50")]
fn wide(step: i64) -> f64 {
    step as f64
}

/// Every coordinate of a country goes through it: a hash that is good over all bits, whole numbers too, and quick.
fn digest() -> impl Hasher {
    quality::FixedState::default().build_hasher()
}

/// A number for a shape: other coordinates, or the same in another order, give another.
pub(super) fn digest_of_area(shape: &MultiPolygon<f64>) -> u64 {
    let mut digest = digest();
    "area".hash(&mut digest);
    for polygon in shape {
        polygon.interiors().len().hash(&mut digest);
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).for_each(|ring| hash_line(ring, &mut digest));
    }
    digest.finish()
}

/// The same for a line; `kind` is what else it is drawn by.
pub(super) fn digest_of_line(shape: &MultiLineString<f64>, kind: Option<u8>) -> u64 {
    let mut digest = digest();
    // A closed street along the edge of an area is another thing.
    "line".hash(&mut digest);
    kind.hash(&mut digest);
    shape.iter().for_each(|line| hash_line(line, &mut digest));
    digest.finish()
}

fn hash_line(line: &LineString<f64>, digest: &mut impl Hasher) {
    line.0.len().hash(digest);
    line.0.iter().for_each(|c| (c.x.to_bits(), c.y.to_bits()).hash(digest));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn boxes() -> impl Strategy<Value = Vec<Option<Rect<f64>>>> {
        let rect = (-9.0e4..9.0e4, -9.0e4..9.0e4, 0.0..300.0, 0.0..300.0)
            .prop_map(|(x, y, w, h)| Rect::new(Coord { x, y }, Coord { x: x + w, y: y + h }));
        prop::collection::vec(prop::option::weighted(0.9, rect), 0..80)
    }

    proptest! {
        #[test]
        fn every_feature_with_a_place_is_in_one_cell(boxes in boxes(), points in 0_usize..2_000_000) {
            let cells = Cells::new(&boxes, &vec![7; boxes.len()], points);
            let mut seen = vec![0; boxes.len()];
            for cell in &cells.list {
                for row in &cell.rows {
                    seen[*row as usize] += 1;
                    let rect = boxes[*row as usize].unwrap();
                    let place = cells.place_of(*row).map(|(cell, place)| cells.list[cell].rows[place]);
                    prop_assert_eq!(place, Some(*row));
                    prop_assert!(touch(cell.bounds, rect) && cells.origin_of(*row as usize) == Some(cell.origin));
                    let away = rect.center() - cell.origin;
                    prop_assert!(away.x.abs().max(away.y.abs()) <= SIDES_M.1 / 2.0 + 1.0e-6);
                }
            }
            prop_assert!(seen.iter().zip(&boxes).all(|(seen, b)| *seen == usize::from(b.is_some())));
        }

        #[test]
        fn what_touches_a_rectangle_is_in_a_cell_that_does(boxes in boxes(), x in -9.0e4..9.0e4, y in -9.0e4..9.0e4, side in 1.0..9.0e4) {
            let cells = Cells::new(&boxes, &[], 900_000);
            let rect = Rect::new(Coord { x, y }, Coord { x: x + side, y: y + side });
            let found: Vec<u32> = cells.in_rect(rect).into_iter().flat_map(|cell| cells.list[cell].rows.clone()).collect();
            for (row, b) in (0_u32..).zip(&boxes) {
                prop_assert!(b.is_none_or(|b| !touch(b, rect)) || found.contains(&row));
            }
        }
    }

    #[test]
    fn an_edit_changes_the_digest_of_its_cell_alone() {
        let at = |x: f64| Some(Rect::new(Coord { x, y: 0.0 }, Coord { x: x + 10.0, y: 10.0 }));
        let boxes = [at(0.0), at(20_000.0), at(40_000.0)];
        let before = Cells::new(&boxes, &[1, 2, 3], 1_000_000);
        let after = Cells::new(&boxes, &[1, 9, 3], 1_000_000);
        let same: Vec<bool> = before.list.iter().zip(&after.list).map(|(a, b)| a.digest == b.digest).collect();
        assert_eq!(same, [true, false, true]);
    }

    #[test]
    fn shapes_without_numbers_have_no_cell() {
        let bad = Rect::new(Coord { x: f64::NEG_INFINITY, y: 0.0 }, Coord { x: f64::INFINITY, y: 1.0 });
        assert!(Cells::new(&[None, Some(bad)], &[], 10).list.is_empty());
    }
}
