//! What coordination found, as layers.

use geo::Geometry;

use super::features::{Feature, ReviewLayer};
use super::{ExportInput, ReopeningFeature};
use crate::gpkg::{Cell, Column, GeometryKind};
use crate::i18n::{Lang, tr};

/// Ground that is opened twice: the stretches of the later lines.
pub(super) fn reopenings<'a>(input: &'a ExportInput<'a>, lang: Lang) -> ReviewLayer<'a> {
    let mut columns = vec![Column::text("site"), Column::integer("first"), Column::integer("again")];
    columns.push(Column::real("length_m"));
    columns.push(Column::integer("households"));
    columns.extend(["compounds", "earlier", "later"].map(Column::text));
    let content = input.content;
    let features = input.coordinated.into_iter().flat_map(|coordinated| &coordinated.reopenings).enumerate().map(
        move |(at, row): (usize, &ReopeningFeature)| {
            let ids = row.beside.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| c.source_id.as_str());
            let cells = vec![
                Cell::Text(tr(lang, &row.site)),
                Cell::Integer(row.first.into()),
                Cell::Integer(row.again.into()),
                Cell::Real(row.length_m),
                Cell::Integer(i64::try_from(row.households).unwrap_or(i64::MAX)),
                Cell::Text(ids.collect::<Vec<_>>().join(",")),
                Cell::Text(tr(lang, &row.earlier)),
                Cell::Text(tr(lang, &row.later)),
            ];
            let shape = (!row.lines.0.is_empty()).then(|| Geometry::MultiLineString(row.lines.clone()));
            Feature { row: at, shape, cells, extra: None }
        },
    );
    ReviewLayer { name: "reopenings", kind: GeometryKind::MultiLineString, columns, features: Box::new(features) }
}
