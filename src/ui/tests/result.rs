//! The card of the last grouping, and the map of the districts before it.

use egui::{Key, Modifiers};

use super::walk::{foreign_runs, latin_words};
use super::{MARGIN, SIZE, Window};
use crate::base::Message;
use crate::command::{Command, FieldBound, GroupRequest, Panel, Step, Theme};
use crate::grouping::Aim;
use crate::i18n::{self, Lang};
use crate::session::Measured;

fn grouped(lang: Lang) -> Window {
    grouped_as(lang, SIZE)
}

fn grouped_as(lang: Lang, size: [f32; 2]) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, size);
    window.send(Command::SetStep(Step::Group));
    let bound = FieldBound { field: "households".to_owned(), min: Some(600.0), max: Some(6_000.0) };
    let similar = vec!["built_year".to_owned()];
    let request = GroupRequest { bounds: vec![bound], aim: Aim::Most, similar, effort: 2, ..GroupRequest::default() };
    window.send(Command::Group(Box::new(request)));
    window
}

fn measured(window: &Window) -> Measured {
    let measured = window.state().derived.measured.get().unwrap();
    measured.as_ref().as_ref().unwrap().clone()
}

fn banner(window: &Window) -> String {
    let count = measured(window).before.unwrap().figures.districts;
    window.tr(&Message::new("ui.before-banner").count("count", count))
}

#[test]
fn the_card_tells_the_figures_before_and_now() {
    for lang in Lang::ALL {
        let window = grouped(lang);
        let found = measured(&window);
        let (before, now) = (found.before.clone().unwrap(), found.now.clone());
        assert!(window.has(&window.words("ui.result-within")), "{:?}", window.texts());
        let most = Message::new("ui.result-districts-most").count("count", found.reach.most.unwrap());
        let rows: [(String, String, String); 4] = [
            (window.tr(&most), before.figures.districts.to_string(), now.figures.districts.to_string()),
            (
                window.words("ui.result-pp-mean"),
                i18n::decimal(before.mean(|c| c.polsby_popper).unwrap(), 2),
                i18n::decimal(now.mean(|c| c.polsby_popper).unwrap(), 2),
            ),
            (
                window.words("ui.result-households-largest"),
                i18n::decimal(before.households.unwrap().largest, 0),
                i18n::decimal(now.households.unwrap().largest, 0),
            ),
            (window.words("ui.result-left"), before.left.to_string(), now.left.to_string()),
        ];
        for (name, before, now) in rows {
            let place = window.node(&name).rect();
            let beside = |text: &str| {
                let mut said = window.said().into_iter();
                said.any(|(told, rect)| {
                    told == text && (rect.center().y - place.center().y).abs() < 6.0 && rect.left() > place.left()
                })
            };
            assert!(beside(&before) && beside(&now), "{name} {before} {now}: {:?}", window.said());
        }
    }
}

#[test]
fn the_card_is_whole_and_in_one_language() {
    let small = [1024.0, 700.0];
    for (lang, size, scale) in [(Lang::Zh, SIZE, 1.0), (Lang::En, SIZE, 1.0), (Lang::En, small, 1.0), (Lang::Zh, SIZE, 1.25)] {
        let mut window = grouped_as(lang, size);
        window.send(Command::SetTextScale(scale));
        // Its tables are clipped by their columns and reach further than is seen.
        window.send(Command::TogglePanel(Panel::Bottom));
        let title = window.words("ui.result");
        window.node(&title).scroll_to_me();
        window.settle();
        let place = window.node(&title).rect();
        let (top, left, width) = (place.top(), place.left(), (size[0] + 2.0 * MARGIN) / scale - MARGIN);
        // Below it what is left over is named, and names are as the map has them.
        let order = window.words("ui.shortfalls-order");
        let below = window.said().into_iter().find(|(text, _)| *text == order).map_or(f32::INFINITY, |(_, rect)| rect.top());
        let is_card = |rect: &egui::Rect| rect.left() >= left - 1.0 && rect.top() >= top && rect.top() < below;
        for (text, rect) in window.said().into_iter().filter(|(_, rect)| is_card(rect)) {
            assert!(rect.right() <= width + 1.0, "{text} ends at {} of {width}", rect.right());
            let foreign = if lang == Lang::Zh { latin_words(&text) } else { foreign_runs(&text, "") };
            assert!(foreign.is_empty(), "{text}: {foreign:?}");
        }
    }
}

#[test]
fn the_map_shows_what_was_before_until_something_is_edited() {
    for lang in Lang::ALL {
        let mut window = grouped(lang);
        let (words, assignment) = (banner(&window), window.state().plan.assignment.clone());
        assert!(!window.has(&words));
        window.press(Modifiers::NONE, Key::B);
        assert!(window.state().view.shows_before && window.has(&words), "{:?}", window.texts());
        assert_eq!(window.state().plan.assignment, assignment, "only the map is another");
        window.click(&words);
        assert!(!window.state().view.shows_before && !window.has(&words));
        // The heads of the columns choose too; the one that is shown changes nothing.
        for (key, shown) in [("ui.result-before", true), ("ui.result-before", true), ("ui.result-now", false)] {
            let words = window.words(key);
            window.node(&words).scroll_to_me();
            window.settle();
            window.click(&words);
            assert_eq!(window.state().view.shows_before, shown);
        }
        window.press(Modifiers::NONE, Key::B);
        window.send(Command::SelectAll);
        window.send(Command::AssignSelection(None));
        window.send(Command::ClearSelection);
        assert!(!window.has(&words) && window.has(&window.words("ui.result-edited")), "{:?}", window.texts());
        assert!(!window.state().view.shows_before);
    }
}

#[test]
fn the_least_compact_district_is_shown_with_a_click() {
    let mut window = grouped(Lang::Zh);
    let (worst, value) = measured(&window).now.worst(|c| c.polsby_popper).unwrap();
    let name = window.words("ui.result-pp-least");
    window.node(&name).scroll_to_me();
    window.settle();
    let row = window.node(&name).rect();
    let text = i18n::decimal(value, 2);
    let (_, place) = window
        .said()
        .into_iter()
        .filter(|(told, rect)| *told == text && (rect.center().y - row.center().y).abs() < 6.0)
        .max_by(|a, b| a.1.left().total_cmp(&b.1.left()))
        .unwrap();
    window.click_at(place.center());
    assert_eq!(window.state().view.selection.district, Some(worst));
    assert_eq!(window.state().view.selection.compounds.len(), window.state().plan.members(worst).len());
}
