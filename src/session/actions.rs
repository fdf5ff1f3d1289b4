//! Actions that need what was derived: who may be assigned, the problem a grouping solves, where an item falls.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use geo::{BoundingRect, Contains, Coord, Geometry, Point};

use super::fixing::field_words;
use super::{State, derive, field_values, wishes};
use crate::base::{CompoundId, DistrictId, Message, Seed};
use crate::checks::Finding;
use crate::command::{DIAMETER, FieldBound, GroupRequest};
use crate::composition;
use crate::contiguity::{Links, Neighbours};
use crate::grouping::{Aim, Bound, Field, GroupingError, Problem};
use crate::model::{CompoundFacts, Content, FindingKey, Item};
use crate::policy::{ItemCode, Verdict};
use crate::screening::{self, Screened};

/// Links are derived up to this gap, so that the slider moves freely below it, m.
pub const LARGEST_GAP_M: f64 = 100.0;

/// Compounds that may go where they are wanted, and why the rest may not.
#[derive(Debug, Default)]
pub struct Assignable {
    /// Those that may.
    pub compounds: BTreeSet<CompoundId>,
    /// Why the first of the others may not.
    pub refusal: Option<Message>,
    /// The locked district that refuses, when it is a lock.
    pub locked: Option<DistrictId>,
}

/// Who of `wanted` may move to `to`, or to a new district when `enters` is set without one: no excluded compound enters a district (R2), and nothing enters or leaves a
/// locked one. Everything else is only warned of, by the checks.
#[must_use]
pub fn assignable(state: &State, wanted: &BTreeSet<CompoundId>, to: Option<DistrictId>, enters: bool) -> Assignable {
    let plan = &state.plan;
    let locked = |id: DistrictId| plan.districts.get(&id).is_some_and(|d| d.locked);
    let closed = |id: DistrictId| plan.districts.get(&id).is_some_and(|d| d.locked && !d.admits);
    let screened = state.derived.screened.fresh(state.revisions.screened()).cloned();
    let screened = screened.unwrap_or_else(|| std::sync::Arc::new(derive::screened(plan)));
    let mut found = Assignable::default();
    for compound in wanted {
        let from = plan.assignment[compound.index()];
        let lock = from.filter(|id| locked(*id) && Some(*id) != to).or(to.filter(|id| closed(*id)));
        let refusal = if let Some(id) = lock {
            Some(locked_message(plan, id))
        } else if enters && !plan.settings.all && screened[compound.index()].verdict == Verdict::Excluded {
            Some(excluded_message(plan, *compound, &screened[compound.index()]))
        } else {
            None
        };
        match refusal {
            Some(message) if found.refusal.is_none() => (found.refusal, found.locked) = (Some(message), lock),
            Some(_) => {}
            None => {
                found.compounds.insert(*compound);
            }
        }
    }
    found
}

fn excluded_message(content: &Content, compound: CompoundId, screened: &Screened) -> Message {
    let clause = screening::pack_of(content).clause(screened.clause);
    Message::new("session.refused-excluded")
        .text("name", content.compounds[compound.index()].label())
        .nested("clause", clause.message())
}

/// Why a locked district refuses.
#[must_use]
pub fn locked_message(content: &Content, district: DistrictId) -> Message {
    let label = content.districts.get(&district).map(crate::model::District::label).unwrap_or_default();
    Message::new("session.refused-locked").text("district", label)
}

/// The grouping problem a request means for this plan, at the plan's gap.
///
/// # Errors
/// A message when a field of the request is in no compound, or when what is asked contradicts itself.
pub fn group_problem(
    content: &Content,
    screened: &[Screened],
    links: &Links,
    request: &GroupRequest,
) -> Result<Problem, Message> {
    let gap_m = content.settings.gap_m;
    let (neighbours, (communities, street_offices)) = rayon::join(
        || Neighbours::from_pairs(content.compounds.len(), links.pairs_at(gap_m)),
        || (community_numbers(content), numbered(content, |facts| facts.street_office.as_deref())),
    );
    let mut problem = Problem::new(neighbours.map_err(|error| GroupingError::from(error).message())?);
    problem.eligible = screening::eligible(content, screened);
    problem.conducts = screening::conducts(content, screened);
    problem.aim = request.aim;
    problem.seed = Seed(request.seed);
    problem.effort = request.effort;
    problem.community = content.settings.community;
    problem.communities = communities;
    problem.street_office = content.settings.street_office;
    problem.street_offices = street_offices;
    if request.keep_locked {
        let locked = |d: &DistrictId| content.districts.get(d).is_some_and(|d| d.locked);
        problem.locked = content.assignment.iter().map(|d| d.filter(locked).map(|d| d.0)).collect();
    }
    super::only::narrow(content, &request.only, &mut problem);
    if let Aim::Exactly(count) = problem.aim {
        // The number is that of those who are grouped; districts of others come on top.
        problem.aim = Aim::Exactly(count + super::only::others(content, &request.only).len());
    }
    problem.weights = request.weights;
    if request.aim != Aim::Components {
        (problem.places, problem.rank) = (places(content), ranks(content));
    }
    problem.go_on = request.go_on;
    if request.improve {
        problem.start = content.assignment.iter().map(|district| district.map(|id| id.0)).collect();
    }
    let mut index_of: BTreeMap<&str, usize> = BTreeMap::new();
    wishes::add(&mut problem, content, links, request)?;
    let bounds = || request.bounds.iter().filter(|b| b.field != DIAMETER);
    let even = (request.weights.balance > 0.0).then(|| even_field(content, bounds().next()));
    let named = bounds().map(|b| b.field.as_str()).chain(request.similar.iter().map(String::as_str)).chain(even);
    for name in named {
        if index_of.contains_key(name) {
            continue;
        }
        let values = field_values(content, name).ok_or_else(|| Message::new("session.no-field").text("field", name))?;
        index_of.insert(name, problem.fields.len());
        problem.fields.push(Field { name: name.to_owned(), values });
    }
    problem.even = even.map(|name| index_of[name]);
    problem.bounds = bounds()
        .filter(|b| b.min.is_some() || b.max.is_some())
        .map(|b| Bound { field: index_of[b.field.as_str()], min: b.min, max: b.max })
        .collect();
    problem.similar = request.similar.iter().map(|name| index_of[name.as_str()]).collect();
    problem.check().map_err(|error| told(content, &error))?;
    Ok(problem)
}

