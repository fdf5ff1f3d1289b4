//! A walk over every panel, tab and dialog in both languages and themes: what is said, and where it stands.

use std::collections::BTreeSet;

use super::{MARGIN, SIZE, Window};
use crate::base::{CompoundId, DistrictId};
use crate::command::{Command, LISTED, SelectMode, Step, Tab, Theme, Tool};
use crate::i18n::Lang;

/// Shows every state of the window in turn and calls `look` on each.
fn walk(window: &mut Window, mut look: impl FnMut(&Window, &str)) {
    for step in Step::ALL {
        window.send(Command::SetStep(step));
        look(window, &format!("{step:?}"));
    }
    for tab in Tab::ALL {
        window.send(Command::ShowTab(tab));
        look(window, &format!("{tab:?}"));
    }
    let item = window.state().plan.items.keys().next().copied();
    let pipe_free = CompoundId::from_index(window.state().plan.assignment.iter().position(Option::is_none).unwrap());
    let selections = [
        ("no district", Command::Select(vec![pipe_free], SelectMode::Replace)),
        ("one", Command::Select(vec![CompoundId(9)], SelectMode::Replace)),
        ("two", Command::Select(vec![CompoundId(9), CompoundId(10)], SelectMode::Replace)),
        ("all", Command::SelectAll),
        ("district", Command::SelectDistrict(Some(DistrictId(1)))),
        ("item", Command::SelectItem(item)),
    ];
    for (name, command) in selections {
        window.send(command);
        look(window, name);
    }
    window.send(Command::SelectItem(None));
    window.send(Command::SelectDistrict(None));
    window.send(Command::ClearSelection);
    let tools = LISTED.iter().map(|listed| (listed.make)()).filter(|command| matches!(command, Command::SetTool(_)));
    for command in tools {
        let name = format!("{command:?}");
        window.send(command);
        look(window, &name);
    }
    window.send(Command::SetTool(Tool::Select));
    window.send(Command::Present);
    look(window, "present");
    window.send(Command::Present);
    let dialogs = [
        Command::AskExport,
        Command::ShowSettings,
        Command::ShowReport,
        Command::ShowAbout,
        Command::ShowShortcuts,
        Command::OpenPalette,
    ];
    for command in dialogs {
        let name = format!("{command:?}");
        window.send(command);
        look(window, &name);
        window.send(Command::CloseDialog);
    }
}

/// Latin words that belong in the Chinese interface: units, codes, names of formats and of keys, names of programs.
const LATIN: &[&str] = &[
    "m",
    "km",
    "X",
    "Y",
    "E",
    "N",
    "EN",
    "EPSG",
    "CGCS",
    "GCJ",
    "BD",
    "RFC",
    "CSV",
    "CRS",
    "GeoJSON",
    "GeoPackage",
    "PNG",
    "QGIS",
    "Ctrl",
    "Shift",
    "Esc",
    "Del",
    "Delete",
    "F",
    "K",
    "English",
    "MIT",
    "Apache",
    "Noto",
    "Sans",
    "SC",
    "SIL",
    "OFL",
    "Material",
    "Symbols",
    "LJ",
    "DN",
    "R",
    "O",
    "I",
    "S",
    "W",
    "Q",
    "Z",
    "A",
    "B",
    "V",
    "H",
    "L",
    // 5G, a tag of the catalogue.
    "G",
    "UTM",
    "WGS",
    "C",
    "G",
    "M",
    "P",
    "T",
    "Alt",
    "px",
    "ha",
    // Formats and encodings.
    "CAD",
    "DXF",
    "Excel",
    "GBK",
    "HTML",
    "JSON",
    "KML",
    "PDF",
    "Shapefile",
    "SVG",
    "UTF",
    // Classes of pipes as CJJ 61 writes them.
    "JS",
    "PS",
    "RQ",
    "RL",
    "DL",
    "TX",
];

/// What an interface in Chinese should not say: runs of Latin letters that are no unit, code or name of a format.
pub(super) fn latin_words(text: &str) -> Vec<String> {
    let is_file = |word: &str| [".geojson", ".gpkg", ".csv", ".xlsx"].iter().any(|ending| word.ends_with(ending));
    let words = text.split(|c: char| c.is_whitespace() || !c.is_ascii()).filter(|word| !is_file(word.trim_end_matches(',')));
    let runs = words.flat_map(|word| word.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_owned).collect::<Vec<_>>());
    runs.filter(|run| !run.is_empty() && !LATIN.contains(&run.as_str())).collect()
}

