//! What things of two or three plans are called.

use std::collections::BTreeMap;

use super::change::{Subject, Topic};
use super::record::Record;
use super::shown::nothing;
use crate::base::{Argument, CompoundId, DistrictId, FundId, ItemId, Message};
use crate::model::{Compound, Content, District, Fund, Item, LinkKey};
use crate::policy::{CatalogueEntry, ItemCode, catalogue};

/// Names of compounds by row and of districts by the ids that all plans share.
#[derive(Debug)]
pub(super) struct Names<'a> {
    compounds: &'a [Compound],
    districts: BTreeMap<DistrictId, String>,
    /// Entries that the plans have of their own, as far as a built-in catalogue does not know them.
    own: BTreeMap<ItemCode, Message>,
}

impl<'a> Names<'a> {
    /// Names of the compounds of `content`; a district is called as in the first plan that has it.
    pub(super) fn new(content: &'a Content, districts: &[&BTreeMap<DistrictId, District>], plans: &[&Content]) -> Self {
        let entries = plans.iter().flat_map(|plan| plan.catalogue.own());
        let own = entries.map(|entry| (entry.code.clone(), named_item(entry))).collect();
        let mut names = BTreeMap::new();
        for (id, district) in districts.iter().copied().flatten() {
            names.entry(*id).or_insert_with(|| district.label());
        }
        Self { compounds: &content.compounds, districts: names, own }
    }

    /// The name of a kind of item.
    pub(super) fn item_name(&self, code: &ItemCode) -> Message {
        self.own.get(code).cloned().unwrap_or_else(|| item_name(code))
    }

    fn label(&self, id: CompoundId) -> &str {
        self.compounds.get(id.index()).map_or("", Compound::label)
    }

    fn source(&self, id: CompoundId) -> &str {
        self.compounds.get(id.index()).map_or("", |compound| &compound.source_id)
    }

    /// A district, or that there is none.
    pub(super) fn district(&self, id: Option<DistrictId>) -> Message {
        let label = id.and_then(|id| self.districts.get(&id));
        label.map_or_else(nothing, |label| text(label.as_str()))
    }

    pub(super) fn compound(&self, id: CompoundId, topic: Topic) -> Subject {
        Subject { topic, id: self.source(id).to_owned(), name: text(self.label(id)), compound: Some(id) }
    }

    pub(super) fn of_district(&self, id: DistrictId) -> Subject {
        Subject { topic: Topic::District, id: id.0.to_string(), name: self.district(Some(id)), compound: None }
    }

    pub(super) fn of_item(&self, id: ItemId, item: &Item) -> Subject {
        let at = match item.compound {
            Some(compound) => text(self.label(compound)),
            None => self.district(item.district),
        };
        let name = Message::new("versions.item-at").nested("item", self.item_name(&item.code)).nested("at", at);
        Subject { topic: Topic::Item, id: id.0.to_string(), name, compound: item.compound }
    }

    pub(super) fn of_link(&self, key: LinkKey) -> Subject {
        let (a, b) = (key.a(), key.b());
        let id = format!("{} – {}", self.source(a), self.source(b));
        Subject { topic: Topic::Link, id, name: text(format!("{} – {}", self.label(a), self.label(b))), compound: Some(a) }
    }

    pub(super) fn of_need(&self, compound: CompoundId, code: &ItemCode) -> Subject {
        let name = Message::new("versions.item-at").nested("item", self.item_name(code)).text("at", self.label(compound));
        Subject { topic: Topic::Need, id: format!("{} {code}", self.source(compound)), name, compound: Some(compound) }
    }

    pub(super) fn of_fund(&self, id: FundId, fund: &Fund) -> Subject {
        let at = if fund.project.is_empty() { self.district(fund.district) } else { text(fund.project.as_str()) };
        let name = Message::new("versions.item-at").nested("item", fund.source.message()).nested("at", at);
        Subject { topic: Topic::Fund, id: id.0.to_string(), name, compound: None }
    }

    /// What a field of an entry of the fund ledger says; its district by its name.
    pub(super) fn of_fund_field(&self, fund: &Fund, field: &str) -> Message {
        if field == "district" { self.district(fund.district) } else { fund.shown(field) }
    }

    /// What a field of an item says; compounds and districts by their names.
    pub(super) fn of_item_field(&self, item: &Item, field: &str) -> Message {
        match field {
            "compound" => item.compound.map_or_else(nothing, |id| text(self.label(id))),
            "district" => self.district(item.district),
            _ => item.shown(field),
        }
    }
}

/// A thing that stands for itself: a price, a finding, a setting, a layer.
pub(super) fn plain(topic: Topic, id: impl Into<String>, name: Message) -> Subject {
    Subject { topic, id: id.into(), name, compound: None }
}

/// The name of a built-in kind of item.
pub(super) fn item_name(code: &ItemCode) -> Message {
    catalogue().get(code).map_or_else(|| text(&*code.0), named_item)
}

fn named_item(entry: &CatalogueEntry) -> Message {
    Message::new("versions.named-item").with("item", Argument::Words { zh: entry.zh.clone(), en: entry.en.clone() })
}

pub(super) fn text(text: impl Into<String>) -> Message {
    Message::new("versions.text").text("text", text)
}
