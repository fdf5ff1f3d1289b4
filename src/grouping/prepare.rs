//! A problem cut into independent parts: the connected components of the units that may be grouped, with their
//! values laid out for the solver. Units that only carry contiguity are contracted away here, and units that are tied
//! together become one.

use std::collections::{BTreeSet, VecDeque};

use super::extent::{Extent, diameter};
use super::loads::{Load, loads};
use super::outcome::Unassigned;
use super::part::{NONE, Part, real};
use super::problem::{Contact, Problem, number};
use super::ties::Ties;
use crate::contiguity::Neighbours;
use crate::model::CommunityRule;

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

/// What the solver works on, and what was left out before it starts.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) parts: Vec<Part>,
    pub(super) left: Vec<(u32, Unassigned)>,
    /// Components of the eligible units before bounds, communities and locks.
    pub(super) components: usize,
    /// Units that stand for others.
    pub(super) ties: Ties,
    /// How many locked districts are in the parts, because they admit others.
    pub(super) locks: usize,
}

impl Prepared {
    /// Leaves out what a unit stands for; what is locked stays where it is.
    fn leave(&mut self, problem: &Problem, owner: usize, reason: &Unassigned) {
        let rows = self.ties.rows(owner).filter(|row| problem.locked[*row].is_none());
        self.left.extend(rows.map(|row| (number(row), reason.clone())));
    }
}

/// Splits the free units into parts that can each hold at least one district.
pub(super) fn prepare(problem: &Problem) -> Prepared {
    let mut links = contracted_links(problem);
    let mut prepared = Prepared { components: count_components(problem, &links), ..Prepared::default() };
    let loads = loads(problem);
    let admits = |lock: &u32| problem.admitting.contains(lock);
    let may_go = |unit: usize| problem.eligible[unit] && problem.locked[unit].as_ref().is_none_or(admits);
    let mut free: Vec<bool> = (0..problem.units()).map(may_go).collect();
    for (unit, is_free) in free.iter_mut().enumerate().filter(|(_, f)| **f) {
        if let Some(reason) = too_large(problem, &prepared.ties, unit) {
            *is_free = false;
            prepared.leave(problem, unit, &reason);
        }
    }
    let z = columns(problem, &links);
    let crosses = |a: usize, b: usize| problem.areas_under(CommunityRule::Forbid).any(|areas| areas[a] != areas[b]);
    links.retain(|&(a, b)| free[a] && free[b] && !crosses(a, b));
    let mut rows = Neighbours::of_known(problem.units(), &links);
    prepared.ties = tie(problem, &rows, &loads, &mut free, &mut prepared.left);
    if Ties::are_asked(problem) {
        let owners = |&(a, b): &(usize, usize)| (prepared.ties.owner(a), prepared.ties.owner(b));
        let tied: Vec<(usize, usize)> =
            links.iter().filter(|(a, b)| free[*a] && free[*b]).map(owners).filter(|(a, b)| a != b).collect();
        rows = Neighbours::of_known(problem.units(), &tied);
    }
    let strengths = strengths(problem, &prepared.ties);
    let mut local = vec![NONE; problem.units()];
    for start in 0..problem.units() {
        if free[start] && local[start] == NONE && prepared.ties.owner(start) == start {
            let units = flood(start, &rows, &mut local);
            if let Some(reason) = too_small(problem, &prepared.ties, &units) {
                for unit in units {
                    prepared.leave(problem, unit as usize, &reason);
                }
            } else {
                let ties = &prepared.ties;
                let ground = Ground { problem, ties, rows: &rows, loads: &loads, z: &z, strengths: &strengths };
                prepared.parts.push(part_of(&ground, units, &mut local));
            }
        }
    }
    let rows = prepared.parts.iter().flat_map(|part| &part.units).flat_map(|unit| prepared.ties.rows(*unit as usize));
    prepared.locks = rows.filter_map(|row| problem.locked[row]).collect::<BTreeSet<_>>().len();
    prepared
}

/// All that parts are made of.
struct Ground<'a> {
    problem: &'a Problem,
    ties: &'a Ties,
    rows: &'a Neighbours,
    loads: &'a [Load<'a>],
    z: &'a [f64],
    strengths: &'a [((u32, u32), f64)],
}

/// How strong the links between units are that stand for others, the strongest of several; nothing where that does not count.
fn strengths(problem: &Problem, ties: &Ties) -> Vec<((u32, u32), f64)> {
    let owners = |contact: &Contact| {
        let (a, b) = (number(ties.owner(contact.a as usize)), number(ties.owner(contact.b as usize)));
        ((a.min(b), a.max(b)), contact.strength)
    };
    let counts = problem.weights.contact > 0.0;
    let mut strengths: Vec<_> = problem.contacts.iter().filter(|_| counts).map(owners).collect();
    strengths.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    strengths.dedup_by_key(|known| known.0);
    strengths
}

