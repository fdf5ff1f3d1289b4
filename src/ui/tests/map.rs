//! The map inside the window: clicks, rectangles, the menu of the secondary button.

use egui::{Key, Modifiers, PointerButton, Pos2, Vec2};
use geo::InteriorPoint;

use super::Window;
use crate::base::CompoundId;
use crate::command::{Command, SelectMode, Tool};
use crate::model::LinkKey;

/// Where a compound lies in the window, once it was zoomed to.
fn go_to(window: &mut Window, id: CompoundId) -> Pos2 {
    window.send(Command::Select(vec![id], SelectMode::Replace));
    window.press(Modifiers::NONE, Key::Z);
    window.send(Command::ClearSelection);
    spot(window, id)
}

fn spot(window: &Window, id: CompoundId) -> Pos2 {
    let inside = window.state().plan.compounds[id.index()].shape.interior_point().unwrap();
    let canvas = window.node(&window.words("map.canvas")).rect();
    canvas.min + Vec2::from(window.state().view.viewport.screen_from_world(inside.0))
}

/// Items and pipes lie over compounds and would be picked first.
fn compounds_only(window: &mut Window) {
    use crate::map::MapLayer::{Buildings, Facilities, Items, Pipes};
    for layer in [Items, Pipes, Facilities, Buildings] {
        window.send(Command::ToggleLayer(layer));
    }
}

/// A compound in a district with others.
fn grouped(window: &Window) -> CompoundId {
    window.state().plan.members_by_district().into_values().find(|members| members.len() > 1).unwrap()[0]
}

#[test]
fn a_click_selects_escape_lets_go() {
    let mut window = Window::sample();
    compounds_only(&mut window);
    let id = grouped(&window);
    let at = go_to(&mut window, id);
    window.click_at(at);
    assert_eq!(window.state().view.selection.compounds.iter().copied().collect::<Vec<_>>(), [id]);
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.state().view.selection.compounds.is_empty());
}

#[test]
fn the_menu_of_the_map_offers_what_fits_the_place() {
    let mut window = Window::sample();
    compounds_only(&mut window);
    let id = grouped(&window);
    let at = go_to(&mut window, id);
    window.pointer(at, PointerButton::Secondary);
    let words = window.words("ui.select-district");
    assert!(window.has(&words));
    window.click(&words);
    assert_eq!(window.state().view.selection.district, window.state().plan.assignment[id.index()]);
    assert!(!window.has(&words), "the menu is gone");
    // A press elsewhere puts it away and takes nothing from the menu.
    window.pointer(at, PointerButton::Secondary);
    assert!(window.has(&words));
    let districts = window.state().plan.districts.len();
    window.click_at(at + Vec2::new(-200.0, -60.0));
    assert!(!window.has(&words));
    assert_eq!(window.state().plan.districts.len(), districts);
    window.send(Command::ClearSelection);
    window.pointer(at, PointerButton::Secondary);
    let district = window.state().plan.assignment[id.index()];
    // The inspector has the same command; the menu's lies at the pointer.
    let words = window.words("command.new-district");
    let near = window.said().into_iter().filter(|(text, _)| *text == words).map(|(_, rect)| rect.center());
    let button = near.min_by(|a, b| a.distance(at).total_cmp(&b.distance(at))).unwrap();
    window.click_at(button);
    let now = window.state().plan.assignment[id.index()];
    assert!(now.is_some() && now != district);
}

#[test]
fn a_rectangle_selects_all_that_lies_in_it() {
    let mut window = Window::sample();
    let canvas = window.node(&window.words("map.canvas")).rect();
    window.drag(canvas.left_top() + Vec2::splat(3.0), canvas.right_bottom() - Vec2::new(3.0, 3.0));
    let selected = &window.state().view.selection.compounds;
    let left: Vec<Pos2> =
        (0..156).map(CompoundId::from_index).filter(|c| !selected.contains(c)).map(|c| spot(&window, c)).collect();
    assert!(left.is_empty(), "{left:?} in {canvas:?}");
}

#[test]
fn two_clicks_of_the_link_tool_force_a_link() {
    let mut window = Window::sample();
    compounds_only(&mut window);
    let link = window.state().derived.links.get().unwrap().list.iter().find(|link| link.gap_m < 10.0).unwrap();
    let (a, b) = (link.a, link.b);
    window.send(Command::Select(vec![a, b], SelectMode::Replace));
    window.press(Modifiers::NONE, Key::Z);
    window.send(Command::ClearSelection);
    window.press(Modifiers::NONE, Key::L);
    assert_eq!(window.state().view.tool, Tool::Link);
    let (at_a, at_b) = (spot(&window, a), spot(&window, b));
    window.click_at(at_a);
    window.click_at(at_b);
    assert_eq!(window.state().view.selection.compounds.len(), 2);
    window.click_key("ui.link-forbid");
    let key = LinkKey::new(a, b).unwrap();
    assert!(window.state().plan.overrides.contains_key(&key));
    let links = window.state().derived.links.get().unwrap();
    assert!(links.list.iter().all(|link| (link.a, link.b) != (a, b)), "the pair is parted");
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(window.state().plan.overrides.is_empty());
}

#[test]
fn another_plan_shows_its_own_rows_and_symbols() {
    let mut window = Window::sample();
    let compounds = std::sync::Arc::new(window.state().plan.compounds[..3].to_vec());
    let content = crate::model::Content { assignment: vec![None; 3], compounds, crs_code: 4551, ..Default::default() };
    assert!(!window.harness.state().memory.map.items.is_empty());
    window.harness.state_mut().state.replace_plan(content, None);
    window.settle();
    let rows = window.tr(&crate::base::Message::new("ui.rows").count("shown", 3_usize).count("all", 3_usize));
    assert!(window.has(&rows), "{:?}", window.texts());
    assert!(window.harness.state().memory.map.items.is_empty());
}
