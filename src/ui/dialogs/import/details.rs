//! What is settled for one layer: kind, place, ids, and what its fields feed.

use egui::{RichText, Ui};

use super::crs::CrsMemory;
use super::{fields, place, setting_ui, sketch};
use crate::base::Message;
use crate::command::Command;
use crate::import::Choice;
use crate::model::LayerKind;
use crate::session::{Survey, SurveyedLayer};
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// Width of the sketch.
const SKETCH: f32 = 196.0;

/// Width below which the sketch stands under the settings.
const NARROW: f32 = 520.0;

/// One layer of the survey, as the settings are given it.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) survey: &'a Survey,
    pub(super) layer: &'a SurveyedLayer,
    pub(super) place: usize,
}

impl Shown<'_> {
    /// Asks for another choice.
    pub(super) fn choose(&self, cx: &mut Context<'_>, change: impl FnOnce(&mut Choice)) {
        let mut choice = self.layer.choice.clone();
        change(&mut choice);
        cx.push(Command::ChooseLayer(self.place, Box::new(choice)));
    }
}

/// The details of the layer that is selected.
pub(super) fn details_ui(ui: &mut Ui, cx: &mut Context<'_>, survey: &Survey, place: usize, memory: &mut CrsMemory) {
    let Some(layer) = survey.layers.get(place) else { return };
    let shown = Shown { survey, layer, place };
    egui::ScrollArea::vertical().id_salt(("import-details", place)).auto_shrink(false).show(ui, |ui| {
        ui.push_id(place, |ui| {
            head_ui(ui, cx, layer);
            if layer.preview.is_ledger {
                ledger_ui(ui, cx, shown);
            } else {
                layer_ui(ui, cx, shown, memory);
            }
            fields::fields_ui(ui, cx, shown);
        });
    });
}

fn head_ui(ui: &mut Ui, cx: &Context<'_>, layer: &SurveyedLayer) {
    let preview = &layer.preview;
    ui.add(egui::Label::new(RichText::new(super::list::own_name(layer)).strong()).truncate());
    let types = preview
        .geometry
        .iter()
        .map(|(name, count)| cx.tr(&Message::new("ui.import-geometry").text("name", geometry(cx, name)).count("count", *count)));
    let line = std::iter::once(super::list::counted(cx, layer)).chain(types).collect::<Vec<_>>().join(" · ");
    ui.label(widgets::quiet(cx.palette, line));
    for note in &preview.notes {
        ui.label(widgets::quiet(cx.palette, cx.tr(note)));
    }
    ui.add_space(4.0);
}

/// A type of geometry as people call it.
fn geometry(cx: &Context<'_>, name: &str) -> String {
    let key = match name {
        "Point" => "ui.geometry-point",
        "MultiPoint" => "ui.geometry-points",
        "LineString" => "ui.geometry-line",
        "MultiLineString" => "ui.geometry-lines",
        "Polygon" => "ui.geometry-area",
        "MultiPolygon" => "ui.geometry-areas",
        "GeometryCollection" => "ui.geometry-mixed",
        other => return other.to_owned(),
    };
    cx.text(key)
}

fn layer_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>, memory: &mut CrsMemory) {
    let mut settings_ui = |ui: &mut Ui, cx: &mut Context<'_>| {
        kind_ui(ui, cx, shown);
        place::place_ui(ui, cx, shown, memory);
        ids_ui(ui, cx, shown, "ui.import-ids");
    };
    if ui.available_width() < NARROW {
        settings_ui(ui, cx);
        sketch::sketch_ui(ui, cx, shown, SKETCH.min(ui.available_width()));
        return;
    }
    let settings = ui.available_width() - SKETCH - 16.0;
    ui.horizontal_top(|ui| {
        ui.allocate_ui_with_layout(egui::vec2(settings, 0.0), egui::Layout::top_down(egui::Align::Min), |ui| {
            ui.set_width(settings);
            settings_ui(ui, cx);
        });
        ui.vertical(|ui| {
            ui.set_width(SKETCH);
            sketch::sketch_ui(ui, cx, shown, SKETCH);
        });
    });
}

fn ledger_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    ids_ui(ui, cx, shown, "ui.import-key");
    let brings = |layer: &SurveyedLayer| !layer.choice.leave_out && layer.choice.kind == Some(LayerKind::Compounds);
    if cx.state.plan.compounds.is_empty() && !shown.survey.layers.iter().any(brings) {
        ui.label(RichText::new(cx.text("ui.import-no-compounds")).color(cx.palette.warn));
    }
}

/// Kind of layer, with those that its geometry can be.
fn kind_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    let Shown { layer, .. } = shown;
    setting_ui(ui, cx, "ui.import-kind", |ui, cx| {
        ui.horizontal_wrapped(|ui| {
            let none = "ui.import-choose-kind";
            let text = cx.text(layer.choice.kind.map_or(none, names::layer_kind));
            let text = RichText::new(text).color(if layer.choice.kind.is_none() { cx.palette.warn } else { cx.palette.text });
            let combo = egui::ComboBox::from_id_salt("kind").selected_text(text).width(150.0).height(280.0);
            let combo = combo.show_ui(ui, |ui| {
                for kind in LayerKind::ALL {
                    let fits = layer.preview.fits(kind);
                    let option = egui::Button::selectable(layer.choice.kind == Some(kind), cx.text(names::layer_kind(kind)));
                    if ui.add_enabled(fits, option).clicked() {
                        shown.choose(cx, |choice| choice.kind = Some(kind));
                    }
                }
            });
            widgets::name_input(ui, &combo.response, &cx.text("ui.import-kind"));
            let told = layer.preview.kind.filter(|(kind, _)| layer.choice.kind == Some(*kind)).map(|(_, known_by)| known_by);
            let known_by =
                told.unwrap_or(if layer.choice.kind.is_some() { "import.kind-asked" } else { "ui.import-kind-unknown" });
            ui.add(egui::Label::new(widgets::quiet(cx.palette, cx.text(known_by))).extend());
        });
    });
}

/// The field with the ids, or the column by which a ledger is joined.
fn ids_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>, key: &'static str) {
    let Shown { layer, .. } = shown;
    setting_ui(ui, cx, key, |ui, cx| {
        let found = layer.feeds.iter().position(|fact| *fact == Some("source_id"));
        let found = found.map(|place| layer.preview.fields[place].name.as_str());
        let by_itself = match (found.filter(|_| layer.choice.id_field.is_none()), layer.preview.is_ledger) {
            (Some(field), false) => cx.tr(&Message::new("ui.import-ids-found").text("field", field)),
            (_, true) => cx.text("ui.import-key-found"),
            (None, false) => cx.text("ui.import-ids-none"),
        };
        let text = layer.choice.id_field.clone().unwrap_or_else(|| by_itself.clone());
        let combo = egui::ComboBox::from_id_salt("ids")
            .selected_text(text)
            .width(ui.available_width().min(220.0))
            .truncate()
            .show_ui(ui, |ui| {
                if ui.selectable_label(layer.choice.id_field.is_none(), by_itself).clicked() {
                    shown.choose(cx, |choice| choice.id_field = None);
                }
                for field in &layer.preview.fields {
                    if ui.selectable_label(layer.choice.id_field.as_ref() == Some(&field.name), &field.name).clicked() {
                        shown.choose(cx, |choice| choice.id_field = Some(field.name.clone()));
                    }
                }
            });
        widgets::name_input(ui, &combo.response, &cx.text(key));
    });
}
