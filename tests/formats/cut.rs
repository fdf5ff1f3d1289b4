//! Files that were cut short or damaged on their way: what can be read is read, and the sums say what is missing.

use std::path::{Path, PathBuf};

use lianpian::base::{Argument, Message, Silent};
use lianpian::import::{FileRead, ReadOptions, ReadReport, read_path};
use lianpian::model::{LayerContent, LayerKind};

use crate::made::{convert, sample};

/// Features of the sample that are looked at.
const FEW: usize = 12;

fn made(driver: &str, ending: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join(format!("compounds.{ending}"));
    convert(driver, &sample("compounds"), &path, &["-limit", &FEW.to_string()]);
    (dir, path)
}

fn read(path: &Path) -> FileRead {
    let options = ReadOptions { kind: Some(LayerKind::Compounds), working_crs: Some(4551), ..ReadOptions::default() };
    read_path(path, &options, &Silent).unwrap_or_else(|error| panic!("{error}"))
}

fn note<'a>(report: &'a ReadReport, key: &str) -> Option<&'a Message> {
    report.notes.iter().find(|note| note.key() == key)
}

fn change(path: &Path, ending: &str, damage: impl FnOnce(&mut Vec<u8>)) {
    let path = path.with_extension(ending);
    let mut bytes = std::fs::read(&path).expect("made");
    damage(&mut bytes);
    std::fs::write(path, bytes).expect("written");
}

