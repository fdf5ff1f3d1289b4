//! The tools that make districts by hand, each with its undo.

use egui::{Key, Modifiers, Pos2, Vec2};
use geo::InteriorPoint;

use super::Window;
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Brush, Command, Into, SelectMode, Source, Tool};
use crate::map::MapLayer;

fn spot(window: &Window, id: CompoundId) -> Pos2 {
    let inside = window.state().plan.compounds[id.index()].shape.interior_point().unwrap();
    let canvas = window.node(&window.words("map.canvas")).rect();
    canvas.min + Vec2::from(window.state().view.viewport.screen_from_world(inside.0))
}

/// The sample with nothing on the map but compounds and districts.
fn window() -> Window {
    let mut window = Window::sample();
    for layer in [MapLayer::Items, MapLayer::Pipes, MapLayer::Facilities, MapLayer::Buildings] {
        window.send(Command::ToggleLayer(layer));
    }
    window
}

/// Two linked compounds of two districts, both in view and not excluded; the first of a district of several.
fn neighbours(window: &Window) -> (CompoundId, CompoundId) {
    let plan = &window.state().plan;
    let links = window.state().derived.links.get().unwrap();
    let of = |id: CompoundId| plan.assignment[id.index()];
    let size = |id: CompoundId| plan.members(of(id).unwrap()).len();
    let apart = links.list.iter().filter(|link| link.gap_m < 20.0 && of(link.a).is_some() && of(link.b).is_some());
    let link = apart.filter(|link| of(link.a) != of(link.b)).find(|link| size(link.a) > 3 && size(link.b) > 3).unwrap();
    (link.a, link.b)
}

/// Shows two compounds large.
fn show(window: &mut Window, a: CompoundId, b: CompoundId) {
    window.send(Command::Select(vec![a, b], SelectMode::Replace));
    window.press(Modifiers::NONE, Key::Z);
    window.send(Command::Zoom(0.6));
    window.send(Command::ClearSelection);
}

fn district_of(window: &Window, id: CompoundId) -> Option<DistrictId> {
    window.state().plan.assignment[id.index()]
}

fn undo_to(window: &mut Window, before: &[Option<DistrictId>]) {
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().plan.assignment, before, "one undo takes the gesture back");
}

#[test]
fn the_brush_paints_from_one_district_into_the_next() {
    let mut window = window();
    let (a, b) = neighbours(&window);
    show(&mut window, a, b);
    let before = window.state().plan.assignment.clone();
    window.click_key("command.tool-paint");
    assert_eq!(window.state().view.tool, Tool::Paint);
    // Without a selected district the stroke goes into that in which it began.
    let (from, to) = (spot(&window, a), spot(&window, b));
    window.drag(from, to);
    assert_eq!(district_of(&window, b), before[a.index()]);
    let label = window.state().history.done().last().unwrap().label.clone();
    assert_eq!(label.key(), "session.edit-brush");
    undo_to(&mut window, &before);
    // Ctrl and a click take up a district.
    window.harness.hover_at(to);
    window.harness.step();
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        window.harness.event(egui::Event::PointerButton { pos: to, button, pressed, modifiers: Modifiers::COMMAND });
        window.harness.event_modifiers(egui::Event::PointerMoved(to), Modifiers::COMMAND);
        window.harness.step();
    }
    window.settle();
    window.send(Command::SelectDistrict(before[b.index()]));
    window.click_at(from);
    assert_eq!(district_of(&window, a), before[b.index()], "a click paints what is under the brush");
    undo_to(&mut window, &before);
}

#[test]
fn a_stroke_shows_what_it_would_come_to_and_escape_lets_it_go() {
    let mut window = window();
    let (a, b) = neighbours(&window);
    show(&mut window, a, b);
    window.press(Modifiers::NONE, Key::P);
    let before = window.state().plan.assignment.clone();
    let (from, to) = (spot(&window, a), spot(&window, b));
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.harness.hover_at(from);
    window.harness.step();
    window.harness.event(button(from, true));
    window.harness.step();
    for share in [0.3, 0.7, 1.0] {
        window.harness.hover_at(from + (to - from) * share);
        window.harness.run_steps(2);
    }
    let moved = window.tr(&Message::new("ui.pending-moved").count("count", 1_usize));
    let all = window.texts();
    assert!(all.iter().any(|text| *text == moved || text.starts_with("将移动")), "{all:?}");
    assert!(all.iter().any(|text| text.contains(" → ")), "sums before and after");
    assert_eq!(window.state().plan.assignment, before, "nothing changes before the end");
    window.press(Modifiers::NONE, Key::Escape);
    window.harness.event(button(to, false));
    window.settle();
    assert_eq!(window.state().plan.assignment, before);
    assert_eq!(window.state().view.tool, Tool::Paint, "the tool stays");
    assert!(!window.texts().iter().any(|text| text.starts_with("将移动")));
}

