//! The sample's ledger, damaged as ledgers are, joined to the sample's compounds: no row may find a wrong compound.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geo::{Area, BooleanOps};
use lianpian::base::{Message, Seed, Silent};
use lianpian::import::{Choice, JoinReport, MatchedBy, ReadOptions, Table, enter_rows, join, preview, read_ledgers, read_path};
use lianpian::model::{Compound, LayerContent};
use serde_json::Value;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang").join(name)
}

fn compounds() -> Vec<Compound> {
    let read = read_path(&sample("compounds.geojson"), &ReadOptions::default(), &Silent).expect("the sample");
    let LayerContent::Compounds(list) = &read.layers[0].content else { panic!("compounds") };
    list.as_ref().clone()
}

/// A ledger, and for each row the id of the compound that it means.
struct Damaged {
    table: Table,
    meant: Vec<Option<String>>,
}

fn whole(compounds: &[Compound]) -> Damaged {
    let table = read_ledgers(&sample("ledger.csv"), "", &BTreeMap::new()).expect("the ledger").remove(0);
    let by_name = |name: &str| {
        let tight = |name: &str| name.split_whitespace().collect::<String>();
        let mut named = compounds.iter().filter(|compound| tight(&compound.facts.name) == tight(name));
        named.next().filter(|_| named.next().is_none()).map(|compound| compound.source_id.clone())
    };
    let meant = table.rows.iter().map(|row| {
        let id = row[0].as_str().filter(|id| compounds.iter().any(|compound| compound.source_id == *id));
        id.map(str::to_owned).or_else(|| by_name(row[1].as_str().unwrap_or_default()))
    });
    Damaged { meant: meant.collect(), table }
}

/// Changes that people and programs make to keys; each row takes one of them by its place.
fn damage(ledger: &mut Damaged) {
    for (place, row) in ledger.table.rows.iter_mut().enumerate() {
        let (id, name) = (row[0].as_str().unwrap_or_default().to_owned(), row[1].as_str().unwrap_or_default().to_owned());
        let (id, name) = match place % 8 {
            // A spreadsheet takes the letters' zeros away, and people write dashes.
            0 => (id.replace("LJ0", "LJ-").replace("-00", "-0"), name),
            1 => (id.to_lowercase(), String::new()),
            // No ids any more.
            2 => (String::new(), name),
            3 => (String::new(), name.replace("二期", "2期").replace("一期", "Ⅰ期").replace('（', "(").replace('）', ")")),
            4 => (String::new(), name.replace("家属院", "家属楼").replace("宿舍", "职工宿舍")),
            5 => (String::new(), format!("江南街道{name}")),
            6 => (format!("外{place}"), name),
            _ => (id, name),
        };
        (row[0], row[1]) = (Value::from(id), Value::from(name));
    }
    let foreign = [("外1", "钢厂家属院"), ("外2", "和平小区九期"), ("外3", "水利局宿舍")];
    let (width, last) = (ledger.table.headers.len(), ledger.table.lines.last().copied().unwrap_or(1));
    for (n, (id, name)) in foreign.iter().enumerate() {
        let mut row = vec![Value::Null; width];
        (row[0], row[1]) = (Value::from(*id), Value::from(*name));
        ledger.table.rows.push(row);
        ledger.table.lines.push(last + 1 + n);
        ledger.meant.push(None);
    }
}

/// Rows by line that found their compound, taken from a mark that every row carries.
fn found(compounds: &[Compound]) -> BTreeMap<usize, String> {
    let mark =
        |compound: &Compound| Some((usize::try_from(compound.extra.get("mark")?.as_u64()?).ok()?, compound.source_id.clone()));
    compounds.iter().filter_map(mark).collect()
}

fn joined(ledger: &Damaged, likeness: bool) -> (JoinReport, BTreeMap<usize, String>) {
    let mut table = ledger.table.clone();
    table.headers.push("mark".to_owned());
    for (row, line) in table.rows.iter_mut().zip(&table.lines) {
        row.push(Value::from(*line));
    }
    let mut compounds = compounds();
    let report = join(&mut compounds, &Arc::new(table), None, likeness).expect("a key");
    let found = found(&compounds);
    (report, found)
}

/// Rows that found another compound than they mean.
fn wrong<'a>(ledger: &'a Damaged, found: &'a BTreeMap<usize, String>) -> Vec<(usize, &'a String, &'a Option<String>)> {
    let meant: BTreeMap<usize, &Option<String>> = ledger.table.lines.iter().copied().zip(&ledger.meant).collect();
    found.iter().map(|(line, id)| (*line, id, meant[line])).filter(|(_, id, meant)| meant.as_ref() != Some(*id)).collect()
}

