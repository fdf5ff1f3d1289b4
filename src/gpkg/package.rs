//! A GeoPackage file: made anew with its required tables, opened for reading, or a copy of one opened to be changed.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Statement};

use super::{BlobError, Cells, Digests, Envelope, GpkgError, Row, Srs, TableSpec, blob, digest, functions, index, quoted};

/// `GPKG` in ASCII.
const APPLICATION_ID: i64 = 0x4750_4B47;
/// Version 1.3: the newest that GDAL 3.6 and QGIS 3.28 know without complaint.
const USER_VERSION: i64 = 10_300;

/// An open GeoPackage.
#[derive(Debug)]
pub struct Package {
    pub(super) connection: Connection,
}

/// What a table was filled with.
#[derive(Default)]
struct Filled {
    bounds: Option<Envelope>,
    boxes: Vec<(i64, Envelope)>,
    digests: Digests,
}

/// How a connection writes to a file that nobody else sees yet: without `SQLite`'s own safety nets.
const UNSAFE: &str =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = OFF;";

impl Package {
    /// Makes a GeoPackage in `path`, which must not hold one yet. It is built without `SQLite`'s own safety nets: the
    /// caller writes to a temporary file and renames it when it is whole.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be written.
    pub fn create(path: &Path, systems: &[Srs]) -> Result<Self, GpkgError> {
        let connection = Connection::open(path)?;
        connection.execute_batch(&format!(
            "PRAGMA page_size = 4096; {UNSAFE} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {USER_VERSION};"
        ))?;
        functions::register(&connection)?;
        connection.execute_batch(REQUIRED_TABLES)?;
        let package = Self { connection };
        for srs in Srs::required().iter().chain(systems) {
            package.add_srs(srs)?;
        }
        Ok(package)
    }

    /// Opens a GeoPackage for reading. Whether it is one of ours is for the caller to see.
    ///
    /// # Errors
    /// [`GpkgError::NotADatabase`] for other files, [`GpkgError::CannotOpen`] for missing ones.
    pub fn open(path: &Path) -> Result<Self, GpkgError> {
        if std::fs::metadata(path).map_or(true, |m| !m.is_file()) {
            return Err(GpkgError::CannotOpen);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        functions::register(&connection)?;
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(Self { connection })
    }

    /// Opens a GeoPackage to change it, as [`Package::create`] makes one: a copy, which the caller puts in its place when it is whole.
    ///
    /// # Errors
    /// [`GpkgError`] when it cannot be opened.
    pub fn change(path: &Path) -> Result<Self, GpkgError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        // What is taken out of a plan does not stay in pages that nothing uses.
        connection.execute_batch(&format!("{UNSAFE} PRAGMA secure_delete = ON;"))?;
        functions::register(&connection)?;
        Ok(Self { connection })
    }

