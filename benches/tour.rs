//! A tour of a large plan through all scales, in the whole window but without a screen: every frame from the state to the last
//! pixel, on whatever graphics device there is (a software driver on machines without one).
//!
//! `LIANPIAN_TOUR` and `LIANPIAN_TOUR_PIPES` name the layers; `LIANPIAN_TOUR_SHOTS` a folder for pictures of the stops and for
//! `frames.svg`, the time of every frame.

#![expect(clippy::expect_used, reason = "a bench stops at what it did not expect")]

mod chart;
mod screen;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use lianpian::base::{DistrictId, Silent};
use lianpian::command::Command;
use lianpian::import::{ReadOptions, read_path};
use lianpian::map::{DistrictScene, PickReach, Scene, compounds_within, pack_areas, pack_lines, pick, select_in_rect};
use lianpian::model::{Content, District, LayerKind, Settings};
use lianpian::session::{State, derive, dispatch, place_layers};
use lianpian::ui::canvas::gpu;
use lianpian::ui::offscreen::Offscreen;
use lianpian::ui::{Memory, apply_looks, shell_ui};
use rayon::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Scales at which the tour stops, metres a pixel; the first is the whole plan.
const STOPS: [f64; 9] = [0.0, 40.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.25, 0.053];
/// Pixels of the window.
const WINDOW: [u32; 2] = [1280, 800];
/// Frames of a drag at every stop, and of the way to the next.
const FRAMES: usize = 30;
/// Districts are squares of this side, m.
const DISTRICT_M: f64 = 900.0;

fn main() {
    let file = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let Some(compounds) = file("LIANPIAN_TOUR") else {
        println!("LIANPIAN_TOUR names no map");
        return;
    };
    let content = content(&compounds, file("LIANPIAN_TOUR_PIPES").as_deref());
    println!("{} compounds, {} pipes, {} districts", content.compounds.len(), content.pipes.len(), content.districts.len());
    let before = memory_mib();
    let mut tour = Tour::new(content);
    println!("drawn by {:?}", gpu::drawing(&tour.screen.ctx));
    tour.first_picture();
    tour.every_level();
    for stop in STOPS {
        tour.visit(stop);
    }
    tour.told("the whole tour");
    tour.by_hand();
    tour.edit();
    tour.chart();
    println!("memory: {before} MiB with the data, {} MiB after the tour", memory_mib());
}

/// The plan: layers of files, and districts by squares.
fn content(compounds: &Path, pipes: Option<&Path>) -> Content {
    let mut content = Content::default();
    let mut read = Vec::new();
    let mut working_crs = None;
    for (kind, path) in [(LayerKind::Compounds, Some(compounds)), (LayerKind::Pipes, pipes)] {
        let Some(path) = path else { continue };
        let options = ReadOptions { kind: Some(kind), working_crs, ..ReadOptions::default() };
        let file = read_path(path, &options, &Silent).expect("a map");
        working_crs = Some(file.working_crs);
        read.push(file);
    }
    place_layers(&mut content, read);
    content.settings = Settings { all: true, ..Settings::default() };
    let mut squares = std::collections::BTreeMap::new();
    for (row, compound) in content.compounds.iter().enumerate() {
        use geo::BoundingRect;
        let Some(middle) = compound.shape.bounding_rect().map(geo::Rect::center) else { continue };
        #[expect(clippy::cast_possible_truncation, reason = "squares of a town")]
        let square = [middle.x, middle.y].map(|v| (v / DISTRICT_M).floor() as i64);
        let next = u32::try_from(squares.len() + 1).expect("few districts");
        let id = *squares.entry(square).or_insert(DistrictId(next));
        content.assignment[row] = Some(id);
    }
    content.districts = squares.into_values().map(|id| (id, District::numbered(id.0))).collect();
    content
}

/// What a frame cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    /// The thread of the window, from the state to commands for the device, as the processor counts it: other work on the
    /// machine does not add to it.
    ui: Duration,
    /// The whole process until the device was done, all cores together.
    cpu: Duration,
    /// The same by the clock on the wall.
    whole: Duration,
    vertices: u32,
}

