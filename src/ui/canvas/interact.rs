//! Pointer, wheel and keys on the map → events. Nothing is drawn here.

use egui::{CursorIcon, EventFilter, Key, Modifiers, Pos2, Response, Ui, Vec2};
use geo::Coord;

use super::symbols::{PlacedSign, SIGN_PX};
use super::{CanvasEvent, CanvasInput, CanvasTool, LinkLine};
use crate::base::ItemId;
use crate::map::{MapLayer, Pick, PickReach, Viewport, compounds_under, pick, pick_link};

/// Reach of the pointer around lines and points, pixels.
const REACH_PX: f64 = 5.0;
/// And around links.
const REACH_LINK_PX: f32 = 5.0;
/// A symbol that is dragged less far stays where it is.
const LEAST_MOVE_PX: f32 = 8.0;
/// Clicks no farther apart than this go through what lies there, one after another.
const SAME_PLACE_PX: f32 = 4.0;
/// How much one step of a key zooms, and how far an arrow moves the map.
const KEY_ZOOM: f64 = 1.5;
const KEY_PAN_PX: f32 = 80.0;
/// Zoom of the wheel: this power of e for every point scrolled.
const WHEEL: f64 = 1.0 / 240.0;

/// A drag that has begun.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Drag {
    /// The map follows.
    Map,
    /// A rectangle from there.
    Rectangle(Pos2),
    /// A symbol from there.
    Item(ItemId, Pos2),
    /// A line.
    Stroke,
}

/// Reads what happened on the map; returns the new view when it changed.
pub(super) fn interact(
    ui: &Ui,
    response: &Response,
    input: &CanvasInput<'_>,
    viewport: &Viewport,
    placed: &[PlacedSign],
    events: &mut Vec<CanvasEvent>,
) -> Option<Viewport> {
    let hand = Hand { ui, response, input, viewport, placed };
    hand.point(events);
    hand.click(events);
    let panned = hand.drag(events);
    let view = panned.unwrap_or(*viewport);
    let view = hand.wheel(&view).unwrap_or(view);
    let view = hand.double_click(&view, events).unwrap_or(view);
    let view = hand.keys(&view, events).unwrap_or(view);
    let dropped: Vec<_> = ui.input(|i| i.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect());
    if !dropped.is_empty() {
        events.push(CanvasEvent::FilesDropped(dropped));
    }
    (view != *viewport).then_some(view)
}

struct Hand<'a> {
    ui: &'a Ui,
    response: &'a Response,
    input: &'a CanvasInput<'a>,
    viewport: &'a Viewport,
    placed: &'a [PlacedSign],
}

