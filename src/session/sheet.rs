//! What was derived, in the plain form that exports take.

use rayon::prelude::*;

use crate::base::{Argument, CompoundId, Message};
use crate::checks::Finding;
use crate::contiguity::{Link, Links, Surroundings};
use crate::coordination::dig::{Dug, Ground, Opener};
use crate::export::{Coordinated, FindingFeature, LinkFeature, PipeLength, ReopeningFeature};
use crate::geometry::distance::polygon_gap;
use crate::geometry::frontage::frontage;
use crate::model::{Content, LinkKey, LinkOverride, LinkRule};
use crate::pipes::PipeLengths;

/// Links at the plan's gap, and among them the pairs that were parted by hand, of kind `forbidden`; in order of the pairs.
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
            // A sum of nothing is −0.0.
            frontage_a_m: link.frontage_a_m + 0.0,
            frontage_b_m: link.frontage_b_m + 0.0,
            kind: link.kind.code(),
            between: between.code(content),
            why: between.message(content, link),
            note: note_of(content, link),
            from: link.from,
            to: link.to,
        }
    };
    let mut features: Vec<LinkFeature> = near.par_iter().map(feature).collect();
    features.extend(content.overrides.iter().filter_map(|(key, set)| parted(content, *key, set)));
    features.sort_unstable_by_key(|link| (link.a, link.b));
    features
}

/// What was noted when a link was set by hand.
fn note_of(content: &Content, link: &Link) -> String {
    let set = LinkKey::new(link.a, link.b).and_then(|key| content.overrides.get(&key));
    set.map(|set| set.note.clone()).unwrap_or_default()
}

/// A pair that was parted by hand; `None` for one that was linked, and for compounds without a shape.
fn parted(content: &Content, key: LinkKey, set: &LinkOverride) -> Option<LinkFeature> {
    let shape = |id: CompoundId| content.compounds.get(id.index()).map(|compound| &compound.shape);
    let (first, second) = (shape(key.a())?, shape(key.b())?);
    let gap = polygon_gap(first, second).filter(|_| set.rule == LinkRule::Forbid)?;
    let (frontage_a_m, frontage_b_m) = frontage(first, second, content.settings.gap_m);
    let note = set.note.trim();
    let why = match note {
        "" => Message::new("contiguity.parted-by-hand-bare"),
        note => Message::new("contiguity.parted-by-hand").text("note", note),
    };
    Some(LinkFeature {
        a: key.a(),
        b: key.b(),
        gap_m: gap.gap_m,
        cost_m: 0.0,
        frontage_a_m,
        frontage_b_m,
        kind: "forbidden",
        between: "by_hand",
        why,
        note: set.note.clone(),
        from: gap.a,
        to: gap.b,
    })
}

/// Lengths by row of the pipes.
#[must_use]
pub fn lengths(lengths: &PipeLengths) -> Vec<PipeLength> {
    let one = |t: &crate::pipes::PipeTotal| PipeLength { total_m: t.total_m, inside_m: t.inside_m, outside_m: t.outside_m };
    lengths.per_pipe.iter().map(one).collect()
}

/// Ground that is opened twice.
#[must_use]
pub fn coordinated(content: &Content, dug: &Dug) -> Coordinated {
    let reopenings = dug.digging.rows.iter().map(|row| ReopeningFeature {
        site: row.site.message(content),
        first: row.first,
        again: row.again,
        length_m: row.length_m,
        households: row.households,
        beside: row.beside.clone(),
        earlier: units(content, &dug.ground, &row.earlier),
        later: units(content, &dug.ground, &row.later),
        lines: row.lines(content, &dug.ground),
    });
    Coordinated { reopenings: reopenings.collect() }
}

/// Who opens ground, by rows of the openings: owners as written, classes of pipes of unknown owners, names of items.
#[must_use]
pub fn units(content: &Content, ground: &Ground, rows: &[u32]) -> Message {
    let mut units: Vec<Message> = Vec::new();
    for opening in rows.iter().filter_map(|row| ground.openings.get(*row as usize)) {
        let unit = match opening.opener {
            Opener::Pipe(id) => content.pipes.get(id.index()).map(|pipe| match &pipe.owner {
                Some(owner) => Message::new("coordination.unit-named").text("name", owner),
                None => Message::new("coordination.unit-unknown").nested("class", pipe.class.name()),
            }),
            Opener::Item(id) => content.items.get(&id).and_then(|item| content.catalogue.get(&item.code)).map(|entry| {
                let name = Argument::Words { zh: entry.zh.clone(), en: entry.en.clone() };
                Message::new("coordination.unit-item").with("name", name)
            }),
        };
        units.extend(unit.filter(|unit| !units.contains(unit)));
    }
    Message::new("coordination.units").with("units", Argument::List(units))
}

/// Findings that nobody set aside.
#[must_use]
pub fn findings(findings: &[Finding]) -> Vec<FindingFeature> {
    let open = findings.iter().filter(|finding| finding.ignored.is_none());
    open.map(|finding| FindingFeature {
        key: finding.key.0.clone(),
        kind: finding.kind.code().to_owned(),
        severity: finding.severity.code(),
        rule: finding.rule,
        message: finding.message.clone(),
        district: finding.district,
        bounds: finding.parts.iter().map(|part| part.bounds).collect(),
        compounds: finding.parts.iter().flat_map(|part| part.compounds.iter().copied()).collect(),
        pipes: finding.pipes.clone(),
    })
    .collect()
}

#[cfg(test)]
mod tests;
