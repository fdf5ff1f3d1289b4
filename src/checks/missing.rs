//! Facts that are not known (待核), one note a fact, and pipes that cannot be right.

use super::{Facts, Finding, FindingKind, Part};
use crate::base::{CompoundId, Message, PipeId};
use crate::model::{CompoundFacts, Content};
use crate::policy::{Ownership, PipeClass, Verdict};

/// A fact of compounds: name for keys, rule that rests on it, words, and whether it is missing.
type Fact = (&'static str, &'static str, Message, fn(&CompoundFacts) -> bool);

/// Facts on which verdicts, bounds and sums rest.
const FACTS: [Fact; 4] = [
    ("built", "R3", Message::new("checks.fact-built"), |facts| facts.built.is_none()),
    ("households", "R34", Message::new("checks.fact-households"), |facts| facts.households.is_none()),
    ("floor_area", "R34", Message::new("checks.fact-floor-area"), |facts| facts.floor_area_m2.is_none()),
    ("boundary", "R40", Message::new("checks.fact-boundary"), |facts| facts.placeholder.is_some()),
];

/// Shorter than this, m, a pipe has no length.
const SHORTEST_M: f64 = 1e-3;

/// Missing facts of compounds that may enter the plan. Under `all` nothing is asked of them.
pub(super) fn compounds(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    if content.settings.all {
        return;
    }
    let asked =
        |row: usize| facts.screened.get(row).is_none_or(|s| !matches!(s.verdict, Verdict::Excluded | Verdict::OutOfScope));
    for (name, rule, words, is_missing) in FACTS {
        let rows = content.compounds.iter().enumerate().filter(|(row, c)| asked(*row) && is_missing(&c.facts));
        let missing: Vec<CompoundId> = rows.map(|(row, _)| CompoundId::from_index(row)).collect();
        if missing.is_empty() {
            continue;
        }
        let message = Message::new("checks.missing-fact").nested("fact", words).count("compounds", missing.len());
        let finding = Finding::new(FindingKind::MissingFact, name, message).by_rule(rule);
        findings.push(finding.at(Part::of_compounds(content, &missing)));
    }
}

/// Pipes whose class or ownership is not known, and pipes without length.
pub(super) fn pipes(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let rows = |pick: &dyn Fn(usize) -> bool| -> Vec<PipeId> {
        (0..content.pipes.len()).filter(|row| pick(*row)).map(PipeId::from_index).collect()
    };
    let class = rows(&|row| content.pipes[row].class == PipeClass::Unknown);
    let ownership = rows(&|row| content.pipes[row].ownership == Ownership::Unknown);
    let length = rows(&|row| facts.lengths.per_pipe.get(row).is_some_and(|total| total.total_m <= SHORTEST_M));
    if !class.is_empty() {
        push(
            content,
            findings,
            FindingKind::MissingFact,
            ("pipe_class", "R35"),
            Message::new("checks.pipe-class-missing"),
            class,
        );
    }
    if !ownership.is_empty() {
        let message = Message::new("checks.ownership-missing");
        push(content, findings, FindingKind::MissingFact, ("ownership", "R27"), message, ownership);
    }
    if !length.is_empty() {
        push(content, findings, FindingKind::ZeroLength, ("all", "R37"), Message::new("checks.zero-length"), length);
    }
}

fn push(
    content: &Content,
    findings: &mut Vec<Finding>,
    kind: FindingKind,
    (about, rule): (&str, &'static str),
    message: Message,
    pipes: Vec<PipeId>,
) {
    let finding = Finding::new(kind, about, message.count("pipes", pipes.len())).by_rule(rule);
    findings.push(finding.at(Part::of_pipes(content, &pipes)).about_pipes(pipes));
}
