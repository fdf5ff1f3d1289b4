//! Queen and rook neighbours against tables that others published. Where they differ the test says how much and why.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what must not happen")]

mod outside;

use std::collections::{BTreeMap, BTreeSet};

use geo::{MapCoords, MultiPolygon};
use lianpian::base::Silent;
use lianpian::contiguity::{ConnectInput, connect_bare};
use lianpian::model::{BarrierRules, Compound, CompoundFacts, ContiguityRule, Properties};

use outside::data;

type Pairs = BTreeSet<(usize, usize)>;

/// Polygons of a GeoJSON file in file order, blown up by `scale` so that a millimetre is far below their detail.
fn polygons(path: &std::path::Path, scale: f64) -> Vec<MultiPolygon<f64>> {
    let text = std::fs::read_to_string(path).expect("readable");
    let collection: geojson::FeatureCollection =
        text.parse::<geojson::GeoJson>().expect("GeoJSON").try_into().expect("a collection");
    let shape = |feature: geojson::Feature| -> MultiPolygon<f64> {
        match geo::Geometry::<f64>::try_from(feature.geometry.expect("a geometry")).expect("a shape") {
            geo::Geometry::Polygon(polygon) => polygon.into(),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            other => panic!("{other:?} is no polygon"),
        }
    };
    let scaled = |shape: MultiPolygon<f64>| shape.map_coords(|c| geo::Coord { x: c.x * scale, y: c.y * scale });
    collection.features.into_iter().map(shape).map(scaled).collect()
}

fn ours(shapes: Vec<MultiPolygon<f64>>, rule: ContiguityRule) -> Pairs {
    let compound = |(row, shape): (usize, MultiPolygon<f64>)| Compound {
        source_id: row.to_string(),
        shape,
        facts: CompoundFacts::default(),
        extra: Properties::new(),
    };
    let compounds: Vec<Compound> = shapes.into_iter().enumerate().map(compound).collect();
    let input = ConnectInput {
        compounds: &compounds,
        barriers: &[],
        barrier_rules: BarrierRules::default(),
        bridges: &[],
        parcels: &[],
        overrides: &BTreeMap::new(),
        rule,
        max_gap_m: 0.0,
    };
    connect_bare(&input, &Silent).expect("not cancelled").pairs_at(0.0).collect()
}

/// Pairs of a GAL file whose ids are rows from 0.
fn gal(path: &std::path::Path) -> Pairs {
    let text = std::fs::read_to_string(path).expect("readable");
    let mut lines = text.lines().skip(1);
    let mut pairs = Pairs::new();
    while let (Some(head), Some(list)) = (lines.next(), lines.next()) {
        let a: usize = head.split_whitespace().next().and_then(|id| id.parse().ok()).expect("an id");
        pairs.extend(list.split_whitespace().map(|b| ordered(a, b.parse().expect("an id"))));
    }
    pairs
}

/// Pairs of a published table in JSON.
fn published(path: &std::path::Path) -> Pairs {
    let table: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    let neighbours = table["neighbours"].as_object().expect("neighbours");
    let mut pairs = Pairs::new();
    for (a, list) in neighbours {
        for b in list.as_array().expect("a list") {
            let b = usize::try_from(b.as_u64().expect("a row")).expect("a row");
            pairs.insert(ordered(a.parse().expect("a row"), b));
        }
    }
    pairs
}

fn ordered(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

/// Asserts that our pairs are the published ones, but for so many that only one side has.
fn check(theirs: &Pairs, ours: &Pairs, only_theirs: usize, only_ours: usize) {
    let (missing, extra): (Vec<_>, Vec<_>) = (theirs.difference(ours).collect(), ours.difference(theirs).collect());
    assert_eq!((missing.len(), extra.len()), (only_theirs, only_ours), "only published: {missing:?}; only ours: {extra:?}");
}

/// Metres of a degree of latitude; the published sets in degrees keep their proportions.
const DEGREE_M: f64 = 111_320.0;

#[test]
fn published_tables_of_small_maps() {
    let Some(folder) = data().map(|data| data.join("contiguity")) else { return };
    // (set, pairs published, queen: only ours, rook: only published). A set that is queen has no queen pair of ours too many,
    // a set that is rook no rook pair too few. `nc_sids2` and `stl_hom_rook` are rook whatever they are called elsewhere:
    // the 14 and 4 queen pairs they lack are counties that meet at one corner. `columbus`, `us48` and the two others are queen:
    // the rook pairs they have too many are such corners, the Four Corners of the United States among them.
    let sets = [
        ("columbus", 118, 0, 18),
        ("nc_sids2", 231, 14, 0),
        ("stl_hom_q_geoda", 203, 0, 4),
        ("stl_hom_rook", 199, 4, 0),
        ("us48", 107, 0, 2),
        ("virginia_queen", 293, 0, 6),
        ("virginia_rook", 287, 6, 0),
    ];
    for (name, count, queen_more, rook_less) in sets {
        let shapes = polygons(&folder.join(format!("{name}.geojson")), DEGREE_M);
        let theirs = published(&folder.join(format!("{name}.published.json")));
        assert_eq!(theirs.len(), count, "{name}");
        println!("{name}");
        check(&theirs, &ours(shapes.clone(), ContiguityRule::Queen), 0, queen_more);
        check(&theirs, &ours(shapes, ContiguityRule::Rook), rook_less, 0);
    }
}

#[test]
fn beijing_and_london_pair_by_pair() {
    let Some(data) = data() else { return };
    let sets = [
        ("beijing_subdistricts_epsg4548_oldcrs", "beijing_subdistricts_4326", 971, 954),
        ("uk_london_oa_25k_epsg27700_oldcrs", "uk_london_oa_25k_4326", 75_967, 72_644),
    ];
    for (map, table, queen, rook) in sets {
        let shapes = polygons(&data.join("maps").join(format!("{map}.geojson")), 1.0);
        for (rule, kind, count) in [(ContiguityRule::Queen, "queen", queen), (ContiguityRule::Rook, "rook", rook)] {
            let theirs = gal(&data.join("contiguity").join(format!("{table}.{kind}.gal")));
            assert_eq!(theirs.len(), count, "{table} {kind}");
            check(&theirs, &ours(shapes.clone(), rule), 0, 0);
        }
    }
}
