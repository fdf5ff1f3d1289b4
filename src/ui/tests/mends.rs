//! Mends in the window: told, shown on the map, accepted, refused, taken back.

use geo::Area;

use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Theme};
use crate::i18n::Lang;
use crate::map::MapLayer;
use crate::model::{LayerKind, MendKey, MendState};
use crate::session::Dialog;

/// A figure of eight that waits for a yes, and two squares of which the smaller lies half in the larger.
const FILE: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"eight"},"geometry":{"type":"Polygon","coordinates":[[[125.3,43.9],[125.301,43.901],[125.301,43.9],[125.3,43.901],[125.3,43.9]]]}},
{"type":"Feature","properties":{"id":"large"},"geometry":{"type":"Polygon","coordinates":[[[125.304,43.9],[125.308,43.9],[125.308,43.903],[125.304,43.903],[125.304,43.9]]]}},
{"type":"Feature","properties":{"id":"small"},"geometry":{"type":"Polygon","coordinates":[[[125.3075,43.901],[125.3085,43.901],[125.3085,43.902],[125.3075,43.902],[125.3075,43.901]]]}}]}"#;

fn area(window: &Window, row: usize) -> f64 {
    window.state().plan.compounds[row].shape.unsigned_area()
}

#[test]
fn mends_are_accepted_refused_shown_and_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("compounds.geojson");
    std::fs::write(&file, FILE).unwrap();
    for lang in Lang::ALL {
        let mut window = Window::empty(lang, Theme::Light, SIZE);
        window.send(Command::Load(vec![file.clone()]));
        window.send(Command::LoadChosen);
        assert_eq!(window.state().view.dialog, Some(Dialog::Report), "what wants an answer is told at once");
        let key = MendKey { layer: LayerKind::Compounds, row: 0, neighbour: None };
        let state = |window: &Window| window.state().plan.mended[&key].state;
        assert_eq!(state(&window), MendState::Waiting);
        assert!(area(&window, 0) < 1.0, "it stands as drawn");
        let waiting = window.tr(&Message::new("ui.mends-waiting").count("count", 2_usize));
        assert!(window.has(&waiting), "{:?}", window.texts());
        let named = |window: &Window, key: &'static str, id: &str| format!("{} {id}", window.words(key));
        let (accept, refuse) = (named(&window, "ui.mend-accept", "eight"), named(&window, "ui.mend-refuse", "eight"));
        window.click(&accept);
        assert_eq!(state(&window), MendState::Applied);
        assert!(area(&window, 0) > 4_000.0, "both lobes count");
        window.click(&refuse);
        assert_eq!(state(&window), MendState::Refused);
        assert!(area(&window, 0) < 1.0);
        window.send(Command::Undo);
        assert_eq!(state(&window), MendState::Applied);
        let layer = window.words("ui.layer-compounds");
        let cut = format!("{} {layer}", window.tr(&Message::new("ui.mends-cut-all").count("count", 1_usize)));
        let before = area(&window, 1);
        window.click(&cut);
        assert!(before - area(&window, 1) > 4_000.0, "the larger gives up half of the smaller");
        assert!(!window.has(&cut), "nothing is offered any more");
        window.send(Command::Undo);
        assert!((area(&window, 1) - before).abs() < 1e-9 && window.has(&cut));
        let locate = named(&window, "ui.locate", "eight");
        window.click(&locate);
        assert_eq!(window.state().view.dialog, None);
        assert_eq!(window.state().view.selection.mend, Some(key));
        let mends = window.words("ui.layer-mends");
        let hide = window.tr(&Message::new("ui.hide-layer").text("layer", &*mends));
        window.click(&hide);
        assert!(!window.state().view.is_visible(MapLayer::Mends));
    }
}
