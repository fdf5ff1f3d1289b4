//! Approvals: whether planning permits are needed (R31) and whether drawings are reviewed (R32), as truth tables.
//!
//! What is not known is 待核, never a way out. Fronting a street is told by distance, which is proposed here and no clause.

use std::collections::BTreeMap;

use geo::{BoundingRect, Distance, Euclidean, MultiLineString, MultiPolygon};

use crate::base::{DistrictId, ItemId, Message};
use crate::geometry::segment::grown;
use crate::model::{Content, DistrictMark, Item};

/// Beyond the red line of a street a façade within this distance fronts it, m. Proposed here.
pub const FRONTS_M: f64 = 20.0;

/// Half the width of a street whose width is not known, m. Proposed here.
const HALF_WIDTH_M: f64 = 10.0;

/// 用地规划许可证 and 建设工程规划许可证 (R31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permit {
    /// 需办理.
    Needed,
    /// 可免，待会商明确.
    ExemptOnceConfirmed,
    /// 待核.
    ToCheck,
}

/// 施工图审查 (R32).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Review {
    /// 需审查.
    Needed,
    /// 可免.
    Exempt,
    /// 待核.
    ToCheck,
}

impl Permit {
    /// The stable name used in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::ExemptOnceConfirmed => "exempt_once_confirmed",
            Self::ToCheck => "to_check",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Needed => Message::new("composition.permit-needed"),
            Self::ExemptOnceConfirmed => Message::new("composition.permit-exempt"),
            Self::ToCheck => Message::new("composition.approval-to-check"),
        }
    }
}

impl Review {
    /// The stable name used in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::Exempt => "exempt",
            Self::ToCheck => "to_check",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Needed => Message::new("composition.review-needed"),
            Self::Exempt => Message::new("composition.review-exempt"),
            Self::ToCheck => Message::new("composition.approval-to-check"),
        }
    }
}

/// R31: façades along important streets, changed planning conditions and what does not conform to the spatial plan want
/// permits; what is known to be none of these is exempt once the joint opinion says so.
#[must_use]
pub fn planning_permit(facade_on_important: Option<bool>, changes_conditions: Option<bool>, conforms: Option<bool>) -> Permit {
    match (facade_on_important, changes_conditions, conforms) {
        (Some(true), _, _) | (_, Some(true), _) | (_, _, Some(false)) => Permit::Needed,
        (Some(false), Some(false), Some(true)) => Permit::ExemptOnceConfirmed,
        _ => Permit::ToCheck,
    }
}

/// R32: only a project of low risk that leaves the load-bearing structure alone, with 告知承诺 given, goes without review.
#[must_use]
pub fn drawing_review(structural: bool, low_risk: Option<bool>, commitment: Option<bool>) -> Review {
    match (structural, low_risk, commitment) {
        (true, _, _) | (_, Some(false), _) | (_, _, Some(false)) => Review::Needed,
        (false, Some(true), Some(true)) => Review::Exempt,
        _ => Review::ToCheck,
    }
}

/// What one item wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Planning permits.
    pub permit: Permit,
    /// Review of the drawings.
    pub review: Review,
    /// It changes a façade along an important street; `None` where no streets are loaded.
    pub on_important: Option<bool>,
}

/// Approvals of items: the important streets of one plan, ready to be asked.
pub struct Approvals<'a> {
    content: &'a Content,
    important: Vec<(&'a MultiLineString<f64>, f64)>,
}

impl<'a> Approvals<'a> {
    /// Gets ready. `O(streets)`.
    #[must_use]
    pub fn new(content: &'a Content) -> Self {
        let important = content.streets.iter().filter(|street| street.important);
        let reach = |width_m: Option<f64>| width_m.map_or(HALF_WIDTH_M, |width| width / 2.0) + FRONTS_M;
        Self { content, important: important.map(|street| (&street.line, reach(street.width_m))).collect() }
    }

    /// What an item wants; `None` for one that is in no catalogue.
    #[must_use]
    pub fn of(&self, item: &Item) -> Option<Approval> {
        let entry = self.content.catalogue.get(&item.code)?;
        let district = self.content.item_district(item).and_then(|id| self.content.districts.get(&id));
        let decided = |mark| district.and_then(|district| district.decided(mark));
        let on_important = if entry.facade { self.fronts_important(item) } else { Some(false) };
        let permit =
            planning_permit(on_important, decided(DistrictMark::ChangesConditions), decided(DistrictMark::ConformsToPlan));
        let review = drawing_review(entry.structural, decided(DistrictMark::LowRisk), decided(DistrictMark::Commitment));
        Some(Approval { permit, review, on_important })
    }

    /// Whether an item lies, or its compound, along an important street; `None` without streets or without a place.
    fn fronts_important(&self, item: &Item) -> Option<bool> {
        if self.content.streets.is_empty() {
            return None;
        }
        let compound = item.compound.and_then(|id| self.content.compounds.get(id.index()));
        // A façade is drawn as a symbol; what fronts the street is the compound.
        if let Some(compound) = compound.filter(|compound| !compound.shape.0.is_empty()) {
            return Some(self.important.iter().any(|(line, reach)| is_within(&compound.shape, line, *reach)));
        }
        let place = item.place.as_ref()?;
        Some(
            self.important.iter().any(|(line, reach)| Euclidean.distance(place, &geo::Geometry::from((*line).clone())) <= *reach),
        )
    }
}

