//! An entry of the catalogue: a built-in one is copied, one of the plan's own is edited here.

use egui::Ui;

use super::compose::tag_words;
use crate::command::Command;
use crate::policy::{CatalogueEntry, HiddenWork, Unit};
use crate::session::{copy_of_entry, uses_of_entry};
use crate::ui::context::Context;
use crate::ui::widgets;

/// An entry being edited: as the plan has it, and as it is to be.
#[derive(Default)]
pub(super) struct EntryForm {
    held: Option<CatalogueEntry>,
    draft: Option<CatalogueEntry>,
    tags: String,
}

impl EntryForm {
    fn follow(&mut self, entry: &CatalogueEntry) {
        if self.held.as_ref() != Some(entry) {
            self.held = Some(entry.clone());
            self.draft = Some(entry.clone());
            self.tags = entry.tags.join("、");
        }
    }
}

/// What can be done with an entry.
pub(super) fn entry_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut EntryForm, entry: &CatalogueEntry) {
    let plan = &cx.state.plan;
    if plan.catalogue.is_built_in(&entry.code) {
        if ui.button(cx.text("ui.entry-copy")).on_hover_text(cx.text("ui.entry-copy-hint")).clicked()
            && let Some(copy) = copy_of_entry(plan, &entry.code)
        {
            cx.push(Command::SetEntry(Some(entry.code.clone()), Box::new(copy)));
        }
        return;
    }
    form.follow(entry);
    let EntryForm { held, draft: Some(draft), tags } = form else { return };
    widgets::section(ui, &cx.text("ui.entry-own"));
    widgets::text_field(ui, &mut draft.zh, &cx.text("ui.entry-zh"), f32::INFINITY);
    widgets::text_field(ui, &mut draft.en, &cx.text("ui.entry-en"), f32::INFINITY);
    unit_ui(ui, cx, entry, draft);
    hidden_ui(ui, cx, draft);
    let flags = [
        (&mut draft.structural, "ui.entry-structural"),
        (&mut draft.facade, "ui.entry-facade"),
        (&mut draft.heritage_sensitive, "ui.entry-heritage"),
    ];
    for (flag, key) in flags {
        ui.checkbox(flag, cx.text(key));
    }
    widgets::text_field(ui, tags, &cx.text("ui.entry-tags-field"), f32::INFINITY);
    let known: Vec<String> =
        ["5G", "可再生能源", "节能", "节水", "海绵城市", "智慧化"].iter().map(|tag| tag_words(cx, tag)).collect();
    ui.label(widgets::quiet(cx.palette, known.join("、")).size(12.0));
    draft.tags = tags.split(['、', ',', '，']).map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    let used = uses_of_entry(&cx.state.plan, &entry.code);
    ui.horizontal(|ui| {
        let changed = held.as_ref() != Some(draft) && !draft.zh.trim().is_empty();
        let key = if used > 0 { "ui.entry-save-copy" } else { "ui.entry-save" };
        if ui.add_enabled(changed, egui::Button::new(cx.text(key))).clicked() {
            cx.push(Command::SetEntry(Some(entry.code.clone()), Box::new(draft.clone())));
        }
        if ui.add_enabled(used == 0, egui::Button::new(cx.text("ui.entry-remove"))).clicked() {
            cx.push(Command::RemoveEntry(entry.code.clone()));
        }
    });
}

fn unit_ui(ui: &mut Ui, cx: &Context<'_>, entry: &CatalogueEntry, draft: &mut CatalogueEntry) {
    let name = cx.text("ui.column-unit-of");
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, &*name));
        let combo = egui::ComboBox::from_id_salt("entry-unit").selected_text(cx.tr(&draft.unit.message())).show_ui(ui, |ui| {
            for unit in Unit::ALL {
                if ui.selectable_label(draft.unit == unit, cx.tr(&unit.message())).clicked() {
                    draft.unit = unit;
                    draft.driver = if unit == entry.unit { entry.driver } else { entry.driver_in(unit) };
                }
            }
        });
        widgets::name_input(ui, &combo.response, &name);
    });
}

fn hidden_ui(ui: &mut Ui, cx: &Context<'_>, draft: &mut CatalogueEntry) {
    ui.horizontal_wrapped(|ui| {
        for hidden in HiddenWork::ALL {
            if ui.selectable_label(draft.hidden_work == hidden, cx.tr(&hidden.message())).clicked() {
                draft.hidden_work = hidden;
            }
        }
    });
}
