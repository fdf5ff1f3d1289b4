//! Drawings: every version, encoding and kind of entity; blocks, units and layers; and what must be told.

use std::f64::consts::PI;
use std::path::Path;

use encoding_rs::{GBK, UTF_8};
use geo::{Area, Euclidean, Length};
use lianpian::base::{Argument, Message, Silent};
use lianpian::import::{FileRead, ImportError, LoadedLayer, ReadOptions, read_bytes_as, read_path};
use lianpian::model::{LayerContent, LayerKind};
use lianpian::policy::PipeClass;

use crate::drawn::{Drawing, at};
use crate::made::{convert, count_areas};

/// A place in the plane of the drawings: 3-degree zone 42.
const EAST: f64 = 42_444_000.0;
const NORTH: f64 = 4_861_000.0;

fn options(kind: Option<LayerKind>) -> ReadOptions {
    ReadOptions { kind, working_crs: Some(4551), ..ReadOptions::default() }
}

fn read(bytes: &[u8], kind: Option<LayerKind>) -> Result<FileRead, ImportError> {
    read_bytes_as(Path::new("plan.dxf"), bytes, &options(kind), &Silent)
}

fn read_well(drawing: &Drawing) -> FileRead {
    read(&drawing.text_bytes(UTF_8), None).unwrap_or_else(|error| panic!("{error}"))
}

fn e(x: f64) -> f64 {
    EAST + x
}

fn n(y: f64) -> f64 {
    NORTH + y
}

/// The layer that the file calls so.
fn layer<'a>(read: &'a FileRead, name: &str) -> &'a LoadedLayer {
    let named = |layer: &&LoadedLayer| layer.source.file == name || layer.source.file.ends_with(&format!("#{name}"));
    read.layers
        .iter()
        .find(named)
        .unwrap_or_else(|| panic!("no {name}: {:?}", read.layers.iter().map(|layer| &layer.source.file).collect::<Vec<_>>()))
}

/// Name and area of every compound or building.
fn areas(layer: &LoadedLayer) -> Vec<(String, f64)> {
    match &layer.content {
        LayerContent::Compounds(list) => list.iter().map(|c| (c.facts.name.clone(), c.shape.unsigned_area())).collect(),
        LayerContent::Buildings(list) => list.iter().map(|b| (b.name.clone(), b.shape.unsigned_area())).collect(),
        other => panic!("{:?}", other.kind()),
    }
}

fn lengths(layer: &LoadedLayer) -> Vec<f64> {
    match &layer.content {
        LayerContent::Pipes(list) => list.iter().map(|p| p.line.iter().map(|line| Euclidean.length(line)).sum()).collect(),
        other => panic!("{:?}", other.kind()),
    }
}

fn near(got: f64, want: f64, share: f64) {
    assert!((got - want).abs() <= want.abs() * share, "{got} is not {want}");
}

/// Keys of what is told, those inside others too.
fn keys(messages: &[Message]) -> Vec<&'static str> {
    let inner = |message: &Message| {
        message.arguments().iter().find_map(|(_, argument)| match argument {
            Argument::Nested(inner) => Some(inner.key()),
            _ => None,
        })
    };
    messages.iter().map(|message| inner(message).unwrap_or(message.key())).collect()
}

fn town(version: &'static str, page: &'static str) -> Drawing {
    let mut drawing = Drawing::new(version, page).unit(6);
    drawing
        .polyline(
            "小区红线",
            &[(e(0.0), n(0.0), 0.0), (e(100.0), n(0.0), 0.0), (e(100.0), n(80.0), 0.0), (e(0.0), n(80.0), 0.0)],
            true,
        )
        .polyline("小区红线", &[(e(200.0), n(0.0), 1.0), (e(300.0), n(0.0), 1.0)], true)
        .text("小区红线", e(50.0), n(40.0), "幸福小区")
        .text("小区红线", e(250.0), n(0.0), "和平里")
        .add("LINE", "JS", &[at(10, e(0.0), n(-10.0)), at(11, e(300.0), n(-10.0))].concat())
        .polyline("污水管", &[(e(0.0), n(-20.0), 0.0), (e(30.0), n(-20.0), (PI / 8.0).tan()), (e(60.0), n(10.0), 0.0)], false);
    drawing
}

