//! Keeps every edit: the journal beside a plan's file, or in the user's state folder while the plan has none.
//!
//! Edits made while a save is under way go to the old journal and, once the file is in place, to the new one too, so
//! that a crash at any moment finds them.

use std::path::{Path, PathBuf};

use super::files::read_sample;
use crate::base::Message;
use crate::model::{Content, Edit};
use crate::project::{self, BaseMark, Journal, ProjectError};
use crate::session::Answer;

/// Fingerprint of a journal that builds on the sample the program carries.
const SAMPLE: &str = "sample";

/// What a plan's journal builds on and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ground {
    /// The plan's file, when it has one.
    pub(super) path: Option<PathBuf>,
    /// The plan began as the sample.
    pub(super) from_sample: bool,
}

/// The journal of the open plan.
pub(super) struct Keeper {
    state_dir: PathBuf,
    journal: Option<Journal>,
    /// A journal that was just replayed goes on; it is not begun anew.
    resume: Option<PathBuf>,
    /// Plans released so far, so that each without a file has a journal of its own.
    plans: usize,
    /// Edits since a save began, while it is under way.
    since_save: Option<Vec<(Edit, &'static str)>>,
}

impl Keeper {
    pub(super) fn new(state_dir: PathBuf) -> Self {
        Self { state_dir, journal: None, resume: None, plans: 0, since_save: None }
    }

    /// Writes an edit.
    pub(super) fn append(&mut self, ground: &Ground, edit: &Edit, label: &'static str) -> Result<(), Message> {
        if let Some(since) = &mut self.since_save {
            since.push((edit.clone(), label));
        }
        if self.journal.is_none() {
            self.journal = Some(self.begin(ground)?);
        }
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.append(edit, label).map_err(|error| error.message())
    }

    fn begin(&mut self, ground: &Ground) -> Result<Journal, Message> {
        let words = |error: ProjectError| error.message();
        if let Some(place) = self.resume.take() {
            let read = Journal::read(&place).map_err(words)?;
            return Journal::resume(&place, &read).map_err(words);
        }
        let place = self.place(ground.path.as_deref());
        if let Some(dir) = place.parent() {
            std::fs::create_dir_all(dir).map_err(|error| fault(&error))?;
        }
        let base = match &ground.path {
            Some(path) => project::mark_of(path).unwrap_or_default(),
            None if ground.from_sample => BaseMark { counter: 0, fingerprint: SAMPLE.to_owned() },
            None => BaseMark::default(),
        };
        Journal::create(&place, base).map_err(words)
    }

    fn place(&self, path: Option<&Path>) -> PathBuf {
        let unsaved = || self.state_dir.join(format!("unsaved-{}-{}.journal", std::process::id(), self.plans));
        path.map_or_else(unsaved, project::journal_path)
    }

    /// A save begins.
    pub(super) fn saving(&mut self) {
        self.since_save = Some(Vec::new());
    }

    /// The save is done: the journal begins anew on it, with what was edited meanwhile.
    pub(super) fn saved(&mut self, path: &Path, base: &BaseMark) -> Result<(), Message> {
        let since = self.since_save.take().unwrap_or_default();
        let old = self.journal.take().map(|journal| journal.path().to_path_buf());
        let old = old.or(self.resume.take());
        let place = project::journal_path(path);
        if let Some(old) = old.filter(|old| *old != place) {
            remove(&old)?;
        }
        if since.is_empty() {
            return remove(&place);
        }
        let mut journal = Journal::create(&place, base.clone()).map_err(|error| error.message())?;
        for (edit, label) in &since {
            journal.append(edit, label).map_err(|error| error.message())?;
        }
        self.journal = Some(journal);
        Ok(())
    }

    /// The save failed or was stopped: the old journal stays.
    pub(super) fn not_saved(&mut self) {
        self.since_save = None;
    }

