//! Opinions of units on districts: matched with a plan when they come back, given by hand, and how they stand to the plan.

use std::collections::BTreeMap;
use std::path::Path;

use super::comments::{Standing, standing_of};
use super::dispatch::commit;
use super::{Effect, State};
use crate::base::Message;
use crate::export::{district_states, states_of};
use crate::import::{FaultyOpinion, FileOpinions};
use crate::model::{Content, Edit, Opinion, OpinionKey, Subject};

/// What becomes of the opinions of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakenOpinions {
    /// Those that say something new.
    pub set: BTreeMap<OpinionKey, Opinion>,
    /// Those that the plan has already.
    pub unchanged: usize,
    /// Those of an earlier day than what the plan has; the later one stays.
    pub older: usize,
    /// Cells that say nothing.
    pub silent: usize,
    /// Cells that cannot be read.
    pub faulty: Vec<FaultyOpinion>,
    /// Those of districts that the plan does not have; not taken.
    pub unmatched: Vec<FaultyOpinion>,
    /// How the new ones stand to the plan.
    pub standings: BTreeMap<OpinionKey, Standing>,
}

impl TakenOpinions {
    /// Cells in all.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.set.len() + self.unchanged + self.older + self.silent + self.faulty.len() + self.unmatched.len()
    }

    /// New ones about districts that have changed since.
    #[must_use]
    pub fn changed(&self) -> usize {
        let changed = |standing: &&Standing| matches!(standing, Standing::Changed | Standing::PlanChanged);
        self.standings.values().filter(changed).count()
    }

    /// What became of the cells.
    #[must_use]
    pub fn message(&self, file: &str) -> Message {
        let told = Message::new("meeting.read").text("file", file).count("taken", self.set.len());
        let told = told.count("unchanged", self.unchanged).count("silent", self.silent);
        if self.changed() + self.older + self.faulty.len() + self.unmatched.len() == 0 {
            return told;
        }
        let place = |one: &FaultyOpinion| format!("{}: {} {}", one.line, one.unit, one.written);
        let places: Vec<String> = self.unmatched.iter().chain(&self.faulty).take(6).map(place).collect();
        Message::new("meeting.read-but")
            .nested("what", told)
            .count("changed", self.changed())
            .count("older", self.older)
            .count("unmatched", self.unmatched.len() + self.faulty.len())
            .text("places", if places.is_empty() { "–".to_owned() } else { places.join("; ") })
    }
}

/// How opinions stand to the plan: whether their districts are what was judged.
#[must_use]
pub fn opinion_standings<'a>(
    content: &Content,
    opinions: impl Iterator<Item = (&'a OpinionKey, &'a Opinion)>,
) -> BTreeMap<OpinionKey, Standing> {
    let opinions: Vec<(&OpinionKey, Subject, &Opinion)> =
        opinions.map(|(key, opinion)| (key, Subject::District(key.district), opinion)).collect();
    let states = states_of(content, &opinions.iter().map(|(_, subject, _)| subject).collect());
    let mut hash = None;
    let one = |(key, subject, opinion): &(&OpinionKey, Subject, &Opinion)| {
        let state = states.get(subject).map(String::as_str);
        ((*key).clone(), standing_of(content, state, [&opinion.state, &opinion.plan_hash], &mut hash))
    };
    opinions.iter().map(one).collect()
}

/// Whether a day is before another; unless both are told, it is not.
fn is_before(day: &str, other: &str) -> bool {
    crate::model::is_day(day) && crate::model::is_day(other) && day < other
}

/// Matches the opinions of a file with a plan: by the number of the district and the name of the unit. What the file does not
/// say of an opinion (words, who sees to it, whether the meeting follows it) stays.
#[must_use]
pub fn taken_opinions(content: &Content, read: &FileOpinions, file: &Path) -> TakenOpinions {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let states = district_states(content);
    let mut found = TakenOpinions { silent: read.silent, faulty: read.faulty.clone(), ..TakenOpinions::default() };
    for row in &read.opinions {
        let (key, told) = (&row.key, &row.opinion);
        let Some(state) = states.get(&key.district) else {
            let (unit, written) = (key.unit.clone(), key.district.to_string());
            found.unmatched.push(FaultyOpinion { line: row.line, unit, written });
            continue;
        };
        let mut said = Opinion { file: name.clone(), ..told.clone() };
        let held = found.set.get(key).or_else(|| content.opinions.get(key));
        if said.state.is_empty() && said.plan_hash.is_empty() {
            // A list or minutes of people at the table: it is the plan before them that they judge, unless it was taken before.
            let before = held.filter(|held| held.stance == said.stance && !is_before(&held.date, &said.date));
            said.state.clone_from(before.map_or(state, |held| &held.state));
        }
        if let Some(held) = held {
            if is_before(&said.date, &held.date) {
                found.older += 1;
                continue;
            }
            keep_unsaid(&mut said, held);
            if (Opinion { file: held.file.clone(), ..said.clone() }) == *held {
                found.unchanged += 1;
                continue;
            }
        }
        if found.set.insert(key.clone(), said).is_some() {
            // A later row of the file took the place of an earlier one, which is not lost from the count.
            found.older += 1;
        }
    }
    found.standings = opinion_standings(content, found.set.iter());
    found
}

