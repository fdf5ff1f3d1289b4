//! The first byte chooses the format of the table; text is also read as a map with places.
#![no_main]

use lianpian::import::read_ledgers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else { return };
    let name = ["table.csv", "table.tsv", "table.xlsx", "table.xls", "table.xlsb", "table.ods"][usize::from(choice % 6)];
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join(name);
    if std::fs::write(&path, data).is_ok()
        && let Ok(tables) = read_ledgers(&path, "", &std::collections::BTreeMap::new())
    {
        for table in tables {
            assert_eq!(table.rows.len(), table.lines.len());
            assert!(table.rows.iter().all(|row| row.len() == table.headers.len()));
        }
    }
    if choice % 6 < 2 {
        lianpian_fuzz::bytes(name, data);
    }
});
