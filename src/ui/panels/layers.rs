//! The left panel: every layer with its sign, count and eye. A right click sets opacity and order.

use egui::{Align, Layout, RichText, Sense, Ui};
use egui_material_icons::icons;

use super::{backdrop, looks};
use crate::base::Message;
use crate::command::Command;
use crate::map::MapLayer;
use crate::model::LayerKind;
use crate::policy::{ItemClass, PipeClass, Verdict};
use crate::session::LayerView;
use crate::ui::context::Context;
use crate::ui::{names, swatch, widgets};

/// Room for a count, so that what stands before it stands in one column.
const COUNT_WIDTH: f32 = 40.0;

/// The whole panel.
pub fn layers_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(cx.text("ui.layers")).strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icons::ICON_ADD, &cx.text("command.load")).clicked() {
                cx.push(Command::AskLoad);
            }
        });
    });
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        map_layers_ui(ui, cx);
        widgets::section(ui, &cx.text("ui.layers-items"));
        let counts = cx.state.derived.item_counts.get().map_or([0; ItemClass::ALL.len()], |counts| **counts);
        for (class, count) in ItemClass::ALL.into_iter().zip(counts) {
            let row = Row { name: class.message(), visible: !cx.state.view.hidden_classes.contains(&class), count };
            if row.ui(ui, cx, |ui, _| swatch::class_ui(ui, class)) {
                cx.push(Command::ToggleItems(class));
            }
        }
        pipes_ui(ui, cx);
        backdrop::backdrop_ui(ui, cx);
    });
}

/// Layers of the map, the topmost first. Layers that hold nothing are left out.
fn map_layers_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let rows: Vec<LayerView> = cx.state.view.layers.iter().rev().copied().collect();
    for view in rows {
        let count = count(cx, view.layer);
        if count == Some(0) && view.layer != MapLayer::Compounds {
            continue;
        }
        row_ui(ui, cx, view, count);
        if !looks::under_ui(ui, cx, view.layer) && view.layer == MapLayer::Compounds {
            verdicts_ui(ui, cx);
        }
    }
}

fn pipes_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(counts) = cx.state.derived.counts.get().cloned() else { return };
    if counts.pipes.iter().all(|count| *count == 0) {
        return;
    }
    widgets::section(ui, &cx.text("ui.layers-pipes"));
    for (class, count) in PipeClass::ALL.into_iter().zip(counts.pipes) {
        if count == 0 {
            continue;
        }
        let row = Row { name: class.name(), visible: !cx.state.view.hidden_pipes.contains(&class), count };
        if row.ui(ui, cx, |ui, cx| swatch::pipe_ui(ui, cx.palette, class)) {
            cx.push(Command::TogglePipes(class));
        }
    }
}

/// A row with an eye, a sign, a name and a count.
struct Row {
    name: Message,
    visible: bool,
    count: usize,
}

impl Row {
    /// Shows the row; true when its eye was clicked.
    fn ui(&self, ui: &mut Ui, cx: &Context<'_>, sign: impl FnOnce(&mut Ui, &Context<'_>)) -> bool {
        let name = cx.tr(&self.name);
        ui.horizontal(|ui| {
            let clicked = eye_ui(ui, cx, &name, self.visible);
            sign(ui, cx);
            let colour = if self.visible { cx.palette.text } else { cx.palette.disabled };
            ui.add(egui::Label::new(RichText::new(&name).color(colour)).truncate());
            count_ui(ui, cx, Some(self.count));
            clicked
        })
        .inner
    }
}

fn eye_ui(ui: &mut Ui, cx: &Context<'_>, name: &str, visible: bool) -> bool {
    let eye = if visible { icons::ICON_VISIBILITY } else { icons::ICON_VISIBILITY_OFF };
    let message = if visible { Message::new("ui.hide-layer") } else { Message::new("ui.show-layer") };
    widgets::icon_button(ui, eye, &cx.tr(&message.text("layer", name))).clicked()
}

fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, view: LayerView, count: Option<usize>) {
    let name = cx.text(names::map_layer(view.layer));
    let row = ui.horizontal(|ui| {
        if eye_ui(ui, cx, &name, view.visible) {
            cx.push(Command::ToggleLayer(view.layer));
        }
        swatch::layer_ui(ui, cx.palette, view.layer);
        let colour = if view.visible { cx.palette.text } else { cx.palette.disabled };
        let label = ui.add(egui::Label::new(RichText::new(&name).color(colour)).sense(Sense::click()));
        label.context_menu(|ui| menu_ui(ui, cx, view));
        if let Some(why) = approximation(cx, view.layer) {
            ui.label(RichText::new(cx.text("ui.approximate")).color(cx.palette.warn).size(11.0)).on_hover_text(why);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let room = egui::vec2(COUNT_WIDTH, ui.spacing().interact_size.y);
            ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
                ui.set_min_width(COUNT_WIDTH);
                count_ui(ui, cx, count);
            });
            if looks::has_look(view.layer) {
                looks::button_ui(ui, cx, view.layer, &name);
            }
        });
    });
    row.response.on_hover_text(name);
}

