//! Where coordinates lie: the CRS as the user, the file or the numbers themselves say it. In doubt the user is asked;
//! axes are never swapped silently.

use geo::Coord;

use super::question::Question;
use super::source::RawLayer;
use crate::base::Message;
use crate::geometry::crs::{self, CrsInfo};
use crate::model::Approximation;

/// Features looked at to judge the numbers, spread evenly over the layer.
const SAMPLE: usize = 5_000;

/// The CRS of a source and how it was known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    /// `EPSG:n`, or what the user or the file wrote.
    pub(super) crs: String,
    /// Key of the word tables.
    pub(super) known_by: &'static str,
    /// What the user should check.
    pub(super) warnings: Vec<Message>,
    /// Why the places are approximate, when they are.
    pub(super) approximate: Option<Approximation>,
}

/// What the numbers look like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Looks {
    /// Longitude and latitude.
    LonLat,
    /// Latitude and longitude, of a place in China.
    LatLon,
    /// Easting first, with the number of a 3-degree zone (25–45) before it.
    Zone3(u32),
    /// Easting first, with the number of a 6-degree zone (13–23) before it.
    Zone6(u32),
    /// As either, but too far from the central meridian of the zone: its width in degrees and its number.
    ZoneDoubtful(u32, u32),
    /// Northing first.
    NorthingFirst,
    /// Metres without a zone.
    Metres,
}

/// Finds the CRS of a layer. `asked` is what the user gave; `swapped` says that the axes have been swapped by order.
///
/// # Errors
/// A question that says what was seen and which answers would do.
pub(super) fn place(layer: &RawLayer, asked: Option<&str>, swapped: bool) -> Result<Placed, Question> {
    let (written, known_by) = match (asked, &layer.crs) {
        (Some(asked), _) => (Some(asked.to_owned()), "import.crs-asked"),
        (None, Some(member)) => (Some(member.clone()), "import.crs-member"),
        (None, None) => (None, "import.crs-numbers"),
    };
    let middle = middle_of(layer);
    let looks = middle.map(|middle| looks_like(middle.x, middle.y));
    let Some(written) = written else {
        let degrees = matches!(looks, Some(Looks::LonLat | Looks::LatLon));
        if layer.drawn.is_some() && degrees && !in_degrees(layer) {
            return Err(Question::system(Message::new("import.drawing-local")));
        }
        let placed = from_numbers(looks, middle, layer.lon_lat_by_format)?;
        let told = layer.drawn.is_some() && degrees;
        return Ok(if told { Placed { known_by, ..placed } } else { placed });
    };
    let (crs, info) = known_system(&written).map_err(Question::system)?;
    let mut warnings = Vec::new();
    let approximate = info.as_ref().is_some_and(|info| info.approximate).then_some(Approximation::Datum);
    if approximate.is_some() {
        warnings.push(Message::new("import.old-datum").text("crs", &crs));
    }
    let geographic = info.as_ref().is_some_and(|info| info.geographic);
    match looks {
        Some(Looks::NorthingFirst) if !geographic && !swapped => {
            Err(Question::axes(Message::new("import.axes-swapped").text("crs", crs)))
        }
        Some(Looks::LatLon) if geographic && !swapped => {
            Err(Question::axes(Message::new("import.axes-swapped").text("crs", crs)))
        }
        Some(Looks::LonLat) if info.is_some() && !geographic && asked.is_none() => {
            Err(Question::system(Message::new("import.degrees-in-metres").text("crs", crs)))
        }
        Some(Looks::LonLat | Looks::LatLon) | None => Ok(Placed { crs, known_by, warnings, approximate }),
        Some(_) if geographic => Err(Question::system(Message::new("import.metres-in-degrees").text("crs", crs))),
        Some(_) => Ok(Placed { crs, known_by, warnings, approximate }),
    }
}

/// What the numbers of a layer say of where it lies, in a word that is the same for every file of its shape.
pub(super) fn shape_word(layer: &RawLayer) -> String {
    middle_of(layer).map_or_else(|| "nothing".to_owned(), |middle| format!("{:?}", looks_like(middle.x, middle.y)))
}

