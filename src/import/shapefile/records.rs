//! Where the records of a `.shp` stand: by its index where there is one, else from one to the next. Each begins with its
//! number and its length; where those are wrong the records behind it are found again.

use super::shp::{HEADER, be, bytes_of, has_header, le};

/// Length of what stands before the content of a record, and of an entry of the index, bytes.
const HEAD: usize = 8;

/// Records in a row that may be lost and the next still be known by its number.
const MOST_LOST: u32 = 1_024;

/// Why a record has no place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lost {
    /// The file ends before it does.
    CutOff,
    /// It lies somewhere in bytes that say nothing.
    Broken,
}

/// Start and end of a record's content.
type Span = Result<(usize, usize), Lost>;

/// Records of a file, in its order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Records {
    pub(super) spans: Vec<Span>,
    /// Those that were found although their own length, or that of the one before, is wrong.
    pub(super) found_again: usize,
    /// Those that the index does not name.
    pub(super) unindexed: usize,
}

impl Records {
    /// Takes the record that begins at `at` as far as it can be told, where the next that is known begins at `next` and so many
    /// end before it. Where the reading goes on.
    fn regain(&mut self, shp: &[u8], at: usize, next: usize, lost: usize) -> usize {
        let numbered = is_numbered(shp, at, self.spans.len() + 1);
        match whole(shp, at).filter(|end| numbered && *end <= next) {
            Some(end) if lost > 1 => {
                self.spans.push(Ok((at + HEAD, end)));
                return end;
            }
            // It ends where the next begins, whatever it says itself.
            _ if lost == 1 && numbered => self.spans.push(Ok((at + HEAD, next))),
            _ => self.spans.extend(std::iter::repeat_n(Err(Lost::Broken), lost)),
        }
        self.found_again += 1;
        next
    }
}

/// Records by the index, and those behind the last that it names. `None` when it is no index of this file: records that
/// overlap would be read over and over.
pub(super) fn indexed(shp: &[u8], shx: &[u8]) -> Option<Records> {
    if !has_header(shx) {
        return None;
    }
    let entries: Vec<&[u8]> = shx[HEADER..].chunks_exact(HEAD).collect();
    let start_of = |entry: &[u8]| be(entry, 0).and_then(bytes_of);
    let mut records = Records { spans: Vec::with_capacity(entries.len()), ..Records::default() };
    let (mut total, mut farthest) = (0_usize, HEADER);
    for (place, entry) in entries.iter().enumerate() {
        let start = start_of(entry).filter(|start| *start >= HEADER)?;
        let next = entries.get(place + 1).map_or(Some(shp.len()), |next| start_of(next));
        let by_index = be(entry, 4).and_then(bytes_of).filter(|length| start.checked_add(HEAD + length) == next);
        let own = be(shp, start + 4).and_then(bytes_of);
        // The index is believed where it leads to the next record and the record itself does not.
        let length = by_index.or(own);
        records.found_again += usize::from(by_index.is_some() && own.is_some() && own != by_index);
        let span = length.and_then(|length| Some((start + HEAD, (start + HEAD).checked_add(length)?)));
        total = total.checked_add(span.map_or(0, |(start, end)| end - start))?;
        let span = span.filter(|(_, end)| *end <= shp.len()).ok_or(Lost::CutOff);
        farthest = farthest.max(span.map_or(farthest, |(_, end)| end));
        records.spans.push(span);
    }
    // An index that was cut off names the first records only.
    let all_there = records.spans.iter().all(Result::is_ok);
    while let Some(end) = numbered(shp, farthest, records.spans.len() + 1).filter(|_| all_there) {
        records.spans.push(Ok((farthest + HEAD, end)));
        records.unindexed += 1;
        farthest = end;
    }
    (total <= shp.len().saturating_mul(2)).then_some(records)
}

/// Records one after another. What is left at the end and is no whole record counts as one that is cut off.
pub(super) fn walked(shp: &[u8]) -> Records {
    let mut records = Records::default();
    let mut at = HEADER;
    // Where records are numbered otherwise nothing is found again, however often it is looked for.
    let mut counts = true;
    while at < shp.len() {
        let length = be(shp, at + 4).and_then(bytes_of).filter(|length| *length >= 4);
        let end = length.and_then(|length| (at + HEAD).checked_add(length)).filter(|end| *end <= shp.len());
        let number = records.spans.len() + 1;
        // A length that leads neither to the next record nor to the end of the file is wrong, or what follows is.
        let leads = |end: usize| end == shp.len() || is_numbered(shp, end, number + 1);
        let next = || counts.then(|| found_again(shp, at, number)).flatten();
        if let Some(end) = end.filter(|end| leads(*end)) {
            records.spans.push(Ok((at + HEAD, end)));
            at = end;
        } else if let Some((next, lost)) = next() {
            at = records.regain(shp, at, next, lost);
        } else if let Some(end) = end {
            counts = false;
            records.spans.push(Ok((at + HEAD, end)));
            at = end;
        } else {
            records.spans.push(Err(Lost::CutOff));
            break;
        }
    }
    records
}

