//! The tabs of the lower panel.

pub mod checks;
pub mod compare;
pub mod compounds;
pub mod districts;
pub mod gap;
mod gap_chart;
pub mod items;
pub mod jobs;
