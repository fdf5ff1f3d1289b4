//! Damaged files of every format: nothing panics, and what is read adds up.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lianpian::base::{Argument, Message, Silent};
use lianpian::import::{ImportError, ReadOptions, preview, read_path};
use proptest::prelude::*;

use crate::drawn::{Drawing, at};
use crate::made::{convert, sample};

/// Name and bytes of files that belong together.
type Files = Vec<(String, Vec<u8>)>;

/// Small whole files, those that belong to a shapefile together.
fn whole() -> &'static [Files] {
    static WHOLE: OnceLock<Vec<Files>> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder");
        let few = ["-limit", "8"];
        let made = [
            ("ESRI Shapefile", "shp", vec!["shp", "shx", "dbf", "prj", "cpg"]),
            ("FlatGeobuf", "fgb", vec!["fgb"]),
            ("KML", "kml", vec!["kml"]),
            ("GPKG", "gpkg", vec!["gpkg"]),
            ("CSV", "csv", vec!["csv"]),
        ];
        let files = made.map(|(driver, ending, endings)| {
            let path = dir.path().join(format!("compounds.{ending}"));
            let options: &[&str] = match driver {
                "CSV" => &["-lco", "GEOMETRY=AS_WKT"],
                "ESRI Shapefile" => &["-lco", "ENCODING=GBK"],
                _ => &[],
            };
            convert(driver, &sample("compounds"), &path, &[options, &few].concat());
            let file = |ending: &str| {
                let path = path.with_extension(ending);
                (format!("compounds.{ending}"), std::fs::read(path).expect("made"))
            };
            endings.into_iter().map(file).collect::<Files>()
        });
        let mut files = files.to_vec();
        let zip = |name: &str, inner: &(String, Vec<u8>)| {
            let mut bytes = std::io::Cursor::new(Vec::new());
            let mut zip = zip::ZipWriter::new(&mut bytes);
            zip.start_file(&inner.0, zip::write::SimpleFileOptions::default()).expect("begun");
            zip.write_all(&inner.1).expect("written");
            zip.finish().expect("finished");
            vec![(name.to_owned(), bytes.into_inner())]
        };
        let kml = files[2][0].clone();
        files.push(zip("compounds.kmz", &kml));
        files.push(zip("compounds.zip", &kml));
        files.push(vec![("compounds.dxf".to_owned(), drawing().text_bytes(encoding_rs::GBK))]);
        files.push(vec![("compounds.dxf".to_owned(), drawing().binary_bytes(encoding_rs::GBK))]);
        files
    })
}

/// Eight compounds: outlines, circles, a hatch, and one in a block with an attribute and a text.
fn drawing() -> Drawing {
    const EAST: f64 = 42_444_000.0;
    const NORTH: f64 = 4_861_000.0;
    let mut drawing = Drawing::new("AC1018", "ANSI_936").unit(6);
    let corners = |x: f64, y: f64| [(x, y, 0.2), (x + 40.0, y, 0.0), (x, y + 30.0, 0.0)];
    for number in 0..5 {
        drawing.polyline("小区", &corners(EAST + 60.0 * f64::from(number), NORTH), true);
    }
    drawing.add("CIRCLE", "小区", &[at(10, EAST, NORTH + 90.0).as_slice(), &[(40, 20.0.into())]].concat());
    let place = |x: f64, y: f64| at(10, x, y);
    let ellipse = [place(EAST + 60.0, NORTH + 90.0).as_slice(), &at(11, 20.0, 5.0), &[(40, 0.5.into())]].concat();
    drawing.add("ELLIPSE", "小区", &ellipse);
    let inner = [[(90, 3.into()), (70, 1.into())].as_slice(), &place(0.0, 0.0), &place(40.0, 0.0), &place(0.0, 40.0)].concat();
    drawing.block("宅", (0.0, 0.0), &[("LWPOLYLINE", "0", inner)]);
    let insert =
        [[(66, 1.into()), (2, "宅".into())].as_slice(), &place(EAST + 120.0, NORTH + 90.0), &[(50, 20.0.into())]].concat();
    drawing.add("INSERT", "小区", &insert);
    let attribute = [place(EAST + 120.0, NORTH + 90.0).as_slice(), &[(2, "户数".into()), (1, "120".into())]].concat();
    drawing.add("ATTRIB", "小区", &attribute).add("SEQEND", "小区", &[]);
    drawing.text("小区", EAST + 5.0, NORTH + 5.0, "幸福");
    drawing
}

