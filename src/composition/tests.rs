//! Drafts, quantities, sums and the matrix of needs (R15–R17, R20, R21) on small plans.

mod circle;
mod laws;

use std::sync::Arc;

use geo::{Coord, Geometry, MultiPolygon, Point, Rect};

use super::*;
use crate::base::{CompoundId, DistrictId, ItemId, Money, Silent};
use crate::geometry::clip;
use crate::model::{Building, Content, District, Facility, Item, ItemOrigin, NeedState, Pipe, Quantity, UnitPrice};
use crate::pipes::{self, tests as fixture};
use crate::policy::{Exclusion, ItemClass, ItemCode, PipeClass, PipeSubclass, Unit, YearSpan, catalogue};
use crate::screening::screen;

fn code(code: &str) -> ItemCode {
    ItemCode::new(code)
}

/// Compounds of 100 m a side, 200 m apart, all built in 1990.
fn plan(count: usize, pipes: Vec<Pipe>) -> Content {
    let xs = (0..count).scan(0.0, |x, _| Some(std::mem::replace(x, *x + 200.0)));
    let mut compounds: Vec<_> = xs.enumerate().map(|(row, x)| fixture::compound(&row.to_string(), x, 0.0, 100.0)).collect();
    for compound in &mut compounds {
        compound.facts.built = Some(YearSpan::single(1990));
    }
    fixture::content(compounds, pipes)
}

fn facts(content: &mut Content, row: usize) -> &mut crate::model::CompoundFacts {
    &mut Arc::make_mut(&mut content.compounds)[row].facts
}

fn drafted(content: &Content) -> Vec<Item> {
    draft(content, &screen(content), &pipes::lengths(content, &Silent).unwrap())
}

fn codes(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| item.code.0.as_str()).collect()
}

fn add(content: &mut Content, items: Vec<Item>) {
    for item in items {
        content.items.insert(content.next_item_id(), item);
    }
}

fn building(x: f64, storeys: Option<u32>, stair_units: Option<u32>, has_lift: Option<bool>) -> Building {
    let shape = Rect::new(Coord { x, y: 10.0 }, Coord { x: x + 20.0, y: 20.0 }).to_polygon();
    Building {
        source_id: format!("b{x}"),
        shape: MultiPolygon(vec![shape]),
        name: String::new(),
        storeys,
        stair_units,
        households: None,
        has_lift,
        extra: crate::model::Properties::new(),
    }
}

fn placed(code: &str, compound: Option<u32>, quantity: Quantity) -> Item {
    Item {
        code: ItemCode::new(code),
        compound: compound.map(CompoundId),
        district: None,
        place: None,
        quantity,
        year: None,
        price: None,
        timing: None,
        origin: ItemOrigin::Hand,
        note: String::new(),
    }
}

fn price(yuan: &str) -> UnitPrice {
    UnitPrice { amount: Money::parse_yuan(yuan).unwrap(), source: "quote".to_owned(), dated: "2025-01".to_owned() }
}

#[test]
fn nothing_known_drafts_nothing() {
    assert_eq!(drafted(&plan(3, Vec::new())), Vec::new());
}

#[test]
fn problems_become_items_inside_the_compound_and_apart() {
    let mut content = plan(1, Vec::new());
    facts(&mut content, 0).problems = Some("停车难、绿化差，照明不足；供水正常".to_owned());
    let items = drafted(&content);
    assert_eq!(codes(&items), ["greening", "lighting", "parking"]);
    let points: Vec<Coord> = items
        .iter()
        .map(|item| match item.place {
            Some(Geometry::Point(point)) => point.0,
            _ => panic!("{} has no point", item.code),
        })
        .collect();
    for (i, p) in points.iter().enumerate() {
        assert!(clip::contains(&content.compounds[0].shape, *p));
        assert!(points[..i].iter().all(|q| (p.x - q.x).hypot(p.y - q.y) > 10.0), "symbols coincide");
    }
    assert!(items.iter().all(|item| Reason::of(&item.origin) == Some(Reason::Problem)));
    assert_eq!(items[1].quantity, Quantity::Measured(1.0), "one lamp is drawn");
    assert_eq!(items[2].quantity, Quantity::Missing, "nobody knows how many stalls");
}

