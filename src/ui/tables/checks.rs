//! The findings: what is wrong, by which clause, where; shown, stepped through, or set aside with a reason.

use std::sync::Arc;

use egui::{RichText, Ui};

use crate::base::Message;
use crate::checks::{Finding, Severity};
use crate::command::Command;
use crate::model::FindingKey;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The finding whose reason is being typed.
#[derive(Default)]
pub struct ChecksMemory {
    ignoring: Option<(FindingKey, String)>,
    show_ignored: bool,
}

/// The tab.
pub fn checks_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ChecksMemory) {
    let Some(findings) = cx.state.derived.findings.get().map(Arc::clone) else {
        widgets::empty(ui, cx.palette, &cx.text("ui.checks-pending"));
        return;
    };
    let ignored = findings.iter().filter(|f| f.ignored.is_some()).count();
    if ignored > 0 {
        let words = cx.tr(&Message::new("ui.show-ignored").count("count", ignored));
        ui.checkbox(&mut memory.show_ignored, words);
    }
    if findings.len() == ignored && !memory.show_ignored {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-findings"));
        return;
    }
    let shown: Vec<&Finding> = findings.iter().filter(|f| f.ignored.is_none() || memory.show_ignored).collect();
    egui::ScrollArea::vertical().auto_shrink(false).show_rows(ui, 44.0, shown.len(), |ui, range| {
        for finding in &shown[range] {
            finding_ui(ui, cx, memory, finding);
        }
    });
}

/// One finding, in two lines.
pub fn finding_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ChecksMemory, finding: &Finding) {
    ui.horizontal(|ui| {
        let colour = severity_colour(cx, finding.severity);
        let (dot, _) = ui.allocate_exact_size(egui::vec2(12.0, 12.0), egui::Sense::hover());
        ui.painter().circle_filled(dot.center(), 4.0, colour);
        let words = cx.tr(&finding.message);
        let text = if finding.ignored.is_some() { widgets::quiet(cx.palette, words) } else { RichText::new(words) };
        ui.add(egui::Label::new(text).truncate());
    });
    ui.horizontal(|ui| {
        ui.add_space(20.0);
        let (short, whole) = clause_words(cx, finding);
        ui.label(widgets::quiet(cx.palette, short).size(12.0)).on_hover_text(whole);
        actions_ui(ui, cx, memory, finding);
    });
}

fn actions_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ChecksMemory, finding: &Finding) {
    if !finding.parts.is_empty() {
        let key = if finding.parts.len() > 1 { "ui.next-part" } else { "ui.locate" };
        if ui.link(cx.text(key)).clicked() {
            cx.push(Command::NextPart(finding.key.clone()));
        }
    }
    if let Some(note) = &finding.ignored {
        ui.label(widgets::quiet(cx.palette, &*note.reason).size(12.0));
        if ui.link(cx.text("ui.take-up")).clicked() {
            cx.push(Command::SetIgnored(finding.key.clone(), None));
        }
        return;
    }
    match &mut memory.ignoring {
        Some((key, reason)) if *key == finding.key => {
            widgets::text_field(ui, reason, &cx.text("ui.reason"), 180.0);
            let given = !reason.trim().is_empty();
            if ui.add_enabled(given, egui::Button::new(cx.text("ui.ignore"))).clicked() {
                cx.push(Command::SetIgnored(finding.key.clone(), Some(reason.trim().to_owned())));
                memory.ignoring = None;
            }
        }
        _ => {
            if ui.link(cx.text("ui.ignore-ask")).clicked() {
                memory.ignoring = Some((finding.key.clone(), String::new()));
            }
        }
    }
}

/// Colour of a severity.
#[must_use]
pub fn severity_colour(cx: &Context<'_>, severity: Severity) -> egui::Color32 {
    match severity {
        Severity::Error => cx.palette.bad,
        Severity::Warning => cx.palette.warn,
        Severity::Note => cx.palette.secondary,
    }
}

/// The clause a finding rests on: rule and section, and its words or that the pack has none.
fn clause_words(cx: &Context<'_>, finding: &Finding) -> (String, String) {
    let clause = crate::screening::pack_of(&cx.state.plan).clause(finding.rule);
    let whole = cx.tr(&clause.message());
    let short = if clause.has_text() { format!("{} {}", clause.id, clause.section) } else { whole.clone() };
    (short, whole)
}
