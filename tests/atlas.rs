//! The atlas looked at as a reader would: every text stands on its sheet and on no other text, nothing is left out because a sheet
//! was full, and the document is whole.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use lianpian::base::{CompoundId, DistrictId, FundId, ItemId, Money, Silent};
use lianpian::coordination::indicators::Indicators;
use lianpian::export::{ExportOrder, Format, Paper, Written, font_bytes};
use lianpian::i18n::{Lang, decimal, tr};
use lianpian::model::{
    Compound, CompoundFacts, Content, District, Fund, FundLine, FundSource, Item, ItemOrigin, Pipe, Properties, Quantity, Street,
};
use lianpian::pipes::lengths;
use lianpian::policy::{Ownership, PipeClass, catalogue};
use lianpian::project;
use lianpian::screening::screen;
use lianpian::session::Pack;
use resvg::usvg::{Node, Options, Rect, Tree, fontdb};

/// Right-to-left marks, controls, markup, a formula, and ten thousand letters.
fn hostile(name: &str) -> [String; 3] {
    [
        format!("\u{202E}\u{200F}{name}\u{0}\u{7}<script>alert('x')</script>&amp;\u{2066}عربي"),
        format!("=cmd|' /C calc'!A0 {name}"),
        format!("{name}{}", "长名 long-name ".repeat(800)),
    ]
}

fn rect(x: f64, y: f64, wide: f64, tall: f64) -> MultiPolygon<f64> {
    let at = |dx: f64, dy: f64| Coord { x: 455_000.0 + x + dx, y: 4_860_000.0 + y + dy };
    MultiPolygon(vec![Polygon::new(LineString(vec![at(0.0, 0.0), at(wide, 0.0), at(wide, tall), at(0.0, tall)]), vec![])])
}

fn street(name: String) -> Street {
    let at = |x: f64| Coord { x, y: 4_860_200.0 };
    let line = MultiLineString(vec![LineString(vec![at(455_000.0), at(455_900.0)])]);
    Street { source_id: "S".to_owned(), name, width_m: Some(20.0), important: true, line, extra: Properties::new() }
}

/// Two districts, one long, one tall, in which every name is hostile; pipes of many owners, every item of the catalogue.
fn nasty() -> Content {
    let names = hostile("名");
    let name = |n: usize| names[n % names.len()].clone();
    let compounds: Vec<Compound> = (0..12_u32)
        .map(|n| {
            let along = f64::from(n % 6) * 130.0;
            let (x, y) = if n < 6 { (along, 0.0) } else { (0.0, 300.0 + along) };
            let facts = CompoundFacts {
                name: name(n as usize),
                street_office: Some(name(n as usize + 1)),
                households: Some(u32::MAX / 64),
                floor_area_m2: Some(1.0e12),
                estimated_cost: Some(Money::from_fen(9_000_000_000_000)),
                ..CompoundFacts::default()
            };
            Compound { source_id: format!("C{n}"), shape: rect(x, y, 120.0, 120.0), facts, extra: Properties::new() }
        })
        .collect();
    let pipe = |n: u32| Pipe {
        source_id: format!("P{n}"),
        line: MultiLineString(vec![LineString(vec![
            Coord { x: 455_000.0, y: 4_860_010.0 + f64::from(n) * 3.0 },
            Coord { x: 455_700.0, y: 4_860_010.0 + f64::from(n) * 3.0 },
        ])]),
        class: PipeClass::ALL[n as usize % PipeClass::ALL.len()],
        subclass: None,
        owner: Some(format!("{n} {}", name(n as usize))),
        ownership: Ownership::Utility,
        diameter_mm: None,
        material: None,
        laid_year: None,
        planned_year: n.is_multiple_of(2).then_some(2027),
        extra: Properties::new(),
    };
    let mut content = Content {
        title: name(2),
        data_date: Some(name(0)),
        crs_code: 4551,
        assignment: (0..12).map(|n| Some(DistrictId(1 + n / 6))).collect(),
        compounds: Arc::new(compounds),
        pipes: Arc::new((0..30).map(pipe).collect()),
        streets: Arc::new(vec![street(name(2))]),
        ..Content::default()
    };
    for n in 1..=2 {
        let words = |k| name(n as usize + k);
        let district =
            District { name: words(0), implementer: words(1), note: words(2), year: Some(2026), ..District::numbered(n) };
        content.districts.insert(DistrictId(n), district);
    }
    for (n, entry) in (0..).zip(catalogue().entries.iter().chain(&catalogue().entries)) {
        let item = Item {
            code: entry.code.clone(),
            compound: Some(CompoundId(n % 12)),
            district: None,
            place: Some(geo::Geometry::Point(geo::Point::new(455_030.0 + f64::from(n) * 8.0, 4_860_060.0))),
            quantity: Quantity::Manual(1.0e9),
            year: None,
            timing: None,
            price: None,
            origin: ItemOrigin::Hand,
            note: name(n as usize),
        };
        content.items.insert(ItemId(n + 1), item);
    }
    for (n, line) in (1..).zip(FundLine::ALL) {
        let (source, amount) = (FundSource::Line(*line), Money::from_fen(1_234_567_890_123));
        let fund = Fund { district: Some(DistrictId(1)), project: name(0), source, payer: name(1), amount, note: name(2) };
        content.funds.insert(FundId(n), fund);
    }
    content
}

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
    let works = of("works");
    assert!(pages.iter().filter(|page| page.name[4..].starts_with("works")).count() > 1, "one sheet has no room for all");
    for entry in &catalogue().entries {
        assert!(works.iter().any(|text| text.starts_with(entry.zh.chars().next().unwrap())), "{} is not said", entry.zh);
    }
    let money = of("district");
    assert!(FundLine::ALL.iter().all(|line| money.contains(tr(Lang::Zh, &line.message()).as_str())));
    // 30 owners sign: those beside the map and those after the tables.
    let signed = pages.iter().flat_map(|page| &page.texts).filter(|(text, _)| text.starts_with("年")).count();
    assert!(signed > 60, "{signed}");
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
