//! The GeoPackage codec (OGC 12-128r17) that reading, exporting and the plan file share.
//!
//! Geometry blobs both ways, the tables that every GeoPackage has, feature tables with their R-tree, and the SQL
//! functions that the triggers of other programs call. It knows nothing of plans: rows are cells.

mod blob;
mod cell;
mod change;
mod digest;
mod error;
mod functions;
mod index;
mod package;
mod srs;
mod table;
mod wkb;

/// The table in which files of ours say where their layers came from: `layer` names a table, `shift` why its places are
/// approximate.
pub const SOURCES: &str = "lianpian_sources";

pub use blob::{Envelope, Shape, decode, encode, envelope, has_height};
pub use cell::{Cell, CellRef, Cells, Column, ColumnKind, Row};
pub use digest::Digests;
pub use error::{BlobError, GpkgError};
pub use functions::register;
pub use package::{Ids, Package, Part, ReadRow};
pub use srs::Srs;
pub use table::{GeometryKind, TableSpec, quoted};
