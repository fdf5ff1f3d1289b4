//! The coordinate systems of China, by arithmetic: a list to choose from must not wait for PROJ's database.

/// A datum of China, or that of satellites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datum {
    /// CGCS2000, the official one.
    Cgcs2000,
    /// WGS 84.
    Wgs84,
    /// 北京 1954.
    Beijing1954,
    /// 西安 1980.
    Xian1980,
    /// 新北京 1954: Beijing 1954 adjusted anew.
    NewBeijing,
}

/// A zone of Gauss–Krüger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChinaZone {
    /// Width, degrees: 3 or 6.
    pub degrees: u32,
    /// Central meridian, degrees east.
    pub meridian: u32,
    /// Its number, where eastings begin with it.
    pub number: Option<u32>,
}

/// A system of China.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChinaCrs {
    /// EPSG code.
    pub code: u32,
    /// Datum.
    pub datum: Datum,
    /// Zone; none of one in degrees.
    pub zone: Option<ChinaZone>,
}

/// Codes of a datum: in degrees; then the first of the 3-degree zones by meridian and by number, and of the 6-degree ones.
type Codes = (Datum, u32, [u32; 4]);

/// EPSG's register, 3-degree zones 25–45 and 6-degree zones 13–23. Those of New Beijing lie scattered.
const CODES: [Codes; 3] = [
    (Datum::Cgcs2000, 4490, [4534, 4513, 4502, 4491]),
    (Datum::Beijing1954, 4214, [2422, 2401, 21453, 21413]),
    (Datum::Xian1980, 4610, [2370, 2349, 2338, 2327]),
];

/// Systems to choose from, the usual ones first.
pub fn chinese() -> impl Iterator<Item = ChinaCrs> {
    let wgs84 = ChinaCrs { code: 4326, datum: Datum::Wgs84, zone: None };
    let of = |(datum, degrees, zones): Codes| {
        let geographic = ChinaCrs { code: degrees, datum, zone: None };
        std::iter::once(geographic).chain(zoned(datum, zones))
    };
    let [first, rest @ ..] = CODES;
    of(first).chain([wgs84]).chain(rest.into_iter().flat_map(of)).chain(new_beijing())
}

fn zoned(datum: Datum, [by_meridian3, by_number3, by_meridian6, by_number6]: [u32; 4]) -> impl Iterator<Item = ChinaCrs> {
    let three = move |first: u32, numbered: bool| (25..=45).map(move |n| three(first + n - 25, datum, n, numbered));
    let six = move |first: u32, numbered: bool| (13..=23).map(move |n| six(first + n - 13, datum, n, numbered));
    three(by_meridian3, false).chain(three(by_number3, true)).chain(six(by_meridian6, false)).chain(six(by_number6, true))
}

fn three(code: u32, datum: Datum, number: u32, numbered: bool) -> ChinaCrs {
    ChinaCrs { code, datum, zone: Some(ChinaZone { degrees: 3, meridian: number * 3, number: numbered.then_some(number) }) }
}

fn six(code: u32, datum: Datum, number: u32, numbered: bool) -> ChinaCrs {
    ChinaCrs { code, datum, zone: Some(ChinaZone { degrees: 6, meridian: number * 6 - 3, number: numbered.then_some(number) }) }
}

fn new_beijing() -> impl Iterator<Item = ChinaCrs> {
    let datum = Datum::NewBeijing;
    // Zones 25–29 and 30–45 by number; by meridian 75–129, 132 and 135.
    let by_number = (25..=45).map(|n| if n < 30 { 4652 + n - 25 } else { 4766 + n - 30 });
    let by_meridian = (25..=45).map(|n| match n {
        44 => 4812,
        45 => 4822,
        n => 4782 + n - 25,
    });
    let geographic = ChinaCrs { code: 4555, datum, zone: None };
    std::iter::once(geographic)
        .chain(by_meridian.zip(25..).map(move |(code, n)| three(code, datum, n, false)))
        .chain(by_number.zip(25..).map(move |(code, n)| three(code, datum, n, true)))
        .chain((13..=23).map(move |n| six(4579 + n - 13, datum, n, false)))
        .chain((13..=23).map(move |n| six(4568 + n - 13, datum, n, true)))
}

#[cfg(test)]
mod tests {
    use super::super::describe;
    use super::*;

    #[test]
    fn the_register_says_the_same() {
        let mut codes = std::collections::BTreeSet::new();
        for crs in chinese() {
            assert!(codes.insert(crs.code), "{crs:?} twice");
            let info = describe(crs.code).unwrap();
            assert_eq!(info.geographic, crs.zone.is_none(), "{info:?}");
            assert_eq!(info.central_meridian, crs.zone.map(|zone| f64::from(zone.meridian)), "{info:?}");
            let datum = match crs.datum {
                Datum::Cgcs2000 => ["CGCS2000", "China Geodetic Coordinate System 2000"].as_slice(),
                Datum::Wgs84 => &["WGS 84"],
                Datum::Beijing1954 => &["Beijing 1954"],
                Datum::Xian1980 => &["Xian 1980"],
                Datum::NewBeijing => &["New Beijing"],
            };
            assert!(datum.iter().any(|name| info.name.starts_with(name)), "{info:?}");
            let Some(zone) = crs.zone else { continue };
            assert_eq!(info.name.contains("3-degree"), zone.degrees == 3, "{info:?}");
            let end = zone.number.map_or(format!("CM {}E", zone.meridian), |number| format!("zone {number}"));
            assert!(info.name.ends_with(&end), "{info:?} {end}");
        }
        assert_eq!(codes.len(), 261);
    }
}
