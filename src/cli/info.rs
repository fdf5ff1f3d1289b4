//! `info`: what files hold.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Ended;
use super::args::InfoArguments;
use super::describe;
use super::inputs::{check_named, layer_json, options};
use super::ledgers::tables_of;
use super::mends;
use super::output::{ending, leave, print, print_json};
use super::terminal::Terminal;
use crate::base::Message;
use crate::import::{self, FileRead, Repeats};
use crate::model::{Content, LayerContent, LayerKind};
use crate::project;

pub(super) fn run(terminal: &mut Terminal, arguments: &InfoArguments) -> Result<Ended, Message> {
    check_named(&arguments.reading, arguments.files.iter().map(PathBuf::as_path))?;
    let mut files = Vec::new();
    let mut failures = 0;
    let mut before = Vec::new();
    let mut repeats = Repeats::default();
    for path in &arguments.files {
        if let Some(told) = repeats.note(path, (arguments.reading.kind_of(path), arguments.reading.shift_of(path))) {
            terminal.say(&told);
            continue;
        }
        match facts(terminal, path, arguments, &mut before) {
            Ok(value) => files.push(value),
            Err(message) => {
                failures += 1;
                terminal.say(&message);
                files.push(json!({ "file": path.display().to_string(), "error": terminal.words(&message) }));
            }
        }
    }
    if arguments.json {
        print_json(&json!({ "files": files }))?;
    } else {
        print(|out| files.iter().try_for_each(|file| describe::write(out, terminal.lang, file)))?;
    }
    if failures == files.len() {
        return Err(Message::new("cli.nothing-read"));
    }
    Ok(if failures > 0 { Ended::WithFaults } else { Ended::Well })
}

/// A ledger; of a workbook with several sheets the first that is joined, and the others under `sheets`.
fn tables_json(terminal: &Terminal, path: &Path) -> Result<Value, Message> {
    let tables = tables_of(path)?;
    let mut described = tables.iter().map(|table| table_json(terminal, &table.name, table));
    let mut first = described.next().unwrap_or_else(|| json!({}));
    first["file"] = path.display().to_string().into();
    let others: Vec<Value> = described.collect();
    if !others.is_empty() {
        first["sheets"] = others.into();
    }
    Ok(first)
}

fn table_json(terminal: &Terminal, name: &str, table: &import::Table) -> Value {
    json!({
        "file": name,
        "columns": table.headers,
        "rows": table.rows.len(),
        "sum_rows": table.sums,
        "notes": table.notes.iter().map(|note| terminal.words(note)).collect::<Vec<_>>(),
    })
}

/// A layer that was read before, and the CRS that it is in.
type Before = (u32, LayerContent);

fn facts(terminal: &mut Terminal, path: &Path, arguments: &InfoArguments, before: &mut Vec<Before>) -> Result<Value, Message> {
    let ending = ending(path);
    if import::is_table(&import::sheet_asked(path).0) {
        return tables_json(terminal, path);
    }
    if ending == "gpkg" && path.exists() && (project::is_plan(path) || !import::holds_features(path)) {
        return plan_facts(terminal, path, arguments.overlaps);
    }
    let options = options(path, None, &arguments.reading, 0)?;
    let label = Message::new("cli.reading").text("file", path.display().to_string());
    let read = terminal.phase("read", &label, |progress| import::read_path(path, &options, progress));
    let mut read = read.map_err(|error| error.message())?;
    add_hints(&mut read, before);
    let mut layers: Vec<Value> = read.layers.iter().map(|layer| layer_json(terminal, path, layer)).collect();
    if arguments.overlaps {
        for (layer, described) in read.layers.iter().zip(&mut layers) {
            let mut content = Content { crs_code: read.working_crs, ..Content::default() };
            content.set_layer(layer.content.clone());
            let offers = mends::offers(terminal, &content)?;
            described["overlaps"] = mends::list_json(terminal, &content, &offers);
        }
    }
    let tables: Vec<Value> = read.tables.iter().map(|table| table_json(terminal, &table.name, table)).collect();
    let left: Vec<String> = read.failures.iter().map(|failure| terminal.words(failure)).collect();
    let mut described = json!({ "file": path.display().to_string(), "working_crs": read.working_crs, "layers": layers });
    for (key, list) in [("tables", Value::from(tables)), ("left", Value::from(left))] {
        if list.as_array().is_some_and(|list| !list.is_empty()) {
            described[key] = list;
        }
    }
    leave(read);
    Ok(described)
}

/// Warns of layers that lie off those before as the offset of a map service would move them. Every file is in the CRS of its
/// own place; those before are brought into that of this one, where they can be: a town lies in one zone and its pipes may
/// say they lie in another.
fn add_hints(read: &mut FileRead, before: &mut Vec<Before>) {
    let working_crs = read.working_crs;
    let brought = |(crs, layer): &Before| import::in_crs(layer, *crs, working_crs);
    let mut near: Vec<LayerContent> = before.iter().filter_map(brought).collect();
    for layer in &mut read.layers {
        layer.report.warnings.extend(import::offset_hint(&layer.content, near.iter(), working_crs));
        near.push(layer.content.clone());
        before.push((working_crs, layer.content.clone()));
    }
}

fn plan_facts(terminal: &mut Terminal, path: &Path, overlaps: bool) -> Result<Value, Message> {
    let opened = project::open(path).map_err(|error| error.message())?;
    let content = opened.content;
    let offers = if overlaps { mends::offers(terminal, &content)? } else { Vec::new() };
    let layers: serde_json::Map<String, Value> =
        LayerKind::ALL.into_iter().map(|kind| (kind.code().to_owned(), content.layer(kind).len().into())).collect();
    Ok(json!({
        "file": path.display().to_string(),
        "title": content.title,
        "data_date": content.data_date,
        "working_crs": content.crs_code,
        "schema_version": project::SCHEMA_VERSION,
        "districts": content.districts.len(),
        "items": content.items.len(),
        "features": layers,
        "mends": mends::counts_json(&content, &offers),
        "mend_list": mends::list_json(terminal, &content, &offers),
    }))
}
