//! Beside the map's corner: what the tool takes and where it goes, and what the districts would come to.

use egui::{Align, Area, Frame, Id, Layout, Order, Rect, RichText, Ui};

use super::{ToolMemory, draw, drawn};
use crate::base::{DistrictId, Message};
use crate::command::{Brush, Command, Form, Into, Source, Tool, Whole};
use crate::grouping::by_hand::{Prospect, Sum};
use crate::i18n;
use crate::model::AnnotationKind;
use crate::session::by_hand::{Ground, Look};
use crate::session::fixing::field_words;
use crate::ui::context::Context;
use crate::ui::panels::toolbar;
use crate::ui::widgets;

/// Width of the card.
const WIDTH: f32 = 268.0;
/// Districts that are told in numbers; the rest are counted.
const MOST_TOLD: usize = 3;

/// The card of the tool; none for tools that need none.
pub fn hud_ui(ui: &Ui, cx: &mut Context<'_>, memory: &mut ToolMemory, rect: Rect) {
    let tool = cx.state.view.tool.clone();
    let Some(hint) = hint(&tool).filter(|_| cx.state.view.presenting.is_none()) else { return };
    let area = Area::new(Id::unique("map-tool")).order(Order::Middle).fixed_pos(rect.left_top() + egui::vec2(10.0, 10.0));
    area.constrain_to(rect).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(WIDTH.min(rect.width() - 40.0));
            ui.label(RichText::new(cx.text(toolbar::name(&tool))).strong());
            // While a gesture is under way there is room for what it comes to alone.
            if memory.drawing.is_none() {
                ui.label(widgets::quiet(cx.palette, cx.text(hint)).size(12.0));
                if tool.uses_brush() {
                    brush_ui(ui, cx, &tool);
                } else if matches!(tool, Tool::Cut | Tool::Swallow) {
                    selected_ui(ui, cx);
                }
            }
            drawn::drawn_ui(ui, cx, memory);
            pending_ui(ui, cx, memory);
        });
    });
}

const fn hint(tool: &Tool) -> Option<&'static str> {
    match tool {
        Tool::Lasso => Some("ui.hint-lasso"),
        Tool::Paint => Some("ui.hint-paint"),
        Tool::Ring => Some("ui.hint-ring"),
        Tool::Cut => Some("ui.hint-cut"),
        Tool::Grow => Some("ui.hint-grow"),
        Tool::Swallow => Some("ui.hint-swallow"),
        Tool::Measure => Some("ui.hint-measure"),
        Tool::Annotate(AnnotationKind::Text) => Some("ui.hint-text"),
        Tool::Annotate(AnnotationKind::Arrow) => Some("ui.hint-arrow"),
        Tool::Annotate(AnnotationKind::Cloud) => Some("ui.hint-cloud"),
        Tool::Draw(drawn) if matches!(drawn.form(), Form::Point) => Some("ui.hint-point"),
        Tool::Draw(_) => Some("ui.hint-draw"),
        Tool::Place(_) => Some("ui.hint-place"),
        Tool::Vertices => Some("ui.hint-vertices"),
        Tool::Select | Tool::Pan | Tool::Link => None,
    }
}

/// The district that is selected, or that none is.
fn selected_ui(ui: &mut Ui, cx: &Context<'_>) {
    let selected = cx.state.view.selection.district.and_then(|id| cx.state.plan.districts.get(&id));
    let label = selected.map_or_else(|| cx.text("ui.no-district-selected"), crate::model::District::label);
    widgets::fact(ui, cx.palette, &cx.text("ui.into-selected"), &label);
}

fn brush_ui(ui: &mut Ui, cx: &mut Context<'_>, tool: &Tool) {
    let mut brush = cx.state.view.brush;
    if *tool != Tool::Grow {
        choice_ui(
            ui,
            cx,
            "ui.brush-into",
            &mut brush.into,
            &[(Into::Selected, "ui.into-selected"), (Into::New, "ui.into-new"), (Into::None, "ui.into-none")],
        );
        if brush.into == Into::Selected {
            let selected = cx.state.view.selection.district.and_then(|id| cx.state.plan.districts.get(&id));
            let words = selected.map_or_else(|| cx.text("ui.into-start"), crate::model::District::label);
            ui.label(widgets::quiet(cx.palette, words).size(12.0));
        }
    }
    choice_ui(
        ui,
        cx,
        "ui.brush-source",
        &mut brush.source,
        &[(Source::Any, "ui.source-any"), (Source::Unassigned, "ui.source-unassigned"), (Source::Start, "ui.source-start")],
    );
    match tool {
        Tool::Grow => {
            let name = cx.text("ui.brush-households");
            ui.horizontal(|ui| {
                ui.label(widgets::quiet(cx.palette, &*name));
                let drag = egui::DragValue::new(&mut brush.households).range(1.0..=1_000_000.0).speed(10.0).max_decimals(0);
                widgets::drag_number(ui, drag, &name);
            });
        }
        _ => whole_ui(ui, cx, &mut brush, tool),
    }
    if brush != cx.state.view.brush {
        cx.push(Command::SetBrush(brush));
    }
}

