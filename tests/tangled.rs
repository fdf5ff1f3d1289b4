//! Shapes as drawn stand in a plan until somebody says yes: whatever tangle they are, nothing that reads a plan falls over.

use std::sync::Arc;

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon, Rect};
use lianpian::base::{DistrictId, Silent};
use lianpian::export::{ExportInput, ExportOptions, Format, dissolve, export, sheet_svg};
use lianpian::geometry::measure::Ellipsoid;
use lianpian::map::{DistrictScene, Scene, Viewport, mend_marks, seen_marks, select_in_rect};
use lianpian::model::{
    Barrier, BarrierKind, Bridge, Compound, CompoundFacts, Content, District, LayerKind, Parcel, Pipe, Properties,
};
use lianpian::policy::PipeClass;
use lianpian::session::{derive, mending, sheet};
use lianpian::{import, project};
use proptest::prelude::*;

/// A lattice, on which rings cross, touch and repeat in every way, and places between.
fn coord() -> impl Strategy<Value = Coord<f64>> {
    let number = prop_oneof![3 => (0..8_i8).prop_map(|n| f64::from(n) * 15.0), 1 => 0.0..120.0_f64];
    (number.clone(), number).prop_map(|(x, y)| Coord { x: 455_000.0 + x, y: 4_860_000.0 + y })
}

fn ring() -> impl Strategy<Value = LineString<f64>> {
    prop::collection::vec(coord(), 3..9).prop_map(LineString)
}

/// Areas as files hold them and layers take them: closed, and nothing else.
fn area() -> impl Strategy<Value = MultiPolygon<f64>> {
    let part = (ring(), prop::collection::vec(ring(), 0..3)).prop_map(|(outer, holes)| Polygon::new(outer, holes));
    prop::collection::vec(part, 0..3).prop_map(|parts| {
        let drawn = Geometry::MultiPolygon(MultiPolygon(parts));
        match import::as_drawn(LayerKind::Compounds, &drawn) {
            Geometry::MultiPolygon(shape) => shape,
            _ => MultiPolygon(Vec::new()),
        }
    })
}

fn line() -> impl Strategy<Value = MultiLineString<f64>> {
    let run = prop::collection::vec(coord(), 2..6).prop_map(LineString);
    prop::collection::vec(run, 0..3).prop_map(MultiLineString)
}

fn content() -> impl Strategy<Value = Content> {
    let areas = || prop::collection::vec(area(), 0..6);
    (areas(), areas(), areas(), prop::collection::vec(line(), 0..4)).prop_map(|(compounds, parcels, barriers, pipes)| {
        let text = String::new;
        let compounds: Vec<Compound> = compounds
            .into_iter()
            .enumerate()
            .map(|(row, shape)| Compound {
                source_id: row.to_string(),
                shape,
                facts: CompoundFacts::default(),
                extra: Properties::new(),
            })
            .collect();
        let parcel = |(row, shape): (usize, MultiPolygon<f64>)| Parcel {
            source_id: row.to_string(),
            name: text(),
            shape,
            extra: Properties::new(),
        };
        let barrier = |(row, shape): (usize, MultiPolygon<f64>)| Barrier {
            source_id: row.to_string(),
            kind: BarrierKind::River,
            name: text(),
            shape: Geometry::MultiPolygon(shape),
            extra: Properties::new(),
        };
        let bridge = |(row, line): (usize, &MultiLineString<f64>)| Bridge {
            source_id: row.to_string(),
            name: text(),
            shape: Geometry::MultiLineString(line.clone()),
            extra: Properties::new(),
        };
        let pipe = |(row, line): (usize, MultiLineString<f64>)| Pipe {
            source_id: row.to_string(),
            line,
            class: PipeClass::Water,
            ..Pipe::default()
        };
        let count = compounds.len();
        Content {
            crs_code: 4551,
            compounds: Arc::new(compounds),
            parcels: Arc::new(parcels.into_iter().enumerate().map(parcel).collect()),
            barriers: Arc::new(barriers.into_iter().enumerate().map(barrier).collect()),
            bridges: Arc::new(pipes.iter().enumerate().map(bridge).collect()),
            pipes: Arc::new(pipes.into_iter().enumerate().map(pipe).collect()),
            assignment: (0..count).map(|row| Some(DistrictId(1 + u32::from(row % 2 == 1)))).collect(),
            districts: [1, 2].map(|number| (DistrictId(number), District::numbered(number))).into(),
            ..Content::default()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn nothing_that_reads_a_plan_falls_over(mut content in content()) {
        let screened = derive::screened(&content);
        let links = derive::links(&content, 30.0, &Silent).expect("nobody stops it");
        drop(derive::forest(&content, &screened, &links));
        drop(derive::district_parts(&content, &links));
        let lengths = derive::lengths(&content, &Silent).expect("nobody stops it");
        let (dug, quality) = (derive::dug(&content, &Silent).expect("nobody stops it"), derive::quality(&content));
        let basis = derive::Basis { screened: &screened, links: &links, lengths: &lengths, dug: &dug, quality: &quality };
        let findings = derive::findings(&content, &basis);
        let offers = derive::offers(&content, &Silent).expect("nobody stops it");
        let scene = Scene::build(&content, 1);
        drop(DistrictScene::build(&content, scene.anchor));
        drop(select_in_rect(&content, &scene, Rect::new((455_010.0, 4_860_010.0), (455_080.0, 4_860_080.0)), true));
        drop(dissolve(&content, &content.members(DistrictId(1))));
        let ellipsoid = Ellipsoid::new(4551).expect("a CRS");
        prop_assert!(content.compounds.iter().all(|compound| ellipsoid.area_m2(&compound.shape) >= 0.0));
        let viewport = Viewport::new(scene.anchor, 0.2, [800.0, 600.0]);
        drop(seen_marks(&mend_marks(&content, &offers), &viewport, 9.0));
        let (near, runs, found) = (sheet::links(&content, &links), sheet::lengths(&lengths), sheet::findings(&findings));
        let input = ExportInput {
            screened: &screened, links: &near, pipe_lengths: &runs, findings: &found, offers: &offers, ..ExportInput::of(&content)
        };
        let folder = tempfile::tempdir().expect("a folder");
        for format in [Format::GeoJson, Format::Gpkg, Format::Dxf] {
            export(&input, format, folder.path(), &ExportOptions::default()).expect("it is written");
        }
        prop_assert!(sheet_svg(&input, &ExportOptions::default()).contains("</svg>"));
        let path = folder.path().join("plan.gpkg");
        project::save(&content, &path).expect("it is saved");
        prop_assert_eq!(project::open(&path).expect("it opens").content.compounds, content.compounds.clone());
        mending::answer_all(&content, &offers, true).place(&mut content);
        mending::answer_all(&content, &offers, false).place(&mut content);
        derive::links(&content, 30.0, &Silent).expect("nobody stops it");
    }
}
