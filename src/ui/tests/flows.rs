//! The way of work, panel by panel.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use super::{SIZE, Window};
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Command, SelectMode, Step, Tab, Theme, Tool};
use crate::i18n::Lang;
use crate::map::MapLayer;
use crate::policy::{ItemClass, PipeClass};
use crate::session::Effect;

#[test]
fn the_start_screen_opens_the_sample_and_asks_for_files() {
    let mut window = Window::empty(Lang::Zh, Theme::Light, SIZE);
    window.click_key("command.open");
    window.click_key("command.load");
    assert!(matches!(window.harness.state().asked.as_slice(), [Effect::AskOpen, Effect::AskLoad]));
    window.click_key("command.open-sample");
    assert!(window.state().is_open);
    assert_eq!(window.state().plan.compounds.len(), 156);
}

#[test]
fn an_eye_hides_its_layer_and_shows_it_again() {
    let mut window = Window::sample();
    let name = window.words("ui.layer-buildings");
    let (hide, show) = (Message::new("ui.hide-layer").text("layer", &*name), Message::new("ui.show-layer").text("layer", &*name));
    let (hide, show) = (window.tr(&hide), window.tr(&show));
    window.click(&hide);
    assert!(!window.state().view.is_visible(MapLayer::Buildings));
    window.click(&show);
    assert!(window.state().view.is_visible(MapLayer::Buildings));
}

#[test]
fn classes_of_items_and_pipes_have_eyes_of_their_own() {
    let mut window = Window::sample();
    let hide = |window: &Window, name: Message| window.tr(&Message::new("ui.hide-layer").text("layer", window.tr(&name)));
    let basic = hide(&window, ItemClass::Basic.message());
    window.click(&basic);
    assert!(window.state().view.hidden_classes.contains(&ItemClass::Basic));
    let gas = hide(&window, PipeClass::Gas.name());
    window.node(&gas).scroll_to_me();
    window.settle();
    window.click(&gas);
    assert!(window.state().view.hidden_pipes.contains(&PipeClass::Gas));
}

#[test]
fn the_menu_of_a_layer_sets_order_and_opacity() {
    let mut window = Window::sample();
    let place = |window: &Window| window.state().view.layers.iter().position(|view| view.layer == MapLayer::Heritage).unwrap();
    let before = place(&window);
    let name = window.words("ui.layer-heritage");
    let open = |window: &mut Window| {
        // The row has a swatch and a label of one name; the label has the menu.
        let at = window.node(&name).rect().center();
        window.pointer(at, egui::PointerButton::Secondary);
    };
    open(&mut window);
    window.click_key("ui.layer-up");
    assert_eq!(place(&window), before + 1);
    open(&mut window);
    let opacity = window.words("ui.opacity");
    window.node(&opacity).set_value_accesskit(0.5);
    window.settle();
    let view = window.state().view.layers.iter().find(|view| view.layer == MapLayer::Heritage).unwrap();
    assert!((view.opacity - 0.5).abs() < 1e-6);
    window.click_key("ui.layer-down");
    assert_eq!(place(&window), before);
}

#[test]
fn a_row_of_the_table_selects_on_the_map_and_fills_the_inspector() {
    let mut window = Window::sample();
    let name = window.state().plan.compounds[1].facts.name.clone();
    window.click(&name);
    assert_eq!(window.state().view.selection.compounds.iter().copied().collect::<Vec<_>>(), [CompoundId(1)]);
    let clause = window.words("ui.column-street");
    assert!(window.has(&clause), "the inspector shows its facts");
    // The other way: what the map selects is scrolled to and marked in the table.
    let last = CompoundId::from_index(window.state().plan.compounds.len() - 1);
    let id = window.state().plan.compounds[last.index()].source_id.clone();
    assert!(!window.has(&id), "far below");
    window.send(Command::Select(vec![last], SelectMode::Replace));
    assert!(window.has(&id));
}

#[test]
fn the_table_is_filtered_and_sorted() {
    let mut window = Window::sample();
    let filter = window.words("ui.filter");
    window.type_into(&filter, "LJ0007");
    let rows = window.tr(&Message::new("ui.rows").count("shown", 1_usize).count("all", 156_usize));
    assert!(window.has(&rows), "{:?}", window.texts());
    let mut window = Window::sample();
    let first = |window: &Window| {
        let ids = window.said().into_iter().filter(|(text, _)| text.len() == 6 && text.starts_with("LJ"));
        ids.min_by(|a, b| a.1.top().total_cmp(&b.1.top())).map(|(text, _)| text).unwrap()
    };
    assert_eq!(first(&window), "LJ0001");
    let heading = format!("{} ↑", window.words("ui.column-id"));
    window.click(&heading);
    assert_eq!(first(&window), "LJ0156");
    let households = window.words("ui.column-households");
    window.click(&households);
    let least =
        window.state().plan.compounds.iter().filter_map(|c| Some((c.facts.households?, c.source_id.clone()))).min().unwrap();
    let shown = window.state().plan.compounds.iter().find(|c| c.source_id == first(&window)).unwrap().facts.households;
    assert_eq!(shown, Some(least.0));
}

