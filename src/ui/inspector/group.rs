//! The panel of the step 片区: how many districts, their bounds, what matters, and the buttons that run it.

use std::collections::BTreeSet;

use egui::{RichText, Ui};

use super::group_form::{Degree, GroupingForm, Preset, Wanted, similar_fields};
use super::{group_result, pins, search, step};
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Command, GroupRequest};
use crate::model::CommunityRule;
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// The panel.
pub(super) fn group_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut GroupingForm) {
    // What is asked for stays as it was asked while it is searched for.
    let is_searching = cx.state.open_search().is_some();
    ui.add_enabled_ui(!is_searching, |ui| form_ui(ui, cx, form));
    ui.add_space(8.0);
    if is_searching {
        search::end_ui(ui, cx);
    } else {
        run_ui(ui, cx, form);
    }
    if !search::search_ui(ui, cx) {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.group-undo")).size(12.0));
    }
    if !is_searching {
        group_result::result_ui(ui, cx);
    }
}

fn form_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut GroupingForm) {
    search::scope_ui(ui, cx);
    let settings = cx.state.plan.settings.clone();
    let mut changed = settings.clone();
    ui.horizontal_wrapped(|ui| {
        let presets = [
            (Preset::StreetOffice, "ui.preset-street-office", "ui.preset-street-office-hint"),
            (Preset::City, "ui.preset-city", "ui.preset-city-hint"),
        ];
        for (preset, key, hint) in presets {
            if ui.button(cx.text(key)).on_hover_text(cx.text(hint)).clicked() {
                form.fill(preset, &mut changed);
            }
        }
    });
    count_ui(ui, cx, form);
    // One line whatever is asked, so that nothing below it jumps.
    let pins = &settings.pins;
    let parts_clusters = !pins.apart.is_empty() || pins.seeds.len() > 1;
    let one_each = form.wanted != Wanted::Exactly && form.is_unbounded() && !parts_clusters;
    let hint = if one_each { "ui.count-clusters" } else { "ui.group-hint" };
    ui.label(widgets::quiet(cx.palette, cx.text(hint)).size(12.0));
    bounds_ui(ui, cx, form);
    limit_ui(ui, cx, "ui.community", &mut changed.community);
    limit_ui(ui, cx, "ui.street-office", &mut changed.street_office);
    pins::pins_ui(ui, cx, &mut changed.pins);
    step::push_settings(cx, &settings, changed);
    matters_ui(ui, cx, form);
}

/// How many districts.
fn count_ui(ui: &mut Ui, cx: &Context<'_>, form: &mut GroupingForm) {
    let name = cx.text("ui.count");
    ui.label(widgets::quiet(cx.palette, &*name));
    ui.horizontal_wrapped(|ui| {
        for (wanted, key) in Wanted::ALL {
            ui.selectable_value(&mut form.wanted, wanted, cx.text(key));
        }
        if form.wanted == Wanted::Exactly {
            let response = ui.add(egui::TextEdit::singleline(&mut form.count).desired_width(48.0));
            widgets::name_input(ui, &response, &format!("{name} {}", cx.text("ui.count-exactly")));
        }
    });
    let locked = cx.state.plan.districts.values().filter(|district| district.locked).count();
    if form.wanted == Wanted::Exactly && locked > 0 {
        let told = cx.tr(&Message::new("ui.count-locked").count("count", locked));
        ui.label(widgets::quiet(cx.palette, told).size(12.0));
    }
}

fn bounds_ui(ui: &mut Ui, cx: &Context<'_>, form: &mut GroupingForm) {
    egui::Grid::new("bounds").num_columns(3).spacing([8.0, 4.0]).show(ui, |ui| {
        ui.label("");
        ui.label(widgets::quiet(cx.palette, cx.text("ui.at-least")));
        ui.label(widgets::quiet(cx.palette, cx.text("ui.at-most")));
        ui.end_row();
        for (_, key, low, high) in &mut form.rows {
            let name = cx.text(key);
            ui.label(&name);
            for (text, bound) in [(low, "ui.at-least"), (high, "ui.at-most")] {
                let full = format!("{name} {}", cx.text(bound));
                let response = ui.add_sized([80.0, 22.0], egui::TextEdit::singleline(text));
                widgets::name_input(ui, &response, &full);
            }
            ui.end_row();
        }
        let name = cx.text("ui.diameter");
        ui.label(&name);
        ui.label("");
        let response = ui.add_sized([80.0, 22.0], egui::TextEdit::singleline(&mut form.diameter));
        widgets::name_input(ui, &response, &format!("{name} {}", cx.text("ui.at-most")));
        ui.end_row();
    });
}

