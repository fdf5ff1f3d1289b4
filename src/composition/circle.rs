//! The living circle (R38, R42): which households facilities reach, by the straight line and along streets; what a district
//! has, plans and lacks; and how many facilities pooling saves against every compound for itself.
//!
//! Distances run from a point inside a compound. What is measured along streets is never called by the other name: where no
//! streets are loaded there is none. How far a circle reaches is a parameter; [`FIVE_MINUTES_M`] is what ships.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, InteriorPoint, Rect};
use rayon::prelude::*;

use crate::base::{CompoundId, DistrictId, Message};
use crate::geometry::index::BoxIndex;
use crate::geometry::network::Network;
use crate::geometry::segment::{distance2, grown};
use crate::model::{Content, NeedState};
use crate::policy::{CommunityFacility, community_facilities};

/// Radius of the five-minute circle, m (GB 50180-2018 as quoted by a public repository; not checked against the standard).
pub const FIVE_MINUTES_M: f64 = 300.0;

/// What becomes of a kind of facility in a district (R42).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacilityState {
    /// One stands within reach of a compound of the district.
    Present,
    /// An item of the district plans one.
    Planned,
    /// None stands and none is planned.
    Missing,
    /// No layer tells whether one stands.
    Unknown,
}

impl FacilityState {
    /// The stable name used in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Planned => "planned",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Present => Message::new("composition.facility-present"),
            Self::Planned => Message::new("composition.facility-planned"),
            Self::Missing => Message::new("composition.facility-missing"),
            Self::Unknown => Message::new("composition.facility-unknown"),
        }
    }
}

/// Who is reached, of the compounds of a district.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Compounds.
    pub compounds: usize,
    /// Their known households.
    pub households: u64,
}

/// One kind of facility in one district.
#[derive(Clone, Debug, PartialEq)]
pub struct FacilityRow {
    /// The kind.
    pub kind: &'static CommunityFacility,
    /// What becomes of it.
    pub state: FacilityState,
    /// Who is reached by the straight line; `None` where no layer tells what stands.
    pub straight: Option<Reached>,
    /// Who is reached along streets; `None` without streets.
    pub streets: Option<Reached>,
    /// How many would be built if every compound that none reaches built its own.
    pub alone: usize,
    /// How many are enough when they are pooled over the district.
    pub pooled: usize,
    /// Where the pooled ones could stand.
    pub sites: Vec<Coord<f64>>,
}

/// Facilities of all districts of one plan.
pub struct Circle<'a> {
    content: &'a Content,
    radius_m: f64,
    /// A point inside every compound that has a shape.
    middles: Vec<Option<Coord<f64>>>,
    /// A point on every piece of idle land, by its index.
    land: Vec<Coord<f64>>,
    land_index: BoxIndex,
    /// Codes of the items of every district.
    planned: BTreeMap<DistrictId, BTreeSet<&'a str>>,
    /// For every kind that a layer tells: how far the nearest one is from each compound, straight and along streets, m.
    straight_m: Vec<Option<Vec<f64>>>,
    streets_m: Vec<Option<Vec<f64>>>,
}

impl<'a> Circle<'a> {
    /// Measures how far every compound is from every kind of facility. With streets `O(kinds × nodes log nodes)`.
    #[must_use]
    pub fn new(content: &'a Content, radius_m: f64) -> Self {
        Self::measured(content, radius_m, true)
    }

    /// As [`Circle::new`] without streets, which cost more than the rest. `O(kinds × compounds × log facilities)`.
    #[must_use]
    pub fn straight_only(content: &'a Content, radius_m: f64) -> Self {
        Self::measured(content, radius_m, false)
    }

    fn measured(content: &'a Content, radius_m: f64, along_streets: bool) -> Self {
        let middles: Vec<Option<Coord<f64>>> =
            content.compounds.par_iter().map(|compound| Some(compound.shape.interior_point()?.0)).collect();
        let land: Vec<Coord<f64>> = content.parcels.iter().filter_map(|parcel| Some(parcel.shape.interior_point()?.0)).collect();
        let land_index = BoxIndex::new(land.iter().map(|at| Some(Rect::new(*at, *at))));
        let mut planned: BTreeMap<DistrictId, BTreeSet<&str>> = BTreeMap::new();
        for item in content.items.values() {
            if let Some(district) = content.item_district(item) {
                planned.entry(district).or_default().insert(content.kind_of(&item.code));
            }
        }
        let (straight_m, streets_m) = (Vec::new(), Vec::new());
        let mut circle = Self { content, radius_m, middles, land, land_index, planned, straight_m, streets_m };
        let kinds = community_facilities();
        if content.facilities.is_empty() {
            circle.straight_m = vec![None; kinds.len()];
            circle.streets_m = vec![None; kinds.len()];
            return circle;
        }
        let streets = (along_streets && !content.streets.is_empty()).then(|| circle.street_network());
        for kind in kinds {
            let of_kind = if kind.layer { circle.standing(kind) } else { Vec::new() };
            circle.straight_m.push(kind.layer.then(|| circle.straight(&of_kind)));
            let along = streets.as_ref().filter(|_| kind.layer);
            circle.streets_m.push(along.map(|network| circle.along(network, &of_kind)));
        }
        circle
    }

    /// Rows of the facilities of a kind.
    fn standing(&self, kind: &CommunityFacility) -> Vec<usize> {
        let all = self.content.facilities.iter().enumerate();
        all.filter(|(_, facility)| kind.is_called(&facility.kind, &facility.name)).map(|(row, _)| row).collect()
    }

