//! The plan as files for the meeting: one file a format, all from one list of layers, so that formats agree.
//!
//! Verdicts, links, lengths and findings come ready-made; nothing is decided here. Dates come from the plan.

mod dossier;
mod dxf;
mod error;
mod features;
mod form;
mod four_sides;
mod geojson;
mod gpkg;
mod mends;
mod opinions;
mod pdf;
mod places;
mod png;
mod prices;
mod html;
mod kml;
mod manifest;
mod markup;
mod mask;
mod shapefile;
mod shapes;
mod sheet;
mod stamp;
mod state;
mod styles;
mod unit;
pub mod weights;
mod works;
mod xlsx;

pub use dxf::DxfVersion;
pub use error::ExportError;
pub use features::{layer_names, verdict_of};
pub use form::{FormKind, NeedCells, NeedsWritten, write_form, write_needs};
pub use geojson::GeoJsonCrs;
pub use manifest::write_manifest;
pub use mask::{masked, published};
pub use png::font_bytes;
pub use prices::write_prices;
pub use shapefile::ShpEncoding;
pub use shapes::dissolve;
pub use sheet::Paper;
pub use stamp::{Stamp, plan_hash, seal, seal_digest};
pub use state::{comment_key, district_states, states_of};
pub use styles::{Styled, write_styles};
pub use unit::{Scope, UnitError, of_unit, units};

use std::path::{Path, PathBuf};

use geo::{Coord, Rect};

use crate::base::{CompoundId, DistrictId, Message, PipeId};
use crate::contiguity::Offer;
use crate::i18n::Lang;
use crate::model::Content;
use crate::pipes::PipeLengths;
use crate::screening::Screened;

/// A format that a plan can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One GeoJSON file for each layer, in longitude and latitude (RFC 7946).
    GeoJson,
    /// One GeoPackage for review, in the working CRS.
    Gpkg,
    /// Shapefiles, in the working CRS.
    Shp,
    /// One KML file, in longitude and latitude.
    Kml,
    /// A drawing for CAD, in the working CRS.
    Dxf,
    /// Tables as a workbook.
    Xlsx,
    /// One page with map, attributes and comment boxes, for a browser.
    Html,
    /// The atlas as one document to be printed.
    Pdf,
    /// Every sheet of the atlas as SVG.
    Svg,
    /// Every sheet as a picture, and the overview.
    Png,
    /// The fields of the districts' dossiers, with what is missing.
    Dossier,
}

impl Format {
    /// Every format there is.
    pub const ALL: [Self; 11] = [
        Self::Gpkg,
        Self::GeoJson,
        Self::Shp,
        Self::Kml,
        Self::Dxf,
        Self::Xlsx,
        Self::Html,
        Self::Pdf,
        Self::Svg,
        Self::Png,
        Self::Dossier,
    ];

    /// The stable name used on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            Self::Gpkg => "gpkg",
            Self::Shp => "shp",
            Self::Kml => "kml",
            Self::Dxf => "dxf",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Dossier => "dossier",
        }
    }

    /// The format with this [`Format::code`].
    ///
    /// # Errors
    /// [`ExportError::NoFormat`], which lists those that are there.
    pub fn from_code(code: &str) -> Result<Self, ExportError> {
        let wanted = code.trim().to_ascii_lowercase();
        let found = Self::ALL.into_iter().find(|format| format.code() == wanted);
        found.ok_or_else(|| ExportError::NoFormat(code.trim().to_owned()))
    }
}

/// Codes of the formats there are.
#[must_use]
pub fn formats() -> Vec<&'static str> {
    Format::ALL.into_iter().map(Format::code).collect()
}

/// A link between two compounds, for display.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkFeature {
    /// The smaller row.
    pub a: CompoundId,
    /// The larger row.
    pub b: CompoundId,
    /// Gap, m; together with the cost it is what is compared with the largest gap.
    pub gap_m: f64,
    /// What crossing barriers adds to the gap, m.
    pub cost_m: f64,
    /// Frontage on the side of `a`, m.
    pub frontage_a_m: f64,
    /// Frontage on the side of `b`, m.
    pub frontage_b_m: f64,
    /// overlap, edge, corner, gap, bridge, parcel or manual; forbidden where the pair was parted by hand.
    pub kind: &'static str,
    /// Stable name of what lies between.
    pub between: &'static str,
    /// What lies between, in words.
    pub why: Message,
    /// The note of a link set by hand; empty for others.
    pub note: String,
    /// Nearest point of `a`, working CRS.
    pub from: Coord<f64>,
    /// Nearest point of `b`, working CRS.
    pub to: Coord<f64>,
}

