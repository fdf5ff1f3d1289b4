//! The sheet as a picture: SVG drawn by resvg with the program's own font, 200 dots an inch.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::geojson::Replacing;
use super::{ExportError, ExportInput, ExportOptions, sheet};

/// Dots an inch.
const DPI: f32 = 200.0;

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

pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<PathBuf, ExportError> {
    let path = folder.join("map.png");
    let picture = raster(&sheet::svg(input, options)).map_err(|detail| ExportError::Sheet { file: path.clone(), detail })?;
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    file.out.write_all(&picture).map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(path)
}

/// A sheet with the program's own fonts.
pub(super) fn tree(svg: &str) -> Result<Tree, String> {
    let options = Options { fontdb: fonts(), font_family: FAMILY.to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| error.to_string())
}

/// SVG with its size in millimetres as PNG bytes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an A3 sheet has a few thousand pixels a side")]
pub(super) fn raster(svg: &str) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    // CSS has 96 pixels an inch.
    let scale = DPI / 96.0;
    let size = tree.size();
    let mut pixels = Pixmap::new((size.width() * scale).round() as u32, (size.height() * scale).round() as u32)
        .ok_or_else(|| "no room for the picture".to_owned())?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}
