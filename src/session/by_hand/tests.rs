//! Gestures over a small town: what each does, whom it refuses, and that any sequence of them can be undone to the start.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::Silent;
use crate::command::{Brush, Into, SelectMode, Whole};
use crate::model::{Compound, CompoundFacts, Content, LinkRule, Plan, Properties, violations};
use crate::policy::{Exclusion, YearSpan};
use crate::session::dispatch;
use crate::session::dispatch::can;

const ACROSS: u32 = 4;
const COUNT: u32 = 12;

/// Four by three compounds of 40 m, 10 m apart, 100 households each; the last is to be expropriated (R2).
fn town() -> State {
    let compound = |row: u32| {
        let (x, y) = (f64::from(row % ACROSS) * 50.0, f64::from(row / ACROSS) * 50.0);
        let facts = CompoundFacts {
            name: format!("{row}号院"),
            households: Some(100),
            built: Some(YearSpan::single(1990)),
            community: Some(format!("社区{}", row / 6)),
            exclusion: (row == COUNT - 1).then_some(Exclusion::Expropriation),
            ..CompoundFacts::default()
        };
        let shape = geo::MultiPolygon(vec![geo::Rect::new((x, y), (x + 40.0, y + 40.0)).to_polygon()]);
        Compound { source_id: format!("c{row}"), shape, facts, extra: Properties::new() }
    };
    let mut content = Content { compounds: Arc::new((0..COUNT).map(compound).collect()), ..Content::default() };
    content.settings.gap_m = 12.0;
    let mut state = State { plan: Plan::new(content), is_open: true, ..State::default() };
    let graph = derive::graph(&state.plan, actions::LARGEST_GAP_M, &Silent).unwrap();
    state.derived.graph.set(state.revisions.links(), graph);
    state.derived.take_links();
    state
}

fn ids(rows: &[u32]) -> Vec<CompoundId> {
    rows.iter().copied().map(CompoundId).collect()
}

fn make(state: &mut State, rows: &[u32]) -> DistrictId {
    let to = Destination::New;
    dispatch(state, Command::MoveInto { compounds: ids(rows), to, by: Stroke::Ring });
    state.view.selection.district.unwrap()
}

fn held(state: &State, id: DistrictId) -> Vec<u32> {
    state.plan.members(id).into_iter().map(|id| id.0).collect()
}

fn last_label(state: &State) -> &'static str {
    state.history.done().last().unwrap().label.key()
}

#[test]
fn a_stroke_is_one_step_and_an_excluded_compound_is_refused_with_its_clause() {
    let mut state = town();
    let id = make(&mut state, &[0, 1]);
    let to = Destination::District(id);
    dispatch(&mut state, Command::MoveInto { compounds: ids(&[1, 2, 10, 11, 400]), to, by: Stroke::Brush });
    assert_eq!(held(&state, id), [0, 1, 2, 10]);
    assert_eq!((state.history.done().len(), last_label(&state)), (2, "session.edit-brush"));
    let refused = state.view.toasts.last().unwrap();
    assert!(refused.failure && refused.message.key() == "session.refused-excluded" && refused.offer.is_none());
    dispatch(&mut state, Command::MoveInto { compounds: ids(&[10]), to: Destination::None, by: Stroke::Brush });
    assert_eq!(held(&state, id), [0, 1, 2]);
    dispatch(&mut state, Command::Undo);
    dispatch(&mut state, Command::Undo);
    assert_eq!(held(&state, id), [0, 1]);
}

#[test]
fn a_locked_district_offers_to_be_unlocked() {
    let mut state = town();
    let id = make(&mut state, &[0, 1, 2, 3]);
    let locked = District { locked: true, ..state.plan.districts[&id].clone() };
    dispatch(&mut state, Command::SetDistrict(id, Box::new(locked)));
    let other = make(&mut state, &[4]);
    let into_other = Command::MoveInto { compounds: ids(&[0]), to: Destination::District(other), by: Stroke::Brush };
    let refused = [
        into_other.clone(),
        Command::CutDistrict(id, vec![[45.0, -10.0], [45.0, 60.0]]),
        Command::SplitParts(Some(id)),
        Command::SplitInto(id, Some(2)),
        Command::Absorb(Some(id)),
        Command::MergeDistricts(other, id),
        Command::GrowHere(CompoundId(0)),
    ];
    let before = state.plan.content().clone();
    for command in refused {
        let told = state.view.toasts.len();
        dispatch(&mut state, command.clone());
        assert_eq!(*state.plan, before, "{command:?}");
        let toast = &state.view.toasts[told];
        assert_eq!(toast.message.key(), "session.refused-locked", "{command:?}");
        assert!(toast.offer.is_some(), "{command:?}");
    }
    let unlock = state.view.toasts.last().unwrap().offer.clone().unwrap().command;
    dispatch(&mut state, unlock);
    dispatch(&mut state, into_other);
    assert_eq!(held(&state, other), [0, 4]);
}

