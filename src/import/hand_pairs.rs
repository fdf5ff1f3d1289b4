//! Pairs of compounds that were linked or parted by hand, as a table `a,b,kind[,note]` or as the lines of exported links.
//!
//! `a` and `b` are ids of compounds, `kind` is manual or forbidden. Links of other kinds follow from the map and are counted,
//! not taken; every row is accounted for. Whose ids these are, and whether rows contradict each other, is for the plan to say.

use std::path::Path;

use serde_json::Value;

use super::error::ImportError;
use super::text::decode;
use crate::base::Message;
use crate::contiguity::LinkKind;
use crate::model::LinkRule;

/// One pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandPair {
    /// Line of the table, or number of the feature, from 1.
    pub line: usize,
    /// Ids of the two compounds.
    pub ids: [String; 2],
    /// Linked or parted.
    pub rule: LinkRule,
    /// Why; may be empty.
    pub note: String,
}

/// What a file says of pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandPairs {
    /// Those set by hand, in order.
    pub pairs: Vec<HandPair>,
    /// How many rows are links that follow from the map.
    pub derived: usize,
    /// Lines that lack an id, or are of no known kind.
    pub faulty: Vec<usize>,
}

impl HandPairs {
    /// Takes in one row.
    fn add(&mut self, line: usize, ids: [String; 2], kind: &str, note: String) {
        /// Kinds that follow from the map.
        const DERIVED: [LinkKind; 6] =
            [LinkKind::Overlap, LinkKind::Edge, LinkKind::Corner, LinkKind::Gap, LinkKind::Bridge, LinkKind::Parcel];
        let rule = match kind {
            "manual" => LinkRule::Force,
            "forbidden" => LinkRule::Forbid,
            kind if DERIVED.iter().any(|known| known.code() == kind) => {
                self.derived += 1;
                return;
            }
            _ => {
                self.faulty.push(line);
                return;
            }
        };
        if ids.iter().any(String::is_empty) {
            self.faulty.push(line);
        } else {
            self.pairs.push(HandPair { line, ids, rule, note });
        }
    }
}

/// Reads a table or a GeoJSON, whichever the file is.
///
/// # Errors
/// [`ImportError`] for a file that cannot be read, is broken, or lacks the columns.
pub fn read_hand_pairs(path: &Path) -> Result<HandPairs, ImportError> {
    let bytes = super::read_bytes(path)?;
    let text = decode(&bytes).text;
    if text.trim_start().starts_with('{') { of_geojson(path, &text) } else { of_table(path, &text) }
}

fn of_table(path: &Path, text: &str) -> Result<HandPairs, ImportError> {
    let heading = text.lines().next().unwrap_or_default();
    let comma = [b',', b'\t', b';'].into_iter().find(|sign| heading.as_bytes().contains(sign)).unwrap_or(b',');
    let mut table = csv::ReaderBuilder::new().delimiter(comma).flexible(true).from_reader(text.as_bytes());
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        ImportError::Broken { path: path.to_owned(), line, column: 1, reason: error.to_string() }
    };
    let headers = table.headers().map_err(|error| broken(&error))?.clone();
    let column = |name: &str| headers.iter().position(|header| header.trim().eq_ignore_ascii_case(name));
    let (Some(a), Some(b), Some(kind)) = (column("a"), column("b"), column("kind")) else {
        return Err(ImportError::NotThis { path: path.to_owned(), what: Message::new("import.pairs-columns") });
    };
    let note = column("note");
    let mut found = HandPairs::default();
    for record in table.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let said = note.map(cell).unwrap_or_default();
        found.add(usize::try_from(line).unwrap_or(usize::MAX), [cell(a), cell(b)], &cell(kind), said);
    }
    Ok(found)
}

fn of_geojson(path: &Path, text: &str) -> Result<HandPairs, ImportError> {
    let whole: Value = serde_json::from_str(text).map_err(|error| ImportError::Broken {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })?;
    let not_this = || ImportError::NotThis { path: path.to_owned(), what: Message::new("import.pairs-columns") };
    let features = whole["features"].as_array().ok_or_else(not_this)?;
    let has_columns = |feature: &Value| ["a", "b", "kind"].iter().all(|name| feature["properties"].get(*name).is_some());
    if !features.is_empty() && !features.iter().any(has_columns) {
        return Err(not_this());
    }
    let mut found = HandPairs::default();
    for (place, feature) in features.iter().enumerate() {
        let cell = |name: &str| match &feature["properties"][name] {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        found.add(place + 1, [cell("a"), cell("b")], &cell("kind"), cell("note"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<HandPairs, ImportError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pairs");
        std::fs::write(&path, text).unwrap();
        read_hand_pairs(&path)
    }

    fn told(found: &HandPairs) -> Vec<(usize, &str, &str, LinkRule, &str)> {
        let one = |pair: &'_ HandPair| (pair.line, pair.rule);
        found.pairs.iter().map(|p| (one(p).0, &*p.ids[0], &*p.ids[1], one(p).1, &*p.note)).collect()
    }

    #[test]
    fn tables_and_lines_read_alike_and_every_row_counts() {
        let table = "\u{feff}a,b,kind,note\nx,y,manual,\"near, by\"\ny,7,forbidden,\nx,z,gap,\n,z,manual,\nx,z,maybe,\n";
        let expected = [(2, "x", "y", LinkRule::Force, "near, by"), (3, "y", "7", LinkRule::Forbid, "")];
        let found = read(table.as_bytes()).unwrap();
        assert_eq!((told(&found), found.derived, found.faulty.clone()), (expected.to_vec(), 1, vec![5, 6]));
        let lines = serde_json::json!({ "type": "FeatureCollection", "features": [
            { "properties": { "a": "x", "b": "y", "kind": "manual", "note": "near, by" } },
            { "properties": { "a": "y", "b": 7, "kind": "forbidden" } },
            { "properties": { "a": "x", "b": "z", "kind": "edge" } },
            { "properties": null },
        ] });
        let found = read(lines.to_string().as_bytes()).unwrap();
        let expected = [(1, "x", "y", LinkRule::Force, "near, by"), (2, "y", "7", LinkRule::Forbid, "")];
        assert_eq!((told(&found), found.derived, found.faulty.clone()), (expected.to_vec(), 1, vec![4]));
        let found = read(b"A;B;Kind\nx;y;manual\n").unwrap();
        assert_eq!(found.pairs.len(), 1);
    }

    #[test]
    fn what_is_no_list_of_pairs_is_said_to_be_none() {
        for text in ["", "a,b\nx,y\n", "{}", r#"{"features":[{"properties":{"name":"x"}}]}"#] {
            assert!(matches!(read(text.as_bytes()), Err(ImportError::NotThis { .. })), "{text}");
        }
        assert!(matches!(read(b"{\"features\": ["), Err(ImportError::Broken { .. })));
    }
}
