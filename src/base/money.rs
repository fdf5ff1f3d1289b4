//! Money in whole 分 (hundredths of a yuan), never floating point.

use serde::{Deserialize, Serialize};

/// An amount in whole 分. Sums are exact; overflow saturates at about 9.2 × 10¹⁶ yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money {
    fen: i64,
}

/// Why a text is not an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// More digits than an amount can hold.
    #[error("amount out of range")]
    OutOfRange,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self { fen: 0 };

    /// From whole 分.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Self {
        Self { fen }
    }

    /// In whole 分.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.fen
    }

    /// Reads a decimal number of yuan; half a 分 rounds away from zero.
    ///
    /// # Errors
    /// [`MoneyError`] when the text is not a plain decimal number or does not fit.
    pub fn parse_yuan(text: &str) -> Result<Self, MoneyError> {
        Self::parse_scaled(text, 2)
    }

    /// Reads a decimal number of 万元 (ten thousand yuan).
    ///
    /// # Errors
    /// As [`Money::parse_yuan`].
    pub fn parse_wan_yuan(text: &str) -> Result<Self, MoneyError> {
        Self::parse_scaled(text, 6)
    }

    /// `text` × 10^`places` rounded to a whole number, by digits.
    fn parse_scaled(text: &str, places: usize) -> Result<Self, MoneyError> {
        let text = text.trim().replace([',', '，'], "");
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !plain(whole) || !plain(fraction) {
            return Err(MoneyError::NotANumber);
        }
        let mut fen: i64 = 0;
        let kept = fraction.bytes().chain(std::iter::repeat(b'0')).take(places);
        for digit in whole.bytes().chain(kept) {
            fen = fen.checked_mul(10).and_then(|v| v.checked_add(i64::from(digit - b'0'))).ok_or(MoneyError::OutOfRange)?;
        }
        if fraction.as_bytes().get(places).is_some_and(|d| *d >= b'5') {
            fen = fen.checked_add(1).ok_or(MoneyError::OutOfRange)?;
        }
        Ok(Self { fen: if negative { -fen } else { fen } })
    }

    /// The amount in 万元, for display and for bounds only.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "display value; sums stay whole")]
    pub fn wan_yuan(self) -> f64 {
        self.fen as f64 / 1_000_000.0
    }

    /// Price × quantity, rounded to the nearest 分; `None` when either is not finite or the product does not fit.
    #[must_use]
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "range is checked before the cast")]
    pub fn times(self, quantity: f64) -> Option<Self> {
        let product = self.fen as f64 * quantity;
        (product.is_finite() && product.abs() < 9.0e18).then(|| Self { fen: product.round() as i64 })
    }
}

impl std::ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { fen: self.fen.saturating_add(other.fen) }
    }
}

impl std::ops::AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::ops::Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { fen: self.fen.saturating_sub(other.fen) }
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |a, b| a + b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimals_by_digit() {
        let fen = |t| Money::parse_yuan(t).map(Money::fen);
        assert_eq!(fen("0.1"), Ok(10));
        assert_eq!(fen("-12.345"), Ok(-1235));
        assert_eq!(fen("1,234.5"), Ok(123_450));
        assert_eq!(fen(".5"), Ok(50));
        assert_eq!(fen("1e3"), Err(MoneyError::NotANumber));
        assert_eq!(fen(""), Err(MoneyError::NotANumber));
        assert_eq!(fen("99999999999999999999"), Err(MoneyError::OutOfRange));
        assert_eq!(Money::parse_wan_yuan("12.3456789").map(Money::fen), Ok(12_345_679));
    }

    #[test]
    fn sums_are_exact() {
        let ten_cents = Money::from_fen(10);
        assert_eq!(std::iter::repeat_n(ten_cents, 1000).sum::<Money>(), Money::from_fen(10_000));
        assert_eq!(Money::from_fen(333).times(3.0), Some(Money::from_fen(999)));
        assert_eq!(Money::from_fen(333).times(f64::NAN), None);
    }
}
