//! The other layers of a plan, and what all layers share.

use std::sync::Arc;

use geo::{Geometry, MultiLineString, MultiPolygon, Point};
use serde::{Deserialize, Serialize};

use super::{Barrier, Compound, Pipe, Properties};
use crate::base::Message;
use crate::geometry::shift::Shift;

/// Kinds of layer a plan holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerKind {
    /// 小区.
    Compounds,
    /// 管线.
    Pipes,
    /// 楼栋.
    Buildings,
    /// 阻隔: rivers, railways, expressways, walls.
    Barriers,
    /// 桥梁、地道.
    Bridges,
    /// 街道 (roads).
    Streets,
    /// 低效用地.
    Parcels,
    /// 现状设施.
    Facilities,
    /// 历史文化街区.
    Heritage,
    /// 社区、街道办界线.
    Limits,
}

impl LayerKind {
    /// Every kind, in the order in which layers are listed.
    pub const ALL: [Self; 10] = [
        Self::Compounds,
        Self::Pipes,
        Self::Buildings,
        Self::Barriers,
        Self::Bridges,
        Self::Streets,
        Self::Parcels,
        Self::Facilities,
        Self::Heritage,
        Self::Limits,
    ];

    /// The stable name used in files, JSON and `--kind`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Compounds => "compounds",
            Self::Pipes => "pipes",
            Self::Buildings => "buildings",
            Self::Barriers => "barriers",
            Self::Bridges => "bridges",
            Self::Streets => "streets",
            Self::Parcels => "parcels",
            Self::Facilities => "facilities",
            Self::Heritage => "heritage",
            Self::Limits => "limits",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Compounds => Message::new("ui.layer-compounds"),
            Self::Pipes => Message::new("ui.layer-pipes"),
            Self::Buildings => Message::new("ui.layer-buildings"),
            Self::Barriers => Message::new("ui.layer-barriers"),
            Self::Bridges => Message::new("ui.layer-bridges"),
            Self::Streets => Message::new("ui.layer-streets"),
            Self::Parcels => Message::new("ui.layer-parcels"),
            Self::Facilities => Message::new("ui.layer-facilities"),
            Self::Heritage => Message::new("ui.layer-heritage"),
            Self::Limits => Message::new("ui.layer-limits"),
        }
    }

    /// The kind with this [`LayerKind::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Where a layer came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerSource {
    /// File name without its folder.
    pub file: String,
    /// CRS of the source as `EPSG:n` or a PROJ string.
    pub crs: String,
    /// How the CRS was known: a key of the word tables (`import.crs-member`, …).
    pub crs_known_by: String,
    /// Why the places are approximate (近似), when they are.
    pub approximate: Option<Approximation>,
}

/// Why the places of a layer are approximate (近似).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approximation {
    /// The offset of a map service was undone.
    Shift(Shift),
    /// Beijing 1954 or Xian 1980, converted without parameters: tens of metres off.
    Datum,
    /// Converted by parameters that the user gave.
    Parameters,
    /// Fitted to control points.
    Control {
        /// Root mean square of the residuals, metres.
        rms_m: f64,
    },
}

impl Approximation {
    /// The stable text used in files: `gcj02`, `bd09`, `datum`, `parameters`, `control 0.123`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Shift(shift) => shift.code().to_owned(),
            Self::Datum => "datum".to_owned(),
            Self::Parameters => "parameters".to_owned(),
            Self::Control { rms_m } => format!("control {rms_m:.3}"),
        }
    }

    /// The approximation with this [`Approximation::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "datum" => Some(Self::Datum),
            "parameters" => Some(Self::Parameters),
            _ => match code.strip_prefix("control ") {
                Some(rms) => Some(Self::Control { rms_m: rms.parse().ok()? }),
                None => Shift::from_code(code).map(Self::Shift),
            },
        }
    }

    /// The label for people.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Shift(shift) => Message::new("import.approximate-shift").text("shift", shift.name()),
            Self::Datum => Message::new("import.approximate-datum"),
            Self::Parameters => Message::new("import.approximate-parameters"),
            Self::Control { rms_m } => Message::new("import.approximate-control").number("rms", rms_m, 2),
        }
    }
}

/// One whole layer: what a load puts into the plan and what its undo takes out again.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerContent {
    /// 小区.
    Compounds(Arc<Vec<Compound>>),
    /// 管线.
    Pipes(Arc<Vec<Pipe>>),
    /// 楼栋.
    Buildings(Arc<Vec<Building>>),
    /// 阻隔.
    Barriers(Arc<Vec<Barrier>>),
    /// 桥梁.
    Bridges(Arc<Vec<Bridge>>),
    /// 道路.
    Streets(Arc<Vec<Street>>),
    /// 低效用地.
    Parcels(Arc<Vec<Parcel>>),
    /// 设施.
    Facilities(Arc<Vec<Facility>>),
    /// 历史文化街区.
    Heritage(Arc<Vec<Heritage>>),
    /// 界线.
    Limits(Arc<Vec<Limit>>),
}

