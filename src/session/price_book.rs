//! A price book that comes from a file, taken into the plan as one step.

use std::path::Path;

use super::dispatch::commit;
use super::{Effect, State};
use crate::base::Message;
use crate::import::PriceBook;
use crate::model::{Content, Edit, UnitPrice};
use crate::policy::ItemCode;

/// Prices of a book that are others than the plan's.
#[must_use]
pub fn changed(content: &Content, book: &PriceBook) -> Vec<(ItemCode, UnitPrice)> {
    let other = book.prices.iter().filter(|(code, price)| content.prices.get(*code) != Some(*price));
    other.map(|(code, price)| (code.clone(), price.clone())).collect()
}

/// What became of the rows of a book.
#[must_use]
pub fn message(file: &Path, book: &PriceBook, changed: usize) -> Message {
    let file = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let counts = Message::new("session.prices-read")
        .text("file", file)
        .count("prices", book.prices.len())
        .count("changed", changed)
        .count("open", book.open);
    if book.is_whole() {
        return counts;
    }
    let lines = |lines: &[usize]| lines.iter().take(5).map(usize::to_string).collect::<Vec<_>>().join(", ");
    Message::new("session.prices-left")
        .nested("what", counts)
        .count("unknown", book.unknown.len())
        .text("unknown_lines", lines(&book.unknown))
        .count("faulty", book.faulty.len())
        .text("faulty_lines", lines(&book.faulty))
}

/// Takes a book into the plan of a window. Prices that it does not have stay.
pub(super) fn take(state: &mut State, file: &Path, book: &PriceBook) -> Vec<Effect> {
    let changed = changed(&state.plan, book);
    let told = message(file, book, changed.len());
    if book.is_whole() {
        state.tell(told);
    } else {
        state.tell_failure(told);
    }
    if changed.is_empty() {
        return Vec::new();
    }
    let count = changed.len();
    let put = changed.into_iter().map(|(code, price)| Edit::PutPrice(code, Some(price))).collect();
    commit(state, Message::new("session.edit-prices").count("count", count), Edit::Group(put))
}
