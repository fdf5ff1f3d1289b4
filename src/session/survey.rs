//! What was found in files that are to be loaded, and what the user settles for each layer before it is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use geo::{Coord, Distance, Geodesic, Point, Rect};
use serde::{Deserialize, Serialize};

use super::{Dialog, Effect, Offer, State};
use crate::base::Message;
use crate::command::Command;
use crate::import::{Choice, Control, LayerPreview, Outlook, Question, Sketch, Unpacked};

/// Answers that are remembered; far more shapes of files than one office sees.
const REMEMBERED: usize = 200;

/// What was settled for layers and ledgers of a shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// The shape, as [`LayerPreview::shape`] tells it.
    pub shape: String,
    /// What was settled.
    pub choice: Choice,
}

/// A file with what was settled for the layers in it; those without a choice are read as they tell themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadOrder {
    /// The file, folder or zip.
    pub path: PathBuf,
    /// Choices by the keys of the layers.
    pub choices: BTreeMap<String, Choice>,
    /// The zip as it was unpacked to be looked into; for one reading.
    pub unpacked: Option<Arc<Unpacked>>,
}

impl LoadOrder {
    /// A file whose layers are all read as they tell themselves.
    #[must_use]
    pub fn plain(path: PathBuf) -> Self {
        Self { path, ..Self::default() }
    }
}

/// Where the plan lies, to see a layer beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ground {
    /// EPSG code of the plan's CRS, once it has one.
    pub working_crs: Option<u32>,
    /// Some of the plan's compounds.
    pub sketch: Sketch,
    /// Bounds of the plan's layers in longitude and latitude.
    pub bounds: Option<Rect<f64>>,
}

/// A layer or ledger that was found.
#[derive(Clone, Debug)]
pub struct SurveyedLayer {
    /// The file, folder or zip that was asked for.
    pub path: PathBuf,
    /// What it holds.
    pub preview: Arc<LayerPreview>,
    /// What is settled for it.
    pub choice: Choice,
    /// The choice is one that was remembered.
    pub remembered: bool,
    /// The fact that each field feeds.
    pub feeds: Vec<Option<&'static str>>,
    /// Where it would lie, or what must be asked first.
    pub outlook: Result<Outlook, Question>,
}

/// Whether a layer can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It will be loaded.
    Ready,
    /// The user leaves it out.
    LeftOut,
    /// Its kind must be chosen.
    WantsKind,
    /// It cannot be placed before a question is answered.
    WantsPlace,
}

impl SurveyedLayer {
    /// A layer under a choice.
    #[must_use]
    pub fn new(path: PathBuf, preview: Arc<LayerPreview>, choice: Choice, remembered: bool, working_crs: Option<u32>) -> Self {
        let (feeds, outlook) = (preview.feeds(&choice), preview.outlook(&choice, working_crs));
        Self { path, preview, choice, remembered, feeds, outlook }
    }

    /// Whether it can be loaded.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        if self.choice.leave_out {
            Readiness::LeftOut
        } else if self.preview.is_ledger {
            Readiness::Ready
        } else if self.choice.kind.is_none_or(|kind| !self.preview.fits(kind)) {
            Readiness::WantsKind
        } else if self.outlook.is_err() {
            Readiness::WantsPlace
        } else {
            Readiness::Ready
        }
    }
}

/// Files that are to be loaded, as far as is settled.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// What was asked for.
    pub paths: Vec<PathBuf>,
    /// Layers and ledgers, in the order of the files.
    pub layers: Vec<SurveyedLayer>,
    /// What cannot be read, and why.
    pub failures: Vec<Message>,
    /// Zips as they were unpacked to be looked into.
    pub unpacked: BTreeMap<PathBuf, Arc<Unpacked>>,
    /// Where the plan lies.
    pub ground: Ground,
    /// What is settled is to be remembered.
    pub remember: bool,
}

