//! What `info` found, in words for people: one line a fact, one line a field, one line a feature with a fault.

use std::io::{Result, Write};

use serde_json::Value;

use crate::base::Message;
use crate::i18n::{Lang, lookup, tr};

/// Facts by their JSON key, with the words for them, in the order they are told.
const FACTS: &[(&str, &str)] = &[
    ("error", "cli.fact-error"),
    ("title", "cli.fact-title"),
    ("data_date", "cli.fact-data-date"),
    ("schema_version", "cli.fact-schema-version"),
    ("rows", "cli.fact-rows"),
    ("columns", "cli.fact-columns"),
    ("source", "cli.fact-source"),
    ("layer", "cli.fact-layer"),
    ("features", "cli.fact-features"),
    ("crs", "cli.fact-crs"),
    ("working_crs", "cli.fact-working-crs"),
    ("bounds", "cli.fact-bounds"),
    ("districts", "cli.fact-districts"),
    ("items", "cli.fact-items"),
];

/// Writes what is known of one file.
pub(super) fn write(out: &mut dyn Write, lang: Lang, file: &Value) -> Result<()> {
    writeln!(out, "{}", text(&file["file"]))?;
    table(out, lang, file)?;
    for ledger in list(&file["sheets"]).iter().chain(list(&file["tables"])) {
        writeln!(out, "\n  {}", text(&ledger["file"]))?;
        table(out, lang, ledger)?;
    }
    for layer in list(&file["layers"]) {
        writeln!(out)?;
        facts(out, lang, layer, 1)?;
        report(out, lang, &layer["report"])?;
        for pair in list(&layer["overlaps"]) {
            let ends = format!("{} – {}", text(&pair["feature"]), text(&pair["neighbour"]));
            line(out, lang, 1, "cli.fact-overlap", &format!("{ends} {}", text(&pair["text"])))?;
        }
    }
    for left in list(&file["left"]) {
        line(out, lang, 1, "cli.fact-left", &text(left))?;
    }
    Ok(())
}

/// Facts, and what is true of a table as a whole.
fn table(out: &mut dyn Write, lang: Lang, value: &Value) -> Result<()> {
    facts(out, lang, value, 1)?;
    list(&value["notes"]).iter().try_for_each(|note| line(out, lang, 1, "cli.fact-note", &text(note)))
}

fn facts(out: &mut dyn Write, lang: Lang, value: &Value, depth: usize) -> Result<()> {
    for (key, words) in FACTS {
        let fact = &value[*key];
        if fact.is_null() {
            continue;
        }
        let known_by = lookup(lang, value[format!("{key}_known_by")].as_str().unwrap_or_default());
        let known_by = known_by.map_or_else(String::new, |words| format!(" ({words})"));
        line(out, lang, depth, words, &format!("{}{known_by}", told(lang, key, fact)))?;
    }
    Ok(())
}

/// A fact as it is told.
fn told(lang: Lang, key: &str, fact: &Value) -> String {
    match fact {
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(counts) => {
            let counted = counts.iter().filter(|(_, count)| count.as_u64() != Some(0));
            counted.map(|(code, count)| format!("{} {count}", layer_name(lang, code))).collect::<Vec<_>>().join(", ")
        }
        Value::String(code) if key == "layer" => layer_name(lang, code),
        Value::Number(code) if key == "working_crs" => format!("EPSG:{code}"),
        other => text(other),
    }
}

/// Name of a layer by its code.
fn layer_name(lang: Lang, code: &str) -> String {
    lookup(lang, &format!("ui.layer-{code}")).map_or_else(|| code.to_owned(), str::to_owned)
}

