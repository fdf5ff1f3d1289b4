//! Symbols of renovation items: one by one at street scale where there is room, counted by class elsewhere.

use std::collections::BTreeMap;

use egui::{Align2, Color32, CornerRadius, FontFamily, FontId, Painter, Pos2, Rect, Shape, Stroke, Vec2};
use geo::Coord;

use super::CanvasInput;
use crate::base::ItemId;
use crate::map::{ClassSign, ItemMark, LabelBox, MapLayer, Pick, Placer, Rgba, Viewport, class_colour, class_sign};
use crate::policy::ItemClass;
use crate::ui::theme::colour;

/// Items may stand one by one, with their lines and rings, below this scale denominator.
pub(super) const SINGLE_DENOMINATOR: f64 = 9_000.0;
/// And do below this one, however many they are, so that each can be reached.
const CLOSE_DENOMINATOR: f64 = 2_000.0;
/// Size of a symbol, pixels.
pub(super) const SIGN_PX: f32 = 16.0;
/// From the middle of a symbol to that of the next beside it.
const STEP_PX: f32 = SIGN_PX + 1.0;
/// Room of the symbol beside a count.
const CHIP_PX: f32 = 14.0;
/// Half the height of a count.
const CHIP_HALF_PX: f32 = 8.0;
/// Symbols in a row.
const ROW: usize = 5;
/// Side of a cell of the world in which items stand one by one or are counted together, pixels.
const CELL_PX: f64 = 160.0;
/// A cell with more items than this is counted until the map is close: they would cover it.
const MOST: usize = 10;
/// And one with more than this however close the map is: so many at one place are told apart in the table.
const CROWD: usize = 200;

/// A symbol on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PlacedSign {
    /// The item, or one of those counted.
    pub(super) id: ItemId,
    /// Its middle, pixels from the map's corner.
    pub(super) at: [f32; 2],
    /// Class.
    pub(super) class: ItemClass,
    /// Letter of the entry.
    pub(super) letter: char,
    /// How many items it stands for; 0 for one item shown by itself.
    pub(super) counted: usize,
}

/// Where the symbols stand in this view; nowhere while their layer is hidden.
pub(super) fn place(input: &CanvasInput<'_>, viewport: &Viewport) -> Vec<PlacedSign> {
    input.shown(MapLayer::Items).map_or_else(Vec::new, |_| {
        let chosen = match input.selected_other {
            Some(Pick::Item(id)) => Some(id),
            _ => None,
        };
        placed(input.items, chosen, viewport)
    })
}

/// Items are looked at by cells that are fixed in the world and double with the scale, each as a whole, so that neither symbols
/// nor counts swim while the map moves. The chosen item stands by itself where others are counted.
fn placed(marks: &[ItemMark], chosen: Option<ItemId>, viewport: &Viewport) -> Vec<PlacedSign> {
    let cell_m = CELL_PX * viewport.metres_per_pixel().log2().round().exp2();
    let seen = viewport.world_rect(80.0);
    let inside = |at: i64, low: f64, high: f64| wide(at + 1) * cell_m > low && wide(at) * cell_m < high;
    let mut cells: BTreeMap<(i64, i64), Vec<&ItemMark>> = BTreeMap::new();
    for mark in marks {
        let (column, row) = (cell(mark.at.x / cell_m), cell(mark.at.y / cell_m));
        if inside(column, seen.min().x, seen.max().x) && inside(row, seen.min().y, seen.max().y) {
            cells.entry((column, row)).or_default().push(mark);
        }
    }
    let scale = viewport.scale_denominator();
    let most = if scale < CLOSE_DENOMINATOR { CROWD } else { MOST };
    let mut placed = Vec::new();
    for ((column, row), mut marks) in cells {
        if scale < SINGLE_DENOMINATOR && marks.len() <= most {
            placed.extend(singles(&marks, viewport));
        } else {
            let middle = Coord { x: (wide(column) + 0.5) * cell_m, y: (wide(row) + 0.5) * cell_m };
            let alone: Vec<&ItemMark> = marks.extract_if(.., |mark| Some(mark.id) == chosen).collect();
            placed.extend(counts(&marks, middle, viewport));
            placed.extend(singles(&alone, viewport));
        }
    }
    placed
}