#[test]
fn the_whole_ledger_finds_what_it_means() {
    let ledger = whole(&compounds());
    let (report, found) = joined(&ledger, false);
    assert_eq!(wrong(&ledger, &found), []);
    let knowable: BTreeSet<&String> = ledger.meant.iter().flatten().collect();
    assert_eq!(report.matched, found.len());
    assert_eq!(found.len(), knowable.len(), "{:?}", report.open);
    assert!(!report.repeated.is_empty());
}

#[test]
fn a_damaged_ledger_finds_nothing_wrong_and_most_of_what_it_means() {
    let mut ledger = whole(&compounds());
    damage(&mut ledger);
    let (sure, certain) = joined(&ledger, false);
    assert_eq!(wrong(&ledger, &certain), []);
    assert_eq!(sure.matched, certain.len());
    assert!(!sure.by.contains_key(&MatchedBy::Likeness));
    let rows = ledger.table.rows.len();
    let told = sure.matched + sure.open.len() + sure.repeated.len() + sure.unmatched_rows.len();
    assert_eq!(told, rows, "every row is accounted for");
    assert_eq!(sure.matched + sure.unmatched_compounds.len(), compounds().len(), "and every compound");
    let (bold, alike) = joined(&ledger, true);
    assert_eq!(wrong(&ledger, &alike), [], "likeness proposes nothing wrong here either");
    let meant: BTreeSet<&String> = ledger.meant.iter().flatten().collect();
    println!(
        "{rows} rows, {} compounds meant: {} certain {:?}, {} with likeness",
        meant.len(),
        certain.len(),
        sure.by,
        alike.len()
    );
    assert!(certain.len() * 10 >= meant.len() * 7, "{} of {}", certain.len(), meant.len());
    assert!(bold.matched > sure.matched && bold.matched * 100 >= meant.len() * 85, "{} of {}", bold.matched, meant.len());
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut ledger = whole(&compounds());
    damage(&mut ledger);
    let (_, before) = joined(&ledger, true);
    let mut order: Vec<usize> = (0..ledger.table.rows.len()).collect();
    Seed(7).stream(0).shuffle(&mut order);
    let pick = |table: &Table| Table {
        rows: order.iter().map(|row| table.rows[*row].clone()).collect(),
        lines: order.iter().map(|row| table.lines[*row]).collect(),
        ..table.clone()
    };
    let turned = Damaged { table: pick(&ledger.table), meant: order.iter().map(|row| ledger.meant[*row].clone()).collect() };
    let (_, after) = joined(&turned, true);
    // Of a compound that is registered twice the first row counts, whichever it is.
    let ids = |found: &BTreeMap<usize, String>| found.values().cloned().collect::<BTreeSet<_>>();
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(wrong(&turned, &after), []);
}

#[test]
fn compounds_that_nobody_drew_enter_with_a_placeholder_about_their_buildings() {
    let ledger = whole(&compounds());
    let read = read_path(&sample("buildings.geojson"), &ReadOptions::default(), &Silent).expect("the sample");
    let LayerContent::Buildings(buildings) = &read.layers[0].content else { panic!("buildings") };
    let (drawn, missing): (Vec<_>, Vec<_>) = compounds().into_iter().enumerate().partition(|(row, _)| row % 5 != 0);
    let plain = |list: Vec<(usize, Compound)>| list.into_iter().map(|(_, own)| own).collect::<Vec<Compound>>();
    let (drawn, missing) = (plain(drawn), plain(missing));
    let mut map = drawn.clone();
    let mut report = join(&mut map, &Arc::new(ledger.table.clone()), None, false).expect("a key");
    let told = report.unmatched_rows.len() + report.open.len() + report.repeated.len();
    let entered = enter_rows(&mut map, buildings, &mut report, read.working_crs);
    assert_eq!(map.len(), drawn.len() + entered);
    let accounted = report.entered.len() + report.unmatched_rows.len() + report.open.len() + report.repeated.len();
    assert_eq!(accounted, told, "every row is accounted for");
    let by_id: BTreeMap<&String, &Compound> = missing.iter().map(|own| (&own.source_id, own)).collect();
    let mut covered = 0;
    for row in &report.entered {
        let own = &map[row.compound.index()];
        assert_eq!(own.facts.placeholder, Some(row.placeholder));
        let Some(true_one) = by_id.get(&own.source_id) else { continue };
        let inside = own.shape.intersection(&true_one.shape).unsigned_area() / own.shape.unsigned_area();
        // The hull of an angled compound bulges out of it.
        assert!(inside > 0.6, "{}: {inside}", own.source_id);
        covered += usize::from(inside > 0.99);
    }
    println!("{} not drawn, {entered} entered, {covered} within the boundary that was taken away", missing.len());
    assert!(
        entered * 10 >= missing.len() * 8 && covered * 10 >= missing.len() * 6,
        "{covered} and {entered} of {}",
        missing.len()
    );
}