/// Whether a drawing whose numbers could be degrees is in degrees: it lies in China, but for strays. The numbers of a single
/// site may be as small, but begin near nothing.
fn in_degrees(layer: &RawLayer) -> bool {
    let shapes = layer.features.iter().filter_map(|feature| feature.shape.as_ref().ok());
    let china = |lon: f64, lat: f64| (70.0..=140.0).contains(&lon) && (0.0..=58.0).contains(&lat);
    let inside = |place: &Coord<f64>| china(place.x, place.y) || china(place.y, place.x);
    let (mut all, mut within) = (0_usize, 0_usize);
    for place in shapes.filter_map(|shape| shape.coords().next()) {
        all += 1;
        within += usize::from(inside(place));
    }
    within * 20 >= all * 19
}

/// A system by its EPSG code, or anything else that PROJ takes.
fn known_system(written: &str) -> Result<(String, Option<CrsInfo>), Message> {
    let unknown = || Message::new("import.crs-not-known").text("crs", written);
    if written.trim().is_empty() {
        return Err(Message::new("import.crs-empty"));
    }
    let Some(code) = crs::code_of(written) else {
        return match crs::Transformer::new(written, crs::LON_LAT) {
            Ok(_) => Ok((written.to_owned(), None)),
            Err(error @ crs::CrsError::Database { .. }) => Err(error.message()),
            Err(error) => {
                log::debug!("{error}");
                Err(unknown())
            }
        };
    };
    let info = crs::describe(code).ok_or_else(unknown)?;
    if !info.horizontal {
        return Err(Message::new("import.crs-not-horizontal").text("crs", format!("EPSG:{code}")));
    }
    Ok((format!("EPSG:{code}"), Some(info)))
}

fn from_numbers(looks: Option<Looks>, middle: Option<Coord<f64>>, lon_lat_by_format: bool) -> Result<Placed, Question> {
    let known_by = "import.crs-numbers";
    let placed = |code: u32| Ok(Placed { crs: format!("EPSG:{code}"), known_by, warnings: Vec::new(), approximate: None });
    match looks {
        None | Some(Looks::LonLat) => {
            // RFC 7946 §4 says it of GeoJSON; of tables, Shapefiles and the like no standard does.
            let known_by = if lon_lat_by_format { "import.crs-default" } else { "import.crs-default-numbers" };
            placed(4326).map(|placed| Placed { known_by, ..placed })
        }
        Some(Looks::Zone3(zone)) => placed(4513 + zone - 25).map(zone_warning),
        Some(Looks::Zone6(zone)) => placed(4491 + zone - 13).map(zone_warning),
        Some(Looks::ZoneDoubtful(degrees, zone)) => {
            let off_km = middle.map_or(0.0, |middle| off_meridian_m(middle.x)) / 1e3;
            let told = Message::new("import.zone-doubtful").text("zone", zone.to_string()).text("degrees", degrees.to_string());
            Err(Question::system(told.number("km", off_km, 0)))
        }
        Some(Looks::LatLon) => Err(Question::axes(Message::new("import.looks-lat-lon"))),
        Some(Looks::NorthingFirst) => Err(Question::axes(Message::new("import.looks-northing-first"))),
        Some(Looks::Metres) => {
            let needed = middle.and_then(zone_needed).unwrap_or_else(|| Message::new("import.crs-needed"));
            Err(Question::system(needed))
        }
    }
}

/// What a plain easting with a northing of China says: everything but the zone, of which the westernmost and the
/// easternmost (EPSG 4534 and 4554) tell where the map would lie.
fn zone_needed(middle: Coord<f64>) -> Option<Message> {
    let lies_at = |code: u32| {
        let mut place = [middle];
        crs::Transformer::new(&format!("EPSG:{code}"), crs::LON_LAT).ok()?.convert(&mut place).ok()?;
        let meridian = crs::describe(code)?.central_meridian?;
        // A zone and a half to either side: no map is drawn farther out.
        ((place[0].x - meridian).abs() <= 4.5).then_some((place[0], meridian))
    };
    let ((first, meridian), (last, _)) = (lies_at(4534)?, lies_at(4554)?);
    let told = Message::new("import.crs-zone-needed").number("lat", first.y, 2).number("offset", first.x - meridian, 2);
    let told = told.text("first", "EPSG:4534").number("first_lon", first.x, 2);
    Some(told.text("last", "EPSG:4554").number("last_lon", last.x, 2))
}