/// The field of which districts hold like sums when they should be even: the first bounded one, else households where they
/// are known, else how many compounds.
fn even_field<'a>(content: &Content, first: Option<&'a FieldBound>) -> &'a str {
    let known = content.compounds.iter().any(|compound| compound.facts.households.is_some());
    first.map_or(if known { "households" } else { "count" }, |bound| bound.field.as_str())
}

/// Why nothing can be grouped, by the names of the compound and the field.
fn told(content: &Content, error: &GroupingError) -> Message {
    match error {
        GroupingError::BadValue { field, unit, value } => {
            let compound = content.compounds.get(*unit).map_or("", crate::model::Compound::label);
            let message = Message::new("grouping.error-value-of").text("compound", compound);
            message.nested("field", field_words(field)).number("value", *value, 2)
        }
        GroupingError::Contradiction { field, min, max } => {
            let message = Message::new("grouping.error-contradiction").nested("field", field_words(field));
            message.number("min", *min, 0).number("max", *max, 0)
        }
        GroupingError::Torn { a, b } => {
            let label = |row: &usize| content.compounds.get(*row).map_or("", crate::model::Compound::label);
            Message::new("grouping.error-torn-of").text("a", label(a)).text("b", label(b))
        }
        other => other.message(),
    }
}

/// The middle of the box of every compound that has a shape, m.
pub(super) fn places(content: &Content) -> Vec<Option<[f64; 2]>> {
    let middle = |compound: &crate::model::Compound| compound.shape.bounding_rect().map(|bounds| bounds.center().into());
    content.compounds.iter().map(middle).collect()
}

/// Where every compound stands in the order of the ids of their sources, which does not depend on how files list them.
fn ranks(content: &Content) -> Vec<u32> {
    let mut rows: Vec<usize> = (0..content.compounds.len()).collect();
    rows.sort_by(|a, b| content.compounds[*a].source_id.cmp(&content.compounds[*b].source_id));
    let mut ranks = vec![0; rows.len()];
    (0_u32..).zip(rows).for_each(|(rank, row)| ranks[row] = rank);
    ranks
}

/// Communities as numbers, in the order of their first compound. A community is named within its street office.
fn community_numbers(content: &Content) -> Vec<Option<u32>> {
    numbered(content, |facts| Some((facts.street_office.as_deref(), facts.community.as_deref()?)))
}

/// What facts say as a number, in the order of the first compound that says so.
fn numbered<'a, K: Eq + Hash>(content: &'a Content, key: impl Fn(&'a CompoundFacts) -> Option<K>) -> Vec<Option<u32>> {
    let mut numbers = HashMap::new();
    let number = |facts: &'a CompoundFacts| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        Some(*numbers.entry(key(facts)?).or_insert(next))
    };
    content.compounds.iter().map(|c| &c.facts).map(number).collect()
}

/// A new item of that code at a place: it serves the compound it lies in, else it belongs to the nearest district
/// (R19), and is measured as far as its geometry tells.
#[must_use]
pub fn item_at(content: &Content, code: &ItemCode, at: Coord<f64>) -> Item {
    let (compound, district) = home_of(content, at);
    let item = Item {
        code: code.clone(),
        compound,
        district,
        place: Some(Geometry::Point(Point(at))),
        quantity: crate::model::Quantity::Missing,
        year: None,
        price: None,
        timing: None,
        origin: crate::model::ItemOrigin::Hand,
        note: String::new(),
    };
    let quantity = composition::Measure::new(content).quantity(&item);
    Item { quantity, ..item }
}

