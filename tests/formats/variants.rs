//! GeoJSON as people write it: every outer form, every encoding, and what is meant to break a reader.

use std::fmt::Write;
use std::path::Path;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use lianpian::base::Silent;
use lianpian::import::{FileRead, ImportError, ReadOptions, read_bytes_as};
use lianpian::model::{LayerContent, LayerKind};

fn read(bytes: &[u8]) -> Result<FileRead, ImportError> {
    let options = ReadOptions { kind: Some(LayerKind::Compounds), working_crs: Some(4551), ..ReadOptions::default() };
    read_bytes_as(Path::new("town.geojson"), bytes, &options, &Silent)
}

const RING: &str = r#"{"type":"Polygon","coordinates":[[[125.3,43.9],[125.31,43.9],[125.31,43.91],[125.3,43.9]]]}"#;

fn feature(name: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{"小区名称":"{name}"}},"geometry":{RING}}}"#)
}

fn names(read: &FileRead) -> Vec<String> {
    let LayerContent::Compounds(compounds) = &read.layers[0].content else { panic!("compounds") };
    compounds.iter().map(|compound| compound.facts.name.clone()).collect()
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn every_form_in_every_encoding() {
    let (a, b) = (feature("幸福小区"), feature("和平里"));
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{a},{b}]}}"#);
    let geometries = format!(r#"{{"type":"GeometryCollection","geometries":[{RING}]}}"#);
    let both: &[&str] = &["幸福小区", "和平里"];
    let forms = [
        (collection, both),
        (a.clone(), &["幸福小区"][..]),
        (RING.to_owned(), &[""]),
        (geometries, &[""]),
        (format!("{a}\n{b}\n"), both),
        (format!("{a}\r\n\r\n{b}"), both),
        (format!("\u{1e}{a}\n\u{1e}{b}\n"), both),
        (format!("{a}{b}"), both),
    ];
    for (text, want) in &forms {
        let encoded = |encoding: &'static Encoding| encoding.encode(text).0.into_owned();
        let files = [
            ("UTF-8", encoded(UTF_8)),
            ("UTF-8 with a mark", [b"\xef\xbb\xbf".to_vec(), encoded(UTF_8)].concat()),
            ("GBK", encoded(GBK)),
            ("GB 18030", encoded(GB18030)),
            ("UTF-16LE", utf16(text, true, true)),
            ("UTF-16BE", utf16(text, false, true)),
            ("UTF-16LE without a mark", utf16(text, true, false)),
            ("UTF-16BE without a mark", utf16(text, false, false)),
        ];
        for (encoding, bytes) in files {
            let read = read(&bytes).unwrap_or_else(|error| panic!("{encoding} of {text}: {error}"));
            assert_eq!(names(&read), *want, "{encoding} of {text}");
        }
    }
}

#[test]
fn letters_beyond_gbk_are_read() {
    // A rare letter of place names, of four bytes in GB 18030.
    let bytes = GB18030.encode(&feature("㙟𠅤小区")).0.into_owned();
    assert_eq!(names(&read(&bytes).expect("read")), ["㙟𠅤小区"]);
}

