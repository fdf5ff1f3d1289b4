//! `check`: the districts of a plan, or those that a field of somebody else's file names, against the rules.

use std::path::PathBuf;

use geo::Coord;
use serde_json::{Value, json};

use super::Ended;
use super::args::{CheckArguments, Shared};
use super::group::tell_unknown;
use super::inputs::{Loaded, bare_links, read_compounds, read_plan, rules_json};
use super::output::{ending, no_format, print, print_json};
use super::repair;
use super::terminal::Terminal;
use super::works;
use crate::base::{CompoundId, DistrictId, Message};
use crate::checks::{self, Facts, Finding, Part, Severity, Summary};
use crate::contiguity::{Bottleneck, DistrictAnatomy, Links};
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::model::Content;
use crate::pipes::PipeLengths;
use crate::pipes::survey::Quality;
use crate::project;
use crate::screening::{self, Screened};
use crate::session::{derive, districts_of_field};

/// What was checked, and what came of it.
struct Checked {
    loaded: Loaded,
    screened: Vec<Screened>,
    links: Links,
    anatomy: Vec<DistrictAnatomy>,
    findings: Vec<Finding>,
    lengths: PipeLengths,
    quality: Quality,
}

pub(super) fn run(terminal: &mut Terminal, arguments: &CheckArguments) -> Result<Ended, Message> {
    if let Some(out) = arguments.repair.as_deref().filter(|out| !repair::FORMATS.contains(&ending(out).as_str())) {
        return Err(no_format(out, &repair::FORMATS));
    }
    let (loaded, in_several) = grouping_of(terminal, arguments)?;
    let checked = check(terminal, arguments, loaded, &in_several)?;
    let content = &checked.loaded.content;
    let mended = match &arguments.repair {
        Some(out) => {
            let mended = repair::propose(terminal, content, &checked.screened, &checked.links)?;
            repair::write(terminal, content, &checked.screened, &mended, out)?;
            Some(mended)
        }
        None => None,
    };
    if arguments.shared.json {
        let mut value = summary(terminal, &checked);
        value["repair"] = mended.map_or(Value::Null, |mended| repair::repair_json(content, &mended));
        print_json(&value)?;
    } else {
        print(|out| {
            checked.findings.iter().try_for_each(|finding| tell(terminal, content, finding, out))?;
            mended.iter().try_for_each(|mended| repair::tell(terminal, content, mended, out))
        })?;
        if checked.findings.is_empty() {
            terminal.say(&Message::new("ui.no-findings"));
        }
    }
    let left_out = arguments.shared.strict && checked.loaded.left_out > 0;
    let wrong = checked.findings.iter().any(|f| f.severity == Severity::Error && f.ignored.is_none());
    Ok(if wrong || left_out { Ended::WithFaults } else { Ended::Well })
}

/// Compounds that a field puts into several districts.
pub(super) type InSeveral = Vec<(CompoundId, Vec<DistrictId>)>;

/// Reads the file and its grouping: by the field that is named, else the plan's own.
fn grouping_of(terminal: &mut Terminal, arguments: &CheckArguments) -> Result<(Loaded, InSeveral), Message> {
    let (mut loaded, in_several) =
        read_grouping(terminal, &arguments.file, arguments.district.as_deref(), &arguments.shared, read_compounds)?;
    let settings = &mut loaded.content.settings;
    settings.works.clearance |= arguments.clearance;
    settings.min_frontage_m = arguments.min_frontage.unwrap_or(settings.min_frontage_m);
    Ok((loaded, in_several))
}

/// How compounds are read.
type Reads = fn(&mut Terminal, &PathBuf, &Shared) -> Result<Loaded, Message>;

/// Compounds with their districts, by the field that is named, else the plan's own. `read` reads what is no plan.
pub(super) fn read_grouping(
    terminal: &mut Terminal,
    file: &PathBuf,
    field: Option<&str>,
    shared: &Shared,
    read: Reads,
) -> Result<(Loaded, InSeveral), Message> {
    let is_plan = ending(file) == "gpkg" && project::is_plan(file);
    let mut loaded = if is_plan { read_plan(terminal, file, shared)? } else { read(terminal, file, shared)? };
    match field {
        Some(field) => {
            let in_several = name_districts(&mut loaded, field)?;
            Ok((loaded, in_several))
        }
        None if is_plan => Ok((loaded, Vec::new())),
        None => Err(Message::new("cli.no-district-field").text("file", file.display().to_string())),
    }
}