/// The end of the record that begins here, when it has this number and the kind of shape that the file has.
fn numbered(shp: &[u8], at: usize, number: usize) -> Option<usize> {
    is_numbered(shp, at, number).then(|| whole(shp, at)).flatten()
}

fn is_numbered(shp: &[u8], at: usize, number: usize) -> bool {
    be(shp, at).is_some_and(|own| usize::try_from(own) == Ok(number))
}

/// The end of the record that begins here, when what stands there can be one.
fn whole(shp: &[u8], at: usize) -> Option<usize> {
    let length = be(shp, at + 4).and_then(bytes_of).filter(|length| *length >= 4)?;
    let code = le(shp, at + HEAD)?;
    let end = (at + HEAD).checked_add(length).filter(|end| *end <= shp.len())?;
    (code == 0 || Some(code) == le(shp, 32)).then_some(end)
}

/// Where the records go on behind the record of this number, and how many end before that: a record with a number that is
/// due, with the next one or the end of the file behind it.
fn found_again(shp: &[u8], broken_at: usize, number: usize) -> Option<(usize, usize)> {
    let due = u32::try_from(number).ok()?.checked_add(1)?;
    let starts = (broken_at + HEAD..shp.len()).step_by(2);
    starts.into_iter().find_map(|at| {
        let number = be(shp, at).filter(|number| (due..due.saturating_add(MOST_LOST)).contains(number))?;
        let end = whole(shp, at)?;
        let follows = end == shp.len() || be(shp, end) == number.checked_add(1);
        follows.then(|| Some((at, usize::try_from(number - due).ok()? + 1))).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of points, and its index.
    fn points(count: u32) -> (Vec<u8>, Vec<u8>) {
        let mut header = vec![0; HEADER];
        header[..4].copy_from_slice(&9_994_u32.to_be_bytes());
        header[32..36].copy_from_slice(&1_u32.to_le_bytes());
        let (mut shp, mut shx) = (header.clone(), header);
        for number in 1..=count {
            shx.extend(u32::try_from(shp.len() / 2).expect("short").to_be_bytes());
            shx.extend(10_u32.to_be_bytes());
            shp.extend(number.to_be_bytes());
            shp.extend(10_u32.to_be_bytes());
            shp.extend(1_u32.to_le_bytes());
            shp.extend([f64::from(number), 43.0].into_iter().flat_map(f64::to_le_bytes));
        }
        (shp, shx)
    }

    /// Where a record begins.
    fn at(record: usize) -> usize {
        HEADER + 28 * (record - 1)
    }

    #[test]
    fn records_are_found_behind_damage() {
        let (whole, index) = points(6);
        let all: Vec<Span> = (1..=6).map(|record| Ok((at(record) + HEAD, at(record + 1)))).collect();
        let check = |damage: &dyn Fn(&mut Vec<u8>), by_index: (&[usize], usize), by_walk: (&[usize], usize)| {
            let mut shp = whole.clone();
            damage(&mut shp);
            for (found, (lost, again)) in [(indexed(&shp, &index).expect("an index"), by_index), (walked(&shp), by_walk)] {
                let gone: Vec<usize> = (1..=found.spans.len()).filter(|record| found.spans[record - 1].is_err()).collect();
                assert_eq!((gone.as_slice(), found.found_again), (lost, again));
                let kept = found.spans.iter().zip(&all).filter(|(span, _)| span.is_ok());
                assert!(kept.into_iter().all(|(span, all)| span == all), "{found:?}");
            }
        };
        check(&|_| {}, (&[], 0), (&[], 0));
        // A length that is too short, too long, or nothing at all.
        for length in [4_u32, 24, u32::MAX, 0] {
            let damage = |shp: &mut Vec<u8>| shp[at(3) + 4..at(3) + 8].copy_from_slice(&length.to_be_bytes());
            check(&damage, (&[], 1), (&[], 1));
        }
        // Two records in a row are rubbish.
        check(&|shp| shp[at(2)..at(4)].fill(0xEE), (&[], 2), (&[2, 3], 1));
        // The file ends early.
        check(&|shp| shp.truncate(at(5) + 10), (&[5, 6], 0), (&[5], 0));
    }

    #[test]
    fn an_index_that_was_cut_off_names_the_first_records() {
        let (shp, mut index) = points(6);
        index.truncate(HEADER + 8 * 2);
        let found = indexed(&shp, &index).expect("an index");
        assert_eq!((found.spans.len(), found.unindexed), (6, 4));
        assert_eq!(found.spans, walked(&shp).spans);
    }
}
