//! Which labels there are, how they rank, and where each of them may stand.

use std::collections::HashMap;
use std::f32::consts::{FRAC_PI_2, PI};

use egui::{FontFamily, FontId};
use geo::Coord;

use super::pen::Pen;
use super::{Label, Named};
use crate::map::{
    Compliance, DIMMED, LabelBox, LineLayer, MapLayer, Placer, Rgba, Run, Viewport, district_hue, room_m, straight_runs,
};
use crate::ui::canvas::CanvasInput;
use crate::ui::canvas::styles::narrow;
use crate::ui::theme::bold;

/// At most so many labels of a kind are tried.
const TRIED: usize = 700;
/// Names of compounds, names of streets and pipe letters appear below these scale denominators.
const COMPOUND_DENOMINATOR: f64 = 40_000.0;
const STREET_DENOMINATOR: f64 = 14_000.0;
const PIPE_DENOMINATOR: f64 = 3_500.0;
/// The same street is named again after this distance, and letters of a pipe class after that one, pixels.
const STREET_AGAIN_PX: f32 = 520.0;
const PIPE_AGAIN_PX: f32 = 170.0;
/// Compounds of at least this size are named, and such as are marked with a question mark, pixels.
const NAME_PX: f32 = 46.0;
const MARK_PX: f32 = 30.0;
/// Names may reach this far over the edges of their compound, pixels.
const OVER_PX: f32 = 8.0;

/// Labels being placed.
pub(super) struct Placing<'a> {
    input: &'a CanvasInput<'a>,
    view: Viewport,
    pen: &'a Pen<'a>,
    placer: Placer,
    /// Labels that stood before, which go first and keep their places.
    before: &'a HashMap<Named, Label>,
    pub(super) labels: Vec<Label>,
}

impl<'a> Placing<'a> {
    pub(super) fn new(
        input: &'a CanvasInput<'a>,
        view: Viewport,
        pen: &'a Pen<'a>,
        placer: Placer,
        before: &'a HashMap<Named, Label>,
    ) -> Self {
        Self { input, view, pen, placer, before, labels: Vec::new() }
    }

    /// Places every kind that shows at this scale, the most important first.
    pub(super) fn all(&mut self) {
        let shown = |layer| self.input.shown(layer).is_some();
        let scale = self.view.scale_denominator();
        let (districts, compounds) = (shown(MapLayer::Districts), shown(MapLayer::Compounds) && scale < COMPOUND_DENOMINATOR);
        let streets = shown(MapLayer::Streets) && scale < STREET_DENOMINATOR;
        let pipes = shown(MapLayer::Pipes) && scale < PIPE_DENOMINATOR;
        if districts {
            self.districts();
        }
        if streets {
            self.streets(true);
        }
        if compounds {
            self.compounds();
        }
        if streets {
            self.streets(false);
        }
        if pipes {
            self.pipe_letters();
        }
    }

    fn stood(&self, named: Named) -> bool {
        self.before.contains_key(&named)
    }

    /// Places an upright label at the first of several shifts that is free; where it stood before is tried first.
    fn upright(&mut self, label: Label, room: [f32; 2], shifts: &[[f32; 2]]) -> bool {
        let [x, y] = self.view.screen_from_world(label.at);
        let stood = self.before.get(&label.named).map(|before| before.shift);
        for shift in stood.iter().chain(shifts) {
            if self.placer.place(LabelBox::around([x + shift[0], y + shift[1]], room)) {
                self.labels.push(Label { shift: *shift, ..label });
                return true;
            }
        }
        false
    }

