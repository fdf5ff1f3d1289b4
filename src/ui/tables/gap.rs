//! The gap as something to play with: its slider, what it does to the clusters in words, and the chart of both.

use egui::{Stroke, Ui};
use egui_plot::{LineStyle, PlotPoint};

use super::gap_chart;
use crate::base::Message;
use crate::command::Command;
use crate::contiguity::{Curve, CurvePoint, Plateau};
use crate::screening;
use crate::session::actions::LARGEST_GAP_M;
use crate::ui::context::Context;
use crate::ui::theme::Palette;
use crate::ui::widgets;

/// A cluster with fewer households is stranded, unless the user says otherwise: two compounds of the 177 households that
/// one had on average in the programmes of 2019 and 2020 in Jilin make it.
const ENOUGH_HOUSEHOLDS: f64 = 300.0;
/// So many plateaus are marked.
const PLATEAUS: usize = 4;
/// Points of a curve on the chart, one a decimetre.
const SAMPLES: u16 = 1_000;
/// Room for the readings beside the chart.
const READINGS_WIDTH: f32 = 232.0;

/// The three curves of the chart, each a share of what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Series {
    /// Clusters, as a share of the compounds that count.
    Clusters,
    /// Households of the largest cluster.
    Largest,
    /// Households in clusters with too few.
    Stranded,
}

impl Series {
    pub(super) const ALL: [Self; 3] = [Self::Clusters, Self::Largest, Self::Stranded];

    /// Colour, width and dash of its curve.
    pub(super) fn look(self, palette: &Palette) -> (Stroke, LineStyle) {
        match self {
            Self::Clusters => (Stroke::new(2.2, palette.accent), LineStyle::Solid),
            Self::Largest => (Stroke::new(1.2, palette.text), LineStyle::Solid),
            Self::Stranded => (Stroke::new(1.6, palette.warn), LineStyle::Dashed { length: 4.0 }),
        }
    }

    /// Per cent, 0 where there is nothing to have a share in.
    #[expect(clippy::cast_precision_loss, reason = "shares of a chart")]
    fn per_cent(self, curve: &Curve, point: &CurvePoint) -> f64 {
        let (part, whole) = match self {
            Self::Clusters => (point.clusters as f64, curve.compounds() as f64),
            Self::Largest => (point.largest_households as f64, curve.households() as f64),
            Self::Stranded => (point.stranded_households as f64, curve.households() as f64),
        };
        if whole > 0.0 { part / whole * 100.0 } else { 0.0 }
    }

    /// What it is at a gap.
    pub(super) fn words(self, curve: &Curve, point: &CurvePoint) -> Message {
        let share = self.per_cent(curve, point);
        let of_all = |message: Message, households: u64| {
            let households = usize::try_from(households).unwrap_or(usize::MAX);
            message.count("households", households).number("share", share, usize::from(share < 10.0))
        };
        match self {
            Self::Clusters => Message::new("ui.clusters").count("count", point.clusters),
            Self::Largest => of_all(Message::new("ui.largest-cluster"), point.largest_households),
            Self::Stranded => of_all(Message::new("ui.stranded"), point.stranded_households),
        }
    }
}

/// The curves, kept until the clusters of every gap are others, or what is stranded means something else.
pub struct GapMemory {
    key: Option<(u64, u64)>,
    enough_households: f64,
    pub(in crate::ui) curve: Curve,
    pub(in crate::ui) plateaus: Vec<Plateau>,
    /// By [`Series::ALL`]: gap in m, per cent.
    pub(super) samples: [Vec<PlotPoint>; 3],
}

impl Default for GapMemory {
    fn default() -> Self {
        let (curve, plateaus, samples) = Default::default();
        Self { key: None, enough_households: ENOUGH_HOUSEHOLDS, curve, plateaus, samples }
    }
}

