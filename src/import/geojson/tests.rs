//! The streaming reader against the common one, which reads with `serde_json`: both must say the same.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{lines, read_common, read_whole, streamed};
use crate::base::{Reporter, Silent};
use crate::import::ImportError;
use crate::import::source::RawLayer;

/// Every map of the outside data; none where it is not there.
fn maps() -> Vec<PathBuf> {
    let given = std::env::var_os("LIANPIAN_DATA").map(PathBuf::from);
    let data = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    if !data.is_dir() {
        assert!(std::env::var("LIANPIAN_DATA_REQUIRED").as_deref() != Ok("1"), "{} is missing", data.display());
        println!("skipped: no data");
    }
    let folders = ["maps", "networks"].map(|folder| std::fs::read_dir(data.join(folder)));
    let files = folders.into_iter().flatten().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "geojson")).collect()
}

fn stream(bytes: &[u8]) -> Option<RawLayer> {
    let mut source = bytes;
    streamed(Path::new("x"), &mut source, bytes.len(), &Silent).expect("memory is readable")
}

fn assert_same(streamed: &RawLayer, whole: &RawLayer, what: &str) {
    let bits = |layer: &RawLayer, at: usize| -> Vec<(u64, u64)> {
        let shape = layer.features[at].shape.as_ref();
        shape.map_or(Vec::new(), |shape| shape.coords().map(|c| (c.x.to_bits(), c.y.to_bits())).collect())
    };
    assert_eq!((&streamed.name, &streamed.crs, &streamed.notes), (&whole.name, &whole.crs, &whole.notes), "{what}");
    assert_eq!(streamed.features.len(), whole.features.len(), "{what}");
    for (at, (own, other)) in streamed.features.iter().zip(&whole.features).enumerate() {
        assert_eq!((&own.id, &own.shape), (&other.id, &other.shape), "{what}: {at}");
        assert_eq!(own.properties, other.properties, "{what}: {at}");
        assert_eq!(bits(streamed, at), bits(whole, at), "{what}: {at}");
    }
}

#[test]
fn real_maps_stream_as_they_are() {
    for path in maps() {
        let bytes = std::fs::read(&path).expect("readable");
        let whole = read_whole(&path, &bytes, &Silent).expect("valid");
        let layer = stream(&bytes).unwrap_or_else(|| panic!("{} was not streamed", path.display()));
        assert_same(&layer, &whole, &path.display().to_string());
    }
}

/// A collection that has much of what collections have.
const SAMPLE: &str = r#"{"type":"FeatureCollection","name":"小区","features":[
{"type":"Feature","properties":{"id":1,"名":"a\u4e2d\"}{","n":-0.0,"x":null},"geometry":{"type":"Point","coordinates":[1.5,-2]}},
{"type":"Feature","id":"f","properties":{"a":[{"type":"Feature"}, true],"e":1e3},"geometry":{"type":"LineString","coordinates":[[0.1,0.2,3],[1,2]]}},
{"geometry":{"coordinates":[[[0,0],[1.123456789012345678,0],[0,12345678901234567890],[0,0]]],"type":"Polygon"},"type":"Feature","bbox":[1]},
{"type":"Feature","properties":{},"geometry":null}],"crs":{"type":"name","properties":{"name":"EPSG:4551"}}}"#;

#[test]
fn a_collection_streams_whatever_its_members() {
    let whole = read_whole(Path::new("x"), SAMPLE.as_bytes(), &Silent).expect("valid");
    assert_same(&stream(SAMPLE.as_bytes()).expect("a collection"), &whole, "sample");
    assert_eq!(whole.crs.as_deref(), Some("EPSG:4551"));
}

