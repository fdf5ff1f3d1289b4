//! The user's preferences and state folder. Failing to read or write them is logged and never stops the program.

use std::path::PathBuf;

use directories::ProjectDirs;

use crate::session::Preferences;

fn dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "lianpian")
}

/// Where journals of plans without a file live; the temporary folder where the system names none.
#[must_use]
pub fn state_dir() -> PathBuf {
    let named = dirs().map(|d| d.state_dir().unwrap_or_else(|| d.data_local_dir()).to_path_buf());
    named.unwrap_or_else(|| std::env::temp_dir().join("lianpian"))
}

fn file() -> Option<PathBuf> {
    Some(dirs()?.config_dir().join("preferences.toml"))
}

/// The preferences of the last session, or the defaults.
#[must_use]
pub fn load_preferences() -> Preferences {
    let Some(text) = file().and_then(|path| std::fs::read_to_string(path).ok()) else { return Preferences::default() };
    toml::from_str(&text).unwrap_or_else(|error| {
        log::warn!("preferences: {error}");
        Preferences::default()
    })
}

/// Writes the preferences.
pub fn save_preferences(preferences: &Preferences) {
    let Some(path) = file() else { return };
    let write = || -> Result<(), Box<dyn std::error::Error>> {
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        Ok(std::fs::write(&path, toml::to_string(preferences)?)?)
    };
    if let Err(error) = write() {
        log::warn!("{}: {error}", path.display());
    }
}
