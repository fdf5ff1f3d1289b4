//! The street grid: bands of blocks parted by streets, a river and a railway, laid on a smoothly warped plane.

use geo::{Coord, LineString, Polygon};
use lianpian::base::{Seed, SplitMix};

use super::geometry::Frame;
use super::geometry::{at, direction, inset, left, real};

/// What lies between two neighbouring streets of one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Band {
    /// A row or column of street blocks, centre line to centre line in metres.
    Blocks(f64),
    /// The river with its banks (rows only).
    River(f64),
    /// The railway (columns only).
    Railway(f64),
}

impl Band {
    /// Distance between the centre lines, m.
    pub(crate) const fn size(self) -> f64 {
        match self {
            Self::Blocks(m) | Self::River(m) | Self::Railway(m) => m,
        }
    }

    /// Whether blocks lie in it.
    pub(crate) const fn built(self) -> bool {
        matches!(self, Self::Blocks(_))
    }
}

/// A street from one end of the town to the other.
#[derive(Clone, Debug)]
pub(crate) struct Street {
    /// Name.
    pub(crate) name: String,
    /// Width between red lines, m.
    pub(crate) width_m: f64,
    /// 重要街道.
    pub(crate) important: bool,
    /// Carries an expressway in its middle.
    pub(crate) expressway: bool,
    /// Crosses the bands that stop others: has bridges or underpasses.
    pub(crate) crosses: bool,
}

/// One of the two directions of the grid: bands between parallel streets.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// The bands, from west or south.
    pub(crate) bands: Vec<Band>,
    /// The streets, one more than the bands.
    pub(crate) streets: Vec<Street>,
    /// Centre lines of the streets before the warp, m from the town's middle.
    pub(crate) lines: Vec<f64>,
    /// First band of each community, in order, from 0.
    pub(crate) cuts: Vec<usize>,
}

impl Axis {
    /// Lays the streets out around 0.
    pub(crate) fn new(bands: Vec<Band>, streets: Vec<Street>, cuts: Vec<usize>) -> Self {
        let mut lines = vec![0.0];
        for band in &bands {
            lines.push(lines.last().copied().unwrap_or_default() + band.size());
        }
        let middle = lines.last().copied().unwrap_or_default() / 2.0;
        for line in &mut lines {
            *line -= middle;
        }
        Self { bands, streets, lines, cuts }
    }

    /// Which community a band belongs to.
    pub(crate) fn group(&self, band: usize) -> usize {
        self.cuts.partition_point(|&first| first <= band).saturating_sub(1)
    }

    /// The bands of a community: first, and one past the last.
    pub(crate) fn group_bands(&self, group: usize) -> (usize, usize) {
        let end = self.cuts.get(group + 1).copied().unwrap_or(self.bands.len());
        (self.cuts.get(group).copied().unwrap_or(end), end)
    }
}

/// The whole grid.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    /// North–south streets and the columns between them.
    pub(crate) columns: Axis,
    /// East–west streets and the rows between them.
    pub(crate) rows: Axis,
    /// Phases of the warp.
    phases: [f64; 4],
}

impl Grid {
    /// A grid whose warp comes from the seed.
    pub(crate) fn new(columns: Axis, rows: Axis, seed: Seed) -> Self {
        let mut random = seed.stream(1);
        Self { columns, rows, phases: std::array::from_fn(|_| random.between(0.0, 6.0)) }
    }

    /// The warp: a turn of 6° and gentle waves, so that no two blocks are alike.
    pub(crate) fn warp(&self, u: f64, v: f64) -> Coord<f64> {
        let [a, b, c, d] = self.phases;
        let x = u + 17.0 * (v / 390.0 + a).sin() + 6.0 * (u / 310.0 + b).sin();
        let y = v + 21.0 * (u / 470.0 + c).sin() + 7.0 * (v / 260.0 + d).sin();
        let (sin, cos) = 0.105_f64.sin_cos();
        at(x * cos + y * sin, y * cos - x * sin)
    }

    /// The crossing of column street `i` and row street `j`.
    pub(crate) fn node(&self, i: usize, j: usize) -> Coord<f64> {
        self.warp(self.columns.lines[i], self.rows.lines[j])
    }