/// Makes a district of each value of the field. A field that was taken for a fact is read from there.
fn name_districts(loaded: &mut Loaded, field: &str) -> Result<InSeveral, Message> {
    let taken_for = |report: &Value| {
        let fields = report["report"]["fields"].as_array()?;
        let used = fields.iter().find(|used| used["source"].as_str() == Some(field))?;
        Some(used["target"].as_str()?.to_owned())
    };
    let content = &mut loaded.content;
    let by_fact = || districts_of_field(content, &loaded.reports.iter().find_map(taken_for)?);
    let named = districts_of_field(content, field).or_else(by_fact);
    let named = named.ok_or_else(|| Message::new("cli.no-field").text("field", field))?;
    content.districts = named.districts;
    content.assignment = named.assignment;
    Ok(named.in_several)
}

fn check(
    terminal: &mut Terminal,
    arguments: &CheckArguments,
    loaded: Loaded,
    in_several: &[(CompoundId, Vec<DistrictId>)],
) -> Result<Checked, Message> {
    let content = &loaded.content;
    let screened = derive::screened(content);
    tell_unknown(terminal, content, &screened);
    let links = bare_links(terminal, content, &arguments.shared)?;
    let lengths = if content.pipes.is_empty() {
        PipeLengths::default()
    } else {
        let label = Message::new("session.job-lengths");
        let found = terminal.phase("pipes", &label, |progress| derive::lengths(content, progress));
        found.map_err(|_| Message::new("session.cancelled"))?
    };
    let dug = works::dug(terminal, content)?;
    let quality = works::quality(terminal, content);
    let label = Message::new("session.job-findings");
    let (anatomy, findings) = terminal.phase("check", &label, |_| {
        let anatomy = derive::anatomy(content, &links, true);
        let (screened, links, lengths) = (&screened[..], &links, &lengths);
        let facts = Facts { content, screened, links, lengths, anatomy: &anatomy, in_several, dug: &dug, quality: &quality };
        let findings = checks::run(&facts);
        (anatomy, findings)
    });
    Ok(Checked { loaded, screened, links, anatomy, findings, lengths, quality })
}

fn summary(terminal: &Terminal, checked: &Checked) -> Value {
    let Checked { loaded, screened, links, anatomy, findings, lengths, quality } = checked;
    let content = &loaded.content;
    let Summary { errors, warnings, notes, ignored } = checks::summary(findings);
    let held = || anatomy.iter().filter(|district| !district.parts.is_empty());
    let in_parts = held().filter(|district| district.parts.len() > 1).filter_map(|d| content.districts.get(&d.id));
    let globe = globe(content);
    let globe = globe.as_ref();
    json!({
        "units": content.compounds.len(),
        "eligible": screening::eligible(content, screened).iter().filter(|e| **e).count(),
        "links": links.list.iter().filter(|link| link.gap_m <= content.settings.gap_m).count(),
        "districts": content.districts.len(),
        "contiguous": held().filter(|district| district.parts.len() == 1).count(),
        "in_parts": in_parts.map(|d| if d.name.is_empty() { d.label() } else { d.name.clone() }).collect::<Vec<_>>(),
        "barriers": rules_json(&content.settings.barriers),
        "unassigned": content.assignment.iter().filter(|d| d.is_none()).count(),
        "by_district": anatomy.iter().map(|district| district_json(content, district, globe)).collect::<Vec<_>>(),
        "schedule": works::schedule_json(content),
        "clearance": works::clearance_json(content, quality),
        "trunks": works::trunks_json(content, lengths, quality),
        "errors": errors,
        "warnings": warnings,
        "notes": notes,
        "ignored": ignored,
        "findings": findings.iter().map(|finding| finding_words(terminal, content, finding, globe)).collect::<Vec<_>>(),
        "inputs": loaded.reports,
        "seconds": terminal.seconds(),
    })
}

