//! The findings: what is wrong, by which clause, where; shown, stepped through, or set aside with a reason.

use std::sync::Arc;

use egui::{RichText, Ui};
use egui_material_icons::icons;

use crate::base::Message;
use crate::checks::{Finding, FindingKind, Part, Severity};
use crate::command::Command;
use crate::model::{FindingKey, LinkKey, LinkRule};
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
        let shown = parts_ui(ui, cx, finding);
        if finding.kind == FindingKind::Parts && ui.link(cx.text("command.propose-repair")).clicked() {
            cx.push(Command::ProposeRepair);
        }
        actions_ui(ui, cx, memory, finding);
        if let Some((place, part)) = shown {
            suggestion_ui(ui, cx, part);
            part_ui(ui, cx, part, &part_words(place, finding.parts.len(), part));
        }
    });
}

fn actions_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ChecksMemory, finding: &Finding) {
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

/// The way to the parts of a finding: to the first, and from the one that is shown, which is given back, to those on either
/// side.
fn parts_ui<'a>(ui: &mut Ui, cx: &mut Context<'_>, finding: &'a Finding) -> Option<(usize, &'a Part)> {
    let count = finding.parts.len();
    let shown = cx.state.view.part_shown.as_ref().filter(|(key, _)| *key == finding.key);
    let Some(shown) = shown.and_then(|(_, place)| Some((*place, finding.parts.get(*place)?))) else {
        let words = match count {
            0 => return None,
            1 => Message::new("ui.locate"),
            _ => Message::new("ui.locate-parts").count("count", count),
        };
        if ui.link(cx.tr(&words)).clicked() {
            cx.push(Command::NextPart(Some(finding.key.clone())));
        }
        return None;
    };
    if count > 1 && widgets::icon_button(ui, icons::ICON_CHEVRON_LEFT, &cx.text("command.previous-part")).clicked() {
        cx.push(Command::PreviousPart(Some(finding.key.clone())));
    }
    if count > 1 && widgets::icon_button(ui, icons::ICON_CHEVRON_RIGHT, &cx.text("command.next-part")).clicked() {
        cx.push(Command::NextPart(Some(finding.key.clone())));
    }
    Some(shown)
}

/// The part that is shown, in the room that is left; a click shows it again.
fn part_ui(ui: &mut Ui, cx: &mut Context<'_>, part: &Part, words: &Message) {
    let mut told = cx.tr(words);
    if let Some(way) = part.way {
        told = format!("{told} · {}", cx.tr(&way.message(&cx.state.plan)));
    }
    let text = RichText::new(&*told).size(12.0).color(cx.palette.accent);
    let label = ui.add(egui::Label::new(text).truncate().sense(egui::Sense::click()));
    if part.households_unknown > 0 {
        told = format!("{told}\n{}", cx.tr(&Message::new("ui.households-missing").count("count", part.households_unknown)));
    }
    if label.on_hover_text(told).clicked() {
        let (low, high) = (part.bounds.min(), part.bounds.max());
        cx.push(Command::ShowRect([low.x, low.y, high.x, high.y]));
    }
}

/// The cheapest link that would join what stands apart, to be set by hand with what it bridges as its note.
fn suggestion_ui(ui: &mut Ui, cx: &mut Context<'_>, part: &Part) {
    let Some(way) = part.way else { return };
    let Some(key) = way.near.and_then(|near| LinkKey::new(near.from, near.to)) else { return };
    let told = cx.tr(&way.message(&cx.state.plan));
    if widgets::icon_button(ui, icons::ICON_ADD_LINK, &cx.text("ui.suggest-link")).clicked() {
        cx.push(Command::SetLink(key, Some(LinkRule::Force), told));
    }
}

/// Which part of how many, with its compounds and their households.
fn part_words(place: usize, count: usize, part: &Part) -> Message {
    let message = if part.compounds.is_empty() {
        Message::new("ui.part-place")
    } else {
        let households = usize::try_from(part.households).unwrap_or(usize::MAX);
        Message::new("ui.part-of").count("compounds", part.compounds.len()).count("households", households)
    };
    message.count("place", place + 1).count("count", count)
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
