//! The last grouping measured: against the districts before, after edits by hand, and until the compounds are others.

use super::*;
use crate::session::Measured;

/// A grouping of the sample that must move many compounds.
fn request() -> Command {
    let bound = FieldBound { field: "households".to_owned(), min: Some(600.0), max: Some(6_000.0) };
    Command::Group(Box::new(GroupRequest {
        bounds: vec![bound],
        aim: crate::grouping::Aim::Most,
        similar: vec!["built_year".to_owned()],
        effort: 2,
        ..GroupRequest::default()
    }))
}

fn measured(desk: &Desk) -> Measured {
    let key = desk.state.measured_key().unwrap();
    desk.state.derived.measured.fresh(key).unwrap().as_ref().as_ref().unwrap().clone()
}

#[test]
fn a_grouping_is_measured_against_the_districts_before() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let (assignment, districts) = (desk.state.plan.assignment.clone(), desk.state.plan.districts.clone());
    desk.run(request());
    let outcome = desk.state.outcome.clone().unwrap();
    let former = outcome.before.clone().unwrap();
    assert_eq!((former.assignment, former.districts), (assignment, districts));
    assert!(!outcome.is_edited(&desk.state.plan));
    let found = measured(&desk);
    let (before, now) = (found.before.clone().unwrap(), found.now.clone());
    assert!(now.figures.within_bounds() && now.figures.districts <= found.reach.most.unwrap());
    assert!(before.figures.districts > 0 && before.figures != now.figures);
    // The figures of before are those of the same districts when they are the plan's again.
    desk.run(Command::Undo);
    let undone = measured(&desk);
    assert_eq!(undone.now, before);
    assert_eq!(undone.before.unwrap(), before);
    desk.run(Command::Redo);
    assert_eq!(measured(&desk).now, now);
    for measures in [&before, &now] {
        assert_eq!(measures.compactness.len(), measures.figures.districts);
        let (mean, worst) = (measures.mean(|c| c.reock).unwrap(), measures.worst(|c| c.reock).unwrap().1);
        assert!(worst > 0.0 && worst <= mean && mean <= 1.0);
        let households = measures.households.unwrap();
        assert!(households.least <= households.median && households.median <= households.largest);
    }
}

/// A minimum that a fix has lowered is the minimum that districts are held to, as long as the fix stands.
#[test]
fn the_card_follows_the_bounds_that_a_fix_changes() {
    use crate::grouping::shortfall::Change;
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let settings = crate::model::Settings { gap_m: 15.0, ..desk.content().settings };
    desk.run(Command::ChangeSettings(Box::new(settings)));
    desk.run(request());
    let least = |desk: &Desk| measured(desk).bounds[0].min;
    let found = Arc::clone(desk.state.derived.shortfalls.get().unwrap());
    let lower = found.list.iter().flat_map(|left| &left.fixes).find(|fix| matches!(fix.change, Change::Minimum(_))).unwrap();
    let Change::Minimum(to) = &lower.change else { unreachable!() };
    assert_eq!(least(&desk), Some(600.0));
    desk.run(Command::TakeFix(Box::new(lower.clone())));
    assert_eq!(desk.failures(), Vec::<&str>::new());
    assert_eq!((least(&desk), measured(&desk).now.figures.within_bounds()), (Some(to[0].1), true));
    desk.run(Command::Undo);
    assert_eq!(least(&desk), Some(600.0));
    desk.run(Command::Undo);
    assert_eq!(least(&desk), Some(600.0), "the card is still of the grouping that was undone");
}

#[test]
fn edits_by_hand_change_the_figures_of_now_alone() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    desk.run(request());
    let first = measured(&desk);
    desk.run(Command::ToggleBefore);
    assert!(desk.state.view.shows_before);
    let compound = desk.grouped(3);
    desk.take_out(compound);
    desk.runner.settle(&mut desk.state);
    assert!(!desk.state.view.shows_before, "an edit goes back to now");
    let outcome = desk.state.outcome.clone().unwrap();
    assert!(outcome.is_edited(&desk.state.plan));
    let second = measured(&desk);
    assert_eq!((&second.before, second.now.left), (&first.before, first.now.left + 1));
    // What is carried over equals what is made anew.
    let fresh = contiguity::compactness_by_district(&desk.state.plan);
    assert_eq!(second.now.compactness, fresh);
    // Another gap closes other gaps.
    desk.run(Command::SetGap { gap_m: 12.0, commit: true });
    assert_ne!(measured(&desk).now.compactness, fresh);
    desk.run(Command::OpenSample);
    assert!(desk.state.outcome.is_none() && desk.state.measured_key().is_none());
}

#[test]
fn without_districts_before_there_is_nothing_to_go_back_to() {
    let folder = folder();
    let mut desk = Desk::sample(folder.path());
    let ids: Vec<DistrictId> = desk.state.plan.districts.keys().copied().collect();
    for id in ids {
        desk.start(Command::RemoveDistrict(id));
    }
    desk.run(request());
    assert!(measured(&desk).before.is_none());
    desk.run(Command::ToggleBefore);
    assert!(!desk.state.view.shows_before);
    assert!(!crate::session::can(&desk.state, crate::command::Availability::Before));
}
