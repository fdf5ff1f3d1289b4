//! Why an item was drafted. The reason goes with the item as a key of the word tables.

use crate::base::Message;
use crate::model::ItemOrigin;

/// Why an item was drafted; where several hold, the first of this order is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The matrix of needs says 需改 (R20).
    Need,
    /// The pipe's owner plans to renew it.
    PipePlanned,
    /// The pipe is of brittle material.
    PipeMaterial,
    /// The pipe is as old as the compounds that must be renovated.
    PipeOld,
    /// The ledger's 存在问题 says so.
    Problem,
    /// Buildings of four storeys and more have no lift.
    NoLift,
    /// 失养失修失管 (R41).
    Neglected,
    /// 市政配套设施不完善 (R41).
    LacksMunicipal,
    /// No facility of the kind reaches some of the district's compounds (R38).
    LivingCircle,
    /// 社区服务设施不健全 (R41).
    LacksServices,
}

impl Reason {
    const ALL: [Self; 10] = [
        Self::Need,
        Self::PipePlanned,
        Self::PipeMaterial,
        Self::PipeOld,
        Self::Problem,
        Self::NoLift,
        Self::Neglected,
        Self::LacksMunicipal,
        Self::LivingCircle,
        Self::LacksServices,
    ];

    /// The reason for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Need => Message::new("composition.because-need"),
            Self::PipePlanned => Message::new("composition.because-pipe-planned"),
            Self::PipeMaterial => Message::new("composition.because-pipe-material"),
            Self::PipeOld => Message::new("composition.because-pipe-old"),
            Self::Problem => Message::new("composition.because-problem"),
            Self::NoLift => Message::new("composition.because-no-lift"),
            Self::Neglected => Message::new("composition.because-neglected"),
            Self::LacksMunicipal => Message::new("composition.because-lacks-municipal"),
            Self::LivingCircle => Message::new("composition.because-living-circle"),
            Self::LacksServices => Message::new("composition.because-lacks-services"),
        }
    }

    /// The reason as an item carries it.
    #[must_use]
    pub fn origin(self) -> ItemOrigin {
        ItemOrigin::Drafted(self.message().key().to_owned())
    }

    /// The reason that an item carries; `None` for items placed by hand and for keys of other versions.
    #[must_use]
    pub fn of(origin: &ItemOrigin) -> Option<Self> {
        match origin {
            ItemOrigin::Hand => None,
            ItemOrigin::Drafted(key) => Self::ALL.into_iter().find(|reason| reason.message().key() == key),
        }
    }
}
