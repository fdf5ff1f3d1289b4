//! Districts as places to live: facilities, freed land, green, important streets, state-owned compounds.

use super::*;

/// A facility far from every compound, and what is near given.
fn with_facilities(content: &mut Content, near: &[&str]) {
    let facility = |kind: &str, x: f64| crate::model::Facility {
        source_id: kind.to_owned(),
        kind: kind.to_owned(),
        name: String::new(),
        place: Point::new(x, 50.0),
        extra: crate::model::Properties::new(),
    };
    let near = near.iter().map(|kind| facility(kind, 150.0));
    content.facilities = Arc::new(near.chain([facility("码头", 90_000.0)]).collect());
}

#[test]
fn facilities_that_a_district_lacks() {
    const ALL: [&str; 10] = [
        "社区综合服务站",
        "幼儿园",
        "托儿所",
        "老年服务站",
        "社区卫生服务站",
        "综合超市",
        "快递服务站",
        "便民网点",
        "公共活动场地",
        "公共绿地",
    ];
    let found = only(FindingKind::IncompleteCommunity, |c| with_facilities(c, &ALL[1..]));
    assert_eq!((found.severity, found.rule, found.district), (Severity::Note, "R42", Some(DistrictId(1))));
    none(FindingKind::IncompleteCommunity, |c| with_facilities(c, &ALL));
    // Planning one clears its row, and without a layer nothing is said.
    none(FindingKind::IncompleteCommunity, |c| {
        with_facilities(c, &ALL[1..]);
        put(c, 1, Item { district: Some(DistrictId(1)), ..item("community_services", None, None) });
    });
    none(FindingKind::IncompleteCommunity, |_| {});
}

fn drawn(code: &str, x: f64, side: f64) -> Item {
    let place = Rect::new(Coord { x, y: 0.0 }, Coord { x: x + side, y: side }).to_polygon();
    Item { place: Some(place.into()), ..item(code, Some(0), None) }
}

#[test]
fn freed_land_is_planned_once() {
    let found = only(FindingKind::FreedLand, |c| {
        put(c, 1, drawn("illegal_removal", 0.0, 20.0));
        put(c, 2, drawn("parking", 0.0, 20.0));
        put(c, 3, drawn("sports_fitness", 0.0, 10.0));
    });
    assert_eq!((found.severity, found.rule), (Severity::Warning, "R34"));
    none(FindingKind::FreedLand, |c| {
        put(c, 1, drawn("illegal_removal", 0.0, 20.0));
        put(c, 2, drawn("parking", 0.0, 20.0));
    });
}

#[test]
fn green_that_is_taken() {
    let parking = |x: f64| {
        move |c: &mut Content| {
            put(c, 1, drawn("greening", 0.0, 20.0));
            put(c, 2, drawn("parking", x, 10.0));
        }
    };
    let found = only(FindingKind::Consultation, parking(5.0));
    assert_eq!((found.items.as_slice(), found.rule), ([ItemId(2)].as_slice(), "R50"));
    none(FindingKind::Consultation, parking(30.0));
}

#[test]
fn facades_along_important_streets() {
    let street = |important: bool| {
        move |c: &mut Content| {
            c.streets = Arc::new(vec![crate::model::Street {
                source_id: "s".into(),
                name: String::new(),
                width_m: Some(20.0),
                important,
                line: geo::MultiLineString(vec![geo::LineString::from(vec![(-50.0, -15.0), (400.0, -15.0)])]),
                extra: crate::model::Properties::new(),
            }]);
            put(c, 1, item("wall_repair", Some(0), None));
            put(c, 2, item("roof_repair", Some(0), None));
        }
    };
    let found = only(FindingKind::ImportantStreet, street(true));
    assert_eq!((found.items.as_slice(), found.rule), ([ItemId(1)].as_slice(), "R31"));
    none(FindingKind::ImportantStreet, street(false));
}

#[test]
fn state_firms_outside_districts_are_told_whatever_is_grouped() {
    only(FindingKind::OwnerCoverage, |c| {
        c.assignment[2] = None;
        facts_of(c, 2).owner_kind = Some(OwnerKind::StateFirm);
        facts_of(c, 2).built = None;
    });
    none(FindingKind::OwnerCoverage, |c| {
        c.assignment[2] = None;
        facts_of(c, 2).owner_kind = Some(OwnerKind::StateFirm);
        facts_of(c, 2).exclusion = Some(Exclusion::Rebuild);
    });
}
