//! The state of a session: the plan, its history, what was derived from it, and the view.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::fixing::Asked;
use super::{
    BackdropView, Counts, LoadOrder, Measured, Origins, Other, Outcome, PhaseProposal, Preferences, Proposals, Search, Survey,
    View, YearProposal,
};
use crate::base::{Argument, DistrictId, Message};
use crate::checks::Finding;
use crate::composition::FacilityRow;
use crate::contiguity::{Dendrogram, LinkGraph, Links, Offer};
use crate::coordination::dig::Dug;
use crate::geometry::shift::Shift;
use crate::grouping::shortfall::Shortfalls;
use crate::import::{JoinReport, ReadReport};
use crate::jobs::Outlines;
use crate::map::{DistrictScene, Looked, Scene};
use crate::model::{Content, History, LayerKind, LayerSource, Plan, Touched};
use crate::pipes::PipeLengths;
use crate::pipes::survey::Quality;
use crate::policy::{ItemClass, Verdict};
use crate::screening::Screened;

/// When each part of the plan last changed, on a clock that ticks with every change. Cache keys are made of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revisions {
    tick: u64,
    layers: BTreeMap<LayerKind, u64>,
    facts: u64,
    districts: u64,
    items: u64,
    links: u64,
    settings: u64,
    ignored: u64,
    mends: u64,
    works: u64,
    funds: u64,
    looks: u64,
}

impl Revisions {
    /// Notes what an edit touched.
    pub fn note(&mut self, touched: &Touched) {
        self.tick += 1;
        for kind in &touched.layers {
            self.layers.insert(*kind, self.tick);
        }
        let marks = [
            (!touched.facts.is_empty(), &mut self.facts),
            (touched.districts, &mut self.districts),
            (touched.items, &mut self.items),
            (touched.links || touched.linking, &mut self.links),
            (touched.settings, &mut self.settings),
            (touched.ignored, &mut self.ignored),
            (touched.mends, &mut self.mends),
            (touched.works, &mut self.works),
            (touched.funds, &mut self.funds),
            (touched.looks, &mut self.looks),
        ];
        for (hit, mark) in marks {
            if hit {
                *mark = self.tick;
            }
        }
    }

    /// Notes that the whole plan is another one.
    pub fn note_all(&mut self) {
        self.tick += 1;
        for kind in LayerKind::ALL {
            self.layers.insert(kind, self.tick);
        }
        let decided = [&mut self.facts, &mut self.districts, &mut self.items, &mut self.links, &mut self.settings];
        let rest = [&mut self.ignored, &mut self.mends, &mut self.works, &mut self.funds, &mut self.looks];
        for mark in decided.into_iter().chain(rest) {
            *mark = self.tick;
        }
    }

    fn layer(&self, kind: LayerKind) -> u64 {
        self.layers.get(&kind).copied().unwrap_or(0)
    }

    /// Key of the verdicts.
    #[must_use]
    pub fn screened(&self) -> u64 {
        self.layer(LayerKind::Compounds).max(self.facts).max(self.settings)
    }

    /// Key of the links: layers that link or part, and what the user set by hand. The gap limit is not in it.
    #[must_use]
    pub fn links(&self) -> u64 {
        let layers = [LayerKind::Compounds, LayerKind::Barriers, LayerKind::Bridges, LayerKind::Parcels];
        layers.into_iter().map(|kind| self.layer(kind)).fold(self.links, u64::max)
    }

    /// Key of the dendrogram: links and verdicts.
    #[must_use]
    pub fn forest(&self) -> u64 {
        self.links().max(self.screened())
    }

    /// Key of the offers to neighbours at odds.
    #[must_use]
    pub fn offers(&self) -> u64 {
        self.layer(LayerKind::Compounds).max(self.layer(LayerKind::Parcels)).max(self.mends)
    }

    /// Key of the pipe lengths.
    #[must_use]
    pub fn lengths(&self) -> u64 {
        self.layer(LayerKind::Compounds).max(self.layer(LayerKind::Pipes)).max(self.settings)
    }

