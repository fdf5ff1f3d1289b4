//! Six pipe networks: mains that follow the streets, branches that enter compounds, and what serves the rows inside.

use std::collections::BTreeMap;

use geo::{Coord, Geometry, LineString};
use lianpian::base::{Seed, SplitMix};
use serde_json::{Value, json};

use super::buildings::Slab;
use super::geometry::{Frame, Span, along, at, length, real, whole};
use super::streets::{Grid, Street};

/// A kind of pipe: how one owner surveys and spells it.
pub(crate) struct Kind {
    /// Which of the six files it goes to.
    pub(crate) file: usize,
    words: &'static [&'static str],
    letters: &'static str,
    /// Distance from the centre line as a share of the street's width, east and north positive.
    share: f64,
    materials: [&'static str; 3],
    diameters: [usize; 6],
    on_narrow: f64,
    enters: f64,
    /// Has a line along every row of buildings.
    spurs: bool,
}

/// Names of the six files after `pipes-`.
pub(crate) const FILES: [&str; 6] = ["water", "drainage", "gas", "heat", "power", "telecom"];

const OWNERS: [&str; 6] =
    ["临江水务集团", "临江市政排水处", "临江燃气公司", "临江热力公司", "国网临江供电公司", "临江通信管线公司"];

/// The kinds; rain and sewage share a file.
pub(crate) static KINDS: [Kind; 7] = [
    Kind {
        file: 0,
        words: &["给水", "JS", "给水", "配水", "供水"],
        letters: "JS",
        share: -0.30,
        materials: ["灰口铸铁", "球墨铸铁", "PE"],
        diameters: [100, 150, 200, 300, 400, 600],
        on_narrow: 0.85,
        enters: 0.92,
        spurs: true,
    },
    Kind {
        file: 1,
        words: &["污水", "WS", "污水"],
        letters: "WS",
        share: 0.05,
        materials: ["陶土", "混凝土", "HDPE"],
        diameters: [200, 300, 400, 500, 600, 800],
        on_narrow: 0.85,
        enters: 0.88,
        spurs: true,
    },
    Kind {
        file: 1,
        words: &["雨水", "YS", "雨水", "排水"],
        letters: "YS",
        share: 0.15,
        materials: ["混凝土", "混凝土", "HDPE"],
        diameters: [300, 400, 500, 600, 800, 1000],
        on_narrow: 0.5,
        enters: 0.35,
        spurs: false,
    },
    Kind {
        file: 2,
        words: &["RQ", "燃气", "天然气", "RQ"],
        letters: "RQ",
        share: 0.29,
        materials: ["灰口铸铁", "钢", "PE"],
        diameters: [63, 110, 160, 200, 250, 315],
        on_narrow: 0.6,
        enters: 0.70,
        spurs: false,
    },
    Kind {
        file: 3,
        words: &["热力", "RL", "热水", "供热"],
        letters: "RL",
        share: -0.14,
        materials: ["钢", "预制保温钢", "预制保温钢"],
        diameters: [100, 150, 200, 250, 300, 500],
        on_narrow: 0.55,
        enters: 0.68,
        spurs: true,
    },
    Kind {
        file: 4,
        words: &["电力", "DL", "供电"],
        letters: "DL",
        share: 0.41,
        materials: ["直埋电缆", "电缆排管", "电缆排管"],
        diameters: [100, 100, 150, 150, 175, 200],
        on_narrow: 0.75,
        enters: 0.62,
        spurs: false,
    },
    Kind {
        file: 5,
        words: &["通信", "TX", "通信", "信息网络"],
        letters: "TX",
        share: -0.41,
        materials: ["石棉管", "PVC排管", "硅芯管"],
        diameters: [50, 50, 110, 110, 110, 110],
        on_narrow: 0.65,
        enters: 0.58,
        spurs: false,
    },
];

/// A stretch of street between two crossings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    /// Of row street `.1`, along column band `.0`.
    Row(usize, usize),
    /// Of column street `.0`, along row band `.1`.
    Column(usize, usize),
}

/// A surveyed pipe: which kind, its line, its fields.
pub(crate) struct Pipe {
    /// Index in [`FILES`].
    pub(crate) file: usize,
    /// Line in local metres.
    pub(crate) line: Geometry<f64>,
    /// Fields.
    pub(crate) fields: Value,
}

/// Facts that the segments of a main or of a compound's service have in common.
#[derive(Clone, Copy, Debug)]
struct Survey {
    kind: usize,
    size: usize,
    laid: usize,
    planned: Option<usize>,
    ownership: &'static str,
}

/// The networks while the town is being drawn.
pub(crate) struct Networks<'a> {
    grid: &'a Grid,
    seed: Seed,
    detail: bool,
    /// Where branches leave a main, as shares of its length.
    tees: BTreeMap<(Link, usize), Vec<f64>>,
    counts: [usize; 7],
    random: SplitMix,
}

