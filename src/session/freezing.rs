//! Freezing a version at its meeting, and going on from it: minutes, seal, branch.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::dispatch::commit;
use super::opinions::{opinion_edits, taken_opinions};
use super::{Dialog, Effect, Offer, State};
use crate::base::{DistrictId, Message};
use crate::command::Command;
use crate::export::{district_states, seal};
use crate::import::FileMinutes;
use crate::model::{Content, DistrictMark, Edit, Meeting, is_day};

/// Minutes as files keep them: units one a line and each once.
#[must_use]
pub fn tidied(meeting: Meeting) -> Meeting {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut units: Vec<String> = Vec::new();
    for unit in meeting.units.iter().map(|unit| one_line(unit)).filter(|unit| !unit.is_empty()) {
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    Meeting {
        date: meeting.date.trim().to_owned(),
        title: one_line(&meeting.title),
        place: one_line(&meeting.place),
        units,
        note: meeting.note.trim().to_owned(),
        ..meeting
    }
}

/// What freezes a plan with these minutes: opinions that tell no state are about the districts as they are, and the seal covers
/// them all.
///
/// # Errors
/// A sentence where the day is none, or the plan is frozen already.
pub fn freezing(content: &Content, minutes: Meeting) -> Result<Edit, Message> {
    let minutes = tidied(minutes);
    ready(content, &minutes.date)?;
    let mut judged = content.clone();
    let states = district_states(content);
    let mut edits = Vec::new();
    for (key, opinion) in &mut judged.opinions {
        let untold = opinion.state.is_empty() && opinion.plan_hash.is_empty();
        if let Some(state) = states.get(&key.district).filter(|_| untold) {
            opinion.state.clone_from(state);
            edits.push(Edit::PutOpinion(key.clone(), Some(Box::new(opinion.clone()))));
        }
    }
    let seal = Some(seal(&judged, &minutes));
    edits.push(Edit::SetMeeting(Some(Box::new(Meeting { seal, ..minutes }))));
    Ok(Edit::Group(edits))
}

/// Whether a plan can be frozen as of a day.
fn ready(content: &Content, date: &str) -> Result<(), Message> {
    if content.is_frozen() {
        return Err(Message::new("model.frozen"));
    }
    if is_day(date) { Ok(()) } else { Err(Message::new("meeting.no-day").text("date", date)) }
}

/// Districts without a management mode: frozen so, each carries a finding (R45).
#[must_use]
pub fn without_management(content: &Content) -> usize {
    let open = |id: &DistrictId| {
        content.districts.get(id).is_some_and(|district| !district.marks.contains_key(&DistrictMark::ManagementMode))
    };
    let housed: BTreeSet<DistrictId> = content.assignment.iter().flatten().copied().collect();
    housed.iter().filter(|id| open(id)).count()
}

/// Takes up the minutes of a file: what it tells of the meeting and what its opinions say. Gives the edits and what became of the
/// opinions.
#[must_use]
pub fn minutes_edits(
    content: &Content,
    read: &FileMinutes,
    file: &std::path::Path,
) -> (Meeting, Vec<Edit>, super::opinions::TakenOpinions) {
    let held = content.meeting.clone().unwrap_or_default();
    let or = |told: &str, held: String| if told.trim().is_empty() { held } else { told.to_owned() };
    let told = &read.meeting;
    let mut units = held.units;
    units.extend(told.units.iter().cloned());
    let meeting = tidied(Meeting {
        date: or(&told.date, held.date),
        title: or(&told.title, held.title),
        place: or(&told.place, held.place),
        units,
        accepted: told.accepted.or(held.accepted),
        note: or(&told.note, held.note),
        seal: None,
    });
    let taken = taken_opinions(content, &read.opinions, file);
    let edits = opinion_edits(taken.set.clone());
    (meeting, edits, taken)
}

/// Commands about meetings and versions; gives back any other.
pub(super) fn change_meeting(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::SetMeeting(meeting) => set_meeting(state, meeting.map(|meeting| *meeting)),
        Command::SetOpinion(key, opinion) => super::opinions::set(state, &key, opinion.map(|opinion| *opinion)),
        Command::AskMinutes => vec![Effect::AskMinutes],
        Command::ReadMinutes(path) => vec![Effect::ReadMinutes(path)],
        Command::AskFreeze => {
            ask_freeze(state);
            Vec::new()
        }
        Command::Freeze => freeze(state),
        Command::AskBranch => ask_branch(state),
        Command::BranchTo(path) => vec![Effect::Branch(path)],
        Command::CompareVersion => compare_version(state),
        other => return Err(other),
    };
    Ok(effects)
}

