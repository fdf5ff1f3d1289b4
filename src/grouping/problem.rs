//! What is asked of a grouping: units, neighbours, fields, bounds, communities, locks and an aim.
//! Units are numbered from 0 in the caller's order; the rows of neighbours are in order, so that the order in which
//! links arrive cannot change a result.

use crate::base::{Message, Seed};
use crate::contiguity::{Neighbours, NoSuchRow};
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
    /// Exactly so many.
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
    /// Squared distance of the first bounded sum from its mean over the districts, as a share of it.
    pub balance: f64,
    /// Communities and street offices kept whole, where they are to be.
    pub wholeness: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { likeness: 1.0, pairwise: 0.05, compactness: 0.5, balance: 0.0, wholeness: 1.0 }
    }
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
    /// Units of locked districts, by any label: these districts are kept as they are, nothing enters or leaves.
    pub locked: Vec<Option<u32>>,
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
        let given = [self.places.len(), self.start.len(), self.rank.len()].into_iter().filter(|len| *len > 0);
        let fields = self.fields.iter().map(|f| f.values.len()).chain(given);
        if let Some(got) = lengths.chain(fields).find(|len| *len != units) {
            return Err(GroupingError::Length { got, units });
        }
        let named = self.bounds.iter().map(|b| b.field).chain(self.similar.iter().copied());
        if let Some(field) = named.into_iter().find(|f| *f >= self.fields.len()) {
            return Err(GroupingError::UnknownField { field, fields: self.fields.len() });
        }
        self.bounds.iter().try_for_each(|bound| self.check_bound(bound))?;
        let Weights { likeness, pairwise, compactness, balance, wholeness } = self.weights;
        let weights = [likeness, pairwise, compactness, balance, wholeness];
        if let Some(weight) = weights.into_iter().find(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(GroupingError::BadWeight { weight });
        }
        let eligible = self.eligible.iter().filter(|e| **e).count();
        match self.aim {
            Aim::Exactly(0) => Err(GroupingError::NoDistricts),
            Aim::Exactly(count) if count > eligible => Err(GroupingError::TooManyDistricts { count, eligible }),
            _ => Ok(()),
        }
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

/// Why nothing can be grouped at all. Units that do not fit the bounds are no error; they are left over with reasons.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GroupingError {
    /// A minimum above its maximum.
    #[error("{field}: minimum {min} is above maximum {max}")]
    Contradiction {
        /// Field name.
        field: String,
        /// Minimum.
        min: f64,
        /// Maximum.
        max: f64,
    },
    /// A bound that is negative or not a number.
    #[error("{field}: {bound} cannot be a bound")]
    BadBound {
        /// Field name.
        field: String,
        /// The bound.
        bound: f64,
    },
    /// A unit's value in a bounded field is negative or not a number.
    #[error("{field}: unit {unit} has {value}")]
    BadValue {
        /// Field name.
        field: String,
        /// Row of the unit.
        unit: usize,
        /// The value.
        value: f64,
    },
    /// More districts wanted than there are units.
    #[error("{count} districts from {eligible} units")]
    TooManyDistricts {
        /// Districts wanted.
        count: usize,
        /// Units that may be grouped.
        eligible: usize,
    },
    /// No districts wanted.
    #[error("0 districts")]
    NoDistricts,
    /// A weight that is negative or not a number.
    #[error("{weight} cannot be a weight")]
    BadWeight {
        /// The weight.
        weight: f64,
    },
    /// A link names a unit that is not there.
    #[error("unit {unit} of {units}")]
    UnknownUnit {
        /// The unit named.
        unit: usize,
        /// Count of units.
        units: usize,
    },
    /// A bound or the likeness names a field that is not there.
    #[error("field {field} of {fields}")]
    UnknownField {
        /// The field named.
        field: usize,
        /// Count of fields.
        fields: usize,
    },
    /// A vector of the wrong length.
    #[error("{got} entries for {units} units")]
    Length {
        /// Entries found.
        got: usize,
        /// Count of units.
        units: usize,
    },
}

impl From<NoSuchRow> for GroupingError {
    fn from(NoSuchRow { row, count }: NoSuchRow) -> Self {
        Self::UnknownUnit { unit: row, units: count }
    }
}

impl GroupingError {
    /// The error in the user's words.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Contradiction { field, min, max } => {
                Message::new("grouping.error-contradiction").text("field", field).number("min", *min, 0).number("max", *max, 0)
            }
            Self::BadBound { field, bound } => {
                Message::new("grouping.error-bound").text("field", field).number("bound", *bound, 2)
            }
            Self::BadValue { field, unit, value } => {
                Message::new("grouping.error-value").text("field", field).count("row", unit + 1).number("value", *value, 2)
            }
            Self::TooManyDistricts { count, eligible } => {
                Message::new("grouping.error-too-many").count("count", *count).count("eligible", *eligible)
            }
            Self::BadWeight { weight } => Message::new("grouping.error-weight").number("weight", *weight, 2),
            Self::NoDistricts => Message::new("grouping.error-none"),
            Self::UnknownUnit { unit, units } => Message::new("grouping.error-unit").count("unit", *unit).count("units", *units),
            Self::UnknownField { field, fields } => {
                Message::new("grouping.error-field").count("field", *field).count("fields", *fields)
            }
            Self::Length { got, units } => Message::new("grouping.error-length").count("got", *got).count("units", *units),
        }
    }
}
