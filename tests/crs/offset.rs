//! Offsets that layers tell of each other: hinted where there is one, and nowhere else.

use geo::{Coord, CoordsIter};
use lianpian::base::Silent;
use lianpian::geometry::crs::{LON_LAT, Transformer};
use lianpian::geometry::shift::Shift;
use lianpian::import::{ReadOptions, in_crs, offset_hint, read_path};
use lianpian::model::{LayerContent, LayerKind};

use super::{data, moved, plain, read, sample};

#[test]
fn a_layer_off_the_others_as_a_service_moves_it_is_told() {
    let buildings = read_path(&sample("buildings"), &plain(), &Silent).expect("the sample").layers.remove(0).content;
    let truth = read_path(&sample("compounds"), &plain(), &Silent).expect("the sample").layers.remove(0).content;
    assert_eq!(offset_hint(&truth, [&buildings].into_iter(), 4551), None);
    assert_eq!(offset_hint(&buildings, [&truth].into_iter(), 4551), None);
    for shift in Shift::ALL {
        let bytes = moved("compounds", |place| shift.apply(place));
        let off = read("compounds", &bytes, &plain()).expect("read").layers.remove(0).content;
        // Whichever of the two comes second, the shifted one is named.
        let hint = offset_hint(&off, [&buildings].into_iter(), 4551).expect("a hint");
        assert_eq!(hint.key(), "import.offset-hint");
        assert!(format!("{hint:?}").contains(shift.code()), "{hint:?}");
        let hint = offset_hint(&buildings, [&off].into_iter(), 4551).expect("a hint");
        assert_eq!(hint.key(), "import.offset-hint-others");
        assert!(format!("{hint:?}").contains(shift.code()), "{hint:?}");
    }
    // Off by as much in another way: nothing is known of it.
    let bytes = moved("compounds", |place| Coord { x: place.x - 0.004, y: place.y - 0.005 });
    let off = read("compounds", &bytes, &plain()).expect("read").layers.remove(0).content;
    assert_eq!(offset_hint(&off, [&buildings].into_iter(), 4551), None);
}

/// Where each place goes.
type Way<'a> = &'a dyn Fn(Coord<f64>) -> Coord<f64>;

