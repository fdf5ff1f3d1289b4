//! A link is clicked on the map and says why it is there; a rule of barriers is changed and links change with it.

use egui::{Key, Modifiers, Pos2, Vec2};

use super::Window;
use crate::base::{CompoundId, Message};
use crate::command::{Command, SelectMode, Step, Theme};
use crate::contiguity::{Chain, Link, LinkKind, Surroundings, frontage_of};
use crate::export::{ExportOrder, Format};
use crate::i18n::Lang;
use crate::map::{MapLayer, Pick};
use crate::model::{BarrierRule, LinkKey, LinkRule, Settings};
use crate::session::Effect;

fn window(lang: Lang) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, super::SIZE);
    window.send(Command::SetStep(Step::Connect));
    window
}

/// The middle of a link's line, with both compounds in view.
fn go_to(window: &mut Window, link: &Link) -> Pos2 {
    window.send(Command::Select(vec![link.a, link.b], SelectMode::Replace));
    window.press(Modifiers::NONE, Key::Z);
    window.send(Command::ClearSelection);
    let scene = window.state().derived.scene.get().unwrap().clone();
    let view = window.state().view.viewport.view(scene.compounds.anchor);
    let place = |id: CompoundId| view.place(scene.compounds.features[id.index()].label.unwrap());
    let (p, q) = (place(link.a), place(link.b));
    let canvas = window.node(&window.words("map.canvas")).rect();
    canvas.min + Vec2::new(p[0].midpoint(q[0]), p[1].midpoint(q[1]))
}

#[test]
fn a_clicked_link_says_gap_frontage_what_lies_between_and_who_set_it() {
    for lang in [Lang::Zh, Lang::En] {
        let mut window = window(lang);
        let gap_m = window.state().gap_m();
        let straight = |link: &&Link| link.kind == LinkKind::Gap && link.gap_m > 2.0 && link.gap_m < gap_m;
        let link = *window.state().derived.links.get().unwrap().list.iter().find(straight).unwrap();
        let at = go_to(&mut window, &link);
        window.click_at(at);
        assert!(window.state().view.selection.compounds.len() < 2, "links that are not shown are not clicked");
        window.send(Command::ClearSelection);
        window.click_key("ui.links-on-map");
        assert!(window.state().view.is_visible(MapLayer::Links));
        window.click_at(at);
        let pair: Vec<_> = window.state().view.selection.compounds.iter().copied().collect();
        assert_eq!(pair, [link.a, link.b], "{lang:?}");
        let plan = &window.state().plan;
        let why = window.tr(&Surroundings::new(plan).between(&link).message(plan, &link));
        let said = window.texts();
        assert!(said.iter().any(|text| text.to_lowercase() == why.to_lowercase()), "{why} in {said:?}");
        let metres = |metres: f64| window.tr(&Message::new("ui.metres").metres("length", metres));
        let (front_a, front_b) = frontage_of(&link, &plan.compounds, plan.settings.gap_m);
        for text in [metres(link.gap_m), metres(front_a), metres(front_b), window.words("ui.link-by-rule")] {
            assert!(window.has(&text), "{text} in {said:?}");
        }
        let note = if lang == Lang::Zh { "有围栏" } else { "fenced off" };
        window.type_into(&window.words("ui.note"), note);
        window.click_key("ui.link-forbid");
        let key = LinkKey::new(link.a, link.b).unwrap();
        assert_eq!(window.state().plan.overrides[&key].rule, LinkRule::Forbid);
        let rule = window.words("ui.link-by-hand-forbidden");
        let told = window.tr(&Message::new("ui.link-with-note").text("rule", rule).text("note", note));
        assert!(window.has(&told), "{told} in {:?}", window.texts());
        let linked = |window: &Window| window.state().derived.links.get().unwrap().find(key).copied();
        assert_eq!(linked(&window), None);
        window.press(Modifiers::COMMAND, Key::Z);
        assert!(window.state().plan.overrides.is_empty() && linked(&window).is_some());
        window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        assert_eq!((window.state().plan.overrides[&key].note.as_str(), linked(&window)), (note, None));
        window.click_key("ui.link-forget");
        assert!(window.state().plan.overrides.is_empty() && linked(&window).is_some());
    }
}

#[test]
fn a_rule_of_barriers_changes_the_links_and_back() {
    for lang in [Lang::Zh, Lang::En] {
        let mut window = window(lang);
        let links = |window: &Window| {
            let links = window.state().derived.links.get().unwrap();
            (links.list.len(), links.blocked.len())
        };
        let before = links(&window);
        assert!(before.1 > 0, "the sample has pairs that barriers part");
        let parting = window.state().derived.links.get().unwrap().blocked.first().unwrap().barrier;
        let kind = window.state().plan.barriers[parting.index()].kind;
        let combo = window.tr(&Message::new("ui.barrier-rule").nested("kind", kind.name()));
        window.click(&combo);
        window.click_key("ui.barrier-nothing");
        assert_eq!(window.state().plan.settings.barriers.of(kind), BarrierRule::Nothing);
        let after = links(&window);
        assert!(after.0 > before.0 && after.1 < before.1, "{before:?} and {after:?}");
        window.press(Modifiers::COMMAND, Key::Z);
        assert_eq!(links(&window), before, "undone");
        window.click(&combo);
        window.click_key("ui.barrier-cost");
        assert!(matches!(window.state().plan.settings.barriers.of(kind), BarrierRule::Cost(_)));
        let paid = window.state().derived.links.get().unwrap().list.iter().find(|link| link.extra_m > 0.0).copied().unwrap();
        window.send(Command::Select(vec![paid.a, paid.b], SelectMode::Replace));
        for key in ["ui.link-cost", "ui.link-counted", "ui.link-own-gap"] {
            assert!(window.has(&window.words(key)), "{key} in {:?}", window.texts());
        }
        let settings = Settings { gap_m: 0.0, ..window.state().plan.settings.clone() };
        window.send(Command::ChangeSettings(Box::new(settings)));
        let beyond = Message::new("ui.link-beyond").metres("gap", 0.0).metres("from", paid.gap_m);
        assert!(window.has(&window.tr(&beyond)), "{:?}", window.texts());
    }
}

