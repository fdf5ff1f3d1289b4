//! The threads that read, fetch and decode tiles: one for a file, some for a service. They take the tile wanted most first and end
//! with their backdrop.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::fetch::Fetcher;
use super::{Origin, Source};
use crate::base::Message;
use crate::geometry::crs::Transformer;
use crate::import::backdrop::{BackdropError, BackdropFile, Service};
use crate::jobs::Wake;
use crate::map::backdrop::{Picture, TileId, TileMesh, Tiling, place};

/// Threads that ask a service at the same time: as many as browsers are polite with.
const FETCHERS: usize = 4;

/// A tile with its place, or why there is none.
type Made = Result<Option<(Picture, TileMesh)>, BackdropError>;

/// What became of opening.
pub(super) struct Opened {
    pub(super) tiling: Tiling,
    pub(super) notes: Vec<Message>,
}

#[derive(Default)]
struct Desk {
    ended: bool,
    opening: bool,
    opened: Option<Result<Opened, BackdropError>>,
    /// The tile wanted most last.
    wanted: Vec<TileId>,
    under_way: BTreeSet<TileId>,
    done: Vec<(TileId, Made)>,
}

struct Shared {
    desk: Mutex<Desk>,
    news: Condvar,
    wake: Wake,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The threads of a backdrop.
pub(super) struct Workers {
    shared: Arc<Shared>,
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.desk().ended = true;
        self.shared.news.notify_all();
    }
}

impl Workers {
    pub(super) fn start(source: &Source, folder: &Path, wake: &Wake) -> Self {
        let desk = Mutex::new(Desk { opening: true, ..Desk::default() });
        let shared = Arc::new(Shared { desk, news: Condvar::new(), wake: Arc::clone(wake) });
        match &source.from {
            Origin::File(path) => {
                let (shared, path, working) = (Arc::clone(&shared), path.clone(), source.working.clone());
                spawn(move || read(&shared, &path, &working));
            }
            Origin::Service(service, key) => {
                opened(&shared, Ok(Opened { tiling: Service::tiling(), notes: Vec::new() }));
                let fetcher = Arc::new(Fetcher::new(service.clone(), key.clone(), folder));
                for _ in 0..FETCHERS {
                    let (shared, fetcher, working) = (Arc::clone(&shared), Arc::clone(&fetcher), source.working.clone());
                    spawn(move || serve(&shared, &Service::tiling(), &working, |tile| fetcher.tile(tile)));
                }
            }
        }
        Self { shared }
    }

    /// What became of opening, once.
    pub(super) fn opened(&self) -> Option<Result<Opened, BackdropError>> {
        self.shared.desk().opened.take()
    }

    /// What was made since it was asked last.
    pub(super) fn done(&self) -> Vec<(TileId, Made)> {
        std::mem::take(&mut self.shared.desk().done)
    }

    /// Asks for these tiles, the most wanted first, in place of what was asked for before.
    pub(super) fn want(&self, mut tiles: Vec<TileId>) {
        tiles.reverse();
        let mut desk = self.shared.desk();
        tiles.retain(|tile| !desk.under_way.contains(tile));
        desk.wanted = tiles;
        drop(desk);
        self.shared.news.notify_all();
    }

    /// How many tiles are still to come; `None` when nothing is under way or waits to be taken.
    pub(super) fn left(&self) -> Option<usize> {
        let desk = self.shared.desk();
        let left = desk.wanted.len() + desk.under_way.len();
        (desk.opening || desk.opened.is_some() || left > 0 || !desk.done.is_empty()).then_some(left)
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name("backdrop".to_owned()).spawn(work) {
        log::error!("no thread for the backdrop: {error}");
    }
}

fn opened(shared: &Shared, result: Result<Opened, BackdropError>) {
    let mut desk = shared.desk();
    (desk.opening, desk.opened) = (false, Some(result));
    drop(desk);
    (shared.wake)();
}

/// Opens a file and reads its tiles.
fn read(shared: &Shared, path: &Path, working: &str) {
    match BackdropFile::open(path, working) {
        Ok(file) => {
            let (tiling, notes) = (file.tiling().clone(), file.notes().to_vec());
            opened(shared, Ok(Opened { tiling: tiling.clone(), notes }));
            serve(shared, &tiling, working, |tile| file.tile(tile));
        }
        Err(error) => opened(shared, Err(error)),
    }
}

/// Makes tiles until the backdrop is let go.
fn serve(shared: &Shared, tiling: &Tiling, working: &str, tile: impl Fn(TileId) -> Result<Option<Picture>, BackdropError>) {
    let into = match Transformer::new(tiling.crs(), working) {
        Ok(into) => into,
        Err(error) => return opened(shared, Err(error.into())),
    };
    while let Some(id) = next(shared) {
        let made = tile(id).map(|picture| {
            let picture = picture?;
            Some((picture, place(tiling, id, &into)?))
        });
        let mut desk = shared.desk();
        desk.under_way.remove(&id);
        if desk.ended {
            return;
        }
        desk.done.push((id, made));
        drop(desk);
        (shared.wake)();
    }
}

/// Waits for a tile to be wanted; `None` once the backdrop was let go.
fn next(shared: &Shared) -> Option<TileId> {
    let mut desk = shared.desk();
    loop {
        if desk.ended {
            return None;
        }
        if let Some(tile) = desk.wanted.pop() {
            desk.under_way.insert(tile);
            return Some(tile);
        }
        desk = shared.news.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
}
