//! The session driven from a terminal: results on stdout or in files, words and progress on stderr.
//!
//! Exit 0 when done, 1 for a finding of error severity, bounds not met or (under `--strict`) features left out,
//! 2 when nothing could be done, with one sentence that says why.

pub mod args;
mod check;
mod communities;
mod comments;
mod compare;
mod describe;
mod export;
mod filled;
mod freeze;
mod group;
mod help;
mod info;
mod inputs;
mod ledgers;
mod links;
mod measures;
mod mends;
mod only;
mod output;
mod pairs;
mod plan;
mod repair;
mod shortfalls;
mod terminal;
mod usage;
mod versions;
mod works;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Arguments, Command};
use terminal::Terminal;

use crate::base::Message;
use crate::i18n::Lang;

/// What the arguments ask for.
pub enum Start {
    /// The window, with these files, in the language asked for.
    Window(Vec<PathBuf>, Option<Lang>),
    /// A command was run; this is its exit code.
    Done(ExitCode),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// Exit 0.
    Well,
    /// Exit 1: done, but something is wrong with the plan or the data.
    WithFaults,
}

/// Reads the arguments of the process and runs the command, if there is one.
#[must_use]
pub fn start() -> Start {
    let lang = terminal::language(usage::language_asked());
    let matches = help::command(lang).try_get_matches();
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => {
            usage::tell(&error, lang);
            return Start::Done(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)));
        }
    };
    let mut terminal = Terminal::new(terminal::language(arguments.lang));
    let Some(command) = arguments.command else {
        return match arguments.files.iter().find(|file| !file.exists()) {
            Some(missing) => Start::Done(exit_code(&terminal, Err(no_such_file(missing)))),
            None => Start::Window(arguments.files, arguments.lang.map(|word| terminal::language(Some(word)))),
        };
    };
    let ended = match command {
        Command::Info(arguments) => info::run(&mut terminal, &arguments),
        Command::Links(arguments) => links::run(&mut terminal, &arguments),
        Command::Group(arguments) => group::run(&mut terminal, &arguments),
        Command::Check(arguments) => check::run(&mut terminal, &arguments),
        Command::Compare(arguments) => compare::run(&mut terminal, &arguments),
        Command::Diff(arguments) => versions::run_diff(&mut terminal, &arguments),
        Command::Merge(arguments) => versions::run_merge(&mut terminal, &arguments),
        Command::Plan(arguments) => plan::run(&mut terminal, &arguments),
        Command::Comments(arguments) => comments::run(&mut terminal, &arguments),
        Command::Freeze(arguments) => freeze::run_freeze(&mut terminal, &arguments),
        Command::Branch(arguments) => freeze::run_branch(&mut terminal, &arguments),
        Command::Export(arguments) => export::run(&mut terminal, &arguments),
    };
    Start::Done(exit_code(&terminal, ended))
}

/// A mistyped command looks like a file that is not there.
fn no_such_file(file: &std::path::Path) -> Message {
    let commands: Vec<String> = Arguments::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    Message::new("cli.no-such-file").text("file", file.display().to_string()).text("commands", commands.join(", "))
}

fn exit_code(terminal: &Terminal, ended: Result<Ended, Message>) -> ExitCode {
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::WithFaults) => ExitCode::from(1),
        Err(message) => {
            terminal.say(&message);
            ExitCode::from(2)
        }
    }
}
