//! The column beside the map: legend of what is on it, scale bar, north arrow, title block.

use super::Frame;
use super::draw::{Face, PX, Svg, rect, run, width};
use super::map::{Shown, compliance};
use super::marks::{narrow, sign};
use crate::base::Message;
use crate::export::features::approximate_layers;
use crate::export::{ExportInput, Stamp, verdict_of};
use crate::geometry::crs;
use crate::i18n::{Lang, tr};
use crate::map::{
    AreaStyle, Classed, LineStyle, Looked, MapColours, Rgba, Shade, compound_style, district_hue, field_name, scale_bar,
};
use crate::policy::{ItemClass, PipeClass, Verdict};

const INK: Rgba = Rgba::hex(0x1C_2126);
const SOFT: Rgba = Rgba::hex(0x5B_6670);
const HAIR: Rgba = Rgba::hex(0xB8_BEC4);
/// Height of an entry.
const ROW: f64 = 58.0;
/// Height of scale bar and north arrow, and of these with the title block.
pub(super) const FURNITURE: f64 = 230.0;
pub(super) const FOOT: f64 = 1_030.0;

/// The column beside a map, filled from the top down.
pub(super) struct Column<'a> {
    pub(super) svg: &'a mut Svg,
    pub(super) lang: Lang,
    /// Left and right.
    pub(super) sides: [f64; 2],
    /// Height of an entry.
    pub(super) row: f64,
    pub(super) y: f64,
}

pub(super) fn draw(svg: &mut Svg, input: &ExportInput<'_>, frame: &Frame, (shown, looked): (&Shown, &Looked), lang: Lang) {
    let mut column = Column { svg, lang, sides: frame.column, row: ROW, y: frame.area[1] + 36.0 };
    column.heading(&Message::new("export.legend"));
    match &looked.districts {
        Some(classed) => column.classes(&Message::new("export.section-districts"), classed, &|_| true),
        None => column.districts(input),
    }
    column.compounds(input, looked, &|_| true);
    column.pipes(shown);
    column.items(shown);
    let top = frame.area[3] - FOOT;
    column.furniture(frame, top);
    let subtitle = column.say(&Message::new("export.subtitle"));
    column.title_block(input, frame, top + FURNITURE, &subtitle);
}