    fn districts(&mut self) {
        let districts = self.input.districts;
        let scale = self.view.view(districts.layer.anchor).scale;
        let size = |row: u32| districts.layer.size_m(row) * scale;
        let named = |row: u32| districts.shapes.get(row as usize).map(|shape| Named::District(shape.id));
        let mut rows = districts.layer.grid.in_rect(self.view.world_rect(0.0));
        rows.retain(|row| size(*row) > 28.0);
        rows.sort_by(|a, b| {
            let stood = |row: u32| named(row).is_some_and(|named| self.stood(named));
            stood(*b).cmp(&stood(*a)).then(size(*b).total_cmp(&size(*a))).then(a.cmp(b))
        });
        let ink = self.input.palette.map.ink;
        for row in rows.into_iter().take(TRIED) {
            let (Some(shape), Some(named)) = (districts.shapes.get(row as usize), named(row)) else { continue };
            let Some(place) = shape.place else { continue };
            let px = size(row);
            let font = FontId::new(if px > 60.0 { 14.0 } else { 11.0 }, bold());
            let number = shape.label.split(' ').next().unwrap_or_default();
            let whole = self.pen.measure(&shape.label, &font);
            let (text, [width, height]) = if px > 110.0 && whole[0] < px * 0.9 {
                (shape.label.as_str(), whole)
            } else {
                (number, self.pen.measure(number, &font))
            };
            let at = districts.layer.anchor + Coord { x: f64::from(place[0]), y: f64::from(place[1]) };
            let pale = shape.hue >= DIMMED;
            let hue = if pale { self.input.palette.map.quiet } else { district_hue(shape.hue, self.input.palette.shade()) };
            let label = Label { at, size: font.size, ..label(named, text, true, hue.mix(ink, 0.62)) };
            self.upright(label, [width + 6.0, height], &[0.0, -22.0, 22.0, -40.0, 40.0].map(|dy| [0.0, dy]));
        }
    }

    fn compounds(&mut self) {
        let layer = &self.input.scene.compounds;
        let scale = self.view.view(layer.anchor).scale;
        let mut rows: Vec<(bool, f32, u32)> = layer
            .grid
            .in_rect(self.view.world_rect(0.0))
            .into_iter()
            .map(|row| (self.stood(Named::Compound(row)), layer.size_m(row) * scale, row))
            .filter(|(_, px, _)| *px > MARK_PX.min(NAME_PX))
            .collect();
        rows.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        for (_, px, row) in rows.into_iter().take(TRIED) {
            let Some(place) = layer.features.get(row as usize).and_then(|f| f.label) else { continue };
            let at = layer.anchor + Coord { x: f64::from(place[0]), y: f64::from(place[1]) };
            if px >= NAME_PX {
                self.compound_name(row, at);
            }
            if px >= MARK_PX {
                self.question(row, at);
            }
        }
    }

    fn is_assigned(&self, row: u32) -> bool {
        self.input.content.assignment.get(row as usize).copied().flatten().is_some()
    }

    /// The name of a compound in one line or two, where it fits into the shape.
    fn compound_name(&mut self, row: u32, at: Coord<f64>) {
        const SIZE: f32 = 11.5;
        let Some(compound) = self.input.content.compounds.get(row as usize) else { return };
        let name = compound.facts.name.trim();
        if name.is_empty() {
            return;
        }
        let font = FontId::new(SIZE, FontFamily::Proportional);
        let scale = self.view.metres_per_pixel();
        let verdict = self.input.verdicts.get(row as usize).copied().unwrap_or_default();
        let quiet = !self.is_assigned(row) && matches!(verdict, Compliance::Excluded | Compliance::OutOfScope);
        let colours = &self.input.palette.map;
        let ink = if quiet { colours.ink_soft } else { colours.ink };
        for text in [Some(name.to_owned()), in_two_lines(name)].into_iter().flatten() {
            let [width, height] = self.pen.measure(&text, &font);
            let fits = |dy: f32| {
                let there = Coord { x: at.x, y: at.y - f64::from(dy) * scale };
                narrow(room_m(&compound.shape, there) / scale) + OVER_PX >= width
            };
            let shifts: Vec<[f32; 2]> =
                [0.0, -14.0, 14.0, -28.0, 28.0].into_iter().filter(|dy| fits(*dy)).map(|dy| [0.0, dy]).collect();
            let label = Label { at, size: SIZE, ..label(Named::Compound(row), &text, false, ink) };
            if !shifts.is_empty() && self.upright(label, [width + 4.0, height - 1.0], &shifts) {
                return;
            }
        }
    }

    /// The question mark of a compound of which too little is known.
    fn question(&mut self, row: u32, at: Coord<f64>) {
        let verdict = self.input.verdicts.get(row as usize).copied().unwrap_or_default();
        if verdict == Compliance::Unknown && !self.is_assigned(row) && !self.input.verdicts.is_empty() {
            let label = Label { at, size: 11.0, ..label(Named::Mark(row), "?", true, self.input.palette.map.ink_soft) };
            self.upright(label, [8.0, 12.0], &[16.0, -16.0, 0.0].map(|dy| [0.0, dy]));
        }
    }

