//! Opening a plan file. What other programs did to it is taken as it is where it makes sense, mended where it does not,
//! and said in either case.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::error::ProjectError;
use super::held::{Held, Known, Layers, State, of_members};
use super::provenance::{base_of, folder_of, looks_in};
use super::reading::{Faults, ItemsRead, LargeRead, LayerRead, RecordsRead, add_faults, read_large, read_records};
use super::records::{
    AsReadRow, CommentRow, DepartmentRow, EntryRow, FileRow, IgnoredRow, MEND_SUMS, MendRow, NeedRow, OpinionRow, OverrideRow,
    PipeYearRow, PriceRow, Record, SettingsRecord, SourceRow,
};
use super::tables::{self, RowOf, Rows};
use super::{BaseMark, JournalMark, JournalRead, Provenance, foreign, migrate};
use crate::base::{AnnotationId, CompoundId, DistrictId, FundId, Message, PipeId};
use crate::gpkg::{CellRef, Digests, GpkgError, Package, ReadRow};
use crate::model::{Ancestor, Annotation, Content, District, Fund, LayerKind, LinkKey, Meeting};

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
    /// What the file holds: a save in its place writes only what differs.
    pub held: Held,
}

/// Opens a plan file of this or an older schema version.
///
/// # Errors
/// [`ProjectError`] when the file cannot be read, is no plan, or is newer than this program.
pub fn open(path: &Path) -> Result<Opened, ProjectError> {
    let state = State::of(path);
    let current = migrate::open_ours(path)?;
    let fault = |source| ProjectError::Open { file: path.to_path_buf(), source };
    let mut reader = Reader {
        package: &current.package,
        path: current.path(path),
        content: Content::default(),
        rows: BTreeMap::new(),
        faults: BTreeMap::new(),
        warnings: Vec::new(),
        known: Known::default(),
    };
    let version = current.package.version().map_err(fault)?;
    let base = reader.meta().map_err(fault)?;
    let (settings, folder) = (&mut reader.content.settings, folder_of(path));
    settings.looks = looks_in(&folder, std::mem::take(&mut settings.looks));
    let provenance = reader.read(&folder).map_err(fault)?;
    if current.package.version().map_err(fault)? != version {
        // What was read may be partly of before and partly of after.
        return Err(fault(GpkgError::Changed));
    }
    // What was read is known of a file that lies there as a save left it, and that nobody changed meanwhile.
    let left = changes(&current.package).filter(|_| current.path(path) == path && !foreign::has_wal(path));
    reader.known.file =
        state.filter(|state| left.is_some() && state.changes() == left && State::of(path).as_ref() == Some(state));
    Ok(reader.finish(base, provenance))
}

/// How often the file had been changed when it was saved; `None` of files that do not tell.
fn changes(package: &Package) -> Option<u32> {
    if !package.has_table(tables::STATE).ok()? {
        return None;
    }
    package.connection().query_row(&format!("SELECT changes FROM {}", tables::STATE), [], |row| row.get(0)).ok()
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
    let entries = meta_entries(&package, |_| ()).ok()?;
    entries.contains_key("schema_version").then(|| mark(&entries))
}

