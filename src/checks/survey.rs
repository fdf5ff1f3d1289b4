//! Faults of the pipe survey (R37), one finding a kind, with each pipe as a part; and clearance that wants a look (R39), one finding
//! a column of the table.

use geo::Rect;

use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Message, PipeId};
use crate::pipes::clearance::{Against, Beside, Narrow};
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

/// R39: rows of the clearance screening, none of which is a verdict.
pub(super) fn clearance(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for against in Against::ALL {
        let rows: Vec<&Narrow> = facts.quality.clearance.rows.iter().filter(|row| row.against == against).collect();
        if rows.is_empty() {
            continue;
        }
        let lacking = rows.iter().filter(|row| !row.lacking.is_empty()).count();
        let message = Message::new("checks.clearance").nested("against", against.message());
        let message = message.count("near", rows.len() - lacking).count("lacking", lacking);
        let mut pipes: Vec<PipeId> = rows.iter().map(|row| row.pipe).collect();
        pipes.extend(rows.iter().filter_map(|row| if let Beside::Pipe(other) = row.beside { Some(other) } else { None }));
        pipes.sort_unstable();
        pipes.dedup();
        let finding = Finding::new(FindingKind::Clearance, against.code(), message);
        let parts = rows.iter().take(PARTS).map(|row| Some(Part::of_bounds(Rect::new(row.at, row.at))));
        findings.push(parts.fold(finding, Finding::at).about_pipes(pipes));
    }
}
