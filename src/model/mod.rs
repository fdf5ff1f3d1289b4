//! The plan and everything its user decided.
//!
//! Geometry is in the plan's working CRS, in metres, x east and y north, as f64. Loaded layers are facts and are
//! shared (`Arc`) with background work; decisions (districts, items, overrides, settings) are small.
//! Only [`History`] changes a [`Plan`]; everything else reads it. Nothing here knows files, words or pictures.

mod annotation;
mod barrier;
mod comment;
mod compound;
mod decision;
mod district;
mod edit;
mod fields;
mod fund;
mod history;
mod invariant;
mod item;
mod layer;
mod looks;
mod mark;
mod meeting;
mod mended;
mod pins;
mod pipe;
mod plan;
mod properties;
mod rebase;
mod satisfaction;
mod schedule;
mod settings;
mod shape;
mod works;

pub use annotation::{Annotation, AnnotationKind};
pub use barrier::{Barrier, BarrierKind, BarrierRule, BarrierRules};
pub use comment::{Comment, CommentAnswer, CommentKey, Ruling, Subject};
pub(crate) use compound::with_facts;
pub use compound::{Compound, CompoundFacts, Consent, Placeholder};
pub use decision::{FindingKey, IgnoreNote, LinkKey, LinkOverride, LinkRule, NeedState, UnitPrice};
pub use district::District;
pub use edit::{Edit, EditError, Touched};
pub use fields::{FIELDS, field_values};
pub use fund::{Fund, FundLine, FundSource, ResidentShare};
pub use history::{Entry, History};
pub use invariant::{Violation, violations};
pub use item::{Item, ItemOrigin, Quantity};
pub use layer::{
    Approximation, Bridge, Building, Facility, Heritage, LayerContent, LayerKind, LayerSource, Limit, LimitLevel, Parcel, Street,
};
pub use looks::{Backdrop, BackdropSource, CLASS_COUNTS, Classing, FieldLook, Looks, Ramp};
pub use mark::{DistrictMark, MARK_NO, MARK_YES};
pub use meeting::{Ancestor, Meeting, Opinion, OpinionKey, Seal, Stance, is_day};
pub use mended::{FREE_CHANGE_M2, FREE_CHANGE_SHARE, MendKey, MendState, Mended, needs_yes};
pub use pins::Pins;
pub use pipe::Pipe;
pub use plan::{Content, Plan};
pub use properties::Properties;
pub(crate) use properties::{Member, value_of};
pub use rebase::{CompoundKey, compound_keys, rebase_facts};
pub use satisfaction::{Satisfaction, Satisfied};
pub use schedule::{Milestone, Progress, Timing};
pub use settings::{CommunityRule, ContiguityRule, EligibleVerdicts, Settings};
pub use works::{PhaseWeights, Works};
