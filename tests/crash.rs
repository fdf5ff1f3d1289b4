//! A short run of `examples/crash`: a process that edits and saves is killed, the power is cut, and nothing that was kept is lost.

#[path = "../examples/crash/rounds.rs"]
mod rounds;

use std::path::Path;
use std::process::Command;

/// Names the plan and the seed of a worker, in the process that is one.
const WORKER: &str = "LIANPIAN_CRASH_WORKER";

#[test]
fn kills_lose_at_most_the_gesture_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let own = std::env::current_exe().unwrap();
    let start = |plan: &Path, seed: u64| {
        let mut worker = Command::new(&own);
        worker.args(["the_worker_that_is_killed", "--exact", "--nocapture", "--test-threads", "1"]);
        worker.env(WORKER, format!("{seed} {}", plan.display()));
        worker
    };
    let tally = rounds::rounds(folder.path(), 16, 20_260_601, &start).unwrap();
    assert!(tally.kills == 16 && tally.kept > 0, "{tally:?}");
}

/// Does nothing unless it is started as a worker by the test above.
#[test]
fn the_worker_that_is_killed() {
    let Ok(told) = std::env::var(WORKER) else { return };
    let (seed, plan) = told.split_once(' ').unwrap();
    rounds::work(Path::new(plan), seed.parse().unwrap()).unwrap();
}
