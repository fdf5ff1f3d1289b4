//! What the user decided, as rows: districts, items, links set by hand, ignored findings, prices, needs, sources.

use std::collections::BTreeMap;

use geo::Geometry;

use super::codes::{LINK_RULES, MARKS, NEEDS, choice, word};
use super::fields::{Fields, Record};
use crate::base::{CompoundId, DistrictId, Money};
use crate::gpkg::{Cell, Column, Shape, encode};
use crate::model::{
    Approximation, District, DistrictMark, FindingKey, Fund, FundLine, FundSource, IgnoreNote, Item, ItemOrigin, LayerSource,
    LinkOverride, LinkRule, Milestone, NeedState, Progress, Quantity, Satisfaction, Satisfied, Timing, UnitPrice,
};
use crate::policy::{CatalogueEntry, ItemCode};

impl Record for District {
    fn columns() -> Vec<Column> {
        vec![
            Column::integer("number"),
            Column::text("name"),
            Column::boolean("locked"),
            Column::boolean("admits"),
            Column::integer("year"),
            Column::text("implementer"),
            Column::text("note"),
            Column::text("marks"),
            Column::text("milestones"),
            Column::integer("satisfied_before"),
            Column::integer("satisfied_after"),
        ]
    }

    /// The plan file adds the shape of the members; it is derived and never read back.
    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::Integer(self.number.into()),
            self.name.as_str().into(),
            Cell::Boolean(self.locked),
            Cell::Boolean(self.admits),
            self.year.into(),
            self.implementer.as_str().into(),
            self.note.as_str().into(),
            Cell::text(marks_text(&self.marks).as_deref()),
            Cell::text(milestones_text(&self.milestones).as_deref()),
            // Tenths of a percent.
            self.satisfaction.before.map(|share| i32::from(share.tenths())).into(),
            self.satisfaction.after.map(|share| i32::from(share.tenths())).into(),
        ]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            number: fields.whole().unwrap_or(0),
            name: fields.string(),
            locked: fields.boolean().unwrap_or(false),
            admits: fields.boolean().unwrap_or(false),
            year: fields.whole(),
            implementer: fields.string(),
            note: fields.string(),
            marks: marks_of(&fields.string()),
            milestones: milestones_of(&fields.string()),
            satisfaction: Satisfaction {
                before: fields.whole().and_then(Satisfied::from_tenths),
                after: fields.whole().and_then(Satisfied::from_tenths),
            },
        }
    }
}

/// Marks as one line a mark: `word=decision`. Nothing for none.
fn marks_text(marks: &BTreeMap<DistrictMark, String>) -> Option<String> {
    let one =
        |(mark, decision): (&DistrictMark, &String)| format!("{}={}", word(MARKS, *mark), decision.replace(['\n', '\r'], " "));
    (!marks.is_empty()).then(|| marks.iter().map(one).collect::<Vec<_>>().join("\n"))
}

/// Marks of other versions are passed over.
fn marks_of(text: &str) -> BTreeMap<DistrictMark, String> {
    let one = |line: &str| {
        let (name, decision) = line.split_once('=')?;
        Some((choice(MARKS, name)?, decision.to_owned()))
    };
    text.lines().filter_map(one).collect()
}

/// Milestones as one line each: `tender=planned 2024-05-20`. Nothing for none.
fn milestones_text(milestones: &BTreeMap<Milestone, Progress>) -> Option<String> {
    let one = |(milestone, progress): (&Milestone, &Progress)| format!("{}={}", milestone.code(), progress.code());
    (!milestones.is_empty()).then(|| milestones.iter().map(one).collect::<Vec<_>>().join("\n"))
}

/// Milestones of other versions are passed over.
fn milestones_of(text: &str) -> BTreeMap<Milestone, Progress> {
    let one = |line: &str| {
        let (name, progress) = line.split_once('=')?;
        Some((Milestone::from_code(name)?, Progress::from_code(progress)?))
    };
    text.lines().filter_map(one).collect()
}