fn set_meeting(state: &mut State, meeting: Option<Meeting>) -> Vec<Effect> {
    let meeting = meeting.map(|meeting| Meeting { seal: None, ..tidied(meeting) });
    if meeting == state.plan.meeting {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-meeting"), Edit::SetMeeting(meeting.map(Box::new)))
}

/// What cannot be frozen is told before anybody is asked.
fn ask_freeze(state: &mut State) {
    match ready(&state.plan, state.plan.meeting.as_ref().map_or("", |meeting| meeting.date.trim())) {
        Ok(()) => state.view.dialog = Some(Dialog::Freeze),
        Err(why) => state.tell_failure(why),
    }
}

/// Has the plan sealed, with the minutes it has; the seal of a large plan takes a while.
fn freeze(state: &mut State) -> Vec<Effect> {
    state.view.dialog = None;
    match ready(&state.plan, state.plan.meeting.as_ref().map_or("", |meeting| meeting.date.trim())) {
        Ok(()) => vec![Effect::Seal],
        Err(why) => {
            state.tell_failure(why);
            Vec::new()
        }
    }
}

/// Freezes the plan with the seal that was counted for a revision of it, and saves it. A plan that was edited meanwhile is sealed
/// anew.
pub(super) fn sealed(state: &mut State, edit: Edit, revision: u64) -> Vec<Effect> {
    if revision != state.plan.revision() {
        return freeze(state);
    }
    let missing = without_management(&state.plan);
    let mut effects = commit(state, Message::new("session.edit-freeze"), edit);
    if !state.plan.is_frozen() {
        return effects;
    }
    let date = state.plan.meeting.as_ref().map(|meeting| meeting.date.clone()).unwrap_or_default();
    state.tell(Message::new("meeting.frozen").text("date", date));
    if missing > 0 {
        state.tell(Message::new("meeting.frozen-without-management").count("count", missing));
    }
    effects.push(state.path.clone().map_or(Effect::AskSaveAs, Effect::Save));
    effects
}

/// A branch is told where the frozen version lies, so that one is in its file first.
fn ask_branch(state: &mut State) -> Vec<Effect> {
    if !state.plan.is_frozen() {
        state.tell(Message::new("meeting.not-frozen"));
        return Vec::new();
    }
    if state.path.is_none() || state.is_dirty() {
        state.tell_offering(Message::new("meeting.save-first"), Offer { words: "command.save", command: Command::Save });
        return Vec::new();
    }
    vec![Effect::AskBranch]
}

/// Compares the districts with those of the version from which the plan was branched.
fn compare_version(state: &mut State) -> Vec<Effect> {
    match (&state.path, state.plan.lineage.is_empty()) {
        (Some(path), false) => vec![Effect::CompareVersion(path.clone())],
        (None, false) => {
            state.tell_offering(Message::new("meeting.save-plan-first"), Offer { words: "command.save", command: Command::Save });
            Vec::new()
        }
        (_, true) => {
            state.tell(Message::new("meeting.no-lineage"));
            Vec::new()
        }
    }
}

/// Takes minutes up that were read in the window, as one step.
pub(super) fn take_minutes(state: &mut State, file: &std::path::Path, read: &FileMinutes) -> Vec<Effect> {
    let (meeting, mut edits, taken) = minutes_edits(&state.plan, read, file);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    state.tell(taken.message(&name));
    if state.plan.meeting.as_ref() != Some(&meeting) && meeting != Meeting::default() {
        edits.push(Edit::SetMeeting(Some(Box::new(meeting))));
    }
    if edits.is_empty() {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-minutes"), Edit::Group(edits))
}

/// Whether a command sets out on work that ends in an edit: in a frozen version it is refused before it begins.
pub(super) fn leads_to_edits(command: &Command) -> bool {
    matches!(
        command,
        Command::AskLoad
            | Command::Load(_)
            | Command::LoadAnew(_)
            | Command::LoadChosen
            | Command::Reload
            | Command::Group(_)
            | Command::GoOn
            | Command::ProposeRepair
            | Command::TakeFix(_)
            | Command::AskMerge
            | Command::MergeWith { .. }
            | Command::AskComments
            | Command::ReadComments(_)
            | Command::AskMinutes
            | Command::ReadMinutes(_)
            | Command::AskPairs
            | Command::ReadPairs(_)
            | Command::AskFilled
            | Command::ReadFilled(_)
            | Command::AskPricesIn
            | Command::ReadPrices(_)
            | Command::DraftItems
            | Command::DraftFor(_)
            | Command::ProposeYears
            | Command::ProposePhase
    )
}

/// Says that the version is frozen, and offers to go on from it.
pub(super) fn refuse(state: &mut State) {
    let words = Message::new("session.edit-refused").nested("why", Message::new("model.frozen"));
    state.tell_offering(words, Offer { words: "command.branch", command: Command::AskBranch });
}

/// What a plan file says when a branch of it was written there.
pub(super) fn branched(state: &mut State, path: &std::path::Path) -> Vec<Effect> {
    state.tell(Message::new("meeting.branched").text("file", path.display().to_string()));
    vec![Effect::Open(PathBuf::from(path))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DistrictId;
    use crate::export::seal_digest;
    use crate::model::{District, Opinion, OpinionKey, Stance};
    use crate::session::{Answer, accept, dispatch};

    fn opinion() -> Opinion {
        Opinion {
            stance: Stance::Conditions, text: "先改热力".to_owned(), responsible: "李工".to_owned(), ..Opinion::default()
        }
    }

    fn state() -> State {
        let mut content = Content::default();
        content.districts.insert(DistrictId(1), District::numbered(1));
        let mut state = State::default();
        state.replace_plan(content, Some(PathBuf::from("plan.gpkg")));
        state
    }

    #[test]
    fn a_plan_is_frozen_with_its_minutes_and_refuses_edits_with_an_offer() {
        let mut state = state();
        let key = OpinionKey { district: 1, unit: " 热力公司 ".to_owned() };
        dispatch(&mut state, Command::SetOpinion(key, Some(Box::new(opinion()))));
        dispatch(&mut state, Command::Freeze);
        assert!(!state.plan.is_frozen() && state.view.toasts[0].message.key() == "meeting.no-day", "a day is needed");
        let units = vec!["热力公司".to_owned(), " 消防\n大队 ".to_owned(), "热力公司".to_owned()];
        let meeting = Meeting { date: "2026-06-01".to_owned(), units, ..Meeting::default() };
        dispatch(&mut state, Command::SetMeeting(Some(Box::new(meeting))));
        assert!(matches!(dispatch(&mut state, Command::Freeze)[..], [Effect::Seal]) && !state.plan.is_frozen());
        let seal = |state: &State| {
            let edit = freezing(&state.plan, state.plan.meeting.clone().unwrap()).unwrap();
            Answer::Sealed { edit: Box::new(edit), revision: state.plan.revision() }
        };
        let early = seal(&state);
        dispatch(
            &mut state,
            Command::SetDistrict(DistrictId(1), Box::new(District { year: Some(2027), ..District::numbered(1) })),
        );
        assert!(matches!(accept(&mut state, early)[..], [Effect::Seal]), "what was edited meanwhile is sealed anew");
        let answer = seal(&state);
        let effects = accept(&mut state, answer);
        assert!(state.plan.is_frozen() && matches!(effects[..], [Effect::Journal(..), Effect::Save(_)]));
        assert_eq!(state.plan.meeting.as_ref().unwrap().units, ["热力公司", "消防 大队"]);
        assert_eq!(state.plan.seal().unwrap().digest, seal_digest(&state.plan));
        let held = &state.plan.opinions[&OpinionKey { district: 1, unit: "热力公司".to_owned() }];
        assert!(!held.state.is_empty(), "an opinion knows what it is about");
        state.view.toasts.clear();
        let before = state.plan.clone();
        for command in [Command::Undo, Command::DraftItems, Command::RemoveDistrict(DistrictId(1))] {
            dispatch(&mut state, command);
        }
        assert_eq!(state.plan, before);
        let offered = |state: &State| {
            let offers = state.view.toasts.iter().filter_map(|toast| toast.offer.as_ref());
            offers.map(|offer| offer.command.clone()).collect::<Vec<_>>()
        };
        assert_eq!(offered(&state), [Command::AskBranch, Command::AskBranch, Command::AskBranch], "each with the way on");
        state.saved_revision = state.plan.revision();
        assert!(matches!(dispatch(&mut state, Command::AskBranch)[..], [Effect::AskBranch]));
    }

    #[test]
    fn minutes_of_a_file_fill_what_is_open() {
        let content = Content {
            meeting: Some(Meeting { date: "2026-06-01".to_owned(), place: "二楼".to_owned(), ..Meeting::default() }),
            ..state().plan.content().clone()
        };
        let read = FileMinutes {
            meeting: Meeting { title: "联合审查".to_owned(), accepted: Some(true), ..Meeting::default() },
            ..FileMinutes::default()
        };
        let (meeting, edits, taken) = minutes_edits(&content, &read, std::path::Path::new("m.json"));
        assert_eq!((&*meeting.date, &*meeting.place, &*meeting.title), ("2026-06-01", "二楼", "联合审查"));
        assert_eq!((meeting.accepted, edits.len(), taken.cells()), (Some(true), 0, 0));
    }
}
