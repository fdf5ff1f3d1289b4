//! One difference of two plans, told without words of any language.

use crate::base::{CompoundId, Message};

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Title and date of the data.
    Plan,
    /// A setting.
    Setting,
    /// A layer other than the compounds, as a whole.
    Layer,
    /// A compound that came or went, its boundary, or a fact.
    Compound,
    /// The district of a compound.
    Assignment,
    /// A district.
    District,
    /// A renovation item.
    Item,
    /// An annotation.
    Annotation,
    /// A link set by hand.
    Link,
    /// The year that was agreed for a pipe.
    Pipe,
    /// The state of an item in a compound (R20).
    Need,
    /// An entry of the fund ledger.
    Fund,
    /// A price of the price book.
    Price,
    /// An entry of the plan's own in the catalogue.
    Entry,
    /// The department that is responsible for an item.
    Department,
    /// A comment from the meeting.
    Comment,
    /// What a unit says of a district.
    Opinion,
    /// The minutes of the meeting.
    Meeting,
    /// A finding that was set aside.
    Finding,
}

impl Topic {
    /// Every topic, in the order in which changes are listed.
    pub const ALL: [Self; 19] = [
        Self::Plan,
        Self::Setting,
        Self::Layer,
        Self::Compound,
        Self::Assignment,
        Self::District,
        Self::Item,
        Self::Annotation,
        Self::Link,
        Self::Pipe,
        Self::Need,
        Self::Fund,
        Self::Price,
        Self::Entry,
        Self::Department,
        Self::Comment,
        Self::Opinion,
        Self::Meeting,
        Self::Finding,
    ];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Setting => "setting",
            Self::Layer => "layer",
            Self::Compound => "compound",
            Self::Assignment => "assignment",
            Self::District => "district",
            Self::Item => "item",
            Self::Annotation => "annotation",
            Self::Link => "link",
            Self::Pipe => "pipe",
            Self::Need => "need",
            Self::Fund => "fund",
            Self::Price => "price",
            Self::Entry => "entry",
            Self::Department => "department",
            Self::Comment => "comment",
            Self::Opinion => "opinion",
            Self::Meeting => "meeting",
            Self::Finding => "finding",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Plan => Message::new("versions.topic-plan"),
            Self::Setting => Message::new("versions.topic-setting"),
            Self::Layer => Message::new("versions.topic-layer"),
            Self::Compound => Message::new("versions.topic-compound"),
            Self::Assignment => Message::new("versions.topic-assignment"),
            Self::District => Message::new("versions.topic-district"),
            Self::Item => Message::new("versions.topic-item"),
            Self::Annotation => Message::new("versions.topic-annotation"),
            Self::Link => Message::new("versions.topic-link"),
            Self::Pipe => Message::new("versions.topic-pipe"),
            Self::Need => Message::new("versions.topic-need"),
            Self::Fund => Message::new("versions.topic-fund"),
            Self::Price => Message::new("versions.topic-price"),
            Self::Entry => Message::new("versions.topic-entry"),
            Self::Department => Message::new("versions.topic-department"),
            Self::Comment => Message::new("versions.topic-comment"),
            Self::Opinion => Message::new("versions.topic-opinion"),
            Self::Meeting => Message::new("versions.topic-meeting"),
            Self::Finding => Message::new("versions.topic-finding"),
        }
    }
}

/// What a thing is, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// What it is about.
    pub topic: Topic,
    /// Stable within the two plans: ids of compounds, numbers of districts, codes.
    pub id: String,
    /// Its name for people.
    pub name: Message,
    /// The compound to look at.
    pub compound: Option<CompoundId>,
}

/// A difference. A thing that came has nothing before, one that went nothing after.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Of what.
    pub subject: Subject,
    /// Which field; none where the thing as a whole came or went.
    pub field: Option<&'static str>,
    /// What stood there.
    pub before: Option<Message>,
    /// What stands there now.
    pub after: Option<Message>,
}

