//! Values as people write them: years, counts, areas, shares, money, diameters, yes and no.
//!
//! Every reader answers `Ok(None)` for a blank and `Err(Unreadable)` for what it does not understand; nothing is guessed.

use std::borrow::Cow;

use serde_json::Value;

use crate::base::Money;
use crate::model::value_of;
use crate::policy::YearSpan;

/// A value that means nothing for its field. It stays in the extra fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// What a reader answers.
pub(super) type Reading<T> = Result<Option<T>, Unreadable>;

/// Bytes of the longest word for nothing.
const LONGEST_BLANK: usize = 9;

/// Words for nothing.
const BLANKS: [&str; 18] =
    ["", "-", "--", "—", "——", "/", "\\", "n/a", "na", "null", "none", "nan", "#n/a", "未知", "不详", "不明", "待查", "空"];

/// Text of a value, trimmed, full-width digits and signs made plain; `None` for a blank. Lists and objects are unreadable.
pub(super) fn text(value: &Value) -> Reading<String> {
    let raw = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(_) | Value::Object(_) => return Err(Unreadable),
    };
    Ok((!is_blank(&raw)).then_some(raw))
}

/// As [`text`], of a value in JSON: strings without escapes and whole numbers, which most are, need no value made of them.
pub(super) fn text_of(raw: &str) -> Reading<Cow<'_, str>> {
    let string = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|inside| !inside.contains('\\'));
    if let Some(string) = string {
        let string = string.trim();
        return Ok((!is_blank(string)).then_some(Cow::Borrowed(string)));
    }
    let whole = raw.len() <= 18 && !raw.starts_with('0') && raw.bytes().all(|byte| byte.is_ascii_digit());
    if whole && !raw.is_empty() {
        return Ok(Some(Cow::Borrowed(raw)));
    }
    Ok(text(&value_of(raw))?.map(Cow::Owned))
}

/// The longest word for nothing has nine bytes; most values are longer, and this is asked of every value of a city.
fn is_blank(text: &str) -> bool {
    if text.len() > LONGEST_BLANK {
        return false;
    }
    BLANKS.iter().any(|blank| text.eq_ignore_ascii_case(blank))
}

/// The name of a field and what it says of the values that do not say it themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// As the source has it.
    pub(super) name: String,
    /// Made plain.
    plain: String,
    /// Square metres in the unit of area that it names.
    area_unit: Option<f64>,
}

impl Header {
    pub(super) fn new(name: &str) -> Self {
        let plain = plain(name);
        Self { name: name.to_owned(), area_unit: area_unit(&plain), plain }
    }
}

/// Text with full-width ASCII made plain, so that `１９９８（年）` reads as `1998(年)`.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(narrow).collect::<String>().trim().to_lowercase()
}

/// A leading number and what follows it: `约1,200 ㎡` is 1200 and `㎡`.
fn number_and_unit(text: &str) -> Option<(String, String)> {
    let text = plain(text);
    let text = text.trim_start_matches(['约', '近', '~', '≈']).trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | ' '))).unwrap_or(text.len());
    // An exponent is part of the number: 1.2e4.
    let exponent = text[end..].strip_prefix('e').and_then(|rest| {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '-' || c == '+')).unwrap_or(rest.len());
        rest[..digits].parse::<i32>().ok().map(|_| end + 1 + digits)
    });
    let end = exponent.unwrap_or(end);
    let number: String = text[..end].chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    number.parse::<f64>().ok().filter(|n| n.is_finite())?;
    Some((number, text[end..].trim().to_owned()))
}

/// The digits of a value and the unit behind them.
fn digits_in(value: &Value) -> Reading<(String, String)> {
    let Some(text) = text(value)? else { return Ok(None) };
    // What a file gives as a plain number is one, and has no unit.
    if value.is_number() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
        return Ok(Some((text, String::new())));
    }
    number_and_unit(&text).map(Some).ok_or(Unreadable)
}

fn number_in(value: &Value) -> Reading<(f64, String)> {
    let Some((number, unit)) = digits_in(value)? else { return Ok(None) };
    let number = number.parse().map_err(|_| Unreadable)?;
    Ok(Some((number, unit)))
}

/// A whole number from 0: `120`, `120户`, `1.2万`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "range is checked before the cast")]
pub(super) fn count(value: &Value) -> Reading<u32> {
    let Some((number, unit)) = number_in(value)? else { return Ok(None) };
    let times = if unit.starts_with('万') { 10_000.0 } else { 1.0 };
    let known = ["", "户", "栋", "幢", "层", "f", "个", "套", "单元", "家", "座", "人", "部"];
    let whole = (number * times).round();
    let near = (number * times - whole).abs() < 1e-6;
    let fits = near && (0.0..=f64::from(u32::MAX)).contains(&whole);
    (fits && known.contains(&unit.trim_start_matches('万'))).then_some(Some(whole as u32)).ok_or(Unreadable)
}

