//! The SQL functions that R-tree triggers call (OGC 12-128r17, annex F.3); those of other programs need them too.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::{Envelope, GpkgError, blob};

/// Bounds of the blob in the first argument; nothing for `NULL`, for empty geometry and for bytes that are none.
fn bounds(context: &Context<'_>) -> Option<Envelope> {
    match context.get_raw(0) {
        ValueRef::Blob(bytes) => blob::envelope(bytes).ok().flatten(),
        _ => None,
    }
}

/// Registers `ST_MinX`, `ST_MaxX`, `ST_MinY`, `ST_MaxY` and `ST_IsEmpty`.
///
/// # Errors
/// [`GpkgError`] when `SQLite` refuses, which it does only while a statement runs.
pub fn register(connection: &Connection) -> Result<(), GpkgError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (slot, name) in ["ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"].into_iter().enumerate() {
        connection.create_scalar_function(name, 1, flags, move |context| Ok(bounds(context).map(|b| b[slot])))?;
    }
    connection.create_scalar_function("ST_IsEmpty", 1, flags, |context| {
        Ok(match context.get_raw(0) {
            ValueRef::Null => None,
            _ => Some(bounds(context).is_none()),
        })
    })?;
    Ok(())
}
