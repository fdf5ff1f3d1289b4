//! A district (片区). Which compounds it holds is the plan's assignment, not the district's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Satisfaction;
use super::mark::{DistrictMark, MARK_NO, MARK_YES};
use super::schedule::{Milestone, Progress};

/// A district of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// Number shown everywhere, 1 and up, unique in the plan.
    pub number: u32,
    /// Name; may be empty.
    pub name: String,
    /// A locked district refuses compounds coming and going.
    pub locked: bool,
    /// A locked district that compounds may enter all the same; nothing leaves it.
    pub admits: bool,
    /// The one main year of its works (R13).
    pub year: Option<i32>,
    /// 实施主体 (R44); empty until given.
    pub implementer: String,
    /// Free note.
    pub note: String,
    /// What is decided of it as a project; what is not in here is open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<DistrictMark, String>,
    /// How far the milestones of its year are; what is not in here is open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub milestones: BTreeMap<Milestone, Progress>,
    /// 满意度 before and after its works (R34).
    #[serde(default, skip_serializing_if = "Satisfaction::is_unknown")]
    pub satisfaction: Satisfaction,
}

impl District {
    /// A new district of that number, nothing else decided.
    #[must_use]
    pub fn numbered(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    /// What a mark of yes or no says; `None` is open.
    #[must_use]
    pub fn decided(&self, mark: DistrictMark) -> Option<bool> {
        match self.marks.get(&mark).map(String::as_str) {
            Some(MARK_YES) => Some(true),
            Some(MARK_NO) => Some(false),
            _ => None,
        }
    }

    /// The same with a mark decided, or open again.
    #[must_use]
    pub fn marked(mut self, mark: DistrictMark, decision: Option<&str>) -> Self {
        match decision.map(str::trim).filter(|text| !text.is_empty()) {
            // One line: files keep one mark a line.
            Some(text) => drop(self.marks.insert(mark, text.replace(['\n', '\r'], " "))),
            None => drop(self.marks.remove(&mark)),
        }
        self
    }

    /// The same with a milestone planned or done, or open again.
    #[must_use]
    pub fn reached(mut self, milestone: Milestone, progress: Option<Progress>) -> Self {
        match progress {
            Some(progress) => drop(self.milestones.insert(milestone, progress)),
            None => drop(self.milestones.remove(&milestone)),
        }
        self
    }

    /// Number in at least two digits, and the name when there is one that is not the number.
    #[must_use]
    pub fn label(&self) -> String {
        if self.name.is_empty() || self.name == self.number.to_string() {
            format!("{:02}", self.number)
        } else {
            format!("{:02} {}", self.number, self.name)
        }
    }
}
