//! The map under a simulated pointer: a tiny plan of two compounds, one pipe and one item.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Event, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use geo::{Coord, LineString, MultiLineString, MultiPolygon, polygon};

use super::*;
use crate::map::Shade;
use crate::model::{Compound, CompoundFacts, District, Pipe, Properties};
use crate::policy::ItemClass;
use crate::ui::theme::{apply, install_fonts};

const SIZE: [f32; 2] = [640.0, 480.0];

struct World {
    content: Content,
    scene: Scene,
    districts: DistrictScene,
    items: Vec<ItemMark>,
    viewport: Viewport,
    tool: CanvasTool,
    picks_links: bool,
    events: Vec<CanvasEvent>,
}

fn square(x: f64, name: &str) -> Compound {
    let shape = polygon![(x: x, y: 0.0), (x: x + 100.0, y: 0.0), (x: x + 100.0, y: 100.0), (x: x, y: 100.0)];
    let facts = CompoundFacts { name: name.to_owned(), ..CompoundFacts::default() };
    Compound { source_id: name.to_owned(), shape: MultiPolygon(vec![shape]), facts, extra: Properties::new() }
}

fn world() -> World {
    let pipe = Pipe {
        source_id: "1".to_owned(),
        line: MultiLineString(vec![LineString::from(vec![(-50.0, 110.0), (250.0, 110.0)])]),
        class: PipeClass::Gas,
        planned_year: Some(2028),
        ..Pipe::default()
    };
    let mut content = Content {
        crs_code: 4551,
        compounds: Arc::new(vec![square(0.0, "光明小区"), square(104.0, "朝建新村")]),
        pipes: Arc::new(vec![pipe]),
        assignment: vec![Some(DistrictId(7)), None],
        ..Content::default()
    };
    content.districts.insert(DistrictId(7), District::numbered(7));
    let scene = Scene::build(&content, 1);
    let at = Coord { x: 30.0, y: 20.0 };
    let items = vec![ItemMark { id: ItemId(3), at, class: ItemClass::Basic, letter: '水', compound: None, district: None }];
    World {
        districts: DistrictScene::build(&content, scene.anchor),
        viewport: Viewport::new(Coord { x: 100.0, y: 50.0 }, 0.5, SIZE),
        tool: CanvasTool::Select,
        picks_links: false,
        events: Vec::new(),
        content,
        scene,
        items,
    }
}

/// What the canvas is given of a world.
fn with_input<R>(world: &World, gap_revision: u64, run: impl FnOnce(&CanvasInput<'_>) -> R) -> R {
    let palette = Palette::of(Shade::Light);
    let layers = LayerView::all();
    let input = CanvasInput {
        content: &world.content,
        scene: &world.scene,
        districts: &world.districts,
        verdicts: &[Compliance::Must, Compliance::Excluded],
        looked: &Looked::default(),
        clusters: &[ClusterSign::Hue(0), ClusterSign::Alone],
        links: &[LinkLine { a: CompoundId(0), b: CompoundId(1), sign: LinkSign::Near }],
        items: &world.items,
        hidden_pipes: &BTreeSet::new(),
        layers: &layers,
        viewport: &world.viewport,
        palette: &palette,
        selection: &BTreeSet::from([CompoundId(1)]),
        selected_district: Some(DistrictId(7)),
        selected_other: None,
        hovered: None,
        mends: &[],
        comments: &[],
        mend_shapes: &[],
        focus: &[],
        moves: &[],
        chain: &[],
        traces: &[],
        item_lines: &[],
        tool: world.tool,
        picks_links: world.picks_links,
        revision: 1,
        gap_revision,
        below: None,
        side: CanvasSide::Now,
        swiped: None,
        words: &|message| message.key().to_owned(),
    };
    run(&input)
}

fn show(ui: &mut Ui, world: &mut World) {
    let show = |input: &CanvasInput<'_>| egui::CentralPanel::no_frame().show(ui, |ui| canvas_ui(ui, input)).inner;
    let events = with_input(world, 1, show);
    for event in &events {
        if let CanvasEvent::ViewportChanged(viewport) = event {
            world.viewport = *viewport;
        }
    }
    world.events.extend(events);
}

fn harness(world: &RefCell<World>) -> Harness<'_> {
    let setup = |ctx: &egui::Context| {
        install_fonts(ctx);
        apply(ctx, false);
    };
    let builder = Harness::builder().with_size(Vec2::from(SIZE)).with_context_setup(setup);
    let mut harness = builder.build_ui(|ui| show(ui, &mut world.borrow_mut()));
    harness.run_steps(2);
    world.borrow_mut().events.clear();
    harness
}

/// Where a world place lies in the window.
fn spot(harness: &Harness<'_>, world: &RefCell<World>, x: f64, y: f64) -> Pos2 {
    let canvas = harness.get_by_label("map.canvas").rect();
    canvas.min + Vec2::from(world.borrow().viewport.screen_from_world(Coord { x, y }))
}

fn button(harness: &mut Harness<'_>, pos: Pos2, pressed: bool) {
    harness.event(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE });
    harness.step();
}

fn click(harness: &mut Harness<'_>, pos: Pos2) {
    harness.hover_at(pos);
    harness.step();
    button(harness, pos, true);
    button(harness, pos, false);
}

fn drag(harness: &mut Harness<'_>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.step();
    button(harness, from, true);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + (to - from) * share);
        harness.step();
    }
    button(harness, to, false);
}

