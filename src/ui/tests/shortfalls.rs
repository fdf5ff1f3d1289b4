//! What a grouping leaves over: listed below the panel with what takes it in, done and undone at a click.

use egui_kittest::kittest::NodeT;

use super::{SIZE, Window};
use crate::command::{Command, Step, Tab, Theme};
use crate::grouping::shortfall::{Change, Shortfalls};
use crate::i18n::Lang;
use crate::model::Settings;
use crate::session::fixing;

/// The sample grouped so that some compounds are left over.
fn window(lang: Lang) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, SIZE);
    let settings = Settings { gap_m: 15.0, ..window.state().plan.settings.clone() };
    window.send(Command::ChangeSettings(Box::new(settings)));
    window.send(Command::SetStep(Step::Group));
    let least = least(&window);
    window.type_into(&least, "700");
    press(&mut window, "ui.group-run");
    window
}

fn least(window: &Window) -> String {
    format!("{} {}", window.words("ui.column-households"), window.words("ui.at-least"))
}

fn press(window: &mut Window, key: &'static str) {
    let words = window.words(key);
    press_words(window, &words);
}

fn press_words(window: &mut Window, words: &str) {
    window.node(words).scroll_to_me();
    window.settle();
    window.click(words);
}

fn found(window: &Window) -> std::sync::Arc<Shortfalls> {
    std::sync::Arc::clone(window.state().derived.shortfalls.get().unwrap())
}

#[test]
fn what_is_left_over_is_taken_in_by_a_click_and_undone() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let left = found(&window);
        let title = window.tr(&crate::base::Message::new("ui.shortfalls").count("count", left.list.len() + left.more));
        assert!(window.has(&title), "{title} in {:?}", window.texts());
        let (plan, steps) = (window.state().plan.content().clone(), window.state().history.done().len());
        let first = left.list[0].clone();
        let words = window.tr(&fixing::button(&window.state().plan, &left, &first.fixes[0]));
        press_words(&mut window, &words);
        assert_eq!(window.state().history.done().len(), steps + 1, "{words}");
        assert!(first.units.iter().all(|unit| window.state().plan.assignment[*unit as usize].is_some()));
        assert!(!found(&window).list.iter().any(|shortfall| shortfall.units == first.units));
        window.send(Command::Undo);
        assert_eq!(*window.state().plan.content(), plan);
        assert!(window.has(&title));
    }
}

#[test]
fn a_lower_minimum_stands_in_the_form_and_goes_with_undo() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let left = found(&window);
        let lower = left.list.iter().flat_map(|s| &s.fixes).find(|fix| matches!(fix.change, Change::Minimum(_))).unwrap().clone();
        let Change::Minimum(to) = &lower.change else { unreachable!() };
        let least = least(&window);
        let typed = |window: &Window| window.node(&least).accesskit_node().value().unwrap_or_default();
        let words = window.tr(&fixing::button(&window.state().plan, &left, &lower));
        press_words(&mut window, &words);
        assert_eq!(typed(&window), to[0].1.to_string());
        window.send(Command::Undo);
        assert_eq!(typed(&window), "700");
        // What the user has typed meanwhile stays.
        window.type_into(&least, "5");
        window.send(Command::Redo);
        assert_eq!(typed(&window), "7005");
    }
}

#[test]
fn a_cluster_is_shown_on_the_map_and_its_fixes_beside_it() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let left = found(&window);
        let first = left.list[0].clone();
        let words = window.tr(&fixing::shortfall_message(&window.state().plan, &left, &first));
        press_words(&mut window, &words);
        assert!(window.state().view.selection.compounds.iter().map(|id| id.0).eq(first.units.iter().copied()));
        let fix = window.tr(&fixing::button(&window.state().plan, &left, &first.fixes[0]));
        assert!(window.has(&words) && window.has(&fix), "{fix} in {:?}", window.texts());
        window.click(&fix);
        assert!(first.units.iter().all(|unit| window.state().plan.assignment[*unit as usize].is_some()));
    }
}

#[test]
fn compounds_without_a_value_are_found_in_the_table() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let unit = found(&window).list[0].units[0];
        let facts = window.state().plan.compounds[unit as usize].facts.clone();
        let unknown = crate::model::CompoundFacts { households: None, ..facts };
        window.send(Command::SetFacts(crate::base::CompoundId(unit), Box::new(unknown)));
        window.send(Command::ShowTab(Tab::Checks));
        let left = found(&window);
        let shortfall = left.list.iter().find(|shortfall| shortfall.units.contains(&unit)).unwrap().clone();
        assert!(shortfall.missing[0].contains(&unit));
        let words = window.tr(&fixing::missing_message(&left, 0, &shortfall).unwrap());
        press_words(&mut window, &words);
        assert_eq!(window.state().view.tab, Tab::Table);
        assert!(window.state().view.selection.compounds.iter().map(|id| id.0).eq(shortfall.missing[0].iter().copied()));
    }
}

#[test]
fn exactly_so_many_counts_the_locked_ones_and_says_so() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let plan = &window.state().plan;
        let (id, district) = plan.districts.iter().next().map(|(id, district)| (*id, district.clone())).unwrap();
        let count = plan.districts.len();
        window.send(Command::SetDistrict(id, Box::new(crate::model::District { locked: true, ..district })));
        press(&mut window, "ui.count-exactly");
        assert!(window.has(&window.tr(&crate::base::Message::new("ui.count-locked").count("count", 1))));
        let field = format!("{} {}", window.words("ui.count"), window.words("ui.count-exactly"));
        window.type_into(&field, &(count - 1).to_string());
        press(&mut window, "ui.group-run");
        assert_eq!(window.state().plan.districts.len(), count - 1);
        // Improving keeps the number, the locked one among them.
        press(&mut window, "ui.group-improve");
        assert_eq!(window.state().plan.districts.len(), count - 1);
    }
}
