//! The draft: for each compound, what it needs and why; for each district, the services that it lacks.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Coord, Distance, Euclidean, Geometry, InteriorPoint, MultiLineString};

use super::buildings::wants_lift;
use super::{Measure, Reason, need_state, spread};
use crate::base::{CompoundId, DistrictId};
use crate::geometry::clip;
use crate::model::{Content, Item, NeedState, Pipe, Quantity};
use crate::pipes::{PipeLengths, PipeRole};
use crate::policy::{CatalogueEntry, ItemCode, ItemGeometry, PipeClass, PipeSubclass, catalogue, problem_items};
use crate::screening::{Screened, Verdict, eligible, pack_of};

/// Materials that break rather than bend; 球墨铸铁 is ductile and not one of them.
const BRITTLE: [&str; 9] = ["灰口铸铁", "灰铸铁", "铸铁", "陶土", "混凝土", "水泥", "石棉", "镀锌", "砖"];

/// Facilities within this straight distance serve already, m (the five-minute circle).
const SERVED_M: f64 = 300.0;

/// The services of 二(二) that a district without them gets, and the words by which an existing one is known.
const SERVICES: [(&str, &[&str]); 5] = [
    ("community_services", &["社区综合", "社区服务", "党群"]),
    ("health_station", &["卫生", "医"]),
    ("elder_care", &["养老", "老年", "日间照料"]),
    ("childcare", &["托育", "托幼", "托儿"]),
    ("market", &["市场", "超市"]),
];

/// Drafts items for every compound that is to be renovated: the eligible ones and those already in a district.
/// 不纳入 gets nothing; 不在范围 only where the plan does not screen at all.
///
/// Same plan, same draft, in the order of compounds, then districts; drafting again after adding it drafts nothing.
#[must_use]
pub fn draft(content: &Content, screened: &[Screened], pipes: &PipeLengths) -> Vec<Item> {
    let drafting = Drafting::new(content, pipes);
    let may = eligible(content, screened);
    let mut items = Vec::new();
    let wanted = |row: usize| {
        let assigned = content.assignment.get(row).copied().flatten().is_some();
        match screened[row].verdict {
            Verdict::Excluded => false,
            Verdict::OutOfScope => content.settings.all,
            _ => may[row] || assigned,
        }
    };
    let rows: Vec<usize> = (0..content.compounds.len().min(screened.len())).filter(|row| wanted(*row)).collect();
    for row in &rows {
        drafting.compound(CompoundId::from_index(*row), &mut items);
    }
    drafting.services(&rows, &mut items);
    for item in &mut items {
        item.quantity = drafting.measure.quantity(item);
    }
    items
}

/// Whether a material breaks rather than bends.
///
/// ```
/// use lianpian::composition::is_brittle;
/// assert!(is_brittle("灰口铸铁") && !is_brittle("球墨铸铁") && !is_brittle("PE"));
/// ```
#[must_use]
pub fn is_brittle(material: &str) -> bool {
    !material.contains("球墨") && BRITTLE.iter().any(|word| material.contains(word))
}

/// Whether the ledger's 存在问题 complains of missing lifts.
pub(super) fn says_no_lift(content: &Content, compound: CompoundId) -> bool {
    let problems = content.compounds.get(compound.index()).and_then(|c| c.facts.problems.as_deref());
    problems.is_some_and(|text| problem_items(text).contains(&ItemCode::new("lift")))
}

/// What the draft looks at.
struct Drafting<'a> {
    content: &'a Content,
    pipes: &'a PipeLengths,
    measure: Measure<'a>,
    existing: BTreeSet<(CompoundId, &'a ItemCode)>,
    taken: BTreeMap<CompoundId, Vec<Coord<f64>>>,
    /// Pipes laid in or before this year are old.
    old_year: i32,
}

/// Wanted items of a compound, by position in the catalogue, with the first reason for each.
type Wanted = BTreeMap<usize, Reason>;

impl<'a> Drafting<'a> {
    fn new(content: &'a Content, pipes: &'a PipeLengths) -> Self {
        let mut existing = BTreeSet::new();
        let mut taken: BTreeMap<CompoundId, Vec<Coord<f64>>> = BTreeMap::new();
        for item in content.items.values() {
            let Some(compound) = item.compound else { continue };
            existing.insert((compound, &item.code));
            if let Some(Geometry::Point(point)) = &item.place {
                taken.entry(compound).or_default().push(point.0);
            }
        }
        Self { content, pipes, measure: Measure::new(content), existing, taken, old_year: pack_of(content).must_before }
    }

