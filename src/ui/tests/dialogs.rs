//! Every dialog: opened, used, and left without a trace.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use super::{SIZE, Window};
use crate::base::{CompoundId, Message};
use crate::command::{Command, Theme};
use crate::export::{ExportOrder, Format};
use crate::i18n::Lang;
use crate::model::Placeholder;
use crate::session::{Dialog, Effect};

const OPENED_BY: [(Command, &str); 5] = [
    (Command::AskExport, "ui.export-title"),
    (Command::ShowSettings, "ui.settings-program"),
    (Command::ShowReport, "ui.report-title"),
    (Command::ShowAbout, "ui.about-what"),
    (Command::ShowShortcuts, "ui.shortcuts-title"),
];

#[test]
fn every_dialog_closes_by_button_escape_and_a_click_outside_and_changes_nothing() {
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        let revision = window.state().plan.revision();
        for (command, title) in OPENED_BY {
            let words = window.words(title);
            for way in 0..3 {
                window.send(command.clone());
                assert!(window.has(&words), "{words} opens");
                match way {
                    0 => window.click_key("ui.close"),
                    1 => window.press(Modifiers::NONE, Key::Escape),
                    _ => window.click_at(egui::pos2(8.0, 400.0)),
                }
                assert_eq!(window.state().view.dialog, None, "{words} closes");
                assert!(window.state().view.selection.compounds.is_empty());
            }
        }
        assert_eq!(window.state().plan.revision(), revision);
    }
}

#[test]
fn the_export_dialog_asks_for_a_folder_and_writes_what_is_ticked() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::E);
    window.click_key("ui.format-png");
    window.click_key("ui.format-gpkg");
    window.click_key("ui.format-dxf");
    window.click_key("ui.format-xlsx");
    for key in ["ui.format-html", "ui.format-shp", "ui.format-kml", "ui.format-svg", "ui.format-pdf", "ui.format-dossier"] {
        window.click_key(key);
    }
    window.click_key("ui.export-choose");
    let order = match window.harness.state().asked.as_slice() {
        [Effect::AskExportFolder(order)] => order.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(order, ExportOrder::of(&[Format::GeoJson]));
    window.send(Command::Export(order, dir.path().to_path_buf()));
    assert_eq!(window.state().view.dialog, None);
    let files: Vec<String> =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(files.len() > 5 && files.iter().all(|file| file.ends_with(".geojson") || file == "manifest.json"), "{files:?}");
}

#[test]
fn the_palette_finds_commands_and_compounds() {
    let mut window = Window::sample();
    let search = window.words("ui.search");
    window.press(Modifiers::COMMAND, Key::K);
    assert_eq!(window.state().view.dialog, Some(Dialog::Palette));
    window.type_into(&search, "shortc");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().view.dialog, Some(Dialog::Shortcuts), "found by its English name in the Chinese window");
    window.press(Modifiers::NONE, Key::Escape);
    window.press(Modifiers::COMMAND, Key::K);
    let name = window.state().plan.compounds[20].facts.name.clone();
    window.type_into(&search, &name);
    window.press(Modifiers::NONE, Key::Enter);
    let chosen: Vec<CompoundId> = window.state().view.selection.compounds.iter().copied().collect();
    assert_eq!(chosen.len(), 1);
    assert!(window.state().plan.compounds[chosen[0].index()].facts.name.contains(&name));
    window.press(Modifiers::COMMAND, Key::K);
    window.type_into(&search, "没有这样的命令");
    assert!(window.has(&window.words("ui.no-hits")));
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().view.dialog, None);
}

#[test]
fn the_settings_change_rules_language_theme_and_size() {
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::Comma);
    window.click_key("ui.conduct");
    assert_eq!(window.state().history.done().len(), 1);
    window.click_key("ui.theme-dark");
    assert_eq!(window.state().preferences.theme, Theme::Dark);
    window.click("1.25".replace("1.25", "125 %").as_str());
    assert!((window.state().preferences.text_scale - 1.25).abs() < 1e-6);
    window.click("English");
    assert_eq!(window.state().preferences.lang, Lang::En);
    assert!(window.has("Text size"));
}

#[test]
fn recovering_wants_an_answer() {
    for take in [true, false] {
        let mut window = Window::sample();
        window.harness.state_mut().state.view.dialog = Some(Dialog::Recover { steps: 3 });
        window.settle();
        let words = window.tr(&Message::new("ui.recover-words").count("steps", 3_usize));
        assert!(window.has(&words));
        window.click_at(egui::pos2(8.0, 400.0));
        assert!(window.has(&words), "a stray click does not let edits go");
        window.click_key(if take { "ui.recover-take" } else { "ui.recover-drop" });
        assert_eq!(window.state().view.dialog, None);
    }
}

