//! Images with a place: GeoTIFF, and PNG, JPEG, WebP or TIFF with a world file beside them. Decoded once as a whole; what is larger
//! than the screen can use is kept coarser, so that memory stays bounded.

use std::path::{Path, PathBuf};

use super::geotiff::{self, Placing};
use super::{BackdropError, MOST_MEMORY, decoded};
use crate::base::Message;
use crate::geometry::crs::{self, Transformer};
use crate::map::backdrop::{Affine, Picture, TileId, Tiling};

/// The most dots of an image that are kept: 128 MiB, and a third more for its coarser levels.
pub(super) const MOST_DOTS: u64 = 32 << 20;
/// The largest side of an image.
const LARGEST_SIDE: u32 = 60_000;

/// An image in levels, each half as large as the one before.
pub(super) struct Pyramid {
    levels: Vec<Picture>,
    side: u32,
}

impl Pyramid {
    fn new(picture: Picture, count: u8, side: u32) -> Self {
        let mut levels = vec![picture];
        while levels.len() < usize::from(count)
            && let Some(last) = levels.last()
        {
            levels.push(last.halved());
        }
        Self { levels, side }
    }

    pub(super) fn tile(&self, tile: TileId) -> Option<Picture> {
        let level = self.levels.get(usize::from(tile.level))?;
        let (left, top) = (tile.column.checked_mul(self.side)?, tile.row.checked_mul(self.side)?);
        (left < level.size[0] && top < level.size[1]).then(|| level.part(left, top, [self.side; 2]))
    }
}

/// Decodes an image and finds its place.
pub(super) fn open(path: &Path, working: &str) -> Result<(Pyramid, Tiling, Vec<Message>), BackdropError> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_tiff = ending.starts_with("tif");
    let (picture, own) = if is_tiff { geotiff::read(path)? } else { (read(path)?, Placing::default()) };
    let affine = match own.affine {
        Some(affine) => affine,
        None => beside(path, &ending)?.ok_or(BackdropError::Unplaced)?,
    };
    let affine = affine.coarser(f64::from(own.step));
    if affine.image(affine.world(0.0, 0.0)).is_none() || affine.0.iter().any(|number| !number.is_finite()) {
        return Err(BackdropError::Misplaced);
    }
    let mut notes = Vec::new();
    let said = own.epsg.map(|code| format!("EPSG:{code}")).or_else(|| definition(path));
    let crs = said.unwrap_or_else(|| {
        notes.push(Message::new("import.backdrop-assumed").text("crs", working));
        working.to_owned()
    });
    Transformer::new(&crs, working)?;
    let (picture, times) = reduced(picture);
    let (affine, step) = (affine.coarser(f64::from(times)), own.step * times);
    if step > 1 {
        notes.push(Message::new("import.backdrop-reduced").count("times", step as usize));
    }
    let tiling = Tiling::image(crs, affine, picture.size);
    let Tiling::Image { levels, .. } = tiling else { return Err(BackdropError::Misplaced) };
    Ok((Pyramid::new(picture, levels, tiling.side()), tiling, notes))
}

fn read(path: &Path) -> Result<Picture, BackdropError> {
    let size = std::fs::metadata(path).map_err(BackdropError::io)?.len();
    if size > MOST_MEMORY {
        return Err(BackdropError::TooLarge);
    }
    decoded(&std::fs::read(path).map_err(BackdropError::io)?, LARGEST_SIDE, MOST_MEMORY)
}

/// Halved until it is small enough, and how many times coarser it is then.
fn reduced(mut picture: Picture) -> (Picture, u32) {
    let mut times = 1;
    while u64::from(picture.size[0]) * u64::from(picture.size[1]) > MOST_DOTS {
        picture = picture.halved();
        times *= 2;
    }
    (picture, times)
}

/// Endings of world files for an image of that ending: the first and last letter with a w, the whole with a w, and the common one.
fn world_endings(ending: &str) -> Vec<String> {
    let mut letters = ending.chars();
    let short = letters.next().zip(letters.next_back()).map(|(first, last)| format!("{first}{last}w"));
    short.into_iter().chain([format!("{ending}w"), "wld".to_owned()]).collect()
}

/// A file beside another with another ending, in small or capital letters.
fn sibling(path: &Path, ending: &str) -> Option<PathBuf> {
    [ending.to_owned(), ending.to_ascii_uppercase()].into_iter().map(|ending| path.with_extension(ending)).find(|p| p.is_file())
}

/// What the world file beside an image says; `None` where there is none.
fn beside(path: &Path, ending: &str) -> Result<Option<Affine>, BackdropError> {
    let Some(world) = world_endings(ending).iter().find_map(|ending| sibling(path, ending)) else { return Ok(None) };
    let text = std::fs::read_to_string(world).map_err(BackdropError::io)?;
    parse_world(&text).map(Some).ok_or(BackdropError::Misplaced)
}

/// The six lines of a world file: A, D, B, E, and the place of the middle of the first dot.
pub(super) fn parse_world(text: &str) -> Option<Affine> {
    // Some programs write decimal commas.
    let number = |line: &str| line.trim().replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    let numbers: Option<Vec<f64>> = text.lines().filter(|line| !line.trim().is_empty()).take(6).map(number).collect();
    let [a, d, b, e, x, y] = numbers?.try_into().ok()?;
    Some(Affine([a, b, x - f64::midpoint(a, b), d, e, y - f64::midpoint(d, e)]))
}

/// The system that a definition beside the image names.
fn definition(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(sibling(path, "prj")?).ok()?;
    crs::from_wkt(&text)
}