#[test]
fn every_version_and_encoding_says_the_same() {
    let files = [
        town("AC1009", "ANSI_936").text_bytes(GBK),
        town("AC1009", "").text_bytes(GBK),
        town("AC1009", "ANSI_936").binary_bytes(GBK),
        town("AC1015", "ANSI_936").text_bytes(GBK),
        town("AC1018", "ANSI_936").text_bytes(GBK),
        // As written by programs that know no other code page.
        town("AC1018", "ANSI_1252").text_bytes(GBK),
        town("AC1021", "ANSI_936").text_bytes(UTF_8),
        town("AC1032", "ANSI_936").text_bytes(UTF_8),
        town("AC1032", "ANSI_936").binary_bytes(UTF_8),
        [b"\xef\xbb\xbf".to_vec(), town("AC1032", "").text_bytes(UTF_8)].concat(),
    ];
    for (number, bytes) in files.iter().enumerate() {
        let read = read(bytes, None).unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(read.layers.len(), 3, "{number}");
        assert_eq!(read.failures, [], "{number}");
        let compounds = areas(layer(&read, "小区红线"));
        assert_eq!(compounds.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["幸福小区", "和平里"], "{number}");
        near(compounds[0].1, 8_000.0, 1e-3);
        near(compounds[1].1, PI * 2_500.0, 1e-3);
        near(lengths(layer(&read, "JS"))[0], 300.0, 1e-3);
        // Thirty metres and a quarter of a circle over a chord of forty-two.
        near(lengths(layer(&read, "污水管"))[0], 30.0 + PI / 2.0 * 30.0, 2e-3);
        let LayerContent::Pipes(pipes) = &layer(&read, "污水管").content else { panic!("pipes") };
        assert_eq!(pipes[0].class, PipeClass::Drainage);
        assert_eq!(layer(&read, "JS").source.crs, "EPSG:4530", "{number}");
    }
}

#[test]
fn every_kind_of_entity_has_its_place_or_its_count() {
    let mut drawing = Drawing::new("AC1032", "");
    let normal = |z: f64| [(210, 0.0.into()), (220, 0.0.into()), (230, z.into())];
    drawing
        .add("CIRCLE", "JMD", &[at(10, e(0.0), n(0.0)).as_slice(), &[(40, 20.0.into())]].concat())
        // Seen from below: eastings carry the other sign.
        .add("CIRCLE", "JMD", &[at(10, -e(100.0), n(0.0)).as_slice(), &[(40, 10.0.into())], &normal(-1.0)].concat())
        .add(
            "ELLIPSE",
            "JMD",
            &[
                at(10, e(200.0), n(0.0)).as_slice(),
                &at(11, 30.0, 0.0),
                &[(40, 0.5.into()), (41, 0.0.into()), (42, (2.0 * PI).into())],
            ]
            .concat(),
        )
        .add(
            "SOLID",
            "JMD",
            &[at(10, e(300.0), n(0.0)), at(11, e(310.0), n(0.0)), at(12, e(300.0), n(10.0)), at(13, e(310.0), n(10.0))].concat(),
        )
        .add(
            "ARC",
            "JS",
            &[at(10, e(0.0), n(100.0)).as_slice(), &[(40, 50.0.into()), (50, 270.0.into()), (51, 0.0.into())]].concat(),
        )
        .add(
            "SPLINE",
            "JS",
            &[
                &[(70, 8.into()), (71, 3.into())],
                [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0].map(|knot| (40, knot.into())).as_slice(),
                &at(10, e(0.0), n(200.0)),
                &at(10, e(10.0), n(200.0)),
                &at(10, e(20.0), n(200.0)),
                &at(10, e(30.0), n(200.0)),
            ]
            .concat(),
        )
        .add("POINT", "公共设施", &at(10, e(5.0), n(5.0)))
        .add(
            "MTEXT",
            "公共设施",
            &[at(10, e(6.0), n(5.0)).as_slice(), &[(3, "{\\fSimSun|b0;幼".into()), (1, "儿\\P园}".into())]].concat(),
        )
        .add("LINE", "JS", &[(10, 1.0.into())])
        .add("DIMENSION", "尺寸", &at(10, e(0.0), n(0.0)))
        .add("TCH_WALL", "墙", &at(10, e(0.0), n(0.0)))
        .add("ACAD_PROXY_ENTITY", "墙", &[])
        .add("LINE", "图框", &[&[(67, 1.into())], at(10, 0.0, 0.0).as_slice(), &at(11, 1.0, 1.0)].concat());
    let read = read_well(&drawing);
    let buildings = areas(layer(&read, "JMD"));
    for ((_, got), want) in buildings.iter().zip([PI * 400.0, PI * 100.0, PI * 450.0]) {
        near(*got, want, 2e-3);
    }
    near(buildings[3].1, 100.0, 1e-3);
    let pipes = layer(&read, "JS");
    assert_eq!((pipes.report.loaded, pipes.report.left_out.len()), (2, 1));
    assert_eq!(keys(&pipes.report.left_out[0].reasons), ["import.dxf-broken"]);
    near(lengths(pipes)[0], PI * 25.0, 1e-3);
    near(lengths(pipes)[1], 30.0, 1e-6);
    let told = keys(&read.failures);
    let want = ["import.dxf-proxies", "import.dxf-kinds-left", "import.dxf-paper", "import.drawing-layers-left"];
    assert_eq!(told, want, "{:?}", read.failures);
    let LayerContent::Facilities(points) = &layer(&read, "公共设施（点）").content else { panic!("facilities") };
    assert_eq!(points.len(), 1);
}

