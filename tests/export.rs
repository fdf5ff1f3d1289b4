//! Exports of plans, read back as other programs would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use lianpian::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId, Message, Money, Seed};
use lianpian::export::{
    Coordinated, ExportError, ExportInput, ExportOptions, FindingFeature, Format, LinkFeature, PipeLength, ReopeningFeature,
    export, formats, layer_names,
};
use lianpian::geometry::repair::{Mend, MendKind};
use lianpian::i18n::Lang;
use lianpian::model::{
    Annotation, AnnotationKind, Barrier, BarrierKind, Compound, CompoundFacts, Content, District, Fund, FundLine, FundSource,
    Item, ItemOrigin, LayerKind, MendKey, MendState, Mended, Pipe, Properties, Quantity, Street,
};
use lianpian::policy::{Ownership, PipeClass, YearSpan, catalogue};
use lianpian::screening::screen;
use serde_json::Value;

fn rect(x: f64, y: f64, w: f64, h: f64) -> MultiPolygon<f64> {
    let at = |dx: f64, dy: f64| Coord { x: 455_000.0 + x + dx, y: 4_860_000.0 + y + dy };
    MultiPolygon(vec![Polygon::new(LineString(vec![at(0.0, 0.0), at(0.0, h), at(w, h), at(w, 0.0)]), vec![])])
}

fn line(points: &[(f64, f64)]) -> MultiLineString<f64> {
    MultiLineString(vec![points.iter().map(|(x, y)| Coord { x: 455_000.0 + x, y: 4_860_000.0 + y }).collect()])
}

/// A quarter of four by three blocks with pipes, streets, a river and items.
fn quarter() -> Content {
    let mut random = Seed(7).stream(1);
    let (mut compounds, mut assignment) = (Vec::new(), Vec::new());
    for block in 0..12_u32 {
        let (bx, by) = (f64::from(block % 4) * 320.0, f64::from(block / 4) * 270.0);
        for part in 0..4_u32 {
            let (x, y) = (bx + f64::from(part % 2) * 141.0, by + f64::from(part / 2) * 118.0);
            let year = 1975 + i32::try_from(random.below(40)).unwrap();
            let facts = CompoundFacts {
                name: format!("临江{}小区", ["一", "二", "三", "四"][part as usize]),
                built: random.chance(0.85).then(|| YearSpan::single(year)),
                households: Some(80 + block * 10),
                floor_area_m2: Some(8_000.5),
                ..CompoundFacts::default()
            };
            let row = compounds.len();
            let extra: Properties = [("自定义".to_owned(), Value::from(row))].into_iter().collect();
            compounds.push(Compound { source_id: format!("C{row}"), shape: rect(x, y, 136.0, 113.0), facts, extra });
            assignment.push((year <= 2000 && block != 5).then(|| DistrictId(block / 2 + 1)));
        }
    }
    let mut content = Content { title: "临江街道<一>".to_owned(), crs_code: 4551, assignment, ..Content::default() };
    content.data_date = Some("2026-05-31".to_owned());
    content.compounds = Arc::new(compounds);
    content.districts = (1..=6).map(|n| (DistrictId(n), District::numbered(n))).collect();
    let at = Coord { x: 455_010.0, y: 4_860_010.0 };
    let mends = vec![Mend { length_m: -3.0, ..Mend::new(MendKind::Spikes, 1, at) }];
    let drawn = Arc::new(Geometry::MultiPolygon(content.compounds[0].shape.clone()));
    let key = MendKey { layer: LayerKind::Compounds, row: 0, neighbour: None };
    content.mended.insert(key, Mended { mends, drawn, state: MendState::Applied });
    let pipe = |(n, class): (usize, PipeClass)| Pipe {
        source_id: format!("P{n}"),
        line: line(&[
            (-20.0, -22.0 - f64::from(u8::try_from(n).unwrap()) * 3.0 + 270.0),
            (1300.0, 268.0 - f64::from(u8::try_from(n).unwrap()) * 3.0 - 22.0),
        ]),
        class,
        subclass: None,
        owner: None,
        ownership: Ownership::Utility,
        diameter_mm: Some(200.0),
        material: None,
        laid_year: Some(1990),
        planned_year: None,
        extra: Properties::new(),
    };
    content.pipes = Arc::new(PipeClass::ALL.into_iter().take(6).enumerate().map(pipe).collect());
    let street = |(n, x): (usize, f64)| Street {
        source_id: n.to_string(),
        name: "江滨大街".to_owned(),
        width_m: Some(24.0),
        important: true,
        line: line(&[(x, -40.0), (x, 850.0)]),
        extra: Properties::new(),
    };
    content.streets = Arc::new([299.0, 619.0, 939.0].into_iter().enumerate().map(street).collect());
    let river = Geometry::MultiPolygon(rect(-60.0, 800.0, 1500.0, 60.0));
    let (kind, name) = (BarrierKind::River, "临江".to_owned());
    content.barriers = Arc::new(vec![Barrier { source_id: "R".to_owned(), kind, name, shape: river, extra: Properties::new() }]);
    for (n, entry) in (0_u32..).zip(catalogue().entries.iter().take(40)) {
        let place = Point::new(455_000.0 + random.between(0.0, 1200.0), 4_860_000.0 + random.between(0.0, 780.0));
        let item = Item {
            code: entry.code.clone(),
            compound: Some(CompoundId(n)),
            district: None,
            place: (n > 0).then_some(Geometry::Point(place)),
            quantity: Quantity::Manual(12.5),
            year: None,
            price: None,
            timing: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        };
        content.items.insert(ItemId(n + 1), item);
    }
    content.funds.insert(FundId(1), fund());
    content
}

