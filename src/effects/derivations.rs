//! Values that follow from the plan, each made by a job of its own whenever its key is stale: links, lengths, findings, pictures.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::measuring::Measuring;
use crate::base::{Cancelled, DistrictId, Message};
use crate::checks::Finding;
use crate::composition::FacilityRow;
use crate::contiguity::{Dendrogram, LinkGraph, Links, Offer};
use crate::coordination::dig::Dug;
use crate::grouping::shortfall::Shortfalls;
use crate::jobs::{Outcome, Slot, Wake};
use crate::map::{Checked, DistrictScene, Looked, Scene};
use crate::model::Content;
use crate::pipes::PipeLengths;
use crate::pipes::survey::Quality;
use crate::screening::Screened;
use crate::session::{Stamped, State, actions, derive, fixing};

/// A derived value with the key it was asked for.
pub(super) type Keyed<T> = (u64, Result<T, Cancelled>);

/// The derivations under way. One slot a kind of value.
#[derive(Default)]
pub(super) struct Derivations {
    links: Slot<Keyed<LinkGraph>>,
    forest: Slot<Keyed<Dendrogram>>,
    lengths: Slot<Keyed<PipeLengths>>,
    dug: Slot<Keyed<Dug>>,
    quality: Slot<Keyed<Quality>>,
    offers: Slot<Keyed<Vec<Offer>>>,
    facilities: Slot<Keyed<BTreeMap<DistrictId, Vec<FacilityRow>>>>,
    findings: Slot<Keyed<Vec<Finding>>>,
    shortfalls: Slot<Keyed<Shortfalls>>,
    scene: Slot<Keyed<Scene>>,
    districts: Slot<Keyed<DistrictScene>>,
    looked: Slot<Keyed<Looked>>,
    measuring: Measuring,
    asked: Asked,
}

/// Keys of the derivations under way, so that each is asked for once.
#[derive(Default)]
struct Asked {
    links: Option<u64>,
    forest: Option<u64>,
    lengths: Option<u64>,
    dug: Option<u64>,
    quality: Option<u64>,
    offers: Option<u64>,
    facilities: Option<u64>,
    findings: Option<u64>,
    shortfalls: Option<u64>,
    scene: Option<u64>,
    districts: Option<u64>,
    looked: Option<u64>,
}

impl Derivations {
    /// Takes what is finished.
    pub(super) fn take(&mut self, state: &mut State) {
        let derived = &mut state.derived;
        let mut lost = false;
        lost |= keep(&mut self.links, &mut derived.graph);
        derived.take_links();
        lost |= keep(&mut self.forest, &mut derived.forest);
        lost |= keep(&mut self.lengths, &mut derived.lengths);
        lost |= keep(&mut self.dug, &mut derived.dug);
        lost |= keep(&mut self.quality, &mut derived.quality);
        lost |= keep(&mut self.offers, &mut derived.offers);
        lost |= keep(&mut self.facilities, &mut derived.facilities);
        lost |= keep(&mut self.findings, &mut derived.findings);
        lost |= keep(&mut self.shortfalls, &mut derived.shortfalls);
        lost |= keep(&mut self.scene, &mut derived.scene);
        lost |= keep(&mut self.districts, &mut derived.districts);
        lost |= keep(&mut self.looked, &mut derived.looked);
        lost |= self.measuring.take(derived);
        if lost {
            state.tell_failure(Message::new("session.job-lost"));
        }
    }

