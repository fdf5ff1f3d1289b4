//! Large text in a window of usual size: one panel beside the map, a short bar above it, and nothing over anything else.

use egui::Rect;

use super::{MARGIN, SIZE, Window};
use crate::command::{Command, Panel, Step, Theme};
use crate::i18n::Lang;

/// Texts of a bar from left to right, each place once.
fn bar(window: &Window, is_in: impl Fn(&Rect) -> bool) -> Vec<(String, Rect)> {
    let mut bar: Vec<(String, Rect)> = window.said().into_iter().filter(|(_, rect)| is_in(rect)).collect();
    bar.sort_by(|a, b| a.1.left().total_cmp(&b.1.left()));
    bar.dedup_by(|a, b| a.1 == b.1 || a.0 == b.0);
    bar
}

#[test]
fn large_text_leaves_the_map_its_room_and_the_bars_their_order() {
    for lang in Lang::ALL {
        for scale in [1.5, 2.0, 2.5] {
            let mut window = Window::sample_as(lang, Theme::Light, SIZE);
            window.send(Command::SetTextScale(scale));
            window.harness.run_steps(3);
            let map = window.node(&window.words("map.canvas")).rect();
            assert!(map.width() >= 190.0 && map.height() >= 90.0, "{lang:?} ×{scale}: {map:?}");
            let [right, low] = SIZE.map(|side| (side + 2.0 * MARGIN) / scale - MARGIN);
            assert!(map.bottom() <= low - 23.0, "{lang:?} ×{scale}: {map:?} over the status bar at {low}");
            let top = bar(&window, |rect| rect.bottom() <= map.top() + 1.0 && rect.height() < 40.0 && rect.width() < right / 2.0);
            for pair in top.windows(2) {
                let apart = pair[0].1.right() <= pair[1].1.left() + 1.0;
                assert!(apart, "{lang:?} ×{scale}: {:?} over {:?}", pair[0], pair[1]);
            }
            // In the status bar the name of the system gives way to what stands before it.
            let scale_box = window.node(&window.words("ui.scale")).rect();
            let in_bar = |rect: &Rect| rect.top() >= low - 25.0 && rect.bottom() <= low + 1.0;
            let system = window.said().into_iter().find(|(text, rect)| text.contains("EPSG:") && in_bar(rect)).unwrap().1;
            assert!(scale_box.right() <= system.left() && system.right() <= right + 1.0, "{lang:?} ×{scale}: {system:?}");
            assert!(top.iter().all(|(_, rect)| rect.right() <= right + 1.0), "{lang:?} ×{scale}: {top:?}");
        }
    }
}

#[test]
fn in_a_narrow_window_the_layers_come_when_the_inspector_goes_and_steps_are_a_list() {
    let mut window = Window::sample();
    window.send(Command::SetTextScale(2.5));
    window.harness.run_steps(3);
    let layers = window.words("ui.layers");
    assert!(!window.has(&layers));
    window.send(Command::TogglePanel(Panel::Inspector));
    assert!(window.has(&layers));
    window.click_key("ui.step");
    // The sample has districts, so that step is done.
    let group = format!("{} ✓", window.words("command.step-group"));
    window.click(&group);
    assert_eq!(window.state().view.step, Step::Group);
}
