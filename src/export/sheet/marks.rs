//! Signs of renovation items: square, circle and triangle in the colour of the class, a letter within.

use super::draw::{PX, Svg, run};
use super::face::Face;
use crate::map::{ClassSign, LineStyle, Rgba, class_colour, class_sign};
use crate::policy::ItemClass;

/// Half the width of a sign.
pub(super) const HALF: f64 = 21.0;

/// Draws a sign around a point, so many times its usual size.
pub(super) fn sign(svg: &mut Svg, at: [f64; 2], class: ItemClass, letter: Option<char>, times: f64) {
    let colour = class_colour(class);
    let white = Some(LineStyle { colour: Rgba::hex(0xFF_FFFF), width_px: narrow(4.0 * times / PX), dash: None });
    let [x, y] = at;
    let (mut down, mut size) = (10.5, 29.0);
    match class_sign(class) {
        ClassSign::Circle => svg.circle(at, (HALF + 1.0) * times, colour, 4.0 * times),
        ClassSign::Square => {
            let h = (HALF - 1.0) * times;
            let corners = [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h]];
            svg.path(&run(corners.into_iter(), true), Some(colour), white);
        }
        ClassSign::Triangle => {
            let (up, foot) = (29.0 * times, 21.0 * times);
            let corners = [[x, y - up], [x + up, y + foot], [x - up, y + foot]];
            svg.path(&run(corners.into_iter(), true), Some(colour), white);
            (down, size) = (16.0, 24.0);
        }
    }
    if let Some(letter) = letter {
        let face = Face::new(size * times).bold().middle().colour(Rgba::hex(0xFF_FFFF));
        svg.words([x, y + down * times], &letter.to_string(), face);
    }
}

/// To the pixels of the map's styles.
#[expect(clippy::cast_possible_truncation, reason = "widths of lines and places on a sheet")]
pub(super) fn narrow(v: f64) -> f32 {
    v as f32
}
