//! Districts (片区) out of links: connected, within minimum and maximum sums, alike inside, as many or as few as asked.
//!
//! This is the max-p-regions problem (Duque, Anselin & Rey 2012) with bounds from both sides and several at once.
//! Districts are constructed by cutting random spanning trees and recombining neighbours, then improved at their count
//! by simulated annealing (construction before search as in Wei, Rey & Knaap 2021). Every connected component is solved on its
//! own; what cannot be grouped is left over with a reason and never an error. Same problem, seed and effort: same result,
//! on any count of threads. The clock is the caller's: a [`crate::base::Reporter`] that says stop gets the best so far.
//!
//! Whoever wants to see how far a search has come gives it an [`Observer`].
//!
//! A grouping that is there already is repaired by the fewest moves ([`repair()`]), and compared with another ([`compare()`]);
//! [`shortfall`] says who is left over and what the smallest changes are that take them in, and [`by_hand`] what a planner's
//! gestures would make of the districts.

mod anneal;
pub mod by_hand;
mod compare;
mod construct;
mod count;
mod error;
mod extent;
mod figures;
mod halves;
mod limits;
mod loads;
mod observe;
mod order;
mod outcome;
mod part;
mod prepare;
mod problem;
mod regions;
mod repair;
mod scores;
mod set_out;
pub mod shortfall;
mod solve;
mod tally;
mod ties;
mod tree;
mod verify;

pub use compare::{Comparison, MovedUnit, compare, compare_known};
pub use error::GroupingError;
pub use figures::{Figures, Reach, figures, reach};
pub use observe::{Draft, Improving, Observer};
pub use outcome::{Grouping, Unassigned};
pub use problem::{Aim, Bound, Contact, Diameter, Field, Problem, Weights};
pub use repair::{Move, Repair, RepairInput, repair};
pub use solve::{solve, solve_observed};
pub use verify::{Fault, verify};

#[cfg(test)]
mod optimum;
#[cfg(test)]
mod tests;
