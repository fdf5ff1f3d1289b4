//! Files as scripts name them: put back one by one, told when they come twice, refused when they are none.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{fixture, json, run, sample, words};

/// A file of the sample, with every coordinate moved.
fn moved(dir: &Path, name: &str, by: impl Fn(f64, f64) -> (f64, f64) + Copy) -> String {
    fn walk(value: &mut Value, by: impl Fn(f64, f64) -> (f64, f64) + Copy) {
        match value {
            Value::Array(list) if list.first().is_some_and(Value::is_number) => {
                let (x, y) = by(list[0].as_f64().unwrap(), list[1].as_f64().unwrap());
                (list[0], list[1]) = (x.into(), y.into());
            }
            Value::Array(list) => list.iter_mut().for_each(|value| walk(value, by)),
            _ => {}
        }
    }
    let mut map: Value = serde_json::from_slice(&std::fs::read(sample(name)).unwrap()).unwrap();
    for feature in map["features"].as_array_mut().unwrap() {
        walk(&mut feature["geometry"]["coordinates"], by);
    }
    let path = dir.join(name);
    std::fs::write(&path, map.to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn one_file_of_several_is_put_back() {
    use lianpian::geometry::shift::Shift;
    let dir = tempfile::tempdir().unwrap();
    let (compounds, right) = (sample("compounds.geojson"), sample("streets.geojson"));
    let gcj02 = |x: f64, y: f64| {
        let place = Shift::Gcj02.apply(geo::Coord { x, y });
        (place.x, place.y)
    };
    let streets = moved(dir.path(), "streets.geojson", gcj02);
    let layers = |arguments: &[&str]| {
        let value = json(&run(&[&["info", "--json"], arguments].concat()));
        value["files"].as_array().unwrap().iter().map(|file| file["layers"][0].clone()).collect::<Vec<_>>()
    };
    let hinted = |layer: &Value| layer["report"]["warnings"].to_string().contains("GCJ-02");
    let told = layers(&[&compounds, &streets]);
    assert!(!hinted(&told[0]) && hinted(&told[1]), "{told:?}");
    let back = layers(&[&compounds, &streets, "--shift", &format!("gcj02={streets}")]);
    assert!(back[0]["approximate"].is_null() && back[1]["approximate"] == "gcj02" && !hinted(&back[1]));
    let truth = layers(&[&right]);
    for corner in 0..4 {
        let (a, b) = (back[1]["bounds"][corner].as_f64().unwrap(), truth[0]["bounds"][corner].as_f64().unwrap());
        assert!((a - b).abs() < 1e-8, "{a} {b}");
    }
    let stranger = run(&["info", &compounds, "--shift", "gcj02=nosuch.geojson"]);
    assert_eq!(stranger.status.code(), Some(2));
    assert!(words(&stranger).contains("--shift names nosuch.geojson"), "{}", words(&stranger));
}

#[test]
fn nothing_is_approximate_where_there_is_no_offset() {
    let dir = tempfile::tempdir().unwrap();
    let london = moved(dir.path(), "compounds.geojson", |x, y| (x - 125.4, y + 7.6));
    let layer = json(&run(&["info", &london, "--shift", "gcj02", "--json"]))["files"][0]["layers"][0].clone();
    assert!(layer["approximate"].is_null(), "{layer}");
    assert!(layer["report"]["warnings"].to_string().contains("nothing was moved"), "{layer}");
}

#[test]
fn files_and_ids_that_come_twice_are_told() {
    let pipes = sample("pipes-water.geojson");
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("water-pipes.geojson").display().to_string();
    std::fs::copy(&pipes, &copy).unwrap();
    let plan = |other: &str| {
        let out = dir.path().join("out").display().to_string();
        let output = run(&[
            "plan",
            "--compounds",
            &sample("compounds.geojson"),
            "--pipes",
            &pipes,
            "--pipes",
            other,
            "--out",
            &out,
            "--json",
        ]);
        (json(&output)["layers"]["pipes"].as_u64().unwrap(), words(&output))
    };
    let (once, said) = plan(&pipes);
    assert!(said.contains("was given twice"), "{said}");
    // The same bytes under another name are the same file.
    let (same, said) = plan(&copy);
    assert_eq!(same, once);
    assert!(said.contains("holds the very same as"), "{said}");
    let mut bytes = std::fs::read(&pipes).unwrap();
    bytes.push(b'\n');
    std::fs::write(&copy, bytes).unwrap();
    let (twice, said) = plan(&copy);
    assert_eq!(twice, 2 * once);
    assert!(said.contains("ids are also those of features of this kind"), "{said}");
    let stray = run(&["links", &sample("compounds.geojson"), "--kind", "pipes=nosuch"]);
    assert_eq!(stray.status.code(), Some(2));
    assert!(words(&stray).contains("--kind names nosuch"), "{}", words(&stray));
}

#[test]
fn what_is_no_file_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["pipe.geojson", "pipe.csv", "pipe.gpkg", "pipe.zip", "pipe"] {
        let pipe = dir.path().join(name).display().to_string();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let output = run(&["info", &pipe]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", words(&output));
    }
    let missing = run(&["info", "nosuch-file"]);
    assert!(words(&missing).contains("there is no such file"), "{}", words(&missing));
    let weights = dir.path().join("pipe.gal").display().to_string();
    assert!(Command::new("mkfifo").arg(&weights).status().unwrap().success());
    let linked = run(&["links", &sample("compounds.geojson"), "--weights", &weights]);
    assert_eq!(linked.status.code(), Some(2), "{}", words(&linked));
}

#[test]
fn a_plan_of_nothing_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out").display().to_string();
    let output = run(&["plan", "--compounds", &fixture("import/empty_collection.geojson"), "--out", &out]);
    assert_eq!(output.status.code(), Some(2));
    assert!(words(&output).contains("nothing to plan"), "{}", words(&output));
}

#[test]
fn a_refused_mend_is_told_as_refused() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let bow_tie = fixture("import/bow_tie.geojson");
    for (option, told, key) in
        [("--refuse-mends", "1 mend was refused", "import.mend-refused"), ("--all", "1 mend waits", "import.mend-waits")]
    {
        let output = run(&["plan", "--compounds", &bow_tie, "--all", "--out", &out, "--json"]
            .map(|word| if word == "--all" { option } else { word }));
        assert!(words(&output).contains(told), "{}", words(&output));
        let report = json(&output)["inputs"][0]["report"].clone();
        assert!(report["mended_features"][0]["reasons"].to_string().contains(key), "{report}");
        assert_eq!(
            (report["refused"].as_u64(), report["waiting"].as_u64()),
            if option == "--all" { (Some(0), Some(1)) } else { (Some(1), Some(0)) }
        );
    }
}

