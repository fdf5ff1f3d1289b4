//! The dialog in which files are settled before they are loaded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use super::walk::{foreign_runs, latin_words};
use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Theme};
use crate::i18n::Lang;
use crate::model::LayerKind;
use crate::session::{Dialog, Readiness};

/// A collection of one square with its lower left corner at a place.
fn square(folder: &Path, name: &str, place: (f64, f64), size: f64, properties: &str) -> PathBuf {
    squares(folder, name, &[place], size, properties)
}

/// A collection of squares with their lower left corners at these places.
fn squares(folder: &Path, name: &str, places: &[(f64, f64)], size: f64, properties: &str) -> PathBuf {
    let feature = |(x, y): &(f64, f64)| {
        let ring = format!("[[{x},{y}],[{},{y}],[{},{}],[{x},{}],[{x},{y}]]", x + size, x + size, y + size, y + size);
        let geometry = format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
    };
    let features: Vec<String> = places.iter().map(feature).collect();
    let path = folder.join(name);
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    path
}

/// Compounds, an area of which nothing tells the kind, one with northing first, and a ledger.
fn town(folder: &Path) -> Vec<PathBuf> {
    let ledger = folder.join("2025年老旧小区改造台账（街道报送汇总稿）.csv");
    std::fs::write(&ledger, "小区编号,小区名称,户数,建筑面积（㎡）\nA1,机械厂家属楼,120,8600\n").unwrap();
    vec![
        square(folder, "小区.geojson", (125.30, 43.90), 0.002, r#"{"小区编号":"A1","小区名称":"机械厂家属楼","建成年代":1987}"#),
        square(folder, "export.geojson", (125.301, 43.901), 0.001, r#"{"a":"x","b":"y"}"#),
        square(folder, "楼栋.geojson", (4_861_000.0, 444_000.0), 40.0, r#"{"楼栋编号":"1","层数":6}"#),
        ledger,
    ]
}

impl Window {
    /// Drops files on the window, as the system does.
    fn drop_files(&mut self, paths: &[PathBuf]) {
        let files = paths.iter().map(|path| Arc::new(Dropped(path.clone())) as egui::DroppedFileHandle);
        self.harness.input_mut().dropped_files.extend(files);
        self.settle();
    }

    fn readiness(&self) -> Vec<Readiness> {
        let survey = self.state().survey.as_ref().expect("files were found");
        survey.layers.iter().map(crate::session::SurveyedLayer::readiness).collect()
    }

    /// Opens the list of a setting, whose name stands beside it too.
    fn open_list(&mut self, name: &str) {
        self.harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, name).click();
        self.settle();
    }

    fn take(&self, layer: &str) -> String {
        self.tr(&Message::new("ui.import-take").text("layer", layer))
    }
}

#[test]
fn a_drop_opens_the_dialog_and_enter_loads_what_is_ready() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.drop_files(&town(dir.path()));
    assert_eq!(window.state().view.dialog, Some(Dialog::Import));
    let wanted = [Readiness::Ready, Readiness::WantsKind, Readiness::WantsPlace, Readiness::Ready];
    assert_eq!(window.readiness(), wanted);
    window.press(Modifiers::NONE, Key::Enter);
    let plan = &window.state().plan;
    assert_eq!((plan.compounds.len(), plan.parcels.len(), plan.buildings.len()), (1, 0, 0));
    assert_eq!(plan.compounds[0].facts.households, Some(120), "the ledger was joined");
}

#[test]
fn a_single_file_that_tells_everything_is_shown_once_and_then_known() {
    let dir = tempfile::tempdir().unwrap();
    let file = town(dir.path()).remove(0);
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.drop_files(std::slice::from_ref(&file));
    assert!(window.has(&window.words("import.crs-default")), "how the system is known is shown");
    let load = window.tr(&Message::new("ui.import-load").count("count", 1_usize));
    window.click(&load);
    assert_eq!(window.state().plan.compounds.len(), 1);
    window.send(Command::Close);
    window.drop_files(&[file]);
    assert_eq!((window.state().view.dialog.as_ref(), window.state().plan.compounds.len()), (None, 1));
    window.click_key("session.choose-anew");
    assert_eq!(window.state().view.dialog, Some(Dialog::Import));
}

#[test]
fn a_kind_is_chosen_and_a_layer_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(town(dir.path())));
    // The layer that wants an answer is selected.
    let kind = window.words("ui.import-kind");
    window.open_list(&kind);
    window.click_key("ui.layer-parcels");
    let choice = &window.state().survey.as_ref().unwrap().layers[1].choice;
    assert_eq!(choice.kind, Some(LayerKind::Parcels));
    let compounds = window.take("小区.geojson");
    window.click(&compounds);
    assert_eq!(window.readiness()[..2], [Readiness::LeftOut, Readiness::Ready]);
    window.press(Modifiers::NONE, Key::Enter);
    let plan = &window.state().plan;
    assert_eq!((plan.compounds.len(), plan.parcels.len()), (0, 1));
}

