//! A plan in which whatever people name is hostile: letters that turn others round, markup, formulas, ten thousand letters.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use lianpian::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId, Money};
use lianpian::model::{
    Annotation, AnnotationKind, Compound, CompoundFacts, Content, District, FieldLook, Fund, FundLine, FundSource, Item,
    ItemOrigin, Looks, Pipe, Properties, Quantity, Street,
};
use lianpian::policy::{Ownership, PipeClass, catalogue};

/// Right-to-left marks, controls, markup, a formula, and ten thousand letters.
fn hostile(name: &str) -> [String; 3] {
    [
        format!("\u{202E}\u{200F}{name}\u{0}\u{7}<script>alert('x')</script>&amp;\u{2066}عربي"),
        format!("=cmd|' /C calc'!A0 {name}"),
        format!("{name}{}", "长名 long-name ".repeat(800)),
    ]
}

fn rect(x: f64, y: f64, wide: f64, tall: f64) -> MultiPolygon<f64> {
    let at = |dx: f64, dy: f64| Coord { x: 455_000.0 + x + dx, y: 4_860_000.0 + y + dy };
    MultiPolygon(vec![Polygon::new(LineString(vec![at(0.0, 0.0), at(wide, 0.0), at(wide, tall), at(0.0, tall)]), vec![])])
}

fn street(name: String) -> Street {
    let at = |x: f64| Coord { x, y: 4_860_200.0 };
    let line = MultiLineString(vec![LineString(vec![at(455_000.0), at(455_900.0)])]);
    Street { source_id: "S".to_owned(), name, width_m: Some(20.0), important: true, line, extra: Properties::new() }
}

/// Thirty that crowd each other, one without a place.
fn annotations(names: &[String; 3]) -> BTreeMap<AnnotationId, Annotation> {
    let kinds = [AnnotationKind::Text, AnnotationKind::Arrow, AnnotationKind::Cloud];
    let mut notes = BTreeMap::new();
    for n in 0..30_u32 {
        let at = |x: f64, y: f64| Coord { x: 455_010.0 + f64::from(n % 10) * 45.0 + x, y: 4_860_005.0 + f64::from(n) * 9.0 + y };
        let kind = kinds[n as usize % 3];
        let place = match kind {
            AnnotationKind::Text => geo::Geometry::Point(at(0.0, 0.0).into()),
            AnnotationKind::Arrow => geo::Geometry::LineString(LineString(vec![at(0.0, 0.0), at(30.0, 12.0), at(30.0, 12.0)])),
            AnnotationKind::Cloud => geo::Geometry::Polygon(rect(f64::from(n) * 11.0, 30.0, 60.0, 40.0).0.remove(0)),
        };
        let text = format!("批{n} {}", if n < 9 { names[n as usize % 3].clone() } else { "雨污分流先行".to_owned() });
        notes.insert(AnnotationId(n), Annotation { kind, place: (n != 7).then_some(place), text });
    }
    notes
}

/// Two districts, one long, one tall, in which every name is hostile; pipes of many owners, every item of the catalogue.
pub fn nasty() -> Content {
    let names = hostile("名");
    let name = |n: usize| names[n % names.len()].clone();
    let compounds: Vec<Compound> = (0..12_u32)
        .map(|n| {
            let along = f64::from(n % 6) * 130.0;
            let (x, y) = if n < 6 { (along, 0.0) } else { (0.0, 300.0 + along) };
            let facts = CompoundFacts {
                name: name(n as usize),
                street_office: Some(name(n as usize + 1)),
                households: Some(u32::MAX / 64),
                floor_area_m2: Some(1.0e12),
                estimated_cost: Some(Money::from_fen(9_000_000_000_000)),
                ..CompoundFacts::default()
            };
            Compound { source_id: format!("C{n}"), shape: rect(x, y, 120.0, 120.0), facts, extra: Properties::new() }
        })
        .collect();
    let pipe = |n: u32| Pipe {
        source_id: format!("P{n}"),
        line: MultiLineString(vec![LineString(vec![
            Coord { x: 455_000.0, y: 4_860_010.0 + f64::from(n) * 3.0 },
            Coord { x: 455_700.0, y: 4_860_010.0 + f64::from(n) * 3.0 },
        ])]),
        class: PipeClass::ALL[n as usize % PipeClass::ALL.len()],
        owner: Some(format!("{n} {}", name(n as usize))),
        ownership: Ownership::Utility,
        planned_year: n.is_multiple_of(2).then_some(2027),
        ..Pipe::default()
    };
    let mut content = Content {
        title: name(2),
        data_date: Some(name(0)),
        crs_code: 4551,
        assignment: (0..12).map(|n| Some(DistrictId(1 + n / 6))).collect(),
        compounds: Arc::new(compounds),
        pipes: Arc::new((0..30).map(pipe).collect()),
        streets: Arc::new(vec![street(name(2))]),
        ..Content::default()
    };
    for n in 1..=2 {
        let words = |k| name(n as usize + k);
        let district =
            District { name: words(0), implementer: words(1), note: words(2), year: Some(2026), ..District::numbered(n) };
        content.districts.insert(DistrictId(n), district);
    }
    for (n, entry) in (0..).zip(catalogue().entries.iter().chain(&catalogue().entries)) {
        let item = Item {
            code: entry.code.clone(),
            compound: Some(CompoundId(n % 12)),
            district: None,
            place: Some(geo::Geometry::Point(geo::Point::new(455_030.0 + f64::from(n) * 8.0, 4_860_060.0))),
            quantity: Quantity::Manual(1.0e9),
            year: None,
            timing: None,
            price: None,
            origin: ItemOrigin::Hand,
            note: name(n as usize),
        };
        content.items.insert(ItemId(n + 1), item);
    }
    content.annotations = annotations(&names);
    let look = |field: &str| Some(FieldLook { field: field.to_owned(), ..FieldLook::default() });
    content.settings.looks = Looks { compounds: look("street_office"), districts: look("households"), ..Looks::default() };
    for (n, line) in (1..).zip(FundLine::ALL) {
        let (source, amount) = (FundSource::Line(*line), Money::from_fen(1_234_567_890_123));
        let fund = Fund { district: Some(DistrictId(1)), project: name(0), source, payer: name(1), amount, note: name(2) };
        content.funds.insert(FundId(n), fund);
    }
    content
}
