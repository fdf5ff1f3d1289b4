//! The order of works at one place (R26): what lies underground before the road, the road before the green.
//!
//! An item is worked on within its days, its half-year or its year, as far as it is known. Two are out of order when the
//! one that comes after surely begins before the other can be done; two of the same half-year are not.

use std::collections::BTreeMap;

use crate::base::{CompoundId, Day, DistrictId, ItemId, Message};
use crate::model::{Content, Item, Timing};
use crate::policy::{CatalogueEntry, HiddenWork};

/// Works that have an order, the first to be done first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// Pipes and cables that are covered up.
    Underground,
    /// 道路.
    Road,
    /// 绿化.
    Green,
}

impl Turn {
    /// Every turn, in order.
    pub const ALL: [Self; 3] = [Self::Underground, Self::Road, Self::Green];

    /// The turn of an entry; most have none.
    #[must_use]
    pub fn of(entry: &CatalogueEntry) -> Option<Self> {
        match entry.kind().0.as_str() {
            "road" => Some(Self::Road),
            "greening" => Some(Self::Green),
            _ => (entry.hidden_work == HiddenWork::Yes).then_some(Self::Underground),
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Underground => Message::new("coordination.turn-underground"),
            Self::Road => Message::new("coordination.turn-road"),
            Self::Green => Message::new("coordination.turn-green"),
        }
    }
}

/// An item that begins before another is done that it should wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disorder {
    /// The item that comes too early, and its turn.
    pub early: (ItemId, Turn),
    /// The item that is done last of all it should wait for.
    pub waits_for: (ItemId, Turn),
}

/// The last day on which an item may begin and the first on which it may be done, as far as it is known when.
fn window(content: &Content, item: &Item) -> Option<(Day, Day)> {
    let year = content.item_year(item);
    match item.timing {
        Some(Timing::Days(first, last)) => Some((first, last)),
        Some(Timing::FirstHalf) => Some((Day::new(year?, 6, 30)?, Day::new(year?, 1, 1)?)),
        Some(Timing::SecondHalf) => Some((Day::new(year?, 12, 31)?, Day::new(year?, 7, 1)?)),
        None => Some((Day::new(year?, 12, 31)?, Day::new(year?, 1, 1)?)),
    }
}

/// An item that has a turn and a time.
struct Work {
    id: ItemId,
    turn: Turn,
    compound: Option<CompoundId>,
    district: Option<DistrictId>,
    begins: Day,
    done: Day,
}

/// Of each turn the item that is done last.
#[derive(Clone, Copy, Default)]
struct Last([Option<(Day, std::cmp::Reverse<ItemId>)>; 3]);

impl Last {
    fn add(&mut self, work: &Work) {
        let held = &mut self.0[work.turn as usize];
        *held = (*held).max(Some((work.done, std::cmp::Reverse(work.id))));
    }

    /// What is done last of all turns before this one.
    fn before(&self, turn: Turn) -> Option<(Day, std::cmp::Reverse<ItemId>, Turn)> {
        let earlier = Turn::ALL.into_iter().filter(|one| *one < turn);
        earlier.filter_map(|one| self.0[one as usize].map(|(day, id)| (day, id, one))).max_by_key(|(day, id, _)| (*day, *id))
    }
}

/// Items out of order, in the order of their ids. Items of a compound meet those of the same compound and those of its district
/// as a whole; those meet all of the district. `O(items · log)`.
#[must_use]
pub fn disorders(content: &Content) -> Vec<Disorder> {
    let works: Vec<Work> = content.items.iter().filter_map(|(id, item)| work(content, *id, item)).collect();
    let mut of_compound: BTreeMap<CompoundId, Last> = BTreeMap::new();
    let (mut at_large, mut of_district): (BTreeMap<DistrictId, Last>, BTreeMap<DistrictId, Last>) = Default::default();
    for work in &works {
        match work.compound {
            Some(compound) => of_compound.entry(compound).or_default().add(work),
            None => work.district.into_iter().for_each(|district| at_large.entry(district).or_default().add(work)),
        }
        work.district.into_iter().for_each(|district| of_district.entry(district).or_default().add(work));
    }
    let mut found = Vec::new();
    for work in &works {
        let near = match work.compound {
            Some(compound) => [of_compound.get(&compound), work.district.and_then(|district| at_large.get(&district))],
            None => [None, work.district.and_then(|district| of_district.get(&district))],
        };
        let waits_for =
            near.into_iter().flatten().filter_map(|last| last.before(work.turn)).max_by_key(|(day, id, _)| (*day, *id));
        if let Some((done, id, turn)) = waits_for
            && work.begins < done
        {
            found.push(Disorder { early: (work.id, work.turn), waits_for: (id.0, turn) });
        }
    }
    found
}

fn work(content: &Content, id: ItemId, item: &Item) -> Option<Work> {
    let turn = Turn::of(content.catalogue.get(&item.code)?)?;
    let (begins, done) = window(content, item)?;
    Some(Work { id, turn, compound: item.compound, district: content.item_district(item), begins, done })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{District, ItemOrigin, Quantity};
    use crate::policy::ItemCode;

    /// Every pair looked at by itself.
    fn by_pairs(content: &Content) -> Vec<ItemId> {
        let works: Vec<Work> = content.items.iter().filter_map(|(id, item)| work(content, *id, item)).collect();
        let meet = |a: &Work, b: &Work| match (a.compound, b.compound) {
            (Some(a), Some(b)) => a == b,
            _ => a.district.is_some() && a.district == b.district,
        };
        let early =
            |work: &&Work| works.iter().any(|other| other.turn < work.turn && meet(work, other) && work.begins < other.done);
        works.iter().filter(early).map(|work| work.id).collect()
    }

    fn timing() -> impl Strategy<Value = Option<Timing>> {
        let day = || (1..13_u8, 1..29_u8).prop_filter_map("a day", |(month, day)| Day::new(2024, month, day));
        prop_oneof![
            Just(None),
            Just(Some(Timing::FirstHalf)),
            Just(Some(Timing::SecondHalf)),
            (day(), day()).prop_map(|(a, b)| Timing::days(a.min(b), a.max(b)))
        ]
    }

    fn plan() -> impl Strategy<Value = Content> {
        let codes = prop::sample::select(vec!["water_supply", "heating", "road", "greening", "lighting"]);
        let item = (codes, prop::option::of(0..3_u32), prop::option::of(1..3_u32), prop::option::of(2023..2026_i32), timing());
        prop::collection::vec(item, 0..12).prop_map(|items| {
            let mut content = Content { assignment: vec![Some(DistrictId(1)), Some(DistrictId(1)), None], ..Content::default() };
            for id in 1..3 {
                content.districts.insert(DistrictId(id), District { year: Some(2024), ..District::numbered(id) });
            }
            for (id, (code, compound, district, year, timing)) in (1..).zip(items) {
                let item = Item {
                    code: ItemCode::new(code),
                    compound: compound.map(CompoundId),
                    district: if compound.is_some() { None } else { district.map(DistrictId) },
                    place: None,
                    quantity: Quantity::Missing,
                    year,
                    timing,
                    price: None,
                    origin: ItemOrigin::Hand,
                    note: String::new(),
                };
                content.items.insert(ItemId(id), item);
            }
            content
        })
    }

    proptest! {
        #[test]
        fn the_sweep_finds_what_pairs_find(content in plan()) {
            let found: Vec<ItemId> = disorders(&content).into_iter().map(|one| one.early.0).collect();
            prop_assert_eq!(found, by_pairs(&content));
        }
    }
}
