//! Links by other ways than straight across: over bridges and through parcels, kept by pair and by what they lead over.

use std::collections::BTreeMap;

use super::pair_list::{PairKey, Paired};
use super::{Link, Via};

/// A pair and what its link leads over or through.
type DetourKey = (PairKey, Option<Via>);

/// All detours.
#[derive(Default)]
pub(super) struct Detours {
    by_pair: BTreeMap<DetourKey, Link>,
    /// Keys of the links over each bridge.
    bridges: Vec<Vec<DetourKey>>,
    /// Keys of the links through parcels.
    parcels: Vec<DetourKey>,
}

impl Detours {
    /// Puts the links over a bridge in place of those before; returns the pairs of both.
    pub(super) fn put_bridge(&mut self, row: usize, links: Vec<Link>) -> Vec<PairKey> {
        if self.bridges.len() <= row {
            self.bridges.resize_with(row + 1, Vec::new);
        }
        let before = std::mem::take(&mut self.bridges[row]);
        let (after, pairs) = self.replace(&before, links);
        self.bridges[row] = after;
        pairs
    }

    /// Puts the links through parcels in place of those before; returns the pairs of both.
    pub(super) fn put_parcels(&mut self, links: Vec<Link>) -> Vec<PairKey> {
        let before = std::mem::take(&mut self.parcels);
        let (after, pairs) = self.replace(&before, links);
        self.parcels = after;
        pairs
    }

    fn replace(&mut self, before: &[DetourKey], links: Vec<Link>) -> (Vec<DetourKey>, Vec<PairKey>) {
        for key in before {
            self.by_pair.remove(key);
        }
        let after: Vec<DetourKey> = links.iter().map(|link| (link.key(), link.via)).collect();
        let pairs = before.iter().chain(&after).map(|(pair, _)| *pair).collect();
        self.by_pair.extend(after.iter().copied().zip(links));
        (after, pairs)
    }

    /// The detours of a pair.
    pub(super) fn of(&self, pair: PairKey) -> impl Iterator<Item = &Link> {
        self.by_pair.range((pair, None)..).take_while(move |((key, _), _)| *key == pair).map(|(_, link)| link)
    }

    /// Every pair that has one.
    pub(super) fn pairs(&self) -> impl Iterator<Item = PairKey> {
        self.by_pair.keys().map(|(pair, _)| *pair)
    }
}
