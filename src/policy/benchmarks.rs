//! What renovations cost elsewhere: figures to judge an order of magnitude by, each with its source. Never a price.

use std::sync::OnceLock;

use serde::Deserialize;

use super::Names;

/// One figure with its source.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    zh: String,
    en: String,
    /// The page whose totals it was derived from.
    pub source: String,
    /// Cost of a square metre of floor area, yuan.
    pub yuan_per_m2: f64,
    /// Cost of a household, yuan, where the page counts households.
    #[serde(default)]
    pub yuan_per_household: Option<f64>,
}

impl Benchmark {
    /// What it is of, in both languages.
    #[must_use]
    pub fn names(&self) -> Names {
        Names { zh: self.zh.clone(), en: self.en.clone() }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BenchmarkFile {
    benchmark: Vec<Benchmark>,
}

const BUILT_IN: &str = include_str!("../../assets/policy/benchmarks.toml");

/// The figures that ship.
pub fn benchmarks() -> &'static [Benchmark] {
    static BENCHMARKS: OnceLock<Vec<Benchmark>> = OnceLock::new();
    BENCHMARKS.get_or_init(|| toml::from_str::<BenchmarkFile>(BUILT_IN).unwrap_or_default().benchmark)
}

/// Least and largest of some figures; `None` of none.
#[must_use]
pub fn range(figures: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    figures.fold(None, |held: Option<(f64, f64)>, own| {
        Some(held.map_or((own, own), |(least, largest)| (least.min(own), largest.max(own))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_source_and_the_ranges_are_those_of_the_pages() {
        let file: BenchmarkFile = toml::from_str(BUILT_IN).unwrap();
        assert!(file.benchmark.iter().all(|b| !b.source.is_empty() && b.yuan_per_m2 > 0.0));
        assert_eq!(range(benchmarks().iter().map(|b| b.yuan_per_m2)), Some((158.0, 314.0)));
        assert_eq!(range(benchmarks().iter().filter_map(|b| b.yuan_per_household)), Some((8_715.0, 33_639.0)));
        assert_eq!(range(std::iter::empty()), None);
    }
}
