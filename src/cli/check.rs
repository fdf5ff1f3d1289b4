//! `check`: the districts that a field names, against the rules.

use std::collections::BTreeMap;

use geo::Coord;
use serde_json::{Value, json};

use super::Ended;
use super::args::CheckArguments;
use super::group::tell_unknown;
use super::inputs::{bare_links, read_compounds, rules_json};
use super::output::{print, print_json};
use super::terminal::Terminal;
use crate::base::{DistrictId, Message};
use crate::checks::{self, Finding, Severity};
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::model::{Content, District};
use crate::pipes::PipeLengths;
use crate::screening;
use crate::session::derive;

pub(super) fn run(terminal: &mut Terminal, arguments: &CheckArguments) -> Result<Ended, Message> {
    let mut loaded = read_compounds(terminal, &arguments.file, &arguments.shared)?;
    let content = &mut loaded.content;
    name_districts(content, &arguments.district)?;
    let screened = derive::screened(content);
    tell_unknown(terminal, content, &screened);
    let shared = &arguments.shared;
    let links = bare_links(terminal, content, shared)?;
    let lengths = PipeLengths::default();
    let findings = terminal
        .phase("check", &Message::new("session.job-findings"), |_| derive::findings(content, &screened, &links, &lengths));
    let summary = checks::summary(&findings);
    if shared.json {
        let parts = derive::district_parts(content, &links);
        let eligible = screening::eligible(content, &screened).iter().filter(|e| **e).count();
        let listed: Vec<Value> = findings.iter().map(|f| finding_json(terminal, content, f)).collect();
        print_json(&json!({
            "units": content.compounds.len(),
            "eligible": eligible,
            "districts": content.districts.len(),
            "contiguous": parts.values().filter(|parts| **parts == 1).count(),
            "in_parts": parts.iter().filter(|(_, n)| **n > 1).map(|(id, _)| &content.districts[id].name).collect::<Vec<_>>(),
            "barriers": rules_json(&content.settings.barriers),
            "unassigned": content.assignment.iter().filter(|d| d.is_none()).count(),
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.notes,
            "findings": listed,
            "inputs": loaded.reports,
            "seconds": terminal.seconds(),
        }))?;
    } else {
        print(|out| {
            findings.iter().try_for_each(|finding| {
                writeln!(out, "{}\t{}", terminal.words(&finding.severity.name()), terminal.words(&finding.message))
            })
        })?;
        if findings.is_empty() {
            terminal.say(&Message::new("ui.no-findings"));
        }
    }
    let wrong = findings.iter().any(|f| f.severity == Severity::Error) || (shared.strict && loaded.left_out > 0);
    Ok(if wrong { Ended::WithFaults } else { Ended::Well })
}

/// Makes a district of each value of the field, numbered in the order of first appearance.
fn name_districts(content: &mut Content, field: &str) -> Result<(), Message> {
    let mut known = false;
    let mut ids: BTreeMap<String, DistrictId> = BTreeMap::new();
    let mut assignment = vec![None; content.compounds.len()];
    for (row, compound) in content.compounds.iter().enumerate() {
        let name = match compound.extra.get(field) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        known |= compound.extra.contains_key(field);
        if name.is_empty() {
            continue;
        }
        let next = DistrictId::from_index(ids.len() + 1);
        assignment[row] = Some(*ids.entry(name).or_insert(next));
    }
    if !known {
        return Err(Message::new("cli.no-field").text("field", field));
    }
    content.districts = ids.into_iter().map(|(name, id)| (id, District { name, ..District::numbered(id.0) })).collect();
    content.assignment = assignment;
    Ok(())
}

/// A finding with its words, the name of its district and its boxes in longitude and latitude too.
pub(super) fn finding_json(terminal: &Terminal, content: &Content, finding: &Finding) -> Value {
    let mut value = finding.json(content);
    value["text"] = terminal.words(&finding.message).into();
    value["clause"] = terminal.words(&screening::pack_of(content).clause(finding.rule).message()).into();
    let district = finding.district.and_then(|id| content.districts.get(&id));
    value["district_name"] = district.map(|d| d.name.clone()).into();
    if let Some(parts) = value["parts"].as_array_mut()
        && let Ok(globe) = Transformer::new(&format!("EPSG:{}", content.crs_code), LON_LAT)
    {
        for (part, box_m) in parts.iter_mut().zip(&finding.parts) {
            let (low, high) = (box_m.bounds.min(), box_m.bounds.max());
            let mut corners = [low, high, Coord { x: low.x, y: high.y }, Coord { x: high.x, y: low.y }];
            if globe.convert(&mut corners).is_ok() {
                let fold = |pick: fn(&Coord<f64>) -> f64, better: fn(f64, f64) -> f64| {
                    corners.iter().map(pick).reduce(better).unwrap_or(f64::NAN)
                };
                part["bbox_lon_lat"] =
                    json!([fold(|c| c.x, f64::min), fold(|c| c.y, f64::min), fold(|c| c.x, f64::max), fold(|c| c.y, f64::max)]);
            }
        }
    }
    value
}
