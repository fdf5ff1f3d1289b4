//! What is left over by a grouping, in a plan's terms: who it is, what takes it in, in words, and as one step of the history.

use std::collections::BTreeMap;

use super::dispatch::commit;
use super::{Effect, State, actions};
use crate::base::{Argument, BarrierId, BridgeId, CompoundId, DistrictId, Message};
use crate::command::{DIAMETER, FieldBound, GroupRequest};
use crate::contiguity::Links;
use crate::geometry::distance::polygon_gap_within;
use crate::grouping::shortfall::{self, Across, Change, Fix, Ground, Pair, Shortfall, Shortfalls};
use crate::grouping::{Aim, Problem};
use crate::i18n;
use crate::model::{CommunityRule, Compound, Content, District, Edit, LinkKey, LinkOverride, LinkRule, Settings};
use crate::screening::Screened;

/// What was asked of groupings, by the length of the history that the answer made. Undoing a grouping brings back what was
/// asked before it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    by_step: BTreeMap<usize, GroupRequest>,
}

impl Asked {
    /// What was last asked at that length of the history.
    #[must_use]
    pub fn at(&self, depth: usize) -> Option<&GroupRequest> {
        self.by_step.range(..=depth).next_back().map(|(_, request)| request)
    }

    /// What was asked after one length of the history and up to another.
    fn between(&self, from: usize, depth: usize) -> Option<&GroupRequest> {
        let steps = from.saturating_add(1)..=depth;
        if steps.is_empty() { None } else { self.by_step.range(steps).next_back().map(|(_, request)| request) }
    }

    /// Notes that what was asked is answered by the step that was just committed.
    pub(super) fn note(&mut self, depth: usize, request: GroupRequest) {
        self.by_step.insert(depth, request);
    }

    /// Forgets the answers of steps that were undone, for another step takes the place of the first of them.
    pub(super) fn stepped(&mut self, depth: usize) {
        self.by_step.retain(|step, _| *step < depth);
    }
}

impl State {
    /// What the districts of the plan were last asked to be.
    #[must_use]
    pub fn asked(&self) -> Option<&GroupRequest> {
        self.asked.at(self.history.done().len())
    }

    /// The bounds that the last grouping is held to: those that it was asked for, or what a fix has made of them since.
    #[must_use]
    pub fn outcome_bounds(&self) -> Option<&[FieldBound]> {
        let outcome = self.outcome.as_ref()?;
        let changed = self.asked.between(outcome.step, self.history.done().len());
        Some(&changed.unwrap_or(&outcome.request).bounds)
    }
}

/// What is left over of a plan's districts by what was asked of them.
///
/// # Errors
/// A message when a field of the request is in no compound.
pub fn shortfalls(
    content: &Content,
    screened: &[Screened],
    links: &Links,
    request: &GroupRequest,
) -> Result<Shortfalls, Message> {
    let problem = problem(content, screened, links, request)?;
    Ok(of_problem(content, &problem, links))
}

/// What was asked, as a problem. Where districts were improved at their number, another one is welcome all the same.
fn problem(content: &Content, screened: &[Screened], links: &Links, request: &GroupRequest) -> Result<Problem, Message> {
    let aim = if request.improve { Aim::Most } else { request.aim };
    // Whatever was locked since, what is there is looked at.
    let any_count = GroupRequest { aim: if matches!(aim, Aim::Exactly(_)) { Aim::Most } else { aim }, ..request.clone() };
    let problem = actions::group_problem(content, screened, links, &any_count)?;
    Ok(Problem { aim, ..problem })
}

/// As [`shortfalls`], for a problem that was made already.
#[must_use]
pub fn of_problem(content: &Content, problem: &Problem, links: &Links) -> Shortfalls {
    on_ground(content, problem, links, shortfall::shortfalls)
}

