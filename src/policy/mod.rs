//! The rules as data: rule packs, the item catalogue, pipe classes, clauses. Plain facts in, verdicts out.
//!
//! Packs are TOML files in `assets/policy`. Where a pack has no text the clause says 无原文; clauses are never invented.

mod benchmarks;
mod catalogue;
mod clause;
mod community;
mod entry;
mod facts;
mod item_class;
mod names;
mod pack;
mod pipe_class;
mod priority;
mod problems;
mod verdict;

pub use benchmarks::{Benchmark, benchmarks, range};
pub use catalogue::{Catalogue, PlanCatalogue, catalogue};
pub use clause::Clause;
pub use community::{CommunityFacility, community_facilities};
pub use entry::{CatalogueEntry, Driver, HiddenWork, ItemGeometry, Unit};
pub use facts::{CompoundRecord, Exclusion, OwnerKind, YearSpan};
pub use item_class::{ItemClass, ItemCode};
pub use names::Names;
pub use pack::{Pack, PackError, PriorityWeights, default_pack, pack, packs};
pub use pipe_class::{Ownership, PipeClass, PipeSubclass, SUBCLASSES, SubclassRow};
pub use priority::{Priority, PriorityPart, Standing, priority};
pub use problems::problem_items;
pub use verdict::{Bands, Condition, Judgement, ScreeningNote, Verdict, judge};
