//! 责任单位 and 改后移交 of a pipe (R27), from who owns it and what class it is.

use crate::base::Message;
use crate::policy::{Ownership, PipeClass};

/// Who renovates a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResponsibleUnit {
    /// 专营单位.
    Utility,
    /// 项目实施主体.
    Project,
    /// 产权单位, for networks that no utility runs.
    Owner,
    /// 待核.
    ToCheck,
}

/// What happens to a pipe after its renovation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handover {
    /// It stays with its owner.
    None,
    /// 改造后依照法定程序移交给专营单位.
    ToUtility,
    /// 待核.
    ToCheck,
}

/// The two derived columns of R27.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Responsibility {
    /// 责任单位.
    pub unit: ResponsibleUnit,
    /// 改后移交.
    pub handover: Handover,
}

impl ResponsibleUnit {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Utility => "utility",
            Self::Project => "project",
            Self::Owner => "owner",
            Self::ToCheck => "to_check",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Utility => Message::new("coordination.unit-utility"),
            Self::Project => Message::new("coordination.unit-project"),
            Self::Owner => Message::new("coordination.unit-owner"),
            Self::ToCheck => Message::new("coordination.to-check"),
        }
    }
}

impl Handover {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ToUtility => "to_utility",
            Self::ToCheck => "to_check",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::None => Message::new("coordination.handover-none"),
            Self::ToUtility => Message::new("coordination.handover-to-utility"),
            Self::ToCheck => Message::new("coordination.to-check"),
        }
    }
}

/// R27: “改造前产权属于专营单位的，由专营单位负责改造；产权不属于专营单位的，改造后依照法定程序移交给专营单位”.
///
/// The clause names water, power, gas, heat, telecommunication and cable television “等”. Drainage is not named, so
/// whether somebody takes it over is left to check; industrial pipes stay with their owner; what kind of network
/// is unknown cannot be answered. An unknown owner is never read as either.
#[must_use]
pub const fn responsibility(ownership: Ownership, class: PipeClass) -> Responsibility {
    use PipeClass::{Drainage, Gas, Heat, Industrial, Other, Power, Telecom, Unknown, Water};
    let (unit, handover) = match (ownership, class) {
        (Ownership::Utility, _) => (ResponsibleUnit::Utility, Handover::None),
        (Ownership::NotUtility, Water | Gas | Heat | Power | Telecom) => (ResponsibleUnit::Project, Handover::ToUtility),
        (Ownership::NotUtility, Drainage) => (ResponsibleUnit::Project, Handover::ToCheck),
        (Ownership::NotUtility, Industrial) => (ResponsibleUnit::Owner, Handover::None),
        (Ownership::NotUtility, Other | Unknown) | (Ownership::Unknown, _) => (ResponsibleUnit::ToCheck, Handover::ToCheck),
    };
    Responsibility { unit, handover }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_table() {
        for class in PipeClass::ALL {
            let of = |ownership| {
                let r = responsibility(ownership, class);
                (r.unit.code(), r.handover.code())
            };
            assert_eq!(of(Ownership::Utility), ("utility", "none"), "{class:?}");
            assert_eq!(of(Ownership::Unknown), ("to_check", "to_check"), "{class:?}");
            let expected = match class.letters() {
                "JS" | "RQ" | "RL" | "DL" | "TX" => ("project", "to_utility"),
                "PS" => ("project", "to_check"),
                "GY" => ("owner", "none"),
                _ => ("to_check", "to_check"),
            };
            assert_eq!(of(Ownership::NotUtility), expected, "{class:?}");
        }
    }
}
