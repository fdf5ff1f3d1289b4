//! The command line as data. Scripts rely on these names; they change only with the version of the program.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::mends::Mending;
use crate::geometry::shift::Shift;
use crate::grouping::Aim;
use crate::model::{CommunityRule, ContiguityRule, LayerKind};

/// Plan the renovation of old urban residential compounds as contiguous districts.
#[derive(Debug, Parser)]
#[command(name = "lianpian", version, args_conflicts_with_subcommands = true, subcommand_precedence_over_arg = true)]
pub struct Arguments {
    /// What to do; without a command the window opens.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Plans or layers to open in the window; without any, the sample plan.
    pub files: Vec<PathBuf>,
    /// Language of what is said.
    #[arg(long, global = true, value_name = "zh|en")]
    pub lang: Option<Language>,
}

/// What can be done without the window.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "made once a process")]
pub enum Command {
    /// Say what files hold: layers, counts, geometry, CRS, fields, problems.
    Info(InfoArguments),
    /// List the links between compounds.
    Links(LinksArguments),
    /// Group compounds into districts.
    Group(GroupArguments),
    /// Check the districts that a field names.
    Check(CheckArguments),
    /// Make a whole plan: screen, connect, group, draft items, check.
    Plan(PlanArguments),
    /// Write a plan in other formats.
    Export(ExportArguments),
}

/// `lianpian info`.
#[derive(Debug, Args)]
pub struct InfoArguments {
    /// Files to look at.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How files are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Look for neighbours that overlap or leave a gap too narrow to be meant, too.
    #[arg(long)]
    pub overlaps: bool,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

/// `lianpian links`.
#[derive(Debug, Args)]
pub struct LinksArguments {
    /// Compounds: any format that can be read.
    #[arg(value_name = "COMPOUNDS")]
    pub compounds: PathBuf,
    /// File to write: .csv, .gal, .gwt or .geojson; without it the csv goes to stdout.
    #[arg(long, value_name = "F")]
    pub out: Option<PathBuf>,
    /// Shared options.
    #[command(flatten)]
    pub shared: Shared,
}

/// `lianpian group`.
#[derive(Debug, Args)]
pub struct GroupArguments {
    /// Compounds: any format that can be read, or a csv table with --weights.
    #[arg(value_name = "COMPOUNDS")]
    pub compounds: PathBuf,
    /// What districts are asked for.
    #[command(flatten)]
    pub wish: Wish,
    /// File to write: .geojson, .gpkg or .csv; without it the csv goes to stdout.
    #[arg(long, value_name = "F")]
    pub out: Option<PathBuf>,
    /// Shared options.
    #[command(flatten)]
    pub shared: Shared,
}

/// `lianpian check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Compounds with their districts.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Field that names each compound's district; empty means none.
    #[arg(long, value_name = "FIELD")]
    pub district: String,
    /// Shared options.
    #[command(flatten)]
    pub shared: Shared,
}

/// `lianpian plan`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// Compounds.
    #[arg(long, value_name = "F", required = true)]
    pub compounds: Vec<PathBuf>,
    /// Pipe networks.
    #[arg(long, value_name = "F")]
    pub pipes: Vec<PathBuf>,
    /// Buildings.
    #[arg(long, value_name = "F")]
    pub buildings: Vec<PathBuf>,
    /// Streets.
    #[arg(long, value_name = "F")]
    pub streets: Vec<PathBuf>,
    /// Existing facilities.
    #[arg(long, value_name = "F")]
    pub facilities: Vec<PathBuf>,
    /// Historic quarters.
    #[arg(long, value_name = "F")]
    pub heritage: Vec<PathBuf>,
    /// Community and street-office limits.
    #[arg(long, value_name = "F")]
    pub limits: Vec<PathBuf>,
    /// Ledgers whose facts are joined by id or name.
    #[arg(long, value_name = "F")]
    pub ledger: Vec<PathBuf>,
    /// Title of the plan.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// State of the data, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// What districts are asked for; without bounds one for each component.
    #[command(flatten)]
    pub wish: Wish,
    /// Folder to write into; it is made when missing.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Shared options.
    #[command(flatten)]
    pub shared: Shared,
}