fn on_ground<T>(content: &Content, problem: &Problem, links: &Links, look: impl FnOnce(&Ground<'_>) -> T) -> T {
    let district: Vec<Option<u32>> = content.assignment.iter().map(|district| district.map(|id| id.0)).collect();
    let parted = parted(content);
    look(&Ground { problem, district: &district, links, gap_m: content.settings.gap_m, parted: &parted })
}

/// Pairs that the user parted although they lie within the gap.
fn parted(content: &Content) -> Vec<(u32, u32, f64)> {
    let shape = |id: CompoundId| content.compounds.get(id.index()).map(|compound| &compound.shape);
    let near = |(key, set): (&LinkKey, &LinkOverride)| {
        let gap = polygon_gap_within(shape(key.a())?, shape(key.b())?, content.settings.gap_m)?;
        (set.rule == LinkRule::Forbid).then_some((key.a().0, key.b().0, gap.gap_m))
    };
    content.overrides.iter().filter_map(near).collect()
}

/// The problem that a fix leaves to be solved.
///
/// # Errors
/// A message when a field of the request is in no compound.
pub fn fixed_problem(
    content: &Content,
    screened: &[Screened],
    links: &Links,
    request: &GroupRequest,
    fix: &Fix,
) -> Result<Problem, Message> {
    let problem = problem(content, screened, links, request)?;
    Ok(on_ground(content, &problem, links, |ground| shortfall::applied(ground, fix)))
}

/// Asks for a fix to be made: a grouping with it, from the districts that are there.
pub(super) fn take(state: &mut State, fix: Box<Fix>) -> Vec<Effect> {
    let fresh = state.derived.shortfalls.fresh(state.revisions.findings());
    if fresh.is_some_and(|found| found.of_fix(&fix).is_some()) {
        return vec![Effect::Fix(fix)];
    }
    state.tell(Message::new("session.fix-stale"));
    Vec::new()
}

/// Puts a fix with the grouping that it gave into the plan, as one step; nothing when it did not help.
pub(super) fn made(state: &mut State, fix: &Fix, district: &[Option<u32>], revision: u64) -> Vec<Effect> {
    let found = state.derived.shortfalls.get().cloned();
    let (Some(request), Some(found)) = (state.asked().cloned(), found.filter(|_| revision == state.plan.revision())) else {
        state.tell(Message::new("session.group-stale"));
        return Vec::new();
    };
    let words = fix_message(&state.plan, &found, fix);
    if fix.units.iter().any(|unit| district.get(*unit as usize).copied().flatten().is_none()) {
        state.tell_failure(Message::new("session.fix-in-vain").nested("what", words));
        return Vec::new();
    }
    let note = i18n::tr(state.preferences.lang, &words);
    let (taken, moves) = moves(&state.plan, district);
    let mut edits: Vec<Edit> = rule_edit(&state.plan, &fix.change, note).into_iter().collect();
    edits.extend(taken);
    let label = Message::new("session.edit-fix").nested("what", button(&state.plan, &found, fix));
    let count = moves.len();
    edits.push(Edit::Assign(moves));
    let effects = commit(state, label, Edit::Group(edits));
    if !effects.is_empty() {
        state.asked.note(state.history.done().len(), changed_request(request, &found, &fix.change));
        state.tell(Message::new("session.fixed").nested("what", words).count("count", count));
    }
    effects
}

/// New districts of a result, and where compounds without one go by it.
fn moves(content: &Content, district: &[Option<u32>]) -> (Vec<Edit>, Vec<(CompoundId, Option<DistrictId>)>) {
    let held = || content.assignment.iter().zip(district);
    let mut id_of: BTreeMap<u32, DistrictId> = held().filter_map(|(id, label)| Some(((*label)?, (*id)?))).collect();
    let (mut next, mut numbers) = (content.next_district_id().0, content.next_district_number());
    let (mut made, mut moves) = (Vec::new(), Vec::new());
    for (row, (id, label)) in held().enumerate() {
        let (None, Some(label)) = (id, label) else { continue };
        let to = *id_of.entry(*label).or_insert_with(|| {
            let id = DistrictId(next);
            made.push(Edit::PutDistrict(id, Some(District::numbered(numbers))));
            (next, numbers) = (next + 1, numbers + 1);
            id
        });
        moves.push((CompoundId::from_index(row), Some(to)));
    }
    (made, moves)
}

/// What a fix changes in the plan besides districts. The note of a link tells what it is for.
fn rule_edit(content: &Content, change: &Change, note: String) -> Option<Edit> {
    let settings = |settings: Settings| Some(Edit::SetSettings(Box::new(settings)));
    match change {
        Change::Gap { to_m, .. } => settings(Settings { gap_m: *to_m, ..content.settings.clone() }),
        Change::Limits { community, street_office, .. } => {
            let mut changed = content.settings.clone();
            let rules = [(community, &mut changed.community), (street_office, &mut changed.street_office)];
            rules.into_iter().filter(|(opened, _)| **opened).for_each(|(_, rule)| *rule = CommunityRule::Prefer);
            settings(changed)
        }
        Change::Link { pair, .. } => {
            let key = LinkKey::new(CompoundId(pair.from), CompoundId(pair.to))?;
            Some(Edit::PutOverride(key, Some(LinkOverride { rule: LinkRule::Force, note })))
        }
        Change::Nothing | Change::Minimum(_) | Change::Maximum(_) => None,
    }
}

/// The request with the bounds that a fix changes.
fn changed_request(mut request: GroupRequest, found: &Shortfalls, change: &Change) -> GroupRequest {
    let (changed, set): (_, fn(&mut FieldBound, f64)) = match change {
        Change::Minimum(to) => (to, |bound, to| bound.min = Some(to)),
        Change::Maximum(to) => (to, |bound, to| bound.max = Some(to)),
        _ => return request,
    };
    for (at, to) in changed {
        let named = request.bounds.iter_mut().filter(|bound| bound.field == field_of(found, *at));
        named.for_each(|bound| set(bound, *to));
    }
    request
}

/// The field of a bound as requests name it; the diameter stands behind the others.
#[must_use]
pub fn field_of(found: &Shortfalls, bound: usize) -> &str {
    found.fields.get(bound).map_or(DIAMETER, String::as_str)
}

/// A field as people call it.
#[must_use]
pub fn field_words(field: &str) -> Message {
    match field {
        "households" => Message::new("grouping.field-households"),
        "floor_area_m2" | "floor_area" => Message::new("grouping.field-floor-area"),
        "cost_wan_yuan" | "est_cost" | "cost" => Message::new("grouping.field-cost"),
        "count" | "compounds" => Message::new("grouping.field-count"),
        "land_area_m2" | "area" => Message::new("grouping.field-land-area"),
        DIAMETER => Message::new("grouping.field-diameter"),
        other => Message::new("grouping.field-other").text("field", other),
    }
}

/// Decimals that a sum is told with.
fn decimals(value: f64) -> usize {
    if value.fract() == 0.0 { 0 } else { 2 }
}

fn bound_words(found: &Shortfalls, bound: usize) -> Message {
    field_words(field_of(found, bound))
}

/// Who is left over, and what it lacks of the first bound that it misses.
#[must_use]
pub fn shortfall_message(content: &Content, found: &Shortfalls, shortfall: &Shortfall) -> Message {
    let units = shortfall.units.len();
    let name = shortfall.units.first().map(|unit| label(content, *unit)).unwrap_or_default();
    let who = match units {
        1 => Message::new("grouping.shortfall-one").text("name", name),
        _ => Message::new("grouping.shortfall-many").text("name", name).count("units", units),
    };
    let Some(miss) = shortfall.misses.first() else {
        return Message::new("grouping.shortfall-left").nested("who", who);
    };
    let (lack, key) = if miss.sum < miss.limit {
        (miss.limit - miss.sum, Message::new("grouping.shortfall-short"))
    } else {
        (miss.sum - miss.limit, Message::new("grouping.shortfall-over"))
    };
    let field = bound_words(found, miss.bound);
    let told = key.nested("who", who).nested("field", field).number("sum", miss.sum, decimals(miss.sum));
    told.number("lack", lack, decimals(lack))
}

/// Which of the compounds of a cluster have no value for a bound; none where all have.
#[must_use]
pub fn missing_message(found: &Shortfalls, bound: usize, shortfall: &Shortfall) -> Option<Message> {
    let missing = shortfall.missing.get(bound).filter(|missing| !missing.is_empty())?;
    Some(Message::new("grouping.shortfall-missing").count("units", missing.len()).nested("field", bound_words(found, bound)))
}

fn label(content: &Content, unit: u32) -> String {
    content.compounds.get(unit as usize).map(|compound| Compound::label(compound).to_owned()).unwrap_or_default()
}

/// What a fix is, as short as a button.
#[must_use]
pub fn button(content: &Content, found: &Shortfalls, fix: &Fix) -> Message {
    match &fix.change {
        Change::Nothing => match fix.district.and_then(|id| content.districts.get(&DistrictId(id))) {
            Some(district) => Message::new("grouping.fix-join").text("district", district.label()),
            None => Message::new("grouping.fix-open"),
        },
        Change::Gap { to_m, .. } => Message::new("grouping.fix-gap").metres("gap", *to_m),
        Change::Link { pair, across } => match across {
            Across::Far => Message::new("grouping.fix-link").text("to", label(content, pair.to)),
            Across::Bridge(id) => Message::new("grouping.fix-bridge").nested("bridge", bridge_words(content, *id)),
            Across::Barrier(id) => Message::new("grouping.fix-barrier").nested("barrier", barrier_words(content, *id)),
            Across::Parted => Message::new("grouping.fix-again").text("to", label(content, pair.to)),
        },
        Change::Limits { community: true, street_office: true, .. } => Message::new("grouping.fix-limits"),
        Change::Limits { community: true, .. } => Message::new("grouping.fix-community"),
        Change::Limits { .. } => Message::new("grouping.fix-street-office"),
        Change::Minimum(to) => listed(to, |bound, to| {
            Message::new("grouping.fix-minimum").nested("field", bound_words(found, bound)).number("to", to, decimals(to))
        }),
        Change::Maximum(to) => listed(to, |bound, to| {
            Message::new("grouping.fix-maximum").nested("field", bound_words(found, bound)).number("to", to, decimals(to))
        }),
    }
}

fn listed(bounds: &[(usize, f64)], words: impl Fn(usize, f64) -> Message) -> Message {
    let each = bounds.iter().map(|(bound, to)| words(*bound, *to)).collect();
    Message::new("grouping.fix-bounds").with("bounds", Argument::List(each))
}

fn bridge_words(content: &Content, id: BridgeId) -> Message {
    let bridge = content.bridges.get(id.index()).map(|bridge| [bridge.name.trim(), bridge.source_id.trim()]);
    match bridge.into_iter().flatten().find(|name| !name.is_empty()) {
        Some(name) => Message::new("grouping.bridge-named").text("bridge", name),
        None => Message::new("contiguity.bridge-unnamed"),
    }
}

fn barrier_words(content: &Content, id: BarrierId) -> Message {
    content.barriers.get(id.index()).map_or_else(|| Message::new("contiguity.barrier-other"), crate::model::Barrier::told)
}

/// What a fix is and what it leads to, in one sentence.
#[must_use]
pub fn fix_message(content: &Content, found: &Shortfalls, fix: &Fix) -> Message {
    let ends = |message: Message, pair: &Pair| {
        message.text("from", label(content, pair.from)).text("to", label(content, pair.to)).metres("apart", pair.gap_m)
    };
    let was = |at: usize| found.bounds.get(at).copied().unwrap_or_default();
    let how = match &fix.change {
        Change::Nothing => Message::new("grouping.how-nothing"),
        Change::Gap { to_m, pair } => {
            ends(Message::new("grouping.how-gap").metres("old", content.settings.gap_m).metres("new", *to_m), pair)
        }
        Change::Link { pair, across } => {
            let how = match across {
                Across::Far => Message::new("grouping.how-link"),
                Across::Bridge(id) => Message::new("grouping.how-bridge").nested("bridge", bridge_words(content, *id)),
                Across::Barrier(id) => Message::new("grouping.how-barrier").nested("barrier", barrier_words(content, *id)),
                Across::Parted => Message::new("grouping.how-again"),
            };
            ends(how, pair)
        }
        Change::Limits { pair, .. } => {
            let area = |unit: u32| area_words(content, &fix.change, unit);
            let between = Message::new("grouping.how-limit").text("from", area(pair.from)).text("to", area(pair.to));
            between.nested("limit", button(content, found, fix))
        }
        Change::Minimum(to) => listed(to, |bound, to| {
            let old = was(bound).0.unwrap_or(0.0);
            let message = Message::new("grouping.how-minimum").nested("field", bound_words(found, bound));
            message.number("old", old, decimals(old)).number("new", to, decimals(to))
        }),
        Change::Maximum(to) => listed(to, |bound, to| {
            let old = was(bound).1.unwrap_or(0.0);
            let message = Message::new("grouping.how-maximum").nested("field", bound_words(found, bound));
            message.number("old", old, decimals(old)).number("new", to, decimals(to))
        }),
    };
    let into = match fix.district.and_then(|id| content.districts.get(&DistrictId(id))) {
        Some(district) => Message::new("grouping.into-district").text("district", district.label()),
        None => Message::new("grouping.into-new").count("units", fix.units.len()),
    };
    Message::new("grouping.fix").nested("how", how).nested("into", into)
}

/// The community of a unit, or its street office where the limits of those alone are opened.
fn area_words(content: &Content, change: &Change, unit: u32) -> String {
    let facts = content.compounds.get(unit as usize).map(|compound| &compound.facts);
    let area = match change {
        Change::Limits { community: false, .. } => facts.and_then(|facts| facts.street_office.clone()),
        _ => facts.and_then(|facts| facts.community.clone()),
    };
    area.unwrap_or_else(|| "–".to_owned())
}
