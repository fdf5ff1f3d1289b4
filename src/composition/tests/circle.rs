//! The living circle: what reaches whom, by which measure, and what pooling saves.

use geo::{LineString, MultiLineString};
use proptest::prelude::*;

use super::*;
use crate::model::{Parcel, Properties, Street};

fn facility(kind: &str, x: f64, y: f64) -> Facility {
    let extra = Properties::new();
    Facility { source_id: format!("{kind}{x}"), kind: kind.to_owned(), name: String::new(), place: Point::new(x, y), extra }
}

fn street(coords: &[(f64, f64)]) -> Street {
    Street {
        source_id: "s".to_owned(),
        name: String::new(),
        width_m: None,
        important: false,
        line: MultiLineString(vec![LineString::from(coords.to_vec())]),
        extra: Properties::new(),
    }
}

/// A district of compounds 200 m apart, each with 100 households.
fn district(count: usize) -> Content {
    let mut content = plan(count, Vec::new());
    for row in 0..count {
        facts(&mut content, row).households = Some(100);
    }
    content.districts.insert(DistrictId(1), District::numbered(1));
    content.assignment = vec![Some(DistrictId(1)); count];
    content
}

fn row(content: &Content, kind: &str) -> FacilityRow {
    let circle = Circle::new(content, FIVE_MINUTES_M);
    let rows = circle.rows(DistrictId(1), &content.members(DistrictId(1)));
    rows.into_iter().find(|row| row.kind.code == kind).unwrap()
}

#[test]
fn both_measures_are_told_apart_and_detours_cost_households() {
    let mut content = district(3);
    content.facilities = Arc::new(vec![facility("幼儿园", 50.0, 250.0)]);
    let found = row(&content, "kindergarten");
    // 200 m to the first compound, 283 m to the second, 447 m to the third.
    assert_eq!(found.straight, Some(Reached { compounds: 2, households: 200 }));
    assert_eq!((found.streets, found.state), (None, FacilityState::Present), "without streets there is no way along them");
    // The only street runs 300 m round.
    content.streets = Arc::new(vec![street(&[(50.0, 250.0), (-100.0, 250.0), (-100.0, 50.0), (900.0, 50.0)])]);
    let found = row(&content, "kindergarten");
    assert_eq!((found.straight.unwrap().compounds, found.streets), (2, Some(Reached::default())));
}

#[test]
fn r42_planning_one_clears_its_row_and_no_layer_is_no_answer() {
    let mut content = district(1);
    assert_eq!(row(&content, "elder_care").state, FacilityState::Unknown, "nothing is loaded");
    content.facilities = Arc::new(vec![facility("幼儿园", 5_000.0, 0.0)]);
    assert_eq!(row(&content, "elder_care").state, FacilityState::Missing);
    assert_eq!(row(&content, "walking").state, FacilityState::Unknown, "no layer tells");
    let item = Item { district: Some(DistrictId(1)), ..placed("elder_care", None, Quantity::Missing) };
    add(&mut content, vec![item]);
    assert_eq!(row(&content, "elder_care").state, FacilityState::Planned);
    for need in [NeedState::Needed, NeedState::Met] {
        content.needs.insert((CompoundId(0), code("waste_sorting")), need);
        let expected = if need == NeedState::Met { FacilityState::Present } else { FacilityState::Unknown };
        assert_eq!(row(&content, "sanitation").state, expected);
    }
}

#[test]
fn pooling_builds_fewer_and_on_idle_land_where_that_serves_as_well() {
    let mut content = district(3);
    content.facilities = Arc::new(vec![facility("幼儿园", 5_000.0, 0.0)]);
    let found = row(&content, "elder_care");
    assert_eq!((found.alone, found.pooled), (3, 1), "from the middle compound all three are within 200 m");
    let shape = MultiPolygon(vec![Rect::new((240.0, 120.0), (260.0, 140.0)).to_polygon()]);
    content.parcels = Arc::new(vec![Parcel { source_id: "p".into(), name: "旧货场".into(), shape, extra: Properties::new() }]);
    let [site] = row(&content, "elder_care").sites[..] else { panic!("one site") };
    assert!((site.y - 130.0).abs() < 11.0, "{site:?} is on the idle land");
    assert_eq!((row(&content, "walking").alone, row(&content, "walking").pooled), (0, 0), "no layer tells who lacks it");
}

