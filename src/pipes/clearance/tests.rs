//! The values of the table, what is missing, and the index against a scan of all pairs.

use std::sync::Arc;

use geo::{Area, Rect};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::{Building, Properties};
use crate::pipes::tests::{content, pipe};

fn sized(id: &str, class: PipeClass, diameter_mm: Option<f64>, y: f64) -> Pipe {
    Pipe { diameter_mm, ..pipe(id, class, &[(0.0, y), (100.0, y)]) }
}

/// A sewer of 400 mm and another line whose outer surface is `clear_m` away.
fn beside(other: Pipe, clear_m: f64) -> Content {
    let y = clear_m + 0.2 + other.diameter_mm.unwrap_or(0.0) / 2_000.0;
    let other = Pipe { line: pipe("", other.class, &[(0.0, y), (100.0, y)]).line, ..other };
    let mut content = content(vec![], vec![sized("s", PipeClass::Drainage, Some(400.0), 0.0), other]);
    content.settings.works.clearance = true;
    content
}

fn gas(pressure: Option<&str>) -> Pipe {
    let extra =
        pressure.map_or_else(Properties::new, |p| Properties::from(json!({ "压力等级": p }).as_object().unwrap().clone()));
    Pipe { extra, ..sized("g", PipeClass::Gas, Some(100.0), 0.0) }
}

#[test]
fn the_values_of_the_row() {
    let of = |class, mm| sized("o", class, Some(mm), 0.0);
    let cases = [
        (of(PipeClass::Water, 200.0), 1.0),
        (of(PipeClass::Water, 201.0), 1.5),
        (gas(Some("低压")), 1.0),
        (gas(Some("中压A")), 1.2),
        (gas(Some("中压 B")), 1.2),
        (gas(Some("次高压B")), 1.5),
        (gas(Some("次高压A")), 2.0),
        (of(PipeClass::Telecom, 110.0), 1.0),
        (of(PipeClass::Power, 150.0), 0.5),
    ];
    for (other, required) in cases {
        let near = Clearance::of(&beside(other.clone(), required - 0.01));
        assert_eq!(near.rows.len(), 1, "{other:?}");
        let row = &near.rows[0];
        assert!((row.required_m - required).abs() < 1e-9 && row.lacking.is_empty(), "{row:?}");
        assert!((row.clear_m.unwrap() - (required - 0.01)).abs() < 1e-9, "between outer surfaces: {row:?}");
        assert_eq!(Clearance::of(&beside(other, required + 0.01)).rows, vec![]);
    }
    // The row says nothing of heat, and nothing of sewers among themselves.
    for class in [PipeClass::Heat, PipeClass::Drainage] {
        assert_eq!(Clearance::of(&beside(of(class, 100.0), 0.1)).rows, vec![]);
    }
}

#[test]
fn what_is_missing_never_passes() {
    let lacking = |content: &Content| Clearance::of(content).rows.iter().flat_map(|row| row.lacking.clone()).collect::<Vec<_>>();
    // Far enough for low pressure, and not known to be that.
    assert_eq!(lacking(&beside(gas(None), 1.5)), [Lacking::Pressure]);
    assert_eq!(lacking(&beside(gas(Some("高压")), 1.5)), [Lacking::Pressure]);
    assert_eq!(lacking(&beside(gas(Some("低压")), 1.5)), []);
    let water = sized("w", PipeClass::Water, None, 0.0);
    assert_eq!(lacking(&beside(water, 1.6)), [Lacking::TheirDiameter]);
    let mut content = beside(sized("p", PipeClass::Power, Some(100.0), 0.0), 1.0);
    assert_eq!(lacking(&content), []);
    Arc::make_mut(&mut content.pipes)[0].diameter_mm = None;
    assert_eq!(lacking(&content), [Lacking::OwnDiameter]);
    assert_eq!(Clearance::of(&content).rows[0].clear_m, None);
    content.settings.works.clearance = false;
    assert_eq!(Clearance::of(&content), Clearance::default());
}

