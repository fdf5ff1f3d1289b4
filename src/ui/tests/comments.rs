//! Comments in the window: read once, listed in the step 会审, shown on the map, answered and taken back.

use super::{SIZE, Window};
use crate::base::Message;
use crate::command::{Command, Step, Theme};
use crate::i18n::Lang;
use crate::model::Ruling;
use crate::session::Effect;

fn said(id: &str) -> String {
    serde_json::json!({ "format": "lianpian-comments", "plan_hash": "ab", "comments": [
        { "about": "compound", "id": id, "text": "缓建一年", "unit": "热力公司", "author": "王", "date": "2026-06-01" },
        { "about": "compound", "id": "nobody", "text": "在哪里？" },
    ] })
    .to_string()
}

#[test]
fn comments_are_read_once_shown_and_answered() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("意见.json");
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        let id = window.state().plan.compounds[3].source_id.clone();
        std::fs::write(&file, said(&id)).unwrap();
        window.send(Command::SetStep(Step::Review));
        assert!(window.has(&window.words("comments.none")));
        window.click_key("command.comments");
        assert!(window.harness.state().asked.iter().any(|effect| matches!(effect, Effect::AskComments)));
        window.send(Command::ReadComments(vec![file.clone()]));
        window.send(Command::ReadComments(vec![file]));
        assert_eq!(window.state().plan.comments.len(), 2, "a comment is taken once");
        assert!(window.has("缓建一年") && window.has(&window.words("comments.plan-changed")));
        assert!(window.has(&window.words("comments.gone")), "{:?}", window.texts());
        let label = window.state().plan.compounds[3].label().to_owned();
        let subject = window.tr(&Message::new("export.about-compound"));
        window.click(&format!("{subject} {label}"));
        assert_eq!(window.state().view.selection.compounds.iter().map(|id| id.0).collect::<Vec<_>>(), [3]);
        window.send(Command::ClearSelection);
        let answer = format!("{} 缓建一年", window.words("comments.answer"));
        window.click(&answer);
        window.click_key("comments.discuss");
        let responsible = window.words("comments.responsible");
        window.type_into(&responsible, "李工");
        window.click_key("comments.give");
        let comment = window.state().plan.comments.values().find(|comment| comment.text == "缓建一年").unwrap();
        let given = comment.answer.as_ref().unwrap();
        assert_eq!((given.ruling, given.responsible.as_str()), (Ruling::Discuss, "李工"));
        window.click_key("comments.take-back");
        assert!(window.state().plan.comments.values().all(|comment| comment.answer.is_none()));
        window.send(Command::Undo);
        assert!(window.state().plan.comments.values().any(|comment| comment.answer.is_some()));
    }
}
