//! The boards of coordination under a simulated pointer.

use super::{SIZE, Window};
use crate::base::{DistrictId, Message};
use crate::command::{Board, Command, Step, Tab, Theme};
use crate::coordination::dig::Opener;
use crate::coordination::indicators::{Bar, Indicators};
use crate::i18n::{self, Lang};
use crate::model::Settings;

fn window(lang: Lang, board: Board) -> Window {
    let mut window = Window::sample_as(lang, Theme::Light, SIZE);
    window.send(Command::SetStep(Step::Coordinate));
    window.send(Command::ShowBoard(board));
    window
}

/// All years from 2023 on are open, so that the pipes of the sample can move.
fn open_years(window: &mut Window) {
    let mut settings = window.state().plan.settings.clone();
    settings.works.first_year = Some(2023);
    window.send(Command::ChangeSettings(Box::new(Settings { ..settings })));
}

fn reopened_m(window: &Window) -> f64 {
    let state = window.state();
    state.derived.dug.fresh(state.revisions.dug()).unwrap().digging.reopened_m
}

#[test]
fn years_are_proposed_taken_and_undone_in_both_languages() {
    for lang in Lang::ALL {
        let mut window = window(lang, Board::Digging);
        open_years(&mut window);
        let (before, steps) = (reopened_m(&window), window.state().history.done().len());
        assert!(before > 0.0, "the sample opens ground twice");
        window.click_key("command.propose-years");
        let proposal = window.state().years.as_ref().unwrap().proposal.clone();
        assert!(proposal.after_m < before && !proposal.moves.is_empty());
        assert_eq!(window.state().history.done().len(), steps);
        window.click_key("ui.years-take");
        assert_eq!(window.state().history.done().len(), steps + 1);
        assert!((reopened_m(&window) - proposal.after_m).abs() < 1e-6);
        window.send(Command::Undo);
        assert!((reopened_m(&window) - before).abs() < 1e-6);
    }
}

#[test]
fn a_row_shows_its_ground_and_a_pipe_its_card() {
    let mut window = window(Lang::Zh, Board::Digging);
    let (key, bounds, site, pipe) = {
        let state = window.state();
        let dug = state.derived.dug.fresh(state.revisions.dug()).unwrap();
        let row = &dug.digging.rows[0];
        let openings = row.later.iter().chain(&row.earlier).map(|row| dug.ground.openings[*row as usize].opener);
        let pipe = openings.filter_map(|opener| if let Opener::Pipe(id) = opener { Some(id) } else { None }).min().unwrap();
        (row.key.clone(), row.bounds.unwrap(), row.site.message(&state.plan), pipe)
    };
    let words = window.tr(&site);
    window.click(&words);
    let state = window.state();
    assert_eq!(state.view.selection.reopening, Some(key));
    let shown = state.view.viewport.world_rect(0.0);
    assert!(shown.min().x <= bounds.min().x && bounds.max().x <= shown.max().x);
    window.send(Command::SelectPipe(Some(pipe)));
    assert!(window.has(&window.words("ui.pipe-own-year")));
    window.send(Command::ClearSelection);
    assert_eq!(window.state().view.selection, crate::session::Selection::default());
}

#[test]
fn moves_that_settle_years_are_taken_with_one_click() {
    let mut window = window(Lang::Zh, Board::Sync);
    open_years(&mut window);
    let state = |window: &Window| {
        let state = window.state();
        let lengths = state.derived.lengths.fresh(state.revisions.lengths()).unwrap();
        crate::coordination::sync(&state.plan, lengths, &(2023..=2030))
    };
    let before = state(&window);
    let first = before.moves[0].clone();
    window.click_key("ui.take");
    let after = state(&window);
    assert!((after.in_step_m() - before.in_step_m() - first.settled_m).abs() < 1e-6);
    window.send(Command::Undo);
    assert_eq!(state(&window), before);
}

