//! Files that others made: real maps, which must load whole, and hostile ones, which must do no harm.

#![expect(clippy::expect_used, reason = "a test stops at what it did not expect")]

mod outside;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lianpian::base::Silent;
use lianpian::geometry::crs::describe;
use lianpian::import::{FileRead, ImportError, ReadOptions, Table, join, preview, read_bytes_as, read_ledgers, read_path};
use lianpian::model::{LayerContent, LayerKind};

use outside::data;

/// Every file below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Features of a file as a plain JSON reader counts them.
fn counted(path: &Path) -> usize {
    let bytes = std::fs::read(path).expect("readable");
    let value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    value["features"].as_array().map_or(1, Vec::len)
}

fn adds_up(read: &FileRead, path: &Path) {
    for layer in &read.layers {
        assert_eq!(layer.content.len(), layer.report.kept(), "{}", path.display());
        let noted = layer.report.mended.iter().chain(&layer.report.left_out);
        assert!(noted.clone().all(|note| !note.reasons.is_empty()), "{}", path.display());
        assert!(layer.report.geometry_types.values().sum::<usize>() == layer.report.read(), "{}", path.display());
    }
}

/// Looks into a file and for where its layers lie; whatever is in it, there is an answer or a question.
fn looked_into(path: &Path) {
    match preview(path, &Silent) {
        Ok(found) => {
            for layer in &found.layers {
                assert_eq!(layer.fields.len(), layer.feeds(&layer.told()).len(), "{}", path.display());
                assert!(!layer.shape().is_empty());
                match layer.outlook(&layer.told(), None) {
                    Ok(outlook) => assert!(outlook.sketch.coords().all(|place| place.x.is_finite() && place.y.is_finite())),
                    Err(question) => assert!(!question.what.key().is_empty()),
                }
            }
        }
        Err(error) => assert!(!error.message().key().is_empty()),
    }
}

#[test]
fn hostile_files_do_no_harm() {
    let Some(data) = data() else { return };
    let folder = data.join("hostile");
    let verdicts = std::fs::read_to_string(folder.join("VERDICTS.tsv")).expect("verdicts");
    let verdicts: BTreeMap<&str, &str> = verdicts
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').skip(1).take(2).collect::<Vec<_>>().try_into().ok())
        .map(|[path, expected]: [&str; 2]| (path, expected))
        .collect();
    let (mut read_count, mut refused, mut wrongly) = (0, 0, Vec::new());
    for path in files(&folder) {
        let bytes = std::fs::read(&path).expect("readable");
        let name = path.strip_prefix(&folder).expect("below").to_string_lossy().into_owned();
        // Triangulation cases are in units of nothing: any plane will do.
        let crs = name.starts_with("earcut/").then(|| "EPSG:4551".to_owned());
        let options = ReadOptions { crs, ..ReadOptions::default() };
        looked_into(&path);
        match read_bytes_as(&path, &bytes, &options, &Silent) {
            Ok(read) => {
                adds_up(&read, &path);
                read_count += 1;
            }
            Err(error) => {
                assert!(!error.message().key().is_empty());
                refused += 1;
                let good =
                    name.contains("canonical/") || verdicts.get(name.as_str()).is_some_and(|v| matches!(*v, "accept" | "load"));
                // To ask where metres lie is no refusal of the file.
                if good && !matches!(error, ImportError::Place { .. }) {
                    wrongly.push(format!("{name}: {error}"));
                }
            }
        }
    }
    println!("{read_count} read, {refused} refused");
    assert!(wrongly.is_empty(), "refused: {wrongly:#?}");
    assert!(read_count > 50 && refused > 50);
}

#[test]
fn real_maps_load_whole() {
    let Some(data) = data() else { return };
    for folder in ["maps", "networks", "city"] {
        for path in files(&data.join(folder)).iter().filter(|path| path.extension().is_some_and(|e| e == "geojson")) {
            let read = read_path(path, &ReadOptions::default(), &Silent).unwrap_or_else(|error| panic!("{error}"));
            adds_up(&read, path);
            let layer = &read.layers[0];
            println!(
                "{}: {:?} EPSG:{} {} + {} mended, {} left out",
                layer.source.file,
                layer.content.kind(),
                read.working_crs,
                layer.report.loaded,
                layer.report.mended.len(),
                layer.report.left_out.len()
            );
            assert_eq!(layer.report.read(), counted(path), "{}", path.display());
            assert!(layer.report.kept() * 2 > layer.report.read(), "{}", path.display());
        }
    }
}

#[test]
fn the_same_map_in_two_systems_lies_in_the_same_place() {
    let Some(data) = data() else { return };
    let load = |name: &str| {
        let options = ReadOptions { kind: Some(LayerKind::Compounds), working_crs: Some(4549), ..ReadOptions::default() };
        let read = read_path(&data.join("maps").join(name), &options, &Silent).expect("read");
        let LayerContent::Compounds(compounds) = read.layers[0].content.clone() else { panic!("compounds") };
        compounds
    };
    let (a, b) = (load("beijing_subdistricts_4326.geojson"), load("beijing_subdistricts_epsg4548_oldcrs.geojson"));
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b.iter()) {
        use geo::Centroid;
        let (a, b) = (a.shape.centroid().expect("area"), b.shape.centroid().expect("area"));
        assert!((a.x() - b.x()).hypot(a.y() - b.y()) < 0.05, "{a:?} {b:?}");
    }
}

fn table(path: &Path) -> Table {
    read_ledgers(path, "", &BTreeMap::new()).expect("a table").remove(0)
}

#[test]
fn a_lookup_joins_every_output_area() {
    let Some(data) = data() else { return };
    let options = ReadOptions { kind: Some(LayerKind::Compounds), ..ReadOptions::default() };
    let read = read_path(&data.join("maps/uk_london_oa_25k_4326.geojson"), &options, &Silent).expect("read");
    let LayerContent::Compounds(compounds) = &read.layers[0].content else { panic!("compounds") };
    let mut compounds = compounds.as_ref().clone();
    let table = table(&data.join("contiguity/uk_london_oa_lookup.csv"));
    let report = join(&mut compounds, &std::sync::Arc::new(table), None, false).expect("a key");
    assert_eq!((report.matched, report.unmatched_compounds.len()), (compounds.len(), 0), "by {}", report.key);
}

#[test]
fn every_chinese_system_is_known() {
    let Some(data) = data() else { return };
    let table = table(&data.join("crs/epsg_china_crs.csv"));
    let column = |name: &str| table.column(name).expect(name);
    let text = |row: &[serde_json::Value], name: &str| row[column(name)].as_str().unwrap_or_default().to_owned();
    for row in &table.rows {
        let code: u32 = text(row, "code").parse().expect("a code");
        let info = describe(code).unwrap_or_else(|| panic!("EPSG:{code} is not known"));
        let name = text(row, "name");
        assert_eq!(info.name, name);
        assert_eq!(info.geographic, text(row, "kind") == "geographic", "{name}");
        assert_eq!(
            info.approximate,
            name.contains("Beijing 1954") || name.starts_with("New Beijing") || name.contains("Xian"),
            "{name}"
        );
        if !info.geographic {
            assert_eq!(info.central_meridian, text(row, "lon_0").parse().ok(), "{name}");
        }
    }
}