/// Metres from the truth at a corner of the bounds, for a town 60 km from its meridian.
#[test]
fn bounds_are_those_of_the_vertices() {
    use geo::Coord;
    use lianpian::geometry::crs::{LON_LAT, Transformer};
    let dir = tempfile::tempdir().unwrap();
    let plane = Transformer::new(LON_LAT, "EPSG:4551").unwrap();
    let to_plane = |x: f64, y: f64| {
        let mut place = [Coord { x, y }];
        plane.convert(&mut place).unwrap();
        (place[0].x, place[0].y)
    };
    let bounds = |arguments: &[&str]| {
        let value = json(&run(&[&["info", "--json"], arguments].concat()));
        let list = value["files"][0]["layers"][0]["bounds"].as_array().unwrap().clone();
        list.iter().map(|one| one.as_f64().unwrap()).collect::<Vec<_>>()
    };
    let truth = bounds(&[&sample("streets.geojson")]);
    let projected = bounds(&[&moved(dir.path(), "streets.geojson", to_plane), "--crs", "EPSG:4551"]);
    for (a, b) in truth.iter().zip(&projected) {
        assert!((a - b).abs() < 1e-8, "{truth:?} {projected:?}");
    }
}

#[test]
fn places_off_the_earth_are_left_out_by_info_as_by_a_plan() {
    let dir = tempfile::tempdir().unwrap();
    let square = |x: f64, y: f64| serde_json::json!([[[x, y], [x + 90.0, y], [x + 90.0, y + 90.0], [x, y + 90.0], [x, y]]]);
    let feature = |id: usize, rings: Value| serde_json::json!({ "type": "Feature", "properties": { "id": id, "built_year": 1990 }, "geometry": { "type": "Polygon", "coordinates": rings } });
    let features =
        [feature(1, square(443_000.0, 4_860_000.0)), feature(2, square(443_200.0, 4_860_000.0)), feature(3, square(9e11, 9e11))];
    let path = dir.path().join("compounds.geojson").display().to_string();
    std::fs::write(&path, serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    for system in ["EPSG:4551", "EPSG:4550"] {
        let told = json(&run(&["info", &path, "--crs", system, "--json"]))["files"][0]["layers"][0]["report"].clone();
        let out = dir.path().join(system).display().to_string();
        let planned =
            json(&run(&["plan", "--compounds", &path, "--crs", system, "--out", &out, "--json"]))["inputs"][0]["report"].clone();
        assert_eq!((&told["loaded"], &told["left_out"]), (&Value::from(2), &Value::from(1)), "{system} {told}");
        assert_eq!((&told["loaded"], &told["left_out"]), (&planned["loaded"], &planned["left_out"]), "{system}");
    }
}

#[test]
fn systems_that_are_none_are_refused_in_words() {
    let compounds = sample("compounds.geojson");
    for (system, told) in [
        ("5773", "高程或地心"),
        ("EPSG:4479", "高程或地心"),
        ("", "没有给出坐标系"),
        ("EPSG:abc", "不认识"),
        ("nonsense", "不认识"),
    ] {
        let output = run(&["links", &compounds, "--crs", system, "--lang", "zh"]);
        assert_eq!(output.status.code(), Some(2), "{system}");
        let said = words(&output);
        assert!(said.contains(told), "{system}: {said}");
        let latin = said.split(&compounds).last().unwrap().replace(system, "").replace("--crs", "");
        assert!(!latin.contains(|c: char| c.is_ascii_lowercase()), "{said}");
    }
}

/// What libraries say of broken files is said in Chinese.
#[test]
fn broken_files_are_told_in_chinese() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let half = std::fs::read(sample("ledger.xlsx")).unwrap();
    let files = [
        put("a.geojson", b"{\"type\": \"FeatureCollection\", \"features\": [1, "),
        put("b.geojson", b"{\"type\": nonsense}"),
        put("c.zip", b"PK nothing"),
        put("d.kmz", b"PK nothing"),
        put("e.kml", b"<kml><Document></kml>"),
        put("f.xlsx", &half[..half.len() / 2]),
        put("g.fgb", b"fgb"),
        put("h.gpkg", b"SQLite format 3\0 and no more of it"),
        put("i.shp", b"no"),
        put("j.dxf", b"0\n"),
        "nosuch.geojson".to_owned(),
    ];
    for file in files {
        let output = run(&["info", &file, "--lang", "zh"]);
        let name = Path::new(&file).file_name().unwrap().to_string_lossy().into_owned();
        let said = words(&output).replace(&file, "").replace(&name, "");
        let latin: String = said
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| word.len() > 2 && word.chars().any(|c| c.is_ascii_lowercase()))
            .collect();
        assert!(
            ["", "Shapefile", "GeoPackage", "FlatGeobuf", "SQLite"].iter().any(|allowed| latin == *allowed),
            "{name}: {said}"
        );
    }
}

