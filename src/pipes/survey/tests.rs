//! A fixture for each fault and one that clears it, and the law that fixed surveys have nothing left to fix.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::{Content, Pipe};
use crate::pipes::tests::{content, pipe};

fn numbered(coords: &[(f64, f64)], start: &str, finish: &str) -> Pipe {
    let mut pipe = pipe(&format!("{start}-{finish}"), PipeClass::Water, coords);
    pipe.extra = [("起点点号".to_owned(), json!(start)), ("终点点号".to_owned(), json!(finish))].into_iter().collect();
    pipe
}

fn with(mut pipe: Pipe, name: &str, value: f64) -> Pipe {
    pipe.extra.insert(name.to_owned(), json!(value));
    pipe
}

/// Kinds of fault with the pipe and whether it can be fixed.
fn faults(pipes: Vec<Pipe>) -> Vec<(&'static str, u32, bool)> {
    let content = content(Vec::new(), pipes);
    Quality::of(&content).faults.iter().map(|f| (f.kind.code(), f.pipe.0, f.fix.is_some())).collect()
}

const A: (f64, f64) = (0.0, 0.0);
const B: (f64, f64) = (30.0, 0.0);
const C: (f64, f64) = (60.0, 0.0);

#[test]
fn a_sound_survey_has_no_faults() {
    assert_eq!(faults(vec![numbered(&[A, B], "1", "2"), numbered(&[B, C], "2", "3")]), []);
    assert_eq!(faults(Vec::new()), []);
    // Nobody gave numbers here: none are asked for.
    assert_eq!(faults(vec![pipe("a", PipeClass::Gas, &[A, B]), pipe("b", PipeClass::Gas, &[B, C])]), []);
}

#[test]
fn numbers_of_ends() {
    let first = || numbered(&[A, B], "1", "2");
    assert_eq!(faults(vec![first(), numbered(&[B, C], "", "3")]), [("end_missing", 1, true)]);
    // Nothing at the place tells the number.
    assert_eq!(faults(vec![first(), numbered(&[B, C], "2", "")]), [("end_missing", 1, false)]);
    assert_eq!(faults(vec![first(), numbered(&[B, C], "3", "3")]), [("ends_equal", 1, true)]);
    assert_eq!(faults(vec![numbered(&[A, B], "1", "1")]), [("ends_equal", 0, false)]);
    let content = content(Vec::new(), vec![first(), numbered(&[B, C], "", "3")]);
    let fixed = mended(&content, &Quality::of(&content), &FaultKind::ALL.into());
    assert_eq!(fixed.pipes[1].extra.get("起点点号"), Some(json!("2")));
}

#[test]
fn pipes_that_come_twice() {
    let first = || numbered(&[A, B], "1", "2");
    assert_eq!(faults(vec![first(), numbered(&[A, B], "1", "2")]), [("duplicate", 1, true)]);
    assert_eq!(faults(vec![first(), numbered(&[B, A], "2", "1")]), [("reversed", 1, true)]);
    // Of one pair of numbers and two ways: which is right is for somebody to look.
    assert_eq!(faults(vec![first(), numbered(&[A, (15.0, 5.0), B], "1", "2")]), [("duplicate", 1, false)]);
    assert_eq!(faults(vec![first(), numbered(&[B, (15.0, 5.0), A], "2", "1")]), [("reversed", 1, false)]);
    let mut heat = first();
    heat.class = PipeClass::Heat;
    assert_eq!(faults(vec![first(), heat]), []);
}

#[test]
fn heights_and_depths_at_nodes() {
    let meet = |name: &str, a: f64, b: f64| {
        let (start, finish) = if name == "高程" { ("起点高程", "终点高程") } else { ("起点埋深", "终点埋深") };
        vec![with(numbered(&[A, B], "1", "2"), finish, a), with(numbered(&[B, C], "2", "3"), start, b)]
    };
    assert_eq!(faults(meet("高程", 210.55, 210.15)), [("node_height", 1, false)]);
    assert_eq!(faults(meet("高程", 210.55, 210.56)), []);
    assert_eq!(faults(meet("埋深", 1.5, 2.1)), [("node_depth", 1, false)]);
    assert_eq!(faults(meet("埋深", 1.5, 1.5)), []);
    let mut deep = content(Vec::new(), meet("埋深", 9.0, 9.0));
    assert_eq!(Quality::of(&deep).faults, []);
    deep.settings.works.max_depth_m = Some(6.0);
    let found: Vec<_> = Quality::of(&deep).faults.iter().map(|f| (f.kind, f.values_m)).collect();
    assert_eq!(found, [(FaultKind::TooDeep, Some((9.0, 6.0))); 2]);
}

