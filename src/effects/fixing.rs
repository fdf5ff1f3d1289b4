//! Making a fix for what is left over: a grouping with the change, once links are there.

use std::sync::Arc;

use super::derivations::content_of;
use crate::base::Message;
use crate::grouping::{self, shortfall::Fix};
use crate::jobs::{Outcome, Slot, Wake};
use crate::session::{Answer, State, derive, fixing};

/// The fix that is being made, and the one that waits for the links.
#[derive(Default)]
pub(super) struct Fixing {
    slot: Slot<Answer>,
    wanted: Option<Box<Fix>>,
}

impl Fixing {
    pub(super) fn want(&mut self, fix: Box<Fix>) {
        self.wanted = Some(fix);
    }

    /// Starts what waits, once the links are there.
    pub(super) fn start_when_ready(&mut self, state: &State, wake: &Wake) {
        let Some(links) = state.derived.links.fresh(state.revisions.links()).cloned() else { return };
        let (Some(fix), Some(request)) = (self.wanted.take(), state.asked().cloned()) else { return };
        let (content, revision) = (content_of(state), state.plan.revision());
        self.slot.start("fix", Arc::clone(wake), move |shared| {
            let screened = derive::screened(&content);
            let made = || {
                let problem = fixing::fixed_problem(&content, &screened, &links, &request, &fix)?;
                let grouping = grouping::solve(&problem, shared).map_err(|error| error.message())?;
                if let Some(fault) = grouping::verify(&problem, &grouping).first() {
                    let fault = fault.message(|bound| fixing::field_words(&problem.fields[problem.bounds[bound].field].name));
                    return Err(Message::new("session.group-faulty").nested("fault", fault));
                }
                Ok(grouping.district)
            };
            match made() {
                Ok(district) => Answer::Fixed { fix, district, revision },
                Err(message) => Answer::Failed(message),
            }
        });
    }

    pub(super) fn take(&mut self) -> Outcome<Answer> {
        self.slot.take()
    }

    pub(super) fn cancel(&mut self) {
        self.slot.cancel();
        self.wanted = None;
    }

    /// How far it has come.
    pub(super) fn steps(&self) -> Option<(usize, usize)> {
        self.slot.steps().or(self.wanted.as_ref().map(|_| (0, 0)))
    }
}
