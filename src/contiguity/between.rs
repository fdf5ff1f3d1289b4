//! What lies between two linked compounds, as far as the layers tell: what a planner would answer who is asked why they count
//! as neighbours. It is read off the straight way of the link after the links are found and changes none of them.

use geo::{BoundingRect, Rect};

use super::barrier::Walls;
use super::{Link, LinkKind, Via};
use crate::base::{BarrierId, BridgeId, Message, ParcelId};
use crate::geometry::index::BoxIndex;
use crate::geometry::segment::{Segment, box_distance2, grown, line_segments, side};
use crate::model::{Barrier, BarrierKind, Content, LinkKey};

/// A strip without a name is at most this wide where only a wall stands in it, m. Assumed: a wall of a compound with its
/// plinth and what the survey of two sides differs by.
const WALL_M: f64 = 1.0;

/// A strip without a name is an alley (巷道) up to this width, m. Assumed: red lines of branch roads are 14 m apart and more.
const ALLEY_M: f64 = 12.0;

/// Barriers are looked for this far around a way, m.
const AROUND_M: f64 = 1.0;

/// What lies between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Between {
    /// Nothing: they touch or overlap.
    Touching(LinkKind),
    /// Whatever lies there, the user linked them.
    ByHand,
    /// Neighbours by a table of weights, without a map.
    Given,
    /// A bridge, underpass or level crossing, and the barrier under it.
    Bridge(BridgeId, Option<BarrierId>),
    /// Low-efficiency land.
    Parcel(ParcelId),
    /// Barriers that are crossed at a cost or count as nothing, from the first compound on; never empty.
    Barriers(Vec<BarrierId>),
    /// A street, by its row.
    Street(usize),
    /// A strip as wide as a wall.
    Wall,
    /// An alley.
    Alley,
    /// A wider strip that no layer names.
    Open,
}

/// Streets and barriers, ready to be asked about many links.
pub struct Surroundings<'a> {
    content: &'a Content,
    walls: Walls,
    streets: Vec<(Segment, usize)>,
    index: BoxIndex,
}

impl<'a> Surroundings<'a> {
    /// All streets and barriers of a plan. `O(n log n)` in their vertices.
    #[must_use]
    pub fn new(content: &'a Content) -> Self {
        Self::within(content, None)
    }

    /// Those near one link, for which a look at each is quicker than an index. `O(n)`.
    #[must_use]
    pub fn of_link(content: &'a Content, link: &Link) -> Self {
        Self::within(content, Some(grown(&way_of(link).bounds(), AROUND_M)))
    }

    fn within(content: &'a Content, region: Option<Rect<f64>>) -> Self {
        let near = |bounds: &Rect<f64>| region.is_none_or(|region| box_distance2(&region, bounds) <= 0.0);
        // Kept by their rows; a shape that is far away is none.
        let barriers: Vec<Option<&Barrier>> = content
            .barriers
            .iter()
            .map(|barrier| Some(barrier).filter(|b| b.shape.bounding_rect().is_some_and(|bounds| near(&bounds))))
            .collect();
        let walls = Walls::of_shapes(barriers.into_iter().map(|barrier| barrier.map(|b| (&b.shape, f64::INFINITY))));
        let lines = content.streets.iter().enumerate().flat_map(|(row, street)| street.line.iter().map(move |line| (line, row)));
        let streets: Vec<(Segment, usize)> = lines
            .flat_map(|(line, row)| line_segments(line).map(move |segment| (segment, row)))
            .filter(|(segment, _)| near(&segment.bounds()))
            .collect();
        let index = BoxIndex::new(streets.iter().map(|(segment, _)| Some(segment.bounds())));
        Self { content, walls, streets, index }
    }

    /// What lies between the compounds of a link. `O(log n)` and what lies around.
    #[must_use]
    pub fn between(&self, link: &Link) -> Between {
        let way = way_of(link);
        let crossed = || {
            let nearby = self.walls.near(grown(&way.bounds(), AROUND_M));
            nearby.map_or_else(Vec::new, |nearby| {
                let crossed = nearby.crossed(&way);
                // Where they touch, the way has no length, and what is paid for stands on their border.
                if crossed.is_empty() && link.extra_m > 0.0 { nearby.nearest(way.a).into_iter().collect() } else { crossed }
            })
        };
        match (link.kind, link.via) {
            (LinkKind::Manual, _) => {
                let key = LinkKey::new(link.a, link.b);
                if key.is_some_and(|key| self.content.overrides.contains_key(&key)) { Between::ByHand } else { Between::Given }
            }
            (_, Some(Via::Bridge(id))) => Between::Bridge(id, crossed().first().copied()),
            (_, Some(Via::Parcel(id))) => Between::Parcel(id),
            (LinkKind::Overlap | LinkKind::Edge | LinkKind::Corner, None) => Between::Touching(link.kind),
            (LinkKind::Gap | LinkKind::Bridge | LinkKind::Parcel, None) => {
                let barriers = crossed();
                if !barriers.is_empty() {
                    return Between::Barriers(barriers);
                }
                self.street(&way).map_or_else(|| strip(link.bare_gap_m()), Between::Street)
            }
        }
    }

