//! Only some of the compounds are grouped: those chosen, or the districts chosen. All others stay where they are, their
//! districts as if locked, and those in none stay in none.

use std::collections::BTreeSet;

use super::State;
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Panel, Scope, Step};
use crate::grouping::Problem;
use crate::model::Content;

/// Chooses who is grouped, out of the selection; the panel of grouping shows in its place.
pub(super) fn choose(state: &mut State, scope: Scope) {
    let chosen = match scope {
        Scope::All => BTreeSet::new(),
        Scope::Compounds => state.view.selection.compounds.clone(),
        Scope::Districts => whole(&state.plan, &districts(state), &state.view.selection.compounds),
        Scope::Around => {
            let chosen = districts(state);
            let around = with_neighbours(state, &chosen);
            whole(&state.plan, &around, &state.view.selection.compounds)
        }
    };
    if chosen.is_empty() && scope != Scope::All {
        state.tell(Message::new("session.only-nothing"));
        return;
    }
    state.view.only = chosen;
    if scope != Scope::All {
        state.view.selection = super::Selection::default();
        state.view.step = Step::Group;
        state.view.hidden.remove(&Panel::Inspector);
    }
}

/// The district that is selected, or those of the selected compounds.
fn districts(state: &State) -> BTreeSet<DistrictId> {
    let selection = &state.view.selection;
    if let Some(district) = selection.district {
        return [district].into();
    }
    selection.compounds.iter().filter_map(|compound| *state.plan.assignment.get(compound.index())?).collect()
}

/// These districts and those that a link at the plan's gap leads to.
fn with_neighbours(state: &State, chosen: &BTreeSet<DistrictId>) -> BTreeSet<DistrictId> {
    let of = |row: usize| state.plan.assignment.get(row).copied().flatten();
    let mut all = chosen.clone();
    let links = state.derived.links.get();
    for (a, b) in links.iter().flat_map(|links| links.pairs_at(state.plan.settings.gap_m)) {
        if let (Some(a), Some(b)) = (of(a), of(b)) {
            all.extend(chosen.contains(&a).then_some(b));
            all.extend(chosen.contains(&b).then_some(a));
        }
    }
    all
}

/// All compounds of the districts, and those of the others that are in none.
fn whole(content: &Content, districts: &BTreeSet<DistrictId>, others: &BTreeSet<CompoundId>) -> BTreeSet<CompoundId> {
    let rows = (0..).zip(&content.assignment).map(|(row, district)| (CompoundId(row), district));
    let members = rows.filter(|(id, district)| district.map_or_else(|| others.contains(id), |d| districts.contains(&d)));
    members.map(|(id, _)| id).collect()
}

/// Leaves only these in a problem; an empty set means all.
pub(super) fn narrow(content: &Content, only: &BTreeSet<CompoundId>, problem: &mut Problem) {
    if only.is_empty() {
        return;
    }
    for (row, district) in content.assignment.iter().enumerate() {
        if !only.contains(&CompoundId::from_index(row)) {
            problem.eligible[row] = false;
            problem.conducts[row] = content.settings.conduct;
            problem.locked[row] = district.map(|id| id.0);
        }
    }
}

/// Districts that hold others than these; none when all are grouped.
pub(super) fn others(content: &Content, only: &BTreeSet<CompoundId>) -> BTreeSet<DistrictId> {
    let rows = (0..).zip(&content.assignment).filter(|(row, _)| !only.is_empty() && !only.contains(&CompoundId(*row)));
    rows.filter_map(|(_, id)| *id).collect()
}

/// What stays when only these are grouped anew (an empty set means all): locked districts, and those of which any compound
/// is none of them; of the latter the others' compounds only.
pub(super) struct Staying<'a> {
    content: &'a Content,
    only: &'a BTreeSet<CompoundId>,
    /// Districts that stay.
    pub(super) districts: BTreeSet<DistrictId>,
}

impl<'a> Staying<'a> {
    pub(super) fn new(content: &'a Content, only: &'a BTreeSet<CompoundId>) -> Self {
        let locked = content.districts.iter().filter(|(_, district)| district.locked).map(|(id, _)| *id);
        let mut districts: BTreeSet<DistrictId> = locked.collect();
        if !only.is_empty() {
            let rows = || (0..).zip(&content.assignment).filter_map(|(row, id)| Some((CompoundId(row), (*id)?)));
            let held: BTreeSet<DistrictId> = rows().map(|(_, id)| id).collect();
            // A district without compounds is none of those that are grouped.
            districts.extend(content.districts.keys().filter(|id| !held.contains(id)));
            districts.extend(rows().filter(|(row, _)| !only.contains(row)).map(|(_, id)| id));
        }
        Self { content, only, districts }
    }

    /// The district of a compound that stays in it.
    pub(super) fn district(&self, row: usize) -> Option<DistrictId> {
        let id = self.content.assignment.get(row).copied().flatten()?;
        let outside = !self.only.is_empty() && !self.only.contains(&CompoundId::from_index(row));
        (outside || self.content.districts.get(&id).is_some_and(|district| district.locked)).then_some(id)
    }
}
