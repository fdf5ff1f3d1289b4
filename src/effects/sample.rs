//! The sample plan, carried in the binary so that it opens wherever the binary lies.

macro_rules! sample {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_bytes!(concat!("../../sample-maps/", $file)).as_slice())),*]
    };
}

/// Name and bytes of each file of the sample.
#[must_use]
pub fn sample_files() -> &'static [(&'static str, &'static [u8])] {
    SAMPLE
}

/// 临江 is fictional; `examples/town` makes it.
const SAMPLE: &[(&str, &[u8])] = sample!("linjiang.gpkg");
