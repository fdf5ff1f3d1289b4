//! Numeric fields of compounds by code: what bounds, likeness and tables refer to.

use geo::Area;

use super::{Compound, Content};

/// Codes of the built-in fields. Any other name is looked up among the source's own fields.
pub const FIELDS: [&str; 6] = ["households", "floor_area_m2", "cost_wan_yuan", "count", "built_year", "land_area_m2"];

/// The value of a field in every compound; `None` where it is unknown. `None` as a whole when no compound has
/// a number in a field of that name.
#[must_use]
pub fn field_values(content: &Content, field: &str) -> Option<Vec<Option<f64>>> {
    let built_in: Option<fn(&Compound) -> Option<f64>> = match field {
        "households" => Some(|c| c.facts.households.map(f64::from)),
        "floor_area_m2" | "floor_area" => Some(|c| c.facts.floor_area_m2),
        "cost_wan_yuan" | "est_cost" | "cost" => Some(|c| c.facts.estimated_cost.map(crate::base::Money::wan_yuan)),
        "count" | "compounds" => Some(|_| Some(1.0)),
        "built_year" | "year" => Some(|c| c.facts.built.map(|span| f64::from(span.last))),
        "land_area_m2" | "area" => Some(|c| Some(c.shape.unsigned_area())),
        _ => None,
    };
    if let Some(read) = built_in {
        return Some(content.compounds.iter().map(read).collect());
    }
    let values: Vec<Option<f64>> = content.compounds.iter().map(|c| extra_number(c, field)).collect();
    values.iter().any(Option::is_some).then_some(values)
}

fn extra_number(compound: &Compound, field: &str) -> Option<f64> {
    let value = compound.extra.get(field)?;
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|v| v.is_finite())
}
