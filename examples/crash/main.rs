//! Kills a process that edits and saves a plan, again and again, and cuts the power at the bounds of pages; after each the plan is
//! opened and must hold all edits that were said to be kept, but for the one under way at most.
//!
//!     cargo run --example crash -- 1000 [SEED]

mod rounds;

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ended = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["work", plan, seed] => {
            seed.parse().map_err(|_| "no seed".to_owned()).and_then(|seed| rounds::work(Path::new(plan), seed))
        }
        [kills] => run(kills, "1"),
        [kills, seed] => run(kills, seed),
        _ => Err("usage: crash KILLS [SEED]".to_owned()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(kills: &str, seed: &str) -> Result<(), String> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text} is no number"));
    let kills = u32::try_from(number(kills)?).map_err(|error| error.to_string())?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let start = |plan: &Path, seed: u64| {
        let mut worker = Command::new(&own);
        worker.arg("work").arg(plan).arg(seed.to_string());
        worker
    };
    let begun = std::time::Instant::now();
    let tally = rounds::rounds(folder.path(), kills, number(seed)?, &start)?;
    println!("{tally:#?}\n{:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}
