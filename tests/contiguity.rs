//! Contiguity of whole cities: known counts of a synthetic town, and London's official zones as an oracle.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what must not happen")]

mod outside;

use std::collections::BTreeMap;
use std::path::Path;

use geo::{CoordsIter, MultiPolygon};
use lianpian::base::{CompoundId, Silent};
use lianpian::contiguity::{ConnectInput, Dendrogram, Links, components, connect_bare, pairs_within, parts};
use lianpian::geometry::crs::Transformer;
use lianpian::model::{BarrierRules, Compound, CompoundFacts, ContiguityRule, Properties};
use serde_json::{Map, Value};

use outside::data;

struct Unit {
    shape: MultiPolygon<f64>,
    fields: Map<String, Value>,
}

fn units(path: &Path) -> Vec<Unit> {
    let text = std::fs::read_to_string(path).expect("readable");
    let collection: geojson::FeatureCollection =
        text.parse::<geojson::GeoJson>().expect("GeoJSON").try_into().expect("a collection");
    let unit = |feature: geojson::Feature| {
        let shape = match geo::Geometry::<f64>::try_from(feature.geometry.expect("a geometry")).expect("a shape") {
            geo::Geometry::Polygon(polygon) => polygon.into(),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            other => panic!("{other:?} is no polygon"),
        };
        Unit { shape, fields: feature.properties.unwrap_or_default() }
    };
    collection.features.into_iter().map(unit).collect()
}

/// Takes shapes in degrees to the plane.
fn project(units: &mut [Unit], to: &str) {
    let transformer = Transformer::new("EPSG:4326", to).expect("a known CRS");
    for unit in units {
        let mut coords: Vec<geo::Coord<f64>> = unit.shape.coords_iter().collect();
        transformer.convert(&mut coords).expect("convertible");
        let mut next = coords.into_iter();
        for polygon in &mut unit.shape.0 {
            let place = |ring: &mut geo::LineString<f64>| {
                ring.0.iter_mut().for_each(|coord| *coord = next.next().expect("as many as before"));
            };
            let mut place = place;
            polygon.exterior_mut(|ring| place(ring));
            polygon.interiors_mut(|rings| rings.iter_mut().for_each(&mut place));
        }
    }
}

fn links(units: &[Unit], rule: ContiguityRule, max_gap_m: f64) -> Links {
    let compound = |(row, unit): (usize, &Unit)| Compound {
        source_id: row.to_string(),
        shape: unit.shape.clone(),
        facts: CompoundFacts::default(),
        extra: Properties::new(),
    };
    let compounds: Vec<Compound> = units.iter().enumerate().map(compound).collect();
    let (barriers, bridges, parcels, overrides) = (&[], &[], &[], &BTreeMap::new());
    let input = ConnectInput {
        compounds: &compounds,
        barriers,
        barrier_rules: BarrierRules::default(),
        bridges,
        parcels,
        overrides,
        rule,
        max_gap_m,
    };
    connect_bare(&input, &Silent).expect("not cancelled")
}

#[test]
fn a_town_of_ten_thousand_compounds() {
    let Some(data) = data() else { return };
    let mut town = units(&data.join("city/compounds_10k.geojson"));
    project(&mut town, "EPSG:4551");
    let old = |unit: &Unit| unit.fields["built_year"].as_i64().is_some_and(|year| year <= 2000);
    let eligible: Vec<bool> = town.iter().map(|unit| old(unit) && unit.fields["demolition"] == false).collect();
    let pairs = pairs_within(town.iter().map(|unit| &unit.shape).collect(), 30.0, &Silent).expect("not cancelled");
    assert_eq!(pairs.len(), 26_893);
    let links = links(&town, ContiguityRule::Gap, 30.0);
    assert_eq!(
        links.list.iter().map(lianpian::contiguity::Link::pair).collect::<Vec<_>>(),
        pairs.iter().map(|p| (p.a, p.b)).collect::<Vec<_>>()
    );
    let between_eligible: Vec<(usize, usize)> = links.pairs_at(30.0).filter(|(a, b)| eligible[*a] && eligible[*b]).collect();
    assert_eq!(between_eligible.len(), 18_151);
    let tree = Dendrogram::new(&links, &eligible);
    assert_eq!((tree.components_at(30.0).count, tree.curve(&eligible, &[], 0).at(30.0).clusters), (231, 231));
    let alone = eligible.iter().filter(|e| !**e).count();
    assert_eq!(components(town.len(), between_eligible.into_iter()).count, 231 + alone);
}

#[test]
fn londons_official_zones_are_in_one_piece() {
    let Some(data) = data() else { return };
    let areas = units(&data.join("maps/uk_london_oa_25k_epsg27700_oldcrs.geojson"));
    let lookup = std::fs::read_to_string(data.join("contiguity/uk_london_oa_lookup.csv")).expect("readable");
    let zone_of: BTreeMap<&str, &str> =
        lookup.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(oa, rest)| (oa, &rest[..9])).collect();
    let mut zones: BTreeMap<&str, Vec<CompoundId>> = BTreeMap::new();
    for (row, area) in areas.iter().enumerate() {
        let code = area.fields["OA11CD"].as_str().expect("a code");
        zones.entry(zone_of[code]).or_default().push(CompoundId::from_index(row));
    }
    let broken = |rule: ContiguityRule| {
        let links = links(&areas, rule, 0.0);
        let in_pieces = zones.iter().filter(|(_, members)| parts(members, &links, 0.0, &[]).len() > 1);
        in_pieces.map(|(zone, _)| *zone).collect::<Vec<_>>()
    };
    assert_eq!(broken(ContiguityRule::Queen), [""; 0]);
    assert_eq!(broken(ContiguityRule::Rook), ["E01033740"]);
}
