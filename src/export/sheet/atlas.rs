//! The atlas: a cover, an index, the map of the whole, and a sheet for each district with its map at a round scale, legend of
//! what is on it, items, sums, findings and boxes to sign.

use geo::BoundingRect;

use super::draw::{Face, Svg, fitted, wrapped};
use super::legend::{Column, FOOT, FURNITURE};
use super::panel::{Panel, SIGN};
use super::{Colours, FRAME, Frame, SHEET, map};
use crate::base::{CompoundId, DistrictId, Message};
use crate::export::features::{approximate_layers, item_in_scope};
use crate::export::xlsx::Book;
use crate::export::{ExportInput, ExportOptions, Stamp};
use crate::i18n::{decimal, grouped, tr};
use crate::map::Rgba;
use crate::model::Item;

pub(super) const INK: Rgba = Rgba::hex(0x1C_2126);
pub(super) const SOFT: Rgba = Rgba::hex(0x5B_6670);
pub(super) const HAIR: Rgba = Rgba::hex(0xB8_BEC4);
pub(super) const RED: Rgba = Rgba::hex(0xC8_452B);

/// The map of a district, and the panel beside it.
const AREA: [f64; 4] = [FRAME[0], FRAME[1], 2_600.0, FRAME[3]];
pub(super) const PANEL: [f64; 2] = [2_650.0, 4_100.0];
/// Left of the title block.
const BLOCK: f64 = 3_470.0;
/// Districts on one page of the index.
const INDEX_ROWS: usize = 49;

/// A page with the name that its file has.
pub(in crate::export) struct Page {
    /// For file names.
    pub(in crate::export) name: String,
    /// The page, in tenths of a millimetre.
    pub(in crate::export) svg: String,
}

/// Left and right of the index.
const INDEX_LEFT: f64 = 200.0;
const INDEX_RIGHT: f64 = SHEET[0] - 200.0;

/// A row of the index: three texts that begin at their columns, and numbers that end at theirs.
fn index_row(svg: &mut Svg, y: f64, cells: &[String; 8], size: f64, ink: Rgba) {
    let starts = [INDEX_LEFT, INDEX_LEFT + 160.0, INDEX_LEFT + 760.0];
    let rooms = [140.0, 570.0, 1_560.0];
    let ends = [2_780.0, 3_040.0, 3_400.0, 3_700.0, INDEX_RIGHT];
    for ((cell, x), room) in cells.iter().zip(starts).zip(rooms) {
        svg.words([x, y], &fitted(cell, size, room), Face::new(size).colour(ink));
    }
    for (cell, x) in cells[3..].iter().zip(ends) {
        let mut face = Face::new(size).colour(ink);
        face.anchor = "end";
        svg.words([x, y], cell, face);
    }
}

pub(super) struct Atlas<'a> {
    pub(super) input: &'a ExportInput<'a>,
    pub(super) options: &'a ExportOptions,
    stamp: Stamp,
}

/// Every page in order, made one at a time.
pub(in crate::export) fn pages<'a>(input: &'a ExportInput<'a>, options: &'a ExportOptions) -> impl Iterator<Item = Page> + 'a {
    let atlas = Atlas { input, options, stamp: Stamp::of_input(input) };
    let colours = Colours::of(input);
    let mine = move |id: &DistrictId| input.scope.is_none_or(|scope| scope.has_district(*id));
    let ids: Vec<DistrictId> = input.content.districts.keys().copied().filter(mine).collect();
    let mut front = vec![atlas.cover()];
    front.extend(ids.chunks(INDEX_ROWS).enumerate().map(|(n, ids)| atlas.index(n, ids)));
    front.push(Page { name: "overview".to_owned(), svg: super::svg(input, options) });
    let sheets = ids.into_iter().filter_map(move |id| atlas.district(id, &colours));
    front.into_iter().chain(sheets)
}

