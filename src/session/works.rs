//! Works in the ground: years of pipes set by hand or proposed, and what of it the map shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dispatch::commit;
use super::{Answer, Effect, State, look};
use crate::base::{FundId, Message, PipeId, Reporter};
use crate::command::{Board, Command, Panel, Tab};
use crate::coordination::dig::{self, Dug, Proposal};
use crate::coordination::phasing::{self, Phase, PhaseDistrict, Phasing};
use crate::model::{Content, District, Edit, Fund, LayerContent, LayerKind, MendKey, Mended};
use crate::pipes::survey::{self, FaultKind};

/// Years for pipes that stand beside the plan's while the user looks at them.
#[derive(Clone, Debug, PartialEq)]
pub struct YearProposal {
    /// The years.
    pub proposal: Proposal,
    /// The ground that they were found for.
    pub dug: Arc<Dug>,
    /// The plan's revision then.
    pub revision: u64,
}

impl YearProposal {
    /// Looks for years; runs beside the window.
    ///
    /// # Errors
    /// A message when it was stopped.
    pub fn look_for(content: &Content, dug: Arc<Dug>, revision: u64, reporter: &dyn Reporter) -> Result<Answer, Message> {
        let proposal = dig::propose(content, &dug.ground, reporter).map_err(|_| Message::new("session.cancelled"))?;
        Ok(Answer::YearsProposed(Box::new(Self { proposal, dug, revision })))
    }
}

/// Years for districts that stand beside the plan's while the user looks at them.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseProposal {
    /// The districts, as they stood.
    pub problem: Phasing,
    /// Their years.
    pub phase: Phase,
    /// The plan's revision then.
    pub revision: u64,
}

impl PhaseProposal {
    /// Looks for years; runs beside the window.
    ///
    /// # Errors
    /// A message when it was stopped.
    pub fn look_for(problem: Phasing, revision: u64, reporter: &dyn Reporter) -> Result<Answer, Message> {
        let phase = phasing::solve(&problem, reporter).map_err(|_| Message::new("session.cancelled"))?;
        Ok(Answer::PhaseProposed(Box::new(Self { problem, phase, revision })))
    }
}

/// Takes in what was proposed: it stands on its board until it is taken or let go.
pub(super) fn proposed(state: &mut State, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::YearsProposed(proposal) => show(state, *proposal),
        Answer::PhaseProposed(proposal) => show_phase(state, *proposal),
        _ => {}
    }
    Vec::new()
}

/// Shows years of districts that were found, on the board.
fn show_phase(state: &mut State, proposal: PhaseProposal) {
    if proposal.revision != state.plan.revision() {
        state.tell(Message::new("session.years-stale"));
        return;
    }
    state.view.hidden.remove(&Panel::Bottom);
    (state.view.tab, state.view.board) = (Tab::Coordinate, Board::Phasing);
    let moves = proposal.problem.districts.iter().zip(&proposal.phase.years).any(|(d, year)| d.year != *year);
    if !moves {
        state.tell(Message::new("session.phase-none"));
        state.phase = None;
        return;
    }
    state.phase = Some(proposal);
}

/// Takes the years of districts as one step.
fn take_phase(state: &mut State) -> Vec<Effect> {
    let Some(proposal) = state.phase.take() else { return Vec::new() };
    if proposal.revision != state.plan.revision() {
        state.tell(Message::new("session.years-stale"));
        return Vec::new();
    }
    let moved = |(one, year): (&PhaseDistrict, &Option<i32>)| {
        let held = state.plan.districts.get(&one.id).filter(|held| held.year != *year)?;
        Some(Edit::PutDistrict(one.id, Some(District { year: *year, ..held.clone() })))
    };
    let edits: Vec<Edit> = proposal.problem.districts.iter().zip(&proposal.phase.years).filter_map(moved).collect();
    let label = Message::new("session.edit-phase").count("count", edits.len());
    if edits.is_empty() { Vec::new() } else { commit(state, label, Edit::Group(edits)) }
}

/// Commands on years of pipes; gives back any other.
pub(super) fn change_works(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::SetPipeYears(years) => set_years(state, years),
        Command::SetFund(id, fund) => set_fund(state, id, fund),
        Command::FixPipes(kinds) => fix_pipes(state, &kinds),
        Command::ProposePhase => vec![Effect::ProposePhase],
        Command::TakePhase => take_phase(state),
        Command::ClosePhase => {
            state.phase = None;
            Vec::new()
        }
        Command::ProposeYears => vec![Effect::ProposeYears],
        Command::TakeYears => take(state),
        Command::CloseYears => {
            state.years = None;
            Vec::new()
        }
        other => return Err(other),
    };
    Ok(effects)
}

