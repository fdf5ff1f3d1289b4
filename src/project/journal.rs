//! The journal: every edit since the last save, one line each, written and synced at once.
//!
//! A line is `crc32 length json`, so that a line torn by a crash or a full disk is known and only it is lost. Layers come
//! in part lines before the edit that needs them. The first line names the saved state on which the journal builds.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::ProjectError;
use super::records::{EditRecord, LayerPart, Parts, split};
use super::{BaseMark, JournalMark, SCHEMA_VERSION};
use crate::base::Message;
use crate::model::{Content, Edit, EditError, History, Plan};

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first.
    Journal { schema_version: u32, base: BaseMark },
    /// Features for an edit that follows.
    Part(LayerPart),
    /// An edit that was committed, undone or redone.
    Edit { label: String, edit: Box<EditRecord> },
}

/// The journal of a plan file: the file's name and `.journal`.
#[must_use]
pub fn journal_path(plan: &Path) -> PathBuf {
    let mut name = plan.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

/// A journal open for appending. It is locked while it is open, so that no other process writes to it or offers it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// The lock goes with it.
    file: File,
    mark: JournalMark,
    /// Bytes that are whole; a failed append is cut back to here.
    length: u64,
    layers: usize,
}

impl Journal {
    /// Begins a journal on a saved state; one that is there is replaced.
    ///
    /// # Errors
    /// [`ProjectError::Journal`] when the file cannot be written, [`ProjectError::JournalHeld`] when another process does.
    pub fn create(path: &Path, base: BaseMark) -> Result<Self, ProjectError> {
        let fault = |source| ProjectError::Journal { file: path.to_path_buf(), source };
        // Emptied only once it is ours.
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(fault)?;
        lock(&file, path)?;
        file.set_len(0).map_err(fault)?;
        let mark = JournalMark { base: base.clone(), steps: 0 };
        let mut journal = Self { path: path.to_path_buf(), file, mark, length: 0, layers: 0 };
        journal.write(&line(&Line::Journal { schema_version: SCHEMA_VERSION, base }).map_err(fault)?).map_err(fault)?;
        Ok(journal)
    }

    /// Goes on with a journal that was read; what is torn at its end is cut off.
    ///
    /// # Errors
    /// As [`Journal::create`].
    pub fn resume(path: &Path, read: &JournalRead) -> Result<Self, ProjectError> {
        let fault = |source| ProjectError::Journal { file: path.to_path_buf(), source };
        let mut file = OpenOptions::new().write(true).open(path).map_err(fault)?;
        lock(&file, path)?;
        file.set_len(read.length).map_err(fault)?;
        file.seek(SeekFrom::End(0)).map_err(fault)?;
        let mark = JournalMark { base: read.base.clone(), steps: read.edits.len() };
        Ok(Self { path: path.to_path_buf(), file, mark, length: read.length, layers: read.layers })
    }

    /// Whether some process has the journal open for appending; a journal that is not there is not held.
    #[must_use]
    pub fn is_held(path: &Path) -> bool {
        let Ok(file) = File::open(path) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    /// How far the journal has come.
    #[must_use]
    pub fn mark(&self) -> &JournalMark {
        &self.mark
    }

    /// Moves the journal to `path`, over one that is there.
    ///
    /// # Errors
    /// [`ProjectError::Journal`]; the journal then stays where it was.
    pub fn move_to(&mut self, path: &Path) -> Result<(), ProjectError> {
        let fault = |source| ProjectError::Journal { file: path.to_path_buf(), source };
        std::fs::rename(&self.path, path).map_err(fault)?;
        self.path = path.to_path_buf();
        Ok(())
    }

    /// Appends an edit that was applied (undo and redo too) and returns once it is on the disk. `label` is a key, for
    /// people who read the journal.
    ///
    /// # Errors
    /// [`ProjectError::Journal`], on a full disk for one; what was in the journal before is still good, and the edit can
    /// be appended again.
    pub fn append(&mut self, edit: &Edit, label: &str) -> Result<(), ProjectError> {
        let written = self.append_lines(edit, label);
        if written.is_err() {
            // Best effort: reading copes with a torn end as well.
            let _ = self.file.set_len(self.length).and_then(|()| self.file.seek(SeekFrom::Start(self.length)));
        }
        written.map_err(|source| ProjectError::Journal { file: self.path.clone(), source })
    }

    fn append_lines(&mut self, edit: &Edit, label: &str) -> std::io::Result<()> {
        let (mut layers, file, mut length) = (self.layers, &mut self.file, self.length);
        let record = split(edit, &mut layers, &mut |part| {
            let bytes = line(&Line::Part(part))?;
            length += bytes.len() as u64;
            file.write_all(&bytes)
        })?;
        let bytes = line(&Line::Edit { label: label.to_owned(), edit: Box::new(record) })?;
        file.write_all(&bytes)?;
        file.sync_data()?;
        self.length = length + bytes.len() as u64;
        self.layers = layers;
        self.mark.steps += 1;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_data()?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Where the journal lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads a journal as far as it is whole. One line is held in memory at a time, beside the edits.
    ///
    /// # Errors
    /// [`ProjectError::NotAJournal`] when the first line is not ours; [`ProjectError::Journal`] when the file cannot be read.
    pub fn read(path: &Path) -> Result<JournalRead, ProjectError> {
        let fault = |source| ProjectError::Journal { file: path.to_path_buf(), source };
        let mut reader = BufReader::new(File::open(path).map_err(fault)?);
        let mut raw = Vec::new();
        let header = next_line(&mut reader, &mut raw).map_err(fault)?;
        let Some((Line::Journal { schema_version: SCHEMA_VERSION, base }, mut at)) = header else {
            return Err(ProjectError::NotAJournal(path.to_path_buf()));
        };
        let mut read = JournalRead { base, edits: Vec::new(), torn: false, length: at, layers: 0 };
        let mut parts = Parts::default();
        let mut layers = 0;
        loop {
            let Some((line, length)) = next_line(&mut reader, &mut raw).map_err(fault)? else { break };
            at += length;
            match line {
                Line::Part(part) => {
                    layers = layers.max(part.layer_number() + 1);
                    parts.add(part);
                }
                Line::Edit { label, edit } => {
                    layers = layers.max(edit.layers());
                    let Some(edit) = edit.into_edit(&mut parts) else { break };
                    read.edits.push(JournalStep { label, edit });
                    read.length = at;
                    read.layers = layers;
                }
                Line::Journal { .. } => break,
            }
        }
        let total = std::fs::metadata(path).map_err(fault)?.len();
        read.torn = total > read.length;
        Ok(read)
    }
}

/// A step of a journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalStep {
    /// Key of what the user did, as it was appended.
    pub label: String,
    /// The edit that was applied.
    pub edit: Edit,
}

fn lock(file: &File, path: &Path) -> Result<(), ProjectError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(ProjectError::JournalHeld(path.to_path_buf())),
        Err(TryLockError::Error(source)) => Err(ProjectError::Journal { file: path.to_path_buf(), source }),
    }
}