    /// The connection, for queries of the caller's own.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    fn add_srs(&self, srs: &Srs) -> Result<(), GpkgError> {
        self.connection.execute(
            "INSERT OR IGNORE INTO gpkg_spatial_ref_sys
             (srs_name, srs_id, organization, organization_coordsys_id, definition, description) VALUES (?1, ?2, ?3, ?2, ?4, NULL)",
            (&srs.name, srs.code, srs.organization(), &srs.definition),
        )?;
        Ok(())
    }

    /// Makes a table and fills it; feature tables get bounds and an R-tree. Gives back what the rows are known by.
    /// `O(n log n)` in the rows.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be written.
    pub fn write_table(&self, spec: TableSpec<'_>, rows: impl Iterator<Item = Row>) -> Result<Digests, GpkgError> {
        let transaction = self.connection.unchecked_transaction()?;
        self.connection.execute_batch(&spec.sql())?;
        let Filled { bounds, boxes, digests } = self.fill(spec, rows)?;
        let b = bounds.map_or([None; 4], |b| b.map(Some));
        self.connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, max_x, max_y, srs_id)
             VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            rusqlite::params![
                spec.name,
                spec.data_type(),
                spec.description,
                spec.time(),
                b[0],
                b[2],
                b[1],
                b[3],
                spec.geometry.map(|(_, srs)| srs),
            ],
        )?;
        if let Some((kind, srs)) = spec.geometry {
            self.connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)",
                (spec.name, index::GEOMETRY, kind.sql(), srs),
            )?;
            index::create(&self.connection, spec.name, &boxes)?;
        }
        transaction.commit()?;
        Ok(digests)
    }

    fn fill(&self, spec: TableSpec<'_>, rows: impl Iterator<Item = Row>) -> Result<Filled, GpkgError> {
        let mut insert = self.connection.prepare(&spec.insert())?;
        let mut filled = Filled::default();
        for row in rows {
            run(&mut insert, spec, &row)?;
            filled.digests.push(row.fid, digest::of_row(&row));
            if let Some(b) = row.geometry.as_deref().and_then(|g| blob::envelope(g).ok().flatten()) {
                blob::widen(&mut filled.bounds, b);
                filled.boxes.push((row.fid, b));
            }
        }
        Ok(filled)
    }

    /// Whether a table is there.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read.
    pub fn has_table(&self, name: &str) -> Result<bool, GpkgError> {
        let found = self
            .connection
            .query_row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", [name], |_| Ok(()))
            .optional()?;
        Ok(found.is_some())
    }

    /// The names of all tables, views left out.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read.
    pub fn tables(&self) -> Result<Vec<String>, GpkgError> {
        let mut statement = self.connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// The geometry of a row as it is stored; `None` of a row that is not there or has none.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read.
    pub fn geometry_of(&self, table: &str, fid: i64) -> Result<Option<Vec<u8>>, GpkgError> {
        let sql = format!("SELECT {} FROM {} WHERE fid = ?1", index::GEOMETRY, quoted(table));
        let stored = self.connection.prepare_cached(&sql)?.query_row([fid], |row| row.get::<_, Option<Vec<u8>>>(0)).optional()?;
        Ok(stored.flatten())
    }

    /// Makes sure that the names of a table's columns are text: `rusqlite` panics over those that are not.
    ///
    /// # Errors
    /// [`GpkgError`] when one is not, or when the file cannot be read.
    pub fn check_columns(&self, table: &str) -> Result<(), GpkgError> {
        let mut statement = self.connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let mut names = statement.query([table])?;
        while let Some(row) = names.next()? {
            row.get::<_, String>(0)?;
        }
        Ok(())
    }

    /// Reads a table in the order of its ids: names of the columns beside `fid` and `geom`, then each row with the
    /// geometry decoded. A table that is not there has no rows.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read, or what `each` returns.
    pub fn read_table<E: From<GpkgError>>(
        &self,
        name: &str,
        each: impl FnMut(&[String], ReadRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.read_part(name, Part::ALL, each)
    }

    /// The ids of a table, where they are the numbers under which `SQLite` keeps its rows; `None` of other tables and of those without rows.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read.
    pub fn ids(&self, name: &str) -> Result<Option<Ids>, GpkgError> {
        // A key of several columns, one that descends and that of a table without row numbers have an index of their own.
        let sql =
            "SELECT (SELECT group_concat(name || ' ' || upper(type)) FROM pragma_table_info(?1) WHERE pk > 0) = 'fid INTEGER'
                   AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk')";
        if !self.has_table(name)? || self.connection.query_row(sql, [name], |row| row.get::<_, Option<bool>>(0))? != Some(true) {
            return Ok(None);
        }
        // Asked for together they would be searched for in all rows.
        let sql = format!("SELECT (SELECT min(fid) FROM {0}), (SELECT max(fid) FROM {0})", quoted(name));
        let ends =
            self.connection.query_row(&sql, [], |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?)))?;
        Ok(ends.0.zip(ends.1).map(|(first, last)| Ids { first, last }))
    }

    /// A number that is another once another connection has changed the file.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read.
    pub fn version(&self) -> Result<i64, GpkgError> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Bytes of the file.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read.
    pub fn size(&self) -> Result<usize, GpkgError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        let bytes = self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?;
        Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
    }

    /// [`Self::read_table`] of some of its rows.
    ///
    /// # Errors
    /// As [`Self::read_table`].
    pub fn read_part<E: From<GpkgError>>(
        &self,
        name: &str,
        part: Part,
        mut each: impl FnMut(&[String], ReadRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.has_table(name)? {
            return Ok(());
        }
        self.check_columns(name)?;
        let Part { first, last, digests } = part;
        let whole = (first, last) == (i64::MIN, i64::MAX);
        let within = if whole { String::new() } else { format!("WHERE fid BETWEEN {first} AND {last}") };
        let sql = format!("SELECT * FROM {} {within} ORDER BY fid", quoted(name));
        let mut statement = self.connection.prepare(&sql).map_err(GpkgError::from)?;
        let all: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let fid = all.iter().position(|c| c == "fid");
        let geometry = all.iter().position(|c| c == index::GEOMETRY);
        let plain: Vec<usize> = (0..all.len()).filter(|i| Some(*i) != fid && Some(*i) != geometry).collect();
        let names: Vec<String> = plain.iter().map(|i| all[*i].clone()).collect();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(GpkgError::from)? {
            if row.as_ref().column_count() != all.len() {
                // Somebody changed the table after its columns were asked for.
                return Err(GpkgError::from(rusqlite::Error::InvalidColumnIndex(all.len())).into());
            }
            let value = |i: usize| row.get_ref(i).map_err(GpkgError::from);
            let stored = geometry.map(value).transpose()?.unwrap_or(rusqlite::types::ValueRef::Null);
            let shape = stored.as_blob().ok().map(blob::decode);
            let digest = if digests { digest::of_values(stored, plain.iter().filter_map(|i| row.get_ref(*i).ok())) } else { 0 };
            let fid = match fid.map(value).transpose()? {
                Some(rusqlite::types::ValueRef::Integer(id)) => id,
                _ => 0,
            };
            each(&names, ReadRow { fid, shape, cells: Cells::Stored(row, &plain), digest })?;
        }
        Ok(())
    }

    /// Closes the file and says when the last bytes could not be written.
    ///
    /// # Errors
    /// [`GpkgError`] of the last write.
    pub fn close(self) -> Result<(), GpkgError> {
        self.connection.close().map_err(|(_, error)| error.into())
    }
}

