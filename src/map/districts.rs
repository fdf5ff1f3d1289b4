//! Outlines of districts: the members and the narrow gaps between them as one shape.
//!
//! Gaps of up to [`CLOSING_M`] are closed, so that walls and alleys inside a district do not break its outline. The outline is
//! for the eye; lengths, areas and contiguity never come from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::{BoundingRect, Coord, MultiPolygon, Rect};
use rayon::prelude::*;

use super::prepare::{AreaLayer, local};
use super::{colour_districts, label_point};
use crate::base::{CompoundId, DistrictId};
use crate::geometry::closing;
use crate::model::{Compound, Content};

/// Gaps up to this width are closed in the outline, m.
const CLOSING_M: f64 = 12.0;
/// Districts within this distance wear different hues, m.
const NEAR_M: f64 = 80.0;

/// A district as the map shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictShape {
    /// Which.
    pub id: DistrictId,
    /// Number and name.
    pub label: String,
    /// Colour index (see [`super::district_hue`]).
    pub hue: u8,
    /// Where the label stands, relative to the anchor of the layer.
    pub place: Option<[f32; 2]>,
    /// Box in the world.
    pub bounds: Option<Rect<f64>>,
}

/// All districts of a plan, made ready to draw. Rebuilt when districts or the assignment change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DistrictScene {
    /// By row of `layer`.
    pub shapes: Vec<DistrictShape>,
    /// The closed shapes.
    pub layer: Arc<AreaLayer>,
    /// Colour index of each district.
    pub hues: BTreeMap<DistrictId, u8>,
    /// Compounds that the outlines were made of.
    compounds: Arc<Vec<Compound>>,
    /// Members and outline of each district, so that an edit costs only the districts it touched.
    outlines: BTreeMap<DistrictId, (Vec<CompoundId>, MultiPolygon<f64>)>,
}

impl DistrictScene {
    /// Builds the outlines on all cores. `O(n log n)` in the points of the members.
    #[must_use]
    pub fn build(content: &Content, anchor: Coord<f64>) -> Self {
        Self::default().rebuilt(content, anchor)
    }

    /// The districts of a changed plan; outlines of districts whose members stayed are taken over.
    #[must_use]
    pub fn rebuilt(&self, content: &Content, anchor: Coord<f64>) -> Self {
        let boxes: Vec<_> = content.compounds.iter().map(|c| c.shape.bounding_rect()).collect();
        let hues = colour_districts(content, &boxes, NEAR_M);
        let same = Arc::ptr_eq(&self.compounds, &content.compounds);
        let members: Vec<(DistrictId, Vec<CompoundId>)> = content.members_by_district().into_iter().collect();
        let outline = |(id, rows): (DistrictId, Vec<CompoundId>)| {
            let kept = self.outlines.get(&id).filter(|(old, _)| same && *old == rows).map(|(_, area)| area.clone());
            let area = kept.unwrap_or_else(|| closed_union(content, &rows));
            (id, (rows, area))
        };
        let outlines: BTreeMap<_, _> = members.into_par_iter().map(outline).collect();
        let layer = Arc::new(AreaLayer::new(anchor, &outlines.values().map(|(_, area)| area).collect::<Vec<_>>()));
        let shapes = outlines.iter().filter_map(|(id, (_, area))| {
            Some(DistrictShape {
                id: *id,
                label: content.districts.get(id)?.label(),
                hue: hues.get(id).copied().unwrap_or(0),
                place: label_point(area).map(|at| local(anchor, at)),
                bounds: area.bounding_rect(),
            })
        });
        Self { shapes: shapes.collect(), layer, hues, compounds: Arc::clone(&content.compounds), outlines }
    }

    /// The same with some districts pale: they wear [`super::DIMMED`] for a hue. Only to be drawn; nothing is rebuilt from it.
    #[must_use]
    pub fn dimmed(&self, dims: impl Fn(DistrictId) -> bool) -> Self {
        let hue = |id: DistrictId, hue: u8| if dims(id) { super::DIMMED } else { hue };
        let shape = |shape: &DistrictShape| DistrictShape { hue: hue(shape.id, shape.hue), ..shape.clone() };
        Self {
            shapes: self.shapes.iter().map(shape).collect(),
            layer: Arc::clone(&self.layer),
            hues: self.hues.iter().map(|(id, own)| (*id, hue(*id, *own))).collect(),
            compounds: Arc::clone(&self.compounds),
            outlines: BTreeMap::new(),
        }
    }

    /// The colour index of a district.
    #[must_use]
    pub fn hue(&self, district: DistrictId) -> u8 {
        self.hues.get(&district).copied().unwrap_or(0)
    }
}

/// The members in one, over the narrow gaps between them.
fn closed_union(content: &Content, rows: &[CompoundId]) -> MultiPolygon<f64> {
    let shapes = rows.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| &c.shape);
    closing::closed(shapes, CLOSING_M)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CompoundFacts, District, Properties};
    use geo::Area;
    use geo::polygon;

    fn square(x: f64) -> Compound {
        let shape = polygon![(x: x, y: 0.0), (x: x + 100.0, y: 0.0), (x: x + 100.0, y: 100.0), (x: x, y: 100.0)];
        Compound {
            source_id: x.to_string(),
            shape: MultiPolygon(vec![shape]),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        }
    }

    #[test]
    fn narrow_gaps_close_and_wide_ones_stay() {
        let compounds = vec![square(0.0), square(104.0), square(260.0)];
        let mut content =
            Content { compounds: Arc::new(compounds), assignment: vec![Some(DistrictId(1)); 3], ..Content::default() };
        content.districts.insert(DistrictId(1), District::numbered(1));
        let area = closed_union(&content, &content.members(DistrictId(1)));
        assert_eq!(area.0.len(), 2);
        assert!((area.unsigned_area() - 30_400.0).abs() < 1.0, "{}", area.unsigned_area());
        let scene = DistrictScene::build(&content, Coord::zero());
        assert_eq!(scene.shapes.len(), 1);
        assert_eq!(scene.shapes[0].label, "01");
        assert_eq!(usize::from(super::super::DIMMED), super::super::HUES);
        let pale = scene.dimmed(|id| id == DistrictId(1));
        assert_eq!((pale.hue(DistrictId(1)), pale.shapes[0].hue), (super::super::DIMMED, super::super::DIMMED));
        assert_eq!(scene.dimmed(|_| false).shapes, scene.shapes);
        content.assignment[2] = None;
        assert_eq!(scene.rebuilt(&content, Coord::zero()), DistrictScene::build(&content, Coord::zero()));
    }
}
