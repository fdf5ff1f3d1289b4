//! The command line as scripts see it: the real binary, its exit codes, its JSON and its sentences.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

#[path = "cli/districts.rs"]
mod districts;
#[path = "cli/shortfalls.rs"]
mod shortfalls;
#[path = "cli/items.rs"]
mod items;
#[path = "cli/meeting.rs"]
mod meeting;
#[path = "cli/files.rs"]
mod files;
mod outside;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use outside::data;

/// Runs the program in English.
fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lianpian"));
    command.args(arguments).env("LC_ALL", "en_US.UTF-8").env_remove("RUST_LOG");
    command.output().unwrap()
}

/// A file of the sample plan.
fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang").join(name).display().to_string()
}

/// A file of the tests.
fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name).display().to_string()
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}\n{}", words(output)))
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The object without what a clock put there.
fn timeless(mut value: Value) -> Value {
    value.as_object_mut().unwrap().remove("seconds");
    value
}

#[track_caller]
fn has_keys(value: &Value, keys: &[&str]) {
    let missing: Vec<&&str> = keys.iter().filter(|key| value.get(**key).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?} in {value}");
}

#[test]
fn bad_input_gets_one_sentence_and_exit_2() {
    let compounds = sample("compounds.geojson");
    let dir = tempfile::tempdir().unwrap();
    let blocked = dir.path().join("file");
    std::fs::write(&blocked, "in the way").unwrap();
    let under_file = blocked.join("plan").display().to_string();
    let no_folder = dir.path().join("none/links.csv").display().to_string();
    let loose = fixture("import/good.geojson");
    let broken = fixture("import/truncated.geojson");
    let check = |arguments: &[&str], says: &[&str]| {
        let output = run(arguments);
        let words = words(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {words}");
        assert!(output.stdout.is_empty(), "{arguments:?} printed something");
        assert_eq!(words.lines().count(), 1, "{arguments:?}: {words}");
        for part in says {
            assert!(words.contains(part), "{arguments:?} does not say {part}: {words}");
        }
    };
    check(&["links", "nowhere.geojson"], &["nowhere.geojson", "cannot be read"]);
    check(&["links", &broken], &["truncated.geojson", "line 1", "column"]);
    check(&["links", &compounds, "--out", "links.shp"], &["links.shp", "csv, gal, gwt, geojson"]);
    check(&["links", &compounds, "--out", &no_folder], &["links.csv", "cannot be written"]);
    check(&["links", &compounds, "--weights", &loose], &["good.geojson", ".gal and .gwt"]);
    check(&["links", &compounds, "--barriers", "nowhere.geojson"], &["nowhere.geojson"]);
    check(&["links", &compounds, "--id", "nothing"], &["nothing", "compounds.geojson", "--id"]);
    check(&["group", &compounds, "--min", "rooms=5"], &["rooms"]);
    check(&["group", &compounds, "--min", "households=9", "--max", "households=5"], &["households", "9", "5"]);
    check(&["group", &compounds, "--count", "9999"], &["9,999"]);
    check(&["group", &compounds, "--policy", "mars"], &["mars", "jilin-2020"]);
    check(&["group", &compounds, "--out", "districts.xlsx"], &["geojson, gpkg, csv"]);
    check(&["group", &sample("ledger.csv")], &["ledger.csv", "--weights"]);
    check(&["check", &compounds, "--district", "nothing"], &["nothing", "--district"]);
    check(&["plan", "--compounds", &compounds, "--out", &under_file], &["plan", "cannot be written"]);
    check(&["export", "nowhere.gpkg", "--to", "png", "--out", &under_file], &["file", "cannot be written"]);
    check(
        &["export", &fixture("plan-v1.gpkg"), "--to", "png,carpet", "--out", &under_file],
        &["carpet", "geojson", "gpkg", "png"],
    );
}

#[test]
fn usage_is_refused_and_help_is_given() {
    assert_eq!(run(&["group"]).status.code(), Some(2));
    assert_eq!(run(&["info", "--colour"]).status.code(), Some(2));
    let help = run(&["--help"]);
    let text = String::from_utf8_lossy(&help.stdout).into_owned();
    assert_eq!(help.status.code(), Some(0));
    for command in ["info", "links", "group", "check", "plan", "export"] {
        assert!(text.contains(command), "{command}");
    }
}

#[test]
fn usage_is_told_in_chinese_too() {
    let cases: [(&[&str], &str); 9] = [
        (&["info"], "没有给出要读的文件"),
        (&["info", "x", "--kind", "nosuch=x"], "compounds|pipes|buildings"),
        (&["info", "x", "--shift", "wgs84"], "应写作 gcj02|gcj02=文件|bd09|bd09=文件"),
        (&["inof"], "没有文件“inof”，也没有这样的命令"),
        (&["info", "--nope", "x"], "没有选项“--nope”"),
        (&["links", "a.geojson", "--gap", "far"], "“far”不能用于 --gap"),
        (&["links", "a.geojson", "--contiguity", "bishop"], "可用的有：gap, queen, rook"),
        (&["plan", "--out", "d"], "缺少 --compounds"),
        (&["group", "a.csv", "--count", "3", "--aim", "most"], "不能同时使用"),
    ];
    for (arguments, told) in cases {
        let output = run(&[arguments, &["--lang", "zh"]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(words(&output).contains(told), "{arguments:?}: {}", words(&output));
    }
}

#[test]
fn info_is_told_in_words() {
    let output = run(&["info", &sample("compounds.geojson"), &sample("ledger.csv"), "--lang", "zh"]);
    let told = String::from_utf8(output.stdout).unwrap();
    for words in ["图层： 小区", "户数 → households 144", "EPSG:4326 (", "读取 156：载入 156"] {
        assert!(told.contains(words), "{words} in {told}");
    }
    assert!(!told.contains("import.") && !told.contains("left_out"), "{told}");
}

#[test]
fn info_accounts_for_every_feature() {
    let output = run(&["info", &sample("compounds.geojson"), &sample("pipes-water.geojson"), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let value = json(&output);
    for file in value["files"].as_array().unwrap() {
        let layer = &file["layers"][0];
        has_keys(layer, &["layer", "features", "crs", "crs_known_by", "bounds", "report"]);
        let report = &layer["report"];
        let count = |key: &str| report[key].as_u64().unwrap();
        assert_eq!(count("loaded") + count("mended") + count("left_out"), count("read"));
    }
    let half = run(&["info", "nowhere.geojson", &sample("streets.geojson"), "--json"]);
    assert_eq!(half.status.code(), Some(1));
    assert!(json(&half)["files"][0]["error"].as_str().unwrap().contains("nowhere.geojson"));
}

#[test]
fn sentences_are_in_the_language_asked_for() {
    let output = run(&["links", "nowhere.geojson", "--lang", "zh"]);
    let words = words(&output);
    assert!(words.contains("nowhere.geojson") && !words.is_ascii(), "{words}");
}

#[test]
fn links_go_out_and_come_back_as_weights() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let compounds = sample("compounds.geojson");
    let output = run(&["links", &compounds, "--gap", "20", "--out", &path("l.csv"), "--json"]);
    let value = json(&output);
    has_keys(&value, &["units", "pairs", "kinds", "components", "islands", "gap_m", "crs", "seconds"]);
    let table = std::fs::read_to_string(path("l.csv")).unwrap();
    assert!(table.starts_with("a,b,gap_m,frontage_a_m,frontage_b_m,kind\n"), "{table}");
    assert_eq!(table.lines().count() - 1, usize::try_from(value["pairs"].as_u64().unwrap()).unwrap());
    for name in ["l.gal", "l.gwt"] {
        assert_eq!(run(&["links", &compounds, "--gap", "20", "--out", &path(name)]).status.code(), Some(0));
        let back = run(&["links", &compounds, "--id", "小区编号", "--weights", &path(name), "--json"]);
        assert_eq!(json(&back)["pairs"], value["pairs"], "{name}: {}", words(&back));
        assert_eq!(json(&back)["components"], value["components"], "{name}");
        let header = std::fs::read_to_string(path(name)).unwrap().lines().next().unwrap().to_owned();
        assert!(header.ends_with(" compounds 小区编号"), "{header}");
    }
    assert_eq!(run(&["links", &compounds, "--out", &path("l.geojson")]).status.code(), Some(0));
    let lines: Value = serde_json::from_slice(&std::fs::read(path("l.geojson")).unwrap()).unwrap();
    assert!(lines["features"].as_array().is_some_and(|f| !f.is_empty()));
    let (narrow, wide) =
        (run(&["links", &compounds, "--gap", "5", "--json"]), run(&["links", &compounds, "--gap", "40", "--json"]));
    assert!(json(&narrow)["pairs"].as_u64() < json(&wide)["pairs"].as_u64());
}

#[test]
fn links_say_what_lies_between_and_barriers_follow_their_rules() {
    let layers =
        ["barriers", "bridges", "parcels", "streets"].map(|name| (format!("--{name}"), sample(&format!("{name}.geojson"))));
    let compounds = sample("compounds.geojson");
    let links = |more: &[&str]| {
        let mut arguments = vec!["links", compounds.as_str(), "--why", "--json"];
        arguments.extend(layers.iter().flat_map(|(option, file)| [option.as_str(), file]));
        arguments.extend(more);
        let output = run(&arguments);
        (json(&output), words(&output))
    };
    let between = |value: &Value, code: &str| -> Vec<Value> {
        value["links"].as_array().unwrap().iter().filter(|link| link["between"] == code).cloned().collect()
    };
    let (strict, _) = links(&[]);
    assert_eq!(strict["links"].as_array().unwrap().len(), usize::try_from(strict["pairs"].as_u64().unwrap()).unwrap());
    assert_eq!(strict["barriers"]["railway"], "block");
    assert!(between(&strict, "railway").is_empty());
    let bridges = between(&strict, "bridge");
    assert!(bridges.iter().any(|link| link["why"] == "river 小临江, by 临江桥"), "{bridges:?}");
    assert!(bridges.iter().all(|link| link["why"].as_str().unwrap().contains(", by ")), "{bridges:?}");
    let (paid, _) = links(&["--gap", "50", "--barrier", "railway=cost:20"]);
    assert_eq!(paid["barriers"]["railway"], "cost:20");
    let over = between(&paid, "railway");
    assert!(!over.is_empty());
    for link in &over {
        let gap_m = link["gap_m"].as_f64().unwrap();
        assert!(link["cost_m"] == 20.0 && gap_m + 20.0 <= 50.0, "{link}");
        assert_eq!(link["why"], "railway 临北铁路, counted as 20.0 m more");
    }
    let (free, _) = links(&["--barrier", "railway=none"]);
    assert_eq!(between(&free, "railway").len(), over.len(), "those of at most 30 m");
    assert!(free["blocked"].as_u64() < strict["blocked"].as_u64());
    let (_, told) = links(&["--barrier", "wall=none"]);
    assert!(told.contains("--barrier wall rules nothing"), "{told}");
    // The table has three columns more, and other formats have no room for them.
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    assert_eq!(run(&["links", &compounds, "--why", "--out", &path("l.csv")]).status.code(), Some(0));
    let table = std::fs::read_to_string(path("l.csv")).unwrap();
    assert!(table.starts_with("a,b,gap_m,frontage_a_m,frontage_b_m,kind,cost_m,between,why\n"), "{table}");
    let refused = run(&["links", &compounds, "--why", "--out", &path("l.gal")]);
    assert!(refused.status.code() == Some(2) && words(&refused).contains("no room for reasons"));
}

#[test]
fn groups_say_what_they_are_and_repeat_to_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    let compounds = sample("compounds.geojson");
    let group = |name: &str, threads: &str| {
        let out = dir.path().join(name).display().to_string();
        let bounds =
            ["--min", "households=500", "--max", "households=2500", "--similar", "built_year", "--seed", "4", "--compactness"];
        let mut arguments = vec!["group", &compounds, "--out", &out, "--threads", threads, "--json"];
        arguments.extend(bounds);
        let output = run(&arguments);
        (output.status.code(), timeless(json(&output)), std::fs::read(&out).unwrap(), words(&output))
    };
    let (code, value, bytes, said) = group("a.geojson", "1");
    has_keys(
        &value,
        &[
            "units",
            "eligible",
            "links",
            "components",
            "districts",
            "unassigned",
            "objective",
            "bounds",
            "bounds_met",
            "seed",
            "verdicts",
        ],
    );
    assert!(value["districts"].as_u64().unwrap() > 0);
    assert_eq!(value["faults"], Value::Array(Vec::new()));
    let left = value["unassigned"].as_array().unwrap();
    assert_eq!(code, Some(i32::from(!left.is_empty())), "{said}");
    for unit in left {
        has_keys(unit, &["id", "reason", "text"]);
        assert!(["too_small", "too_large", "no_room"].contains(&unit["reason"].as_str().unwrap()));
    }
    let shapes = value["compactness"]["districts"].as_array().unwrap();
    assert_eq!(shapes.len() as u64, value["districts"].as_u64().unwrap());
    let is_share = |value: &Value| value.as_f64().is_some_and(|share| share > 0.0 && share <= 1.0);
    for shape in shapes.iter().chain([&value["compactness"]]) {
        assert!(is_share(&shape["polsby_popper"]) && is_share(&shape["reock"]), "{shape}");
    }
    let reach = &value["reach"];
    assert!(
        reach["least"].as_u64() <= value["districts"].as_u64() && value["districts"].as_u64() <= reach["most"].as_u64(),
        "{reach}"
    );
    assert!(value["bounds"][0]["smallest"].as_f64().unwrap() >= 500.0);
    assert!(value["bounds"][0]["largest"].as_f64().unwrap() <= 2500.0);
    assert!(said.contains("districts"), "{said}");
    assert_eq!((code, value, bytes, said), group("b.geojson", "2"));
}

#[test]
fn a_time_limit_is_said() {
    let compounds = sample("compounds.geojson");
    let output = run(&["group", &compounds, "--all", "--min", "households=800", "--time-limit", "0", "--json"]);
    let cut = json(&output);
    assert_eq!((&cut["stopped_early"], &cut["time_limit"]), (&Value::Bool(true), &Value::from(0.0)));
    assert_eq!(cut["faults"], Value::Array(Vec::new()), "what there was is sound");
    assert!(words(&output).contains("time limit"));
    // A limit that was not needed leaves no trace but itself.
    let limited = run(&["group", &compounds, "--all", "--min", "households=800", "--time-limit", "3600", "--json"]);
    let free = run(&["group", &compounds, "--all", "--min", "households=800", "--json"]);
    let (mut limited, free) = (timeless(json(&limited)), timeless(json(&free)));
    assert_eq!((&limited["stopped_early"], &free["time_limit"]), (&Value::Bool(false), &Value::Null));
    limited["time_limit"] = Value::Null;
    assert_eq!(limited, free);
}

/// Five units in a row by table and weights; the last but one is too new, the last has no year.
#[test]
fn tables_with_weights_are_screened_and_grouped() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let table = put("units.csv", "code,built_year,households\na,1990,100\nb,1991,100\nc,1992,100\nd,2015,100\ne,,100\n");
    let gal = put("units.gal", "0 5 units code\na 1\nb\nb 2\na c\nc 2\nb d\nd 2\nc e\ne 1\nd\n");
    let group = |more: &[&str]| {
        let mut arguments = vec!["group", &table, "--weights", &gal, "--id", "code", "--json"];
        arguments.extend(more);
        let output = run(&arguments);
        (output.status.code(), json(&output))
    };
    let (code, value) = group(&["--min", "households=300"]);
    assert_eq!((code, &value["eligible"], &value["districts"]), (Some(0), &Value::from(3), &Value::from(1)));
    let (_, value) = group(&["--eligible", "must,unknown"]);
    assert_eq!((&value["eligible"], &value["districts"]), (&Value::from(4), &Value::from(2)));
    let (_, value) = group(&["--eligible", "must,unknown", "--conduct"]);
    assert_eq!(value["districts"], Value::from(1));
    let (_, value) = group(&["--all", "--count", "2"]);
    assert_eq!((&value["eligible"], &value["districts"]), (&Value::from(5), &Value::from(2)));
    let (code, value) = group(&["--min", "households=400"]);
    assert_eq!((code, &value["bounds_met"], &value["districts"]), (Some(1), &Value::Bool(false), &Value::from(0)));
    let by_row = run(&["group", &table, "--weights", &gal, "--json"]);
    assert_eq!(by_row.status.code(), Some(2), "{}", words(&by_row));
    let out = dir.path().join("d.csv").display().to_string();
    group(&["--out", &out]);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "id,district\na,1\nb,1\nc,1\nd,\ne,\n");
}

/// Six squares of 100 m side by side, 10 m apart.
#[test]
fn wishes_about_compounds_and_reach_are_kept_or_told() {
    let dir = tempfile::tempdir().unwrap();
    let square = |n: u32| {
        let x = 500_000.0 + 110.0 * f64::from(n);
        let ring = [[x, 4_860_000.0], [x + 100.0, 4_860_000.0], [x + 100.0, 4_860_100.0], [x, 4_860_100.0], [x, 4_860_000.0]];
        serde_json::json!({
            "type": "Feature",
            "properties": { "id": format!("u{n}"), "built_year": 1990, "households": 100 },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        })
    };
    let collection = serde_json::json!({ "type": "FeatureCollection", "features": (0..6).map(square).collect::<Vec<_>>() });
    let file = dir.path().join("row.geojson");
    std::fs::write(&file, collection.to_string()).unwrap();
    let (file, out) = (file.display().to_string(), dir.path().join("d.csv"));
    let to = out.display().to_string();
    let group = |more: &[&str]| {
        let mut arguments = vec!["group", &file, "--crs", "EPSG:4549", "--out", &to, "--json"];
        arguments.extend(more);
        let output = run(&arguments);
        assert!(output.status.code() != Some(2), "{}", words(&output));
        let table = std::fs::read_to_string(&out).unwrap();
        let districts: Vec<String> = table.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect();
        (output.status.code(), json(&output), districts.join(""))
    };
    assert_eq!(group(&[]).2, "111111");
    let (code, value, districts) = group(&["--seeds", "u0,u3,u5"]);
    assert_eq!((code, &value["districts"]), (Some(0), &3.into()), "{districts}");
    let (_, _, districts) = group(&["--apart", "u2,u3", "--apart", "u0,u1"]);
    assert_eq!(districts, "122333");
    let (_, value, districts) = group(&["--max", "diameter_m=350"]);
    assert_eq!((&value["districts"], districts.len()), (&2.into(), 6), "three squares reach 335 m, four 441 m: {districts}");
    let reach = value["bounds"].as_array().unwrap().iter().find(|bound| bound["field"] == "diameter_m").unwrap();
    let largest = reach["largest"].as_f64().unwrap();
    assert!((largest - 320.0_f64.hypot(100.0)).abs() < 0.5, "{reach}");
    let (code, value, districts) = group(&["--together", "u1,u4", "--min", "households=200"]);
    assert_eq!((code, districts.as_str()), (Some(0), "111111"), "{value}");
    let (code, value, _) = group(&["--together", "u0,u5", "--max", "households=300"]);
    assert_eq!(code, Some(1));
    assert_eq!(value["parted"], serde_json::json!([["u0", "u5"]]));
    let refused = run(&["group", &file, "--crs", "EPSG:4549", "--seeds", "nobody"]);
    assert!(refused.status.code() == Some(2) && words(&refused).contains("nobody"));
    let torn = run(&["group", &file, "--crs", "EPSG:4549", "--together", "u0,u1", "--apart", "u1,u0"]);
    assert!(torn.status.code() == Some(2) && words(&torn).contains("u0 and u1 are asked to be together"), "{}", words(&torn));
    // Spaces and empty places between ids are none of them; nothing at all is refused.
    assert_eq!(group(&["--seeds", "u0, u3,,u5 "]).1["districts"], 3);
    let nobody = run(&["group", &file, "--crs", "EPSG:4549", "--seeds", " , "]);
    assert!(nobody.status.code() == Some(2) && words(&nobody).contains("ID,…"), "{}", words(&nobody));
    let few = run(&["group", &file, "--crs", "EPSG:4549", "--count", "6", "--together", "u0,u1", "--lang", "zh"]);
    assert!(few.status.code() == Some(1) && words(&few).contains("要求 6 个片区"), "{}", words(&few));
    // Reasons name fields as people do, in either language.
    let short = run(&["group", &file, "--crs", "EPSG:4549", "--min", "households=700", "--lang", "zh"]);
    assert!(words(&short).contains("户数合计 600，不足 700") && !words(&short).contains("households"), "{}", words(&short));
    let table = dir.path().join("u.csv");
    std::fs::write(&table, "id,households\n0,100\n1,200\n").unwrap();
    std::fs::write(dir.path().join("w.gal"), "2\n0 1\n1\n1 1\n0\n").unwrap();
    let (table, weights) = (table.display().to_string(), dir.path().join("w.gal").display().to_string());
    let bare = run(&["group", &table, "--weights", &weights, "--id", "id", "--all", "--max", "diameter_m=300"]);
    assert!(bare.status.code() == Some(0) && words(&bare).contains("2 compounds have no boundary"), "{}", words(&bare));
}

#[test]
fn check_finds_the_district_in_parts() {
    let dir = tempfile::tempdir().unwrap();
    let square = |id: usize, x: f64, district: &str| {
        let (a, b) = (125.3 + x * 1e-3, 125.301 + x * 1e-3);
        serde_json::json!({
            "type": "Feature",
            "properties": { "id": id, "district": district, "built_year": 1990 },
            "geometry": { "type": "Polygon", "coordinates": [[[a, 43.8], [b, 43.8], [b, 43.801], [a, 43.801], [a, 43.8]]] },
        })
    };
    let write = |name: &str, districts: [&str; 4]| {
        let features: Vec<Value> =
            districts.iter().zip([0.0, 1.0, 2.0, 3.0]).enumerate().map(|(n, (d, x))| square(n, x, d)).collect();
        let path = dir.path().join(name);
        std::fs::write(&path, serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
        path.display().to_string()
    };
    let whole = run(&[
        "check",
        &write("whole.geojson", ["A", "A", "B", "B"]),
        "--district",
        "district",
        "--contiguity",
        "rook",
        "--json",
    ]);
    assert_eq!((whole.status.code(), &json(&whole)["errors"]), (Some(0), &Value::from(0)), "{}", words(&whole));
    let split = run(&[
        "check",
        &write("split.geojson", ["A", "B", "A", "B"]),
        "--district",
        "district",
        "--contiguity",
        "rook",
        "--json",
    ]);
    assert_eq!(split.status.code(), Some(1));
    let value = json(&split);
    assert_eq!(value["in_parts"], serde_json::json!(["A", "B"]));
    let finding = &value["findings"][0];
    has_keys(finding, &["kind", "severity", "rule", "clause", "text", "district", "district_name", "parts"]);
    assert_eq!(finding["parts"].as_array().unwrap().len(), 2);
    let corner = finding["parts"][0]["bbox_lon_lat"][0].as_f64().unwrap();
    assert!((125.29..125.31).contains(&corner), "{corner}");
}

#[test]
fn a_plan_is_made_and_exported() {
    let dir = tempfile::tempdir().unwrap();
    let plan = |name: &str| {
        let out = dir.path().join(name).display().to_string();
        let files = [
            ("--compounds", "compounds.geojson"),
            ("--pipes", "pipes-water.geojson"),
            ("--pipes", "pipes-heat.geojson"),
            ("--buildings", "buildings.geojson"),
            ("--streets", "streets.geojson"),
            ("--barriers", "barriers.geojson"),
            ("--bridges", "bridges.geojson"),
            ("--ledger", "ledger.csv"),
        ];
        let mut arguments = vec!["plan".to_owned(), "--out".into(), out.clone(), "--json".into()];
        arguments.extend(files.iter().flat_map(|(option, file)| [(*option).to_owned(), sample(file)]));
        let output = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert!([Some(0), Some(1)].contains(&output.status.code()), "{}", words(&output));
        (PathBuf::from(out), timeless(json(&output)))
    };
    let (first, value) = plan("first");
    has_keys(&value, &["districts", "items", "findings", "errors", "warnings", "layers", "policy", "gap_m", "crs"]);
    assert!(value["districts"].as_u64().unwrap() > 0 && value["items"].as_u64().unwrap() > 0);
    let (second, again) = plan("second");
    assert_eq!(value, again);
    for name in ["summary.json", "plan.gpkg"]
        .into_iter()
        .map(str::to_owned)
        .chain(["compounds", "districts", "links", "pipes", "items", "findings"].map(|layer| format!("{layer}.geojson")))
    {
        let (a, b) = (std::fs::read(first.join(&name)).unwrap(), std::fs::read(second.join(&name)).unwrap());
        assert!(!a.is_empty() && a == b, "{name} differs from run to run");
    }
    let out = dir.path().join("sheets").display().to_string();
    let gpkg = first.join("plan.gpkg").display().to_string();
    let exported = run(&["export", &gpkg, "--to", "geojson,svg", "--out", &out, "--json"]);
    assert_eq!(exported.status.code(), Some(0), "{}", words(&exported));
    for file in json(&exported)["files"].as_array().unwrap() {
        assert!(std::fs::metadata(file.as_str().unwrap()).unwrap().len() > 0, "{file}");
    }
    let info = json(&run(&["info", &gpkg, "--json"]));
    assert_eq!(info["files"][0]["districts"], value["districts"]);
}

/// Counts that others computed for the same files.
#[test]
fn published_counts() {
    let Some(data) = data() else { return };
    let at = |name: &str| data.join(name).display().to_string();
    let city = at("city/compounds_10k.geojson");
    let links = json(&run(&["links", &city, "--gap", "30", "--json"]));
    assert_eq!(links["pairs"], Value::from(26_893));
    let groups = json(&run(&["group", &city, "--gap", "30", "--json"]));
    assert_eq!((&groups["eligible_links"], &groups["components"]), (&Value::from(18_151), &Value::from(231)));
    let london = at("maps/uk_london_oa_25k_4326.geojson");
    let lookup = at("contiguity/uk_london_oa_lookup.csv");
    for (rule, in_parts, code) in [("queen", serde_json::json!([]), 0), ("rook", serde_json::json!(["E01033740"]), 1)] {
        let arguments = ["check", &london, "--district", "LSOA11CD", "--join", &lookup, "--all", "--contiguity", rule, "--json"];
        let output = run(&arguments);
        let value = json(&output);
        assert_eq!((output.status.code(), &value["in_parts"]), (Some(code), &in_parts), "{rule}");
        let zone = value["by_district"].as_array().unwrap().iter().find(|zone| zone["name"] == "E01033740").unwrap();
        // Its two parts touch at a corner, on which it hangs where corners count.
        let hangs = |zone: &Value| zone["bottlenecks"].as_array().unwrap().iter().any(|b| b["kind"] == "corner");
        let causes: Vec<&Value> = zone["parts"].as_array().unwrap().iter().map(|part| &part["nearest"]["cause"]).collect();
        match rule {
            "queen" => assert!(hangs(zone) && causes == [&Value::Null], "{zone}"),
            _ => assert!(!hangs(zone) && causes == ["corner", "corner"], "{zone}"),
        }
    }
}

#[test]
fn places_that_are_approximate_are_marked_in_exports() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let made = run(&["plan", "--compounds", &sample("compounds.geojson"), "--shift", "gcj02", "--out", &out]);
    assert!(made.status.code().is_some_and(|code| code < 2), "{}", words(&made));
    let plan = dir.path().join("plan.gpkg").display().to_string();
    let exported = run(&["export", &plan, "--to", "geojson,gpkg,png", "--out", &out]);
    assert_eq!(exported.status.code(), Some(0), "{}", words(&exported));
    for layer in ["compounds", "districts", "links"] {
        let text = std::fs::read_to_string(dir.path().join(format!("{layer}.geojson"))).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["approximate"], "gcj02", "{layer}");
    }
    let told = Command::new("ogrinfo").args(["-al", "-so", "review.gpkg"]).current_dir(dir.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&told.stdout).contains("GCJ-02"), "{}", String::from_utf8_lossy(&told.stdout));
    let again = json(&run(&["info", &dir.path().join("compounds.geojson").display().to_string(), "--json"]));
    assert_eq!(again["files"][0]["layers"][0]["approximate"], "gcj02", "the mark outlives an export");
    let review = dir.path().join("review.gpkg").display().to_string();
    let again = json(&run(&["info", &review, "--json"]));
    assert_eq!(again["files"][0]["layers"][0]["approximate"], "gcj02", "{again}");
    let anew = dir.path().join("anew");
    let made = run(&["plan", "--compounds", &plan, "--out", &anew.display().to_string()]);
    assert!(made.status.code().is_some_and(|code| code < 2), "{}", words(&made));
    let text = std::fs::read_to_string(anew.join("compounds.geojson")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["approximate"], "gcj02", "a plan that is read as a map keeps it");
    // What is made of a plan is not read as compounds beside them.
    for file in ["plan.gpkg", "review.gpkg"] {
        let linked = json(&run(&["links", &dir.path().join(file).display().to_string(), "--json"]));
        assert_eq!(linked["units"], 156, "{file}");
    }
    let plain = run(&["plan", "--compounds", &sample("compounds.geojson"), "--out", &out]);
    assert!(plain.status.code().is_some_and(|code| code < 2));
    let text = std::fs::read_to_string(dir.path().join("compounds.geojson")).unwrap();
    assert!(!text.contains("approximate"));
}