/// `lianpian export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The plan.
    #[arg(value_name = "PLAN.gpkg")]
    pub plan: PathBuf,
    /// Formats, comma-separated.
    #[arg(long, value_name = "FORMAT,…", value_delimiter = ',', required = true)]
    pub to: Vec<String>,
    /// Only what concerns this unit.
    #[arg(long, value_name = "NAME")]
    pub unit: Option<String>,
    /// Folder to write into; it is made when missing.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

/// What districts are asked for.
#[derive(Debug, Default, Args)]
pub struct Wish {
    /// Least sum of a field in each district.
    #[arg(long, value_name = "FIELD=N", value_parser = parse_bound)]
    pub min: Vec<(String, f64)>,
    /// Largest sum of a field in each district.
    #[arg(long, value_name = "FIELD=N", value_parser = parse_bound)]
    pub max: Vec<(String, f64)>,
    /// Exactly so many districts.
    #[arg(long, value_name = "P", conflicts_with = "aim")]
    pub count: Option<usize>,
    /// As many or as few districts as the bounds allow; with --min alone: most.
    #[arg(long, value_name = "most|fewest")]
    pub aim: Option<AimWord>,
    /// Fields in which compounds of a district should be alike.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    pub similar: Vec<String>,
    /// May districts cross community limits?
    #[arg(long, value_name = "free|prefer|forbid", default_value = "free")]
    pub community: CommunityWord,
    /// Start of the random numbers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How long to search; time grows with it.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub effort: u32,
    /// Stop searching after so many seconds and keep the best so far.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub time_limit: Option<f64>,
    /// Threads to use; the result is the same with any.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

impl Wish {
    /// How many districts are wanted. Without any bound, count or aim: one for each component.
    #[must_use]
    pub fn aim(&self) -> Aim {
        match (self.count, self.aim) {
            (Some(count), _) => Aim::Exactly(count),
            (None, Some(AimWord::Most)) => Aim::Most,
            (None, Some(AimWord::Fewest)) => Aim::Fewest,
            (None, None) if !self.min.is_empty() => Aim::Most,
            (None, None) if !self.max.is_empty() => Aim::Fewest,
            (None, None) => Aim::Components,
        }
    }
}

/// Options that links, group, check and plan share.
#[derive(Debug, Args)]
pub struct Shared {
    /// Largest boundary gap that links two compounds, m.
    #[arg(long, value_name = "M", default_value_t = 30.0, value_parser = parse_gap)]
    pub gap: f64,
    /// What makes two compounds neighbours.
    #[arg(long, value_name = "gap|queen|rook", default_value = "gap")]
    pub contiguity: ContiguityWord,
    /// Neighbours from a .gal or .gwt file instead of the map.
    #[arg(long, value_name = "F")]
    pub weights: Option<PathBuf>,
    /// Rivers, railways, expressways, walls.
    #[arg(long, value_name = "F")]
    pub barriers: Vec<PathBuf>,
    /// Bridges, underpasses, level crossings.
    #[arg(long, value_name = "F")]
    pub bridges: Vec<PathBuf>,
    /// Low-efficiency land.
    #[arg(long, value_name = "F")]
    pub parcels: Vec<PathBuf>,
    /// Code of the rule pack.
    #[arg(long, value_name = "PACK", default_value = "jilin-2020")]
    pub policy: String,
    /// Verdicts that are grouped.
    #[arg(long, value_name = "must,may,unknown", value_delimiter = ',', default_value = "must")]
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

/// How files are read.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// Field with the ids of the compounds.
    #[arg(long, value_name = "FIELD")]
    pub id: Option<String>,
    /// Table whose fields are added to the compounds by id.
    #[arg(long, value_name = "TABLE.csv")]
    pub join: Vec<PathBuf>,
    /// Join rows of tables by names that are only alike, too; without it they are listed.
    #[arg(long)]
    pub likeness: bool,
    /// CRS of files that do not say theirs, such as EPSG:4551.
    #[arg(long, value_name = "CODE")]
    pub crs: Option<String>,
    /// Coordinates are written y before x.
    #[arg(long)]
    pub swap_xy: bool,
    /// Control points of a city grid: x, y, longitude, latitude a line (or easting, northing of --crs).
    #[arg(long, value_name = "POINTS.csv")]
    pub control: Option<PathBuf>,
    /// Parameters from Beijing 1954 or Xian 1980 to CGCS2000: metres, and perhaps arc seconds (position vector) and ppm.
    #[arg(long, value_name = "DX,DY,DZ[,RX,RY,RZ,PPM]", value_parser = parse_parameters, allow_hyphen_values = true)]
    pub datum: Option<[f64; 7]>,
    /// Coordinates are shifted; they are put back approximately.
    #[arg(long, value_name = "gcj02|bd09")]
    pub shift: Option<ShiftWord>,
    /// Layer of a file whose content does not tell.
    #[arg(long, value_name = "LAYER=F", value_parser = parse_kind)]
    pub kind: Vec<(LayerKind, PathBuf)>,
}

/// Languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 简体中文.
    Zh,
    /// English.
    En,
}

