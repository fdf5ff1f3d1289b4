//! Keeps every edit: the journal beside a plan's file, or in the user's state folder while the plan has none.
//!
//! Edits made while a save is under way go to the old journal and, once the file is in place, to the new one too, so
//! that a crash at any moment finds them.

use std::path::{Path, PathBuf};

use super::files::read_sample;
use crate::base::Message;
use crate::model::{Content, Edit, LayerKind};
use crate::project::{self, BaseMark, Held, Journal, JournalMark, ProjectError};
use crate::session::Answer;

/// Fingerprint of a journal that builds on the sample the program carries.
const SAMPLE: &str = "sample";

/// Key of the message that another window has the journal.
const HELD: &str = "project.journal-held";

/// What a plan's journal builds on and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ground {
    /// The plan's file, when it has one.
    pub(super) path: Option<PathBuf>,
    /// The plan began as the sample.
    pub(super) from_sample: bool,
}

/// The plan's file as it was opened or last saved.
struct OnDisk {
    path: PathBuf,
    base: BaseMark,
    held: Held,
}

/// The journal of the open plan.
pub(super) struct Keeper {
    state_dir: PathBuf,
    journal: Option<Journal>,
    /// A journal that was just replayed goes on; it is not begun anew.
    resume: Option<PathBuf>,
    /// The plan's file.
    known: Option<OnDisk>,
    /// Edits since a save began, while it is under way.
    since_save: Option<Vec<(Edit, &'static str)>>,
    /// That another window has the journal was told; once is enough.
    told_held: bool,
}

impl Keeper {
    pub(super) fn new(state_dir: PathBuf) -> Self {
        Self { state_dir, journal: None, resume: None, known: None, since_save: None, told_held: false }
    }

    /// Another plan is open, in the state `base` of its file, which holds what is said of it.
    pub(super) fn opened(&mut self, path: Option<&Path>, base: &BaseMark, held: &Held) {
        self.release();
        self.known = path.map(|path| OnDisk { path: path.to_path_buf(), base: base.clone(), held: held.clone() });
    }

    /// Writes an edit.
    pub(super) fn append(&mut self, ground: &Ground, edit: &Edit, label: &'static str) -> Result<(), Message> {
        if let Some(since) = &mut self.since_save {
            since.push((edit.clone(), label));
        }
        if self.journal.is_none() {
            match self.begin(ground) {
                Ok(journal) => self.journal = Some(journal),
                Err(message) if message.key() == HELD && std::mem::replace(&mut self.told_held, true) => return Ok(()),
                Err(message) => return Err(message),
            }
        }
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.append(edit, label).map_err(|error| error.message())
    }

    fn begin(&mut self, ground: &Ground) -> Result<Journal, Message> {
        let words = |error: ProjectError| error.message();
        if let Some(place) = self.resume.clone() {
            let read = Journal::read(&place).map_err(words)?;
            let journal = Journal::resume(&place, &read).map_err(words)?;
            self.resume = None;
            return Ok(journal);
        }
        let place = ground.path.as_deref().map_or_else(|| self.free_place(), project::journal_path);
        if let Some(dir) = place.parent() {
            std::fs::create_dir_all(dir).map_err(|error| fault(&error))?;
        }
        let base = match &ground.path {
            Some(path) => self.expected(path).or_else(|| project::mark_of(path)).unwrap_or_default(),
            None if ground.from_sample => BaseMark { counter: 0, fingerprint: SAMPLE.to_owned() },
            None => BaseMark::default(),
        };
        Journal::create(&place, base).map_err(words)
    }

    /// A name in the state folder that no journal has.
    fn free_place(&self) -> PathBuf {
        let process = std::process::id();
        let place = |number: u32| self.state_dir.join(format!("unsaved-{process}-{number}.journal"));
        (0..u32::MAX).map(place).find(|place| !place.exists()).unwrap_or_default()
    }

    /// The state that the plan's file should be in; `None` of any other file.
    pub(super) fn expected(&self, path: &Path) -> Option<BaseMark> {
        self.known(path).map(|known| known.base.clone())
    }

    /// What the plan's file holds; nothing is known of any other file.
    pub(super) fn held(&self, path: &Path) -> Held {
        self.known(path).map(|known| known.held.clone()).unwrap_or_default()
    }

    fn known(&self, path: &Path) -> Option<&OnDisk> {
        self.known.as_ref().filter(|known| known.path == path)
    }

    /// A save begins; gives back how far the journal has come.
    pub(super) fn saving(&mut self, path: &Path) -> Result<JournalMark, Message> {
        let place = project::journal_path(path);
        let ours = self.journal.as_ref().is_some_and(|journal| journal.path() == place);
        if !ours && Journal::is_held(&place) {
            return Err(ProjectError::JournalHeld(place).message());
        }
        self.since_save = Some(Vec::new());
        if let Some(journal) = &self.journal {
            return Ok(journal.mark().clone());
        }
        let read = self.resume.as_ref().and_then(|place| Journal::read(place).ok());
        Ok(read.map_or_else(JournalMark::default, |read| JournalMark { base: read.base, steps: read.edits.len() }))
    }

