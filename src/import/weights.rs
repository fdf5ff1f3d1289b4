//! Spatial weights as GeoDa and PySAL write them: GAL (a unit, its count of neighbours, the neighbours) and GWT (a pair
//! and its weight a line). Weights are read as unordered pairs; what does not fit is counted and left out, and the rest is kept.
//! Where a unit of a GAL file lists other neighbours than it counts, the list is believed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::error::ImportError;
use crate::base::Message;

/// Neighbours read from a file, as pairs of rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// Unordered pairs, the smaller row first, ascending, without repeats.
    pub links: Vec<(usize, usize)>,
    /// What the file's ids were taken for.
    pub matched_by: MatchedBy,
    /// Count of units that the header names, when it does.
    pub header_units: Option<usize>,
    /// Field of the ids that the header names, when it does.
    pub header_field: Option<String>,
    /// Units without any link.
    pub islands: usize,
    /// Pairs that only one of the two units names.
    pub one_sided: usize,
    /// Links of a unit with itself, left out.
    pub self_links: usize,
    /// Ids that head more than one entry of a GAL file; their neighbours are put together.
    pub repeated: Vec<String>,
    /// Ids of a GAL file that list more or fewer neighbours than they say; the list counts.
    pub miscounted: Vec<String>,
    /// Ids that no unit has, left out with their links.
    pub unknown: Vec<String>,
}

/// What the ids in a weights file were taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatchedBy {
    /// Ids of the units.
    Ids,
    /// Positions of rows, from 0.
    #[default]
    Rows,
    /// Positions of rows, from 1: so the largest says, and no id is 0.
    RowsFromOne,
}

impl MatchedBy {
    /// The stable name in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ids => "ids",
            Self::Rows => "rows",
            Self::RowsFromOne => "rows_from_1",
        }
    }
}

impl Weights {
    /// What there is to say of the weights, for `units` units.
    #[must_use]
    pub fn notes(&self, units: usize) -> Vec<Message> {
        let links = self.links.len();
        let matched = match self.matched_by {
            MatchedBy::Ids => Message::new("weights.matched-ids").count("links", links),
            MatchedBy::Rows => Message::new("weights.matched-rows").count("links", links),
            MatchedBy::RowsFromOne => Message::new("weights.matched-rows-from-1").count("links", links),
        };
        let mut notes = vec![matched];
        if let Some(header) = self.header_units.filter(|h| *h != units) {
            notes.push(Message::new("weights.header").count("header", header).count("units", units));
        }
        let by_row = self.matched_by != MatchedBy::Ids;
        if let Some(field) = self.header_field.as_ref().filter(|_| by_row && !self.unknown.is_empty()) {
            notes.push(Message::new("weights.hint-id").text("field", field));
        }
        let mut counted = |count: usize, note: Message| {
            if count > 0 {
                notes.push(note.count("count", count));
            }
        };
        let first = |list: &[String]| list.first().cloned().unwrap_or_default();
        counted(self.one_sided, Message::new("weights.one-sided"));
        counted(self.self_links, Message::new("weights.self-links"));
        counted(self.repeated.len(), Message::new("weights.repeated").text("example", first(&self.repeated)));
        counted(self.miscounted.len(), Message::new("weights.miscounted").text("example", first(&self.miscounted)));
        counted(self.unknown.len(), Message::new("weights.unknown").text("example", first(&self.unknown)));
        counted(self.islands, Message::new("weights.islands"));
        notes
    }
}

/// Why no weights came out of a file.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ImportError),
    /// Neither `.gal` nor `.gwt`.
    #[error("{path}: neither GAL nor GWT")]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// The text is not of the format.
    #[error("{path}, line {line}: {found}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// No id of the file is one of the units'.
    #[error("{path}: no id matches, such as {example}")]
    NothingMatches {
        /// The file.
        path: PathBuf,
        /// One of its ids.
        example: String,
        /// What they were taken for.
        matched_by: MatchedBy,
    },
}

