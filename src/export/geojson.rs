//! GeoJSON as RFC 7946 has it: one file a layer, WGS 84 longitude and latitude to eight decimals (about a millimetre),
//! exterior rings counter-clockwise, no `crs` member. Fields of the source that the program does not use come out again.
//! On request the coordinates are those of the working CRS instead; the `crs` member of GeoJSON 2008 and a note then say so.

use std::io::Write;
use std::path::{Path, PathBuf};

use geo::orient::{Direction, Orient};
use geo::{Coord, Geometry, MapCoords};
use geojson::feature::Id;
use serde_json::{Map, Value, json};

use super::features::{Feature, ReviewLayer, approximation, is_empty_shape, layers};
use super::{ExportError, ExportInput, ExportOptions};
use crate::base::Message;
use crate::geometry::crs::{CrsError, LON_LAT, Transformer};
use crate::gpkg::Cell;
use crate::i18n::tr;

/// In which coordinates the files are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GeoJsonCrs {
    /// Longitude and latitude of WGS 84, as RFC 7946 wants it.
    #[default]
    LonLat,
    /// The plan's working CRS, x east and y north, m: for programs that read the member `crs`.
    Working,
}

pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Vec<PathBuf>, ExportError> {
    let mut paths = Vec::new();
    for layer in layers(input, options) {
        let path = folder.join(format!("{}.geojson", layer.name));
        write_layer(layer, input, &path, options)?;
        paths.push(path);
    }
    Ok(paths)
}

pub(super) fn write_one(input: &ExportInput<'_>, name: &str, path: &Path, options: &ExportOptions) -> Result<(), ExportError> {
    let Some(layer) = layers(input, options).into_iter().find(|layer| layer.name == name) else { return Ok(()) };
    write_layer(layer, input, path, options)
}

fn write_layer(layer: ReviewLayer<'_>, input: &ExportInput<'_>, path: &Path, options: &ExportOptions) -> Result<(), ExportError> {
    let content = input.content;
    let fault = |source| ExportError::Io { file: path.to_path_buf(), source };
    let (name, columns) = (layer.name, layer.columns);
    let mut transformer = None;
    let mut file = Replacing::create(path).map_err(fault)?;
    let crs_code = content.crs_code;
    let head = json!(name);
    let working = options.geojson == GeoJsonCrs::Working && crs_code != 0;
    let system = if working { system(crs_code, options) } else { String::new() };
    // A foreign member (RFC 7946 §6.1): whoever reads the file must know that the places are not surveyed.
    let approximate = approximation(content, name).map(|why| format!("\"approximate\":{},", json!(why.code())));
    let approximate = approximate.unwrap_or_default();
    let stamp = input.stamp.map(|stamp| format!("\"plan\":{},", stamp.to_json())).unwrap_or_default();
    write!(file.out, "{{\"type\":\"FeatureCollection\",\"name\":{head},{system}{stamp}{approximate}\"features\":[")
        .map_err(fault)?;
    let id = layer.id.and_then(|id| columns.iter().position(|column| column.name == id));
    for (row, feature) in layer.features.enumerate() {
        let names = columns.iter().map(|c| c.name);
        let value = feature_json(feature, names, id, if working { METRES } else { DEGREES }, |shape| {
            if working {
                return Ok(oriented(shape.clone()));
            }
            if transformer.is_none() {
                transformer = Some(Transformer::new(&format!("EPSG:{crs_code}"), LON_LAT)?);
            }
            to_lon_lat(shape, transformer.as_ref())
        });
        let value = value.map_err(|source| ExportError::Coordinates { layer: name, feature: row + 1, source })?;
        let comma = if row == 0 { "\n" } else { ",\n" };
        write!(file.out, "{comma}{value}").map_err(fault)?;
    }
    file.out.write_all(b"\n]}\n").map_err(fault)?;
    file.finish(path).map_err(fault)
}

fn feature_json<'n>(
    feature: Feature<'_>,
    names: impl Iterator<Item = &'n str>,
    id: Option<usize>,
    scale: f64,
    mut convert: impl FnMut(&Geometry<f64>) -> Result<Geometry<f64>, CrsError>,
) -> Result<Value, CrsError> {
    let geometry = match feature.shape.filter(|shape| !is_empty_shape(shape)) {
        Some(shape) => Some(rounded(&convert(&shape)?, scale)),
        None => None,
    };
    let mut properties: Map<String, Value> =
        names.zip(&feature.cells).map(|(name, cell)| (name.to_owned(), cell.to_json())).collect();
    for (name, value) in feature.extra.into_iter().flat_map(crate::model::Properties::iter) {
        properties.entry(name.into_owned()).or_insert(value);
    }
    let id = id.and_then(|at| feature.cells.get(at)).and_then(id_of);
    let feature = geojson::Feature { bbox: None, geometry, id, properties: Some(properties), foreign_members: None };
    Ok(Value::Object(geojson::JsonObject::from(&feature)))
}

/// What a feature is known by (RFC 7946 §3.2): a text or a number.
fn id_of(cell: &Cell) -> Option<Id> {
    match cell {
        Cell::Text(id) if !id.is_empty() => Some(Id::String(id.clone())),
        Cell::Integer(id) => Some(Id::Number((*id).into())),
        _ => None,
    }
}

fn to_lon_lat(shape: &Geometry<f64>, transformer: Option<&Transformer>) -> Result<Geometry<f64>, CrsError> {
    let Some(transformer) = transformer else { return Ok(shape.clone()) };
    let converted = shape.try_map_coords(|coord| {
        let mut one = [coord];
        transformer.convert(&mut one)?;
        Ok::<Coord<f64>, CrsError>(one[0])
    })?;
    Ok(oriented(converted))
}

/// Exterior rings counter-clockwise.
fn oriented(shape: Geometry<f64>) -> Geometry<f64> {
    match shape {
        Geometry::Polygon(p) => Geometry::Polygon(p.orient(Direction::Default)),
        Geometry::MultiPolygon(p) => Geometry::MultiPolygon(p.orient(Direction::Default)),
        other => other,
    }
}

/// The members that say in which system the coordinates are: `crs` as GeoJSON 2008 had it, which RFC 7946 dropped, and words.
fn system(crs_code: u32, options: &ExportOptions) -> String {
    let crs = json!({ "type": "name", "properties": { "name": format!("urn:ogc:def:crs:EPSG::{crs_code}") } });
    let note = tr(options.lang, &Message::new("export.geojson-working").text("code", crs_code.to_string()));
    format!("\"crs\":{crs},\"note\":{},", json!(note))
}

/// Eight decimals of a degree, about a millimetre.
const DEGREES: f64 = 1.0e8;
/// A tenth of a millimetre.
const METRES: f64 = 1.0e4;

/// The shape with so many parts of a unit.
fn rounded(shape: &Geometry<f64>, scale: f64) -> geojson::Geometry {
    let round = |v: f64| (v * scale).round() / scale;
    let rounded = shape.map_coords(|c| Coord { x: round(c.x), y: round(c.y) });
    geojson::Geometry::new(geojson::GeometryValue::from(&rounded))
}

/// A file that replaces another only when it is whole.
pub(super) struct Replacing {
    pub(super) out: std::io::BufWriter<tempfile::NamedTempFile>,
}

impl Replacing {
    pub(super) fn create(path: &Path) -> std::io::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".lianpian-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Ok(Self { out: std::io::BufWriter::with_capacity(1 << 18, builder.tempfile_in(folder)?) })
    }

    pub(super) fn finish(self, path: &Path) -> std::io::Result<()> {
        let file = self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.persist(path).map(drop).map_err(|error| error.error)
    }
}
