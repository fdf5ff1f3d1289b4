//! The runner: starts jobs for effects and for whatever is stale, takes their results, keeps the journal.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::backdrop::Backdrops;
use super::comparing;
use super::derivations::{Derivations, content_of};
use super::files;
use super::fixing::Fixing;
use super::keeping::{Ground, Keeper};
use super::preferences::{Folders, save_preferences};
use super::searching::Searching;
use super::survey::{read_control, survey};
use super::watch;
use crate::base::{DistrictId, Message};
use crate::coordination::phasing::Phasing;
use crate::jobs::{Outcome, Slot, Wake};
use crate::model::Content;
use crate::project::{Beside, CopyRules};
use crate::session::freezing::freezing;
use crate::session::{Answer, Dialog, Effect, JobRow, PhaseProposal, State, YearProposal, accept, proposals};

/// The districts to propose items for; none means all.
struct DraftWanted(Option<BTreeSet<DistrictId>>);

/// Runs effects. One slot a kind of work.
pub struct Runner {
    wake: Wake,
    folders: Folders,
    file: Slot<Answer>,
    /// A save is neither broken off nor overtaken.
    saver: Slot<Answer>,
    /// Effects that wait until the save is done.
    waiting: Vec<Effect>,
    searching: Searching,
    repairer: Slot<Answer>,
    planner: Slot<Answer>,
    fixing: Fixing,
    derivations: Derivations,
    backdrops: Backdrops,
    keeper: Keeper,
    watch: watch::Watch,
    /// A repair that waits for the links.
    repair_wanted: bool,
    /// A draft that waits for the lengths.
    /// Years that wait for the ground to be known.
    years_wanted: bool,
    draft_wanted: Option<DraftWanted>,
    /// Years of districts that wait for what they rest on.
    phase_wanted: bool,
    draws: bool,
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
            backdrops: Backdrops::new(folders.cache.join("tiles")),
            folders,
            file: Slot::default(),
            saver: Slot::default(),
            waiting: Vec::new(),
            searching: Searching::default(),
            repairer: Slot::default(),
            planner: Slot::default(),
            fixing: Fixing::default(),
            derivations: Derivations::default(),
            watch: watch::Watch::default(),
            repair_wanted: false,
            years_wanted: false,
            draft_wanted: None,
            phase_wanted: false,
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
                Effect::Fix(fix) => self.fixing.want(fix),
                Effect::Group(request) => self.searching.want(request),
                Effect::StopSearch => self.searching.stop(),
                Effect::KeepSearch => self.searching.keep(),
                Effect::Repair => self.repair_wanted = true,
                Effect::Compare(path, field) => {
                    let revision = state.plan.revision();
                    self.start_file(state, move |content, shared| comparing::compare(path, field, &content, revision, shared));
                }
                Effect::ProposeYears => self.years_wanted = true,
                Effect::Draft(districts) => self.draft_wanted = Some(DraftWanted(districts)),
                Effect::ProposePhase => self.phase_wanted = true,
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
                | Effect::AskMerge
                | Effect::AskPairs
                | Effect::AskForm(..)
                | Effect::AskFilled
                | Effect::AskPricesIn
                | Effect::AskPricesOut
                | Effect::AskComments
                | Effect::AskMinutes
                | Effect::AskBranch
                | Effect::AskControl(_)
                | Effect::AskBackdrop
                | Effect::AskSaveAs
                | Effect::AskExportFolder(_)
                | Effect::Quit => left.push(effect),
                Effect::Export(..)
                | Effect::Merge { .. }
                | Effect::MergeAgain(..)
                | Effect::ReadComments(_)
                | Effect::ReadMinutes(_)
                | Effect::Seal
                | Effect::Branch(_)
                | Effect::CompareVersion(_)
                | Effect::ReadPairs(_)
                | Effect::WriteForm(..)
                | Effect::WritePrices(_)
                | Effect::ReadPrices(_)
                | Effect::ReadFilled(_) => self.exchange(state, effect),
            }
        }
        left
    }

    /// What goes out to other people and comes back from them.
    fn exchange(&mut self, state: &State, effect: Effect) {
        let (lang, revision) = (state.preferences.lang, state.plan.revision());
        match effect {
            Effect::Export(order, dir) => {
                self.start_file(state, move |content, shared| files::export(&content, &order, &dir, lang, shared));
            }
            Effect::Merge { base, theirs } => {
                self.start_file(state, move |content, _| comparing::merge(base, theirs, &content, revision));
            }
            Effect::MergeAgain(merging, choices) => {
                self.start_file(state, move |content, _| Ok(Answer::Merged(Box::new(merging.anew(&content, revision, choices)))));
            }
            Effect::ReadMinutes(path) => self.start_file(state, move |_, _| files::read_minutes(path)),
            Effect::Seal => self.start_file(state, move |content, _| {
                let edit = freezing(&content, content.meeting.clone().unwrap_or_default())?;
                Ok(Answer::Sealed { edit: Box::new(edit), revision })
            }),
            Effect::Branch(path) => {
                let Some(version) = state.path.clone() else { return };
                self.start_file(state, move |_, _| files::branch(&version, path));
            }
            Effect::CompareVersion(plan) => {
                self.start_file(state, move |content, shared| comparing::compare_version(&plan, &content, revision, shared));
            }
            Effect::ReadComments(paths) => self.start_file(state, move |_, _| Ok(files::read_comments(paths))),
            Effect::ReadPairs(path) => self.start_file(state, move |_, _| files::read_pairs(path)),
            Effect::WriteForm(kind, compounds, path) => {
                self.start_file(state, move |content, _| files::write_form(&content, kind, &compounds, lang, path));
            }
            Effect::WritePrices(path) => {
                self.start_file(state, move |content, _| files::write_prices(&content, lang, path));
            }
            Effect::ReadPrices(path) => self.start_file(state, move |content, _| files::read_prices(path, &content.catalogue)),
            Effect::ReadFilled(path) => self.start_file(state, move |content, _| files::read_form(path, &content.catalogue)),
            other => log::error!("nobody runs {other:?}"),
        }
    }

    /// Takes finished results and starts what is stale. Call once a frame. Gives back effects that need a window.
    pub fn poll(&mut self, state: &mut State) -> Vec<Effect> {
        if self.draws {
            self.watch.poll(state, &self.wake);
        }
        let mut effects = self.take_saved(state);
        // What replaces the plan must not come between a save and its journal.
        let file = if self.saver.is_running() { Outcome::Nothing } else { self.file.take() };
        for outcome in [file, self.searching.take(state), self.repairer.take(), self.planner.take(), self.fixing.take()] {
            match outcome {
                Outcome::Nothing => {}
                Outcome::Done(answer) => {
                    if let Answer::Opened { path, base, held, .. } = &answer {
                        self.keeper.opened(path.as_deref(), base, held);
                    }
                    effects.extend(accept(state, answer));
                }
                Outcome::Lost => state.tell_failure(Message::new("session.job-lost")),
            }
        }
        self.derivations.take(state);
        if state.is_open {
            self.derivations.start_stale(state, &self.wake, self.draws);
            self.searching.start_when_ready(state, &self.wake, self.draws);
            self.repair_when_ready(state);
            self.years_when_ready(state);
            self.phase_when_ready(state);
            self.fixing.start_when_ready(state, &self.wake);
            self.draft_when_ready(state);
        } else {
            self.fixing.cancel();
            self.searching.stop();
            self.forget_wanted();
        }
        if self.draws {
            self.backdrops.poll(state, &self.wake);
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
                if let Answer::Saved { path, base, held, .. } = &answer {
                    let kept = self.keeper.saved(path, base, held);
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
        let beside = Beside { journal, provenance: state.origins.provenance(), held: self.keeper.held(&path) };
        let content = state.plan.content().clone();
        let copies = CopyRules::counting(state.preferences.copies);
        let saving = files::Saving { path, revision, generation, expected, beside, copies };
        self.saver.start("save", Arc::clone(&self.wake), move |_| files::save(&content, saving).unwrap_or_else(Answer::Failed));
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

    /// Looks for the years that were asked for, once the ground is known.
    fn years_when_ready(&mut self, state: &State) {
        let Some(dug) = state.derived.dug.fresh(state.revisions.dug()).cloned() else { return };
        if std::mem::take(&mut self.years_wanted) {
            let (content, revision) = (content_of(state), state.plan.revision());
            self.planner.start("years", Arc::clone(&self.wake), move |shared| {
                YearProposal::look_for(&content, dug, revision, shared).unwrap_or_else(Answer::Failed)
            });
        }
    }

    /// Looks for the years of districts that were asked for, once what they rest on is known.
    fn phase_when_ready(&mut self, state: &State) {
        let (derived, revisions) = (&state.derived, &state.revisions);
        let screened = derived.screened.fresh(revisions.screened());
        let lengths = derived.lengths.fresh(revisions.lengths());
        let dug = derived.dug.fresh(revisions.dug());
        let links = derived.links.fresh(revisions.links());
        let (Some(screened), Some(lengths), Some(dug), Some(links)) = (screened, lengths, dug, links) else { return };
        if std::mem::take(&mut self.phase_wanted) {
            let problem = Phasing::new(&state.plan, screened, lengths, &dug.ground, links);
            let revision = state.plan.revision();
            self.planner.start("phase", Arc::clone(&self.wake), move |shared| {
                PhaseProposal::look_for(problem, revision, shared).unwrap_or_else(Answer::Failed)
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
        self.searching.stop();
        self.repairer.cancel();
        self.planner.cancel();
        self.fixing.cancel();
        self.forget_wanted();
    }

    /// What still waits to be started is not.
    fn forget_wanted(&mut self) {
        (self.repair_wanted, self.draft_wanted) = (false, None);
        (self.years_wanted, self.phase_wanted) = (false, false);
    }

    fn draft_when_ready(&mut self, state: &mut State) {
        if self.draft_wanted.is_none() {
            return;
        }
        let Some(lengths) = state.derived.lengths.fresh(state.revisions.lengths()).cloned() else { return };
        if let Some(DraftWanted(districts)) = self.draft_wanted.take() {
            proposals::drafted(state, &lengths, districts.as_ref());
        }
    }

    fn rows(&self) -> Vec<JobRow> {
        let repair = self.repairer.steps().or(self.repair_wanted.then_some((0, 0)));
        let years = self.planner.steps().or((self.years_wanted || self.phase_wanted).then_some((0, 0)));
        let own = [
            ("session.job-save", self.saver.steps(), false),
            ("session.job-file", self.file.steps(), true),
            ("session.job-group", self.searching.steps(), true),
            ("session.job-repair", repair, true),
            ("session.job-years", years, true),
            ("session.job-fix", self.fixing.steps(), true),
            ("session.job-backdrop", self.backdrops.steps(), false),
        ];
        let row = |(key, steps, stoppable): (&'static str, Option<(usize, usize)>, bool)| {
            let (done, total) = steps?;
            Some(JobRow { name: Message::new(key), done, total, stoppable })
        };
        let derived = self.derivations.steps().map(|(key, steps)| (key, steps, false));
        own.into_iter().chain(derived).filter_map(row).collect()
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