#[test]
fn northing_first_asks_for_the_axes_and_then_for_the_zone() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(vec![town(dir.path()).remove(2)]));
    assert!(window.has(&window.words("import.window-looks-northing-first")), "{:?}", window.texts());
    window.click_key("ui.import-swap-now");
    assert_eq!(window.readiness(), [Readiness::WantsPlace]);
    let crs = window.words("ui.import-crs");
    window.open_list(&crs);
    let search = window.words("ui.import-search-crs");
    window.type_into(&search, "cgcs2000 126");
    let name = |key: &'static str| Message::new(key).nested("datum", Message::new("ui.datum-cgcs2000")).text("degrees", "3");
    let name = window.tr(&name("ui.crs-zone").text("meridian", "126").text("number", "0"));
    window.click(&format!("{name}  EPSG:4551"));
    assert_eq!(window.readiness(), [Readiness::Ready], "{:?}", window.texts());
    assert!(window.has(&window.words("import.crs-asked")));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().plan.buildings.len(), 1);
}

#[test]
fn enter_in_the_search_takes_the_first_system_and_loads_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(vec![town(dir.path()).remove(0)]));
    let crs = window.words("ui.import-crs");
    window.open_list(&crs);
    window.harness.event(egui::Event::Text("4490".to_owned()));
    window.settle();
    window.press(Modifiers::NONE, Key::Enter);
    let survey = window.state().survey.as_ref().expect("nothing was loaded");
    assert_eq!(survey.layers[0].choice.crs.as_deref(), Some("EPSG:4490"));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().plan.compounds.len(), 1);
}

#[test]
fn parameters_of_an_old_datum_are_typed_and_said_to_be_approximate() {
    use crate::model::Approximation;
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    let file = square(dir.path(), "楼栋.geojson", (42_444_000.0, 4_861_000.0), 40.0, r#"{"层数":6}"#);
    window.send(Command::Load(vec![file]));
    assert!(!window.has(&window.words("ui.import-datum")), "CGCS2000 needs none");
    let mut choice = window.state().survey.as_ref().unwrap().layers[0].choice.clone();
    choice.crs = Some("EPSG:2366".to_owned());
    window.send(Command::ChooseLayer(0, Box::new(choice)));
    window.node("ΔY").set_value_accesskit(25.5);
    window.settle();
    let layer = &window.state().survey.as_ref().unwrap().layers[0];
    assert_eq!(layer.choice.datum, Some([0.0, 25.5, 0.0, 0.0, 0.0, 0.0, 0.0]));
    let approximate = layer.outlook.as_ref().unwrap().approximate;
    assert_eq!(approximate, Some(Approximation::Parameters));
    assert!(window.has(&window.words("import.approximate-parameters")));
}

#[test]
fn a_field_is_given_to_a_fact_and_ids_to_a_field() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(vec![town(dir.path()).remove(0)]));
    let name = window.tr(&Message::new("ui.import-feeds-of").text("field", "小区名称"));
    window.open_list(&name);
    window.click_key("import.fact-address");
    let feeds = window.state().survey.as_ref().unwrap().layers[0].feeds.clone();
    assert_eq!(feeds, [Some("source_id"), Some("address"), Some("built")]);
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().plan.compounds[0].facts.address.as_deref(), Some("机械厂家属楼"));
}

#[test]
fn escape_and_cancel_change_nothing_and_a_stray_click_leaves_the_answers() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::sample();
    let revision = window.state().plan.revision();
    for way in 0..2 {
        window.send(Command::Load(town(dir.path())));
        window.click_at(egui::pos2(8.0, 400.0));
        assert_eq!(window.state().view.dialog, Some(Dialog::Import));
        if way == 0 {
            window.press(Modifiers::NONE, Key::Escape);
        } else {
            window.click_key("ui.import-cancel");
        }
        assert!(window.state().view.dialog.is_none() && window.state().survey.is_none());
    }
    assert_eq!(window.state().plan.revision(), revision);
}

#[test]
fn escape_closes_an_open_list_before_the_dialog_and_plain_keys_leave_the_plan() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::sample();
    let revision = window.state().plan.revision();
    window.send(Command::SelectAll);
    window.send(Command::Load(town(dir.path())));
    window.press(Modifiers::NONE, Key::Delete);
    window.press(Modifiers::NONE, Key::N);
    assert_eq!(window.state().plan.revision(), revision);
    let crs = window.words("ui.import-crs");
    window.open_list(&crs);
    let first = window.words("ui.import-crs-by-file");
    assert!(window.has(&first));
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().view.dialog, Some(Dialog::Import));
    assert!(!window.has(&first), "the list is closed");
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().view.dialog, None);
}

