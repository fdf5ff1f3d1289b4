//! What changed from one version of the plan to another, and another side's changes with what both changed.

use egui::{RichText, Ui};

use super::headed;
use crate::base::Message;
use crate::command::{Command, SelectMode};
use crate::session::Merging;
use crate::ui::context::Context;
use crate::ui::widgets;
use crate::versions::{Change, Conflict, Word, field_message};

const COLUMNS: [(&str, f32); 5] = [
    ("versions.head-topic", 110.0),
    ("ui.column-name", 230.0),
    ("versions.head-field", 130.0),
    ("versions.head-before", 200.0),
    ("versions.head-after", 200.0),
];

/// A merge: what it comes to, what both changed, what comes in.
pub(super) fn merging_ui(ui: &mut Ui, cx: &mut Context<'_>, merging: &Merging) {
    ui.horizontal_wrapped(|ui| {
        if merging.revision != cx.state.plan.revision() {
            if ui.button(cx.text("ui.compare-again")).clicked() {
                cx.push(Command::MergeAgain);
            }
        } else if ui.button(cx.text("ui.take-merge")).clicked() {
            cx.push(Command::TakeMerge);
        }
        if ui.button(cx.text("ui.close")).clicked() {
            cx.push(Command::CloseMerge);
        }
        let name = |path: &std::path::Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let files =
            Message::new("versions.merging-files").text("theirs", name(&merging.theirs)).text("base", name(&merging.base));
        ui.label(widgets::quiet(cx.palette, cx.tr(&files)));
    });
    ui.label(cx.tr(&merging.message()));
    for left in &merging.found.left {
        ui.label(widgets::quiet(cx.palette, cx.tr(left)));
    }
    egui::ScrollArea::both().id_salt("merging").show(ui, |ui| {
        for conflict in &merging.found.conflicts {
            conflict_ui(ui, cx, conflict);
        }
        table_ui(ui, cx, "merging-changes", &merging.found.changes);
    });
}

/// One conflict with the words of both sides, to be chosen from.
fn conflict_ui(ui: &mut Ui, cx: &mut Context<'_>, conflict: &Conflict) {
    ui.horizontal(|ui| {
        let field = conflict.field.map(|field| cx.tr(&field_message(conflict.subject.topic, field)));
        let topic = cx.tr(&conflict.subject.topic.message());
        let name = cx.tr(&conflict.subject.name);
        let about = format!("{topic}  {name}  {}", field.unwrap_or_default());
        let colour = if conflict.is_chosen { cx.palette.secondary } else { cx.palette.warn };
        ui.label(RichText::new(about.trim_end()).color(colour));
        let side = |side: &Option<Message>| side.as_ref().map_or_else(|| cx.text("versions.gone"), |words| cx.tr(words));
        let sides =
            [(Word::Ours, "versions.ours", side(&conflict.ours)), (Word::Theirs, "versions.theirs", side(&conflict.theirs))];
        for (word, key, words) in sides {
            let label = format!("{}：{words}", cx.text(key));
            let is_taken = conflict.is_chosen && conflict.taken == word;
            if ui.selectable_label(is_taken, label).clicked() {
                cx.push(Command::ChooseInMerge(conflict.key.clone(), word));
            }
        }
    });
}

/// The list of changes; a click shows the compound.
pub(super) fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, id: &'static str, changes: &[Change]) {
    headed(ui, cx, id, &COLUMNS).body(|body| {
        body.rows(24.0, changes.len(), |mut row| {
            let change = &changes[row.index()];
            let subject = &change.subject;
            let selected = &cx.state.view.selection.compounds;
            row.set_selected(subject.compound.is_some_and(|id| selected.len() == 1 && selected.contains(&id)));
            let words = |message: &Option<Message>| message.as_ref().map(|message| cx.tr(message)).unwrap_or_default();
            let field = change.field.map(|field| field_message(subject.topic, field));
            let cells = [
                cx.tr(&subject.topic.message()),
                cx.tr(&subject.name),
                words(&field),
                words(&change.before),
                words(&change.after),
            ];
            for cell in cells {
                row.col(|ui| {
                    ui.add(egui::Label::new(RichText::new(cell).size(12.5)).selectable(false).truncate());
                });
            }
            if let Some(compound) = subject.compound.filter(|_| row.response().clicked()) {
                cx.push(Command::SelectItem(None));
                cx.push(Command::SelectDistrict(None));
                cx.push(Command::Select(vec![compound], SelectMode::Replace));
                cx.push(Command::FitSelection);
            }
        });
    });
}
