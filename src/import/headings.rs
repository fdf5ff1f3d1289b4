//! Where the rows of a table begin: titles above, names of columns in one row or in two, and rows that sum others up.
//!
//! A row of names is known by the names in it, or else by how much of it is filled. Where a row of groups stands above the
//! names (建筑情况 over 楼栋数 and 户数), a name that means a fact stays what it is, and any other keeps its group.

use std::collections::HashSet;

use serde_json::Value;

use super::aliases;
use crate::model::LayerKind;

/// A row: its line in the file and its filled cells by column, ascending.
pub(super) type Line = (usize, Vec<(usize, Value)>);

/// Rows that are looked at for names: titles and remarks above a ledger take five or six.
const LOOKED_AT: usize = 20;

/// Cells of a row that are looked at for names.
const MOST_NAMES: usize = 1_024;

/// Characters of the name of a group, at most: titles are longer.
const LONGEST_GROUP: usize = 12;

/// Names of columns and where they stand.
#[derive(Debug, PartialEq)]
pub(super) struct Heading {
    /// Rows above that are no table.
    pub(super) titles: usize,
    /// Rows of names, one or two.
    pub(super) rows: usize,
    /// The column of the first name.
    pub(super) first: usize,
    /// Names from there on, no two alike.
    pub(super) names: Vec<String>,
}

/// The names of the columns. `None` of a table without rows.
pub(super) fn heading(lines: &[Line]) -> Option<Heading> {
    let widest = lines.iter().map(|(_, cells)| cells.len()).max()?;
    // A title over the table fills one cell or two; headers fill at least half of the columns.
    let fullest = lines.iter().position(|(_, cells)| cells.len() * 2 >= widest)?;
    let known = |row: usize| lines[row].1.iter().take(MOST_NAMES).filter(|(_, cell)| is_known(&written(cell))).count();
    let looked_at = 0..lines.len().min(LOOKED_AT);
    let best = looked_at.rev().max_by_key(|row| known(*row)).filter(|row| known(*row) >= 2);
    let row = best.filter(|best| known(*best) > known(fullest)).unwrap_or(fullest);
    let two = |top: usize| lines.get(top + 1).is_some_and(|below| is_group_row(&lines[top].1, &below.1));
    let (top, rows) = match row.checked_sub(1).filter(|above| two(*above)) {
        Some(above) => (above, 2),
        None => (row, if two(row) { 2 } else { 1 }),
    };
    let cells = || lines[top..top + rows].iter().flat_map(|(_, cells)| cells.iter().map(|(column, _)| *column));
    let (first, last) = (cells().min()?, cells().max()?);
    let below = if rows == 2 { lines[top + 1].1.as_slice() } else { &[] };
    Some(Heading { titles: top, rows, first, names: names(&lines[top].1, below, first, last) })
}

