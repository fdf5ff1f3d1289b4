//! Findings are walked through part by part.

use egui::{Key, Modifiers};

use super::{SIZE, Window};
use crate::base::{CompoundId, DistrictId, Message};
use crate::checks::Finding;
use crate::command::{Availability, Command, SelectMode, Tab, Theme};
use crate::i18n::Lang;
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
fn break_a_district(window: &mut Window) {
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
    assert!(window.has(&words), "{words} in {:?}", window.texts());
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