/// What a file leaves open stays as it is held, as long as the stance is the same.
fn keep_unsaid(said: &mut Opinion, held: &Opinion) {
    if said.stance != held.stance {
        return;
    }
    for (said, held) in [
        (&mut said.text, &held.text),
        (&mut said.responsible, &held.responsible),
        (&mut said.signed, &held.signed),
        (&mut said.date, &held.date),
        (&mut said.plan_hash, &held.plan_hash),
    ] {
        if said.is_empty() {
            said.clone_from(held);
        }
    }
    said.ruling = said.ruling.or(held.ruling);
}

/// Edits that put opinions into a plan.
#[must_use]
pub fn opinion_edits(set: BTreeMap<OpinionKey, Opinion>) -> Vec<Edit> {
    set.into_iter().map(|(key, opinion)| Edit::PutOpinion(key, Some(Box::new(opinion)))).collect()
}

/// Puts an opinion in place by hand, or takes it away. It is about the district as it is now.
pub(super) fn set(state: &mut State, key: &OpinionKey, opinion: Option<Opinion>) -> Vec<Effect> {
    let key = OpinionKey { unit: key.unit.trim().to_owned(), district: key.district };
    if key.unit.is_empty() {
        return Vec::new();
    }
    let told = opinion.map(|opinion| {
        let state_now = district_states(&state.plan).remove(&key.district).unwrap_or_default();
        Opinion { state: state_now, ..opinion }
    });
    if state.plan.opinions.get(&key) == told.as_ref() {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-opinion"), Edit::PutOpinion(key, told.map(Box::new)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DistrictId;
    use crate::import::FileOpinion;
    use crate::model::{District, Ruling, Stance};

    fn said(stance: Stance, state: &str, date: &str) -> Opinion {
        Opinion { stance, date: date.to_owned(), state: state.to_owned(), ..Opinion::default() }
    }

    fn row(line: usize, district: u32, unit: &str, opinion: Opinion) -> FileOpinion {
        FileOpinion { line, key: OpinionKey { district, unit: unit.to_owned() }, opinion }
    }

    fn plan() -> Content {
        let mut content = Content::default();
        content.districts.insert(DistrictId(1), District::numbered(3));
        content.districts.insert(DistrictId(2), District::numbered(4));
        content
    }

    #[test]
    fn every_opinion_is_applied_once_and_says_what_has_changed() {
        let mut content = plan();
        let state = district_states(&content)[&3].clone();
        let read = FileOpinions {
            opinions: vec![
                row(2, 3, "热力", said(Stance::Agreed, &state, "2026-06-01")),
                row(2, 3, "消防", said(Stance::Refused, "other", "")),
                row(3, 4, "热力", said(Stance::Conditions, "", "")),
                row(4, 9, "热力", said(Stance::Agreed, &state, "")),
            ],
            silent: 2,
            faulty: Vec::new(),
        };
        let first = taken_opinions(&content, &read, Path::new("a.xlsx"));
        let standings: Vec<&str> = first.standings.values().map(|standing| standing.code()).collect();
        assert_eq!((first.set.len(), first.unmatched.len(), first.cells(), read.cells()), (3, 1, 6, 6));
        assert_eq!(standings, ["changed", "same", "same"]);
        content.opinions.extend(first.set);
        let again = taken_opinions(&content, &read, Path::new("b.xlsx"));
        assert_eq!((again.set.len(), again.unchanged), (0, 3), "each is applied once");
        // A district that changes leaves its opinions behind.
        content.districts.values_mut().for_each(|district| district.year = Some(2027));
        assert!(opinion_standings(&content, content.opinions.iter()).values().all(|standing| *standing == Standing::Changed));
    }

    #[test]
    fn an_earlier_sheet_does_not_undo_a_later_one_and_what_is_unsaid_stays() {
        let mut content = plan();
        let key = OpinionKey { district: 3, unit: "热力".to_owned() };
        let held =
            Opinion { text: "埋深".to_owned(), ruling: Some(Ruling::Accepted), ..said(Stance::Conditions, "s", "2026-06-02") };
        content.opinions.insert(key.clone(), held);
        let of = |stance, date: &str| FileOpinions {
            opinions: vec![row(2, 3, "热力", said(stance, "s", date))],
            ..FileOpinions::default()
        };
        let early = taken_opinions(&content, &of(Stance::Refused, "2026-05-30"), Path::new("a"));
        assert_eq!((early.set.len(), early.older), (0, 1));
        let later = taken_opinions(&content, &of(Stance::Conditions, "2026-06-03"), Path::new("a"));
        assert_eq!((later.set[&key].text.as_str(), later.set[&key].ruling), ("埋深", Some(Ruling::Accepted)));
        let other = taken_opinions(&content, &of(Stance::Agreed, "2026-06-03"), Path::new("a"));
        assert_eq!((other.set[&key].text.as_str(), other.set[&key].ruling), ("", None));
    }
}
