//! A finding: what is wrong, by which rule, how grave, and where.

use std::collections::BTreeMap;

use geo::{BoundingRect, Rect};

use crate::base::{CompoundId, DistrictId, ItemId, Message, PipeId};
use crate::contiguity::{Cause, Near};
use crate::model::{Compound, Content, FindingKey, IgnoreNote};

/// How grave a finding is, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The plan breaks a rule.
    Error,
    /// Somebody should look at it.
    Warning,
    /// Good to know; open work.
    Note,
}

impl Severity {
    /// Every severity, the gravest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    /// For people.
    #[must_use]
    pub const fn name(self) -> Message {
        match self {
            Self::Error => Message::new("checks.severity-error"),
            Self::Warning => Message::new("checks.severity-warning"),
            Self::Note => Message::new("checks.severity-note"),
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $code:literal $title:literal $severity:ident $rule:literal;)*) => {
        /// Kinds of finding, in the order in which they are listed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingKind {
            $($(#[$doc])* $kind,)*
        }

        impl FindingKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The stable name used in files, keys and JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }

            /// A short title.
            #[must_use]
            pub const fn title(self) -> Message {
                match self {
                    $(Self::$kind => Message::new($title),)*
                }
            }

            /// Its severity.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$kind => Severity::$severity,)*
                }
            }

            /// The rule it rests on; the pack has its clause.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self {
                    $(Self::$kind => $rule,)*
                }
            }
        }
    };
}

