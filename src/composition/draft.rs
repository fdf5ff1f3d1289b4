//! The draft: for each compound, what it needs and why; for each district, the services that it lacks.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Geometry, MultiLineString};

use super::buildings::wants_lift;
use super::{Measure, Reason, need_state, spread};
use crate::base::CompoundId;
use crate::geometry::clip;
use crate::model::{Content, Item, NeedState, Pipe, Quantity};
use crate::pipes::{PipeLengths, PipeRole};
use crate::policy::{CatalogueEntry, ItemCode, ItemGeometry, PipeClass, PipeSubclass, catalogue, problem_items};
use crate::screening::{Screened, Verdict, eligible, pack_of};

/// Materials that break rather than bend; 球墨铸铁 is ductile and not one of them.
const BRITTLE: [&str; 9] = ["灰口铸铁", "灰铸铁", "铸铁", "陶土", "混凝土", "水泥", "石棉", "镀锌", "砖"];

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
    super::services::services(content, &rows, &mut items);
    for item in &mut items {
        item.quantity = drafting.measure.quantity(item);
    }
    items
}

/// Code of the item that adds lifts.
pub(super) const LIFT: &str = "lift";

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
    problems.is_some_and(|text| problem_items(text).contains(&ItemCode::new(LIFT)))
}

/// What the draft looks at.
pub(super) struct Drafting<'a> {
    pub(super) content: &'a Content,
    pipes: &'a PipeLengths,
    pub(super) measure: Measure<'a>,
    existing: BTreeSet<(CompoundId, &'a ItemCode)>,
    taken: BTreeMap<CompoundId, Vec<Coord<f64>>>,
    /// Pipes laid in or before this year are old.
    old_year: i32,
}

/// Wanted items of a compound, by position in the catalogue, with the first reason for each.
type Wanted = BTreeMap<usize, Reason>;

impl<'a> Drafting<'a> {
    pub(super) fn new(content: &'a Content, pipes: &'a PipeLengths) -> Self {
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
        let entries = &self.content.catalogue.entries;
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
                timing: None,
                origin: reason.origin(),
                note: String::new(),
            });
        }
        let pointless = |item: &&mut Item| {
            item.place.is_none() && self.content.catalogue.get(&item.code).map(|entry| entry.geometry) != Some(ItemGeometry::None)
        };
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
            if let Some(place) = self.content.catalogue.entries.iter().position(|entry| entry.code.0 == code) {
                wanted.entry(place).and_modify(|r: &mut Reason| *r = (*r).min(reason)).or_insert(reason);
            }
        };
        for entry in &self.content.catalogue.entries {
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
        for code in problems.iter().filter(|code| code.0 != LIFT || self.lift_possible(id)) {
            want(&code.0, Reason::Problem);
        }
        let buildings = self.measure.buildings().of(id).iter().map(|b| &self.content.buildings[b.index()]);
        if buildings.clone().any(|b| wants_lift(b, false)) {
            want(LIFT, Reason::NoLift);
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
    pub(super) fn serving(&self, id: CompoundId) -> impl Iterator<Item = &'a Pipe> + '_ {
        let shares = self.pipes.per_compound.get(id.index()).into_iter().flatten();
        shares.filter(|share| share.role != PipeRole::Passing).filter_map(|share| self.content.pipes.get(share.pipe.index()))
    }

    pub(super) fn pipe_reason(&self, pipe: &Pipe) -> Option<Reason> {
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
}

/// The item that renews a pipe: 有线电视 has one of its own among 通信.
pub(super) fn pipe_item(pipe: &Pipe) -> Option<&'static str> {
    if pipe.class == PipeClass::Telecom && pipe.subclass == Some(PipeSubclass::Numbered(2)) {
        return Some("cable_tv");
    }
    Some(catalogue().for_pipe(pipe.class)?.code.0.as_str())
}
