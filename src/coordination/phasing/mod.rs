//! Phasing: which district is renovated in which year (R13), under yearly caps, first the must and then the may (R4), those of
//! high priority early, no street office all at once, and works that share ground together. Proposed, never decided.

mod choice;
mod problem;
mod solve;
#[cfg(test)]
mod tests;

pub use problem::{Phase, PhaseDistrict, PhaseScore, Phasing};
pub use solve::solve;
