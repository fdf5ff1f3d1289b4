//! What files hold, before they are loaded: layers with their fields, kind and place, as far as the files tell, and what
//! must be asked. Nothing is decided here, and of large files only the beginning is read where their format allows it.

mod facts;
mod outlook;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::choice::{self, Choice};
use super::error::ImportError;
use super::ledger::Found;
use super::row::Mapping;
use super::source::{Head, RawFeature, RawLayer, RawShape};
use super::{Origin, Unpacked, bundle, drawing, formats, kinds, load, placing, values};
use crate::base::{Message, Reporter};
use crate::model::LayerKind;

pub use facts::{fact_name, facts_of};
pub use outlook::{Outlook, Sketch};

/// Features looked at for examples and for how full a field is, spread evenly over the layer.
const LOOKED_AT: usize = 2_000;

/// Features kept to sketch a layer, spread evenly over it, and vertices of one part of each.
const SKETCHED: usize = 1_000;
const SKETCHED_VERTICES: usize = 24;

/// Different values shown of a field.
const EXAMPLES: usize = 3;

/// What a file, a folder or a zip holds.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Layers and ledgers in the order of the files.
    pub layers: Vec<LayerPreview>,
    /// What cannot be read or was left alone, and why.
    pub failures: Vec<Message>,
    /// The zip as it was unpacked, so that reading need not do it again.
    pub unpacked: Option<Arc<Unpacked>>,
}

