//! Ledgers named on the command line: which sheet is meant, and what their rows say of the compounds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geo::MultiPolygon;
use serde_json::{Map, Value, json};

use super::args::Reading;
use super::inputs::Loaded;
use super::terminal::Terminal;
use crate::base::{CompoundId, Message};
use crate::import::{self, ReadOptions, Table};
use crate::model::{Compound, CompoundFacts, Content, LayerContent, LayerKind, Properties};
use crate::project::{Mark, SourceFile};

/// Endings of tables.
const TABLES: [&str; 5] = ["csv", "tsv", "xlsx", "xls", "ods"];

/// Whether a path names a table, or a sheet of one as `F.xlsx#SHEET`.
pub(super) fn is_table(path: &Path) -> bool {
    TABLES.contains(&super::output::ending(&import::sheet_asked(path).0).as_str())
}

/// The ledgers that a path names: the sheet behind a `#`, or those that are joined where nobody chose.
pub(super) fn tables_of(path: &Path) -> Result<Vec<Table>, Message> {
    let read = match import::sheet_asked(path) {
        (file, Some(sheet)) => import::read_sheet(&file, &sheet).map(|table| vec![table]),
        (file, None) => import::read_ledgers(&file, "", &BTreeMap::new()),
    };
    read.map_err(|error| error.message())
}

/// A unit for each row of a table, without a shape.
pub(super) fn table_units(terminal: &Terminal, path: &Path, id: Option<&str>) -> Result<Loaded, Message> {
    let tables = tables_of(path)?;
    let mut tables = tables.into_iter();
    let table = tables.next().unwrap_or_default();
    table.notes.iter().for_each(|note| terminal.say(note));
    let left: Vec<String> = tables.map(|table| table.name).collect();
    if !left.is_empty() {
        terminal.say(&Message::new("import.sheets-left").count("count", left.len()).text("sheets", left.join(", ")));
    }
    let column = match id {
        Some(name) => Some(
            table
                .column(name)
                .ok_or_else(|| Message::new("cli.no-column").text("field", name).text("file", table.name.clone()))?,
        ),
        None => table.headers.iter().position(|header| header.eq_ignore_ascii_case("id")),
    };
    let mut compounds = Vec::with_capacity(table.rows.len());
    for (row, cells) in table.rows.iter().enumerate() {
        let cell = column.and_then(|column| cells.get(column));
        let source_id = match cell {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Null) | None => row.to_string(),
            Some(other) => other.to_string(),
        };
        let (shape, extra) = (MultiPolygon(Vec::new()), Properties::new());
        compounds.push(Compound { source_id, shape, facts: CompoundFacts::default(), extra });
    }
    import::join_by_row(&mut compounds, &table);
    let mut content = Content::default();
    content.set_layer(LayerContent::Compounds(Arc::new(compounds)));
    let report = json!({ "file": path.display().to_string(), "layer": "compounds", "features": table.rows.len() });
    Ok(Loaded { content, reports: vec![report], ..Loaded::default() })
}

/// A row that may mean some compound, with those it may mean.
fn open_json(open: &import::OpenRow, compounds: &[Compound]) -> Value {
    let candidate = |(id, score): &(CompoundId, f64)| {
        let compound = &compounds[id.index()];
        json!({ "id": compound.source_id, "name": compound.facts.name, "likeness": (score * 100.0).round() / 100.0 })
    };
    let candidates: Vec<Value> = open.candidates.iter().map(candidate).collect();
    json!({ "line": open.line, "key": open.key, "proposed": open.proposed, "id_and_name_differ": open.torn, "candidates": candidates })
}

