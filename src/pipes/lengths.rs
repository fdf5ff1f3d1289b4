//! Lengths of pipes inside, connecting and passing, compound by compound.

use geo::{BoundingRect, Coord, Intersects, Rect};
use rayon::prelude::*;

use crate::base::{Cancelled, PipeId, Reporter};
use crate::geometry::clip::{self, Stretch};
use crate::geometry::packed::PackedBoxes;
use crate::geometry::segment::grown;
use crate::model::{Content, Pipe};

/// Shorter ends than this, m, do not make a pipe stick out of a compound or into it.
const SHORTEST_M: f64 = 1e-3;

/// Pipes handled between two reports of progress.
const BATCH: usize = 65_536;
/// Pipes handled at a time by one thread.
const BLOCK: usize = 2_048;

/// What a pipe is to a compound (R18: “小区内部以及与小区联系的”).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PipeRole {
    /// 内部: it lies wholly in the compound.
    Inside,
    /// 联系: it crosses the boundary and ends inside, or ends within reach of the boundary.
    Connecting,
    /// 过境: it goes through and has no end inside or near.
    Passing,
}

/// A pipe in the list of a compound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PipeShare {
    /// The pipe.
    pub pipe: PipeId,
    /// What it is to the compound.
    pub role: PipeRole,
    /// Its length inside the compound, m; 0 for a pipe that ends just outside.
    pub inside_m: f64,
}

/// Lengths of one pipe; inside + outside = total.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PipeTotal {
    /// The whole, m.
    pub total_m: f64,
    /// Inside any compound, m; overlaps of compounds count once.
    pub inside_m: f64,
    /// Outside every compound, m.
    pub outside_m: f64,
}

/// Pipes of every compound and lengths of every pipe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipeLengths {
    /// By row of the compound: its pipes in the order of the layer.
    pub per_compound: Vec<Vec<PipeShare>>,
    /// By row of the pipe.
    pub per_pipe: Vec<PipeTotal>,
}

/// Cuts every pipe at every compound. Runs on all threads; the result does not depend on them.
///
/// `O(pipes × compounds nearby × vertices)`.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn lengths(content: &Content, reporter: &dyn Reporter) -> Result<PipeLengths, Cancelled> {
    let ground = Compounds::new(content);
    let mut found = PipeLengths {
        per_compound: vec![Vec::new(); content.compounds.len()],
        per_pipe: Vec::with_capacity(content.pipes.len()),
    };
    for (batch, pipes) in content.pipes.chunks(BATCH).enumerate() {
        reporter.check()?;
        reporter.progress(batch * BATCH, content.pipes.len());
        let blocks: Vec<Block> = pipes.par_chunks(BLOCK).map(|pipes| ground.measure_all(pipes)).collect();
        for (block, measured) in blocks.into_iter().enumerate() {
            let first = batch * BATCH + block * BLOCK;
            found.per_pipe.extend(measured.totals);
            for (place, compound, role, inside_m) in measured.shares {
                let pipe = PipeId::from_index(first + place);
                found.per_compound[compound].push(PipeShare { pipe, role, inside_m });
            }
        }
    }
    reporter.progress(content.pipes.len(), content.pipes.len());
    Ok(found)
}

/// What is known of pipes that follow each other.
struct Block {
    totals: Vec<PipeTotal>,
    /// The place of the pipe in the block, the row of the compound, and what the pipe is to it.
    shares: Vec<(usize, usize, PipeRole, f64)>,
}

/// The compounds that pipes are cut at.
struct Compounds<'a> {
    content: &'a Content,
    boxes: Vec<Option<Rect<f64>>>,
    nearby: PackedBoxes,
    /// Ends as near as this to a compound connect it, m; never less than what lies on its border.
    reach_m: f64,
}

impl<'a> Compounds<'a> {
    fn new(content: &'a Content) -> Self {
        let boxes: Vec<_> = content.compounds.par_iter().map(|compound| compound.shape.bounding_rect()).collect();
        let nearby = PackedBoxes::new(&boxes);
        let reach = content.settings.pipe_reach_m;
        let reach_m = if reach.is_finite() { reach.max(clip::ON_BORDER_M) } else { clip::ON_BORDER_M };
        Self { content, boxes, nearby, reach_m }
    }