impl Survey {
    /// Layers that will be loaded.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.layers.iter().filter(|layer| layer.readiness() == Readiness::Ready).count()
    }

    /// Every layer has been settled before, nothing is left to ask, and something will be loaded. What would lie far from the
    /// plan is asked for all the same: a zone that was settled for one city is not that of the next.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let settled = |(place, layer): (usize, &SurveyedLayer)| match layer.readiness() {
            Readiness::LeftOut => layer.remembered,
            Readiness::Ready => layer.remembered && self.relation(place).is_none_or(|relation| !relation.is_far()),
            Readiness::WantsKind | Readiness::WantsPlace => false,
        };
        self.layers.iter().enumerate().all(settled) && self.ready() > 0
    }

    /// What is to be read. Layers with an open question stay out.
    #[must_use]
    pub fn orders(&self) -> Vec<LoadOrder> {
        let mut orders: Vec<LoadOrder> = Vec::new();
        for path in &self.paths {
            let own = || self.layers.iter().filter(|layer| layer.path == *path);
            if orders.iter().any(|order| order.path == *path) || own().all(|layer| layer.readiness() != Readiness::Ready) {
                continue;
            }
            let choice = |layer: &SurveyedLayer| {
                let leave_out = layer.readiness() != Readiness::Ready;
                (layer.preview.key.clone(), Choice { leave_out, ..layer.choice.clone() })
            };
            let unpacked = self.unpacked.get(path).cloned();
            orders.push(LoadOrder { path: path.clone(), choices: own().map(choice).collect(), unpacked });
        }
        orders
    }

    /// How a layer lies to the plan, or to the other layers where the plan is empty. `None` when nothing tells.
    #[must_use]
    pub fn relation(&self, place: usize) -> Option<Relation> {
        let outlook = |layer: &SurveyedLayer| layer.outlook.as_ref().ok()?.bounds;
        let middle = self.layers.get(place)?.outlook.as_ref().ok()?.middle?;
        let others = || {
            let others = self.layers.iter().enumerate().filter(|(other, layer)| *other != place && !layer.choice.leave_out);
            others.map(|(_, layer)| outlook(layer)).fold(None, crate::geometry::bounds::join)
        };
        let to_plan = self.ground.bounds.is_some();
        let bounds = self.ground.bounds.or_else(others)?;
        Some(Relation { to_plan, away_m: distance_m(bounds, middle) })
    }

    /// The answers to be kept: what is settled here, then what was settled before.
    fn remembered(&self, before: &[Remembered]) -> Vec<Remembered> {
        let settled = self.layers.iter().filter(|layer| matches!(layer.readiness(), Readiness::Ready | Readiness::LeftOut));
        let fresh = settled.map(|layer| Remembered { shape: layer.preview.shape(), choice: layer.choice.clone() });
        let mut answers: Vec<Remembered> = Vec::new();
        for answer in fresh.chain(before.iter().cloned()) {
            if answers.len() < REMEMBERED && !answers.iter().any(|own| own.shape == answer.shape) {
                answers.push(answer);
            }
        }
        answers
    }
}

/// How a layer lies to others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relation {
    /// To the plan; else to the other layers that were found.
    pub to_plan: bool,
    /// From the middle of the layer to the bounds of the others, metres; 0 inside.
    pub away_m: f64,
}

/// A layer farther off than this is hardly of the same town, metres.
const FAR_M: f64 = 20_000.0;

impl Relation {
    /// The layer lies too far off to belong to the others.
    #[must_use]
    pub fn is_far(&self) -> bool {
        self.away_m > FAR_M
    }
}

/// From a place to a rectangle of longitude and latitude along the ellipsoid, metres.
fn distance_m(bounds: Rect<f64>, place: Coord<f64>) -> f64 {
    let near = Coord { x: place.x.clamp(bounds.min().x, bounds.max().x), y: place.y.clamp(bounds.min().y, bounds.max().y) };
    if near == place { 0.0 } else { Geodesic.distance(Point(near), Point(place)) }
}

