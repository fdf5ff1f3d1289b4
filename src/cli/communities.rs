//! What districts come to as places to live, for the summary of a plan: facilities, approvals, freed land.

use serde_json::{Map, Value, json};

use crate::base::DistrictId;
use crate::composition::{self, FacilityRow, Permit, Reached, Review};
use crate::model::Content;
use crate::session::derive;

fn number(content: &Content, district: Option<DistrictId>) -> Option<u32> {
    district.and_then(|id| content.districts.get(&id)).map(|district| district.number)
}

/// Facilities of every district: whether there is one, whom it reaches by either measure, and what pooling saves.
pub(super) fn facilities_json(content: &Content) -> Value {
    let reached = |reached: Option<Reached>| reached.map(|r| json!({ "compounds": r.compounds, "households": r.households }));
    let row = |row: &FacilityRow| {
        json!({
            "kind": row.kind.code,
            "state": row.state.code(),
            "straight": reached(row.straight),
            "along_streets": reached(row.streets),
            "alone": row.alone,
            "pooled": row.pooled,
        })
    };
    let districts = derive::facilities(content).into_iter().map(
        |(id, rows)| json!({ "district": number(content, Some(id)), "kinds": rows.iter().map(row).collect::<Vec<Value>>() }),
    );
    json!({ "radius_m": composition::FIVE_MINUTES_M, "districts": districts.collect::<Vec<Value>>() })
}

/// Items of every district by the permits and the review of drawings that they want (R31, R32).
pub(super) fn approvals_json(content: &Content) -> Value {
    let one = |(district, items): (Option<DistrictId>, Vec<(crate::base::ItemId, composition::Approval)>)| {
        let permits = |permit: Permit| items.iter().filter(|(_, approval)| approval.permit == permit).count();
        let reviews = |review: Review| items.iter().filter(|(_, approval)| approval.review == review).count();
        let permit = |permit: Permit| (permit.code().to_owned(), Value::from(permits(permit)));
        let review = |review: Review| (review.code().to_owned(), Value::from(reviews(review)));
        let permits: Map<String, Value> =
            [Permit::Needed, Permit::ExemptOnceConfirmed, Permit::ToCheck].into_iter().map(permit).collect();
        let reviews: Map<String, Value> = [Review::Needed, Review::Exempt, Review::ToCheck].into_iter().map(review).collect();
        json!({ "district": number(content, district), "planning_permit": permits, "drawing_review": reviews })
    };
    composition::approvals_by_district(content).into_iter().map(one).collect()
}

/// The accounts of freed land (R34).
pub(super) fn freed_json(content: &Content) -> Value {
    let one = |(id, account): (DistrictId, composition::FreedLand)| {
        json!({
            "district": number(content, Some(id)),
            "freed_m2": account.freed_m2,
            "allocated_m2": account.allocated_m2,
            "unmeasured": account.unmeasured,
        })
    };
    composition::freed_land(content).into_iter().map(one).collect()
}
