//! Milestones of each district's year: districts down, milestones across, what is late in red; the one that is chosen is
//! planned or done above the table.

use egui::{RichText, Ui};

use super::text_cell;
use crate::base::{Day, DistrictId, Message};
use crate::command::{Command, Tab};
use crate::coordination::{self, MilestoneRow, Standing};
use crate::model::{District, Milestone, Progress};
use crate::ui::context::Context;
use crate::ui::tables::{districts, headed};
use crate::ui::widgets;

const COLUMNS: [(&str, f32); 9] = [
    ("ui.column-district", 150.0),
    ("ui.column-year", 56.0),
    ("model.milestone-approval", 104.0),
    ("model.milestone-feasibility", 104.0),
    ("model.milestone-preliminary-design", 104.0),
    ("model.milestone-working-drawings", 104.0),
    ("model.milestone-tender", 104.0),
    ("model.milestone-start-report", 104.0),
    ("model.milestone-in-use", 104.0),
];

/// What the board remembers between frames.
#[derive(Default)]
pub(super) struct MilestonesMemory {
    key: Option<u64>,
    rows: Vec<(DistrictId, Vec<MilestoneRow>)>,
    /// Works out of order, and main items that end after their year.
    disorders: (usize, usize),
    /// The milestone that is planned above the table, what is held of it and the day being typed.
    chosen: Option<(DistrictId, Milestone, Option<Progress>)>,
    typed: String,
}

/// The board.
pub(super) fn milestones_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut MilestonesMemory) {
    let plan = &cx.state.plan;
    if plan.districts.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-districts"));
        return;
    }
    let key = Some(cx.state.revisions.findings());
    if memory.key != key {
        memory.key = key;
        memory.rows = plan.districts.keys().map(|id| (*id, coordination::milestones_of(plan, *id))).collect();
        memory.disorders = (coordination::disorders(plan).len(), coordination::ends_late(plan).len());
    }
    head_ui(ui, cx, memory);
    let MilestonesMemory { rows, chosen, .. } = memory;
    let mut wanted = None;
    egui::ScrollArea::horizontal().id_salt("milestones-across").show(ui, |ui| {
        headed(ui, cx, "milestones", &COLUMNS).body(|body| {
            body.rows(24.0, rows.len(), |mut row| {
                let (id, stands) = &rows[row.index()];
                wanted = row_ui(&mut row, cx, (*id, stands.as_slice()), *chosen).or(wanted);
            });
        });
    });
    if let Some((id, milestone)) = wanted {
        let held = cx.state.plan.districts.get(&id).and_then(|district| district.milestones.get(&milestone).copied());
        memory.choose(id, milestone, held);
        districts::select(cx, id);
    }
}

/// A district with its milestones; the one that was clicked.
fn row_ui(
    row: &mut egui_extras::TableRow<'_, '_>,
    cx: &mut Context<'_>,
    (id, stands): (DistrictId, &[MilestoneRow]),
    chosen: Option<(DistrictId, Milestone, Option<Progress>)>,
) -> Option<(DistrictId, Milestone)> {
    let district = cx.state.plan.districts.get(&id)?;
    row.set_selected(cx.state.view.selection.district == Some(id));
    text_cell(row, district.label());
    text_cell(row, district.year.map_or_else(|| "–".to_owned(), |year| year.to_string()));
    let mut clicked = None;
    for stand in stands {
        let is_chosen = chosen.is_some_and(|(of, milestone, _)| (of, milestone) == (id, stand.milestone));
        row.col(|ui| {
            if cell_ui(ui, cx, district, stand, is_chosen) {
                clicked = Some((id, stand.milestone));
            }
        });
    }
    if row.response().clicked() {
        districts::select(cx, id);
    }
    clicked
}

impl MilestonesMemory {
    fn choose(&mut self, id: DistrictId, milestone: Milestone, held: Option<Progress>) {
        self.chosen = Some((id, milestone, held));
        self.typed = held.map(|progress| progress.day().to_string()).unwrap_or_default();
    }
}

