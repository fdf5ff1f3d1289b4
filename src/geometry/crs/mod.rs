//! Coordinate reference systems, through PROJ. The only module that names it.
//!
//! Coordinates are always x = longitude or easting, y = latitude or northing, whatever order EPSG gives the axes.
//! Within a datum, zones of Gauss–Krüger and UTM are converted by our own series (`direct`), proved against PROJ.

#[expect(unsafe_code, reason = "the safe wrapper leaks where it fails")]
mod check;
mod china;
mod database;
mod direct;
mod known;

use std::cell::OnceCell;

use geo::{Coord, Distance, Geodesic, Point, Rect};
use proj::{Proj, ProjBuilder};

use self::direct::Direct;
use crate::base::Message;

pub use china::{ChinaCrs, ChinaZone, Datum, chinese};
pub use database::database_ready;
pub use direct::with_parameters;
pub use known::{describe, esri_wkt, from_wkt, wkt};

/// Longitude and latitude of WGS 84; CGCS2000 differs from it by less than a millimetre.
pub const LON_LAT: &str = "EPSG:4326";

/// Why coordinates cannot be converted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CrsError {
    /// PROJ's database could be written nowhere.
    #[error("PROJ's database cannot be written to {path}: {reason}")]
    Database {
        /// The last folder tried.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// PROJ knows no such system, or no way between the two.
    #[error("{from} to {to}: {reason}")]
    Unknown {
        /// Source as written.
        from: String,
        /// Target as written.
        to: String,
        /// What PROJ said.
        reason: String,
    },
    /// A coordinate outside what the projection can convert.
    #[error("coordinate {index} ({x}, {y}) cannot be converted: {reason}")]
    Coordinate {
        /// Its place in the slice.
        index: usize,
        /// x as given.
        x: f64,
        /// y as given.
        y: f64,
        /// What PROJ said.
        reason: String,
    },
}

impl CrsError {
    /// The sentence for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Database { path, .. } => Message::new("geometry.crs-database").text("path", path),
            Self::Unknown { from, to, reason } => {
                log::debug!("{from} to {to}: {reason}");
                Message::new("geometry.crs-unknown").text("from", from).text("to", to)
            }
            Self::Coordinate { x, y, .. } => Message::new("geometry.crs-coordinate").number("x", *x, 4).number("y", *y, 4),
        }
    }
}

/// What is known of a coordinate reference system.
#[derive(Clone, Debug, PartialEq)]
pub struct CrsInfo {
    /// EPSG code.
    pub code: u32,
    /// Its name in EPSG's register.
    pub name: String,
    /// Longitude and latitude rather than metres.
    pub geographic: bool,
    /// Its coordinates are places on a map: neither heights nor from the centre of the Earth.
    pub horizontal: bool,
    /// Central meridian of a transverse Mercator projection, degrees.
    pub central_meridian: Option<f64>,
    /// Beijing 1954 or Xian 1980: the way to CGCS2000 is public only as a ballpark, tens of metres off (近似).
    pub approximate: bool,
}

/// A conversion between two systems. It belongs to one thread: make one for each.
///
/// Within a datum, between degrees and zones of Gauss–Krüger and UTM, it goes by our own series; everything else, and
/// what lies far from the meridian, goes through PROJ.
pub struct Transformer {
    /// Source and target are one system, and coordinates stay to the bit.
    same: bool,
    /// The way to WGS 84 that comes first where parameters lead there: PROJ minds them on the way to WGS 84 only.
    first: Option<Box<Transformer>>,
    from: String,
    to: String,
    direct: Option<Direct>,
    /// Made when it is first needed.
    pipeline: OnceCell<Result<Proj, CrsError>>,
}

impl Transformer {
    /// A conversion from one system to another; each is `EPSG:n` or anything else that PROJ understands.
    ///
    /// # Errors
    /// [`CrsError::Unknown`] when PROJ does not know one of them, [`CrsError::Database`] when it has no database.
    pub fn new(from: &str, to: &str) -> Result<Self, CrsError> {
        database_ready()?;
        if from.contains("+towgs84=") && to != LON_LAT {
            let first = Some(Box::new(Self::new(from, LON_LAT)?));
            return Ok(Self { first, ..Self::new(LON_LAT, to)? });
        }
        let same = from == to && code_of(from).is_some_and(|code| describe(code).is_some());
        let direct = if same { None } else { Direct::between(from, to)? };
        Ok(Self { same, first: None, from: from.to_owned(), to: to.to_owned(), direct, pipeline: OnceCell::new() })
    }

