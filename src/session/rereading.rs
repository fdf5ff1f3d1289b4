//! Layers of files that changed on disk, put in the place of the old ones as one step that can be undone.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::accept::{Merged, one_of_each_kind};
use super::dispatch::commit;
use super::reload::{Lost, reload_compounds};
use super::{Dialog, Effect, Origin, ReadLayer, State, drawing, joining, mending};
use crate::base::{CompoundId, Message};
use crate::import::{FileRead, JoinReport};
use crate::model::{Compound, Edit, LayerContent, LayerKind};

/// Puts what was read again into the plan. A kind of layer that no file brings any more stays as it is, and is told.
pub(super) fn reread(
    state: &mut State,
    kinds: &[LayerKind],
    files: Vec<FileRead>,
    joined: Option<(Vec<Compound>, Vec<JoinReport>)>,
    failures: Vec<Message>,
    origins: &[Origin],
) -> Vec<Effect> {
    for failure in failures {
        state.tell_failure(failure);
    }
    let reports: Vec<ReadLayer> = files.iter().flat_map(|file| &file.layers).map(|layer| report_of(state, layer)).collect();
    let mut layers = one_of_each_kind(files);
    layers.retain(|read| kinds.contains(&read.layer.kind()));
    let missing = kinds.iter().filter(|kind| layers.iter().all(|read| read.layer.kind() != **kind)).count();
    if missing > 0 {
        state.tell_failure(Message::new("session.reload-missing").count("layers", missing));
    }
    let names: BTreeSet<String> = layers.iter().map(|read| read.source.file.clone()).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let (joined, joins) = joined.map_or((None, None), |(compounds, reports)| (Some(compounds), Some(reports)));
    let anew = Anew::new(state, layers, joined);
    let pointed = Pointed::of(state);
    state.origins.reread(origins);
    if anew.edits.is_empty() {
        state.tell(Message::new("session.reload-same").text("files", names));
        return Vec::new();
    }
    let effects = commit(state, Message::new("session.edit-reload").text("files", names.clone()), Edit::Group(anew.edits));
    if effects.is_empty() {
        return effects;
    }
    let base = anew.base.unwrap_or_else(|| Arc::clone(state.origins.base()));
    state.origins.set_base(base);
    if let Some(joins) = joins {
        joining::set_joins(state, joins);
    }
    pointed.again(state);
    state.reports.extend(reports);
    match anew.lost.message() {
        None => state.tell(Message::new("session.reloaded").text("files", names)),
        Some(lost) => {
            if let Some(read) = state.reports.last_mut() {
                read.report.warnings.push(lost.clone());
            }
            state.tell_failure(lost);
            state.view.dialog = Some(Dialog::Report);
        }
    }
    effects
}

fn report_of(state: &State, layer: &crate::import::LoadedLayer) -> ReadLayer {
    let kind = layer.content.kind();
    let before = state.reports.iter().rev().find(|read| read.kind == kind && read.source.file == layer.source.file);
    let from = before.and_then(|read| read.from.clone());
    ReadLayer { source: layer.source.clone(), report: layer.report.clone(), kind, from }
}

/// What reading again comes to.
struct Anew {
    edits: Vec<Edit>,
    lost: Lost,
    /// Compounds as read, when there are any.
    base: Option<Arc<Vec<Compound>>>,
}

impl Anew {
    fn new(state: &State, layers: Vec<Merged>, mut joined: Option<Vec<Compound>>) -> Self {
        let mut anew = Self { edits: Vec::new(), lost: Lost::default(), base: None };
        for Merged { layer, source, mended } in layers {
            let kind = layer.kind();
            let layer = match (layer, joined.take()) {
                (LayerContent::Compounds(_), Some(joined)) => LayerContent::Compounds(Arc::new(joined)),
                (layer, kept) => {
                    joined = kept;
                    drawing::carried(&state.plan, layer)
                }
            };
            if let LayerContent::Compounds(read) = &layer {
                anew.base = Some(Arc::clone(read));
            }
            let (layer, mended) = mending::answered_again(&state.plan, layer, mended);
            let same_mends =
                state.plan.mends_of(kind).map(|(key, held)| (*key, held)).eq(mended.iter().map(|(key, own)| (*key, own)));
            let edits = match layer {
                LayerContent::Compounds(read) => {
                    let (edits, lost) = reload_compounds(&state.plan, state.origins.base(), read.to_vec(), Some(source));
                    anew.lost = lost;
                    edits
                }
                layer if state.plan.layer(kind) == layer && state.plan.sources.get(&kind) == Some(&source) => Vec::new(),
                layer => vec![Edit::PutLayer(Box::new(layer), Some(source))],
            };
            let changed = !edits.is_empty();
            anew.edits.extend(edits);
            if changed || !same_mends {
                anew.edits.push(Edit::SetMends(kind, mended));
            }
        }
        anew
    }
}

/// Ids of the compounds that the view points at.
struct Pointed {
    selected: BTreeSet<String>,
    link_from: Option<String>,
}

impl Pointed {
    fn of(state: &State) -> Self {
        let id = |row: &CompoundId| state.plan.compounds.get(row.index()).map(|compound| compound.source_id.clone());
        let (view, selection) = (&state.view, &state.view.selection.compounds);
        Self { selected: selection.iter().filter_map(id).collect(), link_from: view.link_from.as_ref().and_then(id) }
    }

    /// The view points at the same compounds as before, wherever they are now.
    fn again(&self, state: &mut State) {
        let rows = |wanted: &dyn Fn(&String) -> bool| -> BTreeSet<CompoundId> {
            let all = state.plan.compounds.iter().enumerate();
            all.filter(|(_, compound)| wanted(&compound.source_id)).map(|(row, _)| CompoundId::from_index(row)).collect()
        };
        let selected = rows(&|id| self.selected.contains(id));
        let link_from = rows(&|id| self.link_from.as_ref() == Some(id)).first().copied();
        state.view.selection.compounds = selected;
        state.view.link_from = link_from;
    }
}
