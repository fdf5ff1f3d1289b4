//! What a grouping leaves over, taken in by every sort of change, and left over again when that is undone.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::grouping::Aim;
use crate::grouping::shortfall::{Change, Fix, Shortfalls};
use crate::i18n::{Lang, tr};
use crate::model::{CommunityRule, Settings};
use crate::session::fixing;

/// The sample at a gap at which much stands alone, grouped within bounds that leave some over.
fn short(folder: &Path, gap_m: f64, (min, max): (f64, Option<f64>)) -> Desk {
    let mut desk = Desk::sample(folder);
    let settings = Settings { gap_m, community: CommunityRule::Forbid, ..desk.content().settings };
    desk.run(Command::ChangeSettings(Box::new(settings)));
    let bound = FieldBound { field: "households".to_owned(), min: Some(min), max };
    desk.run(Command::Group(Box::new(GroupRequest { bounds: vec![bound], aim: Aim::Most, ..GroupRequest::default() })));
    assert_eq!(desk.failures(), Vec::<&str>::new());
    desk
}

/// Some are too many for a maximum, none may cross a limit of communities.
const TIGHT: (f64, (f64, Option<f64>)) = (15.0, (700.0, Some(1200.0)));

/// Districts so large that limits of communities stand in the way.
const LARGE: (f64, (f64, Option<f64>)) = (22.0, (2500.0, None));

fn found(desk: &Desk) -> Arc<Shortfalls> {
    Arc::clone(desk.state.derived.shortfalls.fresh(desk.state.revisions.findings()).unwrap())
}

/// A fix of every sort that there is.
fn sorts(found: &Shortfalls) -> BTreeMap<&'static str, Fix> {
    let all = found.list.iter().flat_map(|shortfall| &shortfall.fixes);
    all.rev().map(|fix| (fix.change.code(), fix.clone())).collect()
}

#[test]
fn every_sort_of_fix_takes_its_compounds_in_as_one_step() {
    let mut met = BTreeSet::new();
    for (gap_m, bounds) in [TIGHT, LARGE] {
        let folder = folder();
        let mut desk = short(folder.path(), gap_m, bounds);
        let left = found(&desk);
        for (sort, fix) in sorts(&left) {
            met.insert(sort);
            take_and_undo(&mut desk, &fix, bounds);
        }
    }
    assert_eq!(met, ["gap", "limit", "link", "maximum", "minimum"].into());
}

fn take_and_undo(desk: &mut Desk, fix: &Fix, (min, max): (f64, Option<f64>)) {
    let (before, left, steps) = (desk.content(), found(desk), desk.state.history.done().len());
    desk.run(Command::TakeFix(Box::new(fix.clone())));
    assert_eq!(desk.failures(), Vec::<&str>::new(), "{fix:?}");
    let after = desk.content();
    assert_eq!(desk.state.history.done().len(), steps + 1, "{fix:?}");
    let district = after.assignment[fix.units[0] as usize];
    assert!(district.is_some() && fix.units.iter().all(|unit| after.assignment[*unit as usize] == district), "{fix:?}");
    assert_eq!(fix.district.map(DistrictId), district.filter(|_| fix.district.is_some()), "{fix:?}");
    let stayed = before.assignment.iter().zip(&after.assignment).all(|(old, new)| old.is_none() || old == new);
    assert!(stayed, "{fix:?}: nobody else is moved");
    let asked = desk.state.asked().unwrap().bounds[0].clone();
    match &fix.change {
        Change::Gap { to_m, .. } => assert!((after.settings.gap_m - to_m).abs() < 1e-9),
        Change::Link { .. } => assert_eq!(after.overrides.len(), before.overrides.len() + 1),
        Change::Limits { .. } => assert_eq!(after.settings.community, CommunityRule::Prefer),
        Change::Minimum(to) => assert_eq!((asked.min, asked.max), (Some(to[0].1), max)),
        Change::Maximum(to) => assert_eq!((asked.min, asked.max), (Some(min), Some(to[0].1))),
        Change::Nothing => {}
    }
    let still = found(desk);
    assert!(!still.list.iter().any(|s| fix.units.iter().any(|unit| s.units.contains(unit))), "{fix:?}");
    desk.run(Command::Undo);
    assert_eq!(desk.content(), before, "{fix:?}");
    assert_eq!(found(desk), left, "{fix:?}: left over again, by what was asked before");
}

#[test]
fn a_fix_of_another_state_of_the_plan_is_not_made() {
    let folder = folder();
    let mut desk = short(folder.path(), TIGHT.0, TIGHT.1);
    let fix = found(&desk).list[0].fixes[0].clone();
    desk.run(Command::TakeFix(Box::new(fix.clone())));
    let (revision, steps) = (desk.state.plan.revision(), desk.state.history.done().len());
    desk.run(Command::TakeFix(Box::new(fix)));
    assert_eq!((desk.state.plan.revision(), desk.state.history.done().len()), (revision, steps));
    assert!(desk.state.view.toasts.iter().any(|toast| toast.message.key() == "session.fix-stale"));
}

#[test]
fn what_the_hand_takes_out_is_left_over_and_has_room_where_it_was() {
    let folder = folder();
    let mut desk = short(folder.path(), TIGHT.0, TIGHT.1);
    let left = found(&desk);
    let compound = desk.grouped(0);
    let district = desk.content().assignment[compound];
    desk.take_out(compound);
    desk.runner.settle(&mut desk.state);
    let found = found(&desk);
    let unit = u32::try_from(compound).unwrap();
    let shortfall = found.list.iter().find(|s| s.units.contains(&unit)).unwrap();
    assert!(
        shortfall.fixes.iter().any(|fix| fix.district == district.map(|id| id.0) || fix.change == Change::Nothing),
        "{shortfall:?}"
    );
    // Before anything is asked, nothing is missed.
    desk.run(Command::OpenSample);
    assert!(desk.state.derived.shortfalls.get().is_none() && !left.list.is_empty());
}

#[test]
fn a_value_that_cannot_be_summed_is_told_by_the_name_of_its_compound() {
    let mut content = short(folder().path(), TIGHT.0, TIGHT.1).content();
    let compounds = Arc::make_mut(&mut content.compounds);
    compounds[3].extra = [("rooms".to_owned(), serde_json::Value::from(-4))].into_iter().collect();
    let label = compounds[3].label().to_owned();
    let screened = derive::screened(&content);
    let bound = FieldBound { field: "rooms".to_owned(), min: Some(1.0), max: None };
    let request = GroupRequest { bounds: vec![bound], ..GroupRequest::default() };
    content.settings.all = true;
    let error = crate::session::actions::group_problem(&content, &screened, &contiguity::Links::default(), &request);
    for lang in Lang::ALL {
        let told = tr(lang, error.as_ref().unwrap_err());
        assert!(told.contains(&label) && told.contains("−4"), "{told}");
    }
}

#[test]
fn every_fix_has_words_in_both_languages() {
    let folder = folder();
    let desk = short(folder.path(), TIGHT.0, TIGHT.1);
    let found = found(&desk);
    for fix in sorts(&found).values() {
        for lang in Lang::ALL {
            let words = [fixing::button(&desk.state.plan, &found, fix), fixing::fix_message(&desk.state.plan, &found, fix)];
            let words = words.map(|message| tr(lang, &message));
            assert!(words.iter().all(|words| !words.is_empty() && !words.contains(['{', '⟦'])), "{words:?}");
            let latin = |c: char| c.is_ascii_alphabetic() && c != 'm';
            assert!(lang == Lang::En || !words.iter().any(|words| words.contains(latin)), "{words:?}");
        }
    }
}