#[test]
fn pipes_are_renewed_for_a_reason_and_over_their_length_inside() {
    let line = [(-50.0, 50.0), (60.0, 50.0)];
    let old = Pipe { laid_year: Some(1988), ..fixture::pipe("old", PipeClass::Water, &line) };
    let brittle = Pipe { material: Some("灰口铸铁".to_owned()), ..fixture::pipe("brittle", PipeClass::Gas, &line) };
    let ductile = Pipe { material: Some("球墨铸铁".to_owned()), ..fixture::pipe("ductile", PipeClass::Heat, &line) };
    let planned = Pipe { planned_year: Some(2024), ..fixture::pipe("planned", PipeClass::Drainage, &line) };
    let tv = Pipe {
        laid_year: Some(1995),
        subclass: Some(PipeSubclass::Numbered(2)),
        ..fixture::pipe("tv", PipeClass::Telecom, &line)
    };
    let young = Pipe { laid_year: Some(2018), ..fixture::pipe("young", PipeClass::Power, &line) };
    let passing = Pipe { laid_year: Some(1970), ..fixture::pipe("passing", PipeClass::Power, &[(-90.0, 20.0), (190.0, 20.0)]) };
    let content = plan(1, vec![old, brittle, ductile, planned, tv, young, passing]);
    let items = drafted(&content);
    let expected = [
        ("water_supply", Reason::PipeOld),
        ("drainage", Reason::PipePlanned),
        ("gas_supply", Reason::PipeMaterial),
        ("cable_tv", Reason::PipeOld),
    ];
    let found: Vec<_> = items.iter().map(|i| (i.code.0.as_str(), Reason::of(&i.origin).unwrap())).collect();
    assert_eq!(found, expected);
    for item in items.iter().filter(|item| item.code != code("cable_tv")) {
        let Quantity::Measured(metres) = item.quantity else { panic!("{} is not measured", item.code) };
        assert!((metres - 60.0).abs() < 1e-9, "{}: {metres}", item.code);
    }
    assert_eq!(items[3].quantity, Quantity::Missing, "cable television counts households");
}

#[test]
fn only_the_pipes_with_a_reason_are_drawn() {
    let old = Pipe { laid_year: Some(1988), ..fixture::pipe("old", PipeClass::Water, &[(10.0, 10.0), (40.0, 10.0)]) };
    let young = Pipe { laid_year: Some(2019), ..fixture::pipe("young", PipeClass::Water, &[(10.0, 50.0), (90.0, 50.0)]) };
    let mut content = plan(1, vec![old, young]);
    assert_eq!(drafted(&content)[0].quantity, Quantity::Measured(30.0));
    content.needs.insert((CompoundId(0), code("water_supply")), NeedState::Needed);
    assert_eq!(drafted(&content)[0].quantity, Quantity::Measured(110.0), "what is needed as a whole is drawn as a whole");
}

#[test]
fn lifts_only_in_tall_buildings_known_to_have_none() {
    let cases: [(&[Building], Option<Quantity>); 6] = [
        (&[building(10.0, Some(6), Some(3), Some(false))], Some(Quantity::Measured(3.0))),
        (&[building(10.0, Some(3), Some(3), Some(false))], None),
        (&[building(10.0, Some(6), Some(3), Some(true))], None),
        (&[building(10.0, Some(6), Some(3), None)], None),
        (&[building(10.0, None, Some(3), Some(false))], None),
        (&[building(10.0, Some(6), None, Some(false)), building(50.0, Some(6), Some(2), Some(false))], Some(Quantity::Missing)),
    ];
    for (buildings, expected) in cases {
        let mut content = plan(1, Vec::new());
        content.buildings = Arc::new(buildings.to_vec());
        let items = drafted(&content);
        assert_eq!(items.first().map(|item| item.quantity), expected, "{buildings:?}");
        assert!(items.iter().all(|item| item.code == code("lift")));
    }
    let mut said = plan(1, Vec::new());
    facts(&mut said, 0).problems = Some("无电梯".to_owned());
    said.buildings = Arc::new(vec![building(10.0, Some(6), Some(3), None)]);
    assert_eq!(drafted(&said)[0].quantity, Quantity::Measured(3.0), "the ledger says that there is none");
    said.buildings = Arc::new(vec![building(10.0, Some(3), Some(3), None)]);
    assert_eq!(drafted(&said), Vec::new(), "no building is tall enough");
}

