//! By which field a layer is coloured: chosen under its row of the left panel, with the classes as a legend there.

use egui::{ComboBox, Ui};
use egui_material_icons::icons;

use crate::base::Message;
use crate::command::Command;
use crate::map::{CHECKS, Classed, LOOK_DISTRICTS, LOOK_NUMBERS, LOOK_TEXTS, MapLayer, field_name, own_fields};
use crate::model::{CLASS_COUNTS, Classing, FieldLook, Ramp};
use crate::ui::context::Context;
use crate::ui::{swatch, widgets};

/// How far rows under a layer stand in.
const INDENT: f32 = 28.0;

/// The look of a layer that can have one.
fn look_of<'a>(cx: &Context<'a>, layer: MapLayer) -> Option<&'a FieldLook> {
    let looks = &cx.state.plan.settings.looks;
    match layer {
        MapLayer::Compounds => looks.compounds.as_ref(),
        MapLayer::Districts => looks.districts.as_ref(),
        _ => None,
    }
}

/// Whether a layer can be coloured by a field.
pub(super) fn has_look(layer: MapLayer) -> bool {
    matches!(layer, MapLayer::Compounds | MapLayer::Districts)
}

fn open_id(layer: MapLayer) -> egui::Id {
    egui::Id::unique(("look-open", layer))
}

/// The button that shows the choices of a layer, or puts them away.
pub(super) fn button_ui(ui: &mut Ui, cx: &Context<'_>, layer: MapLayer, name: &str) {
    let words = cx.tr(&Message::new("ui.look-of").text("layer", name));
    if widgets::icon_button(ui, icons::ICON_PALETTE, &words).clicked() {
        ui.data_mut(|data| {
            let open: &mut bool = data.get_temp_mut_or_default(open_id(layer));
            *open = !*open;
        });
    }
}

/// The choices where they are open, and the classes where a field colours the layer; says whether it does.
pub(super) fn under_ui(ui: &mut Ui, cx: &mut Context<'_>, layer: MapLayer) -> bool {
    if ui.data(|data| data.get_temp(open_id(layer)).unwrap_or(false)) {
        choices_ui(ui, cx, layer);
    }
    if look_of(cx, layer).is_none() {
        return false;
    }
    let looked = cx.state.derived.looked.get().cloned().unwrap_or_default();
    let classed = if layer == MapLayer::Compounds { looked.compounds.as_deref() } else { looked.districts.as_ref() };
    if let Some(classed) = classed {
        classes_ui(ui, cx, classed);
    }
    true
}

fn row_ui(ui: &mut Ui, cx: &Context<'_>, key: &'static str, add: impl FnOnce(&mut Ui, &str)) {
    ui.horizontal(|ui| {
        ui.add_space(INDENT);
        let name = cx.text(key);
        ui.label(widgets::quiet(cx.palette, &*name));
        add(ui, &name);
    });
}

fn choices_ui(ui: &mut Ui, cx: &mut Context<'_>, layer: MapLayer) {
    let now = look_of(cx, layer).cloned();
    let mut chosen = now.clone();
    field_ui(ui, cx, layer, &mut chosen);
    if let Some(look) = &mut chosen {
        let numbers = look.field != CHECKS && !LOOK_TEXTS.contains(&look.field.as_str());
        if numbers {
            row_ui(ui, cx, "ui.look-classing", |ui, name| {
                let text = cx.tr(&look.classing.message());
                let combo = ComboBox::from_id_salt((layer, "classing")).width(120.0).selected_text(text).show_ui(ui, |ui| {
                    for classing in Classing::ALL {
                        ui.selectable_value(&mut look.classing, classing, cx.tr(&classing.message()));
                    }
                });
                widgets::name_input(ui, &combo.response, name);
            });
        }
        if look.field != CHECKS {
            row_ui(ui, cx, "ui.look-classes", |ui, name| {
                let id = egui::Id::unique((layer, "look-classes"));
                let range = f64::from(CLASS_COUNTS.0)..=f64::from(CLASS_COUNTS.1);
                let edited = widgets::edited_drag(ui, id, f64::from(look.classes), name, |drag| {
                    drag.range(range).max_decimals(0).speed(0.05)
                });
                if let Some(edited) = edited {
                    look.classes = whole(edited);
                }
            });
        }
        if numbers && look.classing != Classing::Unique {
            row_ui(ui, cx, "ui.look-ramp", |ui, name| {
                let text = cx.tr(&look.ramp.message());
                let combo = ComboBox::from_id_salt((layer, "ramp")).width(120.0).selected_text(text);
                let shown = combo.show_ui(ui, |ui| ramps_ui(ui, cx, &mut look.ramp));
                widgets::name_input(ui, &shown.response, name);
            });
        }
    }
    if chosen != now {
        cx.push(Command::SetLook(layer, chosen));
    }
}

