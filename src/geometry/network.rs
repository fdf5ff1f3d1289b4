//! Ways along lines: how far points are from each other when one walks to the nearest line, along lines, and off again.
//!
//! Lines meet where they share or cross a point, and where an end lies within a hand's breadth of another line. No coordinate
//! is moved, so a way is never shorter than the straight line.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, LineString};

use super::index::BoxIndex;
use super::segment::{Segment, distance2, grown};

/// An end that lies so near another line meets it, m: surveys do not always draw crossings to the millimetre.
const MEETS_M: f64 = 1.0;

/// Lines with points tied to them.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// For every node its neighbours and how far they are, m.
    ways: Vec<Vec<(usize, f64)>>,
    /// The node of every point.
    points: Vec<usize>,
}

/// A node by its coordinates to the bit.
type Key = (u64, u64);

/// Nodes and the places on each segment at which they lie.
struct Builder {
    segments: Vec<Segment>,
    /// Nodes on each segment, with where they lie, 0 at its start.
    cuts: Vec<Vec<(f64, usize)>>,
    nodes: Vec<Coord<f64>>,
    known: BTreeMap<Key, usize>,
    /// Ways that are no part of a line: to it, and over the small gaps between lines.
    ties: Vec<(usize, usize, f64)>,
}

impl Network {
    /// Ties points to the nearest of the lines. `O((segments + points) log segments)` where lines cross a few others each.
    #[must_use]
    pub fn new<'a>(lines: impl Iterator<Item = &'a LineString<f64>>, points: &[Coord<f64>]) -> Self {
        let lines: Vec<&LineString<f64>> = lines.collect();
        let pieces = lines.iter().flat_map(|line| line.lines()).filter(|piece| piece.start != piece.end);
        let segments: Vec<Segment> = pieces.map(|piece| Segment::new(piece.start, piece.end)).collect();
        let index = BoxIndex::new(segments.iter().map(|segment| Some(segment.bounds())));
        let mut builder = Builder {
            cuts: vec![Vec::new(); segments.len()],
            segments,
            nodes: Vec::new(),
            known: BTreeMap::new(),
            ties: Vec::new(),
        };
        for row in 0..builder.segments.len() {
            let Segment { a, b } = builder.segments[row];
            builder.cut(row, a);
            builder.cut(row, b);
            builder.cross(row, &index);
        }
        let ends: Vec<Coord<f64>> =
            lines.iter().flat_map(|line| line.0.first().into_iter().chain(line.0.last())).copied().collect();
        for end in ends {
            builder.meet(end, &index);
        }
        let points = points.iter().map(|point| builder.tie(*point, &index)).collect();
        Self { ways: builder.ways(), points }
    }

    /// How far every point is from the nearest of some points, by their places in the list, m; infinite beyond `limit_m` and
    /// where no way leads. `O(nodes log nodes)`.
    #[must_use]
    pub fn distances_from(&self, sources: &[usize], limit_m: f64) -> Vec<f64> {
        let mut far = vec![f64::INFINITY; self.ways.len()];
        let mut open: BinaryHeap<Reverse<(Metres, usize)>> = BinaryHeap::new();
        for source in sources.iter().filter_map(|place| self.points.get(*place)) {
            far[*source] = 0.0;
            open.push(Reverse((Metres(0.0), *source)));
        }
        while let Some(Reverse((Metres(metres), node))) = open.pop() {
            if metres > far[node] {
                continue;
            }
            for (next, way) in &self.ways[node] {
                let reached = metres + way;
                if reached < far[*next] && reached <= limit_m {
                    far[*next] = reached;
                    open.push(Reverse((Metres(reached), *next)));
                }
            }
        }
        self.points.iter().map(|node| far[*node]).collect()
    }
}

/// Metres that are in order; never NaN, being sums of lengths.
#[derive(Clone, Copy, PartialEq)]
struct Metres(f64);

impl Eq for Metres {}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Metres {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Builder {
    fn node(&mut self, at: Coord<f64>) -> usize {
        // 0.0 and −0.0 are one place.
        let key = ((at.x + 0.0).to_bits(), (at.y + 0.0).to_bits());
        let next = self.nodes.len();
        let node = *self.known.entry(key).or_insert(next);
        if node == next {
            self.nodes.push(at);
        }
        node
    }

    /// Puts a node on a segment.
    fn cut(&mut self, row: usize, at: Coord<f64>) -> usize {
        let node = self.node(at);
        self.cuts[row].push((self.segments[row].project(at), node));
        node
    }

    /// Nodes where a segment crosses those before it.
    fn cross(&mut self, row: usize, index: &BoxIndex) {
        let Segment { a, b } = self.segments[row];
        let others: Vec<usize> = index.in_box(self.segments[row].bounds()).filter(|other| *other < row).collect();
        for other in others {
            let Segment { a: c, b: d } = self.segments[other];
            match line_intersection(Line::new(a, b), Line::new(c, d)) {
                Some(LineIntersection::SinglePoint { intersection, .. }) => {
                    self.cut(row, intersection);
                    self.cut(other, intersection);
                }
                Some(LineIntersection::Collinear { intersection }) => {
                    for at in [intersection.start, intersection.end] {
                        self.cut(row, at);
                        self.cut(other, at);
                    }
                }
                None => {}
            }
        }
    }

