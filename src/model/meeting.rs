//! The meeting that judges a version of a plan (联合会商, R30): its minutes, what each unit says of each district, the seal that
//! makes the version read-only, and the versions from which a plan was branched.
//!
//! Dates are those that people give; nothing here knows a clock.

use serde::{Deserialize, Serialize};

use super::{Content, Ruling};
use crate::base::Message;

/// The minutes of a meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// What it is called; may be empty.
    pub title: String,
    /// Where it was held; may be empty.
    pub place: String,
    /// Units that were present.
    pub units: Vec<String>,
    /// Whether the version was accepted; open without.
    pub accepted: Option<bool>,
    /// What else was said; may be empty.
    pub note: String,
    /// What makes the version read-only; the minutes can be edited without.
    pub seal: Option<Seal>,
}

/// The mark of a frozen version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Hash of the plan that was judged, as exported files tell it.
    pub plan_hash: String,
    /// Hash over the plan, the minutes, the opinions and the comments.
    pub digest: String,
    /// Version of the program that sealed it; another one may count otherwise.
    pub program: String,
}

/// Names an opinion: a district by its number, and who says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpinionKey {
    /// Number of the district.
    pub district: u32,
    /// The unit; never empty.
    pub unit: String,
}

/// What a unit says of a district.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// In a word.
    pub stance: Stance,
    /// In words; may be empty.
    pub text: String,
    /// Person or department that sees to it; may be empty.
    pub responsible: String,
    /// Whether the meeting follows it; open without.
    pub ruling: Option<Ruling>,
    /// Who signed; may be empty.
    pub signed: String,
    /// The day, as written; may be empty.
    pub date: String,
    /// Hash of the plan that was judged; empty when it is not told.
    pub plan_hash: String,
    /// Digest of the district in that plan; empty when it is not told.
    pub state: String,
    /// Name of the file that brought it; empty by hand.
    pub file: String,
}

/// An opinion in a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// 同意.
    Agreed,
    /// 有条件同意.
    Conditions,
    /// 不同意.
    Refused,
    /// 不涉及: no opinion.
    #[default]
    NoOpinion,
}

impl Stance {
    /// Every stance, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Agreed, Self::Conditions, Self::Refused, Self::NoOpinion];

    /// The stable name used in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Conditions => "conditions",
            Self::Refused => "refused",
            Self::NoOpinion => "no_opinion",
        }
    }

    /// The stance with this [`Stance::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stance| stance.code() == code)
    }

    /// Key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Agreed => "export.opinion-yes",
            Self::Conditions => "export.opinion-condition",
            Self::Refused => "export.opinion-no",
            Self::NoOpinion => "export.opinion-none",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        Message::new(self.key())
    }
}

/// A version from which a plan was branched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ancestor {
    /// The day of its meeting.
    pub date: String,
    /// What the meeting was called; may be empty.
    pub title: String,
    /// Hash of the plan that was judged.
    pub plan_hash: String,
    /// Its file, as the way there from the folder of the branch, with `/` between folders.
    pub file: String,
}

impl Content {
    /// The seal of a frozen version.
    #[must_use]
    pub fn seal(&self) -> Option<&Seal> {
        self.meeting.as_ref()?.seal.as_ref()
    }

    /// Whether the version is frozen: nothing changes it any more.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.seal().is_some()
    }

    /// A new plan that goes on from a frozen version and remembers it; `file` is the way to it. Comments and opinions stay, for
    /// they are what there is to be done; the minutes are those of the version. `None` where the plan is not frozen.
    #[must_use]
    pub fn branch(&self, file: &str) -> Option<Self> {
        let meeting = self.meeting.as_ref()?;
        let seal = meeting.seal.as_ref()?;
        let mut branch = self.clone();
        branch.meeting = None;
        branch.lineage.push(Ancestor {
            date: meeting.date.clone(),
            title: meeting.title.clone(),
            plan_hash: seal.plan_hash.clone(),
            file: file.to_owned(),
        });
        Some(branch)
    }
}

/// Whether a text is a day, `YYYY-MM-DD`, that the calendar has.
#[must_use]
pub fn is_day(text: &str) -> bool {
    let shape = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DistrictId;
    use crate::model::{District, Edit, EditError, History, Plan};

    fn sealed() -> Meeting {
        let seal = Seal { plan_hash: "ab".to_owned(), digest: "cd".to_owned(), program: "0".to_owned() };
        Meeting { date: "2026-06-01".to_owned(), seal: Some(seal), ..Meeting::default() }
    }

    fn label() -> Message {
        Message::new("session.edit-district")
    }

    #[test]
    fn a_frozen_plan_refuses_every_edit_undo_and_redo() {
        let (mut plan, mut history) = (Plan::default(), History::default());
        let put = |number: u32| Edit::PutDistrict(DistrictId(number), Some(District::numbered(number)));
        history.commit(&mut plan, label(), put(1)).unwrap();
        history.commit(&mut plan, label(), put(2)).unwrap();
        history.undo(&mut plan).unwrap();
        history.commit(&mut plan, label(), Edit::SetMeeting(Some(Box::new(sealed())))).unwrap();
        let frozen = plan.clone();
        for edit in [put(3), Edit::SetMeeting(None), Edit::Group(Vec::new())] {
            assert_eq!(history.commit(&mut plan, label(), edit).unwrap_err(), EditError::Frozen);
        }
        assert_eq!(history.undo(&mut plan).unwrap_err(), EditError::Frozen);
        assert!(history.redo(&mut plan).unwrap().is_none());
        assert_eq!(plan, frozen);
    }

    #[test]
    fn a_branch_is_editable_and_knows_its_version() {
        let mut content = Content { meeting: Some(sealed()), ..Content::default() };
        content.opinions.insert(
            OpinionKey { district: 1, unit: "热力公司".to_owned() },
            Opinion { stance: Stance::Conditions, ..Opinion::default() },
        );
        let branch = content.branch("frozen.gpkg").unwrap();
        assert!(!branch.is_frozen() && branch.meeting.is_none() && branch.opinions == content.opinions);
        assert_eq!((branch.lineage[0].plan_hash.as_str(), branch.lineage[0].file.as_str()), ("ab", "frozen.gpkg"));
        assert_eq!(branch.branch("again.gpkg"), None, "only frozen versions are branched");
        let (mut plan, mut history) = (Plan::new(branch), History::default());
        history.commit(&mut plan, label(), Edit::SetTitle("b".to_owned(), None)).unwrap();
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for day in ["2026-06-01", "2024-02-29", "2000-02-29"] {
            assert!(is_day(day), "{day}");
        }
        for none in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-6-1", "今天", "2026-06-31", "1900-02-29", "2026-06-0a"] {
            assert!(!is_day(none), "{none}");
        }
    }
}