impl GapMemory {
    /// Brings the curves up to the state; false while there are none. Those of before stay until others are there.
    pub(super) fn follow(&mut self, cx: &Context<'_>) -> bool {
        let state = cx.state;
        let forest_key = state.revisions.forest();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of households, limited by its field"
        )]
        let enough = self.enough_households as u64;
        let key = Some((forest_key, enough));
        let (Some(forest), Some(screened)) = (state.derived.forest.fresh(forest_key), state.derived.screened.get()) else {
            // Another plan has no curves of before.
            self.key = self.key.filter(|_| state.derived.forest.get().is_some());
            return self.key.is_some();
        };
        if self.key != key {
            self.key = key;
            let counted = screening::eligible(&state.plan, screened);
            let households: Vec<u32> = state.plan.compounds.iter().map(|c| c.facts.households.unwrap_or(0)).collect();
            self.curve = forest.curve(&counted, &households, enough);
            self.plateaus = self.curve.plateaus(LARGEST_GAP_M, PLATEAUS);
            self.samples = Series::ALL.map(|series| self.sampled(series));
        }
        true
    }

    fn sampled(&self, series: Series) -> Vec<PlotPoint> {
        let at = |gap_m: f64| PlotPoint::new(gap_m, series.per_cent(&self.curve, &self.curve.at(gap_m)));
        let mut points: Vec<PlotPoint> = Vec::new();
        for n in 0..=SAMPLES {
            let point = at(LARGEST_GAP_M * f64::from(n) / f64::from(SAMPLES));
            // Of a level stretch the ends are enough.
            if let [.., before, last] = &mut points[..]
                && before.y == last.y
                && last.y == point.y
            {
                *last = point;
            } else {
                points.push(point);
            }
        }
        points
    }

    /// The curves that mean something: without a single household there is but one.
    pub(super) fn shown(&self) -> &'static [Series] {
        if self.curve.households() > 0 { &Series::ALL } else { &[Series::Clusters] }
    }
}

/// The tab.
pub fn gap_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut GapMemory) {
    if !memory.follow(cx) {
        widgets::empty(ui, cx.palette, &cx.text("ui.links-pending"));
        return;
    }
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(READINGS_WIDTH);
            egui::ScrollArea::vertical().id_salt("gap-readings").auto_shrink(false).show(ui, |ui| {
                slider_ui(ui, cx);
                readings_ui(ui, cx, memory);
                enough_ui(ui, cx, memory);
            });
        });
        gap_chart::chart_ui(ui, cx, memory);
    });
}

/// The slider and what the gap does, one below the other; nothing until the clusters are known.
pub fn gap_panel_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut GapMemory) {
    if !memory.follow(cx) {
        return;
    }
    ui.label(widgets::quiet(cx.palette, cx.text("ui.gap")));
    slider_ui(ui, cx);
    readings_ui(ui, cx, memory);
}

/// The slider of the gap: live while it is dragged, one step of history when it is let go.
fn slider_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let mut gap_m = cx.state.gap_m();
    let name = cx.text("ui.gap");
    let slider = ui.add(egui::Slider::new(&mut gap_m, 0.0..=LARGEST_GAP_M).suffix(" m").fixed_decimals(1));
    widgets::name_input(ui, &slider, &name);
    if slider.drag_stopped() || (slider.changed() && !slider.dragged()) {
        cx.push(Command::SetGap { gap_m, commit: true });
    } else if slider.changed() {
        cx.push(Command::SetGap { gap_m, commit: false });
    }
}

/// What the gap in force does, each with the sign of its curve.
fn readings_ui(ui: &mut Ui, cx: &Context<'_>, memory: &GapMemory) {
    let point = memory.curve.at(cx.state.gap_m());
    for series in memory.shown() {
        ui.horizontal(|ui| {
            gap_chart::sign_ui(ui, cx.palette, *series);
            ui.label(cx.tr(&series.words(&memory.curve, &point)));
        });
    }
    if memory.shown().len() < Series::ALL.len() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.no-households")));
    }
}

/// How many households a cluster must have.
fn enough_ui(ui: &mut Ui, cx: &Context<'_>, memory: &mut GapMemory) {
    if memory.shown().len() < Series::ALL.len() {
        return;
    }
    ui.horizontal(|ui| {
        let name = cx.text("ui.stranded-below");
        ui.label(widgets::quiet(cx.palette, &*name));
        let id = ui.scope_id().with("enough-households");
        let edited = widgets::edited_drag(ui, id, memory.enough_households, &name, |drag| {
            drag.range(0.0..=100_000.0).max_decimals(0).speed(5.0)
        });
        if let Some(enough) = edited {
            memory.enough_households = enough.round();
        }
    });
}

/// Words of a plateau, with its range and what a click does.
pub(in crate::ui) fn plateau_words(plateau: &Plateau) -> Message {
    let message = if plateau.merged == 0 {
        Message::new("ui.plateau").count("count", plateau.clusters)
    } else {
        Message::new("ui.plateau-nearly").count("count", plateau.clusters).count("merged", plateau.merged)
    };
    message.metres("from", plateau.from_m).metres("to", plateau.to_m).metres("middle", plateau.middle_m())
}