/// A cell as a name.
fn written(cell: &Value) -> String {
    if let Value::String(text) = cell { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { cell.to_string() }
}

fn is_known(name: &str) -> bool {
    aliases::of(LayerKind::Compounds).iter().any(|(_, names)| aliases::rank(names, name).is_some())
}

/// A text that is no number.
fn is_word(cell: &Value) -> bool {
    cell.as_str().is_some_and(|text| text.trim().parse::<f64>().is_err())
}

/// Whether `top` names groups of columns and `below` the columns in them: a name stands below another only where that one is
/// the first of several.
fn is_group_row(top: &[(usize, Value)], below: &[(usize, Value)]) -> bool {
    let has = |row: &[(usize, Value)], column: usize| row.binary_search_by_key(&column, |(own, _)| *own).is_ok();
    let is_group = |cell: &Value| {
        let name = written(cell);
        is_word(cell) && name.chars().count() <= LONGEST_GROUP && !name.contains([':', '：'])
    };
    let leads = |column: usize| !has(top, column + 1) && has(below, column + 1);
    let first = top.first().map_or(usize::MAX, |(column, _)| *column);
    let fits = |(column, cell): &(usize, Value)| is_word(cell) && *column >= first && (!has(top, *column) || leads(*column));
    top.len() >= 2
        && below.len() >= 2
        && top.iter().all(|(_, cell)| is_group(cell))
        && below.iter().all(fits)
        && below.iter().any(|(column, _)| !has(top, *column))
}

fn names(top: &[(usize, Value)], below: &[(usize, Value)], first: usize, last: usize) -> Vec<String> {
    let in_row = |row: &[(usize, Value)], column: usize| {
        row.binary_search_by_key(&column, |(own, _)| *own).ok().map(|place| written(&row[place].1))
    };
    let mut group = String::new();
    let mut found: Vec<(String, String)> = Vec::with_capacity(last - first + 1);
    for column in first..=last {
        let (above, own) = (in_row(top, column), in_row(below, column));
        group = above.clone().unwrap_or(group);
        found.push(match own {
            Some(own) => (group.clone(), own),
            None => (String::new(), above.unwrap_or_default()),
        });
    }
    let mut once = HashSet::new();
    let twice: HashSet<String> =
        found.iter().filter(|(_, name)| !once.insert(name.as_str())).map(|(_, name)| name.clone()).collect();
    let mut seen = HashSet::new();
    let named = |(place, (group, name)): (usize, (String, String))| {
        let whole =
            if group.is_empty() || (is_known(&name) && !twice.contains(&name)) { name } else { format!("{group}/{name}") };
        let whole = if whole.is_empty() { format!("#{}", place + 1) } else { whole };
        let whole = if seen.contains(&whole) { format!("{whole}#{}", place + 1) } else { whole };
        seen.insert(whole.clone());
        whole
    };
    found.into_iter().enumerate().map(named).collect()
}

/// Words for sums, and those that stand alone.
const SUMS: [&str; 4] = ["合计", "小计", "总计", "共计"];
const SUMS_ALONE: [&str; 5] = ["总和", "total", "subtotal", "grandtotal", "sum"];

/// What a row calls itself that sums up others; `None` of any other row. The word stands in the first cells that are no
/// numbers, perhaps behind what is summed up (江南街道小计).
pub(super) fn sum_of(row: &[Value]) -> Option<String> {
    let words = row.iter().filter(|cell| is_word(cell)).filter_map(Value::as_str).filter(|text| !text.trim().is_empty());
    let bare = |text: &str| {
        let text: String = text.split(['(', '（']).next().unwrap_or_default().split_whitespace().collect();
        text.trim_end_matches([':', '：']).to_lowercase()
    };
    words.take(3).enumerate().find_map(|(place, text)| {
        let word = bare(text);
        let alone = SUMS.contains(&&*word) || SUMS_ALONE.contains(&&*word);
        let behind = place == 0 && SUMS.iter().any(|sum| word.ends_with(sum));
        (alone || behind).then(|| text.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        let cells = |line: &str| {
            let filled = line.split(',').enumerate().filter(|(_, cell)| !cell.trim().is_empty());
            filled.map(|(column, cell)| (column, Value::from(cell))).collect::<Vec<_>>()
        };
        text.lines().enumerate().map(|(place, line)| (place + 1, cells(line))).filter(|(_, cells)| !cells.is_empty()).collect()
    }

    #[test]
    fn names_are_found_under_titles_and_in_two_rows() {
        let check = |text: &str, titles: usize, rows: usize, names: &[&str]| {
            let found = heading(&lines(text)).expect(text);
            let own: Vec<&str> = found.names.iter().map(String::as_str).collect();
            assert_eq!((found.titles, found.rows, own.as_slice()), (titles, rows, names), "{text}");
        };
        check("编号,户数\n1,20", 0, 1, &["编号", "户数"]);
        check("id,people\na,1\nb,2", 0, 1, &["id", "people"]);
        check("某区台账,,\n编号,小区名称,户数\n1,甲,3", 1, 1, &["编号", "小区名称", "户数"]);
        // A line of remarks that fills half of the columns.
        check(
            "某区台账,,,\n填报单位：住建局,,单位：户,\n编号,小区名称,户数,备注\n1,甲,3,",
            2,
            1,
            &["编号", "小区名称", "户数", "备注"],
        );
        check(
            "台账,,,,,\n序号,小区名称,建筑情况,,,备注\n,,楼栋数,户数,其他,\n1,甲,3,90,x,",
            1,
            2,
            &["序号", "小区名称", "楼栋数", "户数", "建筑情况/其他", "备注"],
        );
        check("基本情况,,改造,\n编号,户数,水,电\n1,3,是,否", 0, 2, &["编号", "户数", "改造/水", "改造/电"]);
        check(
            "编号,改造前,,改造后,\n,户数,楼栋数,户数,楼栋数\n1,3,4,5,6",
            0,
            2,
            &["编号", "改造前/户数", "改造前/楼栋数", "改造后/户数", "改造后/楼栋数"],
        );
        // Rows under names are no names, whatever of them is blank.
        check("编号,小区名称,,\n1,甲,乙,丙\n2,丁,,", 0, 1, &["编号", "小区名称"]);
        check("编号,户数,\n7,30,\n8,40,x", 0, 1, &["编号", "户数"]);
    }

    #[test]
    fn sums_are_no_compounds() {
        let sums = ["合 计,,300", ",小计,300", "江南街道小计,,9", "3,总计（12个）,9", "Total,,5", "江南街道,小计：,9"];
        for text in sums {
            let row: Vec<Value> = text.split(',').map(Value::from).collect();
            assert!(sum_of(&row).is_some(), "{text}");
        }
        for text in ["1,合计新村,300", "1,光明小区,含车库合计", "A1,甲,乙,丙,合计", ",,"] {
            let row: Vec<Value> = text.split(',').map(Value::from).collect();
            assert_eq!(sum_of(&row), None, "{text}");
        }
    }
}
