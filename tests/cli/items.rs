//! Items from the command line: states from forms and fields, prices, facilities, and what is masked.

use serde_json::Value;

use super::{fixture, has_keys, json, run, sample, words};

/// Makes a plan of the sample with further options and gives back its folder and summary.
fn plan(options: &[&str]) -> (tempfile::TempDir, Value) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out").display().to_string();
    let (compounds, facilities, streets) = (sample("compounds.geojson"), sample("facilities.geojson"), sample("streets.geojson"));
    let given = ["--compounds", compounds.as_str(), "--facilities", &facilities, "--streets", &streets];
    let mut arguments = vec!["plan", "--out", &out, "--json"];
    arguments.extend(given.iter().chain(options));
    let made = run(&arguments);
    assert_ne!(made.status.code(), Some(2), "{}", words(&made));
    let summary = json(&made);
    (dir, summary)
}

#[test]
fn forms_and_prices_are_taken_and_every_row_is_accounted_for() {
    let dir = tempfile::tempdir().unwrap();
    let (form, prices) = (dir.path().join("form.csv"), dir.path().join("prices.csv"));
    std::fs::write(&form, "小区编号,供水,道路,户数\nLJ0003,需改,已达标,123\nLJ0004,差,,\nnobody,需改,,\n").unwrap();
    std::fs::write(&prices, "code,amount_yuan,source,dated\nroad,120,quote,2025-01\nlift,1,,\n").unwrap();
    let (form, prices) = (form.display().to_string(), prices.display().to_string());
    let (out, summary) = plan(&["--filled", &form, "--prices", &prices]);
    let told = summary["inputs"].as_array().unwrap().iter().find_map(|input| input.get("form")).unwrap();
    assert_eq!((&told["rows"], &told["matched"], &told["states_changed"]), (&3.into(), &2.into(), &2.into()));
    assert_eq!(told["unknown"][0]["id"], "nobody");
    assert_eq!(told["unreadable"][0]["column"], "供水");
    let told = summary["inputs"].as_array().unwrap().iter().find_map(|input| input.get("prices")).unwrap();
    assert_eq!((&told["taken"], &told["faulty_lines"][0]), (&1.into(), &3.into()));
    let needs = &summary["needs"];
    assert_eq!((&needs["needed"], &needs["met"]), (&1.into(), &1.into()));
    assert_eq!(needs["cells"], 156 * 43);
    let matrix = std::fs::read_to_string(out.path().join("out/needs.csv")).unwrap();
    assert_eq!(matrix.lines().count() - 1, 156 * 43);
    assert!(matrix.contains("\nLJ0003,water_supply,basic,needed\n") && matrix.contains("\nLJ0003,road,basic,met\n"));
    assert_eq!((&needs["lines"], &needs["left_out"]), (&(156 * 43).into(), &0.into()));
    let compounds = std::fs::read_to_string(out.path().join("out/compounds.geojson")).unwrap();
    let compounds: Value = serde_json::from_str(&compounds).unwrap();
    let changed = compounds["features"].as_array().unwrap().iter().find(|f| f["properties"]["id"] == "LJ0003").unwrap();
    assert_eq!(changed["properties"]["households"], 123);
}

#[test]
fn blank_cells_are_left_out_when_asked_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let form = dir.path().join("form.csv");
    std::fs::write(&form, "小区编号,供水,道路\nLJ0003,需改,已达标\n").unwrap();
    let (out, summary) = plan(&["--filled", &form.display().to_string(), "--needs", "filled"]);
    let matrix = std::fs::read_to_string(out.path().join("out/needs.csv")).unwrap();
    let lines: Vec<&str> = matrix.lines().skip(1).collect();
    assert_eq!(lines, ["LJ0003,water_supply,basic,needed", "LJ0003,road,basic,met"]);
    let needs = &summary["needs"];
    assert_eq!(
        (&needs["lines"], &needs["left_out"], &needs["blank"]),
        (&2.into(), &(156 * 43 - 2).into(), &(156 * 43 - 2).into())
    );
    let told = std::fs::read_to_string(out.path().join("out/summary.json")).unwrap();
    assert_eq!(&serde_json::from_str::<Value>(&told).unwrap()["needs"], needs, "the file says so too");
}

