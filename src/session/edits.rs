//! Edits that need more than one step: each is one entry of the history.

use std::collections::{BTreeMap, BTreeSet};

use super::only::Staying;
use crate::base::{CompoundId, DistrictId, FundId, ItemId};
use crate::model::{Content, District, Edit, Fund, Item, LayerContent, LayerSource};

/// A new district of the given compounds, locked districts' members left where they are.
#[must_use]
pub fn new_district(content: &Content, compounds: &BTreeSet<CompoundId>) -> (DistrictId, Edit) {
    let id = content.next_district_id();
    let district = District::numbered(content.next_district_number());
    let moves = compounds.iter().map(|c| (*c, Some(id))).collect();
    (id, Edit::Group(vec![Edit::PutDistrict(id, Some(district)), Edit::Assign(moves)]))
}

/// Takes a district away; its compounds stay without one, and its items fall back to their compounds.
#[must_use]
pub fn remove_district(content: &Content, id: DistrictId) -> Edit {
    let moves = content.members(id).into_iter().map(|c| (c, None)).collect();
    let mut edits = vec![Edit::Assign(moves)];
    edits.extend(rehome_items(content, |d| (d == id).then_some(None)));
    edits.extend(rehome_funds(content, |d| (d == id).then_some(None)));
    edits.push(Edit::PutDistrict(id, None));
    Edit::Group(edits)
}

/// Moves everything of `other` into `keep` and takes `other` away.
#[must_use]
pub fn merge_districts(content: &Content, keep: DistrictId, other: DistrictId) -> Edit {
    let moves = content.members(other).into_iter().map(|c| (c, Some(keep))).collect();
    let mut edits = vec![Edit::Assign(moves)];
    edits.extend(rehome_items(content, |d| (d == other).then_some(Some(keep))));
    edits.extend(rehome_funds(content, |d| (d == other).then_some(Some(keep))));
    edits.push(Edit::PutDistrict(other, None));
    Edit::Group(edits)
}

/// Edits of the items whose own district moves: `to(district)` is `None` to leave it, else where it goes.
fn rehome_items(content: &Content, to: impl Fn(DistrictId) -> Option<Option<DistrictId>>) -> Vec<Edit> {
    let moved = |(id, item): (&ItemId, &Item)| {
        let district = to(item.district?)?;
        Some(Edit::PutItem(*id, Some(Box::new(Item { district, ..item.clone() }))))
    };
    content.items.iter().filter_map(moved).collect()
}

/// Edits of the funds whose district moves, as [`rehome_items`]; without a district they wait for one.
fn rehome_funds(content: &Content, to: impl Fn(DistrictId) -> Option<Option<DistrictId>>) -> Vec<Edit> {
    let moved = |(id, fund): (&FundId, &Fund)| {
        let district = to(fund.district?)?;
        Some(Edit::PutFund(*id, Some(Box::new(Fund { district, ..fund.clone() }))))
    };
    content.funds.iter().filter_map(moved).collect()
}

/// Puts new districts in place of every unlocked one. `labels` gives each compound the number of its new district
/// from 0, or `None`; members of locked districts stay. A new district takes over number, name, year and items of
/// the old one that gives it most of its compounds, as long as nobody else took them, so that regrouping a plan
/// does not rename what stayed.
#[must_use]
pub fn regroup(content: &Content, labels: &[Option<u32>]) -> Edit {
    regroup_named(content, labels, &|_, district| district)
}

/// As [`regroup`]; `name` changes each district that a label stands for.
#[must_use]
pub fn regroup_named(content: &Content, labels: &[Option<u32>], name: &dyn Fn(u32, District) -> District) -> Edit {
    regroup_rows(content, labels, (&BTreeSet::new(), &BTreeMap::new()), name)
}

/// As [`regroup`] where only these compounds are grouped (an empty set means all): everything of the others stays. Rows that
/// entered a locked district go there.
#[must_use]
pub fn regroup_only(content: &Content, labels: &[Option<u32>], which: Which<'_>) -> Edit {
    regroup_rows(content, labels, which, &|_, district| district)
}

/// The compounds that alone are grouped (an empty set means all), and the locked districts that rows entered.
type Which<'a> = (&'a BTreeSet<CompoundId>, &'a BTreeMap<usize, DistrictId>);

/// Whether labels put compounds together as the plan does, as far as [`regroup_only`] would move them.
#[must_use]
pub fn groups_alike(content: &Content, labels: &[Option<u32>], (only, entered): Which<'_>) -> bool {
    let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
    let staying = Staying::new(content, only);
    let mut rows = content.assignment.iter().zip(labels).enumerate();
    entered.is_empty()
        && rows.all(|(row, (district, label))| match (district, label) {
            (Some(district), Some(label)) => {
                *there.entry(*district).or_insert(*label) == *label && *back.entry(*label).or_insert(*district) == *district
            }
            (Some(_), None) => staying.district(row).is_some(),
            (None, Some(_)) => false,
            (None, None) => true,
        })
}

