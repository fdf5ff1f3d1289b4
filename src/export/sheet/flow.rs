//! Text and tables that are poured into columns, sheet after sheet, until all of it stands somewhere: nothing is cut off because
//! a sheet is full.

use std::collections::VecDeque;

use super::atlas::{HAIR, INK, SOFT};
use super::draw::{PX, Svg, rect};
use super::face::Face;
use super::layout::Area;
use super::marks::{narrow, sign};
use crate::map::{LineStyle, Rgba};
use crate::policy::ItemClass;

/// Lines of a cell, and of a paragraph: longer ones end with an ellipsis.
const CELL_LINES: usize = 3;
const PARAGRAPH_LINES: usize = 12;
/// Height of a line, in sizes of its letters.
const LEADING: f64 = 1.36;
/// Between cells.
const PAD: f64 = 14.0;

/// Something drawn, by its place from the upper left corner of its strip.
#[derive(Clone, Debug)]
enum Mark {
    Words([f64; 2], String, Face),
    Line([f64; 2], [f64; 2], Rgba),
    Box(Area, Option<Rgba>, Option<f64>),
    Dot([f64; 2], Rgba),
    Sign([f64; 2], ItemClass, char),
}

/// A line of text, a row of a table: what is not parted.
#[derive(Clone, Debug, Default)]
struct Strip {
    /// White above it, unless a column begins with it.
    before: f64,
    tall: f64,
    marks: Vec<Mark>,
    /// Not left without what follows it.
    keep: bool,
    /// The table of which it is a row; its heads are said again where a column begins with it.
    table: Option<usize>,
}

/// A column of a table: its share of the width, and whether its texts end at its right side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Col(pub(super) f64, pub(super) bool);

/// A cell that begins with the sign of an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lead(pub(super) ItemClass, pub(super) char);

/// What is to be poured.
#[derive(Clone)]
pub(super) struct Flow {
    wide: f64,
    strips: VecDeque<Strip>,
    heads: Vec<(Vec<Col>, Strip)>,
}