#[test]
fn files_of_two_zones_are_compared() {
    use lianpian::geometry::shift::Shift;
    let dir = tempfile::tempdir().unwrap();
    // The sample, moved to where two zones meet; the streets begin beyond, so that each file has a zone of its own.
    let west = |x: f64, y: f64| (x - SHIFTED, y);
    let compounds = moved(dir.path(), "compounds.geojson", west);
    let streets = moved(dir.path(), "streets.geojson", |x, y| {
        let place = Shift::Bd09.apply(geo::Coord { x: x - SHIFTED, y });
        (place.x, place.y)
    });
    let info = json(&run(&["info", &compounds, &streets, "--json"]));
    let (first, second) = (&info["files"][0], &info["files"][1]);
    assert_ne!(first["working_crs"], second["working_crs"], "each is in a zone of its own");
    assert!(second["layers"][0]["report"]["warnings"].to_string().contains("BD-09"), "{second}");
}

/// Degrees by which the sample moves west until the limit of two zones cuts it.
const SHIFTED: f64 = 0.825;

#[test]
fn a_sheet_is_chosen_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, households) in [("一期", 31.0), ("二期#备", 77.0)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, ["id", "户数", "备注"]).unwrap();
        sheet.write_row(1, 0, [0.0, households]).unwrap();
    }
    book.save(&path).unwrap();
    let book = path.display().to_string();
    let sheet = |name: &str| format!("{book}#{name}");
    let rows = |name: &str| {
        let output = run(&["info", &sheet(name), "--json"]);
        (output.status.code(), json(&output)["files"][0].clone())
    };
    for name in ["一期", "二期#备"] {
        let (code, told) = rows(name);
        assert_eq!((code, told["rows"].as_u64()), (Some(0), Some(1)), "{told}");
        assert!(told.get("sheets").is_none(), "{told}");
    }
    let (code, told) = rows("三期");
    assert_eq!(code, Some(2));
    assert!(told["error"].as_str().is_some_and(|error| error.contains("the sheets are 一期, 二期#备")), "{told}");
    // In a plan only what stands in that sheet is joined.
    let map = sample("compounds.geojson");
    let joined = json(&run(&["links", &map, "--join", &sheet("二期#备"), "--join", &sheet("二期#备"), "--json"]));
    let inputs = joined["inputs"].as_array().unwrap();
    let ledgers: Vec<&Value> = inputs.iter().filter(|input| input["rows_read"].is_u64()).collect();
    assert_eq!(ledgers.len(), 1, "given twice, read once: {inputs:?}");
    assert_eq!(ledgers[0]["rows_read"], 1);
}

