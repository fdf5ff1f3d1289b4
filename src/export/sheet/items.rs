//! Renovation items on the map of a sheet: their lines and areas, and signs that stand one by one where there is room for them and are
//! counted by class where they would cover the map.

use std::collections::BTreeMap;

use geo::{BoundingRect, Geometry, InteriorPoint};

use super::atlas::Atlas;
use super::draw::{PX, rect};
use super::face::Face;
use super::map::Painter;
use super::marks::{HALF, narrow, sign};
use crate::export::features::item_in_scope;
use crate::map::{LineStyle, Rgba, class_colour};
use crate::policy::{CatalogueEntry, ItemClass};

/// Side of a square of the sheet, in its units, in which signs stand one by one or are counted together.
const CELL: f64 = 300.0;
/// So many stand one by one in a square.
const MOST: usize = 5;
/// Size of the sign beside a count, against one that stands by itself.
const CHIP: f64 = 0.8;
/// Height of a count, units of the sheet.
const CHIP_TALL: f64 = 44.0;

/// An item on the sheet.
struct Mark {
    class: ItemClass,
    symbol: char,
    at: [f64; 2],
}

impl Painter<'_> {
    /// Items on the sheet that are in the atlas.
    fn items_here(&self) -> impl Iterator<Item = (&'_ CatalogueEntry, &'_ Geometry<f64>)> {
        let (input, subject) = (self.input, self.subject);
        input.content.items.values().filter(move |item| item_in_scope(input, item)).filter_map(move |item| {
            let entry = input.content.catalogue.get(&item.code)?;
            subject.has_item(input.content, item, entry).then_some(())?;
            Some((entry, item.place.as_ref()?))
        })
    }

    /// Lines and areas of items, under their signs.
    pub(super) fn item_shapes(&mut self) {
        let here = self.items_here().filter(|(_, place)| self.frame.sees(place.bounding_rect()));
        let drawn: Vec<(Rgba, String, bool)> = here
            .map(|(entry, place)| {
                let (d, area) = self.any_path(place);
                (class_colour(entry.class), d, area)
            })
            .collect();
        for (colour, d, area) in drawn.iter().filter(|(_, d, _)| !d.is_empty()) {
            if *area {
                self.svg.path(d, Some(colour.fade(0.22)), None);
                self.stroke(d, *colour, 2.4, None);
            } else {
                self.stroke(d, *colour, 3.4, Some([7.0, 3.0]));
            }
        }
    }

    pub(super) fn items(&mut self) {
        let mark = |(entry, place): (&CatalogueEntry, &Geometry<f64>)| {
            let at = self.frame.place(place.interior_point()?.0);
            self.frame.holds(at, 0.0).then_some(Mark { class: entry.class, symbol: entry.symbol, at })
        };
        let [left, top, ..] = self.frame.area;
        let mut cells: BTreeMap<[i64; 2], Vec<Mark>> = BTreeMap::new();
        for mark in self.items_here().filter_map(mark) {
            cells.entry([cell(mark.at[1] - top), cell(mark.at[0] - left)]).or_default().push(mark);
        }
        // On the sheet of a district each is looked for; elsewhere counts come first, as they stand for most.
        let is_crowd = |marks: &Vec<Mark>| self.subject.focus().is_none() && marks.len() > MOST;
        let (crowds, singles): (Vec<_>, Vec<_>) = cells.into_values().partition(is_crowd);
        let left = crowds.into_iter().filter(|marks| !self.counted(marks)).collect::<Vec<_>>();
        for mark in singles.into_iter().chain(left).flatten() {
            self.single(&mark);
        }
    }

    fn single(&mut self, mark: &Mark) {
        let step = HALF * 2.0 + 6.0;
        let beside = [[0.0, 0.0], [step, 0.0], [-step, 0.0], [0.0, step], [0.0, -step]];
        let around = beside.into_iter().chain([[step, step], [-step, -step], [step, -step], [-step, step]]);
        let room = [HALF * 2.0 + 4.0, HALF * 2.0 + 4.0];
        match around.map(|t| [mark.at[0] + t[0], mark.at[1] + t[1]]).find(|p| self.room(*p, room)) {
            Some(p) => {
                sign(self.svg, p, mark.class, Some(mark.symbol), 1.0);
                *self.shown.items.entry(mark.class).or_default() += 1;
            }
            None => self.shown.items_without_room += 1,
        }
    }

    /// How many items of each class stand together, in a row, as near to their middle as there is room; says whether there was any.
    fn counted(&mut self, marks: &[Mark]) -> bool {
        let mut classes: BTreeMap<ItemClass, usize> = BTreeMap::new();
        for mark in marks {
            *classes.entry(mark.class).or_default() += 1;
        }
        let face = Face::new(30.0).bold();
        let side = HALF * 2.0 * CHIP;
        let wide = |count: &usize| side + 10.0 + face.width(&Atlas::count(*count)) + 10.0;
        let whole: f64 = classes.values().map(wide).sum();
        #[expect(clippy::cast_precision_loss, reason = "items of a square")]
        let mean = |axis: usize| marks.iter().map(|mark| mark.at[axis]).sum::<f64>() / marks.len() as f64;
        let middle = [mean(0), mean(1)];
        let around = (1..4).flat_map(|far| {
            let far = f64::from(far) * (CHIP_TALL + 6.0);
            [[0.0, far], [0.0, -far], [far, 0.0], [-far, 0.0], [far, far], [-far, far], [far, -far], [-far, -far]]
        });
        let tries = std::iter::once([0.0, 0.0]).chain(around);
        let room = [whole + 8.0, CHIP_TALL + 6.0];
        let Some(p) = tries.map(|t| [middle[0] + t[0], middle[1] + t[1]]).find(|p| self.room(*p, room)) else {
            return false;
        };
        let (mut x, top) = (p[0] - whole / 2.0, p[1] - CHIP_TALL / 2.0);
        let edge = LineStyle { colour: Rgba::hex(0x8A_939B), width_px: narrow(1.6 / PX), dash: None };
        self.svg.path(&rect([x - 4.0, top, x + whole + 4.0, top + CHIP_TALL]), Some(Rgba::hex(0xFF_FFFF).fade(0.92)), Some(edge));
        for (class, count) in classes {
            sign(self.svg, [x + side / 2.0 + 4.0, p[1]], class, None, CHIP);
            self.svg.words([x + side + 10.0, p[1] + 11.0], &Atlas::count(count), face);
            x += wide(&count);
            *self.shown.items.entry(class).or_default() += count;
        }
        self.shown.counts_items = true;
        true
    }
}

/// The square of a place, along one side.
#[expect(clippy::cast_possible_truncation, reason = "places on a sheet")]
fn cell(v: f64) -> i64 {
    (v / CELL).floor() as i64
}
