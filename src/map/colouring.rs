//! Hues for districts, so that neighbours differ: saturation-first graph colouring (Brélaz 1979), deterministic.

use std::collections::BTreeMap;

use geo::Rect;

use super::Grid;
use crate::base::DistrictId;
use crate::model::Content;

/// How many hues districts have.
pub const HUES: usize = 8;

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

#[cfg(test)]
mod tests {
    use super::*;
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

    #[test]
    fn nine_mutual_neighbours_still_get_hues() {
        let neighbours: Vec<Vec<usize>> = (0..9).map(|a| (0..9).filter(|b| *b != a).collect()).collect();
        let hues = colour_graph(&neighbours);
        assert_eq!(hues.iter().collect::<std::collections::BTreeSet<_>>().len(), HUES);
    }
}
