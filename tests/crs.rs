//! Where coordinates lie: the published systems and offsets, and layers that say it badly or not at all.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

#[path = "crs/offset.rs"]
mod offset;
mod outside;

use std::path::{Path, PathBuf};

use geo::{Area, Coord, Distance, Geodesic, Point};
use lianpian::base::{Message, Silent};
use lianpian::geometry::crs::{LON_LAT, Transformer, describe, with_parameters};
use lianpian::geometry::shift::Shift;
use lianpian::import::{Control, FileRead, ImportError, ReadOptions, offset_hint, read_bytes_as, read_control, read_path};
use lianpian::model::{Approximation, LayerContent};
use serde_json::{Value, json};

use outside::data;

/// Metres between two places in degrees.
fn metres(a: Coord<f64>, b: Coord<f64>) -> f64 {
    Geodesic.distance(Point(a), Point(b))
}

/// One row of the list of systems.
struct System {
    code: u32,
    name: String,
    projected: bool,
    numbers: [f64; 6],
    /// West, south, east, north.
    area: [f64; 4],
}

fn systems(folder: &Path) -> Vec<System> {
    let mut reader = csv::Reader::from_path(folder.join("crs/epsg_china_crs.csv")).expect("the list");
    let row = |row: csv::StringRecord| {
        let number = |place: usize| row[place].parse().unwrap_or(f64::NAN);
        System {
            code: row[0].parse().expect("a code"),
            name: row[1].to_owned(),
            projected: &row[2] == "projected",
            numbers: [3, 4, 5, 6, 7, 8].map(number),
            area: [11, 12, 13, 14].map(number),
        }
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// The family of a datum: within one, coordinates are exact.
fn geographic_of(name: &str) -> &'static str {
    match name {
        _ if name.starts_with("CGCS2000") || name.starts_with("China Geodetic") => "EPSG:4490",
        _ if name.starts_with("New Beijing") => "EPSG:4555",
        _ if name.starts_with("Beijing 1954") => "EPSG:4214",
        _ => "EPSG:4610",
    }
}

#[test]
fn every_system_of_china_is_known_and_exact_within_its_datum() {
    let Some(data) = data() else { return };
    let systems = systems(&data);
    assert_eq!(systems.len(), 260);
    let mut worst = 0.0_f64;
    for system in &systems {
        let info = describe(system.code).unwrap_or_else(|| panic!("{} is not known", system.code));
        assert_eq!(info.name, system.name);
        assert_eq!(info.geographic, !system.projected);
        assert_eq!(info.approximate, !geographic_of(&system.name).contains("4490"), "{}", system.name);
        if !system.projected {
            continue;
        }
        let [lon_0, scale, x_0, y_0, semi_major, inverse_flattening] = system.numbers;
        assert_eq!(info.central_meridian, Some(lon_0), "{}", system.code);
        let own = format!("EPSG:{}", system.code);
        let degrees = geographic_of(&system.name);
        let there = Transformer::new(degrees, &own).expect("there");
        let back = Transformer::new(&own, degrees).expect("back");
        // The definition spelled out, by PROJ itself: units, false origin and ellipsoid are those of the list.
        let spelled = format!(
            "+proj=tmerc +lat_0=0 +lon_0={lon_0} +k={scale} +x_0={x_0} +y_0={y_0} +a={semi_major} +rf={inverse_flattening} +units=m +no_defs"
        );
        let oracle = proj::Proj::new(&spelled).expect("PROJ takes it");
        let [west, south, east, north] = system.area;
        for (u, v) in [(0.02, 0.03), (0.5, 0.5), (0.98, 0.1), (0.3, 0.97)] {
            let place = Coord { x: west + (east - west) * u, y: south + (north - south) * v };
            let mut plane = [place];
            there.convert(&mut plane).expect("inside its area");
            let (x, y): (f64, f64) =
                oracle.project((place.x.to_radians(), place.y.to_radians()), false).expect("PROJ projects it");
            let off = (plane[0].x - x).hypot(plane[0].y - y);
            assert!(off < 1e-3, "{} {} {place:?}: {off} m", system.code, system.name);
            // x is the easting, whatever order EPSG has.
            assert!((plane[0].x - x_0).abs() < 1.0e6 && plane[0].y > 1.0e6, "{}: {plane:?}", system.code);
            back.convert(&mut plane).expect("and back");
            assert!(metres(plane[0], place) < 1e-3, "{}", system.code);
            worst = worst.max(off);
        }
    }
    println!("worst of {} systems: {worst:.2e} m", systems.len());
}

#[test]
fn published_vectors_of_offsets_hold() {
    let Some(data) = data() else { return };
    let text = std::fs::read_to_string(data.join("crs/gcj02_bd09_vectors.json")).expect("the vectors");
    let vectors: Value = serde_json::from_str(&text).expect("JSON");
    let (mut checked, mut one_step) = (0, 0);
    for vector in vectors["vectors"].as_array().expect("a list") {
        let coord =
            |key: &str| Coord { x: vector[key][0].as_f64().expect("a number"), y: vector[key][1].as_f64().expect("a number") };
        let (given, wanted) = (coord("in"), coord("out"));
        let operation = vector["op"].as_str().expect("a name");
        let found = match operation {
            "wgs84->gcj02" => Shift::Gcj02.apply(given),
            "gcj02->wgs84 (iterated)" => Shift::Gcj02.undo(given),
            // Baidu's own offset is the whole one after the way back from GCJ-02.
            "gcj02->bd09" => Shift::Bd09.apply(Shift::Gcj02.undo(given)),
            "bd09->gcj02" => Shift::Gcj02.apply(Shift::Bd09.undo(given)),
            // One step of the way back is metres off the exact one.
            "gcj02->wgs84 (one step)" => {
                assert!(metres(Shift::Gcj02.undo(given), wanted) < 3.0);
                one_step += 1;
                continue;
            }
            other => panic!("{other} is new"),
        };
        let tolerance_m = vector["tolerance_m"].as_f64().unwrap_or(0.0).max(1e-3);
        let tolerance_deg = vector["tolerance_deg"].as_f64().unwrap_or(0.0);
        // The published way from BD-09 is one step of an inverse: 1e-5 degrees from the exact one.
        let tolerance_deg = if operation == "bd09->gcj02" { 1e-5 } else { tolerance_deg };
        let close = (found.x - wanted.x).abs() <= tolerance_deg && (found.y - wanted.y).abs() <= tolerance_deg;
        assert!(close || metres(found, wanted) <= tolerance_m, "{operation} {given:?}: {found:?}, not {wanted:?}");
        checked += 1;
    }
    assert_eq!((checked, one_step), (10, 2));
}

fn sample(layer: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("sample-maps/linjiang/{layer}.geojson"))
}

