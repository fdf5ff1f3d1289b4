//! Frozen versions on the disk, and the plans that go on from them.

use std::path::{Path, PathBuf};

use super::error::ProjectError;
use super::open::{self, Opened};
use super::provenance::{along, folder_of, way_from};
use super::save::{Beside, Saved, save_beside};
use crate::export::plan_hash;
use crate::model::Content;

/// Writes the branch of a frozen version into a file of its own; `version` is where the frozen version lies.
///
/// # Errors
/// [`ProjectError::NotFrozen`] when the plan is none, [`ProjectError::Frozen`] when a frozen version lies at `to`, and
/// [`ProjectError::Save`].
pub fn save_branch(opened: &Opened, version: &Path, to: &Path, title: Option<&str>) -> Result<Saved, ProjectError> {
    let way = way_from(&folder_of(to), version).unwrap_or_else(|| file_name(version));
    let mut branch = opened.content.branch(&way).ok_or_else(|| ProjectError::NotFrozen(version.to_path_buf()))?;
    if let Some(title) = title {
        title.clone_into(&mut branch.title);
    }
    save_beside(&branch, to, &Beside { provenance: opened.provenance.clone(), ..Beside::default() })
}

/// The frozen version that a plan was branched from last, opened: looked for where the plan says, then beside the plan.
///
/// # Errors
/// [`ProjectError::NoLineage`] when the plan comes from none, [`ProjectError::VersionGone`] when no file there is that version.
pub fn version_of(content: &Content, plan: &Path) -> Result<(PathBuf, Opened), ProjectError> {
    let from = content.lineage.last().ok_or_else(|| ProjectError::NoLineage(plan.to_path_buf()))?;
    let folder = folder_of(plan);
    let told = along(&folder, &from.file);
    let beside = told.file_name().map(|name| folder.join(name));
    for place in std::iter::once(told).chain(beside) {
        let Ok(opened) = open::open(&place) else { continue };
        // The hash counts, not the name: a file that was put in its place is another plan.
        let is_it = opened.content.seal().is_some_and(|seal| seal.plan_hash == from.plan_hash);
        if is_it && plan_hash(&opened.content) == from.plan_hash {
            return Ok((place, opened));
        }
    }
    Err(ProjectError::VersionGone { file: from.file.clone(), date: from.date.clone(), plan_hash: from.plan_hash.clone() })
}

/// The way from the folder of a plan file to another file, as plans remember it; `None` where there is none.
#[must_use]
pub fn way_to(plan: &Path, file: &Path) -> Option<String> {
    way_from(&folder_of(plan), file)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
