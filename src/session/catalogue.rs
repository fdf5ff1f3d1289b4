//! The plan's own entries of the catalogue. Built-in entries, and those that items or needs use, are never changed under the
//! plan's feet: a change of one becomes an entry of its own.

use super::dispatch::commit;
use super::{Effect, State};
use crate::base::Message;
use crate::command::Tool;
use crate::model::{Content, Edit};
use crate::policy::{CatalogueEntry, ItemCode};

/// An entry to set out from: the one of a code under a name of its own.
#[must_use]
pub fn copy_of(content: &Content, code: &ItemCode) -> Option<CatalogueEntry> {
    let entry = content.catalogue.get(code)?;
    let taken = |zh: &str| content.catalogue.entries.iter().any(|entry| entry.zh == zh);
    let number = (2..1_000).find(|n| !taken(&format!("{} {n}", entry.zh)))?;
    let (zh, en) = (format!("{} {number}", entry.zh), format!("{} {number}", entry.en));
    Some(CatalogueEntry { zh, en, quoted: None, based_on: Some(entry.kind().clone()), ..entry.clone() })
}

/// Adds an entry, or changes one of the plan's own that nothing uses yet.
pub(super) fn set_entry(state: &mut State, code: Option<&ItemCode>, entry: CatalogueEntry) -> Vec<Effect> {
    let plan = &state.plan;
    let mut entry = CatalogueEntry { zh: entry.zh.trim().to_owned(), en: entry.en.trim().to_owned(), ..entry };
    if entry.zh.is_empty() {
        state.tell_failure(Message::new("session.entry-nameless"));
        return Vec::new();
    }
    if !CatalogueEntry::is_symbol(entry.symbol) {
        state.tell_failure(Message::new("session.entry-symbol").text("name", entry.zh));
        return Vec::new();
    }
    if entry.en.is_empty() {
        entry.en.clone_from(&entry.zh);
    }
    let held = code.and_then(|code| plan.catalogue.get(code)).cloned();
    let used = held.as_ref().map_or(0, |held| plan.uses_of_entry(&held.code));
    let own = held.as_ref().filter(|held| !plan.catalogue.is_built_in(&held.code) && used == 0);
    let is_other = |other: &CatalogueEntry| own.is_none_or(|own| own.code != other.code);
    if plan.catalogue.entries.iter().any(|other| is_other(other) && other.zh == entry.zh) {
        state.tell_failure(Message::new("session.entry-namesake").text("name", entry.zh));
        return Vec::new();
    }
    let name = entry.zh.clone();
    if let Some(own) = own {
        let entry = CatalogueEntry { code: own.code.clone(), ..entry };
        if entry == *own {
            return Vec::new();
        }
        let label = Message::new("session.edit-entry").text("name", name);
        return commit(state, label, Edit::PutEntry(entry.code.clone(), Some(Box::new(entry))));
    }
    let new = plan.catalogue.code_for(&entry.zh);
    let based_on = held.as_ref().map(|held| held.kind().clone()).or(entry.based_on.take());
    let entry = CatalogueEntry { code: new.clone(), quoted: None, based_on, ..entry };
    let copied = held.filter(|held| used > 0 && !plan.catalogue.is_built_in(&held.code));
    if let Some(held) = copied {
        state.tell(Message::new("session.entry-copied").text("name", held.zh).count("count", used));
    }
    let label = Message::new("session.edit-entry-add").text("name", name);
    let effects = commit(state, label, Edit::PutEntry(new.clone(), Some(Box::new(entry))));
    // What was made is what is looked at next.
    state.view.tool = Tool::Place(new);
    effects
}

/// Takes an entry out that nothing uses.
pub(super) fn remove_entry(state: &mut State, code: &ItemCode) -> Vec<Effect> {
    let Some(name) = state.plan.catalogue.get(code).map(|entry| entry.zh.clone()) else { return Vec::new() };
    let used = state.plan.uses_of_entry(code);
    if used > 0 {
        state.tell_failure(Message::new("session.entry-in-use").text("name", name).count("count", used));
        return Vec::new();
    }
    commit(state, Message::new("session.edit-entry-remove").text("name", name), Edit::PutEntry(code.clone(), None))
}

#[cfg(test)]
mod tests {
    use super::super::dispatch;
    use super::*;
    use crate::base::CompoundId;
    use crate::command::Command;
    use crate::model::{NeedState, Plan};

    fn road() -> ItemCode {
        ItemCode::new("road")
    }

    fn added(state: &State) -> Vec<(String, bool)> {
        state.plan.catalogue.own().iter().map(|entry| (entry.zh.clone(), entry.structural)).collect()
    }

    #[test]
    fn built_in_and_used_entries_are_changed_by_copy() {
        let mut state = State { plan: Plan::new(Content::default()), ..State::default() };
        let copy = copy_of(&state.plan, &road()).unwrap();
        assert_eq!((copy.zh.as_str(), copy.kind()), ("道路 2", &road()));
        dispatch(&mut state, Command::SetEntry(Some(road()), Box::new(copy)));
        assert_eq!(added(&state), [("道路 2".to_owned(), false)]);
        let own = state.plan.catalogue.own()[0].clone();
        assert_eq!(state.plan.kind_of(&own.code), "road");
        // Nothing uses it: it changes in place.
        let changed = CatalogueEntry { structural: true, ..own.clone() };
        dispatch(&mut state, Command::SetEntry(Some(own.code.clone()), Box::new(changed.clone())));
        assert_eq!(added(&state), [("道路 2".to_owned(), true)]);
        dispatch(&mut state, Command::Undo);
        assert_eq!(added(&state), [("道路 2".to_owned(), false)]);
        dispatch(&mut state, Command::Redo);
        // Once something does, a change is an entry of its own, and it is not taken out.
        let content =
            Content { needs: [((CompoundId(0), own.code.clone()), NeedState::Needed)].into(), ..state.plan.content().clone() };
        state.plan = Plan::new(content);
        let other = CatalogueEntry { zh: "沥青道路".to_owned(), structural: false, ..changed };
        dispatch(&mut state, Command::SetEntry(Some(own.code.clone()), Box::new(other.clone())));
        assert_eq!(state.plan.catalogue.get(&own.code).map(|entry| entry.structural), Some(true));
        assert_eq!(state.plan.catalogue.own().len(), 2);
        dispatch(&mut state, Command::RemoveEntry(own.code.clone()));
        assert_eq!(state.plan.catalogue.own().len(), 2);
        let free = state.plan.catalogue.own().iter().find(|entry| entry.code != own.code).unwrap().code.clone();
        dispatch(&mut state, Command::RemoveEntry(free));
        assert_eq!(state.plan.catalogue.own().len(), 1);
        // A sign is one that can be written.
        dispatch(
            &mut state,
            Command::SetEntry(None, Box::new(CatalogueEntry { zh: "新项".to_owned(), symbol: '\u{200b}', ..other.clone() })),
        );
        assert_eq!(state.plan.catalogue.own().len(), 1);
        // No two of one name, none without.
        for zh in ["道路", " "] {
            dispatch(&mut state, Command::SetEntry(None, Box::new(CatalogueEntry { zh: zh.to_owned(), ..other.clone() })));
        }
        assert_eq!(state.plan.catalogue.own().len(), 1);
        assert!(state.plan.catalogue.get(&road()).is_some_and(|entry| !entry.structural && entry.zh == "道路"));
    }
}