/// What the city gives to the first district.
fn fund() -> Fund {
    Fund {
        district: Some(DistrictId(1)),
        project: String::new(),
        source: FundSource::Line(FundLine::Municipal),
        payer: "住建局".to_owned(),
        amount: Money::from_fen(1_234_567),
        note: String::new(),
    }
}

fn export_all(content: &Content, folder: &Path, lang: Lang) {
    let screened = screen(content);
    let from = Coord { x: 455_136.0, y: 4_860_050.0 };
    let links = [LinkFeature {
        a: CompoundId(0),
        b: CompoundId(1),
        gap_m: 5.0,
        cost_m: 0.0,
        between: "alley",
        why: Message::new("contiguity.between-alley").metres("gap", 5.0),
        frontage_a_m: 113.0,
        frontage_b_m: 113.0,
        kind: "gap",
        note: String::new(),
        from,
        to: Coord { x: 455_141.0, ..from },
    }];
    let findings = [FindingFeature {
        kind: "parts".to_owned(),
        key: "parts:D1".to_owned(),
        severity: "error",
        rule: "R8",
        message: Message::new("project.recovered-edit"),
        district: Some(DistrictId(1)),
        bounds: vec![geo::Rect::new(from, Coord { x: 455_300.0, y: 4_860_100.0 })],
        compounds: vec![CompoundId(0)],
        pipes: Vec::new(),
    }];
    let named = |name: &str| Message::new("coordination.unit-named").text("name", name);
    let reopenings = vec![ReopeningFeature {
        site: named("临江街"),
        first: 2026,
        again: 2027,
        length_m: 40.0,
        households: 120,
        beside: vec![CompoundId(0)],
        earlier: named("热力"),
        later: named("水务"),
        lines: line(&[(0.0, -3.0), (40.0, -3.0)]),
    }];
    let lengths = [PipeLength { total_m: 1320.0, inside_m: 20.0, outside_m: 1300.0 }];
    let input = ExportInput {
        screened: &screened,
        links: &links,
        pipe_lengths: &lengths,
        findings: &findings,
        coordinated: Some(&Coordinated { reopenings }),
        ..ExportInput::of(content)
    };
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Png) {
        let paths = export(&input, format, folder, &ExportOptions::in_lang(lang)).unwrap().files;
        assert!(!paths.is_empty() && paths.iter().all(|p| p.is_file()));
    }
}

fn read(folder: &Path, layer: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(format!("{layer}.geojson"))).unwrap()).unwrap()
}

