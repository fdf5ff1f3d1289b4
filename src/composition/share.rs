//! 里子指数 (R21): the share of 基础类 in the items, by cost where every item has one, else by count.

use super::sums;
use crate::base::{DistrictId, Message};
use crate::model::Content;
use crate::policy::ItemClass;

/// What a share was taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Cost: every item has a quantity and a price.
    Cost,
    /// Count of items.
    Count,
}

impl Basis {
    /// The basis for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Cost => Message::new("composition.share-by-cost"),
            Self::Count => Message::new("composition.share-by-count"),
        }
    }
}

/// The 里子 share of some items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiZiShare {
    /// 0–1.
    pub share: f64,
    /// By what.
    pub basis: Basis,
    /// Items that it is taken over.
    pub items: usize,
}

/// The share of 基础类 in one district, or with `None` in the whole plan; `None` without items.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a share for display; sums stay whole")]
pub fn li_zi_share(content: &Content, district: Option<DistrictId>) -> Option<LiZiShare> {
    let sums = sums(content);
    let here = |d: Option<DistrictId>| district.is_none() || d == district;
    let all = sums.of(|_, d, _| here(d));
    let basic = sums.of(|class, d, _| class == ItemClass::Basic && here(d));
    if all.count == 0 {
        return None;
    }
    let by_cost = all.is_complete() && all.cost.fen() > 0;
    let (share, basis) = if by_cost {
        (basic.cost.fen() as f64 / all.cost.fen() as f64, Basis::Cost)
    } else {
        (basic.count as f64 / all.count as f64, Basis::Count)
    };
    Some(LiZiShare { share, basis, items: all.count })
}
