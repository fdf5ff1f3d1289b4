//! How far the districts of Lianpian are from the optimum on small problems: made problems of 20 to 40 units, the program's
//! districts through its command line, and the optimum by HiGHS over every district that the bounds allow.
//!
//! ```text
//! cargo run --release -- --program ../../target/release/lianpian --problems 100 > gaps.csv
//! cargo run --release -- --draw gaps.csv > gaps.svg
//! ```
//!
//! `--series N` runs one of the four series alone. The table of gaps goes to the terminal.

mod cost;
mod instance;
mod optimum;
mod ours;
mod regions;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cost::{Objective, Weights};
use instance::{Instance, real};
use optimum::{Answer, Choice};
use ours::{Ours, Program};
use regions::{Limits, regions};
use report::{HEADS, MARKDOWN, Row, Table, drawing};

/// A problem for which more districts than this could be listed is left out, and said.
const CAP: usize = 100_000;

/// What is asked on the command line.
struct Wish {
    program: Program,
    problems: usize,
    first: u64,
    series: Option<usize>,
    draw: Option<PathBuf>,
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
    let mut wish = Wish { program, problems: 100, first: 1, series: None, draw: None };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} of what?"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: no number"));
        match name.as_str() {
            "--program" => wish.program.path = PathBuf::from(&value),
            "--effort" => wish.program.effort = u32::try_from(number()?).map_err(|error| error.to_string())?,
            "--seed" => wish.program.seed = number()?,
            "--problems" => wish.problems = usize::try_from(number()?).map_err(|error| error.to_string())?,
            "--first" => wish.first = number()?,
            "--series" => wish.series = Some(usize::try_from(number()?).map_err(|error| error.to_string())?),
            "--draw" => wish.draw = Some(PathBuf::from(&value)),
            _ => return Err(format!("{name}: not one of --program --effort --seed --problems --first --series --draw")),
        }
    }
    Ok(wish)
}

/// The four series, each on a thread of its own; or the drawing of what they gave.
fn run(wish: &Wish) -> Result<(), String> {
    if let Some(path) = &wish.draw {
        return draw(path);
    }
    let bounds = [("minimum", false), ("minimum and maximum", true)];
    let objectives = [("likeness", Weights::LIKENESS), ("usual weights", Weights::USUAL)];
    let all = bounds.iter().flat_map(|bound| objectives.iter().map(move |objective| (bound, objective)));
    let asked = all.enumerate().filter(|(at, _)| wish.series.is_none_or(|one| one == at + 1));
    println!("{HEADS}");
    let tables: Result<Vec<Table>, String> = std::thread::scope(|scope| {
        let threads: Vec<_> = asked
            .map(|(_, ((bounds, has_max), (objective, weights)))| {
                scope.spawn(move || table(wish, format!("{bounds}; {objective}"), *has_max, *weights))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a series broke off".to_owned())?).collect()
    });
    tell(&tables?);
    Ok(())
}

fn tell(tables: &[Table]) {
    eprintln!("{MARKDOWN}");
    tables.iter().for_each(|table| eprintln!("{}", table.markdown()));
}

/// The gaps of a file as a drawing.
fn draw(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut tables: Vec<Table> = Vec::new();
    for (at, line) in text.lines().enumerate().skip(1) {
        let (name, row) = Row::of_line(line).ok_or_else(|| format!("{}, line {}: no row", path.display(), at + 1))?;
        match tables.iter_mut().find(|table| table.name == name) {
            Some(table) => table.rows.push(row),
            None => tables.push(Table { name: name.to_owned(), rows: vec![row] }),
        }
    }
    tell(&tables);
    print!("{}", drawing(&tables));
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
                println!("{}", row.line(&table.name));
                table.rows.push(row);
            }
            None => eprintln!("{}: problem {seed} allows more than {CAP} districts or takes too long, left out", table.name),
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
    let (least, is_proved) = match choice.best()? {
        Answer::Best(least, _) => (least.min(cost), true),
        Answer::Bound(bound) => (bound.min(cost), false),
        Answer::None => (cost, true),
    };
    let (districts, left) = ((most, count), (fewest_left, ours.left));
    Ok(Some(Row {
        seed: problem.seed,
        units: problem.units(),
        listed: own.len(),
        districts,
        left,
        cost: (least, cost),
        is_proved,
    }))
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
        Answer::Bound(_) => Ok(None),
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
        Answer::Bound(_) | Answer::None => known.ok_or_else(|| format!("problem {}: no {districts} districts", problem.seed)),
    }
}
