//! The map sheet, A3 across, as SVG in tenths of a millimetre: the map at a round scale, and beside it legend, scale bar,
//! north arrow and title block.

mod atlas;
mod draw;
mod legend;
mod map;
mod marks;
mod panel;

pub(super) use atlas::pages;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use geo::{BoundingRect, Coord, Rect};

use super::features::in_scope;
use super::geojson::Replacing;
use super::{ExportError, ExportInput, ExportOptions, Stamp};
use crate::base::{CompoundId, DistrictId};
use crate::checks::Severity;
use crate::map::{Checked, Looked, Rgba, Shade, colour_districts, district_hue};
use draw::Svg;

/// Size of the sheet.
const SHEET: [f64; 2] = [4200.0, 2970.0];
/// The map's frame: left, top, right, bottom.
const FRAME: [f64; 4] = [100.0, 100.0, 3420.0, 2870.0];
/// Left and right of the column beside the map.
const COLUMN: [f64; 2] = [3470.0, 4100.0];
/// Districts nearer than this wear different colours, m.
const NEAR_M: f64 = 80.0;

/// From the world to the sheet, and where on it the map and the column beside it stand.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Left, top, right, bottom of the map.
    area: [f64; 4],
    /// Left and right of the column.
    column: [f64; 2],
    centre: Coord<f64>,
    /// Metres of the world in one tenth of a millimetre.
    metres_per_unit: f64,
    /// 1 : so many.
    scale: f64,
}

impl Frame {
    /// The largest round scale at which everything fits.
    fn fit(bounds: Option<Rect<f64>>, area: [f64; 4], column: [f64; 2]) -> Self {
        const ROUND: [f64; 8] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5];
        let bounds = bounds.unwrap_or_else(|| Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 1000.0, y: 1000.0 }));
        let room = [area[2] - area[0] - 160.0, area[3] - area[1] - 160.0];
        let wanted = (bounds.width() / room[0]).max(bounds.height() / room[1]) * 1.0e4;
        let mut scale = 5_000_000.0;
        for power in (2..7).rev() {
            for lead in ROUND.iter().rev() {
                let candidate = lead * 10_f64.powi(power);
                if candidate >= wanted && candidate >= 500.0 {
                    scale = candidate;
                }
            }
        }
        Self { area, column, centre: bounds.center(), metres_per_unit: scale * 1.0e-4, scale }
    }

    fn place(&self, c: Coord<f64>) -> [f64; 2] {
        let middle = [f64::midpoint(self.area[0], self.area[2]), f64::midpoint(self.area[1], self.area[3])];
        [middle[0] + (c.x - self.centre.x) / self.metres_per_unit, middle[1] - (c.y - self.centre.y) / self.metres_per_unit]
    }

    /// Whether a point of the sheet lies inside the frame, a little from its edge.
    fn holds(&self, p: [f64; 2], edge: f64) -> bool {
        let [left, top, right, bottom] = self.area;
        p[0] > left + edge && p[0] < right - edge && p[1] > top + edge && p[1] < bottom - edge
    }

    /// Whether something in that box shows on the map.
    fn sees(&self, bounds: Option<Rect<f64>>) -> bool {
        let half = [(self.area[2] - self.area[0]) / 2.0, (self.area[3] - self.area[1]) / 2.0].map(|v| v * self.metres_per_unit);
        bounds.is_some_and(|b| {
            b.min().x <= self.centre.x + half[0]
                && b.max().x >= self.centre.x - half[0]
                && b.min().y <= self.centre.y + half[1]
                && b.max().y >= self.centre.y - half[1]
        })
    }
}

/// The map of the whole plan.
pub(super) fn svg(input: &ExportInput<'_>, options: &ExportOptions) -> String {
    let frame = Frame::fit(bounds(input), FRAME, COLUMN);
    let mut svg = Svg::new(SHEET);
    let stamp = Stamp::of_input(input);
    svg.title(&stamp.title, &stamp.to_json().to_string());
    let colours = Colours::of(input);
    let shown = map::draw(&mut svg, input, &frame, &colours, None);
    legend::draw(&mut svg, input, &frame, (&shown, &colours.looked), options.lang);
    svg.finish()
}

/// Writes every page of the atlas as SVG into a folder `sheets`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Vec<PathBuf>, ExportError> {
    let folder = folder.join("sheets");
    std::fs::create_dir_all(&folder).map_err(|source| ExportError::Io { file: folder.clone(), source })?;
    let mut paths = Vec::new();
    for (n, page) in pages(input, options).enumerate() {
        let path = folder.join(format!("{:03}-{}.svg", n + 1, page.name));
        let io = |source| ExportError::Io { file: path.clone(), source };
        let mut file = Replacing::create(&path).map_err(io)?;
        file.out.write_all(page.svg.as_bytes()).map_err(io)?;
        file.finish(&path).map_err(io)?;
        paths.push(path);
    }
    Ok(paths)
}

/// What colours districts and compounds.
struct Colours {
    /// Hues of the districts, neighbours unlike.
    hues: BTreeMap<DistrictId, u8>,
    /// What the plan colours by fields.
    looked: Looked,
}

impl Colours {
    fn of(input: &ExportInput<'_>) -> Self {
        let boxes: Vec<_> = input.content.compounds.iter().map(|c| c.shape.bounding_rect()).collect();
        let mut checked = Checked::default();
        for finding in input.findings {
            if let Some(severity) = Severity::ALL.into_iter().find(|severity| severity.code() == finding.severity) {
                checked.note(severity, finding.district, finding.compounds.iter().copied());
            }
        }
        Self { hues: colour_districts(input.content, &boxes, NEAR_M), looked: Looked::of(input.content, &checked) }
    }

    fn hue(&self, district: DistrictId) -> Rgba {
        district_hue(self.hues.get(&district).copied().unwrap_or(0), Shade::Light)
    }
}

/// What the sheet must show: the compounds; without any, whatever lines and areas there are.
fn bounds(input: &ExportInput<'_>) -> Option<Rect<f64>> {
    let content = input.content;
    let mine = content.compounds.iter().enumerate().filter(|(row, _)| in_scope(input, CompoundId::from_index(*row)));
    let compounds = mine.filter_map(|(_, c)| c.shape.bounding_rect());
    let whole = compounds.reduce(join);
    whole.or_else(|| content.pipes.iter().filter_map(|p| p.line.bounding_rect()).reduce(join))
}

pub(super) fn join(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Rect::new(low, high)
}
