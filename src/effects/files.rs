//! Work on files, each a function that a job runs: open, load, save, export, journal, solve.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sample::sample_files;
use super::survey::survey;
use crate::base::{CompoundId, Message, Reporter};
use crate::export::{self, ExportOrder, FormKind};
use crate::grouping::{self, Observer, Problem};
use crate::i18n::Lang;
use crate::import::{self, FileRead, ReadOptions};
use crate::jobs::Shared;
use crate::model::{Compound, Content, LayerContent, LayerKind};
use crate::project::{self, BaseMark, Beside, CopyRules, Held, Journal, Mark, Opened, Provenance};
use crate::session::{Answer, LoadOrder, Origin, Pack, Remembered, derive};

/// Opens a plan file, or looks for layers in a file that is none. `answers` is what was settled before.
pub(super) fn open(path: &Path, content: &Content, answers: &[Remembered], shared: &Shared) -> Result<Answer, Message> {
    // A GeoPackage of another program is a map.
    let is_map = !is_gpkg(path) || (!project::is_plan(path) && import::holds_features(path));
    if is_map {
        return survey(vec![path.to_path_buf()], content, answers, false, shared);
    }
    let opened = project::open(path).map_err(|error| error.message())?;
    let journal_steps = waiting_steps(path);
    Ok(Answer::Opened {
        content: Box::new(opened.content),
        path: Some(path.to_path_buf()),
        warnings: opened.warnings,
        journal_steps,
        base: opened.base,
        held: opened.held,
        gone: opened.provenance.gone(),
        provenance: Box::new(opened.provenance),
    })
}

fn is_gpkg(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gpkg"))
}

/// Steps of a journal beside the file that the file lacks. One that another window is writing is that window's.
fn waiting_steps(path: &Path) -> usize {
    let journal = project::journal_path(path);
    if !journal.exists() || Journal::is_held(&journal) {
        return 0;
    }
    match Journal::read(&journal) {
        Ok(read) => project::pending(path, &read).map_or(0, |first| read.edits.len() - first),
        Err(error) => {
            log::warn!("{error}");
            0
        }
    }
}

/// Opens the sample that the binary carries.
pub(super) fn open_sample() -> Result<Answer, Message> {
    let opened = read_sample()?;
    Ok(Answer::Opened {
        content: Box::new(opened.content),
        path: None,
        warnings: opened.warnings,
        journal_steps: 0,
        base: BaseMark::default(),
        held: Held::default(),
        gone: Vec::new(),
        provenance: Box::new(Provenance::default()),
    })
}

/// The sample plan.
pub(super) fn read_sample() -> Result<Opened, Message> {
    let fault = |error: std::io::Error| Message::new("session.sample-fault").nested("why", crate::base::io_fault(&error));
    let (name, bytes) = sample_files()[0];
    let dir = tempfile::tempdir().map_err(fault)?;
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).map_err(fault)?;
    project::open(&path).map_err(|error| error.message())
}

/// Reads maps as layers and joins tables to the compounds, those at hand or those just read.
pub(super) fn load(mut orders: Vec<LoadOrder>, content: &Content, shared: &Shared) -> Result<Answer, Message> {
    // What was unpacked is for this reading alone: the orders are kept with the reports.
    let unpacked: BTreeMap<PathBuf, Arc<import::Unpacked>> =
        orders.iter_mut().filter_map(|order| Some((order.path.clone(), order.unpacked.take()?))).collect();
    let (tables, maps): (Vec<&LoadOrder>, Vec<&LoadOrder>) = orders.iter().partition(|order| import::is_table(&order.path));
    let mut failures = Vec::new();
    let mut files: Vec<FileRead> = Vec::new();
    let mut origins = Vec::new();
    // Ledgers that lay in folders and zips.
    let mut inside: Vec<import::Table> = Vec::new();
    let mut working_crs = (content.crs_code != 0).then_some(content.crs_code);
    for order in maps {
        let options = ReadOptions { working_crs, choices: order.choices.clone(), ..ReadOptions::default() };
        let mark = Mark::of(&order.path).unwrap_or_default();
        match import::read_looked_into(&order.path, unpacked.get(&order.path), &options, shared) {
            Ok(mut read) => {
                let kinds = read.layers.iter().map(|layer| layer.content.kind()).collect();
                origins.push(Origin::new(order.path.clone(), mark, options, kinds));
                failures.append(&mut read.failures);
                inside.append(&mut read.tables);
                working_crs = working_crs.or((read.working_crs != 0).then_some(read.working_crs));
                files.push(read);
            }
            Err(error) => failures.push(error.message()),
        }
        if shared.should_stop() {
            return Err(Message::new("session.cancelled"));
        }
    }
    let marks: Vec<Mark> = tables.iter().map(|order| Mark::of(&order.path).unwrap_or_default()).collect();
    // On this thread: to find an offset takes indexes of whole layers.
    add_hints(content, &mut files);
    let joined = join(&tables, inside, &files, content, &mut failures);
    if joined.is_some() {
        for (order, mark) in tables.iter().zip(marks) {
            let options = ReadOptions { choices: order.choices.clone(), ..ReadOptions::default() };
            origins.push(Origin::new(order.path.clone(), mark, options, Vec::new()));
        }
    }
    Ok(Answer::Loaded { orders, files, joined, failures, origins })
}

