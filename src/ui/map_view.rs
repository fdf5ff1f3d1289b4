//! The map in the window: what the canvas needs of the state, and what its events mean.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use egui::Ui;
use geo::{Centroid, Geometry, Rect};

use super::canvas::{
    Below, CanvasEvent, CanvasInput, CanvasSide, CanvasTool, ChainStep, CommentFlag, LayerView as CanvasLayer, Swiped, Trace,
};
use super::context::Context;
use super::cursor::Cursor;
use super::map_before::{self, BeforePicture};
use super::map_draft;
use super::map_gap::{self, GapPicture};
use super::map_items;
use super::map_menu;
use super::map_swipe;
use super::map_tools::{self, ToolMemory};
use super::map_works;
use super::map_years::YearsPicture;
use super::tables::districts;
use crate::base::{CompoundId, DistrictId};
use crate::command::{Command, SelectMode, Step, Tab, Tool};
use crate::grouping::MovedUnit;
use crate::map::{Compliance, DistrictScene, ItemMark, MapLayer, MendMark, Pick, Rgba, district_hue, mend_marks, select_in_rect};
use crate::model::{AnnotationKind, BackdropSource, LinkKey, MendKey, Subject};
use crate::policy::Verdict;
use crate::session::Against;
use crate::session::comments::places;
use crate::session::regrouping::OtherGrouping;

/// What is left of the pipes while those of some years stand out.
const PALE: f32 = 0.25;

/// What the map remembers between frames.
#[derive(Default)]
pub struct MapMemory {
    pub(super) hovered: Option<Pick>,
    menu: Option<(Option<Pick>, egui::Pos2)>,
    pub(super) gap: GapPicture,
    pub(super) tools: ToolMemory,
    before: BeforePicture,
    years: YearsPicture,
    mends_key: Option<(u64, Option<u64>)>,
    mends: Vec<MendMark>,
    comments_key: Option<(u64, Option<u64>)>,
    comments: Vec<CommentFlag>,
    items_key: Option<(u64, u64)>,
    pub(super) items: Vec<ItemMark>,
    item_lines: Vec<Trace>,
    verdicts_key: Option<u64>,
    verdicts: Vec<Compliance>,
}

/// The map, in all the room there is.
pub fn map_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut MapMemory, cursor: &mut Cursor) {
    let (Some(scene), Some(district_scene)) = (cx.state.derived.scene.get(), cx.state.derived.districts.get()) else {
        ui.centered_and_justified(Ui::spinner);
        return;
    };
    let (scene, district_scene) = (scene.clone(), district_scene.clone());
    memory.follow(cx);
    let other = memory.before.shown(cx);
    let in_place = other.as_ref().filter(|_| cx.state.view.shows_before);
    let shows_before = in_place.map(|other| other.districts.shapes.len());
    let content = in_place.map_or(cx.state.plan.content(), |other| other.content);
    let district_scene = in_place.map_or(district_scene, |other| other.districts.clone());
    let other = other.filter(|_| cx.state.view.comparing.is_some());
    cursor.follow(cx.state.plan.crs_code, cx.state.revisions.scene(), scene.bounds);
    let view = &cx.state.view;
    let lang = cx.lang();
    let none = BTreeSet::new();
    let looked = cx.state.derived.looked.get().cloned().unwrap_or_default();
    let looked_beside = looked.of_compounds_alone();
    let looked = if shows_before.is_some() { &looked_beside } else { &*looked };
    let mend_shapes = view.selection.mend.map(|key| mend_shapes(cx, key)).unwrap_or_default();
    let focus = part_shown(cx);
    let moves = moves(cx, &district_scene, memory.before.moved(cx));
    let chain = chain(cx);
    let mut traces = memory.years.traces(cx);
    traces.extend(map_works::traces(cx));
    let draft = map_draft::signs(cx);
    let no_districts = DistrictScene::default();
    let dims_pipes = memory.years.dims_pipes();
    let layers: Vec<CanvasLayer> = view.layers.iter().map(|view| canvas_layer(cx, view, dims_pipes)).collect();
    // What was before is shown as it was.
    let of_years = memory.years.districts().filter(|_| shows_before.is_none());
    let revision = picture_key(cx);
    let swiped = other.as_ref().map(|other| Swiped {
        content: other.content,
        districts: &other.districts,
        looked: &looked_beside,
        revision: map_swipe::revision_beside(revision, other.key),
        share: map_swipe::share(cx).unwrap_or(0.0),
    });
    let input = CanvasInput {
        content,
        scene: &scene,
        districts: if draft.is_some() { &no_districts } else { of_years.unwrap_or(&district_scene) },
        verdicts: &memory.verdicts,
        looked,
        links: if view.is_visible(MapLayer::Links) { memory.gap.links(cx.state.gap_m()) } else { &[] },
        clusters: draft.unwrap_or_else(|| memory.gap.clusters()),
        items: &memory.items,
        item_lines: &memory.item_lines,
        hidden_pipes: if view.hidden_pipes.is_empty() { &none } else { &view.hidden_pipes },
        layers: &layers,
        viewport: &view.viewport,
        palette: cx.palette,
        selection: selection(cx),
        selected_district: view.selection.district,
        selected_other: view.selection.item.map(Pick::Item),
        hovered: memory.hovered,
        mends: &memory.mends,
        comments: &memory.comments,
        mend_shapes: &mend_shapes,
        focus: focus.as_slice(),
        moves: &moves,
        chain: &chain,
        traces: &traces,
        tool: canvas_tool(&view.tool),
        picks_links: view.step == Step::Connect && view.tool == Tool::Select,
        revision,
        gap_revision: gap_key(cx),
        below: below(cx),
        side: CanvasSide::Now,
        swiped: swiped.filter(|_| map_swipe::share(cx).is_some()),
        words: &|message| crate::i18n::tr(lang, message),
    };
    let done = map_swipe::shown_ui(ui, cx, &input, swiped);
    over_ui(ui, cx, memory, cursor, done, &scene, shows_before);
}

