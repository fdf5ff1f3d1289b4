//! Laws: sums equal a recount, drafting is deterministic and idempotent.

use proptest::prelude::*;

use super::*;

/// An item of a plan with four compounds, two of them in districts.
fn any_item() -> impl Strategy<Value = Item> {
    let quantity = prop_oneof![Just(Quantity::Missing), (0_u32..1000).prop_map(|n| Quantity::Manual(f64::from(n) / 8.0))];
    let price = prop::option::of(0_i64..100_000);
    let year = prop::option::of(2021..2025_i32);
    (0..catalogue().entries.len(), prop::option::of(0_u32..4), quantity, price, year).prop_map(
        |(entry, compound, quantity, fen, year)| Item {
            code: catalogue().entries[entry].code.clone(),
            year,
            price: fen.map(|fen| UnitPrice { amount: Money::from_fen(fen), ..price_of_nothing() }),
            ..placed("", compound, quantity)
        },
    )
}

fn price_of_nothing() -> UnitPrice {
    UnitPrice { amount: Money::ZERO, source: String::new(), dated: String::new() }
}

proptest! {
    #[test]
    fn sums_equal_a_recount(items in prop::collection::vec(any_item(), 0..40)) {
        let mut content = plan(4, Vec::new());
        content.districts.insert(DistrictId(1), District { year: Some(2023), ..District::numbered(1) });
        content.districts.insert(DistrictId(2), District::numbered(2));
        content.assignment = vec![Some(DistrictId(1)), Some(DistrictId(2)), None, Some(DistrictId(1))];
        add(&mut content, items);
        let sums = sums(&content);
        let all: Vec<&Item> = content.items.values().collect();
        prop_assert_eq!(sums.total().count, all.len());
        prop_assert_eq!(sums.total().cost, all.iter().filter_map(|i| content.item_cost(i)).sum::<Money>());
        for district in [None, Some(DistrictId(1)), Some(DistrictId(2))] {
            let mine: Vec<_> = all.iter().filter(|i| content.item_district(i) == district).collect();
            let sum = sums.of_district(district);
            prop_assert_eq!(sum.count, mine.len());
            prop_assert_eq!(sum.cost, mine.iter().filter_map(|i| content.item_cost(i)).sum::<Money>());
            prop_assert_eq!(sum.unpriced, mine.iter().filter(|i| i.price.is_none()).count());
            prop_assert_eq!(sum.unmeasured, mine.iter().filter(|i| i.quantity.value().is_none()).count());
            for (unit, quantity) in &sum.quantities {
                let of_unit = mine.iter().filter(|i| catalogue().get(&i.code).unwrap().unit == *unit);
                let recount: f64 = of_unit.filter_map(|i| i.quantity.value()).sum();
                prop_assert!((recount - quantity).abs() < 1e-9);
            }
        }
        for class in ItemClass::ALL {
            let recount = all.iter().filter(|i| catalogue().get(&i.code).unwrap().class == class).count();
            prop_assert_eq!(sums.of_class(class).count, recount);
        }
        for year in [None, Some(2023), Some(2024)] {
            let recount = all.iter().filter(|i| content.item_year(i) == year).count();
            prop_assert_eq!(sums.of_year(year).count, recount);
        }
    }

    #[test]
    fn drafting_is_deterministic_and_idempotent(
        words in prop::collection::vec("(停车难|管网老化|无电梯|绿化差|供水正常)(，(屋面漏水|充电不便|无物业))?", 3),
        flags in prop::collection::vec(any::<(Option<bool>, Option<bool>, Option<bool>)>(), 3),
        laid in 1960..2024_i32,
    ) {
        let pipe = Pipe { laid_year: Some(laid), ..fixture::pipe("p", PipeClass::Water, &[(10.0, 30.0), (90.0, 30.0), (150.0, 30.0)]) };
        let mut content = plan(3, vec![pipe]);
        content.districts.insert(DistrictId(1), District::numbered(1));
        content.assignment = vec![Some(DistrictId(1)), Some(DistrictId(1)), None];
        for (row, (words, (neglected, municipal, services))) in words.iter().zip(flags).enumerate() {
            let facts = facts(&mut content, row);
            facts.problems = Some(words.clone());
            (facts.neglected, facts.lacks_municipal, facts.lacks_services) = (neglected, municipal, services);
        }
        let first = drafted(&content);
        prop_assert_eq!(&first, &drafted(&content));
        add(&mut content, first);
        prop_assert_eq!(drafted(&content), Vec::new());
        prop_assert_eq!(quantities(&content), Vec::new(), "a fresh draft is measured");
    }
}
