//! Choices about works in the ground and their years: what lies in one trench, which years are open, what a year may cost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::Money;

/// What the parts of a phasing weigh against each other, none negative. No source names them; the user sets them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhaseWeights {
    /// Those of high priority early.
    pub order: f64,
    /// Households of a street office spread evenly over the years.
    pub balance: f64,
    /// Ground that works share opened in one year.
    pub dig: f64,
    /// Districts beside each other in the same or successive years.
    pub contiguity: f64,
    /// What a district of old pipes alone adds to its priority of up to 100, as a share.
    pub underground: f64,
}

impl Default for PhaseWeights {
    fn default() -> Self {
        Self { order: 1.0, balance: 0.5, dig: 1.0, contiguity: 0.5, underground: 0.3 }
    }
}

/// Choices about works. Nothing of screening, links or lengths follows from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Works {
    /// Lines nearer to each other than this share a trench, m (R14). No standard names it; the user sets it.
    pub trench_reach_m: f64,
    /// First year that works may be moved to; `None` takes the year of the plan's data, works before it being done.
    pub first_year: Option<i32>,
    /// What the plan may cost in a year (R13); a year that is not there has no cap.
    pub caps: BTreeMap<i32, Money>,
    /// Metres of pipe that one owner can renew in a year; `None` asks nothing.
    pub owner_cap_m: Option<f64>,
    /// Ends of pipes that are this near to the network are taken to belong to it, m.
    pub snap_m: f64,
    /// Depth beyond which a surveyed pipe is doubted, m; `None` doubts none.
    pub max_depth_m: Option<f64>,
    /// Horizontal clearance of sewage and rain pipes is screened (R39).
    pub clearance: bool,
    /// What phasing weighs.
    pub weights: PhaseWeights,
}

impl Default for Works {
    fn default() -> Self {
        Self {
            trench_reach_m: 3.0,
            first_year: None,
            caps: BTreeMap::new(),
            owner_cap_m: None,
            snap_m: 0.5,
            max_depth_m: None,
            clearance: false,
            weights: PhaseWeights::default(),
        }
    }
}
