//! Reloading keeps what was decided, by the ids of the compounds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::base::ItemId;
use crate::model::{District, History, ItemOrigin, LinkOverride, LinkRule, NeedState, Plan, Quantity, violations};
use crate::policy::ItemCode;

fn compound(id: &str, households: u32) -> Compound {
    let facts = CompoundFacts { name: format!("{id}小区"), households: Some(households), ..CompoundFacts::default() };
    let shape = geo::MultiPolygon(vec![geo::Rect::new((0.0, 0.0), (f64::from(households), 1.0)).to_polygon()]);
    Compound { source_id: id.to_owned(), shape, facts, extra: Properties::new() }
}

fn code() -> ItemCode {
    crate::policy::catalogue().for_pipe(crate::policy::PipeClass::Water).expect("water is renewed").code.clone()
}

fn item(compound: Option<CompoundId>) -> Item {
    let (code, place, origin) = (code(), None, ItemOrigin::Hand);
    Item {
        code,
        compound,
        district: None,
        place,
        quantity: Quantity::Missing,
        year: None,
        price: None,
        timing: None,
        origin,
        note: String::new(),
    }
}

/// A plan of eight compounds with decisions on each, and what was read.
fn decided(edited: &[bool]) -> (Content, Vec<Compound>) {
    let base: Vec<Compound> = (0..8).map(|n| compound(&format!("c{n}"), 100 + n)).collect();
    let mut compounds = base.clone();
    for (own, _) in compounds.iter_mut().zip(edited).filter(|(_, edited)| **edited) {
        own.facts.households = Some(1);
    }
    let row = CompoundId::from_index;
    let district = |n: u32| (DistrictId(n), District::numbered(n));
    let over = |a, b, rule| (LinkKey::new(row(a), row(b)).expect("two"), LinkOverride { rule, note: format!("{a}-{b}") });
    let content = Content {
        compounds: Arc::new(compounds),
        assignment: (0..8).map(|n| (n != 3).then_some(DistrictId(1 + n / 4))).collect(),
        districts: BTreeMap::from([district(1), district(2)]),
        items: BTreeMap::from([(ItemId(1), item(Some(row(2)))), (ItemId(2), item(Some(row(6)))), (ItemId(3), item(None))]),
        overrides: BTreeMap::from([over(0, 1, LinkRule::Force), over(1, 7, LinkRule::Forbid), over(2, 5, LinkRule::Force)]),
        needs: BTreeMap::from([((row(4), code()), NeedState::Needed), ((row(5), code()), NeedState::Refused)]),
        ..Content::default()
    };
    (content, base)
}

/// Everything decided, by the ids of the compounds.
#[derive(Debug, PartialEq)]
struct Decisions {
    districts: BTreeMap<String, Option<DistrictId>>,
    needs: Vec<(String, NeedState)>,
    links: Vec<(Vec<String>, LinkOverride)>,
    items: Vec<(ItemId, Option<String>, Option<DistrictId>)>,
    households: BTreeMap<String, Option<u32>>,
}

fn decisions(content: &Content, stays: &dyn Fn(&str) -> bool) -> Decisions {
    let id = |row: CompoundId| content.compounds[row.index()].source_id.clone();
    let rows = || content.compounds.iter().enumerate().filter(|(_, compound)| stays(&compound.source_id));
    let needs = content.needs.iter().map(|((row, _), state)| (id(*row), *state)).filter(|(id, _)| stays(id));
    let links = content.overrides.iter().map(|(key, rule)| {
        let mut pair = vec![id(key.a()), id(key.b())];
        pair.sort();
        (pair, rule.clone())
    });
    let mut needs: Vec<_> = needs.collect();
    let mut links: Vec<_> = links.filter(|(pair, _)| pair.iter().all(|id| stays(id))).collect();
    needs.sort();
    links.sort_by(|a, b| a.0.cmp(&b.0));
    let item = |(number, item): (&ItemId, &Item)| {
        let compound = item.compound.map(id).filter(|id| stays(id));
        (*number, compound, content.item_district(item))
    };
    Decisions {
        districts: rows().map(|(row, compound)| (compound.source_id.clone(), content.assignment[row])).collect(),
        needs,
        links,
        items: content.items.iter().map(item).collect(),
        households: rows().map(|(_, compound)| (compound.source_id.clone(), compound.facts.households)).collect(),
    }
}

