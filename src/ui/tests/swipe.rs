//! Two groupings on the map together: the handle under pointer and keys, and two maps that move as one.

use egui::{Key, Modifiers, Vec2};

use super::checks::break_a_district;
use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Comparing, Theme};
use crate::i18n::Lang;

/// The sample with a district broken, compared with how it was.
fn compared(lang: Lang) -> (Window, tempfile::TempDir) {
    let mut window = Window::sample_as(lang, Theme::Light, SIZE);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("before.gpkg");
    window.send(Command::SaveAs(path.clone()));
    break_a_district(&mut window);
    window.send(Command::CompareWith(path, None));
    (window, dir)
}

#[test]
fn the_handle_is_dragged_and_moved_by_keys() {
    for lang in Lang::ALL {
        let (mut window, _dir) = compared(lang);
        window.click_key("ui.swipe");
        assert_eq!(window.state().view.comparing, Some(Comparing::Swipe));
        assert!(window.state().derived.others.get().is_some());
        for side in [Message::new("ui.compare-file").text("file", "before.gpkg"), Message::new("ui.result-now")] {
            let words = window.tr(&side);
            assert!(window.has(&words), "{words} in {:?}", window.texts());
        }
        let handle = window.words("ui.swipe-handle");
        let (from, view) = (window.node(&handle).rect().center(), window.state().view.viewport);
        window.drag(from, from + Vec2::new(-120.0, 0.0));
        let share = window.state().view.swipe;
        assert!(share < 0.45, "{share}");
        assert_eq!(window.state().view.viewport, view, "the map stays where it is");
        window.node(&handle).focus();
        window.harness.run_steps(1);
        window.press(Modifiers::NONE, Key::ArrowRight);
        assert!((window.state().view.swipe - share - 0.02).abs() < 1e-4, "{}", window.state().view.swipe);
        window.press(Modifiers::NONE, Key::Home);
        assert!(window.state().view.swipe.abs() < 1e-6);
        window.press(Modifiers::NONE, Key::End);
        assert!((window.state().view.swipe - 1.0).abs() < 1e-6);
        window.click_key("ui.swipe");
        assert_eq!(window.state().view.comparing, None);
        assert!(!window.has(&handle));
    }
}

#[test]
fn two_maps_stand_side_by_side_and_move_together() {
    let (mut window, _dir) = compared(Lang::Zh);
    window.click_key("ui.side-by-side");
    let (against, now) = (window.words("map.canvas-against"), window.words("map.canvas"));
    let (left, right) = (window.node(&against).rect(), window.node(&now).rect());
    assert_eq!(left.size(), right.size());
    assert!(left.right() < right.left());
    let before = window.state().view.viewport;
    assert!((before.size_px()[0] - right.width()).abs() < 1.0);
    window.drag(left.center(), left.center() + Vec2::new(40.0, 10.0));
    let moved = window.state().view.viewport;
    assert!((before.screen_from_world(moved.centre())[0] - before.size_px()[0] / 2.0 + 40.0).abs() < 1.0);
    // What lies otherwise is known, and nothing of the plan has changed.
    let steps = window.state().history.done().len();
    assert_eq!(window.state().other.as_ref().unwrap().grouping.as_ref().unwrap().comparison.moved.len(), 1);
    window.press(Modifiers::NONE, Key::Escape);
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!((window.state().view.comparing, window.state().history.done().len()), (None, steps));
}

#[test]
fn without_another_grouping_there_is_nothing_to_swipe() {
    let mut window = Window::sample();
    window.press(Modifiers::NONE, Key::X);
    window.send(Command::Compare(Comparing::SideBySide));
    assert_eq!(window.state().view.comparing, None);
}
