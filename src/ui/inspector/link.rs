//! Two compounds: why they are linked or not, the chain that connects them, and the link set by hand.

use egui::{RichText, Ui};

use crate::base::{CompoundId, Message};
use crate::command::{Command, SelectMode};
use crate::contiguity::{Between, Blocked, Link, LinkKind, Surroundings, frontage_of};
use crate::model::{LinkKey, LinkOverride, LinkRule};
use crate::ui::context::Context;
use crate::ui::widgets;

/// The note being typed, and the evidence of the link that is shown.
#[derive(Default)]
pub(super) struct LinkForm {
    note: String,
    evidence: Option<Evidence>,
}

/// What is told of a link and takes longer to find than a frame has; found once for a link and a state of the plan.
struct Evidence {
    key: (LinkKey, u64, Option<u64>),
    between: Between,
    frontage_m: (f64, f64),
}

/// The card of a pair.
pub(super) fn pair_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut LinkForm, a: CompoundId, b: CompoundId) {
    let Some(key) = LinkKey::new(a, b) else { return };
    widgets::section(ui, &cx.text("ui.between"));
    let links = cx.state.derived.links.get().cloned();
    let links = links.as_ref();
    if let Some(link) = links.and_then(|links| links.find(key)) {
        link_ui(ui, cx, form.evidence(cx, key, link), link);
    } else if let Some(blocked) = links.and_then(|links| links.find_blocked(key)) {
        blocked_ui(ui, cx, blocked);
    } else if cx.state.plan.overrides.get(&key).is_none_or(|set| set.rule == LinkRule::Force) {
        ui.label(cx.text(if links.is_some() { "ui.no-link" } else { "ui.links-pending" }));
    }
    widgets::fact(ui, cx.palette, &cx.text("ui.link-set-by"), &set_by(cx, cx.state.plan.overrides.get(&key)));
    chain_ui(ui, cx, a, b);
    override_ui(ui, cx, &mut form.note, key);
}

impl LinkForm {
    fn evidence(&mut self, cx: &Context<'_>, pair: LinkKey, link: &Link) -> &Evidence {
        // Anything in the plan, and the links as they are shown.
        let key = (pair, cx.state.revisions.findings(), cx.state.derived.links.key());
        let plan = &cx.state.plan;
        let fresh = || {
            let between = Surroundings::of_link(plan, link).between(link);
            let known = (link.frontage_a_m, link.frontage_b_m);
            let is_known = known.0.is_finite() && known.1.is_finite();
            let frontage_m = if is_known { known } else { frontage_of(link, &plan.compounds, plan.settings.gap_m) };
            Evidence { key, between, frontage_m }
        };
        let held = self.evidence.take().filter(|held| held.key == key).unwrap_or_else(fresh);
        self.evidence.insert(held)
    }
}

fn metres(cx: &Context<'_>, metres: f64) -> String {
    cx.tr(&Message::new("ui.metres").metres("length", metres))
}

/// The gap with what barriers add to it, the frontage on either side, and what lies between.
fn link_ui(ui: &mut Ui, cx: &Context<'_>, evidence: &Evidence, link: &Link) {
    let plan = &cx.state.plan;
    ui.label(RichText::new(sentence(&cx.tr(&evidence.between.message(plan, link)))).strong());
    if link.kind != LinkKind::Manual {
        widgets::fact(ui, cx.palette, &cx.text("ui.link-own-gap"), &metres(cx, link.bare_gap_m()));
    }
    if link.extra_m > 0.0 {
        widgets::fact(ui, cx.palette, &cx.text("ui.link-cost"), &metres(cx, link.extra_m));
        widgets::fact(ui, cx.palette, &cx.text("ui.link-counted"), &metres(cx, link.gap_m));
    }
    for (id, frontage_m) in [(link.a, evidence.frontage_m.0), (link.b, evidence.frontage_m.1)] {
        let Some(compound) = plan.compounds.get(id.index()).filter(|_| frontage_m.is_finite()) else { continue };
        let name = cx.tr(&Message::new("ui.link-frontage").text("name", compound.label()));
        widgets::fact(ui, cx.palette, &name, &metres(cx, frontage_m));
    }
    let gap_m = cx.state.gap_m();
    if link.gap_m > gap_m {
        let words = cx.tr(&Message::new("ui.link-beyond").metres("gap", gap_m).metres("from", link.gap_m));
        ui.label(RichText::new(words).color(cx.palette.warn).size(12.0));
    }
}

/// What keeps a pair apart.
fn blocked_ui(ui: &mut Ui, cx: &Context<'_>, blocked: &Blocked) {
    let barrier = cx.state.plan.barriers.get(blocked.barrier.index());
    let told = barrier.map_or_else(|| Message::new("contiguity.barrier-other"), crate::model::Barrier::told);
    ui.label(cx.tr(&Message::new("ui.link-blocked").metres("gap", blocked.gap_m).nested("barrier", told)));
}

/// Who decided: the rule of the plan, or the user with a note.
fn set_by(cx: &Context<'_>, set: Option<&LinkOverride>) -> String {
    let Some(set) = set else { return cx.text("ui.link-by-rule") };
    let rule = cx.text(if set.rule == LinkRule::Force { "ui.link-by-hand-forced" } else { "ui.link-by-hand-forbidden" });
    let note = set.note.trim();
    if note.is_empty() { rule } else { cx.tr(&Message::new("ui.link-with-note").text("rule", rule).text("note", note)) }
}

/// With a capital letter at its beginning, where letters have any.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The chain with the smallest worst gap, and its weakest link.
fn chain_ui(ui: &mut Ui, cx: &mut Context<'_>, a: CompoundId, b: CompoundId) {
    let (Some(forest), Some(links)) = (cx.state.derived.forest.fresh(cx.state.revisions.forest()), cx.state.derived.links.get())
    else {
        return;
    };
    let Some(chain) = forest.chain(a, b) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.no-chain")));
        return;
    };
    let weakest_m = links.find(chain.weakest).map_or(0.0, |link| link.gap_m);
    let message = Message::new(if weakest_m > 0.0 { "ui.chain" } else { "ui.chain-touching" });
    let words = cx.tr(&message.count("links", chain.links.len()).metres("weakest", weakest_m));
    ui.label(widgets::quiet(cx.palette, words));
    let (from, to) = (chain.weakest.a(), chain.weakest.b());
    let label = |id: CompoundId| cx.state.plan.compounds.get(id.index()).map(|compound| compound.label().to_owned());
    if let (true, Some(first), Some(second)) = (chain.links.len() > 1, label(from), label(to)) {
        let weakest = cx.tr(&Message::new("ui.chain-weakest").text("first", first).text("second", second));
        if ui.link(weakest).clicked() {
            cx.push(Command::Select(vec![from, to], SelectMode::Replace));
        }
    }
}

/// Forces or forbids the link, with a note, or forgets what was set.
fn override_ui(ui: &mut Ui, cx: &mut Context<'_>, note: &mut String, key: LinkKey) {
    widgets::text_field(ui, note, &cx.text("ui.note"), f32::INFINITY);
    ui.horizontal_wrapped(|ui| {
        for (words, rule) in [("ui.link-force", LinkRule::Force), ("ui.link-forbid", LinkRule::Forbid)] {
            if ui.button(cx.text(words)).clicked() {
                cx.push(Command::SetLink(key, Some(rule), std::mem::take(note)));
            }
        }
        if cx.state.plan.overrides.contains_key(&key) && ui.button(cx.text("ui.link-forget")).clicked() {
            cx.push(Command::SetLink(key, None, String::new()));
        }
    });
}
