//! What a sheet with a map is about, and which pipes and items that puts on it.

use crate::base::{DistrictId, Message, PipeId};
use crate::model::{Content, Item, Pipe};
use crate::policy::{CatalogueEntry, ItemGeometry, PipeClass};

/// What a sheet is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// All of the plan.
    Whole,
    /// One district.
    District(DistrictId),
    /// The pipes of a class, and the works on its network.
    Network(PipeClass),
    /// Works on buildings.
    Buildings,
    /// Everything else: roads, green, facilities in the open.
    Grounds,
    /// 总施工图: every item, and every pipe that is renewed.
    Works,
}

impl Subject {
    /// The trade that an entry of the catalogue belongs to.
    pub(super) fn of_entry(entry: &CatalogueEntry) -> Self {
        match entry.utility {
            Some(class) => Self::Network(class),
            None if entry.geometry == ItemGeometry::Building || entry.facade || entry.structural => Self::Buildings,
            None => Self::Grounds,
        }
    }

    /// The one district that it is about.
    pub(super) const fn focus(self) -> Option<DistrictId> {
        match self {
            Self::District(id) => Some(id),
            _ => None,
        }
    }

    /// Whether a pipe is on the sheet. A pipe is renewed when somebody said in which year.
    pub(super) fn has_pipe(self, content: &Content, id: PipeId, pipe: &Pipe) -> bool {
        match self {
            Self::Whole | Self::District(_) => true,
            Self::Network(class) => pipe.class == class,
            Self::Buildings | Self::Grounds => false,
            Self::Works => content.pipe_year(id).is_some(),
        }
    }

    /// Whether an item is.
    pub(super) fn has_item(self, content: &Content, item: &Item, entry: &CatalogueEntry) -> bool {
        match self {
            Self::Whole | Self::Works => true,
            Self::District(id) => content.item_district(item) == Some(id),
            trade => Self::of_entry(entry) == trade,
        }
    }

    /// What the sheet is called.
    pub(super) fn message(self, content: &Content) -> Message {
        match self {
            Self::Whole => Message::new("export.atlas-overview"),
            Self::District(id) => {
                let label = content.districts.get(&id).map(crate::model::District::label).unwrap_or_default();
                Message::new("export.atlas-district").text("district", label)
            }
            Self::Network(class) => Message::new("export.atlas-network").nested("class", class.name()),
            Self::Buildings => Message::new("export.atlas-buildings"),
            Self::Grounds => Message::new("export.atlas-grounds"),
            Self::Works => Message::new("export.atlas-works"),
        }
    }

    /// For names of files.
    pub(super) fn code(self, content: &Content) -> String {
        match self {
            Self::Whole => "overview".to_owned(),
            Self::District(id) => format!("district-{:02}", content.districts.get(&id).map_or(0, |district| district.number)),
            Self::Network(class) => format!("pipes-{}", class.letters().to_ascii_lowercase().replace('?', "x")),
            Self::Buildings => "buildings".to_owned(),
            Self::Grounds => "grounds".to_owned(),
            Self::Works => "works".to_owned(),
        }
    }
}
