//! The words that stand in files for the choices of the model. They are written down here, apart from the types in
//! memory, so that renaming a variant never changes a file.

use crate::geometry::repair::MendKind;
use crate::model::{
    AnnotationKind, BarrierKind, CommunityRule, ContiguityRule, DistrictMark, LimitLevel, LinkRule, NeedState, Placeholder,
    Ruling, Stance,
};
use crate::policy::{Exclusion, OwnerKind, Ownership, PipeSubclass};

/// Pairs of a choice and its word.
pub(in crate::project) type Codes<T> = &'static [(T, &'static str)];

pub(in crate::project) const RULINGS: Codes<Ruling> =
    &[(Ruling::Accepted, "accepted"), (Ruling::Rejected, "rejected"), (Ruling::Discuss, "discuss")];

pub(in crate::project) const STANCES: Codes<Stance> = &[
    (Stance::Agreed, "agreed"),
    (Stance::Conditions, "conditions"),
    (Stance::Refused, "refused"),
    (Stance::NoOpinion, "no_opinion"),
];

pub(in crate::project) const BARRIERS: Codes<BarrierKind> = &[
    (BarrierKind::River, "river"),
    (BarrierKind::Railway, "railway"),
    (BarrierKind::Expressway, "expressway"),
    (BarrierKind::Wall, "wall"),
    (BarrierKind::Other, "other"),
];

pub(in crate::project) const LIMITS: Codes<LimitLevel> =
    &[(LimitLevel::Community, "community"), (LimitLevel::StreetOffice, "street_office")];

pub(in crate::project) const OWNERSHIPS: Codes<Ownership> =
    &[(Ownership::Utility, "utility"), (Ownership::NotUtility, "not_utility"), (Ownership::Unknown, "unknown")];

pub(in crate::project) const OWNERS: Codes<OwnerKind> = &[
    (OwnerKind::Private, "private"),
    (OwnerKind::StateFirm, "state_firm"),
    (OwnerKind::Military, "military"),
    (OwnerKind::PublicHousing, "public_housing"),
    (OwnerKind::Other, "other"),
];

pub(in crate::project) const PLACEHOLDERS: Codes<Placeholder> =
    &[(Placeholder::Buildings, Placeholder::Buildings.code()), (Placeholder::Point, Placeholder::Point.code())];

pub(in crate::project) const EXCLUSIONS: Codes<Exclusion> =
    &[(Exclusion::Expropriation, "expropriation"), (Exclusion::Rebuild, "rebuild"), (Exclusion::Demolition, "demolition")];

pub(in crate::project) const LINK_RULES: Codes<LinkRule> = &[(LinkRule::Force, "force"), (LinkRule::Forbid, "forbid")];

pub(in crate::project) const ANNOTATIONS: Codes<AnnotationKind> = &[
    (AnnotationKind::Text, AnnotationKind::Text.code()),
    (AnnotationKind::Arrow, AnnotationKind::Arrow.code()),
    (AnnotationKind::Cloud, AnnotationKind::Cloud.code()),
];

pub(in crate::project) const NEEDS: Codes<NeedState> = &[
    (NeedState::Needed, "needed"),
    (NeedState::Met, "met"),
    (NeedState::NotFeasible, "not_feasible"),
    (NeedState::Refused, "refused"),
    (NeedState::Undecided, "undecided"),
];

pub(in crate::project) const MARKS: Codes<DistrictMark> = &[
    (DistrictMark::ChangesConditions, "changes_conditions"),
    (DistrictMark::ConformsToPlan, "conforms_to_plan"),
    (DistrictMark::LowRisk, "low_risk"),
    (DistrictMark::Commitment, "commitment"),
    (DistrictMark::ManagementMode, "management_mode"),
    (DistrictMark::ManagementAgreement, "management_agreement"),
    (DistrictMark::OwnersRules, "owners_rules"),
    (DistrictMark::JointMeeting, "joint_meeting"),
    (DistrictMark::MaintenanceFund, "maintenance_fund"),
    (DistrictMark::AcceptedByDepartments, "accepted_by_departments"),
    (DistrictMark::AcceptedByParticipants, "accepted_by_participants"),
    (DistrictMark::AcceptedByResidents, "accepted_by_residents"),
    (DistrictMark::HandedOver, "handed_over"),
    (DistrictMark::GreenCommunity, "green_community"),
];

pub(in crate::project) const CONTIGUITY: Codes<ContiguityRule> =
    &[(ContiguityRule::Gap, "gap"), (ContiguityRule::Queen, "queen"), (ContiguityRule::Rook, "rook")];

pub(in crate::project) const COMMUNITY: Codes<CommunityRule> =
    &[(CommunityRule::Free, "free"), (CommunityRule::Prefer, "prefer"), (CommunityRule::Forbid, "forbid")];

pub(in crate::project) const MENDS: Codes<MendKind> = &[
    (MendKind::LineToArea, "line_to_area"),
    (MendKind::OthersDropped, "others_dropped"),
    (MendKind::RingsClosed, "rings_closed"),
    (MendKind::RepeatedVertices, "repeated_vertices"),
    (MendKind::Spikes, "spikes"),
    (MendKind::RingsDropped, "rings_dropped"),
    (MendKind::Winding, "winding"),
    (MendKind::SelfCrossing, "self_crossing"),
    (MendKind::HoleOutside, "hole_outside"),
    (MendKind::HolesOverlap, "holes_overlap"),
    (MendKind::PartsOverlap, "parts_overlap"),
    (MendKind::LinesDropped, "lines_dropped"),
    (MendKind::HeightsDropped, "heights_dropped"),
    (MendKind::Overlap, "overlap"),
    (MendKind::Sliver, "sliver"),
    (MendKind::Gap, "gap"),
];

/// The word of a choice.
pub(in crate::project) fn word<T: PartialEq + Copy>(codes: Codes<T>, choice: T) -> &'static str {
    codes.iter().find(|(c, _)| *c == choice).map_or("", |(_, word)| word)
}

/// The choice of a word.
pub(in crate::project) fn choice<T: Copy>(codes: Codes<T>, word: &str) -> Option<T> {
    codes.iter().find(|(_, w)| *w == word).map(|(c, _)| *c)
}

/// 小类 as `rain`, `sewage`, `combined` or its two digits.
pub(in crate::project) fn subclass_word(subclass: PipeSubclass) -> String {
    match subclass {
        PipeSubclass::Rain => "rain".to_owned(),
        PipeSubclass::Sewage => "sewage".to_owned(),
        PipeSubclass::Combined => "combined".to_owned(),
        PipeSubclass::Numbered(n) => format!("{n:02}"),
    }
}

/// The reverse of [`subclass_word`].
pub(in crate::project) fn subclass(word: &str) -> Option<PipeSubclass> {
    match word {
        "rain" => Some(PipeSubclass::Rain),
        "sewage" => Some(PipeSubclass::Sewage),
        "combined" => Some(PipeSubclass::Combined),
        digits => digits.parse().ok().map(PipeSubclass::Numbered),
    }
}
