//! Screening and items: boards that are filled in, proposals that are decided on, facts that are settled.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};

use super::Window;
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Command, SelectMode, Step, Tab, Theme};
use crate::composition::need_state;
use crate::export::FormKind;
use crate::i18n::Lang;
use crate::model::{Consent, DistrictMark, NeedState};
use crate::policy::{ItemCode, YearSpan};
use crate::session::Effect;

/// Shows a tab to compounds that are selected.
fn selected(tab: Tab, compounds: &[u32]) -> Window {
    let mut window = Window::sample();
    window.send(Command::Select(compounds.iter().map(|id| CompoundId(*id)).collect(), SelectMode::Replace));
    window.send(Command::ShowTab(tab));
    window
}

#[test]
fn a_cell_of_the_matrix_takes_the_chosen_state_and_gives_it_back() {
    let mut window = selected(Tab::Needs, &[9]);
    window.click_key("ui.needs-selected");
    let label = window.state().plan.compounds[9].label().to_owned();
    let cell = |window: &Window, state: String| {
        let words = Message::new("ui.needs-cell").text("compound", &*label).text("item", "供水").text("state", state);
        window.tr(&words)
    };
    let (blank, needed) = (window.words("ui.need-blank"), window.tr(&NeedState::Needed.message()));
    let name = cell(&window, blank.clone());
    window.click(&name);
    let code = ItemCode::new("water_supply");
    assert_eq!(need_state(&window.state().plan, CompoundId(9), &code), Some(NeedState::Needed));
    let name = cell(&window, needed);
    window.click(&name);
    assert_eq!(need_state(&window.state().plan, CompoundId(9), &code), None);
    assert_eq!(window.state().history.done().len(), 2);
}

#[test]
fn a_heading_fills_in_every_selected_compound_at_once() {
    let mut window = selected(Tab::Needs, &[9, 10, 11]);
    window.click_key("ui.needs-selected");
    let met = format!("{} 0", window.tr(&NeedState::Met.message()));
    window.click(&met);
    let heading = Message::new("ui.needs-heading").text("item", "道路").count("count", 3);
    let heading = window.tr(&heading.text("state", window.tr(&NeedState::Met.message())));
    window.click(&heading);
    let road = ItemCode::new("road");
    let state = |window: &Window, id: u32| need_state(&window.state().plan, CompoundId(id), &road);
    assert!([9, 10, 11].iter().all(|id| state(&window, *id) == Some(NeedState::Met)));
    assert_eq!(state(&window, 12), None);
    window.send(Command::Undo);
    assert!(window.state().plan.needs.is_empty(), "one step");
}

#[test]
fn forms_go_out_for_what_is_listed_and_come_back() {
    let mut window = selected(Tab::Needs, &[9, 10]);
    window.click_key("ui.needs-selected");
    window.click_key("ui.form-survey");
    window.send(Command::ShowTab(Tab::Screening));
    window.click_key("ui.form-screening");
    let asked = &window.harness.state().asked;
    let all = window.state().plan.compounds.len();
    assert!(matches!(&asked[0], Effect::AskForm(FormKind::Survey, ids) if *ids == [CompoundId(9), CompoundId(10)]));
    assert!(matches!(&asked[1], Effect::AskForm(FormKind::Screening, ids) if ids.len() == all));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("form.csv");
    let id = window.state().plan.compounds[9].source_id.clone();
    std::fs::write(&path, format!("小区编号,供水,建成年份\n{id},需改,1971\nnobody,需改,\n")).unwrap();
    window.send(Command::ReadFilled(path));
    let plan = &window.state().plan;
    assert_eq!(need_state(plan, CompoundId(9), &ItemCode::new("water_supply")), Some(NeedState::Needed));
    assert_eq!(plan.compounds[9].facts.built, Some(YearSpan::single(1971)));
    assert!(window.state().view.toasts.iter().any(|toast| toast.failure && toast.message.key() == "session.form-left"));
    window.send(Command::Undo);
    assert!(window.state().plan.needs.is_empty(), "facts and states are one step");
}

#[test]
fn facts_are_settled_for_all_that_are_selected() {
    let mut window = selected(Tab::Screening, &[20, 21]);
    window.click_key("ui.settle");
    for (key, typed) in [("ui.column-built", "1995-1998"), ("ui.column-consent", "66")] {
        let field = window.tr(&Message::new("ui.settle-fact").text("fact", window.words(key)));
        window.type_into(&field, typed);
    }
    let apply = window.tr(&Message::new("ui.settle-apply").count("count", 2));
    window.node(&apply).scroll_to_me();
    window.settle();
    window.click(&apply);
    for id in [20, 21] {
        let facts = &window.state().plan.compounds[id].facts;
        assert_eq!(facts.built, Some(YearSpan { first: 1995, last: 1998 }));
        assert_eq!(facts.consent, Some(Consent { share: 0.66, surveyed: None }));
    }
    assert_eq!(window.state().history.done().len(), 1);
}

#[test]
fn open_questions_are_counted_and_select_whom_they_concern() {
    let mut window = Window::sample();
    window.send(Command::SetStep(Step::Screen));
    let screened = window.state().derived.screened.get().unwrap().clone();
    let question = crate::screening::OpenQuestion::Built;
    let open = crate::screening::open_to(&window.state().plan, &screened, question);
    assert!(!open.is_empty());
    let words = window.tr(&question.message());
    window.node(&words).scroll_to_me();
    window.settle();
    window.click(&words);
    assert_eq!(window.state().view.selection.compounds.iter().copied().collect::<Vec<_>>(), open);
}

