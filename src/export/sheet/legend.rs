//! Beside or below a map: legend of what is on it, scale bar, north arrow, title block.

use super::draw::{PX, Svg, rect, run};
use super::face::Face;
use super::ground::{EXPRESSWAY, HERITAGE, HERITAGE_EDGE, Terrain};
use super::layout::{Area, Frame};
use super::map::{ByField, CLASS_FILL, PIPE_EDGE, Shown, compliance};
use super::marks::{narrow, sign};
use super::notes::BULGE;
use crate::base::Message;
use crate::export::features::approximate_layers;
use crate::export::{ExportInput, Stamp};
use crate::geometry::crs;
use crate::i18n::{Lang, grouped, tr};
use crate::map::{
    AreaStyle, Compliance, LineStyle, MapColours, Rgba, Shade, class_text, cloud, compound_style, district_hue, field_name,
    pipe_text, scale_bar, verdict_text,
};
use crate::model::LayerKind;
use crate::policy::{ItemClass, PipeClass, Verdict};

const INK: Rgba = Rgba::hex(0x1C_2126);
const SOFT: Rgba = Rgba::hex(0x5B_6670);
const HAIR: Rgba = Rgba::hex(0xB8_BEC4);
const WHITE: Rgba = Rgba::hex(0xFF_FFFF);
const RED: Rgba = Rgba::hex(0xC8_452B);
/// Height of an entry at most, and of a heading among entries.
const ROW: f64 = 54.0;
const SECTION: f64 = 1.2;
/// Height of scale bar and north arrow, and of these with the title block.
const FURNITURE: f64 = 240.0;
pub(super) const FOOT: f64 = 1_030.0;

/// What stands before an entry.
#[derive(Clone, Copy, Debug)]
enum Swatch {
    Districts,
    Verdict(Verdict),
    Pipe(PipeClass),
    Class(ItemClass),
    Terrain(Terrain),
    /// A class of a field.
    Fill(Rgba),
    Placeholder,
    Annotation,
}

#[derive(Clone, Debug)]
enum Row {
    Section(String),
    Entry(Swatch, String, Option<usize>),
    Note(String),
}

/// The legend of a map.
pub(super) struct Legend {
    heading: String,
    rows: Vec<Row>,
}

impl Legend {
    /// Of what a map shows, with the layer that it shows by a field.
    pub(super) fn of(shown: &Shown, by_field: Option<ByField<'_>>, lang: Lang) -> Self {
        let say = |message: &Message| tr(lang, message);
        let mut rows = Vec::new();
        if shown.districts > 0 {
            rows.push(Row::Section(say(&Message::new("export.section-districts"))));
            rows.push(Row::Entry(Swatch::Districts, say(&Message::new("map.legend-districts")), Some(shown.districts)));
        }
        if let Some(by_field) = by_field.filter(|_| !shown.classes.is_empty()) {
            Self::classes(&mut rows, shown, by_field, &say);
        }
        if !shown.verdicts.is_empty() {
            rows.push(Row::Section(say(&Message::new("export.section-compounds"))));
        }
        for verdict in Verdict::ALL {
            let count = shown.verdicts.iter().filter(|own| **own == verdict).count();
            if count > 0 {
                // Members wear the colour of their district: a count of the others would be taken for that of all.
                let count = (shown.districts == 0).then_some(count);
                rows.push(Row::Entry(Swatch::Verdict(verdict), say(&verdict_text(compliance(verdict))), count));
            }
        }
        if shown.placeholders > 0 {
            let text = say(&Message::new("map.legend-placeholder"));
            rows.push(Row::Entry(Swatch::Placeholder, text, Some(shown.placeholders)));
        }
        if !shown.pipes.is_empty() {
            rows.push(Row::Section(say(&Message::new("export.section-pipes"))));
        }
        rows.extend(
            shown.pipes.iter().map(|(class, count)| Row::Entry(Swatch::Pipe(*class), say(&pipe_text(*class)), Some(*count))),
        );
        if !shown.items.is_empty() || shown.items_without_room > 0 {
            rows.push(Row::Section(say(&Message::new("export.section-items"))));
        }
        rows.extend(
            shown.items.iter().map(|(class, count)| Row::Entry(Swatch::Class(*class), say(&class_text(*class)), Some(*count))),
        );
        if shown.counts_items {
            rows.push(Row::Note(say(&Message::new("export.items-counted"))));
        }
        if shown.items_without_room > 0 {
            rows.push(Row::Note(say(&Message::new("export.items-without-room").count("count", shown.items_without_room))));
        }
        if shown.annotations > 0 {
            let text = say(&Message::new("export.legend-annotations"));
            rows.push(Row::Entry(Swatch::Annotation, text, Some(shown.annotations)));
        }
        if !shown.terrain.is_empty() {
            rows.push(Row::Section(say(&Message::new("export.section-terrain"))));
        }
        rows.extend(
            shown.terrain.iter().map(|terrain| Row::Entry(Swatch::Terrain(*terrain), say(&terrain_message(*terrain)), None)),
        );
        Self { heading: say(&Message::new("export.legend")), rows }
    }

