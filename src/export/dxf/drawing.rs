//! A growing drawing: entities go to a spool as they come, layers and blocks are remembered as they are used, so that the
//! tables before the entities list what there is and the header knows the last handle.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter};

use geo::{Coord, LineString, MultiPolygon};

use super::DxfVersion;
use super::palette::{nearest, packed};
use super::tags::Tags;
use crate::map::Rgba;

/// Under this name extended data is attached.
pub(super) const APPLICATION: &str = "LIANPIAN";

/// Style of texts: a TrueType face that every Chinese system has.
pub(super) const STYLE: &str = "LP_SONG";

/// Handles below belong to tables and layouts.
const FIRST_HANDLE: u64 = 0x400;

/// Handles of the block records of the model, of the layout that is open, and of our sheet. What lies on the layout that is
/// open stands among the entities of the model, where some programs take it for a part of it: so that one is empty.
pub(super) const MODEL: u64 = 0x17;
pub(super) const PAPER: u64 = 0x1B;
pub(super) const SHEET: u64 = 0x20;

/// How a layer draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LayerStyle {
    pub(super) colour: Rgba,
    pub(super) line: LineType,
    /// Hundredths of a millimetre, of those that the format knows.
    pub(super) weight: u16,
}

impl LayerStyle {
    pub(super) const fn new(colour: Rgba, weight: u16) -> Self {
        Self { colour, line: LineType::Continuous, weight }
    }

    pub(super) const fn line(self, line: LineType) -> Self {
        Self { line, ..self }
    }
}

/// Line types: lengths of dashes and gaps in metres of the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LineType {
    Continuous,
    Dashed,
    Dotted,
    DashDot,
}

impl LineType {
    pub(super) const DRAWN: [Self; 3] = [Self::Dashed, Self::Dotted, Self::DashDot];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Continuous => "Continuous",
            Self::Dashed => "LP_DASHED",
            Self::Dotted => "LP_DOTTED",
            Self::DashDot => "LP_DASHDOT",
        }
    }

    /// Dashes are positive, gaps negative.
    pub(super) const fn pattern(self) -> &'static [f64] {
        match self {
            Self::Continuous => &[],
            Self::Dashed => &[4.0, -2.0],
            Self::Dotted => &[0.5, -1.5],
            Self::DashDot => &[6.0, -1.5, 0.5, -1.5],
        }
    }
}

/// The fill of a hatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    Solid,
    /// Lines at 45°, so many metres apart.
    Lines(u8),
}

/// A named sign that is inserted by reference.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) sign: Sign,
    /// One letter within.
    pub(super) letter: Option<char>,
    /// Tags of its attributes.
    pub(super) attributes: Vec<String>,
}

/// Outline of a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Square,
    Circle,
    Triangle,
    Diamond,
}

/// A text with where its middle, or its left end, stands.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) height: f64,
    /// Degrees, counter-clockwise.
    pub(super) turn: f64,
    pub(super) centred: bool,
}

/// Names with values, attached to an entity.
pub(super) type Attached<'a> = &'a [(String, String)];

pub(super) struct Drawing {
    pub(super) tags: Tags<BufWriter<File>>,
    pub(super) layers: BTreeMap<String, LayerStyle>,
    pub(super) blocks: BTreeMap<String, Block>,
    handle: u64,
    /// Block record that owns what is drawn.
    owner: u64,
    pub(super) bounds: Option<[f64; 4]>,
}

