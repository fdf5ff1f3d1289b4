//! The plan file.

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use rusqlite::Connection;

use super::made::{built, compounds, edit};
use super::sample::sample;
use crate::import::ReadOptions;
use crate::model::{Compound, Content, EditError, History, LayerContent, LayerKind, Meeting, Pipe, Plan};
use crate::project::migrate::{Step, open_current};
use crate::project::save::save_within;
use crate::project::{
    Beside, Mark, ProjectError, Provenance, SaveFault, SourceFile, mark_of, open, save, save_beside, save_branch, version_of,
};

/// What a file can say of a plan: decisions on compounds that are not there are the only thing it cannot hold.
fn storable(content: &Content) -> Content {
    let mut kept = content.clone();
    let rows = content.compounds.len();
    kept.overrides.retain(|key, _| key.b().index() < rows);
    kept.needs.retain(|(compound, _), _| compound.index() < rows);
    kept
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    (folder, path)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn save_then_open_is_identity(edits in prop::collection::vec(edit(), 0..25)) {
        let (_folder, path) = folder();
        let content = storable(&built(edits).0);
        let saved = save(&content, &path).unwrap();
        let opened = open(&path).unwrap();
        prop_assert_eq!(&opened.content, &content);
        prop_assert_eq!(opened.warnings, vec![]);
        prop_assert_eq!(&opened.base, &saved.base);
        prop_assert_eq!(mark_of(&path), Some(saved.base));
    }

    #[test]
    fn a_frozen_version_comes_back_with_its_seal_and_takes_no_edit(
        edits in prop::collection::vec(edit(), 0..15),
        more in prop::collection::vec(edit(), 1..6),
    ) {
        let (folder, path) = folder();
        let judged = storable(&built(edits).0);
        let minutes = Meeting { date: "2026-06-01".to_owned(), ..judged.meeting.clone().unwrap_or_default() };
        let seal = crate::export::seal(&judged, &minutes);
        let frozen = Content { meeting: Some(Meeting { seal: Some(seal), ..minutes }), ..judged.clone() };
        save(&frozen, &path).unwrap();
        let opened = open(&path).unwrap();
        prop_assert_eq!(&opened.content, &frozen);
        prop_assert_eq!(opened.warnings, vec![], "the seal holds");
        let (mut plan, mut history) = (Plan::new(opened.content.clone()), History::default());
        for edit in more {
            let label = crate::base::Message::new("project.recovered-edit");
            prop_assert_eq!(history.commit(&mut plan, label, edit).unwrap_err(), EditError::Frozen);
        }
        prop_assert_eq!(plan.content(), &frozen);
        // Its branch is editable, remembers it, and finds it again; nothing else takes the place of its file.
        prop_assert!(matches!(save(&judged, &path), Err(ProjectError::Frozen(_))));
        let branch = folder.path().join("branch.gpkg");
        save_branch(&open(&path).unwrap(), &path, &branch, None).unwrap();
        let opened = open(&branch).unwrap();
        prop_assert_eq!(opened.warnings, vec![]);
        prop_assert!(!opened.content.is_frozen());
        let (_, version) = version_of(&opened.content, &branch).unwrap();
        prop_assert_eq!(version.content, frozen);
    }

    #[test]
    fn what_was_read_comes_back_beside_what_the_plan_has((own, read) in (compounds(), compounds()), same in any::<u8>()) {
        let (folder, path) = folder();
        let (LayerContent::Compounds(own), LayerContent::Compounds(read)) = (own, read) else { unreachable!() };
        // Some are as they were read.
        let base: Vec<Compound> = read.iter().enumerate().map(|(row, read)| match own.get(row) {
            Some(own) if same >> row & 1 == 1 => own.clone(),
            _ => read.clone(),
        }).collect();
        let content = Content { assignment: vec![None; own.len()], compounds: own, ..Content::default() };
        let map = folder.path().join("map.geojson");
        std::fs::write(&map, "{}").unwrap();
        let mark = Mark::of(&map).unwrap();
        let (options, kinds) = (ReadOptions::default(), vec![LayerKind::Compounds, LayerKind::Parcels]);
        let file = SourceFile { path: map.canonicalize().unwrap(), mark, declined: None, options, kinds };
        let provenance = Provenance { files: vec![file], base: Arc::new(base) };
        let beside = Beside { provenance: provenance.clone(), ..Beside::default() };
        save_beside(&content, &path, &beside).unwrap();
        let opened = open(&path).unwrap();
        prop_assert_eq!(&opened.content, &content);
        prop_assert_eq!(opened.provenance.files, provenance.files);
        let known = &provenance.base[..provenance.base.len().min(content.compounds.len())];
        prop_assert_eq!(&opened.provenance.base[..], known);
        prop_assert_eq!(opened.warnings, vec![]);
    }

    #[test]
    fn pipes_are_read_in_parts_whatever_their_numbers(
        gaps in prop::collection::vec(prop_oneof![4 => Just(1_i64), 1 => 2..40_i64], 1..60),
        far in prop_oneof![3 => Just(None), 1 => (1_000_000..i64::MAX).prop_map(Some), 1 => Just(Some(i64::MAX))],
        first in prop_oneof![2 => Just(0), 1 => -50..50_i64, 1 => Just(i64::MIN), 1 => Just(i64::MAX - 2_500)],
    ) {
        let (_folder, path) = folder();
        let pipe = |n: usize| Pipe { source_id: n.to_string(), ..Pipe::default() };
        let pipes: Vec<Pipe> = (0..gaps.len()).map(pipe).collect();
        let content = Content { pipes: Arc::new(pipes), crs_code: 4547, ..Content::default() };
        save(&content, &path).unwrap();
        // Somebody numbered them anew, with gaps; the last may lie very far away.
        let mut at = first;
        let mut fids: Vec<i64> = gaps.iter().map(|gap| { at += gap; at }).collect();
        if let (Some(last), Some(far)) = (fids.last_mut(), far.filter(|far| *far > at)) {
            *last = far;
        }
        let connection = Connection::open(&path).unwrap();
        crate::gpkg::register(&connection).unwrap();
        // Out of the way of the new numbers first.
        connection.execute("UPDATE pipes SET fid = -1000000 - fid", []).unwrap();
        for (row, new) in (1_i64..).zip(&fids) {
            connection.execute("UPDATE pipes SET fid = ?2 WHERE fid = -1000000 - ?1", (row, new)).unwrap();
        }
        drop(connection);
        let opened = open(&path).unwrap();
        prop_assert_eq!(opened.warnings, vec![]);
        prop_assert_eq!(&opened.content.pipes, &content.pipes);
    }

    #[test]
    fn a_damaged_file_is_an_error_or_a_sound_plan(at in 0.0..1.0_f64, value in any::<u8>()) {
        let (_folder, path) = folder();
        save(&sample(), &path).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "test")]
        let at = (bytes.len() as f64 * at) as usize;
        bytes[at] = value;
        std::fs::write(&path, bytes).unwrap();
        if let Ok(opened) = open(&path) {
            prop_assert_eq!(crate::model::violations(&opened.content), vec![]);
        }
    }
}