    fn classes(rows: &mut Vec<Row>, shown: &Shown, by_field: ByField<'_>, say: &dyn Fn(&Message) -> String) {
        let (layer, classed) = match by_field {
            ByField::Compounds(classed) => (LayerKind::Compounds.message(), classed),
            ByField::Districts(classed) => (Message::new("export.section-districts"), classed),
        };
        let title =
            Message::new("export.section-by-field").nested("layer", layer).nested("field", field_name(&classed.look.field));
        rows.push(Row::Section(say(&title)));
        let colours = MapColours::of(Shade::Light);
        for (class, count) in &shown.classes {
            let colour = classed.colour(*class, &colours).fade(CLASS_FILL);
            rows.push(Row::Entry(Swatch::Fill(colour), say(&classed.label(*class)), Some(*count)));
        }
    }

    /// Draws it; rows are as high as there is room for.
    pub(super) fn draw(&self, svg: &mut Svg, area: Area) {
        let face = Face::new(40.0).bold();
        svg.words([area[0], area[1] + 40.0], &face.fitted(&self.heading, area[2] - area[0]), face);
        let units: f64 = self.rows.iter().map(|row| if matches!(row, Row::Section(_)) { SECTION } else { 1.0 }).sum();
        let tall = ((area[3] - area[1] - 60.0) / units.max(1.0)).min(ROW);
        let size = (tall * 0.64).min(31.0);
        let mut y = area[1] + 60.0;
        for row in &self.rows {
            match row {
                Row::Section(text) => {
                    let (face, text) = Face::new(size * 0.92).colour(SOFT).shrunk(text, area[2] - area[0], size * 0.6);
                    svg.words([area[0], y + tall * SECTION - size * 0.5], &text, face);
                    y += tall * SECTION;
                }
                Row::Entry(swatch, text, count) => {
                    let middle = y + tall / 2.0;
                    swatch.draw(svg, [area[0], middle], (tall / ROW).min(1.0));
                    let number = count.map(|count| grouped(i64::try_from(count).unwrap_or(i64::MAX))).unwrap_or_default();
                    let end = Face::new(size * 0.9).colour(SOFT).end();
                    let room = area[2] - area[0] - 120.0 - end.width(&number) - 16.0;
                    let (face, text) = Face::new(size).shrunk(text, room, size * 0.6);
                    svg.words([area[0] + 120.0, middle + size * 0.36], &text, face);
                    if !number.is_empty() {
                        svg.words([area[2], middle + size * 0.36], &number, end);
                    }
                    y += tall;
                }
                Row::Note(text) => {
                    let (face, text) = Face::new(size * 0.8).colour(SOFT).shrunk(text, area[2] - area[0], size * 0.5);
                    svg.words([area[0], y + tall * 0.6], &text, face);
                    y += tall;
                }
            }
        }
    }
}

fn terrain_message(terrain: Terrain) -> Message {
    match terrain {
        Terrain::Water => Message::new("export.terrain-water"),
        Terrain::Street => Message::new("export.terrain-street"),
        Terrain::Railway => Message::new("export.terrain-railway"),
        Terrain::Expressway => Message::new("export.terrain-expressway"),
        Terrain::Barrier => Message::new("export.terrain-barrier"),
        Terrain::Building => Message::new("export.terrain-building"),
        Terrain::Parcel => Message::new("export.terrain-parcel"),
        Terrain::Heritage => Message::new("export.terrain-heritage"),
    }
}