/// The symbols of a cell one by one. Those that would overlap are set out in rows around their middle.
fn singles(marks: &[&ItemMark], viewport: &Viewport) -> Vec<PlacedSign> {
    let sign = |mark: &&ItemMark| {
        let at = viewport.screen_from_world(mark.at);
        PlacedSign { id: mark.id, at, class: mark.class, letter: mark.letter, counted: 0 }
    };
    let mut groups: Vec<Group> = marks.iter().map(|mark| Group { signs: vec![sign(mark)] }).collect();
    while let Some((a, b)) = overlapping(&groups) {
        let joined = groups.swap_remove(b);
        groups[a].signs.extend(joined.signs);
    }
    groups.into_iter().flat_map(Group::set_out).collect()
}

/// The first two groups that overlap, `a < b`.
fn overlapping(groups: &[Group]) -> Option<(usize, usize)> {
    let boxes: Vec<LabelBox> = groups.iter().map(Group::reach).collect();
    let pair = |a: usize| (a + 1..boxes.len()).find(|b| boxes[a].meets(&boxes[*b])).map(|b| (a, b));
    (0..boxes.len()).find_map(pair)
}

/// Symbols that stand together.
struct Group {
    signs: Vec<PlacedSign>,
}

impl Group {
    fn middle(&self) -> [f32; 2] {
        let sum = |axis: usize| self.signs.iter().map(|sign| sign.at[axis]).sum::<f32>() / small(self.signs.len());
        [sum(0), sum(1)]
    }

    fn reach(&self) -> LabelBox {
        let side = |count: usize| small(count) * STEP_PX - 1.0;
        LabelBox::around(self.middle(), [side(ROW.min(self.signs.len())), side(self.signs.len().div_ceil(ROW))])
    }

    fn set_out(mut self) -> Vec<PlacedSign> {
        let (middle, count) = (self.middle(), self.signs.len());
        self.signs.sort_by_key(|sign| (sign.class, sign.id));
        let shift = |n: usize, of: usize| (small(n) - (small(of) - 1.0) / 2.0) * STEP_PX;
        for (i, sign) in self.signs.iter_mut().enumerate() {
            let in_row = ROW.min(count - i / ROW * ROW);
            sign.at = [middle[0] + shift(i % ROW, in_row), middle[1] + shift(i / ROW, count.div_ceil(ROW))];
        }
        self.signs
    }
}

/// How many items of each class a cell holds, in a row of chips; each stands for one of the items.
fn counts(marks: &[&ItemMark], middle: Coord<f64>, viewport: &Viewport) -> Vec<PlacedSign> {
    let mut classes: BTreeMap<ItemClass, (usize, ItemId)> = BTreeMap::new();
    for mark in marks {
        classes.entry(mark.class).or_insert((0, mark.id)).0 += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "items of a cell")]
    let count = marks.len() as f64;
    let sum = |of: fn(&ItemMark) -> f64| marks.iter().map(|mark| of(mark)).sum::<f64>() / count;
    // Near the middle of the cell, so that counts of neighbouring cells keep apart.
    let mean = viewport.screen_from_world(Coord { x: sum(|mark| mark.at.x), y: sum(|mark| mark.at.y) });
    let fixed = viewport.screen_from_world(middle);
    let middle = [fixed[0] + (mean[0] - fixed[0]) * 0.3, fixed[1] + (mean[1] - fixed[1]) * 0.3];
    let whole: f32 = classes.values().map(|(counted, _)| chip_width(*counted)).sum();
    let mut left = middle[0] - whole / 2.0;
    let chip = |(class, (counted, id))| {
        let at = [left + CHIP_PX / 2.0, middle[1]];
        left += chip_width(counted);
        PlacedSign { id, at, class, letter: ' ', counted }
    };
    classes.into_iter().map(chip).collect()
}

/// Moves counts that would lie under the furniture of the map up or down, beside it; a row of them stays one.
pub(super) fn keep_clear(placed: &mut [PlacedSign], furniture: &[LabelBox], height: f32) {
    let one_row = |a: &PlacedSign, b: &PlacedSign| {
        let follows = a.at[0] + chip_width(a.counted);
        a.counted > 0 && b.counted > 0 && a.at[1].to_bits() == b.at[1].to_bits() && (follows - b.at[0]).abs() < 0.1
    };
    for row in placed.chunk_by_mut(one_row) {
        // Beside one piece another may stand.
        for _ in furniture {
            let hidden = |taken: &&LabelBox| row.iter().any(|sign| sign.counted > 0 && taken.meets(&chip_box(sign)));
            let Some(taken) = furniture.iter().find(hidden) else { break };
            let y = if taken.max[1] >= height - 1.0 || taken.min[1] > height * 0.4 {
                taken.min[1] - CHIP_HALF_PX
            } else {
                taken.max[1] + CHIP_HALF_PX
            };
            for sign in row.iter_mut() {
                sign.at[1] = y;
            }
        }
    }
}

