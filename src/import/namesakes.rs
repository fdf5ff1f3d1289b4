//! Compounds that share a name. It happens in real ledgers, and nobody but the user knows which row is right.

use std::collections::HashMap;

use crate::base::Message;
use crate::model::Compound;

/// Names told in the warning.
const NAMED: usize = 5;

/// What to check of the names; `None` when all differ. Blank names are none. `O(n)`.
pub(super) fn warning(compounds: &[Compound]) -> Option<Message> {
    let mut rows: HashMap<&str, Vec<usize>> = HashMap::with_capacity(compounds.len());
    for (row, compound) in compounds.iter().enumerate() {
        let name = compound.facts.name.trim();
        if !name.is_empty() {
            rows.entry(name).or_default().push(row);
        }
    }
    let mut shared: Vec<(&str, Vec<usize>)> = rows.into_iter().filter(|(_, rows)| rows.len() > 1).collect();
    shared.sort_by_key(|(_, rows)| rows[0]);
    let ids = |rows: &[usize]| rows.iter().take(4).map(|row| compounds[*row].source_id.as_str()).collect::<Vec<_>>().join("/");
    let examples: Vec<String> = shared.iter().take(NAMED).map(|(name, rows)| format!("{name} ({})", ids(rows))).collect();
    let count = shared.iter().map(|(_, rows)| rows.len()).sum();
    let told = Message::new("import.same-name").count("groups", shared.len()).count("rows", count);
    (!shared.is_empty()).then(|| told.text("examples", examples.join(", ")))
}

#[cfg(test)]
mod tests {
    use geo::MultiPolygon;

    use super::*;
    use crate::model::{CompoundFacts, Properties};

    #[test]
    fn names_that_are_shared_are_told_with_their_ids() {
        let compound = |(id, name): (usize, &&str)| Compound {
            source_id: (id + 1).to_string(),
            shape: MultiPolygon::new(Vec::new()),
            facts: CompoundFacts { name: (*name).to_owned(), ..CompoundFacts::default() },
            extra: Properties::new(),
        };
        let named = |names: &[&str]| names.iter().enumerate().map(compound).collect::<Vec<_>>();
        let told = warning(&named(&["幸福", "和平", "幸福 ", "", " "]));
        let want = Message::new("import.same-name").count("groups", 1).count("rows", 2).text("examples", "幸福 (1/3)");
        assert_eq!(told, Some(want));
        assert_eq!(warning(&named(&["幸福", "和平", "", ""])), None);
    }
}