/// One cell: the day with its state; a click chooses it.
fn cell_ui(ui: &mut Ui, cx: &Context<'_>, district: &District, row: &MilestoneRow, chosen: bool) -> bool {
    let words = match row.progress {
        Some(progress) => cx.tr(&progress.message()),
        None => cx.tr(&row.standing.message()),
    };
    let colour = match row.standing {
        Standing::Done => cx.palette.good,
        Standing::Planned => cx.palette.text,
        Standing::Open => cx.palette.secondary,
        Standing::DoneLate | Standing::PlannedLate | Standing::Overdue => cx.palette.bad,
    };
    let label = ui.selectable_label(chosen, RichText::new(words).size(12.0).color(colour));
    let name =
        cx.tr(&Message::new("ui.milestone-cell").text("district", district.label()).nested("milestone", row.milestone.message()));
    let due = row.due.map(|due| cx.tr(&Message::new("ui.milestone-due").text("due", due.to_string())));
    let told = [Some(name), Some(cx.tr(&row.standing.message())), due];
    label.on_hover_text(told.into_iter().flatten().collect::<Vec<_>>().join("\n")).clicked()
}

/// What is chosen, with its day and state; else what the board is for. And what else is wrong with when things are done.
fn head_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut MilestonesMemory) {
    ui.horizontal_wrapped(|ui| {
        match memory.chosen.filter(|(id, _, _)| cx.state.plan.districts.contains_key(id)) {
            Some((id, milestone, held)) => edit_ui(ui, cx, memory, (id, milestone, held)),
            None => {
                ui.label(widgets::quiet(cx.palette, cx.text("ui.milestones-hint")));
            }
        }
        let (disorders, late) = memory.disorders;
        for (count, key) in [(disorders, "ui.works-out-of-order"), (late, "ui.items-end-late")] {
            if count > 0 {
                let words = cx.tr(&Message::new(key).count("count", count));
                if ui.link(RichText::new(words).color(cx.palette.bad)).clicked() {
                    cx.push(Command::ShowTab(Tab::Checks));
                }
            }
        }
    });
}

fn edit_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    memory: &mut MilestonesMemory,
    (id, milestone, known): (DistrictId, Milestone, Option<Progress>),
) {
    let Some(district) = cx.state.plan.districts.get(&id) else { return };
    let held = district.milestones.get(&milestone).copied();
    if held != known {
        memory.choose(id, milestone, held);
    }
    let message = Message::new("ui.milestone-cell").text("district", district.label()).nested("milestone", milestone.message());
    ui.label(RichText::new(cx.tr(&message)).strong());
    let field = widgets::text_field(ui, &mut memory.typed, &cx.text("ui.milestone-day"), 96.0);
    let day = Day::parse(&memory.typed);
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let mut progress = held;
    for (key, of) in [("ui.milestone-planned", Progress::Planned as fn(Day) -> Progress), ("ui.milestone-done", Progress::Done)] {
        let is_held = held.is_some_and(|held| held == of(held.day()));
        let chosen = ui.add_enabled(day.is_some(), egui::Button::selectable(is_held, cx.text(key))).clicked();
        if let Some(day) = day.filter(|_| chosen || (entered && (is_held || (held.is_none() && key == "ui.milestone-planned")))) {
            progress = Some(of(day));
        }
    }
    if ui.add_enabled(held.is_some(), egui::Button::selectable(held.is_none(), cx.text("ui.mark-open"))).clicked() {
        progress = None;
    }
    if day.is_none() && !memory.typed.trim().is_empty() {
        ui.label(RichText::new(cx.text("ui.day-form")).color(cx.palette.bad).size(12.0));
    }
    if progress != held {
        cx.push(Command::SetDistrict(id, Box::new(district.clone().reached(milestone, progress))));
    }
}
