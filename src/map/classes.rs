//! Classes of numbers: where one ends and the next begins. Exact and in plain numbers; values that are no numbers are the
//! caller's to count.

use crate::model::Classing;

/// The upper bounds of the classes, ascending, each belonging to its class; the last is the largest value. At most `classes`
/// of them, fewer where fewer values differ; none without values. Under [`Classing::Unique`] every value is a class of its own,
/// however many there are. `O(n log n)`, natural breaks `O(k n log n)` in the values that differ.
#[must_use]
pub fn breaks(values: &[f64], classing: Classing, classes: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(least), Some(largest)) = (sorted.first().copied(), sorted.last().copied()) else { return Vec::new() };
    let classes = classes.max(1);
    match classing {
        Classing::Quantiles => {
            let end = |n: usize| sorted[(sorted.len() * n).div_ceil(classes).max(1) - 1];
            let mut bounds: Vec<f64> = (1..=classes).map(end).collect();
            bounds.dedup();
            bounds
        }
        Classing::Equal => {
            let mut bounds: Vec<f64> = (1..classes).map(|n| least + (largest - least) * (count(n) / count(classes))).collect();
            bounds.push(largest);
            bounds.dedup();
            bounds
        }
        Classing::Unique => {
            sorted.dedup();
            sorted
        }
        Classing::Jenks => natural(&sorted, classes),
    }
}

/// The class of a value among bounds that [`breaks`] gave.
#[must_use]
pub fn class_of(bounds: &[f64], value: f64) -> usize {
    bounds.partition_point(|bound| *bound < value).min(bounds.len().saturating_sub(1))
}

/// Natural breaks: the cut of the sorted values into runs whose squared deviations from their means come to least
/// (W. D. Fisher, On grouping for maximum homogeneity, JASA 53 (1958) 789–798). The optimum, not the local search that many
/// programs call Jenks. That the best last cut moves only upward with the end lets each row be found by halves.
fn natural(sorted: &[f64], classes: usize) -> Vec<f64> {
    let runs = Runs::new(sorted);
    let count = runs.values.len();
    if count <= classes {
        return runs.values;
    }
    let mut best: Vec<f64> = (0..count).map(|end| runs.cost(0, end)).collect();
    let mut cuts: Vec<Vec<u32>> = Vec::new();
    for class in 1..classes {
        let mut row = Row { before: &best, cost: vec![f64::INFINITY; count], cut: vec![0; count] };
        row.fill(&runs, class..count, class..count);
        let Row { cost, cut, .. } = row;
        cuts.push(cut);
        best = cost;
    }
    let mut bounds = vec![runs.values[count - 1]];
    let mut end = count - 1;
    for cut in cuts.iter().rev() {
        end = cut[end] as usize - 1;
        bounds.push(runs.values[end]);
    }
    bounds.reverse();
    bounds
}

/// Values that differ, with sums that tell the squared deviation of any run at once.
struct Runs {
    values: Vec<f64>,
    /// Before each place: how many values, their sum, and that of their squares, about the mean of all.
    sums: Vec<[f64; 3]>,
}

impl Runs {
    fn new(sorted: &[f64]) -> Self {
        let middle = sorted.iter().sum::<f64>() / count(sorted.len().max(1));
        let (mut values, mut sums): (Vec<f64>, Vec<[f64; 3]>) = (Vec::new(), vec![[0.0; 3]]);
        let mut sum = [0.0; 3];
        for (place, value) in sorted.iter().enumerate() {
            let from_middle = value - middle;
            sum = [sum[0] + 1.0, sum[1] + from_middle, sum[2] + from_middle * from_middle];
            if sorted.get(place + 1) != Some(value) {
                values.push(*value);
                sums.push(sum);
            }
        }
        Self { values, sums }
    }

    /// Squared deviation of the values from `from` to `to`, both included, from their mean.
    fn cost(&self, from: usize, to: usize) -> f64 {
        let [n, sum, squares] = std::array::from_fn(|part| self.sums[to + 1][part] - self.sums[from][part]);
        (squares - sum * sum / n).max(0.0)
    }
}

/// The least cost of so many classes by their last value, and where the last of them begins.
struct Row<'a> {
    before: &'a [f64],
    cost: Vec<f64>,
    cut: Vec<u32>,
}

