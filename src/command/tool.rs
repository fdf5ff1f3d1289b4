//! Tools of the map, and what the tools that change districts take and where it goes.

use crate::base::{AnnotationId, DistrictId, ItemId};
use crate::model::{AnnotationKind, BarrierKind, LayerKind};
use crate::policy::ItemCode;

/// Tools of the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Click and rectangle select.
    #[default]
    Select,
    /// Dragging moves the map.
    Pan,
    /// A click places an item of that code.
    Place(ItemCode),
    /// Two clicks set a link by hand.
    Link,
    /// A line drawn round compounds selects them.
    Lasso,
    /// A brush puts compounds into a district.
    Paint,
    /// A line drawn round compounds puts them into a district.
    Ring,
    /// A drawn line cuts a district.
    Cut,
    /// A click grows a district from a compound.
    Grow,
    /// A click merges the district there into the selected one.
    Swallow,
    /// Clicks measure a length, or an area.
    Measure,
    /// Clicks write and draw on the map.
    Annotate(AnnotationKind),
    /// Clicks draw a feature of a layer.
    Draw(Drawn),
    /// What was drawn is dragged by its vertices.
    Vertices,
}

/// A feature that can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Drawn {
    /// A barrier: a line.
    Barrier(BarrierKind),
    /// A bridge over barriers: a line.
    Bridge,
    /// Low-efficiency land: an area.
    Parcel,
    /// A facility: a point.
    Facility,
}

impl Drawn {
    /// The layer to which it belongs.
    #[must_use]
    pub const fn layer(self) -> LayerKind {
        match self {
            Self::Barrier(_) => LayerKind::Barriers,
            Self::Bridge => LayerKind::Bridges,
            Self::Parcel => LayerKind::Parcels,
            Self::Facility => LayerKind::Facilities,
        }
    }

    /// What it is drawn as.
    #[must_use]
    pub const fn form(self) -> Form {
        match self {
            Self::Barrier(_) | Self::Bridge => Form::Line,
            Self::Parcel => Form::Area,
            Self::Facility => Form::Point,
        }
    }
}

/// What clicks make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A point each.
    #[default]
    Point,
    /// A line.
    Line,
    /// An area.
    Area,
}

/// Something that was drawn by hand and can be drawn otherwise, copied or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A renovation item.
    Item(ItemId),
    /// A text, an arrow or a cloud.
    Annotation(AnnotationId),
    /// A feature of a layer, by its row.
    Feature(LayerKind, u32),
}

impl Tool {
    /// Whether the tool changes districts by what the brush says.
    #[must_use]
    pub const fn uses_brush(&self) -> bool {
        matches!(self, Self::Paint | Self::Ring | Self::Grow)
    }
}

/// Whom a gesture takes of the compounds that it meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Source {
    /// All.
    #[default]
    Any,
    /// Those in no district.
    Unassigned,
    /// Those of the district in which the gesture began.
    Start,
}

/// How much is taken with each compound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Whole {
    /// The compound alone.
    #[default]
    Compound,
    /// Its whole community.
    Community,
    /// Its whole street block: what hangs together without crossing a street.
    Block,
    /// Its whole district.
    District,
}

/// Where the compounds of a gesture are to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Into {
    /// Into the selected district; without one into that in which the gesture began, or a new one.
    #[default]
    Selected,
    /// Into a new district.
    New,
    /// Out of their districts.
    None,
}

/// Where compounds go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// Into a district.
    District(DistrictId),
    /// Into a new one.
    New,
    /// Into none.
    None,
}

/// The gesture by which compounds were taken; the step of the history is named after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stroke {
    /// Of the brush.
    Brush,
    /// A line round them.
    Ring,
}

/// What gestures take, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brush {
    /// Whom.
    pub source: Source,
    /// How much with each.
    pub whole: Whole,
    /// Where to.
    pub into: Into,
    /// How far the brush reaches, px.
    pub radius_px: f32,
    /// What a district that is grown is to hold, households.
    pub households: f64,
}

impl Default for Brush {
    fn default() -> Self {
        Self { source: Source::Any, whole: Whole::Compound, into: Into::Selected, radius_px: 4.0, households: 1_000.0 }
    }
}
