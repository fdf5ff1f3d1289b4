//! Groupings as scripts check, repair and compare them: of plans, and of files of which a field names the districts.

use std::path::Path;

use serde_json::Value;

use super::{data, fixture, json, run, sample, words};

/// Squares of a hundredth of a degree, each with the given properties, side by side from west to east.
fn row_of_squares(path: &Path, properties: &[Value]) -> String {
    let square = |(n, properties): (u32, &Value)| {
        let (west, east) = (125.3 + 0.001 * f64::from(n), 125.301 + 0.001 * f64::from(n));
        let ring = [[west, 43.9], [east, 43.9], [east, 43.901], [west, 43.901], [west, 43.9]];
        serde_json::json!({ "type": "Feature", "properties": properties, "geometry": { "type": "Polygon", "coordinates": [ring] } })
    };
    let features: Vec<Value> = (0..).zip(properties).map(square).collect();
    std::fs::write(path, serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn somebody_elses_grouping_is_checked_by_any_field() {
    let dir = tempfile::tempdir().unwrap();
    let fields = |id: &str, plan: Value| serde_json::json!({ "编号": id, "社区": "甲", "plan": plan, "built_year": 1990 });
    let all = [fields("a", "1".into()), fields("b", "1;2".into()), fields("c", "2".into()), fields("d", Value::Null)];
    let file = row_of_squares(&dir.path().join("theirs.geojson"), &all);
    let output = run(&["check", &file, "--district", "plan", "--gap", "0", "--min-frontage", "500", "--json"]);
    let value = json(&output);
    // In several districts is wrong; in none is only unfinished.
    assert_eq!((output.status.code(), &value["errors"], &value["unassigned"]), (Some(1), &1.into(), &1.into()), "{value}");
    let kinds: Vec<&str> = value["findings"].as_array().unwrap().iter().map(|f| f["kind"].as_str().unwrap()).collect();
    for kind in ["in_several", "bottleneck", "unassigned", "pocket"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let first = &value["by_district"][0];
    assert_eq!((&first["name"], &first["parts"][0]["compounds"]), (&"1".into(), &serde_json::json!(["a", "b"])));
    let narrow = &first["bottlenecks"][0];
    assert_eq!((&narrow["a"], &narrow["b"], &narrow["sides"]), (&"a".into(), &"b".into(), &serde_json::json!([1, 1])));
    // A field that was taken for a fact names districts, too; nothing is wrong with one for all.
    let output = run(&["check", &file, "--district", "社区", "--json"]);
    assert_eq!((output.status.code(), &json(&output)["districts"]), (Some(0), &1.into()), "{}", words(&output));
    let far = run(&["check", &file, "--district", "plan", "--lang", "zh"]);
    let told = String::from_utf8_lossy(&far.stdout).into_owned();
    assert!(told.contains("b 同时属于几个片区：01、02"), "{told}");
    let none = run(&["check", &file]);
    assert!(none.status.code() == Some(2) && words(&none).contains("--district"), "{}", words(&none));
}

#[test]
fn a_grouping_is_repaired_by_the_fewest_moves_and_compared_with_what_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let fields = |(n, plan): (usize, &str)| serde_json::json!({ "编号": format!("c{n}"), "district": plan });
    let broken: Vec<Value> = ["1", "1", "2", "2", "1", ""].into_iter().enumerate().map(fields).collect();
    let broken = row_of_squares(&dir.path().join("broken.geojson"), &broken);
    let out = dir.path().join("whole.geojson").display().to_string();
    let output = run(&["check", &broken, "--district", "district", "--all", "--gap", "0", "--repair", &out, "--json"]);
    let repair = &json(&output)["repair"];
    // The check tells of the file as it is, which is wrong, whatever could be done about it.
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert_eq!(repair["moves"], serde_json::json!([{ "id": "c4", "from": "1", "to": "2" }]));
    assert_eq!((&repair["exact"], &repair["at_least"]), (&true.into(), &1.into()));
    let whole = run(&["check", &out, "--district", "district", "--all", "--gap", "0", "--json"]);
    assert_eq!((whole.status.code(), &json(&whole)["errors"]), (Some(0), &0.into()), "{}", words(&whole));
    let compared = json(&run(&["compare", &broken, &out, "--district", "district", "--json"]));
    assert_eq!(compared["moved"], serde_json::json!([{ "id": "c4", "from": "1", "to": "2" }]));
    // Pairs of 3 and 2 against pairs of 2 and 3: (2 - 1.6) / (4 - 1.6).
    let rand = compared["adjusted_rand"].as_f64().unwrap();
    assert!((rand - 1.0 / 6.0).abs() < 1e-12, "{rand}");
    let told = run(&["compare", &broken, &out, "--district", "district", "--lang", "zh"]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("调整兰德指数 0.167") && told.contains("c4\t1 → 2"), "{told}");
    // Tables are compared without neighbours.
    let tables = [("a.csv", "id,district\nc0,1\nc1,1\nc2,2\nc3,\n"), ("b.csv", "id,group\nc0,x\nc1,y\nc2,y\nc4,y\n")];
    let [a, b] = tables.map(|(name, text)| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    });
    let compared = json(&run(&["compare", &a, &b, "--id", "id", "--district", "district", "--district-b", "group", "--json"]));
    let counts = ["in_both", "only_in_first", "only_in_second"].map(|key| compared[key].as_u64().unwrap());
    assert_eq!((counts, compared["moved"].as_array().unwrap().len()), ([3, 1, 1], 1), "{compared}");
    let refused = run(&["check", &broken, "--district", "district", "--repair", "out.shp"]);
    assert!(refused.status.code() == Some(2) && words(&refused).contains("geojson, gpkg, csv"), "{}", words(&refused));
}

#[test]
fn some_districts_are_grouped_and_the_others_left() {
    let dir = tempfile::tempdir().unwrap();
    let plans = ["东", "东", "南", "南", "南", "南", "北", "北", ""];
    let fields = |(n, plan): (usize, &&str)| serde_json::json!({ "编号": format!("c{n}"), "district": plan, "households": 100, "built_year": 1990 });
    let file = row_of_squares(&dir.path().join("a.geojson"), &plans.iter().enumerate().map(fields).collect::<Vec<_>>());
    let out = dir.path().join("b.geojson").display().to_string();
    let group = |only: &str, more: &[&str]| {
        let mut arguments = vec!["group", &file, "--all", "--gap", "0", "--from", "district", "--only", only, "--json"];
        arguments.extend(more);
        run(&arguments)
    };
    // Two of the middle and the east: three districts of two in place of one of two and one of four.
    let output = group("东,南", &["--anew", "--count", "3", "--max", "households=200", "--out", &out]);
    let value = json(&output);
    assert_eq!((&value["only"], &value["eligible"]), (&serde_json::json!(["东", "南"]), &9.into()), "{value}");
    let read: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let district = |n: usize| {
        let features = read["features"].as_array().unwrap();
        let own = features.iter().find(|f| f["properties"]["id"] == format!("c{n}")).unwrap();
        own["properties"]["district"].clone()
    };
    let before = json(&run(&["check", &file, "--district", "district", "--all", "--gap", "0", "--json"]));
    assert_eq!(before["districts"], 3);
    assert_eq!((district(6), district(8)), (district(7), Value::Null), "the north stays, and who was in none");
    assert!(district(0) == district(1) && district(2) == district(3) && district(4) == district(5), "{read}");
    assert!(district(2) != district(4) && district(4) != district(6));
    let csv =
        run(&["group", &file, "--all", "--gap", "0", "--from", "district", "--only", "3", "--anew", "--max", "households=100"]);
    let csv = String::from_utf8(csv.stdout).unwrap();
    assert!(csv.contains("c0,1\nc1,1\nc2,2\n"), "the others keep their numbers: {csv}");
    // Improved, they keep their number: there is nothing to gain in a row of the same, and all stays.
    let improved = group("南", &["--out", &out]);
    assert_eq!((improved.status.code(), &json(&improved)["districts"]), (Some(0), &3.into()), "{}", words(&improved));
    let unknown = group("西", &[]);
    assert!(unknown.status.code() == Some(2) && words(&unknown).contains('西'), "{}", words(&unknown));
    // No name is no district, and least of all every one of them.
    let nothing = group("", &[]);
    assert!(nothing.status.code() == Some(2) && words(&nothing).contains("No district goes by"), "{}", words(&nothing));
    let alone = run(&["group", &file, "--only", "东"]);
    assert!(alone.status.code() == Some(2) && words(&alone).contains("--from"), "{}", words(&alone));
}

#[test]
fn a_plan_is_checked_as_it_is() {
    let plan = fixture("plan-v1.gpkg");
    let output = run(&["check", &plan, "--json"]);
    let value = json(&output);
    assert_eq!(output.status.code(), Some(i32::from(value["errors"] != 0)), "{}", words(&output));
    assert!(value["districts"].as_u64().unwrap() > 0, "{value}");
    let refused = run(&["check", &plan, "--bridges", &sample("bridges.geojson")]);
    assert!(refused.status.code() == Some(2) && words(&refused).contains("--bridges"), "{}", words(&refused));
}

/// London's output areas by lower, middle and local zones; the indices are scikit-learn's (1.9.1, `adjusted_rand_score`).
#[test]
fn londons_zones_compared() {
    let Some(data) = data() else { return };
    let lookup = data.join("contiguity/uk_london_oa_lookup.csv").display().to_string();
    for (first, second, rand) in
        [("LSOA11CD", "MSOA11CD", 0.292_208_427_944_927_35), ("MSOA11CD", "LAD11CD", 0.059_174_952_515_169_056)]
    {
        let arguments = ["compare", &lookup, &lookup, "--id", "OA11CD", "--district", first, "--district-b", second, "--json"];
        let compared = json(&run(&arguments));
        let found = compared["adjusted_rand"].as_f64().unwrap();
        assert!((found - rand).abs() < 1e-12, "{first} {second}: {found}");
        // The zones nest: larger ones are made of smaller ones, and none of these falls apart.
        assert_eq!((&compared["in_both"], &compared["splits"]), (&25_053.into(), &serde_json::json!([])));
        let merged: usize = compared["merges"].as_array().unwrap().iter().map(|m| m["from"].as_array().unwrap().len()).sum();
        assert!(merged > compared["same"].as_array().unwrap().len(), "{merged}");
    }
}

#[test]
fn pairs_set_by_hand_are_read_as_they_are_written() {
    let (compounds, dir) = (sample("compounds.geojson"), tempfile::tempdir().unwrap());
    let file = |name: &str| dir.path().join(name).display().to_string();
    let csv = run(&["links", &compounds]);
    let csv = String::from_utf8(csv.stdout).unwrap();
    let first: Vec<&str> = csv.lines().nth(1).unwrap().split(',').collect();
    let last: Vec<&str> = csv.lines().last().unwrap().split(',').collect();
    let pairs = format!("a,b,kind,note\n{},{},forbidden,\"a, fence\"\n{},{},manual,\n", first[1], first[0], first[0], last[1]);
    std::fs::write(file("pairs.csv"), pairs).unwrap();
    let read = run(&["links", &compounds, "--pairs", &file("pairs.csv"), "--out", &file("one.geojson"), "--json", "--strict"]);
    assert!(read.status.success(), "{}", words(&read));
    let counts = json(&read)["inputs"].as_array().unwrap().last().unwrap()["pairs"].clone();
    assert_eq!((counts["rows"].as_u64(), counts["taken"].as_u64(), counts["left_out"].as_u64()), (Some(2), Some(2), Some(0)));
    let again = run(&["links", &compounds, "--pairs", &file("one.geojson"), "--out", &file("two.geojson"), "--json"]);
    let counts = json(&again)["inputs"].as_array().unwrap().last().unwrap()["pairs"].clone();
    assert_eq!(counts["taken"].as_u64(), Some(2), "{counts}");
    assert_eq!(std::fs::read(file("one.geojson")).unwrap(), std::fs::read(file("two.geojson")).unwrap());
    let lines: Value = serde_json::from_slice(&std::fs::read(file("two.geojson")).unwrap()).unwrap();
    let kind = |kind: &str| lines["features"].as_array().unwrap().iter().filter(|f| f["properties"]["kind"] == kind).count();
    assert_eq!((kind("forbidden"), kind("manual")), (1, 1));
    // With neighbours from a file they count too, and so they do for the other commands; what is not known is told.
    run(&["links", &compounds, "--out", &file("w.gal")]);
    let weights = std::fs::read_to_string(file("w.gal")).unwrap();
    let id = weights.lines().next().unwrap().rsplit(' ').next().unwrap();
    let weighed = run(&["links", &compounds, "--weights", &file("w.gal"), "--id", id, "--pairs", &file("pairs.csv")]);
    assert!(weighed.status.success(), "{}", words(&weighed));
    let table = String::from_utf8(weighed.stdout).unwrap();
    let has = |a: &str, b: &str| table.lines().any(|line| line.starts_with(&format!("{a},{b},")));
    assert!(!has(first[0], first[1]) && has(first[0], last[1]), "{table}");
    std::fs::write(file("odd.csv"), "a,b,kind\nnobody,else,manual\n").unwrap();
    for command in ["links", "group"] {
        let odd = run(&[command, &compounds, "--pairs", &file("odd.csv"), "--strict"]);
        assert_eq!(odd.status.code(), Some(1), "{}", words(&odd));
        assert!(words(&odd).contains("unknown id"), "{}", words(&odd));
    }
    let plan = run(&["plan", "--compounds", &compounds, "--pairs", &file("pairs.csv"), "--out", &file("plan")]);
    assert!(plan.status.code() != Some(2), "{}", words(&plan));
    let checked = run(&["check", &file("plan/plan.gpkg"), "--pairs", &file("pairs.csv"), "--json"]);
    let counts = json(&checked)["inputs"].as_array().unwrap().last().unwrap()["pairs"].clone();
    assert_eq!((counts["already"].as_u64(), counts["taken"].as_u64()), (Some(2), Some(0)), "the plan holds them");
}
