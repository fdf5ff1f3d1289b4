//! Where things stand on a sheet: the map as large as the paper lets it be, beside or below it what is said of it.

use geo::{Coord, Rect};

use super::paper::{Paper, Size};

/// White at the edges of the paper; the numbers of the grid and the foot line stand in it.
pub(super) const MARGIN: f64 = 110.0;
/// Between columns.
const GAP: f64 = 60.0;
/// Below a map that has something under it: the numbers of its grid.
const BELOW: f64 = 80.0;
/// Columns are no narrower.
const COLUMN: f64 = 1_100.0;
/// A column that holds nothing but legend and title block.
const NARROW: f64 = 640.0;

/// Left, top, right, bottom.
pub(super) type Area = [f64; 4];

/// A sheet with a map.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) size: Size,
    pub(super) frame: Frame,
    /// Where tables go, in this order.
    pub(super) flow: Vec<Area>,
    /// Legend, scale bar and title block, and what stands above them.
    pub(super) foot: Area,
}

impl Layout {
    /// The one that shows these bounds at the largest round scale; with `narrow` also those without a column
    /// for tables. Of several the first, with a panel beside the map on paper across.
    pub(super) fn best(paper: Paper, bounds: Option<Rect<f64>>, foot: f64, narrow: bool) -> Self {
        let across = Size::of(paper, true);
        let upright = Size::of(paper, false);
        let mut best = Self::beside(across, bounds, foot);
        let mut others =
            vec![Self::below(upright, bounds, foot), Self::below(across, bounds, foot), Self::beside(upright, bounds, foot)];
        if narrow {
            others.extend([across, upright].map(|size| Self::alone(size, bounds)));
        }
        for other in others {
            if other.frame.scale < best.frame.scale {
                best = other;
            }
        }
        best
    }

    fn beside(size: Size, bounds: Option<Rect<f64>>, foot: f64) -> Self {
        let [left, top, right, bottom] = inner(&size);
        let column = columns(&size).pop().unwrap_or([left, top, right, bottom]);
        let map = [left, top, column[0] - GAP, bottom];
        let foot = [column[0], bottom - foot, column[2], bottom];
        let flow = vec![[column[0], top, column[2], foot[1] - GAP / 2.0]];
        Self { size, frame: Frame::fit(bounds, map, size.tenths), flow, foot }
    }

    fn below(size: Size, bounds: Option<Rect<f64>>, foot: f64) -> Self {
        let [left, top, right, bottom] = inner(&size);
        let mut flow: Vec<Area> = columns(&size).into_iter().map(|c| [c[0], bottom - foot, c[2], bottom]).collect();
        let last = flow.pop().unwrap_or([left, bottom - foot, right, bottom]);
        let map = [left, top, right, bottom - foot - BELOW];
        Self { size, frame: Frame::fit(bounds, map, size.tenths), flow, foot: last }
    }

    fn alone(size: Size, bounds: Option<Rect<f64>>) -> Self {
        let [left, top, right, bottom] = inner(&size);
        let map = [left, top, right - NARROW - GAP, bottom];
        Self { size, frame: Frame::fit(bounds, map, size.tenths), flow: Vec::new(), foot: [right - NARROW, top, right, bottom] }
    }

    /// Whether the foot has all the height of the sheet.
    pub(super) fn is_alone(&self) -> bool {
        self.flow.is_empty()
    }
}

/// What is left of a sheet within its margins.
pub(super) fn inner(size: &Size) -> Area {
    [MARGIN, MARGIN, size.units[0] - MARGIN, size.units[1] - MARGIN]
}

/// The columns of a sheet of tables.
pub(super) fn columns(size: &Size) -> Vec<Area> {
    let [left, top, right, bottom] = inner(size);
    let wide = column_width(size);
    let count = ((right - left + GAP) / (wide + GAP)).floor().max(1.0);
    let step = (right - left - wide) / (count - 1.0).max(1.0);
    let mut found = Vec::new();
    let mut at = left;
    while at + wide <= right + 1.0 {
        found.push([at, top, at + wide, bottom]);
        at += step.max(wide + GAP);
    }
    found
}

/// How wide they are: as wide on paper across as on upright paper, so that what begins on one goes on on the other.
pub(super) fn column_width(size: &Size) -> f64 {
    let of = |side: f64| {
        let room = side - 2.0 * MARGIN;
        let count = ((room + GAP) / (COLUMN + GAP)).floor().max(1.0);
        (room - GAP * (count - 1.0)) / count
    };
    of(size.units[0]).min(of(size.units[1]))
}

