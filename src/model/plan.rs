//! The plan: layers and decisions. It can be read by anyone and changed only through [`super::History`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Ancestor, Annotation, Barrier, Bridge, Building, Comment, CommentKey, Compound, District, Facility, FindingKey, Fund,
    Heritage, IgnoreNote, Item, LayerContent, LayerKind, LayerSource, Limit, LinkKey, LinkOverride, Meeting, MendKey, Mended,
    NeedState, Opinion, OpinionKey, Parcel, Pipe, Settings, Street, UnitPrice,
};
use crate::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId, PipeId};
use crate::policy::{ItemCode, PlanCatalogue};

/// Everything a plan holds. Geometry is in the working CRS, metres.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// Title.
    pub title: String,
    /// State of the data, `YYYY-MM-DD`; dates in exports come from here, never from the clock.
    pub data_date: Option<String>,
    /// EPSG code of the working CRS; 0 while nothing is loaded.
    pub crs_code: u32,
    /// Settings.
    pub settings: Settings,
    /// Where each loaded layer came from.
    pub sources: BTreeMap<LayerKind, LayerSource>,
    /// 小区.
    pub compounds: Arc<Vec<Compound>>,
    /// 管线.
    pub pipes: Arc<Vec<Pipe>>,
    /// 楼栋.
    pub buildings: Arc<Vec<Building>>,
    /// 阻隔.
    pub barriers: Arc<Vec<Barrier>>,
    /// 桥梁.
    pub bridges: Arc<Vec<Bridge>>,
    /// 道路.
    pub streets: Arc<Vec<Street>>,
    /// 低效用地.
    pub parcels: Arc<Vec<Parcel>>,
    /// 设施.
    pub facilities: Arc<Vec<Facility>>,
    /// 历史文化街区.
    pub heritage: Arc<Vec<Heritage>>,
    /// 界线.
    pub limits: Arc<Vec<Limit>>,
    /// District of each compound, by row; always as long as `compounds`.
    pub assignment: Vec<Option<DistrictId>>,
    /// Districts.
    pub districts: BTreeMap<DistrictId, District>,
    /// Renovation items.
    pub items: BTreeMap<ItemId, Item>,
    /// Texts, arrows and clouds on the map.
    pub annotations: BTreeMap<AnnotationId, Annotation>,
    /// Links set by hand.
    pub overrides: BTreeMap<LinkKey, LinkOverride>,
    /// Findings set aside, with reasons.
    pub ignored: BTreeMap<FindingKey, IgnoreNote>,
    /// The price book.
    pub prices: BTreeMap<ItemCode, UnitPrice>,
    /// The catalogue: what the policy names, and entries of the plan's own.
    pub catalogue: PlanCatalogue,
    /// 责任部门 by item (R52): empty until given.
    pub departments: BTreeMap<ItemCode, String>,
    /// Mends that changed a place, with the shapes as drawn.
    pub mended: BTreeMap<MendKey, Mended>,
    /// State of items per compound (R20).
    pub needs: BTreeMap<(CompoundId, ItemCode), NeedState>,
    /// Years that were agreed for pipes (统筹), where they differ from their owners' own plans.
    pub pipe_years: BTreeMap<PipeId, i32>,
    /// Comments that came back from the meeting.
    pub comments: BTreeMap<CommentKey, Comment>,
    /// What units say of districts (会商意见).
    pub opinions: BTreeMap<OpinionKey, Opinion>,
    /// The minutes of the meeting on this version; sealed, they make it read-only.
    pub meeting: Option<Meeting>,
    /// The frozen versions from which the plan was branched, the oldest first. No edit changes it.
    pub lineage: Vec<Ancestor>,
    /// The fund ledger.
    pub funds: BTreeMap<FundId, Fund>,
}

impl Content {
    /// One layer with all its features; cheap, features are shared.
    #[must_use]
    pub fn layer(&self, kind: LayerKind) -> LayerContent {
        match kind {
            LayerKind::Compounds => LayerContent::Compounds(Arc::clone(&self.compounds)),
            LayerKind::Pipes => LayerContent::Pipes(Arc::clone(&self.pipes)),
            LayerKind::Buildings => LayerContent::Buildings(Arc::clone(&self.buildings)),
            LayerKind::Barriers => LayerContent::Barriers(Arc::clone(&self.barriers)),
            LayerKind::Bridges => LayerContent::Bridges(Arc::clone(&self.bridges)),
            LayerKind::Streets => LayerContent::Streets(Arc::clone(&self.streets)),
            LayerKind::Parcels => LayerContent::Parcels(Arc::clone(&self.parcels)),
            LayerKind::Facilities => LayerContent::Facilities(Arc::clone(&self.facilities)),
            LayerKind::Heritage => LayerContent::Heritage(Arc::clone(&self.heritage)),
            LayerKind::Limits => LayerContent::Limits(Arc::clone(&self.limits)),
        }
    }

    /// Puts a layer in the place of the one of its kind. The assignment is cut or filled to fit new compounds.
    pub fn set_layer(&mut self, layer: LayerContent) {
        match layer {
            LayerContent::Compounds(v) => {
                self.assignment.resize(v.len(), None);
                self.compounds = v;
            }
            LayerContent::Pipes(v) => self.pipes = v,
            LayerContent::Buildings(v) => self.buildings = v,
            LayerContent::Barriers(v) => self.barriers = v,
            LayerContent::Bridges(v) => self.bridges = v,
            LayerContent::Streets(v) => self.streets = v,
            LayerContent::Parcels(v) => self.parcels = v,
            LayerContent::Facilities(v) => self.facilities = v,
            LayerContent::Heritage(v) => self.heritage = v,
            LayerContent::Limits(v) => self.limits = v,
        }
    }

