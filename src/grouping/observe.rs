//! What is seen of a search while it goes on: the best districts so far, every time a whole grouping within all bounds.
//!
//! The search asks its [`Observer`] before it copies anything, and takes nothing from it: whoever looks on, the result is the
//! same. Clock and pace are the observer's.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::limits::Limits;
use super::order::Order;
use super::part::{NONE, Part};
use super::prepare::Prepared;
use super::problem::Problem;
use super::regions::Regions;
use super::solve::{assemble, beats};
use super::tree::Cut;
use crate::base::{Reporter, Silent};

/// Districts in the making. They are connected and within all bounds, but for the count that was asked for, which is
/// reached once districts are improved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// District of each unit, `0..districts` in the order of their first units.
    pub district: Vec<Option<u32>>,
    /// Count of districts, locked ones among them.
    pub districts: usize,
    /// Eligible units without a district.
    pub unassigned: usize,
    /// How far their improvement has come; `None` while districts are built.
    pub improving: Option<Improving>,
}

/// How far the improvement of districts has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Improving {
    /// The objective of the draft, the least so far; its unit is that of the weights.
    pub cost: f64,
    /// That of the districts among which the search is, which may be worse.
    pub now: f64,
    /// Rounds done.
    pub round: usize,
    /// Rounds in all.
    pub rounds: usize,
}

/// Looks on while districts are searched. Called from several threads.
pub trait Observer: Sync {
    /// Whether a draft is wanted now. Whoever hears yes makes one, so that the next is asked for it no more.
    fn wants(&self) -> bool;

    /// Takes a draft: one that was wanted, or the last of all.
    fn show(&self, draft: Draft);
}

impl Observer for Silent {
    fn wants(&self) -> bool {
        false
    }

    fn show(&self, _draft: Draft) {}
}

/// The observer of one search with all that a draft is made of. Passes on what the reporter says, and remembers when that
/// was to stop.
pub(super) struct Watch<'a> {
    problem: &'a Problem,
    order: Option<&'a Order>,
    prepared: &'a Prepared,
    reporter: &'a dyn Reporter,
    observer: &'a dyn Observer,
    stopped: AtomicBool,
    /// Regions of each part that are the best so far, while they are built.
    built: Mutex<Vec<Option<Regions>>>,
}

impl Reporter for Watch<'_> {
    fn progress(&self, done: usize, total: usize) {
        self.reporter.progress(done, total);
    }

    fn should_stop(&self) -> bool {
        let stop = self.reporter.should_stop();
        if stop {
            self.stopped.store(true, Ordering::Relaxed);
        }
        stop
    }
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        problem: &'a Problem,
        order: Option<&'a Order>,
        prepared: &'a Prepared,
        (reporter, observer): (&'a dyn Reporter, &'a dyn Observer),
    ) -> Self {
        let built = Mutex::new(vec![None; prepared.parts.len()]);
        Self { problem, order, prepared, reporter, observer, stopped: AtomicBool::new(false), built }
    }

    /// Whether anything was cut short.
    pub(super) fn was_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Where a part is built.
    pub(super) fn site(&'a self, at: usize, limits: &'a Limits, cut: Cut) -> Site<'a> {
        Site { watch: self, at, limits, cut }
    }

    /// Shows regions that are improved, when that is wanted or when they are the last.
    pub(super) fn improve(&self, regions: &[Regions], improving: Improving) {
        if improving.round == improving.rounds || self.observer.wants() {
            self.show(&regions.iter().map(|own| own.label.as_slice()).collect::<Vec<_>>(), Some(improving));
        }
    }

    /// Shows the best of several searches, of which one was seen; more districts or fewer units left over may cost more.
    pub(super) fn found(&self, regions: &[Regions], cost: f64) {
        let improving = Improving { cost, now: cost, round: 1, rounds: 1 };
        self.show(&regions.iter().map(|own| own.label.as_slice()).collect::<Vec<_>>(), Some(improving));
    }

    fn show(&self, labels: &[&[u32]], improving: Option<Improving>) {
        let made = assemble(self.problem, self.prepared, labels, self.order);
        let rows = self.problem.eligible.iter().zip(&made.district);
        let unassigned = rows.filter(|(eligible, district)| **eligible && district.is_none()).count();
        self.observer.show(Draft { district: made.district, districts: made.districts, unassigned, improving });
    }
}

/// One part while its regions are built.
pub(super) struct Site<'a> {
    watch: &'a Watch<'a>,
    at: usize,
    limits: &'a Limits,
    cut: Cut,
}

impl Site<'_> {
    pub(super) fn should_stop(&self) -> bool {
        self.watch.should_stop()
    }

    /// Shows regions as far as they have come, when that is wanted.
    pub(super) fn show(&self, part: &Part, regions: impl FnOnce() -> Regions) {
        if self.watch.observer.wants() {
            let mut regions = regions();
            regions.absorb(part, self.limits);
            self.offer(regions, true);
        }
    }

    /// Takes regions that are done.
    pub(super) fn done(&self, regions: &Regions) {
        self.offer(regions.clone(), self.watch.observer.wants());
    }

    fn offer(&self, regions: Regions, wanted: bool) {
        let mut built = self.watch.built.lock().unwrap_or_else(PoisonError::into_inner);
        let held = &mut built[self.at];
        if held.as_ref().is_none_or(|held| beats(self.cut, &regions, held)) {
            *held = Some(regions);
        }
        if wanted {
            // Of a part of which nothing is built yet, no unit has a region.
            let waiting = |(own, part): (&Option<Regions>, &Part)| vec![NONE; if own.is_some() { 0 } else { part.len() }];
            let nothing: Vec<Vec<u32>> = built.iter().zip(&self.watch.prepared.parts).map(waiting).collect();
            let labels =
                built.iter().zip(&nothing).map(|(own, nothing)| own.as_ref().map_or(nothing, |own| &own.label).as_slice());
            self.watch.show(&labels.collect::<Vec<_>>(), None);
        }
    }
}
