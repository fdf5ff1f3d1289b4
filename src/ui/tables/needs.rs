//! The matrix of needs (R20): compounds by items, one mark a cell. A state is chosen above and put into cells by clicks: one
//! cell, a whole row, or an item in every selected compound. A blank cell is a question, never 已达标.

use std::collections::BTreeSet;

use egui::{Align2, Color32, FontId, RichText, Sense, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

use crate::base::{CompoundId, Message};
use crate::command::{Command, SelectMode};
use crate::composition::{NeedCounts, need_counts, need_state};
use crate::export::FormKind;
use crate::i18n::{self, Lang};
use crate::model::NeedState;
use crate::policy::{CatalogueEntry, ItemClass, ItemCode, Verdict};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Which compounds are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Rows {
    /// Those that are to be renovated: eligible or in a district.
    #[default]
    Planned,
    /// Those that are selected.
    Selected,
}

/// The state to be put into cells, and which rows and columns are listed.
pub struct NeedsMemory {
    brush: Option<NeedState>,
    rows: Rows,
    hidden: BTreeSet<ItemClass>,
    key: Option<(u64, Rows, Option<CompoundId>, usize)>,
    listed: Vec<CompoundId>,
    counts: NeedCounts,
}

impl Default for NeedsMemory {
    fn default() -> Self {
        Self {
            brush: Some(NeedState::Needed),
            rows: Rows::default(),
            hidden: BTreeSet::new(),
            key: None,
            listed: Vec::new(),
            counts: NeedCounts::default(),
        }
    }
}

impl NeedsMemory {
    fn follow(&mut self, cx: &Context<'_>) {
        let selected = &cx.state.view.selection.compounds;
        let of_selection = self.rows == Rows::Selected;
        let shown = (selected.first().copied().filter(|_| of_selection), if of_selection { selected.len() } else { 0 });
        let key = (cx.state.revisions.findings(), self.rows, shown.0, shown.1);
        if self.key == Some(key) {
            return;
        }
        self.key = Some(key);
        self.listed = match self.rows {
            Rows::Selected => selected.iter().copied().collect(),
            Rows::Planned => planned(cx),
        };
        self.counts = need_counts(&cx.state.plan, self.listed.iter().copied());
    }
}

/// Compounds that are eligible or in a district.
fn planned(cx: &Context<'_>) -> Vec<CompoundId> {
    let plan = &cx.state.plan;
    let Some(screened) = cx.state.derived.screened.get() else { return Vec::new() };
    let eligible = crate::screening::eligible(plan, screened);
    let wanted = |row: &usize| {
        let excluded = !plan.settings.all && screened.get(*row).is_some_and(|s| s.verdict == Verdict::Excluded);
        !excluded && (eligible.get(*row) == Some(&true) || plan.assignment.get(*row).copied().flatten().is_some())
    };
    (0..plan.compounds.len()).filter(wanted).map(CompoundId::from_index).collect()
}

/// The tab.
pub fn needs_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut NeedsMemory) {
    if cx.state.plan.compounds.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-compounds"));
        return;
    }
    memory.follow(cx);
    tools_ui(ui, cx, memory);
    if memory.listed.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.needs-nobody"));
        return;
    }
    egui::ScrollArea::horizontal().id_salt("needs-across").show(ui, |ui| table_ui(ui, cx, memory));
}

fn tools_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut NeedsMemory) {
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.needs-brush")));
        for brush in NeedState::ALL.into_iter().map(Some).chain([None]) {
            let count = brush.map_or(memory.counts.blank, |state| memory.counts.of(state));
            let words = format!("{} {}", state_words(cx, brush), i18n::grouped(i64::try_from(count).unwrap_or(i64::MAX)));
            if ui.selectable_label(memory.brush == brush, RichText::new(words).size(12.5)).clicked() {
                memory.brush = brush;
            }
        }
        ui.separator();
        for (rows, key) in [(Rows::Planned, "ui.needs-planned"), (Rows::Selected, "ui.needs-selected")] {
            ui.selectable_value(&mut memory.rows, rows, cx.text(key));
        }
        ui.separator();
        for class in ItemClass::ALL {
            let shown = !memory.hidden.contains(&class);
            if ui.selectable_label(shown, cx.tr(&class.message())).clicked() && !memory.hidden.remove(&class) {
                memory.hidden.insert(class);
            }
        }
        ui.separator();
        if ui.button(cx.text("ui.form-survey")).clicked() {
            cx.push(Command::AskForm(FormKind::Survey, memory.listed.clone()));
        }
        if ui.button(cx.text("command.form-read")).clicked() {
            cx.push(Command::AskFilled);
        }
        if ui.button(cx.text("command.field-needs")).clicked() {
            cx.push(Command::TakeFieldNeeds);
        }
    });
    ui.add_space(4.0);
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &NeedsMemory) {
    let entries: Vec<&CatalogueEntry> =
        cx.state.plan.catalogue.entries.iter().filter(|entry| !memory.hidden.contains(&entry.class)).collect();
    let chosen: Vec<CompoundId> =
        memory.listed.iter().copied().filter(|id| cx.state.view.selection.compounds.contains(id)).collect();
    let mut table = TableBuilder::new(ui)
        .id_salt("needs")
        .min_scrolled_height(0.0)
        .column(Column::initial(160.0).at_least(80.0).clip(true).resizable(true));
    for _ in &entries {
        table = table.column(Column::exact(CELL));
    }
    let table = table.header(24.0, |mut header| {
        header.col(|ui| {
            ui.label(widgets::quiet(cx.palette, cx.text("ui.column-name")));
        });
        for entry in &entries {
            header.col(|ui| heading_ui(ui, cx, memory, entry, &chosen));
        }
    });
    table.body(|body| body.rows(24.0, memory.listed.len(), |mut row| row_ui(&mut row, cx, memory, &entries)));
}

