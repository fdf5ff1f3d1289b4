//! MBTiles 1.3: a database of `SQLite` with tiles, rows counted from the south.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::{BackdropError, decode_tile};
use crate::map::backdrop::{MERCATOR_LIMIT, TileId, Tiling};

/// An open file.
pub(super) struct MbTiles {
    connection: Mutex<Connection>,
    levels: [u8; 2],
    bounds: [f64; 4],
    side: u32,
}

impl MbTiles {
    pub(super) fn open(path: &Path) -> Result<Self, BackdropError> {
        // A file that is not there would be told as a fault of the database.
        std::fs::metadata(path).map_err(BackdropError::io)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        let said = |name: &str| {
            let sql = "select value from metadata where name = ?1";
            connection.query_row(sql, [name], |row| row.get::<_, String>(0)).optional().map_err(BackdropError::from)
        };
        if said("format")?.is_some_and(|format| !matches!(format.as_str(), "png" | "jpg" | "jpeg" | "webp")) {
            return Err(BackdropError::NoPictures);
        }
        let bounds = said("bounds")?.and_then(|text| bounds(&text));
        let sql = "select min(zoom_level), max(zoom_level) from tiles";
        let levels: (Option<i64>, Option<i64>) = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let level = |level: i64| u8::try_from(level).ok().filter(|level| *level <= 24);
        let (Some(least), Some(most)) = (levels.0.and_then(level), levels.1.and_then(level)) else {
            return Err(BackdropError::NoPictures);
        };
        let first: Option<Vec<u8>> =
            connection.query_row("select tile_data from tiles limit 1", [], |row| row.get(0)).optional()?;
        let side = first.map(|bytes| decode_tile(&bytes)).transpose()?.map_or(256, |picture| picture.size[0]);
        let bounds = bounds.unwrap_or([-180.0, -MERCATOR_LIMIT, 180.0, MERCATOR_LIMIT]);
        Ok(Self { connection: Mutex::new(connection), levels: [least, most], bounds, side })
    }

    pub(super) fn tiling(&self) -> Tiling {
        Tiling::Mercator { levels: self.levels, side: self.side, bounds: self.bounds }
    }

    pub(super) fn tile(&self, tile: TileId) -> Result<Option<Vec<u8>>, BackdropError> {
        let Some(row) = (1_u32 << tile.level.min(30)).checked_sub(1 + tile.row) else { return Ok(None) };
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let sql = "select tile_data from tiles where zoom_level = ?1 and tile_column = ?2 and tile_row = ?3";
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_row((tile.level, tile.column, row), |row| row.get(0)).optional().map_err(BackdropError::from)
    }
}

/// West, south, east and north in degrees, where the text has them.
fn bounds(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text.split(',').map_while(|part| part.trim().parse().ok()).collect();
    let bounds: [f64; 4] = numbers.try_into().ok()?;
    let [west, south, east, north] = bounds;
    (bounds.iter().all(|degrees| degrees.is_finite()) && west < east && south < north).then_some(bounds)
}
