//! What conditions are held against: the compounds of a plan with their verdicts and districts.

use std::sync::Arc;

use geo::Area;

use super::{Comparison, Condition, Field, Value};
use crate::base::CompoundId;
use crate::i18n::{Lang, tr};
use crate::model::Content;
use crate::policy::Verdict;
use crate::screening::Screened;
use crate::session::{State, derive};

/// The compounds of a plan, with what was derived of them.
pub struct Facts<'a> {
    content: &'a Content,
    screened: Arc<Vec<Screened>>,
}

/// What a compound says in a field.
enum Held {
    Number(f64),
    Text(String),
    /// A text that goes by several names.
    Names(Vec<String>),
    /// A number that has a name, too.
    Both(f64, Vec<String>),
}

impl<'a> Facts<'a> {
    /// Those of a session; verdicts are made anew where the last are stale.
    #[must_use]
    pub fn of(state: &'a State) -> Self {
        let fresh = state.derived.screened.fresh(state.revisions.screened()).cloned();
        let screened = fresh.unwrap_or_else(|| Arc::new(derive::screened(&state.plan)));
        Self { content: &state.plan, screened }
    }

    /// Whether the source has a field of that name that no fact uses. `O(compounds)`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.content.compounds.iter().any(|compound| compound.extra.contains_key(name))
    }

    /// Whom a condition holds for, ascending. `O(compounds)`.
    #[must_use]
    pub fn matching(&self, condition: &Condition) -> Vec<CompoundId> {
        let all = (0..self.content.compounds.len()).map(CompoundId::from_index);
        all.filter(|id| self.holds(*id, condition) == Some(true)).collect()
    }

    /// Whether a condition holds for a compound; `None` where that is unknown.
    #[must_use]
    pub fn holds(&self, id: CompoundId, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Is(field, comparison, value) => compare(&self.held(id, field)?, *comparison, value),
            Condition::In(field, values) => {
                let held = self.held(id, field)?;
                Some(values.iter().any(|value| compare(&held, Comparison::Equal, value) == Some(true)))
            }
            Condition::Known(field, wanted) => Some(self.held(id, field).is_some() == *wanted),
            Condition::And(a, b) => match (self.holds(id, a), self.holds(id, b)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Condition::Or(a, b) => match (self.holds(id, a), self.holds(id, b)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Condition::Not(inner) => self.holds(id, inner).map(|held| !held),
        }
    }

    fn held(&self, id: CompoundId, field: &Field) -> Option<Held> {
        let compound = self.content.compounds.get(id.index())?;
        let facts = &compound.facts;
        let text = |text: &str| (!text.is_empty()).then(|| Held::Text(text.to_owned()));
        let some = |value: Option<&String>| value.and_then(|value| text(value));
        let number = |value: Option<f64>| value.map(Held::Number);
        match field {
            Field::Id => text(&compound.source_id),
            Field::Name => text(&facts.name),
            Field::Address => some(facts.address.as_ref()),
            Field::StreetOffice => some(facts.street_office.as_ref()),
            Field::Community => some(facts.community.as_ref()),
            Field::Built => number(facts.built.map(|span| f64::from(span.last))),
            Field::Households => number(facts.households.map(f64::from)),
            Field::FloorArea => number(facts.floor_area_m2),
            Field::LandArea => number(Some(compound.shape.unsigned_area())),
            Field::Buildings => number(facts.buildings.map(f64::from)),
            Field::StairUnits => number(facts.stair_units.map(f64::from)),
            Field::Cost => number(facts.estimated_cost.map(crate::base::Money::wan_yuan)),
            Field::Consent => number(facts.consent.as_ref().map(|consent| consent.share)),
            Field::Verdict => self.screened.get(id.index()).map(|screened| Held::Names(names_of(screened.verdict))),
            Field::District => {
                let district = self.content.districts.get(&(*self.content.assignment.get(id.index())?)?)?;
                Some(Held::Both(f64::from(district.number), vec![district.name.clone(), district.label()]))
            }
            Field::Year => number(self.content.compound_year(id).map(f64::from)),
            Field::Owner => some(facts.owner.as_ref()),
            Field::Management => some(facts.management.as_ref()),
            Field::Problems => some(facts.problems.as_ref()),
            Field::Own(name) => own(&compound.extra.get(name)?),
        }
    }
}

/// A field of the source: a number, or a text that may be one.
fn own(value: &serde_json::Value) -> Option<Held> {
    if let Some(number) = value.as_f64() {
        return Some(Held::Number(number));
    }
    let text = match value {
        serde_json::Value::Null => return None,
        serde_json::Value::String(text) if text.is_empty() => return None,
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.trim().parse::<f64>().ok().filter(|value| value.is_finite()) {
        Some(number) => Some(Held::Both(number, vec![text])),
        None => Some(Held::Text(text)),
    }
}

fn names_of(verdict: Verdict) -> Vec<String> {
    Lang::ALL.into_iter().map(|lang| tr(lang, &verdict.message())).collect()
}

fn compare(held: &Held, comparison: Comparison, value: &Value) -> Option<bool> {
    match (held, value) {
        (Held::Number(held) | Held::Both(held, _), Value::Number(value)) => Some(by_size(*held, comparison, *value)),
        (Held::Text(text), Value::Text(value)) => by_text(std::slice::from_ref(text), comparison, value),
        (Held::Names(names) | Held::Both(_, names), Value::Text(value)) => by_text(names, comparison, value),
        // A number in a text, or a text where a number is asked for: the other one is told from it, never equal to it.
        (Held::Number(held), Value::Text(value)) => by_text(&[held.to_string()], comparison, value),
        (Held::Text(_) | Held::Names(_), Value::Number(_)) => match comparison {
            Comparison::Equal => Some(false),
            Comparison::Unequal => Some(true),
            _ => None,
        },
    }
}

#[expect(clippy::float_cmp, reason = "a typed value equals a stored one or it does not")]
fn by_size(held: f64, comparison: Comparison, value: f64) -> bool {
    match comparison {
        Comparison::Equal | Comparison::Contains => held == value,
        Comparison::Unequal => held != value,
        Comparison::Less => held < value,
        Comparison::AtMost => held <= value,
        Comparison::More => held > value,
        Comparison::AtLeast => held >= value,
    }
}

fn by_text(names: &[String], comparison: Comparison, value: &str) -> Option<bool> {
    let value = value.to_lowercase();
    let is = || names.iter().any(|name| name.to_lowercase() == value);
    match comparison {
        Comparison::Equal => Some(is()),
        Comparison::Unequal => Some(!is()),
        Comparison::Contains => Some(names.iter().any(|name| name.to_lowercase().contains(&value))),
        _ => None,
    }
}
