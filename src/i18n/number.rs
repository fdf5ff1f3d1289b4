//! Numbers as people read them: thousands grouped, a real minus sign, units after a space.

use super::Lang;
use crate::base::Money;

/// A number in words as a sum shows it of which `missing` parts are not known: behind a sign where there are any.
#[must_use]
pub fn at_least(words: String, missing: usize) -> String {
    if missing > 0 { format!("≥ {words}") } else { words }
}

/// A whole number with its thousands grouped by commas.
#[must_use]
pub fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    if value < 0 {
        out.push('−');
    }
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with so many decimals, thousands grouped; a dash when it is not finite.
#[must_use]
pub fn decimal(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut out = whole.parse::<i64>().map_or_else(|_| whole.to_owned(), grouped);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    let is_zero = plain.bytes().all(|b| b == b'0' || b == b'.');
    if value < 0.0 && !is_zero { format!("−{out}") } else { out }
}

/// A length: a tenth of a metre below 100 m, whole metres above.
pub(super) fn metres(value: f64) -> String {
    format!("{} m", decimal(value, usize::from(value.abs() < 100.0)))
}

/// An area: m² when small, else 万m² in Chinese and hectares in English (both are 10,000 m²).
pub(super) fn square_metres(lang: Lang, value: f64) -> String {
    if value.abs() < 10_000.0 {
        return format!("{} m²", decimal(value, 0));
    }
    let unit = if lang == Lang::Zh { "万m²" } else { "ha" };
    format!("{} {unit}", decimal(value / 10_000.0, 2))
}

/// Money: 万元 in Chinese, yuan in English.
pub(super) fn money(lang: Lang, amount: Money) -> String {
    match lang {
        Lang::Zh => format!("{} 万元", decimal(amount.wan_yuan(), 2)),
        Lang::En => {
            let sign = if amount.fen() < 0 { "−" } else { "" };
            let fen = amount.fen().unsigned_abs();
            let yuan = i64::try_from(fen / 100).unwrap_or(i64::MAX);
            format!("{sign}¥{}.{:02}", grouped(yuan), fen % 100)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_signs() {
        assert_eq!(grouped(-1_234_567), "−1,234,567");
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(decimal(1234.5, 1), "1,234.5");
        assert_eq!(decimal(f64::NAN, 1), "–");
        assert_eq!(metres(412.3), "412 m");
    }
}
