//! A grouping that stands beside the plan's while the user looks at both: proposed, compared, taken or let go.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::dispatch::commit;
use super::regrouping::{self, OtherGrouping};
use super::{Effect, State, actions, edits};
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Command, Panel, SelectMode, Tab};
use crate::grouping::Repair;
use crate::model::{Content, District, Edit};

/// Another grouping of the plan's compounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// Where it is from.
    pub source: OtherSource,
    /// Its districts and how they differ; none until it is settled which field names them.
    pub grouping: Option<OtherGrouping>,
    /// Everything that is otherwise in it, where it is a plan.
    pub changes: Option<Vec<crate::versions::Change>>,
    /// The plan's revision that it was compared with.
    pub revision: u64,
}

/// Where another grouping is from.
#[derive(Clone, Debug, PartialEq)]
pub enum OtherSource {
    /// The plan's own, repaired.
    Repair(Repair),
    /// Another plan, or a map of which a field names the districts.
    File {
        /// The file.
        path: PathBuf,
        /// Fields that may name districts; none for a plan.
        fields: Vec<String>,
        /// The field that does.
        field: Option<String>,
    },
}

impl Other {
    /// What it is and how it differs, in one sentence.
    #[must_use]
    pub fn message(&self, content: &Content) -> Message {
        match (&self.source, &self.grouping) {
            (OtherSource::Repair(repair), _) => regrouping::repair_message(content, repair),
            (OtherSource::File { .. }, Some(grouping)) => regrouping::comparison_message(grouping),
            (OtherSource::File { .. }, None) => Message::new("session.choose-field"),
        }
    }
}

/// Commands on the other grouping; gives back any other.
pub(super) fn change_other(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::ProposeRepair => vec![Effect::Repair],
        Command::AskCompare => vec![Effect::AskCompare],
        Command::CompareWith(path, field) => vec![Effect::Compare(path, field)],
        Command::CompareAgain => match state.other.as_ref().map(|other| &other.source) {
            Some(OtherSource::Repair(_)) => vec![Effect::Repair],
            Some(OtherSource::File { path, field, .. }) => vec![Effect::Compare(path.clone(), field.clone())],
            None => Vec::new(),
        },
        Command::TakeOther => take(state),
        Command::CloseOther => {
            state.other = None;
            Vec::new()
        }
        other => return Err(other),
    };
    Ok(effects)
}

/// Shows a repair, with what it moves selected and in view.
pub(super) fn show_repair(state: &mut State, repair: Repair, revision: u64) {
    if revision != state.plan.revision() {
        state.tell(Message::new("session.group-stale"));
        return;
    }
    if repair.moves.is_empty() {
        state.tell(regrouping::repair_message(&state.plan, &repair));
        state.other = None;
        return;
    }
    let grouping = Some(regrouping::of_repair(&state.plan, &repair));
    show(state, Other { source: OtherSource::Repair(repair), grouping, changes: None, revision });
}

/// Shows another grouping in its tab.
pub(super) fn show(state: &mut State, other: Other) {
    let moved = other.grouping.as_ref().map(|grouping| &grouping.comparison.moved);
    let compounds: Vec<CompoundId> = moved.into_iter().flatten().map(|moved| CompoundId(moved.unit)).collect();
    if matches!(other.source, OtherSource::Repair(_)) {
        super::look::change_view(state, Command::Select(compounds, SelectMode::Replace));
        super::look::change_view(state, Command::FitSelection);
    }
    state.view.hidden.remove(&Panel::Bottom);
    state.view.tab = Tab::Compare;
    state.other = Some(other);
}

/// Puts the other grouping in place of the plan's, as one step.
fn take(state: &mut State) -> Vec<Effect> {
    let Some(other) = state.other.take() else { return Vec::new() };
    let Some(grouping) = &other.grouping else { return Vec::new() };
    if other.revision != state.plan.revision() {
        state.tell(Message::new("session.group-stale"));
        state.other = Some(other);
        return Vec::new();
    }
    let moves = grouping.comparison.moved.len();
    match &other.source {
        OtherSource::Repair(repair) => {
            let moves_made = repair.moves.iter().map(|step| (CompoundId(step.unit), step.to.map(DistrictId))).collect();
            commit(state, Message::new("session.edit-repair").count("count", moves), Edit::Assign(moves_made))
        }
        OtherSource::File { path, .. } => {
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let (edit, refused) = adopted(state, grouping);
            if let Some(refusal) = refused {
                state.tell_failure(refusal);
            }
            commit(state, Message::new("session.edit-take-grouping").text("file", file), edit)
        }
    }
}

/// The edit that takes another grouping over: its districts by their names, but what is locked stays, and whom no district
/// may hold stays out (R2); why the first of those does.
fn adopted(state: &State, grouping: &OtherGrouping) -> (Edit, Option<Message>) {
    let plan = &state.plan;
    let wanted: BTreeSet<CompoundId> =
        (0..).zip(&grouping.assignment).filter(|(_, to)| to.is_some()).map(|(row, _)| CompoundId(row)).collect();
    let allowed = actions::assignable(state, &wanted, None, true);
    let mut labels: BTreeMap<DistrictId, u32> = BTreeMap::new();
    let mut label_of = |id: DistrictId| {
        let next = u32::try_from(labels.len()).unwrap_or(u32::MAX);
        *labels.entry(id).or_insert(next)
    };
    let rows = (0..).zip(&grouping.assignment);
    let numbered: Vec<Option<u32>> =
        rows.map(|(row, to)| to.filter(|_| allowed.compounds.contains(&CompoundId(row))).map(&mut label_of)).collect();
    let names: BTreeMap<u32, &str> =
        labels.iter().filter_map(|(id, label)| Some((*label, grouping.names.get(id)?.as_str()))).collect();
    let name = |label: u32, district: District| District {
        name: names.get(&label).map_or(district.name, |n| (*n).to_owned()),
        ..district
    };
    (edits::regroup_named(plan, &numbered, &name), allowed.refusal)
}
