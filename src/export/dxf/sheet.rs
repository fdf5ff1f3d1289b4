//! The sheet of a drawing: a frame round the map with its grid, north arrow and title block, all in the model at the size that
//! they have on A3 at a round scale, and a layout with one window on it. Model and window are in the working CRS; one unit is one
//! metre. Nothing but windows lies on the layout: programs that know no layouts take what lies there for a part of the model, far from it.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::drawing::{Drawing, Fill, LayerStyle, SHEET, Words};
use super::ground::letter_width;
use crate::base::Message;
use crate::export::Stamp;
use crate::i18n::{Lang, tr};
use crate::map::Rgba;

/// Width and height of the sheet, and what is left free round it, mm.
const SIZE_MM: [f64; 2] = [420.0, 297.0];
const MARGIN_MM: f64 = 10.0;
/// Width of the column with the title block, mm.
const COLUMN_MM: f64 = 82.0;

const INK: LayerStyle = LayerStyle::new(Rgba::hex(0), 25);
const FINE: LayerStyle = LayerStyle::new(Rgba::hex(0x80_8080), 13);

/// The sheet and its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paper {
    pub(super) size_mm: [f64; 2],
    pub(super) scale: f64,
    bounds: [f64; 4],
}

impl Paper {
    /// The largest round scale at which the model fits beside the title block.
    pub(super) fn fit(bounds: Option<[f64; 4]>) -> Self {
        const LEADS: [f64; 8] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5];
        let bounds = bounds.unwrap_or([0.0, 0.0, 1_000.0, 1_000.0]);
        let [wide, high] = window_mm();
        let wanted = ((bounds[2] - bounds[0]) / wide).max((bounds[3] - bounds[1]) / high) * 1_000.0 * 1.04;
        let scales = (2..8).flat_map(|power| LEADS.map(|lead| lead * 10_f64.powi(power)));
        let scale = scales.into_iter().find(|scale| *scale >= wanted && *scale >= 500.0).unwrap_or(5.0e7);
        Self { size_mm: SIZE_MM, scale, bounds }
    }
}

/// Width and height of the window on the map.
fn window_mm() -> [f64; 2] {
    [SIZE_MM[0] - 2.0 * MARGIN_MM - COLUMN_MM, SIZE_MM[1] - 2.0 * MARGIN_MM]
}

/// Draws the frame into the drawing, and the sheet into a drawing of its own, which is given back.
pub(super) fn draw(
    drawing: &mut Drawing,
    stamp: &Stamp,
    approximate: Option<String>,
    lang: Lang,
) -> std::io::Result<(Paper, Drawing)> {
    let say = |key: &'static str| tr(lang, &Message::new(key));
    let (frame, grid, title) = (say("export.dxf-frame"), say("export.dxf-grid"), say("export.dxf-title"));
    drawing.layer(&frame, INK);
    drawing.layer(&grid, FINE);
    drawing.layer(&title, INK);
    let paper = Paper::fit(drawing.bounds);
    let around = model_frame(drawing, &paper, [&frame, &grid]);
    let mm = paper.scale / 1_000.0;
    let corner = [around[0] - MARGIN_MM * mm, around[1] - MARGIN_MM * mm];
    let mut rows = vec![(say("export.scale"), format!("1 : {}", crate::i18n::decimal(paper.scale, 0)))];
    rows.extend(stamp.lines(lang));
    let heading = if stamp.title.is_empty() { say("export.untitled") } else { stamp.title.clone() };
    let notes: Vec<String> = std::iter::once(say("export.unofficial")).chain(approximate).collect();
    let mut beside = Beside { drawing, layer: &title, corner, mm };
    beside.title_block(&heading, &rows, &notes);
    beside.north(&say("map.north"));
    let mut sheet = Drawing::new(drawing.tags.version())?;
    sheet.take_handles(drawing);
    sheet.own(SHEET);
    window(&mut sheet, &frame, &paper, corner);
    drawing.take_handles(&sheet);
    Ok((paper, sheet))
}

