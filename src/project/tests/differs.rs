//! Saves that write only what differs give what saves of the whole give.

use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::made::{built, edit};
use super::sample::sample;
use crate::base::{CompoundId, DistrictId, Message};
use crate::import::ReadOptions;
use crate::model::{Content, Edit, History, LayerKind, Plan};
use crate::policy::ItemCode;
use crate::project::save::save_within;
use crate::project::{
    BaseMark, Beside, Held, JournalMark, Mark, ProjectError, Provenance, SaveFault, Saved, SourceFile, open, save, save_beside,
};

/// Everything in a file that means something: tables with their rows, counters of saves and changes and numbers of styles left out.
fn dump(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    crate::gpkg::register(&connection).unwrap();
    let names = |sql: &str| -> Vec<String> {
        connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(names("PRAGMA integrity_check"), ["ok"]);
    let mut said = names(
        "SELECT type || ' ' || tbl_name || ' ' || ifnull(sql, '') FROM sqlite_master WHERE type <> 'table' OR name NOT GLOB 'rtree_*_[nrp]*'",
    );
    let tables = names(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB 'rtree_*_[nrp]*'",
    );
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {}", crate::gpkg::quoted(&table))).unwrap();
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let kept: Vec<usize> = (0..columns.len()).filter(|i| !(table == "layer_styles" && columns[*i] == "id")).collect();
        if table == "lianpian_state" {
            continue;
        }
        let row = |row: &rusqlite::Row<'_>| kept.iter().map(|i| row.get(*i)).collect::<rusqlite::Result<Vec<Value>>>();
        let rows = statement.query_map([], row).unwrap().map(|row| format!("{table} {:?}", row.unwrap()));
        said.extend(rows.filter(|row| !row.contains("Text(\"save_counter\")")));
    }
    said.sort();
    said
}

/// The lines that are in one dump and not in the other.
fn difference(one: &Path, other: &Path) -> Vec<String> {
    let (one, other) = (dump(one), dump(other));
    let only = |of: &[String], than: &[String], sign: &str| -> Vec<String> {
        of.iter()
            .filter(|line| !than.contains(line))
            .map(|line| format!("{sign} {}", line.chars().take(300).collect::<String>()))
            .collect()
    };
    let mut lines = only(&one, &other, "-");
    lines.extend(only(&other, &one, "+"));
    lines.extend((lines.is_empty() && one != other).then(|| "the same lines, not as often".to_owned()));
    lines
}

fn again(content: &Content, path: &Path, held: Held) -> Saved {
    save_beside(content, path, &Beside { held, ..Beside::default() }).unwrap()
}

/// The plan with another year for its first district.
fn set_year(content: &Content, year: i32) -> Content {
    let mut changed = content.clone();
    let (_, first) = changed.districts.iter_mut().next().unwrap();
    first.year = Some(year);
    changed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn saves_of_what_differs_give_the_file_that_a_save_of_all_gives(
        first in prop::collection::vec(edit(), 0..20),
        more in prop::collection::vec(prop::collection::vec(edit(), 0..4), 1..4),
        opened_anew in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (path, whole) = (folder.path().join("plan.gpkg"), folder.path().join("whole.gpkg"));
        let (mut plan, mut history) = (built(first).0, History::default());
        let mut held = save(&plan, &path).unwrap().held;
        for edits in more {
            if opened_anew {
                let opened = open(&path).unwrap();
                plan = Plan::new(opened.content);
                held = opened.held;
            }
            for edit in edits {
                // Edits that the plan refuses are no part of the law.
                let _ = history.commit(&mut plan, Message::new("project.recovered-edit"), edit);
            }
            let _ = history.undo(&mut plan);
            std::fs::copy(&path, &whole).unwrap();
            held = again(&plan, &path, held).held;
            save(&plan, &whole).unwrap();
            prop_assert_eq!(difference(&path, &whole), Vec::<String>::new());
        }
    }
}

#[test]
fn one_edit_writes_one_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let content = sample();
    let first = save(&content, &path).unwrap();
    assert!(first.rows > 20, "{}", first.rows);
    std::fs::copy(&path, folder.path().join("first.gpkg")).unwrap();
    let same = again(&content, &path, first.held);
    assert_eq!(difference(&folder.path().join("first.gpkg"), &path), Vec::<String>::new());
    assert_eq!(same.rows, 1, "the counter");
    let year = again(&set_year(&content, 2029), &path, same.held);
    assert_eq!(year.rows, 2, "the counter and the district");
    let opened = open(&path).unwrap();
    let mut facts = opened.content.clone();
    std::sync::Arc::make_mut(&mut facts.compounds)[0].facts.households = Some(77);
    let edited = again(&facts, &path, opened.held);
    assert_eq!(edited.rows, 3, "the counter, the compound, and the households of its district");
    assert_eq!(open(&path).unwrap().content, facts);
}

