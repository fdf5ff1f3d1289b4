//! Settings as JSON. Every field has a default, so that an older file reads and a newer field is simply not there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::codes::{BARRIERS, COMMUNITY, CONTIGUITY, choice, word};
use crate::model::{BarrierRule, BarrierRules, EligibleVerdicts, Looks, Pins, Settings, Works};

/// Settings as a plan file and a journal hold them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::project) struct SettingsRecord {
    gap_m: f64,
    contiguity: String,
    community: String,
    street_office: String,
    /// The rule of each kind of barrier, as [`BarrierRule::code`].
    barriers: BTreeMap<String, String>,
    eligible: Vec<String>,
    conduct: bool,
    parcels_connect: bool,
    all: bool,
    policy: String,
    may_enabled: Option<bool>,
    horizon: Option<i32>,
    pipe_reach_m: f64,
    min_frontage_m: f64,
    mask_military: bool,
    pins: Pins,
    works: Works,
    looks: Looks,
}

impl Default for SettingsRecord {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for SettingsRecord {
    fn from(s: &Settings) -> Self {
        let verdicts = [(s.eligible.must, "must"), (s.eligible.may, "may"), (s.eligible.unknown, "unknown")];
        Self {
            gap_m: s.gap_m,
            contiguity: word(CONTIGUITY, s.contiguity).to_owned(),
            community: word(COMMUNITY, s.community).to_owned(),
            street_office: word(COMMUNITY, s.street_office).to_owned(),
            barriers: BARRIERS.iter().map(|(kind, word)| ((*word).to_owned(), s.barriers.of(*kind).code())).collect(),
            eligible: verdicts.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()).collect(),
            conduct: s.conduct,
            parcels_connect: s.parcels_connect,
            all: s.all,
            policy: s.policy.clone(),
            may_enabled: s.may_enabled,
            horizon: s.horizon,
            pipe_reach_m: s.pipe_reach_m,
            min_frontage_m: s.min_frontage_m,
            mask_military: s.mask_military,
            pins: s.pins.clone(),
            works: s.works.clone(),
            looks: s.looks.clone(),
        }
    }
}

impl From<SettingsRecord> for Settings {
    fn from(r: SettingsRecord) -> Self {
        let default = Self::default();
        let has = |word: &str| r.eligible.iter().any(|w| w == word);
        Self {
            gap_m: r.gap_m,
            contiguity: choice(CONTIGUITY, &r.contiguity).unwrap_or(default.contiguity),
            community: choice(COMMUNITY, &r.community).unwrap_or(default.community),
            street_office: choice(COMMUNITY, &r.street_office).unwrap_or(default.street_office),
            barriers: barriers(&r.barriers),
            eligible: EligibleVerdicts { must: has("must"), may: has("may"), unknown: has("unknown") },
            conduct: r.conduct,
            parcels_connect: r.parcels_connect,
            all: r.all,
            policy: r.policy,
            may_enabled: r.may_enabled,
            horizon: r.horizon,
            pipe_reach_m: r.pipe_reach_m,
            min_frontage_m: r.min_frontage_m,
            mask_military: r.mask_military,
            pins: r.pins,
            works: r.works,
            looks: r.looks.in_bounds(),
        }
    }
}

/// Rules of barriers out of a file; a kind that is not there, or whose rule is none, blocks.
fn barriers(rules: &BTreeMap<String, String>) -> BarrierRules {
    let rule = |word: &str| rules.get(word).and_then(|code| BarrierRule::from_code(code));
    BARRIERS.iter().fold(BarrierRules::default(), |all, (kind, word)| all.with(*kind, rule(word).unwrap_or_default()))
}
