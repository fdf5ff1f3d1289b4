//! `--pairs`: pairs linked or parted by hand, from files, before anything is connected.

use serde_json::json;

use super::args::Shared;
use super::inputs::Loaded;
use super::terminal::Terminal;
use crate::base::Message;
use crate::import;
use crate::session::hand_pairs::{Matched, matched};

/// Sets what the files say; of two files that name one pair the later counts. Rows that could not be taken are left out.
pub(super) fn take(terminal: &Terminal, loaded: &mut Loaded, shared: &Shared) -> Result<(), Message> {
    for path in &shared.pairs {
        let read = import::read_hand_pairs(path).map_err(|error| error.message())?;
        let found = matched(&loaded.content, &read);
        terminal.say(&found.message(path));
        loaded.left_out += found.left();
        let (rows, left) = (found.rows(), found.left());
        let Matched { set, taken, already, derived, unknown, ambiguous, with_itself, contradictory, faulty } = found;
        loaded.content.overrides.extend(set);
        loaded.reports.push(json!({
            "file": path.display().to_string(),
            "pairs": {
                "rows": rows,
                "taken": taken,
                "already": already,
                "other_kinds": derived,
                "left_out": left,
                "unknown": unknown,
                "ambiguous": ambiguous,
                "with_itself": with_itself,
                "contradictory": contradictory,
                "faulty": faulty,
            },
        }));
    }
    Ok(())
}
