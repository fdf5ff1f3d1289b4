//! What the inspector offers while nothing is selected: the work of the present step.

use std::sync::Arc;

use egui::{RichText, Ui};

use crate::base::Message;
use crate::command::{Command, Step, Tool};
use crate::i18n;
use crate::map::MapLayer;
use crate::model::{ContiguityRule, LayerKind, Settings};
use crate::policy::{self, Verdict};
use crate::ui::context::Context;
use crate::ui::tables::checks;
use crate::ui::tables::gap::{self, GapMemory};
use crate::ui::tables::screening::{self, ScreeningMemory};
use crate::ui::{Memory, names, widgets};

/// The panel of the step.
pub(super) fn step_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    let step = cx.state.view.step;
    ui.label(RichText::new(cx.text(names::step(step))).strong().size(15.0));
    match step {
        Step::Load => load_ui(ui, cx),
        Step::Screen => screen_ui(ui, cx, &mut memory.screening),
        Step::Connect => connect_ui(ui, cx, &mut memory.gap),
        Step::Group => {
            let inspector = &mut memory.inspector;
            let asked = cx.state.asked().map(|request| request.bounds.as_slice());
            inspector.shortfalls.follow(asked, &mut inspector.grouping);
            super::group::group_ui(ui, cx, &mut inspector.grouping);
            super::shortfalls::shortfalls_ui(ui, cx);
        }
        Step::Compose => super::compose::compose_ui(ui, cx, &mut memory.inspector.price),
        Step::Coordinate => super::coordinate::coordinate_ui(ui, cx),
        Step::Review => review_ui(ui, cx, memory),
    }
}

fn load_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.label(widgets::quiet(cx.palette, cx.text("ui.load-hint")));
    widgets::hairline(ui, cx.palette);
    for kind in LayerKind::ALL {
        let count = cx.state.plan.layer(kind).len();
        let source = cx.state.plan.sources.get(&kind).map(|s| s.file.clone()).unwrap_or_default();
        if count > 0 {
            let value = i18n::grouped(i64::try_from(count).unwrap_or(i64::MAX));
            widgets::fact(ui, cx.palette, &cx.text(names::layer_kind(kind)), &value);
            ui.label(widgets::quiet(cx.palette, source).size(12.0));
        } else {
            widgets::fact_coloured(ui, cx.palette, &cx.text(names::layer_kind(kind)), "–", cx.palette.disabled);
        }
    }
    ui.add_space(8.0);
    if ui.button(cx.text("command.load")).clicked() {
        cx.push(Command::AskLoad);
    }
    if !cx.state.reports.is_empty() && ui.button(cx.text("command.report")).clicked() {
        cx.push(Command::ShowReport);
    }
}

fn screen_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ScreeningMemory) {
    settings_ui(ui, cx);
    widgets::hairline(ui, cx.palette);
    let Some(screened) = cx.state.derived.screened.get().map(Arc::clone) else { return };
    for verdict in Verdict::ALL {
        let rows: Vec<_> = screened.iter().enumerate().filter(|(_, s)| s.verdict == verdict).map(|(row, _)| row).collect();
        let count = i18n::grouped(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        ui.horizontal(|ui| {
            if ui.link(cx.tr(&verdict.message())).clicked() {
                let ids = rows.iter().map(|row| crate::base::CompoundId::from_index(*row)).collect();
                cx.push(Command::Select(ids, crate::command::SelectMode::Replace));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.label(count));
        });
    }
    widgets::section(ui, &cx.text("ui.screening-open"));
    screening::questions_ui(ui, cx, memory, &screened);
    if ui.button(cx.text("command.tab-screening")).clicked() {
        cx.push(Command::ShowTab(crate::command::Tab::Screening));
    }
    if screened.iter().all(|s| s.verdict == Verdict::Unknown) && !screened.is_empty() {
        ui.label(RichText::new(cx.text("ui.all-unknown")).color(cx.palette.warn));
    }
}

/// Rule pack and who may be grouped.
pub(super) fn settings_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let settings = cx.state.plan.settings.clone();
    let mut changed = settings.clone();
    let lang = cx.lang();
    let pack_name = |pack: &policy::Pack| i18n::tr(lang, &pack.name.message());
    let shown = policy::pack(&settings.policy).map_or_else(|| settings.policy.clone(), pack_name);
    let name = cx.text("ui.policy");
    ui.label(widgets::quiet(cx.palette, &*name));
    let combo = egui::ComboBox::from_id_salt("policy").selected_text(shown).width(220.0).truncate().show_ui(ui, |ui| {
        for pack in policy::packs() {
            ui.selectable_value(&mut changed.policy, pack.code.clone(), pack_name(pack));
        }
    });
    widgets::name_input(ui, &combo.response, &name);
    ui.label(widgets::quiet(cx.palette, cx.text("ui.eligible")));
    ui.horizontal(|ui| {
        ui.checkbox(&mut changed.eligible.must, cx.tr(&Verdict::Must.message()));
        ui.checkbox(&mut changed.eligible.may, cx.tr(&Verdict::May.message()));
        ui.checkbox(&mut changed.eligible.unknown, cx.tr(&Verdict::Unknown.message()));
    });
    bands_ui(ui, cx, &mut changed);
    ui.checkbox(&mut changed.conduct, cx.text("ui.conduct"));
    ui.checkbox(&mut changed.all, cx.text("ui.all"));
    ui.checkbox(&mut changed.mask_military, cx.text("ui.mask-military"));
    push_settings(cx, &settings, changed);
}