/// Width of a cell, points.
const CELL: f32 = 24.0;

/// The sign of an item; a click puts the chosen state into it for every selected compound that is listed.
fn heading_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &NeedsMemory, entry: &CatalogueEntry, chosen: &[CompoundId]) {
    let name = if cx.lang() == Lang::Zh { &entry.zh } else { &entry.en };
    let words = if chosen.is_empty() {
        cx.tr(&Message::new("ui.needs-heading-none").text("item", name))
    } else {
        let what = Message::new("ui.needs-heading").text("item", name).count("count", chosen.len());
        cx.tr(&what.text("state", state_words(cx, memory.brush)))
    };
    let sign = RichText::new(entry.symbol.to_string()).color(class_ink(cx, entry.class)).size(12.5);
    let button = ui.add(egui::Button::new(sign).frame(false).min_size(egui::vec2(CELL - 4.0, 20.0)));
    let button = widgets::named(button.on_hover_text(&words), egui::Role::Button, &words);
    if button.clicked() && !chosen.is_empty() {
        cx.push(Command::SetNeeds(chosen.to_vec(), vec![entry.code.clone()], memory.brush));
    }
}

/// The colour of a class as text: readable on the panel in both themes.
fn class_ink(cx: &Context<'_>, class: ItemClass) -> Color32 {
    match class {
        ItemClass::Basic => cx.palette.accent,
        ItemClass::Improvement => cx.palette.good,
        ItemClass::Upgrade => cx.palette.bad,
    }
}

fn row_ui(row: &mut TableRow<'_, '_>, cx: &mut Context<'_>, memory: &NeedsMemory, entries: &[&CatalogueEntry]) {
    let id = memory.listed[row.index()];
    let Some(compound) = cx.state.plan.compounds.get(id.index()) else { return };
    row.set_selected(cx.state.view.selection.compounds.contains(&id));
    let label = compound.label().to_owned();
    row.col(|ui| {
        let name = ui.add(egui::Label::new(RichText::new(&label).size(12.5)).selectable(false).truncate().sense(Sense::click()));
        if name.clicked() {
            let toggle = ui.input(|input| input.modifiers.command);
            cx.push(Command::Select(vec![id], if toggle { SelectMode::Toggle } else { SelectMode::Replace }));
        }
        name.context_menu(|ui| {
            let words = cx.tr(&Message::new("ui.needs-row").text("state", state_words(cx, memory.brush)));
            if ui.button(words).clicked() {
                let codes: Vec<ItemCode> = entries.iter().map(|entry| entry.code.clone()).collect();
                cx.push(Command::SetNeeds(vec![id], codes, memory.brush));
                ui.close();
            }
        });
    });
    for entry in entries {
        row.col(|ui| cell_ui(ui, cx, memory, (id, label.as_str()), entry));
    }
}

/// One cell; a click puts the chosen state into it, or blanks it where it has that already.
fn cell_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &NeedsMemory, (id, label): (CompoundId, &str), entry: &CatalogueEntry) {
    let state = need_state(&cx.state.plan, id, &entry.code);
    let (rect, response) = ui.allocate_exact_size(egui::vec2(CELL - 6.0, 20.0), Sense::click());
    let (mark, colour) = mark(cx, state);
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, mark, FontId::proportional(12.5), colour);
    let item = if cx.lang() == Lang::Zh { &entry.zh } else { &entry.en };
    let words = Message::new("ui.needs-cell").text("compound", label).text("item", item).text("state", state_words(cx, state));
    let words = cx.tr(&words);
    let response = widgets::named(response.on_hover_text(&words), egui::Role::Button, &words);
    if response.clicked() {
        let to = if state == memory.brush { None } else { memory.brush };
        cx.push(Command::SetNeeds(vec![id], vec![entry.code.clone()], to));
    }
}

/// A state in words; none is blank.
pub fn state_words(cx: &Context<'_>, state: Option<NeedState>) -> String {
    state.map_or_else(|| cx.text("ui.need-blank"), |state| cx.tr(&state.message()))
}

/// One character and its colour; the character alone tells them apart.
fn mark(cx: &Context<'_>, state: Option<NeedState>) -> (String, Color32) {
    match state {
        None => ("·".to_owned(), cx.palette.disabled),
        Some(NeedState::Needed) => (cx.text("ui.mark-needed"), cx.palette.bad),
        Some(NeedState::Met) => (cx.text("ui.mark-met"), cx.palette.good),
        Some(NeedState::NotFeasible) => (cx.text("ui.mark-not-feasible"), cx.palette.secondary),
        Some(NeedState::Refused) => (cx.text("ui.mark-refused"), cx.palette.warn),
        Some(NeedState::Undecided) => (cx.text("ui.mark-undecided"), cx.palette.text),
    }
}
