//! A finding without words, for the command line and for GeoJSON properties.

use serde_json::{Value, json};

use super::{Finding, Part, Way};
use crate::base::CompoundId;
use crate::contiguity::Cause;
use crate::model::Content;

impl Finding {
    /// Stable keys: `key`, `kind`, `severity`, `rule`, `district` (its number or null), `parts`, `pipes` (source ids),
    /// `items` (ids), `ignored` (the reason or null). A part has `bbox` as `[minx, miny, maxx, maxy]` in the working CRS,
    /// `compounds` (source ids), `households`, `households_unknown` and `way`: null, or what keeps it apart as `cause`,
    /// `barrier` (source id or null), `gap_m`, `from` and `to` (source ids, null where there is nobody).
    #[must_use]
    pub fn json(&self, content: &Content) -> Value {
        let district = self.district.and_then(|id| content.districts.get(&id)).map(|d| d.number);
        let pipes: Vec<&str> =
            self.pipes.iter().filter_map(|id| content.pipes.get(id.index())).map(|pipe| pipe.source_id.as_str()).collect();
        json!({
            "key": self.key.0,
            "kind": self.kind.code(),
            "severity": self.severity.code(),
            "rule": self.rule,
            "district": district,
            "parts": self.parts.iter().map(|part| part.json(content)).collect::<Vec<_>>(),
            "pipes": pipes,
            "items": self.items.iter().map(|id| id.0).collect::<Vec<_>>(),
            "ignored": self.ignored.as_ref().map(|note| note.reason.as_str()),
        })
    }
}

impl Part {
    /// The place as JSON, as [`Finding::json`] has it.
    #[must_use]
    pub fn json(&self, content: &Content) -> Value {
        let (min, max) = (self.bounds.min(), self.bounds.max());
        let source = |id: &CompoundId| content.compounds.get(id.index()).map(|c| c.source_id.as_str());
        json!({
            "bbox": [min.x, min.y, max.x, max.y],
            "compounds": self.compounds.iter().filter_map(source).collect::<Vec<_>>(),
            "households": self.households,
            "households_unknown": self.households_unknown,
            "way": self.way.map(|way| way.json(content)),
        })
    }
}

impl Way {
    fn json(&self, content: &Content) -> Value {
        let source = |id: CompoundId| content.compounds.get(id.index()).map(|c| c.source_id.as_str());
        let barrier = match self.cause {
            Cause::Barrier(id) => content.barriers.get(id.index()).map(|barrier| barrier.source_id.as_str()),
            _ => None,
        };
        json!({
            "cause": self.cause.code(),
            "barrier": barrier,
            "gap_m": self.near.map(|near| near.gap_m),
            "from": self.near.and_then(|near| source(near.from)),
            "to": self.near.and_then(|near| source(near.to)),
        })
    }
}
