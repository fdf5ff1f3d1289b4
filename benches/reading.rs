//! What reading a map takes, part by part, and how long a wish to stop goes unheard. The map is named by
//! `LIANPIAN_TOWN`; without it there is nothing to measure.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench stops at what it did not expect")]

use std::hint::black_box;
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use geo::{BoundingRect, Coord};
use lianpian::base::{Reporter, Silent};
use lianpian::geometry::crs::{LON_LAT, Transformer};
use lianpian::geometry::index::BoxIndex;
use lianpian::import::{ImportError, ReadOptions, read_path};
use lianpian::model::LayerContent;
use rayon::prelude::*;

/// The program's own allocator: features are made in one thread and freed in another, millions of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs of each part; the median is told.
const RUNS: usize = 5;

fn main() {
    let Some(path) = std::env::var_os("LIANPIAN_TOWN") else {
        println!("LIANPIAN_TOWN names no map");
        return;
    };
    let path = Path::new(&path);
    part("the disk, into one buffer", || disk(path));
    part("telling brackets, strings and numbers apart, one core", || bare_scan(path));
    part("all of reading", || drop(read(path)));
    let content = read(path);
    part("the projection alone, all cores", || project(&content));
    part("the index of boxes alone", || drop(index(&content)));
    stops(path);
}

fn part(name: &str, work: impl Fn()) {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| timed(&work)).collect();
    times.sort_unstable();
    println!(
        "{name}: {:.3} s ({:.3} to {:.3})",
        times[RUNS / 2].as_secs_f64(),
        times[0].as_secs_f64(),
        times[RUNS - 1].as_secs_f64()
    );
}

fn timed(work: impl Fn()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn chunks(path: &Path, mut each: impl FnMut(&[u8])) {
    let mut file = std::fs::File::open(path).expect("a map");
    let mut buffer = vec![0; 8 << 20];
    loop {
        match file.read(&mut buffer).expect("readable") {
            0 => return,
            got => each(&buffer[..got]),
        }
    }
}

fn disk(path: &Path) {
    chunks(path, |bytes| {
        black_box(bytes[bytes.len() / 2]);
    });
}

/// The least that any reader of JSON does: every byte is looked at once and every digit is taken.
fn bare_scan(path: &Path) {
    let (mut marks, mut sum, mut number) = (0_usize, 0_u64, 0_u64);
    chunks(path, |bytes| {
        for byte in bytes {
            match byte {
                b'0'..=b'9' => number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
                b'{' | b'}' | b'[' | b']' | b'"' | b',' => {
                    marks += 1;
                    sum = sum.wrapping_add(number);
                    number = 0;
                }
                _ => {}
            }
        }
    });
    black_box((marks, sum));
}

fn read(path: &Path) -> LayerContent {
    let read = read_path(path, &ReadOptions::default(), &Silent).expect("a map");
    read.layers.into_iter().next().expect("a layer").content
}

fn lists(content: &LayerContent) -> Vec<&[Coord<f64>]> {
    match content {
        LayerContent::Compounds(list) => {
            let rings = list.iter().flat_map(|c| &c.shape.0);
            rings.flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors())).map(|ring| &*ring.0).collect()
        }
        LayerContent::Pipes(list) => list.iter().flat_map(|pipe| &pipe.line.0).map(|line| &*line.0).collect(),
        other => panic!("{:?} are not measured", other.kind()),
    }
}

/// Back to degrees first, which is not measured, then forth.
fn project(content: &LayerContent) {
    static DEGREES: Mutex<Vec<Vec<Coord<f64>>>> = Mutex::new(Vec::new());
    let mut degrees = DEGREES.lock().expect("one thread");
    if degrees.is_empty() {
        let back = Transformer::new("EPSG:4551", LON_LAT).expect("known");
        *degrees = lists(content).into_iter().map(<[_]>::to_vec).collect();
        degrees.iter_mut().for_each(|list| back.convert(list).expect("near"));
    }
    degrees.par_chunks(4_096).for_each_init(
        || Transformer::new(LON_LAT, "EPSG:4551").expect("known"),
        |forward, run| {
            let mut room = Vec::new();
            for list in run {
                room.clone_from(list);
                forward.convert(&mut room).expect("near");
                black_box(&room);
            }
        },
    );
}

fn index(content: &LayerContent) -> BoxIndex {
    match content {
        LayerContent::Compounds(list) => BoxIndex::new(list.iter().map(|compound| compound.shape.bounding_rect())),
        LayerContent::Pipes(list) => BoxIndex::new(list.iter().map(|pipe| pipe.line.bounding_rect())),
        other => panic!("{:?} are not measured", other.kind()),
    }
}

/// Wishes to stop after so many words of progress.
struct Impatient {
    after: usize,
    told: AtomicUsize,
    since: Mutex<Option<Instant>>,
}

impl Reporter for Impatient {
    fn progress(&self, _done: usize, _total: usize) {
        if self.told.fetch_add(1, Ordering::Relaxed) + 1 == self.after {
            *self.since.lock().expect("sound") = Some(Instant::now());
        }
    }

    fn should_stop(&self) -> bool {
        self.told.load(Ordering::Relaxed) >= self.after
    }
}

/// From the wish to the answer, at places spread over the whole of reading.
fn stops(path: &Path) {
    let patient = Impatient { after: usize::MAX, told: AtomicUsize::new(0), since: Mutex::new(None) };
    read_path(path, &ReadOptions::default(), &patient).expect("a map");
    let all = patient.told.into_inner();
    let mut waits = Vec::new();
    for part in 1..20 {
        let impatient = Impatient { after: (all * part / 20).max(1), told: AtomicUsize::new(0), since: Mutex::new(None) };
        let ended = read_path(path, &ReadOptions::default(), &impatient);
        let since = impatient.since.into_inner().expect("sound").map(|since| since.elapsed());
        if let (Err(ImportError::Cancelled), Some(wait)) = (ended, since) {
            waits.push(wait);
        }
    }
    waits.sort_unstable();
    let ms = |wait: Duration| wait.as_secs_f64() * 1e3;
    println!(
        "{} of 19 wishes to stop were heard; longest {:.1} ms, median {:.1} ms",
        waits.len(),
        waits.last().copied().map_or(0.0, ms),
        waits.get(waits.len() / 2).copied().map_or(0.0, ms)
    );
}
