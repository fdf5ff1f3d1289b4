//! Values of a plan's fields for people, as differences and conflicts show them.

use std::collections::BTreeMap;

use crate::base::{CompoundId, DistrictId, Message, Money};
use crate::model::{
    AnnotationKind, BarrierRules, CommentAnswer, CommunityRule, Consent, ContiguityRule, DistrictMark, EligibleVerdicts,
    FundSource, ItemOrigin, LinkRule, Looks, MARK_NO, MARK_YES, Milestone, NeedState, PhaseWeights, Pins, Placeholder, Progress,
    Quantity, Ruling, Satisfaction, Satisfied, Seal, Stance, Subject, Timing, UnitPrice, Works,
};
use crate::policy::{Driver, Exclusion, HiddenWork, ItemClass, ItemCode, ItemGeometry, OwnerKind, PipeClass, Unit, YearSpan};

/// What is shown where there is nothing.
pub(super) fn nothing() -> Message {
    Message::new("versions.nothing")
}

/// A value for people.
pub(super) trait Show {
    /// The value.
    fn show(&self) -> Message;
}

fn text(text: impl Into<String>) -> Message {
    Message::new("versions.text").text("text", text)
}

fn number(value: f64) -> Message {
    let decimals = if (value - value.round()).abs() < 1e-9 { 0 } else { 2 };
    Message::new("versions.number").number("value", value, decimals)
}

impl<T: Show> Show for Option<T> {
    fn show(&self) -> Message {
        self.as_ref().map_or_else(nothing, T::show)
    }
}

impl Show for String {
    fn show(&self) -> Message {
        if self.is_empty() { nothing() } else { text(self.as_str()) }
    }
}

impl Show for bool {
    fn show(&self) -> Message {
        Message::new(if *self { "versions.yes" } else { "versions.no" })
    }
}

impl Show for u32 {
    fn show(&self) -> Message {
        Message::new("versions.count").count("count", *self as usize)
    }
}

impl Show for i32 {
    fn show(&self) -> Message {
        Message::new("versions.year").year("year", *self)
    }
}

impl Show for f64 {
    fn show(&self) -> Message {
        number(*self)
    }
}

impl Show for Money {
    fn show(&self) -> Message {
        Message::new("versions.money").with("money", crate::base::Argument::Money(*self))
    }
}

impl Show for YearSpan {
    fn show(&self) -> Message {
        if self.first == self.last { self.first.show() } else { text(format!("{}–{}", self.first, self.last)) }
    }
}

impl Show for ItemCode {
    fn show(&self) -> Message {
        super::names::item_name(self)
    }
}

// Ids mean nothing to people; whoever tells of a change puts the names of compounds and districts in their place.
impl Show for CompoundId {
    fn show(&self) -> Message {
        self.0.show()
    }
}

impl Show for DistrictId {
    fn show(&self) -> Message {
        self.0.show()
    }
}

impl Show for geo::Geometry<f64> {
    fn show(&self) -> Message {
        use geo::Centroid;
        let Some(centre) = self.centroid() else { return nothing() };
        Message::new("versions.place").number("x", centre.x(), 1).number("y", centre.y(), 1)
    }
}

impl Show for Quantity {
    fn show(&self) -> Message {
        match self {
            Self::Missing => nothing(),
            Self::Measured(value) => number(*value),
            Self::Manual(value) => Message::new("versions.by-hand").nested("value", number(*value)),
        }
    }
}

impl Show for UnitPrice {
    fn show(&self) -> Message {
        let Self { amount, source, dated } = self;
        Message::new("versions.price").nested("amount", amount.show()).text("source", source).text("dated", dated)
    }
}

impl Show for ItemOrigin {
    fn show(&self) -> Message {
        Message::new(if *self == Self::Hand { "versions.origin-hand" } else { "versions.origin-drafted" })
    }
}

impl Show for Consent {
    fn show(&self) -> Message {
        let share = Message::new("versions.share").number("percent", self.share * 100.0, 1);
        match &self.surveyed {
            Some(date) => Message::new("versions.surveyed").nested("share", share).text("date", date),
            None => share,
        }
    }
}

impl Show for OwnerKind {
    fn show(&self) -> Message {
        Message::new(match self {
            Self::Private => "ui.owner-private",
            Self::StateFirm => "ui.owner-state-firm",
            Self::Military => "ui.owner-military",
            Self::PublicHousing => "ui.owner-public",
            Self::Other => "ui.owner-other",
        })
    }
}

impl Show for Exclusion {
    fn show(&self) -> Message {
        Message::new(match self {
            Self::Expropriation => "ui.exclusion-expropriation",
            Self::Rebuild => "ui.exclusion-rebuild",
            Self::Demolition => "ui.exclusion-demolition",
        })
    }
}

