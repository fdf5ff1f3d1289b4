//! A GeoPackage for review: the layers of the exports in the working CRS, with columns that people read. It is no plan
//! file; that one is a GeoPackage of its own. Styles and names of columns for people go along.

use std::path::{Path, PathBuf};

use super::features::{ReviewLayer, approximation, is_empty_shape, layers};
use super::styles::{Styled, write_styles};
use super::{ExportError, ExportInput, ExportOptions, Stamp};
use crate::gpkg::{Cell, Column, GpkgError, Package, Row, SOURCES, Shape, Srs, TableSpec, encode};
use crate::i18n::tr;

/// Name of the file. Not `plan.gpkg`: an export into the folder of a plan must not replace it.
const FILE: &str = "review.gpkg";

/// Name of the table that says of which plan the file is.
const STAMP: &str = "lianpian_stamp";

pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<PathBuf, ExportError> {
    let path = folder.join(FILE);
    let io = |source| ExportError::Io { file: path.clone(), source };
    let file = super::geojson::Replacing::create(&path).map_err(io)?;
    let inner = file.out.into_inner().map_err(std::io::IntoInnerError::into_error).map_err(io)?;
    let temporary = inner.into_temp_path();
    fill(input, options, &temporary).map_err(|source| ExportError::Package { file: path.clone(), source })?;
    temporary.persist(&path).map_err(|error| io(error.error))?;
    Ok(path)
}

fn fill(input: &ExportInput<'_>, options: &ExportOptions, path: &Path) -> Result<(), GpkgError> {
    let content = input.content;
    let package = Package::create(path, &[Srs::of_epsg(content.crs_code)])?;
    let srs_id = i32::try_from(content.crs_code).unwrap_or(0);
    let changed = content.data_date.as_deref().unwrap_or("1970-01-01");
    let (mut marks, mut styled) = (Vec::new(), Vec::new());
    for layer in layers(input, options) {
        styled.push(Styled::of(layer.name, &layer.columns));
        marks.extend(approximation(content, layer.name).map(|why| (layer.name, why.code())));
        let approximate = approximation(content, layer.name).map(|why| tr(options.lang, &why.message())).unwrap_or_default();
        write_layer(&package, layer, srs_id, &approximate, changed)?;
    }
    write_styles(&package, content, &styled, Some(FILE), options.lang, changed)?;
    write_marks(&package, &marks, changed)?;
    if let Some(stamp) = input.stamp {
        write_stamp(&package, stamp, changed)?;
    }
    package.close()
}

/// Says of which plan in which state the layers are.
fn write_stamp(package: &Package, stamp: &Stamp, changed: &str) -> Result<(), GpkgError> {
    let columns = [Column::text("key"), Column::text("value")];
    let spec = TableSpec { name: STAMP, description: "", geometry: None, columns: &columns, changed };
    let told = stamp.to_json();
    let rows = told.as_object().into_iter().flatten().map(|(key, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        vec![Cell::Text(key.clone()), Cell::Text(value)]
    });
    package.write_table(spec, (1..).zip(rows).map(|(fid, cells)| Row { fid, geometry: None, cells })).map(drop)
}

/// Says in a table which layers are approximate, for when the file is read again: descriptions are for people.
fn write_marks(package: &Package, marks: &[(&str, String)], changed: &str) -> Result<(), GpkgError> {
    if marks.is_empty() {
        return Ok(());
    }
    let columns = [Column::text("layer"), Column::text("shift")];
    let spec = TableSpec { name: SOURCES, description: "", geometry: None, columns: &columns, changed };
    let row = |(fid, (layer, code)): (i64, &(&str, String))| Row {
        fid,
        geometry: None,
        cells: vec![Cell::Text((*layer).to_owned()), Cell::Text(code.clone())],
    };
    package.write_table(spec, (1..).zip(marks).map(row)).map(drop)
}

fn write_layer(
    package: &Package,
    layer: ReviewLayer<'_>,
    srs_id: i32,
    description: &str,
    changed: &str,
) -> Result<(), GpkgError> {
    let mut columns = layer.columns;
    // `fid` is the key of every table; an `id` of ours may stand beside it.
    columns.push(Column::text("extra"));
    let spec = TableSpec { name: layer.name, description, geometry: Some((layer.kind, srs_id)), columns: &columns, changed };
    let rows = (1..).zip(layer.features).map(|(fid, feature)| {
        let shape = feature.shape.filter(|shape| !is_empty_shape(shape));
        let mut cells = feature.cells;
        let extra = feature.extra.filter(|extra| !extra.is_empty());
        cells.push(extra.and_then(|extra| serde_json::to_string(extra).ok()).map_or(Cell::Null, Cell::Text));
        Row { fid, geometry: shape.map(|shape| encode(Shape::Any(&shape), srs_id)), cells }
    });
    package.write_table(spec, rows).map(drop)
}
