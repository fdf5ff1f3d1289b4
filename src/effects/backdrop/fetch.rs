//! Tiles of a service over HTTP, kept on disk within a bound: what was fetched once is not asked for again while it is kept.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::import::backdrop::{BackdropError, Service, decode_tile};
use crate::map::backdrop::{Picture, TileId};

/// Longer than this nobody waits for a tile.
const PATIENCE: Duration = Duration::from_secs(15);
/// No tile has more bytes.
const LARGEST: u64 = 8 << 20;
/// The most bytes that tiles of all services take on disk.
const MOST_ON_DISK: u64 = 256 << 20;
/// How many bytes are written before the bound is looked at again.
const BETWEEN_LOOKS: u64 = 8 << 20;
/// A tile that is older than this is fetched again, if it can be.
const OLD: Duration = Duration::from_hours(30 * 24);

/// Fetches the tiles of one service.
pub(super) struct Fetcher {
    service: Service,
    key: String,
    agent: ureq::Agent,
    /// All services, and this one.
    folder: PathBuf,
    own: PathBuf,
    written: AtomicU64,
}

impl Fetcher {
    pub(super) fn new(service: Service, key: String, folder: &Path) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("lianpian/", env!("CARGO_PKG_VERSION")))
            .build();
        // By the template, which holds no key.
        let digest = Sha256::digest(service.template().as_bytes());
        let name: String = format!("{digest:x}").chars().take(16).collect();
        let fetcher = Self {
            service,
            key,
            agent: config.into(),
            own: folder.join(name),
            folder: folder.to_path_buf(),
            written: AtomicU64::new(0),
        };
        fetcher.prune();
        fetcher
    }

    /// A tile, from disk or from the service; `None` where the service has none.
    pub(super) fn tile(&self, tile: TileId) -> Result<Option<Picture>, BackdropError> {
        let path = self.own.join(format!("{}/{}/{}", tile.level, tile.column, tile.row));
        let kept = std::fs::read(&path).ok();
        let age = std::fs::metadata(&path).and_then(|meta| meta.modified()).ok().and_then(|time| time.elapsed().ok());
        if let Some(bytes) = kept.as_ref().filter(|_| age.is_some_and(|age| age < OLD))
            && let Ok(picture) = decode_tile(bytes)
        {
            return Ok(Some(picture));
        }
        match self.fetch(tile) {
            Ok(Some(bytes)) => {
                let picture = decode_tile(&bytes)?;
                self.keep(&path, &bytes);
                Ok(Some(picture))
            }
            // An old tile is better than none.
            Err(error) => kept.and_then(|bytes| decode_tile(&bytes).ok()).map_or(Err(error), |picture| Ok(Some(picture))),
            none => none.map(|_| None),
        }
    }

    fn fetch(&self, tile: TileId) -> Result<Option<Vec<u8>>, BackdropError> {
        let address = self.service.address(tile, &self.key);
        let mut response = match self.agent.get(&address).call() {
            Ok(response) => response,
            // Of sea and of what is not mapped many services have no tile.
            Err(ureq::Error::StatusCode(204 | 404)) => return Ok(None),
            Err(ureq::Error::StatusCode(code)) => return Err(BackdropError::Answer(code)),
            Err(error) => return Err(BackdropError::Unreachable(without(&error.to_string(), &self.key))),
        };
        let bytes = response.body_mut().with_config().limit(LARGEST).read_to_vec();
        let bytes = bytes.map_err(|error| BackdropError::Unreachable(without(&error.to_string(), &self.key)))?;
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    /// Keeps the bytes of a tile; a disk that does not take them is no trouble for the map.
    fn keep(&self, path: &Path, bytes: &[u8]) {
        let write = || -> std::io::Result<()> {
            let folder = path.parent().unwrap_or(&self.own);
            std::fs::create_dir_all(folder)?;
            let file = tempfile::NamedTempFile::new_in(folder)?;
            std::fs::write(file.path(), bytes)?;
            file.persist(path).map_err(|error| error.error)?;
            Ok(())
        };
        if let Err(error) = write() {
            log::warn!("{}: {error}", path.display());
            return;
        }
        let before = self.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if (before + bytes.len() as u64) / BETWEEN_LOOKS > before / BETWEEN_LOOKS {
            self.prune();
        }
    }

    fn prune(&self) {
        prune(&self.folder, MOST_ON_DISK);
    }
}

/// Takes the oldest files of a folder away until the rest has at most so many bytes.
pub(super) fn prune(folder: &Path, most: u64) {
    let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() {
                folders.push(entry.path());
            } else {
                files.push((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), meta.len(), entry.path()));
            }
        }
    }
    let mut bytes: u64 = files.iter().map(|(_, len, _)| len).sum();
    files.sort();
    for (_, len, path) in files {
        if bytes <= most {
            return;
        }
        if std::fs::remove_file(&path).is_ok() {
            bytes -= len;
        }
    }
}

/// What was said, without the key.
fn without(text: &str, key: &str) -> String {
    if key.is_empty() { text.to_owned() } else { text.replace(key, "…") }
}
