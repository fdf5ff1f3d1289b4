//! What is still open before a plan can rest on the screening: facts that nobody has told, compound by compound.
//!
//! An open question never counts as a good answer (R41), and a missing survey is not 0 % (R7).

use super::{Screened, Verdict};
use crate::base::{CompoundId, Message};
use crate::model::{CompoundFacts, Content};
use crate::policy::OwnerKind;

/// A question that somebody should answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenQuestion {
    /// 建成年份 (R3): without it the verdict is 待核.
    Built,
    /// 意愿率 (R7).
    Consent,
    /// The date of the survey (R7).
    SurveyDate,
    /// 失养失修失管 (R41).
    Neglected,
    /// 市政配套设施不完善 (R41).
    LacksMunicipal,
    /// 社区服务设施不健全 (R41).
    LacksServices,
    /// Whose buildings they are (R6).
    Owner,
    /// 户数.
    Households,
    /// 建筑面积.
    FloorArea,
    /// A boundary that somebody drew.
    Boundary,
}

impl OpenQuestion {
    /// Every question, the gravest first.
    pub const ALL: [Self; 10] = [
        Self::Built,
        Self::Consent,
        Self::SurveyDate,
        Self::Neglected,
        Self::LacksMunicipal,
        Self::LacksServices,
        Self::Owner,
        Self::Households,
        Self::FloorArea,
        Self::Boundary,
    ];

    /// The question for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Built => Message::new("screening.open-built"),
            Self::Consent => Message::new("screening.open-consent"),
            Self::SurveyDate => Message::new("screening.open-survey-date"),
            Self::Neglected => Message::new("screening.open-neglected"),
            Self::LacksMunicipal => Message::new("screening.open-municipal"),
            Self::LacksServices => Message::new("screening.open-services"),
            Self::Owner => Message::new("screening.open-owner"),
            Self::Households => Message::new("screening.open-households"),
            Self::FloorArea => Message::new("screening.open-floor-area"),
            Self::Boundary => Message::new("screening.open-boundary"),
        }
    }

    /// Whether the facts leave it open.
    #[must_use]
    pub fn is_open(self, facts: &CompoundFacts) -> bool {
        match self {
            Self::Built => facts.built.is_none(),
            Self::Consent => facts.consent.is_none(),
            Self::SurveyDate => facts.consent.as_ref().is_some_and(|consent| consent.surveyed.is_none()),
            Self::Neglected => facts.neglected.is_none(),
            Self::LacksMunicipal => facts.lacks_municipal.is_none(),
            Self::LacksServices => facts.lacks_services.is_none(),
            Self::Owner => facts.owner_kind.is_none(),
            Self::Households => facts.households.is_none(),
            Self::FloorArea => facts.floor_area_m2.is_none(),
            Self::Boundary => facts.placeholder.is_some(),
        }
    }
}

/// The compounds that leave a question open, of those that may enter the plan: who is 不纳入 or 不在范围 is asked nothing.
/// `O(compounds)`.
#[must_use]
pub fn open_to(content: &Content, screened: &[Screened], question: OpenQuestion) -> Vec<CompoundId> {
    let asked = |row: usize| screened.get(row).is_some_and(|s| !matches!(s.verdict, Verdict::Excluded | Verdict::OutOfScope));
    let open = content.compounds.iter().enumerate().filter(|(row, c)| asked(*row) && question.is_open(&c.facts));
    open.map(|(row, _)| CompoundId::from_index(row)).collect()
}

/// Compounds of state firms and of the military that no district holds (R6), whatever verdicts the plan groups; only 不纳入
/// and 不在范围 are no gap.
#[must_use]
pub fn state_owned_outside(content: &Content, screened: &[Screened]) -> Vec<CompoundId> {
    let of_state = |facts: &CompoundFacts| matches!(facts.owner_kind, Some(OwnerKind::StateFirm | OwnerKind::Military));
    let in_scope = |row: usize| screened.get(row).is_some_and(|s| !matches!(s.verdict, Verdict::Excluded | Verdict::OutOfScope));
    let outside = |row: usize| content.assignment.get(row).copied().flatten().is_none();
    let all = content.compounds.iter().enumerate();
    let found = all.filter(|(row, c)| of_state(&c.facts) && in_scope(*row) && outside(*row));
    found.map(|(row, _)| CompoundId::from_index(row)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::screen;
    use super::*;
    use crate::base::DistrictId;
    use crate::model::{Compound, Consent, Properties};
    use crate::policy::{Exclusion, YearSpan};

    fn plan() -> Content {
        let compound = |id: &str| Compound {
            source_id: id.to_owned(),
            shape: geo::MultiPolygon(Vec::new()),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        let compounds = Arc::new(["a", "b", "c", "d"].map(compound).to_vec());
        let mut plan = Content { assignment: vec![None; 4], compounds, ..Content::default() };
        let compounds = Arc::make_mut(&mut plan.compounds);
        compounds[0].facts.built = Some(YearSpan::single(1990));
        compounds[1].facts.exclusion = Some(Exclusion::Rebuild);
        compounds[2].facts.built = Some(YearSpan::single(2015));
        plan
    }

    #[test]
    fn questions_are_asked_of_those_who_may_enter_the_plan() {
        let mut plan = plan();
        let open = |plan: &Content, question| open_to(plan, &screen(plan), question);
        assert_eq!(open(&plan, OpenQuestion::Built), [CompoundId(3)]);
        assert_eq!(open(&plan, OpenQuestion::Neglected), [CompoundId(0), CompoundId(3)]);
        assert!(open(&plan, OpenQuestion::SurveyDate).is_empty(), "there is no survey to be dated");
        let compounds = Arc::make_mut(&mut plan.compounds);
        compounds[0].facts.consent = Some(Consent { share: 0.7, surveyed: None });
        assert_eq!(open(&plan, OpenQuestion::SurveyDate), [CompoundId(0)]);
        assert_eq!(open(&plan, OpenQuestion::Consent), [CompoundId(3)]);
        Arc::make_mut(&mut plan.compounds)[0].facts.neglected = Some(false);
        assert_eq!(open(&plan, OpenQuestion::Neglected), [CompoundId(3)], "answered with no is answered");
    }

    #[test]
    fn r6_state_firms_and_the_military_outside_districts_are_listed_whatever_is_grouped() {
        let mut plan = plan();
        for (row, kind) in
            [OwnerKind::StateFirm, OwnerKind::Military, OwnerKind::Military, OwnerKind::Military].iter().enumerate()
        {
            Arc::make_mut(&mut plan.compounds)[row].facts.owner_kind = Some(*kind);
        }
        // The second is 不纳入 and the third 不在范围; the fourth is 待核, which the plan does not group.
        assert_eq!(state_owned_outside(&plan, &screen(&plan)), [CompoundId(0), CompoundId(3)]);
        plan.assignment[0] = Some(DistrictId(1));
        assert_eq!(state_owned_outside(&plan, &screen(&plan)), [CompoundId(3)]);
    }
}
