//! A repair is proposed, looked at, taken and undone; groupings of other files are compared and taken.

use super::checks::break_a_district;
use super::{SIZE, Window};
use crate::base::DistrictId;
use crate::checks::FindingKind;
use crate::command::{Command, Tab, Theme};
use crate::i18n::Lang;
use crate::session::OtherSource;

fn in_parts(window: &Window) -> usize {
    let findings = window.state().derived.findings.get().unwrap();
    findings.iter().filter(|finding| finding.kind == FindingKind::Parts).count()
}

#[test]
fn a_repair_is_looked_at_before_it_is_taken_and_undone_as_one_step() {
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        break_a_district(&mut window);
        window.send(Command::ShowTab(Tab::Checks));
        let (before, steps, parts) =
            (window.state().plan.assignment.clone(), window.state().history.done().len(), in_parts(&window));
        assert!(parts > 0);
        window.click_key("command.propose-repair");
        let other = window.state().other.clone().unwrap();
        let moved = &other.grouping.as_ref().unwrap().comparison.moved;
        assert!(matches!(&other.source, OtherSource::Repair(repair) if repair.exact && repair.moves.len() == moved.len()));
        // It is shown in words, in the table and on the map, and nothing has changed yet.
        assert_eq!(window.state().view.tab, Tab::Compare);
        let words = window.tr(&other.message(&window.state().plan));
        assert!(window.has(&words), "{words} in {:?}", window.texts());
        let name = window.state().plan.compounds[moved[0].unit as usize].label().to_owned();
        assert!(window.has(&name), "{name} in {:?}", window.texts());
        assert!(window.state().view.selection.compounds.iter().map(|c| c.0).eq(moved.iter().map(|m| m.unit)));
        assert_eq!((window.state().plan.assignment.clone(), window.state().history.done().len()), (before.clone(), steps));
        window.click_key("ui.take-grouping");
        assert_eq!((in_parts(&window), window.state().history.done().len()), (0, steps + 1));
        assert!(window.state().other.is_none());
        window.send(Command::Undo);
        assert_eq!((window.state().plan.assignment.clone(), in_parts(&window)), (before, parts));
    }
}

#[test]
fn a_proposal_for_a_plan_that_changed_is_not_taken() {
    let mut window = Window::sample();
    break_a_district(&mut window);
    window.send(Command::ProposeRepair);
    window.send(Command::Undo);
    assert!(!window.has(&window.words("ui.take-grouping")));
    let before = window.state().plan.assignment.clone();
    window.send(Command::TakeOther);
    assert_eq!(window.state().plan.assignment, before);
    window.click_key("ui.compare-again");
    // There is nothing left to repair.
    assert!(window.state().other.is_none());
}

#[test]
fn another_plan_is_compared_and_taken() {
    let mut window = Window::sample();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("before.gpkg");
    window.send(Command::SaveAs(path.clone()));
    break_a_district(&mut window);
    window.send(Command::CompareWith(path.clone(), None));
    let grouping = window.state().other.clone().unwrap().grouping.unwrap();
    assert_eq!(grouping.comparison.moved.len(), 1);
    assert!(grouping.comparison.rand.is_some_and(|rand| (0.5..1.0).contains(&rand)), "{:?}", grouping.comparison.rand);
    let broken = window.state().plan.assignment.clone();
    window.click_key("ui.take-grouping");
    window.send(Command::CompareWith(path, None));
    let grouping = window.state().other.clone().unwrap().grouping.unwrap();
    assert_eq!((grouping.comparison.moved.len(), grouping.comparison.rand), (0, Some(1.0)));
    window.send(Command::Undo);
    assert_eq!(window.state().plan.assignment, broken);
}

#[test]
fn a_map_is_compared_by_the_field_that_is_chosen_and_its_names_are_taken() {
    let mut window = Window::sample();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("theirs.geojson");
    let plan = &window.state().plan;
    let features: Vec<serde_json::Value> = plan.compounds[..4]
        .iter()
        .enumerate()
        .map(|(n, compound)| {
            let ring = [[125.3, 43.9], [125.301, 43.9], [125.301, 43.901], [125.3, 43.9]];
            let geometry = serde_json::json!({ "type": "Polygon", "coordinates": [ring] });
            let properties = serde_json::json!({ "小区编号": compound.source_id, "网格": if n < 2 { "东" } else { "西" } });
            serde_json::json!({ "type": "Feature", "properties": properties, "geometry": geometry })
        })
        .collect();
    std::fs::write(&path, serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    window.send(Command::CompareWith(path, None));
    assert!(window.state().other.as_ref().unwrap().grouping.is_none());
    let asked = window.words("session.choose-field");
    assert!(window.texts().iter().any(|text| text.ends_with(&asked)), "{:?}", window.texts());
    let field = window.words("ui.district-field");
    window.click(&field);
    window.click("网格");
    let grouping = window.state().other.clone().unwrap().grouping.unwrap();
    assert_eq!(grouping.unknown, window.state().plan.compounds.len() - 4);
    window.click_key("ui.take-grouping");
    let plan = &window.state().plan;
    let named = |row: usize| plan.assignment[row].and_then(|id: DistrictId| plan.districts.get(&id)).map(|d| d.name.clone());
    let allowed = |row: &usize| plan.assignment[*row].is_some();
    let names: Vec<Option<String>> = (0..4).filter(allowed).map(named).collect();
    assert!(!names.is_empty() && names.iter().all(|name| name.as_deref().is_some_and(|n| n == "东" || n == "西")), "{names:?}");
}
