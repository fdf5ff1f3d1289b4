//! The word tables, built into the program.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Lang;

/// Every table, by area. A new file in `assets/words` is added here; a test compares the two.
const TABLES: &[(&str, &str)] = &[
    ("base", include_str!("../../assets/words/base.toml")),
    ("checks", include_str!("../../assets/words/checks.toml")),
    ("cli", include_str!("../../assets/words/cli.toml")),
    ("comments", include_str!("../../assets/words/comments.toml")),
    ("command", include_str!("../../assets/words/command.toml")),
    ("composition", include_str!("../../assets/words/composition.toml")),
    ("contiguity", include_str!("../../assets/words/contiguity.toml")),
    ("coordination", include_str!("../../assets/words/coordination.toml")),
    ("export", include_str!("../../assets/words/export.toml")),
    ("geometry", include_str!("../../assets/words/geometry.toml")),
    ("grouping", include_str!("../../assets/words/grouping.toml")),
    ("versions", include_str!("../../assets/words/versions.toml")),
    ("help", include_str!("../../assets/words/help.toml")),
    ("import", include_str!("../../assets/words/import.toml")),
    ("map", include_str!("../../assets/words/map.toml")),
    ("model", include_str!("../../assets/words/model.toml")),
    ("pipes", include_str!("../../assets/words/pipes.toml")),
    ("policy", include_str!("../../assets/words/policy.toml")),
    ("project", include_str!("../../assets/words/project.toml")),
    ("meeting", include_str!("../../assets/words/meeting.toml")),
    ("style", include_str!("../../assets/words/style.toml")),
    ("screening", include_str!("../../assets/words/screening.toml")),
    ("session", include_str!("../../assets/words/session.toml")),
    ("ui", include_str!("../../assets/words/ui.toml")),
    ("weights", include_str!("../../assets/words/weights.toml")),
];

/// One entry in both languages.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    zh: String,
    en: String,
}

fn table() -> &'static BTreeMap<String, Entry> {
    static TABLE: OnceLock<BTreeMap<String, Entry>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut all = BTreeMap::new();
        for (area, text) in TABLES {
            match toml::from_str::<BTreeMap<String, Entry>>(text) {
                Ok(entries) => all.extend(entries),
                Err(error) => log::error!("words/{area}.toml: {error}"),
            }
        }
        all
    })
}

/// The pattern of a key, with its `{placeholders}`.
#[must_use]
pub fn lookup(lang: Lang, key: &str) -> Option<&'static str> {
    table().get(key).map(|entry| match lang {
        Lang::Zh => entry.zh.as_str(),
        Lang::En => entry.en.as_str(),
    })
}

/// Every key there is, ascending.
pub fn keys() -> impl Iterator<Item = &'static str> {
    table().keys().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn placeholders(pattern: &str) -> BTreeSet<&str> {
        pattern
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .filter_map(|(name, _)| name.split('|').next())
            .collect()
    }

    #[test]
    fn tables_parse_and_do_not_share_keys() {
        let mut seen = BTreeSet::new();
        for (area, text) in TABLES {
            let entries: BTreeMap<String, Entry> = toml::from_str(text).unwrap_or_else(|e| panic!("words/{area}.toml: {e}"));
            for key in entries.into_keys() {
                assert!(seen.insert(key.clone()), "{key} stands in two tables");
            }
        }
    }

    #[test]
    fn every_file_of_words_is_a_table() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/words");
        let mut files: Vec<String> = std::fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let mut tables: Vec<&str> = TABLES.iter().map(|(area, _)| *area).collect();
        tables.sort_unstable();
        assert_eq!(files, tables);
    }

    #[test]
    fn both_languages_have_the_same_placeholders() {
        for (key, entry) in table() {
            assert!(!entry.zh.is_empty() && !entry.en.is_empty(), "{key} lacks a language");
            assert_eq!(placeholders(&entry.zh), placeholders(&entry.en), "{key}");
        }
    }
}
