//! The plan of `tests/fixtures/plan-v1.gpkg`, with something in every table. It never changes: the file does not either.

use std::sync::Arc;

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use serde_json::json;

use crate::base::{CompoundId, DistrictId, ItemId, Money};
use crate::model::*;
use crate::policy::*;

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    let (x, y) = (455_000.125 + x, 4_860_000.062_5 + y);
    Polygon::new(LineString::from(vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]), vec![])
}

fn area(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
    MultiPolygon(vec![square(x, y, side)])
}

fn line(from: (f64, f64), to: (f64, f64)) -> MultiLineString<f64> {
    let at = |(x, y): (f64, f64)| Coord { x: 455_000.0 + x, y: 4_860_000.0 + y };
    MultiLineString(vec![LineString(vec![at(from), at(to)])])
}

fn point(x: f64, y: f64) -> Point<f64> {
    Point::new(455_000.0 + x, 4_860_000.0 + y)
}

fn extra(value: serde_json::Value) -> Properties {
    [("自定义".to_owned(), value)].into_iter().collect()
}

fn compounds() -> Vec<Compound> {
    let full = CompoundFacts {
        name: "临江一小区".to_owned(),
        address: Some("江滨路 3 号".to_owned()),
        street_office: Some("临江街道".to_owned()),
        community: Some("江滨社区".to_owned()),
        built: Some(YearSpan { first: 1985, last: 1988 }),
        households: Some(312),
        floor_area_m2: Some(23_456.7),
        buildings: Some(6),
        stair_units: Some(18),
        estimated_cost: Some(Money::from_fen(123_456_789)),
        owner_kind: Some(OwnerKind::StateFirm),
        owner: Some("铁路局".to_owned()),
        management: Some("无物业".to_owned()),
        exclusion: None,
        consent: Some(Consent { share: 0.853, surveyed: Some("2025-11-02".to_owned()) }),
        neglected: Some(true),
        lacks_municipal: Some(false),
        lacks_services: None,
        problems: Some("管网老化；屋面渗漏".to_owned()),
        planned_year: Some(2027),
        placeholder: None,
    };
    let excluded = CompoundFacts { exclusion: Some(Exclusion::Rebuild), ..CompoundFacts::default() };
    let with_hole =
        Polygon::new(square(120.0, 0.0, 100.0).exterior().clone(), vec![square(150.0, 30.0, 20.0).exterior().clone()]);
    let shapes = [area(0.0, 0.0, 100.0), area(100.0, 0.0, 20.0), MultiPolygon(vec![with_hole])];
    let facts = [full, CompoundFacts::default(), excluded];
    let rows = shapes.into_iter().zip(facts).enumerate();
    let compound = |(row, (shape, facts))| Compound {
        source_id: format!("B-{:02}", row + 1),
        shape,
        facts,
        extra: if row == 0 { extra(json!(0.1)) } else { Properties::new() },
    };
    rows.map(compound).collect()
}

fn items() -> impl Iterator<Item = (ItemId, Item)> {
    let item = |code: &str, place, quantity| Item {
        code: ItemCode::new(code),
        compound: None,
        district: None,
        place,
        quantity,
        year: None,
        price: None,
        timing: None,
        origin: ItemOrigin::Hand,
        note: String::new(),
    };
    let pipe = Item {
        compound: Some(CompoundId(1)),
        origin: ItemOrigin::Drafted("composition.pipes".to_owned()),
        ..item("water_supply", Some(Geometry::MultiLineString(line((0.0, 5.0), (80.0, 5.0)))), Quantity::Measured(80.25))
    };
    let price = UnitPrice { amount: Money::from_fen(12_050), source: "造价站".to_owned(), dated: "2026-03".to_owned() };
    let lamp = Item {
        district: Some(DistrictId(1)),
        year: Some(2028),
        price: Some(price),
        note: "夜间照度".to_owned(),
        ..item("lighting", Some(Geometry::Point(point(50.0, 50.0))), Quantity::Manual(12.0))
    };
    let fibre = Item { compound: Some(CompoundId(2)), ..item("fibre_to_home", None, Quantity::Missing) };
    [(ItemId(1), pipe), (ItemId(4), lamp), (ItemId(5), fibre)].into_iter()
}