#[test]
fn a_plan_keeps_where_its_layers_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let square = |id: &str, x: f64| {
        let ring = format!("[[{x},43.9],[{0},43.9],[{0},43.901],[{x},43.901],[{x},43.9]]", x + 0.001);
        format!(r#"{{"type":"Feature","properties":{{"id":"{id}"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#)
    };
    let features = [square("a", 125.3), square("b", 125.301)].join(",");
    std::fs::write(at("map.geojson"), format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    std::fs::write(at("ledger.csv"), "id,households\na,10\nb,20\n").unwrap();
    let group = |from: &str, out: &str, more: &[&str]| {
        let done = run(&[&["group", from, "--all", "--out", out], more].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        lianpian::project::open(Path::new(out)).unwrap()
    };
    let files = |opened: &lianpian::project::Opened| -> Vec<PathBuf> {
        opened.provenance.files.iter().map(|file| file.path.clone()).collect()
    };
    let real = |name: &str| Path::new(&at(name)).canonicalize().unwrap();
    let opened = group(&at("map.geojson"), &at("p.gpkg"), &["--join", &at("ledger.csv")]);
    assert_eq!(files(&opened), [real("map.geojson"), real("ledger.csv")]);
    assert_eq!(opened.provenance.base, opened.content.compounds);
    // A plan made out of that plan knows as much.
    assert_eq!(group(&at("p.gpkg"), &at("q.gpkg"), &["--from"]).provenance, opened.provenance);
    // One that was read as a map and is written over is its own source no longer.
    assert_eq!(files(&group(&at("q.gpkg"), &at("q.gpkg"), &[])), Vec::<PathBuf>::new());
    // What would not be joined in that way again is of nowhere.
    let other = group(&at("map.geojson"), &at("r.gpkg"), &["--join", &at("ledger.csv"), "--likeness"]);
    assert_eq!(files(&other), Vec::<PathBuf>::new());
}

#[test]
fn geojson_in_the_working_system_says_so_and_is_read_back_without_a_question() {
    use geo::CoordsIter;
    use lianpian::model::LayerContent;
    let dir = tempfile::tempdir().unwrap();
    let plan = fixture("plan-v1.gpkg");
    let out = dir.path().display().to_string();
    let output = run(&["export", &plan, "--to", "geojson", "--geojson-crs", "working", "--out", &out]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let content = lianpian::project::open(Path::new(&plan)).unwrap().content;
    let code = content.crs_code.to_string();
    assert!(words(&output).contains(&format!("EPSG:{code}")), "the note is told: {}", words(&output));
    let path = dir.path().join("compounds.geojson");
    let map: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(map["crs"]["properties"]["name"].as_str(), Some(&*format!("urn:ogc:def:crs:EPSG::{code}")));
    assert!(map["note"].as_str().unwrap().contains(&code));
    let silent = lianpian::base::Silent;
    let read = lianpian::import::read_path(&path, &lianpian::import::ReadOptions::default(), &silent).unwrap();
    assert_eq!((read.working_crs, read.failures.len()), (content.crs_code, 0));
    let LayerContent::Compounds(back) = &read.layers[0].content else { panic!("no compounds") };
    assert_eq!(back.len(), content.compounds.len());
    for (one, other) in back.iter().zip(content.compounds.iter()) {
        // Rings may begin and turn otherwise.
        let near = |a: geo::Coord<f64>| other.shape.coords_iter().any(|b| (a.x - b.x).hypot(a.y - b.y) < 1.0e-3);
        assert!(one.shape.coords_iter().all(near), "to a millimetre");
    }
    // Without asking for it, files are as RFC 7946 has them.
    assert_eq!(run(&["export", &plan, "--to", "geojson", "--out", &out]).status.code(), Some(0));
    let map: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert!(map.get("crs").is_none() && map.get("note").is_none());
}
