//! Facts by their codes, and what they are called.

use crate::import::aliases;
use crate::model::LayerKind;

/// Codes of facts with the keys of their words.
const FACTS: &[(&str, &str)] = &[
    ("source_id", "import.fact-id"),
    ("name", "import.fact-name"),
    ("address", "import.fact-address"),
    ("street_office", "import.fact-street-office"),
    ("community", "import.fact-community"),
    ("built", "import.fact-built"),
    ("built_last", "import.fact-built-last"),
    ("floor_area_m2", "import.fact-floor-area"),
    ("buildings", "import.fact-buildings"),
    ("households", "import.fact-households"),
    ("stair_units", "import.fact-stair-units"),
    ("estimated_cost", "import.fact-cost"),
    ("owner_kind", "import.fact-owner-kind"),
    ("owner", "import.fact-owner"),
    ("management", "import.fact-management"),
    ("expropriation", "import.fact-expropriation"),
    ("rebuild", "import.fact-rebuild"),
    ("demolition", "import.fact-demolition"),
    ("consent", "import.fact-consent"),
    ("surveyed", "import.fact-surveyed"),
    ("neglected", "import.fact-neglected"),
    ("lacks_municipal", "import.fact-lacks-municipal"),
    ("lacks_services", "import.fact-lacks-services"),
    ("problems", "import.fact-problems"),
    ("planned_year", "import.fact-planned-year"),
    ("placeholder", "import.fact-placeholder"),
    ("class", "import.fact-class"),
    ("subclass", "import.fact-subclass"),
    ("ownership", "import.fact-ownership"),
    ("diameter_mm", "import.fact-diameter"),
    ("material", "import.fact-material"),
    ("laid_year", "import.fact-laid-year"),
    ("storeys", "import.fact-storeys"),
    ("has_lift", "import.fact-lift"),
    ("kind", "import.fact-kind"),
    ("width_m", "import.fact-width"),
    ("important", "import.fact-important"),
    ("level", "import.fact-level"),
];

/// Codes of the facts that fields of a kind of layer may feed, in the order in which they are listed.
pub fn facts_of(kind: LayerKind) -> impl Iterator<Item = &'static str> {
    aliases::of(kind).iter().map(|(fact, _)| *fact)
}

/// The key of the words for a fact.
#[must_use]
pub fn fact_name(code: &str) -> &'static str {
    FACTS.iter().find(|(fact, _)| *fact == code).map_or("import.fact-other", |(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_has_a_name() {
        for code in LayerKind::ALL.into_iter().flat_map(facts_of) {
            assert_ne!(fact_name(code), "import.fact-other", "{code}");
        }
    }
}
