//! What opens the ground, and when: pipes in the year in which they are renewed, and items laid in the ground.

use std::borrow::Cow;

use geo::{Geometry, MultiLineString};

use crate::base::{ItemId, PipeId};
use crate::model::Content;
use crate::policy::{HiddenWork, ItemGeometry};

/// Who opens the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opener {
    /// A pipe that is renewed.
    Pipe(PipeId),
    /// An item that is laid in the ground.
    Item(ItemId),
}

/// Ground opened along a line in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// By whom.
    pub opener: Opener,
    /// When.
    pub year: i32,
}

impl Opener {
    /// The line along which it opens the ground; `None` when there is none any more.
    #[must_use]
    pub fn line(self, content: &Content) -> Option<Cow<'_, MultiLineString<f64>>> {
        match self {
            Self::Pipe(id) => content.pipes.get(id.index()).map(|pipe| Cow::Borrowed(&pipe.line)),
            Self::Item(id) => match content.items.get(&id)?.place.as_ref()? {
                Geometry::MultiLineString(line) => Some(Cow::Borrowed(line)),
                Geometry::LineString(line) => Some(Cow::Owned(MultiLineString(vec![line.clone()]))),
                _ => None,
            },
        }
    }

    /// As [`Opener::line`]; an empty line where there is none any more.
    pub(super) fn line_or_none(self, content: &Content) -> Cow<'_, MultiLineString<f64>> {
        self.line(content).unwrap_or_else(|| Cow::Owned(MultiLineString(Vec::new())))
    }

    /// A name that survives a re-import: the id of the pipe in its source, or the number of the item.
    #[must_use]
    pub fn name(self, content: &Content) -> String {
        match self {
            Self::Pipe(id) => content.pipes.get(id.index()).map(|pipe| pipe.source_id.clone()).unwrap_or_default(),
            Self::Item(id) => format!("#{id}"),
        }
    }
}

/// Everything with a year that opens the ground, pipes first. What has no year is not planned yet and opens nothing.
/// `O(pipes + items)`.
pub(super) fn openings(content: &Content) -> Vec<Opening> {
    let pipes = (0..content.pipes.len()).map(PipeId::from_index);
    let pipes = pipes.filter_map(|id| Some(Opening { opener: Opener::Pipe(id), year: content.pipe_year(id)? }));
    let items = content.items.iter().filter(|(_, item)| {
        let digs =
            |entry: &crate::policy::CatalogueEntry| entry.geometry == ItemGeometry::Line && entry.hidden_work != HiddenWork::No;
        content.catalogue.get(&item.code).is_some_and(digs)
    });
    let items = items.filter_map(|(id, item)| {
        let opener = Opener::Item(*id);
        opener.line(content)?;
        Some(Opening { opener, year: content.item_year(item)? })
    });
    pipes.chain(items).collect()
}
