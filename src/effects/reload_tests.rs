//! Files that change while their layers are open, with files of the test's own.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Folders, Runner};
use crate::base::{CompoundId, DistrictId};
use crate::command::{Command, SelectMode};
use crate::model::CompoundFacts;
use crate::session::{State, dispatch};

struct Desk {
    state: State,
    runner: Runner,
}

impl Desk {
    fn new(folder: &Path) -> Self {
        let runner = Runner::with_folders(Arc::new(|| {}), false, Folders::within(folder));
        Self { state: State::default(), runner }
    }

    fn run(&mut self, command: Command) {
        let effects = dispatch(&mut self.state, command);
        self.runner.run(&mut self.state, effects);
        self.runner.settle(&mut self.state);
    }

    fn row(&self, id: &str) -> CompoundId {
        let row = self.state.plan.compounds.iter().position(|compound| compound.source_id == id);
        CompoundId::from_index(row.expect("a compound of that id"))
    }

    fn facts(&self, id: &str) -> &CompoundFacts {
        &self.state.plan.compounds[self.row(id).index()].facts
    }

    fn told(&self) -> Vec<&'static str> {
        self.state.view.toasts.iter().map(|toast| toast.message.key()).collect()
    }
}

/// Squares side by side, each with its id and households.
fn write_map(path: &Path, compounds: &[(&str, u32)]) {
    let mut features = String::new();
    for (place, (id, households)) in compounds.iter().enumerate() {
        let x = 125.3 + 0.002 * f64::from(u32::try_from(place).expect("few"));
        let (east, north) = (x + 0.001, 43.901);
        let comma = if place > 0 { "," } else { "" };
        let ring = format!("[[{x},43.9],[{east},43.9],[{east},{north}],[{x},{north}],[{x},43.9]]");
        write!(
            features,
            r#"{comma}{{"type":"Feature","properties":{{"id":"{id}","households":{households}}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
        .expect("text");
    }
    std::fs::write(path, format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).expect("a file");
}

/// A plan of three compounds, of which `a` was edited and `b` and `c` make a district.
fn desk(folder: &Path) -> (Desk, PathBuf) {
    let path = folder.join("小区.geojson");
    write_map(&path, &[("a", 10), ("b", 20), ("c", 30)]);
    let mut desk = Desk::new(folder);
    desk.run(Command::Load(vec![path.clone()]));
    desk.run(Command::LoadChosen);
    let edited = CompoundFacts { households: Some(11), ..desk.facts("a").clone() };
    desk.run(Command::SetFacts(desk.row("a"), Box::new(edited)));
    desk.run(Command::Select(vec![desk.row("b"), desk.row("c")], SelectMode::Replace));
    desk.run(Command::NewDistrict);
    (desk, path)
}

#[test]
fn a_changed_file_is_offered_and_read_again_with_every_decision() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    desk.run(Command::LookAtFiles);
    assert!(desk.state.origins.changed().is_empty());
    assert!(desk.told().contains(&"session.files-unchanged"));
    // Rows moved, one went, one came, and numbers changed.
    write_map(&path, &[("new", 5), ("c", 33), ("a", 99)]);
    desk.run(Command::LookAtFiles);
    assert_eq!(desk.state.origins.changed(), [path]);
    let before = desk.state.plan.content().clone();
    desk.run(Command::Reload);
    assert!(desk.state.origins.changed().is_empty());
    let ids: Vec<&str> = desk.state.plan.compounds.iter().map(|compound| &*compound.source_id).collect();
    assert_eq!(ids, ["new", "c", "a"]);
    assert_eq!((desk.facts("a").households, desk.facts("c").households), (Some(11), Some(33)));
    assert_eq!(desk.state.plan.assignment, [None, Some(DistrictId(1)), None]);
    assert_eq!(desk.state.view.selection.compounds.iter().copied().collect::<Vec<_>>(), [desk.row("c")]);
    assert!(desk.told().contains(&"session.reload-lost"), "b is gone: {:?}", desk.told());
    desk.run(Command::Undo);
    assert_eq!(desk.state.plan.content(), &before);
    desk.run(Command::Redo);
    assert_eq!(desk.facts("c").households, Some(33));
}

