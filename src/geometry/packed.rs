//! Boxes that do not change, packed along a Hilbert curve: made on all cores and asked in a fraction of the time of
//! [`super::index::BoxIndex`], for joins that ask once for every box. Rows with no box are simply never found.

use std::ops::Range;

use geo::{Coord, Rect};
use rayon::prelude::*;

use super::bounds::join;

/// Boxes in one node.
const FAN: usize = 16;

/// Where one way down the tree finds as many boxes for [`FAN`] that are asked, each of them goes its own.
const SHARED: usize = 96;

/// Side of the square that the curve fills, cells.
const SIDE: u32 = 1 << 16;

/// A packed tree of boxes, numbered by their position in the input. Built in `O(n log n)`.
#[derive(Clone, Debug)]
pub struct PackedBoxes {
    /// The box around all.
    ground: Option<Rect<f64>>,
    /// Rows along the curve.
    rows: Vec<usize>,
    /// Their boxes, then the boxes around each [`FAN`] of the level before, up to a level of one node.
    levels: Vec<Vec<Corners>>,
}

/// A box as its lowest and highest corner.
#[derive(Clone, Copy, Debug)]
struct Corners {
    low: Coord<f64>,
    high: Coord<f64>,
}

impl Corners {
    fn of(rect: &Rect<f64>) -> Self {
        Self { low: rect.min(), high: rect.max() }
    }

    fn is_finite(&self) -> bool {
        [self.low.x, self.low.y, self.high.x, self.high.y].iter().all(|value| value.is_finite())
    }

    /// Borders count.
    fn meets(&self, other: &Self) -> bool {
        self.low.x <= other.high.x && self.high.x >= other.low.x && self.low.y <= other.high.y && self.high.y >= other.low.y
    }

    fn with(self, other: &Self) -> Self {
        let low = Coord { x: self.low.x.min(other.low.x), y: self.low.y.min(other.low.y) };
        Self { low, high: Coord { x: self.high.x.max(other.high.x), y: self.high.y.max(other.high.y) } }
    }
}

impl PackedBoxes {
    /// A tree of `boxes`; `None` and boxes that are not finite keep their number and are never found.
    #[must_use]
    pub fn new(boxes: &[Option<Rect<f64>>]) -> Self {
        let corners = |rect: &Option<Rect<f64>>| rect.as_ref().map(Corners::of).filter(Corners::is_finite);
        let ground = boxes.iter().filter(|rect| corners(rect).is_some()).fold(None, |sum, rect| join(sum, *rect));
        let Some(whole) = ground else { return Self { ground, rows: Vec::new(), levels: Vec::new() } };
        let keyed = |(row, rect): (usize, &Option<Rect<f64>>)| Some((along_curve(&corners(rect)?, &whole), row));
        let mut keyed: Vec<(u32, usize)> = boxes.par_iter().enumerate().filter_map(keyed).collect();
        keyed.par_sort_unstable();
        let rows: Vec<usize> = keyed.into_iter().map(|(_, row)| row).collect();
        let mut levels: Vec<Vec<Corners>> = vec![rows.par_iter().filter_map(|row| corners(&boxes[*row])).collect()];
        while let Some(last) = levels.last().filter(|last| last.len() > FAN) {
            let around = |node: &[Corners]| node.iter().fold(node[0], Corners::with);
            levels.push(last.chunks(FAN).map(around).collect());
        }
        Self { ground, rows, levels }
    }

    /// Names every row whose box meets `rect`, borders included, in no particular but always the same order.
    pub fn each_in_box(&self, rect: &Rect<f64>, found: impl FnMut(usize)) {
        self.each(&Corners::of(rect), found);
    }

    /// Names every row whose box meets one of `asked`, with the place of that one among them, borders included; in no particular
    /// but always the same order. Boxes that lie near each other share the way down the tree.
    pub fn each_in_boxes(&self, asked: &[Option<Rect<f64>>], mut found: impl FnMut(usize, usize)) {
        let Some(ground) = self.ground else { return };
        let known = |(place, rect): (usize, &Option<Rect<f64>>)| Some((place, Corners::of(rect.as_ref()?)));
        let mut asked: Vec<(u32, usize, Corners)> =
            asked.iter().enumerate().filter_map(known).map(|(place, own)| (along_curve(&own, &ground), place, own)).collect();
        asked.sort_unstable_by_key(|(along, place, _)| (*along, *place));
        let mut shared: Vec<(Corners, usize)> = Vec::with_capacity(SHARED);
        for group in asked.chunks(FAN) {
            let around = group.iter().fold(group[0].2, |sum, (_, _, own)| sum.with(own));
            shared.clear();
            let is_whole = self.visit(&around, &mut |place| {
                shared.push((self.levels[0][place], self.rows[place]));
                shared.len() < SHARED
            });
            for (_, place, wanted) in group {
                if is_whole {
                    shared.iter().filter(|(own, _)| own.meets(wanted)).for_each(|(_, row)| found(*place, *row));
                } else {
                    self.each(wanted, |row| found(*place, row));
                }
            }
        }
    }