/// Frame and ticks with the numbers of the grid, in metres; gives the frame back.
fn model_frame(drawing: &mut Drawing, paper: &Paper, [frame, grid]: [&str; 2]) -> [f64; 4] {
    // So many metres are a millimetre of the sheet.
    let mm = paper.scale / 1_000.0;
    let [wide, high] = window_mm().map(|v| v * mm);
    let [x, y] = [f64::midpoint(paper.bounds[0], paper.bounds[2]), f64::midpoint(paper.bounds[1], paper.bounds[3])];
    let around = [x - wide / 2.0, y - high / 2.0, x + wide / 2.0, y + high / 2.0];
    drawing.polyline(frame, &ring(around), true, None, &[]);
    let steps = [100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 50_000.0, 200_000.0, 1.0e6];
    let step = steps.into_iter().find(|step| wide / step <= 8.0).unwrap_or(1.0e7);
    let mut x = (around[0] / step).ceil() * step;
    while x <= around[2] {
        let text = format!("{x:.0}");
        for (edge, inward) in [(around[1], 1.0), (around[3], -1.0)] {
            drawing.segment(grid, [x, edge], [x, edge + inward * 4.0 * mm]);
            let at = Coord { x, y: edge + inward * 6.5 * mm };
            drawing.words(grid, at, Words { text: &text, height: 2.5 * mm, turn: 0.0, centred: true }, None);
        }
        let mut y = (around[1] / step).ceil() * step;
        while y <= around[3] {
            drawing.segment(grid, [x - 2.0 * mm, y], [x + 2.0 * mm, y]);
            drawing.segment(grid, [x, y - 2.0 * mm], [x, y + 2.0 * mm]);
            y += step;
        }
        x += step;
    }
    let mut y = (around[1] / step).ceil() * step;
    while y <= around[3] {
        let text = format!("{y:.0}");
        for (edge, inward) in [(around[0], 1.0), (around[2], -1.0)] {
            drawing.segment(grid, [edge, y], [edge + inward * 4.0 * mm, y]);
            let at = Coord { x: edge + inward * 6.5 * mm, y };
            drawing.words(grid, at, Words { text: &text, height: 2.5 * mm, turn: 90.0, centred: true }, None);
        }
        y += step;
    }
    around
}

fn ring([x0, y0, x1, y1]: [f64; 4]) -> LineString<f64> {
    LineString::from(vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
}

/// The window of the layout: first the one that every layout has for itself, then the one on the model, from its corner.
fn window(drawing: &mut Drawing, layer: &str, paper: &Paper, corner: [f64; 2]) {
    let [wide, high] = SIZE_MM;
    let middle = [wide / 2.0, high / 2.0];
    let mm = paper.scale / 1_000.0;
    let whole = View { middle, size: SIZE_MM, id: 1, on: middle, high };
    let on = [corner[0] + middle[0] * mm, corner[1] + middle[1] * mm];
    let map = View { id: 2, on, high: high * mm, ..whole };
    for view in [whole, map] {
        view.write(drawing, layer);
    }
}

/// A window of a layout: where on the sheet, of which size, on what of the model.
#[derive(Clone, Copy)]
struct View {
    middle: [f64; 2],
    size: [f64; 2],
    id: u8,
    on: [f64; 2],
    /// Height of what is seen, in units of the model.
    high: f64,
}

impl View {
    fn write(&self, drawing: &mut Drawing, layer: &str) {
        drawing.begin("VIEWPORT", layer, None);
        let tags = &mut drawing.tags;
        tags.tag(100, "AcDbViewport");
        tags.place(10, self.middle[0], self.middle[1]);
        tags.real(40, self.size[0]);
        tags.real(41, self.size[1]);
        tags.tag(68, self.id);
        tags.tag(69, self.id);
        tags.flat(12, self.on[0], self.on[1]);
        tags.flat(13, 0.0, 0.0);
        tags.flat(14, 10.0, 10.0);
        tags.flat(15, 10.0, 10.0);
        tags.flat(16, 0.0, 0.0);
        tags.real(36, 1.0);
        tags.place(17, 0.0, 0.0);
        tags.real(42, 50.0);
        tags.real(43, 0.0);
        tags.real(44, 0.0);
        tags.real(45, self.high);
        tags.real(50, 0.0);
        tags.real(51, 0.0);
        tags.tag(72, 1_000);
        // 0x4000: locked, so that the scale stays.
        tags.tag(90, if self.id == 1 { 0x000C_8020 } else { 0x000C_C020 });
        tags.tag(1, "");
        tags.tag(281, 0);
        tags.tag(71, 1);
        tags.tag(74, 0);
        tags.place(110, 0.0, 0.0);
        tags.place(111, 1.0, 0.0);
        tags.flat(112, 0.0, 1.0);
        tags.real(132, 0.0);
        tags.tag(79, 0);
        tags.real(146, 0.0);
    }
}

/// What stands beside the map, given in millimetres of the sheet and drawn in the model.
struct Beside<'a> {
    drawing: &'a mut Drawing,
    layer: &'a str,
    /// Where the corner of the sheet lies.
    corner: [f64; 2],
    /// Metres in a millimetre.
    mm: f64,
}

