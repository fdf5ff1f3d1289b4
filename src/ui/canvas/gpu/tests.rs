//! The GPU's picture of a tiny plan, pixel by pixel, on whatever graphics device there is; `.ci/setup` brings a software one.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Color32, Pos2, Vec2};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, polygon};

use super::*;
use crate::base::{CompoundId, DistrictId};
use crate::map::{Compliance, DistrictScene, Looked, MapColours, Scene, Shade, compound_style, district_hue, pipe_colour};
use crate::model::{Compound, CompoundFacts, Content, District, Pipe, Properties};
use crate::policy::PipeClass;
use crate::ui::canvas::{CanvasSide, CanvasTool, LayerView};
use crate::ui::offscreen::Offscreen;
use crate::ui::theme::{Palette, colour};

const SIZE: [f32; 2] = [300.0, 200.0];
const WINDOW: [u32; 2] = [400, 320];

/// Two compounds of 100 m far from everything, one in a district, and a gas pipe between them.
fn plan() -> Content {
    let square = |x: f64| {
        let (x, y) = (x + 500_000.0, 4_800_000.0);
        let shape = polygon![(x: x, y: y), (x: x + 100.0, y: y), (x: x + 100.0, y: y + 100.0), (x: x, y: y + 100.0)];
        let facts = CompoundFacts::default();
        Compound { source_id: x.to_string(), shape: MultiPolygon(vec![shape]), facts, extra: Properties::new() }
    };
    let line = LineString::from(vec![(500_105.0, 4_799_900.0), (500_105.0, 4_800_200.0)]);
    let pipe = Pipe { source_id: "1".to_owned(), line: MultiLineString(vec![line]), class: PipeClass::Gas, ..Pipe::default() };
    let mut content = Content {
        compounds: Arc::new(vec![square(0.0), square(110.0)]),
        pipes: Arc::new(vec![pipe]),
        assignment: vec![Some(DistrictId(1)), None],
        ..Content::default()
    };
    content.districts.insert(DistrictId(1), District::numbered(1));
    content
}

/// A map of the plan, drawn until it is whole.
struct Map {
    screen: Offscreen,
    content: Content,
    scene: Scene,
    districts: DistrictScene,
    hidden: BTreeSet<PipeClass>,
    selection: BTreeSet<CompoundId>,
    viewport: Viewport,
    shade: Shade,
    revision: u64,
}

impl Map {
    fn new(content: Content) -> Self {
        let screen = Offscreen::new(WINDOW).expect("a graphics device, or a software one").over(wgpu::Color::RED);
        install(&screen.ctx, screen.state());
        screen.draw(|_| {});
        let scene = Scene::build(&content, 1);
        let districts = DistrictScene::build(&content, scene.anchor);
        let viewport = Viewport::new(Coord { x: 500_105.5, y: 4_800_050.5 }, 1.0, SIZE);
        let (hidden, selection) = (BTreeSet::new(), BTreeSet::new());
        Self { screen, content, scene, districts, hidden, selection, viewport, shade: Shade::Light, revision: 1 }
    }