impl Show for Placeholder {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for AnnotationKind {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for BTreeMap<DistrictMark, String> {
    fn show(&self) -> Message {
        let mark = |(mark, decision): (&DistrictMark, &String)| {
            let words = match decision.as_str() {
                MARK_YES => true.show(),
                MARK_NO => false.show(),
                words => text(words),
            };
            Message::new("versions.named").nested("name", mark.message()).nested("value", words)
        };
        list(self.iter().map(mark))
    }
}

impl Show for BTreeMap<Milestone, Progress> {
    fn show(&self) -> Message {
        let one = |(milestone, progress): (&Milestone, &Progress)| {
            Message::new("versions.named").nested("name", milestone.message()).nested("value", progress.message())
        };
        list(self.iter().map(one))
    }
}

impl Show for Satisfaction {
    fn show(&self) -> Message {
        let share = |share: Option<Satisfied>| {
            share.map_or_else(nothing, |share| Message::new("versions.share").number("percent", share.percent(), 1))
        };
        Message::new("versions.satisfaction").nested("before", share(self.before)).nested("after", share(self.after))
    }
}

impl Show for Timing {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for char {
    fn show(&self) -> Message {
        text(self.to_string())
    }
}

impl Show for ItemClass {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for ItemGeometry {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for Unit {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for HiddenWork {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for PipeClass {
    fn show(&self) -> Message {
        self.name()
    }
}

/// It follows from the unit, which is shown.
impl Show for Driver {
    fn show(&self) -> Message {
        nothing()
    }
}

impl Show for Vec<String> {
    fn show(&self) -> Message {
        list(self.iter().map(text))
    }
}

impl Show for Subject {
    fn show(&self) -> Message {
        Message::new("versions.named").nested("name", self.kind_message()).nested("value", text(self.id()))
    }
}

impl Show for CommentAnswer {
    fn show(&self) -> Message {
        let Self { ruling, reason, responsible } = self;
        Message::new("versions.answer").nested("ruling", ruling.message()).text("reason", reason).text("responsible", responsible)
    }
}

impl Show for Stance {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for Ruling {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for Seal {
    fn show(&self) -> Message {
        Message::new("versions.sealed").text("hash", self.plan_hash.get(..12).unwrap_or(&self.plan_hash))
    }
}

impl Show for FundSource {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for LinkRule {
    fn show(&self) -> Message {
        Message::new(match self {
            Self::Force => "ui.link-forced",
            Self::Forbid => "ui.link-forbidden",
        })
    }
}

impl Show for NeedState {
    fn show(&self) -> Message {
        self.message()
    }
}

impl Show for ContiguityRule {
    fn show(&self) -> Message {
        Message::new(match self {
            Self::Gap => "ui.contiguity-gap",
            Self::Queen => "ui.contiguity-queen",
            Self::Rook => "ui.contiguity-rook",
        })
    }
}

impl Show for CommunityRule {
    fn show(&self) -> Message {
        Message::new(match self {
            Self::Free => "ui.community-free",
            Self::Prefer => "ui.community-prefer",
            Self::Forbid => "ui.community-forbid",
        })
    }
}

impl Show for BarrierRules {
    fn show(&self) -> Message {
        use crate::model::{BarrierKind, BarrierRule};
        let rule = |kind: BarrierKind| {
            let words = match self.of(kind) {
                BarrierRule::Block => Message::new("ui.barrier-block"),
                BarrierRule::Cost(metres) => Message::new("versions.barrier-cost").metres("metres", metres),
                BarrierRule::Nothing => Message::new("ui.barrier-nothing"),
            };
            Message::new("versions.named").nested("name", kind.name()).nested("value", words)
        };
        list(BarrierKind::ALL.into_iter().map(rule))
    }
}

impl Show for EligibleVerdicts {
    fn show(&self) -> Message {
        use crate::policy::Verdict;
        let verdicts = [(self.must, Verdict::Must), (self.may, Verdict::May), (self.unknown, Verdict::Unknown)];
        list(verdicts.into_iter().filter(|(is_in, _)| *is_in).map(|(_, verdict)| verdict.message()))
    }
}

impl Show for Works {
    fn show(&self) -> Message {
        let cap =
            |(year, cap): (&i32, &Money)| Message::new("versions.named").nested("name", year.show()).nested("value", cap.show());
        let message = Message::new("versions.works").metres("reach", self.trench_reach_m).metres("snap", self.snap_m);
        let message = message.nested("first", self.first_year.show()).nested("caps", list(self.caps.iter().map(cap)));
        let PhaseWeights { order, balance, dig, contiguity, underground } = self.weights;
        let weights = [order, balance, dig, contiguity, underground].map(number).into_iter();
        let message = message.nested("clearance", self.clearance.show());
        let message = message.nested("owner", self.owner_cap_m.show()).nested("depth", self.max_depth_m.show());
        message.nested("weights", list(weights))
    }
}

impl Show for Looks {
    fn show(&self) -> Message {
        let Self { compounds, districts, backdrop } = self;
        let layers = [("ui.layer-compounds", compounds), ("ui.layer-districts", districts)];
        let coloured = layers.into_iter().filter_map(|(layer, look)| {
            let look = look.as_ref()?;
            let what = Message::new("versions.look").text("field", &look.field).nested("classing", look.classing.message());
            let what = what.count("classes", usize::from(look.classes)).nested("ramp", look.ramp.message());
            Some(Message::new("versions.named").nested("name", Message::new(layer)).nested("value", what))
        });
        let below = backdrop.is_shown().then(|| {
            let what = backdrop.source.message();
            Message::new("versions.backdrop").nested("what", what).number("percent", f64::from(backdrop.opacity) * 100.0, 0)
        });
        list(coloured.chain(below))
    }
}

impl Show for Pins {
    fn show(&self) -> Message {
        if self.is_empty() {
            return nothing();
        }
        let words = Message::new("versions.pins").count("together", self.together.len());
        words.count("apart", self.apart.len()).count("seeds", self.seeds.len())
    }
}

fn list(messages: impl Iterator<Item = Message>) -> Message {
    let messages: Vec<Message> = messages.collect();
    if messages.is_empty() {
        return nothing();
    }
    Message::new("versions.list").with("list", crate::base::Argument::List(messages))
}
