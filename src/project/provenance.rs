//! Where the layers of a plan came from, and what the files said of its compounds: what a plan that is opened needs to have
//! its layers read again when a file changed.
//!
//! A file is kept by its path as it was given and by its way from the plan's folder, which counts first, so that a plan that
//! moves with its maps finds them. Of what was read of a compound only that is kept in which the plan has come to differ;
//! for the rest a mark tells whether another program changed the compound in the plan file since. Nothing is read here, and
//! a file that is gone is nobody's fault.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use super::records::{AsReadRow, FileRow};
use super::tables::{self, Writer, fid};
use crate::base::CompoundId;
use crate::gpkg::GpkgError;
use crate::import::ReadOptions;
use crate::model::{Backdrop, BackdropSource, Compound, CompoundKey, Content, LayerKind, Looks, compound_keys};

/// Folders inside one another that are looked into, as many as reading follows.
const DEEPEST: usize = 4;

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Bytes; of a folder or a file in several parts, their sum.
    pub length: u64,
    /// When it was last written; the latest of several.
    pub modified: Option<SystemTime>,
}

impl Mark {
    /// The state of a file, of all parts of a shapefile, or of everything in a folder; `None` of what cannot be asked for.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        let mut mark = Self::default();
        if metadata.is_dir() {
            mark.add_folder(path, DEEPEST);
            return Some(mark);
        }
        mark.add(&metadata);
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shp")) {
            for ending in ["dbf", "DBF", "prj", "PRJ", "cpg", "CPG", "shx", "SHX"] {
                if let Ok(beside) = std::fs::metadata(path.with_extension(ending)) {
                    mark.add(&beside);
                }
            }
        }
        Some(mark)
    }

    fn add(&mut self, metadata: &std::fs::Metadata) {
        self.length = self.length.wrapping_add(metadata.len());
        self.modified = self.modified.max(metadata.modified().ok());
    }

    fn add_folder(&mut self, path: &Path, deeper: usize) {
        let Some(deeper) = deeper.checked_sub(1) else { return };
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => self.add_folder(&entry.path(), deeper),
                Ok(metadata) => self.add(&metadata),
                Err(_) => {}
            }
        }
    }
}

/// A file that layers of a plan, or facts of its compounds, were read from.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its state just before it was read.
    pub mark: Mark,
    /// The state that the user wants nothing to do with.
    pub declined: Option<Mark>,
    /// What was said of it.
    pub options: ReadOptions,
    /// Kinds of layer that it brought; none of a ledger.
    pub kinds: Vec<LayerKind>,
}

/// Where the layers of a plan came from; empty where nobody knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// Files, in the order in which they were read.
    pub files: Vec<SourceFile>,
    /// Compounds as reading and joining brought them in. Empty facts and an empty shape stand for what is not known any more.
    pub base: Arc<Vec<Compound>>,
}

impl Provenance {
    /// Names of files that are not there now.
    #[must_use]
    pub fn gone(&self) -> Vec<String> {
        let gone = self.files.iter().filter(|file| Mark::of(&file.path).is_none());
        gone.map(|file| file.path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect()
    }
}

impl Writer<'_> {
    /// Where layers came from, when that is known.
    pub(super) fn provenance(&mut self) -> Result<(), GpkgError> {
        let known = self.provenance;
        let files: Vec<FileRow> = known.files.iter().filter_map(|file| FileRow::new(file, self.folder)).collect();
        if files.is_empty() {
            return Ok(());
        }
        self.plain(tables::FILES, files.into_iter())?;
        if known.base.is_empty() { Ok(()) } else { self.plain(tables::AS_READ, as_read(self.content, &known.base)) }
    }
}

/// A row for each compound of the plan that a file brought.
fn as_read<'a>(content: &'a Content, base: &'a [Compound]) -> impl Iterator<Item = AsReadRow> {
    let known: HashMap<CompoundKey<'_>, &Compound> = compound_keys(base).zip(base).collect();
    let all = compound_keys(&content.compounds).zip(content.compounds.iter()).enumerate();
    all.filter_map(move |(row, (key, own))| Some(AsReadRow::new(fid(CompoundId::from_index(row)), own, known.get(&key)?)))
}