/// Reads files put into a folder; what comes out must add up.
fn read(files: &[(String, Vec<u8>)]) -> Result<usize, ImportError> {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).expect("written");
    }
    let path = dir.path().join(&files[0].0);
    let shown = preview(&path, &Silent).map(|found| {
        // Where it lies may be a question; to ask must do no harm.
        found.layers.iter().for_each(|layer| drop(layer.outlook(&layer.told(), None)));
        found.layers.iter().map(|layer| layer.read).sum::<usize>()
    });
    let read = read_path(&path, &ReadOptions::default(), &Silent)?;
    let count: usize = read.layers.iter().map(|layer| layer.report.read()).sum();
    // Of a drawing, layers that do not tell their kind are shown and left to the user.
    let drawing = Path::new(&files[0].0).extension().is_some_and(|ending| ending == "dxf");
    assert!(shown.as_ref().is_ok_and(|shown| *shown == count || drawing && *shown > count), "{shown:?} shown, {count} loaded");
    for layer in &read.layers {
        assert_eq!(layer.content.len(), layer.report.kept());
    }
    Ok(count)
}

#[test]
fn whole_files_are_read() {
    for files in whole() {
        assert_eq!(read(files).expect(&files[0].0), 8, "{}", files[0].0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn cut_files_do_no_harm(which in 0..9_usize, part in 0..5_usize, cut in 0.0..1.0_f64) {
        let mut files = whole()[which].clone();
        let part = part % files.len();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
        let end = (files[part].1.len() as f64 * cut) as usize;
        files[part].1.truncate(end);
        let _ = read(&files);
    }

    #[test]
    fn flipped_bytes_do_no_harm(
        which in 0..9_usize,
        part in 0..5_usize,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
    ) {
        let mut files = whole()[which].clone();
        let part = part % files.len();
        for (place, byte, early) in flips {
            let bytes = &mut files[part].1;
            // Lengths and counts stand at the beginning.
            let reach = if early { bytes.len().min(128) } else { bytes.len() };
            if reach > 0 {
                let at = place.index(reach);
                bytes[at] = byte;
            }
        }
        let _ = read(&files);
    }
}

/// Four bytes that count four thousand millions, wherever they stand: nothing is made room for before it is there.
#[test]
fn lengths_beyond_the_file_do_no_harm() {
    for files in whole() {
        for part in 0..files.len() {
            let reach = files[part].1.len().min(256);
            for place in (0..reach.saturating_sub(4)).step_by(if files[0].0.ends_with("gpkg") { 32 } else { 8 }) {
                for lie in [u32::MAX.to_le_bytes(), 0x7FFF_FFFF_u32.to_be_bytes()] {
                    let mut files = files.clone();
                    files[part].1[place..place + 4].copy_from_slice(&lie);
                    let _ = read(&files);
                }
            }
        }
    }
    // Counts inside a geometry of a GeoPackage: behind its two letters, a head and a box.
    let package = whole().iter().find(|files| files[0].0.ends_with("gpkg")).expect("one");
    let blobs: Vec<usize> = package[0].1.windows(3).enumerate().filter(|(_, three)| three == b"GP\0").map(|(at, _)| at).collect();
    assert!(!blobs.is_empty());
    for place in 36..56 {
        let mut files = package.clone();
        for blob in &blobs {
            files[0].1[blob + place..blob + place + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        }
        let _ = read(&files);
    }
}

fn write_zip(path: &Path, entries: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).expect("made"));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished");
}

fn inner_keys(messages: &[Message]) -> Vec<&'static str> {
    let inner = |message: &Message| {
        message.arguments().iter().find_map(|(_, argument)| match argument {
            Argument::Nested(inner) => Some(inner.key()),
            _ => None,
        })
    };
    messages.iter().filter_map(inner).collect()
}

