//! The panel of the step 片区: count, presets, improvement, what matters, and the result.

use std::collections::BTreeSet;

use egui_kittest::kittest::NodeT;

use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Step, Theme};
use crate::i18n::Lang;
use crate::model::CommunityRule;

fn window(lang: Lang) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, SIZE);
    window.send(Command::SetStep(Step::Group));
    window
}

/// Districts that hold compounds.
fn districts(window: &Window) -> usize {
    window.state().plan.assignment.iter().flatten().collect::<BTreeSet<_>>().len()
}

fn press(window: &mut Window, label: &str) {
    window.node(label).scroll_to_me();
    window.settle();
    window.click(label);
}

fn press_key(window: &mut Window, key: &'static str) {
    let words = window.words(key);
    press(window, &words);
}

fn bound(window: &Window, key: &'static str, end: &'static str) -> String {
    format!("{} {}", window.words(key), window.words(end))
}

fn value(window: &Window, label: &str) -> String {
    window.node(label).accesskit_node().value().unwrap_or_default()
}

fn is_disabled(window: &Window, key: &'static str) -> bool {
    window.node(&window.words(key)).accesskit_node().is_disabled()
}

#[test]
fn as_many_as_few_or_exactly_so_many_districts_are_made() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        assert!(window.has(&window.words("ui.count-clusters")), "without bounds one a cluster");
        let (least, most) =
            (bound(&window, "ui.column-households", "ui.at-least"), bound(&window, "ui.column-households", "ui.at-most"));
        window.type_into(&least, "800");
        window.type_into(&most, "6000");
        assert!(!window.has(&window.words("ui.count-clusters")));
        press_key(&mut window, "ui.group-run");
        let many = districts(&window);
        press_key(&mut window, "ui.count-fewest");
        press_key(&mut window, "ui.group-run");
        let few = districts(&window);
        assert!(few < many, "{few} {many}");
        press_key(&mut window, "ui.count-exactly");
        assert!(is_disabled(&window, "ui.group-run") && window.has(&window.words("ui.count-wanted")));
        let count = bound(&window, "ui.count", "ui.count-exactly");
        window.type_into(&count, &(few + 1).to_string());
        press_key(&mut window, "ui.group-run");
        assert_eq!(districts(&window), few + 1);
    }
}

#[test]
fn contradictions_are_told_before_the_button() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let revision = window.state().plan.revision();
        press_key(&mut window, "ui.count-exactly");
        let count = bound(&window, "ui.count", "ui.count-exactly");
        window.type_into(&count, "0");
        assert!(window.has(&window.words("grouping.error-none")) && is_disabled(&window, "ui.group-run"));
        press_key(&mut window, "ui.count-most");
        assert!(!is_disabled(&window, "ui.group-run"));
        let (least, most) =
            (bound(&window, "ui.column-households", "ui.at-least"), bound(&window, "ui.column-households", "ui.at-most"));
        window.type_into(&least, "3000");
        window.type_into(&most, "800");
        let told = Message::new("grouping.error-contradiction").nested("field", Message::new("ui.column-households"));
        let told = window.tr(&told.number("min", 3000.0, 0).number("max", 800.0, 0));
        assert!(window.has(&told), "{:?}", window.texts());
        assert!(is_disabled(&window, "ui.group-run") && is_disabled(&window, "ui.group-improve"));
        assert_eq!(window.state().plan.revision(), revision);
    }
}

#[test]
fn a_preset_fills_the_form_and_runs_nothing() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let floor = bound(&window, "ui.column-floor-area", "ui.at-least");
        window.type_into(&floor, "5");
        let assignment = window.state().plan.assignment.clone();
        let (least, most) =
            (bound(&window, "ui.column-households", "ui.at-least"), bound(&window, "ui.column-households", "ui.at-most"));
        let filled = |window: &Window| (value(window, &least), value(window, &most), value(window, &floor));
        press_key(&mut window, "ui.preset-street-office");
        assert_eq!(filled(&window), ("800".to_owned(), "3000".to_owned(), String::new()));
        let rules = |window: &Window| (window.state().plan.settings.community, window.state().plan.settings.street_office);
        assert_eq!(rules(&window), (CommunityRule::Prefer, CommunityRule::Free));
        press_key(&mut window, "ui.preset-city");
        assert_eq!(filled(&window), ("2000".to_owned(), "6000".to_owned(), String::new()));
        assert_eq!(rules(&window), (CommunityRule::Free, CommunityRule::Forbid));
        assert_eq!(window.state().plan.assignment, assignment, "nothing ran");
    }
}

#[test]
fn districts_that_are_there_are_improved_at_their_number() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        press_key(&mut window, "ui.preset-street-office");
        press_key(&mut window, "ui.group-run");
        let (before, assignment) = (districts(&window), window.state().plan.assignment.clone());
        let compact = format!("{} {}", window.words("ui.matters-compact"), window.words("ui.matters-much"));
        press(&mut window, &compact);
        press_key(&mut window, "ui.group-improve");
        assert_eq!(districts(&window), before);
        assert_ne!(window.state().plan.assignment, assignment, "other weights, other districts");
        let ids: Vec<_> = window.state().plan.districts.keys().copied().collect();
        for id in ids {
            window.send(Command::RemoveDistrict(id));
        }
        assert!(is_disabled(&window, "ui.group-improve"));
        let at = window.node(&window.words("ui.group-improve")).rect().center();
        window.harness.hover_at(at);
        window.harness.run_steps(40);
        assert!(window.has(&window.words("ui.group-improve-none")), "{:?}", window.texts());
    }
}
