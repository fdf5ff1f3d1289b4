//! What a grouping gives back: a district for each unit that fits, and a reason for each that does not.

use crate::base::Message;

/// Districts out of links. Everything here was recounted from the final assignment, not carried along.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// District of each unit, `0..districts` in the order of their first units.
    pub district: Vec<Option<u32>>,
    /// Count of districts, locked ones among them.
    pub districts: usize,
    /// Which district each lock label became, by label.
    pub locks: Vec<(u32, u32)>,
    /// Eligible units without a district, ascending, each with its reason.
    pub unassigned: Vec<(u32, Unassigned)>,
    /// Components of the eligible units over the links (communities and locks aside).
    pub components: usize,
    /// Sum of every bounded field over each district: `sums[bound][district]`.
    pub sums: Vec<Vec<f64>>,
    /// Eligible units whose value is missing, for each bound; they count as nothing in its sums.
    pub missing: Vec<usize>,
    /// Sum of squared deviations from district means of the z-scored similar fields; missing values are passed over.
    pub sse: f64,
    /// Share of the variation that lies between districts; `None` without similar fields or variation.
    pub r2: Option<f64>,
    /// Sum over the districts of the differences between all pairs of their units, over the similar fields in z-scores
    /// (L1, spopt's objective); a missing value counts as no difference.
    pub pairwise: f64,
    /// Whether the search counted pairwise differences: not where they weigh nothing or districts hold too many units.
    pub pairwise_counted: bool,
    /// The exact diameter of each district, m; empty where its limit was not asked for.
    pub diameters_m: Vec<f64>,
    /// Pairs of units that were to be together and are not.
    pub parted: Vec<(u32, u32)>,
    /// How many things have to be opened, each counted once for every district that needs it; with how many there are.
    pub openings: Option<(usize, usize)>,
    /// Strength of the links between districts, and of all links within or between them.
    pub contact: Option<(f64, f64)>,
    /// Standard deviation of the first bound's sums over the districts, as a share of their mean.
    pub spread: Option<f64>,
    /// Root of the mean squared distance of units from the middle of their district, m; `None` where places are not known.
    pub radius_m: Option<f64>,
    /// Districts that hold units of more than one community, counting each community beyond the first.
    pub community_splits: usize,
    /// Likewise of street offices.
    pub street_office_splits: usize,
    /// Every eligible unit has a district within all bounds, and the count asked for was reached.
    pub bounds_met: bool,
    /// Work was stopped before it was done; the result is valid and the best so far.
    pub stopped_early: bool,
}

/// Why a unit has no district.
#[derive(Clone, Debug, PartialEq)]
pub enum Unassigned {
    /// Its component as a whole stays below a minimum.
    TooSmall {
        /// Index of the bound.
        bound: usize,
        /// Sum of the component.
        sum: f64,
        /// The minimum.
        need: f64,
        /// Units in the component.
        units: usize,
    },
    /// Alone it is above a maximum.
    TooLarge {
        /// Index of the bound.
        bound: usize,
        /// Its value.
        value: f64,
        /// The maximum.
        limit: f64,
    },
    /// Alone it reaches farther than a district may.
    TooWide {
        /// Its diameter, m.
        value_m: f64,
        /// The limit, m.
        limit_m: f64,
    },
    /// Every district beside it is full, and what is left over stays below a minimum.
    NoRoom,
}

impl Unassigned {
    /// The stable name in JSON and tables.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooSmall { .. } => "too_small",
            Self::TooLarge { .. } => "too_large",
            Self::TooWide { .. } => "too_wide",
            Self::NoRoom => "no_room",
        }
    }

    /// The reason in the user's words; `field` names the field of a bound.
    #[must_use]
    pub fn message(&self, field: impl Fn(usize) -> Message) -> Message {
        match self {
            Self::TooSmall { bound, sum, need, units } => Message::new("grouping.too-small")
                .nested("field", field(*bound))
                .number("sum", *sum, 0)
                .number("need", *need, 0)
                .count("units", *units),
            Self::TooLarge { bound, value, limit } => Message::new("grouping.too-large")
                .nested("field", field(*bound))
                .number("value", *value, 0)
                .number("limit", *limit, 0),
            Self::TooWide { value_m, limit_m } => {
                Message::new("grouping.too-wide").number("value", *value_m, 0).number("limit", *limit_m, 0)
            }
            Self::NoRoom => Message::new("grouping.no-room"),
        }
    }
}