#[test]
fn a_line_cuts_a_district_and_one_beside_it_does_not() {
    let mut state = town();
    let id = make(&mut state, &[0, 1, 2, 3, 4, 5]);
    dispatch(&mut state, Command::CutDistrict(id, vec![[-10.0, 45.0], [120.0, 45.0]]));
    assert_eq!(held(&state, id), [0, 1, 2, 3]);
    assert_eq!(last_label(&state), "session.edit-cut");
    assert_eq!(held(&state, state.plan.assignment[4].unwrap()), [4, 5]);
    let steps = state.history.done().len();
    dispatch(&mut state, Command::CutDistrict(id, vec![[-10.0, 95.0], [200.0, 95.0]]));
    assert_eq!((state.history.done().len(), state.view.toasts.last().unwrap().message.key()), (steps, "session.cut-nothing"));
}

#[test]
fn a_district_in_parts_is_split_into_them() {
    let mut state = town();
    let id = make(&mut state, &[0, 1, 3, 8]);
    dispatch(&mut state, Command::SplitParts(None));
    assert_eq!(held(&state, id), [0, 1]);
    assert_eq!(state.plan.districts.len(), 3);
    dispatch(&mut state, Command::SplitParts(Some(id)));
    assert_eq!(state.view.toasts.last().unwrap().message.key(), "session.split-whole");
}

#[test]
fn leftovers_are_absorbed_and_a_district_grows_to_its_target() {
    let mut state = town();
    let west = make(&mut state, &[0, 4, 8]);
    let brush = Brush { households: 300.0, ..Brush::default() };
    dispatch(&mut state, Command::SetBrush(brush));
    dispatch(&mut state, Command::GrowHere(CompoundId(3)));
    let east = state.view.selection.district.unwrap();
    let grown = held(&state, east);
    assert!(grown.len() == 3 && grown.contains(&3), "{grown:?}");
    state.view.selection = crate::session::Selection::default();
    dispatch(&mut state, Command::Absorb(None));
    assert_eq!(last_label(&state), "session.edit-absorb");
    let without: Vec<usize> = (0..12).filter(|row| state.plan.assignment[*row].is_none()).collect();
    assert_eq!(without, [11], "the excluded one stays out");
    assert!(can(&state, crate::command::Availability::Districts));
    dispatch(&mut state, Command::MergeDistricts(west, east));
    assert_eq!(held(&state, west).len(), 11);
    dispatch(&mut state, Command::StepTo(0));
    assert!(state.plan.districts.is_empty() && state.history.undone().len() == 4);
}

#[test]
fn a_grown_district_takes_only_from_where_the_brush_lets_it() {
    let mut state = town();
    let west = make(&mut state, &[0, 4, 8]);
    for (source, stays) in [(Source::Unassigned, true), (Source::Any, false)] {
        dispatch(&mut state, Command::SetBrush(Brush { source, households: 900.0, ..Brush::default() }));
        dispatch(&mut state, Command::GrowHere(CompoundId(1)));
        assert_eq!(held(&state, west).len() == 3, stays, "{source:?}");
        dispatch(&mut state, Command::Undo);
    }
}

#[test]
fn redo_survives_what_is_selected() {
    let mut state = town();
    let id = make(&mut state, &[0, 1]);
    dispatch(&mut state, Command::Undo);
    dispatch(&mut state, Command::Select(ids(&[5, 6]), SelectMode::Replace));
    dispatch(&mut state, Command::Select(ids(&[5]), SelectMode::Subtract));
    assert_eq!(state.view.selection.compounds, [CompoundId(6)].into());
    dispatch(&mut state, Command::SelectWhole(Whole::Community));
    assert_eq!(state.view.selection.compounds.len(), 6);
    dispatch(&mut state, Command::SelectWhere("户数 = 100 and 社区 ~ 0".to_owned(), SelectMode::Replace));
    assert_eq!(state.view.selection.compounds.len(), 6);
    dispatch(&mut state, Command::SelectWhere("户数 >".to_owned(), SelectMode::Replace));
    assert!(state.view.toasts.last().unwrap().failure);
    dispatch(&mut state, Command::Redo);
    assert_eq!(held(&state, id), [0, 1]);
}