#[test]
fn a_line_drawn_round_makes_a_new_district() {
    let mut window = window();
    let (a, b) = neighbours(&window);
    show(&mut window, a, b);
    window.press(Modifiers::NONE, Key::O);
    let name = |window: &Window, key| format!("{} {}", window.words("ui.brush-into"), window.words(key));
    let new = name(&window, "ui.into-new");
    window.click(&new);
    assert_eq!(window.state().view.brush, Brush { into: Into::New, ..Brush::default() });
    let before = window.state().plan.assignment.clone();
    let (from, to) = (spot(&window, a), spot(&window, b));
    ring(&mut window, from, to);
    let made = district_of(&window, a);
    assert!(made.is_some() && made != before[a.index()] && district_of(&window, b) == made);
    assert_eq!(window.state().view.selection.district, made);
    undo_to(&mut window, &before);
}

/// Draws a rhombus round two places.
fn ring(window: &mut Window, a: Pos2, b: Pos2) {
    let (along, middle) = (b - a, a + (b - a) / 2.0);
    let across = Vec2::new(-along.y, along.x).normalized() * (along.length() * 0.8 + 30.0);
    let out = along.normalized() * 40.0;
    let corners = [a - out, middle + across, b + out, middle - across, a - out];
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.harness.hover_at(corners[0]);
    window.harness.step();
    window.harness.event(button(corners[0], true));
    window.harness.step();
    for pair in corners.windows(2) {
        for share in [0.5, 1.0] {
            window.harness.hover_at(pair[0] + (pair[1] - pair[0]) * share);
            window.harness.step();
        }
    }
    window.harness.event(button(corners[0], false));
    window.settle();
}

#[test]
fn the_lasso_selects_and_changes_nothing() {
    let mut window = window();
    let (a, b) = neighbours(&window);
    show(&mut window, a, b);
    window.click_key("command.tool-lasso");
    let steps = window.state().history.done().len();
    let (from, to) = (spot(&window, a), spot(&window, b));
    ring(&mut window, from, to);
    let selected = &window.state().view.selection.compounds;
    assert!(selected.contains(&a) && selected.contains(&b) && selected.len() < 40, "{selected:?}");
    assert_eq!(window.state().history.done().len(), steps);
}

#[test]
fn a_drawn_line_cuts_a_district() {
    let mut window = window();
    let plan = &window.state().plan;
    let (id, members) = plan.members_by_district().into_iter().max_by_key(|(_, members)| members.len()).unwrap();
    window.send(Command::Select(members.clone(), SelectMode::Replace));
    window.press(Modifiers::NONE, Key::Z);
    window.send(Command::ClearSelection);
    window.send(Command::SelectDistrict(Some(id)));
    window.press(Modifiers::NONE, Key::C);
    let before = window.state().plan.assignment.clone();
    let spots: Vec<Pos2> = members.iter().map(|id| spot(&window, *id)).collect();
    let middle = spots.iter().map(|at| at.x).sum::<f32>() / f32::from(u16::try_from(spots.len()).unwrap());
    let canvas = window.node(&window.words("map.canvas")).rect();
    // Clear of the handle of the panel below.
    window.drag(Pos2::new(middle, canvas.bottom() - 24.0), Pos2::new(middle, canvas.top() + 12.0));
    assert!(window.state().plan.members(id).len() < members.len(), "some of it went");
    assert!(!window.state().plan.members(id).is_empty());
    undo_to(&mut window, &before);
}

#[test]
fn a_click_grows_a_district_to_the_households_wanted() {
    let mut window = window();
    let (a, b) = neighbours(&window);
    show(&mut window, a, b);
    window.click_key("command.tool-grow");
    window.send(Command::SetBrush(Brush { source: Source::Any, households: 900.0, ..Brush::default() }));
    let before = window.state().plan.assignment.clone();
    let at = spot(&window, a);
    window.click_at(at);
    let made = district_of(&window, a);
    assert_ne!(made, before[a.index()]);
    let plan = &window.state().plan;
    let households: u32 = plan.members(made.unwrap()).iter().filter_map(|id| plan.compounds[id.index()].facts.households).sum();
    assert!(households > 0);
    undo_to(&mut window, &before);
}

