//! The gap as something to play with: slider, chart, plateaus.

use egui::{Key, Modifiers, Rect, pos2};
use egui_kittest::kittest::Queryable;

use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Panel, Step, Tab, Theme};
use crate::contiguity::Plateau;
use crate::i18n::Lang;
use crate::map::{ClusterSign, MapLayer};
use crate::session::actions::LARGEST_GAP_M;

fn window(lang: Lang) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, SIZE);
    window.send(Command::ShowTab(Tab::Gap));
    window
}

fn gap_m(window: &Window) -> f64 {
    window.state().plan.settings.gap_m
}

fn plateaus(window: &Window) -> Vec<Plateau> {
    window.harness.state().memory.gap.plateaus.clone()
}

fn words_of(window: &Window, plateau: &Plateau) -> String {
    window.tr(&crate::ui::tables::gap::plateau_words(plateau))
}

/// Where a plateau stands on the chart.
fn band(window: &Window, plateau: &Plateau) -> Rect {
    window.node(&words_of(window, plateau)).rect()
}

/// A place on the chart that is on no plateau, by its gap.
fn between_plateaus(window: &Window) -> f64 {
    let found = plateaus(window);
    let free = |gap_m: &f64| found.iter().all(|p| *gap_m < p.from_m - 0.5 || *gap_m > p.to_m + 0.5);
    (1..1000_u32).map(|n| f64::from(n) / 10.0).find(free).unwrap()
}

#[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
fn at_gap(window: &Window, gap_m: f64) -> egui::Pos2 {
    // Two ends of the bands give the axis.
    let found = plateaus(window);
    let (first, last) = (found.first().unwrap(), found.last().unwrap());
    let (left, right) = (band(window, first).left(), band(window, last).right());
    let share = (gap_m - first.from_m) / (last.to_m - first.from_m);
    pos2(left + (right - left) * share as f32, band(window, first).center().y)
}

#[test]
fn a_plateau_is_named_and_a_click_takes_its_middle_in_one_step() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let before = gap_m(&window);
        let plateau = plateaus(&window).into_iter().find(|p| before < p.from_m || p.to_m <= before).unwrap();
        let words = words_of(&window, &plateau);
        window.click(&words);
        assert_eq!(gap_m(&window), plateau.middle_m());
        assert_eq!(window.state().history.done().len(), 1);
        let clusters = window.tr(&Message::new("ui.clusters").count("count", plateau.clusters - plateau.merged));
        assert!(plateau.merged > 0 || window.has(&clusters), "the reading follows: {clusters}");
        window.press(Modifiers::COMMAND, Key::Z);
        assert_eq!(gap_m(&window), before);
    }
}

#[test]
fn the_words_of_a_plateau_show_under_the_pointer() {
    let mut window = window(Lang::Zh);
    let plateau = plateaus(&window)[0];
    let at = band(&window, &plateau).center();
    let words = words_of(&window, &plateau);
    let count = |window: &Window| window.texts().iter().filter(|text| **text == words).count();
    assert_eq!(count(&window), 1, "the band itself");
    window.harness.hover_at(at);
    window.harness.run_steps(40);
    assert!(count(&window) > 1, "and its words");
}

#[test]
fn the_chart_takes_a_click_and_a_drag_as_one_step_each() {
    let mut window = window(Lang::Zh);
    let to = between_plateaus(&window);
    let at = at_gap(&window, to);
    window.click_at(at);
    assert!((gap_m(&window) - to).abs() < 0.5, "{} for {to}", gap_m(&window));
    assert_eq!(window.state().history.done().len(), 1);
    let (from, to) = (at_gap(&window, 20.0), at_gap(&window, 45.0));
    window.drag(from, to);
    assert!((gap_m(&window) - 45.0).abs() < 0.5, "{}", gap_m(&window));
    assert_eq!(window.state().history.done().len(), 2);
    assert_eq!(window.state().view.live_gap_m, None);
}

/// The hues of clusters on the map.
fn hues(window: &Window) -> Vec<ClusterSign> {
    window.harness.state().memory.map.gap.clusters().to_vec()
}

fn hues_at(window: &Window, gap_m: f64) -> Vec<ClusterSign> {
    let forest = window.state().derived.forest.get().unwrap();
    crate::map::colour_clusters(forest, &forest.components_at(gap_m), gap_m)
}

#[test]
fn clusters_have_an_eye_of_their_own() {
    let mut window = window(Lang::Zh);
    let layer = window.words("ui.layer-clusters");
    let [show, hide] =
        [Message::new("ui.show-layer"), Message::new("ui.hide-layer")].map(|m| window.tr(&m.text("layer", &*layer)));
    assert!(hues(&window).is_empty());
    window.click(&show);
    assert!(window.state().view.is_visible(MapLayer::Clusters));
    assert_eq!(hues(&window), hues_at(&window, gap_m(&window)));
    window.send(Command::SetGap { gap_m: 3.0, commit: true });
    assert_eq!(hues(&window), hues_at(&window, 3.0));
    window.click(&hide);
    assert!(!window.state().view.is_visible(MapLayer::Clusters));
}