/// Layers are told of an offset in them against another, and of none where there is none or it is another.
fn check_hints(right: &LayerContent, moved: &dyn Fn(Way<'_>) -> LayerContent, ground: &LayerContent, crs: u32) {
    let kind = right.kind();
    assert_eq!(offset_hint(right, [ground].into_iter(), crs), None, "{kind:?} on {:?}", ground.kind());
    for shift in Shift::ALL {
        let hint = offset_hint(&moved(&|place| shift.apply(place)), [ground].into_iter(), crs);
        let hint = hint.unwrap_or_else(|| panic!("no hint of {} in {kind:?} on {:?}", shift.code(), ground.kind()));
        assert_eq!(hint.key(), "import.offset-hint", "{kind:?}");
        assert!(format!("{hint:?}").contains(shift.code()), "{kind:?}: {hint:?}");
    }
    let off = moved(&|place| Coord { x: place.x - 0.004, y: place.y - 0.005 });
    assert_eq!(offset_hint(&off, [ground].into_iter(), crs), None, "{kind:?} is off in another way");
}

#[test]
fn a_few_areas_tell_an_offset_by_their_outlines() {
    let layer = |name: &str| read_path(&sample(name), &plain(), &Silent).expect("the sample").layers.remove(0).content;
    let grounds = [layer("compounds"), layer("streets")];
    for (name, ground) in [("parcels", 0), ("heritage", 0), ("limits", 1)] {
        let off = |by: &dyn Fn(Coord<f64>) -> Coord<f64>| {
            read(name, &moved(name, by), &plain()).expect("read").layers.remove(0).content
        };
        check_hints(&layer(name), &off, &grounds[ground], 4551);
    }
    // Four bridges say nothing, and nothing wrong.
    assert_eq!(offset_hint(&layer("bridges"), grounds.iter(), 4551), None);
}

#[test]
fn streets_of_a_real_town_tell_an_offset_against_buildings_and_land() {
    let Some(data) = data() else { return };
    let layer = |name: &str, kind: LayerKind| {
        let options = ReadOptions { working_crs: Some(4549), kind: Some(kind), ..ReadOptions::default() };
        let path = data.join(format!("maps/osm_shanghai_bund_{name}.geojson"));
        read_path(&path, &options, &Silent).expect("a map").layers.remove(0).content
    };
    let right = layer("roads", LayerKind::Streets);
    let plane = [Transformer::new("EPSG:4549", LON_LAT), Transformer::new(LON_LAT, "EPSG:4549")].map(|way| way.expect("known"));
    let moved = |by: &dyn Fn(Coord<f64>) -> Coord<f64>| {
        let LayerContent::Streets(list) = &right else { panic!("streets") };
        let mut list = list.to_vec();
        for street in &mut list {
            for place in street.line.0.iter_mut().flat_map(|line| &mut line.0) {
                let mut one = [*place];
                plane[0].convert(&mut one).expect("in the zone");
                one[0] = by(one[0]);
                plane[1].convert(&mut one).expect("in the zone");
                *place = one[0];
            }
        }
        LayerContent::Streets(list.into())
    };
    for ground in [layer("buildings", LayerKind::Buildings), layer("landuse", LayerKind::Parcels)] {
        check_hints(&right, &moved, &ground, 4549);
    }
}

#[test]
fn layers_are_compared_across_zones() {
    let read = |name: &str, crs: u32| {
        let options = ReadOptions { working_crs: Some(crs), ..ReadOptions::default() };
        read_path(&sample(name), &options, &Silent).expect("the sample").layers.remove(0).content
    };
    for name in ["compounds", "pipes-water", "facilities", "barriers", "limits"] {
        let (here, there) = (read(name, 4551), read(name, 4550));
        let brought = in_crs(&there, 4550, 4551).expect("a way");
        let places = |layer: &LayerContent| outlines(layer);
        let apart = places(&here).iter().zip(places(&brought)).map(|(a, b)| (*a - b).x.hypot((*a - b).y)).fold(0.0, f64::max);
        assert!(apart < 1e-3 && places(&here).len() == places(&brought).len() && !places(&here).is_empty(), "{name}: {apart}");
    }
    assert_eq!(in_crs(&read("facilities", 4551), 4551, 999_999), None);
}

/// Every vertex of a layer.
fn outlines(layer: &LayerContent) -> Vec<Coord<f64>> {
    let mut content = lianpian::model::Content::default();
    let (kind, rows) = (layer.kind(), layer.len());
    content.set_layer(layer.clone());
    let shapes = (0..rows).filter_map(|row| content.shape(kind, u32::try_from(row).ok()?));
    shapes.flat_map(|shape| shape.coords_iter().collect::<Vec<_>>()).collect()
}

#[test]
fn lines_and_points_alone_tell_an_offset_against_compounds() {
    let truth = read_path(&sample("compounds"), &plain(), &Silent).expect("the sample").layers.remove(0).content;
    for name in ["pipes-water", "pipes-gas", "pipes-telecom", "streets", "facilities"] {
        let right = read_path(&sample(name), &plain(), &Silent).expect("the sample").layers.remove(0).content;
        assert_eq!(offset_hint(&right, [&truth].into_iter(), 4551), None, "{name}");
        for shift in Shift::ALL {
            let bytes = moved(name, |place| shift.apply(place));
            let off = read(name, &bytes, &plain()).expect("read").layers.remove(0).content;
            let hint = offset_hint(&off, [&truth].into_iter(), 4551).expect("a hint");
            assert_eq!(hint.key(), "import.offset-hint", "{name}");
            assert!(format!("{hint:?}").contains(shift.code()), "{name}: {hint:?}");
        }
        let bytes = moved(name, |place| Coord { x: place.x - 0.004, y: place.y - 0.005 });
        let off = read(name, &bytes, &plain()).expect("read").layers.remove(0).content;
        assert_eq!(offset_hint(&off, [&truth].into_iter(), 4551), None, "{name} is off in another way");
    }
}
