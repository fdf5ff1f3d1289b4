//! What the values of one field came to. A city has millions of pipes and a dozen materials: most values were read before.

use std::any::Any;

use super::values::Reading;

/// Values that are remembered for a field, a power of two. Fields whose values are all different fill it and gain nothing.
const PLACES: usize = 1 << 10;

/// Bytes of the longest value that is remembered.
const LONGEST: usize = 64;

/// Values of one field with what its reader said of them.
#[derive(Default)]
pub(super) struct Readings {
    /// Each value at the place that its hash names; the first to come keeps it.
    known: Vec<Option<Known>>,
}

struct Known {
    raw: Box<str>,
    /// A [`Reading`] of whatever the field feeds.
    reading: Box<dyn Any + Send>,
}

impl Readings {
    /// What `read` says of a value in JSON. It must say the same whenever it is asked.
    pub(super) fn of<T: Clone + Send + 'static>(&mut self, raw: &str, read: impl FnOnce() -> Reading<T>) -> Reading<T> {
        if raw.len() > LONGEST {
            return read();
        }
        if self.known.is_empty() {
            self.known.resize_with(PLACES, || None);
        }
        let place = &mut self.known[place_of(raw)];
        let Some(known) = place else {
            let reading = read();
            *place = Some(Known { raw: raw.into(), reading: Box::new(reading.clone()) });
            return reading;
        };
        match known.reading.downcast_ref::<Reading<T>>() {
            Some(reading) if *known.raw == *raw => reading.clone(),
            _ => read(),
        }
    }
}

/// A hash that costs next to nothing; a bad one only forgets.
fn place_of(raw: &str) -> usize {
    /// The golden ratio in 64 bits (Knuth, TAOCP 3, 6.4).
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let bytes = raw.as_bytes();
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(GOLDEN);
    let words = bytes.chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(word)
    });
    let hash = words.fold(bytes.len() as u64, mix);
    usize::try_from(hash >> 54).unwrap_or(0)
}