#[test]
fn each_step_has_its_panel_and_each_tab_its_table() {
    let mut window = Window::sample();
    let shown = [
        (Step::Screen, Key::Num2, "ui.eligible"),
        (Step::Connect, Key::Num3, "ui.contiguity"),
        (Step::Group, Key::Num4, "ui.group-run"),
        (Step::Compose, Key::Num5, "ui.compose-hint"),
        (Step::Review, Key::Num7, "command.export"),
        (Step::Load, Key::Num1, "ui.load-hint"),
    ];
    for (step, key, has) in shown {
        window.press(Modifiers::NONE, key);
        assert_eq!(window.state().view.step, step);
        let words = window.words(has);
        assert!(window.has(&words), "{step:?} shows {words}");
    }
    let tabs = [
        (Tab::Districts, "command.tab-districts", "ui.column-contiguity"),
        (Tab::Items, "command.tab-items", "ui.column-quantity"),
        (Tab::Gap, "command.tab-gap", "ui.gap"),
        (Tab::Jobs, "command.tab-jobs", "ui.no-jobs"),
        (Tab::Table, "command.tab-table", "ui.column-id"),
    ];
    for (tab, key, has) in tabs {
        // Steps, tabs and columns share names: tabs stand right under the map.
        let words = window.words(key);
        let top = window.node(&window.words("map.canvas")).rect().bottom();
        let is_tab = |rect: &egui::Rect| (top..top + 40.0).contains(&rect.center().y);
        let at =
            window.said().into_iter().filter(|(text, rect)| *text == words && is_tab(rect)).map(|(_, rect)| rect.center()).next();
        window.click_at(at.unwrap());
        assert_eq!(window.state().view.tab, tab);
        let words = window.words(has);
        assert!(window.texts().iter().any(|text| text.starts_with(&words)), "{tab:?} shows {words}");
    }
}

#[test]
fn grouping_by_the_form_makes_districts_within_bounds() {
    let mut window = Window::sample();
    window.send(Command::SetStep(Step::Group));
    let before = window.state().plan.districts.len();
    let field = format!("{} {}", window.words("ui.column-households"), window.words("ui.at-least"));
    window.type_into(&field, "1500");
    window.click_key("ui.group-run");
    let plan = &window.state().plan;
    assert_ne!(plan.districts.len(), before);
    for (_, members) in plan.members_by_district() {
        let households: u32 = members.iter().filter_map(|c| plan.compounds[c.index()].facts.households).sum();
        assert!(members.is_empty() || households >= 1500, "{households}");
    }
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().plan.districts.len(), before);
}

#[test]
fn what_is_no_number_is_told_and_stops_the_grouping() {
    let mut window = Window::sample();
    window.send(Command::SetStep(Step::Group));
    let revision = window.state().plan.revision();
    let field = format!("{} {}", window.words("ui.column-households"), window.words("ui.at-least"));
    window.type_into(&field, "many");
    let told = window.tr(&Message::new("ui.not-a-number").text("text", "many"));
    assert!(window.has(&told));
    window.click_key("ui.group-run");
    assert_eq!(window.state().plan.revision(), revision);
}

#[test]
fn dragging_the_gap_is_one_step() {
    let mut window = Window::sample();
    window.send(Command::SetStep(Step::Connect));
    let gap = window.words("ui.gap");
    let sliders = window.harness.query_all_by_role_and_label(egui::accesskit::Role::Slider, &gap);
    let rect = sliders.map(|node| node.rect()).next().unwrap();
    let before = window.state().plan.settings.gap_m;
    window.drag(rect.left_center() + egui::vec2(30.0, 0.0), rect.left_center() + egui::vec2(60.0, 0.0));
    let after = window.state().plan.settings.gap_m;
    assert!((after - before).abs() > 1.0, "{before} {after}");
    assert_eq!(window.state().history.done().len(), 1);
    window.press(Modifiers::COMMAND, Key::Z);
    assert!((window.state().plan.settings.gap_m - before).abs() < 1e-9);
}

