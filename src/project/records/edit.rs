//! Edits as JSON for the journal. Geometry is hexadecimal GeoPackage blobs, exact to the bit; whole layers go into
//! parts of their own, so that a load of millions of features never is one line.

use std::collections::BTreeMap;

use geo::Geometry;
use serde::{Deserialize, Serialize};

use super::any_layer::{empty_layer, layer_columns, layer_rows, push_feature};
use super::codes::{LINK_RULES, NEEDS, choice, word};
use super::comments::CommentRow;
use super::decisions::{EntryRow, SourceRow};
use super::fields::{Fields, Layout, Record};
use super::meeting::OpinionRow;
use super::mends::MendRow;
use super::settings::SettingsRecord;
use crate::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId, Money, PipeId};
use crate::gpkg::{Cell, Cells, Shape, decode, encode};
use crate::model::{
    Annotation, CommentKey, CompoundFacts, District, Edit, FindingKey, Fund, IgnoreNote, Item, LayerContent, LayerKind, LinkKey,
    LinkOverride, Meeting, MendKey, Mended, Opinion, OpinionKey, UnitPrice,
};
use crate::policy::ItemCode;

/// Features in one part.
const PART_FEATURES: usize = 500;

/// A row by the names of its columns; what is unknown is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::project) struct NamedRow(BTreeMap<String, Cell>);

impl NamedRow {
    pub(super) fn of<T: Record>(record: &T) -> Self {
        let cells = T::columns().into_iter().zip(record.cells());
        Self(cells.filter(|(_, cell)| *cell != Cell::Null).map(|(column, cell)| (column.name.to_owned(), cell)).collect())
    }

    /// What the row tells, beside a shape.
    pub(super) fn with<T: Record>(self, shape: Option<Geometry<f64>>) -> T {
        let (names, cells): (Vec<String>, Vec<Cell>) = self.0.into_iter().unzip();
        let layout = Layout::new(T::columns(), &names, &[]);
        T::read(shape, &mut Fields::new(&layout, Cells::Listed(&cells)))
    }
}

/// [`Edit`] as the journal holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::project) enum EditRecord {
    SetTitle { title: String, data_date: Option<String> },
    SetSettings(Box<SettingsRecord>),
    SetCrs(u32),
    PutLayer { kind: String, layer: usize, features: usize, source: Option<NamedRow> },
    SetAssignment(Vec<Option<u32>>),
    Assign(Vec<(u32, Option<u32>)>),
    PutDistrict { id: u32, district: Option<NamedRow> },
    PutItem { id: u32, item: Option<NamedRow>, place: Option<String> },
    PutAnnotation { id: u32, annotation: Option<NamedRow>, place: Option<String> },
    PutOverride { a: u32, b: u32, rule: Option<String>, note: String },
    PutIgnored { finding: String, reason: Option<String> },
    PutPrice { code: String, amount_fen: Option<i64>, source: String, dated: String },
    PutEntry { code: String, entry: Option<NamedRow> },
    PutDepartment { code: String, department: Option<String> },
    PutNeed { compound: u32, code: String, state: Option<String> },
    PutShape { layer: String, row: u32, shape: String },
    SetMends { kind: String, layer: usize, mends: usize },
    PutMend { layer: String, row: u32, neighbour: Option<u32>, mend: Option<NamedRow>, drawn: Option<String> },
    PutPipeYears(Vec<(u32, Option<i32>)>),
    SetPipeYears(Vec<(u32, i32)>),
    PutComment { key: String, comment: Option<NamedRow> },
    PutOpinion { district: u32, unit: String, opinion: Option<NamedRow> },
    SetMeeting(Option<NamedRow>),
    PutFund { id: u32, fund: Option<NamedRow> },
    SetFacts { compound: u32, facts: NamedRow },
    Group(Vec<EditRecord>),
}

/// Some features of a layer that a later record puts into the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::project) struct LayerPart {
    layer: usize,
    columns: Vec<String>,
    rows: Vec<(Option<String>, Vec<Cell>)>,
}

impl LayerPart {
    /// The number of the layer it belongs to.
    pub(in crate::project) fn layer_number(&self) -> usize {
        self.layer
    }
}

fn opinion_record(key: &OpinionKey, opinion: Option<&Opinion>) -> EditRecord {
    let opinion = opinion.map(|opinion| NamedRow::of(&OpinionRow(key.clone(), Some(opinion.clone()))));
    EditRecord::PutOpinion { district: key.district, unit: key.unit.clone(), opinion }
}

