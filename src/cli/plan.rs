//! `plan`: the whole way without a window; the plan, its layers and a summary come out.

use std::path::PathBuf;

use serde_json::Value;

use super::args::PlanArguments;
use super::check::finding_json;
use super::group::{apply, facts, group, request, tell_end as tell_grouped};
use super::inputs::{read_maps, save, settings, tell_idle_rules};
use super::ledgers::join_tables;
use super::output::{print_json, unwritable, write_file};
use super::terminal::Terminal;
use super::{Ended, communities, filled, measures, mends, pairs, shortfalls, works};
use crate::base::Message;
use crate::checks::{self, Severity};
use crate::composition;
use crate::coordination::dig::Dug;
use crate::export::{self, ExportInput, ExportOptions, Format, NeedCells, NeedsWritten};
use crate::model::{Content, LayerKind, Settings};
use crate::project;
use crate::session::{derive, edits, sheet};

pub(super) fn run(terminal: &mut Terminal, arguments: &PlanArguments) -> Result<Ended, Message> {
    let shared = &arguments.shared;
    // Before any work: a folder that cannot be made would lose it all.
    std::fs::create_dir_all(&arguments.out).map_err(|error| unwritable(&arguments.out, &error))?;
    let mut loaded = read_maps(terminal, &layers(arguments), &shared.reading, &shared.mending)?;
    if LayerKind::ALL.into_iter().all(|kind| loaded.content.layer(kind).is_empty()) {
        return Err(Message::new("cli.nothing-loaded"));
    }
    join_tables(terminal, &mut loaded, &shared.reading.join, &shared.reading, false)?;
    join_tables(terminal, &mut loaded, &arguments.ledger, &shared.reading, true)?;
    let content = &mut loaded.content;
    mends::answer(terminal, content, &shared.mending)?;
    filled::take(terminal, &mut loaded, &arguments.filled)?;
    filled::take_prices(terminal, &mut loaded, &arguments.prices)?;
    let content = &mut loaded.content;
    content.settings = settings(shared, &Settings::default())?;
    tell_idle_rules(terminal, content, shared);
    pairs::take(terminal, &mut loaded, shared)?;
    let content = &mut loaded.content;
    arguments.wish.settle(&mut content.settings);
    content.settings.works.clearance = arguments.clearance;
    content.settings.mask_military = arguments.mask_military;
    content.title = arguments.title.clone().unwrap_or_default();
    content.data_date.clone_from(&arguments.date);
    let grouped = group(terminal, content, shared, (&arguments.wish, &request(&arguments.wish)))?;
    apply(content, &grouped.grouping);
    let left = shortfalls::find(terminal, content, (&grouped.problem, &grouped.grouping), &grouped.links, shared)?;
    let label = Message::new("session.job-lengths");
    let lengths = terminal.phase("pipes", &label, |progress| derive::lengths(content, progress));
    let lengths = lengths.map_err(|_| Message::new("session.cancelled"))?;
    let items =
        terminal.phase("items", &Message::new("cli.drafting"), |_| composition::draft(content, &grouped.screened, &lengths));
    edits::place_items(content, items);
    let mut links = grouped.links.clone();
    if shared.weights.is_none() {
        let label = Message::new("session.job-links");
        let measured = terminal.phase("frontage", &label, |progress| derive::add_frontage(content, &mut links, progress));
        measured.map_err(|_| Message::new("session.cancelled"))?;
    }
    let whole: &Content = content;
    let published = export::published(whole, terminal.lang);
    let content: &Content = &published;
    let dug = works::dug(terminal, content)?;
    let quality = works::quality(terminal, content);
    let (screened, lengths, dug, quality) = (&grouped.screened[..], &lengths, &dug, &quality);
    let basis = derive::Basis { screened, links: &links, lengths, dug, quality };
    let label = Message::new("session.job-findings");
    let findings = terminal.phase("check", &label, |_| derive::findings(content, &basis));
    let offers = mends::offers(terminal, content)?;
    let provenance = &loaded.provenance;
    let derived = Derived { screened, links: &links, lengths, findings: &findings, offers: &offers, provenance, dug };
    let needs = write(terminal, arguments, (whole, content), &derived)?;
    let counts = checks::summary(&findings);
    let mut summary = facts(terminal, content, (&grouped, &left));
    measures::add(terminal, content, &grouped, true, &mut summary);
    describe(content, arguments, &mut summary);
    summary["needs"]["lines"] = needs.lines.into();
    summary["needs"]["left_out"] = needs.left_out.into();
    summary["errors"] = counts.errors.into();
    summary["warnings"] = counts.warnings.into();
    summary["notes"] = counts.notes.into();
    summary["findings"] = findings.iter().map(|f| finding_json(terminal, content, f)).collect();
    describe_works(terminal, content, &basis, &mut summary)?;
    summary["mends"] = mends::counts_json(content, &offers);
    summary["inputs"] = loaded.reports.clone().into();
    write_file(&arguments.out.join("summary.json"), |out| writeln!(out, "{}", serde_json::to_string_pretty(&summary)?))?;
    if shared.json {
        summary["seconds"] = terminal.seconds();
        print_json(&summary)?;
    }
    tell_grouped(terminal, &grouped);
    shortfalls::tell(terminal, &loaded.content, &left);
    if needs.left_out > 0 {
        let told = Message::new("cli.needs-left-out").count("lines", needs.lines).count("left", needs.left_out);
        terminal.say(&told);
    }
    tell_end(terminal, arguments, &loaded.content, counts.errors);
    let errors = findings.iter().any(|f| f.severity == Severity::Error);
    let well = !errors && grouped.is_sound() && !(shared.strict && loaded.left_out > 0);
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}

