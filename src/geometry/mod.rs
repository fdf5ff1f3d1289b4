//! Maths on `geo` types: coordinate systems, measures, mending, distances, clipping, closing, compactness, triangles.
//!
//! Pure, but for one thing: PROJ reads its database from a file, so [`crs`] keeps a copy of it in the cache folder.
//! Nothing here knows plans or policies.

pub mod bounds;
pub mod clip;
pub mod closing;
pub mod compactness;
pub mod crs;
pub mod distance;
mod few_sides;
pub mod fit;
pub mod frontage;
pub mod gauss_kruger;
pub mod index;
pub mod measure;
pub mod network;
pub mod packed;
pub mod pole;
pub mod repair;
pub mod segment;
pub mod shift;
pub mod triangulate;
pub mod vertices;
