//! Measuring, annotating, drawing and presenting, each with its undo where it changes the plan.

use egui::{Key, Modifiers, Pos2, Vec2};
use geo::{Euclidean, Geometry, InteriorPoint, Length};

use super::Window;
use crate::base::CompoundId;
use crate::command::{Command, Drawn, Form, SelectMode, Step, Target, Tool};
use crate::map::MapLayer;
use crate::model::{AnnotationKind, BarrierKind, LayerKind};

/// The sample, at a scale at which nothing catches from one end of the map to the other, with little on it.
fn window() -> (Window, Pos2) {
    let mut window = Window::sample();
    for layer in [MapLayer::Items, MapLayer::Pipes, MapLayer::Facilities, MapLayer::Buildings] {
        window.send(Command::ToggleLayer(layer));
    }
    let middle = window.node(&window.words("map.canvas")).rect().center();
    (window, middle)
}

fn escape(window: &mut Window) {
    window.press(Modifiers::NONE, Key::Escape);
}

fn click_with_alt(window: &mut Window, pos: Pos2) {
    window.harness.event_modifiers(egui::Event::PointerMoved(pos), Modifiers::ALT);
    window.harness.step();
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        window
            .harness
            .event_modifiers(egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::ALT }, Modifiers::ALT);
        window.harness.step();
    }
    // Far enough in time that it is no double click.
    for _ in 0..30 {
        window.harness.step();
    }
    window.settle();
}

#[test]
fn a_length_and_an_area_are_measured_in_the_plane_and_on_the_ellipsoid() {
    let (mut window, middle) = window();
    window.press(Modifiers::NONE, Key::M);
    assert_eq!(window.state().view.tool, Tool::Measure);
    let steps = window.state().history.done().len();
    for by in [Vec2::new(-60.0, 40.0), Vec2::new(60.0, 40.0)] {
        click_with_alt(&mut window, middle + by);
    }
    window.press(Modifiers::NONE, Key::Enter);
    let metres = 120.0 * window.state().view.viewport.metres_per_pixel();
    let told = format!("{} m", crate::i18n::decimal(metres, 2));
    assert!(window.has(&told), "{told} {:?}", window.texts());
    window.click_key("ui.on-ellipsoid");
    assert!(!window.has(&told), "the plane is a little off");
    window.click_key("ui.form-area");
    assert_eq!(window.state().view.form, Form::Area);
    assert!(window.texts().iter().any(|text| text.ends_with("m²")));
    assert_eq!(window.state().history.done().len(), steps, "measuring changes nothing");
    escape(&mut window);
    assert!(window.has(&format!("{} m", crate::i18n::decimal(0.0, 2))), "Escape lets the points go first");
}

#[test]
fn a_text_is_put_on_the_map_written_and_undone() {
    let (mut window, middle) = window();
    window.click_key("command.tool-text");
    click_with_alt(&mut window, middle);
    assert_eq!(window.state().plan.annotations.len(), 1);
    let words = window.words("ui.annotation-words");
    window.type_into(&words, "此处拓宽");
    window.press(Modifiers::NONE, Key::Enter);
    let note = window.state().plan.annotations.values().next().unwrap();
    assert_eq!((note.text.as_str(), note.kind), ("此处拓宽", AnnotationKind::Text));
    window.click_key("ui.duplicate");
    assert_eq!(window.state().plan.annotations.len(), 2);
    window.click_key("ui.remove-drawn");
    assert_eq!(window.state().plan.annotations.len(), 1);
    for left in [2, 1, 1] {
        window.press(Modifiers::COMMAND, Key::Z);
        assert_eq!(window.state().plan.annotations.len(), left);
    }
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(window.state().plan.annotations.is_empty());
}

