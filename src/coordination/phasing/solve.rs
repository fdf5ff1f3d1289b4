//! The search for the years of districts.

use super::choice::Choice;
use super::{Phase, PhaseScore, Phasing};
use crate::base::{Cancelled, Reporter, Seed, SplitMix};

/// Up to so many choices of years are all looked at.
const ALL_CHOICES: usize = 20_000;

/// Looks for years for every district that is not fixed; districts without a year get one. Small problems are looked at whole,
/// larger ones searched with random numbers of a fixed seed. Same problem, same years.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn solve(problem: &Phasing, reporter: &dyn Reporter) -> Result<Phase, Cancelled> {
    let own: Vec<Option<i32>> = problem.districts.iter().map(|d| d.year).collect();
    let before = problem.score(&own);
    let free: Vec<usize> = (0..own.len()).filter(|n| !problem.districts[*n].fixed).collect();
    if free.is_empty() || problem.years.is_empty() {
        return Ok(Phase { years: own, score: before, before, proved: true });
    }
    let choices = free.iter().try_fold(1_usize, |all, _| all.checked_mul(problem.years.len()));
    let (years, proved) = match choices {
        Some(choices) if choices <= ALL_CHOICES => (look_at_all(problem, &own, &free), true),
        _ => (search(problem, &own, &free, reporter)?, false),
    };
    let score = problem.score(&years);
    // The plan's own years stay where they are as good.
    let whole = free.iter().all(|n| own[*n].is_some_and(|year| problem.years.contains(&year)));
    if whole && !score.beats(&before) {
        return Ok(Phase { years: own, score: before, before, proved });
    }
    Ok(Phase { years, score, before, proved })
}

fn look_at_all(problem: &Phasing, own: &[Option<i32>], free: &[usize]) -> Vec<Option<i32>> {
    let mut years = own.to_vec();
    let mut at = vec![0; free.len()];
    let mut best = None;
    loop {
        for (place, n) in free.iter().enumerate() {
            years[*n] = Some(problem.years[at[place]]);
        }
        let score = problem.score(&years);
        if best.as_ref().is_none_or(|(held, _)| score.beats(held)) {
            best = Some((score, years.clone()));
        }
        let Some(place) = (0..at.len()).find(|place| at[*place] + 1 < problem.years.len()) else { break };
        at[..place].fill(0);
        at[place] += 1;
    }
    best.map_or(years, |(_, years)| years)
}

/// Rounds of annealing.
const ROUNDS: u64 = 4;
/// The descent looks at pairs of districts in every pair of years while there are no more such pairs than this.
const PAIRS_OF_YEARS: usize = 5_000;
/// A district changes its year with so many of those after it: all of a city's, not of a country's.
const PARTNERS: usize = 400;

/// From a filling of the years by priority: moves, swaps and ejections, annealed, then only those that better. The first rounds
/// stay near the best that is held, the others set out hot, which forgets where they began. The best that is met is kept, as the
/// order of grave and slight is not quite the sum that is annealed.
pub(super) fn search(
    problem: &Phasing,
    own: &[Option<i32>],
    free: &[usize],
    reporter: &dyn Reporter,
) -> Result<Vec<Option<i32>>, Cancelled> {
    let mut choice = Choice::new(problem, filled(problem, own, free));
    descend(&mut choice, free, reporter)?;
    let mut best = (choice.score(), choice.years().to_vec());
    for round in 0..ROUNDS {
        let mut random = Seed(1).stream(round);
        let hottest = if round % 2 == 0 { 0.03 } else { 1.0 };
        let found = anneal(problem, &best.1, free, hottest, &mut random, reporter)?;
        let mut choice = Choice::new(problem, found);
        descend(&mut choice, free, reporter)?;
        let score = choice.score();
        if score.beats(&best.0) {
            best = (score, choice.years().to_vec());
        }
    }
    Ok(best.1)
}

/// The must before the may, high priority first, each into the first year with room for it, else into the one with most.
fn filled(problem: &Phasing, own: &[Option<i32>], free: &[usize]) -> Vec<Option<i32>> {
    let mut years = own.to_vec();
    for n in free {
        years[*n] = None;
    }
    let mut order = free.to_vec();
    let districts = &problem.districts;
    order.sort_by(|a, b| {
        let key = |n: &usize| districts[*n].only_may;
        key(a).cmp(&key(b)).then(districts[*b].score.total_cmp(&districts[*a].score)).then(a.cmp(b))
    });
    for n in order {
        let spent = problem.costs(&years);
        let room = |year: &i32| {
            let cap = problem.caps.get(year)?;
            Some(*cap - spent.get(year).copied().unwrap_or_default())
        };
        let fits = |year: &&i32| room(year).is_none_or(|room| room >= districts[n].cost);
        let roomy = || problem.years.iter().max_by_key(|year| room(year)).copied();
        years[n] = problem.years.iter().find(fits).copied().or_else(roomy);
    }
    years
}

