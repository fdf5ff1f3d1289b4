//! What can be done to a shape, each thing by its name: what, how often, where first, and how much area or length changed.

use geo::Coord;

use crate::base::Message;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $code:literal $title:literal $words:literal;)*) => {
        /// Kinds of mend, in the order in which they are done and told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MendKind {
            $($(#[$doc])* $kind,)*
        }

        impl MendKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The stable name used in files and JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }

            /// A short title.
            #[must_use]
            pub const fn title(self) -> Message {
                match self {
                    $(Self::$kind => Message::new($title),)*
                }
            }

            /// What was done, without its numbers.
            const fn words(self) -> Message {
                match self {
                    $(Self::$kind => Message::new($words),)*
                }
            }
        }
    };
}

kinds! {
    /// A closed line stood for an area, or one that closes but for a slip of the pen.
    LineToArea "line_to_area" "geometry.title-line-to-area" "geometry.line-to-area";
    /// Parts of a mixed geometry that the layer cannot hold were dropped.
    OthersDropped "others_dropped" "geometry.title-others-dropped" "geometry.others-dropped";
    /// Rings that did not end where they begin were closed; the length is that of the closing sides.
    RingsClosed "rings_closed" "geometry.title-rings-closed" "geometry.rings-closed";
    /// Vertices that repeat the one before were dropped.
    RepeatedVertices "repeated_vertices" "geometry.title-repeated-vertices" "geometry.repeated-vertices";
    /// Spikes, where a boundary runs out and back, were cut off; the length is that of the boundary.
    Spikes "spikes" "geometry.title-spikes" "geometry.spikes";
    /// Rings without an area (fewer than three different points) were dropped, an outer one with its holes.
    RingsDropped "rings_dropped" "geometry.title-rings-dropped" "geometry.rings-dropped";
    /// Rings were turned to the winding of RFC 7946.
    Winding "winding" "geometry.title-winding" "geometry.winding";
    /// A ring crossed or touched itself and was drawn anew.
    SelfCrossing "self_crossing" "geometry.title-self-crossing" "geometry.self-crossing";
    /// What lay of a hole outside its outer ring was dropped.
    HoleOutside "hole_outside" "geometry.title-hole-outside" "geometry.hole-outside";
    /// Holes that overlapped were joined.
    HolesOverlap "holes_overlap" "geometry.title-holes-overlap" "geometry.holes-overlap";
    /// Parts of one feature that overlapped were joined.
    PartsOverlap "parts_overlap" "geometry.title-parts-overlap" "geometry.parts-overlap";
    /// Lines of no length were dropped from a shape that has others.
    LinesDropped "lines_dropped" "geometry.title-lines-dropped" "geometry.lines-dropped";
    /// Heights were dropped.
    HeightsDropped "heights_dropped" "geometry.title-heights-dropped" "geometry.heights-dropped";
    /// The ground that a feature shares with its neighbour was cut off.
    Overlap "overlap" "geometry.title-overlap" "geometry.overlap";
    /// A strip too narrow to be meant, shared with the neighbour, was cut off.
    Sliver "sliver" "geometry.title-sliver" "geometry.sliver";
    /// A gap too narrow to be meant, between a feature and its neighbour, was filled.
    Gap "gap" "geometry.title-gap" "geometry.gap";
}

impl MendKind {
    /// The kind with this [`MendKind::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Nothing that changes the place: usual in files that other programs write, and told once a layer.
    #[must_use]
    pub const fn is_slight(self) -> bool {
        matches!(self, Self::RepeatedVertices | Self::Winding | Self::HeightsDropped)
    }
}

/// One thing that was done to a shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mend {
    /// What.
    pub kind: MendKind,
    /// How often.
    pub count: usize,
    /// Where it was done first, in the working CRS.
    pub at: Coord<f64>,
    /// Area that was won, or lost when negative, m².
    pub area_m2: f64,
    /// Length that was won, or lost when negative, m.
    pub length_m: f64,
}

impl Mend {
    /// A mend that changes neither area nor length.
    #[must_use]
    pub const fn new(kind: MendKind, count: usize, at: Coord<f64>) -> Self {
        Self { kind, count, at, area_m2: 0.0, length_m: 0.0 }
    }

    /// See [`MendKind::is_slight`].
    #[must_use]
    pub const fn is_slight(&self) -> bool {
        self.kind.is_slight()
    }

    /// The sentence for the user, with how much changed.
    #[must_use]
    pub fn message(&self) -> Message {
        let what = self.kind.words().count("count", self.count);
        match self.change() {
            Some(change) => what.nested("change", change),
            None => what.text("change", ""),
        }
    }

    /// How much changed, as it follows a sentence; none where nothing did.
    fn change(&self) -> Option<Message> {
        let area = (self.area_m2.abs() >= TOLD).then_some(self.area_m2);
        let length = (self.length_m.abs() >= TOLD).then_some(self.length_m);
        match (area, length) {
            (None, None) => None,
            (Some(m2), None) => Some(Message::new("geometry.change-area").text("sign", sign(m2)).number("area", m2.abs(), 2)),
            (None, Some(m)) => Some(Message::new("geometry.change-length").text("sign", sign(m)).number("length", m.abs(), 2)),
            (Some(m2), Some(m)) => {
                let both = Message::new("geometry.change-both").text("sign", sign(m2)).number("area", m2.abs(), 2);
                Some(both.text("length_sign", sign(m)).number("length", m.abs(), 2))
            }
        }
    }
}

/// Smaller changes are not told, m² or m: they would read as nothing.
const TOLD: f64 = 0.005;

fn sign(value: f64) -> &'static str {
    if value < 0.0 { "−" } else { "+" }
}

/// Mends of one shape while they are found: one entry a kind, with the first place.
#[derive(Default)]
pub(super) struct Tally(Vec<Mend>);

impl Tally {
    /// Adds to the entry of a kind.
    pub(super) fn add(&mut self, kind: MendKind, count: usize, at: Coord<f64>, area_m2: f64, length_m: f64) {
        if let Some(held) = self.0.iter_mut().find(|mend| mend.kind == kind) {
            held.count += count;
            held.area_m2 += area_m2;
            held.length_m += length_m;
        } else {
            self.0.push(Mend { kind, count, at, area_m2, length_m });
        }
    }

    /// Whether a kind has an entry.
    pub(super) fn has(&self, kind: MendKind) -> bool {
        self.0.iter().any(|mend| mend.kind == kind)
    }

    /// Sum of the areas named so far, m².
    pub(super) fn area_m2(&self) -> f64 {
        self.0.iter().map(|mend| mend.area_m2).sum()
    }

    /// The mends in the order of their kinds.
    pub(super) fn mends(mut self) -> Vec<Mend> {
        self.0.sort_by_key(|mend| mend.kind);
        self.0
    }
}
