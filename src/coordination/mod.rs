//! Coordination 统筹: who renovates a pipe and who takes it over, and whether pipes and compounds keep step.
//!
//! Everything is derived from the plan and the pipe lengths; nothing here decides for the user.

mod owners;
mod responsibility;
mod years;

pub use owners::{OwnerTotal, owner_totals};
pub use responsibility::{Handover, Responsibility, ResponsibleUnit, responsibility};
pub use years::{YearMismatch, YearMissing, year_mismatches, years_missing};
