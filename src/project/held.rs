//! What a plan file holds, as the program that read or wrote it knows: so that a save writes only what differs.

use std::any::Any;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use foldhash::quality::FixedState;

use super::Mark;
use crate::base::DistrictId;
use crate::gpkg::Digests;
use crate::model::{Content, LayerContent, LayerKind};

/// Bytes of a database before its first table: among them how often it was changed.
const HEADER: usize = 100;

/// What a plan file was seen to hold, by who read it as the last save left it, or saved it. Of one that somebody has changed since nothing
/// is known; the default knows nothing.
#[derive(Clone, Debug, Default)]
pub struct Held(Option<Arc<Known>>);

impl Held {
    pub(super) fn new(known: Known) -> Self {
        Self(Some(Arc::new(known)))
    }

    /// What is known of the file that lies there now.
    pub(super) fn of(&self, path: &Path) -> Option<&Known> {
        let known = self.0.as_deref()?;
        (known.file.is_some() && known.file == State::of(path)).then_some(known)
    }
}

/// What is known of a file.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The file when it held this.
    pub(super) file: Option<State>,
    /// CRS of its layers.
    pub(super) crs: u32,
    /// Its tables, with their rows where these are known too.
    pub(super) tables: BTreeMap<String, Option<Digests>>,
    /// Layers as they are in memory.
    pub(super) layers: Layers,
    /// Members of each district whose outline is that of its members as these layers have them: digests.
    pub(super) outlines: BTreeMap<DistrictId, u64>,
}

impl Known {
    /// The rows of a table, to be added to.
    pub(super) fn table(&mut self, name: &str) -> &mut Digests {
        self.tables.entry(name.to_owned()).or_default().get_or_insert_default()
    }
}

/// Digests of the members of districts, from which their outlines follow.
pub(super) fn of_members(content: &Content) -> BTreeMap<DistrictId, u64> {
    let mut members = content.members_by_district();
    content.districts.keys().map(|id| (*id, FixedState::default().hash_one(members.remove(id).unwrap_or_default()))).collect()
}

/// One state of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    path: PathBuf,
    mark: Mark,
    header: Vec<u8>,
}

impl State {
    /// The state of a file; `None` of one that cannot be read.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let path = path.canonicalize().ok()?;
        // A pipe of the system's would be waited for.
        if !std::fs::metadata(&path).ok()?.is_file() {
            return None;
        }
        let mut header = Vec::new();
        std::fs::File::open(&path).ok()?.take(HEADER as u64).read_to_end(&mut header).ok()?;
        Some(Self { mark: Mark::of(&path)?, path, header })
    }

    /// How often the database was changed, by whatever program (`SQLite` file format 1.3.7); `None` where changes wait in a log of their
    /// own and are not counted.
    pub(super) fn changes(&self) -> Option<u32> {
        let [write, read] = self.header.get(18..20)?.try_into().ok()?;
        let count = u32::from_be_bytes(self.header.get(24..28)?.try_into().ok()?);
        ((write, read) == (1, 1)).then_some(count)
    }

    /// The same once the file lies elsewhere.
    pub(super) fn at(self, path: &Path) -> Option<Self> {
        Some(Self { path: path.canonicalize().ok()?, ..self })
    }
}

/// Layers by where they lie in memory. An edit puts a layer elsewhere, and the place of one that is gone is not given to another while
/// it is remembered here; the layer itself is not kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers(BTreeMap<LayerKind, Weak<dyn Any + Send + Sync>>);

impl Layers {
    /// All layers of a plan.
    pub(super) fn of(content: &Content) -> Self {
        Self(LayerKind::ALL.into_iter().map(|kind| (kind, Arc::downgrade(&shared(&content.layer(kind))))).collect())
    }

    /// Whether this is the layer, unchanged.
    pub(super) fn has(&self, layer: &LayerContent) -> bool {
        self.0.get(&layer.kind()).is_some_and(|known| std::ptr::addr_eq(known.as_ptr(), Arc::as_ptr(&shared(layer))))
    }
}

fn shared(layer: &LayerContent) -> Arc<dyn Any + Send + Sync> {
    match layer {
        LayerContent::Compounds(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Pipes(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Buildings(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Barriers(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Bridges(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Streets(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Parcels(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Facilities(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Heritage(layer) => Arc::<Vec<_>>::clone(layer),
        LayerContent::Limits(layer) => Arc::<Vec<_>>::clone(layer),
    }
}
