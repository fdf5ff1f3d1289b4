//! The files that the layers of the plan were read from, and what they said, so that one that changes on disk can be read
//! again. They come from loading, or from the plan file, which keeps them for the next session; of a plan whose file tells
//! nothing nothing is known.

use std::path::PathBuf;
use std::sync::Arc;

use super::reload::rebase_joined;
use crate::import::ReadOptions;
use crate::model::{Compound, Content, LayerKind};
use crate::project::{Mark, Provenance, SourceFile};

/// A file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Where it lies.
    pub path: PathBuf,
    /// Its state just before it was read.
    pub mark: Mark,
    /// What was said of it.
    pub options: ReadOptions,
    /// Kinds of layer that it brought; none of a ledger.
    pub kinds: Vec<LayerKind>,
    /// The state in which it was seen last, when that is another.
    seen: Option<Mark>,
    /// The state that the user wants nothing to do with.
    declined: Option<Mark>,
}

impl Origin {
    /// A file as it was read.
    #[must_use]
    pub fn new(path: PathBuf, mark: Mark, options: ReadOptions, kinds: Vec<LayerKind>) -> Self {
        Self { path, mark, options, kinds, seen: None, declined: None }
    }

    fn is_ledger(&self) -> bool {
        self.kinds.is_empty()
    }

    fn file_name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// What must be read again when files have changed: whole layers, with every file that has a part in them, and with the
/// ledgers when compounds are among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rereading {
    /// Kinds of layer that are replaced.
    pub kinds: Vec<LayerKind>,
    /// Maps, in the order in which they were read.
    pub maps: Vec<Origin>,
    /// Ledgers.
    pub ledgers: Vec<Origin>,
}

/// Every file that a layer of the plan still comes from.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    list: Vec<Origin>,
    /// Compounds as reading and joining brought them in.
    base: Arc<Vec<Compound>>,
    /// What `base` was before each load that can be undone, and after each that can be done again.
    past: Vec<Arc<Vec<Compound>>>,
    future: Vec<Arc<Vec<Compound>>>,
    /// Files that have changed and of which the user should decide.
    changed: Vec<PathBuf>,
}

impl Origins {
    /// What the file of a plan tells.
    #[must_use]
    pub(super) fn of_plan(known: Provenance) -> Self {
        let origin = |file: SourceFile| {
            let SourceFile { path, mark, declined, options, kinds } = file;
            Origin { declined, ..Origin::new(path, mark, options, kinds) }
        };
        Self { list: known.files.into_iter().map(origin).collect(), base: known.base, ..Self::default() }
    }

