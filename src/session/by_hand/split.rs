//! One district made several: along a line, by its parts, or into so many by the solver.

use geo::Centroid;

use super::{Ground, is_open, label, new_districts};
use crate::base::{DistrictId, Message};
use crate::command::GroupRequest;
use crate::geometry::segment::Segment;
use crate::grouping::by_hand::{self, Severed};
use crate::grouping::{Aim, Weights};
use crate::model::Content;
use crate::session::dispatch::commit;
use crate::session::{Effect, State, search};

/// What a line in the working CRS makes of a district.
#[must_use]
pub(super) fn severed(content: &Content, ground: &Ground, id: DistrictId, line: &[[f64; 2]]) -> Severed {
    let place = |unit: u32| Some(content.compounds.get(unit as usize)?.shape.centroid()?.0.into());
    let segments: Vec<Segment> = line.windows(2).map(|pair| Segment::new(pair[0].into(), pair[1].into())).collect();
    let members = ground.terrain().members(id.0);
    by_hand::along_line(&ground.near, &members, &place, &segments)
}

pub(super) fn cut(state: &mut State, id: DistrictId, line: &[[f64; 2]]) -> Vec<Effect> {
    if !is_open(state, id) {
        return Vec::new();
    }
    let Some(ground) = Ground::of(state) else {
        state.tell(Message::new("session.links-pending"));
        return Vec::new();
    };
    let cut = severed(&state.plan, &ground, id, line);
    if cut.go.is_empty() {
        state.tell(Message::new("session.cut-nothing").text("district", label(&state.plan, id)));
        return Vec::new();
    }
    let named = Message::new("session.edit-cut").text("district", label(&state.plan, id));
    let edit = new_districts(&state.plan, &[cut.go]);
    commit(state, named, edit)
}

pub(super) fn into_parts(state: &mut State, id: DistrictId) -> Vec<Effect> {
    if !is_open(state, id) {
        return Vec::new();
    }
    let Some(ground) = Ground::of(state) else {
        state.tell(Message::new("session.links-pending"));
        return Vec::new();
    };
    let terrain = ground.terrain();
    let free = |unit: u32| terrain.conduct && terrain.district.get(unit as usize) == Some(&None);
    let parts = by_hand::pieces(terrain.near, &terrain.members(id.0), &free);
    if parts.len() < 2 {
        state.tell(Message::new("session.split-whole").text("district", label(&state.plan, id)));
        return Vec::new();
    }
    let named = Message::new("session.edit-split-parts").text("district", label(&state.plan, id)).count("count", parts.len());
    let edit = new_districts(&state.plan, &parts[1..]);
    commit(state, named, edit)
}

/// Groups the members of a district alone: into so many, or by the bounds that were last asked for.
pub(super) fn into_several(state: &mut State, id: DistrictId, count: Option<usize>) -> Vec<Effect> {
    if !is_open(state, id) {
        return Vec::new();
    }
    let only: std::collections::BTreeSet<_> = state.plan.members(id).into_iter().collect();
    let asked = state.asked().filter(|asked| asked.bounds.iter().any(|bound| bound.min.is_some() || bound.max.is_some()));
    let request = match (count, asked) {
        (Some(count), _) if count < 2 || count > only.len() => {
            state.tell(Message::new("session.split-count").text("district", label(&state.plan, id)).count("most", only.len()));
            return Vec::new();
        }
        // As even and as compact as may be: nobody has said what else matters.
        (Some(count), _) => {
            let weights = Weights { balance: 1.0, ..Weights::default() };
            GroupRequest { aim: Aim::Exactly(count), weights, only, ..GroupRequest::default() }
        }
        (None, Some(asked)) => {
            let aim = if matches!(asked.aim, Aim::Fewest) { Aim::Fewest } else { Aim::Most };
            GroupRequest { aim, improve: false, go_on: false, only, ..asked.clone() }
        }
        (None, None) => {
            state.tell(Message::new("session.split-no-bounds"));
            return Vec::new();
        }
    };
    search::begin(state, request)
}