#[test]
fn hatches_are_areas_with_holes() {
    let mut drawing = Drawing::new("AC1018", "");
    let square = |x: f64, y: f64, side: f64, flags: i64| {
        let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
        let mut tags = vec![(92, flags.into()), (72, 0.into()), (73, 1.into()), (93, 4.into())];
        tags.extend(corners.into_iter().flat_map(|(x, y)| at(10, e(x), n(y))));
        tags.push((97, 0.into()));
        tags
    };
    let edge = |kind: i64, tags: &[(i32, crate::drawn::Value)]| [&[(72, kind.into())], tags].concat();
    let head = [at(10, 0.0, 0.0).as_slice(), &[(2, "SOLID".into()), (70, 1.into()), (71, 0.into())]].concat();
    let tail = [(75, 0.into()), (76, 1.into()), (98, 1.into()), (10, 9e9.into()), (20, 9e9.into())];
    let rings = [square(0.0, 0.0, 40.0, 3), square(10.0, 10.0, 10.0, 16 + 2)].concat();
    drawing.add("HATCH", "JMD", &[head.as_slice(), &[(91, 2.into())], &rings, &tail].concat());
    // A half circle over its chord, clockwise: its angles are measured that way too.
    let angles = [(40, 10.0.into()), (50, 180.0.into()), (51, 360.0.into()), (73, 0.into())];
    let arc = edge(2, &[at(10, e(100.0), n(0.0)).as_slice(), &angles].concat());
    let chord = edge(1, &[at(10, e(110.0), n(0.0)), at(11, e(90.0), n(0.0))].concat());
    let edges = [vec![(92, 1.into()), (93, 2.into())], arc, chord, vec![(97, 0.into())]];
    drawing.add("HATCH", "JMD", &[head.as_slice(), &[(91, 1.into())], &edges.concat(), &tail].concat());
    let read_hatches = read_well(&drawing);
    let found = areas(layer(&read_hatches, "plan.dxf"));
    near(found[0].1, 1_600.0 - 100.0, 1e-3);
    near(found[1].1, PI * 50.0, 2e-3);
    // The outline of the first is there as well: its hatch is a filling and no second building.
    drawing.polyline(
        "JMD",
        &[(e(40.0), n(0.0), 0.0), (e(40.0), n(40.0), 0.0), (e(0.0), n(40.0), 0.0), (e(0.0), n(0.0), 0.0)],
        true,
    );
    let outlined = read_well(&drawing);
    let mut found: Vec<f64> = areas(layer(&outlined, "JMD（面）")).into_iter().map(|(_, area)| area).collect();
    found.sort_by(f64::total_cmp);
    assert_eq!(found.len(), 2, "{found:?}");
    near(found[1], 1_600.0, 1e-3);
    assert_eq!(keys(&outlined.failures), ["import.drawing-layers-left"]);
}