/// Sets years as one step. A year that is the owner's own is none that had to be agreed.
fn set_years(state: &mut State, years: Vec<(PipeId, Option<i32>)>) -> Vec<Effect> {
    let plan = &state.plan;
    let own = |id: PipeId| plan.pipes.get(id.index()).and_then(|pipe| pipe.planned_year);
    let agreed = years.into_iter().map(|(id, year)| (id, year.filter(|year| own(id) != Some(*year))));
    let changed: Vec<_> = agreed.filter(|(id, year)| plan.pipe_years.get(id).copied() != *year).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-pipe-years").count("count", changed.len()), Edit::PutPipeYears(changed))
}

/// Adds, changes or removes an entry of the fund ledger.
fn set_fund(state: &mut State, id: Option<FundId>, fund: Option<Box<Fund>>) -> Vec<Effect> {
    let label = match (&id, &fund) {
        (None, _) => Message::new("session.edit-add-fund"),
        (Some(_), Some(_)) => Message::new("session.edit-fund"),
        (Some(_), None) => Message::new("session.edit-remove-fund"),
    };
    let id = id.unwrap_or_else(|| state.plan.next_fund_id());
    commit(state, label, Edit::PutFund(id, fund))
}

/// Makes the fixes of a survey as one step. Mends and agreed years stay with their pipes.
fn fix_pipes(state: &mut State, kinds: &[FaultKind]) -> Vec<Effect> {
    let Some(quality) = state.derived.quality.fresh(state.revisions.surveyed()).cloned() else {
        state.tell(Message::new("session.quality-pending"));
        return Vec::new();
    };
    let plan = state.plan.content();
    let mended = survey::mended(plan, &quality, &kinds.iter().copied().collect());
    if mended.fixes == 0 {
        state.tell(Message::new("session.nothing-to-fix"));
        return Vec::new();
    }
    let new_row: BTreeMap<u32, u32> = (0_u32..).zip(&mended.rows).map(|(new, old)| (old.0, new)).collect();
    let moved = |(key, held): (&MendKey, &Mended)| Some((MendKey { row: *new_row.get(&key.row)?, ..*key }, held.clone()));
    let mends: Vec<_> = plan.mends_of(LayerKind::Pipes).filter_map(moved).collect();
    let years = plan.pipe_years.iter().filter_map(|(id, year)| Some((PipeId(*new_row.get(&id.0)?), *year))).collect();
    let source = plan.sources.get(&LayerKind::Pipes).cloned();
    let mut edits = vec![Edit::PutLayer(Box::new(LayerContent::Pipes(Arc::new(mended.pipes))), source)];
    edits.push(Edit::SetPipeYears(years));
    if !mends.is_empty() {
        edits.push(Edit::SetMends(LayerKind::Pipes, mends));
    }
    state.view.selection.pipe = None;
    commit(state, Message::new("session.edit-fix-pipes").count("count", mended.fixes), Edit::Group(edits))
}

/// Shows years that were found, on the board.
fn show(state: &mut State, proposal: YearProposal) {
    if proposal.revision != state.plan.revision() {
        state.tell(Message::new("session.years-stale"));
        return;
    }
    state.view.hidden.remove(&Panel::Bottom);
    (state.view.tab, state.view.board) = (Tab::Coordinate, Board::Digging);
    if proposal.proposal.moves.is_empty() {
        state.tell(Message::new("session.years-none"));
        state.years = None;
        return;
    }
    state.years = Some(proposal);
}

fn take(state: &mut State) -> Vec<Effect> {
    let Some(proposal) = state.years.take() else { return Vec::new() };
    if proposal.revision != state.plan.revision() {
        state.tell(Message::new("session.years-stale"));
        return Vec::new();
    }
    let years = proposal.proposal.pipe_years(&proposal.dug.ground);
    set_years(state, years.into_iter().map(|(id, year)| (id, Some(year))).collect())
}

/// Half the width of what is shown at least, m.
const REACH_M: f64 = 40.0;

