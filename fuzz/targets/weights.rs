//! Neighbour lists as GAL and GWT of seven units.
#![no_main]

use lianpian::import::weights::read_weights;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(folder) = tempfile::tempdir() else { return };
    for name in ["units.gal", "units.gwt"] {
        let path = folder.path().join(name);
        if std::fs::write(&path, data).is_ok()
            && let Err(error) = read_weights(&path, 7, None)
        {
            assert!(!error.message().key().is_empty());
        }
    }
});
