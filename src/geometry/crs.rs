//! Coordinate reference systems, through PROJ. The only module that names it.
//!
//! Coordinates are always x = longitude or easting, y = latitude or northing, whatever order EPSG gives the axes.
//! PROJ wants its database as a file. The binary carries it and keeps a copy in the user's cache folder, so that a
//! binary that was moved still finds it; this is the one place in the pure rows that touches the disk.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::CString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use geo::{Coord, Distance, Geodesic, Point, Rect};
use proj::{Proj, ProjBuilder};
use serde_json::Value;

use super::gauss_kruger::{GaussKruger, Zone};
use crate::base::Message;

/// PROJ's database as the bundled PROJ was built with it.
static DATABASE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/proj.db"));

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
            Self::Database { path, reason } => Message::new("geometry.crs-database").text("path", path).text("reason", reason),
            Self::Unknown { from, to, reason } => {
                Message::new("geometry.crs-unknown").text("from", from).text("to", to).text("reason", reason)
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
    /// Central meridian of a transverse Mercator projection, degrees.
    pub central_meridian: Option<f64>,
    /// Beijing 1954 or Xian 1980: the way to CGCS2000 is public only as a ballpark, tens of metres off (近似).
    pub approximate: bool,
}

/// A conversion between two systems. It belongs to one thread: make one for each.
///
/// Within a datum, between degrees and zones of Gauss–Krüger and UTM, it goes by [`GaussKruger`]; everything else, and
/// what lies far from the meridian, goes through PROJ.
pub struct Transformer {
    /// Source and target are one system, and coordinates stay to the bit.
    same: bool,
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
        let same = from == to && code_of(from).is_some_and(|code| describe(code).is_some());
        let direct = if same { None } else { Direct::between(from, to)? };
        Ok(Self { same, from: from.to_owned(), to: to.to_owned(), direct, pipeline: OnceCell::new() })
    }

    /// Converts every coordinate in place. `O(n)`.
    ///
    /// # Errors
    /// [`CrsError::Coordinate`] names the first that cannot be converted; those before it are converted already,
    /// it and those after it are as they were.
    pub fn convert(&self, coords: &mut [Coord<f64>]) -> Result<(), CrsError> {
        for (index, coord) in coords.iter_mut().enumerate() {
            let bad = |reason: String| CrsError::Coordinate { index, x: coord.x, y: coord.y, reason };
            if !(coord.x.is_finite() && coord.y.is_finite()) {
                return Err(bad("not finite".to_owned()));
            }
            if self.same {
                continue;
            }
            if let Some(converted) = self.direct.and_then(|direct| direct.convert(*coord)) {
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
    ProjBuilder::new().proj_known_crs(from, to, None).map_err(|error| unknown(error.to_string()))
}

/// A way within one datum that does not need PROJ: out of a zone, if there is one, and into another, if there is one.
#[derive(Clone, Copy, Debug)]
struct Direct {
    out_of: Option<GaussKruger>,
    into: Option<GaussKruger>,
}

/// A system within its datum: degrees, or a zone.
struct Side {
    datum: String,
    zone: Option<GaussKruger>,
}

/// Direct ways by source and target, as far as they have been asked for.
type Ways = Mutex<HashMap<(String, String), Option<Direct>>>;

impl Direct {
    /// The direct way; `None` where there is none. It is proved against PROJ once for every two systems.
    fn between(from: &str, to: &str) -> Result<Option<Self>, CrsError> {
        static WAYS: OnceLock<Ways> = OnceLock::new();
        let ways = WAYS.get_or_init(Ways::default);
        let key = (from.to_owned(), to.to_owned());
        if let Some(way) = ways.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(*way);
        }
        let oracle = pipeline(from, to)?;
        let way = Side::of(from).zip(Side::of(to)).and_then(|(out_of, into)| {
            let way = Self { out_of: out_of.zone, into: into.zone };
            (same_datum(&out_of.datum, &into.datum) && way.agrees(&oracle)).then_some(way)
        });
        ways.lock().unwrap_or_else(PoisonError::into_inner).insert(key, way);
        Ok(way)
    }

    fn convert(&self, coord: Coord<f64>) -> Option<Coord<f64>> {
        let place = self.out_of.map_or(Some(coord), |zone| zone.inverse(coord))?;
        match self.into {
            Some(zone) => zone.forward(place),
            None => (place.x.abs() <= 180.0 && place.y.abs() <= 90.0).then_some(place),
        }
    }

    /// Whether PROJ says the same to 0.05 mm over the width of the zone, from pole to pole.
    fn agrees(&self, oracle: &Proj) -> bool {
        /// Degrees that are 0.05 mm on the ground, and metres.
        const TOLERANCE: (f64, f64) = (4.5e-10, 5e-5);
        let middle = self.into.or(self.out_of).map_or(126.0, |zone| zone.zone().central_meridian);
        let tolerance = if self.into.is_some() { TOLERANCE.1 } else { TOLERANCE.0 };
        let places = [-70.0, -33.0, 2.0, 18.5, 27.3, 36.1, 43.9, 53.4, 70.0]
            .into_iter()
            .flat_map(|y| [-4.4, -2.7, -0.9, 0.0, 1.3, 3.2, 4.4].map(|offset| Coord { x: middle + offset, y }));
        let mut proved = 0;
        for place in places {
            let source = self.out_of.map_or(Some(place), |zone| zone.forward(place));
            let Some((source, own)) = source.and_then(|source| Some((source, self.convert(source)?))) else { continue };
            let Ok((x, y)) = oracle.convert((source.x, source.y)) else { return false };
            let (x, y): (f64, f64) = (x, y);
            if !((own.x - x).abs() <= tolerance && (own.y - y).abs() <= tolerance) {
                return false;
            }
            proved += 1;
        }
        proved > 0
    }
}

/// CGCS2000 was laid on WGS 84: they differ by centimetres, and EPSG's way between them changes nothing.
fn same_datum(a: &str, b: &str) -> bool {
    let alike = |name: &str| name.starts_with("World Geodetic System 1984") || name == "China 2000";
    a == b || (alike(a) && alike(b))
}

impl Side {
    /// What PROJ says of a system; `None` of what is neither in degrees nor transverse Mercator.
    fn of(text: &str) -> Option<Self> {
        let object = ProjBuilder::new().proj(text).ok()?;
        let json: Value = serde_json::from_str(&object.to_projjson(Some(false), None, None).ok()?).ok()?;
        let zoned = match json["type"].as_str()? {
            "GeographicCRS" => false,
            "ProjectedCRS" => true,
            _ => return None,
        };
        let base = if zoned { &json["base_crs"] } else { &json };
        let datum = if base["datum"].is_null() { &base["datum_ensemble"] } else { &base["datum"] };
        let zone = if zoned { Some(GaussKruger::new(zone_of(&json["conversion"], &datum["ellipsoid"])?)?) } else { None };
        Some(Self { datum: datum["name"].as_str()?.to_owned(), zone })
    }
}

/// The numbers of a transverse Mercator projection. Units other than degrees and metres show when PROJ is asked for the same.
fn zone_of(conversion: &Value, ellipsoid: &Value) -> Option<Zone> {
    if conversion["method"]["name"].as_str() != Some("Transverse Mercator") {
        return None;
    }
    let parameters = conversion["parameters"].as_array()?;
    let parameter = |name: &str| parameters.iter().find(|own| own["name"].as_str() == Some(name))?["value"].as_f64();
    let semi_major = ellipsoid["semi_major_axis"].as_f64().or_else(|| ellipsoid["radius"].as_f64())?;
    let inverse_flattening = match ellipsoid["semi_minor_axis"].as_f64() {
        Some(minor) => semi_major / (semi_major - minor),
        None => ellipsoid["inverse_flattening"].as_f64().unwrap_or(f64::INFINITY),
    };
    Some(Zone {
        semi_major,
        inverse_flattening,
        central_meridian: parameter("Longitude of natural origin")?,
        origin_latitude: parameter("Latitude of natural origin")?,
        scale: parameter("Scale factor at natural origin")?,
        false_easting: parameter("False easting")?,
        false_northing: parameter("False northing")?,
    })
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

/// Name and kind of the system with an EPSG code; `None` when EPSG has none.
#[must_use]
pub fn describe(code: u32) -> Option<CrsInfo> {
    database_ready().ok()?;
    let object = ProjBuilder::new().proj(&format!("EPSG:{code}")).ok()?;
    let json: Value = serde_json::from_str(&object.to_projjson(Some(false), None, None).ok()?).ok()?;
    let kind = json["type"].as_str()?;
    if !kind.ends_with("CRS") {
        return None;
    }
    let name = json["name"].as_str()?.to_owned();
    let approximate = ["Beijing 1954", "New Beijing", "Xian 1980"].iter().any(|datum| name.starts_with(datum));
    let parameters = json["conversion"]["parameters"].as_array();
    let central_meridian = parameters.into_iter().flatten().find_map(|parameter| {
        let natural_origin = parameter["name"].as_str() == Some("Longitude of natural origin");
        parameter["value"].as_f64().filter(|_| natural_origin)
    });
    Some(CrsInfo { code, name, geographic: kind.starts_with("Geographic"), central_meridian, approximate })
}

/// The definition of the system with an EPSG code as WKT 1 of OGC 01-009, which a GeoPackage wants; `None` when EPSG has none.
#[must_use]
pub fn wkt(code: u32) -> Option<String> {
    describe(code)?;
    let object = ProjBuilder::new().proj(&format!("EPSG:{code}")).ok()?;
    let lines = object.as_wkt(Some(proj::wkt::WktVersion::Wkt1_Gdal), None).ok()?;
    // PROJ indents by spaces after line breaks; one line is the custom.
    Some(lines.lines().map(str::trim_start).collect())
}

/// Makes sure that PROJ finds its database, wherever the binary lies. Cheap after the first call.
///
/// # Errors
/// [`CrsError::Database`] when neither the cache folder nor the folder for temporary files can be written.
pub fn database_ready() -> Result<(), CrsError> {
    static READY: OnceLock<Result<(), CrsError>> = OnceLock::new();
    READY.get_or_init(|| place_database().map(|folder| set_search_paths(&folder))).clone()
}

/// Finds or writes the copy of the database and returns its folder.
fn place_database() -> Result<PathBuf, CrsError> {
    let name = format!("proj-{}-{:016x}", DATABASE.len(), fingerprint(DATABASE));
    let cache = directories::ProjectDirs::from("", "", "lianpian").map(|dirs| dirs.cache_dir().join(&name));
    let temporary = std::env::temp_dir().join(format!("lianpian-{name}"));
    let mut failed = CrsError::Database { path: String::new(), reason: String::new() };
    for folder in cache.into_iter().chain([temporary]) {
        match write_once(&folder.join("proj.db")) {
            Ok(()) => return Ok(folder),
            Err(error) => failed = CrsError::Database { path: folder.display().to_string(), reason: error.to_string() },
        }
    }
    Err(failed)
}

/// Leaves a file that is there and whole; otherwise writes it beside and renames, so that no one ever sees half of it.
fn write_once(path: &Path) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == DATABASE) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(DATABASE)?;
    match file.persist(path) {
        Ok(_) => Ok(()),
        // Another process may have been faster and hold the file open.
        Err(_) if fs::read(path).is_ok_and(|there| there == DATABASE) => Ok(()),
        Err(error) => Err(error.error),
    }
}

