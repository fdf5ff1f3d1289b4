//! Coordination 统筹: who renovates a pipe and who takes it over, whether pipes and compounds keep step, and where the
//! ground is opened twice.
//!
//! Everything is derived from the plan and the pipe lengths; nothing here decides for the user.

pub mod dig;
pub mod funds;
pub mod indicators;
mod milestones;
mod owners;
pub mod phasing;
mod responsibility;
mod sequence;
mod sync;
mod years;

pub use funds::{Cost, CostBasis, DistrictFunds, FundHint, district_funds};
pub use milestones::{EndsLate, MilestoneRow, Standing, ends_late, milestones_of};
pub use owners::{OwnerTotal, owner_totals};
pub use responsibility::{Handover, Responsibility, ResponsibleUnit, responsibility};
pub use sequence::{Disorder, Turn, disorders};
pub use sync::{Sync, SyncMove, SyncRow, sync};
pub use years::{YearMismatch, YearMissing, year_mismatches, years_missing};
