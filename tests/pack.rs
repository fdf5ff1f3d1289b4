//! The pack for the meeting: every format written from the sample, read back as others would, for all and for one unit.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use calamine::{Data, Reader};
use geo::{Area, Coord, Euclidean, Length, LineString, MultiLineString, MultiPolygon, Polygon};
use lianpian::base::{DistrictId, FundId, ItemId, Money, Silent};
use lianpian::export::{DxfVersion, ExportOrder, Format, ShpEncoding, Written};
use lianpian::i18n::Lang;
use lianpian::import::{FileRead, ReadOptions, read_comments, read_path};
use lianpian::model::{
    Compound, CompoundFacts, Content, District, Fund, FundSource, Item, ItemOrigin, LayerContent, Pipe, Properties, Quantity,
    UnitPrice,
};
use lianpian::policy::{OwnerKind, Ownership, PipeClass, PipeSubclass, catalogue};
use lianpian::project;
use lianpian::session::Pack;
use lianpian::session::comments::taken;
use serde_json::Value;

fn sample() -> Content {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.gpkg");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang.gpkg"), &path).unwrap();
    project::open(&path).unwrap().content
}

fn write(content: &Content, order: &ExportOrder, folder: &Path, lang: Lang) -> Written {
    Pack::new(content, order, lang, &Silent).unwrap().write(order, folder, lang, &Silent).unwrap()
}

/// Every format but pictures, which take long to draw and show what the SVG says.
fn but_pictures() -> Vec<Format> {
    Format::ALL.into_iter().filter(|format| *format != Format::Png).collect()
}

fn at(x: f64, y: f64) -> Coord<f64> {
    Coord { x: 455_000.0 + x, y: 4_860_000.0 + y }
}

fn ring(x: f64, y: f64, side: f64) -> LineString<f64> {
    LineString(vec![at(x, y), at(x + side, y), at(x + side, y + side), at(x, y + side), at(x, y)])
}

/// Two compounds, one in two parts of which one has a hole; a pipe in two parts; an item with a price.
fn small() -> Content {
    let two = MultiPolygon(vec![
        Polygon::new(ring(0.0, 0.0, 100.0), vec![ring(40.0, 40.0, 20.0)]),
        Polygon::new(ring(120.0, 0.0, 30.25), vec![]),
    ]);
    let compound = |id: &str, name: &str, shape: MultiPolygon<f64>| Compound {
        source_id: id.to_owned(),
        shape,
        facts: CompoundFacts {
            name: name.to_owned(),
            households: Some(120),
            floor_area_m2: Some(9_876.5),
            ..CompoundFacts::default()
        },
        extra: Properties::new(),
    };
    let compounds = vec![
        compound("C1", "幸福里", two),
        compound("C2", "和平苑", MultiPolygon(vec![Polygon::new(ring(0.0, 130.0, 80.0), vec![])])),
    ];
    let line = MultiLineString(vec![
        LineString(vec![at(-10.0, 20.0), at(70.0, 20.0)]),
        LineString(vec![at(110.0, 60.0), at(150.125, 60.0)]),
    ]);
    let pipe = |id: &str, owner: &str, class: PipeClass, subclass: Option<PipeSubclass>| Pipe {
        source_id: id.to_owned(),
        line: line.clone(),
        class,
        subclass,
        owner: Some(owner.to_owned()),
        ownership: Ownership::Utility,
        diameter_mm: Some(300.0),
        material: Some("铸铁".to_owned()),
        laid_year: Some(1988),
        planned_year: Some(2027),
        extra: Properties::new(),
    };
    let pipes = vec![
        pipe("P1", "临江热力公司", PipeClass::Heat, None),
        pipe("P2", "临江市政排水处", PipeClass::Drainage, Some(PipeSubclass::Sewage)),
    ];
    let mut content = Content {
        title: "小样".to_owned(),
        data_date: Some("2026-05-31".to_owned()),
        crs_code: 4551,
        compounds: Arc::new(compounds),
        pipes: Arc::new(pipes),
        assignment: vec![Some(DistrictId(1)), Some(DistrictId(1))],
        ..Content::default()
    };
    content.districts.insert(DistrictId(1), District { year: Some(2026), ..District::numbered(1) });
    let price = UnitPrice { amount: Money::from_fen(33_333), source: "询价".to_owned(), dated: "2026-05".to_owned() };
    for (n, quantity) in [(1, 1.5), (2, 2.5)] {
        let item = Item {
            code: catalogue().entries[1].code.clone(),
            compound: Some(lianpian::base::CompoundId(n - 1)),
            district: None,
            place: Some(geo::Geometry::Point(geo::Point(at(20.0 * f64::from(n), 20.0)))),
            quantity: Quantity::Manual(quantity),
            year: None,
            price: Some(price.clone()),
            timing: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        };
        content.items.insert(ItemId(n), item);
    }
    content
}

