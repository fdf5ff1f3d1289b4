//! Each kind of finding: a plan that has it, and the same plan mended. The plan they all start from is clean.

mod community;
mod schedule;
mod works;

use std::sync::Arc;

use geo::{Coord, MultiPolygon, Point, Rect};

use super::*;
use crate::base::{CompoundId, DistrictId, ItemId, Silent};
use crate::contiguity::tests::links_of;
use crate::model::{
    CommunityRule, CompoundFacts, Content, District, EligibleVerdicts, Heritage, IgnoreNote, Item, ItemOrigin, NeedState,
    Quantity,
};
use crate::pipes::tests::{compound, content, pipe};
use crate::policy::{Exclusion, ItemCode, OwnerKind, Ownership, PipeClass, YearSpan};
use crate::{pipes, screening};

/// Three compounds in a row, 10 m apart, all 应改 and in district 1 of 2024, with a pipe in step.
fn clean() -> Content {
    let facts = |name: &str| CompoundFacts {
        name: name.to_owned(),
        built: Some(YearSpan::single(1990)),
        households: Some(100),
        floor_area_m2: Some(8_000.0),
        community: Some("甲".to_owned()),
        ..CompoundFacts::default()
    };
    let compounds = [("a", 0.0), ("b", 110.0), ("c", 220.0)]
        .map(|(id, x)| crate::model::Compound { facts: facts(id), ..compound(id, x, 0.0, 100.0) });
    let mut water = pipe("w1", PipeClass::Water, &[(-20.0, 50.0), (50.0, 50.0)]);
    water.ownership = Ownership::Utility;
    water.planned_year = Some(2024);
    let mut content = content(compounds.to_vec(), vec![water]);
    content.assignment = vec![Some(DistrictId(1)); 3];
    content.districts.insert(DistrictId(1), District { year: Some(2024), ..District::numbered(1) });
    content
}

fn findings(content: &Content) -> Vec<Finding> {
    let links = links_of(&[(0, 1, 10.0), (1, 2, 10.0)]);
    let lengths = pipes::lengths(content, &Silent).unwrap();
    let screened = screening::screen(content);
    let mut anatomy = crate::contiguity::anatomy(content, &links);
    crate::contiguity::measure_bottlenecks(&mut anatomy, content);
    let (dug, quality) = (Dug::new(content, &Silent).unwrap(), Quality::of(content));
    let (lengths, anatomy, links, dug) = (&lengths, &anatomy, &links, &dug);
    run(&Facts { content, screened: &screened, links, lengths, anatomy, in_several: &[], dug, quality: &quality })
}

/// The one finding of the kind; the clean plan has none.
fn only(kind: FindingKind, change: impl FnOnce(&mut Content)) -> Finding {
    let mut content = clean();
    change(&mut content);
    let mut found: Vec<Finding> = findings(&content).into_iter().filter(|f| f.kind == kind).collect();
    assert_eq!(found.len(), 1, "{kind:?}: {found:?}");
    found.remove(0)
}

/// No finding of the kind after the change.
fn none(kind: FindingKind, change: impl FnOnce(&mut Content)) {
    let mut content = clean();
    change(&mut content);
    let found: Vec<Finding> = findings(&content).into_iter().filter(|f| f.kind == kind).collect();
    assert_eq!(found, vec![]);
}

fn facts_of(content: &mut Content, row: usize) -> &mut CompoundFacts {
    &mut Arc::make_mut(&mut content.compounds)[row].facts
}

fn item(code: &str, compound: Option<u32>, year: Option<i32>) -> Item {
    Item {
        code: ItemCode::new(code),
        compound: compound.map(CompoundId),
        district: None,
        place: None,
        quantity: Quantity::Missing,
        year,
        price: None,
        timing: None,
        origin: ItemOrigin::Hand,
        note: String::new(),
    }
}

fn put(content: &mut Content, id: u32, item: Item) {
    content.items.insert(ItemId(id), item);
}

fn second_district(content: &mut Content, year: i32, rows: &[usize]) {
    content.districts.insert(DistrictId(2), District { year: Some(year), ..District::numbered(2) });
    for row in rows {
        content.assignment[*row] = Some(DistrictId(2));
    }
}

#[test]
fn a_clean_plan_reads_clean() {
    assert_eq!(findings(&clean()), vec![]);
    assert_eq!(findings(&Content::default()), vec![]);
}