    /// Ties an end to lines that lie so near that they are meant to meet.
    fn meet(&mut self, end: Coord<f64>, index: &BoxIndex) {
        let node = self.node(end);
        let near: Vec<usize> = index.in_box(grown(&geo::Rect::new(end, end), MEETS_M)).collect();
        for row in near {
            let at = self.segments[row].at(self.segments[row].project(end));
            let metres = distance2(at, end).sqrt();
            if metres > 0.0 && metres <= MEETS_M {
                let other = self.cut(row, at);
                self.ties.push((node, other, metres));
            }
        }
    }

    /// Ties a point to the nearest line; a point without any line stands alone.
    fn tie(&mut self, point: Coord<f64>, index: &BoxIndex) -> usize {
        // A node of its own, even where it lies on a line: other points there are other points.
        let node = self.nodes.len();
        self.nodes.push(point);
        let mut best: Option<(f64, usize)> = None;
        for (row, box_m) in index.by_distance(point) {
            if best.is_some_and(|(metres, _)| box_m > metres) {
                break;
            }
            let at = self.segments[row].at(self.segments[row].project(point));
            let metres = distance2(at, point).sqrt();
            if best.is_none_or(|(held, _)| metres < held) {
                best = Some((metres, row));
            }
        }
        if let Some((metres, row)) = best {
            let at = self.segments[row].at(self.segments[row].project(point));
            let other = self.cut(row, at);
            self.ties.push((node, other, metres));
        }
        node
    }

    /// Every way, both ways.
    fn ways(mut self) -> Vec<Vec<(usize, f64)>> {
        let mut ways = vec![Vec::new(); self.nodes.len()];
        let mut join = |a: usize, b: usize, metres: f64| {
            ways[a].push((b, metres));
            ways[b].push((a, metres));
        };
        for cuts in &mut self.cuts {
            cuts.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
            cuts.dedup_by_key(|(_, node)| *node);
            for pair in cuts.windows(2) {
                join(pair[0].1, pair[1].1, distance2(self.nodes[pair[0].1], self.nodes[pair[1].1]).sqrt());
            }
        }
        for (a, b, metres) in &self.ties {
            join(*a, *b, *metres);
        }
        ways
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    fn network(lines: &[&[(f64, f64)]], points: &[Coord<f64>]) -> Network {
        let lines: Vec<LineString<f64>> = lines.iter().map(|line| LineString::from(line.to_vec())).collect();
        Network::new(lines.iter(), points)
    }

    #[test]
    fn ways_follow_lines_and_turn_where_they_cross() {
        // A cross; from 10 m above its left arm to 20 m beside its upper one.
        let lines: [&[(f64, f64)]; 2] = [&[(-100.0, 0.0), (100.0, 0.0)], &[(0.0, -100.0), (0.0, 100.0)]];
        let points = [at(-50.0, 10.0), at(20.0, 60.0), at(-50.0, 10.0)];
        let far = network(&lines, &points).distances_from(&[0], 1_000.0);
        assert!((far[1] - (10.0 + 50.0 + 60.0 + 20.0)).abs() < 1e-9, "{far:?}");
        assert_eq!(far[0], 0.0);
        assert!((far[2] - 20.0).abs() < 1e-9, "another point at the same place is reached by the street");
        assert_eq!(network(&lines, &points).distances_from(&[0], 100.0)[1], f64::INFINITY);
    }

    #[test]
    fn an_end_just_short_of_a_line_meets_it_and_others_do_not() {
        let points = [at(0.0, 0.0), at(100.0, 50.0)];
        let gap =
            |y: f64| network(&[&[(0.0, 0.0), (200.0, 0.0)], &[(100.0, y), (100.0, 50.0)]], &points).distances_from(&[0], 1e6)[1];
        assert!((gap(0.6) - 150.0).abs() < 1e-9);
        assert_eq!(gap(1.5), f64::INFINITY);
        assert_eq!(network(&[], &points).distances_from(&[0], 1e6), [0.0, f64::INFINITY]);
    }

    /// Dijkstra on a matrix of all nodes, as dull as can be.
    fn brute(network: &Network, source: usize) -> Vec<f64> {
        let n = network.ways.len();
        let mut far = vec![f64::INFINITY; n];
        far[network.points[source]] = 0.0;
        for _ in 0..n {
            for node in 0..n {
                for (next, way) in &network.ways[node] {
                    far[*next] = far[*next].min(far[node] + way);
                }
            }
        }
        network.points.iter().map(|node| far[*node]).collect()
    }

    proptest! {
        #[test]
        fn no_way_is_shorter_than_the_straight_line(
            lines in prop::collection::vec(prop::collection::vec((0_i32..40, 0_i32..40), 2..4), 0..5),
            points in prop::collection::vec((0_i32..40, 0_i32..40), 2..5),
        ) {
            let real = |p: &(i32, i32)| at(f64::from(p.0), f64::from(p.1));
            let lines: Vec<LineString<f64>> = lines.iter().map(|line| line.iter().map(real).collect()).collect();
            let points: Vec<Coord<f64>> = points.iter().map(real).collect();
            let network = Network::new(lines.iter(), &points);
            let far = network.distances_from(&[0], 1e9);
            for ((metres, slow), point) in far.iter().zip(brute(&network, 0)).zip(&points) {
                prop_assert!(*metres == slow || (metres - slow).abs() < 1e-6);
                prop_assert!(*metres + 1e-9 >= distance2(points[0], *point).sqrt());
            }
        }
    }
}
