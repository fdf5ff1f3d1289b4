//! Frozen versions on the disk: which seal a file holds, and whether what was read is what was sealed.

use std::path::Path;

use super::records::{Fields, Layout, Record};
use super::tables;
use crate::base::Message;
use crate::export::seal_digest;
use crate::gpkg::{GpkgError, Package};
use crate::model::{Content, Meeting};

/// The seal of the frozen version that a file holds; `None` for any other file.
pub(super) fn digest_in(path: &Path) -> Option<String> {
    let package = Package::open(path).ok()?;
    let mut digest = None;
    let mut layout = None;
    let read = package.read_table(tables::MEETING, |names, row| {
        let layout = layout.get_or_insert_with(|| Layout::new(Meeting::columns(), names, &[]));
        let meeting = Meeting::read(None, &mut Fields::new(layout, row.cells));
        digest = meeting.seal.map(|seal| seal.digest);
        Ok::<(), GpkgError>(())
    });
    read.ok().and(digest)
}

/// What is to be said of a frozen version that is not what was sealed: some other program changed the file.
pub(super) fn broken(content: &Content) -> Option<Message> {
    let (meeting, seal) = (content.meeting.as_ref()?, content.seal()?);
    if seal_digest(content) == seal.digest {
        return None;
    }
    // Another version of the program may count what it knows otherwise.
    let key = if seal.program == env!("CARGO_PKG_VERSION") { "project.seal-broken" } else { "project.seal-unchecked" };
    Some(Message::new(key).text("date", &meeting.date).text("program", &seal.program))
}
