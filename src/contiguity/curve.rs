//! What the gap does to the clusters, as a function of the gap: a step function, and the plateaus on which it rests.

use super::dendrogram::Merge;

/// The clusters at one gap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CurvePoint {
    /// The gap, m.
    pub gap_m: f64,
    /// Clusters that hold counted compounds.
    pub clusters: usize,
    /// Households of the cluster that has most.
    pub largest_households: u64,
    /// Households in clusters that have fewer than asked for.
    pub stranded_households: u64,
}

impl CurvePoint {
    /// Everything but the gap.
    fn counts(&self) -> (usize, u64, u64) {
        (self.clusters, self.largest_households, self.stranded_households)
    }
}

/// Cluster counts at every gap from 0 on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// A point wherever a count changes, by rising gap; the first at 0.
    points: Vec<CurvePoint>,
    compounds: usize,
    households: u64,
}

/// A range of gaps over which the count of clusters stays, or all but stays, as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    /// From this gap on, m.
    pub from_m: f64,
    /// Up to this gap, which may bring the next change, m.
    pub to_m: f64,
    /// Clusters at its beginning.
    pub clusters: usize,
    /// How many fewer there are before its end; none when nothing merges in between.
    pub merged: usize,
}

impl Plateau {
    /// Its length, m.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        self.to_m - self.from_m
    }

    /// The gap in its middle, as far from either change as can be; in whole decimetres where one lies within.
    #[must_use]
    pub fn middle_m(&self) -> f64 {
        let middle = self.from_m.midpoint(self.to_m);
        let rounded = (middle * 10.0).round() / 10.0;
        if self.from_m <= rounded && rounded < self.to_m { rounded } else { middle }
    }
}

/// On a plateau at most one cluster in so many merges; with fewer clusters none does.
const STEADY: usize = 100;
/// A plateau shorter than this is none, m: gaps are drawn no better.
const SHORTEST_M: f64 = 2.0;
/// Nor is one that ends less than this far above its beginning, as a ratio: three metres at ninety tell nothing.
const LEAST_RATIO: f64 = 1.1;

impl Curve {
    /// The sums over merges by rising gap. `O(n)`.
    pub(super) fn swept(merges: &[Merge], counts: &[bool], households: &[u32], enough: u64) -> Self {
        let mut sweep = Sweep::new(counts, households, enough);
        let compounds = sweep.clusters;
        let mut points = vec![sweep.point(0.0)];
        for merge in merges {
            sweep.join(merge.parts);
            let point = sweep.point(merge.gap_m);
            match points.last_mut() {
                Some(last) if last.gap_m == point.gap_m => *last = point,
                Some(last) if last.counts() == point.counts() => {}
                _ => points.push(point),
            }
        }
        Self { points, compounds, households: sweep.total }
    }

    /// The counts at a gap. `O(log n)`.
    #[must_use]
    pub fn at(&self, gap_m: f64) -> CurvePoint {
        let after = self.points.partition_point(|point| point.gap_m <= gap_m);
        let point = self.points.get(after.saturating_sub(1)).copied().unwrap_or_default();
        CurvePoint { gap_m, ..point }
    }

    /// How many compounds are counted.
    #[must_use]
    pub fn compounds(&self) -> usize {
        self.compounds
    }

    /// Households of all that is counted.
    #[must_use]
    pub fn households(&self) -> u64 {
        self.households
    }

    /// The longest plateaus up to a gap, at most `most` and none over another; by rising gap. Where there are hundreds of
    /// clusters, one in a hundred may merge on the way: in a large town somebody's wall stands at every width.
    /// `O(n · most)`.
    #[must_use]
    pub fn plateaus(&self, max_gap_m: f64, most: usize) -> Vec<Plateau> {
        let points = &self.points[..self.points.partition_point(|point| point.gap_m < max_gap_m)];
        // Beside the longest from each beginning also the one to the very next merge: where the longer one lies across another,
        // that stretch is still free.
        let mut candidates = steady(points, max_gap_m, |clusters| clusters - clusters / STEADY);
        candidates.extend(steady(points, max_gap_m, |clusters| clusters));
        let mut chosen: Vec<Plateau> = Vec::new();
        let apart = |p: &Plateau, q: &Plateau| p.to_m <= q.from_m || q.to_m <= p.from_m;
        while chosen.len() < most {
            let free = candidates.iter().filter(|p| chosen.iter().all(|q| apart(p, q)));
            let Some(longest) = free.max_by(|p, q| p.length_m().total_cmp(&q.length_m()).then(q.from_m.total_cmp(&p.from_m)))
            else {
                break;
            };
            chosen.push(*longest);
        }
        chosen.sort_by(|p, q| p.from_m.total_cmp(&q.from_m));
        chosen
    }
}

/// From each point on the range in which no fewer clusters are than the least that its count allows, where it is a plateau.
/// The least may not fall where the count rises. `O(n)`.
fn steady(points: &[CurvePoint], max_gap_m: f64, least: impl Fn(usize) -> usize) -> Vec<Plateau> {
    let mut found = Vec::new();
    let mut end = 0;
    for (start, point) in points.iter().enumerate() {
        let least = least(point.clusters);
        end = end.max(start);
        while end < points.len() && points[end].clusters >= least {
            end += 1;
        }
        let to_m = points.get(end).map_or(max_gap_m, |next| next.gap_m);
        if to_m - point.gap_m >= SHORTEST_M && to_m >= point.gap_m * LEAST_RATIO {
            let merged = point.clusters - points[end - 1].clusters;
            found.push(Plateau { from_m: point.gap_m, to_m, clusters: point.clusters, merged });
        }
    }
    found
}

/// What a cluster holds of what is counted.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    counted: bool,
    households: u64,
}

/// Counts kept up to date while clusters merge.
struct Sweep {
    /// By compound, then by merge.
    held: Vec<Held>,
    enough: u64,
    clusters: usize,
    largest: u64,
    stranded: u64,
    total: u64,
}

impl Sweep {
    fn new(counts: &[bool], households: &[u32], enough: u64) -> Self {
        let of = |row: usize| households.get(row).copied().map_or(0, u64::from);
        let hold = |(row, counted): (usize, &bool)| Held { counted: *counted, households: if *counted { of(row) } else { 0 } };
        let mut held = Vec::with_capacity(counts.len() * 2);
        held.extend(counts.iter().enumerate().map(hold));
        let clusters = held.iter().filter(|held| held.counted).count();
        let largest = held.iter().map(|held| held.households).max().unwrap_or(0);
        let stranded = held.iter().map(|held| held.households).filter(|households| *households < enough).sum();
        let total = held.iter().map(|held| held.households).sum();
        Self { held, enough, clusters, largest, stranded, total }
    }

    fn join(&mut self, parts: [u32; 2]) {
        let [p, q] = parts.map(|part| self.held[part as usize]);
        let joined = Held { counted: p.counted || q.counted, households: p.households + q.households };
        self.clusters -= usize::from(p.counted && q.counted);
        let short = |held: Held| if held.households < self.enough { held.households } else { 0 };
        self.stranded = self.stranded - short(p) - short(q) + short(joined);
        self.largest = self.largest.max(joined.households);
        self.held.push(joined);
    }

    fn point(&self, gap_m: f64) -> CurvePoint {
        CurvePoint { gap_m, clusters: self.clusters, largest_households: self.largest, stranded_households: self.stranded }
    }
}
