//! The panels around the map.

mod backdrop;
pub mod bottom;
pub mod layers;
mod looks;
pub mod start;
pub mod status;
pub mod toolbar;
pub mod top;