#[test]
fn buildings_give_roofs_facades_and_stairs() {
    let mut content = plan(1, Vec::new());
    content.buildings =
        Arc::new(vec![building(10.0, Some(5), Some(2), Some(true)), building(50.0, Some(3), Some(4), Some(true))]);
    facts(&mut content, 0).neglected = Some(true);
    let items = drafted(&content);
    assert_eq!(codes(&items), ["roof_repair", "wall_repair", "stairwell_repair"]);
    let quantities: Vec<_> = items.iter().map(|item| item.quantity).collect();
    let facade = 60.0 * 5.0 * STOREY_HEIGHT_M + 60.0 * 3.0 * STOREY_HEIGHT_M;
    assert_eq!(quantities, [Quantity::Measured(400.0), Quantity::Measured(facade), Quantity::Measured(6.0)]);
    content.buildings = Arc::new(vec![building(10.0, None, None, None)]);
    facts(&mut content, 0).stair_units = Some(7);
    let quantities: Vec<_> = drafted(&content).iter().map(|item| item.quantity).collect();
    assert_eq!(quantities, [Quantity::Measured(200.0), Quantity::Missing, Quantity::Measured(7.0)]);
}

#[test]
fn municipal_networks_that_do_not_arrive_are_drafted() {
    let far = fixture::pipe("far", PipeClass::Gas, &[(5_000.0, 0.0), (5_100.0, 0.0)]);
    let near = fixture::pipe("near", PipeClass::Water, &[(10.0, 10.0), (40.0, 10.0)]);
    let mut content = plan(1, vec![far, near]);
    facts(&mut content, 0).lacks_municipal = Some(true);
    assert_eq!(codes(&drafted(&content)), ["road", "gas_supply"], "unsurveyed networks are not guessed at");
    facts(&mut content, 0).lacks_municipal = None;
    assert_eq!(drafted(&content), Vec::new(), "unknown is not lacking");
}

#[test]
fn who_gets_a_draft() {
    let mut content = plan(5, Vec::new());
    for row in 0..5 {
        facts(&mut content, row).problems = Some("道路破损".to_owned());
    }
    facts(&mut content, 1).exclusion = Some(Exclusion::Rebuild);
    facts(&mut content, 2).built = Some(YearSpan::single(2015));
    facts(&mut content, 3).built = Some(YearSpan::single(2003));
    facts(&mut content, 4).built = None;
    let rows = |content: &Content| drafted(content).iter().map(|i| i.compound.unwrap().0).collect::<Vec<_>>();
    assert_eq!(rows(&content), [0]);
    content.districts.insert(DistrictId(1), District::numbered(1));
    content.assignment = vec![Some(DistrictId(1)); 5];
    assert_eq!(rows(&content), [0, 3, 4], "what somebody put into a district is drafted, but 不纳入 and 不在范围");
    content.settings.all = true;
    assert_eq!(rows(&content), [0, 2, 3, 4], "without screening, all but 不纳入");
}

#[test]
fn judged_and_existing_items_are_left_alone() {
    for (state, drafts) in [
        (Some(NeedState::Needed), 1),
        (Some(NeedState::Undecided), 1),
        (None, 1),
        (Some(NeedState::Met), 0),
        (Some(NeedState::NotFeasible), 0),
        (Some(NeedState::Refused), 0),
    ] {
        let mut content = plan(1, Vec::new());
        facts(&mut content, 0).problems = Some("停车难".to_owned());
        if let Some(state) = state {
            content.needs.insert((CompoundId(0), code("parking")), state);
        }
        assert_eq!(drafted(&content).len(), drafts, "{state:?}");
        content.items.insert(ItemId(1), placed("parking", Some(0), Quantity::Manual(40.0)));
        assert_eq!(drafted(&content), Vec::new());
    }
}

