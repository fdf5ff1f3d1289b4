//! Fetches and decodes the tiles of the backdrop beside the window, as many as the view asks for, and keeps the latest of them within
//! bounds. The network is asked for services alone, once the user has turned one on; whatever goes wrong is told once.

mod fetch;
mod work;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use self::work::{Opened, Workers};
use crate::base::Message;
use crate::geometry::crs::Transformer;
use crate::import::backdrop::Service;
use crate::jobs::Wake;
use crate::map::Viewport;
use crate::map::backdrop::{BackdropTile, TileId, Tiling};
use crate::model::BackdropSource;
use crate::session::{BackdropView, State};

/// The most memory that decoded tiles may take, bytes; what the view asks for is kept in any case.
const MOST_BYTES: usize = 96 << 20;
/// Tiles are asked for so far beyond the edges of the map, pixels.
const MARGIN_PX: f32 = 64.0;

/// Where tiles come from, and in which system they are placed.
#[derive(Clone, Debug, PartialEq)]
struct Source {
    from: Origin,
    working: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Origin {
    File(PathBuf),
    Service(Service, String),
}

/// The backdrop of the plan in hand.
pub(super) struct Backdrops {
    folder: PathBuf,
    open: Option<Open>,
    /// What cannot be opened, so that it is told once.
    refused: Option<BackdropSource>,
    number: u64,
}

struct Open {
    source: Source,
    workers: Workers,
    /// How it is cut, and the way from the working system into its own, once it is open.
    tiling: Option<(Tiling, Transformer)>,
    held: BTreeMap<TileId, (Arc<BackdropTile>, u64)>,
    /// Tiles that there are none of, or that could not be had.
    lacking: BTreeSet<TileId>,
    asked: Option<Viewport>,
    wanted: Vec<TileId>,
    used: u64,
}

impl Backdrops {
    /// Tiles of services are kept in `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, open: None, refused: None, number: 0 }
    }

    /// How many of the wanted tiles are there; `None` while nothing is under way.
    pub(super) fn steps(&self) -> Option<(usize, usize)> {
        let open = self.open.as_ref()?;
        let left = open.workers.left()?;
        Some((open.wanted.len().saturating_sub(left), open.wanted.len()))
    }

    /// Takes what is there, and asks for what the view lacks.
    pub(super) fn poll(&mut self, state: &mut State, wake: &Wake) {
        let Some(source) = self.source(state) else {
            self.open = None;
            if !state.backdrop.tiles.is_empty() || (state.backdrop.trouble.is_some() && self.refused.is_none()) {
                state.backdrop = BackdropView { revision: state.backdrop.revision + 1, ..BackdropView::default() };
            }
            return;
        };
        if self.open.as_ref().is_none_or(|open| open.source != source) {
            state.backdrop = BackdropView { revision: state.backdrop.revision + 1, ..BackdropView::default() };
            self.open = Some(Open::start(source, &self.folder, wake));
        }
        let Some(open) = &mut self.open else { return };
        let changed = open.take(state, &mut self.number);
        if open.want(state) || changed {
            state.backdrop.revision += 1;
            state.backdrop.tiles = open.shown();
            open.forget();
        }
    }

    /// Where the tiles of the plan's backdrop come from, while it is shown and may be.
    fn source(&mut self, state: &mut State) -> Option<Source> {
        let backdrop = &state.plan.settings.looks.backdrop;
        if self.refused.as_ref().is_some_and(|refused| *refused != backdrop.source) {
            self.refused = None;
        }
        let shown = state.is_open && backdrop.is_shown() && state.plan.crs_code != 0 && state.backdrop_is_allowed();
        if !shown || self.refused.is_some() {
            return None;
        }
        let working = format!("EPSG:{}", state.plan.crs_code);
        let from = match &backdrop.source {
            BackdropSource::None | BackdropSource::Grid => return None,
            BackdropSource::File(path) => Origin::File(PathBuf::from(path)),
            BackdropSource::Service(template) => match Service::new(template) {
                Ok(service) => {
                    let key = state.preferences.service_keys.get(service.host()).cloned().unwrap_or_default();
                    if service.wants_key() && key.is_empty() {
                        return None;
                    }
                    Origin::Service(service, key)
                }
                Err(error) => {
                    self.refused = Some(backdrop.source.clone());
                    tell(state, error.message());
                    return None;
                }
            },
        };
        Some(Source { from, working })
    }
}

