//! What the years of the plan make of the ground: where it is opened again, how much of it, by whom and next to whom.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, MultiLineString, Rect};
use rayon::prelude::*;

use super::ground::Sets;
use super::{Ground, Site, Sites};
use crate::base::{Cancelled, CompoundId, Reporter};
use crate::geometry::bounds::join;
use crate::geometry::clip::{Stretch, union};
use crate::geometry::distance::covers;
use crate::geometry::index::BoxIndex;
use crate::geometry::segment::{boundary, grown, line_segments};
use crate::model::Content;
use crate::pipes::ground::piece;

/// Compounds this near to a trench live with it, m: a street's width.
pub const BESIDE_M: f64 = 30.0;

/// A run of reopened ground no longer than so many reaches is a crossing: nobody could lay it in a joint trench.
pub const CROSSING_REACHES: f64 = 4.0;

/// Ground in one street or compound that is opened in one year and was opened last in another before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reopening {
    /// Stable name: the years and who opens it again.
    pub key: String,
    /// When it was opened last before.
    pub first: i32,
    /// When it is opened again.
    pub again: i32,
    /// Where it lies.
    pub site: Site,
    /// Metres of the later lines in ground that was open before; what a joint trench would spare.
    pub length_m: f64,
    /// The stretches on the later openings, by row of the opening.
    pub stretches: Vec<(u32, Stretch)>,
    /// Openings of the last time before, by row, ascending.
    pub earlier: Vec<u32>,
    /// Those that open it again, by row, ascending.
    pub later: Vec<u32>,
    /// Compounds beside it, ascending: nobody there need live with a second trench.
    pub beside: Vec<CompoundId>,
    /// Their known households.
    pub households: u64,
    /// Box of the stretches, working CRS; `None` without shapes.
    pub bounds: Option<Rect<f64>>,
}

/// All of a plan's openings and what its years make of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dug {
    /// What shapes tell.
    pub ground: Ground,
    /// What years make of it.
    pub digging: Digging,
}

impl Dug {
    /// Looks at a plan. As [`Ground::new`] and [`digging`].
    ///
    /// # Errors
    /// [`Cancelled`] when the reporter asks to stop.
    pub fn new(content: &Content, reporter: &dyn Reporter) -> Result<Self, Cancelled> {
        let ground = Ground::new(content, reporter)?;
        let digging = digging(content, &ground);
        Ok(Self { ground, digging })
    }
}

/// Every reopening of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digging {
    /// Lines nearer than this share a trench, m.
    pub reach_m: f64,
    /// Metres of all openings.
    pub opened_m: f64,
    /// Metres of later openings in ground that was open before, crossings among them.
    pub reopened_m: f64,
    /// Reopenings that a joint trench could spare, the longest first.
    pub rows: Vec<Reopening>,
    /// Crossings: reopened, too short for a joint trench.
    pub crossings: usize,
    /// Their metres.
    pub crossings_m: f64,
}

/// A stretch of one opening in ground that was open before, whole years long the same.
struct Atom {
    opening: usize,
    stretch: Stretch,
    first: i32,
}

/// The reopenings under the plan's years. `O(shared ground)`, and compounds beside it.
#[must_use]
pub fn digging(content: &Content, ground: &Ground) -> Digging {
    let years: Vec<i32> = ground.openings.iter().map(|opening| opening.year).collect();
    let sites = Sites::new(content);
    let atoms: Vec<Atom> = (0..ground.openings.len()).into_par_iter().flat_map_iter(|row| atoms(ground, &years, row)).collect();
    let pieces: Vec<MultiLineString<f64>> = atoms.par_iter().map(|atom| shape(content, ground, atom)).collect();
    let at: Vec<Site> = pieces.par_iter().map(|piece| sites.of(piece)).collect();
    let mut sets = Sets::new(atoms.len());
    let mut of_opening: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, atom) in atoms.iter().enumerate() {
        of_opening.entry(atom.opening).or_default().push(n);
    }
    let alike = |a: usize, b: usize| {
        let key = |n: usize| (years[atoms[n].opening], atoms[n].first, at[n]);
        key(a) == key(b)
    };
    for (opening, mine) in &of_opening {
        let near = ground.shared[*opening].iter().map(|s| s.other as usize).collect::<BTreeSet<_>>();
        for other in near.into_iter().chain([*opening]) {
            for theirs in of_opening.get(&other).into_iter().flatten() {
                for own in mine.iter().filter(|own| alike(**own, *theirs)) {
                    sets.join(*own, *theirs);
                }
            }
        }
    }
    let mut runs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for n in 0..atoms.len() {
        runs.entry(sets.root(n)).or_default().push(n);
    }
    let mut digging = Digging { reach_m: ground.reach_m, opened_m: ground.lengths_m.iter().sum(), ..Digging::default() };
    let beside = Beside::new(content);
    let mut long = Vec::new();
    for run in runs.into_values() {
        let length_m: f64 = run.iter().map(|n| atoms[*n].stretch.length_m()).sum();
        digging.reopened_m += length_m;
        if length_m <= CROSSING_REACHES * ground.reach_m {
            digging.crossings += 1;
            digging.crossings_m += length_m;
        } else {
            long.push(run);
        }
    }
    let row = |run: &Vec<usize>| {
        let parts: Vec<&Atom> = run.iter().map(|n| &atoms[*n]).collect();
        let shapes: Vec<&MultiLineString<f64>> = run.iter().map(|n| &pieces[*n]).collect();
        reopening(content, ground, &years, &parts, at[run[0]], &beside.of(&shapes), &shapes)
    };
    digging.rows = long.par_iter().map(row).collect();
    digging.rows.sort_by(|a, b| b.length_m.total_cmp(&a.length_m).then_with(|| a.key.cmp(&b.key)));
    digging
}