/// A workbook as bureaus keep it: a sheet a street office with a title, names in two rows and sums, a sheet of remarks, and a
/// hidden one with last year's rows.
fn workbook(path: &Path, compounds: &[Compound]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let plain = rust_xlsxwriter::Format::new();
    let mut sheet = |name: &str, hidden: bool, rows: &[&Compound]| {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name").set_hidden(hidden);
        sheet.merge_range(0, 0, 0, 4, &format!("{name}老旧小区台账"), &plain).expect("merged");
        sheet.write_row(1, 0, ["填报单位：住建局", "", "", "单位：户"]).expect("written");
        for (column, title) in [(0, "小区编号"), (1, "小区名称"), (4, "网格")] {
            sheet.merge_range(2, column, 3, column, title, &plain).expect("merged");
        }
        sheet.merge_range(2, 2, 2, 3, "建筑情况", &plain).expect("merged");
        sheet.write_row(3, 2, ["户数", "楼栋数"]).expect("written");
        for (row, compound) in (4..).zip(rows) {
            sheet.write_row(row, 0, [&*compound.source_id, &*compound.facts.name]).expect("written");
            sheet.write_row(row, 2, [50 + row, row]).expect("written");
        }
        let last = u32::try_from(rows.len()).expect("few") + 4;
        sheet.write_row(last, 1, ["合 计", "999"]).expect("written");
    };
    let rows: Vec<&Compound> = compounds.iter().collect();
    sheet("江南街道", false, &rows[..3]);
    sheet("江北街道", false, &rows[3..5]);
    sheet("去年", true, &rows[5..7]);
    book.add_worksheet().set_name("说明").expect("a name").write_row(0, 0, ["项目", "解释"]).expect("written");
    book.worksheet_from_name("说明").expect("there").write_row(1, 0, ["网格", "社区网格编号"]).expect("written");
    book.save(path).expect("saved");
}

#[test]
fn sheets_with_titles_two_rows_of_names_and_sums_are_joined_or_told() {
    let mut map = compounds();
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("台账.xlsx");
    workbook(&path, &map);
    let tables = read_ledgers(&path, "", &BTreeMap::new()).expect("ledgers");
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["台账.xlsx#江南街道", "台账.xlsx#江北街道"]);
    let keys: Vec<&str> = tables[0].notes.iter().map(Message::key).collect();
    let told = ["import.titles-above", "import.headers-in-two-rows", "import.sums-left", "import.sheets-left"];
    assert_eq!(keys, told);
    let left = lianpian::i18n::tr(lianpian::i18n::Lang::En, &tables[0].notes[3]);
    assert!(left.contains("去年, 说明"), "{left}");
    for (table, rows) in tables.into_iter().zip([3, 2]) {
        assert_eq!(table.headers, ["小区编号", "小区名称", "户数", "楼栋数", "网格"]);
        assert_eq!((table.rows.len(), table.sums.len(), table.lines[0]), (rows, 1, 5));
        let report = join(&mut map, &Arc::new(table), None, false).expect("a key");
        assert_eq!((report.matched, report.unmatched_rows.len()), (rows, 0));
    }
    // The dialog offers every sheet, and the hidden one and the remarks are out until somebody takes them.
    let found = preview(&path, &Silent).expect("seen").layers;
    let out: Vec<(&str, bool)> =
        found.iter().map(|own| (own.name.rsplit('#').next().expect("a sheet"), own.told().leave_out)).collect();
    assert_eq!(out, [("江南街道", false), ("江北街道", false), ("去年", true), ("说明", true)]);
    assert_ne!(found[0].shape(), found[2].shape(), "what is settled for one is not for the hidden one");
    assert!(found[2].notes.iter().any(|note| note.key() == "import.sheet-hidden"));
    let choices =
        found.iter().map(|own| (own.key.clone(), Choice { leave_out: !own.name.ends_with("去年"), ..Choice::default() }));
    let tables = read_ledgers(&path, "", &choices.collect()).expect("ledgers");
    assert_eq!(tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["台账.xlsx#去年"]);
}
