//! Small made problems: 20 to 40 compounds at random places with links that do not cross, households, a year and a cost that
//! vary smoothly with noise, and communities. The same number gives the same problem on every machine.

use std::fmt::Write as _;
use std::path::Path;

/// Metres between compounds in the mean.
const SPACING_M: f64 = 100.0;

/// Where the working plane's false origin lies, so that coordinates are those of a map: EPSG:4551.
const ORIGIN_M: [f64; 2] = [526_000.0, 4_860_000.0];

/// SplitMix64 (Steele, Lea & Flood 2014).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
}

/// One problem. Fields are by unit.
pub struct Instance {
    pub seed: u64,
    pub places: Vec<[f64; 2]>,
    /// Neighbours of each unit as bits.
    pub beside: Vec<u64>,
    /// `built_year`, `cost_m2`, `households`, in whole numbers.
    pub fields: [Vec<f64>; 3],
    pub communities: Vec<u32>,
    pub min: f64,
    pub max: f64,
}

/// Names of [`Instance::fields`] in the files.
pub const FIELDS: [&str; 3] = ["built_year", "cost_m2", "households"];

impl Instance {
    pub fn units(&self) -> usize {
        self.places.len()
    }

    pub fn households(&self) -> &[f64] {
        &self.fields[2]
    }

    /// Problem number `seed`: 20 to 40 units; links of the Gabriel graph where the number is even, which is as sparse as compounds
    /// linked over alleys, and of the Delaunay triangulation where it is odd, as dense as over streets. The minimum is such that
    /// the households reach for a quarter to a sixth as many districts as there are units, and 0.25 to 0.75 of a district more.
    pub fn made(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let units = 20 + usize::try_from(seed * 8 % 21).unwrap_or(0);
        let places = places(units, &mut random);
        let beside = if seed.is_multiple_of(2) { gabriel(&places) } else { delaunay(&places) };
        let side = SPACING_M * real(units).sqrt();
        let waves: Vec<[f64; 2]> = (0..2).map(|_| [random.between(0.0, 6.2), random.between(2.0, 5.0)]).collect();
        let smooth = |place: &[f64; 2], wave: &[f64; 2]| (wave[0] + wave[1] * (place[0] + 0.6 * place[1]) / side).sin();
        let mut year = Vec::with_capacity(units);
        let mut cost = Vec::with_capacity(units);
        let mut households = Vec::with_capacity(units);
        let mut communities = Vec::with_capacity(units);
        for place in &places {
            year.push((1985.0 + 8.0 * smooth(place, &waves[0]) + random.between(-7.0, 7.0)).round());
            cost.push((400.0 + 60.0 * smooth(place, &waves[1]) + random.between(-60.0, 60.0)).round());
            households.push(random.between(50.0, 250.0).round());
            communities.push(2 * u32::from(place[0] > side / 2.0) + u32::from(place[1] > side / 2.0));
        }
        let total: f64 = households.iter().sum();
        let each = real(4 + usize::try_from(seed % 3).unwrap_or(0));
        let slack = [0.25, 0.5, 0.75][usize::try_from(seed / 3 % 3).unwrap_or(0)];
        let min = (total / ((real(units) / each).floor() + slack)).floor();
        let max = (1.5 * min).floor();
        Self { seed, places, beside, fields: [year, cost, households], communities, min, max }
    }

    /// Writes the problem as a map and its neighbours, as anybody would give it to the program.
    pub fn write(&self, map: &Path, weights: &Path) -> std::io::Result<()> {
        let mut features = Vec::new();
        for (unit, [x, y]) in self.places.iter().enumerate() {
            let corner = |dx: f64, dy: f64| serde_json::json!([ORIGIN_M[0] + x + dx, ORIGIN_M[1] + y + dy]);
            let ring = [corner(-9.0, -9.0), corner(9.0, -9.0), corner(9.0, 9.0), corner(-9.0, 9.0), corner(-9.0, -9.0)];
            features.push(serde_json::json!({
                "type": "Feature",
                "properties": {
                    "id": format!("u{unit:02}"),
                    FIELDS[0]: self.fields[0][unit],
                    FIELDS[1]: self.fields[1][unit],
                    FIELDS[2]: self.fields[2][unit],
                    "community": format!("c{}", self.communities[unit]),
                },
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            }));
        }
        std::fs::write(map, serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string())?;
        let mut gal = format!("0 {} made id\n", self.units());
        for (unit, beside) in self.beside.iter().enumerate() {
            let names: Vec<String> = ones(*beside).map(|other| format!("u{other:02}")).collect();
            let _ = writeln!(gal, "u{unit:02} {}\n{}", names.len(), names.join(" "));
        }
        std::fs::write(weights, gal)
    }
}

