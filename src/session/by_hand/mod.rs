//! Districts by hand: what each tool does to the plan, as one step of the history with a name.
//!
//! Warned of, never blocked: only an excluded compound (R2) and a locked district refuse, the latter with an offer to unlock it.

mod gesture;
mod split;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use geo::{Centroid, Distance, Euclidean};

use super::dispatch::commit;
use super::{Effect, Offer, State, Toast, actions, derive, edits};
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Command, Destination, Source, Stroke};
use crate::grouping::by_hand::{self, Room, Seed};
use crate::model::{Content, District, Edit, LinkKey};

pub(super) use gesture::whole;
pub use gesture::{Ground, Look, Taken, block_of, brushed, destination, look};

/// Commands that change districts by hand; gives back any other.
pub(super) fn change_districts(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::MoveInto { compounds, to, by } => move_into(state, &compounds.into_iter().collect(), to, by),
        Command::CutDistrict(id, line) => split::cut(state, id, &line),
        Command::SplitParts(id) => match id.or(state.view.selection.district) {
            Some(id) => split::into_parts(state, id),
            None => Vec::new(),
        },
        Command::SplitInto(id, count) => split::into_several(state, id, count),
        Command::Absorb(into) => absorb(state, into),
        Command::GrowHere(seed) => grow(state, seed),
        other => return Err(other),
    };
    Ok(effects)
}

/// Tells why some were left where they are; a lock comes with the offer to undo it.
pub(super) fn tell_refusal(state: &mut State, allowed: &actions::Assignable) {
    let Some(message) = allowed.refusal.clone() else { return };
    let district = allowed.locked.and_then(|id| Some((id, state.plan.districts.get(&id)?.clone())));
    let unlock = district.map(|(id, district)| {
        let open = District { locked: false, admits: false, ..district };
        Offer { words: "session.unlock", command: Command::SetDistrict(id, Box::new(open)) }
    });
    state.view.toasts.push(Toast { message, failure: true, offer: unlock });
}

/// Whether a district takes part; where it is locked this is told.
pub(super) fn is_open(state: &mut State, id: DistrictId) -> bool {
    let locked = state.plan.districts.get(&id).is_some_and(|district| district.locked);
    if locked {
        let refusal = Some(actions::locked_message(&state.plan, id));
        tell_refusal(state, &actions::Assignable { refusal, locked: Some(id), ..actions::Assignable::default() });
    }
    !locked && state.plan.districts.contains_key(&id)
}

fn label(content: &Content, id: DistrictId) -> String {
    content.districts.get(&id).map(District::label).unwrap_or_default()
}

fn move_into(state: &mut State, wanted: &BTreeSet<CompoundId>, to: Destination, by: Stroke) -> Vec<Effect> {
    let count = state.plan.compounds.len();
    let wanted: BTreeSet<CompoundId> = wanted.iter().copied().filter(|id| id.index() < count).collect();
    let district = match to {
        Destination::District(id) if !state.plan.districts.contains_key(&id) => return Vec::new(),
        Destination::District(id) => Some(id),
        Destination::New | Destination::None => None,
    };
    let stays = |id: &CompoundId| to != Destination::New && state.plan.assignment[id.index()] == district;
    let wanted = wanted.into_iter().filter(|id| !stays(id)).collect();
    let allowed = actions::assignable(state, &wanted, district, to != Destination::None);
    tell_refusal(state, &allowed);
    if allowed.compounds.is_empty() {
        return Vec::new();
    }
    let moved = allowed.compounds.len();
    let named = match (to, by) {
        (Destination::District(_), Stroke::Brush) => Message::new("session.edit-brush"),
        (Destination::District(_), Stroke::Ring) => Message::new("session.edit-ring"),
        (Destination::New, _) => Message::new("session.edit-new-of"),
        (Destination::None, _) => Message::new("session.edit-take-out"),
    };
    let named = named.count("count", moved);
    if to == Destination::New {
        let (id, edit) = edits::new_district(&state.plan, &allowed.compounds);
        let effects = commit(state, named, edit);
        state.view.selection.district = Some(id);
        return effects;
    }
    let named = named.text("district", district.map(|id| label(&state.plan, id)).unwrap_or_default());
    commit(state, named, Edit::Assign(allowed.compounds.into_iter().map(|id| (id, district)).collect()))
}

/// Compounds in no district that may be grouped: those that are selected, or without such all.
fn leftovers(state: &State, eligible: &[bool]) -> BTreeSet<u32> {
    let free = |id: &CompoundId| {
        state.plan.assignment.get(id.index()) == Some(&None) && eligible.get(id.index()).copied().unwrap_or(false)
    };
    let chosen: BTreeSet<u32> = state.view.selection.compounds.iter().filter(|id| free(id)).map(|id| id.0).collect();
    if !chosen.is_empty() {
        return chosen;
    }
    (0..state.plan.compounds.len()).map(CompoundId::from_index).filter(free).map(|id| id.0).collect()
}

/// Verdicts of the plan as it is, made where the last are stale.
fn eligible(state: &State) -> Vec<bool> {
    let screened = state.derived.screened.fresh(state.revisions.screened()).cloned();
    let screened = screened.unwrap_or_else(|| std::sync::Arc::new(derive::screened(&state.plan)));
    crate::screening::eligible(&state.plan, &screened)
}

