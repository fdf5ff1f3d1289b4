//! What the last grouping came to: the plan as it is now against the districts there were before, by the same measures.
//!
//! The districts before are kept with what was asked; the figures of both follow from the plan by a job, so that they are those
//! of the districts as they are, edited by hand or not. Once the compounds are others, rows mean others: the outcome is let go.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{State, actions};
use crate::base::{CompoundId, DistrictId, Message, Reporter};
use crate::command::{DIAMETER, FieldBound, GroupRequest};
use crate::contiguity::{self, Compactness, Links};
use crate::grouping::{self, Aim, Figures, Grouping, Problem, Reach, Unassigned};
use crate::model::{Compound, Content, District};
use crate::screening::Screened;

/// The districts of a plan at some time.
#[derive(Clone, Debug, PartialEq)]
pub struct Former {
    /// Its districts.
    pub districts: BTreeMap<DistrictId, District>,
    /// The district of each compound.
    pub assignment: Vec<Option<DistrictId>>,
}

impl Former {
    /// Those of a plan as it is; `None` when no compound is in any.
    #[must_use]
    pub fn of(content: &Content) -> Option<Self> {
        let former = || Self { districts: content.districts.clone(), assignment: content.assignment.clone() };
        content.assignment.iter().any(Option::is_some).then(former)
    }

    /// A plan with these districts in place of its own, to be looked at.
    #[must_use]
    pub fn shown_in(&self, content: &Content) -> Content {
        Content { districts: self.districts.clone(), assignment: self.assignment.clone(), ..content.clone() }
    }
}

/// The last grouping of a session.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was asked.
    pub request: GroupRequest,
    /// The districts before; `None` when there were none.
    pub before: Option<Former>,
    /// The assignment that the grouping made.
    pub made: Vec<Option<DistrictId>>,
    /// Why compounds were left over then, and how many for each reason.
    pub left: Vec<(Message, usize)>,
    /// The search was stopped early.
    pub stopped_early: bool,
    /// Length of the history with it.
    pub(super) step: usize,
    /// Tells the outcomes of a session apart.
    number: u64,
    /// When the compounds were last replaced.
    compounds: u64,
}

/// Keeps what a grouping made that has just been put into the plan.
pub(super) fn note(state: &mut State, before: Option<Former>, request: GroupRequest, grouping: &Grouping) {
    state.derived.measured.clear();
    state.derived.former.clear();
    state.view.shows_before = false;
    state.outcome = Some(Arc::new(Outcome {
        request,
        before,
        made: state.plan.assignment.clone(),
        left: reasons(grouping),
        stopped_early: grouping.stopped_early,
        step: state.history.done().len(),
        number: state.revisions.findings(),
        compounds: state.revisions.compounds(),
    }));
}

/// How many were left over for each reason.
fn reasons(grouping: &Grouping) -> Vec<(Message, usize)> {
    let mut counts: BTreeMap<&'static str, (Message, usize)> = BTreeMap::new();
    for (_, why) in &grouping.unassigned {
        let words = || match why {
            Unassigned::TooSmall { .. } => Message::new("session.left-too-small"),
            Unassigned::TooLarge { .. } => Message::new("session.left-too-large"),
            Unassigned::TooWide { .. } => Message::new("session.left-too-wide"),
            Unassigned::NoRoom => Message::new("session.left-no-room"),
        };
        counts.entry(why.code()).or_insert_with(|| (words(), 0)).1 += 1;
    }
    counts.into_values().collect()
}

/// Lets the outcome go once the compounds are others; the map shows the plan again after an edit.
pub(super) fn follow(state: &mut State) {
    state.view.shows_before = false;
    if state.outcome.as_ref().is_some_and(|outcome| outcome.compounds != state.revisions.compounds()) {
        forget(state);
    }
}

/// Lets the outcome go.
pub(super) fn forget(state: &mut State) {
    state.outcome = None;
    state.derived.measured.clear();
    state.derived.former.clear();
    state.view.shows_before = false;
}

