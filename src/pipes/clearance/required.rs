//! The row for sewage and rain pipes of GB 50289-2016 §4.1.9, m, as it is quoted; other rows have no source and are not here.

use crate::base::Message;
use crate::model::Pipe;
use crate::pipes::survey::said_of;
use crate::policy::PipeClass;

/// No pipe of a compound or its street is wider, mm: what a missing diameter is taken for when it is asked whether two things can
/// be too near at all.
pub(super) const MOST_DIAMETER_MM: f64 = 2_000.0;

/// Columns of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Against {
    /// 建筑物.
    Building,
    /// 给水.
    Water,
    /// 燃气.
    Gas,
    /// 通信.
    Telecom,
    /// 电力.
    Power,
}

impl Against {
    /// Every column.
    pub const ALL: [Self; 5] = [Self::Building, Self::Water, Self::Gas, Self::Telecom, Self::Power];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Water => "water",
            Self::Gas => "gas",
            Self::Telecom => "telecom",
            Self::Power => "power",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Building => Message::new("pipes.against-building"),
            Self::Water => Message::new("pipes.class-water"),
            Self::Gas => Message::new("pipes.class-gas"),
            Self::Telecom => Message::new("pipes.class-telecom"),
            Self::Power => Message::new("pipes.class-power"),
        }
    }
}

/// Attributes without which nothing can pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lacking {
    /// Diameter of the sewage or rain pipe.
    OwnDiameter,
    /// Diameter of the other.
    TheirDiameter,
    /// Pressure of the gas pipe.
    Pressure,
}

impl Lacking {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OwnDiameter => "own_diameter",
            Self::TheirDiameter => "their_diameter",
            Self::Pressure => "pressure",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::OwnDiameter => Message::new("pipes.lacks-own-diameter"),
            Self::TheirDiameter => Message::new("pipes.lacks-their-diameter"),
            Self::Pressure => Message::new("pipes.lacks-pressure"),
        }
    }
}

/// What the table asks of a pair.
pub(super) struct Required {
    pub(super) against: Against,
    pub(super) metres: f64,
    pub(super) lacking: Vec<Lacking>,
}

/// Beyond this from a pipe nothing can be too near, m.
pub(super) fn farthest_m() -> f64 {
    2.5 + MOST_DIAMETER_MM / 1_000.0
}

impl Required {
    pub(super) fn building() -> Self {
        Self { against: Against::Building, metres: 2.5, lacking: Vec::new() }
    }

    /// Beside another pipe; `None` where the row says nothing.
    pub(super) fn beside(other: &Pipe) -> Option<Self> {
        let plain = |against, metres| Some(Self { against, metres, lacking: Vec::new() });
        match other.class {
            PipeClass::Water => Some(match other.diameter_mm.filter(|mm| mm.is_finite() && *mm > 0.0) {
                Some(mm) => Self { against: Against::Water, metres: if mm <= 200.0 { 1.0 } else { 1.5 }, lacking: Vec::new() },
                None => Self { against: Against::Water, metres: 1.5, lacking: vec![Lacking::TheirDiameter] },
            }),
            PipeClass::Gas => Some(match pressure_m(other) {
                Some(metres) => Self { against: Against::Gas, metres, lacking: Vec::new() },
                None => Self { against: Against::Gas, metres: 2.0, lacking: vec![Lacking::Pressure] },
            }),
            PipeClass::Telecom => plain(Against::Telecom, 1.0),
            PipeClass::Power => plain(Against::Power, 0.5),
            PipeClass::Drainage | PipeClass::Heat | PipeClass::Industrial | PipeClass::Other | PipeClass::Unknown => None,
        }
    }
}

/// By the pressure as the survey writes it: 低压, 中压 (A, B), 次高压A, 次高压B. Anything else is not known.
fn pressure_m(pipe: &Pipe) -> Option<f64> {
    let said = said_of(pipe, &["压力等级", "压力级别", "压力", "压力类型", "ylj", "yl", "pressure", "pressureclass"])?;
    let said: String = said.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    match said.trim_end_matches('管') {
        "低压" | "LOW" => Some(1.0),
        "中压" | "中压A" | "中压B" | "MEDIUM" => Some(1.2),
        "次高压B" => Some(1.5),
        "次高压A" => Some(2.0),
        _ => None,
    }
}