/// Marks ground that is opened twice and shows it with its surroundings.
pub(super) fn show_reopening(state: &mut State, key: Option<String>) {
    let found = state.derived.dug.get().zip(key.as_ref());
    let bounds = found.and_then(|(dug, key)| dug.digging.rows.iter().find(|row| row.key == *key)?.bounds);
    state.view.selection.reopening = key;
    if let Some(rect) = bounds {
        let (min, max) = (rect.min(), rect.max());
        let around = geo::Rect::new((min.x - REACH_M, min.y - REACH_M), (max.x + REACH_M, max.y + REACH_M));
        look::show(state, around);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Silent;
    use crate::model::Plan;
    use crate::pipes::tests::{content, pipe};
    use crate::policy::PipeClass;
    use crate::session::{accept, dispatch};

    /// Water in 2027 and gas beside it in 2028.
    fn state() -> State {
        let mut pipes =
            vec![pipe("w", PipeClass::Water, &[(0.0, 0.0), (90.0, 0.0)]), pipe("g", PipeClass::Gas, &[(0.0, 1.0), (50.0, 1.0)])];
        (pipes[0].planned_year, pipes[1].planned_year) = (Some(2027), Some(2028));
        let mut content = content(Vec::new(), pipes);
        content.data_date = Some("2026-01-01".to_owned());
        State { plan: Plan::new(content), is_open: true, ..State::default() }
    }

    fn propose(state: &mut State) {
        assert!(matches!(dispatch(state, Command::ProposeYears)[..], [Effect::ProposeYears]));
        let dug = Arc::new(Dug::new(&state.plan, &Silent).unwrap());
        let answer = YearProposal::look_for(&state.plan, dug, state.plan.revision(), &Silent).unwrap();
        accept(state, answer);
    }

    fn reopened_m(state: &State) -> f64 {
        Dug::new(&state.plan, &Silent).unwrap().digging.reopened_m
    }

    #[test]
    fn proposed_years_are_taken_as_one_step_and_undone_as_one() {
        let mut state = state();
        let before = state.plan.content().clone();
        propose(&mut state);
        assert!(reopened_m(&state) > 49.0 && state.history.done().is_empty(), "nothing changes before it is taken");
        assert_eq!((state.view.tab, state.view.board), (Tab::Coordinate, Board::Digging));
        dispatch(&mut state, Command::TakeYears);
        assert_eq!(state.plan.pipe_years.iter().collect::<Vec<_>>(), [(&PipeId(1), &2027)]);
        assert!(reopened_m(&state) < 1e-9 && state.history.done().len() == 1 && state.years.is_none());
        dispatch(&mut state, Command::Undo);
        assert_eq!(*state.plan.content(), before);
    }

    #[test]
    fn a_survey_is_fixed_as_one_step_and_years_stay_with_their_pipes() {
        let mut state = state();
        let mut content = state.plan.content().clone();
        let again = content.pipes[0].clone();
        Arc::make_mut(&mut content.pipes).insert(1, again);
        content.pipe_years = [(PipeId(1), 2030), (PipeId(2), 2029)].into();
        state.plan = Plan::new(content.clone());
        dispatch(&mut state, Command::FixPipes(FaultKind::ALL.to_vec()));
        assert_eq!(state.view.toasts[0].message.key(), "session.quality-pending");
        let key = state.revisions.surveyed();
        state.derived.quality.set(key, survey::Quality::of(&state.plan));
        dispatch(&mut state, Command::FixPipes(FaultKind::ALL.to_vec()));
        assert_eq!(state.plan.pipes.iter().map(|pipe| pipe.source_id.as_str()).collect::<Vec<_>>(), ["w", "g"]);
        assert_eq!(state.plan.pipe_years.iter().collect::<Vec<_>>(), [(&PipeId(1), &2029)]);
        dispatch(&mut state, Command::Undo);
        assert_eq!(*state.plan.content(), content);
        dispatch(&mut state, Command::Redo);
        assert_eq!((state.plan.pipes.len(), state.plan.pipe_years.len()), (2, 1));
    }

    #[test]
    fn years_of_another_plan_are_not_taken() {
        let mut state = state();
        propose(&mut state);
        dispatch(&mut state, Command::SetPipeYears(vec![(PipeId(1), Some(2029))]));
        dispatch(&mut state, Command::TakeYears);
        assert_eq!(state.plan.pipe_years.iter().collect::<Vec<_>>(), [(&PipeId(1), &2029)]);
        assert_eq!(state.view.toasts[0].message.key(), "session.years-stale");
        // Back to the owner's own year: nothing was agreed.
        dispatch(&mut state, Command::SetPipeYears(vec![(PipeId(1), Some(2028))]));
        assert!(state.plan.pipe_years.is_empty());
        propose(&mut state);
        dispatch(&mut state, Command::CloseYears);
        assert!(state.years.is_none());
    }
}
