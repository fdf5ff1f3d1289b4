//! Choices that steer screening, contiguity and grouping; part of the plan, so that a plan opened elsewhere
//! gives the same answers.

use serde::{Deserialize, Serialize};

use super::BarrierRules;

/// Settings of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Largest boundary gap that links two compounds, m.
    pub gap_m: f64,
    /// What counts as neighbours.
    pub contiguity: ContiguityRule,
    /// May districts cross community limits (R10)?
    pub community: CommunityRule,
    /// May districts cross limits of street offices (R10)?
    pub street_office: CommunityRule,
    /// What barriers of each kind do (R12).
    pub barriers: BarrierRules,
    /// Which verdicts are grouped.
    pub eligible: EligibleVerdicts,
    /// Ungrouped compounds carry contiguity (R2).
    pub conduct: bool,
    /// Parcels carry contiguity (R11).
    pub parcels_connect: bool,
    /// No screening: any polygons can be grouped.
    pub all: bool,
    /// Code of the rule pack.
    pub policy: String,
    /// Bands of R3 of the second kind are enabled; `None` takes the pack's default.
    pub may_enabled: Option<bool>,
    /// Last year of the plan (R5); `None` takes the pack's.
    pub horizon: Option<i32>,
    /// Distance from a boundary within which a pipe's end still connects (R18), m.
    pub pipe_reach_m: f64,
    /// A district that hangs on one link with less frontage than this is warned of, m; on a corner it always is.
    pub min_frontage_m: f64,
    /// Names and words of compounds of the military are left out of exports (R6).
    pub mask_military: bool,
    /// What is asked of single compounds when districts are made.
    pub pins: super::Pins,
    /// Works in the ground and their years.
    pub works: super::Works,
    /// How the map is shown by choice; no part of what a plan says, by which its hash is made.
    #[serde(skip)]
    pub looks: super::Looks,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            gap_m: 30.0,
            contiguity: ContiguityRule::Gap,
            community: CommunityRule::Free,
            street_office: CommunityRule::Free,
            barriers: BarrierRules::default(),
            eligible: EligibleVerdicts::default(),
            conduct: false,
            parcels_connect: true,
            all: false,
            policy: "jilin-2020".to_owned(),
            may_enabled: None,
            horizon: None,
            pipe_reach_m: 5.0,
            min_frontage_m: 0.0,
            mask_military: false,
            pins: super::Pins::default(),
            works: super::Works::default(),
            looks: super::Looks::default(),
        }
    }
}

impl Settings {
    /// Whether links are other ones under `other`. The gap limit does not count: links are kept beyond it.
    #[must_use]
    pub fn links_otherwise(&self, other: &Self) -> bool {
        self.contiguity != other.contiguity || self.parcels_connect != other.parcels_connect || self.barriers != other.barriers
    }
}

/// What makes two compounds neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContiguityRule {
    /// Boundary gap within the limit.
    Gap,
    /// A shared point.
    Queen,
    /// A shared stretch of boundary.
    Rook,
}

/// How a grouping treats limits of communities, and of street offices (R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommunityRule {
    /// No matter.
    Free,
    /// Crossed only for a reason.
    Prefer,
    /// Never crossed.
    Forbid,
}

/// Which verdicts may enter a district. Excluded compounds (不纳入) never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibleVerdicts {
    /// 应改.
    pub must: bool,
    /// 可改.
    pub may: bool,
    /// 待核.
    pub unknown: bool,
}

impl Default for EligibleVerdicts {
    fn default() -> Self {
        Self { must: true, may: false, unknown: false }
    }
}