#[test]
fn blocks_are_taken_apart_or_read_as_symbols() {
    let mut drawing = Drawing::new("AC1015", "");
    let house = at(10, 1.0, 1.0).into_iter().chain(at(10, 21.0, 1.0)).chain(at(10, 21.0, 11.0)).chain(at(10, 1.0, 11.0));
    let house = [(90, 4.into()), (70, 1.into())].into_iter().chain(house).collect();
    let ring = at(10, 0.0, 0.0).into_iter().chain([(40, 0.35.into())]).collect();
    let put = |name: &str, x: f64, y: f64| [vec![(2, name.into())], at(10, x, y).to_vec()].concat();
    drawing
        .block("HOUSE", (1.0, 1.0), &[("LWPOLYLINE", "0", house)])
        .block("两户", (0.0, 0.0), &[("INSERT", "0", put("House", 0.0, 0.0)), ("INSERT", "JMD", put("HOUSE", 30.0, 0.0))])
        .block("井盖", (0.0, 0.0), &[("CIRCLE", "0", ring)])
        .add(
            "INSERT",
            "JMD",
            &[put("HOUSE", e(0.0), n(0.0)).as_slice(), &[(41, 2.0.into()), (42, (-3.0).into()), (50, 30.0.into())]].concat(),
        )
        .add("INSERT", "JMD", &put("两户", e(100.0), n(0.0)))
        .add("INSERT", "公共设施", &[&[(66, 1.into())], put("井盖", e(7.0), n(8.0)).as_slice()].concat())
        .add("ATTRIB", "公共设施", &[at(10, e(7.0), n(8.0)).as_slice(), &[(2, "名称".into()), (1, "一号井".into())]].concat())
        .add("SEQEND", "公共设施", &[])
        .add(
            "INSERT",
            "公共设施",
            &[put("井盖", e(50.0), n(8.0)).as_slice(), &[(70, 3.into()), (71, 2.into()), (44, 20.0.into()), (45, 30.0.into())]]
                .concat(),
        )
        .add("INSERT", "公共设施", &put("没有的块", e(9.0), n(8.0)));
    let read = read_well(&drawing);
    let buildings = areas(layer(&read, "JMD"));
    assert_eq!(buildings.len(), 3);
    near(buildings[0].1, 1_200.0, 1e-3);
    near(buildings[1].1, 200.0, 1e-3);
    let LayerContent::Facilities(wells) = &layer(&read, "公共设施").content else { panic!("facilities") };
    assert_eq!(wells.len(), 1 + 6 + 1);
    assert_eq!(wells[0].name, "一号井");
    assert_eq!(wells[0].extra.get("block"), Some("井盖".into()));
    assert_eq!(keys(&read.failures), ["import.dxf-no-block"]);
}

