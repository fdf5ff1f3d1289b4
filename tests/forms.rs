//! Forms as they leave and come back: what is written is read again to the last cell, in both languages, with the same bytes
//! for the same plan; the matrix of needs has a line for each compound and item.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use lianpian::base::CompoundId;
use lianpian::export::{FormKind, NeedCells, NeedsWritten, write_form, write_needs, write_prices};
use lianpian::i18n::Lang;
use lianpian::import::{read_form, read_prices};
use lianpian::model::{Compound, CompoundFacts, Consent, Content, NeedState, Properties, UnitPrice};
use lianpian::policy::{Exclusion, ItemCode, OwnerKind, YearSpan, catalogue};
use lianpian::screening::screen;
use lianpian::session::forms::matched;

fn compound(id: &str, facts: CompoundFacts) -> Compound {
    Compound { source_id: id.to_owned(), shape: geo::MultiPolygon(Vec::new()), facts, extra: Properties::new() }
}

/// Compounds of which everything, something and nothing is known.
fn plan() -> Content {
    let whole = CompoundFacts {
        name: "甲小区".to_owned(),
        built: Some(YearSpan { first: 1995, last: 1998 }),
        households: Some(320),
        floor_area_m2: Some(24_000.5),
        buildings: Some(6),
        owner_kind: Some(OwnerKind::StateFirm),
        exclusion: Some(Exclusion::Rebuild),
        consent: Some(Consent { share: 1.0, surveyed: Some("2024-05-01".to_owned()) }),
        neglected: Some(true),
        lacks_municipal: Some(false),
        problems: Some("道路破损；停车难".to_owned()),
        ..CompoundFacts::default()
    };
    let some = CompoundFacts { consent: Some(Consent { share: 0.005, surveyed: None }), ..CompoundFacts::default() };
    let compounds = vec![compound("001", whole), compound("B-2", some), compound("3", CompoundFacts::default())];
    let mut content = Content { assignment: vec![None; 3], compounds: Arc::new(compounds), ..Content::default() };
    for (entry, state) in catalogue().entries.iter().zip(NeedState::ALL.iter().cycle()) {
        content.needs.insert((CompoundId(0), entry.code.clone()), *state);
    }
    content
}

fn all(content: &Content) -> Vec<CompoundId> {
    (0..content.compounds.len()).map(CompoundId::from_index).collect()
}

fn write(content: &Content, kind: FormKind, lang: Lang, path: &Path) {
    write_form((content, &screen(content)), kind, &all(content), lang, path).unwrap();
}

#[test]
fn a_form_that_nobody_touched_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for kind in [FormKind::Survey, FormKind::Screening] {
        for lang in Lang::ALL {
            let path = dir.path().join("form.xlsx");
            let content = plan();
            write(&content, kind, lang, &path);
            let found = matched(&content, &read_form(&path, catalogue()).unwrap());
            assert_eq!((found.rows, found.matched), (3, 3), "{kind:?} {lang:?}");
            assert!(found.is_whole() && found.facts.is_empty() && found.needs.is_empty(), "{kind:?} {lang:?}: {found:?}");
        }
    }
}

#[test]
fn an_empty_plan_learns_everything_from_the_forms_of_a_full_one() {
    let dir = tempfile::tempdir().unwrap();
    let full = plan();
    let blank = || {
        let compounds = full.compounds.iter().map(|own| compound(&own.source_id, CompoundFacts::default())).collect();
        Content { compounds: Arc::new(compounds), needs: std::collections::BTreeMap::new(), ..full.clone() }
    };
    for lang in Lang::ALL {
        let path = dir.path().join("form.xlsx");
        write(&full, FormKind::Survey, lang, &path);
        let found = matched(&blank(), &read_form(&path, catalogue()).unwrap());
        assert_eq!(found.needs, full.needs, "{lang:?}");
        write(&full, FormKind::Screening, lang, &path);
        let found = matched(&blank(), &read_form(&path, catalogue()).unwrap());
        assert!(found.unreadable.is_empty(), "{found:?}");
        for (row, own) in full.compounds.iter().enumerate() {
            let read = found.facts.get(&CompoundId::from_index(row)).cloned().unwrap_or_default();
            assert_eq!(read, own.facts, "{lang:?} {}", own.source_id);
        }
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (dir.path().join("a.xlsx"), dir.path().join("b.xlsx"));
    write(&plan(), FormKind::Survey, Lang::Zh, &first);
    write(&plan(), FormKind::Survey, Lang::Zh, &second);
    assert!(std::fs::read(first).unwrap() == std::fs::read(second).unwrap());
}

#[test]
fn r20_the_matrix_has_a_line_for_each_compound_and_item_and_blank_is_blank() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("needs.csv");
    let cells = 3 * catalogue().entries.len();
    assert_eq!(write_needs(&plan(), NeedCells::All, &path).unwrap(), NeedsWritten { lines: cells, left_out: 0 });
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "compound,item,class,state");
    assert_eq!(lines.len() - 1, 3 * catalogue().entries.len());
    assert_eq!(lines[1], "001,water_supply,basic,needed");
    let of_third = lines.iter().filter(|line| line.starts_with("3,"));
    assert!(of_third.clone().count() == 43 && of_third.into_iter().all(|line| line.ends_with(',')));
    // Without the blank ones it says the same: the lines that say something, in the same order.
    let told: Vec<&str> = lines[1..].iter().filter(|line| !line.ends_with(',')).copied().collect();
    let filled = write_needs(&plan(), NeedCells::Filled, &path).unwrap();
    assert_eq!(filled, NeedsWritten { lines: told.len(), left_out: cells - told.len() });
    assert!(std::fs::read_to_string(&path).unwrap().lines().skip(1).eq(told.iter().copied()) && !told.is_empty());
    // A sheet of a workbook is the bound: 24,385 compounds of 43 items fit, one more does not.
    assert_eq!([24_385 * 43, 24_386 * 43, 9_500_000].map(NeedCells::of), [NeedCells::All, NeedCells::Filled, NeedCells::Filled]);
}

#[test]
fn a_price_book_serves_another_plan() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("prices.csv");
    let mut content = plan();
    let amount = lianpian::base::Money::parse_yuan("1120.05").unwrap();
    let price = UnitPrice { amount, source: "询价，三家".to_owned(), dated: "2025-01".to_owned() };
    content.prices.insert(ItemCode::new("road"), price.clone());
    for lang in Lang::ALL {
        write_prices(&content, lang, &path).unwrap();
        let book = read_prices(&path, catalogue()).unwrap();
        assert_eq!(book.prices, [(ItemCode::new("road"), price.clone())].into());
        assert!(book.is_whole() && book.open == 42);
    }
}
