//! Scope and eligibility, R1–R7 and R41, on small plans.

use std::sync::Arc;

use geo::{MultiPolygon, Rect, coord};

use super::*;
use crate::base::CompoundId;
use crate::model::{CompoundFacts, Consent, EligibleVerdicts, Properties, Settings};
use crate::policy::{Exclusion, OwnerKind, YearSpan};

fn compound(row: usize, facts: CompoundFacts) -> Compound {
    let x = 100.0 * f64::from(u32::try_from(row).unwrap());
    let shape = Rect::new(coord! { x: x, y: 0.0 }, coord! { x: x + 80.0, y: 60.0 }).to_polygon();
    Compound { source_id: row.to_string(), shape: MultiPolygon(vec![shape]), facts, extra: Properties::new() }
}

fn plan(facts: impl IntoIterator<Item = CompoundFacts>) -> Content {
    let compounds: Vec<_> = facts.into_iter().enumerate().map(|(row, facts)| compound(row, facts)).collect();
    Content { assignment: vec![None; compounds.len()], compounds: Arc::new(compounds), ..Content::default() }
}

fn built(year: i32) -> CompoundFacts {
    CompoundFacts { built: Some(YearSpan::single(year)), buildings: Some(3), ..CompoundFacts::default() }
}

fn excluded() -> CompoundFacts {
    CompoundFacts { exclusion: Some(Exclusion::Rebuild), ..built(1985) }
}

fn five() -> Content {
    plan([built(1990), built(2003), built(2010), excluded(), CompoundFacts::default()])
}

#[test]
fn r3_verdicts_and_their_clauses() {
    use Verdict::{Excluded, May, Must, OutOfScope, Unknown};
    let mut content = five();
    let verdicts = |content: &Content| screen(content).iter().map(|s| s.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&content), [Must, May, OutOfScope, Excluded, Unknown]);
    content.settings.may_enabled = Some(false);
    assert_eq!(verdicts(&content), [Must, OutOfScope, OutOfScope, Excluded, Unknown]);
    content.settings.may_enabled = None;
    content.settings.policy = "national".to_owned();
    assert_eq!(verdicts(&content), [Must, OutOfScope, OutOfScope, Excluded, Unknown]);
    assert!(!pack_of(&content).clause(screen(&content)[3].clause).has_text());
    content.settings.policy = "no such pack".to_owned();
    assert_eq!(verdicts(&content), [Must, May, OutOfScope, Excluded, Unknown]);
    assert!(pack_of(&content).clause(screen(&content)[3].clause).quote.contains("不得纳入"));
}

#[test]
fn the_contract_of_eligible_conduct_and_all() {
    let mut content = five();
    let screened = screen(&content);
    assert_eq!(eligible(&content, &screened), [true, false, false, false, false]);
    assert_eq!(conducts(&content, &screened), [true, false, false, false, false]);
    content.settings.eligible = EligibleVerdicts { must: true, may: true, unknown: true };
    assert_eq!(eligible(&content, &screened), [true, true, false, false, true]);
    content.settings.conduct = true;
    assert_eq!(eligible(&content, &screened), [true, true, false, false, true]);
    assert_eq!(conducts(&content, &screened), [true; 5]);
    content.settings = Settings { all: true, ..Settings::default() };
    assert_eq!(eligible(&content, &screened), [true; 5]);
    assert_eq!(conducts(&content, &screened), [true; 5]);
    assert_eq!(screen(&content), screened, "`all` changes no verdict");
}

#[test]
fn r1_a_single_building_is_a_compound() {
    let content = plan([CompoundFacts { buildings: Some(1), ..built(1990) }, built(1990)]);
    let screened = screen(&content);
    assert!(screened[0].notes.contains(&ScreeningNote::SingleBuilding));
    assert!(!screened[1].notes.contains(&ScreeningNote::SingleBuilding));
    assert_eq!(eligible(&content, &screened), [true, true]);
}

#[test]
fn r6_owners_are_noted_and_never_excluded() {
    let of = |owner| CompoundFacts { owner_kind: Some(owner), ..built(1990) };
    let content = plan([of(OwnerKind::StateFirm), of(OwnerKind::Military)]);
    let screened = screen(&content);
    assert!(screened.iter().all(|s| s.verdict == Verdict::Must));
    assert!(screened[0].notes.contains(&ScreeningNote::StateFirm) && screened[1].notes.contains(&ScreeningNote::Military));
}

#[test]
fn r7_consent_orders_and_does_not_screen() {
    let consent = |share| Some(Consent { share, surveyed: None });
    let with = |share: Option<f64>| CompoundFacts { consent: share.and_then(consent), ..built(1990) };
    let content = plan([with(Some(0.0)), with(None), with(Some(0.9)), built(2003), built(2010)]);
    let screened = screen(&content);
    assert_eq!(eligible(&content, &screened)[..3], [true; 3]);
    assert_eq!(priority_order(&content, &screened), [2, 1, 0, 3].map(CompoundId));
    assert!(screened[1].notes.contains(&ScreeningNote::ConsentUnknown));
    assert!(matches!(screened[0].notes[..], [ScreeningNote::ConsentBelow { .. }]));
}

#[test]
fn r41_conditions_rank_and_unknown_is_not_good() {
    let with = |neglected| CompoundFacts { neglected, ..built(1990) };
    let content = plan([with(Some(false)), with(None), with(Some(true))]);
    assert_eq!(priority_order(&content, &screen(&content)), [2, 1, 0].map(CompoundId));
}

#[test]
fn counts_add_up_and_say_when_all_is_unknown() {
    let content = five();
    let found = counts(&screen(&content));
    assert_eq!((found.total(), found.must, found.unknown), (5, 1, 1));
    assert_eq!(found.all_unknown(), None);
    let blank = counts(&screen(&plan([CompoundFacts::default(), CompoundFacts::default()])));
    assert_eq!(blank.all_unknown().map(|m| m.key()), Some("screening.all-unknown"));
}
