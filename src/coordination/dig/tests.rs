//! Dig once: rows by hand, totals against points along the lines, proposals against all years there are.

use std::sync::Arc;

use geo::{Geometry, LineString, MultiLineString};
use proptest::prelude::*;

use super::report::reopened_m;
use super::search::Search;
use super::*;
use crate::base::{CompoundId, DistrictId, ItemId, PipeId, Silent};
use crate::geometry::segment::{Segment, distance2, line_segments};
use crate::model::{Content, District, Item, ItemOrigin, Properties, Quantity, Street};
use crate::pipes::tests::{compound, content, pipe};
use crate::policy::{ItemCode, PipeClass};

/// Pipes of two owners along a street: heat in 2027, water 2 m beside it in 2028, and a far one.
fn street() -> Content {
    let mut pipes = vec![
        pipe("h1", PipeClass::Heat, &[(0.0, 0.0), (100.0, 0.0)]),
        pipe("w1", PipeClass::Water, &[(20.0, 2.0), (60.0, 2.0)]),
        pipe("w2", PipeClass::Water, &[(60.0, 2.0), (90.0, 2.0)]),
        pipe("w3", PipeClass::Water, &[(0.0, 50.0), (90.0, 50.0)]),
    ];
    for (pipe, (owner, year)) in pipes.iter_mut().zip([("热力", 2027), ("水务", 2028), ("水务", 2028), ("水务", 2028)]) {
        (pipe.owner, pipe.planned_year) = (Some(owner.to_owned()), Some(year));
    }
    let mut content = content(vec![compound("a", 0.0, 20.0, 60.0)], pipes);
    Arc::make_mut(&mut content.compounds)[0].facts.households = Some(120);
    let line = MultiLineString(vec![LineString::from(vec![(-50.0, 1.0), (200.0, 1.0)])]);
    let (source_id, name) = ("s".to_owned(), "临江街".to_owned());
    content.streets =
        Arc::new(vec![Street { source_id, name, width_m: Some(12.0), important: false, line, extra: Properties::new() }]);
    content.settings.works.first_year = Some(2026);
    content.settings.horizon = Some(2030);
    content
}

fn look(content: &Content) -> (Ground, Digging) {
    let ground = Ground::new(content, &Silent).unwrap();
    let digging = digging(content, &ground);
    (ground, digging)
}

#[test]
fn a_street_opened_twice_is_one_row() {
    let content = street();
    let (ground, found) = look(&content);
    assert_eq!(found.rows.len(), 1, "{found:?}");
    let row = &found.rows[0];
    assert_eq!((row.first, row.again, row.site.label(&content)), (2027, 2028, "临江街"));
    assert!((row.length_m - 70.0).abs() < 1e-9 && (found.reopened_m - 70.0).abs() < 1e-9, "{row:?}");
    assert!((found.opened_m - 260.0).abs() < 1e-9);
    assert_eq!((&row.earlier[..], &row.later[..]), (&[0][..], &[1, 2][..]));
    assert_eq!((&row.beside[..], row.households), (&[CompoundId(0)][..], 120));
    assert!((crate::geometry::clip::length_m(&row.lines(&content, &ground)) - 70.0).abs() < 1e-9);
    // The water pipes of the street are one work, the one in the compound another.
    assert_eq!(ground.works.iter().map(|work| work.openings.clone()).collect::<Vec<_>>(), [vec![0], vec![1, 2], vec![3]]);
}

#[test]
fn one_year_or_more_room_is_no_reopening() {
    let mut content = street();
    content.pipe_years.insert(PipeId(0), 2028);
    assert_eq!(look(&content).1.rows, vec![]);
    let mut content = street();
    content.settings.works.trench_reach_m = 1.5;
    assert_eq!(look(&content).1.rows, vec![]);
    let mut content = street();
    Arc::make_mut(&mut content.pipes)[0].planned_year = None;
    assert_eq!(look(&content).1.rows, vec![]);
}

#[test]
fn what_only_crosses_is_counted_apart() {
    let mut content = street();
    let mut across = pipe("g", PipeClass::Gas, &[(10.0, -30.0), (10.0, 10.0)]);
    across.planned_year = Some(2029);
    Arc::make_mut(&mut content.pipes).push(across);
    let (_, found) = look(&content);
    assert_eq!((found.rows.len(), found.crossings), (1, 1));
    assert!((found.crossings_m - 6.0).abs() < 1e-9 && (found.reopened_m - 76.0).abs() < 1e-9, "{found:?}");
}

