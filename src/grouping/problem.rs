//! What is asked of a grouping: units, neighbours, fields, bounds, communities, locks and an aim.
//! Units are numbered from 0 in the caller's order; the rows of neighbours are in order, so that the order in which
//! links arrive cannot change a result.

use std::collections::BTreeSet;

use super::error::GroupingError;
use crate::base::Seed;
use crate::contiguity::Neighbours;
use crate::model::CommunityRule;

/// A unit's or a district's number in 32 bits.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A numeric field of the units. A missing value is `None`; it adds nothing to a sum and is counted in the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name for messages.
    pub name: String,
    /// One value a unit.
    pub values: Vec<Option<f64>>,
}

/// Bounds of a field's sum over each district.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Index into [`Problem::fields`].
    pub field: usize,
    /// Smallest sum.
    pub min: Option<f64>,
    /// Largest sum.
    pub max: Option<f64>,
}

/// How many districts are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// As many as the bounds allow: max-p (Duque, Anselin & Rey 2012).
    Most,
    /// As few as the bounds allow.
    Fewest,
    /// Exactly so many, locked ones among them.
    Exactly(usize),
    /// One for each component of the links.
    Components,
}

/// What the parts of the objective weigh. The unit is one squared standard deviation of one similar field of one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Squared deviations of the similar fields from the district's mean (SSE).
    pub likeness: f64,
    /// Differences of the similar fields between all pairs of a district (L1, the objective of Duque, Anselin & Rey 2012);
    /// they grow with the square of a district's units and so keep districts of like size. Left out where districts hold
    /// more than 400 units in the mean.
    pub pairwise: f64,
    /// Squared distances from the district's middle: compact shapes.
    pub compactness: f64,
    /// Squared distance of the sum of [`Problem::even`] from its mean over the districts, as a share of it.
    pub balance: f64,
    /// Communities and street offices kept whole, where they are to be.
    pub wholeness: f64,
    /// Each key of [`Problem::openings`] in as few districts as possible, so that one opening serves.
    pub openings: f64,
    /// Links between districts, by how strong they are ([`Problem::contacts`]): long thin ones are cut first.
    pub contact: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { likeness: 1.0, pairwise: 0.05, compactness: 0.5, balance: 0.0, wholeness: 1.0, openings: 1.0, contact: 0.0 }
    }
}

/// A bound on how far the compounds of a district reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Diameter {
    /// Largest distance between any two points of a district, m.
    pub max_m: f64,
    /// Corners of the convex hull of each unit, m; none where nothing is known, which then reaches nowhere.
    pub outlines: Vec<Vec<[f64; 2]>>,
}

/// A link and how strong it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// One unit.
    pub a: u32,
    /// The other, larger.
    pub b: u32,
    /// From 0, hanging on a thread, to 1, a shared boundary.
    pub strength: f64,
}

