//! Drawings: boundaries that nearly close, curves through places, layers that are off, and what their notes say.

use std::f64::consts::PI;

use encoding_rs::UTF_8;
use geo::Area;
use lianpian::base::{Message, Silent};
use lianpian::import::{FileRead, ReadOptions, preview, read_bytes_as, read_path};
use lianpian::model::{LayerContent, LayerKind};

use crate::drawn::{Drawing, at};

/// A place in the plane of the drawings: 3-degree zone 42.
const EAST: f64 = 42_444_000.0;
const NORTH: f64 = 4_861_000.0;

fn read(drawing: &Drawing) -> FileRead {
    let options = ReadOptions { working_crs: Some(4551), ..ReadOptions::default() };
    let bytes = drawing.text_bytes(UTF_8);
    read_bytes_as(std::path::Path::new("plan.dxf"), &bytes, &options, &Silent).unwrap_or_else(|error| panic!("{error}"))
}

fn keys(messages: &[Message]) -> Vec<&'static str> {
    let inner = |message: &Message| match message.arguments().iter().find(|(name, _)| *name == "what") {
        Some((_, lianpian::base::Argument::Nested(what))) => what.key(),
        _ => message.key(),
    };
    messages.iter().map(inner).collect()
}

/// A square of ten metres whose last corner lies so far from its first.
fn square(drawing: &mut Drawing, layer: &str, x: f64, gap: f64) {
    let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, gap)];
    let corners = corners.map(|(dx, dy)| (EAST + x + dx, NORTH + dy, 0.0));
    drawing.polyline(layer, &corners, false);
}

#[test]
fn boundaries_that_nearly_close_are_areas_and_others_are_told_as_what_they_are() {
    let mut drawing = Drawing::new("AC1032", "");
    for (x, gap) in [(0.0, 0.01), (20.0, 0.049), (40.0, 0.5)] {
        square(&mut drawing, "小区红线", x, gap);
    }
    // A ring of pipes stays one, and a ring that nearly closes on a layer without a telling name is what is beside it.
    square(&mut drawing, "给水", 0.0, 0.01);
    let read = read(&drawing);
    let names: Vec<&str> = read.layers.iter().map(|layer| layer.source.file.as_str()).collect();
    assert_eq!(names, ["plan.dxf#小区红线（面）", "plan.dxf#给水"]);
    let report = &read.layers[0].report;
    assert_eq!((report.loaded, report.mended.len(), report.left_out.len()), (0, 2, 0));
    assert!(report.mended.iter().all(|note| note.reasons[0].key() == "geometry.rings-closed"), "{:?}", report.mended);
    let LayerContent::Compounds(compounds) = &read.layers[0].content else { panic!("compounds") };
    assert!(compounds.iter().all(|compound| (compound.shape.unsigned_area() - 100.0).abs() < 0.5));
    assert_eq!(read.layers[1].content.kind(), LayerKind::Pipes);
    assert_eq!(keys(&read.failures), ["import.drawing-against-name"]);
    let words = lianpian::i18n::tr(lianpian::i18n::Lang::En, &read.failures[0]);
    assert!(words.contains("小区红线（线） 1"), "{words}");
}

#[test]
fn curves_that_are_given_by_places_alone_run_round_through_them() {
    let mut drawing = Drawing::new("AC1032", "");
    let mut tags = vec![(70, 1.into()), (71, 3.into()), (74, 12.into())];
    for n in 0..12 {
        let (sin, cos) = (PI * f64::from(n) / 6.0).sin_cos();
        tags.extend(at(11, EAST + 50.0 * cos, NORTH + 50.0 * sin));
    }
    drawing.add("SPLINE", "JMD", &tags);
    let read = read(&drawing);
    let LayerContent::Buildings(buildings) = &read.layers[0].content else { panic!("buildings") };
    let area = buildings[0].shape.unsigned_area();
    // Straight pieces would enclose four and a half hundredths less.
    assert!((area / (PI * 2_500.0) - 1.0).abs() < 2e-3, "{area}");
}

#[test]
fn notes_stand_where_they_are_true() {
    let mut drawing = Drawing::new("AC1032", "");
    drawing.layer("JMD", 0, 7).layer("小区红线", 1, 7).layer("给水", 0, -7);
    square(&mut drawing, "JMD", 0.0, 0.0);
    square(&mut drawing, "小区红线", 0.0, 0.0);
    drawing.add("CIRCLE", "小区红线", &[at(10, EAST + 50.0, NORTH).as_slice(), &[(40, 20.0.into())]].concat());
    drawing.add("LINE", "给水", &[at(10, EAST, NORTH), at(11, EAST + 90.0, NORTH)].concat());
    let read = read(&drawing);
    let has = |layer: usize, key: &str| read.layers[layer].report.notes.iter().any(|note| note.key() == key);
    let found: Vec<_> = (0..3).map(|layer| (has(layer, "import.dxf-chords"), has(layer, "import.dxf-hidden"))).collect();
    assert_eq!(found, [(false, false), (true, true), (false, true)]);
}

#[test]
fn the_name_of_a_drawing_tells_the_kind_of_its_only_layer_before_it_is_loaded() {
    let mut drawing = Drawing::new("AC1032", "");
    square(&mut drawing, "0", 0.0, 0.0);
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("某街道小区.dxf");
    std::fs::write(&path, drawing.text_bytes(UTF_8)).expect("written");
    let found = preview(&path, &Silent).expect("seen");
    assert_eq!(found.layers[0].kind, Some((LayerKind::Compounds, "import.kind-name")));
    let choices = [(found.layers[0].key.clone(), found.layers[0].told())].into();
    let read = read_path(&path, &ReadOptions { choices, ..ReadOptions::default() }, &Silent).expect("read");
    assert_eq!((read.layers[0].content.kind(), read.layers[0].kind_known_by), (LayerKind::Compounds, "import.kind-name"));
}
