//! The cards of tools that draw: what is measured, what the next click makes, the text of an annotation.

use egui::{RichText, Ui};
use geo::{Area, Coord, Euclidean, Length, LineString, MultiLineString, MultiPolygon, Polygon};

use super::ToolMemory;
use super::sketch::{Sketch, target};
use crate::command::{Command, Drawn, Form, Target, Tool};
use crate::i18n;
use crate::model::{Annotation, AnnotationKind, BarrierKind};
use crate::ui::context::Context;
use crate::ui::widgets;

/// What a card of the tool holds below its hint.
pub(super) fn drawn_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ToolMemory) {
    match cx.state.view.tool.clone() {
        Tool::Measure => {
            form_ui(ui, cx, &[(Form::Line, "ui.form-length"), (Form::Area, "ui.form-area")]);
            measure_ui(ui, cx, &mut memory.sketch);
        }
        Tool::Place(_) => {
            form_ui(ui, cx, &[(Form::Point, "ui.form-point"), (Form::Line, "ui.form-line"), (Form::Area, "ui.form-surface")]);
        }
        Tool::Draw(drawn) => draws_ui(ui, cx, drawn),
        Tool::Annotate(kind) => {
            annotates_ui(ui, cx, kind);
            selected_ui(ui, cx, &mut memory.sketch);
        }
        Tool::Vertices => selected_ui(ui, cx, &mut memory.sketch),
        _ => {}
    }
}

fn form_ui(ui: &mut Ui, cx: &mut Context<'_>, forms: &[(Form, &'static str)]) {
    let held = cx.state.view.form;
    // Of what a tool does not offer the first stands for.
    let shown = if forms.iter().any(|(form, _)| *form == held) { held } else { forms[0].0 };
    ui.horizontal(|ui| {
        for (form, key) in forms {
            if ui.selectable_label(shown == *form, cx.text(key)).clicked() {
                cx.push(Command::SetForm(*form));
            }
        }
    });
}

fn draws_ui(ui: &mut Ui, cx: &mut Context<'_>, drawn: Drawn) {
    ui.horizontal_wrapped(|ui| {
        let barrier = if matches!(drawn, Drawn::Barrier(_)) { drawn } else { Drawn::Barrier(BarrierKind::River) };
        for option in [barrier, Drawn::Bridge, Drawn::Parcel, Drawn::Facility] {
            if ui.selectable_label(drawn == option, cx.tr(&option.layer().message())).clicked() {
                cx.push(Command::SetTool(Tool::Draw(option)));
            }
        }
    });
    if let Drawn::Barrier(held) = drawn {
        ui.horizontal_wrapped(|ui| {
            for kind in BarrierKind::ALL {
                if ui.selectable_label(held == kind, cx.tr(&kind.name())).clicked() {
                    cx.push(Command::SetTool(Tool::Draw(Drawn::Barrier(kind))));
                }
            }
        });
    }
}

fn annotates_ui(ui: &mut Ui, cx: &mut Context<'_>, held: AnnotationKind) {
    ui.horizontal(|ui| {
        for kind in AnnotationKind::ALL {
            if ui.selectable_label(held == kind, cx.tr(&kind.message())).clicked() {
                cx.push(Command::SetTool(Tool::Annotate(kind)));
            }
        }
    });
}

/// What was measured, in the plane of the working CRS or on the ellipsoid.
fn measure_ui(ui: &mut Ui, cx: &Context<'_>, sketch: &mut Sketch) {
    let crs_code = cx.state.plan.crs_code;
    ui.add_enabled_ui(crs_code > 0, |ui| ui.checkbox(&mut sketch.on_ellipsoid, cx.text("ui.on-ellipsoid")));
    let points: Vec<Coord<f64>> =
        sketch.points.iter().copied().chain(sketch.snap.filter(|_| !sketch.done).map(|snap| snap.at)).collect();
    let wants_area = cx.state.view.form == Form::Area;
    let ellipsoid = if sketch.on_ellipsoid { sketch.ellipsoid(crs_code) } else { None };
    let ring = Polygon::new(LineString(points.clone()), Vec::new());
    let line = if wants_area { ring.exterior().clone() } else { LineString(points) };
    let length_m = match ellipsoid {
        Some(ellipsoid) => ellipsoid.length_m(&MultiLineString(vec![line])),
        None => Euclidean.length(&line),
    };
    let key = if wants_area { "ui.perimeter" } else { "ui.length" };
    widgets::fact(ui, cx.palette, &cx.text(key), &format!("{} m", i18n::decimal(length_m, 2)));
    if wants_area {
        let area_m2 = match ellipsoid {
            Some(ellipsoid) => ellipsoid.area_m2(&MultiPolygon(vec![ring])),
            None => ring.unsigned_area(),
        };
        widgets::fact(ui, cx.palette, &cx.text("ui.area"), &format!("{} m²", i18n::decimal(area_m2, 1)));
        widgets::fact(ui, cx.palette, "", &format!("{} ha", i18n::decimal(area_m2 / 10_000.0, 3)));
    }
}

/// What is selected of what was drawn: its text, a copy, or away with it.
fn selected_ui(ui: &mut Ui, cx: &mut Context<'_>, sketch: &mut Sketch) {
    let Some(target) = target(cx) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.nothing-drawn-selected")).size(12.0));
        return;
    };
    widgets::hairline(ui, cx.palette);
    match target {
        Target::Annotation(id) => {
            let Some(note) = cx.state.plan.annotations.get(&id).cloned() else { return };
            ui.label(RichText::new(cx.tr(&note.kind.message())).strong());
            text_ui(ui, cx, sketch, target, &note);
        }
        Target::Item(id) => {
            let Some(item) = cx.state.plan.items.get(&id) else { return };
            ui.label(RichText::new(crate::ui::item_words::name(cx, &item.code)).strong());
        }
        Target::Feature(kind, _) => {
            ui.label(RichText::new(cx.tr(&kind.message())).strong());
        }
    }
    ui.horizontal(|ui| {
        if ui.button(cx.text("ui.duplicate")).clicked() {
            cx.push(Command::Duplicate(target));
        }
        if ui.button(cx.text("ui.remove-drawn")).clicked() {
            cx.push(Command::RemoveDrawn(target));
        }
    });
}

fn text_ui(ui: &mut Ui, cx: &mut Context<'_>, sketch: &mut Sketch, target: Target, note: &Annotation) {
    let is_new = sketch.typed.as_ref().is_none_or(|(held, _, known)| *held != target || *known != note.text);
    if is_new {
        sketch.typed = Some((target, note.text.clone(), note.text.clone()));
    }
    let Some((_, typed, _)) = sketch.typed.as_mut() else { return };
    let field = widgets::text_field(ui, typed, &cx.text("ui.annotation-words"), f32::INFINITY);
    // What was just put on the map waits for its words.
    if is_new && note.text.is_empty() {
        field.request_focus();
    }
    if let Target::Annotation(id) = target
        && field.lost_focus()
        && *typed != note.text
    {
        cx.push(Command::SetAnnotation(Some(id), Some(Box::new(Annotation { text: typed.clone(), ..note.clone() }))));
    }
}
