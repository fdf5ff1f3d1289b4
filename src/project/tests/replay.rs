//! The journal.

use proptest::prelude::*;

use super::made::{built, edit};
use crate::base::Message;
use crate::model::{Content, Edit, History, Plan};
use crate::project::{BaseMark, Journal, ProjectError, journal_path, replay};

fn base() -> BaseMark {
    BaseMark { counter: 3, fingerprint: "ab".to_owned() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn replay_gives_the_plan_again(edits in prop::collection::vec(edit(), 0..20), undone in 0..5_usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = journal_path(&folder.path().join("plan.gpkg"));
        let mut journal = Journal::create(&path, base()).unwrap();
        let (mut plan, mut history) = (Plan::new(Content::default()), History::default());
        for edit in edits {
            if history.commit(&mut plan, Message::new("project.recovered-edit"), edit.clone()).is_ok() {
                journal.append(&edit, "test").unwrap();
            }
        }
        for _ in 0..undone {
            if let Some((_, edit, _)) = history.undo(&mut plan).unwrap() {
                journal.append(&edit, "undo").unwrap();
            }
        }
        if let Some((_, edit, _)) = history.redo(&mut plan).unwrap() {
            journal.append(&edit, "redo").unwrap();
        }
        let read = Journal::read(&path).unwrap();
        prop_assert!(!read.torn && read.base == base());
        let replayed = replay(Content::default(), read.edits);
        prop_assert_eq!(replayed.error, None);
        prop_assert_eq!(&*replayed.plan, &*plan);
    }
}

/// A journal of some edits, its bytes, and how long it was after each edit.
fn some_edits() -> (Vec<Edit>, Vec<u8>, Vec<usize>) {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let edits = (0..12).map(|_| edit().new_tree(&mut runner).unwrap().current()).collect();
    let (_, applied) = built(edits);
    assert!(applied.len() > 4);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let mut journal = Journal::create(&path, base()).unwrap();
    let mut ends = vec![std::fs::metadata(&path).unwrap().len()];
    for edit in &applied {
        journal.append(edit, "test").unwrap();
        ends.push(std::fs::metadata(&path).unwrap().len());
    }
    let ends = ends.into_iter().map(|end| usize::try_from(end).unwrap()).collect();
    (applied, std::fs::read(&path).unwrap(), ends)
}

#[test]
fn a_journal_torn_anywhere_loses_only_what_was_not_whole() {
    let (edits, bytes, ends) = some_edits();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    for cut in 0..=bytes.len() {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let whole = ends.iter().filter(|end| **end <= cut).count();
        if whole == 0 {
            assert!(matches!(Journal::read(&path), Err(ProjectError::NotAJournal(_))));
            continue;
        }
        let read = Journal::read(&path).unwrap();
        let got: Vec<&Edit> = read.edits.iter().map(|step| &step.edit).collect();
        assert_eq!(got, edits[..whole - 1].iter().collect::<Vec<_>>(), "cut at {cut}");
        assert_eq!(read.torn, !ends.contains(&cut));
    }
}

#[test]
fn a_torn_journal_goes_on_where_it_was_whole() {
    let (edits, bytes, ends) = some_edits();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    std::fs::write(&path, &bytes[..ends[3] + 7]).unwrap();
    let mut journal = Journal::resume(&path, &Journal::read(&path).unwrap()).unwrap();
    for edit in &edits[3..] {
        journal.append(edit, "test").unwrap();
    }
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_flipped_bit_ends_the_journal_there() {
    let (edits, mut bytes, ends) = some_edits();
    bytes[ends[2] + 25] ^= 4;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    std::fs::write(&path, bytes).unwrap();
    let read = Journal::read(&path).unwrap();
    assert!(read.torn);
    assert_eq!(read.edits.iter().map(|step| &step.edit).collect::<Vec<_>>(), edits[..2].iter().collect::<Vec<_>>());
}

#[test]
fn a_journal_is_offered_for_its_own_state_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let mut journal = Journal::create(&path, base()).unwrap();
    assert!(!Journal::read(&path).unwrap().is_for(&base()));
    journal.append(&Edit::SetCrs(4551), "test").unwrap();
    let read = Journal::read(&path).unwrap();
    assert!(read.is_for(&base()));
    assert!(!read.is_for(&BaseMark { counter: 4, ..base() }));
}
