//! What shapes tell of all openings, whatever their years: who shares ground with whom, and the works by which years move.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::openings::openings;
use super::{Opener, Opening, Site, Sites};
use crate::base::{Cancelled, Reporter};
use crate::geometry::clip;
use crate::model::Content;
use crate::pipes::ground::{SharedStretch, shared_ground};
use crate::policy::PipeClass;

/// Openings that get their year together: pipes of one owner, class and year that hang together in one street or compound.
/// An item is a work of its own; it follows its district.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// Its openings, by row, ascending.
    pub openings: Vec<u32>,
    /// Their year in the plan.
    pub year: i32,
    /// Owner of the pipes as written; `None` for items and where the survey does not tell.
    pub owner: Option<String>,
    /// Class of the pipes; `None` for items.
    pub class: Option<PipeClass>,
    /// Where it lies.
    pub site: Site,
    /// Length of its lines, m.
    pub length_m: f64,
}

/// Openings and the ground they share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ground {
    /// Lines nearer than this share a trench, m.
    pub reach_m: f64,
    /// All openings: pipes in the order of the layer, then items.
    pub openings: Vec<Opening>,
    /// Length of each, m.
    pub lengths_m: Vec<f64>,
    /// What each shares with others.
    pub shared: Vec<Vec<SharedStretch>>,
    /// The works, by their first opening.
    pub works: Vec<Work>,
    /// The work of each opening.
    pub work_of: Vec<u32>,
    /// The first and the last year in which ground is opened; none without openings.
    pub planned: Vec<i32>,
}

impl Ground {
    /// Looks at everything that has a year. `O(n log n)` for lines that each lie near few others.
    ///
    /// # Errors
    /// [`Cancelled`] when the reporter asks to stop.
    pub fn new(content: &Content, reporter: &dyn Reporter) -> Result<Self, Cancelled> {
        let reach_m = content.settings.works.trench_reach_m;
        let openings = openings(content);
        let lines: Vec<_> = openings.iter().map(|o| o.opener.line_or_none(content)).collect();
        let refs: Vec<_> = lines.iter().map(|line| &**line).collect();
        let shared = shared_ground(&refs, reach_m, reporter)?;
        let finder = Sites::new(content);
        let sites: Vec<Site> = refs.par_iter().map(|line| finder.of(line)).collect();
        let lengths_m: Vec<f64> = refs.par_iter().map(|line| clip::length_m(line)).collect();
        let years = || openings.iter().map(|opening| opening.year);
        let planned = years().min().into_iter().chain(years().max()).collect();
        let mut ground = Self { reach_m, openings, lengths_m, shared, works: Vec::new(), work_of: Vec::new(), planned };
        ground.gather(content, &sites);
        Ok(ground)
    }

    /// Puts openings into works.
    fn gather(&mut self, content: &Content, sites: &[Site]) {
        let key = |row: usize| match self.openings[row].opener {
            Opener::Pipe(id) => {
                let pipe = content.pipes.get(id.index())?;
                Some((pipe.owner.as_deref(), pipe.class, pipe.ownership as u8, self.openings[row].year, sites[row]))
            }
            Opener::Item(_) => None,
        };
        let mut sets = Sets::new(self.openings.len());
        for (row, shared) in self.shared.iter().enumerate() {
            let Some(own) = key(row) else { continue };
            for other in shared.iter().map(|s| s.other as usize).filter(|other| key(*other) == Some(own)) {
                sets.join(row, other);
            }
        }
        let mut of_root: BTreeMap<usize, u32> = BTreeMap::new();
        for (row, site) in sites.iter().enumerate() {
            let root = sets.root(row);
            let next = u32::try_from(self.works.len()).unwrap_or(u32::MAX);
            let work = *of_root.entry(root).or_insert(next);
            if work == next {
                self.works.push(self.empty_work(content, row, *site));
            }
            self.work_of.push(work);
            let length_m = self.lengths_m[row];
            let work = &mut self.works[work as usize];
            work.openings.push(u32::try_from(row).unwrap_or(u32::MAX));
            work.length_m += length_m;
        }
    }

    fn empty_work(&self, content: &Content, row: usize, site: Site) -> Work {
        let pipe = match self.openings[row].opener {
            Opener::Pipe(id) => content.pipes.get(id.index()),
            Opener::Item(_) => None,
        };
        Work {
            openings: Vec::new(),
            year: self.openings[row].year,
            owner: pipe.and_then(|pipe| pipe.owner.clone()),
            class: pipe.map(|pipe| pipe.class),
            site,
            length_m: 0.0,
        }
    }
}

/// Disjoint sets of rows.
pub(super) struct Sets(Vec<usize>);

impl Sets {
    pub(super) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    pub(super) fn root(&mut self, row: usize) -> usize {
        let mut at = row;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// The smaller root stays.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
