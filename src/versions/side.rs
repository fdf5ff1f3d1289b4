//! Two plans brought to one numbering: compounds by the rows of one of them, districts and items by ids that mean the same in all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId};
use crate::grouping;
use crate::model::{Annotation, Compound, Content, District, Fund, Item, LinkKey, LinkOverride, NeedState, compound_keys};
use crate::policy::ItemCode;

/// The district of a compound that is there; it may be in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Home(pub(super) Option<DistrictId>);

/// A plan in the numbering of another.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) content: &'a Content,
    /// Its row for each compound of the plan whose numbering it is; none where it lacks the compound.
    pub(super) rows: Vec<Option<usize>>,
    /// Its rows that the other plan lacks.
    pub(super) others: Vec<usize>,
    /// District of each compound of the other plan; none where it lacks the compound.
    pub(super) assignment: Vec<Option<Home>>,
    pub(super) districts: BTreeMap<DistrictId, District>,
    pub(super) items: BTreeMap<ItemId, Item>,
    pub(super) overrides: BTreeMap<LinkKey, LinkOverride>,
    pub(super) annotations: BTreeMap<AnnotationId, Annotation>,
    pub(super) funds: BTreeMap<FundId, Fund>,
    pub(super) needs: BTreeMap<(CompoundId, ItemCode), NeedState>,
    /// Items, links and states that hang on compounds which the other plan lacks.
    pub(super) adrift: usize,
}

/// Ids in the numbering that all share.
#[derive(Debug, Default)]
pub(super) struct Ids {
    pub(super) districts: BTreeMap<DistrictId, DistrictId>,
    pub(super) items: BTreeMap<ItemId, ItemId>,
    pub(super) annotations: BTreeMap<AnnotationId, AnnotationId>,
    pub(super) funds: BTreeMap<FundId, FundId>,
}

/// Gives out ids that nothing else has.
#[derive(Debug)]
pub(super) struct Fresh {
    district: u32,
    districts: BTreeSet<DistrictId>,
    item: u32,
    items: BTreeSet<ItemId>,
    annotation: u32,
    annotations: BTreeSet<AnnotationId>,
    fund: u32,
    funds: BTreeSet<FundId>,
}

impl Fresh {
    /// For things of `others` beside those of `own`.
    pub(super) fn beside(own: &Content, others: &[&Content]) -> Self {
        let plans = || others.iter().copied().chain([own]);
        Self {
            district: plans().map(|plan| plan.next_district_id().0).max().unwrap_or(1),
            districts: own.districts.keys().copied().collect(),
            item: plans().map(|plan| plan.next_item_id().0).max().unwrap_or(1),
            items: own.items.keys().copied().collect(),
            annotation: plans().map(|plan| plan.next_annotation_id().0).max().unwrap_or(1),
            annotations: own.annotations.keys().copied().collect(),
            fund: plans().map(|plan| plan.next_fund_id().0).max().unwrap_or(1),
            funds: own.funds.keys().copied().collect(),
        }
    }

    /// The id itself where it is free, else one beyond all.
    fn district(&mut self, id: DistrictId) -> DistrictId {
        if self.districts.insert(id) {
            return id;
        }
        self.district += 1;
        DistrictId(self.district - 1)
    }

    /// As [`Fresh::district`].
    fn fund(&mut self, id: FundId) -> FundId {
        if self.funds.insert(id) {
            return id;
        }
        self.fund += 1;
        FundId(self.fund - 1)
    }

    /// As [`Fresh::district`].
    fn annotation(&mut self, id: AnnotationId) -> AnnotationId {
        if self.annotations.insert(id) {
            return id;
        }
        self.annotation += 1;
        AnnotationId(self.annotation - 1)
    }

    /// As [`Fresh::district`].
    fn item(&mut self, id: ItemId) -> ItemId {
        if self.items.insert(id) {
            return id;
        }
        self.item += 1;
        ItemId(self.item - 1)
    }
}

impl Ids {
    /// Ids that stay what they are.
    pub(super) fn own(content: &Content) -> Self {
        Self {
            districts: content.districts.keys().map(|id| (*id, *id)).collect(),
            items: content.items.keys().map(|id| (*id, *id)).collect(),
            annotations: content.annotations.keys().map(|id| (*id, *id)).collect(),
            funds: content.funds.keys().map(|id| (*id, *id)).collect(),
        }
    }

    /// Ids of `content` in the numbering in which `known` has `reference`. Items are the same by id and kind; for districts see
    /// [`same_districts`]. What `reference` lacks keeps
    /// its id where that is free.
    pub(super) fn matched(content: &Content, reference: &Content, known: &Self, fresh: &mut Fresh) -> Self {
        let mut ids = Self { districts: same_districts(content, reference, known, fresh), ..Self::default() };
        for (id, item) in &content.items {
            let same = reference.items.get(id).filter(|same| same.code == item.code).and_then(|_| known.items.get(id)).copied();
            ids.items.insert(*id, same.unwrap_or_else(|| fresh.item(*id)));
        }
        for (id, fund) in &content.funds {
            let same = reference.funds.get(id).filter(|same| same.source == fund.source).and_then(|_| known.funds.get(id));
            ids.funds.insert(*id, same.copied().unwrap_or_else(|| fresh.fund(*id)));
        }
        for (id, note) in &content.annotations {
            let same =
                reference.annotations.get(id).filter(|same| same.kind == note.kind).and_then(|_| known.annotations.get(id));
            ids.annotations.insert(*id, same.copied().unwrap_or_else(|| fresh.annotation(*id)));
        }
        ids
    }
}