/// A grouping problem. All vectors hold one entry a unit.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Who is linked with whom.
    pub neighbours: Neighbours,
    /// Who may enter a district.
    pub eligible: Vec<bool>,
    /// Who carries contiguity although no district holds it (R2, `--conduct`); eligible units always do within theirs.
    pub conducts: Vec<bool>,
    /// Fields that bounds and likeness refer to.
    pub fields: Vec<Field>,
    /// Bounds on sums, met by every district or the unit stays out.
    pub bounds: Vec<Bound>,
    /// Fields in which the units of a district should be alike: indices into `fields`.
    pub similar: Vec<usize>,
    /// What community limits mean.
    pub community: CommunityRule,
    /// Community of each unit; `None` is unknown and under [`CommunityRule::Forbid`] joins only other unknown ones.
    pub communities: Vec<Option<u32>>,
    /// What limits of street offices mean.
    pub street_office: CommunityRule,
    /// Street office of each unit, likewise.
    pub street_offices: Vec<Option<u32>>,
    /// How many districts.
    pub aim: Aim,
    /// Units of locked districts, by any label: nothing leaves these districts, and nothing enters but those that admit.
    pub locked: Vec<Option<u32>>,
    /// Labels of locked districts that units may enter.
    pub admitting: BTreeSet<u32>,
    /// Sets of units that are to be in one district each.
    pub together: Vec<Vec<u32>>,
    /// Sets of units of which no two may be in one district.
    pub apart: Vec<Vec<u32>>,
    /// Units from which districts grow: no two in one district.
    pub seeds: Vec<u32>,
    /// How far a district may reach.
    pub diameter: Option<Diameter>,
    /// Field of which districts should hold like sums: an index into `fields`.
    pub even: Option<usize>,
    /// What has to be opened for each unit, by any keys (trunk pipes that serve it, the year of its works); empty when
    /// nothing is known.
    pub openings: Vec<Vec<u32>>,
    /// How strong links are, ascending by `a` and `b`; others count as nothing.
    pub contacts: Vec<Contact>,
    /// Where each unit lies, in metres, or nothing at all; for compactness.
    pub places: Vec<Option<[f64; 2]>>,
    /// What the parts of the objective weigh.
    pub weights: Weights,
    /// A grouping to set out from, by any label; empty to build one. Its districts are kept in number and improved.
    pub start: Vec<Option<u32>>,
    /// Where as many districts as possible are wanted, more are looked for than `start` has, and never fewer made.
    pub go_on: bool,
    /// Where each unit stands in an order that does not depend on how the units came, such as that of their ids; the result
    /// then does not either. Empty when they come in such an order.
    pub rank: Vec<u32>,
    /// Where randomness starts.
    pub seed: Seed,
    /// How much work is spent, 1 and up; 10 is the usual. Time grows with it about linearly.
    pub effort: u32,
}

impl Problem {
    /// A problem without fields, bounds, communities or locks, in which every unit is eligible and the aim is one
    /// district for each component. Callers set what they need.
    #[must_use]
    pub fn new(neighbours: Neighbours) -> Self {
        let units = neighbours.len();
        Self {
            neighbours,
            eligible: vec![true; units],
            conducts: vec![false; units],
            fields: Vec::new(),
            bounds: Vec::new(),
            similar: Vec::new(),
            community: CommunityRule::Free,
            communities: vec![None; units],
            street_office: CommunityRule::Free,
            street_offices: vec![None; units],
            aim: Aim::Components,
            locked: vec![None; units],
            admitting: BTreeSet::new(),
            together: Vec::new(),
            apart: Vec::new(),
            seeds: Vec::new(),
            diameter: None,
            even: None,
            openings: Vec::new(),
            contacts: Vec::new(),
            places: Vec::new(),
            weights: Weights::default(),
            start: Vec::new(),
            go_on: false,
            rank: Vec::new(),
            seed: Seed::default(),
            effort: 10,
        }
    }

