//! Where the rows of a table begin: titles above, names of columns in up to three rows, the numbers of the columns under them
//! (栏次), and rows that sum others up.
//!
//! A row of names is known by the names in it, or else by how much of it is filled. Where rows of groups stand above the
//! names (建筑情况 over 楼栋数 and 户数), a name that means a fact stays what it is, and any other keeps its groups.

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
    /// Rows of names, one to three.
    pub(super) rows: usize,
    /// Whether a row of the numbers of the columns follows them.
    pub(super) numbered: bool,
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
    let (top, rows) = rows_of_names(lines, row);
    let named = &lines[top..top + rows];
    let cells = || named.iter().flat_map(|(_, cells)| cells.iter().map(|(column, _)| *column));
    let (first, last) = (cells().min()?, cells().max()?);
    let numbered = lines.get(top + rows).is_some_and(|(_, cells)| numbers_columns(cells, last - first + 1));
    Some(Heading { titles: top, rows, numbered, first, names: names(named, first, last) })
}

/// The first row of names and how many there are, where one of them is known.
fn rows_of_names(lines: &[Line], row: usize) -> (usize, usize) {
    let cells = |row: usize| lines.get(row).map(|(_, cells)| cells.as_slice());
    let two = |top: usize| cells(top).zip(cells(top + 1)).is_some_and(|(above, below)| is_group_row(above, below));
    let three = |top: usize| {
        let Some(((above, middle), below)) = cells(top).zip(cells(top + 1)).zip(cells(top + 2)) else { return false };
        is_group_row(above, &over(middle, below)) && middle.iter().all(is_group) && is_group_row(&over(middle, above), below)
    };
    let tops = |rows: usize| (0..rows).rev().filter_map(move |back| row.checked_sub(back));
    let found = tops(3).find(|top| three(*top)).map(|top| (top, 3));
    found.or_else(|| tops(2).find(|top| two(*top)).map(|top| (top, 2))).unwrap_or((row, 1))
}

/// Two rows as one: the cells of the first, and those of the other where it has none.
fn over(first: &[(usize, Value)], other: &[(usize, Value)]) -> Vec<(usize, Value)> {
    let rest = other.iter().filter(|(column, _)| !has(first, *column));
    let mut both: Vec<(usize, Value)> = first.iter().chain(rest).cloned().collect();
    both.sort_by_key(|(column, _)| *column);
    both
}

/// Whether a row says nothing but the numbers of the columns: 栏次, 甲, 乙, 1, 2, 3=1+2, … from 1 on without a gap. Where no
/// word tells so there must be four of them: a compound of id 1 may have 2 buildings and 3 households.
fn numbers_columns(cells: &[(usize, Value)], columns: usize) -> bool {
    let texts: Vec<String> =
        cells.iter().map(|(_, cell)| written(cell).trim_matches(['(', ')', '（', '）']).to_owned()).collect();
    let words = texts.iter().take_while(|text| COLUMN_WORDS.contains(&text.as_str())).count();
    let number = |text: &String| text.split(['=', '＝']).next()?.trim().parse::<usize>().ok();
    let counted = texts[words..].iter().zip(1..).all(|(text, wanted)| number(text) == Some(wanted));
    let enough = if words > 0 { 2 } else { 4 };
    counted && texts.len() - words >= enough && texts.len() * 2 >= columns
}

/// What stands before the numbers of columns in official tables.
const COLUMN_WORDS: [&str; 9] = ["栏次", "栏号", "列次", "列号", "行次", "甲", "乙", "丙", "丁"];

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

fn has(row: &[(usize, Value)], column: usize) -> bool {
    row.binary_search_by_key(&column, |(own, _)| *own).is_ok()
}

/// Whether a cell may name a group of columns.
fn is_group((_, cell): &(usize, Value)) -> bool {
    let name = written(cell);
    is_word(cell) && name.chars().count() <= LONGEST_GROUP && !name.contains([':', '：'])
}

/// Whether `top` names groups of columns and `below` the columns in them: a name stands below another only where that one is
/// the first of several.
fn is_group_row(top: &[(usize, Value)], below: &[(usize, Value)]) -> bool {
    let leads = |column: usize| !has(top, column + 1) && has(below, column + 1);
    let first = top.first().map_or(usize::MAX, |(column, _)| *column);
    let fits = |(column, cell): &(usize, Value)| is_word(cell) && *column >= first && (!has(top, *column) || leads(*column));
    top.len() >= 2
        && below.len() >= 2
        && top.iter().all(is_group)
        && below.iter().all(fits)
        && below.iter().any(|(column, _)| !has(top, *column))
}

fn names(rows: &[Line], first: usize, last: usize) -> Vec<String> {
    let in_row = |(_, cells): &Line, column: usize| {
        cells.binary_search_by_key(&column, |(own, _)| *own).ok().map(|place| written(&cells[place].1))
    };
    // The group of every row but the last, as it goes on to the right.
    let mut groups = vec![String::new(); rows.len() - 1];
    let mut found: Vec<(String, String)> = Vec::with_capacity(last - first + 1);
    for column in first..=last {
        let cells: Vec<Option<String>> = rows.iter().map(|row| in_row(row, column)).collect();
        for (level, name) in cells[..groups.len()].iter().enumerate() {
            if let Some(name) = name {
                groups[level..].fill(String::new());
                groups[level].clone_from(name);
            }
        }
        let Some(level) = cells.iter().rposition(Option::is_some) else {
            found.push(Default::default());
            continue;
        };
        let above: Vec<&str> = groups[..level].iter().map(String::as_str).filter(|group| !group.is_empty()).collect();
        found.push((above.join("/"), cells[level].clone().unwrap_or_default()));
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
        check(
            "台账,,,,,,\n序号,小区名称,改造内容,,,,备注\n,,基础类,,完善类,,\n,,水,电,绿化,停车,\n1,甲,是,是,否,否,",
            1,
            3,
            &[
                "序号",
                "小区名称",
                "改造内容/基础类/水",
                "改造内容/基础类/电",
                "改造内容/完善类/绿化",
                "改造内容/完善类/停车",
                "备注",
            ],
        );
        check(
            "编号,建筑情况,,,\n,规模,,年代,\n,户数,楼栋数,建成年份,其他\n1,90,3,1998,x",
            0,
            3,
            &["编号", "户数", "楼栋数", "建成年份", "建筑情况/年代/其他"],
        );
        // Rows under names are no names, whatever of them is blank.
        check("编号,小区名称,,\n1,甲,乙,丙\n2,丁,,", 0, 1, &["编号", "小区名称"]);
        check("编号,户数,\n7,30,\n8,40,x", 0, 1, &["编号", "户数"]);
    }

    #[test]
    fn numbers_of_columns_are_known_and_facts_are_not() {
        let check = |row: &str, numbered: bool| {
            let text = format!("编号,小区名称,户数,楼栋数\n{row}\n7,甲,30,2");
            assert_eq!(heading(&lines(&text)).map(|found| found.numbered), Some(numbered), "{row}");
        };
        for row in
            ["1,2,3,4", "栏次,1,2,3", "甲,乙,1,2", "(1),(2),(3),(4)", "（1）,（2）,（3）,（4）", "1,2,3,4=2+3", "栏次,,1,2"]
        {
            check(row, true);
        }
        for row in ["1,2,3,", "2,3,4,5", "1,甲,3,4", "1,2,4,5", "栏次,1,,", "甲,乙,丙,丁", "1,1,1,1"] {
            check(row, false);
        }
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
