//! Mends by name: each kind through a file, a plan, the plan file and back; yes and no to them; and real maps against
//! what GEOS says of them.

#![expect(clippy::expect_used, reason = "a test stops at what it did not expect")]

mod outside;

use std::path::Path;

use geo::{Area, BooleanOps, Geometry, MultiPolygon, Validation};
use lianpian::base::{Message, Silent};
use lianpian::geometry::distance::polygon_gap;
use lianpian::geometry::repair::MendKind;
use lianpian::import::{FileRead, ReadOptions, read_bytes_as, read_path};
use lianpian::model::{Content, Edit, History, LayerContent, LayerKind, MendKey, MendState, Plan, violations};
use lianpian::project;
use lianpian::session::{derive, mending, place_layers};
use serde_json::{Value, json};

use outside::data;

/// South-west corner of the ground on which fixtures are drawn, in the working CRS.
const CORNER: [f64; 2] = [444_000.0, 4_861_000.0];

/// Moves coordinates, however deep, from the corner to their ground.
fn placed(value: &Value) -> Value {
    match value.as_array() {
        Some(list) if list.first().is_some_and(Value::is_number) => {
            let moved = list.iter().zip(CORNER).map(|(v, corner)| json!(v.as_f64().unwrap_or(0.0) + corner));
            moved.chain(list.iter().skip(2).cloned()).collect()
        }
        Some(list) => list.iter().map(placed).collect(),
        None => value.clone(),
    }
}

fn geometry(mut geometry: Value) -> Value {
    if let Some(parts) = geometry["geometries"].as_array_mut() {
        for part in parts {
            part["coordinates"] = placed(&part["coordinates"]);
        }
    } else {
        geometry["coordinates"] = placed(&geometry["coordinates"]);
    }
    geometry
}

/// A file of these geometries as compounds, in metres of the working CRS, so that nothing is projected.
fn read(geometries: Vec<Value>) -> FileRead {
    let feature = |(n, shape): (usize, Value)| json!({ "type": "Feature", "id": format!("f{n}"), "properties": {}, "geometry": geometry(shape) });
    let features: Vec<Value> = geometries.into_iter().enumerate().map(feature).collect();
    let file = json!({ "type": "FeatureCollection", "features": features }).to_string();
    let options = ReadOptions {
        kind: Some(LayerKind::Compounds),
        crs: Some("EPSG:4551".to_owned()),
        working_crs: Some(4551),
        ..ReadOptions::default()
    };
    read_bytes_as(Path::new("made.geojson"), file.as_bytes(), &options, &Silent).expect("it is read")
}

fn content_of(read: FileRead) -> Content {
    let mut content = Content::default();
    place_layers(&mut content, vec![read]);
    assert!(violations(&content).is_empty());
    content
}

fn own(row: u32) -> MendKey {
    MendKey { layer: LayerKind::Compounds, row, neighbour: None }
}

fn shape(content: &Content, row: usize) -> &MultiPolygon<f64> {
    &content.compounds[row].shape
}

fn area(content: &Content, row: usize) -> f64 {
    shape(content, row).unsigned_area()
}

fn reopened(content: &Content) -> Content {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.gpkg");
    project::save(content, &path).expect("it is saved");
    let opened = project::open(&path).expect("it opens");
    assert!(opened.warnings.is_empty(), "{:?}", opened.warnings);
    opened.content
}

/// What is expected of a mend: kind, change of area (m²) and of length (m).
type Told = (MendKind, f64, f64);

