//! Speed of contiguity on a made-up city of any size: the near-neighbour join, links with frontage, and the gap slider.
//!
//! With `LIANPIAN_DATA` set, the join also runs on every `city/compounds_*.geojson` in that folder (scaled from degrees to
//! metres at the latitude of the town, which changes lengths by under a percent).

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use geo::{Coord, LineString, MapCoords, MultiPolygon, Polygon};
use lianpian::base::{Seed, Silent, SplitMix};
use lianpian::contiguity::{ConnectInput, Dendrogram, Links, connect, connect_bare, pairs_within};
use lianpian::model::{Compound, CompoundFacts, ContiguityRule, Properties};

const GAP_M: f64 = 30.0;

/// Street blocks of 150–300 m, each of nine walled compounds with alleys of 0–6 m, between streets of 8–60 m.
fn city(count: usize, seed: Seed) -> Vec<MultiPolygon<f64>> {
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

fn compounds(shapes: Vec<MultiPolygon<f64>>) -> Vec<Compound> {
    let compound = |shape: MultiPolygon<f64>| Compound {
        source_id: String::new(),
        shape,
        facts: CompoundFacts::default(),
        extra: Properties::new(),
    };
    shapes.into_iter().map(compound).collect()
}

fn links_of(compounds: &[Compound], frontage: bool) -> Links {
    let (barriers, bridges, parcels, overrides) = (&[], &[], &[], &BTreeMap::new());
    let input = ConnectInput { compounds, barriers, bridges, parcels, overrides, rule: ContiguityRule::Gap, max_gap_m: GAP_M };
    if frontage { connect(&input, &Silent) } else { connect_bare(&input, &Silent) }.unwrap_or_default()
}

fn join(c: &mut Criterion) {
    let mut group = c.benchmark_group("pairs_within_30m");
    group.sample_size(10);
    let made = [1_000, 10_000, 100_000, 220_000].map(|count| (format!("made_{count}"), city(count, Seed(7))));
    for (name, shapes) in made.into_iter().chain(outside()) {
        group.throughput(Throughput::Elements(shapes.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| pairs_within(black_box(shapes.iter().collect()), GAP_M, &Silent));
        });
    }
    group.finish();
}

fn whole(c: &mut Criterion) {
    let mut group = c.benchmark_group("connect_220k");
    group.sample_size(10);
    let compounds = compounds(city(220_000, Seed(7)));
    group.bench_function("bare", |b| b.iter(|| links_of(&compounds, false)));
    group.bench_function("with_frontage", |b| b.iter(|| links_of(&compounds, true)));
    let links = links_of(&compounds, false);
    let all = vec![true; compounds.len()];
    group.bench_function("dendrogram", |b| b.iter(|| Dendrogram::new(black_box(&links), &all)));
    let tree = Dendrogram::new(&links, &all);
    group.bench_function("slider", |b| b.iter(|| tree.components_at(black_box(12.0))));
    group.finish();
}

/// Cities of the data folder, by file name.
fn outside() -> Vec<(String, Vec<MultiPolygon<f64>>)> {
    let Some(folder) = std::env::var_os("LIANPIAN_DATA") else { return Vec::new() };
    let entries = std::fs::read_dir(std::path::Path::new(&folder).join("city")).into_iter().flatten().flatten();
    let is_city =
        |path: &std::path::PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("compounds_"));
    let mut files: Vec<_> = entries.map(|entry| entry.path()).filter(is_city).collect();
    files.sort();
    files.into_iter().filter_map(|path| Some((path.file_stem()?.to_string_lossy().into_owned(), shapes_in(&path)?))).collect()
}

fn shapes_in(path: &std::path::Path) -> Option<Vec<MultiPolygon<f64>>> {
    let text = std::fs::read_to_string(path).ok()?;
    let collection: geojson::FeatureCollection = text.parse::<geojson::GeoJson>().ok()?.try_into().ok()?;
    let shape = |feature: geojson::Feature| match geo::Geometry::<f64>::try_from(feature.geometry?).ok()? {
        geo::Geometry::Polygon(polygon) => Some(MultiPolygon::from(polygon)),
        geo::Geometry::MultiPolygon(polygons) => Some(polygons),
        _ => None,
    };
    let metres = |c: Coord<f64>| Coord { x: c.x * 111_320.0 * 43.88_f64.to_radians().cos(), y: c.y * 111_120.0 };
    Some(collection.features.into_iter().filter_map(shape).map(|shape| shape.map_coords(metres)).collect())
}

criterion_group!(benches, join, whole);
criterion_main!(benches);