    /// What the file of the plan is to keep.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        let file = |origin: &Origin| {
            let Origin { path, mark, options, kinds, declined, .. } = origin.clone();
            SourceFile { path, mark, declined, options, kinds }
        };
        Provenance { files: self.list.iter().map(file).collect(), base: Arc::clone(&self.base) }
    }

    /// Layers were put into the plan of which nobody knows where they came from.
    pub(super) fn forget(&mut self, kinds: &[LayerKind]) {
        let compounds = kinds.contains(&LayerKind::Compounds);
        self.list.retain_mut(|origin| {
            if origin.is_ledger() {
                return !compounds;
            }
            origin.kinds.retain(|kind| !kinds.contains(kind));
            !origin.kinds.is_empty()
        });
        if compounds {
            self.base = Arc::default();
        }
        self.forget_offers();
    }

    /// Compounds as reading and joining brought them in.
    #[must_use]
    pub fn base(&self) -> &Arc<Vec<Compound>> {
        &self.base
    }

    /// Files that have changed and wait for the user.
    #[must_use]
    pub fn changed(&self) -> &[PathBuf] {
        &self.changed
    }

    /// Names of the files that have changed, without their folders.
    #[must_use]
    pub fn changed_names(&self) -> String {
        let named = self.list.iter().filter(|origin| self.changed.contains(&origin.path));
        named.map(Origin::file_name).collect::<Vec<_>>().join(", ")
    }

    /// Files to look at.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        self.list.iter().map(|origin| origin.path.clone()).collect()
    }

    /// Takes in files that a load brought; their kinds of layer come from no earlier file any more.
    pub(super) fn loaded(&mut self, new: Vec<Origin>) {
        let replaced: Vec<LayerKind> = new.iter().flat_map(|origin| origin.kinds.iter().copied()).collect();
        let anew = replaced.contains(&LayerKind::Compounds);
        self.list.retain_mut(|origin| {
            let ledger = origin.is_ledger();
            origin.kinds.retain(|kind| !replaced.contains(kind));
            // Earlier ledgers were joined to compounds that are gone.
            (if ledger { !anew } else { !origin.kinds.is_empty() }) && new.iter().all(|fresh| fresh.path != origin.path)
        });
        self.list.extend(new);
        if !self.list.iter().any(|origin| origin.kinds.contains(&LayerKind::Compounds)) {
            // A ledger is read again with the map whose compounds it tells of, or not at all.
            self.list.retain(|origin| !origin.is_ledger());
        }
        self.forget_offers();
    }

    /// Takes in the state of files that were read again.
    pub(super) fn reread(&mut self, fresh: &[Origin]) {
        for origin in &mut self.list {
            if let Some(fresh) = fresh.iter().find(|fresh| fresh.path == origin.path) {
                (origin.mark, origin.seen, origin.declined) = (fresh.mark, None, None);
            }
        }
        self.forget_offers();
    }

    fn forget_offers(&mut self) {
        let list = &self.list;
        self.changed.retain(|path| list.iter().any(|origin| origin.path == *path && origin.seen.is_some()));
    }

    /// Compounds as they were brought in by a step that was just done.
    pub(super) fn set_base(&mut self, base: Arc<Vec<Compound>>) {
        self.past.push(std::mem::replace(&mut self.base, base));
        self.future.clear();
    }

    /// As [`Self::set_base`], for a load that left the compounds as they were.
    pub(super) fn keep_base(&mut self) {
        self.set_base(Arc::clone(&self.base));
    }

    /// As [`Self::set_base`], for a ledger that was joined to the compounds of the plan.
    pub(super) fn join_base(&mut self, before: &Content, after: &[Compound]) {
        if self.base.is_empty() {
            // The compounds came with the plan: nobody knows what a file said of them.
            return self.keep_base();
        }
        let base = rebase_joined(&self.base, &before.compounds, after);
        self.set_base(Arc::new(base));
    }

    /// A step that set the base was undone, or done again.
    pub(super) fn step(&mut self, back: bool) {
        let (from, to) = if back { (&mut self.past, &mut self.future) } else { (&mut self.future, &mut self.past) };
        if let Some(base) = from.pop() {
            to.push(std::mem::replace(&mut self.base, base));
        }
    }

    /// Takes in what was seen of the files. One that is another than was read is offered once it has been seen twice in one
    /// state, so that nothing is read that is still being written. `true` when there is something new to offer.
    pub fn looked(&mut self, marks: &[(PathBuf, Mark)]) -> bool {
        let mut news = false;
        for origin in &mut self.list {
            let Some((_, mark)) = marks.iter().find(|(path, _)| *path == origin.path) else { continue };
            let same = *mark == origin.mark || Some(*mark) == origin.declined;
            let settled = origin.seen == Some(*mark);
            origin.seen = (!same).then_some(*mark);
            let offered = self.changed.contains(&origin.path);
            if same && offered {
                self.changed.retain(|path| *path != origin.path);
            } else if !same && settled && !offered {
                self.changed.push(origin.path.clone());
                news = true;
            }
        }
        news
    }

    /// As [`Self::looked`], at the user's wish: what was declined is offered again, and nothing is waited for. `true` when
    /// anything has changed.
    pub fn looked_on_purpose(&mut self, marks: &[(PathBuf, Mark)]) -> bool {
        self.list.iter_mut().for_each(|origin| origin.declined = None);
        self.looked(marks);
        self.looked(marks);
        !self.changed.is_empty()
    }

    /// Leaves the files that have changed as they were read, until they change again.
    pub fn decline(&mut self) {
        for origin in self.list.iter_mut().filter(|origin| self.changed.contains(&origin.path)) {
            origin.declined = origin.seen.take();
        }
        self.changed.clear();
    }

    /// What must be read again for the files that have changed, as far as the plan still has layers of them.
    #[must_use]
    pub fn rereading(&self, content: &Content) -> Rereading {
        let here = |kind: LayerKind, origin: &Origin| {
            content.sources.get(&kind).is_some_and(|source| source.file.contains(&origin.file_name()))
        };
        let mut kinds: Vec<LayerKind> = Vec::new();
        for origin in self.list.iter().filter(|origin| self.changed.contains(&origin.path)) {
            let own = origin.kinds.iter().copied().filter(|kind| here(*kind, origin));
            kinds.extend(own);
            if origin.is_ledger() {
                kinds.push(LayerKind::Compounds);
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        let shares = |origin: &&Origin| origin.kinds.iter().any(|kind| kinds.contains(kind));
        let maps: Vec<Origin> = self.list.iter().filter(shares).cloned().collect();
        let compounds = kinds.contains(&LayerKind::Compounds);
        let ledgers = self.list.iter().filter(|origin| compounds && origin.is_ledger()).cloned().collect();
        Rereading { kinds, maps, ledgers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        let mut origins = Origins::default();
        let mark = Mark { length: 10, modified: None };
        origins.loaded(vec![Origin::new("a.geojson".into(), mark, ReadOptions::default(), vec![LayerKind::Compounds])]);
        origins
    }

    fn look(origins: &mut Origins, length: u64) -> bool {
        origins.looked(&[("a.geojson".into(), Mark { length, modified: None })])
    }

    #[test]
    fn a_change_is_offered_once_it_has_settled() {
        let mut origins = origins();
        assert!(!look(&mut origins, 10));
        assert!(!look(&mut origins, 11), "it may still be written");
        assert!(!look(&mut origins, 12));
        assert!(look(&mut origins, 12));
        assert!(!look(&mut origins, 12), "offered once");
        assert_eq!(origins.changed_names(), "a.geojson");
        assert!(!look(&mut origins, 10), "as it was");
        assert!(origins.changed().is_empty());
    }

    #[test]
    fn what_is_declined_is_not_offered_again_until_it_changes_again() {
        let mut origins = origins();
        assert!(!look(&mut origins, 12) && look(&mut origins, 12));
        origins.decline();
        assert!(!look(&mut origins, 12) && !look(&mut origins, 12) && origins.changed().is_empty());
        assert!(!look(&mut origins, 13) && look(&mut origins, 13));
    }

    #[test]
    fn a_file_that_is_replaced_is_watched_no_longer() {
        let mut origins = origins();
        let other = Origin::new("b.geojson".into(), Mark::default(), ReadOptions::default(), vec![LayerKind::Compounds]);
        origins.loaded(vec![other]);
        assert_eq!(origins.paths(), [PathBuf::from("b.geojson")]);
    }

    #[test]
    fn the_base_follows_undo_and_redo() {
        let mut origins = origins();
        let (first, second) = (Arc::new(Vec::new()), Arc::new(Vec::new()));
        origins.set_base(Arc::clone(&first));
        origins.set_base(Arc::clone(&second));
        origins.step(true);
        assert!(Arc::ptr_eq(origins.base(), &first));
        origins.step(false);
        assert!(Arc::ptr_eq(origins.base(), &second));
    }
}
