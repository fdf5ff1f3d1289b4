//! The list in which compounds come up for renovation: 应改 before 可改 before 待核 (R4), then by score (R7, R13, R41).

use super::{Screened, Verdict, pack_of, record};
use crate::base::CompoundId;
use crate::model::Content;
use crate::policy::{Priority, priority};

/// Score of every compound, by row, with its parts.
#[must_use]
pub fn priorities(content: &Content) -> Vec<Priority> {
    let pack = pack_of(content);
    content.compounds.iter().map(|compound| priority(&record(compound), pack)).collect()
}

/// Compounds that could be renovated, the first to be done first. Out of scope and excluded ones are not listed.
#[must_use]
pub fn priority_order(content: &Content, screened: &[Screened]) -> Vec<CompoundId> {
    let scores = priorities(content);
    let rank = |verdict| match verdict {
        Verdict::Must => Some(0_u8),
        Verdict::May => Some(1),
        Verdict::Unknown => Some(2),
        Verdict::OutOfScope | Verdict::Excluded => None,
    };
    let mut listed: Vec<(u8, usize)> =
        screened.iter().zip(&scores).enumerate().filter_map(|(row, (s, _))| Some((rank(s.verdict)?, row))).collect();
    listed.sort_by(|(a_rank, a), (b_rank, b)| {
        a_rank.cmp(b_rank).then_with(|| scores[*b].score.total_cmp(&scores[*a].score)).then_with(|| a.cmp(b))
    });
    listed.into_iter().map(|(_, row)| CompoundId::from_index(row)).collect()
}
