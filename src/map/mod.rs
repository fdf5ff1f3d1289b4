//! How a plan becomes a picture, in plain numbers: viewport, symbology, levels of detail, labels, picking, legend.
//!
//! Nothing here draws. The window (`ui::canvas`) and the exports read the same scene and the same symbols, so that
//! a sheet looks like the screen. World coordinates are f64 metres in the working CRS; f32 only relative to an anchor.

pub mod backdrop;
mod cells;
mod classes;
mod colouring;
mod districts;
mod grid;
mod hatch;
mod kilometres;
mod labels;
mod layer;
mod legend;
mod looked;
mod mends;
mod pack;
mod palettes;
mod picking;
mod placed;
mod prepare;
mod ramps;
mod redline;
mod scalebar;
mod scene;
mod snapping;
mod style;
mod symbology;
mod under;
mod viewport;

pub use cells::{Cell, Cells};
pub use classes::{breaks, class_of};
pub use colouring::{ClusterSign, DIMMED, HUES, colour_clusters, colour_districts, colour_graph, colour_grouping};
pub use districts::{DistrictScene, DistrictShape};
pub use grid::Grid;
pub use hatch::{dashes, hatch_lines};
pub use kilometres::{GridLine, KilometreGrid};
pub use labels::{LabelBox, Placer, Run, label_point, room_m, straight_runs};
pub use layer::MapLayer;
pub use legend::{LegendEntry, LegendSign, class_text, legend, pipe_text, verdict_text};
pub use looked::{
    CHECKS, Checked, ClassBounds, Classed, LOOK_DISTRICTS, LOOK_NUMBERS, LOOK_TEXTS, LookClass, Looked, field_name, own_fields,
};
pub use mends::{MendMark, MendSign, mend_marks, seen_marks};
pub use pack::{Dot, MERGED, Packed, Side, classes_of, pack_areas, pack_lines};
pub use palettes::Hand;
pub use picking::{Pick, PickReach, pick, pick_link, select_in_rect};
pub use placed::Placed;
pub use prepare::{AreaDetail, AreaFeature, AreaLayer, AreaShape, LineDetail, LineLayer, LineShape};
pub use ramps::{category_colour, ramp_colour, severity_colour};
pub use redline::{arrow_head, cloud};
pub use scalebar::{ScaleBar, scale_bar};
pub use scene::{PointFeature, Scene, WaterKind, pipe_kind};
pub use snapping::{Snap, snap};
pub use style::{DASH_FROM_PX, HATCH_FROM_PX, STROKES, Stroke, Style, StyleTable, WIDE_PX, Worn};
pub use symbology::{
    AreaStyle, ClassSign, Compliance, ItemMark, LineStyle, MapColours, Outline, Rgba, Shade, class_colour, class_sign,
    compound_style, district_hue, pipe_colour, pipe_colour_exact,
};
pub use under::{compounds_along, compounds_crossed, compounds_under, compounds_within};
pub use viewport::{View, Viewport};
