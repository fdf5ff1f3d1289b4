//! Composition 改造内容: items drafted from what compounds lack and from the pipes that serve them, measured and summed.
//!
//! A draft is a proposal: it leaves alone what is there already and what was judged met, not feasible or refused.
//! Unit prices are never made up; what has no price or no quantity is counted as missing.

mod buildings;
mod draft;
mod matrix;
mod measure;
mod place;
mod reason;
mod share;
mod sums;

pub use buildings::CompoundBuildings;
pub use draft::{draft, is_brittle};
pub use matrix::{NeedRow, need_rows, need_state};
pub use measure::{Measure, STOREY_HEIGHT_M, quantities};
pub use place::spread;
pub use reason::Reason;
pub use share::{Basis, LiZiShare, li_zi_share};
pub use sums::{Sum, Sums, sums};

#[cfg(test)]
mod tests;