impl WeightsError {
    /// The sentence for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        let file = |path: &Path| path.display().to_string();
        match self {
            Self::Unreadable(error) => error.message(),
            Self::UnknownFormat { path } => Message::new("weights.unknown-format").text("file", file(path)),
            Self::Broken { path, line, found } => {
                Message::new("weights.broken").text("file", file(path)).count("line", *line).text("found", found)
            }
            Self::NothingMatches { path, example, matched_by: MatchedBy::Ids } => {
                Message::new("weights.no-match-ids").text("file", file(path)).text("example", example)
            }
            Self::NothingMatches { path, example, .. } => {
                Message::new("weights.no-match-rows").text("file", file(path)).text("example", example)
            }
        }
    }
}

/// Reads a weights file for `units` units. With `ids` (one a unit, in row order) the file's ids are matched to these,
/// else they are row positions from 0. `O(size of the file)`.
///
/// # Errors
/// [`WeightsError`] when the file cannot be read, is of another format, is broken, or when not one id matches.
pub fn read_weights(path: &Path, units: usize, ids: Option<&[String]>) -> Result<Weights, WeightsError> {
    let gwt = match path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).as_deref() {
        Some("gal") => false,
        Some("gwt") => true,
        _ => return Err(WeightsError::UnknownFormat { path: path.to_owned() }),
    };
    let bytes = super::read_bytes(path)?;
    let text = super::text::decode(&bytes).text;
    let parsed = if gwt { parse_gwt(&text) } else { parse_gal(&text) };
    let parsed = parsed.map_err(|(line, found)| WeightsError::Broken { path: path.to_owned(), line, found })?;
    let weights = resolve(&parsed, units, ids);
    match (weights.links.is_empty(), weights.unknown.first()) {
        (true, Some(example)) => {
            let (example, matched_by) = (example.clone(), weights.matched_by);
            Err(WeightsError::NothingMatches { path: path.to_owned(), example, matched_by })
        }
        _ => Ok(weights),
    }
}

/// A weights file as written, before its ids are matched.
#[derive(Debug, Default, PartialEq)]
struct Parsed<'a> {
    header_units: Option<usize>,
    header_field: Option<&'a str>,
    /// Ids that head an entry.
    heads: Vec<&'a str>,
    pairs: Vec<(&'a str, &'a str)>,
    /// Heads that list other neighbours than they count.
    miscounted: Vec<&'a str>,
}

/// Where a text is broken: the line from 1, and what stands there.
type Broken = (usize, String);

/// A line that is not blank: its number from 1, and its tokens.
type Line<'a> = (usize, Vec<&'a str>);

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let all = text.trim_start_matches('\u{feff}').lines().enumerate();
    all.map(|(at, line)| (at + 1, line.split_whitespace().collect::<Vec<_>>())).filter(|(_, tokens)| !tokens.is_empty())
}

/// The header, `0 n layer field` or the count alone as PySAL reads it too.
fn header<'a>(lines: &mut impl Iterator<Item = Line<'a>>) -> Result<Parsed<'a>, Broken> {
    let (at, line) = lines.next().ok_or((1, String::new()))?;
    let ([count] | ["0", count, ..]) = line.as_slice() else { return Err((at, line.join(" "))) };
    let header_units = Some(count.parse().map_err(|_| (at, line.join(" ")))?);
    Ok(Parsed { header_units, header_field: line.get(3).copied(), ..Parsed::default() })
}

/// Whether a line can begin an entry: an id and a count.
fn begins((_, tokens): &Line<'_>) -> bool {
    matches!(tokens.as_slice(), [_, count] if count.parse::<usize>().is_ok())
}

fn parse_gal(text: &str) -> Result<Parsed<'_>, Broken> {
    let mut lines = lines(text);
    let mut parsed = header(&mut lines)?;
    let lines: Vec<Line<'_>> = lines.collect();
    let mut rest = lines.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let (line, tokens) = first;
        let count = tokens.get(1).and_then(|count| count.parse::<usize>().ok()).filter(|_| begins(first));
        let count = count.ok_or_else(|| (*line, tokens.join(" ")))?;
        let (listed, next) = after.split_at(listing(after, count));
        let head = tokens[0];
        let before = parsed.pairs.len();
        parsed.pairs.extend(listed.iter().flat_map(|(_, tokens)| tokens).map(|neighbour| (head, *neighbour)));
        if parsed.pairs.len() - before != count {
            parsed.miscounted.push(head);
        }
        parsed.heads.push(head);
        rest = next;
    }
    Ok(parsed)
}

