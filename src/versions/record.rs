//! What a plan holds, field by field: each field can be compared, taken over and shown by itself.

use super::shown::{Show, nothing};
use crate::base::Message;
use crate::model::{
    Annotation, Comment, CompoundFacts, District, Fund, IgnoreNote, Item, LinkOverride, Meeting, NeedState, Opinion, Settings,
    UnitPrice, with_facts,
};
use crate::policy::CatalogueEntry;

/// A thing of a plan that consists of fields.
pub(super) trait Record: Clone + PartialEq {
    /// The fields, by the names that files and JSON use.
    const FIELDS: &'static [&'static str];
    /// Whether the two differ in a field.
    fn differs(&self, other: &Self, field: &str) -> bool;
    /// Takes a field over.
    fn take(&mut self, from: &Self, field: &str);
    /// What a field says, for people.
    fn shown(&self, field: &str) -> Message;
}

/// Lists every field of a type; a field that is left out does not compile.
macro_rules! record {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl Record for $type {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn differs(&self, other: &Self, field: &str) -> bool {
                let Self { $($field),+ } = self;
                match field {
                    $(stringify!($field) => *$field != other.$field,)+
                    _ => false,
                }
            }

            fn take(&mut self, from: &Self, field: &str) {
                match field {
                    $(stringify!($field) => self.$field.clone_from(&from.$field),)+
                    _ => {}
                }
            }

            fn shown(&self, field: &str) -> Message {
                match field {
                    $(stringify!($field) => self.$field.show(),)+
                    _ => nothing(),
                }
            }
        }
    };
}

record!(District { number, name, locked, admits, year, implementer, note, marks, milestones, satisfaction });
record!(Item { code, compound, district, place, quantity, year, timing, price, origin, note });
record!(LinkOverride { rule, note });
record!(IgnoreNote { reason });
record!(Annotation { kind, place, text });
record!(Comment { subject, text, unit, author, date, plan_hash, state, file, answer });
record!(Opinion { stance, text, responsible, ruling, signed, date, plan_hash, state, file });
record!(Meeting { date, title, place, units, accepted, note, seal });
record!(Fund { district, project, source, payer, amount, note });
record!(CatalogueEntry {
    code,
    class,
    zh,
    en,
    quoted,
    symbol,
    geometry,
    unit,
    driver,
    hidden_work,
    structural,
    facade,
    heritage_sensitive,
    utility,
    tags,
    based_on,
});
record!(UnitPrice { amount, source, dated });
macro_rules! facts_record {
    ($name:ident; $($known:ident),+; $placeholder:ident) => { record!(CompoundFacts { $name, $($known,)+ $placeholder }); };
}
with_facts!(facts_record);
record!(Settings {
    gap_m,
    contiguity,
    community,
    street_office,
    barriers,
    eligible,
    conduct,
    parcels_connect,
    all,
    policy,
    may_enabled,
    horizon,
    pipe_reach_m,
    min_frontage_m,
    mask_military,
    pins,
    works,
    looks,
});

/// The year that was agreed for a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed(pub(super) i32);

impl Record for Agreed {
    const FIELDS: &'static [&'static str] = &["year"];

    fn differs(&self, other: &Self, _: &str) -> bool {
        self != other
    }

    fn take(&mut self, from: &Self, _: &str) {
        *self = *from;
    }

    fn shown(&self, _: &str) -> Message {
        self.0.show()
    }
}

impl Record for NeedState {
    const FIELDS: &'static [&'static str] = &["state"];

    fn differs(&self, other: &Self, _: &str) -> bool {
        self != other
    }

    fn take(&mut self, from: &Self, _: &str) {
        *self = *from;
    }

    fn shown(&self, _: &str) -> Message {
        self.show()
    }
}

/// The department that is responsible for an item.
impl Record for String {
    const FIELDS: &'static [&'static str] = &["department"];

    fn differs(&self, other: &Self, _: &str) -> bool {
        self != other
    }

    fn take(&mut self, from: &Self, _: &str) {
        self.clone_from(from);
    }

    fn shown(&self, _: &str) -> Message {
        self.show()
    }
}