    fn straight(&self, facilities: &[usize]) -> Vec<f64> {
        let places: Vec<Coord<f64>> = facilities.iter().map(|row| self.content.facilities[*row].place.0).collect();
        let index = BoxIndex::new(places.iter().map(|at| Some(Rect::new(*at, *at))));
        let nearest = |middle: &Option<Coord<f64>>| {
            let found = middle.and_then(|middle| Some((middle, places[index.nearest(middle)?])));
            found.map_or(f64::INFINITY, |(middle, at)| distance2(middle, at).sqrt())
        };
        self.middles.iter().map(nearest).collect()
    }

    /// Streets with the facilities and behind them the compounds that have a shape.
    fn street_network(&self) -> Network {
        let facilities = self.content.facilities.iter().map(|facility| facility.place.0);
        let points: Vec<Coord<f64>> = facilities.chain(self.middles.iter().flatten().copied()).collect();
        Network::new(self.content.streets.iter().flat_map(|street| &street.line.0), &points)
    }

    fn along(&self, network: &Network, facilities: &[usize]) -> Vec<f64> {
        let far = network.distances_from(facilities, self.radius_m);
        let mut of_compounds = far.into_iter().skip(self.content.facilities.len());
        let one = |middle: &Option<Coord<f64>>| middle.and_then(|_| of_compounds.next()).unwrap_or(f64::INFINITY);
        self.middles.iter().map(one).collect()
    }

    /// Every kind of facility for some compounds of one district.
    #[must_use]
    pub fn rows(&self, district: DistrictId, members: &[CompoundId]) -> Vec<FacilityRow> {
        let none = BTreeSet::new();
        let planned = self.planned.get(&district).unwrap_or(&none);
        community_facilities().iter().enumerate().map(|(place, kind)| self.row(place, kind, planned, members)).collect()
    }

    fn row(
        &self,
        place: usize,
        kind: &'static CommunityFacility,
        planned: &BTreeSet<&str>,
        members: &[CompoundId],
    ) -> FacilityRow {
        let reached = |far: &Option<Vec<f64>>| {
            let far = far.as_ref()?;
            let near = members.iter().filter(|id| far.get(id.index()).is_some_and(|metres| *metres <= self.radius_m));
            Some(near.fold(Reached::default(), |sum, id| Reached {
                compounds: sum.compounds + 1,
                households: sum.households + u64::from(self.content.compounds[id.index()].facts.households.unwrap_or(0)),
            }))
        };
        let straight = reached(&self.straight_m[place]);
        let is_planned = kind.items.iter().any(|code| planned.contains(code.0.as_str()));
        let state = match straight {
            Some(Reached { compounds: 1.., .. }) => FacilityState::Present,
            _ if is_planned => FacilityState::Planned,
            Some(_) => FacilityState::Missing,
            None if self.all_met(kind, members) => FacilityState::Present,
            None => FacilityState::Unknown,
        };
        let lacking = self.lacking(place, members);
        let sites = self.pool(&lacking);
        let (alone, pooled) = (lacking.len(), sites.len());
        FacilityRow { kind, state, straight, streets: reached(&self.streets_m[place]), alone, pooled, sites }
    }

    /// Every compound has every item of the kind at 已达标; blank is not.
    fn all_met(&self, kind: &CommunityFacility, members: &[CompoundId]) -> bool {
        let met =
            |id: &CompoundId| kind.items.iter().all(|code| self.content.needs.get(&(*id, code.clone())) == Some(&NeedState::Met));
        !kind.items.is_empty() && !members.is_empty() && members.iter().all(met)
    }

    /// Compounds that no standing facility of the kind reaches by the straight line; none where no layer tells.
    pub(super) fn lacking(&self, place: usize, members: &[CompoundId]) -> Vec<CompoundId> {
        let Some(far) = &self.straight_m[place] else { return Vec::new() };
        members.iter().copied().filter(|id| far.get(id.index()).is_some_and(|metres| *metres > self.radius_m)).collect()
    }

    /// Places that together reach all of `lacking`: again and again the one that reaches most households of those left, of
    /// equals the one on idle land (R51), then the first. No more than one a compound; not always the fewest there could be.
    pub(super) fn pool(&self, lacking: &[CompoundId]) -> Vec<Coord<f64>> {
        let mut left: Vec<CompoundId> =
            lacking.iter().copied().filter(|id| self.middles.get(id.index()).is_some_and(Option::is_some)).collect();
        let places = self.candidates(&left);
        let mut chosen = Vec::new();
        while !left.is_empty() {
            let served = |at: &Coord<f64>| {
                let near = left.iter().filter(|id| self.is_near(**id, *at));
                near.fold((0_u64, 0_usize), |(homes, count), id| {
                    let own = self.content.compounds[id.index()].facts.households.unwrap_or(0);
                    (homes + u64::from(own), count + 1)
                })
            };
            let mut best: Option<((u64, usize), Coord<f64>)> = None;
            for at in &places {
                let own = served(at);
                if own.1 > 0 && best.is_none_or(|(held, _)| own > held) {
                    best = Some((own, *at));
                }
            }
            let Some((_, at)) = best else { break };
            left.retain(|id| !self.is_near(*id, at));
            chosen.push(at);
        }
        chosen
    }

    /// Idle land within reach first, then the compounds themselves.
    fn candidates(&self, lacking: &[CompoundId]) -> Vec<Coord<f64>> {
        let middles = || lacking.iter().filter_map(|id| self.middles[id.index()]);
        let around = |middle: Coord<f64>| self.land_index.in_box(grown(&Rect::new(middle, middle), self.radius_m));
        let land: BTreeSet<usize> = middles().flat_map(around).collect();
        land.into_iter().map(|row| self.land[row]).chain(middles()).collect()
    }

    fn is_near(&self, id: CompoundId, at: Coord<f64>) -> bool {
        self.middles[id.index()].is_some_and(|middle| distance2(middle, at).sqrt() <= self.radius_m)
    }
}
