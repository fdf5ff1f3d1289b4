//! Whether PROJ can make something of a definition, asked before the crate `proj` is: where PROJ makes nothing of one, the
//! crate (0.31) returns its error without freeing the context, and a folder of damaged files would leak one for each.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::sync::{Mutex, PoisonError};

/// Definitions, and pairs of them, of which PROJ made something. Those come again and again, the others hardly do.
static SOUND: Mutex<Option<HashSet<(String, String)>>> = Mutex::new(None);

/// Remembered pairs at most: a limit for a session that meets ever new definitions.
const MOST: usize = 4_096;

/// Whether PROJ knows a system or an operation.
pub(super) fn definition(text: &str) -> Result<(), String> {
    once(text, "", |context, text, _| {
        // SAFETY: context and text live beyond the call.
        let object = unsafe { proj_sys::proj_create(context, text.as_ptr()) };
        destroyed(object)
    })
}

/// Whether PROJ knows a way from one system to another.
pub(super) fn way(from: &str, to: &str) -> Result<(), String> {
    once(from, to, |context, from, to| {
        // SAFETY: context and texts live beyond the call; no area is given.
        let object = unsafe { proj_sys::proj_create_crs_to_crs(context, from.as_ptr(), to.as_ptr(), std::ptr::null_mut()) };
        destroyed(object)
    })
}

/// Lets an object go; whether there was one.
fn destroyed(object: *mut proj_sys::PJ) -> bool {
    if object.is_null() {
        return false;
    }
    // SAFETY: it was just made, and nobody else knows it.
    unsafe { proj_sys::proj_destroy(object) };
    true
}

fn once(from: &str, to: &str, ask: impl FnOnce(*mut proj_sys::PJ_CONTEXT, &CStr, &CStr) -> bool) -> Result<(), String> {
    let key = (from.to_owned(), to.to_owned());
    if SOUND.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|sound| sound.contains(&key)) {
        return Ok(());
    }
    let text = |text: &str| CString::new(text).map_err(|error| error.to_string());
    let (from, to) = (text(from)?, text(to)?);
    // SAFETY: the context is used by this thread alone and destroyed below; the words for an error are copied before that.
    let made = unsafe {
        let context = proj_sys::proj_context_create();
        let made = if ask(context, &from, &to) { Ok(()) } else { Err(fault(context)) };
        proj_sys::proj_context_destroy(context);
        made
    };
    if made.is_ok() {
        let mut sound = SOUND.lock().unwrap_or_else(PoisonError::into_inner);
        let sound = sound.get_or_insert_default();
        if sound.len() >= MOST {
            sound.clear();
        }
        sound.insert(key);
    }
    made
}

/// What PROJ says of its last error.
///
/// # Safety
/// The context is alive and used by this thread alone.
unsafe fn fault(context: *mut proj_sys::PJ_CONTEXT) -> String {
    // SAFETY: by the contract above; the string is PROJ's own and is copied.
    let words = unsafe { proj_sys::proj_context_errno_string(context, proj_sys::proj_context_errno(context)) };
    if words.is_null() {
        return String::new();
    }
    // SAFETY: it is not null, and PROJ ends its strings.
    unsafe { CStr::from_ptr(words) }.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::crs::{LON_LAT, Transformer, database_ready, from_wkt, wkt};

    #[test]
    fn what_proj_refuses_is_refused_before_the_crate_is_asked() {
        database_ready().expect("a database");
        let whole = wkt(4551).expect("known");
        for damaged in ["GEOGCS[\"", "PROJCS[\"CGCS2000\",GEOGCS[]]", "EPSG:999999", "+proj=nonsense", "a\0b", &whole[..90]] {
            assert!(definition(damaged).is_err() && way(damaged, LON_LAT).is_err(), "{damaged}");
            assert!(Transformer::new(damaged, LON_LAT).is_err() && from_wkt(damaged).is_none(), "{damaged}");
        }
        for known in [whole.as_str(), "EPSG:4551", "+proj=longlat +datum=WGS84 +type=crs"] {
            assert_eq!((definition(known), way(known, LON_LAT)), (Ok(()), Ok(())), "{known}");
        }
    }

    /// Resident memory, KiB.
    #[cfg(target_os = "linux")]
    fn resident_kib() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is told");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_refused_definition_leaves_nothing_behind() {
        const TIMES: usize = 6_000;
        database_ready().expect("a database");
        let refuse = |times: usize| (0..times).for_each(|_| assert!(Transformer::new("GEOGCS[\"", LON_LAT).is_err()));
        refuse(200);
        let before = resident_kib();
        refuse(TIMES);
        let grown = resident_kib().saturating_sub(before);
        // The crate leaves 1.4 KiB each time.
        assert!(grown < TIMES / 2, "{grown} KiB");
    }
}
