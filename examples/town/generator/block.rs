//! One street block: its lots become compounds with buildings, land without homes, lanes and facilities.

use geo::{Coord, MultiPolygon, Polygon};
use lianpian::base::{Seed, SplitMix};
use serde_json::{Value, json};

use super::buildings::{self, Slab, Style};
use super::compounds::{Character, Compound};
use super::geometry::{Frame, rounded};
use super::lots::{Lane, Lot, Use, Wish, cut_block, span_of};
use super::pipes::{Networks, Pipe, Served};

/// A compound of a block with its buildings.
pub(crate) struct Home {
    /// The compound; id, name and limits are given later.
    pub(crate) compound: Compound,
    /// Its buildings.
    pub(crate) buildings: Vec<Building>,
    parts: Vec<(Polygon<f64>, Vec<Slab>)>,
}

/// A building on the map.
pub(crate) struct Building {
    /// Footprint, local metres.
    pub(crate) shape: Polygon<f64>,
    storeys: usize,
    units: usize,
    households: usize,
    lift: bool,
}

impl Building {
    /// The fields of the buildings file.
    pub(crate) fn fields(&self, random: &mut SplitMix, id: &str, compound: &str) -> Value {
        let lived_in = self.units > 0;
        let given = |known: bool, value: usize| if known { json!(value) } else { Value::Null };
        json!({
            "楼栋编号": id,
            "所属小区": if lived_in { json!(compound) } else { Value::Null },
            "层数": given(random.chance(0.96), self.storeys),
            "单元数": given(lived_in && random.chance(0.93), self.units),
            "户数": given(lived_in && random.chance(0.9), self.households),
            "电梯": if self.lift { "有" } else { "无" },
        })
    }
}

/// All that a block holds.
pub(crate) struct Block {
    /// Its place on the map.
    pub(crate) frame: Frame,
    /// Compounds.
    pub(crate) homes: Vec<Home>,
    /// Buildings in which nobody lives.
    pub(crate) public: Vec<Building>,
    /// Low-efficiency land.
    pub(crate) parcels: Vec<Polygon<f64>>,
    /// Named lanes.
    pub(crate) lanes: Vec<Lane>,
    /// Where facilities may stand: along the edges of public lots and compounds.
    pub(crate) fronts: Vec<Coord<f64>>,
}

impl Block {
    /// Draws the block; `number` picks its own stream of the seed.
    pub(crate) fn new(seed: Seed, number: u64, frame: Frame, wish: Wish, historic: bool) -> Self {
        let mut random = seed.stream(1_000_000 + number);
        let cut = cut_block(&mut random, &frame, wish);
        let mut block = Self { frame, homes: vec![], public: vec![], parcels: vec![], lanes: cut.lanes, fronts: vec![] };
        for lot in &cut.lots {
            block.settle(&mut random, lot, historic);
        }
        block
    }

    fn settle(&mut self, random: &mut SplitMix, lot: &Lot, historic: bool) {
        let span = lot.span();
        match lot.purpose {
            Use::Homes | Use::Single => {
                let home = self.home(random, lot, historic);
                self.homes.push(home);
            }
            Use::Parcel => {
                self.parcels.extend(lot.parts.iter().map(|part| self.frame.polygon(part)));
                let shed = Slab {
                    s: span.w + span.wide() * 0.45,
                    t: span.s + span.high() * 0.6,
                    long: span.wide() * 0.6,
                    deep: span.high() * 0.3,
                    storeys: 1,
                    units: 0,
                };
                self.public.push(self.building(&shed, 1, false));
            }
            Use::Public => {
                let slabs = buildings::public(random, span);
                self.public.extend(slabs.iter().map(|slab| self.building(slab, 1, false)).collect::<Vec<_>>());
            }
            Use::Green => {}
        }
        self.fronts.push(self.frame.place(span.w + span.wide() * random.between(0.15, 0.85), span.s + 5.0));
    }

    fn building(&self, slab: &Slab, flats: usize, lift: bool) -> Building {
        Building {
            shape: self.frame.rectangle(slab.s, slab.t, slab.long, slab.deep),
            storeys: slab.storeys,
            units: slab.units,
            households: slab.units * slab.storeys * flats,
            lift,
        }
    }

    fn home(&self, random: &mut SplitMix, lot: &Lot, historic: bool) -> Home {
        let character = Character::draw(random, historic);
        let mut style = Style::of_year(random, character.year);
        if historic {
            style = Style { storeys: 2 + random.below(2), depth_m: 10.0, ratio: 1.6, ..style };
        } else if lot.purpose == Use::Single {
            style.storeys = style.storeys.min(9);
        }
        let fill = |random: &mut SplitMix, part: &Polygon<f64>| {
            let mut slabs = buildings::rows(random, part, style);
            if lot.purpose == Use::Single {
                slabs.truncate(1);
            }
            slabs
        };
        let parts: Vec<_> = lot.parts.iter().map(|part| (part.clone(), fill(random, part))).collect();
        let slabs: Vec<Slab> = parts.iter().flat_map(|(_, slabs)| slabs.iter().copied()).collect();
        let shape = MultiPolygon::new(lot.parts.iter().map(|part| self.frame.polygon(part)).collect());
        let mut compound = Compound::new(random, character, &slabs, style.flats, shape);
        compound.middle = self.frame.place(compound.middle.x, compound.middle.y);
        let buildings = slabs.iter().map(|slab| self.building(slab, style.flats, style.lift && slab.storeys > 7)).collect();
        Home { compound, buildings, parts }
    }

    /// Brings the pipes to one of its compounds.
    pub(crate) fn serve(
        &self,
        home: &Home,
        block: (usize, usize),
        networks: &mut Networks,
        random: &mut SplitMix,
        out: &mut Vec<Pipe>,
    ) {
        for (part, slabs) in &home.parts {
            let span = span_of(part);
            let box_area = span.area();
            let plain = part.interiors().is_empty() && geo::Area::unsigned_area(part) > 0.99 * box_area;
            let (year, planned) = (home.compound.year, home.compound.planned);
            let lot = Served { block, frame: &self.frame, span, plain, slabs, year, planned };
            networks.serve(random, &lot, out);
        }
    }

    /// The middle lines of its lanes on the map, with widths.
    pub(crate) fn lane_lines(&self) -> impl Iterator<Item = (geo::LineString<f64>, f64)> + '_ {
        self.lanes.iter().map(|lane| {
            let [a, b] = lane.ends;
            (geo::LineString::new(vec![self.frame.place(a.x, a.y), self.frame.place(b.x, b.y)]), rounded(lane.width_m, 1))
        })
    }
}
