//! The window's glue to eframe: takes finished work, runs commands, starts effects, paints; and the effects that need
//! a window, which are file dialogs and leaving. A window whose graphics device is lost is opened again over the same session.

mod dialogs;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use eframe::egui;

use crate::base::Message;
use crate::command::Command;
use crate::effects::{Folders, Runner, WATCH_INTERVAL, load_preferences};
use crate::i18n::Lang;
use crate::session::{Effect, State, dispatch};
use crate::ui::canvas::gpu;
use crate::ui::{self, Memory};

/// Time between two frames while work runs.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);
/// A device that is lost sooner after the window was opened is not worth another try.
const SOON: Duration = Duration::from_secs(20);

/// The window could not be opened, or not again.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// There is no display, or nothing to draw with.
    #[error("the window cannot be opened: {0}")]
    Open(#[from] eframe::Error),
    /// The graphics device was lost again and again.
    #[error("the graphics device was lost twice; what was done is in the journal and is offered at the next start")]
    Lost,
}

/// Opens the window with these files; without any, the sample plan. `lang` overrules the language of last time. eframe keeps the
/// graphics device for the life of its window, so one that is lost takes the window with it: a new window with a new device is
/// then opened over the same session.
///
/// # Errors
/// [`WindowError`] when there is no display or nothing to draw with.
pub fn run(files: Vec<PathBuf>, lang: Option<Lang>) -> Result<(), WindowError> {
    let desk = Rc::new(RefCell::new(Desk::new(files, lang)));
    loop {
        let opened = Instant::now();
        show(&desk)?;
        let mut desk = desk.borrow_mut();
        if !std::mem::take(&mut desk.lost) {
            return Ok(());
        }
        if opened.elapsed() < SOON {
            return Err(WindowError::Lost);
        }
        log::error!("the window is opened again with another device");
        desk.state.tell(Message::new("session.window-reopened"));
    }
}

/// Shows a window until it is closed or its device is lost.
fn show(desk: &Rc<RefCell<Desk>>) -> Result<(), WindowError> {
    let viewport = egui::ViewportBuilder::default()
        .with_title("连片 Lianpian")
        .with_app_id("lianpian")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([640.0, 400.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let desk = Rc::clone(desk);
    eframe::run_native("lianpian", options, Box::new(move |cc| Ok(Box::new(App::new(cc, desk)))))?;
    Ok(())
}

/// The window that there is, for threads that want a frame of it.
#[derive(Clone, Default)]
struct Window(Arc<Mutex<Option<egui::Context>>>);

impl Window {
    fn set(&self, ctx: &egui::Context) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ctx.clone());
    }

    fn wake(&self) {
        if let Some(ctx) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            ctx.request_repaint();
        }
    }
}

/// Everything but the window.
struct Desk {
    state: State,
    memory: Memory,
    runner: Runner,
    dialogs: dialogs::Dialogs,
    queue: Vec<Command>,
    window: Window,
    lost: bool,
}

impl Desk {
    fn new(files: Vec<PathBuf>, lang: Option<Lang>) -> Self {
        let mut state = State { preferences: load_preferences(&Folders::of_user()), ..State::default() };
        if let Some(lang) = lang {
            state.preferences.lang = lang;
        }
        let window = Window::default();
        let waking = window.clone();
        let runner = Runner::new(Arc::new(move || waking.wake()), true);
        runner.offer_left_behind(&mut state);
        let queue = match files.len() {
            0 if state.view.dialog.is_some() => Vec::new(),
            0 => vec![Command::OpenSample],
            1 => files.into_iter().map(Command::Open).collect(),
            _ => vec![Command::Load(files)],
        };
        let dialogs = dialogs::Dialogs::new(window.clone());
        Self { state, memory: Memory::default(), runner, dialogs, queue, window, lost: false }
    }

    fn run_effects(&mut self, ctx: &egui::Context, effects: Vec<Effect>) {
        for effect in self.runner.run(&mut self.state, effects) {
            match effect {
                Effect::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
                other => self.dialogs.ask(&self.state, other),
            }
        }
    }

    fn logic(&mut self, ctx: &egui::Context) {
        self.lost |= gpu::is_lost(ctx);
        if self.lost {
            gpu::let_go(ctx);
            ui::soft::let_go(ctx);
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            return;
        }
        let left = self.runner.poll(&mut self.state);
        self.run_effects(ctx, left);
        self.queue.extend(self.dialogs.answers());
        for command in std::mem::take(&mut self.queue) {
            let effects = dispatch(&mut self.state, command);
            self.run_effects(ctx, effects);
        }
        if ctx.input(|input| input.viewport().close_requested()) && self.runner.is_saving() {
            // The window closes once the save is done.
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.queue.push(Command::Quit);
        }
        self.state.fit_if_pending();
        // While work runs its progress shows; otherwise files are looked at now and then.
        let next = if self.state.jobs.is_empty() { WATCH_INTERVAL } else { PROGRESS_INTERVAL };
        ctx.request_repaint_after(next);
        ui::apply_looks(ctx, &self.state);
    }
}

/// The program in its window.
struct App {
    desk: Rc<RefCell<Desk>>,
}

impl App {
    fn new(cc: &eframe::CreationContext<'_>, desk: Rc<RefCell<Desk>>) -> Self {
        let ctx = &cc.egui_ctx;
        ui::theme::install_fonts(ctx);
        ui::theme::apply(ctx, true);
        if let Some(drawing) = &cc.wgpu_render_state {
            gpu::install(ctx, drawing);
            ui::soft::install(ctx, drawing);
        }
        desk.borrow().window.set(ctx);
        Self { desk }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.desk.borrow_mut().logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let mut desk = self.desk.borrow_mut();
        let Desk { state, memory, queue, lost, .. } = &mut *desk;
        if *lost {
            // egui would ask a device that is no more for room for what is drawn.
            return;
        }
        let commands = ui::shell_ui(ui, state, memory);
        if !commands.is_empty() {
            queue.extend(commands);
            ui.ctx().request_repaint();
        }
    }
}
