//! A gesture under way: whom it takes, and what the districts concerned would come to, without changing anything.

use std::collections::{BTreeMap, BTreeSet};

use super::split;
use crate::base::{CompoundId, DistrictId};
use crate::command::{Brush, Destination, FieldBound, Into, Source, Whole};
use crate::contiguity::{Links, Neighbours};
use crate::geometry::segment::{Segment, line_segments};
use crate::grouping::Field;
use crate::grouping::by_hand::{self, Pending, Severed, Terrain, pending};
use crate::map::Scene;
use crate::model::{Content, LinkKey};
use crate::session::{Derived, State, actions, field_values};

/// Fields that are summed whatever is bounded.
const SUMMED: [&str; 4] = ["households", "floor_area_m2", "count", "cost_wan_yuan"];

/// What gestures stand on: links at the plan's gap, districts and values, as they were at one state of the plan.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Names the state of the plan: links, districts and facts.
    pub key: (u64, u64),
    /// Links at the plan's gap.
    pub near: Neighbours,
    /// What is summed.
    pub fields: Vec<Field>,
    /// Bounds that were last asked for: field, least and largest sum.
    pub bounds: Vec<(usize, Option<f64>, Option<f64>)>,
    district: Vec<Option<u32>>,
    conduct: bool,
}

/// Names the state of the plan that a ground would be of.
fn key(state: &State) -> Option<(u64, u64)> {
    let links = &state.derived.links;
    links.is_fresh(state.revisions.links()).then_some((state.revisions.findings(), state.plan.settings.gap_m.to_bits()))
}

impl Ground {
    /// The ground of the plan as it is; `None` until its links are there. `O(links)`.
    #[must_use]
    pub fn of(state: &State) -> Option<Self> {
        let (key, links, plan) = (key(state)?, state.derived.links.get()?, &state.plan);
        let near = Neighbours::new(plan.compounds.len(), links, plan.settings.gap_m);
        let asked: &[FieldBound] = state.asked().map_or(&[], |asked| asked.bounds.as_slice());
        let mut fields: Vec<Field> = Vec::new();
        let mut place = BTreeMap::new();
        for name in SUMMED.into_iter().chain(asked.iter().map(|bound| bound.field.as_str())) {
            if place.contains_key(name) {
                continue;
            }
            let Some(values) = field_values(plan, name) else { continue };
            place.insert(name, fields.len());
            fields.push(Field { name: name.to_owned(), values });
        }
        let bound = |bound: &FieldBound| Some((*place.get(bound.field.as_str())?, bound.min, bound.max));
        let bounds = asked.iter().filter_map(bound).collect();
        let district = plan.assignment.iter().map(|id| id.map(|id| id.0)).collect();
        Some(Self { key, near, fields, bounds, district, conduct: plan.settings.conduct })
    }

    /// Whether it is still that of the plan.
    #[must_use]
    pub fn is_fresh(&self, state: &State) -> bool {
        key(state) == Some(self.key)
    }

    /// As the functions of the grouping see it.
    #[must_use]
    pub fn terrain(&self) -> Terrain<'_> {
        Terrain { near: &self.near, district: &self.district, conduct: self.conduct, fields: &self.fields }
    }
}

/// What a gesture has taken so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// Compounds that go somewhere.
    Compounds(BTreeSet<CompoundId>, Destination),
    /// A line that cuts a district.
    Line(DistrictId, Vec<[f64; 2]>),
    /// A district that another takes in.
    District {
        /// The one that stays.
        keep: DistrictId,
        /// The one that goes.
        other: DistrictId,
    },
}

/// What a gesture would come to.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The districts concerned. A new one has the number that it would get as its id.
    pub pending: Pending,
    /// Who would go, and where.
    pub moves: BTreeMap<CompoundId, Option<DistrictId>>,
    /// Who is refused, and why the first of them is.
    pub refused: BTreeSet<CompoundId>,
    /// Why.
    pub refusal: Option<crate::base::Message>,
    /// Links that a line severs.
    pub severed: Vec<LinkKey>,
}

