//! Joins a ledger to compounds, by id and by name as far as [`super::matching`] is sure; the rest is open for the user.
//!
//! What the map does not know is filled from the ledger; where both know and disagree the map stays and the report
//! counts. Columns that are no fact go into `extra`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::aliases;
use super::facts::compound_facts;
use super::matching::{MatchedBy, Open, Party, match_parties, plain_id, plain_name};
use super::placeholder::EnteredRow;
use super::report::FieldUse;
use super::row::{Mapping, Row, RowRoom};
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
    /// Rows by the way in which they found it.
    pub by: BTreeMap<MatchedBy, usize>,
    /// Rows that may mean some compound, or several; not used.
    pub open: Vec<OpenRow>,
    /// Lines of rows that say again what an earlier row says of its compound, with their key; not used.
    pub repeated: Vec<(usize, String)>,
    /// Lines of rows that name no compound, with their key.
    pub unmatched_rows: Vec<(usize, String)>,
    /// Compounds that no row names.
    pub unmatched_compounds: Vec<CompoundId>,
    /// Ids agreed where names contradicted, so names alone were used.
    pub ids_distrusted: bool,
    /// Facts filled, by name.
    pub filled: BTreeMap<&'static str, usize>,
    /// Facts on which map and ledger disagree, by name; the map's were kept.
    pub conflicts: BTreeMap<&'static str, usize>,
    /// Columns and what they fed.
    pub fields: Vec<FieldUse>,
    /// Rows that entered as compounds of their own, with a placeholder for the boundary.
    pub entered: Vec<EnteredRow>,
    /// The ledger itself, for the rows that are still open.
    pub table: Arc<Table>,
}

/// A row that may mean some compound.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenRow {
    /// Place of the row in its table.
    pub row: usize,
    /// Line in the file.
    pub line: usize,
    /// What the row calls itself.
    pub key: String,
    /// Compounds with their likeness from 0 to 1, likeliest first.
    pub candidates: Vec<(CompoundId, f64)>,
    /// The first candidate stands out from the others.
    pub proposed: bool,
    /// Its id means one compound and its name another.
    pub torn: bool,
}

/// Joins a table to compounds in place. `key` names the column with the id; without it a column is found by its name.
/// Names that are only alike are used when `likeness` says so, and listed as open rows otherwise. `None` when the table has
/// no column to join by.
pub fn join(compounds: &mut [Compound], table: &Arc<Table>, key: Option<&str>, likeness: bool) -> Option<JoinReport> {
    let columns = key_columns(compounds, table, key.or(table.choice.id_field.as_deref()))?;
    let cell =
        |row: &[Value], column: Option<usize>| column.and_then(|column| text(&row[column]).ok().flatten()).unwrap_or_default();
    let party = |row: &Vec<Value>| Party { id: cell(row, columns.id), name: cell(row, columns.name) };
    let rows: Vec<Party> = table.rows.iter().map(party).collect();
    let own = |compound: &Compound| Party { id: compound.source_id.clone(), name: compound.facts.name.clone() };
    let parties: Vec<Party> = compounds.iter().map(own).collect();
    let mut matching = match_parties(&rows, &parties);
    if likeness {
        matching.open.retain(|open| {
            if open.proposed {
                matching.matched.insert(open.row, (open.candidates[0].0, MatchedBy::Likeness));
            }
            !open.proposed
        });
    }
    let key = &table.headers[columns.main()];
    let mapping = mapping_of(table, Some(key));
    let mut report = JoinReport { key: key.clone(), fields: mapping.tallies(), ..JoinReport::default() };
    report.ids_distrusted = matching.ids_distrusted;
    report.table = Arc::clone(table);
    let mut used = vec![false; compounds.len()];
    for (&row, &(compound, by)) in &matching.matched {
        used[compound] = true;
        report.matched += 1;
        *report.by.entry(by).or_default() += 1;
        fill(&mut compounds[compound], table, &table.rows[row], table.lines[row], &mapping, &mut report);
    }
    let called = |row: usize| if rows[row].name.is_empty() { rows[row].id.clone() } else { rows[row].name.clone() };
    for open in matching.open {
        let candidates = open.candidates.iter().map(|(compound, score)| (CompoundId::from_index(*compound), *score));
        let Open { row, proposed, torn, .. } = open;
        let (line, candidates) = (table.lines[row], candidates.collect());
        report.open.push(OpenRow { row, line, key: called(row), candidates, proposed, torn });
    }
    report.repeated = matching.repeated.iter().map(|row| (table.lines[*row], called(*row))).collect();
    report.repeated.sort_unstable();
    let mut told: HashSet<usize> = report.open.iter().map(|open| open.row).collect();
    told.extend(matching.matched.keys().chain(&matching.repeated));
    let known = |row: &usize| told.contains(row);
    report.unmatched_rows = (0..rows.len()).filter(|row| !known(row)).map(|row| (table.lines[row], called(row))).collect();
    let free = used.iter().enumerate().filter(|(_, used)| !**used);
    report.unmatched_compounds = free.map(|(place, _)| CompoundId::from_index(place)).collect();
    Some(report)
}

