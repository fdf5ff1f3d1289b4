//! Previews of small files, and what choices make of them.

use proptest::prelude::*;

use super::*;
use crate::base::Silent;
use crate::import::{Feed, ReadOptions, read_path};

/// A collection of squares with these fields, `x` and `y` of their corners, in degrees unless `size` says otherwise.
fn squares(places: &[(f64, f64)], size: f64, properties: impl Fn(usize) -> String) -> String {
    let square = |(number, (x, y)): (usize, &(f64, f64))| {
        let ring = format!("[[{x},{y}],[{},{y}],[{},{}],[{x},{}],[{x},{y}]]", x + size, x + size, y + size, y + size);
        let properties = properties(number);
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#)
    };
    let list: Vec<String> = places.iter().enumerate().map(square).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, list.join(","))
}

/// Writes a file and looks into it.
fn seen(name: &str, text: &str) -> LayerPreview {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    preview(&path, &Silent).unwrap().layers.remove(0)
}

fn compounds() -> String {
    let facts = |n: usize| {
        format!(r#"{{"小区编号":"A{n}","小区名称":"甲{n}","建成年代":"199{}年","备注":{}}}"#, n % 10, n.is_multiple_of(2))
    };
    squares(&[(125.30, 43.90), (125.31, 43.91), (125.32, 43.92)], 0.002, facts)
}

#[test]
fn fields_kind_and_place_are_shown_before_anything_is_loaded() {
    let layer = seen("some.geojson", &compounds());
    assert_eq!((layer.read, layer.about, layer.format.as_str()), (3, None, "GeoJSON"));
    assert_eq!(layer.geometry, [("Polygon".to_owned(), 3)].into());
    let names: Vec<&str> = layer.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["小区编号", "小区名称", "建成年代", "备注"]);
    assert_eq!(layer.fields[2].examples, ["1990年", "1991年", "1992年"]);
    assert_eq!(layer.kind, Some((LayerKind::Compounds, "import.kind-content")), "a year built is a compound's");
    let choice = layer.told();
    assert_eq!(layer.feeds(&choice), [Some("source_id"), Some("name"), Some("built"), None]);
    let outlook = layer.outlook(&choice, None).unwrap();
    assert_eq!((outlook.crs.as_str(), outlook.known_by), ("EPSG:4326", "import.crs-default"));
    let bounds = outlook.bounds.unwrap();
    assert!((bounds.min().x - 125.30).abs() < 1e-9 && (bounds.max().y - 43.922).abs() < 1e-9);
}

