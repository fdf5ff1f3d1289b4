//! What a planner asks of single compounds when districts are made.

use serde::{Deserialize, Serialize};

/// Wishes about single compounds, by the ids of their sources, so that they outlive a reading anew. Of compounds with one id
/// the first counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pins {
    /// Compounds that are to be in one district, set by set.
    pub together: Vec<Vec<String>>,
    /// Compounds of which no two may be in one district, set by set.
    pub apart: Vec<Vec<String>>,
    /// Compounds from which districts grow: no two in one district.
    pub seeds: Vec<String>,
}

impl Pins {
    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.together.is_empty() && self.apart.is_empty() && self.seeds.is_empty()
    }
}
