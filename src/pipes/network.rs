//! The network of pipes: which pipes meet, where their flow goes on, and which trunks several compounds of a district hang on.
//!
//! Pipes of one class meet where an end of one lies on another, as far as the plan's settings let ends snap. Flow is the survey's
//! (流向); where it does not tell, both directions are open, and results say what they rest on.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use geo::{BoundingRect, Coord, MultiLineString, Rect};
use rayon::prelude::*;

use super::survey::{said_of, tips};
use super::{PipeLengths, PipeRole};
use crate::base::{CompoundId, DistrictId, Message, PipeId};
use crate::geometry::packed::PackedBoxes;
use crate::geometry::segment::{Segment, distance2, grown, line_segments};
use crate::model::{Content, Pipe};
use crate::policy::PipeClass;

/// Nearer than this an end lies on a pipe whatever the settings say, m.
const MEETS_M: f64 = 0.01;

/// Which way a pipe flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// From its first point to its last.
    Forward,
    /// From its last point to its first.
    Backward,
}

/// Where on a pipe another one meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Spot {
    Start,
    Finish,
    Between,
}

/// A pipe that meets another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Contact {
    other: PipeId,
    here: Spot,
    there: Spot,
}

/// What a result rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The flow of every pipe on the way.
    Flow,
    /// Flow where the survey tells it, connection where it does not.
    Partly,
    /// Connection alone.
    Connection,
}

impl Basis {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Partly => "partly",
            Self::Connection => "connection",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Flow => Message::new("pipes.basis-flow"),
            Self::Partly => Message::new("pipes.basis-partly"),
            Self::Connection => Message::new("pipes.basis-connection"),
        }
    }

    fn of(known: usize, all: usize) -> Self {
        match known {
            0 => Self::Connection,
            known if known == all => Self::Flow,
            _ => Self::Partly,
        }
    }
}

/// Pipes that are reached from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The pipes, ascending, without the one itself.
    pub pipes: Vec<PipeId>,
    /// What that rests on.
    pub basis: Basis,
}

/// A pipe that several compounds of a district hang on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trunk {
    /// The pipe.
    pub pipe: PipeId,
    /// Compounds of the district that it serves, itself or through others, ascending; at least two.
    pub compounds: Vec<CompoundId>,
    /// What that rests on.
    pub basis: Basis,
}

/// Which pipes meet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    contacts: Vec<Vec<Contact>>,
    flow: Vec<Option<Flow>>,
}

/// The flow as surveys write it: 0 or + from start to end, 1 or - back; or in words.
fn flow_of(pipe: &Pipe) -> Option<Flow> {
    let said = said_of(pipe, &["流向", "水流方向", "流水方向", "lx", "flowdirection", "flowdir", "flow"])?;
    let said = said.trim().to_lowercase();
    match said.as_str() {
        "0" | "+" | "正" | "正向" | "顺向" | "顺流" | "起点到终点" | "起点→终点" | "forward" => {
            Some(Flow::Forward)
        }
        "1" | "-1" | "反" | "反向" | "逆" | "逆向" | "逆流" | "终点到起点" | "终点→起点" | "backward" => {
            Some(Flow::Backward)
        }
        _ => None,
    }
}

