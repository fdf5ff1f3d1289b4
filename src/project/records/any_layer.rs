//! One way to write and read layers of every kind.

use std::sync::Arc;

use geo::Geometry;

use super::fields::{Fields, Record};
use crate::gpkg::{Cell, Column, GeometryKind};
use crate::model::{
    Barrier, Bridge, Building, Compound, Facility, Heritage, LayerContent, LayerKind, Limit, Parcel, Pipe, Street,
};

/// A geometry blob and the cells of a row.
pub(in crate::project) type FeatureRow = (Option<Vec<u8>>, Vec<Cell>);

/// Columns of a layer.
pub(in crate::project) fn layer_columns(kind: LayerKind) -> Vec<Column> {
    match kind {
        LayerKind::Compounds => Compound::columns(),
        LayerKind::Pipes => Pipe::columns(),
        LayerKind::Buildings => Building::columns(),
        LayerKind::Barriers => Barrier::columns(),
        LayerKind::Bridges => Bridge::columns(),
        LayerKind::Streets => Street::columns(),
        LayerKind::Parcels => Parcel::columns(),
        LayerKind::Facilities => Facility::columns(),
        LayerKind::Heritage => Heritage::columns(),
        LayerKind::Limits => Limit::columns(),
    }
}

/// Declared geometry type of a layer.
pub(in crate::project) const fn geometry_kind(kind: LayerKind) -> GeometryKind {
    match kind {
        LayerKind::Pipes | LayerKind::Streets => GeometryKind::MultiLineString,
        LayerKind::Barriers | LayerKind::Bridges => GeometryKind::Any,
        LayerKind::Facilities => GeometryKind::Point,
        LayerKind::Compounds | LayerKind::Buildings | LayerKind::Parcels | LayerKind::Heritage | LayerKind::Limits => {
            GeometryKind::MultiPolygon
        }
    }
}

fn rows<T: Record>(features: &[T], srs_id: i32) -> Box<dyn Iterator<Item = FeatureRow> + '_> {
    Box::new(features.iter().map(move |f| (f.blob(srs_id), f.cells())))
}

/// Every feature of a layer as a row, in order.
pub(in crate::project) fn layer_rows(layer: &LayerContent, srs_id: i32) -> Box<dyn Iterator<Item = FeatureRow> + '_> {
    match layer {
        LayerContent::Compounds(v) => rows(v, srs_id),
        LayerContent::Pipes(v) => rows(v, srs_id),
        LayerContent::Buildings(v) => rows(v, srs_id),
        LayerContent::Barriers(v) => rows(v, srs_id),
        LayerContent::Bridges(v) => rows(v, srs_id),
        LayerContent::Streets(v) => rows(v, srs_id),
        LayerContent::Parcels(v) => rows(v, srs_id),
        LayerContent::Facilities(v) => rows(v, srs_id),
        LayerContent::Heritage(v) => rows(v, srs_id),
        LayerContent::Limits(v) => rows(v, srs_id),
    }
}

/// A layer without features.
pub(in crate::project) fn empty_layer(kind: LayerKind) -> LayerContent {
    match kind {
        LayerKind::Compounds => LayerContent::Compounds(Arc::default()),
        LayerKind::Pipes => LayerContent::Pipes(Arc::default()),
        LayerKind::Buildings => LayerContent::Buildings(Arc::default()),
        LayerKind::Barriers => LayerContent::Barriers(Arc::default()),
        LayerKind::Bridges => LayerContent::Bridges(Arc::default()),
        LayerKind::Streets => LayerContent::Streets(Arc::default()),
        LayerKind::Parcels => LayerContent::Parcels(Arc::default()),
        LayerKind::Facilities => LayerContent::Facilities(Arc::default()),
        LayerKind::Heritage => LayerContent::Heritage(Arc::default()),
        LayerKind::Limits => LayerContent::Limits(Arc::default()),
    }
}

fn push<T: Record + Clone>(features: &mut Arc<Vec<T>>, shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) {
    Arc::make_mut(features).push(T::read(shape, fields));
}

/// Reads a row onto the end of a layer.
pub(in crate::project) fn push_feature(layer: &mut LayerContent, shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) {
    match layer {
        LayerContent::Compounds(v) => push(v, shape, fields),
        LayerContent::Pipes(v) => push(v, shape, fields),
        LayerContent::Buildings(v) => push(v, shape, fields),
        LayerContent::Barriers(v) => push(v, shape, fields),
        LayerContent::Bridges(v) => push(v, shape, fields),
        LayerContent::Streets(v) => push(v, shape, fields),
        LayerContent::Parcels(v) => push(v, shape, fields),
        LayerContent::Facilities(v) => push(v, shape, fields),
        LayerContent::Heritage(v) => push(v, shape, fields),
        LayerContent::Limits(v) => push(v, shape, fields),
    }
}
