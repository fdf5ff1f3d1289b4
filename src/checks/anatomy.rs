//! Checks of what districts are made of: parts, links on which they hang, what they enclose; compounds in several districts,
//! and compounds that nothing reaches.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Area, BoundingRect};

use super::districts::{label_of, source_id};
use super::finding::Way;
use super::{Facts, Finding, FindingKind, Part};
use crate::base::{CompoundId, DistrictId, Message};
use crate::contiguity::{self, Bottleneck, Cause, DistrictAnatomy, Enclave, Hollow, LinkKind};
use crate::geometry::measure::Ellipsoid;
use crate::model::Content;
use crate::screening;

/// R9: every district is one piece at the plan's gap. With `conduct`, compounds in no district carry contiguity.
pub(super) fn parts(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    for DistrictAnatomy { id, parts, .. } in facts.anatomy.iter().filter(|district| district.parts.len() > 1) {
        let (label, number) = label_of(content, *id);
        let firsts: Vec<&str> = parts.iter().filter_map(|part| source_id(content, *part.members.first()?)).collect();
        let message = Message::new("checks.parts").text("district", label).count("parts", parts.len());
        let about = format!("{number}:{}", firsts.join("|"));
        let mut finding = Finding::new(FindingKind::Parts, &about, message).in_district(Some(*id));
        finding.parts.extend(parts.iter().filter_map(|part| {
            let way = part.apart.map(|(near, cause)| Way { near: Some(near), cause });
            Some(Part::of_compounds(content, &part.members)?.kept_apart(way))
        }));
        findings.push(finding);
    }
}

/// Districts that hang on a corner, or on one link with less frontage than the plan asks for.
pub(super) fn bottlenecks(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let min_m = content.settings.min_frontage_m;
    for district in facts.anatomy {
        let (label, number) = label_of(content, district.id);
        for narrow in district.bottlenecks.iter().filter(|bottleneck| bottleneck.is_narrow(min_m)) {
            let (a, b) = (narrow.link.a, narrow.link.b);
            let ends = [a, b].map(|id| source_id(content, id).unwrap_or_default());
            let message = bottleneck_message(content, narrow, &label);
            let about = format!("{number}:{}|{}", ends[0], ends[1]);
            let finding = Finding::new(FindingKind::Bottleneck, &about, message).in_district(Some(district.id));
            let finding = finding.at(Part::of_compounds(content, &[a, b]));
            findings.push(finding.at(Part::of_compounds(content, &narrow.side)));
        }
    }
}

fn bottleneck_message(content: &Content, narrow: &Bottleneck, district: &str) -> Message {
    let message = match narrow.link.kind {
        LinkKind::Corner => Message::new("checks.bottleneck-corner"),
        LinkKind::Bridge | LinkKind::Parcel | LinkKind::Manual => Message::new("checks.bottleneck-detour"),
        LinkKind::Overlap | LinkKind::Edge | LinkKind::Gap => {
            Message::new("checks.bottleneck").metres("frontage", narrow.frontage_m())
        }
    };
    let label = |id: CompoundId| content.compounds.get(id.index()).map(|c| c.label().to_owned()).unwrap_or_default();
    let message = message.text("district", district).text("a", label(narrow.link.a)).text("b", label(narrow.link.b));
    message.count("side", narrow.counts.0).count("rest", narrow.counts.1)
}

/// Compounds that a district closes round, and compounds in no district that only one district reaches. Compounds that no
/// district may hold do not count.
pub(super) fn enclaves(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let eligible = screening::eligible(content, facts.screened);
    let district_of = |id: &CompoundId| content.assignment.get(id.index()).copied().flatten();
    let counts = |id: &CompoundId| district_of(id).is_some() || eligible.get(id.index()).copied().unwrap_or(false);
    for district in facts.anatomy {
        let (label, number) = label_of(content, district.id);
        let mut pockets = Vec::new();
        for Enclave { compounds, ringed } in district.enclaves.iter().filter(|e| e.compounds.iter().any(counts)) {
            if *ringed == Some(false) {
                if compounds.iter().all(|id| district_of(id).is_none()) {
                    pockets.push(compounds);
                }
                continue;
            }
            let first = compounds.first().and_then(|id| source_id(content, *id)).unwrap_or_default();
            let message = enclave_message(content, compounds, &label);
            let finding = Finding::new(FindingKind::Enclave, &format!("{number}:{first}"), message);
            findings.push(finding.in_district(Some(district.id)).at(Part::of_compounds(content, compounds)));
        }
        if !pockets.is_empty() {
            let compounds = pockets.iter().map(|pocket| pocket.len()).sum();
            let message = Message::new("checks.pocket").text("district", &*label).count("compounds", compounds);
            let finding = Finding::new(FindingKind::Pocket, &number, message).in_district(Some(district.id));
            let places = pockets.iter().map(|pocket| Part::of_compounds(content, pocket));
            findings.push(places.fold(finding, Finding::at));
        }
    }
}