/// Runs of Chinese in an English interface that are not the plan's own data.
pub(super) fn foreign_runs(text: &str, data: &str) -> Vec<String> {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let runs = text.split(|c: char| !is_chinese(c)).filter(|run| !run.is_empty());
    runs.filter(|run| !data.contains(run) && !["中", "简体中文", "中文"].contains(run)).map(str::to_owned).collect()
}

/// Everything written in the sample, to tell data from words of the interface.
fn sample_words(window: &Window) -> String {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang");
    let files = std::fs::read_dir(dir).unwrap().flatten().map(|entry| entry.path());
    let mut words: String = files.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let plan = &window.state().plan;
    words.push_str(&plan.title);
    // Clauses are quoted as they were issued, in Chinese.
    words.extend(crate::policy::packs().iter().map(|pack| format!("{pack:?}")));
    for district in plan.districts.values() {
        words.push_str(&district.name);
    }
    words
}

#[test]
fn the_chinese_window_says_nothing_in_english() {
    let mut found = BTreeSet::new();
    let mut start = Window::empty(Lang::Zh, Theme::Light, SIZE);
    start.settle();
    for text in start.texts() {
        found.extend(latin_words(&text).into_iter().map(|word| (word, text.clone())));
    }
    walk(&mut Window::sample_as(Lang::Zh, Theme::Dark, SIZE), |window, _| {
        for text in window.texts() {
            found.extend(latin_words(&text).into_iter().map(|word| (word, text.clone())));
        }
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_english_window_says_nothing_in_chinese_but_data() {
    let mut found = BTreeSet::new();
    let mut window = Window::sample_as(Lang::En, Theme::Dark, SIZE);
    let data = sample_words(&window);
    walk(&mut window, |window, _| {
        for text in window.texts() {
            found.extend(foreign_runs(&text, &data).into_iter().map(|run| (run, text.clone())));
        }
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn texts_stay_in_their_panels() {
    let mut found = BTreeSet::new();
    for (lang, size, scale) in
        [(Lang::Zh, SIZE, 1.0), (Lang::En, SIZE, 1.0), (Lang::En, [1024.0, 700.0], 1.0), (Lang::Zh, SIZE, 1.25)]
    {
        let mut window = Window::sample_as(lang, Theme::Light, size);
        window.send(Command::SetTextScale(scale));
        walk(&mut window, |window, name| {
            let width = (size[0] + 2.0 * MARGIN) / scale - MARGIN;
            let canvas = window.node(&window.words("map.canvas")).rect();
            if window.state().view.dialog.is_some() {
                return;
            }
            let handle = window.words("ui.resize-panel");
            for (text, rect) in window.said().into_iter().filter(|(text, _)| *text != handle) {
                // Table cells are clipped by their columns and the table scrolls across.
                let in_table =
                    rect.left() > canvas.left() && rect.right() < canvas.right() + 600.0 && rect.top() > canvas.bottom();
                let edge = if rect.left() < canvas.left() { canvas.left() } else { width };
                let in_bars = rect.bottom() < canvas.top() + 1.0;
                let limit = if in_bars { width } else { edge };
                if !in_table && rect.width() < width * 0.9 && rect.right() > limit + 1.0 && rect.left() < limit {
                    found.insert(format!("{lang:?} {size:?} ×{scale} {name}: {text:?} ends at {} of {limit}", rect.right()));
                }
            }
        });
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_top_bar_does_not_overlap() {
    for (lang, size) in [(Lang::Zh, SIZE), (Lang::En, SIZE), (Lang::En, [1024.0, 700.0])] {
        let window = Window::sample_as(lang, Theme::Light, size);
        let mut bar: Vec<(String, egui::Rect)> = window
            .said()
            .into_iter()
            .filter(|(_, rect)| rect.bottom() <= MARGIN + 42.0 && rect.width() < size[0] / 2.0)
            .collect();
        bar.sort_by(|a, b| a.1.left().total_cmp(&b.1.left()));
        bar.dedup_by(|a, b| a.1 == b.1 || a.0 == b.0);
        for pair in bar.windows(2) {
            assert!(pair[0].1.right() <= pair[1].1.left() + 1.0, "{lang:?} {size:?}: {:?} over {:?}", pair[0], pair[1]);
        }
    }
}
