//! Cells at a level of detail that were drawn as meshes: made on first sight and kept while their shapes stay.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::TOLERANCES_M;
use crate::map::Cells;

type Levels<D> = [OnceLock<D>; TOLERANCES_M.len()];

/// What is kept of a layer, by cell and level. It follows from the layer, so any two are equal.
#[derive(Debug)]
pub(super) struct Details<D> {
    cells: Vec<Arc<Levels<D>>>,
}

impl<D> Details<D> {
    /// Nothing yet, for cells; what `before` has of cells with the same shapes is taken over.
    pub(super) fn new(cells: &Cells, before: Option<(&Cells, &Self)>) -> Self {
        let kept: HashMap<u64, &Arc<Levels<D>>> = before
            .map(|(cells, details)| cells.list.iter().map(|cell| cell.digest).zip(&details.cells).collect())
            .unwrap_or_default();
        let of = |digest: u64| kept.get(&digest).map_or_else(Arc::default, |levels| Arc::clone(levels));
        Self { cells: cells.list.iter().map(|cell| of(cell.digest)).collect() }
    }

    /// The cell at that level, made now if it is not there; `None` for one that does not exist.
    pub(super) fn get(&self, level: usize, cell: usize, make: impl FnOnce() -> D) -> Option<&D> {
        self.cells.get(cell)?.get(level).map(|slot| slot.get_or_init(make))
    }
}

impl<D> Default for Details<D> {
    fn default() -> Self {
        Self { cells: Vec::new() }
    }
}

impl<D> Clone for Details<D> {
    fn clone(&self) -> Self {
        Self { cells: self.cells.clone() }
    }
}

impl<D> PartialEq for Details<D> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}
