//! The meeting in the window: minutes, an opinion, freezing, refusals with their offer, and the branch.

use super::{SIZE, Window};
use crate::command::{Command, Step, Theme};
use crate::i18n::Lang;
use crate::model::{Meeting, OpinionKey, Stance};
use crate::session::Effect;

#[test]
fn a_version_is_frozen_at_the_meeting_and_branched() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        let file = dir.path().join("临江.gpkg");
        window.send(Command::SaveAs(file.clone()));
        window.send(Command::SetStep(Step::Review));
        window.click_key("meeting.title");
        let day = window.words("meeting.date");
        window.type_into(&day, "2026-06-01");
        window.click_key("meeting.keep-minutes");
        assert_eq!(window.state().plan.meeting.as_ref().map(|meeting| meeting.date.as_str()), Some("2026-06-01"));
        window.click_key("meeting.add-opinion");
        let unit = window.words("meeting.unit");
        window.type_into(&unit, "热力公司");
        window.click_key("export.opinion-condition");
        window.click_key("meeting.set");
        let first = window.state().plan.districts.values().map(|district| district.number).min().unwrap();
        let key = OpinionKey { district: first, unit: "热力公司".to_owned() };
        assert_eq!(window.state().plan.opinions[&key].stance, Stance::Conditions);
        window.click_key("command.freeze");
        assert!(window.has(&window.words("meeting.freeze-hint")) && !window.state().plan.is_frozen());
        window.click_key("meeting.freeze-really");
        assert!(window.state().plan.is_frozen() && !window.state().is_dirty(), "it is saved at once");
        assert!(window.has(&window.words("meeting.read-only")));
        let before = window.state().plan.content().clone();
        window.send(Command::SetMeeting(Some(Box::new(Meeting::default()))));
        window.send(Command::Undo);
        assert_eq!(window.state().plan.content(), &before);
        let offers = |window: &Window| window.state().view.toasts.iter().filter(|toast| toast.offer.is_some()).count();
        assert_eq!(offers(&window), 2, "refused, with the way on");
        window.send(Command::AskBranch);
        assert!(window.harness.state().asked.iter().any(|effect| matches!(effect, Effect::AskBranch)));
        let branch = dir.path().join("会后.gpkg");
        window.send(Command::BranchTo(branch.clone()));
        assert_eq!(window.state().path.as_ref(), Some(&branch));
        assert!(!window.state().plan.is_frozen() && window.state().plan.lineage.len() == 1);
        window.send(Command::SetStep(Step::Review));
        window.click_key("command.compare-version");
        assert!(window.state().other.is_some(), "the version is found without being asked for");
    }
}
