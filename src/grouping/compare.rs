//! Two groupings of the same units against each other: how alike they are, which districts are the same, who moved between
//! those that are, and which split or merged.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

/// How many units two districts share.
type Shared = BTreeMap<(u32, u32), usize>;

/// What comparing two groupings gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Units that are in a district in both.
    pub in_both: usize,
    /// The adjusted Rand index over those (Hubert & Arabie 1985): 1 for the same districts, about 0 for chance; `None` when
    /// no unit is in a district in both.
    pub rand: Option<f64>,
    /// Districts of the first and the second grouping that are the same, with the units they share: the pairing with the most
    /// units in all.
    pub same: Vec<(u32, u32, usize)>,
    /// Units that are elsewhere in the second grouping than where their district went.
    pub moved: Vec<MovedUnit>,
    /// Districts that became several: each of those has more than half of its units from it.
    pub splits: Vec<(u32, Vec<u32>)>,
    /// Districts of the second grouping made of several: more than half of the units of each of those went there.
    pub merges: Vec<(u32, Vec<u32>)>,
}

/// A unit that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedUnit {
    /// Which.
    pub unit: u32,
    /// Its district in the first grouping.
    pub from: Option<u32>,
    /// Its district in the second.
    pub to: Option<u32>,
}

/// Compares two groupings of the same units; the slices are equally long. Near linear, but for the pairing of districts:
/// `O(d s log s)` for `d` districts with `s` pairs that share units.
#[must_use]
pub fn compare(first: &[Option<u32>], second: &[Option<u32>]) -> Comparison {
    let shared = shared(first, second);
    let same = pairing(&shared);
    compare_paired((first, second), &shared, same)
}

/// As [`compare`] for two groupings whose districts are known to be the same by their numbers.
#[must_use]
pub fn compare_known(first: &[Option<u32>], second: &[Option<u32>]) -> Comparison {
    let shared = shared(first, second);
    let held: BTreeSet<u32> = first.iter().chain(second).flatten().copied().collect();
    let same: Vec<(u32, u32, usize)> = held.into_iter().map(|d| (d, d, shared.get(&(d, d)).copied().unwrap_or(0))).collect();
    compare_paired((first, second), &shared, same)
}

/// Compares groupings of which is known which districts are the same, and how many units each two share.
fn compare_paired(
    (first, second): (&[Option<u32>], &[Option<u32>]),
    shared: &Shared,
    same: Vec<(u32, u32, usize)>,
) -> Comparison {
    let partner = same.iter().map(|(a, b, _)| (*a, *b)).collect();
    Comparison {
        in_both: shared.values().sum(),
        rand: adjusted_rand(shared),
        moved: moved(first, second, &partner),
        splits: several(first, second, shared, false),
        merges: several(first, second, shared, true),
        same,
    }
}

fn shared(first: &[Option<u32>], second: &[Option<u32>]) -> Shared {
    let mut shared = Shared::new();
    for (a, b) in first.iter().zip(second) {
        if let (Some(a), Some(b)) = (a, b) {
            *shared.entry((*a, *b)).or_default() += 1;
        }
    }
    shared
}

fn moved(first: &[Option<u32>], second: &[Option<u32>], partner: &BTreeMap<u32, u32>) -> Vec<MovedUnit> {
    let pairs = (0..).zip(first.iter().zip(second));
    let elsewhere = |(a, b): (&Option<u32>, &Option<u32>)| match (a, b) {
        (None, None) => false,
        (Some(a), Some(b)) => partner.get(a) != Some(b),
        _ => true,
    };
    pairs.filter(|(_, pair)| elsewhere(*pair)).map(|(unit, (from, to))| MovedUnit { unit, from: *from, to: *to }).collect()
}

/// The adjusted Rand index of a contingency table.
#[expect(clippy::cast_precision_loss, reason = "counts of pairs of units, used as a share")]
fn adjusted_rand(shared: &Shared) -> Option<f64> {
    let pairs = |count: usize| count as f64 * (count as f64 - 1.0) / 2.0;
    let (mut rows, mut columns): (BTreeMap<u32, usize>, BTreeMap<u32, usize>) = Default::default();
    for ((a, b), count) in shared {
        *rows.entry(*a).or_default() += count;
        *columns.entry(*b).or_default() += count;
    }
    let count: usize = shared.values().sum();
    let together: f64 = shared.values().map(|n| pairs(*n)).sum();
    let (first, second): (f64, f64) = (rows.values().map(|n| pairs(*n)).sum(), columns.values().map(|n| pairs(*n)).sum());
    let expected = if count > 1 { first * second / pairs(count) } else { 0.0 };
    let most = f64::midpoint(first, second);
    match count {
        0 => None,
        // All alone or all together in both: there is nothing to differ in.
        _ if (most - expected).abs() <= f64::EPSILON * most => Some(1.0),
        _ => Some((together - expected) / (most - expected)),
    }
}

