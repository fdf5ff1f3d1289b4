//! Text eight bytes at a time: a word of them in a register says at once how many are digits, or where a string may end.
//! Nothing here knows a format, and nothing is unsafe.

/// Powers of ten by the count of digits in a word.
pub const WHOLE_POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// One byte in all eight places of a word.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The next eight bytes as a word, the first in its lowest place; `None` where fewer are left.
#[must_use]
pub fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Places of a word before the first marked one, by the highest bit of each.
const fn unmarked(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// Bytes of a word before the first that ends or may not be in a string. What borrows and carries do behind it does not
/// matter (Warren, Hacker's Delight, 6-1).
#[must_use]
pub fn before_special(word: u64) -> usize {
    let is = |byte: u8| {
        let same = word ^ each(byte);
        same.wrapping_sub(each(1)) & !same
    };
    let control = word.wrapping_sub(each(0x20)) & !word;
    unmarked((is(b'"') | is(b'\\') | control) & each(0x80))
}

/// Digits at the beginning of a word.
#[must_use]
pub fn leading_digits(word: u64) -> usize {
    let value = word ^ each(b'0');
    unmarked((value.wrapping_add(each(0x76)) | value) & each(0x80))
}

/// The number that the first `count` digits of a word are: pairs, then fours, then all eight.
#[must_use]
pub fn value_of_digits(word: u64, count: usize) -> u64 {
    if count == 0 {
        return 0;
    }
    let digits = (word ^ each(b'0')) << (8 * (8 - count));
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_says_what_its_bytes_say(bytes in prop::array::uniform8(prop_oneof![any::<u8>(), b'0'..=b'9', prop::sample::select(b"\"\\ \x1f/:".to_vec())])) {
            let word = eight(&bytes, 0).expect("eight bytes");
            let special = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(8);
            prop_assert_eq!(before_special(word), special);
            let digits = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(8);
            prop_assert_eq!(leading_digits(word), digits);
            let value = bytes[..digits].iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0'));
            prop_assert_eq!(value_of_digits(word, digits), value);
        }
    }

    #[test]
    fn fewer_than_eight_are_no_word() {
        assert_eq!(eight(b"1234567", 0), None);
        assert_eq!(eight(b"12345678", 1), None);
        assert_eq!(eight(b"12345678", 9), None);
    }
}