#[test]
fn items_in_the_ground_open_it_and_stay_where_they_are() {
    let mut content = street();
    content.districts.insert(DistrictId(1), District { year: Some(2029), ..District::numbered(1) });
    let place = Geometry::LineString(LineString::from(vec![(0.0, 51.0), (90.0, 51.0)]));
    let item = Item {
        code: ItemCode::new("gas_supply"),
        compound: None,
        district: Some(DistrictId(1)),
        place: Some(place),
        quantity: Quantity::Missing,
        year: None,
        price: None,
        timing: None,
        origin: ItemOrigin::Hand,
        note: String::new(),
    };
    content.items.insert(ItemId(1), item);
    let (ground, found) = look(&content);
    assert_eq!(found.rows.iter().map(|row| (row.first, row.again)).collect::<Vec<_>>(), [(2028, 2029), (2027, 2028)]);
    assert_eq!(found.rows[0].site, Site::Compound(CompoundId(0)));
    let proposal = propose(&content, &ground, &Silent).unwrap();
    // The water pipe goes to the item, the heating or the other water pipes to each other; the shorter way is taken.
    assert!(proposal.proved && proposal.after_m < 1e-9, "{proposal:?}");
    let mut years = proposal.pipe_years(&ground);
    years.sort_unstable();
    assert_eq!(years, [(PipeId(1), 2027), (PipeId(2), 2027), (PipeId(3), 2029)]);
    content.pipe_years.extend(years);
    assert_eq!(look(&content).1.rows, vec![]);
    // A façade opens nothing.
    content.items.get_mut(&ItemId(1)).unwrap().code = ItemCode::new("smart_sensing");
    assert_eq!(look(&content).0.openings.len(), 4);
}

#[test]
fn what_is_done_stays_and_caps_are_kept() {
    let mut content = street();
    content.settings.works.first_year = Some(2028);
    let (ground, _) = look(&content);
    // The heating of 2027 is done; nothing can spare its street.
    let proposal = propose(&content, &ground, &Silent).unwrap();
    assert!(proposal.moves.is_empty() && (proposal.after_m - 70.0).abs() < 1e-9);
    let mut content = street();
    let (ground, _) = look(&content);
    let moved = |content: &Content| propose(content, &ground, &Silent).unwrap();
    assert!(moved(&content).after_m < 1e-9);
    // 100 m of heating fit no other year and 70 m of water do not either.
    content.settings.works.owner_cap_m = Some(60.0);
    let kept = moved(&content);
    assert!(kept.moves.is_empty() && (kept.after_m - 70.0).abs() < 1e-9, "{kept:?}");
}

/// Pipes of three owners at random, with years of 2026 to 2028.
fn network() -> impl Strategy<Value = Content> {
    let line = prop::collection::vec((0.0..50.0_f64, 0.0..50.0_f64), 2..4);
    prop::collection::vec((line, 0..3_usize, 2026..2029_i32), 2..6).prop_map(|lines| {
        let pipes = lines.into_iter().enumerate().map(|(row, (coords, owner, year))| {
            let mut pipe = pipe(&format!("p{row}"), [PipeClass::Water, PipeClass::Heat, PipeClass::Gas][owner], &coords);
            pipe.planned_year = Some(year);
            pipe
        });
        let mut content = content(Vec::new(), pipes.collect());
        content.settings.works.first_year = Some(2026);
        content.settings.horizon = Some(2028);
        content
    })
}

