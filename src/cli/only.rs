//! `group --from … --only …`: some districts are grouped anew or improved, all others stay as they are.

use std::collections::BTreeSet;

use crate::base::{CompoundId, DistrictId, Message};
use crate::grouping::Grouping;
use crate::model::{Content, District, History, Plan};
use crate::session::{actions, edits};

/// The compounds of the districts that go by these names or numbers; none when none is named. A district without compounds is
/// no choice: no compound at all would mean all of them.
pub(super) fn chosen(content: &Content, names: &[String]) -> Result<BTreeSet<CompoundId>, Message> {
    let mut districts: BTreeSet<DistrictId> = BTreeSet::new();
    for name in names {
        let found = find(content, name.trim());
        districts.insert(found.ok_or_else(|| Message::new("cli.no-district").text("name", name.trim()))?);
    }
    let rows = (0..).zip(&content.assignment).filter(|(_, id)| id.is_some_and(|id| districts.contains(&id)));
    let chosen: BTreeSet<CompoundId> = rows.map(|(row, _)| CompoundId(row)).collect();
    if chosen.is_empty() && !names.is_empty() {
        return Err(Message::new("cli.district-bare").text("names", names.join(", ")));
    }
    Ok(chosen)
}

/// By name first: a district may be named by the number of another.
fn find(content: &Content, name: &str) -> Option<DistrictId> {
    let by = |is_it: &dyn Fn(&District) -> bool| content.districts.iter().find(|(_, d)| is_it(d)).map(|(id, _)| *id);
    if name.is_empty() {
        return None;
    }
    by(&|district| district.name == name).or_else(|| by(&|d| d.label() == name || d.number.to_string() == name))
}

/// Puts the districts of a grouping of these compounds into content that no plan holds yet; the others keep theirs.
pub(super) fn apply(content: &mut Content, grouping: &Grouping, only: &BTreeSet<CompoundId>) -> Result<(), Message> {
    let entered = actions::entered(content, grouping);
    let edit = edits::regroup_only(content, &actions::labels_in(content, grouping), (only, &entered));
    let mut plan = Plan::new(std::mem::take(content));
    let applied = History::default().commit(&mut plan, Message::new("session.edit-group"), edit);
    *content = plan.content().clone();
    applied.map(drop).map_err(|error| error.message())
}
