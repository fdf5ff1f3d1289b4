//! Transverse Mercator on an ellipsoid of revolution, the projection of every Gauss–Krüger and UTM zone, by Krüger's series.
//!
//! Krüger (1912) in the form of Karney, "Transverse Mercator with an accuracy of a few nanometers" (Journal of Geodesy
//! 85, 2011, eqs. 7–12, 35 and 36), to the sixth power of the third flattening. Near the meridian, where maps lie, the
//! functions of small angles are short sums. PROJ is the oracle of the tests.

use geo::Coord;

/// Farthest from the central meridian, degrees: beyond it the short sums are no longer exact to a micrometre.
pub const WIDEST_DEG: f64 = 4.5;

/// Farthest from the equator, degrees.
const HIGHEST_DEG: f64 = 89.0;

/// Largest squared eccentricity for which the sums are long enough; that of the earth is 0.0067.
const LARGEST_E2: f64 = 0.008;

/// Terms of Krüger's series.
const TERMS: usize = 6;

/// What defines a zone. Lengths in metres, angles in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zone {
    /// Semi-major axis of the ellipsoid.
    pub semi_major: f64,
    /// Inverse flattening of the ellipsoid; infinite for a sphere.
    pub inverse_flattening: f64,
    /// Longitude of natural origin.
    pub central_meridian: f64,
    /// Latitude of natural origin.
    pub origin_latitude: f64,
    /// Scale factor at natural origin.
    pub scale: f64,
    /// Easting at natural origin.
    pub false_easting: f64,
    /// Northing at natural origin.
    pub false_northing: f64,
}

/// A zone, ready to convert.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaussKruger {
    zone: Zone,
    /// Squared eccentricity.
    e2: f64,
    /// Radius of the rectifying sphere times the scale, metres.
    radius: f64,
    /// Northing of the equator, metres.
    equator: f64,
    forward: [f64; TERMS],
    inverse: [f64; TERMS],
}