/// A fixture beside a square that is in order: what is told, in which state, and the areas mended and as drawn (nothing where
/// the layer cannot hold it so).
#[track_caller]
fn check(name: &str, drawn: Value, told: &[Told], state: MendState, (mended_m2, drawn_m2): (f64, f64)) {
    let square = json!({ "type": "Polygon", "coordinates": [[[200, 0], [210, 0], [210, 10], [200, 10], [200, 0]]] });
    let file = read(vec![square, drawn]);
    let report = &file.layers[0].report;
    assert_eq!((report.loaded, report.mended.len(), report.left_out.len()), (1, 1, 0), "{name}");
    assert_eq!(report.mended[0].state, Some(state), "{name}");
    let place = report.mended[0].mends[0].place.expect("a place");
    assert!((place.0 - 125.3).abs() < 0.01 && (place.1 - 43.9).abs() < 0.05, "{name}: {place:?}");
    let mut content = content_of(file);
    let rounded = |v: f64| (v * 100.0).round() / 100.0 + 0.0;
    let found: Vec<Told> =
        content.mended[&own(1)].mends.iter().map(|m| (m.kind, rounded(m.area_m2), rounded(m.length_m))).collect();
    assert_eq!(found, told, "{name}");
    assert_eq!(reopened(&content), content, "{name}: the plan file keeps records and shapes as drawn");
    let near = |content: &Content, m2: f64| (area(content, 1) - m2).abs() < 0.01;
    let first = if state == MendState::Applied { mended_m2 } else { drawn_m2 };
    assert!(near(&content, first), "{name}: {} and not {first}", area(&content, 1));
    let original = content.mended[&own(1)].drawn.clone();
    for (accept, m2) in [(false, drawn_m2), (true, mended_m2), (false, drawn_m2)] {
        mending::answer(&content, &[], &[own(1)], accept).place(&mut content);
        assert!(near(&content, m2), "{name}: {accept} leaves {}", area(&content, 1));
        assert_eq!(content.mended[&own(1)].drawn, original, "{name}: the shape as drawn stays");
        assert_eq!(reopened(&content), content, "{name}");
    }
}

#[test]
fn each_kind_is_named_kept_refused_and_accepted() {
    let applied = MendState::Applied;
    let open = json!({ "type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10]]] });
    check("unclosed", open, &[(MendKind::RingsClosed, 0.0, 10.0)], applied, (100.0, 0.0));
    let spike = json!({ "type": "Polygon", "coordinates": [[[0, 0], [10, 0], [25, 0], [10, 0], [10, 10], [0, 10], [0, 0]]] });
    check("spike", spike, &[(MendKind::Spikes, 0.0, -30.0)], applied, (100.0, 100.0));
    let eight = json!({ "type": "Polygon", "coordinates": [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]] });
    check("figure of eight", eight, &[(MendKind::SelfCrossing, 50.0, 0.0)], MendState::Waiting, (50.0, 0.0));
    let lesser = json!({ "type": "Polygon", "coordinates": [[[0, 0], [99, 0], [100, 1], [100, 0], [99, 1], [0, 100], [0, 0]]] });
    check("small loop", lesser, &[(MendKind::SelfCrossing, 0.5, 0.0)], applied, (5_000.0, 4_999.5));
    let hole = json!({ "type": "Polygon", "coordinates": [
        [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], [[20, 0], [20, 5], [25, 5], [25, 0], [20, 0]]] });
    check("hole outside", hole, &[(MendKind::HoleOutside, 25.0, 0.0)], MendState::Waiting, (100.0, 75.0));
    let nothing = json!({ "type": "Polygon", "coordinates": [
        [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], [[2, 2], [5, 5], [2, 2]]] });
    check("ring of nothing", nothing, &[(MendKind::RingsDropped, 0.0, 0.0)], applied, (100.0, 100.0));
    let parts = json!({ "type": "MultiPolygon", "coordinates": [
        [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]], [[[5, 0], [15, 0], [15, 10], [5, 10], [5, 0]]]] });
    check("parts overlap", parts, &[(MendKind::PartsOverlap, -50.0, 0.0)], MendState::Waiting, (150.0, 200.0));
    let mixed = json!({ "type": "GeometryCollection", "geometries": [
        { "type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]] },
        { "type": "LineString", "coordinates": [[0, 0], [3, 4]] },
        { "type": "Point", "coordinates": [1, 1] }] });
    check("mixed", mixed, &[(MendKind::OthersDropped, 0.0, -5.0)], applied, (100.0, 0.0));
    let line = json!({ "type": "LineString", "coordinates": [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]] });
    check("closed line", line, &[(MendKind::LineToArea, 0.0, 0.0)], applied, (100.0, 0.0));
    let line = json!({ "type": "LineString", "coordinates": [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0.02]] });
    let told = [(MendKind::LineToArea, 0.0, 0.0), (MendKind::RingsClosed, 0.0, 0.02)];
    check("nearly closed line", line, &told, applied, (100.0, 0.0));
}

