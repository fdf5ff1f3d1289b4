//! Start-up only: arguments, log, then the window or one command.

use std::process::ExitCode;

use lianpian::{app, cli};

/// Features are made in one thread and freed in another, millions of them; the system's allocator waits for itself then.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("error")).init();
    let (files, lang) = match cli::start() {
        cli::Start::Done(code) => return code,
        cli::Start::Window(files, lang) => (files, lang),
    };
    match app::run(files, lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
