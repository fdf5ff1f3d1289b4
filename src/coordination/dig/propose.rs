//! Other years for pipes, under which less ground is opened twice: a proposal, for the user to take or leave.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::report::reopened_m;
use super::search::Search;
use super::{Ground, Opener};
use crate::base::{Cancelled, PipeId, Reporter};
use crate::model::Content;
use crate::screening::pack_of;

/// Another year for a work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The work, by row of [`Ground::works`].
    pub work: u32,
    /// Its year in the plan.
    pub from: i32,
    /// Its year in the proposal.
    pub to: i32,
}

/// Years under which less ground is opened again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// Works that move, by row.
    pub moves: Vec<Move>,
    /// Reopened metres under the plan's years, crossings among them.
    pub before_m: f64,
    /// The same under the proposed years.
    pub after_m: f64,
    /// No years are better: all were looked at.
    pub proved: bool,
}

impl Proposal {
    /// The pipes that move, with their years.
    #[must_use]
    pub fn pipe_years(&self, ground: &Ground) -> Vec<(PipeId, i32)> {
        let of_move = |one: &Move| {
            let work = ground.works.get(one.work as usize)?;
            let pipe = |row: &u32| match ground.openings.get(*row as usize)?.opener {
                Opener::Pipe(id) => Some((id, one.to)),
                Opener::Item(_) => None,
            };
            Some(work.openings.iter().filter_map(pipe).collect::<Vec<_>>())
        };
        self.moves.iter().filter_map(of_move).flatten().collect()
    }
}

/// Years that works may move to: from the first that is not done, which the plan's settings or the date of its data tell, else
/// the first that is planned; to the last year of the plan, or the last that is planned where that is later.
#[must_use]
pub fn open_years(content: &Content, ground: &Ground) -> RangeInclusive<i32> {
    let planned = || content.districts.values().filter_map(|d| d.year).chain(ground.planned.iter().copied());
    let dated = || content.data_date.as_deref().and_then(|date| date.get(..4)?.parse().ok());
    let horizon = content.settings.horizon.unwrap_or_else(|| pack_of(content).horizon);
    let first = content.settings.works.first_year.or_else(dated).or_else(|| planned().min()).unwrap_or(horizon);
    first..=planned().fold(horizon, i32::max)
}

/// Looks for years of the pipes under which least ground is opened again; of years that are as good, those that move the fewest
/// metres by the fewest years. Items stay, as they follow their districts, and so do works before the open years. No owner
/// gets more metres in a year than the cap of the plan, or than it has there now.
///
/// Works that hang together are settled together: by looking at all years where those are few, else by descent and annealing
/// with random numbers of a fixed seed. Same plan, same proposal.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn propose(content: &Content, ground: &Ground, reporter: &dyn Reporter) -> Result<Proposal, Cancelled> {
    let mut search = Search::new(ground, &open_years(content, ground), content.settings.works.owner_cap_m);
    let proved = search.run(reporter)?;
    let total = |years: &[i32]| -> f64 {
        let of_opening: Vec<i32> = ground.work_of.iter().map(|work| years[*work as usize]).collect();
        (0..ground.openings.len()).map(|row| reopened_m(ground, &of_opening, row)).sum()
    };
    let before: Vec<i32> = ground.works.iter().map(|work| work.year).collect();
    let moved = before.iter().zip(&search.years).enumerate().filter(|(_, (from, to))| from != to);
    let moves = moved.filter_map(|(work, (from, to))| Some(Move { work: u32::try_from(work).ok()?, from: *from, to: *to }));
    Ok(Proposal { moves: moves.collect(), before_m: total(&before), after_m: total(&search.years), proved })
}

/// Metres of each owner in each year, for the caps.
pub(super) type Loads = BTreeMap<(usize, i32), f64>;
