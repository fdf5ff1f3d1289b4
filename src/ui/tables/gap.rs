//! The chart of clusters against gap, with the slider that moves both chart and map.

use std::sync::Arc;

use egui::Ui;
use egui_plot::{Line, Plot, PlotPoints, VLine};

use crate::base::Message;
use crate::command::Command;
use crate::contiguity::Dendrogram;
use crate::screening;
use crate::session::actions::LARGEST_GAP_M;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The curve, kept until the links or the verdicts change.
#[derive(Default)]
pub struct GapMemory {
    key: Option<u64>,
    /// Gap in m, clusters.
    clusters: Vec<[f64; 2]>,
}

/// The tab.
pub fn gap_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut GapMemory) {
    let key = cx.state.revisions.forest();
    let Some(forest) = cx.state.derived.forest.fresh(key).cloned() else {
        widgets::empty(ui, cx.palette, &cx.text("ui.links-pending"));
        return;
    };
    memory.follow(cx, key, &forest);
    ui.horizontal(|ui| slider_ui(ui, cx, &forest));
    chart_ui(ui, cx, memory);
}

/// The slider of the gap: live while it is dragged, one step of history when it is let go.
pub fn slider_ui(ui: &mut Ui, cx: &mut Context<'_>, forest: &Dendrogram) {
    let mut gap_m = cx.state.gap_m();
    let name = cx.text("ui.gap");
    let slider = ui.add(egui::Slider::new(&mut gap_m, 0.0..=LARGEST_GAP_M).suffix(" m").fixed_decimals(1));
    widgets::name_input(ui, &slider, &name);
    if slider.drag_stopped() || (slider.changed() && !slider.dragged()) {
        cx.push(Command::SetGap { gap_m, commit: true });
    } else if slider.changed() {
        cx.push(Command::SetGap { gap_m, commit: false });
    }
    let counted = counted(cx);
    let clusters = forest.clusters_at(gap_m, &counted);
    ui.label(cx.tr(&Message::new("ui.clusters").count("count", clusters)));
}

/// Compounds that count: the eligible.
fn counted(cx: &Context<'_>) -> Vec<bool> {
    let screened = cx.state.derived.screened.get().map(Arc::clone).unwrap_or_default();
    if screened.len() == cx.state.plan.compounds.len() {
        screening::eligible(&cx.state.plan, &screened)
    } else {
        vec![true; cx.state.plan.compounds.len()]
    }
}

impl GapMemory {
    fn follow(&mut self, cx: &Context<'_>, key: u64, forest: &Dendrogram) {
        if self.key == Some(key) {
            return;
        }
        self.key = Some(key);
        let counted = counted(cx);
        #[expect(clippy::cast_precision_loss, reason = "counts of a chart")]
        let point = |tenth: u32| {
            let gap = f64::from(tenth) / 2.0;
            [gap, forest.clusters_at(gap, &counted) as f64]
        };
        self.clusters = (0..=200).map(point).collect();
    }
}

fn chart_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &GapMemory) {
    let points = PlotPoints::from(memory.clusters.clone());
    let (curve, here) = (cx.text("ui.clusters-axis"), cx.text("ui.gap"));
    let gap_m = cx.state.gap_m();
    let (accent, warn) = (cx.palette.accent, cx.palette.warn);
    let response = Plot::new("gap")
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .include_y(0.0)
        .x_axis_label(cx.text("ui.gap-axis"))
        .y_axis_label(cx.text("ui.clusters-axis"))
        .show(ui, |plot| {
            plot.line(Line::new(curve, points).color(accent).width(1.5));
            plot.vline(VLine::new(here, gap_m).color(warn));
            plot.response().clicked().then(|| plot.pointer_coordinate()).flatten()
        });
    if let Some(at) = response.inner {
        cx.push(Command::SetGap { gap_m: (at.x * 2.0).round() / 2.0, commit: true });
    }
}
