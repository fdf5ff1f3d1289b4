//! Choices of how the map shows the plan: steps of its history like any other.

use super::dispatch::commit;
use super::{Effect, State};
use crate::base::Message;
use crate::command::Command;
use crate::map::MapLayer;
use crate::model::{Backdrop, BackdropSource, Edit, Looks, Settings};

/// Commands on looks; gives back any other.
pub(super) fn change_looks(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let looks = state.plan.settings.looks.clone();
    let (label, looks) = match command {
        Command::SetLook(MapLayer::Compounds, look) => {
            (Message::new("session.edit-look-compounds"), Looks { compounds: look, ..looks })
        }
        Command::SetLook(MapLayer::Districts, look) => {
            (Message::new("session.edit-look-districts"), Looks { districts: look, ..looks })
        }
        Command::SetBackdrop(backdrop) => {
            // Whoever chooses a service here and now turns it on.
            state.view.network_for = Some(backdrop.source.clone());
            (Message::new("session.edit-backdrop"), Looks { backdrop, ..looks })
        }
        Command::SetBackdropFile(path) => {
            let file = std::path::absolute(&path).unwrap_or(path);
            let source = BackdropSource::File(file.to_string_lossy().into_owned());
            state.view.network_for = Some(source.clone());
            let opacity = if looks.backdrop.opacity > 0.0 { looks.backdrop.opacity } else { 1.0 };
            (Message::new("session.edit-backdrop"), Looks { backdrop: Backdrop { source, opacity }, ..looks })
        }
        Command::AskBackdrop => return Ok(vec![Effect::AskBackdrop]),
        Command::AllowNetwork(allowed) => {
            state.view.network_for = allowed.then(|| looks.backdrop.source.clone());
            return Ok(Vec::new());
        }
        Command::SetServiceKey(host, key) => {
            let keys = &mut state.preferences.service_keys;
            if key.trim().is_empty() {
                keys.remove(&host)
            } else {
                keys.insert(host, key.trim().to_owned())
            };
            return Ok(vec![Effect::SavePreferences]);
        }
        // Other layers have no fields to be coloured by.
        Command::SetLook(..) => return Ok(Vec::new()),
        other => return Err(other),
    };
    Ok(change(state, label, looks))
}

/// Puts looks into the plan, where they differ from its own.
fn change(state: &mut State, label: Message, looks: Looks) -> Vec<Effect> {
    let looks = looks.in_bounds();
    if looks == state.plan.settings.looks {
        return Vec::new();
    }
    let settings = Settings { looks, ..state.plan.settings.clone() };
    commit(state, label, Edit::SetSettings(Box::new(settings)))
}
