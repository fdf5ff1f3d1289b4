//! Mends as rows, with the shape as drawn, so that any GIS shows what stood in the source.

use std::sync::Arc;

use geo::{Coord, Geometry};
use serde::{Deserialize, Serialize};

use super::codes::{Codes, MENDS};
use super::fields::{Fields, Record, any_shape};
use crate::geometry::repair::{Mend, MendKind};
use crate::gpkg::{Cell, Column, Shape, encode};
use crate::model::{LayerKind, MendKey, MendState, Mended};

/// States by their words.
const STATES: Codes<MendState> =
    &[(MendState::Applied, "applied"), (MendState::Waiting, "waiting"), (MendState::Refused, "refused")];

/// One mend in the JSON of the row.
#[derive(Serialize, Deserialize)]
struct MendRecord {
    kind: String,
    count: usize,
    x: f64,
    y: f64,
    area_m2: f64,
    length_m: f64,
}

impl From<&Mend> for MendRecord {
    fn from(mend: &Mend) -> Self {
        let Mend { kind, count, at, area_m2, length_m } = *mend;
        Self { kind: super::codes::word(MENDS, kind).to_owned(), count, x: at.x, y: at.y, area_m2, length_m }
    }
}

impl MendRecord {
    fn mend(self) -> Option<Mend> {
        let kind: MendKind = super::codes::choice(MENDS, &self.kind)?;
        let at = Coord { x: self.x, y: self.y };
        Some(Mend { kind, count: self.count, at, area_m2: self.area_m2, length_m: self.length_m })
    }
}

/// A mend and the feature it is of, by the `fid` in the layer's table.
pub(in crate::project) struct MendRow {
    pub(in crate::project) layer: String,
    pub(in crate::project) feature: i64,
    /// Id in the source, for readers of the file and to find the feature by should rows have been taken out.
    pub(in crate::project) source_id: String,
    pub(in crate::project) neighbour: Option<i64>,
    pub(in crate::project) mended: Mended,
}

impl MendRow {
    /// The row of a mend; rows of layers are numbered from 1 in files.
    pub(in crate::project) fn new(key: &MendKey, source_id: &str, mended: &Mended) -> Self {
        Self {
            layer: key.layer.code().to_owned(),
            feature: i64::from(key.row) + 1,
            source_id: source_id.to_owned(),
            neighbour: key.neighbour.map(|row| i64::from(row) + 1),
            mended: mended.clone(),
        }
    }

    /// The mend, when its rows are numbers of rows.
    pub(in crate::project) fn keyed(self, layer: LayerKind) -> Option<(MendKey, Mended)> {
        let row = |fid: i64| u32::try_from(fid - 1).ok();
        let neighbour = match self.neighbour {
            Some(fid) => Some(row(fid)?),
            None => None,
        };
        Some((MendKey { layer, row: row(self.feature)?, neighbour }, self.mended))
    }
}

impl Record for MendRow {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("layer"),
            Column::integer("feature"),
            Column::text("source_id"),
            Column::integer("neighbour"),
            Column::text("state"),
            Column::text("mends"),
        ]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Any(&self.mended.drawn), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        let mends: Vec<MendRecord> = self.mended.mends.iter().map(MendRecord::from).collect();
        vec![
            self.layer.as_str().into(),
            Cell::Integer(self.feature),
            self.source_id.as_str().into(),
            self.neighbour.map_or(Cell::Null, Cell::Integer),
            super::codes::word(STATES, self.mended.state).into(),
            serde_json::to_string(&mends).map_or(Cell::Null, Cell::Text),
        ]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let (layer, feature, source_id) = (fields.string(), fields.whole().unwrap_or(0), fields.string());
        let neighbour = fields.whole();
        let state = fields.choice(STATES).unwrap_or(MendState::Applied);
        let records: Vec<MendRecord> = fields.parsed(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let mends = records.into_iter().filter_map(MendRecord::mend).collect();
        let drawn = Arc::new(any_shape(shape));
        Self { layer, feature, source_id, neighbour, mended: Mended { mends, drawn, state } }
    }
}

/// Columns for readers of the file, computed from the mends.
pub(in crate::project) const MEND_SUMS: [&str; 2] = ["area_change_m2", "length_change_m"];
