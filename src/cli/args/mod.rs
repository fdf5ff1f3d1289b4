//! The command line as data. Scripts rely on these names; they change only with the version of the program.

mod form;
mod meeting;
mod reading;
mod shared;
mod wish;
mod words;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(super) use form::Form;
pub use meeting::{BranchArguments, FreezeArguments};
pub use reading::{FileShift, Reading};
pub use shared::Shared;
pub use wish::Wish;
pub use words::{
    AimWord, CommunityWord, ContiguityWord, DecisionWord, DxfWord, GeoJsonWord, Language, NeedsWord, PaperWord, ShpWord,
    SideWord, VerdictWord,
};

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
#[expect(clippy::large_enum_variant, reason = "there is one of it, made once from the command line")]
pub enum Command {
    /// Say what files hold: layers, counts, geometry, CRS, fields, problems.
    Info(InfoArguments),
    /// List the links between compounds.
    Links(LinksArguments),
    /// Group compounds into districts.
    Group(GroupArguments),
    /// Check the districts that a field names.
    Check(CheckArguments),
    /// Compare the districts of two plans, or of two files that name them in a field.
    Compare(CompareArguments),
    /// Tell what changed from one version of a plan to another.
    Diff(DiffArguments),
    /// Put together what two sides made of one plan.
    Merge(MergeArguments),
    /// Make a whole plan: screen, connect, group, draft items, check.
    Plan(Box<PlanArguments>),
    /// Write a plan in other formats.
    Export(ExportArguments),
    /// Take comments and signed opinions from review packs, workbooks and maps into a plan, each once; without files, list those
    /// it has.
    Comments(CommentsArguments),
    /// Freeze a version at its meeting: read-only, hashed, with its minutes.
    Freeze(FreezeArguments),
    /// Begin a plan that goes on from a frozen version and remembers it.
    Branch(BranchArguments),
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
    /// Tell for each link what barriers add to its gap and what lies between: in the csv, and as a list with --json.
    #[arg(long)]
    pub why: bool,
    /// Streets, which are named where they lie between.
    #[arg(long, value_name = "F")]
    pub streets: Vec<PathBuf>,
    /// Shared options.
    #[command(flatten)]
    pub shared: Shared,
}

/// `lianpian group`.
#[derive(Debug, Args)]
pub struct GroupArguments {
    /// Improve the districts that a field names, or those of a plan, at their number.
    #[arg(long, value_name = "FIELD", num_args = 0..=1)]
    pub from: Option<Option<String>>,
    /// Only these of the districts that --from names, by name or number: all others stay as they are.
    #[arg(long, value_name = "DISTRICT,…", value_delimiter = ',', requires = "from")]
    pub only: Vec<String>,
    /// Group what --only names anew instead of improving it.
    #[arg(long, requires = "only")]
    pub anew: bool,
    /// Compounds: any format that can be read, or a csv table with --weights.
    #[arg(value_name = "COMPOUNDS")]
    pub compounds: PathBuf,
    /// Measure with --json how compact the shape of every district is.
    #[arg(long)]
    pub compactness: bool,
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
    /// A plan, or compounds with their districts.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Field that names each compound's district; empty means none. A plan has districts of its own.
    #[arg(long, value_name = "FIELD")]
    pub district: Option<String>,
    /// Warn of districts that hang on one link with less frontage than this, m; of corners always.
    #[arg(long, value_name = "M", value_parser = shared::parse_gap)]
    pub min_frontage: Option<f64>,
    /// Screen the horizontal clearance of sewage and rain pipes; every row is to be checked.
    #[arg(long)]
    pub clearance: bool,
    /// Propose the fewest moves that make every district contiguous, and write them: .geojson, .gpkg or .csv.
    #[arg(long, value_name = "F")]
    pub repair: Option<PathBuf>,
    /// Shared options.
    #[command(flatten)]
    pub shared: Shared,
}

/// `lianpian compare`.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// A plan, or compounds with their districts.
    #[arg(value_name = "A")]
    pub first: PathBuf,
    /// Another of the same compounds, known by their ids.
    #[arg(value_name = "B")]
    pub second: PathBuf,
    /// Field that names each compound's district, in both; plans have districts of their own.
    #[arg(long, value_name = "FIELD")]
    pub district: Option<String>,
    /// Field of the second file, when it is another.
    #[arg(long, value_name = "FIELD")]
    pub district_b: Option<String>,
    /// Shared options.
    #[command(flatten)]
    pub shared: Shared,
}

/// `lianpian diff`.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The earlier version; a plan alone is compared with the frozen version it was branched from.
    #[arg(value_name = "A.gpkg")]
    pub first: PathBuf,
    /// The later version.
    #[arg(value_name = "B.gpkg")]
    pub second: Option<PathBuf>,
    /// File for the list of changes: .csv; without it the list goes to stdout.
    #[arg(long, value_name = "F")]
    pub out: Option<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

/// `lianpian merge`.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// The plan from which both sides set out.
    #[arg(value_name = "BASE.gpkg")]
    pub base: PathBuf,
    /// What one side made of it.
    #[arg(value_name = "A.gpkg")]
    pub first: PathBuf,
    /// What the other made of it.
    #[arg(value_name = "B.gpkg")]
    pub second: PathBuf,
    /// The merged plan, a new file.
    #[arg(long, value_name = "F")]
    pub out: PathBuf,
    /// Whose word holds in a conflict, by its key; can be given again for others.
    #[arg(long, value_name = "KEY=a|b", value_parser = parse_take)]
    pub take: Vec<(String, SideWord)>,
    /// Whose word holds in all other conflicts; unless said they stay open, and a's word stands.
    #[arg(long, value_name = "a|b")]
    pub prefer: Option<SideWord>,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