kinds! {
    /// A district in several parts.
    Parts "parts" "checks.kind-parts" Error "R9";
    /// A compound in more than one district.
    InSeveral "in_several" "checks.kind-in-several" Error "R10";
    /// A compound that must not enter a plan lies in a district (不纳入).
    Excluded "excluded" "checks.kind-excluded" Error "R2";
    /// A compound has 基础类 items in more than one year.
    OnceOnly "once_only" "checks.kind-once-only" Error "R14";
    /// A district crosses communities although the plan forbids it.
    CommunityCrossing "community_crossing" "checks.kind-community-crossing" Error "R10";
    /// A district crosses street offices although the plan forbids it.
    StreetOfficeCrossing "street_office_crossing" "checks.kind-street-office-crossing" Error "R10";
    /// A district that hangs on a corner, or on one link of little frontage.
    Bottleneck "bottleneck" "checks.kind-bottleneck" Warning "R9";
    /// A district closes round compounds that are not its own.
    Enclave "enclave" "checks.kind-enclave" Warning "R8";
    /// A compound lies in a district though the plan's settings would not group it.
    Ineligible "ineligible" "checks.kind-ineligible" Warning "R3";
    /// A compound of the later band comes before the last of the first band.
    YearOrder "year_order" "checks.kind-year-order" Warning "R4";
    /// Work after the last year of the plan.
    Horizon "horizon" "checks.kind-horizon" Warning "R5";
    /// 重面子、轻里子: façades, green or lamps while pipes that need it are not planned.
    LiZi "li_zi" "checks.kind-li-zi" Warning "R21";
    /// Preparations of a district's year that are not done, or not planned to be, when they are due.
    MilestoneLate "milestone_late" "checks.kind-milestone-late" Warning "R24";
    /// Main works that are not done within their year.
    EndsLate "ends_late" "checks.kind-ends-late" Warning "R25";
    /// Roads before pipes, or green before roads.
    WorkOrder "work_order" "checks.kind-work-order" Warning "R26";
    /// Pipes planned for another year than their compounds.
    PipeYear "pipe_year" "checks.kind-pipe-year" Warning "R28";
    /// Ground in a street or compound that is opened in several years (重复开挖).
    Reopened "reopened" "checks.kind-reopened" Warning "R14";
    /// Faults of the pipe survey.
    PipeFault "pipe_fault" "checks.kind-pipe-fault" Warning "R37";
    /// Sewage and rain pipes that may lie too near to others or to buildings; each wants a look (需复核).
    Clearance "clearance" "checks.kind-clearance" Warning "R39";
    /// More is planned on freed land than there is.
    FreedLand "freed_land" "checks.kind-freed-land" Warning "R34";
    /// 提取住房公积金 in a district without lifts.
    ProvidentFund "provident_fund" "checks.kind-provident-fund" Warning "R46";
    /// A year that costs more than its cap.
    OverBudget "over_budget" "checks.kind-over-budget" Warning "R13";
    /// Mends that change so much that a yes is needed.
    MendWaiting "mend_waiting" "checks.kind-mend-waiting" Warning "R36";
    /// A district that is frozen without a management mode (长效管理机制).
    FrozenWithoutManagement "frozen_without_management" "checks.kind-frozen-without-management" Warning "R45";
    /// An item that a historic quarter asks to review.
    Heritage "heritage" "checks.kind-heritage" Note "R23";
    /// Façades along important streets, which want permits.
    ImportantStreet "important_street" "checks.kind-important-street" Note "R31";
    /// Items on green, about which the residents are to be asked.
    Consultation "consultation" "checks.kind-consultation" Note "R50";
    /// Facilities of a 完整居住社区 that a district neither has nor plans.
    IncompleteCommunity "incomplete_community" "checks.kind-incomplete-community" Note "R42";
    /// Pipes or districts without a year.
    PipeYearMissing "pipe_year_missing" "checks.kind-pipe-year-missing" Note "R28";
    /// A district whose funds do not pay what it costs.
    FundGap "fund_gap" "checks.kind-fund-gap" Note "R33";
    /// A fact on which something rests is not known (待核).
    MissingFact "missing_fact" "checks.kind-missing-fact" Note "R3";
    /// A district without compounds.
    EmptyDistrict "empty_district" "checks.kind-empty-district" Note "R9";
    /// Compounds that could be grouped and are in no district.
    Unassigned "unassigned" "checks.kind-unassigned" Note "R8";
    /// Compounds in no district that only one district reaches.
    Pocket "pocket" "checks.kind-pocket" Note "R8";
    /// Empty ground that a district closes round.
    Hollow "hollow" "checks.kind-hollow" Note "R8";
    /// Compounds without a neighbour to form a district with.
    Unreachable "unreachable" "checks.kind-unreachable" Note "R8";
    /// Compounds of state firms or the military in no district.
    OwnerCoverage "owner_coverage" "checks.kind-owner-coverage" Note "R6";
    /// An item that belongs to no district.
    ItemAdrift "item_adrift" "checks.kind-item-adrift" Note "R19";
    /// Pipes without length.
    ZeroLength "zero_length" "checks.kind-zero-length" Note "R37";
}

impl FindingKind {
    /// Whether what its keys say after the kind begins with the number of a district, where it is about one.
    #[must_use]
    pub const fn is_by_district(self) -> bool {
        match self {
            Self::Parts
            | Self::CommunityCrossing
            | Self::StreetOfficeCrossing
            | Self::Bottleneck
            | Self::Enclave
            | Self::Horizon
            | Self::LiZi
            | Self::MilestoneLate
            | Self::EndsLate
            | Self::WorkOrder
            | Self::PipeYear
            | Self::FreedLand
            | Self::ProvidentFund
            | Self::FrozenWithoutManagement
            | Self::ImportantStreet
            | Self::Consultation
            | Self::IncompleteCommunity
            | Self::FundGap
            | Self::EmptyDistrict
            | Self::Pocket
            | Self::Hollow => true,
            Self::InSeveral
            | Self::Excluded
            | Self::OnceOnly
            | Self::Ineligible
            | Self::YearOrder
            | Self::Reopened
            | Self::PipeFault
            | Self::Clearance
            | Self::OverBudget
            | Self::MendWaiting
            | Self::Heritage
            | Self::PipeYearMissing
            | Self::MissingFact
            | Self::Unassigned
            | Self::Unreachable
            | Self::OwnerCoverage
            | Self::ItemAdrift
            | Self::ZeroLength => false,
        }
    }
}

