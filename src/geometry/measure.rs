//! True areas and lengths: on the ellipsoid, whatever the working CRS does to them.
//!
//! Working coordinates go back to longitude and latitude and are measured along geodesics (Karney 2013) of WGS 84,
//! whose ellipsoid differs from that of CGCS2000 by 0.1 mm in the semi-minor axis.

use geo::{Coord, GeodesicArea, Length, LineString, MultiLineString, MultiPolygon, Polygon};

use super::crs::{CrsError, LON_LAT, Transformer};

/// Measures shapes of one working CRS on the ellipsoid. It belongs to one thread, as [`Transformer`] does.
pub struct Ellipsoid {
    back: Transformer,
}

impl Ellipsoid {
    /// Measures shapes given in the CRS with this EPSG code.
    ///
    /// # Errors
    /// As [`Transformer::new`].
    pub fn new(crs_code: u32) -> Result<Self, CrsError> {
        Ok(Self { back: Transformer::new(&format!("EPSG:{crs_code}"), LON_LAT)? })
    }

    /// Area in m², holes taken out; never negative, whatever the winding. A ring that the CRS cannot bring back to
    /// longitude and latitude (far outside its zone) counts by its area in the plane.
    #[must_use]
    pub fn area_m2(&self, shape: &MultiPolygon<f64>) -> f64 {
        shape.iter().map(|polygon| self.polygon_m2(polygon)).sum()
    }

    /// Length in m; a line that cannot be brought back counts by its length in the plane.
    #[must_use]
    pub fn length_m(&self, lines: &MultiLineString<f64>) -> f64 {
        lines.iter().map(|line| self.line_m(line)).sum()
    }

    fn polygon_m2(&self, polygon: &Polygon<f64>) -> f64 {
        let holes: f64 = polygon.interiors().iter().map(|ring| self.ring_m2(ring)).sum();
        (self.ring_m2(polygon.exterior()) - holes).max(0.0)
    }

    fn ring_m2(&self, ring: &LineString<f64>) -> f64 {
        use geo::Area;
        match self.lon_lat(ring) {
            Some(ring) => Polygon::new(ring, Vec::new()).geodesic_area_signed().abs(),
            None => Polygon::new(ring.clone(), Vec::new()).unsigned_area(),
        }
    }

    fn line_m(&self, line: &LineString<f64>) -> f64 {
        match self.lon_lat(line) {
            Some(line) => geo::Geodesic.length(&line),
            None => geo::Euclidean.length(line),
        }
    }

    fn lon_lat(&self, line: &LineString<f64>) -> Option<LineString<f64>> {
        let mut coords: Vec<Coord<f64>> = line.0.clone();
        self.back.convert(&mut coords).ok()?;
        Some(LineString(coords))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_223_563;

    /// Area between the equator and a latitude for one radian of longitude (Snyder 1987, eq. 3-12).
    fn zone_m2(lat: f64) -> f64 {
        let e = (F * (2.0 - F)).sqrt();
        let s = lat.to_radians().sin();
        let q = (1.0 - e * e) * (s / (1.0 - (e * s).powi(2)) - ((1.0 - e * s) / (1.0 + e * s)).ln() / (2.0 * e));
        A * A * q / 2.0
    }

    /// Length of the meridian between two latitudes, by Simpson's rule on its radius of curvature.
    fn meridian_m(south: f64, north: f64) -> f64 {
        let e2 = F * (2.0 - F);
        let radius = |lat: f64| A * (1.0 - e2) / (1.0 - e2 * lat.sin().powi(2)).powf(1.5);
        let (from, step) = (south.to_radians(), (north - south).to_radians() / 200.0);
        let weight = |i: u32| {
            if i == 0 || i == 200 {
                1.0
            } else if i % 2 == 1 {
                4.0
            } else {
                2.0
            }
        };
        (0..=200).map(|i| weight(i) * radius(from + step * f64::from(i))).sum::<f64>() * step / 3.0
    }

    /// A box of longitude and latitude with many points along its parallels, in the working CRS.
    fn working_box(west: f64, south: f64, east: f64, north: f64) -> LineString<f64> {
        let at = |i: u32| west + (east - west) * f64::from(i) / 400.0;
        let mut ring: Vec<Coord<f64>> = (0..=400).map(|i| Coord { x: at(i), y: south }).collect();
        ring.extend((0..=400).rev().map(|i| Coord { x: at(i), y: north }));
        ring.push(ring[0]);
        Transformer::new(LON_LAT, "EPSG:4551").and_then(|t| t.convert(&mut ring)).expect("converted");
        LineString(ring)
    }

    #[test]
    fn areas_agree_with_the_closed_formula() {
        let ellipsoid = Ellipsoid::new(4551).expect("known");
        let want = |w: f64, s: f64, e: f64, n: f64| (e - w) / 180.0 * PI * (zone_m2(n) - zone_m2(s));
        let outer = working_box(125.20, 43.80, 125.30, 43.88);
        let mut hole = working_box(125.22, 43.82, 125.24, 43.84);
        let solid = MultiPolygon(vec![Polygon::new(outer.clone(), vec![])]);
        let expected = want(125.20, 43.80, 125.30, 43.88);
        assert!((ellipsoid.area_m2(&solid) / expected - 1.0).abs() < 1e-6);
        hole.0.reverse();
        let holed = MultiPolygon(vec![Polygon::new(outer, vec![hole])]);
        let expected = expected - want(125.22, 43.82, 125.24, 43.84);
        assert!((ellipsoid.area_m2(&holed) / expected - 1.0).abs() < 1e-6);
    }

    #[test]
    fn lengths_agree_with_the_meridian() {
        let ellipsoid = Ellipsoid::new(4551).expect("known");
        let mut line = vec![Coord { x: 125.2, y: 43.8 }, Coord { x: 125.2, y: 43.81 }, Coord { x: 125.2, y: 43.9 }];
        Transformer::new(LON_LAT, "EPSG:4551").and_then(|t| t.convert(&mut line)).expect("converted");
        let want = meridian_m(43.8, 43.9);
        let got = ellipsoid.length_m(&MultiLineString(vec![LineString(line)]));
        assert!((got / want - 1.0).abs() < 1e-9, "{got} {want}");
    }
}