#[test]
fn each_board_opens_from_the_panel_of_the_step() {
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Dark, SIZE);
        window.send(Command::SetStep(Step::Coordinate));
        for board in Board::ALL {
            window.send(Command::ShowTab(Tab::Table));
            window.click_key(super::super::names::board(board));
            assert_eq!((window.state().view.tab, window.state().view.board), (Tab::Coordinate, board));
            let texts = window.texts();
            assert!(!texts.iter().any(|text| text.contains('⟦') || text.contains('{')), "{texts:?}");
        }
    }
}

#[test]
fn faults_of_a_survey_are_listed_and_fixed() {
    let mut window = window(Lang::Zh, Board::Survey);
    let quality = |window: &Window| {
        let state = window.state();
        state.derived.quality.fresh(state.revisions.surveyed()).unwrap().clone()
    };
    let before = quality(&window);
    // The sample's survey is sound: a pipe that comes twice is put in.
    let mut pipes = window.state().plan.pipes.to_vec();
    pipes.push(pipes[0].clone());
    let layer = crate::model::LayerContent::Pipes(std::sync::Arc::new(pipes));
    let desk = window.harness.state_mut();
    let (plan, history) = (&mut desk.state.plan, &mut desk.state.history);
    let edit = crate::model::Edit::PutLayer(Box::new(layer), None);
    let touched = history.commit(plan, Message::new("session.edit-load"), edit).unwrap();
    desk.state.revisions.note(&touched);
    window.settle();
    assert_eq!(quality(&window).faults.len(), before.faults.len() + 1);
    let fixable = quality(&window).faults.iter().filter(|fault| fault.fix.is_some()).count();
    let words = window.tr(&Message::new("ui.fix-pipes").count("count", fixable));
    window.click(&words);
    assert!(quality(&window).faults.iter().all(|fault| fault.kind != crate::pipes::survey::FaultKind::Duplicate));
    window.send(Command::Undo);
    assert_eq!(quality(&window).faults.len(), before.faults.len() + 1);
}

#[test]
fn funds_are_entered_in_place_and_undone() {
    let mut window = window(Lang::Zh, Board::Funds);
    window.send(Command::SelectDistrict(Some(DistrictId(1))));
    window.click_key("ui.fund-add");
    let funds = |window: &Window| window.state().plan.funds.values().cloned().collect::<Vec<_>>();
    assert_eq!(funds(&window).len(), 1);
    assert_eq!(funds(&window)[0].district, Some(DistrictId(1)));
    window.click_key("ui.fund-remove");
    assert!(funds(&window).is_empty());
    window.send(Command::Undo);
    window.send(Command::Undo);
    assert!(funds(&window).is_empty() && window.state().history.done().is_empty());
}

#[test]
fn districts_get_their_years_by_proposal() {
    for lang in Lang::ALL {
        let mut window = window(lang, Board::Phasing);
        let before = window.state().plan.districts.clone();
        window.click_key("command.propose-phase");
        let phase = window.state().phase.as_ref().unwrap().phase.clone();
        assert!(phase.score.beats(&phase.before));
        window.click_key("ui.years-take");
        assert_ne!(window.state().plan.districts, before);
        assert_eq!(window.state().history.done().len(), 1);
        window.send(Command::Undo);
        assert_eq!(window.state().plan.districts, before);
    }
}

#[test]
fn a_bar_of_a_chart_selects_what_it_is_made_of() {
    let mut window = window(Lang::Zh, Board::Indicators);
    let bar = {
        let state = window.state();
        let screened = state.derived.screened.fresh(state.revisions.screened()).unwrap();
        let lengths = state.derived.lengths.fresh(state.revisions.lengths()).unwrap();
        Indicators::of(&state.plan, screened, lengths).charts.years[0].clone()
    };
    let unit = window.words("ui.chart-unit-wan");
    let name = format!("{} {} {unit}", window.tr(&bar.name), i18n::decimal(bar.value / 1.0e6, 2));
    window.click(&name);
    assert!(window.state().view.selection.compounds.iter().eq(&bar.compounds) && !bar.compounds.is_empty());
}