#[test]
fn while_the_slider_is_dragged_readings_follow_and_nothing_is_derived_anew() {
    let mut window = window(Lang::En);
    let name = window.words("ui.gap");
    let slider = window.harness.query_all_by_role_and_label(egui::accesskit::Role::Slider, &name).next().unwrap().rect();
    let (before, forest) = (gap_m(&window), window.state().derived.forest.key());
    let press = |window: &mut Window, pos, pressed| {
        let button = egui::PointerButton::Primary;
        window.harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
        window.harness.run_steps(2);
    };
    let from = slider.left_center() + egui::vec2(40.0, 0.0);
    window.harness.hover_at(from);
    window.harness.step();
    press(&mut window, from, true);
    let mut readings = Vec::new();
    for step in [6.0, 12.0, 18.0] {
        window.harness.hover_at(from + egui::vec2(step, 0.0));
        window.harness.run_steps(2);
        let live = window.state().view.live_gap_m.expect("live");
        let clusters = window.harness.state().memory.gap.curve.at(live).clusters;
        let words = window.tr(&Message::new("ui.clusters").count("count", clusters));
        assert!(window.has(&words), "{words} at {live}");
        assert_eq!(gap_m(&window), before, "the plan waits");
        assert_eq!(hues(&window), hues_at(&window, live), "the map follows");
        readings.push(live);
    }
    assert!(readings.windows(2).all(|pair| pair[0] < pair[1]), "{readings:?}");
    press(&mut window, from + egui::vec2(18.0, 0.0), false);
    window.settle();
    assert_eq!((gap_m(&window), window.state().history.done().len()), (readings[2], 1));
    let state = window.state();
    assert!(forest.is_some() && state.derived.forest.key() == forest && state.derived.forest.is_fresh(state.revisions.forest()));
    assert!(state.derived.screened.is_fresh(state.revisions.screened()));
}

#[test]
fn what_is_stranded_is_the_users_to_say() {
    let mut window = window(Lang::Zh);
    let stranded = |window: &Window, enough: u64| {
        let state = window.state();
        let counted = crate::screening::eligible(&state.plan, state.derived.screened.get().unwrap());
        let households: Vec<u32> = state.plan.compounds.iter().map(|c| c.facts.households.unwrap_or(0)).collect();
        state.derived.forest.get().unwrap().curve(&counted, &households, enough).at(state.gap_m()).stranded_households
    };
    let shown = |window: &Window| window.harness.state().memory.gap.curve.at(window.state().gap_m()).stranded_households;
    assert_eq!(shown(&window), stranded(&window, 300));
    let field = window.words("ui.stranded-below");
    let field = window.harness.query_all_by_role_and_label(egui::accesskit::Role::SpinButton, &field).next().unwrap().rect();
    window.click_at(field.center());
    window.press(Modifiers::COMMAND, Key::A);
    window.harness.event(egui::Event::Text("2000".to_owned()));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(shown(&window), stranded(&window, 2000));
    assert!(stranded(&window, 2000) > stranded(&window, 300), "the sample tells the two apart");
    assert!(window.state().history.done().is_empty(), "no part of the plan");
}

#[test]
fn without_households_one_curve_is_left_and_said_to_be() {
    let mut window = window(Lang::Zh);
    for (row, compound) in window.state().plan.compounds.clone().iter().enumerate() {
        let facts = Box::new(crate::model::CompoundFacts { households: None, ..compound.facts.clone() });
        window.harness.state_mut().send(Command::SetFacts(crate::base::CompoundId::from_index(row), facts));
    }
    window.settle();
    let told = window.words("ui.no-households");
    assert!(window.has(&told));
    let stranded = window.words("ui.stranded-below");
    assert!(!window.has(&stranded));
}

#[test]
fn the_panel_of_the_step_reads_the_same_and_nothing_is_cut() {
    for (lang, size) in [(Lang::Zh, SIZE), (Lang::En, SIZE), (Lang::En, [1024.0, 680.0])] {
        let mut window = Window::sample_as(lang, Theme::Dark, size);
        window.send(Command::ShowTab(Tab::Gap));
        window.send(Command::SetStep(Step::Connect));
        let clusters = window.harness.state().memory.gap.curve.at(window.state().gap_m()).clusters;
        let words = window.tr(&Message::new("ui.clusters").count("count", clusters));
        let places: Vec<Rect> = window.said().into_iter().filter(|(text, _)| *text == words).map(|(_, rect)| rect).collect();
        assert!(places.len() >= 2, "in the step and in the tab");
        let below = window.node(&window.words("map.canvas")).rect().bottom();
        window.send(Command::TogglePanel(Panel::Inspector));
        for key in ["ui.gap", "ui.stranded-below"] {
            let words = window.words(key);
            for (_, rect) in window.said().into_iter().filter(|(text, rect)| *text == words && rect.top() > below) {
                assert!(rect.left() >= 0.0 && rect.right() <= size[0] && rect.bottom() <= size[1], "{words} at {rect:?}");
            }
        }
        let bands = plateaus(&window);
        assert!(bands.iter().all(|p| band(&window, p).width() > 0.0) && bands.last().unwrap().to_m <= LARGEST_GAP_M);
    }
}