impl Network {
    /// Finds who meets whom. `O(n log n)` for pipes that each meet few others; on all cores.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let snap_m = content.settings.works.snap_m;
        let snap_m = if snap_m.is_finite() { snap_m.max(MEETS_M) } else { MEETS_M };
        let boxes: Vec<Option<Rect<f64>>> = content.pipes.iter().map(|pipe| pipe.line.bounding_rect()).collect();
        let index = PackedBoxes::new(&boxes);
        let from_end = |row: usize| {
            let ends = tips(&content.pipes[row].line).into_iter().flatten();
            let met = |(here, at): (Spot, Coord<f64>)| met_at(content, &index, (row, here, at), snap_m);
            [Spot::Start, Spot::Finish].into_iter().zip(ends).flat_map(met).collect::<Vec<_>>()
        };
        let found: Vec<Vec<Contact>> = (0..content.pipes.len()).into_par_iter().map(from_end).collect();
        let mut contacts = found.clone();
        for (row, own) in found.iter().enumerate() {
            for Contact { other, here, there } in own {
                contacts[other.index()].push(Contact { other: PipeId::from_index(row), here: *there, there: *here });
            }
        }
        contacts.par_iter_mut().for_each(|own| {
            own.sort_unstable();
            own.dedup();
        });
        Self { contacts, flow: content.pipes.par_iter().map(flow_of).collect() }
    }

    /// The flow of a pipe, where the survey tells it.
    #[must_use]
    pub fn flow(&self, pipe: PipeId) -> Option<Flow> {
        self.flow.get(pipe.index()).copied().flatten()
    }

    /// Whether what flows in a pipe may leave it there.
    fn leaves(&self, pipe: PipeId, at: Spot) -> bool {
        !matches!((self.flow(pipe), at), (Some(Flow::Forward), Spot::Start) | (Some(Flow::Backward), Spot::Finish))
    }

    /// Whether something may flow into it there.
    fn enters(&self, pipe: PipeId, at: Spot) -> bool {
        !matches!((self.flow(pipe), at), (Some(Flow::Forward), Spot::Finish) | (Some(Flow::Backward), Spot::Start))
    }

    /// Pipes that the flow goes on into, from this one alone, downstream or up.
    fn next(&self, pipe: PipeId, down: bool) -> impl Iterator<Item = PipeId> + '_ {
        let goes_on = move |contact: &&Contact| {
            let Contact { other, here, there } = **contact;
            if down {
                self.leaves(pipe, here) && self.enters(other, there)
            } else {
                self.enters(pipe, here) && self.leaves(other, there)
            }
        };
        self.contacts.get(pipe.index()).into_iter().flatten().filter(goes_on).map(|contact| contact.other)
    }

    /// Everything downstream of a pipe; where no flow is told, everything connected. `O(pipes reached)`.
    #[must_use]
    pub fn downstream(&self, pipe: PipeId) -> Reached {
        let seen = self.reach(&[pipe], true, |_| true);
        let known = seen.iter().filter(|id| self.flow(**id).is_some()).count();
        let basis = Basis::of(known, seen.len());
        let mut pipes: Vec<PipeId> = seen.into_iter().filter(|id| *id != pipe).collect();
        pipes.sort_unstable();
        Reached { pipes, basis }
    }

    fn reach(&self, from: &[PipeId], down: bool, goes_on: impl Fn(PipeId) -> bool) -> HashSet<PipeId> {
        let mut seen: HashSet<PipeId> = from.iter().copied().collect();
        let mut open: VecDeque<PipeId> = from.iter().copied().filter(|id| goes_on(*id)).collect();
        while let Some(at) = open.pop_front() {
            for other in self.next(at, down) {
                if seen.insert(other) && goes_on(other) {
                    open.push_back(other);
                }
            }
        }
        seen
    }

    /// Pipes that several compounds of a district hang on, by pipe.
    ///
    /// A pipe serves a compound that it lies in or ends at (内部, 联系), and one whose pipes lead to it: with the flow where it is
    /// told, downstream for 排水 and upstream for what is supplied; else through the pipes that meet it, and no farther.
    /// `O(compounds of the district × pipes on the way)`.
    #[must_use]
    pub fn trunks(&self, content: &Content, lengths: &PipeLengths, district: DistrictId) -> Vec<Trunk> {
        let mut served: BTreeMap<PipeId, BTreeSet<CompoundId>> = BTreeMap::new();
        for compound in content.members(district) {
            let shares = lengths.per_compound.get(compound.index()).into_iter().flatten();
            let mut own: BTreeMap<PipeClass, Vec<PipeId>> = BTreeMap::new();
            for share in shares.filter(|share| share.role != PipeRole::Passing) {
                if let Some(pipe) = content.pipes.get(share.pipe.index()) {
                    own.entry(pipe.class).or_default().push(share.pipe);
                }
            }
            for (class, pipes) in own {
                for pipe in self.way(&pipes, class == PipeClass::Drainage) {
                    served.entry(pipe).or_default().insert(compound);
                }
            }
        }
        let several = served.into_iter().filter(|(_, compounds)| compounds.len() > 1);
        several
            .map(|(pipe, compounds)| Trunk { pipe, compounds: compounds.into_iter().collect(), basis: self.basis_of(pipe) })
            .collect()
    }

    /// Pipes that serve the same as those given: theirs, and those on the way. Beyond a pipe without a flow nothing is followed,
    /// but from the given ones to what meets them.
    fn way(&self, pipes: &[PipeId], down: bool) -> HashSet<PipeId> {
        let own: HashSet<PipeId> = pipes.iter().copied().collect();
        self.reach(pipes, down, |id| own.contains(&id) || self.flow(id).is_some())
    }

    fn basis_of(&self, pipe: PipeId) -> Basis {
        if self.flow(pipe).is_some() { Basis::Flow } else { Basis::Connection }
    }
}

