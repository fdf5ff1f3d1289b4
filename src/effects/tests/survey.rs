//! Files looked into, settled, remembered and loaded.

use std::path::{Path, PathBuf};

use super::{Desk, folder};
use crate::command::Command;
use crate::geometry::shift::Shift;
use crate::import::{Choice, Feed};
use crate::model::{Approximation, LayerKind};
use crate::session::{Dialog, Effect, LoadOrder, Readiness};

/// A collection of squares at these corners with these fields.
fn squares(places: &[(f64, f64)], size: f64, properties: &dyn Fn(usize) -> String) -> String {
    let square = |(number, (x, y)): (usize, &(f64, f64))| {
        let ring = format!("[[{x},{y}],[{},{y}],[{},{}],[{x},{}],[{x},{y}]]", x + size, x + size, y + size, y + size);
        let properties = properties(number);
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#)
    };
    let list: Vec<String> = places.iter().enumerate().map(square).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, list.join(","))
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

fn compounds(folder: &Path, name: &str) -> PathBuf {
    let facts = |n: usize| format!(r#"{{"小区编号":"A{n}","小区名称":"甲{n}","备注":"b{n}"}}"#);
    write(folder, name, &squares(&[(125.30, 43.90), (125.31, 43.90)], 0.002, &facts))
}

fn northing_first(folder: &Path, name: &str) -> PathBuf {
    write(folder, name, &squares(&[(4_861_000.0, 444_000.0)], 60.0, &|_| r#"{"编号":"k"}"#.to_owned()))
}

impl Desk {
    fn choose(&mut self, layer: usize, change: impl FnOnce(&mut Choice)) {
        let mut choice = self.state.survey.as_ref().unwrap().layers[layer].choice.clone();
        change(&mut choice);
        self.run(Command::ChooseLayer(layer, Box::new(choice)));
    }

    fn readiness(&self) -> Vec<Readiness> {
        self.state.survey.as_ref().unwrap().layers.iter().map(crate::session::SurveyedLayer::readiness).collect()
    }
}

#[test]
fn files_are_shown_first_loaded_when_settled_and_then_known() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    let first = compounds(folder.path(), "小区.geojson");
    desk.run(Command::Load(vec![first]));
    assert_eq!(desk.state.view.dialog, Some(Dialog::Import));
    assert!(!desk.state.is_open, "nothing is loaded yet");
    desk.choose(0, |choice| drop(choice.feeds.insert("备注".to_owned(), Feed::Fact("problems".to_owned()))));
    desk.run(Command::LoadChosen);
    assert_eq!(desk.state.view.dialog, None);
    assert_eq!(desk.state.plan.compounds[0].facts.problems.as_deref(), Some("b0"));
    // Another session, another file of the same shape: straight in, as settled.
    let kept = super::super::load_preferences(&super::Folders::within(folder.path()));
    assert_eq!(kept.answers.len(), 1);
    let mut desk = Desk::new(folder.path());
    desk.state.preferences = kept;
    let second = compounds(folder.path(), "另一个小区.geojson");
    desk.run(Command::Open(second.clone()));
    assert_eq!(desk.state.view.dialog, None);
    assert_eq!(desk.state.plan.compounds[1].facts.problems.as_deref(), Some("b1"));
    let told = desk.state.view.toasts.last().unwrap();
    assert_eq!(told.message.key(), "session.loaded-as-before");
    assert_eq!(told.offer.as_ref().unwrap().command, Command::LoadAnew(vec![second.clone()]));
    // Chosen anew, the dialog begins with what was settled.
    desk.run(Command::LoadAnew(vec![second.clone()]));
    let survey = desk.state.survey.as_ref().unwrap();
    assert!(survey.layers[0].choice.feeds.contains_key("备注"));
    desk.run(Command::CloseDialog);
    desk.run(Command::ForgetAnswers);
    assert!(super::super::load_preferences(&super::Folders::within(folder.path())).answers.is_empty());
    desk.run(Command::Load(vec![second]));
    assert_eq!(desk.state.view.dialog, Some(Dialog::Import), "asked again");
}

#[test]
fn leaving_the_dialog_changes_nothing_and_remembers_nothing() {
    for leave in [Command::CloseDialog, Command::ClearSelection] {
        let folder = folder();
        let mut desk = Desk::sample(folder.path());
        let before = desk.content();
        let file = compounds(folder.path(), "小区.geojson");
        desk.run(Command::Load(vec![file]));
        desk.choose(0, |choice| choice.kind = Some(LayerKind::Parcels));
        desk.run(leave);
        assert!(desk.state.survey.is_none() && desk.state.view.dialog.is_none());
        assert_eq!(desk.content(), before);
        assert!(desk.state.preferences.answers.is_empty() && desk.state.history.done().is_empty());
    }
}

#[test]
fn nothing_is_remembered_when_it_is_not_wished() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    let file = compounds(folder.path(), "小区.geojson");
    desk.run(Command::Load(vec![file]));
    desk.run(Command::RememberAnswers(false));
    desk.run(Command::LoadChosen);
    assert!(desk.state.is_open && desk.state.preferences.answers.is_empty());
}

#[test]
fn axes_are_asked_for_and_a_layer_without_an_answer_stays_out() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    let files = vec![compounds(folder.path(), "小区.geojson"), northing_first(folder.path(), "楼栋.geojson")];
    desk.run(Command::Load(files.clone()));
    assert_eq!(desk.readiness(), [Readiness::Ready, Readiness::WantsPlace]);
    desk.run(Command::LoadChosen);
    assert_eq!((desk.state.plan.compounds.len(), desk.state.plan.buildings.len()), (2, 0));
    assert_eq!(desk.state.preferences.answers.len(), 1, "an open question is no answer");
    desk.run(Command::Load(files));
    desk.choose(1, |choice| choice.swap_xy = true);
    assert_eq!(desk.readiness(), [Readiness::Ready, Readiness::WantsPlace], "metres without a zone");
    desk.choose(1, |choice| choice.crs = Some("EPSG:4551".to_owned()));
    assert_eq!(desk.readiness(), [Readiness::Ready, Readiness::Ready]);
    let relation = desk.state.survey.as_ref().unwrap().relation(1).unwrap();
    assert!(relation.to_plan && relation.away_m < 5_000.0, "{relation:?}");
    desk.run(Command::LoadChosen);
    assert_eq!(desk.state.plan.buildings.len(), 1);
    assert!(desk.failures().is_empty(), "{:?}", desk.failures());
}