#[test]
fn slight_mends_are_counted_and_zero_area_is_left_out() {
    let turned = json!({ "type": "Polygon", "coordinates": [[[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]]] });
    let repeated = json!({ "type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 0], [10, 10], [0, 10], [0, 0]]] });
    let tall = json!({ "type": "Polygon", "coordinates": [[[0, 0, 5], [10, 0, 5], [10, 10, 5], [0, 10, 5], [0, 0, 5]]] });
    let flat = json!({ "type": "Polygon", "coordinates": [[[0, 0], [5, 5], [10, 10], [0, 0]]] });
    let file = read(vec![turned, repeated, flat, tall]);
    let report = &file.layers[0].report;
    assert_eq!((report.loaded, report.mended.len(), report.left_out.len()), (3, 0, 1));
    let notes: Vec<&str> = report.notes.iter().map(Message::key).collect();
    assert_eq!(notes, ["import.note-winding", "import.note-repeated", "import.note-heights"]);
    let content = content_of(file);
    assert!(content.mended.is_empty());
    assert!(content.compounds.iter().all(|compound| (compound.shape.unsigned_area() - 100.0).abs() < 1e-6));
}

#[test]
fn lines_with_wider_gaps_and_lines_that_run_out_and_back_stay_lines() {
    let line = |end: f64, height: f64| json!({ "type": "LineString", "coordinates": [[0, 0], [10, 0], [10, height], [0, end]] });
    let file = read(vec![line(0.06, 10.0), line(0.05, 0.05), line(0.049, 10.0)]);
    let report = &file.layers[0].report;
    assert_eq!((report.loaded, report.mended.len(), report.left_out.len()), (0, 1, 2), "{report:?}");
    assert!(report.left_out.iter().all(|note| note.reasons[0].key() == "import.wrong-geometry"));
}

#[test]
fn rows_follow_what_was_left_out_and_files_of_one_kind() {
    let square = |x: i32| json!({ "type": "Polygon", "coordinates": [[[x, 0], [x + 10, 0], [x + 10, 10], [x, 10], [x, 0]]] });
    let eight = json!({ "type": "Polygon", "coordinates": [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]] });
    let flat = json!({ "type": "Polygon", "coordinates": [[[0, 0], [5, 5], [0, 0]]] });
    let first = read(vec![square(20), flat, eight.clone()]);
    let second = read(vec![square(60), square(80), eight]);
    let mut content = Content::default();
    place_layers(&mut content, vec![first, second]);
    let rows: Vec<u32> = content.mended.keys().map(|key| key.row).collect();
    assert_eq!((content.compounds.len(), rows), (5, vec![1, 4]));
}

/// A large square, a small one that overlaps it by 2 m × 10 m, and one that lies 5 cm beside the large one.
fn neighbours() -> Content {
    let rect = |x: f64, y: f64, w: f64, h: f64| json!({ "type": "Polygon", "coordinates": [[[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]]] });
    content_of(read(vec![rect(0., 0., 40., 40.), rect(38., 10., 10., 10.), rect(0., 40.05, 40., 10.), rect(-9.95, 0., 10., 10.)]))
}

#[test]
fn overlaps_are_offered_cut_and_put_back() {
    let mut content = neighbours();
    let offers = derive::offers(&content, &Silent).expect("nobody stops it");
    let told: Vec<(u32, Option<u32>, MendKind, bool)> =
        offers.iter().map(|offer| (offer.key.row, offer.key.neighbour, offer.mend.kind, offer.can_apply)).collect();
    let expected =
        [(0, Some(1), MendKind::Overlap, true), (2, Some(0), MendKind::Gap, true), (0, Some(3), MendKind::Sliver, true)];
    assert_eq!(told, expected, "the larger gives up what it shares, the smaller fills the gap");
    assert!((offers[0].mend.area_m2 + 20.0).abs() < 1e-4 && (offers[2].mend.area_m2 + 0.5).abs() < 1e-4);
    assert!((offers[1].mend.area_m2 - 2.0).abs() < 0.02 && (offers[1].width_m - 0.05).abs() < 1e-3, "{:?}", offers[1]);
    let before = content.clone();
    mending::answer_all(&content, &offers, true).place(&mut content);
    assert!((area(&content, 0) - 1579.5).abs() < 1e-3, "{}", area(&content, 0));
    assert!(shape(&content, 0).is_valid());
    assert_eq!((&content.compounds[1], &content.compounds[3]), (&before.compounds[1], &before.compounds[3]), "these keep theirs");
    assert!((area(&content, 2) - 402.0).abs() < 0.02 && shape(&content, 2).is_valid(), "{}", area(&content, 2));
    let gap = polygon_gap(shape(&content, 0), shape(&content, 2)).expect("two shapes");
    assert!(gap.gap_m < 1e-4, "the gap is filled: {gap:?}");
    assert!(shape(&content, 0).intersection(shape(&content, 2)).unsigned_area() < 1e-3, "and nothing more");
    assert_eq!(derive::offers(&content, &Silent).expect("nobody stops it"), [], "nothing is at odds any more");
    assert_eq!(reopened(&content), content);
    let first = MendKey { layer: LayerKind::Compounds, row: 0, neighbour: Some(1) };
    mending::answer(&content, &[], &[first], false).place(&mut content);
    assert!((area(&content, 0) - 1599.5).abs() < 1e-3, "one cut is refused, the other stays");
    mending::answer_all(&content, &[], false).place(&mut content);
    assert_eq!(content.compounds, before.compounds);
    let refused = derive::offers(&content, &Silent).expect("nobody stops it");
    assert_eq!(refused, [], "what was refused is not offered again");
}

#[test]
fn answers_are_edits_that_can_be_undone_and_loads_bring_records_back() {
    let eight = json!({ "type": "Polygon", "coordinates": [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]] });
    let (mut plan, mut history) = (Plan::new(content_of(read(vec![eight]))), History::default());
    let before = plan.content().clone();
    let edit = mending::answer(&plan, &[], &[own(0)], true).edit();
    let touched = history.commit(&mut plan, Message::new("session.edit-accept-mends"), edit).expect("it fits");
    assert!(touched.mends && touched.layers == [LayerKind::Compounds]);
    assert!((area(&plan, 0) - 50.0).abs() < 1e-6 && plan.mended[&own(0)].state == MendState::Applied);
    let accepted = plan.content().clone();
    let empty = Edit::PutLayer(Box::new(LayerContent::Compounds(std::sync::Arc::default())), None);
    history.commit(&mut plan, Message::new("session.edit-load"), empty).expect("it fits");
    assert!(plan.mended.is_empty(), "another layer has other mends");
    history.undo(&mut plan).expect("it can be undone");
    assert_eq!(*plan.content(), accepted);
    history.undo(&mut plan).expect("it can be undone");
    assert_eq!(*plan.content(), before);
    history.redo(&mut plan).expect("it can be done again");
    assert_eq!(*plan.content(), accepted);
}

