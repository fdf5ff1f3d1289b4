//! The map in the window: draws a scene and tells what the user did on it.
//!
//! It reads plain data, returns events and changes nothing. The picture comes from the GPU ([`gpu`]); without one it is a mesh a layer,
//! kept while neither the view nor the data changes. Hover, selection and labels are drawn over it every frame.

mod backdrop;
mod brush;
mod comments;
mod furniture;
pub mod gpu;
mod interact;
mod labels;
mod mends;
mod overlay;
mod paint;
mod picture;
mod styles;
mod symbols;
mod traces;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use backdrop::Below;
pub use comments::CommentFlag;
pub use mends::mark as paint_mend;
pub use symbols::paint_sign;

use egui::{Modifiers, Pos2, Sense, Ui};
use geo::{Coord, Geometry, Rect};

use super::theme::Palette;
use crate::base::{CompoundId, DistrictId, ItemId, Message};
use crate::map::{
    ClusterSign, Compliance, DistrictScene, ItemMark, LabelBox, Looked, MapLayer, MendMark, Pick, Placer, Rgba, Scene, Viewport,
};
use crate::model::Content;
use crate::policy::{ItemClass, PipeClass};

/// How a layer is shown; slices of these are in drawing order, lowest first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerView {
    /// Which layer.
    pub layer: MapLayer,
    /// Whether it is drawn.
    pub visible: bool,
    /// 0–1.
    pub opacity: f32,
}

impl LayerView {
    /// Every layer, visible, in the usual order; buildings and pipes appear by scale.
    #[must_use]
    pub fn all() -> Vec<Self> {
        MapLayer::ALL.into_iter().map(|layer| Self { layer, visible: true, opacity: 1.0 }).collect()
    }
}

/// What the pointer does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CanvasTool {
    /// Click selects, drag draws a rectangle, a symbol is dragged to another place.
    #[default]
    Select,
    /// Drag moves the map.
    Pan,
    /// Click gives a place.
    Place,
    /// Drag draws a line, click gives a place.
    Draw,
}

/// Why two compounds are linked, as far as the drawing cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkSign {
    /// By nearness.
    Near,
    /// Over a bridge or by a parcel.
    Via,
    /// By hand.
    Manual,
    /// The link is cut by a barrier; drawn dashed.
    Blocked,
}

/// A link to draw; the caller filters by the gap that holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkLine {
    /// One end.
    pub a: CompoundId,
    /// The other.
    pub b: CompoundId,
    /// How it is drawn.
    pub sign: LinkSign,
}

/// A step of the chain that connects two selected compounds.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainStep {
    /// From the middle of one compound over the nearest points of both to the middle of the other.
    pub path: Vec<Coord<f64>>,
    /// Whether the chain falls apart here first.
    pub weakest: bool,
}

/// What a line over the map tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceSign {
    /// Ground opened before.
    Before,
    /// Ground opened later.
    Later,
    /// Ground opened both times.
    Twice,
    /// A thing that is selected.
    Selected,
    /// A pipe that stands out, in the colour of its class.
    Class(PipeClass),
    /// A line or the edge of a renovation item, in the colour of its class.
    Item(ItemClass),
}

/// A line drawn over the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Its points, working CRS.
    pub path: Vec<Coord<f64>>,
    /// What it tells.
    pub sign: TraceSign,
}

/// Which of two maps that stand against each other a picture is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CanvasSide {
    /// The plan as it is.
    #[default]
    Now,
    /// What it is compared with.
    Against,
}

/// Other districts of the same compounds, drawn over the left part of the map.
#[derive(Clone, Copy)]
pub struct Swiped<'a> {
    /// The plan with those districts.
    pub content: &'a Content,
    /// Them, made ready to draw.
    pub districts: &'a DistrictScene,
    /// What fields colour there.
    pub looked: &'a Looked,
    /// Changes whenever the picture of it does, as [`CanvasInput::revision`].
    pub revision: u64,
    /// The part of the map's width that shows it, 0–1.
    pub share: f32,
}