    /// Names along streets: those of the important ones, or of the others.
    fn streets(&mut self, important: bool) {
        let layer = &self.input.scene.streets;
        let content = self.input.content;
        let mut written: Vec<(&str, [f32; 2])> = Vec::new();
        let mut rows = layer.grid.in_rect(self.view.world_rect(0.0));
        rows.retain(|row| content.streets.get(*row as usize).is_some_and(|s| s.important == important && !s.name.is_empty()));
        let width = |row: u32| content.streets.get(row as usize).and_then(|s| s.width_m).unwrap_or(0.0);
        rows.sort_by(|a, b| {
            let stood = |row: u32| self.stood(Named::Street(row));
            stood(*b).cmp(&stood(*a)).then(width(*b).total_cmp(&width(*a))).then(a.cmp(b))
        });
        let font = FontId::new(11.0, FontFamily::Proportional);
        for row in rows.into_iter().take(TRIED) {
            let Some(street) = content.streets.get(row as usize) else { continue };
            let [width, height] = self.pen.measure(&street.name, &font);
            let far = |at: [f32; 2]| {
                written
                    .iter()
                    .all(|(name, other)| *name != street.name || (at[0] - other[0]).hypot(at[1] - other[1]) > STREET_AGAIN_PX)
            };
            let label = label(Named::Street(row), &street.name, false, self.input.palette.map.ink_soft);
            if let Some(at) = self.along(layer, row, label, [width, height], width * 1.25, &far) {
                written.push((&street.name, at));
            }
        }
    }

    /// Letters of the standard along pipes.
    fn pipe_letters(&mut self) {
        let layer = &self.input.scene.pipes;
        let mut written: Vec<(crate::policy::PipeClass, [f32; 2])> = Vec::new();
        let mut rows = layer.grid.in_rect(self.view.world_rect(0.0));
        rows.sort_by_key(|row| (!self.stood(Named::Pipe(*row)), *row));
        let font = FontId::new(11.0, FontFamily::Proportional);
        for row in rows.into_iter().take(4 * TRIED) {
            let pipe = self.input.content.pipes.get(row as usize);
            let Some(class) = pipe.map(|pipe| pipe.class).filter(|class| !self.input.hidden_pipes.contains(class)) else {
                continue;
            };
            let [width, height] = self.pen.measure(class.letters(), &font);
            let far = |at: [f32; 2]| {
                written.iter().all(|(other, place)| *other != class || (at[0] - place[0]).hypot(at[1] - place[1]) > PIPE_AGAIN_PX)
            };
            let ink = self.input.palette.map.pipe(class).mix(self.input.palette.map.ink, 0.35);
            let label = label(Named::Pipe(row), class.letters(), false, ink);
            if let Some(at) = self.along(layer, row, label, [width + 8.0, height], 70.0, &far) {
                written.push((class, at));
            }
        }
    }

    /// Places a label along the longest straight run of a line that is free and longer than `least_px`; tells where.
    fn along(
        &mut self,
        layer: &LineLayer,
        row: u32,
        label: Label,
        size: [f32; 2],
        least_px: f32,
        far: &impl Fn([f32; 2]) -> bool,
    ) -> Option<[f32; 2]> {
        let stood = self.before.get(&label.named).map(|before| (before.at, before.angle));
        if let Some((at, angle)) = stood {
            let middle = self.view.screen_from_world(at);
            if far(middle) && self.take_all(&slanted(middle, angle, size)) {
                self.labels.push(Label { at, angle, size: 11.0, ..label });
                return Some(middle);
            }
        }
        let view = self.view.view(layer.cells.origin_of(row as usize)?);
        let place = |part: &[[f32; 2]]| -> Vec<[f32; 2]> { part.iter().map(|p| view.place(*p)).collect() };
        let size_px = self.view.size_px();
        let mut runs: Vec<Run> = layer.line(row).parts().flat_map(|part| straight_runs(&place(part), size_px)).collect();
        runs.retain(|run| run.length() > least_px);
        runs.sort_by(|a, b| b.length().total_cmp(&a.length()));
        for run in runs.into_iter().take(3) {
            let (middle, angle) = (run.middle(), upright_angle(&run));
            if far(middle) && self.take_all(&slanted(middle, angle, size)) {
                let at = self.view.world_from_screen(middle);
                self.labels.push(Label { at, angle, size: 11.0, ..label });
                return Some(middle);
            }
        }
        None
    }

