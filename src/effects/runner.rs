//! The runner: starts jobs for effects and for whatever is stale, takes their results, keeps the journal.

use std::path::PathBuf;
use std::sync::Arc;

use super::files;
use super::keeping::{Ground, Keeper};
use super::preferences::{save_preferences, state_dir};
use crate::base::{Cancelled, Message};
use crate::checks::Finding;
use crate::command::GroupRequest;
use crate::contiguity::{Dendrogram, Links};
use crate::jobs::{Outcome, Slot, Wake};
use crate::map::{DistrictScene, Scene};
use crate::model::Content;
use crate::pipes::PipeLengths;
use crate::session::{Answer, Dialog, Effect, JobRow, State, accept, actions, derive, drafted};

/// A derived value with the key it was asked for.
type Keyed<T> = (u64, Result<T, Cancelled>);

/// Runs effects. One slot a kind of work.
pub struct Runner {
    wake: Wake,
    file: Slot<Answer>,
    solver: Slot<Answer>,
    links: Slot<Keyed<Links>>,
    forest: Slot<Keyed<Dendrogram>>,
    lengths: Slot<Keyed<PipeLengths>>,
    findings: Slot<Keyed<Vec<Finding>>>,
    scene: Slot<Keyed<Scene>>,
    districts: Slot<Keyed<DistrictScene>>,
    asked: Asked,
    keeper: Keeper,
    draft_wanted: bool,
    draws: bool,
}

/// Keys of the derivations under way, so that each is asked for once.
#[derive(Default)]
struct Asked {
    links: Option<u64>,
    forest: Option<u64>,
    lengths: Option<u64>,
    findings: Option<u64>,
    scene: Option<u64>,
    districts: Option<u64>,
}

impl Runner {
    /// A runner; `wake` is called from other threads when a result is there. `draws` says whether pictures are wanted.
    #[must_use]
    pub fn new(wake: Wake, draws: bool) -> Self {
        Self::with_state_dir(wake, draws, state_dir())
    }

    /// As [`Runner::new`], with journals of plans without a file in `state_dir`.
    #[must_use]
    pub fn with_state_dir(wake: Wake, draws: bool, state_dir: PathBuf) -> Self {
        Self {
            wake,
            file: Slot::default(),
            solver: Slot::default(),
            links: Slot::default(),
            forest: Slot::default(),
            lengths: Slot::default(),
            findings: Slot::default(),
            scene: Slot::default(),
            districts: Slot::default(),
            asked: Asked::default(),
            keeper: Keeper::new(state_dir),
            draft_wanted: false,
            draws,
        }
    }

    /// Offers what a session without a file left behind. Call once, at the start.
    pub fn offer_left_behind(&self, state: &mut State) {
        let steps = self.keeper.waiting_unsaved();
        if steps > 0 {
            state.view.dialog = Some(Dialog::Recover { steps });
        }
    }

    /// Runs effects; gives back those that need a window.
    pub fn run(&mut self, state: &mut State, effects: Vec<Effect>) -> Vec<Effect> {
        let mut left = Vec::new();
        for effect in effects {
            match effect {
                Effect::Open(path) => self.start_file(state, move |content, shared| files::open(&path, &content, shared)),
                Effect::OpenSample => self.start_file(state, |_, _| files::open_sample()),
                Effect::Load(paths) => self.start_file(state, move |content, shared| files::load(&paths, &content, shared)),
                Effect::Save(path) => self.save(state, path),
                Effect::Export(formats, dir) => {
                    let lang = state.preferences.lang;
                    self.start_file(state, move |content, shared| files::export(&content, &formats, &dir, lang, shared));
                }
                Effect::Group(request) => self.group(state, &request),
                Effect::Draft => self.draft_wanted = true,
                Effect::Journal(edit, label) => {
                    let kept = self.keeper.append(&ground(state), &edit, label);
                    tell(state, kept);
                }
                Effect::CloseJournal => self.keeper.release(),
                Effect::Recover(take) => self.recover(state, take),
                Effect::SavePreferences => save_preferences(&state.preferences),
                Effect::CancelJobs => self.cancel(),
                Effect::AskOpen | Effect::AskLoad | Effect::AskSaveAs | Effect::AskExportFolder(_) | Effect::Quit => {
                    left.push(effect);
                }
            }
        }
        left
    }

