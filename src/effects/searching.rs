//! The search for districts as a job: waits for the links, hands over the best so far while it runs, ends early with it or
//! without, and is let go when its plan changes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::files;
use crate::base::Message;
use crate::command::GroupRequest;
use crate::contiguity::{Links, Neighbours};
use crate::grouping::{Draft, Observer, Problem};
use crate::jobs::{Outcome, Shared, Slot, Wake};
use crate::map::colour_grouping;
use crate::session::{Answer, SearchStage, Sight, Sketch, State, actions, derive};

/// Least time between two drafts.
const INTERVAL: Duration = Duration::from_millis(100);

/// Of the time of a search at most one part in so many goes into drafts.
const SHARE: u32 = 10;

/// Districts whose compounds are linked at this gap wear different hues, m.
const NEAR_M: f64 = 80.0;

/// The search that runs or waits.
#[derive(Default)]
pub(super) struct Searching {
    slot: Slot<Answer>,
    wanted: Option<Box<GroupRequest>>,
    seen: Arc<Seen>,
}

impl Searching {
    /// Searches as soon as the links are there.
    pub(super) fn want(&mut self, request: Box<GroupRequest>) {
        // What ran before would be taken for the result of this one.
        self.slot.cancel();
        self.wanted = Some(request);
    }

    /// Lets the search go; nothing comes of it.
    pub(super) fn stop(&mut self) {
        self.slot.cancel();
        self.wanted = None;
    }

    /// Ends the search with the best so far.
    pub(super) fn keep(&self) {
        self.slot.conclude();
    }

    /// How far it is.
    pub(super) fn steps(&self) -> Option<(usize, usize)> {
        self.slot.steps().or(self.wanted.as_ref().map(|_| (0, 0)))
    }

    /// Hands over what was seen, and the result when there is one.
    pub(super) fn take(&mut self, state: &mut State) -> Outcome<Answer> {
        if self.slot.is_running() && !self.is_of_the_plan(state) {
            self.slot.cancel();
            return Outcome::Nothing;
        }
        let outcome = self.slot.take();
        let (sights, sketch) = self.seen.take();
        if let Some(search) = state.search.as_mut().filter(|search| search.is_open()) {
            search.see(sights, sketch);
        }
        if matches!(outcome, Outcome::Done(Answer::Failed(_)) | Outcome::Lost) {
            state.search = None;
        }
        outcome
    }

    /// Whether the search is one of the plan as it stands; else it is forgotten, and told.
    fn is_of_the_plan(&self, state: &mut State) -> bool {
        let Some(search) = state.open_search() else { return false };
        let is_current = self.wanted.is_some() || search.revision == state.plan.revision();
        if !is_current {
            state.search = None;
            state.tell(Message::new("session.group-stale"));
        }
        is_current
    }

    /// Starts what is wanted, once the links are there. `draws` says whether drafts are drawn.
    pub(super) fn start_when_ready(&mut self, state: &mut State, wake: &Wake, draws: bool) {
        let Some(links) = state.derived.links.fresh(state.revisions.links()).cloned() else { return };
        let Some(request) = self.wanted.take() else { return };
        let screened = derive::screened(&state.plan);
        match actions::group_problem(&state.plan, &screened, &links, &request) {
            Ok(problem) => {
                let revision = state.plan.revision();
                if let Some(search) = &mut state.search {
                    (search.revision, search.stage) = (revision, SearchStage::Running);
                }
                self.seen = Arc::default();
                let seen = Arc::clone(&self.seen);
                self.slot.start("group", Arc::clone(wake), move |shared| {
                    solve(&problem, &links, revision, (shared, &seen, draws)).unwrap_or_else(Answer::Failed)
                });
            }
            Err(message) => {
                state.search = None;
                state.tell_failure(message);
            }
        }
    }
}

fn solve(
    problem: &Problem,
    links: &Links,
    revision: u64,
    (shared, seen, draws): (&Shared, &Seen, bool),
) -> Result<Answer, Message> {
    let neighbours = draws.then(|| Neighbours::new(problem.units(), links, NEAR_M));
    files::solve(problem, revision, shared, &Onlooker { seen, neighbours, begun: Instant::now() })
}

/// What the window has not taken yet.
#[derive(Default)]
struct Seen {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// When the last draft was asked for, and how long it took to make.
    last: Option<(Instant, Duration)>,
    sights: Vec<Sight>,
    sketch: Option<Arc<Sketch>>,
    is_new: bool,
}

impl Seen {
    fn take(&self) -> (Vec<Sight>, Option<Arc<Sketch>>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let sketch = std::mem::take(&mut held.is_new).then(|| held.sketch.clone()).flatten();
        (std::mem::take(&mut held.sights), sketch)
    }
}

/// Keeps the newest draft, at a pace that costs the search little.
struct Onlooker<'a> {
    seen: &'a Seen,
    neighbours: Option<Neighbours>,
    begun: Instant,
}

impl Observer for Onlooker<'_> {
    fn wants(&self) -> bool {
        // Who is busy with a draft holds no lock, so that nobody waits here.
        let Ok(mut held) = self.seen.held.try_lock() else { return false };
        let is_due = held.last.is_none_or(|(at, took)| at.elapsed() >= INTERVAL.max(took * SHARE));
        if is_due {
            held.last = Some((Instant::now(), Duration::ZERO));
        }
        is_due
    }

    fn show(&self, draft: Draft) {
        let before = self.seen.held.lock().unwrap_or_else(PoisonError::into_inner).sketch.clone();
        let signs = self.neighbours.as_ref().map(|neighbours| {
            colour_grouping(&draft.district, neighbours, before.as_ref().map_or(&[], |sketch| sketch.signs.as_slice()))
        });
        let seconds = self.begun.elapsed().as_secs_f64();
        let sight = Sight { seconds, districts: draft.districts, improving: draft.improving };
        let sketch = Arc::new(Sketch { draft, signs: signs.unwrap_or_default() });
        let mut held = self.seen.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.sights.push(sight);
        (held.sketch, held.is_new) = (Some(sketch), true);
        held.last = held.last.map(|(at, _)| (at, at.elapsed()));
    }
}
