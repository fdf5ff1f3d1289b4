//! What the header of a drawing says of the whole: version, encoding, unit. The unit is held against the numbers, because
//! drawings begun from a template say inches or millimetres whatever they are drawn in.

use encoding_rs::Encoding;
use geo::Coord;

use super::super::placing::{Looks, looks_like, median};
use super::pairs::Pairs;
use super::text::{Seen, named};
use crate::base::Message;

/// Numbers that are looked at, at most.
const SAMPLE: usize = 8_192;

/// Metres that a map is wide, at least: what is narrower in the unit of its header is not drawn in that unit.
const NARROWEST_M: f64 = 30.0;

/// Versions by the numbers that `$ACADVER` gives them, with the years of the programs.
const VERSIONS: [(&[u8], &str); 9] = [
    (b"AC1006", "R10"),
    (b"AC1009", "R12"),
    (b"AC1012", "R13"),
    (b"AC1014", "R14"),
    (b"AC1015", "2000"),
    (b"AC1018", "2004"),
    (b"AC1021", "2007"),
    (b"AC1024", "2010"),
    (b"AC1027", "2013"),
];

/// The first version in which texts are UTF-8 whatever the code page.
const UTF8_SINCE: &[u8] = b"AC1021";

/// What a drawing says of itself, and what its numbers and texts look like.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) encoding: &'static Encoding,
    pub(super) notes: Vec<Message>,
    /// Metres (or degrees) of one unit of the numbers.
    pub(super) scale: f64,
    /// The numbers look like degrees.
    pub(super) degrees: bool,
}

/// Every so many of a list of numbers, spread over all of it.
#[derive(Debug, Default)]
struct Sample {
    kept: Vec<f64>,
    seen: usize,
    step: usize,
}

impl Sample {
    fn add(&mut self, number: f64) {
        let step = self.step.max(1);
        if self.seen.is_multiple_of(step) {
            if self.kept.len() == SAMPLE {
                let mut place = 0;
                self.kept.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
                self.step = step * 2;
            }
            self.kept.push(number);
        }
        self.seen += 1;
    }

    /// The middle number, and how far the middle nine tenths reach.
    fn middle(mut self) -> Option<(f64, f64)> {
        let middle = median(self.kept.clone())?;
        self.kept.sort_by(f64::total_cmp);
        let tail = self.kept.len() / 20;
        Some((middle, self.kept[self.kept.len() - 1 - tail] - self.kept[tail]))
    }
}

/// Goes through the whole drawing once.
pub(super) fn look(pairs: Pairs<'_>) -> Facts {
    let (mut version, mut page, mut unit): (&[u8], &[u8], i64) = (b"", b"", 0);
    let (mut x, mut y) = (Sample::default(), Sample::default());
    let (mut section, mut variable): (&[u8], &[u8]) = (b"", b"");
    let mut opens = false;
    let mut seen: Option<Seen> = None;
    for pair in pairs {
        match pair.code {
            // The last variable does not reach into the next section, whose tags have the same numbers.
            0 => (opens, variable) = (pair.text() == b"SECTION", b""),
            2 if opens => (section, opens) = (pair.text(), false),
            9 if section == b"HEADER" => variable = pair.text(),
            1 if variable == b"$ACADVER" => version = pair.text(),
            3 if variable == b"$DWGCODEPAGE" => page = pair.text(),
            70 if variable == b"$INSUNITS" => unit = pair.whole().unwrap_or(0),
            10 if section == b"ENTITIES" => pair.real().into_iter().for_each(|number| x.add(number)),
            20 if section == b"ENTITIES" => pair.real().into_iter().for_each(|number| y.add(number)),
            _ => {}
        }
        // Chunks of bytes are no texts, and the header says how it is to be read only behind some of its own.
        let is_text = !matches!(pair.code, 310..=319 | 999 | 1004) && section != b"HEADER";
        if is_text && !pair.text().is_ascii() {
            let told = || if version >= UTF8_SINCE { Some(encoding_rs::UTF_8) } else { named(page) };
            seen.get_or_insert_with(|| Seen::new(told())).add(pair.text());
        }
    }
    let encoding = seen.map_or(encoding_rs::UTF_8, |seen| seen.decide());
    let mut notes = vec![version_note(version)];
    if seen.is_some() {
        notes.push(Message::new("import.encoding").text("encoding", encoding.name()));
    }
    let (x, y) = (x.middle(), y.middle());
    let (scale, told) = scale_of(unit, x, y);
    notes.push(told);
    let degrees = x.zip(y).is_some_and(|((x, wide), (y, high))| scale == 1.0 && is_degrees(Coord { x, y }, wide.max(high)));
    Facts { encoding, notes, scale, degrees }
}

fn version_note(version: &[u8]) -> Message {
    let code = String::from_utf8_lossy(version).into_owned();
    let year = VERSIONS.iter().find(|(own, _)| *own == version).map(|(_, year)| *year);
    let year = year.unwrap_or(if version.is_empty() { "?" } else { "2018" });
    Message::new("import.dxf-version").text("code", code).text("year", year)
}

