//! The way within one datum that does not need PROJ, proved against PROJ once for every two systems.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use geo::Coord;
use proj::Proj;
use serde_json::Value;

use super::known::described;
use super::{CrsError, LON_LAT, Transformer, database_ready, pipeline};
use crate::geometry::gauss_kruger::{GaussKruger, Zone};

/// A way within one datum that does not need PROJ: out of a zone, if there is one, and into another, if there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Direct {
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
    pub(super) fn between(from: &str, to: &str) -> Result<Option<Self>, CrsError> {
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

    pub(super) fn convert(&self, coord: Coord<f64>) -> Option<Coord<f64>> {
        let place = self.out_of.as_ref().map_or(Some(coord), |zone| zone.inverse(coord))?;
        match &self.into {
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
        let json = described(text)?;
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

/// The system in degrees or transverse Mercator with parameters from its datum to WGS 84, as a PROJ string: displacements in
/// metres, turns in arc seconds and a scale in parts per million, as position vectors are turned (EPSG method 9606; for the
/// coordinate frame of EPSG method 9607 the turns have the other sign). CGCS2000 is WGS 84 to the millimetre. `None` for systems of
/// another kind.
#[must_use]
pub fn with_parameters(crs: &str, parameters: &[f64; 7]) -> Option<String> {
    database_ready().ok()?;
    let json = described(crs)?;
    let zoned = json["type"].as_str()? == "ProjectedCRS";
    let base = if zoned { &json["base_crs"] } else { &json };
    let conversion = if zoned {
        let zone = zone_of(&json["conversion"], &base["datum"]["ellipsoid"])?;
        format!(
            "+proj=tmerc +lat_0={} +lon_0={} +k={} +x_0={} +y_0={} +units=m",
            zone.origin_latitude, zone.central_meridian, zone.scale, zone.false_easting, zone.false_northing
        )
    } else {
        "+proj=longlat".to_owned()
    };
    let (semi_major, inverse_flattening) = axes_of(&base["datum"]["ellipsoid"])?;
    let parameters = parameters.map(|value| value.to_string()).join(",");
    let text = format!("{conversion} +a={semi_major} +rf={inverse_flattening} +towgs84={parameters} +no_defs +type=crs");
    Transformer::new(&text, LON_LAT).ok().map(|_| text)
}

/// Semi-major axis in metres and inverse flattening, which is infinite for a sphere.
fn axes_of(ellipsoid: &Value) -> Option<(f64, f64)> {
    let semi_major = ellipsoid["semi_major_axis"].as_f64().or_else(|| ellipsoid["radius"].as_f64())?;
    let inverse_flattening = match ellipsoid["semi_minor_axis"].as_f64() {
        Some(minor) => semi_major / (semi_major - minor),
        None => ellipsoid["inverse_flattening"].as_f64().unwrap_or(f64::INFINITY),
    };
    Some((semi_major, inverse_flattening))
}

/// The numbers of a transverse Mercator projection. Units other than degrees and metres show when PROJ is asked for the same.
fn zone_of(conversion: &Value, ellipsoid: &Value) -> Option<Zone> {
    if conversion["method"]["name"].as_str() != Some("Transverse Mercator") {
        return None;
    }
    let parameters = conversion["parameters"].as_array()?;
    let parameter = |name: &str| parameters.iter().find(|own| own["name"].as_str() == Some(name))?["value"].as_f64();
    let (semi_major, inverse_flattening) = axes_of(ellipsoid)?;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
}