    /// The save is done: the journal begins anew on it, with what was edited meanwhile. The new one is whole before it
    /// takes the place of the old one.
    pub(super) fn saved(&mut self, path: &Path, base: &BaseMark, held: &Held) -> Result<(), Message> {
        let words = |error: ProjectError| error.message();
        let since = self.since_save.take().unwrap_or_default();
        let old = self.journal.take().map(|journal| journal.path().to_path_buf()).or(self.resume.take());
        let place = project::journal_path(path);
        self.known = Some(OnDisk { path: path.to_path_buf(), base: base.clone(), held: held.clone() });
        self.told_held = false;
        if since.is_empty() {
            remove(&place)?;
        } else {
            let mut fresh = place.clone().into_os_string();
            fresh.push(".new");
            let mut journal = Journal::create(Path::new(&fresh), base.clone()).map_err(words)?;
            for (edit, label) in &since {
                journal.append(edit, label).map_err(words)?;
            }
            journal.move_to(&place).map_err(words)?;
            self.journal = Some(journal);
        }
        old.filter(|old| *old != place).map_or(Ok(()), |old| remove(&old))
    }

    /// The save failed or was stopped: the old journal stays.
    pub(super) fn not_saved(&mut self) {
        self.since_save = None;
    }

    /// Another plan is opened, or none: the journal stays where it is, to be offered when its plan is opened again.
    pub(super) fn release(&mut self) {
        self.journal = None;
        self.resume = None;
        self.known = None;
        self.since_save = None;
        self.told_held = false;
    }

    /// The journal that waits for a plan: beside its file, or left behind by a session without one.
    fn waiting(&self, path: Option<&Path>) -> Option<PathBuf> {
        match path {
            Some(path) => Some(project::journal_path(path)),
            None => self.left_behind().into_iter().next(),
        }
    }

    /// Steps that a session without a file left behind.
    pub(super) fn waiting_unsaved(&self) -> usize {
        let steps = |place: &PathBuf| Journal::read(place).map_or(0, |read| read.edits.len());
        self.waiting(None).as_ref().map_or(0, steps)
    }

    /// Journals of sessions that are over, the newest first. Empty ones are nothing to offer.
    fn left_behind(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.state_dir) else { return Vec::new() };
        let mut found: Vec<(std::time::SystemTime, PathBuf)> = entries
            .flatten()
            .filter(|entry| is_unsaved(&entry.file_name().to_string_lossy()))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .filter(|(_, path)| !Journal::is_held(path) && Journal::read(path).is_ok_and(|read| !read.edits.is_empty()))
            .collect();
        found.sort();
        found.into_iter().rev().map(|(_, path)| path).collect()
    }

    /// What replays the waiting journal; the keeper goes on with that journal.
    pub(super) fn recover(
        &mut self,
        content: Content,
        path: Option<&Path>,
    ) -> impl FnOnce() -> Result<Answer, Message> + Send + 'static {
        let place = self.waiting(path);
        let file = path.map(Path::to_path_buf);
        self.journal = None;
        self.resume.clone_from(&place);
        move || {
            let nothing = || Message::new("session.nothing-to-recover");
            let read = Journal::read(&place.ok_or_else(nothing)?).map_err(|error| error.message())?;
            let from_sample = file.is_none() && read.base.fingerprint == SAMPLE;
            let (content, first) = match file {
                Some(file) => (content, project::pending(&file, &read).ok_or_else(nothing)?),
                None if from_sample => (read_sample()?.content, 0),
                None => (Content::default(), 0),
            };
            let mut put = Vec::new();
            read.edits.iter().skip(first).for_each(|step| put_by(&step.edit, &mut put));
            let replayed = project::replay(content, read.edits.into_iter().skip(first).collect());
            Ok(Answer::Recovered {
                plan: Box::new(replayed.plan),
                history: Box::new(replayed.history),
                steps: replayed.applied,
                put,
                from_sample,
                error: replayed.error.map(|error| error.message()),
            })
        }
    }

    /// Lets the waiting journal go.
    pub(super) fn let_go(&mut self, path: Option<&Path>) -> Result<(), Message> {
        self.waiting(path).map_or(Ok(()), |place| remove(&place))
    }
}

/// Kinds of layer that an edit puts into a plan.
fn put_by(edit: &Edit, into: &mut Vec<LayerKind>) {
    match edit {
        Edit::PutLayer(layer, _) => into.push(layer.kind()),
        Edit::Group(edits) => edits.iter().for_each(|edit| put_by(edit, into)),
        _ => {}
    }
}

/// Whether a file in the state folder is the journal of a plan without a file.
fn is_unsaved(name: &str) -> bool {
    name.starts_with("unsaved-") && Path::new(name).extension().is_some_and(|ending| ending == "journal")
}

