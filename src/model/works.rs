//! Choices about works in the ground and their years: what lies in one trench, which years are open, what a year may cost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::Money;

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
}

impl Default for Works {
    fn default() -> Self {
        Self { trench_reach_m: 3.0, first_year: None, caps: BTreeMap::new(), owner_cap_m: None, snap_m: 0.5, max_depth_m: None }
    }
}
