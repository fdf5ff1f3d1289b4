//! The panel of the step 片区: count, presets, improvement, what matters, and the result.

use std::collections::BTreeSet;

use egui_kittest::kittest::NodeT;

use super::{SIZE, Window};
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Command, SelectMode, Step, Theme};
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
    let mut window = window(Lang::En);
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
    let mut window = window(Lang::Zh);
    press_key(&mut window, "ui.preset-street-office");
    press_key(&mut window, "ui.group-run");
    let (before, assignment) = (districts(&window), window.state().plan.assignment.clone());
    let even = format!("{} {}", window.words("ui.matters-even"), window.words("ui.matters-much"));
    press(&mut window, &even);
    press_key(&mut window, "ui.group-improve");
    assert_eq!(districts(&window), before);
    let asked = window.state().search.as_ref().map(|search| (search.request.improve, search.request.weights.balance));
    // Where bounds leave little room the districts may be the best for these weights too; that they are sought is the point.
    assert_eq!(asked, Some((true, 4.0)), "{:?}", window.texts());
    let grouped = |assignment: &[Option<DistrictId>]| assignment.iter().filter(|district| district.is_some()).count();
    assert_eq!(grouped(&window.state().plan.assignment), grouped(&assignment), "nobody is lost");
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

#[test]
fn wishes_about_selected_compounds_are_set_kept_and_taken_back() {
    let mut window = window(Lang::En);
    assert!(window.has(&window.words("ui.pin-select")));
    press_key(&mut window, "ui.preset-street-office");
    press_key(&mut window, "ui.group-run");
    // Two of one district are asked to be apart, and two neighbours of two districts to be together.
    let state = window.state();
    let of = |id: CompoundId| state.plan.assignment[id.index()];
    let links = state.derived.links.get().unwrap().clone();
    let gap_m = state.plan.settings.gap_m;
    let near: Vec<_> = links.pairs_at(gap_m).map(|(a, b)| (CompoundId::from_index(a), CompoundId::from_index(b))).collect();
    let both = |pair: &&(CompoundId, CompoundId)| of(pair.0).is_some() && of(pair.1).is_some();
    let within = *near.iter().filter(both).find(|(a, b)| of(*a) == of(*b)).unwrap();
    let across = *near.iter().filter(both).find(|(a, b)| of(*a) != of(*b) && *a != within.0 && *b != within.0).unwrap();
    window.send(Command::Select(vec![within.0, within.1], SelectMode::Replace));
    press_key(&mut window, "ui.pin-apart");
    window.send(Command::Select(vec![across.0, across.1], SelectMode::Replace));
    press_key(&mut window, "ui.pin-together");
    assert_eq!((window.state().plan.settings.pins.apart.len(), window.state().plan.settings.pins.together.len()), (1, 1));
    window.send(Command::ClearSelection);
    press_key(&mut window, "ui.group-run");
    let plan = &window.state().plan;
    let of = |id: CompoundId| plan.assignment[id.index()];
    assert!(of(within.0).is_none() || of(within.0) != of(within.1));
    assert_eq!(of(across.0), of(across.1));
    // Each wish has a row that takes it back, and undo brings it again.
    let row = window.texts().into_iter().find(|text| text.starts_with(&window.words("ui.pin-remove"))).unwrap();
    press(&mut window, &row);
    assert_eq!(window.state().plan.settings.pins.together.len(), 0);
    window.send(Command::Undo);
    assert_eq!(window.state().plan.settings.pins.together.len(), 1);
}

#[test]
fn a_limited_diameter_makes_smaller_districts_and_a_locked_one_may_be_entered() {
    let mut window = window(Lang::Zh);
    press_key(&mut window, "ui.group-run");
    let whole = districts(&window);
    let across = bound(&window, "ui.diameter", "ui.at-most");
    window.type_into(&across, "400");
    press_key(&mut window, "ui.group-run");
    assert!(districts(&window) > whole, "{} {whole}", districts(&window));
    // The largest district is cut down to one compound, locked so that others may enter, and grows to the least sum.
    let plan = &window.state().plan;
    let id = *plan.districts.keys().max_by_key(|id| plan.members(**id).len()).unwrap();
    let (kept, rest) = (plan.members(id)[0], plan.members(id)[1..].to_vec());
    window.send(Command::Select(rest, SelectMode::Replace));
    window.send(Command::AssignSelection(None));
    window.send(Command::SelectDistrict(Some(id)));
    press_key(&mut window, "ui.lock");
    press_key(&mut window, "ui.lock-admits");
    window.send(Command::SetStep(Step::Group));
    window.send(Command::SelectDistrict(None));
    window.type_into(&bound(&window, "ui.diameter", "ui.at-most"), "9000");
    let least = bound(&window, "ui.column-households", "ui.at-least");
    window.type_into(&least, "800");
    press_key(&mut window, "ui.group-run");
    let plan = &window.state().plan;
    assert!(plan.districts[&id].locked && plan.districts[&id].admits);
    assert!(plan.members(id).len() > 1 && plan.members(id).contains(&kept), "{kept:?} {:?}", window.texts());
}