fn remove(place: &Path) -> Result<(), Message> {
    match std::fs::remove_file(place) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(fault(&error)),
        _ => Ok(()),
    }
}

fn fault(error: &std::io::Error) -> Message {
    Message::new("session.journal-fault").nested("why", crate::base::io_fault(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DistrictId;
    use crate::model::District;

    const LABEL: &str = "session.edit-district";

    fn save_over(file: &Path, journal: JournalMark) -> Result<project::Saved, ProjectError> {
        project::save_beside(&Content::default(), file, &project::Beside { journal, ..project::Beside::default() })
    }

    fn edit(number: u32) -> Edit {
        Edit::PutDistrict(DistrictId(number), Some(District::numbered(number)))
    }

    fn recovered(keeper: &mut Keeper, content: Content, path: Option<&Path>) -> Vec<u32> {
        match keeper.recover(content, path)() {
            Ok(Answer::Recovered { plan, error: None, .. }) => plan.districts.keys().map(|id| id.0).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn edits_survive_two_crashes_and_a_save_under_way() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("plan.gpkg");
        let first = project::save(&Content::default(), &file).unwrap().base;
        let ground = Ground { path: Some(file.clone()), from_sample: false };
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        keeper.opened(Some(&file), &first, &Held::default());
        keeper.append(&ground, &edit(1), LABEL).unwrap();
        // First crash: a new keeper replays and goes on with the same journal.
        drop(keeper);
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [1]);
        keeper.append(&ground, &edit(2), LABEL).unwrap();
        // Second crash.
        drop(keeper);
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [1, 2]);
        // An edit made while a save is under way is in the journal of the saved state.
        let mark = keeper.saving(&file).unwrap();
        assert_eq!(mark, JournalMark { base: first, steps: 2 });
        keeper.append(&ground, &edit(3), LABEL).unwrap();
        let saved = save_over(&file, mark).unwrap();
        keeper.saved(&file, &saved.base, &saved.held).unwrap();
        drop(keeper);
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [3]);
        // Saved with nothing edited since: no journal is left.
        let mark = keeper.saving(&file).unwrap();
        let saved = save_over(&file, mark).unwrap();
        keeper.saved(&file, &saved.base, &saved.held).unwrap();
        assert!(!project::journal_path(&file).exists());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing but the plan is left");
    }

    #[test]
    fn a_crash_between_the_file_and_its_new_journal_loses_nothing_and_repeats_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("plan.gpkg");
        let base = project::save(&Content::default(), &file).unwrap().base;
        let ground = Ground { path: Some(file.clone()), from_sample: false };
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        keeper.opened(Some(&file), &base, &Held::default());
        keeper.append(&ground, &edit(1), LABEL).unwrap();
        let mark = keeper.saving(&file).unwrap();
        keeper.append(&ground, &edit(2), LABEL).unwrap();
        // The file is replaced; the process ends before it tells the keeper.
        save_over(&file, mark).unwrap();
        drop(keeper);
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [2]);
        // What is edited after that goes on behind, and another crash finds both.
        keeper.append(&ground, &edit(3), LABEL).unwrap();
        drop(keeper);
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [2, 3]);
    }

    #[test]
    fn two_windows_do_not_write_to_one_journal() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("plan.gpkg");
        let base = project::save(&Content::default(), &file).unwrap().base;
        let ground = Ground { path: Some(file.clone()), from_sample: false };
        let window = || {
            let mut keeper = Keeper::new(dir.path().to_path_buf());
            keeper.opened(Some(&file), &base, &Held::default());
            keeper
        };
        let (mut one, mut other) = (window(), window());
        one.append(&ground, &edit(1), LABEL).unwrap();
        assert_eq!(other.append(&ground, &edit(2), LABEL).unwrap_err().key(), HELD);
        assert!(other.append(&ground, &edit(3), LABEL).is_ok(), "told once");
        assert_eq!(other.saving(&file).unwrap_err().key(), HELD);
        drop(one);
        drop(other);
        assert_eq!(recovered(&mut window(), Content::default(), Some(&file)), [1]);
    }

    #[test]
    fn a_failed_save_leaves_the_journal() {
        let dir = tempfile::tempdir().unwrap();
        let ground = Ground { path: None, from_sample: false };
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        keeper.append(&ground, &edit(1), LABEL).unwrap();
        let place = keeper.journal.as_ref().unwrap().path().to_path_buf();
        keeper.saving(&dir.path().join("no/such.gpkg")).unwrap();
        keeper.append(&ground, &edit(2), LABEL).unwrap();
        keeper.not_saved();
        assert_eq!(Journal::read(&place).unwrap().edits.len(), 2);
        // Our own journal is not left behind; that of a session which is over is.
        assert_eq!(keeper.waiting_unsaved(), 0);
        drop(keeper);
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(keeper.waiting_unsaved(), 2);
        assert_ne!(keeper.free_place(), place);
        assert_eq!(recovered(&mut keeper, Content::default(), None), [1, 2]);
    }
}