/// Gives an open or unmatched row of a ledger to a compound, as the user says, and notes it in the report. `false` when there
/// is no such row or compound left to match.
pub fn join_row(compounds: &mut [Compound], report: &mut JoinReport, line: usize, compound: CompoundId) -> bool {
    let table = Arc::clone(&report.table);
    let Some(row) = table.lines.iter().position(|own| *own == line) else { return false };
    let free = report.unmatched_compounds.iter().position(|own| *own == compound);
    let Some((free, target)) = free.zip(compounds.get_mut(compound.index())) else { return false };
    let mapping = mapping_of(&table, Some(&report.key));
    report.unmatched_compounds.remove(free);
    report.open.retain(|open| open.line != line);
    report.unmatched_rows.retain(|(own, _)| *own != line);
    for open in &mut report.open {
        open.candidates.retain(|(candidate, _)| *candidate != compound);
    }
    let (without, with): (Vec<OpenRow>, Vec<OpenRow>) = report.open.drain(..).partition(|open| open.candidates.is_empty());
    report.open = with;
    report.unmatched_rows.extend(without.into_iter().map(|open| (open.line, open.key)));
    report.unmatched_rows.sort_unstable();
    report.matched += 1;
    *report.by.entry(MatchedBy::Likeness).or_default() += 1;
    fill(target, &table, &table.rows[row], line, &mapping, report);
    true
}

/// Fills each compound from the row of its own number: for units that are nothing but the rows of a table.
pub fn join_by_row(compounds: &mut [Compound], table: &Table) {
    let mapping = mapping_of(table, None);
    let mut report = JoinReport { fields: mapping.tallies(), ..JoinReport::default() };
    for ((compound, row), &line) in compounds.iter_mut().zip(&table.rows).zip(&table.lines) {
        fill(compound, table, row, line, &mapping, &mut report);
    }
}

/// What the columns of a ledger feed, `key` the ids.
fn mapping_of(table: &Table, key: Option<&str>) -> Mapping {
    Mapping::chosen(LayerKind::Compounds, table.headers.iter().map(String::as_str), key, &table.choice.feeds)
}

/// Columns that say which compound a row means.
struct Columns {
    id: Option<usize>,
    name: Option<usize>,
    by_name: bool,
}

impl Columns {
    /// The one that knows most compounds.
    fn main(&self) -> usize {
        let (first, second) = if self.by_name { (self.name, self.id) } else { (self.id, self.name) };
        first.or(second).unwrap_or(0)
    }
}

/// The column of ids: the one asked for, else the one named like an id that knows most compounds, else one whose name means
/// nothing to us and whose values do. And the column of names.
fn key_columns(compounds: &[Compound], table: &Table, key: Option<&str>) -> Option<Columns> {
    let targets: Vec<Option<&str>> = mapping_of(table, None).targets().collect();
    let named = |target: &'static str| {
        let feeds = |column: &usize| targets[*column] == Some(target);
        (0..targets.len()).filter(feeds).collect::<Vec<usize>>().into_iter()
    };
    let hits = |column: usize, keys: &HashSet<String>, plain: fn(&str) -> String| {
        let known = |row: &&Vec<Value>| text(&row[column]).ok().flatten().is_some_and(|key| keys.contains(&plain(&key)));
        table.rows.iter().filter(known).count()
    };
    let names: HashSet<String> = compounds.iter().map(|compound| plain_name(&compound.facts.name)).collect();
    let by_name = named("name").map(|column| (hits(column, &names, plain_name), column));
    let best = |found: &mut dyn Iterator<Item = (usize, usize)>| {
        found
            .fold(None, |best: Option<(usize, usize)>, own| if best.is_none_or(|best| own.0 > best.0) { Some(own) } else { best })
    };
    let name = best(&mut by_name.into_iter());
    if let Some(key) = key {
        return table.column(key).map(|column| Columns {
            id: Some(column),
            name: name.map(|(_, column)| column),
            by_name: false,
        });
    }
    let ids: HashSet<String> = compounds.iter().map(|compound| plain_id(&compound.source_id)).collect();
    // A column whose name means nothing to us may hold the ids too (codes of census areas, say), if no value comes twice.
    let unnamed = (0..table.headers.len()).filter(|column| is_foreign(&table.headers[*column]) && is_distinct(table, *column));
    let id = best(&mut named("source_id").map(|column| (hits(column, &ids, plain_id), column)));
    let foreign = best(&mut unnamed.map(|column| (hits(column, &ids, plain_id), column)));
    // A foreign column must know half of what it could, or it is a column of something else.
    let enough = |(hits, _): &(usize, usize)| *hits > 0 && hits * 2 >= table.rows.len().min(compounds.len());
    let foreign = foreign.filter(enough).filter(|(hits, _)| id.is_none_or(|id| *hits > id.0));
    let id = foreign.or(id);
    if id.is_none() && name.is_none() {
        return None;
    }
    let by_name = name.is_some_and(|(names, _)| id.is_none_or(|(ids, _)| names > ids));
    Some(Columns { id: id.map(|(_, column)| column), name: name.map(|(_, column)| column), by_name })
}

