//! What is coloured by a field: the class of every compound or district, with bounds and counts for the legend. What a field
//! does not know is counted and wears the colour of no data; it is never read as zero.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::classes::{breaks, class_of};
use super::{MapColours, Rgba, category_colour, ramp_colour, severity_colour};
use crate::base::{CompoundId, DistrictId, Message};
use crate::checks::{Finding, Severity};
use crate::model::{Classing, Compound, Content, FieldLook, field_values};

/// The code of the state of checks as a field.
pub const CHECKS: &str = "checks";

/// Fields of compounds that are numbers, by code; and texts. Any other name is one of the source's own.
pub const LOOK_NUMBERS: [&str; 8] =
    ["households", "floor_area_m2", "cost_wan_yuan", "built_year", "land_area_m2", "buildings", "stair_units", "district_year"];
/// Fields of compounds that are texts, by code.
pub const LOOK_TEXTS: [&str; 4] = ["street_office", "community", "owner", "management"];
/// Fields of districts, by code.
pub const LOOK_DISTRICTS: [&str; 6] = ["households", "floor_area_m2", "cost_wan_yuan", "count", "district_year", CHECKS];

/// The gravest finding that is not set aside, by what it is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    compounds: BTreeMap<CompoundId, Severity>,
    districts: BTreeMap<DistrictId, Severity>,
}

impl Checked {
    /// Of findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let mut checked = Self::default();
        for finding in findings.iter().filter(|finding| finding.ignored.is_none()) {
            let compounds = finding.parts.iter().flat_map(|part| part.compounds.iter().copied());
            checked.note(finding.severity, finding.district, compounds);
        }
        checked
    }

    /// Notes what one finding is about.
    pub fn note(&mut self, severity: Severity, district: Option<DistrictId>, compounds: impl Iterator<Item = CompoundId>) {
        // Severities are in order, the gravest first.
        for compound in compounds {
            self.compounds.entry(compound).and_modify(|worst| *worst = severity.min(*worst)).or_insert(severity);
        }
        if let Some(district) = district {
            self.districts.entry(district).and_modify(|worst| *worst = severity.min(*worst)).or_insert(severity);
        }
    }
}

/// What a class holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassBounds {
    /// Numbers up to and with the second. The first belongs to the class only where it is the lowest.
    Range {
        /// The least value of all, or the last of the class below.
        from: f64,
        /// The last value.
        to: f64,
        /// It is the lowest class.
        lowest: bool,
    },
    /// One number.
    Number(f64),
    /// One text.
    Text(String),
    /// Values too many to have a colour each, and how many they are.
    Others(usize),
    /// The gravest finding is of that severity; or there is none.
    Checked(Option<Severity>),
}

/// A class with how many wear it.
#[derive(Clone, Debug, PartialEq)]
pub struct LookClass {
    /// What it holds.
    pub bounds: ClassBounds,
    /// How many do.
    pub count: usize,
}

/// A layer in classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Classed {
    /// By what.
    pub look: FieldLook,
    /// The classes, lowest first, categories by their number.
    pub classes: Vec<LookClass>,
    /// The class of each row; that of what is not known is the number of classes.
    pub rows: Vec<u8>,
    /// How many have no value.
    pub missing: usize,
}

/// What is coloured by fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// Compounds, by row.
    pub compounds: Option<Arc<Classed>>,
    /// Districts, in the order of their ids.
    pub districts: Option<Classed>,
    /// Place of a district among the rows.
    places: BTreeMap<DistrictId, usize>,
}

/// What something says in a field.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Number(f64),
    Text(String),
    Checked(Option<Severity>),
}

impl Looked {
    /// The layers of a plan that its looks colour by a field. `O(n log n)`.
    #[must_use]
    pub fn of(content: &Content, checked: &Checked) -> Self {
        let looks = &content.settings.looks;
        let compounds =
            looks.compounds.as_ref().map(|look| Arc::new(Classed::new(look, &compound_values(content, &look.field, checked))));
        let districts = looks.districts.as_ref().map(|look| Classed::new(look, &district_values(content, &look.field, checked)));
        let places = content.districts.keys().enumerate().map(|(place, id)| (*id, place)).collect();
        Self { compounds, districts, places }
    }