impl Record for Item {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("code"),
            Column::integer("compound"),
            Column::integer("district"),
            Column::text("quantity_kind"),
            Column::real("quantity"),
            Column::integer("year"),
            Column::integer("price_fen"),
            Column::text("price_source"),
            Column::text("price_dated"),
            Column::text("origin"),
            Column::text("reason"),
            Column::text("note"),
            Column::text("timing"),
        ]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        self.place.as_ref().map(|place| encode(Shape::Any(place), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        let kind = match self.quantity {
            Quantity::Missing => "missing",
            Quantity::Measured(_) => "measured",
            Quantity::Manual(_) => "manual",
        };
        let (origin, reason) = match &self.origin {
            ItemOrigin::Hand => ("hand", None),
            ItemOrigin::Drafted(reason) => ("drafted", Some(reason.as_str())),
        };
        let price = self.price.as_ref();
        vec![
            self.code.0.as_str().into(),
            self.compound.map(|id| id.0).into(),
            self.district.map(|id| id.0).into(),
            kind.into(),
            self.quantity.value().into(),
            self.year.into(),
            price.map_or(Cell::Null, |p| Cell::Integer(p.amount.fen())),
            Cell::text(price.map(|p| p.source.as_str())),
            Cell::text(price.map(|p| p.dated.as_str())),
            origin.into(),
            Cell::text(reason),
            self.note.as_str().into(),
            Cell::text(self.timing.map(Timing::code).as_deref()),
        ]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let code = ItemCode(fields.string());
        let compound = fields.whole().map(CompoundId);
        let district = fields.whole().map(DistrictId);
        let quantity = quantity(fields);
        let year = fields.whole();
        let price = price(fields);
        let origin = match (fields.word().as_deref().unwrap_or_default(), fields.text()) {
            ("drafted", reason) => ItemOrigin::Drafted(reason.unwrap_or_default()),
            _ => ItemOrigin::Hand,
        };
        let note = fields.string();
        let timing = fields.word().and_then(|code| Timing::from_code(&code));
        Self { code, compound, district, place: shape, quantity, year, timing, price, origin, note }
    }
}

fn quantity(fields: &mut Fields<'_>) -> Quantity {
    match (fields.word().as_deref().unwrap_or_default(), fields.real()) {
        ("measured", Some(value)) => Quantity::Measured(value),
        ("manual", Some(value)) => Quantity::Manual(value),
        _ => Quantity::Missing,
    }
}

fn price(fields: &mut Fields<'_>) -> Option<UnitPrice> {
    let (amount, source, dated) = (fields.whole(), fields.string(), fields.string());
    Some(UnitPrice { amount: Money::from_fen(amount?), source, dated })
}

/// A link set by hand; the compounds are rows.
pub(in crate::project) struct OverrideRow {
    pub(in crate::project) a: i64,
    pub(in crate::project) b: i64,
    pub(in crate::project) set: LinkOverride,
}

impl Record for OverrideRow {
    fn columns() -> Vec<Column> {
        vec![Column::integer("a"), Column::integer("b"), Column::text("rule"), Column::text("note")]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let rule = word(LINK_RULES, self.set.rule);
        vec![Cell::Integer(self.a), Cell::Integer(self.b), rule.into(), self.set.note.as_str().into()]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let (a, b) = (fields.whole().unwrap_or(0), fields.whole().unwrap_or(0));
        let rule = fields.choice(LINK_RULES).unwrap_or(LinkRule::Forbid);
        Self { a, b, set: LinkOverride { rule, note: fields.string() } }
    }
}

/// A finding set aside.
pub(in crate::project) struct IgnoredRow(pub(in crate::project) FindingKey, pub(in crate::project) IgnoreNote);

impl Record for IgnoredRow {
    fn columns() -> Vec<Column> {
        vec![Column::text("finding"), Column::text("reason")]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.0.0.as_str().into(), self.1.reason.as_str().into()]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self(FindingKey(fields.string()), IgnoreNote { reason: fields.string() })
    }
}

/// A price of the price book.
pub(in crate::project) struct PriceRow(pub(in crate::project) ItemCode, pub(in crate::project) UnitPrice);

impl Record for PriceRow {
    fn columns() -> Vec<Column> {
        vec![Column::text("code"), Column::integer("amount_fen"), Column::text("source"), Column::text("dated")]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let Self(code, price) = self;
        let amount = Cell::Integer(price.amount.fen());
        vec![code.0.as_str().into(), amount, price.source.as_str().into(), price.dated.as_str().into()]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let code = ItemCode(fields.string());
        let amount = Money::from_fen(fields.whole().unwrap_or(0));
        Self(code, UnitPrice { amount, source: fields.string(), dated: fields.string() })
    }
}

