//! The panels around the map.

pub mod bottom;
pub mod layers;
pub mod start;
pub mod status;
pub mod toolbar;
pub mod top;
