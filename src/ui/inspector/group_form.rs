//! What the planner asks of a grouping, as typed and chosen, and the request it makes.

use crate::base::Message;
use crate::command::{DIAMETER, FieldBound, GroupRequest};
use crate::grouping::{Aim, Weights};
use crate::model::{CommunityRule, Content, Settings};

/// How many districts are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wanted {
    /// As many as the bounds allow; one a cluster without bounds.
    #[default]
    Most,
    /// As few as the bounds allow; one a cluster without bounds.
    Fewest,
    /// As many as is typed.
    Exactly,
}

impl Wanted {
    /// The choices in order, each with the key of its name.
    pub(super) const ALL: [(Self, &'static str); 3] =
        [(Self::Most, "ui.count-most"), (Self::Fewest, "ui.count-fewest"), (Self::Exactly, "ui.count-exactly")];
}

/// How much a part of the objective matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Degree {
    /// Not at all.
    Off,
    /// As usual.
    Some,
    /// More than the rest.
    Much,
}

impl Degree {
    /// The choices in order, each with the key of its name.
    pub(super) const ALL: [(Self, &'static str); 3] =
        [(Self::Off, "ui.matters-off"), (Self::Some, "ui.matters-some"), (Self::Much, "ui.matters-much")];

    /// What a part weighs that usually weighs `usual`.
    fn weight(self, usual: f64) -> f64 {
        match self {
            Self::Off => 0.0,
            Self::Some => usual,
            Self::Much => 4.0 * usual,
        }
    }
}

/// A form filled in with one click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preset {
    /// One street office: 800–3,000 households, communities kept whole where it costs little.
    StreetOffice,
    /// A whole city: 2,000–6,000 households, never over the limit of a street office.
    City,
}

/// The form.
pub(super) struct GroupingForm {
    /// Field code, key of its name, least and largest sum as typed.
    pub(super) rows: [(&'static str, &'static str, String, String); 4],
    /// The largest diameter as typed.
    pub(super) diameter: String,
    /// How many districts.
    pub(super) wanted: Wanted,
    /// The number as typed.
    pub(super) count: String,
    /// Alike inside.
    pub(super) likeness: Degree,
    /// Compact.
    pub(super) compactness: Degree,
    /// Even in size.
    pub(super) balance: Degree,
    /// Few openings: trunk pipes and years shared.
    pub(super) openings: Degree,
    /// Held together by short, broad links.
    pub(super) contact: Degree,
}

impl Default for GroupingForm {
    fn default() -> Self {
        let row = |field, key| (field, key, String::new(), String::new());
        Self {
            rows: [
                row("households", "ui.column-households"),
                row("floor_area_m2", "ui.column-floor-area"),
                row("cost_wan_yuan", "ui.column-cost"),
                row("count", "ui.column-compounds"),
            ],
            wanted: Wanted::default(),
            count: String::new(),
            likeness: Degree::Some,
            compactness: Degree::Some,
            balance: Degree::Off,
            openings: Degree::Some,
            contact: Degree::Off,
            diameter: String::new(),
        }
    }
}

/// How long the window searches.
const EFFORT: u32 = 20;

impl GroupingForm {
    /// Fills the bounds and the count; what limits mean goes into the settings of the plan.
    pub(super) fn fill(&mut self, preset: Preset, settings: &mut Settings) {
        let (low, high) = match preset {
            Preset::StreetOffice => ("800", "3000"),
            Preset::City => ("2000", "6000"),
        };
        for (field, _, least, largest) in &mut self.rows {
            let filled = *field == "households";
            *least = if filled { low.to_owned() } else { String::new() };
            *largest = if filled { high.to_owned() } else { String::new() };
        }
        (self.wanted, self.count, self.diameter) = (Wanted::Most, String::new(), String::new());
        (settings.community, settings.street_office) = match preset {
            Preset::StreetOffice => (CommunityRule::Prefer, CommunityRule::Free),
            Preset::City => (CommunityRule::Free, CommunityRule::Forbid),
        };
    }

    /// No bound is typed.
    pub(super) fn is_unbounded(&self) -> bool {
        let is_empty = |text: &String| text.trim().is_empty();
        self.rows.iter().all(|(_, _, low, high)| is_empty(low) && is_empty(high)) && is_empty(&self.diameter)
    }

    /// The request, or what stands against it.
    pub(super) fn request(&self, content: &Content) -> Result<GroupRequest, Message> {
        Ok(self.request_for(content, self.bounds()?, self.aim()?))
    }

