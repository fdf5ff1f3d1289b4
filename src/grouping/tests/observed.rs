//! What is seen of a search is sound at every moment, changes nothing, and gets no worse; neither does a search that goes on.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::super::scores::score;
use super::super::*;
use super::{case, path};
use crate::base::{Reporter, Seed, Silent};

/// Wants every `nth` draft, and keeps what it is shown.
struct Onlooker {
    nth: usize,
    asked: AtomicUsize,
    seen: Mutex<Vec<Draft>>,
}

impl Onlooker {
    fn new(nth: usize) -> Self {
        Self { nth, asked: AtomicUsize::new(0), seen: Mutex::default() }
    }

    fn seen(self) -> Vec<Draft> {
        self.seen.into_inner().unwrap()
    }
}

impl Observer for Onlooker {
    fn wants(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.nth)
    }

    fn show(&self, draft: Draft) {
        self.seen.lock().unwrap().push(draft);
    }
}

/// What is wrong with a draft, as with a grouping.
fn faults(problem: &Problem, draft: &Draft) -> Vec<Fault> {
    let left = (0..problem.units()).filter(|unit| problem.eligible[*unit] && draft.district[*unit].is_none());
    let unassigned: Vec<(u32, Unassigned)> = left.map(|unit| (u32::try_from(unit).unwrap(), Unassigned::NoRoom)).collect();
    assert_eq!(unassigned.len(), draft.unassigned);
    let locked = problem.locked.iter().zip(&draft.district).filter_map(|(lock, district)| Some(((*lock)?, (*district)?)));
    let mut locks: Vec<(u32, u32)> = locked.collect();
    locks.sort_unstable();
    locks.dedup();
    let (district, districts) = (draft.district.clone(), draft.districts);
    let mut grouping = Grouping { district, districts, locks, unassigned, ..Grouping::default() };
    score(problem, &mut grouping);
    verify(problem, &grouping)
}

fn last_cost(drafts: &[Draft]) -> Option<f64> {
    drafts.iter().rev().find_map(|draft| draft.improving).map(|improving| improving.cost)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn whatever_is_seen_is_sound_and_changes_nothing(case in case(), nth in 1_usize..6) {
        let problem = case.problem;
        let onlooker = Onlooker::new(nth);
        let Ok(grouping) = solve_observed(&problem, &Silent, &onlooker) else { return Ok(()) };
        prop_assert_eq!(&grouping, &solve(&problem, &Silent).unwrap());
        let seen = onlooker.seen();
        for draft in &seen {
            prop_assert_eq!(faults(&problem, draft), Vec::new());
        }
        let costs: Vec<f64> = seen.iter().filter_map(|draft| draft.improving).map(|improving| improving.cost).collect();
        // The last may be of another search, with more districts or fewer units left over.
        let seen_of_one = costs.split_last().map_or(&[][..], |(_, others)| others);
        prop_assert!(seen_of_one.is_sorted_by(|a, b| a >= b), "{:?}", costs);
        prop_assert!(seen.iter().filter_map(|draft| draft.improving).all(|improving| improving.cost <= improving.now));
        if let Some(last) = seen.last().filter(|_| seen.iter().any(|draft| draft.improving.is_some())) {
            prop_assert_eq!(&last.district, &grouping.district, "the last that is seen is the result");
        }
    }

    #[test]
    fn a_search_that_goes_on_gets_no_worse(case in case(), more in 1_u64..100) {
        let mut problem = case.problem;
        if problem.aim == Aim::Components {
            problem.aim = Aim::Most;
        }
        let first = Onlooker::new(1);
        let built = solve_observed(&problem, &Silent, &first).unwrap();
        problem.start.clone_from(&built.district);
        (problem.go_on, problem.seed) = (true, Seed(problem.seed.0 + more));
        let second = Onlooker::new(1);
        let further = solve_observed(&problem, &Silent, &second).unwrap();
        prop_assert_eq!(verify(&problem, &further), Vec::new());
        prop_assert!(further.districts >= built.districts || problem.aim != Aim::Most);
        if further.districts == built.districts {
            prop_assert!(further.unassigned.len() <= built.unassigned.len());
            if let (Some(before), Some(after), true) =
                (last_cost(&first.seen()), last_cost(&second.seen()), further.unassigned.len() == built.unassigned.len())
            {
                prop_assert!(after <= before + 1e-9 * before.abs(), "{} after {}", after, before);
            }
        }
    }
}

#[test]
fn a_search_that_goes_on_finds_districts_that_the_first_missed() {
    let mut problem = path(&[5.0; 40], Some(10.0), None, Aim::Most);
    problem.start = (0..40).map(|unit| Some(unit / 8)).collect();
    let improved = solve(&problem, &Silent).unwrap();
    assert_eq!(improved.districts, 5, "improved at their number");
    problem.go_on = true;
    let further = solve(&problem, &Silent).unwrap();
    assert_eq!((further.districts, verify(&problem, &further)), (20, Vec::new()));
}

#[test]
fn a_search_was_cut_short_only_when_it_heard_so() {
    struct Stopped;
    impl Reporter for Stopped {
        fn progress(&self, _done: usize, _total: usize) {}
        fn should_stop(&self) -> bool {
            true
        }
    }
    let problem = path(&[5.0; 12], Some(10.0), None, Aim::Most);
    assert!(!solve(&problem, &Silent).unwrap().stopped_early);
    assert!(solve(&problem, &Stopped).unwrap().stopped_early);
    // One district a component needs no search that could be stopped.
    let whole = Problem { aim: Aim::Components, ..problem };
    assert!(!solve(&whole, &Stopped).unwrap().stopped_early);
}