/// Everything the canvas reads.
#[derive(Clone, Copy)]
pub struct CanvasInput<'a> {
    /// The plan.
    pub content: &'a Content,
    /// The plan made ready to draw.
    pub scene: &'a Scene,
    /// Its districts made ready to draw.
    pub districts: &'a DistrictScene,
    /// Verdicts by row of the compounds; a row that is missing is not screened yet.
    pub verdicts: &'a [Compliance],
    /// What fields colour.
    pub looked: &'a Looked,
    /// Links to draw.
    pub links: &'a [LinkLine],
    /// What each compound wears of its cluster, by row.
    pub clusters: &'a [ClusterSign],
    /// Items to draw, the most important last.
    pub items: &'a [ItemMark],
    /// Pipe classes that are switched off.
    pub hidden_pipes: &'a BTreeSet<PipeClass>,
    /// Layers in drawing order, lowest first.
    pub layers: &'a [LayerView],
    /// What part of the world is shown.
    pub viewport: &'a Viewport,
    /// Colours.
    pub palette: &'a Palette,
    /// Selected compounds.
    pub selection: &'a BTreeSet<CompoundId>,
    /// The selected district.
    pub selected_district: Option<DistrictId>,
    /// Another selected thing: an item, a pipe, a building.
    pub selected_other: Option<Pick>,
    /// What the pointer is over, as told by the last [`CanvasEvent::Hover`].
    pub hovered: Option<Pick>,
    /// Places at which something was mended or could be.
    pub mends: &'a [MendMark],
    /// Things that were commented on.
    pub comments: &'a [CommentFlag],
    /// The shape as drawn of the mend that is looked at, and its neighbour.
    pub mend_shapes: &'a [Geometry<f64>],
    /// Places to point at, such as the parts of a finding.
    pub focus: &'a [Rect<f64>],
    /// Compounds that another grouping moves, in the colour of where they go.
    pub moves: &'a [(CompoundId, Rgba)],
    /// The chain that connects the selected compounds.
    pub chain: &'a [ChainStep],
    /// Lines and rings of items, drawn where the layer of items is and the map is near.
    pub item_lines: &'a [Trace],
    /// Lines to draw over the map, lowest first.
    pub traces: &'a [Trace],
    /// What the pointer does.
    pub tool: CanvasTool,
    /// A click takes the link under it before what lies below.
    pub picks_links: bool,
    /// Changes whenever anything above but the links and clusters, the viewport, the palette, the selection and the
    /// pointer changes: the revision of the plan mixed with that of verdicts and items. The picture is kept while it stays.
    pub revision: u64,
    /// Changes whenever the links or the clusters to draw change.
    pub gap_revision: u64,
    /// What lies below everything, and its opacity, 0–1.
    pub below: Option<(Below<'a>, f32)>,
    /// Which of two maps this is.
    pub side: CanvasSide,
    /// What covers the left part of the map.
    pub swiped: Option<Swiped<'a>>,
    /// Turns messages into words.
    pub words: &'a dyn Fn(&Message) -> String,
}

/// What the user did.
#[derive(Clone, Debug, PartialEq)]
pub enum CanvasEvent {
    /// The map moved, zoomed or was resized.
    ViewportChanged(Viewport),
    /// The pointer is at this place, or has left.
    Pointer(Option<Coord<f64>>),
    /// The thing under the pointer changed.
    Hover(Option<Pick>),
    /// A click.
    Click {
        /// What was clicked.
        pick: Option<Pick>,
        /// Where.
        at: Coord<f64>,
        /// Keys held.
        modifiers: Modifiers,
    },
    /// A double click on a thing; on empty ground the canvas zooms instead.
    DoubleClick {
        /// What was clicked.
        pick: Pick,
        /// Where.
        at: Coord<f64>,
    },
    /// A rectangle was drawn.
    RectangleSelected {
        /// In world coordinates.
        rect: Rect<f64>,
        /// Drawn from right to left: touching is enough.
        crossing: bool,
        /// Keys held.
        modifiers: Modifiers,
    },
    /// The secondary button was clicked.
    ContextMenu {
        /// On what.
        pick: Option<Pick>,
        /// Where in the world.
        at: Coord<f64>,
        /// Where in the window.
        screen: Pos2,
    },
    /// The place tool was clicked there.
    PlaceAt(Coord<f64>),
    /// The place tool was clicked twice there; the first click was told as [`CanvasEvent::PlaceAt`].
    PlaceEnd(Coord<f64>),
    /// A line is being drawn: where it begins.
    StrokeBegins(Coord<f64>),
    /// Where it goes on.
    StrokeAt(Coord<f64>),
    /// The line is done.
    StrokeEnds,
    /// A symbol was dragged.
    MoveItem {
        /// Which.
        id: ItemId,
        /// To where.
        to: Coord<f64>,
    },
    /// Files were dropped on the window.
    FilesDropped(Vec<PathBuf>),
    /// Escape was pressed on the map.
    Cancel,
}

