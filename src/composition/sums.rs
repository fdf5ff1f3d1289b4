//! Sums of items by class, district and year: counts, quantities by unit, money, and what is missing.

use std::collections::BTreeMap;

use crate::base::{DistrictId, Money};
use crate::model::Content;
use crate::policy::{ItemClass, Unit};

/// What some items add up to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum {
    /// Items.
    pub count: usize,
    /// Quantities by unit; items without one add nothing.
    pub quantities: BTreeMap<Unit, f64>,
    /// Cost of the items that have both a quantity and a price.
    pub cost: Money,
    /// Items without a price.
    pub unpriced: usize,
    /// Items without a quantity.
    pub unmeasured: usize,
    /// Items whose cost is in `cost`.
    pub costed: usize,
}

impl Sum {
    /// Whether every item is in `cost`.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.costed == self.count
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        for (unit, quantity) in &other.quantities {
            *self.quantities.entry(*unit).or_default() += quantity;
        }
        self.cost += other.cost;
        self.unpriced += other.unpriced;
        self.unmeasured += other.unmeasured;
        self.costed += other.costed;
    }
}

/// Sums by class × district × year. Items without a district or a year stand under `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// The cells that hold anything.
    pub cells: BTreeMap<(ItemClass, Option<DistrictId>, Option<i32>), Sum>,
    /// Items whose code no catalogue entry has; they are in no cell.
    pub unknown_codes: usize,
}

impl Sums {
    /// The sum of the cells that a test picks.
    #[must_use]
    pub fn of(&self, pick: impl Fn(ItemClass, Option<DistrictId>, Option<i32>) -> bool) -> Sum {
        let mut total = Sum::default();
        for (_, cell) in self.cells.iter().filter(|((class, district, year), _)| pick(*class, *district, *year)) {
            total.add(cell);
        }
        total
    }

    /// Everything.
    #[must_use]
    pub fn total(&self) -> Sum {
        self.of(|_, _, _| true)
    }

    /// One class.
    #[must_use]
    pub fn of_class(&self, class: ItemClass) -> Sum {
        self.of(|c, _, _| c == class)
    }

    /// One district; `None` for items that belong to none.
    #[must_use]
    pub fn of_district(&self, district: Option<DistrictId>) -> Sum {
        self.of(|_, d, _| d == district)
    }

    /// One year; `None` for items without.
    #[must_use]
    pub fn of_year(&self, year: Option<i32>) -> Sum {
        self.of(|_, _, y| y == year)
    }
}

/// Adds up the items of a plan. `O(items log items)`.
#[must_use]
pub fn sums(content: &Content) -> Sums {
    let mut sums = Sums::default();
    for item in content.items.values() {
        let Some(entry) = content.catalogue.get(&item.code) else {
            sums.unknown_codes += 1;
            continue;
        };
        let price = item.price.as_ref().or_else(|| content.prices.get(&item.code));
        let quantity = item.quantity.value();
        let cost = content.item_cost(item);
        let cell = sums.cells.entry((entry.class, content.item_district(item), content.item_year(item))).or_default();
        cell.add(&Sum {
            count: 1,
            quantities: quantity.map(|value| (entry.unit, value)).into_iter().collect(),
            cost: cost.unwrap_or_default(),
            unpriced: usize::from(price.is_none()),
            unmeasured: usize::from(quantity.is_none()),
            costed: usize::from(cost.is_some()),
        });
    }
    sums
}
