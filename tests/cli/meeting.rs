//! The meeting as scripts drive it: comments and signed matrices in, a version frozen, a plan branched and compared with it.

use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};
use serde_json::Value;

use super::{fixture, has_keys, json, run, words};

/// A copy of the frozen plan file of schema version 1 in a folder.
fn plan_in(dir: &Path) -> String {
    let plan = dir.join("plan.gpkg");
    std::fs::copy(fixture("plan-v1.gpkg"), &plan).unwrap();
    plan.display().to_string()
}

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// The first district of a plan, by its number.
fn first_district(plan: &str) -> u32 {
    let content = lianpian::project::open(Path::new(plan)).unwrap().content;
    content.districts.values().map(|district| district.number).min().unwrap()
}

#[test]
fn comments_are_taken_once_listed_and_refused_by_a_frozen_version() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan_in(dir.path());
    let district = first_district(&plan);
    let said = format!("about,id,text,unit,author,date\ndistrict,{district},缓建一年,热力公司,王,2026-06-01\nmoon,1,x,,,\n");
    let file = write(dir.path(), "said.csv", &said);
    let before = std::fs::read(&plan).unwrap();
    let first = run(&["comments", &plan, &file, "--json"]);
    let copies = lianpian::project::copies(Path::new(&plan));
    assert_eq!(copies.iter().map(|copy| std::fs::read(copy).unwrap()).collect::<Vec<_>>(), [before]);
    assert_eq!(first.status.code(), Some(1), "a row about nothing that is known: {}", words(&first));
    let value = json(&first);
    has_keys(&value, &["inputs", "comments", "opinions", "answered", "seconds"]);
    let input = &value["inputs"][0];
    assert_eq!((input["rows"].as_u64(), input["taken"].as_u64(), input["faulty"][0].as_u64()), (Some(2), Some(1), Some(3)));
    assert_eq!(value["comments"][0]["standing"], "untold");
    let again = json(&run(&["comments", &plan, &file, "--json"]));
    assert_eq!((again["inputs"][0]["taken"].as_u64(), again["inputs"][0]["already"].as_u64()), (Some(0), Some(1)));
    let listed = run(&["comments", &plan]);
    assert_eq!(listed.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&listed.stdout).contains("缓建一年"));
    let out = dir.path().join("out").display().to_string();
    assert_eq!(run(&["export", &plan, "--to", "xlsx", "--out", &out, "--lang", "zh"]).status.code(), Some(0));
    let book = Path::new(&out).join("tables.xlsx");
    let answers = sheet(&book, "意见答复", |_, _, _| None);
    assert!(answers.contains("缓建一年") && answers.contains("热力公司") && answers.contains("未答复"), "{answers}");
    let back = json(&run(&["comments", &plan, &book.display().to_string(), "--json"]));
    assert_eq!(back["inputs"][0]["taken"].as_u64(), Some(0), "what is told of comments is none: {back}");
    let nothing = run(&["comments", &plan, &fixture("import/good.geojson")]);
    assert_eq!(nothing.status.code(), Some(2), "{}", words(&nothing));
    assert_eq!(run(&["freeze", &plan, "--date", "2026-06-01"]).status.code(), Some(0));
    let refused = run(&["comments", &plan, &file]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(words(&refused).contains("read-only") && words(&refused).contains("branch"), "{}", words(&refused));
}

