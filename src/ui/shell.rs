//! The frame of the window: bars, panels, map, dialogs, notices.

use egui::{CentralPanel, Frame, Margin, Panel as EguiPanel, Stroke, Ui};

use super::changed;
use super::context::Context;
use super::cursor::Cursor;
use super::dialogs::{self, ExportMemory, ImportMemory, PaletteMemory};
use super::inspector::{self, InspectorMemory};
use super::keyboard;
use super::map_view::{self, MapMemory};
use super::outlines::{self, OutlineMemory};
use super::panels::{bottom, layers, start, status, toolbar, top};
use super::present;
use super::tables::checks::ChecksMemory;
use super::tables::compounds::CompoundsMemory;
use super::tables::coordinate::CoordinateMemory;
use super::tables::districts::DistrictsMemory;
use super::tables::gap::GapMemory;
use super::tables::needs::NeedsMemory;
use super::tables::screening::ScreeningMemory;
use super::theme::Palette;
use super::toasts::{self, ToastMemory};
use crate::command::{Command, Panel, Theme};
use crate::map::Shade;
use crate::session::State;

/// What the window remembers between frames: texts being typed, sort orders, caches with their keys. No part of it
/// belongs to the plan.
#[derive(Default)]
pub struct Memory {
    pub(super) compounds: CompoundsMemory,
    pub(super) districts: DistrictsMemory,
    pub(super) checks: ChecksMemory,
    pub(super) coordinate: CoordinateMemory,
    pub(super) gap: GapMemory,
    pub(super) needs: NeedsMemory,
    pub(super) screening: ScreeningMemory,
    pub(super) inspector: InspectorMemory,
    pub(super) export: ExportMemory,
    pub(super) import: ImportMemory,
    pub(super) palette: PaletteMemory,
    pub(super) toasts: ToastMemory,
    pub(super) map: MapMemory,
    pub(super) cursor: Cursor,
    pub(super) outlines: OutlineMemory,
    fills_screen: bool,
}

impl Memory {
    /// The window fills the screen while a plan is presented.
    fn follow_screen(&mut self, ui: &Ui, fills: bool) {
        if self.fills_screen != fills {
            self.fills_screen = fills;
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Fullscreen(fills));
        }
    }
}

/// The whole window. Returns what the user asked for.
pub fn shell_ui(ui: &mut Ui, state: &State, memory: &mut Memory) -> Vec<Command> {
    let shade = if state.preferences.theme == Theme::Dark { Shade::Dark } else { Shade::Light };
    let palette = Palette::in_hand(shade, state.preferences.hand);
    let mut commands = Vec::new();
    let mut cx = Context::new(state, &palette, &mut commands);
    // A gesture that is under way is what Escape lets go first.
    memory.map.tools.escape(ui);
    keyboard::keyboard(ui, &mut cx);
    if state.is_open && state.view.presenting.is_some() {
        present::present_ui(ui, &mut cx, memory);
        toasts::toasts_ui(ui, &mut cx, &mut memory.toasts);
        memory.follow_screen(ui, true);
        return commands;
    }
    memory.follow_screen(ui, false);
    let bar = |margin: Margin| Frame::new().fill(palette.panel).inner_margin(margin);
    EguiPanel::top("top").exact_size(42.0).frame(bar(Margin::symmetric(12, 0))).show(ui, |ui| top::top_ui(ui, &mut cx));
    if state.is_open {
        let frame = bar(Margin::symmetric(12, 0)).fill(palette.window);
        EguiPanel::bottom("status").exact_size(24.0).frame(frame).show(ui, |ui| status::status_ui(ui, &mut cx, &memory.cursor));
        panels_ui(ui, &mut cx, memory, &palette);
        CentralPanel::no_frame().show(ui, |ui| map_or_outlines_ui(ui, &mut cx, memory));
    } else if !state.outlines.is_empty() {
        CentralPanel::no_frame().show(ui, |ui| outlines::outline_map_ui(ui, &cx, &mut memory.outlines));
    } else {
        let frame = Frame::new().fill(palette.window);
        CentralPanel::no_frame().frame(frame).show(ui, |ui| start::start_ui(ui, &mut cx));
    }
    dialogs::dialogs_ui(ui, &mut cx, memory);
    changed::changed_ui(ui, &mut cx);
    toasts::toasts_ui(ui, &mut cx, &mut memory.toasts);
    dropped(ui, &mut cx);
    commands
}