impl Swatch {
    /// Draws it right of a point, so many times its usual size.
    fn draw(self, svg: &mut Svg, [left, y]: [f64; 2], times: f64) {
        let patch = [left, y - 18.0 * times, left + 92.0, y + 18.0 * times];
        let line = |colour: Rgba, units: f64, dash| LineStyle { colour, width_px: narrow(units / PX), dash };
        match self {
            Self::Districts => {
                for n in 0..3_u8 {
                    let hue = district_hue(n, Shade::Light);
                    let from = left + 31.0 * f64::from(n);
                    let style =
                        AreaStyle { fill: Some(hue.fade(0.26)), outline: Some(line(hue, 5.0, None)), ..AreaStyle::default() };
                    svg.area(&rect([from + 2.0, patch[1], from + 28.0, patch[3]]), &style);
                }
            }
            Self::Verdict(verdict) => svg.area(&rect(patch), &compound_style(compliance(verdict), &MapColours::of(Shade::Light))),
            Self::Pipe(class) => {
                let (a, b) = ([left, y], [left + 92.0, y]);
                svg.line(a, b, PIPE_EDGE, 11.0);
                let [red, green, blue] = class.exact_rgb();
                svg.line(a, b, Rgba { r: red, g: green, b: blue, a: 255 }, 8.0);
            }
            Self::Class(class) => sign(svg, [left + 46.0, y], class, None, times),
            Self::Fill(colour) => {
                let style = AreaStyle { fill: Some(colour), outline: Some(line(HAIR, 2.0, None)), ..AreaStyle::default() };
                svg.area(&rect(patch), &style);
            }
            Self::Placeholder => {
                let colours = MapColours::of(Shade::Light);
                svg.area(&rect(patch), &compound_style(Compliance::Must, &colours).as_placeholder(&colours));
            }
            Self::Annotation => {
                let ring = [[left + 8.0, y - 10.0 * times], [left + 84.0, y - 10.0 * times], [left + 84.0, y + 10.0 * times]];
                let ring = [ring[0], ring[1], ring[2], [left + 8.0, y + 10.0 * times], ring[0]];
                svg.path(&run(cloud(&ring, BULGE * 0.6).into_iter(), true), None, Some(line(RED, 3.0, None)));
            }
            Self::Terrain(terrain) => terrain_swatch(svg, terrain, patch),
        }
    }
}

fn terrain_swatch(svg: &mut Svg, terrain: Terrain, patch: Area) {
    let colours = MapColours::of(Shade::Light);
    let y = f64::midpoint(patch[1], patch[3]);
    let along = run([[patch[0], y], [patch[2], y]].into_iter(), false);
    let mut stroke = |colour: Rgba, units: f64, dash| {
        svg.path(&along, None, Some(LineStyle { colour, width_px: narrow(units / PX), dash }));
    };
    match terrain {
        Terrain::Street => {
            stroke(colours.street_edge, 24.0, None);
            stroke(colours.street, 20.0, None);
        }
        Terrain::Railway => {
            stroke(colours.barrier, 12.0, None);
            stroke(WHITE, 7.0, Some([9.0, 9.0]));
        }
        Terrain::Expressway => {
            stroke(colours.barrier, 18.0, None);
            stroke(EXPRESSWAY, 13.0, None);
        }
        Terrain::Barrier => stroke(colours.barrier, 5.0, None),
        Terrain::Water => svg.path(&rect(patch), Some(colours.water), None),
        Terrain::Building => svg.path(&rect(patch), Some(colours.building), None),
        Terrain::Parcel => svg.path(&rect(patch), Some(colours.green), None),
        Terrain::Heritage => svg.path(&rect(patch), Some(HERITAGE), Some(HERITAGE_EDGE)),
    }
}

/// Scale bar, north arrow and a title block that says what the sheet is, in an area of the height of [`FOOT`].
pub(super) fn block(
    svg: &mut Svg,
    input: &ExportInput<'_>,
    stamp: &Stamp,
    frame: &Frame,
    area: Area,
    subtitle: &str,
    lang: Lang,
) {
    furniture(svg, input, frame, area, lang);
    title_block(svg, input, stamp, frame, [area[0], area[1] + FURNITURE, area[2], area[3]], subtitle, lang);
}

