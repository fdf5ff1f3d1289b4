//! Whole flows without a window: commands in, the state out, files and journals in folders of the test's own.

mod fixing;
mod outcome;
mod search;
mod survey;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use super::{Folders, Runner};
use crate::base::{CompoundId, DistrictId, ItemId};
use crate::command::{Command, FieldBound, GroupRequest, SelectMode};
use crate::contiguity;
use crate::model::{Content, District, LinkKey, LinkRule};
use crate::session::{Dialog, Effect, State, derive, dispatch};

/// A session in a folder.
struct Desk {
    state: State,
    runner: Runner,
}

impl Desk {
    fn new(folder: &Path) -> Self {
        let mut state = State::default();
        let runner = Runner::with_folders(Arc::new(|| {}), false, Folders::within(folder));
        runner.offer_left_behind(&mut state);
        Self { state, runner }
    }

    fn sample(folder: &Path) -> Self {
        let mut desk = Self::new(folder);
        desk.run(Command::OpenSample);
        desk
    }

    /// Runs a command and gives back what needs a window; the work it starts goes on.
    fn start(&mut self, command: Command) -> Vec<Effect> {
        let effects = dispatch(&mut self.state, command);
        self.runner.run(&mut self.state, effects)
    }

    /// Runs a command and waits for all that follows.
    fn run(&mut self, command: Command) -> Vec<Effect> {
        let mut left = self.start(command);
        left.extend(self.runner.settle(&mut self.state));
        left
    }

    fn content(&self) -> Content {
        self.state.plan.content().clone()
    }

    fn failures(&self) -> Vec<&'static str> {
        self.state.view.toasts.iter().filter(|toast| toast.failure).map(|toast| toast.message.key()).collect()
    }

    /// Takes a compound out of its district: one edit.
    fn take_out(&mut self, compound: usize) {
        self.start(Command::Select(vec![CompoundId::from_index(compound)], SelectMode::Replace));
        self.start(Command::AssignSelection(None));
    }

    /// A compound in a district.
    fn grouped(&self, nth: usize) -> usize {
        self.state.plan.assignment.iter().enumerate().filter(|(_, d)| d.is_some()).nth(nth).unwrap().0
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A saved sample and its file.
fn saved(folder: &Path) -> (Desk, PathBuf) {
    let file = folder.join("plan.gpkg");
    let mut desk = Desk::sample(folder);
    desk.run(Command::SaveAs(file.clone()));
    assert!(!desk.state.is_dirty() && file.exists());
    (desk, file)
}

fn households(min: f64) -> Command {
    let bound = FieldBound { field: "households".to_owned(), min: Some(min), max: None };
    Command::Group(Box::new(GroupRequest { bounds: vec![bound], ..GroupRequest::default() }))
}

#[test]
fn a_grouping_is_contiguous_and_keeps_its_bounds() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    desk.run(households(1500.0));
    assert!(desk.failures().is_empty(), "{:?}", desk.failures());
    let plan = &desk.state.plan;
    let links = desk.state.derived.links.fresh(desk.state.revisions.links()).unwrap();
    let carriers = contiguity::carriers(plan);
    let groups: Vec<_> = plan.members_by_district().into_values().filter(|members| !members.is_empty()).collect();
    assert!(groups.len() > 2, "{}", groups.len());
    for members in groups {
        assert_eq!(contiguity::parts(&members, links, plan.settings.gap_m, &carriers).len(), 1);
        let sum: u32 = members.iter().filter_map(|c| plan.compounds[c.index()].facts.households).sum();
        assert!(sum >= 1500, "{sum}");
    }
}