/// A sample layer with every coordinate moved.
fn moved(layer: &str, by: impl Fn(Coord<f64>) -> Coord<f64> + Copy) -> Vec<u8> {
    fn walk(value: &mut Value, by: impl Fn(Coord<f64>) -> Coord<f64> + Copy) {
        let Some(list) = value.as_array_mut() else { return };
        if let [x, y, ..] = list.as_mut_slice()
            && let (Some(a), Some(b)) = (x.as_f64(), y.as_f64())
        {
            let to = by(Coord { x: a, y: b });
            (*x, *y) = (json!(to.x), json!(to.y));
            return;
        }
        for inner in list.iter_mut() {
            walk(inner, by);
        }
    }
    let text = std::fs::read_to_string(sample(layer)).expect("the sample");
    let mut map: Value = serde_json::from_str(&text).expect("JSON");
    for feature in map["features"].as_array_mut().expect("features") {
        walk(&mut feature["geometry"]["coordinates"], by);
    }
    map.as_object_mut().expect("a collection").remove("crs");
    map.to_string().into_bytes()
}

fn read(layer: &str, bytes: &[u8], options: &ReadOptions) -> Result<FileRead, ImportError> {
    read_bytes_as(Path::new(&format!("{layer}.geojson")), bytes, options, &Silent)
}

fn compounds(read: &FileRead) -> Vec<geo::MultiPolygon<f64>> {
    let LayerContent::Compounds(list) = &read.layers[0].content else { panic!("compounds") };
    list.iter().map(|compound| compound.shape.clone()).collect()
}

