//! The board of screening: who is what, by which facts, and what is still open. What is listed can be selected at once and
//! settled in the inspector, or given out as a sheet and taken back.

use std::collections::BTreeSet;

use egui::{Align, Layout, RichText, Ui};

use super::headed;
use crate::base::{CompoundId, Message};
use crate::command::{Command, SelectMode};
use crate::export::FormKind;
use crate::i18n;
use crate::policy::{Priority, Verdict};
use crate::screening::{OpenQuestion, Screened, open_to, priorities, priority_order, state_owned_outside};
use crate::ui::context::Context;
use crate::ui::{names, widgets, words};

/// Which compounds are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Listed {
    /// All, the first to be renovated first.
    #[default]
    All,
    /// Those of one verdict.
    Of(Verdict),
    /// Those that leave a question open.
    Open(OpenQuestion),
    /// Those of state firms and of the military that no district holds (R6).
    StateOutside,
}

/// What is listed, kept until what it follows from changes.
#[derive(Default)]
pub struct ScreeningMemory {
    listed: Listed,
    /// Of what the order, the scores and the counts are.
    key: Option<u64>,
    shown: Option<Listed>,
    /// Who could be renovated, in the order in which they come up (R4, R7, R41).
    order: Vec<CompoundId>,
    scores: Vec<Priority>,
    counts: Vec<(Listed, usize)>,
    rows: Vec<CompoundId>,
}

impl ScreeningMemory {
    fn follow(&mut self, cx: &Context<'_>, screened: &[Screened]) {
        let key = cx.state.revisions.screened().max(cx.state.revisions.district_scene());
        if self.key != Some(key) {
            (self.key, self.shown) = (Some(key), None);
            self.scores = priorities(&cx.state.plan);
            self.order = priority_order(&cx.state.plan, screened);
            let verdicts = Verdict::ALL.into_iter().map(Listed::Of);
            let open = OpenQuestion::ALL.into_iter().map(Listed::Open);
            let kinds = std::iter::once(Listed::All).chain(verdicts).chain(open).chain([Listed::StateOutside]);
            self.counts = kinds.map(|listed| (listed, count_of(cx, screened, listed))).collect();
        }
        if self.shown != Some(self.listed) {
            self.shown = Some(self.listed);
            self.rows = self.rows_of(cx, screened, self.listed);
        }
    }

    /// The compounds of a list, those that could be renovated in the order in which they come up.
    fn rows_of(&self, cx: &Context<'_>, screened: &[Screened], listed: Listed) -> Vec<CompoundId> {
        let plan = &cx.state.plan;
        let of = |verdict: Verdict| {
            let own = screened.iter().enumerate().filter(move |(_, s)| s.verdict == verdict);
            own.map(|(row, _)| CompoundId::from_index(row))
        };
        let ordered = || self.order.iter().copied();
        match listed {
            Listed::All => ordered().chain(of(Verdict::OutOfScope)).chain(of(Verdict::Excluded)).collect(),
            Listed::Of(verdict @ (Verdict::OutOfScope | Verdict::Excluded)) => of(verdict).collect(),
            Listed::Of(verdict) => ordered().filter(|id| screened[id.index()].verdict == verdict).collect(),
            Listed::Open(question) => {
                let open: BTreeSet<CompoundId> = open_to(plan, screened, question).into_iter().collect();
                ordered().filter(|id| open.contains(id)).collect()
            }
            Listed::StateOutside => state_owned_outside(plan, screened),
        }
    }
}

fn count_of(cx: &Context<'_>, screened: &[Screened], listed: Listed) -> usize {
    match listed {
        Listed::All => screened.len(),
        Listed::Of(verdict) => screened.iter().filter(|s| s.verdict == verdict).count(),
        Listed::Open(question) => open_to(&cx.state.plan, screened, question).len(),
        Listed::StateOutside => state_owned_outside(&cx.state.plan, screened).len(),
    }
}

/// What is still open, each a click to select whom it concerns; for the panel of the step.
pub fn questions_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ScreeningMemory, screened: &[Screened]) {
    memory.follow(cx, screened);
    for (listed, count) in &memory.counts {
        let words = match listed {
            Listed::Open(question) if *count > 0 => cx.tr(&question.message()),
            Listed::StateOutside if *count > 0 => cx.text("ui.screening-state-outside"),
            _ => continue,
        };
        let clicked = ui.horizontal(|ui| {
            let clicked = ui.link(words).clicked();
            let count = i18n::grouped(i64::try_from(*count).unwrap_or(i64::MAX));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(count));
            clicked
        });
        if clicked.inner {
            cx.push(Command::Select(memory.rows_of(cx, screened, *listed), SelectMode::Replace));
        }
    }
}

const COLUMNS: [(&str, f32); 12] = [
    ("ui.column-id", 72.0),
    ("ui.column-name", 122.0),
    ("ui.column-verdict", 92.0),
    ("ui.column-priority", 116.0),
    ("ui.column-built", 78.0),
    ("ui.column-owner", 96.0),
    ("ui.column-consent", 64.0),
    ("ui.column-surveyed", 92.0),
    ("ui.column-neglected", 84.0),
    ("ui.column-municipal", 84.0),
    ("ui.column-services", 84.0),
    ("ui.column-district", 110.0),
];

