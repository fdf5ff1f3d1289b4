//! Every map format against the GeoJSON that it was made of, and against what `ogrinfo` counts in it. GDAL makes the files.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

#[path = "formats/cut.rs"]
mod cut;
#[path = "formats/drawn.rs"]
mod drawn;
#[path = "formats/dxf.rs"]
mod dxf;
#[path = "formats/hostile.rs"]
mod hostile;
#[path = "formats/outlined.rs"]
mod outlined;
#[path = "formats/variants.rs"]
mod variants;
#[path = "formats/made.rs"]
mod made;
mod outside;

use std::path::Path;

use geo::{Area, CoordsIter, Euclidean, Length};
use lianpian::base::Silent;
use lianpian::import::{FileRead, ReadOptions, read_path};
use lianpian::model::{LayerContent, LayerKind};
use made::{convert, count, sample};

fn read(path: &Path, kind: Option<LayerKind>) -> FileRead {
    let options = ReadOptions { kind, working_crs: Some(4551), ..ReadOptions::default() };
    read_path(path, &options, &Silent).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What must be the same whatever the format: ids, facts in words, and the measure of each shape.
fn essence(content: &LayerContent) -> Vec<(String, String, f64, usize)> {
    match content {
        LayerContent::Compounds(list) => list
            .iter()
            // GDAL writes dates with strokes into KML and CSV.
            .map(|c| {
                (c.source_id.clone(), format!("{:?}", c.facts).replace('/', "-"), c.shape.unsigned_area(), c.shape.coords_count())
            })
            .collect(),
        LayerContent::Buildings(list) => list
            .iter()
            .map(|b| {
                let facts = format!("{} {:?} {:?} {:?}", b.name, b.storeys, b.households, b.has_lift);
                (b.source_id.clone(), facts, b.shape.unsigned_area(), b.shape.coords_count())
            })
            .collect(),
        LayerContent::Pipes(list) => list
            .iter()
            .map(|p| {
                let facts = format!("{:?} {:?} {:?} {:?} {:?}", p.class, p.owner, p.diameter_mm, p.material, p.laid_year);
                let length: f64 = p.line.iter().map(|line| Euclidean.length(line)).sum();
                (p.source_id.clone(), facts, length, p.line.coords_count())
            })
            .collect(),
        LayerContent::Facilities(list) => {
            list.iter().map(|f| (f.source_id.clone(), format!("{} {}", f.kind, f.name), f.place.x() + f.place.y(), 1)).collect()
        }
        other => panic!("{:?} is not compared", other.kind()),
    }
}

/// Every layer of the sample in a format, read back.
fn check(driver: &str, ending: &str, options: &[&str]) {
    let dir = tempfile::tempdir().expect("a folder");
    for (layer, kind) in [
        ("compounds", LayerKind::Compounds),
        ("buildings", LayerKind::Buildings),
        ("pipes-water", LayerKind::Pipes),
        ("facilities", LayerKind::Facilities),
    ] {
        let original = read(&sample(layer), None);
        let path = dir.path().join(format!("{layer}.{ending}"));
        convert(driver, &sample(layer), &path, options);
        let found = read(&path, None);
        assert_eq!(found.layers.len(), 1, "{driver} {layer}");
        let (want, got) = (&original.layers[0], &found.layers[0]);
        assert_eq!(got.content.kind(), kind, "{driver} {layer}");
        assert_eq!(got.report.read(), count(&path), "{driver} {layer}: as ogrinfo counts");
        assert_eq!(got.report.read(), want.report.read(), "{driver} {layer}");
        assert_eq!(got.report.left_out.len(), want.report.left_out.len(), "{driver} {layer}: {:?}", got.report.left_out);
        assert_eq!(got.source.crs, "EPSG:4326");
        let (mut want, mut got) = (essence(&want.content), essence(&got.content));
        // FlatGeobuf with an index orders features by place.
        want.sort_by(|a, b| a.0.cmp(&b.0));
        got.sort_by(|a, b| a.0.cmp(&b.0));
        for (want, got) in want.iter().zip(&got) {
            assert_eq!((&want.0, &want.1, want.3), (&got.0, &got.1, got.3), "{driver} {layer}");
            // Seven places behind the point of a degree are a centimetre; GDAL writes fifteen digits.
            assert!((want.2 - got.2).abs() < 1e-3, "{driver} {layer} {}: {} {}", want.0, want.2, got.2);
        }
    }
}

#[test]
fn shapefiles_in_gbk() {
    check("ESRI Shapefile", "shp", &["-lco", "ENCODING=GBK"]);
}

#[test]
fn shapefiles_in_utf8() {
    check("ESRI Shapefile", "shp", &["-lco", "ENCODING=UTF-8"]);
}

#[test]
fn geopackages() {
    check("GPKG", "gpkg", &[]);
}

#[test]
fn flatgeobufs() {
    check("FlatGeobuf", "fgb", &[]);
    check("FlatGeobuf", "fgb", &["-lco", "SPATIAL_INDEX=NO"]);
}

#[test]
fn kml_files() {
    check("KML", "kml", &[]);
}

#[test]
fn text_with_well_known_text() {
    check("CSV", "csv", &["-lco", "GEOMETRY=AS_WKT"]);
}

#[test]
fn projected_shapefiles_are_placed_by_their_prj() {
    let dir = tempfile::tempdir().expect("a folder");
    let original = read(&sample("compounds"), None);
    // 3-degree zone of 126° east without and with its number, 6-degree zone, Web Mercator, UTM.
    for code in [4551, 4530, 4502, 3857, 32651] {
        let path = dir.path().join(format!("compounds-{code}.shp"));
        convert("ESRI Shapefile", &sample("compounds"), &path, &["-lco", "ENCODING=GBK", "-t_srs", &format!("EPSG:{code}")]);
        let found = read(&path, None);
        assert_eq!(found.layers[0].source.crs, format!("EPSG:{code}"));
        let (want, got) = (essence(&original.layers[0].content), essence(&found.layers[0].content));
        for (want, got) in want.iter().zip(&got) {
            assert!((want.2 - got.2).abs() < 0.05, "{code} {}: {} {}", want.0, want.2, got.2);
        }
    }
}

#[test]
fn shapefiles_without_their_companions() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("compounds.shp");
    convert("ESRI Shapefile", &sample("compounds"), &path, &["-lco", "ENCODING=GBK"]);
    let whole = read(&path, None);
    let want = essence(&whole.layers[0].content);
    let keys = |read: &FileRead| read.layers[0].report.notes.iter().map(lianpian::base::Message::key).collect::<Vec<_>>();
    // Without .cpg the encoding is found, without .shx the records are walked.
    std::fs::remove_file(path.with_extension("cpg")).expect("removed");
    std::fs::remove_file(path.with_extension("shx")).expect("removed");
    std::fs::rename(path.with_extension("dbf"), path.with_extension("DBF")).expect("renamed");
    let found = read(&path, None);
    assert_eq!(essence(&found.layers[0].content), want);
    assert!(keys(&found).contains(&"import.no-shx"));
    std::fs::remove_file(path.with_extension("DBF")).expect("removed");
    std::fs::remove_file(path.with_extension("prj")).expect("removed");
    let found = read(&path, None);
    assert_eq!(found.layers[0].content.len(), want.len());
    assert!(keys(&found).contains(&"import.no-dbf"));
}