#[test]
fn a_zip_stays_in_its_folder_and_within_its_limits() {
    let dir = tempfile::tempdir().expect("a folder");
    let point = br#"{"type":"Point","coordinates":[125.3,43.9]}"#;
    let zip = dir.path().join("town.zip");
    write_zip(&zip, &[("../../x.geojson", point), ("/abs.geojson", point), ("a/poi.geojson", point)]);
    let read = read_path(&zip, &ReadOptions::default(), &Silent).expect("one file is well");
    assert_eq!(read.layers.len(), 1);
    assert_eq!(inner_keys(&read.failures), ["import.entry-outside", "import.entry-outside"]);
    assert!(!dir.path().parent().expect("a parent").join("x.geojson").exists());

    // Forty million blanks shrink to forty thousand bytes.
    let blanks = vec![b' '; 40 << 20];
    for (name, entry) in [("bomb.zip", "a.geojson"), ("bomb.kmz", "doc.kml")] {
        let bomb: PathBuf = dir.path().join(name);
        write_zip(&bomb, &[(entry, &blanks)]);
        let error = read_path(&bomb, &ReadOptions::default(), &Silent).expect_err("a bomb");
        assert_eq!(inner_keys(&[error.message()]), ["import.zip-bomb"]);
    }
    let bomb = dir.path().join("ledger.xlsx");
    write_zip(&bomb, &[("xl/workbook.xml", &blanks)]);
    let error = lianpian::import::read_ledgers(&bomb, "", &std::collections::BTreeMap::new()).expect_err("a bomb");
    assert_eq!(inner_keys(&[error.message()]), ["import.zip-bomb"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_out_of_a_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let (inside, outside) = (dir.path().join("in"), dir.path().join("out"));
    std::fs::create_dir_all(&inside).expect("made");
    std::fs::create_dir_all(&outside).expect("made");
    let point = r#"{"type":"Point","coordinates":[125.3,43.9]}"#;
    std::fs::write(inside.join("poi.geojson"), point).expect("written");
    std::fs::write(outside.join("secret.geojson"), point).expect("written");
    std::os::unix::fs::symlink(&outside, inside.join("folder")).expect("linked");
    std::os::unix::fs::symlink(outside.join("secret.geojson"), inside.join("file.geojson")).expect("linked");
    std::os::unix::fs::symlink(&inside, inside.join("loop")).expect("linked");
    let read = read_path(&inside, &ReadOptions::default(), &Silent).expect("one file is well");
    assert_eq!(read.layers.len(), 1);
    assert_eq!(inner_keys(&read.failures), ["import.link-left"; 3]);
}

#[test]
fn links_in_a_zip_are_left() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("town.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).expect("made"));
    let options = zip::write::SimpleFileOptions::default();
    zip.add_symlink("secret.geojson", "/etc/passwd", options).expect("linked");
    zip.add_symlink("up.geojson", "../../x.geojson", options).expect("linked");
    zip.start_file("poi.geojson", options).expect("begun");
    zip.write_all(br#"{"type":"Point","coordinates":[125.3,43.9]}"#).expect("written");
    zip.finish().expect("finished");
    let read = read_path(&path, &ReadOptions::default(), &Silent).expect("one file is well");
    assert_eq!(read.layers.len(), 1);
    assert_eq!(inner_keys(&read.failures), ["import.link-left"; 2]);
}

#[test]
fn what_no_reader_takes_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, bytes, key) in [
        ("a.dwg", "AC1032", "import.is-dwg"),
        ("a.geojson", "AC1015......", "import.is-dwg"),
        ("a.dxf", "AC1032......", "import.is-dwg"),
        ("a.dxf", "plain words", "import.not-dxf"),
        ("a.mdb", "", "import.is-geodatabase"),
        ("a.tab", "", "import.is-mapinfo"),
        ("a.rar", "", "import.is-archive"),
        ("a.dbf", "", "import.is-beside-shp"),
    ] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let error = read_path(&path, &ReadOptions::default(), &Silent).expect_err(name);
        assert_eq!(inner_keys(&[error.message()]), [key], "{name}");
    }
    let deep = format!("<kml>{}</kml>", "<Folder>".repeat(100_000));
    let path = dir.path().join("deep.kml");
    std::fs::write(&path, deep).expect("written");
    let error = read_path(&path, &ReadOptions::default(), &Silent).expect_err("deep");
    assert_eq!(inner_keys(&[error.message()]), ["import.xml-too-deep"]);
}
