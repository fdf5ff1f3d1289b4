//! The fields of a layer: their names, some values, how full they are, and the fact that each feeds.

use egui::{Align, Label, Layout, RichText, Ui};

use super::details::Shown;
use crate::base::Message;
use crate::import::{Choice, Feed, FieldPreview, fact_name, facts_of};
use crate::ui::context::Context;
use crate::ui::theme::{ROW_HEIGHT, TEXT_TABLE};
use crate::ui::widgets;

/// Widths of the columns; the examples have the rest, unless that is too little.
const NAME: f32 = 150.0;
const LEAST_EXAMPLES: f32 = 60.0;
const FILLED: f32 = 48.0;
const FEEDS: f32 = 168.0;

/// Widths of the columns in the room there is.
struct Columns {
    name: f32,
    /// Examples, and with them how full a field is; left out where there is little room.
    examples: Option<f32>,
}

impl Columns {
    fn of(ui: &Ui) -> Self {
        let gaps = 3.0 * ui.spacing().item_spacing.x + 8.0;
        let rest = ui.available_width() - NAME - FILLED - FEEDS - gaps;
        if rest >= LEAST_EXAMPLES {
            return Self { name: NAME, examples: Some(rest) };
        }
        Self { name: (rest + NAME + FILLED).max(40.0), examples: None }
    }
}

/// The table.
pub(super) fn fields_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    widgets::hairline(ui, cx.palette);
    if shown.layer.preview.fields.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.import-no-fields")));
        return;
    }
    let columns = Columns::of(ui);
    let heading = |key: &'static str| widgets::quiet(cx.palette, cx.text(key));
    let [name, examples, filled, feeds] =
        ["ui.import-field", "ui.import-examples", "ui.import-filled", "ui.import-feeds"].map(heading);
    ui.horizontal(|ui| {
        text_ui(ui, &columns, name, examples, filled);
        cell_ui(ui, FEEDS, Align::Min, |ui| ui.add(Label::new(feeds.size(TEXT_TABLE)).truncate()));
    });
    let kind = shown.layer.preview.kind_under(&shown.layer.choice);
    let facts: Vec<&'static str> = kind.into_iter().flat_map(facts_of).collect();
    for (place, field) in shown.layer.preview.fields.iter().enumerate() {
        ui.push_id(("field", place), |ui| {
            let feeds = shown.layer.feeds.get(place).copied().flatten();
            let colour = if feeds.is_some() { cx.palette.text } else { cx.palette.secondary };
            let examples = widgets::quiet(cx.palette, field.examples.join("，"));
            let filled = widgets::quiet(cx.palette, crate::ui::words::percent(field.filled));
            ui.horizontal(|ui| {
                text_ui(ui, &columns, RichText::new(&field.name).color(colour), examples, filled);
                cell_ui(ui, FEEDS, Align::Min, |ui| feeds_ui(ui, cx, shown, field, (feeds, &facts)));
            });
        });
    }
}

/// The columns of texts; numbers are flush right.
fn text_ui(ui: &mut Ui, columns: &Columns, name: RichText, examples: RichText, filled: RichText) {
    let label = |text: RichText| Label::new(text.size(TEXT_TABLE)).truncate();
    cell_ui(ui, columns.name, Align::Min, |ui| ui.add(label(name)));
    if let Some(width) = columns.examples {
        cell_ui(ui, width, Align::Min, |ui| ui.add(label(examples)));
        cell_ui(ui, FILLED, Align::Max, |ui| ui.add(label(filled)));
    }
}

/// One cell.
fn cell_ui<R>(ui: &mut Ui, width: f32, flush: Align, content: impl FnOnce(&mut Ui) -> R) {
    let layout = match flush {
        Align::Max => Layout::right_to_left(Align::Center),
        Align::Min | Align::Center => Layout::left_to_right(Align::Center),
    };
    ui.allocate_ui_with_layout(egui::vec2(width, ROW_HEIGHT), layout, |ui| {
        ui.set_width(width);
        content(ui);
    });
}

/// Which fact a field feeds.
fn feeds_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    shown: Shown<'_>,
    field: &FieldPreview,
    (feeds, facts): (Option<&'static str>, &[&'static str]),
) {
    let keep = cx.text("ui.import-keep");
    let text = feeds.map_or_else(|| keep.clone(), |fact| cx.text(fact_name(fact)));
    let colour = if feeds.is_some() { cx.palette.text } else { cx.palette.secondary };
    let text = RichText::new(text).size(TEXT_TABLE).color(colour);
    let combo = egui::ComboBox::from_id_salt("feeds").selected_text(text).width(FEEDS - 8.0).height(320.0).truncate();
    let combo = combo.show_ui(ui, |ui| {
        if ui.selectable_label(feeds.is_none(), keep).clicked() {
            shown.choose(cx, |choice| set(choice, &field.name, None));
        }
        for &fact in facts {
            if ui.selectable_label(feeds == Some(fact), cx.text(fact_name(fact))).clicked() {
                shown.choose(cx, |choice| set(choice, &field.name, Some(fact)));
            }
        }
    });
    widgets::name_input(ui, &combo.response, &cx.tr(&Message::new("ui.import-feeds-of").text("field", &*field.name)));
}

/// Lets a field feed a fact. The ids have one field only.
fn set(choice: &mut Choice, field: &str, fact: Option<&'static str>) {
    if choice.id_field.as_deref() == Some(field) {
        choice.id_field = None;
    }
    let feed = match fact {
        Some("source_id") => {
            choice.feeds.remove(field);
            choice.id_field = Some(field.to_owned());
            return;
        }
        Some(fact) => Feed::Fact(fact.to_owned()),
        None => Feed::Keep,
    };
    choice.feeds.insert(field.to_owned(), feed);
}