#[test]
fn blocks_that_hold_themselves_and_bombs_come_to_an_end() {
    let put = |name: &str| [vec![(2, name.into())], at(10, 0.0, 0.0).to_vec()].concat();
    let mut endless = Drawing::new("AC1015", "");
    let wide = [at(10, 0.0, 0.0), at(11, 50.0, 0.0)].concat();
    endless
        .block("A", (0.0, 0.0), &[("INSERT", "0", put("B")), ("LINE", "0", wide.clone()), ("INSERT", "0", put("a"))])
        .block("B", (0.0, 0.0), &[("INSERT", "0", put("A"))])
        .add("INSERT", "JS", &[(2, "A".into()), (10, e(0.0).into()), (20, n(0.0).into())]);
    let read_endless = read_well(&endless);
    assert!(keys(&read_endless.failures).contains(&"import.dxf-too-deep"), "{:?}", read_endless.failures);

    let mut bomb = Drawing::new("AC1015", "");
    bomb.block("L0", (0.0, 0.0), &[("LINE", "0", wide)]);
    for level in 1..=12 {
        let inner = put(&format!("L{}", level - 1));
        let inside: Vec<(&str, &str, Vec<_>)> = (0..10).map(|_| ("INSERT", "0", inner.clone())).collect();
        bomb.block(&format!("L{level}"), (0.0, 0.0), &inside);
    }
    bomb.add("INSERT", "JS", &[(2, "L12".into()), (10, e(0.0).into()), (20, n(0.0).into())]);
    bomb.add(
        "INSERT",
        "JS",
        &[(2, "L0".into()), (70, 32_767.into()), (71, 32_767.into()), (10, e(0.0).into()), (20, n(0.0).into())],
    );
    let read = read_well(&bomb);
    assert!(keys(&read.failures).contains(&"import.dxf-too-many"), "{:?}", read.failures);
}

#[test]
fn units_become_metres() {
    let square = |drawing: &mut Drawing, x: f64, y: f64, side: f64| {
        drawing.polyline("红线", &[(x, y, 0.0), (x + side, y, 0.0), (x + side, y + side, 0.0), (x, y + side, 0.0)], true);
    };
    for (unit, times, key) in [
        (4, 1_000.0, "import.dxf-unit-scaled"),
        (4, 1.0, "import.dxf-unit-ignored"),
        (1, 1.0, "import.dxf-unit-ignored"),
        (6, 1.0, "import.dxf-unit"),
        (7, 0.001, "import.dxf-unit-scaled"),
    ] {
        let mut drawing = Drawing::new("AC1032", "").unit(unit);
        square(&mut drawing, e(0.0) * times, n(0.0) * times, 100.0 * times);
        let read = read_well(&drawing);
        near(areas(&read.layers[0])[0].1, 10_000.0, 1e-3);
        assert!(keys(&read.layers[0].report.notes).contains(&key), "{unit}: {:?}", read.layers[0].report.notes);
    }
}

#[test]
fn layers_that_do_not_tell_are_left_to_the_user() {
    let mut drawing = Drawing::new("AC1032", "");
    for (layer, x) in [("图层1", 0.0), ("图层1", 50.0), ("图层2", 100.0)] {
        drawing.polyline(layer, &[(e(x), n(0.0), 0.0), (e(x + 20.0), n(0.0), 0.0), (e(x), n(20.0), 0.0)], true);
    }
    let bytes = drawing.text_bytes(UTF_8);
    let error = read(&bytes, None).expect_err("nobody knows").message();
    assert_eq!(keys(std::slice::from_ref(&error)), ["import.drawing-kind-needed"]);
    let words = lianpian::i18n::tr(lianpian::i18n::Lang::Zh, &error);
    assert!(words.contains("图层1 2, 图层2 1"), "{words}");
    let asked = read(&bytes, Some(LayerKind::Compounds)).expect("asked for");
    assert_eq!(asked.layers.iter().map(|layer| layer.report.loaded).collect::<Vec<_>>(), [2, 1]);
    // Where one layer tells, the others are told.
    drawing.polyline("JMD", &[(e(0.0), n(50.0), 0.0), (e(20.0), n(50.0), 0.0), (e(0.0), n(70.0), 0.0)], true);
    let read = read_well(&drawing);
    assert_eq!((read.layers.len(), keys(&read.failures)), (1, vec!["import.drawing-layers-left"]));
}

#[test]
fn drawings_of_local_grids_are_asked_about() {
    let mut drawing = Drawing::new("AC1032", "");
    drawing.polyline("红线", &[(0.0, 0.0, 0.0), (80.0, 0.0, 0.0), (80.0, 60.0, 0.0)], true);
    let error = read(&drawing.text_bytes(UTF_8), None).expect_err("no place").message();
    assert_eq!(keys(&[error]), ["import.drawing-local"]);
    let mut swapped = Drawing::new("AC1032", "");
    swapped.polyline("红线", &[(n(0.0), 444_000.0, 0.0), (n(80.0), 444_000.0, 0.0), (n(80.0), 444_060.0, 0.0)], true);
    let error = read(&swapped.text_bytes(UTF_8), None).expect_err("northing first").message();
    assert_eq!(keys(&[error]), ["import.looks-northing-first"]);
}