/// How many lines list the neighbours of a unit that counts so many: one, or more where a list is wrapped. A line that could
/// begin the next entry belongs to the list only when it makes the count full.
fn listing(lines: &[Line<'_>], count: usize) -> usize {
    let mut listed = 0;
    for (at, line) in lines.iter().enumerate() {
        listed += line.1.len();
        let is_full = listed == count && lines.get(at + 1).is_none_or(begins);
        let is_first = at == 0 && count > 0;
        if begins(line) && !is_full && !is_first {
            return at;
        }
        if listed >= count {
            return at + 1;
        }
    }
    lines.len()
}

fn parse_gwt(text: &str) -> Result<Parsed<'_>, Broken> {
    let mut lines = lines(text);
    let mut parsed = header(&mut lines)?;
    for (at, line) in lines {
        match line.as_slice() {
            [a, b] => parsed.pairs.push((a, b)),
            [a, b, weight, ..] if weight.parse::<f64>().is_ok() => parsed.pairs.push((a, b)),
            _ => return Err((at, line.join(" "))),
        }
    }
    Ok(parsed)
}

/// An id without what tools add to it: quotes, and the `.0` of a whole number.
fn plain(id: &str) -> &str {
    let id = id.trim().trim_matches('"');
    match id.strip_suffix(".0") {
        Some(whole) if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => id,
    }
}

/// Whether row positions begin at 0 or at 1: at 1 when one is the count of units, which is then no position from 0, and none
/// is 0.
fn counted_from(parsed: &Parsed<'_>, units: usize) -> MatchedBy {
    let ids = parsed.heads.iter().copied().chain(parsed.pairs.iter().flat_map(|(a, b)| [*a, *b]));
    let (mut zero, mut last) = (false, false);
    for row in ids.filter_map(|id| plain(id).parse::<usize>().ok()) {
        (zero, last) = (zero || row == 0, last || row == units);
    }
    if last && !zero { MatchedBy::RowsFromOne } else { MatchedBy::Rows }
}

fn resolve(parsed: &Parsed<'_>, units: usize, ids: Option<&[String]>) -> Weights {
    let by_id: Option<HashMap<&str, usize>> =
        ids.map(|ids| ids.iter().enumerate().rev().map(|(row, id)| (plain(id), row)).collect());
    let matched_by = if ids.is_some() { MatchedBy::Ids } else { counted_from(parsed, units) };
    let first = usize::from(matched_by == MatchedBy::RowsFromOne);
    let row_of = |id: &str| match &by_id {
        Some(by_id) => by_id.get(plain(id)).copied(),
        None => plain(id).parse::<usize>().ok()?.checked_sub(first).filter(|row| *row < units),
    };
    let mut weights = Weights {
        matched_by,
        miscounted: parsed.miscounted.iter().map(|id| plain(id).to_owned()).collect(),
        header_units: parsed.header_units,
        header_field: parsed.header_field.map(str::to_owned),
        ..Weights::default()
    };
    let mut unknown = BTreeSet::new();
    let mut heads = HashSet::new();
    for head in &parsed.heads {
        if !heads.insert(plain(head)) {
            weights.repeated.push(plain(head).to_owned());
        }
        unknown.extend(row_of(head).is_none().then(|| plain(head).to_owned()));
    }
    let mut directed = HashSet::new();
    for (a, b) in &parsed.pairs {
        match (row_of(a), row_of(b)) {
            (Some(a), Some(b)) if a == b => weights.self_links += 1,
            (Some(a), Some(b)) => {
                directed.insert((a, b));
            }
            (row_a, row_b) => {
                unknown.extend(row_a.is_none().then(|| plain(a).to_owned()));
                unknown.extend(row_b.is_none().then(|| plain(b).to_owned()));
            }
        }
    }
    weights.one_sided = directed.iter().filter(|(a, b)| !directed.contains(&(*b, *a))).count();
    weights.links = directed.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
    weights.links.sort_unstable();
    weights.links.dedup();
    weights.unknown = unknown.into_iter().collect();
    weights.repeated.sort();
    weights.repeated.dedup();
    let linked: HashSet<usize> = weights.links.iter().flat_map(|(a, b)| [*a, *b]).collect();
    weights.islands = units - linked.len();
    weights
}

#[cfg(test)]
mod tests;
