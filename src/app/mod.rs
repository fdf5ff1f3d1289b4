//! The window's glue to eframe: takes finished work, runs commands, starts effects, paints; and the effects that need
//! a window, which are file dialogs and leaving.

mod dialogs;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui;

use crate::command::Command;
use crate::effects::{Folders, Runner, WATCH_INTERVAL, load_preferences};
use crate::i18n::Lang;
use crate::session::{Effect, State, dispatch};
use crate::ui::{self, Memory};

/// Time between two frames while work runs.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// The window could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("the window cannot be opened: {0}")]
pub struct WindowError(#[from] eframe::Error);

/// Opens the window with these files; without any, the sample plan. `lang` overrules the language of last time.
///
/// # Errors
/// [`WindowError`] when there is no display or nothing to draw with.
pub fn run(files: Vec<PathBuf>, lang: Option<Lang>) -> Result<(), WindowError> {
    let viewport = egui::ViewportBuilder::default()
        .with_title("连片 Lianpian")
        .with_app_id("lianpian")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([640.0, 400.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    eframe::run_native("lianpian", options, Box::new(move |cc| Ok(Box::new(App::new(cc, files, lang)))))?;
    Ok(())
}

/// The program in its window.
pub struct App {
    state: State,
    memory: Memory,
    runner: Runner,
    dialogs: dialogs::Dialogs,
    queue: Vec<Command>,
}

impl App {
    /// The program with these files to open.
    #[must_use]
    pub fn new(cc: &eframe::CreationContext<'_>, files: Vec<PathBuf>, lang: Option<Lang>) -> Self {
        let ctx = &cc.egui_ctx;
        let mut state = State { preferences: load_preferences(&Folders::of_user()), ..State::default() };
        if let Some(lang) = lang {
            state.preferences.lang = lang;
        }
        ui::theme::install_fonts(ctx);
        ui::theme::apply(ctx, true);
        if let Some(drawing) = &cc.wgpu_render_state {
            ui::canvas::gpu::install(ctx, drawing);
        }
        let waking = ctx.clone();
        let runner = Runner::new(Arc::new(move || waking.request_repaint()), true);
        runner.offer_left_behind(&mut state);
        let queue = match files.len() {
            0 if state.view.dialog.is_some() => Vec::new(),
            0 => vec![Command::OpenSample],
            1 => files.into_iter().map(Command::Open).collect(),
            _ => vec![Command::Load(files)],
        };
        Self { state, memory: Memory::default(), runner, dialogs: dialogs::Dialogs::new(ctx.clone()), queue }
    }

    fn run_effects(&mut self, ctx: &egui::Context, effects: Vec<Effect>) {
        for effect in self.runner.run(&mut self.state, effects) {
            match effect {
                Effect::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
                other => self.dialogs.ask(&self.state, other),
            }
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
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

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let commands = ui::shell_ui(ui, &self.state, &mut self.memory);
        if !commands.is_empty() {
            self.queue.extend(commands);
            ui.ctx().request_repaint();
        }
    }
}
