//! The first features on the map while the rest still loads: a few of them, brought to where the layer will lie.
//!
//! Where that is, is found by the same way as for the whole layer, from those that are shown. Once the layer is there they
//! go; they never become part of it. What says its CRS only behind its features, and otherwise than its numbers look, is
//! shown where its numbers look to be.

use std::sync::{Mutex, PoisonError};

use geo::Coord;

use super::ReadOptions;
use super::load::lon_lat_places;
use super::reading::{located, swap_axes, working_crs_of};
use super::source::{RawFeature, RawLayer, RawShape};
use crate::base::{MOST_OUTLINE_POINTS, Reporter};
use crate::geometry::crs::Transformer;
use crate::model::Properties;

/// Passes everything on, and outlines of a source as outlines in the CRS of the plan.
pub(super) struct Outlining<'a> {
    inner: &'a dyn Reporter,
    options: &'a ReadOptions,
    /// EPSG code of the plan's CRS, once it is known.
    working: Mutex<Option<u32>>,
}

impl<'a> Outlining<'a> {
    pub(super) fn new(options: &'a ReadOptions, inner: &'a dyn Reporter) -> Self {
        Self { inner, options, working: Mutex::new(options.working_crs) }
    }

    fn placed(&self, system: Option<&str>, lines: Vec<Vec<[f64; 2]>>) -> Option<(u32, Vec<Vec<[f64; 2]>>)> {
        let coord = |[x, y]: [f64; 2]| Coord { x, y };
        let feature = |line: Vec<[f64; 2]>| RawFeature {
            id: None,
            shape: Ok(RawShape { lines: vec![line.into_iter().map(coord).collect()], ..RawShape::default() }),
            properties: Properties::new(),
        };
        let features = lines.into_iter().map(feature).collect();
        let mut layer = RawLayer { crs: system.map(str::to_owned), features, ..RawLayer::default() };
        if self.options.swap_xy {
            swap_axes(&mut layer);
        }
        let mut working = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let placed = located(&mut layer, self.options, *working, None).ok()?;
        let code = match *working {
            Some(code) => code,
            None => *working.insert(working_crs_of(&lon_lat_places(&layer.features, &placed.crs).ok()?)),
        };
        let lines = layer.features.into_iter().filter_map(|feature| feature.shape.ok()?.lines.pop());
        Some((code, converted(lines, &placed.crs, code)?))
    }
}

impl Reporter for Outlining<'_> {
    fn progress(&self, done: usize, total: usize) {
        self.inner.progress(done, total);
    }

    fn should_stop(&self) -> bool {
        self.inner.should_stop()
    }

    fn shows_outlines(&self) -> bool {
        self.inner.shows_outlines()
    }

    fn outlines(&self, system: Option<&str>, lines: Vec<Vec<[f64; 2]>>) {
        if let Some((code, lines)) = self.placed(system, lines) {
            self.inner.outlines(Some(&format!("EPSG:{code}")), lines);
        }
    }
}

/// Lines in the CRS of the plan; those that cannot be brought there are left out.
fn converted(lines: impl Iterator<Item = Vec<Coord<f64>>>, from: &str, code: u32) -> Option<Vec<Vec<[f64; 2]>>> {
    let forward = Transformer::new(from, &format!("EPSG:{code}")).ok()?;
    let convert = |mut line: Vec<Coord<f64>>| {
        forward.convert(&mut line).ok()?;
        Some(line.into_iter().map(|c| [c.x, c.y]).collect())
    };
    Some(lines.filter_map(convert).collect())
}

/// Shows a layer that was read as a whole, one of `share` like it, before it is worked on.
pub(super) fn show(layer: &RawLayer, from: &str, code: u32, share: usize, reporter: &dyn Reporter) {
    // A reader that streams has shown its features already, and notes the names of their fields.
    if layer.headers.is_some() || !reporter.shows_outlines() {
        return;
    }
    let lines = of(layer.features.iter(), share).into_iter();
    let lines = lines.map(|line| line.into_iter().map(|[x, y]| Coord { x, y }).collect());
    if let Some(lines) = converted(lines, from, code) {
        reporter.outlines(Some(&format!("EPSG:{code}")), lines);
    }
}

