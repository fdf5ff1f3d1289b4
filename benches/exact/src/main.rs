//! How far the districts of Lianpian are from the optimum on small problems: made problems of 20 to 40 units, the program's
//! districts through its command line, and the optimum by HiGHS over every district that the bounds allow.
//!
//! ```text
//! cargo run --release -- --program ../../target/release/lianpian --problems 100 --out .
//! ```

mod cost;
mod instance;
mod optimum;
mod ours;
mod regions;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use cost::{Objective, Weights};
use instance::{Instance, real};
use optimum::{Answer, Choice};
use ours::{Ours, Program};
use regions::{Limits, regions};
use report::{HEADS, MARKDOWN, Row, Table, drawing};

/// A problem for which more districts than this could be listed is left out and counted.
const CAP: usize = 100_000;

/// What is asked on the command line.
struct Wish {
    program: Program,
    problems: usize,
    first: u64,
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    match wish(std::env::args().skip(1)).and_then(|wish| run(&wish)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn wish(mut arguments: impl Iterator<Item = String>) -> Result<Wish, String> {
    let program = Program { path: PathBuf::from("../../target/release/lianpian"), effort: 10, seed: 1 };
    let mut wish = Wish { program, problems: 100, first: 1, out: None };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} of what?"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: no number"));
        match name.as_str() {
            "--program" => wish.program.path = PathBuf::from(&value),
            "--effort" => wish.program.effort = u32::try_from(number()?).map_err(|error| error.to_string())?,
            "--seed" => wish.program.seed = number()?,
            "--problems" => wish.problems = usize::try_from(number()?).map_err(|error| error.to_string())?,
            "--first" => wish.first = number()?,
            "--out" => wish.out = Some(PathBuf::from(&value)),
            _ => return Err(format!("{name}: not one of --program --effort --seed --problems --first --out")),
        }
    }
    Ok(wish)
}

/// The four series, each on a thread of its own.
fn run(wish: &Wish) -> Result<(), String> {
    let bounds = [("minimum", false), ("minimum and maximum", true)];
    let objectives = [("likeness", Weights::LIKENESS), ("usual weights", Weights::USUAL)];
    let series = bounds.iter().flat_map(|bound| objectives.iter().map(move |objective| (bound, objective)));
    let tables: Result<Vec<Table>, String> = std::thread::scope(|scope| {
        let threads: Vec<_> = series
            .map(|((bounds, has_max), (objective, weights))| {
                scope.spawn(move || table(wish, format!("{bounds}, {objective}"), *has_max, *weights))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a series broke off".to_owned())?).collect()
    });
    let tables = tables?;
    println!("{MARKDOWN}");
    tables.iter().for_each(|table| println!("{}", table.markdown()));
    if let Some(out) = &wish.out {
        let lines = tables.iter().flat_map(|table| table.rows.iter().map(|row| row.line(&table.name.replace(", ", "; "))));
        let lines: Vec<String> = std::iter::once(HEADS.to_owned()).chain(lines).collect();
        let write = |name: &str, text: String| std::fs::write(out.join(name), text).map_err(|error| format!("{name}: {error}"));
        write("gaps.csv", lines.join("\n") + "\n")?;
        write("gaps.svg", drawing(&tables))?;
    }
    Ok(())
}

/// One series: as many problems as wanted, each solved twice.
fn table(wish: &Wish, name: String, has_max: bool, weights: Weights) -> Result<Table, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut table = Table { name, rows: Vec::new() };
    let mut seed = wish.first;
    while table.rows.len() < wish.problems {
        let problem = Instance::made(seed);
        let max = has_max.then_some(problem.max);
        let ours = wish.program.group(&problem, folder.path(), max, weights.pairwise <= 0.0)?;
        match compare(&problem, max, weights, &ours)? {
            Some(row) => {
                eprintln!("{}", row.line(&table.name));
                table.rows.push(row);
            }
            None => eprintln!("{}: problem {seed} allows more than {CAP} districts, left out", table.name),
        }
        seed += 1;
    }
    Ok(table)
}

/// Ours beside the optimum; `None` above the cap.
fn compare(problem: &Instance, max: Option<f64>, weights: Weights, ours: &Ours) -> Result<Option<Row>, String> {
    let count = ours.sets.len();
    let objective = Objective::new(problem, weights, count);
    let sse: f64 = ours.sets.iter().map(|set| objective.sse(*set)).sum();
    // The z-scores of both are over all units, whether left over or not.
    if (sse - ours.sse).abs() > 1e-6 * sse.max(1.0) {
        return Err(format!("problem {}: SSE {} said, {sse} counted", problem.seed, ours.sse));
    }
    let limits = |districts: usize| Limits { min: problem.min, max, districts, cap: CAP };
    let Some(most) = most_districts(problem, limits(count + 1))? else { return Ok(None) };
    let most = most.max(count);
    let Some(own) = regions(problem, limits(count)) else { return Ok(None) };
    let fewest_left = if max.is_none() {
        0
    } else {
        let at_most = if most == count { Some(own.clone()) } else { regions(problem, limits(most)) };
        let Some(sets) = at_most else { return Ok(None) };
        fewest_left(problem, &sets, most, (most == count).then_some(ours.left))?
    };
    let costs: Vec<f64> = own.iter().map(|set| objective.of(*set)).collect();
    let cost: f64 = ours.sets.iter().map(|set| objective.of(*set)).sum();
    let choice = Choice {
        units: problem.units(),
        sets: &own,
        costs: &costs,
        left_cost: 0.0,
        districts: Some(count),
        left: Some(ours.left),
        known: Some((cost, 0.0)),
    };
    let least = match choice.best()? {
        Answer::Best(least, _) => least.min(cost),
        Answer::None => cost,
    };
    let (districts, left) = ((most, count), (fewest_left, ours.left));
    Ok(Some(Row { seed: problem.seed, units: problem.units(), listed: own.len(), districts, left, cost: (least, cost) }))
}

/// The most districts where there are at least as many as the limits say; less than that, and none are found. `None` above
/// the cap.
fn most_districts(problem: &Instance, limits: Limits) -> Result<Option<usize>, String> {
    let total: f64 = problem.households().iter().sum();
    if limits.min * real(limits.districts) > total {
        return Ok(Some(0));
    }
    let Some(sets) = regions(problem, limits) else { return Ok(None) };
    let costs = vec![-1.0; sets.len()];
    let known = Some((1.0 - real(limits.districts), 1.0));
    let units = problem.units();
    let choice = Choice { units, sets: &sets, costs: &costs, left_cost: 0.0, districts: None, left: None, known };
    match choice.best()? {
        Answer::Best(_, districts) => Ok(Some(districts.len())),
        Answer::None => Ok(Some(0)),
    }
}

/// Fewest units left over at so many districts.
fn fewest_left(problem: &Instance, sets: &[u64], districts: usize, known: Option<usize>) -> Result<usize, String> {
    if known == Some(0) {
        return Ok(0);
    }
    let costs = vec![0.0; sets.len()];
    let known_cost = known.map(|left| (real(left), 1.0));
    let units = problem.units();
    let choice = Choice { units, sets, costs: &costs, left_cost: 1.0, districts: Some(districts), left: None, known: known_cost };
    match choice.best()? {
        Answer::Best(_, taken) => Ok(units - taken.iter().map(|set| set.count_ones() as usize).sum::<usize>()),
        Answer::None => known.ok_or_else(|| format!("problem {}: no {districts} districts", problem.seed)),
    }
}