/// The zone is in the numbers, the datum is not.
fn zone_warning(mut placed: Placed) -> Placed {
    placed.warnings.push(Message::new("import.datum-assumed").text("crs", &placed.crs));
    placed
}

/// The middle of the numbers, so that single wild ones do not decide.
fn middle_of(layer: &RawLayer) -> Option<Coord<f64>> {
    let step = layer.features.len().div_ceil(SAMPLE).max(1);
    let sampled = layer.features.iter().step_by(step);
    let firsts: Vec<Coord<f64>> = sampled.filter_map(|f| f.shape.as_ref().ok()?.coords().next().copied()).collect();
    let x = median(firsts.iter().map(|c| c.x).collect())?;
    let y = median(firsts.iter().map(|c| c.y).collect())?;
    Some(Coord { x, y })
}

/// The ranges of the national grids: northings of China lie between 1.9 and 6.0 million metres.
pub(super) fn looks_like(x: f64, y: f64) -> Looks {
    let northing = |v: f64| (1.9e6..=6.0e6).contains(&v);
    let plain_easting = |v: f64| (0.0..=1.0e6).contains(&v);
    let zoned = |v: f64| (13.0e6..=46.0e6).contains(&v);
    if (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y) {
        return Looks::LonLat;
    }
    if (3.0..=54.0).contains(&x) && (73.0..=136.0).contains(&y) {
        return Looks::LatLon;
    }
    if northing(x) && (plain_easting(y) || zoned(y)) {
        return Looks::NorthingFirst;
    }
    if zoned(x) && northing(y) {
        return zone_of(x);
    }
    Looks::Metres
}

/// Metres from the central meridian to the edge of a zone, where it is widest in China (at 18° north a degree of longitude is
/// 106 km), and some more: half of 3 degrees, half of 6.
const HALF_WIDTH_M: [(u32, f64); 2] = [(3, 170_000.0), (6, 340_000.0)];

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before")]
fn zone_of(easting: f64) -> Looks {
    let number = (easting / 1e6).floor() as u32;
    let fits = |degrees: u32| {
        let off_m = off_meridian_m(easting);
        HALF_WIDTH_M.iter().any(|(own, half_m)| *own == degrees && off_m.abs() <= *half_m)
    };
    match number {
        25..=45 if fits(3) => Looks::Zone3(number),
        25..=45 => Looks::ZoneDoubtful(3, number),
        // 13 and 14 million are also eastings of Web Mercator between 117° and 135° east: the user must say.
        15..=23 if fits(6) => Looks::Zone6(number),
        15..=23 => Looks::ZoneDoubtful(6, number),
        _ => Looks::Metres,
    }
}

/// How far east of its meridian an easting with a zone number lies, metres: the false easting is 500 km.
fn off_meridian_m(easting: f64) -> f64 {
    easting.rem_euclid(1e6) - 5e5
}

/// The middle value; `None` of nothing.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_tell_the_zone() {
        assert_eq!(looks_like(125.3, 43.9), Looks::LonLat);
        assert_eq!(looks_like(43.9, 125.3), Looks::LatLon);
        assert_eq!(looks_like(42_444_000.0, 4_861_000.0), Looks::Zone3(42));
        assert_eq!(looks_like(21_640_000.0, 4_861_000.0), Looks::Zone6(21));
        // Half of 3 degrees is at most 160 km of China, half of 6 degrees 320 km.
        assert_eq!(looks_like(42_669_000.0, 2_010_000.0), Looks::Zone3(42));
        assert_eq!(looks_like(42_671_000.0, 2_010_000.0), Looks::ZoneDoubtful(3, 42));
        assert_eq!(looks_like(42_100_000.0, 4_861_000.0), Looks::ZoneDoubtful(3, 42));
        assert_eq!(looks_like(21_839_000.0, 4_861_000.0), Looks::Zone6(21));
        assert_eq!(looks_like(21_900_000.0, 4_861_000.0), Looks::ZoneDoubtful(6, 21));
        assert_eq!(looks_like(4_861_000.0, 444_000.0), Looks::NorthingFirst);
        assert_eq!(looks_like(4_861_000.0, 42_444_000.0), Looks::NorthingFirst);
        assert_eq!(looks_like(444_000.0, 4_861_000.0), Looks::Metres);
        assert_eq!(looks_like(532_303.0, 181_814.0), Looks::Metres);
    }
}
