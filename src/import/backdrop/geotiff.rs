//! TIFF images, and what GeoTIFF (OGC 19-008) says of their place. Decoded strip by strip or tile by tile; of an image that is larger
//! than can be kept every second, fourth, … dot is taken.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::BackdropError;
use super::image_file::MOST_DOTS;
use crate::map::backdrop::{Affine, Picture};

/// Keys of the directory: what kind of raster space, and the systems by EPSG code.
const RASTER_TYPE: u16 = 1_025;
const GEOGRAPHIC: u16 = 2_048;
const PROJECTED: u16 = 3_072;
/// A value that says that the system is defined otherwise.
const USER_DEFINED: u16 = 32_767;
/// Ground of dots without data, as GDAL writes it.
const NO_DATA: u16 = 42_113;

/// What an image says of its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placing {
    /// Of the image as it was stored.
    pub(super) affine: Option<Affine>,
    /// The system.
    pub(super) epsg: Option<u32>,
    /// Only every so-many-th dot was taken.
    pub(super) step: u32,
}

impl Default for Placing {
    fn default() -> Self {
        Self { affine: None, epsg: None, step: 1 }
    }
}

type Reader = Decoder<BufReader<File>>;

fn broken(error: TiffError) -> BackdropError {
    match error {
        // A file that ends early is damaged; the system has nothing to do with it.
        TiffError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => BackdropError::Io(error),
        TiffError::LimitsExceeded => BackdropError::TooLarge,
        other => BackdropError::Broken(other.to_string()),
    }
}

/// Decodes a file.
pub(super) fn read(path: &Path) -> Result<(Picture, Placing), BackdropError> {
    let file = File::open(path).map_err(BackdropError::io)?;
    let mut decoder = Decoder::new(BufReader::new(file)).map_err(broken)?.with_limits(Limits::default());
    let placing = Placing { affine: affine(&mut decoder), ..Placing::default() };
    let (epsg, points) = keys(&mut decoder);
    // A place that is told of the middle of a dot lies half a dot from its corner.
    let affine = placing.affine.map(|affine| if points { shifted(affine) } else { affine });
    let (picture, step) = decode(&mut decoder)?;
    Ok((picture, Placing { affine, epsg, step }))
}

fn shifted(affine: Affine) -> Affine {
    let corner = affine.world(-0.5, -0.5);
    let [a, b, _, d, e, _] = affine.0;
    Affine([a, b, corner.x, d, e, corner.y])
}

fn numbers(decoder: &mut Reader, tag: Tag) -> Vec<f64> {
    decoder.find_tag(tag).ok().flatten().and_then(|value| value.into_f64_vec().ok()).unwrap_or_default()
}

fn affine(decoder: &mut Reader) -> Option<Affine> {
    if let [a, b, _, c, d, e, _, f, ..] = numbers(decoder, Tag::ModelTransformationTag)[..] {
        return Some(Affine([a, b, c, d, e, f]));
    }
    let scale = numbers(decoder, Tag::ModelPixelScaleTag);
    let tie = numbers(decoder, Tag::ModelTiepointTag);
    match (&scale[..], &tie[..]) {
        ([sx, sy, ..], [column, row, _, x, y, ..]) => Some(Affine([*sx, 0.0, x - column * sx, 0.0, -sy, y + row * sy])),
        _ => None,
    }
}

/// The EPSG code of the system, and whether places are those of the middles of dots.
fn keys(decoder: &mut Reader) -> (Option<u32>, bool) {
    let words: Vec<u16> = decoder.find_tag_unsigned_vec(Tag::GeoKeyDirectoryTag).ok().flatten().unwrap_or_default();
    // Each key has four words: its number, where its value is kept (0: here), how many, and the value.
    let value = |wanted: u16| {
        let mut keys = words.chunks_exact(4).skip(1);
        keys.find(|key| key[0] == wanted && key[1] == 0).map(|key| key[3])
    };
    let code = |key| value(key).filter(|code| *code != USER_DEFINED && *code != 0).map(u32::from);
    (code(PROJECTED).or_else(|| code(GEOGRAPHIC)), value(RASTER_TYPE) == Some(2))
}

/// How samples become colours.
struct Colours {
    kind: ColorType,
    palette: Vec<u16>,
    no_data: Option<u8>,
    inverted: bool,
}