#[test]
fn what_is_no_drawing_says_so() {
    for (bytes, key) in [
        (b"".as_slice(), "import.not-dxf"),
        (b"{\"type\":\"FeatureCollection\"}", "import.not-dxf"),
        (b"AC1032......", "import.is-dwg"),
        (b"AutoCAD Binary DXF\r\n\x1a\0", "import.not-dxf"),
        (b"AutoCAD Binary DXF\r\n\x1a\0\0\0SECTION\0", "import.dxf-cut-off"),
        (b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", "import.dxf-empty"),
        (b"0\nSECTION\n2\nENTITIES\n0\nTCH_WALL\n8\nw\n0\nENDSEC\n0\nEOF\n", "import.dxf-proxies"),
    ] {
        let error = read(bytes, None).expect_err("no drawing").message();
        assert_eq!(keys(&[error]), [key]);
    }
}

#[test]
fn damage_is_told_and_the_rest_is_read() {
    let whole = town("AC1032", "").text_bytes(UTF_8);
    let text = String::from_utf8(whole).expect("UTF-8");
    // A tag that is no number, in the middle of an entity.
    let damaged = text.replacen(" 90\r\n", "xyz\r\n", 1);
    let damaged_read = read(damaged.as_bytes(), None).expect("the rest");
    // Its text names nothing and stays beside the areas.
    let layer = layer(&damaged_read, "小区红线（面）");
    assert_eq!((layer.report.loaded, layer.report.left_out.len()), (1, 1), "{:?}", layer.report);
    let cut = &text[..text.len() * 3 / 4];
    let cut_read = read(cut.as_bytes(), None).expect("the beginning");
    assert!(keys(&cut_read.failures).contains(&"import.dxf-cut-off"));
}

/// Areas and lengths of real maps that GDAL drew, which keeps neither fields nor layers.
#[test]
fn real_maps_come_back_from_their_drawings() {
    let Some(data) = crate::outside::data() else { return };
    let dir = tempfile::tempdir().expect("a folder");
    for (name, kind, crs) in [
        ("osm_wuhan_buildings", LayerKind::Buildings, None),
        ("beijing_subdistricts_epsg4548_oldcrs", LayerKind::Limits, Some("EPSG:4548")),
        ("osm_helsinki_test_buildings", LayerKind::Buildings, Some("EPSG:4326")),
    ] {
        let map = data.join(format!("maps/{name}.geojson"));
        let drawing = dir.path().join(format!("{name}.dxf"));
        convert("DXF", &map, &drawing, &["-select", ""]);
        let options = ReadOptions { kind: Some(kind), crs: crs.map(str::to_owned), ..ReadOptions::default() };
        let sum = |path: &Path| {
            let read = read_path(path, &options, &Silent).unwrap_or_else(|error| panic!("{error}"));
            let shapes = |layer: &LoadedLayer| -> f64 {
                match &layer.content {
                    LayerContent::Buildings(list) => list.iter().map(|b| b.shape.unsigned_area()).sum(),
                    LayerContent::Limits(list) => list.iter().map(|l| l.shape.unsigned_area()).sum(),
                    other => panic!("{:?}", other.kind()),
                }
            };
            let features = read.layers.iter().map(|layer| layer.report.read()).sum::<usize>();
            (features, read.layers.iter().map(shapes).sum::<f64>())
        };
        let (want, got) = (sum(&map), sum(&drawing));
        assert_eq!(got.0, count_areas(&drawing), "{name}: as ogrinfo counts");
        // GDAL draws parts of an area as areas of their own, so that neighbours that are one there overlap here.
        near(got.1, want.1, 1e-3);
    }
}
