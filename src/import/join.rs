//! Joins a ledger to compounds: by id, else by name where a name is unique on both sides.
//!
//! What the map does not know is filled from the ledger; where both know and disagree the map stays and the report
//! counts. Columns that are no fact go into `extra`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::aliases;
use super::facts::compound_facts;
use super::report::FieldUse;
use super::row::{Mapping, Row};
use super::table::Table;
use super::values::text;
use crate::base::CompoundId;
use crate::model::{Compound, CompoundFacts, LayerKind, Properties};

/// What became of every row of a ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoinReport {
    /// The column that held the key.
    pub key: String,
    /// Rows that found their compound.
    pub matched: usize,
    /// Lines of rows that name no compound, with their key.
    pub unmatched_rows: Vec<(usize, String)>,
    /// Lines of rows whose key another row had before, or that fit several compounds; not used.
    pub ambiguous: Vec<(usize, String)>,
    /// Compounds that no row names.
    pub unmatched_compounds: Vec<CompoundId>,
    /// Facts filled, by name.
    pub filled: BTreeMap<&'static str, usize>,
    /// Facts on which map and ledger disagree, by name; the map's were kept.
    pub conflicts: BTreeMap<&'static str, usize>,
    /// Columns and what they fed.
    pub fields: Vec<FieldUse>,
}

/// Joins a table to compounds in place. `key` names the column with the id; without it a column is found by its name.
/// `None` when the table has no such column.
pub fn join(compounds: &mut [Compound], table: &Table, key: Option<&str>) -> Option<JoinReport> {
    let (column, by_name) = key_column(compounds, table, key)?;
    let places = key_places(compounds, by_name);
    let mapping = Mapping::new(LayerKind::Compounds, table.headers.iter().map(String::as_str), Some(&table.headers[column]));
    let mut report = JoinReport { key: table.headers[column].clone(), fields: mapping.tallies(), ..JoinReport::default() };
    let mut used = vec![false; compounds.len()];
    for (row, &line) in table.rows.iter().zip(&table.lines) {
        let key = text(&row[column]).ok().flatten().unwrap_or_default();
        match places.get(key.as_str()).map(Vec::as_slice) {
            Some([place]) if !used[*place] => {
                used[*place] = true;
                report.matched += 1;
                fill(&mut compounds[*place], table, row, line, &mapping, &mut report);
            }
            Some(_) => report.ambiguous.push((line, key)),
            None => report.unmatched_rows.push((line, key)),
        }
    }
    let free = used.iter().enumerate().filter(|(_, used)| !**used);
    report.unmatched_compounds = free.map(|(place, _)| CompoundId::from_index(place)).collect();
    Some(report)
}

/// Fills each compound from the row of its own number: for units that are nothing but the rows of a table.
pub fn join_by_row(compounds: &mut [Compound], table: &Table) {
    let mapping = Mapping::new(LayerKind::Compounds, table.headers.iter().map(String::as_str), None);
    let mut report = JoinReport { fields: mapping.tallies(), ..JoinReport::default() };
    for ((compound, row), &line) in compounds.iter_mut().zip(&table.rows).zip(&table.lines) {
        fill(compound, table, row, line, &mapping, &mut report);
    }
}

/// Compounds by the text that a row names them with.
fn key_places(compounds: &[Compound], by_name: bool) -> BTreeMap<String, Vec<usize>> {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, compound) in compounds.iter().enumerate() {
        let key = if by_name { &compound.facts.name } else { &compound.source_id };
        if !key.is_empty() {
            places.entry(key.clone()).or_default().push(place);
        }
    }
    places
}

/// The column asked for; else the column named like an id that knows most compounds; else the one with their names.
fn key_column(compounds: &[Compound], table: &Table, key: Option<&str>) -> Option<(usize, bool)> {
    if let Some(key) = key {
        return table.column(key).map(|column| (column, false));
    }
    let named = |target: &str| {
        let aliases =
            aliases::of(LayerKind::Compounds).iter().find(|(name, _)| *name == target).map_or(&[][..], |(_, names)| names);
        (0..table.headers.len()).filter(move |column| aliases::rank(aliases, &table.headers[*column]).is_some())
    };
    let hits = |column: usize, places: &BTreeMap<String, Vec<usize>>| {
        table.rows.iter().filter(|row| text(&row[column]).ok().flatten().is_some_and(|key| places.contains_key(&key))).count()
    };
    let ids = key_places(compounds, false);
    // A column whose name means nothing to us may hold the ids too (codes of census areas, say), if no value comes twice.
    let unnamed = (0..table.headers.len()).filter(|column| is_foreign(&table.headers[*column]) && is_distinct(table, *column));
    let by_id = named("source_id").chain(unnamed).map(|column| (hits(column, &ids), column));
    let best = by_id.fold((0, None), |best, (hits, column)| if hits > best.0 { (hits, Some(column)) } else { best });
    if best.0 * 2 >= table.rows.len().min(compounds.len()) && best.1.is_some() {
        return best.1.map(|column| (column, false));
    }
    let names = key_places(compounds, true);
    let by_name = named("name").map(|column| (hits(column, &names), column)).max_by_key(|(hits, _)| *hits);
    match (by_name, best) {
        (Some((hits, column)), (id_hits, _)) if hits > id_hits => Some((column, true)),
        (_, (_, Some(column))) => Some((column, false)),
        _ => named("source_id").next().map(|column| (column, false)),
    }
}

fn is_foreign(header: &str) -> bool {
    aliases::of(LayerKind::Compounds).iter().all(|(_, names)| aliases::rank(names, header).is_none())
}

