//! A problem cut into independent parts: the connected components of the units that may be grouped, with their
//! values laid out for the solver. Units that only carry contiguity are contracted away here.

use std::collections::VecDeque;

use super::outcome::Unassigned;
use super::problem::{Problem, Weights, number};
use crate::contiguity::Neighbours;
use crate::model::CommunityRule;

/// No region, no owner.
pub(super) const NONE: u32 = u32::MAX;

/// One connected component, its units numbered locally from 0.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Rows of the problem, ascending.
    pub(super) units: Vec<u32>,
    /// Neighbour rows.
    starts: Vec<usize>,
    targets: Vec<u32>,
    /// Values of bounded fields, `bounds` per unit; missing is 0.
    pub(super) size: Vec<f64>,
    /// Z-scores of similar fields, and the place in steps between neighbours where places count, `columns` per unit;
    /// missing is NaN.
    pub(super) z: Vec<f64>,
    /// The areas of each unit that are to be kept whole, street office before community, `levels` a unit; [`NONE`] is unknown.
    pub(super) areas: Vec<u32>,
}

/// Bounds as plain slices, one entry a bound, and what the parts of the objective weigh.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) min: Vec<f64>,
    pub(super) max: Vec<f64>,
    /// Count of similar fields.
    pub(super) fields: usize,
    /// Of how many levels (street office, community) the areas are to be kept whole where that costs little.
    pub(super) levels: usize,
    /// Weight of the squared deviations of each column.
    pub(super) squares: Vec<f64>,
    /// Weight of pairwise differences of the similar fields.
    pub(super) pairwise: f64,
    /// Price of one more community, or street office, in a district.
    pub(super) split: f64,
    /// Weight of the squared distance of a district's first bounded sum from the mean, in means.
    pub(super) balance: f64,
    mean: f64,
    weights: Weights,
}

/// Price of one more community, or street office, in a district, in squared deviations for each similar field.
const SPLIT_PRICE: f64 = 4.0;

/// Pairwise differences are left out where districts hold more units than this in the mean: they cost its square.
const LARGE: f64 = 400.0;

impl Limits {
    pub(super) fn of(problem: &Problem) -> Self {
        let (fields, weights) = (problem.similar.len(), problem.weights);
        let mut squares = vec![weights.likeness; fields];
        squares.extend(if problem.places_count() { vec![weights.compactness; 2] } else { Vec::new() });
        Self {
            min: problem.bounds.iter().map(|b| b.min.unwrap_or(0.0)).collect(),
            max: problem.bounds.iter().map(|b| b.max.unwrap_or(f64::INFINITY)).collect(),
            fields,
            levels: problem.areas_under(CommunityRule::Prefer).count(),
            squares,
            pairwise: if fields > 0 { weights.pairwise } else { 0.0 },
            split: weights.wholeness * SPLIT_PRICE * real(fields.max(1)),
            balance: 0.0,
            mean: 1.0,
            weights,
        }
    }

    /// Weights that depend on how large districts are, for so many districts over these parts. A district as compact as
    /// a disc costs as much in places as about one deviation a unit, whatever its size.
    pub(super) fn for_districts(&mut self, parts: &[Part], districts: usize) {
        let units: usize = parts.iter().map(Part::len).sum();
        let units_each = real(units.max(1)) / real(districts.max(1));
        for square in &mut self.squares[self.fields..] {
            *square = self.weights.compactness * std::f64::consts::TAU / units_each;
        }
        if units_each > LARGE {
            self.pairwise = 0.0;
        }
        let bounds = self.count();
        if bounds > 0 {
            let total: f64 = parts.iter().flat_map(|part| part.size.chunks_exact(bounds)).map(|size| size[0]).sum();
            self.mean = total / real(districts.max(1));
            self.balance = if self.mean > 0.0 { self.weights.balance * units_each } else { 0.0 };
        }
    }

    /// Columns of [`Part::z`].
    pub(super) fn columns(&self) -> usize {
        self.squares.len()
    }

    /// Whether one grouping within the bounds is better than another.
    pub(super) fn is_choosy(&self) -> bool {
        let costs = [self.pairwise, self.balance, if self.levels > 0 { self.split } else { 0.0 }];
        costs.iter().chain(&self.squares).any(|weight| *weight > 0.0)
    }

    /// Cost of a district whose first bounded sum is off the mean.
    pub(super) fn imbalance(&self, sum: &[f64], change: f64) -> f64 {
        match sum.first() {
            Some(sum) if self.balance > 0.0 => self.balance * ((sum + change) / self.mean - 1.0).powi(2),
            _ => 0.0,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.min.len()
    }

    pub(super) fn enough(&self, sum: &[f64]) -> bool {
        sum.iter().zip(&self.min).all(|(s, m)| s >= m)
    }

    pub(super) fn fits(&self, a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).zip(&self.max).all(|((a, b), m)| a + b <= *m)
    }

    /// Whether `sum` less `part` still reaches every minimum.
    pub(super) fn enough_without(&self, sum: &[f64], part: &[f64]) -> bool {
        sum.iter().zip(part).zip(&self.min).all(|((s, p), m)| s - p >= *m)
    }

