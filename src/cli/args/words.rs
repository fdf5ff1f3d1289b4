//! Choices of the command line that are a word each.

use clap::ValueEnum;

use crate::export::{DxfVersion, GeoJsonCrs, NeedCells, Paper, ShpEncoding};
use crate::model::{CommunityRule, ContiguityRule};

/// Languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 简体中文.
    Zh,
    /// English.
    En,
}

/// Sides of a merge by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SideWord {
    /// The first, into which the other's changes go.
    A,
    /// The second.
    B,
}

/// Coordinates of GeoJSON by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GeoJsonWord {
    /// Longitude and latitude of WGS 84.
    Lonlat,
    /// The working CRS.
    Working,
}

impl From<GeoJsonWord> for GeoJsonCrs {
    fn from(word: GeoJsonWord) -> Self {
        match word {
            GeoJsonWord::Lonlat => Self::LonLat,
            GeoJsonWord::Working => Self::Working,
        }
    }
}

/// What a meeting decides, by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DecisionWord {
    /// Accepted.
    Yes,
    /// Rejected.
    No,
}

/// Aims by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AimWord {
    /// As many as possible.
    Most,
    /// As few as possible.
    Fewest,
}

/// Forms of drawings by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DxfWord {
    /// AC1015, texts in GBK.
    R2000,
    /// AC1021, texts in UTF-8.
    R2007,
}

impl From<DxfWord> for DxfVersion {
    fn from(word: DxfWord) -> Self {
        match word {
            DxfWord::R2000 => Self::R2000,
            DxfWord::R2007 => Self::R2007,
        }
    }
}

/// Encodings of shapefiles by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShpWord {
    /// UTF-8.
    Utf8,
    /// GBK.
    Gbk,
}

impl From<ShpWord> for ShpEncoding {
    fn from(word: ShpWord) -> Self {
        match word {
            ShpWord::Utf8 => Self::Utf8,
            ShpWord::Gbk => Self::Gbk,
        }
    }
}

/// Cells of the matrix of items by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NeedsWord {
    /// A line for each compound and item.
    All,
    /// Only those whose state somebody has said.
    Filled,
}

impl From<NeedsWord> for NeedCells {
    fn from(word: NeedsWord) -> Self {
        match word {
            NeedsWord::All => Self::All,
            NeedsWord::Filled => Self::Filled,
        }
    }
}

/// Sizes of paper by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PaperWord {
    /// 594 × 841 mm.
    A1,
    /// 420 × 594 mm.
    A2,
    /// 297 × 420 mm.
    A3,
    /// 210 × 297 mm.
    A4,
}

impl From<PaperWord> for Paper {
    fn from(word: PaperWord) -> Self {
        match word {
            PaperWord::A1 => Self::A1,
            PaperWord::A2 => Self::A2,
            PaperWord::A3 => Self::A3,
            PaperWord::A4 => Self::A4,
        }
    }
}

/// Parts of the objective by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WeightWord {
    /// Squared deviations of the similar fields.
    Likeness,
    /// Differences between all pairs of a district.
    Pairwise,
    /// Compact shapes.
    Compactness,
    /// Districts of like size.
    Balance,
    /// Communities and street offices kept whole.
    Wholeness,
    /// Trunk pipes and years shared within a district.
    Openings,
    /// Short, broad links kept within a district.
    Contact,
}

/// Contiguity rules by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ContiguityWord {
    /// Boundary gap within --gap.
    Gap,
    /// A shared point.
    Queen,
    /// A shared stretch of boundary.
    Rook,
}

impl From<ContiguityWord> for ContiguityRule {
    fn from(word: ContiguityWord) -> Self {
        match word {
            ContiguityWord::Gap => Self::Gap,
            ContiguityWord::Queen => Self::Queen,
            ContiguityWord::Rook => Self::Rook,
        }
    }
}

/// Community rules by word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CommunityWord {
    /// No matter.
    #[default]
    Free,
    /// Crossed only where it pays.
    Prefer,
    /// Never crossed.
    Forbid,
}

impl From<CommunityWord> for CommunityRule {
    fn from(word: CommunityWord) -> Self {
        match word {
            CommunityWord::Free => Self::Free,
            CommunityWord::Prefer => Self::Prefer,
            CommunityWord::Forbid => Self::Forbid,
        }
    }
}

/// Verdicts that can be made eligible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VerdictWord {
    /// 应改.
    Must,
    /// 可改.
    May,
    /// 待核.
    Unknown,
}