/// What stands over the map, and what becomes of what was done on it.
fn over_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    memory: &mut MapMemory,
    cursor: &mut Cursor,
    (events, rect): (Vec<CanvasEvent>, egui::Rect),
    scene: &crate::map::Scene,
    shows_before: Option<usize>,
) {
    map_swipe::swipe_ui(ui, cx, rect);
    if let Some(districts) = shows_before {
        map_before::banner_ui(ui, cx, districts);
    }
    map_draft::label_ui(ui, cx, rect);
    memory.years.bar_ui(ui, cx, rect);
    for event in events {
        if !memory.tools.take(ui, cx, scene, &event) {
            take(cx, memory, cursor, &event);
        }
    }
    memory.tools.follow(ui, cx, memory.hovered, cursor.world);
    map_tools::draw::paint(&ui.painter_at(rect), ui, cx, &memory.tools, rect);
    map_tools::hud::hud_ui(ui, cx, &mut memory.tools, rect);
    map_menu::menu_ui(ui, cx, &mut memory.menu);
}

/// What lies below the plan.
fn below<'a>(cx: &Context<'a>) -> Option<(Below<'a>, f32)> {
    let backdrop = &cx.state.plan.settings.looks.backdrop;
    let below = match backdrop.source {
        _ if !backdrop.is_shown() => return None,
        BackdropSource::Grid => Below::Grid,
        _ if cx.state.backdrop.tiles.is_empty() => return None,
        _ => Below::Tiles(&cx.state.backdrop.tiles),
    };
    Some((below, backdrop.opacity))
}

/// The selected compounds; while none are, those that alone are grouped in the step that groups.
fn selection<'a>(cx: &Context<'a>) -> &'a BTreeSet<CompoundId> {
    let view = &cx.state.view;
    let chosen = &view.selection.compounds;
    if view.step == Step::Group && chosen.is_empty() { &view.only } else { chosen }
}

/// A number that changes with the links and clusters.
fn gap_key(cx: &Context<'_>) -> u64 {
    let mut key = std::hash::DefaultHasher::new();
    cx.state.derived.links.key().hash(&mut key);
    cx.state.derived.forest.key().hash(&mut key);
    cx.state.gap_m().to_bits().hash(&mut key);
    map_draft::key(cx).hash(&mut key);
    key.finish()
}

