//! The repair against all groupings of small plans, and cases that a planner would know.

use proptest::prelude::*;

use super::*;
use crate::base::Silent;

/// The fewest moves by trying every grouping of the units.
fn brute(input: &RepairInput<'_>) -> usize {
    let mut names: Vec<Option<u32>> = input.district.to_vec();
    names.push(None);
    names.sort_unstable();
    names.dedup();
    let count = input.district.len();
    let mut fewest = usize::MAX;
    for number in 0..names.len().pow(u32::try_from(count).unwrap()) {
        let mut rest = number;
        let digit = |_| {
            let name = names[rest % names.len()];
            rest /= names.len();
            name
        };
        let trial: Vec<Option<u32>> = (0..count).map(digit).collect();
        let moved = (0..count).filter(|unit| trial[*unit] != input.district[*unit]).count();
        if moved < fewest && is_repair(input, &trial) {
            fewest = moved;
        }
    }
    fewest
}

/// Whether a grouping is a repair, from scratch.
fn is_repair(input: &RepairInput<'_>, trial: &[Option<u32>]) -> bool {
    let lawful = (0..trial.len()).all(|unit| {
        let (from, to) = (input.district[unit], trial[unit]);
        let free = |district: Option<u32>| district.is_none_or(|d| !input.locked.contains(&d));
        from == to || (free(from) && free(to) && (to.is_none() || input.eligible[unit]))
    });
    let districts: BTreeSet<u32> = input.district.iter().flatten().copied().collect();
    lawful
        && districts.iter().filter(|d| !input.locked.contains(d)).all(|district| {
            let member = |unit: &usize| trial[*unit] == Some(*district);
            let carries = |unit: usize| member(&unit) || (input.conduct && trial[unit].is_none());
            let Some(first) = (0..trial.len()).find(member) else { return false };
            let (mut seen, mut open) = (BTreeSet::from([first]), vec![first]);
            while let Some(unit) = open.pop() {
                let near = input.neighbours.of(unit).iter().map(|n| *n as usize);
                open.extend(near.filter(|n| carries(*n) && seen.insert(*n)).collect::<Vec<_>>());
            }
            let keeps = (0..trial.len()).any(|unit| member(&unit) && input.district[unit] == Some(*district));
            keeps && (0..trial.len()).filter(member).all(|unit| seen.contains(&unit))
        })
}

fn after(input: &RepairInput<'_>, repair: &Repair) -> Vec<Option<u32>> {
    let mut district = input.district.to_vec();
    for step in &repair.moves {
        assert_eq!(district[step.unit as usize], step.from);
        district[step.unit as usize] = step.to;
    }
    district
}

/// Districts, links, who may enter, whether free units carry, and what is locked.
type Plan = (Vec<Option<u32>>, Vec<(usize, usize)>, Vec<bool>, bool, BTreeSet<u32>);

