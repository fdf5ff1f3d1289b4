//! Forms that came back, matched with the compounds of a plan by their ids; facts settled and states set by hand.
//!
//! Whatever comes out of one file is one step of history, and every row and cell of it is accounted for.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::dispatch::commit;
use super::{Effect, State};
use crate::base::{CompoundId, Message};
use crate::composition;
use crate::import::{Form, FormRow};
use crate::model::{CompoundFacts, Content, Edit, NeedState};
use crate::policy::ItemCode;
use crate::screening::{self, FactsPatch};

/// What becomes of every row of a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MatchedForm {
    /// Facts that are others than the plan's.
    pub facts: BTreeMap<CompoundId, CompoundFacts>,
    /// States that are others than the plan's.
    pub needs: BTreeMap<(CompoundId, ItemCode), NeedState>,
    /// Rows in all.
    pub rows: usize,
    /// Rows that found their compound.
    pub matched: usize,
    /// Lines whose id no compound has, or that have none, with the id.
    pub unknown: Vec<(usize, String)>,
    /// Lines whose id several compounds have, or that an earlier line has already, with the id; not used.
    pub ambiguous: Vec<(usize, String)>,
    /// Cells that cannot be read: how many of a column, with the line and the value of the first.
    pub unreadable: Vec<(String, usize, usize, String)>,
}

impl MatchedForm {
    /// Cells that cannot be read.
    #[must_use]
    pub fn unreadable_cells(&self) -> usize {
        self.unreadable.iter().map(|(_, count, _, _)| count).sum()
    }

    /// Whether everything could be used.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unknown.is_empty() && self.ambiguous.is_empty() && self.unreadable.is_empty()
    }

    /// How many rows there are, and what became of them.
    #[must_use]
    pub fn message(&self, file: &Path) -> Message {
        let file = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let counts = Message::new("session.form-read")
            .text("file", file)
            .count("rows", self.rows)
            .count("matched", self.matched)
            .count("facts", self.facts.len())
            .count("states", self.needs.len());
        if self.is_whole() {
            return counts;
        }
        let listed = |lines: &[(usize, String)]| {
            let named: Vec<String> = lines.iter().take(NAMED).map(|(line, id)| format!("{line} {id}")).collect();
            named.join(", ")
        };
        let left = Message::new("session.form-left")
            .nested("what", counts)
            .count("unknown", self.unknown.len())
            .text("which", listed(&self.unknown))
            .count("ambiguous", self.ambiguous.len())
            .count("cells", self.unreadable_cells());
        match self.unreadable.first() {
            None => left,
            Some((column, _, line, value)) => Message::new("session.form-unreadable")
                .nested("what", left)
                .text("column", column)
                .count("line", *line)
                .text("value", value),
        }
    }

    /// One edit of all that is other than the plan's.
    #[must_use]
    pub fn edit(&self) -> Edit {
        let facts = self.facts.iter().map(|(id, facts)| Edit::SetFacts(*id, Box::new(facts.clone())));
        let needs = self.needs.iter().map(|((id, code), state)| Edit::PutNeed(*id, code.clone(), Some(*state)));
        Edit::Group(facts.chain(needs).collect())
    }
}

/// Rows that are named in a message, at most.
const NAMED: usize = 3;

/// Matches the rows of a form with the compounds of a plan.
#[must_use]
pub fn matched(content: &Content, form: &Form) -> MatchedForm {
    let mut by_id: HashMap<&str, Vec<CompoundId>> = HashMap::new();
    for (row, compound) in content.compounds.iter().enumerate() {
        by_id.entry(&compound.source_id).or_default().push(CompoundId::from_index(row));
    }
    let mut found = MatchedForm { rows: form.rows.len(), unreadable: form.unreadable.clone(), ..MatchedForm::default() };
    let mut seen: HashMap<CompoundId, usize> = HashMap::new();
    for row in &form.rows {
        match by_id.get(row.id.as_str()).map(Vec::as_slice) {
            Some([one]) if seen.insert(*one, row.line).is_none() => {
                found.matched += 1;
                take_row(content, *one, row, &mut found);
            }
            Some(_) => found.ambiguous.push((row.line, row.id.clone())),
            None => found.unknown.push((row.line, row.id.clone())),
        }
    }
    found
}

fn take_row(content: &Content, id: CompoundId, row: &FormRow, found: &mut MatchedForm) {
    let facts = &content.compounds[id.index()].facts;
    let mut said = screening::overlaid(facts, &row.facts);
    if row.not_excluded {
        said.exclusion = None;
    }
    if said != *facts {
        found.facts.insert(id, said);
    }
    for (code, state) in &row.states {
        let key = (id, code.clone());
        if content.needs.get(&key) != Some(state) {
            found.needs.insert(key, *state);
        }
    }
}

/// Tells where a form or a price book was written.
pub(super) fn written(state: &mut State, file: &Path) -> Vec<Effect> {
    state.tell(Message::new("session.form-written").text("file", file.display().to_string()));
    Vec::new()
}

