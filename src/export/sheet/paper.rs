//! Sizes of paper, and how large letters and signs are on each: a wall sheet is read from farther away than a page.

/// A size of ISO 216 on which sheets are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paper {
    /// 594 × 841 mm.
    A1,
    /// 420 × 594 mm.
    A2,
    /// 297 × 420 mm.
    #[default]
    A3,
    /// 210 × 297 mm.
    A4,
}

impl Paper {
    /// Every size, the largest first.
    pub const ALL: [Self; 4] = [Self::A1, Self::A2, Self::A3, Self::A4];

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::A3 => "A3",
            Self::A4 => "A4",
        }
    }

    /// The shorter side and the longer, mm.
    const fn sides_mm(self) -> [f64; 2] {
        match self {
            Self::A1 => [594.0, 841.0],
            Self::A2 => [420.0, 594.0],
            Self::A3 => [297.0, 420.0],
            Self::A4 => [210.0, 297.0],
        }
    }

    /// Letters and signs are so many times as large as on A3.
    const fn enlarged(self) -> f64 {
        match self {
            Self::A1 => 1.4,
            Self::A2 => 1.15,
            Self::A3 => 1.0,
            Self::A4 => 0.8,
        }
    }

    /// Dots an inch of its pictures: larger letters need fewer.
    pub(in crate::export) const fn dpi(self) -> f32 {
        match self {
            Self::A1 => 110.0,
            Self::A2 => 130.0,
            Self::A3 => 150.0,
            Self::A4 => 190.0,
        }
    }
}

/// A sheet before anything is drawn on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::export) struct Size {
    /// Width and height, mm.
    pub(in crate::export) mm: [f64; 2],
    /// Width and height in the units in which sheets are laid out: tenths of a millimetre on A3.
    pub(in crate::export) units: [f64; 2],
    /// Tenths of a millimetre in a unit.
    pub(super) tenths: f64,
}

impl Size {
    pub(super) fn of(paper: Paper, landscape: bool) -> Self {
        let [short, long] = paper.sides_mm();
        let mm = if landscape { [long, short] } else { [short, long] };
        let tenths = paper.enlarged();
        Self { mm, units: mm.map(|side| side * 10.0 / tenths), tenths }
    }
}
