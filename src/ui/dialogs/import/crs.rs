//! The choice of a coordinate system: those of China by datum and zone, found by what is typed, and any other by its code.

use egui::{RichText, Ui};

use super::details::Shown;
use crate::base::Message;
use crate::geometry::crs::{ChinaCrs, Datum, chinese, code_of, describe};
use crate::i18n::Lang;
use crate::ui::context::Context;
use crate::ui::{widgets, words};

/// Systems shown at once.
const SHOWN: usize = 40;

/// What is typed to find a system.
#[derive(Default)]
pub(super) struct CrsMemory {
    search: String,
    /// The list is open and its field has had the focus.
    open: bool,
}

/// The system as it is set, to be changed.
pub(super) fn crs_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: Shown<'_>, memory: &mut CrsMemory) {
    let layer = shown.layer;
    let named = match (&layer.choice.crs, &layer.outlook) {
        (Some(chosen), _) => Some(chosen.as_str()),
        (None, Ok(outlook)) => Some(outlook.crs.as_str()),
        // The system is known; it is the axes that are in question.
        (None, Err(question)) => layer.preview.system().filter(|_| question.swap),
    };
    let text = named.map_or_else(|| cx.text("ui.import-choose-crs"), |crs| crs_words(cx, crs));
    let colour = if named.is_none() { cx.palette.warn } else { cx.palette.text };
    let width = ui.available_width().min(316.0);
    let combo = egui::ComboBox::from_id_salt("crs").selected_text(RichText::new(text).color(colour)).width(width).height(360.0);
    let combo = combo.truncate().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show_ui(ui, |ui| {
        ui.set_min_width(316.0);
        let name = cx.text("ui.import-search-crs");
        let field = widgets::text_field(ui, &mut memory.search, &name, f32::INFINITY);
        if !std::mem::replace(&mut memory.open, true) {
            field.request_focus();
        }
        if let Some(chosen) = options_ui(ui, cx, shown, &memory.search, field.lost_focus()) {
            memory.search.clear();
            shown.choose(cx, |choice| choice.crs = chosen);
            ui.close();
        }
    });
    memory.open &= combo.inner.is_some();
    widgets::name_input(ui, &combo.response, &cx.text("ui.import-crs"));
}

/// Systems that what is typed finds; gives back the one that was chosen. `done` says that Enter may have been pressed.
#[expect(clippy::option_option, reason = "the outer is whether something was chosen, the inner the system or what the file says")]
fn options_ui(ui: &mut Ui, cx: &Context<'_>, shown: Shown<'_>, search: &str, done: bool) -> Option<Option<String>> {
    let own = &shown.layer.choice.crs;
    let enter = done && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let mut chosen = None;
    if search.trim().is_empty() && ui.selectable_label(own.is_none(), cx.text("ui.import-crs-by-file")).clicked() {
        chosen = Some(None);
    }
    let found = found(cx, search, middle_meridian(shown));
    for (row, (code, words)) in found.iter().take(SHOWN).enumerate() {
        let crs = format!("EPSG:{code}");
        if ui.selectable_label(own.as_ref() == Some(&crs), words).clicked() || (enter && row == 0) {
            chosen = Some(Some(crs));
        }
    }
    if found.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.import-no-crs")));
    } else if found.len() > SHOWN {
        let more = Message::new("ui.more-lines").count("count", found.len() - SHOWN);
        ui.label(widgets::quiet(cx.palette, cx.tr(&more)));
    }
    chosen
}

/// The meridian of the plan, or of another layer where there is none yet: its zones stand first.
fn middle_meridian(shown: Shown<'_>) -> Option<f64> {
    let plan = shown.survey.ground.bounds.map(|bounds| bounds.center().x);
    plan.or_else(|| shown.survey.layers.iter().find_map(|layer| Some(layer.outlook.as_ref().ok()?.middle?.x)))
}

/// Codes and names of systems that hold every word of what is typed; a number is a code too.
fn found(cx: &Context<'_>, search: &str, near: Option<f64>) -> Vec<(u32, String)> {
    let wanted = search.to_lowercase();
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(bool, u32, String)> = Vec::new();
    for crs in chinese() {
        let words = china_words(cx, crs);
        let (zh, en) = (china_name(crs, Lang::Zh), china_name(crs, Lang::En));
        let text = format!("{words} {zh} {en}").to_lowercase();
        if wanted.iter().all(|word| text.contains(word)) {
            let lies_near = |zone: crate::geometry::crs::ChinaZone| {
                near.is_some_and(|near| (near - f64::from(zone.meridian)).abs() * 2.0 <= f64::from(zone.degrees))
            };
            found.push((!crs.zone.is_some_and(lies_near), crs.code, words));
        }
    }
    found.sort_by_key(|(far, ..)| *far);
    let typed = code_of(search).filter(|code| found.iter().all(|(_, own, _)| own != code));
    let named =
        typed.and_then(describe).map(|info| (info.code, format!("{}  EPSG:{}", cx.tr(&words::crs_name(&info)), info.code)));
    named.into_iter().chain(found.into_iter().map(|(_, code, words)| (code, words))).collect()
}

/// A system in words, with its code.
pub(super) fn crs_words(cx: &Context<'_>, crs: &str) -> String {
    let Some(code) = code_of(crs) else { return crs.to_owned() };
    if let Some(china) = chinese().find(|china| china.code == code) {
        return china_words(cx, china);
    }
    let named = describe(code).map(|info| cx.tr(&words::crs_name(&info)));
    named.map_or_else(|| crs.to_owned(), |name| format!("{name}  EPSG:{code}"))
}

fn china_words(cx: &Context<'_>, crs: ChinaCrs) -> String {
    format!("{}  EPSG:{}", china_name(crs, cx.lang()), crs.code)
}

fn china_name(crs: ChinaCrs, lang: Lang) -> String {
    let datum = Message::new(match crs.datum {
        Datum::Cgcs2000 => "ui.datum-cgcs2000",
        Datum::Wgs84 => "ui.datum-wgs84",
        Datum::Beijing1954 => "ui.datum-beijing",
        Datum::Xian1980 => "ui.datum-xian",
        Datum::NewBeijing => "ui.datum-new-beijing",
    });
    let name = match crs.zone {
        None => Message::new("ui.crs-degrees").nested("datum", datum),
        Some(zone) => {
            let name = Message::new(if zone.number.is_some() { "ui.crs-zone-numbered" } else { "ui.crs-zone" });
            let name = name.nested("datum", datum).text("degrees", zone.degrees.to_string());
            name.text("meridian", zone.meridian.to_string()).text("number", zone.number.unwrap_or(0).to_string())
        }
    };
    crate::i18n::tr(lang, &name)
}
