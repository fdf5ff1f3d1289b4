//! What comes back from files and threads, put into the state.

use std::sync::Arc;

use super::survey::{controlled, surveyed};
use super::{
    Answer, Dialog, Effect, LoadOrder, Origin, ReadFrom, ReadLayer, State, actions, comments, dispatch::commit, drawing, edits,
    fixing, forms, freezing, hand_pairs, joining, other, outcome, price_book, rereading, works,
};
use crate::base::Message;
use crate::import::FileRead;
use crate::model::{Compound, Content, Edit, LayerContent, LayerKind, LayerSource, MendKey, Mended};

/// Most recent files that are remembered.
const RECENT_FILES: usize = 10;

/// Takes an answer in, and returns what is left to do.
pub fn accept(state: &mut State, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Opened { content, path, warnings, journal_steps, provenance, gone, .. } => {
            state.replace_plan(*content, path.clone());
            state.origins = super::Origins::of_plan(*provenance);
            tell_opened(state, warnings, journal_steps, &gone);
            path.map_or_else(Vec::new, |path| remember(state, path))
        }
        Answer::Recovered { plan, history, steps, put, from_sample, error } => {
            // What the journal held is not in the file yet, so the plan stays unsaved.
            state.plan = *plan;
            outcome::forget(state);
            if state.path.is_some() {
                // What the plan's file tells of its layers holds for those that the journal left alone.
                state.origins.forget(&put);
            } else {
                state.origins = super::Origins::default();
            }
            state.history = *history;
            state.asked = fixing::Asked::default();
            state.is_open = true;
            state.revisions.note_all();
            state.view.fit_pending = true;
            state.from_sample = from_sample;
            match error {
                None => state.tell(Message::new("session.recovered").count("steps", steps)),
                Some(why) => {
                    state.tell_failure(Message::new("session.recovered-partly").count("steps", steps).nested("why", why));
                }
            }
            Vec::new()
        }
        Answer::Surveyed { survey, anew } => surveyed(state, *survey, anew),
        Answer::Controlled(place, control) => {
            controlled(state, place, control);
            Vec::new()
        }
        Answer::Loaded { orders, files, joined, failures, origins } => loaded(state, orders, files, joined, failures, origins),
        Answer::Reread { kinds, files, joined, failures, origins } => {
            rereading::reread(state, &kinds, files, joined, failures, &origins)
        }
        Answer::Saved { path, revision, generation, note, .. } => {
            // The plan may have been closed meanwhile.
            if generation == state.generation {
                state.saved_revision = revision;
                state.from_sample = false;
                state.path = Some(path.clone());
            }
            state.tell(Message::new("session.saved").text("file", file_name(&path)));
            // Said once a plan: every later save would say the same.
            if let Some(note) = note.filter(|note| !state.view.toasts.iter().any(|toast| toast.message.key() == note.key())) {
                state.tell(note);
            }
            remember(state, path)
        }
        Answer::Exported { dir, files, notes } => {
            exported(state, &dir, files.len(), notes);
            Vec::new()
        }
        Answer::Repaired { repair, revision } => {
            other::show_repair(state, *repair, revision);
            Vec::new()
        }
        Answer::CommentsRead(files) => comments::take(state, files),
        Answer::MinutesRead(file, read) => freezing::take_minutes(state, &file, &read),
        Answer::Sealed { edit, revision } => freezing::sealed(state, *edit, revision),
        Answer::Branched(path) => freezing::branched(state, &path),
        Answer::YearsProposed(_) | Answer::PhaseProposed(_) => works::proposed(state, answer),
        Answer::PairsRead(file, read) => hand_pairs::take(state, &file, &read),
        Answer::Merged(merging) => {
            super::merging::show(state, *merging);
            Vec::new()
        }
        Answer::PricesRead(file, book) => price_book::take(state, &file, &book),
        Answer::FormRead(file, form) => forms::take(state, &file, &form),
        Answer::FormWritten(file) => forms::written(state, &file),
        Answer::Compared(found) => {
            other::show(state, *found);
            Vec::new()
        }
        Answer::Fixed { fix, district, revision } => fixing::made(state, &fix, &district, revision),
        Answer::Grouped { grouping, revision } => grouped(state, &grouping, revision),
        Answer::Failed(message) => failed(state, message),
    }
}

fn failed(state: &mut State, message: Message) -> Vec<Effect> {
    state.tell_failure(message);
    Vec::new()
}

/// What is to be said of a plan that was opened.
fn tell_opened(state: &mut State, warnings: Vec<Message>, journal_steps: usize, gone: &[String]) {
    if !gone.is_empty() {
        state.tell(Message::new("session.files-gone").text("files", gone.join(", ")));
    }
    tell_unknown_pack(state);
    for warning in warnings {
        state.tell_failure(warning);
    }
    if journal_steps > 0 {
        state.view.dialog = Some(Dialog::Recover { steps: journal_steps });
    }
}

/// A plan of a later program may name rules that this one lacks; they stay in the plan, others are used until chosen.
fn exported(state: &mut State, dir: &std::path::Path, files: usize, notes: Vec<Message>) {
    state.tell(Message::new("session.exported").count("count", files).text("dir", dir.display().to_string()));
    for note in notes {
        state.tell(note);
    }
}

