//! Puts PROJ's database beside our own build output, so that the binary can carry it.
//!
//! The bundled PROJ is built by `proj-sys`, which leaves `share/proj/proj.db` in its output folder, a sibling of ours.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=LIANPIAN_PROJ_DB");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let given = env::var_os("LIANPIAN_PROJ_DB").map(PathBuf::from);
    let Some(database) = given.or_else(|| newest_database(&out)) else {
        eprintln!("proj.db was not found beside {}; set LIANPIAN_PROJ_DB to its path", out.display());
        process::exit(1);
    };
    if let Err(error) = fs::copy(&database, out.join("proj.db")) {
        eprintln!("{}: {error}", database.display());
        process::exit(1);
    }
}

/// The newest `proj.db` that a bundled PROJ left in this build folder (`…/build/proj-sys-*/out/share/proj`).
fn newest_database(out: &Path) -> Option<PathBuf> {
    let builds = out.parent()?.parent()?;
    let found = fs::read_dir(builds).ok()?.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with("proj-sys-"));
    found
        .map(|entry| entry.path().join("out/share/proj/proj.db"))
        .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)))
        .max()
        .map(|(_, path)| path)
}
