//! What makes a grouping problem contradict itself.

use crate::base::Message;
use crate::contiguity::NoSuchRow;

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
    /// More districts wanted than there are locked ones and units besides.
    #[error("{count} districts from {locked} locked ones and {eligible} units")]
    TooManyBesides {
        /// Districts wanted.
        count: usize,
        /// Locked districts.
        locked: usize,
        /// Units besides that may be grouped.
        eligible: usize,
    },
    /// The locked districts leave no district for the other units.
    #[error("{locked} locked districts of {count}")]
    LockedFill {
        /// Districts wanted.
        count: usize,
        /// Locked districts.
        locked: usize,
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
    /// A diameter that is negative or not a number.
    #[error("{max_m} m cannot be a diameter")]
    BadDiameter {
        /// The diameter, m.
        max_m: f64,
    },
    /// Two units are to be in one district and in two.
    #[error("units {a} and {b} together and apart")]
    Torn {
        /// Row of one.
        a: usize,
        /// Row of the other.
        b: usize,
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
            Self::TooManyBesides { count, locked, eligible } => Message::new("grouping.error-too-many-besides")
                .count("count", *count)
                .count("locked", *locked)
                .count("eligible", *eligible),
            Self::LockedFill { count, locked } => {
                Message::new("grouping.error-locked-fill").count("count", *count).count("locked", *locked)
            }
            Self::BadWeight { weight } => Message::new("grouping.error-weight").number("weight", *weight, 2),
            Self::BadDiameter { max_m } => Message::new("grouping.error-diameter").number("limit", *max_m, 2),
            Self::Torn { a, b } => Message::new("grouping.error-torn").count("a", a + 1).count("b", b + 1),
            Self::NoDistricts => Message::new("grouping.error-none"),
            Self::UnknownUnit { unit, units } => Message::new("grouping.error-unit").count("unit", *unit).count("units", *units),
            Self::UnknownField { field, fields } => {
                Message::new("grouping.error-field").count("field", *field).count("fields", *fields)
            }
            Self::Length { got, units } => Message::new("grouping.error-length").count("got", *got).count("units", *units),
        }
    }
}