fn furniture(svg: &mut Svg, input: &ExportInput<'_>, frame: &Frame, area: Area, lang: Lang) {
    let [left, top, right, _] = area;
    let bar = scale_bar(frame.metres_per_unit, narrow((right - left - 230.0).min(400.0)));
    let length = f64::from(bar.length_px);
    let y = top + 130.0;
    let parts = f64::from(bar.parts);
    let thin = Some(LineStyle { colour: INK, width_px: 1.0, dash: None });
    let mut n = 0.0;
    while n < parts {
        let (a, b) = (left + length * n / parts, left + length * (n + 1.0) / parts);
        let fill = if n % 2.0 < 0.5 { INK } else { WHITE };
        svg.path(&rect([a, y, b, y + 14.0]), Some(fill), thin);
        n += 1.0;
    }
    let far = if bar.length_m >= 1_000.0 {
        Message::new("map.kilometres").text("length", format!("{}", bar.length_m / 1_000.0))
    } else {
        Message::new("map.metres").text("length", format!("{}", bar.length_m))
    };
    svg.words([left, y - 12.0], "0", Face::new(28.0));
    svg.words([left + length, y - 12.0], &tr(lang, &far), Face::new(28.0).middle());
    let x = right - 60.0;
    let left_half = [[x, top + 46.0], [x - 34.0, top + 160.0], [x, top + 132.0]];
    let right_half = [[x, top + 46.0], [x + 34.0, top + 160.0], [x, top + 132.0]];
    let outline = Some(LineStyle { colour: INK, width_px: 1.2, dash: None });
    svg.path(&run(left_half.into_iter(), true), Some(INK), outline);
    svg.path(&run(right_half.into_iter(), true), Some(WHITE), outline);
    svg.words([x, top + 36.0], &tr(lang, &Message::new("map.north")), Face::new(34.0).bold().middle());
    let note = tr(lang, &Message::new("export.grid-note").text("code", input.content.crs_code.to_string()));
    let (face, note) = Face::new(24.0).colour(SOFT).shrunk(&note, right - left, 14.0);
    svg.words([left, top + 212.0], &note, face);
}

fn title_block(svg: &mut Svg, input: &ExportInput<'_>, stamp: &Stamp, frame: &Frame, area: Area, subtitle: &str, lang: Lang) {
    let [left, top, right, bottom] = area;
    let say = |message: &Message| tr(lang, message);
    svg.path(&rect(area), None, Some(LineStyle { colour: INK, width_px: 1.4, dash: None }));
    let content = input.content;
    let title = if stamp.title.is_empty() { say(&Message::new("export.untitled")) } else { stamp.title.clone() };
    let inner = right - left - 50.0;
    let (face, title) = Face::new(50.0).bold().shrunk(&title, inner, 26.0);
    svg.words([left + 25.0, top + 80.0], &title, face);
    let (face, subtitle) = Face::new(34.0).colour(SOFT).shrunk(subtitle, inner, 20.0);
    svg.words([left + 25.0, top + 138.0], &subtitle, face);
    let name = crs::describe(content.crs_code).map_or_else(|| format!("EPSG:{}", content.crs_code), |info| info.name);
    let date = content.data_date.clone().unwrap_or_else(|| "—".to_owned());
    let rows = [
        (Message::new("export.scale"), format!("1 : {}", crate::i18n::decimal(frame.scale, 0))),
        (Message::new("export.crs"), name),
        (Message::new("export.epsg"), format!("EPSG:{}", content.crs_code)),
        (Message::new("export.data-date"), date),
        (Message::new("export.policy"), stamp.policy()),
        (Message::new("export.plan-hash-short"), format!("{} · Lianpian {}", stamp.short_hash(), stamp.version)),
    ];
    let mut y = top + 170.0;
    for (label, value) in rows {
        svg.line([left, y], [right, y], HAIR, 2.0);
        let (face, label) = Face::new(27.0).colour(SOFT).shrunk(&say(&label), 140.0, 16.0);
        svg.words([left + 25.0, y + 47.0], &label, face);
        let face = Face::new(28.0);
        let room = right - left - 180.0 - 20.0;
        let lines = face.wrapped(&value, room, 2);
        let (face, lines) =
            if lines.len() > 1 { (Face::new(24.0), Face::new(24.0).wrapped(&value, room, 2)) } else { (face, lines) };
        let first = if lines.len() > 1 { y + 32.0 } else { y + 47.0 };
        for (line, at) in lines.into_iter().zip([first, first + 30.0]) {
            svg.words([left + 180.0, at], &line, face);
        }
        y += 72.0;
    }
    svg.line([left, y], [right, y], HAIR, 2.0);
    let face = Face::new(30.0).bold().middle().colour(RED);
    let mut lines = face.wrapped(&say(&Message::new("export.unofficial")), inner, 2);
    lines.extend(face.wrapped(&say(&stamp.standing()), inner, 2));
    lines.extend(approximate_layers(content, lang).iter().flat_map(|note| face.wrapped(note, inner, 3)));
    let step = ((bottom - y - 24.0) / f64::from(u32::try_from(lines.len()).unwrap_or(1))).min(44.0);
    let face = Face { size: (step * 0.72).min(30.0), ..face };
    let mut at = y + 12.0 + step * 0.74;
    for line in lines {
        svg.words([f64::midpoint(left, right), at], &line, face);
        at += step;
    }
}
