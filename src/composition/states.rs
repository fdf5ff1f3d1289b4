//! Words for the states of items (R20), and states that the fields of compounds tell: columns of a ledger that are named
//! like an entry of the catalogue. A word that is none of ours is told and settles nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::base::{CompoundId, Message};
use crate::model::{Content, NeedState};
use crate::policy::{Catalogue, CatalogueEntry, ItemCode};

/// Words by which a state is known, without spaces and in lower case; the first of each row is the one that forms write.
const WORDS: [(NeedState, &[&str]); 5] = [
    (NeedState::Needed, &["需改", "需改造", "需要改造", "须改", "应改", "要改", "needed", "toberenovated"]),
    (NeedState::Met, &["已达标", "达标", "已改", "已改造", "met", "uptostandard"]),
    (NeedState::NotFeasible, &["不具备条件", "无条件", "没有条件", "notfeasible", "not_feasible"]),
    (NeedState::Refused, &["居民不同意", "不同意", "居民反对", "refused", "residentsrefuse"]),
    (NeedState::Undecided, &["待定", "未定", "待议", "undecided"]),
];

/// What stands behind the name of an item in the heading of a column.
const BEHIND: [&str; 4] = ["改造状态", "改造需求", "状态", "需求"];

/// The state that a word stands for; `None` for any other word.
///
/// ```
/// use lianpian::composition::state_of_word;
/// use lianpian::model::NeedState;
/// assert_eq!(state_of_word(" 需改 "), Some(NeedState::Needed));
/// assert_eq!(state_of_word("正常"), None, "nothing counts as 已达标 that does not say so");
/// ```
#[must_use]
pub fn state_of_word(word: &str) -> Option<NeedState> {
    let plain: String = word.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    WORDS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(state, _)| *state)
}

/// The entry of the catalogue that a heading names: by its name in either language, the policy's own word, or its code.
#[must_use]
pub fn entry_of_heading<'a>(catalogue: &'a Catalogue, heading: &str) -> Option<&'a CatalogueEntry> {
    let plain: String = heading.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let narrow = |text: &str| text.replace('(', "（").replace(')', "）");
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let is = |entry: &&CatalogueEntry, text: &str| {
        let names = [entry.zh.as_str(), entry.en.as_str(), entry.quoted(), entry.code.0.as_str()];
        names.iter().any(|name| narrow(&bare(name)) == narrow(text))
    };
    let find = |text: &str| catalogue.entries.iter().find(|entry| is(entry, text));
    find(&plain).or_else(|| BEHIND.iter().find_map(|tail| find(plain.strip_suffix(tail)?)))
}

/// What the fields of compounds say of items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldStates {
    /// What the plan does not say yet.
    pub set: BTreeMap<(CompoundId, ItemCode), NeedState>,
    /// Cells that say what the plan says.
    pub already: usize,
    /// Cells that contradict the plan, which stays.
    pub conflicts: usize,
    /// Cells with other words, by compound and field.
    pub unreadable: Vec<(CompoundId, String, String)>,
    /// Fields taken for states of items.
    pub fields: Vec<String>,
}

impl FieldStates {
    /// What was found, for people.
    #[must_use]
    pub fn message(&self) -> Message {
        let counts = Message::new("composition.field-states")
            .count("fields", self.fields.len())
            .count("taken", self.set.len())
            .count("already", self.already)
            .count("conflicts", self.conflicts);
        let Some((_, field, word)) = self.unreadable.first() else { return counts };
        Message::new("composition.field-states-left")
            .nested("what", counts)
            .count("left", self.unreadable.len())
            .text("field", field)
            .text("word", word)
    }
}

/// A field that is named like an item, with its texts by compound.
type Column<'a> = (&'a CatalogueEntry, Vec<(CompoundId, String)>);

/// States that fields of the source tell. A field is one of states when it is named like an item and at least one of its
/// values is a word of ours; `O(compounds × fields)`.
#[must_use]
pub fn states_in_fields(content: &Content) -> FieldStates {
    let mut of_heading: HashMap<String, Option<&CatalogueEntry>> = HashMap::new();
    let mut cells: BTreeMap<String, Column<'_>> = BTreeMap::new();
    for (row, compound) in content.compounds.iter().enumerate() {
        for (name, value) in compound.extra.raw() {
            let entry = match of_heading.get(&*name) {
                Some(entry) => *entry,
                None => *of_heading.entry(name.to_string()).or_insert(entry_of_heading(&content.catalogue, &name)),
            };
            let (Some(entry), Some(text)) = (entry, text_of(value)) else { continue };
            let column = cells.entry(name.into_owned()).or_insert((entry, Vec::new()));
            column.1.push((CompoundId::from_index(row), text));
        }
    }
    let mut found = FieldStates::default();
    for (field, (entry, cells)) in cells {
        if cells.iter().any(|(_, text)| state_of_word(text).is_some()) {
            take_column(content, (&field, entry), cells, &mut found);
            found.fields.push(field);
        }
    }
    found
}

