//! The plan file: a GeoPackage that any GIS opens as it is, with a schema version and a way up for older ones; and the
//! journal beside it, which keeps every edit since the last save.
//!
//! Forms on disk (`records`) are apart from the types in memory. Saving replaces the file by one rename or leaves it alone.

mod copies;
mod error;
mod foreign;
mod held;
mod journal;
mod lineage;
mod migrate;
mod open;
mod provenance;
mod reading;
mod records;
mod save;
mod seal;
mod tables;
#[cfg(test)]
mod tests;

pub use copies::{CopyRules, copies, copies_folder, keep_before_save};
pub use error::{ProjectError, SaveFault};
pub use held::Held;
pub use journal::{Journal, JournalRead, JournalStep, Replayed, journal_path, replay};
pub use lineage::{save_branch, version_of, way_to};
pub use open::{Opened, is_plan, mark_of, open, pending};
pub use provenance::{Mark, Provenance, SourceFile};
pub use save::{Beside, Saved, save, save_beside};

use serde::{Deserialize, Serialize};

/// Version of the tables that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Names one saved state of a plan file, so that a journal is only offered for the state it was begun on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseMark {
    /// How often the file was saved; 0 for a plan never saved.
    pub counter: u64,
    /// Fingerprint of what was saved; empty for a plan never saved.
    pub fingerprint: String,
}

/// How far a journal had come: what a save takes into the file. A file names it, so that a crash between the change of
/// the file and the new journal loses nothing: steps of the old journal beyond these are still to be offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalMark {
    /// The state on which the journal builds.
    pub base: BaseMark,
    /// Its first steps, so many, are in the file.
    pub steps: usize,
}
