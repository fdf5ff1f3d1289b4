//! Empty ground that a district closes round: what it surrounds once the gaps that link its compounds are closed, and that
//! belongs to nobody the plan knows of.
//!
//! The members are grown by half the plan's gap; what is left open inside is a hole. Ground further than that from every
//! compound, parcel, barrier and street in the hole, grown back by as much, is hollow. So ground narrower than the plan's gap
//! is a gap and no hollow, whoever bounds it.

use geo::algorithm::buffer::{Buffer, BufferStyle, LineJoin};
use geo::{Area, BooleanOps, BoundingRect, Geometry, MultiPolygon, Polygon, Rect, Simplify};
use rayon::prelude::*;

use crate::base::{CompoundId, DistrictId};
use crate::geometry::distance::GapFinder;
use crate::geometry::index::BoxIndex;
use crate::geometry::segment::grown;
use crate::model::Content;

/// Smaller ground is not told of, m²: a court, a car park, the yard of a boiler house.
pub const LEAST_HOLLOW_M2: f64 = 400.0;

/// Half the width of a street whose width is not known, and of a barrier drawn as a line, m.
const HALF_LINE_M: f64 = 6.0;

/// Under contiguity by touch gaps up to twice this are closed, m.
const LEAST_CLOSING_M: f64 = 0.5;

/// Outlines are simplified by so much before they are grown, m.
const SIMPLIFY_M: f64 = 0.25;

/// Empty ground inside a district.
#[derive(Clone, Debug, PartialEq)]
pub struct Hollow {
    /// The ground, in the working CRS.
    pub shape: MultiPolygon<f64>,
    /// The member that lies nearest; of equals the first.
    pub beside: CompoundId,
}

/// The hollows of every district that has any, in order of the districts' ids, the largest of each first.
///
/// In parallel over districts: a union of the grown members of each, `O(n log n)` in their points.
#[must_use]
pub fn hollows(content: &Content) -> Vec<(DistrictId, Vec<Hollow>)> {
    let half_m = (content.settings.gap_m / 2.0).max(LEAST_CLOSING_M);
    let districts: Vec<(DistrictId, Vec<CompoundId>)> = content.members_by_district().into_iter().collect();
    let holes = |(id, members): (DistrictId, Vec<CompoundId>)| {
        let holes = holes(content, &members, half_m);
        (!holes.is_empty()).then_some((id, members, holes))
    };
    let open: Vec<_> = districts.into_par_iter().filter_map(holes).collect();
    if open.is_empty() {
        return Vec::new();
    }
    let taken = Taken::new(content);
    let hollow = |(id, members, holes): (DistrictId, Vec<CompoundId>, Vec<Polygon<f64>>)| {
        let shapes = holes.iter().flat_map(|hole| taken.leave_of(hole, half_m));
        let mut found: Vec<Hollow> = shapes.filter_map(|shape| beside(content, &members, shape)).collect();
        found.sort_by(|p, q| q.shape.unsigned_area().total_cmp(&p.shape.unsigned_area()).then(p.beside.cmp(&q.beside)));
        (!found.is_empty()).then_some((id, found))
    };
    open.into_par_iter().filter_map(hollow).collect()
}

fn grow(shape: &MultiPolygon<f64>, by_m: f64) -> MultiPolygon<f64> {
    shape.buffer_with_style(BufferStyle::new(by_m).line_join(LineJoin::Miter(std::f64::consts::FRAC_PI_4)))
}

/// What lies open inside the grown members.
fn holes(content: &Content, members: &[CompoundId], half_m: f64) -> Vec<Polygon<f64>> {
    let shapes = members.iter().filter_map(|id| content.compounds.get(id.index())).map(|compound| &compound.shape);
    let parts: Vec<Polygon<f64>> = shapes.flat_map(|shape| shape.simplify(SIMPLIFY_M).0).collect();
    let closed = grow(&MultiPolygon(parts), half_m);
    let rings = closed.0.into_iter().flat_map(|part| part.into_inner().1);
    rings.map(|ring| Polygon::new(ring, Vec::new())).collect()
}