    /// Key of the ground that is opened: whatever lies in it, has a year, or lives beside it.
    #[must_use]
    pub fn dug(&self) -> u64 {
        let layers = [LayerKind::Compounds, LayerKind::Pipes, LayerKind::Streets];
        let decided = self.facts.max(self.districts).max(self.items).max(self.works);
        layers.into_iter().map(|kind| self.layer(kind)).fold(decided, u64::max)
    }

    /// Key of what the pipe survey tells by itself: faults, clearance, which pipes meet.
    #[must_use]
    pub fn surveyed(&self) -> u64 {
        self.layer(LayerKind::Pipes).max(self.layer(LayerKind::Buildings)).max(self.works)
    }

    /// Key of the measures of districts, the gap aside: links, verdicts, the districts and what is known of compounds.
    #[must_use]
    pub fn measured(&self) -> u64 {
        self.forest().max(self.districts)
    }

    /// When the compounds were last others than they were, but for what is known of them.
    #[must_use]
    pub fn compounds(&self) -> u64 {
        self.layer(LayerKind::Compounds)
    }

    /// Key of what is coloured by fields, findings aside: choices, and what the fields say.
    #[must_use]
    pub fn looked(&self) -> u64 {
        self.layer(LayerKind::Compounds).max(self.facts).max(self.districts).max(self.looks)
    }

    /// When the backdrop was last chosen.
    #[must_use]
    pub fn looks(&self) -> u64 {
        self.looks
    }

    /// Key of the findings: everything.
    #[must_use]
    pub fn findings(&self) -> u64 {
        self.tick
    }

    /// Key of the facilities by district: what stands, who lives there, what is planned.
    #[must_use]
    pub fn facilities(&self) -> u64 {
        let layers = [LayerKind::Compounds, LayerKind::Facilities, LayerKind::Streets, LayerKind::Parcels];
        let marks = [self.facts, self.districts, self.items].into_iter();
        layers.into_iter().map(|kind| self.layer(kind)).chain(marks).max().unwrap_or(0)
    }

    /// Key of the picture of the layers.
    #[must_use]
    pub fn scene(&self) -> u64 {
        LayerKind::ALL.into_iter().map(|kind| self.layer(kind)).max().unwrap_or(0)
    }

    /// Key of the picture of the districts: it shares the anchor of the layers.
    #[must_use]
    pub fn district_scene(&self) -> u64 {
        self.scene().max(self.districts)
    }
}

/// A derived value and the key it was derived for.
#[derive(Debug)]
pub struct Stamped<T> {
    key: Option<u64>,
    value: Option<Arc<T>>,
}

impl<T> Clone for Stamped<T> {
    fn clone(&self) -> Self {
        Self { key: self.key, value: self.value.clone() }
    }
}

impl<T> Default for Stamped<T> {
    fn default() -> Self {
        Self { key: None, value: None }
    }
}

impl<T> Stamped<T> {
    /// Holds `value`, derived for `key`.
    pub fn set(&mut self, key: u64, value: T) {
        self.key = Some(key);
        self.value = Some(Arc::new(value));
    }

    /// Takes the value out when it was derived for `key` and nobody else holds on to it.
    pub fn take(&mut self, key: u64) -> Option<T> {
        let value = if self.is_fresh(key) { self.value.take()? } else { return None };
        self.key = None;
        Arc::try_unwrap(value).ok()
    }

    /// Forgets the value.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The key the value was derived for.
    #[must_use]
    pub fn key(&self) -> Option<u64> {
        self.key
    }

    /// Whether the value was derived for `key`.
    #[must_use]
    pub fn is_fresh(&self, key: u64) -> bool {
        self.key == Some(key)
    }

    /// The last value, fresh or not; the window draws it until the next one is there.
    #[must_use]
    pub fn get(&self) -> Option<&Arc<T>> {
        self.value.as_ref()
    }

    /// The value when it is fresh.
    #[must_use]
    pub fn fresh(&self, key: u64) -> Option<&Arc<T>> {
        if self.is_fresh(key) { self.get() } else { None }
    }
}