fn keys(messages: &[Message]) -> Vec<&'static str> {
    messages.iter().map(Message::key).collect()
}

/// The farthest that vertices of two readings lie apart, metres.
fn farthest(a: &FileRead, b: &FileRead) -> f64 {
    use geo::CoordsIter;
    let (a, b) = (compounds(a), compounds(b));
    assert_eq!(a.len(), b.len());
    let apart = a.iter().zip(&b).flat_map(|(a, b)| a.coords_iter().zip(b.coords_iter()).map(|(p, q)| (p - q).x.hypot((p - q).y)));
    apart.fold(0.0, f64::max)
}

fn plain() -> ReadOptions {
    ReadOptions { working_crs: Some(4551), ..ReadOptions::default() }
}

#[test]
fn shifted_layers_are_put_back_and_labelled() {
    let truth = read_path(&sample("compounds"), &plain(), &Silent).expect("the sample");
    for shift in Shift::ALL {
        let bytes = moved("compounds", |place| shift.apply(place));
        let off = read("compounds", &bytes, &plain()).expect("read as it is");
        assert!(farthest(&off, &truth) > 300.0);
        assert_eq!(off.layers[0].source.approximate, None);
        let back = read("compounds", &bytes, &ReadOptions { shift: Some(shift), ..plain() }).expect("put back");
        assert!(farthest(&back, &truth) < 2e-3, "{}", farthest(&back, &truth));
        assert_eq!(back.layers[0].source.approximate, Some(Approximation::Shift(shift)));
        assert!(keys(&back.layers[0].report.notes).contains(&"import.shift-undone"));
    }
    let plane = Transformer::new(LON_LAT, "EPSG:4551").expect("known");
    let to_plane = |place: Coord<f64>| {
        let mut place = [place];
        plane.convert(&mut place).expect("in the zone");
        place[0]
    };
    let bytes = moved("compounds", to_plane);
    let options = ReadOptions { shift: Some(Shift::Gcj02), crs: Some("EPSG:4551".to_owned()), ..plain() };
    let Err(ImportError::Place { what, .. }) = read("compounds", &bytes, &options) else {
        panic!("metres cannot be shifted back")
    };
    assert_eq!(what.key(), "import.shift-needs-degrees");
}

/// Every two layers of the sample and of the real maps, as they lie, give no hint.
#[test]
fn layers_that_lie_right_give_no_hint() {
    let mut towns: Vec<Vec<PathBuf>> = Vec::new();
    let of_sample =
        ["compounds", "buildings", "streets", "pipes-heat", "barriers", "limits", "facilities", "parcels", "heritage"];
    towns.push(of_sample.into_iter().map(sample).collect());
    if let Some(data) = data() {
        for town in ["osm_shanghai_bund", "osm_helsinki_test", "osm_liechtenstein"] {
            let layers = ["buildings", "landuse", "roads"].map(|layer| data.join(format!("maps/{town}_{layer}.geojson")));
            towns.push(layers.into());
        }
        towns.push(vec![data.join("maps/osm_wuhan_buildings.geojson"), data.join("networks/wuhan_streets_92k_4326.geojson")]);
        let changchun =
            ["Net6", "ky10", "ky4"].map(|name| data.join(format!("networks/water_{name}_placed_changchun_4326.geojson")));
        towns.push(changchun.into_iter().chain([sample("compounds"), sample("streets")]).collect());
    }
    for town in towns {
        let mut options = plain();
        options.working_crs = None;
        let mut before = Vec::new();
        for path in town {
            let read = read_path(&path, &options, &Silent).expect("readable");
            options.working_crs = Some(read.working_crs);
            for layer in read.layers {
                assert_eq!(offset_hint(&layer.content, before.iter(), read.working_crs), None, "{}", path.display());
                before.push(layer.content);
            }
        }
    }
}