#[test]
fn what_is_looked_at_is_what_the_command_does() {
    let mut state = town();
    let id = make(&mut state, &[0, 1, 2, 4]);
    let ground = Ground::of(&state).unwrap();
    let taken = [
        (
            Taken::Compounds(ids(&[1, 11]).into_iter().collect(), Destination::None),
            Command::MoveInto { compounds: ids(&[1, 11]), to: Destination::None, by: Stroke::Brush },
        ),
        (
            Taken::Compounds(ids(&[5, 11]).into_iter().collect(), Destination::New),
            Command::MoveInto { compounds: ids(&[5, 11]), to: Destination::New, by: Stroke::Brush },
        ),
        (Taken::Line(id, vec![[45.0, -10.0], [45.0, 60.0]]), Command::CutDistrict(id, vec![[45.0, -10.0], [45.0, 60.0]])),
    ];
    for (taken, command) in taken {
        let look = look(&state, &ground, &taken);
        let mut then = town();
        make(&mut then, &[0, 1, 2, 4]);
        dispatch(&mut then, command.clone());
        for (unit, prospect) in &look.pending.districts {
            assert_eq!(prospect.members.1, held(&then, DistrictId(*unit)).len(), "{command:?}");
        }
        for (compound, to) in &look.moves {
            assert_eq!(then.plan.assignment[compound.index()], *to, "{command:?}");
        }
    }
    // Without 1 the district falls apart: 0 and 4 on one side, 2 on the other.
    let moved = Taken::Compounds(ids(&[1]).into_iter().collect(), Destination::None);
    let looked = look(&state, &ground, &moved);
    let prospect = &looked.pending.districts[&id.0];
    assert_eq!(prospect.broken_off().collect::<Vec<_>>(), [2]);
    assert_eq!((prospect.sums[0].0.value, prospect.sums[0].1.value), (400.0, 300.0));
    state.view.brush.into = Into::New;
    assert_eq!(destination(&state, None), Destination::New);
}

/// A gesture of any tool, of compounds and districts that may or may not be there.
fn gesture() -> impl Strategy<Value = Command> {
    let district = || (0..6_u32).prop_map(DistrictId);
    let to = prop_oneof![district().prop_map(Destination::District), Just(Destination::New), Just(Destination::None)];
    let by = prop_oneof![Just(Stroke::Brush), Just(Stroke::Ring)];
    let compounds = prop::collection::vec((0..COUNT + 2).prop_map(CompoundId), 0..5);
    let place = || (-20.0..220.0f64, -20.0..170.0f64).prop_map(|(x, y)| [x, y]);
    let pair =
        (0..COUNT, 0..COUNT).prop_filter_map("a compound with itself", |(a, b)| LinkKey::new(CompoundId(a), CompoundId(b)));
    let source = prop_oneof![Just(Source::Any), Just(Source::Unassigned), Just(Source::Start)];
    prop_oneof![
        4 => (compounds, to, by).prop_map(|(compounds, to, by)| Command::MoveInto { compounds, to, by }),
        2 => (district(), prop::collection::vec(place(), 0..4)).prop_map(|(id, line)| Command::CutDistrict(id, line)),
        1 => prop::option::of(district()).prop_map(Command::SplitParts),
        1 => prop::option::of(district()).prop_map(Command::Absorb),
        2 => (0..COUNT + 2).prop_map(|row| Command::GrowHere(CompoundId(row))),
        1 => (district(), district()).prop_map(|(keep, other)| Command::MergeDistricts(keep, other)),
        1 => district().prop_map(Command::RemoveDistrict),
        1 => (source, 50.0..600.0f64).prop_map(|(source, households)| Command::SetBrush(Brush { source, households, ..Brush::default() })),
        1 => (district(), any::<bool>()).prop_map(|(id, locked)| {
            Command::SetDistrict(id, Box::new(District { locked, ..District::numbered(100 + id.0) }))
        }),
        1 => pair.prop_map(|key| Command::SetLink(key, Some(LinkRule::Forbid), String::new())),
        1 => Just(Command::Undo),
        1 => Just(Command::Redo),
        1 => (0..8_usize).prop_map(Command::StepTo),
        1 => prop::collection::vec((0..COUNT).prop_map(CompoundId), 0..4).prop_map(|all| Command::Select(all, SelectMode::Replace)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_gestures_keep_the_invariants_and_undo_to_the_start(gestures in prop::collection::vec(gesture(), 1..16)) {
        let mut state = town();
        let start = state.plan.content().clone();
        for command in gestures {
            let steps = state.history.done().len();
            let locked: Vec<(DistrictId, Vec<u32>)> = state.plan.districts.iter().filter(|(_, d)| d.locked).map(|(id, _)| (*id, held(&state, *id))).collect();
            let walks = matches!(command, Command::Undo | Command::Redo | Command::StepTo(_));
            dispatch(&mut state, command.clone());
            prop_assert_eq!(violations(&state.plan), vec![], "{:?}", command);
            prop_assert!(walks || state.history.done().len() <= steps + 1, "{:?} made more than one step", command);
            prop_assert_eq!(state.plan.assignment[COUNT as usize - 1], None, "{:?} took the excluded one", command);
            if !walks {
                for (id, members) in locked {
                    prop_assert_eq!(held(&state, id), members, "{:?} changed a locked district", command);
                }
            }
        }
        let end = state.plan.content().clone();
        let steps = state.history.done().len();
        dispatch(&mut state, Command::StepTo(0));
        prop_assert_eq!(state.plan.content(), &start);
        dispatch(&mut state, Command::StepTo(steps));
        prop_assert_eq!(state.plan.content(), &end);
    }
}