impl Drawing {
    /// Spools into a file that is gone when it is closed.
    pub(super) fn new(version: DxfVersion) -> io::Result<Self> {
        let tags = Tags::new(BufWriter::with_capacity(1 << 18, tempfile::tempfile()?), version);
        let (layers, blocks) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { tags, layers, blocks, handle: FIRST_HANDLE, owner: MODEL, bounds: None })
    }

    /// What follows belongs to that block record: the model's, the sheet's, or that of a block.
    pub(super) fn own(&mut self, record: u64) {
        self.owner = record;
    }

    /// Goes on with the handles of another drawing.
    pub(super) fn take_handles(&mut self, other: &Self) {
        self.handle = other.handle;
    }

    pub(super) fn next_handle(&mut self) -> u64 {
        self.handle += 1;
        self.handle
    }

    /// Remembers a layer; the first style of a name counts.
    pub(super) fn layer(&mut self, name: &str, style: LayerStyle) {
        if !self.layers.contains_key(name) {
            self.layers.insert(name.to_owned(), style);
        }
    }

    /// What every entity begins with; `colour` other than that of its layer.
    pub(super) fn begin(&mut self, kind: &str, layer: &str, colour: Option<Rgba>) -> u64 {
        let (handle, owner) = (self.next_handle(), self.owner);
        self.tags.tag(0, kind);
        self.tags.tag(5, format_args!("{handle:X}"));
        self.tags.tag(330, format_args!("{owner:X}"));
        self.tags.tag(100, "AcDbEntity");
        if owner == SHEET {
            self.tags.tag(67, 1);
        }
        self.tags.text(8, layer);
        if let Some(colour) = colour {
            self.tags.tag(62, nearest(colour));
            // True colours and transparency are younger than R2000.
            if self.tags.version() == DxfVersion::R2007 {
                self.tags.tag(420, packed(colour));
                if colour.a < 255 {
                    self.tags.tag(440, 0x0200_0000_u32 | u32::from(colour.a));
                }
            }
        }
        handle
    }

    /// As [`Drawing::begin`], in a colour of the palette.
    pub(super) fn begin_in(&mut self, kind: &str, layer: &str, number: u8) {
        self.begin(kind, layer, None);
        self.tags.tag(62, number);
    }

    pub(super) fn attach(&mut self, attached: Attached<'_>) {
        if attached.is_empty() {
            return;
        }
        self.tags.tag(1001, APPLICATION);
        for (name, value) in attached {
            self.tags.attached(name, value);
        }
    }

    fn cover(&mut self, c: Coord<f64>) {
        if self.owner == MODEL && c.x.is_finite() && c.y.is_finite() {
            let [x0, y0, x1, y1] = self.bounds.unwrap_or([c.x, c.y, c.x, c.y]);
            self.bounds = Some([x0.min(c.x), y0.min(c.y), x1.max(c.x), y1.max(c.y)]);
        }
    }

    /// A line, closed or not. A closed one does not repeat its first place.
    pub(super) fn polyline(
        &mut self,
        layer: &str,
        line: &LineString<f64>,
        closed: bool,
        colour: Option<Rgba>,
        attached: Attached<'_>,
    ) {
        let places = open_run(line, closed);
        if places.len() < 2 {
            return;
        }
        self.begin("LWPOLYLINE", layer, colour);
        self.tags.tag(100, "AcDbPolyline");
        self.tags.tag(90, places.len());
        // 128: the line type runs on over corners.
        self.tags.tag(70, 128 + u8::from(closed));
        self.tags.real(43, 0.0);
        for place in places {
            self.cover(*place);
            self.tags.flat(10, place.x, place.y);
        }
        self.attach(attached);
    }

    pub(super) fn segment(&mut self, layer: &str, a: [f64; 2], b: [f64; 2]) {
        let line = LineString::from(vec![(a[0], a[1]), (b[0], b[1])]);
        self.polyline(layer, &line, false, None, &[]);
    }

    /// A filled area; rings in rings are holes.
    pub(super) fn hatch(
        &mut self,
        layer: &str,
        area: &MultiPolygon<f64>,
        fill: Fill,
        colour: Option<Rgba>,
        attached: Attached<'_>,
    ) {
        let rings: Vec<(&LineString<f64>, bool)> = area
            .iter()
            .flat_map(|p| std::iter::once((p.exterior(), true)).chain(p.interiors().iter().map(|ring| (ring, false))))
            .filter(|(ring, _)| ring.0.len() > 3)
            .collect();
        if rings.is_empty() {
            return;
        }
        self.begin("HATCH", layer, colour);
        self.tags.tag(100, "AcDbHatch");
        self.tags.place(10, 0.0, 0.0);
        self.normal();
        self.tags.tag(2, if fill == Fill::Solid { "SOLID" } else { "ANSI31" });
        self.tags.tag(70, u8::from(fill == Fill::Solid));
        self.tags.tag(71, 0);
        self.tags.tag(91, rings.len());
        for (ring, outer) in rings {
            let places = open_run(ring, true);
            // 2: a polyline; 1: an outer one.
            self.tags.tag(92, 2 + u8::from(outer));
            self.tags.tag(72, 0);
            self.tags.tag(73, 1);
            self.tags.tag(93, places.len());
            for place in places {
                self.cover(*place);
                self.tags.flat(10, place.x, place.y);
            }
            self.tags.tag(97, 0);
        }
        self.tags.tag(75, 0);
        self.tags.tag(76, 1);
        if let Fill::Lines(metres) = fill {
            self.pattern(f64::from(metres));
        }
        self.tags.tag(98, 1);
        self.tags.flat(10, 0.0, 0.0);
        self.attach(attached);
    }

    /// One family of lines at 45°.
    fn pattern(&mut self, apart: f64) {
        let step = apart * std::f64::consts::FRAC_1_SQRT_2;
        self.tags.real(52, 0.0);
        self.tags.real(41, apart);
        self.tags.tag(77, 0);
        self.tags.tag(78, 1);
        self.tags.real(53, 45.0);
        self.tags.real(43, 0.0);
        self.tags.real(44, 0.0);
        self.tags.real(45, -step);
        self.tags.real(46, step);
        self.tags.tag(79, 0);
    }

    fn normal(&mut self) {
        for (code, value) in [(210, 0.0), (220, 0.0), (230, 1.0)] {
            self.tags.real(code, value);
        }
    }

    pub(super) fn words(&mut self, layer: &str, at: Coord<f64>, words: Words<'_>, colour: Option<Rgba>) {
        if words.text.trim().is_empty() {
            return;
        }
        self.begin("TEXT", layer, colour);
        self.text_body(at, words);
        self.tags.tag(100, "AcDbText");
        if words.centred {
            self.tags.tag(73, 2);
        }
    }

    pub(super) fn text_body(&mut self, at: Coord<f64>, words: Words<'_>) {
        self.tags.tag(100, "AcDbText");
        self.tags.place(10, at.x, at.y);
        self.tags.real(40, words.height);
        self.tags.text(1, words.text);
        if words.turn != 0.0 {
            self.tags.real(50, words.turn);
        }
        self.tags.tag(7, STYLE);
        if words.centred {
            self.tags.tag(72, 1);
            self.tags.place(11, at.x, at.y);
        }
    }

    pub(super) fn point(&mut self, layer: &str, at: Coord<f64>, attached: Attached<'_>) {
        self.begin("POINT", layer, None);
        self.tags.tag(100, "AcDbPoint");
        self.tags.place(10, at.x, at.y);
        self.cover(at);
        self.attach(attached);
    }

    /// A sign by reference, with the values of its attributes.
    pub(super) fn insert(&mut self, layer: &str, name: &str, at: Coord<f64>, values: Attached<'_>) {
        let handle = self.begin("INSERT", layer, None);
        self.tags.tag(100, "AcDbBlockReference");
        if !values.is_empty() {
            self.tags.tag(66, 1);
        }
        self.tags.text(2, name);
        self.tags.place(10, at.x, at.y);
        self.cover(at);
        if values.is_empty() {
            return;
        }
        let owner = std::mem::replace(&mut self.owner, handle);
        for (tag, value) in values {
            self.begin("ATTRIB", layer, None);
            let value = Words { text: value, height: 1.0, turn: 0.0, centred: false };
            self.text_body(at, value);
            self.tags.tag(100, "AcDbAttribute");
            self.tags.text(2, tag);
            // Not shown: the sign says enough, and a table lists them all.
            self.tags.tag(70, 1);
        }
        self.begin("SEQEND", layer, None);
        self.owner = owner;
    }

    /// Defines a block unless it is there already.
    pub(super) fn define(&mut self, name: &str, block: impl FnOnce() -> Block) {
        if !self.blocks.contains_key(name) {
            self.blocks.insert(name.to_owned(), block());
        }
    }
}

/// Places of a line; of a closed one without the last, which is the first again.
fn open_run(line: &LineString<f64>, closed: bool) -> &[Coord<f64>] {
    let places = &line.0;
    match places.as_slice() {
        [first, .., last] if closed && first == last => &places[..places.len() - 1],
        all => all,
    }
}
