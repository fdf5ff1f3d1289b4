//! What the system says when a file cannot be used, as a message: its own words are English, and each system has others.

use std::io::{Error, ErrorKind};

use super::Message;

/// The usual faults by their kinds; of others the number that the system gives, which experts can look up. What the system
/// said stands in the log.
#[must_use]
pub fn io_fault(error: &Error) -> Message {
    log::debug!("{error}");
    match error.kind() {
        ErrorKind::NotFound => Message::new("base.not-found"),
        ErrorKind::NotADirectory => Message::new("base.no-folder"),
        ErrorKind::IsADirectory => Message::new("base.is-folder"),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Message::new("base.not-allowed"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Message::new("base.disk-full"),
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy | ErrorKind::WouldBlock => Message::new("base.busy"),
        ErrorKind::InvalidFilename => Message::new("base.file-name"),
        ErrorKind::FileTooLarge => Message::new("base.too-large"),
        ErrorKind::UnexpectedEof => Message::new("base.ends-early"),
        ErrorKind::TimedOut | ErrorKind::NetworkDown | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            Message::new("base.unreachable")
        }
        _ => match error.raw_os_error() {
            Some(code) => Message::new("base.fault-number").text("code", code.to_string()),
            None => Message::new("base.fault"),
        },
    }
}