fn read(path: &Path) -> FileRead {
    // A drawing does not tell its CRS; what tells it is not asked.
    let crs = path.extension().is_some_and(|ending| ending == "dxf").then(|| "EPSG:4551".to_owned());
    let options = ReadOptions { working_crs: Some(4551), crs, ..ReadOptions::default() };
    read_path(path, &options, &Silent).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Id, name, households and area of every compound, and id, class, 小类, owner and length of every pipe, in the order of ids.
fn essence<'a>(layers: impl Iterator<Item = &'a LayerContent>) -> (Vec<String>, Vec<String>) {
    let (mut compounds, mut pipes) = (Vec::new(), Vec::new());
    for layer in layers {
        match layer {
            LayerContent::Compounds(list) => compounds.extend(list.iter().map(|c| {
                let holes: usize = c.shape.iter().map(|p| p.interiors().len()).sum();
                let area = c.shape.unsigned_area();
                format!("{} {} {:?} {} {holes} {area:.3}", c.source_id, c.facts.name, c.facts.households, c.shape.0.len())
            })),
            LayerContent::Pipes(list) => pipes.extend(list.iter().map(|p| {
                let length: f64 = p.line.iter().map(|line| Euclidean.length(line)).sum();
                format!(
                    "{} {:?} {:?} {:?} {:?} {:?} {length:.3}",
                    p.source_id, p.class, p.subclass, p.owner, p.planned_year, p.diameter_mm
                )
            })),
            _ => {}
        }
    }
    compounds.sort();
    pipes.sort();
    (compounds, pipes)
}

fn essence_of(content: &Content) -> (Vec<String>, Vec<String>) {
    use lianpian::model::LayerKind;
    essence([content.layer(LayerKind::Compounds), content.layer(LayerKind::Pipes)].iter())
}

#[test]
fn drawings_read_back_as_they_were() {
    for content in [small(), sample()] {
        for dxf in DxfVersion::ALL {
            for lang in Lang::ALL {
                let dir = tempfile::tempdir().unwrap();
                let order = ExportOrder { dxf, ..ExportOrder::of(&[Format::Dxf]) };
                let written = write(&content, &order, dir.path(), lang);
                assert_eq!(written.notes, []);
                let back = read(&dir.path().join("plan.dxf"));
                assert_eq!(essence(back.layers.iter().map(|layer| &layer.content)), essence_of(&content), "{dxf:?} {lang:?}");
            }
        }
    }
}

#[test]
fn texts_of_a_drawing_are_in_the_bytes_that_its_version_expects() {
    let dir = tempfile::tempdir().unwrap();
    for (dxf, bytes) in [(DxfVersion::R2000, b"\xD0\xD2\xB8\xA3\xC0\xEF".as_slice()), (DxfVersion::R2007, "幸福里".as_bytes())]
    {
        write(&small(), &ExportOrder { dxf, ..ExportOrder::of(&[Format::Dxf]) }, dir.path(), Lang::Zh);
        let file = std::fs::read(dir.path().join("plan.dxf")).unwrap();
        assert!(file.windows(bytes.len()).any(|window| window == bytes), "{dxf:?}");
        assert_eq!(std::str::from_utf8(&file).is_ok(), dxf == DxfVersion::R2007);
    }
}