#[test]
fn a_district_in_parts() {
    let found = only(FindingKind::Parts, |c| c.assignment[1] = None);
    assert_eq!(found.severity, Severity::Error);
    assert_eq!(found.parts.iter().map(|p| (p.bounds.min().x, p.households)).collect::<Vec<_>>(), vec![(0.0, 100), (220.0, 100)]);
    only(FindingKind::Parts, |c| c.settings.gap_m = 5.0);
    // Compounds in no district carry contiguity when the plan says so; those of another district do not.
    none(FindingKind::Parts, |c| {
        c.settings.conduct = true;
        c.assignment[1] = None;
    });
    only(FindingKind::Parts, |c| {
        c.settings.conduct = true;
        second_district(c, 2024, &[1]);
    });
}

/// Findings of a kind in a plan with those links.
fn found_with(kind: FindingKind, content: &Content, links: &Links) -> Vec<Finding> {
    let lengths = pipes::lengths(content, &Silent).unwrap();
    let screened = screening::screen(content);
    let anatomy = crate::contiguity::anatomy(content, links);
    let (dug, quality, lengths) = (&Dug::default(), &Quality::default(), &lengths);
    let facts = Facts { content, screened: &screened, links, lengths, anatomy: &anatomy, in_several: &[], dug, quality };
    run(&facts).into_iter().filter(|finding| finding.kind == kind).collect()
}

/// Freezes the plan as it is.
fn freeze(content: &mut Content) {
    let minutes = crate::model::Meeting { date: "2026-06-01".to_owned(), ..Default::default() };
    let seal = crate::model::Seal { plan_hash: "ab".to_owned(), digest: "cd".to_owned(), program: "0".to_owned() };
    content.meeting = Some(crate::model::Meeting { seal: Some(seal), ..minutes });
}

#[test]
fn a_district_frozen_without_a_management_mode() {
    let found = only(FindingKind::FrozenWithoutManagement, freeze);
    assert_eq!((found.key.0.as_str(), found.rule, found.district), ("frozen_without_management:1", "R45", Some(DistrictId(1))));
    let mode = |c: &mut Content| {
        let district = c.districts.remove(&DistrictId(1)).unwrap();
        let mode = crate::model::DistrictMark::ManagementMode;
        c.districts.insert(DistrictId(1), district.marked(mode, Some("业主自管")));
    };
    none(FindingKind::FrozenWithoutManagement, |c| {
        mode(c);
        freeze(c);
    });
    // Before the meeting it is open work of the step, and no finding.
    none(FindingKind::FrozenWithoutManagement, |c| {
        c.meeting = Some(crate::model::Meeting { date: "2026-06-01".to_owned(), ..Default::default() });
    });
}

#[test]
fn the_way_between_parts_is_told() {
    let found = only(FindingKind::Parts, |c| c.assignment[1] = None);
    let way = found.parts[0].way.unwrap();
    assert_eq!((way.near.unwrap().gap_m, way.cause.code()), (120.0, "far"));
    assert_eq!(way.message(&clean()).key(), "checks.way");
}

#[test]
fn a_district_on_one_narrow_link() {
    // A side of 100 m, and 20 m round either of its corners: within 30 m across 10 m.
    none(FindingKind::Bottleneck, |c| c.settings.min_frontage_m = 139.0);
    let mut content = clean();
    content.settings.min_frontage_m = 141.0;
    let found: Vec<Finding> = findings(&content).into_iter().filter(|f| f.kind == FindingKind::Bottleneck).collect();
    let told: Vec<_> =
        found.iter().map(|f| (f.key.0.as_str(), f.parts[0].compounds.len(), f.parts[1].compounds.clone())).collect();
    assert_eq!(told, [("bottleneck:1:a|b", 2, vec![CompoundId(0)]), ("bottleneck:1:b|c", 2, vec![CompoundId(2)])]);
}

#[test]
fn what_a_district_encloses() {
    // Only the first compound is linked to the others. Of these the second counts as outside, being the first of two alike.
    let mut content = clean();
    second_district(&mut content, 2024, &[2]);
    content.assignment[1] = None;
    let links = links_of(&[(0, 1, 10.0), (0, 2, 10.0)]);
    assert_eq!(found_with(FindingKind::Pocket, &content, &links), []);
    content.assignment[2] = None;
    let pocket = found_with(FindingKind::Pocket, &content, &links);
    assert_eq!(pocket.iter().map(|f| f.parts.len()).collect::<Vec<_>>(), [1]);
    // Whether a district closes round compounds is not known without their shapes; then the graph decides.
    for compound in Arc::make_mut(&mut content.compounds).iter_mut().skip(1) {
        compound.shape = MultiPolygon(Vec::new());
    }
    assert_eq!(found_with(FindingKind::Pocket, &content, &links), []);
    Arc::make_mut(&mut content.compounds)[0].shape = MultiPolygon(Vec::new());
    second_district(&mut content, 2024, &[2]);
    let enclave = found_with(FindingKind::Enclave, &content, &links);
    assert_eq!(enclave.iter().map(|f| f.message.key()).collect::<Vec<_>>(), ["checks.enclave-district"]);
    // 不纳入 in the middle is nobody's fault.
    content.assignment[2] = None;
    facts_of(&mut content, 2).exclusion = Some(Exclusion::Expropriation);
    assert_eq!(found_with(FindingKind::Enclave, &content, &links), []);
}