/// Where to leave the files to be looked at; a temporary folder otherwise.
fn folder(name: &str) -> (Option<tempfile::TempDir>, std::path::PathBuf) {
    if let Some(dir) = std::env::var_os("LIANPIAN_EXPORT_DIR") {
        return (None, Path::new(&dir).join(name));
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_path_buf();
    (Some(dir), path)
}

#[test]
fn geojson_is_in_longitude_and_latitude_and_keeps_unknown_fields() {
    let (_keep, folder) = folder("zh");
    let content = quarter();
    export_all(&content, &folder, Lang::Zh);
    for layer in layer_names() {
        let json = read(&folder, layer);
        assert_eq!(json["type"], "FeatureCollection");
        assert!(json.get("crs").is_none());
        assert!(!json["features"].as_array().unwrap().is_empty(), "{layer}");
    }
    let compounds = read(&folder, "compounds");
    let first = &compounds["features"][0];
    assert_eq!(first["properties"]["自定义"], 0);
    assert_eq!(first["properties"]["id"], "C0");
    assert!(first["properties"]["clause"].is_string());
    let ring: Vec<[f64; 2]> = serde_json::from_value(first["geometry"]["coordinates"][0][0].clone()).unwrap();
    assert!(ring.iter().all(|p| (125.0..126.0).contains(&p[0]) && (43.0..45.0).contains(&p[1])), "{ring:?}");
    let twice_area: f64 = ring
        .windows(2)
        .map(|w| (w[0][0] - ring[0][0]) * (w[1][1] - ring[0][1]) - (w[1][0] - ring[0][0]) * (w[0][1] - ring[0][1]))
        .sum();
    assert!(twice_area > 0.0, "exterior rings run counter-clockwise");
    let districts = read(&folder, "districts");
    let sum: f64 = districts["features"].as_array().unwrap().iter().map(|d| d["properties"]["compounds"].as_f64().unwrap()).sum();
    for district in districts["features"].as_array().unwrap() {
        // Two by two or two by four blocks of compounds 5 m apart: rectangles with their gaps closed.
        let shares = ["polsby_popper", "reock"].map(|key| district["properties"][key].as_f64().unwrap());
        assert!(shares.iter().all(|share| (0.1..0.8).contains(share)), "{district}");
    }
    let assigned = content.assignment.iter().flatten().count();
    assert!((sum - f64::from(u32::try_from(assigned).unwrap())).abs() < 0.5);
    assert_eq!(read(&folder, "items")["features"][0]["geometry"], Value::Null);
    assert_eq!(read(&folder, "funds")["features"][0]["properties"]["amount_fen"], 1_234_567);
    assert_eq!(read(&folder, "reopenings")["features"][0]["properties"]["site"], "临江街");
}

#[test]
fn features_are_known_by_ids_and_lines_have_a_length() {
    let content = quarter();
    let touch = Coord { x: 455_136.0, y: 4_860_050.0 };
    let link = |to: Coord<f64>| LinkFeature {
        a: CompoundId(0),
        b: CompoundId(1),
        gap_m: 0.0,
        cost_m: 0.0,
        between: "nothing",
        why: Message::new("contiguity.between-alley").metres("gap", 0.0),
        frontage_a_m: 0.0,
        frontage_b_m: 0.0,
        kind: "corner",
        note: String::new(),
        from: touch,
        to,
    };
    let links = [link(touch), link(Coord { x: touch.x + 5.0, ..touch })];
    let twice = line(&[(0.0, -3.0), (0.0, -3.0)]);
    let reopening = |lines: MultiLineString<f64>| ReopeningFeature {
        site: Message::new("coordination.unit-named").text("name", "临江街"),
        first: 2026,
        again: 2027,
        length_m: 0.0,
        households: 0,
        beside: Vec::new(),
        earlier: Message::new("coordination.unit-named").text("name", "热力"),
        later: Message::new("coordination.unit-named").text("name", "水务"),
        lines,
    };
    let both = MultiLineString([twice.0.clone(), line(&[(0.0, 0.0), (9.0, 0.0)]).0].concat());
    let coordinated = Coordinated { reopenings: vec![reopening(twice), reopening(both)] };
    let input = ExportInput { links: &links, coordinated: Some(&coordinated), ..ExportInput::of(&content) };
    let (_keep, folder) = folder("ids");
    let options = ExportOptions { geojson: lianpian::export::GeoJsonCrs::Working, ..ExportOptions::default() };
    export(&input, Format::GeoJson, &folder, &options).unwrap();
    for (layer, id) in [("compounds", Value::from("C0")), ("pipes", "P0".into()), ("items", 1.into()), ("districts", 1.into())] {
        assert_eq!(read(&folder, layer)["features"][0]["id"], id, "{layer}");
    }
    assert!(read(&folder, "links")["features"][0].get("id").is_none(), "a pair has no name of its own");
    let line_of = |feature: &Value| serde_json::from_value::<Vec<[f64; 2]>>(feature["geometry"]["coordinates"].clone()).unwrap();
    let long = |points: &[[f64; 2]]| (points[1][0] - points[0][0]).hypot(points[1][1] - points[0][1]);
    let lengths: Vec<f64> = read(&folder, "links")["features"].as_array().unwrap().iter().map(|f| long(&line_of(f))).collect();
    assert!((lengths[0] - 0.5).abs() < 0.01 && (lengths[1] - 5.0).abs() < 0.01, "{lengths:?}");
    let reopenings = read(&folder, "reopenings");
    let parts = |n: usize| {
        let parts = &reopenings["features"][n]["geometry"]["coordinates"];
        let parts: Vec<Vec<[f64; 2]>> = serde_json::from_value(parts.clone()).unwrap();
        parts.iter().map(|part| long(part)).collect::<Vec<f64>>()
    };
    assert!(parts(0).len() == 1 && parts(0)[0] > 0.4, "where nothing has a length the place is still there");
    assert!(parts(1).len() == 1 && (parts(1)[0] - 9.0).abs() < 0.01);
}

#[test]
fn annotations_are_a_layer_when_there_are_any() {
    let (_keep, folder) = folder("notes");
    let mut content = quarter();
    export_all(&content, &folder, Lang::Zh);
    assert!(!folder.join("annotations.geojson").exists(), "a layer without any would only puzzle");
    let place = Some(Geometry::Point(Point::new(455_010.0, 4_860_010.0)));
    let note = Annotation { kind: AnnotationKind::Cloud, place, text: "此处拓宽".to_owned() };
    content.annotations.insert(AnnotationId(4), note);
    export_all(&content, &folder, Lang::Zh);
    let notes = read(&folder, "annotations");
    let properties = &notes["features"][0]["properties"];
    assert_eq!((&properties["id"], &properties["kind"], &properties["text"]), (&4.into(), &"cloud".into(), &"此处拓宽".into()));
    assert_eq!(notes["features"][0]["geometry"]["type"], "Point");
}

#[test]
fn drawings_and_pages_show_what_reviewers_drew() {
    let (_keep, folder) = folder("redlines");
    let mut content = quarter();
    let ring = rect(10.0, 10.0, 60.0, 40.0).0.remove(0);
    let shapes = [
        (AnnotationKind::Text, Some(Geometry::Point(Point::new(455_010.0, 4_860_010.0)))),
        (AnnotationKind::Arrow, Some(Geometry::LineString(line(&[(0.0, 0.0), (40.0, 30.0)]).0.remove(0)))),
        (AnnotationKind::Cloud, Some(Geometry::Polygon(ring))),
        (AnnotationKind::Arrow, Some(Geometry::Point(Point::new(455_020.0, 4_860_010.0)))),
        (AnnotationKind::Cloud, None),
    ];
    for (n, (kind, place)) in (0..).zip(shapes) {
        content.annotations.insert(AnnotationId(n), Annotation { kind, place, text: format!("批注{n}") });
    }
    for (format, file) in [(Format::Dxf, "plan.dxf"), (Format::Html, "review.html")] {
        export(&ExportInput::of(&content), format, &folder, &ExportOptions::default()).unwrap();
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        for n in 0..4 {
            assert!(text.contains(&format!("批注{n}")), "{file} {n}");
        }
    }
    let drawing = std::fs::read_to_string(folder.join("plan.dxf")).unwrap();
    assert!(drawing.contains("SH-会审批注"), "a layer of its own");
}

#[test]
fn the_review_package_and_the_sheet_are_whole() {
    let (_keep, folder) = folder("en");
    export_all(&quarter(), &folder, Lang::En);
    let package = lianpian::gpkg::Package::open(&folder.join("review.gpkg")).unwrap();
    let mut names = Vec::new();
    let mut compounds = 0;
    package
        .read_table("compounds", |columns, row| {
            names = columns.to_vec();
            compounds += 1;
            assert!(row.shape.unwrap().is_ok());
            Ok::<(), lianpian::gpkg::GpkgError>(())
        })
        .unwrap();
    assert_eq!(compounds, 48);
    assert!(names.iter().any(|n| n == "verdict") && names.iter().any(|n| n == "extra"));
    let content = quarter();
    let pictures = export(&ExportInput::of(&content), Format::Png, &folder, &ExportOptions::in_lang(Lang::En)).unwrap().files;
    assert!(pictures.len() > 10 && pictures.iter().all(|path| path.is_file()), "the overview and every sheet");
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(folder.join("map.png")).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (2480, 1754));
    let cyan = pixels.chunks_exact(3).filter(|p| p[0] == 0 && p[1] == 255 && p[2] == 255).count();
    assert!(cyan > 1_000, "给水 is drawn in the exact colour of the standard: {cyan}");
}