/// Metres of an opening in ground that was open in an earlier year.
pub(super) fn reopened_m(ground: &Ground, years: &[i32], row: usize) -> f64 {
    let before = ground.shared[row].iter().filter(|s| years[s.other as usize] < years[row]).map(|s| s.stretch);
    union(before.collect()).into_iter().map(Stretch::length_m).sum()
}

/// The stretches of an opening in ground that was open before, cut where the year of the last time changes.
fn atoms(ground: &Ground, years: &[i32], row: usize) -> Vec<Atom> {
    let before: Vec<(i32, Stretch)> = ground.shared[row]
        .iter()
        .map(|s| (years[s.other as usize], s.stretch))
        .filter(|(year, stretch)| *year < years[row] && stretch.length_m() > 0.0)
        .collect();
    let mut cuts: Vec<f64> = before.iter().flat_map(|(_, s)| [s.from_m, s.to_m]).collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let mut atoms: Vec<Atom> = Vec::new();
    for pair in cuts.windows(2) {
        let stretch = Stretch { from_m: pair[0], to_m: pair[1] };
        let over = before.iter().filter(|(_, s)| s.from_m <= stretch.from_m && stretch.to_m <= s.to_m);
        let Some(first) = over.map(|(year, _)| *year).max() else { continue };
        match atoms.last_mut() {
            Some(last) if last.first == first && last.stretch.to_m == stretch.from_m => last.stretch.to_m = stretch.to_m,
            _ => atoms.push(Atom { opening: row, stretch, first }),
        }
    }
    atoms
}

fn shape(content: &Content, ground: &Ground, atom: &Atom) -> MultiLineString<f64> {
    let line = ground.openings[atom.opening].opener.line_or_none(content);
    piece(&line, atom.stretch)
}

fn reopening(
    content: &Content,
    ground: &Ground,
    years: &[i32],
    atoms: &[&Atom],
    site: Site,
    beside: &[CompoundId],
    shapes: &[&MultiLineString<f64>],
) -> Reopening {
    let (first, again) = (atoms[0].first, years[atoms[0].opening]);
    let overlaps = |a: Stretch, b: Stretch| a.from_m < b.to_m && b.from_m < a.to_m;
    let before = |atom: &&Atom| {
        let (stretch, opening) = (atom.stretch, atom.opening);
        ground.shared[opening]
            .iter()
            .filter(move |s| years[s.other as usize] == first && overlaps(s.stretch, stretch))
            .map(|s| s.other)
    };
    let earlier: BTreeSet<u32> = atoms.iter().flat_map(before).collect();
    let later: BTreeSet<u32> = atoms.iter().filter_map(|atom| u32::try_from(atom.opening).ok()).collect();
    let named = later.first().map(|row| ground.openings[*row as usize].opener.name(content)).unwrap_or_default();
    let households = beside.iter().filter_map(|id| content.compounds[id.index()].facts.households);
    Reopening {
        key: format!("{first}-{again}:{named}@{:.0}", atoms[0].stretch.from_m),
        first,
        again,
        site,
        length_m: atoms.iter().map(|atom| atom.stretch.length_m()).sum(),
        stretches: atoms.iter().filter_map(|atom| Some((u32::try_from(atom.opening).ok()?, atom.stretch))).collect(),
        earlier: earlier.into_iter().collect(),
        later: later.into_iter().collect(),
        households: households.map(u64::from).sum(),
        beside: beside.to_vec(),
        bounds: shapes.iter().fold(None, |sum, shape| join(sum, shape.bounding_rect())),
    }
}

impl Reopening {
    /// Its stretches as lines, in the working CRS.
    #[must_use]
    pub fn lines(&self, content: &Content, ground: &Ground) -> MultiLineString<f64> {
        let of = |(row, stretch): &(u32, Stretch)| {
            let line = ground.openings.get(*row as usize)?.opener.line(content)?;
            Some(piece(&line, *stretch))
        };
        MultiLineString(self.stretches.iter().filter_map(of).flat_map(|lines| lines.0).collect())
    }
}

/// Finds compounds beside trenches.
struct Beside<'a> {
    content: &'a Content,
    index: BoxIndex,
}

impl<'a> Beside<'a> {
    fn new(content: &'a Content) -> Self {
        Self { content, index: BoxIndex::new(content.compounds.iter().map(|c| c.shape.bounding_rect())) }
    }

    fn of(&self, lines: &[&MultiLineString<f64>]) -> Vec<CompoundId> {
        let mut found = BTreeSet::new();
        for segment in lines.iter().flat_map(|line| line.iter()).flat_map(line_segments) {
            for row in self.index.in_box(grown(&segment.bounds(), BESIDE_M)) {
                let shape = &self.content.compounds[row].shape;
                let near = || covers(shape, segment.a) || boundary(shape).any(|edge| edge.within(&segment, BESIDE_M).is_some());
                if !found.contains(&CompoundId::from_index(row)) && near() {
                    found.insert(CompoundId::from_index(row));
                }
            }
        }
        found.into_iter().collect()
    }
}