#[test]
fn shapefiles_and_kml_read_back_as_they_were() {
    for content in [small(), sample()] {
        for shp in ShpEncoding::ALL {
            let dir = tempfile::tempdir().unwrap();
            write(&content, &ExportOrder { shp, ..ExportOrder::of(&[Format::Shp]) }, dir.path(), Lang::Zh);
            let layers = ["compounds", "pipes"].map(|name| read(&dir.path().join(format!("shp/{name}.shp"))));
            let back = essence(layers.iter().flat_map(|file| file.layers.iter().map(|layer| &layer.content)));
            assert_eq!(back, essence_of(&content), "{shp:?}");
        }
        let dir = tempfile::tempdir().unwrap();
        write(&content, &ExportOrder::of(&[Format::Kml]), dir.path(), Lang::Zh);
        let back = read(&dir.path().join("plan.kml"));
        let count = |layers: (Vec<String>, Vec<String>)| (layers.0.len(), layers.1.len());
        assert_eq!(count(essence(back.layers.iter().map(|layer| &layer.content))), count(essence_of(&content)));
    }
}

/// Cells of a sheet as calamine has them.
fn sheet(path: &Path, name: &str) -> Vec<Vec<Data>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(value) => *value,
        Data::Int(value) => i32::try_from(*value).unwrap().into(),
        other => panic!("{other:?} is no number"),
    }
}