/// The lot that a service enters: its block, its place in it and its buildings.
pub(crate) struct Served<'a> {
    /// Column and row band of the block.
    pub(crate) block: (usize, usize),
    /// The block's frame.
    pub(crate) frame: &'a Frame,
    /// The box of the lot.
    pub(crate) span: Span,
    /// Whether the lot is a plain rectangle.
    pub(crate) plain: bool,
    /// Its buildings.
    pub(crate) slabs: &'a [Slab],
    /// Year of completion.
    pub(crate) year: usize,
    /// 计划改造年 of the compound.
    pub(crate) planned: Option<usize>,
}

impl<'a> Networks<'a> {
    /// Empty networks; `detail` draws what serves each row of buildings as well.
    pub(crate) fn new(grid: &'a Grid, seed: Seed, detail: bool) -> Self {
        Self { grid, seed, detail, tees: BTreeMap::new(), counts: [0; 7], random: seed.stream(3) }
    }

    fn street(&self, link: Link) -> &'a Street {
        match link {
            Link::Row(_, j) => &self.grid.rows.streets[j],
            Link::Column(i, _) => &self.grid.columns.streets[i],
        }
    }

    /// What a street's main of a kind has in common along the whole street; none where the street has no such main.
    fn main(&self, link: Link, kind: usize) -> Option<Survey> {
        let index = match link {
            Link::Row(_, j) => 2 * j,
            Link::Column(i, _) => 2 * i + 1,
        };
        let mut random = self.seed.stream(1_000 + 8 * index as u64 + kind as u64);
        let width = self.street(link).width_m;
        let chance = if width >= 20.0 { 1.0 } else { KINDS[kind].on_narrow + if width > 11.0 { 0.15 } else { 0.0 } };
        if !random.chance(chance) {
            return None;
        }
        let size = whole(width / 12.0 + random.between(0.6, 2.0)).min(5);
        let planned = random.chance(0.38).then(|| 2023 + random.below(4));
        Some(Survey { kind, size, laid: 1966 + random.below(50), planned, ownership: "专营" })
    }

    fn main_ends(&self, link: Link, kind: usize) -> [Coord<f64>; 2] {
        let share = KINDS[kind].share;
        match link {
            Link::Row(i, j) => [self.grid.main_node(i, j, share), self.grid.main_node(i + 1, j, share)],
            Link::Column(i, j) => [self.grid.main_node(i, j, share), self.grid.main_node(i, j + 1, share)],
        }
    }

    /// The point of the main nearest to `from`, where it gets a tee.
    fn tee(&mut self, link: Link, kind: usize, from: Coord<f64>) -> Coord<f64> {
        let [a, b] = self.main_ends(link, kind);
        let (v, w) = (b - a, from - a);
        let share = ((v.x * w.x + v.y * w.y) / (v.x * v.x + v.y * v.y)).clamp(0.02, 0.98);
        let near = 1.5 / length(v);
        let tees = self.tees.entry((link, kind)).or_default();
        if let Some(&same) = tees.iter().find(|tee| (**tee - share).abs() < near) {
            return along(a, b, same);
        }
        tees.push(share);
        along(a, b, share)
    }

    /// Draws the mains of a stretch of street, in pieces from tee to tee. Both its sides must have been served.
    pub(crate) fn finish(&mut self, link: Link, out: &mut Vec<Pipe>) {
        for kind in 0..KINDS.len() {
            let mut cuts = self.tees.remove(&(link, kind)).unwrap_or_default();
            let Some(survey) = self.main(link, kind) else { continue };
            let [a, b] = self.main_ends(link, kind);
            cuts.extend([0.0, 1.0]);
            cuts.sort_by(f64::total_cmp);
            for pair in cuts.windows(2) {
                self.push(survey, vec![along(a, b, pair[0]), along(a, b, pair[1])], out);
            }
        }
    }

    /// Brings every kind of pipe that is to enter a lot from its streets.
    pub(crate) fn serve(&mut self, random: &mut SplitMix, lot: &Served, out: &mut Vec<Pipe>) {
        let gate = random.between(0.22, 0.38);
        let turn = random.below(4);
        let thinned = if self.detail { 1.0 } else { 0.72 };
        for (kind, spec) in KINDS.iter().enumerate() {
            if !random.chance(spec.enters * thinned) {
                continue;
            }
            if let Some(side) = self.side(lot, kind, turn) {
                self.enter(random, lot, kind, (side, gate), out);
            }
        }
    }

    /// The side from which a kind enters: one on the street before one behind another lot.
    fn side(&self, lot: &Served, kind: usize, turn: usize) -> Option<usize> {
        let Span { w, s, e, n } = lot.span;
        let far = [s, lot.frame.width - e, lot.frame.height - n, w];
        let mut sides: Vec<usize> = (0..4).map(|k| (k + turn) % 4).collect();
        sides.sort_by(|&a, &b| far[a].total_cmp(&far[b]));
        sides.into_iter().find(|&side| far[side] < 90.0 && self.main(link_of(lot, side), kind).is_some())
    }

    fn enter(&mut self, random: &mut SplitMix, lot: &Served, kind: usize, (side, gate): (usize, f64), out: &mut Vec<Pipe>) {
        let step = 0.6 * real(kind);
        let span = lot.span;
        let spine = if side == 1 && lot.plain { span.e - 2.0 - step } else { span.w + 2.0 + step };
        let rows = rows_of(lot, step);
        let gate_s = span.w + span.wide() * gate + 2.0 * step;
        let row = rows.first().map_or(span.s + 2.0, |row| row.0);
        let (door, inner) = match side {
            0 => (at(gate_s, span.s), vec![at(gate_s, span.s + 1.6 + step), at(spine, span.s + 1.6 + step)]),
            2 => (at(gate_s, span.n), vec![at(gate_s, span.n - 1.6 - step), at(spine, span.n - 1.6 - step)]),
            1 => (at(span.e, row), vec![at(spine, row)]),
            _ => (at(span.w, row), vec![at(spine, row)]),
        };
        let place = |c: &Coord<f64>| lot.frame.place(c.x, c.y);
        let start = self.tee(link_of(lot, side), kind, place(&door));
        let mut branch: Vec<Coord<f64>> = vec![start, place(&door)];
        branch.extend(inner.iter().map(place));
        let from = inner.last().map_or(row, |last| last.y);
        let mut stops: Vec<f64> = rows.iter().map(|row| row.0).chain([from]).collect();
        stops.sort_by(f64::total_cmp);
        stops.dedup();
        let laid = (lot.year + if random.chance(0.2) { 12 } else { 0 }).min(2019);
        let planned = lot.planned.filter(|_| random.chance(0.55)).map(|year| if random.chance(0.25) { year + 1 } else { year });
        let inside = Survey {
            kind,
            size: random.below(2),
            laid,
            planned,
            ownership: ["非专营", "非专营", "非专营", "专营", ""][random.below(5)],
        };
        let service = Survey { ownership: ["专营", "专营", "非专营", ""][random.below(4)], size: 1, ..inside };
        let line = |stops: &[f64]| stops.iter().map(|&t| lot.frame.place(spine, t)).collect::<Vec<_>>();
        if !self.detail {
            let end = stops.last().copied().filter(|&t| t > from + 0.1);
            branch.extend(end.map(|t| lot.frame.place(spine, t)));
            self.push(service, branch, out);
            return;
        }
        self.push(service, branch, out);
        if stops.len() > 1 {
            self.push(inside, line(&stops), out);
        }
        for (t, end) in rows.iter().filter(|_| KINDS[kind].spurs) {
            self.push(inside, vec![lot.frame.place(spine, *t), lot.frame.place(*end, *t)], out);
        }
    }

    fn push(&mut self, survey: Survey, mut line: Vec<Coord<f64>>, out: &mut Vec<Pipe>) {
        line.dedup();
        if line.len() < 2 {
            return;
        }
        let kind = &KINDS[survey.kind];
        self.counts[survey.kind] += 1;
        let random = &mut self.random;
        let mm = kind.diameters[survey.size];
        let material = kind.materials[usize::from(survey.laid > 1988) + usize::from(survey.laid > 2002)];
        let given = |known: bool, value: Value| if known { value } else { Value::Null };
        let fields = json!({
            "管线编号": format!("{}{:06}", kind.letters, self.counts[survey.kind]),
            "管线种类": kind.words[random.below(kind.words.len())],
            "权属单位": if survey.ownership == "专营" { OWNERS[kind.file] } else { "" },
            "产权归属": survey.ownership,
            "管径": given(random.chance(0.94), spelled(random, kind.file, mm)),
            "材质": given(random.chance(0.92), json!(material)),
            "敷设年代": given(random.chance(0.85), json!(survey.laid)),
            "计划改造年": survey.planned,
        });
        out.push(Pipe { file: kind.file, line: Geometry::LineString(LineString::new(line)), fields });
    }
}