fn whole_ui(ui: &mut Ui, cx: &Context<'_>, brush: &mut Brush, tool: &Tool) {
    let all =
        [(Whole::Compound, "ui.whole-compound"), (Whole::Community, "ui.whole-community"), (Whole::Block, "ui.whole-block")];
    // Blocks are what streets leave: without streets there are none.
    let offered = if cx.state.plan.streets.is_empty() { &all[..2] } else { &all[..] };
    choice_ui(ui, cx, "ui.brush-whole", &mut brush.whole, offered);
    if *tool == Tool::Paint {
        let name = cx.text("ui.brush-radius");
        ui.horizontal(|ui| {
            ui.label(widgets::quiet(cx.palette, &*name));
            let drag = egui::DragValue::new(&mut brush.radius_px).range(1.0..=120.0).speed(0.5).max_decimals(0).suffix(" px");
            widgets::drag_number(ui, drag, &name);
        });
    }
}

/// One of several, named by the question and its own words.
fn choice_ui<T: Copy + PartialEq>(ui: &mut Ui, cx: &Context<'_>, key: &'static str, value: &mut T, all: &[(T, &'static str)]) {
    let name = cx.text(key);
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::quiet(cx.palette, &*name));
        for (option, key) in all {
            let words = cx.text(key);
            let full = format!("{name} {words}");
            let response = ui.selectable_value(value, *option, words);
            widgets::name_input(ui, &response, &full);
        }
    });
}

fn pending_ui(ui: &mut Ui, cx: &Context<'_>, memory: &ToolMemory) {
    let (Some((_, look)), Some(ground)) = (&memory.pending, &memory.ground) else { return };
    if let Some(why) = &look.refusal {
        let words = cx.tr(&Message::new("ui.pending-refused").count("count", look.refused.len()).nested("why", why.clone()));
        ui.label(RichText::new(words).color(cx.palette.bad).size(12.0));
    }
    if look.pending.districts.is_empty() {
        return;
    }
    widgets::hairline(ui, cx.palette);
    // Rows of text, not of buttons.
    ui.spacing_mut().item_spacing.y = 1.0;
    ui.spacing_mut().interact_size.y = 15.0;
    ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.pending-moved").count("count", look.pending.moved))).size(12.0));
    // Those that gain first: they are what the gesture is for.
    let mut told: Vec<(&u32, &Prospect)> = look.pending.districts.iter().collect();
    told.sort_by_key(|(id, prospect)| (prospect.members.1 <= prospect.members.0, **id));
    for (id, prospect) in told.iter().take(MOST_TOLD) {
        prospect_ui(ui, cx, ground, look, DistrictId(**id), prospect);
    }
    if told.len() > MOST_TOLD {
        let more = Message::new("ui.pending-more").count("count", told.len() - MOST_TOLD);
        ui.label(widgets::quiet(cx.palette, cx.tr(&more)).size(12.0));
    }
}

fn prospect_ui(ui: &mut Ui, cx: &Context<'_>, ground: &Ground, look: &Look, id: DistrictId, prospect: &Prospect) {
    let district = cx.state.plan.districts.get(&id);
    let title = district.map_or_else(|| cx.text("ui.into-new"), crate::model::District::label);
    ui.horizontal(|ui| {
        let (place, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), egui::Sense::hover());
        ui.painter().rect_filled(place, 2.0, draw::ink_of(cx, Some(id)));
        ui.label(RichText::new(title).strong());
    });
    for (at, (before, after)) in prospect.sums.iter().enumerate() {
        sum_ui(ui, cx, ground, at, *before, *after);
    }
    let broken = prospect.parts.iter().skip(1).map(Vec::len).sum::<usize>();
    if broken > 0 {
        let words = Message::new("ui.pending-parts").count("parts", prospect.parts.len()).count("count", broken);
        ui.label(RichText::new(cx.tr(&words)).color(cx.palette.warn).size(12.0));
    }
    if !prospect.hinges.is_empty() {
        let words = Message::new("ui.pending-hinges").count("count", prospect.hinges.len());
        ui.label(widgets::quiet(cx.palette, cx.tr(&words)).size(12.0));
    }
    if look.pending.districts.len() > 1 {
        ui.add_space(2.0);
    }
}

/// One sum before and after, in the colour of whether it keeps to its bounds.
fn sum_ui(ui: &mut Ui, cx: &Context<'_>, ground: &Ground, at: usize, before: Sum, after: Sum) {
    let Some(field) = ground.fields.get(at) else { return };
    let bound = ground.bounds.iter().find(|(field, _, _)| *field == at);
    let (min, max) = bound.map_or((None, None), |(_, min, max)| (*min, *max));
    // What nobody knows of anybody says nothing.
    if bound.is_none() && before.value == 0.0 && after.value == 0.0 {
        return;
    }
    let missed = min.is_some_and(|min| after.value < min) || max.is_some_and(|max| after.value > max);
    let ink = if missed { cx.palette.warn } else { cx.palette.text };
    let unknown = |sum: Sum| if sum.unknown > 0 { "+" } else { "" };
    let decimals = usize::from(field.name == "cost_wan_yuan") * 2;
    let number = |sum: Sum| format!("{}{}", i18n::decimal(sum.value, decimals), unknown(sum));
    let limits = match (min, max) {
        (Some(min), Some(max)) => format!("  {}–{}", i18n::decimal(min, 0), i18n::decimal(max, 0)),
        (Some(min), None) => format!("  ≥ {}", i18n::decimal(min, 0)),
        (None, Some(max)) => format!("  ≤ {}", i18n::decimal(max, 0)),
        (None, None) => String::new(),
    };
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.tr(&field_words(&field.name))).size(12.0));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if !limits.is_empty() {
                ui.label(widgets::quiet(cx.palette, limits).size(11.0));
            }
            ui.label(RichText::new(format!("{} → {}", number(before), number(after))).color(ink).size(12.0));
        });
    });
}