fn regroup_rows(
    content: &Content,
    labels: &[Option<u32>],
    (only, entered): Which<'_>,
    name: &dyn Fn(u32, District) -> District,
) -> Edit {
    let staying = Staying::new(content, only);
    let stays = &staying.districts;
    let heirs = inherit(content, labels, stays);
    let mut next_id = content.next_district_id().0;
    let mut numbers: BTreeSet<u32> = content
        .districts
        .iter()
        .filter(|(id, _)| stays.contains(*id) || heirs.values().any(|h| h == *id))
        .map(|(_, d)| d.number)
        .collect();
    let count = labels.iter().flatten().max().map_or(0, |top| top + 1);
    let mut ids = Vec::new();
    let rows = 0..content.assignment.len();
    let mut edits = vec![Edit::SetAssignment(rows.clone().map(|row| staying.district(row)).collect())];
    for label in 0..count {
        if let Some(old) = heirs.get(&label) {
            ids.push(*old);
            let known = content.districts.get(old);
            let changed = known.map(|known| name(label, known.clone())).filter(|changed| Some(changed) != known);
            edits.extend(changed.map(|changed| Edit::PutDistrict(*old, Some(changed))));
            continue;
        }
        let id = DistrictId(next_id);
        next_id += 1;
        let number = (1..=u32::MAX).find(|n| !numbers.contains(n)).unwrap_or(u32::MAX);
        numbers.insert(number);
        edits.push(Edit::PutDistrict(id, Some(name(label, District::numbered(number)))));
        ids.push(id);
    }
    let kept: BTreeSet<DistrictId> = stays.iter().chain(heirs.values()).copied().collect();
    edits.extend(rehome_items(content, |d| (!kept.contains(&d)).then_some(None)));
    edits.extend(rehome_funds(content, |d| (!kept.contains(&d)).then_some(None)));
    edits.extend(content.districts.keys().filter(|id| !kept.contains(id)).map(|id| Edit::PutDistrict(*id, None)));
    let place = |row: usize| {
        let kept = staying.district(row).or_else(|| entered.get(&row).copied());
        kept.or_else(|| labels.get(row).copied().flatten().and_then(|label| ids.get(label as usize).copied()))
    };
    edits.push(Edit::SetAssignment(rows.map(place).collect()));
    Edit::Group(edits)
}

/// For each new label the old unlocked district that shares most compounds with it, each old one used once.
fn inherit(content: &Content, labels: &[Option<u32>], locked: &BTreeSet<DistrictId>) -> BTreeMap<u32, DistrictId> {
    let mut shared: BTreeMap<(u32, DistrictId), usize> = BTreeMap::new();
    for (label, old) in labels.iter().zip(&content.assignment) {
        if let (Some(label), Some(old)) = (label, old.filter(|d| !locked.contains(d))) {
            *shared.entry((*label, old)).or_default() += 1;
        }
    }
    let mut ranked: Vec<((u32, DistrictId), usize)> = shared.into_iter().collect();
    ranked.sort_by_key(|((label, old), count)| (std::cmp::Reverse(*count), *old, *label));
    let mut heirs = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for ((label, old), _) in ranked {
        if !heirs.contains_key(&label) && taken.insert(old) {
            heirs.insert(label, old);
        }
    }
    heirs
}

/// Puts a layer with the same rows in place of one, such as compounds with the facts of a ledger: its mends stay.
#[must_use]
pub fn replace_facts(content: &Content, layer: LayerContent, source: Option<LayerSource>) -> Edit {
    let kind = layer.kind();
    let mends: Vec<_> = content.mends_of(kind).map(|(key, mended)| (*key, mended.clone())).collect();
    let put = Edit::PutLayer(Box::new(layer), source);
    if mends.is_empty() { put } else { Edit::Group(vec![put, Edit::SetMends(kind, mends)]) }
}

/// Adds items under fresh ids.
#[must_use]
pub fn add_items(content: &Content, items: Vec<Item>) -> Edit {
    let first = content.next_item_id().0;
    let put = |(n, item): (u32, Item)| Edit::PutItem(ItemId(n), Some(Box::new(item)));
    Edit::Group((first..).zip(items).map(put).collect())
}

/// Puts districts straight into content that no plan holds yet: label 0 becomes number 1, and so on.
pub fn place_districts(content: &mut Content, labels: &[Option<u32>]) {
    let count = labels.iter().flatten().max().map_or(0, |top| top + 1);
    content.districts = (1..=count).map(|n| (DistrictId(n), District::numbered(n))).collect();
    content.assignment = labels.iter().map(|label| label.map(|label| DistrictId(label + 1))).collect();
}