/// FNV-1a over words of eight bytes: tells two databases of one length apart, no more.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(0xcbf2_9ce4_8422_2325, |hash, chunk| {
        let word = chunk.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Tells PROJ's default context, which every later context copies, to look in our folder first and in `PROJ_DATA` after
/// it (for grids). First, because a `PROJ_DATA` of another program often holds a database of another version.
#[expect(unsafe_code, reason = "the safe wrapper can only append to the paths of a single context")]
fn set_search_paths(folder: &Path) {
    let given = std::env::var_os("PROJ_DATA").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&given));
    let texts: Vec<CString> = folders.filter_map(|path| CString::new(path.to_str()?).ok()).collect();
    let pointers: Vec<_> = texts.iter().map(|text| text.as_ptr()).collect();
    let count = i32::try_from(pointers.len()).unwrap_or(1);
    // SAFETY: `pointers` holds `count` pointers to C strings that live until the call returns; PROJ copies them. A null
    // context means the default one; `OnceLock` lets a single thread in here, before any other context is made.
    unsafe {
        proj_sys::proj_context_set_search_paths(std::ptr::null_mut(), count, pointers.as_ptr());
        // Errors come back as values; PROJ need not write them to the terminal as well.
        proj_sys::proj_log_level(std::ptr::null_mut(), proj_sys::PJ_LOG_LEVEL_PJ_LOG_NONE);
    }
}

