//! The whole window under a simulated pointer and keyboard, over a real session on the sample plan.

mod backdrop;
mod by_hand;
mod checks;
mod comments;
mod compare;
mod coordinate;
mod compose;
mod dialogs;
mod drawing;
mod files;
mod flows;
mod gap;
mod group;
mod import;
mod links;
mod looks;
mod map;
mod meeting;
mod mends;
mod merging;
mod narrow;
mod result;
mod search;
mod shortfalls;
mod swipe;
mod walk;

use std::sync::Arc;

use egui::{Key, Modifiers, Pos2, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};

use super::theme::{apply, install_fonts};
use super::{Memory, apply_looks, shell_ui};
use crate::base::Message;
use crate::command::{Command, Theme};
use crate::effects::{Folders, Runner};
use crate::i18n::{self, Lang};
use crate::session::{Effect, State, dispatch};

/// The program as `app` drives it, but for eframe and the file dialogs: what they would be asked is kept.
struct Desk {
    state: State,
    memory: Memory,
    runner: Runner,
    queue: Vec<Command>,
    asked: Vec<Effect>,
    _state_dir: tempfile::TempDir,
}

impl Desk {
    fn new(lang: Lang, theme: Theme) -> Self {
        let state_dir = tempfile::tempdir().unwrap();
        let runner = Runner::with_folders(Arc::new(|| {}), true, Folders::within(state_dir.path()));
        let mut state = State::default();
        (state.preferences.lang, state.preferences.theme) = (lang, theme);
        Self { state, memory: Memory::default(), runner, queue: Vec::new(), asked: Vec::new(), _state_dir: state_dir }
    }

    fn frame(&mut self, ui: &mut egui::Ui) {
        let left = self.runner.poll(&mut self.state);
        self.asked.extend(left);
        for command in std::mem::take(&mut self.queue) {
            self.send(command);
        }
        self.state.fit_if_pending();
        apply_looks(ui.ctx(), &self.state);
        let commands = shell_ui(ui, &self.state, &mut self.memory);
        self.queue.extend(commands);
    }

    fn send(&mut self, command: Command) {
        let effects = dispatch(&mut self.state, command);
        let left = self.runner.run(&mut self.state, effects);
        self.asked.extend(left);
    }
}

/// What the harness leaves free around the window.
const MARGIN: f32 = 8.0;

/// The window with its desk.
struct Window {
    harness: Harness<'static, Desk>,
}

/// Logical size of the window that the looks were drawn for.
const SIZE: [f32; 2] = [1280.0, 800.0];

impl Window {
    /// The start screen.
    fn empty(lang: Lang, theme: Theme, size: [f32; 2]) -> Self {
        let setup = |ctx: &egui::Context| {
            install_fonts(ctx);
            apply(ctx, false);
        };
        let room = Vec2::from(size) + Vec2::splat(2.0 * MARGIN);
        let builder = Harness::builder().with_size(room).with_context_setup(setup);
        let harness = builder.build_ui_state(|ui, desk: &mut Desk| desk.frame(ui), Desk::new(lang, theme));
        let mut window = Self { harness };
        window.settle();
        window
    }

    /// The sample plan, in Chinese and light.
    fn sample() -> Self {
        Self::sample_as(Lang::Zh, Theme::Light, SIZE)
    }

    fn sample_as(lang: Lang, theme: Theme, size: [f32; 2]) -> Self {
        let mut window = Self::empty(lang, theme, size);
        window.send(Command::OpenSample);
        window
    }

    /// Lets the window take what was done, and all work that follows from it.
    fn settle(&mut self) {
        self.harness.run_steps(2);
        let desk = self.harness.state_mut();
        let left = desk.runner.settle(&mut desk.state);
        desk.asked.extend(left);
        self.harness.run_steps(3);
    }

    fn send(&mut self, command: Command) {
        self.harness.state_mut().send(command);
        self.settle();
    }

    fn state(&self) -> &State {
        &self.harness.state().state
    }

    /// Words of a key in the language of the window.
    fn words(&self, key: &'static str) -> String {
        i18n::text(self.state().preferences.lang, key)
    }

    fn tr(&self, message: &Message) -> String {
        i18n::tr(self.state().preferences.lang, message)
    }

    /// The first node with this name that lies in the window, else the first that is anywhere.
    fn node<'a>(&'a self, label: &'a str) -> Node<'a> {
        let screen = self.harness.ctx.content_rect();
        let all: Vec<Node<'a>> = self.harness.query_all_by_label(label).collect();
        let is_placed = |node: &&Node<'a>| node.accesskit_node().bounding_box().is_some();
        let in_sight = all.iter().filter(is_placed).find(|node| screen.contains(node.rect().center()));
        let found = in_sight.or_else(|| all.iter().find(is_placed)).copied();
        found.unwrap_or_else(|| panic!("nothing is called {label}; there is {:?}", self.texts()))
    }

    fn has(&self, label: &str) -> bool {
        self.harness.query_all_by_label(label).next().is_some()
    }

    fn click(&mut self, label: &str) {
        self.node(label).click();
        self.settle();
    }

    /// Clicks what the key names.
    fn click_key(&mut self, key: &'static str) {
        let words = self.words(key);
        self.click(&words);
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    fn type_into(&mut self, label: &str, text: &str) {
        self.node(label).focus();
        self.harness.run_steps(1);
        self.node(label).type_text(text);
        self.settle();
    }

    /// Clicks with the primary button at a place of the window.
    fn click_at(&mut self, at: Pos2) {
        self.pointer(at, egui::PointerButton::Primary);
    }

    fn pointer(&mut self, pos: Pos2, button: egui::PointerButton) {
        self.harness.hover_at(pos);
        self.harness.step();
        for pressed in [true, false] {
            self.harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
            self.harness.step();
        }
        self.settle();
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        let button = |pos, pressed| egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        self.harness.hover_at(from);
        self.harness.step();
        self.harness.event(button(from, true));
        self.harness.step();
        for share in [0.3, 0.7, 1.0] {
            self.harness.hover_at(from + (to - from) * share);
            self.harness.run_steps(2);
        }
        self.harness.event(button(to, false));
        self.settle();
    }

    /// Every text that a screen reader would say, with the place it stands at.
    fn said(&self) -> Vec<(String, egui::Rect)> {
        let mut said = Vec::new();
        for node in self.harness.root().children_recursive() {
            let inner = node.accesskit_node();
            if inner.bounding_box().is_none() {
                continue;
            }
            for text in [inner.label(), inner.value()].into_iter().flatten() {
                said.push((text, node.rect()));
            }
        }
        said
    }

    fn texts(&self) -> Vec<String> {
        self.said().into_iter().map(|(text, _)| text).collect()
    }
}