    /// Whether the stretch of column street `i` beside row band `j` is there.
    pub(crate) fn has_column_link(&self, i: usize, j: usize) -> bool {
        self.rows.bands[j].built() || self.columns.streets[i].crosses
    }

    /// Whether the stretch of row street `j` beside column band `i` is there.
    pub(crate) fn has_row_link(&self, i: usize, j: usize) -> bool {
        self.columns.bands[i].built() || self.rows.streets[j].crosses
    }

    /// The frame of the block in column `i` and row `j`, between the red lines; none where no blocks are.
    pub(crate) fn block(&self, i: usize, j: usize) -> Option<Frame> {
        if !self.columns.bands[i].built() || !self.rows.bands[j].built() {
            return None;
        }
        let corners = [self.node(i, j), self.node(i + 1, j), self.node(i + 1, j + 1), self.node(i, j + 1)];
        let half = |street: &Street| street.width_m / 2.0;
        let (west, east) = (half(&self.columns.streets[i]), half(&self.columns.streets[i + 1]));
        let (south, north) = (half(&self.rows.streets[j]), half(&self.rows.streets[j + 1]));
        Some(Frame::new(inset(corners, [south, east, north, west])))
    }

    /// The offset crossing of two streets for a main that keeps `share` of each street's width from its centre line.
    pub(crate) fn main_node(&self, i: usize, j: usize, share: f64) -> Coord<f64> {
        let (last_i, last_j) = (self.columns.bands.len(), self.rows.bands.len());
        let north = direction(self.node(i, j.saturating_sub(1)), self.node(i, (j + 1).min(last_j)));
        let east = direction(self.node(i.saturating_sub(1), j), self.node((i + 1).min(last_i), j));
        let (across, up) = (self.columns.streets[i].width_m * share, self.rows.streets[j].width_m * share);
        self.node(i, j) - left(north) * across + left(east) * up
    }

    /// The unbroken stretches of column street `i`, as first and last row street.
    pub(crate) fn column_runs(&self, i: usize) -> Vec<(usize, usize)> {
        runs(self.rows.bands.len(), |j| self.has_column_link(i, j))
    }

    /// The unbroken stretches of row street `j`, as first and last column street.
    pub(crate) fn row_runs(&self, j: usize) -> Vec<(usize, usize)> {
        runs(self.columns.bands.len(), |i| self.has_row_link(i, j))
    }

    /// The outline of the bands `i0..i1` by `j0..j1` along the centre lines: exactly shared by neighbours.
    pub(crate) fn outline(&self, (i0, i1): (usize, usize), (j0, j1): (usize, usize)) -> Polygon<f64> {
        let south = (i0..i1).map(|i| self.node(i, j0));
        let east = (j0..j1).map(|j| self.node(i1, j));
        let north = (i0 + 1..=i1).rev().map(|i| self.node(i, j1));
        let west = (j0 + 1..=j1).rev().map(|j| self.node(i0, j));
        Polygon::new(south.chain(east).chain(north).chain(west).collect::<LineString<f64>>(), vec![])
    }

    /// The water of the river in row band `j`.
    pub(crate) fn river(&self, j: usize) -> Polygon<f64> {
        let (low, high) = (self.columns.lines[0] - 90.0, self.columns.lines[self.columns.bands.len()] + 90.0);
        let middle = f64::midpoint(self.rows.lines[j], self.rows.lines[j + 1]);
        let steps = super::geometry::whole((high - low) / 25.0);
        let bank = |k: usize, side: f64| {
            let u = low + (high - low) * real(k) / real(steps);
            let half = 14.5 + 2.5 * (u / 130.0).sin();
            self.warp(u, middle + 4.5 * (u / 95.0 + 0.7).sin() + side * half)
        };
        let south = (0..=steps).map(|k| bank(k, -1.0));
        let north = (0..=steps).rev().map(|k| bank(k, 1.0));
        Polygon::new(south.chain(north).collect::<LineString<f64>>(), vec![])
    }

