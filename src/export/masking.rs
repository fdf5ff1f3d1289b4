//! What leaves the house of compounds of the military (R6): where they lie, their verdicts, years and sums, but no names and
//! nothing that the source says of them beside. Everything exported is derived from the masked plan, messages too.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::{Content, Properties};
use crate::policy::OwnerKind;

/// The plan as it is exported: masked where its settings say so. The ids of compounds stay, by which people refer to them.
#[must_use]
pub fn published(content: &Content) -> Cow<'_, Content> {
    let is_military = |kind: Option<OwnerKind>| kind == Some(OwnerKind::Military);
    let masks = content.settings.mask_military && content.compounds.iter().any(|c| is_military(c.facts.owner_kind));
    if !masks {
        return Cow::Borrowed(content);
    }
    let mut masked = content.clone();
    for compound in Arc::make_mut(&mut masked.compounds).iter_mut().filter(|c| is_military(c.facts.owner_kind)) {
        let facts = &mut compound.facts;
        facts.name.clear();
        (facts.address, facts.owner, facts.management, facts.problems) = (None, None, None, None);
        compound.extra = Properties::new();
    }
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CompoundFacts;
    use crate::pipes::tests::{compound, content};

    #[test]
    fn names_and_words_of_the_military_stay_at_home_and_sums_do_not_change() {
        let mut plan = content(vec![compound("a", 0.0, 0.0, 10.0), compound("b", 20.0, 0.0, 10.0)], Vec::new());
        for (row, kind) in [OwnerKind::Military, OwnerKind::StateFirm].into_iter().enumerate() {
            let compound = &mut Arc::make_mut(&mut plan.compounds)[row];
            compound.facts = CompoundFacts {
                name: "某院".to_owned(),
                address: Some("某路".to_owned()),
                households: Some(40),
                owner_kind: Some(kind),
                ..CompoundFacts::default()
            };
            compound.extra.insert("番号".to_owned(), "x".into());
        }
        assert!(matches!(published(&plan), Cow::Borrowed(_)), "nothing is masked unasked");
        plan.settings.mask_military = true;
        let masked = published(&plan);
        let military = &masked.compounds[0];
        assert_eq!((military.facts.name.as_str(), &military.facts.address, military.label()), ("", &None, "a"));
        assert!(military.extra.is_empty() && military.facts.households == Some(40));
        assert_eq!(masked.compounds[1], plan.compounds[1]);
    }
}
