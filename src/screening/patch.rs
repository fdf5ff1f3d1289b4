//! Facts of compounds settled by hand, one compound or many at once: what is given replaces, everything else stays.

use crate::model::{CompoundFacts, Consent, with_facts};
use crate::policy::{Exclusion, OwnerKind, YearSpan};

/// What to do with one fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Settle<T> {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Nobody knows.
    Unknown,
    /// It is this.
    Known(T),
}

impl<T> Settle<T> {
    /// From what a fact should be.
    pub fn to(fact: Option<T>) -> Self {
        fact.map_or(Self::Unknown, Self::Known)
    }

    fn put(self, fact: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Unknown => *fact = None,
            Self::Known(value) => *fact = Some(value),
        }
    }
}

/// The facts on which verdicts and priority rest (R1–R7, R41), each to be kept or settled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactsPatch {
    /// 建成年份.
    pub built: Settle<YearSpan>,
    /// 产权.
    pub owner_kind: Settle<OwnerKind>,
    /// Why it is left out (R2); unknown means that nothing is against it.
    pub exclusion: Settle<Exclusion>,
    /// 意愿率, 0–1, and the date of its survey (R7).
    pub consent: Settle<Consent>,
    /// 失养失修失管.
    pub neglected: Settle<bool>,
    /// 市政配套设施不完善.
    pub lacks_municipal: Settle<bool>,
    /// 社区服务设施不健全.
    pub lacks_services: Settle<bool>,
}

impl FactsPatch {
    /// The facts with what is settled.
    #[must_use]
    pub fn applied(&self, facts: &CompoundFacts) -> CompoundFacts {
        let mut facts = facts.clone();
        self.built.put(&mut facts.built);
        self.owner_kind.put(&mut facts.owner_kind);
        self.exclusion.put(&mut facts.exclusion);
        self.consent.clone().put(&mut facts.consent);
        self.neglected.put(&mut facts.neglected);
        self.lacks_municipal.put(&mut facts.lacks_municipal);
        self.lacks_services.put(&mut facts.lacks_services);
        facts
    }
}

/// `facts` with everything that `said` knows put in its place. A placeholder and a name are no matter of screening: they stay
/// where they are given.
#[must_use]
pub fn overlaid(facts: &CompoundFacts, said: &CompoundFacts) -> CompoundFacts {
    macro_rules! overlaid {
        ($name:ident; $($known:ident),+; $placeholder:ident) => {
            CompoundFacts {
                $name: if said.$name.is_empty() { facts.$name.clone() } else { said.$name.clone() },
                $($known: said.$known.clone().or_else(|| facts.$known.clone()),)+
                $placeholder: facts.$placeholder,
            }
        };
    }
    with_facts!(overlaid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> CompoundFacts {
        CompoundFacts {
            name: "甲".to_owned(),
            households: Some(40),
            consent: Some(Consent { share: 0.5, surveyed: None }),
            neglected: Some(true),
            ..CompoundFacts::default()
        }
    }

    #[test]
    fn a_patch_changes_what_it_names_and_nothing_else() {
        assert_eq!(FactsPatch::default().applied(&facts()), facts());
        let patch = FactsPatch {
            built: Settle::Known(YearSpan::single(1998)),
            neglected: Settle::Unknown,
            exclusion: Settle::Unknown,
            ..FactsPatch::default()
        };
        let expected = CompoundFacts { built: Some(YearSpan::single(1998)), neglected: None, ..facts() };
        assert_eq!(patch.applied(&facts()), expected);
    }

    #[test]
    fn a_sheet_adds_what_it_knows_and_blanks_take_nothing_away() {
        assert_eq!(overlaid(&facts(), &CompoundFacts::default()), facts());
        let said = CompoundFacts { households: Some(41), lacks_services: Some(false), ..CompoundFacts::default() };
        let expected = CompoundFacts { households: Some(41), lacks_services: Some(false), ..facts() };
        assert_eq!(overlaid(&facts(), &said), expected);
    }
}
