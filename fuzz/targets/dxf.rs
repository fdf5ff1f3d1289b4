#![no_main]

// Once as its layers tell, and once with a kind that is asked for: else a drawing whose layers tell nothing ends early.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lianpian_fuzz::bytes("map.dxf", data);
    lianpian_fuzz::compounds("map.dxf", data);
});