/// Joins tables to the compounds by id and by name. Rows that found no compound enter as compounds of their own when `enters`
/// says so and something tells where they lie.
pub(super) fn join_tables(
    terminal: &Terminal,
    loaded: &mut Loaded,
    tables: &[PathBuf],
    reading: &Reading,
    enters: bool,
) -> Result<(), Message> {
    let id = reading.id.as_deref();
    let mut sources = Vec::new();
    let mut read = std::mem::take(&mut loaded.tables).into_iter().map(|table| (table.name.clone(), table)).collect::<Vec<_>>();
    for path in tables {
        if let Some(told) = loaded.ledgers.note(path, ()) {
            terminal.say(&told);
            continue;
        }
        sources.push((path, Mark::of(path).unwrap_or_default()));
        let tables = tables_of(path)?;
        let several = tables.len() > 1;
        let named = |table: Table| (if several { table.name.clone() } else { path.display().to_string() }, table);
        read.extend(tables.into_iter().map(named));
    }
    if read.is_empty() || loaded.content.compounds.is_empty() {
        return Ok(());
    }
    let mut compounds = loaded.content.compounds.to_vec();
    let (buildings, crs_code) = (Arc::clone(&loaded.content.buildings), loaded.content.crs_code);
    let enter = |compounds: &mut Vec<Compound>, report: &mut import::JoinReport| {
        import::enter_rows(compounds, &buildings, report, crs_code)
    };
    // A plan reads ledgers again as a window does: all sheets, by what is found to be the key, and nothing by likeness.
    let mut plainly = !reading.likeness && sources.iter().all(|(path, _)| import::sheet_asked(path).1.is_none());
    for (file, table) in read {
        let key = id.filter(|id| table.column(id).is_some());
        plainly &= key.is_none();
        table.notes.iter().for_each(|note| terminal.say(note));
        let table = Arc::new(table);
        let mut report = import::join(&mut compounds, &table, key, reading.likeness)
            .ok_or_else(|| Message::new("session.no-key").text("file", file.clone()))?;
        let entered = if enters { enter(&mut compounds, &mut report) } else { 0 };
        let counts = Message::new("cli.joined")
            .text("file", file.clone())
            .count("matched", report.matched)
            .count("ambiguous", report.open.len())
            .count("rows", report.unmatched_rows.len())
            .count("compounds", report.unmatched_compounds.len());
        terminal.say(&counts);
        loaded.reports.push(json!({
            "file": file.clone(),
            "joined_by": report.key,
            "rows_read": report.table.rows.len() + report.table.sums.len(),
            "sum_rows": report.table.sums,
            "notes": report.table.notes.iter().map(|note| terminal.words(note)).collect::<Vec<_>>(),
            "conflicts": report.conflicts,
            "matched": report.matched,
            "matched_by": report.by.iter().map(|(by, count)| (by.code().to_owned(), (*count).into())).collect::<Map<_, _>>(),
            "ids_distrusted": report.ids_distrusted,
            "ambiguous": report.open.len(),
            "entered_rows": report.entered.iter().map(|row| json!([row.line, row.key, row.placeholder.code()])).collect::<Vec<Value>>(),
            "unmatched_rows": report.unmatched_rows.len(),
            "unmatched_compounds": report.unmatched_compounds.len(),
            "open_rows": report.open.iter().map(|open| open_json(open, &compounds)).collect::<Vec<Value>>(),
            "repeated_rows": report.repeated.iter().map(|(line, key)| json!([line, key])).collect::<Vec<Value>>(),
            "rows_without_compound": report.unmatched_rows.iter().map(|(line, key)| json!([line, key])).collect::<Vec<Value>>(),
        }));
        if entered > 0 {
            terminal.say(&Message::new("cli.join-entered").count("count", entered));
        }
        if report.ids_distrusted {
            terminal.say(&Message::new("import.ids-distrusted").text("file", file.clone()));
        }
        let torn = report.open.iter().filter(|open| open.torn).count();
        if torn > 0 {
            terminal.say(&Message::new("import.rows-torn").count("count", torn).text("file", file.clone()));
        }
        let proposed = report.open.iter().filter(|open| open.proposed).count();
        if proposed > 0 {
            terminal.say(&Message::new("cli.join-proposed").count("count", proposed));
        }
    }
    note_sources(loaded, plainly, sources, &compounds);
    loaded.content.set_layer(LayerContent::Compounds(Arc::new(compounds)));
    Ok(())
}

/// Notes what ledgers said of the compounds. Joined otherwise than a plan would do it again, compounds are not read again at
/// all. What a ledger entered without a boundary is the plan's own.
fn note_sources(loaded: &mut Loaded, plainly: bool, ledgers: Vec<(&PathBuf, Mark)>, compounds: &[Compound]) {
    let known = &mut loaded.provenance;
    if !plainly || !known.files.iter().any(|file| file.kinds.contains(&LayerKind::Compounds)) {
        known.files.retain(|file| !file.kinds.contains(&LayerKind::Compounds) && !file.kinds.is_empty());
        known.base = Arc::default();
        return;
    }
    let ledger = |(path, mark): (&PathBuf, Mark)| {
        let (options, kinds) = (ReadOptions::default(), Vec::new());
        SourceFile { path: path.clone(), mark, declined: None, options, kinds }
    };
    known.files.extend(ledgers.into_iter().map(ledger));
    known.base = Arc::new(compounds.iter().filter(|compound| compound.facts.placeholder.is_none()).cloned().collect());
}
