//! The fields of a layer: their names, some values, how full they are, and the fact that each feeds.

use egui::{Align, Label, Layout, RichText, Ui};

use super::details::Shown;
use crate::base::Message;
use crate::import::{Choice, Feed, FieldPreview, fact_name, facts_of};
use crate::ui::context::Context;
use crate::ui::theme::{ROW_HEIGHT, TEXT_TABLE};
use crate::ui::widgets;

/// Widths of the columns but for the examples, which have the rest.
const NAME: f32 = 150.0;
const FILLED: f32 = 48.0;
const FEEDS: f32 = 168.0;

/// The table.
pub(super) fn fields_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>) {
    widgets::hairline(ui, cx.palette);
    if shown.layer.preview.fields.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.import-no-fields")));
        return;
    }
    let quiet = |cx: &Context<'_>, key: &'static str| widgets::quiet(cx.palette, cx.text(key)).size(TEXT_TABLE);
    let headings = ["ui.import-field", "ui.import-examples", "ui.import-filled", "ui.import-feeds"].map(|key| quiet(cx, key));
    let [name, examples, filled, feeds] = headings;
    columns_ui(
        ui,
        |ui| _ = ui.add(Label::new(name).truncate()),
        |ui| _ = ui.add(Label::new(examples).truncate()),
        |ui| _ = ui.add(Label::new(filled).truncate()),
        |ui| _ = ui.add(Label::new(feeds).truncate()),
    );
    let kind = shown.layer.preview.kind_under(&shown.layer.choice);
    let facts: Vec<&'static str> = kind.into_iter().flat_map(facts_of).collect();
    for (place, field) in shown.layer.preview.fields.iter().enumerate() {
        ui.push_id(("field", place), |ui| field_ui(ui, cx, shown, (place, field), &facts));
    }
}

/// One row; the numbers are flush right.
fn columns_ui(
    ui: &mut Ui,
    name: impl FnOnce(&mut Ui),
    examples: impl FnOnce(&mut Ui),
    filled: impl FnOnce(&mut Ui),
    feeds: impl FnOnce(&mut Ui),
) {
    let gaps = 3.0 * ui.spacing().item_spacing.x;
    let rest = (ui.available_width() - NAME - FILLED - FEEDS - gaps - 8.0).max(80.0);
    ui.horizontal(|ui| {
        let left = Layout::left_to_right(Align::Center);
        let mut cell = |width: f32, layout: Layout, content: &mut dyn FnMut(&mut Ui)| {
            ui.allocate_ui_with_layout(egui::vec2(width, ROW_HEIGHT), layout, |ui| {
                ui.set_width(width);
                content(ui);
            });
        };
        let (mut name, mut examples) = (Some(name), Some(examples));
        let (mut filled, mut feeds) = (Some(filled), Some(feeds));
        cell(NAME, left, &mut |ui| name.take().into_iter().for_each(|content| content(ui)));
        cell(rest, left, &mut |ui| examples.take().into_iter().for_each(|content| content(ui)));
        cell(FILLED, Layout::right_to_left(Align::Center), &mut |ui| filled.take().into_iter().for_each(|content| content(ui)));
        cell(FEEDS, left, &mut |ui| feeds.take().into_iter().for_each(|content| content(ui)));
    });
}

fn field_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>, (place, field): (usize, &FieldPreview), facts: &[&'static str]) {
    let feeds = shown.layer.feeds.get(place).copied().flatten();
    let colour = if feeds.is_some() { cx.palette.text } else { cx.palette.secondary };
    let text = |text: &str| RichText::new(text).size(TEXT_TABLE);
    let examples = field.examples.join("，");
    let filled = crate::ui::words::percent(field.filled);
    let secondary = cx.palette.secondary;
    columns_ui(
        ui,
        |ui| _ = ui.add(Label::new(text(&field.name).color(colour)).truncate()),
        |ui| _ = ui.add(Label::new(text(&examples).color(secondary)).truncate()),
        |ui| _ = ui.add(Label::new(text(&filled).color(secondary)).truncate()),
        |ui| feeds_ui(ui, cx, shown, field, (feeds, facts)),
    );
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
