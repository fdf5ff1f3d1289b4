//! From facts to a verdict with its clause. An exclusion beats everything; a blank year is 待核, never a guess.

use super::{CompoundRecord, Exclusion, OwnerKind, Pack};
use crate::base::Message;

/// What the policy says of a compound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 应改.
    Must,
    /// 可改.
    May,
    /// 不在范围.
    OutOfScope,
    /// 不纳入.
    Excluded,
    /// 待核.
    Unknown,
}

impl Verdict {
    /// Every verdict, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Must, Self::May, Self::Unknown, Self::OutOfScope, Self::Excluded];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::May => "may",
            Self::OutOfScope => "out_of_scope",
            Self::Excluded => "excluded",
            Self::Unknown => "unknown",
        }
    }

    /// The verdict with this [`Verdict::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }

    /// The verdict for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Must => Message::new("policy.verdict-must"),
            Self::May => Message::new("policy.verdict-may"),
            Self::OutOfScope => Message::new("policy.verdict-out-of-scope"),
            Self::Excluded => Message::new("policy.verdict-excluded"),
            Self::Unknown => Message::new("policy.verdict-unknown"),
        }
    }
}

/// The year bands in force (R3). Years count to their last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// Last year of 应改.
    pub must_before: i32,
    /// Last year of 可改; `None` when the band is not enabled.
    pub may_before: Option<i32>,
}

impl Bands {
    /// The verdict of one year.
    #[must_use]
    pub fn of(self, year: i32) -> Verdict {
        if year <= self.must_before {
            Verdict::Must
        } else if self.may_before.is_some_and(|last| year <= last) {
            Verdict::May
        } else {
            Verdict::OutOfScope
        }
    }
}

/// The conditions of R41. They rank; they never exclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// 失养失修失管.
    Neglected,
    /// 市政配套设施不完善.
    LacksMunicipal,
    /// 社区服务设施不健全.
    LacksServices,
}

/// Something to know beside the verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScreeningNote {
    /// 跨期: the span of years crosses a band; the latest year decided.
    SpansBands {
        /// First year.
        first: i32,
        /// Last year.
        last: i32,
    },
    /// 单栋: one building is a compound all the same (R1).
    SingleBuilding,
    /// Why it is left out (R2).
    LeftOut(Exclusion),
    /// 国有企事业单位所属: included like any other (R6).
    StateFirm,
    /// 军队所属: included like any other (R6).
    Military,
    /// No survey yet: neither for nor against (R7).
    ConsentUnknown,
    /// Fewer in favour than the threshold: lower on the list, still in scope (R7).
    ConsentBelow {
        /// Share in favour.
        share: f64,
        /// The pack's threshold.
        threshold: f64,
    },
    /// A condition that the ledger confirms (R41).
    Has(Condition),
}

impl ScreeningNote {
    /// The rule behind the note.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::SpansBands { .. } => "R3",
            Self::SingleBuilding => "R1",
            Self::LeftOut(_) => "R2",
            Self::StateFirm | Self::Military => "R6",
            Self::ConsentUnknown | Self::ConsentBelow { .. } => "R7",
            Self::Has(_) => "R41",
        }
    }

    /// The note for people.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::SpansBands { first, last } => Message::new("screening.spans-bands").year("first", first).year("last", last),
            Self::SingleBuilding => Message::new("screening.single-building"),
            Self::LeftOut(Exclusion::Expropriation) => Message::new("screening.expropriation"),
            Self::LeftOut(Exclusion::Rebuild) => Message::new("screening.rebuild"),
            Self::LeftOut(Exclusion::Demolition) => Message::new("screening.demolition"),
            Self::StateFirm => Message::new("screening.state-firm"),
            Self::Military => Message::new("screening.military"),
            Self::ConsentUnknown => Message::new("screening.consent-unknown"),
            Self::ConsentBelow { share, threshold } => Message::new("screening.consent-below")
                .number("share", share * 100.0, 0)
                .number("threshold", threshold * 100.0, 0),
            Self::Has(Condition::Neglected) => Message::new("screening.neglected"),
            Self::Has(Condition::LacksMunicipal) => Message::new("screening.lacks-municipal"),
            Self::Has(Condition::LacksServices) => Message::new("screening.lacks-services"),
        }
    }
}

/// A verdict, the rule it rests on, and what else is to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The rule: `R2` or `R3`.
    pub rule: &'static str,
    /// Notes, in a fixed order.
    pub notes: Vec<ScreeningNote>,
}

/// Judges one compound. Total: any record gets a verdict.
#[must_use]
pub fn judge(record: &CompoundRecord, pack: &Pack, bands: Bands) -> Judgement {
    let mut notes = Vec::new();
    let by_year = record.built.map(|span| {
        let (first, last) = (span.first.min(span.last), span.first.max(span.last));
        if bands.of(first) != bands.of(last) {
            notes.push(ScreeningNote::SpansBands { first, last });
        }
        bands.of(last)
    });
    let (verdict, rule) = match (record.exclusion, by_year) {
        (Some(ground), _) => {
            notes.insert(0, ScreeningNote::LeftOut(ground));
            (Verdict::Excluded, "R2")
        }
        (None, Some(verdict)) => (verdict, "R3"),
        (None, None) => (Verdict::Unknown, "R3"),
    };
    add_notes(record, pack, &mut notes);
    Judgement { verdict, rule, notes }
}