/// One layer, or a ledger, which is a layer without places.
#[derive(Clone, Debug)]
pub struct LayerPreview {
    /// By which name choices know it.
    pub key: String,
    /// Name of the file, and of the layer in a file of several.
    pub name: String,
    /// Name of the format.
    pub format: String,
    /// Features or rows that were read.
    pub read: usize,
    /// About as many as there are in all, where only the beginning was read.
    pub about: Option<usize>,
    /// Geometry types with their counts, of what was read.
    pub geometry: BTreeMap<String, usize>,
    /// Fields in the order of their first appearance.
    pub fields: Vec<FieldPreview>,
    /// Kind of layer and how it is known; `None` where only the user can know.
    pub kind: Option<(LayerKind, &'static str)>,
    /// It is a ledger.
    pub is_ledger: bool,
    /// A sheet that is not joined where nobody says so: it is hidden, or does not speak of compounds.
    left_of_itself: bool,
    /// A sheet that its program does not show.
    hidden: bool,
    /// What is true of it as a whole.
    pub notes: Vec<Message>,
    /// Every feature has an id of its own outside the fields.
    has_ids: bool,
    /// A few features without fields, to sketch and to place.
    sample: RawLayer,
    /// What its file and layer are called tells the kind.
    named_kind: Option<LayerKind>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldPreview {
    /// Its name.
    pub name: String,
    /// Different values of it.
    pub examples: Vec<String>,
    /// Share of the features looked at that have a value.
    pub filled: f64,
    /// It is called like a code, every feature has a value, and no value comes twice.
    is_key: bool,
}

/// Looks into a file of any known format, or into all of those in a folder or zip.
///
/// # Errors
/// [`ImportError`] when nothing can be read, or when the work was stopped.
pub fn preview(path: &Path, reporter: &dyn Reporter) -> Result<Preview, ImportError> {
    super::check_there(path)?;
    let mut found = Preview::default();
    if bundle::is_bundle(path) {
        (found.failures, found.unpacked) = bundle::look_into(path, reporter, |file, origin| {
            found.layers.extend(preview_file(file, origin, reporter)?);
            Ok(())
        })?;
    } else {
        found.layers = preview_file(path, &Origin::of(path), reporter)?;
    }
    Ok(found)
}

/// Looks into a file that lies at `path` and that the user knows by its origin.
fn preview_file(path: &Path, origin: &Origin<'_>, reporter: &dyn Reporter) -> Result<Vec<LayerPreview>, ImportError> {
    if formats::is_table(path) {
        let found = super::ledger::find(path)?;
        return Ok(found.iter().enumerate().map(|(place, found)| ledger(origin, place, found)).collect());
    }
    let found: Vec<(RawLayer, Option<f64>)> = match formats::read_head(path, reporter)? {
        Some(heads) => heads.into_iter().map(|Head { layer, times }| (layer, (times > 1.0).then_some(times))).collect(),
        None => formats::read(path, reporter)?.into_iter().map(|layer| (layer, None)).collect(),
    };
    reporter.check()?;
    let several = found.len() > 1;
    let stem = origin.stem();
    // Where no layer of a drawing tells what it is, the name of the file may tell it of one.
    let silent = found.iter().all(|(layer, _)| layer.drawn.is_some() && kinds::told(layer, &stem).is_none());
    let lone = drawing::lone(found.iter().map(|(layer, _)| layer), &stem).filter(|_| silent);
    let shown = |(place, (layer, times))| layer_preview(origin, place, several, layer, times);
    let mut layers: Vec<LayerPreview> = found.into_iter().enumerate().map(shown).collect();
    if let Some((place, kind)) = lone {
        (layers[place].kind, layers[place].named_kind) = (Some(kind), Some(kind.0));
    }
    Ok(layers)
}

fn layer_preview(origin: &Origin<'_>, place: usize, several: bool, layer: RawLayer, times: Option<f64>) -> LayerPreview {
    let stem = origin.stem();
    let mut geometry = BTreeMap::new();
    for shape in layer.features.iter().filter_map(|feature| feature.shape.as_ref().ok()) {
        match geometry.get_mut(&*shape.type_name) {
            Some(count) => *count += 1,
            None => _ = geometry.insert(shape.type_name.clone().into_owned(), 1),
        }
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
    let about = times.map(|times| (layer.features.len() as f64 * times).round() as usize);
    LayerPreview {
        key: choice::key(origin.member, place),
        name: if several { format!("{}#{}", origin.file, layer.name) } else { origin.file.clone() },
        format: format_of(origin),
        read: layer.features.len(),
        about,
        geometry,
        fields: fields_of(&layer.features),
        kind: kinds::told(&layer, &stem),
        is_ledger: false,
        left_of_itself: false,
        hidden: false,
        notes: layer.notes.iter().chain(&layer.left).cloned().collect(),
        has_ids: layer.features.iter().all(|feature| feature.id.is_some()),
        named_kind: kinds::told_by_name(&layer, &stem),
        sample: sample_of(layer),
    }
}

fn ledger(origin: &Origin<'_>, place: usize, found: &Found) -> LayerPreview {
    let table = &found.table;
    let step = table.rows.len().div_ceil(LOOKED_AT).max(1);
    let field = |(column, name): (usize, &String)| {
        let values = table.rows.iter().step_by(step).map(|row| row.get(column).cloned());
        FieldPreview::new(name, values)
    };
    LayerPreview {
        key: choice::key(origin.member, place),
        name: found.sheet.as_ref().map_or_else(|| origin.file.clone(), |sheet| format!("{}#{sheet}", origin.file)),
        format: format_of(origin),
        read: table.rows.len() + table.sums.len(),
        about: None,
        geometry: BTreeMap::new(),
        fields: table.headers.iter().enumerate().map(field).collect(),
        kind: None,
        is_ledger: true,
        left_of_itself: !found.taken,
        hidden: found.hidden,
        notes: table.notes.clone(),
        has_ids: false,
        named_kind: None,
        sample: RawLayer::default(),
    }
}

/// The name of a format, by the ending of the file.
fn format_of(origin: &Origin<'_>) -> String {
    match formats::ending(Path::new(&origin.file)).as_str() {
        "geojson" | "json" | "geojsonl" | "geojsons" | "ndjson" => "GeoJSON".to_owned(),
        "shp" => "Shapefile".to_owned(),
        "gpkg" => "GeoPackage".to_owned(),
        "fgb" => "FlatGeobuf".to_owned(),
        "xlsx" | "xlsm" | "xls" | "xlsb" => "Excel".to_owned(),
        other => other.to_uppercase(),
    }
}

fn fields_of(features: &[RawFeature]) -> Vec<FieldPreview> {
    let step = features.len().div_ceil(LOOKED_AT).max(1);
    let field = |name: String| {
        let values = features.iter().step_by(step).map(|feature| feature.properties.get(&name));
        let is_key = load::may_be_key(&name) && super::ids::is_key(features, &name);
        FieldPreview { is_key, ..FieldPreview::new(&name, values) }
    };
    load::headers_of(features).into_iter().map(field).collect()
}

impl FieldPreview {
    fn new(name: &str, values: impl Iterator<Item = Option<Value>>) -> Self {
        let (mut looked, mut filled) = (0_u32, 0_u32);
        let mut examples: Vec<String> = Vec::new();
        for value in values {
            looked += 1;
            let Some(text) = value.and_then(|value| written(&value)) else { continue };
            filled += 1;
            if examples.len() < EXAMPLES && !examples.contains(&text) {
                examples.push(text);
            }
        }
        let filled = f64::from(filled) / f64::from(looked.max(1));
        Self { name: name.to_owned(), examples, filled, is_key: false }
    }
}

/// A value as people read it; `None` of a blank one.
fn written(value: &Value) -> Option<String> {
    match values::text(value) {
        Ok(text) => text,
        Err(_) => Some(value.to_string()),
    }
}

/// Some features of a layer, without their fields and in few vertices, among them those that reach farthest.
fn sample_of(layer: RawLayer) -> RawLayer {
    let count = layer.features.len();
    let step = count.div_ceil(SKETCHED).max(1);
    let mut farthest = [None; 4];
    for (place, feature) in layer.features.iter().enumerate() {
        let Some(bounds) = feature.shape.as_ref().ok().and_then(load::bounds_of) else { continue };
        for (held, reach) in farthest.iter_mut().zip([-bounds.min().x, -bounds.min().y, bounds.max().x, bounds.max().y]) {
            if held.is_none_or(|(_, before)| reach > before) {
                *held = Some((place, reach));
            }
        }
    }
    let reaches = |place: usize| farthest.iter().flatten().any(|(own, _)| *own == place);
    let numbered = layer.features.into_iter().enumerate();
    let kept = numbered.filter(|(place, _)| place.is_multiple_of(step) || reaches(*place));
    let bare = |(_, feature): (usize, RawFeature)| RawFeature {
        shape: feature.shape.map(thinned),
        id: None,
        properties: crate::model::Properties::new(),
    };
    RawLayer {
        features: kept.map(bare).collect(),
        name: layer.name,
        crs: layer.crs,
        drawn: layer.drawn,
        approximate: layer.approximate,
        lon_lat_by_format: layer.lon_lat_by_format,
        ..RawLayer::default()
    }
}

/// A shape in few vertices: each part keeps its first, its last and some between.
fn thinned(shape: RawShape) -> RawShape {
    fn thin<T>(mut run: Vec<T>) -> Vec<T> {
        let (step, last) = (run.len().div_ceil(SKETCHED_VERTICES).max(1), run.len().saturating_sub(1));
        let mut place = 0;
        run.retain(|_| {
            place += 1;
            (place - 1_usize).is_multiple_of(step) || place - 1 == last
        });
        run
    }
    RawShape {
        points: thin(shape.points),
        lines: thin(shape.lines).into_iter().map(thin).collect(),
        areas: thin(shape.areas).into_iter().map(|rings| rings.into_iter().take(1).map(thin).collect()).collect(),
        ..shape
    }
}

impl LayerPreview {
    /// Whether the geometry can be of a kind.
    #[must_use]
    pub fn fits(&self, kind: LayerKind) -> bool {
        kinds::can_be(&self.sample, kind)
    }

    /// The CRS that the file names.
    #[must_use]
    pub fn system(&self) -> Option<&str> {
        self.sample.crs.as_deref()
    }

    /// The choice that takes everything as the file tells it.
    #[must_use]
    pub fn told(&self) -> Choice {
        Choice { kind: self.kind.map(|(kind, _)| kind), leave_out: self.left_of_itself, ..Choice::default() }
    }

    /// The kind under a choice: a ledger speaks of compounds.
    #[must_use]
    pub fn kind_under(&self, choice: &Choice) -> Option<LayerKind> {
        if self.is_ledger { Some(LayerKind::Compounds) } else { choice.kind }
    }

    /// The fact that each field feeds under a choice, in the order of the fields.
    #[must_use]
    pub fn feeds(&self, choice: &Choice) -> Vec<Option<&'static str>> {
        let Some(kind) = self.kind_under(choice) else { return vec![None; self.fields.len()] };
        let names = || self.fields.iter().map(|field| field.name.as_str());
        let mapping = Mapping::chosen(kind, names(), choice.id_field.as_deref(), &choice.feeds);
        let guessed = self.fields.iter().find(|field| field.is_key && !choice.feeds.contains_key(&field.name));
        let mapping = match guessed.filter(|_| !(mapping.has("source_id") || self.has_ids)) {
            Some(key) => Mapping::chosen(kind, names(), Some(&key.name), &choice.feeds),
            None => mapping,
        };
        mapping.targets().collect()
    }

    /// What is the same for every file that is made in the same way: format, names of fields, what the features are, where
    /// the coordinates are said or seem to lie, and the kind that the name tells. Neither order nor number of features count.
    #[must_use]
    pub fn shape(&self) -> String {
        let mut names: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        let extent = match (self.is_ledger, self.hidden) {
            (true, false) => "ledger",
            (true, true) => "hidden ledger",
            (false, _) => kinds::extent_word(&self.sample),
        };
        let system = self.sample.crs.clone().unwrap_or_else(|| placing::shape_word(&self.sample));
        let kind = self.named_kind.map_or("", LayerKind::code);
        let parts = [self.format.as_str(), extent, &system, kind, &Value::from(names).to_string()];
        format!("{:016x}", fnv1a(parts.join("\n").as_bytes()))
    }
}

/// FNV-1a (Fowler, Noll, Vo) of 64 bits: the same in every version of the program, as what is kept must be.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
