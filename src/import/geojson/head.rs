//! The beginning of a large GeoJSON file, and what stands behind its features: enough to tell what the file is, in a
//! moment, whatever its length.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::stream::{self, NoStream};
use super::{Outer, crs_member, read_whole, text_of};
use crate::base::Reporter;
use crate::import::error::ImportError;
use crate::import::formats::HEAD;
use crate::import::source::{Head, RawLayer};

/// Bytes at the end in which members behind the features are looked for.
const TAIL: u64 = 16 << 10;

/// Reads the beginning of a file that is longer than [`HEAD`]. `None` when it must be read whole to tell anything.
///
/// # Errors
/// [`ImportError::Unreadable`] when the system cannot read it, [`ImportError::Cancelled`] when the work was stopped.
pub(in crate::import) fn read_head(path: &Path, reporter: &dyn Reporter) -> Result<Option<Head>, ImportError> {
    let unreadable = |error: std::io::Error| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut bytes).map_err(unreadable)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match stream::read_first(bytes, reporter) {
        Ok((features, shell, end)) if !features.is_empty() => {
            let mut layer = RawLayer { features, ..RawLayer::default() };
            describe(&format!("{shell}]}}"), &mut layer);
            if layer.crs.is_none() {
                file.seek(SeekFrom::End(-i64::try_from(TAIL.min(length)).unwrap_or(0))).map_err(unreadable)?;
                let mut tail = Vec::new();
                file.read_to_end(&mut tail).map_err(unreadable)?;
                behind(&tail, &mut layer);
            }
            Ok(Some(Head { layer, times: times(length, end) }))
        }
        Err(NoStream::Cancelled) => Err(ImportError::Cancelled),
        Ok(_) | Err(_) => Ok(lines(path, bytes, length, reporter)),
    }
}

/// One feature a line: those of the lines that are whole.
fn lines(path: &Path, bytes: &[u8], length: u64, reporter: &dyn Reporter) -> Option<Head> {
    let end = bytes.iter().rposition(|byte| *byte == b'\n')?;
    let layer = read_whole(path, &bytes[..end], reporter).ok().filter(|layer| !layer.features.is_empty())?;
    Some(Head { layer, times: times(length, end) })
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn times(length: u64, end: usize) -> f64 {
    length as f64 / end.max(1) as f64
}

/// Takes name and CRS out of the text of a collection without its features.
fn describe(shell: &str, layer: &mut RawLayer) {
    let Ok(outer) = serde_json::from_str::<Outer<'_>>(shell) else { return };
    layer.name = text_of(outer.name).unwrap_or(std::mem::take(&mut layer.name));
    layer.crs = outer.crs.and_then(crs_member).or(layer.crs.take());
    layer.approximate = super::approximate_member(outer.approximate).or(layer.approximate);
}

/// Finds the members behind the features: from the bracket that closes them to the end, the text makes a whole collection.
/// From one inside a feature it does not, for its braces are left over; one behind the features may, so the first counts.
fn behind(tail: &[u8], layer: &mut RawLayer) {
    let brackets = tail.iter().enumerate().filter(|(_, byte)| **byte == b']').map(|(place, _)| place);
    for place in brackets {
        let Ok(rest) = std::str::from_utf8(&tail[place..]) else { return };
        let shell = format!("{{\"features\":[{rest}");
        if serde_json::from_str::<Outer<'_>>(&shell).is_ok() {
            return describe(&shell, layer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Silent;

    fn feature(number: usize) -> String {
        let pad = "x".repeat(1_000);
        format!(
            r#"{{"type":"Feature","properties":{{"id":{number},"a":[1,[2]],"pad":"{pad}"}},"geometry":{{"type":"Point","coordinates":[125.3,43.9]}}}}"#
        )
    }

    fn head(text: &str) -> Head {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("large.geojson");
        std::fs::write(&path, text).unwrap();
        read_head(&path, &Silent).unwrap().expect("a head")
    }

    #[test]
    fn the_beginning_tells_features_name_and_system() {
        let count = 8_000;
        let features = (0..count).map(feature).collect::<Vec<_>>();
        let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}}"#;
        let list = features.join(",\n");
        let before = format!(r#"{{"type":"FeatureCollection","name":"towns",{crs},"features":[{list}]}}"#);
        let behind = format!(r#"{{"type":"FeatureCollection","features":[{list}],"name":"towns",{crs}}}"#);
        for text in [before, behind] {
            let Head { layer, times } = head(&text);
            assert_eq!((layer.name.as_str(), layer.crs.as_deref()), ("towns", Some("urn:ogc:def:crs:EPSG::4549")));
            assert!(layer.features.len() > 1_000 && layer.features.len() < count);
            #[expect(clippy::cast_precision_loss, reason = "some thousands")]
            let told = layer.features.len() as f64 * times;
            assert!((told / 8_000.0 - 1.0).abs() < 0.01, "{told}");
        }
        let lines = head(&features.join("\n"));
        assert!(lines.layer.features.len() > 1_000 && lines.layer.crs.is_none());
    }

    #[test]
    fn what_stands_behind_is_not_taken_from_a_feature() {
        let mut layer = RawLayer::default();
        behind(br#"[1]},"properties":{"crs":"EPSG:1","a":[2]}}]}"#, &mut layer);
        assert_eq!(layer.crs, None);
        behind(br#"[1]},"properties":{"a":["]"]}}],"crs":"EPSG:4549","list":[1,2]}"#, &mut layer);
        assert_eq!(layer.crs.as_deref(), Some("EPSG:4549"));
    }
}
