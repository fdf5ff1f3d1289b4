//! Layers coloured by fields: chosen in the left panel, told in the legend, taken back, kept in the plan.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Theme};
use crate::i18n::Lang;
use crate::map::{CHECKS, Hand, MapLayer, field_name};
use crate::model::{Classing, FieldLook, Ramp};

fn open(window: &mut Window, layer: &'static str) {
    let name = window.words(layer);
    let button = window.tr(&Message::new("ui.look-of").text("layer", name));
    window.click(&button);
}

/// Chooses in a list by its name.
fn choose(window: &mut Window, list: &'static str, what: &Message) {
    let name = window.words(list);
    window.harness.get_by_role_and_label(Role::ComboBox, &name).click();
    window.settle();
    // The table has columns of these names; the panel with the list comes before it.
    let words = window.tr(what);
    window.click(&words);
}

#[test]
fn compounds_are_coloured_by_a_field_and_back_by_undo() {
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        let must = window.tr(&crate::policy::Verdict::Must.message());
        assert!(window.has(&must));
        open(&mut window, "ui.layer-compounds");
        choose(&mut window, "ui.look-field", &field_name("households"));
        let steps = window.state().history.done().len();
        choose(&mut window, "ui.look-classing", &Classing::Quantiles.message());
        choose(&mut window, "ui.look-ramp", &Ramp::Cividis.message());
        assert_eq!(window.state().history.done().len(), steps + 2);
        let wanted = FieldLook { classing: Classing::Quantiles, ramp: Ramp::Cividis, ..FieldLook::default() };
        assert_eq!(window.state().plan.settings.looks.compounds, Some(wanted));
        // The legend tells every class and how many are in it, in place of the verdicts.
        let looked = window.state().derived.looked.get().unwrap().clone();
        let classed = looked.compounds.clone().unwrap();
        let told: usize = classed.classes.iter().map(|class| class.count).sum::<usize>() + classed.missing;
        assert_eq!(told, window.state().plan.compounds.len());
        for class in 0..classed.classes.len() {
            let words = window.tr(&classed.label(class));
            assert!(window.has(&words), "{words} in {:?}", window.texts());
        }
        window.press(Modifiers::COMMAND, Key::Z);
        window.press(Modifiers::COMMAND, Key::Z);
        window.press(Modifiers::COMMAND, Key::Z);
        assert_eq!(window.state().plan.settings.looks.compounds, None);
        assert!(window.has(&must));
    }
}

#[test]
fn districts_show_the_state_of_checks_and_the_plan_keeps_it() {
    let mut window = Window::sample();
    let look = FieldLook { field: CHECKS.to_owned(), ..FieldLook::default() };
    window.send(Command::SetLook(MapLayer::Districts, Some(look.clone())));
    let classed = window.state().derived.looked.get().unwrap().districts.clone().unwrap();
    assert_eq!(classed.classes.iter().map(|class| class.count).sum::<usize>(), window.state().plan.districts.len());
    assert!(window.has(&window.words("map.class-no-finding")));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.gpkg");
    window.send(Command::SaveAs(path.clone()));
    window.send(Command::Close);
    window.send(Command::Open(path));
    assert_eq!(window.state().plan.settings.looks.districts, Some(look));
    assert!(window.state().derived.looked.get().unwrap().districts.is_some());
    // A layer that has no fields stays as it is.
    let steps = window.state().history.done().len();
    window.send(Command::SetLook(MapLayer::Pipes, Some(FieldLook::default())));
    assert_eq!(window.state().history.done().len(), steps);
}

#[test]
fn the_hand_of_the_map_is_the_readers() {
    let mut window = Window::sample();
    let steps = window.state().history.done().len();
    for hand in [Hand::HighContrast, Hand::Print, Hand::Usual] {
        window.send(Command::NextHand);
        assert_eq!(window.state().preferences.hand, hand);
    }
    window.send(Command::ShowSettings);
    window.click_key("map.hand-print");
    assert_eq!((window.state().preferences.hand, window.state().history.done().len()), (Hand::Print, steps));
}