    /// Takes finished results and starts what is stale. Call once a frame. Gives back effects that need a window.
    pub fn poll(&mut self, state: &mut State) -> Vec<Effect> {
        let mut effects = Vec::new();
        let (file, solver) = (self.file.take(), self.solver.take());
        for outcome in [file, solver] {
            match outcome {
                Outcome::Nothing => {}
                Outcome::Done(answer) => {
                    self.keep_step(state, &answer);
                    effects.extend(accept(state, answer));
                }
                Outcome::Lost => {
                    self.keeper.not_saved();
                    state.tell_failure(Message::new("session.job-lost"));
                }
            }
        }
        self.take_derived(state);
        if state.is_open {
            self.start_stale(state);
            effects.extend(self.draft_when_ready(state));
        }
        state.jobs = self.rows();
        self.run(state, effects)
    }

    /// Polls until nothing runs and nothing is stale.
    pub fn settle(&mut self, state: &mut State) -> Vec<Effect> {
        let mut left = self.poll(state);
        while self.is_busy() {
            std::thread::yield_now();
            left.extend(self.poll(state));
        }
        left
    }

    fn is_busy(&self) -> bool {
        !self.rows().is_empty()
    }

    fn start_file(
        &mut self,
        state: &State,
        work: impl FnOnce(Content, &crate::jobs::Shared) -> Result<Answer, Message> + Send + 'static,
    ) {
        let content = state.plan.content().clone();
        self.file.start("file", Arc::clone(&self.wake), move |shared| work(content, shared).unwrap_or_else(Answer::Failed));
    }

    fn save(&mut self, state: &State, path: PathBuf) {
        let revision = state.plan.revision();
        self.keeper.saving();
        self.start_file(state, move |content, _| files::save(&content, path, revision));
    }

    fn group(&mut self, state: &mut State, request: &GroupRequest) {
        let key = state.revisions.links();
        let Some(links) = state.derived.links.fresh(key).cloned() else {
            state.tell(Message::new("session.links-pending"));
            return;
        };
        let screened = derive::screened(&state.plan);
        match actions::group_problem(&state.plan, &screened, &links, request) {
            Ok(problem) => {
                let revision = state.plan.revision();
                self.solver.start("group", Arc::clone(&self.wake), move |shared| {
                    files::solve(&problem, revision, shared).unwrap_or_else(Answer::Failed)
                });
            }
            Err(message) => state.tell_failure(message),
        }
    }

    fn recover(&mut self, state: &mut State, take: bool) {
        let path = state.path.clone();
        if take {
            let work = self.keeper.recover(state.plan.content().clone(), path.as_deref());
            self.start_file(state, move |_, _| work());
        } else {
            let gone = self.keeper.let_go(path.as_deref());
            tell(state, gone);
        }
    }

    /// Keeps the journal in step with what a file job brought.
    fn keep_step(&mut self, state: &mut State, answer: &Answer) {
        match answer {
            Answer::Saved { path, base, .. } => {
                let kept = self.keeper.saved(path, base);
                tell(state, kept);
            }
            Answer::Opened { .. } => self.keeper.release(),
            Answer::Failed(_) => self.keeper.not_saved(),
            _ => {}
        }
    }

    fn cancel(&mut self) {
        self.file.cancel();
        self.solver.cancel();
        self.links.cancel();
        self.forest.cancel();
        self.lengths.cancel();
        self.findings.cancel();
        self.scene.cancel();
        self.districts.cancel();
        self.draft_wanted = false;
    }

    fn take_derived(&mut self, state: &mut State) {
        let derived = &mut state.derived;
        let mut lost = false;
        lost |= keep(&mut self.links, &mut derived.links);
        lost |= keep(&mut self.forest, &mut derived.forest);
        lost |= keep(&mut self.lengths, &mut derived.lengths);
        lost |= keep(&mut self.findings, &mut derived.findings);
        lost |= keep(&mut self.scene, &mut derived.scene);
        lost |= keep(&mut self.districts, &mut derived.districts);
        if lost {
            state.tell_failure(Message::new("session.job-lost"));
        }
    }

    fn start_stale(&mut self, state: &mut State) {
        let revisions = state.revisions.clone();
        if !state.derived.screened.is_fresh(revisions.screened()) {
            let screened = derive::screened(&state.plan);
            state.derived.screened.set(revisions.screened(), screened);
        }
        let Some(screened) = state.derived.screened.get().cloned() else { return };
        self.start_sources(state);
        if self.draws {
            self.start_pictures(state);
        }
        let links = state.derived.links.fresh(revisions.links()).cloned();
        let lengths = state.derived.lengths.fresh(revisions.lengths()).cloned();
        if let Some(links) = &links
            && is_due(&state.derived.forest, &mut self.asked.forest, revisions.forest())
        {
            let (key, content, links, screened) =
                (revisions.forest(), content_of(state), Arc::clone(links), Arc::clone(&screened));
            self.forest.start("forest", Arc::clone(&self.wake), move |_| (key, Ok(derive::forest(&content, &screened, &links))));
        }
        if let (Some(links), Some(lengths)) = (links, lengths)
            && is_due(&state.derived.findings, &mut self.asked.findings, revisions.findings())
        {
            let (key, content) = (revisions.findings(), content_of(state));
            self.findings.start("findings", Arc::clone(&self.wake), move |_| {
                (key, Ok(derive::findings(&content, &screened, &links, &lengths)))
            });
        }
    }