/// A number that changes with everything else that the picture shows but the view.
fn picture_key(cx: &Context<'_>) -> u64 {
    let view = &cx.state.view;
    let mut key = std::hash::DefaultHasher::new();
    (cx.state.revisions.district_scene(), cx.state.revisions.screened()).hash(&mut key);
    cx.state.derived.scene.key().hash(&mut key);
    cx.state.derived.districts.key().hash(&mut key);
    cx.state.derived.screened.key().hash(&mut key);
    map_before::key(cx).hash(&mut key);
    (cx.state.derived.looked.key(), cx.state.preferences.hand, below(cx).is_some()).hash(&mut key);
    (&view.hidden_pipes, view.film.shown).hash(&mut key);
    map_items::filter_key(cx).hash(&mut key);
    key.finish()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "maps over a slice")]
fn canvas_layer(cx: &Context<'_>, view: &crate::session::LayerView, dims_pipes: bool) -> CanvasLayer {
    // Districts in the making show as clusters do, and the plan's own do not.
    let visible = match (view.layer, map_draft::key(cx).is_some()) {
        (MapLayer::Clusters, drafts) => drafts || map_gap::shows_clusters(cx),
        (MapLayer::Districts, true) => false,
        _ => view.visible,
    };
    let opacity = if dims_pipes && view.layer == MapLayer::Pipes { view.opacity * PALE } else { view.opacity };
    CanvasLayer { layer: view.layer, visible, opacity }
}

/// A verdict as the map shows it.
pub(super) fn compliance(verdict: Verdict) -> Compliance {
    match verdict {
        Verdict::Must => Compliance::Must,
        Verdict::May => Compliance::May,
        Verdict::OutOfScope => Compliance::OutOfScope,
        Verdict::Excluded => Compliance::Excluded,
        Verdict::Unknown => Compliance::Unknown,
    }
}

fn canvas_tool(tool: &Tool) -> CanvasTool {
    match tool {
        Tool::Select | Tool::Link | Tool::Grow | Tool::Swallow => CanvasTool::Select,
        Tool::Pan => CanvasTool::Pan,
        Tool::Place(_) | Tool::Measure | Tool::Draw(_) | Tool::Annotate(AnnotationKind::Text) => CanvasTool::Place,
        Tool::Lasso | Tool::Paint | Tool::Ring | Tool::Cut | Tool::Vertices | Tool::Annotate(_) => CanvasTool::Draw,
    }
}

impl MapMemory {
    /// Brings links, items and verdicts up to the state.
    fn follow(&mut self, cx: &Context<'_>) {
        self.gap.follow(cx);
        self.before.follow(cx);
        self.years.follow(cx);
        let verdicts_key = cx.state.derived.screened.key();
        if self.verdicts_key != verdicts_key {
            self.verdicts_key = verdicts_key;
            let screened = cx.state.derived.screened.get();
            self.verdicts = screened.map(|s| s.iter().map(|s| compliance(s.verdict)).collect()).unwrap_or_default();
        }
        // Anything in the plan; the plan's own revision could be that of the plan before.
        let plan_key = cx.state.revisions.findings();
        let mends_key = Some((plan_key, cx.state.derived.offers.key()));
        if self.mends_key != mends_key {
            self.mends_key = mends_key;
            let offers = cx.state.derived.offers.get();
            self.mends = mend_marks(&cx.state.plan, offers.map_or(&[], |offers| offers.as_slice()));
        }
        let comments_key = Some((plan_key, cx.state.derived.findings.key()));
        if self.comments_key != comments_key {
            self.comments_key = comments_key;
            self.comments = comment_flags(cx);
        }
        let items_key = Some((plan_key, map_items::filter_key(cx)));
        if self.items_key != items_key {
            self.items_key = items_key;
            let plan = &cx.state.plan;
            self.items = plan.items.iter().filter_map(|(id, item)| map_items::mark(cx, *id, item)).collect();
            self.item_lines = plan.items.values().flat_map(|item| map_items::lines(cx, item)).collect();
            self.items.sort_by_key(|item| (std::cmp::Reverse(item.class), item.id));
        }
    }
}

