//! Pictures that lie below a plan: files of tiles and placed images, read tile by tile. Addresses of services are made here as well,
//! and nothing here asks the network.

mod error;
mod geotiff;
mod image_file;
mod mbtiles;
mod pmtiles;
mod service;
#[cfg(test)]
mod tests;

use std::io::Cursor;
use std::path::Path;

use image::{ImageReader, Limits};

use crate::base::Message;
use crate::map::backdrop::{Picture, TileId, Tiling};

pub use error::BackdropError;
pub use service::{PRESETS, Preset, SERVICE_LEVELS, Service};

/// Endings of the files that can lie below a plan.
pub const BACKDROP_ENDINGS: [&str; 8] = ["pmtiles", "mbtiles", "tif", "tiff", "png", "jpg", "jpeg", "webp"];
/// The largest side of a tile, dots.
const LARGEST_TILE: u32 = 4_096;
/// The most memory that decoding one picture may take, bytes.
const MOST_MEMORY: u64 = 1 << 30;

/// An open file of pictures.
pub struct BackdropFile {
    kind: Kind,
    tiling: Tiling,
    notes: Vec<Message>,
}

enum Kind {
    PmTiles(Box<pmtiles::PmTiles>),
    MbTiles(mbtiles::MbTiles),
    Image(image_file::Pyramid),
}

impl BackdropFile {
    /// Opens a file by what its name ends in. An image that says nothing of its system is taken to lie in the working one, and a
    /// note says so. A placed image is decoded as a whole, which may take seconds.
    ///
    /// # Errors
    /// [`BackdropError`] when nothing of it can be shown.
    pub fn open(path: &Path, working: &str) -> Result<Self, BackdropError> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        match ending.as_str() {
            "pmtiles" => {
                let file = pmtiles::PmTiles::open(path)?;
                Ok(Self { tiling: file.tiling(), kind: Kind::PmTiles(Box::new(file)), notes: Vec::new() })
            }
            "mbtiles" => {
                let file = mbtiles::MbTiles::open(path)?;
                Ok(Self { tiling: file.tiling(), kind: Kind::MbTiles(file), notes: Vec::new() })
            }
            "tif" | "tiff" | "png" | "jpg" | "jpeg" | "webp" => {
                let (pyramid, tiling, notes) = image_file::open(path, working)?;
                Ok(Self { kind: Kind::Image(pyramid), tiling, notes })
            }
            _ => Err(BackdropError::UnknownFormat),
        }
    }

    /// How it is cut into tiles.
    #[must_use]
    pub fn tiling(&self) -> &Tiling {
        &self.tiling
    }

    /// What had to be assumed.
    #[must_use]
    pub fn notes(&self) -> &[Message] {
        &self.notes
    }

    /// A tile; `None` where the file has none.
    ///
    /// # Errors
    /// [`BackdropError`] when there is one that cannot be read.
    pub fn tile(&self, tile: TileId) -> Result<Option<Picture>, BackdropError> {
        let bytes = match &self.kind {
            Kind::PmTiles(file) => file.tile(tile)?,
            Kind::MbTiles(file) => file.tile(tile)?,
            Kind::Image(pyramid) => return Ok(pyramid.tile(tile)),
        };
        bytes.map(|bytes| decode_tile(&bytes)).transpose()
    }
}

/// The picture in the bytes of a tile: PNG, JPEG or WebP.
///
/// # Errors
/// [`BackdropError`] when it is none of these, broken or too large.
pub fn decode_tile(bytes: &[u8]) -> Result<Picture, BackdropError> {
    decoded(bytes, LARGEST_TILE, MOST_MEMORY)
}

fn decoded(bytes: &[u8], largest: u32, memory: u64) -> Result<Picture, BackdropError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(BackdropError::io)?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(largest), Some(largest), Some(memory));
    reader.limits(limits);
    let image = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => BackdropError::TooLarge,
        other => BackdropError::Broken(other.to_string()),
    })?;
    let image = image.into_rgba8();
    Ok(Picture { size: [image.width(), image.height()], rgba: image.into_raw() })
}
