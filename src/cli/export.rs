//! `export`: a plan in other formats, or what of it concerns one unit.

use serde_json::json;

use super::Ended;
use super::args::ExportArguments;
use super::output::{print_json, unwritable};
use super::terminal::Terminal;
use crate::base::Message;
use crate::export::{ExportOrder, Format};
use crate::project;
use crate::session::Pack;

pub(super) fn run(terminal: &mut Terminal, arguments: &ExportArguments) -> Result<Ended, Message> {
    // Every format is known before the first file is written.
    let formats: Vec<Format> =
        arguments.to.iter().map(|code| Format::from_code(code)).collect::<Result<_, _>>().map_err(|e| e.message())?;
    let order = ExportOrder {
        formats,
        unit: arguments.unit.clone(),
        mask_military: arguments.mask_military,
        dxf: arguments.dxf.into(),
        shp: arguments.shp_encoding.into(),
        geojson: arguments.geojson_crs.into(),
        card: arguments.card.clone(),
        paper: arguments.paper.into(),
    };
    std::fs::create_dir_all(&arguments.out).map_err(|error| unwritable(&arguments.out, &error))?;
    let opened = project::open(&arguments.plan).map_err(|error| error.message())?;
    for warning in &opened.warnings {
        terminal.say(warning);
    }
    let lang = terminal.lang;
    let pack = terminal
        .phase("derive", &Message::new("session.job-findings"), |progress| Pack::new(&opened.content, &order, lang, progress))?;
    let written =
        terminal.phase("write", &Message::new("cli.writing"), |progress| pack.write(&order, &arguments.out, lang, progress))?;
    for note in &written.notes {
        terminal.say(note);
    }
    if arguments.json {
        let listed: Vec<String> = written.files.iter().map(|path| path.display().to_string()).collect();
        print_json(&json!({ "files": listed, "seconds": terminal.seconds() }))?;
    }
    let count = written.files.len();
    let message = Message::new("session.exported").count("count", count).text("dir", arguments.out.display().to_string());
    terminal.say(&message);
    Ok(Ended::Well)
}
