//! The facts on which verdicts rest, as plain values. An unknown fact is `None`.

use serde::{Deserialize, Serialize};

/// When something was built: one year (`first == last`) or a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct YearSpan {
    /// First year.
    pub first: i32,
    /// Last year, not before the first.
    pub last: i32,
}

impl YearSpan {
    /// A single year.
    #[must_use]
    pub const fn single(year: i32) -> Self {
        Self { first: year, last: year }
    }
}

/// Owner of the buildings (R6). None of these excludes a compound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// 商品房、房改房: residents.
    Private,
    /// 国有企事业单位.
    StateFirm,
    /// 军队.
    Military,
    /// 直管公房.
    PublicHousing,
    /// Anything else that the source names.
    Other,
}

impl OwnerKind {
    /// The stable name used in files, which the importer reads back.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::StateFirm => "state_firm",
            Self::Military => "military",
            Self::PublicHousing => "public_housing",
            Self::Other => "other",
        }
    }
}

/// Grounds of R2 for leaving a compound out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// 拟征收补偿安置.
    Expropriation,
    /// 拟拆除新建.
    Rebuild,
    /// The source only says that it is to be pulled down.
    Demolition,
}

impl Exclusion {
    /// The stable name used in files, which the importer reads back.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expropriation => "expropriation",
            Self::Rebuild => "rebuild",
            Self::Demolition => "demolition",
        }
    }
}

/// What a verdict and a priority rest on. Missing facts stay `None`: they are neither good nor bad, and never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompoundRecord {
    /// 建成年份.
    pub built: Option<YearSpan>,
    /// Grounds for leaving it out (R2).
    pub exclusion: Option<Exclusion>,
    /// Whose buildings they are (R6).
    pub owner_kind: Option<OwnerKind>,
    /// 单栋住宅楼 (R1).
    pub single_building: bool,
    /// Share of residents in favour, 0–1 (R7).
    pub consent: Option<f64>,
    /// 失养失修失管 (R41).
    pub neglected: Option<bool>,
    /// 市政配套设施不完善 (R41).
    pub lacks_municipal: Option<bool>,
    /// 社区服务设施不健全 (R41).
    pub lacks_services: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_words_of_plan_files() {
        let owners = [OwnerKind::Private, OwnerKind::StateFirm, OwnerKind::Military, OwnerKind::PublicHousing, OwnerKind::Other];
        for owner in owners {
            assert_eq!(serde_json::to_value(owner).unwrap(), owner.code());
        }
        for exclusion in [Exclusion::Expropriation, Exclusion::Rebuild, Exclusion::Demolition] {
            assert_eq!(serde_json::to_value(exclusion).unwrap(), exclusion.code());
        }
    }
}
