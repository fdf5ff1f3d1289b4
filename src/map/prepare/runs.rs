//! Runs of a list one after another, such as the rings of an area in the points of a layer: one number each.

use std::ops::Range;

/// Consecutive runs, by where each ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Runs {
    ends: Vec<u32>,
}

impl Runs {
    /// Adds a run of so many entries.
    pub(super) fn push(&mut self, count: usize) {
        let last = self.ends.last().copied().unwrap_or(0);
        self.ends.push(last.saturating_add(u32::try_from(count).unwrap_or(u32::MAX)));
    }

    /// Adds the runs of a list that is appended to this one's.
    pub(super) fn append(&mut self, other: &Self) {
        let last = self.ends.last().copied().unwrap_or(0);
        self.ends.extend(other.ends.iter().map(|end| last.saturating_add(*end)));
    }

    /// Where a run lies in the list; empty for one that is not there.
    pub(super) fn range(&self, run: usize) -> Range<usize> {
        let Some(end) = self.ends.get(run) else { return 0..0 };
        let start = run.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        start as usize..*end as usize
    }

    /// How many runs there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}
