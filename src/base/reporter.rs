//! How long work tells how far it is, and hears that it should stop.

/// Work was stopped at somebody's wish; nothing is wrong and nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Points that all outlines of one piece of work have together, at most: enough to show the shape of a city, few enough to
/// be drawn in every frame.
pub const MOST_OUTLINE_POINTS: usize = 60_000;

/// Receives progress and answers whether to go on. Cheap to call every few thousand steps.
pub trait Reporter: Sync {
    /// `done` of `total` steps; `total` 0 means unknown.
    fn progress(&self, done: usize, total: usize);

    /// Whether the work should stop as soon as it can.
    fn should_stop(&self) -> bool;

    /// Whether somebody looks at outlines while the work goes on.
    fn shows_outlines(&self) -> bool {
        false
    }

    /// Lines that give an idea of what is being read, as x and y in the system of coordinates of that name; without a name,
    /// the work has not been told one. Few beside what is read, and only where somebody looks.
    fn outlines(&self, system: Option<&str>, lines: Vec<Vec<[f64; 2]>>) {
        drop((system, lines));
    }

    /// `Err(Cancelled)` when the work should stop.
    ///
    /// # Errors
    /// [`Cancelled`] when [`Reporter::should_stop`] says so.
    fn check(&self) -> Result<(), Cancelled> {
        if self.should_stop() { Err(Cancelled) } else { Ok(()) }
    }
}

/// A reporter that nobody listens to and that never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn progress(&self, _done: usize, _total: usize) {}

    fn should_stop(&self) -> bool {
        false
    }
}