    pub(super) fn has_max(&self) -> bool {
        self.max.iter().any(|m| m.is_finite())
    }
}

impl Part {
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    pub(super) fn neighbours(&self, unit: usize) -> &[u32] {
        &self.targets[self.starts[unit]..self.starts[unit + 1]]
    }

    /// The part that these units, ascending, make by themselves; links that lead elsewhere are dropped.
    pub(super) fn of_units(&self, units: &[u32], limits: &Limits) -> Self {
        let rows = units.iter().map(|unit| self.units[*unit as usize]).collect();
        let mut part = Self { starts: vec![0], units: rows, ..Self::default() };
        for unit in units.iter().map(|u| *u as usize) {
            part.targets.extend(self.neighbours(unit).iter().filter_map(|n| units.binary_search(n).ok()).map(number));
            part.starts.push(part.targets.len());
            part.size.extend(self.size_of(unit, limits.count()));
            part.z.extend(self.z_of(unit, limits.columns()));
            part.areas.extend(self.areas_of(unit, limits.levels));
        }
        part
    }

    /// A stream of random numbers for one purpose, whatever the other parts are.
    pub(super) fn stream(&self, purpose: u64) -> u64 {
        u64::from(self.units.first().copied().unwrap_or(0)) << 16 | purpose
    }

    pub(super) fn size_of(&self, unit: usize, bounds: usize) -> &[f64] {
        &self.size[unit * bounds..(unit + 1) * bounds]
    }

    pub(super) fn z_of(&self, unit: usize, columns: usize) -> &[f64] {
        &self.z[unit * columns..(unit + 1) * columns]
    }

    pub(super) fn areas_of(&self, unit: usize, levels: usize) -> &[u32] {
        &self.areas[unit * levels..(unit + 1) * levels]
    }

    /// At how many levels two units lie in one area, or in none that is known.
    pub(super) fn areas_shared(&self, a: usize, b: usize, levels: usize) -> usize {
        self.areas_of(a, levels).iter().zip(self.areas_of(b, levels)).filter(|(a, b)| a == b).count()
    }
}

