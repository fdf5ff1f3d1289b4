//! Screening 筛查: facts of compounds and a rule pack become verdicts, each with its clause.
//!
//! Verdicts are always computed; what may be grouped and what carries contiguity follows from them and the
//! plan's settings. Under `all` everything is eligible, and the verdicts still say what the policy thinks.

mod patch;
mod priority;
mod questions;

pub use crate::policy::{ScreeningNote, Verdict};
pub use patch::{FactsPatch, Settle, overlaid};
pub use priority::{priorities, priority_order};
pub use questions::{OpenQuestion, open_to, state_owned_outside};

use rayon::prelude::*;

use crate::base::Message;
use crate::model::{Compound, Content};
use crate::policy::{CompoundRecord, Pack, default_pack, judge, pack};

/// What screening says of one compound.
#[derive(Clone, Debug, PartialEq)]
pub struct Screened {
    /// The verdict.
    pub verdict: Verdict,
    /// The rule it rests on; [`Pack::clause`] has its words.
    pub clause: &'static str,
    /// What else is to know.
    pub notes: Vec<ScreeningNote>,
}

/// The rule pack of a plan; the default pack when its code is none of ours.
#[must_use]
pub fn pack_of(content: &Content) -> &'static Pack {
    pack(&content.settings.policy).unwrap_or_else(default_pack)
}

/// Screens every compound by the plan's own pack. `O(compounds)`.
#[must_use]
pub fn screen(content: &Content) -> Vec<Screened> {
    screen_with(content, pack_of(content))
}

/// Screens every compound by a pack that a user brought.
#[must_use]
pub fn screen_with(content: &Content, pack: &Pack) -> Vec<Screened> {
    let bands = pack.bands(content.settings.may_enabled);
    let one = |compound: &Compound| {
        let judged = judge(&record(compound), pack, bands);
        Screened { verdict: judged.verdict, clause: judged.rule, notes: judged.notes }
    };
    content.compounds.par_iter().map(one).collect()
}

/// The facts of a compound on which its verdict and priority rest.
#[must_use]
pub fn record(compound: &Compound) -> CompoundRecord {
    let facts = &compound.facts;
    CompoundRecord {
        built: facts.built,
        exclusion: facts.exclusion,
        owner_kind: facts.owner_kind,
        single_building: compound.is_single_building(),
        consent: facts.consent.as_ref().map(|consent| consent.share),
        neglected: facts.neglected,
        lacks_municipal: facts.lacks_municipal,
        lacks_services: facts.lacks_services,
    }
}

/// Which compounds may enter a district: the verdicts that the settings choose, or all. 不纳入 never, except under `all`.
#[must_use]
pub fn eligible(content: &Content, screened: &[Screened]) -> Vec<bool> {
    let settings = &content.settings;
    let chosen = |verdict| match verdict {
        Verdict::Must => settings.eligible.must,
        Verdict::May => settings.eligible.may,
        Verdict::Unknown => settings.eligible.unknown,
        Verdict::OutOfScope | Verdict::Excluded => false,
    };
    screened.iter().map(|s| settings.all || chosen(s.verdict)).collect()
}

/// Which compounds carry contiguity: the eligible ones, and with `conduct` every other one too (R2).
#[must_use]
pub fn conducts(content: &Content, screened: &[Screened]) -> Vec<bool> {
    if content.settings.conduct { vec![true; screened.len()] } else { eligible(content, screened) }
}

/// How many compounds have each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts {
    /// 应改.
    pub must: usize,
    /// 可改.
    pub may: usize,
    /// 不在范围.
    pub out_of_scope: usize,
    /// 不纳入.
    pub excluded: usize,
    /// 待核.
    pub unknown: usize,
}

impl VerdictCounts {
    /// The count of one verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Must => self.must,
            Verdict::May => self.may,
            Verdict::OutOfScope => self.out_of_scope,
            Verdict::Excluded => self.excluded,
            Verdict::Unknown => self.unknown,
        }
    }

    /// All compounds.
    #[must_use]
    pub fn total(&self) -> usize {
        Verdict::ALL.into_iter().map(|verdict| self.of(verdict)).sum()
    }

    /// What to say when no compound has a year and nothing is left out: everything is 待核, and how to go on.
    #[must_use]
    pub fn all_unknown(&self) -> Option<Message> {
        let all = self.unknown > 0 && self.unknown + self.excluded == self.total();
        all.then(|| Message::new("screening.all-unknown").count("total", self.unknown))
    }
}

/// Counts verdicts.
#[must_use]
pub fn counts(screened: &[Screened]) -> VerdictCounts {
    let mut counts = VerdictCounts::default();
    for s in screened {
        match s.verdict {
            Verdict::Must => counts.must += 1,
            Verdict::May => counts.may += 1,
            Verdict::OutOfScope => counts.out_of_scope += 1,
            Verdict::Excluded => counts.excluded += 1,
            Verdict::Unknown => counts.unknown += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests;