/// Lengths of one pipe, m.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PipeLength {
    /// Whole.
    pub total_m: f64,
    /// Inside compounds.
    pub inside_m: f64,
    /// Outside.
    pub outside_m: f64,
}

/// A finding, for display.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingFeature {
    /// Stable name of the finding, by source ids.
    pub key: String,
    /// Stable name of its kind.
    pub kind: String,
    /// error, warning or note.
    pub severity: &'static str,
    /// Rule it rests on.
    pub rule: &'static str,
    /// The sentence.
    pub message: Message,
    /// The district it is about.
    pub district: Option<DistrictId>,
    /// Boxes of its places, working CRS.
    pub bounds: Vec<Rect<f64>>,
    /// The compounds it is about.
    pub compounds: Vec<CompoundId>,
    /// The pipes it is about.
    pub pipes: Vec<PipeId>,
}

/// Ground that is opened twice, for display.
#[derive(Clone, Debug, PartialEq)]
pub struct ReopeningFeature {
    /// Street or compound.
    pub site: Message,
    /// When it was opened last before.
    pub first: i32,
    /// When it is opened again.
    pub again: i32,
    /// Metres of the later lines in that ground.
    pub length_m: f64,
    /// Known households of the compounds beside it.
    pub households: u64,
    /// Those compounds.
    pub beside: Vec<CompoundId>,
    /// Who opened it before.
    pub earlier: Message,
    /// Who opens it again.
    pub later: Message,
    /// The stretches, working CRS.
    pub lines: geo::MultiLineString<f64>,
}

/// What coordination makes of years and ground.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coordinated {
    /// Ground that is opened twice, the longest first.
    pub reopenings: Vec<ReopeningFeature>,
}

/// What is exported. Lists by row are empty where nothing was computed.
#[derive(Clone, Copy, Debug)]
pub struct ExportInput<'a> {
    /// The plan.
    pub content: &'a Content,
    /// Verdicts by row of the compounds.
    pub screened: &'a [Screened],
    /// Links.
    pub links: &'a [LinkFeature],
    /// Lengths by row of the pipes.
    pub pipe_lengths: &'a [PipeLength],
    /// Findings.
    pub findings: &'a [FindingFeature],
    /// Neighbours at odds on which nobody has spoken.
    pub offers: &'a [Offer],
    /// What coordination makes of years and ground.
    pub coordinated: Option<&'a Coordinated>,
    /// Pipes of every compound, where they were measured.
    pub lengths: Option<&'a PipeLengths>,
    /// The part of the plan that is exported; all of it without.
    pub scope: Option<&'a Scope>,
    /// What files say of themselves; without, it is made from the plan.
    pub stamp: Option<&'a Stamp>,
    /// The plan before anything was left out, by which the state of things is told; the plan itself without.
    pub original: Option<&'a Content>,
}

impl<'a> ExportInput<'a> {
    /// A plan of which nothing was computed.
    #[must_use]
    pub const fn of(content: &'a Content) -> Self {
        Self {
            content,
            screened: &[],
            links: &[],
            pipe_lengths: &[],
            findings: &[],
            offers: &[],
            coordinated: None,
            lengths: None,
            scope: None,
            stamp: None,
            original: None,
        }
    }
}

/// How it is exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// Language of names, sentences and the sheet.
    pub lang: Lang,
    /// Form of drawings.
    pub dxf: DxfVersion,
    /// How texts of shapefiles are written.
    pub shp: ShpEncoding,
    /// Coordinates of GeoJSON.
    pub geojson: GeoJsonCrs,
    /// Paper of the sheets.
    pub paper: Paper,
}

impl ExportOptions {
    /// In a language, the rest as usual.
    #[must_use]
    pub fn in_lang(lang: Lang) -> Self {
        Self { lang, ..Self::default() }
    }
}

