//! A search for districts while it runs: seen, stopped, kept, gone on with, and of some compounds only.

use std::collections::BTreeSet;

use super::{Desk, folder, households};
use crate::base::{CompoundId, DistrictId};
use crate::command::{Command, FieldBound, GroupRequest, Scope, SelectMode, Step};
use crate::contiguity;
use crate::grouping::Aim;
use crate::model::{Content, District};
use crate::session::{SearchStage, can};

fn request(effort: u32) -> GroupRequest {
    let bound = FieldBound { field: "households".to_owned(), min: Some(1200.0), max: None };
    let similar = vec!["built_year".to_owned()];
    GroupRequest { bounds: vec![bound], aim: Aim::Most, similar, effort, ..GroupRequest::default() }
}

/// A search that ends only when it is told to.
fn endless() -> Command {
    Command::Group(Box::new(request(10_000)))
}

impl Desk {
    /// Starts a search and waits until something is seen of it.
    fn search(&mut self, command: Command) {
        self.start(command);
        while self.state.sketch().is_none() {
            self.runner.poll(&mut self.state);
            std::thread::yield_now();
        }
    }

    fn steps(&self) -> usize {
        self.state.history.done().len()
    }

    fn told(&self) -> Vec<&'static str> {
        self.state.view.toasts.iter().map(|toast| toast.message.key()).collect()
    }
}

/// Districts that hold compounds, with these.
fn members(content: &Content) -> Vec<(DistrictId, BTreeSet<CompoundId>)> {
    let all = content.members_by_district().into_iter().filter(|(_, members)| !members.is_empty());
    all.map(|(id, members)| (id, members.into_iter().collect())).collect()
}

#[test]
fn a_search_that_is_stopped_leaves_the_plan_as_it_was() {
    for command in [Command::StopSearch, Command::CancelJobs] {
        let folder = folder();
        let mut desk = Desk::sample(folder.path());
        let (before, steps) = (desk.content(), desk.steps());
        desk.search(endless());
        assert_eq!(desk.content(), before, "a draft is not the plan");
        assert!(desk.state.open_search().unwrap().can_be_kept());
        desk.start(command);
        assert!(desk.state.search.is_none() && desk.state.sketch().is_none(), "at once");
        desk.runner.settle(&mut desk.state);
        assert_eq!((desk.content(), desk.steps()), (before, steps));
        assert!(desk.failures().is_empty());
    }
}

#[test]
fn the_best_so_far_is_kept_as_one_step_and_gone_on_with() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let (before, steps) = (desk.content(), desk.steps());
    assert!(!can(&desk.state, crate::command::Availability::Searched));
    desk.search(endless());
    let seen = desk.state.sketch().unwrap().draft.clone();
    desk.run(Command::KeepSearch);
    assert_eq!(desk.steps(), steps + 1);
    let search = desk.state.search.as_ref().unwrap();
    assert_eq!(search.stage, SearchStage::Taken { early: true });
    let kept = members(&desk.state.plan);
    assert!(kept.len() >= seen.districts, "what is kept is no worse than what was seen");
    let plan = &desk.state.plan;
    let links = desk.state.derived.links.fresh(desk.state.revisions.links()).unwrap();
    for (_, members) in &kept {
        let members: Vec<CompoundId> = members.iter().copied().collect();
        assert_eq!(contiguity::parts(&members, links, plan.settings.gap_m, &contiguity::carriers(plan)).len(), 1);
        let sum: u32 = members.iter().filter_map(|c| plan.compounds[c.index()].facts.households).sum();
        assert!(sum >= 1200, "{sum}");
    }
    // It goes on from there, and is kept again: one more step, and no fewer districts.
    let first = desk.content();
    desk.search(Command::GoOn);
    assert_eq!(desk.state.search.as_ref().unwrap().request.seed, 2);
    desk.run(Command::KeepSearch);
    assert!(members(&desk.state.plan).len() >= kept.len());
    let better = desk.content() != first;
    assert_eq!(desk.steps(), steps + 1 + usize::from(better));
    assert_eq!(desk.told().contains(&"session.search-no-better"), !better);
    if better {
        desk.run(Command::Undo);
    }
    assert_eq!(desk.content(), first);
    desk.run(Command::Undo);
    assert_eq!(desk.content(), before);
    assert!(desk.state.search_to_go_on().is_none(), "its districts are the plan's no more");
}

#[test]
fn a_search_to_its_end_gets_no_worse_by_going_on() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let costs = |desk: &Desk| -> Vec<(usize, f64)> {
        let trace = &desk.state.search.as_ref().unwrap().trace;
        trace.iter().filter_map(|sight| Some((sight.districts, sight.improving?.cost))).collect()
    };
    desk.run(Command::Group(Box::new(request(2))));
    assert_eq!(desk.state.search.as_ref().unwrap().stage, SearchStage::Taken { early: false });
    let (districts, cost) = *costs(&desk).last().expect("the end is always seen");
    desk.run(Command::GoOn);
    let (further, after) = *costs(&desk).last().unwrap();
    assert!(
        further > districts || (further == districts && after <= cost * (1.0 + 1e-9)),
        "{further} {after}, {districts} {cost}"
    );
    // Without bounds there is one district a cluster, and nothing to go on with.
    desk.run(Command::Group(Box::default()));
    assert!(desk.state.search_to_go_on().is_none());
    let content = desk.content();
    desk.run(Command::GoOn);
    assert_eq!(desk.content(), content);
}