/// Every ramp with its colours.
fn ramps_ui(ui: &mut Ui, cx: &Context<'_>, chosen: &mut Ramp) {
    for ramp in Ramp::ALL {
        ui.horizontal(|ui| {
            swatch::ramp_ui(ui, cx.palette, ramp);
            ui.selectable_value(chosen, ramp, cx.tr(&ramp.message()));
        });
    }
}

/// The field, or what colours the layer by itself.
fn field_ui(ui: &mut Ui, cx: &Context<'_>, layer: MapLayer, chosen: &mut Option<FieldLook>) {
    let by_itself = cx.text(if layer == MapLayer::Compounds { "ui.look-verdicts" } else { "ui.look-hues" });
    let text = chosen.as_ref().map_or_else(|| by_itself.clone(), |look| cx.tr(&field_name(&look.field)));
    row_ui(ui, cx, "ui.look-field", |ui, name| {
        let combo = ComboBox::from_id_salt((layer, "field")).width(120.0).height(320.0).selected_text(text).show_ui(ui, |ui| {
            if ui.selectable_label(chosen.is_none(), by_itself).clicked() {
                *chosen = None;
            }
            for field in fields(cx, layer) {
                let is_chosen = chosen.as_ref().is_some_and(|look| look.field == field);
                if ui.selectable_label(is_chosen, cx.tr(&field_name(&field))).clicked() {
                    *chosen = Some(FieldLook { field, ..chosen.take().unwrap_or_default() });
                }
            }
        });
        widgets::name_input(ui, &combo.response, name);
    });
}

fn fields(cx: &Context<'_>, layer: MapLayer) -> Vec<String> {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    if layer == MapLayer::Districts {
        return own(&LOOK_DISTRICTS);
    }
    let mut all = own(&LOOK_NUMBERS);
    all.extend(own(&LOOK_TEXTS));
    all.push(CHECKS.to_owned());
    all.extend(own_fields(&cx.state.plan));
    all
}

/// Every class with its colour, bounds and count; what has no value last.
fn classes_ui(ui: &mut Ui, cx: &Context<'_>, classed: &Classed) {
    let counts = classed.classes.iter().map(|class| class.count).chain((classed.missing > 0).then_some(classed.missing));
    for (class, count) in counts.enumerate() {
        ui.horizontal(|ui| {
            ui.add_space(INDENT);
            swatch::filled_ui(ui, cx.palette, classed.colour(class, &cx.palette.map));
            let text = widgets::quiet(cx.palette, cx.tr(&classed.label(class)));
            let figure = crate::i18n::grouped(i64::try_from(count).unwrap_or(i64::MAX));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(widgets::quiet(cx.palette, figure));
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(egui::Label::new(text).truncate());
                });
            });
        });
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a few classes")]
fn whole(value: f64) -> u8 {
    value.round().clamp(f64::from(CLASS_COUNTS.0), f64::from(CLASS_COUNTS.1)) as u8
}