fn tell_unknown_pack(state: &mut State) {
    let code = state.plan.settings.policy.clone();
    if crate::policy::pack(&code).is_none() {
        let used = crate::screening::pack_of(&state.plan).name.message();
        state.tell_failure(Message::new("session.unknown-pack").text("pack", code).nested("used", used));
    }
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn remember(state: &mut State, path: std::path::PathBuf) -> Vec<Effect> {
    let recent = &mut state.preferences.recent;
    recent.retain(|p| *p != path);
    recent.insert(0, path);
    recent.truncate(RECENT_FILES);
    vec![Effect::SavePreferences]
}

fn loaded(
    state: &mut State,
    orders: Vec<LoadOrder>,
    files: Vec<FileRead>,
    joined: Option<(Vec<Compound>, Vec<crate::import::JoinReport>)>,
    failures: Vec<Message>,
    origins: Vec<Origin>,
) -> Vec<Effect> {
    let first = !state.is_open;
    let mut troubled = false;
    let told = std::mem::take(&mut state.told);
    for failure in failures.into_iter().filter(|failure| !told.contains(failure)) {
        state.tell_failure(failure);
    }
    let orders = Arc::new(orders);
    for (file, layer) in files.iter().flat_map(|file| file.layers.iter().map(move |layer| (file, layer))) {
        let report = &layer.report;
        troubled |= !(report.mended.is_empty() && report.left_out.is_empty() && report.warnings.is_empty());
        let from = ReadFrom { path: file.path.clone(), key: layer.key.clone(), orders: Arc::clone(&orders) };
        let (source, report, kind) = (layer.source.clone(), report.clone(), layer.content.kind());
        state.reports.push(ReadLayer { source, report, kind, from: Some(from) });
    }
    let names: Vec<String> = files.iter().flat_map(|f| &f.layers).map(|l| l.source.file.clone()).collect();
    let mut edits = load_edits(&state.plan, files);
    let brings_compounds =
        edits.iter().any(|edit| matches!(edit, Edit::PutLayer(layer, _) if layer.kind() == LayerKind::Compounds));
    let mut joins = Vec::new();
    if let Some((compounds, reports)) = joined {
        let source = edits.iter().rev().find_map(|edit| match edit {
            Edit::PutLayer(layer, source) if layer.kind() == LayerKind::Compounds => source.clone(),
            _ => None,
        });
        let source = source.or_else(|| state.plan.sources.get(&LayerKind::Compounds).cloned());
        let mended = edits.iter_mut().rev().find_map(|edit| match edit {
            Edit::SetMends(LayerKind::Compounds, mended) => Some(std::mem::take(mended)),
            _ => None,
        });
        edits.retain(|edit| match edit {
            Edit::PutLayer(layer, _) => layer.kind() != LayerKind::Compounds,
            Edit::SetMends(kind, _) => *kind != LayerKind::Compounds,
            _ => true,
        });
        let compounds = LayerContent::Compounds(Arc::new(compounds));
        // The ledger brought facts; the shapes and what was mended of them are those of the map.
        match mended {
            Some(mended) => {
                edits.push(Edit::PutLayer(Box::new(compounds), source));
                edits.push(Edit::SetMends(LayerKind::Compounds, mended));
            }
            None if brings_compounds => edits.push(Edit::PutLayer(Box::new(compounds), source)),
            None => edits.push(edits::replace_facts(&state.plan, compounds, source)),
        }
        joins = reports;
    }
    if edits.is_empty() {
        return Vec::new();
    }
    // Earlier ledgers were joined to compounds that are gone.
    let mut all_joins = if brings_compounds { Vec::new() } else { state.joins.clone() };
    all_joins.extend(joins);
    state.is_open = true;
    let label = Message::new("session.edit-load").text("layer", names.join(", "));
    let before = state.plan.content().clone();
    let effects = commit(state, label, Edit::Group(edits));
    if effects.is_empty() {
        return effects;
    }
    if all_joins != state.joins {
        joining::set_joins(state, all_joins);
    }
    state.origins.loaded(origins);
    if brings_compounds {
        state.origins.set_base(Arc::clone(&state.plan.compounds));
    } else if Arc::ptr_eq(&before.compounds, &state.plan.compounds) {
        state.origins.keep_base();
    } else {
        state.origins.join_base(&before, &Arc::clone(&state.plan.compounds));
    }
    if first || names.len() > 1 {
        state.view.fit_pending = true;
    }
    if troubled {
        state.view.dialog = Some(Dialog::Report);
    }
    effects
}

/// The edits that put read layers into a plan. Several files of one kind become one layer.
#[must_use]
pub fn load_edits(content: &Content, files: Vec<FileRead>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let crs = files.iter().map(|file| file.working_crs).find(|code| *code != 0);
    if let Some(code) = crs.filter(|_| content.crs_code == 0) {
        edits.push(Edit::SetCrs(code));
    }
    for Merged { layer, source, mended } in one_of_each_kind(files) {
        let kind = layer.kind();
        let layer = drawing::carried(content, layer);
        edits.push(Edit::PutLayer(Box::new(layer), Some(source)));
        if !mended.is_empty() {
            edits.push(Edit::SetMends(kind, mended));
        }
    }
    edits
}

/// Puts read layers straight into content that no plan holds yet.
pub fn place_layers(content: &mut Content, files: Vec<FileRead>) {
    if content.crs_code == 0 {
        content.crs_code = files.iter().map(|file| file.working_crs).find(|code| *code != 0).unwrap_or(0);
    }
    for Merged { layer, source, mended } in one_of_each_kind(files) {
        content.sources.insert(layer.kind(), source);
        content.set_layer(layer);
        content.mended.extend(mended);
    }
}

/// A layer out of the files that hold features of its kind.
pub(super) struct Merged {
    pub(super) layer: LayerContent,
    pub(super) source: LayerSource,
    pub(super) mended: Vec<(MendKey, Mended)>,
}

pub(super) fn one_of_each_kind(files: Vec<FileRead>) -> Vec<Merged> {
    let mut merged: Vec<Merged> = Vec::new();
    for read in files.into_iter().flat_map(|file| file.layers) {
        let kind = read.content.kind();
        let keyed = |first: usize, mended: Vec<(u32, Mended)>| {
            let key =
                move |row: u32| Some(MendKey { layer: kind, row: row.checked_add(u32::try_from(first).ok()?)?, neighbour: None });
            mended.into_iter().filter_map(move |(row, mended)| Some((key(row)?, mended)))
        };
        let Some(held) = merged.iter_mut().find(|held| held.layer.kind() == kind) else {
            let mended = keyed(0, read.mended).collect();
            merged.push(Merged { layer: read.content, source: read.source, mended });
            continue;
        };
        let first = held.layer.len();
        if held.layer.append(read.content).is_ok() {
            held.mended.extend(keyed(first, read.mended));
            held.source.file = format!("{}, {}", held.source.file, read.source.file);
            held.source.approximate = held.source.approximate.or(read.source.approximate);
        }
    }
    merged
}

fn grouped(state: &mut State, grouping: &crate::grouping::Grouping, revision: u64) -> Vec<Effect> {
    // A result of which nobody knows what was asked is as stale as one of another plan.
    let Some(search) = state.search.take().filter(|_| revision == state.plan.revision()) else {
        state.tell(Message::new("session.group-stale"));
        return Vec::new();
    };
    let (labels, entered) = (actions::labels(state, grouping), actions::entered(&state.plan, grouping));
    let request = search.request.clone();
    if request.go_on && edits::groups_alike(&state.plan, &labels, (&request.only, &entered)) {
        state.tell(Message::new("session.search-no-better"));
        state.search = Some(search.taken(revision, grouping.stopped_early));
        return Vec::new();
    }
    let before = outcome::Former::of(&state.plan);
    let edit = edits::regroup_only(&state.plan, &labels, (&request.only, &entered));
    let effects = commit(state, Message::new("session.edit-group"), edit);
    // A district that was split alone says nothing of what all districts are to be.
    if request.only.is_empty() || !request.bounds.is_empty() {
        state.asked.note(state.history.done().len(), request.clone());
    }
    if !effects.is_empty() {
        outcome::note(state, before, request, grouping);
    }
    state.search = Some(search.taken(state.plan.revision(), grouping.stopped_early));
    let told = Message::new(if grouping.bounds_met { "session.grouped" } else { "session.grouped-short" });
    state.tell(told.count("districts", grouping.districts).count("unassigned", grouping.unassigned.len()));
    effects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{CompoundId, DistrictId};
    use crate::i18n::{Lang, tr};
    use crate::model::{Content, EditError, History, LayerKind, Plan};

    #[test]
    fn why_an_edit_does_not_fit_is_told_in_chinese() {
        let errors = [
            EditError::NoCompound(CompoundId(6)),
            EditError::NoDistrict(DistrictId(2)),
            EditError::AssignmentLength { want: 3, got: 2 },
            EditError::NoFeature(LayerKind::Pipes, 4),
            EditError::WrongShape(LayerKind::Facilities, 0),
            EditError::DistrictInUse(DistrictId(1)),
        ];
        for error in errors {
            let mut state = State::default();
            let answer = Answer::Recovered {
                plan: Box::new(Plan::new(Content::default())),
                history: Box::new(History::default()),
                steps: 2,
                put: Vec::new(),
                from_sample: false,
                error: Some(error.message()),
            };
            accept(&mut state, answer);
            let told: Vec<String> = state.view.toasts.iter().map(|toast| tr(Lang::Zh, &toast.message)).collect();
            assert!(!told.is_empty() && told.iter().all(|words| !words.contains(|c: char| c.is_ascii_alphabetic())), "{told:?}");
            let told: Vec<String> = state.view.toasts.iter().map(|toast| tr(Lang::En, &toast.message)).collect();
            assert!(told.iter().all(|words| words.is_ascii() && !words.contains('{')), "{told:?}");
        }
    }
}
