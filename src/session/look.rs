//! Commands that change only what is seen: selection, tool, layers, panels, dialogs, and where the map looks.

use std::collections::BTreeSet;
use std::sync::Arc;

use geo::BoundingRect;

use super::{Dialog, State, actions, beside, by_hand, filter, outcome, present, works, years};
use crate::base::{CompoundId, Message};
use crate::command::{Command, SelectMode, Tool, Whole};
use crate::geometry::bounds;
use crate::map::{MapLayer, Viewport};
use crate::model::{MendKey, Mended, Subject};
use crate::policy::ItemClass;

/// Commands that change only what is seen.
pub(super) fn change_view(state: &mut State, command: Command) {
    let view = &mut state.view;
    match command {
        Command::Select(compounds, mode) => select(&mut view.selection.compounds, compounds, mode),
        Command::SelectDistrict(district) => view.selection.district = district,
        Command::SelectItem(item) => view.selection.item = item,
        Command::SelectPipe(pipe) => view.selection.pipe = pipe,
        Command::MarkReopening(key) => view.selection.reopening = Some(key),
        Command::SelectReopening(key) => works::show_reopening(state, key),
        Command::ShowBoard(board) => {
            view.hidden.remove(&crate::command::Panel::Bottom);
            (view.tab, view.board) = (crate::command::Tab::Coordinate, board);
        }
        Command::ShowMend(key) => show_mend(state, key),
        Command::ShowSubject(subject) => show_subject(state, &subject),
        Command::SelectAll => {
            view.selection.compounds = (0..state.plan.compounds.len()).map(CompoundId::from_index).collect();
        }
        Command::SelectWhere(text, mode) => select_where(state, &text, mode),
        Command::SelectWhole(whole) => select_whole(state, whole),
        Command::SetBrush(brush) => view.brush = brush,
        Command::SetForm(form) => view.form = form,
        Command::SelectDrawn(target) => view.selection.drawn = target,
        Command::ClearSelection => clear(state),
        Command::InvertSelection => {
            let all = (0..state.plan.compounds.len()).map(CompoundId::from_index);
            view.selection.compounds = all.filter(|c| !view.selection.compounds.contains(c)).collect();
        }
        Command::SetTool(tool) => {
            view.link_from = None;
            view.tool = tool;
        }
        Command::SetStep(step) => view.step = step,
        Command::ToggleLayer(layer) => change_layer(state, layer, |view| view.visible = !view.visible),
        Command::TogglePipes(class) => toggle(&mut view.hidden_pipes, class),
        Command::ToggleItems(class) => toggle(&mut view.hidden_classes, class),
        Command::ShowOnlyItems(class) => {
            let others: BTreeSet<ItemClass> = ItemClass::ALL.into_iter().filter(|other| *other != class).collect();
            view.hidden_classes = if view.hidden_classes == others { BTreeSet::new() } else { others };
        }
        Command::ToggleEntry(code) => toggle(&mut view.hidden_entries, code),
        Command::FilterTag(tag) => view.tag = tag,
        Command::SetLayerOpacity(layer, opacity) => {
            change_layer(state, layer, |view| view.opacity = opacity.clamp(0.0, 1.0));
        }
        Command::MoveLayer(layer, up) => move_layer(state, layer, up),
        Command::TogglePanel(panel) => toggle(&mut view.hidden, panel),
        Command::ShowTab(tab) => {
            view.hidden.remove(&crate::command::Panel::Bottom);
            view.tab = tab;
        }
        Command::ToggleBefore => outcome::toggle_before(state),
        Command::ShowYears(shown) => view.film = super::Film { shown, plays: false },
        Command::PlayYears(plays) => years::play(state, plays),
        Command::StepYears(back) => years::step(state, back),
        Command::Compare(way) => beside::toggle(state, way),
        Command::SetSwipe(share) if share.is_finite() => view.swipe = share.clamp(0.0, 1.0),
        Command::Present => present::toggle(state),
        Command::PresentStep(back) => present::step(state, back),
        Command::AskExport => view.dialog = Some(Dialog::Export),
        Command::OpenPalette => view.dialog = Some(Dialog::Palette),
        Command::ShowAbout => view.dialog = Some(Dialog::About),
        Command::ShowShortcuts => view.dialog = Some(Dialog::Shortcuts),
        Command::ShowSettings => view.dialog = Some(Dialog::Settings),
        Command::ShowReport => view.dialog = Some(Dialog::Report),
        Command::CloseDialog => (state.view.dialog, state.survey) = (None, None),
        other => move_map(state, &other),
    }
}