impl Flow {
    /// For columns of that width.
    pub(super) const fn new(wide: f64) -> Self {
        Self { wide, strips: VecDeque::new(), heads: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.strips.is_empty()
    }

    /// Adds what another flow of the same width holds, under a heading.
    pub(super) fn append(&mut self, heading: &str, mut other: Self) {
        let before = self.heads.len();
        self.heading(heading);
        let begun = other.strips.front().and_then(|strip| strip.table);
        self.strips.extend(begun.and_then(|table| other.heads.get(table)).map(|(_, head)| head.clone()));
        for strip in &mut other.strips {
            strip.table = strip.table.map(|table| table + before);
        }
        self.heads.append(&mut other.heads);
        self.strips.append(&mut other.strips);
    }

    /// What the sheet is called, in large letters.
    pub(super) fn title(&mut self, text: &str) {
        let face = Face::new(54.0).bold();
        for line in face.wrapped(text, self.wide, 3) {
            let marks = vec![Mark::Words([0.0, 52.0], line, face)];
            self.strips.push_back(Strip { tall: 70.0, marks, keep: true, ..Strip::default() });
        }
    }

    /// A heading with a line below it.
    pub(super) fn heading(&mut self, text: &str) {
        let face = Face::new(30.0).bold();
        let text = face.fitted(text, self.wide);
        let marks = vec![Mark::Words([0.0, 30.0], text, face), Mark::Line([0.0, 44.0], [self.wide, 44.0], HAIR)];
        self.strips.push_back(Strip { before: 30.0, tall: 54.0, marks, keep: true, table: None });
    }

    /// Words of lesser weight.
    pub(super) fn quiet(&mut self, text: &str) {
        self.lines(text, Face::new(25.0).colour(SOFT), 0.0, None);
    }

    /// A paragraph behind a dot.
    pub(super) fn point(&mut self, text: &str, colour: Rgba) {
        self.lines(text, Face::new(25.0), 34.0, Some(colour));
    }

    fn lines(&mut self, text: &str, face: Face, indent: f64, dot: Option<Rgba>) {
        let tall = face.size * LEADING;
        let lines = face.wrapped(text, self.wide - indent, PARAGRAPH_LINES);
        let last = lines.len() - 1;
        for (n, line) in lines.into_iter().enumerate() {
            let mut marks = vec![Mark::Words([indent, face.size], line, face)];
            marks.extend(dot.filter(|_| n == 0).map(|colour| Mark::Dot([10.0, face.size * 0.66], colour)));
            let before = if n == 0 && dot.is_some() { 8.0 } else { 0.0 };
            self.strips.push_back(Strip { before, tall, marks, keep: n < last, table: None });
        }
    }

    /// Labels with their values, two side by side.
    pub(super) fn pairs(&mut self, rows: &[(String, String)]) {
        let half = (self.wide - 60.0) / 2.0;
        for pair in rows.chunks(2) {
            let mut marks = Vec::new();
            for ((label, value), left) in pair.iter().zip([0.0, half + 60.0]) {
                let (face, value) = Face::new(27.0).end().shrunk(value, half * 0.6, 18.0);
                let room = half - face.width(&value) - PAD;
                let (soft, label) = Face::new(27.0).colour(SOFT).shrunk(label, room, 18.0);
                marks.push(Mark::Words([left, 28.0], label, soft));
                marks.push(Mark::Words([left + half, 28.0], value, face));
            }
            self.strips.push_back(Strip { tall: 42.0, marks, ..Strip::default() });
        }
    }

    /// Begins a table whose rows follow with [`Flow::row`]; gives its name.
    pub(super) fn table(&mut self, columns: &[Col], heads: &[String]) -> usize {
        let cells: Vec<&str> = heads.iter().map(String::as_str).collect();
        let mut strip = self.cells(columns, &cells, None, Face::new(23.0).colour(SOFT));
        strip.marks.push(Mark::Line([0.0, strip.tall + 2.0], [self.wide, strip.tall + 2.0], HAIR));
        strip.tall += 8.0;
        strip.keep = true;
        self.heads.push((columns.to_vec(), strip.clone()));
        self.strips.push_back(strip);
        self.heads.len() - 1
    }

    pub(super) fn row(&mut self, table: usize, cells: &[&str], lead: Option<Lead>) {
        let Some((columns, _)) = self.heads.get(table) else { return };
        let strip = self.cells(&columns.clone(), cells, lead, Face::new(25.0));
        self.strips.push_back(Strip { table: Some(table), ..strip });
    }

    fn cells(&self, columns: &[Col], cells: &[&str], lead: Option<Lead>, face: Face) -> Strip {
        let mut marks = Vec::new();
        let (mut left, mut most) = (0.0, 1.0_f64);
        for (n, (Col(share, ends), text)) in columns.iter().zip(cells).enumerate() {
            let wide = share * self.wide;
            let indent = if n == 0 && lead.is_some() { 40.0 } else { 0.0 };
            let lines = face.wrapped(text, wide - PAD - indent, CELL_LINES);
            let mut y = face.size * 1.1;
            for line in lines {
                let at = if *ends { [left + wide, y] } else { [left + indent, y] };
                marks.push(Mark::Words(at, line, if *ends { face.end() } else { face }));
                most = most.max((y - face.size * 1.1) / (face.size * LEADING) + 1.0);
                y += face.size * LEADING;
            }
            left += wide;
        }
        marks.extend(lead.map(|Lead(class, letter)| Mark::Sign([16.0, face.size * 0.75], class, letter)));
        Strip { tall: most * face.size * LEADING + 4.0, marks, ..Strip::default() }
    }

    /// A bar with its name before and its number behind it; `share` of the longest.
    pub(super) fn bar(&mut self, name: &str, share: f64, number: &str, colour: Rgba) {
        let face = Face::new(27.0);
        let (before, behind) = ((self.wide * 0.34).min(640.0), (self.wide * 0.2).min(420.0));
        let lines = face.wrapped(name, before - PAD, 2);
        let room = self.wide - before - behind;
        let long = (room * share.clamp(0.0, 1.0)).max(2.0);
        let (small, number) = face.shrunk(number, behind - PAD, 16.0);
        let mut marks = vec![Mark::Box([before, 8.0, before + long, 36.0], Some(colour), None)];
        marks.push(Mark::Words([before + long + PAD, 31.0], number, small));
        let mut y = 31.0;
        for line in lines {
            marks.push(Mark::Words([0.0, y], line, face));
            y += face.size * LEADING;
        }
        self.strips.push_back(Strip { tall: y + 8.0, marks, ..Strip::default() });
    }

    /// Boxes to sign, as many in a row as there is room for.
    pub(super) fn signatures(&mut self, names: &[Signer], date: &str) {
        for row in names.chunks(signers_across(self.wide)) {
            let mut marks = Vec::new();
            sign_marks(row, date, self.wide, &mut marks);
            self.strips.push_back(Strip { tall: SIGN_TALL, marks, ..Strip::default() });
        }
    }

    /// How tall one column with all of it is.
    pub(super) fn tall(&self) -> f64 {
        self.strips.iter().map(|strip| strip.before + strip.tall).sum()
    }

    /// Fills areas one after the other, until there is nothing left or no room; gives how far down it went. In `fresh` areas, which
    /// nothing else stands in, the first strip goes even where it is taller than they are.
    pub(super) fn pour(&mut self, svg: &mut Svg, areas: &[Area], fresh: bool) -> f64 {
        let mut deepest = areas.first().map_or(0.0, |area| area[1]);
        for area in areas {
            let mut y = area[1];
            let mut begins = true;
            while let Some(count) = self.together() {
                let again = self.strips.front().and_then(|strip| strip.table).filter(|_| begins);
                let again = again.and_then(|table| self.heads.get(table)).map(|(_, head)| head.clone());
                let lead = again.as_ref().map_or(0.0, |head| head.tall);
                let run = self.strips.iter().take(count).enumerate();
                let tall: f64 = run.map(|(n, strip)| strip.tall + if begins && n == 0 { 0.0 } else { strip.before }).sum();
                if y + lead + tall > area[3] && !(begins && fresh) {
                    break;
                }
                if let Some(head) = again {
                    head.draw(svg, [area[0], y]);
                    y += head.tall;
                }
                for strip in self.strips.drain(..count) {
                    y += if begins { 0.0 } else { strip.before };
                    begins = false;
                    strip.draw(svg, [area[0], y]);
                    y += strip.tall;
                }
            }
            deepest = deepest.max(y);
        }
        deepest
    }

    /// Fills the areas of a sheet of its own; where all that is left has room on it, columns are no longer than they have to be.
    /// Gives how far down they went.
    pub(super) fn pour_evenly(&mut self, svg: &mut Svg, areas: &[Area]) -> f64 {
        const STEP: f64 = 40.0;
        let cut = |tall: f64| -> Vec<Area> { areas.iter().map(|a| [a[0], a[1], a[2], a[3].min(a[1] + tall)]).collect() };
        let most = areas.iter().map(|a| a[3] - a[1]).fold(0.0, f64::max);
        let mut tall = self.tall() / f64::from(u32::try_from(areas.len()).unwrap_or(1)).max(1.0);
        while tall < most {
            let mut trial = self.clone();
            trial.pour(&mut Svg::new(svg.size()), &cut(tall), false);
            if trial.is_empty() {
                return self.pour(svg, &cut(tall), false);
            }
            tall += STEP;
        }
        self.pour(svg, areas, true)
    }

    /// How many of the next strips belong together.
    fn together(&self) -> Option<usize> {
        let kept = self.strips.iter().take_while(|strip| strip.keep).count();
        (!self.strips.is_empty()).then(|| (kept + 1).min(self.strips.len()))
    }
}

impl Strip {
    fn draw(&self, svg: &mut Svg, at: [f64; 2]) {
        for mark in &self.marks {
            mark.draw(svg, at);
        }
    }
}

impl Mark {
    fn draw(&self, svg: &mut Svg, at: [f64; 2]) {
        let to = |p: [f64; 2]| [p[0] + at[0], p[1] + at[1]];
        match self {
            Self::Words(p, text, face) => svg.words(to(*p), text, *face),
            Self::Line(a, b, colour) => svg.line(to(*a), to(*b), *colour, 2.0),
            Self::Box(b, fill, line) => {
                let ([left, top], [right, bottom]) = (to([b[0], b[1]]), to([b[2], b[3]]));
                let line = line.map(|width| LineStyle { colour: INK, width_px: narrow(width / PX), dash: None });
                svg.path(&rect([left, top, right, bottom]), *fill, line);
            }
            Self::Dot(p, colour) => svg.circle(to(*p), 6.0, *colour, 0.0),
            Self::Sign(p, class, letter) => sign(svg, to(*p), *class, Some(*letter), 0.72),
        }
    }
}

/// Who signs a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signer {
    pub(super) unit: String,
    /// What the unit said of what is on the sheet, when that has not changed since.
    pub(super) said: Option<String>,
}