    fn measure_all(&self, pipes: &[Pipe]) -> Block {
        let bounds: Vec<Option<Rect<f64>>> = pipes.iter().map(|pipe| pipe.line.bounding_rect()).collect();
        let reached: Vec<_> = bounds.iter().map(|own| own.map(|own| grown(&own, self.reach_m))).collect();
        let outside = |pipe: &Pipe| {
            let total_m = clip::length_m(&pipe.line);
            PipeTotal { total_m, inside_m: 0.0, outside_m: total_m }
        };
        let mut block = Block { totals: pipes.iter().map(outside).collect(), shares: Vec::new() };
        let mut near: Vec<(usize, usize)> = Vec::new();
        self.nearby.each_in_boxes(&reached, |place, row| near.push((place, row)));
        // Pipes come as they lie on the ground, so that those after each other meet the same compounds.
        for own in near.chunk_by_mut(|a, b| a.0 == b.0) {
            own.sort_unstable();
            let place = own[0].0;
            let (pipe, Some(bounds)) = (&pipes[place], &bounds[place]) else { continue };
            let rows = own.iter().map(|(_, row)| *row);
            let total_m = block.totals[place].total_m;
            let share = |row, role, inside_m| block.shares.push((place, row, role, inside_m));
            block.totals[place] = self.measure(pipe, total_m, bounds, rows, share);
        }
        block.shares.sort_by_key(|(place, ..)| *place);
        block
    }

    fn measure(
        &self,
        pipe: &Pipe,
        total_m: f64,
        bounds: &Rect<f64>,
        near: impl Iterator<Item = usize>,
        mut share: impl FnMut(usize, PipeRole, f64),
    ) -> PipeTotal {
        let touched = grown(bounds, clip::ON_BORDER_M);
        let mut inside: Vec<Stretch> = Vec::new();
        for row in near {
            let shape = &self.content.compounds[row].shape;
            let meets = self.boxes[row].is_some_and(|own| own.intersects(&touched));
            let stretches = if meets { clip::inside_stretches(&pipe.line, shape) } else { Vec::new() };
            if let Some((role, inside_m)) = self.role_of(pipe, row, total_m, &stretches) {
                share(row, role, inside_m);
            }
            inside.extend(stretches);
        }
        let inside_m: f64 = clip::union(inside).into_iter().map(Stretch::length_m).sum::<f64>().min(total_m);
        PipeTotal { total_m, inside_m, outside_m: total_m - inside_m }
    }

