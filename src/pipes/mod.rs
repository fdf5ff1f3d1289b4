//! What pipes mean to compounds (R18): 内部 inside, 联系 connecting, 过境 passing, with lengths that add up.
//!
//! A length inside is a length inside at least one compound; where compounds overlap it counts once.
//! Lengths here are plane lengths in the working CRS; reports measure on the ellipsoid.

pub mod clearance;
mod district;
pub mod ground;
mod lengths;
mod network;
pub mod survey;
#[cfg(test)]
pub(crate) mod tests;

pub use district::{DistrictLengths, district_lengths, pipes_serving};
pub use lengths::{PipeLengths, PipeRole, PipeShare, PipeTotal, lengths};
pub use network::{Basis, Flow, Network, Reached, Trunk};

use crate::base::Message;

impl PipeRole {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Connecting => "connecting",
            Self::Passing => "passing",
        }
    }

    /// Its name for people: 内部, 联系, 过境.
    #[must_use]
    pub const fn name(self) -> Message {
        match self {
            Self::Inside => Message::new("pipes.role-inside"),
            Self::Connecting => Message::new("pipes.role-connecting"),
            Self::Passing => Message::new("pipes.role-passing"),
        }
    }
}
