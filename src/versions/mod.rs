//! Versions of a plan: what changed from one to another, and two sides' work put together.
//!
//! A plan is compared thing by thing and field by field. Compounds are known again by their ids, districts and items by their
//! ids in the plan, so that a version that was opened elsewhere, edited and saved is understood. Nothing here decides a
//! conflict by itself.

mod change;
mod diff;
mod merge;
mod names;
mod record;
mod side;

#[cfg(test)]
mod tests;

pub use change::{Change, Subject, Topic, field_message};
pub use diff::{Diff, Figures, diff};
pub use merge::{Choices, Conflict, Merge, Word, merge};