/// Takes an edit apart: its layers go to `emit` in parts, the rest is returned.
pub(in crate::project) fn split<E>(
    edit: &Edit,
    layers: &mut usize,
    emit: &mut impl FnMut(LayerPart) -> Result<(), E>,
) -> Result<EditRecord, E> {
    Ok(match edit {
        Edit::SetTitle(title, date) => EditRecord::SetTitle { title: title.clone(), data_date: date.clone() },
        Edit::SetSettings(settings) => EditRecord::SetSettings(Box::new(SettingsRecord::from(&**settings))),
        Edit::SetCrs(code) => EditRecord::SetCrs(*code),
        Edit::PutLayer(layer, source) => {
            let number = *layers;
            *layers += 1;
            emit_parts(layer, number, emit)?;
            let source = source.as_ref().map(|s| NamedRow::of(&SourceRow(String::new(), s.clone())));
            EditRecord::PutLayer { kind: layer.kind().code().to_owned(), layer: number, features: layer.len(), source }
        }
        Edit::SetAssignment(rows) => EditRecord::SetAssignment(rows.iter().map(|d| d.map(|id| id.0)).collect()),
        Edit::Assign(pairs) => EditRecord::Assign(pairs.iter().map(|(c, d)| (c.0, d.map(|id| id.0))).collect()),
        Edit::PutDistrict(id, district) => EditRecord::PutDistrict { id: id.0, district: district.as_ref().map(NamedRow::of) },
        Edit::PutItem(id, item) => EditRecord::PutItem {
            id: id.0,
            item: item.as_deref().map(NamedRow::of),
            place: item.as_deref().and_then(|item| item.blob(0)).map(|blob| to_hex(&blob)),
        },
        Edit::PutAnnotation(id, annotation) => EditRecord::PutAnnotation {
            id: id.0,
            annotation: annotation.as_deref().map(NamedRow::of),
            place: annotation.as_deref().and_then(|annotation| annotation.blob(0)).map(|blob| to_hex(&blob)),
        },
        Edit::PutOverride(key, set) => EditRecord::PutOverride {
            a: key.a().0,
            b: key.b().0,
            rule: set.as_ref().map(|s| word(LINK_RULES, s.rule).to_owned()),
            note: set.as_ref().map(|s| s.note.clone()).unwrap_or_default(),
        },
        Edit::PutIgnored(key, note) => {
            EditRecord::PutIgnored { finding: key.0.clone(), reason: note.as_ref().map(|n| n.reason.clone()) }
        }
        Edit::PutPrice(code, price) => put_price(code, price.as_ref()),
        Edit::PutEntry(code, entry) => EditRecord::PutEntry {
            code: code.0.clone(),
            entry: entry.as_deref().map(|entry| NamedRow::of(&EntryRow(code.clone(), Some(entry.clone())))),
        },
        Edit::PutDepartment(code, department) => {
            EditRecord::PutDepartment { code: code.0.clone(), department: department.clone() }
        }
        Edit::PutNeed(compound, code, state) => {
            EditRecord::PutNeed { compound: compound.0, code: code.0.clone(), state: state.map(|s| word(NEEDS, s).to_owned()) }
        }
        Edit::PutShape(layer, row, shape) => {
            let shape = to_hex(&encode(Shape::Any(shape), 0));
            EditRecord::PutShape { layer: layer.code().to_owned(), row: *row, shape }
        }
        Edit::SetMends(kind, mends) => {
            let number = *layers;
            *layers += 1;
            let columns = MendRow::columns().iter().map(|c| c.name.to_owned()).collect();
            let rows = mends.iter().map(|(key, mended)| MendRow::new(key, "", mended));
            emit_rows(columns, rows.map(|row| (row.blob(0), row.cells())), number, emit)?;
            EditRecord::SetMends { kind: kind.code().to_owned(), layer: number, mends: mends.len() }
        }
        Edit::PutMend(key, mended) => EditRecord::PutMend {
            layer: key.layer.code().to_owned(),
            row: key.row,
            neighbour: key.neighbour,
            mend: mended.as_ref().map(|mended| NamedRow::of(&MendRow::new(key, "", mended))),
            drawn: mended.as_ref().map(|mended| to_hex(&encode(Shape::Any(&mended.drawn), 0))),
        },
        Edit::PutPipeYears(years) => EditRecord::PutPipeYears(years.iter().map(|(id, year)| (id.0, *year)).collect()),
        Edit::SetPipeYears(years) => EditRecord::SetPipeYears(years.iter().map(|(id, year)| (id.0, *year)).collect()),
        Edit::PutComment(key, comment) => EditRecord::PutComment {
            key: key.0.clone(),
            comment: comment.as_deref().map(|comment| NamedRow::of(&CommentRow(key.clone(), Some(comment.clone())))),
        },
        Edit::PutOpinion(key, opinion) => opinion_record(key, opinion.as_deref()),
        Edit::SetMeeting(meeting) => EditRecord::SetMeeting(meeting.as_deref().map(NamedRow::of)),
        Edit::PutFund(id, fund) => EditRecord::PutFund { id: id.0, fund: fund.as_deref().map(NamedRow::of) },
        Edit::SetFacts(id, facts) => EditRecord::SetFacts { compound: id.0, facts: NamedRow::of(&**facts) },
        Edit::Group(edits) => {
            let inner: Result<Vec<_>, E> = edits.iter().map(|edit| split(edit, layers, emit)).collect();
            EditRecord::Group(inner?)
        }
    })
}