/// Districts that became several, or with `merged` districts that were made of several.
fn several(first: &[Option<u32>], second: &[Option<u32>], shared: &Shared, merged: bool) -> Vec<(u32, Vec<u32>)> {
    let parts = if merged { first } else { second };
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    parts.iter().flatten().for_each(|district| *sizes.entry(*district).or_default() += 1);
    let mut found: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for ((a, b), count) in shared {
        let (whole, part) = if merged { (*b, *a) } else { (*a, *b) };
        if sizes.get(&part).is_some_and(|size| 2 * count > *size) {
            found.entry(whole).or_default().push(part);
        }
    }
    found.into_iter().filter(|(_, parts)| parts.len() > 1).collect()
}

/// The pairing of districts with the most shared units in all, each used once; sparse Hungarian method (Jonker & Volgenant
/// 1987): one district after another takes its best partner, and those that must give way are given other ones.
fn pairing(shared: &Shared) -> Vec<(u32, u32, usize)> {
    let mut rows: BTreeMap<u32, Vec<(usize, i64)>> = BTreeMap::new();
    let mut columns: BTreeMap<u32, usize> = shared.keys().map(|(_, b)| (*b, 0)).collect();
    columns.values_mut().enumerate().for_each(|(at, column)| *column = at);
    for ((a, b), count) in shared {
        rows.entry(*a).or_default().push((columns[b], -i64::try_from(*count).unwrap_or(i64::MAX)));
    }
    let names: Vec<u32> = columns.keys().copied().collect();
    let numbers: Vec<u32> = rows.keys().copied().collect();
    // A column of its own for each row, at no cost: to stay without a partner.
    let edges: Vec<Vec<(usize, i64)>> =
        rows.into_values().enumerate().map(|(row, edges)| edges.into_iter().chain([(names.len() + row, 0)]).collect()).collect();
    let row_of = Matching::new(&edges, names.len() + numbers.len()).run();
    let pair = |(column, row): (usize, &Option<usize>)| {
        let (a, b) = (numbers[(*row)?], *names.get(column)?);
        Some((a, b, *shared.get(&(a, b))?))
    };
    let mut same: Vec<(u32, u32, usize)> = row_of.iter().enumerate().filter_map(pair).collect();
    same.sort_unstable();
    same
}

/// Rows matched to columns at the least cost.
struct Matching<'a> {
    edges: &'a [Vec<(usize, i64)>],
    row_of: Vec<Option<usize>>,
    column_of: Vec<Option<usize>>,
    row_price: Vec<i64>,
    column_price: Vec<i64>,
}

impl<'a> Matching<'a> {
    fn new(edges: &'a [Vec<(usize, i64)>], columns: usize) -> Self {
        let (row_of, column_of) = (vec![None; columns], vec![None; edges.len()]);
        Self { edges, row_of, column_of, row_price: vec![0; edges.len()], column_price: vec![0; columns] }
    }

    /// The row of each column.
    fn run(mut self) -> Vec<Option<usize>> {
        for row in 0..self.edges.len() {
            let free = |(column, cost): &(usize, i64)| cost - self.column_price[*column];
            self.row_price[row] = self.edges[row].iter().map(free).min().unwrap_or(0);
            self.insert(row);
        }
        self.row_of
    }

