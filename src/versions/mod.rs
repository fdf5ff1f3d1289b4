//! Versions of a plan: what changed from one to another, and two sides' work put together.
//!
//! A plan is compared thing by thing and field by field. Compounds are known again by their ids, districts and items by their
//! ids in the plan, so that a version that was opened elsewhere, edited and saved is understood. Nothing here decides a
//! conflict by itself.

mod change;
mod conflict;
mod diff;
mod merge;
mod names;
mod record;
mod renumbered;
mod shown;
mod side;

#[cfg(test)]
mod tests;

use crate::base::Message;
use crate::model::Content;

/// Plans can be put against each other where their coordinates mean the same.
///
/// # Errors
/// A message that names both systems where two plans lie in different ones.
pub fn check_crs(plans: &[&Content]) -> Result<(), Message> {
    let mut known = plans.iter().map(|plan| plan.crs_code).filter(|code| *code != 0);
    let Some(first) = known.next() else { return Ok(()) };
    match known.find(|code| *code != first) {
        Some(other) => Err(Message::new("versions.other-crs").text("first", first.to_string()).text("other", other.to_string())),
        None => Ok(()),
    }
}

pub use change::{Change, Subject, Topic, field_message};
pub use conflict::{Choices, Conflict, Merge, Word};
pub use diff::{Diff, Figures, diff};
pub use merge::merge;