    /// The role and the length inside, or `None` when the pipe has nothing to do with the compound.
    fn role_of(&self, pipe: &Pipe, row: usize, total_m: f64, inside: &[Stretch]) -> Option<(PipeRole, f64)> {
        let inside_m: f64 = inside.iter().map(|stretch| stretch.length_m()).sum();
        let enters = inside_m > SHORTEST_M;
        if enters && total_m - inside_m <= SHORTEST_M {
            return Some((PipeRole::Inside, inside_m));
        }
        let starts_or_ends_in =
            || inside.first().is_some_and(|first| first.from_m <= 0.0) || inside.last().is_some_and(|last| last.to_m >= total_m);
        let shape = &self.content.compounds[row].shape;
        let near = self.boxes[row].map(|own| grown(&own, self.reach_m));
        let is_near =
            |end: &Coord<f64>| near.is_some_and(|near| near.intersects(end)) && clip::reaches(shape, *end, self.reach_m);
        let mut ends = pipe.line.iter().flat_map(|part| [part.0.first(), part.0.last()]).flatten();
        if total_m > 0.0 && (starts_or_ends_in() || ends.any(is_near)) {
            return Some((PipeRole::Connecting, inside_m));
        }
        enters.then_some((PipeRole::Passing, inside_m))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::Silent;
    use crate::pipes::tests::{compound, content, pipe};
    use crate::policy::PipeClass;

    fn check(coords: &[(f64, f64)], expected: Option<(PipeRole, f64)>) {
        let content = content(vec![compound("a", 0.0, 0.0, 100.0)], vec![pipe("p", PipeClass::Water, coords)]);
        let found = lengths(&content, &Silent).unwrap();
        let share = found.per_compound[0].first().map(|s| (s.role, s.inside_m));
        assert_eq!(share.map(|s| s.0), expected.map(|e| e.0), "{coords:?}");
        assert!((share.map_or(0.0, |s| s.1) - expected.map_or(0.0, |e| e.1)).abs() < 1e-6, "{coords:?}: {share:?}");
        let total = found.per_pipe[0];
        assert!((total.inside_m + total.outside_m - total.total_m).abs() < 1e-9);
    }

    #[test]
    fn roles_of_a_pipe() {
        check(&[(10.0, 10.0), (60.0, 10.0)], Some((PipeRole::Inside, 50.0)));
        check(&[(0.0, 0.0), (100.0, 0.0)], Some((PipeRole::Inside, 100.0)));
        check(&[(-20.0, 10.0), (60.0, 10.0)], Some((PipeRole::Connecting, 60.0)));
        check(&[(-20.0, 10.0), (-4.0, 10.0)], Some((PipeRole::Connecting, 0.0)));
        check(&[(-20.0, 10.0), (-5.5, 10.0)], None);
        check(&[(-20.0, 10.0), (120.0, 10.0)], Some((PipeRole::Passing, 100.0)));
        check(&[(-20.0, 100.0), (120.0, 100.0)], Some((PipeRole::Passing, 100.0)));
        check(&[(-20.0, 10.0), (104.0, 10.0)], Some((PipeRole::Connecting, 100.0)));
        check(&[(-20.0, 20.0), (20.0, -20.0)], None);
        check(&[(300.0, 20.0), (320.0, -20.0)], None);
        check(&[(50.0, 50.0), (50.0, 50.0)], None);
        check(&[], None);
    }

    #[test]
    fn overlapping_compounds_count_once() {
        let compounds = vec![compound("a", 0.0, 0.0, 100.0), compound("b", 50.0, 0.0, 100.0)];
        let content = content(compounds, vec![pipe("p", PipeClass::Gas, &[(-50.0, 10.0), (200.0, 10.0)])]);
        let found = lengths(&content, &Silent).unwrap();
        let total = found.per_pipe[0];
        assert!((total.inside_m - 150.0).abs() < 1e-9 && (total.outside_m - 100.0).abs() < 1e-9, "{total:?}");
        assert!(found.per_compound.iter().all(|shares| (shares[0].inside_m - 100.0).abs() < 1e-9));
    }

    #[test]
    fn stops_when_asked() {
        struct Stop;
        impl Reporter for Stop {
            fn progress(&self, _done: usize, _total: usize) {}
            fn should_stop(&self) -> bool {
                true
            }
        }
        let content = content(vec![], vec![pipe("p", PipeClass::Gas, &[(0.0, 0.0), (1.0, 0.0)])]);
        assert_eq!(lengths(&content, &Stop), Err(Cancelled));
        assert_eq!(lengths(&Content::default(), &Stop), Ok(PipeLengths::default()));
    }

    proptest! {
        #[test]
        fn lengths_add_up(
            boxes in prop::collection::vec((0.0..400.0_f64, 0.0..400.0_f64, 10.0..200.0_f64), 0..8),
            lines in prop::collection::vec(prop::collection::vec((-50.0..600.0_f64, -50.0..600.0_f64), 2..6), 1..6),
        ) {
            let compounds = boxes.iter().map(|(x, y, side)| compound("c", *x, *y, *side)).collect();
            let pipes = lines.iter().map(|coords| pipe("p", PipeClass::Heat, coords)).collect();
            let content = content(compounds, pipes);
            let found = lengths(&content, &Silent).unwrap();
            for (row, total) in found.per_pipe.iter().enumerate() {
                prop_assert!((total.inside_m + total.outside_m - total.total_m).abs() < 0.01);
                let of_pipe = found.per_compound.iter().flatten().filter(|s| s.pipe.index() == row).map(|s| s.inside_m);
                let (sum, most) = of_pipe.fold((0.0, 0.0_f64), |(sum, most), m| (sum + m, most.max(m)));
                prop_assert!(most <= total.inside_m + 1e-6 && total.inside_m <= sum + 1e-6);
            }
        }
    }
}
