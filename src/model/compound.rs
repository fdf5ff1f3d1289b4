//! A residential compound (小区, R1: a single building counts as one) and what is known of it.
//! An unknown fact is `None`; it is never read as zero, good or bad.

use geo::MultiPolygon;
use serde::{Deserialize, Serialize};

use super::Properties;
use crate::base::{Message, Money};
use crate::policy::{Exclusion, OwnerKind, YearSpan};

/// A compound: its place, its facts, and the properties of the source that the facts do not use.
#[derive(Clone, Debug, PartialEq)]
pub struct Compound {
    /// The id in the source, unique in the layer; the importer makes one up where it is missing and says so.
    pub source_id: String,
    /// The boundary in the working CRS, metres. Valid in the OGC sense.
    pub shape: MultiPolygon<f64>,
    /// What is known of it.
    pub facts: CompoundFacts,
    /// Fields of the source that no fact uses, kept for export.
    pub extra: Properties,
}

/// What a ledger or a survey says of a compound.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CompoundFacts {
    /// 小区名称; empty when unknown.
    pub name: String,
    /// 地址.
    pub address: Option<String>,
    /// 街道: the street office.
    pub street_office: Option<String>,
    /// 社区: the community.
    pub community: Option<String>,
    /// 建成年份, first and last when the source gives a span.
    pub built: Option<YearSpan>,
    /// 户数.
    pub households: Option<u32>,
    /// 建筑面积, m².
    pub floor_area_m2: Option<f64>,
    /// 楼栋数.
    pub buildings: Option<u32>,
    /// 单元数: stair units.
    pub stair_units: Option<u32>,
    /// 估算投资.
    pub estimated_cost: Option<Money>,
    /// 产权: what kind of owner (R6), when known.
    pub owner_kind: Option<OwnerKind>,
    /// 产权单位 as written.
    pub owner: Option<String>,
    /// 物业管理 as written.
    pub management: Option<String>,
    /// Why it must not enter a renovation plan (R2), when the source says so.
    pub exclusion: Option<Exclusion>,
    /// 意愿率 and the date of its survey (R7). A missing survey is not 0 %.
    pub consent: Option<Consent>,
    /// 失养失修失管: out of repair (R41); `None` is unknown.
    pub neglected: Option<bool>,
    /// 市政配套设施不完善 (R41).
    pub lacks_municipal: Option<bool>,
    /// 社区服务设施不健全 (R41).
    pub lacks_services: Option<bool>,
    /// 存在问题, as written: from it items are drafted.
    pub problems: Option<String>,
    /// The year in which its renovation is planned, when the source gives one.
    pub planned_year: Option<i32>,
    /// What stands for the boundary where nobody drew one.
    pub placeholder: Option<Placeholder>,
}

/// Hands the names of all facts of a compound to a macro: the name, the facts that may be unknown, the placeholder. One that is
/// left out here does not compile where whole facts are made.
macro_rules! with_facts {
    ($then:ident) => {
        $then! {
            name;
            address, street_office, community, built, households, floor_area_m2, buildings, stair_units, estimated_cost,
            owner_kind, owner, management, exclusion, consent, neglected, lacks_municipal, lacks_services, problems, planned_year;
            placeholder
        }
    };
}
pub(crate) use with_facts;

/// What a boundary was made of that nobody drew; gaps and areas by it are rough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    /// The hull of its buildings.
    Buildings,
    /// A small circle about its address point.
    Point,
}

impl Placeholder {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Buildings => "buildings",
            Self::Point => "point",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Buildings => Message::new("import.placeholder-buildings"),
            Self::Point => Message::new("import.placeholder-point"),
        }
    }
}

/// Result of a residents' survey (R7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// Share in favour, 0–1.
    pub share: f64,
    /// Date of the survey as `YYYY-MM-DD`, when given.
    pub surveyed: Option<String>,
}

impl Compound {
    /// 单栋 (R1): the ledger counts one building, or the boundary is a single small polygon without a count.
    #[must_use]
    pub fn is_single_building(&self) -> bool {
        use geo::Area;
        match self.facts.buildings {
            Some(count) => count == 1,
            // A placeholder says nothing of what stands there.
            None if self.facts.placeholder.is_some() => false,
            None => self.shape.0.len() == 1 && self.shape.unsigned_area() <= 1_000.0,
        }
    }

    /// The name, or the source id where there is none.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.facts.name.is_empty() { &self.source_id } else { &self.facts.name }
    }
}