#[test]
fn guesses_inside_fields_are_found_out() {
    // Fields that look like features for megabytes: every guessed beginning is wrong.
    let trap = r#"{"type":"Feature","x":1},"#.repeat(60_000);
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":{{"type":"Point","coordinates":[1,2]}},"properties":{{"a":[{trap}0]}}}},{{"type":"Feature","geometry":{{"type":"Point","coordinates":[3,4]}}}}]}}"#
    );
    let whole = read_whole(Path::new("x"), text.as_bytes(), &Silent).expect("valid");
    assert_eq!(whole.features.len(), 2);
    assert_same(&stream(text.as_bytes()).expect("a collection"), &whole, "trap");
}

/// The features of a collection, one a line, with what stands before and behind each.
fn as_lines(text: &str, before: &str, behind: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let features = value["features"].as_array().expect("features");
    let line = |feature: &serde_json::Value| [before, &feature.to_string(), behind].concat();
    features.iter().map(line).collect()
}

#[test]
fn lines_are_read_as_the_common_reader_reads_them() {
    // More than a piece, so that pieces must fit together.
    let feature = |i: usize| {
        format!(r#"{{"type":"Feature","properties":{{"名":"{i}\n{{"}},"geometry":{{"type":"Point","coordinates":[{i},2]}}}}"#)
    };
    let many = format!(r#"{{"features":[{}]}}"#, (0..9_000).map(feature).collect::<Vec<_>>().join(","));
    for (before, behind) in [("", "\n"), ("\u{1e}", "\n"), ("\n", "\r\n\r\n"), ("", "")] {
        for text in [SAMPLE, many.as_str()] {
            let text = as_lines(text, before, behind);
            let features = lines::read(text.as_bytes(), &Silent).expect("not stopped").expect("lines");
            let layer = RawLayer { features, ..RawLayer::default() };
            assert_same(&layer, &read_common(Path::new("x"), text.as_bytes(), &Silent).expect("valid"), before);
        }
    }
    assert!(lines::read(SAMPLE.as_bytes(), &Silent).expect("not stopped").is_none(), "a single value");
}

struct Stopped;

impl Reporter for Stopped {
    fn progress(&self, _done: usize, _total: usize) {}

    fn should_stop(&self) -> bool {
        true
    }
}

#[test]
fn a_stopped_read_says_so() {
    let mut source = SAMPLE.as_bytes();
    assert!(matches!(streamed(Path::new("x"), &mut source, 0, &Stopped), Err(ImportError::Cancelled)));
}

proptest! {
    #[test]
    fn whatever_streams_is_what_the_common_reader_reads(
        cut in 0..SAMPLE.len() * 2,
        flips in prop::collection::vec((0..SAMPLE.len(), prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:0e.-\\ ".to_vec())]), 0..3),
    ) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        bytes.truncate(cut);
        for (at, byte) in flips {
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
        }
        if let Some(layer) = stream(&bytes) {
            let whole = read_whole(Path::new("x"), &bytes, &Silent).expect("what streams is whole");
            assert_same(&layer, &whole, &String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn whatever_is_lines_is_what_the_common_reader_reads(
        cut in 0..SAMPLE.len() * 2,
        flips in prop::collection::vec((0..SAMPLE.len(), prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:0e.-\\ \n\x1e".to_vec())]), 0..3),
    ) {
        let mut bytes = as_lines(SAMPLE, "", "\n").into_bytes();
        bytes.truncate(cut);
        for (at, byte) in flips {
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
        }
        if let Some(features) = lines::read(&bytes, &Silent).expect("not stopped") {
            let whole = read_common(Path::new("x"), &bytes, &Silent).expect("what is lines is whole");
            assert_same(&RawLayer { features, ..RawLayer::default() }, &whole, &String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn numbers_are_the_nearest_doubles(number in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,24})?(e[+-]?[0-9]{1,2})?") {
        let text = format!("{number} ");
        let mut scan = super::scan::Scan { bytes: text.as_bytes(), at: 0 };
        if let Ok(own) = scan.number() {
            prop_assert_eq!(own.to_bits(), number.parse::<f64>().expect("a number").to_bits());
        }
    }
}