#[test]
fn crossings_and_house_connections_are_counted_and_not_judged() {
    let sewer = sized("s", PipeClass::Drainage, Some(300.0), 0.0);
    let across = Pipe { diameter_mm: Some(100.0), ..pipe("w", PipeClass::Water, &[(50.0, -20.0), (50.0, 20.0)]) };
    let mut content = content(vec![], vec![sewer, across]);
    content.settings.works.clearance = true;
    let house = |y: f64| Building {
        source_id: "b".to_owned(),
        shape: geo::MultiPolygon(vec![Rect::new((90.0, y), (110.0, y + 20.0)).to_polygon()]),
        name: String::new(),
        storeys: None,
        stair_units: None,
        households: None,
        has_lift: None,
        extra: Properties::new(),
    };
    content.buildings = Arc::new(vec![house(-10.0)]);
    let found = Clearance::of(&content);
    assert_eq!((found.rows.len(), found.crossings), (0, 2));
    // 2.65 m from the wall to the centre is 2.5 m from the outer surface.
    content.buildings = Arc::new(vec![house(2.64)]);
    let found = Clearance::of(&content);
    assert_eq!((found.rows.len(), found.rows[0].against), (1, Against::Building));
    content.buildings = Arc::new(vec![house(2.66)]);
    assert_eq!(Clearance::of(&content).rows.len(), 0);
    // One that crosses and then runs along is no mere crossing.
    Arc::make_mut(&mut content.pipes)[1].line = pipe("", PipeClass::Water, &[(5.0, -2.0), (10.0, 0.5), (90.0, 0.5)]).line;
    assert_eq!(Clearance::of(&content).rows.len(), 1);
}

fn any_pipe() -> impl Strategy<Value = Pipe> {
    let class =
        prop::sample::select(vec![PipeClass::Drainage, PipeClass::Drainage, PipeClass::Water, PipeClass::Gas, PipeClass::Power]);
    let coords = prop::collection::vec((0.0..40.0_f64, 0.0..40.0_f64), 2..4);
    (class, prop::option::of(50.0..600.0_f64), coords)
        .prop_map(|(class, diameter_mm, coords)| Pipe { diameter_mm, ..pipe("p", class, &coords) })
}

proptest! {
    #[test]
    fn the_index_finds_what_a_scan_finds(
        pipes in prop::collection::vec(any_pipe(), 2..10),
        houses in prop::collection::vec((0.0..40.0_f64, 0.0..40.0_f64, 1.0..8.0_f64), 0..4),
    ) {
        let mut content = content(vec![], pipes);
        content.settings.works.clearance = true;
        let house = |(x, y, side): (f64, f64, f64)| Building {
            source_id: "b".to_owned(),
            shape: geo::MultiPolygon(vec![Rect::new((x, y), (x + side, y + side)).to_polygon()]),
            name: String::new(), storeys: None, stair_units: None, households: None, has_lift: None, extra: Properties::new(),
        };
        content.buildings = Arc::new(houses.into_iter().map(house).collect());
        prop_assert!(content.buildings.iter().all(|b| b.shape.unsigned_area() > 0.0));
        let found = Clearance::of(&content);
        let (mut rows, mut crossings) = (Vec::new(), 0);
        for (row, own) in content.pipes.iter().enumerate().filter(|(_, own)| own.class == PipeClass::Drainage) {
            let buildings = (0..content.buildings.len()).map(|row| Beside::Building(BuildingId::from_index(row)));
            let pipes = (0..content.pipes.len()).map(|row| Beside::Pipe(PipeId::from_index(row)));
            for beside in buildings.chain(pipes) {
                match look(&content, (PipeId::from_index(row), own), beside) {
                    Some(Found::Narrow(narrow)) => rows.push(narrow),
                    Some(Found::Crossing) => crossings += 1,
                    None => {}
                }
            }
        }
        prop_assert_eq!(&found.rows, &rows);
        prop_assert_eq!(found.crossings, crossings);
        // And by plain arithmetic: whatever is known is nearer than the table asks, by outer surfaces.
        for row in found.rows.iter().filter(|row| row.lacking.is_empty()) {
            prop_assert!(row.clear_m.unwrap() < row.required_m);
        }
    }
}
