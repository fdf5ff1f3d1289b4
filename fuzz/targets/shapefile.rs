#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lianpian_fuzz::files(&["map.shp", "map.dbf", "map.prj", "map.cpg"], data));