    /// Starts what is stale and can be made; pictures where somebody draws them.
    pub(super) fn start_stale(&mut self, state: &mut State, wake: &Wake, draws: bool) {
        let revisions = state.revisions.clone();
        if !state.derived.screened.is_fresh(revisions.screened()) {
            let screened = derive::screened(&state.plan);
            state.derived.set_screened(revisions.screened(), screened);
        }
        let Some(screened) = state.derived.screened.get().cloned() else { return };
        self.start_sources(state, wake);
        if draws {
            if !state.derived.item_counts.is_fresh(revisions.findings()) {
                state.derived.item_counts.set(revisions.findings(), crate::session::item_counts(&state.plan));
            }
            self.start_pictures(state, wake);
            self.start_looked(state, wake);
        }
        self.measuring.start_stale(state, wake, draws);
        let links = state.derived.links.fresh(revisions.links()).cloned();
        let lengths = state.derived.lengths.fresh(revisions.lengths()).cloned();
        if let Some(links) = &links {
            self.start_shortfalls(state, &screened, links, wake);
        }
        if let Some(links) = &links
            && is_due(&state.derived.forest, &mut self.asked.forest, revisions.forest())
        {
            let (key, content, links, screened) =
                (revisions.forest(), content_of(state), Arc::clone(links), Arc::clone(&screened));
            self.forest.start("forest", Arc::clone(wake), move |_| (key, Ok(derive::forest(&content, &screened, &links))));
        }
        let dug = state.derived.dug.fresh(revisions.dug()).cloned();
        let quality = state.derived.quality.fresh(revisions.surveyed()).cloned();
        if let (Some(links), Some(lengths), Some(dug), Some(quality)) = (links, lengths, dug, quality)
            && is_due(&state.derived.findings, &mut self.asked.findings, revisions.findings())
        {
            let (key, content) = (revisions.findings(), content_of(state));
            self.findings.start("findings", Arc::clone(wake), move |_| {
                let (screened, links, lengths) = (&screened[..], &links, &lengths);
                let basis = derive::Basis { screened, links, lengths, dug: &dug, quality: &quality };
                (key, Ok(derive::findings(&content, &basis)))
            });
        }
    }

    /// Starts to look for what is left over by what was last asked of the districts.
    fn start_shortfalls(&mut self, state: &mut State, screened: &Arc<Vec<Screened>>, links: &Arc<Links>, wake: &Wake) {
        let key = state.revisions.findings();
        let Some(request) = state.asked().cloned() else {
            self.shortfalls.cancel();
            (self.asked.shortfalls, state.derived.shortfalls) = (None, Stamped::default());
            return;
        };
        if is_due(&state.derived.shortfalls, &mut self.asked.shortfalls, key) {
            let (content, screened, links) = (content_of(state), Arc::clone(screened), Arc::clone(links));
            self.shortfalls.start("shortfalls", Arc::clone(wake), move |_| {
                // A field that is gone bounds nothing any more.
                (key, Ok(fixing::shortfalls(&content, &screened, &links, &request).unwrap_or_default()))
            });
        }
    }

    /// Starts what follows from the plan alone.
    fn start_sources(&mut self, state: &State, wake: &Wake) {
        let revisions = &state.revisions;
        if is_due(&state.derived.links, &mut self.asked.links, revisions.links()) {
            let (key, content) = (revisions.links(), content_of(state));
            self.links
                .start("links", Arc::clone(wake), move |shared| (key, derive::graph(&content, actions::LARGEST_GAP_M, shared)));
        }
        if is_due(&state.derived.lengths, &mut self.asked.lengths, revisions.lengths()) {
            let (key, content) = (revisions.lengths(), content_of(state));
            self.lengths.start("lengths", Arc::clone(wake), move |shared| (key, derive::lengths(&content, shared)));
        }
        if is_due(&state.derived.dug, &mut self.asked.dug, revisions.dug()) {
            let (key, content) = (revisions.dug(), content_of(state));
            self.dug.start("dug", Arc::clone(wake), move |shared| (key, derive::dug(&content, shared)));
        }
        if is_due(&state.derived.quality, &mut self.asked.quality, revisions.surveyed()) {
            let (key, content) = (revisions.surveyed(), content_of(state));
            self.quality.start("quality", Arc::clone(wake), move |_| (key, Ok(derive::quality(&content))));
        }
        if is_due(&state.derived.facilities, &mut self.asked.facilities, revisions.facilities()) {
            let (key, content) = (revisions.facilities(), content_of(state));
            self.facilities.start("facilities", Arc::clone(wake), move |_| (key, Ok(derive::facilities(&content))));
        }
        // After the links, for which the user waits; both take all cores.
        if state.derived.links.is_fresh(revisions.links())
            && is_due(&state.derived.offers, &mut self.asked.offers, revisions.offers())
        {
            let (key, content) = (revisions.offers(), content_of(state));
            self.offers.start("offers", Arc::clone(wake), move |shared| (key, derive::offers(&content, shared)));
        }
    }

