//! Hues for districts, so that neighbours differ: saturation-first graph colouring (Brélaz 1979), deterministic.

use std::collections::BTreeMap;

use geo::Rect;

use super::Grid;
use crate::base::DistrictId;
use crate::contiguity::{Components, Dendrogram, Neighbours};
use crate::model::Content;

/// How many hues districts have.
pub const HUES: usize = 8;

/// The colour index of what is only to be seen pale: the first behind all hues.
pub const DIMMED: u8 = 8;

/// A hue for every node so that neighbours differ wherever [`HUES`] suffice for this order; where they do not, the hue
/// that the fewest neighbours wear. `O(n² + edges)`; hues are spread evenly, so that a plan of few districts is not all of one.
#[must_use]
pub fn colour_graph(neighbours: &[Vec<usize>]) -> Vec<u8> {
    let count = neighbours.len();
    let mut hue: Vec<Option<usize>> = vec![None; count];
    let mut worn = vec![[0_u32; HUES]; count];
    let mut used = [0_u32; HUES];
    for _ in 0..count {
        let saturation = |node: usize| worn[node].iter().filter(|n| **n > 0).count();
        let open = (0..count).filter(|node| hue[*node].is_none());
        let Some(node) = open.max_by_key(|node| (saturation(*node), neighbours[*node].len(), std::cmp::Reverse(*node))) else {
            break;
        };
        let best = (0..HUES).min_by_key(|h| (worn[node][*h], used[*h], *h)).unwrap_or(0);
        hue[node] = Some(best);
        used[best] += 1;
        for other in &neighbours[node] {
            worn[*other][best] += 1;
        }
    }
    hue.into_iter().map(|h| u8::try_from(h.unwrap_or(0)).unwrap_or(0)).collect()
}

/// A hue for every district: districts with compounds within `near_m` of each other are neighbours.
/// `boxes` are those of the compounds, by row.
#[must_use]
pub fn colour_districts(content: &Content, boxes: &[Option<Rect<f64>>], near_m: f64) -> BTreeMap<DistrictId, u8> {
    let ids: Vec<DistrictId> = content.districts.keys().copied().collect();
    let index: BTreeMap<DistrictId, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    let of = |row: usize| content.assignment.get(row).copied().flatten().and_then(|id| index.get(&id).copied());
    let grid = Grid::new((0..boxes.len()).map(|row| boxes[row].filter(|_| of(row).is_some())).collect());
    let mut neighbours = vec![std::collections::BTreeSet::new(); ids.len()];
    for (row, rect) in boxes.iter().enumerate() {
        let (Some(rect), Some(mine)) = (rect, of(row)) else { continue };
        let reach = geo::Coord { x: near_m, y: near_m };
        for other in grid.in_rect(Rect::new(rect.min() - reach, rect.max() + reach)) {
            if let Some(theirs) = of(other as usize).filter(|d| *d != mine) {
                neighbours[mine].insert(theirs);
                neighbours[theirs].insert(mine);
            }
        }
    }
    let lists: Vec<Vec<usize>> = neighbours.into_iter().map(|set| set.into_iter().collect()).collect();
    ids.into_iter().zip(colour_graph(&lists)).collect()
}

/// What a compound wears of its cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClusterSign {
    /// It takes no part in any.
    #[default]
    Outside,
    /// It hangs on no other.
    Alone,
    /// The hue of a cluster of several, for [`super::district_hue`].
    Hue(u8),
}

/// What every compound wears of its cluster, by row. A cluster wears the hue that its first member gives it, so that it
/// keeps it while others join, and only where the cluster it would be linked to next wears the same, the next one.
/// `clusters` are those of `forest` at `gap_m`. `O(n)`.
#[must_use]
pub fn colour_clusters(forest: &Dendrogram, clusters: &Components, gap_m: f64) -> Vec<ClusterSign> {
    // Clusters are numbered by their first members: a number that is new is met at its first member.
    let (mut hue, mut several): (Vec<u8>, Vec<bool>) = (Vec::with_capacity(clusters.count), vec![false; clusters.count]);
    for (row, cluster) in clusters.of.iter().enumerate().filter(|(_, cluster)| **cluster != Components::NONE) {
        if *cluster as usize == hue.len() {
            hue.push(spread(row));
        } else {
            several[*cluster as usize] = true;
        }
    }
    for (node, beyond) in forest.partings_at(gap_m) {
        let own = clusters.of[node.index()] as usize;
        if beyond.is_some_and(|beyond| hue[clusters.of[beyond.index()] as usize] == hue[own]) {
            hue[own] = next(hue[own]);
        }
    }
    let sign = |(hue, several)| if several { ClusterSign::Hue(hue) } else { ClusterSign::Alone };
    let signs: Vec<ClusterSign> = hue.into_iter().zip(several).map(sign).collect();
    clusters.of.iter().map(|cluster| signs.get(*cluster as usize).copied().unwrap_or_default()).collect()
}

