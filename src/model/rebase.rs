//! Facts edited by hand, brought over to facts that were read anew.
//!
//! A fact counts as edited when the plan says something else than what reading brought in at the time. Nothing else is
//! recorded of edits: what a file or a ledger said is kept beside the plan, and the difference tells.

use std::collections::HashMap;

use super::compound::with_facts;
use super::{Compound, CompoundFacts};

/// The id of a compound and how many with that id there are up to it: maps that were put together may share ids.
pub type CompoundKey<'a> = (&'a str, usize);

/// By what a compound is known again in another list of them. `O(n)`.
pub fn compound_keys(compounds: &[Compound]) -> impl Iterator<Item = CompoundKey<'_>> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(compounds.len());
    compounds.iter().map(move |compound| {
        let count = seen.entry(&compound.source_id).or_default();
        *count += 1;
        (&*compound.source_id, *count)
    })
}

/// `theirs`, with every fact in which `ours` differs from `base` taken from `ours`; each fact by itself.
#[must_use]
pub fn rebase_facts(base: &CompoundFacts, ours: &CompoundFacts, theirs: &CompoundFacts) -> CompoundFacts {
    if base == ours {
        return theirs.clone();
    }
    macro_rules! rebased {
        ($name:ident; $($known:ident),+; $placeholder:ident) => { rebased!($name, $($known,)+ $placeholder) };
        ($($field:ident),+) => {
            CompoundFacts { $($field: if base.$field == ours.$field { theirs.$field.clone() } else { ours.$field.clone() },)+ }
        };
    }
    with_facts!(rebased)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fact_is_judged_by_itself() {
        let facts = |name: &str, households, buildings| CompoundFacts {
            name: name.to_owned(),
            households,
            buildings,
            ..CompoundFacts::default()
        };
        let base = facts("甲", Some(100), Some(3));
        let ours = facts("甲", Some(120), None);
        let theirs = facts("甲小区", Some(101), Some(4));
        // The name was not touched, the households were, and that the buildings are not known was said by hand.
        assert_eq!(rebase_facts(&base, &ours, &theirs), facts("甲小区", Some(120), None));
        assert_eq!(rebase_facts(&base, &base, &theirs), theirs);
        assert_eq!(rebase_facts(&base, &ours, &base), ours);
    }
}
