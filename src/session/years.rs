//! Years on the map: all, one, or all up to one, and the film that goes through them.

use std::collections::BTreeSet;

use super::State;
use crate::command::Years;
use crate::model::Content;

/// What the map shows of the years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Film {
    /// The years.
    pub shown: Years,
    /// The film runs; whoever draws asks for the next year in time.
    pub plays: bool,
}

/// Years in which districts and items are planned, ascending. `O(districts + items)`.
#[must_use]
pub fn planned_years(content: &Content) -> Vec<i32> {
    let districts = content.districts.values().filter_map(|district| district.year);
    let items = content.items.values().filter_map(|item| content.item_year(item));
    districts.chain(items).collect::<BTreeSet<i32>>().into_iter().collect()
}

/// Begins or ends the film. It begins anew when the last year is shown, or all.
pub(super) fn play(state: &mut State, plays: bool) {
    let years = planned_years(&state.plan);
    let film = &mut state.view.film;
    film.plays = plays && !years.is_empty();
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return };
    if film.plays && film.shown.year().is_none_or(|year| year >= *last) {
        film.shown = film.shown.at(*first);
    }
}

/// The next planned year, or the one before; the film ends with the last.
pub(super) fn step(state: &mut State, back: bool) {
    let years = planned_years(&state.plan);
    let film = &mut state.view.film;
    let next = match film.shown.year() {
        Some(year) if back => years.iter().rev().find(|other| **other < year),
        Some(year) => years.iter().find(|other| **other > year),
        None if back => years.last(),
        None => years.first(),
    };
    match next {
        Some(year) => film.shown = film.shown.at(*year),
        None => film.plays = false,
    }
    film.plays &= film.shown.year() != years.last().copied();
}

#[cfg(test)]
mod tests {
    use super::super::dispatch;
    use super::*;
    use crate::base::DistrictId;
    use crate::command::Command;
    use crate::model::{District, Plan};

    #[test]
    fn the_film_goes_through_the_planned_years_and_ends() {
        let districts = [(1, Some(2026)), (2, Some(2024)), (3, None), (4, Some(2027))];
        let district = |(id, year)| (DistrictId(id), District { year, ..District::numbered(id) });
        let content = Content { districts: districts.into_iter().map(district).collect(), ..Content::default() };
        let mut state = State { plan: Plan::new(content), is_open: true, ..State::default() };
        assert!(state.view.film.shown.shows(None) && state.view.film.shown.shows(Some(1990)));
        dispatch(&mut state, Command::PlayYears(true));
        let mut seen = Vec::new();
        while state.view.film.plays {
            seen.push(state.view.film.shown);
            dispatch(&mut state, Command::StepYears(false));
        }
        seen.push(state.view.film.shown);
        assert_eq!(seen, [Years::UpTo(2024), Years::UpTo(2026), Years::UpTo(2027)]);
        dispatch(&mut state, Command::ShowYears(Years::One(2026)));
        let shows = |state: &State, year| state.view.film.shown.shows(year);
        assert!(shows(&state, Some(2026)) && !shows(&state, Some(2024)) && !shows(&state, None));
        dispatch(&mut state, Command::StepYears(true));
        assert_eq!(state.view.film.shown, Years::One(2024));
        dispatch(&mut state, Command::StepYears(true));
        assert_eq!(state.view.film.shown, Years::One(2024), "there is none before");
        dispatch(&mut state, Command::ShowYears(Years::UpTo(2026)));
        assert!(shows(&state, Some(2024)) && shows(&state, Some(2026)) && !shows(&state, Some(2027)));
        // A plan without years has no film.
        let mut empty = State::default();
        dispatch(&mut empty, Command::PlayYears(true));
        assert!(!empty.view.film.plays);
    }
}
