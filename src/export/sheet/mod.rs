//! The map sheet, A3 across, as SVG in tenths of a millimetre: the map at a round scale, and beside it legend, scale bar,
//! north arrow and title block.

mod draw;
mod legend;
mod map;
mod marks;

use geo::{BoundingRect, Coord, Rect};

use super::{ExportInput, ExportOptions};
use crate::map::colour_districts;
use draw::Svg;

/// Size of the sheet.
const SHEET: [f64; 2] = [4200.0, 2970.0];
/// The map's frame: left, top, right, bottom.
const FRAME: [f64; 4] = [100.0, 100.0, 3420.0, 2870.0];
/// Left and right of the column beside the map.
const COLUMN: [f64; 2] = [3470.0, 4100.0];
/// Districts nearer than this wear different colours, m.
const NEAR_M: f64 = 80.0;

/// From the world to the sheet.
#[derive(Clone, Copy, Debug)]
struct Frame {
    centre: Coord<f64>,
    /// Metres of the world in one tenth of a millimetre.
    metres_per_unit: f64,
    /// 1 : so many.
    scale: f64,
}

impl Frame {
    /// The largest round scale at which everything fits.
    fn fit(bounds: Option<Rect<f64>>) -> Self {
        const ROUND: [f64; 7] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0];
        let bounds = bounds.unwrap_or_else(|| Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 1000.0, y: 1000.0 }));
        let room = [FRAME[2] - FRAME[0] - 160.0, FRAME[3] - FRAME[1] - 160.0];
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
        Self { centre: bounds.center(), metres_per_unit: scale * 1.0e-4, scale }
    }

    fn place(&self, c: Coord<f64>) -> [f64; 2] {
        let middle = [f64::midpoint(FRAME[0], FRAME[2]), f64::midpoint(FRAME[1], FRAME[3])];
        [middle[0] + (c.x - self.centre.x) / self.metres_per_unit, middle[1] - (c.y - self.centre.y) / self.metres_per_unit]
    }

    /// Whether a point of the sheet lies inside the frame, a little from its edge.
    fn holds(p: [f64; 2], edge: f64) -> bool {
        p[0] > FRAME[0] + edge && p[0] < FRAME[2] - edge && p[1] > FRAME[1] + edge && p[1] < FRAME[3] - edge
    }
}

/// The whole sheet.
pub(super) fn svg(input: &ExportInput<'_>, options: &ExportOptions) -> String {
    let frame = Frame::fit(bounds(input));
    let mut svg = Svg::new(SHEET);
    let boxes: Vec<_> = input.content.compounds.iter().map(|c| c.shape.bounding_rect()).collect();
    let hues = colour_districts(input.content, &boxes, NEAR_M);
    let shown = map::draw(&mut svg, input, &frame, &hues, options.lang);
    legend::draw(&mut svg, input, &frame, &shown, options.lang);
    svg.finish()
}

/// What the sheet must show: the compounds; without any, whatever lines and areas there are.
fn bounds(input: &ExportInput<'_>) -> Option<Rect<f64>> {
    let content = input.content;
    let compounds = content.compounds.iter().filter_map(|c| c.shape.bounding_rect());
    let whole = compounds.reduce(join);
    whole.or_else(|| content.pipes.iter().filter_map(|p| p.line.bounding_rect()).reduce(join))
}

fn join(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Rect::new(low, high)
}
