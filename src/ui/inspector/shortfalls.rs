//! What is left over by what was asked of the districts: who it is, what it lacks, and what takes it in, each at a click.

use std::sync::Arc;

use egui::{RichText, Ui};
use geo::BoundingRect;

use super::group_form::GroupingForm;
use crate::base::{CompoundId, Message};
use crate::command::{Command, DIAMETER, FieldBound, SelectMode, Tab};
use crate::grouping::shortfall::{Fix, Shortfall, Shortfalls};
use crate::session::fixing;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Clusters listed in the panel; the largest come first.
const LISTED: usize = 12;

/// The bounds that were last asked, so that the form follows when a fix or an undo changes them.
#[derive(Default)]
pub(super) struct ShortfallMemory {
    followed: Vec<FieldBound>,
}

impl ShortfallMemory {
    /// Puts bounds that changed since the last look into the form, where it still says what was asked before.
    pub(super) fn follow(&mut self, asked: Option<&[FieldBound]>, form: &mut GroupingForm) {
        let Some(asked) = asked.filter(|asked| *asked != self.followed) else { return };
        let mut least = String::new();
        let rows = form.rows.iter_mut().map(|(field, _, low, high)| (*field, low, high));
        for (field, low, high) in rows.chain([(DIAMETER, &mut least, &mut form.diameter)]) {
            let of =
                |bounds: &[FieldBound]| bounds.iter().find(|bound| bound.field == *field).map(|bound| (bound.min, bound.max));
            let (Some(old), Some(new)) = (of(&self.followed), of(asked)) else { continue };
            for (text, old, new) in [(low, old.0, new.0), (high, old.1, new.1)] {
                let says_old = text.trim().replace([',', '，'], "").parse::<f64>().ok() == old;
                if says_old && old != new {
                    *text = new.map(|new| new.to_string()).unwrap_or_default();
                }
            }
        }
        self.followed = asked.to_vec();
    }
}

/// The list below the panel of grouping; nothing before anything was asked, or when all is taken in.
pub(super) fn shortfalls_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(found) = cx.state.derived.shortfalls.get().map(Arc::clone).filter(|found| !found.list.is_empty()) else { return };
    let count = found.list.len() + found.more;
    widgets::section(ui, &cx.tr(&Message::new("ui.shortfalls").count("count", count)));
    ui.label(widgets::quiet(cx.palette, cx.text("ui.shortfalls-order")).size(12.0));
    for shortfall in found.list.iter().take(LISTED) {
        shortfall_ui(ui, cx, &found, shortfall);
        ui.add_space(4.0);
    }
    if count > LISTED {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.shortfalls-more").count("count", count - LISTED))));
    }
}

/// The fixes of the cluster that what is selected belongs to.
pub(super) fn selected_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let selected = &cx.state.view.selection.compounds;
    let Some(found) = cx.state.derived.shortfalls.get().map(Arc::clone) else { return };
    let holds = |shortfall: &&Shortfall| selected.iter().all(|id| shortfall.units.binary_search(&id.0).is_ok());
    if let Some(shortfall) = found.list.iter().find(holds).filter(|_| !selected.is_empty()) {
        shortfall_ui(ui, cx, &found, shortfall);
        widgets::hairline(ui, cx.palette);
    }
}

fn shortfall_ui(ui: &mut Ui, cx: &mut Context<'_>, found: &Shortfalls, shortfall: &Shortfall) {
    let words = cx.tr(&fixing::shortfall_message(&cx.state.plan, found, shortfall));
    if ui.link(words).on_hover_text(names(cx, &shortfall.units)).clicked() {
        select(cx, &shortfall.units);
        show(cx, &shortfall.units);
    }
    for bound in 0..found.bounds.len() {
        let Some(words) = fixing::missing_message(found, bound, shortfall) else { continue };
        let words = RichText::new(cx.tr(&words)).color(cx.palette.warn).size(12.0);
        if ui.link(words).clicked() {
            select(cx, &shortfall.missing[bound]);
            cx.push(Command::ShowTab(Tab::Table));
        }
    }
    if shortfall.fixes.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.no-fix")).size(12.0));
    }
    ui.horizontal_wrapped(|ui| {
        for fix in &shortfall.fixes {
            fix_ui(ui, cx, found, fix);
        }
    });
}

/// A button for a fix; what it does in full stands behind it.
fn fix_ui(ui: &mut Ui, cx: &mut Context<'_>, found: &Shortfalls, fix: &Fix) {
    let is_fresh = cx.state.derived.shortfalls.is_fresh(cx.state.revisions.findings());
    let words = cx.tr(&fixing::button(&cx.state.plan, found, fix));
    let whole = cx.tr(&fixing::fix_message(&cx.state.plan, found, fix));
    if ui.add_enabled(is_fresh, egui::Button::new(words)).on_hover_text(whole).clicked() {
        cx.push(Command::TakeFix(Box::new(fix.clone())));
    }
}

fn select(cx: &mut Context<'_>, units: &[u32]) {
    cx.push(Command::SelectDistrict(None));
    cx.push(Command::Select(units.iter().copied().map(CompoundId).collect(), SelectMode::Replace));
}

/// Shows compounds with what lies around them.
fn show(cx: &mut Context<'_>, units: &[u32]) {
    const AROUND_M: f64 = 150.0;
    let shapes = units.iter().filter_map(|unit| cx.state.plan.compounds.get(*unit as usize));
    let boxes = shapes.filter_map(|compound| compound.shape.bounding_rect()).map(|bounds| (bounds.min(), bounds.max()));
    let around = boxes.fold(None, |around: Option<[f64; 4]>, (low, high)| {
        let [west, south, east, north] = around.unwrap_or([low.x, low.y, high.x, high.y]);
        Some([west.min(low.x), south.min(low.y), east.max(high.x), north.max(high.y)])
    });
    if let Some([west, south, east, north]) = around {
        cx.push(Command::ShowRect([west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M]));
    }
}

/// Names of compounds, the first of many.
fn names(cx: &Context<'_>, units: &[u32]) -> String {
    const NAMED: usize = 12;
    let label = |unit: &u32| cx.state.plan.compounds.get(*unit as usize).map(|compound| compound.label().to_owned());
    let mut names: Vec<String> = units.iter().take(NAMED).filter_map(label).collect();
    if units.len() > NAMED {
        names.push("…".to_owned());
    }
    names.join("、")
}