/// What a journal holds.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalRead {
    /// The saved state on which it builds; a journal of another state is not to be replayed.
    pub base: BaseMark,
    /// Edits in order.
    pub edits: Vec<JournalStep>,
    /// Something at the end was not whole and is lost.
    pub torn: bool,
    /// Bytes that are whole.
    length: u64,
    /// Layers in it.
    layers: usize,
}

impl JournalRead {
    /// Whether there is anything to offer for a plan opened in the state `base`.
    #[must_use]
    pub fn is_for(&self, base: &BaseMark) -> bool {
        !self.edits.is_empty() && self.base == *base
    }
}

/// A plan with the edits of a journal in it.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The plan.
    pub plan: Plan,
    /// Its history; every replayed step can be undone.
    pub history: History,
    /// Steps applied.
    pub applied: usize,
    /// Why the next one did not fit, when one did not.
    pub error: Option<EditError>,
}

/// Applies the edits of a journal to the state on which it builds, up to the first that does not fit.
#[must_use]
pub fn replay(content: Content, steps: Vec<JournalStep>) -> Replayed {
    let mut replayed = Replayed { plan: Plan::new(content), history: History::default(), applied: 0, error: None };
    for step in steps {
        let label = Message::new("project.recovered-edit");
        match replayed.history.commit(&mut replayed.plan, label, step.edit) {
            Ok(_) => replayed.applied += 1,
            Err(error) => {
                replayed.error = Some(error);
                break;
            }
        }
    }
    replayed
}

/// A line with its checksum and length, and the line break.
fn line(line: &Line) -> std::io::Result<Vec<u8>> {
    let json = serde_json::to_vec(line)?;
    let mut bytes = format!("{:08x} {:08x} ", crc32(&json), json.len()).into_bytes();
    bytes.extend_from_slice(&json);
    bytes.push(b'\n');
    Ok(bytes)
}

/// The next line and its length in bytes; `None` at the end and where a line is not whole.
fn next_line(reader: &mut impl BufRead, raw: &mut Vec<u8>) -> std::io::Result<Option<(Line, u64)>> {
    raw.clear();
    reader.read_until(b'\n', raw)?;
    Ok(parse(raw).map(|line| (line, raw.len() as u64)))
}

fn parse(raw: &[u8]) -> Option<Line> {
    let body = raw.strip_suffix(b"\n")?;
    let (head, json) = (body.get(..18)?, body.get(18..)?);
    let number = |text: &[u8]| u32::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok();
    let whole = number(&head[..8])? == crc32(json) && number(&head[9..17])? as usize == json.len();
    if whole { serde_json::from_slice(json).ok() } else { None }
}

/// CRC-32 of IEEE 802.3, as zip and PNG have it.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    !bytes.iter().fold(!0_u32, |crc, byte| (crc >> 8) ^ TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)])
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        // `i` is below 256, so the cast keeps it.
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