/// Runs a statement whose parameters are those of [`TableSpec::insert`]. It must concern one row.
pub(super) fn run(statement: &mut Statement<'_>, spec: TableSpec<'_>, row: &Row) -> Result<(), GpkgError> {
    statement.raw_bind_parameter(1, row.fid)?;
    if spec.geometry.is_some() {
        statement.raw_bind_parameter(2, row.geometry.as_deref())?;
    }
    for (place, cell) in (spec.first_cell()..).zip(&row.cells).take(spec.columns.len()) {
        statement.raw_bind_parameter(place, cell)?;
    }
    match statement.raw_execute()? {
        1 => Ok(()),
        other => Err(rusqlite::Error::StatementChangedRows(other).into()),
    }
}

/// A row that is being read.
#[derive(Debug)]
pub struct ReadRow<'a> {
    /// Primary key.
    pub fid: i64,
    /// Geometry, or what is wrong with it; `None` for `NULL`.
    pub shape: Option<Result<geo::Geometry<f64>, BlobError>>,
    /// Values in the order of the names.
    pub cells: Cells<'a>,
    /// Tells the row from others, as [`Digests`] keep it; 0 where nobody asked.
    pub digest: u64,
}

/// The ids of a table, from the first to the last; no row lies beyond, and there may be gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    /// The first.
    pub first: i64,
    /// The last.
    pub last: i64,
}

impl Ids {
    /// How many rows they number at most.
    #[must_use]
    pub fn span(self) -> usize {
        usize::try_from(self.last.abs_diff(self.first)).map_or(usize::MAX, |more| more.saturating_add(1))
    }

    /// Some parts that each have as many ids, but for the last, and so many at least.
    pub fn parts(self, count: usize, least: usize) -> impl Iterator<Item = Self> {
        let step = self.span().div_ceil(count.max(1)).max(least).max(1);
        let more = i64::try_from(step - 1).unwrap_or(i64::MAX);
        (0..self.span()).step_by(step).map(move |from| {
            // Places within the span, though that may be wider than the numbers themselves.
            let first = self.first.wrapping_add_unsigned(from as u64);
            Self { first, last: self.last.min(first.saturating_add(more)) }
        })
    }
}

/// Some rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// From this id,
    pub first: i64,
    /// to this one.
    pub last: i64,
    /// With a digest of each row.
    pub digests: bool,
}

impl Part {
    /// All rows, with digests.
    pub const ALL: Self = Self { first: i64::MIN, last: i64::MAX, digests: true };
}

/// Tables of annex C that every file of ours has.
const REQUIRED_TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
";