    /// Takes all boxes or none.
    fn take_all(&mut self, boxes: &[LabelBox]) -> bool {
        let free = boxes.iter().all(|b| self.placer.is_free(b));
        if free {
            for taken in boxes {
                self.placer.take(*taken);
            }
        }
        free
    }
}

fn label(named: Named, text: &str, bold: bool, ink: Rgba) -> Label {
    Label { named, text: text.to_owned(), size: 11.0, bold, at: Coord::zero(), shift: [0.0; 2], angle: 0.0, ink }
}

/// The angle at which text along a run stands upright.
fn upright_angle(run: &Run) -> f32 {
    let angle = (run.to[1] - run.from[1]).atan2(run.to[0] - run.from[0]);
    if angle.abs() > FRAC_PI_2 { angle - angle.signum() * PI } else { angle }
}

/// Boxes along a slanted text, none much larger than its height.
fn slanted(middle: [f32; 2], angle: f32, [width, height]: [f32; 2]) -> Vec<LabelBox> {
    let step = height * 0.9;
    let (sin, cos) = angle.sin_cos();
    let mut boxes = Vec::new();
    let mut d = -width / 2.0 + height / 2.0;
    while d <= width / 2.0 - height / 2.0 + step {
        boxes.push(LabelBox::around([middle[0] + d * cos, middle[1] + d * sin], [height, height]));
        d += step;
    }
    boxes
}

/// Endings of names that stay in one line.
const TOGETHER: [[char; 2]; 9] = [
    ['小', '区'],
    ['花', '园'],
    ['新', '村'],
    ['大', '院'],
    ['宿', '舍'],
    ['公', '寓'],
    ['一', '期'],
    ['二', '期'],
    ['三', '期'],
];

/// A name in two lines of about the same length, broken at a space or between Chinese characters; `None` for short ones.
fn in_two_lines(name: &str) -> Option<String> {
    let chars: Vec<char> = name.chars().collect();
    if chars.len() < 5 {
        return None;
    }
    let middle = chars.len().div_ceil(2);
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let is_kept = |a: char, b: char| (is_word(a) && is_word(b)) || TOGETHER.contains(&[a, b]);
    // A break before place `n`: at a space, or where no Latin word, number or Chinese ending is cut.
    let breaks = |n: usize| chars[n] == ' ' || chars[n - 1] == ' ' || !is_kept(chars[n - 1], chars[n]);
    let places = (2..chars.len() - 1).filter(|n| breaks(*n));
    let at = places.min_by_key(|n| (n.abs_diff(middle), *n))?;
    let line = |part: &[char]| part.iter().collect::<String>().trim().to_owned();
    Some(format!("{}\n{}", line(&chars[..at]), line(&chars[at..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_between_characters_and_not_within_words() {
        assert_eq!(in_two_lines("机械厂家属楼"), Some("机械厂\n家属楼".to_owned()));
        assert_eq!(in_two_lines("光明小区"), None);
        assert_eq!(in_two_lines("Station Road Estate"), Some("Station\nRoad Estate".to_owned()));
        assert_eq!(in_two_lines("建设街1024号院"), Some("建设街\n1024号院".to_owned()));
        assert_eq!(in_two_lines("Longest"), None);
        assert_eq!(in_two_lines("铁北小区二期"), Some("铁北\n小区二期".to_owned()));
    }

    #[test]
    fn text_along_a_line_is_never_upside_down() {
        for (from, to) in [([0.0, 0.0], [-10.0, 1.0]), ([0.0, 0.0], [10.0, -9.0]), ([5.0, 9.0], [5.0, -9.0])] {
            assert!(upright_angle(&Run { from, to }).abs() <= FRAC_PI_2 + 1.0e-6);
        }
        let boxes = slanted([100.0, 100.0], 0.7, [80.0, 14.0]);
        assert!(boxes.iter().all(|b| b.max[0] - b.min[0] == 14.0) && boxes.len() > 5);
    }
}
