//! Symbols of renovation items: one by one at street scale, counted by class at city scale.

use std::collections::BTreeMap;

use egui::{Align2, Color32, CornerRadius, FontFamily, FontId, Painter, Pos2, Rect, Shape, Stroke, Vec2};
use geo::Coord;

use super::CanvasInput;
use crate::base::ItemId;
use crate::map::{ClassSign, LabelBox, MapLayer, Pick, Placer, Rgba, Viewport, class_colour, class_sign};
use crate::policy::ItemClass;
use crate::ui::theme::colour;

/// Items stand one by one below this scale denominator.
const SINGLE_DENOMINATOR: f64 = 9_000.0;
/// Size of a symbol, pixels.
pub(super) const SIGN_PX: f32 = 16.0;
/// Symbols nearer than this share one place and are set out in rows around it.
const CROWD_PX: f32 = 11.0;
/// Room of the symbol beside a count.
const CHIP_PX: f32 = 14.0;
/// Symbols in a row.
const ROW: usize = 5;
/// Items within this many pixels are counted together at city scale.
const CLUSTER_PX: f64 = 160.0;

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

/// Where the symbols stand in this view.
pub(super) fn place(input: &CanvasInput<'_>, viewport: &Viewport) -> Vec<PlacedSign> {
    if input.shown(MapLayer::Items).is_none() {
        return Vec::new();
    }
    if viewport.scale_denominator() < SINGLE_DENOMINATOR { singles(input, viewport) } else { clusters(input, viewport) }
}

fn singles(input: &CanvasInput<'_>, viewport: &Viewport) -> Vec<PlacedSign> {
    let size = viewport.size_px();
    let mut groups: BTreeMap<(i32, i32), Vec<PlacedSign>> = BTreeMap::new();
    for mark in input.items {
        let at = viewport.screen_from_world(mark.at);
        if (0..2).any(|i| at[i] < -60.0 || at[i] > size[i] + 60.0) {
            continue;
        }
        let sign = PlacedSign { id: mark.id, at, class: mark.class, letter: mark.letter, counted: 0 };
        groups.entry((whole(at[0] / CROWD_PX), whole(at[1] / CROWD_PX))).or_default().push(sign);
    }
    let mut placed = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by_key(|sign| (sign.class, sign.id));
        let count = group.len();
        let middle = group.first().map_or([0.0; 2], |sign| sign.at);
        for (i, sign) in group.iter_mut().enumerate() {
            if count > 1 {
                let in_row = ROW.min(count - i / ROW * ROW);
                let rows = count.div_ceil(ROW);
                let shift = |n: usize, of: usize| (small(n) - (small(of) - 1.0) / 2.0) * (SIGN_PX + 1.0);
                sign.at = [middle[0] + shift(i % ROW, in_row), middle[1] + shift(i / ROW, rows)];
            }
        }
        placed.extend(group);
    }
    placed
}

/// Counts of a cell by class, each with one of the items.
type Cell = BTreeMap<ItemClass, (usize, ItemId)>;

fn clusters(input: &CanvasInput<'_>, viewport: &Viewport) -> Vec<PlacedSign> {
    // The cells are fixed in the world and double with the scale, so that counts do not swim while the map moves.
    let cell_m = CLUSTER_PX * viewport.metres_per_pixel().log2().round().exp2();
    let seen = viewport.world_rect(80.0);
    let mut cells: BTreeMap<(i64, i64), (Cell, f64, f64, f64)> = BTreeMap::new();
    for mark in input.items {
        let inside = mark.at.x > seen.min().x && mark.at.x < seen.max().x && mark.at.y > seen.min().y && mark.at.y < seen.max().y;
        if !inside {
            continue;
        }
        let key = (cell(mark.at.x / cell_m), cell(mark.at.y / cell_m));
        let (classes, x, y, n) = cells.entry(key).or_default();
        classes.entry(mark.class).or_insert((0, mark.id)).0 += 1;
        *x += mark.at.x;
        *y += mark.at.y;
        *n += 1.0;
    }
    let mut placed = Vec::new();
    for ((column, row), (classes, x, y, n)) in cells {
        // Near the middle of the cell, so that counts of neighbouring cells keep apart.
        let mean = viewport.screen_from_world(Coord { x: x / n, y: y / n });
        let corner = Coord { x: (wide(column) + 0.5) * cell_m, y: (wide(row) + 0.5) * cell_m };
        let fixed = viewport.screen_from_world(corner);
        let middle = [fixed[0] + (mean[0] - fixed[0]) * 0.3, fixed[1] + (mean[1] - fixed[1]) * 0.3];
        let whole: f32 = classes.values().map(|(counted, _)| chip_width(*counted)).sum();
        let mut left = middle[0] - whole / 2.0;
        for (class, (counted, id)) in classes {
            placed.push(PlacedSign { id, at: [left + CHIP_PX / 2.0, middle[1]], class, letter: ' ', counted });
            left += chip_width(counted);
        }
    }
    placed
}

/// Takes the places of symbols, so that no label is put there.
pub(super) fn reserve(placed: &[PlacedSign], placer: &mut Placer) {
    for sign in placed {
        let [x, y] = sign.at;
        placer.take(if sign.counted > 0 {
            let left = x - CHIP_PX / 2.0;
            LabelBox { min: [left, y - 8.0], max: [left + chip_width(sign.counted), y + 8.0] }
        } else {
            LabelBox::around(sign.at, [SIGN_PX - 1.0, SIGN_PX - 1.0])
        });
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
    let ground = Rect::from_min_size(at - Vec2::new(CHIP_PX / 2.0, 8.0), Vec2::new(chip_width(sign.counted), 16.0));
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

#[expect(clippy::cast_possible_truncation, reason = "screen cells")]
fn whole(value: f32) -> i32 {
    value.round() as i32
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cells")]
fn wide(cell: i64) -> f64 {
    cell as f64
}

#[expect(clippy::cast_possible_truncation, reason = "world cells of many metres")]
fn cell(value: f64) -> i64 {
    value.floor() as i64
}