fn parse_take(text: &str) -> Result<(String, SideWord), Form> {
    match text.rsplit_once('=') {
        Some((key, "a")) => Ok((key.to_owned(), SideWord::A)),
        Some((key, "b")) => Ok((key.to_owned(), SideWord::B)),
        _ => Err(Form::from("KEY=a|b")),
    }
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
    /// Ledgers whose facts are joined by id or name; a sheet of a workbook as F.xlsx#SHEET.
    #[arg(long, value_name = "F")]
    pub ledger: Vec<PathBuf>,
    /// Forms that came back filled in: facts and states of items by the ids of compounds, as .xlsx or .csv.
    #[arg(long, value_name = "F")]
    pub filled: Vec<PathBuf>,
    /// Leave names and words of compounds of the military out of everything but plan.gpkg; `export` of the plan does so too.
    #[arg(long)]
    pub mask_military: bool,
    /// Screen the horizontal clearance of sewage and rain pipes; every row is to be checked.
    #[arg(long)]
    pub clearance: bool,
    /// Price books: tables with the code of an item, its price in yuan, a source and a date.
    #[arg(long, value_name = "F")]
    pub prices: Vec<PathBuf>,
    /// Lines of needs.csv; without it all while one sheet of a workbook holds them (1,048,575), else those that are filled in.
    #[arg(long, value_name = "all|filled")]
    pub needs: Option<NeedsWord>,
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
    #[arg(long, value_name = "FORMAT,…", value_delimiter = ',', required_unless_present = "card")]
    pub to: Vec<String>,
    /// The card of this compound, a page as SVG and PNG, by its id.
    #[arg(long, value_name = "ID")]
    pub card: Option<String>,
    /// Only what concerns this owner of pipes: its pipes and the districts that they touch.
    #[arg(long, value_name = "NAME")]
    pub unit: Option<String>,
    /// Leave out the names of military compounds.
    #[arg(long)]
    pub mask_military: bool,
    /// Form of drawings: texts in GBK, or in UTF-8 with true colours.
    #[arg(long, value_name = "r2000|r2007", default_value = "r2007")]
    pub dxf: DxfWord,
    /// How texts of shapefiles are written.
    #[arg(long, value_name = "utf8|gbk", default_value = "utf8")]
    pub shp_encoding: ShpWord,
    /// Coordinates of GeoJSON: longitude and latitude as RFC 7946 has them, or those of the working CRS, which the file then names.
    #[arg(long, value_name = "lonlat|working", default_value = "lonlat")]
    pub geojson_crs: GeoJsonWord,
    /// Paper of the atlas and its sheets.
    #[arg(long, value_name = "a1|a2|a3|a4", default_value = "a3")]
    pub paper: PaperWord,
    /// Folder to write into; it is made when missing.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

/// `lianpian comments`.
#[derive(Debug, Args)]
pub struct CommentsArguments {
    /// The plan.
    #[arg(value_name = "PLAN.gpkg")]
    pub plan: PathBuf,
    /// Files with comments: .json, .xlsx, .csv or .geojson.
    #[arg(value_name = "F")]
    pub files: Vec<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::shift::Shift;
    use crate::grouping::Aim;

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
    fn an_offset_is_undone_in_all_files_or_in_one() {
        let Some(Command::Info(info)) = parse("lianpian info a b --shift bd09 --shift gcj02=b").command else {
            panic!("not info")
        };
        let shift = |file: &str| info.reading.shift_of(std::path::Path::new(file));
        assert_eq!((shift("a"), shift("b")), (Some(Shift::Bd09), Some(Shift::Gcj02)));
        let Some(Command::Info(info)) = parse("lianpian info a b --shift gcj02=b").command else { panic!("not info") };
        assert_eq!(info.reading.shift_of(std::path::Path::new("a")), None);
    }

    #[test]
    fn barriers_of_a_kind_have_a_rule() {
        use crate::model::{BarrierKind, BarrierRule, BarrierRules};
        let rules = |words: &str| match parse(&format!("lianpian links c {words}")).command {
            Some(Command::Links(links)) => links.shared.barrier_rules(BarrierRules::default()),
            other => panic!("{other:?}"),
        };
        assert_eq!(rules(""), BarrierRules::default());
        let expected = BarrierRules::default()
            .with(BarrierKind::Railway, BarrierRule::Cost(20.0))
            .with(BarrierKind::Wall, BarrierRule::Nothing);
        assert_eq!(rules("--barrier railway=block --barrier wall=none --barrier railway=cost:20"), expected);
    }

    #[test]
    fn nonsense_is_refused() {
        for words in [
            "lianpian group c.csv --min households",
            "lianpian group c.csv --min households=-1",
            "lianpian links c.csv --gap far",
            "lianpian info",
            "lianpian info x --kind roads=x",
            "lianpian info x --shift wgs84",
            "lianpian info x --shift gcj02=",
            "lianpian plan --out d",
            "lianpian group c.csv --count 3 --aim most",
            "lianpian links c --barrier river",
            "lianpian links c --barrier brook=block",
            "lianpian links c --barrier river=20",
            "lianpian links c --barrier river=cost:-1",
            "lianpian links c --barrier river=cost:10001",
            "lianpian group c --street-office never",
        ] {
            assert!(Arguments::try_parse_from(words.split_whitespace()).is_err(), "{words}");
        }
    }
}