/// The item moved so that its middle lies at `to`, with the compound or district it then belongs to.
#[must_use]
pub fn moved_item(content: &Content, item: &Item, to: Coord<f64>) -> Item {
    use geo::{Centroid, Translate};
    let (compound, district) = home_of(content, to);
    let place = match &item.place {
        Some(place) => place.centroid().map(|middle| place.translate(to.x - middle.x(), to.y - middle.y())),
        None => None,
    };
    Item { compound, district, place: place.or(Some(Geometry::Point(Point(to)))), ..item.clone() }
}

/// Compound that holds a point, else the district of the nearest compound within a block's width.
fn home_of(content: &Content, at: Coord<f64>) -> (Option<CompoundId>, Option<DistrictId>) {
    use geo::{Distance, Euclidean};
    /// Beyond this nothing is 周边 (R19) any more, m.
    const AROUND_M: f64 = 300.0;
    let point = Point(at);
    let mut nearest: Option<(f64, DistrictId)> = None;
    for (row, compound) in content.compounds.iter().enumerate() {
        let Some(bounds) = compound.shape.bounding_rect() else { continue };
        let away = Euclidean.distance(&bounds.to_polygon(), &point);
        if away > nearest.map_or(AROUND_M, |(d, _)| d) {
            continue;
        }
        if compound.shape.contains(&point) {
            return (Some(CompoundId::from_index(row)), None);
        }
        if let Some(district) = content.assignment[row] {
            let away = Euclidean.distance(&compound.shape, &point);
            if away <= nearest.map_or(AROUND_M, |(d, _)| d) {
                nearest = Some((away, district));
            }
        }
    }
    (None, nearest.map(|(_, district)| district))
}

/// The finding whose parts are walked through when none is named: the one shown last while it stands, else the first that
/// has a place and is not set aside.
#[must_use]
pub fn first_to_walk(state: &State) -> Option<&FindingKey> {
    let findings = state.derived.findings.get()?;
    let last = state.view.part_shown.as_ref().map(|(key, _)| key);
    let has_place = |finding: &&Finding| !finding.parts.is_empty();
    let shown = findings.iter().filter(has_place).find(|finding| Some(&finding.key) == last);
    let open = || findings.iter().filter(has_place).find(|finding| finding.ignored.is_none());
    shown.or_else(open).map(|finding| &finding.key)
}

/// Shows the part after (or before) the one shown last of a finding, and selects what lies in it; the first (or last) of a
/// finding of which none was shown. After the last comes the first.
pub fn walk_parts(state: &mut State, key: Option<&FindingKey>, back: bool) {
    let Some(key) = key.or_else(|| first_to_walk(state)).cloned() else { return };
    let Some(findings) = state.derived.findings.get().cloned() else { return };
    let Some(finding) = findings.iter().find(|f| f.key == key) else { return };
    let count = finding.parts.len();
    let shown = state.view.part_shown.take().filter(|(last, place)| *last == key && *place < count).map(|(_, place)| place);
    let place = match shown {
        Some(place) if back => (place + count - 1) % count.max(1),
        Some(place) => (place + 1) % count.max(1),
        None if back => count.saturating_sub(1),
        None => 0,
    };
    let Some(part) = finding.parts.get(place) else { return };
    state.view.part_shown = Some((key, place));
    super::look::show(state, part.bounds);
    state.view.selection.compounds = part.compounds.iter().copied().collect();
    state.view.selection.item = None;
    if finding.district.is_some() {
        state.view.selection.district = finding.district;
    }
}

/// Who entered a locked district that admits others, by row.
#[must_use]
pub fn entered(content: &Content, grouping: &crate::grouping::Grouping) -> BTreeMap<usize, DistrictId> {
    let of_label: BTreeMap<u32, u32> = grouping.locks.iter().map(|(label, district)| (*district, *label)).collect();
    let entered = |(row, district): (usize, &Option<u32>)| {
        let id = DistrictId(*of_label.get(&(*district)?)?);
        (content.assignment[row] != Some(id)).then_some((row, id))
    };
    grouping.district.iter().enumerate().filter_map(entered).collect()
}

/// The labels of a grouping without those of locked districts, numbered from 0: what [`super::edits`] regroups by.
#[must_use]
pub fn labels(state: &State, grouping: &crate::grouping::Grouping) -> Vec<Option<u32>> {
    labels_in(&state.plan, grouping)
}

/// As [`labels`], of content that no plan holds yet.
#[must_use]
pub fn labels_in(content: &Content, grouping: &crate::grouping::Grouping) -> Vec<Option<u32>> {
    let mut fresh: BTreeMap<u32, u32> = BTreeMap::new();
    let locked: BTreeSet<u32> = grouping.locks.iter().map(|(_, district)| *district).collect();
    let label = |(row, district): (usize, &Option<u32>)| {
        let district = district.filter(|d| !locked.contains(d))?;
        let held = content.assignment[row].and_then(|d| content.districts.get(&d));
        if held.is_some_and(|d| d.locked) {
            return None;
        }
        let next = u32::try_from(fresh.len()).unwrap_or(u32::MAX);
        Some(*fresh.entry(district).or_insert(next))
    };
    grouping.district.iter().enumerate().map(label).collect()
}