#[test]
fn every_bar_has_its_name_and_number_and_takes_the_keyboard() {
    for (lang, theme) in [(Lang::Zh, Theme::Dark), (Lang::En, Theme::Light)] {
        let mut window = Window::sample_as(lang, theme, SIZE);
        window.send(Command::SetStep(Step::Coordinate));
        window.send(Command::ShowBoard(Board::Indicators));
        let charts = {
            let state = window.state();
            let screened = state.derived.screened.fresh(state.revisions.screened()).unwrap();
            let lengths = state.derived.lengths.fresh(state.revisions.lengths()).unwrap();
            Indicators::of(&state.plan, screened, lengths).charts
        };
        let told = |bar: &Bar, unit, window: &Window| {
            format!("{} {} {}", window.tr(&bar.name), i18n::decimal(bar.value, 0), window.words(unit))
        };
        assert!(!charts.owners.is_empty() && !charts.classes.is_empty() && !charts.classes_by_cost);
        for (bars, unit) in [(&charts.owners, "ui.chart-unit-metres"), (&charts.classes, "ui.chart-unit-items")] {
            for bar in bars {
                let name = told(bar, unit, &window);
                assert!(window.has(&name), "{name}");
            }
        }
        let bar = &charts.owners[1];
        let name = told(bar, "ui.chart-unit-metres", &window);
        window.node(&name).focus();
        window.harness.run_steps(1);
        window.press(egui::Modifiers::NONE, egui::Key::Enter);
        assert!(window.state().view.selection.compounds.iter().eq(&bar.compounds) && !bar.compounds.is_empty());
    }
}

#[test]
fn milestones_are_set_above_the_board_and_late_ones_stand_out() {
    use crate::base::Day;
    use crate::checks::FindingKind;
    use crate::model::{Milestone, Progress};
    let mut window = window(Lang::Zh, Board::Milestones);
    let day = |text: &str| Day::parse(text).unwrap();
    let district = window.state().plan.districts[&DistrictId(1)].clone();
    let planned = Progress::Planned(day("2024-06-01"));
    let late = crate::model::District { year: Some(2024), ..district }.reached(Milestone::Approval, Some(planned));
    window.send(Command::SetDistrict(DistrictId(1), Box::new(late)));
    let words = window.tr(&planned.message());
    let is_late = |window: &Window| {
        let state = window.state();
        let findings = state.derived.findings.fresh(state.revisions.findings()).unwrap();
        findings.iter().any(|one| one.kind == FindingKind::MilestoneLate && one.district == Some(DistrictId(1)))
    };
    window.click(&words);
    assert!(is_late(&window));
    window.click_key("ui.milestone-done");
    let held = |window: &Window| window.state().plan.districts[&DistrictId(1)].milestones.get(&Milestone::Approval).copied();
    assert_eq!(held(&window), Some(Progress::Done(day("2024-06-01"))));
    window.send(Command::Undo);
    assert_eq!(held(&window), Some(planned));
}

#[test]
fn years_are_chosen_over_the_map() {
    use crate::command::Years;
    for lang in Lang::ALL {
        let mut window = Window::sample_as(lang, Theme::Light, SIZE);
        let district = window.state().plan.districts[&DistrictId(1)].clone();
        window.send(Command::SetDistrict(DistrictId(1), Box::new(crate::model::District { year: Some(2024), ..district })));
        window.send(Command::SetStep(Step::Coordinate));
        window.click_key("ui.years-up-to");
        let shown = window.state().view.film.shown;
        assert!(matches!(shown, Years::UpTo(_)), "{shown:?}");
        let steps = window.state().history.done().len();
        window.send(Command::StepYears(false));
        window.send(Command::Present);
        assert!(window.has(&window.words("ui.years-all")), "the meeting has the years too");
        window.send(Command::Present);
        window.click_key("ui.years-all");
        assert_eq!((window.state().view.film.shown, window.state().history.done().len()), (Years::All, steps));
    }
}