/// Shows the districts before on the map, or the plan's again.
pub(super) fn toggle_before(state: &mut State) {
    state.view.shows_before = !state.view.shows_before && has_before(state);
    state.view.comparing = None;
}

/// Whether there were districts before the last grouping to look at; while others are searched for, the map shows these.
pub(super) fn has_before(state: &State) -> bool {
    let is_searching = state.open_search().is_some();
    !is_searching && state.outcome.as_ref().is_some_and(|outcome| outcome.before.is_some())
}

impl Outcome {
    /// Whether the districts are others than the grouping made.
    #[must_use]
    pub fn is_edited(&self, content: &Content) -> bool {
        self.made != content.assignment
    }
}

impl State {
    /// Key of the figures of the last grouping; `None` without one.
    #[must_use]
    pub fn measured_key(&self) -> Option<u64> {
        use std::hash::{Hash, Hasher};
        let outcome = self.outcome.as_ref()?;
        let mut key = std::hash::DefaultHasher::new();
        (outcome.number, self.revisions.measured(), self.plan.settings.gap_m.to_bits()).hash(&mut key);
        Some(key.finish())
    }

    /// Key of the picture of the districts before; `None` when there were none.
    #[must_use]
    pub fn former_key(&self) -> Option<u64> {
        use std::hash::{Hash, Hasher};
        let outcome = self.outcome.as_ref().filter(|outcome| outcome.before.is_some())?;
        let mut key = std::hash::DefaultHasher::new();
        (outcome.number, self.revisions.scene()).hash(&mut key);
        Some(key.finish())
    }
}

/// Least, middle and largest of the households of districts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Least.
    pub least: f64,
    /// Median.
    pub median: f64,
    /// Largest.
    pub largest: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (least, largest) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Some(Self { least, median, largest })
    }
}

/// The measures of one grouping of a plan's compounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Bounds, objective, split limits.
    pub figures: Figures,
    /// Households of districts, as far as known; `None` where no compound in a district has any.
    pub households: Option<Spread>,
    /// Compounds that may be grouped and are in no district.
    pub left: usize,
    /// Compactness of the districts that have an area.
    pub compactness: BTreeMap<DistrictId, Compactness>,
    members: BTreeMap<DistrictId, Vec<CompoundId>>,
}

impl Measures {
    /// Mean of a measure of compactness over the districts.
    #[must_use]
    pub fn mean(&self, of: fn(&Compactness) -> f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a count of districts")]
        let count = self.compactness.len() as f64;
        (count > 0.0).then(|| self.compactness.values().map(of).sum::<f64>() / count)
    }

    /// The least compact district by a measure; the first of equals.
    #[must_use]
    pub fn worst(&self, of: fn(&Compactness) -> f64) -> Option<(DistrictId, f64)> {
        let all = self.compactness.iter().map(|(id, compactness)| (*id, of(compactness)));
        all.fold(None, |worst, one| worst.filter(|held: &(DistrictId, f64)| held.1 <= one.1).or(Some(one)))
    }
}

/// The last grouping measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The bounds that were asked for.
    pub bounds: Vec<FieldBound>,
    /// The districts before.
    pub before: Option<Measures>,
    /// The districts as they are.
    pub now: Measures,
    /// How many districts there can be.
    pub reach: Reach,
    /// Whether some compound's community is known, and whether some street office is.
    pub knows: (bool, bool),
    compounds: Arc<Vec<Compound>>,
    gap_m: f64,
}

/// What is measured, and by what.
pub struct MeasureInput<'a> {
    /// The plan.
    pub content: &'a Content,
    /// Its verdicts.
    pub screened: &'a [Screened],
    /// Its links.
    pub links: &'a Links,
    /// The grouping.
    pub outcome: &'a Outcome,
    /// The bounds that it is held to.
    pub bounds: &'a [FieldBound],
    /// What was measured of the same outcome before: districts whose members stayed keep their compactness.
    pub last: Option<&'a Measured>,
}

