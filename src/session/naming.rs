//! Districts that a field of the compounds names: somebody else's grouping as the map tells it.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::base::{CompoundId, DistrictId};
use crate::model::{Compound, Content, District};

/// A grouping as a field names it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// A district for each value, named by it, and numbered in the order of first appearance; by the values themselves where
    /// all are whole numbers.
    pub districts: BTreeMap<DistrictId, District>,
    /// The district of each compound; of several the first.
    pub assignment: Vec<Option<DistrictId>>,
    /// Compounds for which the field names several districts, with those.
    pub in_several: Vec<(CompoundId, Vec<DistrictId>)>,
}

/// Between several districts of one compound.
const SEPARATORS: [char; 6] = [';', '；', '|', ',', '，', '、'];

/// The districts that a field names; empty values name none. `None` when no compound has the field.
///
/// A compound is in several districts when its value is a list, or a text of values that other compounds have alone:
/// `1;2` beside `1` and `2`, but not a name that only looks like a list.
#[must_use]
pub fn districts_of_field(content: &Content, field: &str) -> Option<Named> {
    let values: Vec<Option<Vec<String>>> = content.compounds.iter().map(|compound| values_of(compound, field)).collect();
    if values.iter().all(Option::is_none) {
        return None;
    }
    let alone: HashSet<&str> = values.iter().flatten().filter(|v| v.len() == 1).map(|v| v[0].as_str()).collect();
    let mut ids: BTreeMap<String, DistrictId> = BTreeMap::new();
    let mut named = Named { assignment: vec![None; values.len()], ..Named::default() };
    for (row, value) in values.iter().enumerate() {
        let names = value.iter().flatten().flat_map(|text| split(text, &alone));
        let mut held: Vec<DistrictId> = Vec::new();
        for name in names {
            let next = DistrictId::from_index(ids.len() + 1);
            let id = *ids.entry(name).or_insert(next);
            if !held.contains(&id) {
                held.push(id);
            }
        }
        named.assignment[row] = held.first().copied();
        if held.len() > 1 {
            named.in_several.push((CompoundId::from_index(row), held));
        }
    }
    let number = |name: &str| name.parse::<u32>().ok().filter(|number| *number > 0 && number.to_string() == name);
    let are_numbers = ids.keys().all(|name| number(name).is_some());
    let district = |(name, id): (String, DistrictId)| {
        let number = number(&name).filter(|_| are_numbers).unwrap_or(id.0);
        (id, District { name, ..District::numbered(number) })
    };
    named.districts = ids.into_iter().map(district).collect();
    Some(named)
}

/// The texts of a field in a compound that are not blank; `None` where it has no such field.
fn values_of(compound: &Compound, field: &str) -> Option<Vec<String>> {
    let facts = &compound.facts;
    let own = match field {
        "community" => facts.community.clone(),
        "street_office" => facts.street_office.clone(),
        _ => None,
    };
    let value = compound.extra.get(field).map(|value| texts(&value));
    value.or_else(|| own.map(|text| vec![text]))
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let all = match value {
        Value::Array(values) => values.iter().map(text).collect(),
        one => vec![text(one)],
    };
    all.into_iter().filter(|text| !text.is_empty()).collect()
}

/// The values in a text that lists several.
fn split(text: &str, alone: &HashSet<&str>) -> Vec<String> {
    let pieces: Vec<&str> = text.split(SEPARATORS).map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let lists = pieces.len() > 1 && pieces.iter().all(|piece| alone.contains(piece));
    if lists { pieces.into_iter().map(str::to_owned).collect() } else { vec![text.to_owned()] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CompoundFacts, Properties};
    use serde_json::json;

    fn named(values: &[Value]) -> Named {
        let compound = |value: &Value| {
            let mut extra = Properties::new();
            extra.insert("片区".to_owned(), value.clone());
            let shape = geo::MultiPolygon(Vec::new());
            Compound { source_id: String::new(), shape, facts: CompoundFacts::default(), extra }
        };
        let compounds = std::sync::Arc::new(values.iter().map(compound).collect());
        districts_of_field(&Content { compounds, ..Content::default() }, "片区").unwrap()
    }

    fn check(values: &[Value], expected: &[&[&str]]) {
        let named = named(values);
        let name = |id: &DistrictId| named.districts[id].name.as_str();
        let held = |row: usize| match named.in_several.iter().find(|(id, _)| id.index() == row) {
            Some((_, held)) => held.iter().map(name).collect(),
            None => named.assignment[row].iter().map(name).collect::<Vec<_>>(),
        };
        assert_eq!((0..values.len()).map(held).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_field_names_one_district_several_or_none() {
        check(&[json!("1"), json!(2), json!(" "), Value::Null, json!("1;2")], &[&["1"], &["2"], &[], &[], &["1", "2"]]);
        check(&[json!("甲"), json!("甲、乙"), json!("乙")], &[&["甲"], &["甲", "乙"], &["乙"]]);
        check(&[json!(["a", "b"]), json!("b")], &[&["a", "b"], &["b"]]);
        // Nobody is in 红旗 alone, so this is one name.
        check(&[json!("南湖、红旗"), json!("南湖")], &[&["南湖、红旗"], &["南湖"]]);
        assert_eq!(districts_of_field(&Content::default(), "片区"), None);
    }

    #[test]
    fn whole_numbers_number_the_districts() {
        let labels = |values: &[Value]| -> Vec<String> { named(values).districts.values().map(District::label).collect() };
        assert_eq!(labels(&[json!(12), json!("3")]), ["12", "03"]);
        assert_eq!(labels(&[json!("12"), json!("03")]), ["01 12", "02 03"]);
    }
}
