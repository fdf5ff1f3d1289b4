//! The runner: starts jobs for effects and for whatever is stale, takes their results, keeps the journal.

use std::path::PathBuf;
use std::sync::Arc;

use super::comparing;
use super::files;
use super::keeping::{Ground, Keeper};
use super::preferences::{Folders, save_preferences};
use super::survey::{read_control, survey};
use super::watch;
use crate::base::{Cancelled, Message};
use crate::checks::Finding;
use crate::command::GroupRequest;
use crate::contiguity::{Dendrogram, LinkGraph, Offer};
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
    folders: Folders,
    file: Slot<Answer>,
    /// A save is neither broken off nor overtaken.
    saver: Slot<Answer>,
    /// Effects that wait until the save is done.
    waiting: Vec<Effect>,
    solver: Slot<Answer>,
    repairer: Slot<Answer>,
    links: Slot<Keyed<LinkGraph>>,
    forest: Slot<Keyed<Dendrogram>>,
    lengths: Slot<Keyed<PipeLengths>>,
    offers: Slot<Keyed<Vec<Offer>>>,
    findings: Slot<Keyed<Vec<Finding>>>,
    scene: Slot<Keyed<Scene>>,
    districts: Slot<Keyed<DistrictScene>>,
    asked: Asked,
    keeper: Keeper,
    watch: watch::Watch,
    /// A grouping that waits for the links.
    group_wanted: Option<Box<GroupRequest>>,
    /// A repair that waits for the links.
    repair_wanted: bool,
    /// A draft that waits for the lengths.
    draft_wanted: bool,
    draws: bool,
}

/// Keys of the derivations under way, so that each is asked for once.
#[derive(Default)]
struct Asked {
    links: Option<u64>,
    forest: Option<u64>,
    lengths: Option<u64>,
    offers: Option<u64>,
    findings: Option<u64>,
    scene: Option<u64>,
    districts: Option<u64>,
}

impl Runner {
    /// A runner; `wake` is called from other threads when a result is there. `draws` says whether pictures are wanted.
    #[must_use]
    pub fn new(wake: Wake, draws: bool) -> Self {
        Self::with_folders(wake, draws, Folders::of_user())
    }

    /// As [`Runner::new`], with folders of its own.
    #[must_use]
    pub fn with_folders(wake: Wake, draws: bool, folders: Folders) -> Self {
        Self {
            wake,
            keeper: Keeper::new(folders.state.clone()),
            folders,
            file: Slot::default(),
            saver: Slot::default(),
            waiting: Vec::new(),
            solver: Slot::default(),
            repairer: Slot::default(),
            links: Slot::default(),
            forest: Slot::default(),
            lengths: Slot::default(),
            offers: Slot::default(),
            findings: Slot::default(),
            scene: Slot::default(),
            districts: Slot::default(),
            asked: Asked::default(),
            watch: watch::Watch::default(),
            group_wanted: None,
            repair_wanted: false,
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
            if self.saver.is_running() && waits_for_save(&effect) {
                self.waiting.push(effect);
                continue;
            }
            match effect {
                Effect::Open(path) => {
                    let answers = state.preferences.answers.clone();
                    self.start_file(state, move |content, shared| files::open(&path, &content, &answers, shared));
                }
                Effect::OpenSample => self.start_file(state, |_, _| files::open_sample()),
                Effect::Survey { paths, anew } => {
                    let answers = state.preferences.answers.clone();
                    self.start_file(state, move |content, shared| survey(paths, &content, &answers, anew, shared));
                }
                Effect::LoadChosen(orders) => {
                    self.start_file(state, move |content, shared| files::load(orders, &content, shared));
                }
                Effect::ReadControl(layer, path) => self.start_file(state, move |_, _| read_control(layer, &path)),
                Effect::LookAtFiles => watch::look_on_purpose(state),
                Effect::Reread(rereading) => {
                    self.start_file(state, move |content, shared| watch::reread(*rereading, &content, shared));
                }
                Effect::Save(path) => self.save(state, path),
                Effect::Export(formats, dir) => {
                    let lang = state.preferences.lang;
                    self.start_file(state, move |content, shared| files::export(&content, &formats, &dir, lang, shared));
                }
                Effect::Group(request) => self.group_wanted = Some(request),
                Effect::Repair => self.repair_wanted = true,
                Effect::Compare(path, field) => {
                    let revision = state.plan.revision();
                    self.start_file(state, move |content, shared| comparing::compare(path, field, &content, revision, shared));
                }
                Effect::Draft => self.draft_wanted = true,
                Effect::Journal(edit, label) => {
                    let kept = self.keeper.append(&ground(state), &edit, label);
                    tell(state, kept);
                }
                Effect::CloseJournal => self.keeper.release(),
                Effect::Recover(take) => self.recover(state, take),
                Effect::SavePreferences => save_preferences(&self.folders, &state.preferences),
                Effect::CancelJobs => self.cancel(),
                Effect::AskOpen
                | Effect::AskLoad
                | Effect::AskCompare
                | Effect::AskControl(_)
                | Effect::AskSaveAs
                | Effect::AskExportFolder(_)
                | Effect::Quit => left.push(effect),
            }
        }
        left
    }