#[test]
fn a_flatgeobuf_that_was_cut_short_says_how_many_are_missing() {
    let (_dir, path) = made("FlatGeobuf", "fgb");
    let whole = std::fs::read(&path).expect("made");
    assert_eq!(read(&path).layers[0].report.read(), FEW);
    let mut seen = 0;
    for share in 1..20 {
        std::fs::write(&path, &whole[..whole.len() * share / 20]).expect("written");
        let options = ReadOptions { kind: Some(LayerKind::Compounds), working_crs: Some(4551), ..ReadOptions::default() };
        let Ok(file) = read_path(&path, &options, &Silent) else { continue };
        let report = &file.layers[0].report;
        let told = note(report, "import.features-missing").map(|note| note.arguments().to_vec());
        let missing = FEW - report.read();
        let count = |name: &'static str, count: usize| (name, Argument::Count(i64::try_from(count).expect("few")));
        let want = [count("promised", FEW), count("found", report.read()), count("missing", missing)];
        assert_eq!(told.is_some(), missing > 0, "{share}");
        assert!(told.is_none_or(|told| told == want), "{share}");
        assert!(report.left_out.iter().all(|left| left.reasons[0].key() == "import.feature-cut-off"));
        seen += usize::from(missing > 0 && report.kept() > 0);
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn features_of_a_flatgeobuf_are_found_behind_one_whose_length_is_wrong() {
    let (dir, path) = made("FlatGeobuf", "fgb");
    let plain = dir.path().join("plain.fgb");
    convert("FlatGeobuf", &sample("compounds"), &plain, &["-limit", &FEW.to_string(), "-lco", "SPATIAL_INDEX=NO"]);
    let names = |path: &Path| -> Vec<String> {
        let read = read(path);
        let LayerContent::Compounds(list) = &read.layers[0].content else { panic!("compounds") };
        list.iter().map(|compound| compound.source_id.clone()).collect()
    };
    let (all, whole) = (names(&path), std::fs::read(&path).expect("made"));
    let number = |at: usize| {
        let bytes: [u8; 4] = whole[at..at + 4].try_into().expect("there");
        usize::try_from(u32::from_le_bytes(bytes)).expect("small")
    };
    // Twelve leaves and a root, each of 40 bytes.
    let mut starts = vec![12 + number(8) + 40 * (FEW + 1)];
    while starts.len() < FEW {
        let last = *starts.last().expect("one");
        starts.push(last + 4 + number(last));
    }
    let write = |damage: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        damage(&mut bytes);
        std::fs::write(&path, bytes).expect("written");
    };
    for place in [0, 5, FEW - 1] {
        for length in [0_u32, 9, 400, 100_000, u32::MAX] {
            write(&|bytes| bytes[starts[place]..starts[place] + 4].copy_from_slice(&length.to_le_bytes()));
            let file = read(&path);
            let report = &file.layers[0].report;
            assert_eq!((report.read(), report.left_out.len()), (FEW, 0), "{place} {length}");
            assert_eq!(names(&path), all, "{place} {length}");
            let told = note(report, "import.lengths-wrong").expect("it is told").arguments().to_vec();
            assert_eq!(told, [("count", Argument::Count(1))]);
            assert!(note(report, "import.features-missing").is_none());
        }
    }
    // A feature that is rubbish is left out alone.
    write(&|bytes| bytes[starts[5]..starts[6]].fill(0xEE));
    let file = read(&path);
    let report = &file.layers[0].report;
    assert_eq!((report.read(), report.left_out.len()), (FEW, 1));
    assert_eq!(report.left_out[0].reasons[0].key(), "import.feature-damaged");
    // A place in the index that is wrong hides nothing: the lengths know better.
    let leaf = starts[0] - 40 * (FEW - 4) + 32;
    write(&|bytes| bytes[leaf..leaf + 8].copy_from_slice(&77_u64.to_le_bytes()));
    assert_eq!(names(&path), all);
    // Without an index what follows is lost, and told.
    let mut bytes = std::fs::read(&plain).expect("made");
    let start = 12 + usize::try_from(u32::from_le_bytes(bytes[8..12].try_into().expect("there"))).expect("small");
    bytes[start..start + 4].fill(0xFF);
    std::fs::write(&plain, bytes).expect("written");
    let read_plain = read(&plain);
    assert!(note(&read_plain.layers[0].report, "import.lengths-wrong").is_none());
    assert_eq!(read_plain.layers[0].report.read(), 1);
}

#[test]
fn records_of_a_shapefile_are_found_behind_damaged_ones() {
    let names = |path: &Path| -> Vec<String> {
        let read = read(path);
        let LayerContent::Compounds(list) = &read.layers[0].content else { panic!("compounds") };
        list.iter().map(|compound| compound.source_id.clone()).collect()
    };
    let (_dir, path) = made("ESRI Shapefile", "shp");
    let all = names(&path);
    let index = std::fs::read(path.with_extension("shx")).expect("made");
    let start = |record: usize| {
        let entry: [u8; 4] = index[100 + 8 * (record - 1)..][..4].try_into().expect("an entry");
        usize::try_from(u32::from_be_bytes(entry)).expect("small") * 2
    };
    let whole = std::fs::read(&path).expect("made");
    // Damage, whether the index is there, and the records that are lost by it, from 1.
    let check = |damage: &dyn Fn(&mut Vec<u8>), indexed: bool, lost: &[usize]| {
        std::fs::write(&path, &whole).expect("written");
        change(&path, "shp", damage);
        let shx = path.with_extension("shx");
        if indexed {
            std::fs::write(shx, &index).expect("written");
        } else {
            std::fs::remove_file(shx).expect("removed");
        }
        let kept = all.iter().enumerate().filter(|(place, _)| !lost.contains(&(place + 1))).map(|(_, id)| id);
        assert_eq!(names(&path), kept.cloned().collect::<Vec<_>>());
        let report = &read(&path).layers[0].report;
        assert_eq!((report.read(), report.left_out.len()), (FEW, lost.len()));
        assert!(note(report, "import.shp-found-again").is_some());
    };
    for length in [2_u32, 400, u32::MAX] {
        let damage = |shp: &mut Vec<u8>| shp[start(4) + 4..start(4) + 8].copy_from_slice(&length.to_be_bytes());
        check(&damage, true, &[]);
        check(&damage, false, &[]);
    }
    let rubbish = |shp: &mut Vec<u8>| shp[start(4)..start(6)].fill(0xEE);
    check(&rubbish, true, &[4, 5]);
    check(&rubbish, false, &[4, 5]);
    // An index that was cut off hides nothing.
    std::fs::write(&path, &whole).expect("written");
    std::fs::write(path.with_extension("shx"), &index[..100 + 8 * 3]).expect("written");
    assert_eq!(names(&path), all);
    assert!(note(&read(&path).layers[0].report, "import.shx-short").is_some());
}