/// Says what is wrong, once: a backdrop that is broken in every tile is one trouble.
fn tell(state: &mut State, why: Message) {
    if state.backdrop.trouble.is_none() {
        let message = Message::new("session.backdrop-trouble").nested("why", why.clone());
        state.tell_failure(message);
        state.backdrop.trouble = Some(why);
    }
}

impl Open {
    fn start(source: Source, folder: &std::path::Path, wake: &Wake) -> Self {
        let workers = Workers::start(&source, folder, wake);
        Self {
            source,
            workers,
            tiling: None,
            held: BTreeMap::new(),
            lacking: BTreeSet::new(),
            asked: None,
            wanted: Vec::new(),
            used: 0,
        }
    }

    /// Takes what the workers did; `true` when there is more to draw.
    fn take(&mut self, state: &mut State, number: &mut u64) -> bool {
        match self.workers.opened() {
            Some(Ok(Opened { tiling, notes })) => match Transformer::new(&self.source.working, tiling.crs()) {
                Ok(into) => {
                    state.backdrop.notes = notes;
                    self.tiling = Some((tiling, into));
                }
                Err(error) => tell(state, error.message()),
            },
            Some(Err(error)) => tell(state, error.message()),
            None => {}
        }
        let mut more = false;
        for (id, result) in self.workers.done() {
            match result {
                Ok(Some((picture, mesh))) => {
                    *number += 1;
                    let tile = BackdropTile { id, number: *number, picture, mesh };
                    self.held.insert(id, (Arc::new(tile), self.used));
                    more = true;
                }
                Ok(None) => {
                    self.lacking.insert(id);
                }
                Err(error) => {
                    log::warn!("backdrop {id:?}: {error}");
                    self.lacking.insert(id);
                    tell(state, error.message());
                }
            }
        }
        more
    }

    /// Asks for what the view lacks, where it changed; `true` when other tiles are to be drawn.
    fn want(&mut self, state: &State) -> bool {
        let viewport = state.view.viewport;
        let Some((tiling, into)) = self.tiling.as_ref().filter(|_| state.view.map_sized && self.asked != Some(viewport)) else {
            return false;
        };
        self.asked = Some(viewport);
        let seen = viewport.world_rect(MARGIN_PX);
        self.wanted = tiling.wanted(seen, viewport.metres_per_pixel(), into).unwrap_or_else(|error| {
            log::debug!("backdrop: {error}");
            Vec::new()
        });
        let lacks = |tile: &&TileId| !self.held.contains_key(tile) && !self.lacking.contains(tile);
        self.workers.want(self.wanted.iter().filter(lacks).copied().collect());
        true
    }

    /// The tiles to draw: those wanted that are there, and below them what is there of coarser ones for those that are not.
    fn shown(&mut self) -> Vec<Arc<BackdropTile>> {
        self.used += 1;
        let Some((tiling, _)) = &self.tiling else { return Vec::new() };
        let (mut stand_ins, mut shown) = (BTreeMap::new(), Vec::new());
        for tile in &self.wanted {
            if let Some((held, used)) = self.held.get_mut(tile) {
                *used = self.used;
                shown.push(Arc::clone(held));
                continue;
            }
            let (mut at, mut depth) = (*tile, 0_u8);
            while let Some(parent) = tiling.parent(at) {
                (at, depth) = (parent, depth + 1);
                if let Some((held, used)) = self.held.get_mut(&at) {
                    *used = self.used;
                    stand_ins.insert((std::cmp::Reverse(depth), at), Arc::clone(held));
                    break;
                }
            }
        }
        stand_ins.into_values().chain(shown).collect()
    }

    /// Lets go of what was not drawn for longest, until the rest is small enough.
    fn forget(&mut self) {
        let mut bytes: usize = self.held.values().map(|(tile, _)| tile.picture.bytes()).sum();
        while bytes > MOST_BYTES {
            let oldest = self.held.iter().min_by_key(|(_, (_, used))| *used).map(|(id, (_, used))| (*id, *used));
            let Some((id, used)) = oldest.filter(|(_, used)| *used < self.used) else { break };
            log::trace!("backdrop {id:?} of {used} is let go");
            if let Some((tile, _)) = self.held.remove(&id) {
                bytes -= tile.picture.bytes();
            }
        }
    }
}