/// Warns of layers that lie off the plan's, or off each other, as the offset of a map service would move them.
fn add_hints(content: &Content, files: &mut [FileRead]) {
    let held: Vec<LayerContent> = LayerKind::ALL.into_iter().map(|kind| content.layer(kind)).collect();
    let mut before: Vec<LayerContent> = held.into_iter().filter(|layer| !layer.is_empty()).collect();
    let mut read: Vec<LayerContent> = Vec::new();
    for file in files {
        for layer in &mut file.layers {
            let hint = import::offset_hint(&layer.content, before.iter(), file.working_crs);
            layer.report.warnings.extend(hint);
            let held = read.iter().filter(|held| held.kind() == layer.content.kind());
            layer.report.warnings.extend(import::shared_ids(layer, held));
            read.push(layer.content.clone());
            before.push(layer.content.clone());
        }
    }
}

/// Joins tables to the compounds of `files`, or to those of the plan when no file brings any.
fn join(
    tables: &[&LoadOrder],
    inside: Vec<import::Table>,
    files: &[FileRead],
    content: &Content,
    failures: &mut Vec<Message>,
) -> Option<(Vec<Compound>, Vec<import::JoinReport>)> {
    if tables.is_empty() && inside.is_empty() {
        return None;
    }
    let mut compounds = Vec::new();
    for layer in files.iter().flat_map(|file| &file.layers) {
        if let LayerContent::Compounds(read) = &layer.content {
            compounds.extend(read.iter().cloned());
        }
    }
    if compounds.is_empty() {
        compounds = content.compounds.to_vec();
    }
    let mut read: Vec<import::Table> = Vec::new();
    for order in tables {
        match import::read_ledgers(&order.path, "", &order.choices) {
            Ok(tables) => read.extend(tables),
            Err(error) => failures.push(error.message()),
        }
    }
    read.extend(inside);
    join_tables(compounds, read, failures)
}

/// Joins tables one after the other; `None` when none of them could be.
pub(super) fn join_tables(
    mut compounds: Vec<Compound>,
    tables: Vec<import::Table>,
    failures: &mut Vec<Message>,
) -> Option<(Vec<Compound>, Vec<import::JoinReport>)> {
    let mut reports = Vec::new();
    for table in tables {
        let name = table.name.clone();
        match import::join(&mut compounds, &Arc::new(table), None, false) {
            Some(report) => reports.push(report),
            None => failures.push(Message::new("session.no-key").text("file", name)),
        }
    }
    (!reports.is_empty()).then_some((compounds, reports))
}

/// What a save needs beside the plan.
pub(super) struct Saving {
    /// Where to.
    pub(super) path: PathBuf,
    /// The revision that is saved.
    pub(super) revision: u64,
    /// Which of the session's plans it is.
    pub(super) generation: u64,
    /// The state that the file should be in, as it was opened or last saved.
    pub(super) expected: Option<BaseMark>,
    /// How far the journal has come, and where the layers came from.
    pub(super) beside: Beside,
    /// Which copies of the file are kept.
    pub(super) copies: CopyRules,
}