/// The tab.
pub fn screening_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ScreeningMemory) {
    let Some(screened) = cx.state.derived.screened.get().cloned().filter(|s| !s.is_empty()) else {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-compounds"));
        return;
    };
    memory.follow(cx, &screened);
    tools_ui(ui, cx, memory);
    if memory.rows.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.screening-nobody"));
        return;
    }
    egui::ScrollArea::horizontal().id_salt("screening-across").show(ui, |ui| table_ui(ui, cx, memory, &screened));
}

fn tools_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ScreeningMemory) {
    ui.horizontal_wrapped(|ui| {
        let name = cx.text("ui.screening-listed");
        let shown = listed_words(cx, memory.listed, memory.rows.len());
        let combo = egui::ComboBox::from_id_salt("screening-listed").selected_text(shown).width(230.0).height(420.0);
        let response = combo.show_ui(ui, |ui| {
            for (listed, count) in &memory.counts {
                let words = listed_words(cx, *listed, *count);
                ui.selectable_value(&mut memory.listed, *listed, words);
            }
        });
        widgets::name_input(ui, &response.response, &name);
        let some = !memory.rows.is_empty();
        let select = cx.tr(&Message::new("ui.select-listed").count("count", memory.rows.len()));
        if ui.add_enabled(some, egui::Button::new(select)).clicked() {
            cx.push(Command::SelectDistrict(None));
            cx.push(Command::SelectItem(None));
            cx.push(Command::Select(memory.rows.clone(), SelectMode::Replace));
        }
        if ui.add_enabled(some, egui::Button::new(cx.text("ui.form-screening"))).clicked() {
            cx.push(Command::AskForm(FormKind::Screening, memory.rows.clone()));
        }
        if ui.button(cx.text("command.form-read")).clicked() {
            cx.push(Command::AskFilled);
        }
    });
    ui.add_space(4.0);
}

fn listed_words(cx: &Context<'_>, listed: Listed, count: usize) -> String {
    let what = match listed {
        Listed::All => cx.text("ui.screening-all"),
        Listed::Of(verdict) => cx.tr(&verdict.message()),
        Listed::Open(question) => cx.tr(&question.message()),
        Listed::StateOutside => cx.text("ui.screening-state-outside"),
    };
    format!("{what}  {}", i18n::grouped(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &ScreeningMemory, screened: &[Screened]) {
    headed(ui, cx, "screening", &COLUMNS).body(|body| {
        body.rows(24.0, memory.rows.len(), |mut row| {
            let id = memory.rows[row.index()];
            row.set_selected(cx.state.view.selection.compounds.contains(&id));
            row_ui(&mut row, cx, memory, (id, &screened[id.index()]));
            let response = row.response();
            if response.double_clicked() {
                cx.push(Command::FitSelection);
            } else if response.clicked() {
                let toggle = response.ctx.input(|input| input.modifiers.command);
                cx.push(Command::SelectDistrict(None));
                cx.push(Command::SelectItem(None));
                cx.push(Command::Select(vec![id], if toggle { SelectMode::Toggle } else { SelectMode::Replace }));
            }
        });
    });
}

fn row_ui(
    row: &mut egui_extras::TableRow<'_, '_>,
    cx: &Context<'_>,
    memory: &ScreeningMemory,
    (id, screened): (CompoundId, &Screened),
) {
    let Some(compound) = cx.state.plan.compounds.get(id.index()) else { return };
    let facts = &compound.facts;
    let district = cx.state.plan.assignment.get(id.index()).copied().flatten().and_then(|id| cx.state.plan.districts.get(&id));
    let flag = |fact: Option<bool>| fact.map(|yes| cx.text(if yes { "ui.yes" } else { "ui.no" }));
    let consent = facts.consent.as_ref();
    let cells: [Option<String>; 12] = [
        Some(compound.source_id.clone()),
        Some(facts.name.clone()),
        Some(cx.tr(&screened.verdict.message())),
        memory.scores.get(id.index()).map(score_words),
        facts.built.map(words::span),
        facts.owner_kind.map(|kind| cx.text(names::owner(kind))),
        consent.map(|consent| words::percent(consent.share)),
        consent.and_then(|consent| consent.surveyed.clone()),
        flag(facts.neglected),
        flag(facts.lacks_municipal),
        flag(facts.lacks_services),
        district.map(crate::model::District::label),
    ];
    for (place, cell) in cells.into_iter().enumerate() {
        let known = cell.is_some();
        let colour = if known { cx.palette.text } else { cx.palette.warn };
        // Without a district is no gap in knowledge.
        let text = cell.unwrap_or_else(|| if place == 11 { String::new() } else { cx.text("ui.unknown") });
        let label = egui::Label::new(RichText::new(text).size(12.5).color(colour)).selectable(false).truncate();
        row.col(|ui| {
            if matches!(place, 3 | 4 | 6) {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(label));
            } else {
                ui.add(label);
            }
        });
    }
}

/// The score, and how far it may move once what is unknown is known.
fn score_words(priority: &Priority) -> String {
    let whole = |points: f64| i18n::decimal(points, 0);
    if (priority.high - priority.low).abs() < 0.5 {
        whole(priority.score)
    } else {
        format!("{} ({}–{})", whole(priority.score), whole(priority.low), whole(priority.high))
    }
}
