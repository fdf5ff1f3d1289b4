//! A search for districts as the window follows it: what was asked, the best so far as a draft, and how it came about.
//!
//! The plan stays as it is until a result is taken, which is one step of the history. A search whose plan has changed
//! meanwhile is let go.

use std::sync::Arc;

use super::{Effect, State, only};
use crate::base::Message;
use crate::command::{Command, GroupRequest};
use crate::grouping::{Aim, Draft, Improving};
use crate::map::ClusterSign;

/// Points that are kept of the way a search took; of more every other one.
const MOST_SIGHTS: usize = 2_000;

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchStage {
    /// It waits for the links.
    Waiting,
    /// It runs.
    Running,
    /// It was asked to end with the best so far.
    Ending,
    /// Its result is in the plan.
    Taken {
        /// It was ended before it was done.
        early: bool,
    },
}

/// What was seen of a search at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Since its beginning.
    pub seconds: f64,
    /// Districts of the draft.
    pub districts: usize,
    /// The objective, once districts are improved.
    pub improving: Option<Improving>,
}

/// The best districts so far, made ready to draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// The districts.
    pub draft: Draft,
    /// What each compound wears of its district, by row; empty where nobody draws.
    pub signs: Vec<ClusterSign>,
}

/// A search for districts.
#[derive(Clone, Debug)]
pub struct Search {
    /// What was asked.
    pub request: GroupRequest,
    /// Revision of the plan that it is for; once its result is taken, that of the plan with it.
    pub revision: u64,
    /// How far it is.
    pub stage: SearchStage,
    /// The best so far.
    pub sketch: Option<Arc<Sketch>>,
    /// Counts the sketches, for caches.
    pub sketches: u64,
    /// How it came about.
    pub trace: Vec<Sight>,
}

impl Search {
    /// A search that has not begun.
    #[must_use]
    pub fn new(request: GroupRequest, revision: u64) -> Self {
        Self { request, revision, stage: SearchStage::Waiting, sketch: None, sketches: 0, trace: Vec::new() }
    }

    /// Whether it is still to bring a result.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.stage, SearchStage::Taken { .. })
    }

    /// Whether the best so far can be taken.
    #[must_use]
    pub fn can_be_kept(&self) -> bool {
        self.stage == SearchStage::Running && self.sketch.is_some()
    }

    /// Takes what was seen since the last time.
    pub fn see(&mut self, sights: Vec<Sight>, sketch: Option<Arc<Sketch>>) {
        self.trace.extend(sights);
        if self.trace.len() > MOST_SIGHTS {
            let mut odd = false;
            self.trace.retain(|_| {
                odd = !odd;
                odd
            });
        }
        if let Some(sketch) = sketch {
            self.sketch = Some(sketch);
            self.sketches += 1;
        }
    }

    /// The search once its result is in a plan of that revision.
    #[must_use]
    pub fn taken(self, revision: u64, early: bool) -> Self {
        Self { revision, stage: SearchStage::Taken { early }, ..self }
    }
}

impl State {
    /// The search, while its result is still to come.
    #[must_use]
    pub fn open_search(&self) -> Option<&Search> {
        self.search.as_ref().filter(|search| search.is_open())
    }

    /// The best so far of a search that is under way, while it is one of the plan as it stands.
    #[must_use]
    pub fn sketch(&self) -> Option<&Arc<Sketch>> {
        let search = self.open_search().filter(|search| search.revision == self.plan.revision());
        search?.sketch.as_ref()
    }

    /// The search whose result is the plan's grouping, if it can go on.
    #[must_use]
    pub fn search_to_go_on(&self) -> Option<&Search> {
        let search = self.search.as_ref().filter(|search| !search.is_open() && search.revision == self.plan.revision());
        search.filter(|search| search.request.aim != Aim::Components)
    }
}

/// Commands on the search; gives back any other.
pub(super) fn change_search(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::Group(request) => begin(state, *request),
        Command::StopSearch if state.open_search().is_some() => {
            let_go(state);
            state.tell(Message::new("session.search-stopped"));
            vec![Effect::StopSearch]
        }
        Command::KeepSearch => match state.search.as_mut().filter(|search| search.can_be_kept()) {
            Some(search) => {
                search.stage = SearchStage::Ending;
                vec![Effect::KeepSearch]
            }
            None => Vec::new(),
        },
        Command::GoOn => match state.search_to_go_on() {
            Some(search) => {
                let seed = search.request.seed.wrapping_add(1);
                let request = GroupRequest { seed, improve: true, go_on: true, ..search.request.clone() };
                begin(state, request)
            }
            None => Vec::new(),
        },
        Command::StopSearch => Vec::new(),
        Command::GroupOnly(scope) => {
            only::choose(state, scope);
            Vec::new()
        }
        other => return Err(other),
    };
    Ok(effects)
}

/// Begins to search for districts.
pub(super) fn begin(state: &mut State, request: GroupRequest) -> Vec<Effect> {
    if !state.is_open {
        return Vec::new();
    }
    state.view.shows_before = false;
    state.search = Some(Search::new(request.clone(), state.plan.revision()));
    vec![Effect::Group(Box::new(request))]
}

/// Forgets a search that is under way; its job is to be stopped by the caller.
pub(super) fn let_go(state: &mut State) {
    if state.open_search().is_some() {
        state.search = None;
    }
}
