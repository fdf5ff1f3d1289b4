//! What a grouping leaves over, as scripts read it, and neighbours from files that are not as they should be.

use std::path::Path;

use serde_json::{Value, json as object};

use super::{json, run, words};

/// Squares a hundred metres wide, side by side from west to east at these gaps (m), each with its households.
fn street(path: &Path, squares: &[(f64, Option<u32>)]) -> String {
    let (mut west_m, mut features) = (0.0, Vec::new());
    for (n, (gap_m, households)) in squares.iter().enumerate() {
        west_m += gap_m;
        // At 43.9° north a degree of longitude is about 80,340 m long.
        let (west, east) = (125.3 + west_m / 80_340.0, 125.3 + (west_m + 100.0) / 80_340.0);
        west_m += 100.0;
        let ring = [[west, 43.9], [east, 43.9], [east, 43.901], [west, 43.901], [west, 43.9]];
        let properties =
            object!({ "id": format!("c{n}"), "households": households, "community": if n < 4 { "甲" } else { "乙" } });
        let geometry = object!({ "type": "Polygon", "coordinates": [ring] });
        features.push(object!({ "type": "Feature", "properties": properties, "geometry": geometry }));
    }
    std::fs::write(path, object!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn what_is_left_over_is_told_with_the_least_changes() {
    let dir = tempfile::tempdir().unwrap();
    let file = street(
        &dir.path().join("street.geojson"),
        &[(0.0, Some(500)), (5.0, Some(400)), (24.0, Some(212)), (5.0, Some(200)), (5.0, None), (300.0, Some(90))],
    );
    let arguments = ["group", &file, "--all", "--gap", "20", "--min", "households=800", "--community", "forbid"];
    let output = run(&[&arguments[..], &["--json"]].concat());
    let value = json(&output);
    assert_eq!((output.status.code(), &value["bounds_met"]), (Some(1), &Value::Bool(false)));
    let left = value["shortfalls"].as_array().unwrap();
    let compounds: Vec<&Value> = left.iter().map(|s| &s["compounds"]).collect();
    assert_eq!(compounds, [&object!(["c2", "c3"]), &object!(["c5"]), &object!(["c4"])]);
    assert_eq!(left[0]["misses"], object!([{ "field": "households", "sum": 412.0, "min": 800.0 }]));
    assert_eq!(left[2]["missing"]["households"], object!(["c4"]));
    let fixes = left[0]["fixes"].as_array().unwrap();
    let changes: Vec<&str> = fixes.iter().map(|fix| fix["change"].as_str().unwrap()).collect();
    assert_eq!(changes, ["gap", "link", "minimum"]);
    let to = fixes[0]["to"].as_f64().unwrap();
    assert!((23.5..24.5).contains(&to) && fixes[0]["a"] == "c2" && fixes[0]["b"] == "c1", "{}", fixes[0]);
    assert_eq!((&fixes[2]["to"]["households"], &fixes[0]["district"]), (&Value::from(412.0), &Value::from(1)));
    assert!(fixes.windows(2).all(|pair| pair[0]["size"].as_f64() <= pair[1]["size"].as_f64()));
    assert_eq!(left[1]["fixes"].as_array().unwrap().len(), 1, "nobody within 100 m: {}", left[1]);
    assert_eq!(value["shortfalls_left_out"], 0);
    // What is offered does what it says: with the gap, with the link, with the minimum.
    let with = |more: &[&str]| {
        let value = json(&run(&[&arguments[..5], more, &["--json"]].concat()));
        value["unassigned"].as_array().unwrap().iter().map(|u| u["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let gap = to.to_string();
    let wider = ["group", &file, "--all", "--gap", &gap, "--min", "households=800", "--community", "forbid", "--json"];
    let wider = json(&run(&wider));
    assert!(!wider["unassigned"].to_string().contains("c2"), "{wider}");
    assert_eq!(with(&["--min", "households=412", "--community", "forbid"]), ["c4", "c5"]);
    let pairs = dir.path().join("pairs.csv");
    std::fs::write(&pairs, "a,b,kind\nc2,c1,manual\n").unwrap();
    let pairs = pairs.display().to_string();
    assert_eq!(with(&["--min", "households=800", "--community", "forbid", "--pairs", &pairs]), ["c4", "c5"]);
    let told = words(&run(&arguments));
    assert!(told.contains("412") && told.contains("388 short") && told.contains("no known households"), "{told}");
    let told = words(&run(&[&arguments[..], &["--lang", "zh"]].concat()));
    assert!(told.contains("户数下限由 800 降到 412") && told.contains("间距由 20.0 m 放宽到"), "{told}");
}

#[test]
fn weights_with_rubbish_are_told_and_what_is_whole_is_used() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let table = put("units.csv", "code,households\na,100\nb,100\nc,100\nd,100\n");
    let group = |gal: &str, id: bool| {
        let mut arguments = vec!["group", &table, "--all", "--weights", gal, "--min", "households=200", "--json"];
        arguments.extend(if id { &["--id", "code"][..] } else { &[] });
        run(&arguments)
    };
    // a lists one more than it says, b itself, c a stranger and comes twice; d stands alone.
    let gal = put("odd.gal", "0 4 units code\na 1\nb c\nb 2\na b\nc 1\nx\nc 1\nb\nd 0\n");
    let output = group(&gal, true);
    let (value, told) = (json(&output), words(&output));
    assert_eq!(
        (output.status.code(), &value["districts"], &value["links"]),
        (Some(1), &Value::from(1), &Value::from(3)),
        "{told}"
    );
    for part in
        ["lists other neighbours", "named by one side only", "with itself", "heads more than one entry", "such as x", "no link"]
    {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(value["shortfalls"][0]["compounds"], object!(["d"]));
    // Rows are counted from 1 where the last says so.
    let from_one = put("rows.gal", "0 4 units\n1 1\n2\n2 1\n1\n3 1\n4\n4 1\n3\n");
    let output = group(&from_one, false);
    assert_eq!((output.status.code(), &json(&output)["districts"]), (Some(0), &Value::from(2)));
    assert!(words(&output).contains("from 1"), "{}", words(&output));
    let broken = put("broken.gal", "0 4 units code\na 1\nb\nb c d\n");
    let output = group(&broken, true);
    assert!(output.status.code() == Some(2) && words(&output).contains("line 4"), "{}", words(&output));
}