impl CanvasInput<'_> {
    /// The ground of a picture of the layers: clear where something lies below.
    fn ground(&self) -> Rgba {
        if self.below.is_some() { Rgba::default() } else { self.palette.map.paper }
    }

    /// The view of a layer when it is drawn at all.
    fn shown(&self, layer: MapLayer) -> Option<&LayerView> {
        self.layers.iter().find(|view| view.layer == layer && view.visible && view.opacity > 0.0)
    }
}

/// Shows the map in all the room there is and returns what the user did.
pub fn canvas_ui(ui: &mut Ui, input: &CanvasInput<'_>) -> Vec<CanvasEvent> {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    let name = (input.words)(&match input.side {
        CanvasSide::Now => Message::new("map.canvas"),
        CanvasSide::Against => Message::new("map.canvas-against"),
    });
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, &name));
    let size = [rect.width(), rect.height()];
    let mut events = Vec::new();
    let viewport = input.viewport.resized(size);
    let furniture = furniture::places(&ui.painter_at(rect), input, rect);
    let place = |viewport: &Viewport| {
        let mut placed = symbols::place(input, viewport);
        symbols::keep_clear(&mut placed, &furniture, rect.height());
        placed
    };
    let placed = place(&viewport);
    let moved = interact::interact(ui, &response, input, &viewport, &placed, &mut events);
    let viewport = moved.unwrap_or(viewport);
    if viewport != *input.viewport {
        events.push(CanvasEvent::ViewportChanged(viewport));
    }
    let placed = if moved.is_some() { place(&viewport) } else { placed };
    let whole = ui.clip_rect();
    let parted = rect.left() + rect.width() * input.swiped.map_or(0.0, |swiped| swiped.share.clamp(0.0, 1.0));
    if let Some(swiped) = input.swiped {
        let Swiped { content, districts, looked, revision, .. } = swiped;
        let input = CanvasInput { content, districts, looked, revision, side: CanvasSide::Against, swiped: None, ..*input };
        ui.set_clip_rect(whole.intersect(egui::Rect::everything_left_of(parted)));
        paint_map(ui, response.id.with("against"), &input, &viewport, rect, &placed);
        ui.set_clip_rect(whole.intersect(egui::Rect::everything_right_of(parted)));
    }
    paint_map(ui, response.id, input, &viewport, rect, &placed);
    ui.set_clip_rect(whole);
    let painter = ui.painter_at(rect);
    overlay::paint_rubber_band(ui, &painter, &response, input);
    furniture::paint(&painter, input, &viewport, rect);
    events
}

/// Draws everything that lies in the world, clipped as `ui` is.
fn paint_map(
    ui: &Ui,
    id: egui::Id,
    input: &CanvasInput<'_>,
    viewport: &Viewport,
    rect: egui::Rect,
    placed: &[symbols::PlacedSign],
) {
    let painter = ui.painter_at(rect);
    let drawn = gpu::picture(ui.ctx(), input, viewport, rect);
    if !drawn.as_ref().is_some_and(|drawn| drawn.covers) {
        painter.rect_filled(rect, 0.0, super::theme::colour(input.palette.map.paper));
        backdrop::paint(&painter, input, viewport, rect);
    }
    let in_picture = drawn.is_some();
    let drawn = drawn.map(|drawn| drawn.shape);
    painter.add(drawn.unwrap_or_else(|| picture::picture(ui.ctx(), id, input, viewport, rect)));
    let near = viewport.scale_denominator() < symbols::SINGLE_DENOMINATOR;
    if let Some(view) = input.shown(MapLayer::Items).filter(|_| near) {
        traces::paint(&painter, input, input.item_lines, viewport, rect, view.opacity);
    }
    traces::paint(&painter, input, input.traces, viewport, rect, 1.0);
    overlay::paint(&painter, input, viewport, rect, in_picture);
    mends::paint(&painter, input, viewport, rect);
    comments::paint(&painter, input.comments, input.palette, viewport, rect);
    symbols::paint(&painter, input, placed, rect);
    let taken = |view: &Viewport, placer: &mut Placer| symbols::reserve(&symbols::place(input, view), placer);
    let furniture = furniture::places(&painter, input, rect);
    let free = |label: &LabelBox| furniture.iter().all(|taken| !taken.meets(label));
    labels::paint(ui, id, input, viewport, rect, taken, free);
}