    /// Count of units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.neighbours.len()
    }

    /// Whether districts are to be compact and it is known where units lie.
    pub(super) fn places_count(&self) -> bool {
        self.weights.compactness > 0.0 && !self.places.is_empty()
    }

    /// The communities and street offices of all units whose limits are treated by a rule.
    pub(super) fn areas_under(&self, rule: CommunityRule) -> impl Iterator<Item = &[Option<u32>]> + Clone {
        let levels = [(self.street_office, &self.street_offices), (self.community, &self.communities)];
        levels.into_iter().filter(move |(own, _)| *own == rule).map(|(_, areas)| areas.as_slice())
    }

    /// Checks that the problem makes sense, before any work.
    ///
    /// # Errors
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), GroupingError> {
        let units = self.units();
        let administered = [self.communities.len(), self.street_offices.len()];
        let lengths = [self.eligible.len(), self.conducts.len(), self.locked.len()].into_iter().chain(administered);
        let outlines = self.diameter.as_ref().map_or(0, |diameter| diameter.outlines.len());
        let given = [self.places.len(), self.start.len(), self.rank.len(), self.openings.len(), outlines];
        let given = given.into_iter().filter(|len| *len > 0);
        let fields = self.fields.iter().map(|f| f.values.len()).chain(given);
        if let Some(got) = lengths.chain(fields).find(|len| *len != units) {
            return Err(GroupingError::Length { got, units });
        }
        let named = self.bounds.iter().map(|b| b.field).chain(self.similar.iter().copied()).chain(self.even);
        if let Some(field) = named.into_iter().find(|f| *f >= self.fields.len()) {
            return Err(GroupingError::UnknownField { field, fields: self.fields.len() });
        }
        self.bounds.iter().try_for_each(|bound| self.check_bound(bound))?;
        self.check_wishes()?;
        let Weights { likeness, pairwise, compactness, balance, wholeness, openings, contact } = self.weights;
        let weights = [likeness, pairwise, compactness, balance, wholeness, openings, contact];
        if let Some(weight) = weights.into_iter().find(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(GroupingError::BadWeight { weight });
        }
        self.check_count()
    }

    fn check_count(&self) -> Result<(), GroupingError> {
        let Aim::Exactly(count) = self.aim else { return Ok(()) };
        let (all, locked) = self.locked_districts();
        // A locked district that admits others is one unit more.
        let alone = self.eligible.iter().zip(&self.locked).filter(|(e, lock)| **e && lock.is_none()).count();
        let eligible = alone + all - locked;
        match count.checked_sub(locked) {
            _ if count == 0 => Err(GroupingError::NoDistricts),
            None => Err(GroupingError::LockedFill { count, locked }),
            Some(0) if eligible > 0 => Err(GroupingError::LockedFill { count, locked }),
            Some(free) if free > eligible && locked > 0 => Err(GroupingError::TooManyBesides { count, locked, eligible }),
            Some(free) if free > eligible => Err(GroupingError::TooManyDistricts { count, eligible }),
            Some(_) => Ok(()),
        }
    }

    /// What is asked of single units and of the reach of districts.
    fn check_wishes(&self) -> Result<(), GroupingError> {
        let units = self.units();
        let sets = || self.together.iter().chain(&self.apart).chain(std::iter::once(&self.seeds));
        if let Some(unit) = sets().flatten().map(|unit| *unit as usize).find(|unit| *unit >= units) {
            return Err(GroupingError::UnknownUnit { unit, units });
        }
        for set in self.apart.iter().chain(std::iter::once(&self.seeds)) {
            for wish in &self.together {
                let mut held = wish.iter().filter(|unit| set.contains(unit));
                if let (Some(a), Some(b)) = (held.next(), held.find(|unit| Some(*unit) != wish.iter().find(|u| set.contains(u))))
                {
                    return Err(GroupingError::Torn { a: *a as usize, b: *b as usize });
                }
            }
        }
        match &self.diameter {
            Some(Diameter { max_m, .. }) if !max_m.is_finite() || *max_m < 0.0 => {
                Err(GroupingError::BadDiameter { max_m: *max_m })
            }
            _ => Ok(()),
        }
    }

    /// How many districts are locked, and how many of them admit no others.
    pub(super) fn locked_districts(&self) -> (usize, usize) {
        let locks: BTreeSet<u32> = self.locked.iter().flatten().copied().collect();
        (locks.len(), locks.difference(&self.admitting).count())
    }

    fn check_bound(&self, bound: &Bound) -> Result<(), GroupingError> {
        let field = &self.fields[bound.field];
        let name = || field.name.clone();
        for limit in [bound.min, bound.max].into_iter().flatten() {
            if !limit.is_finite() || limit < 0.0 {
                return Err(GroupingError::BadBound { field: name(), bound: limit });
            }
        }
        if let (Some(min), Some(max)) = (bound.min, bound.max)
            && min > max
        {
            return Err(GroupingError::Contradiction { field: name(), min, max });
        }
        let bad = |(unit, value): (usize, &Option<f64>)| value.filter(|v| !v.is_finite() || *v < 0.0).map(|v| (unit, v));
        match field.values.iter().enumerate().filter(|(unit, _)| self.eligible[*unit]).find_map(bad) {
            Some((unit, value)) => Err(GroupingError::BadValue { field: name(), unit, value }),
            None => Ok(()),
        }
    }
}
