//! Laws of comparing and merging, and single cases.

use std::sync::Arc;

use geo::{MultiPolygon, Rect};
use proptest::prelude::*;

use super::{Choices, Merge, Topic, Word, diff, merge};
use crate::base::{CompoundId, DistrictId, ItemId, Message};
use crate::model::{
    self, Comment, CommentKey, Compound, CompoundFacts, Content, District, Edit, FindingKey, History, IgnoreNote, Item,
    ItemOrigin, LinkKey, LinkOverride, LinkRule, Meeting, NeedState, Opinion, OpinionKey, Plan, Properties, Quantity, Seal,
    Stance,
};
use crate::policy::{CatalogueEntry, ItemClass, ItemCode, ItemGeometry, PipeClass, catalogue};

const COMPOUNDS: u32 = 6;

fn compound(id: &str, row: u32) -> Compound {
    let x = f64::from(row) * 100.0;
    let square = Rect::new((x, 0.0), (x + 80.0, 80.0)).to_polygon();
    let facts = CompoundFacts { name: format!("小区{id}"), households: Some(100 + row), ..CompoundFacts::default() };
    Compound { source_id: id.to_owned(), shape: MultiPolygon(vec![square]), facts, extra: Properties::new() }
}

fn item(code: &str, compound: u32, quantity: f64) -> Item {
    Item {
        code: ItemCode::new(code),
        compound: Some(CompoundId(compound)),
        district: None,
        place: None,
        quantity: Quantity::Manual(quantity),
        year: None,
        price: None,
        timing: None,
        origin: ItemOrigin::Hand,
        note: String::new(),
    }
}

/// Six compounds in two districts, the last in none, with two items.
fn base() -> Content {
    let in_district = [1, 1, 1, 2, 2, 0];
    Content {
        title: "临江".to_owned(),
        compounds: Arc::new((0..COMPOUNDS).map(|row| compound(&format!("c{row}"), row)).collect()),
        assignment: in_district.iter().map(|d| (*d > 0).then_some(DistrictId(*d))).collect(),
        districts: [1, 2].map(|n| (DistrictId(n), District::numbered(n))).into(),
        items: [(ItemId(1), item("water_supply", 0, 120.0)), (ItemId(2), item("road", 3, 300.0))].into(),
        ..Content::default()
    }
}

fn edited(content: &Content, edit: Edit) -> Content {
    let mut plan = Plan::new(content.clone());
    History::default().commit(&mut plan, Message::new("versions.text"), edit).unwrap();
    plan.content().clone()
}

fn merged(ours: &Content, merge: &Merge) -> Content {
    edited(ours, merge.edit.clone())
}

fn all(word: Word) -> Choices {
    Choices { others: Some(word), ..Choices::default() }
}

fn named(district: u32, name: &str) -> Edit {
    let district_named = District { name: name.to_owned(), ..District::numbered(district) };
    Edit::PutDistrict(DistrictId(district), Some(district_named))
}

fn facts(row: u32, change: impl Fn(&mut CompoundFacts)) -> Edit {
    let mut facts = compound("", row).facts;
    facts.name = format!("小区c{row}");
    change(&mut facts);
    Edit::SetFacts(CompoundId(row), Box::new(facts))
}

/// A random edit that fits any plan which came of the base by such edits: what does not fit does nothing.
fn any_edit() -> impl Strategy<Value = Edit> {
    let row = 0..COMPOUNDS;
    prop_oneof![
        (row.clone(), prop_oneof![Just(None), (1u32..4).prop_map(Some)]).prop_map(|(row, to)| assign(row, to)),
        (1u32..5, 0u32..3).prop_map(|(id, name)| named(id, ["东", "西", ""][name as usize])),
        (row.clone(), 90u32..95).prop_map(|(row, households)| facts(row, |f| f.households = Some(households))),
        (row.clone(), 1u32..4, 0u32..3).prop_map(|(row, id, q)| {
            // Of what kind an item is does not change.
            Edit::PutItem(ItemId(id), Some(Box::new(item(["road", "water_supply"][id as usize % 2], row, f64::from(q)))))
        }),
        (1u32..4).prop_map(|id| Edit::PutItem(ItemId(id), None)),
        (row.clone(), row.clone(), any::<bool>()).prop_map(|(a, b, force)| link(a, b, force)),
        (row, 0usize..2).prop_map(|(row, state)| {
            let state = [Some(NeedState::Needed), None][state];
            Edit::PutNeed(CompoundId(row), ItemCode::new("road"), state)
        }),
        Just(Edit::SetTitle("改名".to_owned(), None)),
        (1u32..3, any::<bool>(), 0usize..5).prop_map(|(district, heat, stance)| {
            let key = OpinionKey { district, unit: if heat { "热力" } else { "消防" }.to_owned() };
            Edit::PutOpinion(key, Stance::ALL.get(stance).map(|stance| Box::new(opinion(*stance))))
        }),
    ]
}

