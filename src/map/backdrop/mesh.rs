//! The mesh by which a tile is warped into the working system.

use geo::Coord;

use super::{TileId, Tiling};
use crate::geometry::crs::Transformer;

/// The mesh may be off by this share of a dot of the tile. A dot that is drawn 30 pixels wide is still less than half a pixel off.
const OFF: f64 = 1.0 / 64.0;
/// Cells on a side of the finest mesh. One of the whole Earth would need more, far from where any plan lies.
const MOST_CELLS: u16 = 64;

/// A mesh of square cells over a tile, each drawn as two triangles along the diagonal from upper left to lower right.
#[derive(Clone, Debug, PartialEq)]
pub struct TileMesh {
    /// Cells on a side.
    pub cells: u16,
    /// Corners, row by row from the upper left, in the working system; none where the tile cannot be shown in it.
    pub corners: Vec<Option<Coord<f64>>>,
}

impl TileMesh {
    /// The corners of each cell that can be shown: upper left, upper right, lower left, lower right, as places among the corners.
    pub fn squares(&self) -> impl Iterator<Item = [usize; 4]> {
        let (cells, side) = (usize::from(self.cells), usize::from(self.cells) + 1);
        let square = move |cell: usize| {
            let first = cell / cells * side + cell % cells;
            [first, first + 1, first + side, first + side + 1]
        };
        (0..cells * cells).map(square).filter(|corners| corners.iter().all(|corner| self.corners[*corner].is_some()))
    }