/// Puts items straight into content that no plan holds yet.
pub fn place_items(content: &mut Content, items: Vec<Item>) {
    let first = content.next_item_id().0;
    content.items.extend((first..).map(ItemId).zip(items));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Message, Money};
    use crate::model::{Compound, CompoundFacts, FundLine, FundSource, History, Plan, Properties, violations};

    fn plan(count: usize) -> Plan {
        let square = |n: usize| Compound {
            source_id: n.to_string(),
            shape: geo::MultiPolygon(vec![geo::Rect::new((0.0, 0.0), (1.0, 1.0)).to_polygon()]),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        let compounds = std::sync::Arc::new((0..count).map(square).collect());
        Plan::new(Content { compounds, ..Content::default() })
    }

    fn commit(plan: &mut Plan, history: &mut History, edit: Edit) {
        history.commit(plan, Message::new("session.edit-group"), edit).unwrap();
        assert_eq!(violations(plan), vec![]);
    }

    #[test]
    fn regrouping_keeps_names_of_what_stayed_and_locked_districts() {
        let (mut plan, mut history) = (plan(6), History::default());
        let regrouped = regroup(&plan, &[Some(0), Some(0), Some(1), Some(1), Some(2), None]);
        commit(&mut plan, &mut history, regrouped);
        assert_eq!(plan.districts.values().map(|d| d.number).collect::<Vec<_>>(), [1, 2, 3]);
        let (second, third) = (plan.assignment[2].unwrap(), plan.assignment[4].unwrap());
        let named = District { name: "南湖".into(), ..plan.districts[&second].clone() };
        commit(&mut plan, &mut history, Edit::PutDistrict(second, Some(named)));
        let locked = District { locked: true, ..plan.districts[&third].clone() };
        commit(&mut plan, &mut history, Edit::PutDistrict(third, Some(locked)));
        let before = plan.clone();
        let regrouped = regroup(&plan, &[Some(1), Some(1), Some(0), Some(0), None, Some(0)]);
        commit(&mut plan, &mut history, regrouped);
        assert_eq!(plan.assignment[2], Some(second));
        assert_eq!(plan.assignment[5], Some(second));
        assert_eq!(plan.assignment[4], Some(third));
        assert_eq!(plan.districts[&second].name, "南湖");
        history.undo(&mut plan).unwrap();
        assert_eq!(plan.assignment, before.assignment);
        assert_eq!(plan.districts, before.districts);
    }

    #[test]
    fn regrouping_some_leaves_the_others_as_they_are() {
        let (mut plan, mut history) = (plan(8), History::default());
        let regrouped = regroup(&plan, &[Some(0), Some(0), Some(1), Some(1), Some(2), Some(2), None, None]);
        commit(&mut plan, &mut history, regrouped);
        let empty = plan.next_district_id();
        commit(&mut plan, &mut history, Edit::PutDistrict(empty, Some(District::numbered(9))));
        let before = plan.content().clone();
        // The first district whole, half of the second, and one compound that was in none.
        let only: BTreeSet<CompoundId> = [0, 1, 2, 6].map(CompoundId).into();
        let labels = [Some(0), Some(1), Some(1), None, None, None, Some(0), None];
        assert!(!groups_alike(&plan, &labels, (&only, &BTreeMap::new())));
        let regrouped = regroup_only(&plan, &labels, (&only, &BTreeMap::new()));
        commit(&mut plan, &mut history, regrouped);
        let same = |row: usize| plan.assignment[row] == before.assignment[row];
        assert!([3, 4, 5, 7].into_iter().all(same), "{:?}", plan.assignment);
        for id in [before.assignment[3].unwrap(), before.assignment[4].unwrap(), empty] {
            assert_eq!(plan.districts.get(&id), before.districts.get(&id));
        }
        assert!(plan.assignment[0] == plan.assignment[6] && plan.assignment[1] == plan.assignment[2]);
        assert_ne!(plan.assignment[2], before.assignment[2], "the rest of its district kept that");
        let again: Vec<Option<u32>> = labels.iter().map(|label| label.map(|label| 1 - label)).collect();
        assert!(groups_alike(&plan, &again, (&only, &BTreeMap::new())), "other numbers, the same districts");
        history.undo(&mut plan).unwrap();
        assert_eq!((&plan.assignment, &plan.districts), (&before.assignment, &before.districts));
    }

    #[test]
    fn merging_and_removing_leave_no_strays() {
        let (mut plan, mut history) = (plan(4), History::default());
        let regrouped = regroup(&plan, &[Some(0), Some(0), Some(1), Some(1)]);
        commit(&mut plan, &mut history, regrouped);
        let (a, b) = (plan.assignment[0].unwrap(), plan.assignment[2].unwrap());
        let source = FundSource::Line(FundLine::Municipal);
        let (project, payer, note) = (String::new(), String::new(), String::new());
        let fund = Fund { district: Some(b), project, source, payer, amount: Money::from_fen(7), note };
        commit(&mut plan, &mut history, Edit::PutFund(FundId(1), Some(Box::new(fund))));
        let merged = merge_districts(&plan, a, b);
        commit(&mut plan, &mut history, merged);
        assert_eq!((plan.members(a).len(), plan.funds[&FundId(1)].district), (4, Some(a)));
        let removed = remove_district(&plan, a);
        commit(&mut plan, &mut history, removed);
        assert!(plan.districts.is_empty());
        assert_eq!(plan.funds[&FundId(1)].district, None, "it waits for another district");
        while history.undo(&mut plan).unwrap().is_some() {}
        assert!(plan.assignment.iter().all(Option::is_none));
    }
}
