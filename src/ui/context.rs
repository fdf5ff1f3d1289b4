//! What every panel gets: the state to read, the words and colours to use, and where commands go.

use super::theme::Palette;
use crate::base::Message;
use crate::command::Command;
use crate::i18n::{self, Lang};
use crate::import::in_window;
use crate::session::State;

/// Passed down through the panels of one frame.
pub struct Context<'a> {
    /// The session; never changed here.
    pub state: &'a State,
    /// Colours of the theme.
    pub palette: &'a Palette,
    commands: &'a mut Vec<Command>,
}

impl<'a> Context<'a> {
    /// A context that collects into `commands`.
    pub fn new(state: &'a State, palette: &'a Palette, commands: &'a mut Vec<Command>) -> Self {
        Self { state, palette, commands }
    }

    /// Asks for a command; it runs before the next frame.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// The language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.state.preferences.lang
    }

    /// Words of a key without arguments.
    #[must_use]
    pub fn text(&self, key: &'static str) -> String {
        i18n::text(self.lang(), key)
    }

    /// Words of a message, as the window says it: without options of the command line.
    #[must_use]
    pub fn tr(&self, message: &Message) -> String {
        i18n::tr(self.lang(), &in_window(message))
    }
}
