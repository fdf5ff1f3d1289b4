//! `check --repair`: the fewest moves that make every district contiguous, told and written.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::output::{ending, write_file};
use super::terminal::Terminal;
use crate::base::{CompoundId, DistrictId, Message};
use crate::contiguity::Links;
use crate::export::{self, ExportInput, ExportOptions};
use crate::grouping::{Move, Repair};
use crate::model::{Compound, Content, District};
use crate::project;
use crate::screening::Screened;
use crate::session::regrouping;

/// Formats of `--repair`.
pub(super) const FORMATS: [&str; 3] = ["geojson", "gpkg", "csv"];

/// Proposes a repair and says what it is.
pub(super) fn propose(
    terminal: &mut Terminal,
    content: &Content,
    screened: &[Screened],
    links: &Links,
) -> Result<Repair, Message> {
    let label = Message::new("session.job-repair");
    let found = terminal.phase("repair", &label, |progress| regrouping::repair(content, screened, links, progress));
    let repair = found.map_err(|error| error.message())?;
    terminal.say(&regrouping::repair_message(content, &repair));
    Ok(repair)
}

/// A repair as JSON; districts by name, else by label.
pub(super) fn repair_json(content: &Content, repair: &Repair) -> Value {
    let one = |step: &Move| {
        let id = content.compounds.get(step.unit as usize).map(|compound| compound.source_id.as_str());
        json!({ "id": id, "from": step.from.map(|d| name(content, d)), "to": step.to.map(|d| name(content, d)) })
    };
    json!({
        "moves": repair.moves.iter().map(one).collect::<Vec<_>>(),
        "exact": repair.exact,
        "at_least": repair.at_least,
        "left": repair.left.iter().map(|d| name(content, *d)).collect::<Vec<_>>(),
    })
}

/// One line a move: the compound, where from, where to.
pub(super) fn tell(terminal: &Terminal, content: &Content, repair: &Repair, out: &mut dyn Write) -> std::io::Result<()> {
    let place = |district: Option<u32>| match district {
        Some(district) => name(content, district),
        None => terminal.words(&Message::new("ui.no-district")),
    };
    for step in &repair.moves {
        let label = content.compounds.get(CompoundId(step.unit).index()).map(Compound::label).unwrap_or_default();
        writeln!(out, "{}\t{label}\t{} → {}", terminal.words(&Message::new("cli.move")), place(step.from), place(step.to))?;
    }
    Ok(())
}

fn name(content: &Content, district: u32) -> String {
    let known = content.districts.get(&DistrictId(district));
    known.map(|d| if d.name.is_empty() { d.label() } else { d.name.clone() }).unwrap_or_default()
}

/// Writes the compounds with their districts after the repair.
pub(super) fn write(
    terminal: &Terminal,
    content: &Content,
    screened: &[Screened],
    repair: &Repair,
    out: &Path,
) -> Result<(), Message> {
    let mut content = content.clone();
    content.assignment = regrouping::repaired(&content, repair);
    match ending(out).as_str() {
        "geojson" => {
            let input = ExportInput { screened, ..ExportInput::of(&content) };
            let options = ExportOptions::in_lang(terminal.lang);
            export::write_geojson_layer(&input, "compounds", out, &options).map_err(|error| error.message())
        }
        "gpkg" => project::save(&content, out).map(drop).map_err(|error| error.message()),
        _ => write_file(out, |out| {
            let mut table = csv::Writer::from_writer(out);
            table.write_record(["id", "district", "name"])?;
            for (compound, id) in content.compounds.iter().zip(&content.assignment) {
                let district = id.and_then(|id| content.districts.get(&id));
                let number = district.map(|d: &District| d.number.to_string()).unwrap_or_default();
                let name = district.map(|d| d.name.as_str()).unwrap_or_default();
                table.write_record([compound.source_id.as_str(), number.as_str(), name])?;
            }
            table.flush()
        }),
    }
}