/// A town grid: turned by 3 degrees, of other scale, with an origin of its own.
fn town_grid(place: Coord<f64>) -> Coord<f64> {
    let mut plane = [place];
    Transformer::new(LON_LAT, "EPSG:4551").and_then(|to| to.convert(&mut plane)).expect("in the zone");
    let (x, y) = (plane[0].x - 450_000.0, plane[0].y - 4_850_000.0);
    let (sin, cos) = 3.0_f64.to_radians().sin_cos();
    Coord { x: 50_000.0 + (x * cos - y * sin) * 1.000_02, y: 30_000.0 + (x * sin + y * cos) * 1.000_02 }
}

#[test]
fn a_town_grid_is_placed_by_control_points() {
    let truth = read_path(&sample("compounds"), &plain(), &Silent).expect("the sample");
    let bytes = moved("compounds", town_grid);
    // Such numbers belong to no zone, and nobody guesses one.
    assert!(matches!(read("compounds", &bytes, &plain()), Err(ImportError::Place { .. })));
    let bounds = truth.layers[0].lon_lat_bounds.expect("bounds");
    let corners = [(bounds.min().x, bounds.min().y), (bounds.max().x, bounds.min().y), (bounds.max().x, bounds.max().y)];
    let points: Vec<_> = corners.iter().map(|&(x, y)| (town_grid(Coord { x, y }), Coord { x, y })).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("control.csv");
    let lines = points.iter().map(|(s, t)| format!("{}, {}, {}, {}", s.x, s.y, t.x, t.y)).collect::<Vec<_>>().join("\n");
    std::fs::write(&path, format!("# surveyed\nx,y,lon,lat\n{lines}\n")).expect("written");
    let control = read_control(&path).expect("control points");
    assert_eq!(control, Control { points: points.clone(), degrees: true });
    let options = ReadOptions { control: Some(control), ..plain() };
    let fitted = read("compounds", &bytes, &options).expect("fitted");
    assert!(farthest(&fitted, &truth) < 0.01, "{}", farthest(&fitted, &truth));
    let source = &fitted.layers[0].source;
    assert_eq!((source.crs.as_str(), source.crs_known_by.as_str()), ("EPSG:4551", "import.crs-control"));
    assert!(matches!(source.approximate, Some(Approximation::Control { rms_m }) if rms_m < 1e-3));
    let notes = keys(&fitted.layers[0].report.notes);
    assert_eq!(notes.iter().filter(|key| **key == "import.control-residual").count(), 3);

    // Control points in metres need the name of their plane; a bad one shows in the residuals.
    let mut metric = Control { points, degrees: false };
    for (_, place) in &mut metric.points {
        let mut plane = [*place];
        Transformer::new(LON_LAT, "EPSG:4551").and_then(|to| to.convert(&mut plane)).expect("in the zone");
        *place = plane[0];
    }
    metric.points[1].1.x += 30.0;
    let options = ReadOptions { control: Some(metric.clone()), ..plain() };
    let Err(ImportError::Place { what, .. }) = read("compounds", &bytes, &options) else { panic!("no plane") };
    assert_eq!(what.key(), "import.control-needs-crs");
    let options = ReadOptions { crs: Some("EPSG:4551".to_owned()), ..options };
    let rough = read("compounds", &bytes, &options).expect("fitted all the same");
    assert!(keys(&rough.layers[0].report.warnings).contains(&"import.control-rough"));
    let mut turned = metric;
    turned.points.iter_mut().for_each(|(_, place)| std::mem::swap(&mut place.x, &mut place.y));
    let options = ReadOptions { control: Some(turned), crs: Some("EPSG:4551".to_owned()), ..plain() };
    let Err(ImportError::Place { what, .. }) = read("compounds", &bytes, &options) else { panic!("a fit of swapped axes") };
    assert_eq!(what.key(), "import.control-no-fit");
    std::fs::write(&path, "1 2 3\n").expect("written");
    assert!(matches!(read_control(&path), Err(ImportError::NotThis { what, .. }) if what.key() == "import.control-line"));
    std::fs::write(&path, "no points\n").expect("written");
    assert!(matches!(read_control(&path), Err(ImportError::NotThis { what, .. }) if what.key() == "import.control-none"));
}

