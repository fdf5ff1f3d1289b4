//! GeoJSON (RFC 7946) as a stream: features wait in local metres, are projected by the thousand and written at once.

use std::cell::Cell;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::rc::Rc;

use geo::{Coord, CoordsIter, Geometry, LineString, MapCoordsInPlace, Orient, Polygon, orient::Direction};
use lianpian::geometry::crs::Transformer;
use serde_json::Value;

/// Where the town lies: its middle in lon/lat, and the CRS in which it is drawn.
const MIDDLE: Coord<f64> = Coord { x: 125.32, y: 43.88 };
const DRAWN_IN: &str = "EPSG:4551";
const WRITTEN_IN: &str = "EPSG:4326";

/// Coordinates projected at a time.
const BATCH: usize = 40_000;

/// Turns local metres into lon/lat.
pub(crate) struct Projector {
    to_degrees: Transformer,
    origin: Coord<f64>,
}

impl Projector {
    /// Sets the town down in its place.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let mut origin = [MIDDLE];
        Transformer::new(WRITTEN_IN, DRAWN_IN)?.convert(&mut origin)?;
        Ok(Self { to_degrees: Transformer::new(DRAWN_IN, WRITTEN_IN)?, origin: origin[0] })
    }
}

/// A layer on its way to a file.
pub(crate) struct Layer {
    out: BufWriter<File>,
    projector: Rc<Projector>,
    waiting: Vec<(Geometry<f64>, String)>,
    coords: usize,
    written: bool,
    /// Features written or waiting.
    pub(crate) features: usize,
}

impl Layer {
    /// Starts a file; `title` and the note go to its head.
    pub(crate) fn create(folder: &Path, file: &str, title: &str, projector: &Rc<Projector>) -> Result<Self, Box<dyn Error>> {
        let path = folder.join(file);
        let opened = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut out = BufWriter::with_capacity(1 << 20, opened);
        let note = "虚构数据，由程序生成，与任何真实地点无关 (fictional, generated)";
        write!(
            out,
            "{{\"type\":\"FeatureCollection\",\"name\":{},\"note\":{},\"features\":[",
            Value::from(title),
            Value::from(note)
        )?;
        Ok(Self { out, projector: Rc::clone(projector), waiting: Vec::new(), coords: 0, written: false, features: 0 })
    }

    /// Adds a feature in local metres.
    pub(crate) fn push(&mut self, shape: impl Into<Geometry<f64>>, fields: &Value) -> Result<(), Box<dyn Error>> {
        let shape = shape.into();
        self.features += 1;
        self.coords += shape.coords_count();
        self.waiting.push((shape, fields.to_string()));
        if self.coords >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Box<dyn Error>> {
        let origin = self.projector.origin;
        let mut coords: Vec<Coord<f64>> = Vec::with_capacity(self.coords);
        coords.extend(self.waiting.iter().flat_map(|(shape, _)| shape.coords_iter()).map(|c| c + origin));
        self.projector.to_degrees.convert(&mut coords)?;
        let next = Cell::new(0);
        let take = |c: Coord<f64>| coords.get(next.replace(next.get() + 1)).copied().unwrap_or(c);
        let mut text = String::new();
        for (mut shape, fields) in self.waiting.drain(..) {
            shape.map_coords_in_place(take);
            text.push_str(if self.written { ",\n" } else { "\n" });
            self.written = true;
            text.push_str("{\"type\":\"Feature\",\"properties\":");
            text.push_str(&fields);
            text.push_str(",\"geometry\":");
            write_geometry(&mut text, &shape)?;
            text.push('}');
        }
        self.out.write_all(text.as_bytes())?;
        self.coords = 0;
        Ok(())
    }

    /// Writes what waits and closes the file; returns the count of features.
    pub(crate) fn finish(mut self) -> Result<usize, Box<dyn Error>> {
        self.flush()?;
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(self.features)
    }
}

fn write_geometry(text: &mut String, shape: &Geometry<f64>) -> Result<(), Box<dyn Error>> {
    let (kind, body) = match shape {
        Geometry::Point(point) => ("Point", position(point.0)),
        Geometry::LineString(line) => ("LineString", ring(line)),
        Geometry::Polygon(area) => ("Polygon", rings(area)),
        Geometry::MultiPolygon(areas) if areas.0.len() == 1 => ("Polygon", rings(&areas.0[0])),
        Geometry::MultiPolygon(areas) => {
            ("MultiPolygon", format!("[{}]", areas.0.iter().map(rings).collect::<Vec<_>>().join(",")))
        }
        other => return Err(format!("no way to write {other:?}").into()),
    };
    write!(text, "{{\"type\":\"{kind}\",\"coordinates\":{body}}}")?;
    Ok(())
}

/// Seven decimals of a degree are a centimetre.
fn position(c: Coord<f64>) -> String {
    format!("[{:.7},{:.7}]", c.x, c.y)
}

fn ring(line: &LineString<f64>) -> String {
    format!("[{}]", line.coords().map(|c| position(*c)).collect::<Vec<_>>().join(","))
}

/// The rings of an area, the outer counter-clockwise (RFC 7946 §3.1.6).
fn rings(area: &Polygon<f64>) -> String {
    let area = area.orient(Direction::Default);
    let all = std::iter::once(area.exterior()).chain(area.interiors());
    format!("[{}]", all.map(ring).collect::<Vec<_>>().join(","))
}
