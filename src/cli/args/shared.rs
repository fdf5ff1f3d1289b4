//! Options that several commands share.

use std::path::PathBuf;

use clap::Args;

use super::form::Form;
use super::reading::Reading;
use super::words::{ContiguityWord, VerdictWord};
use crate::cli::mends::Mending;
use crate::model::{BarrierKind, BarrierRule, BarrierRules};

/// Options that links, group, check and plan share.
#[derive(Debug, Args)]
pub struct Shared {
    /// Largest boundary gap that links two compounds, m; 30, or the plan's.
    #[arg(long, value_name = "M", value_parser = parse_gap)]
    pub gap: Option<f64>,
    /// What makes two compounds neighbours; gap, or as the plan has it.
    #[arg(long, value_name = "gap|queen|rook")]
    pub contiguity: Option<ContiguityWord>,
    /// Neighbours from a .gal or .gwt file instead of the map.
    #[arg(long, value_name = "F")]
    pub weights: Option<PathBuf>,
    /// Rivers, railways, expressways, walls.
    #[arg(long, value_name = "F")]
    pub barriers: Vec<PathBuf>,
    /// Bridges, underpasses, level crossings.
    #[arg(long, value_name = "F")]
    pub bridges: Vec<PathBuf>,
    /// What barriers of a kind do: block, cost:M for M metres more, none; without it all block.
    #[arg(long, value_name = "KIND=RULE", value_parser = parse_barrier)]
    pub barrier: Vec<(BarrierKind, BarrierRule)>,
    /// Pairs linked or parted by hand: a csv a,b,kind,note with kind manual or forbidden, or exported links as .geojson.
    #[arg(long, value_name = "F")]
    pub pairs: Vec<PathBuf>,
    /// Low-efficiency land.
    #[arg(long, value_name = "F")]
    pub parcels: Vec<PathBuf>,
    /// Code of the rule pack; jilin-2020, or the plan's.
    #[arg(long, value_name = "PACK")]
    pub policy: Option<String>,
    /// Verdicts that are grouped; must, or those of the plan.
    #[arg(long, value_name = "must,may,unknown", value_delimiter = ',')]
    pub eligible: Vec<VerdictWord>,
    /// Compounds that are not grouped carry contiguity too.
    #[arg(long)]
    pub conduct: bool,
    /// Skip screening: any polygons are grouped.
    #[arg(long)]
    pub all: bool,
    /// How files are read.
    #[command(flatten)]
    pub reading: Reading,
    /// What is said to mends.
    #[command(flatten)]
    pub mending: Mending,
    /// Exit with 1 when features were left out.
    #[arg(long)]
    pub strict: bool,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

impl Shared {
    /// The rule of every kind of barrier where `base` holds for those that are not named; of two for one kind the later counts.
    #[must_use]
    pub fn barrier_rules(&self, base: BarrierRules) -> BarrierRules {
        self.barrier.iter().fold(base, |rules, (kind, rule)| rules.with(*kind, *rule))
    }
}

fn parse_barrier(text: &str) -> Result<(BarrierKind, BarrierRule), Form> {
    let kinds = BarrierKind::ALL.map(BarrierKind::code).join("|");
    let form = || Form(format!("KIND=block|cost:M|none, KIND = {kinds}, M = 0..{}", BarrierRule::MOST_M));
    let (kind, rule) = text.split_once('=').ok_or_else(form)?;
    Ok((BarrierKind::from_code(kind.trim()).ok_or_else(form)?, BarrierRule::from_code(rule.trim()).ok_or_else(form)?))
}

pub(super) fn parse_gap(text: &str) -> Result<f64, Form> {
    text.parse().ok().filter(|gap| (0.0..=10_000.0).contains(gap)).ok_or_else(|| Form::from("0..10000"))
}
