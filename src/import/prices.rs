//! A price book out of a table `code,amount_yuan,source,dated`. A price counts with its source and its date only; rows without
//! an amount are open, and every other row that cannot be taken is told by its line.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::error::ImportError;
use super::ledger::read_ledgers;
use super::table::Table;
use super::values::text;
use crate::base::{Message, Money};
use crate::composition::entry_of_heading;
use crate::model::UnitPrice;
use crate::policy::{Catalogue, ItemCode};

/// What a table of prices says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceBook {
    /// Prices by item; of two rows of one item the later counts.
    pub prices: BTreeMap<ItemCode, UnitPrice>,
    /// Rows without an amount.
    pub open: usize,
    /// Lines of items that no catalogue has.
    pub unknown: Vec<usize>,
    /// Lines with an amount that is none, or without source or date.
    pub faulty: Vec<usize>,
}

impl PriceBook {
    /// Whether every row could be used.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unknown.is_empty() && self.faulty.is_empty()
    }
}

/// Names of the columns, ours first.
const COLUMNS: [&[&str]; 4] = [
    &["code", "代码", "编码", "name", "名称", "改造项"],
    &["amount_yuan", "单价", "单价（元）", "单价(元)", "单价元"],
    &["source", "来源", "价格来源"],
    &["dated", "基期", "价格基期", "日期"],
];

/// Reads a price book.
///
/// # Errors
/// [`ImportError`] when the file cannot be read or lacks the columns.
pub fn read_prices(path: &Path, catalogue: &Catalogue) -> Result<PriceBook, ImportError> {
    let tables = read_ledgers(path, "", &BTreeMap::new())?;
    let found = tables.iter().find_map(|table| book_of(table, catalogue));
    found.ok_or_else(|| ImportError::NotThis { path: path.to_owned(), what: Message::new("import.price-columns") })
}

fn book_of(table: &Table, catalogue: &Catalogue) -> Option<PriceBook> {
    let column =
        |names: &[&str]| names.iter().find_map(|name| table.headers.iter().position(|h| h.trim().eq_ignore_ascii_case(name)));
    let [code, amount, source, dated] = COLUMNS.map(column);
    let (code, amount, source, dated) = (code?, amount?, source?, dated?);
    let mut book = PriceBook::default();
    let cell = |row: &[Value], column: usize| text(&row[column]).ok().flatten();
    for (row, line) in table.rows.iter().zip(&table.lines) {
        let Some(written) = cell(row, amount) else {
            book.open += 1;
            continue;
        };
        let Some(entry) = cell(row, code).and_then(|name| entry_of_heading(catalogue, &name)) else {
            book.unknown.push(*line);
            continue;
        };
        let parsed = Money::parse_yuan(&written.replace(',', "")).ok().filter(|amount| amount.fen() >= 0);
        match (parsed, cell(row, source), cell(row, dated)) {
            (Some(amount), Some(source), Some(dated)) => {
                book.prices.insert(entry.code.clone(), UnitPrice { amount, source, dated });
            }
            _ => book.faulty.push(*line),
        }
    }
    Some(book)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PriceBook, ImportError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("prices.csv");
        std::fs::write(&path, text).unwrap();
        read_prices(&path, crate::policy::catalogue())
    }

    #[test]
    fn prices_count_with_source_and_date_only() {
        let book = read(
            "code,name,unit,amount_yuan,source,dated\nroad,道路,m²,\"1,120.50\",询价,2025-01\nlift,加装电梯,部,,,\n\
             water_supply,供水,m,12,,2025-01\nnothing,x,m,1,询价,2025-01\ndrainage,排水,m,-3,询价,2025-01\n",
        )
        .unwrap();
        let price = &book.prices[&ItemCode::new("road")];
        assert_eq!((price.amount, price.source.as_str(), price.dated.as_str()), (Money::from_fen(112_050), "询价", "2025-01"));
        assert_eq!((book.prices.len(), book.open, book.unknown.clone(), book.faulty.clone()), (1, 1, vec![5], vec![4, 6]));
        assert!(!book.is_whole());
    }

    #[test]
    fn a_table_without_the_columns_is_no_price_book() {
        for text in ["code,amount_yuan\nroad,1\n", "a,b\n1,2\n"] {
            assert!(matches!(read(text), Err(ImportError::NotThis { .. })), "{text}");
        }
    }
}