/// What was derived from the plan, each with its key.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    /// Verdicts, one a compound.
    pub screened: Stamped<Vec<Screened>>,
    /// Links up to the largest gap of the slider, without frontage.
    pub links: Stamped<Links>,
    /// What brings them up to date after an edit.
    pub graph: Stamped<LinkGraph>,
    /// Clusters at every gap.
    pub forest: Stamped<Dendrogram>,
    /// Neighbours at odds.
    pub offers: Stamped<Vec<Offer>>,
    /// Pipe lengths per compound.
    pub lengths: Stamped<PipeLengths>,
    /// Ground that is opened, and opened twice.
    pub dug: Stamped<Dug>,
    /// Faults of the pipe survey.
    pub quality: Stamped<Quality>,
    /// What is left over by what was last asked of the districts; none before anything was.
    pub shortfalls: Stamped<Shortfalls>,
    /// Facilities by district.
    pub facilities: Stamped<BTreeMap<DistrictId, Vec<FacilityRow>>>,
    /// Findings.
    pub findings: Stamped<Vec<Finding>>,
    /// The picture of the layers.
    pub scene: Stamped<Scene>,
    /// The picture of the districts.
    pub districts: Stamped<DistrictScene>,
    /// The last grouping measured, or why it cannot be.
    pub measured: Stamped<Result<Measured, Message>>,
    /// The picture of the districts before the last grouping.
    pub former: Stamped<DistrictScene>,
    /// The picture of those of another grouping.
    pub others: Stamped<DistrictScene>,
    /// Counts for the layer list.
    pub counts: Stamped<Counts>,
    /// Compounds of each verdict, in the order of `Verdict::ALL`, as they were screened last.
    pub verdicts: [usize; Verdict::ALL.len()],
    /// Items of each class, in the order of `ItemClass::ALL`.
    pub item_counts: Stamped<[usize; ItemClass::ALL.len()]>,
    /// What is coloured by fields.
    pub looked: Stamped<Looked>,
}

impl Derived {
    /// Holds the verdicts, and counts them.
    pub fn set_screened(&mut self, key: u64, screened: Vec<Screened>) {
        self.verdicts = Verdict::ALL.map(|verdict| screened.iter().filter(|one| one.verdict == verdict).count());
        self.screened.set(key, screened);
    }

    /// Takes the links over from the graph that keeps them.
    pub fn take_links(&mut self) {
        if let (Some(key), Some(graph)) = (self.graph.key(), self.graph.get())
            && !self.links.is_fresh(key)
        {
            self.links.set(key, graph.links().clone());
        }
    }
}

/// A layer that was read, with what became of its features.
#[derive(Clone, Debug)]
pub struct ReadLayer {
    /// Where it came from.
    pub source: LayerSource,
    /// What became of each feature.
    pub report: ReadReport,
    /// Kind of layer.
    pub kind: LayerKind,
    /// What to read to have it again.
    pub from: Option<ReadFrom>,
}

/// Where a layer was read from, and all that was read with it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadFrom {
    /// The file, folder or zip.
    pub path: PathBuf,
    /// By which name choices know the layer.
    pub key: String,
    /// All that was read at once: layers of one kind became one.
    pub orders: Arc<Vec<LoadOrder>>,
}

impl ReadLayer {
    /// The offset that the layer seems to have, by a warning of its report.
    #[must_use]
    pub fn hinted_shift(&self) -> Option<Shift> {
        let hint = self.report.warnings.iter().find(|warning| warning.key() == "import.offset-hint")?;
        hint.arguments().iter().find_map(|(name, argument)| match argument {
            Argument::Text(code) if *name == "code" => Shift::from_code(code),
            _ => None,
        })
    }
}

/// A running job as the window shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct JobRow {
    /// What it does.
    pub name: Message,
    /// Steps done.
    pub done: usize,
    /// Steps in all; 0 while unknown.
    pub total: usize,
    /// It can be stopped.
    pub stoppable: bool,
}