#[test]
fn a_grouping_asked_for_while_links_are_computed_waits_and_can_be_stopped() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let before = desk.content();
    let gap = Command::SetLink(LinkKey::new(CompoundId(0), CompoundId(1)).unwrap(), Some(LinkRule::Forbid), String::new());
    desk.start(gap.clone());
    desk.start(households(1500.0));
    desk.start(Command::CancelJobs);
    desk.runner.settle(&mut desk.state);
    assert_eq!(desk.state.plan.assignment, before.assignment, "stopped");
    assert!(desk.state.derived.links.is_fresh(desk.state.revisions.links()), "what the map needs was not stopped");
    desk.run(Command::Undo);
    desk.start(gap);
    desk.run(households(1500.0));
    assert_ne!(desk.state.plan.assignment, before.assignment);
}

#[test]
fn everything_can_be_undone_and_redone() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let first = desk.content();
    desk.run(households(1200.0));
    desk.run(Command::DraftItems);
    let proposed = desk.state.proposals.as_ref().map_or(0, |proposals| proposals.list.len());
    assert!(proposed > 0);
    desk.run(Command::TakeProposals((0..proposed).collect()));
    desk.take_out(desk.grouped(3));
    desk.start(Command::NewDistrict);
    let finding = desk.state.derived.findings.get().unwrap()[0].key.clone();
    desk.run(Command::SetIgnored(finding, Some("已商定".to_owned())));
    let last = desk.content();
    let steps = desk.state.history.done().len();
    for _ in 0..steps {
        desk.start(Command::Undo);
    }
    assert_eq!(desk.content(), first);
    for _ in 0..steps {
        desk.start(Command::Redo);
    }
    assert_eq!(desk.content(), last);
}

#[test]
fn a_saved_plan_opens_as_it_was() {
    let folder = folder();
    let (mut desk, file) = saved(folder.path());
    desk.take_out(desk.grouped(0));
    desk.run(Command::Save);
    let content = desk.content();
    drop(desk);
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Open(file));
    assert_eq!(desk.content(), content);
    assert_eq!(desk.state.view.dialog, None, "nothing to recover");
}

#[test]
fn a_crash_offers_the_edits_of_a_saved_plan() {
    let folder = folder();
    let (mut desk, file) = saved(folder.path());
    desk.take_out(desk.grouped(0));
    desk.take_out(desk.grouped(0));
    let content = desk.content();
    drop(desk);
    let mut desk = Desk::new(folder.path());
    assert_eq!(desk.state.view.dialog, None);
    desk.run(Command::Open(file));
    assert_eq!(desk.state.view.dialog, Some(Dialog::Recover { steps: 2 }));
    desk.run(Command::Recover(true));
    assert_eq!(desk.content(), content);
    assert!(desk.state.is_dirty());
    desk.run(Command::Undo);
    assert_ne!(desk.content(), content, "recovered steps can be undone");
}

#[test]
fn a_crash_offers_the_edits_of_a_sample_never_saved() {
    for take in [true, false] {
        let folder = folder();
        let mut desk = Desk::sample(folder.path());
        let first = desk.content();
        desk.take_out(desk.grouped(0));
        let content = desk.content();
        drop(desk);
        let mut desk = Desk::new(folder.path());
        assert_eq!(desk.state.view.dialog, Some(Dialog::Recover { steps: 1 }));
        desk.run(Command::Recover(take));
        if take {
            assert_eq!(desk.content(), content);
        } else {
            drop(desk);
            let mut desk = Desk::new(folder.path());
            assert_eq!(desk.state.view.dialog, None, "let go");
            desk.run(Command::OpenSample);
            assert_eq!(desk.content(), first);
        }
    }
}

#[test]
fn a_save_that_fails_leaves_the_plan_unsaved_and_its_journal_whole() {
    let folder = folder();
    let (mut desk, file) = saved(folder.path());
    desk.take_out(desk.grouped(0));
    desk.run(Command::SaveAs(folder.path().join("no/such/folder/plan.gpkg")));
    assert_eq!(desk.failures(), ["project.save-failed"]);
    assert!(desk.state.is_dirty());
    assert_eq!(desk.state.path.as_deref(), Some(file.as_path()));
    let content = desk.content();
    drop(desk);
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Open(file));
    desk.run(Command::Recover(true));
    assert_eq!(desk.content(), content);
}

