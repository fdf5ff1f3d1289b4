//! What a grouping is worth, recounted from the assignment alone.

use super::extent::diameters;
use super::outcome::Grouping;
use super::part::real;
use super::prepare::z_scores;
use super::problem::{Aim, Bound, Contact, Problem};
use super::tally::Moments;

/// Recounts everything that is reported of an assignment.
pub(super) fn score(problem: &Problem, grouping: &mut Grouping) {
    let assigned = || grouping.district.iter().enumerate().filter_map(|(unit, d)| d.map(|d| (unit, d as usize)));
    for bound in &problem.bounds {
        let values = &problem.fields[bound.field].values;
        let mut sums = vec![0.0; grouping.districts];
        assigned().for_each(|(unit, district)| sums[district] += values[unit].unwrap_or(0.0));
        grouping.sums.push(sums);
        grouping.missing.push(values.iter().zip(&problem.eligible).filter(|(v, e)| v.is_none() && **e).count());
    }
    let fields = problem.similar.len();
    let z = z_scores(problem);
    let mut moments = vec![Moments::default(); grouping.districts * fields];
    let mut whole = 0.0;
    for (unit, district) in assigned() {
        for k in 0..fields {
            let one = Moments::of(z[unit * fields + k], 1.0);
            whole += one.square_sum();
            moments[district * fields + k] = moments[district * fields + k].plus(one);
        }
    }
    // An empty sum of floats is −0.0; a result shows 0.
    let sse: f64 = moments.iter().map(|m| m.sse()).sum::<f64>() + 0.0;
    let pairwise = (0..fields).map(|k| pairwise(&z, (k, fields), grouping)).sum::<f64>() + 0.0;
    let (spread, radius_m) = (grouping.sums.first().and_then(|sums| spread(sums)), radius_m(&problem.places, grouping));
    let splits = |areas: &[Option<u32>]| {
        let mut held: Vec<(usize, u32)> = assigned().filter_map(|(unit, district)| Some((district, areas[unit]?))).collect();
        held.sort_unstable();
        held.dedup();
        held.len() - held.chunk_by(|a, b| a.0 == b.0).count()
    };
    let (communities, street_offices) = rayon::join(|| splits(&problem.communities), || splits(&problem.street_offices));
    let diameters = problem.diameter.as_ref().map(|asked| diameters(asked, &grouping.district, grouping.districts));
    grouping.diameters_m = diameters.unwrap_or_default();
    grouping.parted = parted(problem, &grouping.district);
    grouping.openings = openings(problem, &grouping.district);
    grouping.contact = contact(problem, &grouping.district);
    let within = |bound: &Bound, sums: &Vec<f64>| {
        sums.iter()
            .all(|s| bound.min.is_none_or(|m| *s >= m - 1e-9 * s.abs()) && bound.max.is_none_or(|m| *s <= m + 1e-9 * s.abs()))
    };
    let reached = match problem.aim {
        Aim::Exactly(count) => grouping.districts == count,
        _ => true,
    };
    let bounds_met = reached
        && grouping.unassigned.is_empty()
        && grouping.parted.is_empty()
        && grouping.diameters_m.iter().all(|m| problem.diameter.as_ref().is_none_or(|asked| *m <= asked.max_m))
        && problem.bounds.iter().zip(&grouping.sums).all(|(bound, sums)| within(bound, sums));
    (grouping.sse, grouping.pairwise, grouping.spread, grouping.radius_m) = (sse, pairwise, spread, radius_m);
    grouping.r2 = (fields > 0 && whole > 0.0).then(|| 1.0 - sse / whole);
    grouping.community_splits = communities;
    grouping.street_office_splits = street_offices;
    grouping.bounds_met = bounds_met;
}

/// Units that were to be in one district with the first of their set and are not.
fn parted(problem: &Problem, district: &[Option<u32>]) -> Vec<(u32, u32)> {
    let of = |unit: u32| district[unit as usize];
    let apart = |first: u32, unit: u32| of(first).is_none() || of(first) != of(unit);
    let sets = problem.together.iter().filter_map(|set| set.split_first());
    sets.flat_map(|(first, others)| others.iter().filter(|unit| apart(*first, **unit)).map(|unit| (*first, *unit))).collect()
}

/// What has to be opened, once for each district that needs it, and once altogether.
fn openings(problem: &Problem, district: &[Option<u32>]) -> Option<(usize, usize)> {
    let needed = problem.openings.iter().zip(district).filter_map(|(keys, district)| Some((keys, (*district)?)));
    let mut pairs: Vec<(u32, u32)> = needed.flat_map(|(keys, district)| keys.iter().map(move |key| (*key, district))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    (!problem.openings.is_empty()).then(|| (pairs.len(), pairs.chunk_by(|a, b| a.0 == b.0).count()))
}

/// Strength of the links between districts, and of all links of units in districts.
fn contact(problem: &Problem, district: &[Option<u32>]) -> Option<(f64, f64)> {
    let ends = |contact: &Contact| Some((district[contact.a as usize]?, district[contact.b as usize]?, contact.strength));
    let links = problem.contacts.iter().filter_map(ends);
    let sums = links.fold((0.0, 0.0), |(cut, all), (a, b, strength)| (cut + if a == b { 0.0 } else { strength }, all + strength));
    (!problem.contacts.is_empty()).then_some(sums)
}

/// Sum of the differences between all pairs of each district in one column of the z-scores. `O(units log units)`.
fn pairwise(z: &[f64], (k, fields): (usize, usize), grouping: &Grouping) -> f64 {
    let mut known: Vec<(u32, f64)> =
        grouping.district.iter().enumerate().filter_map(|(u, d)| Some(((*d)?, z[u * fields + k]))).collect();
    known.retain(|(_, value)| !value.is_nan());
    known.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let of_district = |units: &[(u32, f64)]| -> f64 {
        // In ascending order the i-th of n is the larger of i pairs and the smaller of the others.
        let last = real(units.len() - 1);
        units.iter().enumerate().map(|(at, (_, value))| value * (2.0 * real(at) - last)).sum()
    };
    known.chunk_by(|a, b| a.0 == b.0).map(of_district).sum()
}

fn spread(sums: &[f64]) -> Option<f64> {
    let count = real(sums.len());
    let mean = sums.iter().sum::<f64>() / count;
    (mean > 0.0).then(|| (sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / count).sqrt() / mean)
}

fn radius_m(places: &[Option<[f64; 2]>], grouping: &Grouping) -> Option<f64> {
    let placed =
        || places.iter().zip(&grouping.district).filter_map(|(place, district)| Some(((*place)?, (*district)? as usize)));
    let mut middles = vec![[0.0, 0.0, 0.0]; grouping.districts];
    for (place, district) in placed() {
        for (sum, value) in middles[district].iter_mut().zip([place[0], place[1], 1.0]) {
            *sum += value;
        }
    }
    let square = |(place, district): ([f64; 2], usize)| {
        let [x, y, count] = middles[district];
        (place[0] - x / count).powi(2) + (place[1] - y / count).powi(2)
    };
    let (sum, count) = placed().map(square).fold((0.0, 0), |(sum, count), square| (sum + square, count + 1));
    (count > 0).then(|| (sum / real(count)).sqrt())
}