impl LayerContent {
    /// The kind of the layer.
    #[must_use]
    pub fn kind(&self) -> LayerKind {
        match self {
            Self::Compounds(_) => LayerKind::Compounds,
            Self::Pipes(_) => LayerKind::Pipes,
            Self::Buildings(_) => LayerKind::Buildings,
            Self::Barriers(_) => LayerKind::Barriers,
            Self::Bridges(_) => LayerKind::Bridges,
            Self::Streets(_) => LayerKind::Streets,
            Self::Parcels(_) => LayerKind::Parcels,
            Self::Facilities(_) => LayerKind::Facilities,
            Self::Heritage(_) => LayerKind::Heritage,
            Self::Limits(_) => LayerKind::Limits,
        }
    }

    /// Adds the features of `other` behind these. A layer of another kind is left alone and given back.
    ///
    /// # Errors
    /// `other` itself when it is of another kind.
    pub fn append(&mut self, other: Self) -> Result<(), Self> {
        fn extend<T: Clone>(mine: &mut Arc<Vec<T>>, theirs: Arc<Vec<T>>) {
            Arc::make_mut(mine).append(&mut Arc::unwrap_or_clone(theirs));
        }
        match (self, other) {
            (Self::Compounds(mine), Self::Compounds(theirs)) => extend(mine, theirs),
            (Self::Pipes(mine), Self::Pipes(theirs)) => extend(mine, theirs),
            (Self::Buildings(mine), Self::Buildings(theirs)) => extend(mine, theirs),
            (Self::Barriers(mine), Self::Barriers(theirs)) => extend(mine, theirs),
            (Self::Bridges(mine), Self::Bridges(theirs)) => extend(mine, theirs),
            (Self::Streets(mine), Self::Streets(theirs)) => extend(mine, theirs),
            (Self::Parcels(mine), Self::Parcels(theirs)) => extend(mine, theirs),
            (Self::Facilities(mine), Self::Facilities(theirs)) => extend(mine, theirs),
            (Self::Heritage(mine), Self::Heritage(theirs)) => extend(mine, theirs),
            (Self::Limits(mine), Self::Limits(theirs)) => extend(mine, theirs),
            (_, other) => return Err(other),
        }
        Ok(())
    }

    /// Count of features.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Compounds(v) => v.len(),
            Self::Pipes(v) => v.len(),
            Self::Buildings(v) => v.len(),
            Self::Barriers(v) => v.len(),
            Self::Bridges(v) => v.len(),
            Self::Streets(v) => v.len(),
            Self::Parcels(v) => v.len(),
            Self::Facilities(v) => v.len(),
            Self::Heritage(v) => v.len(),
            Self::Limits(v) => v.len(),
        }
    }

    /// Whether the layer has no features.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A building (楼栋).
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// Id in the source.
    pub source_id: String,
    /// Footprint in the working CRS.
    pub shape: MultiPolygon<f64>,
    /// 楼号 or name; may be empty.
    pub name: String,
    /// 层数.
    pub storeys: Option<u32>,
    /// 单元数.
    pub stair_units: Option<u32>,
    /// 户数.
    pub households: Option<u32>,
    /// 是否有电梯.
    pub has_lift: Option<bool>,
    /// Unused fields of the source.
    pub extra: Properties,
}

/// A bridge, underpass or level crossing: it restores links across barriers (R12).
#[derive(Clone, Debug, PartialEq)]
pub struct Bridge {
    /// Id in the source.
    pub source_id: String,
    /// Name; may be empty.
    pub name: String,
    /// Point or line in the working CRS.
    pub shape: Geometry<f64>,
    /// Unused fields of the source.
    pub extra: Properties,
}

/// A street (road centre line).
#[derive(Clone, Debug, PartialEq)]
pub struct Street {
    /// Id in the source.
    pub source_id: String,
    /// Name; may be empty.
    pub name: String,
    /// Width between red lines, m.
    pub width_m: Option<f64>,
    /// 重要街道 (R31).
    pub important: bool,
    /// Centre line in the working CRS.
    pub line: MultiLineString<f64>,
    /// Unused fields of the source.
    pub extra: Properties,
}

/// Low-efficiency land (低效用地, R11): it may connect compounds and hold facilities, and is never one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// Id in the source.
    pub source_id: String,
    /// Name or use; may be empty.
    pub name: String,
    /// Area in the working CRS.
    pub shape: MultiPolygon<f64>,
    /// Unused fields of the source.
    pub extra: Properties,
}

/// A facility that stands already.
#[derive(Clone, Debug, PartialEq)]
pub struct Facility {
    /// Id in the source.
    pub source_id: String,
    /// Kind as written in the source.
    pub kind: String,
    /// Name; may be empty.
    pub name: String,
    /// Where, in the working CRS.
    pub place: Point<f64>,
    /// Unused fields of the source.
    pub extra: Properties,
}

/// A historic quarter or building (R23).
#[derive(Clone, Debug, PartialEq)]
pub struct Heritage {
    /// Id in the source.
    pub source_id: String,
    /// Name; may be empty.
    pub name: String,
    /// Area in the working CRS.
    pub shape: MultiPolygon<f64>,
    /// Unused fields of the source.
    pub extra: Properties,
}

/// Which office a limit bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitLevel {
    /// 社区.
    Community,
    /// 街道办事处.
    StreetOffice,
}

/// The area of a community or of a street office.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Id in the source.
    pub source_id: String,
    /// Name; may be empty.
    pub name: String,
    /// Level.
    pub level: LimitLevel,
    /// Area in the working CRS.
    pub shape: MultiPolygon<f64>,
    /// Unused fields of the source.
    pub extra: Properties,
}
