//! Links that keep up with edits: what an edit touched is told to the graph of links, in place, where that is quick.

use super::{State, derive};
use crate::base::CompoundId;
use crate::contiguity::Changed;
use crate::model::{LayerKind, Touched};
use crate::session::actions::LARGEST_GAP_M;

/// Edits of more shapes than this at once are left to the job that finds all links anew: a few hundred take a frame.
const FEW_SHAPES: usize = 200;

/// Notes what an edit touched, and brings the links up to date with it when it touched little.
pub(super) fn note(state: &mut State, touched: &Touched) {
    let before = state.revisions.links();
    state.revisions.note(touched);
    let after = state.revisions.links();
    if before == after || !state.derived.graph.is_fresh(before) {
        return;
    }
    let Some(changed) = changed(state, touched) else { return };
    let input = derive::connect_input(&state.plan, LARGEST_GAP_M);
    if state.derived.graph.update(after, |graph| graph.update(&input, &changed)) {
        state.derived.take_links();
    }
}

/// What an edit changed, as the graph of links wants to know it; `None` when all links are to be found anew.
fn changed(state: &State, touched: &Touched) -> Option<Changed> {
    let links = [LayerKind::Compounds, LayerKind::Barriers, LayerKind::Parcels, LayerKind::Bridges];
    let few_bridges = state.plan.bridges.len() <= FEW_SHAPES;
    let is_long = |kind: &LayerKind| links.contains(kind) && (*kind != LayerKind::Bridges || !few_bridges);
    if touched.linking || touched.replaced.iter().any(is_long) || touched.shapes.len() > FEW_SHAPES {
        return None;
    }
    let compounds = touched.shapes.iter().filter(|(kind, _)| *kind == LayerKind::Compounds);
    let has = |kind| touched.layers.contains(&kind);
    Some(Changed {
        compounds: compounds.map(|(_, row)| CompoundId(*row)).collect(),
        barriers: has(LayerKind::Barriers),
        bridges: has(LayerKind::Bridges),
        parcels: has(LayerKind::Parcels),
        overrides: touched.links,
    })
}
