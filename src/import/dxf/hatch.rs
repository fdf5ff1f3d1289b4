//! The boundary of a hatch: rings of straight lines, arcs and splines, of which the outer ones and the holes are sorted out
//! where they are placed.

use geo::Coord;

use super::curve::{Curve, Spline, upward};
use super::entity::Body;
use super::pairs::Pair;

/// The flag of a ring that is a polyline, and of one round a text.
const POLYLINE: i64 = 2;
const TEXT_BOX: i64 = 8;

/// Reads the rings between the number of them and the style that follows.
pub(super) fn boundary(pairs: &[Pair<'_>]) -> Option<Body> {
    let start = pairs.iter().position(|pair| pair.code == 91)? + 1;
    // The style follows the rings; among them its number does not occur.
    let length = pairs[start..].iter().position(|pair| pair.code == 75).unwrap_or(pairs.len() - start);
    let inside = &pairs[start..start + length];
    let mut rings = Vec::new();
    for ring in inside.chunk_by(|_, next| next.code != 92) {
        let flags = ring.first().filter(|pair| pair.code == 92)?.whole()?;
        if flags & TEXT_BOX != 0 {
            continue;
        }
        // What the ring was made of, by handles, stands behind it.
        let length = ring.iter().position(|pair| pair.code == 330).unwrap_or(ring.len());
        let tags = &ring[1..length];
        rings.push(if flags & POLYLINE != 0 { polyline(tags)? } else { edges(tags)? });
    }
    (!rings.is_empty()).then_some(Body::Area(rings))
}

fn polyline(tags: &[Pair<'_>]) -> Option<Vec<Curve>> {
    let mut vertices: Vec<(Coord<f64>, f64)> = Vec::new();
    let mut x = None;
    for pair in tags {
        match pair.code {
            10 => x = Some(pair.real()?),
            20 => vertices.push((Coord { x: x.take()?, y: pair.real()? }, 0.0)),
            42 => vertices.last_mut()?.1 = pair.real()?,
            _ => {}
        }
    }
    let told = tags.iter().find(|pair| pair.code == 93).and_then(Pair::whole);
    let whole = told.is_none_or(|told| usize::try_from(told) == Ok(vertices.len())) && !vertices.is_empty();
    whole.then(|| vec![Curve::Run { vertices, closed: true }])
}

fn edges(tags: &[Pair<'_>]) -> Option<Vec<Curve>> {
    let start = tags.iter().position(|pair| pair.code == 72)?;
    tags[start..].chunk_by(|_, next| next.code != 72).map(edge).collect()
}

fn edge(tags: &[Pair<'_>]) -> Option<Curve> {
    let first = |code: i32| tags.iter().find(|pair| pair.code == code);
    let real = |code: i32| first(code)?.real();
    let coord = |code: i32| Some(Coord { x: real(code)?, y: real(code + 10)? });
    // Angles of an edge that runs clockwise are measured clockwise.
    let side = if first(73).and_then(Pair::whole) == Some(0) { -1.0 } else { 1.0 };
    match tags.first()?.whole()? {
        1 => Some(Curve::straight([coord(10)?, coord(11)?], false)),
        2 => {
            let (radius, from, to) = (real(40)?, real(50)?, real(51)?);
            let (major, minor) = (Coord { x: radius, y: 0.0 }, Coord { x: 0.0, y: radius * side });
            let to = upward(from, to, 360.0).to_radians();
            Some(Curve::Oval { centre: coord(10)?, major, minor, from: from.to_radians(), to })
        }
        3 => {
            let (major, ratio) = (coord(11)?, real(40)?);
            let minor = Coord { x: -major.y, y: major.x } * ratio * side;
            let (from, to) = (real(50)?, real(51)?);
            let (from, to) = (parameter(from, ratio), parameter(upward(from, to, 360.0), ratio));
            Some(Curve::Oval { centre: coord(10)?, major, minor, from, to })
        }
        4 => spline(tags),
        _ => None,
    }
}

/// The parameter of an ellipse at an angle in degrees.
fn parameter(degrees: f64, ratio: f64) -> f64 {
    let angle = degrees.to_radians();
    let turns = (angle / std::f64::consts::TAU).round() * std::f64::consts::TAU;
    let within = angle - turns;
    turns + (within.sin() / ratio).atan2(within.cos())
}

fn spline(tags: &[Pair<'_>]) -> Option<Curve> {
    let numbers = |code: i32| tags.iter().filter(move |pair| pair.code == code).filter_map(Pair::real);
    let degree = tags.iter().find(|pair| pair.code == 94)?.whole()?;
    let control: Vec<Coord<f64>> = numbers(10).zip(numbers(20)).map(|(x, y)| Coord { x, y }).collect();
    let spline = Spline {
        degree: usize::try_from(degree).ok()?,
        knots: numbers(40).collect(),
        control,
        weights: numbers(42).collect(),
        closed: false,
    };
    spline.is_whole().then_some(Curve::Spline(spline))
}

/// The ring that edges make, each turned so that it begins where the one before ended.
pub(super) fn chained(runs: Vec<Vec<Coord<f64>>>) -> Vec<Coord<f64>> {
    let apart =
        |a: Option<&Coord<f64>>, b: Option<&Coord<f64>>| a.zip(b).map_or(f64::INFINITY, |(a, b)| (a.x - b.x).hypot(a.y - b.y));
    let nearer = |place: Option<&Coord<f64>>, run: &[Coord<f64>]| apart(place, run.first()).min(apart(place, run.last()));
    let mut ring: Vec<Coord<f64>> = Vec::new();
    let mut runs = runs.into_iter().peekable();
    while let Some(mut run) = runs.next() {
        let backward = match (ring.last(), runs.peek()) {
            (Some(end), _) => apart(Some(end), run.last()) < apart(Some(end), run.first()),
            (None, Some(next)) => nearer(run.first(), next) < nearer(run.last(), next),
            (None, None) => false,
        };
        if backward {
            run.reverse();
        }
        let joins = ring.last() == run.first();
        ring.extend(run.into_iter().skip(usize::from(joins)));
    }
    if let Some(first) = ring.first().copied()
        && ring.last() != Some(&first)
    {
        ring.push(first);
    }
    ring
}
