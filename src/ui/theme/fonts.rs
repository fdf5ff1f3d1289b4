//! Fonts: the bundled cut of Noto Sans SC, icons, and after them what the system has for rarer characters.
//!
//! The cut holds the 8,105 characters of 通用规范汉字表; a name with a rarer one makes egui ask [`SystemFonts`], which
//! reads one file after the other from the usual places and only then.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use egui::epaint::text::{FallbackRequest, FontInsert, FontPriority, FontProvider, InsertFontFamily};
use egui::{FontData, FontDefinitions, FontFamily};

/// Name of the family of titles.
pub const BOLD: &str = "bold";

static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-subset-Regular.otf");
static TITLES: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-subset-Bold.otf");

/// Fonts of the usual systems that hold many Chinese characters: file and face.
const PLACES: [(&str, u32); 12] = [
    ("C:/Windows/Fonts/msyh.ttc", 0),
    ("C:/Windows/Fonts/simsunb.ttf", 0),
    ("C:/Windows/Fonts/SimsunExtG.ttf", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", 0),
    ("/System/Library/Fonts/Supplemental/Songti.ttc", 0),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0),
];

/// The family of titles.
#[must_use]
pub fn bold() -> FontFamily {
    FontFamily::Name(BOLD.into())
}

/// Sets the fonts of the window. Call once, before the first frame.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::empty();
    fonts.font_data.insert("noto-regular".to_owned(), Arc::new(FontData::from_static(REGULAR)));
    fonts.font_data.insert("noto-bold".to_owned(), Arc::new(FontData::from_static(TITLES)));
    let regular = || vec!["noto-regular".to_owned()];
    fonts.families.insert(FontFamily::Proportional, regular());
    fonts.families.insert(FontFamily::Monospace, regular());
    fonts.families.insert(bold(), vec!["noto-bold".to_owned(), "noto-regular".to_owned()]);
    ctx.set_fonts(fonts);
    egui_material_icons::initialize(ctx);
    ctx.add_font_provider(Arc::new(SystemFonts::default()));
}

/// Gives out the system's fonts one by one, when a character is missing.
#[derive(Default)]
struct SystemFonts {
    /// The next place to try.
    next: AtomicUsize,
    /// Held while a file is read, so that two characters do not read the same one.
    reading: Mutex<()>,
}

impl FontProvider for SystemFonts {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let _reading = self.reading.lock().ok()?;
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let (path, face) = PLACES.get(index)?;
            let Ok(bytes) = std::fs::read(path) else { continue };
            log::info!("a character of {:?} is not in the bundled font; added {path}", request.cluster);
            let data = FontData { index: *face, ..FontData::from_owned(bytes) };
            let families = [FontFamily::Proportional, FontFamily::Monospace, bold()];
            let families = families.map(|family| InsertFontFamily { family, priority: FontPriority::Lowest });
            return Some(FontInsert::new(path, data, families.to_vec()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_fonts_hold_what_the_interface_writes() {
        let ctx = egui::Context::default();
        install_fonts(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |_| {});
        output.textures_delta.clear();
        let words = include_str!("../../../assets/words/map.toml");
        let signs = "㎡²³№→←↑↓·…—“”‘’《》、。，；：？！（）【】％‰℃×÷±≤≥≈≠∑①②③④⑤⑥⑦⑧⑨⑩✓●○■□▲△◆★☆€¥￥𬭯𬍛㸆鿍";
        ctx.fonts_mut(|fonts| {
            for family in [FontFamily::Proportional, bold()] {
                let font = egui::FontId::new(13.0, family);
                let missing: String =
                    words.chars().chain(signs.chars()).filter(|c| !c.is_control() && !fonts.has_glyph(&font, *c)).collect();
                assert_eq!(missing, "");
            }
            let font = egui::FontId::new(13.0, FontFamily::Proportional);
            let widths: Vec<f32> = ('0'..='9').map(|c| fonts.glyph_width(&font, c)).collect();
            assert!(widths.iter().all(|w| (w - widths[0]).abs() < 1.0e-3), "figures are tabular");
        });
    }
}