fn is_distinct(table: &Table, column: usize) -> bool {
    let mut seen = BTreeSet::new();
    table.rows.iter().filter_map(|row| text(&row[column]).ok().flatten()).all(|value| seen.insert(value))
}

fn fill(compound: &mut Compound, table: &Table, row: &[Value], line: usize, mapping: &Mapping, report: &mut JoinReport) {
    let properties: Properties = table.headers.iter().cloned().zip(row.iter().cloned()).collect();
    let mut row = Row::new(line, &properties, mapping, &mut report.fields);
    let key = row.text("source_id");
    let facts = compound_facts(&mut row);
    let rest = row.rest();
    merge_facts(&mut compound.facts, facts, report);
    for (header, value) in rest.iter() {
        let blank = matches!(text(&value), Ok(None));
        let is_key = header == report.key && key.is_some();
        if !blank && !is_key && !compound.extra.contains_key(&header) {
            compound.extra.insert(header.into_owned(), value);
        }
    }
}

fn merge_facts(facts: &mut CompoundFacts, ledger: CompoundFacts, report: &mut JoinReport) {
    let name = (!ledger.name.is_empty()).then_some(ledger.name);
    let mut own_name = (!facts.name.is_empty()).then(|| facts.name.clone());
    merge(&mut own_name, name, "name", report);
    facts.name = own_name.unwrap_or_default();
    merge(&mut facts.address, ledger.address, "address", report);
    merge(&mut facts.street_office, ledger.street_office, "street_office", report);
    merge(&mut facts.community, ledger.community, "community", report);
    merge(&mut facts.built, ledger.built, "built", report);
    merge(&mut facts.households, ledger.households, "households", report);
    merge(&mut facts.floor_area_m2, ledger.floor_area_m2, "floor_area_m2", report);
    merge(&mut facts.buildings, ledger.buildings, "buildings", report);
    merge(&mut facts.stair_units, ledger.stair_units, "stair_units", report);
    merge(&mut facts.estimated_cost, ledger.estimated_cost, "estimated_cost", report);
    merge(&mut facts.owner_kind, ledger.owner_kind, "owner_kind", report);
    merge(&mut facts.owner, ledger.owner, "owner", report);
    merge(&mut facts.management, ledger.management, "management", report);
    merge(&mut facts.exclusion, ledger.exclusion, "exclusion", report);
    merge(&mut facts.consent, ledger.consent, "consent", report);
    merge(&mut facts.neglected, ledger.neglected, "neglected", report);
    merge(&mut facts.lacks_municipal, ledger.lacks_municipal, "lacks_municipal", report);
    merge(&mut facts.lacks_services, ledger.lacks_services, "lacks_services", report);
    merge(&mut facts.problems, ledger.problems, "problems", report);
    merge(&mut facts.planned_year, ledger.planned_year, "planned_year", report);
}

/// Fills a fact that the map does not know; counts where both know and differ.
fn merge<T: PartialEq>(own: &mut Option<T>, ledger: Option<T>, fact: &'static str, report: &mut JoinReport) {
    match (&own, &ledger) {
        (None, Some(_)) => {
            *report.filled.entry(fact).or_default() += 1;
            *own = ledger;
        }
        (Some(a), Some(b)) if a != b => *report.conflicts.entry(fact).or_default() += 1,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::MultiPolygon;

    fn compound(id: &str, name: &str, households: Option<u32>) -> Compound {
        let facts = CompoundFacts { name: name.to_owned(), households, ..CompoundFacts::default() };
        Compound { source_id: id.to_owned(), shape: MultiPolygon::new(vec![]), facts, extra: Properties::new() }
    }

    fn table(rows: &[[&str; 3]], headers: [&str; 3]) -> Table {
        Table {
            headers: headers.map(str::to_owned).to_vec(),
            rows: rows.iter().map(|row| row.map(Value::from).to_vec()).collect(),
            lines: (2..).take(rows.len()).collect(),
            ..Table::default()
        }
    }

    #[test]
    fn a_ledger_fills_what_is_missing_and_contradicts_aloud() {
        let mut compounds = [compound("1", "甲", Some(10)), compound("2", "乙", None), compound("3", "丙", None)];
        let ledger = table(&[["1", "11", "a"], ["2", "20户", "b"], ["9", "5", ""], ["2", "7", ""]], ["小区编号", "户数", "网格"]);
        let report = join(&mut compounds, &ledger, None).expect("a key");
        assert_eq!((report.key.as_str(), report.matched), ("小区编号", 2));
        assert_eq!(report.unmatched_rows, [(4, "9".to_owned())]);
        assert_eq!(report.ambiguous, [(5, "2".to_owned())]);
        assert_eq!(report.unmatched_compounds, [CompoundId(2)]);
        assert_eq!(compounds.clone().map(|c| c.facts.households), [Some(10), Some(20), None]);
        assert_eq!(report.conflicts.get("households"), Some(&1));
        assert_eq!(compounds[1].extra.get("网格"), Some(Value::from("b")));
        assert!(!compounds[1].extra.contains_key("小区编号"));
    }

    #[test]
    fn without_ids_in_common_names_are_tried() {
        let mut compounds = [compound("1", "甲", None), compound("2", "乙", None)];
        let ledger = table(&[["77", "甲", "30"], ["78", "乙", "40"]], ["编号", "小区名称", "户数"]);
        let report = join(&mut compounds, &ledger, None).expect("a key");
        assert_eq!((report.key.as_str(), report.matched), ("小区名称", 2));
        assert_eq!(compounds[1].facts.households, Some(40));
        assert!(join(&mut compounds, &ledger, Some("没有")).is_none());
    }
}