    /// Takes finished results and starts what is stale. Call once a frame. Gives back effects that need a window.
    pub fn poll(&mut self, state: &mut State) -> Vec<Effect> {
        if self.draws {
            self.watch.poll(state, &self.wake);
        }
        let mut effects = self.take_saved(state);
        // What replaces the plan must not come between a save and its journal.
        let file = if self.saver.is_running() { Outcome::Nothing } else { self.file.take() };
        for outcome in [file, self.solver.take(), self.repairer.take()] {
            match outcome {
                Outcome::Nothing => {}
                Outcome::Done(answer) => {
                    if let Answer::Opened { path, base, .. } = &answer {
                        self.keeper.opened(path.as_deref(), base);
                    }
                    effects.extend(accept(state, answer));
                }
                Outcome::Lost => state.tell_failure(Message::new("session.job-lost")),
            }
        }
        self.take_derived(state);
        if state.is_open {
            self.start_stale(state);
            self.group_when_ready(state);
            self.repair_when_ready(state);
            effects.extend(self.draft_when_ready(state));
        } else {
            (self.group_wanted, self.repair_wanted, self.draft_wanted) = (None, false, false);
        }
        state.jobs = self.rows();
        watch::show_outlines(&self.file, state);
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

    /// Whether a save is under way; the window stays until it is done.
    #[must_use]
    pub fn is_saving(&self) -> bool {
        self.saver.is_running()
    }

    fn is_busy(&self) -> bool {
        !self.rows().is_empty()
    }

    /// Takes the end of a save, and then runs what waited for it.
    fn take_saved(&mut self, state: &mut State) -> Vec<Effect> {
        let mut effects = Vec::new();
        match self.saver.take() {
            Outcome::Nothing => {}
            Outcome::Done(answer) => {
                if let Answer::Saved { path, base, .. } = &answer {
                    let kept = self.keeper.saved(path, base);
                    tell(state, kept);
                } else {
                    self.keeper.not_saved();
                }
                effects.extend(accept(state, answer));
            }
            Outcome::Lost => {
                self.keeper.not_saved();
                state.tell_failure(Message::new("session.job-lost"));
            }
        }
        if !self.saver.is_running() {
            effects.append(&mut self.waiting);
        }
        effects
    }

    fn start_file(
        &mut self,
        state: &State,
        work: impl FnOnce(Content, &crate::jobs::Shared) -> Result<Answer, Message> + Send + 'static,
    ) {
        let content = state.plan.content().clone();
        let work = move |shared: &crate::jobs::Shared| work(content, shared).unwrap_or_else(Answer::Failed);
        self.file.start_shown("file", Arc::clone(&self.wake), self.draws, work);
    }

    fn save(&mut self, state: &mut State, path: PathBuf) {
        let journal = match self.keeper.saving(&path) {
            Ok(journal) => journal,
            Err(message) => {
                state.tell_failure(message);
                return;
            }
        };
        let (revision, generation) = (state.plan.revision(), state.generation);
        let expected = self.keeper.expected(&path);
        let content = state.plan.content().clone();
        let saving = files::Saving { path, revision, generation, expected, journal };
        self.saver.start("save", Arc::clone(&self.wake), move |_| files::save(&content, saving).unwrap_or_else(Answer::Failed));
    }

    /// Solves the grouping that was asked for, once the links are there.
    fn group_when_ready(&mut self, state: &mut State) {
        let Some(links) = state.derived.links.fresh(state.revisions.links()).cloned() else { return };
        let Some(request) = self.group_wanted.take() else { return };
        let screened = derive::screened(&state.plan);
        match actions::group_problem(&state.plan, &screened, &links, &request) {
            Ok(problem) => {
                let revision = state.plan.revision();
                self.solver.start("group", Arc::clone(&self.wake), move |shared| {
                    files::solve(&problem, revision, shared).unwrap_or_else(Answer::Failed)
                });
            }
            Err(message) => state.tell_failure(message),
        }
    }

    /// Looks for the repair that was asked for, once the links are there.
    fn repair_when_ready(&mut self, state: &State) {
        let Some(links) = state.derived.links.fresh(state.revisions.links()).cloned() else { return };
        if std::mem::take(&mut self.repair_wanted) {
            let (content, revision) = (content_of(state), state.plan.revision());
            self.repairer.start("repair", Arc::clone(&self.wake), move |shared| {
                comparing::repair(&content, &links, revision, shared).unwrap_or_else(Answer::Failed)
            });
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

    /// Stops what was asked for. What the map needs goes on, or nothing would bring it before the next edit.
    fn cancel(&mut self) {
        self.file.cancel();
        self.solver.cancel();
        self.repairer.cancel();
        (self.group_wanted, self.repair_wanted, self.draft_wanted) = (None, false, false);
    }

    fn take_derived(&mut self, state: &mut State) {
        let derived = &mut state.derived;
        let mut lost = false;
        lost |= keep(&mut self.links, &mut derived.graph);
        derived.take_links();
        lost |= keep(&mut self.forest, &mut derived.forest);
        lost |= keep(&mut self.lengths, &mut derived.lengths);
        lost |= keep(&mut self.offers, &mut derived.offers);
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
                (key, derive::graph(&content, actions::LARGEST_GAP_M, shared))
            });
        }
        if is_due(&state.derived.lengths, &mut self.asked.lengths, revisions.lengths()) {
            let (key, content) = (revisions.lengths(), content_of(state));
            self.lengths.start("lengths", Arc::clone(&self.wake), move |shared| (key, derive::lengths(&content, shared)));
        }
        // After the links, for which the user waits; both take all cores.
        if state.derived.links.is_fresh(revisions.links())
            && is_due(&state.derived.offers, &mut self.asked.offers, revisions.offers())
        {
            let (key, content) = (revisions.offers(), content_of(state));
            self.offers.start("offers", Arc::clone(&self.wake), move |shared| (key, derive::offers(&content, shared)));
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
        let repair = self.repairer.steps().or(self.repair_wanted.then_some((0, 0)));
        let group = self.solver.steps().or(self.group_wanted.as_ref().map(|_| (0, 0)));
        let slots = [
            ("session.job-save", self.saver.steps(), false),
            ("session.job-file", self.file.steps(), true),
            ("session.job-group", group, true),
            ("session.job-repair", repair, true),
            ("session.job-links", self.links.steps(), false),
            ("session.job-forest", self.forest.steps(), false),
            ("session.job-lengths", self.lengths.steps(), false),
            ("session.job-offers", self.offers.steps(), false),
            ("session.job-findings", self.findings.steps(), false),
            ("session.job-scene", self.scene.steps(), false),
            ("session.job-scene", self.districts.steps(), false),
        ];
        let row = |(key, steps, stoppable): (&'static str, Option<(usize, usize)>, bool)| {
            let (done, total) = steps?;
            Some(JobRow { name: Message::new(key), done, total, stoppable })
        };
        slots.into_iter().filter_map(row).collect()
    }
}

/// Whether an effect must find the save done: it needs the file, the journal, or ends them.
fn waits_for_save(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Open(_) | Effect::OpenSample | Effect::Save(_) | Effect::CloseJournal | Effect::Recover(_) | Effect::Quit
    )
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
