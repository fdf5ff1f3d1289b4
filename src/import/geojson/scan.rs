//! Strict JSON by hand: as fast as the text allows, for features as every program writes them.
//!
//! The scanner never judges. What it does not take as a matter of course (an unusual number, a deep value, a surrogate)
//! is [`Stop::Unusual`], and the common reader looks at the text again and says what is wrong with it, if anything.

use std::ops::Range;

use crate::base::octets::{WHOLE_POWERS, before_special, eight, leading_digits, value_of_digits};

/// Why scanning stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The text ends inside the value.
    End,
    /// The common reader must look at it.
    Unusual,
}

pub(super) type Scanned<T> = Result<T, Stop>;

/// Values inside one another that are followed; deeper ones are left to the common reader.
const DEEPEST: usize = 60;

/// Digits of a whole number that a double holds exactly, whatever they are.
const EXACT: u64 = 1 << 53;

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
    1e22,
];

/// Bytes and a place in them.
#[derive(Clone, Debug)]
pub(super) struct Scan<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl Scan<'_> {
    /// The next byte that is no white space, which is not passed.
    pub(super) fn peek(&mut self) -> Scanned<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(&byte) => return Ok(byte),
                None => return Err(Stop::End),
            }
        }
    }

    /// Passes the byte that must come next.
    pub(super) fn expect(&mut self, byte: u8) -> Scanned<()> {
        if self.peek()? != byte {
            return Err(Stop::Unusual);
        }
        self.at += 1;
        Ok(())
    }

    /// Passes a comma (`true`) or the closing byte (`false`).
    pub(super) fn more(&mut self, close: u8) -> Scanned<bool> {
        let byte = self.peek()?;
        self.at += 1;
        if byte == b',' { Ok(true) } else { (byte == close).then_some(false).ok_or(Stop::Unusual) }
    }

    /// Passes the opening byte; `false` when the list or object is empty, which is passed as a whole.
    pub(super) fn open(&mut self, open: u8, close: u8) -> Scanned<bool> {
        self.expect(open)?;
        let empty = self.peek()? == close;
        self.at += usize::from(empty);
        Ok(!empty)
    }

    /// Passes a string and gives the place of what stands between the quotes.
    pub(super) fn string(&mut self) -> Scanned<Range<usize>> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            if let Some(word) = eight(self.bytes, self.at) {
                let plain = before_special(word);
                self.at += plain;
                if plain == 8 {
                    continue;
                }
            }
            let byte = *self.bytes.get(self.at).ok_or(Stop::End)?;
            self.at += 1;
            match byte {
                b'"' => return Ok(start..self.at - 1),
                b'\\' => self.escape()?,
                0..0x20 => return Err(Stop::Unusual),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Scanned<()> {
        let byte = *self.bytes.get(self.at).ok_or(Stop::End)?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                let digits = self.bytes.get(self.at..self.at + 4).ok_or(Stop::End)?;
                let surrogate = matches!(digits[0], b'd' | b'D') && !digits[1].is_ascii_digit()
                    || matches!(digits, [b'd' | b'D', b'8' | b'9', ..]);
                self.at += 4;
                (digits.iter().all(u8::is_ascii_hexdigit) && !surrogate).then_some(()).ok_or(Stop::Unusual)
            }
            _ => Err(Stop::Unusual),
        }
    }

    /// Passes a name without escapes, and its colon.
    pub(super) fn name(&mut self) -> Scanned<Range<usize>> {
        let name = self.string()?;
        if self.bytes[name.clone()].contains(&b'\\') {
            return Err(Stop::Unusual);
        }
        self.expect(b':')?;
        Ok(name)
    }

    /// Passes a number and gives the double nearest to it.
    pub(super) fn number(&mut self) -> Scanned<f64> {
        self.peek()?;
        let start = self.at;
        let negative = self.bytes[start] == b'-';
        self.at += usize::from(negative);
        let (mut whole, whole_at) = (0_u64, self.at);
        self.digits(&mut whole)?;
        let digits = self.at - whole_at;
        if digits == 0 || (digits > 1 && self.bytes[whole_at] == b'0') {
            return Err(Stop::Unusual);
        }
        let mut decimals = 0;
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            let from = self.at;
            self.digits(&mut whole)?;
            decimals = self.at - from;
            if decimals == 0 {
                return Err(Stop::Unusual);
            }
        }
        // A number may go on behind the end of the bytes.
        let exponent = matches!(self.bytes.get(self.at).ok_or(Stop::End)?, b'e' | b'E');
        if exponent {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            let from = self.at;
            self.digits(&mut 0)?;
            if self.at == from {
                return Err(Stop::Unusual);
            }
        }
        // Both are exact, so that their quotient is rounded once: Clinger 1990, §3.
        if !exponent && digits + decimals <= 19 && whole <= EXACT && decimals < POWERS.len() {
            #[expect(clippy::cast_precision_loss, reason = "whole numbers up to 2^53 are exact")]
            let value = whole as f64 / POWERS[decimals];
            return Ok(if negative { -value } else { value });
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).map_err(|_| Stop::Unusual)?;
        text.parse().ok().filter(|value: &f64| value.is_finite()).ok_or(Stop::Unusual)
    }

    /// Passes digits and adds them to a number, which wraps round behind 19 of them.
    fn digits(&mut self, sum: &mut u64) -> Scanned<()> {
        while let Some(word) = eight(self.bytes, self.at) {
            let count = leading_digits(word);
            *sum = sum.wrapping_mul(WHOLE_POWERS[count]).wrapping_add(value_of_digits(word, count));
            self.at += count;
            if count < 8 {
                return Ok(());
            }
        }
        loop {
            let byte = *self.bytes.get(self.at).ok_or(Stop::End)?;
            if !byte.is_ascii_digit() {
                return Ok(());
            }
            *sum = sum.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            self.at += 1;
        }
    }

    /// Passes any value.
    pub(super) fn skip(&mut self) -> Scanned<()> {
        self.skip_in(DEEPEST)
    }

    fn skip_in(&mut self, deeper: usize) -> Scanned<()> {
        let deeper = deeper.checked_sub(1).ok_or(Stop::Unusual)?;
        match self.peek()? {
            b'"' => self.string().map(drop),
            b'{' => {
                let mut more = self.open(b'{', b'}')?;
                while more {
                    self.string()?;
                    self.expect(b':')?;
                    self.skip_in(deeper)?;
                    more = self.more(b'}')?;
                }
                Ok(())
            }
            b'[' => {
                let mut more = self.open(b'[', b']')?;
                while more {
                    self.skip_in(deeper)?;
                    more = self.more(b']')?;
                }
                Ok(())
            }
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number().map(drop),
        }
    }

    fn word(&mut self, word: &[u8]) -> Scanned<()> {
        let found = self.bytes.get(self.at..self.at + word.len()).ok_or(Stop::End)?;
        self.at += word.len();
        (found == word).then_some(()).ok_or(Stop::Unusual)
    }
}