/// The ground of a counted symbol.
fn chip_box(sign: &PlacedSign) -> LabelBox {
    let [x, y] = sign.at;
    let left = x - CHIP_PX / 2.0;
    LabelBox { min: [left, y - CHIP_HALF_PX], max: [left + chip_width(sign.counted), y + CHIP_HALF_PX] }
}

/// Takes the places of symbols, so that no label is put there.
pub(super) fn reserve(placed: &[PlacedSign], placer: &mut Placer) {
    for sign in placed {
        let alone = || LabelBox::around(sign.at, [SIGN_PX - 1.0, SIGN_PX - 1.0]);
        placer.take(if sign.counted > 0 { chip_box(sign) } else { alone() });
    }
}

/// Draws the symbols.
pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, placed: &[PlacedSign], rect: Rect) {
    let opacity = input.shown(MapLayer::Items).map_or(1.0, |view| view.opacity);
    for sign in placed {
        let at = rect.min + Vec2::from(sign.at);
        if sign.counted > 0 {
            paint_count(painter, input, at, sign, opacity);
            continue;
        }
        let chosen = input.selected_other == Some(Pick::Item(sign.id));
        let size = if chosen || input.hovered == Some(Pick::Item(sign.id)) { SIGN_PX + 2.0 } else { SIGN_PX };
        let edge = if chosen { input.palette.map.ink } else { input.palette.map.paper };
        paint_sign(painter, at, size, sign.class, edge, opacity);
        let triangle = class_sign(sign.class) == ClassSign::Triangle;
        let font = FontId::new(size * if triangle { 0.6 } else { 0.7 }, FontFamily::Proportional);
        let lift = if triangle { Vec2::new(0.0, size * 0.12) } else { Vec2::ZERO };
        painter.text(at + lift, Align2::CENTER_CENTER, sign.letter, font, Color32::WHITE.gamma_multiply(opacity));
    }
}

/// A small symbol and how many items it stands for, on a wash of paper.
fn paint_count(painter: &Painter, input: &CanvasInput<'_>, at: Pos2, sign: &PlacedSign, opacity: f32) {
    let colours = &input.palette.map;
    let size = Vec2::new(chip_width(sign.counted), 2.0 * CHIP_HALF_PX);
    let ground = Rect::from_min_size(at - Vec2::new(CHIP_PX / 2.0, CHIP_HALF_PX), size);
    painter.rect_filled(ground, CornerRadius::same(3), colour(colours.paper.fade(0.85 * opacity)));
    paint_sign(painter, at, 8.0, sign.class, colours.paper, opacity);
    let font = FontId::new(11.0, FontFamily::Proportional);
    let place = at + Vec2::new(CHIP_PX / 2.0, 0.0);
    painter.text(place, Align2::LEFT_CENTER, sign.counted.to_string(), font, colour(colours.ink.fade(opacity)));
}

/// Room of a counted symbol: the symbol and its figures.
fn chip_width(counted: usize) -> f32 {
    CHIP_PX + 6.4 * small(counted.to_string().len()) + 4.0
}

