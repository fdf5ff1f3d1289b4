//! Contiguity (连片): which compounds are linked, by what evidence, and what hangs together at which gap.
//!
//! Everything here is derived from the layers and the overrides of a plan and can be rebuilt from them.
//! A pair counts as linked at the gap with which it first becomes linked: straight across ([`LinkKind::Gap`] and touching kinds),
//! round a barrier's end, over a bridge, through a parcel, or by hand. [`connect`] finds the links, [`LinkGraph`] keeps
//! them up to date while the plan is edited, [`Surroundings`] tells what lies between two linked compounds, [`Dendrogram`] answers for
//! every gap at once, [`parts`] says whether a district is in one piece, [`anatomy()`] on what it hangs and what it encloses.

mod anatomy;
mod barrier;
mod between;
mod bridge;
mod clear_way;
mod compactness;
mod components;
mod connect;
mod curve;
mod dendrogram;
mod detours;
mod graph;
mod link;
mod neighbours;
mod offers;
mod pair_list;
mod pairs;
mod parcel;
mod parts;
mod toll;
mod touch;

pub use anatomy::{
    Bottleneck, Cause, DistrictAnatomy, DistrictPart, Enclave, Hollow, LEAST_HOLLOW_M2, Near, SIDE_LISTED, Unreachable, anatomy,
    carrying_links, hollows, measure_bottlenecks, unreachable,
};
pub use between::{Between, Surroundings};
pub use compactness::{Compactness, compactness, compactness_by_district};
pub use components::{Components, components};
pub use connect::{ConnectInput, connect, connect_bare, frontage_of, measure_frontage};
pub use curve::{Curve, CurvePoint, Plateau};
pub use dendrogram::{Chain, Dendrogram};
pub use graph::{Changed, LinkGraph};
pub use link::{Blocked, Link, LinkKind, Links, Via};
pub use neighbours::{Neighbours, NoSuchRow};
pub use offers::{Offer, SLIVER_M, fill, offers};
pub use pair_list::{PairKey, PairList, Paired};
pub use pairs::{Pair, pairs_within};
pub use parts::{carriers, parts};
pub use touch::TOUCH_M;

#[cfg(test)]
pub(crate) mod tests;