fn layers(content: &mut Content) {
    let pipe = Pipe {
        source_id: "GS-1".to_owned(),
        line: line((0.0, 5.0), (120.0, 5.0)),
        class: PipeClass::Drainage,
        subclass: Some(PipeSubclass::Combined),
        owner: Some("排水公司".to_owned()),
        ownership: Ownership::NotUtility,
        diameter_mm: Some(300.0),
        material: Some("混凝土".to_owned()),
        laid_year: Some(1979),
        planned_year: Some(2027),
        extra: extra(json!({"井号": ["W1", "W2"]})),
    };
    let building = Building {
        source_id: "L1".to_owned(),
        shape: area(10.0, 10.0, 12.0),
        name: "1 栋".to_owned(),
        storeys: Some(6),
        stair_units: Some(3),
        households: Some(36),
        has_lift: Some(false),
        extra: Properties::new(),
    };
    let (id, none) = ("1".to_owned(), Properties::new());
    let river = Geometry::MultiPolygon(area(300.0, 0.0, 40.0));
    let barrier =
        Barrier { source_id: id.clone(), kind: BarrierKind::River, name: "临江".to_owned(), shape: river, extra: none.clone() };
    let bridge = Geometry::MultiLineString(line((290.0, 20.0), (350.0, 20.0)));
    let bridge = Bridge { source_id: id.clone(), name: "一桥".to_owned(), shape: bridge, extra: none.clone() };
    let street = line((0.0, -10.0), (300.0, -10.0));
    let (name, width_m) = ("江滨路".to_owned(), Some(24.5));
    let street = Street { source_id: id.clone(), name, width_m, important: true, line: street, extra: none.clone() };
    let parcel = Parcel { source_id: id.clone(), name: "空地".to_owned(), shape: area(0.0, 150.0, 30.0), extra: none.clone() };
    let (kind, name) = ("养老".to_owned(), "江滨日间照料".to_owned());
    let facility = Facility { source_id: id.clone(), kind, name, place: point(60.0, 70.0), extra: none.clone() };
    let heritage =
        Heritage { source_id: id.clone(), name: "老街".to_owned(), shape: area(0.0, 200.0, 60.0), extra: none.clone() };
    let (name, level) = ("江滨社区".to_owned(), LimitLevel::StreetOffice);
    let limit = Limit { source_id: id, name, level, shape: area(-50.0, -50.0, 400.0), extra: none };
    content.set_layer(LayerContent::Compounds(Arc::new(compounds())));
    content.set_layer(LayerContent::Pipes(Arc::new(vec![pipe])));
    content.set_layer(LayerContent::Buildings(Arc::new(vec![building])));
    content.set_layer(LayerContent::Barriers(Arc::new(vec![barrier])));
    content.set_layer(LayerContent::Bridges(Arc::new(vec![bridge])));
    content.set_layer(LayerContent::Streets(Arc::new(vec![street])));
    content.set_layer(LayerContent::Parcels(Arc::new(vec![parcel])));
    content.set_layer(LayerContent::Facilities(Arc::new(vec![facility])));
    content.set_layer(LayerContent::Heritage(Arc::new(vec![heritage])));
    content.set_layer(LayerContent::Limits(Arc::new(vec![limit])));
}

/// The plan.
pub(super) fn sample() -> Content {
    let mut content = Content {
        title: "临江片区方案".to_owned(),
        data_date: Some("2026-05-31".to_owned()),
        crs_code: 4551,
        settings: Settings { gap_m: 24.7, community: CommunityRule::Prefer, may_enabled: Some(true), ..Settings::default() },
        ..Content::default()
    };
    layers(&mut content);
    let source = LayerSource {
        file: "小区.geojson".to_owned(),
        crs: "EPSG:4326".to_owned(),
        crs_known_by: "import.crs-default".to_owned(),
        approximate: Approximation::from_code("gcj02"),
    };
    content.sources.insert(LayerKind::Compounds, source);
    let district = District { name: "江滨".to_owned(), locked: true, year: Some(2027), ..District::numbered(7) };
    content.districts.insert(DistrictId(1), district);
    content
        .districts
        .insert(DistrictId(3), District { note: "待定".to_owned(), implementer: "住建局".to_owned(), ..District::numbered(2) });
    content.assignment = vec![Some(DistrictId(1)), Some(DistrictId(1)), None];
    content.items = items().collect();
    if let Some(key) = LinkKey::new(CompoundId(2), CompoundId(0)) {
        content.overrides.insert(key, LinkOverride { rule: LinkRule::Forbid, note: "围墙".to_owned() });
    }
    let reason = "已核实".to_owned();
    content.ignored.insert(FindingKey("parts:7".to_owned()), IgnoreNote { reason });
    let price = UnitPrice { amount: Money::from_fen(98_700), source: "询价".to_owned(), dated: "2026-04".to_owned() };
    content.prices.insert(ItemCode::new("water_supply"), price);
    content.needs.insert((CompoundId(0), ItemCode::new("drainage")), NeedState::Needed);
    content.needs.insert((CompoundId(2), ItemCode::new("gas")), NeedState::NotFeasible);
    content
}
