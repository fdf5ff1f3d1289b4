//! Runs every effect that needs no window: files, jobs, the journal. The runner lives beside the state,
//! and each of its calls returns at once; the terminal waits with [`Runner::settle`].

mod backdrop;
mod comparing;
mod derivations;
mod fixing;
mod files;
mod keeping;
mod measuring;
mod preferences;
mod runner;
mod sample;
mod searching;
mod survey;
mod watch;
#[cfg(test)]
mod reload_tests;
#[cfg(test)]
mod tests;

pub use preferences::{Folders, load_preferences};
pub use runner::Runner;
pub use sample::sample_files;
pub use watch::INTERVAL as WATCH_INTERVAL;