fn report(out: &mut dyn Write, lang: Lang, report: &Value) -> Result<()> {
    let count = |key: &str| usize::try_from(report[key].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
    let counts = Message::new("cli.fact-counts")
        .count("read", count("read"))
        .count("loaded", count("loaded"))
        .count("mended", count("mended"))
        .count("left_out", count("left_out"));
    writeln!(out, "  {}", tr(lang, &counts))?;
    for (key, words) in [("waiting", "cli.read-waiting"), ("refused", "cli.read-refused")] {
        if count(key) > 0 {
            writeln!(out, "  {}", tr(lang, &Message::new(words).count("count", count(key))))?;
        }
    }
    if let Some(types) = report["geometry_types"].as_object() {
        let types: Vec<String> = types.iter().map(|(name, count)| format!("{} {count}", type_name(lang, name))).collect();
        line(out, lang, 1, "cli.fact-geometry", &types.join(", "))?;
    }
    for (key, words) in [("warnings", "cli.fact-warning"), ("notes", "cli.fact-note")] {
        for said in list(&report[key]) {
            line(out, lang, 1, words, &text(said))?;
        }
    }
    if !list(&report["fields"]).is_empty() {
        writeln!(out, "  {}", tr(lang, &Message::new("cli.fact-fields")))?;
    }
    for field in list(&report["fields"]) {
        writeln!(out, "    {}", field_words(lang, field))?;
    }
    for (key, words) in [("left_out_features", "cli.fact-left-out"), ("mended_features", "cli.fact-mended")] {
        for feature in list(&report[key]) {
            let words = match feature["state"].as_str() {
                Some("waiting") => "cli.fact-waiting",
                Some("refused") => "cli.fact-refused",
                _ => words,
            };
            let said: Vec<String> = list(&feature["text"]).iter().map(text).collect();
            let id = feature["id"].as_str().map_or_else(String::new, |id| format!(" {id}"));
            line(out, lang, 1, words, &format!("#{}{id} {}", text(&feature["index"]), said.join("; ")))?;
        }
    }
    Ok(())
}

/// Name of a geometry type; features without a shape that could be read have none.
fn type_name(lang: Lang, name: &str) -> String {
    if name.is_empty() { tr(lang, &Message::new("cli.fact-no-geometry")) } else { name.to_owned() }
}

/// A field: its name, what it was taken for, how often it is filled, what in it could not be read.
fn field_words(lang: Lang, field: &Value) -> String {
    let target = field["target"].as_str().map_or_else(|| tr(lang, &Message::new("cli.fact-kept")), str::to_owned);
    let words = format!("{} → {target} {}", text(&field["source"]), text(&field["filled"]));
    if field["unreadable"].as_u64().unwrap_or(0) > 0 {
        let examples: Vec<String> = list(&field["examples"]).iter().map(|example| text(&example["value"])).collect();
        let message = Message::new("cli.fact-unreadable").text("count", text(&field["unreadable"]));
        return format!("{words} ({})", tr(lang, &message.text("examples", examples.join(", "))));
    }
    words
}

fn line(out: &mut dyn Write, lang: Lang, depth: usize, words: &'static str, fact: &str) -> Result<()> {
    writeln!(out, "{}{} {fact}", "  ".repeat(depth), tr(lang, &Message::new(words)))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_is_told_in_both_languages() {
        let field =
            json!({ "source": "户数", "target": "households", "filled": 3, "unreadable": 1, "examples": [{ "value": "约百" }] });
        let lost = json!({ "index": 4, "id": "LJ5", "text": ["没有几何"] });
        let report = json!({
            "read": 5, "loaded": 4, "mended": 0, "left_out": 1, "geometry_types": { "Polygon": 4 }, "fields": [field],
            "left_out_features": [lost], "mended_features": [], "notes": [], "warnings": ["编号重复"],
        });
        let layer = json!({ "layer": "compounds", "layer_known_by": "import.kind-name", "crs": "EPSG:4326", "report": report });
        let file = json!({ "file": "a.geojson", "working_crs": 4551, "layers": [layer], "left": ["三个图层"] });
        let told = |lang| {
            let mut out = Vec::new();
            write(&mut out, lang, &file).unwrap();
            String::from_utf8(out).unwrap()
        };
        let chinese = told(Lang::Zh);
        for words in [
            "图层： 小区",
            "读取 5",
            "户数 → households 3",
            "约百",
            "#4 LJ5 没有几何",
            "编号重复",
            "EPSG:4551",
            "另有： 三个图层",
        ] {
            assert!(chinese.contains(words), "{words} in {chinese}");
        }
        assert!(!chinese.contains("layer_known_by") && !chinese.contains("import."), "{chinese}");
        assert!(told(Lang::En).contains("Layer: Compounds"));
    }
}