    /// Mends of a layer, by row.
    pub fn mends_of(&self, layer: LayerKind) -> impl Iterator<Item = (&MendKey, &Mended)> {
        self.mended.range(MendKey { layer, row: 0, neighbour: None }..).take_while(move |(key, _)| key.layer == layer)
    }

    /// Rows of the compounds of a district, ascending. `O(compounds)`.
    #[must_use]
    pub fn members(&self, district: DistrictId) -> Vec<CompoundId> {
        let mine = |(row, d): (usize, &Option<DistrictId>)| (*d == Some(district)).then(|| CompoundId::from_index(row));
        self.assignment.iter().enumerate().filter_map(mine).collect()
    }

    /// Members of every district at once. `O(compounds)`.
    #[must_use]
    pub fn members_by_district(&self) -> BTreeMap<DistrictId, Vec<CompoundId>> {
        let mut members: BTreeMap<DistrictId, Vec<CompoundId>> = self.districts.keys().map(|id| (*id, Vec::new())).collect();
        for (row, district) in self.assignment.iter().enumerate() {
            if let Some(id) = district {
                members.entry(*id).or_default().push(CompoundId::from_index(row));
            }
        }
        members
    }

    /// The code of the built-in entry that an item is of the kind of: its own, unless a plan's own entry was copied from one.
    #[must_use]
    pub fn kind_of<'a>(&'a self, code: &'a ItemCode) -> &'a str {
        &self.catalogue.get(code).map_or(code, |entry| entry.kind()).0
    }

    /// The district of an item: its own, or its compound's.
    #[must_use]
    pub fn item_district(&self, item: &Item) -> Option<DistrictId> {
        item.district.or_else(|| self.assignment.get(item.compound?.index()).copied().flatten())
    }

    /// The year of an item: its own, or its district's.
    #[must_use]
    pub fn item_year(&self, item: &Item) -> Option<i32> {
        item.year.or_else(|| self.districts.get(&self.item_district(item)?)?.year)
    }

    /// The year in which a compound is renovated: its district's.
    #[must_use]
    pub fn compound_year(&self, compound: CompoundId) -> Option<i32> {
        let district = self.assignment.get(compound.index()).copied().flatten()?;
        self.districts.get(&district)?.year
    }

    /// The year in which a pipe is renewed: the agreed one, else its owner's (R28).
    #[must_use]
    pub fn pipe_year(&self, pipe: PipeId) -> Option<i32> {
        self.pipe_years.get(&pipe).copied().or_else(|| self.pipes.get(pipe.index())?.planned_year)
    }

    /// Quantity × price of an item, by its own price or the price book's.
    #[must_use]
    pub fn item_cost(&self, item: &Item) -> Option<crate::base::Money> {
        item.cost(self.prices.get(&item.code))
    }

    /// How many items, needs, prices and departments name an entry of the catalogue. `O(items + needs)`.
    #[must_use]
    pub fn uses_of_entry(&self, code: &ItemCode) -> usize {
        let items = self.items.values().filter(|item| item.code == *code).count();
        let needs = self.needs.keys().filter(|(_, of)| of == code).count();
        items + needs + usize::from(self.prices.contains_key(code)) + usize::from(self.departments.contains_key(code))
    }

    /// The first district id that is free.
    #[must_use]
    pub fn next_district_id(&self) -> DistrictId {
        self.districts.keys().next_back().map_or(DistrictId(1), |id| DistrictId(id.0 + 1))
    }

    /// The first district number that is free.
    #[must_use]
    pub fn next_district_number(&self) -> u32 {
        self.districts.values().map(|d| d.number).max().unwrap_or(0) + 1
    }

    /// The first annotation id that is free.
    #[must_use]
    pub fn next_annotation_id(&self) -> AnnotationId {
        self.annotations.keys().next_back().map_or(AnnotationId(1), |id| AnnotationId(id.0 + 1))
    }

    /// The first id of a fund that is free.
    #[must_use]
    pub fn next_fund_id(&self) -> FundId {
        self.funds.keys().next_back().map_or(FundId(1), |id| FundId(id.0 + 1))
    }

    /// The first item id that is free.
    #[must_use]
    pub fn next_item_id(&self) -> ItemId {
        self.items.keys().next_back().map_or(ItemId(1), |id| ItemId(id.0 + 1))
    }
}

/// A plan: readable as [`Content`], changed only by [`super::History`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    content: Content,
    revision: u64,
}

impl Plan {
    /// A plan as it was opened or built.
    #[must_use]
    pub fn new(mut content: Content) -> Self {
        content.assignment.resize(content.compounds.len(), None);
        Self { content, revision: 0 }
    }

    /// Goes up with every change, undo and redo; caches hold it in their keys.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What the plan holds, for copies and for functions that take content.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// For edits alone.
    pub(super) fn content_mut(&mut self) -> &mut Content {
        self.revision += 1;
        &mut self.content
    }
}

impl std::ops::Deref for Plan {
    type Target = Content;

    fn deref(&self) -> &Content {
        &self.content
    }
}
