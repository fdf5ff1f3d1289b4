//! Digests of rows as they are stored: which rows of a table differ from those that a file holds.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use rusqlite::types::ValueRef;

use super::Row;

/// Digest of a row: its geometry, then its cells, as `SQLite` holds them. Equal rows have equal digests; of those that differ, one
/// pair in 2⁶⁴ has. For one run of the program: other versions may count otherwise.
pub(super) fn of_values<'a>(geometry: ValueRef<'_>, cells: impl Iterator<Item = ValueRef<'a>>) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    mix(&mut hasher, geometry);
    cells.for_each(|cell| mix(&mut hasher, cell));
    hasher.finish()
}

/// Digest of a row that is to be stored.
pub(super) fn of_row(row: &Row) -> u64 {
    let geometry = row.geometry.as_deref().map_or(ValueRef::Null, ValueRef::Blob);
    of_values(geometry, row.cells.iter().map(super::Cell::stored))
}

fn mix(hasher: &mut impl Hasher, value: ValueRef<'_>) {
    let mut tagged = |tag: u8, bytes: &[u8]| {
        hasher.write_u8(tag);
        hasher.write_usize(bytes.len());
        hasher.write(bytes);
    };
    match value {
        // No tag is 0: the hasher does not tell a zero at the end from nothing.
        ValueRef::Null => hasher.write_u8(5),
        ValueRef::Integer(whole) => tagged(1, &whole.to_le_bytes()),
        ValueRef::Real(real) => tagged(2, &real.to_bits().to_le_bytes()),
        ValueRef::Text(bytes) => tagged(3, bytes),
        ValueRef::Blob(bytes) => tagged(4, bytes),
    }
}

/// Digests of the rows of a table, by `fid`. Nearly every table numbers its rows 1, 2, 3, …: those take eight bytes each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digests {
    counted: Vec<u64>,
    others: BTreeMap<i64, u64>,
}

impl Digests {
    /// Takes a row in.
    pub fn push(&mut self, fid: i64, digest: u64) {
        if Self::place(fid) == Some(self.counted.len()) && !self.others.contains_key(&fid) {
            self.counted.push(digest);
        } else {
            self.others.insert(fid, digest);
        }
    }

    /// The digest of a row.
    #[must_use]
    pub fn get(&self, fid: i64) -> Option<u64> {
        let counted = Self::place(fid).and_then(|place| self.counted.get(place));
        counted.or_else(|| self.others.get(&fid)).copied()
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counted.len() + self.others.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows that are there.
    pub fn fids(&self) -> impl Iterator<Item = i64> {
        (1..).zip(&self.counted).map(|(fid, _)| fid).chain(self.others.keys().copied())
    }

    fn place(fid: i64) -> Option<usize> {
        usize::try_from(fid).ok()?.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gpkg::Cell;

    #[test]
    fn rows_that_differ_in_anything_have_other_digests() {
        let row = |geometry: Option<&[u8]>, cells: &[Cell]| {
            of_row(&Row { fid: 1, geometry: geometry.map(<[u8]>::to_vec), cells: cells.to_vec() })
        };
        let all = [
            row(None, &[]),
            row(Some(&[]), &[]),
            row(None, &[Cell::Null]),
            row(None, &[Cell::Integer(0)]),
            row(None, &[Cell::Real(0.0)]),
            row(None, &["".into()]),
            row(None, &["a".into(), "b".into()]),
            row(None, &["ab".into(), "".into()]),
            row(Some(&[1]), &[]),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(!all[n + 1..].contains(one), "{n}");
        }
        assert_eq!(row(None, &[Cell::Real(f64::NAN)]), row(None, &[Cell::Null]), "as SQLite stores it");
        assert_eq!(row(None, &[Cell::Real(-0.0)]), row(None, &[Cell::Real(0.0)]));
        assert_eq!(row(None, &[Cell::Boolean(true)]), row(None, &[Cell::Integer(1)]));
    }

    proptest! {
        #[test]
        fn digests_are_found_by_their_row(rows in prop::collection::btree_map(-3..40_i64, any::<u64>(), 0..30)) {
            let mut digests = Digests::default();
            for (fid, digest) in &rows {
                digests.push(*fid, *digest);
            }
            for fid in -5..50 {
                prop_assert_eq!(digests.get(fid), rows.get(&fid).copied());
            }
            let mut fids: Vec<i64> = digests.fids().collect();
            fids.sort_unstable();
            prop_assert_eq!(fids, rows.keys().copied().collect::<Vec<_>>());
        }
    }
}
