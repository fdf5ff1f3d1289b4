//! A plan into the tables of a GeoPackage: features as layers that any GIS opens, decisions beside them.
//!
//! Rows of compounds are numbered from 1 in `fid`, and whatever names a compound names its `fid`.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::base::{CompoundId, DistrictId};
use crate::export::{Styled, dissolve};
use crate::gpkg::{Cell, Column, Digests, GeometryKind, GpkgError, Package, Row, Shape, TableSpec, encode};
use crate::model::{Annotation, Content, District, Fund, Item, LayerContent, LayerKind, Settings};

use super::held::{Known, Layers, of_members};
use super::provenance::looks_from;
use super::records::{
    CommentRow, DepartmentRow, EntryRow, IgnoredRow, MEND_SUMS, MendRow, NeedRow, OpinionRow, OverrideRow, PipeYearRow, PriceRow,
    Record, SettingsRecord, SourceRow, geometry_kind, layer_columns, layer_rows,
};
use super::{BaseMark, JournalMark, Provenance, SCHEMA_VERSION};

/// Columns of the compounds' table that come from the assignment.
pub(super) const ASSIGNMENT_COLUMNS: [&str; 2] = ["district_id", "district"];
/// Columns of the districts' table that are sums over members.
pub(super) const DISTRICT_SUMS: [&str; 3] = ["compounds", "households", "floor_area_m2"];

/// Table of title, date, CRS, settings and versions.
pub(super) const META: &str = "lianpian_meta";
pub(super) use crate::gpkg::SOURCES;
/// The other tables of decisions.
pub(super) const DISTRICTS: &str = "districts";
pub(super) const ITEMS: &str = "items";
pub(super) const ANNOTATIONS: &str = "annotations";
pub(super) const OVERRIDES: &str = "link_overrides";
pub(super) const IGNORED: &str = "ignored_findings";
pub(super) const PRICES: &str = "prices";
pub(super) const NEEDS: &str = "needs";
/// The fund ledger.
pub(super) const FUNDS: &str = "funds";
/// Years agreed for pipes.
pub(super) const PIPE_YEARS: &str = "pipe_years";
pub(super) const DEPARTMENTS: &str = "departments";
/// Entries of the plan's own in the catalogue.
pub(super) const OWN_ITEMS: &str = "own_catalogue";
/// Mends with the shapes as drawn.
pub(super) const MENDS: &str = "mends";
/// Comments of the units at the table.
pub(super) const COMMENTS: &str = "comments";

/// What units say of districts.
pub(super) const OPINIONS: &str = "opinions";
/// The minutes of the meeting, with the seal of a frozen version.
pub(super) const MEETING: &str = "meeting";
/// The versions from which the plan was branched.
pub(super) const LINEAGE: &str = "lineage";

/// Files that layers were read from.
pub(super) const FILES: &str = "lianpian_files";
/// What they said of the compounds.
pub(super) const AS_READ: &str = "lianpian_as_read";

/// How often the file had been changed when it was saved: who changes it after that counts on.
pub(super) const STATE: &str = "lianpian_state";

/// Whether a table of a plan file is one of ours.
pub(super) fn is_ours(table: &str) -> bool {
    let decisions = [
        META,
        SOURCES,
        DISTRICTS,
        ITEMS,
        ANNOTATIONS,
        OVERRIDES,
        IGNORED,
        PRICES,
        NEEDS,
        PIPE_YEARS,
        FUNDS,
        DEPARTMENTS,
        OWN_ITEMS,
        COMMENTS,
        OPINIONS,
        MEETING,
        LINEAGE,
        MENDS,
        FILES,
        AS_READ,
        STATE,
    ];
    decisions.contains(&table) || LayerKind::from_code(table).is_some()
}

/// `fid` of a compound.
pub(super) fn fid(compound: CompoundId) -> i64 {
    i64::from(compound.0) + 1
}