#[test]
fn taking_rows_out_elsewhere_drops_only_their_records() {
    let eight = |x: i32| json!({ "type": "Polygon", "coordinates": [[[x, 0], [x + 10, 10], [x + 10, 0], [x, 10], [x, 0]]] });
    let content = content_of(read(vec![eight(0), eight(20), eight(40)]));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.gpkg");
    project::save(&content, &path).expect("it is saved");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    lianpian::gpkg::register(&connection).expect("functions");
    connection.execute("DELETE FROM compounds WHERE fid = 2", []).expect("a row less");
    drop(connection);
    let opened = project::open(&path).expect("it opens");
    let ids: Vec<&str> = opened.content.mended.keys().filter_map(|key| opened.content.source_id(key.layer, key.row)).collect();
    assert_eq!(ids, ["f0", "f2"]);
    assert!(opened.warnings.iter().any(|warning| warning.key() == "project.mends-adrift"));
}

/// Pairs of the informal settlements that overlap, by row, as GEOS 3.11 has them (`intersection` with an area), and the area
/// in the UTM zone of the place, m².
const OVERLAPS: [(u32, u32, f64); 17] = [
    (40, 41, 85.66),
    (114, 115, 381.68),
    (119, 164, 7610.96),
    (139, 164, 7824.34),
    (175, 176, 5.31),
    (245, 246, 23.55),
    (384, 386, 1922.95),
    (402, 403, 894.77),
    (406, 407, 836.74),
    (407, 408, 281.95),
    (410, 411, 88.09),
    (422, 423, 82.04),
    (443, 444, 2093.13),
    (525, 538, 9875.94),
    (526, 538, 1043.29),
    (541, 542, 735.19),
    (548, 549, 60.79),
];