/// The map, and over it what is being read; that alone until there is a map.
fn map_or_outlines_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    if cx.state.derived.scene.get().is_none() && !cx.state.outlines.is_empty() {
        outlines::outline_map_ui(ui, cx, &mut memory.outlines);
        return;
    }
    let rect = ui.available_rect_before_wrap();
    map_view::map_ui(ui, cx, &mut memory.map, &mut memory.cursor);
    outlines::outlines_over_ui(ui, cx, &mut memory.outlines, rect);
}

/// Below this width, points, one panel beside the map is shown: the inspector, or the layers while that is hidden.
const BOTH_FROM: f32 = 960.0;
/// What the panels leave to the map at least: of the width those beside it, each, and of the height the one below.
const SIDE_SHARE: f32 = 0.36;
const NARROW_SHARE: f32 = 0.44;
const LOW_SHARE: f32 = 0.5;
/// Height of the panel below the map at first, points, and of the window at most.
const LOW: f32 = 300.0;
const LOW_SHARE_AT_FIRST: f32 = 0.42;

fn panels_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory, palette: &Palette) {
    let hidden = &cx.state.view.hidden;
    let [width, height] = ui.available_size().into();
    let inspector_open = !hidden.contains(&Panel::Inspector);
    let layers_open = !hidden.contains(&Panel::Layers) && (width >= BOTH_FROM || !inspector_open);
    let bottom_open = !hidden.contains(&Panel::Bottom);
    let side = width * if width < BOTH_FROM { NARROW_SHARE } else { SIDE_SHARE };
    let range = |least: f32, most: f32, room: f32| least.min(room)..=most.min(room);
    let frame = Frame::new().fill(palette.panel).inner_margin(Margin::symmetric(12, 8)).stroke(Stroke::NONE);
    if layers_open {
        EguiPanel::left("layers").default_size(256.0_f32.min(side)).size_range(range(180.0, 420.0, side)).frame(frame).show(
            ui,
            |ui| {
                layers::layers_ui(ui, cx);
            },
        );
        name_handle(ui, cx, "layers");
    }
    let tools = Frame::new().fill(palette.panel).inner_margin(Margin::symmetric(4, 6)).stroke(Stroke::NONE);
    EguiPanel::left("tools").exact_size(36.0).resizable(false).frame(tools).show(ui, |ui| toolbar::toolbar_ui(ui, cx));
    if inspector_open {
        EguiPanel::right("inspector").default_size(316.0_f32.min(side)).size_range(range(240.0, 520.0, side)).frame(frame).show(
            ui,
            |ui| {
                inspector::inspector_ui(ui, cx, memory);
            },
        );
        name_handle(ui, cx, "inspector");
    }
    if bottom_open {
        let low = height * LOW_SHARE;
        let panel =
            EguiPanel::bottom("bottom").default_size(LOW.min(height * LOW_SHARE_AT_FIRST)).size_range(range(96.0, 600.0, low));
        panel.resizable(true).frame(frame).show(ui, |ui| {
            bottom::bottom_ui(ui, cx, memory);
        });
        name_handle(ui, cx, "bottom");
    }
}

/// Names the handle by which a panel is made wider; egui's own name is English.
fn name_handle(ui: &Ui, cx: &Context<'_>, panel: &str) {
    let handle = ui.scope_id().with(panel).with("__resize");
    let name = cx.text("ui.resize-panel");
    ui.ctx().accesskit_node_builder(handle, |node| node.set_label(name));
}

/// Files dropped anywhere on the window.
fn dropped(ui: &Ui, cx: &mut Context<'_>) {
    let paths: Vec<std::path::PathBuf> =
        ui.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect());
    match paths.as_slice() {
        [] => {}
        [one] => cx.push(Command::Open(one.clone())),
        _ => cx.push(Command::Load(paths)),
    }
}

/// Applies language-independent looks: fonts once, then theme and text size as preferred.
pub fn apply_looks(ctx: &egui::Context, state: &State) {
    ctx.set_theme(if state.preferences.theme == Theme::Dark { egui::Theme::Dark } else { egui::Theme::Light });
    ctx.set_zoom_factor(state.preferences.text_scale);
}
