//! What of the backdrop can be drawn now, and what has to be said of it.

use std::sync::Arc;

use super::State;
use crate::base::Message;
use crate::map::backdrop::BackdropTile;
use crate::model::BackdropSource;

/// What of the backdrop can be drawn.
#[derive(Clone, Debug, Default)]
pub struct BackdropView {
    /// Tiles in the order in which they are drawn: coarser ones that stand in first.
    pub tiles: Vec<Arc<BackdropTile>>,
    /// Changes with them.
    pub revision: u64,
    /// What had to be assumed of a file.
    pub notes: Vec<Message>,
    /// Why it, or a part of it, cannot be shown.
    pub trouble: Option<Message>,
}

impl State {
    /// Whether the backdrop of the plan comes over the network.
    #[must_use]
    pub fn backdrop_is_remote(&self) -> bool {
        match &self.plan.settings.looks.backdrop.source {
            BackdropSource::None | BackdropSource::Grid => false,
            // Systems take such a path as one of another machine.
            BackdropSource::File(path) => path.starts_with("//") || path.starts_with("\\\\"),
            BackdropSource::Service(_) => true,
        }
    }

    /// Whether the backdrop of the plan may be shown: what comes over the network only once the user has turned it on.
    #[must_use]
    pub fn backdrop_is_allowed(&self) -> bool {
        let source = &self.plan.settings.looks.backdrop.source;
        !self.backdrop_is_remote() || self.view.network_for.as_ref() == Some(source)
    }
}
