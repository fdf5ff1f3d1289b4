//! What another side made of the same plan, beside this one until its changes are taken or let go.

use std::path::PathBuf;
use std::sync::Arc;

use super::dispatch::commit;
use super::{Effect, State};
use crate::base::Message;
use crate::command::{Command, Panel, Tab};
use crate::model::Content;
use crate::versions::{self, Choices, Merge};

/// A merge that is looked at.
#[derive(Clone, Debug)]
pub struct Merging {
    /// The other side's plan.
    pub theirs: PathBuf,
    /// The plan from which both sides set out.
    pub base: PathBuf,
    /// What these two files hold.
    pub contents: Arc<Sides>,
    /// Who holds where both changed the same.
    pub choices: Choices,
    /// What comes of it.
    pub found: Merge,
    /// The plan's revision that it was made for.
    pub revision: u64,
}

/// The plan that both sides set out from, and the other side's.
#[derive(Debug)]
pub struct Sides {
    /// From which both set out.
    pub base: Content,
    /// The other side's.
    pub theirs: Content,
}

impl Merging {
    /// What it comes to, in one sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        let message = Message::new("versions.merging").count("count", self.found.changes.len());
        message.count("conflicts", self.found.conflicts.len()).count("open", self.found.open())
    }

    /// The same with other choices, or for a plan that has changed. `O(n log n)`.
    #[must_use]
    pub fn anew(&self, plan: &Content, revision: u64, choices: Choices) -> Self {
        let Sides { base, theirs } = &*self.contents;
        let found = versions::merge(base, plan, theirs, &choices);
        Self { choices, found, revision, ..self.clone() }
    }
}

/// Commands on a merge; gives back any other.
pub(super) fn change_merging(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let again = |state: &State, choices: Option<Choices>| {
        let merging = state.merging.as_ref()?;
        Some(Effect::MergeAgain(Box::new(merging.clone()), choices.unwrap_or_else(|| merging.choices.clone())))
    };
    let effects = match command {
        Command::AskMerge => vec![Effect::AskMerge],
        Command::MergeWith { base, theirs } => vec![Effect::Merge { base, theirs }],
        Command::ChooseInMerge(key, word) => {
            let choices = state.merging.as_ref().map(|merging| {
                let mut choices = merging.choices.clone();
                choices.single.insert(key, word);
                choices
            });
            again(state, choices).into_iter().collect()
        }
        Command::MergeAgain => again(state, None).into_iter().collect(),
        Command::TakeMerge => take(state),
        Command::CloseMerge => {
            state.merging = None;
            Vec::new()
        }
        other => return Err(other),
    };
    Ok(effects)
}

/// Shows a merge in the tab of comparing.
pub(super) fn show(state: &mut State, merging: Merging) {
    state.view.hidden.remove(&Panel::Bottom);
    state.view.tab = Tab::Compare;
    state.merging = Some(merging);
}

/// Brings the other side's changes into the plan, as one step.
fn take(state: &mut State) -> Vec<Effect> {
    let Some(merging) = state.merging.take() else { return Vec::new() };
    if merging.revision != state.plan.revision() {
        state.tell(Message::new("session.group-stale"));
        state.merging = Some(merging);
        return Vec::new();
    }
    for message in merging.found.left {
        state.tell(message);
    }
    commit(state, Message::new("versions.edit-merge"), merging.found.edit)
}
