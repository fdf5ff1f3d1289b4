//! The card of one compound: verdict with its clause, facts, links, pipes, items.

use egui::{RichText, Ui};

use crate::base::{CompoundId, Message};
use crate::command::Command;
use crate::contiguity::Link;
use crate::export::ExportOrder;
use crate::i18n;
use crate::model::LinkKey;
use crate::policy;
use crate::ui::context::Context;
use crate::ui::{item_words, names, widgets, words};

use super::InspectorMemory;
use super::settle::settle_ui;
use super::several::assign_ui;

/// The links of the compound that is shown, up to the largest gap; found once for a compound and a state of the links.
#[derive(Default)]
pub(super) struct LinkRows {
    of: Option<(CompoundId, Option<u64>)>,
    links: Vec<Link>,
}

impl LinkRows {
    /// Its links at the present gap, nearest first; `None` until there are links at all.
    fn within(&mut self, cx: &Context<'_>, id: CompoundId) -> Option<&[Link]> {
        let links = cx.state.derived.links.get()?;
        let key = Some((id, cx.state.derived.links.key()));
        if self.of != key {
            (self.of, self.links) = (key, links.of_compound(id));
        }
        let gap_m = cx.state.gap_m();
        Some(&self.links[..self.links.partition_point(|link| link.gap_m <= gap_m)])
    }
}

/// The card.
pub(super) fn compound_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut InspectorMemory, id: CompoundId) {
    let Some(compound) = cx.state.plan.compounds.get(id.index()) else { return };
    ui.label(RichText::new(compound.label()).strong().size(15.0));
    let single = if compound.is_single_building() { format!(" · {}", cx.text("ui.single-building")) } else { String::new() };
    ui.label(widgets::quiet(cx.palette, format!("{}{single}", compound.source_id)));
    if let Some(placeholder) = compound.facts.placeholder {
        ui.label(RichText::new(cx.tr(&placeholder.message())).color(cx.palette.warn).size(12.0));
    }
    verdict_ui(ui, cx, id);
    widgets::hairline(ui, cx.palette);
    facts_ui(ui, cx, id);
    settle_ui(ui, cx, &mut memory.settle, &[id]);
    links_ui(ui, cx, &mut memory.links, id);
    pipes_ui(ui, cx, id);
    items_ui(ui, cx, id);
    widgets::section(ui, &cx.text("ui.assign"));
    assign_ui(ui, cx);
    if ui.button(cx.text("ui.write-card")).on_hover_text(cx.text("ui.write-card-hint")).clicked() {
        let card = Some(compound.source_id.clone());
        cx.push(Command::AskExportFolder(ExportOrder { card, ..ExportOrder::default() }));
    }
}

fn verdict_ui(ui: &mut Ui, cx: &Context<'_>, id: CompoundId) {
    let Some(screened) = cx.state.derived.screened.get().and_then(|s| s.get(id.index())) else { return };
    widgets::fact(ui, cx.palette, &cx.text("ui.column-verdict"), &cx.tr(&screened.verdict.message()));
    if let Some(pack) = policy::pack(&cx.state.plan.settings.policy) {
        ui.label(widgets::quiet(cx.palette, cx.tr(&pack.clause(screened.clause).message())).size(12.0));
    }
    for note in &screened.notes {
        ui.label(RichText::new(cx.tr(&note.message())).color(cx.palette.warn).size(12.0));
    }
}