#[test]
fn nothing_overtakes_a_save() {
    let folder = folder();
    let (mut desk, file) = saved(folder.path());
    desk.take_out(desk.grouped(0));
    let content = desk.content();
    desk.start(Command::Save);
    assert!(desk.runner.is_saving());
    // Edited, stopped, closed, another plan opened, and left, all while the save runs.
    desk.take_out(desk.grouped(0));
    let edited = desk.content();
    desk.start(Command::CancelJobs);
    desk.start(Command::Close);
    desk.start(Command::OpenSample);
    assert!(desk.start(Command::Quit).is_empty(), "the window stays until the save is done");
    let left = desk.runner.settle(&mut desk.state);
    assert!(matches!(left.as_slice(), [Effect::Quit]));
    assert_eq!(desk.state.path, None, "the sample is open");
    assert!(desk.state.is_open);
    drop(desk);
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Open(file));
    assert_eq!(desk.content(), content, "what was saved");
    assert_eq!(desk.state.view.dialog, Some(Dialog::Recover { steps: 1 }), "what was edited while it was saved");
    desk.run(Command::Recover(true));
    assert_eq!(desk.content(), edited);
}

#[test]
fn a_file_that_somebody_else_changed_is_not_saved_over() {
    let folder = folder();
    let (mut desk, file) = saved(folder.path());
    let mut other = Desk::new(folder.path());
    other.run(Command::Open(file.clone()));
    other.take_out(other.grouped(5));
    other.run(Command::Save);
    let theirs = other.content();
    desk.take_out(desk.grouped(0));
    desk.run(Command::Save);
    assert_eq!(desk.failures(), ["session.changed-on-disk"]);
    assert!(desk.state.is_dirty());
    assert_eq!(crate::project::open(&file).unwrap().content, theirs);
    desk.run(Command::SaveAs(folder.path().join("mine.gpkg")));
    assert!(!desk.state.is_dirty());
}

#[test]
fn a_pack_that_is_not_known_is_told_and_kept() {
    let folder = folder();
    let (mut desk, file) = saved(folder.path());
    let settings = crate::model::Settings { policy: "somewhere-2040".to_owned(), ..desk.state.plan.settings.clone() };
    desk.start(Command::ChangeSettings(Box::new(settings)));
    desk.run(Command::Save);
    let mut desk = Desk::new(folder.path());
    desk.run(Command::Open(file));
    assert_eq!(desk.failures(), ["session.unknown-pack"]);
    assert_eq!(desk.state.plan.settings.policy, "somewhere-2040");
}

#[test]
fn preferences_are_kept_in_their_folder() {
    let folder = folder();
    let mut desk = Desk::new(folder.path());
    desk.run(Command::NextLang);
    let kept = super::load_preferences(&Folders::within(folder.path()));
    assert_eq!(kept, desk.state.preferences);
}

/// Something that a planner does by hand.
fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        (0..156_usize, 0..40_u32).prop_map(|(compound, district)| Deed::Assign(compound, district)),
        (0..156_usize).prop_map(Deed::New),
        (0..40_u32).prop_map(Deed::Remove),
        (0..40_u32, 0..40_u32).prop_map(|(keep, other)| Deed::Merge(keep, other)),
        (0..40_u32).prop_map(Deed::Lock),
        (0..155_usize, any::<bool>()).prop_map(|(a, force)| Deed::Link(a, force)),
        (0..700_u32).prop_map(Deed::RemoveItem),
        (0..80_u8).prop_map(|gap| Deed::Gap(f64::from(gap))),
        Just(Deed::Undo),
        Just(Deed::Redo),
    ]
}

#[derive(Clone, Debug)]
enum Deed {
    Assign(usize, u32),
    New(usize),
    Remove(u32),
    Merge(u32, u32),
    Lock(u32),
    Link(usize, bool),
    RemoveItem(u32),
    Gap(f64),
    Undo,
    Redo,
}

