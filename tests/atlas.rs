//! The atlas looked at as a reader would: every text stands on its sheet and on no other text, nothing is left out because a sheet
//! was full, and the document is whole.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "atlas/nasty.rs"]
mod nasty;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use lianpian::base::{Message, Silent};
use lianpian::coordination::indicators::Indicators;
use lianpian::export::{ExportOrder, Format, Paper, Written, font_bytes};
use lianpian::i18n::{Lang, decimal, tr};
use lianpian::map::{Checked, Looked, MapColours, Shade, class_text};
use lianpian::model::{Content, FieldLook, FundLine, Ramp};
use lianpian::pipes::lengths;
use lianpian::policy::{ItemClass, catalogue};
use lianpian::project;
use lianpian::screening::screen;
use lianpian::session::Pack;
use nasty::nasty;
use resvg::usvg::{Node, Options, Rect, Tree, fontdb};

fn sample() -> Content {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.gpkg");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang.gpkg"), &path).unwrap();
    project::open(&path).unwrap().content
}

fn write(content: &Content, format: Format, paper: Paper, lang: Lang, folder: &Path) -> Written {
    let order = ExportOrder { paper, ..ExportOrder::of(&[format]) };
    Pack::new(content, &order, lang, &Silent).unwrap().write(&order, folder, lang, &Silent).unwrap()
}

/// A sheet as it is drawn.
struct Page {
    name: String,
    source: String,
    /// In units of the sheet, as the boxes of texts are.
    size: [f32; 2],
    texts: Vec<(String, Rect)>,
}

fn fonts() -> Arc<fontdb::Database> {
    let mut database = fontdb::Database::new();
    for bytes in font_bytes() {
        database.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
    }
    Arc::new(database)
}

