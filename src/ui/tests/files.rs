//! Files that are read and files that change, as the window shows them.

use egui::Vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Theme};
use crate::i18n::{self, Lang};
use crate::jobs::Outlines;
use crate::session::State;
use crate::ui::theme::{apply, install_fonts};
use crate::ui::{Memory, shell_ui};

fn map_of(households: u32) -> String {
    let ring = "[[125.3,43.9],[125.301,43.9],[125.301,43.901],[125.3,43.901],[125.3,43.9]]";
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"id":"a","households":{households}}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
    )
}

#[test]
fn a_changed_file_is_offered_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("小区.geojson");
        std::fs::write(&path, map_of(10)).unwrap();
        let mut window = Window::empty(lang, Theme::Light, SIZE);
        window.send(Command::Load(vec![path.clone()]));
        window.send(Command::LoadChosen);
        let households = |window: &Window| window.state().plan.compounds[0].facts.households;
        assert_eq!(households(&window), Some(10));
        let offer = window.tr(&Message::new("session.files-changed").text("files", "小区.geojson"));
        assert!(window.harness.query_by_label(&offer).is_none());
        std::fs::write(&path, map_of(1000)).unwrap();
        window.send(Command::LookAtFiles);
        window.node(&offer);
        window.click_key("ui.keep-as-read");
        assert!(window.harness.query_by_label(&offer).is_none());
        assert_eq!(households(&window), Some(10));
        window.send(Command::LookAtFiles);
        window.click_key("ui.reload");
        assert_eq!(households(&window), Some(1000));
        assert!(window.harness.query_by_label(&offer).is_none());
    }
}

#[test]
fn outlines_are_all_there_is_until_there_is_a_plan() {
    let line = vec![[524_000.0, 4_860_000.0], [524_100.0, 4_860_000.0], [524_100.0, 4_860_100.0]];
    let mut state = State { outlines: Outlines::of("EPSG:4551", vec![line]), ..State::default() };
    let words = i18n::text(state.preferences.lang, "ui.outlines");
    let start = i18n::text(state.preferences.lang, "command.open-sample");
    let mut memory = Memory::default();
    for shown in [true, false] {
        let frame = |ui: &mut egui::Ui, (state, memory): &mut (State, Memory)| {
            shell_ui(ui, state, memory);
        };
        let setup = |ctx: &egui::Context| {
            install_fonts(ctx);
            apply(ctx, false);
        };
        let builder = Harness::builder().with_size(Vec2::from(SIZE)).with_context_setup(setup);
        let mut harness = builder.build_ui_state(frame, (state, memory));
        harness.run_steps(2);
        assert_eq!(harness.query_all_by_label(&words).next().is_some(), shown);
        assert_eq!(harness.query_all_by_label(&start).next().is_none(), shown);
        (state, memory) = (State::default(), Memory::default());
    }
}