/// How sure PROJ must be, of 100, that a definition is the one of a code: from 70 on both systems are equivalent, and only
/// names differ.
const SURE: i32 = 70;

/// The system that WKT of ESRI or OGC describes: `EPSG:n` where EPSG has it, else the WKT itself, in one line. `None` when
/// PROJ can make nothing of it.
#[must_use]
pub fn from_wkt(text: &str) -> Option<String> {
    let plain: String = text.lines().map(str::trim).collect();
    Transformer::new(&plain, LON_LAT).ok()?;
    Some(identified(&plain).map_or(plain, |code| format!("EPSG:{code}")))
}

/// The EPSG code that PROJ finds for a definition.
#[expect(unsafe_code, reason = "the safe wrapper has no way to identify a system")]
fn identified(definition: &str) -> Option<u32> {
    let definition = CString::new(definition).ok()?;
    let mut best = None;
    // SAFETY: every pointer is checked for null before it is used, lives until it is destroyed below and is used by this
    // thread alone; strings that PROJ gives back are copied before their owner goes.
    unsafe {
        let context = proj_sys::proj_context_create();
        let object = proj_sys::proj_create(context, definition.as_ptr());
        let mut sure: *mut i32 = std::ptr::null_mut();
        let list = if object.is_null() {
            std::ptr::null_mut()
        } else {
            proj_sys::proj_identify(context, object, c"EPSG".as_ptr(), std::ptr::null(), &raw mut sure)
        };
        let count = if list.is_null() || sure.is_null() { 0 } else { proj_sys::proj_list_get_count(list) };
        for place in 0..count {
            let confidence = *sure.add(usize::try_from(place).unwrap_or(0));
            if confidence < SURE || best.is_some_and(|(before, _)| before >= confidence) {
                continue;
            }
            let found = proj_sys::proj_list_get(context, list, place);
            if !found.is_null() {
                let code = proj_sys::proj_get_id_code(found, 0);
                let code = if code.is_null() {
                    None
                } else {
                    std::ffi::CStr::from_ptr(code).to_str().ok().and_then(|code| code.parse().ok())
                };
                best = code.map(|code: u32| (confidence, code)).or(best);
                proj_sys::proj_destroy(found);
            }
        }
        proj_sys::proj_int_list_destroy(sure);
        proj_sys::proj_list_destroy(list);
        proj_sys::proj_destroy(object);
        proj_sys::proj_context_destroy(context);
    }
    best.map(|(_, code)| code).filter(|code| describe(*code).is_some())
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

    #[test]
    fn a_damaged_copy_of_the_database_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/er/proj.db");
        write_once(&path).expect("written");
        fs::write(&path, b"half").expect("damaged");
        write_once(&path).expect("mended");
        assert_eq!(fs::read(&path).expect("there"), DATABASE);
        assert_eq!(fs::read_dir(path.parent().expect("parent")).expect("folder").count(), 1);
    }

    /// Central meridians of systems that go the direct way.
    const DIRECT: [(&str, f64); 6] = [
        ("EPSG:4551", 126.0),
        ("EPSG:4513", 75.0),
        ("EPSG:4498", 117.0),
        ("EPSG:32651", 123.0),
        ("EPSG:32730", -3.0),
        ("+proj=tmerc +lat_0=31 +lon_0=121.4 +k=0.9999 +x_0=1000 +y_0=-2000 +ellps=GRS80 +datum=WGS84 +type=crs", 121.4),
    ];

    #[test]
    fn the_direct_way_is_taken_within_a_datum_only() {
        for (code, _) in DIRECT {
            assert!(Direct::between(LON_LAT, code).expect("known").is_some(), "{code}");
            assert!(Direct::between(code, LON_LAT).expect("known").is_some(), "{code}");
        }
        let zones = Direct::between("EPSG:4550", "EPSG:4551").expect("known");
        assert!(zones.is_some_and(|way| way.out_of.is_some() && way.into.is_some()));
        assert!(Direct::between("EPSG:4490", LON_LAT).expect("known").is_some());
        // Another datum, and projections of other kinds.
        for (from, to) in [("EPSG:2436", "EPSG:4551"), ("EPSG:4214", LON_LAT), (LON_LAT, "EPSG:3857"), ("EPSG:27700", LON_LAT)] {
            assert!(Direct::between(from, to).expect("known").is_none(), "{from} {to}");
        }
    }

    #[test]
    fn the_direct_way_is_that_of_proj() {
        for (code, meridian) in DIRECT {
            let proj = (pipeline(LON_LAT, code).expect("known"), pipeline(code, LON_LAT).expect("known"));
            let way = |from, to| Direct::between(from, to).expect("known").expect("direct");
            let own = (way(LON_LAT, code), way(code, LON_LAT));
            proptest!(|(offset in -4.49..4.49_f64, lat in -88.0..88.0_f64)| {
                let place = Coord { x: meridian + offset, y: lat };
                let (x, y): (f64, f64) = proj.0.convert((place.x, place.y)).expect("there");
                let there = own.0.convert(place).expect("near the meridian");
                prop_assert!((there.x - x).hypot(there.y - y) < 1e-4, "{} {:?} {} {}", code, there, x, y);
                let (lon, lat): (f64, f64) = proj.1.convert((x, y)).expect("back");
                let back = own.1.convert(Coord { x, y }).expect("near the meridian");
                let (east, north) = ((back.x - lon) * lat.to_radians().cos(), back.y - lat);
                prop_assert!(east.hypot(north) * 111_320.0 < 1e-4, "{} {:?} {} {}", code, back, lon, lat);
            });
        }
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
