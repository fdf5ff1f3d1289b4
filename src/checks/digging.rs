//! Ground that is opened in several years (R14), one finding a street or compound, with each place as a part.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Argument, ItemId, Message, PipeId};
use crate::coordination::dig::{Opener, Reopening, Site};
use crate::model::Content;

/// R14: “重复开挖” rows with their lengths; crossings are too short to be one.
pub(super) fn reopened(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let mut by_site: BTreeMap<Site, Vec<&Reopening>> = BTreeMap::new();
    for row in &facts.dug.digging.rows {
        by_site.entry(row.site).or_default().push(row);
    }
    for (site, rows) in by_site {
        findings.push(finding(facts, site, &rows));
    }
}

fn finding(facts: &Facts<'_>, site: Site, rows: &[&Reopening]) -> Finding {
    let content = facts.content;
    let years: BTreeSet<(i32, i32)> = rows.iter().map(|row| (row.first, row.again)).collect();
    let pair = |(first, again): &(i32, i32)| Message::new("checks.years-apart").year("first", *first).year("again", *again);
    let message = Message::new("checks.reopened")
        .nested("site", site.message(content))
        .count("places", rows.len())
        .metres("length", rows.iter().map(|row| row.length_m).sum())
        .with("years", Argument::List(years.iter().map(pair).collect()));
    let district = match site {
        Site::Compound(id) => content.assignment.get(id.index()).copied().flatten(),
        Site::Street(_) | Site::Elsewhere => None,
    };
    let places = rows.iter().map(|row| row.bounds.map(Part::of_bounds));
    let finding = Finding::new(FindingKind::Reopened, &about(content, site), message).in_district(district);
    let (pipes, items) = openers(facts, rows);
    places.fold(finding, Finding::at).about_pipes(pipes).about_items(items)
}

/// A name of the site that survives a re-import.
fn about(content: &Content, site: Site) -> String {
    match site {
        Site::Compound(id) => {
            format!("compound:{}", content.compounds.get(id.index()).map(|c| c.source_id.as_str()).unwrap_or_default())
        }
        Site::Street(row) => {
            format!("street:{}", content.streets.get(row as usize).map(|s| s.source_id.as_str()).unwrap_or_default())
        }
        Site::Elsewhere => "elsewhere".to_owned(),
    }
}

fn openers(facts: &Facts<'_>, rows: &[&Reopening]) -> (Vec<PipeId>, Vec<ItemId>) {
    let (mut pipes, mut items) = (BTreeSet::new(), BTreeSet::new());
    for row in rows.iter().flat_map(|row| row.earlier.iter().chain(&row.later)) {
        match facts.dug.ground.openings.get(*row as usize).map(|opening| opening.opener) {
            Some(Opener::Pipe(id)) => drop(pipes.insert(id)),
            Some(Opener::Item(id)) => drop(items.insert(id)),
            None => {}
        }
    }
    (pipes.into_iter().collect(), items.into_iter().collect())
}
