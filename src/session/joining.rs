//! Rows of ledgers that were left open, given to their compounds by the user.

use std::sync::Arc;

use super::dispatch::commit;
use super::{Effect, State, edits};
use crate::base::{CompoundId, Message};
use crate::import::join_row;
use crate::model::{LayerContent, LayerKind};

/// Gives rows of a joined ledger to compounds, as one step: lines with their compounds.
pub(super) fn give(state: &mut State, join: usize, rows: &[(usize, CompoundId)]) -> Vec<Effect> {
    let Some(mut report) = state.joins.get(join).cloned() else { return Vec::new() };
    let mut compounds = state.plan.compounds.to_vec();
    let given = rows.iter().filter(|(line, compound)| join_row(&mut compounds, &mut report, *line, *compound)).count();
    if given == 0 {
        return Vec::new();
    }
    let source = state.plan.sources.get(&LayerKind::Compounds).cloned();
    let edit = edits::replace_facts(&state.plan, LayerContent::Compounds(Arc::new(compounds)), source);
    let effects = commit(state, Message::new("session.edit-join").count("count", given), edit);
    if !effects.is_empty() {
        state.joins[join] = report;
    }
    effects
}

/// Gives every row that has a candidate standing out to that candidate.
pub(super) fn give_proposed(state: &mut State, join: usize) -> Vec<Effect> {
    let open = state.joins.get(join).map(|report| report.open.as_slice()).unwrap_or_default();
    let proposed = open.iter().filter(|open| open.proposed).filter_map(|open| Some((open.line, open.candidates.first()?.0)));
    let rows: Vec<(usize, CompoundId)> = proposed.collect();
    give(state, join, &rows)
}
