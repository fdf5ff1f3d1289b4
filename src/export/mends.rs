//! Mends as layers of an export: a point for each thing done, and the shapes as they were drawn.

use geo::{Geometry, Point};

use super::ExportInput;
use super::features::{Feature, ReviewLayer};
use crate::contiguity::Offer;
use crate::geometry::repair::Mend;
use crate::gpkg::{Cell, Column, GeometryKind};
use crate::i18n::{Lang, tr};
use crate::model::{Content, LayerKind, MendKey, Mended};

/// Word for the state of an offer that can be accepted, beside those of [`crate::model::MendState`].
const OFFERED: &str = "offered";

/// Word for what is told without an offer.
const NOTED: &str = "noted";

fn id(content: &Content, layer: LayerKind, row: Option<u32>) -> Cell {
    Cell::text(row.and_then(|row| content.source_id(layer, row)))
}

/// A point for each mend and each offer, where it is done first.
pub(super) fn mends<'a>(input: &'a ExportInput<'a>, lang: Lang) -> ReviewLayer<'a> {
    let mut columns = ["layer", "feature", "neighbour", "kind", "state"].map(Column::text).to_vec();
    columns.push(Column::integer("count"));
    columns.extend(["area_change_m2", "length_change_m"].map(Column::real));
    columns.push(Column::text("message"));
    let content = input.content;
    let feature = move |key: &MendKey, mend: &Mend, state: &'static str| {
        let cells = vec![
            key.layer.code().into(),
            id(content, key.layer, Some(key.row)),
            id(content, key.layer, key.neighbour),
            mend.kind.code().into(),
            state.into(),
            Cell::Integer(i64::try_from(mend.count).unwrap_or(i64::MAX)),
            Cell::Real(rounded(mend.area_m2)),
            Cell::Real(rounded(mend.length_m)),
            Cell::Text(tr(lang, &mend.message())),
        ];
        Feature { row: key.row as usize, shape: Some(Geometry::Point(Point(mend.at))), cells, extra: None }
    };
    let mine = move |key: &MendKey| input.scope.is_none_or(|scope| scope.has_mend(content, key));
    let recorded = content.mended.iter().filter(move |(key, _)| mine(key)).flat_map(move |(key, mended): (&MendKey, &Mended)| {
        let state = mended.state.code();
        mended.mends.iter().map(move |mend| feature(key, mend, state))
    });
    let offered = input
        .offers
        .iter()
        .filter(move |offer| mine(&offer.key))
        .map(move |offer: &Offer| feature(&offer.key, &offer.mend, if offer.can_apply { OFFERED } else { NOTED }));
    ReviewLayer { name: "mends", kind: GeometryKind::Point, columns, id: None, features: Box::new(recorded.chain(offered)) }
}

/// The shapes as drawn of all features with a mend.
pub(super) fn originals<'a>(input: &'a ExportInput<'a>) -> ReviewLayer<'a> {
    let mut columns = ["layer", "feature", "neighbour", "kinds", "state"].map(Column::text).to_vec();
    columns.extend(["area_change_m2", "length_change_m"].map(Column::real));
    let content = input.content;
    let mine = move |key: &MendKey| input.scope.is_none_or(|scope| scope.has_mend(content, key));
    let features = content.mended.iter().filter(move |(key, _)| mine(key)).map(move |(key, mended)| {
        let kinds: Vec<&str> = mended.mends.iter().map(|mend| mend.kind.code()).collect();
        let cells = vec![
            key.layer.code().into(),
            id(content, key.layer, Some(key.row)),
            id(content, key.layer, key.neighbour),
            Cell::Text(kinds.join(",")),
            mended.state.code().into(),
            Cell::Real(rounded(mended.area_m2())),
            Cell::Real(rounded(mended.length_m())),
        ];
        Feature { row: key.row as usize, shape: Some(Geometry::clone(&mended.drawn)), cells, extra: None }
    });
    ReviewLayer { name: "originals", kind: GeometryKind::Any, columns, id: None, features: Box::new(features) }
}

/// To a tenth of a millimetre: what follows is rounding of the overlay.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4 + 0.0
}
