//! Styles of the GeoPackage for review: every layer that is seen has one, every column a name for people, in both languages.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::path::Path;

use lianpian::base::Silent;
use lianpian::export::{ExportOrder, Format};
use lianpian::i18n::Lang;
use lianpian::session::Pack;
use rusqlite::Connection;

fn exported(lang: Lang) -> (tempfile::TempDir, Connection) {
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/plan-v1.gpkg");
    let content = lianpian::project::open(&plan).unwrap().content;
    let order = ExportOrder::of(&[Format::Gpkg]);
    let dir = tempfile::tempdir().unwrap();
    Pack::new(&content, &order, lang, &Silent).unwrap().write(&order, dir.path(), lang, &Silent).unwrap();
    let connection = Connection::open(dir.path().join("review.gpkg")).unwrap();
    (dir, connection)
}

fn list(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn every_column_of_every_layer_has_a_name_for_people() {
    for lang in Lang::ALL {
        let (_dir, connection) = exported(lang);
        let layers = list(&connection, "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY 1");
        assert!(layers.len() >= 10, "{layers:?}");
        for layer in layers {
            let columns =
                list(&connection, &format!("SELECT name FROM pragma_table_info('{layer}') WHERE name NOT IN ('fid', 'geom')"));
            let named = list(&connection, &format!("SELECT column_name FROM gpkg_data_columns WHERE table_name = '{layer}'"));
            let bare: Vec<&String> = columns.iter().filter(|column| !named.contains(column) && *column != "extra").collect();
            assert!(bare.is_empty(), "{layer}: {bare:?}");
        }
        if lang == Lang::Zh {
            let latin = list(&connection, "SELECT name FROM gpkg_data_columns");
            let latin: Vec<&String> =
                latin.iter().filter(|name| !name.contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c))).collect();
            assert!(latin.is_empty(), "{latin:?}");
        }
    }
}

#[test]
fn layers_that_are_seen_have_a_style_that_is_whole() {
    let (_dir, connection) = exported(Lang::Zh);
    let styled = list(&connection, "SELECT f_table_name FROM layer_styles WHERE useAsDefault = 1 ORDER BY 1");
    for layer in ["compounds", "districts", "findings", "items", "links", "pipes", "reopenings"] {
        assert!(styled.iter().any(|own| own == layer), "{layer} of {styled:?}");
    }
    for document in list(&connection, "SELECT styleQML FROM layer_styles") {
        let mut reader = quick_xml::Reader::from_str(&document);
        let mut depth = 0_i32;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
    }
    let relation = list(&connection, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'items'").remove(0);
    assert!(relation.contains("./review.gpkg|layername=districts") && relation.contains("referencedField=\"id\""));
}