/// The street beside a side of the lot's block: 0 south, 1 east, 2 north, 3 west.
const fn link_of(lot: &Served, side: usize) -> Link {
    let (i, j) = lot.block;
    match side {
        0 => Link::Row(i, j),
        1 => Link::Column(i + 1, j),
        2 => Link::Row(i, j + 1),
        _ => Link::Column(i, j),
    }
}

/// For each row of buildings, where a pipe runs along its north face and how far east.
fn rows_of(lot: &Served, step: f64) -> Vec<(f64, f64)> {
    let mut rows: Vec<(f64, f64)> = Vec::new();
    for slab in lot.slabs {
        let t = (slab.t + slab.deep / 2.0 + 1.3 + 0.8 * step).min(lot.span.n - 0.8);
        let end = slab.s + slab.long / 2.0 - 3.0;
        match rows.iter_mut().find(|row| (row.0 - t).abs() < 0.5) {
            Some(row) => row.1 = row.1.max(end),
            None => rows.push((t, end)),
        }
    }
    rows
}

/// A diameter as the owner writes it, and now and then as another would.
fn spelled(random: &mut SplitMix, file: usize, mm: usize) -> Value {
    let habit = if random.chance(0.75) { file } else { random.below(6) };
    match habit {
        0 | 3 => json!(format!("DN{mm}")),
        1 => json!(format!("Φ{mm}mm")),
        2 => json!(mm),
        4 => json!(format!("{}m", real(mm) / 1_000.0)),
        _ => json!(mm.to_string()),
    }
}