/// Places in a square, none nearer to another than half the mean spacing.
fn places(units: usize, random: &mut Random) -> Vec<[f64; 2]> {
    let side = SPACING_M * real(units).sqrt();
    let mut places: Vec<[f64; 2]> = Vec::with_capacity(units);
    while places.len() < units {
        // Whole decimetres, so that the map's file holds them exactly.
        let place = [0, 0].map(|_: i32| (10.0 * random.between(0.0, side)).round() / 10.0);
        if places.iter().all(|other| square(place, *other) > (SPACING_M / 2.0).powi(2)) {
            places.push(place);
        }
    }
    places
}

/// Two units are linked when no third lies in the circle over them (Gabriel & Sokal 1969). Planar and connected.
fn gabriel(places: &[[f64; 2]]) -> Vec<u64> {
    linked(places.len(), |a, b| {
        let middle = [0, 1].map(|axis| places[a][axis].midpoint(places[b][axis]));
        let radius = square(places[a], places[b]) / 4.0;
        (0..places.len()).all(|other| other == a || other == b || square(middle, places[other]) > radius)
    })
}

/// Two units are linked when some circle through them holds no other: that of a triangle with a third, or half a plane.
fn delaunay(places: &[[f64; 2]]) -> Vec<u64> {
    linked(places.len(), |a, b| {
        let others = || (0..places.len()).filter(move |other| *other != a && *other != b);
        others().any(|third| {
            circle(places[a], places[b], places[third])
                .is_some_and(|(middle, radius)| others().all(|other| other == third || square(middle, places[other]) > radius))
        })
    })
}

fn linked(units: usize, is_linked: impl Fn(usize, usize) -> bool) -> Vec<u64> {
    let mut beside = vec![0; units];
    for a in 0..units {
        for b in a + 1..units {
            if is_linked(a, b) {
                beside[a] |= 1 << b;
                beside[b] |= 1 << a;
            }
        }
    }
    beside
}

/// Middle and squared radius of the circle through three places.
fn circle(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> Option<([f64; 2], f64)> {
    let (bx, by, cx, cy) = (b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]);
    let twice = 2.0 * (bx * cy - by * cx);
    let (bb, cc) = (bx * bx + by * by, cx * cx + cy * cy);
    let middle = [(cy * bb - by * cc) / twice, (bx * cc - cx * bb) / twice];
    let radius = middle[0] * middle[0] + middle[1] * middle[1];
    (twice.abs() > 1e-9).then_some(([a[0] + middle[0], a[1] + middle[1]], radius))
}

pub fn square(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

/// The places of the ones of a set.
pub fn ones(set: u64) -> impl Iterator<Item = usize> + Clone {
    let mut rest = set;
    std::iter::from_fn(move || {
        let at = rest.trailing_zeros();
        rest &= rest.wrapping_sub(1);
        (at < 64).then_some(at as usize)
    })
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
pub fn real(count: usize) -> f64 {
    count as f64
}

/// Whether the units of a set hang together.
pub fn is_connected(set: u64, beside: &[u64]) -> bool {
    let mut reached = set & set.wrapping_neg();
    loop {
        let wider = ones(reached).fold(reached, |all, unit| all | beside[unit]) & set;
        if wider == reached {
            return reached == set && set != 0;
        }
        reached = wider;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_problems_are_connected_and_as_dense_as_said() {
        for seed in 1..=40 {
            let made = Instance::made(seed);
            assert!((20..=40).contains(&made.units()));
            assert!(is_connected(u64::MAX >> (64 - made.units()), &made.beside));
            let links: u32 = made.beside.iter().map(|set| set.count_ones()).sum::<u32>() / 2;
            assert!(links as usize <= 3 * made.units() - 6, "planar");
            let (a, b) = (Instance::made(seed), made);
            assert_eq!((a.places, a.beside), (b.places, b.beside));
        }
    }

    #[test]
    fn a_square_with_a_middle_has_its_sides_and_its_spokes() {
        let places = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [5.0, 5.1]];
        let degrees = |beside: Vec<u64>| beside.iter().map(|set| set.count_ones()).collect::<Vec<_>>();
        assert_eq!(degrees(delaunay(&places)), [3, 3, 3, 3, 4]);
        assert_eq!(ones(0b1011).collect::<Vec<_>>(), [0, 1, 3]);
    }
}
