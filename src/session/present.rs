//! The map alone, for the meeting: the whole plan first, then district after district by their numbers.

use super::{Selection, State, look};
use crate::base::DistrictId;
use crate::command::Tool;
use crate::geometry::bounds;
use crate::map::Viewport;

/// What is shown to the meeting, and what was on the screen before.
#[derive(Clone, Debug, PartialEq)]
pub struct Presenting {
    /// The district that is shown; the whole plan without one.
    pub district: Option<DistrictId>,
    viewport: Viewport,
    selection: Selection,
}

/// Begins to present, or ends it with everything as it was.
pub(super) fn toggle(state: &mut State) {
    if let Some(presenting) = state.view.presenting.take() {
        state.view.viewport = presenting.viewport;
        state.view.selection = presenting.selection;
        return;
    }
    let selection = std::mem::take(&mut state.view.selection);
    state.view.tool = Tool::Pan;
    // Whoever begins at a district begins with that one.
    let district = selection.district;
    state.view.presenting = Some(Presenting { district: None, viewport: state.view.viewport, selection });
    show(state, district);
}

/// Goes to the next district, or the one before; behind the last comes the whole plan again.
pub(super) fn step(state: &mut State, back: bool) {
    let Some(presenting) = &state.view.presenting else { return };
    let mut order: Vec<(u32, DistrictId)> = state.plan.districts.iter().map(|(id, district)| (district.number, *id)).collect();
    order.sort_unstable();
    let stops: Vec<Option<DistrictId>> = std::iter::once(None).chain(order.into_iter().map(|(_, id)| Some(id))).collect();
    let at = stops.iter().position(|stop| *stop == presenting.district).unwrap_or(0);
    let next = if back { (at + stops.len() - 1) % stops.len() } else { (at + 1) % stops.len() };
    show(state, stops[next]);
}

fn show(state: &mut State, district: Option<DistrictId>) {
    let members = district.map(|id| state.plan.members(id)).unwrap_or_default();
    let shapes = members.iter().map(|id| &state.plan.compounds[id.index()].shape);
    match bounds::of_areas(shapes) {
        Some(rect) => look::show(state, rect),
        None => state.view.fit_pending = true,
    }
    state.view.selection.district = district;
    if let Some(presenting) = &mut state.view.presenting {
        presenting.district = district;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::model::{Content, District, Plan};
    use crate::session::dispatch;

    #[test]
    fn districts_follow_by_their_numbers_and_the_view_comes_back() {
        let districts = [(1, 7), (2, 3)].map(|(id, number)| (DistrictId(id), District::numbered(number)));
        let content = Content { districts: districts.into(), ..Content::default() };
        let mut state = State { plan: Plan::new(content), is_open: true, ..State::default() };
        dispatch(&mut state, Command::SelectDistrict(Some(DistrictId(1))));
        let before = state.view.selection.clone();
        dispatch(&mut state, Command::Present);
        let shown = |state: &State| state.view.presenting.as_ref().unwrap().district.map(|id| id.0);
        assert_eq!(shown(&state), Some(1), "the one that was selected");
        for expected in [None, Some(2), Some(1)] {
            dispatch(&mut state, Command::PresentStep(false));
            assert_eq!(shown(&state), expected);
        }
        dispatch(&mut state, Command::PresentStep(true));
        assert_eq!(shown(&state), Some(2));
        dispatch(&mut state, Command::ClearSelection);
        assert_eq!((state.view.presenting.is_none(), &state.view.selection), (true, &before), "Escape ends it");
    }
}
