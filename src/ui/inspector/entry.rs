//! An entry of the catalogue: a built-in one is copied, one of the plan's own is edited here.

use egui::Ui;

use super::compose::tag_words;
use crate::base::Message;
use crate::command::Command;
use crate::i18n::Lang;
use crate::policy::{CatalogueEntry, HiddenWork, ItemClass, ItemGeometry, PipeClass, Unit};
use crate::session::copy_of_entry;
use crate::ui::context::Context;
use crate::ui::widgets;

/// An entry being edited: as the plan has it, and as it is to be.
#[derive(Default)]
pub(super) struct EntryForm {
    held: Option<CatalogueEntry>,
    draft: Option<CatalogueEntry>,
    tags: String,
    symbol: String,
}

impl EntryForm {
    fn follow(&mut self, entry: &CatalogueEntry) {
        if self.held.as_ref() != Some(entry) {
            self.held = Some(entry.clone());
            self.draft = Some(entry.clone());
            self.tags = entry.tags.join("、");
            self.symbol = entry.symbol.to_string();
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
    let EntryForm { held, draft: Some(draft), tags, symbol } = form else { return };
    widgets::section(ui, &cx.text("ui.entry-own"));
    widgets::text_field(ui, &mut draft.zh, &cx.text("ui.entry-zh"), f32::INFINITY);
    widgets::text_field(ui, &mut draft.en, &cx.text("ui.entry-en"), f32::INFINITY);
    kind_ui(ui, cx, draft);
    let has_symbol = symbol_ui(ui, cx, draft, symbol);
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
    let used = cx.state.plan.uses_of_entry(&entry.code);
    ui.horizontal(|ui| {
        let changed = held.as_ref() != Some(draft) && !draft.zh.trim().is_empty() && has_symbol;
        let key = if used > 0 { "ui.entry-save-copy" } else { "ui.entry-save" };
        if ui.add_enabled(changed, egui::Button::new(cx.text(key))).clicked() {
            cx.push(Command::SetEntry(Some(entry.code.clone()), Box::new(draft.clone())));
        }
        if ui.add_enabled(used == 0, egui::Button::new(cx.text("ui.entry-remove"))).clicked() {
            cx.push(Command::RemoveEntry(entry.code.clone()));
        }
    });
}

/// Its class, what it is drawn as and the network that it belongs to.
fn kind_ui(ui: &mut Ui, cx: &Context<'_>, draft: &mut CatalogueEntry) {
    ui.label(widgets::quiet(cx.palette, cx.text("ui.entry-class")));
    ui.horizontal_wrapped(|ui| {
        for class in ItemClass::ALL {
            if ui.selectable_label(draft.class == class, cx.tr(&class.message())).clicked() {
                draft.class = class;
            }
        }
    });
    let mut geometry = draft.geometry;
    chosen_ui(ui, cx, "ui.entry-geometry", &mut geometry, ItemGeometry::ALL.map(|one| (one, cx.tr(&one.message()))));
    if geometry != draft.geometry {
        draft.draw_as(geometry);
    }
    let known = PipeClass::ALL.into_iter().filter(|class| *class != PipeClass::Unknown);
    let networks = known.map(|class| (Some(class), cx.tr(&class.name())));
    let networks = std::iter::once((None, cx.text("ui.entry-no-pipes"))).chain(networks);
    chosen_ui(ui, cx, "ui.entry-pipes", &mut draft.utility, networks);
}

/// A value out of a list, with its name before it.
fn chosen_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    cx: &Context<'_>,
    key: &'static str,
    value: &mut T,
    choices: impl IntoIterator<Item = (T, String)>,
) {
    let name = cx.text(key);
    let choices: Vec<(T, String)> = choices.into_iter().collect();
    let words = choices.iter().find(|(one, _)| one == value).map(|(_, words)| words.clone()).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, &*name));
        let combo = egui::ComboBox::from_id_salt(key).selected_text(words).show_ui(ui, |ui| {
            for (one, words) in choices {
                ui.selectable_value(value, one, words);
            }
        });
        widgets::name_input(ui, &combo.response, &name);
    });
}

/// Its sign on the map, and which other entry of its class has the same; whether what stands there can be one.
fn symbol_ui(ui: &mut Ui, cx: &Context<'_>, draft: &mut CatalogueEntry, typed: &mut String) -> bool {
    let name = cx.text("ui.entry-symbol");
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, &*name));
        let field = ui.add(egui::TextEdit::singleline(typed).desired_width(28.0));
        // What is typed takes the place of what stood there.
        if typed.chars().nth(1).is_some() {
            let fresh = typed.chars().find(|symbol| *symbol != draft.symbol);
            *typed = fresh.unwrap_or(draft.symbol).to_string();
        }
        widgets::name_input(ui, &field, &name);
    });
    let Some(symbol) = typed.chars().next().filter(|symbol| CatalogueEntry::is_symbol(*symbol)) else { return false };
    draft.symbol = symbol;
    let entries = &cx.state.plan.catalogue.entries;
    let alike = |other: &&CatalogueEntry| other.code != draft.code && other.class == draft.class && other.symbol == symbol;
    if let Some(other) = entries.iter().find(alike) {
        let words =
            Message::new("ui.entry-symbol-shared").text("name", if cx.lang() == Lang::Zh { &*other.zh } else { &*other.en });
        ui.label(widgets::quiet(cx.palette, cx.tr(&words)).size(12.0));
    }
    true
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
