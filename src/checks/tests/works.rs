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

#[test]
fn sewers_keep_clear_of_other_pipes() {
    let beside = |clear_m: f64, asked: bool| {
        move |content: &mut Content| {
            let mut sewer = pipe("s1", PipeClass::Drainage, &[(-20.0, 80.0), (50.0, 80.0)]);
            (sewer.ownership, sewer.planned_year, sewer.diameter_mm) = (Ownership::Utility, Some(2024), Some(400.0));
            let y = 80.2 + clear_m + 0.05;
            let mut water = pipe("w2", PipeClass::Water, &[(-20.0, y), (50.0, y)]);
            (water.ownership, water.planned_year, water.diameter_mm) = (Ownership::Utility, Some(2024), Some(100.0));
            Arc::make_mut(&mut content.pipes).extend([sewer, water]);
            content.settings.works.clearance = asked;
        }
    };
    let found = only(FindingKind::Clearance, beside(0.9, true));
    assert_eq!((found.severity, found.rule, found.key.0.as_str()), (Severity::Warning, "R39", "clearance:water"));
    assert_eq!((found.pipes.len(), found.parts.len()), (2, 1));
    none(FindingKind::Clearance, beside(1.1, true));
    // Off until somebody asks for it.
    none(FindingKind::Clearance, beside(0.9, false));
}

fn fund(source: crate::model::FundSource, yuan: i64) -> crate::model::Fund {
    let amount = crate::base::Money::from_fen(yuan * 100);
    let (project, payer, note) = (String::new(), String::new(), String::new());
    crate::model::Fund { district: Some(DistrictId(1)), project, source, payer, amount, note }
}

#[test]
fn provident_funds_are_for_lifts() {
    use crate::model::{FundSource, ResidentShare};
    let provident = |content: &mut Content| {
        content.funds.insert(crate::base::FundId(1), fund(FundSource::Residents(ResidentShare::ProvidentFund), 5));
    };
    let found = only(FindingKind::ProvidentFund, provident);
    assert_eq!((found.severity, found.rule, found.district), (Severity::Warning, "R46", Some(DistrictId(1))));
    none(FindingKind::ProvidentFund, |content| {
        provident(content);
        put(content, 1, item("lift", Some(0), None));
    });
}

#[test]
fn what_is_not_paid_for_is_noted_once_the_ledger_is_begun() {
    use crate::model::{FundLine, FundSource};
    let costs = |content: &mut Content| facts_of(content, 0).estimated_cost = Some(crate::base::Money::from_fen(1_000));
    let paid = |yuan| {
        move |content: &mut Content| {
            costs(content);
            content.funds.insert(crate::base::FundId(1), fund(FundSource::Line(FundLine::Municipal), yuan));
        }
    };
    assert_eq!(only(FindingKind::FundGap, paid(4)).severity, Severity::Note);
    none(FindingKind::FundGap, paid(10));
    none(FindingKind::FundGap, costs);
}

#[test]
fn a_year_keeps_within_its_cap() {
    let costs = |cap_fen| {
        move |content: &mut Content| {
            facts_of(content, 0).estimated_cost = Some(crate::base::Money::from_fen(1_000));
            facts_of(content, 1).estimated_cost = Some(crate::base::Money::from_fen(500));
            content.settings.works.caps.insert(2024, crate::base::Money::from_fen(cap_fen));
        }
    };
    let found = only(FindingKind::OverBudget, costs(1_499));
    assert_eq!((found.severity, found.rule, found.key.0.as_str()), (Severity::Warning, "R13", "over_budget:2024"));
    none(FindingKind::OverBudget, costs(1_500));
}