#[test]
fn a_card_is_a_page_of_one_compound_or_says_that_there_is_none() {
    let plan = fixture("plan-v1.gpkg");
    let opened = lianpian::project::open(std::path::Path::new(&plan)).unwrap();
    let id = opened.content.compounds[0].source_id.clone();
    for lang in ["zh", "en"] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().display().to_string();
        let made = run(&["export", &plan, "--card", &id, "--out", &out, "--json", "--lang", lang]);
        assert_eq!(made.status.code(), Some(0), "{}", words(&made));
        let files: Vec<std::path::PathBuf> =
            json(&made)["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap().into()).collect();
        let of = |ext: &str| files.iter().find(|file| file.extension().is_some_and(|e| e == ext)).unwrap();
        let svg = std::fs::read_to_string(of("svg")).unwrap();
        assert!(svg.starts_with("<svg") || svg.starts_with("<?xml"), "{}", &svg[..60]);
        assert!(svg.contains(&id), "the card names its compound");
        assert!(std::fs::read(of("png")).unwrap().starts_with(b"\x89PNG"));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), files.len(), "nothing else is written");
    }
    let dir = tempfile::tempdir().unwrap();
    let made = run(&["export", &plan, "--card", "nobody", "--out", &dir.path().display().to_string(), "--lang", "en"]);
    assert_eq!(made.status.code(), Some(2));
    assert!(words(&made).contains("nobody"), "{}", words(&made));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn facilities_are_told_by_both_measures_and_streets_never_reach_more() {
    let (_dir, summary) = plan(&[]);
    has_keys(&summary, &["needs", "facilities", "approvals", "freed_land"]);
    let districts = summary["facilities"]["districts"].as_array().unwrap();
    assert!(!districts.is_empty());
    let mut measured = 0;
    for kind in districts.iter().flat_map(|district| district["kinds"].as_array().unwrap()) {
        let households = |measure: &str| kind[measure]["households"].as_u64();
        if let (Some(straight), Some(streets)) = (households("straight"), households("along_streets")) {
            assert!(straight >= streets, "{kind}");
            measured += 1;
        }
        assert!(kind["pooled"].as_u64() <= kind["alone"].as_u64(), "{kind}");
    }
    assert!(measured > 0);
    let permits =
        |approvals: &Value| approvals["planning_permit"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
    let listed: u64 = summary["approvals"].as_array().unwrap().iter().map(permits).sum();
    assert_eq!(Some(listed), summary["items"].as_u64(), "every item wants or does not want a permit");
}

#[test]
fn names_of_the_military_are_left_out_where_asked() {
    let dir = tempfile::tempdir().unwrap();
    let form = dir.path().join("form.csv");
    std::fs::write(&form, "小区编号,产权性质\nLJ0003,军队\n").unwrap();
    let form = form.display().to_string();
    let name = |options: &[&str]| {
        let (out, _) = plan(options);
        let text = std::fs::read_to_string(out.path().join("out/compounds.geojson")).unwrap();
        let compounds: Value = serde_json::from_str(&text).unwrap();
        let features = compounds["features"].as_array().unwrap().clone();
        let found = features.into_iter().find(|f| f["properties"]["id"] == "LJ0003").unwrap();
        found["properties"]["name"].as_str().unwrap_or_default().to_owned()
    };
    let known = name(&["--filled", &form]);
    assert!(!known.is_empty());
    let masked = name(&["--filled", &form, "--mask-military"]);
    assert!(masked == "（军队所属）" || masked == "(military)", "{masked}");
}