fn add_notes(record: &CompoundRecord, pack: &Pack, notes: &mut Vec<ScreeningNote>) {
    if record.single_building {
        notes.push(ScreeningNote::SingleBuilding);
    }
    match record.owner_kind {
        Some(OwnerKind::StateFirm) => notes.push(ScreeningNote::StateFirm),
        Some(OwnerKind::Military) => notes.push(ScreeningNote::Military),
        _ => {}
    }
    let threshold = pack.consent_threshold;
    match record.consent {
        None => notes.push(ScreeningNote::ConsentUnknown),
        Some(share) if share < threshold => notes.push(ScreeningNote::ConsentBelow { share, threshold }),
        Some(_) => {}
    }
    let conditions = [
        (record.neglected, Condition::Neglected),
        (record.lacks_municipal, Condition::LacksMunicipal),
        (record.lacks_services, Condition::LacksServices),
    ];
    notes.extend(conditions.iter().filter(|(fact, _)| *fact == Some(true)).map(|(_, condition)| ScreeningNote::Has(*condition)));
}

#[cfg(test)]
mod tests {
    use super::super::{YearSpan, default_pack, pack};
    use super::*;

    fn verdict_of(built: Option<YearSpan>, may: bool) -> Verdict {
        let record = CompoundRecord { built, ..CompoundRecord::default() };
        judge(&record, default_pack(), default_pack().bands(Some(may))).verdict
    }

    #[test]
    fn r3_bands_by_year() {
        let cases = [
            (Some(1980), Verdict::Must, Verdict::Must),
            (Some(2000), Verdict::Must, Verdict::Must),
            (Some(2001), Verdict::May, Verdict::OutOfScope),
            (Some(2005), Verdict::May, Verdict::OutOfScope),
            (Some(2006), Verdict::OutOfScope, Verdict::OutOfScope),
            (None, Verdict::Unknown, Verdict::Unknown),
        ];
        for (year, enabled, disabled) in cases {
            let span = year.map(YearSpan::single);
            assert_eq!(verdict_of(span, true), enabled, "{year:?} enabled");
            assert_eq!(verdict_of(span, false), disabled, "{year:?} disabled");
        }
        assert_eq!(default_pack().bands(None).may_before, Some(2005));
        assert_eq!(pack("national").unwrap().bands(Some(true)).may_before, None);
    }

    #[test]
    fn r3_a_span_takes_its_latest_year_and_says_so() {
        let judged = |first, last| {
            let record = CompoundRecord { built: Some(YearSpan { first, last }), ..CompoundRecord::default() };
            judge(&record, default_pack(), default_pack().bands(None))
        };
        let crossing = judged(1998, 2001);
        assert_eq!(crossing.verdict, Verdict::May);
        assert_eq!(crossing.notes[0], ScreeningNote::SpansBands { first: 1998, last: 2001 });
        let within = judged(1990, 1998);
        assert_eq!(within.verdict, Verdict::Must);
        assert!(!within.notes.iter().any(|n| matches!(n, ScreeningNote::SpansBands { .. })));
    }

    #[test]
    fn r2_exclusion_beats_every_year() {
        for exclusion in [Exclusion::Expropriation, Exclusion::Rebuild, Exclusion::Demolition] {
            for built in [None, Some(YearSpan::single(1980)), Some(YearSpan::single(2020))] {
                let record = CompoundRecord { built, exclusion: Some(exclusion), ..CompoundRecord::default() };
                let judged = judge(&record, default_pack(), default_pack().bands(None));
                assert_eq!((judged.verdict, judged.rule), (Verdict::Excluded, "R2"));
                assert_eq!(judged.notes[0], ScreeningNote::LeftOut(exclusion));
            }
        }
    }

    #[test]
    fn r6_r7_r41_never_change_the_verdict() {
        let owners = [OwnerKind::Private, OwnerKind::StateFirm, OwnerKind::Military, OwnerKind::PublicHousing, OwnerKind::Other];
        for year in [1980, 2003, 2010] {
            let plain = verdict_of(Some(YearSpan::single(year)), true);
            for owner_kind in owners.into_iter().map(Some) {
                let (consent, neglected) = (Some(0.01), Some(false));
                let built = Some(YearSpan::single(year));
                let record = CompoundRecord { built, owner_kind, consent, neglected, ..CompoundRecord::default() };
                assert_eq!(judge(&record, default_pack(), default_pack().bands(None)).verdict, plain, "{owner_kind:?}");
            }
        }
    }

    #[test]
    fn codes_come_back() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_code(verdict.code()), Some(verdict));
        }
    }
}