/// 责任部门 of an item.
pub(in crate::project) struct DepartmentRow(pub(in crate::project) ItemCode, pub(in crate::project) String);

impl Record for DepartmentRow {
    fn columns() -> Vec<Column> {
        vec![Column::text("code"), Column::text("department")]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.0.0.as_str().into(), self.1.as_str().into()]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self(ItemCode(fields.string()), fields.string())
    }
}

/// An entry of the plan's own in the catalogue; `None` for one of a later program.
pub(in crate::project) struct EntryRow(pub(in crate::project) ItemCode, pub(in crate::project) Option<CatalogueEntry>);

impl Record for EntryRow {
    fn columns() -> Vec<Column> {
        vec![Column::text("code"), Column::text("name"), Column::text("entry")]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    /// The name stands there for readers of the file; the entry as a whole is JSON, in the words of the rule packs.
    fn cells(&self) -> Vec<Cell> {
        let Self(code, entry) = self;
        let text = entry.as_ref().and_then(|entry| serde_json::to_string(entry).ok());
        vec![code.0.as_str().into(), Cell::text(entry.as_ref().map(|entry| entry.zh.as_str())), Cell::text(text.as_deref())]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let (code, _, text) = (ItemCode(fields.string()), fields.text(), fields.string());
        Self(code, serde_json::from_str(&text).ok())
    }
}

/// State of an item in a compound; the compound is a row.
pub(in crate::project) struct NeedRow {
    pub(in crate::project) compound: i64,
    pub(in crate::project) code: ItemCode,
    pub(in crate::project) state: NeedState,
}

impl Record for NeedRow {
    fn columns() -> Vec<Column> {
        vec![Column::integer("compound"), Column::text("code"), Column::text("state")]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::Integer(self.compound), self.code.0.as_str().into(), word(NEEDS, self.state).into()]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let compound = fields.whole().unwrap_or(0);
        let code = ItemCode(fields.string());
        Self { compound, code, state: fields.choice(NEEDS).unwrap_or(NeedState::Undecided) }
    }
}

/// The year agreed for a pipe; the pipe is a row.
pub(in crate::project) struct PipeYearRow {
    pub(in crate::project) pipe: i64,
    pub(in crate::project) year: Option<i32>,
}

impl Record for PipeYearRow {
    fn columns() -> Vec<Column> {
        vec![Column::integer("pipe"), Column::integer("year")]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::Integer(self.pipe), self.year.into()]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self { pipe: fields.whole().unwrap_or(0), year: fields.whole() }
    }
}

impl Record for Fund {
    fn columns() -> Vec<Column> {
        vec![
            Column::integer("district"),
            Column::text("project"),
            Column::text("source"),
            Column::text("payer"),
            Column::integer("amount_fen"),
            Column::text("note"),
        ]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.district.map(|id| id.0).into(),
            self.project.as_str().into(),
            Cell::Text(self.source.code()),
            self.payer.as_str().into(),
            Cell::Integer(self.amount.fen()),
            self.note.as_str().into(),
        ]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            district: fields.whole().map(DistrictId),
            project: fields.string(),
            // A source of a later program counts as other funds; its word is told as unreadable.
            source: fields.parsed(FundSource::from_code).unwrap_or(FundSource::Line(FundLine::Other)),
            payer: fields.string(),
            amount: Money::from_fen(fields.whole().unwrap_or(0)),
            note: fields.string(),
        }
    }
}

/// Where a layer came from.
pub(in crate::project) struct SourceRow(pub(in crate::project) String, pub(in crate::project) LayerSource);

impl Record for SourceRow {
    fn columns() -> Vec<Column> {
        ["layer", "file", "crs", "crs_known_by", "shift"].map(Column::text).to_vec()
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let Self(layer, source) = self;
        let known_by = source.crs_known_by.as_str().into();
        let approximate = source.approximate.map(Approximation::code);
        let approximate = Cell::text(approximate.as_deref());
        vec![layer.as_str().into(), source.file.as_str().into(), source.crs.as_str().into(), known_by, approximate]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let layer = fields.string();
        let (file, crs, crs_known_by) = (fields.string(), fields.string(), fields.string());
        Self(
            layer,
            LayerSource { file, crs, crs_known_by, approximate: fields.text().and_then(|code| Approximation::from_code(&code)) },
        )
    }
}
