//! Every key that the code names has words in both languages, every placeholder has its argument, and every entry of
//! the word tables is named by some code.

mod source;

use std::collections::BTreeSet;

use lianpian::i18n::{Lang, keys, lookup};
use source::{Literal, Source, closing, is_ident, skip_space, sources};

/// Endings that make `area.ending` the name of a file rather than a key.
const FILES: [&str; 8] = ["csv", "geojson", "gpkg", "json", "png", "rs", "svg", "toml"];

/// How a literal is used.
#[derive(Debug, PartialEq)]
enum Use {
    /// `Message::new("…")`, with the names of the arguments that follow.
    Message(BTreeSet<String>),
    /// `cx.text("…")`: words that take no arguments.
    Bare,
    /// Anything else: a key only when it looks like one.
    Other,
}

fn areas() -> BTreeSet<&'static str> {
    keys().filter_map(|key| key.split_once('.')).map(|(area, _)| area).collect()
}

/// Does the literal read `area.key-in-kebab` with an area of the word tables?
fn looks_like_key(areas: &BTreeSet<&str>, literal: &str) -> bool {
    let Some((area, key)) = literal.split_once('.') else { return false };
    let kebab = !key.is_empty() && key.bytes().all(|b| b == b'-' || b == b'.' || b.is_ascii_lowercase() || b.is_ascii_digit());
    areas.contains(area) && kebab && !FILES.contains(&key)
}

fn use_of(source: &Source, literal: &Literal) -> Use {
    let before = source.code[..literal.start].trim_end();
    let after = skip_space(&source.code, literal.end);
    let closes = source.code[after..].starts_with(')') || source.code[after..].starts_with(",)");
    if before.ends_with("Message::new(") && closes {
        Use::Message(arguments(source, closing(&source.code, before.len() - 1)))
    } else if before.ends_with("cx.text(") && closes {
        Use::Bare
    } else {
        Use::Other
    }
}

/// Names given by the chain of builder calls that begins at `at`: the first literal of each call.
fn arguments(source: &Source, mut at: usize) -> BTreeSet<String> {
    let code = &source.code;
    let mut names = BTreeSet::new();
    loop {
        let dot = skip_space(code, at);
        if !code[dot..].starts_with('.') {
            return names;
        }
        let open = dot + 1 + code[dot + 1..].bytes().take_while(|b| is_ident(*b)).count();
        if !code[open..].starts_with('(') {
            return names;
        }
        let first = skip_space(code, open + 1);
        names.extend(source.literals.iter().filter(|literal| literal.start == first).map(|literal| literal.value.clone()));
        at = closing(code, open);
    }
}

fn placeholders(pattern: &str) -> BTreeSet<String> {
    let opened = pattern.split('{').skip(1).filter_map(|part| part.split_once('}'));
    opened.filter_map(|(name, _)| name.split('|').next().map(str::to_owned)).collect()
}

/// Names that any builder call of the file gives. A message may be filled after it was made, in another statement or by
/// the function that asked for it, so a placeholder counts as missing only when its name is given nowhere in the file.
fn given_anywhere(source: &Source) -> BTreeSet<String> {
    let builders = [".with(", ".text(", ".count(", ".year(", ".number(", ".metres(", ".nested("];
    let is_name = |literal: &&Literal| builders.iter().any(|call| source.code[..literal.start].trim_end().ends_with(call));
    source.literals.iter().filter(is_name).map(|literal| literal.value.clone()).collect()
}

/// Keys without words and placeholders without arguments, with the keys that were named.
fn check(source: &Source, words: impl Fn(&str) -> Option<&'static str>, named: &mut BTreeSet<String>) -> Vec<String> {
    let areas = areas();
    let mut faults = Vec::new();
    for literal in source.literals.iter().filter(|literal| !source.in_tests(literal.start)) {
        let used = use_of(source, literal);
        if used == Use::Other && !looks_like_key(&areas, &literal.value) {
            continue;
        }
        named.insert(literal.value.clone());
        let place = source.place(literal.start);
        let Some(pattern) = words(&literal.value) else {
            faults.push(format!("{place}: no words for {}", literal.value));
            continue;
        };
        let given = match used {
            Use::Message(given) => &given | &given_anywhere(source),
            Use::Bare => BTreeSet::new(),
            Use::Other => continue,
        };
        for missing in placeholders(pattern).difference(&given) {
            faults.push(format!("{place}: {} wants {{{missing}}}, which is not given", literal.value));
        }
    }
    faults
}

fn both(key: &str) -> Option<&'static str> {
    lookup(Lang::Zh, key).and(lookup(Lang::En, key))
}

#[test]
fn every_key_has_words_and_every_placeholder_an_argument() {
    let mut named = BTreeSet::new();
    let faults: Vec<String> = sources().iter().flat_map(|source| check(source, both, &mut named)).collect();
    assert!(named.len() > 100, "only {} keys found: the scan is broken", named.len());
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_entry_is_named() {
    let mut named = BTreeSet::new();
    for source in &sources() {
        check(source, both, &mut named);
    }
    let dead: Vec<&str> = keys().filter(|key| !named.contains(*key)).collect();
    assert!(dead.is_empty(), "words that no code names: {dead:#?}");
}

#[test]
fn misses_are_caught() {
    let area = *areas().first().expect("there are words");
    let words = |key: &str| match key.split_once('.').unwrap().1 {
        "plain" => Some("Plain"),
        "two" => Some("{a} of {b}"),
        _ => None,
    };
    let faults = |text: &str| check(&Source::new("ui/x.rs", &text.replace('@', area)), words, &mut BTreeSet::new()).len();
    for (expected, text) in [
        (0, r#"Message::new("@.plain")"#),
        (1, r#"Message::new("@.gone")"#),
        (1, r#"Message::new("elsewhere.gone")"#),
        (1, r#"let key = "@.gone";"#),
        (1, r#"cx.text("@.gone")"#),
        (0, r#"let file = "@.csv"; // "@.gone""#),
        (0, r#"Message::new("@.two").text("a", "x").count("b", 2)"#),
        (1, r#"Message::new("@.two").text("a", "x")"#),
        (1, r#"Message::new("@.two").text("a", f("b"))"#),
        (2, r#"cx.text("@.two")"#),
        (2, r#"tell(Message::new("@.two"))"#),
        (0, r#"let m = Message::new("@.two").text("a", x); m.count("b", 2)"#),
        (0, "#[cfg(test)]\nmod tests { fn f() { Message::new(\"@.gone\"); } }"),
    ] {
        assert_eq!(faults(text), expected, "{text}");
    }
}