/// Writes tables of one plan: all of a new file, or what differs in the copy of one of which it is known what it holds.
pub(super) struct Writer<'a> {
    pub(super) package: &'a Package,
    pub(super) content: &'a Content,
    pub(super) provenance: &'a Provenance,
    /// Where the file will lie.
    pub(super) folder: &'a Path,
    pub(super) srs_id: i32,
    pub(super) changed: &'a str,
    /// What is in the package already.
    pub(super) held: Option<&'a Known>,
    /// What is in it once all is written.
    pub(super) holds: Known,
    /// Rows that were written or taken away.
    pub(super) rows: usize,
}

impl Writer<'_> {
    /// Writes every table.
    pub(super) fn write(&mut self, mark: &BaseMark, journal: &JournalMark) -> Result<(), GpkgError> {
        self.meta(mark, journal)?;
        self.districts()?;
        for kind in LayerKind::ALL {
            self.layer(kind)?;
        }
        self.items()?;
        self.annotations()?;
        let content = self.content;
        let sources = content.sources.iter().map(|(kind, source)| SourceRow(kind.code().to_owned(), source.clone()));
        self.plain(SOURCES, sources)?;
        let overrides =
            content.overrides.iter().map(|(key, set)| OverrideRow { a: fid(key.a()), b: fid(key.b()), set: set.clone() });
        self.plain(OVERRIDES, overrides)?;
        self.plain(IGNORED, content.ignored.iter().map(|(key, note)| IgnoredRow(key.clone(), note.clone())))?;
        self.plain(PRICES, content.prices.iter().map(|(code, price)| PriceRow(code.clone(), price.clone())))?;
        let needs = content.needs.iter();
        let needs = needs.map(|((id, code), state)| NeedRow { compound: fid(*id), code: code.clone(), state: *state });
        self.plain(NEEDS, needs)?;
        self.pipe_years()?;
        if !content.catalogue.own().is_empty() {
            let own = content.catalogue.own().iter();
            self.plain(OWN_ITEMS, own.map(|entry| EntryRow(entry.code.clone(), Some(entry.clone()))))?;
        }
        if !content.departments.is_empty() {
            let departments = content.departments.iter();
            self.plain(DEPARTMENTS, departments.map(|(code, name)| DepartmentRow(code.clone(), name.clone())))?;
        }
        self.funds()?;
        self.mends()?;
        if !content.comments.is_empty() {
            let rows = content.comments.iter().map(|(key, comment)| CommentRow(key.clone(), Some(comment.clone())));
            self.plain(COMMENTS, rows)?;
        }
        self.meeting()?;
        self.provenance()?;
        self.drop_others()?;
        self.holds.crs = self.content.crs_code;
        self.holds.layers = Layers::of(self.content);
        Ok(())
    }

    /// Takes away tables of ours that the plan has nothing for any more.
    fn drop_others(&mut self) -> Result<(), GpkgError> {
        let Some(held) = self.held else { return Ok(()) };
        let stays = |name: &String| name == STATE || self.holds.tables.contains_key(name);
        let gone: Vec<String> = self.package.tables()?.into_iter().filter(|name| is_ours(name) && !stays(name)).collect();
        for name in gone {
            self.rows += held.tables.get(&name).and_then(Option::as_ref).map_or(0, Digests::len);
            self.package.drop_table(&name)?;
        }
        Ok(())
    }

    /// Minutes, opinions and lineage, each when there is any.
    fn meeting(&mut self) -> Result<(), GpkgError> {
        let content = self.content;
        if !content.opinions.is_empty() {
            let rows = content.opinions.iter().map(|(key, opinion)| OpinionRow(key.clone(), Some(opinion.clone())));
            self.plain(OPINIONS, rows)?;
        }
        if let Some(meeting) = &content.meeting {
            self.plain(MEETING, std::iter::once(meeting.clone()))?;
        }
        if content.lineage.is_empty() { Ok(()) } else { self.plain(LINEAGE, content.lineage.iter().cloned()) }
    }

    /// The feature tables that are written, as their styles need to know them.
    pub(super) fn styled(&self) -> Vec<Styled> {
        let layers = LayerKind::ALL.into_iter().filter(|kind| !self.content.layer(*kind).is_empty());
        let mut tables: Vec<Styled> = layers
            .map(|kind| {
                let mut columns = layer_columns(kind);
                if kind == LayerKind::Compounds {
                    columns.extend(ASSIGNMENT_COLUMNS.map(Column::integer));
                }
                Styled::of(kind.code(), &columns)
            })
            .collect();
        tables.push(Styled::of(DISTRICTS, &District::columns()));
        tables.push(Styled::of(ITEMS, &Item::columns()));
        if !self.content.annotations.is_empty() {
            tables.push(Styled::of(ANNOTATIONS, &Annotation::columns()));
        }
        tables
    }

    /// Years agreed for pipes, when there are any.
    fn pipe_years(&mut self) -> Result<(), GpkgError> {
        let years = &self.content.pipe_years;
        if years.is_empty() {
            return Ok(());
        }
        self.plain(PIPE_YEARS, years.iter().map(|(id, year)| PipeYearRow { pipe: i64::from(id.0) + 1, year: Some(*year) }))
    }

    /// The fund ledger, when it has an entry.
    fn funds(&mut self) -> Result<(), GpkgError> {
        let funds = &self.content.funds;
        if funds.is_empty() {
            return Ok(());
        }
        let rows = funds.iter().map(|(id, fund)| (i64::from(id.0), (None, fund.cells())));
        self.table(FUNDS, None, &Fund::columns(), rows)
    }

    /// Mends, when there are any: an empty layer in every file would only puzzle.
    fn mends(&mut self) -> Result<(), GpkgError> {
        if self.content.mended.is_empty() {
            return Ok(());
        }
        let mut columns = MendRow::columns();
        columns.extend(MEND_SUMS.map(Column::real));
        let (content, srs_id) = (self.content, self.srs_id);
        let rows = content.mended.iter().map(|(key, mended)| {
            let row = MendRow::new(key, content.source_id(key.layer, key.row).unwrap_or_default(), mended);
            let mut cells = row.cells();
            cells.extend([Cell::Real(mended.area_m2()), Cell::Real(mended.length_m())]);
            (row.blob(srs_id), cells)
        });
        self.table(MENDS, Some(GeometryKind::Any), &columns, (1..).zip(rows))
    }

    /// Annotations, when there are any.
    fn annotations(&mut self) -> Result<(), GpkgError> {
        if self.content.annotations.is_empty() {
            return Ok(());
        }
        let (rows, srs_id) = (self.content.annotations.iter(), self.srs_id);
        let rows = rows.map(|(id, annotation)| (i64::from(id.0), (annotation.blob(srs_id), annotation.cells())));
        self.table(ANNOTATIONS, Some(GeometryKind::Any), &Annotation::columns(), rows)
    }

    fn meta(&mut self, mark: &BaseMark, journal: &JournalMark) -> Result<(), GpkgError> {
        let content = self.content;
        let looks = looks_from(self.folder, &content.settings.looks);
        let record = SettingsRecord::from(&Settings { looks, ..content.settings.clone() });
        let settings = serde_json::to_string(&record).unwrap_or_default();
        let mut entries = vec![
            ("schema_version", SCHEMA_VERSION.to_string()),
            ("generator", concat!("lianpian ", env!("CARGO_PKG_VERSION")).to_owned()),
            ("title", content.title.clone()),
            ("crs", content.crs_code.to_string()),
            ("settings", settings),
            ("save_counter", mark.counter.to_string()),
            ("fingerprint", mark.fingerprint.clone()),
        ];
        if journal.steps > 0 {
            entries.push(("journal_counter", journal.base.counter.to_string()));
            entries.push(("journal_fingerprint", journal.base.fingerprint.clone()));
            entries.push(("journal_steps", journal.steps.to_string()));
        }
        entries.extend(content.data_date.iter().map(|date| ("data_date", date.clone())));
        let columns = [Column::text("key"), Column::text("value")];
        let rows = entries.into_iter().map(|(key, value)| (None, vec![key.into(), Cell::Text(value)]));
        self.table(META, None, &columns, (1..).zip(rows))
    }

    fn layer(&mut self, kind: LayerKind) -> Result<(), GpkgError> {
        let layer = self.content.layer(kind);
        if layer.is_empty() {
            return Ok(());
        }
        let mut columns = layer_columns(kind);
        let geometry = geometry_kind(kind);
        if kind != LayerKind::Compounds && self.keeps(&layer, &columns)? {
            return Ok(());
        }
        let content = self.content;
        let rows = layer_rows(&layer, self.srs_id);
        if matches!(layer, LayerContent::Compounds(_)) {
            columns.splice(1..1, ASSIGNMENT_COLUMNS.map(Column::integer));
            let with_district = rows.zip(&content.assignment).map(|((blob, mut cells), id)| {
                let number = id.and_then(|id| content.districts.get(&id)).map(|d| d.number);
                cells.splice(1..1, [Cell::from(id.map(|id| id.0)), Cell::from(number)]);
                (blob, cells)
            });
            return self.table(kind.code(), Some(geometry), &columns, (1..).zip(with_district));
        }
        self.table(kind.code(), Some(geometry), &columns, (1..).zip(rows))
    }

    /// Whether the package holds a layer as it is in memory: nothing of it is looked at then.
    fn keeps(&mut self, layer: &LayerContent, columns: &[Column]) -> Result<bool, GpkgError> {
        let kind = layer.kind();
        let spec = self.spec(kind.code(), Some(geometry_kind(kind)), columns);
        let known = self.held.filter(|held| held.layers.has(layer)).and_then(|held| held.tables.get(kind.code()));
        let Some(rows) = known else { return Ok(false) };
        if !self.package.is_as_made(spec)? {
            return Ok(false);
        }
        self.package.date(spec)?;
        self.holds.tables.insert(kind.code().to_owned(), rows.clone());
        Ok(true)
    }

    fn districts(&mut self) -> Result<(), GpkgError> {
        let members = self.content.members_by_district();
        let mut columns = District::columns();
        columns.extend(DISTRICT_SUMS.map(Column::real));
        let outlines = self.outlines(&members)?;
        let content = self.content;
        let rows = content.districts.iter().zip(outlines).map(|((id, district), outline)| {
            let mut cells = district.cells();
            cells.extend(sums(content, members.get(id).map_or(&[], Vec::as_slice)));
            (i64::from(id.0), (outline, cells))
        });
        self.table(DISTRICTS, Some(GeometryKind::MultiPolygon), &columns, rows)
    }

    /// The outline of each district as it is stored. That of one whose members are as they were is taken from the package.
    fn outlines(&mut self, members: &BTreeMap<DistrictId, Vec<CompoundId>>) -> Result<Vec<Option<Vec<u8>>>, GpkgError> {
        let (content, srs_id) = (self.content, self.srs_id);
        let held = self.held.filter(|held| held.layers.has(&content.layer(LayerKind::Compounds)));
        self.holds.outlines = of_members(content);
        let mut outlines = Vec::new();
        let mut missing = Vec::new();
        for (place, id) in content.districts.keys().enumerate() {
            let mine: &[CompoundId] = members.get(id).map_or(&[], Vec::as_slice);
            if held.is_some_and(|held| held.outlines.get(id) == self.holds.outlines.get(id)) {
                outlines.push(self.package.geometry_of(DISTRICTS, i64::from(id.0))?);
            } else {
                outlines.push(None);
                missing.push((place, mine));
            }
        }
        let drawn: Vec<(usize, Option<Vec<u8>>)> = missing
            .into_par_iter()
            .map(|(place, mine)| {
                let shape = dissolve(content, mine);
                (place, (!shape.0.is_empty()).then(|| encode(Shape::Area(&shape), srs_id)))
            })
            .collect();
        for (place, outline) in drawn {
            outlines[place] = outline;
        }
        Ok(outlines)
    }

    fn items(&mut self) -> Result<(), GpkgError> {
        let columns = Item::columns();
        let at = columns.iter().position(|c| c.name == "compound");
        let srs_id = self.srs_id;
        let rows = self.content.items.iter().map(|(id, item)| {
            let mut cells = item.cells();
            if let (Some(cell), Some(compound)) = (at.and_then(|at| cells.get_mut(at)), item.compound) {
                *cell = Cell::Integer(fid(compound));
            }
            (i64::from(id.0), (item.blob(srs_id), cells))
        });
        self.table(ITEMS, Some(GeometryKind::Any), &columns, rows)
    }

    pub(super) fn plain<T: Record>(&mut self, name: &str, records: impl Iterator<Item = T>) -> Result<(), GpkgError> {
        self.table(name, None, &T::columns(), (1..).zip(records.map(|r| (None, r.cells()))))
    }

    fn table(
        &mut self,
        name: &str,
        geometry: Option<GeometryKind>,
        columns: &[Column],
        rows: impl Iterator<Item = (i64, (Option<Vec<u8>>, Vec<Cell>))>,
    ) -> Result<(), GpkgError> {
        let spec = self.spec(name, geometry, columns);
        let rows = rows.map(|(fid, (geometry, cells))| Row { fid, geometry, cells });
        let known = self.held.and_then(|held| held.tables.get(name)?.as_ref());
        let digests = match (self.held, known) {
            (Some(_), Some(digests)) if self.package.is_as_made(spec)? => {
                let (digests, written) = self.package.rewrite_rows(spec, rows, digests)?;
                self.rows += written;
                digests
            }
            (held, _) => {
                if held.is_some() {
                    self.package.drop_table(name)?;
                }
                let digests = self.package.write_table(spec, rows)?;
                self.rows += digests.len();
                digests
            }
        };
        self.holds.tables.insert(name.to_owned(), Some(digests));
        Ok(())
    }

    fn spec<'s>(&self, name: &'s str, geometry: Option<GeometryKind>, columns: &'s [Column]) -> TableSpec<'s>
    where
        Self: 's,
    {
        let geometry = geometry.map(|kind| (kind, self.srs_id));
        TableSpec { name, description: "", geometry, columns, changed: self.changed }
    }
}