/// The key of a finding where districts have other numbers and items other ids.
#[must_use]
pub fn carried_key(key: &str, numbers: &BTreeMap<u32, u32>, items: &BTreeMap<ItemId, ItemId>) -> String {
    let Some((code, about)) = key.split_once(':') else { return key.to_owned() };
    let (first, rest) = about.split_at(about.find(':').unwrap_or(about.len()));
    let number = first.parse::<u32>().ok();
    let kind = FindingKind::ALL.iter().copied().find(|kind| kind.code() == code);
    let other = match (kind, number) {
        (Some(FindingKind::Heritage), Some(id)) => items.get(&ItemId(id)).map(|id| id.0),
        (Some(kind), Some(number)) if kind.is_by_district() => numbers.get(&number).copied(),
        _ => None,
    };
    other.map_or_else(|| key.to_owned(), |other| format!("{code}:{other}{rest}"))
}

/// One place of a finding, to zoom to.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Box in the working CRS, m.
    pub bounds: Rect<f64>,
    /// Compounds there, ascending.
    pub compounds: Vec<CompoundId>,
    /// Their known households.
    pub households: u64,
    /// How many of them have no count of households.
    pub households_unknown: usize,
    /// What keeps it apart from others, where that is what the finding is about.
    pub way: Option<Way>,
}

/// What keeps compounds apart from the nearest others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// The shortest straight way to them; `None` when there is nobody, or no shape.
    pub near: Option<Near>,
    /// Why it is no link.
    pub cause: Cause,
}

impl Way {
    /// For people: how far the nearest are, which compounds those are, and why they are not linked.
    #[must_use]
    pub fn message(&self, content: &Content) -> Message {
        let cause = self.cause_message(content);
        let Some(near) = self.near else { return Message::new("checks.way-none").nested("cause", cause) };
        let label = |id: CompoundId| content.compounds.get(id.index()).map(Compound::label).unwrap_or_default();
        let message = Message::new("checks.way").metres("gap", near.gap_m).nested("cause", cause);
        message.text("from", label(near.from)).text("to", label(near.to))
    }

    fn cause_message(&self, content: &Content) -> Message {
        match self.cause {
            Cause::Far => Message::new("checks.cause-far"),
            Cause::Barrier(id) => {
                let barrier = content.barriers.get(id.index());
                match barrier.map(|barrier| &barrier.name).filter(|name| !name.is_empty()) {
                    Some(name) => Message::new("checks.cause-barrier").text("barrier", name),
                    None => Message::new("checks.cause-barrier-unnamed"),
                }
            }
            Cause::Forbidden => Message::new("checks.cause-forbidden"),
            Cause::Corner => Message::new("checks.cause-corner"),
            Cause::Uncarried => Message::new("checks.cause-uncarried"),
            Cause::NoShape => Message::new("checks.cause-no-shape"),
        }
    }
}

impl Part {
    /// The place of some compounds; `None` when none of them has a shape.
    #[must_use]
    pub fn of_compounds(content: &Content, compounds: &[CompoundId]) -> Option<Self> {
        let known = compounds.iter().filter_map(|id| content.compounds.get(id.index()));
        let bounds = bounds_of(known.clone().filter_map(|c| c.shape.bounding_rect()))?;
        let households = known.clone().filter_map(|c| c.facts.households).map(u64::from).sum();
        let households_unknown = known.filter(|c| c.facts.households.is_none()).count();
        let mut compounds = compounds.to_vec();
        compounds.sort_unstable();
        Some(Self { bounds, compounds, households, households_unknown, way: None })
    }

    /// The same with what keeps it apart.
    pub(super) fn kept_apart(mut self, way: Option<Way>) -> Self {
        self.way = way;
        self
    }