    /// Another plan is opened, or none: the journal stays where it is, to be offered when its plan is opened again.
    pub(super) fn release(&mut self) {
        self.journal = None;
        self.resume = None;
        self.since_save = None;
        self.plans += 1;
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
            .filter(|entry| is_left_behind(&entry.file_name().to_string_lossy()))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .filter(|(_, path)| Journal::read(path).is_ok_and(|read| !read.edits.is_empty()))
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
        let unsaved = path.is_none();
        self.journal = None;
        self.resume.clone_from(&place);
        move || {
            let place = place.ok_or_else(|| Message::new("session.nothing-to-recover"))?;
            let read = Journal::read(&place).map_err(|error| error.message())?;
            let from_sample = unsaved && read.base.fingerprint == SAMPLE;
            let content = match (unsaved, from_sample) {
                (true, true) => read_sample()?.content,
                (true, false) => Content::default(),
                (false, _) => content,
            };
            let replayed = project::replay(content, read.edits);
            Ok(Answer::Recovered {
                plan: Box::new(replayed.plan),
                history: Box::new(replayed.history),
                steps: replayed.applied,
                from_sample,
                error: replayed.error.map(|error| error.to_string()),
            })
        }
    }

    /// Lets the waiting journal go.
    pub(super) fn let_go(&mut self, path: Option<&Path>) -> Result<(), Message> {
        self.waiting(path).map_or(Ok(()), |place| remove(&place))
    }
}

/// Whether a file in the state folder is the journal of a session that is over.
fn is_left_behind(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("unsaved-").and_then(|rest| rest.strip_suffix(".journal")) else { return false };
    let process = rest.split('-').next().unwrap_or(rest);
    process != std::process::id().to_string() && !Path::new("/proc").join(process).exists()
}

fn remove(place: &Path) -> Result<(), Message> {
    match std::fs::remove_file(place) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(fault(&error)),
        _ => Ok(()),
    }
}

fn fault(error: &std::io::Error) -> Message {
    Message::new("session.journal-fault").text("why", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DistrictId;
    use crate::model::District;

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
        let base = project::save(&Content::default(), &file).unwrap().base;
        let ground = Ground { path: Some(file.clone()), from_sample: false };
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        keeper.append(&ground, &edit(1), "session.edit-district").unwrap();
        // First crash: a new keeper replays and goes on with the same journal.
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [1]);
        keeper.append(&ground, &edit(2), "session.edit-district").unwrap();
        // Second crash.
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [1, 2]);
        // An edit made while a save is under way is in the journal of the saved state.
        keeper.saving();
        keeper.append(&ground, &edit(3), "session.edit-district").unwrap();
        keeper.saved(&file, &base).unwrap();
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        assert_eq!(recovered(&mut keeper, Content::default(), Some(&file)), [3]);
        // Saved with nothing edited since: no journal is left.
        keeper.saving();
        keeper.saved(&file, &base).unwrap();
        assert!(!project::journal_path(&file).exists());
    }

    #[test]
    fn a_failed_save_leaves_the_journal() {
        let dir = tempfile::tempdir().unwrap();
        let ground = Ground { path: None, from_sample: false };
        let mut keeper = Keeper::new(dir.path().to_path_buf());
        keeper.append(&ground, &edit(1), "session.edit-district").unwrap();
        keeper.saving();
        keeper.append(&ground, &edit(2), "session.edit-district").unwrap();
        keeper.not_saved();
        let place = keeper.place(None);
        assert_eq!(Journal::read(&place).unwrap().edits.len(), 2);
        // Our own journal is not left behind; another process's is.
        assert_eq!(keeper.waiting_unsaved(), 0);
        std::fs::rename(&place, dir.path().join("unsaved-4294967295-0.journal")).unwrap();
        keeper.release();
        assert_eq!(keeper.waiting_unsaved(), 2);
        assert_eq!(recovered(&mut keeper, Content::default(), None), [1, 2]);
    }
}