#[test]
fn old_datums_are_approximate_unless_parameters_are_given() {
    let truth = read_path(&sample("compounds"), &plain(), &Silent).expect("the sample");
    // By parameters from Beijing 1954 to CGCS2000, the other way round.
    let parameters = [15.8, -154.4, -82.3, 0.1, -0.2, 0.3, 1.5];
    let beijing = with_parameters("EPSG:2436", &parameters).expect("Beijing 1954, 3-degree zone of 126°");
    let old = Transformer::new(LON_LAT, &beijing).expect("known");
    let to_old = |place: Coord<f64>| {
        let mut place = [place];
        old.convert(&mut place).expect("in the zone");
        place[0]
    };
    let bytes = moved("compounds", to_old);
    let asked = ReadOptions { crs: Some("EPSG:2436".to_owned()), ..plain() };
    let ballpark = read("compounds", &bytes, &asked).expect("read");
    assert_eq!(ballpark.layers[0].source.approximate, Some(Approximation::Datum));
    assert!(keys(&ballpark.layers[0].report.warnings).contains(&"import.old-datum"));
    assert!(farthest(&ballpark, &truth) > 20.0);
    let exact = read("compounds", &bytes, &ReadOptions { datum: Some(parameters), ..asked }).expect("read");
    assert!(farthest(&exact, &truth) < 1e-3, "{}", farthest(&exact, &truth));
    assert_eq!(exact.layers[0].source.approximate, Some(Approximation::Parameters));
    assert!(!keys(&exact.layers[0].report.warnings).contains(&"import.old-datum"));
    assert!(with_parameters("EPSG:3857", &parameters).is_none());
    // A layer of no old datum that is read beside one stays where it is, and that is told.
    let beside = read_path(&sample("compounds"), &ReadOptions { datum: Some(parameters), ..plain() }, &Silent).expect("read");
    assert_eq!((farthest(&beside, &truth), beside.layers[0].source.approximate), (0.0, None));
    assert!(keys(&beside.layers[0].report.warnings).contains(&"import.parameters-not-needed"));
}

#[test]
fn zones_and_axes_are_seen_and_asked_for() {
    let truth = read_path(&sample("compounds"), &plain(), &Silent).expect("the sample");
    let project = |code: u32| {
        let plane = Transformer::new(LON_LAT, &format!("EPSG:{code}")).expect("known");
        move |place: Coord<f64>| {
            let mut place = [place];
            plane.convert(&mut place).expect("in the zone");
            place[0]
        }
    };
    let (zoned, bare) = (project(4530), project(4551));
    let zoned_bytes = moved("compounds", &zoned);
    let found = read("compounds", &zoned_bytes, &plain()).expect("the zone is in the numbers");
    assert_eq!(found.layers[0].source.crs, "EPSG:4530");
    assert!(keys(&found.layers[0].report.warnings).contains(&"import.datum-assumed"));
    assert!(farthest(&found, &truth) < 1e-3);
    let turn = |c: Coord<f64>| Coord { x: c.y, y: c.x };
    let question = |bytes: &[u8], options: &ReadOptions| match read("compounds", bytes, options) {
        Err(ImportError::Place { what, .. }) => what.key(),
        other => panic!("not asked: {other:?}"),
    };
    let turned = moved("compounds", |place| turn(zoned(place)));
    assert_eq!(question(&turned, &plain()), "import.looks-northing-first");
    let swapped = read("compounds", &turned, &ReadOptions { swap_xy: true, ..plain() }).expect("swapped by order");
    assert!(farthest(&swapped, &truth) < 1e-3);
    assert_eq!(question(&moved("compounds", turn), &plain()), "import.looks-lat-lon");
    assert_eq!(question(&moved("compounds", &bare), &plain()), "import.crs-zone-needed");
    let named = ReadOptions { crs: Some("EPSG:4551".to_owned()), ..plain() };
    assert_eq!(question(&moved("compounds", |place| turn(bare(place))), &named), "import.axes-swapped");
    let found = read("compounds", &moved("compounds", &bare), &named).expect("named");
    assert_eq!(found.layers[0].source.crs_known_by, "import.crs-asked");
    assert!(farthest(&found, &truth) < 1e-3);
    let area: f64 = compounds(&found).iter().map(Area::unsigned_area).sum();
    assert!(area > 1e4);
}
