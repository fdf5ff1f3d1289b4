//! Mends of the plan, a list a layer: what, where, how much changed, what became of it; shown on the map, accepted or
//! refused one by one, or all that wait at once.

use egui::{Align, Layout, RichText, Role, Sense, Ui};

use crate::base::Message;
use crate::command::Command;
use crate::contiguity::Offer;
use crate::geometry::repair::Mend;
use crate::map::MendSign;
use crate::model::{LayerKind, MendKey, MendState, Mended};
use crate::ui::canvas::paint_mend;
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// Lines shown for one layer; the rest is counted. Those that want an answer come first.
const SHOWN: usize = 200;

/// A line of the list.
struct Line<'a> {
    key: MendKey,
    mends: &'a [Mend],
    sign: MendSign,
}

/// Whether there is anything to list.
pub(super) fn is_empty(cx: &Context<'_>) -> bool {
    cx.state.plan.mended.is_empty() && cx.state.derived.offers.get().is_none_or(|offers| offers.is_empty())
}

/// The lists of all layers.
pub(super) fn mends_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let state = cx.state;
    let offers = state.derived.offers.get().cloned().unwrap_or_default();
    for layer in LayerKind::ALL {
        let recorded = state.plan.mends_of(layer).map(recorded);
        let offered = offers.iter().filter(|offer| offer.key.layer == layer).map(offered);
        let mut lines: Vec<Line<'_>> = recorded.chain(offered).collect();
        if lines.is_empty() {
            continue;
        }
        lines.sort_by_key(|line| (std::cmp::Reverse(line.sign), line.key));
        layer_ui(ui, cx, layer, &lines);
        widgets::hairline(ui, cx.palette);
    }
}

fn recorded<'a>((key, mended): (&MendKey, &'a Mended)) -> Line<'a> {
    Line { key: *key, mends: &mended.mends, sign: mended.state.into() }
}

fn offered(offer: &Offer) -> Line<'_> {
    let sign = if offer.can_apply { MendSign::Offered } else { MendSign::Noted };
    Line { key: offer.key, mends: std::slice::from_ref(&offer.mend), sign }
}

fn layer_ui(ui: &mut Ui, cx: &mut Context<'_>, layer: LayerKind, lines: &[Line<'_>]) {
    let name = cx.text(names::layer_kind(layer));
    let of = |sign| -> Vec<MendKey> { lines.iter().filter(|line| line.sign == sign).map(|line| line.key).collect() };
    ui.horizontal_wrapped(|ui| {
        let title = Message::new("ui.mends-title").text("layer", &*name).count("count", lines.len());
        ui.label(RichText::new(cx.tr(&title)).strong());
        for (sign, words) in
            [(MendSign::Waiting, Message::new("ui.mends-accept-waiting")), (MendSign::Offered, Message::new("ui.mends-cut-all"))]
        {
            let keys = of(sign);
            if keys.is_empty() {
                continue;
            }
            let words = cx.tr(&words.count("count", keys.len()));
            let button = ui.button(&words);
            if widgets::named(button, Role::Button, &format!("{words} {name}")).clicked() {
                cx.push(Command::AnswerMends(keys, true));
            }
        }
    });
    for (number, line) in lines.iter().take(SHOWN).enumerate() {
        ui.push_id((layer, number), |ui| line_ui(ui, cx, line));
    }
    if lines.len() > SHOWN {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.more-lines").count("count", lines.len() - SHOWN))));
    }
}

/// Word of a state.
fn state_words(sign: MendSign) -> &'static str {
    match sign {
        MendSign::Waiting => "ui.mend-waiting",
        MendSign::Applied => "ui.mend-applied",
        MendSign::Refused => "ui.mend-refused",
        MendSign::Offered => "ui.mend-offered",
        MendSign::Noted => "ui.mend-noted",
    }
}

fn line_ui(ui: &mut Ui, cx: &mut Context<'_>, line: &Line<'_>) {
    let plan = &cx.state.plan;
    let id = feature_name(cx, line.key.layer, line.key.row);
    let what: Vec<String> = line.mends.iter().map(|mend| cx.tr(&mend.message())).collect();
    let mut words = format!("{id}  {}", what.join(if cx.lang() == crate::i18n::Lang::Zh { "；" } else { "; " }));
    if let Some(neighbour) = line.key.neighbour {
        words = format!("{words}  ({})", feature_name(cx, line.key.layer, neighbour));
    }
    let gone = line.sign == MendSign::Refused && plan.shape(line.key.layer, line.key.row).is_some_and(|shape| is_nothing(&shape));
    let state = cx.text(if gone { "ui.mend-no-shape" } else { state_words(line.sign) });
    ui.horizontal(|ui| {
        let (dot, _) = ui.allocate_exact_size(egui::vec2(14.0, 14.0), Sense::hover());
        paint_mend(ui.painter(), dot.center(), line.sign, cx.palette, 1.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            buttons_ui(ui, cx, line, &id);
            ui.label(widgets::quiet(cx.palette, state).size(12.0));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(&words).truncate()).on_hover_text(&words);
            });
        });
    });
}

fn is_nothing(shape: &geo::Geometry<f64>) -> bool {
    use geo::HasDimensions;
    shape.is_empty()
}

/// From right to left: the answers, then the way to the map.
fn buttons_ui(ui: &mut Ui, cx: &mut Context<'_>, line: &Line<'_>, id: &str) {
    let answers: &[(&'static str, bool)] = match line.sign {
        MendSign::Applied => &[("ui.mend-refuse", false)],
        MendSign::Refused => &[("ui.mend-accept", true)],
        MendSign::Waiting | MendSign::Offered => &[("ui.mend-refuse", false), ("ui.mend-accept", true)],
        MendSign::Noted => &[],
    };
    for (key, accept) in answers {
        if named_link(ui, &cx.text(key), id).clicked() {
            cx.push(Command::AnswerMends(vec![line.key], *accept));
        }
    }
    if named_link(ui, &cx.text("ui.locate"), id).clicked() {
        cx.push(Command::ShowMend(Some(line.key)));
    }
}

/// A small button whose name says which line it belongs to.
fn named_link(ui: &mut Ui, words: &str, id: &str) -> egui::Response {
    let button = ui.small_button(words);
    widgets::named(button, Role::Button, &format!("{words} {id}"))
}

/// Name of a compound, else the id in the source.
fn feature_name(cx: &Context<'_>, layer: LayerKind, row: u32) -> String {
    let plan = &cx.state.plan;
    if layer == LayerKind::Compounds
        && let Some(compound) = plan.compounds.get(row as usize)
    {
        return compound.label().to_owned();
    }
    plan.source_id(layer, row).unwrap_or_default().to_owned()
}

/// How many mends want an answer, for the title.
pub(super) fn waiting(cx: &Context<'_>) -> usize {
    let waiting = cx.state.plan.mended.values().filter(|mended| mended.state == MendState::Waiting).count();
    let offers = cx.state.derived.offers.get().map_or(0, |offers| offers.iter().filter(|offer| offer.can_apply).count());
    waiting + offers
}