/// What every unit of a grouping wears, by row, so that districts with neighbouring units differ wherever [`HUES`] suffice
/// for their order. A district keeps the hue that most of its units wore before, so that a grouping in the making does not
/// flicker; `before` may be empty. `O(units + links)`.
#[must_use]
pub fn colour_grouping(district: &[Option<u32>], neighbours: &Neighbours, before: &[ClusterSign]) -> Vec<ClusterSign> {
    let count = district.iter().flatten().max().map_or(0, |last| *last as usize + 1);
    let (mut worn, mut first) = (vec![[0_u32; HUES]; count], vec![usize::MAX; count]);
    let mut beside: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (row, own) in district.iter().enumerate().filter_map(|(row, own)| Some((row, (*own)?))) {
        let at = own as usize;
        first[at] = first[at].min(row);
        if let Some(ClusterSign::Hue(hue)) = before.get(row) {
            worn[at][usize::from(*hue) % HUES] += 1;
        }
        let others = neighbours.of(row).iter().filter_map(|next| district.get(*next as usize).copied().flatten());
        beside[at].extend(others.filter(|other| *other < own));
    }
    let mut hues: Vec<usize> = Vec::with_capacity(count);
    for (at, mut others) in beside.into_iter().enumerate() {
        others.sort_unstable();
        others.dedup();
        let mut taken = [0_u32; HUES];
        for other in others {
            taken[hues[other as usize]] += 1;
        }
        let liked = (0..HUES).rev().max_by_key(|hue| worn[at][*hue]).filter(|hue| worn[at][*hue] > 0);
        let liked = liked.unwrap_or_else(|| usize::from(spread(first[at])));
        let turned = (0..HUES).map(|turn| (liked + turn) % HUES);
        hues.push(turned.min_by_key(|hue| taken[*hue]).unwrap_or(0));
    }
    let sign = |own: &Option<u32>| own.map_or(ClusterSign::Outside, |own| ClusterSign::Hue(narrow(hues[own as usize])));
    district.iter().map(sign).collect()
}

fn narrow(hue: usize) -> u8 {
    u8::try_from(hue).unwrap_or(0)
}

/// Rows side by side get hues far apart (Knuth's multiplicative hashing).
fn spread(row: usize) -> u8 {
    u8::try_from((row.wrapping_mul(2_654_435_761) >> 16) % HUES).unwrap_or(0)
}

fn next(hue: u8) -> u8 {
    if usize::from(hue) + 1 == HUES { 0 } else { hue + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contiguity::Link;
    use crate::contiguity::tests::links_of;
    use proptest::prelude::*;

    proptest! {
        /// With at most seven neighbours each, eight hues always suffice, whatever the order.
        #[test]
        fn neighbours_differ(edges in prop::collection::vec((0_usize..40, 0_usize..40), 0..120)) {
            let mut neighbours = vec![Vec::new(); 40];
            for (a, b) in edges {
                let full = neighbours[a].len() >= HUES - 1 || neighbours[b].len() >= HUES - 1;
                if a != b && !full && !neighbours[a].contains(&b) {
                    neighbours[a].push(b);
                    neighbours[b].push(a);
                }
            }
            let hues = colour_graph(&neighbours);
            prop_assert!((0..40).all(|a| neighbours[a].iter().all(|b| hues[a] != hues[*b])));
            prop_assert_eq!(hues, colour_graph(&neighbours));
        }
    }

    proptest! {
        #[test]
        fn a_cluster_wears_one_hue_and_its_nearest_neighbour_another(
            gaps in prop::collection::vec((0_u32..24, 0_u32..24), 1..60),
            cut in 0_u32..60,
        ) {
            // No two gaps alike, so that there is one nearest neighbour.
            let list: Vec<(u32, u32, f64)> = (1_u32..).zip(gaps).map(|(n, (a, b))| (a, b, f64::from(n))).collect();
            let links = links_of(&list);
            let (forest, gap_m) = (Dendrogram::new(&links, &[true; 24]), f64::from(cut));
            let clusters = forest.components_at(gap_m);
            let hues = colour_clusters(&forest, &clusters, gap_m);
            for members in clusters.members() {
                let own = hues[members[0]];
                prop_assert!(members.iter().all(|row| hues[*row] == own));
                prop_assert_eq!(own == ClusterSign::Alone, members.len() == 1);
                let leaves = |link: &&Link| members.contains(&link.a.index()) != members.contains(&link.b.index());
                let nearest = links.list.iter().filter(leaves).min_by(|p, q| p.gap_m.total_cmp(&q.gap_m));
                if let (ClusterSign::Hue(_), Some(nearest)) = (own, nearest) {
                    let beyond = if members.contains(&nearest.a.index()) { nearest.b } else { nearest.a };
                    prop_assert_ne!(hues[beyond.index()], own);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn districts_in_the_making_differ_from_their_neighbours_and_keep_their_hues(
            district in prop::collection::vec(prop::option::weighted(0.9, 0_u32..7), 1..40),
            links in prop::collection::vec((0_usize..40, 0_usize..40), 0..80),
        ) {
            let links = links.into_iter().filter(|(a, b)| a.max(b) < &district.len());
            let neighbours = Neighbours::from_pairs(district.len(), links).unwrap();
            let signs = colour_grouping(&district, &neighbours, &[]);
            for (row, own) in district.iter().enumerate() {
                prop_assert_eq!(own.is_none(), signs[row] == ClusterSign::Outside);
                for next in neighbours.of(row).iter().map(|next| *next as usize) {
                    if own.is_some() && district[next].is_some() {
                        prop_assert_eq!(signs[row] == signs[next], district[next] == *own);
                    }
                }
            }
            prop_assert_eq!(colour_grouping(&district, &neighbours, &signs), signs);
        }
    }

    #[test]
    fn nine_mutual_neighbours_still_get_hues() {
        let neighbours: Vec<Vec<usize>> = (0..9).map(|a| (0..9).filter(|b| *b != a).collect()).collect();
        let hues = colour_graph(&neighbours);
        assert_eq!(hues.iter().collect::<std::collections::BTreeSet<_>>().len(), HUES);
    }
}