    /// Pictures of the layers and of the districts, and counts for the layer list.
    fn start_pictures(&mut self, state: &mut State, wake: &Wake) {
        let revisions = &state.revisions;
        let (key, district_key) = (revisions.scene(), revisions.district_scene());
        if is_due(&state.derived.scene, &mut self.asked.scene, key) {
            let (content, before) = (content_of(state), state.derived.scene.get().cloned());
            self.scene.start("scene", Arc::clone(wake), move |_| {
                (key, Ok(before.map_or_else(|| Scene::build(&content, key), |before| before.rebuilt(&content, key))))
            });
            state.derived.counts.set(key, crate::session::Counts::of(&state.plan));
        }
        if let Some(anchor) = state.derived.scene.fresh(key).map(|scene| scene.anchor)
            && is_due(&state.derived.districts, &mut self.asked.districts, district_key)
        {
            let (content, before) = (content_of(state), state.derived.districts.get().cloned().unwrap_or_default());
            self.districts.start("districts", Arc::clone(wake), move |_| (district_key, Ok(before.rebuilt(&content, anchor))));
        }
    }

    /// Classes of what the plan colours by fields; those by the state of checks follow the findings.
    fn start_looked(&mut self, state: &mut State, wake: &Wake) {
        let (looks, revisions) = (&state.plan.settings.looks, &state.revisions);
        if looks.compounds.is_none() && looks.districts.is_none() {
            self.looked.cancel();
            (self.asked.looked, state.derived.looked) = (None, Stamped::default());
            return;
        }
        let findings = state.derived.findings.fresh(revisions.findings()).cloned();
        let (key, findings) = match (Looked::asks_checks(&state.plan), findings) {
            (false, _) => (revisions.looked(), None),
            (true, Some(findings)) => (revisions.findings(), Some(findings)),
            (true, None) => return,
        };
        if is_due(&state.derived.looked, &mut self.asked.looked, key) {
            let content = content_of(state);
            self.looked.start("looked", Arc::clone(wake), move |_| {
                let checked = findings.map(|findings| Checked::of(&findings)).unwrap_or_default();
                (key, Ok(Looked::of(&content, &checked)))
            });
        }
    }

    /// How far each has come, by the name of its job.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&'static str, Option<(usize, usize)>)> {
        let slots = [
            ("session.job-links", self.links.steps()),
            ("session.job-forest", self.forest.steps()),
            ("session.job-lengths", self.lengths.steps()),
            ("session.job-dug", self.dug.steps()),
            ("session.job-quality", self.quality.steps()),
            ("session.job-offers", self.offers.steps()),
            ("session.job-facilities", self.facilities.steps()),
            ("session.job-findings", self.findings.steps()),
            ("session.job-shortfalls", self.shortfalls.steps()),
            ("session.job-scene", self.scene.steps()),
            ("session.job-scene", self.districts.steps()),
            ("session.job-looked", self.looked.steps()),
        ];
        slots.into_iter().chain(self.measuring.steps())
    }
}

/// A copy of the plan for a thread; layers are shared, decisions copied.
pub(super) fn content_of(state: &State) -> Content {
    state.plan.content().clone()
}

/// Whether a value must be derived for `key`; notes that it was asked for.
pub(super) fn is_due<T>(held: &Stamped<T>, asked: &mut Option<u64>, key: u64) -> bool {
    if held.is_fresh(key) || *asked == Some(key) {
        return false;
    }
    *asked = Some(key);
    true
}

/// Puts a finished value in its place; `true` when its job was lost. A cancelled one changes nothing.
pub(super) fn keep<T: Send + 'static>(slot: &mut Slot<Keyed<T>>, held: &mut Stamped<T>) -> bool {
    match slot.take() {
        Outcome::Done((key, Ok(value))) => held.set(key, value),
        Outcome::Done((_, Err(Cancelled))) | Outcome::Nothing => {}
        Outcome::Lost => return true,
    }
    false
}
