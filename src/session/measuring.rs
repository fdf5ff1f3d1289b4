//! Quantities of items: measured anew when the user asks, and at once where an edit changed what they follow from.

use super::dispatch::commit;
use super::{Effect, State, linking};
use crate::base::{CompoundId, Message};
use crate::model::{Edit, Item, LayerKind, Touched};

/// Measures anew what follows from the compounds and buildings that an edit changed, as part of the same step. Quantities set by
/// hand stay, and layers that are read leave it to the user.
pub(super) fn follow(state: &mut State, touched: &Touched) -> Option<Edit> {
    let of_layer = |kind: LayerKind| touched.shapes.iter().filter(move |(layer, _)| *layer == kind);
    let behind = if of_layer(LayerKind::Buildings).next().is_some() {
        crate::composition::quantities(&state.plan)
    } else {
        let shapes = of_layer(LayerKind::Compounds).map(|(_, row)| CompoundId(*row));
        let compounds = touched.facts.iter().copied().chain(shapes).collect();
        crate::composition::quantities_of(&state.plan, &compounds)
    };
    let put = |(id, quantity)| {
        let item = state.plan.items.get(&id)?;
        Some(Edit::PutItem(id, Some(Box::new(Item { quantity, ..item.clone() }))))
    };
    let edits: Vec<Edit> = behind.into_iter().filter_map(put).collect();
    if edits.is_empty() {
        return None;
    }
    let (label, edit) = (Message::new("session.edit-measure").count("count", edits.len()), Edit::Group(edits));
    let touched = state.history.amend(&mut state.plan, label, edit.clone()).ok()?;
    linking::note(state, &touched);
    Some(edit)
}

/// Quantities follow geometry and attributes; those set by hand stay.
pub(super) fn measure_items(state: &mut State) -> Vec<Effect> {
    let behind = crate::composition::quantities(&state.plan);
    state.tell(Message::new("session.measured").count("count", behind.len()));
    if behind.is_empty() {
        return Vec::new();
    }
    let put = behind.into_iter().filter_map(|(id, quantity)| {
        let item = state.plan.items.get(&id)?;
        Some(Edit::PutItem(id, Some(Box::new(Item { quantity, ..item.clone() }))))
    });
    let edits: Vec<Edit> = put.collect();
    commit(state, Message::new("session.edit-measure").count("count", edits.len()), Edit::Group(edits))
}

#[cfg(test)]
mod tests {
    use super::super::dispatch;
    use super::*;
    use crate::command::Command;
    use crate::model::{Compound, Content, Plan, Properties};

    fn state() -> State {
        let compound = Compound {
            source_id: "a".to_owned(),
            shape: geo::MultiPolygon(vec![geo::Rect::new((0.0, 0.0), (1.0, 1.0)).to_polygon()]),
            facts: crate::model::CompoundFacts::default(),
            extra: Properties::new(),
        };
        let content = Content { compounds: std::sync::Arc::new(vec![compound]), ..Content::default() };
        State { plan: Plan::new(content), ..State::default() }
    }

    #[test]
    fn quantities_follow_facts_in_the_same_step() {
        use crate::model::{CompoundFacts, ItemOrigin, Quantity};
        let mut state = state();
        let item = |quantity| Item {
            code: crate::policy::ItemCode::new("fibre_to_home"),
            compound: Some(CompoundId(0)),
            district: None,
            place: None,
            quantity,
            year: None,
            timing: None,
            price: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        };
        dispatch(&mut state, Command::SetItem(None, Box::new(item(Quantity::Missing))));
        dispatch(&mut state, Command::SetItem(None, Box::new(item(Quantity::Manual(7.0)))));
        let facts = CompoundFacts { households: Some(120), ..state.plan.compounds[0].facts.clone() };
        let steps = state.history.done().len();
        let effects = dispatch(&mut state, Command::SetFacts(CompoundId(0), Box::new(facts)));
        let quantities = |state: &State| state.plan.items.values().map(|item| item.quantity).collect::<Vec<_>>();
        assert_eq!(quantities(&state), [Quantity::Measured(120.0), Quantity::Manual(7.0)]);
        assert_eq!(state.history.done().len(), steps + 1);
        assert!(matches!(&effects[..], [Effect::Journal(edit, _)] if matches!(&**edit, Edit::Group(edits) if edits.len() == 2)));
        dispatch(&mut state, Command::Undo);
        assert_eq!(quantities(&state), [Quantity::Missing, Quantity::Manual(7.0)]);
        assert_eq!(state.plan.compounds[0].facts.households, None);
        dispatch(&mut state, Command::Redo);
        assert_eq!(quantities(&state), [Quantity::Measured(120.0), Quantity::Manual(7.0)]);
    }
}
