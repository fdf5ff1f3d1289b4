//! Laws of the plan file and of the journal.

mod differs;
mod file;
mod made;
mod replay;
mod sample;
