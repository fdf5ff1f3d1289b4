//! Where labels stand: a point inside each area, and greedy placement without overlap, the important ones first.

use geo::{Area, Centroid, Contains, Coord, InteriorPoint, MultiPolygon};

/// A point inside the largest part: its centroid where that lies inside, else the middle of its widest inside stretch.
#[must_use]
pub fn label_point(shape: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let largest = shape.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let centroid = largest.centroid().filter(|point| largest.contains(point));
    centroid.or_else(|| largest.interior_point()).map(|point| point.0)
}

/// A box on the screen: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelBox {
    /// Left and top.
    pub min: [f32; 2],
    /// Right and bottom.
    pub max: [f32; 2],
}

impl LabelBox {
    /// A box of that size around a middle.
    #[must_use]
    pub fn around(middle: [f32; 2], size: [f32; 2]) -> Self {
        let half = [size[0] / 2.0, size[1] / 2.0];
        Self { min: [middle[0] - half[0], middle[1] - half[1]], max: [middle[0] + half[0], middle[1] + half[1]] }
    }

    fn meets(&self, other: &Self) -> bool {
        self.min[0] < other.max[0] && other.min[0] < self.max[0] && self.min[1] < other.max[1] && other.min[1] < self.max[1]
    }
}

/// Side of the cells in which taken boxes are kept, pixels.
const CELL_PX: f32 = 64.0;

/// Places taken so far. Offer labels and symbols from the most important to the least.
#[derive(Clone, Debug, Default)]
pub struct Placer {
    cells: std::collections::HashMap<(i32, i32), Vec<LabelBox>>,
}

impl Placer {
    /// Takes the box if it is free; says whether it was.
    pub fn place(&mut self, wanted: LabelBox) -> bool {
        let free = self.is_free(&wanted);
        if free {
            self.take(wanted);
        }
        free
    }

    /// Whether nothing was put where the box is.
    #[must_use]
    pub fn is_free(&self, wanted: &LabelBox) -> bool {
        cells_of(wanted).all(|cell| self.cells.get(&cell).is_none_or(|taken| taken.iter().all(|b| !b.meets(wanted))))
    }

    /// Takes the first free box of several; says which.
    pub fn place_any(&mut self, wanted: &[LabelBox]) -> Option<usize> {
        wanted.iter().position(|b| self.place(*b))
    }

    /// Takes the box whether it is free or not.
    pub fn take(&mut self, taken: LabelBox) {
        for cell in cells_of(&taken) {
            self.cells.entry(cell).or_default().push(taken);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to cells that an i32 holds")]
fn cells_of(b: &LabelBox) -> impl Iterator<Item = (i32, i32)> + use<> {
    let cell = |v: f32| (v / CELL_PX).floor().clamp(-10_000.0, 10_000.0) as i32;
    let (x0, y0, x1, y1) = (cell(b.min[0]), cell(b.min[1]), cell(b.max[0]), cell(b.max[1]));
    (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| (x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn placed_labels_never_overlap(wanted in prop::collection::vec((0.0f32..400.0, 0.0f32..300.0, 5.0f32..120.0, 8.0f32..20.0), 1..60)) {
            let mut placer = Placer::default();
            let boxes: Vec<LabelBox> = wanted.iter().map(|(x, y, w, h)| LabelBox::around([*x, *y], [*w, *h])).collect();
            let placed: Vec<&LabelBox> = boxes.iter().filter(|b| placer.place(**b)).collect();
            prop_assert_eq!(placed.first().copied(), boxes.first());
            for (i, a) in placed.iter().enumerate() {
                prop_assert!(placed[i + 1..].iter().all(|b| !a.meets(b)));
            }
        }
    }

    #[test]
    fn a_label_of_a_horseshoe_stands_on_the_shoe() {
        let shoe = polygon![(x: 0.0, y: 0.0), (x: 90.0, y: 0.0), (x: 90.0, y: 90.0), (x: 60.0, y: 90.0), (x: 60.0, y: 30.0),
            (x: 30.0, y: 30.0), (x: 30.0, y: 90.0), (x: 0.0, y: 90.0)];
        let at = label_point(&MultiPolygon(vec![shoe.clone()])).unwrap();
        assert!(shoe.contains(&geo::Point(at)));
        assert_eq!(label_point(&MultiPolygon(vec![])), None);
    }
}
