//! Counts for the list of layers, which are too long to take every frame.

use crate::model::Content;
use crate::policy::{ItemClass, PipeClass};

/// What follows from the layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pipes of each class, in the order of `PipeClass::ALL`.
    pub pipes: [usize; 9],
}

impl Counts {
    /// Counts a plan. `O(pipes)`.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let mut counts = Self::default();
        for pipe in content.pipes.iter() {
            if let Some(place) = PipeClass::ALL.iter().position(|class| *class == pipe.class) {
                counts.pipes[place] += 1;
            }
        }
        counts
    }
}

/// Items of each class, in the order of `ItemClass::ALL`. `O(items)`.
#[must_use]
pub fn item_counts(content: &Content) -> [usize; ItemClass::ALL.len()] {
    let mut counts = [0; ItemClass::ALL.len()];
    for entry in content.items.values().filter_map(|item| content.catalogue.get(&item.code)) {
        if let Some(place) = ItemClass::ALL.iter().position(|class| *class == entry.class) {
            counts[place] += 1;
        }
    }
    counts
}