impl Row<'_> {
    /// Finds the ends in `ends`, whose last class begins in `begins`.
    fn fill(&mut self, runs: &Runs, ends: std::ops::Range<usize>, begins: std::ops::Range<usize>) {
        if ends.is_empty() {
            return;
        }
        let end = usize::midpoint(ends.start, ends.end - 1);
        let mut found = (f64::INFINITY, begins.start);
        for begin in begins.start..begins.end.min(end + 1) {
            let cost = self.before[begin - 1] + runs.cost(begin, end);
            if cost < found.0 {
                found = (cost, begin);
            }
        }
        let (cost, begin) = found;
        (self.cost[end], self.cut[end]) = (cost, u32::try_from(begin).unwrap_or(u32::MAX));
        self.fill(runs, ends.start..end, begins.start..begin + 1);
        self.fill(runs, end + 1..ends.end, begin..begins.end);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of values stay far below 2⁵³")]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spread(values: &[f64], bounds: &[f64]) -> f64 {
        let of = |class: usize| values.iter().copied().filter(move |v| class_of(bounds, *v) == class);
        let one = |class| {
            let n = count(of(class).count());
            let mean = of(class).sum::<f64>() / n;
            of(class).map(|v| (v - mean).powi(2)).sum::<f64>()
        };
        (0..bounds.len()).map(one).sum()
    }

    /// The least squared deviation over every cut of the values into at most so many runs.
    fn by_force(values: &[f64], classes: usize) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        let cuts = sorted.len() - 1;
        let ways = (0_u32..1 << cuts).filter(|way| (way.count_ones() as usize) < classes);
        let bounds = |way: u32| {
            let ends = (0..cuts).filter(|cut| way >> cut & 1 == 1).map(|cut| sorted[cut]);
            ends.chain(sorted.last().copied()).collect::<Vec<f64>>()
        };
        ways.map(|way| spread(values, &bounds(way))).fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn natural_breaks_are_the_optimum(
            values in prop::collection::vec((-50_i32..50).prop_map(|v| f64::from(v) * 1.25 + 30_000.0), 1..11), k in 1_usize..6,
        ) {
            let bounds = breaks(&values, Classing::Jenks, k);
            prop_assert!(bounds.len() <= k && bounds.is_sorted());
            let (found, least) = (spread(&values, &bounds), by_force(&values, k));
            prop_assert!((found - least).abs() <= 1.0e-6 * (1.0 + least), "{found} {least} {bounds:?}");
        }

        #[test]
        fn quantiles_of_different_values_are_equally_full(n in 1_usize..200, k in 1_usize..10) {
            let values: Vec<f64> = (0..n).map(|v| count(v * v)).collect();
            let bounds = breaks(&values, Classing::Quantiles, k);
            let full: Vec<usize> =
                (0..bounds.len()).map(|class| values.iter().filter(|v| class_of(&bounds, **v) == class).count()).collect();
            prop_assert_eq!(full.iter().sum::<usize>(), n);
            prop_assert!(full.iter().max().unwrap() - full.iter().min().unwrap() <= 1, "{:?}", full);
            prop_assert_eq!(bounds.len(), k.min(n));
        }

        #[test]
        fn every_value_lies_in_its_class(
            values in prop::collection::vec(-1.0e6..1.0e6_f64, 1..60), k in 1_usize..10, way in 0_usize..4,
        ) {
            let bounds = breaks(&values, Classing::ALL[way], k);
            prop_assert!(bounds.windows(2).all(|pair| pair[0] < pair[1]));
            for value in &values {
                let class = class_of(&bounds, *value);
                prop_assert!(*value <= bounds[class] && (class == 0 || *value > bounds[class - 1]));
            }
        }
    }

    #[test]
    fn intervals_are_equally_wide_and_one_value_is_one_class() {
        assert_eq!(breaks(&[0.0, 1.0, 10.0], Classing::Equal, 5), [2.0, 4.0, 6.0, 8.0, 10.0]);
        for classing in Classing::ALL {
            assert_eq!(breaks(&[7.0, 7.0, f64::NAN], classing, 5), [7.0], "{classing:?}");
            assert!(breaks(&[], classing, 5).is_empty());
        }
        // A published example: three groups far apart.
        assert_eq!(breaks(&[1.0, 2.0, 2.0, 30.0, 31.0, 90.0], Classing::Jenks, 3), [2.0, 31.0, 90.0]);
    }
}
