//! What the program makes of a problem, through its command line like anybody's, and checked here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instance::{FIELDS, Instance, is_connected, ones};

/// The program and how long it searches.
pub struct Program {
    pub path: PathBuf,
    pub effort: u32,
    pub seed: u64,
}

/// Districts as sets, and what the program itself says of them.
pub struct Ours {
    pub sets: Vec<u64>,
    /// Units left over.
    pub left: usize,
    pub sse: f64,
}

impl Program {
    /// As many districts as possible. With `likeness` alone nothing else weighs; else the usual weights, and communities are
    /// kept whole where it costs little.
    pub fn group(&self, problem: &Instance, folder: &Path, max: Option<f64>, likeness: bool) -> Result<Ours, String> {
        let (map, weights, out) = (folder.join("units.geojson"), folder.join("units.gal"), folder.join("ours.csv"));
        problem.write(&map, &weights).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut command = Command::new(&self.path);
        command.arg("group").arg(&map).arg("--weights").arg(&weights).args([
            "--id",
            "id",
            "--all",
            "--crs",
            "EPSG:4551",
            "--json",
        ]);
        command.args(["--aim", "most", "--min", &format!("households={}", problem.min), "--similar", &FIELDS.join(",")]);
        command.args(["--seed", &self.seed.to_string(), "--effort", &self.effort.to_string()]).arg("--out").arg(&out);
        if let Some(max) = max {
            command.args(["--max", &format!("households={max}")]);
        }
        if likeness {
            command.args(["--weight", "pairwise=0", "--weight", "compactness=0", "--weight", "wholeness=0"]);
        } else {
            command.args(["--community", "prefer"]);
        }
        let done = command.output().map_err(|error| format!("{}: {error}", self.path.display()))?;
        let said = String::from_utf8_lossy(&done.stderr);
        // 1 says that something stays out of every district, which is a result.
        if !matches!(done.status.code(), Some(0 | 1)) {
            return Err(format!("problem {}: {} {said}", problem.seed, done.status));
        }
        let told: serde_json::Value = serde_json::from_slice(&done.stdout).map_err(|error| format!("JSON: {error}: {said}"))?;
        let table = std::fs::read_to_string(&out).map_err(|error| format!("{}: {error}: {said}", out.display()))?;
        let sets = sets(problem, &table)?;
        let covered: u32 = sets.iter().map(|set| set.count_ones()).sum();
        check(problem, &sets, max)?;
        let sse = told.pointer("/grouping/sse").or(told.get("sse")).and_then(serde_json::Value::as_f64);
        let sse = sse.ok_or_else(|| format!("no sse in {told}"))?;
        Ok(Ours { left: problem.units() - covered as usize, sets, sse })
    }
}

/// The districts of a table with the columns id and district.
fn sets(problem: &Instance, table: &str) -> Result<Vec<u64>, String> {
    let mut lines = table.trim_start_matches('\u{feff}').lines();
    let heads: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| heads.iter().position(|head| *head == name).ok_or_else(|| format!("no {name} in {heads:?}"));
    let (id, district) = (column("id")?, column("district")?);
    let mut sets: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let unit = cells.get(id).and_then(|name| name.strip_prefix('u')).and_then(|unit| unit.parse::<usize>().ok());
        let unit = unit.filter(|unit| *unit < problem.units()).ok_or_else(|| format!("no unit: {line}"))?;
        match cells.get(district) {
            Some(name) if !name.is_empty() => *sets.entry((*name).to_owned()).or_default() |= 1 << unit,
            _ => {}
        }
    }
    Ok(sets.into_values().collect())
}

/// Connected, disjoint and within the bounds.
fn check(problem: &Instance, sets: &[u64], max: Option<f64>) -> Result<(), String> {
    let mut used = 0;
    for set in sets {
        let sum: f64 = ones(*set).map(|unit| problem.households()[unit]).sum();
        let fits = sum >= problem.min && max.is_none_or(|max| sum <= max);
        if !fits || used & set != 0 || !is_connected(*set, &problem.beside) {
            return Err(format!("problem {}: {set:b} with {sum} households is no district", problem.seed));
        }
        used |= set;
    }
    Ok(())
}