    fn compound(&self, id: CompoundId, items: &mut Vec<Item>) {
        let wanted = self.wanted(id);
        let entries = &catalogue().entries;
        let mut drafts: Vec<Item> = Vec::with_capacity(wanted.len());
        for (place, reason) in wanted {
            let entry = &entries[place];
            if self.existing.contains(&(id, &entry.code)) || self.settled(id, &entry.code) {
                continue;
            }
            drafts.push(Item {
                code: entry.code.clone(),
                compound: Some(id),
                district: None,
                place: self.line(id, entry, reason),
                quantity: Quantity::Missing,
                year: None,
                price: None,
                origin: reason.origin(),
                note: String::new(),
            });
        }
        let pointless = |item: &&mut Item| item.place.is_none() && geometry_of(&item.code) != Some(ItemGeometry::None);
        let open: Vec<&mut Item> = drafts.iter_mut().filter(pointless).collect();
        let taken = self.taken.get(&id).map_or(&[][..], Vec::as_slice);
        let points = spread(&self.content.compounds[id.index()].shape, taken, open.len());
        for (item, point) in open.into_iter().zip(points) {
            item.place = Some(Geometry::Point(point));
        }
        items.append(&mut drafts);
    }

    /// Met, not feasible or refused: nothing to draft.
    fn settled(&self, id: CompoundId, code: &ItemCode) -> bool {
        let state = need_state(self.content, id, code);
        matches!(state, Some(NeedState::Met | NeedState::NotFeasible | NeedState::Refused))
    }

    fn wanted(&self, id: CompoundId) -> Wanted {
        let mut wanted = Wanted::new();
        let mut want = |code: &str, reason: Reason| {
            if let Some(place) = catalogue().entries.iter().position(|entry| entry.code.0 == code) {
                wanted.entry(place).and_modify(|r: &mut Reason| *r = (*r).min(reason)).or_insert(reason);
            }
        };
        for entry in &catalogue().entries {
            if need_state(self.content, id, &entry.code) == Some(NeedState::Needed) {
                want(&entry.code.0, Reason::Need);
            }
        }
        for pipe in self.serving(id) {
            if let (Some(code), Some(reason)) = (pipe_item(pipe), self.pipe_reason(pipe)) {
                want(code, reason);
            }
        }
        let facts = &self.content.compounds[id.index()].facts;
        let problems = facts.problems.as_deref().map(problem_items).unwrap_or_default();
        for code in problems.iter().filter(|code| code.0 != "lift" || self.lift_possible(id)) {
            want(&code.0, Reason::Problem);
        }
        let buildings = self.measure.buildings().of(id).iter().map(|b| &self.content.buildings[b.index()]);
        if buildings.clone().any(|b| wants_lift(b, false)) {
            want("lift", Reason::NoLift);
        }
        if facts.neglected == Some(true) {
            for code in ["roof_repair", "wall_repair", "stairwell_repair"] {
                want(code, Reason::Neglected);
            }
        }
        if facts.lacks_municipal == Some(true) {
            for code in self.missing_networks(id) {
                want(code, Reason::LacksMunicipal);
            }
        }
        wanted
    }

    /// A complaint about lifts counts unless every building is known to be low or to have one.
    fn lift_possible(&self, id: CompoundId) -> bool {
        let mine = self.measure.buildings().of(id);
        mine.is_empty() || mine.iter().any(|b| wants_lift(&self.content.buildings[b.index()], true))
    }

