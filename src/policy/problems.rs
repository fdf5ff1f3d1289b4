//! What the words of a ledger's 存在问题 call for. A clause that says that all is well calls for nothing.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Deserialize;

use super::ItemCode;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProblemFile {
    settled: Vec<String>,
    negations: Vec<String>,
    problem: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Problem {
    words: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    items: Vec<ItemCode>,
}

const BUILT_IN: &str = include_str!("../../assets/policy/problems.toml");

fn table() -> &'static ProblemFile {
    static TABLE: OnceLock<ProblemFile> = OnceLock::new();
    TABLE.get_or_init(|| toml::from_str(BUILT_IN).unwrap_or_default())
}

/// Items that a description of problems calls for, each once, ascending by code.
///
/// ```
/// use lianpian::policy::{ItemCode, problem_items};
/// assert_eq!(problem_items("停车难，供水正常"), [ItemCode::new("parking")]);
/// ```
#[must_use]
pub fn problem_items(text: &str) -> Vec<ItemCode> {
    let table = table();
    let mut found = BTreeSet::new();
    let breaks = |c: char| "，。；、,;/|：:".contains(c) || c.is_whitespace();
    for clause in text.split(breaks).filter(|clause| !clause.is_empty() && !is_settled(clause, table)) {
        let has = |words: &[String]| words.iter().any(|word| clause.contains(word.as_str()));
        let called = table.problem.iter().filter(|problem| has(&problem.words) && !has(&problem.unless));
        found.extend(called.flat_map(|problem| problem.items.iter().cloned()));
    }
    found.into_iter().collect()
}

/// Whether the clause holds a settled word that no negation turns round.
fn is_settled(clause: &str, table: &ProblemFile) -> bool {
    let affirmed = |(at, _): (usize, &str)| !table.negations.iter().any(|no| clause[..at].ends_with(no.as_str()));
    table.settled.iter().any(|word| clause.match_indices(word.as_str()).any(affirmed))
}

#[cfg(test)]
mod tests {
    use super::super::catalogue;
    use super::*;

    #[test]
    fn every_row_names_items_of_the_catalogue() {
        let file: ProblemFile = toml::from_str(BUILT_IN).unwrap();
        let named: BTreeSet<_> = file.problem.iter().flat_map(|p| &p.items).collect();
        assert!(named.iter().all(|code| catalogue().get(code).is_some()));
        let silent: Vec<_> = catalogue().entries.iter().filter(|e| !named.contains(&e.code)).map(|e| &e.code).collect();
        assert!(silent.is_empty(), "no words lead to {silent:?}");
    }

    #[test]
    fn words_lead_to_items() {
        let cases: &[(&str, &[&str])] = &[
            ("管网老化", &["drainage", "water_supply"]),
            ("停车难；无电梯", &["lift", "parking"]),
            ("外墙渗水、屋面漏水", &["roof_repair", "wall_repair"]),
            ("道路破损 绿化差,照明不足", &["greening", "lighting", "road"]),
            ("无物业", &["property_office"]),
            ("缺少充电桩", &["car_charging"]),
            ("充电不便", &["bicycle_charging"]),
            ("适老化设施不足，垃圾乱堆", &["elderly_friendly", "waste_sorting"]),
            ("供水正常，排水良好，停车位充足", &[]),
            ("消防设施不完善", &["fire_safety"]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found = problem_items(text);
            assert_eq!(found.iter().map(|c| c.0.as_str()).collect::<Vec<_>>(), *expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}") {
            let items = problem_items(&text);
            proptest::prop_assert!(items.windows(2).all(|w| w[0] < w[1]));
        }
    }
}