#[test]
fn arrows_and_clouds_are_drawn_by_a_line() {
    let (mut window, middle) = window();
    window.send(Command::SetTool(Tool::Annotate(AnnotationKind::Arrow)));
    window.drag(middle - Vec2::new(0.0, 80.0), middle + Vec2::new(70.0, 0.0));
    window.send(Command::SetTool(Tool::Annotate(AnnotationKind::Cloud)));
    let corners = [[-90.0, 0.0], [0.0, 90.0], [90.0, 0.0], [0.0, -60.0], [-90.0, 0.0]].map(|[x, y]| middle + Vec2::new(x, y));
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
    let kinds: Vec<_> = window.state().plan.annotations.values().map(|note| (note.kind, note.place.clone().unwrap())).collect();
    assert!(
        matches!(&kinds[..], [(AnnotationKind::Arrow, Geometry::LineString(line)), (AnnotationKind::Cloud, Geometry::Polygon(_))] if line.0.len() == 2),
        "{kinds:?}"
    );
    window.press(Modifiers::COMMAND, Key::Z);
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(window.state().plan.annotations.is_empty());
}

#[test]
fn a_barrier_is_drawn_its_vertex_dragged_and_both_undone() {
    let (mut window, middle) = window();
    window.send(Command::ShowTab(crate::command::Tab::Jobs));
    let before = window.state().plan.barriers.len();
    window.click_key("ui.tool-draw");
    window.click_key("contiguity.barrier-wall");
    assert_eq!(window.state().view.tool, Tool::Draw(Drawn::Barrier(BarrierKind::Wall)));
    for by in [-50.0, 0.0, 50.0] {
        click_with_alt(&mut window, middle + Vec2::new(by, 30.0));
    }
    window.press(Modifiers::NONE, Key::Backspace);
    window.press(Modifiers::NONE, Key::Enter);
    let row = u32::try_from(before).unwrap();
    assert_eq!(window.state().plan.barriers.len(), before + 1);
    assert_eq!(window.state().plan.barriers[before].kind, BarrierKind::Wall);
    let length = |window: &Window| match window.state().plan.shape(LayerKind::Barriers, row) {
        Some(Geometry::LineString(line)) => Euclidean.length(&line),
        other => panic!("{other:?}"),
    };
    let drawn = length(&window);
    window.press(Modifiers::NONE, Key::E);
    assert_eq!(window.state().view.selection.drawn, Some(Target::Feature(LayerKind::Barriers, row)));
    window.drag(middle + Vec2::new(0.0, 30.0), middle + Vec2::new(110.0, 34.0));
    assert!(length(&window) > 1.5 * drawn, "{} {drawn}", length(&window));
    window.press(Modifiers::COMMAND, Key::Z);
    assert!((length(&window) - drawn).abs() < 1e-6);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().plan.barriers.len(), before);
}

#[test]
fn a_point_catches_on_the_corner_of_a_boundary() {
    let (mut window, _) = window();
    let id = CompoundId(3);
    window.send(Command::Select(vec![id], SelectMode::Replace));
    window.press(Modifiers::NONE, Key::Z);
    window.send(Command::ClearSelection);
    let corner = window.state().plan.compounds[id.index()].shape.0[0].exterior().0[0];
    let canvas = window.node(&window.words("map.canvas")).rect();
    let at = canvas.min + Vec2::from(window.state().view.viewport.screen_from_world(corner));
    window.send(Command::SetTool(Tool::Draw(Drawn::Facility)));
    let before = window.state().plan.facilities.len();
    window.click_at(at + Vec2::new(4.0, -3.0));
    assert_eq!(window.state().plan.facilities.len(), before + 1);
    assert_eq!(window.state().plan.facilities[before].place.0, corner);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().plan.facilities.len(), before);
}

#[test]
fn an_item_is_drawn_as_a_line_and_measured() {
    let (mut window, middle) = window();
    window.send(Command::SetStep(Step::Compose));
    let entry = crate::policy::catalogue().entries.iter().find(|entry| entry.code.0 == "water_supply").unwrap();
    window.send(Command::SetTool(Tool::Place(entry.code.clone())));
    window.click_key("ui.form-line");
    let items = window.state().plan.items.len();
    for by in [-60.0, 60.0] {
        click_with_alt(&mut window, middle + Vec2::new(by, 50.0));
    }
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().plan.items.len(), items + 1);
    let id = window.state().view.selection.item.unwrap();
    let metres = 120.0 * window.state().view.viewport.metres_per_pixel();
    let measured = window.state().plan.items[&id].quantity.value().unwrap();
    assert!((measured / metres - 1.0).abs() < 0.01, "{measured} {metres}");
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().plan.items.len(), items);
}