/// Writes the plan. A file that somebody else has changed since it was opened, or is about to, is left alone.
pub(super) fn save(content: &Content, saving: Saving) -> Result<Answer, Message> {
    let Saving { path, revision, generation, expected, beside, copies } = saving;
    let held = project::mark_of(&path);
    if let (Some(expected), Some(held)) = (&expected, &held)
        && expected != held
    {
        return Err(Message::new("session.changed-on-disk").text("file", path.display().to_string()));
    }
    let note = project::keep_before_save(&path, copies);
    let saved = project::save_beside(content, &path, &beside).map_err(|error| error.message())?;
    Ok(Answer::Saved { path, revision, generation, base: saved.base, held: saved.held, note })
}

/// Writes what was ordered into the folder, from a plan derived afresh.
pub(super) fn export(content: &Content, order: &ExportOrder, dir: &Path, lang: Lang, shared: &Shared) -> Result<Answer, Message> {
    let written = Pack::new(content, order, lang, shared)?.write(order, dir, lang, shared)?;
    Ok(Answer::Exported { dir: dir.to_path_buf(), files: written.files, notes: written.notes })
}

/// Reads comments.
pub(super) fn read_comments(paths: Vec<PathBuf>) -> Answer {
    let one = |path: PathBuf| {
        let read = import::read_comments(&path).map_err(|error| error.message());
        (path, read)
    };
    Answer::CommentsRead(paths.into_iter().map(one).collect())
}

/// Reads minutes of a meeting.
pub(super) fn read_minutes(path: PathBuf) -> Result<Answer, Message> {
    let read = import::read_minutes(&path).map_err(|error| error.message())?;
    Ok(Answer::MinutesRead(path, Box::new(read)))
}

/// Writes a branch of the frozen version in a file.
pub(super) fn branch(version: &Path, to: PathBuf) -> Result<Answer, Message> {
    let opened = project::open(version).map_err(|error| error.message())?;
    project::save_branch(&opened, version, &to, None).map_err(|error| error.message())?;
    Ok(Answer::Branched(to))
}

/// Reads pairs linked or parted by hand.
pub(super) fn read_pairs(path: PathBuf) -> Result<Answer, Message> {
    let read = import::read_hand_pairs(&path).map_err(|error| error.message())?;
    Ok(Answer::PairsRead(path, read))
}

/// Reads a price book.
pub(super) fn read_prices(path: PathBuf, catalogue: &crate::policy::Catalogue) -> Result<Answer, Message> {
    let book = import::read_prices(&path, catalogue).map_err(|error| error.message())?;
    Ok(Answer::PricesRead(path, book))
}

/// Writes the price book.
pub(super) fn write_prices(content: &Content, lang: Lang, path: PathBuf) -> Result<Answer, Message> {
    export::write_prices(content, lang, &path).map_err(|error| error.message())?;
    Ok(Answer::FormWritten(path))
}

/// Reads a form that came back.
pub(super) fn read_form(path: PathBuf, catalogue: &crate::policy::Catalogue) -> Result<Answer, Message> {
    let form = import::read_form(&path, catalogue).map_err(|error| error.message())?;
    Ok(Answer::FormRead(path, Box::new(form)))
}

/// Writes a form for compounds to be filled in.
pub(super) fn write_form(
    content: &Content,
    kind: FormKind,
    compounds: &[CompoundId],
    lang: Lang,
    path: PathBuf,
) -> Result<Answer, Message> {
    let screened = derive::screened(content);
    export::write_form((content, &screened), kind, compounds, lang, &path).map_err(|error| error.message())?;
    Ok(Answer::FormWritten(path))
}

/// Solves a grouping and checks it from scratch.
pub(super) fn solve(problem: &Problem, revision: u64, shared: &Shared, observer: &dyn Observer) -> Result<Answer, Message> {
    let grouping = grouping::solve_observed(problem, shared, observer).map_err(|error| error.message())?;
    if let Some(fault) = grouping::verify(problem, &grouping).first() {
        let name = |bound: usize| crate::session::fixing::field_words(&problem.fields[problem.bounds[bound].field].name);
        return Err(Message::new("session.group-faulty").nested("fault", fault.message(name)));
    }
    Ok(Answer::Grouped { grouping: Box::new(grouping), revision })
}