    /// The railway in column band `i`.
    pub(crate) fn railway(&self, i: usize) -> LineString<f64> {
        let (low, high) = (self.rows.lines[0] - 120.0, self.rows.lines[self.rows.bands.len()] + 120.0);
        let middle = f64::midpoint(self.columns.lines[i], self.columns.lines[i + 1]);
        let steps = super::geometry::whole((high - low) / 60.0);
        (0..=steps).map(|k| self.warp(middle, low + (high - low) * real(k) / real(steps))).collect()
    }
}

/// Runs of `true` among the first `count` numbers, as first number and one past the last.
fn runs(count: usize, present: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for k in (0..count).filter(|&k| present(k)) {
        match found.last_mut() {
            Some(run) if run.1 == k => run.1 = k + 1,
            _ => found.push((k, k + 1)),
        }
    }
    found
}

const fn street(name: String, width_m: f64, important: bool, crosses: bool) -> Street {
    Street { name, width_m, important, expressway: false, crosses }
}

/// The grid of the sample: seven columns and six rows of blocks, a river, a railway and an expressway.
pub(crate) fn sample_grid(seed: Seed) -> Grid {
    use Band::{Blocks, Railway, River};
    let named = |list: &[(&str, f64, bool, bool)]| -> Vec<Street> {
        list.iter().map(|&(name, width, important, crosses)| street(name.to_owned(), width, important, crosses)).collect()
    };
    let columns = named(&[
        ("西环大街", 40.0, true, false),
        ("文昌街", 14.0, false, false),
        ("临江大街", 32.0, true, true),
        ("柳影街", 12.0, false, false),
        ("铁西街", 9.0, false, false),
        ("铁东街", 9.0, false, false),
        ("粮库街", 11.0, false, false),
        ("东风大街", 28.0, true, true),
        ("东环大街", 50.0, true, false),
    ]);
    let mut rows = named(&[
        ("南郊路", 24.0, false, true),
        ("渔市路", 12.0, false, false),
        ("江南滨河路", 12.0, false, false),
        ("江北滨河路", 12.0, false, false),
        ("光复路", 16.0, false, true),
        ("北站路", 60.0, true, true),
        ("民康路", 10.0, false, false),
        ("安庆路", 36.0, true, true),
    ]);
    rows[5].expressway = true;
    let column_bands = vec![
        Blocks(258.0),
        Blocks(224.0),
        Blocks(282.0),
        Blocks(246.0),
        Railway(20.0),
        Blocks(266.0),
        Blocks(210.0),
        Blocks(290.0),
    ];
    let row_bands = vec![Blocks(250.0), Blocks(210.0), River(62.0), Blocks(270.0), Blocks(256.0), Blocks(278.0), Blocks(228.0)];
    Grid::new(Axis::new(column_bands, columns, vec![0, 2, 5]), Axis::new(row_bands, rows, vec![0, 3, 5]), seed)
}

/// A grid of about `blocks` street blocks for a whole city, with a river, a railway and expressways now and then.
pub(crate) fn city_grid(blocks: usize, seed: Seed) -> Grid {
    let side = super::geometry::whole(real(blocks).sqrt().ceil()).max(2);
    let mut random = seed.stream(2);
    let columns = city_axis(&mut random, side, "街", Band::Railway(20.0));
    let rows = city_axis(&mut random, side.max(blocks.div_ceil(side)), "路", Band::River(62.0));
    Grid::new(columns, rows, seed)
}

fn city_axis(random: &mut SplitMix, blocks: usize, ending: &str, corridor: Band) -> Axis {
    let mut bands = Vec::new();
    let mut streets = Vec::new();
    let mut cuts = vec![];
    for k in 0..=blocks {
        let (width, important) = match k % 8 {
            0 => (random.between(40.0, 60.0), true),
            4 => (random.between(24.0, 36.0), true),
            _ => (random.between(8.0, 20.0), false),
        };
        let mut next = street(super::names::street_name(k, ending), width.round(), important, important);
        next.expressway = k % 24 == 16;
        streets.push(next);
        if k == blocks {
            break;
        }
        if k % 24 == 12 {
            bands.push(corridor);
            streets.push(street(format!("{}{ending}", super::names::street_name(k, "侧")), 10.0, false, false));
        }
        if k % 2 == 0 {
            cuts.push(bands.len());
        }
        bands.push(Band::Blocks(random.between(170.0, 290.0).round()));
    }
    Axis::new(bands, streets, cuts)
}