fn descend(choice: &mut Choice<'_>, free: &[usize], reporter: &dyn Reporter) -> Result<(), Cancelled> {
    loop {
        choice.count();
        let before = choice.score();
        let mut score = before;
        for (place, n) in free.iter().enumerate() {
            reporter.check()?;
            for year in &choice.problem().years {
                let held = choice.years()[*n];
                choice.set(*n, Some(*year));
                let found = choice.score();
                if found.beats(&score) { score = found } else { choice.set(*n, held) }
            }
            for m in free[place + 1..].iter().take(PARTNERS) {
                choice.swap(*n, *m);
                let found = choice.score();
                if found.beats(&score) { score = found } else { choice.swap(*n, *m) }
            }
        }
        if !score.beats(&before) && !move_a_pair(choice, free, &mut score) {
            return Ok(());
        }
    }
}

/// Moves two districts at once where one after the other would not better: one makes room for the other. `false` when no pair
/// betters, or when there are too many to look at.
fn move_a_pair(choice: &mut Choice<'_>, free: &[usize], score: &mut PhaseScore) -> bool {
    let years = &choice.problem().years;
    let pairs = free.len() * free.len().saturating_sub(1) / 2 * years.len().pow(2);
    if pairs > PAIRS_OF_YEARS {
        return false;
    }
    for (place, n) in free.iter().enumerate() {
        for m in &free[place + 1..] {
            let held = (choice.years()[*n], choice.years()[*m]);
            for (first, second) in years.iter().flat_map(|first| years.iter().map(move |second| (first, second))) {
                choice.set(*n, Some(*first));
                choice.set(*m, Some(*second));
                let found = choice.score();
                if found.beats(score) {
                    *score = found;
                    return true;
                }
            }
            choice.set(*n, held.0);
            choice.set(*m, held.1);
        }
    }
    false
}

/// Steps at random from years that are given, ever fewer of them for the worse; gives back the best that were met.
fn anneal(
    problem: &Phasing,
    from: &[Option<i32>],
    free: &[usize],
    hottest: f64,
    random: &mut SplitMix,
    reporter: &dyn Reporter,
) -> Result<Vec<Option<i32>>, Cancelled> {
    // An overrun weighs by its share of the whole cost, far above the parts.
    let whole: i64 = problem.districts.iter().map(|d| d.cost.fen()).sum();
    #[expect(clippy::cast_precision_loss, reason = "a share for the search; sums stay whole")]
    let energy = |score: &PhaseScore| {
        let over = score.over_fen as f64 / (whole as f64).max(1.0);
        score.total + 20.0 * over + 0.2 * score.too_early as f64
    };
    let steps = (free.len() * problem.years.len() * 30).clamp(1_500, 30_000);
    let mut choice = Choice::new(problem, from.to_vec());
    let first = choice.score();
    let mut held = energy(&first);
    let mut best = (first, from.to_vec());
    for step in 0..steps {
        if step % 128 == 0 {
            reporter.check()?;
            reporter.progress(step, steps);
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of steps")]
        let heat = hottest * (1.0 - step as f64 / steps as f64).powi(3) + 1e-9;
        let (n, m) = (free[random.below(free.len())], free[random.below(free.len())]);
        let before = (choice.years()[n], choice.years()[m]);
        match random.below(4) {
            0 | 1 => choice.set(n, Some(problem.years[random.below(problem.years.len())])),
            2 => choice.swap(n, m),
            // One takes the year of another and drives it into any.
            _ => {
                choice.set(n, before.1);
                choice.set(m, Some(problem.years[random.below(problem.years.len())]));
            }
        }
        let score = choice.score();
        let found = energy(&score);
        if found <= held || random.chance(((held - found) / heat).exp()) {
            held = found;
            if score.beats(&best.0) {
                best = (score, choice.years().to_vec());
            }
        } else {
            choice.set(n, before.0);
            choice.set(m, before.1);
        }
    }
    Ok(best.1)
}
