//! What opening a plan file takes, beside a bare reading of every value in it, and saving it whole and after one edit. The plan is named
//! by `LIANPIAN_PLAN`, and its folder must have room for two copies; without it there is nothing to measure.

#![expect(clippy::expect_used, reason = "a bench stops at what it did not expect")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use lianpian::project::{self, Beside, Opened};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// The program's own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs of each part; the median is told.
const RUNS: usize = 5;

fn main() {
    let Some(path) = std::env::var_os("LIANPIAN_PLAN") else {
        println!("LIANPIAN_PLAN names no plan");
        return;
    };
    let path = Path::new(&path);
    let folder = path.parent().expect("a folder");
    let own = tempfile::tempdir_in(folder).expect("a folder for copies");
    let copy = own.path().join("plan.gpkg");
    let opened = project::open(path).expect("a plan");
    let beside =
        |opened: &Opened| Beside { held: opened.held.clone(), provenance: opened.provenance.clone(), ..Beside::default() };
    let begun = Instant::now();
    project::save_beside(&opened.content, &copy, &beside(&opened)).expect("room");
    println!("saving whole, once: {:.1} s", begun.elapsed().as_secs_f64());
    drop(opened);
    // The two in turn, so that whatever else the machine does falls on both.
    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bare.push(timed(|| values(&copy)));
        let mut opened = None;
        whole.push(timed(|| opened = project::open(&copy).ok()));
        drop(opened.expect("a plan"));
    }
    tell("every value by SQLite alone, one core", bare);
    tell("opening", whole);
    let mut opened = project::open(&copy).expect("a plan");
    let (mut rows, mut times) = (0, Vec::new());
    for _ in 0..RUNS {
        let district = opened.content.districts.values_mut().next().expect("a district");
        district.note.push('.');
        times.push(timed(|| {
            let saved = project::save_beside(&opened.content, &copy, &beside(&opened)).expect("room");
            (rows, opened.held) = (saved.rows, saved.held);
        }));
    }
    tell("saving after one edit", times);
    println!("  rows written: {rows}");
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn tell(name: &str, mut times: Vec<f64>) {
    times.sort_unstable_by(f64::total_cmp);
    println!("{name}: {:.2} s ({:.2} to {:.2})", times[RUNS / 2], times[0], times[RUNS - 1]);
}

/// Steps through all rows of the large tables and takes every value.
fn values(path: &Path) {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
    let mut bytes = 0;
    for table in ["compounds", "pipes", "items", "lianpian_as_read"] {
        let Ok(mut statement) = connection.prepare(&format!("SELECT * FROM {table}")) else { continue };
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().expect("readable") {
            for column in 0..columns {
                bytes += match row.get_ref(column).expect("a value") {
                    ValueRef::Text(value) | ValueRef::Blob(value) => value.len(),
                    _ => 1,
                };
            }
        }
    }
    black_box(bytes);
}