#[test]
fn pipes_whose_ids_do_not_number_rows_are_read_too() {
    let keys = [
        ("fid INTEGER", ", PRIMARY KEY (fid, source_id)", "fid / 2"),
        ("fid INTEGER PRIMARY KEY DESC", "", "fid"),
        ("fid INTEGER NOT NULL PRIMARY KEY", ") WITHOUT ROWID --", "fid"),
        ("fid REAL PRIMARY KEY", "", "fid / 2.0"),
        ("fid TEXT", "", "'x'"),
        ("fid INTEGER", "", "NULL"),
    ];
    for (key, rest, fid) in keys {
        let (_folder, path) = folder();
        let pipes: Vec<Pipe> = (0..9).map(|n| Pipe { source_id: n.to_string(), ..Pipe::default() }).collect();
        let content = Content { pipes: Arc::new(pipes), crs_code: 4547, ..Content::default() };
        save(&content, &path).unwrap();
        let connection = Connection::open(&path).unwrap();
        crate::gpkg::register(&connection).unwrap();
        let made: String =
            connection.query_row("SELECT sql FROM sqlite_master WHERE name = 'pipes'", [], |row| row.get(0)).unwrap();
        let own = "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL";
        let made = made.replace(own, key).replace("\"extra\" TEXT)", &format!("\"extra\" TEXT{rest})"));
        let others = "geom, source_id, class, subclass, owner, ownership, diameter_mm, material, laid_year, planned_year, extra";
        connection
            .execute_batch(&format!(
                "CREATE TABLE kept AS SELECT * FROM pipes; DROP TABLE pipes; {made}
;
                 INSERT INTO pipes SELECT {fid}, {others} FROM kept ORDER BY fid; DROP TABLE kept;"
            ))
            .unwrap();
        drop(connection);
        let opened = open(&path).unwrap();
        let mut ids: Vec<&str> = opened.content.pipes.iter().map(|pipe| pipe.source_id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["0", "1", "2", "3", "4", "5", "6", "7", "8"], "{key}{rest}");
    }
}

