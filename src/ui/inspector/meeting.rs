//! The board of the meeting in the step 会审: minutes, opinions of units on districts, freezing, and what a frozen version is.

use egui::{RichText, Ui};

use crate::base::Message;
use crate::command::Command;
use crate::model::{District, Meeting, Opinion, OpinionKey, Ruling, Stance, is_day};
use crate::session::comments::Standing;
use crate::session::opinions::opinion_standings;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Opinions shown in the panel.
const SHOWN: usize = 80;

/// What is being typed, and what is known of the opinions.
#[derive(Default)]
pub(super) struct MeetingMemory {
    /// The board is shown in the place of comments and findings.
    pub(super) is_shown: bool,
    /// The minutes as the plan has them and as they are typed.
    minutes: Option<(Option<Meeting>, MinutesForm)>,
    /// The minutes are open to be changed, though they were kept before.
    editing: bool,
    /// The opinion that is being typed.
    opinion: Option<OpinionForm>,
    /// Standings, of which plan in which revision.
    standings: Option<((u64, u64), std::collections::BTreeMap<OpinionKey, Standing>)>,
}

/// Minutes being typed; units one a line.
#[derive(Clone, Default)]
struct MinutesForm {
    date: String,
    title: String,
    place: String,
    units: String,
    accepted: Option<bool>,
    note: String,
}

impl MinutesForm {
    fn of(meeting: Option<&Meeting>) -> Self {
        let Some(meeting) = meeting else { return Self::default() };
        Self {
            date: meeting.date.clone(),
            title: meeting.title.clone(),
            place: meeting.place.clone(),
            units: meeting.units.join("\n"),
            accepted: meeting.accepted,
            note: meeting.note.clone(),
        }
    }

    fn meeting(&self) -> Meeting {
        crate::session::freezing::tidied(Meeting {
            date: self.date.clone(),
            title: self.title.clone(),
            place: self.place.clone(),
            units: self.units.lines().map(str::to_owned).collect(),
            accepted: self.accepted,
            note: self.note.clone(),
            seal: None,
        })
    }
}

/// An opinion being typed.
struct OpinionForm {
    key: OpinionKey,
    opinion: Opinion,
    /// It was there before, under this name.
    held: bool,
}

/// The whole board.
pub(super) fn meeting_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut MeetingMemory) {
    lineage_ui(ui, cx);
    if cx.state.plan.is_frozen() {
        frozen_ui(ui, cx);
    } else {
        minutes_ui(ui, cx, memory);
        freeze_ui(ui, cx);
    }
    opinions_ui(ui, cx, memory);
}

fn lineage_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(from) = cx.state.plan.lineage.last() else { return };
    let hash = from.plan_hash.get(..12).unwrap_or(&from.plan_hash);
    let told = Message::new("meeting.from").text("date", &from.date).text("title", &from.title).text("hash", hash);
    ui.label(widgets::quiet(cx.palette, cx.tr(&told)).size(12.0)).on_hover_text(from.file.as_str());
    if ui.button(cx.text("command.compare-version")).clicked() {
        cx.push(Command::CompareVersion);
    }
}

/// What a frozen version is, and the way on.
fn frozen_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(meeting) = cx.state.plan.meeting.clone() else { return };
    let head = Message::new("meeting.frozen-head").text("date", &meeting.date).text("title", &meeting.title);
    ui.label(RichText::new(cx.tr(&head)).strong().color(cx.palette.good));
    if let Some(seal) = &meeting.seal {
        let hash = seal.plan_hash.get(..12).unwrap_or(&seal.plan_hash);
        let told = cx.tr(&Message::new("meeting.frozen-hash").text("hash", hash));
        ui.label(widgets::quiet(cx.palette, told).size(12.0)).on_hover_text(seal.plan_hash.as_str());
    }
    ui.label(widgets::quiet(cx.palette, cx.text("meeting.read-only")));
    if ui.button(cx.text("command.branch")).clicked() {
        cx.push(Command::AskBranch);
    }
    told_ui(ui, cx, &meeting);
}

/// What minutes say.
fn told_ui(ui: &mut Ui, cx: &Context<'_>, meeting: &Meeting) {
    let accepted = cx.text(decision(meeting.accepted));
    widgets::fact(ui, cx.palette, &cx.text("meeting.date"), &meeting.date);
    if !meeting.title.is_empty() {
        widgets::fact(ui, cx.palette, &cx.text("meeting.meeting-title"), &meeting.title);
    }
    widgets::fact(ui, cx.palette, &cx.text("meeting.accepted"), &accepted);
    if !meeting.place.is_empty() {
        widgets::fact(ui, cx.palette, &cx.text("meeting.place"), &meeting.place);
    }
    if !meeting.units.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("meeting.units")));
        ui.label(meeting.units.join("、"));
    }
    if !meeting.note.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("meeting.note")));
        ui.label(meeting.note.as_str());
    }
}

