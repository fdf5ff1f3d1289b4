//! Speed of contiguity on a made-up city of any size: the near-neighbour join and the links as the city grows, frontage, and
//! what the gap asks of 220,000 compounds: their tree once, then clusters, colours and curve.
//!
//! With `LIANPIAN_DATA` set, the join also runs on every `city/compounds_*.geojson` in that folder (scaled from degrees to
//! metres at the latitude of the town, which changes lengths by under a percent).

mod made;

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use geo::{Coord, MapCoords, MultiPolygon};
use lianpian::base::{Seed, Silent};
use lianpian::contiguity::{ConnectInput, Dendrogram, Links, connect, connect_bare, pairs_within};
use lianpian::map::colour_clusters;
use lianpian::model::{BarrierRules, Compound, ContiguityRule};
use lianpian::session::actions::LARGEST_GAP_M;
use made::{city, compounds};

const GAP_M: f64 = 30.0;
/// Compounds of the cities by which growth is told.
const SIZES: [usize; 4] = [1_000, 10_000, 50_000, 220_000];

fn links_of(compounds: &[Compound], max_gap_m: f64, frontage: bool) -> Links {
    let (barriers, bridges, parcels, overrides) = (&[], &[], &[], &BTreeMap::new());
    let input = ConnectInput {
        compounds,
        barriers,
        barrier_rules: BarrierRules::default(),
        bridges,
        parcels,
        overrides,
        rule: ContiguityRule::Gap,
        max_gap_m,
    };
    if frontage { connect(&input, &Silent) } else { connect_bare(&input, &Silent) }.unwrap_or_default()
}

fn join(c: &mut Criterion) {
    let mut group = c.benchmark_group("pairs_within_30m");
    group.sample_size(10);
    let made = SIZES.map(|count| (format!("made_{count}"), city(count, Seed(7))));
    for (name, shapes) in made.into_iter().chain(outside()) {
        group.throughput(Throughput::Elements(shapes.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| pairs_within(black_box(shapes.iter().collect()), GAP_M, &Silent));
        });
    }
    group.finish();
}

fn links(c: &mut Criterion) {
    let mut group = c.benchmark_group("links_30m");
    group.sample_size(10);
    for count in SIZES {
        let compounds = compounds(city(count, Seed(7)));
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |b| b.iter(|| links_of(&compounds, GAP_M, false)));
    }
    let compounds = compounds(city(220_000, Seed(7)));
    group.bench_function("with_frontage_220000", |b| b.iter(|| links_of(&compounds, GAP_M, true)));
    group.finish();
}

/// The gap as the window has it: links up to the end of its slider.
fn gap(c: &mut Criterion) {
    let mut group = c.benchmark_group("gap_220k");
    group.sample_size(20);
    let compounds = compounds(city(220_000, Seed(7)));
    let households: Vec<u32> = compounds.iter().filter_map(|compound| compound.facts.households).collect();
    let all = vec![true; compounds.len()];
    let links = links_of(&compounds, LARGEST_GAP_M, false);
    group.bench_function("forest", |b| b.iter(|| Dendrogram::new(black_box(&links), &all)));
    let forest = Dendrogram::new(&links, &all);
    drop(links);
    for gap_m in [3.0, 12.0, 40.0] {
        group.bench_function(BenchmarkId::new("regroup", gap_m), |b| b.iter(|| forest.components_at(black_box(gap_m))));
        group.bench_function(BenchmarkId::new("regroup_and_colour", gap_m), |b| {
            b.iter(|| colour_clusters(&forest, &forest.components_at(black_box(gap_m)), gap_m));
        });
    }
    group.bench_function("curve", |b| b.iter(|| forest.curve(&all, &households, 300)));
    let curve = forest.curve(&all, &households, 300);
    group.bench_function("plateaus", |b| b.iter(|| curve.plateaus(black_box(LARGEST_GAP_M), 4)));
    group.bench_function("readings", |b| b.iter(|| (curve.at(black_box(12.0)), forest.links_at(black_box(12.0)))));
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

criterion_group!(benches, join, links, gap);
criterion_main!(benches);