/// Name and metres of a unit of `$INSUNITS`; `None` where it says none.
fn unit_of(code: i64) -> Option<(&'static str, f64)> {
    match code {
        1 => Some(("in", 0.0254)),
        2 => Some(("ft", 0.3048)),
        3 => Some(("mi", 1_609.344)),
        4 => Some(("mm", 0.001)),
        5 => Some(("cm", 0.01)),
        6 => Some(("m", 1.0)),
        7 => Some(("km", 1_000.0)),
        10 => Some(("yd", 0.9144)),
        14 => Some(("dm", 0.1)),
        15 => Some(("dam", 10.0)),
        16 => Some(("hm", 100.0)),
        21 => Some(("US ft", 1_200.0 / 3_937.0)),
        _ => None,
    }
}

/// Metres of a unit, and the sentence on it.
fn scale_of(code: i64, x: Option<(f64, f64)>, y: Option<(f64, f64)>) -> (f64, Message) {
    let Some((name, metres)) = unit_of(code) else { return (1.0, Message::new("import.dxf-unitless")) };
    let told = |key: &'static str| Message::new(key).text("unit", name);
    let (Some((x, wide)), Some((y, high))) = (x, y) else { return (metres, told("import.dxf-unit")) };
    if metres == 1.0 {
        return (1.0, told("import.dxf-unit"));
    }
    let width = wide.max(high);
    let place = Coord { x, y };
    if is_national(place * metres) {
        (metres, told("import.dxf-unit-scaled").number("metres", metres, 4))
    } else if is_national(place) || is_degrees(place, width) || width * metres < NARROWEST_M && width >= NARROWEST_M {
        (1.0, told("import.dxf-unit-ignored"))
    } else {
        (metres, told("import.dxf-unit-scaled").number("metres", metres, 4))
    }
}

/// Whether numbers are those of a national grid of China, with a zone or without, in either order.
fn is_national(place: Coord<f64>) -> bool {
    let plain = |easting: f64, northing: f64| (1.0e5..=1.0e6).contains(&easting) && (1.9e6..=6.0e6).contains(&northing);
    matches!(looks_like(place.x, place.y), Looks::Zone3(_) | Looks::Zone6(_) | Looks::NorthingFirst)
        || plain(place.x, place.y)
        || plain(place.y, place.x)
}

/// Degrees that China is wide.
const WIDEST_DEGREES: f64 = 63.0;

/// Whether numbers are degrees of a place in China.
fn is_degrees(place: Coord<f64>, width: f64) -> bool {
    let china = |lon: f64, lat: f64| (73.0..=136.0).contains(&lon) && (3.0..=54.0).contains(&lat);
    width <= WIDEST_DEGREES && (china(place.x, place.y) || china(place.y, place.x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_held_against_the_numbers() {
        let check = |code: i64, x: f64, y: f64, width: f64, want: f64, key: &str| {
            let (scale, told) = scale_of(code, Some((x, width)), Some((y, width)));
            assert!((scale - want).abs() < 1e-12 && told.key() == key, "{code} {x} {y} {width}: {scale} {told:?}");
        };
        // Metres under the header of a template in millimetres or inches.
        check(4, 42_444_000.0, 4_861_000.0, 800.0, 1.0, "import.dxf-unit-ignored");
        check(1, 444_000.0, 4_861_000.0, 800.0, 1.0, "import.dxf-unit-ignored");
        check(4, 4_861_000.0, 444_000.0, 800.0, 1.0, "import.dxf-unit-ignored");
        check(1, 125.3, 43.9, 0.1, 1.0, "import.dxf-unit-ignored");
        // A city grid drawn in metres.
        check(4, 53_000.0, 28_000.0, 900.0, 1.0, "import.dxf-unit-ignored");
        // Millimetres indeed.
        check(4, 444_000_000.0, 4_861_000_000.0, 800_000.0, 0.001, "import.dxf-unit-scaled");
        check(4, 100_000.0, 50_000.0, 200_000.0, 0.001, "import.dxf-unit-scaled");
        check(7, 444.0, 4_861.0, 2.0, 1_000.0, "import.dxf-unit-scaled");
        check(6, 444_000.0, 4_861_000.0, 800.0, 1.0, "import.dxf-unit");
        check(0, 444_000.0, 4_861_000.0, 800.0, 1.0, "import.dxf-unitless");
    }

    #[test]
    fn samples_are_spread_over_all_there_is() {
        let mut sample = Sample::default();
        (0..100_000).for_each(|number| sample.add(f64::from(number)));
        assert!(sample.kept.len() <= SAMPLE);
        let (middle, reach) = sample.middle().expect("numbers");
        assert!((middle - 50_000.0).abs() < 500.0 && (reach - 90_000.0).abs() < 500.0, "{middle} {reach}");
    }
}