fn move_map(state: &mut State, command: &Command) {
    match command {
        Command::FitAll => state.view.fit_pending = true,
        Command::MoveView(viewport) => {
            let resized = viewport.size_px() != state.view.viewport.size_px();
            state.view.fit_pending |= resized && state.view.fitted == Some(state.view.viewport);
            state.view.viewport = *viewport;
            state.view.map_sized = true;
        }
        Command::FitSelection => {
            let shapes = state.view.selection.compounds.iter().map(|c| &state.plan.compounds[c.index()].shape);
            if let Some(rect) = bounds::of_areas(shapes) {
                show(state, rect);
            }
        }
        Command::Zoom(factor) => {
            let [width, height] = state.view.viewport.size_px();
            state.view.viewport = state.view.viewport.zoomed_at([width / 2.0, height / 2.0], *factor);
        }
        Command::ShowRect([x0, y0, x1, y1]) => {
            let rect = geo::Rect::new((*x0, *y0), (*x1, *y1));
            show(state, rect);
        }
        Command::SetScale(scale) => state.view.viewport = state.view.viewport.at_scale(*scale),
        Command::NextPart(key) => actions::walk_parts(state, key.as_ref(), false),
        Command::PreviousPart(key) => actions::walk_parts(state, key.as_ref(), true),
        // Every other command was taken above.
        _ => {}
    }
}

/// Half the width of what is shown around the place of a mend, m: the corner of a compound.
const MEND_REACH_M: f64 = 25.0;

/// Shows the whole feature, or its neighbourhood where it has no shape, and marks the mend.
fn show_mend(state: &mut State, key: Option<MendKey>) {
    state.view.selection.mend = key;
    let Some(key) = key else { return };
    state.view.dialog = None;
    change_layer(state, MapLayer::Mends, |view| view.visible = true);
    let record = state.plan.mended.get(&key);
    let offer = || state.derived.offers.get()?.iter().find(|offer| offer.key == key).map(|offer| offer.mend.at);
    let Some(at) = record.and_then(Mended::at).or_else(offer) else { return };
    let around = geo::Rect::new((at.x - MEND_REACH_M, at.y - MEND_REACH_M), (at.x + MEND_REACH_M, at.y + MEND_REACH_M));
    let drawn = record.and_then(|mended| mended.drawn.bounding_rect());
    let shape = state.plan.shape(key.layer, key.row).and_then(|shape| shape.bounding_rect());
    if let Some(rect) = bounds::join(bounds::join(drawn, shape), Some(around)) {
        show(state, rect);
    }
}

/// Half the width of what is shown around a thing that was commented on, m, at least.
const SUBJECT_REACH_M: f64 = 40.0;

/// Shows what a comment is about, and selects the compounds of it.
fn show_subject(state: &mut State, subject: &Subject) {
    let findings = state.derived.findings.get().map(Arc::clone).unwrap_or_default();
    let Some(rect) = super::comments::places(&state.plan, &findings, &[subject].into()).into_values().next() else {
        state.tell(Message::new("comments.no-place"));
        return;
    };
    let reach = geo::Coord { x: SUBJECT_REACH_M, y: SUBJECT_REACH_M };
    let middle = rect.center();
    let around = geo::Rect::new(middle - reach, middle + reach);
    if let Some(rect) = bounds::join(Some(rect), Some(around)) {
        show(state, rect);
    }
    let compounds: Vec<CompoundId> = match subject {
        Subject::Compound(id) => {
            let row = state.plan.compounds.iter().position(|compound| compound.source_id == *id);
            row.map(CompoundId::from_index).into_iter().collect()
        }
        Subject::District(number) => {
            let district = state.plan.districts.iter().find(|(_, district)| district.number == *number).map(|(id, _)| *id);
            district.map(|id| state.plan.members(id)).unwrap_or_default()
        }
        Subject::Pipe(_) | Subject::Item(_) | Subject::Finding(_) => return,
    };
    state.view.selection = super::Selection { compounds: compounds.into_iter().collect(), ..super::Selection::default() };
}

