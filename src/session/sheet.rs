//! What was derived, in the plain form that exports take.

use rayon::prelude::*;

use crate::checks::Finding;
use crate::contiguity::{Link, Links, Surroundings};
use crate::export::{FindingFeature, LinkFeature, PipeLength};
use crate::model::Content;
use crate::pipes::PipeLengths;

/// Links at the plan's gap.
#[must_use]
pub fn links(content: &Content, links: &Links) -> Vec<LinkFeature> {
    let near: Vec<&Link> = links.list.iter().filter(|link| link.gap_m <= content.settings.gap_m).collect();
    let surroundings = Surroundings::new(content);
    let feature = |link: &&Link| {
        let between = surroundings.between(link);
        LinkFeature {
            a: link.a,
            b: link.b,
            gap_m: link.bare_gap_m(),
            cost_m: link.extra_m,
            frontage_a_m: link.frontage_a_m,
            frontage_b_m: link.frontage_b_m,
            kind: link.kind.code(),
            between: between.code(content),
            why: between.message(content, link),
            from: link.from,
            to: link.to,
        }
    };
    near.par_iter().map(feature).collect()
}

/// Lengths by row of the pipes.
#[must_use]
pub fn lengths(lengths: &PipeLengths) -> Vec<PipeLength> {
    let one = |t: &crate::pipes::PipeTotal| PipeLength { total_m: t.total_m, inside_m: t.inside_m, outside_m: t.outside_m };
    lengths.per_pipe.iter().map(one).collect()
}

/// Findings that nobody set aside.
#[must_use]
pub fn findings(findings: &[Finding]) -> Vec<FindingFeature> {
    let open = findings.iter().filter(|finding| finding.ignored.is_none());
    open.map(|finding| FindingFeature {
        kind: finding.kind.code().to_owned(),
        severity: finding.severity.code(),
        rule: finding.rule,
        message: finding.message.clone(),
        district: finding.district,
        bounds: finding.parts.iter().map(|part| part.bounds).collect(),
        compounds: finding.parts.iter().flat_map(|part| part.compounds.iter().copied()).collect(),
    })
    .collect()
}

#[cfg(test)]
mod tests;
