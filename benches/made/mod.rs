//! A seeded city of any size for the benches, in metres.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use lianpian::base::{Seed, SplitMix};
use lianpian::model::{Compound, CompoundFacts, Properties};

/// Street blocks of 150–300 m, each of nine walled compounds with alleys of 0–6 m, between streets of 8–60 m.
pub fn city(count: usize, seed: Seed) -> Vec<MultiPolygon<f64>> {
    let mut random = seed.stream(1);
    let across = (1..=count).find(|n| n * n * 9 >= count).unwrap_or(1);
    let (columns, rows) = (axis(&mut random, across), axis(&mut random, across));
    let mut shapes = Vec::with_capacity(count);
    for (y, height) in &rows {
        for (x, width) in &columns {
            for cell in 0..9 {
                let (w, h) = (width / 3.0, height / 3.0);
                let corner = Coord { x: x + w * f64::from(cell % 3), y: y + h * f64::from(cell / 3) };
                shapes.push(compound(&mut random, corner, w, h));
            }
        }
    }
    shapes.truncate(count);
    shapes
}

/// Starts and lengths of blocks along one axis.
fn axis(random: &mut SplitMix, count: usize) -> Vec<(f64, f64)> {
    let mut at = 0.0;
    let mut blocks = Vec::with_capacity(count);
    for _ in 0..count {
        let length = random.between(150.0, 300.0);
        blocks.push((at, length));
        at += length + if random.chance(0.2) { random.between(30.0, 60.0) } else { random.between(8.0, 20.0) };
    }
    blocks
}

/// A compound in its cell: four sides of four walls each, bent inwards a little.
fn compound(random: &mut SplitMix, corner: Coord<f64>, width: f64, height: f64) -> MultiPolygon<f64> {
    let wall = random.between(0.0, 3.0);
    let (low, high) = (corner + Coord { x: wall, y: wall }, corner + Coord { x: width - wall, y: height - wall });
    let middle = Coord { x: low.x.midpoint(high.x), y: low.y.midpoint(high.y) };
    let corners = [low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }];
    let mut ring = Vec::with_capacity(17);
    for side in 0..4 {
        let (from, to) = (corners[side], corners[(side + 1) % 4]);
        ring.push(from);
        for step in [0.25, 0.5, 0.75] {
            let straight = from + (to - from) * step;
            ring.push(straight + (middle - straight) * random.between(0.0, 0.01));
        }
    }
    Polygon::new(LineString::new(ring), Vec::new()).into()
}

/// Compounds of those shapes, each with households.
pub fn compounds(shapes: Vec<MultiPolygon<f64>>) -> Vec<Compound> {
    let compound = |(row, shape): (u32, MultiPolygon<f64>)| Compound {
        source_id: String::new(),
        shape,
        facts: CompoundFacts { households: Some(100 + row % 150), ..CompoundFacts::default() },
        extra: Properties::new(),
    };
    (0..).zip(shapes).map(compound).collect()
}
