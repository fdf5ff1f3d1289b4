//! The blocks of a drawing: a sign with a letter, filled in the colour of the layer on which it is inserted.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::drawing::{Block, Drawing, Fill, Sign, Words};
use super::frame::{begin_block, end_block};

/// Half the width of a sign, m: with its edge it stays below what readers take for a symbol.
const HALF_M: f64 = 1.5;

const WHITE: u8 = 255;

/// Writes the definition of a sign; its entities take their handles from the drawing.
pub(super) fn define(spool: &mut Drawing, handles: &mut Drawing, name: &str, block: &Block, record: u64) {
    spool.take_handles(handles);
    spool.own(record);
    let begin = spool.next_handle();
    // 2: attributes are defined in it.
    begin_block(&mut spool.tags, name, record, begin, if block.attributes.is_empty() { 0 } else { 2 });
    let shape = outline(block.sign);
    spool.hatch("0", &MultiPolygon(vec![shape.clone()]), Fill::Solid, None, &[]);
    spool.polyline("0", shape.exterior(), true, None, &[]);
    if let Some(letter) = block.letter {
        let middle = Coord { x: 0.0, y: if block.sign == Sign::Triangle { -0.35 } else { 0.0 } };
        let height = if block.sign == Sign::Triangle { 1.1 } else { 1.6 };
        let text = letter.to_string();
        spool.begin_in("TEXT", "0", WHITE);
        let words = Words { text: &text, height, turn: 0.0, centred: true };
        spool.text_body(middle, words);
        spool.tags.tag(100, "AcDbText");
        spool.tags.tag(73, 2);
    }
    for tag in &block.attributes {
        spool.begin_in("ATTDEF", "0", super::palette::INK);
        spool.text_body(Coord { x: 0.0, y: 0.0 }, Words { text: "", height: 1.0, turn: 0.0, centred: false });
        spool.tags.tag(100, "AcDbAttributeDefinition");
        spool.tags.text(3, tag);
        spool.tags.text(2, tag);
        spool.tags.tag(70, 1);
    }
    let end = spool.next_handle();
    end_block(&mut spool.tags, record, end);
    handles.take_handles(spool);
}

/// Outline of a sign around the origin.
fn outline(sign: Sign) -> Polygon<f64> {
    let h = HALF_M;
    let ring: Vec<(f64, f64)> = match sign {
        Sign::Square => vec![(-h, -h), (h, -h), (h, h), (-h, h), (-h, -h)],
        Sign::Diamond => vec![(0.0, -h), (h, 0.0), (0.0, h), (-h, 0.0), (0.0, -h)],
        Sign::Triangle => vec![(-1.3 * h, -h), (1.3 * h, -h), (0.0, 1.25 * h), (-1.3 * h, -h)],
        Sign::Circle => {
            let place = |n: u8| {
                let angle = std::f64::consts::TAU * f64::from(n % 24) / 24.0;
                (h * angle.cos(), h * angle.sin())
            };
            (0..=24).map(place).collect()
        }
    };
    Polygon::new(LineString::from(ring), Vec::new())
}