/// What is to be exported: which files, for whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportOrder {
    /// Formats.
    pub formats: Vec<Format>,
    /// The unit whose part of the plan it is; all of the plan without.
    pub unit: Option<String>,
    /// Military compounds lose their names (R6).
    pub mask_military: bool,
    /// Form of drawings.
    pub dxf: DxfVersion,
    /// How texts of shapefiles are written.
    pub shp: ShpEncoding,
    /// Coordinates of GeoJSON.
    pub geojson: GeoJsonCrs,
    /// The compound, by its id in the source, of which a card is written beside the formats.
    pub card: Option<String>,
    /// Paper of the sheets.
    pub paper: Paper,
}

impl ExportOrder {
    /// All of the plan in these formats.
    #[must_use]
    pub fn of(formats: &[Format]) -> Self {
        Self { formats: formats.to_vec(), ..Self::default() }
    }
}

/// Files that were written, and what is to be told of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Paths.
    pub files: Vec<PathBuf>,
    /// What a format could not hold.
    pub notes: Vec<Message>,
}

impl Written {
    fn of(files: Vec<PathBuf>) -> Self {
        Self { files, notes: Vec::new() }
    }
}

/// Writes the files of a format into `folder`, which is made when it is missing, and returns their paths. A file that is
/// there is replaced whole or left alone.
///
/// # Errors
/// [`ExportError`] when a file cannot be written or the working CRS cannot be converted.
pub fn export(input: &ExportInput<'_>, format: Format, folder: &Path, options: &ExportOptions) -> Result<Written, ExportError> {
    std::fs::create_dir_all(folder).map_err(|source| ExportError::Io { file: folder.to_path_buf(), source })?;
    match format {
        Format::GeoJson => {
            let mut written = Written::of(geojson::write(input, folder, options)?);
            if options.geojson == GeoJsonCrs::Working && input.content.crs_code != 0 {
                let code = input.content.crs_code.to_string();
                written.notes.push(Message::new("export.geojson-working").text("code", code));
            }
            Ok(written)
        }
        Format::Gpkg => gpkg::write(input, folder, options).map(|path| Written::of(vec![path])),
        Format::Shp => shapefile::write(input, folder, options),
        Format::Kml => kml::write(input, folder, options).map(|path| Written::of(vec![path])),
        Format::Dxf => dxf::write(input, folder, options),
        Format::Xlsx => xlsx::write(input, folder, options),
        Format::Html => html::write(input, folder, options),
        Format::Svg => sheet::write(input, folder, options).map(Written::of),
        Format::Dossier => dossier::write(input, folder, options).map(|path| Written::of(vec![path])),
        Format::Pdf => pdf::write(input, folder, options).map(|path| Written::of(vec![path])),
        Format::Png => png::write(input, folder, options).map(Written::of),
    }
}

/// Writes the card of a compound, a page as SVG and PNG, into `folder` and returns their paths.
///
/// # Errors
/// [`ExportError`] when there is no compound of that id, or a file cannot be written.
pub fn write_card(
    input: &ExportInput<'_>,
    id: &str,
    folder: &Path,
    options: &ExportOptions,
) -> Result<Vec<PathBuf>, ExportError> {
    let row = input.content.compounds.iter().position(|compound| compound.source_id == id);
    let compound =
        row.map(CompoundId::from_index).filter(|id| input.scope.is_none_or(|scope| scope.has_compound(input.content, *id)));
    let compound = compound.ok_or_else(|| ExportError::NoCompound(id.to_owned()))?;
    sheet::card::write(input, compound, folder, options)
}

/// Writes one layer (see [`layer_names`]) as a GeoJSON file in longitude and latitude.
///
/// # Errors
/// [`ExportError`] when the file cannot be written or the working CRS cannot be converted.
pub fn write_geojson_layer(input: &ExportInput<'_>, name: &str, path: &Path, options: &ExportOptions) -> Result<(), ExportError> {
    geojson::write_one(input, name, path, options)
}

/// The overview as SVG text.
#[must_use]
pub fn sheet_svg(input: &ExportInput<'_>, options: &ExportOptions) -> String {
    sheet::overview(input, options).svg()
}
