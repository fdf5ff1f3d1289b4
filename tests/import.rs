//! Reading of bad and odd files: every case of `fixtures/import` with what must come of it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lianpian::base::{Argument, Message, Silent};
use lianpian::import::{FileRead, ImportError, ReadOptions, ReadReport, read_bytes_as, read_path};
use lianpian::model::{LayerContent, LayerKind};
use proptest::prelude::*;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(format!("{name}.geojson"))
}

fn read(name: &str, options: &ReadOptions) -> Result<FileRead, ImportError> {
    let options = ReadOptions { kind: Some(LayerKind::Compounds), ..options.clone() };
    read_path(&fixture(name), &options, &Silent)
}

/// Every key that a report tells the user.
fn keys(report: &ReadReport) -> BTreeSet<&'static str> {
    let notes = report.mended.iter().chain(&report.left_out).flat_map(|note| &note.reasons);
    notes.chain(&report.notes).chain(&report.warnings).map(Message::key).collect()
}

/// Loaded, mended and left out, and the keys told.
fn check(name: &str, (loaded, mended, left_out): (usize, usize, usize), told: &[&str]) {
    let read = read(name, &ReadOptions::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let layer = &read.layers[0];
    let report = &layer.report;
    assert_eq!((report.loaded, report.mended.len(), report.left_out.len()), (loaded, mended, left_out), "{name}: {report:?}");
    assert_eq!(layer.content.len(), loaded + mended, "{name}");
    assert_eq!(keys(report), told.iter().copied().collect(), "{name}");
    for (index, ids) in source_ids(&layer.content).iter().enumerate() {
        assert!(!source_ids(&layer.content)[..index].contains(ids), "{name}: id {ids} is there twice");
    }
}

fn source_ids(content: &LayerContent) -> Vec<String> {
    let LayerContent::Compounds(compounds) = content else { return Vec::new() };
    compounds.iter().map(|compound| compound.source_id.clone()).collect()
}

/// The key of the error, or of the message inside it.
fn check_error(name: &str, options: &ReadOptions, key: &str) {
    let message = read(name, options).expect_err(name).message();
    // What stands inside a sentence about a file is what is said; a reason stands beside it.
    let inner = message.arguments().iter().find_map(|(name, argument)| match argument {
        Argument::Nested(inner) if *name == "what" => Some(inner.key()),
        _ => None,
    });
    assert_eq!(inner.unwrap_or(message.key()), key, "{name}");
    let names_the_file = message.arguments().iter().any(|(_, a)| matches!(a, Argument::Text(t) if t.contains(name)));
    assert!(names_the_file, "{name}: {message:?}");
}

#[test]
fn features_are_kept_mended_or_left_out() {
    check("good", (1, 0, 0), &[]);
    check("empty_collection", (0, 0, 0), &["import.no-features"]);
    check("wrong_geometry", (1, 0, 1), &["import.wrong-geometry"]);
    check("null_geometry", (1, 0, 1), &["import.no-geometry"]);
    check("empty_geometry", (1, 0, 1), &["import.empty-geometry"]);
    check("unknown_geometry", (1, 0, 1), &["import.unknown-geometry"]);
    check("string_coordinate", (1, 0, 1), &["import.feature-broken"]);
    check("huge_coordinate", (1, 0, 1), &["import.feature-broken"]);
    check("out_of_range", (1, 0, 2), &["import.out-of-range"]);
    check("wrong_types", (2, 0, 0), &["import.twin-boundaries"]);
    check("unclosed", (0, 1, 0), &["geometry.rings-closed"]);
    check("bow_tie", (0, 1, 0), &["geometry.self-crossing", "import.mend-waits"]);
    check("short_ring", (1, 0, 1), &["geometry.no-area"]);
    check("clockwise", (1, 0, 0), &["import.note-winding"]);
    check("three_dimensions", (1, 0, 0), &["import.note-heights"]);
    check("closed_line", (1, 1, 0), &["geometry.line-to-area", "import.twin-boundaries"]);
    check("collection", (0, 1, 0), &["geometry.others-dropped"]);
    check("bare_feature", (1, 0, 0), &[]);
    check("bare_geometry", (1, 0, 0), &["import.ids-from-rows"]);
    check("one_a_line", (2, 0, 0), &[]);
    check("byte_order_mark", (1, 0, 0), &[]);
    check("not_a_feature", (1, 0, 4), &["import.not-a-feature", "import.not-an-object"]);
    check("properties_a_list", (1, 0, 1), &["import.properties-not-an-object"]);
    check("deep_collection", (1, 0, 1), &["import.too-deep"]);
}

#[test]
fn ids_are_made_whole() {
    check("missing_ids", (1, 2, 0), &["import.missing-id"]);
    check("no_ids", (2, 0, 0), &["import.ids-from-rows"]);
    check("repeated_ids", (1, 2, 0), &["import.repeated-id"]);
    let read = read("repeated_ids", &ReadOptions::default()).expect("read");
    assert_eq!(source_ids(&read.layers[0].content), ["g", "g-2", "g-3"]);
}

#[test]
fn values_of_wrong_types_are_told_and_kept() {
    let read = read("wrong_types", &ReadOptions::default()).expect("read");
    let LayerContent::Compounds(compounds) = &read.layers[0].content else { panic!("compounds") };
    let facts = &compounds[0].facts;
    assert_eq!((facts.households, facts.built, facts.floor_area_m2), (None, None, None));
    assert_eq!(compounds[0].extra.len(), 3);
    let unreadable = read.layers[0].report.fields.iter().map(|field| field.unreadable).sum::<usize>();
    assert_eq!(unreadable, 3);
}

/// Sentences on values that betray another unit.
fn out_of_measure(kind: LayerKind, geometry: &str, fields: &[&str]) -> Vec<String> {
    let feature = |(place, fields): (usize, &&str)| {
        let ring = geometry.replace('#', &place.to_string());
        format!(r#"{{"type":"Feature","properties":{{"id":"k{place}",{fields}}},"geometry":{ring}}}"#)
    };
    let features: Vec<String> = fields.iter().enumerate().map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let options = ReadOptions { kind: Some(kind), ..ReadOptions::default() };
    let read = read_bytes_as(Path::new("x.geojson"), text.as_bytes(), &options, &Silent).expect("read");
    let told = read.layers[0].report.warnings.iter().filter(|warning| warning.key() == "import.out-of-measure");
    told.map(|warning| lianpian::i18n::tr(lianpian::i18n::Lang::Zh, warning)).collect()
}

#[test]
fn values_beyond_measure_are_told_with_field_count_and_example() {
    let area = r#"{"type":"Polygon","coordinates":[[[125.3#,43.9],[125.3#2,43.9],[125.3#2,43.91],[125.3#,43.9]]]}"#;
    // Two areas in 万㎡ under a plain header; the third says its unit.
    let fields = [r#""建筑面积":1.37,"户数":120"#, r#""建筑面积":"2.5""#, r#""建筑面积":"1.2万㎡""#, r#""户数":"0.5万""#];
    let told = out_of_measure(LayerKind::Compounds, area, &fields);
    assert_eq!(told.len(), 1, "{told:?}");
    for words in ["建筑面积", "2 个", "k0", "1.37 ㎡"] {
        assert!(told[0].contains(words), "{words}: {told:?}");
    }
    // Depths in centimetres, which no fact of ours takes; and a diameter that is none.
    let line = r#"{"type":"LineString","coordinates":[[125.3#,43.9],[125.3#2,43.9]]}"#;
    let told = out_of_measure(LayerKind::Pipes, line, &[r#""QDMS":150,"管径":"DN300""#, r#""QDMS":1.5,"管径":4"#]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("管径") && told[0].contains("k1"), "{told:?}");
    assert!(told[1].contains("QDMS") && told[1].contains("150 m"), "{told:?}");
}

#[test]
fn broken_files_say_where() {
    for name in ["truncated", "not_json", "nan_coordinate"] {
        check_error(name, &ReadOptions::default(), "import.broken");
    }
    check_error("empty", &ReadOptions::default(), "import.empty-file");
    check_error("blank", &ReadOptions::default(), "import.empty-file");
    check_error("not_geojson", &ReadOptions::default(), "import.not-geojson");
    check_error("list", &ReadOptions::default(), "import.not-geojson");
    check_error("features_an_object", &ReadOptions::default(), "import.features-not-a-list");
    check_error("no_such_file", &ReadOptions::default(), "import.unreadable");
    let missing = read_path(&fixture("good").with_extension("docx"), &ReadOptions::default(), &Silent);
    assert!(matches!(missing, Err(ImportError::Unreadable { .. })), "what is not there has no format");
    let letter = tempfile::Builder::new().suffix(".docx").tempfile().expect("a file");
    let strange = read_path(letter.path(), &ReadOptions::default(), &Silent);
    assert!(matches!(strange, Err(ImportError::UnknownFormat { .. })));
}

#[test]
fn coordinates_are_placed_or_asked_about() {
    check("old_crs", (1, 0, 0), &[]);
    check("old_crs_short", (1, 0, 0), &[]);
    check("xian_1980", (1, 0, 0), &["import.old-datum"]);
    check("zone_in_easting", (1, 0, 0), &["import.datum-assumed"]);
    let none = ReadOptions::default();
    check_error("unknown_crs", &none, "import.crs-not-known");
    check_error("northing_first", &none, "import.axes-swapped");
    check_error("metres_without_crs", &none, "import.crs-zone-needed");
    check_error("latitude_first", &none, "import.looks-lat-lon");
    check_error("metres_in_degrees", &none, "import.metres-in-degrees");
    let swapped = ReadOptions { swap_xy: true, ..ReadOptions::default() };
    let given = ReadOptions { crs: Some("EPSG:4551".to_owned()), ..ReadOptions::default() };
    for (name, options) in [
        ("old_crs", &none),
        ("zone_in_easting", &none),
        ("northing_first", &swapped),
        ("latitude_first", &swapped),
        ("metres_without_crs", &given),
        ("metres_in_degrees", &given),
    ] {
        let read = read(name, options).unwrap_or_else(|error| panic!("{name}: {error}"));
        let bounds = read.layers[0].lon_lat_bounds.expect("bounds");
        assert_eq!(read.working_crs, 4551, "{name}");
        assert!((bounds.min().x - 125.30).abs() < 0.01 && (bounds.min().y - 43.89).abs() < 0.02, "{name}: {bounds:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Bytes of a good file with some of them changed: an answer or an error, never a panic, and never a lost feature.
    #[test]
    fn no_bytes_make_the_reader_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>(), whole in any::<bool>()) {
        let mut bytes = std::fs::read(fixture("wrong_types")).expect("fixture");
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(read) = read_bytes_as(Path::new("mutated.geojson"), &bytes, &ReadOptions::default(), &Silent) {
            for layer in &read.layers {
                prop_assert_eq!(layer.content.len(), layer.report.kept());
            }
        }
    }
}