/// Compounds as they were read, out of the rows that tell of them.
pub(super) fn base_of(content: &Content, rows: BTreeMap<CompoundId, AsReadRow>) -> Arc<Vec<Compound>> {
    let own = |id: &CompoundId| content.compounds.get(id.index());
    let all = rows.len() == content.compounds.len();
    if all && rows.par_iter().all(|(id, row)| own(id).is_some_and(|own| row.is_as_read(own))) {
        return Arc::clone(&content.compounds);
    }
    Arc::new(rows.into_iter().filter_map(|(id, row)| Some(row.base(own(&id)?))).collect())
}

/// The folder of a plan file as it really is.
pub(super) fn folder_of(plan: &Path) -> PathBuf {
    let real = plan.canonicalize().or_else(|_| std::path::absolute(plan)).unwrap_or_else(|_| plan.to_path_buf());
    let folder = real.parent().map(Path::to_path_buf).unwrap_or_default();
    folder.canonicalize().unwrap_or(folder)
}

/// The way from a folder to a file, its parts between slashes; `None` where there is none, as between two drives.
pub(super) fn way_from(folder: &Path, file: &Path) -> Option<String> {
    let real = file.canonicalize().ok();
    let (mut to, mut from) = (real.as_deref().unwrap_or(file).components().peekable(), folder.components().peekable());
    while to.peek().is_some() && to.peek() == from.peek() {
        to.next();
        from.next();
    }
    let up = from.map(|part| matches!(part, Component::Normal(_)).then_some(".."));
    let down = to.map(|part| if let Component::Normal(name) = part { name.to_str() } else { None });
    up.chain(down).collect::<Option<Vec<&str>>>().map(|parts| parts.join("/"))
}

/// Looks as a plan file holds them: a backdrop by the way to it from the folder, where there is one.
pub(super) fn looks_from(folder: &Path, looks: &Looks) -> Looks {
    let BackdropSource::File(file) = &looks.backdrop.source else { return looks.clone() };
    let way = way_from(folder, Path::new(file)).unwrap_or_else(|| file.clone());
    let backdrop = Backdrop { source: BackdropSource::File(way), ..looks.backdrop.clone() };
    Looks { backdrop, ..looks.clone() }
}

/// Looks of a plan file in that folder, as the program holds them.
pub(super) fn looks_in(folder: &Path, looks: Looks) -> Looks {
    let BackdropSource::File(way) = &looks.backdrop.source else { return looks };
    if Path::new(way).is_absolute() {
        return looks;
    }
    let file = along(folder, way).to_string_lossy().into_owned();
    Looks { backdrop: Backdrop { source: BackdropSource::File(file), ..looks.backdrop }, ..looks }
}

/// Where a way leads.
pub(super) fn along(folder: &Path, way: &str) -> PathBuf {
    let mut place = folder.to_path_buf();
    for part in way.split('/') {
        if part == ".." {
            place.pop();
        } else {
            place.push(part);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backdrop_moves_with_its_plan() {
        let of = |path: &str| Looks {
            backdrop: Backdrop { source: BackdropSource::File(path.to_owned()), opacity: 0.5 },
            ..Looks::default()
        };
        let kept = looks_from(Path::new("/town/plan"), &of("/town/maps/图.mbtiles"));
        assert_eq!(kept, of("../maps/图.mbtiles"));
        assert_eq!(looks_in(Path::new("/city/plan"), kept), of("/city/maps/图.mbtiles"));
        assert_eq!(looks_in(Path::new("/city/plan"), of("/elsewhere/a.tif")), of("/elsewhere/a.tif"));
        assert_eq!(looks_from(Path::new("/town"), &Looks::default()), Looks::default());
    }

    #[test]
    fn a_way_leads_where_it_was_taken_from() {
        for (folder, file, want) in [
            ("/town/plan", "/town/plan/maps/a.shp", "maps/a.shp"),
            ("/town/plan", "/town/maps/小区.geojson", "../maps/小区.geojson"),
            ("/town/plan/2026", "/a.kml", "../../../a.kml"),
        ] {
            let way = way_from(Path::new(folder), Path::new(file)).expect("a way");
            assert_eq!(way, want);
            assert_eq!(along(Path::new(folder), &way), Path::new(file));
        }
    }
}
