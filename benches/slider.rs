//! What one step of the gap slider costs the thread that draws: the whole window on a made-up city, every frame from the
//! command to the triangles that go to the GPU. `LIANPIAN_COMPOUNDS` sets the size of the city, 220,000 without it.

#![expect(clippy::expect_used, reason = "a bench stops at what it did not expect")]

mod made;

use std::sync::Arc;
use std::time::{Duration, Instant};

use lianpian::base::{Seed, Silent};
use lianpian::command::{Command, Step, Tab};
use lianpian::map::{DistrictScene, Scene};
use lianpian::model::{Content, Settings};
use lianpian::session::{State, actions, derive, dispatch};
use lianpian::ui::theme::{apply, install_fonts};
use lianpian::ui::{Memory, apply_looks, shell_ui};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Frames of each kind; the median is told.
const FRAMES: u32 = 60;

fn main() {
    let count = std::env::var("LIANPIAN_COMPOUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(220_000);
    let mut window = Window::new(count);
    window.send(Command::SetStep(Step::Connect));
    window.send(Command::ShowTab(Tab::Gap));
    for _ in 0..5 {
        window.frame();
    }
    println!("{count} compounds, {} links, {} clusters", window.links(), window.clusters());
    window.told("a frame in which nothing changes", |_, _| {});
    window.told("a step of the gap, the whole city in view", step);
    window.send(Command::Zoom(8.0));
    window.told("a step of the gap, a quarter in view", step);
}

/// The gap goes from 2 m on by a fifth of a metre.
fn step(window: &mut Window, frame: u32) {
    window.send(Command::SetGap { gap_m: 2.0 + f64::from(frame) / 5.0, commit: false });
}

/// The window without a screen.
struct Window {
    state: State,
    memory: Memory,
    ctx: egui::Context,
}

impl Window {
    /// The window on a city all of which counts, with links and picture there.
    fn new(count: usize) -> Self {
        let compounds = made::compounds(made::city(count, Seed(7)));
        let (assignment, settings) = (vec![None; compounds.len()], Settings { all: true, ..Settings::default() });
        let content = Content { compounds: Arc::new(compounds), assignment, settings, ..Content::default() };
        let mut state = State::default();
        state.replace_plan(content, None);
        let (plan, revisions, derived) = (&state.plan, &state.revisions, &mut state.derived);
        let screened = derive::screened(plan);
        let links = derive::bare_links(plan, actions::LARGEST_GAP_M, &Silent).expect("not stopped");
        derived.forest.set(revisions.forest(), derive::forest(plan, &screened, &links));
        derived.links.set(revisions.links(), links);
        derived.set_screened(revisions.screened(), screened);
        let scene = Scene::build(plan, revisions.scene());
        derived.districts.set(revisions.district_scene(), DistrictScene::build(plan, scene.anchor));
        derived.scene.set(revisions.scene(), scene);
        let ctx = egui::Context::default();
        install_fonts(&ctx);
        apply(&ctx, false);
        Self { state, memory: Memory::default(), ctx }
    }

    fn send(&mut self, command: Command) {
        let _nothing_outside = dispatch(&mut self.state, command);
    }

    /// One frame, with the time it took.
    fn frame(&mut self) -> Duration {
        let start = Instant::now();
        self.state.fit_if_pending();
        apply_looks(&self.ctx, &self.state);
        let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1600.0, 1000.0)));
        let input = egui::RawInput { screen_rect, ..egui::RawInput::default() };
        let mut commands = Vec::new();
        let output = self.ctx.run_ui(input, |ui| commands = shell_ui(ui, &self.state, &mut self.memory));
        let triangles = self.ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
        let took = start.elapsed();
        drop(triangles);
        output.drop_without_applying_deltas();
        for command in commands {
            self.send(command);
        }
        took
    }

    fn told(&mut self, name: &str, mut before: impl FnMut(&mut Self, u32)) {
        let timed = |frame: u32| {
            let start = Instant::now();
            before(self, frame);
            let command = start.elapsed();
            self.frame() + command
        };
        let mut times: Vec<Duration> = (0..FRAMES).map(timed).collect();
        times.sort_unstable();
        let ms = |place: usize| times[place].as_secs_f64() * 1_000.0;
        println!("{name}: {:.1} ms ({:.1} to {:.1})", ms(times.len() / 2), ms(0), ms(times.len() - 1));
    }

    fn links(&self) -> usize {
        self.state.derived.links.get().map_or(0, |links| links.list.len())
    }

    fn clusters(&self) -> usize {
        self.state.derived.forest.get().map_or(0, |forest| forest.components_at(self.state.gap_m()).count)
    }
}
