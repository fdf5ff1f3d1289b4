//! Labels: districts first, then main streets, compounds by size, other streets, and pipe letters along their lines. None overlap.
//!
//! They are placed in the world for more than the map shows and kept while it is dragged, and those that stood keep their places when
//! more are placed, so that nothing flickers. While the scale changes they move with the map and are placed anew once it rests.

mod kinds;
mod pen;

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use egui::{FontFamily, FontId, Id, Rect, Ui};
use geo::Coord;

use self::kinds::Placing;
use self::pen::Pen;
use super::{CanvasInput, LayerView};
use crate::base::DistrictId;
use crate::map::{LabelBox, MapLayer, Placer, Rgba, Viewport};
use crate::ui::theme::bold;

/// Labels are placed this far beyond the edges of the map, pixels.
const MARGIN_PX: f32 = 240.0;
/// While the scale changes, placed labels are shown at scales of up to this ratio.
const STRETCH: f64 = 1.25;

/// What a label names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Named {
    District(DistrictId),
    Compound(u32),
    /// The question mark of a compound.
    Mark(u32),
    Street(u32),
    Pipe(u32),
}

/// A label with its place.
#[derive(Clone, Debug, PartialEq)]
struct Label {
    named: Named,
    /// Its lines, parted by line breaks.
    text: String,
    size: f32,
    bold: bool,
    /// Its middle in the world.
    at: Coord<f64>,
    /// And from there, pixels.
    shift: [f32; 2],
    /// Angle on the screen at which it stands upright.
    angle: f32,
    ink: Rgba,
}

impl Label {
    fn font(&self) -> FontId {
        FontId::new(self.size, if self.bold { bold() } else { FontFamily::Proportional })
    }
}

/// Labels as placed last.
#[derive(Default)]
struct Kept {
    key: u64,
    /// The view for which they were placed, margins included.
    view: Option<Viewport>,
    /// The scale of the last frame.
    scale: f64,
    labels: Vec<Label>,
}

/// Draws all labels. `taken` adds the places of symbols in a view; `free` says whether furniture leaves a place free.
pub(super) fn paint(
    ui: &Ui,
    id: Id,
    input: &CanvasInput<'_>,
    viewport: &Viewport,
    rect: Rect,
    taken: impl Fn(&Viewport, &mut Placer),
    free: impl Fn(&LabelBox) -> bool,
) {
    let Some(LayerView { opacity, .. }) = input.shown(MapLayer::Labels) else { return };
    let held: Arc<Mutex<Kept>> = ui.data_mut(|data| data.get_temp_mut_or_default::<Arc<Mutex<Kept>>>(id.with("labels")).clone());
    let Ok(mut kept) = held.lock() else { return };
    let key = key(ui, input);
    let painter = ui.painter_at(rect);
    let pen = Pen { painter: &painter, corner: rect.min, halo: input.palette.map.paper, opacity: *opacity };
    if !kept.holds(key, viewport) {
        let view = wider(viewport);
        let mut placer = Placer::default();
        taken(&view, &mut placer);
        let before = kept.standing(&view);
        let mut placing = Placing::new(input, view, &pen, placer, &before);
        placing.all();
        let labels = placing.labels;
        *kept = Kept { key, view: Some(view), scale: kept.scale, labels };
    }
    kept.scale = viewport.metres_per_pixel();
    if kept.view.is_some_and(|view| view.metres_per_pixel() != viewport.metres_per_pixel()) {
        // They are placed for this scale as soon as it stays.
        ui.ctx().request_repaint();
    }
    for label in &kept.labels {
        let [x, y] = viewport.screen_from_world(label.at);
        pen.write(label, [x + label.shift[0], y + label.shift[1]], viewport.size_px(), &free);
    }
}

/// The view with its margins.
fn wider(viewport: &Viewport) -> Viewport {
    viewport.resized(viewport.size_px().map(|side| side + 2.0 * MARGIN_PX))
}

/// What labels follow from besides the view.
fn key(ui: &Ui, input: &CanvasInput<'_>) -> u64 {
    let mut key = std::hash::DefaultHasher::new();
    (input.revision, input.scene.revision, input.palette.shade(), input.hidden_pipes).hash(&mut key);
    ui.ctx().pixels_per_point().to_bits().hash(&mut key);
    input.layers.iter().filter(|view| view.visible).for_each(|view| view.layer.hash(&mut key));
    key.finish()
}

impl Kept {
    /// Whether the labels can be shown in that view as they are.
    fn holds(&self, key: u64, viewport: &Viewport) -> bool {
        let Some(view) = self.view.filter(|_| self.key == key) else { return false };
        let ratio = view.metres_per_pixel() / viewport.metres_per_pixel();
        let moving = viewport.metres_per_pixel() != self.scale;
        if ratio != 1.0 {
            return moving && (1.0 / STRETCH..=STRETCH).contains(&ratio);
        }
        let seen = viewport.world_rect(0.0);
        let placed = view.world_rect(-8.0);
        let inside = |low: f64, high: f64, from: f64, to: f64| low >= from && high <= to;
        inside(seen.min().x, seen.max().x, placed.min().x, placed.max().x)
            && inside(seen.min().y, seen.max().y, placed.min().y, placed.max().y)
    }

    /// The labels that keep their places in a view of the same scale.
    fn standing(&self, view: &Viewport) -> HashMap<Named, Label> {
        let same = self.view.is_some_and(|before| before.metres_per_pixel() == view.metres_per_pixel());
        let labels = self.labels.iter().filter(|_| same);
        labels.map(|label| (label.named, label.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(view: Viewport) -> Kept {
        Kept { key: 1, view: Some(wider(&view)), scale: view.metres_per_pixel(), labels: Vec::new() }
    }

    #[test]
    fn labels_are_kept_while_the_map_is_dragged_and_placed_anew_for_another_scale() {
        let view = Viewport::new(Coord { x: 500_000.0, y: 4_800_000.0 }, 2.0, [800.0, 600.0]);
        let mut held = kept(view);
        assert!(held.holds(1, &view) && !held.holds(2, &view));
        assert!(held.holds(1, &view.panned([200.0, -150.0])));
        assert!(!held.holds(1, &view.panned([260.0, 0.0])));
        let nearer = view.zoomed_at([400.0, 300.0], 1.1);
        assert!(held.holds(1, &nearer), "while the scale changes");
        held.scale = nearer.metres_per_pixel();
        assert!(!held.holds(1, &nearer), "once it stays");
        assert!(!kept(view).holds(1, &view.zoomed_at([400.0, 300.0], 2.0)));
    }
}
