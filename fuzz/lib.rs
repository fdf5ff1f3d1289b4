//! What every target asks of a reader: no panic, and an account that adds up.

#![expect(clippy::panic, reason = "a fuzz target panics at what must not be")]

use std::path::Path;

use geo::{CoordsIter, Geometry};
use lianpian::base::Silent;
use lianpian::import::{FileRead, ImportError, ReadOptions, read_bytes_as, read_path};
use lianpian::model::{LayerContent, LayerKind};

/// A plan in CGCS2000, 3-degree zone of 126° east, so that no time goes into looking for a zone.
fn options() -> ReadOptions {
    ReadOptions { working_crs: Some(4551), ..ReadOptions::default() }
}

/// Reads bytes as the file of a name.
pub fn bytes(name: &str, data: &[u8]) {
    judge(read_bytes_as(Path::new(name), data, &options(), &Silent));
}

/// Reads bytes as the compounds of a file of a name.
pub fn compounds(name: &str, data: &[u8]) {
    let options = ReadOptions { kind: Some(LayerKind::Compounds), ..options() };
    judge(read_bytes_as(Path::new(name), data, &options, &Silent));
}

/// Reads bytes as files of these names that lie in one folder, by the first of them. Where there are several, each begins
/// with its length in four bytes, little-endian.
pub fn files(names: &[&str], data: &[u8]) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
    let mut rest = data;
    for name in names {
        let part = if names.len() == 1 { rest } else { part(&mut rest) };
        std::fs::write(folder.path().join(name), part).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    judge(read_path(&folder.path().join(names[0]), &options(), &Silent));
}

fn part<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let Some((length, after)) = rest.split_first_chunk::<4>() else { return std::mem::take(rest) };
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX).min(after.len());
    let (part, after) = after.split_at(length);
    *rest = after;
    part
}

/// Read = loaded + mended + left out; every place is finite; an error has words.
fn judge(read: Result<FileRead, ImportError>) {
    let read = match read {
        Ok(read) => read,
        Err(error) => {
            assert!(!error.message().key().is_empty());
            return;
        }
    };
    for layer in &read.layers {
        let report = &layer.report;
        assert_eq!(layer.content.len(), report.kept());
        assert_eq!(report.read(), report.loaded + report.mended.len() + report.left_out.len());
        assert_eq!(report.geometry_types.values().sum::<usize>(), report.read());
        for note in report.mended.iter().chain(&report.left_out) {
            assert!(!note.reasons.is_empty());
        }
        for shape in shapes(&layer.content) {
            assert!(shape.coords_iter().all(|coord| coord.x.is_finite() && coord.y.is_finite()));
        }
    }
}

fn shapes(content: &LayerContent) -> Vec<Geometry<f64>> {
    match content {
        LayerContent::Compounds(list) => list.iter().map(|own| own.shape.clone().into()).collect(),
        LayerContent::Buildings(list) => list.iter().map(|own| own.shape.clone().into()).collect(),
        LayerContent::Parcels(list) => list.iter().map(|own| own.shape.clone().into()).collect(),
        LayerContent::Heritage(list) => list.iter().map(|own| own.shape.clone().into()).collect(),
        LayerContent::Limits(list) => list.iter().map(|own| own.shape.clone().into()).collect(),
        LayerContent::Pipes(list) => list.iter().map(|own| own.line.clone().into()).collect(),
        LayerContent::Streets(list) => list.iter().map(|own| own.line.clone().into()).collect(),
        LayerContent::Barriers(list) => list.iter().map(|own| own.shape.clone()).collect(),
        LayerContent::Bridges(list) => list.iter().map(|own| own.shape.clone()).collect(),
        LayerContent::Facilities(list) => list.iter().map(|own| own.place.into()).collect(),
    }
}