proptest! {
    #[test]
    fn decisions_follow_their_compounds(
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
        gone in prop::collection::vec(prop::bool::weighted(0.2), 8),
        edited in prop::collection::vec(any::<bool>(), 8),
        new in 0..3_u32,
    ) {
        let (content, base) = decided(&edited);
        let mut read: Vec<Compound> = order.iter().filter(|n| !gone[**n]).map(|n| base[*n].clone()).collect();
        for n in 0..new {
            read.insert(n as usize % (read.len() + 1), compound(&format!("new{n}"), 10 + n));
        }
        let stays = |id: &str| read.iter().any(|compound| compound.source_id == id);
        let (edits, lost) = reload_compounds(&content, &base, read.clone(), None);
        let mut plan = Plan::new(content.clone());
        let mut history = History::default();
        history.commit(&mut plan, Message::new("session.edit-load"), Edit::Group(edits)).expect("it fits");
        prop_assert_eq!(violations(&plan), Vec::new());
        let old = |id: &str| stays(id) && !id.starts_with("new");
        prop_assert_eq!(decisions(&plan, &old), decisions(&content, &old));
        let order: Vec<&str> = plan.compounds.iter().map(|compound| &*compound.source_id).collect();
        let wanted: Vec<&str> = read.iter().map(|compound| &*compound.source_id).collect();
        prop_assert_eq!(order, wanted);
        prop_assert_eq!(lost.message().is_some(), !lost.compounds.is_empty());
        let rows = |test: &dyn Fn(usize) -> bool| (0..8).filter(|n| gone[*n] && test(*n)).count();
        prop_assert_eq!(lost.assigned, rows(&|n| n != 3));
        prop_assert_eq!(lost.facts, rows(&|n| edited[n]));
        prop_assert_eq!(lost.items, rows(&|n| n == 2 || n == 6));
        history.undo(&mut plan).expect("it fits");
        prop_assert_eq!(plan.content(), &content);
    }

    #[test]
    fn the_same_file_changes_nothing(edited in prop::collection::vec(any::<bool>(), 8)) {
        let (content, base) = decided(&edited);
        let (edits, lost) = reload_compounds(&content, &base, base.clone(), None);
        prop_assert_eq!(edits, Vec::new());
        prop_assert_eq!(lost, Lost::default());
    }
}

#[test]
fn a_fact_that_nobody_touched_is_the_files() {
    let (content, base) = decided(&[true, false, false, false, false, false, false, false]);
    let mut read = base.clone();
    for compound in &mut read {
        compound.facts.households = Some(500);
        compound.facts.buildings = Some(7);
    }
    let (edits, _) = reload_compounds(&content, &base, read, None);
    let Some(Edit::PutLayer(layer, _)) = edits.first() else { panic!("a layer first: {edits:?}") };
    let LayerContent::Compounds(compounds) = &**layer else { panic!("compounds") };
    assert_eq!((compounds[0].facts.households, compounds[0].facts.buildings), (Some(1), Some(7)));
    assert_eq!((compounds[1].facts.households, compounds[1].facts.buildings), (Some(500), Some(7)));
}

#[test]
fn what_only_the_plan_has_stays_and_repeated_ids_stay_apart() {
    let base = vec![compound("a", 1), compound("a", 2)];
    let mut own = base.clone();
    own[1].facts.buildings = Some(9);
    own.push(compound("ledger", 3));
    let assignment = vec![None, None, None];
    let content = Content { compounds: Arc::new(own), assignment, ..Content::default() };
    let (edits, lost) = reload_compounds(&content, &base, vec![compound("new", 4), base[0].clone(), base[1].clone()], None);
    let layer = edits.iter().find_map(|edit| if let Edit::PutLayer(layer, _) = edit { Some(&**layer) } else { None });
    let Some(LayerContent::Compounds(compounds)) = layer else { panic!("compounds") };
    let facts: Vec<_> = compounds.iter().map(|c| (&*c.source_id, c.facts.buildings)).collect();
    assert_eq!(facts, [("new", None), ("a", None), ("a", Some(9)), ("ledger", None)]);
    assert_eq!(lost, Lost::default());
}

#[test]
fn a_join_moves_only_its_own_fields() {
    let base = vec![compound("a", 1)];
    let mut before = base.clone();
    before[0].facts.households = Some(77);
    let mut after = before.clone();
    after[0].facts.buildings = Some(4);
    let rebased = rebase_joined(&base, &before, &after);
    assert_eq!((rebased[0].facts.households, rebased[0].facts.buildings), (Some(1), Some(4)));
}
