//! A renovation item (改造项): one thing done at one place. What it may be stands in the policy's catalogue.

use geo::Geometry;
use serde::{Deserialize, Serialize};

use super::{Timing, UnitPrice};
use crate::base::{CompoundId, DistrictId, Money};
use crate::policy::ItemCode;

/// How many, in the unit of the catalogue entry.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Not known yet; it counts as nothing in sums and is listed as missing.
    Missing,
    /// Derived from geometry or attributes.
    Measured(f64),
    /// Set by hand; re-measuring leaves it alone.
    Manual(f64),
}

impl Quantity {
    /// The number, when there is one.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Missing => None,
            Self::Measured(v) | Self::Manual(v) => Some(v),
        }
    }
}

/// How an item came into the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemOrigin {
    /// Placed by hand.
    Hand,
    /// Drafted, with the reason: a key of the word tables.
    Drafted(String),
}

/// An item of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Which catalogue entry.
    pub code: ItemCode,
    /// The compound it serves, when it serves one.
    pub compound: Option<CompoundId>,
    /// The district it belongs to, when no compound tells (R19: it may lie outside compounds).
    pub district: Option<DistrictId>,
    /// Where, in the working CRS; items such as 光纤入户 have no place of their own.
    pub place: Option<Geometry<f64>>,
    /// How many.
    pub quantity: Quantity,
    /// Planned year, when it differs from its district's.
    pub year: Option<i32>,
    /// When within its year, once somebody says so (R26).
    pub timing: Option<Timing>,
    /// Price of its own, instead of the price book's.
    pub price: Option<UnitPrice>,
    /// How it came in.
    pub origin: ItemOrigin,
    /// Free note.
    pub note: String,
}

impl Item {
    /// Quantity × price; `None` while either is missing.
    #[must_use]
    pub fn cost(&self, book: Option<&UnitPrice>) -> Option<Money> {
        self.price.as_ref().or(book)?.amount.times(self.quantity.value()?)
    }
}