/// A flag for every thing with comments that has a place.
fn comment_flags(cx: &Context<'_>) -> Vec<CommentFlag> {
    let plan = &cx.state.plan;
    let wanted: BTreeSet<&Subject> = plan.comments.values().map(|comment| &comment.subject).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let findings = cx.state.derived.findings.get();
    let places = places(plan, findings.map_or(&[], |findings| findings.as_slice()), &wanted);
    let flag = |(subject, place): (&Subject, Rect<f64>)| {
        let own = || plan.comments.values().filter(|comment| comment.subject == *subject);
        CommentFlag { at: place.center(), count: own().count(), open: own().any(|comment| comment.answer.is_none()) }
    };
    places.into_iter().map(flag).collect()
}

/// The place of the part of a finding that is looked at: until something else is selected.
fn part_shown(cx: &Context<'_>) -> Option<Rect<f64>> {
    let (key, place) = cx.state.view.part_shown.as_ref()?;
    let finding = cx.state.derived.findings.get()?.iter().find(|finding| finding.key == *key)?;
    let part = finding.parts.get(*place)?;
    let selected = cx.state.view.selection.compounds.iter();
    selected.eq(part.compounds.iter()).then_some(part.bounds)
}

/// What the grouping beside the plan's moves, while its tab is open or both are looked at: in the colour of the district to which it goes, or of
/// the plan's district that became that one; what goes to none, or to a new district, in that of ink.
fn moves(cx: &Context<'_>, districts: &DistrictScene, compared: &[MovedUnit]) -> Vec<(CompoundId, Rgba)> {
    if cx.state.beside().is_some_and(|beside| beside.against == Against::Before) {
        return compared.iter().map(|moved| (CompoundId(moved.unit), cx.palette.map.ink)).collect();
    }
    let shown = cx.state.view.tab == Tab::Compare || cx.state.view.comparing.is_some();
    let grouping = cx.state.other.as_ref().filter(|_| shown).and_then(|other| other.grouping.as_ref());
    let Some(OtherGrouping { comparison, .. }) = grouping else { return Vec::new() };
    let shade = cx.palette.shade();
    let ours: BTreeMap<u32, u32> = comparison.same.iter().map(|(first, second, _)| (*second, *first)).collect();
    let ink = |to: Option<u32>| {
        let hue = ours.get(&to?).and_then(|id| districts.hues.get(&DistrictId(*id)))?;
        Some(district_hue(*hue, shade))
    };
    let mark = |moved: &MovedUnit| (CompoundId(moved.unit), ink(moved.to).unwrap_or(cx.palette.map.ink));
    comparison.moved.iter().map(mark).collect()
}

/// The chain with the smallest worst gap between two selected compounds; empty for other selections.
fn chain(cx: &Context<'_>) -> Vec<ChainStep> {
    let chosen = &cx.state.view.selection.compounds;
    let (Some(from), Some(to), 2) = (chosen.first(), chosen.last(), chosen.len()) else { return Vec::new() };
    let forest = cx.state.derived.forest.fresh(cx.state.revisions.forest());
    let (Some(chain), Some(links)) = (forest.and_then(|forest| forest.chain(*from, *to)), cx.state.derived.links.get()) else {
        return Vec::new();
    };
    let middle = |id: CompoundId| cx.state.plan.compounds.get(id.index())?.shape.centroid().map(|point| point.0);
    let step = |key: &LinkKey| {
        let link = links.find(*key)?;
        let path = vec![middle(link.a)?, link.from, link.to, middle(link.b)?];
        Some(ChainStep { path, weakest: chain.links.len() > 1 && *key == chain.weakest })
    };
    chain.links.iter().filter_map(step).collect()
}

/// The shape as drawn of a mend, or as it stands where it is only offered; and that of the neighbour.
fn mend_shapes(cx: &Context<'_>, key: MendKey) -> Vec<Geometry<f64>> {
    let plan = &cx.state.plan;
    let drawn = plan.mended.get(&key).map(|mended| Geometry::clone(&mended.drawn));
    let own = drawn.or_else(|| plan.shape(key.layer, key.row));
    own.into_iter().chain(key.neighbour.and_then(|row| plan.shape(key.layer, row))).collect()
}

