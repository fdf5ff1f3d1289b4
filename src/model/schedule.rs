//! When things are done: the milestones of a district's year (R24, R25), and the half-year or the days of an item (R26).
//! Nothing is planned until somebody says so.

use serde::{Deserialize, Serialize};

use crate::base::{Day, Message};

/// What a district has behind it before its works begin, and when they are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// 立项.
    Approval,
    /// 可研.
    Feasibility,
    /// 初设.
    PreliminaryDesign,
    /// 施工图设计.
    WorkingDrawings,
    /// 工程招标.
    Tender,
    /// 开工报告.
    StartReport,
    /// 完成主要改造任务并投入使用 (R25).
    InUse,
}

impl Milestone {
    /// Every milestone, in order.
    pub const ALL: [Self; 7] = [
        Self::Approval,
        Self::Feasibility,
        Self::PreliminaryDesign,
        Self::WorkingDrawings,
        Self::Tender,
        Self::StartReport,
        Self::InUse,
    ];

    /// Whether it is one of the preparations (前期工作) that are due early in the year.
    #[must_use]
    pub const fn is_preparation(self) -> bool {
        !matches!(self, Self::InUse)
    }

    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        if self.is_preparation() { "R24" } else { "R25" }
    }

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Feasibility => "feasibility",
            Self::PreliminaryDesign => "preliminary_design",
            Self::WorkingDrawings => "working_drawings",
            Self::Tender => "tender",
            Self::StartReport => "start_report",
            Self::InUse => "in_use",
        }
    }

    /// The one with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Approval => Message::new("model.milestone-approval"),
            Self::Feasibility => Message::new("model.milestone-feasibility"),
            Self::PreliminaryDesign => Message::new("model.milestone-preliminary-design"),
            Self::WorkingDrawings => Message::new("model.milestone-working-drawings"),
            Self::Tender => Message::new("model.milestone-tender"),
            Self::StartReport => Message::new("model.milestone-start-report"),
            Self::InUse => Message::new("model.milestone-in-use"),
        }
    }
}

/// How far a milestone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// To be done by that day.
    Planned(Day),
    /// Done on that day.
    Done(Day),
}

impl Progress {
    /// The day.
    #[must_use]
    pub const fn day(self) -> Day {
        match self {
            Self::Planned(day) | Self::Done(day) => day,
        }
    }

    /// Whether it is done.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// As files write it: `planned 2024-05-20`.
    #[must_use]
    pub fn code(self) -> String {
        let word = if self.is_done() { "done" } else { "planned" };
        format!("{word} {}", self.day())
    }

    /// The reverse of [`Progress::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let (word, day) = code.split_once(' ')?;
        match word {
            "planned" => Some(Self::Planned(Day::parse(day)?)),
            "done" => Some(Self::Done(Day::parse(day)?)),
            _ => None,
        }
    }

    /// For people.
    #[must_use]
    pub fn message(self) -> Message {
        let message = if self.is_done() { Message::new("model.progress-done") } else { Message::new("model.progress-planned") };
        message.text("day", self.day().to_string())
    }
}

/// When within its year an item is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// 上半年.
    FirstHalf,
    /// 下半年.
    SecondHalf,
    /// From the first day to the last.
    Days(Day, Day),
}

impl Timing {
    /// From one day to another; `None` when the first comes after the last.
    #[must_use]
    pub fn days(first: Day, last: Day) -> Option<Self> {
        (first <= last).then_some(Self::Days(first, last))
    }

    /// As files write it: `first_half`, `second_half`, or both days as `2024-04-01/2024-06-30`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::FirstHalf => "first_half".to_owned(),
            Self::SecondHalf => "second_half".to_owned(),
            Self::Days(first, last) => format!("{first}/{last}"),
        }
    }

    /// The reverse of [`Timing::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "first_half" => Some(Self::FirstHalf),
            "second_half" => Some(Self::SecondHalf),
            days => {
                let (first, last) = days.split_once('/')?;
                Self::days(Day::parse(first)?, Day::parse(last)?)
            }
        }
    }

    /// For people.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::FirstHalf => Message::new("model.timing-first-half"),
            Self::SecondHalf => Message::new("model.timing-second-half"),
            Self::Days(first, last) => {
                Message::new("model.timing-days").text("first", first.to_string()).text("last", last.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        let day = |text| Day::parse(text).unwrap();
        for milestone in Milestone::ALL {
            assert_eq!(Milestone::from_code(milestone.code()), Some(milestone));
        }
        for progress in [Progress::Planned(day("2024-05-31")), Progress::Done(day("2024-02-29"))] {
            assert_eq!(Progress::from_code(&progress.code()), Some(progress));
        }
        let days = Timing::days(day("2024-04-01"), day("2024-06-30")).unwrap();
        for timing in [Timing::FirstHalf, Timing::SecondHalf, days] {
            assert_eq!(Timing::from_code(&timing.code()), Some(timing));
        }
        assert_eq!(Timing::from_code("2024-06-30/2024-04-01"), None);
        assert_eq!(Progress::from_code("done"), None);
        assert_eq!(Milestone::ALL.iter().filter(|one| one.is_preparation()).count(), 6);
    }
}