fn plans() -> impl Strategy<Value = Plan> {
    (2usize..9).prop_flat_map(|count| {
        let district = prop::collection::vec(prop::option::weighted(0.8, 1u32..4), count);
        let links = prop::collection::vec((0..count, 0..count), 1..14);
        let eligible = prop::collection::vec(prop::bool::weighted(0.85), count);
        let locked = prop::collection::btree_set(1u32..4, 0..2);
        (district, links, eligible, prop::bool::weighted(0.25), locked)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn has_the_fewest_moves_of_all((district, links, eligible, conduct, locked) in plans()) {
        let neighbours = Neighbours::from_pairs(district.len(), links).unwrap();
        let input = RepairInput { neighbours: &neighbours, district: &district, eligible: &eligible, conduct, locked: &locked };
        let found = repair(&input, &Silent);
        prop_assert!(is_repair(&input, &after(&input, &found)), "{:?}", found);
        prop_assert_eq!(found.moves.len(), brute(&input), "{:?}", found);
        prop_assert!(found.exact && found.at_least == found.moves.len());
    }

    #[test]
    fn a_rough_repair_is_a_repair((district, links, eligible, conduct, locked) in plans()) {
        let neighbours = Neighbours::from_pairs(district.len(), links).unwrap();
        let input = RepairInput { neighbours: &neighbours, district: &district, eligible: &eligible, conduct, locked: &locked };
        let mut layout = Layout::new(&input);
        for broken in layout.broken().into_iter().filter(|district| !locked.contains(district)) {
            rough::heal(&mut layout, broken, &Silent);
        }
        let moves = layout.moves_since(&district);
        let found = Repair { moves, ..Repair::default() };
        prop_assert!(is_repair(&input, &after(&input, &found)), "{:?}", found);
    }
}

fn check(district: &[u32], links: &[(usize, usize)], locked: &[u32], expected: &[(u32, u32)]) {
    let district: Vec<Option<u32>> = district.iter().map(|d| (*d > 0).then_some(*d)).collect();
    let neighbours = Neighbours::from_pairs(district.len(), links.iter().copied()).unwrap();
    let (eligible, locked) = (vec![true; district.len()], locked.iter().copied().collect());
    let input =
        RepairInput { neighbours: &neighbours, district: &district, eligible: &eligible, conduct: false, locked: &locked };
    let found = repair(&input, &Silent);
    assert_eq!(found.moves.iter().map(|m| (m.unit, m.to.unwrap_or(0))).collect::<Vec<_>>(), expected);
}

#[test]
fn cases() {
    let row = [(0, 1), (1, 2), (2, 3), (3, 4)];
    // A free unit between two parts is taken in.
    check(&[1, 1, 0, 1, 1], &row, &[], &[(2, 1)]);
    // A stray goes to its neighbour rather than to none.
    check(&[1, 1, 2, 2, 1], &row, &[], &[(4, 2)]);
    // Its neighbour is locked, so it stays without a district.
    check(&[1, 1, 2, 2, 1], &row, &[2], &[(4, 0)]);
    // A locked district is left in parts.
    check(&[1, 1, 0, 1, 1], &row, &[1], &[]);
    // Nothing is wrong.
    check(&[1, 1, 2, 2, 2], &row, &[], &[]);
    // One swap of a unit heals two districts at once.
    check(&[1, 2, 1, 2, 2], &[(0, 1), (1, 2), (2, 3), (3, 4), (0, 2)], &[], &[(1, 1)]);
}

/// Long rows are beyond what can be tried: the proposal is a repair all the same, and says what was ruled out.
#[test]
fn a_large_plan_is_repaired_and_said_not_to_be_exact() {
    let side = 18;
    let at = |x: usize, y: usize| y * side + x;
    let links = (0..side).flat_map(|y| {
        (0..side).flat_map(move |x| {
            [(x + 1 < side).then(|| (at(x, y), at(x + 1, y))), (y + 1 < side).then(|| (at(x, y), at(x, y + 1)))]
        })
    });
    let neighbours = Neighbours::from_pairs(side * side, links.flatten()).unwrap();
    // Stripes two wide, in turn of three districts: every district is in many pieces.
    let district: Vec<Option<u32>> = (0..side * side).map(|unit| u32::try_from(unit % side / 2 % 3).ok()).collect();
    let (eligible, locked) = (vec![true; side * side], BTreeSet::new());
    let input =
        RepairInput { neighbours: &neighbours, district: &district, eligible: &eligible, conduct: false, locked: &locked };
    let listener = Listener::default();
    let found = repair(&input, &listener);
    assert!(!found.exact && found.at_least >= 2 && found.left.is_empty(), "{} {}", found.at_least, found.moves.len());
    let mut layout = Layout::new(&input);
    layout.make(&found.moves);
    assert_eq!(layout.broken(), [0; 0]);
    // How far it is goes up to nearly all, and never back.
    let told = listener.told.into_inner().unwrap();
    assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 == pair[1].1), "{told:?}");
    let (first, last) = (told[0], told[told.len() - 1]);
    assert!(first.0 == 0 && last.0 <= last.1 && last.0 * 10 >= last.1 * 8 && told.len() > 6, "{first:?} {last:?}");
}

/// Keeps what it is told, each step once.
#[derive(Default)]
struct Listener {
    told: std::sync::Mutex<Vec<(usize, usize)>>,
}

impl Reporter for Listener {
    fn progress(&self, done: usize, total: usize) {
        let mut told = self.told.lock().unwrap();
        if told.last() != Some(&(done, total)) {
            told.push((done, total));
        }
    }

    fn should_stop(&self) -> bool {
        false
    }
}