#[test]
fn a_click_picks_what_lies_there() {
    let cases = [
        ((150.0, 50.0), Some(Pick::Compound(CompoundId(1)))),
        ((30.0, 20.0), Some(Pick::Item(ItemId(3)))),
        ((60.0, 110.5), Some(Pick::Pipe(crate::base::PipeId(0)))),
        ((100.0, -60.0), None),
    ];
    for ((x, y), expected) in cases {
        let world = RefCell::new(world());
        let mut harness = harness(&world);
        let at = spot(&harness, &world, x, y);
        click(&mut harness, at);
        let picked: Vec<Option<Pick>> = world
            .borrow()
            .events
            .iter()
            .filter_map(|event| match event {
                CanvasEvent::Click { pick, .. } => Some(*pick),
                _ => None,
            })
            .collect();
        assert_eq!(picked, [expected], "at {x} {y}");
    }
}

#[test]
fn the_wheel_zooms_to_the_cursor() {
    let world = RefCell::new(world());
    let mut harness = harness(&world);
    let at = spot(&harness, &world, 20.0, 80.0);
    harness.hover_at(at);
    harness.step();
    let delta = Vec2::new(0.0, 120.0);
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(20);
    assert!(world.borrow().viewport.metres_per_pixel() < 0.45);
    let after = spot(&harness, &world, 20.0, 80.0);
    assert!(after.distance(at) < 0.5, "{at} went to {after}");
}

#[test]
fn a_drag_selects_moves_a_symbol_or_pans() {
    let world = RefCell::new(world());
    let mut harness = harness(&world);
    let (low, high) = (spot(&harness, &world, -20.0, 130.0), spot(&harness, &world, 102.0, -20.0));
    drag(&mut harness, low, high);
    let rects: Vec<CanvasEvent> = std::mem::take(&mut world.borrow_mut().events);
    let found = rects.iter().find_map(|event| match event {
        CanvasEvent::RectangleSelected { rect, crossing, modifiers } => Some((*rect, *crossing, modifiers.any())),
        _ => None,
    });
    let (rect, crossing, additive) = found.expect("a rectangle");
    assert!((rect.min().x + 20.0).abs() < 1.0 && (rect.max().y - 130.0).abs() < 1.0, "{rect:?}");
    assert!(!crossing && !additive);

    let (from, to) = (spot(&harness, &world, 30.0, 20.0), spot(&harness, &world, 60.0, 60.0));
    drag(&mut harness, from, to);
    let moved = world.borrow().events.iter().find_map(|event| match event {
        CanvasEvent::MoveItem { id, to } => Some((*id, *to)),
        _ => None,
    });
    let (id, place) = moved.expect("a moved item");
    assert_eq!(id, ItemId(3));
    assert!((place.x - 60.0).abs() < 1.0 && (place.y - 60.0).abs() < 1.0, "{place:?}");

    world.borrow_mut().tool = CanvasTool::Pan;
    let before = world.borrow().viewport.centre();
    drag(&mut harness, from, from + Vec2::new(40.0, 0.0));
    let after = world.borrow().viewport.centre();
    assert!((before.x - after.x - 20.0).abs() < 0.5, "{before:?} {after:?}");
}

#[test]
fn the_place_tool_gives_a_place() {
    let world = RefCell::new(World { tool: CanvasTool::Place, ..world() });
    let mut harness = harness(&world);
    let at = spot(&harness, &world, 40.0, 70.0);
    click(&mut harness, at);
    let placed =
        world.borrow().events.iter().find_map(|event| if let CanvasEvent::PlaceAt(at) = event { Some(*at) } else { None });
    let place = placed.expect("a place");
    assert!((place.x - 40.0).abs() < 0.5 && (place.y - 70.0).abs() < 0.5, "{place:?}");
}

#[test]
fn a_step_of_the_gap_draws_links_and_clusters_anew_and_leaves_the_rest() {
    let (world, ctx) = (world(), egui::Context::default());
    let rect = egui::Rect::from_min_size(Pos2::ZERO, Vec2::from(SIZE));
    let draw = |gap_revision: u64| {
        let id = egui::Id::unique("picture");
        let shape = with_input(&world, gap_revision, |input| picture::picture(&ctx, id, input, input.viewport, rect));
        let egui::Shape::Vec(sheets) = shape else { panic!("a sheet a layer") };
        let mesh = |sheet| if let egui::Shape::Mesh(mesh) = sheet { mesh } else { panic!("a mesh") };
        sheets.into_iter().map(mesh).collect::<Vec<_>>()
    };
    let anew = |old: &[Arc<egui::Mesh>], new: &[Arc<egui::Mesh>]| {
        let layers = MapLayer::ALL.into_iter().zip(old.iter().zip(new));
        layers.filter(|(_, (old, new))| !Arc::ptr_eq(old, new)).map(|(layer, _)| layer).collect::<Vec<_>>()
    };
    let (first, second, third) = (draw(1), draw(1), draw(2));
    assert_eq!(anew(&first, &second), []);
    assert_eq!(anew(&second, &third), [MapLayer::Clusters, MapLayer::Links]);
    let clusters = MapLayer::ALL.iter().position(|layer| *layer == MapLayer::Clusters).unwrap();
    assert!(!third[clusters].vertices.is_empty());
}