/// The later band of years (R3) and the last year of the plan (R5): the pack's, or the plan's own.
fn bands_ui(ui: &mut Ui, cx: &Context<'_>, changed: &mut Settings) {
    let pack = policy::pack(&changed.policy).unwrap_or_else(policy::default_pack);
    if let Some(last) = pack.may_before {
        let mut enabled = changed.may_enabled.unwrap_or(pack.may_enabled);
        let words = cx.tr(&Message::new("ui.may-enabled").year("last", last));
        if ui.checkbox(&mut enabled, words).changed() {
            changed.may_enabled = (enabled != pack.may_enabled).then_some(enabled);
        }
    }
    ui.horizontal(|ui| {
        let name = cx.text("ui.horizon");
        ui.label(widgets::quiet(cx.palette, &*name));
        let mut year = changed.horizon.unwrap_or(pack.horizon);
        let drag = egui::DragValue::new(&mut year).range(2000..=2100).custom_formatter(|n, _| format!("{n:.0}"));
        if widgets::drag_number(ui, drag, &name).changed() {
            changed.horizon = (year != pack.horizon).then_some(year);
        }
    });
}

/// Changes the settings of the plan where they are others.
pub(super) fn push_settings(cx: &mut Context<'_>, settings: &Settings, changed: Settings) {
    if changed != *settings {
        cx.push(Command::ChangeSettings(Box::new(changed)));
    }
}

fn connect_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut GapMemory) {
    let settings = cx.state.plan.settings.clone();
    let mut changed = settings.clone();
    let name = cx.text("ui.contiguity");
    ui.label(widgets::quiet(cx.palette, &*name));
    ui.horizontal(|ui| {
        for rule in [ContiguityRule::Gap, ContiguityRule::Queen, ContiguityRule::Rook] {
            ui.selectable_value(&mut changed.contiguity, rule, cx.text(names::contiguity(rule)));
        }
    });
    ui.checkbox(&mut changed.parcels_connect, cx.text("ui.parcels-connect"));
    super::barriers::barriers_ui(ui, cx, &mut changed);
    push_settings(cx, &settings, changed);
    gap::gap_panel_ui(ui, cx, memory);
    if let (Some(links), Some(forest)) = (cx.state.derived.links.get(), cx.state.derived.forest.get()) {
        let gap_m = cx.state.gap_m();
        let blocked = links.blocked.iter().filter(|pair| pair.gap_m <= gap_m).count();
        let counts = [("ui.layer-links", forest.links_at(gap_m)), ("ui.blocked", blocked)];
        for (key, count) in counts {
            widgets::fact(ui, cx.palette, &cx.text(key), &i18n::grouped(i64::try_from(count).unwrap_or(i64::MAX)));
        }
    }
    let mut shown = cx.state.view.is_visible(MapLayer::Links);
    if ui.checkbox(&mut shown, cx.text("ui.links-on-map")).changed() {
        cx.push(Command::ToggleLayer(MapLayer::Links));
    }
    ui.label(widgets::quiet(cx.palette, cx.text("ui.links-hint")).size(12.0));
    widgets::section(ui, &cx.tr(&Message::new("ui.overrides").count("count", cx.state.plan.overrides.len())));
    let overrides: Vec<_> = cx.state.plan.overrides.iter().map(|(key, over)| (*key, over.clone())).collect();
    for (key, over) in overrides {
        let name = |id: crate::base::CompoundId| cx.state.plan.compounds.get(id.index()).map(|c| c.label().to_owned());
        let (Some(a), Some(b)) = (name(key.a()), name(key.b())) else { continue };
        let rule = if over.rule == crate::model::LinkRule::Force { "ui.link-forced" } else { "ui.link-forbidden" };
        ui.horizontal(|ui| {
            ui.label(format!("{a} – {b}")).on_hover_text(over.note.clone());
            ui.label(widgets::quiet(cx.palette, cx.text(rule)));
            if ui.link(cx.text("ui.link-forget")).clicked() {
                cx.push(Command::SetLink(key, None, String::new()));
            }
        });
    }
    if ui.button(cx.text("command.tool-link")).clicked() {
        cx.push(Command::SetTool(Tool::Link));
    }
}

/// Findings shown in the panel; more are in the tab below.
const SHOWN: usize = 40;

fn review_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    let mut at_meeting = memory.inspector.meeting.is_shown;
    ui.horizontal(|ui| {
        if ui.button(cx.text("command.export")).clicked() {
            cx.push(Command::AskExport);
        }
        if ui.add(egui::Button::new(cx.text("meeting.title")).selected(at_meeting)).clicked() {
            at_meeting = !at_meeting;
        }
    });
    memory.inspector.meeting.is_shown = at_meeting;
    if at_meeting {
        super::meeting::meeting_ui(ui, cx, &mut memory.inspector.meeting);
        return;
    }
    super::comments::comments_ui(ui, cx, &mut memory.inspector.comments);
    let Some(findings) = cx.state.derived.findings.get().map(Arc::clone) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.checks-pending")));
        return;
    };
    let open: Vec<_> = findings.iter().filter(|f| f.ignored.is_none()).collect();
    widgets::section(ui, &cx.tr(&Message::new("ui.findings-title").count("count", open.len())));
    if open.is_empty() {
        ui.label(RichText::new(cx.text("ui.no-findings")).color(cx.palette.good));
    }
    for finding in open.iter().take(SHOWN) {
        checks::finding_ui(ui, cx, &mut memory.checks, finding);
    }
    if open.len() > SHOWN {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.more-below").count("count", open.len() - SHOWN))));
    }
}