/// Measures the districts before and now.
///
/// # Errors
/// A message when a field of the request is in no compound any more, or when the reporter stops it.
pub fn measure(input: &MeasureInput<'_>, reporter: &dyn Reporter) -> Result<Measured, Message> {
    let MeasureInput { content, screened, links, outcome, bounds, last } = *input;
    // However many were asked for: what is there is measured, whatever was locked since.
    let aim = if matches!(outcome.request.aim, Aim::Exactly(_)) { Aim::Most } else { outcome.request.aim };
    let request = GroupRequest { bounds: bounds.to_vec(), aim, ..outcome.request.clone() };
    let mut problem = actions::group_problem(content, screened, links, &request)?;
    problem.places = actions::places(content);
    let is_same = |last: &&Measured| {
        Arc::ptr_eq(&last.compounds, &content.compounds) && last.gap_m.to_bits() == content.settings.gap_m.to_bits()
    };
    let last = last.filter(is_same);
    let kept: Vec<&Measures> = last.into_iter().flat_map(|last| last.before.iter().chain([&last.now])).collect();
    let former = outcome.before.as_ref().map(|former| former.shown_in(content));
    let before = former.map(|former| measures(&former, &problem, &kept, reporter)).transpose()?;
    let now = measures(content, &problem, &kept, reporter)?;
    let is_bound = |bound: &&FieldBound| bound.min.is_some() || bound.max.is_some();
    let mut bounds: Vec<FieldBound> = bounds.iter().filter(is_bound).cloned().collect();
    // As the figures have it: sums first.
    bounds.sort_by_key(|bound| bound.field == DIAMETER);
    Ok(Measured {
        bounds,
        before,
        now,
        reach: grouping::reach(&problem),
        knows: (problem.communities.iter().any(Option::is_some), problem.street_offices.iter().any(Option::is_some)),
        compounds: Arc::clone(&content.compounds),
        gap_m: content.settings.gap_m,
    })
}

/// Measures the districts of a plan; the compactness of those that `kept` knows with the same members is taken from there.
fn measures(content: &Content, problem: &Problem, kept: &[&Measures], reporter: &dyn Reporter) -> Result<Measures, Message> {
    let labels: Vec<Option<u32>> = content.assignment.iter().map(|district| district.map(|id| id.0)).collect();
    let mut members = content.members_by_district();
    members.retain(|_, members| !members.is_empty());
    let known = |id: &DistrictId, rows: &Vec<CompoundId>| {
        let same = kept.iter().find(|measures| measures.members.get(id) == Some(rows))?;
        Some(same.compactness.get(id).copied())
    };
    let shape = |(id, rows): (&DistrictId, &Vec<CompoundId>)| {
        if reporter.should_stop() {
            return None;
        }
        Some((*id, known(id, rows).unwrap_or_else(|| contiguity::compactness(content, rows))?))
    };
    let compactness = members.par_iter().filter_map(shape).collect();
    if reporter.should_stop() {
        return Err(Message::new("session.cancelled"));
    }
    let left = problem.eligible.iter().zip(&labels).filter(|(eligible, label)| **eligible && label.is_none()).count();
    Ok(Measures {
        figures: grouping::figures(problem, &labels),
        households: households(content, &members),
        left,
        compactness,
        members,
    })
}

/// Households of the districts, least, middle and largest.
fn households(content: &Content, members: &BTreeMap<DistrictId, Vec<CompoundId>>) -> Option<Spread> {
    let known = |id: &CompoundId| content.compounds.get(id.index())?.facts.households;
    let is_known = members.values().flatten().any(|id| known(id).is_some());
    let sum = |rows: &Vec<CompoundId>| rows.iter().filter_map(known).map(f64::from).sum::<f64>();
    is_known.then(|| Spread::of(members.values().map(sum).collect())).flatten()
}
