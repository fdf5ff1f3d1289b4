//! What units weigh on a district together, and whether a district may be so: the sums of all that is bounded, how many there
//! are of every set that is to be apart, and how far they reach. The measure of reach is the solver's, so that what suits here
//! suits there.

use super::Miss;
use crate::grouping::extent::{Extent, diameter};
use crate::grouping::loads::{Load, loads};
use crate::grouping::problem::Problem;

/// What units weigh together.
#[derive(Clone, Debug, Default)]
pub(super) struct Mass {
    /// The columns of [`loads`], the bounds first; shorter where nothing is in it.
    pub(super) sums: Vec<f64>,
    reach: Option<Extent>,
    units: usize,
    /// Diameter of the only unit, m.
    alone_m: f64,
}

impl Mass {
    /// Both together.
    pub(super) fn with(&self, other: &Self) -> Self {
        let (long, short) = if self.sums.len() < other.sums.len() { (other, self) } else { (self, other) };
        let mut sums = long.sums.clone();
        sums.iter_mut().zip(&short.sums).for_each(|(sum, more)| *sum += more);
        let reach = match (&self.reach, &other.reach) {
            (Some(a), Some(b)) => Some(a.with(b)),
            (a, b) => a.or(*b),
        };
        Self { sums, reach, units: self.units + other.units, alone_m: self.alone_m.max(other.alone_m) }
    }
}

/// Weighs units, and holds what they weigh against what was asked.
pub(super) struct Scale<'a> {
    problem: &'a Problem,
    loads: Vec<Load<'a>>,
}

impl<'a> Scale<'a> {
    pub(super) fn new(problem: &'a Problem) -> Self {
        Self { problem, loads: loads(problem) }
    }

    /// What one unit weighs.
    fn of(&self, unit: usize) -> Mass {
        let sums = self.loads.iter().map(|load| load.of_row(unit)).collect();
        let outline = self.problem.diameter.as_ref().and_then(|asked| asked.outlines.get(unit));
        let alone_m = outline.map_or(0.0, |outline| diameter(outline.clone()));
        Mass { sums, reach: outline.map(|outline| Extent::of(outline)), units: 1, alone_m }
    }

    /// Puts a unit into a mass.
    pub(super) fn put(&self, mass: &mut Mass, unit: usize) {
        *mass = mass.with(&self.of(unit));
    }

    /// What units weigh together.
    pub(super) fn mass(&self, units: &[u32]) -> Mass {
        units.iter().fold(Mass { sums: vec![0.0; self.loads.len()], ..Mass::default() }, |mut mass, unit| {
            self.put(&mut mass, *unit as usize);
            mass
        })
    }

    pub(super) fn is_enough(&self, mass: &Mass) -> bool {
        mass.sums.iter().zip(&self.loads).all(|(sum, load)| *sum >= load.min)
    }

    pub(super) fn fits(&self, mass: &Mass) -> bool {
        self.is_apart(mass) && self.too_wide(mass).is_none() && self.over(mass).next().is_none()
    }

    /// As the solver keeps a district: within the bounds to the digit.
    pub(super) fn is_sound(&self, mass: &Mass) -> bool {
        let within = |(sum, load): (&f64, &Load<'_>)| *sum >= load.min && *sum <= load.max;
        mass.sums.iter().zip(&self.loads).all(within) && self.too_wide(mass).is_none()
    }

    /// Whether no two are in it that are to be apart.
    pub(super) fn is_apart(&self, mass: &Mass) -> bool {
        let bounds = self.problem.bounds.len();
        mass.sums.iter().zip(&self.loads).skip(bounds).all(|(sum, load)| *sum <= load.max)
    }

    fn over(&self, mass: &Mass) -> impl Iterator<Item = Miss> {
        let bounds = self.problem.bounds.iter().zip(&mass.sums).enumerate();
        bounds.filter_map(|(bound, (asked, sum))| {
            let limit = asked.max.filter(|max| !is_within(*sum, *max))?;
            Some(Miss { bound, sum: *sum, limit })
        })
    }

    /// The diameter where it is too large, as the bound behind the others. A unit alone reaches as far as it does.
    fn too_wide(&self, mass: &Mass) -> Option<Miss> {
        let limit = self.problem.diameter.as_ref()?.max_m;
        let sum = if mass.units < 2 { mass.alone_m } else { mass.reach.map_or(0.0, |reach| reach.span()) };
        (sum > limit).then_some(Miss { bound: self.problem.bounds.len(), sum, limit })
    }

    /// The bounds that a mass does not meet; minima first, the diameter last.
    pub(super) fn misses(&self, mass: &Mass) -> Vec<Miss> {
        let bounds = self.problem.bounds.iter().zip(&mass.sums).enumerate();
        let below = bounds.filter_map(|(bound, (asked, sum))| {
            let limit = asked.min.filter(|min| *sum < *min)?;
            Some(Miss { bound, sum: *sum, limit })
        });
        below.chain(self.over(mass)).chain(self.too_wide(mass)).collect()
    }

    /// What units come to of each bound, as it is told: the diameter to the millimetre.
    pub(super) fn told(&self, mass: &Mass, units: &[u32]) -> Vec<f64> {
        let reach_m = self.problem.diameter.as_ref().map(|asked| {
            let points = units.iter().flat_map(|unit| asked.outlines.get(*unit as usize).into_iter().flatten().copied());
            diameter(points.collect())
        });
        mass.sums.iter().take(self.problem.bounds.len()).copied().chain(reach_m).collect()
    }
}

/// Whether a sum stays within a maximum in whatever order it is summed: whole numbers exactly, others with room for rounding.
fn is_within(sum: f64, max: f64) -> bool {
    if sum.fract() == 0.0 { sum <= max } else { sum + 1e-9 * sum.abs() <= max }
}
