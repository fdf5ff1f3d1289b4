//! The whole program without a window: the state of a session, and what each command does to it.
//!
//! [`dispatch`] changes the state at once and returns [`Effect`]s for what needs files, threads or a window;
//! their answers come back through [`accept`]. So tests, the terminal and the window drive the same program.

pub mod actions;
pub mod derive;
mod accept;
mod dispatch;
pub mod edits;
mod effect;
mod fields;
pub mod fixing;
pub mod hand_pairs;
mod joining;
mod linking;
mod look;
pub mod mending;
mod naming;
mod only;
mod origins;
mod other;
pub mod outcome;
pub mod regrouping;
pub mod reload;
mod rereading;
mod search;
pub mod sheet;
mod state;
mod survey;
mod view;
mod wishes;
mod works;

pub use accept::{accept, drafted, load_edits, place_layers};
pub use dispatch::{can, dispatch};
pub use effect::{Answer, Effect};
pub use fields::{FIELDS, field_values};
pub use naming::{Named, districts_of_field};
pub use origins::{Origin, Origins, Rereading};
pub use other::{Other, OtherSource};
pub use outcome::{Measured, Measures, Outcome};
pub use search::{Search, SearchStage, Sight, Sketch};
pub use state::{Counts, Derived, JobRow, ReadFrom, ReadLayer, Revisions, Stamped, State};
pub use survey::{Ground, LoadOrder, Readiness, Relation, Remembered, Survey, SurveyedLayer};
pub use view::{Dialog, LayerView, Offer, Preferences, Selection, Toast, View, default_layers};
pub use works::{PhaseProposal, YearProposal};
