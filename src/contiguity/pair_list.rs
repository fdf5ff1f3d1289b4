//! What belongs to pairs of compounds, sorted by pair and kept in blocks of first compounds.
//!
//! A copy shares its blocks with the original, and a change renews only the blocks of the pairs it names: the links of a
//! whole city can be handed to a job or a picture and be changed meanwhile, in far less than a millisecond.

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::CompoundId;

/// First compounds a block. A change copies one block, a copy of the list counts all of them: both are quick at this size.
pub(super) const BLOCK: usize = 64;

/// A pair of compounds, the smaller id first.
pub type PairKey = (CompoundId, CompoundId);

/// What a [`PairList`] can hold.
pub trait Paired: Clone + Send + Sync {
    /// The pair it belongs to, the smaller id first.
    fn key(&self) -> PairKey;
}

/// At most one thing a pair, in order of the pairs.
#[derive(Clone, Debug)]
pub struct PairList<T> {
    blocks: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Default for PairList<T> {
    fn default() -> Self {
        Self { blocks: Vec::new(), len: 0 }
    }
}

impl<T: Paired + PartialEq> PartialEq for PairList<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T: Paired> PairList<T> {
    /// A list of blocks, each holding the pairs of [`BLOCK`] first compounds, sorted.
    pub(super) fn of_blocks(blocks: Vec<Vec<T>>) -> Self {
        let len = blocks.iter().map(Vec::len).sum();
        Self { blocks: blocks.into_iter().map(Arc::new).collect(), len }
    }

    /// Count of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All, in order of the pairs.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.blocks.iter().flat_map(|block| block.iter())
    }

    /// The first, by pair.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.iter().next()
    }

    /// What belongs to a pair. `O(log block)`.
    #[must_use]
    pub fn find(&self, (a, b): PairKey) -> Option<&T> {
        let block = self.blocks.get(a.index() / BLOCK)?;
        block.binary_search_by_key(&(a, b), Paired::key).ok().and_then(|at| block.get(at))
    }

    /// Pairs in which `a` is the first compound. `O(log block)`.
    #[must_use]
    pub fn starting_at(&self, a: CompoundId) -> &[T] {
        let Some(block) = self.blocks.get(a.index() / BLOCK) else { return &[] };
        let from = block.partition_point(|entry| entry.key().0 < a);
        let count = block[from..].partition_point(|entry| entry.key().0 == a);
        &block[from..from + count]
    }

    /// Changes every entry, on all cores.
    pub(super) fn try_for_each_mut<E: Send>(&mut self, change: impl Fn(&mut T) -> Result<(), E> + Sync) -> Result<(), E> {
        self.blocks.par_iter_mut().try_for_each(|block| Arc::make_mut(block).iter_mut().try_for_each(&change))
    }

    /// Puts in, replaces or takes out what belongs to each pair; `changes` are sorted by pair, at most one a pair.
    pub(super) fn change(&mut self, changes: Vec<(PairKey, Option<T>)>) {
        let mut changes = changes.into_iter().peekable();
        while let Some(at) = changes.peek().map(|((a, _), _)| a.index() / BLOCK) {
            if self.blocks.len() <= at {
                self.blocks.resize_with(at + 1, Arc::default);
            }
            let old = std::mem::take(&mut self.blocks[at]);
            let mut kept = old.iter().peekable();
            let mut block = Vec::with_capacity(old.len() + 4);
            while let Some((key, entry)) = changes.next_if(|((a, _), _)| a.index() / BLOCK == at) {
                block.extend(std::iter::from_fn(|| kept.next_if(|entry| entry.key() < key)).cloned());
                kept.next_if(|entry| entry.key() == key);
                block.extend(entry);
            }
            block.extend(kept.cloned());
            self.len = self.len + block.len() - old.len();
            self.blocks[at] = Arc::new(block);
        }
    }
}

impl<T: Paired> FromIterator<T> for PairList<T> {
    /// Of entries in any order; of several of one pair the last stays.
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let by_pair: std::collections::BTreeMap<PairKey, T> = entries.into_iter().map(|entry| (entry.key(), entry)).collect();
        let mut list = Self::default();
        list.change(by_pair.into_iter().map(|(key, entry)| (key, Some(entry))).collect());
        list
    }
}

impl<'a, T: Paired> IntoIterator for &'a PairList<T> {
    type Item = &'a T;
    type IntoIter = Box<dyn DoubleEndedIterator<Item = &'a T> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Entry(u32, u32, u8);

    impl Paired for Entry {
        fn key(&self) -> PairKey {
            (CompoundId(self.0), CompoundId(self.1))
        }
    }

    fn entry() -> impl Strategy<Value = Entry> {
        (0..200_u32, 1..9_u32, any::<u8>()).prop_map(|(a, more, value)| Entry(a, a + more, value))
    }

    proptest! {
        #[test]
        fn is_a_sorted_map(first in prop::collection::vec(entry(), 0..60), then in prop::collection::vec((entry(), any::<bool>()), 0..60)) {
            let mut map: BTreeMap<PairKey, Entry> = first.iter().map(|e| (e.key(), *e)).collect();
            let mut list: PairList<Entry> = first.into_iter().collect();
            let before = (list.clone(), map.clone());
            let changes: BTreeMap<PairKey, Option<Entry>> = then.into_iter().map(|(e, put)| (e.key(), put.then_some(e))).collect();
            for (key, entry) in &changes {
                match entry {
                    Some(entry) => map.insert(*key, *entry),
                    None => map.remove(key),
                };
            }
            list.change(changes.into_iter().collect());
            for (list, map) in [(&list, &map), (&before.0, &before.1)] {
                prop_assert!(list.iter().eq(map.values()));
                prop_assert_eq!(list.len(), map.len());
                for a in 0..210 {
                    let mine: Vec<Entry> = map.values().filter(|e| e.0 == a).copied().collect();
                    prop_assert_eq!(list.starting_at(CompoundId(a)), &mine[..]);
                    prop_assert_eq!(list.find((CompoundId(a), CompoundId(a + 3))), map.get(&(CompoundId(a), CompoundId(a + 3))));
                }
            }
            prop_assert_eq!(list == before.0, map == before.1);
        }
    }
}
