//! What stands beside the map of a district: its facts, items, findings and boxes to sign.

use super::atlas::{Atlas, HAIR, INK, PANEL, RED, SOFT};
use super::draw::{Face, PX, Svg, fitted, rect, wrapped};
use crate::base::{CompoundId, DistrictId, Message, Money};
use crate::export::FindingFeature;
use crate::export::features::item_in_scope;
use crate::export::xlsx::{review, works};
use crate::i18n::{decimal, grouped};
use crate::map::{LineStyle, Rgba};
use crate::model::{District, Item};

/// Height of the boxes to sign.
pub(super) const SIGN: f64 = 330.0;

/// The text beside the map of a district, filled from the top down.
pub(super) struct Panel<'a> {
    pub(super) atlas: &'a Atlas<'a>,
    pub(super) svg: &'a mut Svg,
    pub(super) y: f64,
}

impl Panel<'_> {
    fn section(&mut self, message: &Message) {
        self.y += 24.0;
        let text = self.atlas.say(message);
        self.svg.words([PANEL[0], self.y], &text, Face::new(30.0).bold());
        self.y += 14.0;
        self.svg.line([PANEL[0], self.y], [PANEL[1], self.y], HAIR, 2.0);
        self.y += 36.0;
    }

    pub(super) fn head(&mut self, district: &District, label: &str) {
        let text = self.atlas.say(&Message::new("export.atlas-district").text("district", label));
        self.svg.words([PANEL[0], self.y], &fitted(&text, 56.0, PANEL[1] - PANEL[0]), Face::new(56.0).bold());
        self.y += 56.0;
        let said = [district.implementer.as_str(), district.note.as_str()];
        for line in said.into_iter().filter(|line| !line.is_empty()) {
            self.svg.words([PANEL[0], self.y], &fitted(line, 28.0, PANEL[1] - PANEL[0]), Face::new(28.0).colour(SOFT));
            self.y += 42.0;
        }
    }

    pub(super) fn facts(&mut self, id: DistrictId, district: &District, members: &[CompoundId]) {
        let content = self.atlas.input.content;
        let facts = || members.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| &c.facts);
        let households: i64 = facts().filter_map(|f| f.households).map(i64::from).sum();
        let floor: f64 = facts().filter_map(|f| f.floor_area_m2).sum();
        let estimate: Money = facts().filter_map(|f| f.estimated_cost).sum();
        let items: Vec<&Item> = self.items_of(id);
        let cost: Money = items.iter().filter_map(|item| content.item_cost(item)).sum();
        let open = items.iter().filter(|item| content.item_cost(item).is_none()).count();
        let count = |n: usize| grouped(i64::try_from(n).unwrap_or(i64::MAX));
        let rows = [
            ("export.col-year", district.year.map_or_else(|| "—".to_owned(), |year| year.to_string())),
            ("export.col-compounds", count(members.len())),
            ("export.col-households", grouped(households)),
            ("export.col-floor-area", decimal(floor, 0)),
            ("export.col-estimate", decimal(estimate.wan_yuan(), 2)),
            ("export.col-cost", if open == items.len() { "—".to_owned() } else { decimal(works::yuan(cost), 2) }),
            ("export.col-items", count(items.len())),
            ("export.col-uncosted", count(open)),
        ];
        let half = (PANEL[1] - PANEL[0]) / 2.0;
        for pair in rows.chunks(2) {
            for (n, (key, value)) in pair.iter().enumerate() {
                let left = PANEL[0] + if n == 0 { 0.0 } else { half + 30.0 };
                self.svg.words([left, self.y], &self.atlas.say(&Message::new(key)), Face::new(27.0).colour(SOFT));
                let mut face = Face::new(27.0);
                face.anchor = "end";
                self.svg.words([left + half - 30.0, self.y], value, face);
            }
            self.y += 44.0;
        }
    }

    fn items_of(&self, id: DistrictId) -> Vec<&Item> {
        let input = self.atlas.input;
        let own = |item: &&Item| input.content.item_district(item) == Some(id) && item_in_scope(input, item);
        input.content.items.values().filter(own).collect()
    }

    /// Items by entry of the catalogue.
    pub(super) fn items(&mut self, id: DistrictId) {
        const ROWS: usize = 14;
        self.section(&Message::new("export.xlsx-items"));
        let content = self.atlas.input.content;
        let own: Vec<(String, Option<f64>, usize, Money)> = {
            let items = self.items_of(id);
            let used = content.catalogue.entries.iter().filter_map(|entry| {
                let own: Vec<&&Item> = items.iter().filter(|item| item.code == entry.code).collect();
                (!own.is_empty()).then(|| {
                    let name = if self.atlas.options.lang == crate::i18n::Lang::Zh { &entry.zh } else { &entry.en };
                    let text = format!(
                        "{} · {name} ({})",
                        self.atlas.say(&entry.class.message()),
                        self.atlas.say(&entry.unit.message())
                    );
                    let known: Vec<f64> = own.iter().filter_map(|item| item.quantity.value()).collect();
                    let quantity = (!known.is_empty()).then(|| known.iter().sum());
                    (text, quantity, own.len(), own.iter().filter_map(|item| content.item_cost(item)).sum())
                })
            });
            used.collect()
        };
        if own.is_empty() {
            self.quiet(&Message::new("export.atlas-no-items"));
            return;
        }
        self.row(
            [
                &self.atlas.say(&Message::new("export.col-item")),
                &self.atlas.say(&Message::new("export.col-items")),
                &self.atlas.say(&Message::new("export.col-quantity")),
                &self.atlas.say(&Message::new("export.col-cost")),
            ],
            SOFT,
        );
        let more = own.len().saturating_sub(ROWS);
        for (text, quantity, count, cost) in own.into_iter().take(ROWS) {
            let quantity = quantity.map_or_else(|| "—".to_owned(), |quantity| decimal(quantity, 0));
            let cost = if cost == Money::ZERO { "—".to_owned() } else { decimal(works::yuan(cost), 0) };
            self.row([&text, &count.to_string(), &quantity, &cost], INK);
        }
        if more > 0 {
            self.quiet(&Message::new("export.atlas-more").count("count", more));
        }
    }

    fn row(&mut self, cells: [&str; 4], ink: Rgba) {
        let size = 25.0;
        let ends = [PANEL[1] - 560.0, PANEL[1] - 260.0, PANEL[1]];
        self.svg.words([PANEL[0], self.y], &fitted(cells[0], size, 790.0), Face::new(size).colour(ink));
        for (cell, x) in cells[1..].iter().zip(ends) {
            let mut face = Face::new(size).colour(ink);
            face.anchor = "end";
            self.svg.words([x, self.y], cell, face);
        }
        self.y += 37.0;
    }

    fn quiet(&mut self, message: &Message) {
        let text = self.atlas.say(message);
        self.svg.words([PANEL[0], self.y], &text, Face::new(25.0).colour(SOFT));
        self.y += 37.0;
    }

    /// Findings of the district, as far as there is room.
    pub(super) fn findings(&mut self, id: DistrictId, foot: f64) {
        let input = self.atlas.input;
        let scope = input.scope;
        let mine = |f: &&FindingFeature| f.district == Some(id) && scope.is_none_or(|scope| scope.has_finding(input.content, f));
        let own: Vec<String> = input.findings.iter().filter(mine).map(|f| self.atlas.say(&f.message)).collect();
        let count = own.len();
        self.section(&Message::new("export.atlas-findings").count("count", count));
        if own.is_empty() {
            self.quiet(&Message::new("export.atlas-no-findings"));
        }
        for (n, text) in own.iter().enumerate() {
            let lines = wrapped(text, 25.0, PANEL[1] - PANEL[0] - 40.0, 2);
            #[expect(clippy::cast_precision_loss, reason = "two lines at most")]
            let tall = lines.len() as f64 * 34.0 + 6.0;
            // The last line of the room is kept for how many more there are.
            if self.y + tall > foot - if n + 1 == count { 0.0 } else { 40.0 } {
                self.quiet(&Message::new("export.atlas-more").count("count", count - n));
                return;
            }
            self.svg.circle([PANEL[0] + 10.0, self.y - 9.0], 6.0, RED, 0.0);
            for line in lines {
                self.svg.words([PANEL[0] + 40.0, self.y], &line, Face::new(25.0));
                self.y += 34.0;
            }
            self.y += 6.0;
        }
    }

    /// 会签栏: a box for each unit that the district concerns.
    pub(super) fn signatures(&mut self, id: DistrictId, top: f64) {
        const ACROSS: usize = 5;
        let units = review::units(&self.atlas.book());
        let mine = units.into_iter().filter(|(_, touched)| touched.as_ref().is_none_or(|touched| touched.contains(&id)));
        let names: Vec<String> = mine.map(|(name, _)| name).collect();
        self.y = top;
        let more = names.len().saturating_sub(ACROSS * 2);
        let title = match more {
            0 => Message::new("export.atlas-signatures"),
            more => Message::new("export.atlas-signatures-more").count("count", more),
        };
        self.svg.words([PANEL[0], top], &self.atlas.say(&title), Face::new(30.0).bold());
        let wide = (PANEL[1] - PANEL[0]) / 5.0;
        let tall = (SIGN - 60.0) / 2.0;
        let line = Some(LineStyle { colour: INK, width_px: super::marks::narrow(2.0 / PX), dash: None });
        for (n, name) in names.iter().take(ACROSS * 2).enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "ten boxes at most")]
            let [x, y] = [PANEL[0] + (n % ACROSS) as f64 * wide, top + 20.0 + (n / ACROSS) as f64 * tall];
            self.svg.path(&rect([x, y, x + wide, y + tall]), None, line);
            let size = 22.0;
            self.svg.words([x + 12.0, y + 30.0], &fitted(name, size, wide - 24.0), Face::new(size).colour(SOFT));
            let date = self.atlas.say(&Message::new("export.atlas-date"));
            let mut face = Face::new(18.0).colour(HAIR);
            face.anchor = "end";
            self.svg.words([x + wide - 12.0, y + tall - 12.0], &date, face);
        }
    }
}