#[test]
fn names_of_columns_that_are_no_text_are_an_error() {
    let (_folder, path) = folder();
    save(&sample(), &path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(15).position(|window| window == b"street_office\" ").unwrap();
    bytes[at + 6] = 0xFF;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(open(&path), Err(ProjectError::Open { .. })));
}

#[test]
fn saving_twice_gives_the_same_bytes_but_for_the_counter() {
    let (_folder, path) = folder();
    let content = sample();
    let first = save(&content, &path).unwrap();
    let other = path.with_file_name("other.gpkg");
    save(&content, &other).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&other).unwrap());
    let second = save(&content, &path).unwrap();
    assert_eq!((first.base.counter, second.base.counter), (1, 2));
}

#[test]
fn a_failed_save_leaves_the_old_file_and_nothing_else() {
    let (folder, path) = folder();
    let content = sample();
    save(&content, &path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let full = save_within(&content, &path, &Beside::default(), Some(20)).unwrap_err();
    assert!(matches!(&full, ProjectError::Save { source: SaveFault::Package(crate::gpkg::GpkgError::DiskFull), .. }), "{full}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(save(&content, &folder.path().join("none/plan.gpkg")).is_err());
    assert!(save(&content, folder.path()).is_err());
}

#[test]
fn what_is_no_plan_is_refused_with_its_reason() {
    let (folder, path) = folder();
    assert!(matches!(open(&path), Err(ProjectError::Open { .. })));
    std::fs::write(&path, "not a database, only a text that is long enough to be looked at").unwrap();
    assert!(matches!(open(&path), Err(ProjectError::Open { source: crate::gpkg::GpkgError::NotADatabase, .. })));
    let layer = folder.path().join("layer.gpkg");
    crate::gpkg::Package::create(&layer, &[]).unwrap().close().unwrap();
    assert!(matches!(open(&layer), Err(ProjectError::NotAPlan(_))));
    save(&sample(), &layer).unwrap();
    set_version(&layer, "2");
    assert!(matches!(open(&layer), Err(ProjectError::Newer { version: 2, .. })));
    set_version(&layer, "x");
    assert!(matches!(open(&layer), Err(ProjectError::UnknownVersion { .. })));
}

fn set_version(path: &std::path::Path, version: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute("UPDATE lianpian_meta SET value = ?1 WHERE key = 'schema_version'", [version]).unwrap();
}

#[test]
fn an_older_file_is_brought_up_on_a_copy() {
    let (_folder, path) = folder();
    save(&sample(), &path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let step: Step = |connection| connection.execute_batch("ALTER TABLE items RENAME COLUMN note TO remark");
    let current = open_current(&path, &[(1, step)], 2).unwrap();
    let sql = "SELECT count(remark) FROM items";
    assert_eq!(current.package.connection().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 3);
    drop(current);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(matches!(open_current(&path, &[], 2), Err(ProjectError::UnknownVersion { .. })));
}

#[test]
fn tables_of_other_programs_survive_a_save() {
    let (_folder, path) = folder();
    let content = sample();
    save(&content, &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    crate::gpkg::register(&connection).unwrap();
    connection
        .execute_batch(
            "INSERT INTO layer_styles (id, f_table_name, f_geometry_column, styleName, styleQML, useAsDefault, owner)
             VALUES (70, 'compounds', 'geom', '红线', '<qgis/>', 1, '王工');
             CREATE INDEX by_name ON layer_styles (styleName);
             CREATE TABLE \"注 记\" (fid INTEGER PRIMARY KEY, geom POINT); INSERT INTO \"注 记\" VALUES (1, NULL);
             INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('注 记', 'features', '注 记', 4326);
             INSERT INTO gpkg_geometry_columns VALUES ('注 记', 'geom', 'POINT', 4326, 0, 0);
             CREATE VIRTUAL TABLE \"rtree_注 记_geom\" USING rtree(id, minx, maxx, miny, maxy);
             INSERT INTO \"rtree_注 记_geom\" VALUES (1, 0, 1, 0, 1);
             ALTER TABLE compounds ADD COLUMN 巡查 TEXT; UPDATE compounds SET 巡查 = '已看' WHERE fid = 1;
             UPDATE compounds SET households = 77 WHERE fid = 1;",
        )
        .unwrap();
    drop(connection);
    let opened = open(&path).unwrap();
    assert_eq!(opened.content.compounds[0].facts.households, Some(77));
    assert_eq!(opened.content.compounds[0].extra.get("巡查"), Some("已看".into()));
    let saved = save(&opened.content, &path).unwrap();
    assert_eq!(saved.carried, ["layer_styles", "注 记"]);
    assert_eq!(open(&path).unwrap().content, opened.content);
    let connection = Connection::open(&path).unwrap();
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(one("SELECT id FROM layer_styles WHERE styleName = '红线'"), 70);
    assert_eq!(one("SELECT count(*) FROM layer_styles WHERE f_table_name = 'compounds'"), 1, "somebody's own style stands");
    assert_eq!(one("SELECT count(*) FROM layer_styles WHERE f_table_name = 'districts' AND owner = 'lianpian'"), 1);
    assert_eq!(one("SELECT count(*) FROM gpkg_geometry_columns WHERE table_name = '注 记'"), 1);
    assert_eq!(one("SELECT count(*) FROM \"rtree_注 记_geom\""), 1);
    assert_eq!(one("SELECT count(*) FROM sqlite_master WHERE name = 'by_name'"), 1);
    assert_eq!(one("SELECT count(*) FROM gpkg_contents WHERE table_name = 'compounds'"), 1);
}

#[test]
fn a_table_of_styles_that_is_made_otherwise_is_left_alone() {
    let (_folder, path) = folder();
    save(&sample(), &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    let other = "DROP TABLE layer_styles; CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, look TEXT);
                 INSERT INTO layer_styles VALUES (7, 'x')";
    connection.execute_batch(other).unwrap();
    drop(connection);
    let saved = save(&sample(), &path).unwrap();
    assert_eq!(saved.carried, ["layer_styles"]);
    let connection = Connection::open(&path).unwrap();
    let look: String = connection.query_row("SELECT look FROM layer_styles WHERE id = 7", [], |row| row.get(0)).unwrap();
    assert_eq!(look, "x");
}

#[test]
fn layers_are_styled_and_their_columns_named() {
    let (_folder, path) = folder();
    save(&sample(), &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    let text = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let districts = text("SELECT styleQML FROM layer_styles WHERE f_table_name = 'districts' AND useAsDefault = 1");
    assert!(districts.contains("categorizedSymbol") && districts.contains("<alias field=\"number\" name=\"片区号\"/>"));
    let pipes = text("SELECT styleQML FROM layer_styles WHERE f_table_name = 'pipes'");
    assert!(pipes.contains("0,255,255,255"), "water in the colour of CJJ 61");
    let title = text("SELECT title FROM gpkg_data_columns WHERE table_name = 'compounds' AND column_name = 'households'");
    assert_eq!(title, "户数");
    let faults = text("PRAGMA integrity_check");
    assert_eq!(faults, "ok");
}

#[test]
fn a_compound_deleted_elsewhere_takes_its_decisions_along() {
    let (_folder, path) = folder();
    save(&sample(), &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    crate::gpkg::register(&connection).unwrap();
    connection.execute_batch("DELETE FROM compounds WHERE fid = 1; UPDATE compounds SET district_id = 99 WHERE fid = 2").unwrap();
    drop(connection);
    let opened = open(&path).unwrap();
    let keys: Vec<&str> = opened.warnings.iter().map(crate::base::Message::key).collect();
    assert_eq!(keys, ["project.decisions-adrift", "project.unknown-district"]);
    assert_eq!(opened.content.compounds[0].source_id, "B-02");
    assert_eq!(opened.content.overrides.len(), 0);
    let needed: Vec<u32> = opened.content.needs.keys().map(|(compound, _)| compound.0).collect();
    assert_eq!(needed, [1]);
}

/// The file that the first release wrote opens for ever.
#[test]
fn the_frozen_file_of_version_1_opens() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/plan-v1.gpkg");
    if std::env::var_os("LIANPIAN_WRITE_FROZEN").is_some() && !path.exists() {
        save(&sample(), &path).unwrap();
    }
    let opened = open(&path).unwrap();
    assert_eq!(opened.warnings, vec![]);
    let want = sample();
    assert_eq!(opened.content, want);
    assert!(LayerKind::ALL.iter().all(|kind| !want.layer(*kind).is_empty()), "the frozen plan has every layer");
    assert!(!want.prices.is_empty() && !want.ignored.is_empty() && !want.sources.is_empty());
}