    /// Where on the tile a corner lies, 0–1 from its upper left.
    #[must_use]
    pub fn share(&self, corner: usize) -> [f32; 2] {
        let side = usize::from(self.cells) + 1;
        let share = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX)) / f32::from(self.cells);
        [share(corner % side), share(corner / side)]
    }

    /// Where a place of the tile comes to lie by this mesh.
    #[must_use]
    pub fn at(&self, u: f64, v: f64) -> Option<Coord<f64>> {
        let cells = usize::from(self.cells);
        let (x, y) = (u.clamp(0.0, 1.0) * f64::from(self.cells), v.clamp(0.0, 1.0) * f64::from(self.cells));
        let (column, row) = (floor(x).min(cells - 1), floor(y).min(cells - 1));
        let first = row * (cells + 1) + column;
        let corner = |n: usize| self.corners[n];
        let (a, d) = (corner(first)?, corner(first + cells + 2)?);
        let index = |n: usize| f64::from(u16::try_from(n).unwrap_or(u16::MAX));
        let (s, t) = (x - index(column), y - index(row));
        // The diagonal parts the cell: right of it lies the upper right corner, left of it the lower left one.
        if s >= t {
            let b = corner(first + 1)?;
            Some(a + (b - a) * s + (d - b) * t)
        } else {
            let c = corner(first + cells + 1)?;
            Some(a + (c - a) * t + (d - c) * s)
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cell of a small mesh")]
fn floor(value: f64) -> usize {
    value as usize
}

/// The coarsest mesh that is exact enough; `None` where no part of the tile can be shown. `into` goes from the tiling's system into
/// the working one. `O(c²)` in the cells on a side.
#[must_use]
pub fn place(tiling: &Tiling, tile: TileId, into: &Transformer) -> Option<TileMesh> {
    let mut mesh = made(tiling, tile, into, 1);
    loop {
        let finer = made(tiling, tile, into, mesh.cells * 2);
        if mesh.cells >= MOST_CELLS || is_exact(&mesh, &finer, tiling.side()) {
            break;
        }
        mesh = finer;
    }
    let is_shown = mesh.squares().next().is_some();
    is_shown.then_some(mesh)
}

fn made(tiling: &Tiling, tile: TileId, into: &Transformer, cells: u16) -> TileMesh {
    let share = |n: u16| f64::from(n) / f64::from(cells);
    let corner = |row: u16, column: u16| {
        let mut at = [tiling.corner(tile, share(column), share(row))];
        into.convert(&mut at).ok()?;
        Some(at[0])
    };
    let corners = (0..=cells).flat_map(|row| (0..=cells).map(move |column| (row, column)));
    TileMesh { cells, corners: corners.map(|(row, column)| corner(row, column)).collect() }
}

/// Whether the corners of a mesh of twice as many cells lie where the coarser has them.
fn is_exact(mesh: &TileMesh, finer: &TileMesh, side: u32) -> bool {
    finer.corners.iter().enumerate().all(|(n, corner)| {
        let [u, v] = finer.share(n).map(f64::from);
        let (Some(at), Some(told)) = (corner, mesh.at(u, v)) else { return corner.is_none() };
        let off = (at.x - told.x).hypot(at.y - told.y);
        // A dot of this cell, by its neighbours on the tile.
        let step = 1.0 / f64::from(finer.cells);
        let beside = finer.at((u + step).min(1.0), v).zip(finer.at((u + step).min(1.0) - step, v));
        let dot = beside.map_or(0.0, |(a, b)| (a.x - b.x).hypot(a.y - b.y)) * f64::from(finer.cells) / f64::from(side);
        off <= dot * OFF
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Affine, MERCATOR_LIMIT};
    use super::*;
    use crate::geometry::crs::LON_LAT;
    use proptest::prelude::*;

    fn world() -> Tiling {
        Tiling::Mercator { levels: [0, 20], side: 256, bounds: [-180.0, -MERCATOR_LIMIT, 180.0, MERCATOR_LIMIT] }
    }

    /// The tile of a level that holds a place.
    fn holding(lon: f64, lat: f64, level: u8) -> TileId {
        let count = f64::from(1_u32 << level);
        let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
        let whole = |share: f64| u32::try_from(floor(share * count)).unwrap();
        TileId { level, column: whole((lon + 180.0) / 360.0), row: whole(y) }
    }

    proptest! {
        #[test]
        fn no_place_of_a_tile_is_off_by_half_a_pixel(
            lon in 120.0..130.0_f64, lat in 25.0..50.0_f64, level in 7_u8..19, u in 0.0..1.0_f64, v in 0.0..1.0_f64,
        ) {
            let working = format!("EPSG:{}", 4534 + floor((lon / 3.0).round()) - 25);
            let into = Transformer::new(LON_LAT, &working).unwrap();
            let tile = holding(lon, lat, level);
            let mesh = place(&world(), tile, &into).unwrap();
            let mut exact = [world().corner(tile, u, v)];
            into.convert(&mut exact).unwrap();
            let told = mesh.at(u, v).unwrap();
            let dot = (mesh.at(1.0, v).unwrap().x - mesh.at(0.0, v).unwrap().x).abs() / 256.0;
            let off = (told.x - exact[0].x).hypot(told.y - exact[0].y) / dot;
            // A dot is drawn up to a pixel and a half wide while there is a finer level.
            prop_assert!(off < 0.5 / 1.5 / 8.0, "off by {} dots with {} cells", off, mesh.cells);
        }
    }

    #[test]
    fn a_tile_of_a_street_needs_few_triangles_and_an_image_in_the_working_system_two() {
        let into = Transformer::new(LON_LAT, "EPSG:4551").unwrap();
        let mesh = place(&world(), holding(125.3, 43.9, 17), &into).unwrap();
        assert!(mesh.cells <= 2, "{}", mesh.cells);
        let affine = Affine([0.5, 0.0, 440_000.0, 0.0, -0.5, 4_861_000.0]);
        let image = Tiling::image("EPSG:4551".to_owned(), affine, [900, 700]);
        let same = Transformer::new("EPSG:4551", "EPSG:4551").unwrap();
        let mesh = place(&image, TileId { level: 0, column: 1, row: 0 }, &same).unwrap();
        assert_eq!((mesh.cells, mesh.squares().count()), (1, 1));
        assert_eq!(mesh.at(0.0, 0.0), Some(Coord { x: 440_256.0, y: 4_861_000.0 }));
    }

    #[test]
    fn what_the_working_system_cannot_show_is_left_out() {
        let into = Transformer::new(LON_LAT, "EPSG:4551").unwrap();
        let whole = place(&world(), TileId { level: 0, column: 0, row: 0 }, &into);
        assert!(whole.is_none_or(|mesh| mesh.squares().count() < usize::from(mesh.cells).pow(2)));
    }
}
