//! What hangs on what: the trunks of a district, and what lies downstream of a pipe.

use std::collections::BTreeSet;

use egui::Ui;

use crate::base::{CompoundId, DistrictId, Message, PipeId};
use crate::model::Compound;
use crate::pipes::{Basis, PipeRole, PipeShare, Reached, Trunk};
use crate::ui::context::Context;
use crate::ui::tables::coordinate::show_pipe;
use crate::ui::widgets;

/// Pipes that are listed, at most.
const LISTED: usize = 12;

/// What was found last, and for which state of the plan.
#[derive(Default)]
pub(super) struct NetworkMemory {
    trunks: Option<(u64, DistrictId, Vec<Trunk>)>,
    downstream: Option<(u64, PipeId, Downstream)>,
}

struct Downstream {
    reached: Reached,
    length_m: f64,
    compounds: Vec<CompoundId>,
}

/// The trunks of a district; a click shows one on the map.
pub(super) fn trunks_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut NetworkMemory, id: DistrictId) {
    let (state, revisions) = (cx.state, &cx.state.revisions);
    let quality = state.derived.quality.fresh(revisions.surveyed());
    let lengths = state.derived.lengths.fresh(revisions.lengths());
    let (Some(quality), Some(lengths)) = (quality, lengths) else { return };
    if state.plan.pipes.is_empty() {
        return;
    }
    let key = revisions.findings();
    if memory.trunks.as_ref().is_none_or(|(held, of, _)| (*held, *of) != (key, id)) {
        memory.trunks = Some((key, id, quality.network.trunks(&state.plan, lengths, id)));
    }
    let Some((_, _, trunks)) = &memory.trunks else { return };
    let title = cx.tr(&Message::new("ui.trunks").count("count", trunks.len()));
    egui::CollapsingHeader::new(title).id_salt("trunks").show(ui, |ui| {
        if trunks.is_empty() {
            ui.label(widgets::quiet(cx.palette, cx.text("ui.trunks-none")));
        }
        for trunk in trunks.iter().take(LISTED) {
            let Some(pipe) = state.plan.pipes.get(trunk.pipe.index()) else { continue };
            let words = Message::new("ui.trunk-row").nested("class", pipe.class.name()).text("pipe", &pipe.source_id);
            let words = words.count("compounds", trunk.compounds.len()).nested("basis", trunk.basis.message());
            let names: Vec<&str> =
                trunk.compounds.iter().filter_map(|id| state.plan.compounds.get(id.index())).map(Compound::label).collect();
            if ui.link(cx.tr(&words)).on_hover_text(names.join("、")).clicked() {
                show_pipe(cx, trunk.pipe);
            }
        }
        more_ui(ui, cx, trunks.len());
    });
}

/// What lies downstream of a pipe, or is connected to it where the survey tells no flow.
pub(super) fn downstream_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut NetworkMemory, id: PipeId) {
    let (state, revisions) = (cx.state, &cx.state.revisions);
    let Some(quality) = state.derived.quality.fresh(revisions.surveyed()) else { return };
    let key = revisions.findings();
    if memory.downstream.as_ref().is_none_or(|(held, of, _)| (*held, *of) != (key, id)) {
        memory.downstream = Some((key, id, Downstream::of(cx, quality.network.downstream(id))));
    }
    let Some((_, _, found)) = &memory.downstream else { return };
    widgets::section(ui, &cx.text("ui.downstream-title"));
    let reached = &found.reached;
    let message = Message::new(if reached.basis == Basis::Connection { "ui.connected" } else { "ui.downstream" });
    let message = message.count("count", reached.pipes.len()).metres("length", found.length_m);
    ui.label(cx.tr(&message.nested("basis", reached.basis.message())));
    let names: Vec<&str> =
        found.compounds.iter().filter_map(|id| state.plan.compounds.get(id.index())).map(Compound::label).collect();
    widgets::fact(ui, cx.palette, &cx.text("ui.downstream-serves"), &names.len().to_string());
    if !names.is_empty() {
        ui.add(egui::Label::new(widgets::quiet(cx.palette, names.join("、")).size(12.0)).truncate())
            .on_hover_text(names.join("、"));
    }
    for pipe in reached.pipes.iter().take(LISTED) {
        let Some(name) = state.plan.pipes.get(pipe.index()).map(|pipe| pipe.source_id.clone()) else { continue };
        if ui.link(name).clicked() {
            show_pipe(cx, *pipe);
        }
    }
    more_ui(ui, cx, reached.pipes.len());
}

fn more_ui(ui: &mut Ui, cx: &Context<'_>, count: usize) {
    if count > LISTED {
        let words = Message::new("ui.more-rows").count("count", count - LISTED);
        ui.label(widgets::quiet(cx.palette, cx.tr(&words)).size(12.0));
    }
}

impl Downstream {
    fn of(cx: &Context<'_>, reached: Reached) -> Self {
        let state = cx.state;
        let Some(lengths) = state.derived.lengths.get() else { return Self { reached, length_m: 0.0, compounds: Vec::new() } };
        let length_m =
            reached.pipes.iter().filter_map(|pipe| lengths.per_pipe.get(pipe.index())).map(|total| total.total_m).sum();
        let there: BTreeSet<PipeId> = reached.pipes.iter().copied().collect();
        let serves =
            |shares: &Vec<PipeShare>| shares.iter().any(|share| share.role != PipeRole::Passing && there.contains(&share.pipe));
        let rows = lengths.per_compound.iter().enumerate().filter(|(_, shares)| serves(shares));
        let compounds = rows.map(|(row, _)| CompoundId::from_index(row)).collect();
        Self { reached, length_m, compounds }
    }
}