#[test]
fn empty_ground_in_a_district() {
    // The first compound gets a court of 60 by 60 m, the gap being 30 m.
    let court = |c: &mut Content| {
        let compound = &mut Arc::make_mut(&mut c.compounds)[0];
        let inner = Rect::new((20.0, 20.0), (80.0, 80.0)).to_polygon().into_inner().0;
        compound.shape.0[0].interiors_push(inner);
    };
    let found = only(FindingKind::Hollow, court);
    assert_eq!((found.severity, found.key.0.as_str(), found.district), (Severity::Note, "hollow:1:a:1", Some(DistrictId(1))));
    assert_eq!(found.parts[0].bounds, Rect::new((20.0, 20.0), (80.0, 80.0)));
    assert!(found.message.arguments().iter().any(|(name, _)| *name == "area"));
    // Of no district, or as narrow as a gap.
    none(FindingKind::Hollow, |c| {
        court(c);
        c.assignment[0] = None;
    });
    none(FindingKind::Hollow, |c| {
        court(c);
        c.settings.gap_m = 62.0;
    });
}

#[test]
fn a_compound_in_several_districts() {
    let found = only(FindingKind::InSeveral, |c| {
        Arc::make_mut(&mut c.compounds)[2].source_id = "a".to_owned();
        second_district(c, 2024, &[2]);
    });
    assert_eq!((found.severity, found.parts[0].compounds.len()), (Severity::Error, 2));
    // Listed twice but in one district, or once in none: no contradiction.
    none(FindingKind::InSeveral, |c| Arc::make_mut(&mut c.compounds)[2].source_id = "a".to_owned());
    let content = clean();
    let (links, lengths, screened) = (links_of(&[]), PipeLengths::default(), screening::screen(&content));
    let in_several = [(CompoundId(1), vec![DistrictId(1), DistrictId(2)])];
    let (dug, quality, links, lengths) = (&Dug::default(), &Quality::default(), &links, &lengths);
    let facts =
        Facts { content: &content, screened: &screened, links, lengths, anatomy: &[], in_several: &in_several, dug, quality };
    assert_eq!(run(&facts).iter().filter(|f| f.kind == FindingKind::InSeveral).count(), 1);
}

#[test]
fn compounds_out_of_reach() {
    let found = found_with(FindingKind::Unreachable, &clean(), &links_of(&[(0, 1, 10.0)]));
    assert_eq!(found.iter().map(|f| (f.severity, f.parts.len())).collect::<Vec<_>>(), [(Severity::Note, 1)]);
    assert_eq!(found[0].parts[0].way.unwrap().near.unwrap().to, CompoundId(1));
}

#[test]
fn who_must_not_be_in_a_district() {
    let exclude = |c: &mut Content| facts_of(c, 0).exclusion = Some(Exclusion::Expropriation);
    let found = only(FindingKind::Excluded, exclude);
    assert_eq!((found.severity, found.rule, found.key.0.as_str()), (Severity::Error, "R2", "excluded:a"));
    let later = |c: &mut Content| facts_of(c, 0).built = Some(YearSpan::single(2015));
    assert_eq!(only(FindingKind::Ineligible, later).severity, Severity::Warning);
    let unknown = |c: &mut Content| facts_of(c, 0).built = None;
    only(FindingKind::Ineligible, unknown);
    none(FindingKind::Ineligible, |c| {
        unknown(c);
        c.settings.eligible = EligibleVerdicts { unknown: true, ..EligibleVerdicts::default() };
    });
    for kind in [FindingKind::Excluded, FindingKind::Ineligible, FindingKind::MissingFact] {
        none(kind, |c| {
            exclude(c);
            facts_of(c, 1).built = None;
            c.settings.all = true;
        });
    }
}