/// Takes a form into the plan of a window, as one step, and tells what became of every row.
pub(super) fn take(state: &mut State, file: &Path, form: &Form) -> Vec<Effect> {
    let found = matched(&state.plan, form);
    let message = found.message(file);
    if found.is_whole() {
        state.tell(message);
    } else {
        state.tell_failure(message);
    }
    if found.facts.is_empty() && found.needs.is_empty() {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-form").count("count", found.matched), found.edit())
}

/// Sets the states that fields of the compounds tell.
pub(super) fn take_fields(state: &mut State) -> Vec<Effect> {
    let found = composition::states_in_fields(&state.plan);
    let message = found.message();
    if found.unreadable.is_empty() {
        state.tell(message);
    } else {
        state.tell_failure(message);
    }
    if found.set.is_empty() {
        return Vec::new();
    }
    let count = found.set.len();
    let put = found.set.into_iter().map(|((id, code), need)| Edit::PutNeed(id, code, Some(need))).collect();
    commit(state, Message::new("session.edit-need").count("count", count), Edit::Group(put))
}

/// Sets the state of items in compounds; those that have it already are left out.
pub(super) fn set_needs(state: &mut State, compounds: &[CompoundId], codes: &[ItemCode], need: Option<NeedState>) -> Vec<Effect> {
    let plan = &state.plan;
    let pairs = compounds.iter().flat_map(|id| codes.iter().map(move |code| (*id, code.clone())));
    let other = pairs.filter(|key| key.0.index() < plan.compounds.len() && plan.needs.get(key).copied() != need);
    let put: Vec<Edit> = other.map(|(id, code)| Edit::PutNeed(id, code, need)).collect();
    if put.is_empty() {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-need").count("count", put.len()), Edit::Group(put))
}

/// Settles facts of compounds by hand; those of whom they are known already are left out.
pub(super) fn settle(state: &mut State, compounds: &[CompoundId], patch: &FactsPatch) -> Vec<Effect> {
    let plan = &state.plan;
    let settled = compounds.iter().filter_map(|id| {
        let facts = &plan.compounds.get(id.index())?.facts;
        let applied = patch.applied(facts);
        (applied != *facts).then(|| Edit::SetFacts(*id, Box::new(applied)))
    });
    let edits: Vec<Edit> = settled.collect();
    if edits.is_empty() {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-settle").count("count", edits.len()), Edit::Group(edits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::model::Plan;
    use crate::pipes::tests::{compound, content};
    use crate::policy::{Exclusion, YearSpan};
    use crate::screening::Settle;
    use crate::session::dispatch;

    fn row(line: usize, id: &str) -> FormRow {
        FormRow { line, id: id.to_owned(), facts: CompoundFacts::default(), not_excluded: false, states: Vec::new() }
    }

    fn plan(ids: &[&str]) -> Content {
        content(ids.iter().map(|id| compound(id, 0.0, 0.0, 10.0)).collect(), Vec::new())
    }

    #[test]
    fn every_row_of_a_form_is_accounted_for() {
        let mut plan = plan(&["a", "b", "c", "c"]);
        let water = ItemCode::new("water_supply");
        plan.needs.insert((CompoundId(1), water.clone()), NeedState::Met);
        std::sync::Arc::make_mut(&mut plan.compounds)[0].facts.exclusion = Some(Exclusion::Rebuild);
        let states = vec![(water.clone(), NeedState::Met)];
        let facts = CompoundFacts { households: Some(9), ..CompoundFacts::default() };
        let rows = vec![
            FormRow { states: states.clone(), not_excluded: true, ..row(2, "a") },
            FormRow { facts, states, ..row(3, "b") },
            row(4, "c"),
            row(5, "x"),
            row(6, ""),
            row(7, "a"),
        ];
        let found = matched(&plan, &Form { rows, items: 1, unreadable: vec![("供水".to_owned(), 2, 3, "差".to_owned())] });
        assert_eq!((found.rows, found.matched, found.unreadable_cells()), (6, 2, 2));
        assert_eq!(found.needs, [((CompoundId(0), water), NeedState::Met)].into(), "the second row says what the plan says");
        assert_eq!(found.facts.keys().copied().collect::<Vec<_>>(), [CompoundId(0), CompoundId(1)]);
        assert_eq!((found.facts[&CompoundId(0)].exclusion, found.facts[&CompoundId(1)].households), (None, Some(9)));
        assert_eq!(found.unknown, [(5, "x".to_owned()), (6, String::new())]);
        assert_eq!(found.ambiguous, [(4, "c".to_owned()), (7, "a".to_owned())]);
        assert_eq!(found.message(Path::new("f.xlsx")).key(), "session.form-unreadable");
    }

    #[test]
    fn settling_and_setting_are_one_step_each_and_nothing_when_nothing_changes() {
        let mut state = State { plan: Plan::new(plan(&["a", "b"])), ..State::default() };
        let all = vec![CompoundId(0), CompoundId(1)];
        let patch = FactsPatch { built: Settle::Known(YearSpan::single(1995)), ..FactsPatch::default() };
        let settle = Command::SettleFacts(all.clone(), Box::new(patch));
        dispatch(&mut state, settle.clone());
        assert!(state.plan.compounds.iter().all(|c| c.facts.built == Some(YearSpan::single(1995))));
        dispatch(&mut state, settle);
        assert_eq!(state.history.done().len(), 1);
        let codes = vec![ItemCode::new("road"), ItemCode::new("lift")];
        let set = Command::SetNeeds(all, codes, Some(NeedState::Refused));
        dispatch(&mut state, set.clone());
        assert_eq!(state.plan.needs.len(), 4);
        dispatch(&mut state, set);
        assert_eq!(state.history.done().len(), 2);
        dispatch(&mut state, Command::Undo);
        assert!(state.plan.needs.is_empty());
        dispatch(&mut state, Command::Undo);
        assert!(state.plan.compounds.iter().all(|c| c.facts.built.is_none()));
    }
}
