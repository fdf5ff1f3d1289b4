//! How a backdrop is cut into tiles, and which of them a view asks for.

use geo::{Coord, Rect};

use crate::geometry::crs::{CrsError, LON_LAT, Transformer};

/// The latitude at which Web Mercator's square ends, degrees.
pub const MERCATOR_LIMIT: f64 = 85.051_128_779_806_59;
/// Side of the tiles that an image is cut into, dots.
const IMAGE_TILE: u32 = 512;
/// A view asks for at most so many tiles; a coarser level serves where it would be more.
const MOST_TILES: u64 = 160;
/// Places along a side of the view that are looked up in the source's system.
const PLACES: u16 = 9;

/// A tile: its level, column from the west or left, row from the north or top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Zoom of Web Mercator, finer as it grows; of an image how often it was halved, coarser as it grows.
    pub level: u8,
    /// Column.
    pub column: u32,
    /// Row.
    pub row: u32,
}

/// From dots of an image, counted from the corner of its first dot, to its system: x = a·column + b·row + c, y = d·column +
/// e·row + f.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine(pub [f64; 6]);

impl Affine {
    /// Where a place of the image lies.
    #[must_use]
    pub fn world(&self, column: f64, row: f64) -> Coord<f64> {
        let [a, b, c, d, e, f] = self.0;
        Coord { x: a * column + b * row + c, y: d * column + e * row + f }
    }

    /// The place of the image that lies there; `None` where the image has no area.
    #[must_use]
    pub fn image(&self, at: Coord<f64>) -> Option<[f64; 2]> {
        let [a, b, c, d, e, f] = self.0;
        let area = a * e - b * d;
        let (x, y) = (at.x - c, at.y - f);
        (area != 0.0 && area.is_finite()).then(|| [(e * x - b * y) / area, (a * y - d * x) / area])
    }

    /// The same for an image whose dots are so many times as large.
    #[must_use]
    pub fn coarser(&self, times: f64) -> Self {
        let [a, b, c, d, e, f] = self.0;
        Self([a * times, b * times, c, d * times, e * times, f])
    }
}

/// How a source is cut into tiles.
#[derive(Clone, Debug, PartialEq)]
pub enum Tiling {
    /// The squares of Web Mercator (EPSG:3857), two to the power of the level on a side.
    Mercator {
        /// Coarsest and finest level.
        levels: [u8; 2],
        /// Dots on a side of a tile.
        side: u32,
        /// Degrees that are covered: west, south, east, north.
        bounds: [f64; 4],
    },
    /// One image, halved again and again.
    Image {
        /// Its system, as PROJ understands it.
        crs: String,
        /// Where it lies.
        affine: Affine,
        /// Width and height in dots.
        size: [u32; 2],
        /// How many levels there are, the first as large as the image.
        levels: u8,
    },
}

impl Tiling {
    /// An image, with levels until it is one tile.
    #[must_use]
    pub fn image(crs: String, affine: Affine, size: [u32; 2]) -> Self {
        let mut levels = 1;
        while levels < 16 && (size[0].max(size[1]) >> (levels - 1)) > IMAGE_TILE {
            levels += 1;
        }
        Self::Image { crs, affine, size, levels }
    }

    /// The system of [`Tiling::corner`]: degrees for Web Mercator, whose squares are told in closed form.
    #[must_use]
    pub fn crs(&self) -> &str {
        match self {
            Self::Mercator { .. } => LON_LAT,
            Self::Image { crs, .. } => crs,
        }
    }

    /// Dots on a side of a tile.
    #[must_use]
    pub fn side(&self) -> u32 {
        match self {
            Self::Mercator { side, .. } => *side,
            Self::Image { .. } => IMAGE_TILE,
        }
    }

    /// Where a place of a tile lies in [`Tiling::crs`]; `u` and `v` are 0–1 from its upper left corner.
    #[must_use]
    pub fn corner(&self, tile: TileId, u: f64, v: f64) -> Coord<f64> {
        let (column, row) = (f64::from(tile.column) + u, f64::from(tile.row) + v);
        match self {
            Self::Mercator { .. } => {
                let count = f64::from(1_u32 << tile.level.min(30));
                let y = std::f64::consts::PI * (1.0 - 2.0 * row / count);
                Coord { x: column / count * 360.0 - 180.0, y: y.sinh().atan().to_degrees() }
            }
            Self::Image { affine, .. } => {
                let dots = f64::from(IMAGE_TILE) * f64::from(1_u32 << tile.level.min(30));
                affine.world(column * dots, row * dots)
            }
        }
    }