fn take_column(
    content: &Content,
    (field, entry): (&str, &CatalogueEntry),
    cells: Vec<(CompoundId, String)>,
    found: &mut FieldStates,
) {
    for (compound, text) in cells {
        let key = (compound, entry.code.clone());
        match (state_of_word(&text), content.needs.get(&key)) {
            (None, _) => found.unreadable.push((compound, field.to_owned(), text)),
            (Some(said), Some(known)) if said == *known => found.already += 1,
            (Some(_), Some(_)) => found.conflicts += 1,
            (Some(said), None) => match found.set.get(&key) {
                None => drop(found.set.insert(key, said)),
                Some(first) if *first == said => found.already += 1,
                Some(_) => found.conflicts += 1,
            },
        }
    }
}

/// The text of a value in JSON; `None` for a blank.
fn text_of(raw: &str) -> Option<String> {
    let text = match serde_json::from_str::<Value>(raw) {
        Ok(Value::String(text)) => Cow::Owned(text),
        Ok(Value::Null) | Err(_) => return None,
        Ok(_) => Cow::Borrowed(raw),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Properties;
    use crate::pipes::tests as fixture;
    use crate::policy::catalogue;

    #[test]
    fn every_entry_is_known_by_each_of_its_names() {
        for entry in &catalogue().entries {
            for heading in [&*entry.zh, &entry.en, &entry.code.0, &format!("{}状态", entry.zh), &format!(" {} ", entry.zh)] {
                assert_eq!(entry_of_heading(catalogue(), heading).map(|e| &e.code), Some(&entry.code), "{heading}");
            }
        }
        assert_eq!(entry_of_heading(catalogue(), "架空线规整(入地)").map(|e| e.code.0.as_str()), Some("overhead_lines"));
        assert!(["物业", "电梯", "停车位", "绿地率", ""].iter().all(|heading| entry_of_heading(catalogue(), heading).is_none()));
    }

    #[test]
    fn no_word_means_two_states_and_blank_means_none() {
        let mut seen = std::collections::BTreeSet::new();
        for (state, words) in WORDS {
            assert_eq!(state_of_word(state.code()), Some(state), "files can be read back");
            assert!(words.iter().all(|word| seen.insert(*word) && state_of_word(word) == Some(state)));
        }
        assert!(["", "正常", "良好", "是", "1", "-"].iter().all(|word| state_of_word(word).is_none()));
    }

    fn with_fields(rows: &[&[(&str, &str)]]) -> Content {
        let one = |(row, fields): (usize, &&[(&str, &str)])| {
            let mut compound = fixture::compound(&row.to_string(), 0.0, 0.0, 10.0);
            compound.extra = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect::<Properties>();
            compound
        };
        fixture::content(rows.iter().enumerate().map(one).collect(), Vec::new())
    }

    #[test]
    fn columns_of_a_ledger_become_states_and_every_cell_is_accounted_for() {
        let mut content = with_fields(&[
            &[("供水", "需改"), ("供热", "良好"), ("供气状态", "已达标")],
            &[("供水", "差"), ("供热", ""), ("供气状态", "需改")],
            &[("供水", "")],
        ]);
        content.needs.insert((CompoundId(0), ItemCode::new("gas_supply")), NeedState::Met);
        content.needs.insert((CompoundId(1), ItemCode::new("gas_supply")), NeedState::Met);
        let found = states_in_fields(&content);
        // 供热 holds no word of a state at all, so it is some other column.
        assert_eq!(found.fields, ["供气状态", "供水"]);
        assert_eq!(found.set, [((CompoundId(0), ItemCode::new("water_supply")), NeedState::Needed)].into());
        assert_eq!((found.already, found.conflicts), (1, 1));
        assert_eq!(found.unreadable, [(CompoundId(1), "供水".to_owned(), "差".to_owned())]);
        assert_eq!(found.message().key(), "composition.field-states-left");
        assert_eq!(states_in_fields(&with_fields(&[&[("供水", "良好")]])), FieldStates::default());
    }

    #[test]
    fn two_columns_of_one_item_that_differ_are_a_conflict() {
        let content = with_fields(&[&[("供水", "需改"), ("供水状态", "已达标")]]);
        let found = states_in_fields(&content);
        assert_eq!((found.set.len(), found.conflicts, found.fields.len()), (1, 1, 2));
    }
}
