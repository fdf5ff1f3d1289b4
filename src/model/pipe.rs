//! Pipe segments (管段) as surveyed.

use geo::MultiLineString;

use super::Properties;
use crate::policy::{Ownership, PipeClass, PipeSubclass};

/// A pipe segment as surveyed.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipe {
    /// The id in the source, unique in the layer.
    pub source_id: String,
    /// Centre line in the working CRS, metres.
    pub line: MultiLineString<f64>,
    /// 大类.
    pub class: PipeClass,
    /// 小类, when the source gives one that the class knows.
    pub subclass: Option<PipeSubclass>,
    /// 权属单位 as written: the utility or other owner.
    pub owner: Option<String>,
    /// Whether the pipe belongs to its utility (R27).
    pub ownership: Ownership,
    /// Nominal diameter, mm.
    pub diameter_mm: Option<f64>,
    /// 材质.
    pub material: Option<String>,
    /// 敷设年代.
    pub laid_year: Option<i32>,
    /// 计划改造年: the owner's own plan.
    pub planned_year: Option<i32>,
    /// Fields of the source that nothing above uses.
    pub extra: Properties,
}

impl Default for Pipe {
    /// A pipe of which nothing is known.
    fn default() -> Self {
        Self {
            source_id: String::new(),
            line: MultiLineString(Vec::new()),
            class: PipeClass::Unknown,
            subclass: None,
            owner: None,
            ownership: Ownership::Unknown,
            diameter_mm: None,
            material: None,
            laid_year: None,
            planned_year: None,
            extra: Properties::new(),
        }
    }
}