#[test]
fn a_failure_stays_until_it_is_closed_and_a_notice_goes() {
    let mut window = Window::sample();
    window.send(Command::Open("/nowhere/at/all.gpkg".into()));
    let told = window.state().view.toasts.last().unwrap().clone();
    assert!(told.failure);
    let words = window.tr(&told.message);
    assert!(words.contains("all.gpkg"), "{words}");
    window.harness.run_steps(400);
    assert!(window.has(&words));
    window.click_key("ui.close");
    assert!(!window.has(&words));
    window.send(Command::Select(vec![CompoundId(9)], crate::command::SelectMode::Replace));
    window.send(Command::NewDistrict);
    window.press(Modifiers::COMMAND, Key::Z);
    let notice = window.tr(&window.state().view.toasts.last().unwrap().message.clone());
    assert!(window.has(&notice));
    window.harness.run_steps(400);
    assert!(!window.has(&notice));
}

/// Two compounds and a ledger that names the one otherwise and the other not at all.
fn compounds_and_ledger(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let square = |id: &str, name: &str, x: f64| {
        let ring = format!("[[{x},43.9],[{},43.9],[{},43.901],[{x},43.901],[{x},43.9]]", x + 0.001, x + 0.001);
        let properties = format!(r#"{{"id":"{id}","name":"{name}"}}"#);
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#)
    };
    let map = dir.join("compounds.geojson");
    let features = [square("a", "机械厂家属楼", 125.3), square("b", "光明小区一期", 125.302)].join(",");
    std::fs::write(&map, format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    let ledger = dir.join("ledger.csv");
    std::fs::write(&ledger, "小区名称,户数\n机械厂宿舍,120\n光明小区二期,300\n").unwrap();
    vec![map, ledger]
}

#[test]
fn open_rows_of_a_ledger_are_settled_in_a_list() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(compounds_and_ledger(dir.path())));
    window.send(Command::LoadChosen);
    window.send(Command::ShowReport);
    let households = |window: &Window| -> Vec<Option<u32>> {
        window.state().plan.compounds.iter().map(|compound| compound.facts.households).collect()
    };
    assert_eq!(households(&window), [None, None]);
    let all = window.tr(&Message::new("ui.join-take-all").count("count", 1_usize));
    window.click(&all);
    assert_eq!(households(&window), [Some(120), None]);
    let join = &window.state().joins[0];
    assert_eq!((join.matched, join.open.len(), join.unmatched_rows.len()), (1, 0, 1));
    // The second phase is not the first: only the user can say that the row is meant.
    let compound = join.unmatched_compounds[0];
    window.send(Command::JoinRow { join: 0, line: 3, compound });
    assert_eq!(households(&window), [Some(120), Some(300)]);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(households(&window), [Some(120), None]);
    assert_eq!(window.state().joins[0].unmatched_rows.len(), 1, "what was undone is open again");
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().joins[0].open.len(), 1);
}

#[test]
fn rows_without_a_boundary_enter_with_a_placeholder() {
    let dir = tempfile::tempdir().unwrap();
    let mut paths = compounds_and_ledger(dir.path());
    let far = "小区名称,户数,经度,纬度\n机械厂家属楼,120,,\n光明小区一期,300,,\n红旗新村,80,125.31,43.9\n和平大院,60,,\n";
    std::fs::write(&paths[1], far).unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(std::mem::take(&mut paths)));
    window.send(Command::LoadChosen);
    window.send(Command::ShowReport);
    assert_eq!(window.state().joins[0].unmatched_rows.len(), 2);
    window.click_key("ui.join-enter");
    let placeholders = |window: &Window| -> Vec<Option<Placeholder>> {
        window.state().plan.compounds.iter().map(|compound| compound.facts.placeholder).collect()
    };
    assert_eq!(placeholders(&window), [None, None, Some(Placeholder::Point)]);
    assert_eq!(window.state().plan.compounds[2].facts.name, "红旗新村");
    assert_eq!(window.state().plan.compounds[2].facts.households, Some(80));
    assert_eq!(window.state().plan.assignment.len(), 3);
    assert_eq!(window.state().joins[0].unmatched_rows, [(5, "和平大院".to_owned())]);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(placeholders(&window), [None, None]);
    assert_eq!(window.state().joins[0].unmatched_rows.len(), 2);
}

#[test]
fn the_report_accounts_for_a_file_that_was_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("compounds.geojson");
    let square = |id: &str, x: f64| {
        let ring = format!("[[{x},43.9],[{},43.9],[{},43.901],[{x},43.901],[{x},43.9]]", x + 0.001, x + 0.001);
        format!(r#"{{"type":"Feature","properties":{{"id":"{id}"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#)
    };
    let empty = r#"{"type":"Feature","properties":{"id":"c"},"geometry":null}"#;
    let features = [square("a", 125.3), square("b", 125.302), empty.to_owned()].join(",");
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(vec![file]));
    window.send(Command::LoadChosen);
    assert_eq!(window.state().plan.compounds.len(), 2);
    window.send(Command::ShowReport);
    let counts = Message::new("ui.report-counts")
        .count("read", 3_usize)
        .count("loaded", 2_usize)
        .count("mended", 0_usize)
        .count("left_out", 1_usize);
    let counts = window.tr(&counts);
    assert!(window.harness.query_all_by_label(&counts).next().is_some(), "{:?}", window.texts());
}