    /// A place without compounds.
    #[must_use]
    pub fn of_bounds(bounds: Rect<f64>) -> Self {
        Self { bounds, compounds: Vec::new(), households: 0, households_unknown: 0, way: None }
    }

    /// The place of some pipes; `None` when none of them has coordinates.
    #[must_use]
    pub fn of_pipes(content: &Content, pipes: &[PipeId]) -> Option<Self> {
        let lines = pipes.iter().filter_map(|id| content.pipes.get(id.index()));
        bounds_of(lines.filter_map(|pipe| pipe.line.bounding_rect())).map(Self::of_bounds)
    }
}

/// The box around boxes.
fn bounds_of(boxes: impl Iterator<Item = Rect<f64>>) -> Option<Rect<f64>> {
    boxes.reduce(|a, b| {
        let min = geo::Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        let max = geo::Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
        Rect::new(min, max)
    })
}

/// Something the checks found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable name, built from source ids; notes of ignored findings hang on it.
    pub key: FindingKey,
    /// Kind.
    pub kind: FindingKind,
    /// How grave.
    pub severity: Severity,
    /// Rule; the plan's pack has the clause.
    pub rule: &'static str,
    /// What is wrong, for people.
    pub message: Message,
    /// The district it is about, when it is about one.
    pub district: Option<DistrictId>,
    /// Places, the largest first for the parts of a district.
    pub parts: Vec<Part>,
    /// Pipes it is about.
    pub pipes: Vec<PipeId>,
    /// Items it is about.
    pub items: Vec<ItemId>,
    /// Set when the user put it aside.
    pub ignored: Option<IgnoreNote>,
}

impl Finding {
    /// A finding of a kind; `about` makes its key unlike all others of the kind.
    pub(super) fn new(kind: FindingKind, about: &str, message: Message) -> Self {
        Self {
            key: FindingKey(format!("{}:{about}", kind.code())),
            kind,
            severity: kind.severity(),
            rule: kind.rule(),
            message,
            district: None,
            parts: Vec::new(),
            pipes: Vec::new(),
            items: Vec::new(),
            ignored: None,
        }
    }

    /// The same with its district.
    pub(super) fn in_district(mut self, district: Option<DistrictId>) -> Self {
        self.district = district;
        self
    }

    /// The same by another rule than its kind's.
    pub(super) fn by_rule(mut self, rule: &'static str) -> Self {
        self.rule = rule;
        self
    }

    /// The same with one more place, when there is one.
    pub(super) fn at(mut self, part: Option<Part>) -> Self {
        self.parts.extend(part);
        self
    }

    /// The same about items.
    pub(super) fn about_items(mut self, items: Vec<ItemId>) -> Self {
        self.items = items;
        self
    }

    /// The same about pipes.
    pub(super) fn about_pipes(mut self, pipes: Vec<PipeId>) -> Self {
        self.pipes = pipes;
        self
    }

    /// Every compound of its places, ascending and once.
    #[must_use]
    pub fn compounds(&self) -> Vec<CompoundId> {
        let mut all: Vec<CompoundId> = self.parts.iter().flat_map(|part| part.compounds.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// How many findings are open, by severity; ignored ones apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Open errors.
    pub errors: usize,
    /// Open warnings.
    pub warnings: usize,
    /// Open notes.
    pub notes: usize,
    /// Set aside by the user.
    pub ignored: usize,
}

impl Summary {
    /// Nothing open but notes.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.errors == 0 && self.warnings == 0
    }
}

/// Counts findings.
#[must_use]
pub fn summary(findings: &[Finding]) -> Summary {
    let mut counts = Summary::default();
    for finding in findings {
        match (&finding.ignored, finding.severity) {
            (Some(_), _) => counts.ignored += 1,
            (None, Severity::Error) => counts.errors += 1,
            (None, Severity::Warning) => counts.warnings += 1,
            (None, Severity::Note) => counts.notes += 1,
        }
    }
    counts
}
