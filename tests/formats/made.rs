//! Files that GDAL makes of the sample, and what it counts in them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A layer of the sample.
pub fn sample(layer: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang").join(format!("{layer}.geojson"))
}

fn run(command: &mut Command) -> Output {
    let output = command.output().expect("gdal-bin is installed by .ci/setup");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Makes a file of a driver out of another.
pub fn convert(driver: &str, from: &Path, to: &Path, options: &[&str]) {
    run(Command::new("ogr2ogr").args(["-f", driver]).args(options).arg(to).arg(from));
}

/// Features in all layers of a file, as `ogrinfo` counts them.
pub fn count(path: &Path) -> usize {
    let output = run(Command::new("ogrinfo").args(["-ro", "-so", "-al"]).arg(path));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter_map(|line| line.strip_prefix("Feature Count: ")?.parse::<usize>().ok()).sum()
}

/// Areas among them.
pub fn count_areas(path: &Path) -> usize {
    let output = run(Command::new("ogrinfo").args(["-ro", "-al", "-geom=SUMMARY"]).arg(path));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter(|line| line.trim_start().starts_with("POLYGON :")).count()
}

/// Zips a folder as other programs do.
pub fn zip_folder(folder: &Path, to: &Path) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(to).expect("made"));
    let mut waiting = vec![folder.to_owned()];
    while let Some(inner) = waiting.pop() {
        for entry in std::fs::read_dir(inner).expect("read").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                waiting.push(entry);
                continue;
            }
            let name = entry.strip_prefix(folder).expect("inside").to_string_lossy().into_owned();
            zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
            zip.write_all(&std::fs::read(&entry).expect("read")).expect("written");
        }
    }
    zip.finish().expect("finished");
}