    /// Converts every coordinate in place. `O(n)`.
    ///
    /// # Errors
    /// [`CrsError::Coordinate`] names the first that cannot be converted; the coordinates mean nothing then.
    pub fn convert(&self, coords: &mut [Coord<f64>]) -> Result<(), CrsError> {
        if let Some(first) = &self.first {
            first.convert(coords)?;
        }
        for (index, coord) in coords.iter_mut().enumerate() {
            let bad = |reason: String| CrsError::Coordinate { index, x: coord.x, y: coord.y, reason };
            if !(coord.x.is_finite() && coord.y.is_finite()) {
                return Err(bad("not finite".to_owned()));
            }
            if self.same {
                continue;
            }
            if let Some(converted) = self.direct.as_ref().and_then(|direct| direct.convert(*coord)) {
                *coord = converted;
                continue;
            }
            let pipeline = self.pipeline.get_or_init(|| pipeline(&self.from, &self.to)).as_ref().map_err(Clone::clone)?;
            let (x, y): (f64, f64) = pipeline.convert((coord.x, coord.y)).map_err(|error| bad(error.to_string()))?;
            if !(x.is_finite() && y.is_finite()) {
                return Err(bad("outside the projection".to_owned()));
            }
            *coord = Coord { x, y };
        }
        Ok(())
    }
}

/// PROJ's way from one system to another.
fn pipeline(from: &str, to: &str) -> Result<Proj, CrsError> {
    let unknown = |reason: String| CrsError::Unknown { from: from.to_owned(), to: to.to_owned(), reason };
    check::way(from, to).map_err(unknown)?;
    ProjBuilder::new().proj_known_crs(from, to, None).map_err(|error| unknown(error.to_string()))
}

/// The EPSG code in `EPSG:4549`, `urn:ogc:def:crs:EPSG::4549`, `http://www.opengis.net/def/crs/EPSG/0/4549`,
/// `4549`, or the CRS84 names, which mean 4326 in x, y order.
#[must_use]
pub fn code_of(text: &str) -> Option<u32> {
    let upper = text.trim().to_ascii_uppercase();
    let last = upper.rsplit([':', '/', '#']).next()?;
    if matches!(last, "CRS84" | "CRS84H" | "WGS84") {
        return Some(4326);
    }
    let plain = upper == last || upper.contains("EPSG");
    last.parse().ok().filter(|code| plain && *code > 0)
}

/// The working CRS for a place: the 3-degree zone of CGCS2000 by central meridian (EPSG 4534–4554) in and around China,
/// the UTM zone elsewhere (326xx north, 327xx south). Taken from the middle of the rectangle.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "zones are small and clamped")]
pub fn working_crs_for(lon_lat: Rect<f64>) -> u32 {
    let Coord { x: lon, y: lat } = lon_lat.center();
    if (73.4..=135.2).contains(&lon) && (3.0..=54.0).contains(&lat) {
        return 4534 + ((lon / 3.0).round().clamp(25.0, 45.0) as u32 - 25);
    }
    let zone = (((lon + 180.0) / 6.0).floor() as i64).clamp(0, 59) as u32 + 1;
    if lat < 0.0 { 32_700 + zone } else { 32_600 + zone }
}

/// Largest scale error |k − 1| of a projected system over a rectangle of longitude and latitude, by finite differences
/// on a 5 × 5 grid. Infinite where the system cannot show the rectangle; 0 for a geographic system.
#[must_use]
pub fn scale_error(code: u32, lon_lat: Rect<f64>) -> f64 {
    if describe(code).is_some_and(|info| info.geographic) {
        return 0.0;
    }
    let Ok(forward) = Transformer::new(LON_LAT, &format!("EPSG:{code}")) else { return f64::INFINITY };
    let steps = || (0..5_u8).map(|i| f64::from(i) / 4.0);
    let at = |u: f64, v: f64| lon_lat.min() + Coord { x: lon_lat.width() * u, y: lon_lat.height() * v };
    steps().flat_map(|u| steps().map(move |v| (u, v))).map(|(u, v)| scale_error_at(&forward, at(u, v))).fold(0.0, f64::max)
}

