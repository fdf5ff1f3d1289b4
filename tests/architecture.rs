//! The rules of the source, read from the source: who may use whom, who may touch disk, clock, window and plan.
//! Every rule is shown to catch what it forbids before it is trusted with the program.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "source/paths.rs"]
mod paths;
mod source;

use paths::{paths, words};
use source::{Source, is_ident, skip_space, sources};

/// No file is longer than this.
const LINES: usize = 500;

/// The last row that knows no disk, clock, window or randomness.
const LAST_PURE: &str = "map";

/// Pure files with one impurity, each with its reason.
const IMPURE: [(&str, &str); 1] =
    [("geometry/crs/database.rs", "PROJ reads its database from a file only, so a copy of it is kept in the cache folder")];

/// What pure rows may not name.
const DISK_CLOCK_CHANCE: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::thread",
    "rand::",
    "rusqlite::",
    "tempfile::",
    "directories::",
];

fn manifest(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Rows in the order of `lib.rs`.
fn rows(lib: &Source) -> Vec<String> {
    let declared = lib.code.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'));
    declared.map(str::to_owned).collect()
}

/// The row of a file; `lib.rs` and `main.rs` stand outside the rows.
fn row_of<'a>(rows: &'a [String], source: &Source) -> Option<(usize, &'a str)> {
    let first = source.path.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    rows.iter().position(|row| row == name).map(|n| (n, rows[n].as_str()))
}

/// Rows name only rows above them.
fn upward(rows: &[String], source: &Source) -> Vec<String> {
    let Some((own, name)) = row_of(rows, source) else { return Vec::new() };
    let mut faults = Vec::new();
    for (at, path) in paths(source, "crate") {
        let used = path.split("::").nth(1).unwrap_or_default();
        if let Some(n) = rows.iter().position(|row| row == used)
            && n > own
        {
            faults.push(format!("{}: {name} uses {used}, which stands below it", source.place(at)));
        }
    }
    for at in climbs(source) {
        faults.push(format!("{}: climbs out of {name} by super; write crate::", source.place(at)));
    }
    faults
}

/// Chains of `super::` that leave the row.
fn climbs(source: &Source) -> Vec<usize> {
    let parts = source.path.split('/').count();
    let depth = if source.path.ends_with("/mod.rs") { parts - 1 } else { parts };
    let mut found = Vec::new();
    for at in words(source, "super") {
        let chained = source.code[..at].trim_end().ends_with("super::");
        let supers = 1 + source.code[at..]
            .match_indices("::")
            .map(|(n, _)| at + n + 2)
            .take_while({
                let mut expected = at + "super".len();
                move |&after| {
                    let goes_on = after == expected + 2 && source.code[after..].starts_with("super");
                    expected = after + "super".len();
                    goes_on
                }
            })
            .count();
        if !chained && supers >= depth + inline_modules(&source.code, at) {
            found.push(at);
        }
    }
    found
}

/// How many inline modules hold the offset.
fn inline_modules(code: &str, offset: usize) -> usize {
    let opens = code.match_indices("mod ").filter_map(|(at, word)| {
        let name = at + word.len();
        let brace = skip_space(code, name + code[name..].bytes().take_while(|b| is_ident(*b)).count());
        (code[brace..].starts_with('{') && (at == 0 || !is_ident(code.as_bytes()[at - 1]))).then_some(brace)
    });
    opens.filter(|&brace| brace < offset && offset < source::closing(code, brace)).count()
}

/// Libraries that only some files may name: test of the library's name, test of the path, who may.
type Fence = (fn(&str) -> bool, fn(&str) -> bool, &'static str);

const FENCES: [Fence; 3] = [
    (
        |name| matches!(name, "egui" | "eframe" | "wgpu" | "rfd") || name.starts_with("egui_"),
        |path| path == "main.rs" || path.starts_with("ui/") || path.starts_with("app/"),
        "ui, app and main.rs",
    ),
    (|name| matches!(name, "proj" | "proj_sys"), |path| path.starts_with("geometry/crs/"), "geometry/crs/"),
    (|name| name == "rstar", |path| path == "geometry/index.rs", "geometry/index.rs"),
];

/// Libraries named outside their fences. A name counts where a path begins with it or `use` names it whole.
fn fenced(source: &Source) -> Vec<String> {
    let code = &source.code;
    let mut faults = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let length = code.as_bytes()[at..].iter().take_while(|b| is_ident(**b)).count();
        let name = if length > 0 { &code[at..at + length] } else { "" };
        let after = code.as_bytes().get(at + length..).unwrap_or_default();
        let before = code[..at.min(code.len())].trim_end();
        let inner = before.ends_with("::") && !before.ends_with("use ::") && !before.ends_with(" ::");
        if !name.is_empty() && !inner && (after.starts_with(b"::") || before.ends_with("use")) {
            for (is_it, may, who) in FENCES {
                if is_it(name) && !may(&source.path) {
                    faults.push(format!("{}: only {who} may name {name}", source.place(at)));
                }
            }
        }
        at += length.max(1);
        while !code.is_char_boundary(at) {
            at += 1;
        }
    }
    faults
}