/// From the world to the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    /// The map on the sheet.
    pub(super) area: Area,
    pub(super) centre: Coord<f64>,
    /// Metres of the world in a unit of the sheet.
    pub(super) metres_per_unit: f64,
    /// 1 : so many.
    pub(super) scale: f64,
}

impl Frame {
    /// The largest round scale at which everything fits, on paper on which a unit has so many tenths of a millimetre.
    pub(super) fn fit(bounds: Option<Rect<f64>>, area: Area, tenths: f64) -> Self {
        const ROUND: [f64; 8] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5];
        const EDGE: f64 = 160.0;
        let bounds = bounds.unwrap_or_else(|| Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 1000.0, y: 1000.0 }));
        let room = [area[2] - area[0] - EDGE, area[3] - area[1] - EDGE].map(|side| side.max(1.0) * tenths);
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
        Self { area, centre: bounds.center(), metres_per_unit: scale * 1.0e-4 * tenths, scale }
    }

    pub(super) fn place(&self, c: Coord<f64>) -> [f64; 2] {
        let middle = [f64::midpoint(self.area[0], self.area[2]), f64::midpoint(self.area[1], self.area[3])];
        [middle[0] + (c.x - self.centre.x) / self.metres_per_unit, middle[1] - (c.y - self.centre.y) / self.metres_per_unit]
    }

    /// The ground that the map shows.
    pub(super) fn ground(&self) -> Rect<f64> {
        let [x, y] = self.half_m();
        let half = Coord { x, y };
        Rect::new(self.centre - half, self.centre + half)
    }

    /// Whether a point of the sheet lies inside the frame, a little from its edge.
    pub(super) fn holds(&self, p: [f64; 2], edge: f64) -> bool {
        let [left, top, right, bottom] = self.area;
        p[0] > left + edge && p[0] < right - edge && p[1] > top + edge && p[1] < bottom - edge
    }

    /// Half the width and height of what the map shows, m.
    pub(super) fn half_m(&self) -> [f64; 2] {
        [(self.area[2] - self.area[0]) / 2.0, (self.area[3] - self.area[1]) / 2.0].map(|v| v * self.metres_per_unit)
    }

    /// Whether something in that box shows on the map.
    pub(super) fn sees(&self, bounds: Option<Rect<f64>>) -> bool {
        let half = self.half_m();
        bounds.is_some_and(|b| {
            b.min().x <= self.centre.x + half[0]
                && b.max().x >= self.centre.x - half[0]
                && b.min().y <= self.centre.y + half[1]
                && b.max().y >= self.centre.y - half[1]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(wide: f64, tall: f64) -> Rect<f64> {
        Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: wide, y: tall })
    }

    #[test]
    fn nothing_stands_on_anything_else_on_any_paper() {
        let apart = |a: Area, b: Area| a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
        for paper in Paper::ALL {
            for (wide, tall) in [(300.0, 300.0), (3_000.0, 100.0), (100.0, 3_000.0), (0.0, 0.0), (900.0, 800.0)] {
                for narrow in [false, true] {
                    let layout = Layout::best(paper, Some(bounds(wide, tall)), 1_300.0, narrow);
                    let mut areas = layout.flow.clone();
                    areas.extend([layout.frame.area, layout.foot]);
                    let page = inner(&layout.size);
                    for (n, a) in areas.iter().enumerate() {
                        assert!(
                            a[0] >= page[0] - 0.01 && a[1] >= page[1] && a[2] <= page[2] + 0.01 && a[3] <= page[3],
                            "{paper:?} {a:?}"
                        );
                        assert!(a[2] - a[0] > 600.0 && a[3] - a[1] > 400.0, "{paper:?} {a:?}");
                        assert!(areas[n + 1..].iter().all(|b| apart(*a, *b)), "{paper:?} {areas:?}");
                    }
                    let scale = layout.frame.metres_per_unit;
                    let [half_x, half_y] = layout.frame.half_m();
                    assert!(2.0 * half_x >= wide && 2.0 * half_y >= tall && scale > 0.0);
                }
            }
        }
    }

    #[test]
    fn paper_is_turned_where_that_shows_more() {
        let upright = |wide, tall| {
            let size = Layout::best(Paper::A3, Some(bounds(wide, tall)), 1_300.0, false).size;
            size.mm[1] > size.mm[0]
        };
        assert!(upright(300.0, 2_000.0) && !upright(2_000.0, 300.0));
    }
}
