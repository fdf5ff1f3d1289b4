//! What coordination found, as layers.

use super::features::{Feature, ReviewLayer};
use super::places::lines_at;
use super::{ExportInput, ReopeningFeature};
use crate::base::FundId;
use crate::gpkg::{Cell, Column, GeometryKind};
use crate::i18n::{Lang, tr};
use crate::model::{Fund, FundLine, FundSource};

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
            Feature { row: at, shape: lines_at(&row.lines), cells, extra: None }
        },
    );
    ReviewLayer { name: "reopenings", kind: GeometryKind::MultiLineString, columns, id: None, features: Box::new(features) }
}

/// The entries of the fund ledger; they have no place of their own.
pub(super) fn funds<'a>(input: &'a ExportInput<'a>, lang: Lang) -> ReviewLayer<'a> {
    let mut columns = vec![Column::integer("district")];
    columns.extend(["project", "source", "name", "payer"].map(Column::text));
    columns.push(Column::boolean("debt"));
    columns.push(Column::boolean("yearly"));
    columns.push(Column::integer("amount_fen"));
    columns.push(Column::text("note"));
    let content = input.content;
    let features = content.funds.iter().map(move |(id, fund): (&FundId, &Fund)| {
        let number = fund.district.and_then(|id| content.districts.get(&id)).map(|d| d.number);
        let cells = vec![
            number.into(),
            fund.project.as_str().into(),
            Cell::Text(fund.source.code()),
            Cell::Text(tr(lang, &fund.source.message())),
            fund.payer.as_str().into(),
            Cell::Boolean(fund.source.line().is_some_and(FundLine::is_debt)),
            Cell::Boolean(fund.source == FundSource::Revenue),
            Cell::Integer(fund.amount.fen()),
            fund.note.as_str().into(),
        ];
        Feature { row: id.0 as usize, shape: None, cells, extra: None }
    });
    ReviewLayer { name: "funds", kind: GeometryKind::Any, columns, id: None, features: Box::new(features) }
}
