//! Checks of districts and of what is in them.

use std::collections::BTreeSet;

use super::{Facts, Finding, FindingKind, Part};
use crate::base::{CompoundId, DistrictId, Message};
use crate::model::{CommunityRule, Compound, Content, DistrictMark};
use crate::policy::Verdict;
use crate::screening;

/// District label for messages and number for keys.
pub(super) fn label_of(content: &Content, district: DistrictId) -> (String, String) {
    content.districts.get(&district).map_or_else(Default::default, |d| (d.label(), d.number.to_string()))
}

/// R2 and R3: who is in a district and should not be. Under `all` anybody may be.
pub(super) fn membership(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    if content.settings.all {
        return;
    }
    let eligible = screening::eligible(content, facts.screened);
    for (row, compound) in content.compounds.iter().enumerate() {
        let (Some(district), Some(screened)) = (content.assignment.get(row).copied().flatten(), facts.screened.get(row)) else {
            continue;
        };
        if eligible.get(row).copied().unwrap_or(false) {
            continue;
        }
        let (label, _) = label_of(content, district);
        let (kind, message) = match screened.verdict {
            Verdict::Excluded => (FindingKind::Excluded, Message::new("checks.excluded")),
            verdict => (FindingKind::Ineligible, Message::new("checks.ineligible").nested("verdict", verdict.message())),
        };
        let message = message.text("compound", compound.label()).text("district", label);
        let finding = Finding::new(kind, &compound.source_id, message).by_rule(screened.clause).in_district(Some(district));
        findings.push(finding.at(Part::of_compounds(content, &[CompoundId::from_index(row)])));
    }
}

/// R10: no district crosses limits of communities or street offices when the plan forbids it. What is unknown does not count.
pub(super) fn crossed_limits(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let settings = &facts.content.settings;
    if settings.community == CommunityRule::Forbid {
        let told = |district: String, names: String| {
            Message::new("checks.community-crossing").text("district", district).text("communities", names)
        };
        crossings(facts.content, FindingKind::CommunityCrossing, told, |c| c.facts.community.as_deref(), findings);
    }
    if settings.street_office == CommunityRule::Forbid {
        let told = |district: String, names: String| {
            Message::new("checks.street-office-crossing").text("district", district).text("street_offices", names)
        };
        crossings(facts.content, FindingKind::StreetOfficeCrossing, told, |c| c.facts.street_office.as_deref(), findings);
    }
}

/// Districts in which more than one name occurs, with the compounds of each name as a part.
fn crossings(
    content: &Content,
    kind: FindingKind,
    told: impl Fn(String, String) -> Message,
    name: fn(&Compound) -> Option<&str>,
    findings: &mut Vec<Finding>,
) {
    let name_of = |id: &CompoundId| content.compounds.get(id.index()).and_then(name);
    for (district, members) in content.members_by_district() {
        let crossed: BTreeSet<&str> = members.iter().filter_map(name_of).collect();
        if crossed.len() < 2 {
            continue;
        }
        let (label, number) = label_of(content, district);
        let names = crossed.iter().copied().collect::<Vec<_>>().join("、");
        let finding = Finding::new(kind, &number, told(label, names)).in_district(Some(district));
        let by_name = crossed.iter().map(|name| {
            let here: Vec<CompoundId> = members.iter().copied().filter(|id| name_of(id) == Some(name)).collect();
            Part::of_compounds(content, &here)
        });
        findings.push(by_name.fold(finding, Finding::at));
    }
}

/// Open work: empty districts, compounds that could be grouped, and those of state firms and the military (R6).
pub(super) fn unfinished(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    for (district, members) in content.members_by_district() {
        if members.is_empty() {
            let (label, number) = label_of(content, district);
            let message = Message::new("checks.empty-district").text("district", label);
            findings.push(Finding::new(FindingKind::EmptyDistrict, &number, message).in_district(Some(district)));
        }
    }
    let eligible = screening::eligible(content, facts.screened);
    let open = |row: &usize| eligible[*row] && content.assignment.get(*row).copied().flatten().is_none();
    let rows: Vec<usize> = (0..content.compounds.len().min(eligible.len())).filter(open).collect();
    let unassigned: Vec<CompoundId> = rows.into_iter().map(CompoundId::from_index).collect();
    let state = screening::state_owned_outside(content, facts.screened);
    for (kind, ids, message) in [
        (FindingKind::Unassigned, unassigned, Message::new("checks.unassigned")),
        (FindingKind::OwnerCoverage, state, Message::new("checks.owner-coverage")),
    ] {
        if !ids.is_empty() {
            let finding = Finding::new(kind, "all", message.count("compounds", ids.len()));
            findings.push(finding.at(Part::of_compounds(content, &ids)));
        }
    }
}

/// R45: 长效管理机制 goes into the plan together with the works, so a district that is frozen has a management mode.
pub(super) fn frozen(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    if !content.is_frozen() {
        return;
    }
    for (id, members) in content.members_by_district() {
        let open = content.districts.get(&id).is_some_and(|own| !own.marks.contains_key(&DistrictMark::ManagementMode));
        if open && !members.is_empty() {
            let (label, number) = label_of(content, id);
            let message = Message::new("checks.frozen-without-management").text("district", label);
            let finding = Finding::new(FindingKind::FrozenWithoutManagement, &number, message).in_district(Some(id));
            findings.push(finding.at(Part::of_compounds(content, &members)));
        }
    }
}

pub(super) fn source_id(content: &Content, compound: CompoundId) -> Option<&str> {
    content.compounds.get(compound.index()).map(|c| c.source_id.as_str())
}
