//! Data that others made, which lies outside the project. `LIANPIAN_DATA` names its folder; a test without it says so and is
//! skipped, or fails where `LIANPIAN_DATA_REQUIRED=1` asks for the data.

use std::path::{Path, PathBuf};

/// The folder of outside data, or `None` after saying so.
pub(crate) fn data() -> Option<PathBuf> {
    let given = std::env::var_os("LIANPIAN_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("LIANPIAN_DATA_REQUIRED").as_deref() != Ok("1"), "{} is missing", folder.display());
    println!("skipped: no data");
    None
}
