//! Who is linked with whom, in compressed rows.

use super::Links;

/// Neighbours of every row: ascending, without repeats, without links to oneself, both ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

/// A pair that names a row which is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row} of {count}")]
pub struct NoSuchRow {
    /// The row named.
    pub row: usize,
    /// Count of rows.
    pub count: usize,
}

impl Neighbours {
    /// The neighbours of `count` compounds under links of at most `gap_m`; links of others are left out.
    /// `O(count + links log degree)`.
    #[must_use]
    pub fn new(count: usize, links: &Links, gap_m: f64) -> Self {
        Self::of_known(count, &links.pairs_at(gap_m).filter(|(_, b)| *b < count).collect::<Vec<_>>())
    }

    /// Builds the rows from unordered pairs. Repeats, reversed pairs and self-links are harmless. `O(links log degree)`.
    ///
    /// # Errors
    /// [`NoSuchRow`] for a pair that names a row beyond `count`.
    pub fn from_pairs(count: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Result<Self, NoSuchRow> {
        let pairs: Vec<(usize, usize)> = pairs.into_iter().filter(|(a, b)| a != b).collect();
        match pairs.iter().find(|(a, b)| *a >= count || *b >= count) {
            Some((a, b)) => Err(NoSuchRow { row: *a.max(b), count }),
            None => Ok(Self::of_known(count, &pairs)),
        }
    }

    /// The rows of pairs that are all there, none with itself.
    pub(crate) fn of_known(count: usize, pairs: &[(usize, usize)]) -> Self {
        // Every row gets as much room as it is named, is filled, and gives back what named the same neighbour again.
        let mut ends = vec![0_usize; count];
        pairs.iter().flat_map(|&(a, b)| [a, b]).for_each(|row| ends[row] += 1);
        let mut start = 0;
        for end in &mut ends {
            (*end, start) = (start, start + *end);
        }
        let mut filled = vec![0_u32; start];
        for (row, neighbour) in pairs.iter().flat_map(|&(a, b)| [(a, b), (b, a)]) {
            filled[ends[row]] = u32::try_from(neighbour).unwrap_or(u32::MAX);
            ends[row] += 1;
        }
        let (mut starts, mut targets) = (Vec::with_capacity(count + 1), Vec::with_capacity(start));
        starts.push(0);
        let mut from = 0;
        for end in ends {
            let row = &mut filled[from..end];
            row.sort_unstable();
            targets.extend(row.chunk_by(|a, b| a == b).map(|same| same[0]));
            starts.push(targets.len());
            from = end;
        }
        Self { starts, targets }
    }

    /// Count of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Count of unordered pairs.
    #[must_use]
    pub fn links(&self) -> usize {
        self.targets.len() / 2
    }

    /// Neighbours of a row, ascending; none of a row that is not there.
    #[must_use]
    pub fn of(&self, row: usize) -> &[u32] {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(from), Some(to)) => &self.targets[*from..*to],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::contiguity::tests::links_of;

    proptest! {
        #[test]
        fn rows_hold_every_pair_both_ways_once(pairs in prop::collection::vec((0..9_usize, 0..9_usize), 0..30)) {
            let near = Neighbours::from_pairs(9, pairs.iter().copied()).unwrap();
            let both: BTreeSet<(usize, u32)> = (0_u32..9)
                .flat_map(|a| (0_u32..9).map(move |b| (a, b)))
                .filter(|(a, b)| a != b)
                .filter(|(a, b)| {
                    let pair = (*a as usize, *b as usize);
                    pairs.contains(&pair) || pairs.contains(&(pair.1, pair.0))
                })
                .map(|(a, b)| (a as usize, b))
                .collect();
            let told: Vec<(usize, u32)> = (0..9).flat_map(|row| near.of(row).iter().map(move |b| (row, *b))).collect();
            prop_assert!(told.iter().copied().eq(both.iter().copied()), "{:?}", told);
            prop_assert_eq!((near.len(), near.links()), (9, both.len() / 2));
        }
    }

    #[test]
    fn links_beyond_the_gap_and_rows_that_are_not_there() {
        let links = links_of(&[(0, 1, 5.0), (1, 2, 20.0), (1, 3, 5.0)]);
        let near = Neighbours::new(3, &links, 10.0);
        assert_eq!((near.of(0), near.of(1), near.of(2), near.of(7)), (&[1][..], &[0][..], &[][..], &[][..]));
        assert_eq!(Neighbours::from_pairs(2, [(0, 2)]), Err(NoSuchRow { row: 2, count: 2 }));
        assert!(Neighbours::from_pairs(0, []).unwrap().is_empty());
    }
}
