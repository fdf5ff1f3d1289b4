//! What `group` and `plan` tell of the shapes of districts, and of how many there could be.

use serde_json::{Value, json};

use super::group::Grouped;
use super::terminal::Terminal;
use crate::base::Message;
use crate::contiguity::{self, Compactness};
use crate::grouping;
use crate::model::Content;

/// Adds `reach` to the object of a grouping, and `compactness`, for which every district is dissolved, where that is asked for;
/// the phase is timed as `measure`.
pub(super) fn add(terminal: &mut Terminal, content: &Content, grouped: &Grouped, shapes: bool, value: &mut Value) {
    let reach = grouping::reach(&grouped.problem);
    value["reach"] = json!({ "most": reach.most, "least": reach.least });
    if !shapes {
        return;
    }
    let label = Message::new("session.job-measure");
    let shapes = terminal.phase("measure", &label, |_| contiguity::compactness_by_district(content));
    #[expect(clippy::cast_precision_loss, reason = "a count of districts")]
    let mean =
        |of: fn(&Compactness) -> f64| (!shapes.is_empty()).then(|| shapes.values().map(of).sum::<f64>() / shapes.len() as f64);
    let district = |(id, shape): (&crate::base::DistrictId, &Compactness)| {
        let number = content.districts.get(id).map(|district| district.number);
        json!({ "district": number, "polsby_popper": shape.polsby_popper, "reock": shape.reock })
    };
    value["compactness"] = json!({
        "polsby_popper": mean(|shape| shape.polsby_popper),
        "reock": mean(|shape| shape.reock),
        "districts": shapes.iter().map(district).collect::<Vec<_>>(),
    });
}
