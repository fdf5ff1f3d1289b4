//! The strip of tools beside the map.

use egui::Ui;
use egui_material_icons::{MaterialIcon, icons};

use crate::command::{Command, Drawn, LISTED, Tool};
use crate::model::{AnnotationKind, BarrierKind};
use crate::ui::context::Context;
use crate::ui::widgets;

/// The tools in order; a gap stands before those of another kind.
const TOOLS: [&[(Tool, MaterialIcon)]; 4] = [
    &[
        (Tool::Select, icons::ICON_ARROW_SELECTOR_TOOL),
        (Tool::Lasso, icons::ICON_LASSO_SELECT),
        (Tool::Pan, icons::ICON_PAN_TOOL),
    ],
    &[
        (Tool::Paint, icons::ICON_BRUSH),
        (Tool::Ring, icons::ICON_GESTURE),
        (Tool::Cut, icons::ICON_CONTENT_CUT),
        (Tool::Grow, icons::ICON_ADD_CIRCLE),
        (Tool::Swallow, icons::ICON_CALL_MERGE),
    ],
    &[
        (Tool::Link, icons::ICON_LINK),
        (Tool::Draw(Drawn::Barrier(BarrierKind::River)), icons::ICON_POLYLINE),
        (Tool::Vertices, icons::ICON_TIMELINE),
    ],
    &[
        (Tool::Measure, icons::ICON_STRAIGHTEN),
        (Tool::Annotate(AnnotationKind::Text), icons::ICON_TITLE),
        (Tool::Annotate(AnnotationKind::Arrow), icons::ICON_ARROW_OUTWARD),
        (Tool::Annotate(AnnotationKind::Cloud), icons::ICON_CLOUD),
    ],
];

/// The strip.
pub fn toolbar_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    egui::ScrollArea::vertical().show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for (n, group) in TOOLS.iter().enumerate() {
            if n > 0 {
                ui.add_space(4.0);
                widgets::hairline(ui, cx.palette);
            }
            for (tool, icon) in *group {
                tool_ui(ui, cx, tool, *icon);
            }
        }
    });
}

fn tool_ui(ui: &mut Ui, cx: &mut Context<'_>, tool: &Tool, icon: MaterialIcon) {
    let held = &cx.state.view.tool;
    let chosen = held == tool || (matches!(tool, Tool::Draw(_)) && matches!(held, Tool::Draw(_)));
    let name = cx.text(name(tool));
    let shortcut =
        LISTED.iter().find(|listed| (listed.make)() == Command::SetTool(tool.clone())).and_then(|listed| listed.shortcut);
    let hover = shortcut.map_or_else(|| name.clone(), |shortcut| format!("{name}  {shortcut}"));
    let ink = if chosen { cx.palette.accent } else { cx.palette.text };
    let fill = if chosen { cx.palette.accent_wash } else { egui::Color32::TRANSPARENT };
    let words = icon.rich_text().color(ink).size(18.0);
    let button = egui::Button::new(words).fill(fill).stroke(egui::Stroke::NONE).min_size(egui::vec2(28.0, 28.0));
    let response = widgets::named(ui.add(button).on_hover_text(hover), egui::Role::Button, &name);
    if response.clicked() {
        cx.push(Command::SetTool(tool.clone()));
    }
}

/// The key of a tool's name.
#[must_use]
pub const fn name(tool: &Tool) -> &'static str {
    match tool {
        Tool::Select => "command.tool-select",
        Tool::Pan => "command.tool-pan",
        Tool::Place(_) => "ui.tool-place",
        Tool::Link => "command.tool-link",
        Tool::Lasso => "command.tool-lasso",
        Tool::Paint => "command.tool-paint",
        Tool::Ring => "command.tool-ring",
        Tool::Cut => "command.tool-cut",
        Tool::Grow => "command.tool-grow",
        Tool::Swallow => "command.tool-swallow",
        Tool::Measure => "command.tool-measure",
        Tool::Annotate(AnnotationKind::Text) => "command.tool-text",
        Tool::Annotate(AnnotationKind::Arrow) => "command.tool-arrow",
        Tool::Annotate(AnnotationKind::Cloud) => "command.tool-cloud",
        Tool::Draw(_) => "ui.tool-draw",
        Tool::Vertices => "command.tool-vertices",
    }
}
