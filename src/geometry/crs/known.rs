//! What EPSG's register and PROJ know of systems.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use proj::ProjBuilder;
use proj::wkt::WktVersion;
use serde_json::Value;

use super::{CrsInfo, LON_LAT, Transformer, check, database_ready};

/// Name and kind of the system with an EPSG code; `None` when EPSG has none.
#[must_use]
pub fn describe(code: u32) -> Option<CrsInfo> {
    /// What has been asked for: PROJ takes milliseconds to look a system up.
    static KNOWN: Mutex<BTreeMap<u32, Option<CrsInfo>>> = Mutex::new(BTreeMap::new());
    if let Some(known) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&code) {
        return known.clone();
    }
    database_ready().ok()?;
    let info = looked_up(code);
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(code, info.clone());
    info
}

fn looked_up(code: u32) -> Option<CrsInfo> {
    let json = described(&format!("EPSG:{code}"))?;
    let kind = json["type"].as_str()?;
    if !kind.ends_with("CRS") {
        return None;
    }
    let name = json["name"].as_str()?.to_owned();
    let approximate = ["Beijing 1954", "New Beijing", "Xian 1980"].iter().any(|datum| name.starts_with(datum));
    let parameters = json["conversion"]["parameters"].as_array();
    let central_meridian = parameters.into_iter().flatten().find_map(|parameter| {
        let natural_origin = parameter["name"].as_str() == Some("Longitude of natural origin");
        parameter["value"].as_f64().filter(|_| natural_origin)
    });
    let geographic = kind.starts_with("Geographic");
    let horizontal = !matches!(kind, "VerticalCRS" | "GeodeticCRS" | "EngineeringCRS" | "TemporalCRS" | "ParametricCRS");
    Some(CrsInfo { code, name, geographic, horizontal, central_meridian, approximate })
}

/// The definition of the system with an EPSG code as WKT 1 of OGC 01-009, which a GeoPackage wants; `None` when EPSG has none.
#[must_use]
pub fn wkt(code: u32) -> Option<String> {
    written(code, WktVersion::Wkt1_Gdal)
}

/// The same in the names that ESRI gives to systems and projections, as programs expect them of a `.prj` file.
#[must_use]
pub fn esri_wkt(code: u32) -> Option<String> {
    written(code, WktVersion::Wkt1_Esri)
}

fn written(code: u32, version: WktVersion) -> Option<String> {
    describe(code)?;
    let object = ProjBuilder::new().proj(&format!("EPSG:{code}")).ok()?;
    let lines = object.as_wkt(Some(version), None).ok()?;
    // PROJ indents by spaces after line breaks; one line is the custom.
    Some(lines.lines().map(str::trim_start).collect())
}

/// How sure PROJ must be, of 100, that a definition is the one of a code: from 70 on both systems are equivalent, and only
/// names differ.
const SURE: i32 = 70;

/// The system that WKT of ESRI or OGC describes: `EPSG:n` where EPSG has it, else the WKT itself, in one line. `None` when
/// PROJ can make nothing of it.
#[must_use]
pub fn from_wkt(text: &str) -> Option<String> {
    let plain: String = text.lines().map(str::trim).collect();
    Transformer::new(&plain, LON_LAT).ok()?;
    Some(identified(&plain).map_or(plain, |code| format!("EPSG:{code}")))
}

/// The EPSG code that PROJ finds for a definition.
#[expect(unsafe_code, reason = "the safe wrapper has no way to identify a system")]
fn identified(definition: &str) -> Option<u32> {
    let definition = CString::new(definition).ok()?;
    let mut best = None;
    // SAFETY: every pointer is checked for null before it is used, lives until it is destroyed below and is used by this
    // thread alone; strings that PROJ gives back are copied before their owner goes.
    unsafe {
        let context = proj_sys::proj_context_create();
        let object = proj_sys::proj_create(context, definition.as_ptr());
        let mut sure: *mut i32 = std::ptr::null_mut();
        let list = if object.is_null() {
            std::ptr::null_mut()
        } else {
            proj_sys::proj_identify(context, object, c"EPSG".as_ptr(), std::ptr::null(), &raw mut sure)
        };
        let count = if list.is_null() || sure.is_null() { 0 } else { proj_sys::proj_list_get_count(list) };
        for place in 0..count {
            let confidence = *sure.add(usize::try_from(place).unwrap_or(0));
            if confidence < SURE || best.is_some_and(|(before, _)| before >= confidence) {
                continue;
            }
            let found = proj_sys::proj_list_get(context, list, place);
            if !found.is_null() {
                let code = proj_sys::proj_get_id_code(found, 0);
                let code = if code.is_null() {
                    None
                } else {
                    std::ffi::CStr::from_ptr(code).to_str().ok().and_then(|code| code.parse().ok())
                };
                best = code.map(|code: u32| (confidence, code)).or(best);
                proj_sys::proj_destroy(found);
            }
        }
        proj_sys::proj_int_list_destroy(sure);
        proj_sys::proj_list_destroy(list);
        proj_sys::proj_destroy(object);
        proj_sys::proj_context_destroy(context);
    }
    best.map(|(_, code)| code).filter(|code| describe(*code).is_some())
}

/// The definition of a system as PROJ writes it.
pub(super) fn described(text: &str) -> Option<Value> {
    check::definition(text).ok()?;
    let object = ProjBuilder::new().proj(text).ok()?;
    serde_json::from_str(&object.to_projjson(Some(false), None, None).ok()?).ok()
}