#[test]
fn a_folder_and_a_zip_hold_the_same_plan() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("town");
    std::fs::create_dir_all(folder.join("pipes")).expect("made");
    convert("ESRI Shapefile", &sample("compounds"), &folder.join("compounds.shp"), &["-lco", "ENCODING=GBK"]);
    convert("GPKG", &sample("buildings"), &folder.join("buildings.gpkg"), &[]);
    convert("KML", &sample("facilities"), &folder.join("facilities.kml"), &[]);
    convert("FlatGeobuf", &sample("pipes-gas"), &folder.join("pipes/gas.fgb"), &[]);
    std::fs::copy(sample("pipes-water"), folder.join("pipes/water.geojson")).expect("copied");
    std::fs::copy(sample("compounds").with_file_name("ledger.csv"), folder.join("ledger.csv")).expect("copied");
    std::fs::write(folder.join("notes.docx"), "notes").expect("written");
    std::fs::write(folder.join("drawing.dwg"), "AC1032").expect("written");
    let zip = dir.path().join("town.zip");
    made::zip_folder(&folder, &zip);
    let (from_folder, from_zip) = (read(&folder, None), read(&zip, None));
    for (read, name) in [(&from_folder, "town"), (&from_zip, "town.zip")] {
        let layers: Vec<(LayerKind, usize, String)> =
            read.layers.iter().map(|l| (l.content.kind(), l.report.read(), l.source.file.clone())).collect();
        let expected = ["buildings", "compounds", "facilities", "pipes-gas", "pipes-water"].map(|layer| count(&sample(layer)));
        assert_eq!(layers.iter().map(|l| l.1).collect::<Vec<_>>(), expected);
        assert_eq!(layers[3], (LayerKind::Pipes, expected[3], format!("{name}/pipes/gas.fgb")));
        assert_eq!(read.tables.len(), 1);
        let told: Vec<&str> = read.failures.iter().map(lianpian::base::Message::key).collect();
        assert_eq!(told, ["import.in-file"], "two files that are not read, in one sentence");
    }
    // A kind that is asked for picks the layers of that kind, and tells the others.
    let pipes = read(&zip, Some(LayerKind::Pipes));
    assert_eq!(pipes.layers.len(), 2);
    assert_eq!(pipes.failures.len(), 2);
}
