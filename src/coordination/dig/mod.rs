//! Dig once 一次开挖 (R14): ground that is opened in several years, and years under which least of it is.
//!
//! [`Ground`] is what shapes tell: what opens the ground, what of it lies in one trench, and the works by which years move.
//! [`Digging`] is what years make of it. [`propose`] looks for other years. Nothing here changes the plan.

mod ground;
mod openings;
mod propose;
mod report;
mod search;
mod site;
#[cfg(test)]
mod tests;

pub use ground::{Ground, Work};
pub use openings::{Opener, Opening};
pub use propose::{Move, Proposal, open_years, propose};
pub use report::{BESIDE_M, CROSSING_REACHES, Digging, Dug, Reopening, digging};
pub use site::{Site, Sites};