impl Hand<'_> {
    fn local(&self, at: Pos2) -> [f32; 2] {
        (at - self.response.rect.min).into()
    }

    fn world(&self, at: Pos2) -> Coord<f64> {
        self.viewport.world_from_screen(self.local(at))
    }

    /// The topmost thing there: symbols as drawn, then features by their geometry.
    fn pick(&self, at: Pos2) -> Option<Pick> {
        let [x, y] = self.local(at);
        let on =
            |sign: &&PlacedSign| (sign.at[0] - x).abs() <= SIGN_PX / 2.0 + 1.0 && (sign.at[1] - y).abs() <= SIGN_PX / 2.0 + 1.0;
        if let Some(sign) = self.placed.iter().rev().filter(|sign| sign.counted == 0).find(on) {
            return Some(Pick::Item(sign.id));
        }
        let metres = self.viewport.metres_per_pixel();
        let near = self.viewport.scale_denominator() < 15_000.0;
        let shown = |layer| self.input.shown(layer).is_some();
        let reach = PickReach {
            line_m: REACH_PX * metres,
            symbol_m: REACH_PX * metres,
            items: false,
            facilities: near && shown(MapLayer::Facilities),
            pipes: near && shown(MapLayer::Pipes),
            buildings: false,
            compounds: shown(MapLayer::Compounds) || shown(MapLayer::Districts),
            parcels: shown(MapLayer::Parcels),
        };
        let found = pick(self.input.content, self.input.scene, &[], self.world(at), &reach);
        found.filter(|p| match p {
            Pick::Pipe(id) => {
                self.input.content.pipes.get(id.index()).is_some_and(|p| !self.input.hidden_pipes.contains(&p.class))
            }
            _ => true,
        })
    }

    /// What a click there takes: a click at the place of the last one takes what lies below what that one took, and after the
    /// lowest the topmost again. Narrow areas near the pointer are among what lies there.
    fn pick_again(&self, at: Pos2) -> Option<Pick> {
        let top = self.pick(at);
        if self.response.double_clicked() || self.ui.input(|i| i.modifiers.any()) {
            return top;
        }
        let metres = self.viewport.metres_per_pixel();
        let shown = self.input.shown(MapLayer::Compounds).is_some() || self.input.shown(MapLayer::Districts).is_some();
        let compounds = if shown {
            compounds_under(self.input.content, self.input.scene, self.world(at), REACH_PX * metres)
        } else {
            Vec::new()
        };
        let mut under: Vec<Pick> = top.into_iter().chain(compounds.into_iter().map(Pick::Compound)).collect();
        let mut seen = std::collections::BTreeSet::new();
        under.retain(|pick| seen.insert(*pick));
        let id = self.response.id.with("clicked");
        let last = self.ui.data(|data| data.get_temp::<(Pos2, Pick)>(id));
        let same = last.filter(|(place, _)| place.distance(at) <= SAME_PLACE_PX).map(|(_, pick)| pick);
        let next = same.and_then(|pick| under.iter().position(|other| *other == pick)).map_or(0, |place| place + 1);
        let pick = under.get(next % under.len().max(1)).copied();
        self.ui.data_mut(|data| match pick {
            Some(pick) => {
                data.insert_temp(id, (at, pick));
            }
            None => data.remove::<(Pos2, Pick)>(id),
        });
        pick
    }

    /// The link there, while links are looked at.
    fn pick_link(&self, at: Pos2) -> Option<Pick> {
        let links = Some(self.input.links).filter(|_| self.input.picks_links && self.input.tool == CanvasTool::Select)?;
        let pair = |link: &LinkLine| (link.a, link.b);
        pick_link(self.input.scene, self.viewport, links, pair, self.local(at), REACH_LINK_PX).map(Pick::Link)
    }

    fn point(&self, events: &mut Vec<CanvasEvent>) {
        let moved = self.ui.input(|i| i.pointer.is_moving() || i.pointer.any_released());
        let Some(at) = self.response.hover_pos() else {
            if self.input.hovered.is_some() {
                events.push(CanvasEvent::Hover(None));
            }
            if self.ui.input(|i| i.pointer.is_moving()) || self.ui.input(|i| i.events.contains(&egui::Event::PointerGone)) {
                events.push(CanvasEvent::Pointer(None));
            }
            return;
        };
        if moved {
            events.push(CanvasEvent::Pointer(Some(self.world(at))));
        }
        let dragged = self.response.dragged();
        // Links are many: they are looked for where the pointer moves, and where one was found last.
        let looks = self.ui.input(|i| i.pointer.delta() != Vec2::ZERO) || matches!(self.input.hovered, Some(Pick::Link(_)));
        let link = || if looks { self.pick_link(at) } else { None };
        let under = if dragged { self.input.hovered } else { link().or_else(|| self.pick(at)) };
        if under != self.input.hovered {
            events.push(CanvasEvent::Hover(under));
        }
        let panning = self.pans();
        let icon = match self.input.tool {
            _ if panning && dragged => CursorIcon::Grabbing,
            _ if panning => CursorIcon::Grab,
            CanvasTool::Place | CanvasTool::Draw => CursorIcon::Crosshair,
            _ if under.is_some() => CursorIcon::PointingHand,
            _ => CursorIcon::Default,
        };
        self.ui.set_cursor_icon(icon);
    }

    fn pans(&self) -> bool {
        self.input.tool == CanvasTool::Pan || self.ui.input(|i| i.key_down(Key::Space) || i.pointer.middle_down())
    }

    fn click(&self, events: &mut Vec<CanvasEvent>) {
        let Some(at) = self.response.interact_pointer_pos() else { return };
        if self.response.clicked() {
            self.response.request_focus();
            let world = self.world(at);
            if self.input.tool == CanvasTool::Place {
                let again = self.response.double_clicked();
                events.push(if again { CanvasEvent::PlaceEnd(world) } else { CanvasEvent::PlaceAt(world) });
            } else {
                let modifiers = self.ui.input(|i| i.modifiers);
                let pick = self.pick_link(at).or_else(|| self.pick_again(at));
                events.push(CanvasEvent::Click { pick, at: world, modifiers });
            }
        }
        if self.response.secondary_clicked() {
            events.push(CanvasEvent::ContextMenu { pick: self.pick(at), at: self.world(at), screen: at });
        }
    }

    fn double_click(&self, view: &Viewport, events: &mut Vec<CanvasEvent>) -> Option<Viewport> {
        let at = self.response.interact_pointer_pos().filter(|_| self.response.double_clicked())?;
        if matches!(self.input.tool, CanvasTool::Place | CanvasTool::Draw) {
            return None;
        }
        match self.pick(at) {
            Some(pick) => {
                events.push(CanvasEvent::DoubleClick { pick, at: self.world(at) });
                None
            }
            None => Some(view.zoomed_at(self.local(at), 2.0)),
        }
    }

    /// The drag of this frame: pans at once, or finishes a rectangle or a move when the button is let go.
    fn drag(&self, events: &mut Vec<CanvasEvent>) -> Option<Viewport> {
        let id = self.response.id;
        if self.response.drag_started() {
            let start = self.ui.input(|i| i.pointer.press_origin()).or_else(|| self.response.interact_pointer_pos())?;
            let drag = match (self.pans(), self.input.tool == CanvasTool::Draw, self.pick(start)) {
                (true, ..) => Drag::Map,
                (false, true, _) => Drag::Stroke,
                (false, false, Some(Pick::Item(item))) => Drag::Item(item, start),
                (false, false, _) => Drag::Rectangle(start),
            };
            if drag == Drag::Stroke {
                self.response.request_focus();
                events.push(CanvasEvent::StrokeBegins(self.world(start)));
            }
            self.ui.data_mut(|data| data.insert_temp(id, drag));
        }
        let drag = self.ui.data(|data| data.get_temp::<Drag>(id))?;
        if let (Drag::Stroke, Some(at)) = (drag, self.response.interact_pointer_pos()) {
            events.push(CanvasEvent::StrokeAt(self.world(at)));
        }
        if self.response.drag_stopped() {
            self.ui.data_mut(|data| data.remove::<Drag>(id));
            self.finish(drag, events);
        }
        let delta = self.response.drag_delta();
        (drag == Drag::Map && delta != Vec2::ZERO).then(|| self.viewport.panned(delta.into()))
    }

    fn finish(&self, drag: Drag, events: &mut Vec<CanvasEvent>) {
        let Some(end) = self.response.interact_pointer_pos() else { return };
        match drag {
            Drag::Rectangle(start) if self.input.tool == CanvasTool::Select => {
                let rect = geo::Rect::new(self.world(start), self.world(end));
                let modifiers = self.ui.input(|i| i.modifiers);
                events.push(CanvasEvent::RectangleSelected { rect, crossing: end.x < start.x, modifiers });
            }
            Drag::Stroke => events.push(CanvasEvent::StrokeEnds),
            // A hand that slips while it clicks moves nothing.
            Drag::Item(_, start) if start.distance(end) < LEAST_MOVE_PX => {}
            Drag::Item(item, start) if self.input.tool == CanvasTool::Select => {
                // By how far it was dragged, not to where: the symbol may have been set out beside its place.
                let place = self.input.items.iter().find(|mark| mark.id == item).map(|mark| mark.at);
                let (from, to) = (self.world(start), self.world(end));
                if let Some(place) = place {
                    events.push(CanvasEvent::MoveItem { id: item, to: place + (to - from) });
                }
            }
            _ => {}
        }
    }

    fn wheel(&self, view: &Viewport) -> Option<Viewport> {
        let at = self.response.hover_pos()?;
        let (scroll, pinch) = self.ui.input(|i| (i.smooth_scroll_delta().y, i.zoom_delta()));
        let factor = (f64::from(scroll) * WHEEL).exp() * f64::from(pinch);
        ((factor - 1.0).abs() > 1.0e-6).then(|| view.zoomed_at(self.local(at), factor))
    }

    fn keys(&self, view: &Viewport, events: &mut Vec<CanvasEvent>) -> Option<Viewport> {
        if !self.response.has_focus() {
            return None;
        }
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, escape: true, ..EventFilter::default() };
        self.ui.memory_mut(|memory| memory.set_focus_lock_filter(self.response.id, filter));
        let middle = view.size_px().map(|v| v / 2.0);
        let mut pan = Vec2::ZERO;
        let mut zoom = 1.0;
        self.ui.input_mut(|i| {
            let mut hit = |key| i.consume_key(Modifiers::NONE, key);
            for (key, step) in [
                (Key::ArrowLeft, [1.0, 0.0]),
                (Key::ArrowRight, [-1.0, 0.0]),
                (Key::ArrowUp, [0.0, 1.0]),
                (Key::ArrowDown, [0.0, -1.0]),
            ] {
                if hit(key) {
                    pan += Vec2::from(step) * KEY_PAN_PX;
                }
            }
            if hit(Key::Plus) || hit(Key::Equals) {
                zoom *= KEY_ZOOM;
            }
            if hit(Key::Minus) {
                zoom /= KEY_ZOOM;
            }
            if hit(Key::Escape) {
                events.push(CanvasEvent::Cancel);
            }
        });
        let moved = view.panned(pan.into()).zoomed_at(middle, zoom);
        (moved != *view).then_some(moved)
    }
}
