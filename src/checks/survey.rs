//! Faults of the pipe survey (R37), one finding a kind, with each pipe as a part.

use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Message, PipeId};
use crate::pipes::survey::{Fault, FaultKind};

/// Places of one finding; more are on the board of the survey.
const PARTS: usize = 500;

/// Every kind of fault that the survey has.
pub(super) fn faults(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for kind in FaultKind::ALL {
        let faults: Vec<&Fault> = facts.quality.of_kind(kind).collect();
        if faults.is_empty() {
            continue;
        }
        let mut pipes: Vec<PipeId> = faults.iter().map(|fault| fault.pipe).collect();
        pipes.dedup();
        let fixable = faults.iter().filter(|fault| fault.fix.is_some()).count();
        let message = Message::new("checks.pipe-fault")
            .nested("fault", kind.message())
            .count("pipes", pipes.len())
            .count("fixable", fixable);
        let finding = Finding::new(FindingKind::PipeFault, kind.code(), message);
        let parts = pipes.iter().take(PARTS).map(|pipe| Part::of_pipes(facts.content, &[*pipe]));
        findings.push(parts.fold(finding, Finding::at).about_pipes(pipes));
    }
}
