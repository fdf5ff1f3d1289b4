//! What barriers of each kind do to links: block, cost metres, nothing. One row a kind that the plan holds.

use egui::Ui;

use super::link::sentence;
use crate::base::Message;
use crate::model::{BarrierKind, BarrierRule, Settings};
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// What crossing costs when a kind is first said to cost something, m.
const FIRST_COST_M: f64 = 20.0;

/// The rules; changes what the user changed in `settings`.
pub(super) fn barriers_ui(ui: &mut Ui, cx: &Context<'_>, settings: &mut Settings) {
    let mut kinds: Vec<BarrierKind> = cx.state.plan.barriers.iter().map(|barrier| barrier.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() {
        return;
    }
    ui.label(widgets::quiet(cx.palette, cx.text("ui.barrier-rules")));
    egui::Grid::new("barrier-rules").num_columns(3).spacing([8.0, 4.0]).show(ui, |ui| {
        for kind in kinds {
            let rule = settings.barriers.of(kind);
            if let Some(chosen) = rule_ui(ui, cx, kind, rule) {
                settings.barriers = settings.barriers.with(kind, chosen);
            }
            ui.end_row();
        }
    });
}

/// One row; the rule that was chosen.
fn rule_ui(ui: &mut Ui, cx: &Context<'_>, kind: BarrierKind, rule: BarrierRule) -> Option<BarrierRule> {
    let name = cx.tr(&kind.name());
    ui.label(sentence(&name));
    let mut chosen = rule;
    let cost = if let BarrierRule::Cost(_) = rule { rule } else { BarrierRule::Cost(FIRST_COST_M) };
    let combo = egui::ComboBox::from_id_salt(("barrier", kind)).selected_text(cx.text(names::barrier_rule(rule))).width(96.0);
    let combo = combo.show_ui(ui, |ui| {
        for option in [BarrierRule::Block, cost, BarrierRule::Nothing] {
            ui.selectable_value(&mut chosen, option, cx.text(names::barrier_rule(option)));
        }
    });
    widgets::name_input(ui, &combo.response, &cx.tr(&Message::new("ui.barrier-rule").nested("kind", kind.name())));
    if let BarrierRule::Cost(metres) = rule {
        let full = format!("{name} {}", cx.text("ui.barrier-metres"));
        let id = ui.scope_id().with(("barrier-cost", kind));
        let edited = widgets::edited_drag(ui, id, metres, &full, |drag| {
            drag.range(0.0..=BarrierRule::MOST_M).max_decimals(1).speed(0.5).suffix(" m")
        });
        if let Some(metres) = edited {
            chosen = BarrierRule::Cost(metres);
        }
    }
    (chosen != rule).then_some(chosen)
}