/// Only the model changes a plan.
fn changes_plan(source: &Source) -> Vec<String> {
    let outside = !source.path.starts_with("model/");
    let named = words(source, "content_mut").filter(|_| outside);
    named.map(|at| format!("{}: only model changes a plan; give History an edit", source.place(at))).collect()
}

/// Pure rows know no disk, clock or randomness. Their tests may read files.
fn impure(rows: &[String], source: &Source) -> Vec<String> {
    let last = rows.iter().position(|row| row == LAST_PURE).expect("the last pure row is a row");
    let pure = row_of(rows, source).is_some_and(|(n, _)| n <= last);
    if !pure || IMPURE.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    let roots = ["std", "rand", "rusqlite", "tempfile", "directories"];
    let paths = roots.iter().flat_map(|root| paths(source, root)).filter(|(at, _)| !source.in_tests(*at));
    let forbidden = paths.filter(|(_, path)| DISK_CLOCK_CHANCE.iter().any(|name| path.starts_with(name)));
    forbidden.map(|(at, path)| format!("{}: a pure row names {path}", source.place(at))).collect()
}

/// Files open with a sentence about themselves, fit a sitting, and expect lints rather than allow them.
fn manners(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = source.text.lines().count();
    if lines > LINES {
        faults.push(format!("{}: {lines} lines, at most {LINES}", source.place(0)));
    }
    if !source.text.starts_with("//! ") {
        faults.push(format!("{}: does not open with //!", source.place(0)));
    }
    for mark in ["#[allow", "#![allow"] {
        let found = source.code.match_indices(mark);
        faults.extend(found.map(|(at, _)| format!("{}: #[expect(lint, reason = …)] rather than allow", source.place(at))));
    }
    faults
}

fn lib() -> Source {
    Source::new("lib.rs", &manifest("src/lib.rs"))
}