#[test]
fn depth_and_numbers_beyond_measure_do_no_harm() {
    for open in ["[", "{\"a\":", "{\"type\":\"FeatureCollection\",\"features\":["] {
        let error = read(open.repeat(100_000).as_bytes()).expect_err("too deep");
        assert!(!error.message().key().is_empty());
    }
    let with = |coordinates: &str, properties: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":{coordinates}}}}},{}]}}"#,
            feature("好")
        )
    };
    let ring = "[[[125.3,43.9],[125.31,43.9],[125.31,43.91],[125.3,43.9]]]";
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let outcomes = [
        (with("[[[1e400,43.9],[125.31,43.9],[125.31,43.91],[125.3,43.9]]]", "{}"), Some((1, 1))),
        (with(ring, r#"{"户数":1e400}"#), None),
        (with("[[[NaN,43.9],[125.31,43.9],[125.31,43.91],[125.3,43.9]]]", "{}"), None),
        (with(&deep, "{}"), None),
        (with(ring, &format!(r#"{{"a":{deep}}}"#)), None),
        // The last of a name that is there twice counts, as in every JSON reader.
        (with(ring, r#"{"小区名称":"甲","小区名称":"乙"}"#), Some((2, 0))),
    ];
    for (text, want) in outcomes {
        let shown = &text[..text.len().min(160)];
        match (read(text.as_bytes()), want) {
            (Ok(read), Some(want)) => {
                let report = &read.layers[0].report;
                assert_eq!((report.kept(), report.left_out.len()), want, "{shown}");
            }
            (Ok(read), None) => assert_eq!(read.layers[0].report.read(), 2, "{shown}"),
            (Err(error), None) => assert!(!error.message().key().is_empty()),
            (Err(error), Some(_)) => panic!("{shown}: {error}"),
        }
    }
    let twice = read(with(ring, r#"{"小区名称":"甲","小区名称":"乙"}"#).as_bytes()).expect("read");
    assert_eq!(names(&twice), ["乙", "好"]);
}

#[test]
fn a_ring_of_a_million_vertices_is_read_whole() {
    let mut text = String::from(r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[["#);
    for step in 0..=1_000_000_u32 {
        let angle = f64::from(step % 1_000_000) * std::f64::consts::TAU / 1e6;
        let comma = if step == 0 { "" } else { "," };
        write!(text, "{comma}[{:.9},{:.9}]", 125.3 + 0.1 * angle.cos(), 43.9 + 0.1 * angle.sin()).expect("written");
    }
    text.push_str("]]}}");
    let read = read(text.as_bytes()).expect("read");
    let LayerContent::Compounds(compounds) = &read.layers[0].content else { panic!("compounds") };
    assert_eq!(read.layers[0].report.read(), 1);
    let outer = compounds[0].shape.0[0].exterior().0.len();
    assert!(outer > 900_000, "{outer}");
}

/// A value a line: features loaded, and the lines that are told as broken; or no file at all.
#[test]
fn a_broken_line_costs_itself_alone() {
    let (a, b, c) = (feature("甲"), feature("乙"), feature("丙"));
    let list = |features: &[&String]| {
        let features: Vec<&str> = features.iter().map(|feature| feature.as_str()).collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    };
    let cut = |text: &str| text[..text.len() - 20].to_owned();
    let check = |name: &str, text: &str, want: Option<(&[&str], &[i64])>| {
        let options = ReadOptions { kind: Some(LayerKind::Compounds), working_crs: Some(4551), ..ReadOptions::default() };
        let found = read_bytes_as(Path::new(name), text.as_bytes(), &options, &Silent);
        let Some((want, lines)) = want else { return assert!(found.is_err(), "{text}") };
        let found = found.unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(names(&found), want, "{text}");
        let report = &found.layers[0].report;
        let line_of = |message: &lianpian::base::Message| match message.arguments() {
            [("line", lianpian::base::Argument::Count(line)), ..] if message.key() == "import.line-broken" => *line,
            _ => panic!("{message:?}"),
        };
        let told: Vec<i64> = report.left_out.iter().map(|note| line_of(&note.reasons[0])).collect();
        assert_eq!(told, lines, "{text}");
        assert_eq!(report.read(), want.len() + lines.len());
    };
    check("t.ndjson", &format!("{a}\n{}\n\n{c}\n", cut(&b)), Some((&["甲", "丙"], &[2])));
    check("t.geojson", &format!("{a}\r\n{b}\r\n{c},\r\n"), Some((&["甲", "乙"], &[3])));
    check("t.geojsonl", &format!("{a}\nnul\n"), Some((&["甲"], &[2])));
    check("t.geojson", &format!("\u{1e}{a}\n\u{1e}{}\n\u{1e}{}\n", cut(&b), c.replace(',', ",\n")), Some((&["甲", "丙"], &[2])));
    // Collections, alone on their lines or among features.
    check("t.ndjson", &format!("{}\n{}\n", list(&[&a, &b]), list(&[&c])), Some((&["甲", "乙", "丙"], &[])));
    check("t.ndjson", &format!("{a}\n{}\n{}\n", list(&[&b, &c]), cut(&list(&[&a]))), Some((&["甲", "乙", "丙"], &[3])));
    // One value that is broken is no sequence, however it is set.
    check("t.geojson", &cut(&list(&[&a, &b])).replace(",{", ",\n{"), None);
    check("t.geojson", &format!("{{\n\"type\": \"FeatureCollection\",\n\"features\": [\n{a},\n{b}\n"), None);
    check("t.ndjson", &cut(&a), None);
}

#[test]
fn collections_in_other_systems_are_left_out_of_a_sequence() {
    let of = |name: &str, crs: &str| {
        let crs = format!(r#"{{"type":"name","properties":{{"name":"{crs}"}}}}"#);
        format!(r#"{{"type":"FeatureCollection","crs":{crs},"features":[{}]}}"#, feature(name))
    };
    let text = format!("{}\n{}\n{}\n", of("甲", "EPSG:4326"), of("乙", "EPSG:4551"), of("丙", "EPSG:4326"));
    let read = read(text.as_bytes()).expect("read");
    assert_eq!(names(&read), ["甲", "丙"]);
    assert_eq!(read.layers[0].report.left_out[0].reasons[0].key(), "import.collection-elsewhere");
}
