//! PMTiles, version 3: one file of tiles with directories. Read from the file as it is asked for, never mapped into memory: a file
//! that another program cuts short is then an error and no crash.

use std::fs::File;
use std::future::{Future, ready};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use pmtiles::{AsyncBackend, AsyncPmTilesReader, BackendResponse, HashMapCache, PmtError, PmtResult, TileCoord, TileType};

use super::{BackdropError, decode_tile};
use crate::map::backdrop::{TileId, Tiling};

/// More is never read at once: no tile and no directory is as large.
const MOST_BYTES: usize = 16 << 20;

/// An open file.
pub(super) struct PmTiles {
    reader: AsyncPmTilesReader<Positioned, HashMapCache>,
    side: u32,
}

struct Positioned(Mutex<File>);

impl Positioned {
    fn read_now(&self, offset: u64, length: usize) -> PmtResult<BackendResponse> {
        if length > MOST_BYTES {
            return Err(PmtError::InvalidEntry);
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut *file).take(length as u64).read_to_end(&mut bytes)?;
        Ok(BackendResponse::new(bytes.into()))
    }
}

impl AsyncBackend for Positioned {
    fn read(&self, offset: u64, length: usize) -> impl Future<Output = PmtResult<BackendResponse>> + Send {
        ready(self.read_now(offset, length))
    }
}

impl PmTiles {
    pub(super) fn open(path: &Path) -> Result<Self, BackdropError> {
        let backend = Positioned(Mutex::new(File::open(path).map_err(BackdropError::io)?));
        // What the reader awaits is ready at once.
        let reader = pollster::block_on(AsyncPmTilesReader::try_from_cached_source(backend, HashMapCache::default()));
        let reader = reader?;
        if !matches!(reader.get_header().tile_type, TileType::Png | TileType::Jpeg | TileType::Webp) {
            return Err(BackdropError::NoPictures);
        }
        let mut file = Self { reader, side: 256 };
        file.side = file.side_of_first();
        Ok(file)
    }

    /// The side of the first tile that there is in the middle of what is covered.
    fn side_of_first(&self) -> u32 {
        let header = self.reader.get_header();
        let (lon, lat) = (header.center_longitude, header.center_latitude);
        let sides = (header.min_zoom..=header.max_zoom.min(24)).filter_map(|level| {
            let count = f64::from(1_u32 << level);
            let y = (1.0 - lat.clamp(-85.0, 85.0).to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
            let tile = TileId { level, column: whole((lon + 180.0) / 360.0 * count), row: whole(y * count) };
            let bytes = self.tile(tile).ok().flatten()?;
            decode_tile(&bytes).ok().map(|picture| picture.size[0])
        });
        sides.into_iter().next().unwrap_or(256)
    }

    pub(super) fn tiling(&self) -> Tiling {
        let header = self.reader.get_header();
        Tiling::Mercator {
            levels: [header.min_zoom.min(24), header.max_zoom.clamp(header.min_zoom.min(24), 24)],
            side: self.side,
            bounds: [header.min_longitude, header.min_latitude, header.max_longitude, header.max_latitude],
        }
    }

    pub(super) fn tile(&self, tile: TileId) -> Result<Option<Vec<u8>>, BackdropError> {
        let Ok(at) = TileCoord::new(tile.level, tile.column, tile.row) else { return Ok(None) };
        let bytes = pollster::block_on(self.reader.get_tile_decompressed(at))?;
        Ok(bytes.map(|bytes| bytes.to_vec()))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the columns of any level")]
fn whole(value: f64) -> u32 {
    value.clamp(0.0, f64::from(1_u32 << 30)) as u32
}
