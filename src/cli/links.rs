//! `links`: every pair of compounds within the gap; nothing is screened.

use serde_json::{Value, json};

use super::Ended;
use super::args::LinksArguments;
use super::inputs::{read_compounds, rules_json, weights_links};
use super::output::{ending, no_format, print, print_json, write_file};
use super::terminal::Terminal;
use crate::base::Message;
use crate::contiguity::{Links, components};
use crate::export::weights::{write_gal, write_gwt, write_links_csv};
use crate::export::{self, ExportInput, ExportOptions};
use crate::model::Content;
use crate::session::{derive, sheet};

/// Formats of `--out`.
const FORMATS: [&str; 4] = ["csv", "gal", "gwt", "geojson"];

pub(super) fn run(terminal: &mut Terminal, arguments: &LinksArguments) -> Result<Ended, Message> {
    let format = arguments.out.as_deref().map(ending);
    if let (Some(out), Some(format)) = (&arguments.out, &format)
        && !FORMATS.contains(&format.as_str())
    {
        return Err(no_format(out, &FORMATS));
    }
    let loaded = read_compounds(terminal, &arguments.compounds, &arguments.shared)?;
    let content = loaded.content;
    // Weights in GAL and GWT carry no frontage, which costs more than the rest.
    let bare = matches!(format.as_deref(), Some("gal" | "gwt")) || (format.is_none() && arguments.shared.json);
    let links = find_links(terminal, &content, arguments, bare)?;
    write(terminal, &content, &links, &loaded.reports, arguments, format.as_deref())?;
    if arguments.shared.json {
        print_json(&summary(terminal, &content, &links, &loaded.reports, loaded.left_out))?;
    }
    Ok(if arguments.shared.strict && loaded.left_out > 0 { Ended::WithFaults } else { Ended::Well })
}

fn find_links(terminal: &mut Terminal, content: &Content, arguments: &LinksArguments, bare: bool) -> Result<Links, Message> {
    let shared = &arguments.shared;
    if let Some(path) = &shared.weights {
        return Ok(weights_links(terminal, content, path, shared.reading.id.is_some())?.0);
    }
    let gap_m = content.settings.gap_m;
    let links = terminal.phase("links", &Message::new("session.job-links"), |progress| {
        if bare { derive::bare_links(content, gap_m, progress) } else { derive::links(content, gap_m, progress) }
    });
    links.map_err(|_| Message::new("session.cancelled"))
}

fn write(
    terminal: &Terminal,
    content: &Content,
    links: &Links,
    reports: &[Value],
    arguments: &LinksArguments,
    format: Option<&str>,
) -> Result<(), Message> {
    let ids: Vec<String> = content.compounds.iter().map(|c| c.source_id.clone()).collect();
    let Some(out) = &arguments.out else {
        return if arguments.shared.json { Ok(()) } else { print(|out| write_links_csv(out, &ids, &links.list)) };
    };
    let layer = arguments.compounds.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let id_field = arguments.shared.reading.id.as_deref().or_else(|| id_field(reports)).unwrap_or("id");
    match format {
        Some("gal") => write_file(out, |file| write_gal(file, &ids, &layer, id_field, &links.list)),
        Some("gwt") => write_file(out, |file| write_gwt(file, &ids, &layer, id_field, &links.list)),
        Some("geojson") => {
            let links = sheet::links(content, links);
            let input = ExportInput { content, screened: &[], links: &links, pipe_lengths: &[], findings: &[], offers: &[] };
            let options = ExportOptions { lang: terminal.lang };
            export::write_geojson_layer(&input, "links", out, &options).map_err(|error| error.message())
        }
        _ => write_file(out, |file| write_links_csv(file, &ids, &links.list)),
    }
}

/// The field that the compounds' ids were read from.
fn id_field(reports: &[Value]) -> Option<&str> {
    let fields = reports.first()?["report"]["fields"].as_array()?;
    fields.iter().find(|field| field["target"] == "source_id")?["source"].as_str()
}

fn summary(terminal: &Terminal, content: &Content, links: &Links, reports: &[Value], left_out: usize) -> Value {
    let units = content.compounds.len();
    let components = components(units, links.list.iter().map(crate::contiguity::Link::pair));
    let mut linked = vec![false; units];
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    for link in &links.list {
        linked[link.a.index()] = true;
        linked[link.b.index()] = true;
        *kinds.entry(link.kind.code()).or_default() += 1;
    }
    json!({
        "units": units,
        "pairs": links.list.len(),
        "kinds": kinds,
        "blocked": links.blocked.len(),
        "components": components.count,
        "islands": linked.iter().filter(|linked| !**linked).count(),
        "gap_m": content.settings.gap_m,
        "barriers": rules_json(&content.settings.barriers),
        "crs": content.crs_code,
        "left_out": left_out,
        "inputs": reports,
        "seconds": terminal.seconds(),
    })
}
