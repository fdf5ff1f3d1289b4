//! Opening a plan file. What other programs did to it is taken as it is where it makes sense, mended where it does not,
//! and said in either case.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use geo::Geometry;

use super::error::ProjectError;
use super::provenance::{base_of, folder_of};
use super::records::{
    AsReadRow, Fields, FileRow, IgnoredRow, Layout, MEND_SUMS, MendRow, NeedRow, OverrideRow, PipeYearRow, PriceRow, Record,
    SettingsRecord, SourceRow, empty_layer, layer_columns, push_feature,
};
use super::tables::{self, RowOf, Rows};
use super::{BaseMark, JournalMark, JournalRead, Provenance, migrate};
use crate::base::{CompoundId, DistrictId, FundId, ItemId, Message, PipeId};
use crate::gpkg::{Cell, GpkgError, Package, ReadRow};
use crate::model::{Content, District, Fund, Item, LayerContent, LayerKind, LinkKey};

/// An opened plan.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The plan; every invariant of the model holds.
    pub content: Content,
    /// What was mended or left out, one sentence each.
    pub warnings: Vec<Message>,
    /// Names the saved state, for the journal.
    pub base: BaseMark,
    /// Where the layers came from, as far as the file tells.
    pub provenance: Provenance,
}

/// Opens a plan file of this or an older schema version.
///
/// # Errors
/// [`ProjectError`] when the file cannot be read, is no plan, or is newer than this program.
pub fn open(path: &Path) -> Result<Opened, ProjectError> {
    let current = migrate::open_ours(path)?;
    let fault = |source| ProjectError::Open { file: path.to_path_buf(), source };
    let mut reader = Reader {
        package: &current.package,
        content: Content::default(),
        rows: BTreeMap::new(),
        faults: BTreeMap::new(),
        warnings: Vec::new(),
    };
    let base = reader.meta().map_err(fault)?;
    let row_of = reader.read().map_err(fault)?;
    let provenance = reader.provenance(&folder_of(path), &row_of).map_err(fault)?;
    Ok(reader.finish(base, provenance))
}

/// Whether the file is a plan, of whatever version.
#[must_use]
pub fn is_plan(path: &Path) -> bool {
    Package::open(path).and_then(|package| package.has_table(tables::META)).unwrap_or(false)
}

/// The saved state that a file holds; `None` when it is no plan.
#[must_use]
pub fn mark_of(path: &Path) -> Option<BaseMark> {
    let package = Package::open(path).ok()?;
    let entries = meta_entries(&package).ok()?;
    entries.contains_key("schema_version").then(|| mark(&entries))
}

/// The steps of a journal that the plan file lacks, as the place of the first; `None` when the journal belongs to another
/// state of the file or the file has them all.
#[must_use]
pub fn pending(path: &Path, read: &JournalRead) -> Option<usize> {
    let package = Package::open(path).ok()?;
    let entries = meta_entries(&package).ok()?;
    let folded = JournalMark {
        base: BaseMark {
            counter: entries.get("journal_counter").and_then(|v| v.parse().ok()).unwrap_or(0),
            fingerprint: entries.get("journal_fingerprint").cloned().unwrap_or_default(),
        },
        steps: entries.get("journal_steps").and_then(|v| v.parse().ok()).unwrap_or(0),
    };
    let first = if read.base == mark(&entries) {
        0
    } else if folded.steps > 0 && read.base == folded.base {
        folded.steps
    } else {
        return None;
    };
    (first < read.edits.len()).then_some(first)
}

fn meta_entries(package: &Package) -> Result<HashMap<String, String>, GpkgError> {
    let mut entries = HashMap::new();
    package.read_table(tables::META, |_, row| {
        let mut cells = row.cells.into_iter();
        if let (Some(Cell::Text(key)), Some(Cell::Text(value))) = (cells.next(), cells.next()) {
            entries.insert(key, value);
        }
        Ok::<(), GpkgError>(())
    })?;
    Ok(entries)
}

