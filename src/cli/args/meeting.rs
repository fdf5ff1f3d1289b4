//! Arguments of the commands for a meeting: freezing a version and going on from it.

use std::path::PathBuf;

use clap::Args;

use super::words::DecisionWord;

/// `lianpian freeze`.
#[derive(Debug, Args)]
pub struct FreezeArguments {
    /// The plan.
    #[arg(value_name = "PLAN.gpkg")]
    pub plan: PathBuf,
    /// Minutes: .json, or a table or workbook with the opinions of units on districts; can be given again for others.
    #[arg(long, value_name = "F")]
    pub minutes: Vec<PathBuf>,
    /// Day of the meeting, YYYY-MM-DD; before what minutes say.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// What the meeting is called.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Where it was held.
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    /// A unit that was present; can be given again for others.
    #[arg(long, value_name = "NAME")]
    pub unit: Vec<String>,
    /// Whether the meeting accepted the version.
    #[arg(long, value_name = "yes|no")]
    pub accepted: Option<DecisionWord>,
    /// File for the frozen version; without it the plan itself is frozen.
    #[arg(long, value_name = "F.gpkg")]
    pub out: Option<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

/// `lianpian branch`.
#[derive(Debug, Args)]
pub struct BranchArguments {
    /// The frozen version.
    #[arg(value_name = "PLAN.gpkg")]
    pub plan: PathBuf,
    /// Title of the new plan; that of the version without.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// File for the new plan.
    #[arg(long, value_name = "F.gpkg")]
    pub out: PathBuf,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}
