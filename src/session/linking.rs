//! Links that keep up with edits: what an edit touched is told to the graph of links, in place, where that is quick.

use super::actions::LARGEST_GAP_M;
use super::{State, derive};
use crate::base::CompoundId;
use crate::contiguity::Changed;
use crate::model::{LayerKind, Touched};

/// Notes what an edit touched, and brings the links up to date with it when little depends on it. All links are found anew by
/// a job otherwise.
pub(super) fn note(state: &mut State, touched: &Touched) {
    let before = state.revisions.links();
    state.revisions.note(touched);
    let after = state.revisions.links();
    if before == after || touched.linking || touched.replaced.contains(&LayerKind::Compounds) {
        return;
    }
    let Some(graph) = state.derived.graph.take(before) else { return };
    let input = derive::connect_input(&state.plan, LARGEST_GAP_M);
    if let Some(graph) = graph.updated(&input, &changed(touched)) {
        state.derived.graph.set(after, graph);
        state.derived.take_links();
    }
}

/// What an edit changed, as the graph of links wants to know it.
fn changed(touched: &Touched) -> Changed {
    let compounds = touched.shapes.iter().filter(|(kind, _)| *kind == LayerKind::Compounds);
    let has = |kind| touched.layers.contains(&kind);
    Changed {
        compounds: compounds.map(|(_, row)| CompoundId(*row)).collect(),
        barriers: has(LayerKind::Barriers),
        bridges: has(LayerKind::Bridges),
        parcels: has(LayerKind::Parcels),
        overrides: touched.links,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Silent;
    use crate::command::Command;
    use crate::contiguity::tests::key;
    use crate::model::{Compound, CompoundFacts, Content, ContiguityRule, LinkRule, Plan, Properties, Settings};
    use crate::session::dispatch;

    /// Two compounds 8 m apart, with their links.
    fn state() -> State {
        let compound = |x: f64| Compound {
            source_id: x.to_string(),
            shape: geo::MultiPolygon(vec![geo::Rect::new((x, 0.0), (x + 40.0, 40.0)).to_polygon()]),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        let content = Content { compounds: std::sync::Arc::new(vec![compound(0.0), compound(48.0)]), ..Content::default() };
        let mut state = State { plan: Plan::new(content), is_open: true, ..State::default() };
        let graph = derive::graph(&state.plan, LARGEST_GAP_M, &Silent).unwrap();
        state.derived.graph.set(state.revisions.links(), graph);
        state.derived.take_links();
        state
    }

    /// Gaps of the links, where they are up to date.
    fn gaps_m(state: &State) -> Option<Vec<f64>> {
        let links = state.derived.links.fresh(state.revisions.links())?;
        Some(links.list.iter().map(|link| link.gap_m).collect())
    }

    #[test]
    fn an_edit_of_one_link_is_taken_in_at_once_and_its_undo_too() {
        let mut state = state();
        assert_eq!(gaps_m(&state), Some(vec![8.0]));
        dispatch(&mut state, Command::SetLink(key(0, 1), Some(LinkRule::Forbid), String::new()));
        assert_eq!(gaps_m(&state), Some(Vec::new()));
        dispatch(&mut state, Command::Undo);
        assert_eq!(gaps_m(&state), Some(vec![8.0]));
        // Another rule of contiguity is a matter of all links.
        let settings = Settings { contiguity: ContiguityRule::Queen, ..state.plan.settings.clone() };
        dispatch(&mut state, Command::ChangeSettings(Box::new(settings)));
        assert_eq!(gaps_m(&state), None);
    }
}
