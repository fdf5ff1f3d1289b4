//! The sample plan is what its generator draws: same town, same seed, same bytes.

#[path = "../examples/town/generator/mod.rs"]
mod generator;

use std::path::Path;
use std::{fs, io};

use generator::{SAMPLE_SEED, Town, write};
use lianpian::base::Seed;

/// Names and bytes of the generated files of a folder, by name.
fn files(folder: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending != "md") {
            found.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), fs::read(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

fn assert_same(left: &Path, right: &Path) -> io::Result<()> {
    let (left, right) = (files(left)?, files(right)?);
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|file| file.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&left), names(&right));
    for ((name, ours), (_, theirs)) in left.iter().zip(&right) {
        assert!(ours == theirs, "{name} differs");
    }
    Ok(())
}

#[test]
fn the_sample_is_what_the_generator_draws() {
    let fresh = tempfile::tempdir().unwrap();
    write(Town::Sample, SAMPLE_SEED, fresh.path()).unwrap();
    assert_same(fresh.path(), &Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang")).unwrap();
}

#[test]
fn a_city_has_as_many_compounds_as_asked_and_is_the_same_again() {
    let (first, second, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let town = Town::City { compounds: 230, pipes: true, buildings: true };
    let layers = write(town, Seed(7), first.path()).unwrap();
    assert!(layers.contains(&("compounds".to_owned(), 230)));
    write(town, Seed(7), second.path()).unwrap();
    assert_same(first.path(), second.path()).unwrap();
    write(town, Seed(8), other.path()).unwrap();
    assert!(files(first.path()).unwrap() != files(other.path()).unwrap(), "seeds 7 and 8 draw the same city");
}