fn take(cx: &mut Context<'_>, memory: &mut MapMemory, cursor: &mut Cursor, event: &CanvasEvent) {
    match *event {
        CanvasEvent::ViewportChanged(viewport) => cx.push(Command::MoveView(viewport)),
        CanvasEvent::Pointer(at) => cursor.move_to(at),
        CanvasEvent::Hover(pick) => memory.hovered = pick,
        CanvasEvent::Click { pick, modifiers, .. } => {
            let mode = if modifiers.command || modifiers.shift { SelectMode::Toggle } else { SelectMode::Replace };
            click(cx, pick, mode);
        }
        CanvasEvent::DoubleClick { pick, .. } => {
            // What was before is no district to be worked on.
            if let Pick::Compound(id) = pick
                && !cx.state.view.shows_before
                && let Some(district) = cx.state.plan.assignment[id.index()]
            {
                districts::select(cx, district);
            }
        }
        CanvasEvent::RectangleSelected { rect, crossing, modifiers } => {
            let Some(scene) = cx.state.derived.scene.get().cloned() else { return };
            let found = select_in_rect(&cx.state.plan, &scene, rect, crossing);
            cx.push(Command::SelectDistrict(None));
            cx.push(Command::SelectItem(None));
            cx.push(Command::Select(found, drawn_mode(modifiers)));
        }
        CanvasEvent::ContextMenu { pick, screen, .. } => {
            memory.menu = Some((pick, screen));
            if let Some(Pick::Compound(id)) = pick
                && !cx.state.view.selection.compounds.contains(&id)
            {
                click(cx, pick, SelectMode::Replace);
            }
        }
        CanvasEvent::MoveItem { id, to } => cx.push(Command::MoveItem(id, to.x, to.y)),
        // Dropped files are taken by the whole window, Escape by the shortcuts, lines and their ends by the tools.
        CanvasEvent::FilesDropped(_)
        | CanvasEvent::Cancel
        | CanvasEvent::PlaceAt(_)
        | CanvasEvent::PlaceEnd(_)
        | CanvasEvent::StrokeBegins(_)
        | CanvasEvent::StrokeAt(_)
        | CanvasEvent::StrokeEnds => {}
    }
}

/// What a rectangle or a lasso does with the selection: Shift or Ctrl adds to it, Alt takes out of it.
pub(super) fn drawn_mode(modifiers: egui::Modifiers) -> SelectMode {
    match modifiers {
        held if held.alt => SelectMode::Subtract,
        held if held.shift || held.command => SelectMode::Add,
        _ => SelectMode::Replace,
    }
}

fn click(cx: &mut Context<'_>, pick: Option<Pick>, mode: SelectMode) {
    if cx.state.view.tool == Tool::Link {
        if let Some(Pick::Compound(id)) = pick {
            link_click(cx, id);
        }
        return;
    }
    match pick {
        Some(Pick::Item(id)) => {
            cx.push(Command::SelectItem(Some(id)));
        }
        Some(Pick::Compound(id)) => {
            cx.push(Command::SelectItem(None));
            cx.push(Command::SelectDistrict(None));
            cx.push(Command::Select(vec![id], mode));
        }
        Some(Pick::Link(key)) => {
            cx.push(Command::SelectItem(None));
            cx.push(Command::SelectDistrict(None));
            cx.push(Command::Select(vec![key.a(), key.b()], SelectMode::Replace));
        }
        Some(Pick::Pipe(id)) if cx.state.view.step == Step::Coordinate => {
            cx.push(Command::ClearSelection);
            map_works::click(cx, id);
        }
        Some(Pick::Building(_) | Pick::Pipe(_) | Pick::Parcel(_) | Pick::Facility(_)) | None => {
            cx.push(Command::SelectItem(None));
            cx.push(Command::SelectDistrict(None));
            if mode == SelectMode::Replace {
                cx.push(Command::Select(Vec::new(), mode));
            }
        }
    }
}

/// The link tool: the first click chooses a compound, the second shows the pair in the inspector.
fn link_click(cx: &mut Context<'_>, id: CompoundId) {
    let first = cx.state.view.selection.compounds.first().copied();
    let pair = cx.state.view.selection.compounds.len() == 1 && first.and_then(|a| LinkKey::new(a, id)).is_some();
    cx.push(Command::SelectDistrict(None));
    cx.push(Command::SelectItem(None));
    cx.push(Command::Select(vec![id], if pair { SelectMode::Add } else { SelectMode::Replace }));
}
