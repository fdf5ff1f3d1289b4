//! Changing a GeoPackage in which most of a table stays: only rows that differ are written.

use rusqlite::OptionalExtension;

use super::package::run;
use super::{Digests, GpkgError, Package, Row, TableSpec, digest, index, quoted};

impl Package {
    /// Whether a table has the columns that [`Package::write_table`] gives it.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be read.
    pub fn is_as_made(&self, spec: TableSpec<'_>) -> Result<bool, GpkgError> {
        let sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1";
        let declared = self.connection.query_row(sql, [spec.name], |row| row.get::<_, String>(0)).optional()?;
        Ok(declared == Some(spec.sql()))
    }

    /// Makes a table that [`Package::write_table`] made hold these rows; `held` tells which it holds. Gives back what the rows are known by
    /// and how many were written or taken away.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be written, or does not have a row that it should hold.
    pub fn rewrite_rows(
        &self,
        spec: TableSpec<'_>,
        rows: impl Iterator<Item = Row>,
        held: &Digests,
    ) -> Result<(Digests, usize), GpkgError> {
        let transaction = self.connection.unchecked_transaction()?;
        let (mut insert, mut update) = (self.connection.prepare(&spec.insert())?, self.connection.prepare(&spec.update())?);
        let (mut digests, mut written) = (Digests::default(), 0);
        for row in rows {
            let digest = digest::of_row(&row);
            let before = held.get(row.fid);
            if before != Some(digest) {
                run(if before.is_some() { &mut update } else { &mut insert }, spec, &row)?;
                written += 1;
            }
            digests.push(row.fid, digest);
        }
        let mut delete = self.connection.prepare(&format!("DELETE FROM {} WHERE fid = ?1", quoted(spec.name)))?;
        for fid in held.fids().filter(|fid| digests.get(*fid).is_none()) {
            match delete.execute([fid])? {
                1 => written += 1,
                other => return Err(rusqlite::Error::StatementChangedRows(other).into()),
            }
        }
        drop((insert, update, delete));
        if written > 0 && spec.geometry.is_some() {
            self.bound(spec.name)?;
        }
        self.date(spec)?;
        transaction.commit()?;
        Ok((digests, written))
    }

    /// Says when a table was last changed.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be written.
    pub fn date(&self, spec: TableSpec<'_>) -> Result<(), GpkgError> {
        self.connection.execute("UPDATE gpkg_contents SET last_change = ?2 WHERE table_name = ?1", [spec.name, &spec.time()])?;
        Ok(())
    }

    /// Counts the bounds of a feature table again.
    fn bound(&self, table: &str) -> Result<(), GpkgError> {
        let (name, geometry) = (quoted(table), index::GEOMETRY);
        let sql = format!(
            "UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = (SELECT min(ST_MinX({geometry})), min(ST_MinY({geometry})),
             max(ST_MaxX({geometry})), max(ST_MaxY({geometry})) FROM {name}) WHERE table_name = ?1"
        );
        self.connection.execute(&sql, [table])?;
        Ok(())
    }

    /// Takes a table away, with what the core tables say of it. One that is not there is no fault.
    ///
    /// # Errors
    /// [`GpkgError`] when the file cannot be written.
    pub fn drop_table(&self, name: &str) -> Result<(), GpkgError> {
        let transaction = self.connection.unchecked_transaction()?;
        index::remove(&self.connection, name)?;
        self.connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", quoted(name)))?;
        for table in ["gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"] {
            self.connection.execute(&format!("DELETE FROM {table} WHERE table_name = ?1"), [name])?;
        }
        transaction.commit()?;
        Ok(())
    }
}