    /// The request that improves `districts` districts that are there.
    pub(super) fn improvement(&self, content: &Content, districts: usize) -> Result<GroupRequest, Message> {
        let request = self.request_for(content, self.bounds()?, Aim::Exactly(districts));
        Ok(GroupRequest { improve: true, ..request })
    }

    fn request_for(&self, content: &Content, bounds: Vec<FieldBound>, aim: Aim) -> GroupRequest {
        let usual = Weights::default();
        let weights = Weights {
            likeness: self.likeness.weight(usual.likeness),
            pairwise: self.likeness.weight(usual.pairwise),
            compactness: self.compactness.weight(usual.compactness),
            balance: self.balance.weight(1.0),
            wholeness: usual.wholeness,
            openings: self.openings.weight(usual.openings),
            contact: self.contact.weight(1.0),
        };
        let similar = if self.likeness == Degree::Off { Vec::new() } else { similar_fields(content) };
        let similar = similar.into_iter().map(|(field, _)| field.to_owned()).collect();
        GroupRequest { bounds, aim, similar, weights, effort: EFFORT, ..GroupRequest::default() }
    }

    fn aim(&self) -> Result<Aim, Message> {
        match self.wanted {
            Wanted::Exactly => match self.count.trim().parse() {
                Ok(0) => Err(Message::new("grouping.error-none")),
                Ok(count) => Ok(Aim::Exactly(count)),
                Err(_) => Err(Message::new("ui.count-wanted")),
            },
            _ if self.is_unbounded() => Ok(Aim::Components),
            Wanted::Most => Ok(Aim::Most),
            Wanted::Fewest => Ok(Aim::Fewest),
        }
    }

    /// The bounds as numbers, or the text that is none, or the pair that contradicts itself.
    fn bounds(&self) -> Result<Vec<FieldBound>, Message> {
        let mut bounds = Vec::new();
        for (field, key, low, high) in &self.rows {
            let (min, max) = (number(low)?, number(high)?);
            if let (Some(least), Some(largest)) = (min, max)
                && least > largest
            {
                return Err(Message::new("grouping.error-contradiction")
                    .nested("field", Message::new(key))
                    .number("min", least, 0)
                    .number("max", largest, 0));
            }
            if min.is_some() || max.is_some() {
                bounds.push(FieldBound { field: (*field).to_owned(), min, max });
            }
        }
        let diameter = number(&self.diameter)?.map(|max| FieldBound { field: DIAMETER.to_owned(), min: None, max: Some(max) });
        bounds.extend(diameter);
        Ok(bounds)
    }
}

fn number(text: &str) -> Result<Option<f64>, Message> {
    let text = text.trim().replace([',', '，'], "");
    if text.is_empty() {
        return Ok(None);
    }
    let value = text.parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
    value.map(Some).ok_or_else(|| Message::new("ui.not-a-number").text("text", text))
}

/// Fields whose likeness can be sought because some compound has them, each with the key of its name.
pub(super) fn similar_fields(content: &Content) -> Vec<(&'static str, &'static str)> {
    let facts = || content.compounds.iter().map(|compound| &compound.facts);
    let fields = [
        (facts().any(|f| f.built.is_some()), ("built_year", "ui.column-built")),
        (facts().any(|f| f.estimated_cost.is_some()), ("cost_wan_yuan", "ui.column-cost")),
        (facts().any(|f| f.households.is_some()), ("households", "ui.column-households")),
    ];
    fields.into_iter().filter_map(|(known, field)| known.then_some(field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compound, CompoundFacts, Properties};

    #[test]
    fn what_matters_sets_the_weights_and_the_fields_that_are_known() {
        let facts = CompoundFacts { households: Some(300), ..CompoundFacts::default() };
        let compound =
            Compound { source_id: "a".to_owned(), shape: geo::MultiPolygon(Vec::new()), facts, extra: Properties::new() };
        let content = Content { compounds: std::sync::Arc::new(vec![compound]), ..Content::default() };
        let mut form = GroupingForm::default();
        let request = form.request(&content).unwrap();
        assert_eq!((request.weights, request.similar), (Weights::default(), vec!["households".to_owned()]));
        (form.likeness, form.compactness, form.balance) = (Degree::Off, Degree::Much, Degree::Some);
        let request = form.request(&content).unwrap();
        let weights = Weights { likeness: 0.0, pairwise: 0.0, compactness: 2.0, balance: 1.0, ..Weights::default() };
        assert_eq!((request.weights, request.similar.len()), (weights, 0));
        form.diameter = "800".to_owned();
        let across = FieldBound { field: DIAMETER.to_owned(), min: None, max: Some(800.0) };
        assert_eq!(form.request(&content).unwrap().bounds, [across]);
    }
}
