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
    let carried = fs::read(&database).and_then(|bytes| fs::write(out.join("proj.db"), &bytes).map(|()| bytes));
    match carried {
        Ok(bytes) => println!("cargo:rustc-env=LIANPIAN_PROJ_NAME=proj-{}-{:016x}", bytes.len(), fingerprint(&bytes)),
        Err(error) => {
            eprintln!("{}: {error}", database.display());
            process::exit(1);
        }
    }
}

/// FNV-1a over words of eight bytes: tells two databases of one length apart, no more.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(0xcbf2_9ce4_8422_2325, |hash, chunk| {
        let word = chunk.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3)
    })
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