/// Runs one rule over the whole source.
fn hold(rule: impl Fn(&Source) -> Vec<String>) {
    let faults: Vec<String> = sources().iter().flat_map(rule).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_folder_is_a_row() {
    let rows = rows(&lib());
    let strays: Vec<String> = sources()
        .into_iter()
        .filter(|source| row_of(&rows, source).is_none() && !["lib.rs", "main.rs"].contains(&source.path.as_str()))
        .map(|source| source.path)
        .collect();
    assert!(strays.is_empty(), "not in lib.rs: {strays:?}");
}

#[test]
fn rows_use_only_rows_above() {
    let rows = rows(&lib());
    hold(|source| upward(&rows, source));
}

#[test]
fn libraries_stay_behind_their_fences() {
    hold(fenced);
}

#[test]
fn only_the_model_changes_a_plan() {
    hold(changes_plan);
}

#[test]
fn pure_rows_know_no_disk_clock_or_chance() {
    let rows = rows(&lib());
    hold(|source| impure(&rows, source));
}

#[test]
fn files_have_manners() {
    hold(manners);
}

#[test]
fn exceptions_are_still_needed() {
    let rows = rows(&lib());
    for (path, reason) in IMPURE {
        let text = manifest(&format!("src/{path}"));
        // Under another name of the same row the exception does not hold.
        let source = Source::new(&path.replace(".rs", "_renamed.rs"), &text);
        assert!(!impure(&rows, &source).is_empty(), "{path} is pure now; its exception can go ({reason})");
    }
}

fn sample_rows() -> Vec<String> {
    rows(&Source::new(
        "lib.rs",
        "pub mod base;\n// Text.\npub mod geometry;\npub mod model;\npub mod map;\npub mod session;\npub mod ui;\n",
    ))
}

/// How many faults a rule finds in a sample.
fn count(path: &str, text: &str, rule: impl Fn(&Source) -> Vec<String>) -> usize {
    rule(&Source::new(path, text)).len()
}

#[test]
fn a_row_that_uses_one_below_is_caught() {
    let rows = sample_rows();
    assert_eq!(rows, ["base", "geometry", "model", "map", "session", "ui"]);
    let upward = |source: &Source| upward(&rows, source);
    for (expected, path, text) in [
        (0, "model/plan.rs", "use crate::base::Seed;\nuse crate::model::Edit;"),
        (1, "model/plan.rs", "use crate::session::State;"),
        (1, "model/plan.rs", "use crate::{base::Seed, session};"),
        (2, "model/plan.rs", "use crate::{base::{Seed, Money}, map::{Scene, picking}};"),
        (1, "model/plan.rs", "fn f() { crate::ui::paint(); }"),
        (0, "model/plan.rs", "// use crate::session::State;\nconst A: &str = \"crate::ui::x\";"),
        (0, "session/state.rs", "use crate::model::Plan;"),
        (1, "model/plan.rs", "use super::super::session::State;"),
        (1, "model/mod.rs", "use super::session::State;"),
        (0, "model/plan.rs", "use super::Edit;\nmod tests { use super::super::Edit; }"),
    ] {
        assert_eq!(count(path, text, upward), expected, "{path}: {text}");
    }
    let faults = upward(&Source::new("model/plan.rs", "//! Plan.\n\nuse crate::ui::Context;\n"));
    assert_eq!(faults, ["src/model/plan.rs:3: model uses ui, which stands below it"]);
}

#[test]
fn a_library_outside_its_fence_is_caught() {
    for (expected, path, text) in [
        (1, "session/state.rs", "use egui::Pos2;"),
        (1, "map/scene.rs", "fn f(p: egui_plot::Plot) {}"),
        (1, "cli/mod.rs", "use rfd;"),
        (1, "geometry/measure.rs", "use proj::Proj;"),
        (1, "geometry/measure.rs", "use ::proj_sys::PJ;"),
        (1, "map/picking.rs", "let t = rstar::RTree::new();"),
        (0, "ui/shell.rs", "use egui::Ui;"),
        (0, "app/mod.rs", "use eframe::egui::Context;"),
        (0, "geometry/crs/mod.rs", "use proj::Proj; fn f() { proj_sys::x() }"),
        (0, "geometry/index.rs", "use rstar::RTree;"),
        (0, "map/scene.rs", "let a = b.proj(1); // egui::Pos2"),
    ] {
        assert_eq!(count(path, text, fenced), expected, "{path}: {text}");
    }
}

#[test]
fn a_changed_plan_is_caught() {
    assert_eq!(count("session/edits.rs", "plan.content_mut().items.clear();", changes_plan), 1);
    assert_eq!(count("model/history.rs", "plan.content_mut().items.clear();", changes_plan), 0);
}

#[test]
fn disk_clock_and_chance_are_caught() {
    let rows = sample_rows();
    let impure = |source: &Source| impure(&rows, source);
    for (expected, path, text) in [
        (1, "model/plan.rs", "fn f() { std::fs::read(p); }"),
        (2, "model/plan.rs", "use std::{collections::BTreeMap, fs, time::{Duration, Instant}};"),
        (1, "geometry/index.rs", "let n = rand::random();"),
        (1, "geometry/index.rs", "fn f() { std::thread::spawn(g); }"),
        (1, "geometry/index.rs", "fn f() { std::env::var(\"HOME\"); }"),
        (0, "geometry/crs/database.rs", "use std::fs::File;"),
        (0, "session/state.rs", "use std::fs::File;"),
        (0, "model/plan.rs", "use std::time::Duration;\n#[cfg(test)]\nmod tests { use std::fs::File; }"),
    ] {
        assert_eq!(count(path, text, impure), expected, "{path}: {text}");
    }
}

#[test]
fn bad_manners_are_caught() {
    assert_eq!(count("model/plan.rs", "//! Plans.\n", manners), 0);
    assert_eq!(count("model/plan.rs", "use std::fmt;\n", manners), 1);
    assert_eq!(count("model/plan.rs", "//! Plans.\n#[allow(dead_code)]\nfn f() {}\n", manners), 1);
    assert_eq!(count("model/plan.rs", &format!("//! Plans.\n{}", "\n".repeat(LINES)), manners), 1);
}

#[test]
fn literals_and_comments_are_told_from_code() {
    let text = "let a = \"x // \\\" y\"; /* \" /* */ */ let c = '\"'; fn f<'a>(s: &'a str) { r#\"q\"z\"# } // \"n\"";
    let source = Source::new("model/plan.rs", text);
    let values: Vec<&str> = source.literals.iter().map(|literal| literal.value.as_str()).collect();
    assert_eq!(values, ["x // \\\" y", "q\"z"]);
    assert_eq!(source.code.len(), text.len());
    assert!(source.code.contains("fn f<'a>(s: &'a str)"), "{}", source.code);
}

#[test]
fn literals_know_where_they_stand() {
    let source = Source::new("x/mod.rs", "const A: &str = \"word\";");
    let literal = &source.literals[0];
    assert_eq!((literal.value.as_str(), &source.text[literal.start..literal.end]), ("word", "\"word\""));
}