    fn with_input<R>(&self, run: impl FnOnce(&CanvasInput<'_>) -> R) -> R {
        let (palette, layers) = (Palette::of(self.shade), LayerView::all());
        run(&CanvasInput {
            comments: &[],
            traces: &[],
            item_lines: &[],
            content: &self.content,
            scene: &self.scene,
            districts: &self.districts,
            verdicts: &[Compliance::Must, Compliance::Must],
            looked: &Looked::default(),
            links: &[],
            clusters: &[],
            items: &[],
            hidden_pipes: &self.hidden,
            layers: &layers,
            viewport: &self.viewport,
            palette: &palette,
            selection: &self.selection,
            selected_district: None,
            selected_other: None,
            hovered: None,
            mends: &[],
            mend_shapes: &[],
            focus: &[],
            moves: &[],
            chain: &[],
            tool: CanvasTool::Select,
            picks_links: false,
            revision: self.revision,
            gap_revision: 1,
            below: None,
            side: CanvasSide::Now,
            swiped: None,
            words: &|message| message.key().to_owned(),
        })
    }

    /// Frames until the picture is whole, and how many vertices it took.
    fn draw(&self) -> u32 {
        let rect = egui::Rect::from_min_size(Pos2::ZERO, Vec2::from(self.viewport.size_px()));
        let mut vertices = 0;
        for _ in 0..2_000 {
            drop(self.with_input(|input| picture(&self.screen.ctx, input, &self.viewport, rect)).expect("the GPU draws"));
            self.screen.state().device.poll(wgpu::PollType::wait_indefinitely()).expect("the device is there");
            let counters = counters(&self.screen.ctx).expect("the GPU draws");
            vertices += counters.vertices;
            if counters.settled {
                return vertices;
            }
            std::thread::yield_now();
        }
        panic!("the picture never became whole");
    }

    /// The window around the picture of a map whose corner is there, pure red beside it.
    fn window(&self, corner: Pos2) -> Vec<[u8; 4]> {
        let rect = egui::Rect::from_min_size(corner, Vec2::from(self.viewport.size_px()));
        self.screen.draw(|ui| {
            let shown = self.with_input(|input| picture(ui.ctx(), input, &self.viewport, rect)).expect("the GPU draws");
            ui.ctx().layer_painter(egui::LayerId::background()).with_clip_rect(rect).add(shown.shape);
        });
        self.screen.pixels().expect("the device is there")
    }

    /// The colour at a world place.
    fn colour_at(&self, x: f64, y: f64) -> Color32 {
        let engine = installed(&self.screen.ctx).unwrap().engine.unwrap();
        let engine = engine.lock().unwrap();
        let [r, g, b, a] = engine.pixel(Coord { x: 500_000.0 + x, y: 4_800_000.0 + y });
        Color32::from_rgba_premultiplied(r, g, b, a)
    }
}

/// egui's way of drawing one colour over another.
fn over(above: Color32, below: Color32) -> Color32 {
    let clear = 255 - u16::from(above.a());
    let one = |above: u8, below: u8| above + u8::try_from((u16::from(below) * clear + 127) / 255).unwrap();
    Color32::from_rgb(one(above.r(), below.r()), one(above.g(), below.g()), one(above.b(), below.b()))
}

fn alike(a: Color32, b: Color32) -> bool {
    a.to_array().into_iter().zip(b.to_array()).all(|(a, b)| a.abs_diff(b) <= 1)
}

#[test]
fn colours_are_those_of_the_styles() {
    for shade in [Shade::Light, Shade::Dark] {
        let map = Map { shade, ..Map::new(plan()) };
        map.draw();
        let colours = MapColours::of(shade);
        let paper = colour(colours.paper);
        assert!(alike(map.colour_at(30.0, 150.0), paper), "{shade:?} paper {:?}", map.colour_at(30.0, 150.0));
        let fill = compound_style(Compliance::Must, &colours).fill.unwrap();
        let lone = over(colour(fill), paper);
        assert!(alike(map.colour_at(160.0, 50.0), lone), "{shade:?} lone {:?} {lone:?}", map.colour_at(160.0, 50.0));
        let hue = over(colour(district_hue(0, shade).fade(0.26)), paper);
        assert!(alike(map.colour_at(50.0, 50.0), hue), "{shade:?} district {:?} {hue:?}", map.colour_at(50.0, 50.0));
        let pipe = colour(pipe_colour(PipeClass::Gas, shade));
        assert!(alike(map.colour_at(105.0, 130.0), pipe), "{shade:?} pipe {:?} {pipe:?}", map.colour_at(105.0, 130.0));
    }
}

#[test]
fn a_window_shows_the_picture_pixel_by_pixel_and_nothing_beside_its_map() {
    let mut map = Map::new(plan());
    for (corner, panned) in [(Pos2::new(20.0, 30.0), [0.0, 0.0]), (Pos2::new(-40.0, 90.0), [13.0, -7.0])] {
        map.viewport = map.viewport.panned(panned);
        map.draw();
        let pixels = map.window(corner);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on the window")]
        let seen = |[x, y]: [f32; 2]| {
            let [r, g, b, a] = pixels[y as usize * WINDOW[0] as usize + x as usize];
            Color32::from_rgba_premultiplied(r, g, b, a)
        };
        for (x, y) in [(30.0, 130.0), (160.0, 50.0), (50.0, 50.0), (105.0, 130.0)] {
            let at = map.viewport.screen_from_world(Coord { x: 500_000.0 + x, y: 4_800_000.0 + y });
            let own = map.colour_at(x, y);
            assert!(alike(seen([at[0] + corner.x, at[1] + corner.y]), own), "{corner:?} {x} {y}: {own:?}");
        }
        let map_ends = [corner.x + SIZE[0], corner.y + SIZE[1]];
        for beside in [[map_ends[0] + 2.0, 100.0], [150.0, map_ends[1] + 2.0], [150.0, corner.y - 2.0]] {
            assert_eq!(seen(beside), Color32::RED, "{corner:?} {beside:?}");
        }
    }
}

#[test]
fn a_kept_picture_costs_nothing_and_a_moved_map_shifts_it() {
    let mut map = Map::new(plan());
    assert!(map.draw() > 0);
    assert_eq!(map.draw(), 0);
    map.viewport = map.viewport.panned([40.0, -20.0]);
    assert_eq!(map.draw(), 0, "a drag within the margin draws nothing");
    map.viewport = map.viewport.panned([400.0, 0.0]);
    assert!(map.draw() > 0);
    map.viewport = map.viewport.zoomed_at([10.0, 10.0], 1.5);
    assert!(map.draw() > 0);
}

#[test]
fn another_style_changes_the_picture_and_no_geometry() {
    let mut map = Map::new(plan());
    map.draw();
    let bytes = counters(&map.screen.ctx).unwrap().bytes;
    let before = map.colour_at(105.0, 130.0);
    map.hidden.insert(PipeClass::Gas);
    map.revision += 1;
    map.draw();
    assert_eq!(counters(&map.screen.ctx).unwrap().bytes, bytes);
    assert!(!alike(map.colour_at(105.0, 130.0), before));
    assert!(alike(map.colour_at(105.0, 130.0), colour(MapColours::of(Shade::Light).paper)));
}

#[test]
fn a_large_selection_is_part_of_the_picture() {
    let mut content = plan();
    let far = content.compounds[1].clone();
    let copies = std::iter::repeat_n(far, 600);
    content.compounds = Arc::new(content.compounds.iter().cloned().chain(copies).collect());
    content.assignment.resize(content.compounds.len(), None);
    let mut map = Map::new(content);
    map.draw();
    let (lone, bytes) = (map.colour_at(50.0, 50.0), counters(&map.screen.ctx).unwrap().bytes);
    map.selection = (0..602).filter(|row| *row != 1).map(CompoundId).collect();
    assert!(map.draw() > 0);
    let colours = MapColours::of(Shade::Light);
    let marked = over(colour(colours.ink.fade(0.06)), lone);
    assert!(alike(map.colour_at(50.0, 50.0), marked), "{:?} {marked:?}", map.colour_at(50.0, 50.0));
    assert!(alike(map.colour_at(0.0, 50.0), colour(colours.ink)), "{:?}", map.colour_at(0.0, 50.0));
    assert_eq!(counters(&map.screen.ctx).unwrap().bytes, bytes, "the geometry stays");
    map.selection = BTreeSet::from([CompoundId(0)]);
    map.draw();
    assert!(alike(map.colour_at(50.0, 50.0), lone), "a small one is drawn over the picture");
}

#[test]
fn a_plan_of_nothing_and_windows_of_all_sizes_are_drawn() {
    let mut map = Map::new(Content::default());
    map.draw();
    let mut map_of_plan = Map::new(plan());
    for size in [[1.0, 1.0], [7_680.0, 4_320.0], [300.5, 200.5]] {
        map.viewport = map.viewport.resized(size);
        map.draw();
        map_of_plan.viewport = map_of_plan.viewport.resized(size);
        map_of_plan.draw();
        let lone = compound_style(Compliance::Must, &MapColours::of(Shade::Light)).fill.unwrap();
        let expected = over(colour(lone), colour(MapColours::of(Shade::Light).paper));
        assert!(alike(map_of_plan.colour_at(160.0, 50.0), expected), "{size:?}");
    }
}

#[test]
fn the_drawing_is_told_and_a_fault_falls_back_to_meshes() {
    let map = Map::new(plan());
    let told = drawing(&map.screen.ctx).unwrap();
    assert_eq!(told.way, Way::Gpu);
    assert!(!told.adapter.is_empty());
    // A faulty call ends drawing by the GPU, not the program.
    let size = map.screen.state().device.limits().max_buffer_size + 4;
    let usage = wgpu::BufferUsages::VERTEX;
    drop(map.screen.state().device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size,
        usage,
        mapped_at_creation: false,
    }));
    assert_eq!(drawing(&map.screen.ctx).unwrap().way, Way::Failed);
    let rect = egui::Rect::from_min_size(Pos2::ZERO, Vec2::from(SIZE));
    assert!(map.with_input(|input| picture(&map.screen.ctx, input, &map.viewport, rect)).is_none());
    assert_eq!(drawing(&Context::default()), None);
}

#[test]
fn a_lost_device_is_told_and_nothing_more_is_drawn_with_it() {
    let map = Map::new(plan());
    map.draw();
    assert!(!is_lost(&map.screen.ctx));
    map.screen.state().device.destroy();
    map.screen.state().device.poll(wgpu::PollType::Poll).ok();
    assert!(is_lost(&map.screen.ctx));
    let rect = egui::Rect::from_min_size(Pos2::ZERO, Vec2::from(SIZE));
    assert!(map.with_input(|input| picture(&map.screen.ctx, input, &map.viewport, rect)).is_none());
    assert_eq!(drawing(&map.screen.ctx).unwrap().way, Way::Failed);
    // Another device draws the same map.
    let again = Map::new(plan());
    assert!(again.draw() > 0 && !is_lost(&again.screen.ctx));
}
