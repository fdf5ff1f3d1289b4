//! What stands before the maps: the cover and the table of districts.

use super::atlas::{Atlas, INK, Named, RED, SOFT, Sheet};
use super::face::Face;
use super::flow::{Col, Flow};
use super::layout::inner;
use super::paper::Size;
use super::total::FactTotals;
use crate::base::{CompoundId, DistrictId, Message};
use crate::export::features::{approximate_layers, item_in_scope};
use crate::i18n::Lang;
use crate::model::Item;

impl Atlas<'_> {
    pub(super) fn cover(&self) -> Sheet {
        let size = Size::of(self.options.paper, true);
        let [wide, tall] = size.units;
        let title = self.say(&Message::new("export.atlas-cover"));
        let mut svg = self.sheet(size, &title);
        let room = wide - 800.0;
        let mut y = tall * 0.24;
        let face = Face::new(130.0).bold();
        for line in face.wrapped(&self.title(), room, 2) {
            svg.words([400.0, y], &line, face);
            y += 170.0;
        }
        let subtitle = match &self.stamp.unit {
            Some(unit) => self.say(&Message::new("export.atlas-unit").text("unit", unit)),
            None => self.say(&Message::new("export.subtitle")),
        };
        let (face, subtitle) = Face::new(60.0).colour(SOFT).shrunk(&subtitle, room, 40.0);
        svg.words([400.0, y], &subtitle, face);
        y += 80.0;
        svg.line([400.0, y], [wide - 400.0, y], INK, 4.0);
        y += 100.0;
        let (sums, is_partial) = self.sums();
        for (label, value) in sums.into_iter().chain(self.stamp.lines(self.options.lang)) {
            let (face, label) = Face::new(38.0).colour(SOFT).shrunk(&label, 600.0, 24.0);
            svg.words([400.0, y], &label, face);
            let (face, value) = Face::new(38.0).shrunk(&value, wide - 1_450.0, 24.0);
            svg.words([1_050.0, y], &value, face);
            y += 68.0;
        }
        if is_partial {
            let note = self.say(&Message::new("export.at-least"));
            let (face, note) = Face::new(34.0).colour(SOFT).shrunk(&note, room, 24.0);
            svg.words([400.0, y], &note, face);
            y += 40.0;
        }
        let notes = [self.say(&Message::new("export.unofficial")), self.say(&self.stamp.standing())]
            .into_iter()
            .chain(approximate_layers(self.input.content, self.options.lang));
        let face = Face::new(44.0).bold().colour(RED);
        y += 90.0;
        for line in notes.flat_map(|note| face.wrapped(&note, room, 2)) {
            svg.words([400.0, y], &line, face);
            y += 62.0;
        }
        Sheet { name: "cover".to_owned(), title, group: None, continued: false, drawn: svg.finish() }
    }

    /// What the whole comes to, and whether one of the sums leaves something out.
    pub(super) fn sums(&self) -> (Vec<(String, String)>, bool) {
        let content = self.input.content;
        let rows: Vec<_> = self.members.values().flatten().copied().collect();
        let totals = FactTotals::of(self.facts_of(&rows));
        let items = content.items.values().filter(|item| item_in_scope(self.input, item)).count();
        let sums = vec![
            (self.say(&Message::new("export.xlsx-districts")), Self::count(self.members.len())),
            (self.say(&Message::new("export.col-compounds")), Self::count(rows.len())),
            (self.say(&Message::new("export.col-households")), totals.households),
            (self.say(&Message::new("export.col-floor-area")), totals.floor_area),
            (self.say(&Message::new("export.col-items")), Self::count(items)),
        ];
        (sums, totals.is_partial[0])
    }

    /// A table of districts over the whole width.
    pub(super) fn index(&self) -> Vec<Sheet> {
        let size = Size::of(self.options.paper, true);
        let area = inner(&size);
        let mut flow = Flow::new(area[2] - area[0]);
        let heads = [
            "export.col-district",
            "export.col-name",
            "export.atlas-members",
            "export.col-compounds",
            "export.col-households",
            "export.col-floor-area",
            "export.col-items",
            "export.col-year",
        ];
        let columns = [
            Col(0.05, false),
            Col(0.14, false),
            Col(0.4, false),
            Col(0.07, true),
            Col(0.08, true),
            Col(0.11, true),
            Col(0.08, true),
            Col(0.07, true),
        ];
        let table = flow.table(&columns, &heads.map(|key| self.say(&Message::new(key))));
        let rows: Vec<_> = self.members.iter().filter_map(|(id, members)| self.index_cells(*id, members)).collect();
        for cells in &rows {
            flow.row(table, &cells.each_ref().map(String::as_str), None);
        }
        let is_partial = |members: &Vec<CompoundId>| FactTotals::of(self.facts_of(members)).is_partial[0];
        self.say_partial(&mut flow, self.members.values().any(is_partial));
        let title = self.say(&Message::new("export.atlas-index"));
        self.tables(flow, size, &Named { code: "index".to_owned(), title }, &[area], None)
    }

    fn index_cells(&self, id: DistrictId, members: &[CompoundId]) -> Option<[String; 8]> {
        let content = self.input.content;
        let district = content.districts.get(&id)?;
        let compounds = || members.iter().filter_map(|member| content.compounds.get(member.index()));
        let names: Vec<&str> = compounds().map(crate::model::Compound::label).collect();
        let totals = FactTotals::of(self.facts_of(members));
        let own = |item: &&Item| content.item_district(item) == Some(id) && item_in_scope(self.input, item);
        Some([
            format!("{:02}", district.number),
            district.name.clone(),
            names.join(if self.options.lang == Lang::Zh { "、" } else { ", " }),
            Self::count(members.len()),
            totals.households,
            totals.floor_area,
            Self::count(content.items.values().filter(own).count()),
            district.year.map_or_else(|| "—".to_owned(), |year| year.to_string()),
        ])
    }
}