    fn each(&self, wanted: &Corners, mut found: impl FnMut(usize)) {
        self.visit(wanted, &mut |place| {
            found(self.rows[place]);
            true
        });
    }

    /// Goes through the places along the curve whose boxes meet the wanted one, until it is told to stop; tells whether it never was.
    fn visit(&self, wanted: &Corners, found: &mut impl FnMut(usize) -> bool) -> bool {
        self.levels.len().checked_sub(1).is_none_or(|top| self.visit_from(top, 0..self.levels[top].len(), wanted, found))
    }

    fn visit_from(&self, level: usize, places: Range<usize>, wanted: &Corners, found: &mut impl FnMut(usize) -> bool) -> bool {
        let first = places.start;
        for (place, _) in self.levels[level][places].iter().enumerate().filter(|(_, own)| own.meets(wanted)) {
            let place = first + place;
            let goes_on = match level.checked_sub(1) {
                None => found(place),
                Some(below) => {
                    let end = self.levels[below].len().min((place + 1) * FAN);
                    self.visit_from(below, place * FAN..end, wanted, found)
                }
            };
            if !goes_on {
                return false;
            }
        }
        true
    }
}

/// How far along the curve over `ground` the middle of a box lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast saturates; where it does, only speed is lost"
)]
fn along_curve(corners: &Corners, ground: &Rect<f64>) -> u32 {
    let cell = |low: f64, high: f64, from: f64, size: f64| {
        let share = (low.midpoint(high) - from) / size;
        ((share * f64::from(SIDE)) as u32).min(SIDE - 1)
    };
    let x = cell(corners.low.x, corners.high.x, ground.min().x, ground.width());
    let y = cell(corners.low.y, corners.high.y, ground.min().y, ground.height());
    hilbert(x, y)
}

/// Place of a cell along the Hilbert curve (Hamilton 2006, §2): quarters in order, each turned as the curve enters it.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut place = 0;
    let mut half = SIDE / 2;
    while half > 0 {
        let (right, upper) = (u32::from(x & half > 0), u32::from(y & half > 0));
        place += half * half * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (SIDE - 1 - x, SIDE - 1 - y);
            }
            std::mem::swap(&mut x, &mut y);
        }
        half /= 2;
    }
    place
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Boxes on a grid, so that touching is common; some are missing, some endless.
    fn boxes() -> impl Strategy<Value = Vec<Option<Rect<f64>>>> {
        let one = (0..60_i32, 0..60_i32, 0..9_i32, 0..9_i32).prop_map(|(x, y, width, height)| {
            let low = Coord { x: f64::from(x), y: f64::from(y) };
            Rect::new(low, low + Coord { x: f64::from(width), y: f64::from(height) })
        });
        let endless = Just(Rect::new((3.0, 3.0), (f64::INFINITY, 4.0)));
        prop::collection::vec(prop::option::weighted(0.9, prop_oneof![20 => one, 1 => endless]), 0..400)
    }

    proptest! {
        #[test]
        fn finds_what_a_scan_finds(boxes in boxes(), x in -5..70_i32, y in -5..70_i32, size in 0..30_i32) {
            let (low, size) = (Coord { x: f64::from(x), y: f64::from(y) }, f64::from(size));
            let wanted = Rect::new(low, low + Coord { x: size, y: size / 2.0 });
            let finite = |r: &Rect<f64>| r.max().x.is_finite();
            let meets = |r: &Rect<f64>| {
                r.min().x <= wanted.max().x && r.max().x >= wanted.min().x && r.min().y <= wanted.max().y && r.max().y >= wanted.min().y
            };
            let scan: Vec<usize> = (0..boxes.len()).filter(|row| boxes[*row].as_ref().is_some_and(|r| finite(r) && meets(r))).collect();
            let mut found = Vec::new();
            PackedBoxes::new(&boxes).each_in_box(&wanted, |row| found.push(row));
            found.sort_unstable();
            prop_assert_eq!(found, scan);
        }

        #[test]
        fn asked_together_boxes_find_what_each_finds_alone(boxes in boxes(), asked in boxes(), few in 1..40_usize) {
            let packed = PackedBoxes::new(&boxes[..boxes.len() * few / 40]);
            let (mut together, mut alone) = (Vec::new(), Vec::new());
            packed.each_in_boxes(&asked, |place, row| together.push((place, row)));
            for (place, rect) in asked.iter().enumerate() {
                if let Some(rect) = rect {
                    packed.each_in_box(rect, |row| alone.push((place, row)));
                }
            }
            together.sort_unstable();
            alone.sort_unstable();
            prop_assert_eq!(together, alone);
        }
    }

    #[test]
    fn the_curve_goes_from_cell_to_neighbouring_cell() {
        let shift = SIDE / 16;
        let mut cells: Vec<(u32, u32, u32)> =
            (0..16).flat_map(|x| (0..16).map(move |y| (hilbert(x * shift, y * shift), x, y))).collect();
        cells.sort_unstable();
        assert!(cells.windows(2).all(|pair| pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2) == 1));
    }
}