#[test]
fn a_file_that_says_the_same_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    let steps = desk.state.history.done().len();
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(&path, format!("{text}\n")).expect("a file");
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!(desk.state.history.done().len(), steps);
    assert_eq!(desk.told().last(), Some(&"session.reload-same"));
    desk.run(Command::LookAtFiles);
    assert!(desk.state.origins.changed().is_empty(), "it was read as it is now");
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_plan_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    let before = desk.state.plan.content().clone();
    std::fs::write(&path, r#"{"type":"FeatureCollection","features":[{"ty"#).expect("a file");
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!(desk.state.plan.content(), &before);
    assert!(desk.state.view.toasts.last().is_some_and(|toast| toast.failure));
    // What is mended later can be read then.
    write_map(&path, &[("a", 10), ("b", 21), ("c", 30)]);
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!(desk.facts("b").households, Some(21));
    assert_eq!(desk.told().last(), Some(&"session.reloaded"));
}

#[test]
fn a_ledger_is_joined_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("小区.geojson");
    let ledger = folder.path().join("台账.csv");
    write_map(&path, &[("a", 10), ("b", 20)]);
    std::fs::write(&ledger, "id,楼栋数\na,3\nb,4\n").expect("a file");
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Load(vec![path, ledger.clone()]));
    desk.run(Command::LoadChosen);
    assert_eq!(desk.facts("b").buildings, Some(4), "{:?}", desk.told());
    let edited = CompoundFacts { buildings: Some(7), ..desk.facts("a").clone() };
    desk.run(Command::SetFacts(desk.row("a"), Box::new(edited)));
    std::fs::write(&ledger, "id,楼栋数\na,30\nb,40\n").expect("a file");
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!((desk.facts("a").buildings, desk.facts("b").buildings), (Some(7), Some(40)));
}

/// Saves the plan, closes it, and opens it again.
fn reopen(desk: &mut Desk, plan: &Path) {
    desk.run(Command::SaveAs(plan.to_path_buf()));
    desk.run(Command::Close);
    assert!(!desk.state.is_open && desk.state.origins.paths().is_empty());
    desk.run(Command::Open(plan.to_path_buf()));
    assert!(desk.state.is_open, "{:?}", desk.told());
}

#[test]
fn a_plan_that_is_opened_knows_its_files_and_its_edits() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    let plan = folder.path().join("方案.gpkg");
    reopen(&mut desk, &plan);
    desk.run(Command::LookAtFiles);
    assert!(desk.state.origins.changed().is_empty() && desk.told().contains(&"session.files-unchanged"));
    write_map(&path, &[("new", 5), ("c", 33), ("a", 99)]);
    desk.run(Command::LookAtFiles);
    assert_eq!(desk.state.origins.changed(), std::slice::from_ref(&path));
    desk.run(Command::Reload);
    assert_eq!((desk.facts("a").households, desk.facts("c").households), (Some(11), Some(33)), "{:?}", desk.told());
    assert_eq!(desk.state.plan.assignment, [None, Some(DistrictId(1)), None]);
    // Once more: what was read is known anew, and the edit is still one.
    reopen(&mut desk, &plan);
    write_map(&path, &[("new", 6), ("c", 34), ("a", 98)]);
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!((desk.facts("a").households, desk.facts("new").households), (Some(11), Some(6)));
}

#[test]
fn a_plan_that_moved_with_its_files_finds_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    let plan = folder.path().join("方案.gpkg");
    desk.run(Command::SaveAs(plan.clone()));
    desk.run(Command::Close);
    let moved = folder.path().join("搬走");
    std::fs::create_dir(&moved).expect("a folder");
    for file in [&path, &plan] {
        std::fs::rename(file, moved.join(file.file_name().expect("a name"))).expect("moved");
    }
    desk.run(Command::Open(moved.join("方案.gpkg")));
    let moved_map = moved.canonicalize().expect("there").join("小区.geojson");
    assert_eq!(desk.state.origins.paths(), std::slice::from_ref(&moved_map));
    write_map(&moved_map, &[("a", 99), ("b", 21), ("c", 30)]);
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!((desk.facts("a").households, desk.facts("b").households), (Some(11), Some(21)));
}