#[test]
fn one_district_swallows_another() {
    let mut window = window();
    let (a, b) = neighbours(&window);
    show(&mut window, a, b);
    window.press(Modifiers::NONE, Key::W);
    let before = window.state().plan.assignment.clone();
    let (first, second) = (spot(&window, a), spot(&window, b));
    window.click_at(first);
    assert_eq!(window.state().view.selection.district, before[a.index()], "the first click chooses who swallows");
    assert_eq!(window.state().plan.assignment, before);
    window.click_at(second);
    assert_eq!(district_of(&window, b), before[a.index()]);
    assert!(!window.state().plan.districts.contains_key(&before[b.index()].unwrap()));
    undo_to(&mut window, &before);
}

#[test]
fn a_district_is_split_from_its_card_and_takes_in_leftovers() {
    let mut window = window();
    let plan = &window.state().plan;
    let (id, members) = plan.members_by_district().into_iter().max_by_key(|(_, members)| members.len()).unwrap();
    let before = window.state().plan.assignment.clone();
    window.send(Command::SelectDistrict(Some(id)));
    window.click_key("ui.split-into");
    let districts: std::collections::BTreeSet<_> = members.iter().map(|id| district_of(&window, *id)).collect();
    assert_eq!(districts.len(), 2, "{districts:?}");
    undo_to(&mut window, &before);
    // Of one that was taken out and not beside another one nothing is lost.
    let last = *members.last().unwrap();
    window.send(Command::Select(vec![last], SelectMode::Replace));
    window.send(Command::AssignSelection(None));
    assert_eq!(district_of(&window, last), None);
    window.send(Command::SelectDistrict(Some(id)));
    window.click_key("ui.absorb-into");
    assert_eq!(district_of(&window, last), Some(id));
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(district_of(&window, last), None);
}

#[test]
fn a_lock_refuses_the_brush_and_offers_to_be_undone() {
    let mut window = window();
    let (a, b) = neighbours(&window);
    show(&mut window, a, b);
    let id = district_of(&window, b).unwrap();
    let locked = crate::model::District { locked: true, ..window.state().plan.districts[&id].clone() };
    window.send(Command::SetDistrict(id, Box::new(locked)));
    let before = window.state().plan.assignment.clone();
    window.press(Modifiers::NONE, Key::P);
    let (from, to) = (spot(&window, a), spot(&window, b));
    window.drag(from, to);
    assert_eq!(district_of(&window, b), Some(id));
    window.click_key("session.unlock");
    assert!(!window.state().plan.districts[&id].locked);
    window.drag(from, to);
    assert_eq!(district_of(&window, b), before[a.index()]);
}

#[test]
fn the_history_goes_back_and_forward_by_a_click() {
    let mut window = window();
    let before = window.state().plan.assignment.clone();
    let (a, b) = neighbours(&window);
    for (compounds, to) in [(vec![a], None), (vec![b], None)] {
        window.send(Command::Select(compounds, SelectMode::Replace));
        window.send(Command::AssignSelection(to));
    }
    window.send(Command::ShowTab(crate::command::Tab::History));
    let start = format!("0  {}", window.words("ui.history-start"));
    window.click(&start);
    assert_eq!(window.state().plan.assignment, before);
    window.send(Command::Select(vec![b], SelectMode::Replace));
    let second = format!("2  {}", window.tr(&Message::new("session.edit-assign").count("count", 1_usize)));
    window.click(&second);
    assert_eq!((district_of(&window, a), district_of(&window, b)), (None, None));
    assert_eq!(window.state().history.done().len(), 2);
}

#[test]
fn the_table_is_filtered_by_a_condition_and_says_what_is_wrong_with_one() {
    let mut window = window();
    let filter = window.words("ui.filter");
    window.type_into(&filter, "户数 > 300");
    let plan = &window.state().plan;
    let wanted: Vec<CompoundId> = (0..plan.compounds.len())
        .filter(|row| plan.compounds[*row].facts.households.is_some_and(|households| households > 300))
        .map(CompoundId::from_index)
        .collect();
    assert!(!wanted.is_empty() && wanted.len() < 156);
    let rows = window.tr(&Message::new("ui.rows").count("shown", wanted.len()).count("all", 156_usize));
    assert!(window.has(&rows), "{:?}", window.texts());
    window.click_key("ui.select-rows");
    assert_eq!(window.state().view.selection.compounds.iter().copied().collect::<Vec<_>>(), wanted);
    window.type_into(&filter, " and");
    assert!(window.texts().iter().any(|text| text.contains("条件没有写完")), "{:?}", window.texts());
    let rows = window.tr(&Message::new("ui.rows").count("shown", 156_usize).count("all", 156_usize));
    assert!(window.has(&rows));
}