fn opinion(stance: Stance) -> Opinion {
    Opinion { stance, ..Opinion::default() }
}

/// The base as it was frozen at a meeting.
fn frozen() -> Content {
    let seal = Seal { plan_hash: "ab".to_owned(), digest: "cd".to_owned(), program: "0".to_owned() };
    let mut content = base();
    content.opinions.insert(OpinionKey { district: 1, unit: "热力".to_owned() }, opinion(Stance::Conditions));
    content.meeting = Some(Meeting { date: "2026-06-01".to_owned(), seal: Some(seal), ..Meeting::default() });
    content
}

#[test]
fn a_branch_differs_from_its_version_by_nothing_but_where_it_comes_from() {
    let version = frozen();
    let branch = version.branch("frozen.gpkg").unwrap();
    let changes = diff(&version, &branch).changes;
    let told: Vec<_> = changes.iter().map(|change| (change.subject.topic, change.field, change.after.is_some())).collect();
    assert_eq!(told, [(Topic::Plan, Some("lineage"), true), (Topic::Meeting, None, false)]);
    let retitled = edited(&branch, Edit::SetTitle("会后".to_owned(), None));
    assert_eq!(diff(&version, &retitled).changes.len(), 3);
}

#[test]
fn minutes_stay_with_their_version_and_nothing_is_merged_into_a_frozen_one() {
    let version = frozen();
    let branch = version.branch("frozen.gpkg").unwrap();
    let [ours, theirs] = [named(1, "东"), named(2, "西")].map(|edit| edited(&branch, edit));
    let found = merge(&branch, &ours, &theirs, &Choices::default());
    let result = merged(&ours, &found);
    assert!((result.lineage == branch.lineage) && result.meeting.is_none() && found.left.is_empty());
    assert_eq!((result.districts[&DistrictId(1)].name.as_str(), result.districts[&DistrictId(2)].name.as_str()), ("东", "西"));
    // Theirs was frozen at a meeting of their own: what they decided comes over, their minutes do not.
    let later = Content { meeting: version.meeting.clone(), ..theirs.clone() };
    let found = merge(&branch, &ours, &later, &Choices::default());
    assert!(found.left.iter().any(|told| told.key() == "versions.left-minutes"));
    assert!(merged(&ours, &found).meeting.is_none());
    let mut plan = Plan::new(version);
    let refused = History::default().commit(&mut plan, Message::new("versions.text"), found.edit);
    assert_eq!(refused.unwrap_err(), model::EditError::Frozen);
}

fn assign(row: u32, to: Option<u32>) -> Edit {
    let there = to.map(|id| Edit::PutDistrict(DistrictId(id), Some(District::numbered(id))));
    Edit::Group(there.into_iter().chain([Edit::Assign(vec![(CompoundId(row), to.map(DistrictId))])]).collect())
}

fn link(a: u32, b: u32, force: bool) -> Edit {
    let rule = if force { LinkRule::Force } else { LinkRule::Forbid };
    let set = LinkOverride { rule, note: String::new() };
    LinkKey::new(CompoundId(a), CompoundId(b)).map_or(Edit::Group(Vec::new()), |key| Edit::PutOverride(key, Some(set)))
}