/// The steps of a journal that the plan file lacks, as the place of the first; `None` when the journal belongs to another
/// state of the file or the file has them all.
#[must_use]
pub fn pending(path: &Path, read: &JournalRead) -> Option<usize> {
    let package = Package::open(path).ok()?;
    let entries = meta_entries(&package, |_| ()).ok()?;
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

fn meta_entries(package: &Package, mut each: impl FnMut(&ReadRow<'_>)) -> Result<HashMap<String, String>, GpkgError> {
    let mut entries = HashMap::new();
    package.read_table(tables::META, |_, row| {
        each(&row);
        if let (CellRef::Text(key), CellRef::Text(value)) = (row.cells.get(0), row.cells.get(1)) {
            entries.insert(key.into_owned(), value.into_owned());
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
    /// Where it lies, to be read in more than one place at once.
    path: &'a Path,
    content: Content,
    /// Rows by `fid`, for what names a feature.
    rows: BTreeMap<LayerKind, Rows>,
    faults: Faults,
    warnings: Vec<Message>,
    known: Known,
}

impl Reader<'_> {
    fn meta(&mut self) -> Result<BaseMark, GpkgError> {
        let digests = self.known.table(tables::META);
        let entries = meta_entries(self.package, |row| digests.push(row.fid, row.digest))?;
        self.content.title = entries.get("title").cloned().unwrap_or_default();
        self.content.data_date = entries.get("data_date").cloned();
        self.content.crs_code = entries.get("crs").and_then(|v| v.parse().ok()).unwrap_or(0);
        match entries.get("settings").map(|json| serde_json::from_str::<SettingsRecord>(json)) {
            Some(Ok(settings)) => self.content.settings = settings.into(),
            Some(Err(_)) | None => self.warnings.push(Message::new("project.settings-unreadable")),
        }
        Ok(mark(&entries))
    }

    /// Reads the plan, and where its layers came from.
    fn read(&mut self, folder: &Path) -> Result<Provenance, GpkgError> {
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
        let LargeRead { layers, items, as_read } = read_large(self.package, self.path)?;
        let row_of = self.layers(layers);
        self.decisions(&row_of, items)?;
        self.pipe_years()?;
        self.records(tables::FUNDS, &[], |content, fid, fund: Fund| {
            if let Ok(id) = u32::try_from(fid) {
                content.funds.insert(FundId(id), fund);
            }
        })?;
        self.mends()?;
        self.meeting()?;
        self.provenance(folder, &row_of, as_read)
    }

    /// Takes every layer in; gives back the compounds by `fid`.
    fn layers(&mut self, layers: Vec<(LayerKind, LayerRead)>) -> RowOf {
        let mut row_of = RowOf::new();
        for (kind, layer) in layers {
            self.take(kind, layer);
            if let (LayerKind::Compounds, Some(rows)) = (kind, self.rows.get(&kind)) {
                row_of = rows.all().map(|(fid, row)| (fid, CompoundId(row))).collect();
            }
        }
        row_of
    }

    fn provenance(&mut self, folder: &Path, row_of: &RowOf, as_read: RecordsRead<AsReadRow>) -> Result<Provenance, GpkgError> {
        let (mut files, mut rows) = (Vec::new(), BTreeMap::new());
        self.records(tables::FILES, &[], |_, _, row: FileRow| files.extend(row.file(folder)))?;
        if files.is_empty() {
            return Ok(Provenance::default());
        }
        self.take_records(tables::AS_READ, as_read, |_, _, row| {
            rows.extend(row_of.get(&row.compound).map(|compound| (*compound, row)));
        });
        Ok(Provenance { files, base: base_of(&self.content, rows) })
    }

    fn decisions(&mut self, row_of: &RowOf, items: ItemsRead) -> Result<(), GpkgError> {
        let mut adrift = 0;
        self.known(tables::ITEMS, items.faults, items.digests);
        if items.unnumbered > 0 {
            self.warnings.push(Message::new("project.items-unnumbered").count("count", items.unnumbered));
        }
        self.content.items = items.items;
        for item in self.content.items.values_mut() {
            if let Some(named) = item.compound {
                item.compound = row_of.get(&i64::from(named.0)).copied();
                adrift += usize::from(item.compound.is_none());
            }
        }
        self.records(tables::ANNOTATIONS, &[], |content, fid, annotation: Annotation| {
            content.annotations.extend(u32::try_from(fid).ok().map(|id| (AnnotationId(id), annotation)));
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
        self.records(tables::DEPARTMENTS, &[], |content, _, DepartmentRow(code, name)| {
            drop(content.departments.insert(code, name));
        })?;
        let mut unreadable = 0;
        self.records(tables::OWN_ITEMS, &[], |content, _, EntryRow(code, entry)| match entry {
            Some(entry) => drop(content.catalogue.put_own(&code, Some(entry))),
            None => unreadable += 1,
        })?;
        if unreadable > 0 {
            self.warnings.push(Message::new("project.entries-unreadable").count("count", unreadable));
        }
        let mut unknown = 0;
        self.records(tables::COMMENTS, &[], |content, _, CommentRow(key, comment)| match comment {
            Some(comment) => drop(content.comments.insert(key, comment)),
            None => unknown += 1,
        })?;
        if unknown > 0 {
            self.warnings.push(Message::new("project.comments-unknown").count("count", unknown));
        }
        if adrift > 0 {
            self.warnings.push(Message::new("project.decisions-adrift").count("count", adrift));
        }
        Ok(())
    }

    /// Minutes, opinions and the versions the plan comes from.
    fn meeting(&mut self) -> Result<(), GpkgError> {
        let mut unknown = 0;
        self.records(tables::OPINIONS, &[], |content, _, OpinionRow(key, opinion)| match opinion {
            Some(opinion) if !key.unit.is_empty() => drop(content.opinions.insert(key, opinion)),
            _ => unknown += 1,
        })?;
        if unknown > 0 {
            self.warnings.push(Message::new("project.opinions-unknown").count("count", unknown));
        }
        self.records(tables::MEETING, &[], |content, _, meeting: Meeting| content.meeting = Some(meeting))?;
        self.records(tables::LINEAGE, &[], |content, _, ancestor: Ancestor| content.lineage.push(ancestor))
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
        keep: impl FnMut(&mut Content, i64, T),
    ) -> Result<(), GpkgError> {
        let read = read_records(self.package, table, derived)?;
        self.take_records(table, read, keep);
        Ok(())
    }

    /// Takes records in that were read.
    fn take_records<T>(&mut self, table: &str, read: RecordsRead<T>, mut keep: impl FnMut(&mut Content, i64, T)) {
        self.known(table, read.faults, read.digests);
        for (fid, record) in read.rows {
            keep(&mut self.content, fid, record);
        }
    }

    /// Remembers what was seen of a table.
    fn known(&mut self, table: &str, faults: Faults, digests: Digests) {
        add_faults(&mut self.faults, faults);
        *self.known.table(table) = digests;
    }

    /// Takes a layer in that was read.
    fn take(&mut self, kind: LayerKind, read: LayerRead) {
        add_faults(&mut self.faults, read.faults);
        if read.left_out > 0 {
            self.warnings.push(Message::new("project.facilities-left-out").count("count", read.left_out));
        }
        if kind == LayerKind::Compounds {
            self.content.assignment = read.assignment;
        }
        self.known.tables.insert(kind.code().to_owned(), read.digests);
        self.content.set_layer(read.layer);
        self.rows.insert(kind, read.fids.into_iter().collect());
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
        self.warnings.extend(super::seal::broken(&self.content));
        let mut known = self.known;
        if !self.warnings.is_empty() {
            // What was mended on the way is not what the file holds.
            known.file = None;
        }
        known.crs = self.content.crs_code;
        known.layers = Layers::of(&self.content);
        known.outlines = of_members(&self.content);
        Opened { content: self.content, warnings: self.warnings, base, provenance, held: Held::new(known) }
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