#[test]
fn sums_of_the_workbook_are_formulas_that_say_what_the_plan_says() {
    let dir = tempfile::tempdir().unwrap();
    write(&small(), &ExportOrder::of(&[Format::Xlsx]), dir.path(), Lang::Zh);
    let path = dir.path().join("tables.xlsx");
    let districts = sheet(&path, "片区");
    let heads: Vec<String> = districts[0].iter().map(ToString::to_string).collect();
    let of = |head: &str| number(&districts[1][heads.iter().position(|own| own == head).unwrap()]);
    // 333.33 × 1.5 = 499.995 and × 2.5 = 833.325, each rounded to the 分 half up.
    let expected = [
        ("小区数", 2.0),
        ("户数", 240.0),
        ("建筑面积（m²）", 19_753.0),
        ("改造项数", 2.0),
        ("造价（元）", 1_333.33),
        ("未计价项数", 0.0),
    ];
    for (head, value) in expected {
        assert!((of(head) - value).abs() < 1e-9, "{head}: {}", of(head));
    }
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let formulas = book.worksheet_formula("片区").unwrap();
    assert!(formulas.used_cells().count() > 10);
    assert_eq!(sheet(&path, "改造清单").len(), 1 + 2 * catalogue().entries.len() + 1, "compounds × items, heads and sums (R20)");
    let years = sheet(&path, "年度同步");
    assert!(years.iter().any(|row| row[0] == Data::String("年度不一致".to_owned())), "{years:?}");
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_a_list_of_them() {
    same_bytes(&small(), &ExportOrder::of(&[Format::Png]));
    same_bytes(&sample(), &ExportOrder::of(&but_pictures()));
}

fn same_bytes(content: &Content, order: &ExportOrder) {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let lists: Vec<Vec<PathBuf>> = dirs.iter().map(|dir| write(content, order, dir.path(), Lang::Zh).files).collect();
    for (first, second) in lists[0].iter().zip(&lists[1]) {
        assert!(std::fs::read(first).unwrap() == std::fs::read(second).unwrap(), "{}", first.display());
    }
    let manifest: Value = serde_json::from_slice(&std::fs::read(dirs[0].path().join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["files"].as_array().unwrap().len(), lists[0].len() - 1);
    assert_eq!(manifest["plan_hash"].as_str().unwrap().len(), 64);
    let hash = manifest["plan_hash"].as_str().unwrap();
    let told = ["compounds.geojson", "review.html", "plan.dxf", "plan.kml", "dossier.json", "sheets/001-cover.svg"];
    for name in told.into_iter().filter(|_| order.formats.len() > 1) {
        let text = String::from_utf8_lossy(&std::fs::read(dirs[0].path().join(name)).unwrap()).into_owned();
        assert!(text.replace("\n  1\n", "").contains(&hash[..12]), "{name} does not say of which plan it is");
    }
}

/// The data inside a review pack.
fn pack_data(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let (_, after) = text.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_unit_gets_its_pipes_and_no_others() {
    let content = sample();
    let dir = tempfile::tempdir().unwrap();
    let formats = [Format::GeoJson, Format::Html, Format::Dxf, Format::Kml, Format::Xlsx];
    let order = ExportOrder { unit: Some("热力公司".to_owned()), ..ExportOrder::of(&formats) };
    let written = write(&content, &order, dir.path(), Lang::Zh);
    let (own, foreign): (Vec<&Pipe>, Vec<&Pipe>) =
        content.pipes.iter().partition(|pipe| pipe.owner.as_deref() == Some("临江热力公司"));
    assert!(own.len() > 100 && foreign.len() > 1_000);
    let pipes: Value = serde_json::from_slice(&std::fs::read(dir.path().join("pipes.geojson")).unwrap()).unwrap();
    assert_eq!(pipes["features"].as_array().unwrap().len(), own.len());
    let data = pack_data(&dir.path().join("review-临江热力公司.html"));
    let layers: BTreeMap<&str, usize> = data["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["id"].as_str().unwrap(), l["features"].as_array().unwrap().len()))
        .collect();
    assert_eq!(layers.get("pipes-heat"), Some(&own.len()));
    assert!(layers.keys().all(|id| !id.starts_with("pipes-") || *id == "pipes-heat"), "{layers:?}");
    // The ids of foreign pipes occur in no text file of the pack.
    let ids: std::collections::BTreeSet<&str> = foreign.iter().map(|pipe| pipe.source_id.as_str()).collect();
    let own_ids: std::collections::BTreeSet<&str> = own.iter().map(|pipe| pipe.source_id.as_str()).collect();
    for path in written.files.iter().filter(|path| !path.ends_with("tables.xlsx")) {
        let text = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
        let tokens: std::collections::BTreeSet<&str> =
            text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).collect();
        let found: Vec<&&str> = ids.iter().filter(|id| tokens.contains(**id) && !own_ids.contains(**id)).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
    let unknown = ExportOrder { unit: Some("火星公司".to_owned()), ..order };
    assert_eq!(Pack::new(&content, &unknown, Lang::Zh, &Silent).unwrap_err().key(), "export.unit-unknown");
}

#[test]
fn military_names_are_left_out_of_every_file_when_asked() {
    let mut content = small();
    let facts = &mut Arc::make_mut(&mut content.compounds)[0].facts;
    facts.owner_kind = Some(OwnerKind::Military);
    facts.name = "某军区家属院".to_owned();
    let dir = tempfile::tempdir().unwrap();
    let order = ExportOrder { mask_military: true, ..ExportOrder::of(&Format::ALL) };
    let written = write(&content, &order, dir.path(), Lang::Zh);
    let secret = "某军区家属院".as_bytes();
    for path in &written.files {
        let bytes = std::fs::read(path).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", path.display());
    }
    // A comment on it still finds the compound as it was.
    let data = pack_data(&dir.path().join("review.html"));
    let layer = data["layers"].as_array().unwrap().iter().find(|layer| layer["id"] == "compounds").unwrap();
    let comment = serde_json::json!({
        "format": "lianpian-comments", "plan_hash": data["stamp"]["plan_hash"], "comments": [
            { "about": "compound", "id": "C1", "state": layer["features"][0]["h"], "text": "缓建", "unit": "", "author": "", "date": "" },
        ],
    });
    let file = dir.path().join("comments.json");
    std::fs::write(&file, comment.to_string()).unwrap();
    let found = taken(&content, &read_comments(&file).unwrap(), &file);
    assert_eq!(found.standings.values().map(|standing| standing.code()).collect::<Vec<_>>(), ["same"]);
}

/// Texts that have broken exports of others.
const HOSTILE: [&str; 8] = [
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+1\n0\nEOF\n-2",
    "@SUM(A1)\u{0}\u{1}\t\r\n",
    "\u{202E}反向\u{200B}",
    "'\"><img src=x onerror=alert(1)>",
    "^J %%d \\U+5C0F {\\P} 𠮷€",
    "a,b;c|d&amp;<![CDATA[x]]>",
];

#[test]
fn hostile_texts_stay_texts_in_every_format() {
    let mut content = small();
    for hostile in HOSTILE.iter().map(|text| (*text).to_owned()).chain([format!("长{}", "字".repeat(10_000))]) {
        content.title.clone_from(&hostile);
        let compounds = Arc::make_mut(&mut content.compounds);
        compounds[0].facts.name.clone_from(&hostile);
        compounds[0].facts.owner = Some(hostile.clone());
        compounds[0].extra = [(hostile.clone(), Value::from(hostile.as_str()))].into_iter().collect();
        let pipes = Arc::make_mut(&mut content.pipes);
        pipes[0].owner = Some(hostile.clone());
        content.items.values_mut().for_each(|item| item.note.clone_from(&hostile));
        content.districts.values_mut().for_each(|district| district.name.clone_from(&hostile));
        for (dxf, shp) in DxfVersion::ALL.into_iter().zip(ShpEncoding::ALL) {
            let dir = tempfile::tempdir().unwrap();
            let order = ExportOrder { dxf, shp, ..ExportOrder::of(&but_pictures()) };
            write(&content, &order, dir.path(), Lang::Zh);
            let back = read(&dir.path().join("plan.dxf"));
            let (compounds, pipes) = essence(back.layers.iter().map(|layer| &layer.content));
            assert_eq!((compounds.len(), pipes.len()), (2, 2), "{dxf:?} {hostile:?}");
            let data = pack_data(&dir.path().join("review.html"));
            assert_eq!(data["stamp"]["title"], Value::from(hostile.as_str()));
            let page = std::fs::read_to_string(dir.path().join("review.html")).unwrap();
            assert_eq!(page.matches("<script").count(), 2, "the data and the script");
            assert!(!page.contains("<img"));
            let ledger = sheet(&dir.path().join("tables.xlsx"), "小区台账");
            assert!(
                matches!(&ledger[1][1], Data::String(text) if text.starts_with(&hostile.chars().take(1).collect::<String>()))
            );
            for file in ["plan.kml", "sheets/001-cover.svg"] {
                let text = std::fs::read_to_string(dir.path().join(file)).unwrap();
                let mut reader = quick_xml::Reader::from_str(&text);
                loop {
                    match reader.read_event() {
                        Ok(quick_xml::events::Event::Eof) => break,
                        Ok(_) => {}
                        Err(error) => panic!("{file} with {hostile:?}: {error}"),
                    }
                }
            }
            assert_eq!(read(&dir.path().join("shp/compounds.shp")).layers[0].content.len(), 2);
        }
    }
}

#[test]
fn the_comment_sheet_comes_back() {
    let content = small();
    let dir = tempfile::tempdir().unwrap();
    write(&content, &ExportOrder::of(&[Format::Xlsx]), dir.path(), Lang::Zh);
    let path = dir.path().join("tables.xlsx");
    let untouched = read_comments(&path).unwrap();
    assert!(untouched.comments.is_empty() && untouched.faulty.is_empty() && untouched.silent >= 1);
    // The sheet as somebody fills it in: the heads and rows as they were, and words in the column for them.
    let filled = dir.path().join("filled.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (line, row) in (0..).zip(sheet(&path, "意见")) {
        for (column, cell) in (0..).zip(row) {
            let text = if line == 1 && column == 3 { "同意，缓建一年".to_owned() } else { cell.to_string() };
            page.write_string(line, column, text).unwrap();
        }
    }
    book.save(&filled).unwrap();
    let read = read_comments(&filled).unwrap();
    let found = taken(&content, &read, &filled);
    let comment = found.set.values().next().unwrap();
    assert_eq!((found.set.len(), comment.subject.kind(), comment.subject.id()), (1, "district", "1".to_owned()));
    assert_eq!(comment.text, "同意，缓建一年");
    assert_eq!(found.standings.values().map(|standing| standing.code()).collect::<Vec<_>>(), ["same"]);
}

#[test]
fn dossiers_say_what_they_lack() {
    let dir = tempfile::tempdir().unwrap();
    write(&sample(), &ExportOrder::of(&[Format::Dossier]), dir.path(), Lang::Zh);
    let whole: Value = serde_json::from_slice(&std::fs::read(dir.path().join("dossier.json")).unwrap()).unwrap();
    let districts = whole["districts"].as_array().unwrap();
    assert!(!districts.is_empty());
    for district in districts {
        let missing: Vec<&str> =
            district["missing"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
        assert!(missing.contains(&"fundSources") && !missing.contains(&"name"), "{missing:?}");
        assert!(district["name"].as_str().unwrap().chars().count() <= 100);
        assert!(district["areaHa"].as_f64().unwrap() > 0.0);
        assert!(district["scopeLine"]["coordinates"].is_array());
        for project in district["projects"].as_array().unwrap() {
            // Years sum up to what is estimated, and say nothing where that is not known.
            let years = project["yearInvest"].as_array().unwrap();
            let sum: f64 = years.iter().map(|year| year["amount"].as_f64().unwrap()).sum();
            assert!((sum - project["investEstimate"].as_f64().unwrap_or(0.0)).abs() < 1.0e-9, "{project}");
            assert!(years.iter().all(|year| year["year"].as_i64().is_some_and(|year| year > 2000)), "{project}");
        }
    }
    let known = |project: &&Value| !project["yearInvest"].as_array().unwrap().is_empty();
    assert!(districts.iter().any(|district| district["projects"].as_array().unwrap().iter().any(|project| known(&project))));
    assert!(districts.iter().any(|district| district["scopeDesc"].as_str().is_some_and(|text| text.contains("至"))));
}

#[test]
fn dossiers_name_where_the_money_comes_from() {
    let mut content = sample();
    let district = *content.districts.keys().next().unwrap();
    let member = content.members(district)[0];
    let project = content.compounds[member.index()].label().to_owned();
    let fund = |source, project: &str, fen| Fund {
        district: Some(district),
        project: project.to_owned(),
        source,
        payer: String::new(),
        amount: Money::from_fen(fen),
        note: String::new(),
    };
    let line = FundSource::all().find(|source| source.line().is_some()).unwrap();
    content.funds = [
        (FundId(1), fund(line, "", 15_000_000_000)),
        (FundId(2), fund(line, &project, 200_000_000)),
        (FundId(3), fund(FundSource::Revenue, "", 9)),
    ]
    .into();
    let dir = tempfile::tempdir().unwrap();
    write(&content, &ExportOrder::of(&[Format::Dossier]), dir.path(), Lang::Zh);
    let whole: Value = serde_json::from_slice(&std::fs::read(dir.path().join("dossier.json")).unwrap()).unwrap();
    let own = &whole["districts"][0];
    let amounts =
        |funds: &Value| funds.as_array().unwrap().iter().map(|fund| fund["amount"].as_f64().unwrap()).collect::<Vec<_>>();
    assert_eq!(amounts(&own["fundSources"]), [1.5, 0.02], "what is earned is no source");
    assert_eq!(own["fundSources"][0]["source"], line.code());
    let by_project = own["projects"].as_array().unwrap().iter().filter(|project| !amounts(&project["fundSources"]).is_empty());
    let named: Vec<_> = by_project.map(|project| (project["name"].as_str().unwrap(), amounts(&project["fundSources"]))).collect();
    assert_eq!(named, [(project.as_str(), vec![0.02])]);
    assert!(own["missing"].as_array().unwrap().iter().all(|field| field["field"] != "fundSources"));
}
