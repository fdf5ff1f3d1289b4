//! Mends that wait for a yes: until then districts and lengths rest on shapes as drawn.

use geo::BoundingRect;

use super::Facts;
use super::finding::{Finding, FindingKind, Part};
use crate::base::{CompoundId, Message};
use crate::model::{LayerKind, MendState};

/// One finding a layer, with a place for each feature.
pub(super) fn waiting(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    for layer in LayerKind::ALL {
        let mut parts = Vec::new();
        let mut count = 0;
        for (key, _) in content.mends_of(layer).filter(|(_, mended)| mended.state == MendState::Waiting) {
            count += 1;
            parts.extend(match layer {
                LayerKind::Compounds => Part::of_compounds(content, &[CompoundId(key.row)]),
                _ => content.shape(layer, key.row).and_then(|shape| shape.bounding_rect()).map(Part::of_bounds),
            });
        }
        if count > 0 {
            let message = Message::new("checks.mend-waiting").count("features", count);
            let mut finding = Finding::new(FindingKind::MendWaiting, layer.code(), message);
            finding.parts = parts;
            findings.push(finding);
        }
    }
}
