//! Years over the map: which are shown, and the film through them; districts of other years are pale, their items are not shown,
//! and the pipes that are renewed in the years shown stand out.

use egui::{Align2, Area, Frame, Id, Margin, Order, Rect, RichText, Ui};
use egui_material_icons::icons;

use super::canvas::{Trace, TraceSign};
use super::context::Context;
use super::widgets;
use crate::base::PipeId;
use crate::command::{Command, Step, Years};
use crate::map::DistrictScene;
use crate::session::planned_years;

/// Seconds that a year of the film stands.
const STANDS_S: f64 = 1.4;

/// Pipes that stand out, at most: beyond them all pipes are drawn alike, which the bar says.
const MOST_PIPES: usize = 20_000;

/// The state of the plan and the years that something was made for.
type PicturedFor = (u64, Years);

/// What was made for the years shown, kept until they or the plan change.
#[derive(Default)]
pub(super) struct YearsPicture {
    years: Option<(u64, Vec<i32>)>,
    districts: Option<(PicturedFor, DistrictScene)>,
    pipes: Option<(PicturedFor, Option<Vec<PipeId>>)>,
    stepped: Option<f64>,
}

impl YearsPicture {
    /// Brings it up to the state.
    pub(super) fn follow(&mut self, cx: &Context<'_>) {
        let (state, shown) = (cx.state, cx.state.view.film.shown);
        let plan_key = state.revisions.findings();
        if self.years.as_ref().is_none_or(|(key, _)| *key != plan_key) {
            self.years = Some((plan_key, planned_years(&state.plan)));
        }
        if shown == Years::All {
            (self.districts, self.pipes) = (None, None);
            return;
        }
        let key = (plan_key, shown);
        if self.pipes.as_ref().is_none_or(|(held, _)| *held != key) {
            let rows = (0..state.plan.pipes.len()).map(PipeId::from_index);
            let own: Vec<PipeId> = rows.filter(|id| shown.shows(state.plan.pipe_year(*id))).take(MOST_PIPES + 1).collect();
            self.pipes = Some((key, Some(own).filter(|own| own.len() <= MOST_PIPES)));
        }
        let scene_key = state.derived.districts.key().unwrap_or(0).max(plan_key);
        if self.districts.as_ref().is_none_or(|(held, _)| *held != (scene_key, shown)) {
            let year = |id| state.plan.districts.get(&id).and_then(|district| district.year);
            self.districts =
                state.derived.districts.get().map(|scene| ((scene_key, shown), scene.dimmed(|id| !shown.shows(year(id)))));
        }
    }

    /// Districts with those of other years pale; `None` while all are shown.
    pub(super) fn districts(&self) -> Option<&DistrictScene> {
        self.districts.as_ref().map(|(_, scene)| scene)
    }

    /// Whether pipes of other years are pale.
    pub(super) fn dims_pipes(&self) -> bool {
        self.pipes.as_ref().is_some_and(|(_, pipes)| pipes.is_some())
    }

    /// The pipes that are renewed in the years shown, as far as they are in view.
    pub(super) fn traces(&self, cx: &Context<'_>) -> Vec<Trace> {
        use geo::{BoundingRect, Intersects};
        let Some((_, Some(pipes))) = &self.pipes else { return Vec::new() };
        let hidden = &cx.state.view.hidden_pipes;
        let seen = cx.state.view.viewport.world_rect(0.0);
        let pipes =
            pipes.iter().filter_map(|id| cx.state.plan.pipes.get(id.index())).filter(|pipe| !hidden.contains(&pipe.class));
        let near = pipes.filter(|pipe| pipe.line.bounding_rect().is_some_and(|rect| rect.intersects(&seen)));
        near.flat_map(|pipe| pipe.line.iter().map(|line| Trace { path: line.0.clone(), sign: TraceSign::Class(pipe.class) }))
            .collect()
    }

    /// The bar over the lower edge of the map, where years matter; and the next year of the film when its time has come.
    pub(super) fn bar_ui(&mut self, ui: &Ui, cx: &mut Context<'_>, map: Rect) {
        let view = &cx.state.view;
        let film = view.film;
        let matters = view.step == Step::Coordinate || view.presenting.is_some() || film.shown != Years::All;
        let years = self.years.as_ref().map(|(_, years)| years.clone()).unwrap_or_default();
        if years.is_empty() || !matters {
            return;
        }
        let area = Area::new(Id::unique("map-years")).order(Order::Middle).pivot(Align2::CENTER_BOTTOM);
        area.fixed_pos(map.center_bottom() - egui::vec2(0.0, 30.0)).constrain_to(map).show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(Margin::symmetric(8, 4)).show(ui, |ui| {
                ui.set_max_width((map.width() - 32.0).max(80.0));
                ui.horizontal_wrapped(|ui| self.choices_ui(ui, cx, &years));
            });
        });
        self.run(ui, cx);
    }

    fn choices_ui(&self, ui: &mut Ui, cx: &mut Context<'_>, years: &[i32]) {
        let film = cx.state.view.film;
        let year = film.shown.year().or(years.first().copied()).unwrap_or_default();
        let modes = [(Years::All, "ui.years-all"), (Years::One(year), "ui.years-one"), (Years::UpTo(year), "ui.years-up-to")];
        for (mode, key) in modes {
            let chosen = std::mem::discriminant(&film.shown) == std::mem::discriminant(&mode);
            if ui.selectable_label(chosen, cx.text(key)).clicked() {
                cx.push(Command::ShowYears(mode));
            }
        }
        ui.separator();
        for one in years {
            let chosen = film.shown != Years::All && film.shown.shows(Some(*one));
            let words = RichText::new(one.to_string());
            if ui.selectable_label(chosen, if film.shown.year() == Some(*one) { words.strong() } else { words }).clicked() {
                let at = if film.shown == Years::All { Years::One(*one) } else { film.shown.at(*one) };
                cx.push(Command::ShowYears(at));
            }
        }
        ui.separator();
        let (icon, key) = if film.plays { (icons::ICON_PAUSE, "ui.film-stop") } else { (icons::ICON_PLAY_ARROW, "ui.film-play") };
        if widgets::icon_button(ui, icon, &cx.text(key)).clicked() {
            // Who wants no motion goes on year by year.
            let still = ui.style().animation_time <= 0.0;
            cx.push(if still { Command::StepYears(false) } else { Command::PlayYears(!film.plays) });
        }
        if film.shown != Years::All && !self.dims_pipes() && !cx.state.plan.pipes.is_empty() {
            ui.label(widgets::quiet(cx.palette, cx.text("ui.years-many-pipes")).size(12.0));
        }
    }

    fn run(&mut self, ui: &Ui, cx: &mut Context<'_>) {
        if !cx.state.view.film.plays {
            self.stepped = None;
            return;
        }
        let now = ui.input(|input| input.time);
        let since = *self.stepped.get_or_insert(now);
        if now - since >= STANDS_S {
            self.stepped = Some(now);
            cx.push(Command::StepYears(false));
        }
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64((STANDS_S - (now - since)).clamp(0.05, STANDS_S)));
    }
}