/// One district: its parts, the links on which it hangs, and what it encloses.
fn district_json(content: &Content, district: &DistrictAnatomy, globe: Option<&Transformer>) -> Value {
    let source = |id: &CompoundId| content.compounds.get(id.index()).map(|c| c.source_id.clone());
    let place = |compounds: &[CompoundId]| {
        Part::of_compounds(content, compounds).map_or_else(
            || json!({ "bbox": null, "compounds": compounds.iter().filter_map(source).collect::<Vec<_>>() }),
            |part| part_json(content, &part, globe),
        )
    };
    let parts = district.parts.iter().map(|part| {
        let mut value = place(&part.members);
        value["nearest"] = part.apart.map_or(Value::Null, |(near, cause)| {
            json!({ "gap_m": near.gap_m, "from": source(&near.from), "to": source(&near.to), "cause": cause.code() })
        });
        value
    });
    let bottleneck = |narrow: &Bottleneck| {
        json!({
            "a": source(&narrow.link.a),
            "b": source(&narrow.link.b),
            "kind": narrow.link.kind.code(),
            "gap_m": narrow.link.gap_m,
            "frontage_m": Some(narrow.frontage_m()).filter(|m| m.is_finite()),
            "narrow": narrow.is_narrow(content.settings.min_frontage_m),
            "sides": [narrow.counts.0, narrow.counts.1],
            "side": narrow.side.iter().filter_map(source).collect::<Vec<_>>(),
        })
    };
    let enclaves = district.enclaves.iter().map(|enclave| {
        let mut value = place(&enclave.compounds);
        value["ringed"] = enclave.ringed.into();
        value
    });
    let known = content.districts.get(&district.id);
    json!({
        "number": known.map(|d| d.number),
        "name": known.map(|d| &d.name),
        "parts": parts.collect::<Vec<_>>(),
        "bottlenecks": district.bottlenecks.iter().map(bottleneck).collect::<Vec<_>>(),
        "enclaves": enclaves.collect::<Vec<_>>(),
    })
}

/// A finding on a line, and each of its places on one below where there are several or something keeps them apart.
fn tell(terminal: &Terminal, content: &Content, finding: &Finding, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    writeln!(out, "{}\t{}", terminal.words(&finding.severity.name()), terminal.words(&finding.message))?;
    if finding.parts.len() < 2 && finding.parts.iter().all(|part| part.way.is_none()) {
        return Ok(());
    }
    for (place, part) in finding.parts.iter().enumerate() {
        let households = usize::try_from(part.households).unwrap_or(usize::MAX);
        let message = Message::new("ui.part-of").count("compounds", part.compounds.len()).count("households", households);
        let mut words = terminal.words(&message.count("place", place + 1).count("count", finding.parts.len()));
        if part.households_unknown > 0 {
            let missing = Message::new("ui.households-missing").count("count", part.households_unknown);
            words = format!("{words} ({})", terminal.words(&missing));
        }
        let way = part.way.map_or_else(String::new, |way| format!("\t{}", terminal.words(&way.message(content))));
        let (low, high) = (part.bounds.min(), part.bounds.max());
        writeln!(out, "\t{words}\t[{:.0}, {:.0}, {:.0}, {:.0}]{way}", low.x, low.y, high.x, high.y)?;
    }
    Ok(())
}

fn globe(content: &Content) -> Option<Transformer> {
    Transformer::new(&format!("EPSG:{}", content.crs_code), LON_LAT).ok()
}

/// A finding with its words, the name of its district and its boxes in longitude and latitude too.
pub(super) fn finding_json(terminal: &Terminal, content: &Content, finding: &Finding) -> Value {
    finding_words(terminal, content, finding, globe(content).as_ref())
}

fn finding_words(terminal: &Terminal, content: &Content, finding: &Finding, globe: Option<&Transformer>) -> Value {
    let mut value = finding.json(content);
    value["text"] = terminal.words(&finding.message).into();
    value["clause"] = terminal.words(&screening::pack_of(content).clause(finding.rule).message()).into();
    let district = finding.district.and_then(|id| content.districts.get(&id));
    value["district_name"] = district.map(|d| d.name.clone()).into();
    value["parts"] = finding.parts.iter().map(|part| part_json(content, part, globe)).collect();
    value
}

/// A place with its box in longitude and latitude too.
fn part_json(content: &Content, part: &Part, globe: Option<&Transformer>) -> Value {
    let mut value = part.json(content);
    let (low, high) = (part.bounds.min(), part.bounds.max());
    let mut corners = [low, high, Coord { x: low.x, y: high.y }, Coord { x: high.x, y: low.y }];
    if globe.is_some_and(|globe| globe.convert(&mut corners).is_ok()) {
        let fold = |pick: fn(&Coord<f64>) -> f64, better: fn(f64, f64) -> f64| {
            corners.iter().map(pick).reduce(better).unwrap_or(f64::NAN)
        };
        value["bbox_lon_lat"] =
            json!([fold(|c| c.x, f64::min), fold(|c| c.y, f64::min), fold(|c| c.x, f64::max), fold(|c| c.y, f64::max)]);
    }
    value
}