/// Looks at what a gesture would come to. `O(compounds)`, and what the districts concerned hold.
#[must_use]
pub fn look(state: &State, ground: &Ground, taken: &Taken) -> Look {
    let new = state.plan.next_district_id();
    let mut look = Look::default();
    match taken {
        Taken::Compounds(compounds, to) => {
            let (district, enters) = match to {
                Destination::District(id) => (Some(*id), true),
                Destination::New => (None, true),
                Destination::None => (None, false),
            };
            let allowed = actions::assignable(state, compounds, district, enters);
            look.refused = compounds.difference(&allowed.compounds).copied().collect();
            look.refusal = allowed.refusal;
            let goes = if *to == Destination::New { Some(new) } else { district };
            look.moves = allowed.compounds.into_iter().map(|id| (id, goes)).collect();
        }
        Taken::Line(id, line) => {
            let Severed { links, go, .. } = split::severed(&state.plan, ground, *id, line);
            look.severed = links.into_iter().filter_map(|(a, b)| LinkKey::new(CompoundId(a), CompoundId(b))).collect();
            look.moves = go.into_iter().map(|unit| (CompoundId(unit), Some(new))).collect();
        }
        Taken::District { keep, other } => {
            look.moves = state.plan.members(*other).into_iter().map(|id| (id, Some(*keep))).collect();
        }
    }
    let moves = look.moves.iter().map(|(id, to)| (id.0, to.map(|id| id.0))).collect();
    look.pending = pending(&ground.terrain(), &moves);
    look
}

/// Where the compounds of a gesture go that began on `start`.
#[must_use]
pub fn destination(state: &State, start: Option<CompoundId>) -> Destination {
    let home = start.and_then(|id| state.plan.assignment.get(id.index()).copied().flatten());
    match state.view.brush.into {
        Into::New => Destination::New,
        Into::None => Destination::None,
        Into::Selected => state.view.selection.district.or(home).map_or(Destination::New, Destination::District),
    }
}

/// Whom a brush takes that meets `hit`: as much as it takes with each, of those that its source lets it. `blocks` keeps the
/// street blocks that were looked up.
#[must_use]
pub fn brushed(
    content: &Content,
    brush: &Brush,
    start: Option<CompoundId>,
    hit: &[CompoundId],
    block_of: &mut dyn FnMut(CompoundId) -> Vec<CompoundId>,
) -> BTreeSet<CompoundId> {
    let home = start.and_then(|id| content.assignment.get(id.index()).copied().flatten());
    let lets = |id: &CompoundId| {
        let Some(held) = content.assignment.get(id.index()) else { return false };
        match brush.source {
            Source::Any => true,
            Source::Unassigned => held.is_none(),
            Source::Start => start.is_some() && *held == home,
        }
    };
    whole(content, brush.whole, hit, block_of).into_iter().filter(lets).collect()
}

/// Compounds with all that belongs to them.
pub(in crate::session) fn whole(
    content: &Content,
    whole: Whole,
    hit: &[CompoundId],
    block_of: &mut dyn FnMut(CompoundId) -> Vec<CompoundId>,
) -> BTreeSet<CompoundId> {
    let facts = |id: CompoundId| content.compounds.get(id.index()).map(|compound| &compound.facts);
    let community = |id: CompoundId| facts(id).and_then(|f| Some((f.street_office.as_deref(), f.community.as_deref()?)));
    let district = |id: CompoundId| content.assignment.get(id.index()).copied().flatten();
    let mut taken: BTreeSet<CompoundId> = hit.iter().copied().collect();
    let all = || (0..content.compounds.len()).map(CompoundId::from_index);
    match whole {
        Whole::Compound => {}
        Whole::Community => {
            let met: BTreeSet<_> = hit.iter().filter_map(|id| community(*id)).collect();
            taken.extend(all().filter(|id| community(*id).is_some_and(|own| met.contains(&own))));
        }
        Whole::District => {
            let met: BTreeSet<_> = hit.iter().filter_map(|id| district(*id)).collect();
            taken.extend(all().filter(|id| district(*id).is_some_and(|own| met.contains(&own))));
        }
        Whole::Block => {
            for id in hit {
                taken.extend(block_of(*id));
            }
        }
    }
    taken
}

/// The street block of a compound: links at the plan's gap that cross no street.
#[must_use]
pub fn block_of(content: &Content, derived: &Derived, near: &Neighbours, id: CompoundId) -> Vec<CompoundId> {
    let (Some(links), Some(scene)) = (derived.links.get(), derived.scene.get()) else { return vec![id] };
    let crosses = |a: u32, b: u32| crosses_street(content, links, scene, a, b);
    by_hand::block(near, id.0, &crosses).into_iter().map(CompoundId).collect()
}

fn crosses_street(content: &Content, links: &Links, scene: &Scene, a: u32, b: u32) -> bool {
    let key = LinkKey::new(CompoundId(a), CompoundId(b));
    let Some(link) = key.and_then(|key| links.find(key)) else { return true };
    let way = Segment::new(link.from, link.to);
    let rows = scene.streets.grid.in_rect(way.bounds());
    let streets = rows.into_iter().filter_map(|row| content.streets.get(row as usize));
    streets.flat_map(|street| &street.line).flat_map(line_segments).any(|segment| segment.meets(&way))
}