#[test]
fn once_only() {
    let found = only(FindingKind::OnceOnly, |c| {
        put(c, 1, item("water_supply", Some(0), Some(2023)));
        put(c, 2, item("road", Some(0), None));
    });
    assert_eq!((found.items.len(), found.severity), (2, Severity::Error));
    none(FindingKind::OnceOnly, |c| {
        put(c, 1, item("water_supply", Some(0), Some(2024)));
        put(c, 2, item("road", Some(0), None));
        put(c, 3, item("greening", Some(0), Some(2023)));
        put(c, 4, item("road", Some(1), Some(2023)));
    });
}

#[test]
fn the_first_band_comes_first() {
    let may = |c: &mut Content| {
        facts_of(c, 2).built = Some(YearSpan::single(2003));
        c.settings.eligible.may = true;
    };
    let found = only(FindingKind::YearOrder, |c| {
        may(c);
        second_district(c, 2023, &[2]);
    });
    assert_eq!(found.compounds(), vec![CompoundId(0), CompoundId(2)]);
    none(FindingKind::YearOrder, |c| {
        may(c);
        second_district(c, 2024, &[2]);
    });
}

#[test]
fn after_the_horizon() {
    let late = |c: &mut Content| second_district(c, 2026, &[]);
    assert_eq!(only(FindingKind::Horizon, late).district, Some(DistrictId(2)));
    only(FindingKind::Horizon, |c| put(c, 1, item("road", Some(0), Some(2026))));
    none(FindingKind::Horizon, |c| {
        late(c);
        c.settings.horizon = Some(2030);
    });
}

#[test]
fn pipes_before_facades() {
    let lacking = |c: &mut Content| {
        c.needs.insert((CompoundId(0), ItemCode::new("drainage")), NeedState::Needed);
        put(c, 1, item("greening", Some(0), None));
    };
    let found = only(FindingKind::LiZi, lacking);
    assert_eq!((found.items.as_slice(), found.district), ([ItemId(1)].as_slice(), Some(DistrictId(1))));
    none(FindingKind::LiZi, |c| {
        lacking(c);
        put(c, 2, item("drainage", Some(0), None));
    });
    none(FindingKind::LiZi, |c| {
        lacking(c);
        put(c, 2, Item { district: Some(DistrictId(1)), ..item("drainage", None, None) });
    });
    none(FindingKind::LiZi, |c| {
        lacking(c);
        c.needs.insert((CompoundId(0), ItemCode::new("drainage")), NeedState::Met);
    });
}

#[test]
fn pipes_out_of_step() {
    let found = only(FindingKind::PipeYear, |c| Arc::make_mut(&mut c.pipes)[0].planned_year = Some(2023));
    assert_eq!((found.pipes.len(), found.rule), (1, "R28"));
    assert!(found.message.arguments().iter().any(|(name, value)| {
        *name == "length" && matches!(value, crate::base::Argument::Metres(m) if (m - 50.0).abs() < 1e-6)
    }));
    let at_the_border = only(FindingKind::PipeYear, |c| {
        let pipe = &mut Arc::make_mut(&mut c.pipes)[0];
        pipe.planned_year = Some(2023);
        for at in &mut pipe.line.0[0].0 {
            // Off the compounds to the south, no farther than pipes reach.
            at.y = -2.0;
        }
    });
    assert!(at_the_border.message.arguments().iter().all(|(name, _)| *name != "length"), "{at_the_border:?}");
    let unknown = |c: &mut Content| Arc::make_mut(&mut c.pipes)[0].planned_year = None;
    none(FindingKind::PipeYear, unknown);
    only(FindingKind::PipeYearMissing, unknown);
}

#[test]
fn facts_and_pipes_that_are_not_known() {
    let found = only(FindingKind::MissingFact, |c| {
        facts_of(c, 0).households = None;
        facts_of(c, 2).households = None;
    });
    assert_eq!((found.compounds().len(), found.parts[0].households_unknown, found.severity), (2, 2, Severity::Note));
    only(FindingKind::MissingFact, |c| Arc::make_mut(&mut c.pipes)[0].ownership = Ownership::Unknown);
    only(FindingKind::MissingFact, |c| Arc::make_mut(&mut c.pipes)[0].class = PipeClass::Unknown);
    only(FindingKind::ZeroLength, |c| {
        let mut short = pipe("z", PipeClass::Gas, &[(5.0, 5.0), (5.0, 5.0)]);
        short.ownership = Ownership::Utility;
        Arc::make_mut(&mut c.pipes).push(short);
    });
}