impl Column<'_> {
    pub(super) fn say(&self, message: &Message) -> String {
        tr(self.lang, message)
    }

    pub(super) fn heading(&mut self, message: &Message) {
        let text = self.say(message);
        self.svg.words([self.sides[0], self.y], &text, Face::new(40.0).bold());
        self.y += 50.0;
    }

    pub(super) fn section(&mut self, message: &Message) {
        self.y += 22.0;
        let text = self.say(message);
        self.svg.words([self.sides[0], self.y], &text, Face::new(28.0).colour(SOFT));
        self.y += 46.0;
    }

    fn entry(&mut self, message: &Message, count: usize) {
        let text = self.say(message);
        let room = self.sides[1] - self.sides[0] - 130.0 - 90.0;
        let size = (31.0 * room / width(&text, 31.0)).clamp(22.0, 31.0);
        self.svg.words([self.sides[0] + 130.0, self.y + 11.0], &text, Face::new(size));
        let mut face = Face::new(28.0).colour(SOFT);
        face.anchor = "end";
        self.svg.words([self.sides[1], self.y + 10.0], &crate::i18n::grouped(i64::try_from(count).unwrap_or(0)), face);
        self.y += self.row;
    }

    fn patch(&self) -> [f64; 4] {
        [self.sides[0], self.y - 19.0, self.sides[0] + 96.0, self.y + 19.0]
    }

    pub(super) fn districts(&mut self, input: &ExportInput<'_>) {
        let count = input.content.districts.len();
        if count == 0 {
            return;
        }
        self.section(&Message::new("export.section-districts"));
        let b = self.patch();
        let third = (b[2] - b[0]) / 3.0;
        for n in 0..3_u8 {
            let hue = district_hue(n, Shade::Light);
            let left = b[0] + third * f64::from(n);
            let outline = Some(LineStyle { colour: hue, width_px: narrow(5.0 / PX), dash: None });
            let style = AreaStyle { fill: Some(hue.fade(0.26)), outline, ..AreaStyle::default() };
            self.svg.area(&rect([left + 2.0, b[1], left + third - 4.0, b[3]]), &style);
        }
        self.entry(&Message::new("map.legend-districts"), count);
    }

    /// Compounds by verdict, or by the field that colours them, of the rows that the map shows.
    pub(super) fn compounds(&mut self, input: &ExportInput<'_>, looked: &Looked, shows: &dyn Fn(usize) -> bool) {
        match &looked.compounds {
            Some(classed) => self.classes(&Message::new("export.section-compounds"), classed, shows),
            None => self.verdicts(input, shows),
        }
    }

    /// The classes of a field with how many of the rows that the map shows are in each, and of how many nothing is known.
    fn classes(&mut self, layer: &Message, classed: &Classed, shows: &dyn Fn(usize) -> bool) {
        let title =
            Message::new("map.legend-by-field").nested("layer", layer.clone()).nested("field", field_name(&classed.look.field));
        self.section(&title);
        let colours = MapColours::of(Shade::Light);
        let mut counts = vec![0_usize; classed.classes.len() + 1];
        for (_, class) in classed.rows.iter().enumerate().filter(|(row, _)| shows(*row)) {
            counts[usize::from(*class).min(classed.classes.len())] += 1;
        }
        for (class, count) in counts.into_iter().enumerate() {
            if class == classed.classes.len() && count == 0 {
                continue;
            }
            let outline = Some(LineStyle { colour: SOFT, width_px: 0.9, dash: None });
            let style = AreaStyle { fill: Some(classed.colour(class, &colours)), outline, ..AreaStyle::default() };
            let patch = rect(self.patch());
            self.svg.area(&patch, &style);
            self.entry(&classed.label(class), count);
        }
    }

    fn verdicts(&mut self, input: &ExportInput<'_>, shows: &dyn Fn(usize) -> bool) {
        if input.content.compounds.is_empty() {
            return;
        }
        self.section(&Message::new("export.section-compounds"));
        let colours = MapColours::of(Shade::Light);
        for verdict in Verdict::ALL {
            let count =
                (0..input.content.compounds.len()).filter(|row| verdict_of(input, *row) == verdict && shows(*row)).count();
            if count == 0 {
                continue;
            }
            let text = match verdict {
                Verdict::Must => Message::new("map.legend-must"),
                Verdict::May => Message::new("map.legend-may"),
                Verdict::OutOfScope => Message::new("map.legend-out-of-scope"),
                Verdict::Excluded => Message::new("map.legend-excluded"),
                Verdict::Unknown => Message::new("map.legend-unknown"),
            };
            let patch = rect(self.patch());
            self.svg.area(&patch, &compound_style(compliance(verdict), &colours));
            self.entry(&text, count);
        }
    }

    pub(super) fn pipes(&mut self, shown: &Shown) {
        if shown.pipes.is_empty() {
            return;
        }
        self.section(&Message::new("export.section-pipes"));
        for class in PipeClass::ALL {
            let Some(count) = shown.pipes.get(&class).copied() else { continue };
            let text = match class {
                PipeClass::Water => Message::new("map.pipe-water"),
                PipeClass::Drainage => Message::new("map.pipe-drainage"),
                PipeClass::Gas => Message::new("map.pipe-gas"),
                PipeClass::Heat => Message::new("map.pipe-heat"),
                PipeClass::Power => Message::new("map.pipe-power"),
                PipeClass::Telecom => Message::new("map.pipe-telecom"),
                PipeClass::Industrial => Message::new("map.pipe-industrial"),
                PipeClass::Other => Message::new("map.pipe-other"),
                PipeClass::Unknown => Message::new("map.pipe-unknown"),
            };
            let (a, b) = ([self.sides[0], self.y], [self.sides[0] + 96.0, self.y]);
            self.svg.line(a, b, Rgba::hex(0x4A_5056), 11.0);
            let [r, g, b_] = class.exact_rgb();
            self.svg.line(a, b, Rgba { r, g, b: b_, a: 255 }, 8.0);
            self.entry(&text, count);
        }
    }

    pub(super) fn items(&mut self, shown: &Shown) {
        if shown.items.is_empty() {
            return;
        }
        self.section(&Message::new("export.section-items"));
        for class in ItemClass::ALL {
            let Some(count) = shown.items.get(&class) else { continue };
            let text = match class {
                ItemClass::Basic => Message::new("map.legend-basic"),
                ItemClass::Improvement => Message::new("map.legend-improvement"),
                ItemClass::Upgrade => Message::new("map.legend-upgrade"),
            };
            sign(self.svg, [self.sides[0] + 48.0, self.y], class, None);
            self.entry(&text, *count);
        }
        if shown.items_without_room > 0 {
            let text = self.say(&Message::new("export.items-without-room").count("count", shown.items_without_room));
            self.svg.words([self.sides[0], self.y + 4.0], &text, Face::new(24.0).colour(SOFT));
            self.y += self.row;
        }
    }

    /// Scale bar and north arrow.
    pub(super) fn furniture(&mut self, frame: &Frame, top: f64) {
        let bar = scale_bar(frame.metres_per_unit, 400.0);
        let length = f64::from(bar.length_px);
        let (left, y) = (self.sides[0], top + 150.0);
        let parts = f64::from(bar.parts);
        let mut n = 0.0;
        while n < parts {
            let (a, b) = (left + length * n / parts, left + length * (n + 1.0) / parts);
            let fill = if n % 2.0 < 0.5 { INK } else { Rgba::hex(0xFF_FFFF) };
            self.svg.path(&rect([a, y, b, y + 14.0]), Some(fill), Some(LineStyle { colour: INK, width_px: 1.0, dash: None }));
            n += 1.0;
        }
        let far = if bar.length_m >= 1_000.0 {
            Message::new("map.kilometres").text("length", format!("{}", bar.length_m / 1_000.0))
        } else {
            Message::new("map.metres").text("length", format!("{}", bar.length_m))
        };
        let far = self.say(&far);
        self.svg.words([left, y - 12.0], "0", Face::new(28.0));
        self.svg.words([left + length, y - 12.0], &far, Face::new(28.0).middle());
        let x = self.sides[1] - 60.0;
        let left_half = [[x, top + 40.0], [x - 34.0, top + 164.0], [x, top + 134.0]];
        let right_half = [[x, top + 40.0], [x + 34.0, top + 164.0], [x, top + 134.0]];
        let outline = Some(LineStyle { colour: INK, width_px: 1.2, dash: None });
        self.svg.path(&run(left_half.into_iter(), true), Some(INK), outline);
        self.svg.path(&run(right_half.into_iter(), true), Some(Rgba::hex(0xFF_FFFF)), outline);
        let north = self.say(&Message::new("map.north"));
        self.svg.words([x, top + 24.0], &north, Face::new(34.0).bold().middle());
    }

    pub(super) fn title_block(&mut self, input: &ExportInput<'_>, frame: &Frame, top: f64, subtitle: &str) {
        let content = input.content;
        let stamp = Stamp::of_input(input);
        self.svg.path(
            &rect([self.sides[0], top, self.sides[1], frame.area[3]]),
            None,
            Some(LineStyle { colour: INK, width_px: 1.4, dash: None }),
        );
        let title = if content.title.is_empty() { self.say(&Message::new("export.untitled")) } else { content.title.clone() };
        let inner = self.sides[1] - self.sides[0] - 60.0;
        let size = (52.0 * inner / width(&title, 52.0)).clamp(26.0, 52.0);
        self.svg.words([self.sides[0] + 30.0, top + 86.0], &title, Face::new(size).bold());
        let size = (32.0 * inner / width(subtitle, 32.0)).clamp(18.0, 32.0);
        self.svg.words([self.sides[0] + 30.0, top + 142.0], subtitle, Face::new(size).colour(SOFT));
        let name = crs::describe(content.crs_code).map_or_else(|| format!("EPSG:{}", content.crs_code), |info| info.name);
        let date = content.data_date.clone().unwrap_or_else(|| "—".to_owned());
        let scale = format!("1 : {}", crate::i18n::decimal(frame.scale, 0));
        let rows = [
            (Message::new("export.scale"), scale),
            (Message::new("export.crs"), name),
            (Message::new("export.epsg"), format!("EPSG:{}", content.crs_code)),
            (Message::new("export.data-date"), date),
            (Message::new("export.policy"), stamp.policy()),
            (Message::new("export.plan-hash-short"), format!("{} · Lianpian {}", stamp.short_hash(), stamp.version)),
        ];
        let mut y = top + 176.0;
        for (label, value) in rows {
            self.svg.line([self.sides[0], y], [self.sides[1], y], HAIR, 2.0);
            let label = self.say(&label);
            self.svg.words([self.sides[0] + 30.0, y + 48.0], &label, Face::new(28.0).colour(SOFT));
            self.value([self.sides[0] + 195.0, y + 48.0], &value);
            y += 74.0;
        }
        self.svg.line([self.sides[0], y], [self.sides[1], y], HAIR, 2.0);
        let mut notes = vec![self.say(&Message::new("export.unofficial"))];
        notes.extend(approximate_layers(content, self.lang));
        let middle = [f64::midpoint(self.sides[0], self.sides[1]), f64::midpoint(y, frame.area[3]) + 12.0];
        let mut down = if notes.len() > 1 { -20.0 } else { 0.0 };
        for note in notes {
            let size = (34.0 * inner / width(&note, 34.0)).clamp(18.0, 34.0);
            self.svg.words([middle[0], middle[1] + down], &note, Face::new(size).bold().middle().colour(Rgba::hex(0xC8_452B)));
            down += 40.0;
        }
    }

    /// A value of the title block; one that is too long goes on two lines, broken where names of systems break.
    fn value(&mut self, at: [f64; 2], value: &str) {
        let room = self.sides[1] - at[0] - 20.0;
        match value.split_once(" / ") {
            Some((first, second)) if width(value, 30.0) > room => {
                let size = (26.0 * room / width(second, 26.0)).clamp(17.0, 26.0);
                self.svg.words([at[0], at[1] - 16.0], first, Face::new(26.0));
                self.svg.words([at[0], at[1] + 16.0], second, Face::new(size));
            }
            _ => self.svg.words(at, value, Face::new((30.0 * room / width(value, 30.0)).clamp(17.0, 30.0))),
        }
    }
}
