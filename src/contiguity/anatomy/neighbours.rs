//! Who is linked with whom at a gap, in compressed rows.

use crate::contiguity::Links;

/// Neighbours of every compound, each row ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Neighbours {
    /// The neighbours of `count` compounds under links of at most `gap_m`; links of others are left out. `O(count + links)`.
    #[must_use]
    pub fn new(count: usize, links: &Links, gap_m: f64) -> Self {
        let pairs = || links.list.iter().filter(|l| l.gap_m <= gap_m && l.b.index() < count).map(|l| (l.a, l.b));
        let mut starts = vec![0; count + 1];
        for (a, b) in pairs() {
            starts[a.index() + 1] += 1;
            starts[b.index() + 1] += 1;
        }
        for row in 0..count {
            starts[row + 1] += starts[row];
        }
        let (mut next, mut targets) = (starts.clone(), vec![0; starts[count]]);
        // Links come in order of their pairs, so every row gets first those before it, then those after, both ascending.
        for (a, b) in pairs() {
            for (from, to) in [(a, b), (b, a)] {
                targets[next[from.index()]] = to.0;
                next[from.index()] += 1;
            }
        }
        let mut near = Self { starts, targets };
        (0..count).for_each(|row| near.targets[near.starts[row]..near.starts[row + 1]].sort_unstable());
        near
    }

    /// Count of compounds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is no compound.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Neighbours of a compound.
    #[must_use]
    pub fn of(&self, row: u32) -> &[u32] {
        let row = row as usize;
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(from), Some(to)) => &self.targets[*from..*to],
            _ => &[],
        }
    }
}
