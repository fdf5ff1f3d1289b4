//! Sheets as pictures: SVG drawn by resvg with the program's own fonts.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::geojson::Replacing;
use super::{ExportError, ExportInput, ExportOptions, sheet};

/// So many sheets wait as SVG to be drawn.
const WAITING: usize = 64;
/// So many are drawn at a time, where there are as many cores: each takes its pixels of memory.
const AT_ONCE: usize = 8;

/// Families that the bundled fonts declare; system fonts are never used, so that a sheet looks the same everywhere.
pub(super) const FAMILY: &str = "Noto Sans SC Lianpian";
/// The bold one is a family of its own.
pub(super) const FAMILY_BOLD: &str = "Noto Sans SC Lianpian Bold";

/// The bundled fonts, regular and bold.
#[must_use]
pub fn font_bytes() -> [&'static [u8]; 2] {
    [
        include_bytes!("../../assets/fonts/NotoSansSC-subset-Regular.otf"),
        include_bytes!("../../assets/fonts/NotoSansSC-subset-Bold.otf"),
    ]
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut database = fontdb::Database::new();
        for bytes in font_bytes() {
            database.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
        }
        Arc::new(database)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// Writes the overview as `map.png`, and every sheet into a folder `sheets`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Vec<PathBuf>, ExportError> {
    let dpi = options.paper.dpi();
    let sheets_folder = sheet::sheet_folder(folder)?;
    let overview = std::iter::once_with(|| (folder.join("map.png"), sheet::overview(input, options).svg()));
    let sheets = sheet::sheets(input, options).enumerate();
    let sheets = sheets.map(|(n, sheet)| (sheets_folder.join(sheet::file_name(n, &sheet, "png")), sheet.drawn.svg()));
    let mut pictures = overview.chain(sheets);
    let mut paths = Vec::new();
    loop {
        let some: Vec<(PathBuf, String)> = pictures.by_ref().take(WAITING).collect();
        if some.is_empty() {
            return Ok(paths);
        }
        let next = AtomicUsize::new(0);
        (0..AT_ONCE).into_par_iter().with_max_len(1).try_for_each(|_| {
            while let Some((path, svg)) = some.get(next.fetch_add(1, Ordering::Relaxed)) {
                picture(svg, dpi, path)?;
            }
            Ok(())
        })?;
        paths.extend(some.into_iter().map(|(path, _)| path));
    }
}

fn picture(svg: &str, dpi: f32, path: &Path) -> Result<(), ExportError> {
    let bytes = raster(svg, dpi).map_err(|detail| ExportError::Sheet { file: path.to_path_buf(), detail })?;
    let io = |source| ExportError::Io { file: path.to_path_buf(), source };
    let mut file = Replacing::create(path).map_err(io)?;
    file.out.write_all(&bytes).map_err(io)?;
    file.finish(path).map_err(io)
}

/// A sheet with the program's own fonts.
pub(super) fn tree(svg: &str) -> Result<Tree, String> {
    let options = Options { fontdb: fonts(), font_family: FAMILY.to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| error.to_string())
}

/// SVG with its size in millimetres as PNG bytes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a sheet has a few thousand pixels a side")]
pub(super) fn raster(svg: &str, dpi: f32) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    // CSS has 96 pixels an inch.
    let scale = dpi / 96.0;
    let size = tree.size();
    let mut pixels = Pixmap::new((size.width() * scale).round() as u32, (size.height() * scale).round() as u32)
        .ok_or_else(|| "no room for the picture".to_owned())?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    encoded(&pixels).map_err(|error| error.to_string())
}

/// Paper is not seen through, so that three bytes a pixel say all.
fn encoded(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let opaque: Vec<u8> = pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&opaque)?;
    writer.finish()?;
    Ok(bytes)
}
