//! An index of boxes that answers which of them meet a box or lie nearest to a point.
//! It alone names `rstar`; rows with no box (empty shapes) are simply never found.

use geo::{Coord, Rect};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

/// A box and the row it belongs to.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    envelope: AABB<[f64; 2]>,
    row: usize,
}

impl RTreeObject for Entry {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl PointDistance for Entry {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        self.envelope.distance_2(point)
    }
}

/// A bulk-loaded R-tree of boxes, numbered by their position in the input. Built in `O(n log n)`.
#[derive(Clone, Debug)]
pub struct BoxIndex {
    tree: RTree<Entry>,
}

impl BoxIndex {
    /// An index of `boxes`; `None` and boxes that are not finite keep their number and are never found.
    #[must_use]
    pub fn new(boxes: impl Iterator<Item = Option<Rect<f64>>>) -> Self {
        Self { tree: RTree::bulk_load(boxes.enumerate().filter_map(|(row, rect)| entry(row, rect?)).collect()) }
    }

    /// Puts another box in place of that of a row; `None` for a row that is not to be found, before or after. `O(log n)`.
    pub fn replace(&mut self, row: usize, before: Option<Rect<f64>>, after: Option<Rect<f64>>) {
        if let Some(entry) = before.and_then(|rect| entry(row, rect)) {
            self.tree.remove(&entry);
        }
        if let Some(entry) = after.and_then(|rect| entry(row, rect)) {
            self.tree.insert(entry);
        }
    }

    /// Count of boxes that can be found.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether nothing can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows whose boxes meet `rect`, borders included, in no particular but always the same order.
    pub fn in_box(&self, rect: Rect<f64>) -> impl Iterator<Item = usize> + '_ {
        self.tree.locate_in_envelope_intersecting(envelope(rect)).map(|entry| entry.row)
    }

    /// The row whose box is nearest to `point`; 0 m inside a box.
    #[must_use]
    pub fn nearest(&self, point: Coord<f64>) -> Option<usize> {
        self.tree.nearest_neighbor([point.x, point.y]).map(|entry| entry.row)
    }

    /// Rows by rising distance of their boxes from `point`, with that distance in metres.
    pub fn by_distance(&self, point: Coord<f64>) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.tree.nearest_neighbor_iter_with_distance_2([point.x, point.y]).map(|(entry, d2)| (entry.row, d2.sqrt()))
    }
}

/// The entry of a row, unless its box is not finite.
fn entry(row: usize, rect: Rect<f64>) -> Option<Entry> {
    let envelope = envelope(rect);
    let finite = envelope.lower().iter().chain(&envelope.upper()).all(|v| v.is_finite());
    finite.then_some(Entry { envelope, row })
}

fn envelope(rect: Rect<f64>) -> AABB<[f64; 2]> {
    AABB::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    #[test]
    fn finds_what_a_scan_finds() {
        let mut random = Seed(3).stream(0);
        let boxes: Vec<Option<Rect<f64>>> = (0..500)
            .map(|_| {
                let (x, y) = (random.between(0.0, 100.0), random.between(0.0, 100.0));
                let size = random.between(0.0, 8.0);
                (!random.chance(0.1)).then(|| Rect::new((x, y), (x + size, y + size)))
            })
            .collect();
        let index = BoxIndex::new(boxes.iter().copied());
        assert_eq!(index.len(), boxes.iter().flatten().count());
        for _ in 0..200 {
            let (x, y) = (random.between(-5.0, 105.0), random.between(-5.0, 105.0));
            let query = Rect::new((x, y), (x + 9.0, y + 4.0));
            let meets = |r: &Rect<f64>| {
                r.min().x <= query.max().x
                    && r.max().x >= query.min().x
                    && r.min().y <= query.max().y
                    && r.max().y >= query.min().y
            };
            let scan: Vec<usize> = (0..boxes.len()).filter(|i| boxes[*i].as_ref().is_some_and(meets)).collect();
            let mut found: Vec<usize> = index.in_box(query).collect();
            found.sort_unstable();
            assert_eq!(found, scan);
            let ordered: Vec<f64> = index.by_distance(Coord { x, y }).map(|(_, d)| d).collect();
            assert!(ordered.is_sorted());
            assert_eq!(index.nearest(Coord { x, y }).map(|_| ()), Some(()));
        }
    }

    #[test]
    fn an_empty_index_answers() {
        let index = BoxIndex::new([None, None].into_iter());
        assert!(index.is_empty());
        assert_eq!(index.nearest(Coord { x: 0.0, y: 0.0 }), None);
    }
}