/// Why the places of a layer are approximate, in words.
fn approximation(cx: &Context<'_>, layer: MapLayer) -> Option<String> {
    let kinds: &[LayerKind] = match layer {
        MapLayer::Limits => &[LayerKind::Limits],
        MapLayer::Parcels => &[LayerKind::Parcels],
        MapLayer::Heritage => &[LayerKind::Heritage],
        MapLayer::Streets => &[LayerKind::Streets],
        MapLayer::Barriers => &[LayerKind::Barriers, LayerKind::Bridges],
        MapLayer::Compounds => &[LayerKind::Compounds],
        MapLayer::Buildings => &[LayerKind::Buildings],
        MapLayer::Pipes => &[LayerKind::Pipes],
        MapLayer::Facilities => &[LayerKind::Facilities],
        MapLayer::Districts
        | MapLayer::Clusters
        | MapLayer::Links
        | MapLayer::Items
        | MapLayer::Kilometres
        | MapLayer::Mends
        | MapLayer::Labels => &[],
    };
    let why = kinds.iter().find_map(|kind| cx.state.plan.sources.get(kind)?.approximate)?;
    Some(cx.tr(&why.message()))
}

fn count_ui(ui: &mut Ui, cx: &Context<'_>, count: Option<usize>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if let Some(count) = count {
            let words = crate::i18n::grouped(i64::try_from(count).unwrap_or(i64::MAX));
            ui.label(widgets::quiet(cx.palette, words));
        }
    });
}

fn menu_ui(ui: &mut Ui, cx: &mut Context<'_>, view: LayerView) {
    let mut opacity = view.opacity;
    let name = cx.text("ui.opacity");
    let slider = ui.add(egui::Slider::new(&mut opacity, 0.0..=1.0).text(&name).fixed_decimals(2));
    widgets::name_input(ui, &slider, &name);
    if slider.changed() {
        cx.push(Command::SetLayerOpacity(view.layer, opacity));
    }
    if ui.button(cx.text("ui.layer-up")).clicked() {
        cx.push(Command::MoveLayer(view.layer, true));
        ui.close();
    }
    if ui.button(cx.text("ui.layer-down")).clicked() {
        cx.push(Command::MoveLayer(view.layer, false));
        ui.close();
    }
}

/// How many compounds have each verdict, under the compounds' row.
fn verdicts_ui(ui: &mut Ui, cx: &Context<'_>) {
    for (verdict, count) in Verdict::ALL.into_iter().zip(cx.state.derived.verdicts) {
        if count == 0 {
            continue;
        }
        ui.horizontal(|ui| {
            ui.add_space(28.0);
            swatch::verdict_ui(ui, cx.palette, verdict);
            ui.label(widgets::quiet(cx.palette, cx.tr(&verdict.message())));
            count_ui(ui, cx, Some(count));
        });
    }
}

/// Features of a layer; `None` where a count means nothing.
fn count(cx: &Context<'_>, layer: MapLayer) -> Option<usize> {
    let plan = &cx.state.plan;
    let count = match layer {
        MapLayer::Limits => plan.limits.len(),
        MapLayer::Parcels => plan.parcels.len(),
        MapLayer::Heritage => plan.heritage.len(),
        MapLayer::Streets => plan.streets.len(),
        MapLayer::Barriers => plan.barriers.len() + plan.bridges.len(),
        MapLayer::Compounds => plan.compounds.len(),
        MapLayer::Districts => plan.districts.len(),
        MapLayer::Buildings => plan.buildings.len(),
        MapLayer::Pipes => plan.pipes.len(),
        MapLayer::Links => cx.state.derived.forest.get()?.links_at(cx.state.gap_m()),
        MapLayer::Facilities => plan.facilities.len(),
        MapLayer::Items => plan.items.len(),
        MapLayer::Mends => plan.mended.len() + cx.state.derived.offers.get().map_or(0, |offers| offers.len()),
        MapLayer::Clusters if cx.state.derived.forest.get().is_none() => 0,
        MapLayer::Clusters | MapLayer::Kilometres | MapLayer::Labels => return None,
    };
    Some(count)
}