impl Beside<'_> {
    fn place(&self, [x, y]: [f64; 2]) -> Coord<f64> {
        Coord { x: self.corner[0] + x * self.mm, y: self.corner[1] + y * self.mm }
    }

    fn way(&self, points: impl IntoIterator<Item = [f64; 2]>) -> LineString<f64> {
        points.into_iter().map(|at| self.place(at)).collect()
    }

    fn words(&mut self, at: [f64; 2], text: &str, height: f64, centred: bool) {
        let words = Words { text, height: height * self.mm, turn: 0.0, centred };
        self.drawing.words(self.layer, self.place(at), words, None);
    }

    /// The column, from its foot upward: notes, then rows of a label and a value, then the title.
    fn title_block(&mut self, heading: &str, rows: &[(String, String)], notes: &[String]) {
        let left = SIZE_MM[0] - MARGIN_MM - COLUMN_MM + 4.0;
        let (right, top) = (SIZE_MM[0] - MARGIN_MM, SIZE_MM[1] - MARGIN_MM);
        let edge = left - 4.0;
        let column = self.way([[edge, MARGIN_MM], [right, MARGIN_MM], [right, top], [edge, top], [edge, MARGIN_MM]]);
        self.drawing.polyline(self.layer, &column, true, None, &[]);
        let mut y = MARGIN_MM + 6.0;
        for note in notes.iter().rev() {
            y = self.lines([left, y], note, 3.5);
        }
        y += 2.0;
        for (label, value) in rows.iter().rev() {
            y = self.lines([left, y], value, 2.5);
            y = self.lines([left, y], label, 2.0) + 1.6;
        }
        self.lines([left, y + 2.0], heading, 5.0);
    }

    /// A text in lines that end at a place; gives the height above them.
    fn lines(&mut self, [x, mut y]: [f64; 2], text: &str, height: f64) -> f64 {
        for piece in wrapped(text, (COLUMN_MM - 8.0) / height).iter().rev() {
            self.words([x, y], piece, height, false);
            y += height * 1.7;
        }
        y
    }

    fn north(&mut self, letter: &str) {
        let (x, y) = (SIZE_MM[0] - MARGIN_MM - COLUMN_MM / 2.0, SIZE_MM[1] - MARGIN_MM - 34.0);
        let half = |side: f64| self.way([[x, y + 22.0], [x + side * 5.0, y], [x, y + 5.0], [x, y + 22.0]]);
        let (left, right) = (half(-1.0), half(1.0));
        self.drawing.hatch(self.layer, &MultiPolygon(vec![Polygon::new(left, Vec::new())]), Fill::Solid, None, &[]);
        self.drawing.polyline(self.layer, &right, true, None, &[]);
        self.words([x, y + 26.0], letter, 4.0, true);
    }
}

/// A text in pieces that are at most so many times as wide as high.
fn wrapped(text: &str, most: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut width = 0.0;
    for c in text.chars() {
        let own = letter_width(c);
        if width + own > most && width > 0.0 {
            pieces.push(String::new());
            width = 0.0;
        }
        width += own;
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_everything_fits() {
        for (size, scale) in [(100.0, 500.0), (300.0, 1_000.0), (3_000.0, 10_000.0), (100_000.0, 400_000.0)] {
            let paper = Paper::fit(Some([0.0, 0.0, size, size / 2.0]));
            assert_eq!(paper.scale, scale, "{size}");
            assert!(size / paper.scale * 1_000.0 <= window_mm()[0]);
        }
    }

    #[test]
    fn long_words_go_on_in_the_next_line() {
        let pieces = wrapped("临江街道老旧小区集中连片改造", 6.0);
        assert!(pieces.len() == 4 && pieces.concat() == "临江街道老旧小区集中连片改造", "{pieces:?}");
    }
}