fn facts_ui(ui: &mut Ui, cx: &Context<'_>, id: CompoundId) {
    let facts = &cx.state.plan.compounds[id.index()].facts;
    let unknown = || cx.text("ui.unknown");
    let flag = |fact: Option<bool>| fact.map(|yes| cx.text(if yes { "ui.yes" } else { "ui.no" }));
    let surveyed = facts.consent.as_ref().and_then(|consent| consent.surveyed.clone());
    let rows: [(&'static str, Option<String>); 15] = [
        ("ui.column-street", facts.street_office.clone()),
        ("ui.column-community", facts.community.clone()),
        ("ui.column-built", facts.built.map(words::span)),
        ("ui.column-households", facts.households.map(|n| i18n::grouped(i64::from(n)))),
        ("ui.column-floor-area", facts.floor_area_m2.map(|a| i18n::decimal(a, 0))),
        ("ui.column-buildings", facts.buildings.map(|n| n.to_string())),
        ("ui.column-cost", facts.estimated_cost.map(|c| i18n::decimal(c.wan_yuan(), 2))),
        ("ui.column-owner", facts.owner_kind.map(|kind| cx.text(names::owner(kind)))),
        ("ui.column-consent", facts.consent.as_ref().map(|c| words::percent(c.share))),
        ("ui.column-surveyed", surveyed),
        ("ui.column-neglected", flag(facts.neglected)),
        ("ui.column-municipal", flag(facts.lacks_municipal)),
        ("ui.column-services", flag(facts.lacks_services)),
        ("ui.column-exclusion", facts.exclusion.map(|e| cx.text(names::exclusion(e)))),
        ("ui.column-problems", facts.problems.clone()),
    ];
    for (key, value) in rows {
        if key == "ui.column-exclusion" && value.is_none() {
            continue;
        }
        match value {
            Some(value) => widgets::fact(ui, cx.palette, &cx.text(key), &value),
            None => widgets::fact_coloured(ui, cx.palette, &cx.text(key), &unknown(), cx.palette.disabled),
        }
    }
}

/// Links of the compound at the present gap, nearest first.
fn links_ui(ui: &mut Ui, cx: &mut Context<'_>, rows: &mut LinkRows, id: CompoundId) {
    let Some(mine) = rows.within(cx, id) else { return };
    widgets::section(ui, &cx.tr(&Message::new("ui.links-title").count("count", mine.len())));
    for link in mine {
        let other = if link.a == id { link.b } else { link.a };
        let Some(compound) = cx.state.plan.compounds.get(other.index()) else { continue };
        let evidence = cx.tr(&words::link(&cx.state.plan, link));
        let name = compound.label().to_owned();
        ui.horizontal(|ui| {
            if ui.link(name).clicked() {
                cx.push(Command::Select(vec![other], crate::command::SelectMode::Replace));
            }
            ui.label(widgets::quiet(cx.palette, evidence).size(12.0));
            override_ui(ui, cx, id, other);
        });
    }
}

/// Forbids a link, or forgets what was set by hand.
fn override_ui(ui: &mut Ui, cx: &mut Context<'_>, a: CompoundId, b: CompoundId) {
    let Some(key) = LinkKey::new(a, b) else { return };
    let set = cx.state.plan.overrides.contains_key(&key);
    let (words, rule) = if set { ("ui.link-forget", None) } else { ("ui.link-forbid", Some(crate::model::LinkRule::Forbid)) };
    if ui.link(cx.text(words)).clicked() {
        cx.push(Command::SetLink(key, rule, String::new()));
    }
}

fn pipes_ui(ui: &mut Ui, cx: &Context<'_>, id: CompoundId) {
    let Some(lengths) = cx.state.derived.lengths.get() else { return };
    let Some(shares) = lengths.per_compound.get(id.index()).filter(|s| !s.is_empty()) else { return };
    widgets::section(ui, &cx.text("ui.layers-pipes"));
    let mut by_class = std::collections::BTreeMap::new();
    for share in shares {
        if let Some(pipe) = cx.state.plan.pipes.get(share.pipe.index()) {
            let entry = by_class.entry(pipe.class).or_insert((0usize, 0.0));
            entry.0 += 1;
            entry.1 += share.inside_m;
        }
    }
    for (class, (count, inside_m)) in by_class {
        let value = cx.tr(&Message::new("ui.pipes-inside").count("count", count).metres("inside", inside_m));
        widgets::fact(ui, cx.palette, &cx.tr(&class.name()), &value);
    }
}

fn items_ui(ui: &mut Ui, cx: &mut Context<'_>, id: CompoundId) {
    let mine: Vec<_> = cx.state.plan.items.iter().filter(|(_, item)| item.compound == Some(id)).collect();
    widgets::section(ui, &cx.tr(&Message::new("ui.items-title").count("count", mine.len())));
    for (item_id, item) in mine {
        ui.horizontal(|ui| {
            if ui.link(item_words::name(cx, &item.code)).clicked() {
                cx.push(Command::SelectItem(Some(*item_id)));
            }
            ui.label(widgets::quiet(cx.palette, item_words::quantity(cx, item)).size(12.0));
        });
    }
}