fn texts_of(group: &resvg::usvg::Group, found: &mut Vec<(String, Rect)>) {
    for node in group.children() {
        match node {
            Node::Group(group) => texts_of(group, found),
            Node::Text(text) => {
                let words: String = text.chunks().iter().map(resvg::usvg::TextChunk::text).collect();
                found.push((words, text.flattened().abs_bounding_box()));
            }
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

fn pages(content: &Content, paper: Paper, lang: Lang) -> Vec<Page> {
    let dir = tempfile::tempdir().unwrap();
    let written = write(content, Format::Svg, paper, lang, dir.path());
    let fonts = fonts();
    let page = |path: &std::path::PathBuf| {
        let source = std::fs::read_to_string(path).unwrap();
        let options = Options { fontdb: Arc::clone(&fonts), ..Options::default() };
        let tree = Tree::from_str(&source, &options).unwrap();
        let mut texts = Vec::new();
        texts_of(tree.root(), &mut texts);
        let view_box = source.split("viewBox=\"0 0 ").nth(1).unwrap().split('"').next().unwrap();
        let sides: Vec<f32> = view_box.split(' ').map(|side| side.parse().unwrap()).collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Page { name, source, size: [sides[0], sides[1]], texts }
    };
    written.files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "svg")).map(page).collect()
}

/// Texts that leave the sheet, and pairs of texts of which one lies on the other.
fn faults(page: &Page) -> Vec<String> {
    // A hair's breadth: ink may touch, and boxes are those of curves.
    let hair = 1.5;
    let edge = 40.0;
    let mut texts: Vec<&(String, Rect)> = page.texts.iter().collect();
    texts.sort_by(|a, b| a.1.top().total_cmp(&b.1.top()));
    let short = |text: &str| text.chars().take(30).collect::<String>();
    let mut found = Vec::new();
    for (n, (text, a)) in texts.iter().enumerate() {
        if a.left() < edge || a.top() < edge || a.right() > page.size[0] - edge || a.bottom() > page.size[1] - edge {
            found.push(format!("{} leaves the sheet: {} {a:?}", page.name, short(text)));
        }
        for (other, b) in texts[n + 1..].iter().take_while(|(_, b)| b.top() < a.bottom() - hair) {
            if a.left() < b.right() - hair && b.left() < a.right() - hair {
                found.push(format!("{}: {} lies on {} {a:?} {b:?}", page.name, short(text), short(other)));
            }
        }
    }
    found
}

#[test]
fn no_text_of_the_sample_lies_on_another_or_leaves_its_sheet() {
    let content = sample();
    for (paper, lang) in [(Paper::A3, Lang::Zh), (Paper::A4, Lang::En)] {
        let pages = pages(&content, paper, lang);
        let found: Vec<String> = pages.iter().flat_map(faults).collect();
        assert!(found.is_empty(), "{} faults on {paper:?}: {:#?}", found.len(), &found[..found.len().min(12)]);
        let names: Vec<&str> = pages.iter().map(|page| &page.name[4..]).collect();
        for name in
            ["cover", "index", "overview", "district-01", "pipes-js", "pipes-rq", "buildings", "grounds", "works", "charts"]
        {
            assert!(names.contains(&name), "{name} is missing: {names:?}");
        }
        assert_filled(&pages);
        assert_provisional(&pages, lang);
        assert!(content.districts.values().all(|d| names.contains(&format!("district-{:02}", d.number).as_str())));
    }
}

#[test]
fn hostile_names_are_cut_or_go_on_but_lie_on_nothing() {
    let content = nasty();
    for (paper, lang) in [(Paper::A1, Lang::En), (Paper::A2, Lang::Zh), (Paper::A3, Lang::En), (Paper::A4, Lang::Zh)] {
        let pages = pages(&content, paper, lang);
        let found: Vec<String> = pages.iter().flat_map(faults).collect();
        assert!(found.is_empty(), "{} faults on {paper:?}: {:#?}", found.len(), &found[..found.len().min(12)]);
        assert_filled(&pages);
        assert_provisional(&pages, lang);
        for page in &pages {
            assert!(!page.source.contains("<script") && !page.source.contains('\u{202E}'.to_string().as_str()), "{}", page.name);
        }
    }
}

#[test]
fn tables_go_on_until_every_row_is_said() {
    let content = nasty();
    let pages = pages(&content, Paper::A4, Lang::Zh);
    let of = |code: &str| -> BTreeSet<&str> {
        let mine = pages.iter().filter(|page| page.name[4..].starts_with(code));
        mine.flat_map(|page| page.texts.iter().map(|(text, _)| text.as_str())).collect()
    };
    let works: BTreeSet<&str> = of("works").union(&of("tables")).copied().collect();
    assert!(pages.iter().filter(|page| page.name[4..].starts_with("tables")).count() > 1, "one sheet has no room for all");
    for entry in &catalogue().entries {
        assert!(works.iter().any(|text| text.starts_with(entry.zh.chars().next().unwrap())), "{} is not said", entry.zh);
    }
    let money: BTreeSet<&str> = of("district").union(&of("tables")).copied().collect();
    assert!(FundLine::ALL.iter().all(|line| money.contains(tr(Lang::Zh, &line.message()).as_str())));
    // 30 owners sign: those beside the map and those after the tables.
    let signed = pages.iter().flat_map(|page| &page.texts).filter(|(text, _)| text.starts_with("年")).count();
    assert!(signed > 60, "{signed}");
}

/// Tables of all maps share sheets, so that one at most is half empty.
fn assert_filled(pages: &[Page]) {
    let tables = pages.iter().filter(|page| ["tables", "charts"].iter().any(|name| page.name[4..].starts_with(name)));
    let filled = tables.map(|page| {
        // The line at the foot, which every sheet has, lies in the margin.
        let inside = page.texts.iter().map(|(_, at)| at.bottom()).filter(|y| *y < page.size[1] - 110.0);
        inside.fold(0.0, f32::max) / page.size[1]
    });
    let filled: Vec<f32> = filled.collect();
    assert!(filled.iter().filter(|share| **share < 0.5).count() <= 1, "{filled:?}");
}

/// Every sheet says that no meeting has settled the plan.
fn assert_provisional(pages: &[Page], lang: Lang) {
    let said = tr(lang, &Message::new("export.provisional"));
    let first = said.split([' ', '，']).next().unwrap();
    for page in pages {
        assert!(page.texts.iter().any(|(text, _)| text.contains(first)), "{lang:?} {}", page.name);
    }
}

#[test]
fn a_plan_without_anything_has_its_sheets_too() {
    let pages = pages(&Content { crs_code: 4551, ..Content::default() }, Paper::A3, Lang::Zh);
    let found: Vec<String> = pages.iter().flat_map(faults).collect();
    assert!(found.is_empty() && pages.len() == 4, "{} {found:?}", pages.len());
    assert_filled(&pages);
    assert_provisional(&pages, Lang::Zh);
}

#[test]
fn what_reviewers_wrote_stands_on_the_map_or_beside_it() {
    let content = nasty();
    let pages = pages(&content, Paper::A3, Lang::Zh);
    let whole: String = pages
        .iter()
        .filter(|page| page.name[4..].starts_with("overview") || page.name[4..].starts_with("tables"))
        .flat_map(|page| page.texts.iter().map(|(text, _)| text.as_str()))
        .collect();
    for (id, note) in &content.annotations {
        let first: String = note.text.chars().take_while(|c| *c != ' ').collect();
        assert_eq!(whole.contains(&first), note.place.is_some(), "{id:?} {first}");
    }
    let overview = pages.iter().find(|page| &page.name[4..] == "overview").unwrap();
    assert!(overview.texts.iter().any(|(text, _)| *text == tr(Lang::Zh, &Message::new("export.legend-annotations"))));
}

#[test]
fn maps_wear_the_classes_of_the_field_that_the_plan_says() {
    let mut content = sample();
    let look = FieldLook { classes: 4, ramp: Ramp::Browns, ..FieldLook::default() };
    let plain = pages(&content, Paper::A3, Lang::Zh);
    content.settings.looks.compounds = Some(look);
    let classed = Looked::of(&content, &Checked::default()).compounds.unwrap();
    let colours = MapColours::of(Shade::Light);
    let with = pages(&content, Paper::A3, Lang::Zh);
    let by_name = |pages: &[Page], name: &str| pages.iter().position(|page| &page.name[4..] == name).unwrap();
    let (before, after) = (&plain[by_name(&plain, "overview")], &with[by_name(&with, "overview")]);
    for class in 0..classed.classes.len() {
        let colour = classed.colour(class, &colours);
        let fill = format!("fill=\"#{:02X}{:02X}{:02X}\"", colour.r, colour.g, colour.b);
        assert!(after.source.contains(&fill) && !before.source.contains(&fill), "{fill}");
        let words = tr(Lang::Zh, &classed.label(class));
        assert!(after.texts.iter().any(|(text, _)| *text == words), "{words}");
        // As many as wear it, and the sign in the legend.
        assert_eq!(after.source.matches(&fill).count(), classed.classes[class].count + 1);
    }
    let trade = |pages: &[Page]| pages[by_name(pages, "pipes-js")].source.clone();
    let drawn = |source: String| source.lines().filter(|line| line.starts_with("<path")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(drawn(trade(&plain)), drawn(trade(&with)), "a network lies on quiet ground");
}

#[test]
fn items_of_a_crowded_map_are_counted_and_all_accounted_for() {
    let content = sample();
    let pages = pages(&content, Paper::A3, Lang::Zh);
    let overview = pages.iter().find(|page| &page.name[4..] == "overview").unwrap();
    assert!(overview.texts.iter().any(|(text, _)| *text == tr(Lang::Zh, &Message::new("export.items-counted"))));
    // What the legend says of each class stands at the end of its line.
    let said = |class: ItemClass| -> usize {
        let name = tr(Lang::Zh, &class_text(class));
        let Some((_, at)) = overview.texts.iter().find(|(text, _)| *text == name) else { return 0 };
        let level = |b: &Rect| (f32::midpoint(b.top(), b.bottom()) - f32::midpoint(at.top(), at.bottom())).abs() < 8.0;
        let right = overview.texts.iter().filter(|(_, b)| b.left() > at.right() && level(b));
        let number = right.min_by(|a, b| a.1.left().total_cmp(&b.1.left())).unwrap();
        number.0.replace(',', "").parse().unwrap()
    };
    let drawn: usize = [ItemClass::Basic, ItemClass::Improvement, ItemClass::Upgrade].into_iter().map(said).sum();
    let left = (1..=content.items.len()).find(|count| {
        let words = tr(Lang::Zh, &Message::new("export.items-without-room").count("count", *count));
        overview.texts.iter().any(|(text, _)| *text == words)
    });
    let placed = content.items.values().filter(|item| item.place.is_some()).count();
    assert_eq!(drawn + left.unwrap_or(0), placed);
    assert!(drawn * 10 > placed * 9, "nearly all have room: {drawn} of {placed}");
}

#[test]
fn charts_say_what_the_indicators_say() {
    let content = sample();
    let measured = lengths(&content, &Silent).unwrap();
    let found = Indicators::of(&content, &screen(&content), &measured);
    let pages = pages(&content, Paper::A3, Lang::Zh);
    let charts: Vec<&Page> = pages.iter().filter(|page| page.name[4..].starts_with("charts")).collect();
    let said: BTreeSet<&str> = charts.iter().flat_map(|page| page.texts.iter().map(|(text, _)| text.as_str())).collect();
    assert!(!found.charts.owners.is_empty() && !found.charts.classes.is_empty());
    for bar in &found.charts.owners {
        assert!(said.contains(decimal(bar.value, 0).as_str()), "{} {}", tr(Lang::Zh, &bar.name), bar.value);
    }
    for bar in &found.charts.years {
        assert!(said.contains(decimal(bar.value / 1.0e6, 2).as_str()) && said.contains(tr(Lang::Zh, &bar.name).as_str()));
    }
    // The bars are as long as their numbers: as many lengths, in the same proportion, as there are owners.
    let bars: Vec<f64> = charts.iter().flat_map(|page| bars(&page.source)).collect();
    let most = found.charts.owners[0].value;
    for bar in &found.charts.owners {
        let share = bar.value / most;
        assert!(share < 0.01 || bars.iter().any(|long| (long / longest(&bars) - share).abs() < 0.002), "{share}: {bars:?}");
    }
}

/// Lengths of the bars of a chart.
fn bars(source: &str) -> Vec<f64> {
    let paths = source.lines().filter(|line| line.contains("fill=\"#2F5D8A\""));
    let length = |line: &str| -> Option<f64> {
        let d = line.split("d=\"M").nth(1)?;
        let left: f64 = d.split(' ').next()?.parse().ok()?;
        let right: f64 = d.split('L').nth(1)?.split(' ').next()?.parse().ok()?;
        Some(right - left)
    };
    paths.filter_map(length).collect()
}

fn longest(bars: &[f64]) -> f64 {
    bars.iter().copied().fold(0.0, f64::max)
}

fn occurrences(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

#[test]
fn the_document_is_whole_and_the_same_each_time() {
    for (content, paper, lang) in
        [(nasty(), Paper::A3, Lang::Zh), (nasty(), Paper::A1, Lang::En), (Content::default(), Paper::A4, Lang::Zh)]
    {
        let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let bytes = dirs.each_ref().map(|dir| {
            write(&content, Format::Pdf, paper, lang, dir.path());
            std::fs::read(dir.path().join("atlas.pdf")).unwrap()
        });
        assert!(bytes[0] == bytes[1], "the same plan, other bytes");
        let bytes = &bytes[0];
        assert!(bytes.starts_with(b"%PDF-1.") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
        let sheets = pages(&content, paper, lang).len();
        assert_eq!(
            occurrences(bytes, b"/Type /Page\n") + occurrences(bytes, b"/Type/Page/") + occurrences(bytes, b"/Type /Page/"),
            sheets
        );
        assert!(occurrences(bytes, b"/FontFile3") >= 1, "letters are text of an embedded font");
        assert!(occurrences(bytes, b"/ToUnicode") >= 1 && occurrences(bytes, b"/Outlines") >= 1);
        assert_eq!(occurrences(bytes, b"/Subtype /Image") + occurrences(bytes, b"/Subtype/Image"), 0, "no pixels");
    }
}