impl GaussKruger {
    /// `None` when the numbers are no zone of an ellipsoid as round as the earth.
    #[must_use]
    pub fn new(zone: Zone) -> Option<Self> {
        let f = if zone.inverse_flattening.is_infinite() { 0.0 } else { 1.0 / zone.inverse_flattening };
        let e2 = f * (2.0 - f);
        let lengths = [zone.semi_major, zone.scale, zone.false_easting, zone.false_northing, zone.central_meridian];
        let sound = lengths.iter().all(|v| v.is_finite())
            && zone.semi_major > 0.0
            && zone.scale > 0.0
            && (0.0..=LARGEST_E2).contains(&e2)
            && zone.origin_latitude.abs() <= HIGHEST_DEG;
        if !sound {
            return None;
        }
        let n = f / (2.0 - f);
        let n2 = n * n;
        let rectifying = zone.semi_major / (1.0 + n) * (1.0 + n2 * (1.0 / 4.0 + n2 * (1.0 / 64.0 + n2 / 256.0)));
        let radius = rectifying * zone.scale;
        let (forward, inverse) = (forward_terms(n), inverse_terms(n));
        let mut projection = Self { zone, e2, radius, equator: 0.0, forward, inverse };
        let origin = Coord { x: zone.central_meridian, y: zone.origin_latitude };
        let origin = projection.forward(origin)?;
        projection.equator = zone.false_northing - origin.y;
        Some(projection)
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Longitude and latitude in degrees to easting and northing in metres. `None` farther than [`WIDEST_DEG`] from the
    /// meridian, next to a pole, or of what is not finite.
    #[must_use]
    pub fn forward(&self, place: Coord<f64>) -> Option<Coord<f64>> {
        let offset = place.x - self.zone.central_meridian;
        if !(offset.abs() <= WIDEST_DEG && place.y.abs() <= HIGHEST_DEG) {
            return None;
        }
        let (sin_lon, cos_lon) = sin_cos_small(offset.to_radians());
        let lat = place.y.to_radians();
        let (sin_lat, cos_lat) = lat.sin_cos();
        // Tangent of the conformal latitude, eqs. 7–9.
        let sigma = self.sigma(sin_lat);
        let tau = (sin_lat * root_of_more(sigma * sigma) - sigma) / cos_lat;
        // Gauss–Schreiber coordinates and the functions of their doubles, eqs. 10 and 11. Divided is twice only.
        let by_r = 1.0 / (tau * tau + cos_lon * cos_lon).sqrt();
        let by_r2 = by_r * by_r;
        // ξ is near the latitude: by the sine of the small angle between them no arc tangent is needed.
        let xi = lat + asin_small((tau * cos_lat - cos_lon * sin_lat) * by_r);
        let eta = asinh_small(sin_lon * by_r);
        let double = Doubles {
            sin: 2.0 * tau * cos_lon * by_r2,
            cos: (cos_lon * cos_lon - tau * tau) * by_r2,
            sinh: 2.0 * sin_lon * (1.0 + tau * tau).sqrt() * by_r2,
            cosh: 1.0 + 2.0 * sin_lon * sin_lon * by_r2,
        };
        let (north, east) = double.series(&self.forward);
        Some(Coord { x: self.zone.false_easting + self.radius * (eta + east), y: self.equator + self.radius * (xi + north) })
    }

    /// Easting and northing in metres to longitude and latitude in degrees. `None` as for [`Self::forward`].
    #[must_use]
    pub fn inverse(&self, plane: Coord<f64>) -> Option<Coord<f64>> {
        /// Of the rectifying sphere, a little beyond the widest at the equator.
        const WIDEST: f64 = 0.0795;
        let xi = (plane.y - self.equator) / self.radius;
        let eta = (plane.x - self.zone.false_easting) / self.radius;
        if !(eta.abs() <= WIDEST && xi.abs() <= HIGHEST_DEG.to_radians()) {
            return None;
        }
        let (sin, cos) = (2.0 * xi).sin_cos();
        let grown = (2.0 * eta).exp();
        let double = Doubles { sin, cos, sinh: f64::midpoint(grown, -1.0 / grown), cosh: f64::midpoint(grown, 1.0 / grown) };
        let (north, east) = double.series(&self.inverse);
        let (sin_xi, cos_xi) = (xi - north).sin_cos();
        let sinh_eta = (eta - east).sinh();
        let offset = sinh_eta.atan2(cos_xi).to_degrees();
        let conformal = sin_xi / (sinh_eta * sinh_eta + cos_xi * cos_xi).sqrt();
        let lat = self.latitude(conformal).to_degrees();
        (offset.abs() <= WIDEST_DEG && lat.abs() <= HIGHEST_DEG)
            .then_some(Coord { x: self.zone.central_meridian + offset, y: lat })
    }

    /// sinh(e·atanh(e·sin φ)), eq. 8; both functions as sums, for e² is small.
    fn sigma(&self, sin_lat: f64) -> f64 {
        let w = self.e2 * sin_lat * sin_lat;
        let sum = 1.0 + w * (1.0 / 3.0 + w * (1.0 / 5.0 + w * (1.0 / 7.0 + w * (1.0 / 9.0 + w * (1.0 / 11.0)))));
        let t = self.e2 * sin_lat * sum;
        let t2 = t * t;
        t * (1.0 + t2 * (1.0 / 6.0 + t2 * (1.0 / 120.0)))
    }

    /// Latitude in radians from the tangent of the conformal latitude, by Newton's method, eqs. 19–21.
    fn latitude(&self, conformal: f64) -> f64 {
        /// The first guess is off by less than 0.0034; every step squares the error.
        const STEPS: usize = 3;
        let flat = 1.0 - self.e2;
        let mut tau = conformal / flat;
        for _ in 0..STEPS {
            let secant = (1.0 + tau * tau).sqrt();
            let sigma = self.sigma(tau / secant);
            let found = tau * (1.0 + sigma * sigma).sqrt() - sigma * secant;
            tau += (conformal - found) / (1.0 + found * found).sqrt() * (1.0 + flat * tau * tau) / (flat * secant);
        }
        tau.atan()
    }
}

/// Functions of 2ξ and 2η.
struct Doubles {
    sin: f64,
    cos: f64,
    sinh: f64,
    cosh: f64,
}

impl Doubles {
    /// Σ cⱼ sin 2jζ for ζ = ξ + iη by Clenshaw's rule: the parts along ξ and η.
    fn series(&self, terms: &[f64; TERMS]) -> (f64, f64) {
        let (re, im) = (2.0 * self.cos * self.cosh, -2.0 * self.sin * self.sinh);
        let ((mut a_re, mut a_im), (mut b_re, mut b_im)) = ((0.0, 0.0), (0.0, 0.0));
        for term in terms.iter().rev() {
            let next = (term + re * a_re - im * a_im - b_re, re * a_im + im * a_re - b_im);
            (b_re, b_im) = (a_re, a_im);
            (a_re, a_im) = next;
        }
        let (sin_re, sin_im) = (self.sin * self.cosh, self.cos * self.sinh);
        (sin_re * a_re - sin_im * a_im, sin_re * a_im + sin_im * a_re)
    }
}

/// Sine and cosine of an angle of at most 0.08 radians, to the last bit but one.
fn sin_cos_small(angle: f64) -> (f64, f64) {
    let q = angle * angle;
    let sin = angle * (1.0 - q * (1.0 / 6.0 - q * (1.0 / 120.0 - q * (1.0 / 5_040.0 - q * (1.0 / 362_880.0)))));
    let far = 1.0 / 40_320.0 - q * (1.0 / 3_628_800.0);
    let cos = 1.0 - q * (1.0 / 2.0 - q * (1.0 / 24.0 - q * (1.0 / 720.0 - q * far)));
    (sin, cos)
}

/// √(1 + x) of at most 10⁻⁴, to the last bit.
fn root_of_more(x: f64) -> f64 {
    1.0 + x * (1.0 / 2.0 - x * (1.0 / 8.0 - x * (1.0 / 16.0)))
}

/// asin of at most 0.01: what is left out of the sum is below 10⁻¹⁵ of an angle that is itself small.
fn asin_small(x: f64) -> f64 {
    let q = x * x;
    x * (1.0 + q * (1.0 / 6.0 + q * (3.0 / 40.0)))
}

/// asinh of at most 0.08: what is left out of the sum is below 10⁻¹⁶.
fn asinh_small(x: f64) -> f64 {
    let q = x * x;
    let far = 945.0 / 42_240.0 - q * (10_395.0 / 599_040.0);
    x * (1.0 - q * (1.0 / 6.0 - q * (3.0 / 40.0 - q * (15.0 / 336.0 - q * (105.0 / 3_456.0 - q * far)))))
}

/// Karney's α, eq. 35.
fn forward_terms(n: f64) -> [f64; TERMS] {
    powers(
        n,
        [
            &[1.0 / 2.0, -2.0 / 3.0, 5.0 / 16.0, 41.0 / 180.0, -127.0 / 288.0, 7_891.0 / 37_800.0],
            &[13.0 / 48.0, -3.0 / 5.0, 557.0 / 1_440.0, 281.0 / 630.0, -1_983_433.0 / 1_935_360.0],
            &[61.0 / 240.0, -103.0 / 140.0, 15_061.0 / 26_880.0, 167_603.0 / 181_440.0],
            &[49_561.0 / 161_280.0, -179.0 / 168.0, 6_601_661.0 / 7_257_600.0],
            &[34_729.0 / 80_640.0, -3_418_889.0 / 1_995_840.0],
            &[212_378_941.0 / 319_334_400.0],
        ],
    )
}

/// Karney's β, eq. 36.
fn inverse_terms(n: f64) -> [f64; TERMS] {
    powers(
        n,
        [
            &[1.0 / 2.0, -2.0 / 3.0, 37.0 / 96.0, -1.0 / 360.0, -81.0 / 512.0, 96_199.0 / 604_800.0],
            &[1.0 / 48.0, 1.0 / 15.0, -437.0 / 1_440.0, 46.0 / 105.0, -1_118_711.0 / 3_870_720.0],
            &[17.0 / 480.0, -37.0 / 840.0, -209.0 / 4_480.0, 5_569.0 / 90_720.0],
            &[4_397.0 / 161_280.0, -11.0 / 504.0, -830_251.0 / 7_257_600.0],
            &[4_583.0 / 161_280.0, -108_847.0 / 3_991_680.0],
            &[20_648_693.0 / 638_668_800.0],
        ],
    )
}

/// The j-th term begins with the j-th power of n.
fn powers(n: f64, rows: [&[f64]; TERMS]) -> [f64; TERMS] {
    let mut lead = 1.0;
    rows.map(|row| {
        lead *= n;
        lead * row.iter().rev().fold(0.0, |sum, factor| sum * n + factor)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CGCS2000_126: Zone = Zone {
        semi_major: 6_378_137.0,
        inverse_flattening: 298.257_222_101,
        central_meridian: 126.0,
        origin_latitude: 0.0,
        scale: 1.0,
        false_easting: 500_000.0,
        false_northing: 0.0,
    };

    #[test]
    fn what_is_too_far_or_not_finite_is_refused() {
        let zone = GaussKruger::new(CGCS2000_126).expect("a zone");
        for (x, y) in [(130.6, 43.0), (121.4, 43.0), (126.0, 89.5), (f64::NAN, 43.0), (126.0, f64::INFINITY), (-234.0, 43.0)] {
            assert_eq!(zone.forward(Coord { x, y }), None, "{x} {y}");
        }
        for (x, y) in [(1.1e6, 4.8e6), (5e5, 1e7), (f64::NAN, 0.0), (5e5, f64::NEG_INFINITY)] {
            assert_eq!(zone.inverse(Coord { x, y }), None, "{x} {y}");
        }
        assert_eq!(GaussKruger::new(Zone { inverse_flattening: 100.0, ..CGCS2000_126 }), None);
        assert_eq!(GaussKruger::new(Zone { scale: f64::NAN, ..CGCS2000_126 }), None);
        assert_eq!(GaussKruger::new(Zone { semi_major: -1.0, ..CGCS2000_126 }), None);
    }

    proptest! {
        #[test]
        fn there_and_back(
            offset in -4.49..4.49_f64,
            lat in -88.0..88.0_f64,
            origin in -60.0..60.0_f64,
            scale in 0.99..1.01_f64,
            flattening in prop_oneof![Just(298.3), Just(f64::INFINITY), 294.0..310.0_f64],
        ) {
            let inverse_flattening = flattening;
            let zone = Zone { origin_latitude: origin, scale, inverse_flattening, false_northing: 1e7, ..CGCS2000_126 };
            let zone = GaussKruger::new(zone).expect("a zone");
            let place = Coord { x: 126.0 + offset, y: lat };
            let plane = zone.forward(place).expect("near the meridian");
            let back = zone.inverse(plane).expect("near the meridian");
            // 1e-11 degrees are a micrometre.
            prop_assert!((back.x - place.x).abs() < 1e-11 / lat.to_radians().cos().max(1e-3), "{back:?} {place:?}");
            prop_assert!((back.y - place.y).abs() < 1e-11, "{back:?} {place:?}");
        }
    }
}
