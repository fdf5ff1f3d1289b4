//! Funds: what rules say of their kinds (R46), and districts that are not paid for yet (R33).

use super::districts::label_of;
use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Argument, Message, Money};
use crate::coordination::funds::district_costs;
use crate::coordination::{CostBasis, DistrictFunds, FundHint, district_funds};

/// Provident funds without lifts; and gaps of districts whose ledger has been begun: one without an entry is unfinished, as
/// is seen everywhere.
pub(super) fn hints(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    if facts.content.funds.is_empty() {
        return;
    }
    for sums in district_funds(facts.content, facts.lengths) {
        if sums.hints.contains(&FundHint::ProvidentWithoutLifts) {
            push(facts, findings, &sums, FindingKind::ProvidentFund, |m| m);
        }
        let begun = sums.total != Money::ZERO || sums.revenue != Money::ZERO;
        if begun && sums.cost.basis != CostBasis::Unknown && sums.gap > Money::ZERO {
            push(facts, findings, &sums, FindingKind::FundGap, |m| m.with("gap", Argument::Money(sums.gap)));
        }
    }
}

fn push(
    facts: &Facts<'_>,
    findings: &mut Vec<Finding>,
    sums: &DistrictFunds,
    kind: FindingKind,
    add: impl Fn(Message) -> Message,
) {
    let (label, number) = label_of(facts.content, sums.district);
    let message = match kind {
        FindingKind::ProvidentFund => Message::new("checks.provident-fund"),
        _ => Message::new("checks.fund-gap"),
    };
    let finding = Finding::new(kind, &number, add(message.text("district", label))).in_district(Some(sums.district));
    findings.push(finding.at(Part::of_compounds(facts.content, &facts.content.members(sums.district))));
}

/// R13: years whose districts cost more than their cap.
pub(super) fn caps(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let caps = &content.settings.works.caps;
    if caps.is_empty() {
        return;
    }
    let costs = district_costs(content);
    for (year, cap) in caps {
        let mine: Vec<_> = content.districts.iter().filter(|(_, d)| d.year == Some(*year)).map(|(id, _)| *id).collect();
        let cost: Money = mine.iter().filter_map(|id| costs.get(id)).map(|cost| cost.amount).sum();
        if cost <= *cap {
            continue;
        }
        let message = Message::new("checks.over-budget").year("year", *year).with("cost", Argument::Money(cost));
        let message = message.with("cap", Argument::Money(*cap)).with("over", Argument::Money(cost - *cap));
        let finding = Finding::new(FindingKind::OverBudget, &year.to_string(), message);
        let places = mine.iter().map(|id| Part::of_compounds(content, &content.members(*id)));
        findings.push(places.fold(finding, Finding::at));
    }
}
