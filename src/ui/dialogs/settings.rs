//! Settings of the plan and of the program.

use egui::{RichText, Ui};

use crate::base::Message;
use crate::command::{Command, Theme};
use crate::i18n::Lang;
use crate::map::Hand;
use crate::model::Settings;
use crate::ui::context::Context;
use crate::ui::{inspector, widgets};

/// The dialog.
pub(super) fn settings_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.label(RichText::new(cx.text("ui.settings-plan")).strong().size(15.0));
    inspector::plan_settings_ui(ui, cx);
    reach_ui(ui, cx);
    widgets::hairline(ui, cx.palette);
    ui.label(RichText::new(cx.text("ui.settings-program")).strong().size(15.0));
    program_ui(ui, cx);
    answers_ui(ui, cx);
    ui.add_space(8.0);
    super::close_ui(ui, cx);
}

/// The distance within which a pipe's end still connects (R18), and the frontage below which a link is a bottleneck.
fn reach_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let settings = cx.state.plan.settings.clone();
    if let Some(pipe_reach_m) = metres_ui(ui, cx, "ui.pipe-reach", "pipe-reach", settings.pipe_reach_m) {
        cx.push(Command::ChangeSettings(Box::new(Settings { pipe_reach_m, ..settings })));
    } else if let Some(min_frontage_m) = metres_ui(ui, cx, "ui.min-frontage", "min-frontage", settings.min_frontage_m) {
        let min_frontage_m = min_frontage_m.max(0.0);
        cx.push(Command::ChangeSettings(Box::new(Settings { min_frontage_m, ..settings })));
    }
}

/// A length that can be edited; what it became.
fn metres_ui(ui: &mut Ui, cx: &Context<'_>, key: &'static str, id: &'static str, value_m: f64) -> Option<f64> {
    let edited = ui.horizontal(|ui| {
        let name = cx.text(key);
        ui.label(widgets::quiet(cx.palette, &*name));
        let edited = widgets::edited_number(ui, egui::Id::unique(id), value_m, 1, &name);
        ui.label("m");
        edited
    });
    edited.inner
}

/// What was settled for files loaded before, to be forgotten.
fn answers_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let count = cx.state.preferences.answers.len();
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.answers").count("count", count))));
        if ui.add_enabled(count > 0, egui::Button::new(cx.text("ui.answers-forget"))).clicked() {
            cx.push(Command::ForgetAnswers);
        }
    });
}

fn program_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.horizontal(|ui| {
        for lang in Lang::ALL {
            if ui.selectable_label(cx.lang() == lang, lang.name()).clicked() {
                cx.push(Command::SetLang(lang));
            }
        }
    });
    ui.horizontal(|ui| {
        for (theme, key) in [(Theme::Light, "ui.theme-light"), (Theme::Dark, "ui.theme-dark")] {
            if ui.selectable_label(cx.state.preferences.theme == theme, cx.text(key)).clicked() {
                cx.push(Command::SetTheme(theme));
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.map-hand")));
        for hand in Hand::ALL {
            if ui.selectable_label(cx.state.preferences.hand == hand, cx.tr(&hand.message())).clicked() {
                cx.push(Command::SetHand(hand));
            }
        }
    });
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.copies"))).on_hover_text(cx.text("ui.copies-hint"));
        for count in [0, 1, 3, 5, 10] {
            let words = if count == 0 { cx.text("ui.copies-none") } else { count.to_string() };
            if ui.selectable_label(cx.state.preferences.copies == count, words).clicked() {
                cx.push(Command::SetCopies(count));
            }
        }
    });
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.text-scale")));
        for scale in [0.8_f32, 1.0, 1.25, 1.5, 2.0, 2.5] {
            let words = format!("{} %", crate::i18n::decimal(f64::from(scale) * 100.0, 0));
            if ui.selectable_label((cx.state.preferences.text_scale - scale).abs() < 0.01, words).clicked() {
                cx.push(Command::SetTextScale(scale));
            }
        }
    });
}
