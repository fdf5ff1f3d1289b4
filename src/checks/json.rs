//! A finding without words, for the command line and for GeoJSON properties.

use serde_json::{Value, json};

use super::{Finding, Part};
use crate::base::CompoundId;
use crate::model::Content;

impl Finding {
    /// Stable keys: `key`, `kind`, `severity`, `rule`, `district` (its number or null), `parts`, `pipes` (source ids),
    /// `items` (ids), `ignored` (the reason or null). A part has `bbox` as `[minx, miny, maxx, maxy]` in the working CRS,
    /// `compounds` (source ids), `households` and `households_unknown`.
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
    fn json(&self, content: &Content) -> Value {
        let (min, max) = (self.bounds.min(), self.bounds.max());
        let source = |id: &CompoundId| content.compounds.get(id.index()).map(|c| c.source_id.as_str());
        json!({
            "bbox": [min.x, min.y, max.x, max.y],
            "compounds": self.compounds.iter().filter_map(source).collect::<Vec<_>>(),
            "households": self.households,
            "households_unknown": self.households_unknown,
        })
    }
}