/// When the next frame is asked for, by the last one or by work in the background.
#[derive(Clone, Default)]
struct Due(Arc<(Mutex<Option<Instant>>, Condvar)>);

impl Due {
    fn of(ctx: &egui::Context) -> Self {
        let due = Self::default();
        let asked = due.clone();
        ctx.set_request_repaint_callback(move |info| {
            let at = Instant::now() + info.delay.min(Duration::from_hours(1));
            let mut due = asked.0.0.lock().expect("no other panic");
            *due = Some(due.map_or(at, |due| due.min(at)));
            asked.0.1.notify_all();
        });
        due
    }

    fn clear(&self) {
        *self.0.0.lock().expect("no other panic") = None;
    }

    /// Waits until then, and a tenth of a second where nothing is asked for.
    fn wait(&self) {
        let idle = Instant::now() + Duration::from_millis(100);
        let mut due = self.0.0.lock().expect("no other panic");
        while let Some(left) = due.unwrap_or(idle).checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            due = self.0.1.wait_timeout(due, left).expect("no other panic").0;
        }
    }
}

struct Tour {
    state: State,
    memory: Memory,
    screen: Offscreen,
    due: Due,
    costs: Vec<Cost>,
    all: Vec<Cost>,
    /// Scale of each stop, and the frames before it.
    stops: Vec<(f64, usize)>,
    shots: Option<PathBuf>,
}

impl Tour {
    fn new(content: Content) -> Self {
        let mut state = State::default();
        state.replace_plan(content, None);
        let screened = derive::screened(&state.plan);
        state.derived.set_screened(state.revisions.screened(), screened);
        let screen = screen::window(WINDOW);
        let due = Due::of(&screen.ctx);
        let shots = std::env::var_os("LIANPIAN_TOUR_SHOTS").map(PathBuf::from);
        Self { state, memory: Memory::default(), screen, due, costs: Vec::new(), all: Vec::new(), stops: Vec::new(), shots }
    }

    /// One frame of the window.
    fn frame(&mut self) -> bool {
        let (start, thread, process) = (Instant::now(), cpu_time("thread-self"), cpu_time("self"));
        self.due.clear();
        self.state.fit_if_pending();
        let (state, memory) = (&self.state, &mut self.memory);
        let mut commands = Vec::new();
        apply_looks(&self.screen.ctx, state);
        self.screen.draw(|ui| commands = shell_ui(ui, state, memory));
        let ui = cpu_time("thread-self").saturating_sub(thread);
        self.screen.wait().expect("the device is there");
        let counters = gpu::counters(&self.screen.ctx).unwrap_or_default();
        let cpu = cpu_time("self").saturating_sub(process);
        self.costs.push(Cost { ui, cpu, whole: start.elapsed(), vertices: counters.vertices });
        for command in commands {
            self.send(command);
        }
        counters.settled
    }

    fn send(&mut self, command: Command) {
        let _nothing_outside = dispatch(&mut self.state, command);
    }

    /// Frames until the picture is the one that the view asks for; how long that took.
    fn settle(&mut self) -> Duration {
        let start = Instant::now();
        self.frame();
        while !self.frame() {
            self.due.wait();
        }
        start.elapsed()
    }

    /// From the data to the picture of the whole plan.
    fn first_picture(&mut self) {
        let start = Instant::now();
        let (plan, revisions, derived) = (&self.state.plan, &self.state.revisions, &mut self.state.derived);
        let scene = Scene::build(plan, revisions.scene());
        let scene_s = start.elapsed().as_secs_f64();
        let anchor = scene.anchor;
        derived.scene.set(revisions.scene(), scene);
        derived.districts.set(revisions.district_scene(), DistrictScene::default());
        self.settle();
        println!("first picture: {:.2} s, of which {scene_s:.2} s the layers", start.elapsed().as_secs_f64());
        let start = Instant::now();
        let (plan, revisions, derived) = (&self.state.plan, &self.state.revisions, &mut self.state.derived);
        derived.districts.set(revisions.district_scene() + 1, DistrictScene::build(plan, anchor));
        println!("outlines of districts: {:.2} s", start.elapsed().as_secs_f64());
        self.settle();
        self.costs.clear();
    }

