//! Rings out of small and of wild numbers: mended or given up, valid, with every change of area named, and mended no further.
#![no_main]

use geo::{Area, Coord, Validation};
use lianpian::geometry::repair::{drawn_area_m2, mend_area, mend_lines, rings_of};

/// Three bytes a vertex: a lattice of 16 × 16, now and then far away, and where a ring ends.
fn rings(data: &[u8]) -> Vec<Vec<Vec<Coord<f64>>>> {
    let mut polygons = vec![vec![Vec::new()]];
    for bytes in data.chunks_exact(3) {
        let scale = if bytes[2] & 0x38 == 0x38 { 1e7 } else { 1.0 };
        let coord = Coord { x: f64::from(bytes[0]) / 16.0 * scale, y: f64::from(bytes[1]) / 16.0 * scale };
        if bytes[2] & 7 == 7 {
            polygons.push(vec![Vec::new()]);
        } else if bytes[2] & 7 == 6 && let Some(polygon) = polygons.last_mut() {
            polygon.push(Vec::new());
        }
        if let Some(ring) = polygons.last_mut().and_then(|polygon| polygon.last_mut()) {
            ring.push(coord);
        }
    }
    polygons
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let polygons = rings(data);
    drop(mend_lines(polygons.iter().flatten().cloned().collect()));
    let before = drawn_area_m2(&polygons);
    if let Ok(mended) = mend_area(polygons) {
        assert!(mended.shape.is_valid(), "{:?}", mended.shape);
        assert!(!mended.shape.0.is_empty());
        let named: f64 = mended.mends.iter().map(|mend| mend.area_m2).sum();
        let after = mended.shape.unsigned_area();
        assert!((before + named - after).abs() <= 1e-6 * (1.0 + before.abs() + after), "{before} and {named} make {after}");
        let again = mend_area(rings_of(mended.shape.clone())).expect("it has an area");
        assert!(again.mends.is_empty(), "{:?}", again.mends);
    }
});