/// The name of a field for people.
#[must_use]
#[rustfmt::skip]
pub fn field_message(topic: Topic, field: &str) -> Message {
    if let Some(key) = said_field(topic, field) {
        return Message::new(key);
    }
    Message::new(match (topic, field) {
        (Topic::Fund, "source") => "versions.field-fund-source",
        (Topic::Fund, "amount") => "versions.field-fund-amount",
        (_, "name") => "ui.column-name",
        (_, "note") => "versions.field-note",
        (_, "year") => "ui.column-year",
        (_, "number") => "versions.field-number",
        (_, "locked") => "versions.field-locked",
        (_, "admits") => "versions.field-admits",
        (_, "implementer") => "versions.field-implementer",
        (_, "code") => "ui.column-item",
        (_, "compound") => "versions.topic-compound",
        (_, "district") => "ui.column-district",
        (_, "place") => "ui.column-where",
        (_, "quantity") => "ui.column-quantity",
        (_, "price") => "versions.field-price",
        (_, "origin") => "ui.column-origin",
        (_, "rule") => "versions.field-rule",
        (_, "project") => "versions.field-project",
        (_, "payer") => "versions.field-payer",
        (_, "reason") => "versions.field-reason",
        (_, "text") => "versions.field-text",
        (_, "kind") => "versions.field-kind",
        (_, "amount") => "versions.field-amount",
        (_, "source") => "versions.field-source",
        (_, "dated") => "versions.field-dated",
        (_, "state") => "versions.field-state",
        (_, "boundary") => "versions.field-boundary",
        (_, "title") => "versions.field-title",
        (_, "data_date") => "versions.field-data-date",
        (_, "features") => "versions.field-features",
        (_, "address") => "versions.field-address",
        (Topic::Setting, "community") => "versions.field-community-rule",
        (Topic::Setting, "street_office") => "versions.field-street-rule",
        (_, "street_office") => "ui.column-street",
        (_, "community") => "ui.column-community",
        (_, "built") => "ui.column-built",
        (_, "households") => "ui.column-households",
        (_, "floor_area_m2") => "ui.column-floor-area",
        (_, "buildings") => "ui.column-buildings",
        (_, "stair_units") => "versions.field-stair-units",
        (_, "estimated_cost") => "versions.field-estimated-cost",
        (_, "owner_kind") => "ui.column-owner",
        (_, "owner") => "versions.field-owner",
        (_, "management") => "versions.field-management",
        (_, "exclusion") => "ui.column-exclusion",
        (_, "consent") => "ui.column-consent",
        (_, "neglected") => "versions.field-neglected",
        (_, "lacks_municipal") => "versions.field-lacks-municipal",
        (_, "lacks_services") => "versions.field-lacks-services",
        (_, "problems") => "ui.column-problems",
        (_, "planned_year") => "versions.field-planned-year",
        (_, "placeholder") => "versions.field-placeholder",
        (_, "gap_m") => "versions.field-gap",
        (_, "contiguity") => "versions.field-contiguity",
        (_, "barriers") => "ui.layer-barriers",
        (_, "eligible") => "versions.field-eligible",
        (_, "conduct") => "versions.field-conduct",
        (_, "parcels_connect") => "versions.field-parcels-connect",
        (_, "all") => "versions.field-all",
        (_, "policy") => "versions.field-policy",
        (_, "may_enabled") => "versions.field-may-enabled",
        (_, "horizon") => "versions.field-horizon",
        (_, "pipe_reach_m") => "versions.field-pipe-reach",
        (_, "min_frontage_m") => "versions.field-min-frontage",
        (_, "pins") => "versions.field-pins",
        (_, "marks") => "versions.field-marks",
        (_, "mask_military") => "versions.field-mask-military",
        (_, "department") => "versions.field-department",
        (_, "works") => "versions.field-works",
        (_, field) => of_schedule_or_entry(field),
    })
}

/// Fields of minutes, opinions and comments, and where a plan comes from.
#[rustfmt::skip]
fn said_field(topic: Topic, field: &str) -> Option<&'static str> {
    Some(match (topic, field) {
        (Topic::Meeting, "title") => "meeting.meeting-title",
        (Topic::Meeting, "place") => "meeting.place",
        (Topic::Meeting, "accepted") => "meeting.accepted",
        (_, "units") => "meeting.units",
        (_, "seal") => "meeting.seal",
        (_, "stance") => "meeting.stance",
        (_, "responsible") => "comments.responsible",
        (_, "ruling") => "meeting.ruling",
        (_, "signed") => "export.col-signed",
        (_, "lineage") => "meeting.lineage",
        (_, "subject") => "versions.field-subject",
        (_, "unit") => "versions.field-unit",
        (_, "author") => "versions.field-author",
        (_, "date") => "versions.field-date",
        (_, "plan_hash") => "versions.field-plan-hash",
        (_, "file") => "versions.field-file",
        (_, "answer") => "versions.field-answer",
        _ => return None,
    })
}

/// Fields of when things are done, of surveys, and of entries of the catalogue.
fn of_schedule_or_entry(field: &str) -> &'static str {
    match field {
        "looks" => "versions.field-looks",
        "milestones" => "command.board-milestones",
        "timing" => "ui.timing",
        "satisfaction" => "ui.satisfaction",
        "zh" => "ui.entry-zh",
        "en" => "ui.entry-en",
        "hidden_work" => "ui.entry-hidden",
        "structural" => "ui.entry-structural",
        "facade" => "ui.entry-facade",
        "heritage_sensitive" => "ui.entry-heritage",
        "tags" => "ui.entry-tags-field",
        "geometry" => "ui.entry-geometry",
        _ => "versions.field-other",
    }
}
