//! What pipes cost at the size of a country: their lengths inside, connecting and passing, and the ground that is opened twice.
//! Each step three times, by the clock and by the processor.
//!
//! `LIANPIAN_TOUR` and `LIANPIAN_TOUR_PIPES` name the layers, as for `tour`.

#![expect(clippy::expect_used, reason = "a bench stops at what it did not expect")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use lianpian::base::Silent;
use lianpian::coordination::dig::Dug;
use lianpian::import::{ReadOptions, read_path};
use lianpian::model::{Content, LayerKind};
use lianpian::pipes;
use lianpian::session::place_layers;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let file = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let (Some(compounds), Some(lines)) = (file("LIANPIAN_TOUR"), file("LIANPIAN_TOUR_PIPES")) else {
        println!("LIANPIAN_TOUR and LIANPIAN_TOUR_PIPES name no map");
        return;
    };
    let mut content = Content::default();
    let mut read = Vec::new();
    let mut working_crs = None;
    for (kind, path) in [(LayerKind::Compounds, compounds), (LayerKind::Pipes, lines)] {
        let options = ReadOptions { kind: Some(kind), working_crs, ..ReadOptions::default() };
        let layer = read_path(&path, &options, &Silent).expect("a map");
        working_crs = Some(layer.working_crs);
        read.push(layer);
    }
    place_layers(&mut content, read);
    println!("{} compounds, {} pipes", content.compounds.len(), content.pipes.len());
    timed("lengths", || {
        let found = pipes::lengths(&content, &Silent).expect("nobody stops it");
        let sum = |of: fn(&pipes::PipeTotal) -> f64| found.per_pipe.iter().map(of).sum::<f64>() / 1_000.0;
        let shares: usize = found.per_compound.iter().map(Vec::len).sum();
        let by_compound = found.per_compound.iter().flatten().map(|share| share.inside_m).sum::<f64>() / 1_000.0;
        let (whole, inside) = (sum(|total| total.total_m), sum(|total| total.inside_m));
        format!("{whole:.3} km, {inside:.3} km inside, {by_compound:.3} km by compound, {shares} shares")
    });
    timed("ground opened twice", || {
        let dug = Dug::new(&content, &Silent).expect("nobody stops it");
        format!("{} openings, {:.3} km twice", dug.ground.openings.len(), dug.digging.reopened_m / 1_000.0)
    });
}

fn timed(name: &str, work: impl Fn() -> String) {
    for _ in 0..3 {
        let (start, before) = (Instant::now(), cpu_time());
        let told = work();
        let (wall, cpu) = (start.elapsed(), cpu_time().saturating_sub(before));
        println!("{name}: {:.2} s, {:.2} s of the processor; {told}", wall.as_secs_f64(), cpu.as_secs_f64());
    }
}

/// Time of the process on all processors, in its ticks.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}