#[test]
fn clicks_at_one_place_go_through_what_lies_there() {
    let (mut window, _) = window();
    let mut content = window.state().plan.content().clone();
    // A second compound upon the first, as ledgers with shared boundaries have them.
    let mut compounds = content.compounds.to_vec();
    compounds.truncate(5);
    compounds.push(compounds[2].clone());
    content.assignment = vec![None; compounds.len()];
    content.districts.clear();
    content.items.clear();
    content.mended.clear();
    content.needs.clear();
    content.overrides.clear();
    content.compounds = std::sync::Arc::new(compounds);
    window.harness.state_mut().state.replace_plan(content, None);
    window.settle();
    for layer in [MapLayer::Pipes, MapLayer::Facilities, MapLayer::Buildings] {
        if window.state().view.is_visible(layer) {
            window.send(Command::ToggleLayer(layer));
        }
    }
    let inside = window.state().plan.compounds[2].shape.interior_point().unwrap();
    let canvas = window.node(&window.words("map.canvas")).rect();
    let at = canvas.min + Vec2::from(window.state().view.viewport.screen_from_world(inside.0));
    let click = |window: &mut Window| {
        window.click_at(at);
        for _ in 0..30 {
            window.harness.step();
        }
        window.state().view.selection.compounds.first().copied()
    };
    let (first, second, third) = (click(&mut window), click(&mut window), click(&mut window));
    assert!(first != second && first == third, "{first:?} {second:?} {third:?}");
    assert!([first, second].iter().all(|id| matches!(id, Some(CompoundId(2 | 5)))));
}

#[test]
fn a_hand_that_slips_moves_no_symbol() {
    let mut window = Window::sample();
    let (id, item) = window
        .state()
        .plan
        .items
        .iter()
        .find(|(_, item)| matches!(item.place, Some(Geometry::Point(_))))
        .map(|(id, item)| (*id, item.clone()))
        .unwrap();
    let Some(Geometry::Point(at)) = item.place else { panic!("a point") };
    window.send(Command::ShowRect([at.x() - 20.0, at.y() - 20.0, at.x() + 20.0, at.y() + 20.0]));
    let canvas = window.node(&window.words("map.canvas")).rect();
    let place = canvas.min + Vec2::from(window.state().view.viewport.screen_from_world(at.0));
    let steps = window.state().history.done().len();
    window.drag(place, place + Vec2::new(6.5, 2.0));
    assert_eq!(window.state().history.done().len(), steps);
    assert_eq!(window.state().plan.items[&id].place, Some(Geometry::Point(at)));
}

#[test]
fn a_plan_is_presented_district_by_district() {
    let (mut window, _) = window();
    let view = window.state().view.viewport;
    window.press(Modifiers::NONE, Key::F5);
    assert!(window.state().view.presenting.is_some());
    assert!(!window.has(&window.words("ui.layers")), "nothing but the map");
    window.press(Modifiers::NONE, Key::ArrowRight);
    let first = window.state().plan.districts.iter().min_by_key(|(_, district)| district.number).map(|(id, _)| *id);
    assert_eq!(window.state().view.selection.district, first);
    let label = window.state().plan.districts[&first.unwrap()].label();
    let title = window.tr(&crate::base::Message::new("ui.district-title").text("label", label));
    assert!(window.has(&title), "{:?}", window.texts());
    window.press(Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(window.state().view.selection.district, None);
    escape(&mut window);
    assert!(window.state().view.presenting.is_none());
    assert!(window.has(&window.words("ui.layers")));
    assert!((window.state().view.viewport.metres_per_pixel() - view.metres_per_pixel()).abs() < 1e-9);
}