/// Height of a box to sign.
pub(super) const SIGN_TALL: f64 = 135.0;

/// Boxes to sign side by side in that width.
pub(super) const fn signers_across(wide: f64) -> usize {
    if wide < 1_250.0 { 4 } else { 5 }
}

/// Draws a row of boxes to sign.
pub(super) fn draw_signatures(svg: &mut Svg, at: [f64; 2], names: &[Signer], date: &str, wide: f64) {
    let mut marks = Vec::new();
    sign_marks(names, date, wide, &mut marks);
    for mark in &marks {
        mark.draw(svg, at);
    }
}

fn sign_marks(names: &[Signer], date: &str, wide: f64, marks: &mut Vec<Mark>) {
    let across = signers_across(wide);
    #[expect(clippy::cast_precision_loss, reason = "a few boxes")]
    let each = wide / across as f64;
    let mut left = 0.0;
    for Signer { unit, said } in names.iter().take(across) {
        marks.push(Mark::Box([left, 0.0, left + each, SIGN_TALL], None, Some(2.0)));
        let face = Face::new(22.0).colour(SOFT);
        for (line, y) in face.wrapped(unit, each - 24.0, 2).into_iter().zip([30.0, 58.0]) {
            marks.push(Mark::Words([left + 12.0, y], line, face));
        }
        if let Some(said) = said {
            let face = Face::new(22.0);
            marks.push(Mark::Words([left + 12.0, 88.0], face.fitted(said, each - 24.0), face));
        }
        let (face, date) = Face::new(18.0).colour(SOFT).end().shrunk(date, each - 24.0, 12.0);
        marks.push(Mark::Words([left + each - 12.0, SIGN_TALL - 12.0], date, face));
        left += each;
    }
}