#[test]
fn the_overlaps_of_real_settlements_are_those_that_geos_finds() {
    let Some(data) = data() else { return };
    let options = ReadOptions { kind: Some(LayerKind::Compounds), ..ReadOptions::default() };
    let read = read_path(&data.join("maps/urban_villages_bj_sh_gz_4326_3d.geojson"), &options, &Silent).expect("it is read");
    let mut content = content_of(read);
    let offers = derive::offers(&content, &Silent).expect("nobody stops it");
    let mut found: Vec<(u32, u32, f64)> = offers
        .iter()
        .filter(|offer| offer.mend.kind != MendKind::Gap)
        .filter_map(|offer| Some((offer.key.row, offer.key.neighbour?, -offer.mend.area_m2)))
        .map(|(row, other, m2)| (row.min(other), row.max(other), m2))
        .collect();
    found.sort_by_key(|(a, b, _)| (*a, *b));
    assert_eq!(found.iter().map(|(a, b, _)| (*a, *b)).collect::<Vec<_>>(), OVERLAPS.map(|(a, b, _)| (a, b)));
    for ((a, b, ours), (_, _, geos)) in found.iter().zip(OVERLAPS) {
        // One working CRS for three cities stretches those that lie far from its meridian.
        assert!((ours / geos - 1.0).abs() < 0.06, "{a} and {b}: {ours} m² here, {geos} m² there");
    }
    mending::answer_all(&content, &offers, true).place(&mut content);
    assert!(content.compounds.iter().all(|compound| compound.shape.is_valid()));
    let left = derive::offers(&content, &Silent).expect("nobody stops it");
    println!("{} gaps before, {} after", offers.iter().filter(|offer| offer.mend.kind == MendKind::Gap).count(), left.len());
    assert!(left.iter().all(|offer| offer.mend.kind == MendKind::Gap), "{left:?}");
}

/// Buildings that GEOS calls invalid (`is_valid` false, or not to be built at all), by file: features in all, rings too short
/// for an area, and boundaries that cross themselves.
const BUILDINGS: [(&str, usize, usize, usize); 4] = [
    ("osm_helsinki_test_buildings", 2219, 26, 8),
    ("osm_liechtenstein_buildings", 3723, 0, 0),
    ("osm_shanghai_bund_buildings", 1981, 0, 0),
    ("osm_wuhan_buildings", 355, 0, 0),
];

#[test]
fn invalid_buildings_are_those_that_geos_finds_and_are_valid_after() {
    let Some(data) = data() else { return };
    for (name, total, short, crossing) in BUILDINGS {
        let options = ReadOptions { kind: Some(LayerKind::Buildings), ..ReadOptions::default() };
        let read = read_path(&data.join("maps").join(format!("{name}.geojson")), &options, &Silent).expect("it is read");
        let report = read.layers[0].report.clone();
        assert_eq!(report.read(), total, "{name}");
        let no_area = report.left_out.iter().filter(|note| note.reasons[0].key() == "geometry.no-area").count();
        assert_eq!(no_area, short, "{name}");
        let kinds: Vec<MendKind> = report.mended.iter().flat_map(|note| &note.mends).map(|told| told.mend.kind).collect();
        println!("{name}: {kinds:?}");
        let crossed = report.mended.iter().filter(|note| note.mends.iter().any(|told| told.mend.kind == MendKind::SelfCrossing));
        let spiked = report.mended.iter().filter(|note| note.mends.iter().any(|told| told.mend.kind == MendKind::Spikes));
        assert_eq!(crossed.count() + spiked.count(), crossing, "{name}");
        let mut content = content_of(read);
        mending::answer_all(&content, &[], true).place(&mut content);
        assert!(content.buildings.iter().all(|building| building.shape.is_valid()), "{name}");
        for (key, mended) in &content.mended {
            let shape = content.shape(key.layer, key.row);
            let Some(Geometry::MultiPolygon(shape)) = shape else { panic!("{name}: buildings are areas") };
            let Geometry::MultiPolygon(drawn) = &*mended.drawn else { continue };
            let changed = lianpian::geometry::repair::drawn_area_m2(&lianpian::geometry::repair::rings_of(drawn.clone()));
            assert!((shape.unsigned_area() - changed - mended.area_m2()).abs() < 1e-3, "{name} row {}", key.row);
        }
    }
}
