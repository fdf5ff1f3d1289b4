//! What files hold before they are loaded, against what loading them brings: every format, folders, zips, and the odd files
//! of `fixtures/import`. GDAL makes the files.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

#[path = "formats/made.rs"]
#[expect(dead_code, reason = "shared with the tests of the formats")]
mod made;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lianpian::base::Silent;
use lianpian::import::{Choice, ImportError, LayerPreview, Preview, ReadOptions, preview, read_path};
use lianpian::model::LayerKind;
use made::{convert, sample, zip_folder};

fn seen(path: &Path) -> Preview {
    preview(path, &Silent).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Loads a file as its preview tells it.
fn options(found: &Preview) -> ReadOptions {
    let choices: BTreeMap<String, Choice> = found.layers.iter().map(|layer| (layer.key.clone(), layer.told())).collect();
    ReadOptions { choices, ..ReadOptions::default() }
}

/// What is shown is what is loaded: features, kinds, systems, fields and what they feed, and where it lies.
fn check(path: &Path) {
    let found = seen(path);
    let read = read_path(path, &options(&found), &Silent).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let layers: Vec<&LayerPreview> = found.layers.iter().filter(|layer| !layer.is_ledger).collect();
    assert_eq!(layers.len(), read.layers.len(), "{}", path.display());
    assert_eq!(found.layers.len() - layers.len(), read.tables.len());
    for (shown, loaded) in layers.into_iter().zip(&read.layers) {
        let name = &shown.name;
        assert_eq!((&shown.key, name), (&loaded.key, &loaded.source.file));
        assert_eq!((shown.read, shown.about), (loaded.report.read(), None), "{name}");
        if let Some((kind, known_by)) = shown.kind {
            assert_eq!((kind, known_by), (loaded.content.kind(), loaded.kind_known_by), "{name}");
        }
        let choice = Choice { kind: Some(loaded.content.kind()), ..shown.told() };
        let outlook = shown.outlook(&choice, None).unwrap_or_else(|asked| panic!("{name}: {asked:?}"));
        assert_eq!(
            (outlook.crs.as_str(), outlook.known_by),
            (loaded.source.crs.as_str(), &*loaded.source.crs_known_by),
            "{name}"
        );
        let fields: Vec<_> = loaded.report.fields.iter().map(|field| (field.source.as_str(), field.target)).collect();
        let names = shown.fields.iter().map(|field| field.name.as_str());
        assert_eq!(names.zip(shown.feeds(&choice)).collect::<Vec<_>>(), fields, "{name}");
        if let (Some(own), Some(bounds)) = (outlook.bounds, loaded.lon_lat_bounds) {
            // The sketch keeps the features that reach farthest, in few vertices.
            let off = (own.min().x - bounds.min().x).abs().max((own.max().y - bounds.max().y).abs());
            assert!(off < 0.01, "{name}: {own:?} {bounds:?}");
        }
    }
}

#[test]
fn every_format_shows_what_it_loads() {
    let dir = tempfile::tempdir().expect("a folder");
    let formats: [(&str, &str, &[&str]); 7] = [
        ("GeoJSON", "geojson", &[]),
        ("GeoJSONSeq", "geojsonl", &[]),
        ("ESRI Shapefile", "shp", &["-lco", "ENCODING=UTF-8"]),
        ("GPKG", "gpkg", &[]),
        ("FlatGeobuf", "fgb", &[]),
        ("KML", "kml", &[]),
        ("CSV", "csv", &["-lco", "GEOMETRY=AS_WKT"]),
    ];
    for layer in ["compounds", "buildings", "pipes-gas", "facilities"] {
        for (driver, ending, options) in formats {
            let path = dir.path().join(format!("{layer}.{ending}"));
            convert(driver, &sample(layer), &path, options);
            check(&path);
        }
    }
}

#[test]
fn folders_and_zips_show_every_file_in_them() {
    let dir = tempfile::tempdir().expect("a folder");
    let town = dir.path().join("town");
    std::fs::create_dir_all(town.join("maps")).expect("made");
    for layer in ["compounds", "streets"] {
        convert("ESRI Shapefile", &sample(layer), &town.join("maps").join(format!("{layer}.shp")), &[]);
    }
    convert("GPKG", &sample("pipes-gas"), &town.join("both.gpkg"), &["-nln", "pipes"]);
    convert("GPKG", &sample("barriers"), &town.join("both.gpkg"), &["-nln", "barriers", "-update"]);
    std::fs::write(town.join("ledger.csv"), "小区编号,户数\n1,20\n").expect("written");
    std::fs::write(town.join("notes.docx"), "no map").expect("written");
    let zip = dir.path().join("town.zip");
    zip_folder(&town, &zip);
    for path in [town, zip] {
        let found = seen(&path);
        let bundle = path.file_name().expect("a name").to_string_lossy().into_owned();
        let names: Vec<String> = found.layers.iter().map(|layer| layer.name.clone()).collect();
        let wanted = ["both.gpkg#pipes", "both.gpkg#barriers", "ledger.csv", "maps/compounds.shp", "maps/streets.shp"];
        assert_eq!(names, wanted.map(|name| format!("{bundle}/{name}")));
        assert_eq!(found.failures.len(), 1, "the note is told: {:?}", found.failures);
        check(&path);
    }
}

#[test]
fn choices_for_one_layer_leave_the_others_be() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("both.gpkg");
    convert("GPKG", &sample("parcels"), &path, &["-nln", "a"]);
    convert("GPKG", &sample("heritage"), &path, &["-nln", "b", "-update"]);
    let found = seen(&path);
    let mut options = options(&found);
    for (layer, kind) in found.layers.iter().zip([LayerKind::Parcels, LayerKind::Heritage]) {
        options.choices.get_mut(&layer.key).expect("chosen").kind = Some(kind);
    }
    options.choices.get_mut(&found.layers[1].key).expect("chosen").crs = Some("EPSG:999999".to_owned());
    let read = read_path(&path, &options, &Silent).expect("the first");
    assert_eq!(read.layers.iter().map(|layer| layer.content.kind()).collect::<Vec<_>>(), [LayerKind::Parcels]);
    assert_eq!(read.failures.len(), 1, "{:?}", read.failures);
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

#[test]
fn odd_files_are_asked_about_where_the_command_line_refuses_them() {
    for path in fixtures() {
        let loaded = read_path(&path, &ReadOptions::default(), &Silent);
        match (preview(&path, &Silent), loaded) {
            (Ok(found), Ok(_)) => check_answers(&found, None),
            (Ok(found), Err(ImportError::Place { what, .. })) => check_answers(&found, Some(what.key())),
            (Err(shown), Err(loaded)) => assert_eq!(shown.message(), loaded.message()),
            (shown, loaded) => panic!("{}: {shown:?} and {loaded:?}", path.display()),
        }
    }
}

/// The question that is asked is the one for which the command line stops, and it has an answer.
fn check_answers(found: &Preview, asked: Option<&str>) {
    for layer in &found.layers {
        let question = layer.outlook(&layer.told(), None).err();
        assert_eq!(question.as_ref().map(|question| question.what.key()), asked, "{}", layer.name);
        assert!(question.is_none_or(|question| question.swap || question.crs), "{}", layer.name);
    }
}

#[test]
fn a_large_file_is_not_read_to_its_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("小区.geojson");
    let pad = "x".repeat(2_000);
    let feature = |n: usize| {
        let properties = format!(r#"{{"小区编号":"{n}","备注":"{pad}"}}"#);
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Point","coordinates":[125.3,43.9]}}}}"#)
    };
    let features: Vec<String> = (0..4_000).map(feature).collect();
    // What is broken behind the beginning is for loading to find.
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{},BROKEN]}}"#, features.join(",")))
        .expect("written");
    let layer = seen(&path).layers.remove(0);
    let about = layer.about.expect("an estimate");
    assert!(layer.read < 3_000 && (3_900..4_100).contains(&about), "{} of about {about}", layer.read);
    assert!(read_path(&path, &ReadOptions::default(), &Silent).is_err());
}