fn decision(accepted: Option<bool>) -> &'static str {
    match accepted {
        Some(true) => "meeting.accepted-yes",
        Some(false) => "meeting.accepted-no",
        None => "meeting.accepted-open",
    }
}

/// The minutes, kept once they are done.
fn minutes_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut MeetingMemory) {
    let held = cx.state.plan.meeting.as_ref();
    if memory.minutes.as_ref().is_none_or(|(known, _)| known.as_ref() != held) {
        memory.minutes = Some((held.cloned(), MinutesForm::of(held)));
    }
    if let Some(meeting) = held.filter(|_| !memory.editing).cloned() {
        told_ui(ui, cx, &meeting);
        memory.editing = ui.link(cx.text("meeting.edit")).clicked();
        return;
    }
    let Some((_, form)) = &mut memory.minutes else { return };
    ui.horizontal(|ui| {
        let name = cx.text("meeting.date");
        let field = widgets::text_field(ui, &mut form.date, &name, 110.0).on_hover_text(cx.text("meeting.day-hint"));
        if !form.date.trim().is_empty() && !is_day(form.date.trim()) {
            ui.label(RichText::new(cx.text("meeting.day-hint")).size(12.0).color(cx.palette.warn));
        }
        field
    });
    widgets::text_field(ui, &mut form.title, &cx.text("meeting.meeting-title"), f32::INFINITY);
    widgets::text_field(ui, &mut form.place, &cx.text("meeting.place"), f32::INFINITY);
    let name = cx.text("meeting.units");
    ui.label(widgets::quiet(cx.palette, &*name)).on_hover_text(cx.text("meeting.units-hint"));
    lines_field(ui, &mut form.units, &name, &cx.text("meeting.units-hint"), 3);
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("meeting.accepted")));
        for accepted in [Some(true), Some(false), None] {
            ui.radio_value(&mut form.accepted, accepted, cx.text(decision(accepted)));
        }
    });
    lines_field(ui, &mut form.note, &cx.text("meeting.note"), &cx.text("meeting.note"), 2);
    let typed = form.meeting();
    let empty = typed == Meeting::default();
    let changed = if empty { held.is_some() } else { held != Some(&typed) };
    ui.horizontal_wrapped(|ui| {
        if ui.add_enabled(changed, egui::Button::new(cx.text("meeting.keep-minutes"))).clicked() {
            cx.push(Command::SetMeeting((!empty).then(|| Box::new(typed))));
            memory.editing = false;
        }
        if ui.button(cx.text("command.minutes")).clicked() {
            cx.push(Command::AskMinutes);
        }
    });
}

/// A field of several lines, with its name.
fn lines_field(ui: &mut Ui, text: &mut String, name: &str, hint: &str, rows: usize) {
    let field = egui::TextEdit::multiline(text).hint_text(hint).desired_rows(rows).desired_width(f32::INFINITY);
    let response = ui.add(field);
    widgets::name_input(ui, &response, name);
}

/// A day is needed; the rest is asked in a dialog.
fn freeze_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let ready = cx.state.plan.meeting.as_ref().is_some_and(|meeting| is_day(&meeting.date));
    let button = ui.add_enabled(ready, egui::Button::new(cx.text("command.freeze")));
    if button.on_disabled_hover_text(cx.text("meeting.keep-minutes")).clicked() {
        cx.push(Command::AskFreeze);
    }
}

/// What the units said, by district.
fn opinions_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut MeetingMemory) {
    let count = cx.state.plan.opinions.len();
    widgets::section(ui, &cx.tr(&Message::new("meeting.opinions").count("count", count)));
    let frozen = cx.state.plan.is_frozen();
    if count == 0 {
        let words = cx.text(if frozen { "meeting.none-given" } else { "meeting.no-opinions" });
        ui.label(widgets::quiet(cx.palette, words));
    }
    let listed: Vec<_> = cx.state.plan.opinions.iter().take(SHOWN).map(|(key, own)| (key.clone(), own.clone())).collect();
    for (key, opinion) in listed {
        let salt = format!("{}:{}", key.district, key.unit);
        ui.push_id(salt, |ui| opinion_ui(ui, cx, memory, &key, &opinion, frozen));
    }
    if count > SHOWN {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("meeting.more").count("count", count - SHOWN))));
    }
    if frozen {
        memory.opinion = None;
        return;
    }
    let first = cx.state.plan.districts.values().map(|district| district.number).min();
    match (&mut memory.opinion, first) {
        (Some(form), _) => {
            if form_ui(ui, cx, form) {
                memory.opinion = None;
            }
        }
        (None, Some(district)) => {
            if ui.link(cx.text("meeting.add-opinion")).clicked() {
                let key = OpinionKey { district, unit: String::new() };
                let opinion = Opinion { stance: Stance::Agreed, ..Opinion::default() };
                memory.opinion = Some(OpinionForm { key, opinion, held: false });
            }
        }
        (None, None) => {}
    }
}