/// Whether districts may cross limits of a kind.
fn limit_ui(ui: &mut Ui, cx: &Context<'_>, key: &'static str, rule: &mut CommunityRule) {
    let name = cx.text(key);
    ui.label(widgets::quiet(cx.palette, &*name));
    ui.horizontal_wrapped(|ui| {
        for option in [CommunityRule::Free, CommunityRule::Prefer, CommunityRule::Forbid] {
            ui.selectable_value(rule, option, cx.text(names::community(option)));
        }
    });
}

/// What a good district is.
fn matters_ui(ui: &mut Ui, cx: &Context<'_>, form: &mut GroupingForm) {
    ui.label(widgets::quiet(cx.palette, cx.text("ui.matters")));
    let rows = [
        ("ui.matters-alike", &mut form.likeness),
        ("ui.matters-compact", &mut form.compactness),
        ("ui.matters-even", &mut form.balance),
        ("ui.matters-openings", &mut form.openings),
        ("ui.matters-contact", &mut form.contact),
    ];
    egui::Grid::new("matters").num_columns(4).spacing([8.0, 4.0]).show(ui, |ui| {
        for (key, degree) in rows {
            let name = cx.text(key);
            ui.label(&name);
            for (option, key) in Degree::ALL {
                let words = cx.text(key);
                let full = format!("{name} {words}");
                let response = ui.selectable_value(degree, option, words);
                widgets::name_input(ui, &response, &full);
            }
            ui.end_row();
        }
    });
    if form.likeness != Degree::Off {
        let fields: Vec<String> = similar_fields(&cx.state.plan).into_iter().map(|(_, key)| cx.text(key)).collect();
        let told = if fields.is_empty() {
            Message::new("ui.alike-unknown")
        } else {
            Message::new("ui.alike-in").text("fields", fields.join(" · "))
        };
        ui.label(widgets::quiet(cx.palette, cx.tr(&told)).size(12.0));
    }
}

/// What stands against the request, and the buttons that run it.
fn run_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &GroupingForm) {
    let request = form.request(&cx.state.plan);
    if let Err(why) = &request {
        ui.label(RichText::new(cx.tr(why)).color(cx.palette.bad));
    }
    let plan = &cx.state.plan;
    let only = &cx.state.view.only;
    let is_free = |id: &&DistrictId| plan.districts.get(id).is_some_and(|district| !district.locked);
    let rows = plan.assignment.iter().enumerate();
    let chosen = rows.filter(|(row, _)| only.is_empty() || only.contains(&CompoundId::from_index(*row)));
    // Locked districts are among those that are wanted.
    let all: BTreeSet<_> = chosen.filter_map(|(_, id)| id.as_ref()).collect();
    let there: BTreeSet<_> = all.iter().filter(|id| is_free(id)).collect();
    let improvement = form.improvement(&cx.state.plan, all.len());
    let mut asked = None;
    ui.horizontal_wrapped(|ui| {
        if ui.add_enabled(request.is_ok(), egui::Button::new(cx.text("ui.group-run"))).clicked() {
            asked = request.ok();
        }
        let button = egui::Button::new(cx.text("ui.group-improve"));
        let response = ui.add_enabled(!there.is_empty() && improvement.is_ok(), button);
        let why = improvement.as_ref().err().map_or_else(|| cx.text("ui.group-improve-none"), |why| cx.tr(why));
        if response.on_disabled_hover_text(why).clicked() {
            asked = improvement.ok();
        }
    });
    if let Some(request) = asked {
        let only = cx.state.view.only.clone();
        cx.push(Command::Group(Box::new(GroupRequest { only, ..request })));
    }
}