#[test]
fn the_chain_between_two_compounds_says_where_it_falls_apart_first() {
    for lang in [Lang::Zh, Lang::En] {
        let mut window = window(lang);
        let (forest, links) = (&window.state().derived.forest, &window.state().derived.links);
        let (forest, links) = (forest.get().unwrap().clone(), links.get().unwrap().clone());
        let count = window.state().plan.compounds.len();
        let ids = || (0..count).map(CompoundId::from_index);
        let chains =
            ids().flat_map(|a| ids().map(move |b| (a, b))).filter_map(|pair| Some((pair, forest.chain(pair.0, pair.1)?)));
        let gap_of = |key: LinkKey| links.find(key).unwrap().gap_m;
        let long = |(_, chain): &(_, Chain)| chain.links.len() > 2 && gap_of(chain.weakest) > 0.0;
        let ((first, last), chain) = chains.into_iter().find(long).unwrap();
        window.send(Command::Select(vec![first, last], SelectMode::Replace));
        let message = Message::new("ui.chain").count("links", chain.links.len()).metres("weakest", gap_of(chain.weakest));
        let told = window.tr(&message);
        assert!(window.has(&told), "{told} in {:?}", window.texts());
        let label = |id: CompoundId| window.state().plan.compounds[id.index()].label().to_owned();
        let (a, b) = (chain.weakest.a(), chain.weakest.b());
        let weakest = window.tr(&Message::new("ui.chain-weakest").text("first", label(a)).text("second", label(b)));
        window.click(&weakest);
        assert!(window.state().view.selection.compounds.iter().copied().eq([a, b]));
    }
}

#[test]
fn links_set_by_hand_are_exported_and_read_again_as_one_step() {
    for lang in [Lang::Zh, Lang::En] {
        let mut window = window(lang);
        let near = *window.state().derived.links.get().unwrap().list.first().unwrap();
        let far = CompoundId::from_index(window.state().plan.compounds.len() - 1);
        let parted = LinkKey::new(near.a, near.b).unwrap();
        let joined = LinkKey::new(near.a, far).unwrap();
        window.send(Command::SetLink(parted, Some(LinkRule::Forbid), "围栏, \"高\"".to_owned()));
        window.send(Command::SetLink(joined, Some(LinkRule::Force), String::new()));
        let before = window.state().plan.overrides.clone();
        let dir = tempfile::tempdir().unwrap();
        window.send(Command::Export(ExportOrder::of(&[Format::GeoJson]), dir.path().to_path_buf()));
        window.send(Command::Undo);
        window.send(Command::Undo);
        assert!(window.state().plan.overrides.is_empty());
        window.send(Command::AskPairs);
        assert!(window.harness.state().asked.iter().any(|effect| matches!(effect, Effect::AskPairs)));
        window.send(Command::ReadPairs(dir.path().join("links.geojson")));
        assert_eq!(window.state().plan.overrides, before);
        let told = window.state().view.toasts.iter().find(|toast| toast.message.key() == "session.pairs-read").unwrap();
        assert!(!told.failure);
        let words = window.tr(&told.message);
        assert!(window.texts().iter().any(|text| text.contains(&words)), "{words} in {:?}", window.texts());
        // Once more changes nothing; an unknown id is told and stays until it is closed.
        let steps = window.state().history.done().len();
        window.send(Command::ReadPairs(dir.path().join("links.geojson")));
        let table = dir.path().join("p.csv");
        std::fs::write(&table, "a,b,kind\nnobody,else,manual\n").unwrap();
        window.send(Command::ReadPairs(table));
        assert_eq!(window.state().history.done().len(), steps);
        assert!(window.state().view.toasts.iter().any(|toast| toast.failure && toast.message.key() == "session.pairs-left"));
        window.send(Command::Undo);
        assert!(window.state().plan.overrides.is_empty());
    }
}

#[test]
fn a_link_under_the_pointer_says_that_it_can_be_clicked() {
    let mut window = window(Lang::Zh);
    let gap_m = window.state().gap_m();
    let straight = |link: &&Link| link.kind == LinkKind::Gap && link.gap_m > 2.0 && link.gap_m < gap_m;
    let link = *window.state().derived.links.get().unwrap().list.iter().find(straight).unwrap();
    let at = go_to(&mut window, &link);
    let key = LinkKey::new(link.a, link.b).unwrap();
    let hover = |window: &mut Window, at: Pos2| {
        window.harness.hover_at(at);
        window.harness.run_steps(3);
        let icon = window.harness.output().platform_output.cursor_icon;
        (window.harness.state().memory.map.hovered == Some(Pick::Link(key)), icon)
    };
    assert!(!hover(&mut window, at).0, "links that are not shown are not pointed at");
    let place = window.node(&window.words("map.canvas")).rect().min + Vec2::splat(3.0);
    window.click_key("ui.links-on-map");
    assert!(!hover(&mut window, place).0);
    assert_eq!(hover(&mut window, at), (true, egui::CursorIcon::PointingHand));
    assert!(window.state().view.selection.compounds.is_empty());
    // Another place and another step of the way of work let it go.
    assert!(!hover(&mut window, place).0);
    assert!(hover(&mut window, at).0);
    window.send(Command::SetStep(Step::Group));
    assert!(!hover(&mut window, at).0);
}