fn label_of(cx: &Context<'_>, number: u32) -> String {
    let own = cx.state.plan.districts.values().find(|district| district.number == number);
    own.map_or_else(|| format!("{number:02}"), District::label)
}

fn opinion_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut MeetingMemory, key: &OpinionKey, opinion: &Opinion, frozen: bool) {
    let ink = match opinion.stance {
        Stance::Agreed => cx.palette.good,
        Stance::Conditions => cx.palette.warn,
        Stance::Refused => cx.palette.bad,
        Stance::NoOpinion => cx.palette.secondary,
    };
    widgets::hairline(ui, cx.palette);
    ui.horizontal_wrapped(|ui| {
        ui.label(format!("{} · {}", label_of(cx, key.district), key.unit));
        ui.label(RichText::new(cx.tr(&opinion.stance.message())).color(ink));
    });
    if !opinion.text.is_empty() {
        ui.label(opinion.text.as_str());
    }
    let ruling = opinion.ruling.map(|ruling| cx.tr(&ruling.message())).unwrap_or_default();
    let said = [ruling.as_str(), &opinion.responsible, &opinion.signed, &opinion.date];
    let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
    if !said.is_empty() {
        ui.label(widgets::quiet(cx.palette, said.join(" · ")).size(12.0));
    }
    if let Some(told) = standing(memory, cx, key).and_then(Standing::message) {
        ui.label(RichText::new(cx.tr(&told)).size(12.0).color(cx.palette.warn));
    }
    if frozen {
        return;
    }
    ui.horizontal(|ui| {
        let named = |cx: &Context<'_>, words: &'static str| format!("{} {} {}", cx.text(words), key.district, key.unit);
        let link = |ui: &mut Ui, cx: &Context<'_>, words: &'static str| {
            let response = ui.link(RichText::new(cx.text(words)).size(12.0));
            widgets::named(response, egui::Role::Link, &named(cx, words)).clicked()
        };
        if link(ui, cx, "meeting.edit") {
            memory.opinion = Some(OpinionForm { key: key.clone(), opinion: opinion.clone(), held: true });
        }
        if link(ui, cx, "meeting.remove") {
            cx.push(Command::SetOpinion(key.clone(), None));
        }
    });
}

fn standing(memory: &mut MeetingMemory, cx: &Context<'_>, key: &OpinionKey) -> Option<Standing> {
    let now = (cx.state.generation, cx.state.plan.revision());
    if memory.standings.as_ref().is_none_or(|(of, _)| *of != now) {
        memory.standings = Some((now, opinion_standings(&cx.state.plan, cx.state.plan.opinions.iter())));
    }
    memory.standings.as_ref().and_then(|(_, all)| all.get(key).copied())
}

/// The form of an opinion; says whether it is done with.
fn form_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut OpinionForm) -> bool {
    widgets::hairline(ui, cx.palette);
    let name = cx.text("export.col-district");
    let shown = label_of(cx, form.key.district);
    ui.add_enabled_ui(!form.held, |ui| {
        let combo = egui::ComboBox::from_id_salt("opinion-district").selected_text(shown).width(220.0).truncate();
        let combo = combo.show_ui(ui, |ui| {
            let mut all: Vec<(u32, String)> = cx.state.plan.districts.values().map(|own| (own.number, own.label())).collect();
            all.sort_unstable();
            for (number, label) in all {
                ui.selectable_value(&mut form.key.district, number, label);
            }
        });
        widgets::name_input(ui, &combo.response, &name);
        widgets::text_field(ui, &mut form.key.unit, &cx.text("meeting.unit"), f32::INFINITY);
    });
    ui.horizontal_wrapped(|ui| {
        for stance in Stance::ALL {
            ui.radio_value(&mut form.opinion.stance, stance, cx.tr(&stance.message()));
        }
    });
    widgets::text_field(ui, &mut form.opinion.text, &cx.text("meeting.text"), f32::INFINITY);
    widgets::text_field(ui, &mut form.opinion.responsible, &cx.text("comments.responsible"), f32::INFINITY);
    ui.horizontal_wrapped(|ui| {
        for ruling in Ruling::ALL.into_iter().map(Some).chain([None]) {
            let words = ruling.map_or_else(|| cx.text("meeting.accepted-open"), |own| cx.tr(&own.message()));
            ui.radio_value(&mut form.opinion.ruling, ruling, words);
        }
    });
    let mut done = false;
    ui.horizontal(|ui| {
        let named = !form.key.unit.trim().is_empty();
        if ui.add_enabled(named, egui::Button::new(cx.text("meeting.set"))).clicked() {
            // What is given at the table is about the districts before it.
            let opinion = Opinion { plan_hash: String::new(), ..form.opinion.clone() };
            cx.push(Command::SetOpinion(form.key.clone(), Some(Box::new(opinion))));
            done = true;
        }
        done |= ui.link(cx.text("ui.close")).clicked();
    });
    done
}