    /// The tile one level coarser that covers it; `None` for the coarsest.
    #[must_use]
    pub fn parent(&self, tile: TileId) -> Option<TileId> {
        let (column, row) = (tile.column / 2, tile.row / 2);
        let level = match self {
            Self::Mercator { levels, .. } => tile.level.checked_sub(1).filter(|level| *level >= levels[0])?,
            Self::Image { levels, .. } => Some(tile.level + 1).filter(|level| level < levels)?,
        };
        Some(TileId { level, column, row })
    }

    /// The tiles that cover a rectangle of the working system at so many metres a pixel, nearest to its middle first. `into` goes
    /// from the working system into [`Tiling::crs`].
    ///
    /// # Errors
    /// [`CrsError`] when no place of the rectangle can be converted.
    pub fn wanted(&self, seen: Rect<f64>, metres_per_pixel: f64, into: &Transformer) -> Result<Vec<TileId>, CrsError> {
        let places = || (0..PLACES).map(|n| f64::from(n) / f64::from(PLACES - 1));
        let at = |u: f64, v: f64| seen.min() + Coord { x: seen.width() * u, y: seen.height() * v };
        let (mut box_, mut failed) = (None::<Rect<f64>>, None);
        for (u, v) in places().flat_map(|u| places().map(move |v| (u, v))) {
            match self.convert(at(u, v), into) {
                Ok(place) => box_ = Some(grown(box_, place)),
                Err(error) => failed = Some(error),
            }
        }
        let Some(box_) = box_ else { return failed.map_or_else(|| Ok(Vec::new()), Err) };
        let middle = self.convert(seen.center(), into).unwrap_or(box_.center());
        let step = Coord { x: metres_per_pixel, y: 0.0 };
        let beside = self.convert(seen.center() + step, into).unwrap_or(middle);
        let dots = (beside.x - middle.x).hypot(beside.y - middle.y);
        let mut level = self.level(dots);
        let mut range = self.range(level, box_);
        while range.count() > MOST_TILES
            && let Some(coarser) = self.coarser(level)
        {
            level = coarser;
            range = self.range(level, box_);
        }
        let size = self.tile_size(level);
        let mut tiles: Vec<TileId> = range.tiles(level).collect();
        let away = |tile: &TileId| {
            let from = [f64::from(tile.column) + 0.5 - middle.x / size, f64::from(tile.row) + 0.5 - middle.y / size];
            from[0].hypot(from[1])
        };
        tiles.sort_by(|a, b| away(a).total_cmp(&away(b)).then(a.cmp(b)));
        Ok(tiles)
    }

    /// A place of the working system in dots: of the finest level of an image, or shares of the square of Web Mercator.
    fn convert(&self, at: Coord<f64>, into: &Transformer) -> Result<Coord<f64>, CrsError> {
        let mut place = [at];
        into.convert(&mut place)?;
        let [place] = place;
        match self {
            Self::Mercator { .. } => {
                let latitude = place.y.clamp(-MERCATOR_LIMIT, MERCATOR_LIMIT).to_radians();
                Ok(Coord { x: (place.x + 180.0) / 360.0, y: (1.0 - latitude.tan().asinh() / std::f64::consts::PI) / 2.0 })
            }
            Self::Image { affine, .. } => {
                let [x, y] = affine.image(place).unwrap_or([0.0, 0.0]);
                Ok(Coord { x, y })
            }
        }
    }

    /// The size of a tile in what [`Tiling::convert`] gives.
    fn tile_size(&self, level: u8) -> f64 {
        match self {
            Self::Mercator { .. } => 1.0 / f64::from(1_u32 << level.min(30)),
            Self::Image { .. } => f64::from(IMAGE_TILE) * f64::from(1_u32 << level.min(30)),
        }
    }