/// Empty ground that a district closes round and that is nobody's: open work, with its place and area on the ellipsoid.
pub(super) fn hollows(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let measure = Ellipsoid::new(content.crs_code).ok();
    let area_m2 =
        |hollow: &Hollow| measure.as_ref().map_or_else(|| hollow.shape.unsigned_area(), |measure| measure.area_m2(&hollow.shape));
    for (district, found) in contiguity::hollows(content) {
        let (label, number) = label_of(content, district);
        let mut beside: BTreeMap<CompoundId, usize> = BTreeMap::new();
        for hollow in &found {
            let Some(bounds) = hollow.shape.bounding_rect() else { continue };
            let place = beside.entry(hollow.beside).or_default();
            *place += 1;
            let about = format!("{number}:{}:{place}", source_id(content, hollow.beside).unwrap_or_default());
            let message = Message::new("checks.hollow").text("district", &*label).number("area", area_m2(hollow), 0);
            let finding = Finding::new(FindingKind::Hollow, &about, message).in_district(Some(district));
            findings.push(finding.at(Some(Part::of_bounds(bounds))));
        }
    }
}

/// Whom a district encloses: whole other districts by their labels, or compounds in none.
fn enclave_message(content: &Content, compounds: &[CompoundId], district: &str) -> Message {
    let held: BTreeSet<Option<DistrictId>> =
        compounds.iter().map(|id| content.assignment.get(id.index()).copied().flatten()).collect();
    let labels: Vec<String> = held.iter().flatten().map(|id| label_of(content, *id).0).collect();
    let message = if labels.is_empty() {
        Message::new("checks.enclave")
    } else if held.contains(&None) {
        Message::new("checks.enclave-mixed").text("inner", labels.join("、"))
    } else {
        Message::new("checks.enclave-district").text("inner", labels.join("、"))
    };
    message.text("district", district).count("compounds", compounds.len())
}

/// Compounds in more than one district: the source says so, or it lists a compound more than once.
pub(super) fn in_several(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let mut rows_of: BTreeMap<&str, Vec<CompoundId>> = BTreeMap::new();
    for (row, compound) in content.compounds.iter().enumerate() {
        rows_of.entry(&compound.source_id).or_default().push(CompoundId::from_index(row));
    }
    let named: BTreeMap<CompoundId, &Vec<DistrictId>> = facts.in_several.iter().map(|(id, held)| (*id, held)).collect();
    for (source, rows) in rows_of {
        let own = rows.iter().filter_map(|id| content.assignment.get(id.index()).copied().flatten());
        let more = rows.iter().filter_map(|id| named.get(id)).flat_map(|held| held.iter().copied());
        let districts: BTreeSet<DistrictId> = own.chain(more).collect();
        if districts.len() < 2 {
            continue;
        }
        let labels: Vec<String> = districts.iter().map(|id| label_of(content, *id).0).collect();
        let label = content.compounds[rows[0].index()].label();
        let message = Message::new("checks.in-several").text("compound", label).text("districts", labels.join("、"));
        let finding = Finding::new(FindingKind::InSeveral, source, message).in_district(districts.first().copied());
        findings.push(finding.at(Part::of_compounds(content, &rows)));
    }
}

/// Compounds that could be grouped, but have nobody to be grouped with: one note a reason, one place a compound.
pub(super) fn unreachable(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let eligible = screening::eligible(content, facts.screened);
    let carries: Vec<bool> = eligible
        .iter()
        .zip(screening::conducts(content, facts.screened))
        .map(|(eligible, conducts)| *eligible || conducts)
        .collect();
    let mut by_cause: BTreeMap<&str, Vec<Part>> = BTreeMap::new();
    for lone in contiguity::unreachable(content, facts.links, (&eligible, &carries)) {
        let way = Way { near: lone.near, cause: lone.cause };
        let place = Part::of_compounds(content, &[lone.compound]);
        by_cause.entry(lone.cause.code()).or_default().extend(place.map(|place| place.kept_apart(Some(way))));
    }
    for (code, places) in by_cause {
        let message = match places.first().and_then(|place| place.way).map(|way| way.cause) {
            Some(Cause::Barrier(_)) => Message::new("checks.unreachable-barrier"),
            Some(Cause::Forbidden) => Message::new("checks.unreachable-forbidden"),
            Some(Cause::Corner) => Message::new("checks.unreachable-corner"),
            Some(Cause::Uncarried) => Message::new("checks.unreachable-uncarried"),
            _ => {
                let nearest = places.iter().filter_map(|place| place.way?.near).map(|near| near.gap_m).reduce(f64::min);
                match nearest {
                    Some(gap_m) => Message::new("checks.unreachable-far").metres("nearest", gap_m),
                    None => Message::new("checks.unreachable-alone"),
                }
            }
        };
        let message = message.count("compounds", places.len()).metres("gap", content.settings.gap_m);
        let finding = Finding::new(FindingKind::Unreachable, code, message);
        findings.push(places.into_iter().map(Some).fold(finding, Finding::at));
    }
}
