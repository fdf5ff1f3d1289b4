//! Dig once: ground that is opened twice, the longest first, and the years that would open less.

use egui::{RichText, Ui};

use super::{CoordinateMemory, moves, number_cell, push_works, text_cell};
use crate::base::Message;
use crate::command::Command;
use crate::coordination::dig::{self, Dug};
use crate::i18n;
use crate::model::Works;
use crate::session::sheet;
use crate::ui::context::Context;
use crate::ui::tables::headed_at;
use crate::ui::widgets;

const COLUMNS: [(&str, f32); 7] = [
    ("ui.column-site", 116.0),
    ("ui.column-first", 48.0),
    ("ui.column-again", 48.0),
    ("ui.column-reopened", 76.0),
    ("ui.column-beside", 80.0),
    ("ui.column-earlier", 150.0),
    ("ui.column-later", 150.0),
];

/// The board.
pub(super) fn digging_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CoordinateMemory) {
    choices_ui(ui, cx);
    let Some(dug) = cx.state.derived.dug.fresh(cx.state.revisions.dug()).cloned() else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.dug-pending")));
        return;
    };
    if moves::proposal_ui(ui, cx) {
        return;
    }
    let digging = &dug.digging;
    let message = Message::new("ui.dug")
        .metres("opened", digging.opened_m)
        .metres("reopened", digging.reopened_m)
        .count("places", digging.rows.len())
        .count("crossings", digging.crossings)
        .metres("crossed", digging.crossings_m);
    ui.label(widgets::quiet(cx.palette, cx.tr(&message)));
    if digging.rows.is_empty() {
        ui.label(RichText::new(cx.text("ui.dug-once")).color(cx.palette.good));
        return;
    }
    egui::ScrollArea::horizontal().id_salt("digging-across").show(ui, |ui| table_ui(ui, cx, memory, &dug));
}

/// What shares a trench, which years are open, and what an owner can do in a year.
fn choices_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let works = cx.state.plan.settings.works.clone();
    ui.horizontal_wrapped(|ui| {
        let mut changed = works.clone();
        let name = cx.text("ui.trench-reach");
        ui.label(widgets::quiet(cx.palette, &*name));
        let id = egui::Id::unique("trench-reach");
        let edited = widgets::edited_drag(ui, id, works.trench_reach_m, &name, |drag| {
            drag.range(0.0..=30.0).max_decimals(1).speed(0.1).suffix(" m")
        });
        changed.trench_reach_m = edited.unwrap_or(changed.trench_reach_m);
        ui.add_space(8.0);
        open_years_ui(ui, cx, &mut changed);
        ui.add_space(8.0);
        let name = cx.text("ui.owner-cap");
        ui.label(widgets::quiet(cx.palette, &*name));
        let id = egui::Id::unique("owner-cap");
        let edited = widgets::edited_drag(ui, id, works.owner_cap_m.unwrap_or(0.0), &name, |drag| {
            let none = cx.text("ui.no-cap");
            let written = move |value: f64, _| if value > 0.0 { format!("{} m", i18n::decimal(value, 0)) } else { none.clone() };
            drag.range(0.0..=1.0e6).max_decimals(0).speed(10.0).custom_formatter(written)
        });
        if let Some(cap) = edited {
            changed.owner_cap_m = (cap > 0.0).then_some(cap);
        }
        push_works(cx, changed);
        ui.add_space(8.0);
        if ui.button(cx.text("command.propose-years")).clicked() {
            cx.push(Command::ProposeYears);
        }
    });
}

/// The first year that works may move to.
pub(super) fn open_years_ui(ui: &mut Ui, cx: &Context<'_>, works: &mut Works) {
    let Some(dug) = cx.state.derived.dug.get() else { return };
    let name = cx.text("ui.open-years");
    ui.label(widgets::quiet(cx.palette, &*name));
    let open = dig::open_years(&cx.state.plan, &dug.ground);
    let shown = Some(*open.start());
    if let Some(year) = widgets::year_choice(ui, "open-years", shown, open.start().min(&(open.end() - 10)).to_owned(), &name) {
        works.first_year = year;
    }
    ui.label(widgets::quiet(cx.palette, format!("– {}", open.end())));
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CoordinateMemory, dug: &Dug) {
    let rows = &dug.digging.rows;
    let selected = cx.state.view.selection.reopening.clone();
    let at = selected.as_ref().and_then(|key| rows.iter().position(|row| row.key == *key));
    let scroll_to = at.filter(|_| memory.scrolled != selected);
    memory.scrolled.clone_from(&selected);
    headed_at(ui, cx, "digging", &COLUMNS, scroll_to).body(|body| {
        body.rows(24.0, rows.len(), |mut row| {
            let place = row.index();
            let one = &rows[place];
            let plan = &cx.state.plan;
            row.set_selected(at == Some(place));
            text_cell(&mut row, cx.tr(&one.site.message(plan)));
            number_cell(&mut row, one.first.to_string());
            number_cell(&mut row, one.again.to_string());
            number_cell(&mut row, i18n::decimal(one.length_m, 1));
            number_cell(&mut row, i18n::grouped(i64::try_from(one.households).unwrap_or(i64::MAX)));
            text_cell(&mut row, cx.tr(&sheet::units(plan, &dug.ground, &one.earlier)));
            text_cell(&mut row, cx.tr(&sheet::units(plan, &dug.ground, &one.later)));
            if row.response().clicked() {
                memory.scrolled = Some(one.key.clone());
                cx.push(Command::SelectReopening(Some(one.key.clone())));
            }
        });
    });
}