    /// The level of which a dot is about as large as a pixel, which covers so much of what [`Tiling::convert`] gives.
    fn level(&self, pixel: f64) -> u8 {
        /// A dot may be drawn this much larger than a pixel before the next level is taken.
        const LARGER: f64 = 1.5;
        let levels = self.levels();
        let fine = |level: &u8| self.tile_size(*level) / f64::from(self.side()) <= pixel * LARGER;
        levels.iter().copied().find(|level| fine(level)).or(levels.last().copied()).unwrap_or(0)
    }

    /// The levels, coarsest first.
    fn levels(&self) -> Vec<u8> {
        match self {
            Self::Mercator { levels: [least, most], .. } => (*least..=*most).collect(),
            Self::Image { levels, .. } => (0..*levels).rev().collect(),
        }
    }

    fn coarser(&self, level: u8) -> Option<u8> {
        self.parent(TileId { level, column: 0, row: 0 }).map(|tile| tile.level)
    }

    /// The tiles of a level that meet a box of what [`Tiling::convert`] gives, as far as there are any.
    fn range(&self, level: u8, seen: Rect<f64>) -> Range {
        let size = self.tile_size(level);
        let covered = match self {
            Self::Mercator { bounds: [west, south, east, north], .. } => {
                let y = |degrees: f64| {
                    let latitude = degrees.clamp(-MERCATOR_LIMIT, MERCATOR_LIMIT).to_radians();
                    ((1.0 - latitude.tan().asinh() / std::f64::consts::PI) / 2.0).clamp(0.0, 1.0)
                };
                let x = |degrees: f64| ((degrees + 180.0) / 360.0).clamp(0.0, 1.0);
                [x(*west), y(*north), x(*east), y(*south)]
            }
            Self::Image { size, .. } => [0.0, 0.0, f64::from(size[0]), f64::from(size[1])],
        };
        let low = [seen.min().x.max(covered[0]), seen.min().y.max(covered[1])];
        let high = [seen.max().x.min(covered[2]), seen.max().y.min(covered[3])];
        if !(low[0] < high[0] && low[1] < high[1]) {
            return Range::default();
        }
        let first = low.map(|v| whole((v / size).floor()));
        // A box that ends where a tile begins does not meet it.
        let end = [0, 1].map(|n| whole((high[n] / size).ceil()).max(first[n] + 1));
        Range { first, end }
    }
}

/// Columns and rows, the ends not included.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    first: [u32; 2],
    end: [u32; 2],
}

impl Range {
    fn count(&self) -> u64 {
        u64::from(self.end[0] - self.first[0]) * u64::from(self.end[1] - self.first[1])
    }

    fn tiles(self, level: u8) -> impl Iterator<Item = TileId> {
        let columns = move |row| (self.first[0]..self.end[0]).map(move |column| TileId { level, column, row });
        (self.first[1]..self.end[1]).flat_map(columns)
    }
}