#[test]
fn ends_that_nearly_meet() {
    let near = |at: (f64, f64)| vec![pipe("a", PipeClass::Water, &[A, B]), pipe("b", PipeClass::Water, &[at, C])];
    assert_eq!(faults(near((30.3, 0.0))), [("dangling", 0, true), ("dangling", 1, true)]);
    assert_eq!(faults(near(B)), []);
    assert_eq!(faults(near((30.8, 0.0))), []);
    // On the way of another pipe.
    let tee = |y: f64| vec![pipe("a", PipeClass::Water, &[A, C]), pipe("b", PipeClass::Water, &[(30.0, y), (30.0, 40.0)])];
    assert_eq!(faults(tee(0.3)), [("dangling", 1, true)]);
    assert_eq!(faults(tee(0.0)), []);
    let content = content(Vec::new(), tee(0.3));
    let fixed = mended(&content, &Quality::of(&content), &FaultKind::ALL.into());
    assert_eq!(fixed.pipes[1].line.0[0].0[0], geo::coord! { x: 30.0, y: 0.0 });
}

#[test]
fn only_what_is_asked_for_is_fixed() {
    let content = content(Vec::new(), vec![numbered(&[A, B], "1", "2"), numbered(&[A, B], "1", "2"), numbered(&[B, C], "", "3")]);
    let quality = Quality::of(&content);
    let kept = mended(&content, &quality, &BTreeSet::from([FaultKind::EndMissing]));
    assert_eq!((kept.pipes.len(), kept.fixes), (3, 1));
    let gone = mended(&content, &quality, &BTreeSet::from([FaultKind::Duplicate]));
    assert_eq!((gone.rows, gone.fixes), (vec![PipeId(0), PipeId(2)], 1));
    assert_eq!(mended(&content, &quality, &BTreeSet::new()).pipes, *content.pipes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn fixes_leave_less_to_fix_and_change_nothing_else(
        lines in prop::collection::vec((prop::collection::vec((0..4_i32, 0..4_i32), 2..4), 0..5_u8, 0..5_u8, 0..4_i32), 1..8),
    ) {
        let number = |n: u8| if n == 0 { String::new() } else { n.to_string() };
        let pipes = lines.iter().map(|(coords, start, finish, off)| {
            let mut at: Vec<(f64, f64)> = coords.iter().map(|(x, y)| (f64::from(*x) * 10.0, f64::from(*y) * 10.0)).collect();
            at[0].0 += f64::from(*off) * 0.1;
            numbered(&at, &number(*start), &number(*finish))
        });
        let before: Content = content(Vec::new(), pipes.collect());
        let quality = Quality::of(&before);
        let fixable = quality.faults.iter().filter(|f| f.fix.is_some()).count();
        for kind in FaultKind::ALL {
            let fixed = mended(&before, &quality, &BTreeSet::from([kind]));
            let wanted = quality.of_kind(kind).filter(|f| f.fix.is_some()).count();
            prop_assert_eq!(fixed.fixes, wanted);
            let mut touched: BTreeSet<PipeId> = quality.of_kind(kind).filter(|f| f.fix.is_some()).map(|f| f.pipe).collect();
            for (pipe, row) in fixed.pipes.iter().zip(&fixed.rows) {
                let same = *pipe == before.pipes[row.index()];
                prop_assert!(same || touched.remove(row));
            }
            if kind == FaultKind::Duplicate {
                let after = content(Vec::new(), fixed.pipes);
                prop_assert!(Quality::of(&after).of_kind(kind).all(|f| f.fix.is_none()));
            }
        }
        prop_assert!(fixable <= quality.faults.len());
    }
}