    /// Networks that do not reach the compound; without any survey those that every compound has a share in.
    fn missing_networks(&self, id: CompoundId) -> Vec<&'static str> {
        let mut missing = vec!["road"];
        if self.content.pipes.is_empty() {
            missing.extend(["water_supply", "drainage"]);
            return missing;
        }
        let networks =
            [PipeClass::Water, PipeClass::Drainage, PipeClass::Gas, PipeClass::Heat, PipeClass::Power, PipeClass::Telecom];
        let surveyed: BTreeSet<PipeClass> = self.content.pipes.iter().map(|pipe| pipe.class).collect();
        let here: BTreeSet<PipeClass> = self.serving(id).map(|pipe| pipe.class).collect();
        let absent = networks.into_iter().filter(|class| surveyed.contains(class) && !here.contains(class));
        missing.extend(absent.filter_map(|class| Some(catalogue().for_pipe(class)?.code.0.as_str())));
        missing
    }

    /// Pipes inside and connecting; those that only pass serve somebody else.
    fn serving(&self, id: CompoundId) -> impl Iterator<Item = &'a Pipe> + '_ {
        let shares = self.pipes.per_compound.get(id.index()).into_iter().flatten();
        shares.filter(|share| share.role != PipeRole::Passing).filter_map(|share| self.content.pipes.get(share.pipe.index()))
    }

    fn pipe_reason(&self, pipe: &Pipe) -> Option<Reason> {
        if pipe.planned_year.is_some() {
            Some(Reason::PipePlanned)
        } else if pipe.material.as_deref().is_some_and(is_brittle) {
            Some(Reason::PipeMaterial)
        } else {
            pipe.laid_year.is_some_and(|year| year <= self.old_year).then_some(Reason::PipeOld)
        }
    }

    /// The stretches inside the compound of the pipes to renew: those with a reason of their own when pipes are the
    /// reason, else all of that network.
    fn line(&self, id: CompoundId, entry: &CatalogueEntry, reason: Reason) -> Option<Geometry<f64>> {
        let by_pipe = matches!(reason, Reason::PipePlanned | Reason::PipeMaterial | Reason::PipeOld);
        let mine = self.serving(id).filter(|pipe| pipe_item(pipe) == Some(entry.code.0.as_str()));
        let renewed = mine.filter(|pipe| !by_pipe || self.pipe_reason(pipe).is_some());
        let shape = &self.content.compounds[id.index()].shape;
        let lines: Vec<_> = renewed.flat_map(|pipe| clip::split_line(&pipe.line, shape).inside).collect();
        (!lines.is_empty()).then_some(Geometry::MultiLineString(MultiLineString(lines)))
    }

    /// One of each missing service for a district, at its largest compound that lacks services (R19).
    fn services(&self, rows: &[usize], items: &mut Vec<Item>) {
        let mut lacking: BTreeMap<DistrictId, Vec<usize>> = BTreeMap::new();
        for row in rows {
            let lacks = self.content.compounds[*row].facts.lacks_services == Some(true);
            if let Some(district) = self.content.assignment.get(*row).copied().flatten().filter(|_| lacks) {
                lacking.entry(district).or_default().push(*row);
            }
        }
        for (district, members) in lacking {
            let size = |row: &usize| self.content.compounds[*row].facts.households.unwrap_or(0);
            let Some(anchor) = members.iter().copied().max_by_key(|row| (size(row), std::cmp::Reverse(*row))) else { continue };
            self.district_services(district, CompoundId::from_index(anchor), items);
        }
    }

    fn district_services(&self, district: DistrictId, anchor: CompoundId, items: &mut Vec<Item>) {
        let shape = &self.content.compounds[anchor.index()].shape;
        let Some(centre) = shape.interior_point() else { return };
        let planned = |code: &ItemCode, items: &[Item]| {
            let here = |item: &Item| item.code == *code && self.content.item_district(item) == Some(district);
            items.iter().any(here) || self.content.items.values().any(here)
        };
        let stands = |words: &[&str]| {
            self.content.facilities.iter().any(|facility| {
                let known = words.iter().any(|word| facility.kind.contains(word) || facility.name.contains(word));
                known && Euclidean.distance(facility.place, centre) <= SERVED_M
            })
        };
        let open: Vec<ItemCode> = SERVICES
            .iter()
            .map(|(code, words)| (ItemCode::new(code), words))
            .filter(|(code, words)| !planned(code, items) && !self.settled(anchor, code) && !stands(words))
            .map(|(code, _)| code)
            .collect();
        let taken = self.points_within(shape, items);
        let points = spread(shape, &taken, open.len());
        items.extend(open.into_iter().zip(points).map(|(code, point)| Item {
            code,
            compound: None,
            district: Some(district),
            place: Some(Geometry::Point(point)),
            quantity: Quantity::Missing,
            year: None,
            price: None,
            origin: Reason::LacksServices.origin(),
            note: String::new(),
        }));
    }

    /// Points of items, planned and drafted, that lie in the box of a shape.
    fn points_within(&self, shape: &geo::MultiPolygon<f64>, drafted: &[Item]) -> Vec<Coord<f64>> {
        let Some(bounds) = shape.bounding_rect() else { return Vec::new() };
        let inside =
            |p: &Coord<f64>| (bounds.min().x..=bounds.max().x).contains(&p.x) && (bounds.min().y..=bounds.max().y).contains(&p.y);
        let point = |item: &Item| match &item.place {
            Some(Geometry::Point(point)) => Some(point.0),
            _ => None,
        };
        self.content.items.values().chain(drafted).filter_map(point).filter(inside).collect()
    }
}

fn geometry_of(code: &ItemCode) -> Option<ItemGeometry> {
    catalogue().get(code).map(|entry| entry.geometry)
}

/// The item that renews a pipe: 有线电视 has one of its own among 通信.
fn pipe_item(pipe: &Pipe) -> Option<&'static str> {
    if pipe.class == PipeClass::Telecom && pipe.subclass == Some(PipeSubclass::Numbered(2)) {
        return Some("cable_tv");
    }
    Some(catalogue().for_pipe(pipe.class)?.code.0.as_str())
}