fn is_foreign(header: &str) -> bool {
    aliases::of(LayerKind::Compounds).iter().all(|(_, names)| aliases::rank(names, header).is_none())
}

fn is_distinct(table: &Table, column: usize) -> bool {
    let mut seen = BTreeSet::new();
    table.rows.iter().filter_map(|row| text(&row[column]).ok().flatten()).all(|value| seen.insert(value))
}

/// Puts what a row says into a compound and counts it.
pub(super) fn fill(
    compound: &mut Compound,
    table: &Table,
    row: &[Value],
    line: usize,
    mapping: &Mapping,
    report: &mut JoinReport,
) {
    let properties: Properties = table.headers.iter().cloned().zip(row.iter().cloned()).collect();
    let mut room = RowRoom::default();
    let mut row = Row::new(line, &properties, mapping, &mut room, &mut report.fields);
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

    fn table(rows: &[[&str; 3]], headers: [&str; 3]) -> Arc<Table> {
        Arc::new(Table {
            headers: headers.map(str::to_owned).to_vec(),
            rows: rows.iter().map(|row| row.map(Value::from).to_vec()).collect(),
            lines: (2..).take(rows.len()).collect(),
            ..Table::default()
        })
    }

    #[test]
    fn a_ledger_fills_what_is_missing_and_contradicts_aloud() {
        let mut compounds = [compound("1", "甲", Some(10)), compound("2", "乙", None), compound("3", "丙", None)];
        let rows = [["001", "11", "a"], ["2", "20户", "b"], ["9", "5", ""], ["2", "7", ""], ["2", "7", ""]];
        let ledger = table(&rows, ["小区编号", "户数", "网格"]);
        let mut report = join(&mut compounds, &ledger, None, false).expect("a key");
        assert_eq!((report.key.as_str(), report.matched), ("小区编号", 2));
        assert_eq!(report.by, [(MatchedBy::Id, 1), (MatchedBy::PlainId, 1)].into());
        assert_eq!(report.unmatched_rows, [(4, "9".to_owned())]);
        assert_eq!(report.repeated, [(5, "2".to_owned()), (6, "2".to_owned())]);
        assert_eq!(report.unmatched_compounds, [CompoundId(2)]);
        assert_eq!(compounds.clone().map(|c| c.facts.households), [Some(10), Some(20), None]);
        assert_eq!(report.conflicts.get("households"), Some(&1));
        assert_eq!(compounds[1].extra.get("网格"), Some(Value::from("b")));
        assert!(!compounds[1].extra.contains_key("小区编号"));
        // The user gives the row that names no compound to the compound without row.
        assert!(!join_row(&mut compounds, &mut report, 4, CompoundId(0)));
        assert!(join_row(&mut compounds, &mut report, 4, CompoundId(2)));
        assert_eq!(compounds[2].facts.households, Some(5));
        assert_eq!((report.matched, report.unmatched_rows.len(), report.unmatched_compounds.len()), (3, 0, 0));
        assert!(!join_row(&mut compounds, &mut report, 4, CompoundId(2)));
    }

    #[test]
    fn likeness_is_used_when_asked_only() {
        let compounds = [compound("1", "机械厂家属楼", None), compound("2", "光明小区一期", None)];
        let ledger = table(&[["", "机械厂宿舍", "30"], ["", "光明小区二期", "40"]], ["编号", "小区名称", "户数"]);
        let mut careful = compounds.clone();
        let report = join(&mut careful, &ledger, None, false).expect("a key");
        assert_eq!((report.matched, report.open.len(), report.unmatched_rows.len()), (0, 1, 1));
        assert!(report.open[0].proposed && careful[0].facts.households.is_none());
        let mut bold = compounds;
        let report = join(&mut bold, &ledger, None, true).expect("a key");
        assert_eq!((report.matched, report.by.get(&MatchedBy::Likeness)), (1, Some(&1)));
        assert_eq!(bold[0].facts.households, Some(30));
        assert_eq!(bold[1].facts.households, None);
    }

    #[test]
    fn without_ids_in_common_names_are_tried() {
        let mut compounds = [compound("1", "甲", None), compound("2", "乙", None)];
        let ledger = table(&[["77", "甲", "30"], ["78", "乙", "40"]], ["编号", "小区名称", "户数"]);
        let report = join(&mut compounds, &ledger, None, false).expect("a key");
        assert_eq!((report.key.as_str(), report.matched), ("小区名称", 2));
        assert_eq!(compounds[1].facts.households, Some(40));
        assert!(join(&mut compounds, &ledger, Some("没有"), false).is_none());
    }
}
