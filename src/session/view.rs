//! What the user sees of a plan: viewport, layers, selection, panels. None of it is part of the plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Film, Presenting, Remembered};
use crate::base::{CompoundId, DistrictId, ItemId, Message, PipeId};
use crate::command::{Board, Brush, Command, Comparing, Form, Panel, Step, Tab, Target, Theme, Tool};
use crate::i18n::Lang;
use crate::map::{Hand, MapLayer, Viewport};
use crate::model::{BackdropSource, FindingKey, MendKey};
use crate::policy::{ItemClass, ItemCode, PipeClass};
use crate::project::CopyRules;

/// Choices that outlive a plan; kept in the user's configuration.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Language.
    pub lang: Lang,
    /// Theme.
    pub theme: Theme,
    /// Factor on the size of text, 0.8–2.5.
    pub text_scale: f32,
    /// The hand in which the map is drawn.
    pub hand: Hand,
    /// Files opened of late, newest first.
    pub recent: Vec<std::path::PathBuf>,
    /// What was settled for layers of a shape, newest first.
    pub answers: Vec<Remembered>,
    /// Copies of a plan's file that are kept beside it; none for 0.
    pub copies: usize,
    /// Keys of the user's for services of tiles, by host. They are written nowhere else.
    pub service_keys: BTreeMap<String, String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            lang: Lang::Zh,
            theme: Theme::Light,
            text_scale: 1.0,
            hand: Hand::Usual,
            recent: Vec::new(),
            answers: Vec::new(),
            copies: CopyRules::COUNT,
            service_keys: BTreeMap::new(),
        }
    }
}

/// What is selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Compounds.
    pub compounds: BTreeSet<CompoundId>,
    /// A district, shown in the inspector.
    pub district: Option<DistrictId>,
    /// An item, shown in the inspector.
    pub item: Option<ItemId>,
    /// A mend, whose shape as drawn is shown on the map.
    pub mend: Option<MendKey>,
    /// A pipe, shown in the inspector.
    pub pipe: Option<PipeId>,
    /// Ground that is opened twice, by its key.
    pub reopening: Option<String>,
    /// Something drawn by hand; items are told by `item`.
    pub drawn: Option<Target>,
}

/// How one layer is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerView {
    /// Which layer.
    pub layer: MapLayer,
    /// Shown at all.
    pub visible: bool,
    /// 0 is clear, 1 is full.
    pub opacity: f32,
}

/// The layers from the lowest to the topmost, as a new plan shows them: limits, clusters, links and the kilometre grid are there when asked for.
#[must_use]
pub fn default_layers() -> Vec<LayerView> {
    let asked_for = |layer| matches!(layer, MapLayer::Limits | MapLayer::Clusters | MapLayer::Links | MapLayer::Kilometres);
    let view = |layer| LayerView { layer, visible: !asked_for(layer), opacity: 1.0 };
    MapLayer::ALL.into_iter().map(view).collect()
}

/// A dialog over the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// Formats and folder of an export.
    Export,
    /// Settings of the plan.
    Settings,
    /// What was found in files, to be settled before it is loaded.
    Import,
    /// What was read from files.
    Report,
    /// About the program.
    About,
    /// The list of shortcuts.
    Shortcuts,
    /// The command palette.
    Palette,
    /// Whether the version is to be frozen for good.
    Freeze,
    /// A journal newer than the file was found.
    Recover {
        /// Steps the journal holds.
        steps: usize,
    },
}

/// A short notice that goes by itself, unless it tells of a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// The words.
    pub message: Message,
    /// It tells of a failure and stays until it is closed.
    pub failure: bool,
    /// What can be done about it.
    pub offer: Option<Offer>,
}

/// A command that a notice offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Key of its words.
    pub words: &'static str,
    /// What it does.
    pub command: Command,
}

/// The whole view.
#[derive(Clone, Debug)]
pub struct View {
    /// Where the map looks.
    pub viewport: Viewport,
    /// Fit everything as soon as the size of the map is known.
    pub fit_pending: bool,
    /// The view as it was fitted; while it is still that, a map that changes its size is fitted anew.
    pub fitted: Option<Viewport>,
    /// The map has told its size.
    pub map_sized: bool,
    /// Layers from the lowest to the topmost.
    pub layers: Vec<LayerView>,
    /// Pipe classes that are not shown.
    pub hidden_pipes: BTreeSet<PipeClass>,
    /// Item classes that are not shown.
    pub hidden_classes: BTreeSet<ItemClass>,
    /// Entries of the catalogue whose items are not shown.
    pub hidden_entries: BTreeSet<ItemCode>,
    /// Only items with this tag are shown.
    pub tag: Option<String>,
    /// Selection.
    pub selection: Selection,
    /// Tool of the map.
    pub tool: Tool,
    /// What the tools that change districts take, and where it goes.
    pub brush: Brush,
    /// What clicks make, of items and where something is measured.
    pub form: Form,
    /// Step of the way of work.
    pub step: Step,
    /// Hidden panels.
    pub hidden: BTreeSet<Panel>,
    /// Tab of the lower panel.
    pub tab: Tab,
    /// Board of its tab of coordination.
    pub board: Board,
    /// Open dialog.
    pub dialog: Option<Dialog>,
    /// Notices, oldest first.
    pub toasts: Vec<Toast>,
    /// The finding of which a part was shown last, and which part.
    pub part_shown: Option<(FindingKey, usize)>,
    /// The gap while its slider is dragged, m.
    pub live_gap_m: Option<f64>,
    /// First compound of a link being set by hand.
    pub link_from: Option<CompoundId>,
    /// The years that the map shows, alone for the meeting too.
    pub film: Film,
    /// The map alone is shown, for a meeting.
    pub presenting: Option<Presenting>,
    /// The map shows the districts before the last grouping; any edit ends it.
    pub shows_before: bool,
    /// How another grouping is looked at with the plan's.
    pub comparing: Option<Comparing>,
    /// Where the handle between the two stands, as a share of the map's width.
    pub swipe: f32,
    /// The backdrop for which the network may be asked: none is by itself, also not that of a plan that is opened.
    pub network_for: Option<BackdropSource>,
    /// The compounds that alone are grouped; none means all.
    pub only: BTreeSet<CompoundId>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            viewport: Viewport::new(geo::Coord::zero(), 1.0, [800.0, 600.0]),
            fit_pending: true,
            fitted: None,
            map_sized: false,
            layers: default_layers(),
            hidden_pipes: [PipeClass::Drainage, PipeClass::Power, PipeClass::Telecom].into(),
            hidden_classes: BTreeSet::new(),
            hidden_entries: BTreeSet::new(),
            tag: None,
            selection: Selection::default(),
            tool: Tool::default(),
            brush: Brush::default(),
            form: Form::default(),
            step: Step::default(),
            hidden: BTreeSet::new(),
            tab: Tab::default(),
            board: Board::default(),
            dialog: None,
            toasts: Vec::new(),
            part_shown: None,
            live_gap_m: None,
            link_from: None,
            film: Film::default(),
            presenting: None,
            shows_before: false,
            comparing: None,
            network_for: None,
            swipe: 0.5,
            only: BTreeSet::new(),
        }
    }
}

impl View {
    /// Whether a layer is shown.
    #[must_use]
    pub fn is_visible(&self, layer: MapLayer) -> bool {
        self.layers.iter().any(|view| view.layer == layer && view.visible)
    }
}