#[test]
fn proposals_are_taken_and_struck_one_by_one_and_all_at_once() {
    let mut window = Window::sample();
    let items = window.state().plan.items.clone();
    window.send(Command::RemoveItems(items.keys().copied().collect()));
    window.send(Command::DraftItems);
    let count = |window: &Window| window.state().proposals.as_ref().map_or(0, |proposals| proposals.list.len());
    let all = count(&window);
    assert!(all > 100, "{all}");
    assert!(window.state().plan.items.is_empty());
    window.click_key("ui.proposal-take");
    assert_eq!((window.state().plan.items.len(), count(&window)), (1, all - 1));
    window.click_key("ui.proposal-strike");
    assert_eq!((window.state().plan.items.len(), count(&window)), (1, all - 2));
    // Of one district alone, while it is selected.
    window.send(Command::SelectDistrict(Some(DistrictId(1))));
    window.click_key("ui.proposals-take-shown");
    let plan = &window.state().plan;
    let of_district = plan.items.values().filter(|item| plan.item_district(item) == Some(DistrictId(1))).count();
    assert!(of_district + 1 >= plan.items.len() && of_district > 1);
    window.send(Command::SelectDistrict(None));
    window.click_key("ui.proposals-strike-all");
    assert!(window.state().proposals.is_none());
}

#[test]
fn marks_of_a_district_are_decided_in_its_card() {
    let mut window = Window::sample();
    window.send(Command::SelectDistrict(Some(DistrictId(1))));
    window.node(&window.words("ui.project").clone()).scroll_to_me();
    window.settle();
    window.click_key("ui.project");
    let fact = window.tr(&DistrictMark::ManagementMode.message());
    let name = window.tr(&Message::new("ui.settle-fact").text("fact", fact));
    window.node(&name).scroll_to_me();
    window.settle();
    window.type_into(&name, "业主自管");
    window.press(Modifiers::NONE, Key::Enter);
    let district = &window.state().plan.districts[&DistrictId(1)];
    assert_eq!(district.marks.get(&DistrictMark::ManagementMode).map(String::as_str), Some("业主自管"));
}

#[test]
fn a_tag_filters_the_catalogue_and_the_map() {
    let mut window = Window::sample();
    window.send(Command::SetStep(Step::Compose));
    let shown = |window: &Window| window.harness.state().memory.map.items.len();
    let before = shown(&window);
    window.click_key("ui.tag-sponge");
    assert_eq!(window.state().view.tag.as_deref(), Some("海绵城市"));
    assert!(window.has("排水") && !window.has("供气"));
    assert!(shown(&window) < before);
    window.click_key("ui.tag-all");
    assert_eq!(shown(&window), before);
}

/// Chooses in a list that is opened by its name; the layers beside the map may be called the same and stand before it.
fn choose(window: &mut Window, list: &str, choice: &str) {
    window.harness.get_by_role_and_label(Role::ComboBox, list).click();
    window.settle();
    window.harness.get_all_by_label(choice).last().unwrap().click();
    window.settle();
}

#[test]
fn a_copied_entry_gets_class_geometry_network_and_sign_of_its_own_in_one_step() {
    use crate::policy::{Driver, ItemClass, ItemGeometry, PipeClass, Unit, catalogue};
    // High enough for the whole catalogue with the form.
    let mut window = Window::sample_as(Lang::Zh, Theme::Light, [1280.0, 1800.0]);
    window.send(Command::SetStep(Step::Compose));
    window.click("供水");
    window.click_key("ui.entry-copy");
    let copy = window.state().plan.catalogue.own()[0].clone();
    assert_eq!((copy.class, copy.zh.as_str()), (ItemClass::Basic, "供水 2"));
    let steps = window.state().history.done().len();
    let [geometry, pipes, symbol] = ["ui.entry-geometry", "ui.entry-pipes", "ui.entry-symbol"].map(|key| window.words(key));
    let (point, gas) = (window.tr(&ItemGeometry::Point.message()), window.tr(&PipeClass::Gas.name()));
    window.harness.get_by_role_and_label(Role::ComboBox, &geometry).click();
    window.settle();
    window.click(&point);
    choose(&mut window, &pipes, &gas);
    assert!(!window.node(&window.words("ui.entry-save")).accesskit_node().is_disabled());
    window.harness.get_by_role_and_label(Role::TextInput, &symbol).click();
    window.settle();
    window.harness.get_by_role_and_label(Role::TextInput, &symbol).type_text("泵");
    window.settle();
    window.click_key("ui.entry-save");
    let saved = window.state().plan.catalogue.get(&copy.code).unwrap().clone();
    let kind = (saved.geometry, saved.utility, saved.symbol);
    assert_eq!(kind, (ItemGeometry::Point, Some(PipeClass::Gas), '泵'));
    assert_eq!((saved.unit, saved.driver), (Unit::Place, Driver::Count), "points are counted");
    assert_eq!(window.state().history.done().len(), steps + 1, "one step");
    // What is saved is read again, and undo brings back the entry as it was copied.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.gpkg");
    window.send(Command::SaveAs(path.clone()));
    assert_eq!(crate::project::open(&path).unwrap().content.catalogue, window.state().plan.catalogue);
    window.send(Command::Undo);
    assert_eq!(window.state().plan.catalogue.own(), [copy]);
    assert_eq!(catalogue().own(), []);
}