/// Pipes of the class on which an end lies. The nearest end within reach is met at that end, else the nearest point between.
fn met_at(content: &Content, index: &PackedBoxes, (row, here, at): (usize, Spot, Coord<f64>), snap_m: f64) -> Vec<Contact> {
    let class = content.pipes[row].class;
    let mut rows = Vec::new();
    index.each_in_box(&grown(&Rect::new(at, at), snap_m), |other| rows.push(other));
    rows.retain(|other| *other != row && content.pipes[*other].class == class);
    let met = |other: usize| {
        let there = spot(&content.pipes[other].line, at, snap_m)?;
        Some(Contact { other: PipeId::from_index(other), here, there })
    };
    rows.into_iter().filter_map(met).collect()
}

/// Where a point lies on a line, within reach; ends come before what lies between them.
fn spot(line: &MultiLineString<f64>, at: Coord<f64>, reach_m: f64) -> Option<Spot> {
    let reach2 = reach_m * reach_m;
    let [start, finish] = tips(line)?.map(|tip| distance2(tip, at));
    if start.min(finish) <= reach2 {
        return Some(if start <= finish { Spot::Start } else { Spot::Finish });
    }
    let near = |segment: Segment| distance2(segment.nearest_to(at), at) <= reach2;
    line.iter().flat_map(line_segments).any(near).then_some(Spot::Between)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::Silent;
    use crate::model::{District, Properties};
    use crate::pipes::lengths;
    use crate::pipes::tests::{compound, content, pipe};

    fn flowing(id: &str, flow: Option<&str>, coords: &[(f64, f64)]) -> Pipe {
        let extra = flow.map_or_else(Properties::new, |f| Properties::from(json!({ "流向": f }).as_object().unwrap().clone()));
        Pipe { extra, ..pipe(id, PipeClass::Drainage, coords) }
    }

    /// Three compounds above a street, a house pipe from each down to the main, which flows east.
    fn street(flow: Option<&str>) -> Content {
        let compounds = (0..3).map(|n| compound("c", 200.0 * f64::from(n), 50.0, 100.0)).collect();
        let house = |n: i32| {
            let x = 200.0 * f64::from(n) + 50.0;
            flowing("h", flow, &[(x, 80.0), (x, 0.0)])
        };
        let main = |n: i32| {
            let x = 200.0 * f64::from(n);
            flowing("m", flow, &[(x, 0.0), (x + 200.0, 0.0)])
        };
        let mut content = content(compounds, (0..3).map(house).chain((0..3).map(main)).collect());
        content.assignment = vec![Some(DistrictId(1)); 3];
        content.districts.insert(DistrictId(1), District::numbered(1));
        content
    }

    fn trunks(content: &Content) -> Vec<(u32, usize, Basis)> {
        let found = lengths(content, &Silent).unwrap();
        let trunks = Network::of(content).trunks(content, &found, DistrictId(1));
        trunks.into_iter().map(|trunk| (trunk.pipe.0, trunk.compounds.len(), trunk.basis)).collect()
    }

    #[test]
    fn mains_collect_what_flows_into_them() {
        let content = street(Some("0"));
        let network = Network::of(&content);
        let down = |row: u32| network.downstream(PipeId(row));
        assert_eq!(down(0).pipes.iter().map(|id| id.0).collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!(down(5), Reached { pipes: vec![], basis: Basis::Flow });
        // The first main takes one compound, the second two, the third all.
        assert_eq!(trunks(&content), [(4, 2, Basis::Flow), (5, 3, Basis::Flow)]);
    }

    #[test]
    fn without_flow_it_is_said_that_only_the_connection_tells() {
        let content = street(None);
        let network = Network::of(&content);
        let all = network.downstream(PipeId(0));
        assert_eq!((all.pipes.len(), all.basis), (5, Basis::Connection));
        // No main meets the pipes of two compounds.
        assert_eq!(trunks(&content), []);
        let mut content = street(None);
        std::sync::Arc::make_mut(&mut content.pipes)[3] = flowing("m", None, &[(0.0, 0.0), (600.0, 0.0)]);
        assert_eq!(trunks(&content), [(3, 3, Basis::Connection)]);
    }

    /// Everything that can be reached step by step, by the places of ends alone.
    fn by_hand(content: &Content, from: usize) -> Vec<u32> {
        let flows: Vec<Option<Flow>> = content.pipes.iter().map(flow_of).collect();
        let tips: Vec<[Coord<f64>; 2]> = content.pipes.iter().map(|pipe| tips(&pipe.line).unwrap()).collect();
        let outs = |row: usize| match flows[row] {
            Some(Flow::Forward) => vec![tips[row][1]],
            Some(Flow::Backward) => vec![tips[row][0]],
            None => tips[row].to_vec(),
        };
        let ins = |row: usize| match flows[row] {
            Some(Flow::Forward) => vec![tips[row][0]],
            Some(Flow::Backward) => vec![tips[row][1]],
            None => tips[row].to_vec(),
        };
        let mut seen = vec![false; content.pipes.len()];
        seen[from] = true;
        loop {
            let before = seen.clone();
            for row in (0..seen.len()).filter(|row| before[*row]) {
                for (other, reached) in seen.iter_mut().enumerate() {
                    *reached |= outs(row).iter().any(|out| ins(other).contains(out));
                }
            }
            if seen == before {
                break;
            }
        }
        (0..seen.len()).filter(|row| seen[*row] && *row != from).map(|row| u32::try_from(row).unwrap()).collect()
    }

    proptest! {
        #[test]
        fn what_is_downstream_is_what_steps_reach(
            pipes in prop::collection::vec((0..5_u8, 0..5_u8, 0..5_u8, 0..5_u8, prop::option::of(0..2_u8)), 1..14),
        ) {
            // On a grid turned a little, so that no end lies between the ends of another pipe.
            let at = |x: u8, y: u8| {
                let (x, y) = (f64::from(x), f64::from(y));
                (100.0 * x + 7.3 * y * y + 3.1 * x * x * y, 100.0 * y + 11.7 * x * x + 1.9 * y * y * x)
            };
            let distinct = pipes.into_iter().filter(|(a, b, c, d, _)| (a, b) != (c, d));
            let pipes: Vec<Pipe> = distinct
                .map(|(a, b, c, d, flow)| flowing("p", flow.map(|f| if f == 0 { "0" } else { "1" }), &[at(a, b), at(c, d)]))
                .collect();
            let content = content(vec![], pipes);
            let network = Network::of(&content);
            let between = network.contacts.iter().flatten().any(|contact| contact.here == Spot::Between || contact.there == Spot::Between);
            prop_assume!(!between);
            for row in 0..content.pipes.len() {
                let found: Vec<u32> = network.downstream(PipeId::from_index(row)).pipes.iter().map(|id| id.0).collect();
                prop_assert_eq!(found, by_hand(&content, row));
            }
        }
    }
}