/// What others do to a plan file between two saves, and that no save must lose or set off.
const BY_OTHERS: [&str; 9] = [
    "UPDATE pipes SET class = NULL, owner = NULL",
    "ALTER TABLE compounds ADD COLUMN 巡查 TEXT",
    "CREATE TABLE notes (note TEXT, c REFERENCES compounds(fid) ON DELETE CASCADE); INSERT INTO notes VALUES ('看', 1)",
    "DELETE FROM rtree_compounds_geom",
    "UPDATE gpkg_contents SET identifier = 'x', description = 'y', min_x = 0 WHERE table_name = 'compounds'",
    "INSERT INTO gpkg_extensions VALUES ('compounds', 'name', 'x', 'y', 'read-write')",
    "CREATE TABLE log (what TEXT); CREATE TRIGGER watched AFTER UPDATE ON Districts BEGIN INSERT INTO log VALUES (NEW.name); END",
    "UPDATE districts SET geom = NULL",
    "DELETE FROM compounds WHERE fid = 1",
];

#[test]
fn what_others_did_to_a_file_is_as_after_a_save_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (path, whole) = (folder.path().join("plan.gpkg"), folder.path().join("whole.gpkg"));
    for done in BY_OTHERS {
        for opened_before in [true, false] {
            let _ = std::fs::remove_file(&path);
            let mut held = save(&sample(), &path).unwrap().held;
            let connection = Connection::open(&path).unwrap();
            crate::gpkg::register(&connection).unwrap();
            connection.execute_batch(done).unwrap();
            drop(connection);
            let mut content = sample();
            if !opened_before {
                let opened = open(&path).unwrap();
                (content, held) = (opened.content, opened.held);
            }
            // Twice: the second save knows what the first has left.
            for year in [2030, 2031] {
                let content = set_year(&content, year);
                std::fs::copy(&path, &whole).unwrap();
                held = again(&content, &path, held).held;
                save(&content, &whole).unwrap();
                assert_eq!(difference(&path, &whole), Vec::<String>::new(), "{done}");
            }
        }
    }
}

#[test]
fn a_plan_in_another_crs_is_written_whole_and_journal_and_files_are_kept_up() {
    let folder = tempfile::tempdir().unwrap();
    let (path, whole) = (folder.path().join("plan.gpkg"), folder.path().join("whole.gpkg"));
    let map = folder.path().join("map.geojson");
    std::fs::write(&map, "{}").unwrap();
    let mark = Mark::of(&map).unwrap();
    let kinds = vec![LayerKind::Compounds];
    let file = SourceFile { path: map.canonicalize().unwrap(), mark, declined: None, options: ReadOptions::default(), kinds };
    let content = sample();
    let known = Provenance { files: vec![file], base: std::sync::Arc::clone(&content.compounds) };
    let mut held = Held::default();
    let journal = |steps| JournalMark { base: BaseMark { counter: 1, fingerprint: "ab".to_owned() }, steps };
    let moved = Content { crs_code: 4549, ..content.clone() };
    let saves = [
        (&content, known.clone(), journal(0)),
        (&content, known.clone(), journal(3)),
        (&content, Provenance::default(), journal(0)),
        (&moved, known, journal(2)),
    ];
    for (content, provenance, journal) in saves {
        let beside = Beside { journal, provenance, held: Held::default() };
        if path.exists() {
            std::fs::copy(&path, &whole).unwrap();
        }
        held = save_beside(content, &path, &Beside { held, ..beside.clone() }).unwrap().held;
        save_beside(content, &whole, &beside).unwrap();
        assert_eq!(difference(&path, &whole), Vec::<String>::new());
    }
}