#[test]
fn a_file_that_is_gone_is_told_and_the_plan_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    std::fs::remove_file(&path).expect("removed");
    let plan = folder.path().join("方案.gpkg");
    reopen(&mut desk, &plan);
    assert_eq!(desk.told().last(), Some(&"session.files-gone"));
    assert!(desk.state.view.toasts.iter().all(|toast| !toast.failure));
    desk.run(Command::LookAtFiles);
    assert_eq!(desk.told().iter().filter(|key| **key == "session.files-gone").count(), 2);
    // It comes back as another.
    write_map(&path, &[("a", 99), ("b", 21), ("c", 30)]);
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!((desk.facts("a").households, desk.facts("b").households), (Some(11), Some(21)));
}

#[test]
fn what_another_program_changed_in_the_plan_file_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    let plan = folder.path().join("方案.gpkg");
    desk.run(Command::SaveAs(plan.clone()));
    desk.run(Command::Close);
    let connection = rusqlite::Connection::open(&plan).expect("a database");
    crate::gpkg::register(&connection).expect("registered");
    connection.execute_batch("UPDATE compounds SET households = 77 WHERE source_id = 'b'").expect("updated");
    drop(connection);
    desk.run(Command::Open(plan.clone()));
    write_map(&path, &[("a", 99), ("b", 88), ("c", 31)]);
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    let households = ["a", "b", "c"].map(|id| desk.facts(id).households);
    assert_eq!(households, [Some(11), Some(77), Some(31)]);
}

#[test]
fn a_ledger_is_joined_again_to_a_plan_that_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("小区.geojson");
    let ledger = folder.path().join("台账.csv");
    write_map(&path, &[("a", 10), ("b", 20)]);
    std::fs::write(&ledger, "id,楼栋数\na,3\nb,4\n").expect("a file");
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Load(vec![path, ledger.clone()]));
    desk.run(Command::LoadChosen);
    let edited = CompoundFacts { buildings: Some(7), ..desk.facts("a").clone() };
    desk.run(Command::SetFacts(desk.row("a"), Box::new(edited)));
    reopen(&mut desk, &folder.path().join("方案.gpkg"));
    std::fs::write(&ledger, "id,楼栋数\na,30\nb,40\n").expect("a file");
    desk.run(Command::LookAtFiles);
    desk.run(Command::Reload);
    assert_eq!((desk.facts("a").buildings, desk.facts("b").buildings), (Some(7), Some(40)), "{:?}", desk.told());
}

#[test]
fn edits_of_the_journal_stay_and_a_load_in_it_is_of_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut first, path) = desk(folder.path());
    let plan = folder.path().join("方案.gpkg");
    reopen(&mut first, &plan);
    let edited = CompoundFacts { households: Some(44), ..first.facts("c").clone() };
    first.run(Command::SetFacts(first.row("c"), Box::new(edited)));
    // The first window ends without a save.
    drop(first);
    let mut second = Desk::new(folder.path());
    second.run(Command::Open(plan.clone()));
    second.run(Command::Recover(true));
    write_map(&path, &[("a", 99), ("b", 21), ("c", 31)]);
    second.run(Command::LookAtFiles);
    second.run(Command::Reload);
    let households = ["a", "b", "c"].map(|id| second.facts(id).households);
    assert_eq!(households, [Some(11), Some(21), Some(44)], "{:?}", second.told());
    // The reload is in the journal, but not what it read.
    drop(second);
    let mut third = Desk::new(folder.path());
    third.run(Command::Open(plan));
    third.run(Command::Recover(true));
    assert_eq!(third.facts("b").households, Some(21));
    assert!(third.state.origins.paths().is_empty());
}

#[test]
fn what_was_declined_is_not_offered_by_the_next_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    write_map(&path, &[("a", 1)]);
    desk.run(Command::LookAtFiles);
    desk.run(Command::KeepAsRead);
    reopen(&mut desk, &folder.path().join("方案.gpkg"));
    let marks = super::watch::look(&desk.state.origins.paths());
    assert!(!desk.state.origins.looked(&marks) && !desk.state.origins.looked(&marks));
}

#[test]
fn not_now_is_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, path) = desk(folder.path());
    write_map(&path, &[("a", 1)]);
    desk.run(Command::LookAtFiles);
    desk.run(Command::KeepAsRead);
    assert!(desk.state.origins.changed().is_empty());
    assert_eq!(desk.state.plan.compounds.len(), 3);
}