/// The session.
#[derive(Debug, Default)]
pub struct State {
    /// The plan.
    pub plan: Plan,
    /// A plan is open; otherwise the start screen shows.
    pub is_open: bool,
    /// Its history.
    pub history: History,
    /// Its file, once it has one.
    pub path: Option<PathBuf>,
    /// The plan began as the sample and has no file yet; a journal of it builds on the sample.
    pub from_sample: bool,
    /// Counts the plans of the session, so that an answer for one is not taken for another.
    pub generation: u64,
    /// The plan's revision when it was last saved or opened.
    pub saved_revision: u64,
    /// When what changed.
    pub revisions: Revisions,
    /// What was derived.
    pub derived: Derived,
    /// What the user sees.
    pub view: View,
    /// Choices that outlive the plan.
    pub preferences: Preferences,
    /// What was read from files, newest last.
    pub reports: Vec<ReadLayer>,
    /// What was joined from ledgers, newest last.
    pub joins: Vec<JoinReport>,
    /// What was joined, by the length of the history at which it became so.
    pub joins_by_step: BTreeMap<usize, Vec<JoinReport>>,
    /// Running work, for show.
    pub jobs: Vec<JobRow>,
    /// Files that are to be loaded, while the user is asked.
    pub survey: Option<Survey>,
    /// What is being read looks like this so far.
    pub outlines: Outlines,
    /// What of the backdrop can be drawn.
    pub backdrop: BackdropView,
    /// Files that layers were read from.
    pub origins: Origins,
    /// Another grouping that stands beside the plan's.
    pub other: Option<Other>,
    /// Another side's changes that are looked at.
    pub merging: Option<super::Merging>,
    /// What the last grouping came to.
    pub outcome: Option<Arc<Outcome>>,
    /// What was asked of groupings.
    pub asked: Asked,
    /// Years for pipes that are proposed, while the user looks at them.
    pub years: Option<YearProposal>,
    /// Years for districts that are proposed, while the user looks at them.
    pub phase: Option<PhaseProposal>,
    /// The search for districts that is under way, or whose result was taken last.
    pub search: Option<Search>,
    /// Items that are proposed and not decided on yet.
    pub proposals: Option<Proposals>,
    /// What was told of the files that are being loaded, when they were looked into; it is not told twice.
    pub told: Vec<Message>,
}

impl State {
    /// Puts another plan in place of the present one, with an empty history.
    pub fn replace_plan(&mut self, content: Content, path: Option<PathBuf>) {
        self.plan = Plan::new(content);
        self.generation += 1;
        self.history = History::default();
        self.joins.clear();
        self.asked = Asked::default();
        self.joins_by_step.clear();
        self.from_sample = path.is_none();
        self.path = path;
        self.is_open = true;
        self.saved_revision = self.plan.revision();
        self.revisions.note_all();
        self.derived = Derived::default();
        self.survey = None;
        self.other = None;
        self.merging = None;
        self.years = None;
        self.phase = None;
        self.outcome = None;
        self.search = None;
        self.proposals = None;
        self.origins = Origins::default();
        let layers = std::mem::take(&mut self.view.layers);
        self.view = View { layers, ..View::default() };
    }

    /// Fits the whole plan into the map, once its picture and the map's size are known.
    pub fn fit_if_pending(&mut self) {
        let Some(bounds) = self.derived.scene.fresh(self.revisions.scene()).and_then(|scene| scene.bounds) else { return };
        if self.view.fit_pending && self.view.map_sized {
            self.view.fit_pending = false;
            super::look::show(self, bounds);
            self.view.fitted = Some(self.view.viewport);
        }
    }

    /// Whether there are changes that the plan's file does not hold.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.plan.revision() != self.saved_revision
    }

    /// The gap limit in force: the slider's while it is dragged, else the plan's, m.
    #[must_use]
    pub fn gap_m(&self) -> f64 {
        self.view.live_gap_m.unwrap_or(self.plan.settings.gap_m)
    }
}
