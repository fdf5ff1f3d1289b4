//! Rows of ledgers that were left open, given to their compounds by the user, or entered as compounds of their own. What the
//! reports of ledgers say follows the history: undoing a step opens its rows again.

use std::sync::Arc;

use super::dispatch::commit;
use super::{Effect, State, edits};
use crate::base::{CompoundId, Message};
use crate::import::{JoinReport, enter_rows, join_row};
use crate::model::{Compound, LayerContent, LayerKind};

/// Gives rows of a joined ledger to compounds, as one step: lines with their compounds.
pub(super) fn give(state: &mut State, join: usize, rows: &[(usize, CompoundId)]) -> Vec<Effect> {
    let Some(mut report) = state.joins.get(join).cloned() else { return Vec::new() };
    let mut compounds = state.plan.compounds.to_vec();
    let given = rows.iter().filter(|(line, compound)| join_row(&mut compounds, &mut report, *line, *compound)).count();
    put(state, join, report, compounds, Message::new("session.edit-join").count("count", given), given)
}

/// Gives every row that has a candidate standing out to that candidate.
pub(super) fn give_proposed(state: &mut State, join: usize) -> Vec<Effect> {
    let open = state.joins.get(join).map(|report| report.open.as_slice()).unwrap_or_default();
    let proposed = open.iter().filter(|open| open.proposed).filter_map(|open| Some((open.line, open.candidates.first()?.0)));
    let rows: Vec<(usize, CompoundId)> = proposed.collect();
    give(state, join, &rows)
}

/// Enters rows without a compound, as one step, and tells how many have no place.
pub(super) fn enter(state: &mut State, join: usize) -> Vec<Effect> {
    let Some(mut report) = state.joins.get(join).cloned() else { return Vec::new() };
    let mut compounds = state.plan.compounds.to_vec();
    let entered = enter_rows(&mut compounds, &state.plan.buildings, &mut report, state.plan.crs_code);
    state.tell(Message::new("session.entered").count("count", entered).count("left", report.unmatched_rows.len()));
    put(state, join, report, compounds, Message::new("session.edit-enter").count("count", entered), entered)
}

/// Commits compounds with what a ledger says of them now.
fn put(state: &mut State, join: usize, report: JoinReport, compounds: Vec<Compound>, label: Message, rows: usize) -> Vec<Effect> {
    if rows == 0 {
        return Vec::new();
    }
    let source = state.plan.sources.get(&LayerKind::Compounds).cloned();
    let edit = edits::replace_facts(&state.plan, LayerContent::Compounds(Arc::new(compounds)), source);
    let mut joins = state.joins.clone();
    joins[join] = report;
    let effects = commit(state, label, edit);
    if !effects.is_empty() {
        set_joins(state, joins);
    }
    effects
}

/// Notes what the ledgers say after the step that was just committed.
pub(super) fn set_joins(state: &mut State, joins: Vec<JoinReport>) {
    let depth = state.history.done().len();
    let before = std::mem::replace(&mut state.joins, joins.clone());
    // What was undone before this step is forgotten, and so is what ledgers said of it.
    state.joins_by_step.retain(|step, _| *step < depth);
    if state.joins_by_step.is_empty() {
        state.joins_by_step.insert(0, before);
    }
    state.joins_by_step.insert(depth, joins);
}

/// Brings the reports of ledgers in line with the history after a step back or forth.
pub(super) fn follow_history(state: &mut State) {
    let depth = state.history.done().len();
    if let Some((_, joins)) = state.joins_by_step.range(..=depth).next_back() {
        state.joins.clone_from(joins);
    }
}