#[test]
fn of_large_shapefiles_and_geopackages_the_beginning_tells_all() {
    let dir = tempfile::tempdir().expect("a folder");
    let source = dir.path().join("小区.geojson");
    let square = |n: usize| {
        let x = 125.0 + f64::from(u32::try_from(n % 300).expect("small")) * 0.001;
        let ring: Vec<String> = (0..40)
            .map(|step| {
                let turn = f64::from(step) * std::f64::consts::TAU / 39.0;
                format!("[{:.7},{:.7}]", x + turn.cos() * 0.0004, 43.9 + turn.sin() * 0.0004)
            })
            .collect();
        let properties = format!(r#"{{"小区编号":"A{n}","建成年代":"1987年"}}"#);
        format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        )
    };
    let list: Vec<String> = (0..12_000).map(square).collect();
    std::fs::write(&source, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, list.join(","))).expect("written");
    for (driver, ending, options) in [("ESRI Shapefile", "shp", ["-lco", "ENCODING=GBK"]), ("GPKG", "gpkg", ["-lco", "FID=fid"])]
    {
        let path = dir.path().join(format!("小区.{ending}"));
        convert(driver, &source, &path, &options);
        let layer = seen(&path).layers.remove(0);
        let about = layer.about.expect("an estimate");
        assert!(layer.read < 10_000 && (11_900..12_100).contains(&about), "{ending}: {} of about {about}", layer.read);
        let read = read_path(&path, &ReadOptions::default(), &Silent).expect("read");
        let loaded = &read.layers[0];
        assert_eq!(loaded.report.read(), 12_000);
        assert_eq!(layer.kind.map(|(kind, _)| kind), Some(LayerKind::Compounds));
        let fields: Vec<_> = loaded.report.fields.iter().map(|field| (field.source.as_str(), field.target)).collect();
        let names = layer.fields.iter().map(|field| field.name.as_str());
        assert_eq!(names.zip(layer.feeds(&layer.told())).collect::<Vec<_>>(), fields, "{ending}");
        assert_eq!(layer.outlook(&layer.told(), None).expect("placed").crs, loaded.source.crs);
        assert!(layer.notes.iter().all(|note| note.key() == "import.encoding"), "{:?}", layer.notes);
    }
}