/// The bare symbol of a class; panels and legends draw it too.
pub fn paint_sign(painter: &Painter, at: Pos2, size: f32, class: ItemClass, edge: Rgba, opacity: f32) {
    let fill = colour(class_colour(class).fade(opacity));
    let edge = Stroke::new(1.2, colour(edge.fade(opacity)));
    let half = size / 2.0;
    match class_sign(class) {
        ClassSign::Square => {
            let square = Rect::from_center_size(at, Vec2::splat(size - 1.0));
            painter.rect(square, CornerRadius::same(2), fill, edge, egui::StrokeKind::Outside);
        }
        ClassSign::Circle => {
            painter.circle(at, half, fill, edge);
        }
        ClassSign::Triangle => {
            let up = half * 1.32;
            let points = vec![at + Vec2::new(0.0, -up), at + Vec2::new(up, up * 0.72), at + Vec2::new(-up, up * 0.72)];
            painter.add(Shape::convex_polygon(points, fill, edge));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of symbols at one place")]
fn small(count: usize) -> f32 {
    count as f32
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cells")]
fn wide(cell: i64) -> f64 {
    cell as f64
}

#[expect(clippy::cast_possible_truncation, reason = "world cells of many metres")]
fn cell(value: f64) -> i64 {
    value.floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks() -> impl Strategy<Value = Vec<ItemMark>> {
        // Many stand in one place, as the items of a compound do.
        let place = (0..12_u8, 0..9_u8, 0..4_u8).prop_map(|(x, y, off)| Coord {
            x: 500_000.0 + f64::from(x) * 37.0 + f64::from(off) * 3.0,
            y: 4_800_000.0 + f64::from(y) * 41.0 - f64::from(off) * 2.0,
        });
        let class = prop_oneof![Just(ItemClass::Basic), Just(ItemClass::Improvement), Just(ItemClass::Upgrade)];
        prop::collection::vec((place, class), 0..90).prop_map(|all| {
            let mark = |(id, (at, class))| ItemMark { id: ItemId(id), at, class, letter: '水', compound: None, district: None };
            (0..).zip(all).map(mark).collect()
        })
    }

    fn view(scale: f64) -> Viewport {
        Viewport::new(Coord { x: 500_200.0, y: 4_800_150.0 }, scale, [3_000.0, 3_000.0])
    }

    proptest! {
        #[test]
        fn every_item_is_shown_or_counted_once(marks in marks(), scale in 0.25..9.0_f64, chosen in 0..90_u32) {
            let chosen = marks.get(chosen as usize).map(|mark| mark.id);
            let placed = placed(&marks, chosen, &view(scale));
            let alone = placed.iter().filter(|sign| sign.counted == 0 && Some(sign.id) == chosen).count();
            prop_assert_eq!(alone, usize::from(chosen.is_some()), "the chosen one stands by itself");
            let shown: usize = placed.iter().map(|sign| sign.counted.max(1)).sum();
            prop_assert_eq!(shown, marks.len());
            for class in [ItemClass::Basic, ItemClass::Improvement, ItemClass::Upgrade] {
                let of = placed.iter().filter(|sign| sign.class == class).map(|sign| sign.counted.max(1)).sum::<usize>();
                prop_assert_eq!(of, marks.iter().filter(|mark| mark.class == class).count());
            }
        }

        #[test]
        fn near_by_each_item_stands_alone_and_no_two_of_a_cell_overlap(marks in marks()) {
            let close = view(0.3);
            prop_assert!(placed(&marks, None, &close).iter().all(|sign| sign.counted == 0));
            let all: Vec<&ItemMark> = marks.iter().collect();
            let signs = singles(&all, &close);
            let reach = |sign: &PlacedSign| LabelBox::around(sign.at, [SIGN_PX - 0.1; 2]);
            for (n, sign) in signs.iter().enumerate() {
                prop_assert!(signs[..n].iter().all(|other| !reach(sign).meets(&reach(other))), "{signs:?}");
            }
        }

        #[test]
        fn no_count_lies_under_the_furniture(marks in marks(), scale in 1.5..9.0_f64, x in 0.0..2_900.0_f32, top in any::<bool>()) {
            let mut signs = placed(&marks, None, &view(scale));
            let before = signs.clone();
            let (low, high) = if top { (1_000.0, 1_190.0) } else { (1_510.0, 1_800.0) };
            let taken = [(low, high - 90.0), (high - 95.0, high)].map(|(low, high)| LabelBox { min: [x, low], max: [x + 90.0, high] });
            keep_clear(&mut signs, &taken, 3_000.0);
            let under = |sign: &PlacedSign| sign.counted > 0 && taken.iter().any(|taken| taken.meets(&chip_box(sign)));
            prop_assert!(!signs.iter().any(under));
            for (sign, was) in signs.iter().zip(&before) {
                prop_assert_eq!((sign.id, sign.counted, sign.at[0].to_bits()), (was.id, was.counted, was.at[0].to_bits()));
            }
        }

        #[test]
        fn symbols_move_with_the_map(marks in marks(), scale in 0.25..9.0_f64, by in (-40.0..40.0_f32, -40.0..40.0_f32)) {
            let before = view(scale);
            let (a, b) = (placed(&marks, None, &before), placed(&marks, None, &before.panned([by.0, by.1])));
            prop_assert_eq!(a.len(), b.len());
            for (a, b) in a.iter().zip(&b) {
                prop_assert_eq!((a.id, a.counted), (b.id, b.counted));
                let moved = [b.at[0] - a.at[0] - by.0, b.at[1] - a.at[1] - by.1];
                prop_assert!(moved.iter().all(|off| off.abs() < 0.05), "{moved:?}");
            }
        }
    }
}