/// Members, households and floor area of a district.
#[expect(clippy::cast_precision_loss, reason = "counts of compounds")]
fn sums(content: &Content, members: &[CompoundId]) -> [Cell; 3] {
    let facts = members.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| &c.facts);
    let households: f64 = facts.clone().filter_map(|f| f.households).map(f64::from).sum();
    let floor: f64 = facts.filter_map(|f| f.floor_area_m2).sum();
    [members.len() as f64, households, floor].map(Cell::Real)
}

/// Members of rows by `fid`, for reading back: position of each `fid`.
pub(super) type RowOf = BTreeMap<i64, CompoundId>;

/// Rows of a layer by `fid`. Nearly every file numbers them 1, 2, 3, …; only from the first that differs on are they kept.
#[derive(Default)]
pub(super) struct Rows {
    counted: u32,
    others: BTreeMap<i64, u32>,
    next: u32,
}

impl FromIterator<i64> for Rows {
    fn from_iter<T: IntoIterator<Item = i64>>(fids: T) -> Self {
        let mut rows = Self::default();
        fids.into_iter().for_each(|fid| rows.push(fid));
        rows
    }
}

impl Rows {
    /// Takes the next row in.
    fn push(&mut self, fid: i64) {
        if self.others.is_empty() && fid == i64::from(self.counted) + 1 {
            self.counted += 1;
        } else {
            self.others.insert(fid, self.next);
        }
        self.next += 1;
    }

    /// Every `fid` with its row.
    pub(super) fn all(&self) -> impl Iterator<Item = (i64, u32)> {
        (0..self.counted).map(|row| (i64::from(row) + 1, row)).chain(self.others.iter().map(|(fid, row)| (*fid, *row)))
    }

    /// The row of a `fid`.
    pub(super) fn row(&self, fid: i64) -> Option<u32> {
        let counted = fid.checked_sub(1).and_then(|row| u32::try_from(row).ok()).filter(|row| *row < self.counted);
        counted.or_else(|| self.others.get(&fid).copied())
    }
}
