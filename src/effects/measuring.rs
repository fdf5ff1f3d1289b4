//! The last grouping measured, and the picture of the districts before it: each made by a job whenever its key is stale.

use std::sync::Arc;

use super::derivations::{Keyed, content_of, is_due, keep};
use crate::base::{Cancelled, Message, Reporter};
use crate::jobs::{Slot, Wake};
use crate::map::DistrictScene;
use crate::session::outcome::{MeasureInput, measure};
use crate::session::{Against, Derived, Measured, State};

/// The jobs of the last grouping, one slot a kind.
#[derive(Default)]
pub(super) struct Measuring {
    measured: Slot<Keyed<Result<Measured, Message>>>,
    former: Slot<Keyed<DistrictScene>>,
    others: Slot<Keyed<DistrictScene>>,
    /// Keys of those under way, so that each is asked for once.
    asked: (Option<u64>, Option<u64>, Option<u64>),
}

impl Measuring {
    /// Takes what is finished; `true` when a job was lost.
    pub(super) fn take(&mut self, derived: &mut Derived) -> bool {
        let lost = keep(&mut self.measured, &mut derived.measured);
        let lost = keep(&mut self.former, &mut derived.former) || lost;
        keep(&mut self.others, &mut derived.others) || lost
    }

    /// Starts what is stale and can be made; the picture where somebody draws it.
    pub(super) fn start_stale(&mut self, state: &State, wake: &Wake, draws: bool) {
        self.start_measure(state, wake);
        if draws {
            self.start_former(state, wake);
            self.start_others(state, wake);
        }
    }

    fn start_measure(&mut self, state: &State, wake: &Wake) {
        let revisions = &state.revisions;
        let (Some(key), Some(outcome)) = (state.measured_key(), state.outcome.clone()) else { return };
        let links = state.derived.links.fresh(revisions.links()).cloned();
        let screened = state.derived.screened.fresh(revisions.screened()).cloned();
        let (Some(links), Some(screened)) = (links, screened) else { return };
        if is_due(&state.derived.measured, &mut self.asked.0, key) {
            let (content, last) = (content_of(state), state.derived.measured.get().cloned());
            let bounds = state.outcome_bounds().unwrap_or_default().to_vec();
            self.measured.start("measure", Arc::clone(wake), move |shared| {
                let last = last.as_deref().and_then(|last| last.as_ref().ok());
                let (content, links, outcome, bounds) = (&content, &*links, &*outcome, bounds.as_slice());
                let input = MeasureInput { content, screened: &screened, links, outcome, bounds, last };
                let measured = measure(&input, shared);
                (key, if shared.should_stop() { Err(Cancelled) } else { Ok(measured) })
            });
        }
    }

    /// After the picture of the plan's own districts, of which it takes over what stayed.
    fn start_former(&mut self, state: &State, wake: &Wake) {
        let scene = state.derived.scene.fresh(state.revisions.scene());
        let districts = state.derived.districts.fresh(state.revisions.district_scene());
        let (Some(key), Some(scene), Some(districts)) = (state.former_key(), scene, districts) else { return };
        let Some(former) = state.outcome.as_ref().and_then(|outcome| outcome.before.as_ref()) else { return };
        if is_due(&state.derived.former, &mut self.asked.1, key) {
            let (content, anchor, districts) = (former.shown_in(&state.plan), scene.anchor, Arc::clone(districts));
            self.former.start("former", Arc::clone(wake), move |_| (key, Ok(districts.rebuilt(&content, anchor))));
        }
    }

    /// The picture of another grouping, while it is looked at.
    fn start_others(&mut self, state: &State, wake: &Wake) {
        let scene = state.derived.scene.fresh(state.revisions.scene());
        let districts = state.derived.districts.fresh(state.revisions.district_scene());
        let beside = state.beside().filter(|beside| beside.against == Against::Other);
        let (Some(beside), Some(scene), Some(districts)) = (beside, scene, districts) else { return };
        if is_due(&state.derived.others, &mut self.asked.2, beside.key) {
            let (content, anchor, districts) = (beside.shown_in(&state.plan), scene.anchor, Arc::clone(districts));
            let key = beside.key;
            self.others.start("others", Arc::clone(wake), move |_| (key, Ok(districts.rebuilt(&content, anchor))));
        }
    }

    /// How far each has come, by the name of its job.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&'static str, Option<(usize, usize)>)> {
        let slots = [
            ("session.job-measure", self.measured.steps()),
            ("session.job-scene", self.former.steps()),
            ("session.job-scene", self.others.steps()),
        ];
        slots.into_iter()
    }
}
