//! Items that are proposed: a list beside the plan, of which each entry is taken or struck, one by one or all at once.
//!
//! What is taken enters the plan as one step. The list is let go when the compounds it speaks of are replaced.

use std::collections::BTreeSet;

use super::dispatch::commit;
use super::{Effect, State, derive, edits};
use crate::base::{DistrictId, Message};
use crate::command::{Command, Tab};
use crate::composition::{Proposal, propose};
use crate::model::{Content, Item, LayerKind, Touched};
use crate::pipes::PipeLengths;

/// The proposals on the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposals {
    /// Those that are neither taken nor struck.
    pub list: Vec<Proposal>,
    /// How many were taken.
    pub taken: usize,
    /// How many were struck.
    pub struck: usize,
}

/// Commands about proposals; gives back any other.
pub(super) fn change(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    match command {
        Command::TakeProposals(places) => Ok(take(state, &places)),
        Command::StrikeProposals(places) => {
            strike(state, &places);
            Ok(Vec::new())
        }
        other => Err(other),
    }
}

/// Puts the proposals for some districts, or for all, on the table; nothing is in the plan yet.
pub fn drafted(state: &mut State, lengths: &PipeLengths, districts: Option<&BTreeSet<DistrictId>>) {
    let screened = derive::screened(&state.plan);
    let list = propose(&state.plan, &screened, lengths, districts);
    state.tell(Message::new("session.drafted").count("count", list.len()));
    if list.is_empty() {
        state.proposals = None;
        return;
    }
    state.proposals = Some(Proposals { list, taken: 0, struck: 0 });
    state.view.hidden.remove(&crate::command::Panel::Bottom);
    state.view.tab = Tab::Items;
}

fn take(state: &mut State, places: &[usize]) -> Vec<Effect> {
    let Some(proposals) = &state.proposals else { return Vec::new() };
    let wanted: BTreeSet<usize> = places.iter().copied().filter(|place| *place < proposals.list.len()).collect();
    let open = wanted.iter().map(|place| &proposals.list[*place].item).filter(|item| fits(&state.plan, item));
    let items: Vec<Item> = open.cloned().collect();
    let count = items.len();
    let effects = if items.is_empty() {
        Vec::new()
    } else {
        let edit = edits::add_items(&state.plan, items);
        commit(state, Message::new("session.edit-draft").count("count", count), edit)
    };
    if count < wanted.len() {
        state.tell(Message::new("session.proposals-stale").count("count", wanted.len() - count));
    }
    if let Some(proposals) = &mut state.proposals {
        proposals.taken += count;
    }
    drop_places(state, &wanted);
    effects
}

fn strike(state: &mut State, places: &[usize]) {
    let wanted: BTreeSet<usize> = places.iter().copied().collect();
    if let Some(proposals) = &mut state.proposals {
        proposals.struck += wanted.iter().filter(|place| **place < proposals.list.len()).count();
    }
    drop_places(state, &wanted);
}

/// Takes places off the list; an empty list is let go.
fn drop_places(state: &mut State, places: &BTreeSet<usize>) {
    let Some(proposals) = &mut state.proposals else { return };
    let mut place = 0;
    proposals.list.retain(|_| {
        place += 1;
        !places.contains(&(place - 1))
    });
    if proposals.list.is_empty() {
        let told = Message::new("session.proposals-done").count("taken", proposals.taken).count("struck", proposals.struck);
        state.proposals = None;
        state.tell(told);
    }
}

/// Whether what the item is for is still there, and nothing like it was planned meanwhile.
fn fits(content: &Content, item: &Item) -> bool {
    let there = item.compound.is_none_or(|id| id.index() < content.compounds.len())
        && item.district.is_none_or(|id| content.districts.contains_key(&id));
    let same = |other: &Item| other.code == item.code && other.compound == item.compound && other.district == item.district;
    there && !content.items.values().any(same)
}

/// Lets the proposals go when the compounds that they speak of are others.
pub(super) fn note(state: &mut State, touched: &Touched) {
    if touched.replaced.contains(&LayerKind::Compounds) {
        state.proposals = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{CompoundId, Silent};
    use crate::model::{Edit, NeedState, Plan};
    use crate::pipes::tests::{compound, content};
    use crate::policy::{ItemCode, YearSpan};
    use crate::session::dispatch;

    /// One compound that needs three things.
    fn state() -> State {
        let mut plan = content(vec![compound("a", 0.0, 0.0, 100.0)], Vec::new());
        std::sync::Arc::make_mut(&mut plan.compounds)[0].facts.built = Some(YearSpan::single(1990));
        for code in ["road", "lighting", "parking"] {
            plan.needs.insert((CompoundId(0), ItemCode::new(code)), NeedState::Needed);
        }
        let mut state = State { plan: Plan::new(plan), ..State::default() };
        let lengths = crate::pipes::lengths(&state.plan, &Silent).unwrap();
        drafted(&mut state, &lengths, None);
        state
    }

    #[test]
    fn nothing_enters_the_plan_before_it_is_taken_and_all_is_one_step() {
        let mut state = state();
        assert_eq!((state.proposals.as_ref().unwrap().list.len(), state.plan.items.len()), (3, 0));
        dispatch(&mut state, Command::StrikeProposals(vec![0]));
        assert_eq!(state.proposals.as_ref().unwrap().list.len(), 2);
        dispatch(&mut state, Command::TakeProposals(vec![0, 1, 7]));
        assert_eq!((state.plan.items.len(), state.history.done().len()), (2, 1));
        assert_eq!(state.proposals, None, "nothing is left to decide");
        dispatch(&mut state, Command::Undo);
        assert!(state.plan.items.is_empty());
    }

    #[test]
    fn what_was_planned_meanwhile_is_not_planned_twice() {
        let mut state = state();
        let first = state.proposals.as_ref().unwrap().list[0].item.clone();
        dispatch(&mut state, Command::SetItem(None, Box::new(first)));
        dispatch(&mut state, Command::TakeProposals(vec![0, 1, 2]));
        assert_eq!(state.plan.items.len(), 3);
    }

    #[test]
    fn other_compounds_end_the_proposals() {
        let mut state = state();
        let layer = state.plan.layer(LayerKind::Compounds);
        commit(&mut state, Message::new("session.edit-load"), Edit::PutLayer(Box::new(layer), None));
        assert_eq!(state.proposals, None);
    }

    #[test]
    fn only_the_districts_asked_for_are_drafted() {
        let mut state = state();
        let lengths = crate::pipes::lengths(&state.plan, &Silent).unwrap();
        drafted(&mut state, &lengths, Some(&BTreeSet::from([DistrictId(1)])));
        assert_eq!(state.proposals, None);
    }
}