#[test]
fn a_zone_that_was_settled_for_one_city_is_asked_for_in_the_next() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    let metres = |name: &str| {
        let facts = |_: usize| r#"{"编号":"k","层数":6}"#.to_owned();
        write(folder.path(), name, &squares(&[(444_000.0, 4_861_000.0)], 60.0, &facts))
    };
    desk.run(Command::Load(vec![compounds(folder.path(), "小区.geojson"), metres("楼栋.geojson")]));
    desk.choose(1, |choice| choice.crs = Some("EPSG:4545".to_owned()));
    desk.run(Command::LoadChosen);
    assert_eq!(desk.state.plan.buildings.len(), 1);
    desk.run(Command::Load(vec![metres("楼栋二.geojson")]));
    assert_eq!(desk.state.view.dialog, Some(Dialog::Import), "it would lie in another province");
    let survey = desk.state.survey.as_ref().unwrap();
    assert!(survey.layers[0].remembered && survey.relation(0).unwrap().is_far());
}

#[test]
fn a_folder_with_a_ledger_is_settled_as_one() {
    let folder = folder();
    let town = folder.path().join("town");
    compounds(&town, "map/小区.geojson");
    write(&town, "a/台账.csv", "编码,小区名称,户数,网格\n7,甲0,120,g\n8,甲1,90,h\n");
    write(&town, "说明.docx", "no map");
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Open(town));
    let survey = desk.state.survey.as_ref().unwrap();
    let names: Vec<&str> = survey.layers.iter().map(|layer| layer.preview.name.as_str()).collect();
    assert_eq!(names, ["town/a/台账.csv", "town/map/小区.geojson"]);
    assert_eq!(survey.failures.len(), 1, "{:?}", survey.failures);
    desk.choose(0, |choice| drop(choice.feeds.insert("网格".to_owned(), Feed::Fact("management".to_owned()))));
    desk.run(Command::LoadChosen);
    let facts = &desk.state.plan.compounds[0].facts;
    assert_eq!((facts.households, facts.management.as_deref()), (Some(120), Some("g")));
    assert!(desk.failures().is_empty(), "the dialog has told of the document: {:?}", desk.failures());
}