    /// What it takes to pack every cell of every level, which the window does as they are seen.
    fn every_level(&self) {
        let Some(scene) = self.state.derived.scene.get() else { return };
        let start = Instant::now();
        let (areas, lines) = (&scene.compounds, &scene.pipes);
        let count = |level: usize| -> (usize, usize) {
            let packed = (0..areas.cells.list.len()).into_par_iter().map(|cell| pack_areas(areas, level, cell));
            let corners = packed.map(|p| p.triangles.len() + p.dots.len() + 4 * p.sides.len()).sum();
            let packed = (0..lines.cells.list.len()).into_par_iter().map(|cell| pack_lines(lines, level, cell));
            (corners, packed.map(|p| 4 * p.sides.len()).sum())
        };
        let levels = areas.levels.max(lines.levels);
        let counts: Vec<(usize, usize)> = (0..levels).map(count).collect();
        println!(
            "all cells of all levels: {:.2} s; vertices by level (compounds, pipes) {counts:?}",
            start.elapsed().as_secs_f64()
        );
    }

    /// Goes to a scale in steps, drags the map there, and tells what it cost.
    fn visit(&mut self, metres_per_pixel: f64) {
        if metres_per_pixel > 0.0 {
            let middle = self.state.derived.scene.get().map_or(geo::Coord::zero(), |scene| scene.anchor);
            self.send(Command::MoveView(self.state.view.viewport.centred(middle)));
            let now = self.state.view.viewport.metres_per_pixel();
            #[expect(clippy::cast_precision_loss, reason = "a few frames")]
            let step = (now / metres_per_pixel).powf(1.0 / FRAMES as f64);
            for _ in 0..FRAMES {
                let view = self.state.view.viewport;
                let [width, height] = view.size_px();
                self.send(Command::MoveView(view.zoomed_at([width * 0.5, height * 0.5], step)));
                self.frame();
            }
        }
        let sharp = self.settle();
        for frame in 0..FRAMES {
            let way = if frame < FRAMES / 2 { [-24.0, 9.0] } else { [17.0, -13.0] };
            self.send(Command::MoveView(self.state.view.viewport.panned(way)));
            self.frame();
        }
        self.settle();
        let scale = self.state.view.viewport.metres_per_pixel();
        if let Some(folder) = &self.shots {
            screen::save(&self.screen, WINDOW, &folder.join(format!("tour-{scale:.3}.png")));
        }
        self.stops.push((scale, self.all.len()));
        self.told(&format!("{scale:.3} m a pixel, sharp after {:.0} ms", sharp.as_secs_f64() * 1e3));
    }

