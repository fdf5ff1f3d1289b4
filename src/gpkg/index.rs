//! The R-tree extension (OGC 12-128r17, annex F.3): table, contents and triggers of version 1.3.

use rusqlite::Connection;

use super::{Envelope, GpkgError, quoted};

/// Name of the geometry column of tables that we make.
pub(super) const GEOMETRY: &str = "geom";

/// Makes the R-tree of `table`, fills it and adds the triggers that keep it.
pub(super) fn create(connection: &Connection, table: &str, boxes: &[(i64, Envelope)]) -> Result<(), GpkgError> {
    let tree = quoted(&format!("rtree_{table}_{GEOMETRY}"));
    connection.execute_batch(&format!("CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy)"))?;
    {
        let mut insert = connection.prepare(&format!("INSERT INTO {tree} VALUES (?1, ?2, ?3, ?4, ?5)"))?;
        for (fid, b) in boxes.iter().filter(|(_, b)| b.iter().all(|v| v.is_finite())) {
            insert.execute((fid, b[0], b[1], b[2], b[3]))?;
        }
    }
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (table, GEOMETRY),
    )?;
    connection.execute_batch(&triggers(table))?;
    Ok(())
}

/// Takes the R-tree of `table` away, before the table goes, which takes its triggers along.
pub(super) fn remove(connection: &Connection, table: &str) -> Result<(), GpkgError> {
    connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", quoted(&format!("rtree_{table}_{GEOMETRY}"))))?;
    Ok(())
}

/// The six triggers, word for word but for the names.
fn triggers(table: &str) -> String {
    let t = quoted(table);
    let tree = quoted(&format!("rtree_{table}_{GEOMETRY}"));
    let name = |event: &str| quoted(&format!("rtree_{table}_{GEOMETRY}_{event}"));
    let values = "(NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom))";
    let filled = "(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))";
    let empty = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))";
    format!(
        "CREATE TRIGGER {insert} AFTER INSERT ON {t} WHEN {filled}
         BEGIN INSERT OR REPLACE INTO {tree} VALUES {values}; END;
         CREATE TRIGGER {update1} AFTER UPDATE OF geom ON {t} WHEN OLD.fid = NEW.fid AND {filled}
         BEGIN INSERT OR REPLACE INTO {tree} VALUES {values}; END;
         CREATE TRIGGER {update2} AFTER UPDATE OF geom ON {t} WHEN OLD.fid = NEW.fid AND {empty}
         BEGIN DELETE FROM {tree} WHERE id = OLD.fid; END;
         CREATE TRIGGER {update3} AFTER UPDATE ON {t} WHEN OLD.fid != NEW.fid AND {filled}
         BEGIN DELETE FROM {tree} WHERE id = OLD.fid; INSERT OR REPLACE INTO {tree} VALUES {values}; END;
         CREATE TRIGGER {update4} AFTER UPDATE ON {t} WHEN OLD.fid != NEW.fid AND {empty}
         BEGIN DELETE FROM {tree} WHERE id IN (OLD.fid, NEW.fid); END;
         CREATE TRIGGER {delete} AFTER DELETE ON {t} WHEN old.geom NOT NULL
         BEGIN DELETE FROM {tree} WHERE id = OLD.fid; END;",
        insert = name("insert"),
        update1 = name("update1"),
        update2 = name("update2"),
        update3 = name("update3"),
        update4 = name("update4"),
        delete = name("delete"),
    )
}
