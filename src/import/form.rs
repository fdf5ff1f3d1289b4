//! Forms that came back filled in: facts and states of items by the id of a compound, in any table that is read.
//!
//! A blank cell says nothing. Columns named like an item hold states (R20); any other column feeds the fact whose name it has.
//! Every cell that cannot be read is told with its line; whose ids these are is for the plan to say.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::choice::{Feed, Feeds};
use super::error::ImportError;
use super::facts::compound_facts;
use super::ledger::read_ledgers;
use super::row::{Mapping, Row, RowRoom};
use super::table::Table;
use super::values::{flag, text};
use crate::base::Message;
use crate::composition::{entry_of_heading, state_of_word};
use crate::model::{CompoundFacts, LayerKind, NeedState, Properties};
use crate::policy::{Catalogue, CatalogueEntry, ItemCode};

/// One row of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormRow {
    /// Line of the table, from 1.
    pub line: usize,
    /// The id of a compound; empty where none is written.
    pub id: String,
    /// What the row knows of it.
    pub facts: CompoundFacts,
    /// The row says that nothing is against the compound (R2).
    pub not_excluded: bool,
    /// States of items.
    pub states: Vec<(ItemCode, NeedState)>,
}

/// A form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// Its rows, in order.
    pub rows: Vec<FormRow>,
    /// Columns that hold states of items.
    pub items: usize,
    /// Cells that cannot be read: how many of a column, with the line and the value of the first.
    pub unreadable: Vec<(String, usize, usize, String)>,
}

/// Grounds of R2, each a column of its own.
const GROUNDS: [&str; 3] = ["expropriation", "rebuild", "demolition"];

/// Reads the first table of a file that has ids and something to say of them.
///
/// # Errors
/// [`ImportError`] when the file cannot be read or holds no such table.
pub fn read_form(path: &Path, catalogue: &Catalogue) -> Result<Form, ImportError> {
    let tables = read_ledgers(path, "", &BTreeMap::new())?;
    let found = tables.iter().find_map(|table| form_of(table, catalogue));
    found.ok_or_else(|| ImportError::NotThis { path: path.to_owned(), what: Message::new("import.form-columns") })
}

/// `None` for a table without ids, or with nothing else that means something.
fn form_of(table: &Table, catalogue: &Catalogue) -> Option<Form> {
    let items: Vec<(usize, &CatalogueEntry)> = (0..table.headers.len())
        .filter_map(|column| Some((column, entry_of_heading(catalogue, &table.headers[column])?)))
        .collect();
    let feeds: Feeds = items.iter().map(|(column, _)| (table.headers[*column].clone(), Feed::Keep)).collect();
    let headers = || table.headers.iter().map(String::as_str);
    let mapping = Mapping::chosen(LayerKind::Compounds, headers(), None, &feeds);
    let targets: Vec<Option<&'static str>> = mapping.targets().collect();
    let speaks = targets.iter().flatten().any(|fact| !matches!(*fact, "source_id" | "name"));
    if !mapping.has("source_id") || (items.is_empty() && !speaks) {
        return None;
    }
    let grounds: Vec<usize> =
        (0..targets.len()).filter(|column| targets[*column].is_some_and(|fact| GROUNDS.contains(&fact))).collect();
    let mut form = Form { items: items.len(), ..Form::default() };
    let mut tallies = mapping.tallies();
    let mut unread: BTreeMap<usize, (usize, usize, String)> = BTreeMap::new();
    for (cells, &line) in table.rows.iter().zip(&table.lines) {
        let properties: Properties = table.headers.iter().cloned().zip(cells.iter().cloned()).collect();
        let mut room = RowRoom::default();
        let mut row = Row::new(line, &properties, &mapping, &mut room, &mut tallies);
        let id = row.text("source_id").unwrap_or_default();
        let facts = compound_facts(&mut row);
        let no = |column: &usize| matches!(flag(&cells[*column]), Ok(Some(false)));
        let not_excluded = facts.exclusion.is_none() && grounds.iter().any(no);
        let states = states_of(cells, line, &items, &mut unread);
        form.rows.push(FormRow { line, id, facts, not_excluded, states });
    }
    let of_items = unread.into_iter().map(|(column, (count, line, word))| (table.headers[column].clone(), count, line, word));
    form.unreadable = of_items.collect();
    form.unreadable.extend(tallies.into_iter().filter(|tally| tally.unreadable > 0).map(|tally| {
        let (line, value) = tally.examples.into_iter().next().unwrap_or_default();
        (tally.source, tally.unreadable, line, value)
    }));
    Some(form)
}

/// States of one row; what is no word of a state is noted by its column.
fn states_of(
    cells: &[Value],
    line: usize,
    items: &[(usize, &CatalogueEntry)],
    unread: &mut BTreeMap<usize, (usize, usize, String)>,
) -> Vec<(ItemCode, NeedState)> {
    let mut states = Vec::new();
    for (column, entry) in items {
        let Ok(Some(word)) = text(&cells[*column]) else { continue };
        match state_of_word(&word) {
            Some(state) => states.push((entry.code.clone(), state)),
            None => unread.entry(*column).or_insert((0, line, word)).0 += 1,
        }
    }
    states
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Consent;
    use crate::policy::{Exclusion, OwnerKind, YearSpan};

    fn read(text: &str) -> Result<Form, ImportError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("form.csv");
        std::fs::write(&path, text).unwrap();
        read_form(&path, crate::policy::catalogue())
    }

    #[test]
    fn facts_and_states_are_read_by_the_names_of_columns() {
        let form = read(
            "小区编号,判定,建成年份,产权性质,是否纳入棚改/征收,意愿率,调查日期,供水,排水状态\n\
             a,待核,1995-1998,国有企事业单位,否,66%,2024-05-01,需改,\n\
             b,,,,拟征收补偿安置,,,,已达标\n",
        )
        .unwrap();
        assert_eq!((form.rows.len(), form.items), (2, 2));
        let first = &form.rows[0];
        assert_eq!((first.line, first.id.as_str(), first.not_excluded), (2, "a", true));
        assert_eq!(first.facts.built, Some(YearSpan { first: 1995, last: 1998 }));
        assert_eq!(first.facts.owner_kind, Some(OwnerKind::StateFirm));
        assert_eq!(first.facts.consent, Some(Consent { share: 0.66, surveyed: Some("2024-05-01".to_owned()) }));
        assert_eq!(first.states, [(ItemCode::new("water_supply"), NeedState::Needed)]);
        let second = &form.rows[1];
        assert_eq!((second.facts.exclusion, second.not_excluded), (Some(Exclusion::Expropriation), false));
        assert_eq!((second.facts.built, second.states.len()), (None, 1));
        assert!(form.unreadable.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let form = read("id,供水,建成年份\na,很差,1990\nb,差,老\n").unwrap();
        assert_eq!(form.rows[0].facts.built, Some(YearSpan::single(1990)));
        let told: Vec<_> = form.unreadable.iter().map(|(column, count, line, _)| (column.as_str(), *count, *line)).collect();
        assert_eq!(told, [("供水", 2, 2), ("建成年份", 1, 3)]);
    }

    #[test]
    fn a_table_without_ids_or_without_anything_to_say_is_no_form() {
        for text in ["供水\n需改\n", "小区编号,备注\na,x\n", "小区编号,小区名称\na,x\n"] {
            assert!(matches!(read(text), Err(ImportError::NotThis { .. })), "{text}");
        }
    }
}