/// Takes in what was found: loads it where everything was settled before, else asks.
pub(super) fn surveyed(state: &mut State, survey: Survey, anew: bool) -> Vec<Effect> {
    let known = !anew && survey.is_settled();
    if survey.layers.is_empty() || known {
        survey.failures.iter().for_each(|failure| state.tell_failure(failure.clone()));
    }
    if known {
        state.told.clone_from(&survey.failures);
        let told = Message::new("session.loaded-as-before").count("count", survey.ready());
        let offer = Offer { words: "session.choose-anew", command: Command::LoadAnew(survey.paths.clone()) };
        state.tell_offering(told, offer);
        return vec![Effect::LoadChosen(survey.orders())];
    }
    if !survey.layers.is_empty() {
        state.survey = Some(survey);
        state.view.dialog = Some(Dialog::Import);
    }
    Vec::new()
}

/// Commands on the files that were found; gives back any other.
pub(super) fn change_survey(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::Load(paths) => vec![Effect::Survey { paths, anew: false }],
        Command::LoadAnew(paths) => vec![Effect::Survey { paths, anew: true }],
        Command::ChooseLayer(place, choice) => choose(state, place, *choice),
        Command::RememberAnswers(remember) => {
            if let Some(survey) = &mut state.survey {
                survey.remember = remember;
            }
            Vec::new()
        }
        Command::LoadChosen => load_chosen(state),
        Command::AskControl(place) => vec![Effect::AskControl(place)],
        Command::ReadControl(place, path) => vec![Effect::ReadControl(place, path)],
        Command::ForgetAnswers => {
            let count = std::mem::take(&mut state.preferences.answers).len();
            state.tell(Message::new("session.answers-forgotten").count("count", count));
            vec![Effect::SavePreferences]
        }
        Command::UndoOffset(report) => undo_offset(state, report),
        other => return Err(other),
    };
    Ok(effects)
}

fn choose(state: &mut State, place: usize, choice: Choice) -> Vec<Effect> {
    let Some(survey) = &mut state.survey else { return Vec::new() };
    let working_crs = survey.ground.working_crs;
    if let Some(layer) = survey.layers.get_mut(place) {
        let (path, preview) = (layer.path.clone(), Arc::clone(&layer.preview));
        *layer = SurveyedLayer::new(path, preview, choice, false, working_crs);
    }
    Vec::new()
}

fn load_chosen(state: &mut State) -> Vec<Effect> {
    let Some(survey) = state.survey.take_if(|survey| survey.ready() > 0) else { return Vec::new() };
    state.view.dialog = None;
    state.told.clone_from(&survey.failures);
    let mut effects = vec![Effect::LoadChosen(survey.orders())];
    if survey.remember {
        state.preferences.answers = survey.remembered(&state.preferences.answers);
        effects.push(Effect::SavePreferences);
    }
    effects
}

/// Control points for a layer were read.
pub(super) fn controlled(state: &mut State, place: usize, control: Control) {
    let choice = state.survey.as_ref().and_then(|survey| survey.layers.get(place)).map(|layer| layer.choice.clone());
    if let Some(choice) = choice {
        choose(state, place, Choice { control: Some(control), shift: None, datum: None, ..choice });
    }
}

/// Reads again what a layer was read with, the offset undone that its report hints at.
fn undo_offset(state: &mut State, report: usize) -> Vec<Effect> {
    let Some(layer) = state.reports.get(report) else { return Vec::new() };
    let Some((shift, from)) = layer.hinted_shift().zip(layer.from.as_ref()) else { return Vec::new() };
    let mut orders = from.orders.as_ref().clone();
    let kind = layer.kind;
    for order in orders.iter_mut().filter(|order| order.path == from.path) {
        let choice = order.choices.entry(from.key.clone()).or_default();
        choice.shift = Some(shift);
        choice.kind = choice.kind.or(Some(kind));
    }
    state.view.dialog = None;
    vec![Effect::LoadChosen(orders)]
}
