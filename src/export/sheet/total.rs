//! Sums as sheets show them: what is not known counts as nothing, and is not passed over in silence.

use std::ops::AddAssign;

use crate::base::Money;
use crate::i18n::{at_least, decimal, grouped};
use crate::model::CompoundFacts;

/// A sum over what is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total<T> {
    amount: T,
    known: usize,
    all: usize,
}

impl<T: AddAssign + Copy> Total<T> {
    pub(super) fn add(&mut self, value: Option<T>) {
        self.all += 1;
        if let Some(value) = value {
            self.known += 1;
            self.amount += value;
        }
    }

    /// The sum in words: behind a sign where it leaves something out, and a dash where nothing of it is known.
    pub(super) fn words(&self, say: impl Fn(T) -> String) -> String {
        if self.known == 0 && self.all > 0 { "—".to_owned() } else { at_least(say(self.amount), self.all - self.known) }
    }

    /// Whether it leaves out a part of what it sums.
    pub(super) const fn is_partial(&self) -> bool {
        0 < self.known && self.known < self.all
    }
}

impl<T: AddAssign + Copy + Default> FromIterator<Option<T>> for Total<T> {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(values: I) -> Self {
        let mut total = Self::default();
        values.into_iter().for_each(|value| total.add(value));
        total
    }
}

/// What the facts of compounds come to.
pub(super) struct FactTotals {
    pub(super) households: String,
    pub(super) floor_area: String,
    pub(super) estimate: String,
    /// Whether households or floor area leave something out, and whether the estimate does.
    pub(super) is_partial: [bool; 2],
}

impl FactTotals {
    pub(super) fn of<'a>(facts: impl Iterator<Item = &'a CompoundFacts> + Clone) -> Self {
        let households: Total<i64> = facts.clone().map(|f| f.households.map(i64::from)).collect();
        let floor_area: Total<f64> = facts.clone().map(|f| f.floor_area_m2).collect();
        let estimate: Total<Money> = facts.map(|f| f.estimated_cost).collect();
        Self {
            households: households.words(grouped),
            floor_area: floor_area.words(|m2| decimal(m2, 0)),
            estimate: estimate.words(|cost| decimal(cost.wan_yuan(), 2)),
            is_partial: [households.is_partial() || floor_area.is_partial(), estimate.is_partial()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_tells_what_it_leaves_out() {
        let words = |values: &[Option<i64>]| values.iter().copied().collect::<Total<_>>().words(grouped);
        assert_eq!(words(&[Some(1_000), Some(500)]), "1,500");
        assert_eq!(words(&[Some(1_000), None]), "≥ 1,000");
        assert_eq!(words(&[None, None]), "—");
        assert_eq!(words(&[]), "0");
    }
}