#[test]
fn a_search_is_let_go_when_its_plan_changes_or_closes() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    desk.search(endless());
    desk.take_out(desk.grouped(0));
    let edited = desk.content();
    assert!(desk.state.sketch().is_none(), "it is a draft of another plan");
    desk.runner.settle(&mut desk.state);
    assert_eq!((desk.content(), desk.told().contains(&"session.group-stale")), (edited, true));
    desk.search(endless());
    desk.run(Command::Close);
    assert!(desk.state.search.is_none() && !desk.state.is_open);
    // Another request takes the place of the one that runs.
    desk.run(Command::OpenSample);
    desk.search(endless());
    desk.run(households(1500.0));
    assert_eq!(desk.state.search.as_ref().unwrap().stage, SearchStage::Taken { early: false });
}

#[test]
fn the_map_of_before_gives_way_to_a_search() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    desk.run(Command::Group(Box::new(request(2))));
    desk.run(Command::ToggleBefore);
    assert!(desk.state.view.shows_before);
    desk.search(endless());
    assert!(!desk.state.view.shows_before && !can(&desk.state, crate::command::Availability::Before));
    desk.start(Command::ToggleBefore);
    assert!(!desk.state.view.shows_before, "the map shows what is being found");
    desk.start(Command::StopSearch);
    desk.run(Command::ToggleBefore);
    assert!(desk.state.view.shows_before);
}

#[test]
fn nothing_chosen_is_not_all_chosen() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let some: BTreeSet<CompoundId> = [CompoundId(5), CompoundId(8)].into();
    desk.start(Command::Select(some.iter().copied().collect(), SelectMode::Replace));
    desk.start(Command::GroupOnly(Scope::Compounds));
    let empty = desk.state.plan.next_district_id();
    desk.run(Command::SetDistrict(empty, Box::new(District::numbered(99))));
    assert!(desk.state.plan.districts.contains_key(&empty), "{:?}", desk.failures());
    desk.start(Command::SelectDistrict(Some(empty)));
    desk.start(Command::GroupOnly(Scope::Districts));
    assert_eq!(desk.state.view.only, some, "who was chosen before stays chosen");
    assert!(desk.told().contains(&"session.only-nothing"));
}

#[test]
fn only_what_is_chosen_is_grouped() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    desk.run(Command::Group(Box::new(request(2))));
    let before = desk.content();
    let districts = members(&before);
    // A district with others beside it.
    let beside = |(id, members): &(DistrictId, BTreeSet<CompoundId>)| {
        desk.start(Command::SelectDistrict(Some(*id)));
        desk.start(Command::GroupOnly(Scope::Districts));
        assert_eq!(desk.state.view.only, *members);
        desk.start(Command::SelectDistrict(Some(*id)));
        desk.start(Command::GroupOnly(Scope::Around));
        (desk.state.view.only.len() > members.len()).then(|| (*id, members.clone()))
    };
    let (chosen, first) = districts.iter().find_map(beside).unwrap();
    let only = desk.state.view.only.clone();
    assert!(only.len() > first.len() && only.is_superset(&first) && only.len() < before.compounds.len());
    assert_eq!((desk.state.view.step, desk.state.view.selection.district), (Step::Group, None));
    assert!(districts.iter().all(|(_, members)| members.is_subset(&only) || members.is_disjoint(&only)), "whole districts");
    let bounds = vec![FieldBound { field: "households".to_owned(), min: Some(2500.0), max: None }];
    desk.run(Command::Group(Box::new(GroupRequest { bounds, only: only.clone(), ..request(2) })));
    assert!(desk.failures().is_empty(), "{:?}", desk.failures());
    let after = desk.content();
    assert_ne!(after.assignment, before.assignment);
    for (row, (old, new)) in before.assignment.iter().zip(&after.assignment).enumerate() {
        if !only.contains(&CompoundId::from_index(row)) {
            assert_eq!(old, new);
            let district = |content: &Content| old.and_then(|id| content.districts.get(&id).cloned());
            assert_eq!(district(&before), district(&after));
        }
    }
    for (_, held) in members(&after) {
        assert!(held.is_subset(&only) || held.is_disjoint(&only));
    }
    // Compounds alone: half a district, whose other half stays; a locked one among them stays, too.
    desk.run(Command::Undo);
    let half: Vec<CompoundId> = first.iter().copied().take(first.len() / 2).collect();
    let (locked, held) = districts.iter().find(|(id, _)| *id != chosen).unwrap();
    let lock = District { locked: true, ..desk.state.plan.districts[locked].clone() };
    desk.run(Command::SetDistrict(*locked, Box::new(lock)));
    let before = desk.content();
    desk.start(Command::Select(half.iter().chain(held).copied().collect(), SelectMode::Replace));
    desk.start(Command::GroupOnly(Scope::Compounds));
    let request = GroupRequest { only: desk.state.view.only.clone(), ..GroupRequest::default() };
    desk.run(Command::Group(Box::new(request)));
    let after = desk.content();
    for (row, (old, new)) in before.assignment.iter().zip(&after.assignment).enumerate() {
        let moves = half.contains(&CompoundId::from_index(row));
        assert_eq!(old != new, moves, "compound {row}");
    }
    desk.start(Command::GroupOnly(Scope::All));
    assert!(desk.state.view.only.is_empty());
}
