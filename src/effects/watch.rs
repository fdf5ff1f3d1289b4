//! Files of the layers that change on disk: how they look now, and how their layers are read anew.
//!
//! A look costs one question to the system for each file and never waits for the window; reading anew takes the way that
//! reading took at first, with what was said of the files then.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::files::join_tables;
use crate::base::{Message, Reporter};
use crate::import::{self, FileRead, ReadOptions};
use crate::jobs::{Outcome, Outlines, Shared, Slot, Wake};
use crate::model::{Compound, Content, LayerContent};
use crate::project::Mark;
use crate::session::{Answer, Origin, Rereading, State};

/// Time between two looks.
pub const INTERVAL: Duration = Duration::from_secs(2);

/// Looks at the files of a session now and then, on a thread of its own.
#[derive(Default)]
pub(super) struct Watch {
    slot: Slot<Vec<(PathBuf, Mark)>>,
    last: Option<Instant>,
}

impl Watch {
    /// Takes what was seen, and looks again when it is time to. Only for a window, which asks again and again.
    pub(super) fn poll(&mut self, state: &mut State, wake: &Wake) {
        if let Outcome::Done(marks) = self.slot.take() {
            state.origins.looked(&marks);
        }
        let due = self.last.is_none_or(|last| last.elapsed() >= INTERVAL);
        let paths = state.origins.paths();
        if due && !paths.is_empty() && !self.slot.is_running() {
            self.last = Some(Instant::now());
            self.slot.start("watch", Arc::clone(wake), move |_| look(&paths));
        }
    }
}

/// Looks at the user's wish and tells what came of it.
pub(super) fn look_on_purpose(state: &mut State) {
    let paths = state.origins.paths();
    let found = look(&paths);
    let is_there = |path: &PathBuf| found.iter().any(|(there, _)| there == path);
    let gone: Vec<String> = paths.iter().filter(|path| !is_there(path)).map(|path| file_name(path)).collect();
    let changed = state.origins.looked_on_purpose(&found);
    if !gone.is_empty() {
        state.tell(Message::new("session.files-gone").text("files", gone.join(", ")));
    } else if !changed {
        state.tell(Message::new("session.files-unchanged"));
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Shows what a file being read looks like so far, until the picture of its layer is there.
pub(super) fn show_outlines(file: &Slot<Answer>, state: &mut State) {
    match file.outlines() {
        Some(outlines) if !outlines.is_empty() => state.outlines = outlines,
        Some(_) => {}
        None => {
            let drawn = state.is_open && state.derived.scene.is_fresh(state.revisions.scene());
            if drawn || !state.is_open {
                state.outlines = Outlines::default();
            }
        }
    }
}

/// How files look now. One that cannot be asked for is left out: it may come back.
pub(super) fn look(paths: &[PathBuf]) -> Vec<(PathBuf, Mark)> {
    paths.iter().filter_map(|path| Some((path.clone(), Mark::of(path)?))).collect()
}

/// Reads anew what changed files brought. Nothing is replaced unless everything could be read.
pub(super) fn reread(rereading: Rereading, content: &Content, shared: &Shared) -> Result<Answer, Message> {
    let working_crs = (content.crs_code != 0).then_some(content.crs_code);
    let (mut files, mut fresh, mut tables) = (Vec::new(), Vec::new(), Vec::new());
    for origin in rereading.maps {
        let mark = Mark::of(&origin.path).unwrap_or_default();
        let options = ReadOptions { working_crs, ..origin.options.clone() };
        let read = import::read_path(&origin.path, &options, shared);
        let mut read: FileRead = read.map_err(|error| match error {
            import::ImportError::Cancelled => Message::new("session.cancelled"),
            other => other.message(),
        })?;
        tables.append(&mut read.tables);
        files.push(read);
        fresh.push(Origin::new(origin.path, mark, origin.options, origin.kinds));
    }
    for origin in rereading.ledgers {
        let mark = Mark::of(&origin.path).unwrap_or_default();
        tables.extend(import::read_ledgers(&origin.path, "", &origin.options.choices).map_err(|error| error.message())?);
        fresh.push(Origin::new(origin.path, mark, origin.options, origin.kinds));
    }
    if shared.should_stop() {
        return Err(Message::new("session.cancelled"));
    }
    let mut failures = Vec::new();
    let compounds: Vec<Compound> = files.iter().flat_map(|file| &file.layers).flat_map(compounds_of).collect();
    let joined = if compounds.is_empty() { None } else { join_tables(compounds, tables, &mut failures) };
    Ok(Answer::Reread { kinds: rereading.kinds, files, joined, failures, origins: fresh })
}

fn compounds_of(layer: &import::LoadedLayer) -> Vec<Compound> {
    if let LayerContent::Compounds(read) = &layer.content { read.to_vec() } else { Vec::new() }
}