/// Square metres; `unit` is that of the header and holds where the value names none.
pub(super) fn area_m2(value: &Value, header: &Header) -> Reading<f64> {
    let Some((number, unit)) = number_in(value)? else { return Ok(None) };
    let times = if unit.is_empty() { header.area_unit } else { area_unit(&unit) }.ok_or(Unreadable)?;
    (number >= 0.0).then_some(Some(number * times)).ok_or(Unreadable)
}

/// Square metres in a unit of area as written; plain square metres where nothing is written.
fn area_unit(unit: &str) -> Option<f64> {
    let square = ["㎡", "m2", "m²", "平方米", "平米", "平方", "sqm", "平"];
    let kilometres = ["km2", "km²", "平方公里"];
    if kilometres.iter().any(|name| unit.contains(name)) {
        Some(1e6)
    } else if unit.contains('万') || unit.contains("公顷") || unit == "ha" || unit.ends_with("_ha") {
        Some(1e4)
    } else if unit.is_empty() || square.iter().any(|name| unit.contains(name)) {
        Some(1.0)
    } else {
        // A header without a unit, such as `总建筑面积`, ends up here as a whole.
        (unit.contains("面积") || unit.contains("area")).then_some(1.0)
    }
}

/// Metres: a width, a length.
pub(super) fn metres(value: &Value, header: &Header) -> Reading<f64> {
    let Some((number, unit)) = number_in(value)? else { return Ok(None) };
    let header = header.plain.as_str();
    let times = match unit.as_str() {
        "km" | "千米" | "公里" => 1000.0,
        "mm" | "毫米" => 0.001,
        "" if header.ends_with("mm") || header.contains("毫米") => 0.001,
        "" if header.ends_with("km") => 1000.0,
        "" | "m" | "米" => 1.0,
        _ => return Err(Unreadable),
    };
    (number >= 0.0).then_some(Some(number * times)).ok_or(Unreadable)
}

/// A nominal diameter in millimetres: `DN300`, `Φ300mm`, `0.3m` and `300` are the same, and `Φ325×8` is 325 with its wall.
/// A section of width by height, such as `800X600`, is no diameter: it stays what it is.
pub(super) fn diameter_mm(value: &Value, header: &Header) -> Reading<f64> {
    let Some(text) = text(value)? else { return Ok(None) };
    let text = plain(&text);
    let bare = text.trim_start_matches(['d', 'n', 'e', 'φ', 'ф', 'ø', '∅', '⌀', ' ']);
    let (number, unit) = number_and_unit(bare).ok_or(Unreadable)?;
    let number: f64 = number.parse().map_err(|_| Unreadable)?;
    let unit = match second_side(&unit) {
        // The letters before it say that it is round, and no wall is thicker than a fifth.
        Some((wall, unit)) if bare.len() < text.len() && wall * 5.0 < number => unit,
        Some(_) => return Ok(None),
        None => unit,
    };
    let header = header.plain.as_str();
    let metre_header = header.ends_with("_m") || header.ends_with("(m)") || header.ends_with("(米)");
    let mm = match unit.as_str() {
        "m" | "米" => number * 1000.0,
        "cm" | "厘米" => number * 10.0,
        // No pipe is 3 mm wide: a bare number below that is in metres.
        "" if metre_header || number < 3.0 => number * 1000.0,
        "" | "mm" | "毫米" => number,
        _ => return Err(Unreadable),
    };
    match mm {
        0.0 => Ok(None),
        mm if mm > 0.0 && mm <= 20_000.0 => Ok(Some(mm)),
        _ => Err(Unreadable),
    }
}

/// What is multiplied in `800X600` or `0.8m×0.6m`, behind the first number; and its unit.
fn second_side(rest: &str) -> Option<(f64, String)> {
    let rest = rest.trim_start_matches(['m', 'c']).trim_start();
    let side = rest.strip_prefix(['x', '×', '*', '✕'])?;
    let (number, unit) = number_and_unit(side)?;
    let known = ["", "m", "cm", "mm"].contains(&unit.as_str());
    number.parse().ok().filter(|number| known && *number > 0.0).map(|number| (number, unit))
}

/// A share from 0 to 1: `66%`, `66`, `0.66`.
pub(super) fn share(value: &Value, header: &Header) -> Reading<f64> {
    let Some((number, unit)) = number_in(value)? else { return Ok(None) };
    let percent = unit == "%" || (unit.is_empty() && (number > 1.0 || header.plain.contains('%')));
    let share = if percent { number / 100.0 } else { number };
    let known = unit.is_empty() || unit == "%";
    (known && (0.0..=1.0).contains(&share)).then_some(Some(share)).ok_or(Unreadable)
}

