//! The matrix of needs, compounds × items (R20). A blank cell is a question; it is never 已达标.

use crate::base::CompoundId;
use crate::model::{Content, NeedState};
use crate::policy::{CatalogueEntry, ItemCode};

/// State of an item in a compound; `None` where nobody has looked.
#[must_use]
pub fn need_state(content: &Content, compound: CompoundId, code: &ItemCode) -> Option<NeedState> {
    content.needs.get(&(compound, code.clone())).copied()
}

/// One cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeedRow<'a> {
    /// The compound.
    pub compound: CompoundId,
    /// The item.
    pub entry: &'a CatalogueEntry,
    /// The state; `None` is blank.
    pub state: Option<NeedState>,
}

/// Every cell, compound by compound, in the order of the catalogue: compounds × items of them.
pub fn need_rows(content: &Content) -> impl Iterator<Item = NeedRow<'_>> + '_ {
    (0..content.compounds.len()).map(CompoundId::from_index).flat_map(move |compound| {
        content.catalogue.entries.iter().map(move |entry| NeedRow {
            compound,
            entry,
            state: need_state(content, compound, &entry.code),
        })
    })
}

/// How many cells of the matrix have each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NeedCounts {
    /// Cells by state, in the order of [`NeedState::ALL`].
    pub by_state: [usize; NeedState::ALL.len()],
    /// Cells on which nobody has spoken.
    pub blank: usize,
}

impl NeedCounts {
    /// Cells of one state.
    #[must_use]
    pub fn of(&self, state: NeedState) -> usize {
        NeedState::ALL.iter().position(|own| *own == state).map_or(0, |place| self.by_state[place])
    }

    /// All cells.
    #[must_use]
    pub fn total(&self) -> usize {
        self.by_state.iter().sum::<usize>() + self.blank
    }
}

/// Counts the cells of some compounds, each once. `O(compounds + states)`.
#[must_use]
pub fn need_counts(content: &Content, compounds: impl Iterator<Item = CompoundId>) -> NeedCounts {
    let mut asked = vec![false; content.compounds.len()];
    for id in compounds {
        if let Some(asked) = asked.get_mut(id.index()) {
            *asked = true;
        }
    }
    let rows = asked.iter().filter(|asked| **asked).count();
    let mut counts = NeedCounts::default();
    for ((compound, code), state) in &content.needs {
        let counted = asked.get(compound.index()) == Some(&true) && content.catalogue.get(code).is_some();
        if let Some(place) = NeedState::ALL.iter().position(|own| own == state).filter(|_| counted) {
            counts.by_state[place] += 1;
        }
    }
    counts.blank = rows * content.catalogue.entries.len() - counts.by_state.iter().sum::<usize>();
    counts
}
