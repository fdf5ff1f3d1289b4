//! Milestones of districts against the days on which they are due (R24, R25). What is unfinished is measured by the date of the
//! plan's data, never by a clock: without such a date, or before the due day, what is open is only open.

use crate::base::{Day, DistrictId, ItemId, Message};
use crate::model::{Content, Milestone, Progress, Timing};
use crate::policy::{ItemClass, Pack};
use crate::screening::pack_of;

/// How a milestone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Done in time, or in a district without a year.
    Done,
    /// Planned in time.
    Planned,
    /// Nobody said anything, and nothing is due yet.
    Open,
    /// Done after it was due.
    DoneLate,
    /// Planned for after it is due.
    PlannedLate,
    /// Not done, though it was due when the plan's data were taken.
    Overdue,
}

impl Standing {
    /// Whether it breaks the rule.
    #[must_use]
    pub const fn is_late(self) -> bool {
        matches!(self, Self::DoneLate | Self::PlannedLate | Self::Overdue)
    }

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Planned => "planned",
            Self::Open => "open",
            Self::DoneLate => "done_late",
            Self::PlannedLate => "planned_late",
            Self::Overdue => "overdue",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Done => Message::new("coordination.standing-done"),
            Self::Planned => Message::new("coordination.standing-planned"),
            Self::Open => Message::new("coordination.standing-open"),
            Self::DoneLate => Message::new("coordination.standing-done-late"),
            Self::PlannedLate => Message::new("coordination.standing-planned-late"),
            Self::Overdue => Message::new("coordination.standing-overdue"),
        }
    }
}

/// A milestone of a district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MilestoneRow {
    /// Which.
    pub milestone: Milestone,
    /// What was said of it.
    pub progress: Option<Progress>,
    /// When it is due; `None` in a district without a year.
    pub due: Option<Day>,
    /// How it stands.
    pub standing: Standing,
}

/// The day on which a milestone of a year is due by a pack.
#[must_use]
pub fn due(pack: &Pack, milestone: Milestone, year: i32) -> Option<Day> {
    let (month, day) = if milestone.is_preparation() { pack.milestone_month_day } else { pack.completion_month_day };
    Day::new(year, month, day)
}

fn standing(progress: Option<Progress>, due: Option<Day>, data: Option<Day>) -> Standing {
    let is_due = due.zip(data).is_some_and(|(due, data)| data > due);
    let after = |day: Day| due.is_some_and(|due| day > due);
    match progress {
        Some(Progress::Done(day)) if after(day) => Standing::DoneLate,
        Some(Progress::Done(_)) => Standing::Done,
        Some(Progress::Planned(day)) if after(day) => Standing::PlannedLate,
        _ if is_due => Standing::Overdue,
        Some(Progress::Planned(_)) => Standing::Planned,
        None => Standing::Open,
    }
}

/// The milestones of a district, in order.
#[must_use]
pub fn milestones_of(content: &Content, district: DistrictId) -> Vec<MilestoneRow> {
    let Some(held) = content.districts.get(&district) else { return Vec::new() };
    let (pack, data) = (pack_of(content), content.data_date.as_deref().and_then(Day::parse));
    let row = |milestone: Milestone| {
        let progress = held.milestones.get(&milestone).copied();
        let due = held.year.and_then(|year| due(pack, milestone, year));
        MilestoneRow { milestone, progress, due, standing: standing(progress, due, data) }
    };
    Milestone::ALL.into_iter().map(row).collect()
}

/// A main item that is to end after its year (R25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndsLate {
    /// The item.
    pub item: ItemId,
    /// Its last day.
    pub last: Day,
    /// When it should be in use.
    pub due: Day,
}

/// Main items (基础类) whose last day comes after their year is to be done, in the order of their ids. `O(items)`.
#[must_use]
pub fn ends_late(content: &Content) -> Vec<EndsLate> {
    let pack = pack_of(content);
    let late = |(id, item): (&ItemId, &crate::model::Item)| {
        let Some(Timing::Days(_, last)) = item.timing else { return None };
        let is_main = content.catalogue.get(&item.code).is_some_and(|entry| entry.class == ItemClass::Basic);
        let due = due(pack, Milestone::InUse, content.item_year(item)?)?;
        (is_main && last > due).then_some(EndsLate { item: *id, last, due })
    };
    content.items.iter().filter_map(late).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_milestone_stands_by_its_day_and_the_date_of_the_data() {
        let day = |text: &str| Day::parse(text).unwrap();
        let (due, before, after) = (day("2024-05-31"), day("2024-05-31"), day("2024-06-01"));
        let stands = |progress, data: Option<Day>| standing(progress, Some(due), data);
        // On the day itself is in time, the day after is late; the same of the data.
        assert_eq!(stands(Some(Progress::Done(before)), None), Standing::Done);
        assert_eq!(stands(Some(Progress::Done(after)), None), Standing::DoneLate);
        assert_eq!(stands(Some(Progress::Planned(before)), None), Standing::Planned);
        assert_eq!(stands(Some(Progress::Planned(after)), None), Standing::PlannedLate);
        assert_eq!(stands(None, Some(before)), Standing::Open);
        assert_eq!(stands(None, Some(after)), Standing::Overdue);
        assert_eq!(stands(Some(Progress::Planned(before)), Some(after)), Standing::Overdue);
        assert_eq!(stands(Some(Progress::Done(before)), Some(after)), Standing::Done);
        assert_eq!(stands(None, None), Standing::Open);
        assert_eq!(standing(Some(Progress::Done(after)), None, Some(after)), Standing::Done);
    }

    #[test]
    fn the_days_are_those_of_the_pack() {
        let pack = crate::policy::default_pack();
        let (mut six, mut last) = (Vec::new(), Vec::new());
        for milestone in Milestone::ALL {
            let day = due(pack, milestone, 2024).unwrap().to_string();
            if milestone.is_preparation() { six.push(day) } else { last.push(day) }
        }
        assert!(six.len() == 6 && six.iter().all(|day| day == "2024-05-31"));
        assert_eq!(last, ["2024-12-31"]);
    }
}