#[test]
fn mends_are_listed_and_answered_by_option() {
    let bow_tie = fixture("import/bow_tie.geojson");
    let told = json(&run(&["info", &bow_tie, "--json", "--overlaps"]));
    let layer = &told["files"][0]["layers"][0];
    assert_eq!(layer["overlaps"], Value::Array(vec![]));
    let mended = &layer["report"]["mended_features"][0];
    assert_eq!(mended["state"], "waiting");
    let mend = &mended["mends"][0];
    has_keys(mend, &["kind", "text", "count", "lon", "lat", "area_change_m2", "length_change_m"]);
    assert_eq!(mend["kind"], "self_crossing");
    assert!(mend["area_change_m2"].as_f64().unwrap() > 1.0);
    for (option, state) in [(None, "waiting"), (Some("--accept-mends"), "applied"), (Some("--refuse-mends"), "refused")] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().display().to_string();
        let mut arguments = vec!["plan", "--compounds", &bow_tie, "--all", "--out", &out, "--json"];
        arguments.extend(option);
        let output = run(&arguments);
        let summary = json(&output);
        assert_eq!(summary["mends"][state], 1, "{option:?}: {summary}");
        assert_eq!(words(&output).contains("--accept-mends"), option.is_none(), "{}", words(&output));
        let points: Value = serde_json::from_slice(&std::fs::read(dir.path().join("mends.geojson")).unwrap()).unwrap();
        let point = &points["features"][0]["properties"];
        assert_eq!((&point["kind"], &point["state"]), (&"self_crossing".into(), &state.into()));
        let drawn: Value = serde_json::from_slice(&std::fs::read(dir.path().join("originals.geojson")).unwrap()).unwrap();
        assert_eq!(drawn["features"][0]["geometry"]["type"], "MultiPolygon");
        let waits = summary["findings"].as_array().unwrap().iter().any(|finding| finding["kind"] == "mend_waiting");
        assert_eq!(waits, option.is_none());
        let plan = json(&run(&["info", &dir.path().join("plan.gpkg").display().to_string(), "--json"]));
        assert_eq!(plan["files"][0]["mends"][state], 1);
        assert_eq!(plan["files"][0]["mend_list"][0]["kind"], "self_crossing");
    }
}