#[test]
fn services_come_once_a_district_and_not_where_they_stand() {
    let mut content = plan(3, Vec::new());
    content.districts.insert(DistrictId(1), District::numbered(1));
    content.assignment = vec![Some(DistrictId(1)); 3];
    for row in 0..3 {
        facts(&mut content, row).lacks_services = Some(true);
        facts(&mut content, row).households = Some([100, 300, 200][row]);
    }
    let clinic = Facility {
        source_id: "f".to_owned(),
        kind: "社区卫生服务站".to_owned(),
        name: String::new(),
        place: Point::new(300.0, 50.0),
        extra: crate::model::Properties::new(),
    };
    content.facilities = Arc::new(vec![clinic]);
    let items = drafted(&content);
    assert_eq!(codes(&items), ["community_services", "childcare", "elder_care", "market"]);
    for item in &items {
        assert_eq!((item.compound, item.district), (None, Some(DistrictId(1))));
        let Some(Geometry::Point(point)) = item.place else { panic!("no point") };
        assert!(clip::contains(&content.compounds[1].shape, point.0), "at the largest compound");
    }
    add(&mut content, items);
    assert_eq!(drafted(&content), Vec::new());
}

#[test]
fn every_drafted_item_is_in_the_catalogue_and_says_why() {
    let mut content = plan(1, Vec::new());
    for entry in &catalogue().entries {
        content.needs.insert((CompoundId(0), entry.code.clone()), NeedState::Needed);
    }
    let items = drafted(&content);
    assert_eq!(items.len(), 43);
    assert!(items.iter().all(|item| Reason::of(&item.origin) == Some(Reason::Need)));
    let nowhere: Vec<_> = items.iter().filter(|item| item.place.is_none()).map(|item| item.code.0.as_str()).collect();
    assert_eq!(nowhere, ["fibre_to_home"]);
    assert_eq!(Reason::of(&ItemOrigin::Hand), None);
    assert_eq!(Reason::of(&ItemOrigin::Drafted("composition.no-such-reason".to_owned())), None);
}

#[test]
fn measuring_leaves_manual_quantities_alone() {
    let mut content = plan(1, Vec::new());
    facts(&mut content, 0).households = Some(120);
    let square = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 20.0, y: 10.0 }).to_polygon();
    let lawn = Item { place: Some(square.clone().into()), ..placed("greening", Some(0), Quantity::Missing) };
    let manual = Item { place: Some(square.into()), ..placed("road", Some(0), Quantity::Manual(7.5)) };
    let stale = placed("parking", Some(0), Quantity::Measured(3.0));
    add(&mut content, vec![lawn, manual, placed("fibre_to_home", Some(0), Quantity::Missing), stale]);
    let expected =
        [(ItemId(1), Quantity::Measured(200.0)), (ItemId(3), Quantity::Measured(120.0)), (ItemId(4), Quantity::Missing)];
    assert_eq!(quantities(&content), expected);
}

#[test]
fn measured_on_the_ellipsoid_where_the_crs_is_known() {
    let coords = [(500_000.0, 4_860_000.0), (500_000.0, 4_861_000.0)];
    let mut content = plan(1, Vec::new());
    let line: geo::LineString = coords.to_vec().into();
    content.crs_code = 32_652;
    add(&mut content, vec![Item { place: Some(line.into()), ..placed("drainage", Some(0), Quantity::Missing) }]);
    let [(_, Quantity::Measured(metres))] = quantities(&content)[..] else { panic!("not measured") };
    assert!((metres - 1000.0 / 0.9996).abs() < 0.01, "UTM draws the central meridian 0.04 % short: {metres}");
}

