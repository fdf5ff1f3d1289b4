//! What is drawn stays, can be undone, and any sequence of drawing ends where it began once it is taken back.

use geo::{Coord, LineString, Polygon};
use proptest::prelude::*;

use super::*;
use crate::base::ItemId;
use crate::model::{AnnotationKind, BarrierKind, ItemOrigin, LayerSource, violations};
use crate::policy::ItemCode;
use crate::session::dispatch;

fn line(y: f64) -> Geometry<f64> {
    Geometry::LineString(LineString::from(vec![(0.0, y), (100.0, y)]))
}

fn square(x: f64, side: f64) -> Geometry<f64> {
    Geometry::Polygon(geo::Rect::new((x, 0.0), (x + side, side)).to_polygon())
}

fn note(text: &str) -> Annotation {
    Annotation { kind: AnnotationKind::Text, place: Some(point(Coord { x: 1.0, y: 2.0 })), text: text.to_owned() }
}

fn open() -> State {
    State { is_open: true, ..State::default() }
}

#[test]
fn annotations_are_written_changed_copied_and_removed_step_by_step() {
    let mut state = open();
    dispatch(&mut state, Command::SetAnnotation(None, Some(Box::new(note("")))));
    let Some(Target::Annotation(id)) = state.view.selection.drawn else { panic!("the new one is selected") };
    dispatch(&mut state, Command::SetAnnotation(Some(id), Some(Box::new(note("此处拓宽")))));
    dispatch(&mut state, Command::Duplicate(Target::Annotation(id)));
    assert_eq!(state.plan.annotations.values().filter(|note| note.text == "此处拓宽").count(), 2);
    dispatch(&mut state, Command::RemoveDrawn(Target::Annotation(id)));
    dispatch(&mut state, Command::RemoveDrawn(Target::Annotation(id)));
    let labels: Vec<&str> = state.history.done().iter().map(|entry| entry.label.key()).collect();
    assert_eq!(
        labels,
        ["session.edit-annotate", "session.edit-annotation", "session.edit-annotate", "session.edit-remove-annotation"]
    );
    dispatch(&mut state, Command::StepTo(0));
    assert!(state.plan.annotations.is_empty() && state.view.selection.drawn.is_none());
}

#[test]
fn a_drawn_barrier_is_reshaped_and_outlives_a_file_that_is_read_again() {
    let mut state = open();
    dispatch(&mut state, Command::AddFeature(Drawn::Barrier(BarrierKind::Railway), Box::new(line(5.0))));
    let target = Target::Feature(LayerKind::Barriers, 0);
    assert_eq!(state.view.selection.drawn, Some(target));
    dispatch(&mut state, Command::Reshape(target, Box::new(line(9.0))));
    assert_eq!(shape_of(&state.plan, target), Some(line(9.0)));
    let read = Barrier {
        source_id: "r1".to_owned(),
        kind: BarrierKind::River,
        name: String::new(),
        shape: line(50.0),
        extra: Properties::new(),
    };
    let layer = carried(&state.plan, LayerContent::Barriers(Arc::new(vec![read])));
    let edit = Edit::PutLayer(Box::new(layer), Some(LayerSource::default()));
    commit(&mut state, Message::new("session.edit-reload").text("files", ""), edit);
    assert_eq!(state.plan.barriers.iter().map(|barrier| &*barrier.source_id).collect::<Vec<_>>(), ["r1", "drawn-1"]);
    // What a file brought is not to be drawn otherwise, for the next reading would bring it back.
    let read = Target::Feature(LayerKind::Barriers, 0);
    let steps = state.history.done().len();
    dispatch(&mut state, Command::Reshape(read, Box::new(line(1.0))));
    dispatch(&mut state, Command::RemoveDrawn(read));
    assert_eq!((state.history.done().len(), state.plan.barriers.len()), (steps, 2));
    dispatch(&mut state, Command::RemoveDrawn(Target::Feature(LayerKind::Barriers, 1)));
    assert_eq!(state.plan.barriers.len(), 1);
    dispatch(&mut state, Command::Undo);
    assert_eq!(state.plan.barriers.len(), 2);
}

