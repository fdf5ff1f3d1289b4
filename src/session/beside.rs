//! Which grouping the map shows beside the plan's, or in its place: another that stands there, or the one before the last.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use super::regrouping::OtherGrouping;
use super::{State, outcome};
use crate::base::DistrictId;
use crate::command::Comparing;
use crate::model::{Content, District};

/// Where the other grouping is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Against {
    /// The districts before the last grouping.
    Before,
    /// Those of another plan, of a map, or of a repair.
    Other,
}

/// Other districts of the plan's compounds.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// Where they are from.
    pub against: Against,
    /// Changes with them, and with the compounds.
    pub key: u64,
    districts: &'a BTreeMap<DistrictId, District>,
    /// The district of each compound.
    pub assignment: &'a [Option<DistrictId>],
}

impl Beside<'_> {
    /// The plan with these districts in place of its own, to be looked at.
    #[must_use]
    pub fn shown_in(&self, content: &Content) -> Content {
        Content { districts: self.districts.clone(), assignment: self.assignment.to_vec(), ..content.clone() }
    }
}

impl State {
    /// What the plan can be looked at against: another grouping where one stands beside it, else the one before the last.
    #[must_use]
    pub fn against(&self) -> Option<Against> {
        if self.open_search().is_some() {
            return None;
        }
        if self.other_grouping().is_some() {
            return Some(Against::Other);
        }
        outcome::has_before(self).then_some(Against::Before)
    }

    /// The other districts that the map shows now; `None` while it shows the plan's alone.
    #[must_use]
    pub fn beside(&self) -> Option<Beside<'_>> {
        let against = if self.view.shows_before {
            outcome::has_before(self).then_some(Against::Before)?
        } else {
            self.view.comparing?;
            self.against()?
        };
        let count = self.plan.compounds.len();
        let beside = match against {
            Against::Other => {
                let grouping = self.other_grouping()?;
                Beside { against, key: self.other_key()?, districts: &grouping.districts, assignment: &grouping.assignment }
            }
            Against::Before => {
                let former = self.outcome.as_ref()?.before.as_ref()?;
                Beside { against, key: self.former_key()?, districts: &former.districts, assignment: &former.assignment }
            }
        };
        (beside.assignment.len() == count).then_some(beside)
    }

    /// The grouping that stands beside the plan's, where it is one of the compounds there are.
    fn other_grouping(&self) -> Option<&OtherGrouping> {
        let grouping = self.other.as_ref()?.grouping.as_ref()?;
        (grouping.assignment.len() == self.plan.compounds.len()).then_some(grouping)
    }

    /// Key of the picture of its districts.
    fn other_key(&self) -> Option<u64> {
        let grouping = self.other_grouping()?;
        let mut key = std::hash::DefaultHasher::new();
        (self.generation, self.revisions.scene(), &grouping.assignment, &grouping.labels).hash(&mut key);
        Some(key.finish())
    }
}

/// Looks at both in that way, or at the plan alone again.
pub(super) fn toggle(state: &mut State, way: Comparing) {
    let same = state.view.comparing == Some(way);
    state.view.comparing = (!same && state.against().is_some()).then_some(way);
    state.view.shows_before = false;
}