#[test]
fn the_dialog_speaks_one_language() {
    let dir = tempfile::tempdir().unwrap();
    let files = town(dir.path());
    let data: String = files.iter().map(|path| std::fs::read_to_string(path).unwrap() + &path.display().to_string()).collect();
    for lang in Lang::ALL {
        let mut window = Window::empty(lang, Theme::Light, SIZE);
        window.send(Command::Load(files.clone()));
        for layer in 0..files.len() {
            let name = window.state().survey.as_ref().unwrap().layers[layer].preview.name.clone();
            window.click(&name);
            for text in window.texts() {
                let strange = match lang {
                    Lang::Zh => latin_words(&text).into_iter().filter(|word| !data.contains(word.as_str())).collect(),
                    Lang::En => foreign_runs(&text, &data),
                };
                assert!(strange.is_empty(), "{lang:?}: {strange:?} in {text:?}");
            }
        }
    }
}

#[test]
fn an_offset_that_the_report_hints_at_is_undone_by_a_click() {
    use crate::geometry::shift::Shift;
    use crate::model::Approximation;
    let dir = tempfile::tempdir().unwrap();
    let places: Vec<(f64, f64)> =
        (0..36_u32).map(|n| (125.30 + f64::from(n % 6) * 0.004, 43.90 + f64::from(n / 6) * 0.003)).collect();
    let shifted = places.iter().map(|(x, y)| Shift::Bd09.apply(geo::Coord { x: x + 0.0008, y: y + 0.0008 }));
    let shifted: Vec<(f64, f64)> = shifted.map(|place| (place.x, place.y)).collect();
    let files = vec![
        squares(dir.path(), "小区.geojson", &places, 0.002, r#"{"建成年代":1990}"#),
        squares(dir.path(), "楼栋.geojson", &shifted, 0.0003, r#"{"层数":6}"#),
    ];
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.send(Command::Load(files));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().view.dialog, Some(Dialog::Report), "the hint is shown");
    let undo = window.tr(&Message::new("ui.report-undo-offset").text("shift", "BD-09"));
    window.click(&undo);
    let plan = &window.state().plan;
    assert_eq!(plan.sources[&LayerKind::Buildings].approximate, Some(Approximation::Shift(Shift::Bd09)));
    assert_eq!((plan.compounds.len(), plan.buildings.len()), (36, 36));
}

#[test]
fn the_settings_forget_what_was_settled() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::empty(Lang::En, Theme::Light, SIZE);
    window.send(Command::Load(vec![town(dir.path()).remove(0)]));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().preferences.answers.len(), 1);
    window.send(Command::ShowSettings);
    window.click_key("ui.answers-forget");
    assert!(window.state().preferences.answers.is_empty());
}

#[test]
fn nothing_is_cut_in_either_language_and_theme() {
    let dir = tempfile::tempdir().unwrap();
    let files = town(dir.path());
    for (lang, theme) in [(Lang::Zh, Theme::Light), (Lang::En, Theme::Dark)] {
        for size in [SIZE, [1024.0, 700.0]] {
            let mut window = Window::sample_as(lang, theme, size);
            window.send(Command::Load(files.clone()));
            for name in ["小区.geojson", "export.geojson", "楼栋.geojson"] {
                window.click(name);
                let cancel = window.node(&window.words("ui.import-cancel")).rect();
                let load = window.said().into_iter().filter(|(_, rect)| (rect.center().y - cancel.center().y).abs() < 1.0);
                let right = load.map(|(_, rect)| rect.right()).fold(0.0, f32::max);
                assert!(cancel.bottom() < size[1] && right < size[0], "{lang:?} {size:?}: the buttons stand in the window");
                for key in ["ui.import-swap", "ui.import-control-ask", "ui.import-shift-hint"] {
                    let rect = window.node(&window.words(key)).rect();
                    let sketch = right - 196.0;
                    assert!(rect.right() < sketch, "{lang:?} {size:?} {key} ends at {} of {sketch}", rect.right());
                }
            }
        }
    }
}

/// A file as the system hands it over.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn large_text_leaves_the_buttons_in_the_window() {
    let dir = tempfile::tempdir().unwrap();
    let files = town(dir.path());
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        window.send(Command::Load(files.clone()));
        for scale in [1.5, 2.0] {
            window.send(Command::SetTextScale(scale));
            window.harness.run_steps(3);
            let load = window.tr(&Message::new("ui.import-load").count("count", 2_usize));
            let (load, cancel) = (window.node(&load).rect(), window.node(&window.words("ui.import-cancel")).rect());
            let (right, bottom) = (SIZE[0] / scale, SIZE[1] / scale);
            assert!(load.right() < right && load.bottom() < bottom && cancel.left() > 0.0, "{lang:?} ×{scale}: {load:?}");
            let list = window.node("小区.geojson").rect();
            assert!(list.bottom() < cancel.top() && list.left() > 0.0, "{lang:?} ×{scale}: {list:?}");
        }
    }
}