#[test]
fn an_outline_that_crosses_itself_is_refused_with_a_word() {
    let mut state = open();
    let ring = vec![(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)];
    let crossed = Geometry::Polygon(Polygon::new(LineString::from(ring), Vec::new()));
    dispatch(&mut state, Command::AddFeature(Drawn::Parcel, Box::new(crossed)));
    assert!(state.plan.parcels.is_empty() && state.view.toasts[0].failure);
    dispatch(&mut state, Command::AddFeature(Drawn::Parcel, Box::new(square(0.0, 20.0))));
    assert_eq!(state.plan.parcels.len(), 1);
}

#[test]
fn an_item_is_measured_anew_where_it_is_drawn_otherwise() {
    let mut state = open();
    let item = Item {
        code: ItemCode::new("water_supply"),
        compound: None,
        district: None,
        place: Some(line(0.0)),
        quantity: Quantity::Missing,
        year: None,
        price: None,
        timing: None,
        origin: ItemOrigin::Hand,
        note: String::new(),
    };
    let item = measured(&state.plan, item);
    assert_eq!(item.quantity, Quantity::Measured(100.0));
    dispatch(&mut state, Command::SetItem(None, Box::new(item)));
    let longer = Geometry::LineString(LineString::from(vec![(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)]));
    dispatch(&mut state, Command::Reshape(Target::Item(ItemId(1)), Box::new(longer)));
    assert_eq!(state.plan.items[&ItemId(1)].quantity, Quantity::Measured(150.0));
    dispatch(&mut state, Command::Duplicate(Target::Item(ItemId(1))));
    assert_eq!(state.plan.items.len(), 2);
}

fn deed() -> impl Strategy<Value = Command> {
    let target = || {
        prop_oneof![
            (1..4_u32).prop_map(|id| Target::Annotation(AnnotationId(id))),
            (0..4_u32, 0..4_usize).prop_map(|(row, kind)| Target::Feature(DRAWN_LAYERS[kind], row)),
            (1..3_u32).prop_map(|id| Target::Item(ItemId(id))),
        ]
    };
    let shape = || {
        prop_oneof![
            (0.0..9.0f64).prop_map(line),
            (0.0..9.0f64, 1.0..9.0f64).prop_map(|(x, side)| square(x, side)),
            (0.0..9.0f64).prop_map(|x| point(Coord { x, y: x }))
        ]
    };
    let drawn =
        prop_oneof![Just(Drawn::Barrier(BarrierKind::Wall)), Just(Drawn::Bridge), Just(Drawn::Parcel), Just(Drawn::Facility)];
    prop_oneof![
        2 => (drawn, shape()).prop_map(|(drawn, shape)| Command::AddFeature(drawn, Box::new(shape))),
        2 => (prop::option::of((1..4_u32).prop_map(AnnotationId)), "[a-z]{0,3}").prop_map(|(id, text)| Command::SetAnnotation(id, Some(Box::new(note(&text))))),
        1 => (target(), shape()).prop_map(|(target, shape)| Command::Reshape(target, Box::new(shape))),
        1 => target().prop_map(Command::Duplicate),
        1 => target().prop_map(Command::RemoveDrawn),
        1 => Just(Command::Undo),
        1 => Just(Command::Redo),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_drawing_keeps_the_invariants_and_undoes_to_the_start(deeds in prop::collection::vec(deed(), 1..14)) {
        let mut state = open();
        let start = state.plan.content().clone();
        for command in deeds {
            dispatch(&mut state, command.clone());
            prop_assert_eq!(violations(&state.plan), vec![], "{:?}", command);
        }
        let end = state.plan.content().clone();
        let steps = state.history.done().len();
        dispatch(&mut state, Command::StepTo(0));
        prop_assert_eq!(state.plan.content(), &start);
        dispatch(&mut state, Command::StepTo(steps));
        prop_assert_eq!(state.plan.content(), &end);
    }
}