#[test]
fn a_ledger_that_is_left_out_is_not_joined() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    let ledger = write(folder.path(), "台账.csv", "小区编号,户数\nA0,120\n");
    desk.run(Command::Load(vec![compounds(folder.path(), "小区.geojson"), ledger]));
    desk.choose(1, |choice| choice.leave_out = true);
    desk.run(Command::LoadChosen);
    assert_eq!(desk.state.plan.compounds[0].facts.households, None);
    assert!(desk.state.joins.is_empty());
}

#[test]
fn what_cannot_be_read_is_told_and_opens_no_dialog() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Load(vec![folder.path().join("nowhere.geojson")]));
    assert_eq!((desk.failures().as_slice(), desk.state.view.dialog.as_ref()), (["import.unreadable"].as_slice(), None));
}

#[test]
fn control_points_are_read_for_the_layer_that_asked() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    let grid = write(folder.path(), "小区.geojson", &squares(&[(1_000.0, 2_000.0)], 60.0, &|_| r#"{"编号":"k"}"#.to_owned()));
    let points = write(folder.path(), "points.txt", "# x y lon lat\n0 0 125.3 43.9\n8020 0 125.4 43.9\n0 11110 125.3 44.0\n");
    desk.run(Command::Load(vec![grid]));
    assert_eq!(desk.readiness(), [Readiness::WantsPlace]);
    assert!(matches!(desk.run(Command::AskControl(0)).as_slice(), [Effect::AskControl(0)]));
    desk.run(Command::ReadControl(0, points));
    assert_eq!(desk.readiness(), [Readiness::Ready]);
    desk.run(Command::LoadChosen);
    let approximate = desk.state.plan.sources[&LayerKind::Compounds].approximate;
    assert!(matches!(approximate, Some(Approximation::Control { .. })), "{approximate:?}");
}

#[test]
fn an_offset_that_is_hinted_at_is_undone_by_reading_again() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    let places: Vec<(f64, f64)> =
        (0..36_u32).map(|n| (125.30 + f64::from(n % 6) * 0.004, 43.90 + f64::from(n / 6) * 0.003)).collect();
    let facts = |n: usize| format!(r#"{{"编号":"k{n}"}}"#);
    let homes = write(folder.path(), "小区.geojson", &squares(&places, 0.002, &facts));
    let shifted: Vec<(f64, f64)> = places
        .iter()
        .map(|(x, y)| Shift::Gcj02.apply(geo::Coord { x: x + 0.0008, y: y + 0.0008 }))
        .map(|place| (place.x, place.y))
        .collect();
    let houses = write(folder.path(), "楼栋.geojson", &squares(&shifted, 0.0003, &facts));
    let orders = [homes, houses].map(LoadOrder::plain).to_vec();
    let left = desk.runner.run(&mut desk.state, vec![Effect::LoadChosen(orders)]);
    assert!(left.is_empty());
    desk.runner.settle(&mut desk.state);
    let hinted: Vec<usize> =
        (0..desk.state.reports.len()).filter(|report| desk.state.reports[*report].hinted_shift().is_some()).collect();
    assert_eq!(hinted, [1], "{:?}", desk.state.reports[1].report.warnings);
    desk.run(Command::UndoOffset(1));
    let source = &desk.state.plan.sources[&LayerKind::Buildings];
    assert_eq!(source.approximate, Some(Approximation::Shift(Shift::Gcj02)));
    assert_eq!(desk.state.plan.sources[&LayerKind::Compounds].approximate, None);
    assert!(desk.state.reports.last().unwrap().hinted_shift().is_none());
}