fn mark(entries: &HashMap<String, String>) -> BaseMark {
    BaseMark {
        counter: entries.get("save_counter").and_then(|v| v.parse().ok()).unwrap_or(0),
        fingerprint: entries.get("fingerprint").cloned().unwrap_or_default(),
    }
}

/// Reads the tables of one file.
struct Reader<'a> {
    package: &'a Package,
    content: Content,
    /// Rows by `fid`, for what names a feature.
    rows: BTreeMap<LayerKind, Rows>,
    /// Cells that made no sense: how many, by table and column.
    faults: BTreeMap<(String, &'static str), usize>,
    warnings: Vec<Message>,
}

impl Reader<'_> {
    fn meta(&mut self) -> Result<BaseMark, GpkgError> {
        let entries = meta_entries(self.package)?;
        self.content.title = entries.get("title").cloned().unwrap_or_default();
        self.content.data_date = entries.get("data_date").cloned();
        self.content.crs_code = entries.get("crs").and_then(|v| v.parse().ok()).unwrap_or(0);
        match entries.get("settings").map(|json| serde_json::from_str::<SettingsRecord>(json)) {
            Some(Ok(settings)) => self.content.settings = settings.into(),
            Some(Err(_)) | None => self.warnings.push(Message::new("project.settings-unreadable")),
        }
        Ok(mark(&entries))
    }

    /// Reads the plan; gives back the compounds by `fid`.
    fn read(&mut self) -> Result<RowOf, GpkgError> {
        self.records(tables::SOURCES, &[], |content, _, SourceRow(layer, source)| {
            if let Some(kind) = LayerKind::from_code(&layer) {
                content.sources.insert(kind, source);
            }
        })?;
        self.records(tables::DISTRICTS, &tables::DISTRICT_SUMS, |content, fid, district: District| {
            if let Ok(id) = u32::try_from(fid) {
                content.districts.insert(DistrictId(id), district);
            }
        })?;
        let mut row_of = RowOf::new();
        for kind in LayerKind::ALL {
            self.layer(kind, &mut row_of)?;
        }
        self.decisions(&row_of)?;
        self.pipe_years()?;
        self.records(tables::FUNDS, &[], |content, fid, fund: Fund| {
            if let Ok(id) = u32::try_from(fid) {
                content.funds.insert(FundId(id), fund);
            }
        })?;
        self.mends()?;
        Ok(row_of)
    }

    fn provenance(&mut self, folder: &Path, row_of: &RowOf) -> Result<Provenance, GpkgError> {
        let (mut files, mut as_read) = (Vec::new(), BTreeMap::new());
        self.records(tables::FILES, &[], |_, _, row: FileRow| files.extend(row.file(folder)))?;
        if files.is_empty() {
            return Ok(Provenance::default());
        }
        self.records(tables::AS_READ, &[], |_, _, row: AsReadRow| {
            as_read.extend(row_of.get(&row.compound).map(|compound| (*compound, row)));
        })?;
        Ok(Provenance { files, base: base_of(&self.content, as_read) })
    }

    fn decisions(&mut self, row_of: &RowOf) -> Result<(), GpkgError> {
        let mut adrift = 0;
        self.records(tables::ITEMS, &[], |content, fid, mut item: Item| {
            let Ok(id) = u32::try_from(fid) else { return };
            if let Some(named) = item.compound {
                item.compound = row_of.get(&i64::from(named.0)).copied();
                adrift += usize::from(item.compound.is_none());
            }
            content.items.insert(ItemId(id), item);
        })?;
        self.records(tables::OVERRIDES, &[], |content, _, row: OverrideRow| {
            let ends = row_of.get(&row.a).zip(row_of.get(&row.b));
            match ends.and_then(|(a, b)| LinkKey::new(*a, *b)) {
                Some(key) => drop(content.overrides.insert(key, row.set)),
                None => adrift += 1,
            }
        })?;
        self.records(tables::NEEDS, &[], |content, _, row: NeedRow| match row_of.get(&row.compound) {
            Some(compound) => drop(content.needs.insert((*compound, row.code), row.state)),
            None => adrift += 1,
        })?;
        self.records(tables::IGNORED, &[], |content, _, IgnoredRow(key, note)| drop(content.ignored.insert(key, note)))?;
        self.records(tables::PRICES, &[], |content, _, PriceRow(code, price)| drop(content.prices.insert(code, price)))?;
        if adrift > 0 {
            self.warnings.push(Message::new("project.decisions-adrift").count("count", adrift));
        }
        Ok(())
    }

    /// Years agreed for pipes that are still there.
    fn pipe_years(&mut self) -> Result<(), GpkgError> {
        let mut gone = 0;
        let rows = std::mem::take(&mut self.rows);
        self.records(tables::PIPE_YEARS, &[], |content, _, row: PipeYearRow| {
            let pipe = rows.get(&LayerKind::Pipes).and_then(|rows| rows.row(row.pipe));
            match pipe.zip(row.year) {
                Some((pipe, year)) => drop(content.pipe_years.insert(PipeId(pipe), year)),
                None => gone += 1,
            }
        })?;
        self.rows = rows;
        if gone > 0 {
            self.warnings.push(Message::new("project.decisions-adrift").count("count", gone));
        }
        Ok(())
    }

    fn records<T: Record>(
        &mut self,
        table: &str,
        derived: &[&str],
        mut keep: impl FnMut(&mut Content, i64, T),
    ) -> Result<(), GpkgError> {
        let mut layout = None;
        let (content, faults) = (&mut self.content, &mut self.faults);
        self.package.read_table(table, |names, row| {
            let layout = layout.get_or_insert_with(|| Layout::new(T::columns(), names, derived));
            let (shape, broken) = shape_of(&row);
            let mut fields = Fields::new(layout, row.cells);
            if broken {
                fields.bad_shape();
            }
            let record = T::read(shape, &mut fields);
            count(faults, table, &fields.faults);
            keep(content, row.fid, record);
            Ok(())
        })
    }

    fn layer(&mut self, kind: LayerKind, row_of: &mut RowOf) -> Result<(), GpkgError> {
        let mut layer = empty_layer(kind);
        let mut layout = None;
        let mut assignment = Vec::new();
        let mut left_out = 0;
        let mut rows = Rows::default();
        let is_compounds = kind == LayerKind::Compounds;
        let derived: &[&str] = if is_compounds { &tables::ASSIGNMENT_COLUMNS } else { &[] };
        let faults = &mut self.faults;
        self.package.read_table(kind.code(), |names, row| {
            let layout = layout.get_or_insert_with(|| Layout::new(layer_columns(kind), names, derived));
            if is_compounds {
                row_of.insert(row.fid, CompoundId::from_index(layer.len()));
                assignment.push(district_of(names, &row.cells));
            }
            let (shape, broken) = shape_of(&row);
            if kind == LayerKind::Facilities && !matches!(shape, Some(Geometry::Point(_))) {
                left_out += 1;
                return Ok::<(), GpkgError>(());
            }
            rows.push(row.fid);
            let mut fields = Fields::new(layout, row.cells);
            if broken {
                fields.bad_shape();
            }
            push_feature(&mut layer, shape, &mut fields);
            count(faults, kind.code(), &fields.faults);
            Ok(())
        })?;
        if left_out > 0 {
            self.warnings.push(Message::new("project.facilities-left-out").count("count", left_out));
        }
        if matches!(layer, LayerContent::Compounds(_)) {
            self.content.assignment = assignment;
        }
        self.content.set_layer(layer);
        self.rows.insert(kind, rows);
        Ok(())
    }

    /// Mends of features that are still there; others have nothing to be put back to.
    fn mends(&mut self) -> Result<(), GpkgError> {
        let mut gone = 0;
        let rows = std::mem::take(&mut self.rows);
        self.records(tables::MENDS, &MEND_SUMS, |content, _, row: MendRow| {
            let kind = LayerKind::from_code(&row.layer);
            let of = |fid: i64| kind.and_then(|kind| rows.get(&kind)?.row(fid)).map(|row| i64::from(row) + 1);
            let neighbour = row.neighbour.map(of);
            let found = of(row.feature).filter(|_| neighbour != Some(None) && !row.mended.mends.is_empty());
            let id = row.source_id.clone();
            let placed = found.map(|feature| MendRow { feature, neighbour: neighbour.flatten(), ..row });
            let keyed = placed.zip(kind).and_then(|(row, kind)| row.keyed(kind));
            match keyed.filter(|(key, _)| content.source_id(key.layer, key.row) == Some(&*id)) {
                Some((key, mended)) => drop(content.mended.insert(key, mended)),
                None => gone += 1,
            }
        })?;
        if gone > 0 {
            self.warnings.push(Message::new("project.mends-adrift").count("count", gone));
        }
        Ok(())
    }

    /// Mends what breaks an invariant and says it.
    fn finish(mut self, base: BaseMark, provenance: Provenance) -> Opened {
        for ((table, column), count) in &self.faults {
            let message = Message::new("project.cells-unreadable").text("table", table).text("column", *column);
            self.warnings.push(message.count("count", *count));
        }
        mend(&mut self.content, &mut self.warnings);
        Opened { content: self.content, warnings: self.warnings, base, provenance }
    }
}

