//! Lianpian 连片: planning the renovation of old urban residential compounds as contiguous districts.
//!
//! The program is a plan, the edits that change it, and a picture of it. Modules stand in reading order;
//! each may use those above it and none below (`tests/architecture.rs` holds them to it).

// Pure rows: no window, no clock, no disk, no hidden randomness.
pub mod base;
pub mod geometry;
pub mod policy;
pub mod model;
pub mod screening;
pub mod contiguity;
pub mod pipes;
pub mod grouping;
pub mod composition;
pub mod coordination;
pub mod checks;
pub mod versions;
pub mod map;

// Edges: words, bytes and threads.
pub mod i18n;
pub mod gpkg;
pub mod import;
pub mod export;
pub mod project;
pub mod jobs;

// The whole program without a window.
pub mod command;
pub mod session;
pub mod effects;
pub mod cli;

// The shell.
pub mod ui;
pub mod app;
