//! `--filled` and `--prices`: forms that came back, states of items that fields of the compounds tell (R20), price books.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::inputs::Loaded;
use super::terminal::Terminal;
use crate::base::{CompoundId, Message};
use crate::composition;
use crate::import;
use crate::model::{Content, NeedState};
use crate::session::{forms, price_book};

/// Takes forms in the order in which they are given, then what columns of maps and ledgers say of items. What a form says of a
/// fact or a state counts more than what was there; a column counts only where nothing else has spoken.
pub(super) fn take(terminal: &Terminal, loaded: &mut Loaded, paths: &[PathBuf]) -> Result<(), Message> {
    for path in paths {
        let form = import::read_form(path, &loaded.content.catalogue).map_err(|error| error.message())?;
        let found = forms::matched(&loaded.content, &form);
        terminal.say(&found.message(path));
        loaded.left_out += found.unknown.len() + found.ambiguous.len();
        let lines = |rows: &[(usize, String)]| -> Vec<Value> {
            rows.iter().map(|(line, id)| json!({ "line": line, "id": id })).collect()
        };
        let unreadable = |(column, count, line, value): &(String, usize, usize, String)| json!({ "column": column, "count": count, "line": line, "value": value });
        loaded.reports.push(json!({
            "file": path.display().to_string(),
            "form": {
                "rows": found.rows,
                "matched": found.matched,
                "facts_changed": found.facts.len(),
                "states_changed": found.needs.len(),
                "unknown": lines(&found.unknown),
                "ambiguous": lines(&found.ambiguous),
                "unreadable": found.unreadable.iter().map(unreadable).collect::<Vec<Value>>(),
            },
        }));
        let compounds = std::sync::Arc::make_mut(&mut loaded.content.compounds);
        for (id, facts) in found.facts {
            compounds[id.index()].facts = facts;
        }
        loaded.content.needs.extend(found.needs);
    }
    let told = composition::states_in_fields(&loaded.content);
    if !told.fields.is_empty() {
        terminal.say(&told.message());
        loaded.content.needs.extend(told.set);
    }
    Ok(())
}

/// Takes price books in the order in which they are given; of two prices of one item the later counts.
pub(super) fn take_prices(terminal: &Terminal, loaded: &mut Loaded, paths: &[PathBuf]) -> Result<(), Message> {
    for path in paths {
        let book = import::read_prices(path, &loaded.content.catalogue).map_err(|error| error.message())?;
        let changed = price_book::changed(&loaded.content, &book);
        terminal.say(&price_book::message(path, &book, changed.len()));
        loaded.left_out += book.unknown.len() + book.faulty.len();
        loaded.reports.push(json!({
            "file": path.display().to_string(),
            "prices": {
                "taken": book.prices.len(),
                "open": book.open,
                "unknown_lines": book.unknown,
                "faulty_lines": book.faulty,
            },
        }));
        loaded.content.prices.extend(changed);
    }
    Ok(())
}

/// How many cells of the matrix of needs have each state, and how many have none.
pub(super) fn needs_json(content: &Content) -> Value {
    let all = (0..content.compounds.len()).map(CompoundId::from_index);
    let counts = composition::need_counts(content, all);
    let mut json: serde_json::Map<String, Value> =
        NeedState::ALL.iter().map(|state| (state.code().to_owned(), counts.of(*state).into())).collect();
    json.insert("blank".to_owned(), counts.blank.into());
    json.insert("cells".to_owned(), counts.total().into());
    Value::Object(json)
}
