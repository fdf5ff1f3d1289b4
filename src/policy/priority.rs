//! Which compounds come first (R7, R13, R41): a plain sum of points, each shown with its weight.
//!
//! An unknown fact earns half its points: it is neither good nor bad, and a missing survey is not 0 %.
//! The score orders a list; it never decides who may be renovated.

use super::{CompoundRecord, Pack};
use crate::base::Message;

/// What is known of one part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A fact of the ledger.
    Known,
    /// Nobody has said.
    Unknown,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct PriorityPart {
    /// What it is about.
    pub name: Message,
    /// Points earned.
    pub points: f64,
    /// Points it could earn: the weight of the pack.
    pub weight: f64,
    /// Whether it rests on a fact.
    pub standing: Standing,
}

/// A score with all its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Priority {
    /// Sum of the points; higher comes first.
    pub score: f64,
    /// The score if every unknown turned out to earn nothing.
    pub low: f64,
    /// The score if every unknown turned out to earn everything.
    pub high: f64,
    /// The parts, in a fixed order.
    pub parts: Vec<PriorityPart>,
}

/// Years before the last year in scope after which age earns all its points.
const FULL_AGE_YEARS: f64 = 40.0;

/// Scores one compound by the pack's weights.
#[must_use]
pub fn priority(record: &CompoundRecord, pack: &Pack) -> Priority {
    let weights = pack.priority;
    let newest = pack.may_before.unwrap_or(pack.must_before);
    let age = record.built.map(|span| (f64::from(newest.saturating_sub(span.last)) / FULL_AGE_YEARS).clamp(0.0, 1.0));
    let yes = |fact: Option<bool>| fact.map(|holds| if holds { 1.0 } else { 0.0 });
    let consent = yes(record.consent.map(|share| share >= pack.consent_threshold));
    let parts = vec![
        part(Message::new("screening.priority-age"), age, weights.age),
        part(Message::new("screening.priority-neglected"), yes(record.neglected), weights.neglected),
        part(Message::new("screening.priority-municipal"), yes(record.lacks_municipal), weights.lacks_municipal),
        part(Message::new("screening.priority-services"), yes(record.lacks_services), weights.lacks_services),
        part(Message::new("screening.priority-consent"), consent, weights.consent),
    ];
    let open: f64 = parts.iter().filter(|p| p.standing == Standing::Unknown).map(|p| p.points).sum();
    let score: f64 = parts.iter().map(|p| p.points).sum();
    Priority { score, low: score - open, high: score + open, parts }
}

/// `share` of the weight, or half of it when nothing is known.
fn part(name: Message, share: Option<f64>, weight: f64) -> PriorityPart {
    let standing = if share.is_some() { Standing::Known } else { Standing::Unknown };
    PriorityPart { name, points: share.unwrap_or(0.5) * weight, weight, standing }
}

#[cfg(test)]
mod tests {
    use super::super::{YearSpan, default_pack};
    use super::*;

    fn score(record: &CompoundRecord) -> f64 {
        priority(record, default_pack()).score
    }

    #[test]
    fn r7_the_threshold_reorders_and_missing_is_not_zero() {
        let with = |consent| CompoundRecord { consent, ..CompoundRecord::default() };
        assert!(score(&with(Some(0.66))) > score(&with(Some(0.65))));
        assert!(score(&with(None)) > score(&with(Some(0.0))));
        assert!(score(&with(None)) < score(&with(Some(0.9))));
        let mut eager = default_pack().clone();
        eager.consent_threshold = 0.5;
        assert!(priority(&with(Some(0.6)), &eager).score > priority(&with(Some(0.6)), default_pack()).score);
    }

    #[test]
    fn r41_unknown_never_counts_as_good() {
        let with = |neglected| CompoundRecord { neglected, ..CompoundRecord::default() };
        assert!(score(&with(None)) > score(&with(Some(false))), "unknown repair is not good repair");
        assert!(score(&with(Some(true))) > score(&with(None)));
        let services = |lacks_services| CompoundRecord { lacks_services, ..CompoundRecord::default() };
        assert!(score(&services(None)) > score(&services(Some(false))));
    }

    #[test]
    fn the_score_is_the_sum_of_its_parts() {
        let built = Some(YearSpan::single(1985));
        let priority = priority(&CompoundRecord { built, neglected: Some(true), ..CompoundRecord::default() }, default_pack());
        let sum: f64 = priority.parts.iter().map(|p| p.points).sum();
        assert!((priority.score - sum).abs() < 1e-12);
        assert!((priority.parts.iter().map(|p| p.weight).sum::<f64>() - default_pack().priority.total()).abs() < 1e-12);
        assert!((priority.parts[0].points - 15.0).abs() < 1e-12, "1985 is 20 of 40 years before 2005");
        assert!(priority.low < priority.score && priority.score < priority.high);
    }
}
