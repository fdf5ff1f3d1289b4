//! Where results go: a file that is replaced whole, or stdout.

use std::io::Write;
use std::path::Path;

use crate::base::{Message, io_fault};

/// The error of a file that cannot be written.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Message {
    Message::new("cli.unwritable").text("file", path.display().to_string()).nested("why", io_fault(error))
}

/// Writes a file whole: beside it first, then in its place.
pub(super) fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Message> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let work = || -> std::io::Result<()> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".lianpian-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        {
            let mut buffered = std::io::BufWriter::new(file.as_file_mut());
            write(&mut buffered)?;
            buffered.flush()?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    work().map_err(|error| unwritable(path, &error))
}

/// Leaves what is no longer needed to the end of the process, which gives back its memory at once; millions of features one
/// by one would take a good part of the time that reading them takes.
pub(super) fn leave<T>(value: T) {
    std::mem::forget(value);
}

/// Prints to stdout. A reader that has gone away is no failure.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Message> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(unwritable(Path::new("stdout"), &error)),
        _ => Ok(()),
    }
}

/// Prints one JSON object.
pub(super) fn print_json(value: &serde_json::Value) -> Result<(), Message> {
    print(|out| writeln!(out, "{value}"))
}

/// Ending of a path, lower case.
pub(super) fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The error of an ending that stands for no format of this command.
pub(super) fn no_format(path: &Path, known: &[&str]) -> Message {
    Message::new("cli.no-format").text("file", path.display().to_string()).text("formats", known.join(", "))
}
