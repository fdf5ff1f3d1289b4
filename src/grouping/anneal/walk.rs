//! One walk of simulated annealing over a few neighbouring regions: a unit on a border crosses it when the region that it
//! leaves stays in one piece; where a bound would break, a second unit makes up for it in the same step. Every state
//! of the walk is within the bounds, so it can be stopped at any step.

use super::super::extent::Extent;
use super::super::halves::halves;
use super::super::limits::Limits;
use super::super::part::{NONE, Part, real};
use super::super::regions::Regions;
use super::super::tally::{Step, Tally};
use super::super::tree::Trees;
use super::region;
use crate::base::{Reporter, SplitMix};

/// How often a second unit is looked for that makes up for the first.
const TRIES: usize = 6;

/// Steps at one temperature.
const LEVEL: usize = 64;

/// Working memory of a walk over one part.
pub(super) struct Walk<'a> {
    part: &'a Part,
    limits: &'a Limits,
    pub(super) regions: Regions,
    tally: Tally,
    seen: Vec<u32>,
    now: u32,
    queue: Vec<u32>,
    beside: Vec<u32>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(part: &'a Part, limits: &'a Limits, regions: Regions) -> Self {
        let tally = Tally::of(part, limits, &regions);
        Self { part, limits, regions, tally, seen: vec![0; part.len()], now: 0, queue: Vec::new(), beside: Vec::new() }
    }

    /// So many steps while the temperature falls from one to another; at each level two regions are cut anew where there are
    /// bounds that may stand between single steps.
    pub(super) fn cool(&mut self, steps: usize, (from, to): (f64, f64), random: &mut SplitMix, reporter: &dyn Reporter) {
        let levels = steps.div_ceil(LEVEL);
        let mut trees = Trees::new(self.part, self.limits);
        for level in 0..levels {
            let temperature = from * (to / from).powf(real(level) / real(levels));
            for _ in 0..LEVEL {
                self.step(temperature, random);
            }
            if self.limits.count() > 0 {
                self.recut(&mut trees, temperature, random);
            }
            if level % 64 == 63 && reporter.should_stop() {
                return;
            }
        }
    }

    /// Tries one random step.
    pub(super) fn step(&mut self, temperature: f64, random: &mut SplitMix) {
        let Some(first) = self.random_step(random) else { return };
        let (short, over) = self.breaks(first);
        if (short && over) || self.overreaches(first) {
            return;
        }
        let delta = self.delta(first);
        if short || over {
            self.step_with_counter(first, delta, short, (temperature, random));
        } else if accepts(delta, temperature, random) && self.stays_connected(first) {
            self.take(first);
        }
    }

    /// Takes a step that breaks a bound together with a second one that mends it, or none.
    fn step_with_counter(&mut self, first: Step, delta: f64, short: bool, (temperature, random): (f64, &mut SplitMix)) {
        if !self.stays_connected(first) {
            return;
        }
        self.take(first);
        for _ in 0..TRIES {
            let Some(second) = self.counter(first, short, random) else { continue };
            let (short, over) = self.breaks(second);
            if !short
                && !over
                && !self.overreaches(second)
                && self.settles(first, second)
                && accepts(delta + self.delta(second), temperature, random)
                && self.stays_connected(second)
            {
                self.take(second);
                return;
            }
        }
        self.take(Step { unit: first.unit, from: first.to, to: first.from });
    }

    /// Whether these units reach no farther together than a region may.
    fn stays_in_reach(&self, units: &[u32]) -> bool {
        let extents = units.iter().filter_map(|unit| self.part.extent.get(*unit as usize));
        let whole = extents.fold(Extent::NOTHING, Extent::with);
        units.len() < 2 || self.limits.spans(&whole, &whole)
    }

    /// Cuts two neighbouring regions anew along a random tree, which no walk of single units through states within narrow
    /// bounds may come to (recombination as in Deford, Duchin and Solomon 2021, with the best cut of the tree).
    pub(super) fn recut(&mut self, trees: &mut Trees<'a>, temperature: f64, random: &mut SplitMix) {
        let Some(Step { from, to, .. }) = self.random_step(random) else { return };
        let members = &self.regions.members;
        let units: Vec<u32> = members[from as usize].iter().chain(&members[to as usize]).copied().collect();
        let Some(pieces) = halves(self.part, self.limits, &units, trees, random) else { return };
        if !pieces.iter().all(|piece| self.stays_in_reach(piece)) {
            return;
        }
        let moved: Vec<Step> = [(&pieces[0], from, to), (&pieces[1], to, from)]
            .into_iter()
            .flat_map(|(piece, into, out_of)| piece.iter().map(move |unit| Step { unit: *unit, from: out_of, to: into }))
            .filter(|step| self.regions.label[step.unit as usize] == step.from)
            .collect();
        let before = self.cost_of(from) + self.cost_of(to);
        for step in &moved {
            self.take(*step);
        }
        if !accepts(self.cost_of(from) + self.cost_of(to) - before, temperature, random) {
            for step in moved {
                self.take(Step { unit: step.unit, from: step.to, to: step.from });
            }
        }
    }

    fn cost_of(&self, region: u32) -> f64 {
        self.tally.cost(self.part, self.limits, &self.regions, region as usize)
    }

    /// Sum of the sizes of the changes that random steps would make, and how many there were.
    pub(super) fn sample(&self, samples: usize, random: &mut SplitMix) -> (f64, usize) {
        let steps = (0..samples).filter_map(|_| self.random_step(random));
        steps.fold((0.0, 0), |(sum, count), step| (sum + self.delta(step).abs(), count + 1))
    }

    fn random_step(&self, random: &mut SplitMix) -> Option<Step> {
        let unit = random.below(self.part.len());
        let from = self.regions.label[unit];
        if from == NONE || self.regions.members[from as usize].len() < 2 {
            return None;
        }
        let neighbours = self.part.neighbours(unit);
        let to = self.regions.label[*neighbours.get(random.below(neighbours.len()))? as usize];
        (to != from && to != NONE).then_some(Step { unit: region(unit), from, to })
    }

    /// A random second step: into the region that is short, or out of the one that is over.
    fn counter(&self, first: Step, short: bool, random: &mut SplitMix) -> Option<Step> {
        let hub = if short { first.from } else { first.to };
        let members = &self.regions.members[hub as usize];
        let inside = members[random.below(members.len())];
        let neighbours = self.part.neighbours(inside as usize);
        let outside = *neighbours.get(random.below(neighbours.len()))?;
        let other = self.regions.label[outside as usize];
        if other == hub || other == NONE {
            return None;
        }
        let step = if short { Step { unit: outside, from: other, to: hub } } else { Step { unit: inside, from: hub, to: other } };
        (step.unit != first.unit && self.regions.members[step.from as usize].len() > 1).then_some(step)
    }

    /// Whether the step leaves its region below a minimum, and the one it enters above a maximum.
    fn breaks(&self, step: Step) -> (bool, bool) {
        let size = self.part.size_of(step.unit as usize, self.limits.count());
        let short = !self.limits.enough_without(self.regions.sum(step.from as usize), size);
        (short, !self.limits.fits(self.regions.sum(step.to as usize), size))
    }

    /// Whether the step makes a region reach farther than it may; nothing makes up for that.
    fn overreaches(&self, step: Step) -> bool {
        let reaches = self.regions.extent(step.to as usize).zip(self.part.extent.get(step.unit as usize));
        reaches.is_some_and(|(region, unit)| !self.limits.spans(region, unit))
    }

    /// Whether after the second step both regions of the first, which was taken, are within their bounds.
    fn settles(&self, first: Step, second: Step) -> bool {
        let bounds = self.limits.count();
        let size = self.part.size_of(second.unit as usize, bounds);
        let within = |region: u32| {
            let sum = self.regions.sum(region as usize);
            (0..bounds).all(|k| {
                let change = f64::from(region == second.to) - f64::from(region == second.from);
                let after = sum[k] + change * size[k];
                after >= self.limits.min[k] && after <= self.limits.max[k]
            })
        };
        within(first.from) && within(first.to)
    }

    fn delta(&self, step: Step) -> f64 {
        self.tally.delta(self.part, self.limits, &self.regions, step)
    }

    fn take(&mut self, step: Step) {
        self.tally.change(self.part, step.unit as usize, step.from as usize, false);
        self.tally.change(self.part, step.unit as usize, step.to as usize, true);
        self.regions.put(self.part, step.unit, step.to);
    }

    /// Whether the region stays in one piece without the unit: a search inside it from one of the unit's neighbours
    /// until it has met the others.
    fn stays_connected(&mut self, step: Step) -> bool {
        let label = &self.regions.label;
        let inside = |n: &u32| label[*n as usize] == step.from;
        self.beside.clear();
        self.beside.extend(self.part.neighbours(step.unit as usize).iter().copied().filter(inside));
        let Some(first) = self.beside.pop() else { return true };
        self.now += 1;
        self.seen[step.unit as usize] = self.now;
        self.seen[first as usize] = self.now;
        self.queue.clear();
        self.queue.push(first);
        let mut at = 0;
        while !self.beside.is_empty() {
            let Some(unit) = self.queue.get(at).copied() else { return false };
            at += 1;
            for next in self.part.neighbours(unit as usize) {
                if inside(next) && self.seen[*next as usize] != self.now {
                    self.seen[*next as usize] = self.now;
                    self.queue.push(*next);
                    self.beside.retain(|waiting| waiting != next);
                }
            }
        }
        true
    }

    /// How far the running sums are from a recount, and whether every region is within its bounds.
    #[cfg(test)]
    pub(super) fn recount(&self) -> (f64, bool) {
        let count = self.regions.members.len();
        let fresh = Regions::from_labels(self.part, self.limits.count(), self.regions.label.clone(), count);
        let sums = (0..count).flat_map(|r| self.regions.sum(r).iter().zip(fresh.sum(r)).map(|(a, b)| (a - b).abs()));
        let drift = self.tally.away_from(&Tally::of(self.part, self.limits, &fresh)).max(sums.fold(0.0, f64::max));
        let reach = (0..count).all(|region| self.regions.extent(region) == fresh.extent(region));
        (drift, reach && (0..count).all(|region| fresh.is_within(self.limits, region)))
    }

    /// Change that a random step promises, and the change of the cost when it is taken, without asking for bounds.
    #[cfg(test)]
    pub(super) fn promise(&mut self, random: &mut SplitMix) -> Option<(f64, f64)> {
        let step = self.random_step(random)?;
        let cost = |walk: &Self| {
            let of = |region: u32| walk.tally.cost(walk.part, walk.limits, &walk.regions, region as usize);
            of(step.from) + of(step.to)
        };
        let (before, promised) = (cost(self), self.delta(step));
        self.take(step);
        let kept = cost(self) - before;
        self.take(Step { unit: step.unit, from: step.to, to: step.from });
        Some((promised, kept))
    }
}

fn accepts(delta: f64, temperature: f64, random: &mut SplitMix) -> bool {
    delta <= 0.0 || random.unit() < (-delta / temperature).exp()
}
