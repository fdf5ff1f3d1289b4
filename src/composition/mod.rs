//! Composition 改造内容: items drafted from what compounds lack and from the pipes that serve them, measured and summed.
//!
//! A draft is a proposal: it leaves alone what is there already and what was judged met, not feasible or refused.
//! Unit prices are never made up; what has no price or no quantity is counted as missing.

mod approval;
mod buildings;
mod circle;
mod draft;
mod ground;
mod matrix;
mod measure;
mod place;
mod proposal;
mod reason;
mod services;
mod share;
mod states;
mod sums;

pub use approval::{Approval, Approvals, Permit, Review, approvals_by_district, drawing_review, planning_permit};
pub use buildings::CompoundBuildings;
pub use circle::{Circle, FIVE_MINUTES_M, FacilityRow, FacilityState, Reached};
pub use draft::{draft, is_brittle};
pub use ground::{FreedLand, GroundNote, freed_land, ground_notes, on_green};
pub use matrix::{NeedCounts, NeedRow, need_counts, need_rows, need_state};
pub use measure::{Measure, STOREY_HEIGHT_M, quantities, quantities_of};
pub use place::spread;
pub use proposal::{Proposal, propose};
pub use reason::Reason;
pub use share::{Basis, LiZiShare, li_zi_share};
pub use states::{FieldStates, entry_of_heading, state_of_word, states_in_fields};
pub use sums::{Sum, Sums, sums};

#[cfg(test)]
mod tests;