impl Desk {
    fn do_it(&mut self, deed: &Deed) {
        let select = |compound: usize| Command::Select(vec![CompoundId::from_index(compound)], SelectMode::Replace);
        let known = |id: u32| Some(DistrictId(id)).filter(|id| self.state.plan.districts.contains_key(id));
        let commands = match *deed {
            Deed::Assign(compound, district) => vec![select(compound), Command::AssignSelection(known(district))],
            Deed::New(compound) => vec![select(compound), Command::NewDistrict],
            Deed::Remove(id) => known(id).map(Command::RemoveDistrict).into_iter().collect(),
            Deed::Merge(keep, other) => {
                known(keep).zip(known(other)).map(|(a, b)| Command::MergeDistricts(a, b)).into_iter().collect()
            }
            Deed::Lock(id) => known(id)
                .map(|id| {
                    let held = self.state.plan.districts[&id].clone();
                    Command::SetDistrict(id, Box::new(District { locked: !held.locked, ..held }))
                })
                .into_iter()
                .collect(),
            Deed::Link(a, force) => {
                let key = LinkKey::new(CompoundId::from_index(a), CompoundId::from_index(a + 1)).unwrap();
                let rule = if force { LinkRule::Force } else { LinkRule::Forbid };
                vec![Command::SetLink(key, Some(rule), "手动".to_owned())]
            }
            Deed::RemoveItem(id) => {
                let known = self.state.plan.items.contains_key(&ItemId(id));
                known.then(|| Command::RemoveItems(vec![ItemId(id)])).into_iter().collect()
            }
            Deed::Gap(gap_m) => vec![Command::SetGap { gap_m, commit: true }],
            Deed::Undo => vec![Command::Undo],
            Deed::Redo => vec![Command::Redo],
        };
        for command in commands {
            self.start(command);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_can_be_undone_replayed_and_derived_afresh(deeds in prop::collection::vec(deed(), 1..24)) {
        let folder = folder();
        let mut desk = Desk::sample(folder.path());
        let first = desk.content();
        for deed in &deeds {
            desk.do_it(deed);
        }
        desk.runner.settle(&mut desk.state);
        let last = desk.content();
        let state = &desk.state;
        // What is held is what a fresh derivation gives.
        let screened = derive::screened(&state.plan);
        let links = derive::bare_links(&state.plan, crate::session::actions::LARGEST_GAP_M, &crate::base::Silent).unwrap();
        prop_assert_eq!(&**state.derived.screened.fresh(state.revisions.screened()).unwrap(), &screened);
        prop_assert_eq!(&state.derived.links.fresh(state.revisions.links()).unwrap().list, &links.list);
        let lengths = derive::lengths(&state.plan, &crate::base::Silent).unwrap();
        let dug = derive::dug(&state.plan, &crate::base::Silent).unwrap();
        prop_assert_eq!(&**state.derived.dug.fresh(state.revisions.dug()).unwrap(), &dug);
        let quality = derive::quality(&state.plan);
        let basis = derive::Basis { screened: &screened, links: &links, lengths: &lengths, dug: &dug, quality: &quality };
        let findings = derive::findings(&state.plan, &basis);
        prop_assert_eq!(&**state.derived.findings.fresh(state.revisions.findings()).unwrap(), &findings);
        // All undone is the beginning; all redone the end.
        let steps = state.history.done().len();
        for _ in 0..steps {
            desk.start(Command::Undo);
        }
        prop_assert_eq!(desk.content(), first);
        for _ in 0..steps {
            desk.start(Command::Redo);
        }
        prop_assert_eq!(desk.content(), last.clone());
        // A crash here: the journal tells the same story.
        let journalled = desk.runner.settle(&mut desk.state);
        prop_assert!(journalled.is_empty());
        let any = !deeds.is_empty() && steps > 0;
        drop(desk);
        if any {
            let mut desk = Desk::new(folder.path());
            desk.run(Command::Recover(true));
            prop_assert_eq!(desk.content(), last);
        }
    }
}
