//! Where the pointer is on the map, in the working CRS and on the globe, and what that CRS is called.

use geo::{Coord, Rect};

use super::words;
use crate::base::Message;
use crate::geometry::crs::{self, Transformer};

/// The working CRS as the status bar names it.
#[derive(Clone, Debug)]
pub struct CrsLine {
    /// EPSG code.
    pub code: u32,
    /// Name as EPSG's register has it.
    pub name: String,
    /// Name in the user's words.
    pub words: Message,
    /// Largest scale error over the data, as a share.
    pub scale_error: f64,
}

/// The pointer, with the transformation it needs; kept between frames because building one takes a while.
#[derive(Default)]
pub struct Cursor {
    /// In the working CRS, m.
    pub world: Option<Coord<f64>>,
    /// Longitude and latitude, degrees.
    pub lon_lat: Option<Coord<f64>>,
    /// The working CRS.
    pub crs: Option<CrsLine>,
    key: Option<(u32, u64)>,
    to_globe: Option<Transformer>,
}

impl Cursor {
    /// Follows the working CRS and the extent of the data; `key` changes when either may have changed.
    pub fn follow(&mut self, code: u32, key: u64, extent: Option<Rect<f64>>) {
        if self.key == Some((code, key)) {
            return;
        }
        self.key = Some((code, key));
        self.to_globe = if code == 0 { None } else { Transformer::new(&format!("EPSG:{code}"), "EPSG:4326").ok() };
        let corners = extent.and_then(|extent| {
            let mut corners = [extent.min(), extent.max()];
            self.to_globe.as_ref()?.convert(&mut corners).ok()?;
            Some(Rect::new(corners[0], corners[1]))
        });
        self.crs = crs::describe(code).map(|info| CrsLine {
            code,
            words: words::crs_name(&info),
            name: info.name,
            scale_error: corners.map_or(0.0, |corners| crs::scale_error(code, corners)),
        });
    }

    /// Moves to a place of the map, or off it.
    pub fn move_to(&mut self, world: Option<Coord<f64>>) {
        self.world = world;
        self.lon_lat = world.and_then(|at| {
            let mut coords = [at];
            self.to_globe.as_ref()?.convert(&mut coords).ok()?;
            Some(coords[0])
        });
    }
}