#[test]
fn a_disk_that_fills_up_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let mut content = sample();
    let held = save(&content, &path).unwrap().held;
    let before = std::fs::read(&path).unwrap();
    content.title = "很长的名字".repeat(20_000);
    let beside = Beside { held, ..Beside::default() };
    let pages = u32::try_from(before.len() / 4096).unwrap() + 2;
    let full = save_within(&content, &path, &beside, Some(pages)).unwrap_err();
    assert!(matches!(&full, ProjectError::Save { source: SaveFault::Package(crate::gpkg::GpkgError::DiskFull), .. }), "{full}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_shrank_is_written_whole_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let content = sample();
    let long = Content { title: "很长的名字".repeat(4_000_000), ..content.clone() };
    let held = save(&long, &path).unwrap().held;
    let held = again(&content, &path, held).held;
    let hollow = std::fs::metadata(&path).unwrap().len();
    assert!(again(&content, &path, held).rows > 20);
    assert!(std::fs::metadata(&path).unwrap().len() < hollow / 10);
}

#[test]
fn a_file_that_somebody_changed_is_written_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let content = sample();
    let held = save(&content, &path).unwrap().held;
    let connection = Connection::open(&path).unwrap();
    crate::gpkg::register(&connection).unwrap();
    connection.execute_batch("UPDATE pipes SET owner = 'somebody else'").unwrap();
    drop(connection);
    assert!(again(&content, &path, held).rows > 20);
    assert_eq!(open(&path).unwrap().content, content, "as without knowing what it held");
}

#[test]
fn what_others_tied_to_our_tables_is_not_set_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let content = sample();
    save(&content, &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    let tied = "CREATE TABLE log (what TEXT);
                CREATE TRIGGER watched AFTER UPDATE ON districts BEGIN INSERT INTO log VALUES (NEW.name); END;
                CREATE INDEX by_year ON districts (year);";
    connection.execute_batch(tied).unwrap();
    drop(connection);
    let held = open(&path).unwrap().held;
    again(&set_year(&content, 2031), &path, held);
    let connection = Connection::open(&path).unwrap();
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(one("SELECT count(*) FROM log"), 0);
    assert_eq!(one("SELECT count(*) FROM sqlite_master WHERE name IN ('watched', 'by_year', 'log')"), 3);
}

#[test]
fn what_others_put_beside_stays_where_only_rows_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let content = sample();
    save(&content, &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("CREATE TABLE notes (note TEXT); INSERT INTO notes VALUES ('看'); CREATE INDEX by_note ON notes (note)")
        .unwrap();
    drop(connection);
    let held = again(&content, &path, open(&path).unwrap().held).held;
    let saved = again(&set_year(&content, 2031), &path, held);
    assert_eq!((saved.rows, &saved.carried[..]), (2, &["notes".to_owned()][..]));
    let connection = Connection::open(&path).unwrap();
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(one("SELECT note FROM notes"), "看");
    assert_eq!(one("SELECT name FROM sqlite_master WHERE name = 'by_note'"), "by_note");
}

#[test]
fn a_copy_that_cannot_be_changed_is_written_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let content = sample();
    assert!(content.departments.is_empty());
    let more = Content { departments: [(ItemCode::new("road"), "城管局".to_owned())].into(), ..content.clone() };
    save(&content, &path).unwrap();
    // Something by the name of a table that the plan does not need yet, and that no row can be put into.
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("CREATE VIEW departments AS SELECT 1 AS fid").unwrap();
    drop(connection);
    let held = again(&content, &path, open(&path).unwrap().held).held;
    let saved = again(&more, &path, held);
    assert!(saved.rows > 20, "{}", saved.rows);
    assert_eq!(open(&path).unwrap().content, more);
}

#[test]
fn outlines_follow_members_and_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let whole = folder.path().join("whole.gpkg");
    let (mut plan, mut history) = (Plan::new(sample()), History::default());
    let mut held = save(&plan, &path).unwrap().held;
    let shape = geo::Geometry::MultiPolygon(plan.compounds[1].shape.clone());
    let id: DistrictId = *plan.districts.keys().next().unwrap();
    let edits = [
        Edit::Assign(vec![(CompoundId(0), None)]),
        Edit::PutShape(LayerKind::Compounds, 0, Box::new(shape)),
        Edit::Assign(vec![(CompoundId(0), Some(id))]),
    ];
    for edit in edits {
        history.commit(&mut plan, Message::new("project.recovered-edit"), edit).unwrap();
        std::fs::copy(&path, &whole).unwrap();
        held = again(&plan, &path, held).held;
        save(&plan, &whole).unwrap();
        assert_eq!(difference(&path, &whole), Vec::<String>::new());
    }
}