/// |k − 1| at one place, the larger of north and east.
fn scale_error_at(forward: &Transformer, place: Coord<f64>) -> f64 {
    /// About 11 m: far above rounding, far below any change of scale.
    const STEP_DEG: f64 = 1e-4;
    let north = Coord { x: place.x, y: place.y - STEP_DEG };
    let east = Coord { x: place.x + STEP_DEG, y: place.y };
    let mut plane = [place, north, east];
    if forward.convert(&mut plane).is_err() {
        return f64::INFINITY;
    }
    let error = |end: Coord<f64>, plane_end: Coord<f64>| {
        let true_m = Geodesic.distance(Point(place), Point(end));
        let plane_m = (plane_end.x - plane[0].x).hypot(plane_end.y - plane[0].y);
        (plane_m / true_m - 1.0).abs()
    };
    error(north, plane[1]).max(error(east, plane[2]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rect(west: f64, south: f64, east: f64, north: f64) -> Rect<f64> {
        Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })
    }

    #[test]
    fn codes_are_read_from_every_spelling() {
        for text in ["EPSG:4548", "epsg:4548", "urn:ogc:def:crs:EPSG::4548", "http://www.opengis.net/def/crs/EPSG/0/4548", "4548"]
        {
            assert_eq!(code_of(text), Some(4548), "{text}");
        }
        assert_eq!(code_of("urn:ogc:def:crs:OGC:1.3:CRS84"), Some(4326));
        assert_eq!(code_of("ESRI:102100"), None);
        assert_eq!(code_of("local grid"), None);
    }

    #[test]
    fn changchun_works_in_the_zone_of_126_east() {
        assert_eq!(working_crs_for(rect(125.2, 43.8, 125.4, 44.0)), 4551);
        assert_eq!(working_crs_for(rect(-0.5, 51.3, 0.3, 51.7)), 32630);
        assert_eq!(working_crs_for(rect(151.0, -34.0, 151.4, -33.7)), 32756);
        let info = describe(4551).expect("EPSG knows it");
        assert_eq!(info.central_meridian, Some(126.0));
        assert!(!info.geographic && !info.approximate && info.name.contains("126E"));
        assert!(describe(4490).is_some_and(|crs| crs.geographic));
        assert!(describe(2327).is_some_and(|crs| crs.approximate));
        assert_eq!(describe(999_999), None);
    }

    #[test]
    fn the_scale_error_is_that_of_the_textbook() {
        // k ≈ 1 + (Δλ cos φ)² (1 + η²) / 2 for transverse Mercator, here 0.75 degrees from the meridian.
        let place = rect(125.25, 43.9, 125.25, 43.9);
        let (phi, offset) = (43.9_f64.to_radians(), 0.75_f64.to_radians());
        let eta2 = 0.006_739_496_775 * phi.cos().powi(2);
        let want = (offset * phi.cos()).powi(2) * (1.0 + eta2) / 2.0;
        assert!((scale_error(4551, place) - want).abs() < 1e-8, "{} {want}", scale_error(4551, place));
        assert!(scale_error(4549, place) > 10.0 * want);
    }

    #[test]
    fn what_cannot_be_converted_is_named() {
        let forward = Transformer::new(LON_LAT, "EPSG:4551").expect("known");
        let mut coords = [Coord { x: 125.0, y: 43.0 }, Coord { x: f64::NAN, y: 43.0 }];
        assert!(matches!(forward.convert(&mut coords), Err(CrsError::Coordinate { index: 1, .. })));
        let mut coords = [Coord { x: 125.0, y: 143.0 }];
        assert!(matches!(forward.convert(&mut coords), Err(CrsError::Coordinate { index: 0, .. })));
        assert!(matches!(Transformer::new("EPSG:999999", LON_LAT), Err(CrsError::Unknown { .. })));
        assert!(Transformer::new("EPSG:999999", "EPSG:999999").is_err());
    }

    proptest! {
        #[test]
        fn there_and_back_is_less_than_a_millimetre(lon in 73.5..135.0_f64, lat in 18.0..53.5_f64) {
            let code = working_crs_for(rect(lon, lat, lon, lat));
            let working = format!("EPSG:{code}");
            let mut coords = [Coord { x: lon, y: lat }];
            Transformer::new("EPSG:4490", &working).and_then(|t| t.convert(&mut coords)).expect("there");
            Transformer::new(&working, "EPSG:4490").and_then(|t| t.convert(&mut coords)).expect("back");
            prop_assert!(Geodesic.distance(Point(coords[0]), Point::new(lon, lat)) < 1e-3);
        }
    }
}