/// Money: `596.75万元`, `5,967,500元`, `0.06亿`; a bare number is in the unit of the header, or 万元.
pub(super) fn money(value: &Value, header: &Header) -> Reading<Money> {
    let Some((number, unit)) = digits_in(value)? else { return Ok(None) };
    let unit = if unit.is_empty() { header.plain.as_str() } else { unit.as_str() };
    let amount = if unit.contains('亿') {
        Money::parse_wan_yuan(&number).ok().and_then(|wan| wan.times(10_000.0))
    } else if (unit.contains('元') && !unit.contains('万')) || unit.ends_with("_yuan") && !unit.contains("wan") {
        Money::parse_yuan(&number).ok()
    } else {
        Money::parse_wan_yuan(&number).ok()
    };
    amount.filter(|money| money.fen() >= 0).map(Some).ok_or(Unreadable)
}

/// Yes or no.
pub(super) fn flag(value: &Value) -> Reading<bool> {
    let Some(text) = text(value)? else { return Ok(None) };
    match plain(&text).as_str() {
        "是" | "有" | "y" | "yes" | "true" | "t" | "1" | "√" | "✓" | "已" | "需要" | "1.0" => Ok(Some(true)),
        "否" | "无" | "没有" | "n" | "no" | "false" | "f" | "0" | "×" | "x" | "未" | "不" | "0.0" => Ok(Some(false)),
        _ => Err(Unreadable),
    }
}

/// A year or a span of years: `1998`, `98`, `1998年`, `1995-1998`, `90年代`, `1998-12-01`, an Excel serial date.
pub(super) fn years(value: &Value) -> Reading<YearSpan> {
    let Some(text) = text(value)? else { return Ok(None) };
    let text = plain(&text);
    let numbers: Vec<(i64, usize)> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .filter_map(|digits| Some((digits.parse().ok()?, digits.len())))
        .collect();
    let &(first, digits) = numbers.first().ok_or(Unreadable)?;
    if text.contains("年代") || text.ends_with("0s") {
        let start = century(first, digits).filter(|year| year % 10 == 0).ok_or(Unreadable)?;
        return Ok(Some(YearSpan { first: start, last: start + 9 }));
    }
    let first = year_of(first, digits).ok_or(Unreadable)?;
    let ranged = text.contains(['-', '~', '至', '到', '—', '–', '～', '/']);
    let second = numbers.get(1).filter(|_| ranged).and_then(|&(number, digits)| match digits {
        4 => year_of(number, digits),
        // `1995-98` is a span, `1995-12` a month.
        2 if number > 12 => century(number, digits),
        _ => None,
    });
    Ok(Some(YearSpan { first, last: second.unwrap_or(first).max(first) }))
}

/// A single year; a span is unreadable.
pub(super) fn year(value: &Value) -> Reading<i32> {
    match years(value)? {
        Some(span) if span.first == span.last => Ok(Some(span.first)),
        Some(_) => Err(Unreadable),
        None => Ok(None),
    }
}

/// The year that a run of digits stands for.
fn year_of(number: i64, digits: usize) -> Option<i32> {
    match digits {
        1 | 2 | 4 => century(number, digits),
        // A day counted from 1899-12-30, as Excel does: 1954 to 2064.
        5 if (20_000..60_000).contains(&number) => i32::try_from((number * 400 / 146_097) + 1900).ok(),
        // 19980501.
        8 => century(number / 10_000, 4),
        _ => None,
    }
}

