//! Findings are walked through part by part.

use egui::{Key, Modifiers};

use super::{SIZE, Window};
use crate::base::{CompoundId, DistrictId, Message};
use crate::checks::{Finding, FindingKind};
use crate::command::{Availability, Command, SelectMode, Tab, Theme};
use crate::i18n::Lang;
use crate::model::{LinkKey, LinkRule, Settings};
use crate::session::can;

fn window(lang: Lang) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, SIZE);
    window.send(Command::ShowTab(Tab::Checks));
    window
}

/// The first finding in view of so many parts and more, and its place in the list.
fn of_parts(window: &Window, least: usize) -> Finding {
    let findings = window.state().derived.findings.get().unwrap();
    findings.iter().find(|finding| finding.parts.len() >= least && finding.ignored.is_none()).unwrap().clone()
}

/// Puts a compound of another district into the first, so that it lies in two pieces.
pub(super) fn break_a_district(window: &mut Window) {
    let assignment = &window.state().plan.assignment;
    let far = assignment.iter().rposition(|d| d.is_some_and(|d| d != DistrictId(1))).unwrap();
    window.send(Command::Select(vec![CompoundId::from_index(far)], SelectMode::Replace));
    window.send(Command::AssignSelection(Some(DistrictId(1))));
    window.send(Command::ClearSelection);
}

fn place(window: &Window) -> Option<usize> {
    window.state().view.part_shown.as_ref().map(|(_, place)| *place)
}

/// The part that is shown is selected, framed, on the map, and told with its households.
fn check_shown(window: &Window, finding: &Finding, at: usize) {
    let (state, part) = (window.state(), &finding.parts[at]);
    assert_eq!(state.view.part_shown, Some((finding.key.clone(), at)));
    assert!(state.view.selection.compounds.iter().eq(part.compounds.iter()));
    let shown = state.view.viewport.world_rect(0.0);
    assert!(shown.min().x <= part.bounds.min().x && part.bounds.max().x <= shown.max().x);
    assert!(shown.min().y <= part.bounds.min().y && part.bounds.max().y <= shown.max().y);
    let key = if part.compounds.is_empty() { Message::new("ui.part-place") } else { Message::new("ui.part-of") };
    let words = key.count("place", at + 1).count("count", finding.parts.len()).count("compounds", part.compounds.len());
    let words = window.tr(&words.count("households", usize::try_from(part.households).unwrap()));
    // What keeps the part apart may stand behind.
    assert!(window.texts().iter().any(|text| text.starts_with(&words)), "{words} in {:?}", window.texts());
}

#[test]
fn the_keys_walk_through_the_parts_of_the_first_finding_both_ways() {
    let mut window = window(Lang::Zh);
    let finding = of_parts(&window, 1);
    let count = finding.parts.len();
    assert_eq!(place(&window), None);
    window.press(Modifiers::NONE, Key::Period);
    check_shown(&window, &finding, 0);
    window.press(Modifiers::NONE, Key::Comma);
    check_shown(&window, &finding, count - 1);
    window.press(Modifiers::NONE, Key::Period);
    check_shown(&window, &finding, 0);
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(place(&window), None);
    assert!(window.state().history.done().is_empty());
    window.send(Command::Close);
    assert!(!can(window.state(), Availability::Finding));
}

#[test]
fn arrows_walk_through_the_parts_of_a_finding_in_both_languages() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        break_a_district(&mut window);
        let finding = of_parts(&window, 2);
        let count = finding.parts.len();
        window.send(Command::NextPart(Some(finding.key.clone())));
        // Of the same finding those before it are set aside, so that its row is in view.
        let before: Vec<_> = window
            .state()
            .derived
            .findings
            .get()
            .unwrap()
            .iter()
            .take_while(|f| f.key != finding.key)
            .map(|f| f.key.clone())
            .collect();
        for key in before {
            window.send(Command::SetIgnored(key, Some("-".to_owned())));
        }
        check_shown(&window, &finding, 0);
        window.click_key("command.next-part");
        check_shown(&window, &finding, 1 % count);
        window.click_key("command.previous-part");
        window.click_key("command.previous-part");
        check_shown(&window, &finding, count - 1);
    }
}

/// The one finding of a kind and rule, shown part by part, each told with its words.
fn walk_through(window: &mut Window, kind: FindingKind) {
    let findings = window.state().derived.findings.get().unwrap().clone();
    let finding = findings.iter().find(|finding| finding.kind == kind).unwrap_or_else(|| panic!("no {kind:?} in {findings:#?}"));
    for other in findings.iter().take_while(|other| other.key != finding.key) {
        window.send(Command::SetIgnored(other.key.clone(), Some("-".to_owned())));
    }
    let count = finding.parts.len();
    for at in (0..count.min(3)).chain([0]) {
        match at {
            0 => {
                window.send(Command::ClearSelection);
                window.send(Command::NextPart(Some(finding.key.clone())));
            }
            _ => window.send(Command::NextPart(None)),
        }
        let state = window.state();
        assert_eq!(state.view.part_shown, Some((finding.key.clone(), at)));
        assert!(state.view.selection.compounds.iter().eq(finding.parts[at].compounds.iter()));
        if let Some(way) = finding.parts[at].way {
            let words = window.tr(&way.message(&window.state().plan));
            assert!(window.texts().iter().any(|text| text.contains(&words)), "{words} in {:?}", window.texts());
        }
    }
    window.send(Command::PreviousPart(None));
    assert_eq!(place(window), Some(count - 1));
}

#[test]
fn bottlenecks_and_compounds_out_of_reach_are_walked_through() {
    let mut window = window(Lang::Zh);
    let settings = Settings { min_frontage_m: 10_000.0, ..window.state().plan.settings.clone() };
    window.send(Command::ChangeSettings(Box::new(settings)));
    walk_through(&mut window, FindingKind::Bottleneck);
    let settings = Settings { gap_m: 1.0, ..window.state().plan.settings.clone() };
    window.send(Command::ChangeSettings(Box::new(settings)));
    walk_through(&mut window, FindingKind::Unreachable);
}

#[test]
fn what_stands_alone_is_joined_by_the_link_that_is_proposed() {
    let mut window = window(Lang::En);
    let settings = Settings { gap_m: 1.0, ..window.state().plan.settings.clone() };
    window.send(Command::ChangeSettings(Box::new(settings)));
    walk_through(&mut window, FindingKind::Unreachable);
    let (key, place) = window.state().view.part_shown.clone().unwrap();
    let findings = window.state().derived.findings.get().unwrap().clone();
    let part = &findings.iter().find(|finding| finding.key == key).unwrap().parts[place];
    let way = part.way.unwrap();
    let near = way.near.unwrap();
    let told = window.tr(&way.message(&window.state().plan));
    window.click_key("ui.suggest-link");
    let key = LinkKey::new(near.from, near.to).unwrap();
    let set = window.state().plan.overrides[&key].clone();
    assert_eq!((set.rule, set.note), (LinkRule::Force, told));
    assert!(window.state().derived.links.get().unwrap().find(key).is_some_and(|link| link.gap_m <= 1.0));
    window.send(Command::Undo);
    assert!(window.state().plan.overrides.is_empty());
}