fn absorb(state: &mut State, into: Option<DistrictId>) -> Vec<Effect> {
    if into.is_some_and(|id| !is_open(state, id)) {
        return Vec::new();
    }
    let (Some(ground), Some(links)) = (Ground::of(state), state.derived.links.get().cloned()) else {
        state.tell(Message::new("session.links-pending"));
        return Vec::new();
    };
    let left = leftovers(state, &eligible(state));
    let takes = |id: u32| match into {
        Some(into) => into.0 == id,
        None => state.plan.districts.get(&DistrictId(id)).is_some_and(|district| !district.locked || district.admits),
    };
    let gap = |a: u32, b: u32| {
        let key = LinkKey::new(CompoundId(a), CompoundId(b));
        key.and_then(|key| links.find(key)).map_or(0.0, |link| link.gap_m)
    };
    let bounds: Vec<Room> = ground.bounds.iter().map(|(field, min, max)| Room { field: *field, min: *min, max: *max }).collect();
    let went = by_hand::absorb(&ground.terrain(), &left, &takes, &bounds, &gap);
    if went.is_empty() {
        state.tell(Message::new(if left.is_empty() { "session.absorb-none" } else { "session.absorb-no-neighbour" }));
        return Vec::new();
    }
    let stayed = left.len() - went.len();
    let named = Message::new("session.edit-absorb").count("count", went.len());
    let moves = went.into_iter().map(|(unit, id)| (CompoundId(unit), Some(DistrictId(id)))).collect();
    let effects = commit(state, named, Edit::Assign(moves));
    if stayed > 0 {
        state.tell(Message::new("session.absorb-left").count("count", stayed));
    }
    effects
}

fn grow(state: &mut State, seed: CompoundId) -> Vec<Effect> {
    if seed.index() >= state.plan.compounds.len() {
        return Vec::new();
    }
    let allowed = actions::assignable(state, &[seed].into(), None, true);
    if allowed.compounds.is_empty() {
        tell_refusal(state, &allowed);
        return Vec::new();
    }
    let Some(ground) = Ground::of(state) else {
        state.tell(Message::new("session.links-pending"));
        return Vec::new();
    };
    let grown = grown(state, &ground, seed, &eligible(state));
    let households: f64 = grown.iter().filter_map(|id| state.plan.compounds[id.index()].facts.households).map(f64::from).sum();
    let named = Message::new("session.edit-grow").text("name", state.plan.compounds[seed.index()].label());
    let count = grown.len();
    let (id, edit) = edits::new_district(&state.plan, &grown);
    let effects = commit(state, named, edit);
    state.view.selection.district = Some(id);
    state.view.selection.compounds = grown;
    let told = Message::new("session.grown").text("district", label(&state.plan, id)).count("count", count);
    state.tell(told.number("households", households, 0));
    effects
}

/// Who would be in a district grown from that compound; the compound alone where it is refused. `None` while verdicts are
/// being made.
#[must_use]
pub fn preview(state: &State, ground: &Ground, seed: CompoundId) -> Option<BTreeSet<CompoundId>> {
    let screened = state.derived.screened.fresh(state.revisions.screened())?;
    let allowed = actions::assignable(state, &[seed].into(), None, true);
    if allowed.compounds.is_empty() {
        return Some([seed].into());
    }
    Some(grown(state, ground, seed, &crate::screening::eligible(&state.plan, screened)))
}

/// Who would be in a district that grows from that compound, by the brush: its source says from where it may take.
fn grown(state: &State, ground: &Ground, seed: CompoundId, eligible: &[bool]) -> BTreeSet<CompoundId> {
    let plan = &state.plan;
    let brush = state.view.brush;
    let home = plan.assignment[seed.index()];
    let is_locked = |id: DistrictId| plan.districts.get(&id).is_some_and(|district| district.locked);
    let takes = |unit: u32| {
        let held = plan.assignment.get(unit as usize).copied().flatten();
        let from_there = match (brush.source, held) {
            (_, None) => true,
            (Source::Any, Some(id)) => !is_locked(id),
            (Source::Unassigned, Some(_)) => false,
            (Source::Start, Some(id)) => Some(id) == home,
        };
        from_there && eligible.get(unit as usize).copied().unwrap_or(false)
    };
    let middle = |unit: u32| plan.compounds.get(unit as usize).and_then(|compound| compound.shape.centroid());
    let from = middle(seed.0);
    let away = |unit: u32| from.zip(middle(unit)).map_or(f64::MAX, |(a, b)| Euclidean.distance(a, b));
    let weight = |unit: u32| {
        let households = plan.compounds.get(unit as usize).and_then(|compound| compound.facts.households);
        households.map_or(0.0, f64::from)
    };
    let seed = Seed { unit: seed.0, target: brush.households };
    by_hand::grow(&ground.near, seed, &takes, &weight, &away).into_iter().map(CompoundId).collect()
}

/// Several new districts, the first of which takes the next free number, and where their compounds go.
fn new_districts(content: &Content, groups: &[Vec<u32>]) -> Edit {
    let (first, number) = (content.next_district_id().0, content.next_district_number());
    let mut edits = Vec::new();
    let mut moves: BTreeMap<CompoundId, Option<DistrictId>> = BTreeMap::new();
    for (n, group) in (0..).zip(groups) {
        let id = DistrictId(first + n);
        edits.push(Edit::PutDistrict(id, Some(District::numbered(number + n))));
        moves.extend(group.iter().map(|unit| (CompoundId(*unit), Some(id))));
    }
    edits.push(Edit::Assign(moves.into_iter().collect()));
    Edit::Group(edits)
}