    /// What lies under the pointer, at two scales, and what lies in a box and in a ring round fifty thousand compounds.
    fn by_hand(&self) {
        let (content, Some(scene)) = (&self.state.plan, self.state.derived.scene.get()) else { return };
        let Some(bounds) = scene.bounds else { return };
        let share = |n: u32, step: f64| (f64::from(n) * step).fract();
        let place = |n: u32| geo::Coord {
            x: bounds.min().x + bounds.width() * share(n, 0.754_877_666),
            y: bounds.min().y + bounds.height() * share(n, 0.569_840_291),
        };
        // Far away neither pipes nor facilities answer, as in the window.
        for (scale, near) in [(1.0, true), (40.0, false)] {
            let (line_m, symbol_m) = (4.0 * scale, 8.0 * scale);
            let reach = PickReach {
                line_m,
                symbol_m,
                items: true,
                facilities: near,
                pipes: near,
                buildings: false,
                compounds: true,
                parcels: true,
            };
            let mut times: Vec<f64> = (0..2_000)
                .map(|n| {
                    let start = Instant::now();
                    std::hint::black_box(pick(content, scene, &[], place(n), &reach));
                    start.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            println!(
                "under the pointer at {scale} m a pixel: {:.3} ms (99 % {:.3}, most {:.3})",
                times[1_000], times[1_980], times[1_999]
            );
        }
        // Half the sides hold a quarter of the compounds.
        let half = geo::Coord { x: bounds.width() * 0.25, y: bounds.height() * 0.25 };
        let middle = bounds.center();
        let rect = geo::Rect::new(middle - half, middle + half);
        let ring: Vec<geo::Coord<f64>> = (0..200_u32)
            .map(|n| {
                let turn = f64::from(n) * std::f64::consts::TAU / 200.0;
                geo::Coord { x: middle.x + half.x * 1.128 * turn.cos(), y: middle.y + half.y * 1.128 * turn.sin() }
            })
            .collect();
        let least = |work: &dyn Fn() -> usize| {
            let mut best = (f64::INFINITY, 0);
            for _ in 0..5 {
                let start = Instant::now();
                let found = work();
                best = (best.0.min(start.elapsed().as_secs_f64() * 1e3), found);
            }
            best
        };
        let (ms, found) = least(&|| select_in_rect(content, scene, rect, true).len());
        println!("in a box: {found} compounds in {ms:.1} ms");
        let (ms, found) = least(&|| compounds_within(content, scene, &ring).len());
        println!("in a ring of 200 corners: {found} compounds in {ms:.1} ms");
    }

    /// What an edit of one boundary costs the picture: its layer made anew, and the cells that changed.
    fn edit(&self) {
        let mut content = (*self.state.plan).clone();
        if let Some(compound) = Arc::make_mut(&mut content.compounds).get_mut(0) {
            use geo::Translate;
            compound.shape.translate_mut(1.0, 0.0);
        }
        let Some(before) = self.state.derived.scene.get() else { return };
        let start = Instant::now();
        let after = before.rebuilt(&content, before.revision + 1);
        let changed = after.compounds.cells.list.iter().zip(&before.compounds.cells.list).filter(|(a, b)| a.digest != b.digest);
        println!(
            "a boundary moved: the scene in {:.0} ms, {} cells changed",
            start.elapsed().as_secs_f64() * 1e3,
            changed.count()
        );
    }

    /// The time of every frame as a picture.
    fn chart(&self) {
        let Some(folder) = &self.shots else { return };
        let ms = |of: fn(&Cost) -> Duration| self.all.iter().map(|cost| of(cost).as_secs_f64() * 1e3).collect::<Vec<_>>();
        let svg = chart::frames(&[("window thread", &ms(|cost| cost.ui)), ("wall", &ms(|cost| cost.whole))], &self.stops);
        std::fs::write(folder.join("frames.svg"), svg).expect("a chart");
    }

    fn told(&mut self, name: &str) {
        self.all.extend(self.costs.iter().copied());
        let costs = if self.costs.is_empty() { &self.all } else { &self.costs };
        let sorted = |of: fn(&Cost) -> Duration| {
            let mut times: Vec<f64> = costs.iter().map(|cost| of(cost).as_secs_f64() * 1_000.0).collect();
            times.sort_by(f64::total_cmp);
            times
        };
        let (ui, cpu, whole) = (sorted(|cost| cost.ui), sorted(|cost| cost.cpu), sorted(|cost| cost.whole));
        let at = |times: &[f64], share: usize| times[(times.len() - 1) * share / 100];
        let vertices = costs.iter().map(|cost| cost.vertices).max().unwrap_or(0);
        println!(
            "{name}: {} frames; window thread {:.1} ms (99 % {:.1}, most {:.1}); process {:.1} ms (99 % {:.1}, most {:.1}); wall {:.1} ms (99 % {:.1}, most {:.1}); at most {vertices} vertices",
            costs.len(),
            at(&ui, 50),
            at(&ui, 99),
            at(&ui, 100),
            at(&cpu, 50),
            at(&cpu, 99),
            at(&cpu, 100),
            at(&whole, 50),
            at(&whole, 99),
            at(&whole, 100)
        );
        self.costs.clear();
    }
}

/// Time on a processor: of this thread as the scheduler tells it, or of the process, whose threads come and go, in its ticks.
fn cpu_time(of: &str) -> Duration {
    if of == "thread-self" {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        let ns = text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0);
        return Duration::from_nanos(ns);
    }
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

/// What the process holds in memory, MiB; 0 where the system does not say.
fn memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) / 1_024
}
