//! What the standard library forgot: progress and cancelling, seeds, ids, days, money, and messages for people.
//!
//! Nothing here knows about maps. Words are not here either: a [`Message`] is a key with arguments,
//! and `i18n` turns it into a sentence.

mod day;
mod fault;
mod id;
mod message;
mod money;
pub mod octets;
mod reporter;
mod seed;

pub use day::Day;
pub use fault::io_fault;
pub use id::{
    AnnotationId, BarrierId, BridgeId, BuildingId, CompoundId, DistrictId, FacilityId, FundId, ItemId, ParcelId, PipeId,
};
pub use message::{Argument, Message};
pub use money::{Money, MoneyError};
pub use reporter::{Cancelled, MOST_OUTLINE_POINTS, Reporter, Silent};
pub use seed::{Seed, SplitMix};
