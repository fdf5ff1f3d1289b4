//! Signs of renovation items: square, circle and triangle in the colour of the class, a letter within.

use super::draw::{Face, PX, Svg, run};
use crate::map::{ClassSign, LineStyle, Rgba, class_colour, class_sign};
use crate::policy::ItemClass;

/// Half the width of a sign.
pub(super) const HALF: f64 = 21.0;

/// Draws a sign around a point.
pub(super) fn sign(svg: &mut Svg, at: [f64; 2], class: ItemClass, letter: Option<char>) {
    let colour = class_colour(class);
    let white = Some(LineStyle { colour: Rgba::hex(0xFF_FFFF), width_px: narrow(4.0 / PX), dash: None });
    let [x, y] = at;
    let mut letter_at = [x, y + 10.5];
    let mut size = 29.0;
    match class_sign(class) {
        ClassSign::Circle => svg.circle(at, HALF + 1.0, colour, 4.0),
        ClassSign::Square => {
            let h = HALF - 1.0;
            let corners = [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h]];
            svg.path(&run(corners.into_iter(), true), Some(colour), white);
        }
        ClassSign::Triangle => {
            let corners = [[x, y - 29.0], [x + 29.0, y + 21.0], [x - 29.0, y + 21.0]];
            svg.path(&run(corners.into_iter(), true), Some(colour), white);
            letter_at = [x, y + 16.0];
            size = 24.0;
        }
    }
    if let Some(letter) = letter {
        svg.words(letter_at, &letter.to_string(), Face::new(size).bold().middle().colour(Rgba::hex(0xFF_FFFF)));
    }
}

/// To the pixels of the map's styles.
#[expect(clippy::cast_possible_truncation, reason = "widths of lines and places on a sheet")]
pub(super) fn narrow(v: f64) -> f32 {
    v as f32
}
