//! How wide letters are: the advances of the bundled fonts, so that a text that is said to fit does.

use std::sync::OnceLock;

use ttf_parser::Face;

use crate::export::font_bytes;

/// A font with its unit.
struct Font {
    face: Face<'static>,
    em: f64,
}

impl Font {
    /// In ems; `None` for a letter that the font lacks.
    fn advance(&self, c: char) -> Option<f64> {
        let glyph = self.face.glyph_index(c)?;
        Some(f64::from(self.face.glyph_hor_advance(glyph)?) / self.em)
    }
}

fn fonts() -> &'static [Option<Font>; 2] {
    static FONTS: OnceLock<[Option<Font>; 2]> = OnceLock::new();
    let load = |bytes| {
        let face = Face::parse(bytes, 0).ok()?;
        let em = f64::from(face.units_per_em());
        Some(Font { face, em })
    };
    FONTS.get_or_init(|| font_bytes().map(load))
}

/// The width of a letter in ems. What the bold font lacks is drawn in the regular one, and what both lack as a box of an em.
pub(super) fn advance(c: char, bold: bool) -> f64 {
    let [regular, heavy] = fonts();
    let of = |font: &Option<Font>| font.as_ref().and_then(|font| font.advance(c));
    let found = if bold { of(heavy).or_else(|| of(regular)) } else { of(regular) };
    found.unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_as_wide_as_the_font_says() {
        assert!(fonts().iter().all(Option::is_some));
        assert_eq!([advance('片', false), advance('区', true), advance('\u{10FFFF}', false)], [1.0; 3]);
        assert!(advance('i', false) < advance('W', false) && advance('W', false) < 1.0);
        assert!(advance('a', false) < advance('a', true));
    }
}