#[test]
fn a_finding_is_shown_set_aside_with_a_reason_and_taken_up_again() {
    let mut window = Window::sample();
    window.send(Command::ShowTab(Tab::Checks));
    let open = |window: &Window| window.state().derived.findings.get().unwrap().iter().filter(|f| f.ignored.is_none()).count();
    let before = open(&window);
    let view = window.state().view.viewport;
    let first = window.state().derived.findings.get().unwrap().iter().find(|f| !f.parts.is_empty()).unwrap().parts.len();
    let locate = if first > 1 { Message::new("ui.locate-parts").count("count", first) } else { Message::new("ui.locate") };
    let locate = window.tr(&locate);
    window.click(&locate);
    assert_ne!(window.state().view.viewport, view, "the map goes there");
    window.click_key("ui.ignore-ask");
    let reason = window.words("ui.reason");
    window.type_into(&reason, "已与燃气公司商定");
    window.click_key("ui.ignore");
    assert_eq!(open(&window), before - 1);
    assert_eq!(window.state().plan.ignored.values().next().unwrap().reason, "已与燃气公司商定");
    let show = window.tr(&Message::new("ui.show-ignored").count("count", 1_usize));
    window.click(&show);
    let take_up = window.words("ui.take-up");
    for _ in 0..200 {
        if window.has(&take_up) {
            break;
        }
        // Set aside findings stand among the others; the list shows only what is in view.
        window.harness.state_mut().queue.clear();
        let area = window.node(&window.words("ui.ignore-ask")).rect().center();
        window.harness.hover_at(area);
        window.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -80.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
        window.harness.run_steps(4);
    }
    window.click(&take_up);
    assert_eq!(open(&window), before);
    assert!(window.state().plan.ignored.is_empty());
}

#[test]
fn a_district_is_shown_locked_and_removed() {
    let mut window = Window::sample();
    window.send(Command::ShowTab(Tab::Districts));
    let id = DistrictId(1);
    let label = window.state().plan.districts[&id].label();
    window.click(&label);
    assert_eq!(window.state().view.selection.district, Some(id));
    assert!(!window.state().view.selection.compounds.is_empty());
    window.click_key("ui.lock");
    assert!(window.state().plan.districts[&id].locked);
    let count = window.state().plan.districts.len();
    window.click_key("ui.remove-district");
    assert_eq!(window.state().plan.districts.len(), count, "locked districts stay");
    window.click_key("ui.lock");
    window.click_key("ui.remove-district");
    assert_eq!(window.state().plan.districts.len(), count - 1);
}

#[test]
fn an_item_is_chosen_placed_moved_and_removed() {
    let mut window = Window::sample();
    window.send(Command::SetStep(Step::Compose));
    let entry = &crate::policy::catalogue().entries[0];
    window.click(&entry.zh);
    assert_eq!(window.state().view.tool, Tool::Place(entry.code.clone()));
    let items = window.state().plan.items.len();
    let at = window.node(&window.words("map.canvas")).rect().center();
    window.click_at(at);
    assert_eq!(window.state().plan.items.len(), items + 1);
    let id = window.state().view.selection.item.expect("the new item is selected");
    window.press(Modifiers::NONE, Key::Escape);
    window.send(Command::SelectItem(Some(id)));
    window.click_key("ui.remove-item");
    assert_eq!(window.state().plan.items.len(), items);
}

#[test]
fn language_theme_and_panels_change_by_the_bar_and_the_keys() {
    let mut window = Window::sample();
    window.click("中 / EN");
    assert_eq!(window.state().preferences.lang, Lang::En);
    assert!(window.has("Districts"));
    window.click_key("command.theme");
    assert_eq!(window.state().preferences.theme, Theme::Dark);
    for (key, name) in [(Key::F6, "ui.layers"), (Key::F8, "ui.filter")] {
        let words = window.words(name);
        assert!(window.has(&words));
        window.press(Modifiers::NONE, key);
        assert!(!window.has(&words), "{words} is hidden");
        window.press(Modifiers::NONE, key);
        assert!(window.has(&words));
    }
}

#[test]
fn saving_asks_for_a_place_once_and_the_bar_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("方案.gpkg");
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::S);
    assert!(matches!(window.harness.state().asked.as_slice(), [Effect::AskSaveAs]));
    window.send(Command::Select(vec![CompoundId(0)], SelectMode::Replace));
    window.send(Command::AssignSelection(None));
    window.send(Command::Select(vec![CompoundId(9)], SelectMode::Replace));
    window.press(Modifiers::NONE, Key::N);
    let steps = window.state().history.done().len();
    let unsaved = window.tr(&Message::new("ui.unsaved").count("steps", steps));
    assert!(window.has(&unsaved), "{:?}", window.texts());
    window.send(Command::SaveAs(file.clone()));
    assert!(file.exists());
    assert!(window.has(&window.words("ui.saved")) && window.has("方案.gpkg"));
    let districts = window.state().plan.districts.clone();
    window.send(Command::Close);
    assert!(window.has(&window.words("ui.tagline")));
    window.send(Command::Open(file));
    assert_eq!(window.state().plan.districts, districts);
}
