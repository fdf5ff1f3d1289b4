//! The user's folders and preferences. Failing to read or write preferences is logged and never stops the program.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::session::Preferences;

/// Where the program keeps what is the user's and not a plan's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Journals of plans without a file.
    pub state: PathBuf,
    /// Preferences.
    pub config: PathBuf,
    /// What can be fetched again: tiles of services.
    pub cache: PathBuf,
}

impl Folders {
    /// The folders that the system names; the temporary folder where it names none.
    #[must_use]
    pub fn of_user() -> Self {
        let named = ProjectDirs::from("", "", "lianpian").map(|dirs| Self {
            state: dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_path_buf(),
            config: dirs.config_dir().to_path_buf(),
            cache: dirs.cache_dir().to_path_buf(),
        });
        named.unwrap_or_else(|| Self::within(&std::env::temp_dir().join("lianpian")))
    }

    /// Everything in one folder.
    #[must_use]
    pub fn within(folder: &Path) -> Self {
        Self { state: folder.to_path_buf(), config: folder.to_path_buf(), cache: folder.join("cache") }
    }

    fn preferences(&self) -> PathBuf {
        self.config.join("preferences.toml")
    }
}

/// The preferences of the last session, or the defaults.
#[must_use]
pub fn load_preferences(folders: &Folders) -> Preferences {
    let Ok(text) = std::fs::read_to_string(folders.preferences()) else { return Preferences::default() };
    toml::from_str(&text).unwrap_or_else(|error| {
        log::warn!("preferences: {error}");
        Preferences::default()
    })
}

/// Writes the preferences.
pub(super) fn save_preferences(folders: &Folders, preferences: &Preferences) {
    let path = folders.preferences();
    let write = || -> Result<(), Box<dyn std::error::Error>> {
        std::fs::create_dir_all(&folders.config)?;
        Ok(std::fs::write(&path, toml::to_string(preferences)?)?)
    };
    if let Err(error) = write() {
        log::warn!("{}: {error}", path.display());
    }
}