#[test]
fn services_without_a_layer_come_from_the_ledger() {
    let mut content = district(2);
    facts(&mut content, 1).lacks_services = Some(true);
    let items = drafted(&content);
    assert_eq!(codes(&items), ["community_services", "childcare", "elder_care", "health_station", "market"]);
    assert!(items.iter().all(|item| Reason::of(&item.origin) == Some(Reason::LacksServices)));
}

#[test]
fn a_far_off_compound_gets_what_the_district_lacks_there() {
    // Ten compounds in a row: a clinic at the first reaches two of them.
    let mut content = district(10);
    content.facilities = Arc::new(vec![facility("社区卫生服务站", 50.0, 50.0)]);
    let items = drafted(&content);
    let clinic = items.iter().find(|item| item.code == code("health_station")).expect("the far ones have none");
    assert_eq!(Reason::of(&clinic.origin), Some(Reason::LivingCircle));
    let Some(Geometry::Point(at)) = clinic.place else { panic!("no place") };
    assert!(at.x() > 350.0, "{at:?}");
    for row in 0..10 {
        content.needs.insert((CompoundId::from_index(row), code("health_station")), NeedState::Refused);
    }
    assert!(drafted(&content).iter().all(|item| item.code != code("health_station")), "nobody wants it");
}

#[test]
fn proposals_say_what_speaks_for_them() {
    let line = [(-50.0, 50.0), (60.0, 50.0)];
    let old = Pipe { laid_year: Some(1988), material: Some("PE".into()), ..fixture::pipe("old", PipeClass::Water, &line) };
    let mut content = plan(1, vec![old]);
    content.buildings = Arc::new(vec![building(10.0, Some(6), Some(3), Some(false))]);
    facts(&mut content, 0).problems = Some("停车难".to_owned());
    let lengths = pipes::lengths(&content, &Silent).unwrap();
    let proposals = propose(&content, &screen(&content), &lengths, None);
    let told: Vec<_> = proposals.iter().map(|p| (p.item.code.0.as_str(), p.why.key())).collect();
    let expected = [
        ("water_supply", "composition.why-pipes-since"),
        ("parking", "composition.why-problem"),
        ("lift", "composition.why-lifts"),
    ];
    assert_eq!(told, expected);
    let items: Vec<Item> = proposals.into_iter().map(|proposal| proposal.item).collect();
    assert_eq!(items, drafted(&content), "a proposal is a draft with its reason");
    assert_eq!(propose(&content, &screen(&content), &lengths, Some(&[DistrictId(1)].into())), Vec::new());
}

proptest! {
    #[test]
    fn pooled_sites_reach_everybody_and_are_never_more_than_one_each(
        places in prop::collection::vec((0_i32..30, 0_i32..30), 1..9),
        land in prop::collection::vec((0_i32..30, 0_i32..30), 0..3),
    ) {
        let at = |p: &(i32, i32)| (f64::from(p.0) * 100.0, f64::from(p.1) * 100.0);
        let compounds = places.iter().enumerate().map(|(row, p)| fixture::compound(&row.to_string(), at(p).0, at(p).1, 50.0));
        let mut content = fixture::content(compounds.collect(), Vec::new());
        content.assignment = vec![Some(DistrictId(1)); places.len()];
        content.districts.insert(DistrictId(1), District::numbered(1));
        content.facilities = Arc::new(vec![facility("幼儿园", -90_000.0, 0.0)]);
        let parcel = |p: &(i32, i32)| {
            let shape = MultiPolygon(vec![Rect::new(at(p), (at(p).0 + 20.0, at(p).1 + 20.0)).to_polygon()]);
            Parcel { source_id: "p".into(), name: String::new(), shape, extra: Properties::new() }
        };
        content.parcels = Arc::new(land.iter().map(parcel).collect());
        let found = row(&content, "elder_care");
        prop_assert_eq!(found.alone, places.len());
        prop_assert!(found.pooled >= 1 && found.pooled <= found.alone);
        for p in &places {
            let middle = (at(p).0 + 25.0, at(p).1 + 25.0);
            let near = found.sites.iter().any(|s| (s.x - middle.0).hypot(s.y - middle.1) <= FIVE_MINUTES_M + 1e-6);
            prop_assert!(near, "{:?} is left alone by {:?}", middle, found.sites);
        }
    }
}
