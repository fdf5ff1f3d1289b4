//! What lies below the plan, chosen in the left panel.

use super::Window;
use crate::command::Command;
use crate::model::{Backdrop, BackdropSource};
use crate::session::Effect;

#[test]
fn a_backdrop_is_chosen_and_put_away_and_none_asks_the_network() {
    let mut window = Window::sample();
    assert_eq!(window.state().plan.settings.looks.backdrop, Backdrop::default());
    window.node(&window.words("ui.backdrop")).scroll_to_me();
    window.settle();
    let steps = window.state().history.done().len();
    window.send(Command::SetBackdrop(Backdrop { source: BackdropSource::Grid, opacity: 1.0 }));
    assert!(window.has(&window.words("ui.opacity")));
    // A service that wants a key is not asked without one, and says so.
    let preset = crate::import::backdrop::PRESETS[0].template.to_owned();
    window.send(Command::SetBackdrop(Backdrop { source: BackdropSource::Service(preset), opacity: 0.5 }));
    assert!(window.has(&window.words("ui.backdrop-key-missing")), "{:?}", window.texts());
    assert!(window.state().backdrop.tiles.is_empty());
    let network = window.words("ui.backdrop-network");
    window.node(&network).scroll_to_me();
    window.settle();
    window.click(&network);
    assert!(!window.state().backdrop_is_allowed());
    window.send(Command::Undo);
    window.send(Command::Undo);
    assert_eq!(window.state().history.done().len(), steps);
    assert!(!window.has(&window.words("ui.backdrop-network")));
    window.send(Command::AskBackdrop);
    assert!(matches!(window.harness.state().asked.last(), Some(Effect::AskBackdrop)));
}

#[test]
fn a_placed_image_is_drawn_below_and_one_without_a_place_says_so() {
    let mut window = Window::sample();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("image.png");
    image::RgbaImage::from_pixel(64, 64, image::Rgba([200, 60, 20, 255])).save(&path).unwrap();
    window.send(Command::SetBackdropFile(path.clone()));
    let trouble = window.words("import.backdrop-unplaced");
    assert!(window.texts().iter().any(|text| text.contains(&trouble)), "{:?}", window.texts());
    let centre = window.state().view.viewport.centre();
    let world = format!("50\n0\n0\n-50\n{}\n{}\n", centre.x - 1_600.0, centre.y + 1_600.0);
    std::fs::write(dir.path().join("image.pgw"), world).unwrap();
    window.send(Command::Undo);
    window.send(Command::SetBackdropFile(path));
    assert_eq!(window.state().backdrop.tiles.len(), 1, "{:?}", window.state().backdrop.trouble);
    assert_eq!(window.state().backdrop.notes.len(), 1);
}
