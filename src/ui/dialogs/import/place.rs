//! Where a layer lies: its coordinate system and how it is known, the order of the axes, the offset of a map service,
//! parameters of an old datum, control points; and what must be asked.

use egui::{RichText, Ui};

use super::crs::{self, CrsMemory};
use super::details::Shown;
use super::setting_ui;
use crate::command::Command;
use crate::geometry::shift::Shift;
use crate::import::{Outlook, Question};
use crate::model::Approximation;
use crate::ui::context::Context;
use crate::ui::widgets;

/// All settings of where the layer lies.
pub(super) fn place_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>, memory: &mut CrsMemory) {
    setting_ui(ui, cx, "ui.import-crs", |ui, cx| {
        crs::crs_ui(ui, cx, shown, memory);
        match &shown.layer.outlook {
            Ok(outlook) => known_ui(ui, cx, outlook),
            Err(question) => question_ui(ui, cx, shown, question),
        }
    });
    axes_ui(ui, cx, shown);
    shift_ui(ui, cx, shown);
    if wants_parameters(shown) {
        datum_ui(ui, cx, shown);
    }
    control_ui(ui, cx, shown);
}

/// How the system is known, and what should be checked.
fn known_ui(ui: &mut Ui, cx: &Context<'_>, outlook: &Outlook) {
    ui.label(widgets::quiet(cx.palette, cx.text(outlook.known_by)));
    for warning in &outlook.warnings {
        ui.label(RichText::new(cx.tr(warning)).color(cx.palette.warn));
    }
    if let Some(approximate) = outlook.approximate.filter(|approximate| *approximate != Approximation::Datum) {
        ui.label(RichText::new(cx.tr(&approximate.message())).color(cx.palette.warn));
    }
}

/// What must be asked, with the answers that a click can give.
fn question_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>, question: &Question) {
    ui.label(RichText::new(cx.tr(&question.what)).color(cx.palette.warn));
    if question.swap && ui.button(cx.text("ui.import-swap-now")).clicked() {
        shown.choose(cx, |choice| choice.swap_xy = true);
    }
}

fn axes_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    setting_ui(ui, cx, "ui.import-axes", |ui, cx| {
        let mut swap = shown.layer.choice.swap_xy;
        if ui.checkbox(&mut swap, cx.text("ui.import-swap")).changed() {
            shown.choose(cx, |choice| choice.swap_xy = swap);
        }
    });
}

fn shift_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    let own = shown.layer.choice.shift;
    setting_ui(ui, cx, "ui.import-shift", |ui, cx| {
        ui.horizontal_wrapped(|ui| {
            for shift in [None, Some(Shift::Gcj02), Some(Shift::Bd09)] {
                let words = shift.map_or_else(|| cx.text("ui.import-shift-none"), |shift| shift.name().to_owned());
                if ui.selectable_label(own == shift, words).clicked() {
                    shown.choose(cx, |choice| choice.shift = shift);
                }
            }
            ui.add(egui::Label::new(widgets::quiet(cx.palette, cx.text("ui.import-shift-hint"))).extend());
        });
    });
}

/// Whether the system is of an old datum, or parameters have been given.
fn wants_parameters(shown: Shown<'_>) -> bool {
    let old = |outlook: &Outlook| outlook.approximate == Some(Approximation::Datum);
    shown.layer.choice.datum.is_some() || shown.layer.outlook.as_ref().is_ok_and(old)
}

/// Displacements, turns and scale; three of them where the others are 0.
const PARAMETERS: [(&str, &str, f64); 7] = [
    ("ΔX", " m", 1000.0),
    ("ΔY", " m", 1000.0),
    ("ΔZ", " m", 1000.0),
    ("Rx", " ″", 100.0),
    ("Ry", " ″", 100.0),
    ("Rz", " ″", 100.0),
    ("m", " ppm", 1000.0),
];

fn datum_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    setting_ui(ui, cx, "ui.import-datum", |ui, cx| {
        let mut values = shown.layer.choice.datum.unwrap_or_default();
        let before = values;
        for row in [0..3, 3..7] {
            ui.horizontal_wrapped(|ui| {
                for place in row {
                    let (name, unit, most) = PARAMETERS[place];
                    let id = egui::Id::unique(("import-datum", shown.place, name));
                    let done = widgets::edited_drag(ui, id, values[place], name, |drag| {
                        let drag = drag.speed(0.01).range(-most..=most).max_decimals(6);
                        drag.prefix(format!("{name} ")).suffix(unit)
                    });
                    values[place] = done.unwrap_or(values[place]);
                }
            });
        }
        ui.label(widgets::quiet(cx.palette, cx.text("ui.import-datum-hint")));
        if values != before {
            let given = values.iter().any(|value| *value != 0.0);
            shown.choose(cx, |choice| choice.datum = given.then_some(values));
        }
    });
}

/// Control points: their file, and what the fit leaves at each.
fn control_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    setting_ui(ui, cx, "ui.import-control", |ui, cx| {
        let given = shown.layer.choice.control.is_some();
        ui.horizontal(|ui| {
            if ui.button(cx.text("ui.import-control-ask")).on_hover_text(cx.text("ui.import-control-hint")).clicked() {
                cx.push(Command::AskControl(shown.place));
            }
            if given && ui.button(cx.text("ui.import-control-drop")).clicked() {
                shown.choose(cx, |choice| choice.control = None);
            }
        });
        if let Ok(outlook) = &shown.layer.outlook {
            for note in outlook.notes.iter().filter(|_| given) {
                ui.label(widgets::quiet(cx.palette, cx.tr(note)));
            }
        }
    });
}