/// The ground with the member nearest to it.
fn beside(content: &Content, members: &[CompoundId], shape: MultiPolygon<f64>) -> Option<Hollow> {
    let (bounds, mut finder, mut best) = (shape.bounding_rect()?, GapFinder::default(), None);
    for id in members {
        let Some(other) = content.compounds.get(id.index()).map(|compound| &compound.shape) else { continue };
        let Some(around) = other.bounding_rect() else { continue };
        let limit = best.map_or(f64::INFINITY, |(away_m, _)| away_m);
        if let Some(gap) = finder.gap((other, &around), (&shape, &bounds), limit).filter(|gap| gap.gap_m < limit) {
            best = Some((gap.gap_m, *id));
        }
    }
    Some(Hollow { shape, beside: best?.1 })
}

/// Ground that is somebody's, with an index of its boxes.
struct Taken<'a> {
    ground: Vec<Ground<'a>>,
    index: BoxIndex,
}

/// Whose ground it is.
enum Ground<'a> {
    /// A compound's or a parcel's.
    Area(&'a MultiPolygon<f64>),
    /// A barrier's: an area, or a line.
    Barrier(&'a Geometry<f64>),
    /// A street's, so far from its centre line, m.
    Street(&'a geo::MultiLineString<f64>, f64),
}

impl Ground<'_> {
    fn bounds(&self) -> Option<Rect<f64>> {
        match self {
            Self::Area(shape) => shape.bounding_rect(),
            Self::Barrier(shape) => Some(grown(&shape.bounding_rect()?, HALF_LINE_M)),
            Self::Street(line, half_m) => Some(grown(&line.bounding_rect()?, *half_m)),
        }
    }

    /// The ground grown by so much.
    fn grown(&self, by_m: f64) -> MultiPolygon<f64> {
        match self {
            Self::Area(shape) => grow(shape, by_m),
            Self::Barrier(Geometry::Polygon(shape)) => grow(&MultiPolygon(vec![shape.clone()]), by_m),
            Self::Barrier(Geometry::MultiPolygon(shape)) => grow(shape, by_m),
            Self::Barrier(line) => line.buffer(HALF_LINE_M + by_m),
            Self::Street(line, half_m) => line.buffer(half_m + by_m),
        }
    }
}

impl<'a> Taken<'a> {
    fn new(content: &'a Content) -> Self {
        let compounds = content.compounds.iter().map(|compound| Ground::Area(&compound.shape));
        let parcels = content.parcels.iter().map(|parcel| Ground::Area(&parcel.shape));
        let barriers = content.barriers.iter().map(|barrier| Ground::Barrier(&barrier.shape));
        let half_of = |width_m: Option<f64>| width_m.filter(|m| m.is_finite() && *m > 0.0).map_or(HALF_LINE_M, |m| m / 2.0);
        let streets = content.streets.iter().map(|street| Ground::Street(&street.line, half_of(street.width_m)));
        let ground: Vec<Ground<'a>> = compounds.chain(parcels).chain(barriers).chain(streets).collect();
        let index = BoxIndex::new(ground.iter().map(Ground::bounds));
        Self { ground, index }
    }

    /// What of a hole is nobody's: pieces of at least [`LEAST_HOLLOW_M2`].
    fn leave_of(&self, hole: &Polygon<f64>, half_m: f64) -> Vec<MultiPolygon<f64>> {
        let whole = MultiPolygon(vec![hole.clone()]);
        let Some(bounds) = hole.bounding_rect() else { return Vec::new() };
        // What is grown back reaches the members round the hole, and as far from these.
        let mut near: Vec<usize> = self.index.in_box(grown(&bounds, 4.0 * half_m)).collect();
        near.sort_unstable();
        let reach = near.iter().map(|row| self.ground[*row].grown(half_m));
        let open = reach.fold(whole, |open, taken| if open.0.is_empty() { open } else { open.difference(&taken) });
        let own = |piece: Polygon<f64>| {
            let back = grow(&MultiPolygon(vec![piece]), half_m);
            let left = near.iter().fold(back, |left, row| left.difference(&self.ground[*row].grown(0.0)));
            // Growing back round a sharp corner may reach over a neighbour; what lies beyond is another piece.
            let largest = left.0.into_iter().max_by(|p, q| p.unsigned_area().total_cmp(&q.unsigned_area()));
            largest.filter(|part| part.unsigned_area() >= LEAST_HOLLOW_M2).map(|part| MultiPolygon(vec![part]))
        };
        open.into_iter().filter_map(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::{block, content};
    use super::*;
    use crate::geometry::distance::tests::square;
    use crate::model::{Parcel, Properties, Street};

    /// A ring of eight squares of 100 m, 10 m apart, round an empty middle of 120 by 120 m.
    fn ring() -> Content {
        let shapes = block(100.0, 10.0).into_iter().enumerate().filter(|(row, _)| *row != 4).map(|(_, shape)| shape);
        let mut plan = content(shapes.collect(), &[1; 8]);
        plan.settings.gap_m = 30.0;
        plan
    }

    fn areas(plan: &Content) -> Vec<f64> {
        hollows(plan).iter().flat_map(|(_, found)| found).map(|hollow| hollow.shape.unsigned_area().round()).collect()
    }

    #[test]
    fn the_empty_middle_of_a_ring_is_told_with_its_area() {
        let plan = ring();
        let found = hollows(&plan);
        assert_eq!(found.iter().map(|(id, found)| (id.0, found.len())).collect::<Vec<_>>(), [(1, 1)]);
        // The middle, and a little of the alleys that open on it.
        let area = found[0].1[0].shape.unsigned_area();
        assert!((14_300.0..=14_500.0).contains(&area), "{area}");
        assert_eq!(found[0].1[0].beside, CompoundId(0));
    }

    #[test]
    fn ground_that_is_somebodys_is_none() {
        let check = |change: &dyn Fn(&mut Content), expected: &[f64]| {
            let mut plan = ring();
            change(&mut plan);
            assert_eq!(areas(&plan), expected);
        };
        // A ring that is open on one side, wider than the gap.
        check(&|plan| plan.assignment[1] = None, &[]);
        // One that is open, but for a gap.
        let middle = |plan: &mut Content, side: f64| {
            let at = 160.0 - side / 2.0;
            let compounds = Arc::make_mut(&mut plan.compounds);
            let other = crate::model::Compound { shape: square(at, at, side, side).into(), ..compounds[0].clone() };
            compounds.push(other);
            plan.assignment.push(None);
        };
        // A compound in the middle leaves strips that are gaps.
        check(&|plan| middle(plan, 100.0), &[]);
        check(&|plan| middle(plan, 70.0), &[]);
        let parcel = |shape: Polygon<f64>| Parcel {
            source_id: String::new(),
            name: String::new(),
            shape: shape.into(),
            extra: Properties::new(),
        };
        check(&|plan| plan.parcels = Arc::new(vec![parcel(square(100.0, 100.0, 120.0, 120.0))]), &[]);
        let lake = |plan: &mut Content| {
            let shape = square(100.0, 100.0, 120.0, 120.0).into();
            let (kind, source_id, name) = (crate::model::BarrierKind::River, String::new(), String::new());
            plan.barriers = Arc::new(vec![crate::model::Barrier { source_id, kind, name, shape, extra: Properties::new() }]);
        };
        check(&lake, &[]);
        let street = |plan: &mut Content, width_m: Option<f64>| {
            let line = geo::LineString::from(vec![(0.0, 160.0), (320.0, 160.0)]);
            let line = geo::MultiLineString(vec![line]);
            let (source_id, name, important) = (String::new(), String::new(), false);
            plan.streets = Arc::new(vec![Street { source_id, name, width_m, important, line, extra: Properties::new() }]);
        };
        // A street of 64 m leaves a strip of 28 m on either side, which is a gap; a lane leaves two fields.
        check(&|plan| street(plan, Some(64.0)), &[]);
        let mut plan = ring();
        street(&mut plan, Some(10.0));
        assert_eq!(areas(&plan).len(), 2);
    }

    #[test]
    fn a_court_is_ground_too_and_a_small_one_is_none() {
        let court = |side: f64| {
            let inner = geo::LineString::from(square(50.0, 50.0, side, side).exterior().0.clone());
            let shape = Polygon::new(square(0.0, 0.0, 200.0, 200.0).exterior().clone(), vec![inner]);
            let mut plan = content(vec![shape.into()], &[1]);
            plan.settings.gap_m = 10.0;
            plan
        };
        assert_eq!(areas(&court(60.0)), [3_600.0]);
        assert_eq!(areas(&court(19.0)), Vec::<f64>::new());
        assert_eq!(areas(&court(21.0)), [441.0]);
    }
}