#[test]
fn r20_the_matrix_has_every_cell_and_blank_is_not_met() {
    let mut content = plan(3, Vec::new());
    content.needs.insert((CompoundId(1), code("lift")), NeedState::Refused);
    let rows: Vec<_> = need_rows(&content).collect();
    assert_eq!(rows.len(), 3 * catalogue().entries.len());
    assert!(rows.iter().all(|row| row.state != Some(NeedState::Met)));
    assert_eq!(rows.iter().filter(|row| row.state.is_some()).count(), 1);
    assert_eq!(need_state(&content, CompoundId(1), &code("lift")), Some(NeedState::Refused));
    assert_eq!(need_state(&content, CompoundId(0), &code("lift")), None);
    let counts = need_counts(&content, [0, 1, 1, 7].map(CompoundId).into_iter());
    assert_eq!((counts.of(NeedState::Refused), counts.blank, counts.total()), (1, 85, 86), "two compounds, each once");
}

#[test]
fn r21_the_share_says_its_basis() {
    let mut content = plan(1, Vec::new());
    assert_eq!(li_zi_share(&content, None), None);
    add(
        &mut content,
        vec![placed("drainage", Some(0), Quantity::Manual(100.0)), placed("greening", Some(0), Quantity::Manual(50.0))],
    );
    add(
        &mut content,
        vec![placed("lighting", Some(0), Quantity::Manual(2.0)), placed("parking", Some(0), Quantity::Manual(1.0))],
    );
    let share = li_zi_share(&content, None).unwrap();
    assert_eq!((share.basis, share.items), (Basis::Count, 4));
    assert!((share.share - 0.25).abs() < 1e-12);
    for (item, yuan) in [("drainage", "300"), ("greening", "100"), ("lighting", "2500"), ("parking", "0")] {
        content.prices.insert(code(item), price(yuan));
    }
    let share = li_zi_share(&content, None).unwrap();
    assert_eq!(share.basis, Basis::Cost);
    assert!((share.share - 0.75).abs() < 1e-12, "30,000 of 40,000 yuan");
    assert_eq!(li_zi_share(&content, Some(DistrictId(1))), None);
}

#[test]
fn sums_say_what_is_missing() {
    let mut content = plan(2, Vec::new());
    content.districts.insert(DistrictId(4), District { year: Some(2024), ..District::numbered(1) });
    content.assignment[1] = Some(DistrictId(4));
    content.prices.insert(code("drainage"), price("0.1"));
    let dated = Item { year: Some(2025), ..placed("drainage", Some(1), Quantity::Manual(3.0)) };
    let unpriced = placed("road", Some(1), Quantity::Measured(12.5));
    add(
        &mut content,
        vec![placed("drainage", Some(0), Quantity::Missing), dated, unpriced, placed("no_such", None, Quantity::Missing)],
    );
    let sums = sums(&content);
    let total = sums.total();
    assert_eq!((total.count, total.unpriced, total.unmeasured, total.costed, sums.unknown_codes), (3, 1, 1, 1, 1));
    assert_eq!(total.cost, Money::from_fen(30));
    assert!(!total.is_complete());
    assert_eq!(sums.of_district(None).count, 1);
    assert_eq!(sums.of_district(Some(DistrictId(4))).quantities, [(Unit::Metre, 3.0), (Unit::SquareMetre, 12.5)].into());
    assert_eq!((sums.of_year(Some(2024)).count, sums.of_year(Some(2025)).count, sums.of_year(None).count), (1, 1, 1));
    assert_eq!((sums.of_class(ItemClass::Basic).count, sums.of_class(ItemClass::Upgrade).count), (3, 0));
}

#[test]
fn spread_fills_odd_shapes() {
    let ring = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 100.0, y: 2.0 }).to_polygon();
    let strip = MultiPolygon(vec![ring]);
    let points = spread(&strip, &[Coord { x: 50.0, y: 1.0 }], 43);
    assert_eq!(points.len(), 43);
    assert!(points.iter().all(|p| clip::contains(&strip, p.0)));
    assert_eq!(spread(&MultiPolygon(Vec::new()), &[], 3), Vec::new());
    assert_eq!(spread(&strip, &[], 0), Vec::new());
}