fn strength(strengths: &[((u32, u32), f64)], a: usize, b: usize) -> f64 {
    let pair = (number(a.min(b)), number(a.max(b)));
    strengths.binary_search_by_key(&pair, |known| known.0).map_or(0.0, |at| strengths[at].1)
}

/// Ties units together. A tie that is above a maximum by itself is left out, and a locked district that is stays closed.
fn tie(problem: &Problem, rows: &Neighbours, loads: &[Load<'_>], free: &mut [bool], left: &mut Vec<(u32, Unassigned)>) -> Ties {
    let mut ties = Ties::of(problem, rows, free);
    for owner in ties.owners().collect::<Vec<_>>() {
        let is_torn = loads[problem.bounds.len()..].iter().any(|load| load.of_tied(&ties, owner) > load.max);
        if let Some(reason) = too_large(problem, &ties, owner) {
            let lost: Vec<usize> = ties.rows(owner).collect();
            for row in &lost {
                free[*row] = false;
            }
            let kept = lost.into_iter().filter(|row| problem.locked[*row].is_none());
            left.extend(kept.map(|row| (number(row), reason.clone())));
            ties.loosen(owner);
        } else if is_torn {
            ties.rows(owner).filter(|row| problem.locked[*row].is_some()).for_each(|row| free[row] = false);
            ties.loosen(owner);
        }
    }
    ties
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

/// What a unit has above a maximum by itself.
pub(super) fn alone_too_large(problem: &Problem, unit: usize) -> Option<Unassigned> {
    too_large(problem, &Ties::default(), unit)
}

/// What a unit, with all that is tied to it, has above a maximum.
fn too_large(problem: &Problem, ties: &Ties, owner: usize) -> Option<Unassigned> {
    let sum = |field: usize| ties.rows(owner).filter_map(|row| problem.fields[field].values[row]).sum::<f64>();
    let over = problem.bounds.iter().enumerate().find_map(|(bound, b)| {
        let (value, limit) = (sum(b.field), b.max?);
        (value > limit).then_some(Unassigned::TooLarge { bound, value, limit })
    });
    over.or_else(|| {
        let asked = problem.diameter.as_ref()?;
        let points = ties.rows(owner).flat_map(|row| asked.outlines.get(row).into_iter().flatten().copied());
        let (value_m, limit_m) = (diameter(points.collect()), asked.max_m);
        (value_m > limit_m).then_some(Unassigned::TooWide { value_m, limit_m })
    })
}

fn too_small(problem: &Problem, ties: &Ties, units: &[u32]) -> Option<Unassigned> {
    let rows = || units.iter().flat_map(|unit| ties.rows(*unit as usize));
    problem.bounds.iter().enumerate().find_map(|(bound, b)| {
        let need = b.min?;
        let sum = rows().filter_map(|row| problem.fields[b.field].values[row]).sum::<f64>();
        (sum < need).then_some(Unassigned::TooSmall { bound, sum, need, units: rows().count() })
    })
}

/// The part of some units, ascending, which are neighbours of each other alone.
fn part_of(ground: &Ground<'_>, units: Vec<u32>, local: &mut [u32]) -> Part {
    let Ground { problem, ties, rows, loads, z, strengths } = ground;
    for (at, unit) in units.iter().enumerate() {
        local[*unit as usize] = number(at);
    }
    let mut part = Part { starts: vec![0], ..Part::default() };
    let columns = z.len() / problem.units();
    for unit in units.iter().map(|u| *u as usize) {
        // Both numberings ascend alike, so the row stays sorted.
        part.targets.extend(rows.of(unit).iter().map(|n| local[*n as usize]));
        part.starts.push(part.targets.len());
        part.size.extend(loads.iter().map(|load| load.of_tied(ties, unit)));
        part.z.extend((0..columns).map(|k| mean(ties.rows(unit).map(|row| z[row * columns + k]))));
        let area = |areas: &[Option<u32>]| ties.rows(unit).find_map(|row| areas[row]).unwrap_or(NONE);
        part.areas.extend(problem.areas_under(CommunityRule::Prefer).map(area));
        if !ties.is_empty() {
            part.heft.push(real(ties.rows(unit).count()));
        }
        if let Some(asked) = &problem.diameter {
            let outlines = ties.rows(unit).filter_map(|row| asked.outlines.get(row));
            part.extent.push(outlines.fold(Extent::NOTHING, |reach, outline| reach.with(&Extent::of(outline))));
        }
        if !strengths.is_empty() {
            part.strength.extend(rows.of(unit).iter().map(|next| strength(strengths, unit, *next as usize)));
        }
        let keys: BTreeSet<u32> = ties.rows(unit).filter_map(|row| problem.openings.get(row)).flatten().copied().collect();
        part.push_openings(keys.into_iter(), !problem.openings.is_empty());
    }
    part.units = units;
    part
}

/// Mean of what is known; a single value as it is.
fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let known = values.filter(|value| !value.is_nan());
    let (sum, count) = known.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { f64::NAN } else { sum / real(count) }
}