/// Space left around what is shown, px: symbols and labels at its edge stand a little outside.
const FIT_MARGIN_PX: f32 = 46.0;

/// Shows a rectangle of the working CRS.
pub(super) fn show(state: &mut State, rect: geo::Rect<f64>) {
    state.view.viewport = Viewport::fit(rect, state.view.viewport.size_px(), FIT_MARGIN_PX);
}

/// Escape: first the dialog, then a begun link, then the tool, then the selection.
fn clear(state: &mut State) {
    state.survey = None;
    let view = &mut state.view;
    if view.dialog.take().is_some() || view.link_from.take().is_some() {
        return;
    }
    if view.presenting.is_some() {
        present::toggle(state);
        return;
    }
    if view.tool != Tool::Select {
        view.tool = Tool::Select;
        return;
    }
    if view.selection == super::Selection::default() {
        view.comparing = None;
    }
    view.selection = super::Selection::default();
    view.part_shown = None;
}

fn select(selected: &mut BTreeSet<CompoundId>, compounds: Vec<CompoundId>, mode: SelectMode) {
    match mode {
        SelectMode::Replace => *selected = compounds.into_iter().collect(),
        SelectMode::Add => selected.extend(compounds),
        SelectMode::Subtract => compounds.iter().for_each(|compound| {
            selected.remove(compound);
        }),
        SelectMode::Toggle => {
            for compound in compounds {
                if !selected.remove(&compound) {
                    selected.insert(compound);
                }
            }
        }
    }
}

/// Selects whom an expression over the fields of the table holds for; one that says nothing is told, with the place.
fn select_where(state: &mut State, text: &str, mode: SelectMode) {
    let facts = filter::Facts::of(state);
    let found = filter::parse(text, &|name| facts.has(name)).map(|condition| facts.matching(&condition));
    match found {
        Ok(found) => {
            state.tell(Message::new("session.selected-where").count("count", found.len()));
            select(&mut state.view.selection.compounds, found, mode);
        }
        Err(error) => state.tell_failure(error.message()),
    }
}

/// Makes the selection whole communities, districts or street blocks.
fn select_whole(state: &mut State, whole: Whole) {
    let chosen: Vec<CompoundId> = state.view.selection.compounds.iter().copied().collect();
    let ground = if whole == Whole::Block { by_hand::Ground::of(state) } else { None };
    if whole == Whole::Block && (ground.is_none() || state.plan.streets.is_empty()) {
        let why = if ground.is_none() { "session.links-pending" } else { "session.no-streets" };
        state.tell(Message::new(why));
        return;
    }
    let (plan, derived) = (&state.plan, &state.derived);
    let mut block_of = |id| ground.as_ref().map_or_else(Vec::new, |ground| by_hand::block_of(plan, derived, &ground.near, id));
    let found = by_hand::whole(plan, whole, &chosen, &mut block_of);
    state.view.selection.compounds = found;
}

fn toggle<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

fn change_layer(state: &mut State, layer: MapLayer, change: impl Fn(&mut super::LayerView)) {
    if let Some(view) = state.view.layers.iter_mut().find(|view| view.layer == layer) {
        change(view);
    }
}

fn move_layer(state: &mut State, layer: MapLayer, up: bool) {
    let layers = &mut state.view.layers;
    let Some(at) = layers.iter().position(|view| view.layer == layer) else { return };
    let to = if up { at + 1 } else { at.wrapping_sub(1) };
    if to < layers.len() {
        layers.swap(at, to);
    }
}
