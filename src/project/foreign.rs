//! What other programs left in a plan file: their tables are carried over when the plan is saved, and their
//! write-ahead log is settled before the file is replaced.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::error::SaveFault;
use super::tables::is_ours;
use crate::gpkg::{GpkgError, Package, quoted, register};

/// Tables that every GeoPackage of ours has; their rows are merged, not copied.
const CORE: [&str; 4] = ["gpkg_spatial_ref_sys", "gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions"];

/// Something of the schema of the old file.
struct Entry {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

/// Copies tables, indexes, triggers and views that are not ours from the GeoPackage `old`, with their rows in the core
/// tables. Returns the names of the tables. A file that is missing or no GeoPackage has none.
pub(super) fn carry_over(new: &Connection, old: &Path) -> Result<Vec<String>, GpkgError> {
    if !is_geopackage(old) {
        return Ok(Vec::new());
    }
    new.execute("ATTACH DATABASE ?1 AS old", [old.to_string_lossy()])?;
    let carried = copy(new);
    let detached = new.execute_batch("DETACH DATABASE old");
    let carried = carried?;
    detached?;
    Ok(carried)
}

fn is_geopackage(path: &Path) -> bool {
    let open = || -> rusqlite::Result<bool> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let sql = "SELECT count(*) FROM sqlite_master WHERE name = 'gpkg_contents'";
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| n == 1)
    };
    path.is_file() && open().unwrap_or(false)
}

fn schema(new: &Connection) -> Result<Vec<Entry>, GpkgError> {
    let sql =
        "SELECT type, name, tbl_name, sql FROM old.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
               ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid";
    let mut statement = new.prepare(sql)?;
    let rows = statement
        .query_map([], |row| Ok(Entry { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? }))?;
    Ok(rows.collect::<rusqlite::Result<Vec<Entry>>>()?)
}

fn copy(new: &Connection) -> Result<Vec<String>, GpkgError> {
    let entries = schema(new)?;
    let mut carried = Vec::new();
    for entry in entries.iter().filter(|e| e.kind == "table" && is_foreign(&e.name)) {
        copy_table(new, entry)?;
        carried.push(entry.name.clone());
    }
    merge_core(new, &carried)?;
    for name in &carried {
        carry_index(new, name)?;
    }
    for entry in entries.iter().filter(|e| e.kind != "table" && is_by_others(e) && !exists(new, &e.name).unwrap_or(true)) {
        // An index, view or trigger may lean on something that is gone; the rows matter more than it does.
        if let Err(error) = new.execute_batch(&entry.sql) {
            log::warn!("{} {} was not carried over: {error}", entry.kind, entry.name);
        }
    }
    Ok(carried)
}

/// Whether an index, view or trigger was made by another program, if on one of our tables.
fn is_by_others(entry: &Entry) -> bool {
    is_foreign(&entry.table) || (is_ours(&entry.table) && !is_of_tree(&entry.name, &entry.table))
}

/// Whether a trigger keeps the R-tree of a table.
fn is_of_tree(name: &str, table: &str) -> bool {
    name.starts_with(&format!("rtree_{table}_"))
}

/// The tables of other programs in a package.
pub(super) fn tables(package: &Package) -> Result<Vec<String>, GpkgError> {
    let mut tables = package.tables()?;
    tables.retain(|table| is_foreign(table) && !table.starts_with("sqlite_"));
    Ok(tables)
}

/// Whether another program tied an index or a trigger to one of our tables: what changing a row would set off, and what would go
/// with the table, is not for us to know.
pub(super) fn leans_on_ours(connection: &Connection) -> Result<bool, GpkgError> {
    let sql = "SELECT name, tbl_name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let entries = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    for entry in entries {
        let (name, table) = entry?;
        // A trigger has the name of its table as whoever made it wrote it.
        let table = table.to_lowercase();
        if (is_ours(&table) || CORE.contains(&&*table)) && !is_of_tree(&name, &table) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_foreign(table: &str) -> bool {
    !is_ours(table) && !CORE.contains(&table) && !table.starts_with("rtree_")
}

fn exists(new: &Connection, name: &str) -> Result<bool, GpkgError> {
    let found = new.query_row("SELECT 1 FROM main.sqlite_master WHERE name = ?1", [name], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

fn copy_table(new: &Connection, entry: &Entry) -> Result<(), GpkgError> {
    let name = quoted(&entry.name);
    new.execute_batch(&entry.sql)?;
    new.execute_batch(&format!("INSERT INTO main.{name} SELECT * FROM old.{name}"))?;
    Ok(())
}

/// Rows of the core tables that belong to carried tables. Ours are there already and win.
fn merge_core(new: &Connection, carried: &[String]) -> Result<(), GpkgError> {
    for table in CORE {
        let columns = shared_columns(new, table)?;
        if columns.is_empty() {
            continue;
        }
        let copy = format!("INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM old.{table}");
        if table == "gpkg_spatial_ref_sys" {
            new.execute_batch(&copy)?;
            continue;
        }
        let mut copy = new.prepare(&format!("{copy} WHERE table_name = ?1"))?;
        for name in carried {
            copy.execute([name])?;
        }
    }
    Ok(())
}

/// Columns that a core table has in both files, as a list of SQL; empty when the old file has no such table.
fn shared_columns(new: &Connection, table: &str) -> Result<String, GpkgError> {
    let sql = "SELECT n.name FROM pragma_table_info(?1, 'main') n JOIN pragma_table_info(?1, 'old') o USING (name)";
    let mut statement = new.prepare(sql)?;
    let names = statement.query_map([table], |row| row.get::<_, String>(0).map(|name| quoted(&name)))?;
    Ok(names.collect::<rusqlite::Result<Vec<_>>>()?.join(", "))
}

/// The R-tree of a carried table, when it has one.
fn carry_index(new: &Connection, table: &str) -> Result<(), GpkgError> {
    if shared_columns(new, "gpkg_geometry_columns")?.is_empty() {
        return Ok(());
    }
    let sql = "SELECT name, sql FROM old.sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%rtree%'
               AND name IN (SELECT 'rtree_' || table_name || '_' || column_name FROM old.gpkg_geometry_columns WHERE table_name = ?1)";
    let found = new.query_row(sql, [table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).optional()?;
    if let Some((name, sql)) = found {
        let name = quoted(&name);
        new.execute_batch(&sql)?;
        new.execute_batch(&format!("INSERT INTO main.{name} SELECT * FROM old.{name}"))?;
    }
    Ok(())
}

/// The name of a file's write-ahead log.
fn wal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Whether a file has a write-ahead log.
pub(super) fn has_wal(path: &Path) -> bool {
    wal_of(path).exists()
}

/// Empties the write-ahead log that another program left beside the file: a log that stays would be played into the
/// new file. A program that still holds the file keeps its log, and saving must wait.
pub(super) fn settle_wal(path: &Path) -> Result<(), SaveFault> {
    if !path.is_file() || !has_wal(path) {
        return Ok(());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    register(&connection)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    drop(connection);
    if mode.eq_ignore_ascii_case("delete") { Ok(()) } else { Err(GpkgError::Busy.into()) }
}
