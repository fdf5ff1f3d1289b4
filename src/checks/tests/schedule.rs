//! Findings about when things are done within a year.

use super::*;
use crate::base::Day;
use crate::model::{Milestone, Progress, Timing};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn set(content: &mut Content, milestone: Milestone, progress: Option<Progress>) {
    let district = content.districts.get_mut(&DistrictId(1)).unwrap();
    *district = district.clone().reached(milestone, progress);
}

/// Every preparation done on the day it is due.
fn prepared(content: &mut Content) {
    for milestone in Milestone::ALL.into_iter().filter(|one| one.is_preparation()) {
        set(content, milestone, Some(Progress::Done(day("2024-05-31"))));
    }
}

#[test]
fn preparations_are_done_by_the_end_of_may() {
    let late = only(FindingKind::MilestoneLate, |content| {
        prepared(content);
        set(content, Milestone::Tender, Some(Progress::Planned(day("2024-06-01"))));
    });
    assert_eq!((late.severity, late.rule, late.district), (Severity::Warning, "R24", Some(DistrictId(1))));
    assert_eq!(late.key.0, "milestone_late:1");
    none(FindingKind::MilestoneLate, prepared);
    // What is open is late once the data are from after the day, and not before.
    only(FindingKind::MilestoneLate, |content| content.data_date = Some("2024-06-01".to_owned()));
    none(FindingKind::MilestoneLate, |content| content.data_date = Some("2024-05-31".to_owned()));
    none(FindingKind::MilestoneLate, |content| {
        prepared(content);
        content.data_date = Some("2024-06-01".to_owned());
    });
    // A district without a year has nothing due.
    none(FindingKind::MilestoneLate, |content| {
        content.districts.get_mut(&DistrictId(1)).unwrap().year = None;
        content.data_date = Some("2024-06-01".to_owned());
    });
}

#[test]
fn main_works_are_in_use_within_their_year() {
    let until = |code: &'static str, last: &'static str| {
        move |content: &mut Content| {
            let timing = Timing::days(day("2024-06-01"), day(last));
            put(content, 1, Item { timing, ..item(code, Some(0), None) });
        }
    };
    let late = only(FindingKind::EndsLate, until("water_supply", "2025-01-01"));
    assert_eq!((late.severity, late.rule, late.items.clone()), (Severity::Warning, "R25", vec![ItemId(1)]));
    none(FindingKind::EndsLate, until("water_supply", "2024-12-31"));
    // 完善类 and 提升类 are not the main works.
    none(FindingKind::EndsLate, until("greening", "2025-01-01"));
    let in_use = |on: &'static str| move |content: &mut Content| set(content, Milestone::InUse, Some(Progress::Planned(day(on))));
    assert_eq!(only(FindingKind::EndsLate, in_use("2025-01-01")).key.0, "ends_late:1:in_use");
    none(FindingKind::EndsLate, in_use("2024-12-31"));
}

#[test]
fn pipes_come_before_roads_and_roads_before_green() {
    let two = |first: (&'static str, Option<Timing>), second: (&'static str, Option<Timing>)| {
        move |content: &mut Content| {
            for (id, (code, timing)) in [(1, first), (2, second)] {
                put(content, id, Item { timing, ..item(code, Some(0), None) });
            }
        }
    };
    let (early, late) = (Some(Timing::FirstHalf), Some(Timing::SecondHalf));
    let found = only(FindingKind::WorkOrder, two(("road", early), ("water_supply", late)));
    assert_eq!((found.severity, found.rule, found.items.len()), (Severity::Warning, "R26", 2));
    none(FindingKind::WorkOrder, two(("road", late), ("water_supply", early)));
    none(FindingKind::WorkOrder, two(("road", early), ("water_supply", early)));
    none(FindingKind::WorkOrder, two(("road", None), ("water_supply", None)));
    only(FindingKind::WorkOrder, two(("greening", early), ("road", late)));
    let days = |first: &str, last: &str| Timing::days(day(first), day(last));
    let dug = ("heating", days("2024-04-01", "2024-07-15"));
    only(FindingKind::WorkOrder, two(dug, ("road", days("2024-07-14", "2024-08-31"))));
    none(FindingKind::WorkOrder, two(dug, ("road", days("2024-07-15", "2024-08-31"))));
}