/// Reopened metres by points every 2 cm along the later lines.
fn sampled_m(content: &Content) -> f64 {
    let reach_m = content.settings.works.trench_reach_m;
    let mut sum = 0.0;
    for (row, own) in content.pipes.iter().enumerate() {
        let year = content.pipe_year(PipeId::from_index(row)).unwrap();
        let earlier = (0..content.pipes.len()).filter(|other| content.pipe_year(PipeId::from_index(*other)).unwrap() < year);
        let before: Vec<Segment> =
            earlier.flat_map(|other| content.pipes[other].line.iter().flat_map(line_segments).collect::<Vec<_>>()).collect();
        for segment in own.line.iter().flat_map(line_segments) {
            let steps = (segment.length() / 0.02).ceil().max(1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of steps")]
            let count = steps as u32;
            let opened = |n: &u32| {
                let at = segment.at((f64::from(*n) + 0.5) / steps);
                before.iter().any(|other| distance2(other.nearest_to(at), at) <= reach_m * reach_m)
            };
            sum += f64::from(u32::try_from((0..count).filter(opened).count()).unwrap()) * segment.length() / steps;
        }
    }
    sum
}

/// The least reopened metres over every choice of years of the works.
fn least_m(content: &Content, ground: &Ground) -> f64 {
    let mut content = content.clone();
    let mut least = f64::INFINITY;
    for choice in 0..3_usize.pow(u32::try_from(ground.works.len()).unwrap()) {
        let mut rest = choice;
        for work in &ground.works {
            let year = 2026 + i32::try_from(rest % 3).unwrap();
            rest /= 3;
            content.pipe_years.extend(work.openings.iter().map(|row| (PipeId(*row), year)));
        }
        let years: Vec<i32> = (0..content.pipes.len()).map(|row| content.pipe_year(PipeId::from_index(row)).unwrap()).collect();
        let sum = (0..years.len()).map(|row| reopened_m(ground, &years, row)).sum::<f64>();
        least = least.min(sum);
    }
    least
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn rows_and_crossings_are_the_reopened_metres(content in network()) {
        let (_, found) = look(&content);
        let rows: f64 = found.rows.iter().map(|row| row.length_m).sum();
        prop_assert!((rows + found.crossings_m - found.reopened_m).abs() < 1e-6);
        prop_assert!((found.reopened_m - sampled_m(&content)).abs() < 1.0, "{} {}", found.reopened_m, sampled_m(&content));
        let keys: std::collections::BTreeSet<&str> = found.rows.iter().map(|row| row.key.as_str()).collect();
        prop_assert_eq!(keys.len(), found.rows.len());
    }

    #[test]
    fn proposals_are_the_least_there_is(content in network()) {
        let (ground, found) = look(&content);
        let proposal = propose(&content, &ground, &Silent).unwrap();
        prop_assert!((proposal.before_m - found.reopened_m).abs() < 1e-6 && proposal.proved);
        let least = least_m(&content, &ground);
        prop_assert!((proposal.after_m - least).abs() < 1e-6, "{} {least}", proposal.after_m);
        // Taken, it gives what it says.
        let mut taken = content;
        taken.pipe_years.extend(proposal.pipe_years(&ground));
        prop_assert!((look(&taken).1.reopened_m - proposal.after_m).abs() < 1e-6);
    }

    #[test]
    fn descent_and_annealing_keep_within_caps_and_get_no_worse(content in network(), cap_m in 20.0..120.0_f64) {
        let (ground, found) = look(&content);
        let mut search = Search::new(&ground, &(2026..=2028), Some(cap_m));
        search.search_large(&Silent).unwrap();
        let years: Vec<i32> = ground.work_of.iter().map(|work| search.years[*work as usize]).collect();
        let after = (0..years.len()).map(|row| reopened_m(&ground, &years, row)).sum::<f64>();
        prop_assert!(after <= found.reopened_m + 1e-6);
        let sum = |class, year, years: &dyn Fn(usize) -> i32| -> f64 {
            let mine = ground.works.iter().enumerate().filter(|(n, work)| work.class == Some(class) && years(*n) == year);
            mine.map(|(_, work)| work.length_m).sum()
        };
        for class in [PipeClass::Water, PipeClass::Heat, PipeClass::Gas] {
            for year in 2026..=2028 {
                let before = sum(class, year, &|n| ground.works[n].year);
                prop_assert!(sum(class, year, &|n| search.years[n]) <= before.max(cap_m) + 1e-5);
            }
        }
    }
}

#[test]
fn open_years_begin_where_nothing_is_done_and_end_with_the_plan() {
    let mut content = street();
    let open = |content: &Content| open_years(content, &Ground::new(content, &Silent).unwrap());
    assert_eq!(open(&content), 2026..=2030);
    content.settings.works.first_year = None;
    assert_eq!(open(&content), 2027..=2030, "the first that is planned");
    content.data_date = Some("2028-03-01".to_owned());
    assert_eq!(open(&content), 2028..=2030);
    content.settings.horizon = Some(2025);
    assert_eq!(open(&content), 2028..=2028, "the last that is planned");
}
