//! Keys, without the window's own types.

/// A key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A letter or digit, upper case.
    Char(char),
    /// F1 to F12.
    F(u8),
    /// Delete.
    Delete,
    /// Escape.
    Escape,
    /// Plus or equals.
    Plus,
    /// Minus.
    Minus,
}

/// A key with modifiers. `command` is Ctrl, on macOS ⌘.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shortcut {
    /// Ctrl or ⌘.
    pub command: bool,
    /// Shift.
    pub shift: bool,
    /// The key.
    pub key: Key,
}

impl Shortcut {
    /// The key alone.
    #[must_use]
    pub const fn plain(key: Key) -> Self {
        Self { command: false, shift: false, key }
    }

    /// With Ctrl or ⌘.
    #[must_use]
    pub const fn command(key: Key) -> Self {
        Self { command: true, shift: false, key }
    }

    /// With Ctrl or ⌘, and Shift.
    #[must_use]
    pub const fn command_shift(key: Key) -> Self {
        Self { command: true, shift: true, key }
    }
}

impl std::fmt::Display for Shortcut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.command {
            f.write_str(if cfg!(target_os = "macos") { "⌘" } else { "Ctrl+" })?;
        }
        if self.shift {
            f.write_str("Shift+")?;
        }
        match self.key {
            Key::Char(c) => write!(f, "{c}"),
            Key::F(n) => write!(f, "F{n}"),
            Key::Delete => f.write_str("Delete"),
            Key::Escape => f.write_str("Esc"),
            Key::Plus => f.write_str("+"),
            Key::Minus => f.write_str("−"),
        }
    }
}