    /// The street that a way crosses; of several the first row with a name.
    fn street(&self, way: &Segment) -> Option<usize> {
        let crosses = |segment: &Segment| {
            side(way.a, way.b, segment.a) * side(way.a, way.b, segment.b) <= 0
                && side(segment.a, segment.b, way.a) * side(segment.a, segment.b, way.b) <= 0
        };
        let rows = self.index.in_box(way.bounds()).map(|at| self.streets[at]).filter(|(segment, _)| crosses(segment));
        rows.map(|(_, row)| row).min_by_key(|row| (self.content.streets[*row].name.is_empty(), *row))
    }
}

fn way_of(link: &Link) -> Segment {
    Segment::new(link.from, link.to)
}

fn strip(gap_m: f64) -> Between {
    if gap_m <= WALL_M {
        Between::Wall
    } else if gap_m <= ALLEY_M {
        Between::Alley
    } else {
        Between::Open
    }
}

impl Between {
    /// The stable name used in files and JSON; of barriers the kind of the first.
    #[must_use]
    pub fn code(&self, content: &Content) -> &'static str {
        match self {
            Self::Touching(_) => "touching",
            Self::ByHand => "by_hand",
            Self::Given => "weights",
            Self::Bridge(..) => "bridge",
            Self::Parcel(_) => "parcel",
            Self::Barriers(ids) => {
                ids.first().and_then(|id| content.barriers.get(id.index())).map_or("other", |barrier| barrier.kind.code())
            }
            Self::Street(_) => "street",
            Self::Wall => "wall",
            Self::Alley => "alley",
            Self::Open => "open_ground",
        }
    }

    /// What lies between, in the user's words.
    #[must_use]
    pub fn message(&self, content: &Content, link: &Link) -> Message {
        let width = |key| Message::new(key).metres("gap", link.bare_gap_m());
        match self {
            Self::Touching(LinkKind::Overlap) => Message::new("contiguity.between-overlap"),
            Self::Touching(LinkKind::Corner) => Message::new("contiguity.between-corner"),
            Self::Touching(_) => Message::new("contiguity.between-edge"),
            Self::ByHand => {
                let set = LinkKey::new(link.a, link.b).and_then(|key| content.overrides.get(&key));
                match set.map(|set| set.note.trim()).filter(|note| !note.is_empty()) {
                    Some(note) => Message::new("contiguity.between-by-hand").text("note", note),
                    None => Message::new("contiguity.between-by-hand-bare"),
                }
            }
            Self::Given => Message::new("contiguity.between-weights"),
            Self::Bridge(id, over) => {
                let name = content.bridges.get(id.index()).map_or("", |bridge| bridge.name.as_str());
                let bridge = named("contiguity.bridge-unnamed", name);
                match over.and_then(|id| content.barriers.get(id.index())) {
                    Some(barrier) => {
                        Message::new("contiguity.between-bridge").nested("over", barrier.told()).nested("bridge", bridge)
                    }
                    None => bridge,
                }
            }
            Self::Parcel(id) => {
                let name = content.parcels.get(id.index()).map_or("", |parcel| parcel.name.as_str());
                Message::new("contiguity.between-parcel").nested("parcel", named("contiguity.unnamed", name))
            }
            Self::Barriers(ids) => {
                let told = ids.iter().filter_map(|id| content.barriers.get(id.index())).map(Barrier::told);
                let both = |all, next| Message::new("contiguity.barriers").nested("first", all).nested("next", next);
                let across = if link.extra_m > 0.0 {
                    Message::new("contiguity.between-paid").metres("cost", link.extra_m)
                } else {
                    Message::new("contiguity.between-let-through")
                };
                across.nested("barriers", told.reduce(both).unwrap_or_else(|| BarrierKind::Other.name()))
            }
            Self::Street(row) => {
                let name = content.streets.get(*row).map_or("", |street| street.name.as_str());
                Message::new("contiguity.between-street")
                    .nested("street", named("contiguity.street-unnamed", name))
                    .metres("gap", link.bare_gap_m())
            }
            Self::Wall => width("contiguity.between-wall"),
            Self::Alley => width("contiguity.between-alley"),
            Self::Open => width("contiguity.between-open"),
        }
    }
}

/// A name, or what to say of a thing that has none.
fn named(unnamed: &'static str, name: &str) -> Message {
    if name.trim().is_empty() { Message::new(unnamed) } else { Message::new("contiguity.named").text("name", name.trim()) }
}
