//! The minutes of a meeting, opinions and the versions a plan comes from, as rows.

use geo::Geometry;

use super::codes::{RULINGS, STANCES, word};
use super::fields::{Fields, Record};
use crate::gpkg::{Cell, Column};
use crate::model::{Ancestor, Meeting, Opinion, OpinionKey, Seal};

/// Names of units, one a line.
fn listed(units: &[String]) -> String {
    units.join("\n")
}

impl Record for Meeting {
    fn columns() -> Vec<Column> {
        let mut columns: Vec<Column> = ["date", "title", "place", "units"].map(Column::text).to_vec();
        columns.push(Column::boolean("accepted"));
        columns.extend(["note", "plan_hash", "digest", "program"].map(Column::text));
        columns
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let seal = self.seal.as_ref();
        vec![
            self.date.as_str().into(),
            self.title.as_str().into(),
            self.place.as_str().into(),
            Cell::Text(listed(&self.units)),
            self.accepted.into(),
            self.note.as_str().into(),
            Cell::text(seal.map(|seal| seal.plan_hash.as_str())),
            Cell::text(seal.map(|seal| seal.digest.as_str())),
            Cell::text(seal.map(|seal| seal.program.as_str())),
        ]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let [date, title, place] = std::array::from_fn(|_| fields.string());
        let units = fields.string().lines().map(str::to_owned).collect();
        let (accepted, note) = (fields.boolean(), fields.string());
        let plan_hash = fields.text();
        let (digest, program) = (fields.string(), fields.string());
        let seal = plan_hash.map(|plan_hash| Seal { plan_hash, digest, program });
        Self { date, title, place, units, accepted, note, seal }
    }
}

/// What a unit says of a district; in a word that this program does not know, `None`.
pub(in crate::project) struct OpinionRow(pub(in crate::project) OpinionKey, pub(in crate::project) Option<Opinion>);

impl Record for OpinionRow {
    fn columns() -> Vec<Column> {
        let mut columns = vec![Column::integer("district")];
        columns.extend(["unit", "stance", "text", "responsible", "ruling"].map(Column::text));
        columns.extend(["signed", "date", "plan_hash", "state", "file"].map(Column::text));
        columns
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let Self(key, Some(opinion)) = self else { return Vec::new() };
        vec![
            Cell::Integer(key.district.into()),
            key.unit.as_str().into(),
            word(STANCES, opinion.stance).into(),
            opinion.text.as_str().into(),
            opinion.responsible.as_str().into(),
            Cell::text(opinion.ruling.map(|ruling| word(RULINGS, ruling))),
            opinion.signed.as_str().into(),
            opinion.date.as_str().into(),
            opinion.plan_hash.as_str().into(),
            opinion.state.as_str().into(),
            opinion.file.as_str().into(),
        ]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let key = OpinionKey { district: fields.whole().unwrap_or(0), unit: fields.string() };
        let stance = fields.choice(STANCES);
        let (text, responsible) = (fields.string(), fields.string());
        let ruling = fields.choice(RULINGS);
        let [signed, date, plan_hash, state, file] = std::array::from_fn(|_| fields.string());
        let opinion = stance.map(|stance| Opinion { stance, text, responsible, ruling, signed, date, plan_hash, state, file });
        Self(key, opinion)
    }
}

impl Record for Ancestor {
    fn columns() -> Vec<Column> {
        ["date", "title", "plan_hash", "file"].map(Column::text).to_vec()
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        [&self.date, &self.title, &self.plan_hash, &self.file].map(|text| text.as_str().into()).to_vec()
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let [date, title, plan_hash, file] = std::array::from_fn(|_| fields.string());
        Self { date, title, plan_hash, file }
    }
}
