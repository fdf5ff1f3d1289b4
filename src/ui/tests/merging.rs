//! Another side's changes are looked at, decided where both changed the same, taken in and undone.

use super::{SIZE, Window};
use crate::base::CompoundId;
use crate::command::{Command, Tab, Theme};
use crate::i18n::Lang;
use crate::model::CompoundFacts;
use crate::versions::Word;

/// Says of a compound how many households it has.
fn count_households(window: &mut Window, row: u32, households: u32) {
    let known = window.state().plan.compounds[row as usize].facts.clone();
    let facts = CompoundFacts { households: Some(households), ..known };
    window.send(Command::SetFacts(CompoundId(row), Box::new(facts)));
}

fn households(window: &Window) -> [Option<u32>; 2] {
    [0, 1].map(|row: usize| window.state().plan.compounds[row].facts.households)
}

#[test]
fn the_other_side_is_taken_in_with_the_word_that_was_chosen() {
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        let dir = tempfile::tempdir().unwrap();
        let (base, theirs) = (dir.path().join("base.gpkg"), dir.path().join("theirs.gpkg"));
        window.send(Command::SaveAs(base.clone()));
        count_households(&mut window, 0, 777);
        count_households(&mut window, 1, 555);
        window.send(Command::SaveAs(theirs.clone()));
        window.send(Command::Undo);
        window.send(Command::Undo);
        count_households(&mut window, 0, 666);
        let mine = households(&window);
        window.send(Command::MergeWith { base, theirs });
        assert_eq!(window.state().view.tab, Tab::Compare);
        let merging = window.state().merging.clone().unwrap();
        assert_eq!((merging.found.conflicts.len(), merging.found.changes.len(), merging.found.open()), (1, 1, 1));
        let words = window.tr(&merging.message());
        assert!(window.has(&words), "{words} in {:?}", window.texts());
        assert_eq!(households(&window), mine, "looking changes nothing");
        let theirs = format!("{}：777", window.words("versions.theirs"));
        window.click(&theirs);
        let merging = window.state().merging.clone().unwrap();
        assert_eq!((merging.found.open(), merging.found.conflicts[0].taken), (0, Word::Theirs));
        window.click_key("ui.take-merge");
        assert_eq!(households(&window), [Some(777), Some(555)]);
        assert!(window.state().merging.is_none());
        window.send(Command::Undo);
        assert_eq!(households(&window), mine);
    }
}

#[test]
fn a_merge_for_a_plan_that_changed_is_looked_at_again() {
    let mut window = Window::sample();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("base.gpkg");
    window.send(Command::SaveAs(path.clone()));
    window.send(Command::MergeWith { base: path.clone(), theirs: path });
    assert_eq!(window.state().merging.as_ref().map(|merging| merging.found.changes.len()), Some(0));
    count_households(&mut window, 0, 666);
    let before = window.state().history.done().len();
    window.send(Command::TakeMerge);
    assert_eq!(window.state().history.done().len(), before, "nothing is taken");
    window.click_key("ui.compare-again");
    window.click_key("ui.close");
    assert!(window.state().merging.is_none());
}

#[test]
fn every_change_from_another_version_is_listed() {
    let mut window = Window::sample();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("before.gpkg");
    count_households(&mut window, 0, 777);
    window.send(Command::SaveAs(path.clone()));
    count_households(&mut window, 0, 666);
    window.send(Command::CompareWith(path, None));
    let name = window.state().plan.compounds[0].label().to_owned();
    let shown = [name.as_str(), "666", "777"].iter().all(|text| window.has(text));
    assert!(shown, "{:?}", window.texts());
}
