//! Edits as JSON for the journal. Geometry is hexadecimal GeoPackage blobs, exact to the bit; whole layers go into
//! parts of their own, so that a load of millions of features never is one line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::any_layer::{empty_layer, layer_columns, layer_rows, push_feature};
use super::codes::{LINK_RULES, NEEDS, choice, word};
use super::decisions::SourceRow;
use super::fields::{Fields, Layout, Record};
use super::settings::SettingsRecord;
use crate::base::{CompoundId, DistrictId, ItemId, Money};
use crate::gpkg::{Cell, decode};
use crate::model::{
    CompoundFacts, District, Edit, FindingKey, IgnoreNote, Item, LayerContent, LayerKind, LinkKey, LinkOverride, UnitPrice,
};
use crate::policy::ItemCode;

/// Features in one part.
const PART_FEATURES: usize = 500;

/// A row by the names of its columns; what is unknown is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::project) struct NamedRow(BTreeMap<String, Cell>);

impl NamedRow {
    fn of<T: Record>(record: &T) -> Self {
        let cells = T::columns().into_iter().zip(record.cells());
        Self(cells.filter(|(_, cell)| *cell != Cell::Null).map(|(column, cell)| (column.name.to_owned(), cell)).collect())
    }

    fn read<T: Record>(self, shape: Option<geo::Geometry<f64>>) -> T {
        let (names, cells): (Vec<String>, Vec<Cell>) = self.0.into_iter().unzip();
        let layout = Layout::new(T::columns(), &names, &[]);
        T::read(shape, &mut Fields::new(&layout, cells))
    }
}

/// [`Edit`] as the journal holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::project) enum EditRecord {
    SetTitle { title: String, data_date: Option<String> },
    SetSettings(SettingsRecord),
    SetCrs(u32),
    PutLayer { kind: String, layer: usize, features: usize, source: Option<NamedRow> },
    SetAssignment(Vec<Option<u32>>),
    Assign(Vec<(u32, Option<u32>)>),
    PutDistrict { id: u32, district: Option<NamedRow> },
    PutItem { id: u32, item: Option<NamedRow>, place: Option<String> },
    PutOverride { a: u32, b: u32, rule: Option<String>, note: String },
    PutIgnored { finding: String, reason: Option<String> },
    PutPrice { code: String, amount_fen: Option<i64>, source: String, dated: String },
    PutNeed { compound: u32, code: String, state: Option<String> },
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

/// Takes an edit apart: its layers go to `emit` in parts, the rest is returned.
pub(in crate::project) fn split<E>(
    edit: &Edit,
    layers: &mut usize,
    emit: &mut impl FnMut(LayerPart) -> Result<(), E>,
) -> Result<EditRecord, E> {
    Ok(match edit {
        Edit::SetTitle(title, date) => EditRecord::SetTitle { title: title.clone(), data_date: date.clone() },
        Edit::SetSettings(settings) => EditRecord::SetSettings(SettingsRecord::from(&**settings)),
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
        Edit::PutNeed(compound, code, state) => {
            EditRecord::PutNeed { compound: compound.0, code: code.0.clone(), state: state.map(|s| word(NEEDS, s).to_owned()) }
        }
        Edit::SetFacts(id, facts) => EditRecord::SetFacts { compound: id.0, facts: NamedRow::of(&**facts) },
        Edit::Group(edits) => {
            let inner: Result<Vec<_>, E> = edits.iter().map(|edit| split(edit, layers, emit)).collect();
            EditRecord::Group(inner?)
        }
    })
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
    let columns: Vec<String> = layer_columns(content.kind()).iter().map(|c| c.name.to_owned()).collect();
    let mut rows = Vec::new();
    for (blob, cells) in layer_rows(content, 0) {
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
                let shape = match blob {
                    Some(hex) => Some(decode(&from_hex(&hex)?).ok()?),
                    None => None,
                };
                push_feature(&mut content, shape, &mut Fields::new(&layout, cells));
            }
        }
        Some(content)
    }
}

impl EditRecord {
    /// One more than the highest number of a layer in it.
    pub(in crate::project) fn layers(&self) -> usize {
        match self {
            Self::PutLayer { layer, .. } => layer + 1,
            Self::Group(edits) => edits.iter().map(Self::layers).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The edit again; `None` when the record does not make sense, as one written by a newer program.
    pub(in crate::project) fn into_edit(self, parts: &mut Parts) -> Option<Edit> {
        let district = |id: Option<u32>| id.map(DistrictId);
        Some(match self {
            Self::SetTitle { title, data_date } => Edit::SetTitle(title, data_date),
            Self::SetSettings(settings) => Edit::SetSettings(Box::new(settings.into())),
            Self::SetCrs(code) => Edit::SetCrs(code),
            Self::PutLayer { kind, layer, features, source } => {
                let content = parts.layer(LayerKind::from_code(&kind)?, layer).filter(|c| c.len() == features)?;
                Edit::PutLayer(Box::new(content), source.map(|row| row.read::<SourceRow>(None).1))
            }
            Self::SetAssignment(rows) => Edit::SetAssignment(rows.into_iter().map(district).collect()),
            Self::Assign(pairs) => Edit::Assign(pairs.into_iter().map(|(c, d)| (CompoundId(c), district(d))).collect()),
            Self::PutDistrict { id, district } => {
                Edit::PutDistrict(DistrictId(id), district.map(|row| row.read::<District>(None)))
            }
            Self::PutItem { id, item, place } => {
                let place = match place {
                    Some(hex) => Some(decode(&from_hex(&hex)?).ok()?),
                    None => None,
                };
                Edit::PutItem(ItemId(id), item.map(|row| Box::new(row.read::<Item>(place))))
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
            Self::PutNeed { compound, code, state } => {
                let state = match state {
                    Some(word) => Some(choice(NEEDS, &word)?),
                    None => None,
                };
                Edit::PutNeed(CompoundId(compound), ItemCode(code), state)
            }
            Self::SetFacts { compound, facts } => {
                Edit::SetFacts(CompoundId(compound), Box::new(facts.read::<CompoundFacts>(None)))
            }
            Self::Group(edits) => {
                let inner: Option<Vec<Edit>> = edits.into_iter().map(|record| record.into_edit(parts)).collect();
                Edit::Group(inner?)
            }
        })
    }
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let pair = |pair: &[u8]| Some(nibble(pair[0])? << 4 | nibble(pair[1])?);
    if text.len() % 2 == 1 { None } else { text.as_bytes().chunks_exact(2).map(pair).collect() }
}