#[test]
fn a_kind_that_cannot_be_told_is_not_made_up() {
    let bare = squares(&[(125.3, 43.9)], 0.001, |_| r#"{"a":1}"#.to_owned());
    let layer = seen("export.geojson", &bare);
    assert_eq!((layer.kind, layer.told().kind), (None, None));
    assert!(layer.fits(LayerKind::Buildings) && !layer.fits(LayerKind::Pipes));
    assert_eq!(seen("低效用地.geojson", &bare).kind, Some((LayerKind::Parcels, "import.kind-name")));
}

#[test]
fn what_cannot_be_placed_asks_and_the_answer_places_it() {
    let northing = squares(&[(4_861_000.0, 444_000.0)], 50.0, |_| "{}".to_owned());
    let layer = seen("小区.geojson", &northing);
    let mut choice = layer.told();
    let asked = layer.outlook(&choice, None).unwrap_err();
    assert!(asked.swap && !asked.crs && asked.what.key() == "import.looks-northing-first");
    choice.swap_xy = true;
    let asked = layer.outlook(&choice, None).unwrap_err();
    assert!(asked.crs && !asked.swap && asked.what.key() == "import.crs-zone-needed");
    choice.crs = Some("EPSG:4551".to_owned());
    let placed = layer.outlook(&choice, None).unwrap();
    let middle = placed.middle.unwrap();
    assert!((middle.x - 125.3).abs() < 0.01 && (middle.y - 43.9).abs() < 0.02, "{middle:?}");
    choice.crs = Some("EPSG:999999".to_owned());
    assert!(layer.outlook(&choice, None).unwrap_err().crs);
}

#[test]
fn parameters_and_offsets_are_labelled_as_approximate() {
    use crate::geometry::shift::Shift;
    use crate::model::Approximation;
    let layer = seen("小区.geojson", &compounds());
    let shifted = Choice { shift: Some(Shift::Gcj02), ..layer.told() };
    let outlook = layer.outlook(&shifted, None).unwrap();
    assert_eq!(outlook.approximate, Some(Approximation::Shift(Shift::Gcj02)));
    let moved = outlook.middle.unwrap() - layer.outlook(&layer.told(), None).unwrap().middle.unwrap();
    assert!(moved.x.hypot(moved.y) > 1e-3);
    let xian = squares(&[(42_444_000.0, 4_861_000.0)], 50.0, |_| "{}".to_owned());
    let layer = seen("小区.geojson", &xian);
    let old = Choice { crs: Some("EPSG:2366".to_owned()), ..layer.told() };
    assert_eq!(layer.outlook(&old, None).unwrap().approximate, Some(Approximation::Datum));
    let given = Choice { datum: Some([10.0, 20.0, 30.0, 0.0, 0.0, 0.0, 0.0]), ..old };
    let outlook = layer.outlook(&given, None).unwrap();
    assert_eq!(outlook.approximate, Some(Approximation::Parameters));
    assert!(outlook.warnings.is_empty());
}

#[test]
fn control_points_place_a_city_grid_and_show_their_residuals() {
    use crate::import::Control;
    use geo::Coord;
    let layer = seen("小区.geojson", &squares(&[(1_000.0, 2_000.0)], 50.0, |_| "{}".to_owned()));
    assert!(layer.outlook(&layer.told(), None).is_err());
    let point = |x: f64, y: f64, lon: f64, lat: f64| (Coord { x, y }, Coord { x: lon, y: lat });
    let points = vec![point(0.0, 0.0, 125.3, 43.9), point(8_020.0, 0.0, 125.4, 43.9), point(0.0, 11_110.0, 125.3, 44.0)];
    let choice = Choice { control: Some(Control { points, degrees: true }), ..layer.told() };
    let outlook = layer.outlook(&choice, None).unwrap();
    let residuals = outlook.notes.iter().filter(|note| note.key() == "import.control-residual").count();
    assert_eq!(residuals, 3);
    let middle = outlook.middle.unwrap();
    assert!((middle.x - 125.3125).abs() < 0.01 && (middle.y - 43.918).abs() < 0.01, "{middle:?}");
}

#[test]
fn what_is_chosen_is_what_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("小区.geojson");
    std::fs::write(&path, compounds()).unwrap();
    let layer = preview(&path, &Silent).unwrap().layers.remove(0);
    let feeds = [("小区名称".to_owned(), Feed::Keep), ("备注".to_owned(), Feed::Fact("neglected".to_owned()))].into();
    let choice = Choice { id_field: Some("小区名称".to_owned()), feeds, ..layer.told() };
    assert_eq!(layer.feeds(&choice), [Some("source_id"), Some("source_id"), Some("built"), Some("neglected")]);
    let options = ReadOptions { choices: [(layer.key.clone(), choice.clone())].into(), ..ReadOptions::default() };
    let read = read_path(&path, &options, &Silent).unwrap();
    let loaded = &read.layers[0];
    let fed: Vec<Option<&str>> = loaded.report.fields.iter().map(|field| field.target).collect();
    assert_eq!(fed, layer.feeds(&choice));
    let crate::model::LayerContent::Compounds(list) = &loaded.content else { panic!("compounds") };
    assert_eq!((list[0].source_id.as_str(), list[0].facts.name.as_str(), list[0].facts.neglected), ("甲0", "", Some(true)));
    let out = Choice { leave_out: true, ..choice };
    let options = ReadOptions { choices: [(layer.key, out)].into(), ..ReadOptions::default() };
    assert!(read_path(&path, &options, &Silent).unwrap().layers.is_empty());
}

#[test]
fn the_shape_of_a_file_tells_kinds_of_files_apart() {
    let shape = |name: &str, text: &str| seen(name, text).shape();
    let one = shape("a.geojson", &compounds());
    assert_eq!(one, shape("b.json", &compounds()), "the name of the file does not count");
    let metres =
        squares(&[(444_000.0, 4_861_000.0)], 50.0, |_| r#"{"小区编号":1,"小区名称":2,"建成年代":3,"备注":4}"#.to_owned());
    assert_ne!(one, shape("a.geojson", &metres), "where it lies does");
    let other = squares(&[(125.3, 43.9)], 0.01, |_| r#"{"小区编号":1}"#.to_owned());
    assert_ne!(one, shape("a.geojson", &other), "and so do fields");
    assert_ne!(one, shape("历史建筑.geojson", &compounds()), "and a kind that the name tells");
    let ledger = "小区编号,小区名称,建成年代,备注\n1,甲,1990,\n";
    assert_ne!(one, shape("a.csv", ledger));
    assert_eq!(shape("a.csv", ledger), shape("b.csv", "备注,小区编号,小区名称,建成年代\n,2,乙,\n"));
}

#[test]
fn a_ledger_shows_its_columns() {
    let layer = seen("台账.csv", "小区编号,户数,网格\n1,20,\n2,30户,b\n");
    assert!(layer.is_ledger && layer.kind.is_none());
    assert_eq!((layer.read, layer.format.as_str()), (2, "CSV"));
    assert_eq!(layer.feeds(&layer.told()), [Some("source_id"), Some("households"), None]);
    assert!((layer.fields[2].filled - 0.5).abs() < 1e-9);
    assert_eq!(layer.fields[1].examples, ["20", "30户"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_number_of_features_changes_the_shape(
        places in prop::collection::vec((125.0..126.0_f64, 43.0..44.0_f64), 1..12),
        turn in 0..12_usize,
    ) {
        let facts = |n: usize| format!(r#"{{"编号":{n},"户数":"{n}户"}}"#);
        let shape = seen("a.geojson", &squares(&places, 0.001, facts)).shape();
        let mut turned = places.clone();
        turned.rotate_left(turn % places.len());
        turned.push((125.5, 43.5));
        prop_assert_eq!(seen("a.geojson", &squares(&turned, 0.001, facts)).shape(), shape);
    }
}