/// Aims by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AimWord {
    /// As many as possible.
    Most,
    /// As few as possible.
    Fewest,
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

/// Shifts that can be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShiftWord {
    /// GCJ-02.
    Gcj02,
    /// BD-09.
    Bd09,
}

impl ShiftWord {
    /// The offset.
    #[must_use]
    pub const fn shift(self) -> Shift {
        match self {
            Self::Gcj02 => Shift::Gcj02,
            Self::Bd09 => Shift::Bd09,
        }
    }
}

/// Three displacements, or seven parameters.
fn parse_parameters(text: &str) -> Result<[f64; 7], String> {
    let form = || "DX,DY,DZ[,RX,RY,RZ,PPM]".to_owned();
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse::<f64>()).collect();
    let numbers = numbers.ok().filter(|numbers| numbers.iter().all(|n| n.is_finite())).ok_or_else(form)?;
    let mut parameters = [0.0; 7];
    if numbers.len() != 3 && numbers.len() != 7 {
        return Err(form());
    }
    parameters[..numbers.len()].copy_from_slice(&numbers);
    Ok(parameters)
}

fn parse_bound(text: &str) -> Result<(String, f64), String> {
    let (field, number) = text.rsplit_once('=').ok_or("FIELD=N")?;
    let value: f64 = number.trim().parse().map_err(|_| format!("{number}: N"))?;
    if field.trim().is_empty() || !value.is_finite() || value < 0.0 {
        return Err("FIELD=N, N >= 0".to_owned());
    }
    Ok((field.trim().to_owned(), value))
}

fn parse_gap(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(gap) if gap.is_finite() && (0.0..=10_000.0).contains(&gap) => Ok(gap),
        _ => Err("0..10000".to_owned()),
    }
}

fn parse_seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(seconds),
        _ => Err(">= 0".to_owned()),
    }
}

fn parse_kind(text: &str) -> Result<(LayerKind, PathBuf), String> {
    let known = || LayerKind::ALL.map(LayerKind::code).join("|");
    let (kind, file) = text.split_once('=').ok_or_else(|| format!("LAYER=F, LAYER {}", known()))?;
    LayerKind::from_code(kind).map(|kind| (kind, PathBuf::from(file))).ok_or_else(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Arguments {
        Arguments::try_parse_from(words.split_whitespace()).unwrap()
    }

    #[test]
    fn definitions_are_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn files_open_the_window() {
        let arguments = parse("lianpian a.geojson b.gpkg --lang zh");
        assert!(arguments.command.is_none());
        assert_eq!((arguments.files.len(), arguments.lang), (2, Some(Language::Zh)));
    }

    #[test]
    fn aims_follow_from_bounds() {
        let aim = |words: &str| match parse(&format!("lianpian group c.csv {words}")).command {
            Some(Command::Group(group)) => group.wish.aim(),
            other => panic!("{other:?}"),
        };
        assert_eq!(aim(""), Aim::Components);
        assert_eq!(aim("--min households=3000"), Aim::Most);
        assert_eq!(aim("--max households=3000"), Aim::Fewest);
        assert_eq!(aim("--min a=1 --max a=2"), Aim::Most);
        assert_eq!(aim("--min a=1 --aim fewest"), Aim::Fewest);
        assert_eq!(aim("--count 7 --min a=1"), Aim::Exactly(7));
    }

    #[test]
    fn nonsense_is_refused() {
        for words in [
            "lianpian group c.csv --min households",
            "lianpian group c.csv --min households=-1",
            "lianpian links c.csv --gap far",
            "lianpian info",
            "lianpian info x --kind roads=x",
            "lianpian plan --out d",
            "lianpian group c.csv --count 3 --aim most",
        ] {
            assert!(Arguments::try_parse_from(words.split_whitespace()).is_err(), "{words}");
        }
    }
}
