//! `export`: a plan in other formats.

use serde_json::json;

use super::Ended;
use super::args::ExportArguments;
use super::output::{print_json, unwritable};
use super::terminal::Terminal;
use super::works;
use crate::base::Message;
use crate::export::{self, ExportInput, ExportOptions, Format};
use crate::project;
use crate::session::{derive, sheet};

pub(super) fn run(terminal: &mut Terminal, arguments: &ExportArguments) -> Result<Ended, Message> {
    if let Some(unit) = &arguments.unit {
        return Err(Message::new("cli.no-unit").text("unit", unit));
    }
    // Every format is known before the first file is written.
    let formats: Vec<Format> =
        arguments.to.iter().map(|code| Format::from_code(code)).collect::<Result<_, _>>().map_err(|e| e.message())?;
    std::fs::create_dir_all(&arguments.out).map_err(|error| unwritable(&arguments.out, &error))?;
    let opened = project::open(&arguments.plan).map_err(|error| error.message())?;
    for warning in &opened.warnings {
        terminal.say(warning);
    }
    let content = export::published(&opened.content).into_owned();
    let cancelled = |_| Message::new("session.cancelled");
    let screened = derive::screened(&content);
    let gap_m = content.settings.gap_m;
    let links = terminal.phase("links", &Message::new("session.job-links"), |progress| derive::links(&content, gap_m, progress));
    let links = links.map_err(cancelled)?;
    let lengths = terminal.phase("pipes", &Message::new("session.job-lengths"), |progress| derive::lengths(&content, progress));
    let lengths = lengths.map_err(cancelled)?;
    let dug = works::dug(terminal, &content)?;
    let quality = derive::quality(&content);
    let basis = derive::Basis { screened: &screened, links: &links, lengths: &lengths, dug: &dug, quality: &quality };
    let findings = derive::findings(&content, &basis);
    let coordinated = sheet::coordinated(&content, &dug);
    let (links, lengths, findings) = (sheet::links(&content, &links), sheet::lengths(&lengths), sheet::findings(&findings));
    let offers = super::mends::offers(terminal, &content)?;
    let input = ExportInput {
        content: &content,
        screened: &screened,
        links: &links,
        pipe_lengths: &lengths,
        findings: &findings,
        offers: &offers,
        coordinated: &coordinated,
    };
    let options = ExportOptions { lang: terminal.lang };
    let mut files = Vec::new();
    for format in formats {
        let written =
            terminal.phase("write", &Message::new("cli.writing"), |_| export::export(&input, format, &arguments.out, &options));
        files.extend(written.map_err(|error| error.message())?);
    }
    if arguments.json {
        let listed: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        print_json(&json!({ "files": listed, "seconds": terminal.seconds() }))?;
    }
    let message = Message::new("session.exported").count("count", files.len()).text("dir", arguments.out.display().to_string());
    terminal.say(&message);
    Ok(Ended::Well)
}
