//! Findings about works in the ground and their years.

use super::*;

/// A second pipe of another owner beside the first, in another year.
fn beside(year: i32) -> impl FnOnce(&mut Content) {
    move |content| {
        let mut gas = pipe("g1", PipeClass::Gas, &[(-20.0, 51.0), (50.0, 51.0)]);
        gas.ownership = Ownership::Utility;
        gas.planned_year = Some(year);
        Arc::make_mut(&mut content.pipes).push(gas);
    }
}

#[test]
fn ground_that_is_opened_twice() {
    let found = only(FindingKind::Reopened, beside(2026));
    assert_eq!((found.severity, found.rule, found.parts.len()), (Severity::Warning, "R14", 1));
    assert_eq!(found.key.0, "reopened:compound:a");
    assert_eq!(found.pipes.iter().map(|id| id.0).collect::<Vec<_>>(), [0, 1]);
    assert!((found.parts[0].bounds.width() - 70.0).abs() < 1e-9, "{found:?}");
    none(FindingKind::Reopened, beside(2024));
    none(FindingKind::Reopened, |content| {
        beside(2026)(content);
        content.pipe_years.insert(crate::base::PipeId(1), 2024);
    });
    none(FindingKind::Reopened, |content| {
        beside(2026)(content);
        content.settings.works.trench_reach_m = 0.5;
    });
}

#[test]
fn faults_of_the_survey() {
    let twice = |content: &mut Content| {
        let again = content.pipes[0].clone();
        Arc::make_mut(&mut content.pipes).push(again);
    };
    let found = only(FindingKind::PipeFault, twice);
    assert_eq!((found.severity, found.rule, found.key.0.as_str()), (Severity::Warning, "R37", "pipe_fault:duplicate"));
    assert_eq!((found.pipes.len(), found.parts.len()), (1, 1));
    none(FindingKind::PipeFault, |content| {
        twice(content);
        Arc::make_mut(&mut content.pipes)[1].line.0[0].0[0].y += 5.0;
    });
}