#[test]
fn a_version_is_frozen_branched_and_compared_without_a_search() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan_in(dir.path());
    let district = first_district(&plan);
    let minutes = serde_json::json!({
        "date": "2026-06-01", "title": "联合审查", "place": "二楼会议室", "units": ["消防大队", "热力公司"], "accepted": true,
        "opinions": [{ "district": district, "unit": "消防大队", "stance": "有条件同意", "text": "先通消防车道",
            "responsible": "李工", "ruling": "accepted" }],
    });
    let minutes = write(dir.path(), "minutes.json", &minutes.to_string());
    let undated = run(&["freeze", &plan, "--title", "x"]);
    assert_eq!(undated.status.code(), Some(2), "no day, no meeting: {}", words(&undated));
    let frozen = dir.path().join("meeting/frozen.gpkg");
    std::fs::create_dir(frozen.parent().unwrap()).unwrap();
    let frozen = frozen.display().to_string();
    let output = run(&["freeze", &plan, "--minutes", &minutes, "--unit", "街道办", "--out", &frozen, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let value = json(&output);
    assert_eq!(value["meeting"]["units"], serde_json::json!(["消防大队", "热力公司", "街道办"]));
    assert_eq!((value["opinions"].as_u64(), value["meeting"]["accepted"].as_bool()), (Some(1), Some(true)));
    let hash = value["meeting"]["plan_hash"].as_str().unwrap().to_owned();
    // Exported files tell the same hash, and that they are of a frozen version.
    let out = dir.path().join("out").display().to_string();
    assert_eq!(run(&["export", &frozen, "--to", "dossier", "--out", &out]).status.code(), Some(0));
    let dossier: Value = serde_json::from_slice(&std::fs::read(dir.path().join("out/dossier.json")).unwrap()).unwrap();
    assert_eq!((dossier["plan"]["plan_hash"].as_str(), dossier["plan"]["frozen"].as_str()), (Some(&*hash), Some("2026-06-01")));
    let of = |number: u32| dossier["districts"].as_array().unwrap().iter().find(|d| d["number"] == number).cloned().unwrap();
    assert_eq!(of(district)["opinions"][0]["stance"], "conditions");
    // It is not written over, nor frozen again.
    assert_eq!(run(&["freeze", &frozen, "--date", "2026-07-01"]).status.code(), Some(2));
    let over = run(&["freeze", &plan, "--date", "2026-07-01", "--out", &frozen]);
    assert_eq!(over.status.code(), Some(2), "{}", words(&over));
    assert_eq!(run(&["branch", &plan, "--out", &frozen.replace("frozen", "x")]).status.code(), Some(2), "it is not frozen");
    let branch = dir.path().join("branch.gpkg").display().to_string();
    let output = run(&["branch", &frozen, "--out", &branch, "--title", "会后"]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let diff = run(&["diff", &branch, "--json"]);
    assert_eq!(diff.status.code(), Some(0), "{}", words(&diff));
    let counts = &json(&diff)["counts"];
    assert_eq!((counts["plan"].as_u64(), counts["meeting"].as_u64(), counts["opinion"].as_u64()), (Some(2), Some(1), Some(0)));
    assert!(words(&diff).contains("frozen on 2026-06-01"), "{}", words(&diff));
    assert_eq!(run(&["diff", &plan]).status.code(), Some(2), "it was branched from nothing");
    // Moved beside the branch it is found all the same; another plan in its place is not taken for it.
    std::fs::rename(&frozen, dir.path().join("frozen.gpkg")).unwrap();
    assert_eq!(run(&["diff", &branch]).status.code(), Some(0));
    std::fs::copy(fixture("plan-v1.gpkg"), dir.path().join("frozen.gpkg")).unwrap();
    let gone = run(&["diff", &branch]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(words(&gone).contains(&hash[..12]), "{}", words(&gone));
}

#[test]
fn a_frozen_file_that_was_changed_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan_in(dir.path());
    assert_eq!(run(&["freeze", &plan, "--date", "2026-06-01"]).status.code(), Some(0));
    assert!(!words(&run(&["comments", &plan])).contains("changed since"));
    let changed = rusqlite::Connection::open(&plan).unwrap();
    lianpian::gpkg::register(&changed).unwrap();
    changed.execute("UPDATE districts SET name = 'x'", []).unwrap();
    drop(changed);
    assert!(words(&run(&["comments", &plan])).contains("changed since"));
}

/// The sheet of a workbook with that name, as csv.
fn sheet(path: &Path, name: &str, change: impl Fn(usize, usize, &str) -> Option<String>) -> String {
    let mut book = open_workbook_auto(path).unwrap();
    let range = book.worksheet_range(name).unwrap();
    let cell = |data: &Data| match data {
        Data::String(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        _ => String::new(),
    };
    let mut out = String::new();
    for (row, cells) in range.rows().enumerate() {
        let line: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(at, data)| {
                let held = cell(data);
                let text = change(row, at, &held).unwrap_or(held);
                format!("\"{text}\"")
            })
            .collect();
        out += &(line.join(",") + "\n");
    }
    out
}

#[test]
fn the_matrix_of_the_workbook_comes_back_signed() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan_in(dir.path());
    let out = dir.path().join("out").display().to_string();
    assert_eq!(run(&["export", &plan, "--to", "xlsx", "--out", &out, "--lang", "zh"]).status.code(), Some(0));
    let book = dir.path().join("out/tables.xlsx");
    // The workbook as it went out says nothing, and nothing is lost from the count.
    let blank = json(&run(&["comments", &plan, &book.display().to_string(), "--json"]));
    let said = &blank["inputs"][0]["opinions"];
    assert_eq!((said["taken"].as_u64(), said["cells"].as_u64()), (Some(0), said["silent"].as_u64()));
    assert!(said["cells"].as_u64() > Some(0), "{blank}");
    // The fire authority signs for every district.
    let text = sheet(&book, "会签", |row, at, held| {
        let fire = at > 1 && row > 0 && held.is_empty();
        (fire && at == 2).then(|| "有条件同意".to_owned())
    });
    let signed = write(dir.path(), "signed.csv", &text);
    let first = json(&run(&["comments", &plan, &signed, "--json"]));
    let said = &first["inputs"][0]["opinions"];
    let taken = said["taken"].as_u64().unwrap();
    assert!(taken > 0 && said["changed"].as_u64() == Some(0), "{first}");
    assert_eq!(first["opinions"][0]["standing"], "same");
    let again = json(&run(&["comments", &plan, &signed, "--json"]));
    let said = &again["inputs"][0]["opinions"];
    assert_eq!((said["taken"].as_u64(), said["unchanged"].as_u64()), (Some(0), Some(taken)), "each is applied once");
    // What was signed stands in the next workbook; a district that changed since is to be signed anew.
    let signed_cells = |out: &str| {
        let path = Path::new(out).join("tables.xlsx");
        sheet(&path, "会签", |_, _, _| None).matches("有条件同意").count() as u64
    };
    assert_eq!(run(&["export", &plan, "--to", "xlsx", "--out", &out, "--lang", "zh"]).status.code(), Some(0));
    assert_eq!(signed_cells(&out), taken);
    let changed = rusqlite::Connection::open(&plan).unwrap();
    lianpian::gpkg::register(&changed).unwrap();
    changed.execute("UPDATE districts SET year = 2031", []).unwrap();
    drop(changed);
    let listed = json(&run(&["comments", &plan, "--json"]));
    assert!(listed["opinions"].as_array().unwrap().iter().all(|opinion| opinion["standing"] == "changed"), "{listed}");
    assert_eq!(run(&["export", &plan, "--to", "xlsx,html", "--out", &out, "--lang", "zh"]).status.code(), Some(0));
    assert_eq!(signed_cells(&out), 0);
    let page = std::fs::read_to_string(dir.path().join("out/review.html")).unwrap();
    assert!(page.contains("有条件同意（对象在提意见后有改动）"), "the page tells what was said, and that it is of before");
}