/// Links between eligible units once everything that only carries contiguity is contracted: each carrier belongs to
/// the eligible unit that reaches it first, and carriers of different owners link these. This keeps exactly the
/// components and adds no more links than there were.
pub(super) fn contracted_links(problem: &Problem) -> Vec<(usize, usize)> {
    let units = problem.units();
    let mut owner = vec![NONE; units];
    let mut queue = VecDeque::new();
    for unit in (0..units).filter(|u| problem.eligible[*u]) {
        owner[unit] = number(unit);
        queue.push_back(unit);
    }
    while let Some(unit) = queue.pop_front() {
        for next in problem.neighbours.of(unit).iter().map(|n| *n as usize) {
            if owner[next] == NONE && problem.conducts[next] && problem.locked[next].is_none() {
                owner[next] = owner[unit];
                queue.push_back(next);
            }
        }
    }
    let mut links = Vec::new();
    for unit in 0..units {
        for next in problem.neighbours.of(unit).iter().map(|n| *n as usize).filter(|n| *n > unit) {
            let (a, b) = (owner[unit], owner[next]);
            if a != NONE && b != NONE && a != b {
                links.push((a.min(b) as usize, a.max(b) as usize));
            }
        }
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// Z-scores of the similar fields over all eligible units with a value (population deviation); missing is NaN.
pub(super) fn z_scores(problem: &Problem) -> Vec<f64> {
    let fields = problem.similar.len();
    let mut z = vec![f64::NAN; problem.units() * fields];
    for (k, field) in problem.similar.iter().enumerate() {
        let values = &problem.fields[*field].values;
        let known = || values.iter().enumerate().filter(|(u, _)| problem.eligible[*u]).filter_map(|(u, v)| v.map(|v| (u, v)));
        let count = real(known().count());
        let mean = known().map(|(_, v)| v).sum::<f64>() / count;
        let deviation = (known().map(|(_, v)| (v - mean).powi(2)).sum::<f64>() / count).sqrt();
        for (unit, value) in known().filter(|(_, v)| v.is_finite()) {
            z[unit * fields + k] = if deviation > 0.0 { (value - mean) / deviation } else { 0.0 };
        }
    }
    z
}

/// The z-scores, and behind them the place of each unit in steps: the root of the mean squared distance of neighbours.
fn columns(problem: &Problem, links: &[(usize, usize)]) -> Vec<f64> {
    let (fields, z) = (problem.similar.len(), z_scores(problem));
    if !problem.places_count() {
        return z;
    }
    let distance = |(a, b): &(usize, usize)| Some((problem.places[*a]?, problem.places[*b]?));
    let squares = links.iter().filter_map(distance).map(|(a, b)| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2));
    let (sum, count) = squares.fold((0.0, 0), |(sum, count), square| (sum + square, count + 1));
    let step = if sum > 0.0 { (sum / real(count)).sqrt() } else { 1.0 };
    // Coordinates relative to one place, so that sums of squares keep their digits.
    let origin = problem.places.iter().flatten().next().copied().unwrap_or_default();
    let mut columns = Vec::with_capacity(problem.units() * (fields + 2));
    for (unit, place) in problem.places.iter().enumerate() {
        columns.extend(&z[unit * fields..(unit + 1) * fields]);
        columns.extend((0..2).map(|axis| place.map_or(f64::NAN, |place| (place[axis] - origin[axis]) / step)));
    }
    columns
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts of units are far below 2^52")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}

/// What the solver works on, and what was left out before it starts.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) parts: Vec<Part>,
    pub(super) left: Vec<(u32, Unassigned)>,
    /// Components of the eligible units before bounds, communities and locks.
    pub(super) components: usize,
}

/// Splits the free units into parts that can each hold at least one district.
pub(super) fn prepare(problem: &Problem) -> Prepared {
    let mut links = contracted_links(problem);
    let mut prepared = Prepared { components: count_components(problem, &links), ..Prepared::default() };
    let mut free: Vec<bool> = (0..problem.units()).map(|u| problem.eligible[u] && problem.locked[u].is_none()).collect();
    for (unit, is_free) in free.iter_mut().enumerate().filter(|(_, f)| **f) {
        if let Some(reason) = too_large(problem, unit) {
            *is_free = false;
            prepared.left.push((number(unit), reason));
        }
    }
    let z = columns(problem, &links);
    let crosses = |a: usize, b: usize| problem.areas_under(CommunityRule::Forbid).any(|areas| areas[a] != areas[b]);
    links.retain(|&(a, b)| free[a] && free[b] && !crosses(a, b));
    let rows = Neighbours::of_known(problem.units(), &links);
    let mut local = vec![NONE; problem.units()];
    for start in 0..problem.units() {
        if free[start] && local[start] == NONE {
            let units = flood(start, &rows, &mut local);
            match too_small(problem, &units) {
                Some(reason) => prepared.left.extend(units.iter().map(|u| (*u, reason.clone()))),
                None => prepared.parts.push(part_of(problem, units, &rows, &mut local, &z)),
            }
        }
    }
    prepared
}

fn count_components(problem: &Problem, links: &[(usize, usize)]) -> usize {
    let mut parent: Vec<usize> = (0..problem.units()).collect();
    let mut count = problem.eligible.iter().filter(|e| **e).count();
    for (a, b) in links {
        let (a, b) = (root(&mut parent, *a), root(&mut parent, *b));
        if a != b {
            parent[a.max(b)] = a.min(b);
            count -= 1;
        }
    }
    count
}

fn root(parent: &mut [usize], mut unit: usize) -> usize {
    while parent[unit] != unit {
        parent[unit] = parent[parent[unit]];
        unit = parent[unit];
    }
    unit
}

/// Units reachable from `start`, ascending; marks them in `local`.
fn flood(start: usize, rows: &Neighbours, local: &mut [u32]) -> Vec<u32> {
    let mut units = vec![number(start)];
    local[start] = 0;
    let mut at = 0;
    while at < units.len() {
        for next in rows.of(units[at] as usize) {
            if local[*next as usize] == NONE {
                local[*next as usize] = 0;
                units.push(*next);
            }
        }
        at += 1;
    }
    units.sort_unstable();
    units
}

pub(super) fn too_large(problem: &Problem, unit: usize) -> Option<Unassigned> {
    problem.bounds.iter().enumerate().find_map(|(bound, b)| {
        let (value, limit) = (problem.fields[b.field].values[unit]?, b.max?);
        (value > limit).then_some(Unassigned::TooLarge { bound, value, limit })
    })
}

fn too_small(problem: &Problem, units: &[u32]) -> Option<Unassigned> {
    problem.bounds.iter().enumerate().find_map(|(bound, b)| {
        let need = b.min?;
        let sum = units.iter().filter_map(|u| problem.fields[b.field].values[*u as usize]).sum::<f64>();
        (sum < need).then_some(Unassigned::TooSmall { bound, sum, need, units: units.len() })
    })
}

fn part_of(problem: &Problem, units: Vec<u32>, rows: &Neighbours, local: &mut [u32], z: &[f64]) -> Part {
    for (at, unit) in units.iter().enumerate() {
        local[*unit as usize] = number(at);
    }
    let mut part = Part { starts: vec![0], ..Part::default() };
    let columns = z.len() / problem.units();
    for unit in units.iter().map(|u| *u as usize) {
        // Both numberings ascend alike, so the row stays sorted.
        part.targets.extend(rows.of(unit).iter().map(|n| local[*n as usize]));
        part.starts.push(part.targets.len());
        part.size.extend(problem.bounds.iter().map(|b| problem.fields[b.field].values[unit].unwrap_or(0.0)));
        part.z.extend(&z[unit * columns..(unit + 1) * columns]);
        part.areas.extend(problem.areas_under(CommunityRule::Prefer).map(|areas| areas[unit].unwrap_or(NONE)));
    }
    part.units = units;
    part
}