impl Atlas<'_> {
    pub(super) fn say(&self, message: &Message) -> String {
        tr(self.options.lang, message)
    }

    pub(super) fn book(&self) -> Book<'_> {
        Book { input: self.input, lang: self.options.lang }
    }

    /// An empty sheet that says what it is and of which plan.
    fn sheet(&self, title: &str) -> Svg {
        let mut svg = Svg::new(SHEET);
        svg.title(&format!("{} · {title}", self.title()), &self.stamp.to_json().to_string());
        svg
    }

    fn title(&self) -> String {
        if self.stamp.title.is_empty() { self.say(&Message::new("export.untitled")) } else { self.stamp.title.clone() }
    }

    fn cover(&self) -> Page {
        let title = self.title();
        let mut svg = self.sheet(&self.say(&Message::new("export.atlas-cover")));
        let room = SHEET[0] - 800.0;
        let mut y = 760.0;
        for line in wrapped(&title, 130.0, room, 2) {
            svg.words([400.0, y], &line, Face::new(130.0).bold());
            y += 170.0;
        }
        let subtitle = match &self.stamp.unit {
            Some(unit) => self.say(&Message::new("export.atlas-unit").text("unit", unit)),
            None => self.say(&Message::new("export.subtitle")),
        };
        svg.words([400.0, y], &fitted(&subtitle, 60.0, room), Face::new(60.0).colour(SOFT));
        y += 90.0;
        svg.line([400.0, y], [SHEET[0] - 400.0, y], INK, 4.0);
        y += 110.0;
        for (label, value) in self.sums().into_iter().chain(self.stamp.lines(self.options.lang)) {
            svg.words([400.0, y], &label, Face::new(38.0).colour(SOFT));
            svg.words([1_050.0, y], &fitted(&value, 38.0, SHEET[0] - 1_450.0), Face::new(38.0));
            y += 72.0;
        }
        let notes = std::iter::once(self.say(&Message::new("export.unofficial")))
            .chain(approximate_layers(self.input.content, self.options.lang));
        y = SHEET[1] - 300.0;
        for note in notes {
            svg.words([400.0, y], &fitted(&note, 44.0, room), Face::new(44.0).bold().colour(RED));
            y += 70.0;
        }
        Page { name: "cover".to_owned(), svg: svg.finish() }
    }

    /// What the whole comes to.
    fn sums(&self) -> Vec<(String, String)> {
        let content = self.input.content;
        let members = content.members_by_district();
        let mine = |id: &DistrictId| self.input.scope.is_none_or(|scope| scope.has_district(*id));
        let rows: Vec<_> = members.iter().filter(|(id, _)| mine(id)).flat_map(|(_, rows)| rows).collect();
        let facts = || rows.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| &c.facts);
        let households: i64 = facts().filter_map(|f| f.households).map(i64::from).sum();
        let floor: f64 = facts().filter_map(|f| f.floor_area_m2).sum();
        let count = |n: usize| grouped(i64::try_from(n).unwrap_or(i64::MAX));
        let items = content.items.values().filter(|item| item_in_scope(self.input, item)).count();
        vec![
            (self.say(&Message::new("export.xlsx-districts")), count(members.keys().filter(|id| mine(id)).count())),
            (self.say(&Message::new("export.col-compounds")), count(rows.len())),
            (self.say(&Message::new("export.col-households")), grouped(households)),
            (self.say(&Message::new("export.col-floor-area")), decimal(floor, 0)),
            (self.say(&Message::new("export.col-items")), count(items)),
        ]
    }

    /// A table of districts over the whole width.
    fn index(&self, number: usize, ids: &[DistrictId]) -> Page {
        let title = self.say(&Message::new("export.atlas-index"));
        let mut svg = self.sheet(&title);
        svg.words([INDEX_LEFT, 190.0], &title, Face::new(60.0).bold());
        let keys = [
            "export.col-district",
            "export.col-name",
            "export.atlas-members",
            "export.col-compounds",
            "export.col-households",
            "export.col-floor-area",
            "export.col-items",
            "export.col-year",
        ];
        let mut y = 280.0;
        index_row(&mut svg, y, &keys.map(|key| self.say(&Message::new(key))), 28.0, SOFT);
        svg.line([INDEX_LEFT, y + 16.0], [INDEX_RIGHT, y + 16.0], HAIR, 2.0);
        let members = self.input.content.members_by_district();
        for id in ids {
            y += 50.0;
            let none = Vec::new();
            if let Some(cells) = self.index_cells(*id, members.get(id).unwrap_or(&none)) {
                index_row(&mut svg, y, &cells, 31.0, INK);
            }
        }
        Page { name: format!("index-{}", number + 1), svg: svg.finish() }
    }

    fn index_cells(&self, id: DistrictId, members: &[CompoundId]) -> Option<[String; 8]> {
        let content = self.input.content;
        let district = content.districts.get(&id)?;
        let compounds = || members.iter().filter_map(|member| content.compounds.get(member.index()));
        let names: Vec<&str> = compounds().map(crate::model::Compound::label).collect();
        let households: i64 = compounds().filter_map(|c| c.facts.households).map(i64::from).sum();
        let floor: f64 = compounds().filter_map(|c| c.facts.floor_area_m2).sum();
        let own = |item: &&Item| content.item_district(item) == Some(id) && item_in_scope(self.input, item);
        let count = |n: usize| grouped(i64::try_from(n).unwrap_or(i64::MAX));
        Some([
            format!("{:02}", district.number),
            district.name.clone(),
            names.join(if self.options.lang == crate::i18n::Lang::Zh { "、" } else { ", " }),
            count(members.len()),
            grouped(households),
            decimal(floor, 0),
            count(content.items.values().filter(own).count()),
            district.year.map_or_else(|| "—".to_owned(), |year| year.to_string()),
        ])
    }

    fn district(&self, id: DistrictId, colours: &Colours) -> Option<Page> {
        let content = self.input.content;
        let district = content.districts.get(&id)?;
        let members = content.members(id);
        let boxes = members.iter().filter_map(|member| content.compounds.get(member.index())?.shape.bounding_rect());
        let frame = Frame::fit(boxes.reduce(super::join), AREA, [BLOCK, PANEL[1]]);
        let label = district.label();
        let title = self.say(&Message::new("export.atlas-district").text("district", &label));
        let mut svg = self.sheet(&title);
        let shown = map::draw(&mut svg, self.input, &frame, colours, Some(id));
        let foot = AREA[3] - FOOT;
        let mut panel = Panel { atlas: self, svg: &mut svg, y: AREA[1] + 60.0 };
        panel.head(district, &label);
        panel.facts(id, district, &members);
        panel.items(id);
        panel.findings(id, foot - SIGN - 30.0);
        panel.signatures(id, foot - SIGN);
        let mut legend =
            Column { svg: &mut svg, lang: self.options.lang, sides: [PANEL[0], BLOCK - 60.0], row: 44.0, y: foot + 40.0 };
        legend.heading(&Message::new("export.legend"));
        let seen = |row: usize| content.compounds.get(row).is_some_and(|c| frame.sees(c.shape.bounding_rect()));
        legend.compounds(self.input, &colours.looked, &seen);
        legend.pipes(&shown);
        legend.items(&shown);
        let mut block = Column { svg: &mut svg, lang: self.options.lang, sides: [BLOCK, PANEL[1]], row: 58.0, y: foot };
        block.furniture(&frame, foot);
        block.title_block(self.input, &frame, foot + FURNITURE, &title);
        Some(Page { name: format!("district-{:02}", district.number), svg: svg.finish() })
    }
}