#[test]
fn the_frozen_plan_and_an_empty_one_are_exported() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/plan-v1.gpkg");
    let (_keep, folder) = folder("frozen");
    let content = lianpian::project::open(&path).unwrap().content;
    export_all(&content, &folder, Lang::Zh);
    let empty = Content { crs_code: 4551, ..Content::default() };
    let input = ExportInput::of(&empty);
    for format in Format::ALL {
        export(&input, format, &folder.join("empty"), &ExportOptions::default()).unwrap();
    }
    assert_eq!(read(&folder.join("empty"), "links")["features"], Value::Array(Vec::new()));
}

#[test]
fn a_format_that_is_not_there_answers_with_those_that_are() {
    assert_eq!(Format::from_code(" GeoJSON ").unwrap(), Format::GeoJson);
    let error = Format::from_code("dwg").unwrap_err();
    let words = lianpian::i18n::tr(Lang::En, &error.message());
    assert!(matches!(error, ExportError::NoFormat(_)));
    assert!(formats().iter().all(|format| words.contains(format)), "{words}");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let empty = Content::default();
    let input = ExportInput::of(&empty);
    let error = export(&input, Format::GeoJson, &file.path().join("x"), &ExportOptions::default()).unwrap_err();
    assert!(matches!(error, ExportError::Io { .. }));
}