/// Ids of the districts of `content`. Two with one id are the same while they share more than half of the compounds of either,
/// or while either is empty: edits by hand keep ids, grouping anew does not. Of the others those are the same that share the
/// most compounds in all.
fn same_districts(content: &Content, reference: &Content, known: &Ids, fresh: &mut Fresh) -> BTreeMap<DistrictId, DistrictId> {
    let rows = rows_in(content, reference);
    let theirs: Vec<Option<DistrictId>> = rows.iter().map(|row| content.assignment.get((*row)?).copied().flatten()).collect();
    let ours: Vec<Option<DistrictId>> = reference.assignment.iter().zip(&rows).map(|(id, row)| row.and(*id)).collect();
    let (mut held, mut holds, mut both) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (a, b) in ours.iter().zip(&theirs) {
        for (id, count) in [(*a, &mut held), (*b, &mut holds), (a.filter(|_| a == b), &mut both)] {
            *count.entry(id).or_insert(0usize) += 1;
        }
    }
    let count = |of: &BTreeMap<Option<DistrictId>, usize>, id: DistrictId| of.get(&Some(id)).copied().unwrap_or(0);
    let is_kept = |id: &DistrictId| {
        let (mine, other, shared) = (count(&held, *id), count(&holds, *id), count(&both, *id));
        reference.districts.contains_key(id) && (mine.min(other) == 0 || 2 * shared > mine.min(other))
    };
    let kept: BTreeSet<DistrictId> = content.districts.keys().copied().filter(is_kept).collect();
    let left =
        |ids: &[Option<DistrictId>]| ids.iter().map(|id| id.filter(|id| !kept.contains(id)).map(|id| id.0)).collect::<Vec<_>>();
    let paired = grouping::compare(&left(&ours), &left(&theirs)).same;
    let partner: BTreeMap<DistrictId, DistrictId> = paired.iter().map(|(a, b, _)| (DistrictId(*b), DistrictId(*a))).collect();
    let same = |id: DistrictId| if kept.contains(&id) { Some(id) } else { partner.get(&id).copied() };
    let mut to = |id: DistrictId| same(id).and_then(|id| known.districts.get(&id).copied()).unwrap_or_else(|| fresh.district(id));
    content.districts.keys().map(|id| (*id, to(*id))).collect()
}

/// Rows of `content` for the compounds of `reference`, by their ids.
pub(super) fn rows_in(content: &Content, reference: &Content) -> Vec<Option<usize>> {
    let rows: HashMap<_, usize> = compound_keys(&content.compounds).enumerate().map(|(row, key)| (key, row)).collect();
    compound_keys(&reference.compounds).map(|key| rows.get(&key).copied()).collect()
}

impl<'a> Side<'a> {
    /// What it has for a compound of the plan whose numbering it is in.
    pub(super) fn compound(&self, row: usize) -> Option<&'a Compound> {
        self.content.compounds.get((*self.rows.get(row)?)?)
    }

    /// A plan with compounds by the rows of `reference` and everything else by `ids`.
    pub(super) fn new(content: &'a Content, reference: &Content, ids: &Ids) -> Self {
        let rows = rows_in(content, reference);
        let mut back: Vec<Option<CompoundId>> = vec![None; content.compounds.len()];
        for (row, theirs) in rows.iter().enumerate() {
            if let Some(place) = theirs.and_then(|theirs| back.get_mut(theirs)) {
                *place = Some(CompoundId::from_index(row));
            }
        }
        let compound = |id: CompoundId| back.get(id.index()).copied().flatten();
        let district = |id: DistrictId| ids.districts.get(&id).copied();
        let mut adrift = 0;
        let mut items = BTreeMap::new();
        for (id, item) in &content.items {
            let served = item.compound.map(compound);
            if served == Some(None) {
                adrift += 1;
                continue;
            }
            let item = Item { compound: served.flatten(), district: item.district.and_then(district), ..item.clone() };
            items.extend(ids.items.get(id).map(|id| (*id, item)));
        }
        let mut overrides = BTreeMap::new();
        for (key, set) in &content.overrides {
            let pair = compound(key.a()).zip(compound(key.b())).and_then(|(a, b)| LinkKey::new(a, b));
            match pair {
                Some(key) => {
                    overrides.insert(key, set.clone());
                }
                None => adrift += 1,
            }
        }
        let mut needs = BTreeMap::new();
        for ((id, code), state) in &content.needs {
            match compound(*id) {
                Some(id) => {
                    needs.insert((id, code.clone()), *state);
                }
                None => adrift += 1,
            }
        }
        let funds = content.funds.iter();
        let funds = funds.filter_map(|(id, fund)| {
            let fund = Fund { district: fund.district.and_then(district), ..fund.clone() };
            Some((*ids.funds.get(id)?, fund))
        });
        let funds = funds.collect();
        let of = |row: &Option<usize>| Some(Home(content.assignment.get((*row)?).copied().flatten().and_then(district)));
        Self {
            assignment: rows.iter().map(of).collect(),
            others: (0..).zip(&back).filter(|(_, known)| known.is_none()).map(|(row, _)| row).collect(),
            districts: content.districts.iter().filter_map(|(id, d)| Some((district(*id)?, d.clone()))).collect(),
            annotations: content.annotations.iter().filter_map(|(id, a)| Some((*ids.annotations.get(id)?, a.clone()))).collect(),
            funds,
            content,
            rows,
            items,
            overrides,
            needs,
            adrift,
        }
    }
}
