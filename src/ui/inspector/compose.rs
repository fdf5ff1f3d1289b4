//! The step that composes: the draft, the catalogue with its tags and prices, and how much goes under the ground.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Align, Layout, RichText, Ui};
use egui_material_icons::icons;

use super::item::{self, PriceForm};
use crate::base::Message;
use crate::command::{Command, Tab, Tool};
use crate::composition;
use crate::i18n::Lang;
use crate::policy::{CatalogueEntry, ItemClass, ItemCode};
use crate::ui::context::Context;
use crate::ui::{widgets, words};

/// The panel.
pub(super) fn compose_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut PriceForm) {
    ui.horizontal_wrapped(|ui| {
        if ui.button(cx.text("command.draft-items")).clicked() {
            cx.push(Command::DraftItems);
        }
        if ui.button(cx.text("command.tab-needs")).clicked() {
            cx.push(Command::ShowTab(Tab::Needs));
        }
    });
    ui.label(widgets::quiet(cx.palette, cx.text("ui.compose-hint")));
    share_ui(ui, cx);
    tags_ui(ui, cx);
    let mut counts: BTreeMap<&ItemCode, usize> = BTreeMap::new();
    for item in cx.state.plan.items.values() {
        *counts.entry(&item.code).or_default() += 1;
    }
    for class in ItemClass::ALL {
        class_ui(ui, cx, form, class, &counts);
    }
    widgets::section(ui, &cx.text("ui.price-book"));
    ui.horizontal_wrapped(|ui| {
        for id in ["prices-in", "prices-out"] {
            if let Some(listed) = crate::command::by_id(id)
                && ui.button(cx.text(listed.key)).clicked()
            {
                cx.push((listed.make)());
            }
        }
    });
    let priced = Message::new("ui.priced").count("priced", cx.state.plan.prices.len());
    let priced = priced.count("entries", cx.state.plan.catalogue.entries.len());
    ui.label(widgets::quiet(cx.palette, cx.tr(&priced)).size(12.0));
}

/// 里子 share of the whole plan.
fn share_ui(ui: &mut Ui, cx: &Context<'_>) {
    let Some(share) = composition::li_zi_share(&cx.state.plan, None) else { return };
    let basis = cx.text(if share.basis == composition::Basis::Cost { "ui.share-by-cost" } else { "ui.share-by-count" });
    widgets::fact(ui, cx.palette, &format!("{} {basis}", cx.text("ui.lizi")), &words::percent(share.share));
    #[expect(clippy::cast_possible_truncation, reason = "a share for a bar")]
    widgets::meter(ui, cx.palette, share.share as f32, cx.palette.accent);
}

/// Tags across classes (R22, R43): one at a time, on the map too.
fn tags_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let tags: BTreeSet<&str> = cx.state.plan.catalogue.entries.iter().flat_map(|entry| &entry.tags).map(String::as_str).collect();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let held = cx.state.view.tag.clone();
        if ui.selectable_label(held.is_none(), RichText::new(cx.text("ui.tag-all")).size(12.0)).clicked() {
            cx.push(Command::FilterTag(None));
        }
        for tag in tags {
            let chosen = held.as_deref() == Some(tag);
            if ui.selectable_label(chosen, RichText::new(tag_words(cx, tag)).size(12.0)).clicked() {
                cx.push(Command::FilterTag((!chosen).then(|| tag.to_owned())));
            }
        }
    });
}

/// A tag in the language; the catalogue has it in Chinese. One that is not ours is shown as it is.
pub(super) fn tag_words(cx: &Context<'_>, tag: &str) -> String {
    match tag {
        "可再生能源" => cx.text("ui.tag-renewable"),
        "节能" => cx.text("ui.tag-energy"),
        "节水" => cx.text("ui.tag-water"),
        "海绵城市" => cx.text("ui.tag-sponge"),
        "智慧化" => cx.text("ui.tag-smart"),
        other => other.to_owned(),
    }
}

fn class_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut PriceForm, class: ItemClass, counts: &BTreeMap<&ItemCode, usize>) {
    let tagged = |entry: &&CatalogueEntry| cx.state.view.tag.as_ref().is_none_or(|tag| entry.tags.contains(tag));
    let entries: Vec<&CatalogueEntry> = cx.state.plan.catalogue.of_class(class).filter(tagged).collect();
    if entries.is_empty() {
        return;
    }
    let open = class == ItemClass::Basic || cx.state.view.tag.is_some();
    let title = cx.tr(&class.message());
    egui::CollapsingHeader::new(title).id_salt(class as u8).default_open(open).show(ui, |ui| {
        if ui.link(RichText::new(cx.text("ui.only-class")).size(12.0)).clicked() {
            cx.push(Command::ShowOnlyItems(class));
        }
        for entry in entries {
            entry_ui(ui, cx, entry, counts.get(&entry.code).copied().unwrap_or(0));
            if cx.state.view.tool == Tool::Place(entry.code.clone()) {
                chosen_ui(ui, cx, form, entry);
            }
        }
    });
}

/// An entry: shown on the map or not, its name, how many there are, and whether it has a price.
fn entry_ui(ui: &mut Ui, cx: &mut Context<'_>, entry: &CatalogueEntry, count: usize) {
    let name = if cx.lang() == Lang::Zh { &entry.zh } else { &entry.en };
    let chosen = cx.state.view.tool == Tool::Place(entry.code.clone());
    ui.horizontal(|ui| {
        let shown = !cx.state.view.hidden_entries.contains(&entry.code);
        let eye = if shown { icons::ICON_VISIBILITY } else { icons::ICON_VISIBILITY_OFF };
        let words = if shown { Message::new("ui.hide-layer") } else { Message::new("ui.show-layer") };
        if widgets::icon_button(ui, eye, &cx.tr(&words.text("layer", name))).clicked() {
            cx.push(Command::ToggleEntry(entry.code.clone()));
        }
        if ui.selectable_label(chosen, name.as_str()).clicked() {
            cx.push(Command::SetTool(if chosen { Tool::Select } else { Tool::Place(entry.code.clone()) }));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if count > 0 {
                ui.label(widgets::quiet(cx.palette, count.to_string()));
            }
            if cx.state.plan.prices.contains_key(&entry.code) {
                ui.label(widgets::quiet(cx.palette, cx.text("ui.has-price")).size(12.0));
            }
        });
    });
}

/// The entry that is being placed: what follows from it, and its price.
fn chosen_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut PriceForm, entry: &CatalogueEntry) {
    ui.indent(&entry.code.0, |ui| {
        let unit = Message::new("ui.entry-unit").nested("unit", entry.unit.message());
        ui.label(widgets::quiet(cx.palette, cx.tr(&unit)).size(12.0));
        for fact in words::entry_facts(entry) {
            ui.label(widgets::quiet(cx.palette, cx.tr(&fact)).size(12.0));
        }
        if !entry.tags.is_empty() {
            let tags: Vec<String> = entry.tags.iter().map(|tag| tag_words(cx, tag)).collect();
            ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.entry-tags").text("tags", tags.join("、")))).size(12.0));
        }
        super::entry::entry_ui(ui, cx, &mut form.entry, entry);
        item::price_ui(ui, cx, form, &entry.code);
    });
}
