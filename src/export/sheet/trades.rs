//! What is said on the sheets of a trade and on the construction drawing: pipes by owner and year, items by district.

use std::collections::BTreeMap;

use super::atlas::Atlas;
use super::flow::{Col, Flow, Lead};
use super::subject::Subject;
use super::total::Total;
use crate::base::{Message, PipeId};
use crate::export::features::item_in_scope;
use crate::i18n::decimal;
use crate::model::{Item, Pipe};
use crate::policy::{CatalogueEntry, PipeClass};

/// Pipes counted and measured.
#[derive(Clone, Copy, Debug, Default)]
struct Lengths {
    pipes: usize,
    total_m: f64,
    inside_m: f64,
}

impl Atlas<'_> {
    /// Every trade of which something is on the plan, in the order of the standard.
    pub(super) fn trades(&self) -> Vec<Subject> {
        let content = self.input.content;
        let all = PipeClass::ALL.into_iter().map(Subject::Network).chain([Subject::Buildings, Subject::Grounds]);
        let has_pipes =
            |trade: Subject| (0..).zip(content.pipes.iter()).any(|(row, pipe)| trade.has_pipe(content, PipeId(row), pipe));
        let has_items = |trade: Subject| content.items.values().any(|item| self.has_item(trade, item));
        all.filter(|trade| has_pipes(*trade) || has_items(*trade)).collect()
    }

    fn has_item(&self, subject: Subject, item: &Item) -> bool {
        let entry = self.input.content.catalogue.get(&item.code).filter(|_| item_in_scope(self.input, item));
        entry.is_some_and(|entry| subject.has_item(self.input.content, item, entry))
    }

    fn pipes_of(&self, subject: Subject) -> impl Iterator<Item = (PipeId, &'_ Pipe)> {
        let content = self.input.content;
        let rows = (0..content.pipes.len()).map(PipeId::from_index).zip(content.pipes.iter());
        rows.filter(move |(id, pipe)| subject.has_pipe(content, *id, pipe))
    }

    fn sums_by<K: Ord>(&self, subject: Subject, key: impl Fn(PipeId, &Pipe) -> K) -> BTreeMap<K, Lengths> {
        let mut sums: BTreeMap<K, Lengths> = BTreeMap::new();
        for (id, pipe) in self.pipes_of(subject) {
            let sum = sums.entry(key(id, pipe)).or_default();
            let length = self.input.pipe_lengths.get(id.index()).copied().unwrap_or_default();
            sum.pipes += 1;
            sum.total_m += length.total_m;
            sum.inside_m += length.inside_m;
        }
        sums
    }

    /// Owners of the pipes on a sheet, by name.
    pub(super) fn owners_of(&self, subject: Subject) -> Vec<String> {
        let owners: std::collections::BTreeSet<&str> = self
            .pipes_of(subject)
            .filter_map(|(_, pipe)| pipe.owner.as_deref())
            .filter(|owner| !owner.trim().is_empty())
            .collect();
        owners.into_iter().map(str::to_owned).collect()
    }

    /// What is said of a trade.
    pub(super) fn trade_words(&self, flow: &mut Flow, trade: Subject) {
        if let Subject::Network(_) = trade {
            flow.heading(&self.say(&Message::new("export.atlas-pipes-by-owner")));
            let unknown = self.say(&Message::new("export.no-owner"));
            let sums = self.sums_by(trade, |_, pipe| pipe.owner.clone().unwrap_or_else(|| unknown.clone()));
            self.pipe_table(flow, "export.col-owner", &sums.into_iter().collect::<Vec<_>>());
            flow.heading(&self.say(&Message::new("export.atlas-pipes-by-year")));
            let sums = self.sums_by(trade, |id, _| self.input.content.pipe_year(id));
            let rows: Vec<_> = sums.into_iter().map(|(year, sum)| (self.year(year), sum)).collect();
            self.pipe_table(flow, "export.col-year", &rows);
        }
        flow.heading(&self.say(&Message::new("export.xlsx-items")));
        self.item_table(flow, &|item, entry| trade.has_item(self.input.content, item, entry));
        if self.input.content.items.values().any(|item| self.has_item(trade, item)) {
            flow.heading(&self.say(&Message::new("export.atlas-items-by-district")));
            self.items_by_district(flow, trade);
        }
    }

    fn year(&self, year: Option<i32>) -> String {
        year.map_or_else(|| self.say(&Message::new("coordination.no-year")), |year| year.to_string())
    }

    fn pipe_table(&self, flow: &mut Flow, first: &'static str, rows: &[(String, Lengths)]) {
        if rows.is_empty() {
            flow.quiet(&self.say(&Message::new("export.atlas-no-pipes")));
            return;
        }
        let heads = [first, "export.col-pipes", "export.col-length", "export.col-inside"];
        let columns = [Col(0.43, false), Col(0.15, true), Col(0.21, true), Col(0.21, true)];
        let table = flow.table(&columns, &heads.map(|key| self.say(&Message::new(key))));
        let measured = !self.input.pipe_lengths.is_empty();
        let metres = |m: f64| if measured { decimal(m, 0) } else { "—".to_owned() };
        let mut all = Lengths::default();
        for (name, sum) in rows {
            flow.row(table, &[name, &Self::count(sum.pipes), &metres(sum.total_m), &metres(sum.inside_m)], None);
            all.pipes += sum.pipes;
            all.total_m += sum.total_m;
            all.inside_m += sum.inside_m;
        }
        let total = self.say(&Message::new("export.xlsx-total"));
        flow.row(table, &[&total, &Self::count(all.pipes), &metres(all.total_m), &metres(all.inside_m)], None);
    }

    fn items_by_district(&self, flow: &mut Flow, trade: Subject) {
        let content = self.input.content;
        type Key<'k> = (Option<u32>, &'k str);
        let mut sums: BTreeMap<Key<'_>, (usize, Total<f64>)> = BTreeMap::new();
        for item in content.items.values().filter(|item| self.has_item(trade, item)) {
            let number = content.item_district(item).and_then(|id| content.districts.get(&id)).map(|district| district.number);
            let sum = sums.entry((number, item.code.0.as_str())).or_default();
            sum.0 += 1;
            sum.1.add(item.quantity.value());
        }
        let heads = ["export.col-item", "export.col-district", "export.col-items", "export.col-quantity"];
        let columns = [Col(0.5, false), Col(0.15, true), Col(0.15, true), Col(0.2, true)];
        let table = flow.table(&columns, &heads.map(|key| self.say(&Message::new(key))));
        for ((number, code), (items, quantity)) in &sums {
            let Some(entry) = content.catalogue.entries.iter().find(|entry| entry.code.0 == *code) else { continue };
            let name = format!("{} ({})", self.entry_name(entry), self.say(&entry.unit.message()));
            let number = number.map_or_else(|| "—".to_owned(), |number| format!("{number:02}"));
            let quantity = quantity.words(|quantity| decimal(quantity, 0));
            flow.row(table, &[&name, &number, &Self::count(*items), &quantity], Some(Lead(entry.class, entry.symbol)));
        }
        self.say_partial(flow, sums.values().any(|(_, quantity)| quantity.is_partial()));
    }

    /// What is said of all works.
    pub(super) fn works_words(&self, flow: &mut Flow) {
        flow.heading(&self.say(&Message::new("export.atlas-works-pipes")));
        let content = self.input.content;
        let sums = self.sums_by(Subject::Works, |id, pipe| (pipe.class, content.pipe_year(id)));
        let name = |class: PipeClass, year| format!("{} · {}", self.say(&class.name()), self.year(year));
        let rows: Vec<_> = sums.into_iter().map(|((class, year), sum)| (name(class, year), sum)).collect();
        self.pipe_table(flow, "export.col-pipe-class", &rows);
        flow.heading(&self.say(&Message::new("export.xlsx-items")));
        self.item_table(flow, &|_: &Item, _: &CatalogueEntry| true);
    }
}
