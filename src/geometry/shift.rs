//! GCJ-02 and BD-09: the offsets that map services in China lay over WGS 84, and the way back.
//!
//! They are obfuscations, not datums; the formulas are those that everybody uses (wandergis/coordtransform, and
//! googollee/eviltransform, whose published vectors are the tests'). The way back is iterated to a tenth of a millimetre:
//! one step of it is up to 2.7 m off. Outside the box that the formula calls China nothing is shifted. The result is no more
//! accurate than the formula is official, and so it is labelled as approximate (近似).

use std::f64::consts::PI;

use geo::Coord;
use serde::{Deserialize, Serialize};

/// A service's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// 国测局: Amap, Tencent and others.
    Gcj02,
    /// Baidu: an offset of its own upon GCJ-02.
    Bd09,
}

/// Semi-major axis of Krasovsky 1940, metres.
const SEMI_MAJOR: f64 = 6_378_245.0;

/// Its squared eccentricity.
const E2: f64 = 0.006_693_421_622_965_943;

/// Baidu's factor.
const X_PI: f64 = PI * 3_000.0 / 180.0;

/// Degrees: a hundredth of a millimetre.
const CLOSE_DEG: f64 = 1e-10;

/// Steps of the way back; four are enough everywhere but on the rim of the box.
const STEPS: usize = 30;

impl Shift {
    /// Every offset.
    pub const ALL: [Self; 2] = [Self::Gcj02, Self::Bd09];

    /// The stable name used in files and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// The name that people use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gcj02 => "GCJ-02",
            Self::Bd09 => "BD-09",
        }
    }

    /// The offset with this [`Shift::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shift| shift.code() == code)
    }

    /// Longitude and latitude of WGS 84, degrees, to those of the service.
    #[must_use]
    pub fn apply(self, place: Coord<f64>) -> Coord<f64> {
        match self {
            _ if !in_china(place) => place,
            Self::Gcj02 => gcj02(place),
            Self::Bd09 => bd09(gcj02(place)),
        }
    }

    /// Longitude and latitude of the service, degrees, back to WGS 84.
    #[must_use]
    pub fn undo(self, shifted: Coord<f64>) -> Coord<f64> {
        let mut place = shifted;
        for _ in 0..STEPS {
            let miss = self.apply(place) - shifted;
            place = place - miss;
            if miss.x.abs() < CLOSE_DEG && miss.y.abs() < CLOSE_DEG {
                break;
            }
        }
        place
    }
}

/// The box of the formula.
fn in_china(place: Coord<f64>) -> bool {
    (72.004..=137.8347).contains(&place.x) && (0.8293..=55.8271).contains(&place.y)
}

fn gcj02(place: Coord<f64>) -> Coord<f64> {
    let (x, y) = (place.x - 105.0, place.y - 35.0);
    let wave = |v: f64, by: f64| (v * PI / by).sin();
    let common = 20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin();
    let slow = |v: f64, a: f64, b: f64| 20.0 * wave(v, 1.0) + 40.0 * wave(v, 3.0) + a * wave(v, 12.0) + b * wave(v, 30.0);
    let root = x.abs().sqrt();
    let north =
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (common + slow(y, 160.0, 320.0)) * 2.0 / 3.0;
    let east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (common + slow(x, 150.0, 300.0)) * 2.0 / 3.0;
    let lat = place.y.to_radians();
    let w = 1.0 - E2 * lat.sin().powi(2);
    let meridian = SEMI_MAJOR * (1.0 - E2) / (w * w.sqrt());
    let parallel = SEMI_MAJOR / w.sqrt() * lat.cos();
    Coord { x: place.x + (east / parallel).to_degrees(), y: place.y + (north / meridian).to_degrees() }
}

fn bd09(place: Coord<f64>) -> Coord<f64> {
    let radius = place.x.hypot(place.y) + 0.000_02 * (place.y * X_PI).sin();
    let angle = place.y.atan2(place.x) + 0.000_003 * (place.x * X_PI).cos();
    Coord { x: radius * angle.cos() + 0.006_5, y: radius * angle.sin() + 0.006 }
}

#[cfg(test)]
mod tests {
    use geo::{Distance, Geodesic, Point};
    use proptest::prelude::*;

    use super::*;

    fn metres(a: Coord<f64>, b: Coord<f64>) -> f64 {
        Geodesic.distance(Point(a), Point(b))
    }

    #[test]
    fn ten_cities_move_as_far_as_everybody_measures() {
        let cities = [
            (116.404, 39.915),
            (121.473, 31.230),
            (113.264, 23.129),
            (114.058, 22.543),
            (125.324, 43.817),
            (104.066, 30.573),
            (108.948, 34.263),
            (126.535, 45.803),
            (87.617, 43.793),
            (91.132, 29.660),
        ];
        for (x, y) in cities {
            let place = Coord { x, y };
            let gcj = metres(place, Shift::Gcj02.apply(place));
            let bd = metres(place, Shift::Bd09.apply(place));
            assert!((200.0..800.0).contains(&gcj), "{x} {y} {gcj}");
            assert!((700.0..1_600.0).contains(&bd), "{x} {y} {bd}");
        }
        for (x, y) in [(-104.9903, 39.7392), (153.0251, -27.4698), (-43.1729, -22.9068)] {
            for shift in Shift::ALL {
                assert_eq!(shift.apply(Coord { x, y }), Coord { x, y });
                assert_eq!(shift.undo(Coord { x, y }), Coord { x, y });
            }
        }
    }

    #[test]
    fn codes_come_back() {
        for shift in Shift::ALL {
            assert_eq!(Shift::from_code(shift.code()), Some(shift));
        }
        assert_eq!(Shift::from_code("wgs84"), None);
    }

    proptest! {
        #[test]
        fn the_way_back_is_exact_to_a_millimetre(x in 73.0..136.0_f64, y in 3.0..54.0_f64) {
            let place = Coord { x, y };
            for shift in Shift::ALL {
                prop_assert!(metres(shift.undo(shift.apply(place)), place) < 1e-3);
                prop_assert!(metres(shift.apply(shift.undo(place)), place) < 1e-3);
            }
        }
    }
}