/// `None` for an entry of a later program.
fn put_entry(code: String, entry: Option<NamedRow>) -> Option<Edit> {
    let entry = match entry.map(|row| row.with::<EntryRow>(None).1) {
        Some(read) => Some(Box::new(read?)),
        None => None,
    };
    Some(Edit::PutEntry(ItemCode(code), entry))
}

fn put_price(code: &ItemCode, price: Option<&UnitPrice>) -> EditRecord {
    EditRecord::PutPrice {
        code: code.0.clone(),
        amount_fen: price.map(|p| p.amount.fen()),
        source: price.map(|p| p.source.clone()).unwrap_or_default(),
        dated: price.map(|p| p.dated.clone()).unwrap_or_default(),
    }
}

fn emit_parts<E>(content: &LayerContent, layer: usize, emit: &mut impl FnMut(LayerPart) -> Result<(), E>) -> Result<(), E> {
    let columns = layer_columns(content.kind()).iter().map(|c| c.name.to_owned()).collect();
    emit_rows(columns, layer_rows(content, 0), layer, emit)
}

/// Rows in parts.
fn emit_rows<E>(
    columns: Vec<String>,
    all: impl Iterator<Item = (Option<Vec<u8>>, Vec<Cell>)>,
    layer: usize,
    emit: &mut impl FnMut(LayerPart) -> Result<(), E>,
) -> Result<(), E> {
    let mut rows = Vec::new();
    for (blob, cells) in all {
        rows.push((blob.map(|b| to_hex(&b)), cells));
        if rows.len() == PART_FEATURES {
            emit(LayerPart { layer, columns: columns.clone(), rows: std::mem::take(&mut rows) })?;
        }
    }
    if rows.is_empty() { Ok(()) } else { emit(LayerPart { layer, columns, rows }) }
}

/// Parts read so far, by the number of their layer.
#[derive(Debug, Default)]
pub(in crate::project) struct Parts(BTreeMap<usize, Vec<LayerPart>>);

impl Parts {
    pub(in crate::project) fn add(&mut self, part: LayerPart) {
        self.0.entry(part.layer).or_default().push(part);
    }

    fn layer(&mut self, kind: LayerKind, number: usize) -> Option<LayerContent> {
        let mut content = empty_layer(kind);
        for part in self.0.remove(&number).unwrap_or_default() {
            let layout = Layout::new(layer_columns(kind), &part.columns, &[]);
            for (blob, cells) in part.rows {
                push_feature(&mut content, shape_in(blob)?, &mut Fields::new(&layout, Cells::Listed(&cells)));
            }
        }
        Some(content)
    }

    fn mends(&mut self, kind: LayerKind, number: usize) -> Option<Vec<(MendKey, Mended)>> {
        let mut mends = Vec::new();
        for part in self.0.remove(&number).unwrap_or_default() {
            let layout = Layout::new(MendRow::columns(), &part.columns, &[]);
            for (blob, cells) in part.rows {
                let row = MendRow::read(shape_in(blob)?, &mut Fields::new(&layout, Cells::Listed(&cells)));
                mends.push(row.keyed(kind)?);
            }
        }
        Some(mends)
    }
}