fn any_version() -> impl Strategy<Value = Content> {
    prop::collection::vec(any_edit(), 0..6)
        .prop_map(|edits| edits.into_iter().fold(base(), |content, edit| edited(&content, edit)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_version_differs_from_another_exactly_when_it_is_another(a in any_version(), b in any_version()) {
        prop_assert!(diff(&a, &a).changes.is_empty());
        prop_assert_eq!(diff(&a, &b).changes.is_empty(), a == b, "{:#?}", diff(&a, &b).changes);
    }

    #[test]
    fn what_nobody_changed_changes_nothing(ours in any_version()) {
        let found = merge(&base(), &ours, &base(), &Choices::default());
        prop_assert_eq!((&found.edit, found.conflicts.len()), (&Edit::Group(Vec::new()), 0));
    }

    #[test]
    fn into_the_base_it_gives_theirs(theirs in any_version()) {
        let found = merge(&base(), &base(), &theirs, &Choices::default());
        prop_assert!(found.conflicts.is_empty());
        let result = merged(&base(), &found);
        prop_assert_eq!(diff(&theirs, &result).changes, Vec::new());
        prop_assert_eq!(diff(&base(), &result).changes.len(), found.changes.len());
    }

    #[test]
    fn both_meet_in_the_same_plan(ours in any_version(), theirs in any_version()) {
        let here = merge(&base(), &ours, &theirs, &all(Word::Ours));
        let there = merge(&base(), &theirs, &ours, &all(Word::Theirs));
        prop_assert_eq!(here.conflicts.len(), there.conflicts.len());
        let (here, there) = (merged(&ours, &here), merged(&theirs, &there));
        // Ids and numbers of what was added may differ; what is said must not.
        prop_assert_eq!(here.assignment.iter().flatten().count(), there.assignment.iter().flatten().count());
        prop_assert_eq!(&here.needs, &there.needs);
        prop_assert_eq!(&here.overrides, &there.overrides);
        prop_assert_eq!(here.items.len(), there.items.len());
        prop_assert_eq!(&here.compounds, &there.compounds);
        prop_assert!(model::violations(&here).is_empty());
    }

    #[test]
    fn merging_is_one_step_that_can_be_taken_back(ours in any_version(), theirs in any_version()) {
        let found = merge(&base(), &ours, &theirs, &all(Word::Theirs));
        let (mut plan, mut history) = (Plan::new(ours.clone()), History::default());
        history.commit(&mut plan, Message::new("versions.text"), found.edit).unwrap();
        history.undo(&mut plan).unwrap();
        prop_assert_eq!(plan.content(), &ours);
    }
}

#[test]
fn changes_of_other_things_come_together() {
    let ours = edited(&base(), named(1, "江边"));
    let theirs = edited(&edited(&base(), assign(5, Some(2))), facts(0, |f| f.households = Some(130)));
    let found = merge(&base(), &ours, &theirs, &Choices::default());
    assert!(found.conflicts.is_empty());
    let result = merged(&ours, &found);
    assert_eq!(result.districts[&DistrictId(1)].name, "江边");
    assert_eq!((result.assignment[5], result.compounds[0].facts.households), (Some(DistrictId(2)), Some(130)));
    let topics: Vec<Topic> = found.changes.iter().map(|change| change.subject.topic).collect();
    assert_eq!(topics, [Topic::Compound, Topic::Assignment]);
}

#[test]
fn of_one_thing_other_fields_come_together_and_the_same_field_is_a_conflict() {
    let ours = edited(&base(), facts(0, |f| (f.households, f.buildings) = (Some(110), Some(4))));
    let theirs = edited(&base(), facts(0, |f| (f.households, f.stair_units) = (Some(120), Some(9))));
    let found = merge(&base(), &ours, &theirs, &Choices::default());
    let keys: Vec<&str> = found.conflicts.iter().map(|conflict| conflict.key.as_str()).collect();
    assert_eq!((keys, found.open()), (vec!["compound:c0:households"], 1));
    let kept = merged(&ours, &found);
    let of = |content: &Content| {
        let facts = &content.compounds[0].facts;
        (facts.households, facts.buildings, facts.stair_units)
    };
    assert_eq!(of(&kept), (Some(110), Some(4), Some(9)));
    let choices = Choices { single: [("compound:c0:households".to_owned(), Word::Theirs)].into(), others: None };
    let found = merge(&base(), &ours, &theirs, &choices);
    assert_eq!((found.open(), of(&merged(&ours, &found))), (0, (Some(120), Some(4), Some(9))));
}

#[test]
fn a_district_that_one_side_took_away_comes_back_when_the_other_filled_it() {
    let empty = Edit::Group(vec![
        Edit::Assign(vec![(CompoundId(3), None), (CompoundId(4), None)]),
        Edit::PutDistrict(DistrictId(2), None),
    ]);
    let ours = edited(&base(), empty);
    let theirs = edited(&base(), assign(5, Some(2)));
    let found = merge(&base(), &ours, &theirs, &Choices::default());
    let result = merged(&ours, &found);
    assert_eq!(result.assignment[5].map(|id| result.districts[&id].number), Some(2));
    assert_eq!(result.assignment[3], None);
    // The other way round the district is still needed and stays, which is told.
    let found = merge(&base(), &theirs, &ours, &Choices::default());
    assert_eq!(found.left.len(), 1);
    assert_eq!(merged(&theirs, &found).assignment[5], Some(DistrictId(2)));
}

#[test]
fn compounds_of_theirs_come_in_and_items_added_alike_come_once() {
    let mut theirs = base();
    Arc::make_mut(&mut theirs.compounds).push(compound("new", 9));
    theirs.assignment.push(Some(DistrictId(2)));
    theirs.items.insert(ItemId(3), item("greening", 1, 50.0));
    theirs.items.insert(ItemId(4), item("lighting", 6, 8.0));
    let mut ours = base();
    ours.items.insert(ItemId(3), item("greening", 1, 50.0));
    ours.items.insert(ItemId(4), item("road", 2, 10.0));
    let found = merge(&base(), &ours, &theirs, &Choices::default());
    assert!(found.conflicts.is_empty() && found.left.is_empty());
    let result = merged(&ours, &found);
    assert_eq!((result.compounds.len(), result.assignment[6]), (7, Some(DistrictId(2))));
    let mut codes: Vec<&str> = result.items.values().map(|item| item.code.0.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["greening", "lighting", "road", "road", "water_supply"]);
}

#[test]
fn districts_numbered_alike_on_both_sides_are_told_apart() {
    let ours = edited(&base(), assign(5, Some(3)));
    let theirs = edited(&base(), assign(0, Some(3)));
    let found = merge(&base(), &ours, &theirs, &Choices::default());
    let result = merged(&ours, &found);
    let mut numbers: Vec<u32> = result.districts.values().map(|district| district.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_ne!(result.assignment[0], result.assignment[5]);
}

/// A comment on something.
fn comment_on(subject: model::Subject) -> Comment {
    let said = String::new;
    let (text, file) = ("看一下".to_owned(), "c.json".to_owned());
    Comment { subject, text, unit: said(), author: said(), date: said(), plan_hash: said(), state: said(), file, answer: None }
}

#[test]
fn what_was_said_of_a_district_goes_with_it_to_its_new_number() {
    let said = |district, by: &str| OpinionKey { district, unit: by.to_owned() };
    let mut ours = edited(&base(), assign(5, Some(3)));
    ours.opinions.insert(said(3, "消防"), opinion(Stance::Agreed));
    let mut theirs = edited(&base(), assign(0, Some(3)));
    theirs.opinions.insert(said(3, "热力"), opinion(Stance::Refused));
    theirs.opinions.insert(said(1, "热力"), opinion(Stance::Conditions));
    theirs.comments.insert(CommentKey("k".to_owned()), comment_on(model::Subject::District(3)));
    let result = merged(&ours, &merge(&base(), &ours, &theirs, &Choices::default()));
    let number_of = |row: usize| result.districts[&result.assignment[row].unwrap()].number;
    assert_eq!((number_of(5), number_of(0)), (3, 4), "ours keeps its number, theirs finds it taken");
    let stances: Vec<(OpinionKey, Stance)> = result.opinions.iter().map(|(key, opinion)| (key.clone(), opinion.stance)).collect();
    let expected = [(1, "热力", Stance::Conditions), (3, "消防", Stance::Agreed), (4, "热力", Stance::Refused)];
    assert_eq!(stances, expected.map(|(district, unit, stance)| (said(district, unit), stance)));
    assert_eq!(result.comments[&CommentKey("k".to_owned())].subject, model::Subject::District(4));
}

#[test]
fn what_was_said_of_items_and_findings_goes_with_them_too() {
    let key = |name: &str| CommentKey(name.to_owned());
    let finding = |name: &str| FindingKey(name.to_owned());
    let note = |reason: &str| IgnoreNote { reason: reason.to_owned() };
    let with_item = |code: &str, row| Edit::PutItem(ItemId(3), Some(Box::new(item(code, row, 50.0))));
    let ours = edited(&base(), Edit::Group(vec![assign(5, Some(3)), with_item("road", 1)]));
    let mut theirs = edited(&base(), Edit::Group(vec![assign(0, Some(3)), with_item("lift", 4)]));
    theirs.comments.insert(key("i"), comment_on(model::Subject::Item(ItemId(3))));
    theirs.comments.insert(key("f"), comment_on(model::Subject::Finding("pipe_year:3:2027".to_owned())));
    theirs.ignored.insert(finding("pipe_year:3:2027"), note("2027 年再说"));
    theirs.ignored.insert(finding("heritage:3:h1"), note("已会商"));
    theirs.ignored.insert(finding("over_budget:3"), note("按年份"));
    let result = merged(&ours, &merge(&base(), &ours, &theirs, &Choices::default()));
    let lift = *result.items.iter().find(|(_, item)| item.code.0 == "lift").unwrap().0;
    assert_ne!(lift, ItemId(3), "ours has that id");
    assert_eq!(result.comments[&key("i")].subject, model::Subject::Item(lift));
    assert_eq!(result.comments[&key("f")].subject, model::Subject::Finding("pipe_year:4:2027".to_owned()));
    let mut expected = [format!("heritage:{lift}:h1"), "over_budget:3".to_owned(), "pipe_year:4:2027".to_owned()];
    expected.sort();
    assert_eq!(result.ignored.keys().map(|key| key.0.clone()).collect::<Vec<_>>(), expected);
    // An item that both added alike is one, and what is said of it is said of that one.
    let mut twin = edited(&base(), Edit::Group(vec![with_item("road", 1)]));
    twin.comments.insert(key("t"), comment_on(model::Subject::Item(ItemId(3))));
    let result = merged(&ours, &merge(&base(), &ours, &twin, &Choices::default()));
    assert_eq!(result.comments[&key("t")].subject, model::Subject::Item(ItemId(3)));
}

#[test]
fn a_district_that_must_have_another_number_gets_one_of_which_nothing_is_said() {
    let said = |district| OpinionKey { district, unit: "热力".to_owned() };
    let mut start = base();
    start.opinions.insert(said(4), opinion(Stance::Conditions));
    let ours = edited(&start, assign(5, Some(3)));
    let mut theirs = edited(&start, assign(0, Some(3)));
    theirs.opinions.insert(said(3), opinion(Stance::Refused));
    let result = merged(&ours, &merge(&start, &ours, &theirs, &Choices::default()));
    let number = result.districts[&result.assignment[0].unwrap()].number;
    assert_eq!((number, result.opinions[&said(5)].stance), (5, Stance::Refused));
    assert_eq!(result.opinions[&said(4)].stance, Stance::Conditions, "what was said of another before stays as it was");
}

#[test]
fn plans_in_different_systems_are_not_put_against_each_other() {
    let (a, b) = (Content { crs_code: 4551, ..base() }, Content { crs_code: 4549, ..base() });
    assert!(super::check_crs(&[&a, &base(), &a]).is_ok());
    assert_eq!(super::check_crs(&[&a, &b]).unwrap_err().key(), "versions.other-crs");
}

/// An entry of the plan's own, copied from the one for roads.
fn own_entry(zh: &str, change: impl Fn(&mut CatalogueEntry)) -> CatalogueEntry {
    let road = catalogue().get(&ItemCode::new("road")).unwrap();
    let mut entry = CatalogueEntry { zh: zh.to_owned(), quoted: None, based_on: Some(road.code.clone()), ..road.clone() };
    entry.code = catalogue().code_for(zh);
    change(&mut entry);
    entry
}

fn put(entry: &CatalogueEntry) -> Edit {
    Edit::PutEntry(entry.code.clone(), Some(Box::new(entry.clone())))
}

#[test]
fn entries_that_both_sides_added_come_together_with_the_items_made_of_them() {
    let (asphalt, bricks) = (own_entry("沥青道路", |_| ()), own_entry("铺砖", |entry| entry.class = ItemClass::Improvement));
    let with_item = |entry: &CatalogueEntry, row| {
        let code = entry.code.0.clone();
        Edit::Group(vec![put(entry), Edit::PutItem(ItemId(3), Some(Box::new(item(&code, row, 50.0))))])
    };
    let (ours, theirs) = (edited(&base(), with_item(&asphalt, 1)), edited(&base(), with_item(&bricks, 4)));
    let found = merge(&base(), &ours, &theirs, &Choices::default());
    assert!(found.conflicts.is_empty() && found.left.is_empty(), "{found:?}");
    let result = merged(&ours, &found);
    assert_eq!(result.catalogue.own().len(), 2);
    assert_eq!((result.catalogue.get(&asphalt.code), result.catalogue.get(&bricks.code)), (Some(&asphalt), Some(&bricks)));
    let made_of = |code: &ItemCode| result.items.values().filter(|item| item.code == *code).count();
    assert_eq!((result.items.len(), made_of(&asphalt.code), made_of(&bricks.code)), (4, 1, 1));
    // The other way round it is the same catalogue.
    let back = merged(&theirs, &merge(&base(), &theirs, &ours, &Choices::default()));
    assert_eq!(back.catalogue, result.catalogue);
}

#[test]
fn of_an_entry_other_fields_come_together_and_the_same_field_is_a_conflict() {
    let held = own_entry("沥青道路", |_| ());
    let base = edited(&base(), put(&held));
    let ours = edited(&base, put(&own_entry("沥青道路", |entry| (entry.class, entry.symbol) = (ItemClass::Upgrade, '沥'))));
    let theirs = edited(
        &base,
        put(&own_entry("沥青道路", |entry| {
            (entry.geometry, entry.symbol, entry.utility) = (ItemGeometry::Line, '青', Some(PipeClass::Drainage));
        })),
    );
    let found = merge(&base, &ours, &theirs, &Choices::default());
    let key = format!("entry:{}:symbol", held.code);
    assert_eq!(found.conflicts.iter().map(|conflict| &conflict.key).collect::<Vec<_>>(), [&key]);
    let of = |content: &Content| {
        let entry = content.catalogue.get(&held.code).unwrap();
        (entry.class, entry.geometry, entry.symbol, entry.utility)
    };
    let both = |symbol| (ItemClass::Upgrade, ItemGeometry::Line, symbol, Some(PipeClass::Drainage));
    assert_eq!(of(&merged(&ours, &found)), both('沥'));
    let choices = Choices { single: [(key, Word::Theirs)].into(), others: None };
    assert_eq!(of(&merged(&ours, &merge(&base, &ours, &theirs, &choices))), both('青'));
    // Two sides that copy under one name made the same entry; what they made of it is told apart the same way.
    let found = merge(&self::base(), &ours, &theirs, &Choices::default());
    assert!(found.open() > 0 && found.conflicts.iter().all(|conflict| conflict.key.starts_with("entry:own_")), "{found:?}");
}

#[test]
fn an_entry_that_one_side_took_out_stays_where_the_other_uses_it() {
    let held = own_entry("沥青道路", |_| ());
    let base = edited(&base(), put(&held));
    let without = edited(&base, Edit::PutEntry(held.code.clone(), None));
    let used = edited(&base, Edit::PutItem(ItemId(3), Some(Box::new(item(&held.code.0, 1, 50.0)))));
    for (ours, theirs) in [(&without, &used), (&used, &without)] {
        let found = merge(&base, ours, theirs, &Choices::default());
        let result = merged(ours, &found);
        assert_eq!(result.catalogue.get(&held.code), Some(&held), "items keep their entry");
        assert_eq!(result.items.values().filter(|item| item.code == held.code).count(), 1);
    }
    // Where nobody uses it, it goes.
    let found = merge(&base, &base, &without, &Choices::default());
    assert!(merged(&base, &found).catalogue.own().is_empty());
}
