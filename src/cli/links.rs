//! `links`: every pair of compounds within the gap; nothing is screened.

use serde_json::{Value, json};

use super::Ended;
use super::args::LinksArguments;
use super::inputs::{read_compounds_with, rules_json, weights_links};
use super::output::{ending, no_format, print, print_json, write_file};
use super::terminal::Terminal;
use crate::base::{CompoundId, Message};
use crate::contiguity::{Link, Links, Surroundings, components};
use crate::export::weights::{Reason, write_gal, write_gwt, write_links_csv};
use crate::export::{self, ExportInput, ExportOptions};
use crate::model::{Content, LayerKind};
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
    if arguments.why
        && let Some(out) = arguments.out.as_ref().filter(|_| matches!(format.as_deref(), Some("gal" | "gwt")))
    {
        return Err(Message::new("cli.why-no-room").text("file", out.display().to_string()));
    }
    let streets = arguments.streets.iter().map(|path| (LayerKind::Streets, path));
    let loaded = read_compounds_with(terminal, &arguments.compounds, &arguments.shared, streets)?;
    let content = loaded.content;
    // Weights in GAL and GWT carry no frontage, which costs more than the rest.
    let bare = matches!(format.as_deref(), Some("gal" | "gwt")) || (format.is_none() && arguments.shared.json);
    let links = find_links(terminal, &content, arguments, bare)?;
    write(terminal, &content, &links, &loaded.reports, arguments, format.as_deref())?;
    if arguments.shared.json {
        let mut summary = summary(terminal, &content, &links, &loaded.reports, loaded.left_out);
        if arguments.why {
            summary["links"] = reasons_json(terminal, &content, &links);
        }
        print_json(&summary)?;
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
    let surroundings = arguments.why.then(|| Surroundings::new(content));
    let reason = surroundings.as_ref().map(|surroundings| {
        |link: &Link| {
            let between = surroundings.between(link);
            (between.code(content), terminal.words(&between.message(content, link)))
        }
    });
    let reason = reason.as_ref().map(|reason| reason as Reason<'_>);
    let Some(out) = &arguments.out else {
        return if arguments.shared.json { Ok(()) } else { print(|out| write_links_csv(out, &ids, &links.list, reason)) };
    };
    let layer = arguments.compounds.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let id_field = arguments.shared.reading.id.as_deref().or_else(|| id_field(reports)).unwrap_or("id");
    match format {
        Some("gal") => write_file(out, |file| write_gal(file, &ids, &layer, id_field, &links.list)),
        Some("gwt") => write_file(out, |file| write_gwt(file, &ids, &layer, id_field, &links.list)),
        Some("geojson") => {
            let links = sheet::links(content, links);
            let input = ExportInput { links: &links, ..ExportInput::of(content) };
            let options = ExportOptions::in_lang(terminal.lang);
            export::write_geojson_layer(&input, "links", out, &options).map_err(|error| error.message())
        }
        _ => write_file(out, |file| write_links_csv(file, &ids, &links.list, reason)),
    }
}

/// The field that the compounds' ids were read from.
fn id_field(reports: &[Value]) -> Option<&str> {
    let fields = reports.first()?["report"]["fields"].as_array()?;
    fields.iter().find(|field| field["target"] == "source_id")?["source"].as_str()
}

/// Every link with what lies between.
fn reasons_json(terminal: &Terminal, content: &Content, links: &Links) -> Value {
    let surroundings = Surroundings::new(content);
    let id = |id: CompoundId| &content.compounds[id.index()].source_id;
    let one = |link: &Link| {
        let between = surroundings.between(link);
        json!({
            "a": id(link.a),
            "b": id(link.b),
            "gap_m": link.bare_gap_m(),
            "cost_m": link.extra_m,
            "kind": link.kind.code(),
            "between": between.code(content),
            "why": terminal.words(&between.message(content, link)),
        })
    };
    links.list.iter().map(one).collect()
}

fn summary(terminal: &Terminal, content: &Content, links: &Links, reports: &[Value], left_out: usize) -> Value {
    let units = content.compounds.len();
    let components = components(units, links.list.iter().map(Link::pair));
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