/// What the summary says of the plan beside the grouping.
fn describe(content: &Content, arguments: &PlanArguments, summary: &mut Value) {
    summary["title"] = content.title.clone().into();
    summary["data_date"] = content.data_date.clone().into();
    summary["crs"] = content.crs_code.into();
    summary["policy"] = content.settings.policy.clone().into();
    summary["gap_m"] = content.settings.gap_m.into();
    summary["seed"] = arguments.wish.seed.into();
    summary["effort"] = arguments.wish.effort.into();
    summary["layers"] =
        LayerKind::ALL.into_iter().map(|kind| (kind.code().to_owned(), Value::from(content.layer(kind).len()))).collect();
    summary["items"] = content.items.len().into();
    summary["needs"] = filled::needs_json(content);
    summary["facilities"] = communities::facilities_json(content);
    summary["approvals"] = communities::approvals_json(content);
    summary["freed_land"] = communities::freed_json(content);
    summary["li_zi_share"] = composition::li_zi_share(content, None).map(|share| share.share).into();
}

/// What the summary says of works in the ground, their years and their money.
fn describe_works(
    terminal: &mut Terminal,
    content: &Content,
    basis: &derive::Basis<'_>,
    summary: &mut Value,
) -> Result<(), Message> {
    let (screened, links, lengths) = (basis.screened, basis.links, basis.lengths);
    let (dug, quality) = (basis.dug, basis.quality);
    summary["dig_once"] = works::dig_json(terminal, content, dug)?;
    summary["pipe_survey"] = works::quality_json(content, quality);
    summary["clearance"] = works::clearance_json(content, quality);
    summary["trunks"] = works::trunks_json(content, lengths, quality);
    summary["funds"] = works::funds_json(content, lengths);
    summary["phasing"] = works::phasing_json(terminal, content, (screened, lengths, dug, links))?;
    summary["schedule"] = works::schedule_json(content);
    summary["indicators"] = works::indicators_json(content, screened, lengths);
    summary["sync"] = works::sync_json(content, lengths, dug);
    Ok(())
}

fn layers(arguments: &PlanArguments) -> Vec<(Option<LayerKind>, &PathBuf)> {
    let kinds = [
        (LayerKind::Compounds, &arguments.compounds),
        (LayerKind::Pipes, &arguments.pipes),
        (LayerKind::Buildings, &arguments.buildings),
        (LayerKind::Streets, &arguments.streets),
        (LayerKind::Facilities, &arguments.facilities),
        (LayerKind::Heritage, &arguments.heritage),
        (LayerKind::Limits, &arguments.limits),
        (LayerKind::Barriers, &arguments.shared.barriers),
        (LayerKind::Bridges, &arguments.shared.bridges),
        (LayerKind::Parcels, &arguments.shared.parcels),
    ];
    kinds.into_iter().flat_map(|(kind, paths)| paths.iter().map(move |path| (Some(kind), path))).collect()
}

/// What follows from a plan, to be written.
struct Derived<'a> {
    screened: &'a [crate::screening::Screened],
    links: &'a crate::contiguity::Links,
    lengths: &'a crate::pipes::PipeLengths,
    findings: &'a [checks::Finding],
    offers: &'a [crate::contiguity::Offer],
    provenance: &'a project::Provenance,
    dug: &'a Dug,
}

fn write(
    terminal: &mut Terminal,
    arguments: &PlanArguments,
    (whole, content): (&Content, &Content),
    derived: &Derived<'_>,
) -> Result<NeedsWritten, Message> {
    let Derived { screened, offers, .. } = *derived;
    let options = ExportOptions::in_lang(terminal.lang);
    let cells = content.compounds.len() * content.catalogue.entries.len();
    let cells = arguments.needs.map_or(NeedCells::of(cells), NeedCells::from);
    terminal.phase("write", &Message::new("cli.writing"), |_| {
        save(whole, derived.provenance, &arguments.out.join("plan.gpkg"))?;
        let (links, lengths, findings) =
            (sheet::links(content, derived.links), sheet::lengths(derived.lengths), sheet::findings(derived.findings));
        let coordinated = sheet::coordinated(content, derived.dug);
        let (links, findings, coordinated) = (&links[..], &findings[..], &coordinated);
        let needs = export::write_needs(content, cells, &arguments.out.join("needs.csv")).map_err(|error| error.message())?;
        let input = ExportInput {
            screened,
            links,
            pipe_lengths: &lengths,
            findings,
            offers,
            coordinated: Some(coordinated),
            lengths: Some(derived.lengths),
            ..ExportInput::of(content)
        };
        export::export(&input, Format::GeoJson, &arguments.out, &options).map_err(|error| error.message())?;
        Ok(needs)
    })
}

fn tell_end(terminal: &Terminal, arguments: &PlanArguments, content: &Content, errors: usize) {
    let message = Message::new("cli.planned")
        .count("districts", content.districts.len())
        .count("items", content.items.len())
        .count("errors", errors)
        .text("dir", arguments.out.display().to_string());
    terminal.say(&message);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_keep_their_kinds() {
        use clap::Parser;
        let words = "lianpian plan --compounds c --pipes p --pipes q --barriers b --out d";
        let arguments = super::super::args::Arguments::try_parse_from(words.split(' ')).unwrap();
        let Some(super::super::args::Command::Plan(plan)) = arguments.command else { panic!("not plan") };
        let kinds: Vec<_> = layers(&plan).into_iter().filter_map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [LayerKind::Compounds, LayerKind::Pipes, LayerKind::Pipes, LayerKind::Barriers]);
    }
}