#[test]
fn communities_and_open_work() {
    let cross = |c: &mut Content| facts_of(c, 0).community = Some("乙".to_owned());
    none(FindingKind::CommunityCrossing, cross);
    let found = only(FindingKind::CommunityCrossing, |c| {
        cross(c);
        c.settings.community = CommunityRule::Forbid;
    });
    assert_eq!(found.parts.len(), 2);
    none(FindingKind::CommunityCrossing, |c| c.settings.community = CommunityRule::Forbid);
    let elsewhere = |c: &mut Content| {
        facts_of(c, 0).street_office = Some("乙街道".to_owned());
        facts_of(c, 1).street_office = Some("甲街道".to_owned());
    };
    none(FindingKind::StreetOfficeCrossing, elsewhere);
    let found = only(FindingKind::StreetOfficeCrossing, |c| {
        elsewhere(c);
        c.settings.street_office = CommunityRule::Forbid;
    });
    assert_eq!(found.parts.len(), 2);
    only(FindingKind::EmptyDistrict, |c| second_district(c, 2024, &[]));
    only(FindingKind::OwnerCoverage, |c| {
        c.assignment[2] = None;
        facts_of(c, 2).owner_kind = Some(OwnerKind::Military);
    });
    // An unfinished plan has notes and nothing worse.
    let mut open = clean();
    open.assignment = vec![None; 3];
    put(&mut open, 1, item("road", Some(0), None));
    let found = findings(&open);
    assert!(summary(&found).is_clean() && found.iter().any(|f| f.kind == FindingKind::Unassigned), "{found:?}");
    only(FindingKind::ItemAdrift, |c| put(c, 1, item("parking", None, None)));
}

#[test]
fn historic_quarters() {
    let quarter = |c: &mut Content| {
        let area = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 50.0, y: 50.0 });
        let shape = MultiPolygon(vec![area.to_polygon()]);
        c.heritage = Arc::new(vec![Heritage {
            source_id: "h".into(),
            name: String::new(),
            shape,
            extra: crate::model::Properties::new(),
        }]);
    };
    let at = |x: f64| Item { place: Some(Point::new(x, 10.0).into()), ..item("lift", Some(0), None) };
    let found = only(FindingKind::Heritage, |c| {
        quarter(c);
        put(c, 1, at(10.0));
    });
    assert_eq!(found.items, vec![ItemId(1)]);
    none(FindingKind::Heritage, |c| {
        quarter(c);
        put(c, 1, at(60.0));
        put(c, 2, item("road", Some(0), None));
        put(c, 3, item("wall_repair", Some(1), None));
    });
}

#[test]
fn ignored_findings_stay_and_do_not_count() {
    let mut content = clean();
    content.assignment[1] = None;
    let key = findings(&content)[0].key.clone();
    content.ignored.insert(key.clone(), IgnoreNote { reason: "已议定".to_owned() });
    let found = findings(&content);
    assert_eq!((found[0].key.clone(), found[0].ignored.is_some()), (key, true));
    assert_eq!(summary(&found), Summary { errors: 0, warnings: 0, notes: 1, ignored: 1 });
    let json = found[0].json(&content);
    assert_eq!(json["kind"], "parts");
    assert_eq!(json["district"], 1);
    assert_eq!(json["parts"][1]["compounds"][0], "c");
    assert_eq!(json["parts"][1]["bbox"], serde_json::json!([220.0, 0.0, 320.0, 100.0]));
    assert_eq!(json["ignored"], "已议定");
}

#[test]
fn mends_that_wait_are_warned_of_and_answered_ones_are_not() {
    use crate::geometry::repair::{Mend, MendKind};
    use crate::model::{LayerKind, MendKey, MendState, Mended};
    let wait = |state| {
        move |content: &mut Content| {
            let drawn = Arc::new(geo::Geometry::MultiPolygon(content.compounds[1].shape.clone()));
            let mends = vec![Mend { area_m2: 500.0, ..Mend::new(MendKind::SelfCrossing, 1, Coord { x: 110.0, y: 0.0 }) }];
            let key = MendKey { layer: LayerKind::Compounds, row: 1, neighbour: None };
            content.mended.insert(key, Mended { mends, drawn, state });
        }
    };
    let found = only(FindingKind::MendWaiting, wait(MendState::Waiting));
    assert_eq!((found.severity, found.key.0.as_str()), (Severity::Warning, "mend_waiting:compounds"));
    assert_eq!(found.parts[0].compounds, [CompoundId(1)]);
    none(FindingKind::MendWaiting, wait(MendState::Applied));
    none(FindingKind::MendWaiting, wait(MendState::Refused));
}
