//! Runs every effect that needs no window: files, jobs, the journal. The runner lives beside the state,
//! and each of its calls returns at once; the terminal waits with [`Runner::settle`].

mod files;
mod keeping;
mod preferences;
mod runner;
mod sample;

pub use preferences::{load_preferences, save_preferences, state_dir};
pub use runner::Runner;
pub use sample::sample_files;