    /// Starts what follows from the plan alone.
    fn start_sources(&mut self, state: &State) {
        let revisions = &state.revisions;
        if is_due(&state.derived.links, &mut self.asked.links, revisions.links()) {
            let (key, content) = (revisions.links(), content_of(state));
            self.links.start("links", Arc::clone(&self.wake), move |shared| {
                (key, derive::links(&content, actions::LARGEST_GAP_M, shared))
            });
        }
        if is_due(&state.derived.lengths, &mut self.asked.lengths, revisions.lengths()) {
            let (key, content) = (revisions.lengths(), content_of(state));
            self.lengths.start("lengths", Arc::clone(&self.wake), move |shared| (key, derive::lengths(&content, shared)));
        }
    }

    /// Pictures of the layers and of the districts, and counts for the layer list.
    fn start_pictures(&mut self, state: &mut State) {
        let revisions = &state.revisions;
        let (key, district_key) = (revisions.scene(), revisions.district_scene());
        if is_due(&state.derived.scene, &mut self.asked.scene, key) {
            let content = content_of(state);
            self.scene.start("scene", Arc::clone(&self.wake), move |_| (key, Ok(Scene::build(&content, key))));
            state.derived.counts.set(key, crate::session::Counts::of(&state.plan));
        }
        if let Some(anchor) = state.derived.scene.fresh(key).map(|scene| scene.anchor)
            && is_due(&state.derived.districts, &mut self.asked.districts, district_key)
        {
            let content = content_of(state);
            self.districts
                .start("districts", Arc::clone(&self.wake), move |_| (district_key, Ok(DistrictScene::build(&content, anchor))));
        }
    }

    fn draft_when_ready(&mut self, state: &mut State) -> Vec<Effect> {
        if !self.draft_wanted {
            return Vec::new();
        }
        let Some(lengths) = state.derived.lengths.fresh(state.revisions.lengths()).cloned() else { return Vec::new() };
        self.draft_wanted = false;
        drafted(state, &lengths)
    }

    fn rows(&self) -> Vec<JobRow> {
        let slots = [
            ("session.job-file", self.file.steps()),
            ("session.job-group", self.solver.steps()),
            ("session.job-links", self.links.steps()),
            ("session.job-forest", self.forest.steps()),
            ("session.job-lengths", self.lengths.steps()),
            ("session.job-findings", self.findings.steps()),
            ("session.job-scene", self.scene.steps()),
            ("session.job-scene", self.districts.steps()),
        ];
        let row = |(key, steps): (&'static str, Option<(usize, usize)>)| {
            let (done, total) = steps?;
            Some(JobRow { name: Message::new(key), done, total })
        };
        slots.into_iter().filter_map(row).collect()
    }
}

/// What the plan's journal builds on.
fn ground(state: &State) -> Ground {
    Ground { path: state.path.clone(), from_sample: state.from_sample }
}

/// Tells what went wrong, if anything did.
fn tell(state: &mut State, outcome: Result<(), Message>) {
    if let Err(message) = outcome {
        state.tell_failure(message);
    }
}

/// A copy of the plan for a thread; layers are shared, decisions copied.
fn content_of(state: &State) -> Content {
    state.plan.content().clone()
}

/// Whether a value must be derived for `key`; notes that it was asked for.
fn is_due<T>(held: &crate::session::Stamped<T>, asked: &mut Option<u64>, key: u64) -> bool {
    if held.is_fresh(key) || *asked == Some(key) {
        return false;
    }
    *asked = Some(key);
    true
}

/// Puts a finished value in its place; `true` when its job was lost. A cancelled one changes nothing.
fn keep<T: Send + 'static>(slot: &mut Slot<Keyed<T>>, held: &mut crate::session::Stamped<T>) -> bool {
    match slot.take() {
        Outcome::Done((key, Ok(value))) => held.set(key, value),
        Outcome::Done((_, Err(Cancelled))) | Outcome::Nothing => {}
        Outcome::Lost => return true,
    }
    false
}
