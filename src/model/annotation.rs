//! What reviewers write and draw on the map: texts, arrows and clouds. They belong to the plan and judge nothing.

use geo::Geometry;

use crate::base::Message;

/// What an annotation looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationKind {
    /// A text at a place.
    Text,
    /// An arrow, its head at the last point of a line; the text stands at its tail.
    Arrow,
    /// A cloud round an area, as reviewers of drawings mark it; the text stands beside it.
    Cloud,
}

impl AnnotationKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Text, Self::Arrow, Self::Cloud];

    /// The stable name used in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Arrow => "arrow",
            Self::Cloud => "cloud",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Text => Message::new("model.annotation-text"),
            Self::Arrow => Message::new("model.annotation-arrow"),
            Self::Cloud => Message::new("model.annotation-cloud"),
        }
    }
}

/// An annotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// What it looks like.
    pub kind: AnnotationKind,
    /// Where, in the working CRS, m: a point, a line, or a polygon. None where a file held a shape that is broken.
    pub place: Option<Geometry<f64>>,
    /// What it says; may be empty.
    pub text: String,
}