    /// The same for other districts of the same compounds, which are not classed.
    #[must_use]
    pub fn of_compounds_alone(&self) -> Self {
        Self { compounds: self.compounds.clone(), ..Self::default() }
    }

    /// Whether anything is asked of findings.
    #[must_use]
    pub fn asks_checks(content: &Content) -> bool {
        let looks = &content.settings.looks;
        [&looks.compounds, &looks.districts].into_iter().flatten().any(|look| look.field == CHECKS)
    }

    /// The class of a district.
    #[must_use]
    pub fn district_class(&self, id: DistrictId) -> Option<u8> {
        let classed = self.districts.as_ref()?;
        classed.rows.get(*self.places.get(&id)?).copied()
    }
}

impl Classed {
    fn new(look: &FieldLook, values: &[Option<Value>]) -> Self {
        let missing = values.iter().filter(|value| value.is_none()).count();
        let is_number = |value: &Value| matches!(value, Value::Number(_));
        let numbers = values.iter().flatten().all(is_number);
        let (classes, rows) = match (look.field.as_str(), look.classing) {
            (CHECKS, _) => by_check(values),
            (_, classing) if numbers && classing != Classing::Unique => by_size(values, classing, usize::from(look.classes)),
            _ => by_value(values, usize::from(look.classes)),
        };
        Self { look: look.clone(), classes, rows, missing }
    }

    /// The colour of a class; that of no data beyond the last.
    #[must_use]
    pub fn colour(&self, class: usize, colours: &MapColours) -> Rgba {
        let shade = colours.shade;
        match self.classes.get(class).map(|class| &class.bounds) {
            None => colours.no_data,
            Some(ClassBounds::Range { .. }) => ramp_colour(self.look.ramp, class, self.classes.len(), shade),
            Some(ClassBounds::Checked(severity)) => severity_colour(*severity, shade),
            Some(ClassBounds::Number(_) | ClassBounds::Text(_)) => category_colour(class, shade),
            Some(ClassBounds::Others(_)) => category_colour(usize::MAX, shade),
        }
    }

    /// The words of a class, or of what has no value beyond the last.
    #[must_use]
    pub fn label(&self, class: usize) -> Message {
        let decimals = self.decimals();
        let year = self.look.field.ends_with("year");
        let number = |value: f64| {
            if year {
                return Message::new("map.class-year").text("value", format!("{value:.0}"));
            }
            Message::new("map.class-number").number("value", value, decimals)
        };
        match self.classes.get(class).map(|class| &class.bounds) {
            None => Message::new("map.class-missing"),
            Some(ClassBounds::Range { from, to, .. }) if from == to => number(*to),
            Some(ClassBounds::Range { from, to, lowest: true }) => {
                Message::new("map.class-first").nested("from", number(*from)).nested("to", number(*to))
            }
            Some(ClassBounds::Range { from, to, lowest: false }) => {
                Message::new("map.class-range").nested("from", number(*from)).nested("to", number(*to))
            }
            Some(ClassBounds::Number(value)) => number(*value),
            Some(ClassBounds::Text(text)) => Message::new("map.class-text").text("value", text),
            Some(ClassBounds::Others(count)) => Message::new("map.class-others").count("count", *count),
            Some(ClassBounds::Checked(Some(severity))) => severity.name(),
            Some(ClassBounds::Checked(None)) => Message::new("map.class-no-finding"),
        }
    }

    /// The fewest decimals with which the bounds still differ.
    fn decimals(&self) -> usize {
        let bounds: Vec<f64> = self
            .classes
            .iter()
            .flat_map(|class| match class.bounds {
                ClassBounds::Range { from, to, .. } => vec![from, to],
                ClassBounds::Number(value) => vec![value],
                _ => Vec::new(),
            })
            .collect();
        let told_apart = |decimals: usize| {
            let told = |value: f64| format!("{value:.decimals$}");
            bounds.iter().enumerate().all(|(n, a)| bounds[..n].iter().all(|b| a == b || told(*a) != told(*b)))
        };
        (0..4).find(|decimals| told_apart(*decimals)).unwrap_or(4)
    }
}

