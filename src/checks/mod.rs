//! Checks 检查: facts of the rows above become findings with clause, severity and places. Nothing else makes findings.
//!
//! What is unfinished is a note at most, never an error. A finding that the user set aside stays in the list, flagged.
//! The words of a clause are looked up from the plan's pack by whoever shows the finding.

mod anatomy;
mod digging;
mod community;
mod districts;
mod finding;
mod funds;
mod items;
mod json;
mod mends;
mod missing;
mod schedule;
mod survey;
mod years;

#[cfg(test)]
mod tests;

pub use finding::{Finding, FindingKind, Part, Severity, Summary, Way, carried_key, summary};

use crate::base::{CompoundId, DistrictId};
use crate::contiguity::{DistrictAnatomy, Links};
use crate::coordination::dig::Dug;
use crate::model::Content;
use crate::pipes::PipeLengths;
use crate::pipes::survey::Quality;
use crate::screening::Screened;

/// What the checks look at. Derived facts must be of the same revision as the content.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The plan.
    pub content: &'a Content,
    /// Verdicts by row of the compound.
    pub screened: &'a [Screened],
    /// Links at least up to the plan's gap.
    pub links: &'a Links,
    /// Pipes by compound; empty lengths leave the checks of pipes out.
    pub lengths: &'a PipeLengths,
    /// What the districts are made of.
    pub anatomy: &'a [DistrictAnatomy],
    /// Compounds that the source puts into several districts, with those.
    pub in_several: &'a [(CompoundId, Vec<DistrictId>)],
    /// Ground that is opened twice.
    pub dug: &'a Dug,
    /// Faults of the pipe survey.
    pub quality: &'a Quality,
}

/// Every finding, the gravest first, then by kind, district and key. Same facts, same list.
///
/// `O(n log n)` for compounds, items, links and pipe shares, and items × heritage areas.
#[must_use]
pub fn run(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    anatomy::parts(facts, &mut findings);
    anatomy::in_several(facts, &mut findings);
    anatomy::bottlenecks(facts, &mut findings);
    anatomy::enclaves(facts, &mut findings);
    anatomy::hollows(facts, &mut findings);
    anatomy::unreachable(facts, &mut findings);
    districts::membership(facts, &mut findings);
    districts::crossed_limits(facts, &mut findings);
    districts::unfinished(facts, &mut findings);
    districts::frozen(facts, &mut findings);
    years::once_only(facts, &mut findings);
    years::order(facts, &mut findings);
    years::horizon(facts, &mut findings);
    schedule::milestones(facts, &mut findings);
    schedule::ends(facts, &mut findings);
    schedule::order(facts, &mut findings);
    years::pipes(facts, &mut findings);
    digging::reopened(facts, &mut findings);
    survey::faults(facts, &mut findings);
    survey::clearance(facts, &mut findings);
    funds::hints(facts, &mut findings);
    funds::caps(facts, &mut findings);
    items::li_zi(facts, &mut findings);
    items::heritage(facts, &mut findings);
    items::adrift(facts, &mut findings);
    community::facilities(facts, &mut findings);
    community::freed_land(facts, &mut findings);
    community::important_streets(facts, &mut findings);
    community::consultation(facts, &mut findings);
    missing::compounds(facts, &mut findings);
    missing::pipes(facts, &mut findings);
    mends::waiting(facts, &mut findings);
    for finding in &mut findings {
        finding.ignored = facts.content.ignored.get(&finding.key).cloned();
    }
    let number = |finding: &Finding| finding.district.and_then(|id| facts.content.districts.get(&id)).map(|d| d.number);
    findings
        .sort_by(|a, b| (a.severity, a.kind, number(a)).cmp(&(b.severity, b.kind, number(b))).then_with(|| a.key.cmp(&b.key)));
    findings
}
