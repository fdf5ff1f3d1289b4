//! What stands before the maps: the cover and the table of districts.

use super::atlas::{Atlas, INK, Named, RED, SOFT, Sheet};
use super::face::Face;
use super::flow::{Col, Flow};
use super::layout::inner;
use super::paper::Size;
use crate::base::{CompoundId, DistrictId, Message};
use crate::export::features::{approximate_layers, item_in_scope};
use crate::i18n::{Lang, decimal, grouped};
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
        for (label, value) in self.sums().into_iter().chain(self.stamp.lines(self.options.lang)) {
            let (face, label) = Face::new(38.0).colour(SOFT).shrunk(&label, 600.0, 24.0);
            svg.words([400.0, y], &label, face);
            let (face, value) = Face::new(38.0).shrunk(&value, wide - 1_450.0, 24.0);
            svg.words([1_050.0, y], &value, face);
            y += 68.0;
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

    /// What the whole comes to.
    pub(super) fn sums(&self) -> Vec<(String, String)> {
        let content = self.input.content;
        let rows: Vec<_> = self.members.values().flatten().collect();
        let facts = || rows.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| &c.facts);
        let households: i64 = facts().filter_map(|f| f.households).map(i64::from).sum();
        let floor: f64 = facts().filter_map(|f| f.floor_area_m2).sum();
        let items = content.items.values().filter(|item| item_in_scope(self.input, item)).count();
        vec![
            (self.say(&Message::new("export.xlsx-districts")), Self::count(self.members.len())),
            (self.say(&Message::new("export.col-compounds")), Self::count(rows.len())),
            (self.say(&Message::new("export.col-households")), grouped(households)),
            (self.say(&Message::new("export.col-floor-area")), decimal(floor, 0)),
            (self.say(&Message::new("export.col-items")), Self::count(items)),
        ]
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
        for (id, members) in &self.members {
            if let Some(cells) = self.index_cells(*id, members) {
                flow.row(table, &cells.each_ref().map(String::as_str), None);
            }
        }
        let title = self.say(&Message::new("export.atlas-index"));
        self.tables(flow, size, &Named { code: "index".to_owned(), title }, &[area], None)
    }

    fn index_cells(&self, id: DistrictId, members: &[CompoundId]) -> Option<[String; 8]> {
        let content = self.input.content;
        let district = content.districts.get(&id)?;
        let compounds = || members.iter().filter_map(|member| content.compounds.get(member.index()));
        let names: Vec<&str> = compounds().map(crate::model::Compound::label).collect();
        let households: i64 = compounds().filter_map(|c| c.facts.households).map(i64::from).sum();
        let floor: f64 = compounds().filter_map(|c| c.facts.floor_area_m2).sum();
        let own = |item: &&Item| content.item_district(item) == Some(id) && item_in_scope(self.input, item);
        Some([
            format!("{:02}", district.number),
            district.name.clone(),
            names.join(if self.options.lang == Lang::Zh { "、" } else { ", " }),
            Self::count(members.len()),
            grouped(households),
            decimal(floor, 0),
            Self::count(content.items.values().filter(own).count()),
            district.year.map_or_else(|| "—".to_owned(), |year| year.to_string()),
        ])
    }
}