/// Two digits fall between 1950 and 2049; four must be a year in which something may have been built.
fn century(number: i64, digits: usize) -> Option<i32> {
    let year = match (digits, number) {
        (2, 0..50) => 2000 + number,
        (2, 50..100) => 1900 + number,
        (4, 1800..=2200) => number,
        _ => return None,
    };
    i32::try_from(year).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn years_as_people_write_them() {
        let read = |value: Value| years(&value).map(|span| span.map(|s| (s.first, s.last)));
        for value in [json!(1998), json!("1998"), json!("98"), json!("1998年"), json!("98年"), json!("１９９８年"), json!(1998.0)]
        {
            assert_eq!(read(value.clone()), Ok(Some((1998, 1998))), "{value}");
        }
        for value in [json!("1998-12-01"), json!("1998/5"), json!("1998年12月"), json!("19981201"), json!(36000), json!("1998.5")]
        {
            assert_eq!(read(value.clone()), Ok(Some((1998, 1998))), "{value}");
        }
        for value in [json!("1995-1998"), json!("1995~1998年"), json!("1995年至1998年"), json!("1995-98"), json!("1995—1998")]
        {
            assert_eq!(read(value.clone()), Ok(Some((1995, 1998))), "{value}");
        }
        assert_eq!(read(json!("90年代")), Ok(Some((1990, 1999))));
        assert_eq!(read(json!("05")), Ok(Some((2005, 2005))));
        assert_eq!(read(json!("")), Ok(None));
        assert_eq!(read(json!("不详")), Ok(None));
        for value in [json!("很早"), json!(3), json!([1998]), json!("123456")] {
            assert_eq!(read(value.clone()), Err(Unreadable), "{value}");
        }
    }

    #[test]
    fn amounts_as_people_write_them() {
        for (value, header, want) in [
            (json!("1.2万㎡"), "建筑面积", 12_000.0),
            (json!(1.2), "建筑面积（万㎡）", 12_000.0),
            (json!("12,000 ㎡"), "建筑面积", 12_000.0),
            (json!("约12000平方米"), "总建筑面积", 12_000.0),
            (json!(12_000), "floor_area_m2", 12_000.0),
            (json!("1.2公顷"), "面积", 12_000.0),
        ] {
            let got = area_m2(&value, &Header::new(header)).expect("readable").expect("there");
            assert!((got - want).abs() < 1e-6, "{value} {header}: {got}");
        }
        let (bare, width) = (Header::new(""), Header::new("管径"));
        assert_eq!(area_m2(&json!("12 亩"), &bare), Err(Unreadable));
        for value in [json!("DN300"), json!("Φ300mm"), json!("0.3m"), json!(300), json!(0.3), json!("d300")] {
            assert_eq!(diameter_mm(&value, &width), Ok(Some(300.0)), "{value}");
        }
        let section = Header::new("断面尺寸");
        for value in ["800X600", "800×600mm", "0.8m*0.6m", "宽800"] {
            let want = if value.starts_with('宽') { Err(Unreadable) } else { Ok(None) };
            assert_eq!(diameter_mm(&json!(value), &section), want, "{value}");
        }
        for value in ["Φ325×8", "D325*8", "DN325"] {
            assert_eq!(diameter_mm(&json!(value), &width), Ok(Some(325.0)), "{value}");
        }
        assert_eq!(share(&json!("66%"), &bare), Ok(Some(0.66)));
        assert_eq!(share(&json!(0.66), &bare), Ok(Some(0.66)));
        assert_eq!(share(&json!(66), &bare), Ok(Some(0.66)));
        assert_eq!(share(&json!(166), &bare), Err(Unreadable));
        let fen = |value: Value, header| money(&value, &Header::new(header)).map(|m| m.map(Money::fen));
        assert_eq!(fen(json!(596.75), "est_cost"), Ok(Some(596_750_000)));
        assert_eq!(fen(json!("596.75万元"), "投资（元）"), Ok(Some(596_750_000)));
        assert_eq!(fen(json!("5,967,500"), "投资（元）"), Ok(Some(596_750_000)));
        assert_eq!(fen(json!("0.5亿元"), ""), Ok(Some(5_000_000_000)));
        assert_eq!(count(&json!("120户")), Ok(Some(120)));
        assert_eq!(count(&json!("1.2万户")), Ok(Some(12_000)));
        assert_eq!(count(&json!(1.5)), Err(Unreadable));
        assert_eq!(count(&json!(-3)), Err(Unreadable));
        assert_eq!(flag(&json!("是")), Ok(Some(true)));
        assert_eq!(flag(&json!(0)), Ok(Some(false)));
        assert_eq!(flag(&json!("也许")), Err(Unreadable));
    }

    proptest! {
        #[test]
        fn text_in_json_is_the_text_of_its_value(
            raw in prop_oneof![
                "-?(0|[1-9][0-9]{0,19})(\\.[0-9]{1,3})?(e-?[0-9]{1,2})?",
                "\\PC{0,12}".prop_map(|text| Value::from(text).to_string()),
                prop::sample::select(BLANKS.to_vec()).prop_map(|word| format!(" {} ", Value::from(word.to_uppercase()))),
                Just("\"\\u4e2d\"".to_owned()), Just("null".to_owned()), Just("true".to_owned()), Just("[1]".to_owned()),
            ],
        ) {
            let raw = raw.trim();
            prop_assert_eq!(text_of(raw).map(|text| text.map(Cow::into_owned)), text(&value_of(raw)));
        }

        #[test]
        fn no_text_makes_a_reader_panic(text in "\\PC{0,12}", header in "\\PC{0,6}") {
            let (value, header) = (Value::String(text), Header::new(&header));
            let _ = (years(&value), count(&value), area_m2(&value, &header), share(&value, &header), flag(&value));
            let _ = (money(&value, &header), diameter_mm(&value, &header), metres(&value, &header));
        }
    }
}