type Classes = (Vec<LookClass>, Vec<u8>);

fn small(class: usize) -> u8 {
    u8::try_from(class).unwrap_or(u8::MAX)
}

fn by_size(values: &[Option<Value>], classing: Classing, classes: usize) -> Classes {
    let number = |value: &Option<Value>| match value {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let numbers: Vec<f64> = values.iter().filter_map(number).collect();
    let bounds = breaks(&numbers, classing, classes);
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let range = |(n, to): (usize, &f64)| {
        let from = if n == 0 { least } else { bounds[n - 1] };
        LookClass { bounds: ClassBounds::Range { from, to: *to, lowest: n == 0 }, count: 0 }
    };
    let mut found: Vec<LookClass> = bounds.iter().enumerate().map(range).collect();
    let none = small(found.len());
    let mut class = |value: &Option<Value>| {
        let Some(number) = number(value) else { return none };
        let class = class_of(&bounds, number);
        found[class].count += 1;
        small(class)
    };
    let rows = values.iter().map(&mut class).collect();
    (found, rows)
}

/// A class for each value: numbers in order, texts by how many have them; what is beyond so many classes has one together.
fn by_value(values: &[Option<Value>], classes: usize) -> Classes {
    let name = |value: &Value| match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Checked(_) => String::new(),
    };
    let mut counts: BTreeMap<String, (usize, &Value)> = BTreeMap::new();
    for value in values.iter().flatten() {
        counts.entry(name(value)).or_insert((0, value)).0 += 1;
    }
    let mut order: Vec<(String, usize, &Value)> = counts.into_iter().map(|(name, (count, value))| (name, count, value)).collect();
    // Stable: of values that as many have, the first by name comes first.
    order.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    let rest: usize = order.iter().skip(classes).map(|(_, count, _)| count).sum();
    let others = order.len().saturating_sub(classes);
    order.truncate(classes);
    order.sort_by(|(a, _, first), (b, _, second)| match (first, second) {
        (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        _ => a.cmp(b),
    });
    let bounds = |value: &Value| match value {
        Value::Number(number) => ClassBounds::Number(*number),
        Value::Text(text) => ClassBounds::Text(text.clone()),
        Value::Checked(severity) => ClassBounds::Checked(*severity),
    };
    let mut found: Vec<LookClass> =
        order.iter().map(|(_, count, value)| LookClass { bounds: bounds(value), count: *count }).collect();
    if others > 0 {
        found.push(LookClass { bounds: ClassBounds::Others(others), count: rest });
    }
    let places: BTreeMap<&str, usize> = order.iter().enumerate().map(|(place, (name, ..))| (name.as_str(), place)).collect();
    let class = |value: &Option<Value>| {
        let Some(value) = value else { return small(found.len()) };
        small(places.get(name(value).as_str()).copied().unwrap_or(order.len()))
    };
    let rows = values.iter().map(class).collect();
    (found, rows)
}

/// From the gravest to none.
fn by_check(values: &[Option<Value>]) -> Classes {
    let states: Vec<Option<Severity>> = Severity::ALL.into_iter().map(Some).chain([None]).collect();
    let place = |value: &Option<Value>| match value {
        Some(Value::Checked(severity)) => states.iter().position(|state| state == severity),
        _ => None,
    };
    let rows: Vec<u8> = values.iter().map(|value| small(place(value).unwrap_or(states.len()))).collect();
    let count = |n: usize| rows.iter().filter(|row| usize::from(**row) == n).count();
    let classes = states.iter().enumerate().map(|(n, state)| LookClass { bounds: ClassBounds::Checked(*state), count: count(n) });
    (classes.collect(), rows)
}

fn compound_values(content: &Content, field: &str, checked: &Checked) -> Vec<Option<Value>> {
    let rows = || content.compounds.iter();
    let each = |read: &dyn Fn(&Compound) -> Option<Value>| rows().map(read).collect();
    let text =
        |value: Option<&String>| value.map(|value| value.trim()).filter(|v| !v.is_empty()).map(|v| Value::Text(v.to_owned()));
    let whole = |value: Option<u32>| value.map(|value| Value::Number(f64::from(value)));
    let ids = || (0..content.compounds.len()).map(CompoundId::from_index);
    match field {
        CHECKS => ids().map(|id| Some(Value::Checked(checked.compounds.get(&id).copied()))).collect(),
        "buildings" => each(&|c| whole(c.facts.buildings)),
        "stair_units" => each(&|c| whole(c.facts.stair_units)),
        "district_year" => ids().map(|id| content.compound_year(id).map(|year| Value::Number(f64::from(year)))).collect(),
        "street_office" => each(&|c| text(c.facts.street_office.as_ref())),
        "community" => each(&|c| text(c.facts.community.as_ref())),
        "owner" => each(&|c| text(c.facts.owner.as_ref())),
        "management" => each(&|c| text(c.facts.management.as_ref())),
        _ => {
            // A field of texts has numbers in it here and there; then all of it is texts.
            let own = each(&|c| c.extra.get(field).and_then(|value| own_text(&value)));
            match field_values(content, field) {
                Some(values) if own.iter().flatten().count() <= values.iter().flatten().count() => {
                    values.into_iter().map(|value| value.map(Value::Number)).collect()
                }
                _ => own,
            }
        }
    }
}

fn own_text(value: &serde_json::Value) -> Option<Value> {
    let text = match value {
        serde_json::Value::Null => return None,
        serde_json::Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    (!text.is_empty()).then_some(Value::Text(text))
}

/// Sums are those of what is known; a district of which nobody knows anything has no value.
fn district_values(content: &Content, field: &str, checked: &Checked) -> Vec<Option<Value>> {
    let ids = || content.districts.iter();
    match field {
        CHECKS => ids().map(|(id, _)| Some(Value::Checked(checked.districts.get(id).copied()))).collect(),
        "district_year" => ids().map(|(_, district)| district.year.map(|year| Value::Number(f64::from(year)))).collect(),
        _ => {
            let values = field_values(content, field).unwrap_or_default();
            let members = content.members_by_district();
            let sum = |id: &DistrictId| {
                let known = members.get(id)?.iter().filter_map(|member| values.get(member.index()).copied().flatten());
                known.reduce(|a, b| a + b).map(Value::Number)
            };
            ids().map(|(id, _)| sum(id)).collect()
        }
    }
}

/// The source's own fields of compounds in their order in the first compounds, for a list to choose from.
#[must_use]
pub fn own_fields(content: &Content) -> Vec<String> {
    /// A field that only later compounds have is found by typing its name.
    const LOOKED_AT: usize = 100;
    let mut known = BTreeSet::new();
    let keys = content.compounds.iter().take(LOOKED_AT).flat_map(|compound| compound.extra.keys());
    keys.map(std::borrow::Cow::into_owned).filter(|key| known.insert(key.clone())).collect()
}

/// The words of a field.
#[must_use]
pub fn field_name(field: &str) -> Message {
    Message::new(match field {
        "households" => "ui.column-households",
        "floor_area_m2" => "ui.column-floor-area",
        "cost_wan_yuan" => "ui.column-cost",
        "built_year" => "ui.column-built",
        "land_area_m2" => "grouping.field-land-area",
        "count" => "ui.column-compounds",
        "buildings" => "ui.column-buildings",
        "stair_units" => "session.field-stair-units",
        "district_year" => "ui.column-year",
        "street_office" => "ui.column-street",
        "community" => "ui.column-community",
        "owner" => "ui.column-owner",
        "management" => "session.field-management",
        CHECKS => "map.field-checks",
        own => return Message::new("map.class-text").text("value", own),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Shade;
    use crate::model::{CompoundFacts, District, Looks, Properties, Ramp, Settings};

    fn content(households: &[Option<u32>], look: FieldLook) -> Content {
        let compound = |(row, households): (usize, &Option<u32>)| Compound {
            source_id: row.to_string(),
            shape: geo::MultiPolygon(vec![geo::Rect::new((0.0, 0.0), (1.0, 1.0)).to_polygon()]),
            facts: CompoundFacts {
                households: *households,
                community: households.map(|n| if n < 100 { "东".to_owned() } else { "西".to_owned() }),
                ..CompoundFacts::default()
            },
            extra: Properties::new(),
        };
        let looks = Looks { compounds: Some(look.clone()), districts: Some(look), ..Looks::default() };
        Content {
            compounds: Arc::new(households.iter().enumerate().map(compound).collect()),
            assignment: households.iter().map(|_| Some(DistrictId(1))).collect(),
            districts: [1, 2].map(|n| (DistrictId(n), District::numbered(n))).into(),
            settings: Settings { looks, ..Settings::default() },
            ..Content::default()
        }
    }

    #[test]
    fn what_is_not_known_is_counted_and_wears_the_colour_of_no_data() {
        let look = FieldLook { field: "households".to_owned(), classing: Classing::Equal, classes: 4, ramp: Ramp::Blues };
        let content = content(&[Some(0), None, Some(40), Some(400)], look);
        let looked = Looked::of(&content, &Checked::default());
        let classed = looked.compounds.as_ref().unwrap();
        assert_eq!((classed.rows.clone(), classed.missing), (vec![0, 4, 0, 3], 1));
        assert_eq!(classed.classes.iter().map(|c| c.count).collect::<Vec<_>>(), [2, 0, 0, 1]);
        let colours = MapColours::of(Shade::Light);
        assert_eq!(classed.colour(4, &colours), colours.no_data);
        assert_eq!(classed.label(4).key(), "map.class-missing");
        assert_eq!((classed.label(0).key(), classed.label(1).key()), ("map.class-first", "map.class-range"));
        // A district without members has no sum.
        assert_eq!(looked.districts.as_ref().unwrap().missing, 1);
        assert_eq!(looked.district_class(DistrictId(2)), Some(1));
    }

    #[test]
    fn texts_are_categories_and_what_is_too_much_is_one() {
        let look = FieldLook { field: "community".to_owned(), classes: 9, ..FieldLook::default() };
        let by_community = Looked::of(&content(&[Some(1), Some(2), Some(300), None], look), &Checked::default());
        let classed = by_community.compounds.unwrap();
        let told: Vec<_> = classed.classes.iter().map(|class| (class.bounds.clone(), class.count)).collect();
        assert_eq!(told, [(ClassBounds::Text("东".to_owned()), 2), (ClassBounds::Text("西".to_owned()), 1)]);
        assert_eq!(classed.rows, [0, 0, 1, 2]);
        let look = FieldLook { classing: Classing::Unique, classes: 3, ..FieldLook::default() };
        let many = Looked::of(&content(&[Some(5), Some(5), Some(4), Some(3), Some(2), Some(1)], look), &Checked::default());
        let classed = many.compounds.unwrap();
        assert_eq!(classed.classes.last().unwrap().bounds, ClassBounds::Others(2));
        assert_eq!(classed.classes.iter().map(|class| class.count).sum::<usize>(), 6);
        assert_eq!(classed.rows[0], classed.rows[1]);
    }

    #[test]
    fn the_gravest_finding_colours_by_the_state_of_checks() {
        let look = FieldLook { field: CHECKS.to_owned(), ..FieldLook::default() };
        let content = content(&[Some(1), Some(2), Some(3)], look);
        let mut checked = Checked::default();
        checked.note(Severity::Note, Some(DistrictId(1)), [CompoundId(0), CompoundId(1)].into_iter());
        checked.note(Severity::Error, None, std::iter::once(CompoundId(1)));
        checked.note(Severity::Warning, None, std::iter::once(CompoundId(1)));
        let looked = Looked::of(&content, &checked);
        assert_eq!(looked.compounds.as_ref().unwrap().rows, [2, 0, 3]);
        assert_eq!((looked.district_class(DistrictId(1)), looked.district_class(DistrictId(2))), (Some(2), Some(3)));
        assert!(Looked::asks_checks(&content));
    }
}