impl EditRecord {
    /// One more than the highest number of a layer in it.
    pub(in crate::project) fn layers(&self) -> usize {
        match self {
            Self::PutLayer { layer, .. } | Self::SetMends { layer, .. } => layer + 1,
            Self::Group(edits) => edits.iter().map(Self::layers).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The edit again; `None` when the record does not make sense, as one written by a newer program.
    pub(in crate::project) fn into_edit(self, parts: &mut Parts) -> Option<Edit> {
        let district = |id: Option<u32>| id.map(DistrictId);
        Some(match self {
            Self::SetTitle { title, data_date } => Edit::SetTitle(title, data_date),
            Self::SetSettings(settings) => Edit::SetSettings(Box::new((*settings).into())),
            Self::SetCrs(code) => Edit::SetCrs(code),
            Self::PutLayer { kind, layer, features, source } => {
                let content = parts.layer(LayerKind::from_code(&kind)?, layer).filter(|c| c.len() == features)?;
                Edit::PutLayer(Box::new(content), source.map(|row| row.with::<SourceRow>(None).1))
            }
            Self::SetAssignment(rows) => Edit::SetAssignment(rows.into_iter().map(district).collect()),
            Self::Assign(pairs) => Edit::Assign(pairs.into_iter().map(|(c, d)| (CompoundId(c), district(d))).collect()),
            Self::PutDistrict { id, district } => {
                Edit::PutDistrict(DistrictId(id), district.map(|row| row.with::<District>(None)))
            }
            Self::PutItem { id, item, place } => {
                let place = shape_in(place)?;
                Edit::PutItem(ItemId(id), item.map(|row| Box::new(row.with::<Item>(place))))
            }
            Self::PutAnnotation { id, annotation, place } => {
                let place = shape_in(place)?;
                Edit::PutAnnotation(AnnotationId(id), annotation.map(|row| Box::new(row.with::<Annotation>(place))))
            }
            Self::PutOverride { a, b, rule, note } => {
                let set = match rule {
                    Some(word) => Some(LinkOverride { rule: choice(LINK_RULES, &word)?, note }),
                    None => None,
                };
                Edit::PutOverride(LinkKey::new(CompoundId(a), CompoundId(b))?, set)
            }
            Self::PutIgnored { finding, reason } => {
                Edit::PutIgnored(FindingKey(finding), reason.map(|reason| IgnoreNote { reason }))
            }
            Self::PutPrice { code, amount_fen, source, dated } => {
                let price = amount_fen.map(|fen| UnitPrice { amount: Money::from_fen(fen), source, dated });
                Edit::PutPrice(ItemCode(code), price)
            }
            Self::PutEntry { code, entry } => put_entry(code, entry)?,
            Self::PutDepartment { code, department } => Edit::PutDepartment(ItemCode(code), department),
            Self::PutNeed { compound, code, state } => {
                let state = match state {
                    Some(word) => Some(choice(NEEDS, &word)?),
                    None => None,
                };
                Edit::PutNeed(CompoundId(compound), ItemCode(code), state)
            }
            Self::PutShape { layer, row, shape } => {
                Edit::PutShape(LayerKind::from_code(&layer)?, row, Box::new(shape_in(Some(shape))??))
            }
            Self::SetMends { kind, layer, mends } => {
                let kind = LayerKind::from_code(&kind)?;
                Edit::SetMends(kind, parts.mends(kind, layer).filter(|read| read.len() == mends)?)
            }
            Self::PutMend { layer, row, neighbour, mend, drawn } => {
                let drawn = shape_in(drawn)?;
                let mended = mend.map(|row| Box::new(row.with::<MendRow>(drawn).mended));
                Edit::PutMend(MendKey { layer: LayerKind::from_code(&layer)?, row, neighbour }, mended)
            }
            Self::PutPipeYears(years) => Edit::PutPipeYears(years.into_iter().map(|(id, year)| (PipeId(id), year)).collect()),
            Self::SetPipeYears(years) => Edit::SetPipeYears(years.into_iter().map(|(id, year)| (PipeId(id), year)).collect()),
            Self::PutComment { key, comment } => {
                let comment = match comment {
                    Some(row) => Some(Box::new(row.with::<CommentRow>(None).1?)),
                    None => None,
                };
                Edit::PutComment(CommentKey(key), comment)
            }
            Self::PutOpinion { district, unit, opinion } => put_opinion(OpinionKey { district, unit }, opinion)?,
            Self::SetMeeting(meeting) => Edit::SetMeeting(meeting.map(|row| Box::new(row.with::<Meeting>(None)))),
            Self::PutFund { id, fund } => Edit::PutFund(FundId(id), fund.map(|row| Box::new(row.with::<Fund>(None)))),
            Self::SetFacts { compound, facts } => {
                Edit::SetFacts(CompoundId(compound), Box::new(facts.with::<CompoundFacts>(None)))
            }
            Self::Group(edits) => {
                let inner: Option<Vec<Edit>> = edits.into_iter().map(|record| record.into_edit(parts)).collect();
                Edit::Group(inner?)
            }
        })
    }
}

/// `None` where the opinion is in a word that is not known.
fn put_opinion(key: OpinionKey, opinion: Option<NamedRow>) -> Option<Edit> {
    let opinion = match opinion {
        Some(row) => Some(Box::new(row.with::<OpinionRow>(None).1?)),
        None => None,
    };
    Some(Edit::PutOpinion(key, opinion))
}

/// The geometry of a blob in hexadecimal; the outer is `None` when it does not make sense.
#[expect(clippy::option_option, reason = "a broken geometry is not the same as none")]
fn shape_in(hex: Option<String>) -> Option<Option<Geometry<f64>>> {
    match hex {
        Some(hex) => Some(Some(decode(&from_hex(&hex)?).ok()?)),
        None => Some(None),
    }
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let pair = |pair: &[u8]| Some(nibble(pair[0])? << 4 | nibble(pair[1])?);
    if text.len() % 2 == 1 { None } else { text.as_bytes().chunks_exact(2).map(pair).collect() }
}
