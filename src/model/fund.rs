//! Funds: who pays how much for a district or one of its projects, and what it will earn (R33, R46–R48).

use serde::{Deserialize, Serialize};

use crate::base::{DistrictId, Message, Money};

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $code:literal $key:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name used in files and JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// For people.
            #[must_use]
            pub const fn message(self) -> Message {
                match self {
                    $(Self::$variant => Message::new($key),)*
                }
            }

            /// The one with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

coded! {
    /// Lines of the fund ledger: the fourteen of the district dossier, and the utilities' own (R33, R47).
    FundLine {
        /// 中央预算内投资.
        CentralBudget "central_budget" "coordination.fund-central-budget";
        /// 其他中央财政资金.
        CentralOther "central_other" "coordination.fund-central-other";
        /// 国债（增发国债）.
        TreasuryBond "treasury_bond" "coordination.fund-treasury-bond";
        /// 超长期特别国债.
        UltraLongBond "ultra_long_bond" "coordination.fund-ultra-long-bond";
        /// 省级预算资金.
        Provincial "provincial" "coordination.fund-provincial";
        /// 市级.
        Municipal "municipal" "coordination.fund-municipal";
        /// 区级.
        County "county" "coordination.fund-county";
        /// 地方政府一般债券.
        GeneralBond "general_bond" "coordination.fund-general-bond";
        /// 地方政府专项债券.
        SpecialBond "special_bond" "coordination.fund-special-bond";
        /// 产权单位出资.
        FormerOwner "former_owner" "coordination.fund-former-owner";
        /// 专营单位出资.
        Utility "utility" "coordination.fund-utility";
        /// 规模化实施运营主体出资: social capital (R48).
        Operator "operator" "coordination.fund-operator";
        /// 金融机构借贷资金.
        Loan "loan" "coordination.fund-loan";
        /// 居民出资.
        Residents "residents" "coordination.fund-residents";
        /// 其他资金.
        Other "other" "coordination.fund-other";
    }
}

coded! {
    /// Kinds of what residents give (R46).
    ResidentShare {
        /// 直接出资.
        Direct "direct" "coordination.share-direct";
        /// 使用（补建、续筹）住宅专项维修资金.
        MaintenanceFund "maintenance_fund" "coordination.share-maintenance-fund";
        /// 让渡小区公共收益.
        PublicRevenue "public_revenue" "coordination.share-public-revenue";
        /// 提取住房公积金: for lifts only.
        ProvidentFund "provident_fund" "coordination.share-provident-fund";
        /// 捐资捐物.
        Donation "donation" "coordination.share-donation";
        /// 投工投劳, by its worth.
        Labour "labour" "coordination.share-labour";
    }
}

impl FundLine {
    /// Whether the locality or the project has to pay it back: local bonds and loans (R48). What the state raises and gives is not.
    #[must_use]
    pub const fn is_debt(self) -> bool {
        matches!(self, Self::GeneralBond | Self::SpecialBond | Self::Loan)
    }
}

/// Where money comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FundSource {
    /// A line of the ledger; that of the residents without saying how they give.
    Line(FundLine),
    /// 居民出资 of a kind.
    Residents(ResidentShare),
    /// 未来产生的收益: what the district earns in a year once it is done.
    Revenue,
}

impl FundSource {
    /// Every source, in the order of the lines; kinds of residents' shares behind their line, revenue last.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_line = |line: &FundLine| {
            let kinds: &[ResidentShare] = if *line == FundLine::Residents { ResidentShare::ALL } else { &[] };
            std::iter::once(Self::Line(*line)).chain(kinds.iter().map(|kind| Self::Residents(*kind))).collect::<Vec<_>>()
        };
        FundLine::ALL.iter().flat_map(of_line).chain([Self::Revenue])
    }

    /// The line it counts to; none for revenue.
    #[must_use]
    pub const fn line(self) -> Option<FundLine> {
        match self {
            Self::Line(line) => Some(line),
            Self::Residents(_) => Some(FundLine::Residents),
            Self::Revenue => None,
        }
    }

    /// The stable name used in files and JSON: `provincial`, `residents/direct`, `revenue`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Line(line) => line.code().to_owned(),
            Self::Residents(share) => format!("residents/{}", share.code()),
            Self::Revenue => "revenue".to_owned(),
        }
    }

    /// The source with this [`FundSource::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split_once('/') {
            Some(("residents", share)) => ResidentShare::from_code(share).map(Self::Residents),
            Some(_) => None,
            None if code == "revenue" => Some(Self::Revenue),
            None => FundLine::from_code(code).map(Self::Line),
        }
    }

    /// For people.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Line(line) => line.message(),
            Self::Residents(share) => Message::new("coordination.fund-residents-by").nested("share", share.message()),
            Self::Revenue => Message::new("coordination.fund-revenue"),
        }
    }
}

/// An entry of the fund ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fund {
    /// Whose; none when its district is gone, until somebody gives it another.
    pub district: Option<DistrictId>,
    /// Project of the district; empty for the district as a whole.
    pub project: String,
    /// Where the money comes from.
    pub source: FundSource,
    /// Who pays, as written; empty when nobody said.
    pub payer: String,
    /// How much; of revenue how much a year.
    pub amount: Money,
    /// Free note.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        assert_eq!((FundLine::ALL.len(), FundSource::all().count()), (15, 22));
        for source in FundSource::all() {
            assert_eq!(FundSource::from_code(&source.code()), Some(source));
        }
        assert_eq!(FundSource::from_code("residents/x"), None);
        assert_eq!(FundSource::from_code(""), None);
    }

    #[test]
    fn what_is_paid_back_by_the_locality_is_debt() {
        let debts: Vec<&str> = FundLine::ALL.iter().filter(|line| line.is_debt()).map(|line| line.code()).collect();
        assert_eq!(debts, ["general_bond", "special_bond", "loan"]);
    }
}