fn grown(box_: Option<Rect<f64>>, place: Coord<f64>) -> Rect<f64> {
    let Some(box_) = box_ else { return Rect::new(place, place) };
    let low = Coord { x: box_.min().x.min(place.x), y: box_.min().y.min(place.y) };
    let high = Coord { x: box_.max().x.max(place.x), y: box_.max().y.max(place.y) };
    Rect::new(low, high)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the columns of any level")]
fn whole(value: f64) -> u32 {
    value.clamp(0.0, f64::from(1_u32 << 30)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGCHUN: &str = "EPSG:4551";

    fn world() -> Tiling {
        Tiling::Mercator { levels: [0, 18], side: 256, bounds: [-180.0, -90.0, 180.0, 90.0] }
    }

    fn into_degrees() -> Transformer {
        Transformer::new(CHANGCHUN, LON_LAT).unwrap()
    }

    fn around(x: f64, y: f64, half: f64) -> Rect<f64> {
        Rect::new(Coord { x: x - half, y: y - half }, Coord { x: x + half, y: y + half })
    }

    #[test]
    fn squares_lie_where_the_published_formula_has_them() {
        // Tile 15/27777/11912 by the OpenStreetMap wiki's formula.
        let tile = TileId { level: 15, column: 27_777, row: 11_912 };
        let corner = world().corner(tile, 0.0, 0.0);
        let n = std::f64::consts::PI * (1.0 - 2.0 * 11_912.0 / 32_768.0);
        assert!((corner.x - (27_777.0 / 32_768.0 * 360.0 - 180.0)).abs() < 1e-12);
        assert!((corner.y - n.sinh().atan().to_degrees()).abs() < 1e-12);
        let whole = TileId { level: 0, column: 0, row: 0 };
        assert!((world().corner(whole, 0.0, 0.0).y - MERCATOR_LIMIT).abs() < 1e-9);
        assert_eq!(world().parent(tile), Some(TileId { level: 14, column: 13_888, row: 5_956 }));
        assert_eq!(world().parent(whole), None);
    }

    #[test]
    fn a_view_is_covered_by_tiles_about_as_fine_as_its_pixels() {
        let (x, y) = (440_000.0, 4_860_000.0);
        for metres_per_pixel in [0.7, 5.0, 80.0] {
            let seen = around(x, y, metres_per_pixel * 400.0);
            let tiles = world().wanted(seen, metres_per_pixel, &into_degrees()).unwrap();
            assert!((4..=64).contains(&tiles.len()), "{metres_per_pixel}: {}", tiles.len());
            // Every corner of the view lies in one of them.
            for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.5)] {
                let mut at = [seen.min() + Coord { x: seen.width() * u, y: seen.height() * v }];
                into_degrees().convert(&mut at).unwrap();
                let holds = |tile: &TileId| {
                    let (low, high) = (world().corner(*tile, 0.0, 1.0), world().corner(*tile, 1.0, 0.0));
                    (low.x..=high.x).contains(&at[0].x) && (low.y..=high.y).contains(&at[0].y)
                };
                assert!(tiles.iter().any(holds), "{metres_per_pixel} {u} {v}");
            }
            // 156,543 m a dot at level 0 on the equator.
            let dot = 156_543.034 * 43.9_f64.to_radians().cos() / f64::from(1_u32 << tiles[0].level);
            assert!((0.5..=1.6).contains(&(dot / metres_per_pixel)), "{metres_per_pixel}: {dot}");
        }
        assert!(world().wanted(around(x, y, 1.0e7), 20_000.0, &into_degrees()).is_ok_and(|tiles| tiles.len() <= 160));
    }

    #[test]
    fn nothing_is_asked_for_beyond_what_a_source_covers() {
        let small = Tiling::Mercator { levels: [3, 14], side: 256, bounds: [10.0, 10.0, 11.0, 11.0] };
        assert!(small.wanted(around(440_000.0, 4_860_000.0, 500.0), 1.0, &into_degrees()).unwrap().is_empty());
        let affine = Affine([0.5, 0.0, 440_000.0, 0.0, -0.5, 4_861_000.0]);
        let image = Tiling::image(CHANGCHUN.to_owned(), affine, [2_000, 1_200]);
        assert_eq!(image, Tiling::Image { crs: CHANGCHUN.to_owned(), affine, size: [2_000, 1_200], levels: 3 });
        let same = Transformer::new(CHANGCHUN, CHANGCHUN).unwrap();
        let fine = image.wanted(around(440_500.0, 4_860_700.0, 100.0), 0.5, &same).unwrap();
        assert!(!fine.is_empty() && fine.iter().all(|tile| tile.level == 0));
        let coarse = image.wanted(around(440_500.0, 4_860_700.0, 2_000.0), 10.0, &same).unwrap();
        assert_eq!(coarse, [TileId { level: 2, column: 0, row: 0 }]);
        assert!(image.wanted(around(500_000.0, 4_860_700.0, 100.0), 0.5, &same).unwrap().is_empty());
    }

    #[test]
    fn an_image_that_is_turned_is_found_again() {
        let affine = Affine([0.3, 0.4, 1_000.0, 0.4, -0.3, 2_000.0]);
        let [column, row] = affine.image(affine.world(120.0, 45.5)).unwrap();
        assert!((column - 120.0).abs() < 1e-9 && (row - 45.5).abs() < 1e-9);
        assert_eq!(Affine([1.0, 2.0, 0.0, 2.0, 4.0, 0.0]).image(Coord { x: 1.0, y: 1.0 }), None);
    }
}
