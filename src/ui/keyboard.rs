//! Shortcuts, from the table of commands. While text is being typed only those with Ctrl or ⌘ are heard.

use egui::{Key, KeyboardShortcut, Modifiers, Ui};

use super::context::Context;
use crate::command::{self, LISTED, Listed, Shortcut};
use crate::session::can;

/// Takes the shortcuts that were pressed.
pub fn keyboard(ui: &Ui, cx: &mut Context<'_>) {
    // The map has the keyboard too once it was clicked, and it types nothing.
    let typing = ui.ctx().text_edit_focused();
    // A shortcut without Shift is heard with it, too: those that ask for it come first.
    let asks_shift = |listed: &&Listed| listed.shortcut.is_some_and(|shortcut| shortcut.shift);
    let rest = LISTED.iter().filter(|listed| !asks_shift(listed));
    for listed in LISTED.iter().filter(asks_shift).chain(rest) {
        let Some(shortcut) = listed.shortcut else { continue };
        let escape = shortcut.key == command::Key::Escape;
        // A dialog hears plain keys itself: none of them changes the plan behind it.
        let busy = typing || cx.state.view.dialog.is_some();
        if busy && !shortcut.command && !escape {
            continue;
        }
        // Escape closes what is open over the dialog first.
        if escape && egui::Popup::is_any_open(ui.ctx()) {
            continue;
        }
        let Some(pressed) = key_of(shortcut) else { continue };
        if ui.ctx().input_mut(|input| input.consume_shortcut(&pressed)) && can(cx.state, listed.availability) {
            cx.push((listed.make)());
        }
    }
}

fn key_of(shortcut: Shortcut) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    if shortcut.command {
        modifiers |= Modifiers::COMMAND;
    }
    if shortcut.shift {
        modifiers |= Modifiers::SHIFT;
    }
    let key = match shortcut.key {
        command::Key::Char(c) => Key::from_name(&c.to_string())?,
        command::Key::F(n) => Key::from_name(&format!("F{n}"))?,
        command::Key::Delete => Key::Delete,
        command::Key::Escape => Key::Escape,
        command::Key::Plus => Key::Plus,
        command::Key::Minus => Key::Minus,
    };
    Some(KeyboardShortcut::new(modifiers, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortcut_is_a_key_of_the_keyboard() {
        for listed in LISTED {
            if let Some(shortcut) = listed.shortcut {
                assert!(key_of(shortcut).is_some(), "{shortcut} of {}", listed.id);
            }
        }
    }
}
