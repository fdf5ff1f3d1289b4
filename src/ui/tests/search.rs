//! Districts that are searched: seen on the map, charted, stopped, kept, gone on with, and of some only.

use egui_kittest::kittest::NodeT;

use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, FieldBound, GroupRequest, SelectMode, Step, Theme};
use crate::grouping::Aim;
use crate::i18n::Lang;
use crate::map::MapLayer;

/// A search that ends only when it is told to, seen as far as the first draft.
fn searching(lang: Lang) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, SIZE);
    window.send(Command::SetStep(Step::Group));
    let bound = FieldBound { field: "households".to_owned(), min: Some(1200.0), max: None };
    let similar = vec!["built_year".to_owned()];
    let request = GroupRequest { bounds: vec![bound], aim: Aim::Most, similar, effort: 10_000, ..GroupRequest::default() };
    begin(&mut window, Command::Group(Box::new(request)));
    window
}

fn begin(window: &mut Window, command: Command) {
    window.harness.state_mut().send(command);
    while window.state().sketch().is_none() {
        window.harness.step();
    }
    window.harness.run_steps(2);
}

fn draft_words(window: &Window) -> String {
    let districts = window.state().sketch().unwrap().draft.districts;
    window.tr(&Message::new("ui.draft-on-map").count("districts", districts))
}

fn is_disabled(window: &Window, key: &'static str) -> bool {
    window.node(&window.words(key)).accesskit_node().is_disabled()
}

fn press_key(window: &mut Window, key: &'static str) {
    let words = window.words(key);
    window.node(&words).scroll_to_me();
    window.settle();
    window.click(&words);
}

#[test]
fn the_best_so_far_is_drawn_and_stopping_brings_the_plan_back() {
    for lang in Lang::ALL {
        let mut window = searching(lang);
        let before = window.state().plan.content().clone();
        assert!(window.has(&draft_words(&window)), "{:?}", window.texts());
        assert!(window.has(&window.words("ui.searching")) && is_disabled(&window, "ui.preset-city"));
        assert!(window.state().view.is_visible(MapLayer::Districts), "hidden on the map only while there is a draft");
        let stop = window.words("command.stop-search");
        window.click(&stop);
        assert_eq!(*window.state().plan.content(), before);
        assert!(!window.has(&window.words("ui.searching")) && !window.has(&stop));
        assert!(window.has(&window.words("session.search-stopped")));
        assert!(!is_disabled(&window, "ui.preset-city"));
    }
}

#[test]
fn the_best_so_far_is_kept_and_gone_on_with_from_the_panel() {
    for lang in Lang::ALL {
        let mut window = searching(lang);
        let (before, steps) = (window.state().plan.content().clone(), window.state().history.done().len());
        let seen = window.state().sketch().unwrap().draft.districts;
        window.click_key("command.keep-search");
        assert_eq!(window.state().history.done().len(), steps + 1);
        assert!(window.state().plan.members_by_district().values().filter(|members| !members.is_empty()).count() >= seen);
        assert!(window.has(&window.words("ui.search-kept")), "{:?}", window.texts());
        let trace = &window.state().search.as_ref().unwrap().trace;
        let (from, to) = (trace[0].districts, trace[trace.len() - 1].districts);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let counts = Message::new("ui.search-count").number("from", from as f64, 0).number("to", to as f64, 0);
        let counts = window.tr(&counts);
        assert!(window.texts().iter().any(|text| text.contains(&counts)), "the chart tells {counts}: {:?}", window.texts());
        let kept = window.state().plan.content().clone();
        // The button goes on; the search is then stopped, and what was kept stays.
        window.node(&window.words("command.go-on")).scroll_to_me();
        window.settle();
        let go_on = window.node(&window.words("command.go-on")).rect().center();
        window.harness.hover_at(go_on);
        window.harness.step();
        for pressed in [true, false] {
            let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
            window.harness.event(egui::Event::PointerButton { pos: go_on, button, pressed, modifiers });
            window.harness.step();
        }
        while window.state().sketch().is_none() {
            window.harness.step();
        }
        window.harness.run_steps(2);
        window.click_key("command.stop-search");
        assert_eq!(*window.state().plan.content(), kept);
        window.send(Command::Undo);
        assert_eq!(*window.state().plan.content(), before);
    }
}

#[test]
fn only_chosen_districts_are_grouped() {
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        window.send(Command::SetStep(Step::Group));
        assert!(is_disabled(&window, "ui.scope-only"));
        let before = window.state().plan.content().clone();
        let mut districts = before.members_by_district().into_iter().filter(|(_, members)| !members.is_empty());
        let (one, two) = (districts.next().unwrap().1, districts.next().unwrap().1);
        window.send(Command::Select(vec![one[0], two[0]], SelectMode::Replace));
        press_key(&mut window, "ui.group-only-districts");
        let holds = Message::new("ui.scope-holds").count("districts", 2).count("compounds", one.len() + two.len());
        assert!(window.has(&window.tr(&holds)), "{:?}", window.texts());
        assert!(!is_disabled(&window, "ui.scope-only"));
        let most = format!("{} {}", window.words("ui.column-compounds"), window.words("ui.at-most"));
        window.type_into(&most, "1");
        press_key(&mut window, "ui.group-run");
        let after = window.state().plan.content();
        let moved: Vec<usize> =
            (0..before.assignment.len()).filter(|row| before.assignment[*row] != after.assignment[*row]).collect();
        assert!(!moved.is_empty(), "each of them a district of its own");
        assert!(moved.iter().all(|row| one.iter().chain(&two).any(|id| id.index() == *row)), "{moved:?}");
        press_key(&mut window, "ui.scope-all");
        assert!(window.state().view.only.is_empty() && !window.has(&window.tr(&holds)));
        // From the card of a district, too; the panel shows from its top, whatever was read in it before.
        let district = before.assignment[one[0].index()];
        window.send(Command::Undo);
        let last = window.words("ui.result-left");
        window.node(&last).scroll_to_me();
        window.settle();
        let scope = window.words("ui.scope");
        let top = window.node(&last).rect().top();
        assert!(window.node(&scope).rect().bottom() < 0.0 && top > 0.0, "far down");
        window.send(Command::SelectDistrict(district));
        press_key(&mut window, "ui.group-only-district");
        assert_eq!(window.state().view.only.len(), one.len());
        assert!(window.has(&window.words("ui.group-run")), "the panel of the step shows");
        assert!(window.node(&scope).rect().top() > 0.0, "from its top");
    }
}