impl Colours {
    fn rgba(&self, samples: &[u8]) -> [u8; 4] {
        let at = |n: usize| samples.get(n).copied().unwrap_or(0);
        let shown = |rgb: [u8; 3], alpha: u8| {
            let empty = self.no_data.is_some_and(|none| samples.iter().all(|sample| *sample == none));
            [rgb[0], rgb[1], rgb[2], if empty { 0 } else { alpha }]
        };
        let grey = |value: u8| if self.inverted { 255 - value } else { value };
        match self.kind {
            ColorType::Gray(_) => shown([grey(at(0)); 3], 255),
            ColorType::GrayA(_) => shown([grey(at(0)); 3], at(1)),
            ColorType::RGBA(_) => [at(0), at(1), at(2), at(3)],
            ColorType::Palette(_) => {
                let entries = self.palette.len() / 3;
                let colour = |part: usize| self.palette.get(part * entries + usize::from(at(0))).map_or(0, |v| high(*v));
                shown([colour(0), colour(1), colour(2)], 255)
            }
            ColorType::YCbCr(_) => {
                let [y, cb, cr] = [f32::from(at(0)), f32::from(at(1)) - 128.0, f32::from(at(2)) - 128.0];
                let rgb = [y + 1.402 * cr, y - 0.344_14 * cb - 0.714_14 * cr, y + 1.772 * cb];
                shown(rgb.map(byte), 255)
            }
            ColorType::CMYK(_) => {
                let ink = |n: usize| byte((255.0 - f32::from(at(n))) * (255.0 - f32::from(at(3))) / 255.0);
                shown([ink(0), ink(1), ink(2)], 255)
            }
            _ => shown([at(0), at(1), at(2)], 255),
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

fn high(word: u16) -> u8 {
    word.to_be_bytes()[0]
}

fn samples_of(kind: ColorType) -> Result<usize, BackdropError> {
    match kind {
        ColorType::Gray(8 | 16) | ColorType::Palette(8) => Ok(1),
        ColorType::GrayA(8 | 16) => Ok(2),
        ColorType::RGB(8 | 16) | ColorType::YCbCr(8) => Ok(3),
        ColorType::RGBA(8 | 16) | ColorType::CMYK(8) => Ok(4),
        // Three bands and more without a meaning are taken as red, green and blue, as GDAL writes them.
        ColorType::Multiband { bit_depth: 8 | 16, num_samples } if num_samples >= 3 => Ok(usize::from(num_samples)),
        other => Err(BackdropError::Broken(format!("{other:?}"))),
    }
}

/// The image, and the step at which its dots were taken.
fn decode(decoder: &mut Reader) -> Result<(Picture, u32), BackdropError> {
    let (width, height) = decoder.dimensions().map_err(broken)?;
    let kind = decoder.colortype().map_err(broken)?;
    let samples = samples_of(kind)?;
    let mut step = 1_u32;
    while u64::from(width.div_ceil(step)) * u64::from(height.div_ceil(step)) > MOST_DOTS {
        step *= 2;
    }
    let colours = Colours {
        kind,
        palette: decoder.find_tag_unsigned_vec(Tag::ColorMap).ok().flatten().unwrap_or_default(),
        no_data: decoder
            .find_tag(Tag::Unknown(NO_DATA))
            .ok()
            .flatten()
            .and_then(|v| v.into_string().ok())
            .and_then(|text| text.trim_matches(['\0', ' ']).parse().ok()),
        inverted: decoder.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation).ok().flatten() == Some(0),
    };
    let size = [width.div_ceil(step), height.div_ceil(step)];
    let mut kept = vec![0_u8; size[0] as usize * size[1] as usize * samples];
    let planar = decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration).ok().flatten() == Some(2);
    let (across, down) = decoder.chunk_dimensions();
    if across == 0 || down == 0 {
        return Err(BackdropError::Broken("chunks of no size".to_owned()));
    }
    let (columns, rows) = (width.div_ceil(across), height.div_ceil(down));
    let planes = if planar { u32::try_from(samples).unwrap_or(1) } else { 1 };
    let chunks = u64::from(columns) * u64::from(rows) * u64::from(planes);
    for chunk in 0..u32::try_from(chunks).map_err(|_| BackdropError::TooLarge)? {
        let bytes = bytes_of(decoder.read_chunk(chunk).map_err(broken)?)?;
        let (chunk_width, chunk_height) = decoder.chunk_data_dimensions(chunk);
        let (plane, place) = (chunk / (columns * rows), chunk % (columns * rows));
        let (left, top) = (place % columns * across, place / columns * down);
        let each = if planar { 1 } else { samples };
        let first = |from: u32| (step - from % step) % step;
        for y in (first(top)..chunk_height).step_by(step as usize) {
            for x in (first(left)..chunk_width).step_by(step as usize) {
                let from = (y as usize * chunk_width as usize + x as usize) * each;
                let dot = ((top + y) / step) as usize * size[0] as usize + ((left + x) / step) as usize;
                let to = dot * samples + if planar { plane as usize } else { 0 };
                if let (Some(from), Some(to)) = (bytes.get(from..from + each), kept.get_mut(to..to + each)) {
                    to.copy_from_slice(from);
                }
            }
        }
    }
    let rgba = kept.chunks_exact(samples).flat_map(|samples| colours.rgba(samples)).collect();
    Ok((Picture { size, rgba }, step))
}

/// Samples as bytes, of words the higher half.
fn bytes_of(result: DecodingResult) -> Result<Vec<u8>, BackdropError> {
    match result {
        DecodingResult::U8(bytes) => Ok(bytes),
        DecodingResult::U16(words) => Ok(words.into_iter().map(high).collect()),
        _ => Err(BackdropError::Broken("samples that are no colours".to_owned())),
    }
}