/// Outlines of every so many of some features, so that those of all `share` parts like them stay within the budget.
pub(super) fn of<'a>(features: impl Iterator<Item = &'a RawFeature> + Clone, share: usize) -> Vec<Vec<[f64; 2]>> {
    let shapes = features.filter_map(|feature| feature.shape.as_ref().ok());
    let points: usize = shapes.clone().map(|shape| runs(shape).map(<[_]>::len).sum::<usize>()).sum();
    let step = (points * share.max(1)).div_ceil(MOST_OUTLINE_POINTS).max(1);
    let chosen = shapes.step_by(step).flat_map(runs);
    chosen.map(|run| run.iter().map(|c| [c.x, c.y]).collect()).collect()
}

/// Lines and outer rings.
fn runs(shape: &RawShape) -> impl Iterator<Item = &[Coord<f64>]> {
    let rings = shape.areas.iter().filter_map(|rings| rings.first());
    shape.lines.iter().chain(rings).map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines with the name of their system.
    type Shown = Vec<(String, Vec<Vec<[f64; 2]>>)>;

    /// Keeps what it is shown.
    #[derive(Default)]
    struct Seen(Mutex<Shown>);

    impl Reporter for Seen {
        fn progress(&self, _done: usize, _total: usize) {}

        fn should_stop(&self) -> bool {
            false
        }

        fn shows_outlines(&self) -> bool {
            true
        }

        fn outlines(&self, system: Option<&str>, lines: Vec<Vec<[f64; 2]>>) {
            self.0.lock().expect("one thread").push((system.unwrap_or_default().to_owned(), lines));
        }
    }

    fn text(features: usize, crs: &str) -> String {
        let square = |n: usize| {
            let (x, y) = (125.3 + 0.0001 * f64::from(u32::try_from(n).expect("small")), 43.9);
            let ring = format!("[{x:.5},{y}],[{:.5},{y}],[{:.5},{:.5}],[{x:.5},{y}]", x + 5e-5, x + 5e-5, y + 5e-5);
            format!(r#"{{"type":"Feature","properties":{{"id":{n}}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#)
        };
        let all: Vec<String> = (0..features).map(square).collect();
        format!(r#"{{"type":"FeatureCollection",{crs}"features":[{}]}}"#, all.join(","))
    }

    fn read(text: &str, options: &ReadOptions) -> (super::super::FileRead, Shown) {
        let seen = Seen::default();
        let path = std::path::Path::new("小区.geojson");
        let read = super::super::read_bytes_as(path, text.as_bytes(), options, &seen).expect("a map");
        (read, seen.0.into_inner().expect("one thread"))
    }

    #[test]
    fn outlines_lie_where_the_layer_lies() {
        for (crs, options) in [
            ("", ReadOptions::default()),
            ("", ReadOptions { working_crs: Some(4550), ..ReadOptions::default() }),
            ("", ReadOptions { shift: Some(crate::geometry::shift::Shift::Gcj02), ..ReadOptions::default() }),
            (r#""crs":{"type":"name","properties":{"name":"EPSG:4214"}},"#, ReadOptions::default()),
        ] {
            let (read, seen) = read(&text(40, crs), &options);
            let crate::model::LayerContent::Compounds(compounds) = &read.layers[0].content else { panic!("compounds") };
            let ring = |n: usize| compounds[n].shape.0[0].exterior().coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
            let (system, lines) = seen.first().expect("outlines");
            assert_eq!(*system, format!("EPSG:{}", read.working_crs), "{crs}");
            assert_eq!(lines.len(), 40);
            assert!((0..40).all(|n| lines[n] == ring(n)), "{crs}");
        }
    }

    #[test]
    fn outlines_stay_within_their_budget() {
        let feature = |n: u32| RawFeature {
            id: None,
            shape: Ok(RawShape { lines: vec![vec![Coord { x: f64::from(n), y: 0.0 }; 10]], ..RawShape::default() }),
            properties: Properties::new(),
        };
        let features: Vec<RawFeature> = (0..9_000).map(feature).collect();
        let points = |share| of(features.iter(), share).iter().map(Vec::len).sum::<usize>();
        assert!(points(1) <= MOST_OUTLINE_POINTS && points(1) > MOST_OUTLINE_POINTS / 3);
        assert!(points(50) * 50 <= MOST_OUTLINE_POINTS + 50 * 10);
        assert_eq!(of([].iter(), 3), Vec::<Vec<[f64; 2]>>::new());
    }
}
