//! Rows of `gpkg_spatial_ref_sys`.

use crate::geometry::crs;

/// A coordinate reference system as a GeoPackage declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srs {
    /// EPSG code, also used as `srs_id`; 0 and less mean that nothing is known.
    pub code: i32,
    /// Name.
    pub name: String,
    /// WKT of OGC 01-009, or `undefined` when there is none; readers then go by the code.
    pub definition: String,
}

/// WGS 84 as the standard wants it in every file.
const WGS84: &str = concat!(
    r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],"#,
    r#"AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],"#,
    r#"UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#
);

impl Srs {
    /// The CRS of an EPSG code, with its definition where PROJ knows it; 0 is the undefined one.
    #[must_use]
    pub fn of_epsg(epsg: u32) -> Self {
        let code = i32::try_from(epsg).unwrap_or(0);
        let name = crs::describe(epsg).map_or_else(|| format!("EPSG:{epsg}"), |info| info.name);
        Self { code, name, definition: crs::wkt(epsg).unwrap_or_else(|| "undefined".to_owned()) }
    }

    /// The three rows that every GeoPackage has (§1.1.2.1.2).
    pub(super) fn required() -> [Self; 3] {
        let undefined = |code, name: &str| Self { code, name: name.to_owned(), definition: "undefined".to_owned() };
        [
            undefined(-1, "Undefined cartesian SRS"),
            undefined(0, "Undefined geographic SRS"),
            Self { code: 4326, name: "WGS 84".to_owned(), definition: WGS84.to_owned() },
        ]
    }

    /// The `organization` column.
    pub(super) fn organization(&self) -> &'static str {
        if self.code > 0 { "EPSG" } else { "NONE" }
    }
}