/// The geometry of a row, and whether its blob was broken.
fn shape_of(row: &ReadRow) -> (Option<Geometry<f64>>, bool) {
    match &row.shape {
        Some(Ok(shape)) => (Some(shape.clone()), false),
        Some(Err(_)) => (None, true),
        None => (None, false),
    }
}

fn district_of(names: &[String], cells: &[Cell]) -> Option<DistrictId> {
    let at = names.iter().position(|name| name == tables::ASSIGNMENT_COLUMNS[0])?;
    match cells.get(at)? {
        Cell::Integer(id) => u32::try_from(*id).ok().map(DistrictId),
        _ => None,
    }
}

fn count(faults: &mut BTreeMap<(String, &'static str), usize>, table: &str, columns: &[&'static str]) {
    for column in columns {
        *faults.entry((table.to_owned(), column)).or_default() += 1;
    }
}

fn mend(content: &mut Content, warnings: &mut Vec<Message>) {
    let mut homeless = 0;
    for slot in &mut content.assignment {
        if slot.is_some_and(|id| !content.districts.contains_key(&id)) {
            *slot = None;
            homeless += 1;
        }
    }
    if homeless > 0 {
        warnings.push(Message::new("project.unknown-district").count("count", homeless));
    }
    let mut next = content.next_district_number();
    let mut seen = std::collections::BTreeSet::new();
    for district in content.districts.values_mut() {
        if district.number == 0 || !seen.insert(district.number) {
            let message = Message::new("project.district-renumbered").text("old", district.number.to_string());
            warnings.push(message.text("new", next.to_string()));
            district.number = next;
            next += 1;
        }
    }
    let mut adrift = 0;
    for item in content.items.values_mut() {
        if item.district.is_some_and(|id| !content.districts.contains_key(&id)) {
            item.district = None;
            adrift += 1;
        }
    }
    if adrift > 0 {
        warnings.push(Message::new("project.items-adrift").count("count", adrift));
    }
    let mut homeless = 0;
    for fund in content.funds.values_mut() {
        if fund.district.is_some_and(|id| !content.districts.contains_key(&id)) {
            fund.district = None;
            homeless += 1;
        }
    }
    if homeless > 0 {
        warnings.push(Message::new("project.funds-adrift").count("count", homeless));
    }
    for violation in crate::model::violations(content) {
        // Nothing above leaves one; should a new invariant come, the log tells before a user does.
        log::warn!("{violation}");
    }
}