    /// Finds the cheapest chain of changes that gives a row a column, and makes it.
    fn insert(&mut self, start: usize) {
        let mut reached: HashMap<usize, (i64, usize)> = HashMap::new();
        let mut settled: BTreeMap<usize, i64> = BTreeMap::new();
        let mut open: BinaryHeap<Reverse<(i64, usize)>> = BinaryHeap::new();
        let (mut row, mut so_far) = (start, 0);
        let end = loop {
            for (column, cost) in &self.edges[row] {
                let there = so_far + cost - self.row_price[row] - self.column_price[*column];
                if !settled.contains_key(column) && reached.get(column).is_none_or(|(known, _)| there < *known) {
                    reached.insert(*column, (there, row));
                    open.push(Reverse((there, *column)));
                }
            }
            // Every row has a column of its own, so there is always one to come to.
            let Some(Reverse((there, column))) = open.pop() else { return };
            if settled.contains_key(&column) {
                continue;
            }
            settled.insert(column, there);
            match self.row_of[column] {
                None => break column,
                Some(next) => (row, so_far) = (next, there),
            }
        };
        let whole = settled[&end];
        for (column, there) in &settled {
            if let Some(held) = self.row_of[*column] {
                self.row_price[held] += whole - there;
                self.column_price[*column] -= whole - there;
            }
        }
        self.row_price[start] += whole;
        let mut column = end;
        loop {
            let (_, from) = reached[&column];
            self.row_of[column] = Some(from);
            // The row that came this way first has no column to give up.
            match self.column_of[from].replace(column) {
                Some(given_up) => column = given_up,
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(numbers: &[u32]) -> Vec<Option<u32>> {
        numbers.iter().map(|n| (*n > 0).then_some(*n)).collect()
    }

    /// Values of `sklearn.metrics.adjusted_rand_score` of scikit-learn 1.9.1; London's zones are compared in `tests/cli.rs`.
    #[test]
    fn the_adjusted_rand_index_as_published() {
        let check = |first: &[u32], second: &[u32], expected: f64| {
            let found = compare(&labels(first), &labels(second)).rand.unwrap();
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        };
        check(&[1, 1, 2, 2], &[1, 1, 2, 2], 1.0);
        check(&[1, 1, 2, 2], &[2, 2, 1, 1], 1.0);
        check(&[1, 1, 2, 3], &[1, 1, 2, 2], 0.571_428_571_428_571_4);
        check(&[1, 1, 2, 2], &[1, 1, 2, 3], 0.571_428_571_428_571_4);
        check(&[1, 1, 1, 1], &[1, 2, 3, 4], 0.0);
        check(&[1, 1, 2, 2], &[1, 2, 1, 2], -0.5);
        check(&[1, 1, 1, 2, 2, 2], &[1, 1, 2, 2, 3, 3], 0.242_424_242_424_242_43);
        check(&[1], &[7], 1.0);
        assert_eq!(compare(&labels(&[0, 1]), &labels(&[1, 0])).rand, None);
    }

    #[test]
    fn who_moved_and_what_split_or_merged() {
        // District 1 becomes 8 but for one unit; 2 and 3 become 9; 4 becomes 5 and 6.
        let first = labels(&[1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 0]);
        let second = labels(&[8, 8, 9, 9, 9, 9, 9, 9, 5, 5, 6, 6, 8]);
        let found = compare(&first, &second);
        assert_eq!(found.same, [(1, 8, 2), (3, 9, 3), (4, 5, 2)]);
        let moved: Vec<u32> = found.moved.iter().map(|moved| moved.unit).collect();
        assert_eq!(moved, [2, 3, 4, 10, 11, 12]);
        assert_eq!((found.splits, found.merges), (vec![(4, vec![5, 6])], vec![(9, vec![2, 3])]));
        let kept = compare_known(&labels(&[1, 1, 2, 0]), &labels(&[1, 2, 2, 2]));
        assert_eq!(kept.moved.iter().map(|moved| moved.unit).collect::<Vec<_>>(), [1, 3]);
    }

    /// The most units that a pairing shares, by trying all.
    fn brute(shared: &Shared, rows: &[u32], used: &BTreeSet<u32>) -> usize {
        let Some((row, rest)) = rows.split_first() else { return 0 };
        let without = brute(shared, rest, used);
        let with = shared.iter().filter(|((a, b), _)| a == row && !used.contains(b)).map(|((_, b), count)| {
            let mut used = used.clone();
            used.insert(*b);
            count + brute(shared, rest, &used)
        });
        with.chain([without]).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn the_pairing_shares_the_most_units(pairs in prop::collection::vec((1u32..6, 1u32..6), 1..40)) {
            let (first, second): (Vec<u32>, Vec<u32>) = pairs.into_iter().unzip();
            let found = compare(&labels(&first), &labels(&second));
            let shared = shared(&labels(&first), &labels(&second));
            let rows: Vec<u32> = shared.keys().map(|(a, _)| *a).collect::<BTreeSet<_>>().into_iter().collect();
            prop_assert_eq!(found.same.iter().map(|(_, _, n)| n).sum::<usize>(), brute(&shared, &rows, &BTreeSet::new()));
            prop_assert_eq!(found.same.iter().map(|(_, b, _)| b).collect::<BTreeSet<_>>().len(), found.same.len());
        }

        #[test]
        fn the_index_is_that_of_counting_pairs(pairs in prop::collection::vec((1u32..5, 1u32..5), 2..25)) {
            let (first, second): (Vec<u32>, Vec<u32>) = pairs.into_iter().unzip();
            // Pairs of units that are together in both, in one, in neither (Steinley 2004, formula of pair counts).
            let (mut both, mut one, mut other, mut none) = (0.0, 0.0, 0.0, 0.0);
            for i in 0..first.len() {
                for j in 0..i {
                    match (first[i] == first[j], second[i] == second[j]) {
                        (true, true) => both += 1.0,
                        (true, false) => one += 1.0,
                        (false, true) => other += 1.0,
                        (false, false) => none += 1.0,
                    }
                }
            }
            let naive: f64 = if one == 0.0 && other == 0.0 {
                1.0
            } else {
                2.0 * (both * none - one * other) / ((both + one) * (one + none) + (both + other) * (other + none))
            };
            let found = compare(&labels(&first), &labels(&second)).rand.unwrap();
            prop_assert!((found - naive).abs() < 1e-9, "{} {}", found, naive);
        }
    }
}