fn is_within(shape: &MultiPolygon<f64>, line: &MultiLineString<f64>, reach_m: f64) -> bool {
    use geo::Intersects;
    let near = shape.bounding_rect().zip(line.bounding_rect()).is_some_and(|(a, b)| grown(&a, reach_m).intersects(&b));
    near && Euclidean.distance(shape, line) <= reach_m
}

/// Items of every district by what they want (R31, R32); those of no district under `None`. `O(items × important streets)`.
#[must_use]
pub fn approvals_by_district(content: &Content) -> BTreeMap<Option<DistrictId>, Vec<(ItemId, Approval)>> {
    let approvals = Approvals::new(content);
    let mut found: BTreeMap<Option<DistrictId>, Vec<(ItemId, Approval)>> = BTreeMap::new();
    for (id, item) in &content.items {
        if let Some(approval) = approvals.of(item) {
            found.entry(content.item_district(item)).or_default().push((*id, approval));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use geo::LineString;

    use super::*;
    use crate::base::CompoundId;
    use crate::model::{District, ItemOrigin, MARK_NO, MARK_YES, Properties, Quantity, Street};
    use crate::pipes::tests as fixture;
    use crate::policy::ItemCode;

    const ALL: [Option<bool>; 3] = [Some(true), Some(false), None];

    #[test]
    fn r31_truth_table() {
        for facade in ALL {
            for changes in ALL {
                for conforms in ALL {
                    let wants = facade == Some(true) || changes == Some(true) || conforms == Some(false);
                    let known = facade.is_some() && changes.is_some() && conforms.is_some();
                    let expected = match (wants, known) {
                        (true, _) => Permit::Needed,
                        (false, true) => Permit::ExemptOnceConfirmed,
                        (false, false) => Permit::ToCheck,
                    };
                    assert_eq!(planning_permit(facade, changes, conforms), expected, "{facade:?} {changes:?} {conforms:?}");
                }
            }
        }
    }

    #[test]
    fn r32_truth_table() {
        for low_risk in ALL {
            for commitment in ALL {
                assert_eq!(drawing_review(true, low_risk, commitment), Review::Needed, "加装电梯 is always reviewed");
            }
        }
        assert_eq!(drawing_review(false, Some(true), Some(true)), Review::Exempt);
        assert_eq!(drawing_review(false, Some(true), Some(false)), Review::Needed, "without 告知承诺");
        assert_eq!(drawing_review(false, Some(false), Some(true)), Review::Needed);
        assert_eq!(drawing_review(false, None, Some(true)), Review::ToCheck);
        assert_eq!(drawing_review(false, Some(true), None), Review::ToCheck);
    }

    fn item(code: &str) -> Item {
        Item {
            code: ItemCode::new(code),
            compound: Some(CompoundId(0)),
            district: None,
            place: None,
            quantity: Quantity::Missing,
            year: None,
            price: None,
            timing: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        }
    }

    fn street(y: f64, important: bool) -> Street {
        Street {
            source_id: y.to_string(),
            name: String::new(),
            width_m: Some(30.0),
            important,
            line: MultiLineString(vec![LineString::from(vec![(-500.0, y), (500.0, y)])]),
            extra: Properties::new(),
        }
    }

    #[test]
    fn facades_along_important_streets_want_permits_and_marks_decide_the_rest() {
        let mut content = fixture::content(vec![fixture::compound("a", 0.0, 0.0, 100.0)], Vec::new());
        content.assignment[0] = Some(DistrictId(1));
        content.districts.insert(DistrictId(1), District::numbered(1));
        let of = |content: &Content, code: &str| Approvals::new(content).of(&item(code)).unwrap();
        assert_eq!(of(&content, "wall_repair").on_important, None, "without streets nobody knows");
        // The red line is 15 m from the middle: at 135 m the compound's edge is 20 m from it, at 136 m it is not.
        content.streets = Arc::new(vec![street(135.0, true), street(60.0, false)]);
        assert_eq!(of(&content, "wall_repair").permit, Permit::Needed);
        content.streets = Arc::new(vec![street(136.0, true), street(60.0, false)]);
        assert_eq!(of(&content, "wall_repair").permit, Permit::ToCheck);
        let decided = [
            (DistrictMark::ChangesConditions, MARK_NO),
            (DistrictMark::ConformsToPlan, MARK_YES),
            (DistrictMark::LowRisk, MARK_YES),
            (DistrictMark::Commitment, MARK_YES),
        ];
        let district = decided.iter().fold(District::numbered(1), |d, (mark, word)| d.marked(*mark, Some(word)));
        content.districts.insert(DistrictId(1), district);
        assert_eq!(of(&content, "wall_repair").permit, Permit::ExemptOnceConfirmed);
        assert_eq!((of(&content, "roof_repair").review, of(&content, "lift").review), (Review::Exempt, Review::Needed));
    }
}
