//! The window: reads the state, draws it, and emits commands. It never changes the plan and never blocks.

pub mod canvas;
mod changed;
mod context;
mod cursor;
mod dialogs;
mod inspector;
mod item_words;
mod keyboard;
mod map_before;
mod map_draft;
mod map_gap;
mod map_items;
mod map_menu;
mod map_swipe;
mod map_tools;
mod map_view;
mod map_works;
mod map_years;
mod names;
pub mod offscreen;
mod outlines;
mod panels;
mod present;
mod shell;
pub mod soft;
mod swatch;
mod tables;
pub mod theme;
mod toasts;
mod widgets;
mod words;

#[cfg(test)]
mod tests;

pub use shell::{Memory, apply_looks, shell_ui};
